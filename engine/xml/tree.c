/* A small tree with exact positions. libxml2 decides what is well-formed and resolves namespaces;
 * a cursor of ours follows its events through the same text and notes where every character of a
 * value stands in the file, through entities and CDATA. Not for records: everything is kept. */
#include "xml/tree.h"
#include "base/file.h"
#include "xml/xml_int.h"

typedef struct open_text {
    st_buf text;
    ST_VEC(st_src_seg) segs; /* in the builder's scratch arena */
    st_xml *last_child;
    bool empty_tag;
} open_text;

typedef struct builder {
    st_arena *arena;
    st_arena scratch;
    const char *file;
    st_str doc; /* UTF-8 */
    size_t at;  /* cursor: everything before it has been accounted for */
    uint32_t line, column;
    xmlParserCtxtPtr parser;
    st_xml *root, *open;
    open_text stack[ST_XML_DEPTH_MAX + 1];
    size_t depth; /* elements open */
    st_err *err;
    bool ended, failed;
} builder;

static st_pos here(const builder *b) {
    return (st_pos){.file = b->file, .line = b->line, .column = b->column, .offset = b->at};
}

static void stop(builder *b) {
    b->failed = true;
    xmlStopParser(b->parser);
}

/* In a truncated file libxml2 reports the last tag before it misses its '>'; the cursor then stays
 * at the end, and the failure comes right after. */
static void advance(builder *b, size_t to) {
    if (to > b->doc.n)
        to = b->doc.n;
    for (; b->at < to; b->at++) {
        if (b->doc.p[b->at] == '\n')
            b->line++, b->column = 1;
        else if (((unsigned char)b->doc.p[b->at] & 0xc0) != 0x80)
            b->column++;
    }
}

static bool at_text(const builder *b, const char *z) {
    size_t n = strlen(z);
    return b->doc.n - b->at >= n && memcmp(b->doc.p + b->at, z, n) == 0;
}

static size_t find_from(const builder *b, size_t from, const char *z) {
    const char *hit =
        from < b->doc.n ? memmem(b->doc.p + from, b->doc.n - from, z, strlen(z)) : NULL;
    return hit ? (size_t)(hit - b->doc.p) : b->doc.n;
}

/* A character that ends a name or separates attributes; also the end of the text. */
static bool ends_name(const builder *b, size_t at, const char *others) {
    return at >= b->doc.n || strchr(" \t\r\n", b->doc.p[at]) || strchr(others, b->doc.p[at]);
}

/* From the cursor on, characters of the file and of the text go one to one again. */
static void segment(builder *b, open_text *o) {
    st_src_seg seg = {(uint32_t)o->text.n, b->line, b->column, b->at};
    if (o->segs.n && o->segs.items[o->segs.n - 1].text == seg.text)
        o->segs.items[o->segs.n - 1] = seg;
    else
        ST_VEC_PUSH(&b->scratch, &o->segs, seg);
}

/* What a reference stands for; libxml2 refuses the file where there is no such character, so the
 * replacement is never seen. */
enum { NOT_A_CHARACTER = 0xfffd };
static uint32_t reference_value(st_str name) {
    static const struct {
        const char *name;
        uint32_t cp;
    } known[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    for (size_t i = 0; i < ST_LEN(known); i++)
        if (st_str_is(name, known[i].name))
            return known[i].cp;
    if (name.n < 2 || name.p[0] != '#')
        return NOT_A_CHARACTER;
    bool hex = name.p[1] == 'x';
    uint32_t cp = 0;
    for (size_t i = hex ? 2 : 1; i < name.n; i++) {
        char c = name.p[i];
        uint32_t digit = c <= '9' ? (uint32_t)(c - '0') : (uint32_t)((c | 0x20) - 'a' + 10);
        cp = cp * (hex ? 16 : 10) + digit;
        if (digit > 15 || cp > 0x10ffff)
            return NOT_A_CHARACTER;
    }
    return cp ? cp : NOT_A_CHARACTER;
}

/* The reference at the cursor (&lt; or &#20154;) as its character. */
static void take_reference(builder *b, open_text *o) {
    size_t end = find_from(b, b->at, ";");
    segment(b, o);
    st_str name = {b->doc.p + b->at + 1, end - b->at - 1};
    (void)st_buf_cp(&o->text, reference_value(name));
    advance(b, end + 1);
    segment(b, o);
}

/* A line end at the cursor: CR LF and a lone CR are a newline (a space in attributes). */
static void take_cr(builder *b, open_text *o, char as) {
    bool lf = b->at + 1 < b->doc.n && b->doc.p[b->at + 1] == '\n';
    (void)st_buf_ch(&o->text, as);
    advance(b, b->at + (lf ? 2 : 1));
    segment(b, o);
}

static void take_plain(builder *b, open_text *o, size_t to) {
    (void)st_buf_add(&o->text, b->doc.p + b->at, to - b->at);
    advance(b, to);
}

static void take_cdata(builder *b, open_text *o) {
    advance(b, b->at + strlen("<![CDATA["));
    size_t end = find_from(b, b->at, "]]>");
    segment(b, o);
    while (b->at < end) {
        const char *cr = memchr(b->doc.p + b->at, '\r', end - b->at);
        take_plain(b, o, cr ? (size_t)(cr - b->doc.p) : end);
        if (cr)
            take_cr(b, o, '\n');
    }
    advance(b, end + 3);
    segment(b, o);
}

/* Character data, references, CDATA, comments and instructions up to the next tag. */
static void take_content(builder *b) {
    open_text dropped = {0}; /* outside the root there is white space only */
    st_buf_init(&dropped.text, 0);
    open_text *o = b->depth ? &b->stack[b->depth - 1] : &dropped;
    segment(b, o);
    while (b->at < b->doc.n) {
        size_t run = b->at;
        while (run < b->doc.n && b->doc.p[run] != '<' && b->doc.p[run] != '&' &&
               b->doc.p[run] != '\r')
            run++;
        take_plain(b, o, run);
        if (b->at == b->doc.n)
            break;
        if (b->doc.p[b->at] == '&')
            take_reference(b, o);
        else if (b->doc.p[b->at] == '\r')
            take_cr(b, o, '\n');
        else if (at_text(b, "<!--"))
            advance(b, find_from(b, b->at + 4, "-->") + 3), segment(b, o);
        else if (at_text(b, "<![CDATA["))
            take_cdata(b, o);
        else if (at_text(b, "<?"))
            advance(b, find_from(b, b->at + 2, "?>") + 2), segment(b, o);
        else
            break;
    }
    st_buf_free(&dropped.text);
}

static st_src make_src(builder *b, const open_text *o) {
    st_src s = {.file = b->file};
    s.text = st_str_dup(b->arena, (st_str){o->text.n ? o->text.p : "", o->text.n});
    st_src_seg *segs = ST_NEWN(b->arena, st_src_seg, o->segs.n + 1);
    if (o->segs.n)
        memcpy(segs, o->segs.items, o->segs.n * sizeof *segs);
    s.segs = segs;
    s.n_segs = (uint32_t)o->segs.n;
    return s;
}

static void skip_space(builder *b) {
    while (b->at < b->doc.n && strchr(" \t\r\n", b->doc.p[b->at]))
        advance(b, b->at + 1);
}

/* The quoted value at the cursor. */
static st_src take_value(builder *b, st_buf *reuse) {
    open_text o = {.text = *reuse};
    st_buf_clear(&o.text);
    char quote = b->doc.p[b->at];
    ST_ASSERT(quote == '"' || quote == '\''); /* take_attribute has looked */
    advance(b, b->at + 1);
    segment(b, &o);
    while (b->at < b->doc.n && b->doc.p[b->at] != quote) {
        char c = b->doc.p[b->at];
        if (c == '&')
            take_reference(b, &o);
        else if (c == '\r')
            take_cr(b, &o, ' ');
        else if (c == '\t' || c == '\n') {
            (void)st_buf_ch(&o.text, ' ');
            advance(b, b->at + 1);
            segment(b, &o);
        } else
            take_plain(b, &o, b->at + 1);
    }
    advance(b, b->at + 1);
    st_src s = make_src(b, &o);
    *reuse = o.text;
    return s;
}

typedef enum found { ATTRIBUTE, DECLARATION, UNREADABLE } found;

/* One attribute or namespace declaration of the tag at the cursor. */
static found take_attribute(builder *b, st_src *value, st_buf *reuse) {
    size_t name = b->at, end = name;
    while (!ends_name(b, end, "="))
        end++;
    st_str qname = {b->doc.p + name, end - name};
    advance(b, end);
    skip_space(b);
    advance(b, b->at + 1); /* = */
    skip_space(b);
    if (b->at >= b->doc.n || (b->doc.p[b->at] != '"' && b->doc.p[b->at] != '\''))
        return UNREADABLE;
    *value = take_value(b, reuse);
    return st_str_is(qname, "xmlns") || st_str_starts(qname, "xmlns:") ? DECLARATION : ATTRIBUTE;
}

/* Both readers must see the same: libxml2 drops some attributes it finds fault with before it
 * reports. */
static bool take_attributes(builder *b, st_xml *e, const xmlChar **attrs) {
    st_buf reuse;
    st_buf_init(&reuse, ST_XML_TREE_MAX);
    bool same = true;
    size_t i = 0;
    while (same) {
        skip_space(b);
        if (ends_name(b, b->at, "/>"))
            break;
        st_src value;
        found what = take_attribute(b, &value, &reuse);
        if (what == DECLARATION)
            continue;
        same = what == ATTRIBUTE;
        if (!same)
            break;
        const xmlChar **a = i < e->n_attrs ? attrs + 5 * i : NULL;
        same = a && st_str_eq((st_str){(const char *)a[3], (size_t)(a[4] - a[3])}, value.text);
        if (!same)
            break;
        e->attrs[i++] = (st_xml_attr){.ns = st_str_dup(b->arena, st_xml_str(a[2])),
                                      .name = st_str_dup(b->arena, st_xml_str(a[0])),
                                      .value = value.text,
                                      .src = value};
    }
    st_buf_free(&reuse);
    return same && i == e->n_attrs;
}

static const char *const *copy_prefixes(builder *b, int n, const xmlChar **ns) {
    const char **out = ST_NEWN(b->arena, const char *, (size_t)n * 2 + 1);
    for (int i = 0; i < n * 2; i++) {
        const char *z = (const char *)ns[i];
        out[i] = z ? st_arena_dup(b->arena, z, strlen(z)) : "";
    }
    return out;
}

static void push_element(builder *b, st_xml *e, bool empty_tag) {
    open_text *o = &b->stack[b->depth++];
    st_buf_clear(&o->text);
    memset(&o->segs, 0, sizeof o->segs);
    o->last_child = NULL;
    o->empty_tag = empty_tag;
    e->parent = b->open;
    if (!b->open) {
        b->root = e;
    } else {
        open_text *p = &b->stack[b->depth - 2];
        if (p->last_child)
            p->last_child->next = e;
        else
            b->open->first = e;
        p->last_child = e;
    }
    b->open = e;
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int n_ns, const xmlChar **ns, int n_attrs, int n_defaulted,
                     const xmlChar **attrs) {
    builder *b = ctx;
    (void)prefix, (void)n_defaulted;
    if (b->failed)
        return;
    take_content(b);
    if (b->depth == ST_XML_DEPTH_MAX) {
        (void)st_fail_at(b->err, ST_E_XML_LIMIT, here(b), "elements are nested deeper than %d",
                         ST_XML_DEPTH_MAX);
        stop(b);
        return;
    }
    st_xml *e = ST_NEW(b->arena, st_xml);
    e->pos = here(b);
    e->name = st_str_dup(b->arena, st_xml_str(name));
    e->ns = st_str_dup(b->arena, st_xml_str(uri));
    e->n_attrs = (size_t)n_attrs;
    e->attrs = ST_NEWN(b->arena, st_xml_attr, e->n_attrs + 1);
    e->ns_prefixes = copy_prefixes(b, n_ns, ns);
    while (!ends_name(b, b->at, "/>"))
        advance(b, b->at + 1);
    if (!take_attributes(b, e, attrs)) {
        (void)st_fail_at(b->err, ST_E_XML_MALFORMED, e->pos,
                         "the attributes of <%.*s> cannot be read", ST_FMT(e->name));
        stop(b);
        return;
    }
    bool empty_tag = at_text(b, "/");
    advance(b, b->at + (empty_tag ? 2 : 1));
    push_element(b, e, empty_tag);
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
    builder *b = ctx;
    (void)name, (void)prefix, (void)uri;
    if (b->failed)
        return;
    open_text *o = &b->stack[b->depth - 1];
    if (!o->empty_tag) {
        take_content(b);
        advance(b, find_from(b, b->at, ">") + 1);
    }
    b->open->text = make_src(b, o);
    b->open = b->open->parent;
    b->depth--;
}

static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *id, const xmlChar *system) {
    builder *b = ctx;
    (void)name, (void)id, (void)system;
    take_content(b); /* stops at the <! of the DOCTYPE */
    st_xml_fail_doctype(b->err, here(b));
    stop(b);
}

static void on_error(void *ctx, xmlErrorPtr report) {
    builder *b = ctx;
    if (b->failed || report->level < XML_ERR_ERROR)
        return;
    st_xml_fail_parse(b->err, b->file, report, b->ended);
    stop(b);
}

static bool run(builder *b) {
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .startElementNs = on_start,
                         .endElementNs = on_end,
                         .internalSubset = on_doctype,
                         .serror = on_error};
    b->parser = st_xml_parser(&sax, b);
    ST_ASSERT(b->parser);
    for (size_t at = 0; at < b->doc.n && !b->failed;) {
        int n = b->doc.n - at > (1 << 20) ? 1 << 20 : (int)(b->doc.n - at);
        (void)xmlParseChunk(b->parser, b->doc.p + at, n, 0);
        at += (size_t)n;
    }
    if (!b->failed && b->doc.n == 0) {
        (void)st_fail_at(b->err, ST_E_XML_MALFORMED, here(b), "the file is empty");
        b->failed = true;
    }
    b->ended = true;
    if (!b->failed)
        (void)xmlParseChunk(b->parser, NULL, 0, 1);
    if (!b->failed && (!b->parser->wellFormed || !b->root || b->depth)) {
        (void)st_fail_at(b->err, ST_E_XML_MALFORMED, here(b), "not well-formed XML");
        b->failed = true;
    }
    xmlFreeParserCtxt(b->parser);
    return !b->failed;
}

bool st_xml_parse(st_arena *a, const char *file, st_str bytes, st_xml **root, st_err *err) {
    st_pos start = {.file = file, .line = 1, .column = 1};
    if (bytes.n > ST_XML_TREE_MAX)
        return st_fail_at(err, ST_E_XML_LIMIT, start, "the file has more than %d bytes",
                          ST_XML_TREE_MAX);
    builder *b = st_xmalloc(sizeof *b);
    memset(b, 0, sizeof *b);
    *b = (builder){.arena = a, .line = 1, .column = 1, .err = err};
    b->file = st_arena_dup(a, file, strlen(file));
    for (size_t i = 0; i < ST_LEN(b->stack); i++)
        st_buf_init(&b->stack[i].text, ST_XML_TREE_MAX);
    st_arena_init(&b->scratch, 0);
    st_buf utf8;
    st_buf_init(&utf8, 3 * (size_t)ST_XML_TREE_MAX);
    bool ok = st_xml_decode(b->file, bytes, &utf8, err);
    if (ok) {
        b->doc = st_buf_view(&utf8);
        ok = run(b);
    }
    if (ok)
        *root = b->root;
    for (size_t i = 0; i < ST_LEN(b->stack); i++)
        st_buf_free(&b->stack[i].text);
    st_arena_free(&b->scratch);
    st_buf_free(&utf8);
    free(b);
    return ok;
}

bool st_xml_parse_file(st_arena *a, const char *path, st_xml **root, st_err *err) {
    st_buf content;
    st_buf_init(&content, ST_XML_TREE_MAX + 1);
    bool ok = st_file_read(path, ST_XML_TREE_MAX, &content, err) &&
              st_xml_parse(a, path, st_buf_view(&content), root, err);
    st_buf_free(&content);
    return ok;
}
