/*
 * markup.c - lines of subtitles without what dresses them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "subtitle.h"

/* Bytes from s to the `close` behind it, that included; 0: there is none. */
static size_t
upto(const char *s, size_t len, char close)
{
	const char *end = memchr(s, close, len);

	return end ? (size_t)(end - s) + 1 : 0;
}

/* "<i>", "</font>": SubRip has no rule, so only what players know is a tag. */
static bool
is_tag(const char *s, size_t len)
{
	static const char *const names[] = { "b", "i", "u", "s", "font", "c",
					     "v", "ruby", "rt", "span" };
	size_t n = 0;

	s++;
	if (*s == '/')
		s++;
	while (n < len && isalpha((unsigned char)s[n]))
		n++;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (n == strlen(names[i]) && !strncasecmp(s, names[i], n))
			return !isalnum((unsigned char)s[n]);
	return false;
}

size_t
plain_srt(char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		size_t skip = 0;

		if (s[i] == '<' && is_tag(s + i, len - i))
			skip = upto(s + i, len - i, '>');
		else if (s[i] == '{' && s[i + 1] == '\\')
			skip = upto(s + i, len - i, '}');
		if (skip == 0)
			s[n++] = s[i++];
		i += skip;
	}
	return n;
}

/* "&#20013;" is never shorter than the character that it stands for. */
static size_t
numeric(const char *s, size_t len, char *out, size_t *out_len)
{
	bool hex = s[2] == 'x' || s[2] == 'X';
	const char *digits = s + 2 + hex;
	char *end;
	unsigned long c;

	if (!isxdigit((unsigned char)*digits))
		return 0;
	c = strtoul(digits, &end, hex ? 16 : 10);
	if (*end != ';' || end >= s + len || c < 0x20 || c > 0x10FFFF ||
	    (c >= 0xD800 && c < 0xE000) || end - s < 4)
		return 0;
	*out_len = utf8_put((uint32_t)c, out);
	return (size_t)(end - s) + 1;
}

/* A character reference at s: its length, and what it stands for. */
static size_t
reference(const char *s, size_t len, char *out, size_t *out_len)
{
	static const struct {
		const char *name, *text;
	} known[] = {
		{ "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" },
		{ "&nbsp;", " " }, { "&quot;", "\"" }, { "&apos;", "'" },
		{ "&lrm;", "" }, { "&rlm;", "" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t n = strlen(known[i].name);

		if (n > len || memcmp(s, known[i].name, n) != 0)
			continue;
		*out_len = strlen(known[i].text);
		memcpy(out, known[i].text, *out_len);
		return n;
	}
	return len > 3 && s[1] == '#' ? numeric(s, len, out, out_len) : 0;
}

size_t
plain_vtt(char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		char c[8];
		size_t skip = 0, c_len = 0;

		if (s[i] == '<')
			skip = upto(s + i, len - i, '>');
		else if (s[i] == '&')
			skip = reference(s + i, len - i, c, &c_len);
		memcpy(s + n, c, c_len);
		n += c_len;
		if (skip == 0)
			s[n++] = s[i++];
		i += skip;
	}
	return n;
}

/* Whether "{\p1}" turns what follows into a drawing; "{\p0}" ends it. */
static bool
draws(const char *s, size_t len, bool now)
{
	for (size_t i = 0; i + 2 < len; i++)
		if (s[i] == '\\' && s[i + 1] == 'p' &&
		    isdigit((unsigned char)s[i + 2]))
			now = s[i + 2] != '0';
	return now;
}

/* \N breaks the line, \n may, \h is a space that does not. */
static char
escaped(char c)
{
	return c == 'N' ? '\n' : c == 'n' || c == 'h' ? ' ' : '\0';
}

size_t
plain_ass(char *s, size_t len)
{
	bool drawing = false;
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		size_t skip = s[i] == '{' ? upto(s + i, len - i, '}') : 0;

		if (skip > 0) {
			drawing = draws(s + i, skip, drawing);
		} else if (s[i] == '\\' && escaped(s[i + 1])) {
			s[n++] = escaped(s[i + 1]);
			skip = 2;
		} else {
			skip = 1;
			if (!drawing)
				s[n++] = s[i];
		}
		i += skip;
	}
	return n;
}

/* "<00:12.34>" before each word, in some. */
size_t
plain_lrc(char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		uint64_t ms;
		const char *end = s[i] == '<' ? time_read(s + i + 1, &ms) :
						NULL;

		if (end && *end == '>')
			i = (size_t)(end - s) + 1;
		else
			s[n++] = s[i++];
	}
	return n;
}
