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

@test "source lists what a run was calculated from, and gives it back byte for byte, for the owner alone" {
    local out_dir=$BATS_TEST_TMPDIR/one f
    ask 0 source 1 --format tsv
    same "$(cut -f1,2,5 <<<"$out" | sort)" "$(printf '%s\n' $'kind\tname\tpath' $'model\tallowance.dmn\t' $'model\taward.dmn\t' $'records\trecords-2023-11.xml\t' \
        $'schema\t../../schemas/records.xsd\t' $'scheme\tscheme.xml\t' | sort)"
    ask 0 source 1 --out "$out_dir"
    for f in scheme.xml award.dmn allowance.dmn; do cmp "$out_dir/rules/in/in/$f" "$RULES/$f"; done
    cmp "$out_dir/rules/schemas/records.xsd" "$TOP/schemas/records.xsd"
    cmp "$out_dir/records/records-2023-11.xml" "$ROSTER"
    same "$(find "$out_dir" -type f | wc -l)" 5
    same "$(find "$out_dir" -type f ! -perm 600; find "$out_dir" -type d ! -perm 700)" ""
    # what came back can be used as it is
    expect 3 check_files "$out_dir/rules/in/in/scheme.xml" "$out_dir/records/records-2023-11.xml"
    # never written over
    ask 73 source 1 --out "$out_dir"
    says "is not empty"
    says "[RUN-090]"
    silent
    touch "$BATS_TEST_TMPDIR/file"
    ask 73 source 1 --out "$BATS_TEST_TMPDIR/file"
    same "$(stat -c %s "$BATS_TEST_TMPDIR/file")" 0
    mkdir "$BATS_TEST_TMPDIR/empty"
    ask 0 source 2 --out "$BATS_TEST_TMPDIR/empty" --format json
    same "$(jq -r '.[] | [.kind, .name, .path[-24:], .wrong] | join(" ")' <<<"$out" | grep records)" "records scheme.xml empty/records/scheme.xml "
    cmp "$BATS_TEST_TMPDIR/empty/rules/in/in/rates.dmn" "$KIT/rates.dmn"
    same "$(jq -r '.[] | select(.kind == "records") | .sha256' <<<"$out")" "$(sha256sum <"$BATS_TEST_TMPDIR/empty/records/scheme.xml" | cut -d' ' -f1)"
    ask 66 source 9
    says "no run 9"
    ask 64 source 1 --out ""
}

@test "names that are odd: absolute, far above, beside each other, none at all; nothing leaves the folder" {
    tamper "create table kept.name as select * from stipend.run_source;
        update stipend.run_source set name = '/etc/../models/./rates.dmn' where run = 2 and kind = 'model';
        update stipend.run_source set name = '../../../../../../above.xsd' where run = 2 and kind = 'schema';
        update stipend.run_source set name = '..' where run = 2 and kind = 'records'"
    local out_dir=$BATS_TEST_TMPDIR/odd/deep
    mkdir "$BATS_TEST_TMPDIR/odd"
    ask 0 source 2 --out "$out_dir"
    cmp "$out_dir/absolute/models/rates.dmn" "$KIT/rates.dmn"
    cmp "$out_dir/rules/above.xsd" "$DIR/kit/schemas/kit.xsd"
    [ -s "$out_dir/rules/in/in/in/in/in/in/scheme.xml" ] && [ -s "$out_dir/records/records" ]
    same "$(ls "$BATS_TEST_TMPDIR/odd")" deep
    # two contents at one place, and no end of folders: refused before anything is made
    tamper "update stipend.run_source set name = 'x/../scheme.xml' where run = 2 and kind = 'model'"
    ask 65 source 2 --out "$BATS_TEST_TMPDIR/none"
    says "would stand at the same place"
    tamper "update stipend.run_source set name = repeat('../', 33) || 'scheme.xml' where run = 2 and kind = 'model'"
    ask 65 source 2 --out "$BATS_TEST_TMPDIR/none"
    says "[RUN-091]"
    [ ! -e "$BATS_TEST_TMPDIR/none" ]
    ask 0 source 2
    tamper "update stipend.run_source s set name = k.name from kept.name k where (s.run, s.kind, s.digest) = (k.run, k.kind, k.digest); drop table kept.name"
}

@test "a damaged input is named and not written, the others are" {
    damage 1 records
    ask 65 source 1 --out "$BATS_TEST_TMPDIR/damaged"
    says "run 1: records-2023-11.xml: the archived input "
    prints "records-2023-11.xml: DAMAGED, not written"
    same "$(find "$BATS_TEST_TMPDIR/damaged" -type f | wc -l)" 4
    cmp "$BATS_TEST_TMPDIR/damaged/rules/in/in/award.dmn" "$RULES/award.dmn"
    repair
}

@test "people: outcomes, masked names, reasons and what was posted; the nets are the run's total" {
    ask 0 people 2 --format tsv
    same "$out" "$(printf '%s\n' $'subject\tname\tbenefit\toutcome\tdue\tnet\tcodes\ttexts\tmore' $'A01\t张*\tb\tentitled\t100.00\t100.00\t\t\t0' \
        $'A02\t欧**月\tb\tentitled\t180.00\t180.00\t\t\t0' $'A03\t=*四\tb\trefused\t0.00\t0.00\tleft\t\t0' $'A04\t\tb\tentitled\t100.00\t100.00\t\t\t0')"
    ask 0 people 1 --format json
    same "$(jq '[.[].net | tonumber] | add' <<<"$out")" "$(shown "$STATE" 1 '.total | tonumber')"
    # as the run's report counts them
    local outcome
    for outcome in entitled refused held rejected missing; do
        ask 0 people 1 --outcome $outcome --format json
        same "$(jq "[.[] | select(.outcome != \"$outcome\")] | length" <<<"$out")" 0
        same "$(jq length <<<"$out")" "$(shown "$STATE" 1 "[.benefits[].counts.$outcome] | add")"
    done
}

@test "people by reason, of the rules or of a finding; in text nothing right of column 80" {
    ask 0 people 1 --reason REC-014 --format json
    same "$(jq -r '.[] | [.subject, .name, .outcome, .reasons[0].code] | join(" ")' <<<"$out" | sort -u)" "DWK0210 许*强 held REC-014"
    prints "passed is missing in certificate"
    ask 0 people 1 --outcome refused --reason not-registered --format tsv
    [ "$(wc -l <<<"$out")" -gt 1 ]
    same "$(awk -F'\t' 'NR > 1 && ("; " $7 ";") !~ /; not-registered;/' <<<"$out")" ""
    ask 0 people 1 --outcome held --reason not-registered --format json
    same "$out" "[]"
    ask 0 people 1
    prints "DWK0002        曾*      award        refused            0.00  level, cohort,"
    prints " rows, net 412,100.00"
    same "$(python3 -c 'import sys, unicodedata
for line in open(sys.argv[1], encoding="utf-8"):
    if sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line.rstrip("\n")) > 80: print(line)' "$BATS_TEST_TMPDIR/out")" ""
    ask 0 people 1 --outcome rejected --lang zh
    prints "退回"
    # no identity number, account or full name anywhere
    local word
    for word in $(sed -n 's/.*id-number="\([^"]*\)" name="\([^"]*\)" account="\([^"]*\)".*/\1 \2 \3/p' "$ROSTER"); do
        if [[ $out == *"$word"* ]]; then echo "printed in full: $word"; return 1; fi
    done
    ask 64 people 1 --outcome denied
    says "entitled, refused, held, rejected or missing"
    ask 66 people 9
    silent
}

@test "people as CSV: quoted, and nothing a spreadsheet takes for a formula" {
    ask 0 people 2 --format csv
    same "$(python3 -c 'import csv, sys
for r in csv.reader(sys.stdin): print("|".join(r))' <<<"$out" | sed -n '1p;4p')" $'subject|name|benefit|outcome|due|net|codes|texts|more\nA03|\'=*四|b|refused|0.00|0.00|left||0'
}

@test "people of a run with keys twice, none at all, changed and missing: each outcome has a row, each finding its person" {
    local -x KIT=$DIR/kit/rules/p
    sed 's/@/2024-03/; s|<p id="A01".*|<p id="A01" who="张三" t="plain"/>\n<p id="B1" formerly="A02" who="欧阳明月" t="hard"/>|; /id="A02"/d
        s|<p id="A03".*|<p id="D" who="李四" t="plain"/><p id="D" who="王五" t="plain"/><p who="赵六" t="plain"/>|; /id="A04"/d' "$DIR/kit/records/r.in" >"$DIR/kit/records/odd.xml"
    sed 's|<xs:attribute name="idno"|<xs:attribute name="formerly" type="xs:string" st:formerly="true"/>\n&|' -i "$DIR/kit/schemas/kit.xsd"
    sed -i '/<guard/d' "$KIT/scheme.xml"
    expect 3 "$STIPEND" run --quiet --state "$STATE" --scheme "$KIT/scheme.xml" --records "$DIR/kit/records/odd.xml" --period 2024-03 --because "as the story needs it"
    ask 0 people 4 --format tsv
    same "$(cut -f1-4,6,7,9 <<<"$out" | sed 1d | sort)" "$(printf '%s\n' $'A01\t张*\tb\tentitled\t200.00\t\t0' $'A04\t\tb\tmissing\t0.00\tRUN-006\t0' \
        $'B1\t欧**月\tb\tentitled\t360.00\t\t0' $'D\t李*\tb\trejected\t0.00\tRUN-004\t1' $'D\t王*\tb\trejected\t0.00\tRUN-004\t0' \
        $'record:5\t\tb\trejected\t0.00\tREC-010\t0' | sort)"
    ask 0 people 4 --reason RUN-004 --format json
    same "$(jq -r '[.[] | .subject + .reasons[0].text] | unique[]' <<<"$out")" "DD: this id stands at several records of the file"
}

@test "people where the archive is damaged: ids alone, said, 65" {
    damage 1 records
    ask 65 people 1 --outcome held --format tsv
    says "run 1: records-2023-11.xml: the archived input "
    same "$(cut -f1-4 <<<"$out" | sed -n 2p)" $'DWK0009\t\taward\theld'
    same "$(wc -l <<<"$out")" 7
    repair
}

@test "explain: each table and expression that an amount came from, behind expressions and functions too, with its clause" {
    ask 0 explain 2 --subject A02
    local line
    for line in 'decision "amount" (rates.dmn:24): Notice 7 of 2023' 'base * rate(subject.t)' 'rule 1 of "factor" (rates.dmn:18): Decree, article 3' 'kind is "hard"' \
        'function "rate" (rates.dmn:21): Decree, article 5' 'factor(kind) + 0.1' 'decision "base" is 120 (rates.dmn:10)' 'rule 1 of "base" (rates.dmn:12): Decree, article 1'; do
        prints "        $line"
    done
    # only what the amount came from: not the other rows
    if [[ $out == *"article 2"* || $out == *"article 4"* ]]; then return 1; fi
    # the same in both languages, line by line, and as JSON
    ask 0 explain 2 --subject A02 --lang zh
    prints '        函数“rate” (rates.dmn:21): Decree, article 5'
    ask 0 explain 2 --subject A02 --format json
    same "$(jq -c '.decisions[] | select(.asked == "amount") | .origins[] | [.decision // .function, (.value | if type == "number" then . + 0 else . end), .clauses, [.expressions[].text], [.rules[] | .table, .rule, .clauses[]]]' <<<"$out")" \
        '["amount",180,["Notice 7 of 2023"],["base * rate(subject.t)"],["factor",1,"Decree, article 3"]]
["rate",null,["Decree, article 5"],["factor(kind) + 0.1"],[]]
["factor",null,[],[],[]]
["base",120,[],[],["base",1,"Decree, article 1"]]'
    # of a refusal by an expression: the expression and its clause
    ask 0 explain 2 --subject A03
    prints '        decision "refusals" (rates.dmn:8): Decree, article 9'
    prints $'\n      - left\n'
    prints '          if subject.t = "left" then ["left"] else []'
    # of every benefit, each month, down to the constants
    ask 0 explain 1 --subject DWK0002 --benefit allowance
    same "$(grep -c 'decision "valid certificates" is ' <<<"$out")" "$(grep -c 'decision "best level" is ' <<<"$out")"
    same "$(grep -c 'rule [0-9]* of "amount" (allowance.dmn:' <<<"$out")" "$(grep -cE '^    20.*: due ' <<<"$out")"
    ask 0 explain 1 --subject DWK0001 --benefit award
    prints 'decision "deadline" is "2023-10-31" (award.dmn:'
}
