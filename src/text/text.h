/*
 * text/text.h - what text is: the form it is stored in, its normal form for
 * matching, the terms it is found by, and the passages shown. Knows neither
 * where text comes from nor where it goes. Included by library (and decode.h
 * by the importer worker).
 *
 * Stored form. The text of a document is a row of chunks of about 32 KiB, cut
 * between blocks. A chunk stands for itself: a table of its blocks, then their
 * text. A section is what a phrase may not leave: a page of a paged document,
 * else what stands from one heading to the next, within one part (slide, sheet,
 * spine part). A heading right below one of a higher rank begins none: both
 * head the same text. A chunk says whether it goes on with the section of the
 * chunk before.
 *
 * Normal form, for matching only (what is shown keeps its glyphs): Unicode
 * NFKC with case folded (UAX #15, NFKC_Casefold), traditional characters to
 * simplified, curved quotes and guillemets straight, square and lenticular
 * brackets round, soft hyphens and zero-width characters dropped, Latin accents
 * kept; white space runs become one space, and none at all beside Han, kana or
 * a full-width sign (第 3 章); a section ends with one '\n', which
 * occurs nowhere else. Latin words broken by "-\n" before a small letter are
 * joined. Traditional characters are folded one by one, those that a word may
 * be written with alike (乾 = 干, 畫 = 画 = 划), so that a part of a text is a
 * part of its normal form; bytes that are not UTF-8 become U+FFFD.
 */
#ifndef XJ_TEXT_H
#define XJ_TEXT_H

#include <xueji/importer.h>

#include "util/util.h"

/* Recorded in the index. Raise it when the same text gives other terms. */
#define XJ_ANALYZER_VERSION 6u

/* Whether text can be decoded from what is called so: "GB18030", "big5". */
bool xj_encoding_known(const char *name);

/* A whole file as UTF-8, appended, whatever it is written in; `encoding` NULL: it
 * is found. `*found` is what it was. XJ_EINVAL: no such encoding. */
int xj_text_decode(const void *bytes, size_t len, const char *encoding,
		   struct xj_buf *text, char found[64], struct xj_error *err);

/* --------------------------------------------------------------- own text */

/* How long a text is: each Han character 1 (kana and hangul too), each word or
 * number of another script 1, signs 0. */
size_t xj_text_length(const char *text, size_t len);

/* The same of Markdown that somebody wrote, and apart what he quotes: block
 * quotes, and what stands in quotation marks inside a paragraph. */
struct xj_own_length {
	size_t own, quoted;
	size_t quotes; /* how many quotations */
};

typedef int (*xj_quote_fn)(void *ctx, const char *text, size_t len,
			   size_t length);
/* `fn`, or NULL, is told of each quotation; its first other answer than XJ_OK
 * ends it. */
int xj_own_length(const char *text, size_t len, struct xj_own_length *length,
		  xj_quote_fn fn, void *ctx);

/* Markdown without HTML: what Markdown knows too (headings, lists, quotations,
 * bold) is put into its signs, tags go, scripts and their like with what is in
 * them. `dropped`: the names of what is lost by it, appended. In time that grows
 * with the text alone. */
int xj_markup_reduce(const char *text, size_t len, struct xj_buf *out,
		     struct xj_buf *dropped, struct xj_error *err);

/* ---------------------------------------------------------------- names */

#define XJ_NAMES_MAX 65536u /* bytes of names that decide an encoding */

/* Keep a name that is not UTF-8 for the decision: those of one folder come from
 * one system, and together they tell their encoding, which one may not. */
void xj_names_pool(struct xj_buf *pool, const char *name, size_t len);
/*
 * A name, or a path, as text for people, appended: names that are not UTF-8 are
 * decoded as members of containers are, by all of `pool` (NULL: by themselves),
 * with `fallback` for the encoding when nothing tells; what makes no text, and
 * control characters, are escaped as xj_escape_shown() does.
 */
void xj_names_shown(struct xj_buf *out, const char *path, size_t len,
		    const struct xj_buf *pool, const char *fallback);

/* ---------------------------------------------------------- stored form */

#define XJ_CHUNK_SIZE 32768u /* bytes of text after which a chunk is closed */

/* One block as stored; `text` points into the chunk. */
struct xj_text_block {
	const char *text;
	uint32_t len;
	uint16_t role, level;   /* XJ_BODY ..., as in importer.h */
	uint16_t where;         /* XJ_NOWHERE, XJ_LINE, ... */
	bool more;              /* goes on where the block before ended */
	bool section;           /* begins a section */
	uint64_t at;
	const char *label;      /* NUL-terminated, or NULL */
};

struct xj_text_chunk {
	struct xj_text_block *blocks;
	size_t count;
	bool continues;         /* its first block goes on with a section */
	char *memory;           /* what the above lives in */
};

/* Parse an encoded chunk, which is copied. XJ_ECORRUPT. */
int xj_text_chunk_parse(const void *bytes, size_t len,
			struct xj_text_chunk *chunk, struct xj_error *err);
void xj_text_chunk_release(struct xj_text_chunk *chunk);
/* The text alone, blocks parted by '\n', as it lies in the bytes: unchecked,
 * for a look that costs next to nothing. XJ_ECORRUPT. */
int xj_text_chunk_source(const void *bytes, size_t len, const char **text,
			 size_t *text_len, struct xj_error *err);

/* Collects blocks, hands out encoded chunks. `number` counts from 0. */
typedef int (*xj_chunk_fn)(void *ctx, unsigned number, const void *bytes,
			   size_t len, struct xj_error *err);
struct xj_text_writer;

int xj_text_writer_new(xj_chunk_fn fn, void *ctx, struct xj_text_writer **w,
		       struct xj_error *err);
int xj_text_writer_add(struct xj_text_writer *w, const struct xj_block *block,
		       struct xj_error *err);
/* Hand out the last chunk. `*bytes` is all text, in bytes; may be NULL. */
int xj_text_writer_end(struct xj_text_writer *w, uint64_t *bytes,
		       struct xj_error *err);
void xj_text_writer_free(struct xj_text_writer *w);

/* ---------------------------------------------------------- normal form */

/* Tables, segmenter, scratch memory. One thread at a time. Opening costs well
 * under 1 ms: tables are mapped, the segmenter opens when first needed. */
struct xj_analyzer;

struct xj_analyzer_options {
	/* The archive's own words (三会一课), normalised by xj_normalise();
	 * NULL-terminated; kept by reference. May be NULL. */
	const char *const *dictionary;
};

int xj_analyzer_new(const struct xj_analyzer_options *options,
		    struct xj_analyzer **an, struct xj_error *err);
void xj_analyzer_free(struct xj_analyzer *an);
void xj_analyzer_freep(struct xj_analyzer **an);

/* From normal byte `at` on, till the next step, one byte comes of one. */
struct xj_normal_step {
	uint32_t at, origin;
};

/* Normalised text. Reused between calls: memory only grows. */
struct xj_normal {
	char *bytes;
	size_t len, cap;
	struct xj_normal_step *steps; /* if origins were asked for */
	size_t step_count, step_cap;
	uint32_t source_len;
};

enum {
	XJ_NORMAL_ORIGIN = 1,
	/* Put behind what `out` holds, as text that goes on in the middle of
	 * a section: no space or break before it is implied. Origins of what
	 * is appended count from its own source. */
	XJ_NORMAL_APPEND = 2,
};

#define XJ_NORMAL_INIT { 0 }

void xj_normal_release(struct xj_normal *n);
/* Give back the memory that is not used. */
void xj_normal_fit(struct xj_normal *n);
/* The byte offset in the source of the character that normal byte i comes from;
 * of `len`, the source's length. XJ_NORMAL_ORIGIN must have been asked for. */
uint32_t xj_normal_origin(const struct xj_normal *n, size_t i);

/* One piece of text: a query, a title. Line breaks count as spaces. */
int xj_normalise(struct xj_analyzer *an, const char *text, size_t len,
		 unsigned flags, struct xj_normal *out, struct xj_error *err);

/*
 * A whole chunk, sections ended by '\n' (the last one only if `last` or when
 * the next chunk does not go on with it: pass what you know). Origins count
 * from chunk->blocks[0].text: the blocks' texts lie one behind the other with
 * one '\n' byte between.
 */
int xj_normalise_chunk(struct xj_analyzer *an,
		       const struct xj_text_chunk *chunk, bool last,
		       unsigned flags, struct xj_normal *out,
		       struct xj_error *err);

/* ---------------------------------------------------------------- terms */

/* Each kind has its own prefix byte in the index. */
enum xj_term_kind {
	XJ_TERM_CHAR = 'c',  /* one Han character */
	XJ_TERM_PAIR = 'p',  /* two adjacent Han characters */
	XJ_TERM_WORD = 'w',  /* a word: Han by dictionary, Latin by UAX #29 and
	                      * stemmed if English, a number */
	XJ_TERM_FORM = 'n',  /* a date, an ordinal, the number of an official
	                      * document, whichever way it is written */
};

/*
 * One term of normalised text. `term` has no prefix; `at` and `width` are the
 * bytes of normal text that it stands for. Order: by `at`.
 */
typedef int (*xj_term_fn)(void *ctx, enum xj_term_kind kind, const char *term,
			  size_t len, size_t at, size_t width);

/*
 * Cut normalised text into terms. Of a run of Han and kana: every character,
 * every pair, and the dictionary's words of two characters or more; a single
 * character is a CHAR and never a WORD. The archive's own words win over the
 * dictionary, and may mix Han with letters (b超). Hangul: characters, pairs,
 * and what stands between spaces as a word. Latin words lose accents and, if
 * then all ASCII, their English endings; digits go with letters (pm2.5), are
 * joined by one full stop (98.5) and by commas before thousands, which the
 * term leaves out. 2011年2月16日, 2011-02-16, 2011.2.16, 2011/2/16 and
 * 二〇一一年二月十六日 have one FORM, as 二〇一一年二月, 〔二〇一〇〕十二号, 第三章 have with
 * what they are in digits; 二〇一一年 has the WORD 2011. Terms longer than 64 bytes are cut at a character. Returns
 * the first negative value of `fn`.
 */
int xj_terms(struct xj_analyzer *an, const char *normal, size_t len,
	     xj_term_fn fn, void *ctx, struct xj_error *err);

/* Whether a term of a query is a stop term: it then weighs nothing. */
bool xj_stop_term(enum xj_term_kind kind, const char *term, size_t len);

/*
 * Call `fn` for each two words of letters and digits, in normal text, between
 * which there is one space, or up to three words such as "of the" with one space
 * before each and behind: who has a phrase has the bonds of its words. A bond is
 * one of 262,144 sorts that such pairs are dealt out to, so that an index has few
 * of them. Words that end before byte `upto` are the first of a pair, the
 * second stands before `len`. Returns the first negative value of `fn`.
 */
#define XJ_BOND_JOINTS 3u
#define XJ_BOND_BYTES 3u
typedef int (*xj_bond_fn)(void *ctx, const char bond[XJ_BOND_BYTES]);
int xj_bonds(const char *normal, size_t len, size_t upto, xj_bond_fn fn,
	     void *ctx);

/* Terms of one document with their counts (struct xj_counted of util.h), for
 * the index. */
struct xj_counts;

int xj_counts_new(struct xj_counts **counts, struct xj_error *err);
void xj_counts_free(struct xj_counts *counts);
void xj_counts_clear(struct xj_counts *counts); /* memory kept */
/* All terms of normalised text, each counted `weight` times. */
int xj_counts_text(struct xj_counts *counts, struct xj_analyzer *an,
		   const char *normal, size_t len, unsigned weight,
		   struct xj_error *err);
/* A term of the caller's, with its prefix. `count` 0: boolean. */
int xj_counts_term(struct xj_counts *counts, const char *term, size_t len,
		   unsigned count, struct xj_error *err);
/* The same, but what was counted as often already stays as it is. */
int xj_counts_least(struct xj_counts *counts, const char *term, size_t len,
		    unsigned least, struct xj_error *err);
/* Sorted by bytes, each term once; lent until the next change. */
int xj_counts_sorted(struct xj_counts *counts, const struct xj_counted **list,
		     size_t *n, struct xj_error *err);

/* ----------------------------------------------- names of people and units */

#define XJ_NAME_MAX 512u /* bytes of a name, or of what it becomes */

/*
 * A short text as it is kept: Unicode NFC, no space at its ends, runs of white
 * space one space. XJ_EINVAL: not UTF-8, control characters in it, or too long.
 */
int xj_name_tidy(const char *text, char out[XJ_NAME_MAX], struct xj_error *err);
/* What two names share that differ by case or width alone (NFKC_Casefold of
 * UAX #15). XJ_EINVAL. */
int xj_name_key(const char *text, char out[XJ_NAME_MAX], struct xj_error *err);
/* How a name is read: "zhang san". Each character by its usual reading, what is
 * not Han as it is, in small letters. */
int xj_name_pinyin(const char *text, char out[XJ_NAME_MAX],
		   struct xj_error *err);

/* --------------------------------------------------------------- readings */

#define XJ_READINGS_MAX 4

/* How a character of `len` bytes is read: syllables of pinyin without tones,
 * the most usual first. Returns how many; 0 if none is known. */
unsigned xj_pinyin(const char *c, size_t len,
		   const char *readings[XJ_READINGS_MAX]);
/*
 * Append that by which a title, normalised, is put in order: its syllables, the
 * character behind each; numbers by their size, 第三章 and 第3章 alike; marks at
 * its beginning do not count.
 */
int xj_order_key(const struct xj_analyzer *an, const char *normal, size_t len,
		 struct xj_buf *out, struct xj_error *err);
/* Whether syllables begin with these letters; `*whole`: they are one. */
bool xj_syllable(const char *letters, size_t len, bool *whole);
/* Call `fn` for every character that has the reading `syllable` among its two
 * most usual ones, in order of bytes, until it returns false. */
void xj_pinyin_each(const char *syllable,
		    bool (*fn)(void *ctx, const char *c, size_t len),
		    void *ctx);

/* How like each other two Han characters look, by their strokes: 0 (or not
 * known) to 1 (the same); 末 and 未 .95, 生 and 牛 .8. */
double xj_shape_likeness(uint32_t a, uint32_t b);
#define XJ_SHAPE_NEAR 0.74 /* and more: they are easily taken for each other */
/* Call `fn` for every character that is near `c`, in order of code points, until
 * it returns false. */
void xj_shape_each(uint32_t c, bool (*fn)(void *ctx, uint32_t like),
		   void *ctx);

/* ------------------------------------------------------------- passages */

/* What is looked for in normalised text. */
struct xj_needle {
	const char *bytes; /* normalised: a word, a pair, a character, a phrase;
	                    * Latin words match at word borders, and any word
	                    * with the same stem matches */
	uint32_t len;
	float weight;      /* share of the query; 0: mark only */
	bool latin;        /* match whole words by stem */
	bool exact;        /* match these bytes anywhere (a quoted phrase) */
	bool whole;        /* `exact`, but a Latin word at its ends whole */
	bool open;         /* `whole`, but that at its end may go on */
};

/* A compiled set of needles; lives as long as the analyzer. */
struct xj_finder;

int xj_finder_new(struct xj_analyzer *an, const struct xj_needle *needles,
		  size_t count, struct xj_finder **finder,
		  struct xj_error *err);
void xj_finder_free(struct xj_finder *finder);

/* Sum of the weights of distinct needles inside the best window of
 * `width` characters of normalised text; and where it begins (byte). */
double xj_finder_window(struct xj_finder *finder, const char *normal,
			size_t len, unsigned width, size_t *at);
/*
 * Of the text that xj_finder_window() looked at last: the sum of the weights of
 * distinct needles, each the less the further it is from the beginning to where
 * it first stands, half at `half` characters. Every section has a beginning;
 * the best one counts.
 */
double xj_finder_lead(struct xj_finder *finder, const char *normal,
		      unsigned half);

/*
 * Whether the needles stand near each other: from each to the next, in either
 * order, at most `distances[i]` characters (of Han and the like) or words (of
 * others) lie between needle i - 1 and needle i; distances[0] is not looked
 * at. Sections part.
 */
bool xj_finder_near(struct xj_finder *finder, const char *normal, size_t len,
		    const unsigned *distances);

/* Whether a quoted phrase, normalised, occurs; section breaks part. */
bool xj_normal_contains(const char *normal, size_t len, const char *phrase,
			size_t phrase_len);
/* Whether no Latin word is cut in two at the ends of [at, at + n); at the right
 * one it may be if `open`. Han has no borders. */
bool xj_normal_whole(const char *normal, size_t len, const char *at, size_t n,
		     bool open);

#define XJ_TERM_BYTES 64u /* of the longest term, without prefixes */

/* A passage to show: original glyphs, cut at sentence ends where near. */
struct xj_passage {
	char *text;          /* UTF-8, white space runs as one space */
	size_t len;
	uint32_t (*marks)[2]; /* start and length in code points */
	size_t mark_count;
	double score;
	uint16_t where;      /* of the block the passage begins in */
	uint64_t at;
	char *label;         /* or NULL */
	uint16_t role;
};

struct xj_passages {
	struct xj_passage *list; /* best first */
	size_t count, cap, max;
	unsigned width;          /* characters shown, about 120 */
};

/*
 * Offer the best passages of a chunk to the list, which keeps its `max` best
 * over all chunks of a document, no two overlapping. Marks join what stands
 * together: the query marked as one run.
 */
int xj_passages_add(struct xj_passages *passages, struct xj_finder *finder,
		    const struct xj_text_chunk *chunk, struct xj_error *err);
/* The same where the normal form of the chunk is there, with origins. */
int xj_passages_find(struct xj_passages *passages, struct xj_finder *finder,
		     const struct xj_text_chunk *chunk,
		     const struct xj_normal *normal, struct xj_error *err);
/* The beginning of a document, when nothing matched in its text. */
int xj_passages_head(struct xj_passages *passages,
		     const struct xj_text_chunk *chunk, struct xj_error *err);
void xj_passages_release(struct xj_passages *passages);

/* Marks of a short text (a title), in code points. Frees with free(). */
int xj_finder_marks(struct xj_finder *finder, const char *text, size_t len,
		    uint32_t (**marks)[2], size_t *count,
		    struct xj_error *err);

/* ---------------------------------------------------------- marks of secrecy */

/*
 * Whether a document is marked secret: 绝密, 机密 or 秘密 with a star or a term,
 * as 秘密★10年, 机密★长期, 绝密★启用前, 秘 密 ★ 1 0 年, 秘密10年. A mark is a mark
 * and not a word: on the first page it stands at the head of a short line, or
 * set apart in it; in a name it is parted from other words, or has its star
 * and its term. Sentences that speak of marks have none.
 * Source: GB/T 9704-2012, 7.2.2; Law on Guarding State Secrets, article 17.
 */
struct xj_secret {
	char mark[64];           /* as written, without spaces; "" so far */
	uint64_t page;           /* the first one that has text */
	unsigned lines, running; /* read so far */
};

/* A file name, a path inside a container (each part of it), or a title. */
bool xj_secret_name(struct xj_secret *secret, const char *name);
/* The next block of its text, in order. True once a mark was found. */
bool xj_secret_block(struct xj_secret *secret, const struct xj_block *block);

#endif
