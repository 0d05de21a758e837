/*
 * odf.h - what the parts of the importer of OpenDocument share.
 *
 * Source: OASIS OpenDocument 1.3, parts 2 (packages) and 3 (schema).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_ODF_H
#define XJ_PLUGIN_ODF_H

#include "plugins/common/flow.h"
#include "plugins/common/xml.h"

#include "lock.h"

/* What the handlers get for a namespace. */
enum {
	NS_OFFICE = 'o', NS_TEXT = 'x', NS_TABLE = 't', NS_DRAW = 'g',
	NS_SHOW = 'p', NS_DC = 'd', NS_META = 'm', NS_STYLE = 's',
	NS_MANIFEST = 'f', NS_SVG = 'v',
};

extern const struct xml_space odf_spaces[];

#define VALUE_MAX 32768

struct odf {
	struct xj_import *in;
	struct package package;
	struct flow flow;
	struct lock lock;

	/* metadata */
	int property;          /* being read, or -1 */
	char value[VALUE_MAX];
	size_t len;
	bool credited;

	/* text */
	int skip;              /* depth within what is passed over */
	int body, running;     /* depth within the body; a header or footer */
	int notes, lists;
	int depth;             /* of elements */
	int shape;             /* depth of the shape that has a role, or 0 */
	uint32_t role;         /* of the paragraphs in that shape */
	int paragraphs;        /* open, one in another */
	uint64_t opened;       /* a bit for each: it has a block */
	uint64_t part;         /* slide or sheet, from 1; 0: neither */

	/* cells of a sheet */
	bool sheet, row;       /* within a sheet; its row is open */
	int tables;
	char name[256];
	uint32_t at_row, at_column, last, rows, columns;
	bool dated;            /* the cell has been sent as a date */
};

/* ------------------------------------------------------------ meta.c */

/* Whether the element is metadata, which is then taken care of. */
bool meta_start(struct odf *o, char space, const char *name,
		const struct xml_atts *atts, int *status);
int meta_end(struct odf *o);
void meta_text(struct odf *o, const char *text, size_t len);

/* ------------------------------------------------------------ text.c */

extern const struct xml_handler odf_handler;

/* After a part that ended as `r`: blocks that it left open are sent, and all is
 * forgotten. `r`, or what this came to. */
int text_end(struct odf *o, int r);

#endif
