#!/usr/bin/env bats
# What the schema is, and how a ledger of an older program comes to have it.
load lib

setup_file() {
    story_begin
    ledger_in "$STATE"
    local link
    link=$("$STIPEND" db status --state "$STATE" | sed -n 's/^psql\t//p')
    export OWN="${link%% dbname=*} dbname=ledger user=stipend_owner"
    OWN="${link%user=*}user=stipend_owner"
    export OLD="${link%% dbname=*} dbname=older user=stipend_owner"
    psql "${link%% dbname=*} dbname=postgres user=stipend_admin" -qAtX -c "create database older owner stipend_owner"
    gunzip -c "$TOP/tests/fixtures/ledger-1f45c04.sql.gz" | PGOPTIONS="-c client_min_messages=warning" psql "$OLD" -qAtX -v ON_ERROR_STOP=1 -1 >/dev/null
}
teardown_file() { story_end; }

schema_of() { psql "$1" -XAtq -f "$TOP/tests/support/schema.sql" >"$BATS_TEST_TMPDIR/schema.txt"; }
as_kept() { # the schema just read is the one that is kept
    diff "$TOP/sql/schema.txt" "$BATS_TEST_TMPDIR/schema.txt" && return 0
    echo "the schema differs from sql/schema.txt (<); sql/README.md says how to renew it"
    return 1
}
of_old() { psql "$OLD" -qAtX -v ON_ERROR_STOP=1 -c "$1"; }

@test "a new ledger has the schema that is kept" {
    schema_of "$OWN"
    as_kept
}

@test "each function and each view stands once" {
    local twice
    twice=$(sed -n 's/^create or replace \(function\|view\) \(stipend\.[a-z_]*\).*/\1 \2/p' "$TOP"/sql/*/*.sql "$TOP"/sql/*.sql | sort | uniq -d)
    same "$twice" ""
    same "$(grep -lE '^create (or replace )?(function|view|trigger|constraint trigger)|^(grant|revoke)' "$TOP"/sql/tables/*.sql || true)" ""
    # and what the database has is in the files: nothing is left over from a migration
    same "$(sed -n 's/^function \([a-z_]*\)(.*/\1/p; s/^view \(.*\)/\1/p' "$TOP/sql/schema.txt" | sort)" \
        "$(sed -n 's/^create or replace \(function\|view\) stipend\.\([a-z_]*\).*/\2/p' "$TOP"/sql/*/*.sql | sort)"
}

@test "a ledger of 1f45c04: readers say so (78), and nothing is changed by asking" {
    expect 78 "$STIPEND" runs --db "$OLD"
    says "older version"
    expect 78 "$STIPEND" verify --db "$OLD"
    same "$(of_old "select count(*) from stipend.migration")" 6
}

@test "the owner's next command brings it up to date: same schema, same lines, seals by their versions" {
    local before after
    local money="select (select sum(amount) from stipend.line), (select count(*) from stipend.line), (select sum(open) from stipend.claim), (select count(*) from stipend.repayment), (select string_agg(encode(digest, 'hex'), ' ' order by run) from stipend.run_event where state = 'sealed')"
    before=$(of_old "$money")
    [ "$(of_old "select count(*) > 0 from stipend.claim where open > 0")" = t ]
    [ "$(of_old "select count(*) > 2 from stipend.claim_action")" = t ]
    expect 0 "$STIPEND" init --db "$OLD"
    after=$(of_old "$money")
    same "$after" "$before"
    schema_of "$OLD"
    as_kept
    expect 0 "$STIPEND" verify --db "$OLD"
    prints "4 runs"
    expect 0 "$STIPEND" audit --all --db "$OLD"
    expect 0 "$STIPEND" audit 3 --db "$OLD"
    # what happened before there were links is in its checkpoints, too
    "$STIPEND" key new old.example --out "$BATS_TEST_TMPDIR/key" >"$BATS_TEST_TMPDIR/pub"
    "$STIPEND" checkpoint --key "$BATS_TEST_TMPDIR/key" --db "$OLD" >"$BATS_TEST_TMPDIR/checkpoint"
    same "$(sed -n 2p "$BATS_TEST_TMPDIR/checkpoint")" "$(of_old "select count(*) from stipend.linkable()")"
    expect 0 "$STIPEND" verify --digest "$BATS_TEST_TMPDIR/checkpoint" --key "$BATS_TEST_TMPDIR/pub" --db "$OLD"
    "$STIPEND" prove 3 1 --checkpoint "$BATS_TEST_TMPDIR/checkpoint" --key "$BATS_TEST_TMPDIR/pub" --db "$OLD" >"$BATS_TEST_TMPDIR/proof"
    expect 0 "$STIPEND" prove --check "$BATS_TEST_TMPDIR/proof" --key "$BATS_TEST_TMPDIR/pub"
    prints "line 1 of run 3"
}

@test "a next month of the old ledger: nothing is paid again, debts go on, verified with the old seals" {
    local roster=$BATS_TEST_TMPDIR/r.xml lines
    python3 - "$ROSTER" "$roster" <<'PY'
import re, sys
text = open(sys.argv[1], encoding='utf-8').read()
workers = re.findall(r'  <worker .*?</worker>\n', text, re.S)[:12]
head = re.sub(r'known-at="[^"]*"', 'known-at="2024-02-20"', re.search(r'<records [^>]*>', text).group(0))
head = re.sub(r'count="[^"]*"', f'count="{len(workers)}"', head)
died = '    <status event="died" effective="2023-06-15"/>\n'
workers = [re.sub(r'(?=    <appraisal|  </worker>)', lambda m: died, w, count=1) if 'id="DWK0002"' in w else w for w in workers]
open(sys.argv[2], 'w', encoding='utf-8').write('<?xml version="1.0" encoding="UTF-8"?>\n' + head + '\n' + ''.join(workers) + '</records>\n')
PY
    mkdir -p "$BATS_TEST_TMPDIR/rules" "$BATS_TEST_TMPDIR/schemas" && cp -r "$RULES" "$BATS_TEST_TMPDIR/rules/d" && cp "$TOP"/schemas/* "$BATS_TEST_TMPDIR/schemas/"
    sed -i '/<control /d; /<guard/d' "$BATS_TEST_TMPDIR/rules/d/scheme.xml"
    expect 0 "$STIPEND" run --quiet --db "$OLD" --state "$BATS_TEST_TMPDIR/work" --scheme "$BATS_TEST_TMPDIR/rules/d/scheme.xml" --records "$roster" --period 2024-02
    # one month for those who had January, and nobody else
    lines=$(of_old "select count(*) || ' ' || count(distinct subject_id) || ' ' || string_agg(distinct occasion, ',') from stipend.line where run = 5")
    same "$lines" "8 8 2024-02"
    expect 0 "$STIPEND" verify --db "$OLD"
    expect 0 "$STIPEND" audit --all --db "$OLD"
}
