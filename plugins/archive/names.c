/*
 * names.c - names of members: their encoding, decided from all of them
 * together, and whether they are safe.
 *
 * Archives made by Chinese Windows programs keep names in GB18030 and say
 * nothing about it; one short name tells little, all of them tell enough.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>
#include <stdlib.h>

#include "archive.h"

#define SURE 2 /* characters of three bytes that GB18030 hardly ever forms */

int
names_begin(struct names *names, struct xj_import *in)
{
	memset(names, 0, sizeof(*names));
	names->in = in;
	names->pool = xj_alloc(in, NULL, POOL_MAX);
	return names->pool ? 0 : XJ_IMPORT_NOMEM;
}

void
names_end(struct names *names)
{
	if (names->decoder)
		xj_decode_end(names->in, names->decoder);
	names->decoder = NULL;
}

bool
utf8_valid(const char *s, size_t len, size_t *long_ones)
{
	*long_ones = 0;
	for (size_t i = 0; i < len;) {
		size_t n = utf8_length(s + i, len - i);

		if (n == 0)
			return false;
		*long_ones += n > 2;
		i += n;
	}
	return true;
}

static bool
ascii(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] >= 0x80)
			return false;
	return true;
}

bool
names_sure(const char *raw, size_t len)
{
	size_t long_ones;

	return ascii(raw, len) ||
	       (utf8_valid(raw, len, &long_ones) && long_ones >= SURE);
}

bool
names_pool(struct names *names, const char *raw, size_t len)
{
	if (names_sure(raw, len))
		return true;
	if (names->len + len + 1 > POOL_MAX)
		return false;
	memcpy(names->pool + names->len, raw, len);
	names->len += len;
	names->pool[names->len++] = '\n';
	return true;
}

uint64_t
names_hash(const char *raw, size_t len)
{
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)raw[i]) * UINT64_C(1099511628211);
	return h;
}

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

void
names_sort_unicode(struct names *names)
{
	if (names->unicodes > 0)
		qsort(names->unicode, names->unicodes,
		      sizeof(*names->unicode), by_value);
}

bool
names_unicode(const struct names *names, const char *raw, size_t len)
{
	uint64_t hash = names_hash(raw, len);

	return names->unicodes > 0 &&
	       bsearch(&hash, names->unicode, names->unicodes, sizeof(hash),
		       by_value) != NULL;
}

int
names_decide(struct names *names)
{
	const char *encoding = NULL;
	int r;

	names->decided = true;
	r = xj_decode_begin(names->in, NULL, names->pool, names->len,
			    &names->decoder, &encoding);
	if (r < 0)
		return r;
	names->utf8 = !strcmp(encoding, "UTF-8");
	return xj_meta(names->in, "encoding", encoding);
}

int
names_decode(struct names *names, const char *raw, size_t len,
	     const char **name, size_t *name_len)
{
	size_t long_ones;

	*name = raw;
	*name_len = len;
	if (names->utf8 && utf8_valid(raw, len, &long_ones))
		return 0;
	return xj_decode(names->in, names->decoder, raw, len, 1, name,
			 name_len);
}

/*
 * Nobody unpacks by these names, they are shown: so the member is taken, under
 * a name that leads nowhere else, wherever somebody may save it.
 */
void
name_tame(char *name)
{
	const char *from = name;
	char *to = name;

	if (isalpha((unsigned char)name[0]) && name[1] == ':' &&
	    strchr("/\\", name[2])) /* or at the end */
		from += 2;
	while (*from) {
		size_t n = strcspn(from, "/\\");
		bool keep = n > 0 && !(n == 1 && from[0] == '.') &&
			    !(n == 2 && from[0] == '.' && from[1] == '.');

		if (keep) {
			if (to != name)
				*to++ = '/';
			memmove(to, from, n);
			to += n;
		}
		from += n + (from[n] != '\0');
	}
	*to = '\0';
}
