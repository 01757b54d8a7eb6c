#!/usr/bin/env bats
# The root over the lines depends on the facts alone: not on encoding, label, order, clock, zone or language.
load lib
setup_file() {
    story_begin
    run_month "$STATE" "$ROSTER" >/dev/null 2>&1 || [ $? -eq 3 ]
    export ROOT LEDGER
    ROOT=$(root_of "$STATE")
    LEDGER=$(ledger | sha256sum)
    "$TOP/tests/support/roster_variants.sh" "$ROSTER" "$DIR/variants"
}
teardown_file() { story_end; }
teardown() { [ -z "${FRESH:-}" ] || forget_state "$FRESH"; }

variant() { # FILE [ENV...]: the month from it in a ledger of its own gives the same root and the same ledger
    local file=$1
    shift
    [ -r "$file" ]
    FRESH=$DIR/state-$BATS_TEST_NUMBER
    expect 0 env "$@" "$STIPEND" init --quiet --state "$FRESH"
    expect 3 env "$@" "$STIPEND" run --state "$FRESH" --scheme "$SCHEME" --records "$file" --period "$MONTH"
    same "$(env "$@" "$STIPEND" ledger --state "$FRESH" --format tsv | sha256sum)" "$LEDGER"
    same "$(root_of "$FRESH")" "$ROOT"
}

@test "GB18030" { variant "$DIR/variants/gb18030.xml"; }
@test "GB18030 bytes labelled GBK" { variant "$DIR/variants/gbk-label.xml"; }
@test "the persons in another order" { variant "$DIR/variants/shuffled.xml"; }
@test "another time zone and a clock that shows another day" { variant "$ROSTER" TZ=Pacific/Kiritimati; }
@test "a time zone behind" { variant "$ROSTER" TZ=Pacific/Pago_Pago; }
@test "a Chinese locale" { variant "$ROSTER" LANG=zh_CN.UTF-8 LC_ALL=zh_CN.UTF-8; }
@test "a locale with a decimal comma" { variant "$ROSTER" LC_ALL=de_DE.UTF-8; }
@test "no environment at all" { variant "$ROSTER" -i PATH=/usr/bin:/bin; }
