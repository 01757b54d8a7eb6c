#!/usr/bin/env python3
"""The README's commands as one script, and what they print compared with what the README says.

    readme.py script           the blocks marked sh, a line "@@@ N" before each
    readme.py compare FILE     FILE: what that script printed. Each line of a text block that follows a sh block stands in
                               its output, in order; "..." stands for lines left out.

A block that must not be run begins with ```sh norun, one that is no output with ```text norun. make check, make bench and
git clone have their own turn."""
import re
import sys


def blocks(path="README.md"):
    out, kind, lines = [], None, []
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line.startswith("```"):
            if kind is None:
                kind, lines = line[3:].strip(), []
            else:
                out.append((kind, lines))
                kind = None
        elif kind is not None:
            lines.append(line)
    return out


def script():
    number = 0
    for kind, lines in blocks():
        if kind != "sh":
            continue
        number += 1
        print(f'echo "@@@ {number}"')
        for line in lines:
            if not re.match(r"(make (check|bench)|git clone|cd )", line):
                print(line.removeprefix("$ "))


def compare(path):
    printed, number = {}, 0
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line.startswith("@@@ "):
            number = int(line[4:])
        printed.setdefault(number, []).append(line.rstrip())
    number, bad, compared, previous = 0, 0, 0, None
    for kind, lines in blocks():
        if kind == "sh":
            number += 1
        elif kind == "text" and previous == "sh":
            rest = printed.get(number, [])
            for line in lines:
                if line.strip() in ("", "..."):
                    continue
                compared += 1
                wanted = re.sub(r"\s*\.\.\.\s*", "\0", line.rstrip())
                pattern = re.compile(".*".join(re.escape(p) for p in wanted.split("\0")))
                at = next((i for i, p in enumerate(rest) if pattern.fullmatch(p)), None)
                if at is None:
                    print(f"block {number}: not printed (in this place): {line}")
                    bad += 1
                else:
                    rest = rest[at + 1:]
        previous = kind
    print(f"{compared} lines compared")
    return 1 if bad or not compared else 0


sys.exit(script() if sys.argv[1] == "script" else compare(sys.argv[2]))
