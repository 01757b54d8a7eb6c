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
from datetime import date, timedelta

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
    accounts = Counter(w.get("account") for w in workers if w.get("account"))
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


def first_day(month):
    return date.fromisoformat(month + "-01")


def month_before(day):
    """The same day a month earlier, or the last one of that month."""
    y, m = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    for d in (day.day, 30, 29, 28):
        try:
            return date(y, m, d)
        except ValueError:
            continue
    raise AssertionError


def day_of(element, name):
    return date.fromisoformat(element.get(name)) if element.get(name) else None


def unbroken_into(spells, month):
    """What begins on a day counts from the following month, what ends on a day lasts to the end of its month, and what
    follows without a day between goes on: somebody stood in it on the last day before the month and on its first."""
    first = first_day(month)
    before = first - timedelta(days=1)
    stood = [any(a <= day and (b is None or b >= day) for a, b in spells) for day in (before, first)]
    return all(stood)


def terms_of(worker):
    """(number, level, issued) -> the terms of registration that have an end, from all elements of that certificate."""
    out = {}
    for c in worker.iter(NS + "certificate"):
        told = [(day_of(c, "registered-from"), day_of(c, "registered-to"))]
        told += [(day_of(r, "from"), day_of(r, "to")) for r in c.iter(NS + "registration")]
        out.setdefault((c.get("number"), c.get("level"), c.get("issued")), []).extend(t for t in told if all(t))
    return out


def level_in(worker, month):
    held = [level for (_, level, issued), terms in terms_of(worker).items()
            if issued is not None and issued[:7] < month and unbroken_into(terms, month)]
    return max(held, key=RANK.index, default=None)


def last_days(job, worker):
    """When the job ended: by itself, or by an event that is about it."""
    yield from [day_of(job, "to")] if job.get("to") else []
    for s in worker.iter(NS + "status"):
        day, whose = day_of(s, "effective"), s.get("organisation")
        if s.get("event") not in ("left", "retired") or day < day_of(job, "from"):
            continue
        if whose not in (None, job.get("organisation")):
            continue
        told = any(e.get("to") and month_before(day) <= day_of(e, "to") <= day for e in worker.iter(NS + "employment")
                   if whose in (None, e.get("organisation")))
        if not told or (s.get("event") == "retired" and day_of(job, "from") < day):
            yield day


def community_worker_in(worker, month):
    for s in worker.iter(NS + "status"):
        if s.get("event") == "died" and day_of(s, "effective") < first_day(month):
            return False
    spells = [(day_of(e, "from"), min(last_days(e, worker), default=None)) for e in worker.iter(NS + "employment")
              if e.get("category") == "community-worker" and e.get("place").startswith("640202")]
    return unbroken_into(spells, month)


def award_due(worker, certificate):
    if certificate.get("level") not in AWARD or certificate.get("passed")[:4] != "2022":
        return False
    terms = [certificate.get("registered-from")] + [r.get("from") for r in certificate.iter(NS + "registration")]
    if not any(first is not None and first <= DEADLINE for first in terms):
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
