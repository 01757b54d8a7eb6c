/* Ids that stand twice, told with both places: the validator knows only the second. */
#include "base/map.h"
#include "scheme/load_int.h"

static st_pos id_pos(const st_xml *e) {
    const st_xml_attr *a = st_xml_attr_of(e, "id");
    return a ? st_src_pos(&a->src, 0) : e->pos;
}

bool st_load_unique(st_arena *a, const st_xml *root, st_err *err) {
    st_map seen;
    st_map_init(&seen, a);
    for (st_xml *e = root->first; e; e = e->next) {
        st_str id = text_attr(e, "id");
        const st_xml *f = id.n ? st_map_get(&seen, id) : NULL;
        if (f)
            return st_fail_at(err, ST_E_SCHEME_VALUE, id_pos(e),
                              "the id '%.*s' stands twice: <%.*s> in line %u and <%.*s> in line %u",
                              ST_FMT(st_str_sub(id, 0, 80)), ST_FMT(f->name), id_pos(f).line,
                              ST_FMT(e->name), id_pos(e).line);
        if (id.n)
            st_map_put(&seen, id, e);
    }
    return true;
}
