/* Judging tables before the first record: cases without a rule, rules that hold at once, rules that
 * can never count. Cells beyond the analysis (expressions on other facts) are never blamed: for
 * gaps they count as true, for overlaps as false. */
#include "dmn/check_int.h"

static void finding(check *c, st_code code, st_severity severity, st_pos pos, const char *fmt, ...)
    ST_PRINTF(5, 6);
static void finding(check *c, st_code code, st_severity severity, st_pos pos, const char *fmt,
                    ...) {
    char text[ST_MSG_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    st_err *e = st_xmalloc(sizeof *e);
    st_err_init(e);
    (void)st_fail_at(e, code, pos, "table '%.*s': %s", ST_FMT(c->table->name), text);
    e->severity = severity;
    c->sink(c->ctx, e);
    free(e);
}

/* -- boxes: a depth-first walk over the segments, column by column -- */

typedef struct walk {
    check *c;
    bool sure;
    bool nulls;           /* whether to enter null segments */
    const uint32_t *only; /* rule whose own cells bound the walk, NULL: everything */
    size_t *path;         /* segment by column */
    size_t *ends;         /* by column: last of the neighbours that are like the path's segment */
    st_map *seen;         /* column and set of rules already explored */
    uint64_t *sets;       /* one set per column */
    bool (*uncovered)(struct walk *w, uint32_t depth); /* false ends the walk */
    size_t found;
} walk;

/* Remembers the set by its hash: a collision, once in billions, would only leave a case unshown. */
static bool explored(walk *w, uint32_t col, const uint64_t *set) {
    uint64_t key[2] = {col, st_hash(set, w->c->words * sizeof *set)};
    st_str text = {(const char *)key, sizeof key};
    if (st_map_has(w->seen, text))
        return true;
    st_map_put(w->seen, text, w);
    return false;
}

static bool none(const uint64_t *set, size_t words) {
    for (size_t i = 0; i < words; i++)
        if (set[i])
            return false;
    return true;
}

/* Last of the neighbouring segments from s on which leave the same rules as s: shown as one. */
static size_t like_run(const walk *w, uint32_t col, size_t s, const uint64_t *set,
                       const uint64_t *next) {
    const check_column *x = &w->c->cols[col];
    for (; s + 1 < x->n && x->segs[s + 1].kind != SEG_NULL; s++) {
        const uint64_t *cell = check_set(w->sure ? x->sure : x->may, w->c->words, s + 1);
        for (size_t i = 0; i < w->c->words; i++)
            if ((set[i] & cell[i]) != next[i])
                return s;
    }
    return s;
}

/* Takes note of words looked at; false when it was enough. */
static bool afford(check *c, uint64_t words) {
    c->work += words;
    c->too_wide = c->too_wide || c->work > CHECK_WORK_MAX;
    return !c->too_wide;
}

/* Whether some rule of the set holds whatever the columns from col on are: nothing is uncovered
 * there. */
static bool covered(const walk *w, uint32_t col, const uint64_t *set) {
    check *c = w->c;
    for (size_t i = 0; i < c->words; i++) {
        uint64_t left = set[i];
        for (uint32_t k = col; k < c->table->n_in && left; k++)
            left &= (w->nulls ? c->cols[k].always_null : c->cols[k].always)[i];
        if (left)
            return true;
    }
    return false;
}

/* Depth is the number of columns. False when the walk shall end. */
static bool descend(walk *w, uint32_t col) {
    check *c = w->c;
    const uint64_t *set = w->sets + col * c->words;
    if (none(set, c->words))
        return w->uncovered(w, col);
    if (col == c->table->n_in || (!w->sure && covered(w, col, set)) || explored(w, col, set))
        return true;
    const check_column *x = &c->cols[col];
    uint64_t *next = w->sets + (col + 1) * c->words;
    for (size_t s = 0; s < x->n; s++) {
        const uint64_t *cell = check_set(w->sure ? x->sure : x->may, c->words, s);
        if (x->segs[s].kind == SEG_NULL && !w->nulls)
            continue;
        if (w->only && !check_in(check_set(x->may, c->words, s), *w->only))
            continue;
        if (!afford(c,
                    4 * c->words)) /* with the look for what is covered, and the memory of sets */
            return false;
        for (size_t i = 0; i < c->words; i++)
            next[i] = set[i] & cell[i];
        w->path[col] = s;
        if (x->ordered && x->segs[s].kind != SEG_NULL && !w->only)
            s = like_run(w, col, s, set, next);
        w->ends[col] = s;
        if (!descend(w, col + 1))
            return false;
    }
    return true;
}

static void start(walk *w, uint32_t rules) {
    check *c = w->c;
    w->path = ST_NEWN(&c->arena, size_t, c->table->n_in + 1);
    w->ends = ST_NEWN(&c->arena, size_t, c->table->n_in + 1);
    w->sets = ST_NEWN(&c->arena, uint64_t, (c->table->n_in + 1) * c->words);
    w->seen = ST_NEW(&c->arena, st_map);
    st_map_init(w->seen, &c->arena);
    for (uint32_t r = 0; r < rules; r++)
        w->sets[r / 64] |= UINT64_C(1) << (r % 64);
    (void)descend(w, 0);
}

/* -- gaps -- */

/* The segments path[i]..ends[i] of each column in words. */
static void example(const check *c, const size_t *path, const size_t *ends, uint32_t depth,
                    st_buf *out) {
    for (uint32_t i = 0; i < depth; i++) {
        if (i)
            st_buf_z(out, ", ");
        st_dmn_check_example(out, c->cols[i].column, &c->cols[i].segs[path[i]],
                             &c->cols[i].segs[ends[i]]);
    }
    if (depth < c->table->n_in)
        st_buf_z(out, ", whatever the other inputs");
}

static bool gap(walk *w, uint32_t depth) {
    check *c = w->c;
    bool null = false;
    for (uint32_t i = 0; i < depth; i++)
        null = null || c->cols[i].segs[w->path[i]].kind == SEG_NULL;
    if (w->nulls && !null)
        return true; /* shown in the walk without nulls */
    st_buf b;
    st_buf_init(&b, ST_MSG_MAX - 100);
    example(c, w->path, w->ends, depth, &b);
    finding(c, ST_E_DMN_GAP, null ? ST_SEV_NOTE : ST_SEV_WARNING, c->table->pos, "no rule for %.*s",
            ST_FMT(st_buf_view(&b)));
    st_buf_free(&b);
    return ++w->found < CHECK_SHOWN_MAX;
}

static bool needs_a_rule(const dmn_table *t) {
    bool list = t->policy == DMN_RULE_ORDER || t->policy == DMN_OUTPUT_ORDER ||
                (t->policy == DMN_COLLECT && (t->agg == DMN_LIST || t->agg == DMN_COUNT));
    return !t->has_default && !list;
}

static void gaps(check *c) {
    if (!needs_a_rule(c->table))
        return;
    walk values = {.c = c, .uncovered = gap};
    start(&values, c->table->n_rules);
    walk nulls = {.c = c, .uncovered = gap, .nulls = true};
    if (!values.found)
        start(&nulls, c->table->n_rules);
}

/* -- overlaps -- */

static bool same_outputs(const dmn_table *t, uint32_t a, uint32_t b) {
    for (uint32_t i = 0; i < t->n_out; i++) {
        st_val x = t->rules[a].constants[i], y = t->rules[b].constants[i];
        if (x.kind == ST_KIND_COUNT || y.kind == ST_KIND_COUNT)
            return true; /* not known here: judged when it happens */
        if (st_feel_equal(x, y) != 1)
            return false;
    }
    return true;
}

/* First segment on which both rules hold, or n. */
static size_t common(const check_column *x, uint32_t a, uint32_t b) {
    const uint64_t *p = check_set(x->rows, x->row_words, a);
    const uint64_t *q = check_set(x->rows, x->row_words, b);
    for (size_t i = 0; i < x->row_words; i++)
        if (p[i] & q[i])
            return i * 64 + (size_t)__builtin_ctzll(p[i] & q[i]);
    return x->n;
}

/* Finds by column a segment on which both rules hold. */
static bool meet(check *c, uint32_t a, uint32_t b, size_t *path) {
    for (uint32_t i = 0; i < c->table->n_in; i++) {
        path[i] = common(&c->cols[i], a, b);
        (void)afford(c, c->cols[i].row_words);
        if (path[i] == c->cols[i].n)
            return false;
    }
    return true;
}

static void overlap(check *c, uint32_t a, uint32_t b, const size_t *path) {
    st_buf out;
    st_buf_init(&out, ST_MSG_MAX - 120);
    example(c, path, path, c->table->n_in, &out);
    finding(c, ST_E_DMN_OVERLAP, ST_SEV_WARNING, c->table->rules[b].pos,
            "rules %u and %u (line %u) %s for %.*s", a + 1, b + 1, c->table->rules[a].pos.line,
            c->table->policy == DMN_ANY ? "give different outputs" : "both match",
            ST_FMT(st_buf_view(&out)));
    st_buf_free(&out);
}

/* Leaves of the rules in `among` those that hold somewhere with rule b on column x; cells of many
 * segments are left to the look at each pair. */
static void narrow(check *c, const check_column *x, uint32_t b, uint64_t *among, uint64_t *either) {
    const uint64_t *row = check_set(x->rows, x->row_words, b);
    size_t n = 0, words = b / 64 + 1;
    for (size_t i = 0; i < x->row_words; i++)
        n += (size_t)__builtin_popcountll(row[i]);
    if (n > CHECK_NARROW_MAX && n)
        return;
    memset(either, 0, words * sizeof *either);
    for (size_t s = 0; s < x->n; s++)
        for (size_t i = 0; check_in(row, (uint32_t)s) && i < words; i++)
            either[i] |= check_set(x->sure, c->words, s)[i];
    for (size_t i = 0; i < words; i++)
        among[i] &= either[i];
    (void)afford(c, (n + 1) * words);
}

/* Rules before b that may meet it. */
static void candidates(check *c, uint32_t b, uint64_t *among, uint64_t *either) {
    memset(among, 0xff, (b / 64) * sizeof *among);
    among[b / 64] = (UINT64_C(1) << (b % 64)) - 1;
    for (uint32_t i = 0; i < c->table->n_in; i++)
        narrow(c, &c->cols[i], b, among, either);
}

static void overlaps(check *c) {
    const dmn_table *t = c->table;
    if (t->policy != DMN_UNIQUE && t->policy != DMN_ANY)
        return;
    size_t *path = ST_NEWN(&c->arena, size_t, t->n_in + 1), found = 0;
    uint64_t *among = ST_NEWN(&c->arena, uint64_t, c->words + 1);
    uint64_t *either = ST_NEWN(&c->arena, uint64_t, c->words + 1);
    for (uint32_t b = 1; b < t->n_rules && !c->too_wide; b++) {
        candidates(c, b, among, either);
        for (uint32_t a = 0; a < b && !c->too_wide; a++) {
            if (!among[a / 64])
                a |= 63;
            if (a >= b || !check_in(among, a) || !meet(c, a, b, path) ||
                (t->policy == DMN_ANY && same_outputs(t, a, b)))
                continue;
            overlap(c, a, b, path);
            if (++found == CHECK_SHOWN_MAX)
                return;
        }
    }
}

/* -- rules that never count -- */

static bool stop(walk *w, uint32_t depth) {
    (void)depth;
    w->found++;
    return false;
}

static bool can_hold(const check *c, uint32_t rule) {
    for (uint32_t i = 0; i < c->table->n_in; i++) {
        const check_column *x = &c->cols[i];
        bool any = false;
        for (size_t s = 0; s < x->n && !any; s++)
            any = check_in(check_set(x->may, c->words, s), rule);
        if (!any)
            return false;
    }
    return true;
}

static void unreachable(check *c) {
    const dmn_table *t = c->table;
    size_t found = 0;
    for (uint32_t r = 0; r < t->n_rules && found < CHECK_SHOWN_MAX && !c->too_wide; r++) {
        if (!can_hold(c, r)) {
            finding(c, ST_E_DMN_UNREACHABLE, ST_SEV_WARNING, t->rules[r].pos,
                    "rule %u can never match: a cell allows none of the allowed values", r + 1);
            found++;
            continue;
        }
        if (t->policy != DMN_FIRST || r == 0)
            continue;
        walk w = {.c = c, .sure = true, .nulls = true, .only = &r, .uncovered = stop};
        st_arena_mark before = st_arena_save(&c->arena);
        start(&w, r);
        st_arena_release(&c->arena, before);
        if (w.found || c->too_wide)
            continue;
        finding(c, ST_E_DMN_UNREACHABLE, ST_SEV_WARNING, t->rules[r].pos,
                "rule %u is never reached: rules above it match in every case it covers", r + 1);
        found++;
    }
}

/* -- */

typedef void question(check *c);

/* Each question has its own allowance: a table that is too wide for one may be judged by another.
 */
static void ask(check *c, question *q, const char *what) {
    c->work = 0;
    c->too_wide = false;
    q(c);
    if (c->too_wide)
        finding(c, ST_E_DMN_TOO_WIDE, ST_SEV_NOTE, c->table->pos,
                "too many combinations to look for %s in all", what);
}

static void judge(check *c) {
    const dmn_table *t = c->table;
    c->words = (t->n_rules + 63) / 64;
    if (!c->words)
        return;
    c->cols = ST_NEWN(&c->arena, check_column, t->n_in);
    for (uint32_t i = 0; i < t->n_in && !c->too_wide; i++)
        st_dmn_check_cut(c, i);
    if (c->too_wide) {
        finding(c, ST_E_DMN_TOO_WIDE, ST_SEV_NOTE, t->pos,
                "too many values to look for gaps and overlaps");
        return;
    }
    ask(c, gaps, "gaps");
    ask(c, overlaps, "overlaps");
    ask(c, unreachable, "rules that are never reached");
}

void st_model_check(const st_model *m, st_finding_sink *sink, void *ctx) {
    for (size_t i = 0; i < m->tables.n; i++) {
        check c = {.table = m->tables.items[i], .sink = sink, .ctx = ctx};
        st_arena_init(&c.arena, 0);
        judge(&c);
        st_arena_free(&c.arena);
    }
}
