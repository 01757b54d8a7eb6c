#include "ledger/leaf.h"

static void text(st_buf *out, st_str s) {
    (void)st_buf_be32(out, (uint32_t)s.n);
    (void)st_buf_str(out, s);
}

static void date(st_buf *out, st_date d) {
    (void)st_buf_be32(out, (uint32_t)(d.year * 10000 + d.month * 100 + d.day));
}

void st_leaf_bytes(st_buf *out, const char *scheme, const char *benefit, const char *currency,
                   const st_line *line) {
    (void)st_buf_z(out, "stipend-line-v1");
    (void)st_buf_be64(out, line->line_no);
    text(out, st_str_of(scheme));
    text(out, st_str_of(benefit));
    text(out, line->subject);
    text(out, line->occasion);
    (void)st_buf_be32(out, (uint32_t)line->seq);
    (void)st_buf_be32(out, (uint32_t)line->cause);
    text(out, line->tier);
    text(out, st_str_of(currency));
    (void)st_buf_be64(out, (uint64_t)line->amount);
    (void)st_buf_be64(out, (uint64_t)line->due);
    text(out, line->rule);
    (void)st_buf_add(out, line->facts.b, ST_SHA256_LEN);
}

void st_leaf_hash(st_buf *scratch, const char *scheme, const char *benefit, const char *currency,
                  const st_line *line, st_sha256 *out) {
    st_buf_clear(scratch);
    st_leaf_bytes(scratch, scheme, benefit, currency, line);
    ST_ASSERT(!scratch->overflow);
    st_tree_leaf_hash(scratch->p, scratch->n, out);
}

void st_run_digest(const st_run_info *info, const st_sha256 *prev, st_sha256 *out) {
    st_buf b;
    st_buf_init(&b, 0);
    (void)st_buf_z(&b, "stipend-run-v1");
    (void)st_buf_add(&b, prev->b, ST_SHA256_LEN);
    (void)st_buf_be64(&b, (uint64_t)info->run);
    text(&b, st_str_of(info->scheme));
    (void)st_buf_be32(&b, (uint32_t)info->period);
    date(&b, info->as_of);
    (void)st_buf_be64(&b, info->lines);
    (void)st_buf_be64(&b, (uint64_t)info->total);
    (void)st_buf_add(&b, info->root.b, ST_SHA256_LEN);
    (void)st_buf_add(&b, info->records.b, ST_SHA256_LEN);
    (void)st_buf_add(&b, info->rules.b, ST_SHA256_LEN);
    text(&b, st_str_of(info->engine));
    st_sha256_of(b.p, b.n, out);
    st_buf_free(&b);
}
