#!/usr/bin/env python3
"""Random operations of FEEL against python3's decimal (34 digits, half even) and datetime.

    vectors.py [-n CASES] [-s SEED]

Each case is an expression and the value that python gives; the program `lines` evaluates it, prints it, and reads what it printed
again. A difference is a failure unless LISTED says why it stands. TAP; every group of operations is one case.
"""
import argparse
import calendar
import collections
import datetime as dt
import decimal
import os
import random
import re
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

TOP = os.environ.get("TOP") or os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
OUT = os.environ.get("STIPEND_OUT") or os.path.join(TOP, "build")
LINES = os.environ.get("FEEL_LINES") or os.path.join(OUT, "asan/tests/vectors/lines")

# Where FEEL answers otherwise than python on purpose; each is asked as it stands here.
LISTED = [
    ("0 ** 0", "1", "python: not defined; an empty product is 1"),
    ("0.00 ** 0", "1", "the same"),
    ("round half up(1e40, 2)", "1E+40", "python: not possible in 34 digits; a number without decimals is round already"),
    ("modulo(-7, 3)", "2", "python's decimal: -1, the sign of the first; FEEL: the sign of the second"),
    ("decimal(2.345, -1)", "0", "python wants a pattern, not a negative scale"),
    ("@\"2024-01-31\" + @\"P1M\"", "@\"2024-02-29\"", "datetime has no months: the last day of a shorter month"),
    ("years and months duration(@\"2023-01-31\", @\"2023-02-28\")", "@\"P1M\"", "the same rule read backwards: most months that fit"),
]

FEEL = decimal.Context(prec=34, rounding=decimal.ROUND_HALF_EVEN, Emin=-6143, Emax=6144, clamp=1, traps=[])
WIDE = decimal.Context(prec=160, rounding=decimal.ROUND_HALF_EVEN, Emin=-99999, Emax=99999, traps=[])
EXACT = decimal.Context(prec=9000, rounding=decimal.ROUND_HALF_EVEN, Emin=-999999, Emax=999999, traps=[])
NULL = "null"
ANY = object()  # only that what is printed is read again
DAY = 86400 * 10**9


def lit(d):
    """A decimal as FEEL writes it; a negative one in parentheses."""
    text = format(d, "f") if -12 <= d.as_tuple().exponent <= 0 else f"{d:e}".replace("+", "")
    return f"({text})" if text.startswith("-") else text


def result(d):
    """A decimal as a wanted value: null where it is none."""
    d = FEEL.plus(d)
    return NULL if not d.is_finite() else d


class Numbers:
    def __init__(self, r):
        self.r = r

    def coefficient(self, digits):
        c = self.r.randrange(10 ** (digits - 1), 10**digits) if digits > 1 else self.r.randrange(10)
        if self.r.random() < 0.15:  # runs of noughts and nines, where carries and ties are
            text = list(str(c))
            at = self.r.randrange(len(text))
            text[at:] = [self.r.choice("059")] * (len(text) - at)
            c = int("".join(text))
        return c

    def any(self):
        k = self.r.random()
        sign = self.r.randrange(2)
        if k < 0.35:  # money
            return Decimal((sign, tuple(map(int, str(self.coefficient(self.r.randint(1, 9))))), -2))
        digits = self.r.choice([1, 2, 3, 8, 16, 17, 33, 34])
        e = self.r.randint(-40, 6) if k < 0.9 else self.r.randint(-6150, 6110)
        return Decimal((sign, tuple(map(int, str(self.coefficient(digits)))), e))

    def near(self):
        """Of ordinary size."""
        digits = self.r.randint(1, 20)
        return Decimal((self.r.randrange(2), tuple(map(int, str(self.coefficient(digits)))), -self.r.randint(0, digits)))


def floor_modulo(a, b):
    if b == 0:
        return NULL
    x, y = Fraction(a), Fraction(b)
    rest = x - y * (x // y)
    return result(EXACT.divide(Decimal(rest.numerator), Decimal(rest.denominator)))


def rounded(d, scale, mode):
    return result(d.quantize(Decimal((0, (1,), -scale)), rounding=mode, context=WIDE_FIXED))


WIDE_FIXED = decimal.Context(prec=13000, Emin=-999999, Emax=999999, traps=[])


def power(a, b):
    if a == 0:
        return NULL if b < 0 else result(Decimal(1 if b == 0 else 0))
    whole = b == b.to_integral_value()
    if a < 0 and not whole:
        return NULL
    size = abs(a).ln(WIDE) * b / Decimal(10).ln(WIDE)
    if abs(size) > 6400:
        return NULL if size > 0 else Decimal(0)
    if whole and abs(b) * len(a.as_tuple().digits) < 4000:
        p = EXACT.power(a, abs(int(b)))
        if b > 0:
            return result(p)
        return result(EXACT.divide(Decimal(1), p))
    p = WIDE.power(abs(a), b)
    odd = whole and b % 2 != 0
    return result(p.copy_negate() if a < 0 and odd else p)


def numbers(r):
    n = Numbers(r)
    kind = r.choice(["+", "-", "*", "/", "+", "-", "*", "/", "compare", "modulo", "round", "round", "root", "power", "power", "unary", "exp", "list"])
    a, b = n.any(), n.any()
    if r.random() < 0.3:
        b = n.near()
    if kind in "+-*/":
        f = {"+": FEEL.add, "-": FEEL.subtract, "*": FEEL.multiply, "/": FEEL.divide}[kind]
        return kind, f"{lit(a)} {kind} {lit(b)}", result(f(a, b))
    if kind == "compare":
        if r.random() < 0.3:
            b = a
        op = r.choice(["<", "<=", ">", ">=", "=", "!="])
        value = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "=": a == b, "!=": a != b}[op]
        return kind, f"{lit(a)} {op} {lit(b)}", "true" if value else "false"
    if kind == "modulo":
        a, b = n.near(), n.near()
        return kind, f"modulo({lit(a)}, {lit(b)})", floor_modulo(a, b)
    if kind == "round":
        a, scale = (a, r.randint(-8, 12)) if r.random() < 0.8 else (n.any(), r.randint(-6111, 6176))
        name, mode = r.choice([("decimal", decimal.ROUND_HALF_EVEN), ("round up", decimal.ROUND_UP), ("round down", decimal.ROUND_DOWN),
                               ("round half up", decimal.ROUND_HALF_UP), ("round half down", decimal.ROUND_HALF_DOWN),
                               ("floor", decimal.ROUND_FLOOR), ("ceiling", decimal.ROUND_CEILING)])
        return name, f"{name}({lit(a)}, {scale})", rounded(a, scale, mode)
    if kind == "root":
        return kind, f"sqrt({lit(a)})", NULL if a < 0 else result(FEEL.sqrt(a))
    if kind == "power":
        shape = r.randrange(5)
        if shape == 0:
            a, b = n.near(), Decimal(r.randint(-60, 60))
        elif shape == 1:  # interest
            a, b = 1 + Decimal(r.randint(1, 3000)) / 10**r.randint(2, 6), Decimal(r.randint(-480, 480))
        elif shape == 2:
            root = n.near()
            a, b = root * root, Decimal(r.choice(["0.5", "1.5", "-0.5", "2.5"]))
            a = FEEL.plus(a)
        elif shape == 3:
            a, b = abs(n.near()), Decimal(r.randint(-5000, 5000)) / 1000
        else:
            a = 1 + Decimal(r.randint(-9, 9)).scaleb(-r.randint(1, 33))
            b = n.near()
        return kind, f"{lit(a)} ** {lit(b)}", power(a, b)
    if kind == "exp":
        if r.random() < 0.5:
            return kind, f"exp({lit(b)})", result(WIDE.exp(b)) if abs(b) < 20000 else (NULL if b > 0 else Decimal(0))
        return kind, f"log({lit(abs(a))})", NULL if a == 0 else result(WIDE.ln(abs(a)))
    if kind == "unary":
        return r.choice([("abs", f"abs({lit(a)})", result(abs(a))), ("negate", f"-{lit(a)}", result(-a)),
                         ("number", f'number(string({lit(a)}))', result(a))])
    money = [Decimal(r.randint(-10**9, 10**9)).scaleb(-2) for _ in range(r.randint(1, 9))]
    text = ", ".join(map(lit, money))
    return r.choice([("sum", f"sum([{text}])", result(sum(money))), ("max", f"max({text})", max(money)), ("min", f"min([{text}])", min(money)),
                     ("mean", f"mean([{text}])", result(FEEL.divide(sum(money), Decimal(len(money)))))])


def plus_months(d, months):
    y, m = divmod(d.year * 12 + d.month - 1 + months, 12)
    return d.replace(year=y, month=m + 1, day=min(d.day, calendar.monthrange(y, m + 1)[1])) if 1 <= y <= 9999 else None


def most_months(a, b):
    """The most months that fit between two dates, counted forward."""
    if b < a:
        return -most_months(b, a)
    n = (b.year - a.year) * 12 + b.month - a.month
    return n if plus_months(a, n) <= b else n - 1


def duration(nanos):
    sign, n = ("-" if nanos < 0 else ""), abs(nanos)
    days, n = divmod(n, DAY)
    text = f"{days}D" if days else ""
    if n or not days:
        h, n = divmod(n, 3600 * 10**9)
        m, n = divmod(n, 60 * 10**9)
        s, n = divmod(n, 10**9)
        text += "T" + (f"{h}H" if h else "") + (f"{m}M" if m else "")
        if s or n or not (days or h or m):
            text += f"{s}" + (f".{n:09d}".rstrip("0") if n else "") + "S"
    return f'@"{sign}P{text}"'


def months(n):
    y, m = divmod(abs(n), 12)
    return f'@"{"-" if n < 0 else ""}P{f"{y}Y" if y else ""}{f"{m}M" if m or not y else ""}"'


def moment(t):
    """Text of a datetime: fraction and offset as FEEL prints them."""
    text = t.replace(tzinfo=None).isoformat(timespec="microseconds").rstrip("0").rstrip(".")
    if t.tzinfo is None:
        return text
    minutes = t.utcoffset() // dt.timedelta(minutes=1)
    return text + ("Z" if minutes == 0 else f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}")


def micros(delta):
    return (delta // dt.timedelta(microseconds=1)) * 1000


class Times:
    def __init__(self, r):
        self.r = r

    def date(self):
        if self.r.random() < 0.3:  # ends of months
            y, m = self.r.randint(1, 9998), self.r.randint(1, 12)
            return dt.date(y, m, self.r.choice([1, calendar.monthrange(y, m)[1], min(28, calendar.monthrange(y, m)[1])]))
        if self.r.random() < 0.6:
            return dt.date(2000, 1, 1) + dt.timedelta(days=self.r.randint(0, 14000))
        return dt.date.fromordinal(self.r.randint(1, dt.date.max.toordinal()))

    def moment(self, zoned):
        d = dt.date(1900, 1, 1) + dt.timedelta(days=self.r.randint(0, 80000))
        zone = dt.timezone(dt.timedelta(minutes=self.r.choice([0, 60, 330, 480, -300, self.r.randint(-840, 840)]))) if zoned else None
        return dt.datetime(d.year, d.month, d.day, self.r.randint(0, 23), self.r.randint(0, 59), self.r.randint(0, 59),
                           self.r.choice([0, 0, 500000, self.r.randint(0, 999999)]), zone)

    def nanos(self):
        return self.r.choice([1, -1]) * self.r.choice([DAY * self.r.randint(0, 3000), 10**9 * self.r.randint(0, 10**7), 1000 * self.r.randint(0, 10**13)])


def times(r):
    t = Times(r)
    kind = r.choice(["date + months", "date + days", "date - date", "months between", "parts", "order", "moment + time", "moment - moment",
                     "moment + months", "moment order", "clock + time", "durations", "literal"])
    a, b = t.date(), t.date()
    if r.random() < 0.3:
        b = plus_months(a, r.randint(-40, 40)) or b
    n, m = t.nanos(), r.choice([1, -1]) * r.randint(0, 600)
    sign = r.choice("+-")
    if kind == "date + months":
        d = plus_months(a, m if sign == "+" else -m)
        return kind, f'@"{a}" {sign} {months(m)}', f'@"{d}"' if d else None
    if kind == "date + days":
        try:
            d = (dt.datetime(a.year, a.month, a.day) + (1 if sign == "+" else -1) * dt.timedelta(microseconds=n // 1000)).date()
        except OverflowError:
            d = None
        return kind, f'@"{a}" {sign} {duration(n)}', f'@"{d}"' if d else None
    if kind == "date - date":
        return kind, f'@"{a}" - @"{b}"', duration((a - b).days * DAY)
    if kind == "months between":
        return kind, f'years and months duration(@"{a}", @"{b}")', months(most_months(a, b))
    if kind == "parts":
        names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        text, value = r.choice([(".year", a.year), (".month", a.month), (".day", a.day), (".weekday", a.isoweekday()),
                                ("day of year", a.timetuple().tm_yday), ("week of year", a.isocalendar()[1]),
                                ("day of week", names[a.weekday()]), ("month of year", calendar.month_name[a.month])])
        value = f'"{value}"' if isinstance(value, str) else Decimal(value)
        return text, f'@"{a}"{text}' if text[0] == "." else f'{text}(@"{a}")', value
    if kind == "order":
        op, value = r.choice([("<", a < b), (">=", a >= b), ("=", a == b), ("!=", a != b)])
        return kind, f'@"{a}" {op} @"{b}"', "true" if value else "false"
    if kind == "literal":
        x = t.moment(r.random() < 0.6)
        return kind, f'date and time("{moment(x)}")', f'@"{moment(x)}"'
    zoned = r.random() < 0.6
    x, y = t.moment(zoned), t.moment(zoned)
    if kind == "moment + time":
        z = x + (1 if sign == "+" else -1) * dt.timedelta(microseconds=n // 1000)
        return kind, f'@"{moment(x)}" {sign} {duration(n)}', f'@"{moment(z)}"'
    if kind == "moment + months":
        z = plus_months(x, m if sign == "+" else -m)
        return kind, f'@"{moment(x)}" {sign} {months(m)}', f'@"{moment(z)}"' if z else None
    if kind == "moment - moment":
        return kind, f'@"{moment(x)}" - @"{moment(y)}"', duration(micros(x - y))
    if kind == "moment order":
        x, y = x.replace(microsecond=0), y.replace(microsecond=0)
        if zoned and r.random() < 0.3:
            y = x.astimezone(y.tzinfo)
        op, value = r.choice([("<", x < y), (">=", x >= y), ("=", x == y), ("!=", x != y)])
        return kind, f'@"{moment(x)}" {op} @"{moment(y)}"', "true" if value else "false"
    if kind == "clock + time":
        z = (x + (1 if sign == "+" else -1) * dt.timedelta(microseconds=n // 1000)).timetz()
        text = moment(dt.datetime.combine(x.date(), x.timetz()))[11:]
        return kind, f'@"{text}" {sign} {duration(n)}', f'@"{moment(dt.datetime.combine(x.date(), z))[11:]}"'
    k, other = r.randint(-50, 50), t.nanos()
    cut = lambda value, by: (abs(value) // abs(by)) * (1 if (value < 0) == (by < 0) else -1)
    return r.choice([
        ("duration + duration", f"{duration(n)} + {duration(other)}", duration(n + other)),
        ("duration * number", f"{duration(n)} * {k}", duration(n * k)),
        ("duration / number", f"{duration(n)} / ({k})", duration(cut(n, k)) if k else NULL),
        ("months * number", f"{months(m)} * {k}", months(m * k)),
        ("months / number", f"{months(m)} / ({k})", months(cut(m, k)) if k else NULL),
        ("duration / duration", f"{duration(n)} / {duration(other)}", result(FEEL.divide(Decimal(n), Decimal(other))) if other else NULL),
        ("duration order", f"{duration(n)} < {duration(other)}", "true" if n < other else "false"),
    ])


def text(r, letters="ab 9_-+*/.'?\\\"\u4e2d\u3000\u00d7\u00e9\U00020bb7:,{}[]()@#\t"):
    return "".join(r.choice(letters) for _ in range(r.randint(0, 8)))


def quoted(s):
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'


def literal(r, depth=0):
    """Any value as it may be written."""
    t, n = Times(r), Numbers(r)
    kind = r.randrange(10 if depth < 3 else 6)
    if kind == 0:
        return lit(n.any())
    if kind == 1:
        return quoted(text(r))
    if kind == 2:
        return r.choice(["true", "false", "null", '@"10:00:00@Europe/Paris"', '@"2024-07-01T00:00:00.25@Asia/Shanghai"'])
    if kind == 3:
        return r.choice([f'@"{t.date()}"', f'@"{moment(t.moment(r.random() < 0.5))}"', duration(t.nanos()), months(r.randint(-99, 99))])
    if kind in (4, 5):
        a, b = sorted([n.near(), n.near()])
        return r.choice([f"{r.choice('([')}{lit(a)}..{lit(b)}{r.choice(')]')}", f"({r.choice(['<', '<=', '>', '>=', '=', '!='])} {literal(r, 9)})"])
    if kind < 8:
        return "[" + ", ".join(literal(r, depth + 1) for _ in range(r.randint(0, 4))) + "]"
    keys = []
    for _ in range(r.randint(0, 4)):
        key = r.choice([text(r), "if", "null x", "a  b", "and", "9", "x-y"])
        if all(re.sub(r"\s", "", key) != re.sub(r"\s", "", k) for k in keys):
            keys.append(key)
    return "{" + ", ".join(f"{quoted(k)}: {literal(r, depth + 1)}" for k in keys) + "}"


def equal(wanted, got):
    if wanted is ANY:
        return got[:1] not in "?!"
    if isinstance(wanted, Decimal):
        return re.fullmatch(r"-?[0-9.]+(E[+-]?[0-9]+)?", got) is not None and Decimal(got) == wanted
    return wanted == got


def main():
    p = argparse.ArgumentParser()
    p.add_argument("-n", type=int, default=20000)
    p.add_argument("-s", type=int, default=1)
    o = p.parse_args()
    decimal.setcontext(EXACT)
    r = random.Random(o.s)
    cases = [("listed", text, Decimal(value) if value[0] not in '@"' else value) for text, value, _ in LISTED]
    while len(cases) < o.n + len(LISTED):
        k = r.random()
        group, source, wanted = numbers(r) if k < 0.55 else times(r) if k < 0.92 else ("printed", literal(r), ANY)
        if wanted is not None:  # beyond what python can say
            cases.append((group, source, wanted))
    run = subprocess.run([LINES], input="".join(text + "\n" for _, text, _ in cases), capture_output=True, text=True, check=False)
    got = run.stdout.splitlines()
    if run.returncode != 0 or len(got) != len(cases):
        print(f"1..1\nnot ok 1 - {LINES} answered {len(got)} of {len(cases)} and ended with {run.returncode}\n# {run.stderr[-2000:]}")
        return 1
    count, wrong = collections.Counter(), collections.defaultdict(list)
    for (group, text, wanted), line in zip(cases, got):
        count[group] += 1
        inside = line[1:-1] if line.startswith("[") else line
        if not equal(wanted, inside):
            wanted = "what can be read again" if wanted is ANY else wanted
            wrong[group].append(f"{text}: wanted {wanted}, got {line}")
    print(f"1..{len(count)}")
    for i, group in enumerate(sorted(count), 1):
        bad = wrong[group]
        print(f"{'not ' if bad else ''}ok {i} - {group}: {count[group]} cases, {len(bad)} different (seed {o.s})")
        for line in bad[:10]:
            print(f"# {line}")
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
