#!/usr/bin/env bash
# demo.sh PROGRAM STATE: Dawukou's month of November 2023, as an officer would run it. "demo.sh stop PROGRAM STATE" stops the server.
set -u
cd "$(dirname "$0")/../.." || exit 70
if [ "${1:-}" = stop ]; then
    [ -x "$2" ] && [ -d "$3" ] && "$2" db stop --state "$3"
    exit 0
fi
program=$1 state=$2
rules=rules/cn-640202-social-work
# The demo shows the built-in database, whatever the caller's PG* variables say.
for v in $(compgen -e); do case $v in PG*) unset "$v" ;; esac done

# the private database under the demo's folder; a second demo finds it there
printf '$ %s init --state %s\n' "$program" "$state"
"$program" init --state "$state" || exit
run=("$program" run --state "$state" --scheme "$rules/scheme.xml" --records "$rules/records-2023-11.xml" --period 2023-11)
printf '$'
printf ' %s' "${run[@]}"
printf '\n\n'
"${run[@]}"
rc=$?
# 3: done, and some records wait for a person; that is what the demo shows.
case $rc in 0 | 3) ;; *) exit "$rc" ;; esac
cat <<END

Look further:
  $program show 1 --state $state
  $program ledger --state $state --format tsv
  $program runs --state $state
  $program check --scheme $rules/scheme.xml --records $rules/records-2023-11.xml
  $program --help
Stop the database with: $program db stop --state $state
END
