#!/usr/bin/env bash
# engines.sh OUT [RECORDS]: a batch of records (400,000) through 60 small tables, and the same model and records through
# JavaScript engines, whose sums must be the same. Time is the processor's: others on the machine do not count.
set -u
cd "$(dirname "$0")/../.." || exit 70
out=$1 n=${2:-400000} shown=20000 limit=10
case $n in *[!0-9]* | '') echo "make bench-engines N=400000: N is a number of records" >&2 && exit 64 ;; esac
[ "$n" -ge 1 ] || { echo "engines: at least one record" >&2; exit 64; }
[ "$n" -ge "$shown" ] || shown=$n
data=$out/bench-data/engines modules=$out/bench-data/npm
mkdir -p "$data" "$modules"
ours=$("$out/bench/tables" "$data" "$n" "$shown") || exit
read -r _ _ seconds <<<"$ours"
awk -v n="$n" -v s="$seconds" 'BEGIN { printf "%-44s %9.0f records/s  %8.1f s for all %d\n", "stipend", n / s, s, n }'

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "no node and npm here: nothing to compare with"
    exit 0
fi
if ! timeout 180 npm install --prefix "$modules" --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error \
    @gorules/zen-engine@0.54.0 imicros-feel-interpreter@1.0.0 >"$data/npm.log" 2>&1; then
    echo "npm does not reach its registry: nothing to compare with"
    exit 0
fi
best=0
for engine in imicros zen zen-many; do
    line=$(node tests/bench/engines.mjs "$modules" "$data" "$engine" "$limit") || exit
    read -r name done took <<<"$line"
    rate=$(awk -v n="$done" -v s="$took" 'BEGIN { printf "%.0f", n / s }')
    [ "$rate" -le "$best" ] || best=$rate
    awk -v name="$name" -v n="$done" -v s="$took" -v all="$n" \
        'BEGIN { printf "%-44s %9.0f records/s  %8.1f s for %d, %.0f s for all\n", name, n / s, s, n, all * s / n }'
done
again=$("$out/bench/tables" "$data" "$n" "$shown") || exit
read -r _ _ later <<<"$again"
awk -v n="$n" -v a="$seconds" -v b="$later" -v best="$best" 'BEGIN {
    s = a < b ? a : b
    printf "%-44s %9.0f records/s  (before and after: %.0f, %.0f)\n", "stipend, the better of two", n / s, n / a, n / b
    printf "%-44s %9.1f\n", "stipend / the best of the others", n / s / best
}'
