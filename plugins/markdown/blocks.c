/*
 * blocks.c - from what md4c finds to blocks of text with role and line.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>
#include <strings.h>

#include <md4c.h>

#include "markdown.h"

/* Where in raw HTML the text stands. */
enum markup { IN_TEXT, IN_TAG, IN_COMMENT };

struct parse {
	struct document *doc;
	int status;            /* the first negative answer of the host */
	struct flow flow;
	struct xj_block about; /* of the block in hand, from its first text */
	bool begun, sent;      /* has text; a piece of it was sent */

	uint32_t role, level;  /* of text that comes now */
	uint32_t lists;        /* open ones */
	uint32_t cells, tabs;  /* of the row in hand; tabs to be written */
	bool code;             /* a block of it: white space counts */
	bool raw;              /* a block of HTML */
	enum markup markup;
	char tag[16];          /* its name, as far as it was read */
	bool hidden;           /* within <script> or <style> */

	char first_heading[TITLE_MAX];
	uint32_t outlines;
};

/* --------------------------------------------------------------- blocks */

static void
send_outline(struct parse *p)
{
	char title[TITLE_MAX];
	struct xj_outline line = { .title = title, .level = p->about.level,
				   .where = XJ_LINE, .at = p->about.at };
	size_t n = utf8_cut(p->flow.text, p->flow.len, TITLE_MAX - 1);

	memcpy(title, p->flow.text, n);
	title[n] = '\0';
	if (!p->first_heading[0])
		memcpy(p->first_heading, title, n + 1);
	if (p->status == 0 && p->outlines++ < OUTLINE_MAX)
		p->status = xj_outline(p->doc->in, &line);
}

static void
send_piece(void *ctx)
{
	struct parse *p = ctx;
	struct xj_block block = p->about;

	block.text = p->flow.text;
	block.len = p->flow.len;
	block.more = p->sent;
	if (p->status == 0)
		p->status = xj_text(p->doc->in, &block);
	if (block.role == XJ_HEADING && !p->sent)
		send_outline(p);
	p->sent = true;
	p->flow.len = 0;
}

static bool
blank(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isspace((unsigned char)text[i]))
			return false;
	return true;
}

static void
end_block(struct parse *p)
{
	while (p->flow.len > 0 &&
	       p->flow.text[p->flow.len - 1] == (p->code ? '\n' : ' '))
		p->flow.len--;
	if (p->begun && !blank(p->flow.text, p->flow.len))
		send_piece(p);
	flow_clear(&p->flow);
	p->begun = p->sent = false;
	p->cells = p->tabs = 0;
}

/* Line of a place in the source; of the last one known for text that md4c
 * made itself. */
static uint64_t
line_of(const struct parse *p, const char *text)
{
	const struct document *d = p->doc;
	size_t low = 0, high = d->line_count, at;

	if (text < d->text || text >= d->text + d->len)
		return p->about.at ? p->about.at : 1;
	at = (size_t)(text - d->text);
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (d->lines[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return low + 1;
}

static void
begin_block(struct parse *p, const char *text)
{
	uint64_t at = line_of(p, text);

	if (p->begun)
		return;
	p->about = (struct xj_block){ .role = p->role, .level = p->level,
				      .where = XJ_LINE, .at = at };
	p->begun = true;
}

/* Empty cells before text are told by tabs alone. */
static void
write_tabs(struct parse *p)
{
	for (; p->tabs > 0; p->tabs--) {
		p->flow.gap = GAP_NONE;
		flow_add(&p->flow, "\t", 1);
	}
}

/* ------------------------------------------------------------- raw HTML */

static bool
tag_in(const char *tag, const char *const *list)
{
	for (; *list; list++)
		if (!strcasecmp(tag, *list))
			return true;
	return false;
}

static void
end_tag(struct parse *p)
{
	static const char *const within[] = {
		"a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn",
		"em", "font", "i", "ins", "kbd", "mark", "q", "s", "samp",
		"small", "span", "strike", "strong", "sub", "sup", "tt", "u",
		"var", "wbr", NULL
	};
	static const char *const unseen[] = { "script", "style", NULL };
	const char *name = p->tag + (p->tag[0] == '/');

	if (tag_in(name, unseen))
		p->hidden = p->tag[0] != '/';
	if (!tag_in(name, within))
		flow_gap(&p->flow, p->role == XJ_BODY ? GAP_BREAK : GAP_SPACE);
}

/* One step through text with tags; returns the bytes taken. */
static size_t
step(struct parse *p, const char *text, size_t len)
{
	const char *end;
	size_t n;

	if (p->markup == IN_COMMENT) {
		end = memmem(text, len, "-->", 3);
		if (end)
			p->markup = IN_TEXT;
		return end ? (size_t)(end - text) + 3 : len;
	}
	if (p->markup == IN_TAG) {
		n = strlen(p->tag);
		for (size_t i = 0; i < len && n + 1 < sizeof(p->tag) &&
		     (isalnum((unsigned char)text[i]) || text[i] == '/'); i++) {
			p->tag[n++] = text[i];
			p->tag[n] = '\0';
		}
		if (!(end = memchr(text, '>', len)))
			return len;
		end_tag(p);
		p->markup = IN_TEXT;
		return (size_t)(end - text) + 1;
	}
	if (len >= 4 && !memcmp(text, "<!--", 4)) {
		p->markup = IN_COMMENT;
		return 4;
	}
	if (len >= 2 && text[0] == '<' && (isalpha((unsigned char)text[1]) ||
					   strchr("/!?", text[1]))) {
		p->markup = IN_TAG;
		p->tag[0] = '\0';
		return 1;
	}
	if ((n = entity_length(text, len)) > 0) {
		begin_block(p, text);
		flow_add_entity(&p->flow, text, n);
		return n;
	}
	for (n = 1; n < len && text[n] != '<' && text[n] != '&';)
		n++;
	if (!p->hidden && (p->begun || !blank(text, n))) {
		begin_block(p, text);
		flow_add_loose(&p->flow, text, n);
	}
	return n;
}

static void
add_html(struct parse *p, const char *text, size_t len)
{
	while (len > 0) {
		size_t n = step(p, text, len);

		text += n;
		len -= n;
	}
}

/* -------------------------------------------------- what md4c calls */

static void
enter_row_or_cell(struct parse *p, MD_BLOCKTYPE type)
{
	if (type == MD_BLOCK_TR) {
		end_block(p);
		p->role = XJ_TABLE;
	} else if (p->cells++ > 0) {
		p->tabs++;
	}
}

static void
set_role(struct parse *p, uint32_t role, uint32_t level)
{
	end_block(p);
	p->role = role;
	p->level = level;
}

/* Of text that stands in no block of its own. */
static void
set_plain_role(struct parse *p)
{
	set_role(p, p->lists ? XJ_LIST : XJ_BODY, p->lists);
}

static int
enter_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct parse *p = ctx;

	switch (type) {
	case MD_BLOCK_UL:
	case MD_BLOCK_OL:
		p->lists++;
		set_plain_role(p);
		break;
	case MD_BLOCK_H:
		set_role(p, XJ_HEADING, ((MD_BLOCK_H_DETAIL *)detail)->level);
		break;
	case MD_BLOCK_CODE:
		set_role(p, XJ_CODE, 0);
		p->code = true;
		break;
	case MD_BLOCK_HTML:
		set_plain_role(p);
		p->raw = true;
		p->hidden = false;
		p->markup = IN_TEXT;
		break;
	case MD_BLOCK_TR:
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		enter_row_or_cell(p, type);
		break;
	default:
		set_plain_role(p);
	}
	return p->status;
}

static int
leave_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct parse *p = ctx;

	(void)detail;
	if (type == MD_BLOCK_TH || type == MD_BLOCK_TD)
		return p->status;
	end_block(p);
	if (type == MD_BLOCK_UL || type == MD_BLOCK_OL)
		p->lists--;
	p->code = p->raw = false;
	set_plain_role(p);
	return p->status;
}

static int
enter_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	(void)type;
	(void)detail;
	return ((struct parse *)ctx)->status;
}

static void
add_text(struct parse *p, MD_TEXTTYPE type, const char *text, size_t len)
{
	begin_block(p, text);
	write_tabs(p);
	if (type == MD_TEXT_ENTITY)
		flow_add_entity(&p->flow, text, len);
	else
		flow_add(&p->flow, text, len);
}

static int
on_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE len, void *ctx)
{
	struct parse *p = ctx;

	switch (type) {
	case MD_TEXT_BR:
		flow_gap(&p->flow, p->role == XJ_TABLE ||
			 p->role == XJ_HEADING ? GAP_SPACE : GAP_BREAK);
		break;
	case MD_TEXT_SOFTBR:
		flow_gap(&p->flow, GAP_LINE);
		break;
	case MD_TEXT_HTML:
		if (!p->raw)
			p->markup = IN_TEXT; /* a whole tag within a line */
		add_html(p, text, len);
		break;
	case MD_TEXT_NULLCHAR:
		break;
	default:
		add_text(p, type, text, len);
	}
	return p->status;
}

/* ---------------------------------------------------------------- start */

static int
title_from_heading(struct parse *p)
{
	struct xj_meta meta = { .element = "title", .value = p->first_heading,
				.len = strlen(p->first_heading),
				.source = "guessed" };

	if (p->doc->titled || !p->first_heading[0])
		return 0;
	return xj_meta_full(p->doc->in, &meta);
}

int
send_blocks(struct document *doc, size_t from)
{
	static const MD_PARSER parser = {
		.flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH |
			 MD_FLAG_TASKLISTS,
		.enter_block = enter_block, .leave_block = leave_block,
		.enter_span = enter_span, .leave_span = enter_span,
		.text = on_text,
	};
	struct parse *p = xj_alloc(doc->in, NULL, sizeof(*p));
	int r;

	if (!p || !(p->flow.text = xj_alloc(doc->in, NULL, XJ_TEXT_MAX)))
		return XJ_IMPORT_NOMEM;
	p->doc = doc;
	p->flow.cap = XJ_TEXT_MAX;
	p->flow.full = send_piece;
	p->flow.ctx = p;
	r = md_parse(doc->text + from, (MD_SIZE)(doc->len - from), &parser, p);
	if (p->status < 0)
		return p->status;
	return r != 0 ? XJ_IMPORT_NOMEM : title_from_heading(p);
}
