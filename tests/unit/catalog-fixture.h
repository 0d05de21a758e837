/*
 * catalog-fixture.h - a catalog in a scratch folder, and documents for it.
 * Include it before tap.h.
 */
#ifndef XJ_TEST_CATALOG_FIXTURE_H
#define XJ_TEST_CATALOG_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "catalog/catalog.h"
#include "scratch.h"

struct fixture {
	struct scratch dir;
	struct xj_catalog *catalog;
	struct xj_texts *texts;
	struct xj_arena *arena;
	struct xj_error err;
};

static inline void
must(int r, const struct xj_error *err)
{
	if (r >= 0)
		return;
	fprintf(stderr, "status %d: %s\n", r, err->message);
	abort();
}

static inline struct fixture
fixture_begin(void)
{
	struct fixture f = { .dir = scratch_begin() };

	must(xj_arena_new(&f.arena), &f.err);
	must(xj_catalog_open(f.dir.path, XJ_CATALOG_CREATE, &f.catalog,
			     &f.err), &f.err);
	must(xj_texts_open(f.dir.path, XJ_CATALOG_CREATE, &f.texts, &f.err),
	     &f.err);
	return f;
}

static inline void
fixture_close(struct fixture *f)
{
	xj_catalog_close(f->catalog);
	xj_texts_close(f->texts);
	f->catalog = NULL;
	f->texts = NULL;
}

static inline void
fixture_end(struct fixture *f)
{
	fixture_close(f);
	xj_arena_free(f->arena);
	scratch_end(&f->dir);
}

static inline char *
fixture_file(struct fixture *f, const char *name)
{
	return xj_arena_printf(f->arena, "%s/%s", f->dir.path, name);
}

/* A document with every column filled; `n` makes it differ from others. */
static inline struct xj_doc
make_doc(struct xj_arena *arena, unsigned n)
{
	struct xj_doc doc = {
		.urn = xj_arena_printf(arena, "urn:uuid:01234567-89ab-4cde-"
				       "8f01-%012x", n),
		.name = xj_arena_printf(arena, "讲义-%u.pdf", n),
		.ordinal = 1, .owner = "", .kind = "material", .type = "pdf",
		.format = "application/pdf",
		.title = xj_arena_printf(arena, "学习资料 %u", n),
		.title_key = xj_arena_printf(arena, "xuexi %06u", n),
		.creators = "王芳; Müller", .date = "2011-02-16",
		.language = "zh", .size = 1000 + n, .version = 1,
		.outcome = "ok", .importer = "pdf", .importer_version = "1.0",
		.cpu_ms = 12, .text_bytes = 900, .pages = 3,
		.created = 1700000000, .updated = 1700000001,
	};

	memset(doc.sha512, 0x5a, sizeof(doc.sha512));
	memcpy(doc.sha512, &n, sizeof(n));
	return doc;
}

static inline uint64_t
insert_doc(struct fixture *f, unsigned n)
{
	struct xj_doc doc = make_doc(f->arena, n);

	must(xj_catalog_insert(f->catalog, &doc, &f->err), &f->err);
	return doc.id;
}

static inline struct xj_doc
get_doc(struct fixture *f, uint64_t id)
{
	struct xj_doc doc;

	must(xj_catalog_get(f->catalog, id, f->arena, &doc, &f->err), &f->err);
	return doc;
}

#endif
