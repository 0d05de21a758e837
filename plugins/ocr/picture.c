/*
 * picture.c - picture files as pages.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "ocr.h"

#define FILE_MAX (256u << 20) /* bytes */
#define DECODED_MAX 100000000 /* pixels of one that is decoded */
#define SMALL 1300            /* pixels the longer way: letters are tiny */

/* The file in memory; free with xj_alloc(). */
static int
read_file(struct xj_import *in, unsigned char **bytes, size_t *len)
{
	ssize_t n;

	if (in->size > FILE_MAX)
		return xj_fail(in, XJ_IMPORT_LIMIT, "larger than %u MiB",
			       FILE_MAX >> 20);
	*bytes = xj_alloc(in, NULL, in->size + 1);
	if (!*bytes)
		return XJ_IMPORT_NOMEM;
	n = xj_read(in, 0, *bytes, in->size);
	*len = n < 0 ? 0 : (size_t)n;
	return n < 0 ? (int)n : 0;
}

/* Dots an inch. Programs write what they like: believed is what makes it a page
 * of up to A3. */
static int
resolution(const PIX *raw, int longer)
{
	int dpi = pixGetXRes(raw);

	return dpi >= 70 && longer / dpi <= 17 ? dpi : 0;
}

/* How much larger it should be. */
static float
scale_of(int dpi, int longer, double pixels)
{
	float scale = dpi > XJ_OCR_DPI + 20 ? (float)XJ_OCR_DPI / (float)dpi
		      : longer < SMALL	    ? 2
					    : 1;

	return pixels * scale * scale > XJ_OCR_PIXELS
		       ? (float)sqrt(XJ_OCR_PIXELS / pixels)
		       : scale;
}

/* In grey, and in the size and resolution that it is read in. */
static PIX *
prepare(PIX *raw)
{
	PIX *opaque = pixRemoveAlpha(raw), *grey, *page;
	int longer = L_MAX(pixGetWidth(raw), pixGetHeight(raw));
	int dpi = resolution(raw, longer);
	float scale = scale_of(dpi, longer, (double)pixGetWidth(raw) *
			       pixGetHeight(raw));

	grey = opaque ? pixConvertTo8(opaque, 0) : NULL;
	page = grey ? pixScale(grey, scale, scale) : NULL;
	pixDestroy(&opaque);
	pixDestroy(&grey);
	dpi = dpi ? (int)((float)dpi * scale) : XJ_OCR_DPI;
	if (page)
		pixSetResolution(page, dpi, dpi);
	return page;
}

/* Photographs are not worth the time that it takes to find no text in them. The
 * test is made for pages of 300 dots an inch, and scales others up, which takes
 * noise for lines. */
static bool
is_text(PIX *page)
{
	int dpi = pixGetXRes(page);
	l_int32 text = -1;

	pixSetResolution(page, 300, 300);
	if (pixDecideIfText(page, NULL, &text, NULL) != 0)
		text = -1;
	pixSetResolution(page, dpi, dpi);
	return text != 0;
}

static int
read_picture(struct xj_import *in, PIX *raw, uint64_t number)
{
	PIX *page;
	int r = 0;

	if (!raw)
		return xj_fail(in, XJ_IMPORT_CORRUPT,
			       "the picture cannot be decoded");
	page = prepare(raw);
	if (!page)
		return XJ_IMPORT_NOMEM;
	if (is_text(page))
		r = xj_ocr_page(in, page, number);
	pixDestroy(&page);
	return r;
}

/* What stands in the header decides whether it is decoded at all. */
static int
check_size(struct xj_import *in, const unsigned char *bytes, size_t len,
	   uint64_t number)
{
	l_int32 format, w = 0, h = 0;
	int r;

	if (strcmp(in->mime, "image/tiff") == 0)
		r = readHeaderMemTiff(bytes, len, (l_int32)number - 1, &w, &h,
				      NULL, NULL, NULL, NULL, NULL);
	else
		r = pixReadHeaderMem(bytes, len, &format, &w, &h, NULL, NULL,
				     NULL);
	if (r != 0)
		return xj_fail(in, XJ_IMPORT_CORRUPT,
			       "the picture cannot be decoded");
	if ((double)w * h > DECODED_MAX)
		return xj_fail(in, XJ_IMPORT_LIMIT,
			       "the picture has %u x %u points",
			       (unsigned)w, (unsigned)h);
	return 0;
}

static int
read_one(struct xj_import *in, const unsigned char *bytes, size_t len,
	 uint64_t number)
{
	int r = check_size(in, bytes, len, number);
	PIX *raw;

	if (r < 0)
		return r;
	raw = strcmp(in->mime, "image/tiff") == 0
		      ? pixReadMemTiff(bytes, len, (l_int32)number - 1)
		      : pixReadMem(bytes, len);
	r = read_picture(in, raw, number);
	pixDestroy(&raw);
	return r;
}

/* How many pages there are. */
static int
count_pages(const struct xj_import *in, const unsigned char *bytes, size_t len)
{
	l_int32 count = 1;
	FILE *f;

	if (strcmp(in->mime, "image/tiff") != 0)
		return 1;
	f = fmemopen((void *)(uintptr_t)bytes, len, "r");
	if (f && tiffGetCount(f, &count) != 0)
		count = 1;
	if (f)
		fclose(f);
	return count;
}

int
xj_ocr_pictures(struct xj_import *in)
{
	unsigned char *bytes = NULL;
	size_t len = 0;
	int r = read_file(in, &bytes, &len);

	if (r < 0)
		return r;
	if (in->page)
		return read_one(in, bytes, len, in->page);
	for (int i = 1, n = count_pages(in, bytes, len); i <= n && r == 0; i++)
		r = read_one(in, bytes, len, (uint64_t)i);
	return r;
}
