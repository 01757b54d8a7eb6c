#!/usr/bin/env bats
# What people ask a ledger: is every run as it was, with what was it calculated, who got nothing and why, where does an amount come from.
# Run 1: the month of the tests. Run 2: a scheme of its own whose rates stand behind an expression. Run 3: the same, not sealed.
load lib
load kit
load questions
setup_file() {
    story_begin
    run_month "$STATE" "$ROSTER" --quiet || [ $? -eq 3 ]
    rates_begin
    rates_month 2024-01 0
    rates_month 2024-02 65 '<guard id="few" amount-above="1.00"/>'
}
teardown_file() { story_end; }
setup() { KIT=$DIR/kit/rules/p; }
ask() { # CODE COMMAND...: of the file's ledger
    local code=$1
    shift
    expect "$code" "$STIPEND" "$@" --state "$STATE"
}

@test "a draft that was not sealed has no root: it is compared by its lines, and equal" {
    same "$(shown "$STATE" 3 .sealed)" false
    ask 0 audit 3
    prints "run 3: equal, "
    ask 0 audit --all
    same "$(grep -c ': equal, ' <<<"$out")" 3
}

@test "audit and verify are one JSON document each, of one run and of all" {
    ask 0 audit --all --format json
    same "$(jq -sc '[length, (.[0] | .equal, .differing, .failed), (.[0].runs | length)]' <<<"$out")" "[1,3,0,0,3]"
    same "$(jq -c '[.runs[] | [.run, .equal, .sealed, .error]]' <<<"$out")" '[[1,true,true,null],[2,true,true,null],[3,true,false,null]]'
    ask 0 audit 1 --format json
    same "$(jq -sc '[length, .[0].run, .[0].equal, .[0].lines, (.[0].root | length)]' <<<"$out")" "[1,1,true,1864,64]"
    ask 0 verify --format json
    same "$(jq -sc '[length, .[0].sound, .[0].runs, .[0].sealed, .[0].findings]' <<<"$out")" "[1,true,3,2,[]]"
    ask 0 verify --format tsv
    same "$out" $'kind\trun\tline\ttext'
    ask 64 audit --all --as-known-now
    silent
}

@test "what differs is named in JSON too, by audit and by verify" {
    tamper "update stipend.line set amount = amount + 100 where run = 2 and line_no = 2"
    ask 65 audit 2 --format json
    same "$(jq -sc '[length, .[0].equal, (.[0].differences | length)]' <<<"$out")" "[1,false,1]"
    same "$(jq -r '.differences[0] | [.subject, .benefit, .occasion, .ledger[:6], .repeat[:6]] | join(" ")' <<<"$out")" "A02 b 2024-01 181.00 180.00"
    ask 65 audit 2
    prints "  differs: A02 b 2024-01: ledger 181.00"
    ask 65 verify --format json
    same "$(jq -sc '[length, .[0].sound]' <<<"$out")" "[1,false]"
    same "$(jq -r '.findings[] | select(.kind == "line-changed") | [.run, .line] | join(" ")' <<<"$out")" "2 2"
    ask 65 verify --format tsv
    same "$(grep -c $'^line-changed\t2\t2\t' <<<"$out")" 1
    tamper "update stipend.line set amount = amount - 100 where run = 2 and line_no = 2"
    ask 0 audit 2
}

@test "a damaged archive is named by run and file, and the other runs are still audited" {
    damage 1 records
    ask 65 audit --all
    prints "run 1: CANNOT BE DONE AGAIN: run 1: records-2023-11.xml: the archived input "
    same "$(grep -c ': equal, ' <<<"$out")" 2
    says "run 1: records-2023-11.xml: the archived input "
    ask 65 audit --all --format json
    same "$(jq -sc '[length, (.[0] | .equal, .differing, .failed)]' <<<"$out")" "[1,2,0,1]"
    same "$(jq -c '.runs[0] | [.run, .equal, .root, .error.code]' <<<"$out")" '[1,null,null,"LEDGER-022"]'
    [[ $(jq -r '.runs[0].error.message' <<<"$out") == "run 1: records-2023-11.xml: "* ]]
    ask 65 audit 1
    silent
    ask 65 audit 1 --format json
    same "$(jq -sc '[length, .[0].run, .[0].equal]' <<<"$out")" "[1,1,null]"
    repair
    damage 2 model
    ask 65 audit --all
    prints "run 2: CANNOT BE DONE AGAIN: run 2: "
    prints "rates.dmn: the archived input "
    prints "run 1: equal, 1864 lines"
    repair
    ask 0 audit --all
}
