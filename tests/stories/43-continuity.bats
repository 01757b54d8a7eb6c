#!/usr/bin/env bats
# A changed name pays nobody twice: benefits and schemes renamed, other cadences, benefits dropped, and how each is said.
load lib

setup_file() { story_begin; }
teardown_file() { story_end; }
setup() {
    K=$BATS_TEST_TMPDIR/kit
    mkdir -p "$K"
    STATE=$DIR/state$BATS_TEST_NUMBER
    "$STIPEND" init --state "$STATE" >/dev/null
    cat >"$K/r.xsd" <<'X'
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" xmlns:st="urn:stipend:schema:1" targetNamespace="urn:t" elementFormDefault="qualified">
  <xs:element name="records"><xs:complexType><xs:sequence>
    <xs:element name="p" minOccurs="0" maxOccurs="unbounded" st:subject="true"><xs:complexType><xs:sequence>
      <xs:element name="x" minOccurs="0" maxOccurs="unbounded" st:as="xs"><xs:complexType>
        <xs:attribute name="k" type="xs:string"/><xs:attribute name="j" type="xs:string"/><xs:attribute name="d" type="xs:date"/></xs:complexType></xs:element>
      </xs:sequence><xs:attribute name="id" type="xs:string" use="required" st:key="true"/><xs:attribute name="to" type="xs:date"/></xs:complexType></xs:element>
  </xs:sequence><xs:attribute name="known-at" type="xs:date" use="required" st:role="known-at"/>
    <xs:attribute name="roster" type="xs:string" use="required" st:role="roster"/></xs:complexType></xs:element>
</xs:schema>
X
    # a day is worth 1.00, so that what an occasion covers shows; nothing after `to`
    cat >"$K/m.dmn" <<'X'
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="urn:t">
  <inputData id="p" name="period"><variable id="p-v" name="period"/></inputData>
  <inputData id="s" name="subject"><variable id="s-v" name="subject"/></inputData>
  <decision id="r" name="refusals"><variable id="r-v" name="refusals"/>
    <informationRequirement id="rp"><requiredInput href="#p"/></informationRequirement><informationRequirement id="rs"><requiredInput href="#s"/></informationRequirement>
    <literalExpression id="re"><text>if subject.to != null and subject.to &lt; period.start then [{code: "over", text: "over", clause: "1"}] else []</text></literalExpression></decision>
  <decision id="a" name="amount"><variable id="a-v" name="amount"/>
    <informationRequirement id="ap"><requiredInput href="#p"/></informationRequirement>
    <literalExpression id="ae"><text>{amount: period.days, tier: "t"}</text></literalExpression></decision>
</definitions>
X
}

# Parts of scheme.xml
RULE='<rules model="m.dmn" refusals="refusals" amount="amount" basis="law"/>'
benefit() { echo "<benefit id=\"$1\" first=\"2024-01\" $2><title lang=\"en\">$1</title>${3:-}${4-$RULE}</benefit>"; } # ID ATTRIBUTES CHANGES RULES
scheme() { # ATTRIBUTES BODY [BASIS]
    echo "<scheme xmlns=\"urn:stipend:scheme:1\" currency=\"CNY\" first=\"2024-01\" $1><title lang=\"en\">t</title><payer name=\"p\" division=\"640202\"/><basis id=\"law\">${3:-law}</basis><records schema=\"r.xsd\"/>$2</scheme>" >"$K/scheme.xml"
}
# run PERIOD [OPTION...]: persons are in $PEOPLE
PEOPLE='<p id="A"/><p id="B"/>'
month() {
    local period=$1
    shift
    echo "<records xmlns=\"urn:t\" known-at=\"$period-20\" roster=\"full\">$PEOPLE</records>" >"$K/records-$period.xml"
    "$STIPEND" run --state "$STATE" --scheme "$K/scheme.xml" --records "$K/records-$period.xml" --period "$period" \
        --because "months as the story needs them" "$@"
}
sum() { "$STIPEND" ledger --state "$STATE" --format tsv "$@" | awk -F'\t' 'NR > 1 {n++; s += $9} END {printf "%d lines %.2f\n", n, s}'; }
runs() { "$STIPEND" runs --state "$STATE" --format tsv | wc -l; }
honest() { # every run can be done again and is as it was sealed
    expect 0 "$STIPEND" audit --all --state "$STATE"
    expect 0 "$STIPEND" verify --state "$STATE"
}
# refused PERIOD WORD...: run, dry run and check say so with each word, and nothing is written
refused() {
    local period=$1 before lines w
    shift
    before=$(runs) lines=$(sum)
    expect 65 month "$period"
    for w in "$@"; do says "$w"; done
    expect 65 month "$period" --dry-run
    for w in "$@"; do says "$w"; done
    expect 65 "$STIPEND" check --state "$STATE" --scheme "$K/scheme.xml" --records "$K/records-$period.xml" --period "$period"
    for w in "$@"; do says "$w"; done
    expect 65 month "$period" --full
    same "$(runs)" "$before"
    same "$(sum)" "$lines"
}

@test "a benefit with another id is refused, and goes on under formerly" {
    scheme 'id="s"' "$(benefit ben 'cadence="P1M"')"
    expect 0 month 2024-01
    expect 0 month 2024-02
    scheme 'id="s"' "$(benefit allowance 'cadence="P1M"')"
    refused 2024-03 'benefit ben' 'formerly="ben"' 'retired="keep"' RUN-040
    scheme 'id="s"' "$(benefit allowance 'cadence="P1M" formerly="bne"')"
    refused 2024-03 'benefit ben'
    scheme 'id="s"' "$(benefit allowance 'cadence="P1M" formerly="ben"')"
    expect 0 month 2024-03 --dry-run
    prints '62.00'
    expect 0 month 2024-03
    same "$(sum)" "6 lines 182.00"
    # this payment is compared with that of the old name: nobody is new
    same "$(shown "$STATE" 3 '.movement[0] | [.last_payees, .payees, .last_month] | @csv')" '2,2,"58.00"'
    expect 0 month 2024-04
    same "$(sum --run 4)" "2 lines 60.00"
    # without formerly, with the new name: the ledger knows it by now; and back again
    scheme 'id="s"' "$(benefit allowance 'cadence="P1M"')"
    expect 0 month 2024-05
    same "$(sum --run 5)" "2 lines 62.00"
    scheme 'id="s"' "$(benefit third 'cadence="P1M" formerly="second allowance"')"
    expect 0 month 2024-06
    same "$(sum --run 6)" "2 lines 60.00"
    same "$(sum)" "12 lines 364.00"
    same "$(sum --benefit third)" "12 lines 364.00"
    same "$(sum --benefit ben)" "12 lines 364.00"
    honest
}

@test "two names that were both paid cannot become one, nor one name two" {
    scheme 'id="s"' "$(benefit a 'cadence="P1M"')$(benefit b 'cadence="P1M"')"
    expect 0 month 2024-01
    scheme 'id="s"' "$(benefit c 'cadence="P1M" formerly="a b"')"
    refused 2024-02 RUN-041 'both posted'
    scheme 'id="s"' "$(benefit a 'cadence="P1M" formerly="b"')"
    refused 2024-02 RUN-041
    # a is now c; a new benefit a would be taken for it
    scheme 'id="s"' "$(benefit c 'cadence="P1M" formerly="a"')$(benefit b 'cadence="P1M"')"
    expect 0 month 2024-02
    scheme 'id="s"' "$(benefit c 'cadence="P1M"')$(benefit a 'cadence="P1M"')$(benefit b 'cadence="P1M"')"
    refused 2024-03 RUN-041 'the same one'
    # exchanged names
    scheme 'id="s"' "$(benefit b 'cadence="P1M" formerly="c"')$(benefit d 'cadence="P1M"')"
    refused 2024-03 RUN-041
    honest
}

@test "debts follow the name" {
    scheme 'id="s"' "$(benefit ben 'cadence="P1M"')<recovery share-percent=\"50\"/>"
    expect 0 month 2024-01
    expect 0 month 2024-02
    PEOPLE='<p id="A"/><p id="B" to="2024-01-31"/>'
    expect 0 month 2024-03
    same "$("$STIPEND" claim list --state "$STATE" --format json | jq -r '[.[].open] | add')" "29.00" || true
    scheme 'id="s"' "$(benefit new 'cadence="P1M" formerly="ben"')<recovery share-percent=\"50\"/>"
    PEOPLE='<p id="A"/><p id="B"/>'
    expect 0 month 2024-04
    # what was taken back is due again: it falls away instead of being paid twice
    same "$(sum --subject B)" "6 lines 121.00"
    same "$("$STIPEND" ledger --state "$STATE" --subject B --format json | jq -r '[.[].benefit] | unique | join(" ")')" "ben new"
    expect 0 "$STIPEND" balance B --state "$STATE"
    prints "- still owed                             0.00"
    honest
}

@test "a benefit dropped says what becomes of its keys" {
    scheme 'id="s"' "$(benefit a 'cadence="P1M"')$(benefit z 'cadence="P1M"')"
    expect 0 month 2024-01
    scheme 'id="s"' "$(benefit z 'cadence="P1M"')"
    refused 2024-02 'benefit a' RUN-040
    scheme 'id="s"' "$(benefit a 'cadence="P1M" retired="keep"' '' '')$(benefit z 'cadence="P1M"')"
    expect 0 month 2024-02
    same "$(sum --run 2)" "2 lines 58.00"
    expect 0 month 2024-03
    same "$(sum --benefit a)" "2 lines 62.00"
    # it may not be forgotten later either
    scheme 'id="s"' "$(benefit z 'cadence="P1M"')"
    refused 2024-04 'benefit a' RUN-040
    scheme 'id="s"' "$(benefit a 'cadence="P1M" retired="recover"' '' '')$(benefit z 'cadence="P1M"')<recovery/>"
    expect 0 month 2024-04 --dry-run --format json
    local dry
    dry=$(jq -c '[.line_total, .payable.gross, .payable.offset, .payable.net, .payable.claims_open]' <<<"$out")
    expect 0 month 2024-04
    same "$(sum --run 4)" "4 lines -2.00"
    same "$(sum --benefit a)" "4 lines 0.00"
    same "$(shown "$STATE" 4 '[.line_total, .payable.gross, .payable.offset, .payable.net, .payable.claims_open]' | jq -c .)" "$dry"
    expect 0 month 2024-05
    same "$(sum --run 5)" "2 lines 62.00"
    honest
}

@test "dry run and run agree on debts of a benefit that was dropped" {
    scheme 'id="s"' "$(benefit a 'cadence="P1M"')"
    expect 0 month 2024-01
    PEOPLE='<p id="A"/><p id="B" to="2023-12-31"/>'
    expect 0 month 2024-02
    PEOPLE='<p id="A"/><p id="B"/>'
    sed -i 's/subject.to != null and //; s/"over", text/"never", text/' "$K/m.dmn"
    scheme 'id="s"' "$(benefit a 'cadence="P1M" retired="keep"' '' '')$(benefit z 'cadence="P1M"')<recovery/>"
    sed -i 's/if subject.to &lt; period.start then .* else \[\]/[]/' "$K/m.dmn"
    expect 0 month 2024-03 --dry-run --format json
    local dry
    dry=$(jq -c '.payable | del(.policy)' <<<"$out")
    [[ $dry == *'"offset":"31.00"'* ]] || { echo "$dry"; false; }
    expect 0 month 2024-03
    same "$(shown "$STATE" 3 '.payable | del(.policy)' | jq -c .)" "$dry"
    honest
}

@test "months become quarters from a date on" {
    scheme 'id="s"' "$(benefit a 'cadence="P1M"')"
    expect 0 month 2024-01
    expect 0 month 2024-02
    expect 0 month 2024-03
    scheme 'id="s"' "$(benefit a 'cadence="P3M"')"
    refused 2024-06 RUN-042 '6 posted keys' '<cadence from="2024-04" every="P3M"/>' 'cadence="P1M"'
    scheme 'id="s"' "$(benefit a 'cadence="P1M"' '<cadence from="2024-02" every="P3M"/>')"
    expect 65 month 2024-06
    says 'January, April, July or October'
    scheme 'id="s"' "$(benefit a 'cadence="P1M"' '<cadence from="2024-01" every="P3M"/>')"
    expect 65 month 2024-06
    scheme 'id="s"' "$(benefit a 'cadence="P1M"' '<cadence from="2024-04" every="P3M"/>')"
    expect 0 month 2024-04
    same "$(sum --run 4)" "0 lines 0.00"
    expect 0 month 2024-05
    # the last month of the old cadence comes late for one, falls away for another
    PEOPLE='<p id="A"/><p id="B" to="2024-02-15"/><p id="C"/>'
    expect 0 month 2024-06
    same "$(sum --subject A)" "4 lines 182.00"
    same "$(sum --subject B)" "4 lines 60.00"
    same "$(sum --subject C)" "4 lines 182.00"
    same "$("$STIPEND" ledger --state "$STATE" --subject C --format tsv | cut -f6 | tail -n +2 | paste -sd ' ')" "2024-01 2024-02 2024-03 2024-Q2" ||
        same "$("$STIPEND" ledger --state "$STATE" --subject C --format json | jq -r '[.[].occasion] | join(" ")')" "2024-01 2024-02 2024-03 2024-Q2"
    # not even the first date may move over what is posted
    scheme 'id="s"' "$(benefit a 'cadence="P1M"' '<cadence from="2024-07" every="P3M"/>')"
    refused 2024-07 RUN-042 '2024-Q2'
    honest
}

@test "a change that reaches back over what is posted says what becomes of it" {
    scheme 'id="s"' "$(benefit a 'cadence="P1M"')<recovery/>"
    expect 0 month 2024-04
    expect 0 month 2024-05
    scheme 'id="s"' "$(benefit a 'cadence="P1M"' '<cadence from="2024-04" every="P3M"/>')<recovery/>"
    refused 2024-06 RUN-042 '4 posted keys (2024-04 to 2024-05'
    # April and May are taken back, the quarter is due: what is paid is June
    scheme 'id="s"' "$(benefit a 'cadence="P1M" stray="recover"' '<cadence from="2024-04" every="P3M"/>')<recovery/>"
    expect 0 month 2024-06
    same "$(sum)" "16 lines 364.00"
    same "$(shown "$STATE" 3 '[.payable.net, .payable.claims_open] | @csv')" '"60.00","0.00"'
    honest
}

@test "a ledger from before names were kept is asked by the scheme.xml that its newest run archived" {
    [ "$(id -u)" -eq 0 ] || skip "only root can become the ledger's owner"
    scheme 'id="s"' "$(benefit a 'cadence="P1M"')$(benefit b 'cadence="once" each="xs" key="k" dated-by="d"')"
    PEOPLE='<p id="A"><x k="one" j="1" d="2024-01-05"/></p><p id="B"/>'
    expect 0 month 2024-01
    as_owner_here "alter table stipend.run_name disable trigger deny_change; delete from stipend.run_name; alter table stipend.run_name enable always trigger deny_change;
        alter table stipend.run_part disable trigger deny_change; delete from stipend.run_part; alter table stipend.run_part enable always trigger deny_change;
        alter table stipend.link disable trigger deny_change; delete from stipend.link; alter table stipend.link enable always trigger deny_change; select stipend.link_carry()"
    scheme 'id="s"' "$(benefit a 'cadence="P3M"')$(benefit b 'cadence="once" each="xs" key="k" dated-by="d"')"
    refused 2024-03 RUN-042
    scheme 'id="s"' "$(benefit a 'cadence="P1M"')$(benefit b 'cadence="once" each="xs" key="j" dated-by="d"')"
    refused 2024-02 RUN-043
    scheme 'id="s"' "$(benefit c 'cadence="P1M"')$(benefit b 'cadence="once" each="xs" key="k" dated-by="d"')"
    refused 2024-02 RUN-040
    scheme 'id="t" formerly="s"' "$(benefit c 'cadence="P1M" formerly="a"')$(benefit b 'cadence="once" each="xs" key="k" dated-by="d"')"
    expect 0 month 2024-02
    same "$(sum --run 2)" "2 lines 58.00"
    honest
}

@test "quarters become months, months become a year" {
    scheme 'id="s"' "$(benefit q 'cadence="P3M"')$(benefit y 'cadence="P1M" paid="P1Y"')"
    expect 0 month 2024-03
    same "$(sum --run 1)" "2 lines 182.00"
    scheme 'id="s"' "$(benefit q 'cadence="P1M"')$(benefit y 'cadence="P1M" paid="P1Y"')"
    refused 2024-05 RUN-042 '<cadence from="2024-04" every="P1M"/>' 'cadence="P3M"'
    scheme 'id="s"' "$(benefit q 'cadence="P3M"' '<cadence from="2024-04" every="P1M"/>')$(benefit y 'cadence="P1M" paid="P1Y"' '<cadence from="2024-07" every="P1Y"/>')"
    expect 65 month 2024-05
    says 'must be a January'
    scheme 'id="s"' "$(benefit q 'cadence="P3M"' '<cadence from="2024-04" every="P1M"/>')$(benefit y 'cadence="P1M" paid="P1Y"' '<cadence from="2025-01" every="P1Y"/>')"
    expect 0 month 2024-04
    expect 0 month 2024-05
    same "$(sum --benefit q --subject A)" "3 lines 152.00"
    expect 0 month 2024-12 --because 'months before hold nothing new here'
    expect 0 month 2025-12 --because 'the same'
    same "$(sum --benefit y --subject A)" "13 lines 731.00"
    same "$(sum --benefit q --subject A)" "22 lines 731.00"
    honest
}

@test "posted occasions of no cadence keep a run from being sealed, until somebody says what becomes of them" {
    scheme 'id="s"' "$(benefit a 'cadence="P1M"')"
    expect 0 month 2024-01
    # the rules of the run are lost: nothing tells that the cadence was another
    [ "$(id -u)" -eq 0 ] || skip "only root can become the ledger's owner"
    as_owner_here "alter table stipend.run_source disable trigger deny_change; delete from stipend.run_source; alter table stipend.run_source enable always trigger deny_change"
    scheme 'id="s"' "$(benefit a 'cadence="P3M"')"
    expect 65 month 2024-03
    says RUN-045
    prints 'keys-without-rule'
    prints 'posted keys of which no rule speaks: 2'
    prints '2024-01'
    same "$("$STIPEND" show 2 --state "$STATE" --format json | jq -c '[.sealed, .strays.count, .strays.sum, .strays.keys[0].occasion]')" '[false,2,"62.00","2024-01"]'
    expect 65 month 2024-03 --dry-run
    # no hand can accept that
    if as_owner_here "insert into stipend.run_event (run, seq, state, actor, at) values (2, 9, 'accepted', 'x', now())" 2>"$BATS_TEST_TMPDIR/why"; then return 1; fi
    grep -q 'nobody can accept that' "$BATS_TEST_TMPDIR/why"
    scheme 'id="s"' "$(benefit a 'cadence="P3M" stray="keep"')"
    expect 0 month 2024-03 --dry-run
    scheme 'id="s"' "$(benefit a 'cadence="P3M" stray="recover"')"
    expect 0 month 2024-03
    same "$(sum)" "6 lines 182.00"
}
as_owner_here() { # SQL: as the owner of the tables
    local link
    link=$("$STIPEND" db status --state "$STATE" | sed -n 's/^psql\t//p')
    psql "${link%user=*}user=stipend_owner" -qAtX -v ON_ERROR_STOP=1 -c "$1"
}

@test "an award that is for something else is another award" {
    local award='cadence="once" each="xs" key="k" dated-by="d"' x='<x k="one" j="1" d="2024-01-05"/>'
    PEOPLE="<p id=\"A\">$x</p><p id=\"B\"/>"
    scheme 'id="s"' "$(benefit a "$award")"
    expect 0 month 2024-01
    scheme 'id="s"' "$(benefit a 'cadence="once" each="xs" key="j" dated-by="d"')"
    refused 2024-02 RUN-043 '"k" of each of its xs' '"j" of each of its xs'
    scheme 'id="s"' "$(benefit a 'cadence="once"')"
    refused 2024-02 RUN-043 'one occasion'
    scheme 'id="s"' "$(benefit a 'cadence="P1M"')"
    refused 2024-02 RUN-043
    scheme 'id="s"' "$(benefit b 'cadence="P1M" formerly="a"')"
    refused 2024-02 RUN-043
    scheme 'id="s"' "$(benefit a "$award retired=\"keep\"" '' '')$(benefit b 'cadence="once" each="xs" key="j" dated-by="d"')"
    expect 0 month 2024-02
    same "$(sum --run 2)" "1 lines 31.00"
    honest
}

@test "a scheme with another id is asked about, and goes on under formerly" {
    scheme 'id="s"' "$(benefit a 'cadence="P1M"')"
    expect 0 month 2024-01
    scheme 'id="t"' "$(benefit a 'cadence="P1M"')"
    refused 2024-02 RUN-044 'formerly="s"' 'beside='
    scheme 'id="t" formerly="s"' "$(benefit a 'cadence="P1M"')"
    expect 0 month 2024-02
    same "$(sum)" "4 lines 120.00"
    scheme 'id="t"' "$(benefit a 'cadence="P1M"')"
    expect 0 month 2024-03
    same "$(sum --scheme t)" "6 lines 182.00"
    same "$(sum --scheme s)" "6 lines 182.00"
    # both names at once: one scheme
    scheme 'id="s"' "$(benefit a 'cadence="P1M"')"
    expect 0 month 2024-04
    same "$(sum)" "8 lines 242.00"
    honest
}

@test "a second scheme of the same office is its own" {
    scheme 'id="s"' "$(benefit a 'cadence="P1M"')"
    expect 0 month 2024-01
    # side by side, though everything but the id is the same
    scheme 'id="t"' "$(benefit a 'cadence="P1M"')"
    expect 0 month 2024-01
    same "$(sum)" "4 lines 124.00"
    # later, under another law; or by its own word
    scheme 'id="u"' "$(benefit a 'cadence="P1M"')" 'another law'
    expect 0 month 2024-02
    scheme 'id="v" beside="s t"' "$(benefit a 'cadence="P1M"')"
    expect 0 month 2024-02
    # next year's: what was paid lies before its first month
    scheme 'id="w"' "$(benefit a 'cadence="P1M"' | sed 's/2024-01/2024-03/')"
    expect 0 month 2024-03
    same "$(sum --scheme w)" "2 lines 62.00"
    # and two that were both run cannot become one
    scheme 'id="x" formerly="s t"' "$(benefit a 'cadence="P1M"')"
    refused 2024-04 RUN-041
    scheme 'id="t" formerly="s"' "$(benefit a 'cadence="P1M"')"
    refused 2024-04 RUN-041
}

@test "what a void run said does not count" {
    scheme 'id="s"' "$(benefit a 'cadence="P1M"')"
    expect 0 month 2024-01
    scheme 'id="s"' "$(benefit b 'cadence="P1M" formerly="a"' '<cadence from="2024-04" every="P3M"/>')"
    expect 0 month 2024-02
    expect 0 "$STIPEND" void 2 --reason 'wrong name' --state "$STATE"
    scheme 'id="s"' "$(benefit b 'cadence="P1M"')"
    refused 2024-02 'benefit a' RUN-040
    scheme 'id="s"' "$(benefit a 'cadence="P1M"')"
    expect 0 month 2024-02
    same "$(sum)" "4 lines 120.00"
    honest
}

@test "the last months of a scheme are paid, or it is refused" {
    scheme 'id="s" last="2024-05"' "$(benefit a 'cadence="P1M" paid="P3M"')"
    expect 0 month 2024-03
    same "$(sum)" "6 lines 182.00"
    expect 0 month 2024-05
    same "$(sum)" "10 lines 304.00"
    scheme 'id="s" last="2024-05"' "$(benefit a 'cadence="P3M"')"
    expect 65 "$STIPEND" check --scheme "$K/scheme.xml"
    says 'lies inside a quarter'
    scheme 'id="s"' "$(benefit a 'cadence="P1Y" last="2024-05"')"
    expect 65 "$STIPEND" check --scheme "$K/scheme.xml"
    says 'end with 2023-12 or 2024-12'
    honest
}

@test "twelve hundred months later everybody is held, nobody loses a month" {
    scheme 'id="s"' "$(benefit a 'cadence="P1M"' | sed 's/first="2024-01"/first="1924-02"/')"
    sed -i 's/period.days/1/' "$K/m.dmn"
    PEOPLE='<p id="A"/>'
    expect 0 month 2024-01
    same "$(sum)" "1200 lines 1200.00"
    for how in '' --full; do
        expect 3 month 2024-02 --dry-run --lines --format json $how
        same "$(jq -c '[.line_count, .benefits[0].counts.held]' <<<"$out")" '[0,1]'
    done
    expect 3 month 2024-02
    prints 'A '
    prints 'more than 1200 occasions'
    same "$(sum)" "1200 lines 1200.00"
    honest
}

@test "an id that stands twice is named with both places" {
    cat >"$K/scheme.xml" <<'X'
<scheme xmlns="urn:stipend:scheme:1" id="s" currency="CNY" first="2024-01">
  <title lang="en">t</title>
  <payer name="p" division="640202"/>
  <basis id="law">law</basis>
  <records schema="r.xsd"/>
  <benefit id="law" cadence="P1M" first="2024-01"><title lang="en">a</title><rules model="m.dmn" refusals="refusals" amount="amount" basis="law"/></benefit>
</scheme>
X
    expect 65 "$STIPEND" check --scheme "$K/scheme.xml"
    says "'law'"
    says 'line 4'
    says 'scheme.xml:6:'
}
