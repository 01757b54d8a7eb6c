/* Which of the mutants in this tree is alive, told by the environment.
 *
 *     MUTANT=N          the program has mutant N
 *     MUTANT_REACH=FILE the file is told, a number a line, which places are passed: a test that
 * does not pass the place of a mutant cannot notice it. */
#ifndef ST_MUTANT_H
#define ST_MUTANT_H
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ST_MUTANTS_MAX = 8192 };

__attribute__((noinline, unused)) static void st_mutant_reached(int n, const char *file) {
    static unsigned char seen[ST_MUTANTS_MAX];
    if (n >= ST_MUTANTS_MAX || seen[n])
        return;
    seen[n] = 1;
    char line[16];
    int fd = open(file, O_WRONLY | O_APPEND | O_CLOEXEC),
        length = snprintf(line, sizeof line, "%d\n", n);
    if (fd >= 0) {
        (void)!write(fd, line, (size_t)length);
        (void)close(fd);
    }
}

static inline int st_mutant(int n) {
    static int chosen = -1;
    static const char *reach;
    if (chosen < 0) {
        const char *z = getenv("MUTANT");
        chosen = z ? (int)strtol(z, NULL, 10) : 0;
        reach = getenv("MUTANT_REACH");
    }
    if (reach)
        st_mutant_reached(n, reach);
    return chosen == n;
}
#endif
