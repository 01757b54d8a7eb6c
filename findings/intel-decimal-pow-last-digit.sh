#!/usr/bin/env bash
# Intel's decimal library: the last of 34 digits of a power with a fractional exponent is wrong in a quarter of the cases.
#
# Package: libintelrdfpmath-dev 2.0u2-8 of Debian 12 (amd64). Needs gcc, python3, dpkg and apt-get. Run without stipend; the
# package is unpacked in a temporary folder and not installed.
#
# IEEE 754 recommends that pow, exp and log be correctly rounded, and the arithmetic of the library is: sqrt has no error below.
# bid128_pow, bid128_exp and bid128_log are off by one in the last digit instead; an engine that computes in decimal128 and one
# that rounds correctly (Java's BigDecimal with enough digits, Python's decimal) then differ, in tests of equality for instance:
# 1.02 ** 0.5 * 1.02 ** 0.5 and a printed 1.02 ** 0.5 are others. Checked against Python's decimal with 80 digits.
#
# Seen: operation, cases, of these with another last digit, largest difference in units of that digit
#   pow 258 66 1
#   exp 58 6 1
#   log 58 4 1
#   sqrt 58 0 0
set -eu
for tool in gcc python3 dpkg apt-get; do command -v $tool >/dev/null || { echo "needs $tool" >&2; exit 77; }; done
[ "$(dpkg --print-architecture)" = amd64 ] || { echo "amd64 alone" >&2; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libintelrdfpmath-dev=2.0u2-8 >/dev/null 2>&1
dpkg -x libintelrdfpmath-dev_*.deb package
cat >calls.c <<'C'
#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 1
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 1
#include <bid_conf.h>
#include <bid_functions.h>
#include <stdio.h>
#include <string.h>
int main(void) {
    char op[8], a[80], b[80], out[80];
    while (scanf("%7s %79s %79s", op, a, b) == 3) {
        BID_UINT128 x = bid128_from_string(a), y = bid128_from_string(b);
        BID_UINT128 r = strcmp(op, "pow") == 0   ? bid128_pow(x, y)
                        : strcmp(op, "exp") == 0 ? bid128_exp(x)
                        : strcmp(op, "log") == 0 ? bid128_log(x)
                                                 : bid128_sqrt(x);
        bid128_to_string(out, r);
        puts(out);
    }
    return 0;
}
C
gcc -w -Ipackage/usr/include calls.c package/usr/lib/x86_64-linux-gnu/libbidgcc011.a -lm -o calls
cat >compare.py <<'PY'
import subprocess
from decimal import Context, Decimal, ROUND_HALF_EVEN
cases = [('pow', f'1.{i:02d}', y) for i in range(1, 41) for y in ('0.5', '0.1', '1.1', '2.5', '0.333')]
for i in range(2, 60):
    cases += [('pow', str(i), '0.5'), ('exp', f'0.{i:02d}', '0'), ('log', str(i), '0'), ('sqrt', str(i), '0')]
given = subprocess.run(['./calls'], input='\n'.join(map(' '.join, cases)), text=True, capture_output=True, check=True).stdout.split()
wide, narrow = Context(prec=80), Context(prec=34, rounding=ROUND_HALF_EVEN)
right = {'pow': lambda x, y: wide.power(x, y), 'exp': lambda x, y: wide.exp(x), 'log': lambda x, y: wide.ln(x), 'sqrt': lambda x, y: wide.sqrt(x)}
for op in right:
    off = [abs(Decimal(g) - r) / Decimal((0, (1,), r.adjusted() - 33))
           for (o, x, y), g in zip(cases, given) if o == op
           for r in [narrow.plus(right[op](Decimal(x), Decimal(y)))]]
    print(op, len(off), sum(d != 0 for d in off), max(int(d) for d in off))
PY
python3 compare.py >seen.txt
cat seen.txt
printf '%s\n' 'pow 258 66 1' 'exp 58 6 1' 'log 58 4 1' 'sqrt 58 0 0' >wanted.txt
diff wanted.txt seen.txt && echo "as described" || { echo "it behaves otherwise now" >&2; exit 1; }
