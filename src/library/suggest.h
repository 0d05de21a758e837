/*
 * library/suggest.h - suggestions while somebody types: suggest-terms.c makes
 * the terms of the index by which they are found, suggest.c asks for them.
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

#endif
