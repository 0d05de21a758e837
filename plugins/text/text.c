/*
 * text.c - import plain text, whatever its encoding, as paragraphs.
 *
 * SPDX-License-Identifier: MIT
 * Copyright (c) 2026 the Xueji authors
 *
 * A paragraph is what stands between blank lines; its line breaks are kept, so
 * that line n of a block is line `at` + n of the file. One that is longer than
 * PIECE goes out in pieces, cut at a line break where there is one.
 */
#include <stdbool.h>

#include <xueji/importer.h>

#define READ 32768u
#define PIECE 8192u /* bytes after which a paragraph is cut at a line break */

/* ----------------------------------------------------------- paragraphs */

struct paragraph {
	struct xj_import *in;
	char text[XJ_TEXT_MAX];
	size_t len;
	size_t line_start;   /* where in `text` the line in hand begins */
	uint64_t line;       /* the line in hand, from 1 */
	uint64_t first_line; /* that `text` begins with */
	bool more;           /* pieces of this paragraph went out */
	bool after_cr;
};

static int
send_piece(struct paragraph *p, size_t len)
{
	struct xj_block b = { .text = p->text, .len = len, .where = XJ_LINE,
			      .at = p->first_line, .more = p->more };
	int r = len > 0 ? xj_text(p->in, &b) : 0;

	memmove(p->text, p->text + len, p->len - len);
	p->len -= len;
	p->line_start = p->line_start > len ? p->line_start - len : 0;
	p->first_line = p->line;
	p->more = true;
	return r;
}

/* How much of a full buffer may go: not half a character. */
static size_t
whole_characters(const struct paragraph *p)
{
	size_t n = p->len;

	while (n > 0 && ((unsigned char)p->text[n - 1] & 0xC0) == 0x80)
		n--;
	return n > 0 ? n - 1 : p->len;
}

static int
add(struct paragraph *p, const char *s, size_t len)
{
	while (len > 0) {
		size_t room = sizeof(p->text) - p->len;
		size_t n = len < room ? len : room;

		memcpy(p->text + p->len, s, n);
		p->len += n;
		s += n;
		len -= n;
		if (p->len == sizeof(p->text)) {
			int r = send_piece(p, whole_characters(p));

			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* Nothing but white space, the ideographic one (U+3000) and U+00A0 too. */
static bool
is_blank(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len) {
		if (s[i] == ' ' || s[i] == '\t' || s[i] == '\f' ||
		    s[i] == '\v')
			i++;
		else if (len - i >= 3 && memcmp(s + i, "\xE3\x80\x80", 3) == 0)
			i += 3;
		else if (len - i >= 2 && memcmp(s + i, "\xC2\xA0", 2) == 0)
			i += 2;
		else
			return false;
	}
	return true;
}

static int
end_paragraph(struct paragraph *p)
{
	int r;

	while (p->len > 0 && p->text[p->len - 1] == '\n')
		p->len--;
	r = send_piece(p, p->len);
	p->more = false;
	return r;
}

static int
end_line(struct paragraph *p)
{
	int r = 0;

	if (is_blank(p->text + p->line_start, p->len - p->line_start)) {
		p->len = p->line_start;
		r = end_paragraph(p);
		p->line++;
		p->first_line = p->line;
	} else {
		r = add(p, "\n", 1);
		p->line++;
		if (r == 0 && p->len >= PIECE)
			r = send_piece(p, p->len);
	}
	p->line_start = p->len;
	return r;
}

/* What ends a run of text: a line break, or a control that is left out. */
static bool
is_special(char c)
{
	return ((unsigned char)c < 0x20 && c != '\t' && c != '\f' &&
		c != '\v') || c == 0x7F;
}

static int
feed(struct paragraph *p, const char *s, size_t len)
{
	const char *end = s + len;
	int r = 0;

	while (s < end && r == 0) {
		const char *q = s;

		while (q < end && !is_special(*q))
			q++;
		if (q > s) {
			p->after_cr = false;
			r = add(p, s, (size_t)(q - s));
		} else {
			bool second = *q == '\n' && p->after_cr;

			p->after_cr = *q == '\r';
			if ((*q == '\n' && !second) || *q == '\r')
				r = end_line(p);
			q++;
		}
		s = q;
	}
	return r;
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

/*
 * Text has no NUL, and hardly a control but those of lines and pages, escapes
 * of terminals and of ISO-2022, and the old end of file.
 */
static size_t
count_controls(const unsigned char *s, size_t n)
{
	size_t bad = 0;

	for (size_t i = 0; i < n; i++)
		bad += (s[i] < 0x20 && s[i] != '\n' && s[i] != '\r' &&
			s[i] != '\t' && s[i] != '\f' && s[i] != '\v' &&
			s[i] != '\b' && s[i] != 0x1B && s[i] != 0x1A) ||
		       s[i] == 0x7F;
	return bad;
}

/* How many controls in a thousand are still text: none for a stranger. */
static bool
is_text(const unsigned char *s, size_t n, size_t permille)
{
	if (n == 0 || has_mark(s, n))
		return true;
	return count_controls(s, n) * 1000 <= n * permille || is_utf16(s, n);
}

static bool
ends_with(const char *name, const char *ext)
{
	size_t n = strlen(name), m = strlen(ext);

	if (n < m)
		return false;
	for (size_t i = 0; i < m; i++) {
		char c = name[n - m + i];

		if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != ext[i])
			return false;
	}
	return true;
}

static bool
is_named_text(const struct xj_sample *s)
{
	return ends_with(s->name, ".txt") || ends_with(s->name, ".text") ||
	       ends_with(s->name, ".log") ||
	       strncmp(s->mime, "text/plain", 10) == 0;
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
	bool named = is_named_text(s);
	size_t permille = named ? 50 : 0;

	*mime = "text/plain";
	if (!named && is_marked_up(s))
		return XJ_BID_NONE;
	if (!is_text(s->head, s->head_len, permille) ||
	    (s->size > s->head_len && count_controls(s->head, s->head_len) == 0 &&
	     count_controls(s->tail, s->tail_len) * 1000 >
		     s->tail_len * permille))
		return XJ_BID_NONE;
	if (s->size == 0)
		return named ? XJ_BID_NAME : XJ_BID_NONE;
	return named ? XJ_BID_NAME : XJ_BID_FALLBACK;
}

/* ---------------------------------------------------------------- import */

static int
decode_all(struct xj_import *in, struct xj_decoder *decoder,
	   struct paragraph *p, unsigned char *buf, size_t n)
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
			r = feed(p, text, len);
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
	struct paragraph *p = xj_alloc(in, NULL, sizeof(*p));
	struct xj_decoder *decoder;
	const char *encoding;
	ssize_t n = xj_read(in, 0, buf, sizeof(buf));
	bool marked;
	int r;

	if (p == NULL)
		return XJ_IMPORT_NOMEM;
	if (n < 0)
		return (int)n;
	p->in = in;
	p->line = p->first_line = 1;
	marked = has_mark(buf, (size_t)n);
	r = xj_decode_begin(in, NULL, buf, (size_t)n, &decoder, &encoding);
	if (r < 0)
		return r;
	r = decode_all(in, decoder, p, buf, (size_t)n);
	if (r == 0)
		r = end_line(p);
	if (r == 0)
		r = end_paragraph(p);
	/* Last: what looked like ASCII may have turned out to be more. */
	if (r == 0)
		r = say_encoding(in, encoding, marked);
	xj_decode_end(in, decoder);
	return r;
}

static const struct xj_format formats[] = {
	{ .mime = "text/plain", .ext = "txt" },
	{ .mime = "text/plain", .ext = "text" },
	{ .mime = "text/plain", .ext = "log" },
	{ 0 }
};

XJ_IMPORTER(.name = "text", .version = "1.0", .license = "MIT",
	    .formats = formats, .probe = probe, .import = import);
