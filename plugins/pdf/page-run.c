/*
 * page-run.c - run a page through MuPDF's structured-text device.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * The page is run as MuPDF's own renderer runs it, less what has no part in
 * text: paths, colours, shadings, soft masks. No picture is ever loaded: one
 * of a single point stands in for each, and only the place it would take is
 * noted. Since colours are not read, the device's colour of a character tells
 * how the character was drawn.
 */
#include "pdf.h"

#define FORMS 20000      /* drawings run on one page */
#define PICTURES 4096    /* looked for in one set of resources */

/* ------------------------------------------------------------- the device */

static void
fill_text(fz_context *ctx, fz_device *dev, const fz_text *text, fz_matrix ctm,
	  fz_colorspace *space, const float *color, float alpha,
	  fz_color_params params)
{
	static const float plain[] = { 1, 1, 1 }, artifact[] = { 1, 0, 0 };
	struct xj_pdf *pdf = fz_user_context(ctx);

	(void)space, (void)color;
	pdf->run.fill_text(ctx, dev, text, ctm, fz_device_rgb(ctx),
			   pdf->run.artifact ? artifact : plain, alpha, params);
}

static void
begin_layer(fz_context *ctx, fz_device *dev, const char *name)
{
	struct xj_pdf *pdf = fz_user_context(ctx);

	(void)dev;
	pdf->run.layers++;
	if (!pdf->run.artifact && !strcmp(name, "Artifact"))
		pdf->run.artifact = pdf->run.layers;
}

static void
end_layer(fz_context *ctx, fz_device *dev)
{
	struct xj_pdf *pdf = fz_user_context(ctx);

	(void)dev;
	if (pdf->run.artifact == pdf->run.layers)
		pdf->run.artifact = 0;
	pdf->run.layers--;
}

static void
note_picture(fz_context *ctx, fz_matrix ctm)
{
	struct xj_pdf *pdf = fz_user_context(ctx);
	fz_rect box = fz_intersect_rect(fz_transform_rect(fz_unit_rect, ctm),
					pdf->box);

	if (!fz_is_empty_rect(box))
		pdf->run.picture_area += (double)(box.x1 - box.x0) *
					 (box.y1 - box.y0);
}

static void
fill_image(fz_context *ctx, fz_device *dev, fz_image *image, fz_matrix ctm,
	   float alpha, fz_color_params params)
{
	(void)dev, (void)image, (void)alpha, (void)params;
	note_picture(ctx, ctm);
}

static void
fill_image_mask(fz_context *ctx, fz_device *dev, fz_image *image, fz_matrix ctm,
		fz_colorspace *space, const float *color, float alpha,
		fz_color_params params)
{
	(void)dev, (void)image, (void)space, (void)color, (void)alpha;
	(void)params;
	note_picture(ctx, ctm);
}

static fz_device *
new_device(struct xj_pdf *pdf, fz_stext_page *page, int options)
{
	fz_stext_options o = { .flags = options, .scale = 1 };
	fz_device *dev = fz_new_stext_device(pdf->ctx, page, &o);

	pdf->run.fill_text = dev->fill_text;
	dev->fill_text = fill_text;
	dev->begin_layer = begin_layer;
	dev->end_layer = end_layer;
	dev->fill_image = fill_image;
	dev->fill_image_mask = fill_image_mask;
	return dev;
}

/* ----------------------------------------------------------- the processor */

static fz_image *
new_stand_in(fz_context *ctx)
{
	fz_pixmap *point = fz_new_pixmap(ctx, fz_device_gray(ctx), 1, 1, NULL,
					 0);
	fz_image *image = NULL;

	fz_try(ctx)
		image = fz_new_image_from_pixmap(ctx, point, NULL);
	fz_always(ctx)
		fz_drop_pixmap(ctx, point);
	fz_catch(ctx)
		fz_rethrow(ctx);
	return image;
}

/*
 * MuPDF asks its store before it loads a picture, and loading may mean to
 * decode it all.
 */
static void
replace_pictures(struct xj_pdf *pdf, pdf_obj *resources)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *all = pdf_dict_get(ctx, resources, PDF_NAME(XObject));
	int n = pdf_dict_len(ctx, all);

	for (int i = 0; i < n && i < PICTURES; i++) {
		pdf_obj *ref = pdf_dict_get_val(ctx, all, i);
		fz_image *known;

		if (!pdf_name_eq(ctx, pdf_dict_get(ctx, ref, PDF_NAME(Subtype)),
				 PDF_NAME(Image)))
			continue;
		if (!pdf->stand_in)
			pdf->stand_in = new_stand_in(ctx);
		known = pdf_find_item(ctx, fz_drop_image_imp, ref);
		if (!known)
			pdf_store_item(ctx, ref, pdf->stand_in, 1);
		fz_drop_image(ctx, known);
	}
}

/* Drawings within drawings may double at each level. */
static void
run_form(fz_context *ctx, pdf_processor *proc, const char *name, pdf_obj *form,
	 pdf_obj *resources)
{
	struct xj_pdf *pdf = fz_user_context(ctx);

	if (++pdf->run.forms > FORMS)
		fz_throw(ctx, FZ_ERROR_ABORT, "too much is drawn");
	replace_pictures(pdf, pdf_dict_get(ctx, form, PDF_NAME(Resources)));
	pdf->run.form(ctx, proc, name, form, resources);
}

static pdf_processor *
new_processor(struct xj_pdf *pdf, fz_device *dev)
{
	pdf_processor *p = pdf_new_run_processor(pdf->ctx, dev, pdf->ctm,
						 "View", NULL, NULL, NULL);

	pdf->run.form = p->op_Do_form;
	p->op_Do_form = run_form;
	p->op_m = p->op_l = NULL;
	p->op_c = NULL;
	p->op_v = p->op_y = p->op_re = NULL;
	p->op_h = p->op_S = p->op_s = p->op_F = p->op_f = p->op_fstar = NULL;
	p->op_B = p->op_Bstar = p->op_b = p->op_bstar = p->op_n = NULL;
	p->op_W = p->op_Wstar = NULL;
	p->op_CS = p->op_cs = NULL;
	p->op_SC_color = p->op_sc_color = NULL;
	p->op_SC_pattern = p->op_sc_pattern = NULL;
	p->op_SC_shade = p->op_sc_shade = NULL;
	p->op_G = p->op_g = NULL;
	p->op_RG = p->op_rg = NULL;
	p->op_K = p->op_k = NULL;
	p->op_sh = NULL;
	p->op_gs_SMask = NULL;
	return p;
}

static void
run_contents(struct xj_pdf *pdf, pdf_processor *proc)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *page = pdf->pages[pdf->page - 1];
	pdf_obj *resources = pdf_dict_get_inheritable(ctx, page,
						      PDF_NAME(Resources));

	replace_pictures(pdf, resources);
	pdf_process_contents(ctx, proc, pdf->doc, resources,
			     pdf_dict_get(ctx, page, PDF_NAME(Contents)), NULL);
}

/* `annot`: -1 for the page itself, else the drawing of a note. */
static void
run_one(struct xj_pdf *pdf, fz_device *dev, int annot)
{
	fz_context *ctx = pdf->ctx;
	pdf_processor *proc = new_processor(pdf, dev);

	pdf->run.layers = pdf->run.artifact = 0;
	fz_try(ctx) {
		if (annot < 0)
			run_contents(pdf, proc);
		else
			xj_pdf_annot_draw(pdf, annot, proc);
		pdf_close_processor(ctx, proc);
	}
	fz_always(ctx)
		pdf_drop_processor(ctx, proc);
	fz_catch(ctx)
		xj_pdf_caught(pdf, pdf->what);
}

fz_stext_page *
xj_pdf_page_run(struct xj_pdf *pdf, int options)
{
	fz_context *ctx = pdf->ctx;
	int annots = xj_pdf_annot_count(pdf);
	fz_stext_page *page = fz_new_stext_page(ctx, pdf->box);
	fz_device *dev = NULL;

	fz_var(dev);
	pdf->run.forms = 0;
	pdf->run.picture_area = 0;
	fz_try(ctx) {
		dev = new_device(pdf, page, options);
		for (int i = -1; i < annots; i++)
			if (i < 0 || xj_pdf_annot_is_drawn(pdf, i))
				run_one(pdf, dev, i);
		fz_close_device(ctx, dev);
	}
	fz_always(ctx)
		fz_drop_device(ctx, dev);
	fz_catch(ctx) {
		fz_drop_stext_page(ctx, page);
		fz_rethrow(ctx);
	}
	return page;
}
