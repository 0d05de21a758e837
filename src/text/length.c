/* length.c - how long a text is that somebody wrote, without what he quotes. */
#include <string.h>

#include <unicode/uchar.h>

#include "text/text.h"

/* ----------------------------------------------------------------- counting */

/* Whether it may stand inside a word or number: don't, e-mail, 98.5, 1,000. */
static bool
joins(uint32_t c, bool digits)
{
	return digits ? c == '.' || c == ',' :
			c == '\'' || c == 0x2019 || c == '-';
}

/* One word or number from `p` on; where it ends. */
static const char *
skip_word(const char *p, const char *end)
{
	const char *last = p;
	bool digit = false;

	while (p < end) {
		uint32_t c = xj_utf8_next(&p, end);

		if (!xj_is_cjk(c) && (u_isalnum((UChar32)c) ||
				      u_charType((UChar32)c) ==
				      U_NON_SPACING_MARK)) {
			digit = u_isdigit((UChar32)c);
			last = p;
		} else if (!joins(c, digit)) {
			break;
		} else {
			const char *next = p;

			c = next < end ? xj_utf8_next(&next, end) : 0;
			if (xj_is_cjk(c) || !u_isalnum((UChar32)c))
				break;
		}
	}
	return last;
}

/* Of [text](address) the address is no text. */
static const char *
skip_address(const char *p, const char *end)
{
	const char *close = NULL;

	if (end - p > 1 && p[0] == ']' && p[1] == '(')
		close = memchr(p, ')', (size_t)(end - p));
	return close && !memchr(p, '\n', (size_t)(close - p)) ? close + 1 : p;
}

size_t
xj_text_length(const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	size_t n = 0;

	while (p < end) {
		const char *begin = p;
		uint32_t c;

		if (*p == ']' && (p = skip_address(p, end)) != begin)
			continue;
		c = xj_utf8_next(&p, end);
		if (xj_is_cjk(c)) {
			n++;
		} else if (u_isalnum((UChar32)c)) {
			p = skip_word(begin, end);
			n++;
		}
	}
	return n;
}

/* --------------------------------------------------------------- quotations */

static const struct mark {
	const char *open, *close;
} marks[] = {
	{ "“", "”" }, { "‘", "’" }, { "「", "」" }, { "『", "』" },
	{ "﹁", "﹂" }, { "«", "»" }, { "\"", "\"" }, { "＂", "＂" },
};

struct measure {
	struct xj_own_length *length;
	xj_quote_fn fn;
	void *ctx;
	int r;
};

static void
take_quote(struct measure *m, const char *text, const char *end)
{
	size_t n = xj_text_length(text, (size_t)(end - text));

	if (n == 0)
		return;
	m->length->quoted += n;
	m->length->quotes++;
	if (m->fn && m->r == XJ_OK)
		m->r = m->fn(m->ctx, text, (size_t)(end - text), n);
}

static const struct mark *
mark_at(const char *p, const char *end)
{
	for (size_t i = 0; i < XJ_COUNT(marks); i++) {
		size_t n = strlen(marks[i].open);

		if ((size_t)(end - p) > n && memcmp(p, marks[i].open, n) == 0)
			return &marks[i];
	}
	return NULL;
}

/* A paragraph; a quotation mark that is not closed in it quotes nothing. */
static void
measure_paragraph(struct measure *m, const char *p, const char *end)
{
	bool unclosed[XJ_COUNT(marks)] = { false };
	const char *own = p;

	while (p < end) {
		const struct mark *mark = mark_at(p, end);
		const char *close = NULL, *from;

		if (!mark || unclosed[mark - marks]) {
			p++;
			continue;
		}
		from = p + strlen(mark->open);
		close = memmem(from, (size_t)(end - from), mark->close,
			       strlen(mark->close));
		if (!close) {
			unclosed[mark - marks] = true;
			p = from;
			continue;
		}
		m->length->own += xj_text_length(own, (size_t)(p - own));
		take_quote(m, from, close);
		p = own = close + strlen(mark->close);
	}
	m->length->own += xj_text_length(own, (size_t)(end - own));
}

enum line { BLANK, QUOTED, TEXT };

static enum line
line_kind(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p == end ? BLANK : *p == '>' ? QUOTED : TEXT;
}

static const char *
line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl ? nl : end;
}

int
xj_own_length(const char *text, size_t len, struct xj_own_length *length,
	      xj_quote_fn fn, void *ctx)
{
	struct measure m = { length, fn, ctx, XJ_OK };
	const char *p = text, *end = text + len;

	*length = (struct xj_own_length){ 0 };
	while (p < end && m.r == XJ_OK) {
		const char *begin = p, *to = p;
		enum line kind = line_kind(p, line_end(p, end));

		do { /* all lines of its kind */
			to = line_end(p, end);
			p = to < end ? to + 1 : end;
		} while (p < end && line_kind(p, line_end(p, end)) == kind);
		if (kind == QUOTED)
			take_quote(&m, begin, to);
		else if (kind == TEXT)
			measure_paragraph(&m, begin, to);
	}
	return m.r;
}
