#!/usr/bin/env bats
# The month of November 2023 in Dawukou: run, look, run again.
load lib
setup_file() {
    story_begin
    run_month "$STATE" "$ROSTER" >"$DIR/run.out" 2>"$DIR/run.err" || echo $? >"$DIR/run.rc"
}
teardown_file() { story_end; }
waiting() { # who is held or rejected, by the naive calculation: "ID held"
    python3 "$TOP/tests/support/dawukou_expected.py" "$ROSTER" "$MONTH" 2>&1 >/dev/null | sed -n 's/^\([^ ]*\) \(held\|rejected\):.*/\1 \2/p' | sort
}

@test "check reads rules and records without a database" {
    expect 3 check_files "$SCHEME" "$ROSTER"
    [ ! -e "$BATS_TEST_TMPDIR/state" ]
}

@test "the first run posts the month and reports what waits for a person (exit 3)" {
    same "$(cat "$DIR/run.rc")" 3
    out=$(cat "$DIR/run.out") err=$(cat "$DIR/run.err")
    [[ $out == *"5 x     3,000.00"*"15,000.00"* ]] || { echo "$out"; false; }
    # who is held, and why
    waiting | while read -r who state; do
        grep -qE "$state +$who" "$DIR/run.out" || { echo "not told: $who is $state"; cat "$DIR/run.out"; false; }
    done
}

@test "five intermediates of 2022 get 3,000 each, and nobody else an award" {
    expect 0 ledger
    same "$(head -n 1 <<<"$out")" $'run\tline\tsubject\tbenefit\toccasion\tseq\tcause\ttier\tamount\tcurrency'
    same "$(awk -F'\t' '$4 == "award" { print $5, $6, $8, $9, $10 }' <<<"$out" | sort | uniq -c | sed 's/^ *//')" \
        "5 intermediate 0 intermediate 3000.00 CNY"
}

@test "the allowance has one line per worker and month, at the published rates" {
    ledger >"$BATS_TEST_TMPDIR/all"
    awk -F'\t' 'NR > 1 && $4 == "allowance"' "$BATS_TEST_TMPDIR/all" >"$BATS_TEST_TMPDIR/lines"
    [ -s "$BATS_TEST_TMPDIR/lines" ]
    same "$(cut -f8,9 "$BATS_TEST_TMPDIR/lines" | sort -u | tr '\t' ' ')" $'assistant 200.00\nintermediate 300.00\nsenior 500.00'
    same "$(cut -f3,5 "$BATS_TEST_TMPDIR/lines" | sort | uniq -d)" ""
    # the run's own month is new, the months before it are arrears
    same "$(awk -F'\t' '{ print ($5 == "2023-11" ? "new" : "arrears") == $7 }' "$BATS_TEST_TMPDIR/lines" | sort -u)" 1
}

@test "lines are ordered by run and line, numbered without gaps" {
    expect 0 ledger
    same "$(tail -n +2 <<<"$out" | awk -F'\t' '$1 != 1 || $2 != NR' | head -n 1)" ""
}

@test "the ledger is what a second, naive calculation finds" {
    command -v python3 >/dev/null || skip "no python3"
    ledger | tail -n +2 | cut -f3,4,5,8,9 | LC_ALL=C sort >"$BATS_TEST_TMPDIR/ours"
    python3 "$TOP/tests/support/dawukou_expected.py" "$ROSTER" "$MONTH" 2>/dev/null | LC_ALL=C sort >"$BATS_TEST_TMPDIR/theirs"
    [ -s "$BATS_TEST_TMPDIR/theirs" ]
    diff "$BATS_TEST_TMPDIR/theirs" "$BATS_TEST_TMPDIR/ours"
}

@test "every record is accounted for: read = entitled + refused + held + rejected, per benefit" {
    expect 0 "$STIPEND" show 1 --state "$STATE" --format json
    same "$(jq -r '.benefits[].counts | .read == .entitled + .refused + .held + .rejected' <<<"$out" | sort -u)" true
    same "$(jq -r '.benefits[].counts.read' <<<"$out" | sort -u | wc -l)" 1
}

@test "the number of persons is the published one: 332" {
    expect 0 "$STIPEND" show 1 --state "$STATE" --format json
    same "$(jq -r '[.benefits[].counts.read] | unique | map(tostring) | join(" ")' <<<"$out")" 332
}

@test "who is held or rejected is named with place and reason, without personal data" {
    expect 0 "$STIPEND" show 1 --state "$STATE" --format json
    same "$(jq -r '.findings[] | select(.severity == "held" or .severity == "rejected") | .subject + " " + .severity' <<<"$out" | sort -u)" "$(waiting)"
    same "$(jq -r '.findings[] | select(.severity == "held" or .severity == "rejected")
        | select((.message | length) == 0 or (.file | length) == 0 or .line == 0) | .code' <<<"$out")" ""
    for number in $(grep -oE 'id-number="[0-9Xx]{15,18}"' "$ROSTER" | cut -d\" -f2); do
        [[ $out$(cat "$DIR/run.out" "$DIR/run.err") != *"$number"* ]] || { echo "printed in full: $number"; false; }
    done
}

@test "a second run says that it is done, posts nothing and changes nothing" {
    before=$(ledger) root=$(root_of "$STATE")
    expect 0 run_month "$STATE" "$ROSTER"
    [[ $out$err == *already* ]] || told
    same "$(ledger)" "$before"
    same "$(root_of "$STATE")" "$root"
    same "$("$STIPEND" runs --state "$STATE" --format tsv | wc -l)" 2
}

@test "runs lists it, as text, tsv and json" {
    expect 0 "$STIPEND" runs --state "$STATE"
    prints 2023-11
    expect 0 "$STIPEND" runs --state "$STATE" --format json
    jq -e . <<<"$out" >/dev/null
    expect 0 "$STIPEND" runs --state "$STATE" --format tsv
    same "$(wc -l <<<"$out")" 2
}

@test "show has the digests in text and json, and they agree" {
    expect 0 "$STIPEND" show 1 --state "$STATE"
    local text=$out
    [[ $(root_of "$STATE") =~ ^[0-9a-f]{64}$ ]]
    [[ $text == *"$(root_of "$STATE")"* ]]
}

@test "a sealed run is sealed, and its control total held" {
    expect 0 "$STIPEND" show 1 --state "$STATE" --format json
    same "$(jq -r .sealed <<<"$out")" true
    same "$(jq -r '[.controls[].ok] | all' <<<"$out")" true
}

@test "who bears the month, and on which budget line, is what scheme.xml says of each benefit" {
    link=$("$STIPEND" db status --state "$STATE" | sed -n 's/^psql\t//p')
    booked() { psql "$link" -qAtX -F ' ' -c "select b.id, p.account, p.budget_line, p.share, p.amount from stipend.posting p
        join stipend.benefit b on b.number = p.benefit where p.run = 1 order by p.entry, p.leg"; }
    same "$(booked)" "award expense 2080299 宁夏回族自治区财政 1500000
award payable 2080299  -1500000
allowance expense 2080208 大武口区财政 39710000
allowance payable 2080208  -39710000"
    same "$(psql "$link" -qAtX -F ' ' -c "select id, budget_line from stipend.benefit order by number")" "award 2080299
allowance 2080208"
}

@test "the server can be stopped, asked and started, and the ledger is the same" {
    before=$(ledger)
    expect 0 "$STIPEND" db status --state "$STATE"
    expect 0 "$STIPEND" db stop --state "$STATE"
    expect 0 "$STIPEND" db stop --state "$STATE"
    expect 0 "$STIPEND" db start --state "$STATE"
    same "$(ledger)" "$before"
    expect 0 "$STIPEND" db stop --state "$STATE"
    same "$(ledger)" "$before"
}

@test "an unknown run is said to be unknown" {
    expect 66 "$STIPEND" show 99 --state "$STATE"
    says 99
    silent
    expect 64 "$STIPEND" show x --state "$STATE"
    silent
}

@test "the next month posts one month more, and no award again" {
    # December from the same facts: registrations, spells and appraisals are as they were
    sed 's/known-at="2023-11-[0-9]*"/known-at="2023-12-31"/' "$ROSTER" >"$BATS_TEST_TMPDIR/december.xml"
    expect 3 "$STIPEND" run --state "$STATE" --scheme "$SCHEME" --records "$BATS_TEST_TMPDIR/december.xml" --period 2023-12
    expect 0 ledger
    same "$(awk -F'\t' '$1 == 2 && $4 == "award"' <<<"$out")" ""
    same "$(awk -F'\t' '$1 == 2 { print $5, $7 }' <<<"$out" | sort -u)" "2023-12 new"
}
