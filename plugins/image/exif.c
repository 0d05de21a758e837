/*
 * exif.c - directories of TIFF, in which EXIF data are kept too.
 *
 * Source: TIFF 6.0, section 2; Exif 2.32 (CIPA DC-008), section 4.6; the XP
 * tags of Windows hold UTF-16.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>

#include "image.h"

#define ENTRIES_MAX 512u /* of one directory */
#define TEXT_MAX 8192u

#define PAGES_MAX 10000u

enum {
	SUBFILE = 0xFE, WIDTH = 0x100, HEIGHT = 0x101, SUB_DIRECTORY = 0x8769,
};
enum { REDUCED = 1 }; /* a bit of SUBFILE: a small copy of another page */
enum { SHORT = 3, LONG = 4 };

static const struct {
	uint32_t tag;
	const char *element;
	enum { TEXT, UTF16, A_DATE } kind;
} tags[] = {
	{ 0x010E, "description", TEXT },
	{ 0x0131, "tool", TEXT },
	{ 0x0132, "modified", A_DATE },
	{ 0x013B, "creator", TEXT },
	{ 0x8298, "rights", TEXT },
	{ 0x9003, "date", A_DATE },
	{ 0x9004, "created", A_DATE },
	{ 0x9C9B, "title", UTF16 },
	{ 0x9C9C, "description", UTF16 },
	{ 0x9C9D, "creator", UTF16 },
	{ 0x9C9E, "subject", UTF16 },
};

struct tiff {
	struct xj_import *in;
	uint64_t base;
	bool big;
	bool sizes; /* nothing else is wanted */
	uint32_t width, height, sub, subfile;
	uint32_t next; /* directory: the next page */
};

struct entry {
	uint32_t tag, type, count;
	uint32_t value;      /* the number, or the offset of what is longer */
	uint64_t at;         /* where four bytes and less stand */
};

/* "2024:03:01 08:00:00", which names no zone: then the day alone. */
static int
send_date(struct tiff *t, const char *element, const unsigned char *s)
{
	char date[11];

	memcpy(date, s, 10);
	date[10] = '\0';
	for (size_t i = 0; i < 10; i++)
		if (i == 4 || i == 7)
			date[i] = '-';
		else if (!isdigit((unsigned char)date[i]))
			return 0;
	if (memcmp(date, "0000", 4) == 0 || memcmp(date + 5, "00", 2) == 0 ||
	    memcmp(date + 5, "12", 2) > 0 || memcmp(date + 8, "00", 2) == 0 ||
	    memcmp(date + 8, "31", 2) > 0)
		return 0;
	return xj_meta(t->in, element, date);
}

static int
send_entry(struct tiff *t, const struct entry *e, size_t i)
{
	unsigned char text[2 + TEXT_MAX] = "\xFF\xFE";
	size_t len = e->count < TEXT_MAX ? e->count : TEXT_MAX;
	uint64_t at = e->count <= 4 ? e->at : t->base + e->value;
	int r;

	if (len == 0 || (e->type != 1 && e->type != 2 && e->type != 7))
		return 0;
	r = read_all(t->in, at, text + 2, len);
	if (r <= 0)
		return r;
	if (tags[i].kind == A_DATE)
		return len >= 10 ? send_date(t, tags[i].element, text + 2) : 0;
	return tags[i].kind == UTF16 ?
		send_text(t->in, tags[i].element, text, len + 2, "exif") :
		send_text(t->in, tags[i].element, text + 2, len, "exif");
}

static int
take_entry(struct tiff *t, const unsigned char *p, uint64_t at)
{
	struct entry e = { .tag = number_of(p, 2, t->big),
			   .type = number_of(p + 2, 2, t->big),
			   .count = number_of(p + 4, 4, t->big),
			   .at = at + 8 };

	e.value = number_of(p + 8, e.type == SHORT ? 2 : 4, t->big);
	if (e.type == SHORT || e.type == LONG) {
		if (e.tag == WIDTH)
			t->width = e.value;
		else if (e.tag == HEIGHT)
			t->height = e.value;
		else if (e.tag == SUB_DIRECTORY)
			t->sub = e.value;
		else if (e.tag == SUBFILE)
			t->subfile = e.value;
		return 0;
	}
	if (t->sizes)
		return 0;
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (tags[i].tag == e.tag)
			return send_entry(t, &e, i);
	return 0;
}

static int
take_directory(struct tiff *t, uint32_t offset)
{
	unsigned char buf[12];
	uint64_t at = t->base + offset;
	uint32_t count;
	int r = read_all(t->in, at, buf, 2);

	if (r <= 0)
		return r;
	count = number_of(buf, 2, t->big);
	at += 2;
	for (uint32_t i = 0; i < count && i < ENTRIES_MAX; i++, at += 12) {
		r = read_all(t->in, at, buf, 12);
		if (r > 0)
			r = take_entry(t, buf, at);
		if (r < 0)
			return r;
	}
	r = count <= ENTRIES_MAX ? read_all(t->in, at, buf, 4) : 0;
	t->next = r > 0 ? number_of(buf, 4, t->big) : 0;
	return r < 0 ? r : 0;
}

/* The pages behind the first. */
static int
send_pages(struct tiff *t)
{
	int r = 0;

	t->sizes = true;
	for (uint64_t n = 2; t->next && n <= PAGES_MAX && r == 0; n++) {
		t->width = t->height = t->subfile = 0;
		r = take_directory(t, t->next);
		if (r == 0 && !(t->subfile & REDUCED))
			r = send_page(t->in, n, t->width, t->height);
	}
	return r;
}

int
exif_send(struct xj_import *in, uint64_t base, bool whole)
{
	struct tiff t = { .in = in, .base = base };
	unsigned char head[8];
	uint32_t next;
	int r = read_all(in, base, head, 8);

	if (r <= 0)
		return r;
	t.big = head[0] == 'M';
	if (memcmp(head, t.big ? "MM" : "II", 2) != 0 ||
	    number_of(head + 2, 2, t.big) != 42)
		return 0;
	r = take_directory(&t, number_of(head + 4, 4, t.big));
	next = t.next;
	if (r == 0 && t.sub)
		r = take_directory(&t, t.sub);
	if (r < 0 || !whole)
		return r;
	r = send_size(in, t.width, t.height);
	t.next = next;
	return r < 0 ? r : send_pages(&t);
}
