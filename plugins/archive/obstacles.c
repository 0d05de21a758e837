/*
 * obstacles.c - what keeps an archive from being read by itself: volumes that
 * are missing, lists that are encrypted.
 *
 * Sources: the RAR 5.0 archive format (rarlab.com/technote.htm); APPNOTE.TXT of
 * PKWARE, section 8; 7zFormat.txt of 7-Zip; [MS-CAB], section 2.1.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "archive.h"


static const char part_of_rar[] =
	"one volume of a RAR archive in several; join them first";

/* A number of RAR 5: seven bits a byte, low ones first. */
static uint64_t
vint(const unsigned char **p, const unsigned char *end)
{
	uint64_t v = 0;

	for (unsigned shift = 0; *p < end && shift < 64; shift += 7) {
		unsigned char c = *(*p)++;

		v |= (uint64_t)(c & 0x7F) << shift;
		if (!(c & 0x80))
			break;
	}
	return v;
}

/* A block of RAR 5: its header from `p` to `end`, what it is, what it adds. */
struct block {
	const unsigned char *p, *end;
	uint64_t type, flags, extra, data;
};

/* False when the sample ends within it. */
static bool
block_at(const struct xj_sample *s, uint64_t at, struct block *b)
{
	const unsigned char *end = s->head + s->head_len;
	uint64_t size;

	memset(b, 0, sizeof(*b));
	if (at + 8 > s->head_len)
		return false;
	b->p = s->head + at + 4; /* behind the checksum */
	size = vint(&b->p, end);
	if (size > (uint64_t)(end - b->p))
		return false;
	b->end = b->p + size;
	b->type = vint(&b->p, b->end);
	b->flags = vint(&b->p, b->end);
	if (b->flags & 1)
		b->extra = vint(&b->p, b->end);
	if (b->flags & 2)
		b->data = vint(&b->p, b->end);
	return true;
}

/* A record of type 1 in the extra area of a file. */
static bool
block_encrypted(const struct block *b)
{
	const unsigned char *p;

	if (b->type != 2 || b->extra > (uint64_t)(b->end - b->p))
		return false;
	p = b->end - b->extra;
	while (p < b->end) {
		uint64_t size = vint(&p, b->end);
		const unsigned char *next;

		if (size > (uint64_t)(b->end - p))
			return false;
		next = p + size;
		if (vint(&p, b->end) == 1)
			return true;
		p = next;
	}
	return false;
}

/* libarchive knows nothing of RAR 5 encryption: look at the first file. */
static int
rar5_obstacle(const struct xj_sample *s, const char **why)
{
	struct block b;
	uint64_t at = 8;

	for (int i = 0; i < 16 && block_at(s, at, &b) && b.type != 5; i++) {
		if (b.type == 4) {
			*why = "the list of members is encrypted";
			return XJ_IMPORT_KEYLESS;
		}
		if (b.type == 1 && (vint(&b.p, b.end) & 1)) {
			*why = part_of_rar;
			return XJ_IMPORT_UNSUPPORTED;
		}
		if (block_encrypted(&b)) {
			*why = "the members are encrypted, in the manner of "
			       "RAR 5, which cannot be opened here";
			return XJ_IMPORT_KEYLESS;
		}
		if (b.type == 2 || b.data > s->size)
			return 0;
		at = (uint64_t)(b.end - s->head) + b.data;
	}
	return 0;
}

static int
rar_obstacle(const struct xj_sample *s, const char **why)
{
	uint32_t flags;

	if (s->head_len < 12 || s->head[9] != 0x73)
		return 0;
	flags = le16(s->head + 10);
	if (flags & 0x80) {
		*why = "the list of members is encrypted";
		return XJ_IMPORT_KEYLESS;
	}
	if (flags & 1) {
		*why = part_of_rar;
		return XJ_IMPORT_UNSUPPORTED;
	}
	return 0;
}

/* The end record has the number of this disk; the first has no end record. */
static int
zip_obstacle(const struct xj_sample *s, const char **why)
{
	size_t at = kind_zip_end(s);
	uint32_t disk = at == SIZE_MAX ? 0 : le16(s->tail + at + 4);

	if (disk == 0xFFFF || (disk == 0 && (at != SIZE_MAX ||
					     memcmp(s->head, "PK\7\10", 4))))
		return 0;
	*why = "one part of a zip archive in several; join them first";
	return XJ_IMPORT_UNSUPPORTED;
}

static int
sevenzip_obstacle(const struct xj_sample *s, const char **why)
{
	uint64_t offset, size;

	if (s->head_len < 32)
		return 0;
	offset = le64(s->head + 12);
	size = le64(s->head + 20);
	if (offset <= s->size && size <= s->size &&
	    32 + offset + size <= s->size)
		return 0;
	*why = "cut short, or one volume of a 7-Zip archive in several: the "
	       "list of members, at its end, is missing";
	return XJ_IMPORT_CORRUPT;
}

static int
cab_obstacle(const struct xj_sample *s, const char **why)
{
	if (s->head_len < 36 || !(le16(s->head + 30) & 3))
		return 0;
	*why = "one cabinet of a set of several; unpack the set first";
	return XJ_IMPORT_UNSUPPORTED;
}

int
kind_obstacle(const struct kind *kind, const struct xj_sample *sample,
	      const char **why)
{
	if (kind == &kind_rar)
		return rar_obstacle(sample, why);
	if (kind == &kind_rar5)
		return rar5_obstacle(sample, why);
	if (kind == &kind_zip && sample->head_len >= 4)
		return zip_obstacle(sample, why);
	if (kind == &kind_cab)
		return cab_obstacle(sample, why);
	if (kind == &kind_7z)
		return sevenzip_obstacle(sample, why);
	return 0;
}
