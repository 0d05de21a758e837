/*
 * lha.c - which code page the names of an LHA archive are declared in.
 *
 * libarchive would turn to iconv for it, which loads its tables from files:
 * not to be had where importers run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "archive.h"

#define CODE_PAGE 0x46 /* type of the extended header */
#define EXTENDED_MAX 64 /* extended headers of one member */

struct header {
	uint64_t next;          /* offset of the member behind */
	uint64_t extended;      /* of the first extended header */
	uint32_t size;          /* its size; 0: none */
	uint32_t width;         /* bytes that a size takes */
};

/* Levels 0 to 3 differ in where sizes stand. False: no header here. */
static bool
parse(const unsigned char *h, size_t len, uint64_t off, struct header *out)
{
	uint32_t packed = le32(h + 7), base = h[0] + 2u;

	memset(out, 0, sizeof(*out));
	out->width = 2;
	if (h[2] != '-' || h[3] != 'l' || h[6] != '-')
		return false;
	switch (h[20]) {
	case 0:
		out->next = off + base + packed;
		return true;
	case 1:
		if (base < 27 || base > len)
			return false;
		out->size = le16(h + base - 2);
		out->extended = off + base;
		out->next = off + base + packed;
		return true;
	case 2:
		out->size = le16(h + 24);
		out->extended = off + 26;
		out->next = off + le16(h) + packed;
		return le16(h) >= 26;
	case 3:
		out->width = 4;
		out->size = le32(h + 28);
		out->extended = off + 32;
		out->next = off + le32(h + 24) + packed;
		return le32(h + 24) >= 32;
	}
	return false;
}

/* The code page among the extended headers of a member, or 0. */
static int
extended(struct xj_import *in, const struct header *h)
{
	uint64_t off = h->extended;
	uint32_t size = h->size;

	for (int i = 0; i < EXTENDED_MAX && size > h->width; i++) {
		unsigned char b[8];
		ssize_t n = xj_read(in, off, b, 5);

		if (n < 0)
			return (int)n;
		if (n == 5 && b[0] == CODE_PAGE && size == 5 + h->width &&
		    le32(b + 1) != 65001)
			return (int)(le32(b + 1) & 0x7FFFFFFF);
		off += size;
		n = xj_read(in, off - h->width, b, h->width);
		if (n < (ssize_t)h->width)
			return n < 0 ? (int)n : 0;
		size = h->width == 2 ? le16(b) : le32(b);
	}
	return 0;
}

int
lha_code_page(struct xj_import *in)
{
	unsigned char b[300];
	struct header h;
	uint64_t off = 0;

	for (uint32_t i = 0; i <= MEMBERS_MAX; i++) {
		ssize_t n = xj_read(in, off, b, sizeof(b));
		int page;

		if (n < 32)
			return n < 0 ? (int)n : 0;
		if (!parse(b, (size_t)n, off, &h) || h.next <= off)
			return 0;
		if ((page = extended(in, &h)) != 0)
			return page;
		off = h.next;
	}
	return 0;
}
