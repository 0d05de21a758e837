/*
 * doc-look.c - which paragraphs of a Word document are headings or in tables.
 *
 * Source: [MS-DOC], "Determining Properties of a Paragraph". Of all properties
 * four are read: the style, the level of the outline, and two of tables.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "doc.h"

#define NO_PAGE 0xFFFFFFFFu

/* ---------------------------------------------------------------- styles */

/* Level of a style by its number among Word's own, else that of its base. */
static uint8_t
level_of_style(const struct doc *doc, const unsigned char *std, size_t len)
{
	unsigned sti, base;

	if (len < 4)
		return 0;
	sti = get16(std) & 0xFFF;
	base = get16(std + 2) >> 4;
	if (sti >= 1 && sti <= 9)
		return (uint8_t)sti;
	return base < doc->n_styles ? doc->styles[base] : 0;
}

static int
read_styles(struct doc *doc, uint32_t off, uint32_t len)
{
	unsigned char raw[4];
	uint32_t end = off + len, count;
	int r = cfb_read_all(&doc->table, off, raw, 4);

	if (r < 0 || len < 4 || end < off)
		return r;
	count = get16(raw + 2);
	if (count > DOC_STYLES_MAX)
		count = DOC_STYLES_MAX;
	if (!(doc->styles = xj_alloc(doc->ole->in, NULL, count + 1)))
		return XJ_IMPORT_NOMEM;
	off += 2 + (uint32_t)get16(raw);
	for (uint32_t i = 0; i < count && off + 2 < end; i++) {
		uint32_t n;

		if ((r = cfb_read_all(&doc->table, off, raw, 2)) < 0)
			return r;
		n = get16(raw);
		if (n >= 4 &&
		    (r = cfb_read_all(&doc->table, off + 2, raw, 4)) < 0)
			return r;
		doc->styles[i] = level_of_style(doc, raw, n);
		doc->n_styles = i + 1;
		off += 2 + n;
	}
	return 0;
}

int
doc_looks_open(struct doc *doc)
{
	int r;

	doc->page_in_hand = NO_PAGE;
	if (doc_is_old(doc))
		return 0; /* the properties have another form there */
	doc->plc = fib32(doc, 0x102);
	if (fib32(doc, 0x106) >= 12)
		doc->plc_runs = (fib32(doc, 0x106) - 4) / 8;
	r = read_styles(doc, fib32(doc, 0xA2), fib32(doc, 0xA6));
	return r == XJ_IMPORT_CORRUPT ? 0 : r;
}

/* ------------------------------------------------------------ paragraphs */

/* The last i of n numbers at off with number[i] <= key; -1: none. */
static int64_t
last_before(struct doc *doc, uint32_t n, uint32_t key, int *r)
{
	int64_t low = -1, high = n;

	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;
		unsigned char raw[4];

		*r = cfb_read_all(&doc->table, doc->plc + (uint64_t)middle * 4,
				  raw, 4);
		if (*r < 0)
			return -1;
		if (get32(raw) <= key)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The page of properties that covers the offset. */
static int
turn_to_page(struct doc *doc, uint32_t offset)
{
	unsigned char raw[4];
	int r = 0;
	int64_t i;
	uint32_t page;

	if (doc->page_in_hand != NO_PAGE) {
		const unsigned char *p = doc->properties;
		unsigned runs = p[511];

		if (runs > 0 && runs <= 29 && offset >= get32(p) &&
		    offset < get32(p + (size_t)runs * 4))
			return 0;
	}
	i = last_before(doc, doc->plc_runs, offset, &r);
	if (i < 0)
		return r < 0 ? r : XJ_IMPORT_CORRUPT;
	r = cfb_read_all(&doc->table, doc->plc +
			 ((uint64_t)doc->plc_runs + 1 + (uint64_t)i) * 4, raw,
			 4);
	if (r < 0)
		return r;
	page = get32(raw) & 0x3FFFFF;
	doc->page_in_hand = NO_PAGE;
	r = cfb_read_all(&doc->main, (uint64_t)page * 512, doc->properties,
			 512);
	if (r == 0)
		doc->page_in_hand = page;
	return r;
}

/* Bytes of the operand of a property, its length byte included. */
static size_t
operand_size(unsigned sprm, const unsigned char *p, size_t len)
{
	static const uint8_t sizes[] = { 1, 1, 2, 4, 2, 2, 0, 3 };

	if (sprm >> 13 != 6)
		return sizes[sprm >> 13];
	if (sprm == 0xD608 && len >= 2)
		return (size_t)get16(p) + 1;
	return len > 0 ? (size_t)p[0] + 1 : 1;
}

static void
apply(struct doc *doc, unsigned sprm, const unsigned char *operand,
      struct doc_look *look)
{
	unsigned value = operand[0];

	switch (sprm) {
	case 0x2416:
		look->in_table = value != 0;
		break;
	case 0x2417:
		look->row_end = value != 0;
		break;
	case 0x2640: /* 9 is body text */
		look->level = value < 9 ? (uint8_t)(value + 1) : 0;
		break;
	case 0x4600:
		look->level = get16(operand) < doc->n_styles ?
			doc->styles[get16(operand)] : 0;
		break;
	}
}

static void
apply_all(struct doc *doc, const unsigned char *p, size_t len,
	  struct doc_look *look)
{
	unsigned style;

	if (len < 2)
		return;
	style = get16(p);
	look->level = style < doc->n_styles ? doc->styles[style] : 0;
	p += 2;
	len -= 2;
	while (len > 2) {
		unsigned sprm = get16(p);
		size_t n = operand_size(sprm, p + 2, len - 2);

		if (n > len - 2)
			return;
		if (n >= (sprm == 0x4600 ? 2 : 1))
			apply(doc, sprm, p + 2, look);
		p += 2 + n;
		len -= 2 + n;
	}
}

int
doc_look(struct doc *doc, uint32_t offset, struct doc_look *look)
{
	const unsigned char *p = doc->properties;
	unsigned runs, i = 0;
	size_t at, len;
	int r;

	memset(look, 0, sizeof(*look));
	if (doc->plc_runs == 0)
		return 0;
	if ((r = turn_to_page(doc, offset)) < 0)
		return r == XJ_IMPORT_CORRUPT ? 0 : r;
	runs = p[511];
	if (runs == 0 || runs > 29)
		return 0;
	while (i + 1 < runs && get32(p + (i + 1) * 4) <= offset)
		i++;
	at = (size_t)p[(runs + 1) * 4 + i * 13] * 2;
	if (at == 0 || at > 509)
		return 0;
	len = (size_t)p[at] * 2;
	if (len > 0) {
		len--;
		at++;
	} else {
		len = (size_t)p[at + 1] * 2;
		at += 2;
	}
	if (at + len <= 511)
		apply_all(doc, p + at, len, look);
	return 0;
}
