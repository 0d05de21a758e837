/*
 * fuzz-zip.h - a zip file of stored parts.
 *
 * Source of the layout: PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12, 4.3.16.
 */
#ifndef XJ_FUZZ_ZIP_H
#define XJ_FUZZ_ZIP_H

#include <zlib.h>

#include "fuzz-parts.h"

/* What the local and the central header have in common. */
static void
fuzz_zip_header(struct fuzz_file *z, const struct fuzz_part *p)
{
	fuzz_put_number(z, 20, 2);
	fuzz_put_number(z, 0x800, 2); /* names are UTF-8 */
	fuzz_put_number(z, 0, 2);     /* stored */
	fuzz_put_number(z, 0x4a210000, 4);
	fuzz_put_number(z, p->crc, 4);
	fuzz_put_number(z, p->len, 4);
	fuzz_put_number(z, p->len, 4);
	fuzz_put_number(z, p->name_len, 2);
	fuzz_put_number(z, 0, 2);
}

static void
fuzz_zip_end(struct fuzz_file *z, const struct fuzz_part *parts, size_t n)
{
	size_t at = z->len;

	for (size_t i = 0; i < n; i++) {
		fuzz_put_number(z, 0x02014b50, 4);
		fuzz_put_number(z, 20, 2);
		fuzz_zip_header(z, &parts[i]);
		fuzz_put_number(z, 0, 6);
		fuzz_put_number(z, 0, 4);
		fuzz_put_number(z, parts[i].at, 4);
		fuzz_put(z, parts[i].name, parts[i].name_len);
	}
	fuzz_put_number(z, 0x06054b50, 4);
	fuzz_put_number(z, 0, 4);
	fuzz_put_number(z, n, 2);
	fuzz_put_number(z, n, 2);
	fuzz_put_number(z, z->len - 12 - at, 4);
	fuzz_put_number(z, at, 4);
	fuzz_put_number(z, 0, 2);
}

static void
fuzz_zip_make(struct fuzz_file *z, const uint8_t *data, size_t size)
{
	struct fuzz_part parts[FUZZ_PARTS];
	size_t n = 0, at = 0;

	MUST(z->bytes = malloc(3 * size + FUZZ_PARTS * 80 + 22));
	while (n < FUZZ_PARTS && fuzz_part_next(data, size, &at, &parts[n])) {
		struct fuzz_part *p = &parts[n++];

		p->at = (uint32_t)z->len;
		p->crc = (uint32_t)crc32(0, p->data, (uInt)p->len);
		fuzz_put_number(z, 0x04034b50, 4);
		fuzz_zip_header(z, p);
		fuzz_put(z, p->name, p->name_len);
		fuzz_put(z, p->data, p->len);
	}
	fuzz_zip_end(z, parts, n);
}

#endif
