#!/usr/bin/env bats
# The general ledger as a journal: what hledger checks strictly and calls a balance sheet; the way of the money to the bank; what
# names of people's own may hold.
load lib
load kit
setup_file() {
    story_begin
    cp "$STIPEND" "$DIR/stipend" && chmod 755 "$DIR/stipend"
}
teardown_file() { story_end; }
setup() {
    command -v hledger >/dev/null || skip "no hledger"
    export LC_ALL=C.UTF-8 # hledger reads by the locale
    kit_begin
    kit_ledger
}

as_user() { # USER COMMAND...
    local who=$1
    shift
    runuser -u "$who" -- "$DIR/stipend" "$@" --state "$LEDGER"
}
hands() { # daemon approves, bin pays
    [ "$(id -u)" -eq 0 ] || skip "only root can become somebody else"
    chmod 755 "$LEDGER"
    "$STIPEND" db grant approver daemon --state "$LEDGER"
    "$STIPEND" db grant payer bin --state "$LEDGER"
}
journal() { "$STIPEND" ledger --state "$LEDGER" --format hledger "$@" >"$BATS_TEST_TMPDIR/journal"; }
checked() { # an independent program finds nothing wrong, however strict
    expect 0 hledger -f "$BATS_TEST_TMPDIR/journal" check --strict ordereddates balancednoautoconversion
}
total() { # ACCOUNT
    local sum
    sum=$(hledger -f "$BATS_TEST_TMPDIR/journal" balance "^$1:" -N --depth 1 --format '%(total)' | tr -d ' CNY')
    echo "${sum:-0.00}"
}

@test "approved, sent, paid: payable goes on its way and is paid by the bank; a settled run leaves nothing open" {
    hands
    kit_model usual '[]' '100.25'
    kit_scheme "$(kit_benefit a usual)$(kit_benefit z usual)"
    kit_records r1 2024-01-20 '<p id="A"/><p id="B"/>'
    kit_run 0 r1 2024-01
    journal && checked
    same "$(total expense) $(total payable) $(total transit) $(total bank)" "401.00 -401.00 0.00 0.00"
    expect 0 as_user daemon approve 1
    journal && same "$(total payable) $(total transit)" "-401.00 0.00"
    expect 0 as_user bin pay 1
    journal && checked
    same "$(total payable) $(total transit) $(total bank)" "0.00 -401.00 0.00"
    expect 0 as_user bin settle 1
    journal && checked
    same "$(total payable) $(total transit) $(total bank) $(total expense)" "0.00 0.00 -401.00 401.00"
    # by benefit too, and the balance sheet and the income statement of hledger know what each account is
    same "$(hledger -f "$BATS_TEST_TMPDIR/journal" balance -N '^bank:' --flat --format '%(account) %(total)' | tr -s ' ')" "bank:kit:a -200.50 CNY
bank:kit:z -200.50 CNY"
    expect 0 hledger -f "$BATS_TEST_TMPDIR/journal" balancesheet -O csv
    prints '"Net:","-401.00 CNY"'
    expect 0 hledger -f "$BATS_TEST_TMPDIR/journal" incomestatement -O csv
    prints '"Net:","-401.00 CNY"'
    # in yuan for whoever asks the database; the run alone as a journal
    local link
    link=$("$STIPEND" db status --state "$LEDGER" | sed -n 's/^psql\t//p')
    same "$(psql "$link" -qAtX -c "select account, sum(amount) from stipend.posting_yuan where run = 1 group by account having sum(amount) <> 0 order by account")" "bank|-401.00
expense|401.00"
    kit_records r2 2024-02-20 '<p id="A"/>'
    kit_run 3 r2 2024-02
    journal --run 1 && checked
    same "$(total bank) $(total expense)" "-401.00 401.00"
}

@test "money on its way, brought back and taken back: the dates of the journal go forward" {
    hands
    kit_model usual 'if subject.n = 0 then ["left"] else []' '100'
    kit_scheme "$(kit_benefit a usual)"
    kit_records r1 2024-01-20 '<p id="A" n="1"/>'
    kit_run 0 r1 2024-01
    expect 0 as_user daemon approve 1
    expect 0 as_user bin pay 1
    expect 0 as_user bin settle 1
    kit_records r2 2024-02-20 '<p id="A" n="0"/>'
    kit_run 0 r2 2024-02
    expect 0 as_user bin claim repay A --amount 100 --date 2023-12-31 --note desk --key 1
    journal && checked
    same "$(total bank) $(total claim) $(total payable) $(total expense)" "0.00 0.00 0.00 0.00"
    same "$(grep -oE '^[0-9]{4}-[0-9-]*' "$BATS_TEST_TMPDIR/journal" | sort -c && echo ordered)" ordered
}

@test "names may hold any blank, brackets and marks of a journal" {
    kit_model usual '[]' '100'
    local party='a　　b (c) [d]; e: f | {g}  h&#xA0;&#x2003;i&#x200B;j'
    kit_scheme "$(kit_benefit a usual '' "<funding party=\"$party\" weight=\"1\"/><funding party=\"(x)\" weight=\"1\"/>")"
    kit_records r1 2024-01-20 '<p id="A"/>'
    kit_run 0 r1 2024-01
    journal && checked
    same "$(total expense) $(total payable)" "100.00 -100.00"
    same "$(hledger -f "$BATS_TEST_TMPDIR/journal" accounts --used | grep -c '^expense:kit:a:')" 2
}
