/*
 * fuzz-import.h - any bytes through an importer, without a worker: the host is
 * in memory, and what the importer sends must be what importer.h asks for.
 *
 * It is included by fuzz-importer.c, and calls the importer that is linked. The
 * host's answers are simple: bytes are decoded as if they were Latin-1, children
 * are taken, the memory is bounded, and the password is always "right".
 */
#ifndef XJ_FUZZ_IMPORT_H
#define XJ_FUZZ_IMPORT_H

#include <stdbool.h>
#include <stdlib.h>

#include <xueji/importer.h>

#include "fuzz.h"

const struct xj_importer *xj_importer_v1(void);

#define FUZZ_CALLS 100000           /* after which the host says stop */
#define FUZZ_MEMORY ((size_t)256 << 20)

struct fuzz_chunk {
	struct fuzz_chunk *next, *before;
	size_t size;
	max_align_t bytes[];
};

struct xj_decoder {
	char *text;
	bool used;
};

static struct {
	const uint8_t *data;
	size_t size, calls, memory;
	bool child;
	struct fuzz_chunk *chunks;
	struct xj_decoder decoders[16];
} fuzz;

static int
fuzz_more(void)
{
	return fuzz.calls++ < FUZZ_CALLS ? 0 : XJ_IMPORT_STOP;
}

/* Well-formed UTF-8 without NUL. */
static void
fuzz_text_is_well(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t i = 0;

	while (i < len) {
		static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
		uint32_t c = s[i++];
		unsigned more = c < 0x80 ? 0 : c < 0xC0 ? 9 : c < 0xE0 ? 1 :
				c < 0xF0 ? 2 : c < 0xF8 ? 3 : 9;

		MUST(c != 0 && more < 4 && more <= len - i);
		c &= more ? 0x3Fu >> more : 0x7Fu;
		for (unsigned k = 0; k < more; k++, i++) {
			MUST((s[i] & 0xC0) == 0x80);
			c = c << 6 | (s[i] & 0x3Fu);
		}
		MUST(c >= least[more] && c <= 0x10FFFF &&
		     (c < 0xD800 || c > 0xDFFF));
	}
}

static ssize_t
fuzz_read(struct xj_import *in, uint64_t off, void *buf, size_t len)
{
	(void)in;
	if (off >= fuzz.size)
		return 0;
	if (len > fuzz.size - off)
		len = fuzz.size - (size_t)off;
	memcpy(buf, fuzz.data + off, len);
	return (ssize_t)len;
}

static int
fuzz_text(struct xj_import *in, const struct xj_block *b)
{
	(void)in;
	MUST(b->len <= XJ_TEXT_MAX && b->role <= XJ_OCR && b->where <= XJ_PART);
	MUST(b->more <= 1);
	fuzz_text_is_well(b->text, b->len);
	if (b->label)
		fuzz_text_is_well(b->label, strlen(b->label));
	return fuzz_more();
}

static int
fuzz_meta(struct xj_import *in, const struct xj_meta *m)
{
	(void)in;
	MUST(m->element[0]);
	fuzz_text_is_well(m->value, m->len);
	return fuzz_more();
}

static int
fuzz_outline(struct xj_import *in, const struct xj_outline *o)
{
	(void)in;
	MUST(o->level > 0);
	fuzz_text_is_well(o->title, strlen(o->title));
	return fuzz_more();
}

static int
fuzz_page(struct xj_import *in, const struct xj_page *page)
{
	(void)in;
	MUST(page->number > 0);
	return fuzz_more();
}

static int
fuzz_child_begin(struct xj_import *in, const struct xj_child *child)
{
	(void)in;
	MUST(!fuzz.child && child->name && child->role <= XJ_CHILD_IMAGE);
	fuzz_text_is_well(child->name, strlen(child->name));
	fuzz.child = true;
	return fuzz_more();
}

static int
fuzz_child_data(struct xj_import *in, const void *data, size_t len)
{
	volatile uint8_t last = len ? ((const uint8_t *)data)[len - 1] : 0;

	(void)in;
	(void)last;
	MUST(fuzz.child);
	return fuzz_more();
}

static int
fuzz_child_end(struct xj_import *in, const char *damage)
{
	(void)in;
	(void)damage;
	MUST(fuzz.child);
	fuzz.child = false;
	return fuzz_more();
}

static int
fuzz_child_left(struct xj_import *in, const char *name, int status,
		const char *why)
{
	(void)in;
	MUST(!fuzz.child && name && status <= XJ_IMPORT_OK && why[0]);
	fuzz_text_is_well(name, strlen(name));
	return fuzz_more();
}

static int
fuzz_poll(struct xj_import *in, uint64_t done, uint64_t total)
{
	(void)in;
	(void)done;
	(void)total;
	return fuzz_more();
}

static int
fuzz_warn(struct xj_import *in, const char *message)
{
	(void)in;
	MUST(message[0]);
	return fuzz_more();
}

static int
fuzz_fail(struct xj_import *in, int status, const char *message)
{
	(void)in;
	MUST(message[0]);
	return status;
}

static void *
fuzz_alloc(struct xj_import *in, void *old, size_t size)
{
	struct fuzz_chunk *was = NULL, *now = NULL;

	(void)in;
	if (old)
		was = (struct fuzz_chunk *)((char *)old -
					    offsetof(struct fuzz_chunk, bytes));
	if (size > 0) {
		if (size > FUZZ_MEMORY - fuzz.memory)
			return NULL;
		MUST(now = calloc(1, sizeof(*now) + size));
		now->size = size;
		fuzz.memory += size;
		if ((now->next = fuzz.chunks) != NULL)
			now->next->before = now;
		fuzz.chunks = now;
		if (was)
			memcpy(now->bytes, was->bytes,
			       was->size < size ? was->size : size);
	}
	if (was) {
		fuzz.memory -= was->size;
		if (was->next)
			was->next->before = was->before;
		if (was->before)
			was->before->next = was->next;
		else
			fuzz.chunks = was->next;
		free(was);
	}
	return now ? now->bytes : NULL;
}

static int
fuzz_decode_begin(struct xj_import *in, const char *declared,
		  const void *sample, size_t len, struct xj_decoder **decoder,
		  const char **encoding)
{
	(void)in;
	(void)declared;
	(void)sample;
	(void)len;
	for (size_t i = 0; i < 16; i++)
		if (!fuzz.decoders[i].used) {
			*decoder = &fuzz.decoders[i];
			(*decoder)->used = true;
			if (encoding)
				*encoding = "ISO-8859-1";
			return fuzz_more();
		}
	return XJ_IMPORT_NOMEM;
}

static int
fuzz_decode(struct xj_import *in, struct xj_decoder *d, const void *bytes,
	    size_t len, int last, const char **text, size_t *text_len)
{
	const unsigned char *s = bytes;
	size_t n = 0;

	(void)in;
	(void)last;
	MUST(d->used);
	free(d->text);
	MUST(d->text = malloc(2 * len + 1));
	for (size_t i = 0; i < len; i++)
		if (s[i] >= 0x80) {
			d->text[n++] = (char)(0xC0 | s[i] >> 6);
			d->text[n++] = (char)(0x80 | (s[i] & 0x3F));
		} else if (s[i]) {
			d->text[n++] = (char)s[i];
		}
	*text = d->text;
	*text_len = n;
	return fuzz_more();
}

static void
fuzz_decode_end(struct xj_import *in, struct xj_decoder *d)
{
	(void)in;
	MUST(d->used);
	free(d->text);
	d->text = NULL;
	d->used = false;
}

static void
fuzz_clear(void)
{
	while (fuzz.chunks) {
		struct fuzz_chunk *next = fuzz.chunks->next;

		free(fuzz.chunks);
		fuzz.chunks = next;
	}
	for (size_t i = 0; i < 16; i++)
		free(fuzz.decoders[i].text);
	memset(&fuzz, 0, sizeof(fuzz));
}

/* The type that the name tells, as the host would have it. */
static inline const char *
fuzz_mime(const struct xj_format *f, const char *name)
{
	const char *dot = strrchr(name, '.');
	const char *mime = f && f->mime ? f->mime : "application/octet-stream";

	for (; dot && f && f->mime; f++)
		if (f->ext && !strcmp(f->ext, dot + 1))
			return f->mime;
	return mime;
}

/* Once a process. */
static inline const struct xj_importer *
fuzz_importer(void)
{
	static const struct xj_importer *importer;

	if (!importer) {
		importer = xj_importer_v1();
		MUST(!importer->setup || importer->setup() == 0);
	}
	return importer;
}

/* Import the bytes; the fuzzer's own time limit finds what loops. */
static inline void
fuzz_import(const char *name, const uint8_t *data, size_t size)
{
	static const struct xj_host host = {
		.abi = XJ_IMPORTER_ABI, .read = fuzz_read, .text = fuzz_text,
		.meta = fuzz_meta, .outline = fuzz_outline, .page = fuzz_page,
		.child_begin = fuzz_child_begin, .child_data = fuzz_child_data,
		.child_end = fuzz_child_end, .poll = fuzz_poll,
		.warn = fuzz_warn, .fail = fuzz_fail, .alloc = fuzz_alloc,
		.decode_begin = fuzz_decode_begin, .decode = fuzz_decode,
		.decode_end = fuzz_decode_end, .child_left = fuzz_child_left,
	};
	const struct xj_importer *importer = fuzz_importer();
	struct xj_import in = { .host = &host, .fd = -1, .size = size,
				.name = name, .password = "right" };
	const struct xj_sample sample = {
		.head = data, .head_len = size < 65536 ? size : 65536,
		.tail = data + (size < 4096 ? 0 : size - 4096),
		.tail_len = size < 4096 ? size : 4096,
		.size = size, .name = name, .mime = "",
	};

	fuzz.data = data;
	fuzz.size = size;
	in.mime = fuzz_mime(importer->formats, name);
	if (importer->probe)
		importer->probe(&sample, &in.mime);
	importer->import(&in);
	fuzz_clear();
}

#endif
