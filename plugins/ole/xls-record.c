/*
 * xls-record.c - records of a workbook, and strings that go on from one to the
 * next.
 *
 * Source: [MS-XLS], "XLUnicodeRichExtendedString", "Continue".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "xls.h"

int
xls_record_at(struct cfb_stream *s, uint64_t off, struct xls_record *record)
{
	unsigned char head[4];
	int r = cfb_read_all(s, off, head, 4);

	if (r < 0)
		return r == XJ_IMPORT_CORRUPT ? 0 : r;
	record->type = get16(head);
	record->data.stream = s;
	record->data.at = off + 4;
	record->data.left = get16(head + 2);
	record->data.end = false;
	record->next = off + 4 + record->data.left;
	return 1;
}

int
xls_head(const struct xls_record *record, unsigned char *buf, size_t len)
{
	size_t n = record->data.left < len ? record->data.left : len;
	ssize_t got = cfb_read(record->data.stream, record->data.at, buf, n);

	memset(buf, 0, got < 0 ? len : 0);
	if (got >= 0)
		memset(buf + got, 0, len - (size_t)got);
	return got < 0 ? (int)got : 0;
}

/* Into the next CONTINUE record, when this one is used up. */
static int
go_on(struct xls_cursor *c)
{
	struct xls_record next;
	int r;

	while (c->left == 0 && !c->end) {
		r = xls_record_at(c->stream, c->at, &next);
		if (r < 0)
			return r;
		if (r == 0 || next.type != XLS_CONTINUE)
			c->end = true;
		else
			*c = next.data;
	}
	return 0;
}

int
xls_skip(struct xls_cursor *c, uint64_t n)
{
	int r = 0;

	while (n > 0 && !c->end) {
		uint32_t step = n < c->left ? (uint32_t)n : c->left;

		c->at += step;
		c->left -= step;
		n -= step;
		if (n > 0 && (r = go_on(c)) < 0)
			break;
	}
	return r;
}

int
xls_bytes(struct xls_cursor *c, void *buf, size_t n)
{
	unsigned char *out = buf;
	int r;

	while (n > 0) {
		size_t step;
		ssize_t got;

		if ((r = go_on(c)) < 0)
			return r;
		step = n < c->left ? n : c->left;
		got = c->end ? 0 : cfb_read(c->stream, c->at, out, step);
		if (got < 0)
			return (int)got;
		if (got == 0) {
			c->end = true;
			memset(out, 0, n);
			return 0;
		}
		out += got;
		n -= (size_t)got;
		c->at += (uint64_t)got;
		c->left -= (uint32_t)got;
	}
	return 0;
}

static int
put_run(struct ole *ole, struct xls_cursor *c, uint32_t n, bool wide,
	struct paragraph *p)
{
	unsigned char buf[512];
	int r = 0;

	while (r == 0 && n > 0 && !c->end) {
		size_t some = wide ? sizeof(buf) / 2 : sizeof(buf);

		if (some > n)
			some = n;
		r = xls_bytes(c, buf, wide ? some * 2 : some);
		for (size_t i = 0; r == 0 && i < some; i++) {
			uint32_t u = wide ? get16(buf + i * 2) : buf[i];

			if (u >= ' ' || u == '\n')
				r = prose_put(&ole->prose, p, u);
			else if (u == '\t')
				r = prose_put(&ole->prose, p, ' ');
		}
		n -= (uint32_t)some;
	}
	return r;
}

/* Where a string is cut by a record, new flags stand before its rest. */
int
xls_characters(struct ole *ole, struct xls_cursor *c, uint32_t count,
	       bool wide, struct paragraph *p)
{
	unsigned char flags;
	int r = 0;

	while (r == 0 && count > 0 && !c->end) {
		uint32_t n = c->left / (wide ? 2 : 1);

		if (n == 0) {
			if ((r = xls_skip(c, c->left)) < 0 ||
			    (r = xls_bytes(c, &flags, 1)) < 0)
				break;
			wide = flags & 1;
			continue;
		}
		if (n > count)
			n = count;
		r = p ? put_run(ole, c, n, wide, p) :
			xls_skip(c, wide ? (uint64_t)n * 2 : n);
		count -= n;
	}
	return r;
}

int
xls_string(struct ole *ole, struct xls_cursor *c, bool short_length,
	   struct paragraph *p)
{
	unsigned char raw[4];
	uint32_t count, rest = 0;
	unsigned flags;
	uint64_t tail = 0;
	int r = xls_bytes(c, raw, short_length ? 2 : 3);

	if (r < 0)
		return r;
	count = short_length ? raw[0] : get16(raw);
	flags = short_length ? raw[1] : raw[2];
	if (flags & 8) { /* runs of fonts */
		if ((r = xls_bytes(c, raw, 2)) < 0)
			return r;
		tail += (uint64_t)get16(raw) * 4;
	}
	if (flags & 4) { /* readings of Han */
		if ((r = xls_bytes(c, raw, 4)) < 0)
			return r;
		rest = get32(raw);
		tail += rest;
	}
	r = xls_characters(ole, c, count, flags & 1, p);
	return r < 0 ? r : xls_skip(c, tail);
}
