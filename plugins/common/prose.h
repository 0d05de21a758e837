/*
 * prose.h - paragraphs put together a character at a time and sent as blocks.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_PROSE_H
#define XJ_PLUGIN_PROSE_H

#include <stdbool.h>

#include <xueji/importer.h>

#define PROSE_TITLE 256

/* What the paragraphs of a document share. Zeroed but for `in`. */
struct prose {
	struct xj_import *in;
	char heading[PROSE_TITLE]; /* the first one */
	unsigned outlines, values;
};

/* A paragraph in the making. Zeroed is empty. */
struct paragraph {
	char *text;
	size_t len, cap;
	uint32_t high;  /* half of a character of UTF-16, or 0 */
	bool sent;      /* a piece of it was sent */
	struct xj_block about;
};

/* UTF-8 without NUL. 0 or XJ_IMPORT_... */
int prose_add(struct prose *prose, struct paragraph *p, const char *text,
	      size_t len);
/* A character, or a unit of UTF-16. */
int prose_put(struct prose *prose, struct paragraph *p, uint32_t c);
/* Send what is left, unless it is blank. A heading is put in the outline. */
int prose_end(struct prose *prose, struct paragraph *p);

/* A value; blank ones are left out, blanks around it cut. */
int prose_meta(struct prose *prose, const char *element, const char *value,
	       size_t len, const char *source);
/* The same for a list of subjects parted by commas or semicolons. */
int prose_subjects(struct prose *prose, const char *value, size_t len,
		   const char *source);
/* The first heading is a title for want of one. */
int prose_finish(struct prose *prose);

#endif
