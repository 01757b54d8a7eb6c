#!/usr/bin/env bats
# Every command of the README works, in its order, in a fresh copy of the sources.
# A block that must not be run here (a crontab line, installing git) begins with ```sh norun or ```text.
load lib
setup_file() {
    story_begin
    export COPY="$DIR/a copy" # with a space, on purpose
    mkdir -p "$COPY"
    for part in engine include rules schemas sql tests Makefile README.md; do
        [ ! -e "$TOP/$part" ] || cp -r "$TOP/$part" "$COPY/"
    done
    # what check has built serves the copy too: same sources, newer objects
    mkdir -p "$COPY/build" && cp -rp "$STIPEND_OUT/obj" "$STIPEND_OUT/lib" "$STIPEND_OUT/stipend" "$COPY/build/" 2>/dev/null || true
    find "$COPY/build" -type f -exec touch {} +
}
teardown_file() {
    for s in "$COPY"/build/*state* "$HOME_OF_README/.local/state/stipend"; do
        [ -d "$s" ] && forget_state "$s"
    done
    story_end
}

commands() { # of the blocks marked sh: one script
    awk '/^```sh[ \t]*$/ { on = 1; next } /^```/ { on = 0 } on { sub(/^\$ /, ""); print }' "$TOP/README.md"
}

@test "the README has commands" {
    [ -r "$TOP/README.md" ]
    [ "$(commands | grep -c stipend)" -ge 3 ]
    commands | bash -n
}

@test "its commands run, in order" {
    export HOME_OF_README=$DIR/home
    mkdir -p "$HOME_OF_README"
    cd "$COPY"
    # Exit 3 is "done, somebody is held"; make check and make bench have their own turn.
    commands | grep -vE '^(make (check|bench)|git clone|cd )' >"$BATS_TEST_TMPDIR/script"
    cat "$BATS_TEST_TMPDIR/script"
    local script='trap "rc=\$?; [ \$rc -eq 3 ] || { echo \"README: exit \$rc: \$BASH_COMMAND\" >&2; exit \$rc; }" ERR'
    expect 0 env -u MAKEFLAGS -u MAKELEVEL HOME="$HOME_OF_README" bash -c "$script
$(cat "$BATS_TEST_TMPDIR/script")
exit 0"
}
