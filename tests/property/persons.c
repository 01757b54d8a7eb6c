/* Who stands behind a key. Everything is asked of one list of what each run saw, by loops: nothing
 * of the engine's tables, hashes or order. */
#include "persons.h"

/* Whether two people said later that the number, known since a run, was wrong. */
static bool wrong_since(const persons *m, int who, int number, int64_t run, int from) {
    for (int i = from; i < m->n_words; i++)
        if (m->words[i].fixes && m->words[i].who == who && m->words[i].run >= run &&
            m->words[i].number != number)
            return true;
    return false;
}

static bool counts_as_own(const persons *m, const sight *s) {
    return s->clean && s->accepted && !wrong_since(m, s->who, s->shown.number, s->run, 0);
}

/* Whether the number is known as the person's; number -1: whether any is. */
static bool knows(const persons *m, int who, int number) {
    for (int i = 0; i < m->n_sights; i++) {
        const sight *s = &m->sights[i];
        if (s->who == who && counts_as_own(m, s) && (number < 0 || s->shown.number == number))
            return true;
    }
    for (int i = 0; i < m->n_words; i++) {
        const said_word *x = &m->words[i];
        if (x->who == who && (number < 0 || x->number == number) &&
            !wrong_since(m, who, x->number, x->run, i + 1))
            return true;
    }
    return false;
}

/* Whether the first key was ever seen, be it by what continues it. */
static bool seen(const persons *m, int who) {
    for (int i = 0; i < m->n_sights; i++)
        if (m->sights[i].who == who &&
            (m->sights[i].shown.key == 0 || (m->sights[i].clean && m->sights[i].accepted)))
            return true;
    return false;
}

static bool linked(const persons *m, int who, int key) {
    if (key == 0)
        return true;
    for (int i = 0; i < m->n_sights; i++) {
        const sight *s = &m->sights[i];
        if (s->who == who && s->shown.key == key && s->accepted && s->read)
            return true;
    }
    for (int i = 0; i < m->n_words; i++)
        if (m->words[i].who == who && m->words[i].key == key)
            return true;
    return false;
}

/* The key that the person's record had last when nothing was asked. */
static int last_key(const persons *m, int who) {
    for (int i = m->n_sights; i-- > 0;)
        if (m->sights[i].who == who && m->sights[i].accepted && m->sights[i].read)
            return m->sights[i].shown.key;
    return 0;
}

/* A number is exchanged when both have one that is known. */
static int number_of(const persons *m, const world *w, int who) {
    const person *p = &w->people[who];
    if (p->swap >= 0 && knows(m, who, who * KEYS) && knows(m, p->swap, p->swap * KEYS))
        return p->swap * KEYS;
    return who * KEYS + (knows(m, who, -1) ? p->typo : 0);
}

void persons_show(const persons *m, const bool paid[PEOPLE], world *w) {
    for (int who = 0; who < PEOPLE; who++) {
        const person *p = &w->people[who];
        shown *s = &w->shown[who];
        s->number = number_of(m, w, who);
        s->key = seen(m, who) ? p->key : 0;
        bool plain = paid[who] && s->number == who * KEYS && knows(m, who, s->number);
        s->said = p->said || !plain;
    }
}

/* Somebody else who was paid has the number. */
static bool known_of_another(const persons *m, const bool paid[PEOPLE], int who, int number) {
    for (int i = 0; i < PEOPLE; i++)
        if (i != who && paid[i] && knows(m, i, number))
            return true;
    return false;
}

static bool question(const persons *m, const bool paid[PEOPLE], int who, const shown *s) {
    bool own = knows(m, who, s->number), other = knows(m, who, -1) && !own;
    if (linked(m, who, s->key))
        return other || (!own && known_of_another(m, paid, who, s->number));
    if (!s->said) /* somebody new with the number of one who was paid */
        return known_of_another(m, paid, -1, s->number);
    int last = last_key(m, who);
    return other || known_of_another(m, paid, who, s->number) ||
           (!knows(m, who, -1) && last != 0 && last != s->key);
}

void persons_ask(const persons *m, const bool paid[PEOPLE], world *w) {
    for (int who = 0; who < PEOPLE; who++) {
        const person *p = &w->people[who];
        const shown *s = &w->shown[who];
        w->asked[who] = p->listed && !p->twice && question(m, paid, who, s);
        w->apart[who] =
            p->listed && !linked(m, who, s->key) && (w->asked[who] || (p->twice && !s->said));
    }
}

void persons_note(persons *m, const world *w, int64_t run) {
    for (int who = 0; who < PEOPLE; who++) {
        const person *p = &w->people[who];
        if (p->listed && m->n_sights < SIGHTS_MAX)
            m->sights[m->n_sights++] = (sight){.run = run,
                                               .who = who,
                                               .shown = w->shown[who],
                                               .accepted = !w->asked[who],
                                               .clean = naive_clean(w, who),
                                               .read = !p->twice};
    }
}

void persons_void(persons *m, int64_t run) {
    int n = 0;
    for (int i = 0; i < m->n_sights; i++)
        if (m->sights[i].run != run)
            m->sights[n++] = m->sights[i];
    m->n_sights = n;
}

bool persons_word(const persons *m, const world *w, int who, int64_t newest, said_word *out) {
    if (!w->people[who].listed || !w->asked[who] || m->n_words == WORDS_MAX)
        return false;
    const shown *s = &w->shown[who];
    bool same_key = linked(m, who, s->key);
    *out = (said_word){newest, who, s->key, s->number, same_key};
    return true;
}

void persons_say(persons *m, const said_word *word) {
    m->words[m->n_words++] = *word;
}
