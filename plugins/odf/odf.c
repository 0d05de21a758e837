/*
 * odf.c - the importer of OpenDocument: which bytes are such a document, and
 * the order in which its parts are read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <libxml/xmlversion.h>
#include <zlib.h>

#include "odf.h"

#define OASIS "urn:oasis:names:tc:opendocument:xmlns:"

const struct xml_space odf_spaces[] = {
	{ OASIS "office:1.0", NS_OFFICE },
	{ OASIS "text:1.0", NS_TEXT },
	{ OASIS "table:1.0", NS_TABLE },
	{ OASIS "drawing:1.0", NS_DRAW },
	{ OASIS "presentation:1.0", NS_SHOW },
	{ "http://purl.org/dc/elements/1.1/", NS_DC },
	{ OASIS "meta:1.0", NS_META },
	{ OASIS "style:1.0", NS_STYLE },
	{ OASIS "manifest:1.0", NS_MANIFEST },
	{ OASIS "svg-compatible:1.0", NS_SVG },
	{ NULL, 0 }
};

#define ODF(what) "application/vnd.oasis.opendocument." what

static const struct xj_format formats[] = {
	{ .mime = ODF("text"), .ext = "odt" },
	{ .mime = ODF("spreadsheet"), .ext = "ods" },
	{ .mime = ODF("presentation"), .ext = "odp" },
	{ .mime = ODF("graphics"), .ext = "odg" },
	{ .mime = ODF("text-template"), .ext = "ott" },
	{ .mime = ODF("spreadsheet-template"), .ext = "ots" },
	{ .mime = ODF("presentation-template"), .ext = "otp" },
	{ .mime = ODF("graphics-template"), .ext = "otg" },
	{ .mime = ODF("text-master"), .ext = "odm" },
	{ .mime = ODF("text-web"), .ext = "oth" },
	{ .mime = ODF("chart"), .ext = "odc" },
	{ .mime = ODF("formula"), .ext = "odf" },
	{ .mime = ODF("text-flat-xml"), .ext = "fodt" },
	{ .mime = ODF("spreadsheet-flat-xml"), .ext = "fods" },
	{ .mime = ODF("presentation-flat-xml"), .ext = "fodp" },
	{ .mime = ODF("graphics-flat-xml"), .ext = "fodg" },
	{ 0 }
};

#define FLAT 12 /* the first of `formats` that is not a zip */

/* ----------------------------------------------------------------- probe */

struct seen {
	bool manifest, content;
};

static bool
note_name(void *ctx, const char *name, size_t len)
{
	struct seen *seen = ctx;

	seen->manifest |= len == 21 && !memcmp(name, "META-INF/manifest.xml",
					       len);
	seen->content |= len == 11 && !memcmp(name, "content.xml", len);
	return seen->manifest && seen->content;
}

static const struct xj_format *
by_extension(const struct xj_sample *s, const struct xj_format *from)
{
	for (; from->mime; from++)
		if (sample_extension(s, from->ext))
			return from;
	return NULL;
}

/* A flat document says what it is in its first element. */
static int
probe_flat(const struct xj_sample *s, const char **mime)
{
	static const char root[] = "<office:document", key[] = "office:mimetype";
	const unsigned char *p = memmem(s->head, s->head_len, root,
					sizeof(root) - 1);
	const unsigned char *end = s->head + s->head_len;
	const struct xj_format *f = by_extension(s, formats + FLAT);
	char type[128];
	size_t n = 0;

	if (f)
		*mime = f->mime;
	if (!p || !memmem(s->head, s->head_len, OASIS, strlen(OASIS)))
		return XJ_BID_NONE;
	p = memmem(p, (size_t)(end - p), key, sizeof(key) - 1);
	if (p && (size_t)(end - p) > sizeof(type) + 20)
		for (p += sizeof(key) + 1; n < 127 && p[n] != '"' &&
		     p[n] != '\''; n++)
			type[n] = (char)p[n];
	type[n] = '\0';
	for (int i = 0; i < 4; i++)
		if (!strcmp(formats[i].mime, type))
			*mime = formats[FLAT + i].mime;
	return n > 0 || f ? XJ_BID_CERTAIN : XJ_BID_NONE;
}

static int
probe_odf(const struct xj_sample *s, const char **mime)
{
	struct seen seen = { false, false };
	const struct xj_format *f = by_extension(s, formats);
	char type[128];

	if (s->head_len < 4 || memcmp(s->head, "PK", 2))
		return probe_flat(s, mime);
	if (sample_mimetype(s, type) > 0) {
		for (const struct xj_format *k = formats; k->mime; k++)
			if (!strcmp(k->mime, type)) {
				*mime = k->mime;
				return XJ_BID_CERTAIN;
			}
		return XJ_BID_NONE;
	}
	if (!f || f >= formats + FLAT)
		return XJ_BID_NONE;
	*mime = f->mime;
	return sample_names(s, note_name, &seen) || seen.content ?
		XJ_BID_CERTAIN : XJ_BID_NAME;
}

/* ---------------------------------------------------------------- import */

static int
read_part(struct odf *o, const char *part)
{
	return text_end(o, xml_part(&o->package, part, &odf_handler, o));
}

/* Embedded objects: those of OpenDocument are folders of parts. */
static int
read_objects(struct odf *o)
{
	int r = 0;

	for (uint64_t i = 0; i < o->package.parts && r >= 0; i++) {
		const char *name = package_name(&o->package, i);
		const char *slash = name ? strchr(name, '/') : NULL;

		if (!name || strncmp(name, "Object ", 7))
			continue;
		if (!slash)
			r = part_send(&o->package, name, name, NULL);
		else if (!strcmp(slash, "/content.xml"))
			r = read_part(o, name);
	}
	return r < 0 ? r : 0;
}

static int
end_all(struct odf *o)
{
	char count[24];
	int r = 0;

	if (o->part > 0) {
		snprintf(count, sizeof(count), "%llu",
			 (unsigned long long)o->part);
		r = xj_meta(o->in, strstr(o->in->mime, "spreadsheet") ?
			    "sheets" : "slides", count);
	}
	if (r == 0 && o->flow.title[0])
		r = send_value(o->in, "title", o->flow.title,
			       strlen(o->flow.title), "guessed");
	return r;
}

static int
read_package(struct odf *o)
{
	int r = lock_open(&o->lock, &o->package);

	if (r < 0)
		return r;
	r = read_part(o, "meta.xml");
	if (r >= 0)
		r = read_part(o, "content.xml");
	if (r == 1)
		return xj_fail(o->in, XJ_IMPORT_CORRUPT,
			       "content.xml, the text, is missing");
	if (r == 0)
		r = end_all(o);
	o->part = 0;
	if (r == 0)
		r = read_objects(o);
	if (r == 0)
		r = read_part(o, "styles.xml");
	return r < 0 ? r : 0;
}

static int
read_flat(struct odf *o)
{
	int r = text_end(o, xml_whole(o->in, &odf_handler, o));

	return r < 0 ? r : end_all(o);
}

static int
import_odf(struct xj_import *in)
{
	struct odf *o = xj_alloc(in, NULL, sizeof(*o));
	char magic[2];
	ssize_t n = xj_read(in, 0, magic, 2);
	int r;

	if (!o)
		return XJ_IMPORT_NOMEM;
	if (n < 0)
		return (int)n;
	o->in = in;
	o->property = -1;
	flow_init(&o->flow, in);
	if (n < 2 || memcmp(magic, "PK", 2))
		return read_flat(o);
	r = package_open(&o->package, in);
	if (r == 0)
		r = read_package(o);
	package_close(&o->package);
	return r;
}

static int
setup_odf(void)
{
	return xml_setup() < 0 ? -1 : crypt_setup();
}

XJ_IMPORTER(.name = "odf", .version = "1.0",
	    .license = "GPL-3.0-or-later", .formats = formats,
	    .probe = probe_odf, .import = import_odf,
	    .libraries = "libzip " LIBZIP_VERSION
			 ", libxml2 " LIBXML_DOTTED_VERSION
			 ", libgcrypt " GCRYPT_VERSION ", zlib " ZLIB_VERSION,
	    .setup = setup_odf);
