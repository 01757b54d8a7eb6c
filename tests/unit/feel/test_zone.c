/* Time zones: the reader of TZif data on its own, and the system's zones against libc. */
#include "support/check_tap.h"
#include "feel/feel_int.h"

/* Version 2 data with one type at offset 0 and a change to +1 h at 1000, then the footer. */
static void tzif(st_buf *b, const char *footer) {
    st_buf_clear(b);
    for (int block = 0; block < 2; block++) {
        bool wide = block == 1;
        st_buf_z(b, "TZif2");
        for (int i = 0; i < 15; i++)
            st_buf_ch(b, '\0');
        const uint32_t counts[] = {0, 0, 0, wide ? 1 : 0, wide ? 2 : 1, 4};
        for (size_t i = 0; i < ST_LEN(counts); i++)
            st_buf_be32(b, counts[i]);
        if (wide) {
            st_buf_be64(b, 1000);
            st_buf_ch(b, 1);
        }
        for (uint32_t type = 0; type < counts[4]; type++) {
            st_buf_be32(b, type * 3600);
            st_buf_ch(b, (char)type);
            st_buf_ch(b, '\0');
        }
        st_buf_add(b, "ABC\0", 4);
    }
    if (footer)
        st_buf_fmt(b, "\n%s\n", footer);
}

static st_zone *read_tzif(const st_buf *b) {
    return st_zone_read(ST_STR("Test/Zone"), (const unsigned char *)b->p, b->n);
}

static int64_t utc(int year, int month, int day, int hour) {
    st_date d = {year, (uint8_t)month, (uint8_t)day};
    return st_date_to_days(d) * 86400 + hour * 3600;
}

START_TEST(transitions) {
    st_buf b;
    st_buf_init(&b, 0);
    tzif(&b, "");
    st_zone *z = read_tzif(&b);
    ck_assert(z != NULL);
    ck_assert_str_eq(st_zone_name(z), "Test/Zone");
    ck_assert_int_eq(st_zone_offset_at(z, 999), 0);
    ck_assert_int_eq(st_zone_offset_at(z, 1000), 3600);
    ck_assert_int_eq(st_zone_offset_at(z, INT32_MAX), 3600);
    ck_assert_int_eq(st_zone_offset_standard(z), 3600);
    ck_assert_int_eq(st_zone_offset_local(z, 999), 0);
    ck_assert_int_eq(st_zone_offset_local(z, 1000), 0); /* in the gap: as before it */
    ck_assert_int_eq(st_zone_offset_local(z, 1000 + 3600), 3600);
    st_zone_free(z);
    st_buf_free(&b);
}
END_TEST

typedef struct footer_row {
    const char *footer;
    int year, month, day, hour; /* UTC */
    int32_t offset;
} footer_row;

START_TEST(footers) {
    static const footer_row rows[] = {
        {"<+0330>-3:30", 2024, 1, 1, 0, 12600},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 2024, 3, 31, 0, 3600},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 2024, 3, 31, 1, 7200},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 2024, 10, 27, 0, 7200},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 2024, 10, 27, 1, 3600},
        {"AEST-10AEDT,M10.1.0,M4.1.0/3", 2024, 1, 1, 0, 39600},
        {"AEST-10AEDT,M10.1.0,M4.1.0/3", 2024, 7, 1, 0, 36000},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", 2024, 7, 1, 0, 3600},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", 2024, 1, 1, 0, 0},
        /* J60 is 1 March in every year, 60 counts from 0 and the leap day with it */
        {"XXX0YYY-2,J60/0,J90/0", 2024, 2, 29, 23, 0},
        {"XXX0YYY-2,J60/0,J90/0", 2024, 3, 1, 0, 7200},
        {"XXX0YYY-2,J60/0,J90/0", 2023, 3, 1, 0, 7200},
        {"XXX0YYY-2,59/0,90/0", 2024, 2, 29, 0, 7200},
        {"XXX0YYY-2,59/0,90/0", 2023, 2, 28, 23, 0},
        {"XXX0YYY-2,59/0,90/0", 2023, 3, 1, 0, 7200},
        {"EET-2EEST,M3.4.4/50,M10.4.4/50", 2024, 3, 29, 23, 7200}, /* hours beyond a day */
        {"EET-2EEST,M3.4.4/50,M10.4.4/50", 2024, 3, 30, 0, 10800},
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2024, 3, 31, 1, -3600},
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2024, 3, 31, 0, -7200},
    };
    st_buf b;
    st_buf_init(&b, 0);
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        const footer_row *r = &rows[i];
        tzif(&b, r->footer);
        st_zone *z = read_tzif(&b);
        ck_assert_msg(z != NULL, "%s", r->footer);
        int32_t got = st_zone_offset_at(z, utc(r->year, r->month, r->day, r->hour));
        ck_assert_msg(got == r->offset, "%s row %zu: %d", r->footer, i, got);
        st_zone_free(z);
    }
    st_buf_free(&b);
}
END_TEST

START_TEST(damaged_data_is_refused) {
    static const char *const wrong[] = {
        "X",
        "<A",
        "ABC",
        "ABC-1DEF",
        "ABC-1DEF,M3.5.0",
        "ABC-999",
        "ABC-1:99",
        "ABC-1DEF,M13.1.0,M4.1.0",
        "ABC-1DEF,M3.6.0,M4.1.0",
        "ABC-1DEF,M3.1.7,M4.1.0",
        "ABC-1DEF,J400,J1",
        "ABC-1DEF,M3.1.0,M4.1.0x",
        "ABC-1DEF-,M3.1.0,M4.1.0",
        "ABC-1DEF,M0.1.0,M4.1.0",
        "-1",
    };
    st_buf b;
    st_buf_init(&b, 0);
    for (size_t i = 0; i < ST_LEN(wrong); i++) {
        tzif(&b, wrong[i]);
        ck_assert_msg(read_tzif(&b) == NULL, "%s", wrong[i]);
    }
    tzif(&b, "CET-1CEST,M3.5.0,M10.5.0/3");
    size_t whole = b.n;
    for (b.n = 0; b.n < whole; b.n++) /* cut at every byte */
        ck_assert_msg(read_tzif(&b) == NULL, "cut at %zu", b.n);
    st_zone *z = read_tzif(&b);
    ck_assert(z != NULL);
    st_zone_free(z);
    b.p[4] = '1'; /* old data has no 64-bit block */
    ck_assert(read_tzif(&b) == NULL);
    tzif(&b, "");
    memset(b.p + 32, 0xFF, 4); /* a count beyond any limit */
    ck_assert(read_tzif(&b) == NULL);
    st_buf_free(&b);
}
END_TEST

/* Every 11 days and some hours from 1850 to 2150, where libc reads the same database. */
START_TEST(as_libc_sees_them) {
    static const char *const names[] = {
        "Asia/Shanghai",  "Europe/Paris",        "Europe/Dublin",     "America/New_York",
        "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca", "America/Sao_Paulo",
        "Asia/Tehran",    "Pacific/Apia",        "Etc/UTC",           "Etc/GMT+5",
        "America/Nuuk",   "Antarctica/Troll",    "Asia/Gaza",         "Asia/Urumqi",
    };
    int checked = 0;
    for (size_t i = 0; i < ST_LEN(names); i++) {
        const st_zone *z = st_zone_find(st_str_of(names[i]));
        if (!z) /* no zone database, or one without this name */
            continue;
        ck_assert_int_eq(setenv("TZ", names[i], 1), 0);
        tzset();
        for (int64_t t = utc(1850, 1, 1, 0); t < utc(2150, 1, 1, 0); t += 11 * 86400 + 5000) {
            time_t libc_time = (time_t)t;
            struct tm tm;
            ck_assert(localtime_r(&libc_time, &tm) != NULL);
            ck_assert_msg(st_zone_offset_at(z, t) == tm.tm_gmtoff,
                          "%s at %" PRId64 ": %" PRId32 ", libc %ld", names[i], t,
                          st_zone_offset_at(z, t), tm.tm_gmtoff);
            checked++;
        }
    }
    if (!checked)
        printf("# no zone database here: nothing was compared\n");
    ck_assert_int_eq(unsetenv("TZ"), 0);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(transitions),
        CK_CASE(footers),
        CK_CASE(damaged_data_is_refused),
        CK_CASE(as_libc_sees_them),
    };
    return ck_run("feel zones", cases, ST_LEN(cases));
}
