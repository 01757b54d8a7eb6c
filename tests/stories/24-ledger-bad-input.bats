#!/usr/bin/env bats
# Bad input to the ledger's commands: a plain message, the documented exit code, and nothing changed.
load lib
load people
setup_file() {
    story_begin
    run_month "$STATE" "$ROSTER" --quiet || [ $? -eq 3 ]
}
teardown_file() { story_end; }
setup() { BEFORE=$(everything); }
everything() { as_owner "select (select count(*) from stipend.run), (select count(*) from stipend.run_event), (select count(*) || ' ' || sum(amount) from stipend.line), (select count(*) from stipend.run_source)"; }
refuses() { # CODE WORD COMMAND...
    local code=$1 word=$2
    shift 2
    expect "$code" "$STIPEND" "$@" --state "$STATE"
    says "$word"
    says "hint"
    silent
    same "$(everything)" "$BEFORE"
}

@test "a run that is not there" {
    local cmd
    for cmd in show audit; do refuses 66 "no run 7" $cmd 7; done
    refuses 66 "no run 7" explain 7 --subject DWK0001
    refuses 66 "no run 7" prove 7 1
    refuses 66 "no run 7" show 7 --digest-out "$BATS_TEST_TMPDIR/digest"
    [ ! -e "$BATS_TEST_TMPDIR/digest" ]
}
@test "words that are no run" {
    local cmd word
    for cmd in show approve pay settle audit; do
        for word in x 1x 0 99999999999999999999; do refuses 64 "run" $cmd "$word"; done
        expect 64 "$STIPEND" $cmd --state "$STATE"
        same "$(everything)" "$BEFORE"
    done
}
@test "the maker who has no other role approves, pays and settles nothing" {
    local cmd
    for cmd in approve pay settle; do refuses 77 permission $cmd 1; done
}
@test "no reason, an empty reason, reasons are asked for" {
    refuses 64 "--reason is missing" void 1
    refuses 64 "--reason is missing" void 1 --reason ""
    expect 65 "$STIPEND" void 1 --reason "   " --state "$STATE"
    same "$(everything)" "$BEFORE"
}
@test "roles and users that are none" {
    refuses 64 "" db grant king root
    refuses 64 "" db grant approver ""
    expect 64 "$STIPEND" db grant approver --state "$STATE"
    says usage
}
@test "a digest that is none, a key that is none" {
    echo hello >"$BATS_TEST_TMPDIR/text"
    expect 65 "$STIPEND" verify --state "$STATE" --digest "$BATS_TEST_TMPDIR/text"
    says "not a digest"
    expect 66 "$STIPEND" verify --state "$STATE" --digest "$BATS_TEST_TMPDIR/none"
    refuses 78 "not an Ed25519" show 1 --digest-out "$BATS_TEST_TMPDIR/d" --key "$BATS_TEST_TMPDIR/text"
    [ ! -e "$BATS_TEST_TMPDIR/d" ]
}
@test "an archive whose digest does not match is not used" {
    as_owner "alter table stipend.run_source disable trigger user; update stipend.run_source set digest = sha256('x') where kind = 'records';
        alter table stipend.run_source enable always trigger deny_change; alter table stipend.run_source enable always trigger guard_open_run"
    expect 65 "$STIPEND" audit 1 --state "$STATE"
    silent
    expect 65 "$STIPEND" explain 1 --subject DWK0001 --state "$STATE"
    silent
}
@test "a ledger from a newer version is left alone (78), by readers and writers" {
    as_owner "alter table stipend.migration disable trigger user; insert into stipend.migration (number, name, sha256) values (9001, '9001_later', sha256('later'))"
    local cmd
    for cmd in "runs" "show 1" "verify" "audit 1" "approve 1" "void 1 --reason x"; do
        refuses 78 newer $cmd
    done
    expect 78 run_month "$STATE" "$ROSTER" --quiet
    says newer
    same "$(everything)" "$BEFORE"
}
