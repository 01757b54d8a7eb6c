#include "cli/settings.h"

#include "base/file.h"

#include <limits.h>

static const struct {
    const char *name, *variable;
    bool path;
} known[ST_SETTINGS] = {[ST_SET_STATE] = {"state", "STIPEND_STATE", true},
                        [ST_SET_DB] = {"db", "STIPEND_DB", false},
                        [ST_SET_SCHEME] = {"scheme", "STIPEND_SCHEME", true},
                        [ST_SET_RECORDS] = {"records", "STIPEND_RECORDS", true},
                        [ST_SET_LANG] = {"lang", "STIPEND_LANG", false}};

/* They last as long as the process, like its options. */
static struct {
    bool loaded;
    st_arena arena;
    st_setting_value values[ST_SETTINGS];
    char paths[2][PATH_MAX];
    size_t n_files;
    bool there[2];
} all;

static void take(st_setting s, const char *value, st_layer layer, const char *from) {
    all.values[s] = (st_setting_value){value, layer, from};
}

/* -- files -- */

static bool complain(const char *path, int line, st_err *err, const char *what, st_str which) {
    st_pos pos = {.file = path, .line = (uint32_t)line, .column = 1};
    return st_fail_at(err, ST_E_SETTING, pos, "%s: %.*s", what, ST_FMT(which));
}

static bool line_of(const char *path, int number, st_str line, st_layer layer, bool seen[],
                    st_err *err) {
    line = st_str_trim(line);
    if (!line.n || line.p[0] == '#')
        return true;
    const char *sign = memchr(line.p, '=', line.n);
    size_t at = sign ? (size_t)(sign - line.p) : line.n;
    st_str name = st_str_trim(st_str_sub(line, 0, at));
    st_str value = sign ? st_str_trim(st_str_sub(line, at + 1, line.n)) : ST_STR("");
    if (!value.n)
        return complain(path, number, err, "not a line like state = /var/lib/stipend", line);
    for (int s = 0; s < ST_SETTINGS; s++) {
        if (!st_str_is(name, known[s].name))
            continue;
        if (seen[s])
            return complain(path, number, err, "this is set twice", name);
        if (known[s].path && value.p[0] != '/')
            return complain(path, number, err, "needs an absolute path, not", value);
        seen[s] = true;
        take((st_setting)s, st_arena_dup(&all.arena, value.p, value.n), layer,
             st_arena_fmt(&all.arena, "%s:%d", path, number));
        return true;
    }
    return complain(path, number, err, "there is no such setting", name);
}

static bool read_lines(const char *path, st_str text, st_layer layer, st_err *err) {
    bool seen[ST_SETTINGS] = {false};
    for (int number = 1; text.n; number++) {
        const char *nl = memchr(text.p, '\n', text.n);
        size_t n = nl ? (size_t)(nl - text.p) : text.n;
        if (!line_of(path, number, st_str_sub(text, 0, n), layer, seen, err))
            return false;
        text = st_str_sub(text, nl ? n + 1 : n, text.n);
    }
    return true;
}

static bool load_file(const char *path, st_layer layer, st_err *err) {
    size_t i = all.n_files++;
    (void)snprintf(all.paths[i], sizeof all.paths[i], "%s", path);
    if (access(path, F_OK) != 0) {
        /* somebody else's home, or none */
        if (errno == ENOENT || errno == ENOTDIR || layer == ST_LAYER_USER)
            return true;
        return st_fail(err, ST_E_SETTING, "cannot read %s: %s", path, strerror(errno));
    }
    all.there[i] = true;
    if (strcmp(path, "/dev/null") == 0) /* how one says that there are no settings */
        return true;
    st_buf text;
    st_buf_init(&text, ST_SETTING_FILE_MAX + 1);
    st_err why;
    st_err_init(&why);
    bool ok = st_file_read(path, ST_SETTING_FILE_MAX, &text, &why) ||
              st_fail(err, ST_E_SETTING, "%s", why.msg);
    ok = ok && read_lines(all.paths[i], st_buf_view(&text), layer, err);
    st_buf_free(&text);
    return ok;
}

static bool load_files(st_err *err) {
    const char *system = getenv("STIPEND_CONF"), *xdg = getenv("XDG_CONFIG_HOME"),
               *home = getenv("HOME");
    char user[PATH_MAX] = "";
    if (xdg && xdg[0] == '/')
        (void)snprintf(user, sizeof user, "%s/stipend.conf", xdg);
    else if (home && home[0] == '/')
        (void)snprintf(user, sizeof user, "%s/.config/stipend.conf", home);
    if (!system)
        system = "/etc/stipend.conf";
    return (!*system || load_file(system, ST_LAYER_SYSTEM, err)) &&
           (!*user || load_file(user, ST_LAYER_USER, err));
}

bool st_settings_load(st_err *err) {
    if (all.loaded)
        return true;
    st_arena_init(&all.arena, 4096);
    if (!load_files(err))
        return false;
    for (int s = 0; s < ST_SETTINGS; s++) {
        const char *v = getenv(known[s].variable);
        if (v && *v)
            take((st_setting)s, v, ST_LAYER_VARIABLE, known[s].variable);
    }
    const char *lang = all.values[ST_SET_LANG].value;
    if (lang && strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0)
        return st_fail(err, ST_E_SETTING, "%s: the language is en or zh, not \"%s\"",
                       all.values[ST_SET_LANG].from, lang);
    all.loaded = true;
    return true;
}

void st_settings_option(st_setting s, const char *value) {
    static const char *const options[ST_SETTINGS] = {"--state", "--db", "--scheme", "--records",
                                                     "--lang"};
    if (value)
        take(s, value, ST_LAYER_OPTION, options[s]);
}

/* -- asking -- */

st_setting_value st_settings_raw(st_setting s) {
    st_setting_value v = all.values[s];
    if (!v.from)
        v.from = "";
    return v;
}

st_setting_value st_settings_get(st_setting s) {
    static const st_setting_value none = {NULL, ST_LAYER_NONE, ""};
    if (s == ST_SET_DB && all.values[ST_SET_STATE].layer > all.values[ST_SET_DB].layer)
        return none;
    return st_settings_raw(s);
}

const char *st_setting_name(st_setting s) {
    return known[s].name;
}

size_t st_settings_files(const char *paths[2], bool there[2]) {
    for (size_t i = 0; i < all.n_files; i++) {
        paths[i] = all.paths[i];
        there[i] = all.there[i];
    }
    return all.n_files;
}
