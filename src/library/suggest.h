/*
 * library/suggest.h - suggestions while somebody types: suggest-terms.c makes
 * the terms of the index by which they are found, suggest-tops.c notes the best
 * of those that begin with the same letter, suggest.c asks for them.
 * Internal to library.
 */
#ifndef XJ_SUGGEST_H
#define XJ_SUGGEST_H

#include "library/archive.h"
#include "library/fields.h"

/*
 * Terms, each behind XJ_SUGGEST:
 *	^wsf      the title begins with characters read so: one to three initials
 *	b卫生     it begins with this character, these two
 *	iws       characters read so stand in it one behind the other
 *	swei      a character that is read so
 *	vKEY\1PKVALUE   a creator (K 'c') or subject (K 's') that is found by KEY:
 *	          its normal form, its syllables, their initials; P '^' of the
 *	          whole, '-' from a later character on
 * All characters count with each of their usual readings.
 */
#define XJ_SUGGEST 'G'
#define XJ_SUGGEST_START '^'
#define XJ_SUGGEST_BEGIN 'b'
#define XJ_SUGGEST_INITIALS 'i'
#define XJ_SUGGEST_SYLLABLE 's'
#define XJ_SUGGEST_VALUE 'v'
#define XJ_SUGGEST_MARK '\1' /* behind the key */

/* Both of normal text; a value's own form is what is shown. */
int xj_suggest_title(struct xj_counts *counts, const char *normal, size_t len,
		     struct xj_error *err);
int xj_suggest_value(struct xj_counts *counts, char kind, const char *value,
		     const char *normal, size_t len, struct xj_error *err);

/* --------------------------------------------------------------- suggest.c */

/* What titles, creators and subjects have that is read so, and else the text of
 * documents: Han characters, one for each syllable of `letters`, at most `max`
 * of them, in the arena; whether the reader may find them is not asked. In a
 * view of the catalog. Returns how many; letters that are no pinyin give none. */
int xj_suggest_read(struct xj_archive *archive, struct xj_index *index,
		    struct xj_arena *arena, const char *letters, size_t len,
		    const char **texts, size_t max, struct xj_error *err);

/* ---------------------------------------------------------- suggest-tops.c */

#define XJ_SUGGEST_TOPS_FROM 10000u /* documents of a segment; smaller ones
                                     * are looked through as they are */

/* Note the most frequent values of a segment for each short beginning of many.
 * Before the catalog names the segment. */
int xj_suggest_tops_write(const char *index_dir, const char *segment,
			  struct xj_error *err);
/* Call `fn` with the terms (documents 0: not known) of the values noted for a
 * beginning of a key, the best of each segment first. In a view of the catalog. */
int xj_suggest_tops(struct xj_archive *a, struct xj_arena *arena,
		    const char *key, size_t len, xj_index_term_fn fn,
		    void *ctx, struct xj_error *err);

#endif
