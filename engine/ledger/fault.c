/* Faults on purpose, for tests: compiled in with sanitizers, without optimisation, or with
 * ST_FAULTS. */
#include "ledger/pg_int.h"

#if defined(ST_SANITIZE) || defined(ST_FAULTS) || !defined(__OPTIMIZE__)

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

/* What happens at the point. */
typedef enum harm {
    DROP, /* the connection is lost */
    KILL, /* the program dies */
    HALT, /* the program stands still until it is told to go on: meanwhile a test harms the server
           */
    TELL  /* nothing; how often the point was passed is said at the end */
} harm;

typedef struct plan {
    char text[80]; /* that it was read from */
    harm harm;
    char point[48];
    int64_t left, passed;
} plan;

static plan the_plan;

static void tell(void) {
    (void)fprintf(stderr, "fault: %s %" PRId64 "\n", the_plan.point, the_plan.passed);
}

/* "point:n", "point:n:kill", "point:n:stop" or "point:count" */
static void read_plan(plan *p, const char *z) {
    static const char *const names[] = {[KILL] = ":kill", [HALT] = ":stop"};
    *p = (plan){.harm = DROP};
    (void)snprintf(p->text, sizeof p->text, "%s", z);
    const char *colon = strchr(z, ':');
    if (!colon || (size_t)(colon - z) >= sizeof p->point)
        return;
    memcpy(p->point, z, (size_t)(colon - z));
    st_str rest = st_str_of(colon + 1);
    if (st_str_is(rest, "count")) {
        p->harm = TELL;
        (void)atexit(tell);
        return;
    }
    for (size_t i = KILL; i <= HALT; i++)
        if (st_str_ends(rest, names[i])) {
            p->harm = (harm)i;
            rest.n -= strlen(names[i]);
            break;
        }
    if (!st_str_int(rest, &p->left))
        p->left = 0;
}

bool st_fault_due(const char *point) {
    plan *p = &the_plan;
    const char *z = getenv("STIPEND_FAULT");
    if (strcmp(z ? z : "", p->text) != 0)
        read_plan(p, z ? z : "");
    if (strcmp(point, p->point) != 0)
        return false;
    p->passed++;
    return p->left > 0 && --p->left == 0;
}

static void harm_now(st_ledger *l) {
    switch (the_plan.harm) {
    case DROP:
        (void)shutdown(PQsocket(l->pg), SHUT_RDWR);
        return;
    case KILL:
        (void)raise(SIGKILL);
        return;
    case HALT:
        (void)raise(SIGSTOP);
        return;
    case TELL:
        return;
    }
}

void st_fault(st_ledger *l, const char *point) {
    if (st_fault_due(point))
        harm_now(l);
}

void st_fault_answer(st_ledger *l) {
    struct pollfd f = {.fd = PQsocket(l->pg), .events = POLLIN};
    (void)poll(&f, 1, 10000);
    char lost[4096];
    while (the_plan.harm == DROP && recv(f.fd, lost, sizeof lost, MSG_DONTWAIT) > 0)
        ;
    harm_now(l);
}

#else

bool st_fault_due(const char *point) {
    (void)point;
    return false;
}

void st_fault(st_ledger *l, const char *point) {
    (void)l;
    (void)point;
}

void st_fault_answer(st_ledger *l) {
    (void)l;
}

#endif
