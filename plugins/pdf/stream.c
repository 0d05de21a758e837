/*
 * stream.c - the host's document as a stream of MuPDF.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "pdf.h"

/* A PDF is read here and there; more would be read in vain. */
#define WINDOW 16384

struct window {
	struct xj_pdf *pdf;
	unsigned char bytes[WINDOW];
};

/* MuPDF takes a throw here for the end of the file; `stop` tells it later. */
static int
next_window(fz_context *ctx, fz_stream *stm, size_t wanted)
{
	struct window *w = stm->state;
	ssize_t n;

	(void)wanted;
	if (w->pdf->stop < 0)
		fz_throw(ctx, FZ_ERROR_ABORT, "stopped");
	n = xj_read(w->pdf->in, (uint64_t)stm->pos, w->bytes, WINDOW);
	if (n < 0)
		xj_pdf_check(w->pdf, (int)n);
	stm->rp = w->bytes;
	stm->wp = w->bytes + n;
	stm->pos += n;
	return n ? *stm->rp++ : EOF;
}

static void
seek_window(fz_context *ctx, fz_stream *stm, int64_t offset, int whence)
{
	struct window *w = stm->state;

	if (whence == SEEK_END)
		offset += (int64_t)w->pdf->in->size;
	if (offset < 0)
		fz_throw(ctx, FZ_ERROR_GENERIC, "seek before the start");
	if (stm->wp && offset <= stm->pos &&
	    offset >= stm->pos - (stm->wp - w->bytes)) {
		stm->rp = stm->wp - (stm->pos - offset);
		return;
	}
	stm->pos = offset;
	stm->rp = stm->wp = w->bytes;
}

static void
drop_window(fz_context *ctx, void *state)
{
	fz_free(ctx, state);
}

fz_stream *
xj_pdf_stream(struct xj_pdf *pdf)
{
	struct window *w = fz_malloc_struct(pdf->ctx, struct window);
	fz_stream *stm;

	w->pdf = pdf;
	stm = fz_new_stream(pdf->ctx, w, next_window, drop_window);
	stm->seek = seek_window;
	return stm;
}
