/* Budgets of a benefit by year. */
#include "scheme/scheme.h"

const st_budget *st_scheme_budget(const st_benefit *b, int year) {
    for (size_t i = 0; i < b->n_budgets; i++)
        if (b->budgets[i].year == year)
            return &b->budgets[i];
    return NULL;
}

/* The newest budget before a year, or the oldest of all. */
static const st_budget *nearest(const st_benefit *b, int year) {
    const st_budget *best = b->n_budgets ? &b->budgets[0] : NULL;
    for (size_t i = 1; i < b->n_budgets; i++) {
        const st_budget *x = &b->budgets[i];
        bool before = x->year < year, best_before = best->year < year;
        if (before != best_before ? before : before ? x->year > best->year : x->year < best->year)
            best = x;
    }
    return best;
}

st_str st_scheme_budget_line(const st_benefit *b, int year) {
    const st_budget *of_year = st_scheme_budget(b, year), *other = nearest(b, year);
    return of_year ? of_year->line : other ? other->line : ST_STR("");
}
