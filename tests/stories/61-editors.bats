#!/usr/bin/env bats
# What editors make of the shipped models, and what becomes of what they save.
load lib
setup_file() {
    story_begin
    export NPM=$DIR/npm
    mkdir "$NPM"
    # dmn-moddle is what dmn-js and Camunda's modeller read and write with
    if ! command -v node npm >/dev/null; then
        echo "no node and npm here" >"$NPM/none"
    elif ! timeout 90 npm install --prefix "$NPM" --no-audit --no-fund --no-package-lock --loglevel=error dmn-moddle@12.2.1 >"$NPM/log" 2>&1; then
        echo "npm does not reach its registry" >"$NPM/none"
    fi
}
teardown_file() { story_end; }
need_npm() { [ ! -e "$NPM/none" ] || skip "$(cat "$NPM/none")"; }
package() { # a copy of a shipped package, to be edited
    mkdir -p "$BATS_TEST_TMPDIR/rules" "$BATS_TEST_TMPDIR/schemas"
    cp "$TOP"/schemas/*.xsd "$BATS_TEST_TMPDIR/schemas/"
    cp -r "$TOP/rules/$1" "$BATS_TEST_TMPDIR/rules/"
    chmod -R a+rX "$BATS_TEST_TMPDIR"
    P=$BATS_TEST_TMPDIR/rules/$1
}
edit() { # FILE [DECISION ROW OUTPUT CLAUSE]
    local f=$1
    shift
    expect 0 node "$TOP/tests/support/editor.mjs" "$NPM" "$f" "$f.saved" "$@"
    mv "$f.saved" "$f"
}
who_has() { # TIER: somebody with that allowance in 2023-05
    python3 "$TOP/tests/support/dawukou_expected.py" "$ROSTER" "$MONTH" 2>/dev/null | awk -F'\t' -v a="$1" '$2 == "allowance" && $3 == "2023-05" && $5 == a { print $1 }' | sed -n 1p
}

@test "shipped models: everything is drawn, no line through a box, labels and clauses where editors show them" {
    expect 0 python3 "$TOP/tests/support/diagram.py" "$TOP"/rules/*/*.dmn
    # the test can fail
    sed 's/y="[0-9]*"/y="200"/' "$RULES/award.dmn" >"$BATS_TEST_TMPDIR/flat.dmn"
    expect 1 python3 "$TOP/tests/support/diagram.py" "$BATS_TEST_TMPDIR/flat.dmn"
    prints "lie on one another"
    sed 's/"refusals-note"/"note-refusals"/; s/#refusals-note/#note-refusals/' "$RULES/award.dmn" >"$BATS_TEST_TMPDIR/ends.dmn"
    expect 1 python3 "$TOP/tests/support/diagram.py" "$BATS_TEST_TMPDIR/ends.dmn"
    prints "the id note-refusals ends like refusals"
}
@test "opened and saved by dmn-moddle: no warning, the same results" {
    need_npm
    for name in $(ls "$TOP/rules" | grep ^cn-); do
        package "$name"
        for f in "$P"/*.dmn; do edit "$f"; done
        expect 0 "$STIPEND" check --strict --scheme "$P/scheme.xml"
        expect 0 "$STIPEND" test "$P/cases"
        [[ $(tail -n 1 <<<"$out") =~ ^[1-9][0-9]*\ passed,\ 0\ failed ]] || told
    done
}
@test "a rate changed in dmn-js: check warns of the old clause, eval and explain show the new rate with the new clause" {
    need_npm
    package cn-640202-social-work
    local who s=$BATS_TEST_TMPDIR/state
    who=$(who_has 300.00)
    [ -n "$who" ]
    edit "$P/allowance.dmn" amount 2 350 "津贴规定（修订）：社会工作师每月 350 元"
    expect 0 "$STIPEND" check --scheme "$P/scheme.xml"
    prints DMN-033
    prints "津贴规定（修订）：社会工作师每月 350 元"
    prints "津贴规定：社会工作师每月 300 元"
    expect 65 "$STIPEND" check --strict --scheme "$P/scheme.xml"
    expect 0 "$STIPEND" eval --scheme "$P/scheme.xml" --records "$ROSTER" --subject "$who" --period "$MONTH" --benefit allowance --occasion 2023-05 --trace
    prints "amount: 350"
    prints 'rule 2 of "amount": 津贴规定（修订）：社会工作师每月 350 元'
    # the control totals of the shipped scheme are those of the old rate
    sed -i '/<control/d' "$P/scheme.xml"
    "$STIPEND" init --state "$s" >/dev/null 2>&1 || :
    expect 3 "$STIPEND" run --state "$s" --scheme "$P/scheme.xml" --records "$ROSTER" --period "$MONTH"
    expect 0 "$STIPEND" explain --state "$s" 1 --subject "$who" --benefit allowance --occasion 2023-05
    prints "350"
    prints "津贴规定（修订）：社会工作师每月 350 元"
    "$STIPEND" db stop --state "$s"
}
@test "a rate and its annotation changed, as other editors do: the new clause is shown with the old description, and told" {
    package cn-640202-social-work
    sed -i 's#<annotationEntry><text>津贴规定：社会工作师每月 300 元#<annotationEntry><text>津贴规定（修订）：社会工作师每月 350 元#; /id="allowance-amount-intermediate"/,/<\/rule>/s#>300<#>350<#' "$P/allowance.dmn"
    grep -q '>350<' "$P/allowance.dmn"
    expect 0 "$STIPEND" check --scheme "$P/scheme.xml"
    prints DMN-033
    expect 0 "$STIPEND" eval --scheme "$P/scheme.xml" --records "$ROSTER" --subject "$(who_has 300.00)" --period "$MONTH" --benefit allowance --occasion 2023-05 --trace
    prints "amount: 350"
    prints 'rule 2 of "amount": 津贴规定：社会工作师每月 300 元 | 津贴规定（修订）：社会工作师每月 350 元'
}
@test "saved as DMN 1.6, as the KIE editor does: the same results without a warning" {
    for name in $(ls "$TOP/rules" | grep ^cn-); do
        package "$name"
        sed -i 's#DMN/20191111/\(MODEL\|FEEL\)/#DMN/20240513/\1/#g; s#DMN/20191111/DMNDI/#DMN/20230324/DMNDI/#' "$P"/*.dmn
        expect 0 "$STIPEND" check --scheme "$P/scheme.xml" --format tsv
        if grep -q '^warning' <<<"$out"; then told; fi
        expect 0 "$STIPEND" test "$P/cases"
    done
}
