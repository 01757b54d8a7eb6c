/* The words of DMN 1.1 to 1.7: every element and attribute of OMG's schemas, and what becomes of it
 * here: used, without influence on any value (with the reason), or refused by name. Nothing that
 * could change an amount is passed over in silence. */
#ifndef ST_DMN_VOCABULARY_H
#define ST_DMN_VOCABULARY_H

#include "dmn/dmn_int.h"

/* What becomes of a word. The order of the enumerators is that of the reasons. */
typedef enum dmn_verdict {
    DMN_USED,      /* read: changes what is decided, or how things find one another */
    DMN_SAID,      /* for readers: labels, questions, sources */
    DMN_DRAWN,     /* how it is drawn */
    DMN_MADE,      /* which program saved the file */
    DMN_ORGANISED, /* who decides, and where decisions are used */
    DMN_IMPLIED,   /* follows from other parts, which are used */
    DMN_REFUSED    /* would change values and is not supported */
} dmn_verdict;

/* One word in its place: an attribute or an element inside the element `in`. */
typedef struct dmn_word {
    const char *in;   /* type of the element around it, as in OMG's schema: "tDecisionRule" */
    const char *name; /* "hitPolicy" */
    bool attribute;
    dmn_verdict verdict;
    const char *type; /* elements: their own type; NULL where nothing inside matters */
} dmn_word;

/* All words, n of them; words of DMNElement (id, label, description, extensionElements) may stand
 * everywhere and are listed once, in "tDMNElement". */
const dmn_word *st_dmn_words(size_t *n);
/* Why a word of that verdict may stand without being used; "" for those that are used or refused.
 */
const char *st_dmn_verdict_reason(dmn_verdict v);

/* Whether the namespace is that of the models of a known version of DMN. */
bool st_dmn_known_namespace(st_str ns);
/* Whether a URI (or the short name that modellers write) means FEEL. */
bool st_dmn_is_feel(st_str language);

/* Walks a loaded file: languages, refused words, words DMN does not know, parts of another
 * namespace. Conformance tests (lenient) pass over unknown words. */
bool st_dmn_vocabulary_check(const dmn_file *f, st_err *err);

#endif
