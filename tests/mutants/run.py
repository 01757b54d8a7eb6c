#!/usr/bin/env python3
"""Runs the mutants that mutate.py made, cheapest tests first, and lists who survived.

    run.py AREA TREE [FROM [TO]]     AREA: money or language; TREE: the copy, built; results go to TREE/results.tsv, one line a mutant, and may be continued

Order: unit tests of the mutated layers, 60 random histories, then stories. The first test that fails or hangs kills the
mutant. A run without a mutant comes first: what fails there cannot kill anybody."""
import os
import subprocess
import sys
import time

AREAS = {
    "money": (["calc", "scheme", "run", "control", "ledger"], 60,
              ["47-controls", "46-regular-equal", "43-continuity", "42-persons", "44-forward", "12-recovery", "11-look-back", "31-unsealed",
               "22-corrections", "30-regular", "20-hands", "01-month", "23-explain", "40-unknown", "02-same-root", "10-rules"]),
    "language": (["feel", "dmn", "calc"], 0, ["40-unknown", "10-rules", "11-look-back", "13-library", "23-explain"]),
}


class Tests:
    def __init__(self, area, tree):
        units, histories, stories = AREAS[area]
        self.tree = os.path.abspath(tree)
        self.list = []
        for layer in units:
            folder = f"{self.tree}/build/tests/unit/{layer}"
            if os.path.isdir(folder):
                for name in sorted(os.listdir(folder)):
                    if name.startswith("test_") and "." not in name:
                        self.list.append((f"unit/{layer}/{name}", [f"{folder}/{name}"], 120))
        if histories:
            self.list.append(("histories", [f"{self.tree}/build/tests/property/property", "-n", str(histories), "-s", "1"], 600))
        for s in stories:
            if os.path.exists(f"{self.tree}/tests/stories/{s}.bats"):
                self.list.append((s, ["bats", "--tap", f"{self.tree}/tests/stories/{s}.bats"], 900))

    def fails(self, test, mutant):
        name, command, limit = test
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG", "STIPEND_", "XDG_"))}
        env.update(TOP=self.tree, STIPEND_OUT=f"{self.tree}/build", STIPEND=f"{self.tree}/build/stipend",
                   STIPEND_RELEASE=f"{self.tree}/build/stipend", STIPEND_SHARED=os.environ.get("STIPEND_SHARED", f"{self.tree}/../shared"))
        if mutant:
            env["MUTANT"] = str(mutant)
        try:
            done = subprocess.run(command, cwd=self.tree, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=limit, start_new_session=True)
        except subprocess.TimeoutExpired:
            return True
        return done.returncode != 0 or b"\nnot ok" in b"\n" + done.stdout


def main():
    tests = Tests(sys.argv[1], sys.argv[2])
    mutants = [line.rstrip("\n").split("\t") for line in open(f"{tests.tree}/mutants.tsv")]
    first, last = (int(sys.argv[3]) if len(sys.argv) > 3 else 1), (int(sys.argv[4]) if len(sys.argv) > 4 else len(mutants))
    results = f"{tests.tree}/results.tsv"
    done = {int(line.split("\t")[0]) for line in open(results)} if os.path.exists(results) else set()
    broken = [t for t in tests.list if tests.fails(t, 0)]
    for name, _, _ in broken:
        print(f"fails without a mutant, not used: {name}", flush=True)
    tests.list = [t for t in tests.list if t not in broken]
    for m in mutants[first - 1:last]:
        n = int(m[0])
        if n in done:
            continue
        start = time.monotonic()
        killer = next((t[0] for t in tests.list if tests.fails(t, n)), "SURVIVED")
        with open(results, "a") as out:
            out.write(f"{n}\t{killer}\t{time.monotonic() - start:.1f}\t" + "\t".join(m[1:]) + "\n")
    rows = [line.rstrip("\n").split("\t") for line in open(results)]
    survived = [r for r in rows if r[1] == "SURVIVED"]
    for r in survived:
        print("survived:", "  ".join(r[3:]))
    print(f"{len(rows)} mutants, {len(rows) - len(survived)} killed ({100 * (len(rows) - len(survived)) / max(len(rows), 1):.1f} %)")


if __name__ == "__main__":
    main()
