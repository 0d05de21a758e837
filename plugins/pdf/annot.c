/*
 * annot.c - notes, and the values of forms.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * What a note or a field looks like is a drawing of its own and run as such.
 * The words of a note that is shown only when it is opened are sent after the
 * page; so is the value of a field that nobody has drawn yet.
 *
 * Source: ISO 32000-1, 12.5 (annotations), 12.7 (forms).
 */
#include "pdf.h"

#define ANNOTS 10000 /* on one page */

enum { INVISIBLE = 1, HIDDEN = 2, NO_VIEW = 32 };

static pdf_obj *
annots(struct xj_pdf *pdf)
{
	return pdf_dict_get(pdf->ctx, pdf->pages[pdf->page - 1],
			    PDF_NAME(Annots));
}

static bool
is_type(fz_context *ctx, pdf_obj *annot, const char *type)
{
	return !strcmp(pdf_dict_get_name(ctx, annot, PDF_NAME(Subtype)), type);
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

int
xj_pdf_annot_count(struct xj_pdf *pdf)
{
	int n = pdf_array_len(pdf->ctx, annots(pdf));

	return n < ANNOTS ? n : ANNOTS;
}

bool
xj_pdf_annot_is_drawn(struct xj_pdf *pdf, int i)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *annot = pdf_array_get(ctx, annots(pdf), i);
	int flags = pdf_dict_get_int(ctx, annot, PDF_NAME(F));

	return !(flags & (INVISIBLE | HIDDEN | NO_VIEW)) &&
	       !is_type(ctx, annot, "Popup") && !is_type(ctx, annot, "Link") &&
	       drawing(ctx, annot);
}

/* The drawing's box, in its own space, is laid over the note's. 12.5.5 */
void
xj_pdf_annot_draw(struct xj_pdf *pdf, int i, pdf_processor *proc)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *annot = pdf_array_get(ctx, annots(pdf), i);
	pdf_obj *ap = drawing(ctx, annot);
	fz_rect rect = pdf_dict_get_rect(ctx, annot, PDF_NAME(Rect));
	fz_rect box = fz_transform_rect(
		pdf_dict_get_rect(ctx, ap, PDF_NAME(BBox)),
		pdf_dict_get_matrix(ctx, ap, PDF_NAME(Matrix)));
	float sx = 1, sy = 1;

	if (box.x1 - box.x0 > 0)
		sx = (rect.x1 - rect.x0) / (box.x1 - box.x0);
	if (box.y1 - box.y0 > 0)
		sy = (rect.y1 - rect.y0) / (box.y1 - box.y0);
	proc->op_q(ctx, proc);
	proc->op_cm(ctx, proc, sx, 0, 0, sy, rect.x0 - box.x0 * sx,
		    rect.y0 - box.y0 * sy);
	proc->op_Do_form(ctx, proc, NULL, ap, NULL);
	proc->op_Q(ctx, proc);
}

static void
send(struct xj_pdf *pdf, pdf_obj *string, uint32_t role)
{
	fz_context *ctx = pdf->ctx;
	char *text = xj_pdf_string(pdf, string, true);
	struct xj_block b = {
		.text = text, .len = strlen(text), .role = role,
		.where = XJ_PAGE, .at = (uint64_t)pdf->page,
		.label = pdf->label,
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
send_value(struct xj_pdf *pdf, pdf_obj *field)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *type = pdf_dict_get_inheritable(ctx, field, PDF_NAME(FT));
	pdf_obj *v = pdf_dict_get_inheritable(ctx, field, PDF_NAME(V));
	int n = pdf_array_len(ctx, v);

	if (!pdf_name_eq(ctx, type, PDF_NAME(Tx)) &&
	    !pdf_name_eq(ctx, type, PDF_NAME(Ch)))
		return;
	send(pdf, v, XJ_BODY);
	for (int i = 0; i < n && i < ANNOTS; i++)
		send(pdf, pdf_array_get(ctx, v, i), XJ_BODY);
}

static void
send_words(struct xj_pdf *pdf, pdf_obj *annot)
{
	fz_context *ctx = pdf->ctx;

	if (is_type(ctx, annot, "Widget")) {
		if (!drawing(ctx, annot))
			send_value(pdf, annot);
	} else if (is_type(ctx, annot, "FileAttachment")) {
		xj_pdf_attachment(pdf, pdf_dict_get(ctx, annot, PDF_NAME(FS)),
				  "");
	} else if (is_type(ctx, annot, "Popup") ||
		   is_type(ctx, annot, "Link") ||
		   (is_type(ctx, annot, "FreeText") && drawing(ctx, annot))) {
		return;
	}
	send(pdf, pdf_dict_get(ctx, annot, PDF_NAME(Contents)), XJ_NOTE);
}

void
xj_pdf_annots_send(struct xj_pdf *pdf)
{
	int n = xj_pdf_annot_count(pdf);

	for (int i = 0; i < n; i++)
		send_words(pdf, pdf_array_get(pdf->ctx, annots(pdf), i));
}
