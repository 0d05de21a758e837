/*
 * make-zip.h - a zip file of stored members, in memory.
 *
 *	struct zip z = ZIP_INIT;
 *	zip_add(&z, "讲稿.txt", text, strlen(text));
 *	zip_end(&z);         z.bytes is the file
 *	zip_release(&z);
 *
 * Source of the layout: PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12, 4.3.16.
 */
#ifndef XJ_TEST_MAKE_ZIP_H
#define XJ_TEST_MAKE_ZIP_H

#include <string.h>

#include "util/util.h"

struct zip {
	struct xj_buf bytes, list;
	uint32_t count;
};

#define ZIP_INIT { 0 }

static inline void
zip_number(struct xj_buf *b, uint64_t n, int bytes)
{
	for (; bytes > 0; bytes--, n >>= 8)
		xj_buf_addc(b, (char)(n & 0xff));
}

static inline uint32_t
zip_crc(const unsigned char *p, size_t len)
{
	uint32_t c = 0xffffffffu;

	for (size_t i = 0; i < len; i++) {
		c ^= p[i];
		for (int k = 0; k < 8; k++)
			c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
	}
	return ~c;
}

/* What the local and the central header have in common. */
static inline void
zip_header(struct xj_buf *b, const char *name, const void *data, size_t len)
{
	zip_number(b, 20, 2);
	zip_number(b, 0x800, 2);         /* names are UTF-8 */
	zip_number(b, 0, 2);             /* stored */
	zip_number(b, 12u << 11, 2);     /* noon ... */
	zip_number(b, 0x4a21, 2);        /* ... of 2017-01-01 */
	zip_number(b, zip_crc(data, len), 4);
	zip_number(b, len, 4);
	zip_number(b, len, 4);
	zip_number(b, strlen(name), 2);
	zip_number(b, 0, 2);
}

static inline void
zip_add(struct zip *z, const char *name, const void *data, size_t len)
{
	size_t at = z->bytes.len;

	xj_buf_add(&z->bytes, "PK\3\4", 4);
	zip_header(&z->bytes, name, data, len);
	xj_buf_adds(&z->bytes, name);
	xj_buf_add(&z->bytes, data, len);
	xj_buf_add(&z->list, "PK\1\2", 4);
	zip_number(&z->list, 20, 2);
	zip_header(&z->list, name, data, len);
	zip_number(&z->list, 0, 2 + 2 + 2 + 4);
	zip_number(&z->list, at, 4);
	xj_buf_adds(&z->list, name);
	z->count++;
}

static inline void
zip_text(struct zip *z, const char *name, const char *text)
{
	zip_add(z, name, text, strlen(text));
}

static inline void
zip_end(struct zip *z)
{
	size_t at = z->bytes.len;

	xj_buf_add(&z->bytes, z->list.data, z->list.len);
	xj_buf_add(&z->bytes, "PK\5\6", 4);
	zip_number(&z->bytes, 0, 4);
	zip_number(&z->bytes, z->count, 2);
	zip_number(&z->bytes, z->count, 2);
	zip_number(&z->bytes, z->list.len, 4);
	zip_number(&z->bytes, at, 4);
	zip_number(&z->bytes, 0, 2);
}

static inline void
zip_release(struct zip *z)
{
	xj_buf_release(&z->bytes);
	xj_buf_release(&z->list);
}

#endif
