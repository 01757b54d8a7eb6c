/* The files of a history: scheme.xml, a model for each dated version, records.xml. */
#include "books.h"
#include "debts.h"

#include "base/file.h"

#include <inttypes.h>
#include <stdlib.h>

static void must(bool ok, const st_err *err) {
    if (ok)
        return;
    (void)fprintf(stderr, "property: %s\n", err->msg);
    exit(2);
}

static void put(const char *folder, const char *name, const st_buf *b) {
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    bool ok = f && fwrite(b->p, 1, b->n, f) == b->n;
    st_err err;
    st_err_init(&err);
    must((f ? fclose(f) == 0 : false) && ok, &err);
}

static void get(const char *name, st_buf *out) {
    char path[512];
    st_err err;
    st_err_init(&err);
    (void)snprintf(path, sizeof path, "%s/tests/property/scheme/%s",
                   getenv("TOP") ? getenv("TOP") : ".", name);
    st_buf_init(out, 0);
    must(st_file_read(path, 1 << 20, out, &err), &err);
}

/* Copies text with every @name@ replaced. */
typedef struct word {
    const char *name, *text;
} word;
static void fill(st_buf *out, const st_buf *from, const word *words, size_t n) {
    const char *p = from->p, *end = p + from->n;
    while (p < end) {
        size_t i = 0, len = 0;
        for (; *p == '@' && i < n; i++) {
            len = strlen(words[i].name);
            if ((size_t)(end - p) > len && memcmp(p, words[i].name, len) == 0)
                break;
        }
        if (*p == '@' && i < n) {
            (void)st_buf_z(out, words[i].text);
            p += len;
        } else {
            (void)st_buf_ch(out, *p++);
        }
    }
}

static void model(const char *template_name, const setting *set, const version *v,
                  const char *folder, const char *name) {
    st_buf from, out;
    char rate[LEVELS][32];
    for (int i = 0; i < LEVELS; i++)
        if (v->rate[i] < 0)
            (void)snprintf(rate[i], sizeof rate[i], "null");
        else
            (void)snprintf(rate[i], sizeof rate[i], "%" PRId64 ".%02d", v->rate[i] / 100,
                           (int)(v->rate[i] % 100));
    const word words[] = {
        {"@assistant@", rate[0]},
        {"@intermediate@", rate[1]},
        {"@senior@", rate[2]},
        {"@first@", set->first ? " + (if count(subject.employments) = 2 and "
                                 "subject.employments[1].from &gt; subject.employments[2].from "
                                 "then 0.11 else 0)"
                               : ""},
        {"@clock@",
         set->clock ? " + (if today() &gt; date(\"2023-10-01\") then 0.07 else 0)" : ""}};
    get(template_name, &from);
    st_buf_init(&out, 0);
    fill(&out, &from, words, ST_LEN(words));
    put(folder, name, &out);
    st_buf_free(&out);
    st_buf_free(&from);
}

static void month_text(int m, char out[16]) {
    (void)snprintf(out, 16, "%04d-%02d", m / 12, m % 12 + 1);
}

static void rules(const world *w, const setting *set, int benefit, const char *template_name,
                  const char *folder, st_buf *out) {
    for (int i = 0; i < w->n_versions[benefit]; i++) {
        char name[48], from[16];
        const version *v = &w->versions[benefit][i];
        (void)snprintf(name, sizeof name, "%s-%d.dmn", benefit_names[benefit], i);
        model(template_name, set, v, folder, name);
        (void)st_buf_z(out, "    <rules ");
        month_text(v->from > 0 ? v->from : 0, from);
        if (v->from > 0)
            (void)st_buf_fmt(out, "from=\"%s\" ", from);
        (void)st_buf_fmt(
            out, "model=\"%s\" refusals=\"refusals\" amount=\"amount\" basis=\"rule\"/>\n", name);
    }
}

/* "allowance-2" formerly="allowance allowance-1", and what becomes of a dropped one. */
static void says(const world *w, int benefit, char id[24], char attributes[200]) {
    static const char *const keys[] = {"", " retired=\"keep\"", " retired=\"recover\""};
    int n = 0, renamed = w->renamed[benefit];
    for (int i = 0; i <= renamed; i++) {
        (void)snprintf(id, 24, i ? "%s-%d" : "%s", benefit_names[benefit], i);
        if (i < renamed)
            n += snprintf(attributes + n, 200 - (size_t)n, "%s%s", i ? " " : " formerly=\"", id);
    }
    (void)snprintf(attributes + n, 200 - (size_t)n, "%s%s", renamed ? "\"" : "",
                   keys[w->retired[benefit]]);
}

void world_write_rules(const world *w, const setting *set, const char *scheme_id,
                       const char *folder) {
    st_buf from, out, allowance, award;
    get("scheme.xml", &from);
    st_buf_init(&out, 0);
    st_buf_init(&allowance, 0);
    st_buf_init(&award, 0);
    rules(w, set, 0, "allowance.dmn", folder, &allowance);
    rules(w, set, 1, set->cap ? "award-cap.dmn" : "award.dmn", folder, &award);
    char id[BENEFITS][24], more[BENEFITS][200];
    char funds[BENEFITS][BOOKS_TEXT];
    for (int i = 0; i < BENEFITS; i++) {
        says(w, i, id[i], more[i]);
        books_funding(w, i, funds[i]);
    }
    char recovery[160] = "";
    if (policies[set->policy].keeps)
        (void)snprintf(recovery, sizeof recovery, "  <recovery %s/>\n",
                       policies[set->policy].attributes);
    const word words[] = {
        {"@id@", scheme_id},
        {"@allowance-id@", id[0]},
        {"@allowance-says@", more[0]},
        {"@award-id@", id[1]},
        {"@award-says@", more[1]},
        {"@change@", set->change ? "    <cadence from=\"2023-04\" every=\"P3M\"/>\n" : ""},
        {"@paid@", set->quarterly ? " paid=\"P3M\"" : ""},
        {"@payable@", set->late ? " payable-from=\"2023-03\"" : ""},
        {"@allowance@", allowance.p},
        {"@allowance-funds@", funds[0]},
        {"@award-funds@", funds[1]},
        {"@award@", award.p},
        {"@guard@", set->guard ? "  <guard id=\"large\" "
                                 "amount-above=\"400.00\" total-change-percent=\"60\"/>\n"
                               : ""},
        {"@recovery@", recovery}};
    fill(&out, &from, words, ST_LEN(words));
    put(folder, "scheme.xml", &out);
    st_buf_free(&award);
    st_buf_free(&allowance);
    st_buf_free(&out);
    st_buf_free(&from);
}

/* A valid identity number (GB 11643), another for each n. */
static void id_number(int n, char out[19]) {
    static const int weight[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    (void)snprintf(out, 19, "640202%04d%02d%02d%03d", 1950 + n / 333333 % 50, 1 + n / 27999 % 12,
                   1 + n / 999 % 28, 1 + n % 999);
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += (out[i] - '0') * weight[i];
    out[17] = "10X98765432"[sum % 11];
    out[18] = '\0';
}

static void put_day(st_buf *out, const char *name, int day) {
    if (!day)
        return;
    (void)st_buf_fmt(out, " %s=\"", name);
    st_date_add(out, st_date_from_days(day));
    (void)st_buf_ch(out, '"');
}

static void worker(st_buf *out, const world *w, int i) {
    const person *p = &w->people[i];
    const shown *s = &w->shown[i];
    char number[19], key[KEY_NAME], first[KEY_NAME];
    id_number(w->history * PEOPLE * KEYS + s->number, number);
    world_key(w, i, s->key, key);
    world_key(w, i, 0, first);
    (void)st_buf_fmt(out, "  <worker id=\"%s\" id-number=\"%s\" name=\"P%d\" account=\"62%08d\"",
                     key, number, i, w->history * PEOPLE + (p->share ? (i + 1) % PEOPLE : i));
    if (s->key && s->said)
        (void)st_buf_fmt(out, " formerly=\"%s\"", first);
    (void)st_buf_z(out, ">\n");
    for (int k = 0; k < LEVELS; k++) {
        if (!p->passed[k])
            continue;
        (void)st_buf_fmt(out, "    <certificate level=\"%s\" number=\"C%d-%d-%d\"", level_names[k],
                         w->history, i, k);
        put_day(out, "passed", k == p->undated ? 0 : p->passed[k]);
        put_day(out, "issued", p->passed[k] + 20);
        (void)st_buf_z(out, "/>\n");
    }
    for (int at = 0; at < SPELLS; at++) {
        int k = p->reversed ? SPELLS - 1 - at : at;
        if (!p->from[k])
            continue;
        (void)st_buf_z(out, "    <employment category=\"community-worker\" place=\"640202\"");
        put_day(out, "from", p->from[k]);
        put_day(out, "to", p->to[k]);
        (void)st_buf_z(out, "/>\n");
    }
    if (p->status) {
        (void)st_buf_fmt(out, "    <status event=\"%s\"", p->status == 1 ? "left" : "died");
        put_day(out, "effective", p->since);
        (void)st_buf_z(out, "/>\n");
    }
    (void)st_buf_z(out, "  </worker>\n");
}

void world_write_records(const world *w, int known_at, const char *folder) {
    st_buf out;
    st_buf_init(&out, 0);
    (void)st_buf_z(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<records "
                         "xmlns=\"urn:stipend:records:1\" division=\"640202\"");
    put_day(&out, "known-at", known_at);
    (void)st_buf_fmt(&out, " roster=\"%s\">\n", w->full ? "full" : "part");
    for (int i = 0; i < PEOPLE; i++)
        for (int twice = 0; w->people[i].listed && twice <= w->people[i].twice; twice++)
            worker(&out, w, i);
    (void)st_buf_z(&out, "</records>\n");
    put(folder, "records.xml", &out);
    st_buf_free(&out);
}
