/*
 * markdown.c - the importer of Markdown: CommonMark with tables, strikethrough
 * and task lists, by md4c; front matter gives metadata.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <strings.h>

#include <libxml/xmlversion.h>

#include "markdown.h"

#define CHUNK 65536u
#define SOURCE_MAX (UINT64_C(256) << 20) /* bytes; md4c wants all at once */

static const char type_markdown[] = "text/markdown";

/* --------------------------------------------------------------- source */

static int
keep(struct document *doc, const char *text, size_t len, size_t *cap)
{
	char *grown = (char *)doc->text;

	if (doc->len + len > *cap) {
		*cap = (doc->len + len) + (doc->len + len) / 2;
		grown = xj_alloc(doc->in, grown, *cap);
		if (!grown)
			return XJ_IMPORT_NOMEM;
		doc->text = grown;
	}
	if (len > 0)
		memcpy(grown + doc->len, text, len);
	doc->len += len;
	return 0;
}

static int
decode_all(struct document *doc, struct xj_decoder *decoder,
	   unsigned char *buf, size_t *cap)
{
	struct xj_import *in = doc->in;
	uint64_t off = 0;
	int r = 0;

	while (r == 0 && off < in->size) {
		ssize_t n = xj_read(in, off, buf, CHUNK);
		const char *text;
		size_t len;

		if (n <= 0)
			return (int)n;
		off += (uint64_t)n;
		r = xj_decode(in, decoder, buf, (size_t)n, off >= in->size,
			      &text, &len);
		if (r == 0)
			r = keep(doc, text, len, cap);
		if (r == 0)
			r = xj_poll(in, off, in->size);
	}
	return r;
}

static int
load(struct document *doc)
{
	struct xj_import *in = doc->in;
	unsigned char *buf = xj_alloc(in, NULL, CHUNK);
	size_t cap = (size_t)in->size + 1;
	struct xj_decoder *decoder;
	const char *encoding;
	ssize_t n;
	int r;

	doc->text = xj_alloc(in, NULL, cap);
	if (!buf || !doc->text)
		return XJ_IMPORT_NOMEM;
	if ((n = xj_read(in, 0, buf, CHUNK)) < 0)
		return (int)n;
	r = xj_decode_begin(in, NULL, buf, (size_t)n, &decoder, &encoding);
	if (r < 0)
		return r;
	r = decode_all(doc, decoder, buf, &cap);
	if (r == 0) /* by now more may be known than "ASCII so far" */
		r = xj_meta(in, "encoding", encoding);
	xj_decode_end(in, decoder);
	xj_alloc(in, buf, 0);
	return r;
}

static int
find_lines(struct document *doc)
{
	size_t n = 1;

	for (size_t i = 0; i < doc->len; i++)
		n += doc->text[i] == '\n';
	doc->lines = xj_alloc(doc->in, NULL, n * sizeof(*doc->lines));
	if (!doc->lines)
		return XJ_IMPORT_NOMEM;
	doc->lines[0] = 0;
	doc->line_count = 1;
	for (size_t i = 0; i < doc->len; i++)
		if (doc->text[i] == '\n')
			doc->lines[doc->line_count++] = i + 1;
	return 0;
}

/* --------------------------------------------------------- front matter */

static int
take_value(void *ctx, const char *element, const char *value, size_t len)
{
	struct document *doc = ctx;
	struct xj_meta meta = { .element = element, .value = value,
				.len = len, .source = "front-matter" };

	doc->titled |= !strcmp(element, "title");
	return xj_meta_full(doc->in, &meta);
}

static int
take_front_matter(struct document *doc, size_t *len)
{
	char message[80];
	uint64_t line;

	*len = front_matter(doc->text, doc->len, &line);
	if (line > 0) {
		snprintf(message, sizeof(message),
			 "line %llu: front matter that is not understood is "
			 "kept as text", (unsigned long long)line);
		return xj_warn(doc->in, message);
	}
	return *len ? front_values(doc->text, *len, take_value, doc) : 0;
}

/* ---------------------------------------------------------------- entry */

static int
import_markdown(struct xj_import *in)
{
	struct document doc = { .in = in };
	size_t front = 0;
	int r;

	if (in->size > SOURCE_MAX)
		return xj_fail(in, XJ_IMPORT_LIMIT,
			       "Markdown of more than %u MiB",
			       (unsigned)(SOURCE_MAX >> 20));
	if ((r = load(&doc)) < 0 || (r = find_lines(&doc)) < 0 ||
	    (r = take_front_matter(&doc, &front)) < 0)
		return r;
	return send_blocks(&doc, front);
}

static bool
named(const struct xj_sample *sample)
{
	static const char *const list[] = { ".md", ".markdown", ".mdown",
					    ".mkd" };
	const char *dot = strrchr(sample->name, '.');

	if (!strncasecmp(sample->mime, type_markdown, strlen(type_markdown)))
		return true;
	for (size_t i = 0; dot && i < sizeof(list) / sizeof(list[0]); i++)
		if (!strcasecmp(dot, list[i]))
			return true;
	return false;
}

/* More than a few control characters; every other NUL may be UTF-16. */
static bool
binary(const unsigned char *p, size_t len)
{
	size_t controls = 0, zeros[2] = { 0, 0 };

	for (size_t i = 0; i < len; i++) {
		zeros[i & 1] += p[i] == 0;
		controls += p[i] > 0 && p[i] < 0x20 &&
			    (p[i] < '\t' || p[i] > '\r') && p[i] != 0x1B;
	}
	return controls > len / 100 || (zeros[0] > len / 100 &&
					zeros[1] > len / 100);
}

static int
probe_markdown(const struct xj_sample *sample, const char **mime)
{
	*mime = type_markdown;
	return named(sample) && !binary(sample->head, sample->head_len) ?
		XJ_BID_NAME : XJ_BID_NONE;
}

static const struct xj_format formats[] = {
	{ .mime = type_markdown, .ext = "md" },
	{ .mime = type_markdown, .ext = "markdown" },
	{ .mime = type_markdown, .ext = "mdown" },
	{ .mime = type_markdown, .ext = "mkd" },
	{ 0 }
};

XJ_IMPORTER(.name = "markdown", .version = "1.0",
	    .license = "GPL-3.0-or-later", .formats = formats,
	    .probe = probe_markdown, .import = import_markdown,
	    .libraries = "md4c " MD4C_VERSION
			 ", libxml2 " LIBXML_DOTTED_VERSION);
