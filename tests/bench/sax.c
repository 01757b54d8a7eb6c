/* sax FILE: the yardstick for reading. libxml2's push parser over the file with callbacks that do
 * nothing; prints seconds. */
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CHUNK = 1 << 16 };
static unsigned long long elements;

static void start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                  int n_ns, const xmlChar **ns, int n_attr, int n_default, const xmlChar **attr) {
    (void)ctx, (void)name, (void)prefix, (void)uri, (void)n_ns, (void)ns, (void)n_attr,
        (void)n_default, (void)attr;
    elements++;
}
static void end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
    (void)ctx, (void)name, (void)prefix, (void)uri;
}
static void text(void *ctx, const xmlChar *s, int n) {
    (void)ctx, (void)s, (void)n;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    FILE *f = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (!f) {
        fprintf(stderr, "usage: sax FILE\n");
        return 64;
    }
    xmlSAXHandler sax;
    memset(&sax, 0, sizeof sax);
    sax.initialized = XML_SAX2_MAGIC;
    sax.startElementNs = start;
    sax.endElementNs = end;
    sax.characters = text;
    static char chunk[CHUNK];
    double t0 = now();
    xmlParserCtxtPtr p = xmlCreatePushParserCtxt(&sax, NULL, NULL, 0, argv[1]);
    size_t n;
    int rc = 0;
    while (!rc && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
        rc = xmlParseChunk(p, chunk, (int)n, 0);
    if (!rc)
        rc = xmlParseChunk(p, NULL, 0, 1);
    double seconds = now() - t0;
    xmlFreeParserCtxt(p);
    fclose(f);
    if (rc) {
        fprintf(stderr, "sax: not well-formed (%d)\n", rc);
        return 65;
    }
    printf("%.3f\n", seconds);
    fprintf(stderr, "sax: %llu elements\n", elements);
    return 0;
}
