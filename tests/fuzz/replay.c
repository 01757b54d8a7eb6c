/* Runs a fuzz target over files and folders given on the command line, with any compiler and
 * without libFuzzer: the corpus stays a test. Link with one target. */
#include "base/base.h"
#include <dirent.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_MAX = 1 << 22 };
static size_t files;

static void replay(const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(66);
    }
    uint8_t *data = st_xmalloc(FILE_MAX);
    size_t n = fread(data, 1, FILE_MAX, f);
    fclose(f);
    uint8_t *exact =
        st_xmalloc(n ? n : 1); /* of the very size, so that a sanitizer sees a byte too far */
    memcpy(exact, data, n);
    free(data);
    (void)LLVMFuzzerTestOneInput(exact, n);
    free(exact);
    files++;
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        struct stat st;
        if (stat(argv[i], &st) != 0 || !S_ISDIR(st.st_mode)) {
            replay(argv[i]);
            continue;
        }
        DIR *d = opendir(argv[i]);
        for (struct dirent *e; d && (e = readdir(d));) {
            char path[PATH_MAX];
            int n = snprintf(path, sizeof path, "%s/%s", argv[i], e->d_name);
            if (e->d_name[0] != '.' && n > 0 && (size_t)n < sizeof path)
                replay(path);
        }
        if (d)
            closedir(d);
    }
    printf("%zu files replayed\n", files);
    return 0;
}
