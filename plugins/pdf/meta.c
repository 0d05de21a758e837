/*
 * meta.c - what the document says of itself, in its two places.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * The information dictionary is old and flat, the metadata stream (XMP) can
 * hold lists and languages. Programs that know only the first leave the second
 * as it was: the one changed last is believed, and of the other only what adds
 * to it is sent.
 *
 * Source: ISO 32000-1, 14.3; ISO 32000-2, 14.3.3.
 */
#include "pdf.h"

void
xj_pdf_values_add(struct xj_pdf *pdf, struct xj_pdf_values *values,
		  const char *element, const char *text, size_t len,
		  const char *lang)
{
	fz_context *ctx = pdf->ctx;
	int n = values->count;
	char *copy;

	while (len && (unsigned char)*text <= ' ') {
		text++;
		len--;
	}
	while (len && (unsigned char)text[len - 1] <= ' ')
		len--;
	if (!len)
		return;
	if ((n & (n - 1)) == 0)
		values->at = fz_realloc_array(ctx, values->at,
					      n ? (size_t)n * 2 : 1,
					      struct xj_pdf_value);
	copy = fz_malloc(ctx, len + 1);
	memcpy(copy, text, len);
	copy[len] = 0;
	values->at[n].element = element;
	values->at[n].text = copy;
	fz_strlcpy(values->at[n].lang, lang, sizeof(values->at[n].lang));
	values->count++;
}

static void
free_values(struct xj_pdf *pdf, struct xj_pdf_values *values)
{
	for (int i = 0; i < values->count; i++)
		fz_free(pdf->ctx, values->at[i].text);
	fz_free(pdf->ctx, values->at);
}

/* -------------------------------------------------------------- one value */

/* Add a date, or nothing when it is none. */
static void
add_date(struct xj_pdf *pdf, struct xj_pdf_values *values, const char *element,
	 const char *text)
{
	char date[64];
	int64_t seconds;

	if (xj_pdf_date(text, date, &seconds))
		xj_pdf_values_add(pdf, values, element, date, strlen(date), "");
}

/* Keywords: cut at , ; and their wide forms. */
static void
add_keywords(struct xj_pdf *pdf, struct xj_pdf_values *values, const char *s)
{
	static const char *const cuts[] = { ",", ";", "、", "，", "；" };

	while (*s) {
		size_t len = 0, cut = 0;

		for (; s[len] && !cut; len += !cut)
			for (int i = 0; i < 5 && !cut; i++)
				if (!strncmp(s + len, cuts[i], strlen(cuts[i])))
					cut = strlen(cuts[i]);
		xj_pdf_values_add(pdf, values, "subject", s, len, "");
		s += len + cut;
	}
}

static void
add_info(struct xj_pdf *pdf, struct xj_pdf_values *values, pdf_obj *info,
	 const char *key, const char *element)
{
	fz_context *ctx = pdf->ctx;
	char *text = xj_pdf_string(pdf, pdf_dict_gets(ctx, info, key), false);

	fz_try(ctx) {
		if (!strcmp(key, "Keywords"))
			add_keywords(pdf, values, text);
		else if (strstr(key, "Date"))
			add_date(pdf, values, element, text);
		else
			xj_pdf_values_add(pdf, values, element, text,
					  strlen(text), "");
	}
	fz_always(ctx)
		fz_free(ctx, text);
	fz_catch(ctx)
		fz_rethrow(ctx);
}

static void
read_info(struct xj_pdf *pdf, struct xj_pdf_values *values)
{
	static const char *const keys[][2] = {
		{ "Title", "title" }, { "Author", "creator" },
		{ "Subject", "description" }, { "Keywords", "subject" },
		{ "CreationDate", "created" }, { "ModDate", "modified" },
		{ "Creator", "tool" }, { "Producer", "producer" },
	};
	pdf_obj *info = pdf_dict_get(pdf->ctx, pdf_trailer(pdf->ctx, pdf->doc),
				     PDF_NAME(Info));

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		add_info(pdf, values, info, keys[i][0], keys[i][1]);
}

/* What the stream has, with dates and keywords brought into our form. */
static void
read_xmp(struct xj_pdf *pdf, struct xj_pdf_values *out)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *stream = pdf_dict_getp(ctx, pdf_trailer(ctx, pdf->doc),
					"Root/Metadata");
	struct xj_pdf_values raw = { 0 };

	if (!pdf_is_stream(ctx, stream))
		return;
	fz_try(ctx) {
		xj_pdf_xmp(pdf, stream, &raw);
		for (int i = 0; i < raw.count; i++) {
			const struct xj_pdf_value *v = &raw.at[i];
			const char *e = v->element;

			if (!strcmp(e, "keywords"))
				add_keywords(pdf, out, v->text);
			else if (strstr(e, "date") || !strcmp(e, "created") ||
				 !strcmp(e, "modified"))
				add_date(pdf, out, e, v->text);
			else
				xj_pdf_values_add(pdf, out, e, v->text,
						  strlen(v->text), v->lang);
		}
	}
	fz_always(ctx)
		free_values(pdf, &raw);
	fz_catch(ctx)
		fz_rethrow(ctx);
}

/* ---------------------------------------------------------------- the two */

static const char *
first(const struct xj_pdf_values *values, const char *element)
{
	for (int i = 0; i < values->count; i++)
		if (!strcmp(values->at[i].element, element))
			return values->at[i].text;
	return NULL;
}

/* When a set was changed last; INT64_MIN: it does not say. */
static int64_t
changed(const struct xj_pdf_values *values)
{
	static const char *const elements[] = { "metadata-date", "modified",
						"created" };
	char out[64];
	int64_t seconds;

	for (int i = 0; i < 3; i++) {
		const char *date = first(values, elements[i]);

		if (date && xj_pdf_date(date, out, &seconds))
			return seconds;
	}
	return INT64_MIN;
}

/* Letters and digits alone, to see that "a, b" is a and b. */
static size_t
bare(const char *s, char *out, size_t size)
{
	size_t n = 0;

	for (; *s && n + 1 < size; s++)
		if ((unsigned char)*s >= 0x80 || (*s >= '0' && *s <= '9') ||
		    ((*s | 32) >= 'a' && (*s | 32) <= 'z'))
			out[n++] = *s;
	out[n] = 0;
	return n;
}

/* Whether a value is also in the other set, alone or as its list in one. */
static bool
is_known(const struct xj_pdf_values *values, const struct xj_pdf_value *v)
{
	char a[512], all[512];
	size_t n = 0;

	bare(v->text, a, sizeof(a));
	for (int i = 0; i < values->count; i++) {
		const struct xj_pdf_value *w = &values->at[i];

		if (strcmp(w->element, v->element))
			continue;
		if (!strcmp(w->text, v->text))
			return true;
		n += bare(w->text, all + n, sizeof(all) - n);
	}
	return n && strstr(all, a);
}

static bool
is_internal(const char *element)
{
	return !strcmp(element, "metadata-date") ||
	       !strncmp(element, "pdfa-", 5);
}

static void
send(struct xj_pdf *pdf, const struct xj_pdf_values *values,
     const struct xj_pdf_values *sent, const char *source)
{
	for (int i = 0; i < values->count; i++) {
		const struct xj_pdf_value *v = &values->at[i];
		struct xj_meta m = {
			.element = v->element, .value = v->text,
			.len = strlen(v->text),
			.lang = v->lang[0] ? v->lang : NULL, .source = source,
		};

		if (!is_internal(v->element) && !(sent && is_known(sent, v)))
			xj_pdf_check(pdf, xj_meta_full(pdf->in, &m));
	}
}

/* PDF/A: its part and level, as "PDF/A-2b". */
static void
send_conformance(struct xj_pdf *pdf, const struct xj_pdf_values *xmp)
{
	const char *part = first(xmp, "pdfa-part");
	const char *level = first(xmp, "pdfa-conformance");
	char text[64];
	int n;

	if (!part || strlen(part) > 8)
		return;
	n = snprintf(text, sizeof(text), "PDF/A-%s", part);
	if (level && strlen(level) <= 2)
		for (; *level; level++)
			text[n++] = (char)(*level | 32);
	text[n] = 0;
	xj_pdf_check(pdf, xj_meta_full(pdf->in, &(struct xj_meta){
		"conformance", text, (size_t)n, NULL, "xmp" }));
}

static void
send_facts(struct xj_pdf *pdf)
{
	int version = pdf_version(pdf->ctx, pdf->doc);
	char text[32];

	snprintf(text, sizeof(text), "%d", pdf->page_count);
	xj_pdf_check(pdf, xj_meta(pdf->in, "pages", text));
	snprintf(text, sizeof(text), "PDF %d.%d", version / 10, version % 10);
	if (version > 0)
		xj_pdf_check(pdf, xj_meta(pdf->in, "format-version", text));
	if (pdf->doc->crypt)
		xj_pdf_check(pdf, xj_meta(pdf->in, "encrypted", "yes"));
}

/* The language the whole document is marked with. */
static void
send_language(struct xj_pdf *pdf, const struct xj_pdf_values *xmp)
{
	fz_context *ctx = pdf->ctx;
	char *lang = xj_pdf_string(pdf, pdf_dict_getp(ctx,
		pdf_trailer(ctx, pdf->doc), "Root/Lang"), false);

	fz_try(ctx) {
		if (*lang && strlen(lang) < 36 && !first(xmp, "language"))
			xj_pdf_check(pdf, xj_meta(pdf->in, "language", lang));
	}
	fz_always(ctx)
		fz_free(ctx, lang);
	fz_catch(ctx)
		fz_rethrow(ctx);
}

void
xj_pdf_meta(struct xj_pdf *pdf)
{
	fz_context *ctx = pdf->ctx;
	struct xj_pdf_values info = { 0 }, xmp = { 0 };

	fz_try(ctx) {
		fz_try(ctx)
			read_info(pdf, &info);
		fz_catch(ctx)
			xj_pdf_caught(pdf, "information dictionary");
		fz_try(ctx)
			read_xmp(pdf, &xmp);
		fz_catch(ctx)
			xj_pdf_caught(pdf, "metadata stream");
		if (xmp.count && changed(&xmp) >= changed(&info)) {
			send(pdf, &xmp, NULL, "xmp");
			send(pdf, &info, &xmp, "info");
		} else {
			send(pdf, &info, NULL, "info");
			send(pdf, &xmp, &info, "xmp");
		}
		send_conformance(pdf, &xmp);
		send_language(pdf, &xmp);
		send_facts(pdf);
	}
	fz_always(ctx) {
		free_values(pdf, &info);
		free_values(pdf, &xmp);
	}
	fz_catch(ctx)
		fz_rethrow(ctx);
}
