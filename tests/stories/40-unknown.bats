#!/usr/bin/env bats
# What is not known is neither paid nor refused, whatever form the rule has; explain and eval say what was posted; every text is whole.
load lib
setup_file() {
    story_begin
    ledger_in "$STATE"
}
teardown_file() { story_end; }

# package NAME: $P with a schema, and a scheme of one monthly benefit `a` from 2024-01 on; model and records are added by the test.
package() {
    P=$BATS_TEST_TMPDIR/$1
    mkdir -p "$P"
    cat >"$P/records.xsd" <<'XSD'
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:st="urn:stipend:schema:1">
 <xs:element name="records"><xs:complexType><xs:sequence>
  <xs:element name="p" minOccurs="0" maxOccurs="unbounded" st:subject="true"><xs:complexType><xs:sequence>
    <xs:element name="x" minOccurs="0" maxOccurs="unbounded" st:as="xs"><xs:complexType>
      <xs:attribute name="k" type="xs:string"/><xs:attribute name="v" type="xs:decimal"/></xs:complexType></xs:element>
   </xs:sequence>
   <xs:attribute name="id" type="xs:token" use="required" st:key="true"/>
   <xs:attribute name="n" type="xs:decimal"/><xs:attribute name="t" type="xs:string"/>
   <xs:attribute name="d" type="xs:date"/><xs:attribute name="at" type="xs:dateTime"/>
   <xs:attribute name="g" type="xs:decimal" st:as="社区连续工作年限"/></xs:complexType></xs:element>
 </xs:sequence><xs:attribute name="known-at" type="xs:date" st:role="known-at"/>
 <xs:attribute name="roster" type="xs:string" st:role="roster"/></xs:complexType></xs:element>
</xs:schema>
XSD
    cat >"$P/scheme.xml" <<XML
<scheme xmlns="urn:stipend:scheme:1" id="s-$1" currency="CNY" first="2024-01">
  <title lang="en">$1</title><payer name="Office" division="640202"/><basis id="b">rule of $1</basis>
  <records schema="records.xsd"/>
  <benefit id="a" cadence="P1M" first="2024-01"><title lang="en">A</title>
    <rules model="m.dmn" refusals="refusals" amount="amount" basis="b"/></benefit>
</scheme>
XML
}
records() { # ELEMENT...: known on 2024-01-31
    echo "<records known-at=\"${KNOWN:-2024-01-31}\" roster=\"full\">$*</records>" >"$P/r.xml"
}
escaped() { sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g' <<<"$1"; }
text() { echo "<text>$(escaped "$1")</text>"; }
literal() { echo "<literalExpression>$(text "$1")</literalExpression>"; }
# table POLICY INPUTS ROW...: INPUTS and ROW are separated by |; the last field of a row is the output
table() {
    local policy=$1 inputs=$2 row
    shift 2
    echo "<decisionTable hitPolicy=\"$policy\">"
    tr '|' '\n' <<<"$inputs" | while read -r i; do echo "<input><inputExpression>$(text "$i")</inputExpression></input>"; done
    echo "<output/>"
    for row in "$@"; do
        echo "<rule>"
        tr '|' '\n' <<<"${row%|*}" | while read -r c; do echo "<inputEntry>$(text "$c")</inputEntry>"; done
        echo "<outputEntry>$(text "${row##*|}")</outputEntry></rule>"
    done
    echo "</decisionTable>"
}
decision() { # NAME LOGIC [NEEDED...]
    local name=$1 logic=$2
    shift 2
    echo "<decision id=\"d-$name\" name=\"$name\"><variable name=\"$name\"/>"
    echo "<informationRequirement><requiredInput href=\"#i-subject\"/></informationRequirement>"
    local n
    for n in "$@"; do echo "<informationRequirement><requiredDecision href=\"#d-$n\"/></informationRequirement>"; done
    echo "$logic</decision>"
}
model() { # DECISION...
    {
        echo '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:m" name="m" id="m">'
        echo '<inputData id="i-subject" name="subject"><variable name="subject"/></inputData>'
        printf '%s\n' "$@" '</definitions>'
    } >"$P/m.dmn"
}
amount() { decision amount "$(literal "${1:-100}")"; }
month() { # CODE [OPTION...]
    local code=$1
    shift
    expect "$code" "$STIPEND" run --state "$STATE" --scheme "$P/scheme.xml" --records "$P/r.xml" --period 2024-01 "$@"
}
lines() { "$STIPEND" ledger --state "$STATE" --format tsv --scheme "s-$(basename "$P")" | awk -F'\t' 'NR > 1 { print $3, $9 }'; }
newest() { "$STIPEND" runs --state "$STATE" --format tsv | awk -F'\t' 'NR > 1 { n = $1 > n ? $1 : n } END { print n }'; }
held() { # NAME PERSON: held in run, in explain, in eval, and nothing was posted
    month 3
    same "$(lines)" ""
    expect 0 "$STIPEND" explain "$(newest)" --state "$STATE" --subject "$2"
    prints "held"
    prints "cannot be decided"
    if [[ $out == *"2024-01: due"* || $out == *"2024-01: refused"* ]]; then told; fi
    expect 0 "$STIPEND" eval --scheme "$P/scheme.xml" --records "$P/r.xml" --period 2024-01 --subject "$2"
    [[ $out == *"not known, so held, because"* || $out == *"null because"* ]] || told
}
# refuses NAME TABLE [DECISION...]: the table of refusals holds a person of whom nothing is known but the id, and pays or refuses others
refuses() {
    package "$1"
    model "${@:3}" "$2" "$(amount)"
    records '<p id="A"/>'
    held "$1" A
}

@test "refusals: a condition of which nothing is known holds the person, whatever form the rule has" {
    refuses if "$(decision refusals "$(literal 'if subject.n > 5 then ["x"] else []')")"
    refuses cell "$(decision refusals "$(table COLLECT 'subject.n > 5' 'true|"x"')")"
    refuses not-false "$(decision refusals "$(table COLLECT 'subject.n > 5' 'not(false)|"x"')")"
    refuses question "$(decision refusals "$(table COLLECT 'subject.n > 5' '? = true|"x"')")"
    refuses feeding "$(decision refusals "$(table COLLECT late 'true|"x"')" late)" "$(decision late "$(literal 'subject.n > 5')")"
    refuses feeding-if "$(decision refusals "$(table COLLECT late 'true|"x"')" late)" "$(decision late "$(literal 'if subject.n > 5 then true else false')")"
    refuses date "$(decision refusals "$(table COLLECT 'subject.d < date("2024-01-01")' 'true|"x"')")"
    refuses index "$(decision refusals "$(table COLLECT 'subject.xs[1].v > 5' 'true|"x"')")"
    refuses equal "$(decision refusals "$(literal 'if (subject.n > 5) = true then ["x"] else []')")"
    refuses unequal "$(decision refusals "$(literal 'if (subject.n > 5) != true then ["x"] else []')")"
    refuses range "$(decision refusals "$(table COLLECT 'subject.n' '[1..5]|"x"')")"
}

@test "refusals: quantifiers, filters and texts that are no numbers" {
    package some
    model "$(decision refusals "$(table COLLECT 'some x in subject.xs satisfies x.v > 5' 'true|"x"')")" "$(amount)"
    records '<p id="A"><x k="a"/></p>'
    held some A
    package filter
    model "$(decision refusals "$(table COLLECT 'count(subject.xs[v > 5])' '> 0|"x"')")" "$(amount)"
    records '<p id="A"><x k="a"/></p>'
    held filter A
    package number
    model "$(decision refusals "$(table COLLECT 'number(subject.t)' '6|"x"')")" "$(amount)"
    records '<p id="A" t="six"/>'
    held number A
}

@test "amounts: FIRST with a catch-all row does not catch what is unknown" {
    package first
    model "$(decision refusals "$(literal '[]')")" \
        "$(decision amount "$(table FIRST 'subject.d < date("2024-01-01")' 'true|50' '-|100')")"
    records '<p id="A"/><p id="B" d="2023-05-05"/><p id="C" d="2024-05-05"/>'
    month 3
    same "$(lines)" "B 50.00
C 100.00"
}

@test "asked for by the word null, it is known" {
    package asked
    model "$(decision refusals "$(literal 'if subject.n = null or subject.n > 5 then ["x"] else []')")" "$(amount)"
    records '<p id="A"/><p id="B" n="9"/><p id="C" n="1"/>'
    month 0
    same "$(lines)" "C 100.00"
    package asked-cell
    model "$(decision refusals "$(table COLLECT 'subject.n > 5' 'true|"late"' 'null|"missing"')")" "$(amount)"
    records '<p id="A"/><p id="B" n="9"/><p id="C" n="1"/>'
    month 0
    same "$(lines)" "C 100.00"
    package asked-list
    model "$(decision refusals "$(literal 'if subject.xs[1].v in (null) then [] else ["x"]')")" "$(amount)"
    records '<p id="A"/><p id="B"><x v="1"/></p>'
    month 0
    same "$(lines)" "A 100.00"
}

@test "what does not count does not hold: in whatever order it stands" {
    package order
    model "$(decision refusals "$(table COLLECT 'subject.n > 5|subject.t' 'true|"z"|"x"')")" "$(amount)"
    records '<p id="A" t="y"/>'
    month 0
    same "$(lines)" "A 100.00"
    package logic
    model "$(decision refusals "$(literal 'if (subject.n > 5) = true and subject.t = "z" then ["x"] else []')")" "$(amount)"
    records '<p id="A" t="y"/>'
    month 0
    same "$(lines)" "A 100.00"
}

# A UNIQUE table with K rules "- | k"; the first one has a cell that errs where the second surely fails.
large() { # NAME K FIRST_CELLS
    package "$1"
    local rows=() k
    for ((k = 1; k <= $2; k++)); do rows+=("-|$k|100 + $k"); done
    model "$(decision refusals "$(literal '[]')")" "$(decision amount "$(table UNIQUE 'subject.t|subject.n' "$3" "${rows[@]}")")"
    records '<p id="A" t="abc" n="3"/>'
}

@test "41 rules and 6 rules decide alike" {
    large small 6 'date(?) > date("2024-01-01")|99|1'
    month 0
    same "$(lines)" "A 103.00"
    large big 41 'date(?) > date("2024-01-01")|99|1'
    month 0
    same "$(lines)" "A 103.00"
    expect 0 "$STIPEND" explain "$(newest)" --state "$STATE" --subject A
    prints "2024-01: due 103"
    large small-open 6 'date(?) > date("2024-01-01")|3|1'
    held small-open A
    large big-open 41 'date(?) > date("2024-01-01")|3|1'
    held big-open A
}

@test "a range that ends before it starts is refused when the rules load" {
    package reversed
    model "$(decision refusals "$(literal '[]')")" "$(decision amount "$(table UNIQUE 'subject.n' '[5..2]|1' '-|2')")"
    records '<p id="A" n="3"/>'
    expect 65 "$STIPEND" check --scheme "$P/scheme.xml" --records "$P/r.xml" --period 2024-01
    says "a range that ends before it starts"
    says "[5..2]"
    month 65
}

@test "a time with a zone against one without is not known, in small tables and in large ones" {
    local size k
    for size in 3 41; do
        package zones-$size
        local rows=()
        for ((k = 1; k <= size; k++)); do rows+=("-|$k|$k"); done
        model "$(decision refusals "$(literal '[]')")" \
            "$(decision amount "$(table UNIQUE 'subject.at|subject.n' '>= date and time("2024-01-01T00:00:00Z")|3|1' "${rows[@]}")")"
        records '<p id="A" at="2024-05-05T00:00:00" n="3"/><p id="B" at="2024-05-05T00:00:00" n="2"/>'
        month 3
        same "$(lines)" "B 2.00"
    done
}

@test "one record without a value does not end the month, wherever the rule's Chinese text is cut" {
    local blanks
    for blanks in ' ' '  ' '   '; do
        package "cut-${#blanks}"
        model "$(decision 一级岗位起始年限 "$(literal 3)")" "$(decision 二级岗位起始年限 "$(literal 10)")" \
            "$(decision refusals "$(literal '[]')")" \
            "$(decision amount "$(literal "if subject.社区连续工作年限${blanks}in [一级岗位起始年限..二级岗位起始年限) then 300 else 200")" 一级岗位起始年限 二级岗位起始年限)"
        records '<p id="A" g="5"/><p id="B"/>'
        month 3
        same "$(lines)" "A 300.00"
    done
    local n
    for n in 114 115 116 117 118; do # a character of four bytes at the end of what is shown of the expression
        package "rare-$n"
        local pad=$((n - 24))
        model "$(decision refusals "$(literal '[]')")" \
            "$(decision amount "$(literal "number(subject.t + \"$(printf 'a%.0s' $(seq $pad))𠮷𠮷𠮷\")")")"
        records '<p id="A" t="x"/>'
        month 3
        "$STIPEND" show "$(newest)" --state "$STATE" --format json | jq -r '.findings[].message' | iconv -f UTF-8 -t UTF-8 >/dev/null
    done
}

@test "a trouble of every month is told once, also when its text was cut" {
    local n
    for n in 0 1 2 3; do
        package "told-$n"
        model "$(decision refusals "$(literal '[]')")" \
            "$(decision amount "$(literal "number(subject.t + \"$(printf 'a%.0s' $(seq $((n + 1))))$(printf '限%.0s' {1..90})\")")")"
        KNOWN=2025-01-31 records '<p id="A" t="x"/>'
        expect 3 "$STIPEND" run --state "$STATE" --scheme "$P/scheme.xml" --records "$P/r.xml" --period 2025-01
        same "$("$STIPEND" show "$(newest)" --state "$STATE" --format json | jq '.findings | length')" 1
    done
}

@test "explain shows numbers as they were decided, and keeps rule and clause with any number" {
    local n
    for n in 3.3 0.1 0.12345678901234567890123 9223372036854775807 9223372036854775808 12345678901234567890 -0.30; do
        package "digits-${n/./-}"
        model "$(decision refusals "$(literal '[]')")" "$(decision amount "$(table FIRST 'subject.n' '> -1|100')")"
        records "<p id=\"A\" n=\"$n\"/>"
        month 0
        expect 0 "$STIPEND" explain "$(newest)" --state "$STATE" --subject A
        prints "rule 1 of \"amount\""
        [[ $out =~ subject.n\ is\ ([-0-9.]+) ]] || told
        same "$(python3 -c 'import sys, decimal; decimal.getcontext().prec = 60; print(decimal.Decimal(sys.argv[1]) == decimal.Decimal(sys.argv[2]))' "${BASH_REMATCH[1]}" "$n")" True
    done
    package digits-huge
    model "$(decision refusals "$(literal '[]')")" "$(decision amount "$(table FIRST 'subject.n * 10 ** 400' '> 0|100')")"
    records '<p id="A" n="1"/>'
    month 0
    expect 0 "$STIPEND" explain "$(newest)" --state "$STATE" --subject A
    prints "rule 1 of \"amount\""
}

@test "bytes that are no UTF-8 are refused before anything is sent to the database" {
    package gbk
    model "$(decision refusals "$(literal '[]')")" "$(amount)"
    records '<p id="A"/>'
    local gbk=$'\xd5\xc5\xc8\xfd' before
    before=$(newest)
    cp "$P/r.xml" "$P/$gbk.xml"
    expect 65 "$STIPEND" run --state "$STATE" --scheme "$P/scheme.xml" --records "$P/$gbk.xml" --period 2024-01
    says "the file's name is not UTF-8"
    says "RUN-085"
    iconv -f UTF-8 -t UTF-8 <<<"$err" >/dev/null
    expect 65 "$STIPEND" check --scheme "$P/scheme.xml" --records "$P/$gbk.xml" --period 2024-01
    expect 64 "$STIPEND" ledger --state "$STATE" --subject "$gbk"
    says "the value of --subject is not UTF-8"
    says "CLI-010"
    expect 64 "$STIPEND" ledger --state "$STATE" --benefit="$gbk"
    expect 64 "$STIPEND" void 1 --state "$STATE" --reason "$gbk"
    expect 64 "$STIPEND" balance "$gbk" --state "$STATE"
    expect 64 "$STIPEND" claim repay "$gbk" --state "$STATE" --amount 1 --date 2024-01-01 --note n
    expect 64 "$STIPEND" db grant approver "$gbk" --state "$STATE"
    same "$(newest)" "$before"
    month 0
}
