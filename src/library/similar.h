/*
 * library/similar.h - what the files behind xj_similar() share: the terms that
 * tell a document, and how near two texts are to being copies. Internal to
 * library; the way is told in similar.c.
 */
#ifndef XJ_SIMILAR_H
#define XJ_SIMILAR_H

#include "library/search.h"

/* ----------------------------------------------------- similar-terms.c */

/* A term by which a document can be told from others. */
struct xj_telling {
	const char *term;     /* with its kind, as the index has it */
	size_t len;
	const char *shown;    /* as it stands in the text, normalised */
	enum xj_term_kind kind;
	unsigned times;       /* in what was looked at */
	bool head;            /* in the title or a subject */
	uint64_t documents;   /* that have it */
	double rarity, weight;
};

/* Terms of a document that may tell it. Memory is the arena's. */
int xj_telling_terms(struct xj_seeking *s, const struct xj_doc *doc,
		     struct xj_telling **list, size_t *count,
		     struct xj_error *err);
/* Put those first that tell it best, of what is in `least` documents or more.
 * Returns how many of them there are, at most `max`. */
size_t xj_telling_best(struct xj_telling *list, size_t count, uint64_t least,
		       size_t max);

/* Normalise 12 KiB of a chunk of the document being read, or what there is,
 * from `share` of it on, into s->reading.normal. XJ_END: there is no such
 * chunk. */
int xj_part_read(struct xj_seeking *s, unsigned chunk, double share,
		 struct xj_error *err);

/* ---------------------------------------------------- similar-copies.c */

#define XJ_SKETCH 128u

/* A text by some of its runs of a few characters or words, chosen by their
 * hashes alone, so that what two texts share is chosen in both (bottom-k
 * sketch: A. Broder, On the resemblance and containment of documents, 1997). */
struct xj_sketch {
	uint64_t hashes[XJ_SKETCH]; /* the least, sorted */
	size_t count;
};

int xj_sketch_make(struct xj_seeking *s, uint64_t id, struct xj_sketch *sketch,
		   struct xj_error *err);
/* Share of the runs of both texts that are in both (Jaccard), 0 to 1. */
double xj_sketch_common(const struct xj_sketch *a, const struct xj_sketch *b);

#endif
