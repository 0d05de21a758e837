/*
 * media.h - what the importer of recordings takes from its reader, the object
 * that brings libavformat and the hundred libraries of that.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef MEDIA_H
#define MEDIA_H

#include <xueji/importer.h>

#define MEDIA_READER "media-reader.so" /* in the folder of the importer */

#define MEDIA_EXPORT __attribute__((visibility("default")))

MEDIA_EXPORT void media_setup(void);
MEDIA_EXPORT int media_import(struct xj_import *in);

#endif
