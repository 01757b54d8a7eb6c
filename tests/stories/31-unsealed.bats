#!/usr/bin/env bats
# A declared control total that differs: nothing is sealed; the corrected run posts the whole month.
load lib
setup_file() {
    story_begin
    mkdir -p "$DIR/rules/p" "$DIR/schemas"
    cp "$RULES"/*.dmn "$DIR/rules/p/"
    cp "$TOP/schemas/records.xsd" "$DIR/schemas/"
    sed 's/count="5" total="15000.00"/count="6" total="18000.00"/' "$SCHEME" >"$DIR/rules/p/scheme.xml"
    ledger_in "$STATE"
}
teardown_file() { story_end; }
wrong() { "$STIPEND" run --state "$STATE" --scheme "$DIR/rules/p/scheme.xml" --records "$ROSTER" --period "$MONTH" "$@"; }

@test "the run refuses to seal and says which total differs" {
    expect 65 wrong
    prints "cohort-2022-intermediate 5 / 15,000.00   declared: 6 / 18,000.00   DIFFERS"
    says "run 1 is not sealed"
    expect 0 "$STIPEND" show 1 --format json --state "$STATE"
    same "$(jq -r '[.state, .sealed, .digest, .guards[0].id] | @csv' <<<"$out")" '"draft",false,,"cohort-2022-intermediate"'
}

@test "the same command again posts nothing and says it again" {
    expect 65 wrong
    same "$("$STIPEND" runs --state "$STATE" --format tsv | wc -l)" 2
}

@test "with the right declaration the month is posted whole and sealed; the unsealed draft is void" {
    expect 3 "$STIPEND" run --state "$STATE" --scheme "$SCHEME" --records "$ROSTER" --period "$MONTH"
    expect 0 "$STIPEND" runs --state "$STATE" --format tsv
    same "$(cut -f1,4,5,7 <<<"$out" | tail -n 2 | tr '\t' ' ')" $'2 draft sealed 412100.00\n1 void unsealed 412100.00'
    expect 0 "$STIPEND" ledger --state "$STATE" --format tsv
    same "$(awk -F'\t' '$4 == "award" { n++; s += $9 } END { printf "%d %.2f", n, s }' <<<"$out")" "5 15000.00"
    same "$(cut -f1 <<<"$out" | sort -u | tr '\n' ' ')" "2 run "
    expect 0 "$STIPEND" verify --state "$STATE"
    expect 0 "$STIPEND" audit 2 --state "$STATE"
}

@test "cron is not stopped by a draft that nobody accepted: the next month makes it void and posts both months" {
    local state=$DIR/state-next copy=$DIR/rules/guard planned
    mkdir -p "$copy" && cp "$RULES"/*.dmn "$copy/"
    sed 's/amount-above="500.00"/amount-above="250.00"/' "$SCHEME" >"$copy/scheme.xml"
    month() { "$STIPEND" run --quiet --state "$state" --scheme "$copy/scheme.xml" --records "$ROSTER" --period "$@"; }
    ledger_in "$state"
    expect 65 month 2023-11
    sed 's/known-at="2023-11-20"/known-at="2023-12-20"/' "$ROSTER" >"$DIR/12.xml"
    ROSTER=$DIR/12.xml
    expect 65 "$STIPEND" run --dry-run --format json --state "$state" --scheme "$copy/scheme.xml" --records "$ROSTER" --period 2023-12
    planned=$(jq -r '[.line_count, .line_total] | @csv' <<<"$out")
    expect 65 month 2023-12
    expect 0 "$STIPEND" runs --state "$state" --format tsv
    same "$(cut -f1,4,5,6 <<<"$out" | tail -n 2 | tr '\t' ' ')" $'2 draft unsealed 2059\n1 void unsealed 1864'
    same "$(shown "$state" 2 '[.line_count, .line_total] | @csv')" "$planned"
    same "$(shown "$state" 2 '.movement[1].rows[] | select(.cause == "arrears") | .count' | awk '{ n += $1 } END { print n }')" 1859
}
