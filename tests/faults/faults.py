#!/usr/bin/env python3
"""Kills the program and the server, loses connections and answers, fills the disk, at many points of every command that writes.

    faults.py [-n POINTS] [-s SEED] [--only COMMAND:FAULT:STEP]

After each fault the ledger's lines are those from before the command or those from after it; then the same command is repeated
until it is done, and the ledger equals the one that nothing disturbed, in every column but the times of day. TAP.

A step is an exchange with the server. The program, built for tests, harms itself before the n-th one is sent ("step") or when it
was answered and nobody has read the answer ("answer"): it is killed, its connection is lost, or it stands still while this script
stops the server at once. Points are drawn from a seed; each command meets each kind of fault.
"""
import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TOP = os.environ.get("TOP") or os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
STIPEND = os.environ.get("STIPEND") or os.path.join(TOP, "build/asan/stipend")
RULES = "rules/cn-640202-social-work"
TRIES = 6
FAULTS = ("step kill", "step drop", "step stop", "answer kill", "answer drop", "answer stop")
KILLED = -signal.SIGKILL


class Office:
    """A folder with the rules, the records of three months, and a ledger."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="stipend-faults-", dir="/tmp")
        os.chmod(self.dir, 0o755)
        self.state = self.dir + "/state"
        shutil.copytree(f"{TOP}/rules", self.dir + "/rules")
        shutil.copytree(f"{TOP}/schemas", self.dir + "/schemas")
        self.scheme = f"{self.dir}/{RULES}/scheme.xml"
        roster = open(f"{self.dir}/{RULES}/records-2023-11.xml", encoding="utf-8").read()
        # two who die late: what they got since is taken back, and kept of nothing; one whose gap is paid back from what he gets
        late = re.sub(r'(id="DWK0017".*?)(<appraisal)', r'\1<status event="died" effective="2023-09-05" known="2023-12-02"/>\2', roster, 1, re.S)
        late = re.sub(r'(id="DWK0002".*?<employment [^>]*?from=")([0-9-]+)"', r'\g<1>2023-08-15"', late, 1, re.S)
        assert late.count("2023-09-05") == roster.count("2023-09-05") + 1 and late != roster
        self.records = {"2023-11": self.write("2023-11.xml", roster),
                        "2023-12": self.write("2023-12.xml", late.replace('known-at="2023-11-20"', 'known-at="2023-12-20"')),
                        "2024-01": self.write("2024-01.xml", late.replace('known-at="2023-11-20"', 'known-at="2024-01-20"'))}
        text = open(self.scheme, encoding="utf-8").read()
        self.guarded = self.write(f"{RULES}/guarded.xml", text.replace('amount-above="500.00"', 'amount-above="250.00"'))

    def write(self, name, text):
        path = f"{self.dir}/{name}"
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def run(self, period, scheme=None):
        return ["run", "--quiet", "--scheme", scheme or self.scheme, "--records", self.records[period], "--period", period]


def stipend(argv, state, fault="", db=""):
    """Ends with (exit code, standard error). Where the fault halts the program, calls nothing: see harmed()."""
    env = dict(os.environ, STIPEND_FAULT=fault)
    p = subprocess.run([STIPEND, *argv, "--state", state, *(["--db", db] if db else [])], env=env, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=300)
    return p.returncode, p.stderr.decode("utf-8", "replace")


class Server:
    """The embedded server of a state folder, seen from outside."""

    def __init__(self, state):
        self.state = state
        code, said = stipend(["init"], state)
        if code:
            raise SystemExit(f"1..0 # SKIP no server: {said.strip().splitlines()[0] if said else code}" if code == 69 else f"init: {code} {said}")
        out = subprocess.run([STIPEND, "db", "status", "--state", state], stdout=subprocess.PIPE, check=True).stdout.decode()
        self.place = " ".join(re.search(r"^psql\t(.*)$", out, re.M).group(1).split()[:2])
        self.data = self.sql("show data_directory")

    def link(self, user, database="stipend"):
        return f"{self.place} dbname={database} user={user}"

    def sql(self, *statements, database="postgres"):
        argv = ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", self.link("stipend_admin", database)]
        for s in statements:
            argv += ["-c", s]
        env = dict(os.environ, PGOPTIONS="-c client_min_messages=warning")
        p = subprocess.run(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if p.returncode:
            raise RuntimeError(f"{statements[0]}: {p.stderr.decode()}")
        return p.stdout.decode().strip()

    def open_to_test(self):
        """Any role by name, and no waiting for a disk: here processes die, not machines."""
        with open(self.data + "/pg_hba.conf", "w") as f:
            f.write("local all all trust\n")
        self.sql("alter system set fsync = off")
        self.sql("select pg_reload_conf()")

    def pid(self):
        try:
            return int(open(self.data + "/postmaster.pid").readline())
        except (OSError, ValueError):
            return 0

    def kill(self):
        """Immediate stop: nothing is written any more, the next start recovers."""
        pid = self.pid()
        if not pid:
            return
        try:
            os.kill(pid, signal.SIGQUIT)
            for _ in range(600):
                os.kill(pid, 0)
                if open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] == "Z":
                    break
                time.sleep(0.02)
        except (ProcessLookupError, FileNotFoundError):
            pass

    def start(self):
        code, said = stipend(["db", "start"], self.state)
        assert code in (0, 78), f"db start: {code} {said}"  # 78: started, its tables are still to be made

    def stop(self):
        stipend(["db", "stop"], self.state)

    # -- the ledger as a whole --
    def keep(self, name):
        self.sql(f'create database "{name}" template stipend')

    def restore(self, name):
        self.sql("drop database if exists stipend with (force)", f'create database stipend template "{name}" owner stipend_owner')

    def digest(self):
        """Of each table: every row, every column but those that hold a time of day, or the number that a server gives to a login,
        or what a ledger's own secret makes,
        or what is a digest over such columns (verify looks at those)."""
        columns = self.sql("select c.relname, string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_class c "
                           "join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
                           "join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'stipend' and c.relkind = 'r' "
                           "and a.atttypid not in ('timestamptz'::regtype, 'oid'::regtype) "
                           "and (c.relname, a.attname) not in (('person_secret', 'secret'), ('person_value', 'value'), ('link', 'content'), ('link', 'leaf'), ('run_part', 'digest')) group by 1 order by 1", database="stipend")
        if not columns:
            return {}
        parts = [line.split("|") for line in columns.splitlines()]
        rows = self.sql(" union all ".join(
            f"select '{t}', count(*)::text || ' ' || coalesce(md5(string_agg(x::text, E'\\n' order by x::text)), '') from (select {c} from stipend.{t}) x"
            for t, c in parts), database="stipend")
        return dict(line.split("|") for line in rows.splitlines())


class Command:
    def __init__(self, name, before, argv, wanted, user=None):
        self.name, self.before, self.argv, self.wanted, self.user = name, before, argv, wanted, user
        self.counts = {}  # of steps and answers
        self.reached = None

    def done(self, code):
        """A run with people held ends with 3; when it was there already, with 0."""
        return code == self.wanted or (self.wanted == 3 and code == 0)


def commands(office):
    """One ledger's life: each command with the ledger it starts from."""
    c = [Command("init", "empty", ["init", "--quiet"], 0),
         Command("first run", "init", office.run("2023-11"), 3),
         Command("approve", "first run", ["approve", "1"], 0, "checker"),
         Command("pay", "approve", ["pay", "1"], 0, "payer"),
         Command("settle", "pay", ["settle", "1"], 0, "payer"),
         Command("month with debts", "settle", office.run("2023-12"), 3),
         Command("void", "month with debts", ["void", "2", "--reason", "taken back"], 0),
         Command("repay", "month with debts", ["claim", "repay", "DWK0017", "--amount", "50", "--date", "2024-01-05", "--note", "desk", "--key", "17"], 0, "payer"),
         Command("write off", "repay", ["claim", "write-off", "DWK0017", "--amount", "70", "--date", "2024-01-06", "--reason", "hardship"], 0),
         Command("approve write-off", "write off", ["claim", "approve", "2", "--date", "2024-01-07"], 0, "checker"),
         Command("cancel", "approve write-off", ["claim", "cancel", "1", "--date", "2024-01-08", "--reason", "not his"], 0, "payer"),
         Command("approve the debts", "cancel", ["approve", "2"], 0, "checker"),
         Command("run with a guard", "approve the debts", office.run("2024-01", office.guarded), 65),
         Command("accept and approve", "run with a guard", ["approve", "3", "--accept", "allowance-amount"], 0, "checker")]
    return c


class Test:
    def __init__(self, office, server):
        self.office, self.server = office, server

    def db(self, command):
        return self.server.link(command.user) if command.user else ""

    def calm(self, command):
        """Undisturbed: what the ledger shall be, and how many steps there are."""
        for point in ("answer", "step"):
            self.server.restore(command.before)
            code, said = stipend(command.argv, self.office.state, point + ":count", self.db(command))
            assert code == command.wanted, f"{command.name} ended with {code}: {said}"
            command.counts[point] = int(re.search(rf"^fault: {point} (\d+)$", said, re.M).group(1))
        command.reached = self.server.digest()
        self.server.keep(command.name)

    def harmed(self, command, fault, step):
        """The command with a fault: exit code and what was said."""
        where, harm = fault.split()
        env = dict(os.environ, STIPEND_FAULT=f"{where}:{step}" + ("" if harm == "drop" else ":" + harm))
        argv = [STIPEND, *command.argv, "--state", self.office.state]
        if command.user:
            argv += ["--db", self.db(command)]
        with tempfile.TemporaryFile() as said:
            p = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
            _, status = os.waitpid(p.pid, os.WUNTRACED)
            if os.WIFSTOPPED(status):
                self.server.kill()
                os.kill(p.pid, signal.SIGCONT)
                _, status = os.waitpid(p.pid, 0)
            p.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            return p.returncode, said.read().decode("utf-8", "replace")

    def again(self, command):
        """The same command until it is done."""
        last = None
        for _ in range(TRIES):
            if command.user and not self.server.pid():
                self.server.start()  # somebody else's server is not started by who uses it
            code, said = last = stipend(command.argv, self.office.state, "", self.db(command))
            if command.done(code):
                return None
            if code not in (69, 74, 75):
                break
            time.sleep(0.2)
        return f"repeated, it ends with {last[0]}: {last[1].strip()}"

    def lines_whole(self, command, before):
        """Nothing half done: between the fault and the repetition."""
        if not self.server.pid():
            self.server.start()
        now = self.server.digest()
        was, shall = before.get("line", "0 "), command.reached.get("line")
        if now.get("line", "0 ") not in (was, shall):
            return f"lines are neither those from before nor those from after: {now.get('line')}"
        return None

    def same(self, command):
        if not self.server.pid():
            self.server.start()
        now = self.server.digest()
        other = [f"{t}: {now.get(t)} instead of {d}" for t, d in command.reached.items() if now.get(t) != d]
        return "the ledger is not that of an undisturbed command: " + "; ".join(other) if other or now.keys() != command.reached.keys() else None

    def point(self, command, fault, step, before, look):
        if not self.server.pid():
            self.server.start()
        self.server.restore(command.before)
        code, said = self.harmed(command, fault, step)
        harm = fault.split()[1]
        if harm == "kill":
            if code != KILLED:
                return f"was not killed but ended with {code}: {said.strip()}"
        elif code not in (69, 75, command.wanted) or (code in (69, 75) and not said.strip()):
            return f"ended with {code}: {said.strip()}"
        return (look and self.lines_whole(command, before)) or self.again(command) or self.same(command)


# -- moments that no step knows: the first start, and any instant --

def killed_by_the_clock(office, number, delay, wanted):
    """A new ledger, killed somewhere in its making."""
    state = f"{office.dir}/clock-{number}"
    os.mkdir(state)
    argv = [STIPEND, "init", "--state", state]
    p = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        p.wait(delay)
    except subprocess.TimeoutExpired:
        p.kill()
        p.wait()
    try:
        last = None
        for _ in range(TRIES):
            last = stipend(["init"], state)
            if last[0] == 0:
                last = stipend(office.run("2023-11"), state)
            if last[0] == 3:
                break
        if last[0] != 3:
            return f"killed after {delay:.2f} s; repeated, it ends with {last[0]}: {last[1].strip()}"
        now = Server(state).digest()
        other = [t for t, d in wanted.items() if now.get(t) != d]
        return f"killed after {delay:.2f} s: {', '.join(other)} differ" if other else None
    finally:
        stipend(["db", "stop"], state)
        forget(state)


def forget(state):
    try:
        number = re.search(r"^id=(\w+)$", open(state + "/cluster.conf").read(), re.M)
        for place in ("/var/lib/stipend/", "/tmp/stipend-"):
            shutil.rmtree(place + number.group(1), ignore_errors=True)
    except (OSError, AttributeError):
        pass
    shutil.rmtree(state, ignore_errors=True)


class Disk:
    """A small disk of its own."""

    def __init__(self, path, megabytes):
        os.mkdir(path)
        os.chmod(path, 0o755)
        self.path = path
        self.there = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", path], stderr=subprocess.DEVNULL).returncode == 0

    def grow(self, megabytes):
        subprocess.run(["mount", "-o", f"remount,size={megabytes}m", self.path], check=True)

    def fill(self, leave):
        """All but so many bytes."""
        room = os.statvfs(self.path)
        size = room.f_bavail * room.f_frsize - leave
        with open(self.path + "/ballast", "wb") as f:
            for _ in range(max(size, 0) // 65536):
                f.write(bytes(65536))

    def relieve(self):
        os.unlink(self.path + "/ballast")

    def close(self):
        subprocess.run(["umount", "-l", self.path], check=False)


def full_from_the_start(office, megabytes, wanted):
    """There is no room for a server at all; then there is."""
    disk = Disk(f"{office.dir}/small-{megabytes}", megabytes)
    if not disk.there:
        return "skip"
    state = disk.path + "/state"
    try:
        code, said = stipend(["init"], state)
        if code not in (69, 73, 74, 75) or not said.strip():
            return f"on {megabytes} MB it ended with {code}: {said.strip()}"
        disk.grow(600)
        code, said = stipend(["init"], state)
        if code == 0:
            code, said = stipend(office.run("2023-11"), state)
        if code != 3:
            return f"with room again it ended with {code}: {said.strip()}"
        now = Server(state).digest()
        other = [t for t, d in wanted.items() if now.get(t) != d]
        return f"on {megabytes} MB: {', '.join(other)} differ" if other else None
    finally:
        stipend(["db", "stop"], state)
        disk.close()


def full_in_the_middle(office, chain, rng, n):
    """The disk of a ledger in use fills up during a month; yields a verdict for each time."""
    disk = Disk(f"{office.dir}/disk", 900)
    if not disk.there:
        yield "skip"
        return
    state = disk.path + "/state"
    try:
        server = Server(state)
        server.open_to_test()
        server.sql("alter database stipend rename to empty")
        test = Test(office, server)
        server.sql("create role checker login", "create role payer login")
        for name, role in (("checker", "approver"), ("payer", "payer")):
            code, said = stipend(["db", "grant", role, name], state, "", server.link("stipend_owner", "empty"))
            assert code == 0, said
        office.state, other = state, office.state
        for command in chain[:6]:
            test.calm(command)
        for _ in range(n):
            command = rng.choice([chain[1], chain[5]])
            room = rng.choice([0, 1 << 16, 1 << 18, 1 << 20, 3 << 20, 6 << 20]) + rng.randrange(1 << 16)
            if not server.pid():
                server.start()
            server.restore(command.before)
            server.sql("checkpoint")
            disk.fill(room)
            code, said = stipend(command.argv, state)
            disk.relieve()
            if code not in (69, 74, 75, command.wanted) or (code != command.wanted and not said.strip()):
                yield f"{command.name} with {room} bytes left ended with {code}: {said.strip()}"
                continue
            why = test.again(command) or test.same(command)
            yield f"{command.name} with {room} bytes left: {why}" if why else (f"full {code}" if code != command.wanted else None)
        office.state = other
    finally:
        stipend(["db", "stop"], state)
        disk.close()


def draw(chain, rng, n):
    """Points: each command meets each fault at least once, the rest by lot."""
    every = [(c, f, s) for c in chain for f in FAULTS for s in range(1, c.counts[f.split()[0]] + 1)]
    rng.shuffle(every)
    seen, first, rest = set(), [], []
    for p in every:
        key = (p[0].name, p[1])
        (rest if key in seen else first).append(p)
        seen.add(key)
    chosen = first + rest[:max(0, n - len(first))]
    return sorted(chosen, key=lambda p: (chain.index(p[0]), p[1], p[2])), len(every)


class Tap:
    def __init__(self):
        self.n = self.failed = 0

    def case(self, ok, name, notes=(), skip=""):
        self.n += 1
        self.failed += not ok
        print(f"{'ok' if ok else 'not ok'} {self.n} - {name}" + (f" # SKIP {skip}" if skip else ""))
        for note in notes:
            print("# " + note.replace("\n", "\n# "))
        sys.stdout.flush()


def play(tap, test, chain, points, rng):
    office = test.office
    before = {c.name: c.reached for c in chain}
    before["empty"] = {}
    for command in chain:
        mine = [(f, s) for c, f, s in points if c is command]
        if not mine:
            continue
        bad = []
        for fault, step in mine:
            why = test.point(command, fault, step, before[command.before], rng.random() < 0.5)
            if why:
                bad.append(f"{command.name}:{fault}:{step}: {why}")
        tap.case(not bad, f"{command.name}: {len(mine)} faults at {command.counts['step']} steps, then the same command finishes the job", bad[:5])
    return office


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("-n", type=int, default=150)
    ap.add_argument("-s", type=int, default=1)
    ap.add_argument("--only", default="")
    args = ap.parse_args()
    for name in [k for k in os.environ if k.startswith("PG")]:
        del os.environ[name]
    if b"STIPEND_FAULT" not in open(STIPEND, "rb").read():
        print("1..0 # SKIP this build injects no faults")
        return 0
    if not shutil.which("psql"):
        newest = sorted(d for d in ("/usr/lib/postgresql/%d/bin" % v for v in range(15, 40)) if os.path.exists(d + "/psql"))
        os.environ["PATH"] += "".join(":" + d for d in newest[-1:])
    rng = random.Random(args.s)
    office = Office()
    server = None
    tap = Tap()
    try:
        server = Server(office.state)
        server.open_to_test()
        server.sql("create role checker login", "create role payer login")
        for name, role in (("checker", "approver"), ("payer", "payer")):
            code, said = stipend(["db", "grant", role, name], office.state)
            assert code == 0, said
        server.sql("alter database stipend rename to migrated", "create database empty owner stipend_owner template template0",
                   "create database stipend template empty owner stipend_owner")
        test = Test(office, server)
        chain = commands(office)
        for command in chain:
            test.calm(command)
        if args.only:
            name, fault, step = args.only.split(":")
            points, every = [(c, fault, int(step)) for c in chain if c.name == name], 1
        else:
            points, every = draw(chain, rng, args.n)
        print(f"# {len(points)} of {every} points, seed {args.s}")
        play(tap, test, chain, points, rng)
        if not args.only:
            server.stop()
            wanted = chain[1].reached
            few = max(3, args.n // 40)
            bad = [w for i in range(few) if (w := killed_by_the_clock(office, i, rng.uniform(0.05, 3.0), wanted))]
            tap.case(not bad, f"the making of a ledger killed at {few} moments, repeated, and a first run", bad)
            sizes = [8, 30]
            bad = [w for m in sizes if (w := full_from_the_start(office, m, wanted))]
            skip = "no disk can be mounted here" if "skip" in bad else ""
            tap.case(not bad or bool(skip), "no room for a server: said so, and with room the same command finishes the job", [b for b in bad if b != "skip"], skip)
            verdicts = list(full_in_the_middle(office, commands(office), rng, few * 2))
            skip = "no disk can be mounted here" if verdicts == ["skip"] else ""
            bad = [v for v in verdicts if v and v != "skip" and not v.startswith("full ")]
            met = sum(1 for v in verdicts if v and v.startswith("full "))
            if not skip and not bad and not met:
                bad = ["the disk was never full"]
            tap.case(not bad, f"the disk fills up in the middle of {len(verdicts)} commands, of which {met} fail and are repeated", bad, skip)
        print(f"# again: make faults SEED={args.s} N={args.n}")
    finally:
        if server:
            server.stop()
        forget(office.state)
        shutil.rmtree(office.dir, ignore_errors=True)
    print(f"1..{tap.n}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
