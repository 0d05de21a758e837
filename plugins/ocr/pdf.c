/*
 * pdf.c - pages of a PDF as pictures.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "ocr.h"

#include <mupdf/fitz.h>
#include <mupdf/pdf.h>

#define STORE (64u << 20) /* bytes that MuPDF may keep at hand */
#define WINDOW 65536

/* One import. */
struct pdf {
	struct xj_import *in;
	fz_context *ctx;
	fz_document *doc;
	int r; /* what reading came to, which MuPDF cannot carry */
};

/* --------------------------------------------------------------- the file */

struct window {
	struct pdf *pdf;
	unsigned char bytes[WINDOW];
};

static int
next_window(fz_context *ctx, fz_stream *stm, size_t wanted)
{
	struct window *w = stm->state;
	ssize_t n = xj_read(w->pdf->in, (uint64_t)stm->pos, w->bytes, WINDOW);

	(void)ctx, (void)wanted;
	if (n < 0)
		w->pdf->r = (int)n;
	stm->rp = w->bytes;
	stm->wp = w->bytes + (n > 0 ? n : 0);
	stm->pos += n > 0 ? n : 0;
	return n > 0 ? *stm->rp++ : EOF;
}

static void
seek_window(fz_context *ctx, fz_stream *stm, int64_t offset, int whence)
{
	struct window *w = stm->state;

	if (whence == SEEK_END)
		offset += (int64_t)w->pdf->in->size;
	if (offset < 0)
		fz_throw(ctx, FZ_ERROR_GENERIC, "seek before the start");
	stm->pos = offset;
	stm->rp = stm->wp = w->bytes;
}

static void
drop_window(fz_context *ctx, void *state)
{
	fz_free(ctx, state);
}

static void
open_document(struct pdf *pdf)
{
	fz_context *ctx = pdf->ctx;
	struct window *w = fz_malloc_struct(ctx, struct window);
	fz_stream *stm;

	w->pdf = pdf;
	stm = fz_new_stream(ctx, w, next_window, drop_window);
	stm->seek = seek_window;
	fz_try(ctx)
		pdf->doc = (fz_document *)pdf_open_document_with_stream(ctx,
									stm);
	fz_always(ctx)
		fz_drop_stream(ctx, stm);
	fz_catch(ctx)
		fz_rethrow(ctx);
}

/* -------------------------------------------------------------- the pages */

/* How many dots an inch, fewer if the page is large. */
static int
dots(fz_rect box)
{
	double inches = (box.x1 - box.x0) / 72.0 * (box.y1 - box.y0) / 72.0;
	double most = inches > 0 ? sqrt(XJ_OCR_PIXELS / inches) : XJ_OCR_DPI;

	return most < XJ_OCR_DPI ? (int)most : XJ_OCR_DPI;
}

static fz_pixmap *
draw(struct pdf *pdf, int number, int *dpi)
{
	fz_context *ctx = pdf->ctx;
	fz_page *page = fz_load_page(ctx, pdf->doc, number - 1);
	fz_pixmap *map = NULL;

	fz_try(ctx) {
		*dpi = dots(fz_bound_page(ctx, page));
		map = fz_new_pixmap_from_page(ctx, page,
			fz_scale((float)*dpi / 72, (float)*dpi / 72),
			fz_device_gray(ctx), 0);
	}
	fz_always(ctx)
		fz_drop_page(ctx, page);
	fz_catch(ctx)
		fz_rethrow(ctx);
	return map;
}

/* The same points as leptonica has them: words of 32 bits, the first point in
 * the highest byte. NULL: no memory. */
static PIX *
picture_of(fz_context *ctx, const fz_pixmap *map, int dpi)
{
	int w = fz_pixmap_width(ctx, map), h = fz_pixmap_height(ctx, map);
	const unsigned char *from = fz_pixmap_samples(ctx, map);
	PIX *page = pixCreate(w, h, 8);

	for (int y = 0; page && y < h; y++) {
		l_uint32 *line = pixGetData(page) + (size_t)y *
				 (size_t)pixGetWpl(page);

		for (int x = 0; x < w; x++)
			SET_DATA_BYTE(line, x, from[x]);
		from += fz_pixmap_stride(ctx, map);
	}
	if (page)
		pixSetResolution(page, dpi, dpi);
	return page;
}

static void
read_page(struct pdf *pdf, int number)
{
	fz_context *ctx = pdf->ctx;
	int dpi;
	fz_pixmap *map = draw(pdf, number, &dpi);
	PIX *page = picture_of(ctx, map, dpi);

	fz_drop_pixmap(ctx, map);
	if (pdf->r == 0)
		pdf->r = page ? xj_ocr_page(pdf->in, page, (uint64_t)number)
			      : XJ_IMPORT_NOMEM;
	pixDestroy(&page);
}

static void
read_pages(struct pdf *pdf)
{
	uint64_t one = pdf->in->page;
	int n = fz_count_pages(pdf->ctx, pdf->doc);

	if (one > (uint64_t)n)
		fz_throw(pdf->ctx, FZ_ERROR_GENERIC, "there is no such page");
	if (one)
		read_page(pdf, (int)one);
	for (int i = 1; !one && i <= n && pdf->r == 0; i++)
		read_page(pdf, i);
}

static bool
is_open(struct pdf *pdf)
{
	const char *password = pdf->in->password;

	return !fz_needs_password(pdf->ctx, pdf->doc) ||
	       (password &&
		fz_authenticate_password(pdf->ctx, pdf->doc, password));
}

static int
failure(struct pdf *pdf)
{
	fz_context *ctx = pdf->ctx;

	if (pdf->r < 0)
		return pdf->r;
	return xj_fail(pdf->in, fz_caught(ctx) == FZ_ERROR_MEMORY ?
		       XJ_IMPORT_NOMEM : XJ_IMPORT_CORRUPT, "%s",
		       fz_caught_message(ctx));
}

int
xj_ocr_pdf(struct xj_import *in)
{
	struct pdf pdf = { .in = in };
	fz_context *ctx = fz_new_context(NULL, NULL, STORE);

	if (!ctx)
		return XJ_IMPORT_NOMEM;
	pdf.ctx = ctx;
	fz_set_warning_callback(ctx, NULL, NULL);
	fz_set_error_callback(ctx, NULL, NULL);
	fz_try(ctx) {
		open_document(&pdf);
		if (is_open(&pdf))
			read_pages(&pdf);
		else
			pdf.r = xj_fail(in, XJ_IMPORT_ENCRYPTED,
					"needs a password");
	}
	fz_always(ctx)
		fz_drop_document(ctx, pdf.doc);
	fz_catch(ctx)
		pdf.r = failure(&pdf);
	fz_drop_context(ctx);
	return pdf.r;
}
