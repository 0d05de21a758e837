/*
 * pdf.c - import PDF: text by pages, contents, metadata, notes, attachments.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * MuPDF is linked into this object, hence its licence.
 */
#include "pdf.h"

#include <stdarg.h>
#include <strings.h>

#include <libxml/parser.h>

#define STORE (64u << 20)  /* bytes that MuPDF may keep at hand */
#define DULL 1000          /* pages in a row that fail or are empty: enough */

int
xj_pdf_check(struct xj_pdf *pdf, int r)
{
	if (r < 0) {
		pdf->stop = r;
		fz_throw(pdf->ctx, FZ_ERROR_ABORT, "stopped");
	}
	return r;
}

void
xj_pdf_warn(struct xj_pdf *pdf, const char *format, ...)
{
	char message[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	xj_pdf_check(pdf, xj_warn(pdf->in, message));
}

/* MuPDF's words may quote the file. */
static void
printable(char *out, size_t len, const char *message)
{
	size_t n = 0;

	for (; *message && n + 1 < len; message++)
		out[n++] = *message >= ' ' && *message < 0x7F ? *message : '?';
	out[n] = 0;
}

void
xj_pdf_caught(struct xj_pdf *pdf, const char *what)
{
	char message[300];

	if (pdf->stop < 0)
		fz_rethrow(pdf->ctx);
	printable(message, sizeof(message), fz_caught_message(pdf->ctx));
	xj_pdf_warn(pdf, "%s: %s", what, message);
}

/* Filters do not throw when their data are broken; they say so and go on. */
static void
listen(void *user, const char *message)
{
	struct xj_pdf *pdf = user;

	if (strstr(message, "zlib error") || strstr(message, "premature end") ||
	    strstr(message, "read error"))
		pdf->lossy = true;
}

/* ------------------------------------------------------------------ a page */

static uint32_t
picture_share(const struct xj_pdf *pdf)
{
	double area = (double)pdf->box.x1 * pdf->box.y1;
	double share = area > 0 ? 100 * pdf->run.picture_area / area : 0;

	return share > 100 ? 100 : (uint32_t)share;
}

static uint32_t
size_of(float points)
{
	return points > 0 && points < 1e7f ? (uint32_t)(points * 100 + 0.5f) : 0;
}

/* Everything of the page in hand that does not need its text. */
static void
begin_page(struct xj_pdf *pdf, int number)
{
	pdf->page = number;
	pdf->lossy = false;
	pdf->box = fz_empty_rect;
	pdf->text.pars = 0;
	pdf->text.chars = pdf->text.replaced = 0;
	pdf->run.picture_area = 0;
	snprintf(pdf->what, sizeof(pdf->what), "page %d", number);
	pdf->label = xj_pdf_label(pdf, number, pdf->label_text,
				  sizeof(pdf->label_text));
}

static void
read_page(struct xj_pdf *pdf)
{
	pdf_obj *page = pdf->pages[pdf->page - 1];

	if (!pdf_is_dict(pdf->ctx, page))
		fz_throw(pdf->ctx, FZ_ERROR_GENERIC, "the page is missing");
	pdf_page_obj_transform(pdf->ctx, page, &pdf->box, &pdf->ctm);
	pdf->box = fz_transform_rect(pdf->box, pdf->ctm);
	xj_pdf_text_read(pdf);
}

/* What was read of the page, all of it or not. */
static void
send_page(struct xj_pdf *pdf)
{
	struct xj_page out = {
		.number = (uint64_t)pdf->page, .label = pdf->label,
		.width = size_of(pdf->box.x1), .height = size_of(pdf->box.y1),
		.chars = pdf->text.chars, .replaced = pdf->text.replaced,
		.image_area = picture_share(pdf),
	};

	xj_pdf_text_send(pdf, out.image_area);
	xj_pdf_annots_send(pdf);
	if (pdf->lossy)
		xj_pdf_warn(pdf, "%s: its data are damaged", pdf->what);
	xj_pdf_check(pdf, xj_page(pdf->in, &out));
}

/* True when the page had something to it. */
static bool
import_page(struct xj_pdf *pdf, int number)
{
	fz_context *ctx = pdf->ctx;

	begin_page(pdf, number);
	fz_try(ctx)
		read_page(pdf);
	fz_catch(ctx)
		xj_pdf_caught(pdf, pdf->what);
	fz_try(ctx)
		send_page(pdf);
	fz_catch(ctx)
		xj_pdf_caught(pdf, pdf->what);
	return pdf->text.chars || pdf->run.picture_area > 0;
}

static void
import_pages(struct xj_pdf *pdf)
{
	int dull = 0;

	for (int i = 1; i <= pdf->page_count; i++) {
		dull = import_page(pdf, i) ? 0 : dull + 1;
		xj_pdf_check(pdf, xj_poll(pdf->in, (uint64_t)i,
					  (uint64_t)pdf->page_count));
		if (dull == DULL && i < pdf->page_count) {
			xj_pdf_warn(pdf, "%d pages in a row have nothing to "
				    "read: the rest is left out", DULL);
			return;
		}
	}
}

/* -------------------------------------------------------------- a document */

/* A stage whose failure leaves the others alone. */
static void
stage(struct xj_pdf *pdf, void (*fn)(struct xj_pdf *), const char *what)
{
	fz_try(pdf->ctx)
		fn(pdf);
	fz_catch(pdf->ctx)
		xj_pdf_caught(pdf, what);
}

static void
import_all(struct xj_pdf *pdf)
{
	if (pdf_was_repaired(pdf->ctx, pdf->doc))
		xj_pdf_warn(pdf, "the file is damaged: "
			    "its objects were searched for");
	xj_pdf_pages_find(pdf);
	stage(pdf, xj_pdf_labels_load, "page labels");
	stage(pdf, xj_pdf_meta, "metadata");
	stage(pdf, xj_pdf_outline, "table of contents");
	import_pages(pdf);
	stage(pdf, xj_pdf_attachments, "attachments");
}

static void
open_document(struct xj_pdf *pdf)
{
	fz_context *ctx = pdf->ctx;
	fz_stream *stm = xj_pdf_stream(pdf);

	fz_try(ctx)
		pdf->doc = pdf_open_document_with_stream(ctx, stm);
	fz_always(ctx)
		fz_drop_stream(ctx, stm);
	fz_catch(ctx)
		fz_rethrow(ctx);
}

/* 0, or the status that says why it stays closed. */
static int
unlock(struct xj_pdf *pdf)
{
	const char *password = pdf->in->password;

	if (!pdf_needs_password(pdf->ctx, pdf->doc))
		return XJ_IMPORT_OK;
	if (!password)
		return xj_fail(pdf->in, XJ_IMPORT_ENCRYPTED,
			       "needs a password");
	if (!pdf_authenticate_password(pdf->ctx, pdf->doc, password))
		return xj_fail(pdf->in, XJ_IMPORT_ENCRYPTED,
			       "the password is wrong");
	return XJ_IMPORT_OK;
}

/* In fz_catch: what ended the import. */
static int
failure(struct xj_pdf *pdf)
{
	char message[300];

	if (pdf->stop < 0)
		return pdf->stop;
	printable(message, sizeof(message), fz_caught_message(pdf->ctx));
	if (fz_caught(pdf->ctx) == FZ_ERROR_MEMORY)
		return xj_fail(pdf->in, XJ_IMPORT_NOMEM, "%s", message);
	if (strstr(message, "ncryption"))
		return xj_fail(pdf->in, XJ_IMPORT_KEYLESS, "%s", message);
	return xj_fail(pdf->in, XJ_IMPORT_CORRUPT, "the file is damaged: %s",
		       message);
}

static int
import_document(struct xj_pdf *pdf)
{
	fz_context *ctx = pdf->ctx;
	int r = XJ_IMPORT_OK;

	fz_var(r);
	fz_try(ctx) {
		open_document(pdf);
		r = unlock(pdf);
		if (r == XJ_IMPORT_OK) {
			import_all(pdf);
			if (!pdf->page_count)
				r = xj_fail(pdf->in, XJ_IMPORT_CORRUPT,
					    "has no pages");
		}
	}
	fz_catch(ctx)
		r = failure(pdf);
	return pdf->stop < 0 ? pdf->stop : r;
}

static void
release(struct xj_pdf *pdf)
{
	xj_pdf_text_free(pdf);
	xj_pdf_pages_free(pdf);
	fz_free(pdf->ctx, pdf->titles);
	fz_drop_image(pdf->ctx, pdf->stand_in);
	fz_free(pdf->ctx, pdf->attached);
	pdf_drop_document(pdf->ctx, pdf->doc);
	fz_drop_context(pdf->ctx);
}

static int
import_pdf(struct xj_import *in)
{
	struct xj_pdf pdf = { .in = in };
	int r;

	pdf.ctx = fz_new_context(NULL, NULL, STORE);
	if (!pdf.ctx)
		return XJ_IMPORT_NOMEM;
	fz_set_user_context(pdf.ctx, &pdf);
	fz_set_warning_callback(pdf.ctx, listen, &pdf);
	fz_set_error_callback(pdf.ctx, listen, &pdf);
	r = import_document(&pdf);
	release(&pdf);
	return r;
}

static int
setup(void)
{
	xmlInitParser();
	return 0;
}

static bool
is_named(const struct xj_sample *sample)
{
	size_t n = strlen(sample->name);

	return (n > 4 && !strcasecmp(sample->name + n - 4, ".pdf")) ||
	       !strcmp(sample->mime, "application/pdf");
}

/*
 * The header may stand within the first 1,024 bytes, behind other programs'
 * prefaces. What has lost it may still be repaired.
 */
static int
probe(const struct xj_sample *sample, const char **mime)
{
	size_t n = sample->head_len < 1024 ? sample->head_len : 1024;

	for (size_t i = 0; i + 5 <= n; i++) {
		if (memcmp(sample->head + i, "%PDF-", 5))
			continue;
		*mime = "application/pdf";
		return i == 0 ? XJ_BID_CERTAIN : XJ_BID_MAGIC;
	}
	return is_named(sample) ? XJ_BID_NAME : XJ_BID_NONE;
}

static const struct xj_format formats[] = {
	{ .mime = "application/pdf", .ext = "pdf",
	  .magic = "%PDF-", .magic_len = 5 },
	{ 0 }
};

XJ_IMPORTER(.name = "pdf", .version = "1.0", .license = "AGPL-3.0-or-later",
	    .formats = formats, .probe = probe, .import = import_pdf,
	    .libraries = "mupdf " FZ_VERSION ", libxml2 " LIBXML_DOTTED_VERSION,
	    .setup = setup);
