/*
 * fuzz-package.h - a zip file of stored parts, made of text:
 *
 *	@@mimetype
 *	application/epub+zip
 *	@@META-INF/container.xml
 *	<container/>
 *
 * The line break before "@@" belongs to neither part.
 * Source of the layout: PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12, 4.3.16.
 */
#ifndef XJ_FUZZ_PACKAGE_H
#define XJ_FUZZ_PACKAGE_H

#include <zlib.h>

#define FUZZ_PARTS 64

struct fuzz_zip {
	uint8_t *bytes;
	size_t len;
};

struct fuzz_part {
	const uint8_t *name, *data;
	size_t name_len, len;
	uint32_t crc, at;
};

/* The next part at `*at`; false at the end. */
static bool
fuzz_part_next(const uint8_t *data, size_t size, size_t *at,
	       struct fuzz_part *p)
{
	const uint8_t *end = data + size, *s = data + *at, *q;

	if (size - *at < 3 || memcmp(s, "@@", 2))
		return false;
	p->name = s + 2;
	q = memchr(p->name, '\n', (size_t)(end - p->name));
	p->name_len = (size_t)((q ? q : end) - p->name);
	p->data = q ? q + 1 : end;
	q = memmem(p->data, (size_t)(end - p->data), "\n@@", 3);
	p->len = (size_t)((q ? q : end) - p->data);
	p->crc = (uint32_t)crc32(0, p->data, (uInt)p->len);
	*at = q ? (size_t)(q + 1 - data) : size;
	return p->name_len > 0 && p->name_len < 512;
}

static void
fuzz_zip_number(struct fuzz_zip *z, uint64_t n, int bytes)
{
	for (; bytes > 0; bytes--, n >>= 8)
		z->bytes[z->len++] = (uint8_t)n;
}

static void
fuzz_zip_bytes(struct fuzz_zip *z, const uint8_t *s, size_t len)
{
	memcpy(z->bytes + z->len, s, len);
	z->len += len;
}

/* What the local and the central header have in common. */
static void
fuzz_zip_header(struct fuzz_zip *z, const struct fuzz_part *p)
{
	fuzz_zip_number(z, 20, 2);
	fuzz_zip_number(z, 0x800, 2); /* names are UTF-8 */
	fuzz_zip_number(z, 0, 2);     /* stored */
	fuzz_zip_number(z, 0x4a210000, 4);
	fuzz_zip_number(z, p->crc, 4);
	fuzz_zip_number(z, p->len, 4);
	fuzz_zip_number(z, p->len, 4);
	fuzz_zip_number(z, p->name_len, 2);
	fuzz_zip_number(z, 0, 2);
}

static void
fuzz_zip_end(struct fuzz_zip *z, const struct fuzz_part *parts, size_t n)
{
	size_t at = z->len;

	for (size_t i = 0; i < n; i++) {
		fuzz_zip_number(z, 0x02014b50, 4);
		fuzz_zip_number(z, 20, 2);
		fuzz_zip_header(z, &parts[i]);
		fuzz_zip_number(z, 0, 6);
		fuzz_zip_number(z, 0, 4);
		fuzz_zip_number(z, parts[i].at, 4);
		fuzz_zip_bytes(z, parts[i].name, parts[i].name_len);
	}
	fuzz_zip_number(z, 0x06054b50, 4);
	fuzz_zip_number(z, 0, 4);
	fuzz_zip_number(z, n, 2);
	fuzz_zip_number(z, n, 2);
	fuzz_zip_number(z, z->len - 12 - at, 4);
	fuzz_zip_number(z, at, 4);
	fuzz_zip_number(z, 0, 2);
}

static void
fuzz_zip_make(struct fuzz_zip *z, const uint8_t *data, size_t size)
{
	struct fuzz_part parts[FUZZ_PARTS];
	size_t n = 0, at = 0;

	MUST(z->bytes = malloc(3 * size + FUZZ_PARTS * 80 + 22));
	while (n < FUZZ_PARTS && fuzz_part_next(data, size, &at, &parts[n])) {
		struct fuzz_part *p = &parts[n++];

		p->at = (uint32_t)z->len;
		fuzz_zip_number(z, 0x04034b50, 4);
		fuzz_zip_header(z, p);
		fuzz_zip_bytes(z, p->name, p->name_len);
		fuzz_zip_bytes(z, p->data, p->len);
	}
	fuzz_zip_end(z, parts, n);
}

#endif
