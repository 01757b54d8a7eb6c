#!/usr/bin/env bats
# Every command of the README works, in its order, in a fresh copy of the sources, and prints what the README says.
load lib
setup_file() {
    story_begin
    export COPY="$DIR/a copy" # with a space, on purpose
    mkdir -p "$COPY"
    for part in engine include rules schemas sql tests Makefile README.md; do
        [ ! -e "$TOP/$part" ] || cp -r "$TOP/$part" "$COPY/"
    done
    # what check has built serves the copy too: same sources, newer objects
    mkdir -p "$COPY/build" && cp -rp "$STIPEND_OUT/obj" "$STIPEND_OUT/lib" "$STIPEND_OUT/stipend" "$COPY/build/" 2>/dev/null || true
    find "$COPY/build" -type f -exec touch {} +
}
teardown_file() {
    for s in "$COPY"/build/*state* "$HOME_OF_README/.local/state/stipend"; do
        [ -d "$s" ] && forget_state "$s"
    done
    story_end
}

@test "its commands run, in order, and print what it says" {
    command -v python3 >/dev/null || skip "no python3"
    export HOME_OF_README=$DIR/home
    mkdir -p "$HOME_OF_README"
    cd "$COPY"
    python3 tests/support/readme.py script >"$BATS_TEST_TMPDIR/script"
    [ "$(grep -c stipend "$BATS_TEST_TMPDIR/script")" -ge 20 ]
    # Exit 3 is "done, somebody is held".
    local script='trap "rc=\$?; [ \$rc -eq 3 ] || { echo \"README: exit \$rc: \$BASH_COMMAND\" >&2; exit \$rc; }" ERR'
    expect 0 env -u MAKEFLAGS -u MAKELEVEL -u STATE HOME="$HOME_OF_README" bash -c "$script
$(cat "$BATS_TEST_TMPDIR/script")
exit 0"
    cp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/printed"
    expect 0 python3 tests/support/readme.py compare "$BATS_TEST_TMPDIR/printed"
    prints "lines compared"
}
