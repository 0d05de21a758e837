/*
 * annot.c - notes, and the values of forms.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * What a note or a field looks like is a drawing of its own and read as such.
 * The words of a note that is shown only when it is opened are sent after the
 * page; so is the value of a field that nobody has drawn yet.
 *
 * Source: ISO 32000-1, 12.5 (annotations), 12.7 (forms).
 */
#include "pdf.h"

#define ANNOTS 10000 /* on one page */

enum { INVISIBLE = 1, HIDDEN = 2, NO_VIEW = 32 };

static bool
is_type(fz_context *ctx, pdf_obj *annot, const char *type)
{
	return !strcmp(pdf_dict_get_name(ctx, annot, PDF_NAME(Subtype)), type);
}

static bool
is_shown(fz_context *ctx, pdf_obj *annot)
{
	int flags = pdf_dict_get_int(ctx, annot, PDF_NAME(F));

	return !(flags & (INVISIBLE | HIDDEN | NO_VIEW)) &&
	       !is_type(ctx, annot, "Popup") && !is_type(ctx, annot, "Link");
}

/* The drawing for the state it is in; or NULL. */
static pdf_obj *
drawing(fz_context *ctx, pdf_obj *annot)
{
	pdf_obj *ap = pdf_dict_getp(ctx, annot, "AP/N");

	if (!pdf_is_stream(ctx, ap))
		ap = pdf_dict_get(ctx, ap, pdf_dict_get(ctx, annot,
							PDF_NAME(AS)));
	return pdf_is_stream(ctx, ap) ? ap : NULL;
}

/* The drawing's box, in its own space, is laid over the note's. 12.5.5 */
static fz_matrix
placement(fz_context *ctx, pdf_obj *annot, pdf_obj *ap)
{
	fz_matrix m = pdf_dict_get_matrix(ctx, ap, PDF_NAME(Matrix));
	fz_rect box = pdf_dict_get_rect(ctx, ap, PDF_NAME(BBox));
	fz_rect rect = pdf_dict_get_rect(ctx, annot, PDF_NAME(Rect));
	float sx = 1, sy = 1;

	box = fz_transform_rect(box, m);
	if (box.x1 - box.x0 > 0)
		sx = (rect.x1 - rect.x0) / (box.x1 - box.x0);
	if (box.y1 - box.y0 > 0)
		sy = (rect.y1 - rect.y0) / (box.y1 - box.y0);
	return fz_concat(m, fz_make_matrix(sx, 0, 0, sy, rect.x0 - box.x0 * sx,
					   rect.y0 - box.y0 * sy));
}

void
xj_pdf_annots_draw(struct xj_pdf *pdf, pdf_obj *page, fz_matrix ctm,
		   fz_rect size, struct xj_pdf_tally *tally)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *annots = pdf_dict_get(ctx, page, PDF_NAME(Annots));
	int n = pdf_array_len(ctx, annots);

	for (int i = 0; i < n && i < ANNOTS; i++) {
		pdf_obj *annot = pdf_array_get(ctx, annots, i);
		pdf_obj *ap = is_shown(ctx, annot) ? drawing(ctx, annot) : NULL;

		if (!ap)
			continue;
		xj_pdf_content(pdf, ap,
			       pdf_dict_get(ctx, ap, PDF_NAME(Resources)),
			       fz_concat(placement(ctx, annot, ap), ctm), size,
			       0, tally);
	}
}

static void
send(struct xj_pdf *pdf, pdf_obj *string, uint32_t role, int number,
     const char *label)
{
	fz_context *ctx = pdf->ctx;
	char *text = xj_pdf_long_text(pdf, string);
	struct xj_block b = {
		.text = text, .len = strlen(text), .role = role,
		.where = XJ_PAGE, .at = (uint64_t)number, .label = label,
	};

	fz_try(ctx)
		xj_pdf_send(pdf, &b);
	fz_always(ctx)
		fz_free(ctx, text);
	fz_catch(ctx)
		fz_rethrow(ctx);
}

/* What was filled in or chosen. */
static void
send_value(struct xj_pdf *pdf, pdf_obj *field, int number, const char *label)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *type = pdf_dict_get_inheritable(ctx, field, PDF_NAME(FT));
	pdf_obj *v = pdf_dict_get_inheritable(ctx, field, PDF_NAME(V));
	int n = pdf_array_len(ctx, v);

	if (!pdf_name_eq(ctx, type, PDF_NAME(Tx)) &&
	    !pdf_name_eq(ctx, type, PDF_NAME(Ch)))
		return;
	if (pdf_is_string(ctx, v))
		send(pdf, v, XJ_BODY, number, label);
	for (int i = 0; i < n && i < ANNOTS; i++)
		send(pdf, pdf_array_get(ctx, v, i), XJ_BODY, number, label);
}

static void
send_words(struct xj_pdf *pdf, pdf_obj *annot, int number, const char *label)
{
	fz_context *ctx = pdf->ctx;

	if (is_type(ctx, annot, "Widget")) {
		if (!drawing(ctx, annot))
			send_value(pdf, annot, number, label);
	} else if (is_type(ctx, annot, "FileAttachment")) {
		xj_pdf_attachment(pdf, pdf_dict_get(ctx, annot, PDF_NAME(FS)),
				  "");
	} else if (is_type(ctx, annot, "Popup") ||
		   is_type(ctx, annot, "Link") ||
		   (is_type(ctx, annot, "FreeText") && drawing(ctx, annot))) {
		return;
	}
	send(pdf, pdf_dict_get(ctx, annot, PDF_NAME(Contents)), XJ_NOTE,
	     number, label);
}

void
xj_pdf_annots_send(struct xj_pdf *pdf, pdf_obj *page, int number,
		   const char *label)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *annots = pdf_dict_get(ctx, page, PDF_NAME(Annots));
	int n = pdf_array_len(ctx, annots);

	for (int i = 0; i < n && i < ANNOTS; i++)
		send_words(pdf, pdf_array_get(ctx, annots, i), number, label);
}
