/*
 * ofd.c - the importer of OFD: which bytes are one, its metadata, pages and
 * attachments.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <stdlib.h>
#include <strings.h>

#include <libxml/xmlversion.h>

#include "ofd.h"

#define PAGES_MAX 100000
#define OUTLINE_MAX 10000
#define OUTLINE_DEPTH 32

static const char type_ofd[] = "application/ofd";
static const struct xml_space none[] = { { NULL, 0 } };

static bool
is(const char *name, const char *other)
{
	return !strcmp(name, other);
}

/* ----------------------------------------------------------------- probe */

static bool
note_name(void *ctx, const char *name, size_t len)
{
	(void)ctx;
	return len == 7 && !strncasecmp(name, "OFD.xml", 7);
}

static int
probe_ofd(const struct xj_sample *s, const char **mime)
{
	*mime = type_ofd;
	if (s->head_len < 4 || memcmp(s->head, "PK", 2))
		return XJ_BID_NONE;
	if (sample_names(s, note_name, NULL))
		return XJ_BID_CERTAIN;
	return sample_extension(s, "ofd") ? XJ_BID_NAME : XJ_BID_NONE;
}

/* ------------------------------------------------------------- collecting */

static void
collect(struct ofd *o, const char *element)
{
	o->element = element;
	o->len = 0;
}

static int
on_text(void *ctx, const char *text, size_t len)
{
	struct ofd *o = ctx;

	if (!o->element)
		return 0;
	len = utf8_cut(text, len, sizeof(o->value) - 1 - o->len);
	memcpy(o->value + o->len, text, len);
	o->len += len;
	return 0;
}

/* What was collected, without the blanks around it; NULL: nothing was. */
static char *
collected(struct ofd *o)
{
	char *p = o->value;

	if (!o->element)
		return NULL;
	o->element = NULL;
	while (o->len > 0 && strchr(" \t\r\n", p[o->len - 1]))
		o->len--;
	p[o->len] = '\0';
	p += strspn(p, " \t\r\n");
	return *p ? p : NULL;
}

/* Where a reference of the document in hand leads; false: nowhere. */
static bool
follow(const struct ofd *o, const char *reference, char out[PART_NAME_MAX])
{
	return part_resolve(o->root, reference, false, out);
}

/* ---------------------------------------------------------------- OFD.xml */

static int
ofd_start(void *ctx, char space, const char *name,
	  const struct xml_atts *atts)
{
	static const struct {
		const char *name, *element;
	} fields[] = {
		{ "DocID", "identifier" }, { "Title", "title" },
		{ "Author", "creator" }, { "Subject", "subject" },
		{ "Abstract", "description" }, { "CreationDate", "created" },
		{ "ModDate", "modified" }, { "Creator", "tool" },
		{ "Keyword", "subject" }, { "DocRoot", "root" },
	};
	struct ofd *o = ctx;

	(void)space, (void)atts;
	o->element = NULL;
	o->encrypted |= !strncmp(name, "Encrypt", 7);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (is(name, fields[i].name))
			collect(o, fields[i].element);
	return 0;
}

static int
ofd_end(void *ctx, char space, const char *name)
{
	static const char source[] = "info";
	struct ofd *o = ctx;
	const char *element = o->element;
	char *value = collected(o);

	(void)space, (void)name;
	if (!value)
		return 0;
	if (is(element, "root")) {
		if (o->nroots < 16 && part_resolve("", value, false,
						   o->roots[o->nroots]))
			o->nroots++;
		return 0;
	}
	if (is(element, "created") || is(element, "modified"))
		return send_date(o->in, element, value, strlen(value), source);
	return send_value(o->in, element, value, strlen(value), source);
}

/* ----------------------------------------------------------- Document.xml */

static int
add_leaf(struct ofd *o, struct leaves *l, const struct xml_atts *atts)
{
	char place[PART_NAME_MAX];
	size_t room = l->room ? l->room * 2 : 16;
	struct leaf *leaf;

	if (l->n == PAGES_MAX || !xml_att(atts, "BaseLoc", place,
					  sizeof(place)))
		return 0;
	if (l->n == l->room) {
		leaf = xj_alloc(o->in, l->list, room * sizeof(*leaf));
		if (!leaf)
			return XJ_IMPORT_NOMEM;
		l->list = leaf;
		l->room = room;
	}
	leaf = &l->list[l->n];
	memset(leaf, 0, sizeof(*leaf));
	xml_att(atts, "ID", leaf->id, sizeof(leaf->id));
	l->n += follow(o, place, leaf->part);
	return 0;
}

static struct leaf *
page_by_id(struct ofd *o, const char *id)
{
	for (size_t i = 0; i < o->pages.n; i++)
		if (is(o->pages.list[i].id, id))
			return &o->pages.list[i];
	return NULL;
}

/* A line of the outline is sent when it turns out where it leads. */
static int
outline_to(struct ofd *o, const struct leaf *page)
{
	struct xj_outline line = {
		.title = o->title,
		.level = o->outline < OUTLINE_DEPTH ? (uint32_t)o->outline :
						      OUTLINE_DEPTH,
	};
	int r;

	if (!o->title[0] || o->outline < 1 || o->flow.outlines++ >= OUTLINE_MAX)
		return 0;
	if (page) {
		line.where = XJ_PAGE;
		line.at = o->first + (uint64_t)(page - o->pages.list) + 1;
	}
	r = xj_outline(o->in, &line);
	o->title[0] = '\0';
	return r;
}

static int
document_start(void *ctx, char space, const char *name,
	       const struct xml_atts *atts)
{
	struct ofd *o = ctx;
	char id[32];
	int r = 0;

	(void)space;
	o->element = NULL;
	if (is(name, "Page"))
		return add_leaf(o, &o->pages, atts);
	if (is(name, "TemplatePage"))
		return add_leaf(o, &o->templates, atts);
	if (is(name, "PhysicalBox") || is(name, "Annotations") ||
	    is(name, "Attachments"))
		collect(o, "place");
	if (is(name, "OutlineElem")) {
		r = outline_to(o, NULL); /* the one around it leads nowhere */
		o->outline++;
		xml_att(atts, "Title", o->title, sizeof(o->title));
	} else if (is(name, "Dest") && o->outline > 0 &&
		   xml_att(atts, "PageID", id, sizeof(id))) {
		r = outline_to(o, page_by_id(o, id));
	}
	return r;
}

static int
document_end(void *ctx, char space, const char *name)
{
	struct ofd *o = ctx;
	const char *value = collected(o);
	int r;

	(void)space;
	if (is(name, "OutlineElem")) {
		r = outline_to(o, NULL);
		o->outline -= o->outline > 0;
		return r;
	}
	if (!value)
		return 0;
	if (is(name, "PhysicalBox"))
		box_parse(value, o->box);
	else if (is(name, "Annotations"))
		follow(o, value, o->annotations);
	else if (is(name, "Attachments"))
		follow(o, value, o->attachments);
	return 0;
}

/* ---------------------------------------------- annotations, attachments */

struct listing {
	struct ofd *o;
	struct leaf *page;
	char name[300];
};

static int
notes_start(void *ctx, char space, const char *name,
	    const struct xml_atts *atts)
{
	struct listing *l = ctx;
	char id[32];

	(void)space;
	if (is(name, "Page"))
		l->page = xml_att(atts, "PageID", id, sizeof(id)) ?
			page_by_id(l->o, id) : NULL;
	else if (is(name, "FileLoc"))
		collect(l->o, "place");
	return 0;
}

static int
listing_text(void *ctx, const char *text, size_t len)
{
	struct listing *l = ctx;

	return on_text(l->o, text, len);
}

static int
notes_end(void *ctx, char space, const char *name)
{
	struct listing *l = ctx;
	const char *value = collected(l->o);

	(void)space, (void)name;
	if (value && l->page &&
	    !part_resolve(l->o->annotations, value, false, l->page->notes))
		l->page->notes[0] = '\0';
	return 0;
}

static int
attachment_start(void *ctx, char space, const char *name,
		 const struct xml_atts *atts)
{
	struct listing *l = ctx;

	(void)space;
	if (is(name, "Attachment")) {
		l->name[0] = '\0';
		xml_att(atts, "Name", l->name, sizeof(l->name));
	} else if (is(name, "FileLoc")) {
		collect(l->o, "place");
	}
	return 0;
}

/* The name of an attachment may lack the extension that its file has. */
static int
attachment_end(void *ctx, char space, const char *name)
{
	struct listing *l = ctx;
	char part[PART_NAME_MAX], shown[PART_NAME_MAX + 16];
	const char *value = collected(l->o), *slash, *dot;

	(void)space;
	if (!value || !is(name, "FileLoc") ||
	    !part_resolve(l->o->attachments, value, false, part))
		return 0;
	slash = strrchr(part, '/');
	dot = strrchr(part, '.');
	snprintf(shown, sizeof(shown), "%s%s",
		 l->name[0] ? l->name : slash ? slash + 1 : part,
		 l->name[0] && !strchr(l->name, '.') && dot && dot > slash &&
		 strlen(dot) < 12 ? dot : "");
	return part_send(&l->o->package, part, shown, NULL);
}

static int
read_listing(struct ofd *o, const char *part,
	     const struct xml_handler *handler)
{
	struct listing l = { .o = o };
	int r = part[0] ? xml_part(&o->package, part, handler, &l) : 0;

	o->element = NULL;
	return r < 0 ? r : 0;
}

/* ---------------------------------------------------------------- reading */

static int
read_pages(struct ofd *o)
{
	int r = 0;

	for (size_t i = 0; i < o->pages.n && r == 0; i++)
		r = page_read(o, &o->pages.list[i], o->first + i + 1);
	o->first += o->pages.n;
	return r;
}

static int
read_document(struct ofd *o, const char *root)
{
	static const struct xml_handler document = {
		.spaces = none, .start = document_start, .end = document_end,
		.text = on_text,
	};
	static const struct xml_handler notes = {
		.spaces = none, .start = notes_start, .end = notes_end,
		.text = listing_text,
	};
	static const struct xml_handler attachments = {
		.spaces = none, .start = attachment_start,
		.end = attachment_end, .text = listing_text,
	};
	int r;

	strcpy(o->root, root);
	o->pages.n = o->templates.n = 0;
	o->outline = 0;
	o->title[0] = o->annotations[0] = o->attachments[0] = '\0';
	r = xml_part(&o->package, root, &document, o);
	o->element = NULL;
	if (r == 1)
		return xj_fail(o->in, XJ_IMPORT_CORRUPT, "%s is missing", root);
	if (r == 0)
		r = read_listing(o, o->annotations, &notes);
	if (r == 0)
		r = read_pages(o);
	return r < 0 ? r : read_listing(o, o->attachments, &attachments);
}

static int
read_package(struct ofd *o)
{
	static const struct xml_handler ofd = {
		.spaces = none, .start = ofd_start, .end = ofd_end,
		.text = on_text,
	};
	char pages[24];
	int r = xml_part(&o->package, "OFD.xml", &ofd, o);

	o->element = NULL;
	if (r < 0)
		return r;
	if (o->encrypted || package_has(&o->package, "Encryptions.xml"))
		return xj_fail(o->in, XJ_IMPORT_KEYLESS,
			       "the document is encrypted");
	if (o->nroots == 0)
		return xj_fail(o->in, XJ_IMPORT_CORRUPT,
			       "OFD.xml names no document");
	for (size_t i = 0; i < o->nroots && r >= 0; i++)
		r = read_document(o, o->roots[i]);
	if (r < 0)
		return r;
	snprintf(pages, sizeof(pages), "%llu", (unsigned long long)o->first);
	return xj_meta(o->in, "pages", pages);
}

static int
import_ofd(struct xj_import *in)
{
	struct ofd *o = xj_alloc(in, NULL, sizeof(*o));
	int r;

	if (!o)
		return XJ_IMPORT_NOMEM;
	o->in = in;
	flow_init(&o->flow, in);
	r = package_open(&o->package, in);
	if (r == 0)
		r = read_package(o);
	package_close(&o->package);
	return r;
}

static const struct xj_format formats[] = {
	{ .mime = type_ofd, .ext = "ofd" },
	{ 0 }
};

XJ_IMPORTER(.name = "ofd", .version = "1.0",
	    .license = "GPL-3.0-or-later", .formats = formats,
	    .probe = probe_ofd, .import = import_ofd,
	    .libraries = "libzip " LIBZIP_VERSION
			 ", libxml2 " LIBXML_DOTTED_VERSION,
	    .setup = xml_setup);
