#!/usr/bin/env bats
# Money taken back: a gap in somebody's employment becomes known late. The debt is kept of later payments by half, brought
# back in cash, and the rest is written off by two people. The stories follow each other in one ledger.
load lib
setup_file() {
    story_begin
    # the scheme without the control total of its one year, which a roster of one person cannot meet
    install -d -m 755 "$DIR/rules" "$DIR/schemas"
    cp -r "$RULES" "$DIR/rules/scheme" && cp "$TOP"/schemas/* "$DIR/schemas/" && cp "$STIPEND" "$DIR/stipend"
    sed -i '/<control /d' "$DIR/rules/scheme/scheme.xml"
    chmod -R a+rX "$DIR"
    install -d -m 755 "$STATE"
    worker 2023-10-20 "$(job '')" >"$DIR/10.xml"
    for m in 11 12; do
        worker "2023-$m-20" "$(job 'to="2023-07-31"')$(job '' 2023-10-09)" >"$DIR/$m.xml"
    done
    # the gap was a mistake of whoever kept the records
    worker 2024-01-20 "$(job '')" >"$DIR/01.xml"
    ledger_in "$STATE"
}
teardown_file() { story_end; }

job() { # TO FROM
    printf '<employment organisation="x" post="y" category="community-worker" place="640202" from="%s" %s/>' "${2:-2015-08-16}" "$1"
}
worker() { # KNOWN-AT EMPLOYMENTS
    cat <<XML
<?xml version="1.0" encoding="UTF-8"?>
<records xmlns="urn:stipend:records:1" division="640202" known-at="$1" roster="part" count="1">
  <worker id="DWK0007" id-number="640202197707319993" name="许芳" account="6217000000000010698">
    <certificate level="assistant" number="SW20160640A00002590" passed="2016-06-19" issued="2016-09-16" registered-from="2021-03-12" registered-to="2027-03-11"/>
    $2
    <appraisal year="2022" result="excellent"/><appraisal year="2023" result="excellent"/>
  </worker>
</records>
XML
}
month() { # YEAR MONTH
    expect "${3:-0}" "$STIPEND" run --quiet --state "$STATE" --scheme "$DIR/rules/scheme/scheme.xml" --records "$DIR/$2.xml" --period "$1-$2"
}
balance() { "$STIPEND" balance DWK0007 --state "$STATE" --format json | jq -r ".schemes[0] | $1"; }
settled() { balance '.debts[] | .occasion as $o | .settlements[] | [$o, .kind, .amount, .bound // "", .date] | join(" ")'; }
as_user() { # USER COMMAND...
    local who=$1
    shift
    runuser -u "$who" -- "$DIR/stipend" "$@" --state "$STATE"
}
# account KIND: its balance in the exported journal, which an independent program checks
account() {
    "$STIPEND" ledger --state "$STATE" --format hledger >"$BATS_TEST_TMPDIR/journal"
    LC_ALL=C.UTF-8 hledger -f "$BATS_TEST_TMPDIR/journal" check --strict
    local sum
    sum=$(LC_ALL=C.UTF-8 hledger -f "$BATS_TEST_TMPDIR/journal" balance "$1" -N --depth 1 --format '%(total)' | tr -d ' CNY')
    echo "${sum:-0.00}"
}
only_root() { [ "$(id -u)" -eq 0 ] || skip "only root can become somebody else"; }

@test "before anything is taken back nobody owes anything" {
    month 2023 10
    same "$(balance '[.posted, .paid, .open, (.debts | length)] | join(" ")')" "2000.00 2000.00 0.00 0"
    expect 0 "$STIPEND" claim list --state "$STATE"
    prints "0 debts, open 0.00"
}

@test "three months are taken back, and half of this month's payment is kept, not more" {
    month 2023 11
    same "$(shown "$STATE" 2 '.payable | [.gross, .offset, .net, .claims_open] | join(" ")')" "200.00 100.00 100.00 500.00"
    same "$(settled)" "2023-08 offset 100.00 share 2023-11-20"
    same "$(balance '.next | [.payment, .kept, .paid] | join(" ")')" "200.00 100.00 100.00"
    expect 0 "$STIPEND" show 2 --state "$STATE" --lang en
    prints "kept for debts"
    prints "still owed by subjects"
}

@test "the same run again keeps nothing more" {
    month 2023 11
    same "$(settled | wc -l)" 1
    same "$(balance .open)" 500.00
}

@test "the next payment goes on, the oldest debt first, and the sums meet" {
    month 2023 12
    same "$(settled)" "2023-08 offset 100.00 share 2023-11-20
2023-08 offset 100.00 debt 2023-12-20"
    same "$(balance '[.posted, .paid, .brought_back, .written_off, .open] | join(" ")')" "1800.00 2200.00 0.00 0.00 400.00"
}

@test "a void run gives back what it kept; a run whose debt was kept for cannot go" {
    expect 65 "$STIPEND" void 2 --reason "wrong roster" --state "$STATE"
    says "were settled by run 3"
    expect 0 "$STIPEND" void 3 --reason "wrong roster" --state "$STATE"
    same "$(balance .open)" 500.00
    month 2023 12
    same "$(balance .open)" 400.00
}

@test "the general ledger has no expense for what is kept: payable against claim" {
    command -v psql >/dev/null || skip "no psql"
    local conn
    conn=$("$STIPEND" db status --state "$STATE" | sed -n 's/^psql\t//p' | sed 's/ user=.*//')
    same "$(psql -AtF' ' "$conn user=stipend_owner" -c \
        "select account, sum(amount) from stipend.posting where run = 4 group by account order by account")" \
        "claim -10000
expense 20000
payable -10000"
}

@test "cash is booked by a payer alone, once per receipt, and never beyond the debt" {
    only_root
    expect 77 "$STIPEND" claim repay DWK0007 --amount 50 --date 2024-01-05 --note "receipt 17" --state "$STATE"
    expect 0 "$STIPEND" db grant payer daemon --state "$STATE"
    expect 0 as_user daemon claim repay DWK0007 --amount 50 --date 2024-01-05 --note desk --key 17
    expect 0 as_user daemon claim repay DWK0007 --amount 50 --date 2024-01-05 --note desk --key 17
    prints "was booked before"
    expect 65 as_user daemon claim repay DWK0007 --amount 60 --date 2024-01-05 --note desk --key 17
    says "receipt 17 is booking 1 already: 50.00 of DWK0007 on 2024-01-05"
    says "LEDGER-043"
    expect 65 as_user daemon claim repay DWK0007 --amount 50 --date 2024-01-05 --note desk
    says "booking 1 is the same"
    says "--key NUMBER"
    same "$(balance '[.brought_back, .open] | join(" ")')" "50.00 350.00"
    expect 65 as_user daemon claim repay DWK0007 --amount 350.01 --date 2024-01-06 --note "receipt 18"
    says "owes only 350.00"
    expect 65 as_user daemon claim repay DWK0099 --amount 1 --date 2024-01-06 --note "receipt 19"
    expect 64 as_user daemon claim repay DWK0007 --amount 1,000 --date 2024-01-06 --note "receipt 20"
    expect 64 as_user daemon claim repay DWK0007 --amount 100 --date 2024-01-06
}

@test "a write-off counts when a second person has approved it" {
    only_root
    expect 0 "$STIPEND" claim write-off DWK0007 --amount 150 --reason hardship --date 2024-01-08 --state "$STATE"
    same "$(balance .open)" 350.00
    local no
    no=$("$STIPEND" claim actions --state "$STATE" --format json | jq -r '.[] | select(.kind == "writeoff") | .no')
    expect 0 "$STIPEND" db grant approver root --state "$STATE"
    expect 77 "$STIPEND" claim approve "$no" --state "$STATE"
    says "cannot approve it"
    expect 0 "$STIPEND" db grant approver games --state "$STATE"
    expect 0 as_user games claim approve "$no" --date 2024-01-09
    same "$(balance '[.written_off, .open] | join(" ")')" "150.00 200.00"
    expect 0 "$STIPEND" balance DWK0007 --state "$STATE" --lang en
    prints "written off (booking $no, approved by games): hardship"
    # the general ledger says the same of what is owed, brought back and given up
    same "$(account claim) $(account bank) $(account writeoff)" "200.00 50.00 150.00"
    expect 0 "$STIPEND" verify --state "$STATE"
    prints "of 3 bookings about debts the last 3 will be sealed with the next run"
}

@test "what was taken back by mistake and is due again: the debt falls away, what was kept is paid" {
    only_root
    # August 200 was kept, September: 50 cash and 150 written off, October 200 is still owed
    month 2024 01
    same "$(balance .open)" 0.00
    same "$(settled | grep reversal)" "2023-10 reversal 200.00  2024-01-20"
    same "$(settled | grep forgiven)" "2023-09 forgiven 150.00  2024-01-20"
    # due for 2023 and January: 13 months; everything was paid, nothing is in the air
    same "$(balance '[.posted, .paid, .brought_back, .written_off, .open] | join(" ")')" "2600.00 2650.00 50.00 0.00 0.00"
    # 3 months again and January: of 800 the open debt of 200 falls away, and the 150 written off were never given back
    same "$(shown "$STATE" 5 '.payable | [.gross, .reversed, .offset, .net, .claims_open] | join(" ")')" "800.00 350.00 0.00 450.00 0.00"
    expect 0 "$STIPEND" claim list --state "$STATE" --format json
    same "$(jq length <<<"$out")" 0
    # nobody owes anything, nothing stays written off; 2,650 were or will be paid, 50 came back, the scheme cost 2,600
    same "$(account claim) $(account bank) $(account writeoff) $(account payable) $(account expense)" "0.00 50.00 0.00 -2650.00 2600.00"
    expect 0 "$STIPEND" verify --state "$STATE"
    [[ $out != *"next run"* ]]
}

@test "nobody the ledger knows, a scheme it does not have" {
    expect 66 "$STIPEND" balance nobody --state "$STATE"
    expect 66 "$STIPEND" balance DWK0007 --scheme other --state "$STATE"
    expect 64 "$STIPEND" claim forgive DWK0007 --state "$STATE"
}
