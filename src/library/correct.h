/*
 * library/correct.h - what may have been meant: words of the index that are like
 * one which it does not have. The one place that puts right what was typed, for
 * suggestions and searches. Internal to library.
 *
 * The index is asked for its terms, so a correction may come from documents
 * that the reader cannot find: who offers one looks first whether he finds
 * something by it.
 */
#ifndef XJ_CORRECT_H
#define XJ_CORRECT_H

#include "library/archive.h"

struct xj_correction {
	const char *text;   /* normal form; of a Latin word its stem */
	size_t len;
	double likeness;    /* 0 to 1, by letters, sounds and shapes */
	uint64_t documents; /* at most, that have it */
};

#define XJ_CORRECTIONS_MAX 8u

/* The likeliest first. */
struct xj_corrections {
	struct xj_correction list[XJ_CORRECTIONS_MAX];
	size_t count;
};

/* Where to look, and memory for what is found. */
struct xj_correcting {
	struct xj_index *index;
	struct xj_arena *arena;
	const char *fields; /* of fields.h, each a byte; "": the body */
};

/*
 * A run of Han characters with a mistake in it: another character, most likely
 * one that sounds or looks alike, two in the wrong order, one too many or one
 * missing. Empty when all pairs of it are as frequent as others.
 */
int xj_correct_han(const struct xj_correcting *c, const char *run, size_t len,
		   struct xj_corrections *out, struct xj_error *err);
/*
 * A Latin word: up to two letters put in, left out, changed or swapped. Both it
 * and its stem are compared with the stems of the index. With `open` it may be
 * the beginning of a word.
 */
int xj_correct_latin(const struct xj_correcting *c, const char *word,
		     size_t len, const char *stem, size_t stem_len, bool open,
		     struct xj_corrections *out, struct xj_error *err);
/* What is read as these syllables, one a character: the most frequent. */
int xj_correct_pinyin(const struct xj_correcting *c,
		      const char *const *syllables, size_t count,
		      struct xj_corrections *out, struct xj_error *err);
/* Words of Han characters that share most characters with this one. */
int xj_correct_word(const struct xj_correcting *c, const char *word,
		    size_t len, struct xj_corrections *out,
		    struct xj_error *err);

#endif
