/*
 * body.c - the bytes of a part: decoded for transfer, then text in paragraphs,
 * or a child.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "mail.h"

#define PIECE 8192u /* bytes after which a paragraph is cut at a line break */

/* What is done with each run of decoded bytes; `last` comes once, at the end. */
typedef int (*sink_fn)(void *ctx, const char *bytes, size_t len, bool last);

static int
decode_range(struct xj_import *in, const struct range *range, sink_fn sink,
	     void *ctx)
{
	GMimeFilter *filter = g_mime_filter_basic_new(range->encoding, FALSE);
	uint64_t off = range->start;
	char buf[CHUNK];
	bool last;
	int r = 0;

	do {
		uint64_t left = range->end > off ? range->end - off : 0;
		size_t len = left < CHUNK ? (size_t)left : CHUNK, out_len, pre;
		ssize_t n = len > 0 ? xj_read(in, off, buf, len) : 0;
		char *out;

		if (n < 0) {
			r = (int)n;
			break;
		}
		off += (uint64_t)n;
		last = n == 0 || off >= range->end;
		if (last)
			g_mime_filter_complete(filter, buf, (size_t)n, 0, &out,
					       &out_len, &pre);
		else
			g_mime_filter_filter(filter, buf, (size_t)n, 0, &out,
					     &out_len, &pre);
		r = sink(ctx, out, out_len, last);
	} while (r == 0 && !last);
	g_object_unref(filter);
	return r;
}

/* ----------------------------------------------------------------- text */

struct body {
	struct xj_import *in;
	const char *charset;
	struct xj_decoder *decoder;
	GString *text;     /* of the paragraph in hand */
	gsize line;        /* where in it the line in hand begins */
	bool more, after_cr;
};

static int
send_text(struct body *b)
{
	const struct xj_block block = { .text = b->text->str,
					.len = b->text->len,
					.more = b->more };
	int r = block.len > 0 ? xj_text_long(b->in, &block) : 0;

	b->more |= block.len > 0;
	g_string_truncate(b->text, 0);
	b->line = 0;
	return r;
}

static int
end_paragraph(struct body *b)
{
	int r;

	while (b->text->len > 0 && b->text->str[b->text->len - 1] == '\n')
		g_string_truncate(b->text, b->text->len - 1);
	r = send_text(b);
	b->more = false;
	return r;
}

static int
end_line(struct body *b)
{
	const char *s = b->text->str + b->line;

	if (s[strspn(s, " \t\f\v")] == '\0') {
		g_string_truncate(b->text, b->line);
		return end_paragraph(b);
	}
	g_string_append_c(b->text, '\n');
	b->line = b->text->len;
	return b->text->len >= PIECE ? send_text(b) : 0;
}

/* Controls that are no white space are left out. */
static bool
is_control(char c)
{
	return ((unsigned char)c < 0x20 && c != '\t' && c != '\f' &&
		c != '\v') || c == 0x7F;
}

static int
feed(struct body *b, const char *s, size_t len)
{
	const char *end = s + len;
	int r = 0;

	while (s < end && r == 0) {
		const char *p = s;

		while (p < end && !is_control(*p))
			p++;
		g_string_append_len(b->text, s, p - s);
		if (b->text->len > 2 * XJ_TEXT_MAX)
			r = send_text(b);
		if (p > s)
			b->after_cr = false;
		if (p < end && r == 0) {
			if (*p == '\r' || (*p == '\n' && !b->after_cr))
				r = end_line(b);
			b->after_cr = *p == '\r';
			p++;
		}
		s = p;
	}
	return r;
}

static int
sink_text(void *ctx, const char *bytes, size_t len, bool last)
{
	struct body *b = ctx;
	const char *text;
	size_t text_len;
	int r = 0;

	if (!b->decoder)
		r = decoder_begin(b->in, b->charset, bytes, len, &b->decoder);
	if (r == 0)
		r = xj_decode(b->in, b->decoder, bytes, len, last, &text,
			      &text_len);
	if (r == 0)
		r = feed(b, text, text_len);
	return r;
}

int
body_send(struct xj_import *in, const struct range *range,
	  const char *charset)
{
	struct body b = { .in = in, .charset = charset,
			  .text = g_string_new(NULL) };
	int r = decode_range(in, range, sink_text, &b);

	if (r == 0)
		r = end_line(&b);
	if (r == 0)
		r = end_paragraph(&b);
	if (b.decoder)
		xj_decode_end(in, b.decoder);
	g_string_free(b.text, TRUE);
	return r;
}

/* ---------------------------------------------------------------- child */

static int
sink_child(void *ctx, const char *bytes, size_t len, bool last)
{
	(void)last;
	return len > 0 ? xj_child_data(ctx, bytes, len) : 0;
}

int
child_send(struct xj_import *in, const struct range *range, const char *name,
	   const char *mime)
{
	struct xj_child child = { .name = name, .mime = mime,
				  .size = UINT64_MAX, .mtime = INT64_MIN,
				  .role = XJ_CHILD_ATTACHMENT };
	int r = xj_child_begin(in, &child);

	if (r == XJ_CHILD_SKIP)
		return 0;
	if (r == 0)
		r = decode_range(in, range, sink_child, in);
	return r < 0 ? r : xj_child_end(in, NULL);
}
