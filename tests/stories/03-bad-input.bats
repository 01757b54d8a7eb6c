#!/usr/bin/env bats
# Bad input: refused whole (65, 66) with nothing written, or one record held or rejected and the rest paid.
load lib
setup_file() {
    story_begin
    ledger_in "$STATE"
}
teardown_file() { story_end; }
setup() {
    TRY=$BATS_TEST_TMPDIR/records.xml
    # three workers of the roster: the smallest good file
    awk '/<worker /{ n++ } n > 3 { exit } { print } END { print "</records>" }' "$ROSTER" | sed 's/ count="[0-9]*"/ count="3"/' >"$TRY"
}

refused() { # CODE WORD...: check and run refuse the file $TRY under $SCHEME, saying each word; nothing is written
    local want=$1 before
    shift
    before=$("$STIPEND" runs --state "$STATE" --format tsv)
    expect "$want" check_files "$SCHEME" "$TRY"
    expect "$want" run_month "$STATE" "$TRY"
    for word; do says "$word"; done
    silent
    same "$("$STIPEND" runs --state "$STATE" --format tsv)" "$before"
}
without_controls() { # the scheme without declared totals, for rosters of a few
    [ -n "${SPOILT:-}" ] || spoil_scheme
    sed -i '/<control /d' "$SPOILT/scheme.xml"
    SCHEME=$SPOILT/scheme.xml
}
fresh_run() { # runs $TRY under $SCHEME into a ledger of its own; wants exit code $1
    FRESH=$DIR/state-$BATS_TEST_NUMBER
    expect "$1" run_month "$FRESH" "$TRY"
}
teardown() { [ -z "${FRESH:-}" ] || forget_state "$FRESH"; }
outcomes() { # of the first fresh run: severity subject
    "$STIPEND" show 1 --state "$FRESH" --format json | jq -r '.findings[] | .severity + " " + .subject' | sort -u
}
people() { # the root element around workers read from standard input
    local body n
    body=$(cat)
    n=$(grep -c '<worker ' <<<"$body")
    printf '<?xml version="1.0" encoding="UTF-8"?>\n<records xmlns="urn:stipend:records:1" division="640202" known-at="2023-11-20" roster="full" count="%s">\n%s\n</records>\n' "$n" "$body"
}
worker() { # ID NUMBER ACCOUNT: an entitled assistant
    cat <<END
  <worker id="$1" id-number="$2" name="张三" account="$3">
    <certificate level="assistant" number="C$1" passed="2021-06-11" issued="2021-08-24" registered-from="2021-10-11" registered-to="2024-10-10"/>
    <employment organisation="社区" post="社区委员" category="community-worker" place="640202" from="2021-05-31"/>
  </worker>
END
}

@test "the small good file is good" {
    same "$(grep -c '<worker ' "$TRY")" 3
    expect 0 check_files "$SCHEME" "$TRY"
}

# -- files that are not there --
@test "records file missing: 66" {
    TRY=$BATS_TEST_TMPDIR/none.xml
    refused 66 none.xml
}
@test "scheme missing: 66" {
    SCHEME=$BATS_TEST_TMPDIR/none/scheme.xml
    refused 66 none/scheme.xml
}
@test "model missing: 66, named with the place that wants it" {
    spoil_scheme
    rm "$SPOILT/award.dmn"
    SCHEME=$SPOILT/scheme.xml
    refused 66 award.dmn
}
@test "schema missing: 66" {
    spoil_scheme
    rm "$BATS_TEST_TMPDIR/schemas/records.xsd"
    SCHEME=$SPOILT/scheme.xml
    refused 66 records.xsd
}
@test "records file unreadable: 66" {
    [ "$(id -u)" -ne 0 ] || skip "root may read everything"
    chmod 000 "$TRY"
    refused 66 records.xml
}
@test "a folder instead of a file: 66" {
    TRY=$BATS_TEST_TMPDIR
    refused 66
}

# -- not records --
@test "an empty file" { : >"$TRY"; refused 65 records.xml; }
@test "not XML" { echo "names" >"$TRY"; refused 65 records.xml:1; }
@test "another root element" { sed -i 's/records/roster/g' "$TRY"; refused 65 roster; }
@test "another namespace" { sed -i 's/urn:stipend:records:1/urn:stipend:records:7/' "$TRY"; refused 65 records; }
@test "truncated at many places: refused whole" {
    local size cut whole=$TRY
    size=$(stat -c %s "$whole")
    for cut in 1 40 $((size / 3)) $((size / 2)) $((size - 30)) $((size - 5)); do
        TRY=$BATS_TEST_TMPDIR/cut.xml
        head -c "$cut" "$whole" >"$TRY"
        refused 65 cut.xml
    done
}
@test "not well-formed: the exact place" {
    sed -i '0,/<\/worker>/s//<\/werker>/' "$TRY"
    local line
    line=$(grep -n '</werker>' "$TRY" | cut -d: -f1)
    refused 65 "records.xml:$line:"
}
@test "the declared count differs" { sed -i 's/count="3"/count="4"/' "$TRY"; refused 65 3 4; }
@test "another division" { sed -i 's/division="640202"/division="640205"/' "$TRY"; refused 65 640205 640202; }
@test "bytes that do not fit the declared encoding" {
    sed -i 's/encoding="UTF-8"/encoding="GB18030"/' "$TRY"
    refused 65 records.xml
}
@test "an unknown encoding" { sed -i 's/encoding="UTF-8"/encoding="EBCDIC-FANTASY"/' "$TRY"; refused 65 EBCDIC-FANTASY; }
@test "a NUL byte" { printf '\0' >>"$TRY"; refused 65; }
@test "a DOCTYPE, an external entity and an entity bomb are refused, and nothing is fetched" {
    local body
    body=$(tail -n +2 "$TRY")
    printf '<?xml version="1.0"?>\n<!DOCTYPE records SYSTEM "http://127.0.0.1:9/x.dtd">\n%s\n' "$body" >"$TRY"
    refused 65 records.xml:2
    printf '<?xml version="1.0"?>\n<!DOCTYPE records [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n%s\n' "${body/张三/&x;}" >"$TRY"
    refused 65 records.xml:2
    [[ $err != *root:* ]]
    printf '<?xml version="1.0"?>\n<!DOCTYPE records [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>\n%s\n' "$body" >"$TRY"
    refused 65 records.xml:2
}
@test "a gigabyte of spaces is refused in little memory" {
    TRY=$BATS_TEST_TMPDIR/spaces.xml
    { head -n 3 "$ROSTER" | sed 's/ count="[0-9]*"/ count="0"/'; head -c 1000000000 /dev/zero | tr '\0' ' '; echo '</records>'; } >"$TRY"
    (
        ulimit -v 1000000
        STIPEND=$STIPEND_RELEASE
        expect 65 check_files "$SCHEME" "$TRY"
        says spaces.xml
    )
    rm "$TRY"
}
@test "an attribute of ten megabytes is refused" {
    local big
    { sed -n '1,/<records/p' "$ROSTER" | sed 's/ count="[0-9]*"/ count="1"/'; printf '<worker id="W1" name="'; head -c 10000000 /dev/zero | tr '\0' 'a'; printf '"/></records>\n'; } >"$TRY"
    refused 65 records.xml
    [ "${#err}" -lt 4000 ]
}
@test "elements nested a hundred thousand deep are refused" {
    { sed -n '1,/<records/p' "$ROSTER"; head -c 100000 /dev/zero | sed 's/\x0/<a>/g'; } >"$TRY"
    refused 65 records.xml
}

# -- periods and schemes --
@test "a period before the scheme begins" {
    expect 65 "$STIPEND" run --state "$STATE" --scheme "$SCHEME" --records "$TRY" --period 2022-12
    says 2022-12
    says 2023-01
    silent
}
@test "a period after the scheme has ended" {
    spoil_scheme
    sed -i 's/first="2023-01">/first="2023-01" last="2023-06">/; s/ payable-from="2023-11"//' "$SPOILT/scheme.xml"
    SCHEME=$SPOILT/scheme.xml
    refused 65 2023-06
}
@test "a scheme of an unknown version" {
    spoil_scheme
    sed -i 's/urn:stipend:scheme:1/urn:stipend:scheme:9/' "$SPOILT/scheme.xml"
    SCHEME=$SPOILT/scheme.xml
    refused 65 scheme.xml urn:stipend:scheme:1
}
@test "a scheme that is something else" {
    spoil_scheme
    cp "$ROSTER" "$SPOILT/scheme.xml"
    SCHEME=$SPOILT/scheme.xml
    refused 65 scheme.xml
}
@test "a scheme with a wrong value: the place" {
    spoil_scheme
    sed -i 's/cadence="P1M"/cadence="P2M"/' "$SPOILT/scheme.xml"
    SCHEME=$SPOILT/scheme.xml
    refused 65 "scheme.xml:$(grep -n P2M "$SCHEME" | cut -d: -f1):" cadence
}
@test "a decision that the model does not have" {
    spoil_scheme
    sed -i '0,/amount="amount"/s//amount="amout"/' "$SPOILT/scheme.xml"
    SCHEME=$SPOILT/scheme.xml
    refused 65 amout
}
@test "a model that does not compile: position inside the expression, with a caret" {
    spoil_scheme
    sed -i 's/subject.certificates\[issued != null/subject.certificates[issued != = null/' "$SPOILT/allowance.dmn"
    grep -q '!= = null' "$SPOILT/allowance.dmn"
    SCHEME=$SPOILT/scheme.xml
    refused 65 "allowance.dmn:$(grep -n '!= = null' "$SPOILT/allowance.dmn" | cut -d: -f1):" "^"
}
@test "an unknown name in a model" {
    spoil_scheme
    sed -i 's/<text>best level</<text>bestt level</' "$SPOILT/allowance.dmn"
    SCHEME=$SPOILT/scheme.xml
    refused 65 "allowance.dmn:" "bestt"
}
@test "a model that is no DMN, and one that is no XML" {
    spoil_scheme
    cp "$ROSTER" "$SPOILT/award.dmn"
    SCHEME=$SPOILT/scheme.xml
    refused 65 award.dmn
    echo "<definitions" >"$SPOILT/award.dmn"
    refused 65 award.dmn:
}

# -- decisions whose result cannot be money: held, nothing posted --
held_by() { # WORD: all allowances of the small file are held for a reason that has the word
    without_controls
    people < <(worker W1 640202199001010010 6217000000000000004; worker W2 640202199001010029 6228480000000000000) >"$TRY"
    fresh_run 3
    same "$(ledger "$FRESH" | tail -n +2)" ""
    same "$(shown "$FRESH" 1 '.benefits[] | select(.id == "allowance") | .counts | "\(.read) \(.held)"')" "2 2"
    [[ "$(shown "$FRESH" 1 '.findings[].message')" == *"$1"* ]] || { shown "$FRESH" 1 '.findings[].message'; false; }
}
amount_of_assistants() { # TEXT instead of 200
    spoil_scheme
    sed -i "s|<outputEntry><text>200<|<outputEntry><text>$1<|" "$SPOILT/allowance.dmn"
    grep -qF -- "<text>$1<" "$SPOILT/allowance.dmn"
}
@test "a decision whose result is text: held" {
    amount_of_assistants '"two hundred"'
    sed -i 's/ name="amount" label="金额（元）" typeRef="number"/ name="amount" label="金额（元）"/' "$SPOILT/allowance.dmn"
    held_by amount
}
@test "an amount with more than two decimals: held" { amount_of_assistants 200.005; held_by 200.005; }
@test "a negative amount: held" { amount_of_assistants -200; held_by -200; }
@test "an amount out of range: held" { amount_of_assistants 99999999999999999999; held_by amount; }
@test "division by zero in the amount: held, with the expression's place" {
    amount_of_assistants '200 / (string length(best level) - 9)' # "assistant" has 9 letters
    held_by "allowance.dmn:$(grep -n 'string length(best level)' "$SPOILT/allowance.dmn" | cut -d: -f1):"
}
@test "two decimals are fine" {
    amount_of_assistants 200.25
    without_controls
    people < <(worker W1 640202199001010010 6217000000000000004) >"$TRY"
    fresh_run 0
    same "$(ledger "$FRESH" | tail -n +2 | cut -f9 | sort -u)" 200.25
}

# -- control totals --
@test "a control total that differs: 65, the run is not sealed, both numbers are said" {
    spoil_scheme
    sed -i 's/count="5" total="15000.00"/count="6" total="18000.00"/' "$SPOILT/scheme.xml"
    SCHEME=$SPOILT/scheme.xml TRY=$ROSTER
    fresh_run 65
    [[ $out$err == *15,000.00* && $out$err == *18,000.00* ]] || told
    says sealed
    same "$(shown "$FRESH" 1 .sealed)" false
    # and again: still not sealed, still said
    expect 65 run_month "$FRESH" "$TRY"
}

# -- single bad records --
@test "the same id twice: both rejected, the others paid" {
    people < <(worker W1 640202199001010010 6217000000000000004; worker W2 640202199001010029 6228480000000000000
        worker W1 640202198802290011 6212260000000001230) >"$TRY"
    without_controls
    fresh_run 3
    same "$(ledger "$FRESH" | tail -n +2 | cut -f3 | sort -u)" W2
    same "$(outcomes)" "rejected W1"
    same "$(shown "$FRESH" 1 '.findings | length')" 2
    same "$(shown "$FRESH" 1 '.benefits[0].counts | "\(.read) \(.rejected)"')" "3 2"
}
@test "an id number of 15 digits, with a small x, full-width or spaced is the number of 18" {
    people < <(worker W1 640202850307001 6217000000000000004; worker W2 64020219920715006x 6228480000000000000) >"$TRY"
    without_controls
    fresh_run 0
    local plain
    plain=$(root_of "$FRESH")
    forget_state "$FRESH"
    people < <(worker W1 640202198503070019 6217000000000000004; worker W2 '６４０２０２19920715006Ｘ' 6228480000000000000) >"$TRY"
    fresh_run 0
    same "$(root_of "$FRESH")" "$plain"
}
@test "a wrong check digit: rejected, the place named, the number masked" {
    people < <(worker W1 640202199001010011 6217000000000000004; worker W2 640202199001010029 6228480000000000000) >"$TRY"
    without_controls
    fresh_run 3
    same "$(outcomes)" "rejected W1"
    same "$(shown "$FRESH" 1 '.findings[0].line')" 3
    [[ $out$err$(shown "$FRESH" 1 .) != *640202199001010011* ]]
}
@test "a birthday that does not exist: rejected" {
    people < <(worker W1 640202190002290017 6217000000000000004) >"$TRY"
    without_controls
    fresh_run 3
    same "$(outcomes)" "rejected W1"
}
@test "one account, two persons: both held" {
    people < <(worker W1 640202199001010010 6217000000000000004; worker W2 640202199001010029 6217000000000000004) >"$TRY"
    without_controls
    fresh_run 3
    same "$(outcomes)" $'held W1\nheld W2'
    same "$(ledger "$FRESH" | tail -n +2)" ""
}
@test "a date missing, a date that is none, an unknown level: a finding each, with its line" {
    people < <(worker W1 640202199001010010 6217000000000000004 | sed 's/ passed="[^"]*"//'
        worker W2 640202199001010029 6228480000000000000 | sed 's/issued="2021-08-24"/issued="2021-02-30"/'
        worker W3 640202198802290011 6212260000000001230 | sed 's/level="assistant"/level="master"/') >"$TRY"
    without_controls
    fresh_run 3
    same "$(outcomes)" $'held W1\nrejected W2\nrejected W3'
    same "$(shown "$FRESH" 1 '.findings[] | "\(.subject) \(.line)"' | sort)" $'W1 4\nW2 8\nW3 12'
}
@test "an empty roster is a month with nobody" {
    echo '<records xmlns="urn:stipend:records:1" division="640202" known-at="2023-11-20" roster="full" count="0"/>' >"$TRY"
    without_controls
    fresh_run 0
    same "$(ledger "$FRESH" | wc -l)" 1
}

# -- what is no file of records at all --
@test "pipes are refused at once: records, scheme, model, schema" {
    mkfifo "$BATS_TEST_TMPDIR/pipe"
    TRY=$BATS_TEST_TMPDIR/pipe
    expect 66 timeout 20 "$STIPEND" check --scheme "$SCHEME" --records "$TRY" --period "$MONTH"
    says "this is a pipe, not a file"
    spoil_scheme
    for file in "$SPOILT/scheme.xml" "$SPOILT/award.dmn" "$BATS_TEST_TMPDIR/schemas/records.xsd"; do
        mv "$file" "$file.kept" && mkfifo "$file"
        expect 66 timeout 20 "$STIPEND" check --scheme "$SPOILT/scheme.xml" --records "$ROSTER" --period "$MONTH"
        says "this is a pipe, not a file"
        rm "$file" && mv "$file.kept" "$file"
    done
    TRY=/dev/zero
    refused 66 "a device"
}
@test "packed files are called packed, whatever their name" {
    local name tool kept=$BATS_TEST_TMPDIR/kept
    cp "$TRY" "$kept"
    while read -r name tool; do
        command -v "${tool%% *}" >/dev/null || continue
        (cd "$BATS_TEST_TMPDIR" && $tool <"$kept" >"$TRY")
        refused 65 "this file is compressed ($name)" "unpack it first"
    done <<'END'
gzip gzip -c
xz xz -c
zstd zstd -q -c
bzip2 bzip2 -c
zip zip -q - -
END
    spoil_scheme
    gzip -c "$SCHEME" >"$SPOILT/scheme.xml"
    cp "$kept" "$TRY"
    SCHEME=$SPOILT/scheme.xml
    refused 65 "this file is compressed (gzip)"
}
@test "a table is called a table" {
    printf '序号,姓名,身份证号\n1,张三,640202199001010010\n' >"$TRY"
    refused 65 "this is a table (CSV), not XML" "let the source system export it so"
    printf '序号,姓名\n1,张三\n' | iconv -f UTF-8 -t GBK >"$TRY"
    refused 65 "this is a table (CSV), not XML"
    printf 'PK\003\004\024\000\006\000\010\000\000\000!\000[Content_Types].xml' >"$TRY"
    refused 65 "this is a table (XLSX), not XML"
}
@test "a record of 16 megabytes is rejected, the others are paid" {
    {
        worker W1 640202199001010010 6217000000000000004 | sed '$d'
        # behind the employment no certificate may stand; the size alone is what counts here
        for i in $(seq 1 120); do printf '    <status event="left" effective="2023-06-15" known="2023-06-15"/>\n'; done >"$BATS_TEST_TMPDIR/many"
        for i in $(seq 1 1000); do cat "$BATS_TEST_TMPDIR/many"; done
        echo '  </worker>'
        worker W2 640202199001010029 6228480000000000000
    } >"$BATS_TEST_TMPDIR/workers"
    people <"$BATS_TEST_TMPDIR/workers" >"$TRY"
    without_controls
    fresh_run 3
    same "$(outcomes)" "rejected W1"
    shown "$FRESH" 1 '.findings[].message' | grep -q '^W1: this record takes more than 16777216 bytes$'
    same "$(ledger "$FRESH" | awk -F'\t' 'NR > 1 { print $3 }' | sort -u)" W2
}
@test "one certificate in two spellings, told apart by a space that nobody sees: both rejected, none paid" {
    people < <(worker W1 640202199001010010 6217000000000000004
        worker W2 640202199001010029 6228480000000000000 | LC_ALL=C sed $'s/number="CW2"/number="c\xc2\xa0w1\xe2\x80\x8d"/') >"$TRY"
    without_controls
    fresh_run 3
    same "$(outcomes)" $'rejected W1\nrejected W2'
    same "$(ledger "$FRESH" | tail -n +2)" ""
}
@test "a finding names the person, with what the person is called in the file" {
    people < <(worker W1 640202199001010011 6217000000000000004) >"$TRY"
    without_controls
    expect 3 check_files "$SCHEME" "$TRY"
    prints "rejected: W1: id-number: the check character of the identity number is wrong"
}
@test "a schema whose patterns this machine cannot judge is refused with the place" {
    spoil_scheme
    sed -i 's|<xs:pattern value="\[0-9A-Za-z._\\-\]{1,64}"/>|<xs:pattern value="\\p{IsNoBlockOfUnicode}+"/>|' "$BATS_TEST_TMPDIR/schemas/records.xsd"
    grep -q NoBlock "$BATS_TEST_TMPDIR/schemas/records.xsd"
    SCHEME=$SPOILT/scheme.xml
    refused 65 "REC-021" 'records.xsd:14:' '\p{IsNoBlockOfUnicode} is not known'
}
