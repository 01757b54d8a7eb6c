#!/usr/bin/env bats
# The auditor: does every run again from the database alone, and finds what a superuser of the database changed.
load lib
load people
# what tests change; rows of a table refer to those of tables before it
KEPT="run run_event run_summary run_name run_input run_part line assessment finding source_part run_source posting run_funding line_origin link"
setup_file() {
    story_begin && people_begin
    [ -n "${PEOPLE:-}" ] || return 0
    export KEEP=$DIR/kept
    mkdir "$KEEP"
    openssl genpkey -algorithm ed25519 -out "$KEEP/key.pem" 2>/dev/null
    openssl pkey -in "$KEEP/key.pem" -pubout -out "$KEEP/pub.pem"
    roles "$STATE"
    sed 's/known-at="2023-11-[0-9]*"/known-at="2023-12-20"/
/id="DWK0002"/,/<\/worker>/s/issued="2023-08-29"/& registered-from="2023-09-10" registered-to="2026-09-09"/' "$RULES/records-2023-11.xml" >"$DIR/december.xml"
    chmod a+r "$DIR/december.xml"
    as officer run --quiet --scheme "$RULES/scheme.xml" --records "$RULES/records-2023-11.xml" --period 2023-11 || [ $? -eq 3 ]
    as officer run --quiet --scheme "$RULES/scheme.xml" --records "$DIR/december.xml" --period 2023-12 || [ $? -eq 3 ]
    "$STIPEND" show 1 --state "$STATE" --digest-out "$KEEP/one" --key "$KEEP/key.pem"
    "$STIPEND" show 2 --state "$STATE" --digest-out "$KEEP/two" --key "$KEEP/key.pem"
    chmod -R a+rX "$KEEP"
    # each test tampers with a copy of the rows and puts them back
    as_owner "create schema kept"
    local t
    for t in $KEPT; do as_owner "create table kept.$t as table stipend.$t"; done
}
teardown_file() {
    story_end
    people_end
}
setup() { people_needed; }
teardown() {
    [ -n "${PEOPLE:-}" ] || return 0
    local t sql=
    for t in $KEPT; do sql="delete from stipend.$t;$sql"; done
    for t in $KEPT; do sql+="insert into stipend.$t select * from kept.$t;"; done
    as_tamperer "$sql"
}
as_tamperer() { # SQL, with the guards out of the way
    as_owner "do \$\$ declare t regclass; begin for t in select tgrelid::regclass from pg_trigger where not tgisinternal
            and tgrelid::regclass::text like 'stipend.%' loop execute format('alter table %s disable trigger user', t); end loop; end \$\$;
        $1;
        do \$\$ declare r record; begin for r in select tgrelid::regclass t, tgname n from pg_trigger where not tgisinternal
            and tgrelid::regclass::text like 'stipend.%' loop execute format('alter table %s enable always trigger %I', r.t, r.n); end loop; end \$\$"
}
found() { # WORD...: verify, as the auditor, ends with 65 and says each word
    local word
    expect 65 as auditor verify
    for word; do prints "$word"; done
    prints "NOT as they were sealed"
}

@test "untouched: verify, audit of one and of all agree; the auditor may do it with his role alone" {
    expect 0 as auditor verify
    prints "2 runs, 2 sealed"
    expect 0 as auditor audit 1
    prints "run 1: equal, 1864 lines"
    expect 0 as auditor audit --all
    same "$(grep -c equal <<<"$out")" 2
    expect 0 as auditor audit 2 --format json
    same "$(jq -c '[.run, .equal, .lines]' <<<"$out")" "[2,true,197]"
    same "$(find /tmp "$STATE" -maxdepth 1 -name 'stipend-work-*' -user "st${PEOPLE}auditor" | wc -l)" 0
}

@test "with published keys alone the auditor compares a checkpoint, and proves a line and an event to others" {
    [ -e "$KEEP/office" ] || "$STIPEND" key new office.example --out "$KEEP/office" >"$KEEP/office.pub"
    "$STIPEND" checkpoint --key "$KEEP/office" --state "$STATE" >"$KEEP/checkpoint"
    chmod a+r "$KEEP/office.pub" "$KEEP/checkpoint"
    expect 0 as auditor verify --digest "$KEEP/checkpoint" --key "$KEEP/office.pub"
    expect 0 as auditor prove 2 5 --checkpoint "$KEEP/checkpoint" --key "$KEEP/office.pub"
    echo "$out" >"$BATS_TEST_TMPDIR/proof"
    expect 0 "$STIPEND" prove --check "$BATS_TEST_TMPDIR/proof" --key "$KEEP/office.pub"
    prints "line 5 of run 2 was sealed by it"
    expect 0 as auditor prove --event 1 --checkpoint "$KEEP/checkpoint" --key "$KEEP/office.pub"
    # the secret key is the office's: he may not read it, nor would he need to
    expect 66 as auditor checkpoint --key "$KEEP/office"
}

@test "the auditor reads, and writes nothing" {
    expect 0 as auditor show 1
    expect 0 as auditor ledger --run 2
    expect 0 as auditor explain 2 --subject DWK0002
    prints "100.00"
    expect 77 as auditor approve 1
    expect 77 as auditor void 1 --reason x
    expect 77 as auditor pay 1
    expect 77 as auditor run --quiet --scheme "$SCHEME" --records "$ROSTER" --period 2024-01 --because "he may not"
    same "$("$STIPEND" runs --state "$STATE" --format tsv | wc -l)" 3
}

@test "a changed amount: verify names the line, audit shows what it was" {
    as_tamperer "update stipend.line set amount = amount + 100 where run = 1 and line_no = 7"
    found "run 1 line 7: line-changed"
    expect 65 as auditor audit 1
    prints "DIFFERS"
    prints "DWK0002 allowance 2023-07"
    # the run after it would have taken the difference back, had it been there
    expect 65 as auditor audit --all
    same "$(grep -c DIFFERS <<<"$out")" 2
    prints "only in the repeat: DWK0002 allowance 2023-07: -1.00"
}

@test "a changed rule, changed facts: verify names the line" {
    as_tamperer "update stipend.line set rule = 'allowance.dmn#other' where run = 1 and line_no = 3;
        update stipend.line set facts = sha256('x') where run = 2 and line_no = 5"
    found "run 1 line 3: line-changed" "run 2 line 5: line-changed"
    expect 65 as auditor audit 2
}

@test "missing, added and swapped lines" {
    as_tamperer "delete from stipend.line where run = 1 and line_no = 11"
    found "run 1 line 11: line-missing"
    teardown
    as_tamperer "insert into stipend.line select 'DWK9999', benefit, occasion, seq, run, 1865, cause, tier, amount, due, rule, facts, leaf
        from stipend.line where run = 1 and line_no = 5"
    found "run 1 line 1865: line-added"
    teardown
    as_tamperer "update stipend.line set line_no = case line_no when 4 then 5 else 4 end where run = 1 and line_no in (4, 5)"
    found "run 1 line 4: line-swapped"
}

@test "a removed run, and a run rewritten with everything recomputed, which only the exported digest shows" {
    as_tamperer "delete from stipend.posting where run = 2; delete from stipend.line where run = 2;
        delete from stipend.run_event where run = 2; delete from stipend.run_summary where run = 2; delete from stipend.run_name where run = 2;
        delete from stipend.run_input where run = 2; delete from stipend.run_funding where run = 2; delete from stipend.run where run = 2"
    expect 65 as auditor verify --digest "$KEEP/two"
    prints run-missing
    teardown
    # all of run 1 moved into a chain of its own: another ledger that is sound in itself
    expect 0 as auditor verify --digest "$KEEP/one" --key "$KEEP/pub.pem"
    STATE=$DIR/state-other
    sed '/id="DWK0017"/,/<\/worker>/s/passed="2018/passed="2017/' "$ROSTER" >"$BATS_TEST_TMPDIR/other.xml"
    expect 3 run_month "$STATE" "$BATS_TEST_TMPDIR/other.xml" --quiet
    expect 0 "$STIPEND" verify --state "$STATE"
    expect 65 "$STIPEND" verify --state "$STATE" --digest "$KEEP/one" --key "$KEEP/pub.pem"
    prints digest
    STATE=$DIR/state
}

@test "what happened: a void of money that left, a maker who was another, an approval taken away" {
    as_tamperer "insert into stipend.run_event (run, seq, state, actor, at, note, newest) values (1, 9, 'void', 'app1', now(), 'x', 2)"
    found "run 1: event: event 1/9 (void) was added: the chain knows nothing of it"
    teardown
    as_tamperer "update stipend.run set created_by = 'zoe' where run = 2"
    found "run 2: event: event 2/0 (draft) is not what happened: link "
    teardown
    as_tamperer "delete from stipend.run_event where run = 1 and state = 'sealed'; delete from stipend.link where ref = '1/1'"
    found "of the chain are missing"
    teardown
    as_tamperer "update stipend.link set actor = 'zoe' where ref = '2/1'"
    found "(event 2/1) was changed, or the one before it"
}

@test "what a run wrote beside its lines: assessments, findings, general ledger, inputs" {
    as_tamperer "update stipend.assessment set outcome = 1 where run = 1 and subject_id = 'DWK0002'"
    found "run 1: part: run 1: assessments: not the rows that were posted (664 then, 664 now)"
    teardown
    as_tamperer "delete from stipend.finding where run = 1 and no = 1"
    found "run 1: findings: not the rows that were posted (4 then, 3 now)"
    teardown
    as_tamperer "delete from stipend.posting where run = 2"
    found "run 2: posting: not the rows that were posted" "then, 0 now"
    teardown
    as_tamperer "update stipend.run_source set name = 'else.xml' where run = 2 and kind = 'records'"
    found "run 2: sources: not the rows that were posted"
}

@test "a chain that was changed: the run's own data, its predecessor" {
    as_tamperer "update stipend.run set as_of = as_of + 1 where run = 1"
    found "run 1: "
    teardown
    as_tamperer "update stipend.run_event set prev_digest = sha256('x') where run = 2 and state = 'sealed'"
    found "run 2: "
}

@test "an archived input that was changed is refused by its digest" {
    as_tamperer "update stipend.source_part set content = (select p.content from stipend.source_part p join stipend.run_source s using (digest)
        where s.run = 2 and s.kind = 'records') where digest = (select digest from stipend.run_source where run = 1 and kind = 'records')"
    expect 65 as auditor audit 1
    says "is not what was put there"
    silent
    expect 65 as auditor explain 1 --subject DWK0002
    expect 0 as auditor audit 2
}

@test "a digest file: signed, changed, signed by another, cut" {
    expect 0 as auditor verify --digest "$KEEP/two" --key "$KEEP/pub.pem"
    cd "$BATS_TEST_TMPDIR" && chmod 755 .
    # OpenSSL says the same of the signature
    head -n -1 "$KEEP/two" >signed
    sed -n 's/^signature: //p' "$KEEP/two" | perl -ne 'chomp; print pack "H*", $_' >signature
    openssl pkeyutl -verify -rawin -pubin -inkey "$KEEP/pub.pem" -in signed -sigfile signature
    sed 's/^total: .*/total: 1/' "$KEEP/two" >changed
    expect 65 "$STIPEND" verify --state "$STATE" --digest changed --key "$KEEP/pub.pem"
    prints "the file was changed"
    prints "signature is not"
    openssl genpkey -algorithm ed25519 -out other.pem 2>/dev/null && openssl pkey -in other.pem -pubout -out other.pub
    expect 65 "$STIPEND" verify --state "$STATE" --digest "$KEEP/two" --key other.pub
    prints "signature is not"
    head -c 200 "$KEEP/two" >cut
    expect 65 "$STIPEND" verify --state "$STATE" --digest cut
    says "not a digest of a run"
    expect 66 "$STIPEND" verify --state "$STATE" --digest nowhere
}

@test "prove: leaf and path recomputed by another program give the sealed root" {
    local n
    for n in 1 2 777 1864; do
        expect 0 as auditor prove 1 $n
        same "$(python3 "$TOP/tests/support/check_proof.py" <<<"$out")" "$(shown "$STATE" 1 .root)"
    done
    expect 66 as auditor prove 1 1865
    expect 66 as auditor prove 7 1
}

@test "as known now: what knowledge that came later would change" {
    expect 0 as auditor audit 1 --as-known-now
    prints "as it stands"
}
