/*
 * meta.c - metadata of an OpenDocument file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <stdlib.h>

#include "odf.h"

static const char source[] = "meta";

static const struct {
	char space;
	const char *name, *element;
	bool date;
} properties[] = {
	{ NS_DC, "title", "title", false },
	{ NS_META, "initial-creator", "creator", false },
	{ NS_DC, "creator", "contributor", false },
	{ NS_DC, "subject", "subject", false },
	{ NS_META, "keyword", "subject", false },
	{ NS_DC, "description", "description", false },
	{ NS_DC, "language", "language", false },
	{ NS_META, "creation-date", "created", true },
	{ NS_DC, "date", "modified", true },
	{ NS_META, "print-date", "printed", true },
	{ NS_META, "generator", "tool", false },
};

static const struct {
	const char *name, *element;
} counts[] = {
	{ "page-count", "pages" }, { "word-count", "words" },
};

static int
statistic(struct odf *o, const struct xml_atts *atts)
{
	char value[32];
	int r = 0;

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		if (r == 0 && xml_att_long(atts, counts[i].name, 0) > 0 &&
		    xml_att(atts, counts[i].name, value, sizeof(value)))
			r = send_value(o->in, counts[i].element, value,
				       strlen(value), source);
	return r;
}

bool
meta_start(struct odf *o, char space, const char *name,
	   const struct xml_atts *atts, int *status)
{
	const int n = (int)(sizeof(properties) / sizeof(properties[0]));

	if (o->body > 0 || o->running > 0)
		return false;
	if (space == NS_META && !strcmp(name, "document-statistic"))
		*status = statistic(o, atts);
	o->property = -1;
	o->len = 0;
	for (int i = 0; i < n && o->property < 0; i++)
		if (properties[i].space == space &&
		    !strcmp(properties[i].name, name))
			o->property = i;
	return o->property >= 0;
}

void
meta_text(struct odf *o, const char *text, size_t len)
{
	len = utf8_cut(text, len, sizeof(o->value) - 1 - o->len);
	memcpy(o->value + o->len, text, len);
	o->len += len;
}

int
meta_end(struct odf *o)
{
	int i = o->property;
	const char *element;

	if (i < 0)
		return 0;
	o->property = -1;
	element = properties[i].element;
	if (properties[i].date)
		return send_date(o->in, element, o->value, o->len, source);
	if (!strcmp(element, "creator"))
		o->credited |= text_seen(o->value, o->len);
	/* who wrote it last is its author when nobody else is named */
	if (!strcmp(element, "contributor") && !o->credited)
		element = "creator";
	return send_value(o->in, element, o->value, o->len, source);
}
