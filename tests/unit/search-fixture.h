/*
 * search-fixture.h - an archive of documents written in a line, for searches.
 *
 *	static const struct written docs[] = {
 *		{ .title = "讲义", .text = "第一页\f第二页", .kind = "book" },
 *	};
 *	xj_auto(archive_end) struct archived a = archive_of(docs, 1);
 *	assert_total(&a, "\"第一页\"", 1);
 *
 * The catalog and the stored text are written as they are by an import; the
 * library indexes and searches.
 */
#ifndef XJ_TEST_SEARCH_FIXTURE_H
#define XJ_TEST_SEARCH_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/catalog.h"
#include "text/text.h"

#include "scratch.h"
#include "tap.h"

/* A document; NULL is a default. Text is one block a line, pages end in \f. */
struct written {
	const char *title, *text, *name, *kind, *type, *format, *date;
	const char *language, *creator, *subject, *outcome;
	uint64_t parent;
};

struct archived {
	struct scratch dir;
	struct xj_archive *archive;
	struct xj_catalog *catalog; /* a handle of the test's */
	struct xj_texts *texts;
	struct xj_arena *arena;
	struct xj_error err;
};

#define must(call) \
	do { \
		if ((call) < 0) \
			fail_msg("%s: %s", #call, a->err.message); \
	} while (0)

/* ---------------------------------------------------------------- writing */

struct storing {
	struct archived *a;
	uint64_t id;
};

static inline int
store_chunk(void *ctx, unsigned number, const void *bytes, size_t len,
	    struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf packed = XJ_BUF_INIT;
	struct storing *s = ctx;
	int r = xj_texts_pack(bytes, len, &packed, err);

	return r < 0 ? r : xj_texts_put(s->a->texts, s->id, number,
					packed.data, packed.len, err);
}

static inline void
store_text(struct archived *a, uint64_t id, const char *text)
{
	struct storing s = { a, id };
	struct xj_text_writer *w;
	uint64_t bytes, page = 1, line = 1;
	bool paged = strchr(text, '\f') != NULL;

	must(xj_texts_begin(a->texts, &a->err));
	must(xj_texts_drop(a->texts, id, &a->err));
	must(xj_text_writer_new(store_chunk, &s, &w, &a->err));
	while (*text) {
		size_t len = strcspn(text, "\n\f");

		if (len)
			must(xj_text_writer_add(w, &(struct xj_block){
				.text = text, .len = len,
				.where = paged ? XJ_PAGE : XJ_LINE,
				.at = paged ? page : line }, &a->err));
		line += text[len] == '\n';
		page += text[len] == '\f';
		text += len + (text[len] != '\0');
	}
	must(xj_text_writer_end(w, &bytes, &a->err));
	xj_text_writer_free(w);
	must(xj_texts_commit(a->texts, &a->err));
}

static inline const char *
or_else(const char *value, const char *standard)
{
	return value ? value : standard;
}

static inline struct xj_doc
doc_of(const struct written *w)
{
	static unsigned made;
	static char urn[XJ_URN_MAX];
	struct xj_doc doc = {
		.parent = w->parent, .root = w->parent, .urn = urn,
		.name = or_else(w->name, "file.txt"), .owner = "",
		.kind = or_else(w->kind, "material"),
		.type = or_else(w->type, "text"),
		.format = or_else(w->format, "text/plain"),
		.title = or_else(w->title, "file"),
		.title_key = or_else(w->title, "file"),
		.creators = or_else(w->creator, ""),
		.date = or_else(w->date, "2011-02-16"),
		.language = or_else(w->language, "zh"),
		.version = 1, .outcome = or_else(w->outcome, "ok"),
		.text_bytes = w->text ? strlen(w->text) : 0, .ordinal = 1,
	};

	xj_urn_new(urn);
	made++;
	memcpy(doc.sha512, &made, sizeof(made));
	return doc;
}

static inline uint64_t
put(struct archived *a, const struct written *w)
{
	struct xj_meta_value values[2] = {
		{ .element = "creator", .value = w->creator },
		{ .element = "subject", .value = w->subject },
	};
	struct xj_doc doc = doc_of(w);

	doc.name_raw = doc.name;
	doc.name_raw_len = strlen(doc.name);
	must(xj_catalog_insert(a->catalog, &doc, &a->err));
	for (size_t i = 0; i < XJ_COUNT(values); i++)
		if (!values[i].value)
			values[i] = (struct xj_meta_value){
				.element = "rights", .value = "-" };
	must(xj_catalog_set_meta(a->catalog, doc.id, XJ_META_EXTRACTED,
				 values, XJ_COUNT(values), &a->err));
	if (w->text)
		store_text(a, doc.id, w->text);
	return doc.id;
}

static inline void
index_all(struct archived *a)
{
	uint64_t indexed;

	must(xj_index_queue(a->archive, NULL, &indexed, &a->err));
}

static inline struct archived
archive_of(const struct written *docs, size_t count)
{
	struct archived made = { .dir = scratch_begin() }, *a = &made;
	char *path;

	assert_int_equal(xj_arena_new(&a->arena), XJ_OK);
	path = xj_arena_printf(a->arena, "%s/a", a->dir.path);
	must(xj_archive_init(path, &a->err));
	must(xj_catalog_open(path, 0, &a->catalog, &a->err));
	must(xj_texts_open(path, 0, &a->texts, &a->err));
	must(xj_archive_open(path, 0, &a->archive, &a->err));
	for (size_t i = 0; i < count; i++)
		put(a, &docs[i]);
	index_all(a);
	return made;
}

static inline void
archive_end(struct archived *a)
{
	xj_archive_close(a->archive);
	xj_catalog_close(a->catalog);
	xj_texts_close(a->texts);
	xj_arena_free(a->arena);
	scratch_end(&a->dir);
}

/* --------------------------------------------------------------- searching */

static inline struct xj_hits *
search_with(struct archived *a, const struct xj_search *search)
{
	struct xj_hits *hits;

	if (xj_search(a->archive, search, &hits, &a->err) < 0)
		fail_msg("%s: %s", search->query, a->err.message);
	return hits;
}

static inline struct xj_hits *
search(struct archived *a, const char *query)
{
	return search_with(a, &(struct xj_search){ .query = query,
						   .limit = 1000 });
}

static inline void
free_hits(struct xj_hits **hits)
{
	xj_hits_free(*hits);
}

/* The ids found in order; related ones behind a "|". */
static inline const char *
ids_of(const struct xj_hits *hits, char *out, size_t size)
{
	bool related = false;
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < xj_hits_count(hits) && n < size; i++) {
		const struct xj_hit *h = xj_hits_at(hits, i);
		bool bar = h->related && !related;

		related = h->related;
		n += (size_t)snprintf(out + n, size - n, "%s%s%llu",
				      n ? " " : "", bar ? "| " : "",
				      (unsigned long long)h->info.id);
	}
	return out;
}

static inline void
assert_found(struct archived *a, const char *query, const char *ids)
{
	xj_auto(free_hits) struct xj_hits *hits = search(a, query);
	char text[8192];

	ids_of(hits, text, sizeof(text));
	if (strcmp(text, ids) != 0)
		fail_msg("%s: found %s, not %s", query, text, ids);
}

static inline int
by_number(const void *x, const void *y)
{
	uint64_t m = *(const uint64_t *)x, n = *(const uint64_t *)y;

	return (m > n) - (m < n);
}

/* The same, in the order of their numbers, the first tier alone. */
static inline void
assert_set(struct archived *a, const char *query, const char *ids)
{
	xj_auto(free_hits) struct xj_hits *hits = search(a, query);
	uint64_t list[1000];
	char text[8192] = "";
	size_t n = 0, count = 0;

	for (size_t i = 0; i < xj_hits_count(hits); i++)
		if (!xj_hits_at(hits, i)->related)
			list[count++] = xj_hits_at(hits, i)->info.id;
	qsort(list, count, sizeof(*list), by_number);
	for (size_t i = 0; i < count; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%llu",
				      n ? " " : "",
				      (unsigned long long)list[i]);
	if (strcmp(text, ids) != 0)
		fail_msg("%s: found %s, not %s", query, text, ids);
	assert_true(xj_hits_total_is_exact(hits));
	if (count)
		assert_int_equal(xj_hits_total(hits), count);
}

/* A facet as "book 3, material 1". */
static inline void
assert_facet(struct archived *a, const char *query, const char *name,
	     const char *counts)
{
	xj_auto(free_hits) struct xj_hits *hits = search_with(
		a, &(struct xj_search){ .query = query, .facets = name });
	char text[1000] = "";
	size_t count, n = 0;
	const struct xj_facet_count *f = xj_hits_facet(hits, name, &count);

	for (size_t i = 0; i < count; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %llu",
				      n ? ", " : "", f[i].value,
				      (unsigned long long)f[i].count);
	assert_string_equal(text, counts);
}

#endif
