#include "run/person_word.h"
#include "base/words.h"

typedef struct telling {
    st_person_word *out;
    int64_t run;
    st_arena arena;
    ST_VEC(const char *) keys; /* each once, oldest first */
} telling;

static void take(telling *t, const char *key) {
    for (size_t i = 0; i < t->keys.n; i++)
        if (strcmp(t->keys.items[i], key) == 0)
            return;
    ST_VEC_PUSH(&t->arena, &t->keys, st_arena_dup(&t->arena, key, strlen(key)));
}

/* Keys come oldest first; the last one is the person's now. */
static bool on_key(void *ctx, const char *key, int64_t run) {
    telling *t = ctx;
    st_person_word *w = t->out;
    if (t->run == 0 || run <= t->run)
        (void)snprintf(w->key, sizeof w->key, "%s", key);
    (void)snprintf(w->title, sizeof w->title, "%s", key);
    take(t, key);
    return true;
}

/* "A99, formerly A01, A07" */
static void entitle(const telling *t, bool zh) {
    st_person_word *w = t->out;
    char now[ST_SUBJECT_MAX + 1];
    (void)snprintf(now, sizeof now, "%.*s", ST_SUBJECT_MAX, w->title);
    size_t n = 0;
    st_buf former;
    st_buf_init(&former, sizeof w->title / 2);
    for (size_t i = 0; i < t->keys.n; i++)
        if (strcmp(t->keys.items[i], now) != 0)
            (void)st_buf_fmt(&former, "%s%s", n++ == 0 ? "" : zh ? "、" : ", ", t->keys.items[i]);
    if (n)
        (void)snprintf(w->title, sizeof w->title, zh ? "%s（原编号 %s）" : "%s, formerly %s", now,
                       former.p);
    else if (strcmp(now, w->asked) != 0)
        (void)snprintf(w->title, sizeof w->title, "%s", w->asked);
    st_buf_free(&former);
}

bool st_person_word_of(st_ledger *l, const char *key, int64_t run, const char *lang,
                       st_person_word *out, st_err *err) {
    telling t = {.out = out, .run = run};
    *out = (st_person_word){.asked = ""};
    (void)snprintf(out->asked, sizeof out->asked, "%s", key);
    if (!st_person_find(l, key, out->person, err))
        return false;
    (void)snprintf(out->key, sizeof out->key, "%s", out->person);
    (void)snprintf(out->title, sizeof out->title, "%s", out->person);
    st_arena_init(&t.arena, 0);
    take(&t, out->person);
    bool ok = st_person_names(l, out->person, on_key, &t, err);
    if (ok)
        entitle(&t, st_is_chinese(lang));
    st_arena_free(&t.arena);
    return ok;
}

bool st_person_is(const st_person_word *w, st_str key) {
    return st_str_is(key, w->asked) || st_str_is(key, w->key);
}
