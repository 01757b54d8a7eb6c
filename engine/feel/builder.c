/* The builder: scopes, what a name means, captured variables of functions. */
#include "feel/node.h"

enum { KEYS_MAX = 4096 };

st_feel_builder *st_feel_builder_new(st_arena *arena, st_finding_sink *warn, void *warn_ctx) {
    st_feel_builder *b = ST_NEW(arena, st_feel_builder);
    b->arena = arena;
    b->warn = warn;
    b->warn_ctx = warn_ctx;
    ST_VEC_PUSH(arena, &b->acts, (st_activation){0});
    return b;
}

void st_feel_types(st_feel_builder *b, st_feel_type_lookup *lookup, void *ctx) {
    b->lookup = lookup;
    b->lookup_ctx = ctx;
}

void st_feel_strict(st_feel_builder *b, bool on) {
    b->strict = on;
}

/* Names of entries anywhere in a type are known after a dot. */
static void note_type(st_feel_builder *b, const st_feel_type *t, int depth) {
    if (!t || depth > 8)
        return;
    if (t->kind == ST_T_LIST || t->kind == ST_T_FUNCTION)
        note_type(b, t->elem, depth + 1);
    for (uint32_t i = 0; t->kind == ST_T_CONTEXT && i < t->n_fields; i++) {
        st_feel_note_key(b, t->fields[i].name);
        note_type(b, t->fields[i].type, depth + 1);
    }
}

void st_feel_note_key(st_feel_builder *b, st_str name) {
    if (b->keys.n >= KEYS_MAX)
        return;
    bool plain = true;
    for (size_t i = 0; i < name.n && plain; i++)
        plain = name.p[i] != ' ' && !st_feel_name_symbol(name.p[i]);
    if (plain) /* a single word needs no memory */
        return;
    for (size_t i = 0; i < b->keys.n; i++)
        if (st_str_eq(b->keys.items[i], name))
            return;
    ST_VEC_PUSH(b->arena, &b->keys, name);
}

static void warn_hidden(st_feel_builder *b, st_str name) {
    st_err e;
    st_err_init(&e);
    st_fail(&e, ST_E_FEEL_HIDES, "the name `%.*s` hides another of the same name", ST_FMT(name));
    e.severity = ST_SEV_WARNING;
    b->warn(b->warn_ctx, &e);
}

/* Names nobody chose: nested loops and filters each have their own. */
static bool implied(st_str name) {
    return st_str_is(name, "item") || st_str_is(name, "partial") || st_str_is(name, "?");
}

static void declare(st_feel_builder *b, st_var v) {
    for (size_t i = b->vars.n; b->warn && v.name.n && i-- > 0;)
        if (st_feel_same_name(b->vars.items[i].name, v.name) && !implied(v.name)) {
            warn_hidden(b, v.name);
            break;
        }
    note_type(b, v.type, 0);
    ST_VEC_PUSH(b->arena, &b->vars, v);
}

void st_feel_global(st_feel_builder *b, st_str name, uint32_t number, const st_feel_type *type) {
    declare(b, (st_var){ST_VAR_GLOBAL, st_feel_name_clean(b->arena, name), number, 0,
                        type ? type : &st_feel_any});
}

void st_feel_scope_push(st_feel_builder *b) {
    ST_VEC_PUSH(b->arena, &b->marks, b->vars.n);
}

void st_feel_scope_pop(st_feel_builder *b) {
    ST_ASSERT(b->marks.n > 0);
    b->vars.n = b->marks.items[--b->marks.n];
}

/* Slots are never used twice in an activation: a few values more, and nothing to go wrong. */
uint32_t st_feel_scope_declare(st_feel_builder *b, st_str name, const st_feel_type *type) {
    st_activation *act = &b->acts.items[b->acts.n - 1];
    uint32_t slot = act->n_slots++;
    declare(b, (st_var){ST_VAR_LOCAL, st_feel_name_clean(b->arena, name), slot,
                        (uint32_t)b->acts.n - 1, type ? type : &st_feel_any});
    return slot;
}

void st_feel_declare_fields(st_feel_builder *b, uint32_t slot, const st_feel_type *elem) {
    note_type(b, elem, 0);
    st_var v = {ST_VAR_FIELDS, ST_STR_NONE, slot, (uint32_t)b->acts.n - 1, elem};
    ST_VEC_PUSH(b->arena, &b->vars, v);
}

uint32_t st_feel_slots(const st_feel_builder *b) {
    return b->acts.items[b->acts.n - 1].n_slots;
}

/* -- what a name means -- */

static st_val read_doubtful(st_feel_frame *f, st_val v) {
    return st_doubt_read(st_doubts_in(f), v);
}
static st_val eval_local(const st_feel_node *n, st_feel_frame *f) {
    const st_val *v = &f->slots[((const st_node_slot *)n)->slot];
    return ST_LIKELY(!v->doubt) ? st_val_of(v) : read_doubtful(f, *v);
}
static st_val eval_global(const st_feel_node *n, st_feel_frame *f) {
    const st_val *v = &f->globals[((const st_node_slot *)n)->slot];
    return ST_LIKELY(!v->doubt) ? st_val_of(v) : read_doubtful(f, *v);
}
int64_t st_feel_global_of(const st_feel_node *n) {
    return n->op == ST_OP_GLOBAL ? (int64_t)((const st_node_slot *)n)->slot : -1;
}
static st_val eval_capture(const st_feel_node *n, st_feel_frame *f) {
    return f->captured[((const st_node_slot *)n)->slot];
}

static st_feel_node *slot_node(st_feel_builder *b, st_op op, uint32_t slot,
                               const st_feel_type *type) {
    st_node_slot *n = ST_NODE(b, st_node_slot, op,
                              op == ST_OP_LOCAL    ? eval_local
                              : op == ST_OP_GLOBAL ? eval_global
                                                   : eval_capture,
                              type);
    n->slot = slot;
    return &n->h;
}

/* The variable as seen from activation `from`: its own slot, or captured through every function
 * between. */
static st_feel_node *reach(st_feel_builder *b, const st_var *v, size_t from) {
    if (v->activation == from)
        return slot_node(b, ST_OP_LOCAL, v->slot, v->type);
    st_activation *act = &b->acts.items[from];
    for (uint32_t i = 0; i < act->captures.n; i++)
        if (act->captures.items[i].slot == v->slot &&
            act->captures.items[i].activation == v->activation)
            return slot_node(b, ST_OP_CAPTURE, i, v->type);
    st_capture c = {.slot = v->slot, .activation = v->activation, .source = reach(b, v, from - 1)};
    ST_VEC_PUSH(b->arena, &act->captures, c);
    return slot_node(b, ST_OP_CAPTURE, (uint32_t)act->captures.n - 1, v->type);
}

static st_feel_node *variable(st_feel_builder *b, const st_var *v) {
    if (v->kind == ST_VAR_GLOBAL)
        return slot_node(b, ST_OP_GLOBAL, v->slot, v->type);
    return reach(b, v, b->acts.n - 1);
}

bool st_feel_reads_clock(const st_feel_builder *b) {
    return b->reads_clock;
}

const st_str *st_feel_entries(const st_feel_builder *b, size_t *n) {
    *n = b->entries.n;
    return b->entries.items;
}

static st_val builtin(st_feel_builder *b, st_str name, const st_builtin *const *rows, size_t n) {
    b->reads_clock = b->reads_clock || !st_builtin_pure(rows[0]);
    return st_function_builtin(b->arena, name, rows, n);
}

/* Looks from the newest variable outwards. Items of unknown make may have any name: they are asked
 * when the value is there. */
static st_feel_node *resolve_from(st_feel_builder *b, st_str name, size_t from) {
    for (size_t i = from; i-- > 0;) {
        const st_var v = b->vars.items[i];
        if (v.kind != ST_VAR_FIELDS) {
            if (st_str_eq(v.name, name))
                return variable(b, &v);
            continue;
        }
        if (st_type_field(v.type, name))
            return st_make_path(b, variable(b, &v), name);
        if (!st_type_closed(v.type))
            return st_make_field_or(b, variable(b, &v), name, resolve_from(b, name, i));
    }
    size_t n;
    const st_builtin *const *rows = st_builtin_find(name, &n);
    return rows ? st_feel_make_literal(b, builtin(b, name, rows, n)) : NULL;
}

/* Items whose make is known from a literal, but not declared by anybody: an entry they do not have
 * is null for conformance, and a misspelt name for a strict builder. */
static const st_var *undeclared_items(const st_feel_builder *b) {
    for (size_t i = b->vars.n; !b->strict && i-- > 0;) {
        const st_var *v = &b->vars.items[i];
        if (v->kind == ST_VAR_FIELDS && v->type->kind == ST_T_CONTEXT && !v->type->name.n)
            return v;
    }
    return NULL;
}

bool st_feel_names_open(const st_feel_builder *b) {
    for (size_t i = 0; i < b->vars.n; i++)
        if (b->vars.items[i].kind == ST_VAR_FIELDS && !st_type_closed(b->vars.items[i].type))
            return true;
    return undeclared_items(b);
}

st_feel_node *st_feel_resolve(st_feel_builder *b, st_str name) {
    if (st_str_is(name, "?"))
        b->used_question = true;
    st_feel_node *n = resolve_from(b, name, b->vars.n);
    const st_var *items = n ? NULL : undeclared_items(b);
    if (!items)
        return n;
    const st_var v = *items;
    return st_make_field_or(b, variable(b, &v), name, NULL);
}

/* Nobody knows before the value is there whether the variable can be called. */
static st_val eval_callable(const st_feel_node *n, st_feel_frame *f) {
    const st_node_callable *x = (const st_node_callable *)n;
    st_val v = st_feel_eval(x->x, f);
    return v.kind == ST_FUNCTION || v.kind == ST_RANGE ? v : x->builtin;
}

st_feel_node *st_feel_prefer_builtin(st_feel_builder *b, st_feel_node *n, st_str name) {
    size_t rows_n;
    st_feel_tkind k = n->type->kind;
    bool callable = k == ST_T_FUNCTION || k == ST_T_RANGE;
    const st_builtin *const *rows =
        callable || st_is_literal(n) ? NULL : st_builtin_find(name, &rows_n);
    if (!rows)
        return n;
    st_val value = builtin(b, name, rows, rows_n);
    if (k != ST_T_ANY)
        return st_feel_make_literal(b, value);
    st_node_callable *x = ST_NODE(b, st_node_callable, ST_OP_CALLABLE, eval_callable, &st_feel_any);
    x->x = n;
    x->builtin = value;
    return &x->h;
}

/* -- known names -- */

static const st_builtin *const *families(size_t *n) {
    static const st_builtin *const all[] = {
        st_builtins_number,  st_builtins_string,   st_builtins_regex,      st_builtins_list,
        st_builtins_context, st_builtins_temporal, st_builtins_conversion, st_builtins_range,
        st_builtins_boolean, st_builtins_sort,     st_builtins_stat,
    };
    *n = ST_LEN(all);
    return all;
}

typedef void name_fn(void *ctx, st_str name);

static void each_name(st_feel_builder *b, name_fn *fn, void *ctx) {
    for (size_t i = b->vars.n; i-- > 0;) {
        const st_var *v = &b->vars.items[i];
        if (v->kind != ST_VAR_FIELDS) {
            fn(ctx, v->name);
            continue;
        }
        for (uint32_t k = 0; v->type->kind == ST_T_CONTEXT && k < v->type->n_fields; k++)
            fn(ctx, v->type->fields[k].name);
        for (size_t k = 0; !st_type_closed(v->type) && k < b->keys.n; k++)
            fn(ctx, b->keys.items[k]);
    }
    size_t n;
    const st_builtin *const *fam = families(&n);
    for (size_t i = 0; i < n; i++)
        for (const st_builtin *r = fam[i]; r->name; r++)
            fn(ctx, st_str_of(r->name));
}

typedef struct longest {
    st_str text, name;
    size_t at, n;
} longest;

static void try_name(void *ctx, st_str name) {
    longest *m = ctx;
    if (name.n == 0 || m->at >= m->text.n || m->text.p[m->at] != name.p[0])
        return;
    size_t n = st_feel_match_name(m->text, m->at, name);
    if (n > m->n) {
        m->n = n;
        m->name = name;
    }
}

size_t st_feel_match_known(st_feel_builder *b, st_str text, size_t at, st_str *name) {
    longest m = {.text = text, .at = at};
    each_name(b, try_name, &m);
    *name = m.name;
    return m.n;
}

typedef struct wanted {
    st_str name;
    bool known;
} wanted;

static void compare_name(void *ctx, st_str name) {
    wanted *w = ctx;
    w->known |= st_str_eq(w->name, name);
}

bool st_feel_is_name(st_feel_builder *b, st_str name) {
    wanted w = {name, false};
    each_name(b, compare_name, &w);
    return w.known;
}

/* -- suggestions -- */

enum { SUGGEST_MAX = 48 };

/* Edits between two names, by bytes; cut off above 3. */
static size_t distance(st_str a, st_str b) {
    if (a.n > SUGGEST_MAX || b.n > SUGGEST_MAX)
        return SIZE_MAX;
    size_t row[SUGGEST_MAX + 1];
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t up = row[j];
            char x = a.p[i - 1], y = b.p[j - 1];
            bool same = x == y || ((x ^ y) == 0x20 && ((x | 0x20) >= 'a' && (x | 0x20) <= 'z'));
            size_t best = diagonal + !same;
            if (up + 1 < best)
                best = up + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
            diagonal = up;
        }
    }
    return row[b.n];
}

typedef struct nearest {
    st_str wanted, name;
    size_t far;
} nearest;

static void try_near(void *ctx, st_str name) {
    nearest *m = ctx;
    size_t d = distance(m->wanted, name);
    if (d < m->far && d <= 1 + m->wanted.n / 4) {
        m->far = d;
        m->name = name;
    }
}

st_str st_feel_suggest(st_feel_builder *b, st_str name) {
    nearest m = {.wanted = name, .far = 4};
    each_name(b, try_near, &m);
    return m.name;
}

st_str st_feel_suggest_field(const st_feel_type *t, st_str name) {
    nearest m = {.wanted = name, .far = 4};
    for (uint32_t i = 0; t->kind == ST_T_CONTEXT && i < t->n_fields; i++)
        try_near(&m, t->fields[i].name);
    return m.name;
}
