/* The ledger's side of continuity: what is known, and the scheme.xml that the newest run kept. */
#include "ledger/archive.h"
#include "run/continuity.h"

typedef struct past {
    st_ledger *l;
    const st_scheme *of;
    st_known known, alike;
    st_scheme *opened[ST_ALIKE_MAX + 1]; /* to be freed: each scheme is asked about once */
    size_t n;
    st_arena arena;
} past;

typedef struct entry {
    bool found;
    st_sha256 digest;
    char name[256];
} entry;

static bool is_scheme(void *ctx, const st_archive_entry *e) {
    entry *x = ctx;
    if (strcmp(e->kind, "scheme") != 0)
        return true;
    x->found = true;
    x->digest = e->digest;
    (void)snprintf(x->name, sizeof x->name, "%s", e->name);
    return false;
}

static bool to_buf(void *ctx, const void *p, size_t n, st_err *err) {
    st_buf *b = ctx;
    return st_buf_add(b, p, n) ||
           st_fail(err, ST_E_RUN_ARCHIVE, "the archived scheme.xml is too large");
}

/* A scheme.xml that this program does not read any more tells nothing. */
static bool rules(void *ctx, const st_known_scheme *of, const st_scheme **out, st_err *err) {
    past *p = ctx;
    entry x = {.found = false};
    *out = NULL;
    ST_ASSERT(p->n < ST_LEN(p->opened));
    if (!st_archive_list(p->l, of->newest_run, is_scheme, &x, err))
        return false;
    if (!x.found)
        return true;
    st_buf bytes;
    st_buf_init(&bytes, ST_SCHEME_FILE_MAX);
    st_err unread;
    st_err_init(&unread);
    bool ok = st_archive_fetch(p->l, &x.digest, to_buf, &bytes, err);
    if (ok && st_scheme_read(x.name, st_buf_view(&bytes), &p->opened[p->n], &unread))
        *out = p->opened[p->n++];
    st_buf_free(&bytes);
    return ok;
}

static bool occasions(void *ctx, int32_t benefit, st_occasion_sink *each, void *each_ctx,
                      st_err *err) {
    past *p = ctx;
    return st_ledger_occasions(p->l, benefit, each, each_ctx, err);
}

static bool alike(void *ctx, const st_known **out, st_err *err) {
    past *p = ctx;
    st_str *ids = ST_NEWN(&p->arena, st_str, p->of->n_benefits + 1);
    for (size_t i = 0; i < p->of->n_benefits; i++)
        ids[i] = p->of->benefits[i].id;
    *out = &p->alike;
    return st_ledger_alike(p->l, &p->arena, ids, p->of->n_benefits, &p->alike, err);
}

bool st_continuity_ledger(st_ledger *l, const st_scheme *s, st_month period, st_continuity *out,
                          st_err *err) {
    past p = {.l = l, .of = s};
    st_arena_init(&p.arena, 0);
    st_str *ids = ST_NEWN(&p.arena, st_str, s->formerly.n + 1);
    ids[0] = s->id;
    for (size_t i = 0; i < s->formerly.n; i++)
        ids[i + 1] = s->formerly.v[i];
    st_past x = {
        .known = &p.known, .alike = alike, .rules = rules, .occasions = occasions, .ctx = &p};
    bool ok = st_ledger_known(l, &p.arena, ids, s->formerly.n + 1, &p.known, err) &&
              st_continuity_judge(&x, s, period, out, err);
    for (size_t i = 0; i < p.n; i++)
        st_scheme_free(p.opened[i]);
    st_arena_free(&p.arena);
    return ok;
}

bool st_continuity_of_run(st_ledger *l, int64_t run, const char *scheme, const st_scheme *s,
                          st_continuity *out, st_err *err) {
    st_arena a;
    st_arena_init(&a, 0);
    st_said *said = NULL;
    size_t n = 0;
    (void)snprintf(out->scheme, sizeof out->scheme, "%s", scheme);
    bool ok = st_ledger_said(l, &a, run, &said, &n, err);
    for (size_t i = 0; ok && i < s->n_benefits; i++) {
        out->numbers[i] = 0; /* without names: by its first id */
        for (size_t k = 0; k < n; k++)
            if (said[k].benefit && st_str_eq(said[k].id, s->benefits[i].id))
                out->numbers[i] = said[k].benefit;
    }
    st_arena_free(&a);
    return ok;
}

bool st_continuity_keep(st_posting *p, const st_scheme *s, const int32_t *numbers, st_err *err) {
    st_said said[1 + ST_SCHEME_BENEFITS_MAX];
    said[0] = (st_said){0, s->id};
    for (size_t i = 0; i < s->n_benefits; i++)
        said[i + 1] = (st_said){numbers[i], s->benefits[i].id};
    return st_posting_said(p, said, s->n_benefits + 1, err);
}
