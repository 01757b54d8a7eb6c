# A small scheme with a record of its own, for stories about one mechanism. Everything lands in the folder $KIT.
#
# The record: subjects p with id (key, any text up to 64 bytes), n (decimal), t (text), d (date), idno (unique) and a list x of
# items k (text), d (date), v (decimal), called xs in FEEL.
kit_begin() { # [FOLDER]
    KIT=${1:-$BATS_TEST_TMPDIR/kit}
    mkdir -p "$KIT" && chmod 755 "$KIT"
    cat >"$KIT/kit.xsd" <<'XSD'
<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:st="urn:stipend:schema:1" xmlns="urn:kit" targetNamespace="urn:kit" elementFormDefault="qualified">
  <xs:element name="records"><xs:complexType>
    <xs:sequence><xs:element name="p" minOccurs="0" maxOccurs="unbounded" st:subject="true"><xs:complexType>
      <xs:sequence><xs:element name="x" minOccurs="0" maxOccurs="unbounded" st:as="xs"><xs:complexType>
        <xs:attribute name="k" type="xs:string"/>
        <xs:attribute name="d" type="xs:date"/>
        <xs:attribute name="v" type="xs:decimal"/>
      </xs:complexType></xs:element></xs:sequence>
      <xs:attribute name="id" type="xs:string" st:key="true"/>
      <xs:attribute name="n" type="xs:decimal"/>
      <xs:attribute name="t" type="xs:string"/>
      <xs:attribute name="d" type="xs:date"/>
      <xs:attribute name="idno" type="xs:string" st:unique="rejected"/>
    </xs:complexType></xs:element></xs:sequence>
    <xs:attribute name="known-at" type="xs:date" use="required" st:role="known-at"/>
    <xs:attribute name="roster" type="xs:string" use="required" st:role="roster"/>
  </xs:complexType></xs:element>
</xs:schema>
XSD
}
kit_model() { # NAME REFUSALS AMOUNT: a model of two literal expressions
    local input
    {
        printf '<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="%s" name="%s" namespace="urn:kit:%s">\n' "$1" "$1" "$1"
        for input in subject period occasion prior; do
            printf '  <inputData id="%s" name="%s"><variable name="%s"/></inputData>\n' "$input" "$input" "$input"
        done
        kit_decision refusals "$2"
        kit_decision amount "$3"
        printf '</definitions>\n'
    } >"$KIT/$1.dmn"
}
kit_decision() { # NAME EXPRESSION
    local input text=$2
    text=${text//&/&amp;} text=${text//</&lt;}
    printf '  <decision id="%s" name="%s"><variable name="%s"/>\n' "$1" "$1" "$1"
    for input in subject period occasion prior; do
        printf '    <informationRequirement><requiredInput href="#%s"/></informationRequirement>\n' "$input"
    done
    printf '    <literalExpression><text>%s</text></literalExpression></decision>\n' "$text"
}
kit_benefit() { # ID MODEL [ATTRIBUTES [CHILDREN]]: prints a monthly benefit from 2024-01 on
    local attributes=${3:-} children=${4:-}
    [[ $attributes == *cadence=* ]] || attributes="cadence=\"P1M\" $attributes"
    [[ $attributes == *first=* ]] || attributes="first=\"2024-01\" $attributes"
    printf '  <benefit id="%s" %s><title lang="en">%s</title>\n    <rules model="%s.dmn" refusals="refusals" amount="amount" basis="decree"/>%s</benefit>\n' \
        "$1" "$attributes" "$1" "$2" "$children"
}
kit_scheme() { # BENEFITS [REST [ATTRIBUTES]]: scheme.xml
    local attributes=${3:-}
    [[ $attributes == *first=* ]] || attributes="first=\"2024-01\" $attributes"
    [[ $attributes == *id=* ]] || attributes="id=\"kit\" $attributes"
    printf '<?xml version="1.0" encoding="UTF-8"?>\n<scheme xmlns="urn:stipend:scheme:1" currency="CNY" %s>\n  <title lang="en">Kit</title><payer name="Office" division="640202"/>\n  <basis id="decree">Decree</basis><records schema="kit.xsd"/>\n%s%s</scheme>\n' \
        "$attributes" "$1" "${2:-}" >"$KIT/scheme.xml"
}
kit_records() { # NAME KNOWN-AT SUBJECTS [full|part]
    printf '<records xmlns="urn:kit" known-at="%s" roster="%s">\n%s\n</records>\n' "$2" "${4:-full}" "$3" >"$KIT/$1.xml"
    chmod -R a+rX "$KIT"
}
kit_run() { # CODE RECORDS PERIOD [OPTION...]: a run into the test's ledger $LEDGER
    local code=$1 records=$2 period=$3
    shift 3
    expect "$code" "$STIPEND" run --state "$LEDGER" --scheme "$KIT/scheme.xml" --records "$KIT/$records.xml" --period "$period" \
        --because "months as the story needs them" "$@"
}
kit_ledger() { # a fresh ledger of this test: $LEDGER; forget it in teardown
    LEDGER=$DIR/state-$BATS_TEST_NUMBER
    "$STIPEND" init --state "$LEDGER" >/dev/null 2>&1 || true
}
kit_lines() { # [RUN]: subject benefit occasion cause amount, by line
    ledger "$LEDGER" | awk -F'\t' -v run="${1:-}" 'NR > 1 && (run == "" || $1 == run) { print $3, $4, $5, $7, $9 }'
}
kit_sum() { # [AWK CONDITION]: sum of the lines
    ledger "$LEDGER" | awk -F'\t' 'NR > 1 && ('"${1:-1}"') { s += $9 } END { printf "%.2f\n", s }'
}
