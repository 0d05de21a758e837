/*
 * opf.c - the package document: metadata, files, their order.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <strings.h>

#include "epub.h"

#define ITEMS_MAX 100000
#define NS_DC 'd'

static const char source[] = "opf";

/* An array with room for one more, or NULL. */
static void *
grow(struct book *b, void *list, size_t n, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 64;

	if (n < *room)
		return list;
	list = xj_alloc(b->in, list, more * size);
	if (list)
		*room = more;
	return list;
}

static int
add_item(struct book *b, const struct xml_atts *atts)
{
	char href[PART_NAME_MAX], type[80];
	struct item *list, *item;

	if (b->nitems == ITEMS_MAX ||
	    !xml_att(atts, "href", href, sizeof(href)))
		return 0;
	list = grow(b, b->items, b->nitems, &b->room, sizeof(*list));
	if (!list)
		return XJ_IMPORT_NOMEM;
	b->items = list;
	item = &list[b->nitems];
	memset(item, 0, sizeof(*item));
	if (!part_resolve(b->opf, href, true, item->part))
		return 0;
	xml_att(atts, "id", item->id, sizeof(item->id));
	if (xml_att(atts, "media-type", type, sizeof(type)))
		item->text = !strcasecmp(type, "application/xhtml+xml") ||
			     !strcasecmp(type, "image/svg+xml") ||
			     !strcasecmp(type, "text/x-oeb1-document") ||
			     !strcasecmp(type, "text/html");
	item->order = (uint32_t)b->nitems++;
	return 0;
}

static int
add_reference(struct book *b, const struct xml_atts *atts)
{
	char (*list)[128];

	if (b->nspine == ITEMS_MAX)
		return 0;
	list = grow(b, b->spine, b->nspine, &b->spine_room, sizeof(*list));
	if (!list)
		return XJ_IMPORT_NOMEM;
	b->spine = list;
	if (xml_att(atts, "idref", list[b->nspine], sizeof(*list)))
		b->nspine++;
	return 0;
}

/* -------------------------------------------------------------- metadata */

static void
take(struct book *b, const char *element, bool date)
{
	b->element = element;
	b->date = date;
	b->len = 0;
}

/* The date of a book of EPUB 2 says what happened then. */
static const char *
event(const struct xml_atts *atts)
{
	if (xml_att_is(atts, "event", "creation"))
		return "created";
	return xml_att_is(atts, "event", "modification") ? "modified" : "date";
}

static void
start_dublin(struct book *b, const char *name, const struct xml_atts *atts)
{
	static const char *const elements[] = {
		"title", "creator", "subject", "description", "publisher",
		"contributor", "type", "format", "identifier", "source",
		"language", "relation", "coverage", "rights",
	};

	if (!strcasecmp(name, "date"))
		take(b, event(atts), true);
	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
		if (!strcasecmp(name, elements[i]))
			take(b, elements[i], false);
}

static int
start_meta(struct book *b, const struct xml_atts *atts)
{
	char value[512];

	if (xml_att_is(atts, "property", "dcterms:modified"))
		take(b, "modified", true);
	else if (xml_att_is(atts, "property", "dcterms:created"))
		take(b, "created", true);
	else if (xml_att_is(atts, "name", "generator") &&
		 xml_att(atts, "content", value, sizeof(value)))
		return send_value(b->in, "tool", value, strlen(value), source);
	return 0;
}

static int
on_start(void *ctx, char space, const char *name, const struct xml_atts *atts)
{
	struct book *b = ctx;

	b->element = NULL;
	if (space == NS_DC)
		start_dublin(b, name, atts);
	else if (!strcmp(name, "meta"))
		return start_meta(b, atts);
	else if (!strcmp(name, "item"))
		return add_item(b, atts);
	else if (!strcmp(name, "itemref"))
		return add_reference(b, atts);
	return 0;
}

static int
on_text(void *ctx, const char *text, size_t len)
{
	struct book *b = ctx;

	if (!b->element)
		return 0;
	len = utf8_cut(text, len, sizeof(b->value) - 1 - b->len);
	memcpy(b->value + b->len, text, len);
	b->len += len;
	return 0;
}

static int
on_end(void *ctx, char space, const char *name)
{
	struct book *b = ctx;
	const char *element = b->element;

	(void)space, (void)name;
	b->element = NULL;
	if (!element)
		return 0;
	return b->date ? send_date(b->in, element, b->value, b->len, source) :
			 send_value(b->in, element, b->value, b->len, source);
}

int
opf_read(struct book *b)
{
	static const struct xml_space spaces[] = {
		{ "http://purl.org/dc/elements/1.1/", NS_DC },
		{ "http://purl.org/dc/elements/1.0/", NS_DC },
		{ NULL, 0 }
	};
	static const struct xml_handler handler = {
		.spaces = spaces, .start = on_start, .end = on_end,
		.text = on_text, .html = true,
	};

	return xml_part(&b->package, b->opf, &handler, b);
}
