#!/usr/bin/env python3
"""Makes rules/cn-640202-social-work/records-2023-11.xml, an invented roster of 332 certificate holders.

    python3 tests/support/dawukou_roster.py > rules/cn-640202-social-work/records-2023-11.xml

The committed file is the artefact; this script only says how it came about. Same seed, same bytes. Nobody in it is real:
resident numbers use sequence numbers 996-999, account numbers are zeros and a counter, names are drawn from lists.
The groups below are the rows of the table in the package's README: change one and the other has to follow. --groups
prints on stderr who belongs to which.
"""
import random
import sys
from datetime import date, timedelta
from xml.sax.saxutils import quoteattr

SEED = 640202
STREETS = ["长胜街道", "朝阳街道", "人民路街道", "长城街道", "青山街道", "石炭井街道", "白芨沟街道", "沟口街道",
           "长兴街道", "锦林街道", "星海镇"]
OTHERS = [("石嘴山市大武口区社会工作服务中心（虚构）", "项目社工", "agency"),
          ("大武口区长青社会工作总站（虚构）", "驻站社会工作者", "social-worker"),
          ("大武口区社会福利服务站（虚构）", "服务站社工", "station"),
          ("大武口区民政局", "科员", "civil-servant"),
          ("大武口区第一养老院（虚构）", "护理主管", "institution")]
SURNAMES = "马王李张杨刘陈赵丁哈白田金海苏吴周何罗孙郭高林谢韩唐冯董程曹袁许沈曾彭吕"
GIVEN = ["晓燕", "建国", "秀兰", "海涛", "丽娟", "志强", "玉梅", "文斌", "晓东", "静", "磊", "娜", "涛", "芳", "军", "敏",
         "小龙", "婷婷", "国栋", "桂英", "宁", "学文", "淑珍", "伟", "雪", "永强", "佳怡", "浩然", "慧", "立新", "彩霞", "少华"]
# written into the named record of a group: kinds of names that real rosters have
SPECIAL_NAMES = {("A-full", 0): "阿依古丽·买买提", ("A-full", 1): "扎西·次仁", ("A-full", 2): "李䶮", ("A-full", 3): "王𬭊",
                 ("A-full", 4): "欧阳小明", ("A-full", 5): "马喆", ("A-full", 6): "买买提江·吐尔逊", ("A-full", 7): "索朗卓玛",
                 ("M-full", 0): "张镕", ("M-2022-community", 0): "古丽娜尔·艾合买提", ("M-non", 0): "司马晓云"}


def day(text):
    return date.fromisoformat(text)


def years_later(first, years):
    try:
        return first.replace(year=first.year + years) - timedelta(days=1)
    except ValueError:
        return date(first.year + years, 2, 28)


EXAMS = {2009: "2009-06-14", 2011: "2011-06-12", 2013: "2013-06-16", 2014: "2014-06-15", 2015: "2015-06-14",
         2016: "2016-06-19", 2017: "2017-06-18", 2018: "2018-06-10", 2019: "2019-06-16", 2020: "2020-10-18",
         2021: "2021-10-17", 2022: "2022-06-19", 2023: "2023-06-11"}
OLD = [2009, 2011, 2013, 2014, 2015, 2016, 2017, 2018, 2019, 2020, 2021]
LEVEL_LETTER = {"assistant": "A", "intermediate": "M", "senior": "S"}


class Roster:
    def __init__(self):
        self.rng = random.Random(SEED)
        self.results = random.Random(SEED + 1)
        self.people = []
        self.births = set()
        self.n_certificates = 0

    # -- parts of a record --
    def between(self, first, last):
        a, b = day(first), day(last)
        return a + timedelta(days=self.rng.randrange((b - a).days + 1))

    def id_number(self, youngest):
        while True:
            birth = self.between("1968-01-01", "%d-12-31" % youngest)
            if birth not in self.births:
                self.births.add(birth)
                break
        body = "640202" + birth.strftime("%Y%m%d") + str(self.rng.choice([996, 997, 998, 999]))
        weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights)) % 11]

    def account(self, n):
        body = "6217000000" + "%08d" % (1000 + n)
        total = 0
        for i, d in enumerate(reversed(body)):
            v = int(d) * (2 if i % 2 == 0 else 1)
            total += v - 9 if v > 9 else v
        return body + str(-total % 10)

    def certificate(self, level, year, issued=None, registered=None, until=None):
        """registered: first day of the registration, None for never; the last day is three years on unless said."""
        self.n_certificates += 1
        passed = day(EXAMS[year])
        c = {"level": level, "number": "SW%d0640%s%08d" % (year, LEVEL_LETTER[level], self.n_certificates * 37),
             "passed": passed, "issued": issued or passed + timedelta(days=self.rng.randrange(80, 110))}
        if registered:
            c["registered-from"] = registered
            c["registered-to"] = until or years_later(registered, 3)
        return c

    def old(self, level, years=OLD, until=None):
        """A certificate of earlier years whose registration covers the whole of 2023."""
        year = self.rng.choice(years)
        first = day("2022-03-01") if year == 2021 else day("2021-03-01")
        registered = first + timedelta(days=self.rng.randrange(300))
        return self.certificate(level, year, registered=registered, until=until)

    def community(self, start=None, end=None, place="640202"):
        street = self.rng.choice(STREETS)
        e = {"organisation": "大武口区%s第%s社区居民委员会" % (street, self.rng.choice("一二三四五六七")),
             "post": self.rng.choice(["社区专职工作者", "社区网格员", "社区副主任", "社区委员"]),
             "category": "community-worker", "place": place,
             "from": start or self.between("2012-03-01", "2021-12-01")}
        if end:
            e["to"] = end
        return e

    def other(self, end=None):
        organisation, post, category = self.rng.choice(OTHERS)
        e = {"organisation": organisation, "post": post, "category": category, "place": "640202",
             "from": self.between("2012-03-01", "2021-12-01")}
        if end:
            e["to"] = end
        return e

    def appraisals(self, employments):
        if employments[0]["from"].year > 2021:
            return []
        return [{"year": 2022, "result": self.results.choice(["excellent"] + ["qualified"] * 5 + ["basic"])}]

    def add(self, group, k, certificates, employments, status=(), applications=()):
        first_year = min([c["passed"].year - 21 for c in certificates] + [e["from"].year - 20 for e in employments])
        name = self.rng.choice(SURNAMES) + self.rng.choice(GIVEN)
        self.people.append({"group": group, "k": k, "name": SPECIAL_NAMES.get((group, k), name),
                            "id-number": self.id_number(first_year), "account": self.account(len(self.people)),
                            "certificate": certificates, "employment": employments, "status": list(status),
                            "appraisal": self.appraisals(employments), "application": list(applications)})
        return self.people[-1]

    # -- the groups, in the order of the README's table --
    def assistants(self):
        a = "assistant"
        for k in range(118):
            self.add("A-full", k, [self.old(a)], [self.community()])
        for k in range(12):
            c = self.certificate(a, 2022, self.between("2023-02-06", "2023-02-24"), self.between("2023-03-01", "2023-03-31"))
            applications = [apply(self.between("2023-09-04", "2023-10-27"))] if k < 3 else []
            self.add("A-2022", k, [c], [self.community()], applications=applications)
        for k in range(30):
            c = self.certificate(a, 2023, self.between("2023-08-21", "2023-08-31"), self.between("2023-09-01", "2023-09-28"))
            self.add("A-2023", k, [c], [self.community()])
        for k in range(14):
            c = self.certificate(a, 2023, self.between("2023-08-21", "2023-08-31"))
            self.add("A-unregistered", k, [c], [self.community()])
        for k in range(6):
            self.add("A-joined", k, [self.old(a)], [self.community(start=self.between("2023-05-04", "2023-05-29"))])
        for k in range(4):
            last = day("2023-06-15") + timedelta(days=5 * k)
            self.add("A-left", k, [self.old(a)], [self.community(end=last)],
                     [{"event": "left", "effective": last + timedelta(days=1), "known": last + timedelta(days=3)}])
        self.add("A-died", 0, [self.old(a)], [self.community()],
                 [{"event": "died", "effective": day("2023-08-17"), "known": day("2023-11-06")}])
        for k in range(3):
            self.add("A-expired-2023", k, [self.certificate(a, 2017, registered=day("2020-04-%02d" % (11 + 5 * k)))],
                     [self.community()])
        for k in range(2):
            self.add("A-expired-2022", k, [self.certificate(a, 2016, registered=day("2019-10-%02d" % (8 + k)))],
                     [self.community()])
        self.add("A-retired", 0, [self.old(a)], [self.community()],
                 [{"event": "retired", "effective": day("2023-07-31"), "known": day("2023-07-20")}])
        for k in range(2):
            self.add("A-moved", k, [self.old(a)],
                     [self.other(end=day("2023-02-28")), self.community(start=day("2023-03-01"))])
        one = self.add("A-one-account", 0, [self.old(a)], [self.community()])
        two = self.add("A-one-account", 1, [self.old(a)], [self.community()])
        two["account"] = one["account"]
        wrong = self.add("A-wrong-id", 0, [self.old(a)], [self.community()])
        wrong["id-number"] = wrong["id-number"][:17] + ("1" if wrong["id-number"][17] == "0" else "0")
        missing = self.add("A-missing-date", 0, [self.old(a)], [self.community()])
        del missing["certificate"][0]["passed"]
        self.other_assistants()

    def other_assistants(self):
        a = "assistant"
        for k in range(36):
            c = self.certificate(a, 2023, self.between("2023-08-21", "2023-08-31"), self.between("2023-09-01", "2023-11-15"))
            self.add("A-non-2023", k, [c], [self.other()])
        for k in range(8):
            c = self.certificate(a, 2022, self.between("2023-02-06", "2023-02-24"), self.between("2023-03-01", "2023-04-28"))
            self.add("A-non-2022", k, [c], [self.other()])
        for k in range(40):
            self.add("A-non-old", k, [self.old(a)], [self.other()])
        self.add("A-elsewhere", 0, [self.old(a)], [dict(self.community(place="640205"), organisation="惠农区第二社区居民委员会（虚构）")])

    def intermediates(self):
        m, a = "intermediate", "assistant"
        early = [2009, 2011, 2013, 2014, 2015]
        late = [2017, 2018, 2019, 2020, 2021]
        for k in range(16):
            held = [self.old(a, early), self.old(m, late)] if k < 8 else [self.old(m)]
            applications = [apply(day("2023-09-12"))] if k == 15 else []
            self.add("M-full", k, held, [self.community()], applications=applications)
        for k in range(6):
            c = self.certificate(m, 2023, self.between("2023-08-28", "2023-09-05"), self.between("2023-09-07", "2023-09-27"))
            self.add("M-upgrade", k, [self.old(a, [2017, 2018, 2019]), c], [self.community()])
        for k in range(3):
            self.add("M-2022-community", k, [self.old(a, [2017, 2018]), self.cohort_2022()], [self.community()],
                     applications=[apply(self.between("2023-09-04", "2023-10-27"))])
        for k in range(2):
            self.add("M-2022-other", k, [self.cohort_2022()], [self.other()],
                     applications=[apply(self.between("2023-09-04", "2023-10-27"))])
        c = self.certificate(m, 2023, self.between("2023-08-28", "2023-09-05"))
        self.add("M-unregistered", 0, [self.old(a, [2018]), c], [self.community()])
        self.add("M-expired", 0, [self.certificate(m, 2016, registered=day("2020-06-01"))], [self.community()])
        for k in range(4):
            c = self.certificate(m, 2023, self.between("2023-08-28", "2023-09-05"), self.between("2023-09-07", "2023-10-27"))
            self.add("M-non-2023", k, [c], [self.other()])
        for k in range(16):
            self.add("M-non", k, [self.old(m)], [self.other()])

    def cohort_2022(self):
        return self.certificate("intermediate", 2022, self.between("2023-01-09", "2023-01-19"),
                                self.between("2023-02-01", "2023-02-27"))

    def senior(self):
        self.add("S", 0, [self.old("intermediate", [2014]), self.old("senior", [2020])], [self.community()])


def apply(submitted):
    return {"benefit": "award", "submitted": submitted}


def attributes(fields):
    return "".join(" %s=%s" % (k, quoteattr(str(v))) for k, v in fields.items())


def write(people, out):
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write("<!-- Invented roster: no person, number or account in it is real. -->\n")
    out.write('<records xmlns="urn:stipend:records:1" division="640202" known-at="2023-11-20" roster="full" count="%d">\n'
              % len(people))
    for n, p in enumerate(people, 1):
        head = {"id": "DWK%04d" % n, "id-number": p["id-number"], "name": p["name"], "account": p["account"]}
        out.write("  <worker%s>\n" % attributes(head))
        for element in ("certificate", "employment", "status", "appraisal", "application"):
            for fields in p[element]:
                out.write("    <%s%s/>\n" % (element, attributes(fields)))
        out.write("  </worker>\n")
    out.write("</records>\n")


def small_x(people):
    """One number is typed with a small x, as happens; the reader stores X."""
    first = next(p for p in people if p["group"] == "A-full" and p["id-number"].endswith("X"))
    first["id-number"] = first["id-number"].lower()


def main():
    r = Roster()
    r.assistants()
    r.intermediates()
    r.senior()
    small_x(r.people)
    r.rng.shuffle(r.people)
    write(r.people, sys.stdout)
    if "--groups" in sys.argv[1:]:
        for n, p in enumerate(r.people, 1):
            sys.stderr.write("DWK%04d\t%s\n" % (n, p["group"]))


main()
