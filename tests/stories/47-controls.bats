#!/usr/bin/env bats
# What stops a run from being sealed judges sums over the run's lines, to the fen, and no record can stop a month.
load lib
load kit
setup_file() { story_begin; }
teardown_file() { story_end; }
setup() {
    kit_begin
    kit_ledger
}
teardown() { forget_state "$LEDGER"; }

guards_of() { # RUN: the guards that stopped it
    shown "$LEDGER" "$1" '[.guards[].id] | join(" ")'
}

@test "appropriations: 1,200 different amounts of two benefits are kept apart to the fen" {
    kit_model proportional '[]' 'subject.n'
    kit_scheme "$(kit_benefit a proportional '' '<budget year="2024" line="A" appropriation="2000.00"/>')$(
        kit_benefit z proportional '' '<budget year="2024" line="Z" appropriation="8394.00"/>')"
    kit_records r 2024-01-20 "$(for i in $(seq 0 1199); do printf '<p id="S%04d" n="%d.%02d"/>\n' "$i" $(((100 + i) / 100)) $(((100 + i) % 100)); done)"
    kit_run 65 r 2024-01
    prints "appropriation-a: 8394.00 would be spent in 2024, appropriated are 2000.00"
    same "$(guards_of 1)" appropriation-a
    # the report adds up, benefit by benefit, though not every amount has a row of its own
    same "$(shown "$LEDGER" 1 '.benefits[] | [.id, ([.lines[].count] | add), ([.lines[].sum | tonumber] | add | . * 100 | round)] | join(" ")')" \
        $'a 1200 839400\nz 1200 839400'
    same "$(shown "$LEDGER" 1 '[.benefits[].lines[] | select(.rate == null)] | length')" 2
}

@test "guards: a mistyped rate of the past stops a run whose month looks as usual" {
    kit_model usual '[]' '100'
    kit_model mistyped '[]' 'if period.month = 3 then 100 else 1000000'
    kit_records r1 2024-02-20 '<p id="A"/>'
    kit_records r2 2024-03-20 '<p id="A"/>'
    local guard='<guard id="change" total-change-percent="10" payees-change-percent="10"/>'
    kit_scheme "$(kit_benefit a usual)" "$guard"
    kit_run 0 r1 2024-02
    kit_scheme "$(kit_benefit a mistyped)" "$guard"
    kit_run 65 r2 2024-03
    prints "change: with arrears and recoveries 1999900.00 are posted, after 100.00 for the last month"
    # what a regular month pays more because somebody new came is judged as before: 100 of 100 is too much, nothing is not
    kit_scheme "$(kit_benefit a usual)" "$guard"
    kit_run 0 r2 2024-03
}

@test "a guard that trips is told also where nothing else is" {
    kit_model usual '[]' '100'
    kit_scheme "$(kit_benefit a usual)" '<guard id="large" amount-above="50"/>'
    kit_records r 2024-01-20 '<p id="A"/>'
    kit_run 65 r 2024-01 --quiet --dry-run
    says "the run would not be sealed: a control total or guard does not hold"
    kit_run 65 r 2024-01 --quiet
    says "run 1 is not sealed: a control total or guard does not hold; stipend show 1 names it [RUN-007]"
    expect 0 "$STIPEND" show 1 --state "$LEDGER"
    prints "large"
}

@test "guards: arrears and recoveries have bounds of their own, exact to the fen" {
    kit_model usual '[]' '100'
    kit_records r1 2024-02-20 '<p id="A"/><p id="B"/>'
    kit_records r2 2024-03-20 '<p id="A"/><p id="B"/><p id="C" t="since January"/>'
    kit_scheme "$(kit_benefit a usual)" '<guard id="late" arrears-above="200.00"/>'
    kit_run 0 r1 2024-01 --as-of 2024-01-20
    kit_run 0 r1 2024-02 # arrears of exactly 0, then of 200 for C
    kit_run 0 r2 2024-03
    kit_scheme "$(kit_benefit a usual)" '<guard id="late" arrears-above="199.99"/><guard id="back" recovery-above="300.00"/>'
    kit_records r3 2024-03-21 '<p id="A"/><p id="B"/><p id="C"/><p id="D"/>'
    kit_run 65 r3 2024-03
    prints "late: arrears of 200.00 are above the bound"
    kit_model none 'if subject.id = "A" then ["left"] else []' '100'
    kit_scheme "$(kit_benefit a none)" '<guard id="back" recovery-above="300.00"/>'
    kit_records r4 2024-03-22 '<p id="A"/><p id="B"/><p id="C"/>'
    kit_run 0 r4 2024-03
    same "$(kit_sum '$3 == "A"')" 0.00
    kit_model none 'if subject.id = "B" then ["left"] else []' '100'
    kit_scheme "$(kit_benefit a none)" '<guard id="back" recovery-above="299.99"/>'
    kit_run 65 r4 2024-03
    prints "back: 300.00 are taken back, which is above the bound"
}

@test "budgets: what is paid in a year burdens the line of that year; without one nothing is sealed" {
    kit_model usual '[]' '100'
    local lines='<budget year="2023" line="L23" appropriation="9999.00"/><budget year="2024" line="L24"/>'
    kit_scheme "$(kit_benefit a usual 'first="2023-11"' "$lines")" '' 'first="2023-11"'
    kit_records r1 2023-11-20 '<p id="A"/>'
    kit_records r2 2024-01-20 '<p id="A"/><p id="B"/>'
    kit_records r3 2025-01-20 '<p id="A"/><p id="B"/>'
    kit_run 0 r1 2023-11
    kit_run 0 r2 2024-01 # with arrears of 2023, for A and for B
    local books
    books=$("$STIPEND" ledger --state "$LEDGER" --format hledger)
    same "$(awk '/expense:kit:a:L23/ { s += $2 } END { print s }' <<<"$books")" 100
    same "$(awk '/expense:kit:a:L24/ { s += $2 } END { print s }' <<<"$books")" 500
    kit_run 65 r3 2025-01
    prints "budget-2025-a: scheme.xml has no budget line of 2025 for a"
    # where nobody declared an appropriation there is nothing to watch
    kit_scheme "$(kit_benefit a usual 'first="2023-11"' '<budget year="2023" line="L23"/>')" '' 'first="2023-11"'
    kit_run 0 r3 2025-01
}

@test "sums that no amount can hold end the run with the subject's name, and nothing is written" {
    kit_model huge '[]' '999999999999.99'
    kit_scheme "$(kit_benefit a huge 'first="1925-01"')" '' 'first="1925-01"'
    kit_records r 2024-01-20 "$(for i in $(seq 10 99); do echo "<p id=\"S$i\"/>"; done)"
    kit_run 65 r 2024-01 --quiet
    says "RUN-030"
    says "with S8"
    same "$("$STIPEND" runs --state "$LEDGER" --format tsv | wc -l)" 1
}

as_admin() { # SQL: by the superuser, whom no guard stops
    local link
    link=$("$STIPEND" db status --state "$LEDGER" | sed -n 's/^psql\t//p')
    psql "${link%user=*}user=stipend_admin" -qAtX -v ON_ERROR_STOP=1 -c "set session_replication_role = replica" "$@"
}

@test "sums of several runs that no amount can hold are told, whatever asks for them" {
    kit_model usual '[]' '100'
    kit_scheme "$(kit_benefit a usual '' '<budget year="2024" line="L" appropriation="9000.00"/>')"
    kit_records r 2024-02-20 '<p id="A"/>'
    kit_run 0 r 2024-02
    as_admin -c "alter table stipend.line disable trigger all; update stipend.line set amount = 9223372036854775807"
    as_admin -c "insert into stipend.line select subject_id, benefit, occasion, 5, run, line_no + 9, cause, tier, amount, due, rule, facts, leaf from stipend.line"
    expect 65 "$STIPEND" balance A --state "$LEDGER"
    says "the lines of A in scheme kit add up to more than an amount can be [RUN-030]"
    kit_records r1 2024-03-20 '<p id="A"/>'
    kit_run 65 r1 2024-03
    says "the lines of A, 2024-01 add up to more than an amount can be [RUN-030]"
    as_admin -c "delete from stipend.line where seq = 5" -c "update stipend.line set amount = 10000"
    as_admin -c "alter table stipend.posting disable trigger all; update stipend.posting set amount = 9223372036854775807"
    as_admin -c "insert into stipend.posting select run, 9, leg, account, benefit, budget_line, share, amount from stipend.posting"
    kit_records r2 2024-03-20 '<p id="B"/>'
    kit_run 65 r2 2024-03
    says "appropriation of a: what was posted in 2024 adds up to more than an amount can be [RUN-030]"
}

@test "odd and equal ids: findings, and the month goes on" {
    kit_model usual '[]' '100'
    kit_scheme "$(kit_benefit a usual)"
    local long
    long=$(printf 'L%.0s' $(seq 64))
    kit_records r 2024-01-20 "<p id=\"A\"/><p id=\"A\"/><p id=\"A#2\"/><p id=\"\"/><p/><p id=\"record:4\"/><p id=\"record:5\"/><p id=\"$long\"/><p id=\"$long\"/><p id=\"B\"/>"
    kit_run 3 r 2024-01
    same "$(kit_lines | cut -d' ' -f1)" $'A#2\nB\nrecord:4\nrecord:5'
    prints "read 10 = entitled 4 + refused 0 + held 0 + rejected 6"
    # once more, and with somebody new: nobody is in the way of the next month
    kit_records r2 2024-02-20 "<p id=\"A\"/><p id=\"A\"/><p id=\"A#2\"/><p id=\"\"/><p id=\"record:4\"/><p id=\"record:5\"/><p id=\"$long\"/><p id=\"B\"/>"
    kit_run 3 r2 2024-02
    same "$(kit_lines 2 | wc -l)" 6 # L has two months
    expect 0 "$STIPEND" audit --all --state "$LEDGER"
}

@test "reasons that do not fit are held, never cut" {
    kit_model long 'for i in 1..60 return string(i) + substring("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 1, integer(subject.n))' '100'
    sed -i 's/integer(subject.n)/subject.n/' "$KIT/long.dmn"
    kit_scheme "$(kit_benefit a long)"
    kit_records r 2024-01-20 '<p id="A" n="98"/><p id="B" n="1"/>'
    kit_run 3 r 2024-01
    prints "held      A "
    prints "the codes of its reasons take more than 4096 bytes"
    prints "read 2 = entitled 0 + refused 1 + held 1 + rejected 0"
}

@test "what to do about those who are held is told once for each kind, in a dry run, a run and show" {
    kit_model usual 'if subject.n > 3 then ["x"] else []' '100'
    kit_scheme "$(kit_benefit a usual)"
    kit_records r 2024-01-20 '<p id="A"/><p id="B"/><p id="C" n="1"/><p id="C" n="1"/>'
    local told=$'  what to do\n    CALC-001  complete the record or correct the rule; the next run pays what is then due\n    RUN-004   keep one entry for the subject and correct the other\'s id'
    kit_run 3 r 2024-01 --dry-run
    prints "$told"
    kit_run 3 r 2024-01
    prints "$told"
    expect 0 "$STIPEND" show 1 --state "$LEDGER" --lang zh
    prints $'  处理办法\n    CALC-001  补全记录或更正规则，下一批次补发应得部分'
    kit_records r2 2024-01-21 '<p id="C" n="1"/>'
    kit_run 0 r2 2024-01
    if [[ $out == *"what to do"* ]]; then return 1; fi
}

@test "who is held says which occasion, or which benefit where nobody can name one; who is missing has no place" {
    kit_model usual '[]' '100'
    kit_scheme "$(kit_benefit a usual)$(kit_benefit z usual 'cadence="once" each="xs" key="k" dated-by="d"')"
    kit_records r 2024-01-20 '<p id="A"/><p id="B"/>'
    kit_run 0 r 2024-01
    kit_records r2 2024-02-20 '<p id="A"><x d="2024-01-01"/></p>'
    kit_run 3 r2 2024-02
    prints "r2.xml:2:1: z: an entry of xs has no usable k [CALC-010]"
    prints "r2.xml: B: was paid before and is missing from this full roster"
}

@test "a first recovery after a void is a recovery" {
    kit_model usual 'if subject.t = "left" then ["left"] else []' '100'
    kit_scheme "$(kit_benefit a usual)"
    kit_records r1 2024-01-20 '<p id="A"/>'
    kit_records r2 2024-01-21 '<p id="A" t="left"/>'
    kit_run 0 r1 2024-01
    expect 0 "$STIPEND" void 1 --state "$LEDGER" --reason mistake
    kit_run 0 r1 2024-01
    kit_run 0 r2 2024-01
    same "$(kit_lines 3)" "A a 2024-01 recovery -100.00"
}

@test "a dry run names everybody who would be held or rejected, as the run does" {
    kit_model usual '[]' 'subject.n'
    kit_scheme "$(kit_benefit a usual)"
    kit_records r 2024-01-20 '<p id="A" n="1"/><p id="B"/><p id="C" n="x"/><p id="D" n="1"/><p id="D" n="1"/>'
    kit_run 3 r 2024-01 --dry-run
    prints "held, rejected and noted"
    local dry=$out
    prints "    held      B "
    prints "    rejected  C "
    prints "    rejected  D "
    kit_run 3 r 2024-01 --dry-run --format json
    same "$(jq -r '[.findings[] | .severity + " " + .subject] | unique | join(",")' <<<"$out")" "held B,rejected C,rejected D"
    kit_run 3 r 2024-01 --dry-run --lines --format tsv
    same "$(awk -F'\t' '$1 == "held" || $1 == "rejected" { print $1, $3 }' <<<"$out" | sort -u | paste -sd,)" "held B,rejected C,rejected D"
    kit_run 3 r 2024-01
    same "$(sed -n '/held, rejected/,/^$/p' <<<"$dry" | grep -v '^$')" "$(sed -n '/held, rejected/,/^$/p' <<<"$out" | grep -v '^$')"
    # also what a check says of a person names the person
    expect 3 "$STIPEND" check --scheme "$KIT/scheme.xml" --records "$KIT/r.xml" --period 2024-01
    prints "B: a 2024-01"
}
