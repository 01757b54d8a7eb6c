#!/usr/bin/env bats
# Every rules package: its scheme and models are sound, its cases pass; single decisions can be looked at.
load lib
setup_file() { story_begin; }
teardown_file() { story_end; }

@test "every package's rules are sound" {
    local n=0
    for s in "$TOP"/rules/*/scheme.xml; do
        expect 0 "$STIPEND" check --scheme "$s"
        n=$((n + 1))
    done
    [ "$n" -ge 1 ]
}
@test "every package's cases pass" {
    for c in "$TOP"/rules/*/cases; do
        expect 0 "$STIPEND" test "$c"
        [[ $(tail -n 1 <<<"$out") =~ ^[1-9][0-9]*\ passed,\ 0\ failed ]] || told
    done
}
@test "a case with a wrong expectation fails, with both values" {
    cp -r "$RULES" "$BATS_TEST_TMPDIR/package"
    sed -i '0,/decimal">3000/s//decimal">3001/' "$BATS_TEST_TMPDIR/package/cases/award.xml"
    grep -q 3001 "$BATS_TEST_TMPDIR/package/cases/award.xml"
    expect 65 "$STIPEND" test "$BATS_TEST_TMPDIR/package/cases/award.xml"
    prints 3001
    prints 3000
}
@test "one decision on one record, with the rule that fired" {
    local who
    who=$(python3 "$TOP/tests/support/dawukou_expected.py" "$ROSTER" "$MONTH" 2>/dev/null | awk -F'\t' '$2 == "allowance" && $3 == "2023-05" && $5 == "200.00" { print $1 }' | sed -n 1p)
    [ -n "$who" ]
    expect 0 "$STIPEND" eval --scheme "$SCHEME" --records "$ROSTER" --subject "$who" --period "$MONTH" --benefit allowance --occasion 2023-05
    prints "amount: 200"
    prints allowance.dmn:
    expect 0 "$STIPEND" eval --scheme "$SCHEME" --records "$ROSTER" --subject "$who" --period "$MONTH" --benefit allowance --format json
    jq -e . <<<"$out" >/dev/null
}
@test "a person who is not in the records: 66" {
    expect 66 "$STIPEND" eval --scheme "$SCHEME" --records "$ROSTER" --subject NOBODY --period "$MONTH"
    says NOBODY
    silent
}
