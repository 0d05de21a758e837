/*
 * rst.c - headings and the first fields of reStructuredText. The first heading
 * is the title, and fields right below it are its metadata.
 * Source: reStructuredText Markup Specification, "Sections", "Bibliographic
 * Fields".
 *
 * SPDX-License-Identifier: MIT
 * Copyright (c) 2026 the Xueji authors
 */
#include <strings.h>

#include "text.h"

static const struct {
	const char *name, *element;
} fields[] = {
	{ "author", "creator" }, { "authors", "creator" },
	{ "作者", "creator" }, { "date", "date" }, { "日期", "date" },
	{ "organization", "publisher" }, { "copyright", "rights" },
	{ "abstract", "description" }, { "摘要", "description" },
	{ "keywords", "subject" }, { "关键词", "subject" },
	{ "language", "language" }, { "version", "version" },
};

/* A line of one mark only; the mark, or 0. */
static char
adornment(const char *s, size_t len)
{
	while (len > 0 && s[len - 1] == ' ')
		len--;
	if (len < 2 || !strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", s[0]))
		return 0;
	for (size_t i = 1; i < len; i++)
		if (s[i] != s[0])
			return 0;
	return s[0];
}

/* Columns that text takes; a Han character takes two. */
static size_t
columns(const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (!utf8_inside(s[i]))
			n += (unsigned char)s[i] >= 0xE0 ? 2 : 1;
	return n;
}

/* Styles rank in the order in which they occur. */
static uint32_t
level_of(struct text *t, uint32_t style)
{
	uint32_t i = 0;

	while (i < 15 && t->adornments[i] && t->adornments[i] != style)
		i++;
	t->adornments[i] = style;
	return i + 1;
}

/* The line above is a heading, the one above that may be a line over it. */
static int
heading(struct text *t, const char *line, size_t len, char mark)
{
	const char *title = t->text, *end = line - 1; /* its line break */
	uint32_t style = (unsigned char)mark;
	uint64_t at = t->line - 1;
	const char *brk = memchr(title, '\n', (size_t)(end - title));
	size_t title_len;

	if (brk) {
		if (adornment(title, (size_t)(brk - title)) != mark ||
		    memchr(brk + 1, '\n', (size_t)(end - brk - 1)))
			return 0;
		style |= 0x100;
		title = brk + 1;
	}
	while (title < end && (*title == ' ' || *title == '\t'))
		title++;
	title_len = (size_t)(end - title);
	if (title_len == 0 || adornment(title, title_len) ||
	    (len < 4 && len < columns(title, title_len)))
		return 0;
	t->line_start = 0;
	return send_heading(t, title, title_len, level_of(t, style), at);
}

/* Several people or words in one field. */
static int
send_list(struct text *t, const char *element, const char *s, size_t len)
{
	const char *end = s + len;
	int r = 0;

	while (s < end && r == 0) {
		size_t n = 0;

		while (n < (size_t)(end - s) && s[n] != ';' && s[n] != ',')
			n++;
		r = send_value(t, element, s, n);
		s += n < (size_t)(end - s) ? n + 1 : n;
	}
	return r;
}

/* ":Author: somebody" below the title. 0, also if it is none. */
static int
field(struct text *t, const char *s, size_t len)
{
	const char *colon = memchr(s + 1, ':', len - 1);
	size_t name = colon ? (size_t)(colon - s - 1) : 0;
	const char *value = colon ? colon + 1 : NULL;
	size_t value_len = colon ? len - name - 2 : 0;

	for (size_t i = 0; colon && i < sizeof(fields) / sizeof(fields[0]); i++) {
		const char *element = fields[i].element;

		if (strlen(fields[i].name) != name ||
		    strncasecmp(s + 1, fields[i].name, name))
			continue;
		if (!strcmp(element, "date")) {
			while (value_len > 0 && *value == ' ')
				value++, value_len--;
			return send_date(t, value, value_len);
		}
		if (!strcmp(element, "subject") ||
		    !strncasecmp(s + 1, "authors", name))
			return send_list(t, element, value, value_len);
		return send_value(t, element, value, value_len);
	}
	return 0;
}

int
rst_line(struct text *t, const char *s, size_t len)
{
	char mark = adornment(s, len);

	if (mark && t->line_start > 0 && !t->more)
		return heading(t, s, len, mark);
	if (t->body || mark)
		return 0;
	/* a title, a comment or a directive may stand before the fields */
	if (len > 1 && s[0] == ':' && s[1] != ' ')
		return field(t, s, len);
	if (*t->heading && s[0] != ' ' && s[0] != '.')
		t->body = true;
	return 0;
}

int
rst_end(struct text *t)
{
	return send_title(t, t->heading, strlen(t->heading));
}
