#include "run/person_word.h"
#include "base/words.h"

typedef struct telling {
    st_person_word *out;
    int64_t run;
    st_buf former;
    bool zh;
} telling;

/* Keys come oldest first; the last one is the person's now, those before it are former. */
static bool on_key(void *ctx, const char *key, int64_t run) {
    telling *t = ctx;
    st_person_word *w = t->out;
    if (t->run == 0 || run <= t->run)
        (void)snprintf(w->key, sizeof w->key, "%s", key);
    if (strlen(w->title) && strcmp(w->title, key) != 0)
        (void)st_buf_fmt(&t->former, "%s%s", t->former.n ? (t->zh ? "、" : ", ") : "", w->title);
    (void)snprintf(w->title, sizeof w->title, "%s", key);
    return true;
}

bool st_person_word_of(st_ledger *l, const char *key, int64_t run, const char *lang,
                       st_person_word *out, st_err *err) {
    telling t = {.out = out, .run = run, .zh = st_is_chinese(lang)};
    *out = (st_person_word){.asked = ""};
    (void)snprintf(out->asked, sizeof out->asked, "%s", key);
    if (!st_person_find(l, key, out->person, err))
        return false;
    (void)snprintf(out->key, sizeof out->key, "%s", out->person);
    (void)snprintf(out->title, sizeof out->title, "%s", out->person);
    st_buf_init(&t.former, sizeof out->title / 2);
    bool ok = st_person_names(l, out->person, on_key, &t, err);
    if (ok && t.former.n) {
        char now[ST_SUBJECT_MAX + 1];
        (void)snprintf(now, sizeof now, "%.*s", ST_SUBJECT_MAX, out->title);
        (void)snprintf(out->title, sizeof out->title, t.zh ? "%s（原编号 %s）" : "%s, formerly %s",
                       now, t.former.p);
    } else if (ok && strcmp(out->title, key) != 0) {
        (void)snprintf(out->title, sizeof out->title, "%s", key);
    }
    st_buf_free(&t.former);
    return ok;
}

bool st_person_is(const st_person_word *w, st_str key) {
    return st_str_is(key, w->asked) || st_str_is(key, w->key);
}
