/* Checks that no XSD can state: check digits (STANDARDS.md 1, 2, 4). On stored forms. */
#include "records/records_int.h"

static const char *cn_id(st_str s, st_date known_at) {
    if (s.n != 18)
        return "a resident identity number has 18 characters (15 on old cards)";
    for (size_t i = 0; i < 18; i++)
        if ((s.p[i] < '0' || s.p[i] > '9') && !(i == 17 && s.p[i] == 'X'))
            return "a resident identity number has digits only, and may end in X";
    int64_t year = 0, month = 0, day = 0;
    (void)(st_str_int(st_str_sub(s, 6, 4), &year) && st_str_int(st_str_sub(s, 10, 2), &month) &&
           st_str_int(st_str_sub(s, 12, 2), &day));
    if (year < 1800 || !st_date_valid(year, (int)month, (int)day))
        return "the birth date in the identity number does not exist";
    st_date born = {(int32_t)year, (uint8_t)month, (uint8_t)day};
    if (known_at.year && st_date_cmp(born, known_at) > 0)
        return "the birth date in the identity number lies after the date of the file";
    return st_rec_cn_id_check(s.p) == s.p[17]
               ? NULL
               : "the check character of the identity number is wrong";
}

static bool starts(st_str s, const char *with) {
    return s.n >= strlen(with) && memcmp(s.p, with, strlen(with)) == 0;
}

/* GB 11643 in its shape: residents; residence permits of people from Hong Kong, Macao and Taiwan;
 * since 2023 the foreigner's permanent residence card. */
static const char *resident(st_str s, st_date known_at) {
    const char *wrong = cn_id(s, known_at);
    return wrong           ? wrong
           : s.p[0] == '9' ? "a number that begins with 9 is a foreigner's permanent residence card"
                           : NULL;
}

static const char *permit(st_str s, st_date known_at) {
    const char *wrong = cn_id(s, known_at);
    return wrong ? wrong
           : starts(s, "810000") || starts(s, "820000") || starts(s, "830000")
               ? NULL
               : "a residence permit begins with 810000, 820000 or 830000";
}

/* The older card: country of three letters, place, birth date YYMMDD, and as in the
 * machine-readable line of a passport a check digit with the weights 7 3 1. */
static const char *old_foreigner(st_str s) {
    static const int weights[3] = {7, 3, 1};
    int sum = 0;
    for (size_t i = 0; i < 15; i++) {
        bool letter = s.p[i] >= 'A' && s.p[i] <= 'Z', digit = s.p[i] >= '0' && s.p[i] <= '9';
        if (i < 3 ? !letter : !digit)
            return "a card of 15 characters has three letters and twelve digits";
        if (i < 14)
            sum += (letter ? s.p[i] - 'A' + 10 : s.p[i] - '0') * weights[i % 3];
    }
    int64_t month = 0, day = 0;
    (void)(st_str_int(st_str_sub(s, 9, 2), &month) && st_str_int(st_str_sub(s, 11, 2), &day));
    if (!st_date_valid(2000, (int)month, (int)day)) /* any leap year: the century is not written */
        return "the birth date in the card's number does not exist";
    return s.p[14] - '0' == sum % 10 ? NULL : "the check digit of the card's number is wrong";
}

static const char *foreigner(st_str s, st_date known_at) {
    if (s.n == 15)
        return old_foreigner(s);
    if (s.n != 18)
        return "a foreigner's permanent residence card has 18 characters (15 on older cards)";
    const char *wrong = cn_id(s, known_at);
    return wrong           ? wrong
           : s.p[0] == '9' ? NULL
                           : "a foreigner's permanent residence card begins with 9";
}

static const char *passport(st_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= 'A' && s.p[i] <= 'Z') && !(s.p[i] >= '0' && s.p[i] <= '9'))
            return "a passport number has letters and digits only";
    return s.n >= 5 && s.n <= 20 ? NULL : "a passport number has 5 to 20 letters and digits";
}

const char *st_rec_failed_identity(st_str kind, st_str value, st_date known_at) {
    return kind.n == 0                    ? cn_id(value, known_at)
           : st_str_is(kind, "resident")  ? resident(value, known_at)
           : st_str_is(kind, "permit")    ? permit(value, known_at)
           : st_str_is(kind, "foreigner") ? foreigner(value, known_at)
           : st_str_is(kind, "passport")  ? passport(value)
                                          : NULL;
}

static int index_in(const char *alphabet, char c) {
    const char *hit = c ? strchr(alphabet, c) : NULL;
    return hit ? (int)(hit - alphabet) : -1;
}

/* GB 11714, the organisation code inside: another alphabet, checked on its own. */
static bool inner_code(const char *p) {
    static const int weights[8] = {3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 8; i++)
        sum += index_in("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", p[i]) * weights[i];
    int c = 11 - sum % 11;
    return p[8] == (c == 10 ? 'X' : c == 11 ? '0' : (char)('0' + c));
}

static const char *cn_credit_code(st_str s) {
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    static const int weights[17] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
    if (s.n != 18)
        return "a unified social credit code has 18 characters";
    int sum = 0;
    for (size_t i = 0; i < 18; i++) {
        int v = index_in(alphabet, s.p[i]);
        if (v < 0)
            return "a unified social credit code has digits and capitals without I, O, S, V, Z";
        if (i < 17)
            sum += v * weights[i];
    }
    if (alphabet[(31 - sum % 31) % 31] != s.p[17])
        return "the check character of the credit code is wrong";
    return inner_code(s.p + 8) ? NULL : "the organisation code inside the credit code is wrong";
}

static const char *luhn(st_str s) {
    int sum = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[s.n - 1 - i];
        if (c < '0' || c > '9')
            return "an account number has digits only";
        int d = (c - '0') * (i % 2 ? 2 : 1);
        sum += d > 9 ? d - 9 : d;
    }
    return s.n && sum % 10 == 0
               ? NULL
               : "the check digit of the card number is wrong (passbooks have none)";
}

const char *st_rec_failed_check(st_rec_check check, st_str value, st_date known_at) {
    switch (check) {
    case ST_REC_NO_CHECK:
        return NULL;
    case ST_REC_CN_ID:
        return cn_id(value, known_at);
    case ST_REC_IDENTITY:
        return st_rec_failed_identity(ST_STR_NONE, value, known_at);
    case ST_REC_CN_CREDIT_CODE:
        return cn_credit_code(value);
    case ST_REC_LUHN:
        return luhn(value);
    }
    ST_UNREACHABLE();
}

st_code st_rec_check_code(st_rec_check check) {
    return check == ST_REC_CN_ID || check == ST_REC_IDENTITY ? ST_E_REC_ID
           : check == ST_REC_CN_CREDIT_CODE                  ? ST_E_REC_CREDIT
                                                             : ST_E_REC_LUHN;
}
