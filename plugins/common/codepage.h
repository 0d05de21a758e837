/*
 * codepage.h - bytes of a Windows code page to UTF-8, by the host's decoders.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_CODEPAGE_H
#define XJ_PLUGIN_CODEPAGE_H

#include <stdbool.h>

#include <xueji/importer.h>

#define CODEPAGES_OPEN 8

/* The decoders in use. Zeroed is empty. */
struct codepages {
	struct {
		unsigned page;
		struct xj_decoder *decoder;
	} open[CODEPAGES_OPEN];
	unsigned next; /* the one to give up when all are in use */
};

/* Decodes the whole of `bytes`. `*text` is lent until the next call. */
int codepage_decode(struct xj_import *in, struct codepages *pages,
		    unsigned page, const void *bytes, size_t len,
		    const char **text, size_t *text_len);
void codepages_end(struct xj_import *in, struct codepages *pages);

/* Whether characters of the page may have two bytes. */
bool codepage_is_double(unsigned page);
/* The code page of a font's character set; 0: that of the document. */
unsigned codepage_of_charset(unsigned charset);
/* The code page that a language of Windows writes in. */
unsigned codepage_of_language(unsigned language);

#endif
