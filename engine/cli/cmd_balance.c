/* stipend balance: what stands between a person and a scheme. */
#include "cli/balance.h"
#include "cli/session.h"
#include "run/person_word.h"

int st_cmd_balance(int argc, char **argv) {
    static const st_command cmd = {
        "balance",
        "SUBJECT",
        "a person's lines, debts, what settled them, and what the next payment will be",
        "posted = paid or to be paid - brought back - written off - still owed.",
        1,
        1};
    st_common c = {0};
    const char *scheme = NULL, *payment = NULL;
    const st_opt table[] = {ST_OPT_STATE(c),
                            ST_OPT_DB(c),
                            ST_OPT_FORMAT(c),
                            ST_OPT_LANG(c),
                            {"scheme", ST_OPT_TEXT, &scheme, "ID", "only this scheme", NULL},
                            {"payment", ST_OPT_TEXT, &payment, "AMOUNT",
                             "tell what would be kept of such a payment (default: like the last)",
                             NULL},
                            ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (!st_format_known("balance", c.format ? c.format : "text", "text tsv json"))
        return ST_EXIT_USAGE;
    st_money amount = 0;
    if (payment &&
        (!st_money_parse(st_str_of(payment), &amount) || amount <= 0 || amount > ST_MONEY_MAX)) {
        (void)fprintf(stderr, "stipend balance: --payment is no amount above 0 [CLI-001]\n  hint: "
                              "write amounts like 300.00, without separators\n");
        return ST_EXIT_USAGE;
    }
    st_err err;
    st_err_init(&err);
    st_arena a;
    st_arena_init(&a, 0);
    st_ledger *l = NULL;
    st_balance *balances = NULL;
    size_t n = 0;
    st_person_word person = {.title = ""};
    bool ok = st_session_open(&c, true, &l, &err) &&
              st_person_word_of(l, argv[first], 0, c.lang, &person, &err) &&
              st_balance_read(l, &a, argv[first], scheme, amount, &balances, &n, &err);
    st_ledger_close(l);
    if (ok) {
        st_buf b;
        st_buf_init(&b, 64 << 20);
        if (strcmp(c.format, "json") == 0)
            st_balance_json(argv[first], balances, n, c.lang, &b);
        else if (strcmp(c.format, "tsv") == 0)
            st_balance_tsv(balances, n, c.lang, &b);
        else
            st_balance_text(person.title, balances, n, c.lang, &b);
        (void)fwrite(b.p, 1, b.n, stdout);
        st_buf_free(&b);
    }
    st_arena_free(&a);
    return ok ? ST_EXIT_OK : st_cli_fail(&err);
}
