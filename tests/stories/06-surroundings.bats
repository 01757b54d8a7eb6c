#!/usr/bin/env bats
# Where and as whom the program runs must not matter.
load lib
setup_file() { story_begin; }
teardown_file() { story_end; }
teardown() { [ -z "${FRESH:-}" ] || forget_state "$FRESH"; }

month_in() { # STATE [COMMAND...]: the month there; five awards in the ledger
    FRESH=$1
    shift
    expect 0 "$@" "$STIPEND" init --quiet --state "$FRESH"
    expect 3 "$@" "$STIPEND" run --state "$FRESH" --scheme "$SCHEME" --records "$ROSTER" --period "$MONTH"
    same "$(ledger "$FRESH" | awk -F'\t' '$4 == "award"' | wc -l)" 5
}

@test "a state folder with spaces and Chinese in its name" {
    month_in "$DIR/state 津贴 2023"
}
@test "a state folder with a very long path (sockets have a limit of 107 bytes)" {
    local long=$DIR/state-long/$(printf 'deep/%.0s' $(seq 30))
    mkdir -p "$long"
    month_in "$long/here"
    rm -rf "$DIR/state-long"
}
@test "a strict umask" {
    umask 077
    month_in "$DIR/state-umask"
}
@test "a relative state folder, from another working directory" {
    cd "$DIR"
    expect 0 "$STIPEND" init --state state-relative
    prints "$DIR/state-relative"
    expect 3 "$STIPEND" run --state state-relative --scheme "$SCHEME" --records "$ROSTER" --period "$MONTH"
    cd /
    FRESH=$DIR/state-relative
    same "$(ledger "$FRESH" | awk -F'\t' '$4 == "award"' | wc -l)" 5
}
@test "a state folder inside a home that is closed to others" {
    mkdir -m 700 "$DIR/home"
    month_in "$DIR/home/state"
    same "$(stat -c %a "$DIR/home")" 700
}
@test "without --state it lives under XDG_STATE_HOME" {
    expect 0 env XDG_STATE_HOME="$DIR/state-xdg" "$STIPEND" init
    prints "$DIR/state-xdg/stipend"
    expect 3 env XDG_STATE_HOME="$DIR/state-xdg" "$STIPEND" run --scheme "$SCHEME" --records "$ROSTER" --period "$MONTH"
    expect 0 env XDG_STATE_HOME="$DIR/state-xdg" "$STIPEND" ledger --format tsv
    prints award
    FRESH=$DIR/state-xdg/stipend
    [ -d "$FRESH" ]
}
@test "standard output closed early does no harm" {
    month_in "$DIR/state-pipe"
    ledger "$FRESH" | head -n 1 | grep -q ^run
    expect 74 sh -c '"$STIPEND" ledger --state "'"$FRESH"'" --format tsv >/dev/full'
}
@test "as another user than the one who runs these stories" {
    [ "$(id -u)" -eq 0 ] || skip "only root can become somebody else"
    local who=nobody
    install -d -m 700 -o "$who" "$DIR/state-other"
    # the programs and rules may lie where only root may look
    install -d -m 755 "$DIR/copy" "$DIR/copy/rules"
    cp "$STIPEND" "$DIR/copy/stipend" && cp -r "$TOP/schemas" "$DIR/copy/" && cp -r "$RULES" "$DIR/copy/rules/" && chmod -R a+rX "$DIR/copy"
    cd "$DIR/copy"
    expect 0 runuser -u "$who" -- ./stipend init --state "$DIR/state-other"
    expect 3 runuser -u "$who" -- ./stipend run --state "$DIR/state-other" --scheme "rules/${RULES##*/}/scheme.xml" \
        --records "rules/${RULES##*/}/records-2023-11.xml" --period "$MONTH"
    expect 0 runuser -u "$who" -- ./stipend ledger --state "$DIR/state-other" --format tsv
    same "$(grep -c award <<<"$out")" 5
    expect 0 runuser -u "$who" -- ./stipend db stop --state "$DIR/state-other"
}
@test "the server never runs as root, and listens on no port" {
    [ "$(id -u)" -eq 0 ] || skip "not root"
    FRESH=$DIR/state-server
    expect 0 "$STIPEND" init --state "$FRESH"
    local pid
    pid=$(head -n 1 "$(find "$FRESH" /var/lib/stipend -name postmaster.pid -newer "$DIR" 2>/dev/null | head -n 1)")
    [ "$(stat -c %u "/proc/$pid")" -ne 0 ]
    # inodes of its sockets that are TCP
    ls -l "/proc/$pid/fd" | grep -oE 'socket:\[[0-9]+' | cut -d'[' -f2 | while read -r inode; do
        if grep -qE " $inode " /proc/net/tcp /proc/net/tcp6; then return 1; fi
    done
}
