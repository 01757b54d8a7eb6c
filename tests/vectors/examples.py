#!/usr/bin/env python3
"""The examples in the texts for rule authors and engineers are true: a row of a table whose first two cells are in backticks is an
expression and what `lines` prints for it ("null" also for an expression that does not load). TAP."""
import os
import re
import subprocess
import sys

TOP = os.environ.get("TOP") or os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
OUT = os.environ.get("STIPEND_OUT") or os.path.join(TOP, "build")
LINES = os.environ.get("FEEL_LINES") or os.path.join(OUT, "asan/tests/vectors/lines")
TEXTS = ("rules/README.md", "engine/feel/DECISIONS.md")
LEAST = 10  # examples in each text


def examples(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as f:
        return [(n, *m.groups()) for n, m in ((n, re.match(r"\| `([^`]+)` \| `([^`]+)` \|", line)) for n, line in enumerate(f, 1)) if m]


def main():
    print(f"1..{len(TEXTS)}")
    bad = False
    for i, path in enumerate(TEXTS, 1):
        rows = examples(path)
        run = subprocess.run([LINES], input="".join(text + "\n" for _, text, _ in rows), capture_output=True, text=True, check=True)
        got = ["null" if line.startswith("!") else line[1:-1] if line.startswith("[") else line for line in run.stdout.splitlines()]
        wrong = [f"{path}:{n}: {text} is {value}, not {wanted}" for (n, text, wanted), value in zip(rows, got) if value != wanted]
        if len(rows) < LEAST or len(got) != len(rows):
            wrong.append(f"{path}: {len(rows)} examples, {len(got)} answers")
        print(f"{'not ' if wrong else ''}ok {i} - {len(rows)} examples of {path}")
        for line in wrong:
            print(f"# {line}")
        bad = bad or bool(wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
