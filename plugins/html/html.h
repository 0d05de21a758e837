/*
 * html.h - what the parts of the HTML importer share: text that is collected
 * as a reader would see it, the page in hand, and what is found in its head.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_HTML_H
#define XJ_PLUGIN_HTML_H

#include <stdbool.h>

#include <libxml/HTMLparser.h>

#include <xueji/importer.h>

#include "plugins/common/utf8.h"

/* --------------------------------------------------------------- run.c */

/* White space that waits for the text behind it, weakest first. */
enum gap {
	GAP_NONE,
	GAP_BLANK, /* spaces of the source */
	GAP_LINE,  /* with a line break: nothing at all between two Han */
	GAP_SPACE, /* between parts that are not to touch */
	GAP_BREAK, /* <br> */
};

/*
 * Text without the white space of its source. `full` is called when no room is
 * left, and must make some; without it the text is cut there.
 */
struct run {
	char *text;
	size_t len, cap;
	uint32_t last;     /* the character before, 0 at the start */
	enum gap gap;
	void (*full)(void *page);
	void *page;
};

void run_clear(struct run *run);
/* White space of the source becomes gaps. */
void run_add(struct run *run, const char *text, size_t len);
/* The same with white space as it stands: <pre>. */
void run_add_raw(struct run *run, const char *text, size_t len);
void run_gap(struct run *run, enum gap gap);
/* Whether `text` has a character that is seen. */
bool seen(const char *text, size_t len);

/* -------------------------------------------------------------- page.c */

#define DEPTH_MAX 1000     /* open elements that are kept apart */
#define TITLE_MAX 1024
#define OUTLINE_MAX 10000  /* lines; the text goes on without more of them */
#define VALUES_MAX 1000    /* of metadata */
#define FRAGMENT_MAX 256

struct tag;

/* What holds for text at a place in the tree. */
struct context {
	const struct tag *tag;
	uint32_t role, level, lists;
	int nested;            /* elements open around it, itself included */
	bool skip, pre, row, title, foreign, note;
};

struct page {
	struct xj_import *in;
	htmlParserCtxtPtr parser;
	int status;            /* the first negative answer of the host */

	struct context open[DEPTH_MAX];
	size_t depth;
	uint64_t deeper;       /* elements open beyond DEPTH_MAX */

	struct run block;
	struct xj_block about; /* of the block in hand, from its first text */
	bool begun, sent;      /* has text; a piece of it was sent */
	uint32_t cells, tabs;  /* of the row in hand; tabs to be written */
	char fragment[FRAGMENT_MAX], begun_at[FRAGMENT_MAX];

	struct run notes;      /* readings of ruby, sent behind the block */
	struct run title;
	char other_title[TITLE_MAX], first_heading[TITLE_MAX];
	bool title_sent;
	uint32_t outlines, values; /* sent so far */
};

int page_begin(struct page *page, struct xj_import *in,
	       htmlSAXHandler *sax);
/* The parser has forgotten what was open within its first `kept` elements. */
void page_forget(struct page *page, int kept);
/* Sends what is left. */
int page_end(struct page *page);

/* -------------------------------------------------------------- head.c */

/* <meta>, <link> and the attributes of <html>. */
void head_meta(struct page *page, const xmlChar **atts);
void head_link(struct page *page, const xmlChar **atts);
void head_language(struct page *page, const xmlChar **atts);
void head_send(struct page *page, const char *element, const char *value,
	       const char *source);
const char *attribute(const xmlChar **atts, const char *name);

/* ----------------------------------------------------------- prescan.c */

/*
 * The encoding that the first bytes declare: <meta>, or an XML declaration.
 * Source: HTML, "prescan a byte stream to determine its encoding".
 */
bool prescan(const unsigned char *bytes, size_t len, char out[64]);

#endif
