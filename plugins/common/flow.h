/*
 * flow.h - from the text of a markup to blocks: paragraphs that are collected
 * and sent, one within another, and rows of tables.
 *
 * What stands within a paragraph (a text box, a note) is sent behind it. Text
 * without end is sent in pieces as it comes.
 *
 * Compiled into each importer that needs it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_FLOW_H
#define XJ_PLUGIN_FLOW_H

#include <stdbool.h>

#include <xueji/importer.h>

#include "utf8.h"

#define FLOW_LEVELS 8
#define FRAGMENT_MAX 256

/* White space that waits for the text behind it, weakest first. */
enum gap {
	GAP_NONE,
	GAP_BLANK,
	GAP_LINE,  /* with a line break: nothing at all between two Han */
	GAP_SPACE, /* between parts that are not to touch */
	GAP_BREAK,
};

/* A paragraph, or a row of a table, being collected. */
struct level {
	struct xj_block about;
	char fragment[FRAGMENT_MAX];
	char *text;
	size_t len, cap;
	bool sent;          /* a piece of it went out */
	bool row;           /* a table row: cells are parted by tabs */
	bool left;          /* it was a row, but holds more than data */
	uint32_t cells, tabs;
	enum gap gap;
	uint32_t last;      /* the character before, 0 at the start */
};

struct flow {
	struct xj_import *in;
	struct level level[FLOW_LEVELS];
	int depth;          /* open levels, those too deep included */
	struct later *first, **end; /* what waits for the outermost */
	size_t waiting;
	uint32_t outlines;
	char title[1024];   /* of the first heading */
};

void flow_init(struct flow *flow, struct xj_import *in);

/*
 * All answer 0 or negative: stop.
 *
 * A block with this role, level and place begins; its text, len and more are
 * not looked at. The label must live until the block is closed; the fragment
 * is copied.
 */
int flow_open(struct flow *flow, const struct xj_block *about);
int flow_row(struct flow *flow, const struct xj_block *about);
/* The innermost block ends. */
int flow_close(struct flow *flow);
/* All that are open end, after a part that ended as `r`, whatever ended it:
 * what stands in them is text so far. `r`, or what this came to. */
int flow_end(struct flow *flow, int r);
/* In a row: the next cell begins. */
void flow_cell(struct flow *flow);
/*
 * A paragraph begins. 1: open a block for it; 0: it goes on in the row that is
 * open, parted from what stands there. A row that is longer than data gets has
 * no more paragraphs.
 */
int flow_part(struct flow *flow);
/* The row holds more than data: what follows in it are blocks of their own. */
int flow_leave_row(struct flow *flow);

/* Text as it stands. In a row, tabs and line breaks become spaces. */
int flow_text(struct flow *flow, const char *text, size_t len);
/* Text of a source whose white space only parts words. */
int flow_words(struct flow *flow, const char *text, size_t len);
/* White space that stands if text follows in the block. */
void flow_gap(struct flow *flow, enum gap gap);
/* Whether a block is open, and whether a row is. */
bool flow_in(const struct flow *flow);
bool flow_in_row(const struct flow *flow);
/* The role and level of the innermost block turn out to be these. */
void flow_become(struct flow *flow, uint32_t role, uint32_t level);
/* The same for an entry of a list, 0: of none; a heading stays one. */
void flow_list(struct flow *flow, uint32_t level);

/* Whether `text` has a character that is seen. */
bool text_seen(const char *text, size_t len);
/* Send a value of metadata, trimmed, unless nothing is left. */
int send_value(struct xj_import *in, const char *element, const char *value,
	       size_t len, const char *source);
/* The same for several, parted by one of `by`. */
int send_values(struct xj_import *in, const char *element, const char *value,
		size_t len, const char *source, const char *by);
/* The same if it looks like a date in W3CDTF. */
int send_date(struct xj_import *in, const char *element, const char *value,
	      size_t len, const char *source);

#endif
