/*
 * text.c - the XHTML of a book: from elements to blocks.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <stdlib.h>

#include "epub.h"

/* What an element does. */
enum {
	BLOCK = 1, SKIP = 2, PRE = 4, ROLE = 8, LISTS = 16, ROW = 32,
	CELL = 64, BREAK = 128, READING = 256, PICTURE = 512,
};

struct tag {
	const char *name;
	int flags;
	uint32_t role, level;
};

/* In order of name. */
static const struct tag tags[] = {
	{ "address", BLOCK, 0, 0 },
	{ "article", BLOCK, 0, 0 },
	{ "aside", BLOCK, 0, 0 },
	{ "blockquote", BLOCK, 0, 0 },
	{ "body", BLOCK, 0, 0 },
	{ "br", BREAK, 0, 0 },
	{ "caption", BLOCK | ROLE, XJ_CAPTION, 0 },
	{ "center", BLOCK, 0, 0 },
	{ "dd", BLOCK, 0, 0 },
	{ "div", BLOCK, 0, 0 },
	{ "dl", BLOCK, 0, 0 },
	{ "dt", BLOCK, 0, 0 },
	{ "figcaption", BLOCK | ROLE, XJ_CAPTION, 0 },
	{ "figure", BLOCK, 0, 0 },
	{ "footer", BLOCK, 0, 0 },
	{ "h1", BLOCK | ROLE, XJ_HEADING, 1 },
	{ "h2", BLOCK | ROLE, XJ_HEADING, 2 },
	{ "h3", BLOCK | ROLE, XJ_HEADING, 3 },
	{ "h4", BLOCK | ROLE, XJ_HEADING, 4 },
	{ "h5", BLOCK | ROLE, XJ_HEADING, 5 },
	{ "h6", BLOCK | ROLE, XJ_HEADING, 6 },
	{ "head", SKIP, 0, 0 },
	{ "header", BLOCK, 0, 0 },
	{ "hr", BLOCK, 0, 0 },
	{ "img", PICTURE, 0, 0 },
	{ "li", BLOCK | ROLE, XJ_LIST, 0 },
	{ "main", BLOCK, 0, 0 },
	{ "nav", BLOCK, 0, 0 },
	{ "ol", BLOCK | LISTS, 0, 0 },
	{ "p", BLOCK, 0, 0 },
	{ "pre", BLOCK | PRE | ROLE, XJ_CODE, 0 },
	{ "rp", SKIP, 0, 0 },
	{ "rt", READING, 0, 0 },
	{ "script", SKIP, 0, 0 },
	{ "section", BLOCK, 0, 0 },
	{ "style", SKIP, 0, 0 },
	{ "table", BLOCK, 0, 0 },
	{ "td", CELL, 0, 0 },
	{ "template", SKIP, 0, 0 },
	{ "text", BLOCK, 0, 0 },
	{ "th", CELL, 0, 0 },
	{ "tr", BLOCK | ROW, XJ_TABLE, 0 },
	{ "ul", BLOCK | LISTS, 0, 0 },
};

static int
by_name(const void *key, const void *tag)
{
	return strcmp(key, ((const struct tag *)tag)->name);
}

static const struct tag *
tag_of(const char *name)
{
	return bsearch(name, tags, sizeof(tags) / sizeof(tags[0]),
		       sizeof(tags[0]), by_name);
}

static struct context *
here(struct book *b)
{
	return &b->open[b->depth];
}

/* ----------------------------------------------------------------- blocks */

/* The block in hand is complete; in a heading or a row that parts words. */
static int
part(struct book *b)
{
	bool open = b->block;

	b->joined = false;
	if (!open)
		return 0;
	if (here(b)->role == XJ_HEADING && !here(b)->block) {
		flow_gap(&b->flow, GAP_SPACE);
		return 0;
	}
	b->block = false;
	return flow_close(&b->flow);
}

static struct xj_block
about_here(struct book *b)
{
	const struct context *c = here(b);
	struct xj_block about = {
		.role = c->role, .level = c->level, .where = XJ_PART,
		.at = b->part,
	};

	if (b->fragment[0]) {
		about.has = XJ_HAS_FRAGMENT;
		about.fragment = b->fragment;
	}
	return about;
}

static int
open_block(struct book *b)
{
	const struct xj_block about = about_here(b);
	int r = flow_part(&b->flow);

	b->joined = r == 0;
	b->block = r == 1;
	return r == 1 ? flow_open(&b->flow, &about) : r;
}

static bool
blank(const char *text, size_t len)
{
	while (len > 0 && strchr(" \t\r\n", *text)) {
		text++;
		len--;
	}
	return len == 0;
}

static int
add_text(struct book *b, const char *text, size_t len)
{
	int r = 0;

	if (!b->block && !b->joined) {
		if (blank(text, len))
			return 0;
		r = open_block(b);
	}
	if (r < 0)
		return r;
	return here(b)->pre ? flow_text(&b->flow, text, len) :
			      flow_words(&b->flow, text, len);
}

/* ------------------------------------------------------------ the elements */

/* A note by what it says of itself, or its anchors. */
static bool
is_note(const struct xml_atts *atts)
{
	char type[100], *note;

	note = xml_att(atts, "type", type, sizeof(type)) ?
		strstr(type, "note") : NULL;
	return note && (!strncmp(type, "foot", 4) || !strncmp(type, "end", 3) ||
			!strncmp(type, "rear", 4)) && note[4] != 'r';
}

static void
remember_fragment(struct book *b, const struct xml_atts *atts)
{
	char id[FRAGMENT_MAX];

	if (xml_att(atts, "id", id, sizeof(id)) && *id)
		strcpy(b->fragment, id);
}

static int
picture(struct book *b, const struct xml_atts *atts)
{
	char text[1024];
	int r;

	if (!xml_att(atts, "alt", text, sizeof(text)) || !*text ||
	    !text_seen(text, strlen(text)))
		return 0;
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p < ' ')
			return 0;
	flow_gap(&b->flow, GAP_SPACE);
	r = add_text(b, text, strlen(text));
	flow_gap(&b->flow, GAP_SPACE);
	return r;
}

static void
enter(struct book *b, const struct tag *tag, const struct xml_atts *atts)
{
	struct context *c = &b->open[b->depth + 1];

	*c = *here(b);
	b->depth++;
	c->block = false;
	if (!tag)
		return;
	c->skip |= (tag->flags & SKIP) != 0;
	c->pre |= (tag->flags & PRE) != 0;
	c->row |= (tag->flags & ROW) != 0;
	c->lists += (tag->flags & LISTS) != 0;
	if ((tag->flags & ROLE) && c->role != XJ_NOTE) {
		c->role = tag->role;
		c->level = tag->role == XJ_LIST ? c->lists + !c->lists :
						  tag->level;
		c->block = true;
	}
	if ((tag->flags & BLOCK) && is_note(atts)) {
		c->role = XJ_NOTE;
		c->level = 0;
	}
}

static int
start_row(struct book *b)
{
	struct xj_block about = about_here(b);

	about.role = about.role == XJ_NOTE ? XJ_NOTE : XJ_TABLE;
	about.level = 0;
	return flow_row(&b->flow, &about);
}

static int
on_start(void *ctx, char space, const char *name, const struct xml_atts *atts)
{
	static const struct xj_block reading = { .role = XJ_NOTE };
	struct book *b = ctx;
	const struct tag *tag = tag_of(name);
	int flags = tag ? tag->flags : 0;
	int r = 0;

	(void)space;
	if (here(b)->skip)
		flags = 0;
	if (flags & BLOCK)
		r = part(b);
	if (r == 0 && (flags & ROW))
		r = start_row(b);
	if (flags & CELL) {
		b->joined = false;
		flow_cell(&b->flow);
	}
	remember_fragment(b, atts);
	if (r == 0 && (flags & PICTURE))
		r = picture(b, atts);
	if (r == 0 && (flags & BREAK) && here(b)->pre)
		r = add_text(b, "\n", 1);
	else if (flags & BREAK)
		flow_gap(&b->flow, here(b)->role == XJ_HEADING ? GAP_SPACE :
								 GAP_BREAK);
	if (r == 0 && (flags & READING) && b->block)
		r = flow_open(&b->flow, &reading);
	enter(b, tag, atts);
	here(b)->block |= (flags & READING) && b->block;
	return r;
}

static int
on_end(void *ctx, char space, const char *name)
{
	struct book *b = ctx;
	const struct tag *tag = tag_of(name);
	int flags = tag && b->depth > 0 && !b->open[b->depth - 1].skip ?
		tag->flags : 0;
	int r = 0;

	(void)space;
	if ((flags & READING) && here(b)->block)
		r = flow_close(&b->flow);
	if (r == 0 && (flags & BLOCK))
		r = part(b);
	if (r == 0 && (flags & CELL))
		r = part(b);
	if (r == 0 && (flags & ROW))
		r = flow_close(&b->flow);
	b->depth -= b->depth > 0;
	return r;
}

static int
on_text(void *ctx, const char *text, size_t len)
{
	struct book *b = ctx;

	return here(b)->skip ? 0 : add_text(b, text, len);
}

int
text_read(struct book *b, const char *name)
{
	static const struct xml_space spaces[] = { { NULL, 0 } };
	static const struct xml_handler handler = {
		.spaces = spaces, .start = on_start, .end = on_end,
		.text = on_text, .html = true,
	};

	memset(&b->open[0], 0, sizeof(b->open[0]));
	b->depth = 0;
	b->block = b->joined = false;
	b->fragment[0] = '\0';
	return flow_end(&b->flow, xml_part(&b->package, name, &handler, b));
}
