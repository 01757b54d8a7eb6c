#!/usr/bin/env bats
# What offices meet and engines get wrong: a small month each, with the amounts that are right.
load lib
setup_file() { story_begin; }
teardown_file() { story_end; }
setup() {
    FRESH=$DIR/state-$BATS_TEST_NUMBER
    "$STIPEND" init --state "$FRESH" >/dev/null 2>&1 || true # where ledgers are made by a command of their own
}
teardown() { forget_state "$FRESH"; }

# The founding rules without their control totals, which are those of the founding roster.
plain_rules() {
    PLAIN=$BATS_TEST_TMPDIR/rules/plain
    mkdir -p "$PLAIN" "$BATS_TEST_TMPDIR/schemas"
    cp "$RULES"/*.dmn "$PLAIN/" && cp "$TOP"/schemas/*.xsd "$BATS_TEST_TMPDIR/schemas/"
    sed -e '/<control /d' -e 's/ appropriation="[0-9.]*"//' "$RULES/scheme.xml" >"$PLAIN/scheme.xml"
}
roster() { # WORKERS: a file of December 2023
    ROSTER_HERE=$BATS_TEST_TMPDIR/records.xml
    printf '<?xml version="1.0" encoding="UTF-8"?>\n<records xmlns="urn:stipend:records:1" division="640202" known-at="2023-12-20" roster="full">\n%s\n</records>\n' "$1" >"$ROSTER_HERE"
}
agrees() { # the second, naive calculation says the same of every line
    same "$(ledger "$FRESH" | awk -F'\t' 'NR > 1 { print $3, $4, $5, $9 }' | sort)" \
        "$(python3 "$TOP/tests/support/dawukou_expected.py" "$ROSTER_HERE" 2023-12 | awk -F'\t' '{ print $1, $2, $3, $5 }' | sort)"
}
run_of() { # CODE PERIOD
    expect "$1" "$STIPEND" run --quiet --state "$FRESH" --scheme "$PLAIN/scheme.xml" --records "$ROSTER_HERE" --period "$2"
}
lines_of() { # SUBJECT BENEFIT: number and sum
    ledger "$FRESH" | awk -F'\t' -v who="$1" -v what="$2" 'NR > 1 && $3 == who && $4 == what { n++; s += $9 } END { printf "%d %.2f\n", n, s }'
}
months_of() { # SUBJECT
    ledger "$FRESH" | awk -F'\t' -v who="$1" 'NR > 1 && $3 == who && $4 == "allowance" { printf "%s ", substr($5, 6) }'
}
ASSISTANT='level="assistant" passed="2020-10-18" issued="2021-01-20" registered-from="2021-03-15" registered-to="2024-03-14"'
community() { # ORGANISATION FROM [TO]
    printf '<employment organisation="%s" category="community-worker" place="640202" from="%s"%s/>' "$1" "$2" "${3:+ to=\"$3\"}"
}
agency() { community "$@" | sed 's/community-worker/agency/'; }
left() { printf '<status event="left" effective="%s"%s/>' "$1" "${2:+ organisation=\"$2\"}"; }
worker() { # ID ID-NUMBER CHILDREN: an assistant all year
    printf '<worker id="%s" id-number="%s" name="马小明"><certificate number="N-%s" %s/>%s</worker>\n' "$1" "$2" "$1" "$ASSISTANT" "$3"
}

@test "who changes from one community to another without a day between loses no month; a left event ends its own job" {
    plain_rules
    local a=长胜社区 b=朝阳社区 c=清风机构
    roster "$(
        worker T1 640202199001010010 "$(community $a 2019-01-01 2023-08-14)$(community $b 2023-08-15)$(left 2023-08-15)"
        worker T2 640202199001010029 "$(community $a 2019-01-01 2023-08-15)$(community $b 2023-08-15)"
        worker T3 640202198802290011 "$(community $a 2019-01-01 2023-02-28)$(community $b 2023-03-01)"
        worker T4 640202198512319998 "$(community $a 2019-01-01 2023-02-28)$(community $b 2023-03-01)$(left 2023-03-01)"
        worker T5 640202199207150035 "$(community $a 2019-01-01)$(agency $c 2022-01-01 2023-04-30)$(left 2023-04-30)"
        worker T6 64020219920715006X "$(community $a 2019-01-01)$(agency $c 2022-01-01)$(left 2023-05-01 $c)"
        worker T7 640202200002290128 "$(community $a 2019-01-01)$(community $b 2023-08-15)$(left 2023-08-15 $a)"
    )"
    run_of 0 2023-12
    for who in T1 T2 T3 T4 T5 T6 T7; do
        echo "$who"
        same "$(lines_of $who allowance)" "12 2400.00"
    done
    agrees
}

@test "who leaves for good, or is away for a day, is not paid on" {
    plain_rules
    local a=长胜社区 b=朝阳社区 c=清风机构
    roster "$(
        worker L1 640202199001010010 "$(community $a 2019-01-01)$(left 2023-08-15)"
        worker L2 640202199001010029 "$(community $a 2019-01-01)$(agency $c 2022-01-01)$(left 2023-08-15)"
        worker L3 640202198802290011 "$(community $a 2019-01-01)$(agency $c 2022-01-01 2022-12-31)$(left 2023-08-15)"
        worker L4 640202198512319998 "$(community $a 2019-01-01)$(agency $c 2022-01-01)$(left 2023-08-15 $a)"
        worker L5 640202199207150035 "$(community $a 2019-01-01 2023-02-27)$(community $b 2023-03-01)"
    )"
    run_of 0 2023-12
    for who in L1 L2 L3 L4; do
        echo "$who"
        same "$(months_of $who)" "01 02 03 04 05 06 07 08 "
    done
    same "$(months_of L5)" "01 02 04 05 06 07 08 09 10 11 12 "
    agrees
}

@test "a job that nobody has is not what an event names: held, and says so" {
    plain_rules
    roster "$(worker H1 640202199001010010 "$(community 长胜社区 2019-01-01)$(left 2023-08-15 长征社区)")"
    run_of 3 2023-12
    same "$(lines_of H1 allowance)" "0 0.00"
    expect 3 check_files "$PLAIN/scheme.xml" "$ROSTER_HERE"
    prints "REC-020"
    prints "长征社区"
}

registered() { # ID ID-NUMBER CERTIFICATES
    printf '<worker id="%s" id-number="%s" name="马小明">%s%s<application benefit="award" submitted="2023-09-20"/></worker>\n' "$1" "$2" "$3" "$(community 长胜社区 2019-01-01)"
}
@test "registered again after a break: the months of both terms, the award once, in the old form and in the new" {
    plain_rules
    local c='level="intermediate" passed="2022-06-19" issued="2022-11-21"'
    roster "$(
        registered R1 640202199001010010 "<certificate number=\"N1\" $c registered-from=\"2023-02-06\" registered-to=\"2023-05-31\"/><certificate number=\"N1\" $c registered-from=\"2023-09-05\" registered-to=\"2026-09-04\"/>"
        registered R2 640202199001010029 "<certificate number=\"N2\" $c><registration from=\"2023-02-06\" to=\"2023-05-31\"/><registration from=\"2023-09-05\" to=\"2026-09-04\"/></certificate>"
        registered R3 640202198802290011 "<certificate number=\"N3\" $c><registration from=\"2020-07-01\" to=\"2023-06-30\"/><registration from=\"2023-07-01\" to=\"2026-06-30\"/></certificate>"
    )"
    run_of 0 2023-12
    for who in R1 R2; do
        same "$(months_of $who)" "03 04 05 10 11 12 "
        same "$(lines_of $who allowance)" "6 1800.00"
        same "$(lines_of $who award)" "1 3000.00"
    done
    same "$(lines_of R3 allowance)" "12 3600.00"
    agrees
}
