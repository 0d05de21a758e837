/*
 * run.c - text as a reader sees it: white space of the source collapsed, none
 * where a line of Chinese goes on in the next one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "html.h"

/* Code points U+0080 to U+009F are meant as windows-1252 (HTML, "numeric
 * character reference end state"). 0: none there. */
static const uint16_t windows[32] = {
	0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
	0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
	0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
};

/* Written without spaces: Han, kana, their punctuation and full forms. */
static bool
wide(uint32_t c)
{
	return (c >= 0x2E80 && c < 0xA000) || (c >= 0xF900 && c < 0xFB00) ||
	       (c >= 0xFE30 && c < 0xFE50) || (c >= 0xFF00 && c < 0xFFF0) ||
	       (c >= 0x20000 && c < 0x40000);
}

/* Punctuation that Chinese and Latin text share. */
static bool
shared(uint32_t c)
{
	return c == 0x2014 || c == 0x2018 || c == 0x2019 || c == 0x201C ||
	       c == 0x201D || c == 0x2026 || c == 0x00B7;
}

/* Whether a line may be broken between the two without a space being meant. */
static bool
joined(uint32_t a, uint32_t b)
{
	return (wide(a) && (wide(b) || shared(b))) || (shared(a) && wide(b));
}

static void
run_put(struct run *run, uint32_t c)
{
	if (run->len + 4 > run->cap && run->full)
		run->full(run->page);
	if (run->len + 4 > run->cap)
		return;
	run->len += utf8_put(c, run->text + run->len);
	run->last = c;
}

static void
close_gap(struct run *run, uint32_t c)
{
	enum gap gap = run->gap;

	run->gap = GAP_NONE;
	if (gap == GAP_NONE || run->last == 0 || run->last == '\t' ||
	    run->last == '\n')
		return;
	if (gap == GAP_LINE && joined(run->last, c))
		return;
	run_put(run, gap == GAP_BREAK ? '\n' : ' ');
}

/* 0: not to be kept. */
static uint32_t
repaired(uint32_t c)
{
	if (c >= 0x80 && c < 0xA0)
		return windows[c - 0x80];
	return c < 0x20 || c == 0x7F ? 0 : c;
}

void
run_clear(struct run *run)
{
	run->len = 0;
	run->last = 0;
	run->gap = GAP_NONE;
}

void
run_gap(struct run *run, enum gap gap)
{
	if (gap > run->gap)
		run->gap = gap;
}

void
run_add(struct run *run, const char *text, size_t len)
{
	const char *p = text, *end = p + len;

	while (p < end) {
		uint32_t c = utf8_next(&p, end);

		if (c == '\n' || c == '\r') {
			run_gap(run, GAP_LINE);
		} else if (c == ' ' || c == '\t' || c == '\f') {
			run_gap(run, GAP_BLANK);
		} else if ((c = repaired(c)) != 0) {
			close_gap(run, c);
			run_put(run, c);
		}
	}
}

void
run_add_raw(struct run *run, const char *text, size_t len)
{
	const char *p = text, *end = p + len;

	run->gap = GAP_NONE;
	while (p < end) {
		uint32_t c = utf8_next(&p, end);

		if (c != '\n' && c != '\t')
			c = repaired(c);
		if (c != 0)
			run_put(run, c);
	}
}

bool
seen(const char *text, size_t len)
{
	const char *p = text, *end = p + len;

	while (p < end) {
		uint32_t c = utf8_next(&p, end);

		if (c > ' ' && c != 0xA0 && c != 0xAD && c != 0x3000 &&
		    c != 0xFEFF && !(c >= 0x2000 && c <= 0x200F))
			return true;
	}
	return false;
}
