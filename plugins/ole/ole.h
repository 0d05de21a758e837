/*
 * ole.h - what the parts of the importer of OLE2 documents share: the document
 * in hand, the property sets, and one reader a format.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_OLE_H
#define XJ_PLUGIN_OLE_H

#include "plugins/common/cfb.h"
#include "plugins/common/codepage.h"
#include "plugins/common/prose.h"
#include "plugins/common/utf8.h"

/* ----------------------------------------------------------------- ole.c */

/* The document in hand. */
struct ole {
	struct xj_import *in;
	struct cfb cfb;
	struct prose prose;
	struct codepages pages;
	struct paragraph text;  /* of whoever needs one */
	unsigned files;         /* contained in it, that were sent */
};

#define DATE_TEXT 32

/* 100 ns since 1601 in W3CDTF. False: no date that is meant. */
bool ole_date(uint64_t filetime, char out[DATE_TEXT]);
/* A paragraph of UTF-16 or of a code page as a value of metadata. */
int ole_add_utf16(struct ole *ole, struct paragraph *p, const void *bytes,
		  size_t len);
int ole_add_bytes(struct ole *ole, struct paragraph *p, unsigned page,
		  const void *bytes, size_t len);
/* Sends the stream from an offset on as a contained document. */
int ole_child(struct ole *ole, const struct xj_child *child,
	      struct cfb_stream *stream, uint64_t off, uint64_t len);

/* summary.c */
int ole_summary(struct ole *ole);

/* embedded.c: files packed into the document. */
int ole_embedded(struct ole *ole);

/* The readers of the formats; `entry` is the stream that tells it. */
int ole_import_doc(struct ole *ole, const struct cfb_entry *entry);
int ole_import_xls(struct ole *ole, const struct cfb_entry *entry);
int ole_import_ppt(struct ole *ole, const struct cfb_entry *entry);
int ole_import_msg(struct ole *ole, const struct cfb_entry *entry);

#endif
