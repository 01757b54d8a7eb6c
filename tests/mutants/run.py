#!/usr/bin/env python3
"""Runs the mutants that mutate.py made, cheapest tests first, and lists who survived.

    run.py AREA TREE [units]     AREA: money or language; TREE: the copy, built; units: no histories and stories

Kind by kind (unit tests, these with sanitizers, 6 random histories, stories one by one, unit tests with a server, 60 histories)
every test runs once without a mutant: what fails then is not used, and it tells the places that it passes (reach.tsv). A mutant then
meets only the tests that pass its place, those that killed most in their time before the others. The first test that fails or
hangs kills it. All is kept in TREE/results.tsv: stopped and started again it goes on; a test that was changed, or is new,
meets the survivors and those that it killed before."""
import collections
import glob
import hashlib
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from mutate import mark_of

AREAS = {
    "money": (["calc", "scheme", "run", "control", "month", "ledger"], 60,
              ["42", "30", "01", "44", "23", "12", "46", "21", "22", "47", "43", "48", "20", "40", "41", "02", "10", "11", "24", "31"]),
    "language": (["feel", "dmn", "calc"], 0, ["10", "11", "13", "23", "40", "60"]),
}
PATIENCE = 4  # a test that takes so many times its time, and this many seconds more, hangs
SPARE = 10


class Test:
    def __init__(self, name, kind, command, files):
        self.name, self.kind, self.command = name, kind, command
        digest = hashlib.sha256()
        for f in files:
            digest.update(open(f, "rb").read())
        self.key = digest.hexdigest()[:16]
        self.seconds, self.reach, self.sound = 0.0, set(), True


class House:
    def __init__(self, area, tree, units_only):
        self.tree, self.mark = os.path.abspath(tree), mark_of(tree)
        self.tests, self.rows = [], []
        units, histories, stories = AREAS[area]
        for layer in units:
            for path in sorted(glob.glob(f"{self.tree}/build/asan/tests/unit/{layer}/test_*")):
                if "." in os.path.basename(path):
                    continue
                name, plain = f"unit/{layer}/{os.path.basename(path)}", path.replace("/asan/", "/")
                if os.path.exists(plain):
                    self.tests.append(Test(name, "unit", [plain], [plain]))
                kind = "sanitized" if layer != "ledger" else "server"  # half a minute and more, most of it the server
                self.tests.append(Test(f"asan/{name}" if os.path.exists(plain) else name, kind, [path], [path]))
        if units_only:
            return
        if area == "language":
            shared = glob.glob(f"{self.tree}/tests/vectors/*")
            for name in ("peers.sh", "vectors.py"):
                self.tests.append(Test(f"vectors/{name}", "vectors", [f"{self.tree}/tests/vectors/{name}"], sorted(shared)))
        if histories:
            path = f"{self.tree}/build/asan/tests/property/property"
            for name, n in (("few histories", histories // 10), ("histories", histories)):
                self.tests.append(Test(name, name, [path, "-f", "-n", str(n), "-s", "1"], [path]))
        shared = sorted(glob.glob(f"{self.tree}/tests/stories/*.bash"))
        for s in stories:
            for path in glob.glob(f"{self.tree}/tests/stories/{s}-*.bats"):
                self.tests.append(Test(os.path.basename(path), "stories", ["bats", "--tap", path], [path] + shared))

    def environment(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG", "TZ", "STIPEND_", "XDG_", "MUTANT"))}
        env.update(TOP=self.tree, STIPEND_OUT=f"{self.tree}/build", STIPEND=f"{self.tree}/build/asan/stipend",
                   STIPEND_RELEASE=f"{self.tree}/build/asan/stipend", STIPEND_CONF="/dev/null", XDG_CONFIG_HOME="/nonexistent",
                   ASAN_OPTIONS="abort_on_error=0:detect_stack_use_after_return=0", UBSAN_OPTIONS="print_stacktrace=1",
                   FEEL_LINES=f"{self.tree}/build/asan/tests/vectors/lines", MAKEFLAGS="WARN=-w",
                   STIPEND_SHARED=os.environ.get("STIPEND_SHARED", f"{self.tree}/../shared"))
        return env

    def run(self, test, mutant, reach=None):
        """Why the test fails, its first complaint; "" when it does not."""
        env = self.environment()
        if mutant:
            env["MUTANT"] = str(mutant)
        if reach:
            env["MUTANT_REACH"] = reach
        stop = tempfile.mktemp(prefix="mutants-stop-")
        env["MUTANT_STOP"] = stop
        limit = 900 if reach else test.seconds * PATIENCE + SPARE
        why, hung = [], []
        # to a terminal programs write line by line, so that the first failure can end them
        out, far = os.pipe() if test.kind == "stories" else pty.openpty()
        child = subprocess.Popen(test.command, cwd=self.tree, env=env, stdin=subprocess.DEVNULL, stdout=far, stderr=far,
                                 start_new_session=True)
        os.close(far)

        def end(late=True):
            if late:
                hung.append(True)
            for s, tries in ((signal.SIGINT, 20), (signal.SIGKILL, 1)):
                end_session(child.pid, s)
                while tries and child.poll() is None:
                    time.sleep(0.5)
                    tries -= 1

        timer = threading.Timer(limit, end)
        timer.start()
        for line in lines_of(out):
            if line.startswith(b"not ok") and not why:
                why.append(line.decode(errors="replace").strip()[7:])
                open(stop, "w").close()  # a story ends by itself, and its servers with it
                if mutant and test.kind != "stories":
                    end(late=False)
        code = child.wait()
        timer.cancel()
        if os.path.exists(stop):
            os.remove(stop)
        sweep(self.mark)
        if why:
            return why[0]
        return "hangs" if hung else f"exit {code}" if code else ""

    def look(self, tests):
        """One run of each of these tests without a mutant; those that can be used."""
        known = {}
        path = f"{self.tree}/reach.tsv"
        for row in rows_of(path):
            known[row[0], row[1]] = row
        for t in tests:
            row = known.get((t.name, t.key))
            if not row:
                fd, file = tempfile.mkstemp(prefix="mutants-reach-")
                os.fchmod(fd, 0o666)
                os.close(fd)
                start = time.monotonic()
                why = self.run(t, 0, file)
                seconds = time.monotonic() - start
                reached = sorted({int(x) for x in open(file).read().split()})
                os.remove(file)
                row = [t.name, t.key, f"{seconds:.1f}", why, " ".join(map(str, reached))]
                append(path, row)
            t.seconds, t.sound, t.reach = float(row[2]), not row[3], {int(x) for x in row[4].split()}
            if not t.sound:
                print(f"fails without a mutant, not used: {t.name}: {row[3]}", flush=True)
        return [t for t in tests if t.sound]


def sweep(mark):
    """Ends what a killed test left: servers whose data lie in folders of our copy's tests."""
    for folder in glob.glob(f"/tmp/{mark}-*"):
        for conf in glob.glob(f"{folder}/**/cluster.conf", recursive=True):
            if not os.path.exists(conf):
                continue  # in a folder that was just removed
            found = re.search(r"^id=(\w+)$", open(conf).read(), re.M)
            for data in ([f"/var/lib/stipend/{found[1]}"] if found else []) + [os.path.dirname(conf)]:
                for pid in glob.glob(f"{data}/**/postmaster.pid", recursive=True):
                    try:
                        os.kill(int(open(pid).readline()), signal.SIGINT)
                        time.sleep(0.5)
                    except (OSError, ValueError):
                        pass
                shutil.rmtree(data, ignore_errors=True)
            if found:
                shutil.rmtree(f"/tmp/stipend-{found[1]}", ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def named_for(test, place):
    """Whether a unit test is named for the file of a place."""
    file = os.path.basename(place).split(".")[0]
    return any(word in file for word in os.path.basename(test.name).split("_")[1:])


def end_session(leader, how):
    """Signals every process of a session: unit tests give each case a process group of its own."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.getsid(int(pid)) == leader:
                os.kill(int(pid), how)
        except OSError:
            pass


def lines_of(end):
    """What a child writes until it, and what it left, has closed the other end; a terminal ends with an error."""
    with open(end, "rb") as out:
        try:
            yield from out
        except OSError:
            pass


def rows_of(path):
    return [line.rstrip("\n").split("\t") for line in open(path)] if os.path.exists(path) else []


def append(path, row):
    with open(path, "a") as out:
        out.write("\t".join(str(x).replace("\t", " ") for x in row) + "\n")


def main():
    house = House(sys.argv[1], sys.argv[2], len(sys.argv) > 3)
    mutants = {int(m[0]): m[1:] for m in rows_of(f"{house.tree}/mutants.tsv")}
    equal = set(re.findall(r"`([^`]+)`", open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "SURVIVORS.md")).read()))
    results = f"{house.tree}/results.tsv"  # mutant by name, test, its key, seconds, why it fails
    number = {m[-1]: n for n, m in mutants.items()}
    lived, killer, likely = collections.defaultdict(set), {}, {}
    spent = collections.defaultdict(lambda: [1.0, 1.0])
    current = {(t.name, t.key): t for t in house.tests}

    def take(row):
        n, name, key, seconds, why = number.get(row[0]), row[1], row[2], float(row[3]), row[4]
        spent[name][0] += bool(why)
        spent[name][1] += seconds
        if n and why:
            likely[n] = name
        if n and (name, key) in current:
            lived[n].add((name, key))
            if why:
                killer.setdefault(n, (current[name, key], why))

    for row in rows_of(results):
        take(row)

    def meet(n, tests):
        candidates = [t for t in tests if n in t.reach and (t.name, t.key) not in lived[n]]
        while candidates and n not in killer:
            t = max(candidates, key=lambda t: (t.name == likely.get(n), named_for(t, mutants[n][0]),
                                               spent[t.name][0] / (spent[t.name][1] + t.seconds)))
            candidates.remove(t)
            start = time.monotonic()
            row = [mutants[n][-1], t.name, t.key, "", house.run(t, n)]
            row[3] = f"{time.monotonic() - start:.1f}"
            append(results, row)
            take(row)

    for kind in ("unit", "sanitized", "vectors", "few histories", "stories", "server", "histories"):
        tests = [t for t in house.tests if t.kind == kind]
        for some in [[t] for t in tests] if kind == "stories" else [tests]:
            sound = house.look(some)
            for n in mutants:
                if n not in killer and mutants[n][-1] not in equal:
                    meet(n, sound)
        if tests:
            print(f"after {kind}: {len(killer)} of {len(mutants)} killed", flush=True)
    by = collections.Counter(t.kind for t, _ in killer.values())
    with open(f"{house.tree}/survivors.tsv", "w") as out:
        for n in sorted(set(mutants) - set(killer)):
            reached = "" if any(n in t.reach for t in house.tests) else "no test passes here"
            reached = "an equal program" if mutants[n][-1] in equal else reached
            out.write("\t".join([str(n)] + mutants[n][:-1] + [reached]) + "\n")
            print("survived:", "  ".join([str(n)] + mutants[n][:-1] + [reached]))
    print(f"{len(mutants)} mutants, {len(killer)} killed ({100 * len(killer) / max(len(mutants), 1):.1f} %): "
          + ", ".join(f"{n} by {kind}" for kind, n in by.most_common()))


if __name__ == "__main__":
    main()
