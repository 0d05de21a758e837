/*
 * image.c - the importer of pictures: their size and what their headers tell.
 * Pixels are never decoded.
 *
 * Sources: ITU-T T.81, annex B (JPEG); W3C PNG 3rd edition, section 5; GIF89a;
 * RFC 9649 (WebP).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <strings.h>

#include "image.h"

#define PARTS_MAX 10000u /* segments or chunks that are looked at */
#define TEXT_MAX 8192u
#define SIGN 32u /* points; what is smaller is no page but a sign */
#define POINTS_MAX 1000000u

/* --------------------------------------------------------------- helpers */

int
read_all(struct xj_import *in, uint64_t off, void *buf, size_t len)
{
	ssize_t n = xj_read(in, off, buf, len);

	return n < 0 ? (int)n : (size_t)n == len;
}

uint32_t
number_of(const unsigned char *p, size_t bytes, bool big)
{
	uint32_t n = 0;

	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | p[big ? i : bytes - 1 - i];
	return n;
}

int
send_size(struct xj_import *in, uint32_t width, uint32_t height)
{
	char number[16];
	int r;

	if (width == 0 || height == 0)
		return 0;
	snprintf(number, sizeof(number), "%u", width);
	r = xj_meta(in, "width", number);
	snprintf(number, sizeof(number), "%u", height);
	if (r == 0)
		r = xj_meta(in, "height", number);
	return r < 0 ? r : send_page(in, 1, width, height);
}

/* Points at 200 an inch, as most pages are scanned. */
int
send_page(struct xj_import *in, uint64_t number, uint32_t width,
	  uint32_t height)
{
	struct xj_page page = { .number = number, .width = width * 36,
				.height = height * 36, .image_area = 100 };

	if (width < SIGN || height < SIGN || width > POINTS_MAX ||
	    height > POINTS_MAX)
		return 0;
	return xj_page(in, &page);
}

static int
send_decoded(struct xj_import *in, const char *element, const char *text,
	     size_t len, const char *source)
{
	struct xj_meta m = { .element = element, .source = source };
	char value[4 * TEXT_MAX];
	size_t n = 0;

	for (size_t i = 0; i < len && n < sizeof(value); i++)
		if (n > 0 || (unsigned char)text[i] > ' ')
			value[n++] = (unsigned char)text[i] < ' ' ? ' ' :
								    text[i];
	while (n > 0 && value[n - 1] == ' ')
		n--;
	m.value = value;
	m.len = n;
	return n > 0 ? xj_meta_full(in, &m) : 0;
}

int
send_text(struct xj_import *in, const char *element,
	  const unsigned char *bytes, size_t len, const char *source)
{
	bool wide = len >= 2 && memcmp(bytes, "\xFF\xFE", 2) == 0;
	struct xj_decoder *decoder;
	const char *name, *text;
	size_t n = 0, text_len;
	int r;

	while (!wide && n < len && bytes[n])
		n++;
	while (wide && n + 1 < len && (bytes[n] || bytes[n + 1]))
		n += 2;
	r = xj_decode_begin(in, NULL, bytes, n, &decoder, &name);
	if (r < 0)
		return r;
	r = xj_decode(in, decoder, bytes, n, 1, &text, &text_len);
	if (r == 0)
		r = send_decoded(in, element, text, text_len, source);
	xj_decode_end(in, decoder);
	return r;
}

/* ------------------------------------------------------------------ JPEG */

static bool
is_frame(unsigned marker)
{
	return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 &&
	       marker != 0xC8 && marker != 0xCC;
}

static int
take_segment(struct xj_import *in, unsigned marker, uint64_t off, size_t len)
{
	unsigned char buf[TEXT_MAX];
	size_t n = len < sizeof(buf) ? len : sizeof(buf);
	int r = read_all(in, off, buf, n);

	if (r <= 0)
		return r;
	if (is_frame(marker) && n >= 5)
		return send_size(in, number_of(buf + 3, 2, true),
				 number_of(buf + 1, 2, true));
	if (marker == 0xE1 && n > 6 && memcmp(buf, "Exif\0", 6) == 0)
		return exif_send(in, off + 6, false);
	return marker == 0xFE ?
		send_text(in, "description", buf, n, "comment") : 0;
}

static int
read_jpeg(struct xj_import *in)
{
	unsigned char head[4];
	uint64_t off = 2;
	int r = 1;

	for (unsigned i = 0; i < PARTS_MAX; i++) {
		size_t len;

		r = read_all(in, off, head, 4);
		if (r <= 0 || head[0] != 0xFF || head[1] == 0xDA ||
		    head[1] == 0xD9)
			return r < 0 ? r : 0;
		if (head[1] == 0xFF) { /* padding */
			off++;
			continue;
		}
		len = number_of(head + 2, 2, true);
		if (len < 2)
			return xj_warn(in, "a segment without a length");
		r = take_segment(in, head[1], off + 4, len - 2);
		if (r < 0)
			return r;
		off += 2 + len;
	}
	return 0;
}

/* ------------------------------------------------------------------- PNG */

static const char *
keyword_element(const char *keyword)
{
	static const char *const known[][2] = {
		{ "Title", "title" }, { "Author", "creator" },
		{ "Description", "description" }, { "Comment", "description" },
		{ "Copyright", "rights" }, { "Software", "tool" },
		{ "Source", "source" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcasecmp(known[i][0], keyword) == 0)
			return known[i][1];
	return NULL;
}

/* keyword NUL text; in iTXt NUL, two flags and two more strings go between. */
static int
take_png_text(struct xj_import *in, const unsigned char *s, size_t len,
	      bool international)
{
	const unsigned char *end = s + len, *p = memchr(s, 0, len);
	const char *element = p ? keyword_element((const char *)s) : NULL;

	if (!element)
		return 0;
	p++;
	if (international) {
		if (end - p < 2 || p[0] != 0)
			return 0; /* compressed */
		p += 2;
		for (int i = 0; i < 2 && p; i++)
			if ((p = memchr(p, 0, (size_t)(end - p))) != NULL)
				p++;
		if (!p)
			return 0;
	}
	return send_text(in, element, p, (size_t)(end - p), "png");
}

static int
take_chunk(struct xj_import *in, const unsigned char *type, uint64_t off,
	   size_t len)
{
	unsigned char buf[TEXT_MAX];
	size_t n = len < sizeof(buf) ? len : sizeof(buf);
	int r;

	if (memcmp(type, "eXIf", 4) == 0)
		return exif_send(in, off, false);
	if (memcmp(type, "IHDR", 4) != 0 && memcmp(type, "tEXt", 4) != 0 &&
	    memcmp(type, "iTXt", 4) != 0)
		return 0;
	r = read_all(in, off, buf, n);
	if (r <= 0)
		return r;
	if (type[0] != 'I')
		return take_png_text(in, buf, n, type[0] == 'i');
	return n < 8 ? 0 : send_size(in, number_of(buf, 4, true),
				     number_of(buf + 4, 4, true));
}

static int
read_png(struct xj_import *in)
{
	unsigned char head[8];
	uint64_t off = 8;

	for (unsigned i = 0; i < PARTS_MAX; i++) {
		uint32_t len;
		int r = read_all(in, off, head, 8);

		if (r <= 0)
			return r;
		len = number_of(head, 4, true);
		r = take_chunk(in, head + 4, off + 8, len);
		if (r < 0 || memcmp(head + 4, "IEND", 4) == 0)
			return r < 0 ? r : 0;
		off += 12 + (uint64_t)len;
	}
	return 0;
}

/* ------------------------------------------------------------- the others */

static int
read_gif(struct xj_import *in)
{
	unsigned char head[10];
	int r = read_all(in, 0, head, 10);

	return r <= 0 ? r : send_size(in, number_of(head + 6, 2, false),
				      number_of(head + 8, 2, false));
}

static int
read_bmp(struct xj_import *in)
{
	unsigned char head[26];
	int r = read_all(in, 0, head, 26);
	uint32_t height = number_of(head + 22, 4, false);

	if (r <= 0)
		return r;
	if (number_of(head + 14, 4, false) == 12) /* OS/2 */
		return send_size(in, number_of(head + 18, 2, false),
				 number_of(head + 20, 2, false));
	return send_size(in, number_of(head + 18, 4, false),
			 height > INT32_MAX ? -height : height);
}

static int
take_webp(struct xj_import *in, const unsigned char *type, uint64_t off)
{
	unsigned char b[10];
	uint32_t bits;
	int r;

	if (memcmp(type, "EXIF", 4) == 0) {
		r = read_all(in, off, b, 6);
		return r <= 0 ? r :
			exif_send(in, off + (memcmp(b, "Exif\0", 6) ? 0 : 6),
				  false);
	}
	if (memcmp(type, "VP8", 3) != 0 || (r = read_all(in, off, b, 10)) < 0)
		return 0;
	if (r == 0)
		return 0;
	if (type[3] == 'X')
		return send_size(in, number_of(b + 4, 3, false) + 1,
				 number_of(b + 7, 3, false) + 1);
	if (type[3] == ' ')
		return send_size(in, number_of(b + 6, 2, false) & 0x3FFF,
				 number_of(b + 8, 2, false) & 0x3FFF);
	bits = number_of(b + 1, 4, false);
	return send_size(in, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1);
}

/* The extended header gives the size; without it the first picture does. */
static int
read_webp(struct xj_import *in)
{
	unsigned char head[8];
	uint64_t off = 12;
	bool sized = false;

	for (unsigned i = 0; i < PARTS_MAX; i++) {
		uint32_t len;
		int r = read_all(in, off, head, 8);
		bool size = memcmp(head, "VP8", 3) == 0;

		if (r <= 0)
			return r;
		len = number_of(head + 4, 4, false);
		if (!size || !sized)
			r = take_webp(in, head, off + 8);
		if (r < 0)
			return r;
		sized |= size;
		off += 8 + (uint64_t)len + (len & 1);
	}
	return 0;
}

/* ---------------------------------------------------------------- import */

static int
import_image(struct xj_import *in)
{
	unsigned char head[16] = { 0 };
	ssize_t n = xj_read(in, 0, head, sizeof(head));

	if (n < 0)
		return (int)n;
	if (memcmp(head, "\xFF\xD8\xFF", 3) == 0)
		return read_jpeg(in);
	if (memcmp(head, "\x89PNG", 4) == 0)
		return read_png(in);
	if (memcmp(head, "GIF8", 4) == 0)
		return read_gif(in);
	if (memcmp(head, "RIFF", 4) == 0 && memcmp(head + 8, "WEBP", 4) == 0)
		return read_webp(in);
	if (memcmp(head, "II*\0", 4) == 0 || memcmp(head, "MM\0*", 4) == 0)
		return exif_send(in, 0, true);
	if (memcmp(head, "BM", 2) == 0)
		return read_bmp(in);
	return xj_fail(in, XJ_IMPORT_CORRUPT,
		       "the name says picture, but the bytes do not");
}

static const struct xj_format formats[] = {
	{ "image/jpeg", "jpg", "\xFF\xD8\xFF", 3, 0 },
	{ .mime = "image/jpeg", .ext = "jpeg" },
	{ "image/png", "png", "\x89PNG\r\n\x1A\n", 8, 0 },
	{ "image/gif", "gif", "GIF87a", 6, 0 },
	{ "image/gif", NULL, "GIF89a", 6, 0 },
	{ "image/webp", "webp", "WEBP", 4, 8 },
	{ "image/tiff", "tif", "II*\0", 4, 0 },
	{ "image/tiff", "tiff", "MM\0*", 4, 0 },
	{ .mime = "image/bmp", .ext = "bmp" },
	{ 0 }
};

XJ_IMPORTER(.name = "image", .version = "1.1",
	    .license = "GPL-3.0-or-later", .formats = formats,
	    .import = import_image);
