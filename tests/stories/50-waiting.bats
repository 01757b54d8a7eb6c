#!/usr/bin/env bats
# Waiting for another session: who it is, how long, and what becomes of one that never gets on. Servers that take no writes,
# were updated while they ran, or cannot hold a ledger.
load lib
load people

setup_file() {
    story_begin && people_begin
    if [ -n "${PEOPLE:-}" ]; then roles "$STATE"; else ledger_in "$STATE"; fi
    "$STIPEND" run --quiet --state "$STATE" --scheme "$SCHEME" --records "$ROSTER" --period "$MONTH" >"$DIR/first" 2>&1 || [ $? -eq 3 ]
}
teardown_file() {
    story_end
    people_end
}
teardown() {
    let_go
    [ -z "${FRESH:-}" ] || forget_state "$FRESH"
}

link_of() { "$STIPEND" db status --state "$1" | sed -n 's/^psql\t//p'; }
as_admin() { # STATE SQL [DATABASE]: as the server's superuser
    local link
    link=$(link_of "$1")
    psql "${link%% dbname=*} dbname=${3:-stipend} user=stipend_admin" -qAtX -v ON_ERROR_STOP=1 -c "$2"
}
idle_limit() { # STATE SECONDS: as if five minutes were that
    as_admin "$1" "create or replace function stipend.idle_limit() returns interval language sql immutable set search_path = pg_catalog, pg_temp as \$\$ select interval '$2 seconds' \$\$"
}
# hold STATE [USER]: a session of psql that holds the ledger; what it shall do goes to $HOLDER_IN. In the name of an officer
# with a login of his own, otherwise of whoever runs this.
hold() {
    local link become=()
    link=$(link_of "$1")
    [ -z "${2:-}" ] || { link="${link%user=*}user=$2"; }
    case ${2:-} in
    st[0-9]*) become=(setpriv --reuid "$2" --regid users --clear-groups env HOME=/nonexistent) ;;
    esac
    rm -f "$BATS_TEST_TMPDIR/in" && mkfifo -m 666 "$BATS_TEST_TMPDIR/in"
    "${become[@]}" psql "$link" -qAtX <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/held" 2>&1 3>&- &
    HOLDER=$!
    exec 8>"$BATS_TEST_TMPDIR/in"
    echo "begin; select 'held' from stipend.chain_head();" >&8
    for _ in $(seq 100); do grep -q held "$BATS_TEST_TMPDIR/held" && return 0; sleep 0.1; done
    echo "the ledger could not be held: $(cat "$BATS_TEST_TMPDIR/held")"
    return 1
}
let_go() {
    exec 8>&- || true
    [ -z "${HOLDER:-}" ] || wait "$HOLDER" || true
    HOLDER=
}
changed_roster() { # DAY: the month's records, known some days later: another run
    sed "s/known-at=\"[0-9-]*\"/known-at=\"2023-11-$1\"/" "$ROSTER" >"$DIR/changed.xml"
    chmod a+r "$DIR/changed.xml"
    if cmp -s "$DIR/changed.xml" "$ROSTER"; then return 1; fi
}
again() { "$STIPEND" run --state "$STATE" --scheme "$SCHEME" --records "$DIR/changed.xml" --period "$MONTH" "$@"; }
seconds_since() { echo $(($(date +%s) - $1)); }
faults_compiled_in() { grep -qa STIPEND_FAULT "$STIPEND" || skip "this build injects no faults"; }

@test "a run that waits says so after two seconds, with who holds the ledger, and ends with 75 when its time is over" {
    people_needed
    changed_roster 29
    local start pid rc=0
    hold "$STATE" "st${PEOPLE}officer"
    start=$(date +%s)
    again --wait 5s >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- 8>&- &
    pid=$!
    sleep 1
    [ ! -s "$BATS_TEST_TMPDIR/err" ]
    sleep 3
    grep -q "note: the ledger is held by st${PEOPLE}officer (psql, session [0-9]*), at work since [0-9:]* UTC; this waits up to 5 s \[LEDGER-060\]" "$BATS_TEST_TMPDIR/err" || told
    kill -0 $pid
    wait $pid || rc=$?
    err=$(cat "$BATS_TEST_TMPDIR/err")
    same "$rc" 75
    says "error: waited 5 s for st${PEOPLE}officer (psql, session"
    says "LEDGER-061"
    says "let that session come to its end, then repeat the command"
    [ "$(seconds_since "$start")" -ge 5 ] && [ "$(seconds_since "$start")" -le 30 ]
    same "$("$STIPEND" runs --state "$STATE" --format tsv | wc -l)" 2
    # quiet: the end alone; in Chinese what the codes mean
    expect 75 again --wait 3s --quiet --lang zh
    if [[ $err == *LEDGER-060* ]]; then told; fi
    says "错误: 等待已到时限: waited 3 s for st${PEOPLE}officer"
    says "提示: 没有留下半截数据；待该会话结束后重复同一命令"
    expect 75 again --wait 3s --lang zh
    says "备注: 正在等待占用台账的会话: the ledger is held by st${PEOPLE}officer"
    # and a run that may wait longer than the other holds is done
    rc=0
    again >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- 8>&- &
    pid=$!
    sleep 3
    grep -q "this waits up to 600 s" "$BATS_TEST_TMPDIR/err" || told
    let_go
    wait $pid || rc=$?
    same "$rc" 3
}

@test "every command that takes the ledger waits so" {
    people_needed
    local since
    hold "$STATE"
    since=$(date +%s)
    local line
    while read -r line; do
        # shellcheck disable=SC2086 # words of a command
        expect 75 as ${line%% *} ${line#* } --wait 1s
        says "waited 1 s for $(id -un)"
        says LEDGER-061
        silent
    done <<'LINES'
approver approve 1
approver void 1 --reason wrong
payer pay 1
payer settle 1
officer same NEW1 OLD1 --reason renumbered
approver confirm 1
officer cancel 1 --reason wrong
payer claim repay S0001 --amount 1.00 --date 2023-11-30 --note receipt
officer claim write-off S0001 --amount 1.00 --reason dead
approver claim approve 1
payer claim cancel 1 --reason wrong
LINES
    [ "$(seconds_since "$since")" -le 120 ]
    changed_roster 30
    expect 75 again --no-wait
    expect 75 again --wait 0
}

@test "how long to wait is a time, of at most a day" {
    local bad
    for bad in "" x 5x -1 1.5m 25h 999999999999999999999s m; do
        expect 64 again --wait "$bad"
        says "not a time like 30s, 10m or 1h"
    done
}

@test "a run that stands still is ended for one that waits: who and since when is said and kept" {
    faults_compiled_in
    FRESH=$DIR/state-frozen
    ledger_in "$FRESH"
    idle_limit "$FRESH" 3
    local frozen rc=0
    STIPEND_FAULT=copy:1:stop run_month "$FRESH" "$ROSTER" >"$BATS_TEST_TMPDIR/frozen.out" 2>"$BATS_TEST_TMPDIR/frozen.err" 3>&- 8>&- &
    frozen=$!
    for _ in $(seq 100); do
        [ "$(as_admin "$FRESH" "select count(*) from pg_locks where relation = 'stipend.head'::regclass")" -gt 0 ] && break
        sleep 0.1
    done
    sleep 1
    expect 3 run_month "$FRESH" "$ROSTER" --wait 60s
    says "warning: the session of $(id -un) (stipend, session "
    says "was ended: it held the ledger and did nothing"
    says LEDGER-062
    same "$(as_admin "$FRESH" "select actor || ' ' || login || ' ' || program || ' ' || why || ' ' || (since < at) from stipend.ended")" \
        "$(id -un) $(id -un) stipend idle true"
    # the frozen one wakes up, has lost its session, and finds the month done
    kill -CONT $(pgrep -P $frozen) $frozen 2>/dev/null || true
    wait $frozen || rc=$?
    same "$rc" 75
    expect 0 run_month "$FRESH" "$ROSTER"
    same "$("$STIPEND" runs --state "$FRESH" --format tsv | wc -l)" 2
    same "$(ledger "$FRESH")" "$(ledger "$STATE" | awk -F'\t' 'NR == 1 || $1 == 1')"
    if as_admin "$FRESH" "delete from stipend.ended"; then return 1; fi
}

@test "a session that gets on is not ended, however long it holds the ledger" {
    FRESH=$DIR/state-busy
    ledger_in "$FRESH"
    idle_limit "$FRESH" 4
    hold "$FRESH"
    (for _ in $(seq 12); do echo "select 1;"; sleep 1; done) >&8 3>&- &
    local speaker=$!
    expect 75 run_month "$FRESH" "$ROSTER" --wait 10s
    says "waited 10 s"
    if [[ $err == *LEDGER-062* ]]; then told; fi
    wait $speaker
    same "$(as_admin "$FRESH" "select count(*) from stipend.ended")" 0
    # but not for ever
    as_admin "$FRESH" "create or replace function stipend.hold_limit() returns interval language sql immutable set search_path = pg_catalog, pg_temp as \$\$ select interval '10 seconds' \$\$"
    idle_limit "$FRESH" 600
    expect 3 run_month "$FRESH" "$ROSTER" --wait 30s
    says "was ended: it held the ledger for longer than anybody may"
}

@test "the administrator's own session is left alone, and it is said what to do" {
    FRESH=$DIR/state-admin
    ledger_in "$FRESH"
    idle_limit "$FRESH" 1
    hold "$FRESH" stipend_admin
    expect 75 run_month "$FRESH" "$ROSTER" --wait 4s
    says "waited 4 s for stipend_admin (psql"
    says "makes no progress and could not be ended"
    says "grant pg_signal_backend"
    same "$(as_admin "$FRESH" "select count(*) from stipend.ended")" 0
}

@test "nobody ends sessions that hold nothing up, or changes what is too long" {
    people_needed
    local link
    link=$(link_of "$STATE")
    link="${link%user=*}user=st${PEOPLE}officer"
    by_officer() { setpriv --reuid "st${PEOPLE}officer" --regid users --clear-groups psql "$link" -qAtX -v ON_ERROR_STOP=1 -c "$1"; }
    hold "$STATE"
    local pid
    pid=$(as_admin "$STATE" "select pid from pg_stat_activity where application_name = 'psql' and state = 'idle in transaction'")
    # not one's own session, and one's own that waits for nobody
    same "$(by_officer "select o_blocked, o_ended from stipend.waited_for($pid)")" "f|f"
    same "$(by_officer "select o_blocked, o_ended from stipend.waited_for(pg_backend_pid())")" "f|f"
    local sql
    for sql in "select stipend.end_session($pid, 'idle')" "select stipend.stuck($pid)" "select pg_terminate_backend($pid)" \
        "insert into stipend.ended values (1, now(), 'a', 'b', 'c', 1, now(), 'idle')" \
        "create or replace function stipend.idle_limit() returns interval language sql as 'select interval ''0'''"; do
        if by_officer "$sql" 2>"$BATS_TEST_TMPDIR/err"; then return 1; fi
        grep -q "permission denied\|must be a member\|must be owner" "$BATS_TEST_TMPDIR/err" || told
    done
    same "$(as_admin "$STATE" "select e from stipend.ended e")" ""
}

@test "the server dies while a run waits: 75, and the same command is done afterwards" {
    FRESH=$DIR/state-dies
    ledger_in "$FRESH"
    hold "$FRESH"
    local rc=0 pid
    run_month "$FRESH" "$ROSTER" --wait 60s >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- 8>&- &
    pid=$!
    sleep 3
    grep -q LEDGER-060 "$BATS_TEST_TMPDIR/err" || told
    kill -QUIT "$(as_admin "$FRESH" "select pg_read_file('postmaster.pid')" | head -n 1)"
    wait $pid || rc=$?
    err=$(cat "$BATS_TEST_TMPDIR/err")
    same "$rc" 75
    says LEDGER-002
    let_go
    expect 3 run_month "$FRESH" "$ROSTER"
}

@test "a server that takes no writes: 69 with the cure, never a word about roles; reading goes on" {
    FRESH=$DIR/state-standby
    ledger_in "$FRESH"
    local data
    data=$(as_admin "$FRESH" "show data_directory")
    "$STIPEND" db stop --state "$FRESH"
    (umask 077 && : >"$data/standby.signal") && chown --reference="$data" "$data/standby.signal"
    expect 0 "$STIPEND" runs --state "$FRESH"
    expect 69 run_month "$FRESH" "$ROSTER"
    says LEDGER-063
    says "target_session_attrs=read-write"
    if [[ $err == *"grant ROLE"* ]]; then told; fi
    LC_ALL=zh_CN.UTF-8 expect 69 run_month "$FRESH" "$ROSTER"
    says "数据库服务器只读"
    "$STIPEND" db stop --state "$FRESH"
    rm "$data/standby.signal"
    expect 0 "$STIPEND" runs --state "$FRESH"
    as_admin "$FRESH" "alter database stipend set default_transaction_read_only = on"
    expect 69 run_month "$FRESH" "$ROSTER"
    says LEDGER-063
    as_admin "$FRESH" "begin read write; alter database stipend reset default_transaction_read_only; commit"
    expect 3 run_month "$FRESH" "$ROSTER"
}

@test "a key taken by what stipend did not write: 65 again and again, never an invitation to repeat" {
    FRESH=$DIR/state-taken
    ledger_in "$FRESH"
    as_admin "$FRESH" "alter table stipend.finding disable trigger user; insert into stipend.finding select 1, g, '', 0, 'X', 0, '', 0, 0, '', '' from generate_series(1, 500) g; alter table stipend.finding enable trigger user" ||
        skip "the table of findings has another form"
    for _ in 1 2; do
        expect 65 run_month "$FRESH" "$ROSTER"
        says LEDGER-064
        says "repeating does not help"
    done
    same "$("$STIPEND" runs --state "$FRESH" --format tsv | wc -l)" 1
}

@test "a database that cannot hold a ledger: 78 before anything is made in it" {
    FRESH=$DIR/state-others
    ledger_in "$FRESH"
    local link
    link=$(link_of "$FRESH")
    link=${link%% dbname=*}
    as_admin "$FRESH" "create database latin owner stipend_owner encoding 'LATIN1' locale 'C' template template0" postgres
    expect 78 "$STIPEND" init --db "$link dbname=latin user=stipend_owner"
    says LEDGER-065
    says "--encoding=UTF8"
    as_admin "$FRESH" "create database bare owner stipend_owner template template0" postgres
    as_admin "$FRESH" "drop extension plpgsql" bare
    expect 78 "$STIPEND" init --db "$link dbname=bare user=stipend_owner"
    says "no language plpgsql"
    says "create extension plpgsql"
    LC_ALL=zh_CN.UTF-8 expect 78 "$STIPEND" init --db "$link dbname=bare user=stipend_owner"
    says "缺少组件"
    for db in latin bare; do
        same "$(as_admin "$FRESH" "select count(*) from pg_namespace where nspname = 'stipend'" "$db")" 0
    done
    # an extension whose library is not there
    as_admin "$FRESH" "create function stipend.gone() returns int language c as 'citus_that_is_not_here'" 2>"$BATS_TEST_TMPDIR/no" && return 1
    grep -q "could not access file" "$BATS_TEST_TMPDIR/no"
}

@test "PostgreSQL is updated under the running server: started anew when nobody is connected, else 75 with the cure" {
    local bin major new pid data
    for bin in /usr/lib/postgresql/*/bin; do :; done
    [ -x "$bin/postgres" ] || skip "the server's programs are not where Debian has them"
    major=$(basename "$(dirname "$bin")")
    new=$DIR/pg/lib/postgresql/$major
    mkdir -p "$new" "$DIR/pg/share/postgresql"
    cp -r "$bin" "$new/bin" && ln -s "$(dirname "$bin")/lib" "$new/lib"
    ln -s "/usr/share/postgresql/$major" "$DIR/pg/share/postgresql/$major"
    export PATH=$new/bin:$PATH
    FRESH=$DIR/state-updated
    ledger_in "$FRESH"
    data=$(as_admin "$FRESH" "show data_directory")
    [[ $(cat "$data/postmaster.opts") == $new/bin/postgres* ]]
    pid=$(head -n 1 "$data/postmaster.pid")
    # the same version installed once more: nothing happens
    cp "$new/bin/postgres" "$new/bin/postgres.new" && mv "$new/bin/postgres.new" "$new/bin/postgres"
    expect 0 "$STIPEND" runs --state "$FRESH"
    same "$(head -n 1 "$data/postmaster.pid")" "$pid"
    # another version, while somebody is connected
    hold "$FRESH"
    mv "$new/bin/postgres" "$new/bin/postgres.real" && mv "$new/bin/pg_ctl" "$new/bin/pg_ctl.real"
    printf '#!/bin/sh\n[ "$1" != --version ] || { echo "postgres (PostgreSQL) %s.99 (Debian %s.99-1)"; exit 0; }\nexec %s "$@"\n' \
        "$major" "$major" "$new/bin/postgres.real" >"$new/bin/postgres"
    printf '#!/bin/sh\nexec %s -p %s "$@"\n' "$new/bin/pg_ctl.real" "$new/bin/postgres.real" >"$new/bin/pg_ctl"
    chmod 755 "$new/bin/postgres" "$new/bin/pg_ctl"
    expect 75 run_month "$FRESH" "$ROSTER"
    says LEDGER-067
    says "others are connected to it: $(id -un) (1)"
    says "stipend db stop"
    LC_ALL=zh_CN.UTF-8 expect 75 run_month "$FRESH" "$ROSTER"
    says "数据库程序在运行中被更新"
    expect 0 "$STIPEND" runs --state "$FRESH"
    same "$(head -n 1 "$data/postmaster.pid")" "$pid"
    let_go
    expect 3 run_month "$FRESH" "$ROSTER"
    [ "$(head -n 1 "$data/postmaster.pid")" != "$pid" ]
    pid=$(head -n 1 "$data/postmaster.pid")
    expect 0 run_month "$FRESH" "$ROSTER"
    same "$(head -n 1 "$data/postmaster.pid")" "$pid"
}
