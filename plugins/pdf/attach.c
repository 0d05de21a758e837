/*
 * attach.c - files within the document.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * Source: ISO 32000-1, 7.11.3 and 7.11.4 (file specifications, embedded files),
 * 7.9.6 (name trees).
 */
#include "pdf.h"

#define DEPTH 32
#define PIECE 65536

/* Whether these bytes were sent before; they may be named in several places. */
static bool
is_sent(struct xj_pdf *pdf, int object)
{
	for (int i = 0; object && i < pdf->attached_count; i++)
		if (pdf->attached[i] == object)
			return true;
	if (!pdf->attached)
		pdf->attached = fz_malloc_array(pdf->ctx, XJ_PDF_ATTACHMENTS,
						int);
	pdf->attached[pdf->attached_count++] = object;
	return false;
}

static pdf_obj *
file_stream(fz_context *ctx, pdf_obj *spec)
{
	pdf_obj *ef = pdf_dict_get(ctx, spec, PDF_NAME(EF));
	static const char *const keys[] = { "UF", "F", "Unix", "DOS", "Mac" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		pdf_obj *stream = pdf_dict_gets(ctx, ef, keys[i]);

		if (pdf_is_stream(ctx, stream))
			return stream;
	}
	return NULL;
}

/* As much as there is; 0, or XJ_CHILD_SKIP: the host wants no more. */
static int
send_bytes(struct xj_pdf *pdf, fz_stream *stm)
{
	fz_context *ctx = pdf->ctx;
	unsigned char *buf = fz_malloc(ctx, PIECE);
	size_t n;
	int r = 0;

	fz_var(r);
	fz_try(ctx)
		while (r == 0 && (n = fz_read(ctx, stm, buf, PIECE)) > 0)
			r = xj_pdf_check(pdf, xj_child_data(pdf->in, buf, n));
	fz_always(ctx)
		fz_free(ctx, buf);
	fz_catch(ctx)
		fz_rethrow(ctx);
	return r;
}

static void
send_child(struct xj_pdf *pdf, pdf_obj *stream, struct xj_child *child)
{
	fz_context *ctx = pdf->ctx;
	fz_stream *stm = NULL;
	const char *damage = NULL;
	int skip = 0;
	char message[200] = "";

	if (xj_pdf_check(pdf, xj_child_begin(pdf->in, child)))
		return;
	fz_var(stm);
	fz_var(damage);
	fz_var(skip);
	pdf->lossy = false;
	fz_try(ctx) {
		stm = pdf_open_stream(ctx, stream);
		skip = send_bytes(pdf, stm);
		if (pdf->lossy)
			damage = "its data are damaged";
	}
	fz_always(ctx)
		fz_drop_stream(ctx, stm);
	fz_catch(ctx) {
		if (pdf->stop < 0)
			fz_rethrow(ctx);
		fz_strlcpy(message, fz_caught_message(ctx), sizeof(message));
		damage = message;
	}
	if (!skip)
		xj_pdf_check(pdf, xj_child_end(pdf->in, damage));
}

static int64_t
modified(struct xj_pdf *pdf, pdf_obj *params)
{
	char out[64];
	int64_t seconds;
	char *text = xj_pdf_string(pdf, pdf_dict_gets(pdf->ctx, params,
						      "ModDate"), false);
	bool known = xj_pdf_date(text, out, &seconds);

	fz_free(pdf->ctx, text);
	return known ? seconds : INT64_MIN;
}

static void
send_file(struct xj_pdf *pdf, pdf_obj *stream, const char *name)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *params = pdf_dict_get(ctx, stream, PDF_NAME(Params));
	pdf_obj *size = pdf_dict_get(ctx, params, PDF_NAME(Size));
	const char *mime = pdf_dict_get_name(ctx, stream, PDF_NAME(Subtype));
	struct xj_child child = {
		.name = *name ? name : "attachment",
		.mime = strchr(mime, '/') ? mime : NULL,
		.size = UINT64_MAX, .role = XJ_CHILD_ATTACHMENT,
	};

	if (pdf_is_int(ctx, size) && pdf_to_int64(ctx, size) >= 0)
		child.size = (uint64_t)pdf_to_int64(ctx, size);
	child.mtime = modified(pdf, params);
	send_child(pdf, stream, &child);
}

void
xj_pdf_attachment(struct xj_pdf *pdf, pdf_obj *spec, const char *other)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *stream = file_stream(ctx, spec);
	char *name;

	if (!stream || pdf->attached_count == XJ_PDF_ATTACHMENTS ||
	    is_sent(pdf, pdf_to_num(ctx, stream)))
		return;
	name = xj_pdf_string(pdf, pdf_dict_geta(ctx, spec, PDF_NAME(UF),
						PDF_NAME(F)), false);
	fz_try(ctx)
		send_file(pdf, stream, *name ? name : other);
	fz_always(ctx)
		fz_free(ctx, name);
	fz_catch(ctx)
		fz_rethrow(ctx);
}

static void
walk(struct xj_pdf *pdf, pdf_obj *node, int depth, int *budget)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *names = pdf_dict_get(ctx, node, PDF_NAME(Names));
	pdf_obj *kids = pdf_dict_get(ctx, node, PDF_NAME(Kids));
	int n = pdf_array_len(ctx, names), k = pdf_array_len(ctx, kids);

	for (int i = 0; i + 1 < n && (*budget)-- > 0; i += 2) {
		char *name = xj_pdf_string(pdf, pdf_array_get(ctx, names, i),
					   false);

		fz_try(ctx)
			xj_pdf_attachment(pdf, pdf_array_get(ctx, names, i + 1),
					  name);
		fz_always(ctx)
			fz_free(ctx, name);
		fz_catch(ctx)
			xj_pdf_caught(pdf, "attachment");
	}
	for (int i = 0; i < k && depth < DEPTH && (*budget)-- > 0; i++)
		walk(pdf, pdf_array_get(ctx, kids, i), depth + 1, budget);
}

void
xj_pdf_attachments(struct xj_pdf *pdf)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *root = pdf_dict_get(ctx, pdf_trailer(ctx, pdf->doc),
				     PDF_NAME(Root));
	pdf_obj *files = pdf_dict_gets(ctx, root, "AF");
	int budget = 2 * XJ_PDF_ATTACHMENTS, n = pdf_array_len(ctx, files);

	walk(pdf, pdf_dict_getp(ctx, root, "Names/EmbeddedFiles"), 0, &budget);
	for (int i = 0; i < n && budget-- > 0; i++)
		xj_pdf_attachment(pdf, pdf_array_get(ctx, files, i), "");
}
