/*
 * rows.c - tables of text: a row of the file is a row of the table, its cells
 * parted by tabs, the header row first like any other.
 *
 * What parts the cells shows in the first line: the most frequent of comma,
 * semicolon, tab and bar outside quotes, or what "sep=;" says. A quote that is
 * never closed would swallow the rest of the file: a cell is not let grow so.
 * Source: RFC 4180; the "sep=" line is Excel's.
 *
 * SPDX-License-Identifier: MIT
 * Copyright (c) 2026 the Xueji authors
 */
#include "text.h"

#define QUOTED_MAX 32768u

static char
delimiter_of(const char *s, size_t len)
{
	static const char marks[] = ",;\t|";
	size_t count[4] = { 0 }, best = 0;
	bool quoted = false;

	for (size_t i = 0; i < len && (quoted || (s[i] != '\n' && s[i] != '\r'));
	     i++) {
		const char *mark = strchr(marks, s[i]);

		if (s[i] == '"')
			quoted = !quoted;
		else if (!quoted && s[i] && mark)
			count[mark - marks]++;
	}
	for (size_t i = 1; i < 4; i++)
		if (count[i] > count[best])
			best = i;
	return marks[best];
}

/* How many bytes of the first text are a line that names the delimiter. */
static size_t
begin(struct text *t, const char *s, size_t len)
{
	struct rows *rows = &t->rows;

	rows->begun = true;
	rows->line = 1;
	if (len > 5 && !memcmp(s, "sep=", 4) && (s[5] == '\n' || s[5] == '\r')) {
		rows->delimiter = s[4];
		return 5;
	}
	rows->delimiter = !strcmp(t->in->mime, "text/csv") ?
		delimiter_of(s, len) : '\t';
	return 0;
}

static int
end_row(struct text *t)
{
	struct rows *rows = &t->rows;
	int r = 0;

	if (rows->cells == 0)
		t->len = 0;
	while (t->len > 0 && t->text[t->len - 1] == '\t')
		t->len--;
	t->first_line = rows->line;
	if (t->len > 0 || rows->cells > 0)
		r = paragraph_end(t);
	t->more = false;
	rows->cells = 0;
	rows->line = t->line;
	rows->cell_begun = rows->was_quote = false;
	return r;
}

/* A byte of a cell; white space that would part cells or rows is a space. */
static int
put(struct text *t, char c)
{
	if ((unsigned char)c < ' ' || c == 0x7F)
		c = ' ';
	t->rows.cells += c != ' ';
	t->rows.cell_begun = true;
	/* pieces of a row are at its line */
	t->first_line = t->rows.line;
	return paragraph_add(t, &c, 1);
}

/* A byte between quotes, of which two stand for one. */
static int
feed_quoted(struct text *t, char c)
{
	struct rows *rows = &t->rows;

	if (c == '"') {
		rows->quoted = false;
		rows->was_quote = true;
		return 0;
	}
	if (++rows->quoted_len > QUOTED_MAX)
		rows->quoted = false;
	return put(t, c);
}

static int
feed_plain(struct text *t, char c)
{
	struct rows *rows = &t->rows;
	bool again = rows->was_quote && c == '"';

	rows->was_quote = false;
	if (again) {
		rows->quoted = true;
		return put(t, c);
	}
	if (c == '"' && !rows->cell_begun) {
		rows->quoted = rows->cell_begun = true;
		rows->quoted_len = 0;
		return 0;
	}
	if (c != rows->delimiter)
		return put(t, c);
	rows->cell_begun = false;
	return paragraph_add(t, "\t", 1);
}

int
rows_feed(struct text *t, const char *s, size_t len)
{
	struct rows *rows = &t->rows;
	size_t i = rows->begun ? 0 : begin(t, s, len);
	int r = 0;

	for (; i < len && r == 0; i++) {
		bool end = s[i] == '\n' || s[i] == '\r';
		bool second = s[i] == '\n' && t->after_cr;

		t->after_cr = s[i] == '\r';
		if (second)
			continue;
		t->line += end;
		if (rows->quoted)
			r = feed_quoted(t, end ? ' ' : s[i]);
		else
			r = end ? end_row(t) : feed_plain(t, s[i]);
	}
	return r;
}
