/*
 * utf8.h - characters of UTF-8: written, read, cut between.
 *
 * For each importer that needs it; the host's own are not within its reach.
 *
 * SPDX-License-Identifier: MIT
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_UTF8_H
#define XJ_PLUGIN_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many bytes the character `c` takes, which must be one of Unicode. */
static inline size_t
utf8_put(uint32_t c, char out[4])
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3F));
	out[0] = (char)(n == 1 ? c : (0xF00u >> n & 0xFF) | c);
	return n;
}

/* The character at *p of valid UTF-8, which moves past it; *p < end. */
static inline uint32_t
utf8_next(const char **p, const char *end)
{
	uint32_t c = (unsigned char)*(*p)++;
	int more = c < 0xC0 ? 0 : c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;

	if (more == 0)
		return c;
	c &= 0x3Fu >> more;
	while (more-- > 0 && *p < end)
		c = c << 6 | ((unsigned char)*(*p)++ & 0x3Fu);
	return c;
}

/* Whether the byte begins no character. */
static inline bool
utf8_inside(char byte)
{
	return ((unsigned char)byte & 0xC0) == 0x80;
}

/* The last character of valid UTF-8; len > 0. */
static inline uint32_t
utf8_last(const char *text, size_t len)
{
	size_t at = len - 1;
	const char *p;

	while (at > 0 && utf8_inside(text[at]))
		at--;
	p = text + at;
	return utf8_next(&p, text + len);
}

/* The greatest n <= max such that text[0..n) ends between characters. */
static inline size_t
utf8_cut(const char *text, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max > 0 && utf8_inside(text[max]))
		max--;
	return max;
}

/* The bytes of the character at `s`; 0: there is none (RFC 3629). */
static inline size_t
utf8_length(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n = *p < 0x80 ? 1 : *p < 0xC2 ? 0 : *p < 0xE0 ? 2 :
		   *p < 0xF0 ? 3 : *p < 0xF5 ? 4 : 0;

	if (n == 0 || n > len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if (!utf8_inside(s[i]))
			return 0;
	if ((*p == 0xE0 && p[1] < 0xA0) || (*p == 0xED && p[1] > 0x9F) ||
	    (*p == 0xF0 && p[1] < 0x90) || (*p == 0xF4 && p[1] > 0x8F))
		return 0;
	return n;
}

#endif
