/* Posted keys of which no rule speaks: a run with such keys is never sealed. */
#include "run/run_int.h"

void st_tally_stray(st_tally *t, const st_posted *p) {
    st_strays *s = &t->strays;
    if (p->sum == 0 || st_calc_speaks(t->scheme, p))
        return;
    s->keys++;
    if (!st_money_add(s->sum, p->sum, &s->sum))
        s->beyond = true;
    if (s->n == ST_STRAYS_SHOWN)
        return;
    st_stray *x = &s->first[s->n++];
    st_str benefit = p->benefit >= 0 ? t->scheme->benefits[p->benefit].id : ST_STR("?");
    *x = (st_stray){.sum = p->sum};
    (void)snprintf(x->subject, sizeof x->subject, "%.*s", ST_FMT(p->subject));
    (void)snprintf(x->benefit, sizeof x->benefit, "%.*s", ST_FMT(benefit));
    (void)snprintf(x->occasion, sizeof x->occasion, "%.*s", ST_FMT(p->occasion));
}

void st_strays_why(const st_strays *s, char *out, size_t size) {
    st_buf sum;
    st_buf_init(&sum, 60);
    st_money_plain(&sum, s->sum);
    (void)snprintf(out, size, "%" PRIu64 " posted %s (%s) of which no rule speaks", s->keys,
                   s->keys == 1 ? "key" : "keys", s->beyond ? "more than can be added" : sum.p);
    st_buf_free(&sum);
}

void st_strays_json(const st_strays *s, st_buf *b) {
    if (s->keys == 0)
        return;
    (void)st_buf_fmt(b, ",\"strays\":{\"count\":%" PRIu64 ",\"sum\":", s->keys);
    if (s->beyond) {
        (void)st_buf_z(b, "null");
    } else {
        (void)st_buf_ch(b, '"');
        st_money_plain(b, s->sum);
        (void)st_buf_ch(b, '"');
    }
    (void)st_buf_z(b, ",\"keys\":[");
    for (size_t i = 0; i < s->n; i++) {
        const st_stray *x = &s->first[i];
        (void)st_buf_z(b, i ? ",{\"subject\":" : "{\"subject\":");
        (void)st_buf_json(b, st_str_of(x->subject));
        (void)st_buf_z(b, ",\"benefit\":");
        (void)st_buf_json(b, st_str_of(x->benefit));
        (void)st_buf_z(b, ",\"occasion\":");
        (void)st_buf_json(b, st_str_of(x->occasion));
        (void)st_buf_z(b, ",\"posted\":\"");
        st_money_plain(b, x->sum);
        (void)st_buf_z(b, "\"}");
    }
    (void)st_buf_z(b, "]}");
}
