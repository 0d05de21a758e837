/*
 * epub.c - the importer of EPUB books: which bytes are one, and its parts in
 * the order of reading.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <stdlib.h>
#include <strings.h>

#include <libxml/xmlversion.h>

#include "epub.h"

static const char type_epub[] = "application/epub+zip";

/* ----------------------------------------------------------------- probe */

struct seen {
	bool container, opf;
};

static bool
note_name(void *ctx, const char *name, size_t len)
{
	struct seen *seen = ctx;

	seen->container |= len == 22 &&
			   !memcmp(name, "META-INF/container.xml", len);
	seen->opf |= len > 4 && !strncasecmp(name + len - 4, ".opf", 4);
	return seen->container && seen->opf;
}

static int
probe_epub(const struct xj_sample *s, const char **mime)
{
	struct seen seen = { false, false };
	bool named = sample_extension(s, "epub");
	char type[128];

	*mime = type_epub;
	if (s->head_len < 4 || memcmp(s->head, "PK", 2))
		return XJ_BID_NONE;
	if (sample_mimetype(s, type) > 0)
		return strcmp(type, type_epub) ? XJ_BID_NONE : XJ_BID_CERTAIN;
	if (sample_names(s, note_name, &seen) || (seen.container && named))
		return XJ_BID_CERTAIN;
	return named ? XJ_BID_NAME : XJ_BID_NONE;
}

/* ------------------------------------------------------------- container */

static int
on_container(void *ctx, char space, const char *name,
	     const struct xml_atts *atts)
{
	struct book *b = ctx;
	char path[PART_NAME_MAX];

	(void)space;
	if (!strcmp(name, "rootfile") && !b->opf[0] &&
	    xml_att(atts, "full-path", path, sizeof(path)) &&
	    !part_resolve("", path, false, b->opf))
		b->opf[0] = '\0';
	return 0;
}

/* Fonts are scrambled rather than encrypted; the text needs no key then. */
static int
on_encryption(void *ctx, char space, const char *name,
	      const struct xml_atts *atts)
{
	struct book *b = ctx;
	char how[100];

	(void)space;
	if (!strcmp(name, "EncryptionMethod") &&
	    xml_att(atts, "Algorithm", how, sizeof(how)) &&
	    strcmp(how, "http://www.idpf.org/2008/embedding") &&
	    strcmp(how, "http://ns.adobe.com/pdf/enc#RC"))
		b->encrypted = true;
	return 0;
}

/* No container, or a wrong one: the package document by its name. */
static void
find_opf(struct book *b)
{
	for (uint64_t i = 0; i < b->package.parts; i++) {
		const char *name = package_name(&b->package, i);
		size_t n = name ? strlen(name) : 0;

		if (n > 4 && n < PART_NAME_MAX &&
		    !strcasecmp(name + n - 4, ".opf")) {
			strcpy(b->opf, name);
			return;
		}
	}
}

static int
read_container(struct book *b)
{
	static const struct xml_space none[] = { { NULL, 0 } };
	static const struct xml_handler container = {
		.spaces = none, .start = on_container, .html = true,
	};
	static const struct xml_handler encryption = {
		.spaces = none, .start = on_encryption,
	};
	int r = xml_part(&b->package, "META-INF/container.xml", &container, b);

	if (r >= 0 && (!b->opf[0] || !package_has(&b->package, b->opf)))
		find_opf(b);
	if (r >= 0)
		r = xml_part(&b->package, "META-INF/encryption.xml",
			     &encryption, b);
	if (r >= 0 && b->encrypted)
		return xj_fail(b->in, XJ_IMPORT_KEYLESS,
			       "the book is encrypted (digital rights)");
	return r < 0 ? r : 0;
}

/* --------------------------------------------------------------- reading */

static int
by_id(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int c = strcmp(x->id, y->id);

	return c ? c : (x->order > y->order) - (x->order < y->order);
}

static int
match_id(const void *key, const void *item)
{
	return strcmp(key, ((const struct item *)item)->id);
}

static int
by_order(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return (x->order > y->order) - (x->order < y->order);
}

static int
read_item(struct book *b, const struct item *item)
{
	char message[PART_NAME_MAX + 40];
	int r;

	b->part++;
	if (!item->text)
		return 0;
	r = text_read(b, item->part);
	if (r != 1 || package_has(&b->package, item->part))
		return r < 0 ? r : 0;
	snprintf(message, sizeof(message), "%s: is not in the book",
		 item->part);
	return xj_warn(b->in, message);
}

static int
read_spine(struct book *b)
{
	int r = 0;

	qsort(b->items, b->nitems, sizeof(*b->items), by_id);
	for (size_t i = 0; i < b->nspine && r == 0; i++) {
		const struct item *item = bsearch(
			b->spine[i], b->items, b->nitems, sizeof(*b->items),
			match_id);

		if (item)
			r = read_item(b, item);
	}
	return r;
}

/* No order of reading: as the files are listed. */
static int
read_listed(struct book *b)
{
	int r = 0;

	qsort(b->items, b->nitems, sizeof(*b->items), by_order);
	for (size_t i = 0; i < b->nitems && r == 0; i++)
		if (b->items[i].text)
			r = read_item(b, &b->items[i]);
	return r;
}

static int
read_book(struct book *b)
{
	int r = read_container(b);

	if (r < 0)
		return r;
	r = b->opf[0] ? opf_read(b) : 1;
	if (r == 1)
		return xj_fail(b->in, XJ_IMPORT_CORRUPT,
			       "the package document is missing");
	if (r == 0 && b->nitems > 0)
		r = read_spine(b);
	if (r == 0 && b->part == 0 && b->nitems > 0)
		r = read_listed(b);
	if (r == 0 && b->flow.title[0])
		r = send_value(b->in, "title", b->flow.title,
			       strlen(b->flow.title), "guessed");
	return r;
}

static int
import_epub(struct xj_import *in)
{
	struct book *b = xj_alloc(in, NULL, sizeof(*b));
	int r;

	if (!b)
		return XJ_IMPORT_NOMEM;
	b->in = in;
	flow_init(&b->flow, in);
	r = package_open(&b->package, in);
	if (r == 0)
		r = read_book(b);
	package_close(&b->package);
	return r;
}

static const struct xj_format formats[] = {
	{ .mime = type_epub, .ext = "epub" },
	{ 0 }
};

XJ_IMPORTER(.name = "epub", .version = "1.0",
	    .license = "GPL-3.0-or-later", .formats = formats,
	    .probe = probe_epub, .import = import_epub,
	    .libraries = "libzip " LIBZIP_VERSION
			 ", libxml2 " LIBXML_DOTTED_VERSION,
	    .setup = xml_setup);
