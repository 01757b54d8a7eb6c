/* Annotations of a record's schema: attributes in the namespace urn:stipend:schema:1, and st:refuse
 * elements inside xs:appinfo. */
#include "records/records_int.h"

const char st_rec_xsd_ns[] = "http://www.w3.org/2001/XMLSchema";
const char st_rec_note_ns[] = "urn:stipend:schema:1";

typedef struct word {
    const char *word;
    int value;
} word;

static const word yes[] = {{"true", true}, {"false", false}, {NULL, 0}};
static const word checks[] = {{"cn-id", ST_REC_CN_ID},
                              {"identity", ST_REC_IDENTITY},
                              {"cn-credit-code", ST_REC_CN_CREDIT_CODE},
                              {"luhn", ST_REC_LUHN},
                              {NULL, 0}};
static const word normals[] = {
    {"cn-id", ST_REC_NORMAL_CN_ID}, {"code", ST_REC_NORMAL_CODE}, {NULL, 0}};
static const word severities[] = {
    {"rejected", ST_SEV_REJECTED}, {"held", ST_SEV_HELD}, {"warning", ST_SEV_WARNING}, {NULL, 0}};
static const word states[] = {
    {"rejected", ST_RECORD_REJECTED}, {"held", ST_RECORD_HELD}, {NULL, 0}};
static const word held[] = {{"held", true}, {NULL, 0}};
static const word roles[] = {{"division", ST_REC_ROLE_DIVISION}, {"known-at", ST_REC_ROLE_KNOWN_AT},
                             {"roster", ST_REC_ROLE_ROSTER},     {"count", ST_REC_ROLE_COUNT},
                             {"sender", ST_REC_ROLE_SENDER},     {"part", ST_REC_ROLE_PART},
                             {"parts", ST_REC_ROLE_PARTS},       {NULL, 0}};

static bool bad_note(st_rec_compiler *c, const st_xml_attr *a) {
    return st_fail_at(c->err, ST_E_REC_NOTE, st_src_pos(&a->src, 0),
                      "the annotation st:%.*s has no value '%.*s'", ST_FMT(a->name),
                      ST_FMT(st_utf8_cut(a->value, 80)));
}

static bool choose(st_rec_compiler *c, const st_xml_attr *a, const word *words, int *out) {
    for (; words->word; words++)
        if (st_str_is(a->value, words->word))
            return *out = words->value, true;
    return bad_note(c, a);
}

/* Notes that hold a name, resolved when all fields are known. */
static st_str *name_note(st_str note, st_rec_notes *n) {
    return st_str_is(note, "as")          ? &n->as
           : st_str_is(note, "not-after") ? &n->not_after
           : st_str_is(note, "kind")      ? &n->kind
           : st_str_is(note, "join")      ? &n->join
           : st_str_is(note, "short")     ? &n->short_form
           : st_str_is(note, "refers")    ? &n->refers
                                          : NULL;
}

static bool read_note(st_rec_compiler *c, const st_xml_attr *a, st_rec_notes *n) {
    int v = 0;
    bool ok = true;
    st_str *name = name_note(a->name, n);
    if (name)
        *name = st_str_dup(&c->type->arena, a->value);
    else if (st_str_is(a->name, "mask"))
        ok = st_mask_named(a->value, &n->mask) || bad_note(c, a);
    else if (st_str_is(a->name, "subject"))
        ok = choose(c, a, yes, &v), n->subject = v;
    else if (st_str_is(a->name, "key"))
        ok = choose(c, a, yes, &v), n->key = v;
    else if (st_str_is(a->name, "formerly"))
        ok = choose(c, a, yes, &v), n->formerly = v;
    else if (st_str_is(a->name, "required"))
        ok = choose(c, a, held, &v), n->needed = v;
    else if (st_str_is(a->name, "check"))
        ok = choose(c, a, checks, &v), n->check = (st_rec_check)v;
    else if (st_str_is(a->name, "severity"))
        ok = choose(c, a, severities, &v), n->severity = (st_severity)v;
    else if (st_str_is(a->name, "normal"))
        ok = choose(c, a, normals, &v), n->normal = (st_rec_normal)v;
    else if (st_str_is(a->name, "unique"))
        ok = choose(c, a, states, &v), n->unique = true, n->unique_state = (st_record_state)v;
    else if (st_str_is(a->name, "role"))
        ok = choose(c, a, roles, &v), n->role = (st_rec_role)v;
    else
        ok = st_fail_at(c->err, ST_E_REC_NOTE, st_src_pos(&a->src, 0),
                        "there is no annotation st:%.*s", ST_FMT(a->name));
    return ok;
}

static bool read_refuses(st_rec_compiler *c, const st_xml *appinfo, st_rec_notes *n) {
    ST_VEC(st_rec_refuse) v = {NULL, 0, 0};
    st_arena *a = &c->type->arena;
    for (size_t i = 0; i < n->n_refuses; i++)
        ST_VEC_PUSH(a, &v, n->refuses[i]);
    for (const st_xml *e = appinfo->first; e; e = e->next) {
        if (!st_str_is(e->ns, st_rec_note_ns))
            continue;
        st_str value = st_xml_get(e, "value"), text = st_str_trim(e->text.text);
        if (!st_xml_is(e, "refuse") || !value.p || !text.n)
            return st_fail_at(c->err, ST_E_REC_NOTE, e->pos,
                              "only <st:refuse value=\"...\">text</st:refuse> is understood here");
        st_rec_refuse one = {st_str_dup(a, value), st_str_dup(a, text)};
        ST_VEC_PUSH(a, &v, one);
    }
    n->refuses = v.items;
    n->n_refuses = v.n;
    return true;
}

static bool is_blank(char ch) {
    return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

static bool is_chinese(const st_xml *e) {
    for (size_t i = 0; i < e->n_attrs; i++)
        if (st_str_is(e->attrs[i].name, "lang"))
            return st_str_is(st_str_sub(e->attrs[i].value, 0, 2), "zh");
    return false;
}

/* The first sentence, white space collapsed. */
static st_str first_sentence(st_rec_compiler *c, st_str text) {
    st_buf b;
    st_buf_init(&b, ST_REC_ABOUT_MAX);
    text = st_str_trim(text);
    for (size_t i = 0; i < text.n; i++) {
        bool blank = is_blank(text.p[i]);
        if (blank && text.p[i - 1] == '.')
            break;
        if (!blank)
            (void)st_buf_ch(&b, text.p[i]);
        else if (!is_blank(text.p[i - 1]))
            (void)st_buf_ch(&b, ' ');
    }
    st_str copy = st_str_dup(&c->type->arena, st_buf_view(&b));
    st_buf_free(&b);
    return copy;
}

st_str st_rec_about(st_rec_compiler *c, const st_xml *e) {
    const st_xml *annotation = st_xml_child(e, "annotation");
    for (const st_xml *x = annotation ? annotation->first : NULL; x; x = x->next)
        if (st_rec_is_xsd(x, "documentation") && !is_chinese(x))
            return first_sentence(c, x->text.text);
    return ST_STR_NONE;
}

bool st_rec_read_notes(st_rec_compiler *c, const st_xml *e, st_rec_notes *notes) {
    notes->at = e;
    st_str about = st_rec_about(c, e);
    if (about.n)
        notes->about = about;
    for (size_t i = 0; i < e->n_attrs; i++)
        if (st_str_is(e->attrs[i].ns, st_rec_note_ns) && !read_note(c, &e->attrs[i], notes))
            return false;
    const st_xml *annotation = st_xml_child(e, "annotation");
    for (const st_xml *x = annotation ? annotation->first : NULL; x; x = x->next)
        if (st_rec_is_xsd(x, "appinfo") && !read_refuses(c, x, notes))
            return false;
    return true;
}
