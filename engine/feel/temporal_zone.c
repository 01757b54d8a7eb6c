/* IANA time zones from the system's TZif files (RFC 8536): the 64-bit block of version 2 and later,
 * then the POSIX TZ rule of the footer for times behind the last transition. libc's zone is not
 * used: it is global to the process. Loaded zones stay for the life of the process (their number is
 * bounded by the database) and are never changed. */
#include "base/map.h"
#include "feel/feel_int.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

enum { FILE_MAX = 1 << 17, ZONES_MAX = 2048, TYPES_MAX = 256, TRANSITIONS_MAX = 8192 };
static const char FOLDER[] = "/usr/share/zoneinfo/";

/* When summer time begins or ends: Mm.w.d, Jn or n, and seconds of that day. */
typedef struct rule {
    char form; /* 'M', 'J' or '0' */
    int month, week, day;
    int32_t seconds;
} rule;

struct st_zone {
    char name[ST_ZONE_NAME_MAX + 1];
    size_t n;
    int64_t *at;     /* n transitions, ascending */
    int32_t *offset; /* from that transition on */
    int32_t first;   /* before the first transition */
    bool has_footer, has_dst;
    int32_t std, dst; /* of the footer */
    rule begin, end;  /* summer time of the footer */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static st_zone *zones[ZONES_MAX];

const char *st_zone_name(const st_zone *z) {
    return z->name;
}

/* -- names -- */

static bool name_char(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+';
}

/* Letters first in every part, so no "..", no absolute path; the copies with leap seconds and the
 * machine's own zone are not names of the database. */
static bool name_valid(st_str s) {
    static const char *const foreign[] = {"posix/", "right/", "localtime", "posixrules"};
    if (s.n == 0 || s.n > ST_ZONE_NAME_MAX)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool start = i == 0 || s.p[i - 1] == '/';
        bool letter = (s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z';
        if (start ? !letter : !name_char(s.p[i]) && s.p[i] != '/')
            return false;
    }
    for (size_t i = 0; i < ST_LEN(foreign); i++)
        if (st_str_starts(s, foreign[i]))
            return false;
    return s.p[s.n - 1] != '/';
}

/* -- the footer: std offset [dst [offset] [, begin, end]] -- */

typedef struct cursor {
    const char *p, *end;
} cursor;

static bool take(cursor *c, char ch) {
    if (c->p == c->end || *c->p != ch)
        return false;
    c->p++;
    return true;
}

static bool digits(cursor *c, int max, int *out) {
    int v = 0;
    const char *from = c->p;
    for (; c->p < c->end && *c->p >= '0' && *c->p <= '9' && v <= max; c->p++)
        v = v * 10 + (*c->p - '0');
    *out = v;
    return c->p > from && v <= max;
}

static bool abbreviation(cursor *c) {
    const char *from = c->p;
    if (take(c, '<')) {
        while (c->p < c->end && *c->p != '>')
            c->p++;
        return take(c, '>');
    }
    while (c->p < c->end && (*c->p | 32) >= 'a' && (*c->p | 32) <= 'z')
        c->p++;
    return c->p > from;
}

/* [+-]hh[:mm[:ss]] as seconds; hours up to 167 in rules. */
static bool footer_time(cursor *c, int32_t *out) {
    int h, m = 0, s = 0;
    bool negative = take(c, '-');
    if (!negative)
        (void)take(c, '+');
    if (!digits(c, 167, &h) ||
        (take(c, ':') && (!digits(c, 59, &m) || (take(c, ':') && !digits(c, 59, &s)))))
        return false;
    *out = (negative ? -1 : 1) * (h * 3600 + m * 60 + s);
    return true;
}

static bool footer_rule(cursor *c, rule *r) {
    *r = (rule){.form = '0', .seconds = 7200};
    if (take(c, 'M')) {
        r->form = 'M';
        if (!digits(c, 12, &r->month) || !take(c, '.') || !digits(c, 5, &r->week) ||
            !take(c, '.') || !digits(c, 6, &r->day) || r->month < 1 || r->week < 1)
            return false;
    } else {
        r->form = take(c, 'J') ? 'J' : '0';
        if (!digits(c, 365, &r->day))
            return false;
    }
    return !take(c, '/') || footer_time(c, &r->seconds);
}

static bool footer(st_zone *z, cursor c) {
    if (!abbreviation(&c) || !footer_time(&c, &z->std))
        return false;
    z->std = -z->std; /* POSIX counts west of UTC */
    z->has_footer = true;
    if (c.p == c.end)
        return true;
    if (!abbreviation(&c))
        return false;
    z->dst = z->std + 3600;
    if (c.p < c.end && *c.p != ',') {
        if (!footer_time(&c, &z->dst))
            return false;
        z->dst = -z->dst;
    }
    z->has_dst = true;
    return take(&c, ',') && footer_rule(&c, &z->begin) && take(&c, ',') &&
           footer_rule(&c, &z->end) && c.p == c.end;
}

/* Local seconds (on the clock before the change) of a rule in a year. */
static int64_t rule_seconds(const rule *r, int64_t year) {
    st_date first = {(int32_t)year, 1, 1};
    int64_t days = st_date_to_days(first);
    if (r->form == 'J') /* 1..365, 29 February never counted */
        days += r->day - 1 + (r->day >= 60 && st_date_leap(year));
    else if (r->form == '0')
        days += r->day;
    else {
        first.month = (uint8_t)r->month;
        int weekday = st_date_weekday(first) % 7; /* Sunday 0 */
        int day = (r->day - weekday + 7) % 7 + 7 * (r->week - 1);
        while (day >= st_date_month_days(year, r->month))
            day -= 7;
        days = st_date_to_days(first) + day;
    }
    return days * ST_SECONDS_OF_DAY + r->seconds;
}

static int64_t floor_days(int64_t seconds) {
    return seconds / ST_SECONDS_OF_DAY - (seconds % ST_SECONDS_OF_DAY < 0);
}

static int32_t footer_offset(const st_zone *z, int64_t utc) {
    if (!z->has_dst)
        return z->std;
    int64_t year = st_date_from_days(floor_days(utc + z->std)).year;
    int64_t on = rule_seconds(&z->begin, year) - z->std;
    int64_t off = rule_seconds(&z->end, year) - z->dst;
    bool summer = on < off ? utc >= on && utc < off : utc >= on || utc < off;
    return summer ? z->dst : z->std;
}

/* -- the file -- */

static uint32_t be32(const unsigned char *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be64(const unsigned char *p) {
    return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

typedef struct header {
    uint32_t isut, isstd, leap, transitions, types, chars;
} header;

enum { HEADER_SIZE = 44 };

static bool read_header(const unsigned char *p, size_t n, header *h, unsigned char *version) {
    if (n < HEADER_SIZE || memcmp(p, "TZif", 4) != 0)
        return false;
    *version = p[4];
    *h = (header){be32(p + 20), be32(p + 24), be32(p + 28),
                  be32(p + 32), be32(p + 36), be32(p + 40)};
    return h->transitions <= TRANSITIONS_MAX && h->types >= 1 && h->types <= TYPES_MAX &&
           h->chars <= 1024 && h->leap <= 1024 && h->isstd <= TYPES_MAX && h->isut <= TYPES_MAX;
}

static size_t block_size(const header *h, size_t time_size) {
    return h->transitions * (time_size + 1) + h->types * 6 + h->chars + h->leap * (time_size + 4) +
           h->isstd + h->isut;
}

static bool read_block(st_zone *z, const unsigned char *p, const header *h) {
    const unsigned char *index = p + h->transitions * 8;
    const unsigned char *types = index + h->transitions;
    z->n = h->transitions;
    z->at = st_xmalloc((z->n + 1) * sizeof *z->at);
    z->offset = st_xmalloc((z->n + 1) * sizeof *z->offset);
    z->first = (int32_t)be32(types);
    for (size_t i = 0; i < z->n; i++) {
        z->at[i] = be64(p + i * 8);
        if (index[i] >= h->types || (i && z->at[i] <= z->at[i - 1]))
            return false;
        z->offset[i] = (int32_t)be32(types + index[i] * 6);
    }
    return true;
}

static bool parse(st_zone *z, const unsigned char *p, size_t n) {
    header h;
    unsigned char version;
    if (!read_header(p, n, &h, &version) || version < '2')
        return false;
    size_t skip = HEADER_SIZE + block_size(&h, 4);
    if (skip > n || !read_header(p + skip, n - skip, &h, &version))
        return false;
    skip += HEADER_SIZE;
    if (block_size(&h, 8) > n - skip || !read_block(z, p + skip, &h))
        return false;
    const char *text = (const char *)p + skip + block_size(&h, 8);
    const char *end = (const char *)p + n;
    if (end - text < 2 || *text != '\n')
        return false;
    const char *last = memchr(text + 1, '\n', (size_t)(end - text - 1));
    if (!last)
        return false;
    return last == text + 1 || footer(z, (cursor){text + 1, last});
}

static size_t slurp(const char *path, unsigned char *to, size_t max) {
    struct stat st;
    size_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return 0;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        ssize_t got;
        while (n < max && (got = read(fd, to + n, max - n)) > 0)
            n += (size_t)got;
    }
    (void)close(fd);
    return n;
}

void st_zone_free(st_zone *z) {
    free(z->at);
    free(z->offset);
    free(z);
}

st_zone *st_zone_read(st_str name, const unsigned char *bytes, size_t n) {
    ST_ASSERT(name.n <= ST_ZONE_NAME_MAX);
    st_zone *z = st_xmalloc(sizeof *z);
    memset(z, 0, sizeof *z);
    memcpy(z->name, name.p, name.n);
    if (parse(z, bytes, n))
        return z;
    st_zone_free(z);
    return NULL;
}

static st_zone *load(st_str name) {
    char path[sizeof FOLDER + ST_ZONE_NAME_MAX + 1];
    (void)snprintf(path, sizeof path, "%s%.*s", FOLDER, ST_FMT(name));
    unsigned char *bytes = st_xmalloc(FILE_MAX);
    st_zone *z = st_zone_read(name, bytes, slurp(path, bytes, FILE_MAX));
    free(bytes);
    return z;
}

const st_zone *st_zone_find(st_str name) {
    if (!name_valid(name))
        return NULL;
    const st_zone *found = NULL;
    size_t slot = st_hash(name.p, name.n) % ZONES_MAX;
    (void)pthread_mutex_lock(&lock);
    for (size_t i = 0; i < ZONES_MAX && !found; i++, slot = (slot + 1) % ZONES_MAX) {
        if (!zones[slot] && !(zones[slot] = load(name)))
            break;
        if (st_str_is(name, zones[slot]->name))
            found = zones[slot];
    }
    (void)pthread_mutex_unlock(&lock);
    return found;
}

bool st_feel_zone_known(const char *name) {
    return st_zone_find(st_str_of(name)) != NULL;
}

/* -- offsets -- */

int32_t st_zone_offset_at(const st_zone *z, int64_t utc) {
    if (z->n == 0 || utc < z->at[0])
        return z->n == 0 && z->has_footer ? footer_offset(z, utc) : z->first;
    if (utc >= z->at[z->n - 1] && z->has_footer)
        return footer_offset(z, utc);
    size_t lo = 0, hi = z->n; /* at[lo] <= utc < at[hi] */
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (z->at[mid] <= utc)
            lo = mid;
        else
            hi = mid;
    }
    return z->offset[lo];
}

int32_t st_zone_offset_local(const st_zone *z, int64_t local) {
    int32_t before = st_zone_offset_at(z, local - ST_SECONDS_OF_DAY);
    int32_t after = st_zone_offset_at(z, local + ST_SECONDS_OF_DAY);
    if (before == after || st_zone_offset_at(z, local - before) == before)
        return before;
    return st_zone_offset_at(z, local - after) == after ? after : before;
}

int32_t st_zone_offset_standard(const st_zone *z) {
    if (z->has_footer)
        return z->std;
    return z->n ? z->offset[z->n - 1] : z->first;
}
