/*
 * ooxml.h - what the parts of the importer of Office Open XML share.
 *
 * Source: ECMA-376, parts 1 (markup) and 2 (packages).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_OOXML_H
#define XJ_PLUGIN_OOXML_H

#include "plugins/common/flow.h"
#include "plugins/common/numbers.h"
#include "plugins/common/xml.h"

/* What the handlers get for a namespace, of the strict variant too. */
enum {
	NS_WORD = 'w', NS_DRAWING = 'a', NS_SLIDES = 'p', NS_SHEETS = 's',
	NS_MATH = 'm', NS_RELS = 'r', NS_PACKAGE = 'R', NS_COMPAT = 'C',
	NS_CHART = 'c', NS_CORE = 'k', NS_DC = 'd', NS_TERMS = 't',
	NS_APP = 'e',
};

extern const struct xml_space ooxml_spaces[];

/* A relation of a part to another, or to something outside. */
struct rel {
	char id[64];
	char type[32];              /* the last step of its URI */
	char target[PART_NAME_MAX]; /* a part; "" when outside */
};

struct rels {
	struct rel *list;
	size_t n, cap;
};

struct office {
	struct xj_import *in;
	struct package package;
	struct flow flow;
	char main[PART_NAME_MAX];
	struct rels rels;           /* of the main part */
};

/* ----------------------------------------------------------- package */

/* The relations of a part; of the package itself for "". Free them. */
int rels_read(struct office *o, const char *part, struct rels *rels);
void rels_free(struct office *o, struct rels *rels);
const struct rel *rels_by_id(const struct rels *rels, const char *id);

/* ---------------------------------------------------------- props.c */

int props_read(struct office *o, const struct rels *package);

/* ------------------------------------------------------------ word.c */

int word_read(struct office *o);

/* ---------------------------------------------------------- slides.c */

int slides_read(struct office *o);

/* ---------------------------------------------------------- sheets.c */

int sheets_read(struct office *o);

/* --------------------------------------------------------- drawing.c */

/*
 * Text of shapes, diagrams and charts in a part, as blocks like `about`;
 * placeholders of slides have the roles they are for, unless it is a note.
 */
int drawing_read(struct office *o, const char *part,
		 const struct xj_block *about);
/* Of the diagrams and charts that a part refers to. */
int drawing_read_related(struct office *o, const struct rels *rels,
			 const struct xj_block *about);

/* ----------------------------------------------------------- compat.c */

/*
 * Elements to be passed over, and alternatives of which one is taken. Ask at
 * each start and end; true: the element is none of the caller's business.
 */
struct compat {
	int skip;        /* depth within what is passed over */
	unsigned depth;  /* of nested alternatives */
	uint64_t taken;  /* a bit for each: one was taken */
};

bool compat_start(struct compat *c, char space, const char *name);
bool compat_end(struct compat *c, char space, const char *name);
/* Pass over the element that starts here. */
void compat_skip(struct compat *c);

#endif
