#!/usr/bin/env bats
# Two persons of the ledger turn out to be one: what was paid twice is taken back, debts of both are the one's, and later keys follow.
load lib
load kit
setup_file() { story_begin; }
teardown_file() { story_end; }
setup() {
    kit_begin
    kit_ledger
    kit_model usual 'if subject.t = "left" then ["left"] else []' '100'
    kit_scheme "$(kit_benefit a usual)" '<recovery share-percent="50"/>'
    "$STIPEND" requests --alone "$(id -un)" --reason test --state "$LEDGER" >/dev/null
}
teardown() { forget_state "$LEDGER"; }

ask() { "$STIPEND" same "$@" --reason "the same person" --state "$LEDGER" --quiet; }
confirm() { "$STIPEND" confirm "$1" --state "$LEDGER" --quiet; }
newest() { "$STIPEND" requests --state "$LEDGER" --format json | jq '.[-1].no'; }
same_person() { ask "$@" && confirm "$(newest)"; }
sound() { expect 0 "$STIPEND" audit --all --state "$LEDGER" && expect 0 "$STIPEND" verify --state "$LEDGER"; }

@test "a debt under the second key is kept of the payments of the one person" {
    kit_records r1 2024-01-20 '<p id="A01"/><p id="A99"/>'
    kit_run 0 r1 2024-01
    kit_records r2 2024-02-20 '<p id="A01"/><p id="A99" t="left"/>'
    kit_run 0 r2 2024-02
    same "$(kit_lines 2)" $'A01 a 2024-02 new 100.00\nA99 a 2024-01 recovery -100.00'
    same_person A99 A01
    # whatever key is asked for: 200 of A01, 100 of A99 of which 100 are owed
    local key
    for key in A01 A99; do
        expect 0 "$STIPEND" balance "$key" --state "$LEDGER" --format json
        same "$(jq -r '.schemes[0] | [.posted, .open] | join(" ")' <<<"$out")" "200.00 100.00"
    done
    kit_records r3 2024-03-20 '<p id="A99"/>'
    expect 0 "$STIPEND" run --dry-run --format json --state "$LEDGER" --scheme "$KIT/scheme.xml" --records "$KIT/r3.xml" --period 2024-03
    same "$(jq -r '[.payable.offset, .payable.net, .payable.claims_open] | join(" ")' <<<"$out")" "50.00 50.00 50.00"
    kit_run 0 r3 2024-03
    same "$(kit_lines 3)" "A99 a 2024-03 new 100.00"
    same "$(shown "$LEDGER" 3 '[.payable.offset, .payable.net, .payable.claims_open] | join(" ")')" "50.00 50.00 50.00"
    # who is not in a part roster still owes it, once
    kit_records r4 2024-04-20 '<p id="B"/>' part
    kit_run 0 r4 2024-04
    same "$(shown "$LEDGER" 4 .payable.claims_open)" "50.00"
    kit_records r5 2024-05-20 '<p id="A99"/><p id="B"/>'
    kit_run 0 r5 2024-05
    same "$(shown "$LEDGER" 5 '[.payable.offset, .payable.claims_open] | join(" ")')" "50.00 0.00"
    sound
}

@test "what becomes due again for a month that the second key owes settles that debt" {
    kit_records r1 2024-01-20 '<p id="A01" t="left"/><p id="A99"/>'
    kit_run 0 r1 2024-01
    kit_records r2 2024-02-20 '<p id="A01" t="left"/><p id="A99" t="left"/>'
    kit_run 0 r2 2024-02
    same_person A99 A01
    kit_records r3 2024-03-20 '<p id="A99"/>'
    kit_run 0 r3 2024-03
    # January was paid, taken back and is due: nothing of it is paid, nothing is owed
    same "$(kit_sum)" 300.00
    same "$(shown "$LEDGER" 3 '[.payable.reversed, .payable.net, .payable.claims_open] | join(" ")')" "100.00 200.00 0.00"
    sound
}

@test "a key follows when the person whom it continues turns out to be a third" {
    kit_records r1 2024-01-20 '<p id="A01"/><p id="B01"/>'
    kit_run 0 r1 2024-01
    same_person A99 A01
    kit_records r2 2024-02-20 '<p id="A99"/><p id="B01"/>'
    kit_run 0 r2 2024-02
    same_person A01 B01
    kit_records r3 2024-03-20 '<p id="A99"/><p id="B01"/>'
    kit_run 3 r3 2024-03
    prints "A99: this person stands in the file as B01 too"
    kit_records r4 2024-03-21 '<p id="A99"/>'
    kit_run 0 r4 2024-03
    same "$(kit_sum)" 300.00
    same "$(kit_lines 4)" $'A99 a 2024-01 recovery -100.00\nA99 a 2024-02 recovery -100.00\nA99 a 2024-03 new 100.00'
    expect 65 ask A99 B01
    says "A99 is B01 already [LEDGER-052]"
    expect 65 ask B01 A01
    says "B01 is A01 already [LEDGER-052]"
    sound
}

@test "two requests that were each right, and are wrong together: the second is not confirmed" {
    kit_records r1 2024-01-20 '<p id="A"/><p id="B"/>'
    kit_run 0 r1 2024-01
    ask A B
    ask B A
    ask C A
    confirm 1
    expect 65 confirm 2
    says "something else was confirmed about B or A"
    says "LEDGER-054"
    expect 65 confirm 3
    says "something else was confirmed about C or A"
    ask C A
    confirm "$(newest)"
    kit_records r2 2024-02-20 '<p id="C"/>'
    kit_run 0 r2 2024-02
    same "$(kit_lines 2)" $'C a 2024-01 recovery -100.00\nC a 2024-02 new 100.00'
    sound
}

@test "two numbers of one person: the wrong one is corrected, then the two are joined" {
    kit_records r1 2024-01-20 '<p id="A01" idno="1"/><p id="A99" idno="2"/>'
    kit_run 0 r1 2024-01
    kit_records r2 2024-02-20 '<p id="A99" idno="1"/>' part
    kit_run 3 r2 2024-02
    # the number was wrong: what was paid for it was paid to A01
    same_person A99
    same_person A99 A01
    kit_run 0 r2 2024-02
    same "$(kit_lines 3)" $'A99 a 2024-01 recovery -100.00\nA99 a 2024-02 new 100.00'
    sound
}

@test "a key that was somebody else's is given to a person: what was paid under it stays the other's" {
    kit_records r1 2024-01-20 '<p id="A01" idno="1"/><p id="A99" idno="2"/>'
    kit_run 0 r1 2024-01
    kit_records r2 2024-02-20 '<p id="A99" idno="1"/>' part
    kit_run 3 r2 2024-02
    same_person A99 A01
    kit_run 0 r2 2024-02
    same "$(kit_lines 3)" "A99 a 2024-02 new 100.00"
    sound
}

@test "the name that a void run gave is nobody's" {
    kit_records r1 2024-01-20 '<p id="A" idno="1"/>'
    kit_run 0 r1 2024-01
    sed 's/<xs:attribute name="n"/<xs:attribute name="was" type="xs:string" st:formerly="true"\/>&/' "$KIT/kit.xsd" >"$KIT/new.xsd" && mv "$KIT/new.xsd" "$KIT/kit.xsd"
    kit_records r2 2024-02-20 '<p id="Z" idno="1" was="A"/>'
    kit_run 0 r2 2024-02
    "$STIPEND" void 2 --reason "not the same" --state "$LEDGER" >/dev/null
    kit_records r3 2024-02-21 '<p id="Z" idno="1"/>'
    kit_run 3 r3 2024-02
    prints "Z has the identity number of A, for whom one amount was posted"
    prints "A: was paid before and is missing"
    expect 0 "$STIPEND" balance A --state "$LEDGER"
    prints "A  (kit, CNY)"
    sound
}

@test "requests that were changed behind the program's back are found" {
    kit_records r1 2024-01-20 '<p id="A"/>'
    kit_run 0 r1 2024-01
    ask B A
    same_person C A
    sound
    local link sql
    link=$("$STIPEND" db status --state "$LEDGER" | sed -n 's/^psql\t//p')
    tamper() { psql "${link%user=*}user=stipend_admin" -qAtX -v ON_ERROR_STOP=1 -c "alter table stipend.request disable trigger all" -c "alter table stipend.request_event disable trigger all" -c "$1"; }
    while IFS='|' read -r sql found back; do
        tamper "$sql"
        expect 65 "$STIPEND" verify --state "$LEDGER"
        prints "$found"
        tamper "$back"
        expect 0 "$STIPEND" verify --state "$LEDGER"
    done <<'SQL'
update stipend.request set payload[2] = 'D' where no = 1|request 1 is not as it was made|update stipend.request set payload[2] = 'B' where no = 1
update stipend.request set reason = 'else' where no = 2|request 2 is not as it was made|update stipend.request set reason = 'the same person' where no = 2
update stipend.request_event set note = 'seen'|request 2 was not confirmed or cancelled as is said|update stipend.request_event set note = ''
SQL
    tamper "delete from stipend.request where no = 1"
    expect 65 "$STIPEND" verify --state "$LEDGER"
    prints "request 1 is missing"
}

@test "a key that goes on for one person turns out to be a third's: the first one's lines come along" {
    kit_records r1 2024-01-20 '<p id="A"/><p id="C"/>'
    kit_run 0 r1 2024-01
    same_person B A
    kit_records r2 2024-02-20 '<p id="B"/><p id="C"/>'
    kit_run 0 r2 2024-02
    same_person B C
    expect 0 "$STIPEND" requests --all --state "$LEDGER"
    prints "B is C"
    kit_records r3 2024-03-20 '<p id="B"/>'
    kit_run 0 r3 2024-03
    same "$(kit_sum)" 300.00
    same "$(kit_lines 3)" $'B a 2024-01 recovery -100.00\nB a 2024-02 recovery -100.00\nB a 2024-03 new 100.00'
    sound
}

@test "money brought back goes to the debts of all the person's names, whichever is named" {
    kit_records r1 2024-01-20 '<p id="A01"/><p id="A99"/><p id="B"/>'
    kit_run 0 r1 2024-01
    kit_records r2 2024-02-20 '<p id="A01" t="left"/><p id="A99" t="left"/><p id="B" t="left"/>'
    kit_run 0 r2 2024-02
    same_person A99 A01
    local key
    "$STIPEND" db grant payer "$(id -un)" --state "$LEDGER" >/dev/null
    repay() { "$STIPEND" claim repay "$1" --amount "$2" --date 2024-03-01 --note desk --key "$3" --state "$LEDGER" --quiet; }
    expect 65 repay A99 200.01 1
    says "owes only 200.00"
    expect 0 repay A99 150 1
    for key in A01 A99; do
        expect 0 "$STIPEND" balance "$key" --state "$LEDGER" --format json
        same "$(jq -r '.schemes[0] | [.brought_back, .open] | join(" ")' <<<"$out")" "150.00 50.00"
    done
    expect 0 repay A01 150 1 # under the other name it is the same booking
    expect 65 repay B 150 1
    says "receipt 1 is booking 1 already: 150.00 of"
    expect 0 "$STIPEND" claim cancel 1 --reason "counted twice" --date 2024-03-02 --state "$LEDGER" --quiet
    expect 0 "$STIPEND" balance A99 --state "$LEDGER" --format json
    same "$(jq -r '.schemes[0] | [.brought_back, .open] | join(" ")' <<<"$out")" "0.00 200.00"
    kit_records r3 2024-03-20 '<p id="B" t="left"/>' part
    kit_run 0 r3 2024-03
    sound
}
