/* Bytes as a file that needs no disk. */
#ifndef FUZZ_FILE_H
#define FUZZ_FILE_H

#include "base/base.h"
#include <sys/mman.h>
#include <unistd.h>

/* Path of a file of these bytes, until the next call. */
static inline const char *fuzz_file(const void *data, size_t size) {
    static char path[64];
    static int fd = -1;
    if (fd < 0)
        fd = memfd_create("fuzz", 0);
    ST_ASSERT(fd >= 0 && ftruncate(fd, 0) == 0);
    ST_ASSERT(pwrite(fd, data, size, 0) == (ssize_t)size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}

#endif
