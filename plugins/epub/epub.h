/*
 * epub.h - what the parts of the importer of EPUB share.
 *
 * Source: EPUB 3.3 (W3C), OPF 2.0.1 (IDPF).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_EPUB_H
#define XJ_PLUGIN_EPUB_H

#include "plugins/common/flow.h"
#include "plugins/common/xml.h"

#define VALUE_MAX 32768

/* A file of the book. */
struct item {
	char id[128];
	char part[PART_NAME_MAX];
	bool text;             /* XHTML or SVG */
	uint32_t order;        /* in the manifest */
};

/* What holds for text at a place in the tree. */
struct context {
	uint32_t role, level, lists;
	bool skip, pre, row, block;
};

struct book {
	struct xj_import *in;
	struct package package;
	struct flow flow;
	char opf[PART_NAME_MAX];
	bool encrypted;

	/* package document */
	struct item *items;
	size_t nitems, room;
	char (*spine)[128];
	size_t nspine, spine_room;
	const char *element;   /* of the metadata being read, or NULL */
	bool date;
	char value[VALUE_MAX];
	size_t len;

	/* the text of a part */
	uint64_t part;
	struct context open[XML_DEPTH_MAX + 2];
	int depth;
	bool block, joined;    /* text has a block; it goes on in a row */
	char fragment[FRAGMENT_MAX];
};

/* ------------------------------------------------------------- opf.c */

/* Metadata, and what the book is made of. 1: there is no such part. */
int opf_read(struct book *book);

/* ------------------------------------------------------------ text.c */

/* One part of the book, which is number `book->part`. */
int text_read(struct book *book, const char *part);

#endif
