/*
 * text.h - what the readers of text share: paragraphs with their lines, and
 * what each format makes of its text.
 *
 * SPDX-License-Identifier: MIT
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_TEXT_H
#define XJ_PLUGIN_TEXT_H

#include <stdbool.h>

#include <xueji/importer.h>

#include "plugins/common/utf8.h"

#define PIECE 8192u /* bytes after which a paragraph is cut at a line break */
#define HEADING_MAX 1024u
#define VALUES_MAX 200u  /* values of metadata that a document may send */
#define OUTLINE_MAX 10000u
#define HEAD_MAX 32768u  /* bytes in which LaTeX names its title */

struct text;

/* What is made of a format; what is NULL is left to paragraphs. */
struct reader {
	const char *mime;
	uint32_t role; /* of its paragraphs */
	/* The next text, decoded; paragraph_feed() without. */
	int (*feed)(struct text *t, const char *s, size_t len);
	/* A line of a paragraph, no blank one. 1: it is a heading, and sent. */
	int (*line)(struct text *t, const char *s, size_t len);
	int (*end)(struct text *t);
};

struct rows {
	char delimiter;
	bool begun, quoted, was_quote, cell_begun;
	size_t cells;        /* bytes of the row that are more than tabs */
	size_t quoted_len;
	uint64_t line;
};

struct json {
	unsigned depth, escape, hex, high; /* escape: 1 behind \, 2.. in \u */
	bool in_string, object, comma;
	char key[64], value[HEADING_MAX];
	size_t key_len, value_len;
	char title[HEADING_MAX];
	unsigned title_rank;
};

struct text {
	struct xj_import *in;
	const struct reader *reader;

	char text[XJ_TEXT_MAX];
	size_t len;
	size_t line_start;   /* where in `text` the line in hand begins */
	uint64_t line;       /* the line in hand, from 1 */
	uint64_t first_line; /* that `text` begins with */
	bool more;           /* pieces of this paragraph went out */
	bool after_cr;

	bool titled;         /* a title was sent */
	char heading[HEADING_MAX]; /* the first one, or "" */
	unsigned values, outlines;

	struct rows rows;
	struct json json;
	uint32_t adornments[16]; /* of reStructuredText, by level */
	bool body;           /* more than title and fields came */
	bool in_block;       /* Org: between BEGIN and END */
	char head[HEAD_MAX];
	size_t head_len;
};

/* --------------------------------------------------------- paragraph.c */

/* All answer 0 or negative: stop. Text in lines, which are paragraphs. */
int paragraph_feed(struct text *t, const char *s, size_t len);
/* Text that is no line break. */
int paragraph_add(struct text *t, const char *s, size_t len);
int paragraph_end_line(struct text *t);
/* What is there goes out; the next text begins another. */
int paragraph_end(struct text *t);

/* A heading that is line `at`; the line in hand is not part of the text. 1, so
 * that `line` may answer it, or negative. */
int send_heading(struct text *t, const char *s, size_t len, uint32_t level,
		 uint64_t at);
/* Values of metadata: blanks around them cut, empty ones left out. */
int send_value(struct text *t, const char *element, const char *s, size_t len);
int send_title(struct text *t, const char *s, size_t len);
/* The same if it is a date. */
int send_date(struct text *t, const char *s, size_t len);

bool is_blank(const char *s, size_t len);

/* ------------------------------------------------------------- readers */

int rows_feed(struct text *t, const char *s, size_t len);

int json_feed(struct text *t, const char *s, size_t len);
int json_end(struct text *t);

int tex_feed(struct text *t, const char *s, size_t len);
int tex_line(struct text *t, const char *s, size_t len);
int tex_end(struct text *t);

int org_line(struct text *t, const char *s, size_t len);

int rst_line(struct text *t, const char *s, size_t len);
int rst_end(struct text *t);

#endif
