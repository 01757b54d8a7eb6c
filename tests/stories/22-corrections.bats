#!/usr/bin/env bats
# Corrections in Dawukou: what becomes known late is posted as a difference. Each is looked at before (dry run), posted, and
# compared; the journal is checked by hledger at the end.
load lib
setup_file() {
    story_begin
    run_month "$STATE" "$ROSTER" --quiet || [ $? -eq 3 ]
    sed 's/known-at="2023-11-[0-9]*"/known-at="2023-12-20"/' "$ROSTER" >"$DIR/base.xml"
    cp "$DIR/base.xml" "$DIR/now.xml"
}
teardown_file() { story_end; }

# edit ID SED: changes one person in the records that the office has now
edit() {
    sed -i "/id=\"$1\"/,/<\\/worker>/$2" "$DIR/now.xml"
    if cmp -s "$DIR/now.xml" "$DIR/base.xml"; then echo "nothing was edited: $1 $2"; return 1; fi
}
# post RUN [SCHEME]: dry run, then the run; the same lines and the same movement in both, reconciling with the lines
post() {
    local scheme=${2:-${NOW_SCHEME:-$SCHEME}} period=${PERIOD:-2023-11} args
    args=(--state "$STATE" --scheme "$scheme" --records "$DIR/now.xml" --period "$period")
    expect 3 "$STIPEND" run --dry-run --format json "${args[@]}"
    local planned
    planned=$(jq -c '[.line_count, .line_total, .movement]' <<<"$out")
    expect 3 "$STIPEND" run --dry-run --lines "${args[@]}"
    prints "nothing was posted"
    local rows
    rows=$(awk '$1 ~ /^[0-9]+$/ && $2 ~ /^DWK/ { print $2, $3, $4, $5, $7 }' <<<"$out" | tr -d ,)
    same "$("$STIPEND" runs --state "$STATE" --format tsv | wc -l)" "$1"
    expect 3 "$STIPEND" run --quiet "${args[@]}"
    same "$(shown "$STATE" "$1" '[.line_count, .line_total, .movement] | tojson')" "$planned"
    same "$(posted "$1" | awk '{ print $1, $2, $3, $4, $6 }')" "$rows"
    # per benefit: what the movement says of the run is the sum of its lines
    same "$(shown "$STATE" "$1" '.movement[] | .benefit + " " + .run_total' | sort)" "$(for b in award allowance; do
        posted "$1" | awk -v b=$b '$2 == b { s += $6 } END { printf "%s %.2f\n", b, s }'
    done | sort)"
    expect 0 "$STIPEND" audit "$1" --state "$STATE"
}
posted() { "$STIPEND" ledger --state "$STATE" --run "$1" --format tsv | awk -F'\t' 'NR > 1 { print $3, $4, $5, $7, $8, $9 }'; }
first_of() { # ID DATE: adds a status event to a person
    edit "$1" "s|<appraisal|<status event=\"$2\" effective=\"$3\" known=\"$4\"/>\n    &|"
}

@test "an upgrade found late: arrears of the difference" {
    edit DWK0002 's/issued="2023-08-29"/& registered-from="2023-09-10" registered-to="2026-09-09"/'
    post 2
    same "$(posted 2)" "DWK0002 allowance 2023-10 arrears intermediate 100.00
DWK0002 allowance 2023-11 arrears intermediate 100.00"
}

@test "the next month is compared with what was posted for this one, person by person, and reconciles" {
    cp "$DIR/now.xml" "$DIR/kept.xml"
    edit DWK0002 's/level="intermediate"/level="senior"/'
    first_of DWK0073 left 2023-11-20 2023-12-01
    local args=(--state "$STATE" --scheme "$SCHEME" --records "$DIR/now.xml" --period 2023-12)
    expect 3 "$STIPEND" run --dry-run --lines --format json "${args[@]}"
    cp "$DIR/kept.xml" "$DIR/now.xml"
    same "$(jq -r '.changes[] | [.subject, .cause, .compared_with, .tier_before, .before, .tier, .now, .amount] | join(" ")' <<<"$out")" \
"DWK0002 tier-change 2023-11 intermediate 300.00 senior 500.00 200.00
DWK0073 ended 2023-11 assistant 200.00  0.00 -200.00"
    # 195 persons and 41,900.00 were posted for November, the arrears of the upgrade among them
    same "$(jq -r '.movement[] | select(.benefit == "allowance") | [.compared_with, .last_payees, .last_month, .payees, .this_month, .run_total, .reconciles] | join(" ")' <<<"$out")" \
        "2023-11 195 41900.00 194 41900.00 42300.00 true"
    # what the run posts is this month and the two months of 200 that the higher level is late
    same "$(jq -r '[.lines[].amount | tonumber] | add' <<<"$out")" 42300
    same "$(jq -r '.movement[1].rows[] | [.cause, .tier, .count, .amount] | join(" ")' <<<"$out")" "ended assistant 1 -200.00
tier-change senior 1 200.00
arrears senior 2 400.00"
    # the same as columns
    expect 3 "$STIPEND" run --dry-run --lines --format tsv --state "$STATE" --scheme "$SCHEME" --records "$DIR/kept.xml" --period 2023-12 --because "to be looked at"
    same "$(awk -F'\t' 'NF != 11' <<<"$out")" ""
    same "$(awk -F'\t' '$1 == "line" { s += $10 } END { print s }' <<<"$out")" 41900
    # a draft shows it as well, and the list of the run that was posted
    expect 0 "$STIPEND" show 2 --lines --format tsv --state "$STATE"
    same "$(awk -F'\t' '$1 == "line" { print $3, $4, $5, $6, $8, $10 }' <<<"$out")" "$(posted 2)"
    expect 64 "$STIPEND" run --lines "${args[@]}"
    says "show RUN --lines"
}

@test "a rate raised backwards: a new dated version of the rules is enough" {
    mkdir -p "$DIR/rules/raised" && cp -r "$RULES"/. "$DIR/rules/raised" && cp -r "$TOP/schemas" "$DIR/"
    sed '/<rule id="allowance-amount-intermediate">/,/<\/rule>/s/<text>300</<text>350</' "$RULES/allowance.dmn" >"$DIR/rules/raised/allowance-2023-06.dmn"
    sed '/<rules from="2023-01" model="allowance.dmn"/{p;s/2023-01/2023-06/;s/allowance.dmn/allowance-2023-06.dmn/}' "$SCHEME" >"$DIR/rules/raised/scheme.xml"
    post 3 "$DIR/rules/raised/scheme.xml"
    # 126 months of the published roster, and the two of the upgrade
    same "$(posted 3 | awk '{ print $2, $4, $5, $6 }' | sort | uniq -c | sed 's/^ *//')" "128 allowance arrears intermediate 50.00"
    same "$(posted 3 | awk '$3 < "2023-06"')" ""
}

@test "a death known late: recovery of the months since, and the debt is shown" {
    NOW_SCHEME=$DIR/rules/raised/scheme.xml
    first_of DWK0017 died 2023-08-05 2023-11-28
    post 4
    same "$(posted 4)" "DWK0017 allowance 2023-09 recovery intermediate -350.00
DWK0017 allowance 2023-10 recovery intermediate -350.00
DWK0017 allowance 2023-11 recovery intermediate -350.00"
    expect 0 "$STIPEND" show 4 --state "$STATE"
    prints "still owed by subjects"
}

@test "facts corrected back: the recovery is reversed" {
    NOW_SCHEME=$DIR/rules/raised/scheme.xml
    edit DWK0017 '{/event="died"/d}'
    post 5
    same "$(posted 5)" "DWK0017 allowance 2023-09 reversal intermediate 350.00
DWK0017 allowance 2023-10 reversal intermediate 350.00
DWK0017 allowance 2023-11 reversal intermediate 350.00"
}

@test "missing from a full roster: held, nothing is taken back; marked as left: ended" {
    NOW_SCHEME=$DIR/rules/raised/scheme.xml
    cp "$DIR/now.xml" "$DIR/whole.xml"
    sed -i '/<worker id="DWK0013"/,/<\/worker>/d; s/ count="332"/ count="331"/' "$DIR/now.xml"
    PERIOD=2023-12 post 6
    same "$(posted 6 | grep DWK0013)" ""
    expect 0 "$STIPEND" show 6 --state "$STATE"
    [[ $out =~ missing|held\ +DWK0013 ]] || told
    same "$(shown "$STATE" 6 '[.findings[] | select(.subject == "DWK0013") | .severity] | unique | join(" ")')" held
    # back again, and left in October: November is taken back, December not paid
    cp "$DIR/whole.xml" "$DIR/now.xml"
    first_of DWK0013 left 2023-10-15 2023-12-18
    PERIOD=2023-12 post 7
    same "$(posted 7)" "DWK0013 allowance 2023-11 recovery intermediate -350.00"
}

@test "after all: what is posted is what the second, naive calculation finds" {
    # its rates are those of the published rules: compare what has no intermediate month since June
    python3 "$TOP/tests/support/dawukou_expected.py" "$DIR/now.xml" 2023-12 2>/dev/null | awk -F'\t' '
        $2 == "allowance" && $4 == "intermediate" && $3 >= "2023-06" { $5 = "350.00" } { print $1, $2, $3, $5 + 0 }' | LC_ALL=C sort >"$BATS_TEST_TMPDIR/theirs"
    ledger | awk -F'\t' 'NR > 1 { s[$3 " " $4 " " $5] += $9 } END { for (k in s) if (s[k] != 0) print k, s[k] }' | LC_ALL=C sort >"$BATS_TEST_TMPDIR/ours"
    [ -s "$BATS_TEST_TMPDIR/theirs" ]
    diff "$BATS_TEST_TMPDIR/theirs" "$BATS_TEST_TMPDIR/ours"
}

@test "the journal: hledger accepts it, and its balances are the ledger's sums" {
    command -v hledger >/dev/null || skip "no hledger"
    export LC_ALL=C.UTF-8 # hledger reads by the locale
    "$STIPEND" ledger --state "$STATE" --format hledger >"$BATS_TEST_TMPDIR/journal"
    expect 0 hledger -f "$BATS_TEST_TMPDIR/journal" check --strict ordereddates balancednoautoconversion
    local b
    for b in award allowance; do
        same "$(hledger -f "$BATS_TEST_TMPDIR/journal" balance -N --flat -O csv "^expense:[^:]*:$b" | awk -F'","' 'NR > 1 { gsub(/[^0-9.-]/, "", $2); s += $2 } END { printf "%.2f", s }')" \
            "$(ledger | awk -F'\t' -v b=$b '$4 == b { s += $9 } END { printf "%.2f", s }')"
    done
    same "$(hledger -f "$BATS_TEST_TMPDIR/journal" balance -O csv | tail -n 1)" '"total","0"'
    expect 0 "$STIPEND" audit --all --state "$STATE"
    expect 0 "$STIPEND" verify --state "$STATE"
}
