/*
 * text.c - import text, whatever its encoding: plain, or in a format that
 * people write as such.
 *
 * What each format is called, and who reads it, stands in `formats` and
 * `readers`; a format without a reader of its own is source code.
 *
 * SPDX-License-Identifier: MIT
 * Copyright (c) 2026 the Xueji authors
 */
#include <strings.h>

#include "text.h"

#define READ 32768u

/* --------------------------------------------------------------- formats */

static const struct xj_format formats[] = {
	{ .mime = "text/plain", .ext = "txt" },
	{ .mime = "text/plain", .ext = "text" },
	{ .mime = "text/plain", .ext = "log" },
	{ .mime = "text/csv", .ext = "csv" },
	{ .mime = "text/tab-separated-values", .ext = "tsv" },
	{ .mime = "text/tab-separated-values", .ext = "tab" },
	{ .mime = "application/json", .ext = "json" },
	{ .mime = "application/json", .ext = "geojson" },
	{ .mime = "application/json", .ext = "ipynb" },
	{ .mime = "application/jsonl", .ext = "jsonl" },
	{ .mime = "application/jsonl", .ext = "ndjson" },
	{ .mime = "text/x-tex", .ext = "tex" },
	{ .mime = "text/x-tex", .ext = "ltx" },
	{ .mime = "text/org", .ext = "org" },
	{ .mime = "text/x-rst", .ext = "rst" },
	{ .mime = "text/x-rst", .ext = "rest" },
	{ .mime = "text/x-c", .ext = "c" },
	{ .mime = "text/x-c", .ext = "h" },
	{ .mime = "text/x-c++", .ext = "cc" },
	{ .mime = "text/x-c++", .ext = "cpp" },
	{ .mime = "text/x-c++", .ext = "cxx" },
	{ .mime = "text/x-c++", .ext = "hpp" },
	{ .mime = "text/x-csharp", .ext = "cs" },
	{ .mime = "text/x-java", .ext = "java" },
	{ .mime = "text/x-kotlin", .ext = "kt" },
	{ .mime = "text/x-scala", .ext = "scala" },
	{ .mime = "text/x-go", .ext = "go" },
	{ .mime = "text/x-rust", .ext = "rs" },
	{ .mime = "text/x-swift", .ext = "swift" },
	{ .mime = "text/javascript", .ext = "js" },
	{ .mime = "text/javascript", .ext = "mjs" },
	{ .mime = "text/x-typescript", .ext = "ts" },
	{ .mime = "text/x-typescript", .ext = "tsx" },
	{ .mime = "text/x-python", .ext = "py" },
	{ .mime = "text/x-ruby", .ext = "rb" },
	{ .mime = "text/x-perl", .ext = "pl" },
	{ .mime = "text/x-perl", .ext = "pm" },
	{ .mime = "text/x-php", .ext = "php" },
	{ .mime = "text/x-lua", .ext = "lua" },
	{ .mime = "text/x-r", .ext = "r" },
	{ .mime = "text/x-matlab", .ext = "m" },
	{ .mime = "text/x-julia", .ext = "jl" },
	{ .mime = "text/x-sh", .ext = "sh" },
	{ .mime = "text/x-sh", .ext = "bash" },
	{ .mime = "text/x-powershell", .ext = "ps1" },
	{ .mime = "text/x-bat", .ext = "bat" },
	{ .mime = "text/x-bat", .ext = "cmd" },
	{ .mime = "text/x-sql", .ext = "sql" },
	{ .mime = "text/css", .ext = "css" },
	{ .mime = "text/x-basic", .ext = "bas" },
	{ .mime = "text/x-basic", .ext = "vb" },
	{ .mime = "text/x-pascal", .ext = "pas" },
	{ .mime = "text/x-fortran", .ext = "f90" },
	{ .mime = "text/x-asm", .ext = "asm" },
	{ .mime = "text/x-lisp", .ext = "lisp" },
	{ .mime = "text/x-lisp", .ext = "el" },
	{ .mime = "text/x-haskell", .ext = "hs" },
	{ .mime = "text/x-makefile", .ext = "mk" },
	{ .mime = "text/x-diff", .ext = "diff" },
	{ .mime = "text/x-diff", .ext = "patch" },
	{ .mime = "text/x-yaml", .ext = "yaml" },
	{ .mime = "text/x-yaml", .ext = "yml" },
	{ .mime = "text/x-toml", .ext = "toml" },
	{ .mime = "text/x-ini", .ext = "ini" },
	{ .mime = "text/x-ini", .ext = "conf" },
	{ 0 }
};

static const struct reader readers[] = {
	{ "text/plain", XJ_BODY, NULL, NULL, NULL },
	{ "text/csv", XJ_TABLE, rows_feed, NULL, NULL },
	{ "text/tab-separated-values", XJ_TABLE, rows_feed, NULL, NULL },
	{ "application/json", XJ_BODY, json_feed, NULL, json_end },
	{ "application/jsonl", XJ_BODY, json_feed, NULL, NULL },
	{ "text/x-tex", XJ_BODY, tex_feed, tex_line, tex_end },
	{ "text/org", XJ_BODY, NULL, org_line, NULL },
	{ "text/x-rst", XJ_BODY, NULL, rst_line, rst_end },
};

static const struct reader code = { .mime = "", .role = XJ_CODE };

static const struct reader *
reader_of(const char *mime)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (!strcmp(readers[i].mime, mime))
			return &readers[i];
	return &code;
}

/* -------------------------------------------------------------- encoding */

static bool
has_mark(const unsigned char *s, size_t n)
{
	return (n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0) ||
	       (n >= 2 && memcmp(s, "\xFF\xFE", 2) == 0) ||
	       (n >= 2 && memcmp(s, "\xFE\xFF", 2) == 0) ||
	       (n >= 4 && memcmp(s, "\x84\x31\x95\x33", 4) == 0) ||
	       (n >= 4 && memcmp(s, "\0\0\xFE\xFF", 4) == 0);
}

static int
say_encoding(struct xj_import *in, const char *encoding, bool marked)
{
	struct xj_meta m = { .element = "encoding", .value = encoding,
			     .len = strlen(encoding),
			     .source = marked ? "bom" : "guessed" };

	return xj_meta_full(in, &m);
}

/* ----------------------------------------------------------------- bids */

/* Characters that stand in any text: ASCII, Latin, Greek, Cyrillic,
 * punctuation, CJK and its full-width forms. */
static bool
is_likely(unsigned u)
{
	return (u >= 0x20 && u < 0x7F) || u == '\n' || u == '\r' || u == '\t' ||
	       (u >= 0xA0 && u < 0x180) || (u >= 0x391 && u < 0x450) ||
	       (u >= 0x2010 && u < 0x2040) || (u >= 0x3000 && u < 0x3100) ||
	       (u >= 0x4E00 && u < 0xA000) || (u >= 0xAC00 && u < 0xD7A4) ||
	       (u >= 0xFF00 && u < 0xFFF0);
}

/* UTF-16 without a mark: nearly all units are such, in one of the orders. */
static bool
is_utf16(const unsigned char *s, size_t n)
{
	size_t little = 0, big = 0, all = n / 2;

	for (size_t i = 0; i + 1 < n; i += 2) {
		little += is_likely((unsigned)s[i + 1] << 8 | s[i]);
		big += is_likely((unsigned)s[i] << 8 | s[i + 1]);
	}
	return all >= 8 && (little * 100 > all * 97 || big * 100 > all * 97);
}

/* Shifts in and out of Korean, which ISO-2022-KR announces (RFC 1557). */
static bool
shifts(const unsigned char *s, size_t n)
{
	return memmem(s, n < 1024 ? n : 1024, "\x1B$)C", 4) != NULL;
}

/*
 * Text has no NUL, and hardly a control but those of lines and pages, escapes
 * of terminals and of ISO-2022, and the old end of file.
 */
static size_t
count_controls(const unsigned char *s, size_t n)
{
	size_t bad = 0;

	if (shifts(s, n))
		return 0;
	for (size_t i = 0; i < n; i++)
		bad += (s[i] < 0x20 && s[i] != '\n' && s[i] != '\r' &&
			s[i] != '\t' && s[i] != '\f' && s[i] != '\v' &&
			s[i] != '\b' && s[i] != 0x1B && s[i] != 0x1A) ||
		       s[i] == 0x7F;
	return bad;
}

#define FEW 10 /* controls, in a text too short for a share of them */

/* A stranger has no controls; what is named text may have one in twenty, and a
 * short one a few. */
static bool
is_clean(const unsigned char *s, size_t n, bool named)
{
	size_t few = n / 4 < FEW ? n / 4 : FEW, bad = count_controls(s, n);

	return bad == 0 || (named && (bad * 20 <= n || bad <= few));
}

static bool
is_text(const unsigned char *s, size_t n, bool named)
{
	return n == 0 || has_mark(s, n) || is_clean(s, n, named) ||
	       is_utf16(s, n);
}

/* `name` ends with a dot and `ext`, whatever its case. */
static bool
has_ext(const char *name, const char *ext)
{
	size_t n = strlen(name), m = strlen(ext);

	return n > m && name[n - m - 1] == '.' &&
	       strcasecmp(name + n - m, ext) == 0;
}

/* The declared type without its parameters is `mime`. */
static bool
has_mime(const char *declared, const char *mime)
{
	size_t n = strcspn(declared, "; \t");

	return n > 0 && strlen(mime) == n && strncasecmp(declared, mime, n) == 0;
}

/* The type that the name tells, else the one declared; NULL: neither. */
static const char *
named_type(const struct xj_sample *s)
{
	for (const struct xj_format *f = formats; f->mime; f++)
		if (has_ext(s->name, f->ext))
			return f->mime;
	for (const struct xj_format *f = formats; f->mime; f++)
		if (has_mime(s->mime, f->mime))
			return f->mime;
	return NULL;
}

/*
 * Formats that may be all letters and are no text to read: better unsupported,
 * and read one day by their own importer, than a page of operators.
 */
static bool
is_marked_up(const struct xj_sample *s)
{
	static const char *const starts[] = { "%PDF-", "%!PS", "{\\rtf" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		size_t n = strlen(starts[i]);

		if (s->head_len >= n && memcmp(s->head, starts[i], n) == 0)
			return true;
	}
	return false;
}

static int
probe(const struct xj_sample *s, const char **mime)
{
	const char *named = named_type(s);

	*mime = named ? named : "text/plain";
	if (!named && is_marked_up(s))
		return XJ_BID_NONE;
	if (!is_text(s->head, s->head_len, named) ||
	    (s->size > s->head_len && !shifts(s->head, s->head_len) &&
	     count_controls(s->head, s->head_len) == 0 &&
	     !is_clean(s->tail, s->tail_len, named)))
		return XJ_BID_NONE;
	if (s->size == 0)
		return named ? XJ_BID_NAME : XJ_BID_NONE;
	return named ? XJ_BID_NAME : XJ_BID_FALLBACK;
}

/* ---------------------------------------------------------------- import */

static int
feed(struct text *t, const char *s, size_t len)
{
	return t->reader->feed ? t->reader->feed(t, s, len) :
				 paragraph_feed(t, s, len);
}

/* The last line, with or without a line break behind it. Source code goes by
 * the name of its file. */
static int
finish(struct text *t)
{
	int r = paragraph_end_line(t);

	if (r == 0)
		r = paragraph_end(t);
	if (r == 0 && t->reader->end)
		r = t->reader->end(t);
	if (r == 0 && t->reader == &code && *t->in->name) {
		struct xj_meta m = { .element = "title", .value = t->in->name,
				     .len = strlen(t->in->name),
				     .source = "name" };

		r = xj_meta_full(t->in, &m);
	}
	return r;
}

static int
decode_all(struct xj_import *in, struct xj_decoder *decoder,
	   struct text *t, unsigned char *buf, size_t n)
{
	uint64_t off = 0;
	int r = 0, last;

	do {
		const char *text;
		size_t len;
		ssize_t got;

		off += n;
		last = off >= in->size || n == 0;
		r = xj_decode(in, decoder, buf, n, last, &text, &len);
		if (r == 0)
			r = feed(t, text, len);
		if (r < 0 || last)
			return r;
		got = xj_read(in, off, buf, READ);
		if (got < 0)
			return (int)got;
		n = (size_t)got;
	} while (r == 0);
	return r;
}

static int
import(struct xj_import *in)
{
	unsigned char buf[READ];
	struct text *t = xj_alloc(in, NULL, sizeof(*t));
	struct xj_decoder *decoder;
	const char *encoding;
	ssize_t n = xj_read(in, 0, buf, sizeof(buf));
	bool marked;
	int r;

	if (t == NULL)
		return XJ_IMPORT_NOMEM;
	if (n < 0)
		return (int)n;
	t->in = in;
	t->reader = reader_of(in->mime);
	t->line = t->first_line = 1;
	marked = has_mark(buf, (size_t)n);
	r = xj_decode_begin(in, NULL, buf, (size_t)n, &decoder, &encoding);
	if (r < 0)
		return r;
	r = decode_all(in, decoder, t, buf, (size_t)n);
	if (r == 0)
		r = finish(t);
	/* Last: what looked like ASCII may have turned out to be more. */
	if (r == 0)
		r = say_encoding(in, encoding, marked);
	xj_decode_end(in, decoder);
	return r;
}

XJ_IMPORTER(.name = "text", .version = "1.1", .license = "MIT",
	    .formats = formats, .probe = probe, .import = import);
