/*
 * library/lexicon.h - the organisation's own words: forms that mean the same
 * (synonyms), and words that no dictionary has. Internal to library; lexicon.c
 * keeps them, search-widen.c puts synonyms into a query.
 */
#ifndef XJ_LEXICON_H
#define XJ_LEXICON_H

#include "library/archive.h"

/* A form as it was given, and normalised. */
struct xj_form {
	const char *text, *normal;
	size_t len; /* of `normal` */
};

/* Forms that mean the same. */
struct xj_same {
	const struct xj_form *forms;
	size_t count;
};

struct xj_lexicon {
	struct xj_arena *arena;
	const char *source;             /* the file it was read from */
	struct xj_same *same;
	size_t same_count;
	struct xj_form *words;          /* the dictionary, as it was given */
	size_t word_count;
	const char *const *dictionary;  /* normalised; NULL-terminated; with
	                                 * the standard's words */
	size_t dictionary_count;
};

/* As the catalog has them now; lent until the next call or the close of the
 * archive, as the analyzer is. */
int xj_lexicon_get(struct xj_archive *a, const struct xj_lexicon **lexicon,
		   struct xj_error *err);
void xj_lexicon_free(struct xj_lexicon *lexicon);

/* Whether the words that `a` was given last are those of now, as `hand` says. */
bool xj_lexicon_is(const struct xj_archive *a, struct xj_archive *hand);

/* Whether the object is the one that keeps them. */
bool xj_is_lexicon(const struct xj_object *object);
/* What its file says, into the catalog. XJ_ECORRUPT. */
int xj_lexicon_restore(struct xj_archive *a, const char *file, size_t len,
		       struct xj_error *err);

struct xj_clause;

/*
 * Put beside each word of a query the forms that mean the same, as phrases of
 * less weight. `*list` (of `*count`) says which. Memory is the arena's.
 */
int xj_widen(struct xj_archive *a, struct xj_arena *arena,
	     struct xj_clause *query, struct xj_widened **list, size_t *count,
	     struct xj_error *err);
/* Topics and units in a query stand for those below them, too. */
int xj_widen_values(struct xj_archive *a, struct xj_arena *arena,
		    struct xj_clause *query, struct xj_error *err);

#endif
