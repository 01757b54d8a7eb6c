#!/usr/bin/env bash
# mutants.sh BUILD AREA COUNT SEED FILE...: makes the mutants, builds them all at once, runs them. Repeated with the same
# area, count and seed it goes on where it was stopped; when only tests changed since, these meet the survivors.
set -eu
cd "$(dirname "$0")/../.."
build=$1 area=$2 count=$3 seed=$4
shift 4
tree=$build/mutants/$area-$seed
sources=$(find engine include schemas sql rules Makefile tests/mutants/mutate.py tests/mutants/mutant.h -type f -print0 | sort -z | xargs -0 cat | sha256sum)
if [ "$(cat "$tree/sources" 2>/dev/null)" = "$sources $count" ]; then
    /usr/bin/python3 tests/mutants/mutate.py "$tree"
else
    /usr/bin/python3 tests/mutants/mutate.py "$tree" "$count" "$seed" "$@"
    echo "$sources $count" >"$tree/sources"
fi
build_tree() { # MODE TARGET...
    make -C "$tree" -j"$(nproc)" MODE="$1" WARN=-w "${@:2}" >"$tree/build.log" 2>&1 || { tail -n 20 "$tree/build.log" >&2; exit 1; }
}
# the language's unit tests are many and long: first without sanitizers
[ "$area" != language ] || build_tree release units
build_tree asan all units build/asan/tests/property/property build/asan/tests/vectors/lines
export STIPEND_SHARED=${STIPEND_SHARED:-$PWD/../shared}
exec nice /usr/bin/python3 tests/mutants/run.py "$area" "$tree" ${UNITS:+units}
