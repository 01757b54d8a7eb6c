#!/usr/bin/env bats
# Rules that look back (prior) and facts or rules that change afterwards: what a run posts is the difference, person by
# person as derived in the READMEs of the packages.
load lib
setup_file() { story_begin; }
teardown_file() { story_end; }
setup() {
    FRESH=$DIR/state-$BATS_TEST_NUMBER
    ledger_in "$FRESH"
}
teardown() { forget_state "$FRESH"; }

run_of() { # CODE SCHEME RECORDS PERIOD
    expect "$1" "$STIPEND" run --quiet --state "$FRESH" --scheme "$2" --records "$3" --period "$4"
}
lines_of() { # RUN: subject occasion amount, by line
    ledger "$FRESH" | awk -F'\t' -v run="$1" '$1 == run { print $3, $5, $9 }'
}

@test "Xinchang: on a higher title only the difference is paid" {
    local p=$TOP/rules/cn-330624-social-work
    run_of 0 "$p/scheme.xml" "$p/records-2023-03.xml" 2023-03
    same "$(lines_of 1)" "XC01 assistant 1000.00
XC02 intermediate 1500.00
XC03 senior 2000.00
XC04 intermediate 1500.00
XC09 intermediate 1500.00"
    run_of 0 "$p/scheme.xml" "$p/records-2024-03.xml" 2024-03
    same "$(lines_of 2)" "XC01 intermediate 500.00
XC04 senior 500.00
XC05 intermediate 1500.00
XC07 intermediate 1500.00"
}

@test "Xinchang: a lower title found late moves the money between the titles, the person's sum stays" {
    local p=$TOP/rules/cn-330624-social-work early=$BATS_TEST_TMPDIR/early.xml
    sed '/id="XC01"/,/<\/worker>/{/level="assistant"/d}' "$p/records-2024-03.xml" >"$early"
    run_of 0 "$p/scheme.xml" "$early" 2024-03
    same "$(lines_of 1 | grep XC01)" "XC01 intermediate 1500.00"
    run_of 0 "$p/scheme.xml" "$p/records-2024-03.xml" 2024-03
    same "$(lines_of 2)" "XC01 assistant 1000.00
XC01 intermediate -1000.00"
    same "$(ledger "$FRESH" | awk -F'\t' '$1 == 2 && $9 < 0 { print $7 }')" recovery
}

@test "Weihai: nobody gets more than 2,000 in all" {
    local p=$TOP/rules/cn-371000-social-work
    run_of 0 "$p/scheme.xml" "$p/records-2023-12.xml" 2023-12
    same "$(lines_of 1)" "WH01 assistant 1000.00
WH02 intermediate 2000.00
WH03 assistant 1000.00"
    run_of 0 "$p/scheme.xml" "$p/records-2024-12.xml" 2024-12
    same "$(lines_of 2)" "WH01 intermediate 1000.00
WH07 assistant 1000.00
WH07 intermediate 1000.00
WH08 intermediate 2000.00"
    same "$(ledger "$FRESH" | awk -F'\t' 'NR > 1 { s[$3] += $9 } END { for (k in s) if (s[k] > 2000) print k }')" ""
}

@test "Dawukou: a death on 17 August known in November takes back September and October" {
    local before=$BATS_TEST_TMPDIR/october.xml
    sed '/event="died"/d; s/known-at="2023-11-20"/known-at="2023-10-20"/' "$ROSTER" >"$before"
    run_of 3 "$SCHEME" "$before" 2023-10
    same "$(lines_of 1 | grep -c '^DWK0258 2023-')" 10
    run_of 3 "$SCHEME" "$ROSTER" 2023-11
    same "$(lines_of 2 | grep '^DWK0258 ')" "DWK0258 2023-09 -200.00
DWK0258 2023-10 -200.00"
    # what one run would have posted at once
    same "$(ledger "$FRESH" | awk -F'\t' 'NR > 1 { s += $9 } END { printf "%.2f", s }')" 412100.00
}

@test "Dawukou: a rate raised backwards from June posts 50 for each intermediate month since" {
    spoil_scheme
    sed '/<rule id="allowance-amount-intermediate">/,/<\/rule>/s/<text>300</<text>350</' "$SPOILT/allowance.dmn" >"$SPOILT/allowance-2023-06.dmn"
    sed '/<rules from="2023-01" model="allowance.dmn"/{p;s/2023-01/2023-06/;s/allowance.dmn/allowance-2023-06.dmn/}' "$SCHEME" >"$SPOILT/scheme.xml"
    run_of 3 "$SCHEME" "$ROSTER" 2023-11
    run_of 3 "$SPOILT/scheme.xml" "$ROSTER" 2023-11
    # June to November: 16 + 3 workers for six months, 6 more for two (README: full year, cohort 2022, upgrades)
    same "$(lines_of 2 | awk '{ print $3 }' | sort | uniq -c | sed 's/^ *//')" "126 50.00"
    same "$(lines_of 2 | awk '$2 < "2023-06"')" ""
}
