/*
 * page-send.c - send the paragraphs of a page: in which order, as what.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "pdf.h"

#include <math.h>

#define STEPS 300        /* paragraphs that one may be moved over */
#define SCANNED 50       /* per cent of the page under pictures */

void
xj_pdf_send(struct xj_pdf *pdf, const struct xj_block *block)
{
	if (block->len > 0)
		xj_pdf_check(pdf, xj_text_long(pdf->in, block));
}

/* ------------------------------------------------------------------- order */

/* Whether `a` ends before `b` begins in its column, a little overlap
 * forgiven. */
static bool
is_above(const fz_rect *a, const fz_rect *b)
{
	return a->x0 < b->x1 && b->x0 < a->x1 && a->y0 < b->y0 &&
	       a->y1 < b->y0 + (b->y1 - b->y0) * 0.3f;
}

/*
 * Writers draw columns one after the other, and some the heading of a page
 * last. A paragraph goes before those that stand below it in its column; else
 * the order of drawing stays.
 */
static void
order(struct xj_pdf_paragraph *par, int count)
{
	for (int i = 1; i < count; i++) {
		struct xj_pdf_paragraph p = par[i];
		int k = i;

		while (p.upright && k && i - k < STEPS && par[k - 1].upright &&
		       is_above(&p.box, &par[k - 1].box))
			k--;
		memmove(par + k + 1, par + k, (size_t)(i - k) * sizeof(*par));
		par[k] = p;
	}
}

/* ------------------------------------------------- running heads and feet */

/* The same for lines that differ in digits and spaces alone. */
static uint32_t
running_hash(const char *s, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] > ' ' && (s[i] < '0' || s[i] > '9'))
			h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h;
}

/*
 * A line at the edge of the page that stood there on one of the two pages
 * before, but for its numbers; or a page number alone.
 */
static bool
is_running(struct xj_pdf *pdf, const struct xj_pdf_paragraph *p,
	   const char *text)
{
	struct xj_pdf_edges *e = pdf->edges;
	float edge = pdf->box.y1 * 0.1f;
	uint32_t h;

	if (!p->upright || p->len > 200 ||
	    (p->box.y1 > edge && p->box.y0 < pdf->box.y1 - edge))
		return false;
	h = running_hash(text, p->len);
	if (e->count < XJ_PDF_EDGES)
		e->hash[e->count++] = h;
	if (h == running_hash("", 0))
		return true;
	for (int i = 1; i < 3; i++)
		for (int k = 0; k < e[i].count; k++)
			if (e[i].hash[k] == h)
				return true;
	return false;
}

/* ------------------------------------------------------------------ sending */

static int32_t
hundredths(float points)
{
	return points > 1e7f ? 1000000000 : points < -1e7f ? -1000000000
	       : (int32_t)lrintf(points * 100);
}

static void
send(struct xj_pdf *pdf, const struct xj_pdf_paragraph *p, const char *text,
     bool scanned)
{
	bool running = is_running(pdf, p, text);
	struct xj_block b = {
		.text = text, .len = p->len, .role = XJ_BODY,
		.where = XJ_PAGE, .at = (uint64_t)pdf->page,
		.label = pdf->label, .has = XJ_HAS_BOX,
		.box = { hundredths(p->box.x0), hundredths(p->box.y0),
			 hundredths(p->box.x1), hundredths(p->box.y1) },
	};

	if (p->color == XJ_PDF_ARTIFACT)
		b.role = XJ_HEADER;
	else if (p->color == XJ_PDF_UNSEEN && scanned)
		b.role = XJ_OCR;
	else if ((b.level = xj_pdf_heading(pdf, pdf->page, text, p->len)))
		b.role = XJ_HEADING;
	else if (running)
		b.role = XJ_HEADER;
	else if (p->bullet)
		b.role = XJ_LIST;
	b.level += p->bullet && b.role == XJ_LIST;
	xj_pdf_send(pdf, &b);
}

void
xj_pdf_text_send(struct xj_pdf *pdf, uint32_t image_area)
{
	struct xj_pdf_text *t = &pdf->text;

	memmove(pdf->edges + 1, pdf->edges, 2 * sizeof(*pdf->edges));
	pdf->edges[0].count = 0;
	order(t->par, t->pars);
	for (int i = 0; i < t->pars; i++)
		send(pdf, &t->par[i], (char *)t->text->data + t->par[i].at,
		     image_area >= SCANNED);
}
