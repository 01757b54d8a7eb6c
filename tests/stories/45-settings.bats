#!/usr/bin/env bats
# Which ledger is meant: init alone makes one, a missing one is named together with those that are near.
load lib
setup_file() {
    story_begin
    "$STIPEND" init --state "$STATE" >"$DIR/made"
}
teardown_file() { story_end; }
settings() { # COMMAND...: with files of our own
    env STIPEND_CONF="$DIR/etc.conf" XDG_CONFIG_HOME="$DIR/user" "$@"
}
shown_config() { # JQ [OPTION...]: from config's JSON
    local what=$1
    shift
    settings "$STIPEND" config --format json "$@" | jq -r "$what"
}
cluster_of() { # STATE: folder of its data
    sed -n 's/^# The ledger.* settings: //p' "$1/cluster.conf"
}
link_of() { "$STIPEND" db status --state "$STATE" | sed -n 's/^psql\t//p'; }

@test "init makes the ledger and says where; a second one finds it and changes nothing" {
    same "$(head -n 1 "$DIR/made")" "made the ledger in $STATE (its own PostgreSQL, running)"
    local before
    before=$(cat "$STATE/cluster.conf")
    expect 0 "$STIPEND" init --state "$STATE"
    prints "the ledger in $STATE is there already; nothing was changed"
    expect 0 "$STIPEND" init --quiet --state "$STATE"
    same "$out$err" ""
    expect 0 env LC_ALL=zh_CN.UTF-8 "$STIPEND" init --state "$STATE"
    prints "台账早已建立"
    same "$(cat "$STATE/cluster.conf")" "$before"
    expect 0 "$STIPEND" runs --state "$STATE" --format json
    same "$out" "[]"
}
@test "a mistyped --state: 78, the ledger beside it is named, nothing is made" {
    local cmd
    for cmd in "run --scheme $SCHEME --records $ROSTER --period $MONTH" "ledger" "db start" "db status"; do
        expect 78 "$STIPEND" $cmd --state "$STATE-typo"
        says "no ledger in $STATE-typo; these are there: $STATE "
        silent
    done
    [ ! -e "$STATE-typo" ]
    # the folder above, or one in it
    expect 78 "$STIPEND" runs --state "$DIR"
    says "these are there: $STATE"
    expect 78 "$STIPEND" runs --state "$STATE/stipend"
    says "these are there: $STATE"
    expect 78 env LC_ALL=zh_CN.UTF-8 "$STIPEND" runs --state "$STATE-typo"
    says "此处没有台账"
    says "$STATE "
    says "stipend init"
}
@test "an empty --state, of a variable that is not set, is no folder" {
    mkdir -p "$DIR/here"
    expect 64 env -C "$DIR/here" "$STIPEND" init --state ""
    says "needs a path"
    expect 64 env -C "$DIR/here" "$STIPEND" runs --state ""
    same "$(ls "$DIR/here")" ""
}

@test "a new ledger beside another: made, and the other is named" {
    expect 0 "$STIPEND" init --state "$DIR/state-second"
    prints "made the ledger in $DIR/state-second"
    prints "other ledgers near it: $STATE"
    forget_state "$DIR/state-second"
}
@test "with and without HOME: the default of the other is named" {
    [ "$(id -u)" -eq 0 ] && command -v useradd >/dev/null && command -v setpriv >/dev/null || skip "only root can make users and become them"
    local who=st$$home
    useradd -M -N -d "$DIR/home" -s /usr/sbin/nologin "$who"
    install -d -m 755 -o "$who" "$DIR/home"
    cp "$STIPEND" "$DIR/stipend" && chmod a+rx "$DIR/stipend"
    as() { setpriv --reuid "$who" --regid users --clear-groups env "$@"; }
    expect 0 as HOME="$DIR/home" "$DIR/stipend" init
    prints "made the ledger in $DIR/home/.local/state/stipend"
    expect 78 as -u HOME -u XDG_STATE_HOME "$DIR/stipend" runs
    says "these are there: $DIR/home/.local/state/stipend "
    expect 78 as HOME="$DIR/nobody" "$DIR/stipend" runs
    says "no ledger in $DIR/nobody/.local/state/stipend; these are there: $DIR/home/.local/state/stipend "
    expect 78 as XDG_STATE_HOME="$DIR/elsewhere" HOME="$DIR/home" "$DIR/stipend" runs
    says "$DIR/home/.local/state/stipend "
    as HOME="$DIR/home" "$DIR/stipend" db stop
    userdel "$who"
}
@test "data that went away are not replaced by an empty ledger" {
    local state=$DIR/state-lost data
    expect 0 "$STIPEND" init --quiet --state "$state"
    expect 0 "$STIPEND" db stop --state "$state"
    data=$(cluster_of "$state")/data
    mv "$data" "$DIR/kept-data"
    expect 78 run_month "$state" "$ROSTER"
    says "no data in $data"
    silent
    [ ! -e "$data" ]
    mv "$DIR/kept-data" "$data"
    expect 0 "$STIPEND" runs --state "$state"
}
@test "a database without a ledger, or no such database: 78, those of the server that have one are named" {
    local link place db
    link=$(link_of)
    place=${link%% dbname=*}
    psql "$place dbname=postgres user=stipend_admin" -qAtX -c "create database grants owner stipend_owner"
    db="$place user=stipend_owner dbname"
    expect 78 "$STIPEND" run --db "$db=grants" --state "$DIR/work" --scheme "$SCHEME" --records "$ROSTER" --period "$MONTH"
    says "no ledger in database grants; databases of this server that have one: stipend "
    silent
    expect 78 "$STIPEND" runs --db "$db=grnats"
    says "no database grnats; databases of this server that have one: stipend "
    says "createdb grnats"
    expect 78 env PGHOST="$(sed 's/host=\([^ ]*\).*/\1/' <<<"$place")" PGPORT=5432 PGUSER=stipend_owner PGDATABASE=grants "$STIPEND" ledger
    says "no ledger in database grants"
    same "$(psql "$db=grants" -qAtX -c "select count(*) from pg_namespace where nspname = 'stipend'")" 0
    expect 0 "$STIPEND" init --db "$db=grants"
    prints "made the ledger in database grants@"
    expect 0 "$STIPEND" init --db "$db=grants"
    prints "is there already"
    expect 0 "$STIPEND" runs --db "$db=grants" --format json
    same "$out" "[]"
}
@test "settings: the machine's file, the user's, variables, options; config says what holds and from where" {
    mkdir -p "$DIR/user"
    printf '# of the machine\nstate = %s\n\n  scheme=%s \nlang = en\n' "$DIR/state-etc" "$SCHEME" >"$DIR/etc.conf"
    printf 'state = %s\nrecords = %s\n' "$STATE" "$ROSTER" >"$DIR/user/stipend.conf"
    same "$(shown_config '[.state.value, .state.from] | join(" ")')" "$STATE $DIR/user/stipend.conf:1"
    same "$(shown_config '[.scheme.value, .scheme.from, .records.from] | join(" ")')" "$SCHEME $DIR/etc.conf:4 $DIR/user/stipend.conf:2"
    same "$(shown_config '[.lang.value, .lang.from, .db.value, .db.from] | map(tostring) | join(" ")')" "en $DIR/etc.conf:5 null "
    same "$(STIPEND_STATE=/v shown_config '[.state.value, .state.from, .ledger.value] | join(" ")')" "/v STIPEND_STATE /v"
    same "$(STIPEND_STATE=/v shown_config '[.state.value, .state.from] | join(" ")' --state /o)" "/o --state"
    expect 0 settings "$STIPEND" config
    prints "state    $STATE"
    prints "$DIR/etc.conf: read"
    expect 0 settings env LC_ALL=zh_CN.UTF-8 STIPEND_LANG=zh "$STIPEND" config
    prints "$DIR/etc.conf: 已读取"
    expect 0 settings "$STIPEND" config --format tsv
    same "$(awk -F'\t' 'NF != 3' <<<"$out")" ""
    # a month is one word
    expect 3 settings "$STIPEND" run --quiet
    expect 0 settings "$STIPEND" run
    prints "already done: run 1"
    expect 0 settings "$STIPEND" runs --format tsv
    same "$(cut -f3 <<<"$out" | tail -n 1)" 2023-11
    expect 3 settings "$STIPEND" check --quiet
    expect 0 settings "$STIPEND" check --quiet --scheme "$SCHEME" # the rules alone
    expect 0 settings "$STIPEND" eval --subject DWK0012 --period 2023-11
    expect 0 settings "$STIPEND" db status
    prints "$(sed 's/ user=.*//' <<<"$(link_of)")"
}
@test "a state folder that is said later than a database takes its place, and the other way about" {
    local db
    db=$(link_of)
    printf 'db = %s\n' "$db" >"$DIR/etc.conf"
    rm -rf "$DIR/user"
    same "$(shown_config '[.ledger.value, .ledger.from] | join("|")')" "$db|$DIR/etc.conf:1"
    expect 0 settings "$STIPEND" runs --format json
    same "$(shown_config '[.ledger.value, .ledger.from, .db.value] | map(tostring) | join("|")' --state "$STATE-none")" "$STATE-none|--state|null"
    expect 78 settings "$STIPEND" runs --state "$STATE-none"
    says "no ledger in $STATE-none"
    expect 0 settings "$STIPEND" config --state "$STATE-none"
    prints "db of $DIR/etc.conf:1 has no effect"
    printf 'state = %s\n' "$STATE-none" >"$DIR/etc.conf"
    expect 0 settings env STIPEND_DB="$db" "$STIPEND" runs
    expect 0 settings "$STIPEND" runs --db "$db"
}
@test "settings that cannot be: 78 with file and line" {
    local text
    rm -rf "$DIR/user"
    while read -r number text; do
        printf "$text" >"$DIR/etc.conf"
        expect 78 settings "$STIPEND" runs
        says "$DIR/etc.conf:$number:"
        says CLI-003
        silent
    done <<'END'
1 stat = /x
2 # remark\nstate
1 state = here\n
1 scheme = ~/scheme.xml
3 state = /x\n\nstate = /y\n
1 db =
1 lang = fr\n
END
    mkdir -p "$DIR/folder.conf"
    expect 78 env STIPEND_CONF="$DIR/folder.conf" "$STIPEND" config
    says CLI-003
    printf 'state = %s' "$STATE" >"$DIR/etc.conf" # the last line without its end
    expect 0 settings "$STIPEND" runs
    expect 0 env STIPEND_CONF="$DIR/absent.conf" "$STIPEND" config
    prints "$DIR/absent.conf: not there"
}
