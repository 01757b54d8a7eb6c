#!/usr/bin/env bash
# fuzz.sh DIR SECONDS [TARGET...]: runs the fuzz targets built in DIR, two at a time, each over its
# corpus and what earlier runs learned (DIR/learned, never part of the sources). Fails when one
# finds something; the input that did is left in DIR and belongs into tests/fuzz/corpus.
set -u
cd "$(dirname "$0")/../.." || exit 70
dir=$1 seconds=$2
shift 2
[ $# -gt 0 ] || {
    set -- tests/fuzz/fuzz_*.c
    set -- "${@##*/}"
    set -- "${@%.c}"
}
[ $((seconds)) -gt 0 ] || { echo "fuzz: not a number of seconds: $seconds" >&2; exit 64; }

one() {
    local t=$1
    mkdir -p "$dir/learned/$t"
    local dict=()
    [ -e "tests/fuzz/$t.dict" ] && dict=(-dict="tests/fuzz/$t.dict")
    "$dir/$t" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=4000 -print_final_stats=1 \
        -artifact_prefix="$dir/$t-" "${dict[@]}" "$dir/learned/$t" "tests/fuzz/corpus/$t" >"$dir/$t.log" 2>&1
    local rc=$?
    echo "$t: $(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/$t.log") executions, $([ $rc -eq 0 ] && echo "no finding" || echo "FINDING, see $dir/$t.log")"
    return $rc
}
rc=0
running=0
for t; do
    [ -x "$dir/$t" ] || { echo "fuzz: no target $t in $dir" >&2; exit 66; }
    [ "$running" -lt 2 ] || { wait -n || rc=1; running=$((running - 1)); }
    one "$t" &
    running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
    wait -n || rc=1
    running=$((running - 1))
done
exit "$rc"
