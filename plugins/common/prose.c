/*
 * prose.c - paragraphs put together and sent as blocks.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "prose.h"
#include "utf8.h"

#define VALUES_MAX 1000
#define VALUE_MAX 60000
#define OUTLINE_MAX 10000

static bool
blank_at(const char *s, size_t len, size_t *n)
{
	static const char *const blanks[] = {
		" ", "\t", "\n", "\r", "\f", "\v", "\xC2\xA0", "\xE3\x80\x80",
	};

	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
		*n = strlen(blanks[i]);
		if (len >= *n && !memcmp(s, blanks[i], *n))
			return true;
	}
	return false;
}

static void
trim(const char **text, size_t *len)
{
	size_t n;

	while (*len > 0 && blank_at(*text, *len, &n)) {
		*text += n;
		*len -= n;
	}
	for (;;) {
		const char *end = *text + *len;

		if (*len > 0 && blank_at(end - 1, 1, &n))
			*len -= 1;
		else if (*len > 1 && blank_at(end - 2, 2, &n) && n == 2)
			*len -= 2;
		else if (*len > 2 && blank_at(end - 3, 3, &n) && n == 3)
			*len -= 3;
		else
			return;
	}
}

static int
send(struct prose *prose, struct paragraph *p, size_t len)
{
	struct xj_block b = p->about;
	int r;

	b.text = p->text;
	b.len = len;
	b.more = p->sent;
	r = xj_text(prose->in, &b);
	p->sent = true;
	memmove(p->text, p->text + len, p->len - len);
	p->len -= len;
	return r;
}

static int
make_room(struct prose *prose, struct paragraph *p, size_t more)
{
	size_t cap = p->cap ? p->cap : 1024;
	char *text;

	while (cap < p->len + more)
		cap *= 2;
	if (cap == p->cap)
		return 0;
	if (!(text = xj_alloc(prose->in, p->text, cap)))
		return XJ_IMPORT_NOMEM;
	p->text = text;
	p->cap = cap;
	return 0;
}

static int
append(struct prose *prose, struct paragraph *p, const char *text, size_t len)
{
	int r = 0;

	while (r == 0 && len > 0) {
		size_t room = XJ_TEXT_MAX - p->len;
		size_t n = utf8_cut(text, len, room);

		if (n > 0 && (r = make_room(prose, p, n)) == 0) {
			memcpy(p->text + p->len, text, n);
			p->len += n;
			text += n;
			len -= n;
		}
		if (r == 0 && len > 0)
			r = send(prose, p, p->len);
	}
	return r;
}

/* Half a character stands alone. */
static int
drop_half(struct prose *prose, struct paragraph *p)
{
	if (!p->high)
		return 0;
	p->high = 0;
	return append(prose, p, "\xEF\xBF\xBD", 3);
}

int
prose_add(struct prose *prose, struct paragraph *p, const char *text,
	  size_t len)
{
	int r = drop_half(prose, p);

	return r < 0 ? r : append(prose, p, text, len);
}

int
prose_put(struct prose *prose, struct paragraph *p, uint32_t c)
{
	uint32_t high = p->high;
	char out[4];
	int r;

	if (c == 0 || c == 0xFEFF)
		return 0;
	if (c >= 0xDC00 && c < 0xE000 && high) {
		p->high = 0;
		c = 0x10000 + ((high - 0xD800) << 10) + (c - 0xDC00);
	}
	if ((r = drop_half(prose, p)) < 0)
		return r;
	if (c >= 0xD800 && c < 0xDC00) {
		p->high = c;
		return 0;
	}
	if ((c >= 0xDC00 && c < 0xE000) || c > 0x10FFFF)
		c = 0xFFFD;
	return append(prose, p, out, utf8_put(c, out));
}

static int
note_heading(struct prose *prose, const struct paragraph *p)
{
	char title[PROSE_TITLE];
	const char *text = p->text;
	size_t len = p->len, n;
	struct xj_outline line = { .title = title, .level = p->about.level,
				   .where = p->about.where,
				   .at = p->about.at };

	trim(&text, &len);
	n = utf8_cut(text, len, sizeof(title) - 1);
	memcpy(title, text, n);
	title[n] = '\0';
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)title[i] < ' ')
			title[i] = ' ';
	if (!prose->heading[0])
		memcpy(prose->heading, title, n + 1);
	if (prose->outlines >= OUTLINE_MAX)
		return 0;
	prose->outlines++;
	return xj_outline(prose->in, &line);
}

static void
clear(struct paragraph *p)
{
	p->len = 0;
	p->sent = false;
	memset(&p->about, 0, sizeof(p->about));
}

/* Leading tabs of a row are empty cells. */
int
prose_end(struct prose *prose, struct paragraph *p)
{
	const char *text;
	size_t len;
	int r = drop_half(prose, p);

	text = p->text;
	len = p->len;
	if (len > 0)
		trim(&text, &len);
	if (r == 0 && len > 0) {
		struct xj_block b = p->about;

		if (b.role == XJ_HEADING && !p->sent)
			r = note_heading(prose, p);
		if (b.role == XJ_TABLE || b.role == XJ_CODE || p->sent) {
			len += (size_t)(text - p->text);
			text = p->text;
		}
		b.text = text;
		b.len = len;
		b.more = p->sent;
		if (r == 0)
			r = xj_text(prose->in, &b);
	}
	clear(p);
	return r;
}

/* -------------------------------------------------------------- metadata */

int
prose_meta(struct prose *prose, const char *element, const char *value,
	   size_t len, const char *source)
{
	struct xj_meta m = { .element = element, .source = source };

	trim(&value, &len);
	if (len == 0 || prose->values >= VALUES_MAX)
		return 0;
	prose->values++;
	m.value = value;
	m.len = utf8_cut(value, len, VALUE_MAX);
	return xj_meta_full(prose->in, &m);
}

/* Bytes of the mark that parts subjects at s. */
static size_t
mark_at(const char *s, size_t len)
{
	static const char *const marks[] = { ",", ";", "，", "；", "、" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t n = strlen(marks[i]);

		if (len >= n && !memcmp(s, marks[i], n))
			return n;
	}
	return 0;
}

int
prose_subjects(struct prose *prose, const char *value, size_t len,
	       const char *source)
{
	size_t from = 0, i = 0;
	int r = 0;

	while (r == 0 && i < len) {
		size_t n = mark_at(value + i, len - i);

		if (n > 0) {
			r = prose_meta(prose, "subject", value + from,
				       i - from, source);
			from = i + n;
		}
		i += n > 0 ? n : 1;
	}
	return r < 0 ? r : prose_meta(prose, "subject", value + from,
				      len - from, source);
}

int
prose_finish(struct prose *prose)
{
	if (!prose->heading[0])
		return 0;
	return prose_meta(prose, "title", prose->heading,
			  strlen(prose->heading), "guessed");
}
