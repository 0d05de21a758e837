/*
 * text/decode.h - bytes to UTF-8: which encoding text is in, and a decoder for
 * it. The importers' decoding service (xj_decode_begin() in importer.h), so
 * that every format decides alike. Included by library and the worker program.
 *
 * The rule, in this order: byte order mark; valid UTF-8 (a character cut at the
 * end of the sample is forgiven); the pattern of UTF-16 or UTF-32 without a
 * mark; what was declared, if the sample decodes without error; detection;
 * for short strings, what their lead bytes say; the default. Chinese first:
 * where bytes may be many things, they are GB18030 if they make common Han
 * characters so. GB2312 and GBK are read as GB18030, Big5 as Big5-HKSCS,
 * ISO-8859-1 and US-ASCII as windows-1252, and so on as the Encoding Standard
 * of the WHATWG has it.
 */
#ifndef XJ_TEXT_DECODE_H
#define XJ_TEXT_DECODE_H

#include <xueji/importer.h>

#include "util/util.h"

/* What decided. */
enum xj_decode_why {
	XJ_DECODE_MARK,     /* a byte order mark */
	XJ_DECODE_ASCII,    /* nothing but ASCII so far: UTF-8 until more is seen */
	XJ_DECODE_UTF8,     /* valid UTF-8 */
	XJ_DECODE_PATTERN,  /* UTF-16 or UTF-32 without a mark */
	XJ_DECODE_DECLARED,
	XJ_DECODE_DETECTED, /* by the frequencies of its characters */
	XJ_DECODE_SHORT,    /* by lead bytes: too short for frequencies */
	XJ_DECODE_DEFAULT,
};

#define XJ_ENCODING_MAX 64

struct xj_decode_choice {
	char encoding[XJ_ENCODING_MAX]; /* "GB18030", "UTF-16LE", ... */
	enum xj_decode_why why;
};

/*
 * Decide. `sample` is the start of the text, or all short strings of a
 * container joined by '\n'. `declared` and `fallback` are labels or NULL; the
 * default of `fallback` is GB18030.
 */
void xj_decode_decide(const void *sample, size_t len, const char *declared,
		      const char *fallback, struct xj_decode_choice *choice);

/*
 * A decoder for what was decided. When that was only "ASCII so far", it decides
 * again at the first other byte, with `fallback`; the name it lends changes
 * with it. XJ_EINVAL: no such encoding; XJ_ENOMEM.
 */
int xj_decoder_new(const struct xj_decode_choice *choice, const char *fallback,
		   struct xj_decoder **decoder, struct xj_error *err);
void xj_decoder_free(struct xj_decoder *decoder);
const char *xj_decoder_encoding(const struct xj_decoder *decoder);

/*
 * Decode the next bytes; see xj_decode() in importer.h. `*text` is lent until
 * the next call and is UTF-8 without NUL. XJ_ENOMEM.
 */
int xj_decoder_feed(struct xj_decoder *decoder, const void *bytes, size_t len,
		    bool last, const char **text, size_t *text_len);

/* Touch the tables of the common encodings, so that forked processes share
 * them and need no files. */
void xj_decode_warm(void);

#endif
