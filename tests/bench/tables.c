/* tables DIR [RECORDS [SHOWN]]: a batch of RECORDS records (400,000) through a model of 60 small
 * decision tables and a decision that adds what they say. Into DIR go the model (model.dmn), the
 * same model as other engines read it (model.json), the first SHOWN records (records.jsonl) and
 * their sums (sums.txt), for engines.mjs. Prints "stipend RECORDS SECONDS", the best of three
 * passes: for each record the inputs set, the decision asked, its value read, all given back. */
#include "dmn/dmn.h"
#include "base/file.h"
#include <time.h>

enum { TABLES = 60, COLUMNS_MAX = 3, RULES_MAX = 7, CELL_MAX = 40, PASSES = 3 };

typedef struct fact {
    const char *name, *type;
    int from, to; /* numbers; texts: how many there are; booleans: 0 and 1 */
} fact;
static const fact facts[] = {{"level", "string", 0, 5},    {"employed", "boolean", 0, 1},
                             {"months", "number", 0, 240}, {"score", "number", 0, 100},
                             {"region", "string", 0, 7},   {"age", "number", 18, 70}};
enum { FACTS = 6, EARLIER = FACTS }; /* a column may be what the table before says */

typedef struct rule {
    char cells[COLUMNS_MAX][CELL_MAX];
    int out;
} rule;
typedef struct table {
    int columns[COLUMNS_MAX], n_columns, n_rules;
    rule rules[RULES_MAX];
} table;
typedef struct record {
    int v[FACTS];
} record;

static uint32_t seed = 20231130;
static int dice(int n) {
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 8) % (uint32_t)n);
}

/* -- the model -- */

static void make_cell(char cell[CELL_MAX], int column) {
    fact f = column == EARLIER ? (fact){"", "number", 0, 100000} : facts[column];
    int range = f.to - f.from + 1, low = f.from + dice(range);
    if (strcmp(f.type, "boolean") == 0)
        (void)snprintf(cell, CELL_MAX, "%s", low ? "true" : "false");
    else if (strcmp(f.type, "string") == 0)
        (void)snprintf(cell, CELL_MAX, "\"%s%d\"", f.name, low);
    else if (dice(2))
        (void)snprintf(cell, CELL_MAX, ">= %d", low);
    else
        (void)snprintf(cell, CELL_MAX, "[%d..%d]", low, low + 1 + dice(range / 2));
}

static void make_table(table *t, int number) {
    t->n_columns = 2 + dice(2);
    int first = dice(FACTS);
    for (int i = 0; i < t->n_columns; i++)
        t->columns[i] = (first + i * (1 + number % 2)) % FACTS;
    if (number % 3 == 2)
        t->columns[t->n_columns - 1] = EARLIER;
    t->n_rules = 4 + dice(RULES_MAX - 3);
    for (int r = 0; r < t->n_rules; r++) {
        t->rules[r].out = dice(100000);
        for (int i = 0; i < t->n_columns; i++)
            if (r + 1 < t->n_rules && dice(4)) /* the last rule takes what is left */
                make_cell(t->rules[r].cells[i], t->columns[i]);
    }
}

static const char *column_name(char to[16], int column, int number) {
    if (column == EARLIER)
        (void)snprintf(to, 16, "t%d", number - 1);
    else
        (void)snprintf(to, 16, "%s", facts[column].name);
    return to;
}

/* -- as DMN -- */

static void dmn_entry(st_buf *b, const char *element, const char *text) {
    st_buf_fmt(b, "<%s><text>", element);
    for (const char *p = *text ? text : "-"; *p; p++)
        if (*p == '>')
            st_buf_z(b, "&gt;");
        else
            st_buf_ch(b, *p);
    st_buf_fmt(b, "</text></%s>", element);
}

static void dmn_needs(st_buf *b, const char *kind, const char *name) {
    st_buf_fmt(b, "<informationRequirement id='r%zu'><%s href='#%s'/></informationRequirement>\n",
               b->n, kind, name);
}

static void dmn_table(st_buf *b, const table *t, int number) {
    char name[16], out[16];
    st_buf_fmt(b, "<decision id='t%d' name='t%d'><variable name='t%d' typeRef='number'/>\n", number,
               number, number);
    for (int i = 0; i < t->n_columns; i++)
        dmn_needs(b, t->columns[i] == EARLIER ? "requiredDecision" : "requiredInput",
                  column_name(name, t->columns[i], number));
    st_buf_fmt(b, "<decisionTable id='d%d' hitPolicy='FIRST'>", number);
    for (int i = 0; i < t->n_columns; i++) {
        st_buf_fmt(b, "<input id='c%d_%d'>", number, i);
        dmn_entry(b, "inputExpression", column_name(name, t->columns[i], number));
        st_buf_z(b, "</input>");
    }
    st_buf_fmt(b, "<output id='o%d' name='t%d'/>\n", number, number);
    for (int r = 0; r < t->n_rules; r++) {
        st_buf_fmt(b, "<rule id='r%d_%d'>", number, r);
        for (int i = 0; i < t->n_columns; i++)
            dmn_entry(b, "inputEntry", t->rules[r].cells[i]);
        (void)snprintf(out, sizeof out, "%d", t->rules[r].out);
        dmn_entry(b, "outputEntry", out);
        st_buf_z(b, "</rule>\n");
    }
    st_buf_z(b, "</decisionTable></decision>\n");
}

static void dmn_model(st_buf *b, const table *tables) {
    st_buf_z(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' id='m' name='m' "
                "namespace='urn:bench'>\n");
    for (int i = 0; i < FACTS; i++)
        st_buf_fmt(b,
                   "<inputData id='%s' name='%s'><variable name='%s' typeRef='%s'/></inputData>\n",
                   facts[i].name, facts[i].name, facts[i].name, facts[i].type);
    for (int i = 0; i < TABLES; i++)
        dmn_table(b, &tables[i], i);
    st_buf_z(b, "<decision id='total' name='total'><variable name='total' typeRef='number'/>\n");
    char name[16];
    for (int i = 0; i < TABLES; i++)
        dmn_needs(b, "requiredDecision", column_name(name, EARLIER, i + 1));
    st_buf_z(b, "<literalExpression id='sum'><text>");
    for (int i = 0; i < TABLES; i++)
        st_buf_fmt(b, "%st%d", i ? " + " : "", i);
    st_buf_z(b, "</text></literalExpression></decision></definitions>\n");
}

/* -- as a JSON decision model: nodes and edges -- */

static void json_table(st_buf *b, const table *t, int number) {
    char name[16];
    st_buf_fmt(b,
               "{\"id\":\"t%d\",\"name\":\"t%d\",\"type\":\"decisionTableNode\",\"content\":{"
               "\"hitPolicy\":\"first\",\"inputs\":[",
               number, number);
    for (int i = 0; i < t->n_columns; i++)
        st_buf_fmt(b, "%s{\"id\":\"c%d\",\"name\":\"c%d\",\"field\":\"%s\"}", i ? "," : "", i, i,
                   column_name(name, t->columns[i], number));
    st_buf_fmt(b, "],\"outputs\":[{\"id\":\"out\",\"name\":\"out\",\"field\":\"t%d\"}],\"rules\":[",
               number);
    for (int r = 0; r < t->n_rules; r++) {
        st_buf_fmt(b, "%s{\"_id\":\"r%d\"", r ? "," : "", r);
        for (int i = 0; i < t->n_columns; i++) {
            st_buf_fmt(b, ",\"c%d\":", i);
            st_buf_json(b, st_str_of(t->rules[r].cells[i]));
        }
        st_buf_fmt(b, ",\"out\":\"%d\"}", t->rules[r].out);
    }
    st_buf_z(b, "]}},\n");
}

static void json_edge(st_buf *b, const char *from, const char *to, bool last) {
    st_buf_fmt(b,
               "{\"id\":\"%s-%s\",\"type\":\"edge\",\"sourceId\":\"%s\",\"targetId\":\"%s\"}%s\n",
               from, to, from, to, last ? "" : ",");
}

static void json_model(st_buf *b, const table *tables) {
    char name[16];
    st_buf_z(b, "{\"nodes\":[{\"id\":\"in\",\"name\":\"in\",\"type\":\"inputNode\"},\n");
    for (int i = 0; i < TABLES; i++)
        json_table(b, &tables[i], i);
    st_buf_z(b, "{\"id\":\"total\",\"name\":\"total\",\"type\":\"expressionNode\",\"content\":{"
                "\"expressions\":[{\"id\":\"e\",\"key\":\"total\",\"value\":\"");
    for (int i = 0; i < TABLES; i++)
        st_buf_fmt(b, "%st%d", i ? " + " : "", i);
    st_buf_z(b,
             "\"}]}},\n{\"id\":\"out\",\"name\":\"out\",\"type\":\"outputNode\"}],\n\"edges\":[");
    for (int i = 0; i < TABLES; i++) {
        (void)snprintf(name, sizeof name, "t%d", i);
        json_edge(b, "in", name, false);
        json_edge(b, name, "total", false);
        if (tables[i].columns[tables[i].n_columns - 1] == EARLIER) {
            char earlier[16];
            json_edge(b, column_name(earlier, EARLIER, i), name, false);
        }
    }
    json_edge(b, "total", "out", true);
    st_buf_z(b, "]}\n");
}

/* -- records -- */

static record make_record(void) {
    record r;
    for (int i = 0; i < FACTS; i++)
        r.v[i] = facts[i].from + dice(facts[i].to - facts[i].from + 1);
    return r;
}

static void json_record(st_buf *b, const record *r) {
    for (int i = 0; i < FACTS; i++) {
        st_buf_fmt(b, "%s\"%s\":", i ? "," : "{", facts[i].name);
        if (strcmp(facts[i].type, "string") == 0)
            st_buf_fmt(b, "\"%s%d\"", facts[i].name, r->v[i]);
        else if (strcmp(facts[i].type, "boolean") == 0)
            st_buf_z(b, r->v[i] ? "true" : "false");
        else
            st_buf_fmt(b, "%d", r->v[i]);
    }
    st_buf_z(b, "}\n");
}

/* -- the batch -- */

static double seconds(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static st_val fact_value(const record *r, int i) {
    static char texts[FACTS][8][16];
    if (strcmp(facts[i].type, "boolean") == 0)
        return st_bool(r->v[i] != 0);
    if (strcmp(facts[i].type, "number") == 0)
        return st_number_int(r->v[i]);
    char *text = texts[i][r->v[i]];
    if (!*text)
        (void)snprintf(text, sizeof texts[i][0], "%s%d", facts[i].name, r->v[i]);
    return st_string(st_str_of(text));
}

typedef struct batch {
    st_evaluator *e;
    int inputs[FACTS], total;
    const st_val *values; /* FACTS of each record */
    int64_t *sums;
    size_t n;
} batch;

static double pass(const batch *b) {
    double start = seconds();
    for (size_t k = 0; k < b->n; k++) {
        for (int i = 0; i < FACTS; i++)
            st_evaluator_set(b->e, b->inputs[i], b->values[k * FACTS + (size_t)i]);
        st_val v = st_evaluator_decide(b->e, b->total);
        if (v.kind != ST_NUMBER || !st_dec_to_int(v.u.num, &b->sums[k])) {
            (void)fprintf(stderr, "tables: record %zu has no sum\n", k + 1);
            exit(70);
        }
        st_evaluator_reset(b->e);
    }
    return seconds() - start;
}

static void run(const char *model, const record *records, size_t n, int64_t *sums) {
    st_err err;
    st_err_init(&err);
    st_model *m = NULL;
    if (!st_model_open(&model, 1, NULL, 0, NULL, NULL, &m, &err)) {
        st_err_print(stderr, &err, "en");
        exit(65);
    }
    st_val *values = st_xmalloc(n * FACTS * sizeof *values);
    for (size_t k = 0; k < n * FACTS; k++)
        values[k] = fact_value(&records[k / FACTS], (int)(k % FACTS));
    batch b = {st_evaluator_new(m), {0}, st_model_decision(m, ST_STR("total")), values, sums, n};
    for (int i = 0; i < FACTS; i++)
        b.inputs[i] = st_model_input(m, st_str_of(facts[i].name));
    double best = pass(&b);
    for (int i = 1; i < PASSES; i++) {
        double s = pass(&b);
        best = s < best ? s : best;
    }
    printf("stipend %zu %.3f\n", n, best);
    st_evaluator_free(b.e);
    st_model_free(m);
    free(values);
}

static void write_file(const char *dir, const char *name, st_buf *b, char path[PATH_MAX]) {
    st_err err;
    st_err_init(&err);
    (void)snprintf(path, PATH_MAX, "%s/%s", dir, name);
    if (!st_file_write(path, st_buf_view(b), &err)) {
        st_err_print(stderr, &err, "en");
        exit(73);
    }
    st_buf_clear(b);
}

static int64_t number(const char *text, int64_t most) {
    int64_t n = 0;
    if (!st_str_int(st_str_of(text), &n) || n < 1 || n > most) {
        (void)fprintf(stderr, "tables: '%s' is no number from 1 to %" PRId64 "\n", text, most);
        exit(64);
    }
    return n;
}

int main(int argc, char **argv) {
    if (argc < 2 || argc > 4) {
        (void)fprintf(stderr, "usage: tables DIR [RECORDS [SHOWN]]\n");
        return 64;
    }
    size_t n = argc > 2 ? (size_t)number(argv[2], 10000000) : 400000;
    size_t shown = argc > 3 ? (size_t)number(argv[3], (int64_t)n) : n;
    char model[PATH_MAX], path[PATH_MAX];
    st_buf b;
    st_buf_init(&b, 0);
    table *tables = st_xmalloc(TABLES * sizeof *tables);
    memset(tables, 0, TABLES * sizeof *tables);
    for (int i = 0; i < TABLES; i++)
        make_table(&tables[i], i);
    json_model(&b, tables);
    write_file(argv[1], "model.json", &b, path);
    dmn_model(&b, tables);
    write_file(argv[1], "model.dmn", &b, model);
    record *records = st_xmalloc(n * sizeof *records);
    int64_t *sums = st_xmalloc(n * sizeof *sums);
    for (size_t k = 0; k < n; k++)
        records[k] = make_record();
    run(model, records, n, sums);
    for (size_t k = 0; k < shown; k++)
        json_record(&b, &records[k]);
    write_file(argv[1], "records.jsonl", &b, path);
    for (size_t k = 0; k < shown; k++)
        st_buf_fmt(&b, "%" PRId64 "\n", sums[k]);
    write_file(argv[1], "sums.txt", &b, path);
    st_buf_free(&b);
    free(tables);
    free(records);
    free(sums);
    return 0;
}
