/*
 * text/inner.h - what the files of the module share: the analyzer, and what
 * the tables say of a character.
 */
#ifndef XJ_TEXT_INNER_H
#define XJ_TEXT_INNER_H

#include "text/text.h"

#include "tables.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

extern const struct tables xj_text_tables
	__attribute__((visibility("hidden")));

/* A character of a run without spaces. */
struct han {
	uint32_t at;     /* byte, from the start of the run */
	uint16_t code;   /* in the word tables; 0: in no word */
	uint8_t katakana;
	uint8_t word;    /* characters of the word that begins here; 0: none */
	bool form;       /* a date or an ordinal may begin here */
};

#define ASCII_BLANK 1

#define RUN_MAX 4096u /* characters of such a run looked at together */

struct word_list;
struct stems;

struct xj_analyzer {
	const uint16_t *index;
	const uint32_t *map;
	const char *pool;
	const char *plain;
	const uint8_t *code_index;
	const uint16_t *codes;
	const struct word_unit *units;
	unsigned char ascii[256]; /* what ASCII becomes, ASCII_BLANK if it is
	                           * white space; 0: look in the map */
	const void *folder;       /* ICU's, once it was needed */
	struct word_list *own;    /* the archive's words, or NULL */
	struct stems *stems;      /* once it was needed */
	/* of the run in hand */
	struct han run[RUN_MAX + 1];
	uint32_t cost[RUN_MAX + 1];
	uint8_t back[RUN_MAX + 1];
};

static inline uint32_t
map_entry(const struct xj_analyzer *an, uint32_t c)
{
	return an->map[(size_t)an->index[c >> MAP_SHIFT] << MAP_SHIFT |
		       (c & (MAP_BLOCK - 1))];
}

/* The code of a character in the word tables, 0 if it is in no word. */
static inline uint16_t
word_code(const struct xj_analyzer *an, uint32_t c)
{
	if (c >= CODE_LIMIT)
		return 0;
	return an->codes[(size_t)an->code_index[c >> CODE_SHIFT] << CODE_SHIFT |
			 (c & (CODE_BLOCK - 1))];
}

/* The code point of three bytes that have the pattern of one. */
static inline bool
three_bytes(const char *s, const char *end, uint32_t *c)
{
	const unsigned char *p = (const unsigned char *)s;

	if (end - s < 3 || (p[0] & 0xF0) != 0xE0 || (p[1] & 0xC0) != 0x80 ||
	    (p[2] & 0xC0) != 0x80)
		return false;
	*c = (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
	return *c >= 0x800; /* surrogates have a kind of their own */
}

/* The kind of the character at `p`; `*n` is set to its bytes. */
static inline enum kind
kind_at(const struct xj_analyzer *an, const char *p, const char *end,
	uint32_t *c, size_t *n)
{
	const char *q = p;

	if (three_bytes(p, end, c)) {
		*n = 3;
	} else {
		*c = xj_utf8_next(&q, end);
		*n = (size_t)(q - p);
	}
	return ENTRY_KIND(map_entry(an, *c));
}

/* words.c: fill in `word` of the first `n` characters of the run. */
void xj_text_segment(struct xj_analyzer *an, const char *run, const char *end,
		     size_t n);

/* own.c: the archive's words. */
int xj_text_own_new(const char *const *words, struct word_list **list,
		    struct xj_error *err);
void xj_text_own_free(struct word_list *list);
/* Bytes of the longest one at `p`, 0 if there is none. */
size_t xj_text_own_match(const struct word_list *list, const char *p,
			 const char *end);

/*
 * stem.c: the term of a Latin word or number of normal text: accents, signs
 * between digits and endings of English taken away. `out` has TERM_MAX bytes.
 * Returns the term's length; negative: status.
 */
#define TERM_MAX XJ_TERM_BYTES
int xj_text_stem(struct xj_analyzer *an, const char *word, size_t len,
		 char *out, struct xj_error *err);
void xj_text_stems_free(struct stems *stems);

/*
 * forms.c: the term of a date, an ordinal or the number of an official document
 * that begins at `p`, a '(', a digit, 第 or a numeral; and the number of a year
 * that stands there in Chinese numerals, before 年. `out` has TERM_MAX bytes.
 * The term's length, 0 if there is none; `*width` is what it stands for.
 */
int xj_text_form(const struct xj_analyzer *an, const char *p, const char *end,
		 char *out, size_t *width);
int xj_text_year(const struct xj_analyzer *an, const char *p, const char *end,
		 char *out, size_t *width);

/*
 * terms.c: the end of the word (no CJK) that begins at `p` of the text from
 * `begin`, or `p` if none does.
 */
const char *xj_text_word_end(const struct xj_analyzer *an, const char *begin,
			     const char *p, const char *end);

/* Make room in `out` for `more` bytes. */
int xj_text_normal_reserve(struct xj_normal *out, size_t more,
			   struct xj_error *err);

#endif
