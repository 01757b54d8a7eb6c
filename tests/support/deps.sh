#!/usr/bin/env bash
# Installs from Debian what is missing for building ("build"), testing ("check"), measuring ("bench"), fuzzing ("fuzz")
# or mutants ("mutants").
# Says nothing and touches nothing when all is there.
set -u
build=(gcc libc6-dev pkg-config libxml2-dev libpq-dev libssl-dev libpcre2-dev libzstd-dev libintelrdfpmath-dev libjansson-dev)
check=("${build[@]}" check bats perl python3 libxml2-utils jq clang-format-14 procps util-linux hledger openssl git)

case "${1:-build}" in
build | bench) wanted=("${build[@]}") ;;
fuzz) wanted=("${build[@]}" clang-14 libclang-rt-14-dev) ;;
mutants) wanted=("${check[@]}" python3-clang-14 libclang1-14) ;;
check) wanted=("${check[@]}") ;;
*)
    echo "usage: deps.sh [build|check|bench|fuzz|mutants]" >&2
    exit 64
    ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "deps: this is not Debian; please see to it that these are installed: ${wanted[*]} postgresql" >&2
    exit 0
fi
missing=()
for p in "${wanted[@]}"; do
    case "$(dpkg-query -W -f '${db:Status-Status} ' "$p" 2>/dev/null)" in
    *installed*) ;;
    *) missing+=("$p") ;;
    esac
done
# Any server will do, wherever it came from.
server=(/usr/lib/postgresql/*/bin/initdb)
[ -x "${server[0]}" ] || command -v initdb >/dev/null || missing+=(postgresql)
[ ${#missing[@]} -eq 0 ] && exit 0

root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "deps: missing: ${missing[*]}" >&2
        echo "deps: you are not root and there is no sudo; ask for: apt-get install ${missing[*]}" >&2
        exit 77
    fi
    root=(sudo)
fi
log=$(mktemp) || exit 73
trap 'rm -f "$log"' EXIT

# stipend keeps a cluster of its own: none of the system is made or started on its account.
quiet=/etc/postgresql-common/createcluster.d/stipend-install.conf
with_server=
case " ${missing[*]} " in *" postgresql "*)
    with_server=y
    "${root[@]}" mkdir -p "${quiet%/*}" && echo "create_main_cluster = false" | "${root[@]}" tee "$quiet" >/dev/null
    ;;
esac
apt() { "${root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -qq -o DPkg::Lock::Timeout=600 "$@" >>"$log" 2>&1 </dev/null; }

echo "deps: installing ${missing[*]}"
umask 022
apt update
apt install -y --no-install-recommends "${missing[@]}"
rc=$?
[ -z "$with_server" ] || "${root[@]}" rm -f "$quiet"
if [ "$rc" -ne 0 ]; then
    tail -n 15 "$log" >&2
    echo "deps: apt-get could not install: ${missing[*]}" >&2
    exit 69
fi
