/* describe.c - what a document is called, what kind it is, how old. */
#include <stdlib.h>
#include <string.h>

#include <xueji/pages.h>
#include <strings.h>
#include <time.h>

#include "library/validity.h"

#define TITLE_KEY_MAX 64
#define TITLE_MAX 1024 /* bytes; a whole text was taken for its title */

/* --------------------------------------------------------------- the tables */

static const char *const kinds[] = {
	"material", "lecture-note", "reflection", "book", "article",
	"regulation", "slides", "minutes", "recording", "dataset", "other",
	NULL
};

const char *const *
xj_kinds(void)
{
	return kinds;
}

/* Elements that may be given: Dublin Core, `kind`, and of validity.h. */
static const struct {
	const char *name, *alias;
} elements[] = {
	{ "title", NULL }, { "creator", "author" }, { "subject", "keyword" },
	{ "description", NULL }, { "publisher", NULL },
	{ "contributor", NULL }, { "date", NULL }, { "type", NULL },
	{ "format", NULL }, { "identifier", NULL }, { "source", NULL },
	{ "language", "lang" }, { "relation", NULL }, { "coverage", NULL },
	{ "rights", NULL }, { "kind", NULL }, { "topic", "area" },
	{ "status", NULL }, { "in-force", NULL }, { "repealed", NULL },
	{ "replaced-by", NULL },
};

/* The family of a format: by the whole type, else by what stands before the
 * slash. The first row that fits counts. */
static const struct {
	const char *mime, *type;
} families[] = {
	{ "application/pdf", "pdf" },
	{ "text/html", "web" },
	{ "application/xhtml+xml", "web" },
	{ "message/rfc822", "mail" },
	{ "application/mbox", "mail" },
	{ "application/vnd.ms-outlook", "mail" },
	{ "application/x-mimearchive", "web" },
	{ "application/msword", "word" },
	{ "application/rtf", "word" },
	{ "text/rtf", "word" },
	{ "application/vnd.openxmlformats-officedocument.wordprocessingml.",
	  "word" },
	{ "application/vnd.oasis.opendocument.text", "word" },
	{ "application/vnd.ms-word.", "word" },
	{ "application/epub+zip", "word" },
	{ "application/ofd", "word" },
	{ "application/vnd.ms-powerpoint", "slides" },
	{ "application/vnd.openxmlformats-officedocument.presentationml.",
	  "slides" },
	{ "application/vnd.oasis.opendocument.presentation", "slides" },
	{ "application/vnd.ms-excel", "sheet" },
	{ "application/vnd.openxmlformats-officedocument.spreadsheetml.",
	  "sheet" },
	{ "application/vnd.oasis.opendocument.spreadsheet", "sheet" },
	{ "text/csv", "sheet" },
	{ "text/tab-separated-values", "sheet" },
	{ "application/zip", "archive" },
	{ "application/x-tar", "archive" },
	{ "application/gzip", "archive" },
	{ "application/x-7z-compressed", "archive" },
	{ "application/vnd.rar", "archive" },
	{ "application/x-cpio", "archive" },
	{ "application/x-bzip2", "archive" },
	{ "application/x-xz", "archive" },
	{ "application/zstd", "archive" },
	{ "application/x-lzma", "archive" },
	{ "application/x-lz4", "archive" },
	{ "application/lzip", "archive" },
	{ "application/x-compress", "archive" },
	{ "application/x-iso9660-image", "archive" },
	{ "application/x-lzh-compressed", "archive" },
	{ "application/vnd.ms-cab-compressed", "archive" },
	{ "application/x-subrip", "text" },
	{ "application/json", "text" },
	{ "application/jsonl", "text" },
	{ "text/", "text" },
	{ "image/", "image" },
	{ "audio/", "audio" },
	{ "video/", "video" },
};

/* Words of a file name that settle its kind. */
static const struct {
	const char *word, *kind;
} name_words[] = {
	{ "心得体会", "reflection" }, { "学习心得", "reflection" },
	{ "讲义", "lecture-note" }, { "讲稿", "lecture-note" },
	{ "会议纪要", "minutes" }, { "会议记录", "minutes" },
	{ "管理条例", "regulation" }, { "管理办法", "regulation" },
	{ "实施细则", "regulation" },
};

static const char *
kind_in(const char *text)
{
	for (size_t i = 0; i < XJ_COUNT(name_words); i++)
		if (strstr(text, name_words[i].word))
			return name_words[i].kind;
	return NULL;
}

const char *
xj_kind_of_folder(struct xj_arena *arena, const char *path)
{
	char *rest = xj_arena_strdup(arena, path), *slash;
	const char *kind = NULL;

	while (rest && !kind && (slash = strrchr(rest, '/'))) {
		*slash = '\0';
		kind = kind_in(xj_path_base(rest));
	}
	return kind;
}

bool
xj_kind_valid(const char *kind)
{
	for (size_t i = 0; kinds[i]; i++)
		if (strcmp(kinds[i], kind) == 0)
			return true;
	return false;
}

const char *
xj_kind_list(void)
{
	return "material, lecture-note, reflection, book, article, "
	       "regulation, slides, minutes, recording, dataset, other";
}

const char *
xj_element(const char *name)
{
	for (size_t i = 0; i < XJ_COUNT(elements); i++)
		if (strcasecmp(elements[i].name, name) == 0 ||
		    (elements[i].alias &&
		     strcasecmp(elements[i].alias, name) == 0))
			return elements[i].name;
	return NULL;
}

const char *
xj_type_of(const char *mime)
{
	for (size_t i = 0; mime && i < XJ_COUNT(families); i++)
		if (strncmp(families[i].mime, mime,
			    strlen(families[i].mime)) == 0)
			return families[i].type;
	return "other";
}

/* -------------------------------------------------------------- given values */

static int
check_date(struct xj_arena *arena, struct xj_meta_value *v,
	   struct xj_error *err)
{
	char date[16];

	if (xj_date_normalise(v->value, date) < 0)
		return xj_error_set(err, XJ_EINVAL, "%s=%s: not a date; "
				    "write 2011-02-16, 2011-02 or 2011",
				    v->element, v->value);
	v->value = xj_arena_strdup(arena, date);
	return v->value ? XJ_OK : xj_error_set(err, XJ_ENOMEM,
					       "out of memory");
}

static bool
is_day(const char *element)
{
	return strcmp(element, "date") == 0 ||
	       strcmp(element, "in-force") == 0 ||
	       strcmp(element, "repealed") == 0;
}

static bool
has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 && *s != '\t')
			return true;
	return false;
}

int
xj_given_check(struct xj_arena *arena, const struct xj_given *given,
	       struct xj_meta_value *value, struct xj_error *err)
{
	const char *element = xj_element(given->element);
	const char *text = given->value ? given->value : "";

	if (!element)
		return xj_error_set(err, XJ_EINVAL, "%s: no such element; "
				    "there are title, creator, subject, "
				    "description, publisher, contributor, date, "
				    "type, format, identifier, source, "
				    "language, relation, coverage, rights, kind, "
				    "topic, status, in-force, repealed, "
				    "replaced-by",
				    given->element);
	if (!xj_utf8_valid(text, strlen(text)) || has_control(text))
		return xj_error_set(err, XJ_EINVAL, "%s: the value is not "
				    "UTF-8 text on one line", element);
	*value = (struct xj_meta_value){ .element = element,
		.rank = XJ_META_GIVEN,
		.value = xj_arena_strdup(arena, text) };
	if (!value->value)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	if (strcmp(element, "kind") == 0 && *text && !xj_kind_valid(text))
		return xj_error_set(err, XJ_EINVAL, "kind=%s: no such kind; "
				    "there are %s", text, xj_kind_list());
	if (is_day(element) && *text)
		return check_date(arena, value, err);
	if (strcmp(element, "status") == 0 && *text)
		return xj_validity_status(&value->value, err);
	return XJ_OK;
}

/* --------------------------------------------------------------- the columns */

/* What a description is made of. */
struct source {
	const struct xj_meta_value *values;
	size_t count;
};

/* The first value in force of an element; NULL: none. */
static const struct xj_meta_value *
in_force(const struct source *s, const char *element)
{
	const struct xj_meta_value *best = NULL;

	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->values[i].element, element) == 0 &&
		    s->values[i].value[0] &&
		    (!best || s->values[i].rank > best->rank))
			best = &s->values[i];
	return best;
}

static const char *
value_of(const struct source *s, const char *element)
{
	const struct xj_meta_value *v = in_force(s, element);

	return v ? v->value : NULL;
}

/* The file name without folders and extension. */
static const char *
stem(struct xj_arena *arena, const char *name)
{
	const char *base = xj_path_base(name);
	const char *dot = strrchr(base, '.');
	size_t len = strlen(base);

	if (dot && dot != base && strlen(dot) <= 10)
		len = (size_t)(dot - base);
	return xj_arena_strndup(arena, base, len);
}

/* One line, no white space at the ends. */
static const char *
clean(struct xj_arena *arena, const char *s)
{
	char *out = xj_arena_strdup(arena, s);
	size_t n = 0;

	for (char *p = out; p && *p; p++)
		if ((unsigned char)*p > ' ')
			out[n++] = *p;
		else if (n && out[n - 1] != ' ')
			out[n++] = ' ';
	if (out)
		out[n && out[n - 1] == ' ' ? n - 1 : n] = '\0';
	return out;
}

/* Whether a name says no more than which machine gave it: "IMG_0042",
 * "扫描件 3", "2024-03-01". */
static bool
is_of_a_machine(const char *name)
{
	static const char *const words[] = {
		"", "scan", "scanned", "img", "image", "dsc", "dscn", "pic",
		"photo", "doc", "document", "page", "fax", "file", "untitled",
		"camscanner", "screenshot", "wechatimg", "mmexport", "扫描",
		"扫描件", "扫描全能王", "图像", "图片", "照片", "文档", "新建文档",
		"未命名", "截图", "微信图片",
	};
	char left[64];
	size_t n = 0;

	for (; *name && n + 1 < sizeof(left); name++)
		if (!strchr("0123456789 _-.()", *name))
			left[n++] = *name;
	left[n] = '\0';
	for (size_t i = 0; i < XJ_COUNT(words); i++)
		if (strcasecmp(words[i], left) == 0)
			return *name == '\0';
	return false;
}

/* The file's name, or the first line of a scan that has none worth showing. */
static const char *
derived_title(struct xj_archive *a, struct xj_arena *arena,
	      const struct xj_doc *doc)
{
	const char *name = clean(arena, stem(arena, doc->name)), *line = NULL;

	if (name && doc->id && is_of_a_machine(name) &&
	    xj_catalog_ocr_title(a->catalog, doc->id, arena, &line, NULL) < 0)
		line = NULL;
	return line ? line : name;
}

static const char *
title_of(struct xj_archive *a, struct xj_arena *arena,
	 const struct xj_doc *doc, const struct source *s)
{
	const char *title = value_of(s, "title");
	const char *cleaned = title ? clean(arena, title) : NULL;

	if (!cleaned || !*cleaned)
		return derived_title(a, arena, doc);
	return xj_arena_strndup(arena, cleaned,
				xj_utf8_cut(cleaned, strlen(cleaned),
					    TITLE_MAX));
}

/* Whether a date that a program wrote can be meant. What a clock shows that was
 * never set, and what a zip file holds for no date, is none. */
static bool
plausible(const char *date)
{
	char now[XJ_TIME_MAX];
	int year = atoi(date);

	xj_time_format(xj_now(), now);
	return year >= 1900 && year <= atoi(now) + 1 &&
	       strcmp(date, "1970-01-01") != 0 &&
	       strcmp(date, "1980-01-01") != 0;
}

static const char *
date_value(struct xj_arena *arena, const struct source *s,
	   const char *element)
{
	const struct xj_meta_value *v = in_force(s, element);
	char date[16];

	if (!v || xj_date_normalise(v->value, date) < 0 ||
	    (v->rank < XJ_META_GIVEN && !plausible(date)))
		return NULL;
	return xj_arena_strdup(arena, date);
}

/* Its own date, else when it was last changed, else when it came. */
static const char *
date_of(struct xj_arena *arena, const struct xj_doc *doc,
	const struct source *s)
{
	static const char *const own[] = { "date", "created", "modified" };
	char day[XJ_TIME_MAX];

	for (size_t i = 0; i < XJ_COUNT(own); i++) {
		const char *date = date_value(arena, s, own[i]);

		if (date)
			return date;
	}
	xj_time_format(doc->created, day);
	day[10] = '\0';
	return xj_arena_strdup(arena, day);
}

static const char *
creators_of(struct xj_arena *arena, const struct source *s)
{
	const struct xj_meta_value *first = in_force(s, "creator");
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	for (size_t i = 0; first && i < s->count; i++) {
		if (strcmp(s->values[i].element, "creator") != 0 ||
		    s->values[i].rank != first->rank || !s->values[i].value[0])
			continue;
		if (b.len)
			xj_buf_adds(&b, "; ");
		xj_buf_adds(&b, s->values[i].value);
	}
	return b.len ? xj_arena_strdup(arena, b.data) : NULL;
}

static const char *
kind_of(const struct xj_doc *doc, const struct source *s, const char *title)
{
	const struct xj_meta_value *v = in_force(s, "kind");
	const char *kind;

	if (v && v->rank > XJ_META_DERIVED && xj_kind_valid(v->value))
		return v->value;
	if (strcmp(doc->type, "audio") == 0 || strcmp(doc->type, "video") == 0)
		return "recording";
	if ((kind = kind_in(xj_path_base(doc->name))) ||
	    (kind = kind_in(title)) || (kind = kind_in(doc->name)))
		return kind;
	if (v && xj_kind_valid(v->value)) /* by its folder */
		return v->value;
	if (strcmp(doc->type, "slides") == 0)
		return "slides";
	if (strcmp(doc->type, "sheet") == 0)
		return "dataset";
	return "material";
}

static int
title_key(struct xj_archive *a, struct xj_arena *arena, struct xj_doc *doc,
	  struct xj_error *err)
{
	struct xj_normal n = XJ_NORMAL_INIT;
	struct xj_analyzer *an;
	int r = xj_archive_analyzer(a, &an, err);

	if (r == XJ_OK)
		r = xj_normalise(an, doc->title, strlen(doc->title), 0, &n,
				 err);
	if (r == XJ_OK)
		doc->title_key = xj_arena_strndup(arena, n.bytes ? n.bytes :
			"", xj_utf8_cut(n.bytes, n.len, TITLE_KEY_MAX));
	xj_normal_release(&n);
	return r;
}

int
xj_describe(struct xj_archive *a, struct xj_arena *arena, struct xj_doc *doc,
	    const struct xj_meta_value *values, size_t count,
	    struct xj_error *err)
{
	const struct source s = { values, count };
	const char *language = value_of(&s, "language");
	int r;

	doc->type = xj_type_of(doc->format);
	doc->title = title_of(a, arena, doc, &s);
	doc->creators = creators_of(arena, &s);
	doc->date = date_of(arena, doc, &s);
	doc->language = language ? xj_arena_strdup(arena, language) : NULL;
	if (!doc->title || !doc->date)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	if ((r = title_key(a, arena, doc, err)) < 0)
		return r;
	doc->kind = xj_arena_strdup(arena, kind_of(doc, &s, doc->title));
	return doc->kind && doc->title_key ? XJ_OK :
		xj_error_set(err, XJ_ENOMEM, "out of memory");
}
