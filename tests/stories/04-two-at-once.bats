#!/usr/bin/env bats
# Two starts by cron at once: one posts, the other waits and says that it is done. Never double.
load lib
setup_file() { story_begin; }
teardown_file() { story_end; }

both() { # STATE: two runs at once; exit codes in $a and $b
    a=0 b=0
    run_month "$1" "$ROSTER" >"$BATS_TEST_TMPDIR/a" 2>&1 &
    local pid=$!
    run_month "$1" "$ROSTER" >"$BATS_TEST_TMPDIR/b" 2>&1 || b=$?
    wait $pid || a=$?
}

@test "two at once, the server running: one posts, the other says that it is done" {
    ledger_in "$STATE"
    both "$STATE"
    echo "exit codes $a $b"
    cat "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
    same "$(printf '%s\n' "$a" "$b" | sort | tr '\n' ' ')" "0 3 "
    same "$(cat "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b" | grep -c already)" 1
    same "$("$STIPEND" runs --state "$STATE" --format tsv | wc -l)" 2
    same "$(ledger | tail -n +2 | cut -f3-5 | sort | uniq -d)" ""
}

@test "the ledger made twice at once, then two at once on the very first use" {
    local rc=0 pid
    "$STIPEND" init --state "$DIR/state-first" >"$BATS_TEST_TMPDIR/a" &
    pid=$!
    expect 0 "$STIPEND" init --state "$DIR/state-first"
    wait $pid
    same "$(cat "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/out" | grep -c "the ledger in $DIR/state-first")" 2
    both "$DIR/state-first"
    echo "exit codes $a $b"
    cat "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
    # a second one that gave up because the first was at it (75) is right too; repeated, it is done
    for rc in "$a" "$b"; do [[ $rc = 0 || $rc = 3 || $rc = 75 ]]; done
    expect 0 run_month "$DIR/state-first" "$ROSTER"
    same "$("$STIPEND" runs --state "$DIR/state-first" --format tsv | wc -l)" 2
    same "$(ledger "$DIR/state-first")" "$(ledger)"
}

@test "five at once: still one run" {
    local pids=() i
    ledger_in "$DIR/state-five"
    for i in 1 2 3 4 5; do
        run_month "$DIR/state-five" "$ROSTER" >/dev/null 2>&1 &
        pids+=($!)
    done
    for i in "${pids[@]}"; do wait "$i" || [ $? -eq 3 ]; done
    same "$("$STIPEND" runs --state "$DIR/state-five" --format tsv | wc -l)" 2
    same "$(ledger "$DIR/state-five")" "$(ledger)"
}
