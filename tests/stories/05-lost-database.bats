#!/usr/bin/env bats
# The database goes away during the run: exit 69 or 75, nothing half-written, and the same command finishes the job.
load lib
setup_file() {
    story_begin
    export WANTED
    run_month "$DIR/state-calm" "$ROSTER" >/dev/null 2>&1 || [ $? -eq 3 ]
    WANTED=$(ledger "$DIR/state-calm" | sha256sum)
    "$STIPEND" db stop --state "$DIR/state-calm"
}
teardown_file() { story_end; }
teardown() { [ -z "${FRESH:-}" ] || forget_state "$FRESH"; }

faults_compiled_in() {
    grep -qa STIPEND_FAULT "$STIPEND" || skip "this build injects no faults"
}
# A fault at POINT on its Nth passing: the run fails with 69 or 75, leaves the whole run or nothing; then the same command
# ends well and the ledger is that of a calm month.
survives() { # FAULT
    faults_compiled_in
    FRESH=$DIR/state-$BATS_TEST_NUMBER
    ledger_in "$FRESH"
    local rc=0 lines
    STIPEND_FAULT=$1 run_month "$FRESH" "$ROSTER" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || rc=$?
    case $1:$rc in
    *:kill:137 | *:69 | *:75) ;;
    *) echo "exit $rc under $1"; told ;;
    esac
    lines=$(ledger "$FRESH" | tail -n +2 | wc -l)
    [ "$lines" -eq 0 ] || same "$(ledger "$FRESH" | sha256sum)" "$WANTED"
    rc=0
    run_month "$FRESH" "$ROSTER" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || rc=$?
    [[ $rc = 0 || $rc = 3 ]] || { echo "exit $rc when repeated"; told; }
    same "$(ledger "$FRESH" | sha256sum)" "$WANTED"
    same "$(shown "$FRESH" 1 .sealed)" true
    same "$("$STIPEND" runs --state "$FRESH" --format tsv | wc -l)" 2
}

@test "connection lost right after the run began" { survives begin:1; }
@test "connection lost while lines are copied" { survives copy:1; }
@test "connection lost later while copying" { survives copy:2; }
@test "connection lost before COMMIT" { survives before-run:1; }
@test "connection lost after COMMIT, the answer lost" { survives after-run:1; }
@test "connection lost before the seal" { survives before-seal:1; }
@test "connection lost after the seal, the answer lost" { survives after-seal:1; }
@test "killed while lines are copied" { survives copy:1:kill; }
@test "killed before COMMIT" { survives before-run:1:kill; }
@test "killed after COMMIT" { survives after-run:1:kill; }
@test "killed after the seal" { survives after-seal:1:kill; }

@test "the server is killed during the run: 69 or 75, and the same command finishes the job" {
    FRESH=$DIR/state-killed
    ledger_in "$FRESH"
    local postmaster data run rc=0 i
    data=$(find "$FRESH" /var/lib/stipend -name postmaster.pid -newer "$DIR/state-calm/cluster.conf" 2>/dev/null | head -n 1)
    postmaster=$(head -n 1 "$data")
    # hold the lock of the runs, so that the run is under way for certain when the server dies
    conninfo=$("$STIPEND" db status --state "$FRESH" | sed -n 's/^psql\t//p')
    [ -n "$conninfo" ] || skip "db status prints no conninfo"
    psql "$conninfo" -qAtc "begin; select stipend.chain_head(); select pg_sleep(30)" >"$BATS_TEST_TMPDIR/held" 2>/dev/null &
    local holder=$!
    for i in $(seq 100); do
        psql "$conninfo" -qAtc "select count(*) from pg_stat_activity where query like '%pg_sleep(30)%' and pid <> pg_backend_pid()" 2>/dev/null | grep -q '^[1-9]' && break
        sleep 0.1
    done
    run_month "$FRESH" "$ROSTER" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" &
    run=$!
    for i in $(seq 200); do
        psql "$conninfo" -qAtc "select count(*) from pg_stat_activity where wait_event_type = 'Lock'" 2>/dev/null | grep -q '^[1-9]' && break
        sleep 0.1
    done
    kill -QUIT "$postmaster"
    wait $run || rc=$?
    wait $holder || true
    [[ $rc = 69 || $rc = 75 ]] || { echo "exit $rc"; told; }
    for i in $(seq 100); do kill -0 "$postmaster" 2>/dev/null || break; sleep 0.1; done
    same "$(ledger "$FRESH" | wc -l)" 1
    expect 3 run_month "$FRESH" "$ROSTER"
    same "$(ledger "$FRESH" | sha256sum)" "$WANTED"
}

@test "a database that is not there: 69, and what to do" {
    expect 69 "$STIPEND" run --state "$DIR/state-none" --scheme "$SCHEME" --records "$ROSTER" --period "$MONTH" \
        --db "host=$DIR port=6543 dbname=nowhere connect_timeout=3"
    [ -n "$err" ]
    silent
    [ ! -d "$DIR/state-none/cluster" ]
}
