#!/usr/bin/env bash
# editors.sh STIPEND FOLDER: opens and saves every shipped model in the editors of tests/editors/README.md; TAP, and a last line that counts.
set -u
stipend=$(realpath "$1") folder=$2 top=$(cd "$(dirname "$0")/../.." && pwd) passed=0 failed=0 n=0
mkdir -p "$folder" && folder=$(realpath "$folder") || exit 73
none() { echo "1..0 # SKIP $1" && exit 0; }
for tool in node npm "${CHROMIUM:-chromium}"; do command -v "$tool" >/dev/null || none "no $tool here"; done
packages=(camunda-dmn-js@3.8.3 @kie-tools/kie-editors-standalone@10.1.0 @kie-tools/dmn-editor-standalone@10.2.0 puppeteer-core@24.10.0)
[ -e "$folder/package.json" ] || echo '{"private": true}' >"$folder/package.json"
npm install --prefix "$folder" --no-audit --no-fund --ignore-scripts --loglevel=error "${packages[@]}" >"$folder/npm.log" 2>&1 || none "npm does not reach its registry"

result() { # NAME STATUS
    n=$((n + 1))
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1)) && echo "ok $n - $1"
    else
        failed=$((failed + 1)) && echo "not ok $n - $1" && sed 's/^/#   /' "$folder/said" | tail -n 20
    fi
}
package() { # SCHEME: a copy, in $copy
    copy=$folder/package/rules/$1
    rm -rf "$folder/package" && mkdir -p "$folder/package/rules" && cp -r "$top/schemas" "$folder/package/" && cp -r "$top/rules/$1" "$folder/package/rules/"
}
labels() { # the texts of a model: notes and cells
    python3 -c 'import sys, xml.etree.ElementTree as e
print(*sorted(x.text.strip() for x in e.parse(sys.argv[1]).iter() if x.tag.endswith("}text") and x.text), sep="\n")' "$1"
}
same() { # EDITOR SCHEME: all of its models, saved by the editor
    local f
    package "$2"
    for f in "$copy"/*.dmn; do
        node "$top/tests/editors/open.mjs" "$folder" "$1" "$f" "$folder/$1-$2-$(basename "$f")" || return 1
        diff <(labels "$f") <(labels "$folder/$1-$2-$(basename "$f")") || return 1
        cp "$folder/$1-$2-$(basename "$f")" "$f"
    done
    "$stipend" check --strict --scheme "$copy/scheme.xml" --format tsv >"$folder/check" && cat "$folder/check" || return 1
    ! grep -q '^warning' "$folder/check" || return 1
    "$stipend" test "$copy/cases" | tail -n 1 | grep -E '^[1-9][0-9]* passed, 0 failed'
}
changed() {
    local s=cn-640202-social-work clause='津贴规定（修订）：社会工作师每月 350 元'
    package "$s"
    node "$top/tests/editors/open.mjs" "$folder" camunda "$copy/allowance.dmn" "$folder/changed.dmn" amount 2 350 "$clause" || return 1
    cp "$folder/changed.dmn" "$copy/allowance.dmn"
    "$stipend" check --scheme "$copy/scheme.xml" | tee "$folder/check" && grep -q DMN-033 "$folder/check" && grep -q "$clause" "$folder/check" || return 1
    "$stipend" eval --scheme "$copy/scheme.xml" --records "$copy/records-2023-11.xml" --period 2023-11 --subject "$1" --benefit allowance --occasion 2023-05 --trace >"$folder/eval"
    cat "$folder/eval" && grep -q 'amount: 350' "$folder/eval" && grep -qF "$clause" "$folder/eval"
}

for editor in camunda kie-classic kie; do
    for scheme in $(cd "$top/rules" && ls -d cn-*); do
        same "$editor" "$scheme" >"$folder/said" 2>&1
        result "$scheme opened and saved by $editor: the same texts and results, no warning" $?
    done
done
who=$(python3 "$top/tests/support/dawukou_expected.py" "$top/rules/cn-640202-social-work/records-2023-11.xml" 2023-11 2>/dev/null | awk -F'\t' '$2 == "allowance" && $3 == "2023-05" && $5 == "300.00" { print $1 }' | sed -n 1p)
changed "$who" >"$folder/said" 2>&1
result "a rate and its clause changed in camunda: told, and shown with the new clause" $?
echo "1..$n"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
