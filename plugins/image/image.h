/*
 * image.h - what the parts of the picture importer share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_IMAGE_H
#define XJ_PLUGIN_IMAGE_H

#include <stdbool.h>

#include <xueji/importer.h>

/* Exactly `len` bytes. 1; 0: the document ends before; negative: stop. */
int read_all(struct xj_import *in, uint64_t off, void *buf, size_t len);
uint32_t number_of(const unsigned char *p, size_t bytes, bool big);

int send_size(struct xj_import *in, uint32_t width, uint32_t height);
/* That it may be a page of text. */
int send_page(struct xj_import *in, uint64_t number, uint32_t width,
	      uint32_t height);
/* Text of unknown encoding, or UTF-16 behind its mark; ends at a NUL. */
int send_text(struct xj_import *in, const char *element,
	      const unsigned char *bytes, size_t len, const char *source);

/* ---------------------------------------------------------------- exif.c */

/* The directories of a TIFF or of EXIF data, which begins at `base`. Sends the
 * size too if `whole`, when the document is a TIFF itself. */
int exif_send(struct xj_import *in, uint64_t base, bool whole);

#endif
