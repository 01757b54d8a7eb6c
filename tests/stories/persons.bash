# Invented persons and a scheme that pays 200 a month to each, from January 2024 on. $DIR/kit holds scheme, rules and schema.
kit_begin() {
    mkdir -p "$DIR/kit"
    cp "$TOP/schemas/records.xsd" "$DIR/kit/"
    cat >"$DIR/kit/flat.dmn" <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="f" name="f" namespace="urn:test:flat">
  <inputData id="subject" name="subject"><variable id="subject-v" name="subject"/></inputData>
  <inputData id="period" name="period"><variable id="period-v" name="period"/></inputData>
  <decision id="refusals" name="refusals"><variable id="refusals-v" name="refusals"/><informationRequirement id="r1"><requiredInput href="#subject"/></informationRequirement><informationRequirement id="r2"><requiredInput href="#period"/></informationRequirement><literalExpression id="r3"><text>if not(some e in subject.employments satisfies e.from &lt;= period.end and (e.to = null or e.to &gt;= period.start)) then [{code: "not-employed", text: "not employed", clause: "2"}] else []</text></literalExpression></decision>
  <decision id="amount" name="amount"><variable id="amount-v" name="amount"/><literalExpression id="a1"><text>200</text></literalExpression></decision>
</definitions>
XML
    kit_scheme one >"$DIR/kit/one.xml"
    kit_scheme two >"$DIR/kit/two.xml"
    chmod -R a+rX "$DIR/kit"
}
kit_scheme() { # ID
    cat <<XML
<?xml version="1.0" encoding="UTF-8"?>
<scheme xmlns="urn:stipend:scheme:1" id="$1" currency="CNY" first="2024-01">
<title lang="zh">测试</title><title lang="en">test</title><payer name="某局" division="640202"/><basis id="b">某办法</basis>
<records schema="records.xsd"/>
<benefit id="allowance" cadence="P1M" first="2024-01"><title lang="zh">津贴</title><title lang="en">allowance</title>
<rules model="flat.dmn" refusals="refusals" amount="amount" basis="b"/></benefit>
<recovery share-percent="50"/></scheme>
XML
}
# A resident identity number: the N-th invented person's.
idno() {
    local body sum=0 i w=(7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2) c=(1 0 X 9 8 7 6 5 4 3 2)
    body=$(printf '64020219%02d0101%03d' $((60 + $1 % 40)) $((100 + $1)))
    for ((i = 0; i < 17; i++)); do sum=$((sum + ${body:i:1} * w[i])); done
    echo "$body${c[sum % 11]}"
}
# person KEY N [ATTR...]: the N-th invented person under a key; FROM, ACCOUNT, NUMBER and CERT change what the record says
person() {
    local key=$1 n=$2
    shift 2
    printf '<worker id="%s" id-number="%s" name="某人" account="%s" %s><certificate level="assistant" number="%s" passed="2021-10-17" issued="2022-01-20"/><employment organisation="某社区" category="community-worker" place="640202" from="%s"/></worker>\n' \
        "$key" "${NUMBER:-$(idno "$n")}" "${ACCOUNT:-acct$n}" "$*" "${CERT:-C$n}" "${FROM:-2020-01-01}"
}
# roster KNOWN-AT full|part: a file of the persons on standard input
roster() {
    echo '<?xml version="1.0" encoding="UTF-8"?>'
    echo "<records xmlns=\"urn:stipend:records:1\" division=\"640202\" known-at=\"$1\" roster=\"$2\">"
    cat
    echo '</records>'
}
