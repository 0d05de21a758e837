/*
 * test-catalog-memory.c - the first, second, third ... allocation failing, of
 * SQLite's and of ours.
 */
#include "catalog-fixture.h"

#include <sqlite3.h>

#include "failing.h"
#include "tap.h"

/* ------------------------------------------- SQLite's memory, counted down */

static sqlite3_mem_methods plain;

static void *
counted_malloc(int size)
{
	return failing_now() ? NULL : plain.xMalloc(size);
}

static void *
counted_realloc(void *old, int size)
{
	return failing_now() ? NULL : plain.xRealloc(old, size);
}

static int
count_sqlite(void **state)
{
	sqlite3_mem_methods counted;

	(void)state;
	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain) != SQLITE_OK)
		return -1;
	counted = plain;
	counted.xMalloc = counted_malloc;
	counted.xRealloc = counted_realloc;
	return sqlite3_config(SQLITE_CONFIG_MALLOC, &counted) == SQLITE_OK
		       ? sqlite3_initialize() : -1;
}

/* ------------------------------------------------------------------- tests */

static int
no_doc(void *ctx, const struct xj_doc *doc)
{
	(void)ctx;
	(void)doc;
	return 0;
}

static int
read_some(struct fixture *f, struct xj_catalog *c, struct xj_arena *arena)
{
	struct xj_meta_value *values;
	struct xj_segment_row *segments;
	const char *const *path, *const *batches;
	struct xj_doc doc;
	size_t n;
	int r = xj_catalog_get(c, 1, arena, &doc, &f->err);

	if (r == XJ_OK)
		r = xj_catalog_list(c, &(struct xj_doc_filter){
			.title = "资料", .limit = 5 }, no_doc, NULL, &f->err);
	if (r == XJ_OK)
		r = xj_catalog_meta(c, 1, arena, &values, &n, &f->err);
	if (r == XJ_OK)
		r = xj_catalog_path(c, 1, arena, &path, &f->err);
	if (r == XJ_OK)
		r = xj_catalog_batches(c, arena, &batches, &n, &f->err);
	if (r == XJ_OK)
		r = xj_catalog_segments(c, arena, &segments, &n, &f->err);
	return r;
}

static int
write_some(struct fixture *f, struct xj_catalog *c, const struct xj_doc *row)
{
	struct xj_doc doc = *row;
	const struct xj_meta_value value = { .element = "title",
					     .value = "x" };
	int r = xj_catalog_begin(c, &f->err), done;

	if (r < 0)
		return r;
	r = xj_catalog_insert(c, &doc, &f->err);
	if (r == XJ_OK)
		r = xj_catalog_set_meta(c, doc.id, XJ_META_GIVEN, &value, 1,
					&f->err);
	if (r == XJ_OK)
		r = xj_catalog_requeue(c, 1, &f->err);
	/* as a careless caller: the failure is known at the commit too */
	done = xj_catalog_commit(c, &f->err);
	assert_true(r == XJ_OK || done < 0);
	return r == XJ_OK ? done : r;
}

static int
open_read_write(struct fixture *f, const struct xj_doc *doc)
{
	struct xj_arena *arena = NULL;
	struct xj_catalog *c = NULL;
	int r = xj_catalog_open(f->dir.path, 0, &c, &f->err);

	if (r == XJ_OK)
		r = xj_arena_new(&arena);
	if (r == XJ_OK)
		r = read_some(f, c, arena);
	if (r == XJ_OK)
		r = write_some(f, c, doc);
	xj_arena_free(arena);
	xj_catalog_close(c);
	return r;
}

static void
lack_of_memory_anywhere_is_told_and_changes_nothing(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_doc doc = make_doc(f.arena, 9);
	uint64_t count;
	long n;
	int r = XJ_ENOMEM;

	(void)state;
	insert_doc(&f, 1);
	for (n = 0; n < 20000 && r != XJ_OK; n++) {
		failing_at(n);
		r = open_read_write(&f, &doc);
		failing_at(-1);
		if (r == XJ_OK)
			break;
		assert_int_equal(r, XJ_ENOMEM);
		must(xj_catalog_count(f.catalog, &(struct xj_doc_filter){ 0 },
				      &count, &f.err), &f.err);
		assert_int_equal(count, 1);
		n += n / 100;
	}
	assert_int_equal(r, XJ_OK);
	assert_true(n > 200);
	must(xj_catalog_check(f.catalog, &f.err), &f.err);
}

static int
create(struct fixture *f, const char *dir)
{
	struct xj_catalog *c;
	int r = xj_catalog_open(dir, XJ_CATALOG_CREATE, &c, &f->err);

	xj_catalog_close(c);
	return r;
}

static void
creating_without_memory_leaves_nothing(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	int r = XJ_ENOMEM;

	(void)state;
	for (long n = 0; n < 20000; n += 1 + n / 50) {
		failing_at(n);
		r = create(&f, dir.path);
		failing_at(-1);
		if (r == XJ_OK)
			break;
		assert_int_equal(r, XJ_ENOMEM);
		/* made but not opened: then it is whole */
		if (unlinkat(dir.fd, "catalog.sqlite", 0) == 0)
			continue;
		assert_int_equal(faccessat(dir.fd, "catalog.sqlite.new", F_OK,
					   0), -1);
	}
	assert_int_equal(r, XJ_OK);
}

static void
texts_without_memory_are_told(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	const char *text = "学而时习之，不亦说乎？";
	int r = XJ_ENOMEM;

	(void)state;
	for (long n = 0; n < 2000; n++) {
		struct xj_buf packed = XJ_BUF_INIT, got = XJ_BUF_INIT;
		struct xj_texts *t = NULL;

		failing_at(n);
		r = xj_texts_open(f.dir.path, 0, &t, &f.err);
		if (r == XJ_OK)
			r = xj_texts_pack(text, strlen(text), &packed, &f.err);
		if (r == XJ_OK)
			r = xj_texts_put(t, 1, 0, packed.data, packed.len,
					 &f.err);
		if (r == XJ_OK)
			r = xj_texts_get(t, 1, 0, &got, &f.err);
		failing_at(-1);
		xj_texts_close(t);
		if (r == XJ_OK)
			assert_string_equal(got.data, text);
		xj_buf_release(&packed);
		xj_buf_release(&got);
		if (r == XJ_OK)
			break;
		assert_int_equal(r, XJ_ENOMEM);
	}
	assert_int_equal(r, XJ_OK);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(lack_of_memory_anywhere_is_told_and_changes_nothing),
	cmocka_unit_test(creating_without_memory_leaves_nothing),
	cmocka_unit_test(texts_without_memory_are_told),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), count_sqlite, NULL);
}
