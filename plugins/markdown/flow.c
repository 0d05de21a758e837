/*
 * flow.c - the text of a block: joined lines, entities.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <stdlib.h>

#include <libxml/HTMLparser.h>

#include "markdown.h"

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

static bool
joined(uint32_t a, uint32_t b)
{
	return (wide(a) && (wide(b) || shared(b))) || (shared(a) && wide(b));
}

void
flow_clear(struct flow *flow)
{
	flow->len = 0;
	flow->last = 0;
	flow->gap = GAP_NONE;
}

void
flow_gap(struct flow *flow, enum gap gap)
{
	if (gap > flow->gap)
		flow->gap = gap;
}

static void
append(struct flow *flow, const char *text, size_t len)
{
	while (len > 0) {
		size_t n;

		if (flow->cap - flow->len < 4)
			flow->full(flow->ctx);
		n = utf8_cut(text, len, flow->cap - flow->len);
		memcpy(flow->text + flow->len, text, n);
		flow->len += n;
		text += n;
		len -= n;
	}
}

static void
close_gap(struct flow *flow, uint32_t next)
{
	enum gap gap = flow->gap;

	flow->gap = GAP_NONE;
	if (gap == GAP_NONE || flow->last == 0 || flow->last == '\t' ||
	    flow->last == '\n')
		return;
	if (gap == GAP_LINE && joined(flow->last, next))
		return;
	append(flow, gap == GAP_BREAK ? "\n" : " ", 1);
}

void
flow_add(struct flow *flow, const char *text, size_t len)
{
	const char *p = text;

	if (len == 0)
		return;
	close_gap(flow, utf8_next(&p, text + len));
	append(flow, text, len);
	flow->last = utf8_last(text, len);
}

void
flow_add_loose(struct flow *flow, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t from = i;

		while (i < len && !strchr(" \t\r\n\f", text[i]))
			i++;
		flow_add(flow, text + from, i - from);
		for (; i < len && strchr(" \t\r\n\f", text[i]); i++)
			flow_gap(flow, text[i] == '\n' ? GAP_LINE : GAP_BLANK);
	}
}

/* 0: nothing that Unicode has. */
static uint32_t
number(const char *text, size_t len)
{
	bool hex = len > 3 && (text[2] == 'x' || text[2] == 'X');
	char digits[16] = "";
	unsigned long c;

	if (len - 3 >= sizeof(digits))
		return 0;
	memcpy(digits, text + (hex ? 3 : 2), len - (hex ? 4 : 3));
	c = strtoul(digits, NULL, hex ? 16 : 10);
	return c < 0x20 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? 0 :
								  (uint32_t)c;
}

static uint32_t
named(const char *text, size_t len)
{
	const htmlEntityDesc *entity;
	char name[32];

	if (len - 2 >= sizeof(name))
		return 0;
	memcpy(name, text + 1, len - 2);
	name[len - 2] = '\0';
	entity = htmlEntityLookup((const xmlChar *)name);
	return entity ? entity->value : 0;
}

void
flow_add_entity(struct flow *flow, const char *text, size_t len)
{
	char utf8[4];
	uint32_t c = 0;

	if (len > 3)
		c = text[1] == '#' ? number(text, len) : named(text, len);
	if (c == 0)
		flow_add(flow, text, len);
	else
		flow_add(flow, utf8, utf8_put(c, utf8));
}

size_t
entity_length(const char *text, size_t len)
{
	static const char characters[] = "0123456789#abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t n = 1;

	if (len < 3 || text[0] != '&')
		return 0;
	while (n < len && n < 32 && text[n] && strchr(characters, text[n]))
		n++;
	return n > 1 && n < len && text[n] == ';' ? n + 1 : 0;
}
