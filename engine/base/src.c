#include "base/src.h"

st_src st_src_of(st_str text) {
    return (st_src){.text = text};
}

st_src st_src_slice(const st_src *s, size_t from, size_t to) {
    st_src part = *s;
    if (to > s->text.n)
        to = s->text.n;
    if (from > to)
        from = to;
    if (s->text.p)
        part.text = (st_str){s->text.p + from, to - from};
    part.base = s->base + (uint32_t)from;
    return part;
}

st_pos st_src_pos(const st_src *s, size_t at) {
    st_pos pos = {.file = s->file};
    if (at > s->text.n)
        at = s->text.n;
    if (s->n_segs == 0 || !s->text.p)
        return pos;
    const char *whole = s->text.p - s->base;
    at += s->base;
    uint32_t lo = 0, hi = s->n_segs;
    while (hi - lo > 1) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (s->segs[mid].text <= at)
            lo = mid;
        else
            hi = mid;
    }
    const st_src_seg *seg = &s->segs[lo];
    pos.line = seg->line;
    pos.column = seg->column;
    pos.offset = seg->offset;
    for (size_t i = seg->text; i < at; i++) {
        pos.offset++;
        if (whole[i] == '\n')
            pos.line++, pos.column = 1;
        else if (((unsigned char)whole[i] & 0xc0) != 0x80)
            pos.column++;
    }
    return pos;
}
