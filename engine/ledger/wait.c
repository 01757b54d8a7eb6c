/* Waiting for the server's answer: who holds what it waits for, and an end to it. */
#include "ledger/pg_int.h"

#include "base/log.h"

#include <poll.h>
#include <sys/socket.h>

enum {
    FIRST_LOOK_MS = 2000, /* from then on it is said that somebody is waited for */
    NEXT_LOOK_MS = 5000,
    CANCEL_MS = 10000, /* for the server's answer to a cancelled statement */
    ALIVE_MS = 20000,
    ALIVE_EVERY = 16, /* calls between two looks at the clock */
    MARGIN_MS = 15000,
    SHORTEST_MS = 100, /* what is over by then is no waiting */
    UNSEEN = -1        /* instead of a session's number: nothing is known of it */
};

typedef struct watch {
    st_ledger *l;
    PGconn *eye;         /* a second connection, which looks at the first */
    int64_t began, seen; /* ms; seen: when it was last not blocked */
    int64_t told;        /* of whom was told */
    bool blind;          /* never could it be looked at */
} watch;

static int64_t now_ms(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* -- looking -- */

static const char *value_of(const PQconninfoOption *o, PGconn *pg, const char *given) {
    /* The very server of the first connection, of all those that may have been named. */
    if (strcmp(o->keyword, "host") == 0)
        return PQhost(pg);
    if (strcmp(o->keyword, "hostaddr") == 0)
        return o->val ? PQhostaddr(pg) : NULL;
    if (strcmp(o->keyword, "port") == 0)
        return PQport(pg);
    if (strcmp(o->keyword, "target_session_attrs") == 0)
        return "any";
    if (strcmp(o->keyword, "connect_timeout") == 0)
        return "5";
    if (strcmp(o->keyword, "application_name") == 0)
        return "stipend (waiting)";
    return given;
}

static PGconn *connect_again(PGconn *pg) {
    enum { KEYS = 96 };
    const char *keys[KEYS + 1], *values[KEYS + 1];
    PQconninfoOption *all = PQconninfo(pg);
    size_t n = 0;
    for (const PQconninfoOption *o = all; o && o->keyword && n < KEYS; o++) {
        const char *v = value_of(o, pg, o->val);
        if (!v || !*v)
            continue;
        keys[n] = o->keyword;
        values[n++] = v;
    }
    keys[n] = values[n] = NULL;
    PGconn *eye = all ? PQconnectdbParams(keys, values, 0) : NULL;
    PQconninfoFree(all);
    if (eye && PQstatus(eye) == CONNECTION_OK)
        return eye;
    PQfinish(eye);
    return NULL;
}

/* The ledger's own function may end sessions; a ledger that has it not yet only tells who it is. */
static PGresult *ask_who(PGconn *eye, const char *pid) {
    static const char *const questions[] = {
        "select o_blocked::int, o_pid, o_login, o_program, o_since, o_stuck, o_ended::int "
        "from stipend.waited_for($1::int)",
        "select (cardinality(pg_blocking_pids($1::int)) > 0)::int, coalesce(h.pid, 0), h.usename, "
        "h.application_name, to_char(h.xact_start at time zone 'UTC', 'HH24:MI:SS'), '', 0 "
        "from (values (1)) one left join pg_stat_activity h "
        "on h.pid = (pg_blocking_pids($1::int))[1]"};
    PGresult *r = NULL;
    for (size_t i = 0; i < ST_LEN(questions); i++) {
        PQclear(r);
        r = PQexecParams(eye, questions[i], 1, NULL, &pid, NULL, NULL, 0);
        if (PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1)
            return r;
    }
    PQclear(r);
    return NULL;
}

/* Whether the first connection waits for another session, and for which; false when that cannot be
 * told. */
static bool look(watch *w, bool *blocked, st_holder *h) {
    char pid[ST_PG_INT];
    if (!w->eye)
        w->eye = connect_again(w->l->pg);
    PGresult *r = w->eye ? ask_who(w->eye, st_pg_int(pid, PQbackendPID(w->l->pg))) : NULL;
    if (!r) {
        PQfinish(w->eye);
        w->eye = NULL;
        return false;
    }
    *blocked = st_pg_get_int(r, 0, 0) != 0;
    *h = (st_holder){.pid = st_pg_get_int(r, 0, 1), .ended = st_pg_get_int(r, 0, 6) != 0};
    st_pg_get_z(r, 0, 2, h->login, sizeof h->login);
    st_pg_get_z(r, 0, 3, h->program, sizeof h->program);
    st_pg_get_z(r, 0, 4, h->since, sizeof h->since);
    st_pg_get_z(r, 0, 5, h->stuck, sizeof h->stuck);
    PQclear(r);
    return true;
}

/* -- saying -- */

static void name(const st_holder *h, st_buf *out) {
    if (!h->login[0] && h->pid == 0)
        (void)st_buf_z(out, "a transaction that is prepared on the server");
    else
        (void)st_buf_fmt(out, "%s", h->login[0] ? h->login : "somebody");
    if (h->program[0] || h->pid)
        (void)st_buf_fmt(out, " (%s%ssession %" PRId64 ")", h->program, h->program[0] ? ", " : "",
                         h->pid);
    if (h->since[0])
        (void)st_buf_fmt(out, ", at work since %s UTC", h->since);
}

static void say(st_ledger *l, st_code code, st_severity severity, const st_buf *text) {
    st_err note;
    st_err_init(&note);
    (void)st_fail(&note, code, "%s", text->p);
    note.severity = severity;
    l->patience.say(l->patience.ctx, &note);
}

static void tell(watch *w, const st_holder *h) {
    st_ledger *l = w->l;
    bool short_of = now_ms() - w->began < FIRST_LOOK_MS;
    if (!l->patience.say || (!h->ended && (h->pid == w->told || short_of)))
        return;
    st_buf b;
    st_buf_init(&b, 256);
    (void)st_buf_z(&b, h->ended ? "the session of " : "the ledger is held by ");
    name(h, &b);
    if (h->ended) {
        (void)st_buf_z(&b, strcmp(h->stuck, "long") == 0
                               ? " was ended: it held the ledger for longer than anybody may"
                               : " was ended: it held the ledger and did nothing");
        say(l, ST_E_WAIT_ENDED, ST_SEV_WARNING, &b);
    } else {
        (void)st_buf_fmt(&b, "; this waits up to %" PRId64 " s", l->patience.seconds);
        say(l, ST_E_WAITING, ST_SEV_NOTE, &b);
    }
    w->told = h->pid;
    st_buf_free(&b);
}

bool st_wait_over(st_ledger *l, st_err *err) {
    const st_holder *h = &l->holder;
    if (h->pid == UNSEEN)
        return st_fail(err, ST_E_DB_LOST, "the server has not answered for %" PRId64 " s",
                       l->patience.seconds);
    st_buf who;
    st_buf_init(&who, 256);
    name(h, &who);
    (void)st_fail(err, ST_E_WAITED, "waited %" PRId64 " s for %s", l->patience.seconds, who.p);
    st_buf_free(&who);
    if (h->stuck[0])
        st_err_hint(err, "that session makes no progress and could not be ended: let the server's "
                         "administrator end it, and run once: grant pg_signal_backend, "
                         "pg_read_all_stats to the ledger's owner");
    return false;
}

/* -- waiting -- */

static void give_up(watch *w, const st_holder *h) {
    w->l->gave_up = true;
    w->l->holder = *h;
    if (h->pid == UNSEEN) {
        /* Neither would it hear that the statement is cancelled. */
        (void)shutdown(PQsocket(w->l->pg), SHUT_RDWR);
        return;
    }
    char why[256];
    PGcancel *c = PQgetCancel(w->l->pg);
    if (!c || !PQcancel(c, why, sizeof why))
        st_log_debug("the statement could not be cancelled");
    PQfreeCancel(c);
}

/* Looks at what keeps the server; returns when to look next, 0 when there is nothing to wait for
 * any more. */
static int64_t look_up(watch *w) {
    st_ledger *l = w->l;
    st_holder h = {.pid = UNSEEN};
    bool blocked = false, known = look(w, &blocked, &h);
    int64_t now = now_ms(), patience = l->patience.seconds * 1000;
    w->blind = w->blind && !known;
    if (known && !blocked) {
        w->seen = now;
        PQfinish(w->eye);
        w->eye = NULL;
        return now + NEXT_LOOK_MS;
    }
    if (known)
        tell(w, &h);
    if ((known || w->blind) && now - w->seen >= patience && !h.ended) {
        give_up(w, &h);
        return 0;
    }
    int64_t left = w->seen + patience - now;
    return now + (left > 0 && left < NEXT_LOOK_MS ? left : NEXT_LOOK_MS);
}

/* Until there is a result, or the connection is at its end. */
static void until_ready(watch *w) {
    PGconn *pg = w->l->pg;
    int64_t patience = w->l->patience.seconds * 1000;
    int64_t next = w->began + (patience > FIRST_LOOK_MS ? FIRST_LOOK_MS
                               : patience > SHORTEST_MS ? patience
                                                        : SHORTEST_MS);
    while (PQisBusy(pg) && PQstatus(pg) == CONNECTION_OK) {
        int64_t left = next - now_ms();
        struct pollfd f = {.fd = PQsocket(pg), .events = POLLIN};
        int n = poll(&f, 1, left > 0 ? (int)left : 0);
        if (n > 0 && !PQconsumeInput(pg))
            return;
        if (n != 0)
            continue;
        if (w->l->gave_up) {
            /* Not even the cancelling is answered: the server is out of reach. */
            (void)shutdown(PQsocket(pg), SHUT_RDWR);
            next = now_ms() + CANCEL_MS;
        } else if ((next = look_up(w)) == 0) {
            next = now_ms() + CANCEL_MS;
        }
    }
}

PGresult *st_wait_result(st_ledger *l) {
    int64_t now = now_ms();
    watch w = {.l = l, .began = now, .seen = now, .told = -1, .blind = true};
    until_ready(&w);
    PQfinish(w.eye);
    l->heard = now_ms();
    return PQgetResult(l->pg);
}

bool st_wait_set(st_ledger *l, int64_t seconds, st_err *err) {
    ST_ASSERT(seconds >= 0 && seconds <= ST_WAIT_MAX);
    char sql[64];
    l->patience.seconds = seconds;
    /* The server ends it too, should nobody here look: rows of a COPY, a pooler in between. */
    (void)snprintf(sql, sizeof sql, "set lock_timeout = %" PRId64, seconds * 1000 + MARGIN_MS);
    return st_pg_exec(l, sql, err);
}

bool st_wait_alive(st_ledger *l, st_err *err) {
    if (++l->calls % ALIVE_EVERY != 0 || now_ms() - l->heard < ALIVE_MS ||
        PQtransactionStatus(l->pg) != PQTRANS_INTRANS)
        return true;
    return st_pg_exec(l, "select 1", err);
}
