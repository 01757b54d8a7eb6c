/* stipend config: which settings hold, and where they come from. */
#include "base/words.h"
#include "cli/session.h"
#include "cli/settings.h"

typedef struct row {
    const char *name, *value, *from;
} row;

static const char *locale(void) {
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < ST_LEN(names); i++)
        if (getenv(names[i]) && *getenv(names[i]))
            return names[i];
    return "default";
}

static row row_of(st_setting s, const st_common *c) {
    st_setting_value v = st_settings_get(s);
    if (s == ST_SET_STATE)
        return (row){"state", c->state, v.value ? v.from : "default"};
    if (s == ST_SET_LANG)
        return (row){"lang", c->lang, v.value ? v.from : locale()};
    return (row){st_setting_name(s), v.value ? v.value : "", v.from};
}

/* The ledger that commands work on, and by whose word. */
static row ledger_row(const st_common *c, st_buf *b) {
    st_setting_value db = st_settings_get(ST_SET_DB), state = st_settings_get(ST_SET_STATE);
    if (db.value)
        return (row){"ledger", db.value, db.from};
    if (!st_ledger_external(NULL))
        return (row){"ledger", c->state, state.value ? state.from : "default"};
    static const char *const names[] = {"PGSERVICE", "PGHOST", "PGHOSTADDR", "PGDATABASE"};
    const char *first = NULL;
    for (size_t i = 0; i < ST_LEN(names); i++)
        if (getenv(names[i])) {
            (void)st_buf_fmt(b, "%s%s=%s", b->n ? " " : "", names[i], getenv(names[i]));
            first = first ? first : names[i];
        }
    return (row){"ledger", b->p, first};
}

static void print_row(const row *r, const char *format, bool first) {
    st_buf b;
    st_buf_init(&b, 0);
    if (strcmp(format, "json") == 0) {
        (void)st_buf_fmt(&b, "%s\"%s\":{\"value\":", first ? "{" : ",\n ", r->name);
        if (*r->value)
            (void)st_buf_json(&b, st_str_of(r->value));
        else
            (void)st_buf_z(&b, "null");
        (void)st_buf_z(&b, ",\"from\":");
        (void)st_buf_json(&b, st_str_of(r->from));
        (void)st_buf_ch(&b, '}');
    } else if (strcmp(format, "tsv") == 0) {
        (void)st_buf_fmt(&b, "%s\t", r->name);
        (void)st_buf_tsv(&b, st_str_of(r->value));
        (void)st_buf_ch(&b, '\t');
        (void)st_buf_tsv(&b, st_str_of(r->from));
        (void)st_buf_ch(&b, '\n');
    } else {
        (void)st_buf_fmt(&b, "%-8s ", r->name);
        (void)st_buf_pad(&b, st_str_of(*r->value ? r->value : "-"), 48);
        (void)st_buf_fmt(&b, "  %s\n", r->from);
    }
    (void)fputs(b.p, stdout);
    st_buf_free(&b);
}

/* What was read, and what was set without effect. */
static void print_notes(bool zh) {
    const char *paths[2];
    bool there[2];
    size_t n = st_settings_files(paths, there);
    (void)fputc('\n', stdout);
    for (size_t i = 0; i < n; i++)
        (void)printf("  %s: %s\n", paths[i],
                     there[i] ? (zh ? "已读取" : "read") : (zh ? "不存在" : "not there"));
    st_setting_value db = st_settings_raw(ST_SET_DB);
    if (db.value && !st_settings_get(ST_SET_DB).value)
        (void)printf(zh ? "  %s 中的 db 不起作用：state 由 %s 指定\n"
                        : "  db of %s has no effect: state is said later, by %s\n",
                     db.from, st_settings_get(ST_SET_STATE).from);
}

int st_cmd_config(int argc, char **argv) {
    static const st_command cmd = {
        "config",
        "",
        "prints which settings hold, and where each comes from",
        "/etc/stipend.conf (or the file named by STIPEND_CONF), then "
        "$XDG_CONFIG_HOME/stipend.conf, "
        "then STIPEND_STATE,\n"
        "STIPEND_DB, STIPEND_SCHEME, STIPEND_RECORDS, STIPEND_LANG, then options. A file has lines "
        "like\n"
        "  state = /var/lib/stipend\n"
        "  scheme = /srv/rules/scheme.xml\n"
        "and # before remarks.",
        0,
        0};
    st_common c = {0};
    const char *scheme = NULL, *records = NULL;
    const st_opt table[] = {ST_OPT_STATE(c),
                            ST_OPT_DB(c),
                            {"scheme", ST_OPT_TEXT, &scheme, "FILE", "as if it were given", NULL},
                            {"records", ST_OPT_TEXT, &records, "FILE", "as if it were given", NULL},
                            ST_OPT_FORMAT(c),
                            ST_OPT_LANG(c),
                            ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (!st_format_known("config", c.format ? c.format : "text", "text tsv json"))
        return ST_EXIT_USAGE;
    st_err err;
    st_err_init(&err);
    if (!st_common_finish(&c, &err))
        return st_cli_fail(&err);
    st_settings_option(ST_SET_SCHEME, scheme);
    st_settings_option(ST_SET_RECORDS, records);
    if (strcmp(c.format, "tsv") == 0)
        (void)fputs("setting\tvalue\tfrom\n", stdout);
    st_buf b;
    st_buf_init(&b, 0);
    for (int s = 0; s < ST_SETTINGS; s++) {
        row x = row_of((st_setting)s, &c);
        print_row(&x, c.format, s == 0);
    }
    row ledger = ledger_row(&c, &b);
    print_row(&ledger, c.format, false);
    st_buf_free(&b);
    if (strcmp(c.format, "json") == 0)
        (void)printf("}\n");
    else if (strcmp(c.format, "text") == 0)
        print_notes(st_is_chinese(c.lang));
    return ST_EXIT_OK;
}
