/*
 * zip.c - what the central directory of a zip tells before any member is
 * read: names and how they are written, and whether members share bytes.
 *
 * Source: APPNOTE.TXT of PKWARE, sections 4.3.12 to 4.3.16, 4.4.4 and 4.6.9.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <stdlib.h>

#include "archive.h"

#define WINDOW 65536u
#define END_MAX (22u + 65535u) /* the end record with the longest comment */

struct member {
	uint64_t off, size; /* of the local header; packed bytes */
};

struct directory {
	struct xj_import *in;
	uint64_t off, end, entries;
	unsigned char *window;
	uint64_t window_off;
	size_t window_len;
	struct member *members;
	size_t count, cap, unicode_cap;
};

/* `len` bytes at `off`, or NULL. Negative status in `*r`. */
static const unsigned char *
bytes(struct directory *d, uint64_t off, size_t len, int *r)
{
	ssize_t n;

	*r = 0;
	if (off < d->window_off ||
	    off - d->window_off + len > d->window_len) {
		d->window_off = off;
		d->window_len = 0;
		if ((n = xj_read(d->in, off, d->window, WINDOW)) < 0) {
			*r = (int)n;
			return NULL;
		}
		d->window_len = (size_t)n;
	}
	if (off - d->window_off + len > d->window_len)
		return NULL;
	return d->window + (off - d->window_off);
}

/* The 64-bit end record, where the old one is too small. */
static int
end_record_64(struct directory *d, uint64_t locator)
{
	const unsigned char *p;
	uint64_t at;
	int r;

	if (!(p = bytes(d, locator, 20, &r)) || memcmp(p, "PK\6\7", 4))
		return r;
	at = le64(p + 8);
	if (!(p = bytes(d, at, 56, &r)) || memcmp(p, "PK\6\6", 4))
		return r;
	d->entries = le64(p + 32);
	d->off = le64(p + 48);
	d->end = at;
	return 0;
}

static int
use_end_record(struct directory *d, uint64_t at, const unsigned char *p)
{
	uint64_t size = le32(p + 12);
	const unsigned char *first;
	int r = 0;

	d->entries = le16(p + 10);
	d->off = le32(p + 16);
	d->end = at;
	if ((d->entries == 0xFFFF || size == 0xFFFFFFFF ||
	     d->off == 0xFFFFFFFF) && at >= 20)
		r = end_record_64(d, at - 20);
	if (r < 0 || d->entries == 0)
		return r;
	first = bytes(d, d->off, 4, &r);
	if (r == 0 && (!first || memcmp(first, "PK\1\2", 4))) {
		/* bytes were put in front: a program that unpacks itself */
		if (size > at)
			return NO_DIRECTORY;
		d->off = at - size;
		first = bytes(d, d->off, 4, &r);
		if (r == 0 && (!first || memcmp(first, "PK\1\2", 4)))
			return NO_DIRECTORY;
	}
	return r;
}

static int
find_end(struct directory *d)
{
	uint64_t size = d->in->size;
	uint64_t from = size > END_MAX ? size - END_MAX : 0;
	uint64_t at = size >= 22 ? size - 22 + 1 : 0;

	while (at-- > from) {
		unsigned char copy[22];
		uint64_t start = at + 22 > from + WINDOW ? at + 22 - WINDOW :
							   from;
		const unsigned char *p;
		int r;

		/* the window is filled backwards */
		if (at < d->window_off || d->window_len == 0)
			bytes(d, start, 1, &r);
		if (!(p = bytes(d, at, 22, &r)))
			return r < 0 ? r : NO_DIRECTORY;
		if (memcmp(p, "PK\5\6", 4))
			continue;
		memcpy(copy, p, sizeof(copy));
		return use_end_record(d, at, copy);
	}
	return NO_DIRECTORY;
}

static void *
grown(struct xj_import *in, void *list, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return list;
	*cap = *cap ? *cap * 2 : 256;
	return xj_alloc(in, list, *cap * size);
}

/* Values too large for their field stand in an extra field. */
static void
wide_values(const unsigned char *extra, size_t len, uint64_t unpacked,
	    struct member *m)
{
	for (size_t i = 0; i + 4 <= len; i += 4 + le16(extra + i + 2)) {
		const unsigned char *p = extra + i + 4;
		size_t left = le16(extra + i + 2);

		if (le16(extra + i) != 1 || left > len - i - 4)
			continue;
		if (unpacked == 0xFFFFFFFF && left >= 8) {
			p += 8;
			left -= 8;
		}
		if (m->size == 0xFFFFFFFF && left >= 8) {
			m->size = le64(p);
			p += 8;
			left -= 8;
		}
		if (m->off == 0xFFFFFFFF && left >= 8)
			m->off = le64(p);
		return;
	}
}

static int
add_unicode(struct directory *d, struct names *names, const char *name,
	    size_t len)
{
	if (names_sure(name, len))
		return 0;
	names->unicode = grown(d->in, names->unicode, names->unicodes,
			       &d->unicode_cap, sizeof(*names->unicode));
	if (!names->unicode)
		return XJ_IMPORT_NOMEM;
	names->unicode[names->unicodes++] = names_hash(name, len);
	return 0;
}

/*
 * The name as it stands, if flagged as UTF-8; else the one in the Info-ZIP
 * Unicode path field, by which libarchive replaces it; else one for the pool.
 */
static int
take_name(struct directory *d, struct names *names, const char *name,
	  size_t len, bool flagged, const unsigned char *extra, size_t extra_len)
{
	if (flagged)
		return add_unicode(d, names, name, len);
	for (size_t i = 0; i + 9 <= extra_len; i += 4 + le16(extra + i + 2)) {
		size_t n = le16(extra + i + 2);

		if (le16(extra + i) == 0x7075 && n > 5 && n <= extra_len - i - 4)
			return add_unicode(d, names,
					   (const char *)extra + i + 9, n - 5);
	}
	names_pool(names, name, len);
	return 0;
}

static int
read_entry(struct directory *d, struct names *names)
{
	const unsigned char *p;
	struct member *m;
	size_t name, extra;
	int r;

	if (!(p = bytes(d, d->off, 46, &r)) || memcmp(p, "PK\1\2", 4))
		return r < 0 ? r : NO_DIRECTORY;
	name = le16(p + 28);
	extra = le16(p + 30);
	if (46 + name + extra <= WINDOW &&
	    !(p = bytes(d, d->off, 46 + name + extra, &r)))
		return r < 0 ? r : NO_DIRECTORY;
	if (46 + name + extra > WINDOW)
		extra = name = 0;
	d->members = grown(d->in, d->members, d->count, &d->cap,
			   sizeof(*d->members));
	if (!d->members)
		return XJ_IMPORT_NOMEM;
	m = &d->members[d->count++];
	m->size = le32(p + 20);
	m->off = le32(p + 42);
	wide_values(p + 46 + name, extra, le32(p + 24), m);
	d->off += 46 + le16(p + 28) + le16(p + 30) + le16(p + 32);
	return take_name(d, names, (const char *)p + 46, name,
			 le16(p + 8) & 0x800, p + 46 + name, extra);
}

static int
by_offset(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	return x->off < y->off ? -1 : x->off > y->off;
}

/* Two members in the same bytes: the way to make much of little. */
static int
find_overlap(struct directory *d)
{
	if (d->count == 0)
		return 0;
	qsort(d->members, d->count, sizeof(*d->members), by_offset);
	for (size_t i = 0; i + 1 < d->count; i++) {
		const struct member *m = &d->members[i];

		if (m[1].off - m->off < 30 || m[1].off - m->off - 30 < m->size)
			return xj_fail(d->in, XJ_IMPORT_LIMIT, "members share "
				       "the bytes at %llu, as in a zip bomb",
				       (unsigned long long)m[1].off);
	}
	return 0;
}

int
zip_directory(struct xj_import *in, struct names *names)
{
	struct directory d = { .in = in };
	int r;

	if (!(d.window = xj_alloc(in, NULL, WINDOW)))
		return XJ_IMPORT_NOMEM;
	if ((r = find_end(&d)) == 0) {
		for (uint64_t i = 0; r == 0 && i < d.entries &&
		     i <= MEMBERS_MAX && d.off + 46 <= d.end; i++)
			r = read_entry(&d, names);
		if (r == NO_DIRECTORY)
			r = 0; /* as far as it goes: libarchive says more */
		if (r == 0)
			r = find_overlap(&d);
		names_sort_unicode(names);
	}
	xj_alloc(in, d.members, 0);
	xj_alloc(in, d.window, 0);
	return r;
}
