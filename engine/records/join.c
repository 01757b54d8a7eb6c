/* One thing told in two ways. A list may have a short form (st:short): attributes beside it that
 * stand for one of its items. And items of a list may be joined (st:join): two elements with the
 * same number are one certificate, the second of which brings a further term. */
#include "records/records_int.h"

static bool same_item(st_val a, st_val b) {
    if (a.kind != ST_CONTEXT || b.kind != ST_CONTEXT)
        return st_feel_equal(a, b) == 1;
    for (uint32_t i = 0; i < a.u.context->shape->n; i++) {
        st_val x = a.u.context->v[i], y = b.u.context->v[i];
        if (x.kind == ST_NULL && y.kind == ST_NULL)
            continue;
        if (x.kind == ST_CONTEXT || x.kind == ST_LIST || st_feel_equal(x, y) != 1)
            return false;
    }
    return true;
}

static bool has(const st_list *l, st_val item) {
    for (uint32_t i = 0; i < l->n; i++)
        if (same_item(l->v[i], item))
            return true;
    return false;
}

static st_val with_item(st_arena *a, const st_list *l, st_val item, bool first) {
    st_val *items = ST_NEWN(a, st_val, l->n + 1);
    if (l->n)
        memcpy(items + first, l->v, l->n * sizeof *items);
    items[first ? 0 : l->n] = item;
    return st_list_val(a, items, l->n + 1);
}

/* The attributes of the short form take the values of the item that begins last. */
static void show_last(const st_rec_field *f, st_val *values) {
    const st_list *l = values[f - f->of->fields].u.list;
    const st_val *last = NULL;
    for (uint32_t i = 0; i < l->n; i++) {
        const st_val *v = l->v[i].u.context->v;
        int cmp = 1;
        if (!last || last[f->shorts[0].inner].kind == ST_NULL ||
            (st_feel_order(v[f->shorts[0].inner], last[f->shorts[0].inner], &cmp) && cmp > 0))
            last = v;
    }
    for (uint32_t i = 0; last && i < f->n_shorts; i++)
        values[f->shorts[i].outer] = last[f->shorts[i].inner];
}

static void take_short(st_arena *a, const st_rec_field *f, st_val *values) {
    const st_rec_element *e = f->element;
    st_val *list = &values[f - f->of->fields], *item = NULL;
    for (uint32_t i = 0; i < f->n_shorts; i++) {
        st_val v = values[f->shorts[i].outer];
        if (v.kind == ST_NULL)
            continue;
        if (!item) {
            item = ST_NEWN(a, st_val, e->n_fields);
            for (uint32_t k = 0; k < e->n_fields; k++)
                if (e->fields[k].list)
                    item[k] = st_list_val(a, NULL, 0);
        }
        item[f->shorts[i].inner] = v;
    }
    if (!item)
        return;
    st_val v = st_context_val(a, e->shape, item);
    if (!has(list->u.list, v))
        *list = with_item(a, list->u.list, v, true);
}

void st_rec_short_forms(st_arena *a, const st_rec_element *e, st_val *values) {
    for (uint32_t i = 0; i < e->n_fields; i++) {
        const st_rec_field *f = &e->fields[i];
        if (!f->n_shorts)
            continue;
        take_short(a, f, values);
        if (values[i].u.list->n > 1 || values[f->shorts[0].outer].kind == ST_NULL)
            show_last(f, values);
    }
}

bool st_rec_told_by_short(const st_rec_field *f, const st_list *l) {
    if (!f->n_shorts || l->n != 1)
        return false;
    const st_val *v = l->v[0].u.context->v;
    for (uint32_t i = 0; i < f->element->n_fields; i++) {
        bool told = v[i].kind == ST_NULL || (v[i].kind == ST_LIST && v[i].u.list->n == 0);
        for (uint32_t k = 0; !told && k < f->n_shorts; k++)
            told = f->shorts[k].inner == i;
        if (!told)
            return false;
    }
    return true;
}

static bool is_short(const st_rec_element *e, uint32_t slot) {
    for (uint32_t i = 0; i < e->n_fields; i++)
        for (uint32_t k = 0; k < e->fields[i].n_shorts; k++)
            if (e->fields[i].shorts[k].outer == slot)
                return true;
    return false;
}

static bool join_lists(st_arena *a, st_val *to, const st_list *from) {
    bool news = false;
    for (uint32_t i = 0; i < from->n; i++)
        if (!has(to->u.list, from->v[i])) {
            *to = with_item(a, to->u.list, from->v[i], false);
            news = true;
        }
    return news;
}

/* What the second element tells beyond the first; NULL fields agree with everything. */
static st_val joined(st_rec_reader *r, const st_rec_field *f, st_val first, st_val second) {
    const st_rec_element *e = f->element;
    const st_val *b = second.u.context->v;
    st_val *to = ST_NEWN(&r->arena, st_val, e->n_fields);
    memcpy(to, first.u.context->v, e->n_fields * sizeof *to);
    bool news = false, agrees = true;
    for (uint32_t i = 0; i < e->n_fields; i++) {
        if (e->fields[i].list && b[i].kind == ST_LIST)
            news = join_lists(&r->arena, &to[i], b[i].u.list) || news;
        else if (b[i].kind == ST_NULL || is_short(e, i))
            continue;
        else if (to[i].kind == ST_NULL)
            to[i] = b[i];
        else if (!same_item(to[i], b[i])) {
            agrees = false;
            st_rec_finding(r, ST_SEV_HELD, ST_E_REC_TWICE, r->frames[r->top - 1].pos,
                           "%.*s: the second one with the same %.*s has another %.*s",
                           ST_FMT(e->xml), ST_FMT(e->fields[f->join].xml),
                           ST_FMT(e->fields[i].xml));
        }
    }
    if (agrees && !news)
        st_rec_finding_value(r, ST_SEV_HELD, ST_E_REC_TWICE, r->frames[r->top - 1].pos,
                             &e->fields[f->join], st_val_str(b[f->join]),
                             "the same value stands twice in this record");
    for (uint32_t i = 0; i < e->n_fields; i++)
        if (e->fields[i].n_shorts)
            show_last(&e->fields[i], to);
    return st_context_val(&r->arena, e->shape, to);
}

bool st_rec_join(st_rec_reader *r, const st_rec_field *f, st_rec_item_vec *items, st_val item) {
    st_val number = item.u.context->v[f->join];
    if (number.kind != ST_STRING || number.n == 0)
        return false;
    for (size_t i = 0; i < items->v.n; i++) {
        st_val other = items->v.items[i].u.context->v[f->join];
        if (other.kind != ST_STRING || !st_str_eq(st_val_str(other), st_val_str(number)))
            continue;
        items->v.items[i] = joined(r, f, items->v.items[i], item);
        return true;
    }
    return false;
}
