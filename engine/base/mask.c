/* Masks for personal data (STANDARDS.md section 9), by code point. */
#include "base/mask.h"

/* Keeps head and tail characters, stars between; where fewer than hidden would be masked, all are,
 * so that nothing can be told by what is left. */
static void keep_ends(st_buf *out, st_str text, size_t head, size_t tail, size_t hidden) {
    size_t n = st_utf8_count(text), i = 0;
    bool whole = n < head + tail + hidden;
    const char *p = text.p, *end = text.p + text.n;
    for (; p < end; i++) {
        const char *from = p;
        (void)st_utf8_next(&p, end);
        if (!whole && (i < head || i >= n - tail))
            (void)st_buf_add(out, from, (size_t)(p - from));
        else
            (void)st_buf_ch(out, '*');
    }
}

static bool is_dot(int32_t cp) {
    return cp == 0xb7 || cp == 0x2022 || cp == 0x2027 || cp == 0x30fb || cp == 0xff0e;
}

/* 阿依古丽·买买提: first character and the dots stay. */
static void mask_dotted(st_buf *out, st_str text) {
    const char *p = text.p, *end = text.p + text.n;
    for (size_t i = 0; p < end; i++) {
        const char *from = p;
        int32_t cp = st_utf8_next(&p, end);
        if (i == 0 || is_dot(cp))
            (void)st_buf_add(out, from, (size_t)(p - from));
        else
            (void)st_buf_ch(out, '*');
    }
}

static bool has_inner_dot(st_str text) {
    const char *p = text.p, *end = text.p + text.n;
    for (size_t i = 0; p < end; i++)
        if (is_dot(st_utf8_next(&p, end)) && i > 0 && p < end)
            return true;
    return false;
}

static void mask_name(st_buf *out, st_str text) {
    if (has_inner_dot(text))
        mask_dotted(out, text);
    else
        keep_ends(out, text, 1, st_utf8_count(text) > 2 ? 1 : 0, 1);
}

void st_mask_add(st_buf *out, st_mask kind, st_str text) {
    if (text.n == 0)
        return;
    switch (kind) {
    case ST_MASK_NONE:
        (void)st_buf_str(out, text);
        return;
    case ST_MASK_ID:
        keep_ends(out, text, 6, 4, 5);
        return;
    case ST_MASK_NAME:
        mask_name(out, text);
        return;
    case ST_MASK_ACCOUNT:
        keep_ends(out, text, 0, 4, 5);
        return;
    case ST_MASK_ALL:
        keep_ends(out, text, 0, 0, 0);
        return;
    }
    ST_UNREACHABLE();
}

bool st_mask_named(st_str word, st_mask *out) {
    static const struct {
        const char *word;
        st_mask mask;
    } words[] = {{"none", ST_MASK_NONE},
                 {"id", ST_MASK_ID},
                 {"name", ST_MASK_NAME},
                 {"account", ST_MASK_ACCOUNT},
                 {"all", ST_MASK_ALL}};
    for (size_t i = 0; i < ST_LEN(words); i++)
        if (st_str_is(word, words[i].word))
            return *out = words[i].mask, true;
    return false;
}
