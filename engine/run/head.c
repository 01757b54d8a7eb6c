/* What a records file says of itself, before it is read. */
#include "run/run_int.h"

/* Reads the head alone: the file's own date is the default as-of date. */
typedef struct peek {
    st_records_head head;
    bool seen;
} peek;

static bool peek_head(void *ctx, const st_records_head *head, st_err *err) {
    peek *p = ctx;
    p->head = *head;
    p->seen = true;
    return st_fail(err, ST_E_RUN_STOPPED, "head read");
}

static bool peek_record(void *ctx, const st_record *r, st_err *err) {
    (void)ctx;
    (void)r;
    return st_fail(err, ST_E_RUN_STOPPED, "no head");
}

bool st_records_peek(const st_run_options *opt, const st_record_type *type, st_records_head *head,
                     st_err *err) {
    peek p = {.seen = false};
    st_records_events events = {peek_head, peek_record, NULL};
    st_records_options options = {opt->accept_utf8};
    st_records_result result;
    st_err stopped;
    st_err_init(&stopped);
    bool ok = st_records_read(opt->records_path, type, &options, &events, &p, &result, &stopped);
    if (p.seen) {
        *head = p.head;
        return true;
    }
    if (ok)
        return st_fail(err, ST_E_RUN_STOPPED, "%s has no head", opt->records_path);
    if (err)
        *err = stopped;
    return false;
}

bool st_head_fits(const st_scheme *s, const char *path, const st_records_head *head, st_err *err) {
    if (!s->division.n || !head->division[0] || st_str_is(s->division, head->division))
        return true;
    return st_fail(err, ST_E_RUN_DIVISION,
                   "%s holds records of division %s, the scheme %.*s pays for %.*s", path,
                   head->division, ST_FMT(s->id), ST_FMT(s->division));
}

bool st_head_names(const st_run_options *opt, st_err *err) {
    const char *const paths[] = {opt->records_path, opt->scheme_path};
    for (size_t i = 0; i < ST_LEN(paths); i++) {
        size_t n = strlen(paths[i]), valid = st_utf8_valid(paths[i], n);
        if (valid < n)
            return st_fail(err, ST_E_RUN_FILE_NAME, "the name of the %s is not UTF-8: %.*s...",
                           i ? "scheme" : "records file", (int)valid, paths[i]);
    }
    return true;
}
