/*
 * props.c - properties of a document: docProps/core.xml and app.xml.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <stdlib.h>

#include "ooxml.h"

#define VALUE_MAX 32768

enum how { AS_IS, BY_SEMICOLON, A_LIST, A_DATE, A_COUNT };

static const struct {
	char space;
	const char *name, *element;
	enum how how;
} properties[] = {
	{ NS_DC, "title", "title", AS_IS },
	{ NS_DC, "creator", "creator", BY_SEMICOLON },
	{ NS_DC, "subject", "subject", AS_IS },
	{ NS_CORE, "keywords", "subject", A_LIST },
	{ NS_CORE, "category", "type", AS_IS },
	{ NS_DC, "description", "description", AS_IS },
	{ NS_DC, "language", "language", AS_IS },
	{ NS_CORE, "language", "language", AS_IS },
	{ NS_DC, "identifier", "identifier", AS_IS },
	{ NS_DC, "publisher", "publisher", AS_IS },
	{ NS_CORE, "lastModifiedBy", "contributor", AS_IS },
	{ NS_TERMS, "created", "created", A_DATE },
	{ NS_TERMS, "modified", "modified", A_DATE },
	{ NS_CORE, "lastPrinted", "printed", A_DATE },
	{ NS_APP, "Company", "publisher", AS_IS },
	{ NS_APP, "Manager", "contributor", AS_IS },
	{ NS_APP, "Application", "tool", AS_IS },
	{ NS_APP, "Pages", "pages", A_COUNT },
	{ NS_APP, "Slides", "slides", A_COUNT },
	{ NS_APP, "Words", "words", A_COUNT },
};

#define COUNT (sizeof(properties) / sizeof(properties[0]))

struct props {
	struct office *o;
	const char *source;
	size_t which;      /* the property being read; COUNT: none */
	char value[VALUE_MAX];
	size_t len;
};

static int
on_start(void *ctx, char space, const char *name, const struct xml_atts *atts)
{
	struct props *p = ctx;

	(void)atts;
	p->len = 0;
	for (p->which = 0; p->which < COUNT; p->which++)
		if (properties[p->which].space == space &&
		    !strcmp(properties[p->which].name, name))
			break;
	return 0;
}

static int
on_text(void *ctx, const char *text, size_t len)
{
	struct props *p = ctx;

	if (p->which == COUNT)
		return 0;
	len = utf8_cut(text, len, sizeof(p->value) - 1 - p->len);
	memcpy(p->value + p->len, text, len);
	p->len += len;
	return 0;
}

static int
on_end(void *ctx, char space, const char *name)
{
	struct props *p = ctx;
	struct xj_import *in = p->o->in;
	size_t i = p->which;

	(void)space, (void)name;
	p->which = COUNT;
	p->value[p->len] = '\0';
	if (i == COUNT)
		return 0;
	switch (properties[i].how) {
	case BY_SEMICOLON:
		return send_values(in, properties[i].element, p->value, p->len,
				   p->source, ";");
	case A_LIST:
		return send_values(in, properties[i].element, p->value, p->len,
				   p->source, ",;");
	case A_DATE:
		return send_date(in, properties[i].element, p->value, p->len,
				 p->source);
	case A_COUNT:
		if (strtol(p->value, NULL, 10) <= 0)
			return 0; /* not counted */
		break;
	case AS_IS:
		break;
	}
	return send_value(in, properties[i].element, p->value, p->len,
			  p->source);
}

static int
read_props(struct props *p, const struct rels *package, const char *type,
	   const char *part, const char *source)
{
	static const struct xml_handler handler = {
		.spaces = ooxml_spaces, .start = on_start, .end = on_end,
		.text = on_text,
	};
	int r;

	for (size_t i = 0; i < package->n; i++)
		if (!strcmp(package->list[i].type, type) &&
		    package->list[i].target[0])
			part = package->list[i].target;
	p->source = source;
	p->which = COUNT;
	r = xml_part(&p->o->package, part, &handler, p);
	return r < 0 ? r : 0;
}

int
props_read(struct office *o, const struct rels *package)
{
	struct props *p = xj_alloc(o->in, NULL, sizeof(*p));
	int r;

	if (!p)
		return XJ_IMPORT_NOMEM;
	p->o = o;
	r = read_props(p, package, "core-properties", "docProps/core.xml",
		       "core-props");
	if (r == 0)
		r = read_props(p, package, "extended-properties",
			       "docProps/app.xml", "app-props");
	xj_alloc(o->in, p, 0);
	return r;
}
