/* test-catalog-damage.c - files that are cut, foreign, flipped, old or new. */
#include "catalog-fixture.h"

#include <sys/stat.h>

#include <sqlite3.h>

#include "tap.h"

/* --------------------------------------------------------------- fixtures */

static void
put_text(struct fixture *f, uint64_t id, const char *text)
{
	xj_auto(xj_buf_release) struct xj_buf packed = XJ_BUF_INIT;

	must(xj_texts_pack(text, strlen(text), &packed, &f->err), &f->err);
	must(xj_texts_put(f->texts, id, 0, packed.data, packed.len, &f->err),
	     &f->err);
}

/* Something in every table, closed. */
static struct fixture
filled_begin(void)
{
	struct fixture f = fixture_begin();
	struct xj_accession_row accession = { .started = 1 };
	struct xj_outcome_row outcome = { .path = "[]", .outcome = "ok" };
	struct xj_segment_row segment = { .name = "s1", .documents = 20 };
	struct xj_queued indexed[20];

	must(xj_catalog_begin(f.catalog, &f.err), &f.err);
	must(xj_catalog_put_accession(f.catalog, &accession, &f.err), &f.err);
	for (unsigned n = 1; n <= 60; n++) {
		uint64_t id = insert_doc(&f, n);
		struct xj_event event = { .document = id, .verb = "add" };
		struct xj_source source = { .path = &n, .path_len = sizeof(n),
					    .document = id };
		struct xj_meta_value value = { .element = "title",
					       .value = "学习" };

		must(xj_catalog_set_meta(f.catalog, id, XJ_META_GIVEN, &value,
					 1, &f.err), &f.err);
		must(xj_catalog_add_event(f.catalog, &event, &f.err), &f.err);
		must(xj_catalog_put_source(f.catalog, &source, &f.err),
		     &f.err);
		must(xj_catalog_add_outcome(f.catalog, 1, &outcome, &f.err),
		     &f.err);
		put_text(&f, id, "学而时习之，不亦说乎？");
		if (n <= 20)
			indexed[n - 1] = (struct xj_queued){ id, 1 };
	}
	must(xj_catalog_add_segment(f.catalog, &segment, indexed, 20, &f.err),
	     &f.err);
	must(xj_catalog_requeue(f.catalog, 3, &f.err), &f.err);
	must(xj_catalog_commit(f.catalog, &f.err), &f.err);
	fixture_close(&f);
	return f;
}

static int
no_doc(void *ctx, const struct xj_doc *doc)
{
	(void)ctx;
	return doc->title && strlen(doc->title) > 1000000;
}

static int
no_source(void *ctx, const struct xj_source *source)
{
	(void)ctx;
	(void)source;
	return 0;
}

static int
no_outcome(void *ctx, const struct xj_outcome_row *row)
{
	(void)ctx;
	(void)row;
	return 0;
}

static int
no_event(void *ctx, const struct xj_event *event)
{
	(void)ctx;
	(void)event;
	return 0;
}

static int
no_tally(void *ctx, const char *key, uint64_t count)
{
	(void)ctx;
	(void)key;
	(void)count;
	return 0;
}

/* The worst status of reading and then changing all there is. */
static void
note(int r, int *worst)
{
	if (r < 0 && (*worst == XJ_OK || *worst == XJ_ENOTFOUND))
		*worst = r;
}

static void
read_all(struct fixture *f, struct xj_catalog *c, int *worst)
{
	struct xj_catalog_counts counts;
	struct xj_segment_row *segments;
	struct xj_dead_row *dead;
	struct xj_queued queued[64];
	size_t n;

	note(xj_catalog_list(c, &(struct xj_doc_filter){
		.any_state = true, .title = "x" }, no_doc, NULL, &f->err),
	     worst);
	note(xj_catalog_sources(c, "", 0, no_source, NULL, &f->err), worst);
	note(xj_catalog_outcomes(c, 1, no_outcome, NULL, &f->err), worst);
	note(xj_catalog_events(c, 0, 0, no_event, NULL, &f->err), worst);
	note(xj_catalog_tally(c, "kind", no_tally, NULL, &f->err), worst);
	note(xj_catalog_totals(c, &counts, &f->err), worst);
	note(xj_catalog_segments(c, f->arena, &segments, &n, &f->err), worst);
	note(xj_catalog_dead(c, f->arena, &dead, &n, &f->err), worst);
	note(xj_catalog_queue(c, 0, 64, queued, &n, &f->err), worst);
}

static void
read_each(struct fixture *f, struct xj_catalog *c, int *worst)
{
	for (uint64_t id = 1; id <= 60; id++) {
		const char *const *path;
		struct xj_meta_value *values;
		struct xj_doc doc = make_doc(f->arena, (unsigned)id), same;
		uint64_t found;
		size_t n;

		note(xj_catalog_path(c, id, f->arena, &path, &f->err), worst);
		note(xj_catalog_meta(c, id, f->arena, &values, &n, &f->err),
		     worst);
		note(xj_catalog_get_urn(c, doc.urn, f->arena, &same, &f->err),
		     worst);
		note(xj_catalog_get_digest(c, "", doc.sha512, &found, &f->err),
		     worst);
	}
}

static void
change_all(struct fixture *f, struct xj_catalog *c, int *worst)
{
	note(xj_catalog_begin(c, &f->err), worst);
	for (uint64_t id = 1; id <= 60; id += 7) {
		struct xj_doc doc = make_doc(f->arena, (unsigned)id);

		doc.id = doc.root = id;
		note(xj_catalog_update(c, &doc, 0, &f->err), worst);
		note(xj_catalog_set_meta(c, id, XJ_META_GIVEN, NULL, 0,
					 &f->err), worst);
		note(xj_catalog_drop_sources(c, id, &f->err), worst);
	}
	note(xj_catalog_drop_segment(c, "s1", &f->err), worst);
	note(xj_catalog_commit(c, &f->err), worst);
}

static int
use_catalog(struct fixture *f)
{
	struct xj_catalog *c;
	int worst = XJ_OK, r = xj_catalog_open(f->dir.path, 0, &c, &f->err);

	if (r < 0)
		return r;
	read_all(f, c, &worst);
	read_each(f, c, &worst);
	change_all(f, c, &worst);
	xj_catalog_close(c);
	return worst;
}

static int
no_chunk(void *ctx, unsigned number, const void *bytes, size_t len,
	 struct xj_error *err)
{
	(void)ctx;
	(void)number;
	(void)err;
	return bytes && len > 1000000 ? XJ_ECORRUPT : 0;
}

static int
use_texts(struct fixture *f)
{
	struct xj_texts *t;
	int worst = XJ_OK, r = xj_texts_open(f->dir.path, 0, &t, &f->err);

	if (r < 0)
		return r;
	for (uint64_t id = 1; id <= 60; id++)
		note(xj_texts_each(t, id, no_chunk, NULL, &f->err), &worst);
	for (uint64_t id = 1; id <= 60; id += 7)
		note(xj_texts_drop(t, id, &f->err), &worst);
	xj_texts_close(t);
	return worst;
}

/* ----------------------------------------------------------------- damage */

static void
keep_bytes(struct fixture *f, const char *name, struct xj_buf *bytes)
{
	must(xj_file_read(f->dir.fd, name, 1 << 24, bytes, &f->err), &f->err);
}

static void
set_bytes(struct fixture *f, const char *name, const void *bytes, size_t len)
{
	FILE *file = fopen(fixture_file(f, name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
	unlink(fixture_file(f, xj_arena_printf(f->arena, "%s-wal", name)));
	unlink(fixture_file(f, xj_arena_printf(f->arena, "%s-shm", name)));
}

static void
assert_tells_what_to_do(struct fixture *f, const char *name)
{
	assert_non_null(strstr(f->err.message, name));
	assert_non_null(strstr(f->err.message, "xueji rebuild"));
}

static void
a_cut_file_is_damage(void **state)
{
	xj_auto(fixture_end) struct fixture f = filled_begin();
	xj_auto(xj_buf_release) struct xj_buf bytes = XJ_BUF_INIT;

	(void)state;
	keep_bytes(&f, "catalog.sqlite", &bytes);
	for (size_t len = 0; len < bytes.len - 4096; len += bytes.len / 40) {
		set_bytes(&f, "catalog.sqlite", bytes.data, len);
		assert_int_equal(use_catalog(&f), XJ_ECORRUPT);
		if (len < 4096)
			assert_tells_what_to_do(&f, "catalog.sqlite");
	}
	xj_buf_clear(&bytes);
	keep_bytes(&f, "text.sqlite", &bytes);
	for (size_t len = 0; len < bytes.len - 1024; len += bytes.len / 10) {
		set_bytes(&f, "text.sqlite", bytes.data, len);
		assert_int_equal(use_texts(&f), XJ_ECORRUPT);
	}
}

/* SQLite takes the missing end of a last page for zeros. */
static void
a_file_cut_within_its_last_page_is_found_by_the_check(void **state)
{
	xj_auto(fixture_end) struct fixture f = filled_begin();
	xj_auto(xj_buf_release) struct xj_buf bytes = XJ_BUF_INIT;
	struct xj_catalog *c;

	(void)state;
	keep_bytes(&f, "catalog.sqlite", &bytes);
	set_bytes(&f, "catalog.sqlite", bytes.data, bytes.len - 4000);
	must(xj_catalog_open(f.dir.path, 0, &c, &f.err), &f.err);
	assert_int_equal(xj_catalog_check(c, &f.err), XJ_ECORRUPT);
	xj_catalog_close(c);
}

static void
a_foreign_file_is_damage(void **state)
{
	xj_auto(fixture_end) struct fixture f = filled_begin();
	char noise[20000];
	struct xj_catalog *c;
	struct xj_texts *t;

	(void)state;
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (char)(i * 2654435761u >> 13);
	set_bytes(&f, "catalog.sqlite", noise, sizeof(noise));
	assert_int_equal(xj_catalog_open(f.dir.path, 0, &c, &f.err),
			 XJ_ECORRUPT);
	assert_tells_what_to_do(&f, "catalog.sqlite");
	assert_int_equal(xj_catalog_open(f.dir.path, XJ_CATALOG_READONLY, &c,
					 &f.err), XJ_ECORRUPT);
	set_bytes(&f, "text.sqlite", noise, sizeof(noise));
	assert_int_equal(xj_texts_open(f.dir.path, 0, &t, &f.err),
			 XJ_ECORRUPT);
	assert_tells_what_to_do(&f, "text.sqlite");
}

/*
 * No flipped bytes crash a reader or a writer. Run under the sanitizers, this
 * says the same of SQLite's readings of our rows.
 */
static void
flipped_bytes_are_an_error_or_nothing(void **state)
{
	xj_auto(fixture_end) struct fixture f = filled_begin();
	xj_auto(xj_buf_release) struct xj_buf bytes = XJ_BUF_INIT;
	unsigned random = 7, damaged = 0;

	(void)state;
	keep_bytes(&f, "catalog.sqlite", &bytes);
	for (unsigned round = 0; round < 60; round++) {
		xj_auto(xj_buf_release) struct xj_buf bad = XJ_BUF_INIT;

		xj_buf_add(&bad, bytes.data, bytes.len);
		for (unsigned i = 0; i <= round; i++) {
			random = random * 1103515245 + 12345;
			bad.data[random % bytes.len] ^= (char)(random >> 20);
		}
		set_bytes(&f, "catalog.sqlite", bad.data, bad.len);
		damaged += use_catalog(&f) == XJ_ECORRUPT;
	}
	assert_true(damaged > 10);
}

static void
a_flipped_byte_of_stored_text_is_found(void **state)
{
	xj_auto(fixture_end) struct fixture f = filled_begin();
	xj_auto(xj_buf_release) struct xj_buf bytes = XJ_BUF_INIT;
	const char *at;

	(void)state;
	keep_bytes(&f, "text.sqlite", &bytes);
	at = memmem(bytes.data, bytes.len, "\x28\xb5\x2f\xfd", 4);
	assert_non_null(at);
	bytes.data[at - bytes.data + 12] ^= 4;
	set_bytes(&f, "text.sqlite", bytes.data, bytes.len);
	assert_int_equal(use_texts(&f), XJ_ECORRUPT);
	assert_tells_what_to_do(&f, "text.sqlite");
}

static void
check_names_the_damaged_file(void **state)
{
	xj_auto(fixture_end) struct fixture f = filled_begin();
	xj_auto(xj_buf_release) struct xj_buf bytes = XJ_BUF_INIT;
	struct xj_catalog *c;

	(void)state;
	keep_bytes(&f, "text.sqlite", &bytes);
	memset(bytes.data + bytes.len - 900, 0xff, 900);
	set_bytes(&f, "text.sqlite", bytes.data, bytes.len);
	must(xj_catalog_open(f.dir.path, XJ_CATALOG_READONLY, &c, &f.err),
	     &f.err);
	assert_int_equal(xj_catalog_check(c, &f.err), XJ_ECORRUPT);
	assert_tells_what_to_do(&f, "text.sqlite");
	xj_catalog_close(c);
}

/* --------------------------------------------------------------- versions */

static void
sql(struct fixture *f, const char *name, const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(fixture_file(f, name), &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		fprintf(stderr, "%s\n", sqlite3_errmsg(db));
	assert_int_equal(sqlite3_errcode(db), SQLITE_OK);
	sqlite3_close(db);
}

static void
a_newer_catalog_is_refused_with_its_version(void **state)
{
	xj_auto(fixture_end) struct fixture f = filled_begin();
	struct xj_catalog *c;
	char newer[64];

	(void)state;
	snprintf(newer, sizeof(newer), "PRAGMA user_version = %d",
		 XJ_CATALOG_VERSION + 41);
	sql(&f, "catalog.sqlite", newer);
	assert_int_equal(xj_catalog_open(f.dir.path, 0, &c, &f.err),
			 XJ_EVERSION);
	snprintf(newer, sizeof(newer), "version %d", XJ_CATALOG_VERSION + 41);
	assert_non_null(strstr(f.err.message, newer));
	snprintf(newer, sizeof(newer), "version %d", XJ_CATALOG_VERSION);
	assert_non_null(strstr(f.err.message, newer));
	assert_int_equal(xj_catalog_open(f.dir.path, XJ_CATALOG_READONLY, &c,
					 NULL), XJ_EVERSION);
}

/* As a release before the first would have left it. */
static void
make_version_0(struct fixture *f, const char *tables)
{
	unlink(fixture_file(f, "catalog.sqlite"));
	sql(f, "catalog.sqlite",
	    xj_arena_printf(f->arena, "PRAGMA application_id = 0x586a4361;"
			    "CREATE TABLE notes (note TEXT);"
			    "INSERT INTO notes VALUES ('kept'); %s", tables));
}

static void
an_older_catalog_is_upgraded_after_a_copy(void **state)
{
	xj_auto(fixture_end) struct fixture f = filled_begin();
	struct xj_catalog *c;
	const char *copy = xj_arena_printf(f.arena,
		"catalog.sqlite.before-%d", XJ_CATALOG_VERSION);

	(void)state;
	make_version_0(&f, "");
	assert_int_equal(xj_catalog_open(f.dir.path, XJ_CATALOG_READONLY, &c,
					 &f.err), XJ_EVERSION);
	assert_int_equal(access(fixture_file(&f, copy), F_OK), -1);
	must(xj_catalog_open(f.dir.path, 0, &c, &f.err), &f.err);
	must(xj_catalog_set_fact(c, "a", "b", &f.err), &f.err);
	xj_catalog_close(c);
	must(xj_catalog_open(f.dir.path, XJ_CATALOG_READONLY, &c, &f.err),
	     &f.err);
	xj_catalog_close(c);
	sql(&f, "catalog.sqlite", "UPDATE notes SET note = note || '!'");
	assert_int_equal(access(fixture_file(&f, copy), F_OK), 0);
	sql(&f, copy, "UPDATE notes SET note = note || '?'");
	assert_int_equal(access(fixture_file(&f, xj_arena_printf(
		f.arena, "%s.new", copy)), F_OK), -1);
}

static void
a_failed_upgrade_leaves_the_older_catalog(void **state)
{
	xj_auto(fixture_end) struct fixture f = filled_begin();
	xj_auto(xj_buf_release) struct xj_buf before = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf after = XJ_BUF_INIT;
	struct xj_catalog *c;

	(void)state;
	make_version_0(&f, "CREATE TABLE meta (in_the_way INTEGER)");
	keep_bytes(&f, "catalog.sqlite", &before);
	assert_true(xj_catalog_open(f.dir.path, 0, &c, &f.err) < 0);
	assert_non_null(strstr(f.err.message, "upgrade from version 0 to "));
	keep_bytes(&f, "catalog.sqlite", &after);
	assert_int_equal(before.len, after.len);
	assert_memory_equal(before.data, after.data, before.len);
}

static void
an_emptied_catalog_is_not_a_very_old_one(void **state)
{
	xj_auto(fixture_end) struct fixture f = filled_begin();
	struct xj_catalog *c;

	(void)state;
	set_bytes(&f, "catalog.sqlite", "", 0);
	assert_int_equal(xj_catalog_open(f.dir.path, 0, &c, &f.err),
			 XJ_ECORRUPT);
	assert_tells_what_to_do(&f, "catalog.sqlite");
	sql(&f, "catalog.sqlite", "DROP TABLE IF EXISTS x;"
	    "CREATE TABLE other (program TEXT)");
	assert_int_equal(xj_catalog_open(f.dir.path, 0, &c, &f.err),
			 XJ_ECORRUPT);
}

static void
a_catalog_without_its_tables_is_damage(void **state)
{
	xj_auto(fixture_end) struct fixture f = filled_begin();
	struct xj_catalog *c;

	(void)state;
	sql(&f, "catalog.sqlite", "DROP TABLE counters");
	must(xj_catalog_open(f.dir.path, 0, &c, &f.err), &f.err);
	assert_int_equal(xj_catalog_index_serial(c, &(uint64_t){ 0 }, &f.err),
			 XJ_ECORRUPT);
	assert_tells_what_to_do(&f, "catalog.sqlite");
	xj_catalog_close(c);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_cut_file_is_damage),
	cmocka_unit_test(a_file_cut_within_its_last_page_is_found_by_the_check),
	cmocka_unit_test(a_foreign_file_is_damage),
	cmocka_unit_test(flipped_bytes_are_an_error_or_nothing),
	cmocka_unit_test(a_flipped_byte_of_stored_text_is_found),
	cmocka_unit_test(check_names_the_damaged_file),
	cmocka_unit_test(a_newer_catalog_is_refused_with_its_version),
	cmocka_unit_test(an_older_catalog_is_upgraded_after_a_copy),
	cmocka_unit_test(a_failed_upgrade_leaves_the_older_catalog),
	cmocka_unit_test(an_emptied_catalog_is_not_a_very_old_one),
	cmocka_unit_test(a_catalog_without_its_tables_is_damage),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
