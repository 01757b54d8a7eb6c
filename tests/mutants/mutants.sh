#!/usr/bin/env bash
# mutants.sh BUILD AREA COUNT SEED FILE...: makes the mutants, builds them all at once, runs them. Repeated with the same
# area, count and seed it goes on where it was stopped, as long as the sources are the same.
set -eu
cd "$(dirname "$0")/../.."
build=$1 area=$2 count=$3 seed=$4
shift 4
tree=$build/mutants/$area-$seed
sources=$(cat "$@" tests/mutants/*.py | sha256sum)
if [ "$(cat "$tree/sources" 2>/dev/null)" != "$sources $count" ]; then
    /usr/bin/python3 tests/mutants/mutate.py "$tree" "$count" "$seed" "$@"
    make -C "$tree" -j"$(nproc)" WARN=-w all units build/tests/property/property >"$tree/build.log" 2>&1 || { tail -n 20 "$tree/build.log" >&2; exit 1; }
    echo "$sources $count" >"$tree/sources"
fi
export STIPEND_SHARED=${STIPEND_SHARED:-$PWD/../shared}
/usr/bin/python3 tests/mutants/run.py "$area" "$tree"
