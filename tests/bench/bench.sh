#!/usr/bin/env bash
# bench.sh OUT N: a month of N workers into an empty ledger, with the two yardsticks in the same run. Keeps the roster.
set -u
cd "$(dirname "$0")/../.." || exit 70
out=$1 n=${2:-}
n=${n:-1200000}
case $n in *[!0-9]* | '') echo "make bench N=1200000: N is a number of workers" >&2 && exit 64 ;; esac
[ "$n" -ge 10 ] || { echo "bench: at least 10 workers" >&2; exit 64; }
tools=$out/bench data=$out/bench-data
mkdir -p "$data"
for v in $(compgen -e); do case $v in PG*) unset "$v" ;; esac done

roster() { # N: its path in $file
    file=$data/roster-$1.xml
    [ "$file" -nt "$tools/roster" ] && return
    "$tools/roster" "$1" >"$file.part" && mv "$file.part" "$file"
}
# month N FILE: a fresh ledger and the month in it; wall, user, system, peak in $wall $user $system $peak
month() {
    state=$data/state-$1
    "$out/stipend" db stop --state "$state" >/dev/null 2>&1
    rm -rf "$state"
    "$out/stipend" init --quiet --state "$state" || exit
    "$tools/measure" "$data/measured" "$out/stipend" run --state "$state" --scheme tests/bench/scheme.xml --records "$2" \
        --period 2023-11 --timing >"$data/run-$1.txt"
    rc=$?
    case $rc in 0 | 3) ;; *) cat "$data/run-$1.txt"; exit "$rc" ;; esac
    read -r wall user system peak <"$data/measured"
}
done_with() { # N
    "$out/stipend" db stop --state "$data/state-$1" >/dev/null
    rm -rf "$data/state-$1"
}
trap 'for s in "$data"/state-*; do [ -d "$s" ] && "$out/stipend" db stop --state "$s" >/dev/null 2>&1; done' EXIT

small=$((n / 10))
roster "$small"
month "$small" "$file"
small_peak=$peak
done_with "$small"

roster "$n"
size=$(stat -c %s "$file")
cat "$file" >/dev/null # into the page cache, for the run and the yardstick alike
month "$n" "$file"
lines=$("$out/stipend" runs --state "$state" --format json | grep -oE '"lines": ?[0-9]+' | head -n 1 | grep -oE '[0-9]+')
sax=$("$tools/sax" "$file" 2>/dev/null) || exit
# as the database's owner, since an officer may make no tables; a later user= wins
conninfo="$("$out/stipend" db status --state "$state" | sed -n "s/^psql\t//p") user=stipend_owner"
copy=$("$tools/copy" "$conninfo" 1) || exit

cat "$data/run-$n.txt"
awk -v n="$n" -v size="$size" -v lines="$lines" -v wall="$wall" -v user="$user" -v sys="$system" -v peak="$peak" \
    -v small="$small" -v small_peak="$small_peak" -v sax="$sax" -v copy="$copy" 'BEGIN {
    printf "\nbench: %d workers, %.0f MB, %d lines\n", n, size / 1e6, lines
    printf "  %-44s %9.2f s   %d subjects/s\n", "whole run (wall)", wall, n / wall
    printf "  %-44s %9.2f s\n", "CPU of the program", user + sys
    printf "  %-44s %9.1f MB  (%.1f MB at %d workers)\n", "peak memory of the program", peak / 1024, small_peak / 1024, small
    printf "  %-44s %9.2f s\n", "yardstick: empty SAX2 parse of the file", sax
    printf "  %-44s %9.2f s\n", "yardstick: bare COPY BINARY of the lines", copy
    printf "  %-44s %9.2f\n", "run / (parse + COPY)", wall / (sax + copy)
    printf "  %-44s %9.2f\n", "run / the slower of the two", wall / (sax > copy ? sax : copy)
}'
done_with "$n"
