/*
 * doc.h - what the parts of the reader of Word documents share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_DOC_H
#define XJ_PLUGIN_DOC_H

#include "ole.h"

#define DOC_STYLES_MAX 4096

/* A run of text that stands together in the file. */
struct doc_piece {
	uint32_t first, end;  /* characters */
	uint32_t offset;      /* in the stream of the document */
	bool wide;            /* UTF-16 */
};

/* What a paragraph is, by its properties. */
struct doc_look {
	uint8_t level;        /* of a heading, from 1; 0: none */
	bool in_table, row_end;
};

struct doc {
	struct ole *ole;
	struct cfb_stream main, table;
	unsigned version;     /* nFib */
	unsigned page;        /* code page of bytes */
	unsigned char fib[0x200];

	struct doc_piece *pieces;
	size_t n_pieces;

	uint8_t *styles;      /* heading level by number */
	size_t n_styles;
	uint32_t plc, plc_runs; /* where pages of properties are listed */
	uint32_t page_in_hand;
	unsigned char properties[512];
};

/* doc-look.c: nothing is found where the tables are damaged or missing. */
int doc_looks_open(struct doc *doc);
/* Of the paragraph whose mark stands at this offset of the stream. */
int doc_look(struct doc *doc, uint32_t offset, struct doc_look *look);

static inline uint32_t
fib32(const struct doc *doc, unsigned off)
{
	return get32(doc->fib + off);
}

static inline bool
doc_is_old(const struct doc *doc)
{
	return doc->version < 0xC0; /* Word 6 and 95 */
}

#endif
