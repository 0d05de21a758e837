/*
 * xml.c - libxml2's push parser over a part of a package.
 *
 * libxml2 decodes nothing but UTF-8: other encodings would have it open files
 * of the C library. They go through the host's decoder.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "utf8.h"
#include "xml.h"

#define CHUNK 32768u

struct xml_atts {
	struct xml *xml;
	const xmlChar **at; /* five pointers each, as libxml2 gives them */
	int n;
};

struct xml {
	struct xj_import *in;
	const struct xml_handler *handler;
	void *ctx;
	const char *name;   /* of the part, or NULL */
	xmlParserCtxtPtr parser;
	int depth;
	int status;         /* why it was stopped, or 0 */
	const xmlChar *uri; /* the last one seen, and what it is called */
	char space;
	char damage[200];
	xmlEntity entity;   /* of XHTML, lent to the parser */
	xmlChar content[8];
};

static const char *
shown_name(const struct xml *x)
{
	return x->name ? x->name : "the document";
}

static void
stop(struct xml *x, int status)
{
	if (status < 0 && x->status == 0) {
		x->status = status;
		xmlStopParser(x->parser);
	}
}

/* ----------------------------------------------------------- SAX handlers */

/* URIs are kept once by the parser: the same pointer, the same namespace. */
static char
space_of(struct xml *x, const xmlChar *uri)
{
	if (uri == x->uri)
		return x->space;
	x->uri = uri;
	x->space = '?';
	for (const struct xml_space *s = x->handler->spaces; uri && s->uri; s++)
		if (!strcmp(s->uri, (const char *)uri)) {
			x->space = s->as;
			break;
		}
	return x->space;
}

static void
on_start(void *ctx, const xmlChar *name, const xmlChar *prefix,
	 const xmlChar *uri, int nspaces, const xmlChar **spaces, int natts,
	 int ndefault, const xmlChar **atts)
{
	struct xml *x = ctx;
	const struct xml_atts a = { x, atts, natts };

	(void)prefix, (void)nspaces, (void)spaces, (void)ndefault;
	if (x->status < 0)
		return;
	if (++x->depth > XML_DEPTH_MAX)
		stop(x, xj_fail(x->in, XJ_IMPORT_LIMIT,
				"%s: elements more than %d deep",
				shown_name(x), XML_DEPTH_MAX));
	else if (x->handler->start)
		stop(x, x->handler->start(x->ctx, space_of(x, uri),
					  (const char *)name, &a));
}

static void
on_end(void *ctx, const xmlChar *name, const xmlChar *prefix,
       const xmlChar *uri)
{
	struct xml *x = ctx;

	(void)prefix;
	x->depth--;
	if (x->status == 0 && x->handler->end)
		stop(x, x->handler->end(x->ctx, space_of(x, uri),
					(const char *)name));
}

/* How much of the text is UTF-8 without NUL. */
static size_t
well_formed(const char *text, size_t len)
{
	size_t at = 0, n = 1;

	while (at < len && n > 0 && text[at] != 0) {
		n = utf8_length(text + at, len - at);
		at += n;
	}
	return at;
}

/* A parser that goes on behind an error lets through what is not UTF-8. */
static void
on_text(void *ctx, const xmlChar *bytes, int size)
{
	struct xml *x = ctx;
	const char *text = (const char *)bytes;
	size_t len = size > 0 ? (size_t)size : 0;

	while (x->status == 0 && x->handler->text && len > 0) {
		size_t n = well_formed(text, len);

		if (n > 0)
			stop(x, x->handler->text(x->ctx, text, n));
		text += n;
		len -= n;
		if (len == 0 || x->status < 0)
			return;
		stop(x, x->handler->text(x->ctx, "\uFFFD", 3));
		text++;
		len--;
	}
}

static int
refuse_doctype(struct xml *x, const char *what)
{
	return xj_fail(x->in, XJ_IMPORT_CORRUPT,
		       "%s has %s, which the format forbids", shown_name(x),
		       what);
}

static void
on_doctype(void *ctx, const xmlChar *name, const xmlChar *external,
	   const xmlChar *system)
{
	struct xml *x = ctx;

	(void)name, (void)external, (void)system;
	if (!x->handler->html)
		stop(x, refuse_doctype(x, "a DOCTYPE"));
}

static void
on_entity(void *ctx, const xmlChar *name, int type, const xmlChar *public,
	  const xmlChar *system, xmlChar *content)
{
	struct xml *x = ctx;

	(void)name, (void)type, (void)public, (void)system, (void)content;
	stop(x, refuse_doctype(x, "a declared entity"));
}

/* The named characters of XHTML, as a text of one character. */
static xmlEntityPtr
on_get_entity(void *ctx, const xmlChar *name)
{
	struct xml *x = ctx;
	const htmlEntityDesc *html;
	xmlEntityPtr known = xmlGetPredefinedEntity(name);

	if (known || !x->handler->html)
		return known;
	html = htmlEntityLookup(name);
	if (!html)
		return NULL;
	x->content[xmlCopyChar(0, x->content, (int)html->value)] = 0;
	memset(&x->entity, 0, sizeof(x->entity));
	x->entity.type = XML_ENTITY_DECL;
	x->entity.etype = XML_INTERNAL_PREDEFINED_ENTITY;
	x->entity.name = name;
	x->entity.content = x->entity.orig = x->content;
	x->entity.length = (int)strlen((const char *)x->content);
	return &x->entity;
}

static void
on_error(void *ctx, xmlErrorPtr error)
{
	struct xml *x = ctx;
	const char *message = error->message ? error->message : "not XML";

	if (error->level != XML_ERR_FATAL || x->damage[0])
		return;
	snprintf(x->damage, sizeof(x->damage), "line %d: %.*s", error->line,
		 (int)strcspn(message, "\n"), message);
}

static void
fill_sax(xmlSAXHandler *sax)
{
	memset(sax, 0, sizeof(*sax));
	sax->initialized = XML_SAX2_MAGIC;
	sax->startElementNs = on_start;
	sax->endElementNs = on_end;
	sax->characters = on_text;
	sax->ignorableWhitespace = on_text;
	sax->cdataBlock = on_text;
	sax->internalSubset = on_doctype;
	sax->entityDecl = on_entity;
	sax->getEntity = on_get_entity;
	sax->serror = on_error;
}

/* ------------------------------------------------------------- attributes */

static bool
att_matches(const struct xml_atts *a, int i, char space, const char *name)
{
	if (strcmp((const char *)a->at[i * 5], name))
		return false;
	return !space || space_of(a->xml, a->at[i * 5 + 2]) == space;
}

const char *
xml_att_in(const struct xml_atts *a, char space, const char *name, char *out,
	   size_t size)
{
	for (int i = 0; i < a->n; i++) {
		const char *value = (const char *)a->at[i * 5 + 3];
		size_t len = (size_t)(a->at[i * 5 + 4] - a->at[i * 5 + 3]);

		if (!att_matches(a, i, space, name))
			continue;
		len = well_formed(value, utf8_cut(value, len, size - 1));
		memcpy(out, value, len);
		out[len] = '\0';
		return out;
	}
	return NULL;
}

const char *
xml_att(const struct xml_atts *atts, const char *name, char *out, size_t size)
{
	return xml_att_in(atts, 0, name, out, size);
}

long
xml_att_long(const struct xml_atts *atts, const char *name, long other)
{
	char value[32], *end;
	long n;

	if (!xml_att(atts, name, value, sizeof(value)))
		return other;
	n = strtol(value, &end, 10);
	return end == value ? other : n;
}

bool
xml_att_is(const struct xml_atts *atts, const char *name, const char *value)
{
	char have[128];

	return xml_att(atts, name, have, sizeof(have)) && !strcmp(have, value);
}

/* --------------------------------------------------------------- encoding */

/* Whether the bytes are, or pass for, UTF-8 without any other claim. */
static bool
plain_utf8(const unsigned char *p, size_t n, char declared[40])
{
	const char *s = (const char *)p, *stop, *e;
	size_t i = 0;

	declared[0] = '\0';
	if (n >= 3 && !memcmp(p, "\xEF\xBB\xBF", 3))
		return true;
	if (n < 4 || memchr(p, 0, 4) || p[0] >= 0x80)
		return n > 0 && n < 4 && p[0] == '<';
	if (strncmp(s, "<?xml", 5))
		return p[0] == '<' || isspace(p[0]);
	stop = memchr(s, '>', n);
	e = stop ? memmem(s, (size_t)(stop - s), "encoding", 8) : NULL;
	if (!e)
		return true;
	for (e += 8; e < stop && strchr(" \t\r\n=\"'", *e);)
		e++;
	for (; e + i < stop && i < 39 && !strchr("\"' ?", e[i]); i++)
		declared[i] = e[i];
	declared[i] = '\0';
	return !strcasecmp(declared, "utf-8") || !strcasecmp(declared, "utf8") ||
	       !strcasecmp(declared, "us-ascii");
}

/* ------------------------------------------------------------------ parse */

/* Where the bytes come from. */
struct feed {
	struct part *part;    /* or NULL: the document itself */
	struct xj_import *in;
	uint64_t off;
};

static ssize_t
feed_read(struct feed *f, unsigned char *buf, bool *damaged)
{
	ssize_t n;
	int r;

	if (f->part)
		return part_read(f->part, buf, CHUNK, damaged);
	*damaged = false;
	n = xj_read(f->in, f->off, buf, CHUNK);
	if (n <= 0)
		return n;
	f->off += (uint64_t)n;
	r = xj_poll(f->in, f->off, f->in->size);
	return r < 0 ? r : n;
}

static int
push(struct xml *x, const char *text, size_t len, bool last)
{
	xmlParseChunk(x->parser, text, (int)len, last);
	if (x->status < 0)
		return x->status;
	return x->parser->errNo == XML_ERR_NO_MEMORY ? XJ_IMPORT_NOMEM : 0;
}

static int
push_decoded(struct xml *x, struct xj_decoder *decoder, unsigned char *buf,
	     size_t len, bool last)
{
	const char *text;
	size_t n;
	int r = xj_decode(x->in, decoder, buf, len, last, &text, &n);

	return r < 0 ? r : push(x, text, n, false);
}

static int
push_all(struct xml *x, struct feed *f, unsigned char *buf, ssize_t n,
	 struct xj_decoder *decoder)
{
	bool damaged = false;
	int r = 0;

	for (; n > 0 && r == 0; n = r == 0 ? feed_read(f, buf, &damaged) : 0) {
		r = decoder ? push_decoded(x, decoder, buf, (size_t)n, false) :
			      push(x, (char *)buf, (size_t)n, false);
		if (x->damage[0] && !x->handler->html)
			break;
	}
	if (n < 0)
		return (int)n;
	if (r == 0 && decoder)
		r = push_decoded(x, decoder, buf, 0, true);
	if (damaged && !x->damage[0])
		x->damage[0] = ' '; /* has been told */
	return r < 0 ? r : push(x, "", 0, true);
}

static int
parse(struct xml *x, struct feed *f, unsigned char *buf)
{
	struct xj_decoder *decoder = NULL;
	const char *encoding;
	char declared[40];
	bool damaged;
	ssize_t n = feed_read(f, buf, &damaged);
	int r = 0;

	if (n <= 0)
		return (int)n;
	if (!plain_utf8(buf, (size_t)n, declared))
		r = xj_decode_begin(x->in, declared[0] ? declared : NULL, buf,
				    (size_t)n, &decoder, &encoding);
	if (r == 0)
		r = push_all(x, f, buf, n, decoder);
	if (decoder)
		xj_decode_end(x->in, decoder);
	return r;
}

/* What a damaged part comes to; one without any element is told of too. */
static int
tell_damage(struct xml *x)
{
	char message[PART_NAME_MAX + 250];

	if (x->damage[0] <= ' ')
		return 0;
	snprintf(message, sizeof(message), "%.*s: %s", PART_NAME_MAX,
		 shown_name(x), x->damage);
	return xj_warn(x->in, message);
}

static int
run(struct xml *x, struct feed *f)
{
	unsigned char *buf = xj_alloc(x->in, NULL, CHUNK);
	xmlSAXHandler sax;
	int r = XJ_IMPORT_NOMEM;

	fill_sax(&sax);
	if (buf)
		x->parser = xmlCreatePushParserCtxt(&sax, x, NULL, 0, NULL);
	if (x->parser) {
		xmlCtxtUseOptions(x->parser, XML_PARSE_NONET |
				  XML_PARSE_IGNORE_ENC | XML_PARSE_COMPACT |
				  (x->handler->html ? XML_PARSE_RECOVER : 0));
		r = parse(x, f, buf);
		xmlFreeParserCtxt(x->parser);
	}
	if (r == 0)
		r = tell_damage(x);
	xj_alloc(x->in, buf, 0);
	return r;
}

int
xml_part(struct package *package, const char *name,
	 const struct xml_handler *handler, void *ctx)
{
	struct xml x = { .in = package->in, .handler = handler, .ctx = ctx,
			 .name = name, .space = '?' };
	struct part part;
	struct feed feed = { .part = &part };
	int r = part_open(package, name, &part);

	if (r == 0)
		r = run(&x, &feed);
	part_close(&part);
	return r;
}

int
xml_whole(struct xj_import *in, const struct xml_handler *handler, void *ctx)
{
	struct xml x = { .in = in, .handler = handler, .ctx = ctx,
			 .space = '?' };
	struct feed feed = { .in = in };

	return run(&x, &feed);
}

int
xml_setup(void)
{
	xmlParserCtxtPtr parser;

	xmlInitParser();
	parser = xmlCreatePushParserCtxt(NULL, NULL, NULL, 0, NULL);
	if (!parser)
		return -1;
	xmlFreeParserCtxt(parser);
	return 0;
}
