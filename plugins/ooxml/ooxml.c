/*
 * ooxml.c - the importer of Office Open XML: which bytes are such a document,
 * the relations of its parts, the order in which they are read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <strings.h>

#include <libxml/xmlversion.h>

#include "lock.h"
#include "ooxml.h"

#define RELS_MAX 20000

#define MS "http://schemas.openxmlformats.org/"
#define ISO "http://purl.oclc.org/ooxml/"

const struct xml_space ooxml_spaces[] = {
	{ MS "wordprocessingml/2006/main", NS_WORD },
	{ ISO "wordprocessingml/main", NS_WORD },
	{ MS "drawingml/2006/main", NS_DRAWING },
	{ ISO "drawingml/main", NS_DRAWING },
	{ MS "presentationml/2006/main", NS_SLIDES },
	{ ISO "presentationml/main", NS_SLIDES },
	{ MS "spreadsheetml/2006/main", NS_SHEETS },
	{ ISO "spreadsheetml/main", NS_SHEETS },
	{ MS "officeDocument/2006/math", NS_MATH },
	{ ISO "officeDocument/math", NS_MATH },
	{ MS "officeDocument/2006/relationships", NS_RELS },
	{ ISO "officeDocument/relationships", NS_RELS },
	{ MS "package/2006/relationships", NS_PACKAGE },
	{ MS "markup-compatibility/2006", NS_COMPAT },
	{ MS "drawingml/2006/chart", NS_CHART },
	{ ISO "drawingml/chart", NS_CHART },
	{ MS "package/2006/metadata/core-properties", NS_CORE },
	{ "http://purl.org/dc/elements/1.1/", NS_DC },
	{ "http://purl.org/dc/terms/", NS_TERMS },
	{ MS "officeDocument/2006/extended-properties", NS_APP },
	{ ISO "officeDocument/extendedProperties", NS_APP },
	{ NULL, 0 }
};

/* ----------------------------------------------------------------- kinds */

#define OOXML(what) "application/vnd.openxmlformats-officedocument." what
#define MACRO(what) "application/vnd.ms-" what ".macroEnabled.12"

static const struct xj_format formats[] = {
	{ .mime = OOXML("wordprocessingml.document"), .ext = "docx" },
	{ .mime = OOXML("presentationml.presentation"), .ext = "pptx" },
	{ .mime = OOXML("spreadsheetml.sheet"), .ext = "xlsx" },
	{ .mime = OOXML("wordprocessingml.template"), .ext = "dotx" },
	{ .mime = OOXML("presentationml.template"), .ext = "potx" },
	{ .mime = OOXML("presentationml.slideshow"), .ext = "ppsx" },
	{ .mime = OOXML("spreadsheetml.template"), .ext = "xltx" },
	{ .mime = MACRO("word.document"), .ext = "docm" },
	{ .mime = MACRO("word.template"), .ext = "dotm" },
	{ .mime = MACRO("powerpoint.presentation"), .ext = "pptm" },
	{ .mime = MACRO("powerpoint.template"), .ext = "potm" },
	{ .mime = MACRO("powerpoint.slideshow"), .ext = "ppsm" },
	{ .mime = MACRO("excel.sheet"), .ext = "xlsm" },
	{ .mime = MACRO("excel.template"), .ext = "xltm" },
	{ .mime = "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
	  .ext = "xlsb" },
	{ 0 }
};

/* Where the parts of each kind stand, and which types are of the kind. */
static const struct {
	const char *folder, *letters;
	int usual;              /* row of `formats` */
} kinds[] = {
	{ "word/", "docm dotx dotm docx", 0 },
	{ "ppt/", "pptm potx potm ppsx ppsm pptx", 1 },
	{ "xl/", "xlsm xltx xltm xlsb xlsx", 2 },
};

struct seen {
	bool types;         /* [Content_Types].xml */
	int kind;           /* of `kinds`, or -1 */
};

static bool
note_name(void *ctx, const char *name, size_t len)
{
	struct seen *seen = ctx;

	while (len > 0 && (*name == '/' || *name == '\\')) {
		name++;
		len--;
	}
	seen->types |= len == 19 && !strncasecmp(name, "[Content_Types].xml",
						 len);
	for (int i = 0; i < 3 && seen->kind < 0; i++) {
		size_t n = strlen(kinds[i].folder);

		if (len > n && !strncasecmp(name, kinds[i].folder, n - 1) &&
		    (name[n - 1] == '/' || name[n - 1] == '\\'))
			seen->kind = i;
	}
	return seen->types && seen->kind >= 0;
}

/* The type by the extension where that is of the kind, else the usual one. */
static const char *
type_of(const struct xj_sample *s, int kind)
{
	for (const struct xj_format *f = formats; f->mime; f++)
		if (sample_extension(s, f->ext) &&
		    (kind < 0 || strstr(kinds[kind].letters, f->ext)))
			return f->mime;
	return kind < 0 ? NULL : formats[kinds[kind].usual].mime;
}

/* ------------------------------------------------------- encrypted files */

/*
 * An encrypted document is an OLE file with a stream of this name. Source:
 * [MS-OFFCRYPTO], 2.3.4.4; [MS-CFB], 2.6.
 */
static bool
has_package(const unsigned char *p, size_t len)
{
	static const char name[] = "encryptedpackage";

	/* names are the same in any case, in UTF-16 */
	for (size_t at = 0; at + 34 <= len; at += 2) {
		size_t i = 0;

		while (i < 16 && (p[at + 2 * i] | 0x20) == name[i] &&
		       p[at + 2 * i + 1] == 0)
			i++;
		if (i == 16 && p[at + 32] == 0)
			return true;
	}
	return false;
}

static bool
is_ole(const unsigned char *p, size_t len)
{
	return len >= 512 && !memcmp(p, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
}

/* Where the directory of an OLE file begins. */
static uint64_t
directory_at(const unsigned char *head)
{
	return ((uint64_t)get32(head + 48) + 1) << (head[30] == 12 ? 12 : 9);
}

/* The text of Word, or the sheets of Excel, which mostly come first. */
static bool
begins_as_older(const unsigned char *p, size_t len)
{
	return len >= 514 && (get16(p + 512) == 0xA5EC ||
			      get16(p + 512) == 0x0809);
}

static int
probe_encrypted(const struct xj_sample *s, const char **mime)
{
	const char *type = type_of(s, -1);

	if (has_package(s->head, s->head_len) ||
	    has_package(s->tail, s->tail_len)) {
		*mime = type ? type : "application/x-ole-storage";
		/* a document of the older kind may stand beside, to say in
		 * words that this one is encrypted */
		return XJ_BID_CERTAIN + 1;
	}
	if (!type || directory_at(s->head) < s->head_len)
		return XJ_BID_NONE;
	/* its directory stands where the sample has a gap: the name counts,
	 * unless what comes first is an older document */
	return begins_as_older(s->head, s->head_len) ? XJ_BID_NAME :
						       XJ_BID_MAGIC + 1;
}

/* ----------------------------------------------------------------- probe */

static int
probe_ooxml(const struct xj_sample *s, const char **mime)
{
	struct seen seen = { .kind = -1 };
	const char *type;

	if (is_ole(s->head, s->head_len))
		return probe_encrypted(s, mime);
	if (s->head_len < 4 || memcmp(s->head, "PK", 2))
		return type_of(s, -1) && s->size == 0 ? XJ_BID_NAME :
							XJ_BID_NONE;
	if (sample_names(s, note_name, &seen) || seen.kind >= 0) {
		*mime = type_of(s, seen.kind);
		if (seen.types)
			return XJ_BID_CERTAIN;
	}
	type = type_of(s, -1);
	if (seen.kind >= 0 || (type && seen.types))
		return type ? XJ_BID_CERTAIN : XJ_BID_NONE;
	return type ? XJ_BID_NAME : XJ_BID_NONE;
}

/* ------------------------------------------------------------- relations */

struct relating {
	struct office *o;
	struct rels *rels;
	const char *part;
};

static int
grow(struct office *o, struct rels *rels)
{
	size_t cap = rels->cap ? rels->cap * 2 : 16;
	struct rel *list;

	if (rels->n < rels->cap)
		return 0;
	list = xj_alloc(o->in, rels->list, cap * sizeof(*list));
	if (!list)
		return XJ_IMPORT_NOMEM;
	rels->list = list;
	rels->cap = cap;
	return 0;
}

static int
on_relation(void *ctx, char space, const char *name,
	    const struct xml_atts *atts)
{
	struct relating *x = ctx;
	char target[PART_NAME_MAX] = "", type[200] = "";
	const char *slash;
	struct rel *rel;
	int r;

	(void)space;
	if (strcmp(name, "Relationship") || x->rels->n == RELS_MAX)
		return 0;
	r = grow(x->o, x->rels);
	if (r < 0)
		return r;
	rel = &x->rels->list[x->rels->n++];
	memset(rel, 0, sizeof(*rel));
	xml_att(atts, "Id", rel->id, sizeof(rel->id));
	xml_att(atts, "Type", type, sizeof(type));
	slash = strrchr(type, '/');
	snprintf(rel->type, sizeof(rel->type), "%.31s",
		 slash ? slash + 1 : type);
	if (!xml_att_is(atts, "TargetMode", "External") &&
	    xml_att(atts, "Target", target, sizeof(target)) &&
	    !part_resolve(x->part, target, true, rel->target))
		rel->target[0] = '\0';
	if (!strcmp(rel->type, "extendedProperties"))
		strcpy(rel->type, "extended-properties");
	return 0;
}

int
rels_read(struct office *o, const char *part, struct rels *rels)
{
	static const struct xml_handler handler = {
		.spaces = ooxml_spaces, .start = on_relation,
	};
	struct relating x = { o, rels, part };
	const char *slash = strrchr(part, '/');
	int folder = slash ? (int)(slash + 1 - part) : 0;
	char name[PART_NAME_MAX + 16];
	int r;

	memset(rels, 0, sizeof(*rels));
	snprintf(name, sizeof(name), "%.*s_rels/%s.rels", folder, part,
		 part + folder);
	r = xml_part(&o->package, name, &handler, &x);
	return r < 0 ? r : 0;
}

void
rels_free(struct office *o, struct rels *rels)
{
	xj_alloc(o->in, rels->list, 0);
	memset(rels, 0, sizeof(*rels));
}

const struct rel *
rels_by_id(const struct rels *rels, const char *id)
{
	for (size_t i = 0; i < rels->n; i++)
		if (!strcmp(rels->list[i].id, id))
			return &rels->list[i];
	return NULL;
}

/* ---------------------------------------------------------------- import */

/* The part that is the document, and what it is of: a row of `kinds`. */
static int
find_main(struct office *o, const struct rels *package)
{
	static const char *const usual[] = {
		"word/document.xml", "ppt/presentation.xml", "xl/workbook.xml",
	};
	int kind = -1;

	for (size_t i = 0; i < package->n && kind < 0; i++) {
		const char *target = package->list[i].target;

		if (strcmp(package->list[i].type, "officeDocument") ||
		    !package_has(&o->package, target))
			continue;
		snprintf(o->main, sizeof(o->main), "%s", target);
		for (int k = 0; k < 3; k++)
			if (!strncasecmp(target, kinds[k].folder,
					 strlen(kinds[k].folder)))
				kind = k;
	}
	for (int k = 0; k < 3 && kind < 0; k++)
		if (package_has(&o->package, usual[k])) {
			strcpy(o->main, usual[k]);
			kind = k;
		}
	return kind;
}

/* Documents within the document, by the folder that they stand in. */
static int
send_embedded(struct office *o)
{
	int r = 0;

	for (uint64_t i = 0; i < o->package.parts && r == 0; i++) {
		const char *name = package_name(&o->package, i);
		const char *at = name ? strstr(name, "/embeddings/") : NULL;

		if (at && at[12] && !strstr(at, "/_rels/"))
			r = part_send(&o->package, name, at + 12, NULL);
	}
	return r;
}

static int
read_main(struct office *o, int kind)
{
	size_t n = strlen(o->main);
	int r = rels_read(o, o->main, &o->rels);

	if (r < 0)
		return r;
	if (n > 4 && !strcasecmp(o->main + n - 4, ".bin"))
		return xj_fail(o->in, XJ_IMPORT_UNSUPPORTED,
			       "a binary workbook (xlsb): save it as xlsx");
	r = kind == 0 ? word_read(o) : kind == 1 ? slides_read(o) :
						   sheets_read(o);
	if (r == 0 && o->flow.title[0])
		r = send_value(o->in, "title", o->flow.title,
			       strlen(o->flow.title), "guessed");
	return r < 0 ? r : send_embedded(o);
}

static int
read_package(struct office *o)
{
	struct rels package = { 0 };
	int kind, r = rels_read(o, "", &package);

	if (r < 0)
		return r;
	kind = find_main(o, &package);
	r = props_read(o, &package);
	rels_free(o, &package);
	if (r < 0)
		return r;
	if (kind < 0)
		return xj_fail(o->in, XJ_IMPORT_CORRUPT,
			       "no part is the text, the slides or the sheets");
	r = read_main(o, kind);
	rels_free(o, &o->rels);
	return r;
}

static int
import_package(struct xj_import *in)
{
	struct office *o = xj_alloc(in, NULL, sizeof(*o));
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

static int
import_encrypted(struct xj_import *in)
{
	struct lock *lock = xj_alloc(in, NULL, sizeof(*lock));
	int r;

	if (!lock)
		return XJ_IMPORT_NOMEM;
	r = lock_open(lock, in);
	if (r == 0)
		r = import_package(&lock->in);
	lock_close(lock);
	return r;
}

static int
import_ooxml(struct xj_import *in)
{
	unsigned char head[512];
	ssize_t n = xj_read(in, 0, head, sizeof(head));

	if (n < 0)
		return (int)n;
	return is_ole(head, (size_t)n) ? import_encrypted(in) :
					 import_package(in);
}

static int
setup_ooxml(void)
{
	return xml_setup() < 0 ? -1 : crypt_setup();
}

XJ_IMPORTER(.name = "ooxml", .version = "1.0",
	    .license = "GPL-3.0-or-later", .formats = formats,
	    .probe = probe_ooxml, .import = import_ooxml,
	    .libraries = "libzip " LIBZIP_VERSION
			 ", libxml2 " LIBXML_DOTTED_VERSION
			 ", libgcrypt " GCRYPT_VERSION,
	    .setup = setup_ooxml);
