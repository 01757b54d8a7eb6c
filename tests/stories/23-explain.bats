#!/usr/bin/env bats
# Explain: why a person got it, got nothing, or waits; in words, as JSON, and as a case for another DMN engine.
load lib
setup_file() {
    story_begin
    run_month "$STATE" "$ROSTER" --quiet || [ $? -eq 3 ]
}
teardown_file() { story_end; }
explain() { # CODE SUBJECT [OPTION...]
    local code=$1
    shift
    expect "$code" "$STIPEND" explain 1 --state "$STATE" --subject "$@"
}

@test "entitled: facts with their place, rule, clause, months, lines" {
    explain 0 DWK0017 --benefit allowance
    prints "facts  (records-2023-11.xml:85:3)"
    prints "(87:5)"
    same "$(grep -c 'due {amount: 300, tier: "intermediate"}' <<<"$out")" 11
    prints "津贴规定：社会工作师每月 300 元"
    prints "(allowance.dmn:"
    same "$(grep -c '^    run 1 line .*300.00  -> due 300.00' <<<"$out")" 11
    prints "due 3,300.00 (11 occasions)"
}

@test "refused: every condition that failed, its clause and what would change it" {
    explain 0 DWK0001 --benefit award
    local code
    for code in level cohort no-application; do prints "- $code: "; done
    same "$(grep -c 'would change it' <<<"$out")" 3
    same "$(grep -cE '^      - .*\[.+\]$' <<<"$out")" 3
    prints 'application is "none"; would change it: application other than "none"'
    prints nothing
}

@test "what is said to change a refusal changes it" {
    # DWK0002's intermediate certificate is refused for 2023, registration and application: given all three, it is paid
    sed '/id="DWK0002"/,/<\/worker>/{s/number="SW20230640M00012099" passed="2023-06-11" issued="2023-08-29"/number="SW20230640M00012099" passed="2022-06-11" issued="2022-08-29" registered-from="2023-01-10" registered-to="2026-01-09"/;s|</worker>|  <application benefit="award" submitted="2023-10-14"/>\n  &|}
        ' "$ROSTER" >"$BATS_TEST_TMPDIR/changed.xml"
    expect 65 run_month "$DIR/state-changed" "$BATS_TEST_TMPDIR/changed.xml" --quiet # six instead of the declared five
    same "$("$STIPEND" ledger --state "$DIR/state-changed" --format tsv --subject DWK0002 --benefit award | awk -F'\t' 'NR > 1 { print $5, $9 }')" "intermediate 3000.00"
}

@test "held and rejected: why, where, and what to do" {
    explain 0 DWK0210
    prints "held: DWK0210: passed is missing in certificate"
    prints "complete the record"
    prints "(1070:5)"
    explain 0 DWK0145
    prints "rejected: DWK0145: id-number"
    prints "compare the number"
    explain 0 DWK0009
    prints "account is also given for DWK0040"
    same "$(ledger | awk -F'\t' '$3 == "DWK0009" || $3 == "DWK0145" || $3 == "DWK0210"')" ""
}

@test "JSON is JSON, and tells the same" {
    local id
    for id in DWK0017 DWK0001 DWK0009 DWK0145 DWK0210 DWK0258; do
        explain 0 $id --format json
        python3 -m json.tool <<<"$out" >/dev/null
        same "$(jq -r .subject <<<"$out")" $id
    done
    explain 0 DWK0017 --benefit allowance --format json
    same "$(jq '[.decisions[] | select(.asked == "amount")] | length' <<<"$out")" 11
}

@test "no identity number and no account is printed in full" {
    local id numbers
    for id in DWK0017 DWK0001 DWK0009 DWK0145 DWK0210; do
        numbers=$(sed -n "/id=\"$id\"/{s/.*id-number=\"\([^\"]*\)\".*account=\"\([^\"]*\)\".*/\1 \2/p}" "$ROSTER")
        certificates=$(sed -n "/id=\"$id\"/,/<\/worker>/s/.*<certificate .* number=\"\([^\"]*\)\".*/\1/p" "$ROSTER")
        [ -n "$certificates" ]
        [ -n "$numbers" ]
        for format in text json; do
            explain 0 $id --format $format --case-out "$BATS_TEST_TMPDIR/case-$id"
            for number in $numbers; do
                [[ $out$err != *"$number"* ]] || { echo "printed in full for $id as $format"; false; }
                if grep -rqs -- "$number" "$BATS_TEST_TMPDIR/case-$id"; then echo "written in full for $id"; return 1; fi
            done
            for number in $certificates; do
                [[ $out$err != *"$number"* ]] || { echo "certificate printed in full for $id as $format"; false; }
            done
        done
    done
}

@test "what is personal the schema says: a field of another name, values that a decision hands on, eval too" {
    local own=$BATS_TEST_TMPDIR/own card
    mkdir -p "$own/rules/p" "$own/schemas" && cp -r "$RULES"/. "$own/rules/p" && cp "$TOP/schemas/records.xsd" "$own/schemas/"
    sed -i '/<xs:attribute name="account"/s/name="account"/name="payee-card"/' "$own/schemas/records.xsd"
    sed 's/ account="/ payee-card="/' "$ROSTER" >"$own/records.xml"
    # a decision that hands the card on as a text of its own
    sed -i -e 's|<itemComponent .*name="certificates".*|<itemComponent name="payee card"><typeRef>string</typeRef></itemComponent>\n    &|' \
        -e 's|<decision id="died"|<decision id="card" name="card"><variable name="card" typeRef="string"/><informationRequirement><requiredInput href="#subject"/></informationRequirement><literalExpression><text>subject.payee card</text></literalExpression></decision>\n  &|' "$own/rules/p/allowance.dmn"
    card=$(sed -n '/id="DWK0012"/s/.*account="\([^"]*\)".*/\1/p' "$ROSTER")
    [ ${#card} -ge 16 ]
    expect 0 "$STIPEND" eval --scheme "$own/rules/p/scheme.xml" --records "$own/records.xml" --subject DWK0012 --period 2023-11 --benefit allowance --decision card
    prints "card = ***"
    [[ $out != *"$card"* ]]
    for format in text json; do
        expect 0 "$STIPEND" eval --scheme "$own/rules/p/scheme.xml" --records "$own/records.xml" --subject DWK0012 --period 2023-11 --trace --format $format
        [[ $out$err != *"$card"* ]]
    done
    ledger_in "$own/state"
    expect 3 "$STIPEND" run --quiet --state "$own/state" --scheme "$own/rules/p/scheme.xml" --records "$own/records.xml" --period 2023-11
    for format in text json; do
        expect 0 "$STIPEND" explain 1 --state "$own/state" --subject DWK0012 --format $format
        prints "DWK0012"
        [[ $out$err != *"$card"* ]] || { echo "printed in full as $format"; false; }
    done
    forget_state "$own/state"
}

@test "Chinese and English have the same lines" {
    explain 0 DWK0002 --lang en
    local n
    n=$(wc -l <<<"$out")
    explain 0 DWK0002 --lang zh
    same "$(wc -l <<<"$out")" "$n"
    prints "事实"
    prints "本批次入账"
}

@test "a case for another DMN engine: passes here, and is valid by the kit's schema" {
    local id
    for id in DWK0017 DWK0001 DWK0258; do
        explain 0 $id --benefit allowance --case-out "$BATS_TEST_TMPDIR/case-$id"
        expect 0 "$STIPEND" test "$BATS_TEST_TMPDIR/case-$id"
        prints " 0 failed"
    done
    cmp "$BATS_TEST_TMPDIR/case-DWK0017/allowance.dmn" "$RULES/allowance.dmn"
    # what the decision does not read is not there, and what is there only the owner reads
    local f
    for f in "$BATS_TEST_TMPDIR"/case-*/*.xml; do
        same "$(stat -c %a "$f")" 600
        grep -qE '<component name="account"><value xsi:nil="true"/>' "$f"
        if grep -E '<component name="(name|id.number|account)"' "$f" | grep -v nil; then return 1; fi
    done
    grep -q 'component name="certificates"' "$BATS_TEST_TMPDIR/case-DWK0017"/*amount*.xml
    local xsd=${STIPEND_SHARED:-$TOP/../shared}/dmn-tck/schemas/testCases.xsd
    [ -r "$xsd" ] || skip "no DMN conformance kit here"
    xmllint --noout --schema "$xsd" "$BATS_TEST_TMPDIR"/case-*/*.xml
}

@test "unknown person, unknown run, no person named" {
    explain 66 NOBODY
    says 'knows no subject "NOBODY"'
    expect 64 "$STIPEND" explain 1 --state "$STATE"
    says "--subject is missing"
    expect 66 "$STIPEND" explain 9 --state "$STATE" --subject DWK0001
    says "no run 9"
    silent
}

@test "a case of a decision that takes a person as a whole has the whole person" {
    local own=$BATS_TEST_TMPDIR/whole card
    mkdir -p "$own/rules/p" "$own/schemas" && cp -r "$RULES"/. "$own/rules/p" && cp "$TOP/schemas/records.xsd" "$own/schemas/"
    card=$(sed -n '/id="DWK0017"/s/.*account="\([^"]*\)".*/\1/p' "$ROSTER")
    sed -i "s|<text>some change in|<text>not(contains(string(subject), \"$card\")) or some change in|" "$own/rules/p/allowance.dmn"
    ledger_in "$own/state"
    expect 3 "$STIPEND" run --quiet --state "$own/state" --scheme "$own/rules/p/scheme.xml" --records "$ROSTER" --period 2023-11
    expect 0 "$STIPEND" explain 1 --state "$own/state" --subject DWK0017 --benefit allowance --case-out "$BATS_TEST_TMPDIR/case-whole"
    forget_state "$own/state"
    grep -q "$card" "$BATS_TEST_TMPDIR/case-whole/"*refusals.xml
    expect 0 "$STIPEND" test "$BATS_TEST_TMPDIR/case-whole"
    prints " 0 failed"
}
