/* text/finder.h - what the finder found; own header of the module. */
#ifndef XJ_TEXT_FINDER_H
#define XJ_TEXT_FINDER_H

#include "inner.h"

/* A needle at its place in normal text. */
struct match {
	uint32_t at, end;       /* bytes */
	uint32_t first, beyond; /* characters from the start */
	uint32_t needle;
	float weight;
};

struct needle {
	const char *bytes;
	uint32_t len;
	uint32_t chars;
	float weight;
	uint32_t first;   /* its first character */
	int32_t next;     /* the next one with a first character alike; -1 */
	bool quiet;       /* part of a longer one: not marked alone */
	bool whole, open;
	uint32_t stem_len;
	char stem[TERM_MAX];
};

#define FINDER_HEADS 256u

struct xj_finder {
	struct xj_analyzer *an;
	struct needle *needles;
	size_t count;
	char *bytes;              /* of the needles */
	uint32_t *inside;         /* per needle: how often in the window */
	bool any_bytes, any_latin;
	bool any_ascii;           /* begins one of the bytes */
	uint64_t first[1024];     /* first characters, modulo 65536 */
	int32_t heads[FINDER_HEADS]; /* by first character */
	int32_t latin;            /* the first one that matches by stem */
	bool latin_first[256];    /* first bytes of those */
	uint32_t latin_second[26]; /* by first letter, a bit a second one */
	struct match *matches;
	size_t match_count, match_cap;
	const struct xj_normal *text; /* the normal form in hand, */
	struct xj_normal normal;  /* where it is not another's */
};

/* All matches in order of `at`; false: no memory, the list is not whole. */
bool xj_text_find(struct xj_finder *f, const char *normal, size_t len);

/*
 * The best window among matches [from, to): the sum of distinct weights, and
 * which matches are its first and its last. 0: nothing of weight.
 */
double xj_text_window(struct xj_finder *f, size_t from, size_t to,
		      unsigned width, size_t *first, size_t *last);

#endif
