# What all stories share. A story file has one folder ($DIR) and one ledger of its own ($STATE), gone at its end.
# STIPEND, STIPEND_RELEASE and TOP come from tests/support/check.sh; by hand: STIPEND=$PWD/build/stipend bats tests/stories/...
bats_require_minimum_version 1.5.0
: "${TOP:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
: "${STIPEND_OUT:=$TOP/build}"
: "${STIPEND:=$STIPEND_OUT/stipend}" "${STIPEND_RELEASE:=$STIPEND_OUT/stipend}"
export TOP STIPEND STIPEND_RELEASE STIPEND_OUT
RULES=$TOP/rules/cn-640202-social-work
SCHEME=$RULES/scheme.xml
ROSTER=$RULES/records-2023-11.xml
MONTH=2023-11

story_begin() {
    export DIR STATE
    DIR=$(mktemp -d /tmp/stipend-story.XXXXXX) && chmod 755 "$DIR"
    STATE=$DIR/state
}
story_end() {
    local s
    for s in "$DIR"/state*; do
        [ -d "$s" ] && forget_state "$s"
    done
    rm -rf "$DIR"
}
# Stops a ledger's server and removes its data, also where they live outside of the state folder.
forget_state() {
    "$STIPEND" db stop --state "$1" >/dev/null 2>&1 || true
    local id
    id=$(sed -n 's/^id=//p' "$1/cluster.conf" 2>/dev/null)
    [ -z "$id" ] || rm -rf "/var/lib/stipend/$id" "/tmp/stipend-$id"
    rm -rf "$1"
}

# expect CODE COMMAND...: runs it; $out and $err hold what it printed; fails with both when the exit code is another.
expect() {
    local want=$1 rc=0
    shift
    "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" </dev/null || rc=$?
    out=$(cat "$BATS_TEST_TMPDIR/out") err=$(cat "$BATS_TEST_TMPDIR/err")
    [ "$rc" -eq "$want" ] && return 0
    echo "exit $rc instead of $want: $*"
    told
    return 1
}
told() {
    echo "--- standard output"
    head -c 4000 "$BATS_TEST_TMPDIR/out"
    echo "--- standard error"
    head -c 4000 "$BATS_TEST_TMPDIR/err"
    return 1
}
prints() { [[ $out == *"$1"* ]] || { echo "not printed: $1"; told; }; }
says() { [[ $err == *"$1"* ]] || { echo "not said: $1"; told; }; }
silent() { [ -z "$out" ] || { echo "printed, although nothing was asked for"; told; }; }
same() { [ "$1" = "$2" ] || { printf 'not the same:\n%s\n%s\n' "$1" "$2"; return 1; }; }

ledger_in() { # STATE: makes the ledger there, unless it was made before
    [ -e "$1/cluster.conf" ] || "$STIPEND" init --quiet --state "$1"
}
run_month() { # STATE RECORDS [OPTION...]: the month of the tests, in a ledger made for it
    local state=$1 records=$2
    shift 2
    ledger_in "$state"
    "$STIPEND" run --state "$state" --scheme "$SCHEME" --records "$records" --period "$MONTH" "$@"
}
check_files() { # SCHEME RECORDS: without a database
    "$STIPEND" check --scheme "$1" --records "$2" --period "$MONTH"
}
ledger() { "$STIPEND" ledger --state "${1:-$STATE}" --format tsv; }
shown() { # STATE RUN JQ: from show's JSON
    "$STIPEND" show "$2" --state "$1" --format json | jq -r "$3"
}
root_of() { shown "$1" 1 .root; }

# A copy of the scheme to spoil: $SPOILT/scheme.xml with what it refers to beside it.
spoil_scheme() {
    SPOILT=$BATS_TEST_TMPDIR/rules/scheme
    mkdir -p "$SPOILT" "$BATS_TEST_TMPDIR/schemas"
    cp -r "$RULES"/. "$SPOILT" && cp "$TOP"/schemas/* "$BATS_TEST_TMPDIR/schemas/"
}
