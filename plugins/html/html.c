/*
 * html.c - the importer of web pages: which bytes are one, their encoding, and
 * their way through libxml2's push parser.
 *
 * libxml2 gets UTF-8 alone, made by the host's decoder; no tree is built.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>
#include <limits.h>
#include <strings.h>

#include <libxml/xmlversion.h>

#include "html.h"

#define CHUNK 65536u
#define PRESCAN 4096u
#define STEP 1024u
#define NEST_MAX 600 /* elements open at once; then the inner ones go */
#define NEST_KEPT 512
#define WAITING_MAX 65536 /* text that the parser may hold back */

static const char type_html[] = "text/html";
static const char type_xhtml[] = "application/xhtml+xml";

/* ---------------------------------------------------------------- probe */

/* The start of the text in ASCII; the other byte of UTF-16 is left out. */
static size_t
plain_start(const struct xj_sample *sample, char *out, size_t cap)
{
	size_t n = 0, i = 0;

	if (sample->head_len >= 3 && !memcmp(sample->head, "\xEF\xBB\xBF", 3))
		i = 3;
	else if (sample->head_len >= 2 &&
		 (!memcmp(sample->head, "\xFF\xFE", 2) ||
		  !memcmp(sample->head, "\xFE\xFF", 2)))
		i = 2;
	for (; i < sample->head_len && n + 1 < cap; i++)
		if (sample->head[i])
			out[n++] = (char)sample->head[i];
	out[n] = '\0';
	return n;
}

static const char *
skip_blanks(const char *p)
{
	while (isspace((unsigned char)*p))
		p++;
	return p;
}

/* Past comments and the XML declaration, to the first tag. */
static const char *
first_tag(const char *p, bool *xml)
{
	for (;;) {
		const char *close;

		p = skip_blanks(p);
		if (!strncmp(p, "<!--", 4)) {
			close = strstr(p + 4, "-->");
		} else if (!strncmp(p, "<?", 2)) {
			*xml |= !strncmp(p, "<?xml", 5);
			close = strstr(p, "?>");
		} else {
			return p;
		}
		if (!close)
			return p;
		p = close + (*close == '-' ? 3 : 2);
	}
}

static bool
begins(const char *p, const char *word)
{
	size_t n = strlen(word);

	return !strncasecmp(p, word, n) && !isalnum((unsigned char)p[n]);
}

/* Tags that many other text files begin with too, Markdown first of all. */
static bool
weak_tag(const char *p)
{
	static const char *const tags[] = {
		"<head", "<body", "<title", "<meta", "<table", "<div", "<p",
		"<h1", "<h2", "<font", "<center", "<a", "<script", "<style",
		"<br", "<b", "<ul", "<ol", "<dl", "<span",
	};

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (begins(p, tags[i]))
			return true;
	return false;
}

static bool
declared(const struct xj_sample *sample, bool *xhtml)
{
	const char *dot = strrchr(sample->name, '.');

	*xhtml |= !strncasecmp(sample->mime, type_xhtml, strlen(type_xhtml)) ||
		  (dot && (!strcasecmp(dot, ".xhtml") ||
			   !strcasecmp(dot, ".xht")));
	if (*xhtml)
		return true;
	if (!strncasecmp(sample->mime, type_html, strlen(type_html)))
		return true;
	return dot && (!strcasecmp(dot, ".html") || !strcasecmp(dot, ".htm") ||
		       !strcasecmp(dot, ".shtml"));
}

static int
probe_html(const struct xj_sample *sample, const char **mime)
{
	char start[8192];
	bool xml = false, xhtml = false;
	bool named = declared(sample, &xhtml);
	const char *tag;

	plain_start(sample, start, sizeof(start));
	tag = first_tag(start, &xml);
	*mime = xhtml || (xml && !named) ? type_xhtml : type_html;
	if (begins(tag, "<!doctype html") || begins(tag, "<html"))
		return named ? XJ_BID_CERTAIN : XJ_BID_MAGIC;
	if (named)
		return XJ_BID_NAME;
	return weak_tag(tag) ? XJ_BID_FALLBACK + 5 : XJ_BID_NONE;
}

/* ------------------------------------------------------------- encoding */

/*
 * Bytes by which the encoding can be told: the start, or from the first byte
 * on that is not ASCII when the start has none.
 */
static ssize_t
sample_of(struct xj_import *in, unsigned char *buf, size_t cap)
{
	uint64_t off = 0;
	ssize_t n, head = xj_read(in, 0, buf, cap);

	for (n = head; n > 0; n = xj_read(in, off, buf, cap)) {
		for (ssize_t i = 0; i < n; i++)
			if (buf[i] >= 0x80 || buf[i] == 0 || buf[i] == 0x1B)
				return i == 0 || off == 0 ? n :
				       xj_read(in, off + (uint64_t)i, buf, cap);
		off += (uint64_t)n;
	}
	return n < 0 ? n : xj_read(in, 0, buf, cap);
}

static int
open_decoder(struct xj_import *in, unsigned char *buf,
	     struct xj_decoder **decoder)
{
	char label[64];
	const char *encoding = NULL;
	ssize_t n = xj_read(in, 0, buf, PRESCAN);
	bool known;
	int r;

	if (n < 0)
		return (int)n;
	known = prescan(buf, (size_t)n, label);
	if ((n = sample_of(in, buf, CHUNK)) < 0)
		return (int)n;
	r = xj_decode_begin(in, known ? label : NULL, buf, (size_t)n, decoder,
			    &encoding);
	return r < 0 ? r : xj_meta(in, "encoding", encoding);
}

/* --------------------------------------------------------------- parser */

static int
push(struct page *page, const char *text, size_t len, bool last)
{
	htmlParseChunk(page->parser, text, (int)len, last);
	if (page->status < 0)
		return page->status;
	if (page->parser->errNo == XML_ERR_NO_MEMORY)
		return xj_fail(page->in, XJ_IMPORT_NOMEM,
			       "line %d: the HTML parser has no memory left",
			       page->parser->input->line);
	return 0;
}

/* Whether a reference like &amp; may be cut at the end of `text`. */
static bool
in_reference(const char *text, size_t len)
{
	while (len > 0 && (isalnum((unsigned char)text[len - 1]) ||
			   text[len - 1] == '#'))
		len--;
	return len > 0 && text[len - 1] == '&';
}

/*
 * The parser holds text back until the next tag, however far that is. An empty
 * comment makes it let go.
 */
static int
release_text(struct page *page, const char *text, size_t len)
{
	static const char comment[] = "<!---->";
	const htmlParserCtxtPtr p = page->parser;

	if (p->instate != XML_PARSER_CONTENT || in_reference(text, len) ||
	    p->input->end - p->input->cur < WAITING_MAX ||
	    *p->input->cur == '<')
		return 0;
	return push(page, comment, sizeof(comment) - 1, false);
}

/*
 * An end tag is looked for in all that is open, so elements that nobody closes
 * make a page cost the square of its length: forget the inner ones.
 */
static void
forget_deepest(struct page *page)
{
	htmlParserCtxtPtr p = page->parser;

	if (p->nameNr <= NEST_MAX || (p->instate != XML_PARSER_CONTENT &&
				      p->instate != XML_PARSER_START_TAG &&
				      p->instate != XML_PARSER_END_TAG))
		return;
	p->nameNr = NEST_KEPT;
	p->name = p->nameTab[NEST_KEPT - 1];
	page_forget(page, NEST_KEPT);
}

/* In small steps where much is open, so that it is seen to in time. */
static int
push_all(struct page *page, const char *text, size_t len)
{
	int r = 0;

	while (r == 0 && len > 0) {
		size_t n = page->parser->nameNr > NEST_KEPT ?
			utf8_cut(text, len, STEP) : len;

		r = push(page, text, n, false);
		forget_deepest(page);
		text += n;
		len -= n;
	}
	return r;
}

static int
feed(struct page *page, struct xj_decoder *decoder, unsigned char *buf)
{
	struct xj_import *in = page->in;
	uint64_t off = 0;
	const char *text;
	size_t len;
	int r = 0;

	while (r == 0 && off < in->size) {
		ssize_t n = xj_read(in, off, buf, CHUNK);

		if (n <= 0)
			return (int)n;
		off += (uint64_t)n;
		if ((r = xj_decode(in, decoder, buf, (size_t)n,
				   off >= in->size, &text, &len)) < 0 ||
		    (r = push_all(page, text, len)) < 0 ||
		    (r = release_text(page, text, len)) < 0)
			return r;
		r = xj_poll(in, off, in->size);
	}
	return r;
}

static int
parse(struct page *page, struct xj_decoder *decoder, unsigned char *buf)
{
	int r = feed(page, decoder, buf);

	if (r < 0 || (r = push(page, "", 0, true)) < 0)
		return r;
	return page_end(page);
}

static int
import_page(struct page *page, unsigned char *buf, htmlSAXHandler *sax)
{
	struct xj_decoder *decoder = NULL;
	int r = open_decoder(page->in, buf, &decoder);

	if (r == 0) {
		page->parser = htmlCreatePushParserCtxt(
			sax, page, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
		r = page->parser ? 0 : XJ_IMPORT_NOMEM;
	}
	if (r == 0) {
		htmlCtxtUseOptions(page->parser,
				   HTML_PARSE_IGNORE_ENC | HTML_PARSE_RECOVER |
				   HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
				   HTML_PARSE_NONET);
		/* so many </body> and </html> are taken for stray ones: what
		 * stands behind them is text of the page as well */
		page->parser->depth = INT_MAX / 2;
		r = parse(page, decoder, buf);
	}
	if (page->parser)
		htmlFreeParserCtxt(page->parser);
	if (decoder)
		xj_decode_end(page->in, decoder);
	return r;
}

static int
import_html(struct xj_import *in)
{
	struct page *page = xj_alloc(in, NULL, sizeof(*page));
	unsigned char *buf = xj_alloc(in, NULL, CHUNK);
	htmlSAXHandler sax;
	int r;

	if (!page || !buf)
		return XJ_IMPORT_NOMEM;
	memset(&sax, 0, sizeof(sax)); /* errors have nobody to hear of them */
	r = page_begin(page, in, &sax);
	return r < 0 ? r : import_page(page, buf, &sax);
}

/* Tables that the parser makes when first used. */
static int
setup_html(void)
{
	htmlParserCtxtPtr parser;

	xmlInitParser();
	parser = htmlCreatePushParserCtxt(NULL, NULL, NULL, 0, NULL,
					  XML_CHAR_ENCODING_UTF8);
	if (!parser)
		return -1;
	htmlFreeParserCtxt(parser);
	return 0;
}

static const struct xj_format formats[] = {
	{ .mime = type_html, .ext = "html" },
	{ .mime = type_html, .ext = "htm" },
	{ .mime = type_html, .ext = "shtml" },
	{ .mime = type_xhtml, .ext = "xhtml" },
	{ .mime = type_xhtml, .ext = "xht" },
	{ 0 }
};

XJ_IMPORTER(.name = "html", .version = "1.0",
	    .license = "GPL-3.0-or-later", .formats = formats,
	    .probe = probe_html, .import = import_html,
	    .libraries = "libxml2 " LIBXML_DOTTED_VERSION,
	    .setup = setup_html);
