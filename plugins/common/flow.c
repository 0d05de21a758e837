/*
 * flow.c - paragraphs on their way to the host.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>

#include "flow.h"

#define ROW_MAX 4096       /* a longer row is layout, not data */
#define WAITING_MAX (UINT32_C(1) << 20)
#define TABS_MAX 64        /* in a row, of empty cells */
#define OUTLINE_MAX 10000

/* A block that waits until the one around it has been sent. */
struct later {
	struct later *next;
	struct xj_block block;
	char fragment[FRAGMENT_MAX];
	char text[];
};

/* ------------------------------------------------------------ characters */

bool
text_seen(const char *text, size_t len)
{
	const char *p = text, *end = p + len;

	while (p < end) {
		uint32_t c = utf8_next(&p, end);

		if (c > ' ' && c != 0xA0 && c != 0xAD && c != 0x3000 &&
		    c != 0xFEFF && !(c >= 0x2000 && c <= 0x200F))
			return true;
	}
	return false;
}

/* Written without spaces: Han, kana, their punctuation and full forms. */
static bool
wide(uint32_t c)
{
	return (c >= 0x2E80 && c < 0xA000) || (c >= 0xF900 && c < 0xFB00) ||
	       (c >= 0xFE30 && c < 0xFE50) || (c >= 0xFF00 && c < 0xFFF0) ||
	       (c >= 0x20000 && c < 0x40000);
}

/* --------------------------------------------------------------- sending */

void
flow_init(struct flow *f, struct xj_import *in)
{
	memset(f, 0, sizeof(*f));
	f->in = in;
	f->end = &f->first;
}

static struct level *
top(struct flow *f)
{
	int depth = f->depth < FLOW_LEVELS ? f->depth : FLOW_LEVELS;

	return &f->level[depth > 0 ? depth - 1 : 0];
}

/* The level that goes out at once: behind rows that are layout. */
static struct level *
base(struct flow *f)
{
	struct level *l = f->level;

	while (l->left && l + 1 < f->level + FLOW_LEVELS)
		l++;
	return l;
}

/* What waited goes out. */
static int
send_later(struct flow *f)
{
	int r = 0;

	while (f->first) {
		struct later *l = f->first;

		if (r == 0)
			r = xj_text(f->in, &l->block);
		f->first = l->next;
		xj_alloc(f->in, l, 0);
	}
	f->end = &f->first;
	f->waiting = 0;
	return r;
}

static int
keep_later(struct flow *f, const struct xj_block *block)
{
	struct later *l = xj_alloc(f->in, NULL, sizeof(*l) + block->len);

	if (!l)
		return XJ_IMPORT_NOMEM;
	l->block = *block;
	memcpy(l->text, block->text, block->len);
	l->block.text = l->text;
	if (block->has & XJ_HAS_FRAGMENT) {
		strcpy(l->fragment, block->fragment);
		l->block.fragment = l->fragment;
	}
	*f->end = l;
	f->end = &l->next;
	f->waiting += sizeof(*l) + block->len;
	if (f->waiting < WAITING_MAX)
		return 0;
	base(f)->sent = false; /* what follows of it stands apart */
	return send_later(f);
}

/* A heading is a line of the table of contents too. */
static int
send_outline(struct flow *f, const struct xj_block *b)
{
	char title[1024];
	struct xj_outline line = { .title = title, .level = b->level,
				   .where = b->where, .at = b->at };
	size_t n = utf8_cut(b->text, b->len, sizeof(title) - 1);

	memcpy(title, b->text, n);
	title[n] = '\0';
	for (char *p = title; *p; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	if (!f->title[0])
		strcpy(f->title, title);
	return f->outlines++ < OUTLINE_MAX ? xj_outline(f->in, &line) : 0;
}

static int
send_piece(struct flow *f, struct level *l)
{
	struct xj_block block = l->about;
	bool first = !l->sent;
	int r;

	block.text = l->text;
	block.len = l->len;
	block.more = l->sent;
	if (l->fragment[0]) {
		block.has |= XJ_HAS_FRAGMENT;
		block.fragment = l->fragment;
	}
	l->sent = true;
	l->len = 0;
	if (l != base(f))
		return keep_later(f, &block);
	r = xj_text(f->in, &block);
	if (r == 0 && block.role == XJ_HEADING && first)
		r = send_outline(f, &block);
	return r;
}

/* Room for `n` more bytes, by sending what there is if need be. */
static int
make_room(struct flow *f, struct level *l, size_t n)
{
	size_t cap = l->cap ? l->cap : 1024;
	char *text;
	int r = 0;

	if (l->len + n > XJ_TEXT_MAX)
		r = send_piece(f, l);
	while (cap < l->len + n)
		cap *= 2;
	if (r < 0 || cap == l->cap)
		return r;
	text = xj_alloc(f->in, l->text, cap);
	if (!text)
		return XJ_IMPORT_NOMEM;
	l->text = text;
	l->cap = cap;
	return 0;
}

static int
put(struct flow *f, struct level *l, const char *text, size_t len)
{
	while (len > 0) {
		size_t n = utf8_cut(text, len, XJ_TEXT_MAX / 2);
		int r = make_room(f, l, n);

		if (r < 0)
			return r;
		memcpy(l->text + l->len, text, n);
		l->len += n;
		text += n;
		len -= n;
	}
	return 0;
}

/* ---------------------------------------------------------------- blocks */

static void
reset(struct level *l, const struct xj_block *about)
{
	l->about = *about;
	l->fragment[0] = '\0';
	if ((about->has & XJ_HAS_FRAGMENT) && about->fragment)
		snprintf(l->fragment, sizeof(l->fragment), "%s",
			 about->fragment);
	l->about.has &= ~(uint32_t)XJ_HAS_FRAGMENT;
	l->len = 0;
	l->sent = l->row = l->left = false;
	l->cells = l->tabs = 0;
	l->gap = GAP_NONE;
	l->last = 0;
}

int
flow_open(struct flow *f, const struct xj_block *about)
{
	if (f->depth++ < FLOW_LEVELS)
		reset(top(f), about);
	else
		flow_gap(f, GAP_SPACE);
	return 0;
}

int
flow_row(struct flow *f, const struct xj_block *about)
{
	flow_open(f, about);
	if (f->depth <= FLOW_LEVELS)
		top(f)->row = true;
	return 0;
}

/* Blanks at the end are the source's, not the reader's. */
static void
trim(struct level *l)
{
	while (l->len > 0 && (l->text[l->len - 1] == ' ' ||
			      l->text[l->len - 1] == '\n' ||
			      l->text[l->len - 1] == '\t'))
		l->len--;
}

int
flow_close(struct flow *f)
{
	struct level *l = top(f);
	int r = 0;

	if (f->depth == 0)
		return 0;
	if (f->depth <= FLOW_LEVELS) {
		trim(l);
		if (l->len > 0 && (l->sent || text_seen(l->text, l->len)))
			r = send_piece(f, l);
	}
	l->left = false;
	if (--f->depth <= base(f) - f->level && r == 0)
		r = send_later(f);
	return r;
}

int
flow_end(struct flow *f, int r)
{
	int end = 0;

	while (end == 0 && f->depth > 0)
		end = flow_close(f);
	return end < 0 && r >= 0 ? end : r;
}

void
flow_cell(struct flow *f)
{
	struct level *l = top(f);

	if (f->depth == 0 || !l->row)
		return;
	if (l->cells++ > 0 && l->tabs < TABS_MAX)
		l->tabs++;
	l->gap = GAP_NONE;
}

int
flow_leave_row(struct flow *f)
{
	struct level *l = top(f);
	int r = 0;

	if (!flow_in_row(f) || l->left)
		return 0;
	if (l->len > 0)
		r = send_piece(f, l);
	l->left = true;
	l->tabs = 0;
	return r;
}

int
flow_part(struct flow *f)
{
	struct level *l = top(f);
	int r = 0;

	if (!flow_in_row(f))
		return 1;
	if (l->len > ROW_MAX || l->sent)
		r = flow_leave_row(f);
	if (!l->left)
		flow_gap(f, GAP_SPACE);
	return r < 0 ? r : l->left;
}

bool
flow_in(const struct flow *f)
{
	return f->depth > 0;
}

bool
flow_in_row(const struct flow *f)
{
	return f->depth > 0 && f->depth <= FLOW_LEVELS &&
	       f->level[f->depth - 1].row;
}

void
flow_become(struct flow *f, uint32_t role, uint32_t level)
{
	struct level *l = top(f);

	if (f->depth == 0 || l->row)
		return;
	l->about.role = role;
	l->about.level = level;
}

void
flow_list(struct flow *f, uint32_t level)
{
	const struct level *l = top(f);

	if (f->depth == 0)
		return;
	if (level > 0 && (l->about.role == XJ_BODY || l->about.role == XJ_LIST))
		flow_become(f, XJ_LIST, level);
	else if (level == 0 && l->about.role == XJ_LIST)
		flow_become(f, XJ_BODY, 0);
}

/* ------------------------------------------------------------------ text */

void
flow_gap(struct flow *f, enum gap gap)
{
	struct level *l = top(f);

	if (f->depth > 0 && gap > l->gap)
		l->gap = gap;
}

/* Tabs of empty cells, and the white space that waited, before `c`. */
static int
close_gap(struct flow *f, struct level *l, uint32_t c)
{
	enum gap gap = l->gap;
	int r = 0;

	l->gap = GAP_NONE;
	if (l->tabs > 0) {
		for (; l->tabs > 0 && r == 0; l->tabs--)
			r = put(f, l, "\t", 1);
		return r;
	}
	if (gap == GAP_NONE || l->last == 0 ||
	    (gap == GAP_LINE && wide(l->last) && wide(c)))
		return 0;
	return put(f, l, gap == GAP_BREAK && !l->row ? "\n" : " ", 1);
}

static bool
breaks(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* The length of what can be taken over in one go. */
static size_t
solid(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && (unsigned char)text[n] >= ' ' + 1)
		n++;
	return n;
}

static int
add(struct flow *f, const char *text, size_t len, bool keep)
{
	struct level *l = top(f);
	int r = 0;

	while (len > 0 && r == 0) {
		size_t n = solid(text, len);

		if (n > 0) {
			const char *p = text;

			if (l->gap || l->tabs)
				r = close_gap(f, l, utf8_next(&p, p + n));
			if (r == 0)
				r = put(f, l, text, n);
			l->last = utf8_last(text, n);
		} else {
			n = 1;
			if (keep && !l->tabs && (!l->row || *text == ' ') &&
			    breaks((unsigned char)*text))
				r = put(f, l, text, 1);
			else if (keep && breaks((unsigned char)*text))
				flow_gap(f, GAP_SPACE);
			else if (*text == '\n' || *text == '\r')
				flow_gap(f, GAP_LINE);
			else if (breaks((unsigned char)*text))
				flow_gap(f, GAP_BLANK);
		}
		text += n;
		len -= n;
	}
	return r;
}

int
flow_text(struct flow *f, const char *text, size_t len)
{
	return f->depth > 0 ? add(f, text, len, true) : 0;
}

int
flow_words(struct flow *f, const char *text, size_t len)
{
	return f->depth > 0 ? add(f, text, len, false) : 0;
}

/* -------------------------------------------------------------- metadata */

int
send_value(struct xj_import *in, const char *element, const char *value,
	   size_t len, const char *source)
{
	struct xj_meta m = { .element = element, .source = source };

	while (len > 0 && isspace((unsigned char)*value)) {
		value++;
		len--;
	}
	while (len > 0 && isspace((unsigned char)value[len - 1]))
		len--;
	m.value = value;
	m.len = utf8_cut(value, len, 32768);
	return text_seen(value, m.len) ? xj_meta_full(in, &m) : 0;
}

int
send_values(struct xj_import *in, const char *element, const char *value,
	    size_t len, const char *source, const char *by)
{
	int r = 0;

	while (len > 0 && r == 0) {
		size_t n = 0, step = 1;

		/* the wide forms of comma and semicolon part too */
		for (; n < len; n++) {
			if (strchr(by, value[n]))
				break;
			if (len - n >= 3 &&
			    (!memcmp(value + n, "；", 3) ||
			     !memcmp(value + n, "，", 3) ||
			     !memcmp(value + n, "、", 3))) {
				step = 3;
				break;
			}
		}
		r = send_value(in, element, value, n, source);
		n = n + step < len ? n + step : len;
		value += n;
		len -= n;
	}
	return r;
}

int
send_date(struct xj_import *in, const char *element, const char *value,
	  size_t len, const char *source)
{
	static const char form[] = "dddd-dd-ddTdd:dd";
	char date[40];
	size_t n = 0;

	while (len > 0 && isspace((unsigned char)*value)) {
		value++;
		len--;
	}
	for (; n < len && form[n]; n++)
		if (form[n] == 'd' ? !isdigit((unsigned char)value[n]) :
				     value[n] != form[n])
			break;
	if (n < 16)
		n = n >= 10 ? 10 : n >= 7 ? 7 : n >= 4 ? 4 : 0;
	if (n == 0)
		return 0;
	memcpy(date, value, n);
	if (n < 16)
		return send_value(in, element, date, n, source);
	for (size_t i = n; i < len && n < sizeof(date) - 8; i++) {
		if (value[i] == '.') /* parts of a second say nothing */
			while (i + 1 < len &&
			       isdigit((unsigned char)value[i + 1]))
				i++;
		else if (isdigit((unsigned char)value[i]) ||
			 strchr(":Z+-", value[i]))
			date[n++] = value[i];
		else
			break;
	}
	/* a time that does not say where it is one says the day alone */
	if (!memchr(date + 16, 'Z', n - 16) && !memchr(date + 16, '+', n - 16) &&
	    !memchr(date + 16, '-', n - 16))
		n = 10;
	return send_value(in, element, date, n, source);
}
