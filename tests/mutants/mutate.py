#!/usr/bin/python3
"""Makes mutants: a copy of the tree in which each chosen place of the sources has a second, wrong form.

    mutate.py OUT COUNT SEED FILE...     OUT: the copy, without build; the list of mutants is OUT/mutants.tsv
    mutate.py OUT                        only the copy's tests are made anew

All mutants are built at once: a place that was chosen becomes `st_mutant(N) ? wrong : right`, and a run of the program has
mutant N when MUTANT=N stands in its environment, so that two hundred mutants need one build. Places: comparisons (< and <=,
== and !=, ...), + and -, && and ||, conditions of if (turned around), whole numbers (one more). Not touched: assertions,
what is constant for the compiler, code that a macro made."""
import collections
import hashlib
import os
import shutil
import subprocess
import sys

import clang.cindex as clang
from clang.cindex import CursorKind as K

SWAP = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "+": "-", "-": "+", "&&": "||", "||": "&&"}
KIND = {"+": "arithmetic", "-": "arithmetic", "&&": "branch", "||": "branch"}
# What a copied story needs: after the first test that fails the others fail at once, and leftovers can be told from those
# of other runs; the places that a test passes are kept test by test.
LIB = """
eval "$(declare -f expect | sed '1s/expect/expect_whole/')"
expect() {
    [ ! -e "${MUTANT_STOP:-/nonexistent}" ] || return 1
    expect_whole "$@"
}
"""
LEFT = ("/tmp/stipend-story.", "/tmp/stipend-property-", "/tmp/stipend-test-")


class Place:
    def __init__(self, file, function, start, end, line, kind, wrong, right):
        self.file, self.function, self.start, self.end, self.line = file, function, start, end, line
        self.kind, self.wrong, self.right = kind, wrong, right


def text_of(data, cursor):
    return data[cursor.extent.start.offset:cursor.extent.end.offset].decode()


def whole(text):
    """Whether a text is an expression by itself: its brackets are its own."""
    depth = 0
    for c in text:
        depth += c in "([{"
        depth -= c in ")]}"
        if depth < 0:
            return False
    return depth == 0 and bool(text.strip())


def in_macro(data, cursor):
    line_start = data.rfind(b"\n", 0, cursor.extent.start.offset) + 1
    statement = data[max(line_start - 200, 0):cursor.extent.start.offset].decode(errors="ignore")
    opened = statement.rfind("ST_ASSERT(")
    return opened >= 0 and ";" not in statement[opened:]


def binary(data, cursor):
    parts = list(cursor.get_children())
    if len(parts) != 2:
        return None
    left, right = parts
    between = data[left.extent.end.offset:right.extent.start.offset].decode()
    op = between.strip()
    if op not in SWAP or not whole(text_of(data, left)) or not whole(text_of(data, right)):
        return None
    kinds = [p.type.get_canonical().kind for p in parts]
    pointer = any(k in (clang.TypeKind.POINTER, clang.TypeKind.CONSTANTARRAY, clang.TypeKind.INCOMPLETEARRAY) for k in kinds)
    if pointer and op not in ("==", "!=", "&&", "||"):
        return None
    a, b = text_of(data, left), text_of(data, right)
    kind = KIND.get(op, "comparison")
    return kind, f"({a}) {SWAP[op]} ({b})", f"({a}) {op} ({b})"


def places_of(path, arguments):
    data = open(path, "rb").read()
    unit = clang.Index.create().parse(path, args=arguments)
    errors = [d for d in unit.diagnostics if d.severity >= clang.Diagnostic.Error]
    if errors:
        sys.exit(f"{path}: {errors[0]}")
    found = []

    def visit(c, body, function):
        if c.location.file and c.location.file.name != path:
            return
        if c.kind in (K.ENUM_DECL, K.CASE_STMT) or (c.kind == K.VAR_DECL and c.storage_class == clang.StorageClass.STATIC):
            if c.kind != K.CASE_STMT:
                return
            children = list(c.get_children())
            for child in children[1:]:
                visit(child, body, function)
            return
        inside = body or c.kind == K.COMPOUND_STMT
        function = c.spelling if c.kind == K.FUNCTION_DECL else function
        if inside and not in_macro(data, c):
            start, end, line = c.extent.start.offset, c.extent.end.offset, c.extent.start.line
            if c.kind == K.BINARY_OPERATOR:
                made = binary(data, c)
                if made:
                    found.append(Place(path, function, start, end, line, *made))
            elif c.kind == K.IF_STMT:
                condition = next(c.get_children())
                t = text_of(data, condition)
                if whole(t) and condition.extent.start.offset > start:
                    found.append(Place(path, function, condition.extent.start.offset, condition.extent.end.offset, line, "branch", f"!({t})", f"({t})"))
            elif c.kind == K.INTEGER_LITERAL:
                t = text_of(data, c)
                if t.isdigit() and len(t) < 7:
                    found.append(Place(path, function, start, end, line, "constant", f"{t} + 1", t))
        if c.kind == K.DECL_STMT or c.kind == K.VAR_DECL:
            # array bounds are constants of the compiler
            for child in c.get_children():
                if not (c.kind == K.VAR_DECL and c.type.kind == clang.TypeKind.CONSTANTARRAY and child.kind == K.INTEGER_LITERAL):
                    visit(child, inside, function)
            return
        if c.kind in (K.CXX_UNARY_EXPR,):  # sizeof
            return
        for child in c.get_children():
            visit(child, inside, function)

    visit_root = unit.cursor
    for child in visit_root.get_children():
        visit(child, False, "")
    return found


def choose(places, count, seed):
    """The places with the smallest digests of what they say and where: other changes of the sources leave the choice alone."""
    times = collections.Counter()
    ranked = []
    for p in places:
        name = f"{os.path.basename(p.file)}:{p.function}:{p.kind}:{' '.join(p.right.split())}"
        times[name] += 1
        p.name = f"{name}:{times[name]}"
        ranked.append((hashlib.sha256(f"{seed}:{p.name}".encode()).digest(), p))
    chosen = []
    for _, p in sorted(ranked, key=lambda r: r[0]):
        if len(chosen) == count:
            break
        if all(p.file != q.file or p.end <= q.start or q.end <= p.start for q in chosen):
            chosen.append(p)
    return sorted(chosen, key=lambda p: (p.file, p.start))


def mark_of(tree):
    """What temporary folders of a tree's tests are called, so that another run's are left alone."""
    return "mutants" + hashlib.sha256(os.path.abspath(tree).encode()).hexdigest()[:6]


def copy_tests(out):
    """The tests as they are now, beside sources that stay."""
    mark = mark_of(out)
    shutil.rmtree(f"{out}/tests", ignore_errors=True)
    shutil.copytree("tests", f"{out}/tests", symlinks=True)
    for folder, _, names in os.walk(f"{out}/tests"):
        for name in names:
            path = os.path.join(folder, name)
            if not name.endswith((".bash", ".c", ".h")):
                continue
            text = old = open(path).read()
            for left in LEFT:
                text = text.replace(left, left.replace("stipend", mark))
            if name == "lib.bash":
                text += LIB
            if text != old:
                open(path, "w").write(text)
            shutil.copystat(os.path.join("tests", os.path.relpath(path, f"{out}/tests")), path)


def main():
    if len(sys.argv) == 2:
        return copy_tests(sys.argv[1])
    out, count, seed, files = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    include = subprocess.run(["pkg-config", "--cflags", "libxml-2.0", "libpq"], capture_output=True, text=True, check=True).stdout.split()
    builtin = subprocess.run(["gcc", "-print-file-name=include"], capture_output=True, text=True, check=True).stdout.strip()
    arguments = ["-Iengine", "-Iinclude", "-D_GNU_SOURCE", "-std=c11", "-isystem", builtin] + include
    places = [p for f in files for p in places_of(f, arguments)]
    chosen = choose(places, count, seed)
    earlier = f"{out}/results.tsv"  # it says which test is likely to kill
    kept = open(earlier).read() if os.path.exists(earlier) else ""
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(".", out, ignore=shutil.ignore_patterns("build", ".git", "tests"), symlinks=True)
    copy_tests(out)
    shutil.copy("tests/mutants/mutant.h", f"{out}/engine/base/mutant.h")
    with open(f"{out}/mutants.tsv", "w") as listing:
        for n, p in enumerate(chosen, 1):
            one = " ".join
            listing.write(f"{n}\t{p.file}:{p.line}\t{p.function}\t{p.kind}\t{one(p.right.split())}\t{one(p.wrong.split())}\t{p.name}\n")
    for f in {p.file for p in chosen}:
        data = open(f, "rb").read()
        for n, p in reversed([(n, p) for n, p in enumerate(chosen, 1) if p.file == f]):
            data = data[:p.start] + f"(st_mutant({n}) ? ({p.wrong}) : ({p.right}))".encode() + data[p.end:]
        open(os.path.join(out, f), "wb").write(b'#include "base/mutant.h"\n' + data)
    open(earlier, "w").write(kept)
    print(f"{len(chosen)} mutants of {len(places)} places in {len(files)} files")


if __name__ == "__main__":
    main()
