#!/usr/bin/env bash
# history.sh OUT [N] [MONTHS]: months of history for N workers, each with 1 % of them changed, and what a month costs after 3 and after all of them.
# The last month is then repeated from the start (audit): the digest must be equal.
set -u
cd "$(dirname "$0")/../.." || exit 70
out=$1 n=${2:-100000} months=${3:-36}
case $n$months in *[!0-9]*) echo "make bench-history N=100000 MONTHS=36: numbers" >&2 && exit 64 ;; esac
[ "$months" -ge 4 ] || { echo "bench-history: at least 4 months" >&2; exit 64; }
for v in $(compgen -e); do case $v in PG*) unset "$v" ;; esac done
data=$out/bench-data state=$data/state-history
mkdir -p "$data"
"$out/stipend" db stop --state "$state" >/dev/null 2>&1
rm -rf "$state"
trap '"$out/stipend" db stop --state "$state" >/dev/null 2>&1; rm -rf "$state" "$data"/history-*.xml' EXIT
# Registrations that last, so that the last month pays as many as the third.
"$out/bench/roster" "$n" | sed -E 's/registered-to="20[0-9]{2}/registered-to="2039/g' >"$data/history-0.xml" || exit
"$out/stipend" init --quiet --state "$state" || exit

# Worker k, k + 100, k + 200 ... began a month later than was known: another 1 % each month, for good.
change() { # MONTH
    awk -v k="$1" '/<worker /{n++} n % 100 == k && /<employment /{sub(/from="2022-07-01"/, "from=\"2022-08-01\"")} {print}' \
        "$data/history-$(($1 - 1)).xml" >"$data/history-$1.xml" && rm "$data/history-$(($1 - 1)).xml"
}
printf '%5s  %-8s %9s %9s\n' month period seconds lines
year=2023 month=11
for i in $(seq 1 "$months"); do
    period=$(printf %04d-%02d "$year" "$month")
    change "$i" || exit
    start=$(date +%s%N)
    "$out/stipend" run --quiet --state "$state" --scheme tests/bench/scheme.xml --records "$data/history-$i.xml" --period "$period" --because "a benchmark: one day of knowledge"
    rc=$?
    case $rc in 0 | 3) ;; *) exit "$rc" ;; esac
    took=$(($(date +%s%N) - start))
    seconds[i]=$took
    lines=$("$out/stipend" runs --state "$state" --format tsv | awk -F'\t' -v r="$i" '$1 == r { print $6 }')
    printf '%5d  %-8s %9.2f %9d\n' "$i" "$period" "$(awk -v t="$took" 'BEGIN { print t / 1e9 }')" "$lines"
    month=$((month + 1))
    [ "$month" = 13 ] && month=1 year=$((year + 1))
done
median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }
early=$(median "${seconds[2]}" "${seconds[3]}" "${seconds[4]}")
late=$(median "${seconds[months - 2]}" "${seconds[months - 1]}" "${seconds[months]}")
awk -v a="$early" -v b="$late" -v m="$months" 'BEGIN {
    printf "\nmonth 3 %.2f s, month %d %.2f s: ratio %.2f (medians of three months)\n", a / 1e9, m, b / 1e9, b / a }'
"$out/stipend" audit "$months" --state "$state"
