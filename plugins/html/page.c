/*
 * page.c - from tags and text to blocks: which elements begin a block, what
 * role it has, where it stands.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <stdlib.h>

#include "html.h"

#define ROW_MAX 4096 /* a longer row is layout, not data */

/* What a tag does. */
enum {
	BLOCK = 1,    /* its start and end part blocks */
	SKIP = 2,     /* what is in it is not text */
	PRE = 4,
	ROLE = 8,     /* gives `role` and `level` */
	LISTS = 16,   /* its entries are one deeper */
	ROW = 32,
	CELL = 64,
	APART = 128,  /* cannot stand within a row of data */
	TITLE = 256,
	FOREIGN = 512, /* its <title> is not the page's */
	NOTE = 1024,  /* text beside the line */
	BREAK = 2048,
	OTHER = 4096, /* see start_other() */
};

/* Flags that open a context of their own. */
#define OPENS (SKIP | PRE | ROLE | LISTS | ROW | TITLE | FOREIGN | NOTE)

struct tag {
	const char *name;
	uint32_t flags, role, level;
};

/* In order of name. */
static const struct tag tags[] = {
	{ "a", OTHER, 0, 0 },
	{ "address", BLOCK, 0, 0 },
	{ "article", BLOCK, 0, 0 },
	{ "aside", BLOCK, 0, 0 },
	{ "blockquote", BLOCK, 0, 0 },
	{ "body", BLOCK, 0, 0 },
	{ "br", BREAK, 0, 0 },
	{ "caption", BLOCK | ROLE, XJ_CAPTION, 0 },
	{ "center", BLOCK, 0, 0 },
	{ "dd", BLOCK | ROLE, XJ_LIST, 0 },
	{ "details", BLOCK, 0, 0 },
	{ "dialog", BLOCK, 0, 0 },
	{ "dir", BLOCK | LISTS, 0, 0 },
	{ "div", BLOCK, 0, 0 },
	{ "dl", BLOCK | LISTS, 0, 0 },
	{ "dt", BLOCK | ROLE, XJ_LIST, 0 },
	{ "fieldset", BLOCK, 0, 0 },
	{ "figcaption", BLOCK | ROLE, XJ_CAPTION, 0 },
	{ "figure", BLOCK, 0, 0 },
	{ "footer", BLOCK, 0, 0 },
	{ "form", BLOCK, 0, 0 },
	{ "h1", BLOCK | ROLE | APART, XJ_HEADING, 1 },
	{ "h2", BLOCK | ROLE | APART, XJ_HEADING, 2 },
	{ "h3", BLOCK | ROLE | APART, XJ_HEADING, 3 },
	{ "h4", BLOCK | ROLE | APART, XJ_HEADING, 4 },
	{ "h5", BLOCK | ROLE | APART, XJ_HEADING, 5 },
	{ "h6", BLOCK | ROLE | APART, XJ_HEADING, 6 },
	{ "header", BLOCK, 0, 0 },
	{ "hgroup", BLOCK, 0, 0 },
	{ "hr", BLOCK, 0, 0 },
	{ "html", OTHER, 0, 0 },
	{ "img", OTHER, 0, 0 },
	{ "legend", BLOCK | ROLE, XJ_CAPTION, 0 },
	{ "li", BLOCK | ROLE, XJ_LIST, 0 },
	{ "link", OTHER, 0, 0 },
	{ "listing", BLOCK | PRE | ROLE | APART, XJ_CODE, 0 },
	{ "main", BLOCK, 0, 0 },
	{ "menu", BLOCK | LISTS, 0, 0 },
	{ "meta", OTHER, 0, 0 },
	{ "nav", BLOCK, 0, 0 },
	{ "noscript", SKIP, 0, 0 },
	{ "ol", BLOCK | LISTS, 0, 0 },
	{ "optgroup", BLOCK, 0, 0 },
	{ "option", BLOCK, 0, 0 },
	{ "p", BLOCK, 0, 0 },
	{ "plaintext", BLOCK | PRE | ROLE | APART, XJ_CODE, 0 },
	{ "pre", BLOCK | PRE | ROLE | APART, XJ_CODE, 0 },
	{ "rp", SKIP, 0, 0 },
	{ "rt", NOTE, 0, 0 },
	{ "script", SKIP, 0, 0 },
	{ "search", BLOCK, 0, 0 },
	{ "section", BLOCK, 0, 0 },
	{ "select", BLOCK, 0, 0 },
	{ "style", SKIP, 0, 0 },
	{ "summary", BLOCK, 0, 0 },
	{ "svg", FOREIGN, 0, 0 },
	{ "table", BLOCK | APART, 0, 0 },
	{ "tbody", BLOCK, 0, 0 },
	{ "td", CELL, 0, 0 },
	{ "template", SKIP, 0, 0 },
	{ "textarea", BLOCK, 0, 0 },
	{ "text", BLOCK, 0, 0 },
	{ "tfoot", BLOCK, 0, 0 },
	{ "th", CELL, 0, 0 },
	{ "thead", BLOCK, 0, 0 },
	{ "title", TITLE, 0, 0 },
	{ "tr", BLOCK | ROW | ROLE, XJ_TABLE, 0 },
	{ "ul", BLOCK | LISTS, 0, 0 },
	{ "xmp", BLOCK | PRE | ROLE | APART, XJ_CODE, 0 },
};

static int
by_name(const void *key, const void *tag)
{
	return strcmp(key, ((const struct tag *)tag)->name);
}

static const struct tag *
tag_of(const xmlChar *name)
{
	return bsearch(name, tags, sizeof(tags) / sizeof(tags[0]),
		       sizeof(tags[0]), by_name);
}

static struct context *
here(struct page *page)
{
	return &page->open[page->depth];
}

/* --------------------------------------------------------------- blocks */

static void
copy_text(char out[TITLE_MAX], const char *text, size_t len)
{
	len = utf8_cut(text, len, TITLE_MAX - 1);
	memcpy(out, text, len);
	out[len] = '\0';
}

/* A heading is a line of the table of contents too. */
static void
send_outline(struct page *page)
{
	char title[TITLE_MAX];
	struct xj_outline line = {
		.title = title, .level = page->about.level,
		.where = XJ_LINE, .at = page->about.at,
	};

	copy_text(title, page->block.text, page->block.len);
	if (page->about.level == 1 && !page->first_heading[0])
		copy_text(page->first_heading, title, strlen(title));
	if (page->status == 0 && page->outlines++ < OUTLINE_MAX)
		page->status = xj_outline(page->in, &line);
}

static void
send_piece(struct page *page)
{
	struct xj_block block = page->about;

	block.text = page->block.text;
	block.len = page->block.len;
	block.more = page->sent;
	if (page->begun_at[0]) {
		block.has |= XJ_HAS_FRAGMENT;
		block.fragment = page->begun_at;
	}
	if (page->status == 0)
		page->status = xj_text(page->in, &block);
	if (block.role == XJ_HEADING && !page->sent)
		send_outline(page);
	page->sent = true;
	page->block.len = 0;
}

static void
send_notes(struct page *page)
{
	struct xj_block block = {
		.text = page->notes.text, .len = page->notes.len,
		.role = XJ_NOTE, .where = XJ_LINE, .at = page->about.at,
	};

	if (page->status == 0 && block.len > 0)
		page->status = xj_text(page->in, &block);
	run_clear(&page->notes);
}

static void
trim_lines(struct run *run)
{
	while (run->len > 0 && run->text[run->len - 1] == '\n')
		run->len--;
}

/* The block in hand is complete. */
static void
end_block(struct page *page)
{
	if (page->about.role == XJ_CODE)
		trim_lines(&page->block);
	if (page->begun && seen(page->block.text, page->block.len))
		send_piece(page);
	send_notes(page);
	run_clear(&page->block);
	page->begun = page->sent = false;
	page->cells = page->tabs = 0;
}

static uint64_t
line_of(const struct page *page, const char *text, size_t len)
{
	uint64_t line = (uint64_t)page->parser->input->line;

	/* the parser stands behind the text already */
	for (const char *p = text; (p = memchr(p, '\n', len)) != NULL; p++) {
		len -= (size_t)(p + 1 - text);
		text = p + 1;
		line -= line > 1;
	}
	return line;
}

static void
begin_block(struct page *page, const char *text, size_t len)
{
	const struct context *c = here(page);

	page->about = (struct xj_block){
		.role = c->role, .level = c->level,
		.where = XJ_LINE, .at = line_of(page, text, len),
	};
	memcpy(page->begun_at, page->fragment, FRAGMENT_MAX);
	page->begun = true;
}

/* What the cells before were empty of is told by tabs alone. */
static void
write_tabs(struct page *page)
{
	static const char tab[] = "\t";

	for (; page->tabs > 0; page->tabs--)
		run_add_raw(&page->block, tab, 1);
}

static size_t
blanks(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && (text[n] == ' ' || (text[n] >= '\t' &&
					      text[n] <= '\r')))
		n++;
	return n;
}

static void
add_text(struct page *page, const char *text, size_t len)
{
	size_t blank = blanks(text, len);

	if (!page->begun && blank == len)
		return;
	if (!page->begun) {
		begin_block(page, text + blank, len - blank);
		while (blank > 0 && memchr(text, '\n', blank)) {
			text++; /* a <pre> begins with its first line of text */
			len--;
			blank--;
		}
	}
	if (blank < len)
		write_tabs(page);
	if (here(page)->pre)
		run_add_raw(&page->block, text, len);
	else
		run_add(&page->block, text, len);
}

/* The block's buffer is full, in the middle of it. */
static void
block_is_full(void *ctx)
{
	send_piece(ctx);
}

/* ------------------------------------------------------------- contexts */

/*
 * The row in hand turns out to hold more than data: send what there is, and
 * take the rest of it as it comes.
 */
static void
leave_row(struct page *page)
{
	size_t i = page->depth;

	end_block(page);
	while (i > 0 && page->open[i].row) {
		page->open[i].row = false;
		if (page->open[i].role == XJ_TABLE)
			page->open[i].role = XJ_BODY;
		i--;
	}
}

/* A block ends or begins here; within a heading or a row that is a space. */
static void
part(struct page *page)
{
	struct context *c = here(page);

	if (c->row && page->block.len > ROW_MAX)
		leave_row(page);
	if (!c->row && c->role != XJ_HEADING) {
		end_block(page);
		return;
	}
	run_gap(&page->block, GAP_SPACE);
	if (c->role == XJ_HEADING && page->block.len > TITLE_MAX) {
		end_block(page); /* never closed: the rest is no heading */
		c->role = XJ_BODY;
		c->level = 0;
	}
}

static void
open_context(struct page *page, const struct tag *tag)
{
	struct context *c;

	if (page->depth + 1 == DEPTH_MAX) {
		page->deeper++;
		return;
	}
	page->open[page->depth + 1] = *here(page);
	page->depth++;
	c = here(page);
	c->tag = tag;
	c->nested = page->parser->nameNr;
	c->skip |= (tag->flags & SKIP) != 0;
	c->pre |= (tag->flags & PRE) != 0;
	c->row |= (tag->flags & ROW) != 0;
	c->foreign |= (tag->flags & FOREIGN) != 0;
	c->note |= (tag->flags & NOTE) != 0;
	c->title |= (tag->flags & TITLE) != 0 && !c->foreign;
	c->lists += (tag->flags & LISTS) != 0;
	/* a list in a cell does not make the row a list */
	if ((tag->flags & ROLE) && (!c->row || (tag->flags & ROW))) {
		c->role = tag->role;
		c->level = tag->level;
		if (tag->role == XJ_LIST)
			c->level = c->lists ? c->lists : 1;
	}
}

static void
close_context(struct page *page, const struct tag *tag)
{
	if (page->deeper > 0)
		page->deeper--;
	else if (page->depth > 0 && here(page)->tag == tag)
		page->depth--;
}

static void
send_title(struct page *page)
{
	if (!page->title_sent && seen(page->title.text, page->title.len)) {
		page->title.text[page->title.len] = '\0';
		head_send(page, "title", page->title.text, NULL);
		page->title_sent = true;
	}
	run_clear(&page->title);
}

static void
start_other(struct page *page, const char *name, const xmlChar **atts)
{
	const char *value;

	if (!strcmp(name, "meta")) {
		head_meta(page, atts);
	} else if (!strcmp(name, "link")) {
		head_link(page, atts);
	} else if (!strcmp(name, "html")) {
		head_language(page, atts);
	} else if (!strcmp(name, "img")) {
		value = attribute(atts, "alt");
		if (value && seen(value, strlen(value))) {
			run_gap(&page->block, GAP_SPACE);
			add_text(page, value, strlen(value));
			run_gap(&page->block, GAP_SPACE);
		}
	}
}

static void
remember_fragment(struct page *page, const char *name, const xmlChar **atts)
{
	const char *id = attribute(atts, "id");

	if (!id && !strcmp(name, "a"))
		id = attribute(atts, "name");
	if (id && *id && strlen(id) < FRAGMENT_MAX)
		strcpy(page->fragment, id);
}

static void
next_cell(struct page *page)
{
	if (!here(page)->row) {
		part(page);
		return;
	}
	if (page->cells++ > 0)
		page->tabs++;
	page->block.gap = GAP_NONE;
}

/* -------------------------------------------------------- the SAX calls */

static void
start_element(void *ctx, const xmlChar *name, const xmlChar **atts)
{
	struct page *page = ctx;
	const struct tag *tag = tag_of(name);

	if (page->status < 0)
		return;
	if (tag && (tag->flags & APART) && here(page)->row)
		leave_row(page);
	if (tag && (tag->flags & BLOCK) && !here(page)->skip)
		part(page);
	if (tag && (tag->flags & ROW) && here(page)->row)
		leave_row(page);
	if (atts)
		remember_fragment(page, (const char *)name, atts);
	if (!tag)
		return;
	if (tag->flags & CELL)
		next_cell(page);
	if (tag->flags & BREAK)
		run_gap(&page->block, here(page)->row ||
			here(page)->role == XJ_HEADING ? GAP_SPACE : GAP_BREAK);
	if ((tag->flags & BREAK) && here(page)->pre)
		add_text(page, "\n", 1);
	if ((tag->flags & OTHER) && !here(page)->skip)
		start_other(page, tag->name, atts);
	if (tag->flags & OPENS)
		open_context(page, tag);
}

/* Whether the end tag is that of the row or heading itself. */
static bool
ends_block(const struct context *c, const struct tag *tag)
{
	if (c->tag != tag)
		return false;
	return (tag->flags & ROW) || (!c->row && (tag->flags & ROLE));
}

static void
end_element(void *ctx, const xmlChar *name)
{
	struct page *page = ctx;
	const struct tag *tag = tag_of(name);

	if (page->status < 0 || !tag)
		return;
	if (tag->flags & TITLE)
		send_title(page);
	if ((tag->flags & BLOCK) && !here(page)->skip) {
		if (ends_block(here(page), tag))
			end_block(page);
		else
			part(page);
	}
	if ((tag->flags & CELL) && !here(page)->row)
		part(page);
	if (tag->flags & OPENS)
		close_context(page, tag);
}

static void
characters(void *ctx, const xmlChar *text, int len)
{
	struct page *page = ctx;
	const struct context *c = here(page);
	const char *s = (const char *)text;

	if (page->status < 0 || c->skip || len <= 0)
		return;
	if (c->title) {
		run_add(&page->title, s, (size_t)len);
	} else if (c->note) {
		run_add(&page->notes, s, (size_t)len);
		run_gap(&page->notes, GAP_SPACE);
	} else {
		add_text(page, s, (size_t)len);
	}
}

static int
new_run(struct page *page, struct run *run, size_t size)
{
	run->text = xj_alloc(page->in, NULL, size + 1);
	run->cap = size;
	return run->text ? 0 : XJ_IMPORT_NOMEM;
}

int
page_begin(struct page *page, struct xj_import *in, htmlSAXHandler *sax)
{
	int r;

	page->in = in;
	sax->startElement = start_element;
	sax->endElement = end_element;
	sax->characters = characters;
	sax->ignorableWhitespace = characters;
	sax->cdataBlock = characters;
	if ((r = new_run(page, &page->block, XJ_TEXT_MAX)) < 0 ||
	    (r = new_run(page, &page->notes, TITLE_MAX)) < 0 ||
	    (r = new_run(page, &page->title, TITLE_MAX)) < 0)
		return r;
	page->block.full = block_is_full;
	page->block.page = page;
	return 0;
}

void
page_forget(struct page *page, int kept)
{
	page->deeper = 0;
	if (here(page)->nested <= kept)
		return;
	end_block(page);
	while (page->depth > 0 && here(page)->nested > kept)
		page->depth--;
}

int
page_end(struct page *page)
{
	end_block(page);
	send_title(page);
	if (!page->title_sent && page->other_title[0])
		head_send(page, "title", page->other_title, "meta");
	if (page->first_heading[0])
		head_send(page, "title", page->first_heading, "guessed");
	return page->status;
}
