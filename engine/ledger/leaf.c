#include "ledger/leaf.h"

static void date(st_buf *out, st_date d) {
    (void)st_buf_be32(out, (uint32_t)(d.year * 10000 + d.month * 100 + d.day));
}

void st_leaf_bytes(st_buf *out, const char *scheme, const char *benefit, const char *currency,
                   const st_line *line) {
    (void)st_buf_z(out, "stipend-line-v1");
    (void)st_buf_be64(out, line->line_no);
    (void)st_buf_sized(out, st_str_of(scheme));
    (void)st_buf_sized(out, st_str_of(benefit));
    (void)st_buf_sized(out, line->subject);
    (void)st_buf_sized(out, line->occasion);
    (void)st_buf_be32(out, (uint32_t)line->seq);
    (void)st_buf_be32(out, (uint32_t)line->cause);
    (void)st_buf_sized(out, line->tier);
    (void)st_buf_sized(out, st_str_of(currency));
    (void)st_buf_be64(out, (uint64_t)line->amount);
    (void)st_buf_be64(out, (uint64_t)line->due);
    (void)st_buf_sized(out, line->rule);
    (void)st_buf_add(out, line->facts.b, ST_SHA256_LEN);
}

void st_leaf_hash(st_buf *scratch, const char *scheme, const char *benefit, const char *currency,
                  const st_line *line, st_sha256 *out) {
    st_buf_clear(scratch);
    st_leaf_bytes(scratch, scheme, benefit, currency, line);
    ST_ASSERT(!scratch->overflow);
    st_tree_leaf_hash(scratch->p, scratch->n, out);
}

void st_settlement_hash(st_buf *scratch, const st_settlement_leaf *x, st_sha256 *out) {
    st_buf_clear(scratch);
    (void)st_buf_z(scratch, "stipend-settlement-v1");
    (void)st_buf_sized(scratch, x->scheme);
    (void)st_buf_sized(scratch, x->benefit);
    (void)st_buf_sized(scratch, x->subject);
    (void)st_buf_sized(scratch, x->occasion);
    const int64_t numbers[] = {x->seq, x->no, x->kind, x->bound, x->amount, x->payment};
    for (size_t i = 0; i < ST_LEN(numbers); i++)
        (void)st_buf_be64(scratch, (uint64_t)numbers[i]);
    ST_ASSERT(!scratch->overflow);
    st_tree_leaf_hash(scratch->p, scratch->n, out);
}

void st_booking_bytes(st_buf *out, const st_sha256 *before, const st_booking_leaf *x) {
    (void)st_buf_z(out, x->old ? "stipend-booking-v1" : "stipend-booking-v2");
    (void)st_buf_add(out, before->b, ST_SHA256_LEN);
    (void)st_buf_be64(out, (uint64_t)x->no);
    (void)st_buf_sized(out, x->kind);
    (void)st_buf_be64(out, (uint64_t)x->target);
    (void)st_buf_sized(out, x->scheme);
    (void)st_buf_sized(out, x->subject);
    (void)st_buf_be64(out, (uint64_t)x->amount);
    (void)st_buf_sized(out, x->date);
    (void)st_buf_sized(out, x->note);
    (void)st_buf_sized(out, x->actor);
    if (!x->old)
        (void)st_buf_sized(out, x->receipt);
}

void st_booking_part_bytes(st_buf *out, const st_booking_part *x) {
    if (!x->old)
        (void)st_buf_sized(out, x->subject);
    (void)st_buf_sized(out, x->benefit);
    (void)st_buf_sized(out, x->occasion);
    (void)st_buf_be64(out, (uint64_t)x->seq);
    (void)st_buf_be64(out, (uint64_t)x->amount);
    (void)st_buf_ch(out, x->writeoff ? 1 : 0);
}

static void input_bytes(st_buf *b, const st_run_input *in) {
    date(b, in->known_at);
    (void)st_buf_ch(b, in->whole ? 1 : 0);
    (void)st_buf_sized(b, st_str_of(in->sender));
    (void)st_buf_be32(b, (uint32_t)in->part);
    (void)st_buf_be32(b, (uint32_t)in->parts);
    (void)st_buf_sized(b, st_str_of(in->asked));
    (void)st_buf_sized(b, st_str_of(in->because));
}

void st_run_digest(const st_run_info *info, const st_sha256 *prev, st_sha256 *out) {
    st_buf b;
    st_buf_init(&b, 0);
    (void)st_buf_z(&b, info->has_input       ? "stipend-run-v3"
                       : info->claims_sealed ? "stipend-run-v2"
                                             : "stipend-run-v1");
    (void)st_buf_add(&b, prev->b, ST_SHA256_LEN);
    (void)st_buf_be64(&b, (uint64_t)info->run);
    (void)st_buf_sized(&b, st_str_of(info->scheme));
    (void)st_buf_be32(&b, (uint32_t)info->period);
    date(&b, info->as_of);
    (void)st_buf_be64(&b, info->lines);
    (void)st_buf_be64(&b, (uint64_t)info->total);
    (void)st_buf_add(&b, info->root.b, ST_SHA256_LEN);
    (void)st_buf_add(&b, info->records.b, ST_SHA256_LEN);
    (void)st_buf_add(&b, info->rules.b, ST_SHA256_LEN);
    (void)st_buf_sized(&b, st_str_of(info->engine));
    if (info->claims_sealed) {
        (void)st_buf_add(&b, info->settlements.b, ST_SHA256_LEN);
        (void)st_buf_be64(&b, (uint64_t)info->bookings);
        (void)st_buf_add(&b, info->bookings_head.b, ST_SHA256_LEN);
    }
    if (info->has_input)
        input_bytes(&b, &info->input);
    st_sha256_of(b.p, b.n, out);
    st_buf_free(&b);
}

void st_leaf_hex(st_buf *out, const char *name, const void *p, size_t n) {
    (void)st_buf_fmt(out, "%s: ", name);
    (void)st_buf_hex(out, p, n);
    (void)st_buf_ch(out, '\n');
}
