/*
 * head.c - what a page says of itself: <meta>, <link>, lang.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <strings.h>

#include "html.h"
#include "plugins/common/date.h"

#define VALUE_MAX 8192

/* What a <meta name> is about; `how` says what to do with the value. */
enum how { AS_IS, A_LIST, A_DATE, A_TITLE, NOT_AN_ADDRESS };

struct name {
	const char *name, *element;
	enum how how;
};

static const struct name names[] = {
	{ "abstract", "description", AS_IS },
	{ "article:author", "creator", NOT_AN_ADDRESS },
	{ "article:modified_time", "modified", A_DATE },
	{ "article:published_time", "date", A_DATE },
	{ "article:tag", "subject", AS_IS },
	{ "author", "creator", AS_IS },
	{ "changed", "modified", A_DATE },
	{ "changedby", "contributor", AS_IS },
	{ "citation_author", "creator", AS_IS },
	{ "citation_doi", "identifier", AS_IS },
	{ "citation_publication_date", "date", A_DATE },
	{ "citation_title", "title", A_TITLE },
	{ "copyright", "rights", AS_IS },
	{ "created", "created", A_DATE },
	{ "date", "date", A_DATE },
	{ "description", "description", AS_IS },
	{ "generator", "tool", AS_IS },
	{ "keywords", "subject", A_LIST },
	{ "last-modified", "modified", A_DATE },
	{ "og:title", "title", A_TITLE },
	{ "publisher", "publisher", AS_IS },
	{ NULL, NULL, AS_IS },
};

/* Behind "dc." or "dcterms.". */
static const struct name dublin_core[] = {
	{ "abstract", "description", AS_IS },
	{ "contributor", "contributor", AS_IS },
	{ "coverage", "coverage", AS_IS },
	{ "created", "created", A_DATE },
	{ "creator", "creator", AS_IS },
	{ "date", "date", A_DATE },
	{ "date.created", "created", A_DATE },
	{ "date.modified", "modified", A_DATE },
	{ "description", "description", AS_IS },
	{ "identifier", "identifier", AS_IS },
	{ "issued", "date", A_DATE },
	{ "language", "language", AS_IS },
	{ "license", "rights", AS_IS },
	{ "modified", "modified", A_DATE },
	{ "publisher", "publisher", AS_IS },
	{ "relation", "relation", AS_IS },
	{ "rights", "rights", AS_IS },
	{ "source", "source", AS_IS },
	{ "subject", "subject", AS_IS },
	{ "title", "title", A_TITLE },
	{ "type", "type", AS_IS },
	{ NULL, NULL, AS_IS },
};

const char *
attribute(const xmlChar **atts, const char *name)
{
	for (size_t i = 0; atts && atts[i]; i += 2)
		if (!strcasecmp((const char *)atts[i], name))
			return (const char *)atts[i + 1];
	return NULL;
}

/* White space collapsed; what is blank is not sent. */
static void
send_part(struct page *page, const char *element, const char *value,
	  size_t len, const char *source)
{
	char text[VALUE_MAX];
	struct run run = { .text = text, .cap = sizeof(text) };
	struct xj_meta meta = { .element = element, .value = text,
				.source = source };

	run_add(&run, value, len);
	meta.len = run.len;
	if (page->status == 0 && seen(text, run.len) &&
	    page->values++ < VALUES_MAX)
		page->status = xj_meta_full(page->in, &meta);
}

void
head_send(struct page *page, const char *element, const char *value,
	  const char *source)
{
	send_part(page, element, value, strlen(value), source);
}

/* Length of the list separator at p: , ; and their Chinese forms; or 0. */
static size_t
separator(const char *p)
{
	static const char *const wide[] = { "，", "；", "、" };

	if (*p == ',' || *p == ';')
		return 1;
	for (size_t i = 0; i < 3; i++)
		if (!strncmp(p, wide[i], strlen(wide[i])))
			return strlen(wide[i]);
	return 0;
}

static void
send_list(struct page *page, const char *element, const char *value)
{
	const char *p = value;

	while (*p) {
		size_t n = separator(p);

		if (n == 0) {
			p++;
			continue;
		}
		send_part(page, element, value, (size_t)(p - value), "meta");
		value = p += n;
	}
	send_part(page, element, value, (size_t)(p - value), "meta");
}

static void
send_as(struct page *page, const struct name *name, const char *value)
{
	char date[DATE_MAX];

	switch (name->how) {
	case A_LIST:
		send_list(page, name->element, value);
		return;
	case A_DATE:
		if (date_w3c(value, date))
			head_send(page, name->element, date, "meta");
		return;
	case A_TITLE:
		if (!page->other_title[0]) {
			size_t n = utf8_cut(value, strlen(value),
					    TITLE_MAX - 1);

			memcpy(page->other_title, value, n);
			page->other_title[n] = '\0';
		}
		return;
	case NOT_AN_ADDRESS:
		if (strstr(value, "://"))
			return;
		/* fall through */
	case AS_IS:
		head_send(page, name->element, value, "meta");
	}
}

static const struct name *
find(const struct name *list, const char *key, size_t len)
{
	for (; list->name; list++)
		if (strlen(list->name) == len &&
		    !strncasecmp(list->name, key, len))
			return list;
	return NULL;
}

/* "creator.personalName" is a creator. */
static const struct name *
find_refined(const char *key)
{
	const struct name *name = find(dublin_core, key, strlen(key));

	return name ? name : find(dublin_core, key, strcspn(key, ".:"));
}

static const struct name *
lookup(const char *key)
{
	static const char *const prefixes[] = { "dc.", "dc:", "dcterms.",
						"dcterms:" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (!strncasecmp(key, prefixes[i], strlen(prefixes[i])))
			return find_refined(key + strlen(prefixes[i]));
	return find(names, key, strlen(key));
}

void
head_meta(struct page *page, const xmlChar **atts)
{
	const char *key = attribute(atts, "name");
	const char *value = attribute(atts, "content");
	const struct name *name;

	if (!key)
		key = attribute(atts, "property");
	if (!key && (key = attribute(atts, "http-equiv")) != NULL && value &&
	    !strcasecmp(key, "content-language"))
		head_send(page, "language", value, "meta");
	else if (key && value && (name = lookup(key)) != NULL)
		send_as(page, name, value);
}

void
head_link(struct page *page, const xmlChar **atts)
{
	const char *rel = attribute(atts, "rel");
	const char *href = attribute(atts, "href");
	const char *title = attribute(atts, "title");

	if (!rel || !href)
		return;
	if (!strcasecmp(rel, "canonical"))
		head_send(page, "identifier", href, "link");
	else if (!strcasecmp(rel, "license") || !strcasecmp(rel, "copyright"))
		head_send(page, "rights", href, "link");
	else if (!strcasecmp(rel, "author") && title)
		head_send(page, "creator", title, "link");
}

void
head_language(struct page *page, const xmlChar **atts)
{
	const char *lang = attribute(atts, "lang");

	if (!lang)
		lang = attribute(atts, "xml:lang");
	if (lang)
		head_send(page, "language", lang, NULL);
}
