#!/usr/bin/env bash
# The rules of the house that a script can see, as TAP. Run in the top folder; argument: folder of the release build.
set -u
export LC_ALL=C
out=${1:-${STIPEND_OUT:-build}}
n=0
bad=$(mktemp) || exit 73
bare=$(mktemp -d) || exit 73
trap 'rm -rf "$bad" "$bare"' EXIT

verdict() { # NAME; complaints stand in $bad
    n=$((n + 1))
    if [ -s "$bad" ]; then
        echo "not ok $n - $1"
        sed 's/^/# /' "$bad"
    else
        echo "ok $n - $1"
    fi
    : >"$bad"
}
skip() {
    n=$((n + 1))
    echo "ok $n - $1 # SKIP $2"
}

# What may stand in an #include "..." of each layer, as an extended regular expression.
may_include() {
    case $1 in
    base) echo 'base/' ;;
    feel) echo '(feel|base)/' ;;
    xml) echo '(xml|base)/' ;;
    dmn) echo '(dmn|feel|xml|base)/' ;;
    scheme) echo '(scheme|dmn|feel|xml|base)/' ;;
    records) echo '(records|xml|base)/|feel/(value|type|feel)\.h' ;;
    calc) echo '(calc|scheme|dmn|feel|base)/' ;;
    ledger) echo '(ledger|base)/|calc/types\.h' ;;
    payout | report) echo "($1|xml|base)/|calc/types\\.h" ;;
    run) echo '(run|report|payout|ledger|calc|records|scheme|dmn|feel|xml|base)/' ;;
    cli) echo '(cli|run|report|payout|ledger|calc|records|scheme|dmn|feel|xml|base)/' ;;
    *) echo 'nothing' ;;
    esac
}
layers='base feel xml dmn scheme records calc ledger payout report run cli'
sources() { find "$@" -name '*.[ch]' 2>/dev/null | sort; }

# The same files with comments and texts taken out, so that words can be searched for.
for f in $(sources engine include); do
    mkdir -p "$bare/${f%/*}"
    gcc -fpreprocessed -dD -E -w -x c "$f" 2>/dev/null | awk '
        /^# [0-9]+ "/ { want = $2; next }
        { while (line + 1 < want) { print ""; line++ } want = 0; print; line++ }' |
        sed -E '/^[ \t]*#[ \t]*(include|pragma)/!s/"([^"\\]|\\.)*"/""/g' >"$bare/$f"
done
grep_bare() { # PATTERN PATH...: file:line:text in the stripped copies
    local pattern=$1
    shift
    (cd "$bare" && grep -rnE "$pattern" "$@" 2>/dev/null)
}
fenced() { # NAME PATTERN WHERE: the include may stand only in the files that match WHERE
    grep_bare "^[ \t]*#[ \t]*include[ \t]*[<\"]$2" engine include | grep -vE "^$3" >"$bad"
    verdict "$1 is included by $3 only"
}

ls -A | grep -vxE 'engine|rules|schemas|include|tests|sql|findings|Makefile|README\.md|LICENSE.*|build|\..*' >"$bad"
verdict "the top level is the agreed one"

for f in engine/*/; do
    case " $layers " in *" $(basename "$f") "*) ;; *) echo "$f" >>"$bad" ;; esac
done
verdict "every folder of engine/ is a layer"

for l in $layers; do
    [ -d "engine/$l" ] || continue
    (cd "$bare" && grep -rnE '^[ \t]*#[ \t]*include[ \t]*"' "engine/$l" 2>/dev/null) |
        grep -vE "\"($(may_include "$l")|stipend/)" >>"$bad"
done
grep_bare '#[ \t]*include[ \t]*"' include | grep -v '"stipend/' >>"$bad"
verdict "includes go downward, with the folder in the name"

fenced libxml2 'lib(xml|xslt|exslt)' 'engine/xml/'
fenced libpq '(libpq|postgres_ext|pg_config|pgtypes)' 'engine/ledger/'
fenced iconv 'iconv\.h' 'engine/base/conv[a-z_]*\.c'
fenced libcrypto 'openssl/' 'engine/base/(digest[a-z_]*|ed25519|dec_pow)\.c'
fenced 'the decimal library' '(bid_|decimal|dfp)' 'engine/base/dec[a-z_]*\.c'
fenced PCRE2 'pcre2' 'engine/feel/'
fenced zstd 'zstd' 'engine/ledger/'
fenced jansson 'jansson' 'engine/(run|cli|report)/'

grep_bare '\b(strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atof|strtod|strtok|localtime|gmtime|mktime|system|popen|setlocale|rand|srand|alloca|tmpnam|mktemp|longjmp|setjmp)[ \t]*\(' \
    engine include >"$bad"
verdict "no function the house does without"

grep_bare '\b(malloc|calloc|realloc|strdup|strndup|asprintf)[ \t]*\(' engine include | grep -v '^engine/base/' >"$bad"
verdict "memory comes from base"

grep_bare '\b(fopen|fdopen|open|openat|read|write|fread|fwrite|fprintf|printf|puts|fputs|stat|unlink|rename|time|clock|clock_gettime|gettimeofday|getenv|secure_getenv|getpid|getuid|random|getrandom|socket|fork|exec[lv]p?|sleep|nanosleep)[ \t]*\(|\bFILE\b|\bstd(in|out|err)\b' \
    engine/calc >"$bad"
verdict "calc is pure: no files, clock, environment or chance"

grep_bare '\b(double|float|long double|strtod|strtof|strtold|atof)\b' engine/calc engine/ledger engine/scheme engine/payout engine/base/money.c engine/base/money.h >"$bad"
verdict "no binary floating point near money"

grep -rnE '\b(TODO|FIXME|XXX)\b|not implemented|unimplemented' engine include sql rules schemas Makefile README.md 2>/dev/null |
    grep -v '^rules/.*records' >"$bad"
verdict "nothing left for later"

libs=("$out"/lib/*.a)
if [ -e "${libs[0]}" ]; then
    for a in "${libs[@]}"; do
        nm -g --defined-only "$a" 2>/dev/null | awk -v a="$a" 'NF == 3 && $3 !~ /^(st_|stipend_)/ { print a ": " $3 }' >>"$bad"
    done
    verdict "every symbol that leaves a file starts with st_ (the library's with stipend_)"
else
    skip "every symbol that leaves a file starts with st_" "no libraries in $out/lib"
fi

xml_flags=$(pkg-config --cflags libxml-2.0 libpq 2>/dev/null)
for h in $(sources include engine | grep '\.h$'); do
    # shellcheck disable=SC2086
    printf '#include "%s"\n#include "%s"\n' "${h#*/}" "${h#*/}" |
        gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Iengine -Iinclude $xml_flags -fsyntax-only -x c - >"$bad.h" 2>&1 ||
        { echo "$h"; head -n 4 "$bad.h"; } >>"$bad"
done
rm -f "$bad.h"
verdict "every header compiles alone and twice"

format=$(command -v clang-format-14 || command -v clang-format)
if [ -n "$format" ]; then
    for f in $(sources engine include tests); do
        "$format" --dry-run --Werror "$f" >/dev/null 2>&1 || echo "clang-format -i $f" >>"$bad"
    done
    verdict "the format is clang-format's"
else
    skip "the format is clang-format's" "no clang-format here"
fi

# Only told: a long file or function asks whether it has a second name.
sources engine | xargs -r wc -l | awk '$2 != "total" && $1 > 800 { print "# long file: " $2 " (" $1 " lines)" }'
sources engine | xargs -r awk '
    FNR == 1 { start = 0 }
    /^[A-Za-z_].*\(.*[^;]$/ && !/^#/ && !start { start = FNR; name = $0 }
    /^}/ && start { if (FNR - start >= 80) print "# long function: " FILENAME ":" start " (" FNR - start + 1 " lines)"; start = 0 }
    /;$/ && start && FNR - start < 6 && !body { }
    /^[^ \t}].*;$/ { start = 0 }'
echo "1..$n"
