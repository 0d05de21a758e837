/*
 * ofd.h - what the parts of the importer of OFD share.
 *
 * Source: GB/T 33190-2016, Electronic files storage and exchange formats,
 * fixed layout documents.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_OFD_H
#define XJ_PLUGIN_OFD_H

#include "plugins/common/flow.h"
#include "plugins/common/xml.h"

#define VALUE_MAX 32768

/* A page, or a template of pages. */
struct leaf {
	char id[32];
	char part[PART_NAME_MAX];
	char notes[PART_NAME_MAX]; /* its annotations, or "" */
	bool used;                 /* of a template: its text was sent */
};

struct leaves {
	struct leaf *list;
	size_t n, room;
};

struct ofd {
	struct xj_import *in;
	struct package package;
	struct flow flow;
	bool encrypted;

	/* OFD.xml and Document.xml */
	char root[PART_NAME_MAX];  /* the document being read */
	char roots[16][PART_NAME_MAX];
	size_t nroots;
	const char *element;       /* of the metadata, or what is collected */
	char value[VALUE_MAX];
	size_t len;
	struct leaves pages, templates;
	char annotations[PART_NAME_MAX], attachments[PART_NAME_MAX];
	double box[4];             /* of the usual page, in mm */
	uint64_t first;            /* pages of the documents before */
	int outline;               /* depth */
	char title[512];           /* of the line of the outline in hand */
};

/* ------------------------------------------------------------ page.c */

/* A page with its templates and annotations; `number` counts from 1. */
int page_read(struct ofd *o, struct leaf *leaf, uint64_t number);
/* "x y w h"; false: not four numbers. */
bool box_parse(const char *text, double box[4]);

#endif
