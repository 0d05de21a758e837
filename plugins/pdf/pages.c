/*
 * pages.c - which objects are the pages, and the numbers printed on them.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * MuPDF believes /Count, and looks for each page from the root anew. Here the
 * tree is walked once, and what it says of itself is not asked.
 *
 * Source: ISO 32000-1, 7.7.3 (page tree), 12.4.2 (page labels).
 */
#include "pdf.h"

#include <stdlib.h>

#define DEPTH 100        /* of the tree; MuPDF can catch so many throws */
#define NODES 200000     /* looked at in all */
#define RANGES 4096      /* of labels */

/* ------------------------------------------------------------ the tree */

struct walk {
	struct xj_pdf *pdf;
	int nodes;
	bool damaged;
};

static bool
is_node(fz_context *ctx, pdf_obj *obj)
{
	pdf_obj *type = pdf_dict_get(ctx, obj, PDF_NAME(Type));

	if (pdf_name_eq(ctx, type, PDF_NAME(Page)))
		return false;
	return pdf_name_eq(ctx, type, PDF_NAME(Pages)) ||
	       (pdf_is_array(ctx, pdf_dict_get(ctx, obj, PDF_NAME(Kids))) &&
		!pdf_dict_get(ctx, obj, PDF_NAME(Contents)));
}

static void
add(struct xj_pdf *pdf, pdf_obj *page)
{
	pdf->pages[pdf->page_count++] = pdf_keep_obj(pdf->ctx, page);
}

static void
walk(struct walk *w, pdf_obj *obj, int depth)
{
	fz_context *ctx = w->pdf->ctx;
	pdf_obj *kids = pdf_dict_get(ctx, obj, PDF_NAME(Kids));
	int n = pdf_array_len(ctx, kids);

	if (w->pdf->page_count == XJ_PDF_PAGES)
		return;
	if (!is_node(ctx, obj)) {
		add(w->pdf, obj);
		return;
	}
	if (depth == DEPTH || w->nodes++ == NODES || pdf_mark_obj(ctx, obj)) {
		w->damaged = true;
		return;
	}
	fz_try(ctx)
		for (int i = 0; i < n && w->nodes < NODES; i++)
			walk(w, pdf_array_get(ctx, kids, i), depth + 1);
	fz_always(ctx)
		pdf_unmark_obj(ctx, obj);
	fz_catch(ctx)
		fz_rethrow(ctx);
}

static void
walk_tree(struct xj_pdf *pdf, pdf_obj *root)
{
	struct walk w = { .pdf = pdf };

	if (root)
		walk(&w, root, 0);
	if (pdf->page_count == XJ_PDF_PAGES)
		xj_pdf_warn(pdf, "more than %d pages: the rest is left out",
			    XJ_PDF_PAGES);
	else if (w.damaged || w.nodes >= NODES)
		xj_pdf_warn(pdf, "the page tree is damaged");
}

/* Where the tree is lost, pages may still be there. */
static void
scan_objects(struct xj_pdf *pdf)
{
	fz_context *ctx = pdf->ctx;
	int n = pdf_xref_len(ctx, pdf->doc);

	for (int i = 1; i < n && i < 1000000 &&
			pdf->page_count < XJ_PDF_PAGES; i++) {
		pdf_obj *obj = NULL;

		fz_var(obj);
		fz_try(ctx) {
			obj = pdf_new_indirect(ctx, pdf->doc, i, 0);
			if (pdf_name_eq(ctx,
					pdf_dict_get(ctx, obj, PDF_NAME(Type)),
					PDF_NAME(Page)))
				add(pdf, obj);
		}
		fz_always(ctx)
			pdf_drop_obj(ctx, obj);
		fz_catch(ctx)
			if (pdf->stop < 0)
				fz_rethrow(ctx);
	}
	if (pdf->page_count)
		xj_pdf_warn(pdf, "the page tree is lost: "
			    "pages stand in the order of the file");
}

static int
by_object(const void *a, const void *b)
{
	const struct xj_pdf_page_number *x = a, *y = b;

	return x->object != y->object ? (x->object < y->object ? -1 : 1)
				      : x->page - y->page;
}

static void
index_pages(struct xj_pdf *pdf)
{
	pdf->numbers = fz_malloc_array(pdf->ctx, (size_t)pdf->page_count + 1,
				       struct xj_pdf_page_number);
	for (int i = 0; i < pdf->page_count; i++) {
		pdf->numbers[i].object = pdf_to_num(pdf->ctx, pdf->pages[i]);
		pdf->numbers[i].page = i + 1;
	}
	qsort(pdf->numbers, (size_t)pdf->page_count, sizeof(*pdf->numbers),
	      by_object);
}

void
xj_pdf_pages_find(struct xj_pdf *pdf)
{
	fz_context *ctx = pdf->ctx;

	pdf->pages = fz_malloc_array(ctx, XJ_PDF_PAGES, pdf_obj *);
	fz_try(ctx)
		walk_tree(pdf, pdf_dict_getp(ctx, pdf_trailer(ctx, pdf->doc),
					      "Root/Pages"));
	fz_catch(ctx)
		xj_pdf_caught(pdf, "page tree");
	if (!pdf->page_count)
		scan_objects(pdf);
	index_pages(pdf);
}

void
xj_pdf_pages_free(struct xj_pdf *pdf)
{
	for (int i = 0; i < pdf->page_count; i++)
		pdf_drop_obj(pdf->ctx, pdf->pages[i]);
	fz_free(pdf->ctx, pdf->pages);
	fz_free(pdf->ctx, pdf->numbers);
	fz_free(pdf->ctx, pdf->labels);
}

int
xj_pdf_page_number(struct xj_pdf *pdf, pdf_obj *page)
{
	int object = pdf_to_num(pdf->ctx, page);
	int low = 0, high = pdf->page_count;

	while (low < high) {
		int mid = low + (high - low) / 2;

		if (pdf->numbers[mid].object < object)
			low = mid + 1;
		else
			high = mid;
	}
	return object && low < pdf->page_count &&
	       pdf->numbers[low].object == object ? pdf->numbers[low].page : 0;
}

/* ------------------------------------------------------- printed numbers */

/* From page `start` (from 0) on: prefix, then a count from `first`. */
struct range {
	int start, first;
	char style;        /* D R r A a, or 0: the prefix alone */
	char prefix[48];
};

struct xj_pdf_labels {
	int count, nodes;
	struct range range[RANGES];
};

static void
add_range(struct xj_pdf *pdf, struct xj_pdf_labels *l, int start, pdf_obj *dict)
{
	fz_context *ctx = pdf->ctx;
	struct range *r = &l->range[l->count];
	char *prefix;

	if (start < 0 || l->count == RANGES)
		return;
	r->start = start;
	r->first = pdf_to_int(ctx, pdf_dict_gets(ctx, dict, "St"));
	if (r->first < 1 || r->first > 1000000000)
		r->first = 1;
	r->style = *pdf_dict_get_name(ctx, dict, PDF_NAME(S));
	prefix = xj_pdf_string(pdf, pdf_dict_get(ctx, dict, PDF_NAME(P)), false);
	fz_strlcpy(r->prefix, strlen(prefix) < sizeof(r->prefix) ? prefix : "",
		   sizeof(r->prefix));
	fz_free(ctx, prefix);
	l->count++;
}

static void
number_tree(struct xj_pdf *pdf, struct xj_pdf_labels *l, pdf_obj *node,
	    int depth)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *nums = pdf_dict_get(ctx, node, PDF_NAME(Nums));
	pdf_obj *kids = pdf_dict_get(ctx, node, PDF_NAME(Kids));
	int n = pdf_array_len(ctx, nums), k = pdf_array_len(ctx, kids);

	for (int i = 0; i + 1 < n; i += 2)
		add_range(pdf, l, pdf_array_get_int(ctx, nums, i),
			  pdf_array_get(ctx, nums, i + 1));
	for (int i = 0; i < k && depth < 16 && l->nodes++ < RANGES; i++)
		number_tree(pdf, l, pdf_array_get(ctx, kids, i), depth + 1);
}

static int
by_start(const void *a, const void *b)
{
	return ((const struct range *)a)->start -
	       ((const struct range *)b)->start;
}

void
xj_pdf_labels_load(struct xj_pdf *pdf)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *tree = pdf_dict_getp(ctx, pdf_trailer(ctx, pdf->doc),
				      "Root/PageLabels");

	if (!pdf_is_dict(ctx, tree))
		return;
	pdf->labels = fz_malloc_struct(ctx, struct xj_pdf_labels);
	number_tree(pdf, pdf->labels, tree, 0);
	qsort(pdf->labels->range, (size_t)pdf->labels->count,
	      sizeof(struct range), by_start);
}

static void
roman(char *out, size_t len, int n, bool upper)
{
	static const struct { int value; const char *sign; } signs[] = {
		{ 1000, "m" }, { 900, "cm" }, { 500, "d" }, { 400, "cd" },
		{ 100, "c" }, { 90, "xc" }, { 50, "l" }, { 40, "xl" },
		{ 10, "x" }, { 9, "ix" }, { 5, "v" }, { 4, "iv" }, { 1, "i" },
	};
	size_t used = strlen(out), from = used;

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		for (; n >= signs[i].value; n -= signs[i].value)
			used = fz_strlcat(out, signs[i].sign, len);
	for (; upper && out[from]; from++)
		out[from] -= 'a' - 'A';
}

/* a to z, then aa to zz, and so on. */
static void
letters(char *out, size_t len, int n, bool upper)
{
	size_t used = strlen(out);
	char letter = (char)((upper ? 'A' : 'a') + (n - 1) % 26);

	for (int i = (n - 1) / 26; i >= 0 && used + 1 < len; i--)
		out[used++] = letter;
	out[used] = 0;
}

const char *
xj_pdf_label(struct xj_pdf *pdf, int page, char *out, size_t len)
{
	const struct range *r = NULL;
	size_t used;
	int n;

	for (int i = 0; pdf->labels && i < pdf->labels->count; i++)
		if (pdf->labels->range[i].start <= page - 1)
			r = &pdf->labels->range[i];
	if (!r)
		return NULL;
	used = fz_strlcpy(out, r->prefix, len);
	n = r->first + (page - 1 - r->start);
	if (r->style == 'D' || (r->style && n > 3999))
		snprintf(out + used, len - used, "%d", n);
	else if (r->style == 'R' || r->style == 'r')
		roman(out, len, n, r->style == 'R');
	else if (r->style == 'A' || r->style == 'a')
		letters(out, len, n, r->style == 'A');
	return *out ? out : NULL;
}
