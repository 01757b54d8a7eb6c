#!/usr/bin/env bats
# A declared control total that differs: nothing is sealed; the corrected run posts the whole month.
load lib
setup_file() {
    story_begin
    mkdir -p "$DIR/rules/p" "$DIR/schemas"
    cp "$RULES"/*.dmn "$DIR/rules/p/"
    cp "$TOP/schemas/records.xsd" "$DIR/schemas/"
    sed 's/count="5" total="15000.00"/count="6" total="18000.00"/' "$SCHEME" >"$DIR/rules/p/scheme.xml"
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
