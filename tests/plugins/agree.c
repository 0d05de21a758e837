/*
 * agree.c - how much of a text is in another: agree [-c | -s] GOLD TEXT prints a
 * share from 0 to 1. "-" is standard input. With -c single characters are
 * compared; with -s both texts in the normal form in which they are searched.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * Both are brought to NFKC and stripped of white space; the share is what
 * their sets of five characters in a row have in common, each counted as often
 * as it stands, divided by the larger set. 1 says: the same text, paragraphs
 * perhaps in another order.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "text/text.h"

#define GRAM 5

static size_t gram = GRAM;

struct grams {
	uint64_t *hash;
	size_t n;
};

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "agree: %s: %s\n", what, why);
	exit(2);
}

static void *
must(void *p)
{
	if (!p)
		die("memory", "none left");
	return p;
}

/* The bytes of a file; the caller frees. */
static char *
slurp(const char *path, size_t *len)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "rb") : stdin;
	size_t cap = 65536, n = 0, got;
	char *p = must(malloc(cap));

	if (!f)
		die(path, strerror(errno));
	while ((got = fread(p + n, 1, cap - n, f)) > 0)
		if ((n += got) == cap)
			p = must(realloc(p, cap *= 2));
	if (ferror(f))
		die(path, "cannot be read");
	fclose(f);
	*len = n;
	return p;
}

/* UTF-8 to NFKC in UTF-16; what is not UTF-8 becomes U+FFFD. */
static UChar *
compatible(const char *path, const char *text, size_t len, int32_t *n)
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&e);
	UChar *wide = must(malloc((len + 1) * sizeof(*wide)));
	UChar *out;
	int32_t m, need;

	if (len > INT32_MAX / 4)
		die(path, "too large");
	u_strFromUTF8WithSub(wide, (int32_t)len + 1, &m, text, (int32_t)len,
			     0xFFFD, NULL, &e);
	if (U_FAILURE(e))
		die(path, u_errorName(e));
	need = unorm2_normalize(nfkc, wide, m, NULL, 0, &e);
	e = U_ZERO_ERROR;
	out = must(malloc(((size_t)need + 1) * sizeof(*out)));
	*n = unorm2_normalize(nfkc, wide, m, out, need + 1, &e);
	if (U_FAILURE(e))
		die(path, u_errorName(e));
	free(wide);
	return out;
}

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* A short text is one gram of what it has. */
static struct grams
cut(const UChar *text, int32_t n)
{
	UChar32 *chars = must(malloc(((size_t)n + 1) * sizeof(*chars)));
	struct grams g = { NULL, 0 };
	size_t m = 0, width;

	for (int32_t i = 0; i < n;) {
		UChar32 c;

		U16_NEXT(text, i, n, c);
		if (!u_isUWhiteSpace(c))
			chars[m++] = c;
	}
	width = m < gram ? m : gram;
	g.n = m ? m - width + 1 : 0;
	g.hash = must(malloc((g.n + 1) * sizeof(*g.hash)));
	for (size_t i = 0; i < g.n; i++) {
		uint64_t h = 14695981039346656037u; /* FNV-1a, by character */

		for (size_t k = 0; k < width; k++)
			h = (h ^ (uint64_t)chars[i + k]) * 1099511628211u;
		g.hash[i] = h;
	}
	free(chars);
	qsort(g.hash, g.n, sizeof(*g.hash), by_value);
	return g;
}

/* The text as it is searched, in place of `text`. */
static char *
searched(const char *path, char *text, size_t *len)
{
	struct xj_normal normal = XJ_NORMAL_INIT;
	struct xj_analyzer *an;
	struct xj_error err;

	if (xj_analyzer_new(NULL, &an, &err) < 0 ||
	    xj_normalise(an, text, *len, 0, &normal, &err) < 0)
		die(path, err.message);
	xj_analyzer_free(an);
	free(text);
	*len = normal.len;
	return normal.bytes;
}

static struct grams
grams_of(const char *path, bool as_searched)
{
	size_t len;
	char *text = slurp(path, &len);
	int32_t n;
	UChar *wide;
	struct grams g;

	if (as_searched)
		text = searched(path, text, &len);
	wide = compatible(path, text, len, &n);
	g = cut(wide, n);
	free(wide);
	free(text);
	return g;
}

static double
share(const struct grams *a, const struct grams *b)
{
	size_t i = 0, k = 0, common = 0, larger = a->n > b->n ? a->n : b->n;

	while (i < a->n && k < b->n) {
		if (a->hash[i] == b->hash[k]) {
			common++;
			i++;
			k++;
		} else if (a->hash[i] < b->hash[k]) {
			i++;
		} else {
			k++;
		}
	}
	return larger ? (double)common / (double)larger : 1;
}

int
main(int argc, char **argv)
{
	bool as_searched = argc == 4 && !strcmp(argv[1], "-s");
	bool characters = argc == 4 && !strcmp(argv[1], "-c");
	struct grams gold, text;

	if (as_searched || characters) {
		argv++;
		argc--;
	}
	if (characters)
		gram = 1;
	if (argc != 3) {
		fprintf(stderr, "usage: agree [-c | -s] GOLD TEXT\n");
		return 2;
	}
	gold = grams_of(argv[1], as_searched);
	text = grams_of(argv[2], as_searched);
	printf("%.4f\n", share(&gold, &text));
	free(gold.hash);
	free(text.hash);
	return 0;
}
