#!/usr/bin/env python3
"""Second, naive calculation of Dawukou's dues, straight from the records file, without the engine and without DMN.

    python3 tests/support/dawukou_expected.py rules/cn-640202-social-work/records-2023-11.xml 2023-11 [--table]

Prints one line per amount due, tab-separated, ordered by bytes: subject, benefit, occasion, tier, amount. With --table the sums per
benefit and tier instead (benefit, tier, count, rate, total). Records that the reader must reject or hold have no line;
they are listed on stderr with the reason.
"""
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import date

NS = "{urn:stipend:records:1}"
MONTHLY = {"assistant": 200, "intermediate": 300, "senior": 500}
AWARD = {"intermediate": 3000, "senior": 6000}
RANK = ["assistant", "intermediate", "senior"]
FIRST = (2023, 1)
DEADLINE = "2023-10-31"


def check_digit_right(number):
    digits = number.upper()
    total = sum(int(d) * (2 ** (17 - i) % 11) for i, d in enumerate(digits[:17]))
    return (total + (10 if digits[17] == "X" else int(digits[17]))) % 11 == 1


def reader_findings(workers):
    """id -> why the records reader keeps it from being calculated."""
    out = {}
    accounts = Counter(w.get("account") for w in workers)
    for w in workers:
        if not check_digit_right(w.get("id-number")):
            out[w.get("id")] = "rejected: check digit of the id number"
        elif accounts[w.get("account")] > 1:
            out[w.get("id")] = "held: account also of another"
        elif any(c.get("passed") is None for c in w.iter(NS + "certificate")):
            out[w.get("id")] = "held: certificate without the date passed"
    return out


def months_until(last):
    year, month = FIRST
    while (year, month) <= last:
        yield "%04d-%02d" % (year, month)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def counts_before(day, month):
    """A right that begins on that day counts from the following month."""
    return day is not None and day[:7] < month


def lasts_into(day, month):
    """A right that ends on that day counts for the whole month of it."""
    return day[:7] >= month


def level_in(worker, month):
    held = [c.get("level") for c in worker.iter(NS + "certificate")
            if counts_before(c.get("issued"), month) and counts_before(c.get("registered-from"), month)
            and c.get("registered-to") is not None and lasts_into(c.get("registered-to"), month)]
    return max(held, key=RANK.index, default=None)


def community_worker_in(worker, month):
    events = [(s.get("event"), s.get("effective")) for s in worker.iter(NS + "status")]
    if any(kind == "died" and not lasts_into(when, month) for kind, when in events):
        return False
    leavings = [when for kind, when in events if kind in ("left", "retired") and not lasts_into(when, month)]
    for e in worker.iter(NS + "employment"):
        if e.get("category") != "community-worker" or not e.get("place").startswith("640202"):
            continue
        if counts_before(e.get("from"), month) and (e.get("to") is None or lasts_into(e.get("to"), month)):
            if all(when < e.get("from") for when in leavings):
                return True
    return False


def award_due(worker, certificate):
    if certificate.get("level") not in AWARD or certificate.get("passed")[:4] != "2022":
        return False
    if certificate.get("registered-from") is None or certificate.get("registered-from") > DEADLINE:
        return False
    days = [a.get("submitted") for a in worker.iter(NS + "application") if a.get("benefit") == "award"]
    return any(e.get("place").startswith("640202") and e.get("from") <= d and (e.get("to") is None or e.get("to") >= d)
               for d in days if d <= DEADLINE for e in worker.iter(NS + "employment"))


def lines_of(worker, last):
    who = worker.get("id")
    if last >= (2023, 11):
        for level in sorted({c.get("level") for c in worker.iter(NS + "certificate") if award_due(worker, c)}):
            yield who, "award", level, level, AWARD[level]
    for month in months_until(last):
        level = level_in(worker, month)
        if level and community_worker_in(worker, month):
            yield who, "allowance", month, level, MONTHLY[level]


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    date.fromisoformat(sys.argv[2] + "-01")
    last = (int(sys.argv[2][:4]), int(sys.argv[2][5:]))
    workers = ET.parse(sys.argv[1]).getroot().findall(NS + "worker")
    kept = reader_findings(workers)
    for who in sorted(kept):
        print(who, kept[who], file=sys.stderr)
    lines = sorted(l for w in workers if w.get("id") not in kept for l in lines_of(w, last))
    if len(sys.argv) == 4:
        for (benefit, tier, rate), n in sorted(Counter((b, t, a) for _, b, _, t, a in lines).items()):
            print("%s\t%s\t%d\t%d.00\t%d.00" % (benefit, tier, n, rate, n * rate))
        print("total\t\t%d\t\t%d.00" % (len(lines), sum(a for *_, a in lines)))
    else:
        for who, benefit, occasion, tier, amount in lines:
            print("%s\t%s\t%s\t%s\t%d.00" % (who, benefit, occasion, tier, amount))


main()
