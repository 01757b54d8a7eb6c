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

@test "the rule author's table of inputs is what the program knows" {
    expect 0 "$STIPEND" check --inputs --lang en --scheme "$SCHEME"
    sed -n '/^| name | type | what |$/,/^$/p' "$TOP/rules/README.md" | sed '/^$/d' >"$BATS_TEST_TMPDIR/readme"
    printf '%s\n' "$out" | diff "$BATS_TEST_TMPDIR/readme" - || { echo "write it anew: stipend check --inputs --lang en --scheme rules/cn-640202-social-work/scheme.xml"; return 1; }
    # as rows for a program, as many
    local rows=$(($(wc -l <"$BATS_TEST_TMPDIR/readme") - 2))
    expect 0 "$STIPEND" check --inputs --format json --scheme "$SCHEME"
    same "$(jq length <<<"$out")" "$rows"
    same "$(jq -r '.[] | select(.name == "prior.scheme year total").type' <<<"$out")" number
    expect 0 "$STIPEND" check --inputs --format tsv --lang zh --scheme "$SCHEME"
    same "$(grep -c . <<<"$out")" $((rows + 1))
    prints "方案全部项目此前应发合计"
}

@test "every name of the table can be used in a rule" {
    # each name stands in an expression that is compiled: a name that the table invents is refused
    mkdir -p "$BATS_TEST_TMPDIR/every" && cp "$TOP/schemas/records.xsd" "$BATS_TEST_TMPDIR/every/"
    "$STIPEND" check --inputs --format tsv --scheme "$SCHEME" | awk -F'\t' 'NR > 1 { printf "%s[%s, 1]", (NR > 2 ? ", " : "["), $1 } END { print "]" }' >"$BATS_TEST_TMPDIR/names"
    {
        echo '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="urn:m">'
        local i needs=
        for i in subject occasion period prior; do
            echo "<inputData id=\"$i\" name=\"$i\"/>"
            needs+="<informationRequirement><requiredInput href=\"#$i\"/></informationRequirement>"
        done
        echo "<decision id=\"r\" name=\"refusals\">$needs<literalExpression><text>if count($(cat "$BATS_TEST_TMPDIR/names")) &lt; 0 then [\"x\"] else []</text></literalExpression></decision>"
        echo '<decision id="a" name="amount"><literalExpression><text>1</text></literalExpression></decision></definitions>'
    } >"$BATS_TEST_TMPDIR/every/m.dmn"
    echo '<scheme xmlns="urn:stipend:scheme:1" id="every" currency="CNY" first="2024-01"><title lang="en">t</title><payer name="p" division="640202"/><basis id="b">b</basis><records schema="records.xsd"/><benefit id="a" cadence="P1M" first="2024-01"><title lang="en">a</title><rules model="m.dmn" refusals="refusals" amount="amount" basis="b"/></benefit></scheme>' >"$BATS_TEST_TMPDIR/every/scheme.xml"
    expect 0 "$STIPEND" check --scheme "$BATS_TEST_TMPDIR/every/scheme.xml"
    sed -i 's/prior.scheme year total/prior.scheme month total/' "$BATS_TEST_TMPDIR/every/m.dmn"
    expect 65 "$STIPEND" check --scheme "$BATS_TEST_TMPDIR/every/scheme.xml"
}
