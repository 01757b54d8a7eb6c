#!/usr/bin/env bats
# Models of a package: imports are part of the rules, languages and types are told at load, what an editor saved runs.
load lib
setup_file() {
    story_begin
    export PKG=$DIR/package
    mkdir -p "$PKG/rates"
    cp "$TOP/schemas/records.xsd" "$PKG/"
    cat >"$PKG/rates/base.dmn" <<'X'
<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="base" name="base" namespace="urn:t:base">
  <decision id="rate" name="rate"><variable id="rate-v" name="rate"/><literalExpression id="rate-e"><text>300</text></literalExpression></decision>
</definitions>
X
    cat >"$PKG/main.dmn" <<'X'
<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="main" name="main" namespace="urn:t:main">
  <import name="base" namespace="urn:t:base" locationURI="rates/base.dmn" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>
  <decision id="refusals" name="refusals"><variable id="refusals-v" name="refusals"/><literalExpression id="refusals-e"><text>[]</text></literalExpression></decision>
  <decision id="amount" name="amount"><variable id="amount-v" name="amount"/>
    <informationRequirement id="amount-r"><requiredDecision href="urn:t:base#rate"/></informationRequirement>
    <literalExpression id="amount-e"><text>{amount: base.rate, tier: "x"}</text></literalExpression></decision>
</definitions>
X
    cat >"$PKG/scheme.xml" <<'X'
<?xml version="1.0" encoding="UTF-8"?>
<scheme xmlns="urn:stipend:scheme:1" id="t" currency="CNY" first="2023-01">
  <title lang="zh">测试</title>
  <payer name="某区民政局" division="640202"/>
  <basis id="b">某办法</basis>
  <records schema="records.xsd"/>
  <benefit id="x" cadence="P1M" first="2023-01">
    <title lang="zh">津贴</title>
    <rules model="main.dmn" refusals="refusals" amount="amount" basis="b"/>
  </benefit>
</scheme>
X
    cat >"$PKG/records.xml" <<'X'
<?xml version="1.0" encoding="UTF-8"?>
<records xmlns="urn:stipend:records:1" division="640202" known-at="2023-01-20" roster="full">
  <worker id="A01" id-number="640202196101019975" name="张三" account="6228480000000000018"><employment organisation="甲社区" category="community-worker" place="640202" from="2020-01-01"/></worker>
</records>
X
}
teardown_file() { story_end; }

@test "a rate in an imported model is paid, sealed with the rules, and audited without the files" {
    cp -r "$PKG" "$BATS_TEST_TMPDIR/p"
    local p=$BATS_TEST_TMPDIR/p s=$BATS_TEST_TMPDIR/state
    "$STIPEND" init --state "$s" || :
    expect 0 "$STIPEND" run --state "$s" --scheme "$p/scheme.xml" --records "$p/records.xml" --period 2023-01
    expect 0 "$STIPEND" run --state "$s" --scheme "$p/scheme.xml" --records "$p/records.xml" --period 2023-01
    prints "already"
    # the imported file alone is changed: other rules, another amount
    sed -i 's/>300</>350</' "$p/rates/base.dmn"
    expect 0 "$STIPEND" run --state "$s" --scheme "$p/scheme.xml" --records "$p/records.xml" --period 2023-01
    expect 0 "$STIPEND" ledger --state "$s" --format tsv
    [ "$(awk -F'\t' 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "amount") c = i } NR > 1 { s += $c } END { printf "%.2f", s }' <<<"$out")" = 350.00 ]
    rm -r "$p"
    expect 0 "$STIPEND" audit --state "$s" --all
    "$STIPEND" db stop --state "$s"
}
@test "an import never leads outside of the package" {
    cp -r "$PKG" "$BATS_TEST_TMPDIR/q"
    local p=$BATS_TEST_TMPDIR/q
    mv "$p/rates/base.dmn" "$BATS_TEST_TMPDIR/base.dmn"
    sed -i 's#rates/base.dmn#../base.dmn#' "$p/main.dmn"
    expect 65 "$STIPEND" check --scheme "$p/scheme.xml"
    says "main.dmn:3:"
    says "outside of the package"
    sed -i 's#\.\./base.dmn#base.dmn#' "$p/main.dmn"
    ln -s ../base.dmn "$p/base.dmn"
    expect 65 "$STIPEND" check --scheme "$p/scheme.xml"
    says "outside of the package"
    # whatever the scheme file is called
    mv "$p/scheme.xml" "$p/other.xml"
    expect 65 "$STIPEND" check --scheme "$p/other.xml"
    says "outside of the package"
}
@test "an imported model that names the records by an input of its own is given the same facts" {
    cp -r "$PKG" "$BATS_TEST_TMPDIR/i"
    local p=$BATS_TEST_TMPDIR/i s=$BATS_TEST_TMPDIR/istate
    # main asks the records and the month itself, base does by inputs of the same names, and so does what base imports
    for n in base deep; do
        cat >"$p/rates/$n.dmn" <<X
<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="$n" name="$n" namespace="urn:t:$n">
  $([ $n = deep ] || echo '<import name="deep" namespace="urn:t:deep" locationURI="deep.dmn" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>')
  <inputData id="s" name="subject"/><inputData id="p" name="period"/>
  <decision id="rate" name="rate"><variable id="rate-v" name="rate"/>
    <informationRequirement id="r1"><requiredInput href="#s"/></informationRequirement><informationRequirement id="r2"><requiredInput href="#p"/></informationRequirement>
    $([ $n = deep ] || echo '<informationRequirement id="r3"><requiredDecision href="urn:t:deep#rate"/></informationRequirement>')
    <literalExpression id="rate-e"><text>count(subject.employments) * period.month$([ $n = deep ] || echo ' + 10 * deep.rate')</text></literalExpression></decision>
</definitions>
X
    done
    sed -i 's#<decision id="refusals"#<inputData id="subject" name="subject"/><inputData id="period" name="period"/>&#; s#<requiredDecision href#<requiredInput href="\#subject"/></informationRequirement><informationRequirement id="amount-p"><requiredInput href="\#period"/></informationRequirement><informationRequirement id="amount-q">&#; s#amount: base.rate#amount: base.rate + 100 * count(subject.employments) * period.month#' "$p/main.dmn"
    expect 0 "$STIPEND" check --scheme "$p/scheme.xml" --format tsv
    if grep -q '^warning' <<<"$out"; then told; fi
    expect 0 "$STIPEND" eval --scheme "$p/scheme.xml" --records "$p/records.xml" --subject A01 --period 2023-01 --trace
    prints 'amount = {amount: 111, tier: "x"}'
    sed -i 's#known-at="2023-01-20"#known-at="2023-03-20"#' "$p/records.xml"
    "$STIPEND" init --state "$s" || :
    expect 0 "$STIPEND" run --state "$s" --scheme "$p/scheme.xml" --records "$p/records.xml" --period 2023-03
    expect 0 "$STIPEND" ledger --state "$s" --format tsv
    prints 111.00
    prints 222.00
    prints 333.00
    expect 0 "$STIPEND" explain 1 --state "$s" --subject A01 --case-out "$BATS_TEST_TMPDIR/icases"
    expect 0 "$STIPEND" test "$BATS_TEST_TMPDIR/icases"
    [[ $(tail -n 1 <<<"$out") =~ ^[1-9][0-9]*\ passed,\ 0\ failed ]] || told
    "$STIPEND" db stop --state "$s"
}
@test "another expression language is refused at load, by check, run, eval and test" {
    cp -r "$PKG" "$BATS_TEST_TMPDIR/l"
    local p=$BATS_TEST_TMPDIR/l
    sed -i 's#namespace="urn:t:main"#namespace="urn:t:main" expressionLanguage="https://www.omg.org/spec/DMN/20240513/B-FEEL/"#' "$p/main.dmn"
    cat >"$p/case.xml" <<'X'
<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><modelName>main.dmn</modelName>
<testCase id="1"><resultNode name="refusals"><expected><list/></expected></resultNode></testCase></testCases>
X
    expect 65 "$STIPEND" check --scheme "$p/scheme.xml"
    says "B-FEEL"
    says "main.dmn:2:"
    expect 65 "$STIPEND" eval --scheme "$p/scheme.xml" --records "$p/records.xml" --subject A01 --period 2023-01
    says "B-FEEL"
    expect 65 "$STIPEND" test "$p/case.xml"
    says "B-FEEL"
    sed -i 's#/20240513/B-FEEL/#/20240513/FEEL/#' "$p/main.dmn"
    expect 0 "$STIPEND" check --scheme "$p/scheme.xml"
    expect 0 "$STIPEND" test "$p/case.xml"
}

# A package of one table over untyped inputs; $1: rows of the table, $2: input expression, $3: input expression.
table_package() {
    local p=$BATS_TEST_TMPDIR/t
    rm -rf "$p" && mkdir "$p"
    cp "$TOP/tests/stories/models/home.xsd" "$p/"
    sed -e 's#records.xsd#home.xsd#' "$PKG/scheme.xml" >"$p/scheme.xml"
    cat >"$p/main.dmn" <<X
<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="main" name="main" namespace="urn:t:main">
  <inputData id="subject" name="subject"/>
  <decision id="refusals" name="refusals"><variable id="refusals-v" name="refusals"/><literalExpression id="refusals-e"><text>[]</text></literalExpression></decision>
  <decision id="amount" name="amount"><variable id="amount-v" name="amount"/>
    <informationRequirement id="amount-r"><requiredInput href="#subject"/></informationRequirement>
    <decisionTable id="t" hitPolicy="UNIQUE">
      <input id="i1"><inputExpression id="e1"><text>$2</text></inputExpression></input>
      <input id="i2"><inputExpression id="e2"><text>$3</text></inputExpression></input>
      <output id="o1"/>
      $1
    </decisionTable></decision>
</definitions>
X
    echo "$p/scheme.xml"
}
row() { # CELL CELL OUTPUT
    echo "<rule><inputEntry><text>$1</text></inputEntry><inputEntry><text>$2</text></inputEntry><outputEntry><text>$3</text></outputEntry></rule>"
}
@test "untyped inputs: what the record's schema allows is all there is; a removed row is named" {
    local all s
    all=$(row '"owner"' '0' 1)$(row '"owner"' '&gt;= 1' 2)$(row '"tenant"' '[0..2]' 3)$(row '"tenant"' '&gt; 2' 4)$(row '"guest"' '-' 5)
    s=$(table_package "$all" "subject.tenure" "subject.children")
    expect 0 "$STIPEND" check --scheme "$s" --format tsv
    if grep -q '^warning' <<<"$out"; then told; fi
    s=$(table_package "${all/$(row '"guest"' '-' 5)/}" "subject.tenure" "subject.children")
    expect 0 "$STIPEND" check --scheme "$s" --format tsv
    [ "$(grep -c '^warning.*DMN-019' <<<"$out")" = 1 ] || told
    prints 'no rule for subject.tenure = ""guest"", whatever the other inputs' || prints 'no rule for subject.tenure = "guest", whatever the other inputs'
    s=$(table_package "${all/\[0..2\]/[0..1]}" "subject.tenure" "subject.children")
    expect 0 "$STIPEND" check --scheme "$s"
    prints 'subject.tenure = "tenant", subject.children = 2'
    # a word that no record can have
    s=$(table_package "${all/guest/gast}" "subject.tenure" "subject.children")
    expect 0 "$STIPEND" check --scheme "$s"
    prints 'rule 5 can never match'
    prints 'subject.tenure = "guest"'
}

@test "a row of a function's table is named by that table, in the file where it stands" {
    cp -r "$PKG" "$BATS_TEST_TMPDIR/f"
    local p=$BATS_TEST_TMPDIR/f
    cat >"$p/rates/base.dmn" <<'X'
<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="base" name="base" namespace="urn:t:base">
  <businessKnowledgeModel id="rate of" name="rate of"><variable id="rate-v" name="rate of"/><encapsulatedLogic id="rate-l"><formalParameter id="rate-p" name="months"/>
    <decisionTable id="rate-t"><input id="i"><inputExpression id="e"><text>months</text></inputExpression></input><output id="o"/>
      <rule id="r1"><description>第三条</description><inputEntry id="c1"><text>&lt; 12</text></inputEntry><outputEntry id="o1"><text>100</text></outputEntry></rule>
      <rule id="r2"><description>第四条</description><inputEntry id="c2"><text>&gt;= 12</text></inputEntry><outputEntry id="o2"><text>200</text></outputEntry></rule>
    </decisionTable></encapsulatedLogic></businessKnowledgeModel>
</definitions>
X
    sed -i -e 's#<informationRequirement.*</informationRequirement>#<knowledgeRequirement id="amount-r"><requiredKnowledge href="urn:t:base\#rate of"/></knowledgeRequirement>#' -e 's#amount: base.rate#amount: base.rate of(30)#' "$p/main.dmn"
    expect 0 "$STIPEND" eval --scheme "$p/scheme.xml" --records "$p/records.xml" --subject A01 --period 2023-01
    prints 'rule 2 of "rate of": 第四条  (base.dmn:6)'
    expect 0 "$STIPEND" eval --scheme "$p/scheme.xml" --records "$p/records.xml" --subject A01 --period 2023-01 --format json
    [ "$(jq -r '.[] | select(.decision == "amount") | .fired[0] | "\(.table) \(.rule) \(.file) \(.line)"' <<<"$out")" = "rate of 2 base.dmn 6" ] || told
}

# -- check --strict --

strict_package() { # a package that is strict, to be spoilt
    rm -rf "$BATS_TEST_TMPDIR/s" && cp -r "$RULES" "$BATS_TEST_TMPDIR/s"
    [ -f "$TOP/schemas/records.xsd" ] && mkdir -p "$BATS_TEST_TMPDIR/schemas" && cp "$TOP"/schemas/*.xsd "$BATS_TEST_TMPDIR/schemas/"
    sed -i 's#\.\./\.\./schemas/#../schemas/#' "$BATS_TEST_TMPDIR/s/scheme.xml"
    P=$BATS_TEST_TMPDIR/s S=$BATS_TEST_TMPDIR/s/scheme.xml
}
@test "check --strict: the shipped packages pass" {
    for s in "$TOP"/rules/*/scheme.xml; do
        expect 0 "$STIPEND" check --strict --scheme "$s"
    done
}
@test "check --strict: an overlap, a gap and a row without its clause fail, and are named" {
    strict_package
    # both rows speak of senior: an overlap; nothing speaks of intermediate: a gap
    python3 - "$P/award.dmn" <<'X'
import re, sys
p = sys.argv[1]; s = open(p, encoding="utf-8").read()
i = s.index('id="award-amount-intermediate"')
s = s[:i] + s[i:].replace('"intermediate"', '"senior"', 1)
s = re.sub(r'\s*<annotationEntry><text>奖励通知：高级[^<]*</text></annotationEntry>', '', s)
s = re.sub(r'<description>奖励通知：高级[^<]*</description>\s*', '', s)
open(p, "w", encoding="utf-8").write(s)
X
    sed -i '0,/id="award-amount-intermediate">/s//id="award-amount-first">/' "$P/award.dmn"
    expect 65 "$STIPEND" check --strict --scheme "$S"
    prints "rules 1 and 2"
    prints DMN-020
    prints 'no rule for occasion.level = "intermediate"'
    prints "rule 2 has a number, date or duration and names no clause for it"
    prints "--strict does not let pass"
    expect 0 "$STIPEND" check --scheme "$S"
}
@test "check --strict: a row that no case reaches is named with its version; test tells the same" {
    strict_package
    python3 - "$P/cases/allowance.xml" <<'X'
import re, sys
p = sys.argv[1]; s = open(p, encoding="utf-8").read()
cases = re.findall(r'\s*<testCase .*?</testCase>', s, re.S)
for c in cases:
    if 'decimal">500<' in c.replace('xs:', ''):
        s = s.replace(c, '')
open(p, "w", encoding="utf-8").write(s)
X
    expect 65 "$STIPEND" check --strict --scheme "$S"
    prints "allowance.dmn:"
    prints "table 'amount': no case reaches rule 3"
    prints DMN-032
    expect 0 "$STIPEND" test "$P/cases"
    prints "allowance.dmn:"
    prints "table 'amount': 2 of 3 rows reached; no case reaches rule 3 (line "
    expect 0 "$STIPEND" test --format json "$P/cases"
    [ "$(jq -r '[.rows[] | select(.cases == 0)] | map("\(.table) \(.rule)") | join(",")' <<<"$out")" = "amount 3" ] || told
    rm -r "$P/cases"
    expect 65 "$STIPEND" check --strict --scheme "$S"
    prints "table 'refusals': no case reaches rule 1"
}
@test "check --strict: a case that fails" {
    strict_package
    sed -i '0,/decimal">3000/s//decimal">3001/' "$P/cases/award.xml"
    expect 65 "$STIPEND" check --strict --scheme "$S"
    prints "cases/award.xml: warning: 1 cases of this file fail"
}
@test "check: months between dated rules are told; --strict fails on them" {
    cp -r "$PKG" "$BATS_TEST_TMPDIR/d"
    local p=$BATS_TEST_TMPDIR/d
    sed -i 's#<rules model="main.dmn" \(.*\)/>#<rules model="main.dmn" to="2023-04" \1/><rules model="main.dmn" from="2023-07" to="2023-09" \1/><rules model="main.dmn" from="2023-10" \1/>#' "$p/scheme.xml"
    expect 0 "$STIPEND" check --scheme "$p/scheme.xml"
    prints "benefit x: no rules hold for 2023-05 to 2023-06"
    [ "$(grep -c SCH-020 <<<"$out")" = 1 ] || told
    expect 65 "$STIPEND" check --strict --scheme "$p/scheme.xml"
    sed -i 's#from="2023-07"#from="2023-05"#' "$p/scheme.xml"
    expect 0 "$STIPEND" check --scheme "$p/scheme.xml"
    if grep -q SCH-020 <<<"$out"; then told; fi
}
@test "check --strict: a constant in an expression needs a source, a word of digits in a name none" {
    cp -r "$PKG" "$BATS_TEST_TMPDIR/c"
    local p=$BATS_TEST_TMPDIR/c
    expect 65 "$STIPEND" check --strict --scheme "$p/scheme.xml"
    prints "base.dmn:3:"
    prints "'rate' has the constant 300"
    sed -i 's#name="rate"><variable#name="rate"><description>某办法第三条</description><variable#' "$p/rates/base.dmn"
    expect 0 "$STIPEND" check --strict --scheme "$p/scheme.xml"
    sed -i 's#>300<#>count(["before 2012"]) * {rate 2012: 1}.rate 2012 + 0<#; s#<description>.*</description>##' "$p/rates/base.dmn"
    expect 0 "$STIPEND" check --strict --scheme "$p/scheme.xml"
}
@test "check --strict: a constant needs its clause in whatever form it stands, in a row as in an expression" {
    local s x
    cp -r "$PKG" "$BATS_TEST_TMPDIR/k"
    for x in 'date("2020-01-01") != null' 'null = date ( "2020-01-01" )' 'duration("P3Y") = null' 'date and time("2020-01-01T00:00:00") = null' '@"P3Y" = null' 'number("300") = null'; do
        sed "s#>300<#>if $x then 1 else 0<#" "$PKG/rates/base.dmn" >"$BATS_TEST_TMPDIR/k/rates/base.dmn"
        expect 65 "$STIPEND" check --strict --scheme "$BATS_TEST_TMPDIR/k/scheme.xml"
        prints "'rate' has the constant"
    done
    for x in '-|{amount: 500}' '-|subject.children * 0.35' '-|[300]' '-|duration("P3M")' 'date(?) &lt; date("2020-01-01")|subject.children' 'string length(?) > 5|subject.children' '-|if subject.children > 60 then 1 else 0'; do
        s=$(table_package "$(row "${x%%|*}" - "${x#*|}")" "subject.tenure" "subject.children")
        expect 65 "$STIPEND" check --strict --scheme "$s" --format tsv
        prints "rule 1 has a number, date or duration and names no clause"
        sed -i 's#<rule>#<rule><description>第三条</description>#' "${s%scheme.xml}main.dmn"
        expect 65 "$STIPEND" check --strict --scheme "$s" --format tsv # no case reaches it
        if grep -q "names no clause" <<<"$out"; then told; fi
    done
    for x in subject.children '"a 64"' 'subject.children + 1'; do
        s=$(table_package "$(row - - "$x")" "subject.tenure" "subject.children")
        expect 65 "$STIPEND" check --strict --scheme "$s" --format tsv
        if grep -q "names no clause" <<<"$out"; then told; fi
    done
}
@test "check --strict: a tier that only a default output speaks of" {
    local s
    s=$(table_package "$(row '"owner"' '-' 1)$(row '"tenant"' '-' 2)" "subject.tenure" "subject.children")
    sed -i 's#<output id="o1"/>#<output id="o1"><defaultOutputEntry><text>0</text></defaultOutputEntry></output>#' "${s%scheme.xml}main.dmn"
    expect 0 "$STIPEND" check --scheme "$s"
    expect 65 "$STIPEND" check --strict --scheme "$s"
    prints 'no row speaks of subject.tenure = "guest"'
}

# -- a model without item definitions --

untyped_package() { # $1: inputData element
    local p=$BATS_TEST_TMPDIR/u
    rm -rf "$p" && mkdir -p "$p/cases"
    cp "$TOP/tests/stories/models/home.xsd" "$p/"
    sed -e 's#records.xsd#home.xsd#' "$PKG/scheme.xml" >"$p/scheme.xml"
    cat >"$p/main.dmn" <<X
<?xml version="1.0" encoding="UTF-8"?>
<dmn:definitions xmlns:dmn="https://www.omg.org/spec/DMN/20191111/MODEL/" id="main" name="main" namespace="urn:t:main">
  $1
  <dmn:decision id="refusals" name="refusals"><dmn:variable id="refusals-v" name="refusals"/><dmn:literalExpression id="refusals-e"><dmn:text>[]</dmn:text></dmn:literalExpression></dmn:decision>
  <dmn:decision id="amount" name="amount"><dmn:variable id="amount-v" name="amount"/>
    <dmn:informationRequirement id="amount-r"><dmn:requiredInput href="#subject"/></dmn:informationRequirement>
    <dmn:literalExpression id="amount-e"><dmn:text>if subject.before 2012 then subject.place in year else subject.place in year * 2</dmn:text></dmn:literalExpression></dmn:decision>
</dmn:definitions>
X
    cat >"$p/records.xml" <<'X'
<homes xmlns="urn:t:home" known-at="2023-01-20" division="640202" roster="full"><home id="H1" place-in-year="7" before-2012="true"/><home id="H2" place-in-year="7" before-2012="false"/></homes>
X
    cat >"$p/cases/main.xml" <<'X'
<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><modelName>../main.dmn</modelName>
<testCase id="1"><inputNode name="subject"><component name="before 2012"><value xsi:type="xsd:boolean">false</value></component><component name="place in year"><value xsi:type="xsd:decimal">7</value></component></inputNode>
<resultNode name="amount"><expected><value xsi:type="xsd:decimal">14</value></expected></resultNode></testCase></testCases>
X
    chmod -R a+rX "$p"
    P=$p
}
@test "names with words of digits and keywords mean the same in eval, test, run and the exported case" {
    local s=$BATS_TEST_TMPDIR/state n=0 input
    for input in '<dmn:inputData id="subject" name="subject"/>' \
        '<dmn:inputData id="subject" name="subject"><dmn:description>x</dmn:description></dmn:inputData>' \
        "<dmn:inputData id='subject' name='subject'><dmn:variable id='v' name='subject'/></dmn:inputData>" \
        '<dmn:inputData id="subject" name="subject"><dmn:variable id="v" typeRef="Any" name="subject"/></dmn:inputData>'; do
        untyped_package "$input"
        n=$((n + 1))
        expect 0 "$STIPEND" eval --scheme "$P/scheme.xml" --records "$P/records.xml" --subject H2 --period 2023-01
        prints "amount = 14"
        expect 0 "$STIPEND" test "$P/cases"
        prints "1 passed, 0 failed"
        "$STIPEND" init --state "$s$n" >/dev/null 2>&1 || :
        expect 0 "$STIPEND" run --state "$s$n" --scheme "$P/scheme.xml" --records "$P/records.xml" --period 2023-01
        expect 0 "$STIPEND" explain --state "$s$n" 1 --subject H2 --case-out "$BATS_TEST_TMPDIR/case$n"
        "$STIPEND" db stop --state "$s$n"
        # the case stands alone: no records, no scheme
        expect 0 "$STIPEND" test "$BATS_TEST_TMPDIR/case$n"
        [[ $(tail -n 1 <<<"$out") =~ ^[1-9][0-9]*\ passed,\ 0\ failed ]] || told
        grep -q 'itemComponent name="place in year"' "$BATS_TEST_TMPDIR/case$n/main.dmn"
        if command -v xmllint >/dev/null && [ -e "${STIPEND_SHARED:-$TOP/../shared}/dmn-tck/schemas/DMN15.xsd" ]; then
            sed 's#DMN/20191111/MODEL/#DMN/20230324/MODEL/#' "$BATS_TEST_TMPDIR/case$n/main.dmn" >"$BATS_TEST_TMPDIR/as-1.5.dmn"
            expect 0 xmllint --noout --schema "${STIPEND_SHARED:-$TOP/../shared}/dmn-tck/schemas/DMN15.xsd" "$BATS_TEST_TMPDIR/as-1.5.dmn"
        fi
    done
}
@test "an exported case takes the imported models along" {
    cp -r "$PKG" "$BATS_TEST_TMPDIR/i"
    local p=$BATS_TEST_TMPDIR/i s=$BATS_TEST_TMPDIR/state
    "$STIPEND" init --state "$s" >/dev/null 2>&1 || :
    expect 0 "$STIPEND" run --state "$s" --scheme "$p/scheme.xml" --records "$p/records.xml" --period 2023-01
    expect 0 "$STIPEND" explain --state "$s" 1 --subject A01 --case-out "$BATS_TEST_TMPDIR/out-case"
    "$STIPEND" db stop --state "$s"
    [ -f "$BATS_TEST_TMPDIR/out-case/rates/base.dmn" ]
    expect 0 "$STIPEND" test "$BATS_TEST_TMPDIR/out-case"
    [[ $(tail -n 1 <<<"$out") =~ ^[1-9][0-9]*\ passed,\ 0\ failed ]] || told
}

@test "a table without input data, as Camunda's modeller lets one draw: the hint works" {
    local s p
    s=$(table_package "$(row '"owner"' '-' 1)$(row '"tenant"' '-' 2)$(row '"guest"' '-' 3)" "tenure" "children")
    p=${s%scheme.xml}main.dmn
    sed -i '/<inputData/d; /<informationRequirement/d' "$p"
    expect 65 "$STIPEND" check --scheme "$s"
    says "unknown name \`tenure\`"
    says 'draw an input data named subject and connect it to "amount", then write subject.tenure'
    # done as told
    sed -i -e 's#<decision id="refusals"#<inputData id="subject" name="subject"/>&#' \
        -e 's#<variable id="amount-v" name="amount"/>#&<informationRequirement id="r"><requiredInput href="\#subject"/></informationRequirement>#' \
        -e 's#>tenure<#>subject.tenure<#; s#>children<#>subject.children<#' "$p"
    expect 0 "$STIPEND" check --scheme "$s"
}
@test "what can never have its declared type is told at load, and fails check --strict" {
    cp -r "$PKG" "$BATS_TEST_TMPDIR/y"
    local p=$BATS_TEST_TMPDIR/y
    sed -i -e 's#<decision id="refusals"#<itemDefinition id="t" name="tAnswer"><itemComponent id="tc" name="checked"><typeRef>boolean</typeRef></itemComponent></itemDefinition>&#' \
        -e 's#</definitions>#<decision id="k" name="k"><variable id="kv" name="k"/><context id="kc"><contextEntry id="k1"><variable id="k1v" name="n" typeRef="tAnswer"/><literalExpression id="k1e"><text>{other: true}</text></literalExpression></contextEntry></context></decision><decisionService id="sv" name="sv"><variable id="svv" name="sv" typeRef="tAnswer"/><outputDecision href="\#refusals"/></decisionService></definitions>#' "$p/main.dmn"
    expect 0 "$STIPEND" check --scheme "$p/scheme.xml"
    prints "the entry 'n' is declared as tAnswer, but always is"
    expect 65 "$STIPEND" check --strict --scheme "$p/scheme.xml"
}
@test "before payable-from every command says so" {
    local s=$BATS_TEST_TMPDIR/state r=$BATS_TEST_TMPDIR/r.xml why="not-payable-yet: nothing of this benefit is payable before 2023-11"
    mkdir "$BATS_TEST_TMPDIR/schemas" && cp "$TOP"/schemas/*.xsd "$BATS_TEST_TMPDIR/schemas/"
    mkdir "$BATS_TEST_TMPDIR/rules" && cp -r "$RULES" "$BATS_TEST_TMPDIR/rules/p"
    sed -i '/<control/d' "$BATS_TEST_TMPDIR/rules/p/scheme.xml"
    sed 's/known-at="2023-11[^"]*"/known-at="2023-10-20"/' "$ROSTER" >"$r"
    "$STIPEND" init --state "$s" >/dev/null 2>&1 || :
    expect 0 "$STIPEND" eval --scheme "$BATS_TEST_TMPDIR/rules/p/scheme.xml" --records "$r" --subject DWK0002 --period 2023-10 --benefit award
    prints "award: $why"
    expect 3 "$STIPEND" run --state "$s" --scheme "$BATS_TEST_TMPDIR/rules/p/scheme.xml" --records "$r" --period 2023-10
    expect 0 "$STIPEND" show --state "$s" 1
    prints "$why"
    expect 0 "$STIPEND" explain --state "$s" 1 --subject DWK0002 --benefit award
    prints "$why"
    expect 0 "$STIPEND" explain --state "$s" 1 --subject DWK0002 --benefit allowance
    if [[ $out == *not-payable-yet* ]]; then told; fi
    "$STIPEND" db stop --state "$s"
}
