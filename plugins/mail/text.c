/*
 * text.c - bytes of a message to UTF-8: character sets that are declared and
 * those that are not, and encoded words of headers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "mail.h"

#define WORD_MAX 4096u /* characters of one encoded word */
#define SURE 2         /* characters of three bytes that nothing else forms */

/* ------------------------------------------------------------- decoding */

/* Whether so much of it is UTF-8 that a declaration can only be wrong. */
static bool
surely_utf8(const char *s, size_t len)
{
	const char *end;
	size_t longs = 0;

	g_utf8_validate(s, (gssize)len, &end); /* it may be cut at the end */
	for (const char *p = s; p < end; p++)
		longs += (unsigned char)*p >= 0xE0;
	return longs >= SURE && s + len - end < 4;
}

static bool
is_utf8_name(const char *charset)
{
	return !g_ascii_strncasecmp(charset, "utf", 3);
}

int
decoder_begin(struct xj_import *in, const char *charset, const void *bytes,
	      size_t len, struct xj_decoder **decoder)
{
	const char *encoding;
	int r;

	if (charset && !*charset)
		charset = NULL;
	r = xj_decode_begin(in, charset, bytes, len, decoder, &encoding);
	if (r < 0 || !charset || is_utf8_name(charset) ||
	    strcmp(encoding, "UTF-8") != 0 || surely_utf8(bytes, len))
		return r;
	/* An empty sample has nothing to say against the declaration. */
	xj_decode_end(in, *decoder);
	return xj_decode_begin(in, charset, "", 0, decoder, &encoding);
}

int
decode_add(struct xj_import *in, const char *charset, const void *bytes,
	   size_t len, GString *out)
{
	struct xj_decoder *decoder;
	const char *text;
	size_t text_len;
	int r = decoder_begin(in, charset, bytes, len, &decoder);

	if (r < 0)
		return r;
	r = xj_decode(in, decoder, bytes, len, 1, &text, &text_len);
	if (r == 0)
		g_string_append_len(out, text, (gssize)text_len);
	xj_decode_end(in, decoder);
	return r;
}

/* -------------------------------------------------------- encoded words */

/* =?charset*language?B?text?= */
struct word {
	char charset[CHARSET_MAX];
	bool base64;
	const char *text;
	size_t len;
	const char *end; /* behind it */
};

static bool
word_at(const char *s, const char *end, struct word *w)
{
	const char *p = s + 2, *mark;
	size_t n;

	if (end - s < 8 || s[0] != '=' || s[1] != '?')
		return false;
	mark = memchr(p, '?', (size_t)(end - p));
	if (!mark || mark == p || mark + 3 >= end || mark[2] != '?')
		return false;
	for (n = 0; p + n < mark && p[n] != '*' && n + 1 < CHARSET_MAX; n++)
		w->charset[n] = p[n];
	w->charset[n] = '\0';
	w->base64 = mark[1] == 'B' || mark[1] == 'b';
	if (!w->base64 && mark[1] != 'Q' && mark[1] != 'q')
		return false;
	w->text = mark + 3;
	for (p = w->text; p + 1 < end; p++)
		if (p[0] == '?' && p[1] == '=')
			break;
	if (p + 1 >= end || (size_t)(p - w->text) > WORD_MAX)
		return false;
	w->len = (size_t)(p - w->text);
	w->end = p + 2;
	return true;
}

/* The "Q" encoding: an underscore is a space. */
static size_t
decode_q(const char *s, size_t len, unsigned char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '=' && i + 2 < len &&
		    g_ascii_isxdigit(s[i + 1]) && g_ascii_isxdigit(s[i + 2])) {
			out[n++] = (unsigned char)(
				g_ascii_xdigit_value(s[i + 1]) << 4 |
				g_ascii_xdigit_value(s[i + 2]));
			i += 2;
		} else {
			out[n++] = s[i] == '_' ? ' ' : (unsigned char)s[i];
		}
	}
	return n;
}

static void
word_bytes(const struct word *w, GString *out)
{
	unsigned char bytes[WORD_MAX + 8];
	guint32 save = 0;
	int state = 0;
	size_t n;

	if (w->base64)
		n = g_mime_encoding_base64_decode_step(
			(const unsigned char *)w->text, w->len, bytes, &state,
			&save);
	else
		n = decode_q(w->text, w->len, bytes);
	g_string_append_len(out, (const char *)bytes, (gssize)n);
}

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' ||
			   *p == '\n'))
		p++;
	return p;
}

/*
 * Words in a row whose character set is the same are decoded together, since
 * many programs cut between the bytes of a character; white space between
 * words is none.
 */
static int
run_add(struct xj_import *in, struct word w, const char *end, GString *out,
	const char **behind)
{
	GString *bytes = g_string_new(NULL);
	struct word next;
	int r;

	word_bytes(&w, bytes);
	*behind = w.end;
	while (word_at(skip_blanks(*behind, end), end, &next) &&
	       !g_ascii_strcasecmp(next.charset, w.charset)) {
		word_bytes(&next, bytes);
		*behind = next.end;
	}
	if (word_at(skip_blanks(*behind, end), end, &next))
		*behind = skip_blanks(*behind, end);
	r = decode_add(in, w.charset, bytes->str, bytes->len, out);
	g_string_free(bytes, TRUE);
	return r;
}

int
words_add(struct xj_import *in, const char *text, size_t len, GString *out)
{
	const char *p = text, *end = text + len;
	int r = 0;

	while (p < end && r == 0) {
		struct word w;

		if (word_at(p, end, &w))
			r = run_add(in, w, end, out, &p);
		else
			g_string_append_c(out, *p++);
	}
	return r;
}
