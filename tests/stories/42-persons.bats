#!/usr/bin/env bats
# Who stands behind a key: a changed key pays nobody twice, a key given to somebody else frees nobody from a debt and gives nobody
# another's money; what two people say, and what the record says.
load lib
load people
load persons
setup_file() { story_begin && people_begin && kit_begin; }
teardown_file() {
    story_end
    people_end
}
setup() {
    STATE=$DIR/state-$BATS_TEST_NUMBER
    F=$DIR/f-$BATS_TEST_NUMBER.xml
    "$STIPEND" init --state "$STATE" >/dev/null
}
teardown() { forget_state "$STATE"; }
month() { # CODE PERIOD ROSTER [OPTION...]: persons on standard input, scheme $KIT or one
    local code=$1 period=$2 kind=$3
    shift 3
    roster "$period-20" "$kind" >"$F"
    expect "$code" "$STIPEND" run --state "$STATE" --scheme "$DIR/kit/${KIT:-one}.xml" --records "$F" --period "$period" "$@"
}
posted() { # RUN: key occasion amount
    "$STIPEND" ledger --state "$STATE" --format tsv --run "$1" | awk -F'\t' 'NR > 1 { print $3, $5, $9 }'
}
sum() { "$STIPEND" ledger --state "$STATE" --format tsv "$@" | awk -F'\t' 'NR > 1 { s += $9 } END { printf "%.2f\n", s }'; }
asked() { # RUN CODE: keys held for it
    "$STIPEND" show "$1" --state "$STATE" --format json | jq -r --arg c "$2" '.findings[]? | select(.code == $c) | .subject' | sort | tr '\n' ' '
}
alone() { # what takes two people is done by one here
    "$STIPEND" requests --alone "$(id -un)" --reason test --state "$STATE" >/dev/null
}
same_person() {
    "$STIPEND" same "$@" --reason "the same person" --state "$STATE" --quiet
    "$STIPEND" confirm "$("$STIPEND" requests --state "$STATE" --format json | jq '.[-1].no')" --state "$STATE" --quiet
}
audited() { expect 0 "$STIPEND" audit --all --state "$STATE" && expect 0 "$STIPEND" verify --state "$STATE"; }

@test "a new key with the identity number of somebody who was paid is held, with both keys and the months" {
    { person A01 1; person B01 2; } | month 0 2024-02 full
    { person A99 1; person B01 2; } | month 3 2024-03 full --dry-run --format json
    { person A99 1; person B01 2; } | month 3 2024-03 full
    same "$(posted 2)" "B01 2024-03 200.00"
    same "$(asked 2 RUN-070)" "A99 "
    same "$(asked 2 RUN-006)" "A01 "
    expect 0 "$STIPEND" show 2 --state "$STATE"
    prints "A99 has the identity number of A01, for whom 2 amounts were posted, 2024-01 to 2024-02"
    expect 0 "$STIPEND" show 2 --state "$STATE" --format json
    prints "stipend same A99 A01"
    if [[ $out == *$(idno 1)* ]]; then return 1; fi
    audited
}

@test "formerly= in the record: the key continues, nothing is paid again, each line shows the key of its time" {
    { person A01 1; person B01 2; } | month 0 2024-02 full
    { person A99 1 'formerly="A01"'; person B01 2; } | month 0 2024-03 full
    same "$(posted 2)" "A99 2024-03 200.00
B01 2024-03 200.00"
    # the word stays true without being repeated, and repeated
    { person A99 1; person B01 2; } | month 0 2024-04 full
    { person A99 1 'formerly="A01"'; person B01 2; } | month 0 2024-05 full
    same "$(posted 4)" "A99 2024-05 200.00
B01 2024-05 200.00"
    same "$(sum --subject A01)" 400.00
    same "$(sum --subject A99)" 600.00
    expect 0 "$STIPEND" balance A01 --state "$STATE"
    prints "A99, formerly A01"
    expect 0 "$STIPEND" explain 3 --subject A01 --state "$STATE"
    prints "A99, formerly A01"
    audited
}

@test "two people say it; the same month again then posts what was held" {
    people_needed
    forget_state "$STATE"
    roles "$STATE"
    { person A01 1; person B01 2; } | roster 2024-02-20 full >"$DIR/a.xml"
    { person A99 1; person B01 2; } | roster 2024-03-20 full >"$DIR/b.xml"
    chmod a+r "$DIR"/*.xml
    expect 0 as officer run --quiet --scheme "$DIR/kit/one.xml" --records "$DIR/a.xml" --period 2024-02
    expect 3 as officer run --quiet --scheme "$DIR/kit/one.xml" --records "$DIR/b.xml" --period 2024-03
    expect 77 as payer same A99 A01 --reason "new number"
    expect 64 as officer same A99 A01
    says "--reason is missing"
    expect 66 as officer same A99 X77 --reason "new number"
    says X77
    expect 0 as officer same A99 A01 --reason "new number" --document "HR 2024/7"
    prints "request 1"
    expect 0 as officer same A99 A01 --reason "new number" --document "HR 2024/7"
    prints "asked for before"
    expect 77 as officer confirm 1
    says "cannot confirm"
    expect 77 as payer confirm 1
    expect 77 as auditor confirm 1
    expect 66 as approver confirm 7
    expect 0 as auditor requests
    prints "A99 is A01"
    prints "HR 2024/7"
    expect 0 as auditor requests --lang zh
    prints "A99 与 A01 是同一人"
    # nothing counts before it is confirmed
    expect 0 as officer run --scheme "$DIR/kit/one.xml" --records "$DIR/b.xml" --period 2024-03
    prints "already done"
    expect 0 as approver confirm 1 --note "seen"
    expect 0 as approver confirm 1
    expect 65 as second confirm 1
    expect 65 as officer cancel 1 --reason "too late"
    expect 0 as officer run --quiet --scheme "$DIR/kit/one.xml" --records "$DIR/b.xml" --period 2024-03
    same "$(posted 3)" "A99 2024-03 200.00"
    expect 65 as officer same A99 A01 --reason again
    expect 0 as auditor requests --all --format json
    same "$(jq -r '.[0] | .state + " " + .by' <<<"$out")" "confirmed st${PEOPLE}approver"
    audited
}

@test "a request is cancelled by who asked, or by an approver; an exception is the owner's, and recorded" {
    people_needed
    forget_state "$STATE"
    roles "$STATE"
    person A01 1 | roster 2024-02-20 part >"$DIR/a.xml"
    chmod a+r "$DIR/a.xml"
    expect 0 as officer run --quiet --scheme "$DIR/kit/one.xml" --records "$DIR/a.xml" --period 2024-02
    expect 0 as officer same A98 A01 --reason one
    expect 64 as officer cancel 1
    expect 0 as officer cancel 1 --reason mistake
    expect 0 as officer same A98 A01 --reason two
    expect 77 as payer cancel 2 --reason no
    expect 0 as second cancel 2 --reason no
    expect 65 as approver confirm 2
    expect 0 as officer same A98 A01 --reason three
    expect 77 as officer requests --alone "st${PEOPLE}officer" --reason "holiday"
    expect 0 "$STIPEND" requests --alone "st${PEOPLE}officer" --reason "holiday" --state "$STATE"
    expect 0 as officer confirm 3
    expect 0 as auditor requests --all
    prints "by an exception"
    expect 0 "$STIPEND" requests --not-alone "st${PEOPLE}officer" --reason "back" --state "$STATE"
    expect 0 as officer same A97 A01 --reason four
    expect 77 as officer confirm 4
}

@test "the same key with another identity number is held, and nobody keeps another's debts" {
    person A01 1 | month 0 2024-03 full
    # the former holder left in January, which became known late: two months are a debt
    { person A01 1 | sed 's/from="2020-01-01"/from="2020-01-01" to="2024-01-31"/'; } | month 0 2024-03 full
    same "$(sum --run 2)" -400.00
    person A01 7 | month 3 2024-04 full
    same "$(posted 3)" ""
    same "$(asked 3 RUN-071)" "A01 "
    expect 0 "$STIPEND" balance A01 --state "$STATE" --format json
    same "$(jq -r '.schemes[0].open // .[0].open // .open' <<<"$out")" 400.00
    # the new holder under a key of his own is paid whole, without a word about the debt
    person A02 7 | month 3 2024-04 full
    same "$(sum --subject A02)" 800.00
    audited
}

@test "a corrected number: two people, and only that number" {
    alone
    person A01 1 | month 0 2024-02 full
    expect 65 "$STIPEND" same A01 --reason "typing error" --state "$STATE"
    says "no run has held"
    person A01 7 | month 3 2024-03 full
    same_person A01
    person A01 8 | month 3 2024-03 full
    person A01 7 | month 0 2024-03 full
    same "$(sum --subject A01)" 600.00
    # the number that was wrong is nobody's: its true holder is paid
    { person A01 7; ACCOUNT=other CERT=other person C01 1; } | month 0 2024-04 full
    same "$(sum --subject C01)" 800.00
    audited
}

@test "with the same number a new account and certificate are news" {
    person A01 1 | month 0 2024-02 full
    ACCOUNT=new CERT=new person A01 1 | month 0 2024-03 full
    same "$(posted 2)" "A01 2024-03 200.00"
}

@test "part rosters: two streets list one person" {
    person S1-01 1 | month 0 2024-02 part
    person S2-07 1 | month 3 2024-02 part
    same "$(posted 2)" ""
    same "$(sum)" 400.00
    alone
    same_person S2-07 S1-01
    person S2-07 1 | month 0 2024-03 part
    same "$(posted 3)" "S2-07 2024-03 200.00"
    person S1-01 1 | month 0 2024-03 part
    same "$(sum)" 600.00
    same "$(sum --subject S1-01)" 400.00
    audited
}

@test "all schemes of the ledger: the key of the one, the number of the other" {
    person A01 1 | month 0 2024-02 part
    person B01 1 | KIT=two month 3 2024-02 part
    same "$(asked 2 RUN-070)" "B01 "
    person A01 1 | KIT=two month 0 2024-02 part
    person A01 7 | KIT=two month 3 2024-03 part
    same "$(asked 4 RUN-071)" "A01 "
    audited
}

@test "a draft of another scheme that nobody accepted tells nothing of persons, then and in the audit" {
    sed 's|<recovery|<guard id="large" amount-above="100.00"/>&|' "$DIR/kit/two.xml" >"$DIR/kit/guarded.xml"
    FROM=2030-01-01 person A01 1 | month 0 2024-01 part # seen, and refused
    person A01 1 | KIT=guarded month 65 2024-01 part
    same "$(shown "$STATE" 2 .sealed)" false
    person A99 1 | month 0 2024-02 part # nothing was posted for A01 by a run that counts
    same "$(sum --run 3)" 400.00
    expect 0 "$STIPEND" audit 3 --state "$STATE"
}

@test "a refused person's number is looked at again once somebody was paid for it" {
    FROM=2024-06-01 person S1-01 1 | month 0 2024-02 part
    same "$(sum)" 0.00
    person S2-07 1 | month 0 2024-02 part
    same "$(sum)" 400.00
    person S1-01 1 | month 3 2024-02 part
    same "$(asked 3 RUN-070)" "S1-01 "
    same "$(sum)" 400.00
}

@test "lost zeros, full width and spaces of the number do not make another person" {
    person 007 1 | month 0 2024-02 full
    NUMBER=$(idno 1 | sed 's/0/０/g; s/^\(......\)/\1 /') person 7 1 | month 3 2024-03 full
    same "$(asked 2 RUN-070)" "7 "
}

@test "two numbers exchanged: both are held" {
    { person A01 1; person B01 2; } | month 0 2024-02 full
    exchanged() { NUMBER=$(idno 2) person A01 1 && NUMBER=$(idno 1) person B01 2; }
    exchanged | month 3 2024-03 full
    same "$(asked 2 RUN-071)" "A01 B01 "
    same "$(posted 2)" ""
    alone
    same_person A01
    same_person B01
    exchanged | month 0 2024-04 full
    same "$(sum)" 1600.00
    audited
}

@test "two keys exchanged, and the records say so" {
    { person A01 1; person B01 2; } | month 0 2024-02 full
    { person A01 2 'formerly="B01"'; person B01 1 'formerly="A01"'; } | month 0 2024-03 full
    { person A01 2 'formerly="B01"'; person B01 1 'formerly="A01"'; } | month 0 2024-04 full
    same "$(sum)" 1600.00
    same "$("$STIPEND" ledger --state "$STATE" --subject A01 --format tsv | awk -F'\t' 'NR > 1 { print $1, $5 }')" "1 2024-01
1 2024-02
2 2024-03
3 2024-04"
    audited
}

@test "a chain of names, also when the record keeps the first" {
    person A 1 | month 0 2024-01 full
    person B 1 'formerly="A"' | month 0 2024-02 full
    person C 1 'formerly="B"' | month 0 2024-03 full
    person D 1 'formerly="A"' | month 0 2024-04 full
    person B 1 | month 0 2024-05 full
    same "$(sum)" 1000.00
    expect 0 "$STIPEND" balance C --state "$STATE"
    prints "B, formerly A, C, D"
    same "$(sum --subject B)" 400.00
    audited
}

@test "three keys of one number: each is asked" {
    person A 1 | month 0 2024-02 part
    person B 1 | month 3 2024-02 part
    person C 1 | month 3 2024-02 part
    same "$(sum)" 400.00
    { person B 1; person C 1; } | month 3 2024-03 part
    same "$(sum)" 400.00
}

@test "formerly= that names nobody, somebody in the file, somebody else, or whom another continues" {
    { person A01 1; person B01 2; } | month 0 2024-02 full
    # nobody
    { person A01 1; person B01 2; person C01 3 'formerly="X77"'; } | month 3 2024-03 full
    same "$(asked 2 RUN-072)" "C01 "
    # somebody who is still there
    { person A01 1; person A99 4 'formerly="A01"'; person B01 2; } | month 3 2024-03 full
    same "$(asked 3 RUN-004)" "A01 A99 "
    expect 0 "$STIPEND" show 3 --state "$STATE"
    prints "A99: this person stands in the file as A01 too"
    # two at once
    { person A98 1 'formerly="A01"'; person A99 4 'formerly="A01"'; person B01 2; } | month 3 2024-03 full
    same "$(asked 4 RUN-004)" "A98 A99 "
    # somebody with another number
    { person A98 1 'formerly="A01"'; person A99 4 'formerly="B01"'; } | month 3 2024-04 part
    same "$(asked 5 RUN-072)" "A99 "
    same "$(sum --subject A98)" 200.00
    # the one is continued: the other cannot have it too
    person A97 4 'formerly="A01"' | month 3 2024-05 part
    same "$(asked 6 RUN-072)" "A97 "
    # a key that continues somebody does not continue another
    person A98 1 'formerly="B01"' | month 3 2024-05 part
    same "$(asked 7 RUN-072)" "A98 "
    audited
}

@test "check and dry run know the same, without a ledger as far as the file tells" {
    { person A01 1; person A99 4 'formerly="A01"'; } | roster 2024-02-20 full >"$F"
    expect 3 "$STIPEND" check --scheme "$DIR/kit/one.xml" --records "$F" --period 2024-02
    prints RUN-004
    person A01 1 | month 0 2024-02 full
    { person A99 1; person C01 3 'formerly="X77"'; } | roster 2024-03-20 full >"$F"
    expect 3 "$STIPEND" run --state "$STATE" --scheme "$DIR/kit/one.xml" --records "$F" --period 2024-03 --dry-run --lines --format json
    local dry
    dry=$(jq -S '[.benefits, .finding_counts]' <<<"$out")
    { person A99 1; person C01 3 'formerly="X77"'; } | month 3 2024-03 full
    same "$("$STIPEND" show 2 --state "$STATE" --format json | jq -S '[.benefits, .finding_counts]')" "$dry"
    person A98 1 'formerly="A01"' | roster 2024-04-20 part >"$F"
    expect 0 "$STIPEND" run --state "$STATE" --scheme "$DIR/kit/one.xml" --records "$F" --period 2024-04 --dry-run --lines --format tsv
    prints "A98"
}

@test "without an identity number two other values count as one" {
    sed -e '/<xs:attribute name="id-number"/s/ use="required"//' "$TOP/schemas/records.xsd" >"$DIR/kit/records.xsd"
    none() { sed 's/id-number="[^"]*"//'; }
    person A01 1 | none | month 0 2024-02 part
    CERT=C8 person A98 1 | none | month 0 2024-02 part # one value: a shared account
    person A99 1 | none | month 3 2024-02 part
    same "$(asked 3 RUN-070)" "A99 "
    ACCOUNT=x CERT=x person A01 5 | none | month 3 2024-03 part
    same "$(asked 4 RUN-071)" "A01 "
    cp "$TOP/schemas/records.xsd" "$DIR/kit/"
}

@test "too many new or missing keys of a full roster stop the seal, but in a scheme's first run" {
    many() { local i; for ((i = $1; i < $2; i++)); do person "$3$i" $((i + ${4:-0})); done; }
    many 1 51 K | month 0 2024-02 full
    { many 11 51 K; many 1 11 N 100; } | month 3 2024-03 full # 10 of 50 are not more than a fifth
    { many 14 51 K; many 1 11 N 100; } | month 65 2024-04 full
    expect 0 "$STIPEND" show 3 --state "$STATE" --format json
    same "$(jq -r '[.guards[].id] | join(" ")' <<<"$out")" "missing-keys"
    "$STIPEND" void 3 --reason "other file" --state "$STATE" >/dev/null
    { many 11 51 K; many 1 11 N 100; many 1 15 M 200; } | month 65 2024-04 full
    expect 0 "$STIPEND" show 4 --state "$STATE" --format json
    same "$(jq -r '[.guards[].id] | join(" ")' <<<"$out")" "new-keys"
    same "$("$STIPEND" runs --state "$STATE" --format tsv | awk -F'\t' '$1 == 4 { print $5 }')" unsealed
}

# As the superuser, without the guards: forgets what the TABLES (person_...) hold.
forget() {
    local link t
    link=$("$STIPEND" db status --state "$STATE" | sed -n 's/^psql\t//p')
    for t in "$@"; do
        psql "${link%user=*}user=stipend_admin" -qAtX -v ON_ERROR_STOP=1 -c "alter table stipend.$t disable trigger all" -c "delete from stipend.$t" \
            -c "alter table stipend.$t enable always trigger deny_change"
    done
    psql "${link%user=*}user=stipend_admin" -qAtX -c "alter table stipend.person_value enable always trigger guard_persons" \
        -c "alter table stipend.person_run enable always trigger link_row"
    # nor had it digests of them, or links before it was brought up to date
    psql "${link%user=*}user=stipend_admin" -qAtX -v ON_ERROR_STOP=1 -c "alter table stipend.run_part disable trigger all" -c "delete from stipend.run_part" \
        -c "alter table stipend.run_part enable always trigger deny_change" -c "alter table stipend.link disable trigger all" -c "delete from stipend.link" \
        -c "alter table stipend.link enable always trigger deny_change" -c "select stipend.link_carry()" >/dev/null
}

@test "a ledger of before: persons come from the archived records, by a run or a dry run" {
    { person A01 1; person B01 2; } | month 0 2024-02 full
    { person A01 1; person B01 2; person C01 3; } | month 0 2024-03 full
    forget person_value person_run
    { person A99 1; person B01 2; person C01 9; } | month 3 2024-04 full --dry-run
    { person A99 1; person B01 2; person C01 9; } | month 3 2024-04 full
    same "$(asked 3 RUN-070)$(asked 3 RUN-071)" "A99 C01 "
    same "$(posted 3)" "B01 2024-04 200.00"
    audited
}

# What a run remembered, "KEY KIND STATE TIMES" (0: the person's own, 1: seen with what is held, 2: somebody else's).
remembered() { # RUN
    psql "$("$STIPEND" db status --state "$STATE" | sed -n 's/^psql\t//p')" -qAtX -F ' ' -c "select subject_id, kind, state, count(*)
        from stipend.person_value where run = $1 group by 1, 2, 3 order by 1, 2, 3"
}

bare() { # KEY N: nothing but the identity number tells who it is
    printf '<worker id="%s" id-number="%s" name="某人"><employment organisation="某社区" category="community-worker" place="640202" from="2020-01-01"/></worker>\n' "$1" "$(idno "$2")"
}

@test "of a person what identifies him is remembered, each value once, and nothing else" {
    { bare A01 1; person B01 2; } | month 0 2024-02 full
    same "$(remembered 1)" "A01 identity 0 1
B01 account 0 1
B01 certificate 0 1
B01 identity 0 1"
    # what is known is not written again; of who is held, what was seen
    { bare A01 1; bare C01 3; bare D01 2; } | month 3 2024-03 part
    same "$(remembered 2)" "C01 identity 0 1
D01 identity 1 1"
}

@test "what a void run saw counts for nobody, what later runs saw stays" {
    person A01 1 | month 0 2024-02 part
    person A01 7 | month 3 2024-03 part
    "$STIPEND" void 2 --reason "wrong file" --state "$STATE" >/dev/null
    { person A01 1; person C01 7; } | month 0 2024-03 part
    # the first run becomes void: the third has seen the same number
    "$STIPEND" void 1 --reason "wrong file" --state "$STATE" >/dev/null
    person A99 1 | month 3 2024-04 part
    same "$(asked 4 RUN-070)" "A99 "
}

@test "both keys were paid before anybody knew: two people join them, and what was paid twice is taken back" {
    alone
    person A01 1 | month 0 2024-02 part
    forget person_value
    person A99 1 | month 0 2024-03 part
    same "$(sum)" 1000.00
    forget person_value person_run
    person A99 1 | month 3 2024-04 part
    same_person A99 A01
    person A99 1 | month 0 2024-04 part
    same "$(sum)" 800.00
    same "$(posted 4)" "A99 2024-01 -200.00
A99 2024-02 -200.00
A99 2024-04 200.00"
    person A99 1 | month 0 2024-05 full
    same "$(sum)" 1000.00
    audited
}

@test "a schema of one's own: one number that must be one person's is its identity" {
    mkdir -p "$DIR/own" && cp "$DIR/kit/one.xml" "$DIR/own/scheme.xml"
    sed 's/if not.*else \[\]/[]/' "$DIR/kit/flat.dmn" >"$DIR/own/flat.dmn"
    cat >"$DIR/own/records.xsd" <<'XML'
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:st="urn:stipend:schema:1" xmlns="urn:own" targetNamespace="urn:own" elementFormDefault="qualified">
<xs:element name="records"><xs:complexType><xs:sequence><xs:element name="p" minOccurs="0" maxOccurs="unbounded" st:subject="true"><xs:complexType>
<xs:attribute name="id" type="xs:string" use="required" st:key="true"/><xs:attribute name="idno" type="xs:string" st:unique="rejected"/></xs:complexType></xs:element></xs:sequence>
<xs:attribute name="known-at" type="xs:date" st:role="known-at"/><xs:attribute name="roster" type="xs:token" st:role="roster"/></xs:complexType></xs:element></xs:schema>
XML
    own() { # CODE PERIOD PERSON...
        local code=$1 period=$2
        shift 2
        { echo "<records xmlns=\"urn:own\" known-at=\"$period-20\" roster=\"part\">"; printf '<p %s/>' "$@"; echo '</records>'; } >"$F"
        expect "$code" "$STIPEND" run --quiet --state "$STATE" --scheme "$DIR/own/scheme.xml" --records "$F" --period "$period"
    }
    own 0 2024-01 'id="A" idno="77"' 'id="C d" idno="78"'
    own 3 2024-02 'id="A9" idno="77"' 'id="C d" idno="9"'
    same "$(asked 2 RUN-070)$(asked 2 RUN-071)" "A9 C d "
    own 3 2024-02 'id="C d"' # the number is gone
    same "$(asked 3 RUN-071)" "C d "
    same "$(sum)" 400.00
    audited
}
