#!/usr/bin/env bats
# make demo, twice: the second says that the run is already done and posts nothing.
load lib
setup_file() { story_begin; }
teardown_file() { story_end; }
demo() { env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -C "$TOP" --no-print-directory BUILD="$STIPEND_OUT" STATE="$STATE" demo; }

@test "make demo shows the month and how to look further" {
    expect 0 demo
    for w in 15,000.00 2023-11 draft "$STATE" "stipend show"; do prints "$w"; done
    # who is held and why
    grep -qE 'held +DWK[0-9]+ +records-2023-11.xml:[0-9]+:[0-9]+: .*account' <<<"$out"
    # the root in full
    grep -qE '[0-9a-f]{64}' <<<"$out"
}
@test "a second make demo posts nothing" {
    before=$(ledger)
    expect 0 demo
    prints already
    same "$(ledger)" "$before"
}
@test "what make demo tells to look at works" {
    expect 0 demo
    local line n=0
    while read -r line; do
        expect 0 bash -c "cd '$TOP' && $line"
        n=$((n + 1))
    done < <(grep -E "^  [^ ]*/stipend (show|ledger|runs|check|--help)" <<<"$out" | grep -v " check ")
    [ "$n" -ge 4 ]
}
@test "make help names the targets" {
    expect 0 make -C "$TOP" --no-print-directory help
    for w in demo check bench; do prints "$w"; done
}
