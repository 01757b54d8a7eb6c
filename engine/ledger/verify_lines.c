/* One run's lines: every leaf recomputed from the row, the order of numbers, totals, the root. */
#include "ledger/verify_int.h"

#include "ledger/leaf.h"
#include "ledger/pg_int.h"

enum {
    SUSPECTS_MAX = 64, /* wrong lines kept to tell a swap from a change */
    MISSING_TOLD_MAX = 20,
    PORTION = 10000
};

typedef struct suspect {
    st_line line;
    st_sha256 leaf;
    const char *scheme, *benefit, *currency;
    bool explained;
} suspect;

typedef struct check {
    st_verify *v;
    const st_run_info *info;
    st_arena arena;
    st_buf scratch;
    st_tree tree;
    suspect suspects[SUSPECTS_MAX];
    size_t n_suspects;
    uint64_t expected, rows, wrong;
    st_money total;
    bool sum_known;
} check;

static void read_row(const PGresult *r, int row, st_line *x, st_sha256 *leaf) {
    *x = (st_line){.line_no = (uint64_t)st_pg_get_int(r, row, 0),
                   .subject = st_pg_get_str(r, row, 1),
                   .benefit = (int32_t)st_pg_get_int(r, row, 2),
                   .occasion = st_pg_get_str(r, row, 3),
                   .seq = (int32_t)st_pg_get_int(r, row, 4),
                   .cause = (st_cause)st_pg_get_int(r, row, 5),
                   .tier = st_pg_get_str(r, row, 6),
                   .amount = st_pg_get_int(r, row, 7),
                   .due = st_pg_get_int(r, row, 8),
                   .rule = st_pg_get_str(r, row, 9)};
    st_pg_get_sha(r, row, 10, &x->facts);
    st_pg_get_sha(r, row, 11, leaf);
}

static const st_verify_benefit *benefit_of(const st_verify *v, int32_t number) {
    static const st_verify_benefit none = {"", "", ""};
    bool known = number > 0 && number <= v->n_benefits && v->benefits[number].id;
    return known ? &v->benefits[number] : &none;
}

static void suspicious(check *c, const st_line *x, const st_sha256 *leaf,
                       const st_verify_benefit *b) {
    c->wrong++;
    if (c->n_suspects == SUSPECTS_MAX) {
        st_verify_tell(c->v, ST_TAMPER_LINE_CHANGED, c->info->run, x->line_no,
                       "run %" PRId64 ", line %" PRIu64 " is not what was posted", c->info->run,
                       x->line_no);
        return;
    }
    suspect *s = &c->suspects[c->n_suspects++];
    *s = (suspect){*x, *leaf, b->scheme, b->id, b->currency, false};
    s->line.subject = st_str_dup(&c->arena, x->subject);
    s->line.occasion = st_str_dup(&c->arena, x->occasion);
    s->line.tier = st_str_dup(&c->arena, x->tier);
    s->line.rule = st_str_dup(&c->arena, x->rule);
}

/* Tells of the numbers between the last line and this one. */
static void tell_missing(check *c, uint64_t until) {
    for (uint64_t told = 0; c->expected < until; c->expected++)
        if (told++ < MISSING_TOLD_MAX)
            st_verify_tell(c->v, ST_TAMPER_LINE_MISSING, c->info->run, c->expected,
                           "run %" PRId64 ", line %" PRIu64 " is missing", c->info->run,
                           c->expected);
        else
            c->v->out->findings++;
}

static void number_row(check *c, uint64_t no) {
    if (no < c->expected || no > c->info->lines) {
        st_verify_tell(c->v, ST_TAMPER_LINE_ADDED, c->info->run, no,
                       "run %" PRId64 ", line %" PRIu64 " was added", c->info->run, no);
        return;
    }
    tell_missing(c, no);
    c->expected++;
}

static void take_row(check *c, const PGresult *r, int row) {
    st_line x;
    st_sha256 stored, leaf;
    read_row(r, row, &x, &stored);
    const st_verify_benefit *b = benefit_of(c->v, x.benefit);
    st_leaf_hash(&c->scratch, b->scheme, b->id, b->currency, &x, &leaf);
    st_tree_add(&c->tree, &leaf);
    c->rows++;
    c->sum_known = c->sum_known && st_money_add(c->total, x.amount, &c->total);
    number_row(c, x.line_no);
    if (!st_sha256_eq(&leaf, &stored) || strcmp(b->scheme, c->info->scheme) != 0)
        suspicious(c, &x, &stored, b);
}

/* Whether the content of a is what was posted as line b: its leaf with b's number is a leaf that
 * one of the two rows carries. */
static bool belongs_at(check *c, const suspect *a, const suspect *b) {
    st_line x = a->line;
    st_sha256 leaf;
    x.line_no = b->line.line_no;
    st_leaf_hash(&c->scratch, a->scheme, a->benefit, a->currency, &x, &leaf);
    return st_sha256_eq(&leaf, &a->leaf) || st_sha256_eq(&leaf, &b->leaf);
}

static void explain(check *c) {
    int64_t run = c->info->run;
    for (size_t i = 0; i < c->n_suspects; i++) {
        suspect *a = &c->suspects[i];
        for (size_t k = i + 1; k < c->n_suspects && !a->explained; k++) {
            suspect *b = &c->suspects[k];
            if (b->explained || !belongs_at(c, a, b) || !belongs_at(c, b, a))
                continue;
            a->explained = b->explained = true;
            st_verify_tell(c->v, ST_TAMPER_LINE_SWAPPED, run, a->line.line_no,
                           "run %" PRId64 ", lines %" PRIu64 " and %" PRIu64 " were swapped", run,
                           a->line.line_no, b->line.line_no);
        }
        if (!a->explained)
            st_verify_tell(c->v, ST_TAMPER_LINE_CHANGED, run, a->line.line_no,
                           "run %" PRId64 ", line %" PRIu64 " is not what was posted", run,
                           a->line.line_no);
    }
}

static void conclude(check *c) {
    const st_run_info *info = c->info;
    tell_missing(c, info->lines + 1);
    explain(c);
    if (c->rows != info->lines || !c->sum_known || c->total != info->total)
        st_verify_tell(c->v, ST_TAMPER_TOTALS, info->run, 0,
                       "run %" PRId64 " has %" PRIu64 " lines with a sum of %" PRId64
                       ", posted were %" PRIu64 " with %" PRId64 " (minor units)",
                       info->run, c->rows, c->total, info->lines, info->total);
    st_sha256 root;
    st_tree_root(&c->tree, &root);
    if (info->sealed && !st_sha256_eq(&root, &info->root))
        st_verify_tell(
            c->v, ST_TAMPER_ROOT, info->run, 0,
            c->wrong || c->rows != info->lines
                ? "run %" PRId64 ": the root over its lines is not the sealed one"
                : "run %" PRId64
                  ": lines and their leaves were changed together; the sealed root shows it",
            info->run);
}

bool st_verify_lines(st_verify *v, const st_run_info *info, st_err *err) {
    check *c = st_xmalloc(sizeof *c);
    memset(c, 0, sizeof *c);
    c->v = v;
    c->info = info;
    c->expected = 1;
    c->sum_known = true;
    st_arena_init(&c->arena, 0);
    st_buf_init(&c->scratch, 0);
    st_tree_init(&c->tree);
    char number[ST_PG_INT];
    const char *values[] = {st_pg_int(number, info->run)};
    st_pg_cursor cur;
    bool ok =
             st_pg_cursor_open_by(v->l,
                                  "select " ST_VERIFY_COLUMNS
                                  " from stipend.line where run = $1::bigint order by run, line_no",
                                  1, values, PORTION, &cur, err),
         row = ok;
    while (ok && row) {
        ok = st_pg_cursor_next(&cur, &row, err);
        if (ok && row)
            take_row(c, cur.r, cur.row);
    }
    st_pg_cursor_close(&cur);
    if (ok)
        conclude(c);
    v->out->lines += c->rows;
    st_buf_free(&c->scratch);
    st_arena_free(&c->arena);
    free(c);
    return ok;
}
