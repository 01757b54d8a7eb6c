/* Faults on purpose, for tests: compiled in with sanitizers, without optimisation, or with
 * ST_FAULTS. */
#include "ledger/pg_int.h"

#if defined(ST_SANITIZE) || defined(ST_FAULTS) || !defined(__OPTIMIZE__)

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

typedef struct plan {
    bool read, kill;
    char point[48];
    int64_t left;
} plan;

static plan the_plan;

/* "point:n" or "point:n:kill" */
static void read_plan(plan *p) {
    p->read = true;
    const char *z = getenv("STIPEND_FAULT");
    const char *colon = z ? strchr(z, ':') : NULL;
    if (!colon || (size_t)(colon - z) >= sizeof p->point)
        return;
    memcpy(p->point, z, (size_t)(colon - z));
    st_str rest = st_str_of(colon + 1);
    p->kill = st_str_ends(rest, ":kill");
    if (p->kill)
        rest.n -= strlen(":kill");
    if (!st_str_int(rest, &p->left))
        p->left = 0;
}

static bool due(const char *point) {
    if (!the_plan.read)
        read_plan(&the_plan);
    return the_plan.left > 0 && strcmp(point, the_plan.point) == 0 && --the_plan.left == 0;
}

static void drop(st_ledger *l) {
    (void)shutdown(PQsocket(l->pg), SHUT_RDWR);
}

void st_fault(st_ledger *l, const char *point) {
    if (strcmp(point, "lost-answer") == 0) {
        /* The server answers, so it has committed; the answer is thrown away with the connection.
         */
        struct pollfd f = {.fd = PQsocket(l->pg), .events = POLLIN};
        (void)poll(&f, 1, 10000);
        if (the_plan.kill)
            (void)raise(SIGKILL);
        drop(l);
        PGresult *r;
        while ((r = PQgetResult(l->pg)))
            PQclear(r);
        return;
    }
    if (!due(point))
        return;
    if (the_plan.kill)
        (void)raise(SIGKILL);
    drop(l);
}

bool st_fault_after_commit(const char *point) {
    char after[48];
    (void)snprintf(after, sizeof after, "after-%s", point);
    return due(after);
}

#else

void st_fault(st_ledger *l, const char *point) {
    (void)l;
    (void)point;
}

bool st_fault_after_commit(const char *point) {
    (void)point;
    return false;
}

#endif
