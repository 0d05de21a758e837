/*
 * outline.c - the table of contents, and the headings it names.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * Source: ISO 32000-1, 12.3.2 (destinations), 12.3.3 (outline).
 */
#include "pdf.h"

#include <stdlib.h>

#define LINES 10000
#define DEPTH 32

struct outline {
	struct xj_pdf *pdf;
	unsigned char *seen;    /* a bit for each object */
	int objects;
	int lines;
	size_t title_cap;
};

/* The page, from 1, that a line leads to; 0: to none of ours. */
static int
target(struct outline *o, pdf_obj *line)
{
	fz_context *ctx = o->pdf->ctx;
	pdf_obj *action = pdf_dict_get(ctx, line, PDF_NAME(A));
	pdf_obj *dest = pdf_dict_get(ctx, line, PDF_NAME(Dest)), *page;

	if (!dest && pdf_name_eq(ctx, pdf_dict_get(ctx, action, PDF_NAME(S)),
				 PDF_NAME(GoTo)))
		dest = pdf_dict_get(ctx, action, PDF_NAME(D));
	if (pdf_is_string(ctx, dest) || pdf_is_name(ctx, dest))
		dest = pdf_lookup_dest(ctx, o->pdf->doc, dest);
	if (pdf_is_dict(ctx, dest))
		dest = pdf_dict_get(ctx, dest, PDF_NAME(D));
	page = pdf_array_get(ctx, dest, 0);
	if (pdf_is_int(ctx, page)) {
		int n = pdf_to_int(ctx, page);

		return n >= 0 && n < o->pdf->page_count ? n + 1 : 0;
	}
	return xj_pdf_page_number(o->pdf, page);
}

/* ------------------------------------------------------------------ titles */

/* The same for titles that differ in white space alone. */
static uint64_t
hash(const char *s, size_t len)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] > ' ')
			h = (h ^ (unsigned char)s[i]) * 1099511628211u;
	return h;
}

/* How many bytes of a heading are its number: "1.2 ", "A.1 ", 第三章. */
static size_t
number_len(const char *s, size_t len)
{
	static const char *const ends[] = { "章", "节", "篇", "節", "回" };
	size_t i = 0;

	if (len > 3 && !memcmp(s, "第", 3)) {
		for (i = 3; i + 3 <= len && i < 24; i++)
			for (size_t k = 0; k < 5; k++)
				if (!memcmp(s + i, ends[k], 3))
					return i + 3;
		return 0;
	}
	if (len > 1 && s[0] >= 'A' && s[0] <= 'Z' &&
	    (s[1] == '.' || s[1] == ' '))
		i = 1;
	while (i < len && ((s[i] >= '0' && s[i] <= '9') || (i && s[i] == '.')))
		i++;
	return i && i < len && (s[i] == ' ' || (unsigned char)s[i] >= 0xE2)
	       ? i : 0;
}

static void
keep_title(struct outline *o, const char *title, int page, int level)
{
	struct xj_pdf *pdf = o->pdf;
	size_t len = strlen(title), n = number_len(title, len);

	if (pdf->title_count + 2 > o->title_cap) {
		o->title_cap = o->title_cap ? o->title_cap * 2 : 64;
		pdf->titles = fz_realloc_array(pdf->ctx, pdf->titles,
					       o->title_cap,
					       struct xj_pdf_title);
	}
	for (int i = 0; i < 2 && n < len; i++, title += n, len -= n)
		pdf->titles[pdf->title_count++] = (struct xj_pdf_title){
			.page = (uint32_t)page, .level = (uint32_t)level,
			.hash = hash(title, len),
		};
}

static int
by_page(const void *a, const void *b)
{
	const struct xj_pdf_title *x = a, *y = b;

	if (x->page != y->page)
		return x->page < y->page ? -1 : 1;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (int)x->level - (int)y->level;
}

static const struct xj_pdf_title *
find_title(const struct xj_pdf *pdf, int page, uint64_t h)
{
	struct xj_pdf_title key = { (uint32_t)page, 0, h };
	size_t low = 0, high = pdf->title_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (by_page(&pdf->titles[mid], &key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < pdf->title_count &&
	       pdf->titles[low].page == (uint32_t)page &&
	       pdf->titles[low].hash == h ? &pdf->titles[low] : NULL;
}

uint32_t
xj_pdf_heading(struct xj_pdf *pdf, int page, const char *text, size_t len)
{
	const struct xj_pdf_title *t;
	size_t n;

	if (!pdf->title_count || len > 512)
		return 0;
	t = find_title(pdf, page, hash(text, len));
	n = number_len(text, len);
	if (!t && n)
		t = find_title(pdf, page, hash(text + n, len - n));
	return t ? t->level : 0;
}

/* -------------------------------------------------------------------- lines */

/* Whether it is new; what has no number of its own always is. */
static bool
first_time(struct outline *o, pdf_obj *line)
{
	int n = pdf_to_num(o->pdf->ctx, line);

	if (n <= 0 || n >= o->objects)
		return true;
	if (o->seen[n / 8] & 1 << n % 8)
		return false;
	o->seen[n / 8] |= (unsigned char)(1 << n % 8);
	return true;
}

static void
send_line(struct outline *o, pdf_obj *line, int level)
{
	struct xj_pdf *pdf = o->pdf;
	fz_context *ctx = pdf->ctx;
	char *title = xj_pdf_string(pdf, pdf_dict_get(ctx, line,
						      PDF_NAME(Title)), false);

	fz_try(ctx) {
		int page = target(o, line);
		struct xj_outline out = {
			.title = title, .level = (uint32_t)level,
			.where = page ? XJ_PAGE : XJ_NOWHERE,
			.at = (uint64_t)page,
		};

		if (*title) {
			xj_pdf_check(pdf, xj_outline(pdf->in, &out));
			keep_title(o, title, page, level);
		}
	}
	fz_always(ctx)
		fz_free(ctx, title);
	fz_catch(ctx)
		fz_rethrow(ctx);
}

static void
walk(struct outline *o, pdf_obj *line)
{
	fz_context *ctx = o->pdf->ctx;
	pdf_obj *next[DEPTH];
	int depth = 0;

	while (pdf_is_dict(ctx, line) || depth) {
		pdf_obj *below;

		if (!pdf_is_dict(ctx, line) || !first_time(o, line)) {
			if (!depth)
				break;
			line = next[--depth];
			continue;
		}
		if (o->lines++ == LINES) {
			xj_pdf_warn(o->pdf, "more than %d lines of contents: "
				    "the rest is left out", LINES);
			break;
		}
		send_line(o, line, depth + 1);
		below = pdf_dict_get(ctx, line, PDF_NAME(First));
		line = pdf_dict_get(ctx, line, PDF_NAME(Next));
		if (pdf_is_dict(ctx, below) &&
		    depth < DEPTH - 1) {
			next[depth++] = line;
			line = below;
		}
	}
}

void
xj_pdf_outline(struct xj_pdf *pdf)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *root = pdf_dict_getp(ctx, pdf_trailer(ctx, pdf->doc),
				      "Root/Outlines/First");
	struct outline o = { .pdf = pdf };

	if (!root)
		return;
	o.objects = pdf_xref_len(ctx, pdf->doc);
	o.seen = fz_calloc(ctx, (size_t)o.objects / 8 + 1, 1);
	fz_try(ctx)
		walk(&o, root);
	fz_always(ctx)
		fz_free(ctx, o.seen);
	fz_catch(ctx)
		fz_rethrow(ctx);
	if (pdf->title_count)
		qsort(pdf->titles, pdf->title_count, sizeof(*pdf->titles),
		      by_page);
}
