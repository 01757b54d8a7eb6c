#!/usr/bin/env bats
# A regular month is the full month, whatever kind of fact changed: the same lines, assessments, movement, findings and
# counts. Each story plays one history twice, as it comes and with --full, and compares everything that was written.
load lib
setup_file() { story_begin; }
teardown_file() { story_end; }
setup() {
    W=$DIR/$BATS_TEST_NUMBER
    mkdir -p "$W"
    contract >"$W/records.xsd"
    REG=$DIR/state-regular-$BATS_TEST_NUMBER FULL=$DIR/state-full-$BATS_TEST_NUMBER
}
teardown() {
    forget_state "$REG"
    forget_state "$FULL"
}

contract() {
    cat <<'XML'
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:st="urn:stipend:schema:1" xmlns="urn:test:1"
           targetNamespace="urn:test:1" elementFormDefault="qualified">
  <xs:element name="records"><xs:complexType>
    <xs:sequence><xs:element name="p" type="p" minOccurs="0" maxOccurs="unbounded" st:subject="true"/></xs:sequence>
    <xs:attribute name="known-at" type="xs:date" use="required" st:role="known-at"/>
    <xs:attribute name="roster" use="required" st:role="roster"><xs:simpleType><xs:restriction base="xs:token">
      <xs:enumeration value="full"/><xs:enumeration value="part"/></xs:restriction></xs:simpleType></xs:attribute>
  </xs:complexType></xs:element>
  <xs:complexType name="p">
    <xs:sequence><xs:element name="x" type="x" minOccurs="0" maxOccurs="unbounded" st:as="xs"/></xs:sequence>
    <xs:attribute name="id" type="xs:string" use="required" st:key="true"/>
    <xs:attribute name="n" type="xs:decimal"/><xs:attribute name="t" type="xs:string"/>
    <xs:attribute name="d" type="xs:date"/><xs:attribute name="ts" type="xs:dateTime"/>
  </xs:complexType>
  <xs:complexType name="x">
    <xs:attribute name="k" type="xs:string"/><xs:attribute name="d" type="xs:date"/><xs:attribute name="v" type="xs:decimal"/>
  </xs:complexType>
</xs:schema>
XML
}
model() { # FILE REFUSALS AMOUNT: as UTF-8
    cat >"$W/$1" <<XML
<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="urn:m">
<inputData id="subject" name="subject"/><inputData id="occasion" name="occasion"/><inputData id="period" name="period"/>
<decision id="r" name="refusals"><informationRequirement><requiredInput href="#subject"/></informationRequirement><informationRequirement><requiredInput href="#period"/></informationRequirement><literalExpression><text>$2</text></literalExpression></decision>
<decision id="a" name="amount"><informationRequirement><requiredInput href="#subject"/></informationRequirement><informationRequirement><requiredInput href="#occasion"/></informationRequirement><informationRequirement><requiredInput href="#period"/></informationRequirement><literalExpression><text>$3</text></literalExpression></decision>
</definitions>
XML
}
scheme() { # [BENEFIT ATTRIBUTES]...: each with the model BENEFIT.dmn
    {
        echo '<scheme xmlns="urn:stipend:scheme:1" id="equal" currency="CNY" first="2024-01"><title lang="en">t</title><payer name="p" division="640202"/><basis id="b">b</basis><records schema="records.xsd"/>'
        while [ $# -gt 0 ]; do
            echo "<benefit id=\"$1\" first=\"2024-01\" $2><title lang=\"en\">$1</title><rules model=\"$1.dmn\" refusals=\"refusals\" amount=\"amount\" basis=\"b\"/></benefit>"
            shift 2
        done
        echo '</scheme>'
    } >"$W/scheme.xml"
}
# month PERIOD full|part RECORDS...: in both ledgers
month() {
    local period=$1 roster=$2 a=0 b=0
    shift 2
    STEP=$((${STEP:-0} + 1))
    printf '<records xmlns="urn:test:1" known-at="%s-28" roster="%s">%s</records>\n' "$period" "$roster" "$*" >"$W/records-$STEP.xml"
    ledger_in "$REG" && ledger_in "$FULL"
    "$STIPEND" run --timing --state "$REG" --scheme "$W/scheme.xml" --records "$W/records-$STEP.xml" --period "$period" >"$W/out-$STEP" 2>"$W/err" || a=$?
    "$STIPEND" run --full --state "$FULL" --scheme "$W/scheme.xml" --records "$W/records-$STEP.xml" --period "$period" >/dev/null 2>"$W/err-full" || b=$?
    [ "$a" = "$b" ] && { [ "$a" = 0 ] || [ "$a" = 3 ]; } || { echo "step $STEP: exit $a, with --full $b"; cat "$W/err" "$W/err-full"; return 1; }
    RC=$a
}
taken_over() { sed -n 's/^ *taken over from the month before: \([0-9]*\) subjects.*/\1/p' "$W/out-$STEP"; }
psql_of() { # STATE SQL
    local link
    link=$("$STIPEND" db status --state "$1" | sed -n 's/^psql\t//p')
    psql "${link%user=*}user=stipend_owner" -qAtX -v ON_ERROR_STOP=1 -c "$2"
}
written() { # STATE: all that the runs wrote
    "$STIPEND" ledger --with-void --format tsv --state "$1"
    psql_of "$1" "select a.run, subject_id, b.id, outcome, tier, due, occasions, reasons, encode(facts, 'hex'), seen from stipend.assessment a join stipend.benefit b on b.number = a.benefit order by 1, 2, 3"
    psql_of "$1" "select run, subject, code, severity, line, col, message from stipend.finding order by run, no"
    psql_of "$1" "select run, json from stipend.run_summary order by run" | sed "s/records-[0-9]*.xml//g"
}
equal() {
    written "$REG" >"$W/regular"
    written "$FULL" >"$W/full"
    diff "$W/regular" "$W/full"
    expect 0 "$STIPEND" audit --all --state "$REG"
}
posted() { # SUBJECT [OCCASION]: sum in the regular ledger
    ledger "$REG" | awk -F'\t' -v s="$1" -v o="${2:-}" 'NR > 1 && $3 == s && (o == "" || $5 == o) { x += $9 } END { printf "%.2f\n", x }'
}

@test "items of a list change their places: the rule sees another first one" {
    model a.dmn '[]' '{amount: subject.xs[1].v, tier: subject.xs[1].k}'
    scheme a 'cadence="P1M"'
    month 2024-01 full '<p id="A"><x k="p" v="100"/><x k="q" v="200"/></p><p id="B"><x k="p" v="7"/></p>'
    month 2024-02 full '<p id="A"><x k="q" v="200"/><x k="p" v="100"/></p><p id="B"><x k="p" v="7"/></p>'
    same "$(taken_over)" 1
    same "$(posted A 2024-01)" 200.00
    month 2024-03 full '<p id="A"><x k="q" v="200"/><x k="p" v="100"/></p><p id="B"><x k="p" v="7"/></p>'
    same "$(taken_over)" 2
    equal
}

@test "a decimal is written with another scale, a time with another zone: the rule sees it, the digest of the facts does not" {
    model a.dmn '[]' 'if subject.ts != null then (if subject.ts.hour = 10 then 20 else 30) else if string(subject.n) = "1" then 10 else 30'
    scheme a 'cadence="P1M"'
    month 2024-01 full '<p id="A" n="1"/><p id="B" ts="2024-01-01T10:00:00Z"/><p id="C" n="-0.0"/>'
    month 2024-02 full '<p id="A" n="1.0"/><p id="B" ts="2024-01-01T11:00:00+01:00"/><p id="C" n="0.0"/>'
    same "$(taken_over)" 0
    same "$(posted A)" 60.00
    equal
}

@test "the order of subjects, of attributes and the encoding of the file change nothing" {
    model a.dmn '[]' 'subject.n'
    scheme a 'cadence="P1M"'
    month 2024-01 full '<p id="A" n="1" t="甲"/><p id="B" t="乙" n="2"/>'
    month 2024-02 full '<p t="乙" n="2" id="B"/><p id="A" t="&#x7532;" n="1"/>'
    same "$(taken_over)" 2
    equal
}

@test "a rule looks at the day of the run, whatever way that is written" {
    local refusals='if today() &gt;= date("2024-03-01") then [{code: "late"}] else []' how
    for how in plain character utf-16 needed; do
        model a.dmn "$refusals" 100
        case $how in
            character) sed -i 's/today()/to\&#100;ay()/' "$W/a.dmn" ;;
            utf-16) sed 's/encoding="UTF-8"/encoding="UTF-16"/' "$W/a.dmn" | iconv -f UTF-8 -t UTF-16 >"$W/b.dmn" && mv "$W/b.dmn" "$W/a.dmn" ;;
            needed) sed -i -e 's|<decision id="r" name="refusals">|<decision id="k" name="known"><literalExpression><text>now().year * 100 + now().month</text></literalExpression></decision>&<informationRequirement><requiredDecision href="#k"/></informationRequirement>|' \
                -e 's|if today() &gt;= date("2024-03-01")|if known \&gt;= 202403|' "$W/a.dmn" ;;
        esac
        scheme a 'cadence="P1M"'
        month 2024-01 full '<p id="A"/>'
        month 2024-02 full '<p id="A"/>'
        same "$(taken_over)" 0
        same "$(posted A)" 200.00
        month 2024-03 full '<p id="A"/>'
        same "$(posted A)" 0.00
        equal
        teardown
    done
}

@test "a text with the word known in it, a variable named now: nothing looks at the clock" {
    model a.dmn '[{code: "unknown today"}][subject.t = "now()"]' 'for now in [1] return now'
    model a.dmn '[{code: "unknown today"}][subject.t = "now()"]' 'sum(for now in [1, 2] return now)'
    scheme a 'cadence="P1M"'
    month 2024-01 full '<p id="A" t="known"/>'
    month 2024-02 full '<p id="A" t="known"/>'
    same "$(taken_over)" 1
    equal
}

@test "part rosters: who is missing later is who was ever paid" {
    model a.dmn '[]' 100
    scheme a 'cadence="P1M"'
    month 2024-01 full '<p id="A"/><p id="B"/><p id="C"/>'
    month 2024-02 part '<p id="A"/>'
    same "$RC" 0
    same "$(taken_over)" 1
    month 2024-03 full '<p id="A"/><p id="B"/>'
    same "$RC" 3
    same "$(taken_over)" 2
    same "$(psql_of "$REG" "select string_agg(subject_id, ' ') from stipend.assessment where run = 3 and outcome = 4")" C
    same "$(posted B)" 300.00
    same "$(posted C)" 100.00
    month 2024-04 full '<p id="A"/>'
    same "$(psql_of "$REG" "select string_agg(subject_id, ' ' order by subject_id) from stipend.assessment where run = 4 and outcome = 4")" "B C"
    equal
}

@test "part rosters after a change of rules: the runs that may be taken over do not know everybody" {
    model a.dmn '[]' 100
    scheme a 'cadence="P1M"'
    month 2024-01 full '<p id="A"/><p id="B"/><p id="C"/>'
    model a.dmn '[]' 110
    month 2024-02 part '<p id="A"/>'
    month 2024-03 full '<p id="A"/><p id="B"/>'
    same "$RC" 3
    same "$(taken_over)" 0
    same "$(posted B)" 330.00
    equal
}

@test "part rosters only: each knows its own people, each month of them" {
    model a.dmn '[]' 'subject.n'
    scheme a 'cadence="P1M"' q 'cadence="P3M"'
    cp "$W/a.dmn" "$W/q.dmn"
    local m
    for m in 2024-01 2024-02 2024-03 2024-04; do
        month $m part '<p id="A" n="1"/><p id="B" n="2"/>'
        month $m part '<p id="C" n="3"/>'
        [ $m = 2024-01 ] || same "$(taken_over)" 1
        [ $m = 2024-02 ] || month $m part "<p id=\"D\" n=\"${m#2024-0}\"/>"
    done
    month 2024-04 part '<p id="A" n="1"/>' # a second time in one month
    same "$(taken_over)" 0
    month 2024-05 full '<p id="A" n="1"/><p id="B" n="2"/><p id="C" n="3"/>'
    same "$(taken_over)" 3
    same "$RC" 3
    equal
}

@test "a record stands twice whose months nobody could decide: the same findings in both" {
    model a.dmn 'if subject.n = 0 then [{code: "none"}] else []' 'if period.month = 1 then subject.n else null'
    scheme a 'cadence="P1M"'
    month 2024-03 full '<p id="A" n="1"/><p id="B" n="0"/>'
    month 2024-04 full '<p id="A" n="1"/><p id="A" n="1"/><p id="B" n="0"/>'
    same "$RC" 3
    same "$(taken_over)" 1
    equal
    same "$(grep -c '^2|A|CALC-001|.*2024-02' "$W/regular")" 2
}

@test "only the tier changes: the movement says so in both, then and in the months after" {
    model a.dmn '[]' '{amount: 100, tier: subject.t}'
    cp "$W/a.dmn" "$W/q.dmn"
    scheme a 'cadence="P1M"' q 'cadence="P1M" paid="P3M"'
    month 2024-01 full '<p id="A" t="x"/><p id="B" t="x"/>'
    month 2024-02 full '<p id="A" t="x"/><p id="B" t="x"/>'
    month 2024-03 full '<p id="A" t="x"/><p id="B" t="x"/>'
    month 2024-04 full '<p id="A" t="y"/><p id="B" t="x"/>'
    same "$("$STIPEND" show 4 --state "$REG" --format json | jq -c '[.movement[] | select(.benefit == "a").rows[] | select(.cause == "tier-change") | [.tier, .count, .amount]]')" '[["y",1,"0.00"]]'
    month 2024-05 full '<p id="A" t="y"/><p id="B" t="x"/>'
    month 2024-06 full '<p id="A" t="y"/><p id="B" t="x"/>'
    same "$("$STIPEND" show 6 --state "$REG" --format json | jq -c '[.movement[] | select(.benefit == "q").rows[] | select(.cause == "tier-change") | [.tier, .count]]')" '[["y",1]]'
    month 2024-07 full '<p id="A" t="y"/><p id="B" t="x"/>'
    same "$(taken_over)" 2
    equal
}

@test "a tier that ends, refusals, an award that lies ahead and is taken from somebody who leaves" {
    model a.dmn 'if subject.n = 0 then [{code: "none"}] else []' '{amount: subject.n, tier: if period.month &lt; 3 then subject.t else null}'
    model g.dmn '[]' '{amount: occasion.v, tier: occasion.k}'
    scheme a 'cadence="P1M"' g 'cadence="once" each="xs" key="k" dated-by="d"'
    month 2024-01 full '<p id="A" n="1" t="x"><x k="1" d="2024-01-05" v="50"/></p><p id="B" n="0"/><p id="C" n="0"><x k="1" d="2024-01-02" v="9"/></p>'
    month 2024-02 full '<p id="A" n="1" t="x"><x k="1" d="2024-01-05" v="50"/></p><p id="B" n="0"/><p id="C" n="0"><x k="1" d="2024-06-02" v="9"/></p>'
    month 2024-03 full '<p id="A" n="1" t="x"><x k="1" d="2024-01-05" v="50"/></p><p id="B" n="0"/>'
    same "$RC" 3 # C was paid an award that lies ahead now, and is missing
    month 2024-04 full '<p id="A" n="1" t="x"><x k="1" d="2024-01-05" v="50"/><x k="2" d="2024-04-01" v="5"/></p><p id="B" n="0"/><p id="C" n="0"><x k="1" d="2024-06-02" v="9"/></p>'
    month 2024-06 full '<p id="A" n="1" t="x"><x k="1" d="2024-01-05" v="50"/><x k="2" d="2024-04-01" v="5"/></p><p id="C" n="0"><x k="1" d="2024-06-02" v="9"/></p>' || true
    equal
}

@test "held and rejected records, two of one id, and back to good" {
    model a.dmn '[]' 'subject.n'
    scheme a 'cadence="P1M"'
    month 2024-01 full '<p id="A" n="1"/><p id="B" n="2"/><p id="C" n="3"/>'
    month 2024-02 full '<p id="A"/><p id="B" n="x"/><p id="C" n="3"/><p id="C" n="4"/>'
    same "$RC" 3
    month 2024-03 full '<p id="A" n="1"/><p id="B" n="2"/><p id="C" n="3"/>'
    same "$RC" 0
    same "$(posted C)" 9.00
    month 2024-04 full '<p id="A" n="1"/><p id="B" n="2"/><p id="C" n="3"/>'
    same "$(taken_over)" 3
    equal
}

@test "months of much memory: held in neither or in both" {
    model a.dmn '[]' 'count(for a in 1..600, b in 1..600 return {a: a, b: b}) / 10000'
    scheme a 'cadence="P1M"'
    local m
    for m in 01 02 03 04 05 06 07 08 09 10 11 12; do
        month 2024-$m full '<p id="A"/>'
        same "$RC" 0
    done
    same "$(posted A)" 432.00
    equal
}

@test "a ledger from before the program wrote down what rules see: everything is calculated once" {
    model a.dmn '[]' 'subject.n'
    scheme a 'cadence="P1M"'
    month 2024-01 full '<p id="A" n="1"/><p id="B" n="2"/>'
    local s
    for s in "$REG" "$FULL"; do
        psql_of "$s" "alter table stipend.assessment disable trigger all; update stipend.assessment set seen = null; alter table stipend.assessment enable always trigger deny_change"
    done
    month 2024-02 full '<p id="A" n="1"/><p id="B" n="2"/>'
    same "$(taken_over)" 0
    month 2024-03 full '<p id="A" n="1"/><p id="B" n="2"/>'
    same "$(taken_over)" 2
    same "$(posted B)" 6.00
    equal
}

@test "a run that finds its shortcut wrong stops as a defect, and posts nothing" {
    model a.dmn '[]' 'subject.n'
    scheme a 'cadence="P1M"'
    month 2024-01 full '<p id="A" n="1"/><p id="B" n="2"/>'
    psql_of "$REG" "alter table stipend.assessment disable trigger all; update stipend.assessment set due = due + 100 where subject_id = 'B'; alter table stipend.assessment enable always trigger deny_change"
    printf '<records xmlns="urn:test:1" known-at="2024-02-28" roster="full"><p id="A" n="1"/><p id="B" n="2"/></records>' >"$W/next.xml"
    expect 70 "$STIPEND" run --state "$REG" --scheme "$W/scheme.xml" --records "$W/next.xml" --period 2024-02
    says "RUN-050"
    says "B: what is due in all of a differs between the regular month and a full calculation; nothing was posted"
    same "$("$STIPEND" runs --state "$REG" --format json | jq length)" 1
    expect 0 "$STIPEND" run --full --quiet --state "$REG" --scheme "$W/scheme.xml" --records "$W/next.xml" --period 2024-02
    same "$(posted B)" 4.00
}

@test "one ceiling over two benefits: nothing is taken back when later months come" {
    local b rate
    for b in bus:200 bike:150; do
        rate=${b#*:}
        model "${b%:*}.dmn" '[]' "max(0, min($rate, 1000 - prior.scheme total))"
        sed -i 's/#occasion/#prior/; s/id="occasion" name="occasion"/id="prior" name="prior"/' "$W/${b%:*}.dmn"
    done
    scheme bus 'cadence="P1M"' bike 'cadence="P1M"'
    local m
    for m in 1 2 3 4 5 6; do month 2024-0$m full '<p id="A"/>'; done
    same "$(ledger "$REG" | awk -F'\t' 'NR > 1 && $9 < 0' | wc -l)" 0
    same "$(posted A)" 1000.00
    same "$(posted A 2024-03)" 300.00
    equal
}
