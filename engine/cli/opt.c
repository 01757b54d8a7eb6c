#include "cli/opt.h"
#include "cli/settings.h"
#include "run/forward.h"
#include <getopt.h>
#include <sys/stat.h>

enum { OPTIONS_MAX = 40 };

static void help(const st_command *cmd, const st_opt *opts) {
    (void)printf("stipend %s%s%s [options]\n  %s\n", cmd->name, *cmd->operands ? " " : "",
                 cmd->operands, cmd->purpose);
    if (cmd->details)
        (void)printf("\n%s\n", cmd->details);
    (void)printf("\nOptions:\n");
    for (const st_opt *o = opts; o->name; o++) {
        char left[64];
        (void)snprintf(left, sizeof left, "--%s%s%s", o->name, o->arg ? " " : "",
                       o->arg ? o->arg : "");
        (void)printf("  %-28s %s\n", left, o->help);
    }
    (void)printf("  %-28s %s\n", "--help", "this text");
}

static const char *asked; /* --lang, for messages that come before or without the common options */

bool st_span_parse(st_str text, int64_t *seconds) {
    int64_t unit = 1, n;
    char last = text.n ? text.p[text.n - 1] : '\0';
    if (last == 's' || last == 'm' || last == 'h') {
        unit = last == 's' ? 1 : last == 'm' ? 60 : 3600;
        text.n--;
    }
    if (text.n == 0 || text.p[0] < '0' || text.p[0] > '9' || !st_str_int(text, &n) ||
        n > ST_SPAN_MAX / unit)
        return false;
    *seconds = n * unit;
    return true;
}

/* What a value should have been. */
static const char *wrong(st_opt_kind kind) {
    return kind == ST_OPT_MONTH  ? "not a month like 2023-11"
           : kind == ST_OPT_SPAN ? "not a time like 30s, 10m or 1h, of at most a day"
                                 : "not a date like 2023-11-30";
}

static bool set(const st_opt *o, const char *value) {
    if (o->given)
        *o->given = true;
    if (strcmp(o->name, "lang") == 0)
        asked = value;
    switch (o->kind) {
    case ST_OPT_FLAG:
        *(bool *)o->to = true;
        return true;
    case ST_OPT_TEXT:
        *(const char **)o->to = value;
        return true;
    case ST_OPT_MONTH:
        return st_month_parse(st_str_of(value), o->to);
    case ST_OPT_DATE:
        return st_date_parse(st_str_of(value), o->to);
    case ST_OPT_SPAN:
        return st_span_parse(st_str_of(value), o->to);
    }
    ST_UNREACHABLE();
}

static st_opt_result complain(const st_command *cmd, const char *what, const char *which) {
    (void)fprintf(stderr, "stipend %s: %s%s%s [CLI-001]\n  hint: stipend %s --help\n", cmd->name,
                  what, *which ? ": " : "", which, cmd->name);
    return ST_OPT_BAD;
}

/* An empty one, of a variable that is not set, would be the folder one happens to be in. */
static bool names_a_place(const st_opt *o) {
    return o->kind == ST_OPT_TEXT && (strcmp(o->arg, "DIR") == 0 || strcmp(o->arg, "FILE") == 0);
}

st_opt_result st_opt_parse(const st_command *cmd, const st_opt *opts, int argc, char **argv,
                           int *first) {
    struct option table[OPTIONS_MAX + 2];
    int n = 0;
    for (; opts[n].name; n++) {
        ST_ASSERT(n < OPTIONS_MAX);
        table[n] = (struct option){opts[n].name,
                                   opts[n].kind == ST_OPT_FLAG ? no_argument : required_argument,
                                   NULL, 256 + n};
    }
    table[n] = (struct option){"help", no_argument, NULL, 'h'};
    table[n + 1] = (struct option){0};
    optind = 0;
    opterr = 0;
    int got;
    while ((got = getopt_long(argc, argv, ":h", table, NULL)) != -1) {
        if (got == 'h')
            return help(cmd, opts), ST_OPT_HELP;
        if (got == ':')
            return complain(cmd, "option needs a value", argv[optind - 1]);
        if (got == '?')
            return complain(cmd, "unknown option", argv[optind - 1]);
        if (names_a_place(&opts[got - 256]) && !*optarg)
            return complain(cmd, "this option needs a path, not an empty text",
                            opts[got - 256].name);
        if (!set(&opts[got - 256], optarg))
            return complain(cmd, wrong(opts[got - 256].kind), optarg);
    }
    if (argc - optind < cmd->min_operands)
        return complain(cmd, "missing argument", cmd->operands);
    if (cmd->max_operands >= 0 && argc - optind > cmd->max_operands)
        return complain(cmd, "unexpected argument", argv[optind + cmd->max_operands]);
    *first = optind;
    return ST_OPT_OK;
}

static const char *language(void) {
    if (st_settings_raw(ST_SET_LANG).value)
        return st_settings_raw(ST_SET_LANG).value;
    const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < ST_LEN(names); i++) {
        const char *v = getenv(names[i]);
        if (v && *v)
            return strncmp(v, "zh", 2) == 0 ? "zh" : "en";
    }
    return "en";
}

const char *st_lang(const st_common *c) {
    return c->lang ? c->lang : language();
}

const char *st_cli_lang(void) {
    return asked ? asked : language();
}

static bool make_folders(char *path, st_err *err) {
    for (char *p = path + 1;; p++) {
        if (*p && *p != '/')
            continue;
        char kept = *p;
        *p = 0;
        int failed = mkdir(path, 0700) != 0 && errno != EEXIST;
        int why = errno;
        *p = kept;
        if (failed && !kept)
            return st_fail(err, ST_E_STATE_DIR, "cannot make the folder %s: %s", path,
                           strerror(why));
        if (!kept)
            return true;
    }
}

static char state_path[PATH_MAX];

static void default_state(void) {
    const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (xdg && xdg[0] == '/')
        (void)snprintf(state_path, sizeof state_path, "%s/stipend", xdg);
    else
        (void)snprintf(state_path, sizeof state_path, "%s/.local/state/stipend",
                       home && home[0] == '/' ? home : "/var/lib/stipend");
}

bool st_inputs_finish(const char **scheme, const char **records, st_err *err) {
    if (!st_settings_load(err))
        return false;
    st_settings_option(ST_SET_SCHEME, *scheme);
    st_settings_option(ST_SET_RECORDS, *records);
    *scheme = st_settings_get(ST_SET_SCHEME).value;
    *records = st_settings_get(ST_SET_RECORDS).value;
    return true;
}

bool st_common_finish(st_common *c, st_err *err) {
    if (!st_settings_load(err))
        return false;
    st_settings_option(ST_SET_STATE, c->state);
    st_settings_option(ST_SET_DB, c->db);
    st_settings_option(ST_SET_LANG, c->lang);
    c->state = st_settings_get(ST_SET_STATE).value;
    c->db = st_settings_get(ST_SET_DB).value;
    c->lang = st_lang(c);
    if (!c->format)
        c->format = "text";
    if (!c->state) {
        default_state();
    } else if (c->state[0] == '/') {
        (void)snprintf(state_path, sizeof state_path, "%s", c->state);
    } else {
        char cwd[PATH_MAX / 2];
        if (!getcwd(cwd, sizeof cwd))
            return st_fail(err, ST_E_STATE_DIR, "cannot find the current folder: %s",
                           strerror(errno));
        (void)snprintf(state_path, sizeof state_path, "%s/%s", cwd, c->state);
    }
    size_t n = strlen(state_path);
    while (n > 1 && state_path[n - 1] == '/')
        state_path[--n] = 0;
    c->state = state_path;
    return true;
}

bool st_common_folder(const st_common *c, st_err *err) {
    ST_ASSERT(c->state == state_path);
    return make_folders(state_path, err);
}

bool st_format_known(const char *command, const char *format, const char *known) {
    st_str all = st_str_of(known), word = st_str_of(format);
    for (size_t i = 0; i + word.n <= all.n && word.n; i++)
        if (memcmp(all.p + i, word.p, word.n) == 0 && (i == 0 || all.p[i - 1] == ' ') &&
            (i + word.n == all.n || all.p[i + word.n] == ' '))
            return true;
    (void)fprintf(stderr, "stipend %s: unknown format: %s [CLI-001]\n  hint: one of: %s\n", command,
                  format, known);
    return false;
}

bool st_because_fits(const char *command, const char *because) {
    if (!because || st_forward_reason(because))
        return true;
    (void)fprintf(stderr,
                  "stipend %s: --because is a reason in words, of at most %d bytes on one line "
                  "[CLI-001]\n  hint: stipend %s --help\n",
                  command, (int)ST_BECAUSE_MAX, command);
    return false;
}

int st_cli_fail(const st_err *err) {
    (void)fflush(stdout);
    st_err_print(stderr, err, st_cli_lang());
    return (int)st_code_exit(err->code);
}
