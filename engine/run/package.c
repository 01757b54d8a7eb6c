/* The package of rules: scheme, record type and models, each file read once. */
#include "run/run.h"

static bool imports(const st_scheme *s) {
    return st_sources_count(s->files) > s->n_files;
}

static bool open_from(st_sources *files, const char *path, st_finding_sink *warn, void *ctx,
                      st_package *out, st_err *err) {
    *out = (st_package){0};
    /* Looked at again at once, and after the imports: a folder that is being changed is no package.
     */
    if (st_scheme_open_from(files, path, &out->scheme, err) &&
        st_scheme_read_files(out->scheme, err) && st_sources_settled(out->scheme->files, err) &&
        st_record_type_open_bytes(out->scheme->schema->path, out->scheme->schema->bytes, &out->type,
                                  err) &&
        st_scheme_compile(out->scheme, st_record_type_facts(out->type), warn, ctx, err) &&
        (!imports(out->scheme) || st_sources_settled(out->scheme->files, err))) {
        st_scheme_digest(out->scheme, &out->rules);
        return true;
    }
    st_package_close(out);
    return false;
}

bool st_package_open(const char *path, st_finding_sink *warn, void *ctx, st_package *out,
                     st_err *err) {
    return open_from(st_sources_new(), path, warn, ctx, out, err);
}

bool st_package_again(const st_sources *kept, const char *path, st_package *out, st_err *err) {
    return open_from(st_sources_again(kept), path, NULL, NULL, out, err);
}

void st_package_close(st_package *p) {
    st_scheme_free(p->scheme);
    st_record_type_free(p->type);
    *p = (st_package){0};
}
