#!/usr/bin/env bats
# Which ledger is meant: init alone makes one, a missing one is named together with those that are near.
load lib
setup_file() {
    story_begin
    "$STIPEND" init --state "$STATE" >"$DIR/made"
}
teardown_file() { story_end; }
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
    says "these are there: $STATE "
    expect 78 "$STIPEND" runs --state "$STATE/stipend"
    says "these are there: $STATE "
    expect 78 env LC_ALL=zh_CN.UTF-8 "$STIPEND" runs --state "$STATE-typo"
    says "此处没有台账"
    says "$STATE "
    says "stipend init"
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
