/*
 * fuzz-parts.h - parts of a file, as text from which a harness makes the file:
 *
 *	@@mimetype
 *	application/epub+zip
 *	@@META-INF/container.xml
 *	<container/>
 *
 * The line break before "@@" belongs to neither part.
 */
#ifndef XJ_FUZZ_PARTS_H
#define XJ_FUZZ_PARTS_H

#define FUZZ_PARTS 64

/* The file that is made; whoever makes it allocates what it will have. */
struct fuzz_file {
	uint8_t *bytes;
	size_t len;
};

struct fuzz_part {
	const uint8_t *name, *data;
	size_t name_len, len;
	uint32_t crc, at; /* of those who make the file */
};

static inline bool
fuzz_parts_are(const uint8_t *data, size_t size)
{
	return size >= 3 && !memcmp(data, "@@", 2);
}

/* The next part at `*at`; false at the end. */
static bool
fuzz_part_next(const uint8_t *data, size_t size, size_t *at,
	       struct fuzz_part *p)
{
	const uint8_t *end = data + size, *s = data + *at, *q;

	if (!fuzz_parts_are(s, size - *at))
		return false;
	p->name = s + 2;
	q = memchr(p->name, '\n', (size_t)(end - p->name));
	p->name_len = (size_t)((q ? q : end) - p->name);
	p->data = q ? q + 1 : end;
	q = memmem(p->data, (size_t)(end - p->data), "\n@@", 3);
	p->len = (size_t)((q ? q : end) - p->data);
	*at = q ? (size_t)(q + 1 - data) : size;
	return p->name_len > 0 && p->name_len < 512;
}

/* Little-endian. */
static void
fuzz_put_number(struct fuzz_file *f, uint64_t n, int bytes)
{
	for (; bytes > 0; bytes--, n >>= 8)
		f->bytes[f->len++] = (uint8_t)n;
}

static void
fuzz_put(struct fuzz_file *f, const uint8_t *s, size_t len)
{
	memcpy(f->bytes + f->len, s, len);
	f->len += len;
}

#endif
