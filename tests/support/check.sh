#!/usr/bin/env bash
# check.sh BUILD [TEST...]: runs all tests (or those named) after both builds are made; the last line counts.
# Stories use the build with sanitizers (STIPEND); those that work on gigabytes use the release build (STIPEND_RELEASE).
set -u
cd "$(dirname "$0")/../.." || exit 70
build=${1:-build}
shift
[[ $build = /* ]] || build=$PWD/$build

# Nothing of the caller's surroundings may decide a test.
for v in $(compgen -e); do
    case $v in PG* | LC_* | LANG* | TZ | STIPEND_* | XDG_* | BASH_ENV | PERL5OPT | TAP_* | HARNESS_*)
        [ "$v" = STIPEND_SHARED ] || unset "$v" ;;
    esac
done
export TOP=$PWD STIPEND_OUT=$build STIPEND=$build/asan/stipend STIPEND_RELEASE=$build/stipend
export STIPEND_SHARED=${STIPEND_SHARED:-$PWD/../shared}
# nor may the machine's settings: story 45 has its own
export STIPEND_CONF=/dev/null XDG_CONFIG_HOME=/nonexistent
export ASAN_OPTIONS=abort_on_error=0:detect_stack_use_after_return=0 UBSAN_OPTIONS=print_stacktrace=1
umask 022

tests=("$@")
if [ ${#tests[@]} -eq 0 ]; then
    # the longest first, so that none of them runs alone at the end
    tests=(tests/faults/faults.py "$build/asan/tests/property/property" tests/stories/*.bats tests/vectors/peers.sh tests/vectors/vectors.py tests/vectors/examples.py tests/support/check_layers.sh)
    for t in tests/unit/*/test_*.c tests/fuzz/fuzz_*.c; do
        [ -e "$t" ] && tests+=("$build/asan/${t%.c}")
    done
fi
exec tests/support/tally -j "$(nproc)" "${tests[@]}"
