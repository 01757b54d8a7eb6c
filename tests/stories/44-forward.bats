#!/usr/bin/env bats
# Knowledge goes forward: an older file, a month that the file cannot know, a month skipped or gone back to, a file that has not
# changed: one question, nothing written; --because does it and is kept. And what was compiled is what is kept.
load lib
setup_file() {
    story_begin
    mkdir -p "$DIR/p" && cp "$TOP/schemas/records.xsd" "$DIR/p/"
    package "$DIR/p" 200
}
teardown_file() { story_end; }
setup() {
    STATE=$DIR/state-$BATS_TEST_NUMBER
    cd "$DIR"
}
teardown() { forget_state "$STATE"; }

model() { # FILE AMOUNT: everybody gets it, each month
    cat >"$1" <<XML
<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="flat" name="flat" namespace="urn:story:flat">
  <decision id="refusals" name="refusals"><variable id="r-v" name="refusals"/><literalExpression id="r-e"><text>[]</text></literalExpression></decision>
  <decision id="amount" name="amount"><variable id="a-v" name="amount"/><literalExpression id="a-e"><text>{amount: $2, tier: "x"}</text></literalExpression></decision>
</definitions>
XML
}
package() { # FOLDER AMOUNT [ATTRIBUTES [MODEL [SCHEMA]]]
    model "$1/flat.dmn" "$2"
    cat >"$1/scheme.xml" <<XML
<?xml version="1.0" encoding="UTF-8"?>
<scheme xmlns="urn:stipend:scheme:1" id="story" currency="CNY" first="2023-01" ${3:-}>
  <title lang="en">Story</title>
  <payer name="x" division="640202"/>
  <basis id="b">x</basis>
  <records schema="${5:-records.xsd}"/>
  <benefit id="allowance" cadence="P1M" first="2023-10">
    <title lang="en">allowance</title>
    <rules model="${4:-flat.dmn}" refusals="refusals" amount="amount" basis="b"/>
  </benefit>
</scheme>
XML
}
file() { # NAME KNOWN-AT [ROOT-ATTRIBUTES [ID]]
    cat >"$DIR/$1" <<XML
<?xml version="1.0" encoding="UTF-8"?>
<records xmlns="urn:stipend:records:1" division="640202" known-at="$2" ${3:-roster=\"full\"}>
  <worker id="${4:-A01}" id-number="${5:-640202198503070019}" name="某"/>
</records>
XML
}
go() { # CODE RECORDS [OPTION...]
    local code=$1 records=$2
    shift 2
    ledger_in "$STATE"
    expect "$code" "$STIPEND" run --quiet --state "$STATE" --scheme p/scheme.xml --records "$records" "$@"
}
runs() { "$STIPEND" runs --state "$STATE" --format tsv | awk -F'\t' 'NR > 1 { print $1, $3, $4, $6, $7 }'; }
everything() { # the rows of all tables
    local link=$("$STIPEND" db status --state "$STATE" | sed -n 's/^psql\t//p') t
    for t in scheme benefit run run_event run_input run_summary line assessment finding source run_source; do
        psql "$link" -qAtX -c "select '$t', count(*) from stipend.$t"
    done
}
# asks CODE WORD... -- RECORDS [OPTION...]: run and dry run ask, with the same words, and write nothing; --because does it
asks() {
    local id=$1 words=() before
    shift
    while [ "$1" != -- ]; do words+=("$1") && shift; done
    shift
    before=$(everything)
    for how in --dry-run ""; do
        go 65 "$@" $how
        says "[$id]"
        says -- "--because"
        local w
        for w in "${words[@]}"; do says "$w"; done
        same "$(grep -c 'error:' <<<"$err")" 1
        silent
    done
    same "$(everything)" "$before"
}

@test "an older file: asked, and done with --because" {
    file 11.xml 2023-11-20
    file 12.xml 2023-12-20
    go 0 11.xml
    go 0 12.xml
    same "$(runs)" "2 2023-12 draft 1 200.00
1 2023-11 draft 2 400.00"
    file old.xml 2023-11-25 'roster="full"' A02
    asks RUN-080 2023-11-25 "run 2" 2023-12-20 -- old.xml --period 2023-12
    asks RUN-080 2023-11-25 -- old.xml
    # the same day is not older
    file same.xml 2023-12-20 'roster="full"' A02
    go 3 same.xml --period 2023-12
    go 3 old.xml --period 2023-12 --because "the file of the 20th was the wrong one"
    expect 0 "$STIPEND" show 4 --state "$STATE" --lang en
    prints "because: the file of the 20th was the wrong one"
    prints "the records are older"
    expect 0 "$STIPEND" show 4 --state "$STATE" --lang zh
    prints "理由：the file of the 20th"
    same "$(shown "$STATE" 4 '[.asked, .because] | join("|")')" "older,ahead|the file of the 20th was the wrong one"
    expect 0 "$STIPEND" verify --state "$STATE"
    expect 0 "$STIPEND" audit --all --state "$STATE"
}
@test "a month that the file cannot know: asked by run, dry run and check; the scheme's lead" {
    file 01.xml 2024-01-20
    ledger_in "$STATE"
    asks RUN-081 2042-01 2024-01 -- 01.xml --period 2042-01
    asks RUN-081 2024-02 -- 01.xml --period 2024-02
    expect 65 "$STIPEND" check --scheme p/scheme.xml --records 01.xml --period 2024-02
    says RUN-081
    expect 0 "$STIPEND" check --scheme p/scheme.xml --records 01.xml --period 2024-02 --because "looking ahead"
    expect 0 "$STIPEND" check --scheme p/scheme.xml --records 01.xml --period 2024-01
    mkdir -p lead && cp p/records.xsd lead/ && package lead 200 'lead="1"'
    expect 0 "$STIPEND" check --scheme lead/scheme.xml --records 01.xml --period 2024-02
    expect 65 "$STIPEND" check --scheme lead/scheme.xml --records 01.xml --period 2024-03
    says "lead"
    expect 0 "$STIPEND" run --quiet --state "$STATE" --scheme lead/scheme.xml --records 01.xml --period 2024-02
    same "$(runs)" "1 2024-02 draft 5 1000.00"
    sed -i 's/lead="1"/lead="25"/' lead/scheme.xml
    expect 65 "$STIPEND" check --scheme lead/scheme.xml
    says XML-006
}
@test "one held and one rejected are two who wait" {
    file 11.xml 2023-11-20
    go 0 11.xml
    file odd.xml 2023-12-20 'roster="full"' A02 123
    go 3 odd.xml
    same "$(shown "$STATE" 2 '.finding_counts | [.held, .rejected] | join(" ")')" "1 1"
    expect 3 "$STIPEND" run --dry-run --quiet --state "$STATE" --scheme p/scheme.xml --records odd.xml --period 2023-12 --because "once more"
}
@test "a month skipped, gone back to, an unchanged file" {
    file 11.xml 2023-11-20
    file 01.xml 2024-01-20
    go 0 11.xml
    asks RUN-082 2024-01 2023-12 "run 1" -- 01.xml --period 2024-01
    go 0 01.xml --period 2023-12
    asks RUN-083 2023-11 2023-12 "run 2" -- 01.xml --period 2023-11
    asks RUN-084 "run 2" 2023-12 -- 01.xml --period 2024-01
    # the default month is asked about, too, once records or rules differ from those of the newest run
    model p/flat.dmn 210
    asks RUN-084 "run 2" -- 01.xml
    go 0 01.xml --period 2023-12 # a correction of the newest month
    model p/flat.dmn 200
    go 0 01.xml --period 2024-01 --because "nothing changed at the office"
    same "$(shown "$STATE" 4 '[.asked, .because] | join("|")')" "unchanged|nothing changed at the office"
    # several at once are one question
    file old.xml 2023-12-01
    asks RUN-080 2023-12-01 2024-03 2024-02 -- old.xml --period 2024-03
}
@test "without --period: the month of known-at, then the next; again while nothing changed, or the newest does not count" {
    file 11.xml 2023-11-20
    file 12.xml 2023-12-20
    go 0 11.xml
    go 0 11.xml
    same "$(runs)" "1 2023-11 draft 2 400.00"
    go 0 12.xml
    go 0 12.xml
    same "$(runs | head -n 1)" "2 2023-12 draft 1 200.00"
    expect 0 "$STIPEND" void 2 --reason x --state "$STATE"
    expect 0 "$STIPEND" run --dry-run --state "$STATE" --scheme p/scheme.xml --records 12.xml
    prints "period 2023-12"
    file 12.xml 2023-12-21
    go 0 12.xml
    same "$(runs)" "3 2023-12 draft 1 200.00
2 2023-12 void 1 200.00
1 2023-11 draft 2 400.00"
    # an unchanged file in a cron job repeats its month until a new one comes
    go 0 12.xml
    same "$(runs | wc -l)" 3
    # a void run leaves no trace in the order: its file and month do not count
    go 0 11.xml --period 2024-01 --because typo
    expect 0 "$STIPEND" void 4 --reason typo --state "$STATE"
    file 01.xml 2024-01-20
    go 0 01.xml
    same "$(runs | head -n 1)" "5 2024-01 draft 1 200.00"
}
@test "an unsealed run is run again for its own month" {
    file 11.xml 2023-11-20
    mkdir -p guard && cp p/records.xsd guard/ && package guard 200
    sed -i 's|</benefit>|&<guard id="small" amount-above="100"/>|' guard/scheme.xml
    ledger_in "$STATE"
    expect 65 "$STIPEND" run --quiet --state "$STATE" --scheme guard/scheme.xml --records 11.xml
    says "not sealed"
    file 11b.xml 2023-11-19
    expect 0 "$STIPEND" run --quiet --state "$STATE" --scheme p/scheme.xml --records 11b.xml
    same "$(runs)" "2 2023-11 draft 2 400.00
1 2023-11 void 2 400.00"
}
@test "parts are judged by their sender" {
    file a1.xml 2023-11-20 'roster="part" sender="甲街道"' A01
    file b1.xml 2023-11-18 'roster="part" sender="乙街道"' B01 640202199001010010
    go 0 a1.xml
    go 0 b1.xml
    same "$(runs)" "2 2023-11 draft 2 400.00
1 2023-11 draft 2 400.00"
    file a2.xml 2023-12-20 'roster="part" sender="甲街道"' A01
    file b0.xml 2023-11-17 'roster="part" sender="乙街道"' B01 640202199001010010
    asks RUN-080 "run 2" -- b0.xml --period 2023-11
    go 0 a2.xml
    file b2.xml 2023-12-18 'roster="part" sender="乙街道"' B01 640202199001010010
    go 0 b2.xml
    same "$(runs | head -n 2)" "4 2023-12 draft 1 200.00
3 2023-12 draft 1 200.00"
    # a part of nobody, and a full roster, are compared with everything
    file c.xml 2023-12-19 'roster="part"' A01
    go 0 c.xml --period 2023-12
    file full.xml 2023-12-18
    asks RUN-080 "run 5" -- full.xml --period 2023-12
    same "$(shown "$STATE" 1 .sender)" 甲街道
}
@test "what the approver sees and what is sealed: the reason, and a change of it" {
    file 11.xml 2023-11-20
    go 0 11.xml --period 2023-12 --because "六月停发，经局长批准"
    expect 0 "$STIPEND" show 1 --state "$STATE" --digest-out digest
    grep -qx "because: 六月停发，经局长批准" digest
    grep -qx "asked: ahead" digest
    expect 0 "$STIPEND" verify --state "$STATE" --digest digest
    sed 's/六月/七月/' digest >changed
    expect 65 "$STIPEND" verify --state "$STATE" --digest changed
    local link=$("$STIPEND" db status --state "$STATE" | sed -n 's/^psql\t//p')
    psql "${link%user=*}user=stipend_owner" -qAtX -v ON_ERROR_STOP=1 -c "alter table stipend.run_input disable trigger user; update stipend.run_input set because = 'x'"
    expect 65 "$STIPEND" verify --state "$STATE"
    # an officer cannot write one by hand
    expect 0 "$STIPEND" db grant officer daemon --state "$STATE"
    run psql "${link%user=*}user=stipend_owner" -qAtX -v ON_ERROR_STOP=1 -c "alter table stipend.run_input enable always trigger deny_change; alter table stipend.run_input enable always trigger guard_open_run;
        set role stipend_officer; insert into stipend.run_input values (2, '2023-11-20', true, '', 0, 0, '', 'x')"
    [ "$status" -ne 0 ]
}
@test "the records of another division, of another schema: refused before anything is asked" {
    file 11.xml 2023-11-20
    file other.xml 2023-10-20
    go 0 11.xml
    sed -i 's/division="640202"/division="640205"/' other.xml
    go 65 other.xml --period 2042-01
    says RUN-002
    sed 's/urn:stipend:records:1/urn:other:1/' 11.xml >schema.xml
    go 65 schema.xml
    says REC-002
    same "$(runs | wc -l)" 1
}
@test "the server's clock goes back: a void is known by its number, not by its time" {
    file 11.xml 2023-11-20
    file 12.xml 2023-12-20
    file 01.xml 2024-01-20
    go 0 11.xml
    go 0 12.xml
    expect 0 "$STIPEND" void 1 --reason "late" --state "$STATE"
    # as if the void had been written by a clock that stood a day behind
    local link=$("$STIPEND" db status --state "$STATE" | sed -n 's/^psql\t//p')
    psql "${link%user=*}user=stipend_owner" -qAtX -v ON_ERROR_STOP=1 -c "alter table stipend.run_event disable trigger user;
        update stipend.run_event set at = at - interval '1 day' where state = 'void'; alter table stipend.run_event enable always trigger deny_change;
        alter table stipend.run_event enable always trigger a_stamp_newest; alter table stipend.run_event enable always trigger guard_claims"
    go 0 12.xml # not "already done": what run 1 posted no longer counts
    same "$(runs | head -n 1)" "3 2023-12 draft 2 400.00"
    go 0 01.xml
    same "$(runs | head -n 1)" "4 2024-01 draft 1 200.00"
    expect 0 "$STIPEND" audit --all --state "$STATE"
}
@test "odd names can be audited: absolute paths, long names, records named like the scheme or a model" {
    mkdir -p "abs/$(printf '津%.0s' $(seq 60))" && cp p/records.xsd abs/
    local far long
    far=$(echo "$DIR"/abs/津*)
    package abs 200 "" "$far/远.dmn" "$DIR/abs/records.xsd"
    mv abs/flat.dmn "$far/远.dmn"
    long=$(printf '录%.0s' $(seq 83)).xml # 253 bytes
    file a 2023-11-20 && mv a "$long"
    mkdir -p named && file scheme.xml 2023-12-20 && mv scheme.xml named/scheme.xml
    file 远.dmn 2024-01-20 && mv 远.dmn named/远.dmn
    ledger_in "$STATE"
    local r
    for r in "$long" named/scheme.xml named/远.dmn; do
        expect 0 "$STIPEND" run --quiet --state "$STATE" --scheme abs/scheme.xml --records "$r"
    done
    rm -rf abs named "$long"
    expect 0 "$STIPEND" audit --all --state "$STATE"
    same "$(grep -c ': equal' <<<"$out")" 3
    expect 0 "$STIPEND" explain 1 --subject A01 --state "$STATE"
    prints "$long"
    expect 0 "$STIPEND" explain 3 --subject A01 --state "$STATE"
    prints "facts  (远.dmn:"
    same "$(find "$STATE" /tmp -maxdepth 1 -name 'stipend-work-*' 2>/dev/null | wc -l)" 0
}
@test "file names that are no UTF-8 are refused before anything is sent" {
    local bad=$'r\xe5\xbd.xml' before
    file 11.xml 2023-11-20
    cp 11.xml "$bad"
    ledger_in "$STATE"
    before=$(everything)
    go 65 "$bad"
    says RUN-085
    mkdir -p $'d\xff' && cp 11.xml $'d\xff/11.xml' && cp p/* $'d\xff/'
    go 65 $'d\xff/11.xml'
    says RUN-085
    expect 65 "$STIPEND" run --quiet --state "$STATE" --scheme $'d\xff/scheme.xml' --records 11.xml
    says RUN-085
    same "$(everything)" "$before"
    rm -rf $'d\xff' "$bad"
}
@test "rules that change while they are read: refused, or what is compiled is what is kept" {
    file 11.xml 2023-11-20
    mkdir -p spin && cp p/records.xsd spin/ && package spin 200
    model spin/a.dmn 200
    model spin/b.dmn 300
    ledger_in "$STATE"
    (while [ ! -e spin/stop ]; do cp spin/a.dmn spin/n && mv spin/n spin/flat.dmn; cp spin/b.dmn spin/n && mv spin/n spin/flat.dmn; sleep 0.02; done) 3>&- &
    local spinner=$! i n=0 rc
    for i in $(seq 8); do
        rc=0
        "$STIPEND" run --quiet --full --state "$STATE" --scheme spin/scheme.xml --records 11.xml --period 2023-11 >/dev/null 2>err || rc=$?
        n=$((n + (rc == 0)))
        [ $rc -eq 0 ] || { [ $rc -eq 75 ] && grep -q "changed while the rules were read" err; }
    done
    touch spin/stop
    wait $spinner
    [ "$n" -ge 1 ]
    expect 0 "$STIPEND" audit --all --state "$STATE"
}
