#!/usr/bin/env bats
# The hands of a run: who calculated cannot approve, the payer releases and settles, void before release. Real users.
load lib
load people
setup_file() { story_begin && people_begin; }
teardown_file() {
    story_end
    people_end
}
setup() {
    people_needed
    STATE=$DIR/state-$BATS_TEST_NUMBER
    roles "$STATE"
}
teardown() { [ -z "${PEOPLE:-}" ] || forget_state "$STATE"; }
month() { # CODE [SCHEME]: the officer runs November
    expect "$1" as officer run --quiet --scheme "${2:-$SCHEME}" --records "$ROSTER" --period "$MONTH"
}
refuses() { # CODE WORD COMMAND...: and the run stays as it is
    local code=$1 word=$2 before
    shift 2
    before=$("$STIPEND" runs --state "$STATE" --format tsv)
    expect "$code" "$@"
    says "$word"
    silent
    same "$("$STIPEND" runs --state "$STATE" --format tsv)" "$before"
}
guarded() { # GUARD-XML: a copy of the scheme with this guard
    local copy=$DIR/guarded-$BATS_TEST_NUMBER
    mkdir -p "$copy/rules"
    cp -r "$RULES" "$copy/rules/scheme" && cp -r "$DIR/schemas" "$copy/"
    sed "s|<guard id=\"award-amount\"|$1\n  &|" "$SCHEME" >"$copy/rules/scheme/scheme.xml"
    chmod -R a+rX "$copy"
    GUARDED=$copy/rules/scheme/scheme.xml
}

@test "draft, approved by another, released and settled by the payer; each hand is kept" {
    expect 3 as officer run --quiet --scheme "$SCHEME" --records "$ROSTER" --period "$MONTH" --because "counted by hand"
    same "$(state_of 1)" "draft sealed"
    refuses 77 permission as officer approve 1
    refuses 77 permission as payer approve 1
    refuses 77 permission as auditor approve 1
    refuses 77 stranger as stranger approve 1
    refuses 65 "not approved" as payer pay 1
    expect 0 as approver approve 1 --note "signed, p. 3"
    prints approved
    prints "because: counted by hand"
    refuses 77 permission as approver pay 1
    refuses 65 "not released" as payer settle 1
    expect 0 as payer pay 1
    expect 0 as payer settle 1
    same "$(state_of 1)" "settled sealed"
    expect 0 "$STIPEND" show 1 --state "$STATE"
    same "$(sed -n '/^  hands/,$p' <<<"$out" | awk 'NR > 1 { print $1, $3 }')" "draft st${PEOPLE}officer
sealed st${PEOPLE}officer
approved st${PEOPLE}approver
released st${PEOPLE}payer
settled st${PEOPLE}payer"
    prints "signed, p. 3"
}

@test "who has both roles approves the runs of others, never his own" {
    month 3
    "$STIPEND" db grant approver "st${PEOPLE}officer" --state "$STATE"
    refuses 77 "cannot approve" as officer approve 1
    "$STIPEND" db grant officer "st${PEOPLE}approver" --state "$STATE"
    expect 0 as approver approve 1
}

@test "a role taken back is gone at once" {
    month 3
    expect 0 "$STIPEND" db revoke approver "st${PEOPLE}approver" --state "$STATE"
    expect 77 as approver approve 1
    same "$(state_of 1)" "draft sealed"
    expect 0 as second approve 1
}

@test "the same step again by the same person is no error, by another it is" {
    month 3
    expect 0 as approver approve 1
    expect 0 as approver approve 1
    refuses 65 "is approved" as second approve 1
    expect 0 as payer pay 1
    expect 0 as payer pay 1
    refuses 65 "is released" as approver approve 1
}

@test "two approvals at once: one wins, the other is told" {
    month 3
    local a=0 b=0 pid
    as approver approve 1 >"$BATS_TEST_TMPDIR/a" 2>&1 &
    pid=$!
    as second approve 1 >"$BATS_TEST_TMPDIR/b" 2>&1 || b=$?
    wait $pid || a=$?
    same "$(printf '%s\n' $a $b | sort -n | tr '\n' ' ')" "0 65 "
    same "$("$STIPEND" show 1 --state "$STATE" | grep -c '^    approved')" 1
}

@test "void: by the maker as long as it is a draft, with a reason; the next run posts again" {
    month 3
    refuses 64 "--reason is missing" as officer void 1
    refuses 77 permission as payer void 1 --reason no
    expect 0 as officer void 1 --reason "wrong roster"
    same "$(ledger | wc -l)" 1
    same "$("$STIPEND" ledger --state "$STATE" --format tsv --with-void | wc -l)" 1865
    refuses 65 "is void" as approver approve 1
    month 3
    same "$("$STIPEND" runs --state "$STATE" --format tsv | wc -l)" 3
    same "$(ledger | awk -F'\t' 'NR > 1 { print $1, $6 }' | sort -u)" "2 1"
    same "$(shown "$STATE" 1 .total)" "$(shown "$STATE" 2 .total)"
    expect 0 "$STIPEND" verify --state "$STATE"
}

@test "drafts are approved in their order; the owner's exception lets one person do what takes three, and says so" {
    month 3
    expect 0 as officer run --quiet --scheme "$SCHEME" --records "$ROSTER" --period "$MONTH"
    [ "$("$STIPEND" runs --state "$STATE" --format tsv | wc -l)" -eq 2 ] # it was done already
    sed 's/known-at="2023-11-20"/known-at="2023-11-21"/' "$ROSTER" >"$DIR/next.xml"
    chmod a+r "$DIR/next.xml"
    expect 3 as officer run --quiet --scheme "$SCHEME" --records "$DIR/next.xml" --period "$MONTH"
    refuses 65 "run 2 was calculated on run 1, a draft of the scheme that nobody approved" as approver approve 2
    says "approve that one first (stipend approve NO), or make it void"
    expect 0 as approver approve 1
    expect 0 as approver approve 2
    # two hands are not three
    expect 0 "$STIPEND" db grant payer "st${PEOPLE}approver" --state "$STATE"
    refuses 77 "approved by st${PEOPLE}approver, who cannot release it" as approver pay 1
    says "a third releases"
    expect 0 "$STIPEND" requests --alone "st${PEOPLE}approver" --reason "one person in the office" --state "$STATE"
    expect 0 as approver pay 1
    expect 0 "$STIPEND" verify --state "$STATE"
    expect 66 "$STIPEND" db grant officer nobody-of-that-name --state "$STATE"
    says "this machine has no user nobody-of-that-name"
}

@test "void: an approved run by an approver only, a released one by nobody" {
    month 3
    expect 0 as approver approve 1
    refuses 77 "not the role" as officer void 1 --reason mistake
    expect 0 as second void 1 --reason "account list replaced"
    same "$(state_of 1)" "void sealed"
    month 3
    expect 0 as approver approve 2
    expect 0 as payer pay 2
    refuses 65 "no longer be made void" as approver void 2 --reason late
    refuses 77 "not the role" as officer void 2 --reason late
}

@test "guards: a run that trips one stays an unsealed draft until it is accepted by name" {
    guarded '<guard id="big" benefit="award" amount-above="2999.99"/>'
    month 65 "$GUARDED"
    same "$(state_of 1)" draft
    expect 0 "$STIPEND" show 1 --state "$STATE"
    prints "stopped by guard big"
    prints "NOT SEALED"
    refuses 77 "guard big" as approver approve 1
    refuses 77 "guard big" as approver approve 1 --accept other
    refuses 77 "" as officer approve 1 --accept big
    month 65 "$GUARDED" # the same start again says so again
    expect 0 as approver approve 1 --accept big
    same "$(state_of 1)" "approved sealed"
    same "$("$STIPEND" show 1 --state "$STATE" | grep -c '^    accepted .*big')" 1
    expect 0 "$STIPEND" verify --state "$STATE"
}

@test "guards: a control total that differs, and months that change too much" {
    guarded '<guard id="heads" benefit="allowance" payees-change-percent="10"/><guard id="sum" benefit="allowance" total-change-percent="10"/>'
    # the first month has nothing to be compared with
    month 3 "$GUARDED"
    sed -i 's/count="5" total="15000.00"/count="6" total="18000.00"/' "$GUARDED"
    # a fifth of the roster has left at the end of November: compared with what was posted for November
    awk '/<worker /{ n++ } /category="community-worker"/ && n % 5 == 0 { sub(/"\/>/, "\" to=\"2023-11-20\"/>") } { print }' "$ROSTER" |
        sed 's/known-at="2023-11-20"/known-at="2023-12-20"/' >"$DIR/left.xml"
    chmod a+r "$DIR/left.xml"
    ROSTER=$DIR/left.xml MONTH=2023-12 month 65 "$GUARDED"
    expect 0 "$STIPEND" show 2 --state "$STATE" --format json
    same "$(jq -r '[.guards[].id] | sort | join(" ")' <<<"$out")" "cohort-2022-intermediate heads sum"
    expect 0 as approver approve 1
    refuses 77 guard as approver approve 2 --accept heads,sum
    expect 0 as approver approve 2 --accept heads,sum,cohort-2022-intermediate
}

@test "an unknown run is unknown to every hand" {
    refuses 66 "no run 9" as approver approve 9
    refuses 66 "no run 9" as officer void 9 --reason x
    refuses 66 "no run 9" as payer pay 9
    refuses 66 "no run 9" as payer settle 9
}

@test "a ledger in another database by a login that may not create roles: 77, and who should do it" {
    local link place
    link=$("$STIPEND" db status --state "$STATE" | sed -n 's/^psql\t//p')
    place=${link%% dbname=*}
    psql "$place dbname=postgres user=stipend_admin" -qAtX -c "create role st${PEOPLE}stranger login" -c "create database other owner st${PEOPLE}stranger"
    # roles are there for the whole server here, so they are taken away for this database's sake
    psql "$place dbname=postgres user=stipend_admin" -qAtX -c "alter role stipend_payer rename to hidden_payer"
    expect 77 as stranger init --db "$place dbname=other"
    says "CREATEROLE"
    psql "$place dbname=postgres user=stipend_admin" -qAtX -c "alter role hidden_payer rename to stipend_payer"
    same "$(psql "$place dbname=other user=stipend_admin" -qAtX -c "select count(*) from pg_namespace where nspname = 'stipend'")" 0
}
