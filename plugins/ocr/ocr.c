/*
 * ocr.c - the importer of pages that are pictures.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * It bids on nothing of its own accord: it lies in a folder of its own, and the
 * host asks it for single pages. MuPDF is linked into this object, hence its
 * licence.
 */
#include "ocr.h"

#include <mupdf/fitz/version.h>
#include <tesseract/version.h>

#define TEXT_OF(number) TEXT_OF_VALUE(number)
#define TEXT_OF_VALUE(number) #number

static int
import_ocr(struct xj_import *in)
{
	return strcmp(in->mime, "application/pdf") == 0 ? xj_ocr_pdf(in)
							: xj_ocr_pictures(in);
}

static const struct xj_format formats[] = {
	{ "application/pdf", "pdf", "%PDF-", 5, 0 },
	{ "image/jpeg", "jpg", "\xFF\xD8\xFF", 3, 0 },
	{ .mime = "image/jpeg", .ext = "jpeg" },
	{ "image/png", "png", "\x89PNG\r\n\x1A\n", 8, 0 },
	{ "image/gif", "gif", "GIF87a", 6, 0 },
	{ "image/gif", NULL, "GIF89a", 6, 0 },
	{ "image/webp", "webp", "WEBP", 4, 8 },
	{ "image/tiff", "tif", "II*\0", 4, 0 },
	{ "image/tiff", "tiff", "MM\0*", 4, 0 },
	{ .mime = "image/bmp", .ext = "bmp" },
	{ 0 }
};

XJ_IMPORTER(.name = "ocr", .version = "1.0", .license = "AGPL-3.0-or-later",
	    .formats = formats, .import = import_ocr, .setup = xj_ocr_setup,
	    .libraries = "tesseract " TESSERACT_VERSION_STR
			 ", leptonica " TEXT_OF(LIBLEPT_MAJOR_VERSION) "."
			 TEXT_OF(LIBLEPT_MINOR_VERSION) ", mupdf " FZ_VERSION);
