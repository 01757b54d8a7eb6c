/* Lines and legs are read from the tables; what they must be is found by replaying each key. */
#include "books.h"

#include "ledger/pg_int.h"

#include <inttypes.h>

enum { ORIGINS_MAX = 2048, LAYERS_MAX = 256, SHARES_MAX = 8 };

typedef struct layer {
    int64_t origin;
    st_money amount;
} layer;

/* What of a key is there, and what was taken back of it, the newest last. */
typedef struct key {
    layer there[LAYERS_MAX], taken[LAYERS_MAX], stored[LAYERS_MAX];
    int n_there, n_taken, n_stored;
    st_money sum;
    bool voids; /* a line of a void run: only the sum tells what must be */
    bool last_counts;
} key;

typedef struct borne {
    int32_t benefit;
    int64_t origin;
    st_money net;
} borne;

typedef struct books {
    borne all[ORIGINS_MAX];
    int n;
    char *why;
} books;

static bool wrong(char why[WHY], const char *fmt, ...) ST_PRINTF(2, 3);
static bool wrong(char why[WHY], const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(why, WHY, fmt, ap);
    va_end(ap);
    return false;
}

void books_funding(const world *w, int benefit, char out[BOOKS_TEXT]) {
    static const char *const parties[] = {
        "<funding party=\"city\" weight=\"2\"/><funding party=\"district\" weight=\"1\"/>",
        "<funding party=\"district\" weight=\"1\"/><funding party=\"city\" weight=\"1\"/><funding "
        "party=\"province\" weight=\"1\"/>",
        "<funding party=\"province\" weight=\"1\"/>", ""};
    int change = w->n_versions[0] + w->n_versions[1] + w->renamed[0] + w->renamed[1] + benefit;
    (void)snprintf(out, BOOKS_TEXT, "    %s<budget year=\"2023\" line=\"L%d\"/>\n",
                   parties[change % 4], change % 3);
}

static void push(layer *to, int *n, layer x) {
    if (*n && to[*n - 1].origin == x.origin) {
        to[*n - 1].amount += x.amount;
        return;
    }
    ST_ASSERT(*n < LAYERS_MAX);
    to[(*n)++] = x;
}

/* Moves so much of the newest of one pile to the other; what is missing there. */
static st_money move(layer *from, int *n_from, layer *to, int *n_to, st_money amount) {
    while (amount > 0 && *n_from) {
        layer *top = &from[*n_from - 1];
        st_money part = top->amount < amount ? top->amount : amount;
        push(to, n_to, (layer){top->origin, part});
        top->amount -= part;
        amount -= part;
        *n_from -= top->amount == 0;
    }
    return amount;
}

static void replay(key *k, int64_t run, st_money amount) {
    k->sum += amount;
    if (amount < 0) {
        (void)move(k->there, &k->n_there, k->taken, &k->n_taken, -amount);
        return;
    }
    st_money rest = move(k->taken, &k->n_taken, k->there, &k->n_there, amount);
    if (rest > 0)
        push(k->there, &k->n_there, (layer){run, rest});
}

static st_money of(const layer *x, int n, int64_t origin) {
    st_money sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i].origin == origin ? x[i].amount : 0;
    return sum;
}

static bool finish(books *b, const key *k, const char *subject, int32_t benefit) {
    bool must = !k->voids || (k->sum == 0 && k->last_counts);
    for (int i = 0; i < k->n_stored; i++) {
        int64_t origin = k->stored[i].origin;
        st_money stored = of(k->stored, k->n_stored, origin),
                 should = k->voids ? 0 : of(k->there, k->n_there, origin);
        if (must && stored != should)
            return wrong(b->why, "%s: run %" PRId64 " bears %" PRId64 ", should be %" PRId64,
                         subject, origin, stored, should);
        int at = 0;
        while (at < b->n && !(b->all[at].benefit == benefit && b->all[at].origin == origin))
            at++;
        ST_ASSERT(at < ORIGINS_MAX);
        if (at == b->n)
            b->all[b->n++] = (borne){benefit, origin, 0};
        b->all[at].net += k->stored[i].amount;
    }
    for (int i = 0; must && !k->voids && i < k->n_there; i++)
        if (!of(k->stored, k->n_stored, k->there[i].origin))
            return wrong(b->why, "%s: run %" PRId64 " bears nothing, should be %" PRId64, subject,
                         k->there[i].origin, k->there[i].amount);
    return true;
}

static const char lines_sql[] =
    "select l.subject_id, l.benefit, l.occasion, l.seq, l.run, l.amount, coalesce(o.origin, l.run),"
    " coalesce(o.amount, l.amount), (v.run is not null)::int from stipend.line l join "
    "stipend.benefit b on b.number = l.benefit join stipend.scheme s on s.number = b.scheme left "
    "join stipend.line_origin o using (subject_id, benefit, occasion, seq) left join "
    "stipend.run_event v on v.run = l.run and v.state = 'void' where s.id = $1 order by 1, 2, 3, "
    "4, "
    "7";

static bool same(const PGresult *r, int a, int b, int columns) {
    for (int c = 0; c < columns; c++)
        if (strcmp(PQgetvalue(r, a, c), PQgetvalue(r, b, c)) != 0)
            return false;
    return true;
}

static bool read_lines(stage *s, const char *scheme, books *b) {
    st_err err;
    st_err_init(&err);
    PGresult *r = st_pg_query(s->ledger, lines_sql, 1, &scheme, false, &err);
    if (!r)
        return wrong(b->why, "the lines cannot be read: %s", err.msg);
    bool ok = true;
    static key k;
    int n = PQntuples(r);
    for (int i = 0; ok && i < n; i++) {
        if (i == 0 || !same(r, i - 1, i, 3))
            k = (key){.n_there = 0};
        bool gone = st_pg_get_int(r, i, 8) != 0;
        k.voids = k.voids || gone;
        k.last_counts = !gone;
        if (!gone) {
            if (i == 0 || !same(r, i - 1, i, 4))
                replay(&k, st_pg_get_int(r, i, 4), st_pg_get_int(r, i, 5));
            ST_ASSERT(k.n_stored < LAYERS_MAX);
            k.stored[k.n_stored++] = (layer){st_pg_get_int(r, i, 6), st_pg_get_int(r, i, 7)};
        }
        if (i + 1 == n || !same(r, i, i + 1, 3))
            ok = finish(b, &k, PQgetvalue(r, i, 0), (int32_t)st_pg_get_int(r, i, 1));
    }
    PQclear(r);
    return ok;
}

/* -- legs -- */

/* Who bears, in order, and what stands there; all lines of one budget line. */
static const char legs_sql[] =
    "with f as (select f.benefit, f.run, f.no, f.share, f.weight, f.budget_line from "
    "stipend.run_funding f join stipend.benefit b on b.number = f.benefit join stipend.scheme s on "
    "s.number = b.scheme where s.id = $1), g as (select p.benefit, p.origin as run, p.share, "
    "p.budget_line, sum(p.amount) as amount from stipend.posting p join stipend.benefit b on "
    "b.number = p.benefit join stipend.scheme s on s.number = b.scheme where s.id = $1 and "
    "p.account = 'expense' and p.run not in (select run from stipend.run_event where state = "
    "'void') group by 1, 2, 3, 4) select coalesce(f.benefit, g.benefit), coalesce(f.run, g.run), "
    "f.weight, coalesce(g.amount, 0)::bigint, coalesce(f.share, g.share), (f.run is null)::int "
    "from "
    "f full join g on g.benefit = f.benefit and g.run = f.run and g.share = f.share and "
    "g.budget_line = f.budget_line order by 1, 2, f.no nulls last";

/* The i-th party's part: whole units, one more for each of the largest remainders. */
static st_money part(st_money net, const int64_t *weights, int n, int i) {
    int64_t all = 0, whole = 0, size = net < 0 ? -net : net;
    for (int k = 0; k < n; k++)
        all += weights[k];
    for (int k = 0; k < n; k++)
        whole += size * weights[k] / all;
    int before = 0; /* with a larger remainder, or the same and named earlier */
    int64_t mine = size * weights[i] % all;
    for (int k = 0; k < n; k++) {
        int64_t rest = size * weights[k] % all;
        before += rest > mine || (rest == mine && k < i);
    }
    st_money got = size * weights[i] / all + (before < size - whole);
    return net < 0 ? -got : got;
}

static bool check_group(books *b, const PGresult *r, int from, int n) {
    int32_t benefit = (int32_t)st_pg_get_int(r, from, 0);
    int64_t origin = st_pg_get_int(r, from, 1);
    st_money net = 0, stands = 0;
    for (int i = 0; i < b->n; i++)
        if (b->all[i].benefit == benefit && b->all[i].origin == origin) {
            net = b->all[i].net;
            b->all[i].net = 0;
        }
    ST_ASSERT(n <= SHARES_MAX);
    for (int i = 0; i < n; i++) {
        stands += st_pg_get_int(r, from + i, 3);
        if (st_pg_get_int(r, from + i, 5))
            return wrong(b->why, "%s has a leg on run %" PRId64 ", which it does not bear",
                         PQgetvalue(r, from + i, 4), origin);
    }
    if (stands != net)
        return wrong(b->why,
                     "%" PRId64 " stands on the funding of run %" PRId64
                     ", its lines come to %" PRId64,
                     stands, origin, net);
    return true;
}

/* How far from the split the legs are: not at all, unless a run became void since the last run. */
static bool check_split(books *b, const PGresult *r, int from, int n) {
    int64_t weights[SHARES_MAX];
    st_money net = 0;
    for (int i = 0; i < n; i++) {
        weights[i] = st_pg_get_int(r, from + i, 2);
        net += st_pg_get_int(r, from + i, 3);
    }
    for (int i = 0; i < n; i++) {
        st_money has = st_pg_get_int(r, from + i, 3), should = part(net, weights, n, i);
        if (has != should)
            return wrong(b->why,
                         "%s bears %" PRId64 " of %" PRId64 " of run %s, should be %" PRId64,
                         PQgetvalue(r, from + i, 4), has, net, PQgetvalue(r, from, 1), should);
    }
    return true;
}

bool books_hold(stage *s, const char *scheme, char why[WHY]) {
    static books b;
    b.n = 0;
    b.why = why;
    st_err err;
    st_err_init(&err);
    if (!read_lines(s, scheme, &b))
        return false;
    PGresult *r = st_pg_query(s->ledger, legs_sql, 1, &scheme, false, &err);
    if (!r)
        return wrong(why, "the legs cannot be read: %s", err.msg);
    bool ok = true;
    int rows = PQntuples(r);
    for (int i = 0, n; ok && i < rows; i += n) {
        for (n = 1; i + n < rows && same(r, i, i + n, 2);)
            n++;
        ok = check_group(&b, r, i, n) && check_split(&b, r, i, n);
    }
    PQclear(r);
    for (int i = 0; ok && i < b.n; i++)
        ok = b.all[i].net == 0 ||
             wrong(why, "nobody bears %" PRId64 " of run %" PRId64, b.all[i].net, b.all[i].origin);
    return ok;
}
