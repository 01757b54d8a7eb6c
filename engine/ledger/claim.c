/* Debts in a run's transaction: the stream of what is open, and what the run settles. */
#include "ledger/claim.h"
#include "ledger/claim_int.h"
#include "ledger/post_int.h"

/* Kinds of rows in the stream; they sort in this order within a key. */
enum { ROW_DEBT, ROW_SETTLED, ROW_BOOKED };
enum { SUBJECT, BENEFIT, OCCASION, SEQ, KIND, RUN, NUMBER, AMOUNT, WHAT };

struct st_debts {
    st_pg_cursor cursor;
    bool pending, drained;
    char subject[ST_SUBJECT_MAX + 1], occasion[ST_OCCASION_MAX + 1];
};

/* Three tables that share a key, each in the order of its own index; of everybody, or of one. */
#define STREAM(of)                                                                                 \
    "select subject_id, benefit, occasion, seq, 0, run, line_no, -amount, 0 from stipend.line "    \
    "where " of "amount < 0 and benefit = any($1::int[]) and ($2::bigint = 0 or run < "            \
    "$2::bigint) union all "                                                                       \
    "select subject_id, benefit, occasion, seq, 1, run, no::bigint, amount, kind::int from "       \
    "stipend.settlement "                                                                          \
    "where " of "benefit = any($1::int[]) and ($2::bigint = 0 or run < $2::bigint) "               \
    "union all "                                                                                   \
    "select subject_id, benefit, occasion, seq, 2, action, 0, amount, writeoff::int from "         \
    "stipend.repayment "                                                                           \
    "where " of "benefit = any($1::int[]) and action <= $3::bigint "                               \
    "order by 1, 2, 3, 4, 5, 7"
static const char stream_sql[] = STREAM(""), one_sql[] = STREAM("subject_id = $4 and ");

/* What was booked by hand counts up to now, in a rehearsal up to the run that is done again. */
static bool last_booking(st_posting *p, int64_t *no, st_err *err) {
    char before[ST_PG_INT];
    const char *v[] = {st_pg_int(before, p->before)};
    *no = INT64_MAX;
    if (p->before == 0)
        return true;
    PGresult *r = st_pg_query(p->l,
                              "select coalesce(max(o.no), 0) from stipend.booking_order o where "
                              "o.newest < $1::bigint",
                              1, v, true, err);
    if (!r)
        return false;
    *no = st_pg_get_int(r, 0, 0);
    PQclear(r);
    return true;
}

static bool start(st_posting *p, st_debts *d, const char *subject, st_err *err) {
    char run[ST_PG_INT], until[ST_PG_INT];
    int64_t booking;
    if (!last_booking(p, &booking, err))
        return false;
    st_buf list;
    st_buf_init(&list, 0);
    for (size_t i = 0; i < p->n_benefits; i++)
        (void)st_buf_fmt(&list, "%c%d", i ? ',' : '{', (int)p->benefits[i].number);
    (void)st_buf_ch(&list, '}');
    const char *v[] = {list.p, st_pg_int(run, p->rehearsal ? p->before : p->run),
                       st_pg_int(until, booking), subject};
    bool ok = st_pg_cursor_open(p->l, subject ? one_sql : stream_sql, subject ? 4 : 3, v,
                                &d->cursor, err);
    st_buf_free(&list);
    return ok;
}

static bool next_row(st_debts *d, st_err *err) {
    bool row;
    if (!st_pg_cursor_next(&d->cursor, &row, err))
        return st_err_wrap(err, "reading the open debts");
    d->pending = row;
    d->drained = !row;
    return true;
}

static int64_t cell(const st_debts *d, int column) {
    return st_pg_get_int(d->cursor.r, d->cursor.row, column);
}

static bool same_key(const st_debts *d, const st_debt *debt) {
    const PGresult *r = d->cursor.r;
    int row = d->cursor.row;
    return cell(d, BENEFIT) == debt->benefit && cell(d, SEQ) == debt->seq &&
           st_str_is(st_pg_get_str(r, row, SUBJECT), d->subject) &&
           st_str_eq(st_pg_get_str(r, row, OCCASION), debt->occasion);
}

/* Reads one debt with all that settled it; open 0 when nothing is left or its run is void. */
static bool read_debt(st_posting *p, st_debts *d, st_debt *out, st_err *err) {
    st_pg_get_z(d->cursor.r, d->cursor.row, SUBJECT, d->subject, sizeof d->subject);
    st_pg_get_z(d->cursor.r, d->cursor.row, OCCASION, d->occasion, sizeof d->occasion);
    *out = (st_debt){.benefit = (int32_t)cell(d, BENEFIT),
                     .occasion = st_str_of(d->occasion),
                     .seq = (int32_t)cell(d, SEQ),
                     .next_no = 1};
    do {
        int64_t run = cell(d, RUN);
        switch (cell(d, KIND)) {
        case ROW_DEBT:
            out->run = run;
            out->line_no = (uint64_t)cell(d, NUMBER);
            out->amount = cell(d, AMOUNT);
            out->open = st_posting_void(p, run) ? 0 : out->amount;
            break;
        case ROW_SETTLED:
            out->next_no = (int32_t)cell(d, NUMBER) + 1;
            if (!st_posting_void(p, run))
                *(cell(d, WHAT) == ST_SETTLE_FORGIVEN ? &out->forgiven : &out->open) -=
                    cell(d, AMOUNT);
            break;
        default:
            out->open -= cell(d, AMOUNT);
            if (cell(d, WHAT))
                out->forgiven += cell(d, AMOUNT);
        }
        if (!next_row(d, err))
            return false;
    } while (d->pending && same_key(d, out));
    return true;
}

/* The next debt that is open or was written off. */
static bool next_debt(st_posting *p, st_debts *d, st_debt *out, bool *row, st_err *err) {
    *row = false;
    if (!d->pending && !d->drained && !next_row(d, err))
        return false;
    while (!*row && (!d->drained || d->pending)) {
        if (!read_debt(p, d, out, err))
            return false;
        *row = out->open > 0 || out->forgiven > 0;
    }
    return true;
}

bool st_posting_debt(st_posting *p, st_str *subject, st_debt *out, bool *row, st_err *err) {
    if (!p->debts) {
        p->debts = ST_NEW(&p->arena, st_debts);
        if (!start(p, p->debts, NULL, err))
            return false;
    }
    if (!next_debt(p, p->debts, out, row, err))
        return false;
    *subject = st_str_of(p->debts->subject);
    return true;
}

bool st_posting_debts_of(st_posting *p, st_str subject,
                         bool (*each)(void *ctx, const st_debt *debt), void *ctx, st_err *err) {
    st_debts d = {.pending = false};
    char name[ST_SUBJECT_MAX + 1];
    (void)snprintf(name, sizeof name, "%.*s", ST_FMT(subject));
    bool ok = start(p, &d, name, err), row = ok;
    while (ok && row) {
        st_debt debt;
        ok = next_debt(p, &d, &debt, &row, err);
        if (ok && row) {
            debt.subject = subject;
            row = each(ctx, &debt);
        }
    }
    st_pg_cursor_close(&d.cursor);
    return ok;
}

void st_debts_close(st_posting *p) {
    if (p->debts)
        st_pg_cursor_close(&p->debts->cursor);
    p->debts = NULL;
}

/* Which benefits' payments it is kept of; false when a sum is more than an amount can be. */
static bool keep(st_posting *p, int32_t debt, const st_settlement *s) {
    bool forgiven = s->kind == ST_SETTLE_FORGIVEN;
    st_money rest = s->amount;
    for (size_t i = 0; i < s->n_from; i++) {
        ST_ASSERT(s->from[i].amount > 0 && s->from[i].amount <= rest);
        rest -= s->from[i].amount;
        if (!st_gl_kept(&p->gl, s->from[i].benefit, debt, s->from[i].amount, forgiven))
            return false;
    }
    return rest == 0 || st_gl_kept(&p->gl, debt, debt, rest, forgiven);
}

bool st_posting_settle(st_posting *p, st_str subject, const st_debt *d, const st_settlement *s,
                       st_err *err) {
    ST_ASSERT(s->amount > 0 && s->payment >= 0 && subject.n <= ST_SUBJECT_MAX);
    if (p->rehearsal)
        return true;
    if (!keep(p, d->benefit, s))
        return st_fail(err, ST_E_RUN_SUM,
                       "what is kept for debts adds up to more than an amount can be");
    st_copy *c = &p->copy[ST_COPY_SETTLEMENT];
    st_copy_row(c);
    st_copy_text(c, subject);
    st_copy_int(c, d->benefit);
    st_copy_text(c, d->occasion);
    st_copy_int(c, d->seq);
    st_copy_int(c, d->next_no);
    st_copy_int(c, p->run);
    st_copy_int(c, s->kind);
    st_copy_int(c, s->bound);
    st_copy_int(c, s->amount);
    st_copy_int(c, s->payment);
    st_copy_end(c);
    return !st_copy_full(c) || st_copy_flush(c, p->l, err);
}
