#!/usr/bin/env bats
# Who bears what comes back: the party, the budget line and the cent that it came from, however the scheme says it today.
load lib
load kit
setup_file() {
    story_begin
    cp "$STIPEND" "$DIR/stipend" && chmod 755 "$DIR/stipend"
}
teardown_file() { story_end; }
setup() {
    command -v psql >/dev/null || skip "no psql"
    kit_begin
    kit_ledger
    kit_model usual 'if subject.n = 0 then ["left"] else []' '100'
    kit_model cent 'if subject.n = 0 then ["left"] else []' '0.01'
}

asked() { # SQL: rows of the ledger
    local link
    link=$("$STIPEND" db status --state "$LEDGER" | sed -n 's/^psql\t//p')
    psql "$link" -qAtX -F ' ' -v ON_ERROR_STOP=1 -c "$1"
}
borne() { # [RUN]: benefit, budget line, party and expense, of what counts; nothing where it is nothing
    asked "select benefit, budget_line, share, sum(amount) from stipend.posting_yuan
           where account = 'expense' and what <> 'void' and ('${1:-}' = '' or run::text = '${1:-}')
           group by 1, 2, 3 having sum(amount) <> 0 order by 1, 2, 3"
}
stands() { # ACCOUNT: benefit and balance
    asked "select benefit, sum(amount) from stipend.posting_yuan where account = '$1' and what <> 'void' group by 1 having sum(amount) <> 0 order by 1"
}
funds() { # PARTY WEIGHT...
    while [ $# -gt 0 ]; do
        printf '<funding party="%s" weight="%s"/>' "$1" "$2"
        shift 2
    done
}
sound() {
    expect 0 "$STIPEND" verify --state "$LEDGER"
    same "$(asked "select run, entry, kind, sum(amount) from stipend.leg group by run, entry, kind, booking having sum(amount) <> 0")" ""
}

@test "taken back after the shares and the budget line changed: to those who bore it, on their line" {
    kit_scheme "$(kit_benefit a usual '' "$(funds P 1)<budget year=\"2024\" line=\"OLD\"/>")"
    kit_records r1 2024-01-20 '<p id="A" n="1"/><p id="B" n="1"/>'
    kit_run 0 r1 2024-01
    same "$(borne)" "a OLD P 200.00"
    kit_scheme "$(kit_benefit a usual '' "$(funds Q 2 R 1)<budget year=\"2024\" line=\"NEW\"/>")"
    kit_records r2 2024-02-20 '<p id="A" n="0"/><p id="B" n="1"/>'
    kit_run 0 r2 2024-02
    same "$(borne)" "a NEW Q 66.67
a NEW R 33.33
a OLD P 100.00"
    same "$(stands claim)" "a 100.00"
    # it was a mistake: due again, and P bears it again, not those who bear today
    kit_records r3 2024-02-21 '<p id="A" n="1"/><p id="B" n="1"/>'
    kit_run 0 r3 2024-02
    same "$(borne)" "a NEW Q 133.34
a NEW R 66.66
a OLD P 200.00"
    same "$(stands claim)" ""
    kit_records r4 2024-02-22 '<p id="A" n="0"/><p id="B" n="0"/>'
    kit_run 0 r4 2024-02
    same "$(borne)" ""
    same "$(stands claim) $(stands payable)" "a 400.00 a -400.00"
    sound
}

@test "a rate that rises and falls: the newest is taken first" {
    kit_scheme "$(kit_benefit a usual '' "$(funds P 1)")"
    kit_records r1 2024-01-20 '<p id="A" n="1"/>'
    kit_run 0 r1 2024-01
    kit_model usual 'if subject.n = 0 then ["left"] else []' '150'
    kit_scheme "$(kit_benefit a usual '' "$(funds Q 1)")"
    kit_run 0 r1 2024-01
    same "$(borne)" "a  P 100.00
a  Q 50.00"
    kit_model usual 'if subject.n = 0 then ["left"] else []' '80'
    kit_scheme "$(kit_benefit a usual '' "$(funds R 1)")"
    kit_run 0 r1 2024-01
    same "$(borne)" "a  P 80.00"
    kit_model usual 'if subject.n = 0 then ["left"] else []' '170'
    kit_run 0 r1 2024-01
    same "$(borne)" "a  P 100.00
a  Q 50.00
a  R 20.00"
    sound
}

@test "cents that a split leaves over are given back where they were taken" {
    kit_scheme "$(kit_benefit a cent '' "$(funds P 1 Q 1)")"
    local m
    for m in 01 02 03 04; do
        kit_records r 2024-$m-20 '<p id="A" n="1"/>'
        kit_run 0 r 2024-$m
    done
    same "$(borne)" "a  P 0.04"
    kit_records r 2024-04-21 '<p id="A" n="0"/>'
    kit_run 0 r 2024-04
    same "$(borne)" ""
    sound
}

@test "a run that becomes void in the middle: the next run puts the cents right" {
    kit_scheme "$(kit_benefit a cent '' "$(funds P 1 Q 1)")"
    kit_records r1 2024-01-20 '<p id="A" n="1"/><p id="B" n="1"/><p id="C" n="1"/>'
    kit_run 0 r1 2024-01
    same "$(borne)" "a  P 0.02
a  Q 0.01"
    kit_records r2 2024-01-21 '<p id="A" n="0"/><p id="B" n="1"/><p id="C" n="1"/>'
    kit_run 0 r2 2024-01
    kit_records r3 2024-01-22 '<p id="A" n="0"/><p id="B" n="0"/><p id="C" n="1"/>'
    kit_run 0 r3 2024-01
    same "$(borne)" "a  P 0.01"
    expect 0 "$STIPEND" void 2 --reason "A had not left" --state "$LEDGER"
    kit_records r4 2024-02-20 '<p id="A" n="1"/><p id="B" n="0"/><p id="C" n="1"/>'
    kit_run 0 r4 2024-02
    same "$(borne)" "a  P 0.02
a  Q 0.02"
    kit_records r5 2024-02-21 '<p id="A" n="0"/><p id="B" n="0"/><p id="C" n="0"/>'
    kit_run 0 r5 2024-02
    same "$(borne)" ""
    sound
}

@test "kept of one benefit for a debt of another: each fund has its money back when it is paid" {
    [ "$(id -u)" -eq 0 ] || skip "only root can become somebody else"
    chmod 755 "$LEDGER"
    "$STIPEND" db grant approver daemon --state "$LEDGER"
    "$STIPEND" db grant payer bin --state "$LEDGER"
    step() { runuser -u "$1" -- "$DIR/stipend" "$2" "$3" --state "$LEDGER"; }
    kit_model left 'if subject.n = 0 then ["left"] else []' '200'
    kit_model other 'if subject.n = 0 then [] else ["not yet"]' '100'
    kit_scheme "$(kit_benefit a left '' "$(funds P 1)")$(kit_benefit z other '' "$(funds Q 1)")" '<recovery order="oldest"/>'
    kit_records r1 2024-01-20 '<p id="A" n="1"/>'
    kit_run 0 r1 2024-01
    kit_records r2 2024-01-21 '<p id="A" n="0"/>'
    kit_run 0 r2 2024-01
    same "$(borne)" "z  Q 100.00"
    same "$(stands payable)" "a -200.00"
    same "$(stands claim)" "a 100.00"
    same "$(stands interfund)" "a 100.00
z -100.00"
    local run
    for run in 1 2; do
        step daemon approve $run
        step bin pay $run
        step bin settle $run
    done
    same "$(stands payable)$(stands interfund)$(stands transit)" ""
    same "$(stands bank)" "a -100.00
z -100.00"
    sound
}

tampered() { # SQL: by the superuser, whom no guard stops
    local link
    link=$("$STIPEND" db status --state "$LEDGER" | sed -n 's/^psql\t//p')
    psql "${link%user=*}user=stipend_admin" -qAtX -v ON_ERROR_STOP=1 -c "alter table stipend.line_origin disable trigger all" -c "$1"
}

@test "whose funding a line carries is checked: a part moved to another run, taken away, or made larger" {
    kit_scheme "$(kit_benefit a usual '' "$(funds P 1)")"
    kit_records r1 2024-01-20 '<p id="A" n="1"/><p id="B" n="1"/>'
    kit_run 0 r1 2024-01
    kit_scheme "$(kit_benefit a usual '' "$(funds Q 1)")"
    kit_records r2 2024-01-21 '<p id="A" n="0"/><p id="B" n="1"/>'
    kit_run 0 r2 2024-01
    sound
    local change
    for change in "set origin = 2" "set amount = amount - 1" "set run = 1"; do
        tampered "update stipend.line_origin $change"
        expect 65 "$STIPEND" verify --state "$LEDGER"
        prints "carries other funding than its lines"
        tampered "update stipend.line_origin set origin = 1, amount = -10000, run = 2"
        sound
    done
    tampered "delete from stipend.line_origin"
    expect 65 "$STIPEND" verify --state "$LEDGER"
    prints "run 2 carries other funding than its lines"
}
