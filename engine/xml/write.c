/* Escaping of text that goes into XML. Characters that XML cannot carry are refused at the door of
 * the engine, so none arrives here. */
#include "xml/write.h"

static const char *escape_of(char c, bool attribute) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '\r':
        return "&#13;";
    case '"':
        return attribute ? "&quot;" : NULL;
    case '\n':
        return attribute ? "&#10;" : NULL;
    case '\t':
        return attribute ? "&#9;" : NULL;
    default:
        return NULL;
    }
}

static void write_escaped(st_buf *out, st_str text, bool attribute) {
    size_t from = 0;
    for (size_t i = 0; i < text.n; i++) {
        const char *escape = escape_of(text.p[i], attribute);
        if (!escape)
            continue;
        (void)st_buf_add(out, text.p + from, i - from);
        (void)st_buf_z(out, escape);
        from = i + 1;
    }
    (void)st_buf_add(out, text.p ? text.p + from : "", text.n - from);
}

void st_xml_write_text(st_buf *out, st_str text) {
    write_escaped(out, text, false);
}

void st_xml_write_attr(st_buf *out, const char *name, st_str value) {
    (void)st_buf_ch(out, ' ');
    (void)st_buf_z(out, name);
    (void)st_buf_z(out, "=\"");
    write_escaped(out, value, true);
    (void)st_buf_ch(out, '"');
}
