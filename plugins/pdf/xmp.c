/*
 * xmp.c - the metadata stream, which is RDF in XML.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * Read as it comes, without a tree. No entity is ever defined: a document type
 * ends the reading. Of RDF this knows what XMP uses: properties of a
 * Description as elements or attributes, plain or as lists.
 *
 * Source: ISO 16684-1, 7 (serialisation) and 8 (namespaces); ISO 19005-1, 6.7.
 */
#include "pdf.h"

#include <libxml/parser.h>

#define DEPTH 100
#define VALUE 65536      /* bytes of one value */
#define VALUES 1000
#define STREAM (4u << 20)

#define RDF "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define DC "http://purl.org/dc/elements/1.1/"
#define XMP "http://ns.adobe.com/xap/1.0/"
#define PDF "http://ns.adobe.com/pdf/1.3/"
#define PDFA "http://www.aiim.org/pdfa/ns/id/"
#define RIGHTS "http://ns.adobe.com/xap/1.0/rights/"

static const struct field {
	const char *ns, *name, *element;
} fields[] = {
	{ DC, "title", "title" },
	{ DC, "creator", "creator" },
	{ DC, "subject", "subject" },
	{ DC, "description", "description" },
	{ DC, "publisher", "publisher" },
	{ DC, "contributor", "contributor" },
	{ DC, "date", "date" },
	{ DC, "type", "type" },
	{ DC, "identifier", "identifier" },
	{ DC, "source", "source" },
	{ DC, "language", "language" },
	{ DC, "relation", "relation" },
	{ DC, "coverage", "coverage" },
	{ DC, "rights", "rights" },
	{ XMP, "CreateDate", "created" },
	{ XMP, "ModifyDate", "modified" },
	{ XMP, "MetadataDate", "metadata-date" },
	{ XMP, "CreatorTool", "tool" },
	{ PDF, "Producer", "producer" },
	{ PDF, "Keywords", "keywords" },
	{ PDFA, "part", "pdfa-part" },
	{ PDFA, "conformance", "pdfa-conformance" },
	{ RIGHTS, "WebStatement", "rights" },
};

struct xmp {
	struct xj_pdf *pdf;
	struct xj_pdf_values *values;
	xmlParserCtxtPtr parser;
	int depth;
	int within;              /* depth of the Description; 0: outside */
	const struct field *field; /* the property, if it is one of ours */
	int field_depth;
	bool listed;             /* it has been a list */
	char text[VALUE];
	size_t len;
	char lang[16];
	bool full;
};

static const struct field *
find_field(const xmlChar *ns, const xmlChar *name)
{
	for (size_t i = 0; ns && i < sizeof(fields) / sizeof(*fields); i++)
		if (!strcmp((const char *)ns, fields[i].ns) &&
		    !strcmp((const char *)name, fields[i].name))
			return &fields[i];
	return NULL;
}

static bool
is_rdf(const xmlChar *ns, const xmlChar *name, const char *wanted)
{
	return ns && !strcmp((const char *)ns, RDF) &&
	       !strcmp((const char *)name, wanted);
}

/*
 * Called by libxml2, through which MuPDF's exceptions must not pass: lack of
 * memory is remembered by stopping.
 */
static void
add(struct xmp *x, const struct field *f, const char *text, size_t len,
    const char *lang)
{
	fz_context *ctx = x->pdf->ctx;

	if (x->values->count >= VALUES) {
		x->full = true;
		return;
	}
	fz_try(ctx)
		xj_pdf_values_add(x->pdf, x->values, f->element, text, len,
				  lang);
	fz_catch(ctx) {
		x->full = true;
		xmlStopParser(x->parser);
	}
}

/* Properties written as attributes of the Description. */
static void
add_attributes(struct xmp *x, int n, const xmlChar **a)
{
	for (int i = 0; i < n; i++, a += 5) {
		const struct field *f = find_field(a[2], a[0]);

		if (f)
			add(x, f, (const char *)a[3], (size_t)(a[4] - a[3]),
			    "");
	}
}

/* xml:lang of a list entry; the default language needs no name. */
static void
set_lang(struct xmp *x, int n, const xmlChar **a)
{
	x->lang[0] = 0;
	for (int i = 0; i < n; i++, a += 5) {
		size_t len = (size_t)(a[4] - a[3]);

		if (strcmp((const char *)a[0], "lang") ||
		    len >= sizeof(x->lang))
			continue;
		memcpy(x->lang, a[3], len);
		x->lang[len] = 0;
	}
	if (!strcmp(x->lang, "x-default"))
		x->lang[0] = 0;
}

static void
start_element(void *user, const xmlChar *name, const xmlChar *prefix,
	      const xmlChar *ns, int ns_count, const xmlChar **namespaces,
	      int count, int defaulted, const xmlChar **attributes)
{
	struct xmp *x = user;

	(void)prefix, (void)ns_count, (void)namespaces, (void)defaulted;
	if (++x->depth > DEPTH) {
		xmlStopParser(x->parser);
	} else if (!x->within && is_rdf(ns, name, "Description")) {
		x->within = x->depth;
		add_attributes(x, count, attributes);
	} else if (x->within && x->depth == x->within + 1) {
		x->field = find_field(ns, name);
		x->field_depth = x->depth;
		x->listed = false;
		x->len = 0;
		x->lang[0] = 0;
	} else if (x->field && is_rdf(ns, name, "li")) {
		x->listed = true;
		x->len = 0;
		set_lang(x, count, attributes);
	}
}

static void
end_element(void *user, const xmlChar *name, const xmlChar *prefix,
	    const xmlChar *ns)
{
	struct xmp *x = user;

	(void)prefix;
	if (x->field && is_rdf(ns, name, "li")) {
		add(x, x->field, x->text, x->len, x->lang);
		x->len = 0;
	} else if (x->field && x->depth == x->field_depth) {
		if (!x->listed)
			add(x, x->field, x->text, x->len, "");
		x->field = NULL;
	} else if (x->depth == x->within) {
		x->within = 0;
	}
	x->depth--;
}

static void
characters(void *user, const xmlChar *text, int len)
{
	struct xmp *x = user;
	size_t n = (size_t)len;

	if (!x->field)
		return;
	if (n > sizeof(x->text) - x->len)
		n = sizeof(x->text) - x->len;
	memcpy(x->text + x->len, text, n);
	x->len += n;
}

static void
refuse_doctype(void *user, const xmlChar *name, const xmlChar *public_id,
	       const xmlChar *system_id)
{
	struct xmp *x = user;

	(void)name, (void)public_id, (void)system_id;
	xmlStopParser(x->parser);
}

static void
silent(void *user, const char *format, ...)
{
	(void)user, (void)format;
}

static void
parse(struct xmp *x, fz_stream *stm)
{
	fz_context *ctx = x->pdf->ctx;
	xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = start_element, .endElementNs = end_element,
		.characters = characters, .cdataBlock = characters,
		.internalSubset = refuse_doctype,
		.error = silent, .warning = silent, .fatalError = silent,
	};
	unsigned char buf[4096];
	size_t n, total = 0;

	x->parser = xmlCreatePushParserCtxt(&sax, x, NULL, 0, NULL);
	if (!x->parser)
		return;
	xmlCtxtUseOptions(x->parser, XML_PARSE_NONET);
	fz_var(total);
	fz_try(ctx) {
		while ((n = fz_read(ctx, stm, buf, sizeof(buf))) > 0 &&
		       (total += n) <= STREAM && !x->full &&
		       !xmlParseChunk(x->parser, (char *)buf, (int)n, 0))
			;
		xmlParseChunk(x->parser, "", 0, 1);
	}
	fz_always(ctx)
		xmlFreeParserCtxt(x->parser);
	fz_catch(ctx)
		fz_rethrow(ctx);
}

void
xj_pdf_xmp(struct xj_pdf *pdf, pdf_obj *stream, struct xj_pdf_values *values)
{
	fz_context *ctx = pdf->ctx;
	fz_stream *stm = NULL;
	struct xmp *x;

	x = fz_malloc_struct(ctx, struct xmp);
	x->pdf = pdf;
	x->values = values;
	fz_var(stm);
	fz_try(ctx) {
		stm = pdf_open_stream(ctx, stream);
		parse(x, stm);
	}
	fz_always(ctx) {
		fz_drop_stream(ctx, stm);
		fz_free(ctx, x);
	}
	fz_catch(ctx)
		fz_rethrow(ctx);
}
