/*
 * markdown.h - what the parts of the Markdown importer share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_MARKDOWN_H
#define XJ_PLUGIN_MARKDOWN_H

#include <stdbool.h>

#include <xueji/importer.h>

#include "plugins/common/utf8.h"

#define TITLE_MAX 1024
#define OUTLINE_MAX 10000 /* lines; the text goes on without more of them */

/* -------------------------------------------------------------- flow.c */

/* White space that waits for the text behind it, weakest first. */
enum gap {
	GAP_NONE,
	GAP_BLANK,
	GAP_LINE,  /* a line break of the source: nothing between two Han */
	GAP_SPACE,
	GAP_BREAK, /* one that is meant */
};

/* A block's text; `full` makes room when there is none left. */
struct flow {
	char *text;
	size_t len, cap;
	uint32_t last; /* the character before, 0 at the start */
	enum gap gap;
	void (*full)(void *ctx);
	void *ctx;
};

void flow_clear(struct flow *flow);
void flow_gap(struct flow *flow, enum gap gap);
/* Text as it stands; a gap that waits goes before it. */
void flow_add(struct flow *flow, const char *text, size_t len);
/* The same with its white space collapsed. */
void flow_add_loose(struct flow *flow, const char *text, size_t len);
/* "&amp;", "&#x4E2D;": the character; what is none, as it stands. */
void flow_add_entity(struct flow *flow, const char *text, size_t len);
/* Bytes of the entity at the start of text, 0 if there is none. */
size_t entity_length(const char *text, size_t len);

/* ------------------------------------------------------- front-matter.c */

/* What front matter says of the document; `ctx` is the caller's. */
typedef int (*front_fn)(void *ctx, const char *element, const char *value,
			size_t len);

/*
 * Bytes of front matter at the start of the text, 0 if there is none. `*line`
 * is the line that made it none though it began like one, else 0.
 */
size_t front_matter(const char *text, size_t len, uint64_t *line);
/* Calls fn for each value in front matter of `len` bytes that is well. */
int front_values(const char *text, size_t len, front_fn fn, void *ctx);

/* ------------------------------------------------------------- blocks.c */

struct document {
	struct xj_import *in;
	const char *text;      /* the whole source in UTF-8 */
	size_t len;
	bool titled;           /* by front matter */
	size_t *lines;         /* where each begins */
	size_t line_count;
};

/* Send the blocks of what stands from `from` on. */
int send_blocks(struct document *doc, size_t from);

#endif
