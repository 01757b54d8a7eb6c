/* Bounds of an ordered column as whole numbers: the place of a value among thousands of them is
 * found by one division and a short look, not by a search that compares values. */
#include "dmn/index_int.h"

enum { STRETCHES_MAX = 1 << 20 };

/* The value as a whole number that orders as the value does; false when it is not exact. */
static inline bool key_of(const st_val *v, int scale, int64_t *out) {
    switch (v->kind) {
    case ST_NUMBER:
        if (ST_LIKELY(!scale && st_dec_is_plain(v->u.num) && v->u.num.w[0] <= INT64_MAX)) {
            *out = (int64_t)v->u.num.w[0];
            return true;
        }
        return st_dec_scaled(v->u.num, scale, out);
    case ST_DATE:
        *out = (int64_t)v->u.date.year * 512 + v->u.date.month * 32 + v->u.date.day;
        return true;
    case ST_YM_DURATION:
        *out = v->u.months;
        return true;
    case ST_DT_DURATION:
        *out = v->u.seconds;
        return v->n == 0;
    default:
        return false;
    }
}

static bool keys_at(int64_t *to, const st_val *bounds, size_t n, int scale) {
    for (size_t i = 0; i < n; i++)
        if (!key_of(&bounds[i], scale, &to[i]))
            return false;
    return true;
}

static uint64_t above(int64_t low, int64_t key) {
    return (uint64_t)key - (uint64_t)low;
}

/* About two stretches a bound: where bounds lie evenly each holds one or none. */
static void stretches(dmn_keys *k, st_arena *a) {
    uint64_t span = above(k->key[0], k->key[k->n - 1]);
    while (span >> k->shift >= STRETCHES_MAX || span >> k->shift > 2 * k->n)
        k->shift++;
    size_t n = (size_t)(span >> k->shift) + 1;
    uint32_t *from = ST_NEWN(a, uint32_t, n + 1);
    for (size_t i = 0; i < k->n; i++)
        from[(above(k->key[0], k->key[i]) >> k->shift) + 1]++;
    for (size_t i = 0; i < n; i++)
        from[i + 1] += from[i];
    k->from = from;
}

void st_dmn_keys_make(dmn_keys *k, st_arena *a, const st_val *bounds, size_t n) {
    *k = (dmn_keys){.n = n};
    if (!n || n > UINT32_MAX)
        return;
    int64_t *key = ST_NEWN(a, int64_t, n);
    int most = bounds[0].kind == ST_NUMBER ? ST_DEC_SCALED_MAX : 0;
    for (k->scale = 0; k->scale <= most; k->scale++)
        if (keys_at(key, bounds, n, k->scale)) {
            k->key = key;
            stretches(k, a);
            return;
        }
}

bool st_dmn_keys_find(const dmn_keys *k, const st_val *v, size_t *below, bool *at) {
    int64_t key;
    *at = false;
    if (!k->key || !key_of(v, k->scale, &key))
        return false;
    if (key < k->key[0] || key > k->key[k->n - 1]) {
        *below = key < k->key[0] ? 0 : k->n;
        return true;
    }
    uint64_t stretch = above(k->key[0], key) >> k->shift;
    size_t lo = k->from[stretch], hi = k->from[stretch + 1];
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (k->key[mid] < key)
            lo = mid + 1;
        else
            hi = mid;
    }
    *below = lo;
    *at = k->key[lo] == key;
    return true;
}
