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

static void replay_folder(const char *folder) {
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));) {
        char path[PATH_MAX];
        int n = snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] != '.' && n > 0 && (size_t)n < sizeof path)
            replay(path);
    }
    if (d)
        closedir(d);
}

/* Without arguments the target's own corpus, as TAP; a crash is the missing line. */
int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        struct stat st;
        if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
            replay_folder(argv[i]);
        else
            replay(argv[i]);
    }
    if (argc < 2) {
        const char *slash = strrchr(argv[0], '/');
        char folder[PATH_MAX];
        (void)snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", slash ? slash + 1 : argv[0]);
        replay_folder(folder);
    }
    printf("1..1\n%s 1 - %zu files of the corpus replayed\n", files ? "ok" : "not ok", files);
    return files == 0;
}
