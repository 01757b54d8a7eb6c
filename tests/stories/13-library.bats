#!/usr/bin/env bats
# The DMN engine as a library: headers, archive and pkg-config file serve a program of somebody else.
load lib
setup_file() {
    story_begin
    make -s -C "$TOP" BUILD="$DIR/lib" lib >"$DIR/make.out" 2>&1 || { cat "$DIR/make.out"; false; }
}
teardown_file() { story_end; }
program() { # NAME [FLAG...]
    local name=$1
    shift
    PKG_CONFIG_PATH="$DIR/lib" pkg-config --exists stipend
    # shellcheck disable=SC2046
    gcc -std=c11 -Wall -Wextra -Werror "$@" -o "$DIR/$name" "$TOP/tests/library/$name.c" \
        $(PKG_CONFIG_PATH="$DIR/lib" pkg-config --cflags --libs stipend)
}

@test "a program of forty lines loads a model, sets inputs, decides, reads values and the trace" {
    program decide
    expect 0 "$DIR/decide" "$TOP/tests/library/tier.dmn"
    same "$(head -n 4 <<<"$out")" $'senior: 5000\nintermediate: 3300\nassistant: 2400\nunknown: nothing, because table \'amount\': no rule matches and there is no default output'
    prints "rule 1 no: level is not \"assistant\" (line 12)"
    prints "not known: table 'amount': no rule matches and there is no default output; then: known"
    prints "150.05"
    prints $'unknown name `shore`: did you mean `share`?\n  rate * shore\n         ^^^^^'
}

@test "a model that is not there or does not compile: place and reason" {
    program decide
    expect 1 "$DIR/decide" "$DIR/none.dmn"
    says none.dmn
    sed 's/200 \* months/200 * month/' "$TOP/tests/library/tier.dmn" >"$DIR/wrong.dmn"
    expect 1 "$DIR/decide" "$DIR/wrong.dmn"
    says "wrong.dmn:12:"
    says '^^^^^'
}

@test "one model, four threads, no difference and no race" {
    program threads -fsanitize=thread
    expect 0 "$DIR/threads" "$TOP/tests/library/tier.dmn"
    prints "20000 decisions, 0 wrong"
}
