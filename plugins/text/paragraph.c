/*
 * paragraph.c - text in lines as paragraphs, and values of metadata.
 *
 * A paragraph is what stands between blank lines; its line breaks are kept, so
 * that line n of a block is line `at` + n of the file. One that is longer than
 * PIECE goes out in pieces, cut at a line break where there is one.
 *
 * SPDX-License-Identifier: MIT
 * Copyright (c) 2026 the Xueji authors
 */
#include "plugins/common/date.h"
#include "text.h"

/* ----------------------------------------------------------- paragraphs */

static int
send_piece(struct text *t, size_t len)
{
	struct xj_block b = { .text = t->text, .len = len, .where = XJ_LINE,
			      .role = t->reader->role, .at = t->first_line,
			      .more = t->more };
	int r = len > 0 ? xj_text(t->in, &b) : 0;

	memmove(t->text, t->text + len, t->len - len);
	t->len -= len;
	t->line_start = t->line_start > len ? t->line_start - len : 0;
	t->first_line = t->line;
	t->more = true;
	return r;
}

/* How much of a full buffer may go: not half a character. */
static size_t
whole_characters(const struct text *t)
{
	size_t n = t->len;

	while (n > 0 && utf8_inside(t->text[n - 1]))
		n--;
	return n > 0 ? n - 1 : t->len;
}

int
paragraph_add(struct text *t, const char *s, size_t len)
{
	while (len > 0) {
		size_t room = sizeof(t->text) - t->len;
		size_t n = len < room ? len : room;

		memcpy(t->text + t->len, s, n);
		t->len += n;
		s += n;
		len -= n;
		if (t->len == sizeof(t->text)) {
			int r = send_piece(t, whole_characters(t));

			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* Nothing but white space, the ideographic one (U+3000) and U+00A0 too. */
bool
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

int
paragraph_end(struct text *t)
{
	int r;

	while (t->len > 0 && t->text[t->len - 1] == '\n')
		t->len--;
	r = send_piece(t, t->len);
	t->more = false;
	return r;
}

/* 1: the line is no part of the text. */
static int
look_at_line(struct text *t)
{
	char *line = t->text + t->line_start;
	size_t len = t->len - t->line_start;

	if (is_blank(line, len)) {
		int r;

		t->len = t->line_start;
		r = paragraph_end(t);
		return r < 0 ? r : 1;
	}
	return t->reader->line ? t->reader->line(t, line, len) : 0;
}

int
paragraph_end_line(struct text *t)
{
	int r = look_at_line(t);

	if (r < 0)
		return r;
	if (r > 0) {
		t->line++;
		t->first_line = t->line;
	} else {
		r = paragraph_add(t, "\n", 1);
		t->line++;
		if (r == 0 && t->len >= PIECE)
			r = send_piece(t, t->len);
	}
	t->line_start = t->len;
	return r > 0 ? 0 : r;
}

/* What ends a run of text: a line break, or a control that is left out. */
static bool
is_special(char c)
{
	return ((unsigned char)c < 0x20 && c != '\t' && c != '\f' &&
		c != '\v') || c == 0x7F;
}

int
paragraph_feed(struct text *t, const char *s, size_t len)
{
	const char *end = s + len;
	int r = 0;

	while (s < end && r == 0) {
		const char *q = s;

		while (q < end && !is_special(*q))
			q++;
		if (q > s) {
			t->after_cr = false;
			r = paragraph_add(t, s, (size_t)(q - s));
		} else {
			bool second = *q == '\n' && t->after_cr;

			t->after_cr = *q == '\r';
			if ((*q == '\n' && !second) || *q == '\r')
				r = paragraph_end_line(t);
			q++;
		}
		s = q;
	}
	return r;
}

/* ------------------------------------------------- headings and metadata */

int
send_heading(struct text *t, const char *s, size_t len, uint32_t level,
	     uint64_t at)
{
	char title[HEADING_MAX];
	struct xj_block b = { .text = title, .role = XJ_HEADING,
			      .level = level, .where = XJ_LINE, .at = at };
	struct xj_outline o = { .title = title, .level = level,
				.where = XJ_LINE, .at = at };
	int r;

	b.len = utf8_cut(s, len, sizeof(title) - 1);
	memcpy(title, s, b.len);
	title[b.len] = '\0';
	t->len = t->line_start;
	r = paragraph_end(t);
	if (r == 0 && b.len > 0)
		r = xj_text(t->in, &b);
	if (r == 0 && b.len > 0 && t->outlines++ < OUTLINE_MAX)
		r = xj_outline(t->in, &o);
	if (!*t->heading)
		memcpy(t->heading, title, b.len + 1);
	return r < 0 ? r : 1;
}

int
send_value(struct text *t, const char *element, const char *s, size_t len)
{
	struct xj_meta m = { .element = element, .source = "front-matter" };

	while (len > 0 && (unsigned char)*s <= ' ')
		s++, len--;
	while (len > 0 && (unsigned char)s[len - 1] <= ' ')
		len--;
	m.value = s;
	m.len = utf8_cut(s, len, HEADING_MAX);
	if (len == 0 || t->values++ >= VALUES_MAX)
		return 0;
	return xj_meta_full(t->in, &m);
}

int
send_title(struct text *t, const char *s, size_t len)
{
	if (t->titled || is_blank(s, len))
		return 0;
	t->titled = true;
	return send_value(t, "title", s, len);
}

int
send_date(struct text *t, const char *s, size_t len)
{
	char text[DATE_MAX], date[DATE_MAX];

	if (len >= sizeof(text))
		return 0;
	memcpy(text, s, len);
	text[len] = '\0';
	return date_w3c(text, date) ?
	       send_value(t, "date", date, strlen(date)) : 0;
}
