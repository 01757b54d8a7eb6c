/* stipend init: the only command that makes a ledger. */
#include "base/words.h"
#include "cli/session.h"

static void say(const st_ledger *l, const st_ledger_options *opt, const char *near, bool zh) {
    st_buf place;
    st_buf_init(&place, 0);
    st_ledger_place(l, opt, &place);
    bool own = !st_ledger_external(opt->conninfo), made = st_ledger_made(l);
    if (zh)
        (void)printf(made ? own ? "已建立台账：%s（自带的 PostgreSQL，已启动）\n"
                                : "已建立台账：%s\n"
                     : own ? "台账早已建立，未作改动：%s（自带的 PostgreSQL，运行中）\n"
                           : "台账早已建立，未作改动：%s\n",
                     place.p);
    else
        (void)printf(made  ? own ? "made the ledger in %s (its own PostgreSQL, running)\n"
                                 : "made the ledger in database %s\n"
                     : own ? "the ledger in %s is there already; nothing was changed (its own "
                             "PostgreSQL, running)\n"
                           : "the ledger in database %s is there already; nothing was changed\n",
                     place.p);
    if (made && *near)
        (void)printf(zh ? "  附近另有台账：%s\n" : "  other ledgers near it: %s\n", near);
    if (made)
        (void)printf(zh ? "  您是该台账的经办人；其他人员：stipend db grant ROLE USER\n"
                        : "  you are its officer; others: stipend db grant ROLE USER\n");
    st_buf_free(&place);
}

int st_cmd_init(int argc, char **argv) {
    static const st_command cmd = {
        "init",
        "",
        "makes a ledger, once, and says where; no other command ever makes one",
        "Without --db (and without PGHOST, PGDATABASE and so on) the ledger gets a PostgreSQL of "
        "its "
        "own in the state\n"
        "folder. With --db its tables and roles are made in that database, which is there and "
        "empty; that needs a login\n"
        "with CREATEROLE. Where the ledger is there already nothing happens, and the exit code is "
        "0 as well; what an\n"
        "interrupted init left is finished.",
        0,
        0};
    st_common c = {0};
    const st_opt table[] = {ST_OPT_STATE(c), ST_OPT_DB(c), ST_OPT_LANG(c), ST_OPT_QUIET(c),
                            ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    st_err err;
    st_err_init(&err);
    st_ledger *l = NULL;
    st_buf near;
    st_buf_init(&near, 0);
    bool ok = st_common_finish(&c, &err);
    st_ledger_options opt = {
        .state_dir = c.state, .conninfo = c.db, .make = true, .patience = st_session_patience(&c)};
    if (ok && !st_ledger_external(c.db))
        st_ledger_near(c.state, &near);
    ok = ok && st_ledger_open(&opt, &l, &err);
    if (ok && !c.quiet)
        say(l, &opt, near.n ? near.p : "", st_is_chinese(c.lang));
    st_buf_free(&near);
    st_ledger_close(l);
    return ok ? ST_EXIT_OK : st_cli_fail(&err);
}
