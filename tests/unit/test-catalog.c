/* test-catalog.c - documents, metadata, sources, accessions, history. */
#include "catalog-fixture.h"
#include "tap.h"

/* ---------------------------------------------------------- as a whole */

static void
open_refuses_a_folder_without_a_catalog(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_catalog *c;
	struct xj_error err;

	(void)state;
	assert_int_equal(xj_catalog_open(dir.path, 0, &c, &err), XJ_ENOTFOUND);
	assert_null(c);
	assert_non_null(strstr(err.message, "catalog.sqlite"));
	assert_int_equal(xj_catalog_open(dir.path, XJ_CATALOG_READONLY, &c,
					 NULL), XJ_ENOTFOUND);
	/* and makes nothing there */
	assert_int_equal(faccessat(dir.fd, "catalog.sqlite", F_OK, 0), -1);
}

static void
create_refuses_what_is_there(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_catalog *c;
	struct xj_texts *t;

	(void)state;
	assert_int_equal(xj_catalog_open(f.dir.path, XJ_CATALOG_CREATE, &c,
					 NULL), XJ_EEXIST);
	assert_int_equal(xj_texts_open(f.dir.path, XJ_CATALOG_CREATE, &t,
				       NULL), XJ_EEXIST);
}

static void
a_closed_catalog_is_one_file(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	insert_doc(&f, 1);
	fixture_close(&f);
	assert_int_equal(access(fixture_file(&f, "catalog.sqlite"), F_OK), 0);
	assert_int_equal(access(fixture_file(&f, "catalog.sqlite-wal"), F_OK),
			 -1);
	assert_int_equal(access(fixture_file(&f, "catalog.sqlite.new"), F_OK),
			 -1);
}

static void
facts_are_kept(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	xj_auto(xj_buf_release) struct xj_buf value = XJ_BUF_INIT;

	(void)state;
	assert_int_equal(xj_catalog_fact(f.catalog, "analyzer", &value, NULL),
			 XJ_ENOTFOUND);
	must(xj_catalog_set_fact(f.catalog, "analyzer", "1", &f.err), &f.err);
	must(xj_catalog_set_fact(f.catalog, "analyzer", "2", &f.err), &f.err);
	must(xj_catalog_fact(f.catalog, "analyzer", &value, &f.err), &f.err);
	assert_string_equal(value.data, "2");
}

static void
rollback_undoes_everything_since_begin(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_catalog_counts counts;
	uint64_t first;

	(void)state;
	insert_doc(&f, 1);
	must(xj_catalog_begin(f.catalog, &f.err), &f.err);
	insert_doc(&f, 2);
	must(xj_catalog_set_fact(f.catalog, "a", "b", &f.err), &f.err);
	xj_catalog_rollback(f.catalog);
	must(xj_catalog_totals(f.catalog, &counts, &f.err), &f.err);
	assert_int_equal(counts.documents, 1);
	must(xj_catalog_reserve(f.catalog, 1, &first, &f.err), &f.err);
	assert_int_equal(first, 2);
}

static void
transactions_do_not_nest(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	assert_int_equal(xj_catalog_commit(f.catalog, NULL), XJ_EINVAL);
	must(xj_catalog_begin(f.catalog, &f.err), &f.err);
	assert_int_equal(xj_catalog_begin(f.catalog, NULL), XJ_EINVAL);
	assert_int_equal(xj_catalog_read_begin(f.catalog, NULL), XJ_EINVAL);
	must(xj_catalog_commit(f.catalog, &f.err), &f.err);
	must(xj_catalog_read_begin(f.catalog, &f.err), &f.err);
	assert_int_equal(xj_catalog_begin(f.catalog, NULL), XJ_EINVAL);
	xj_catalog_read_end(f.catalog);
	must(xj_catalog_begin(f.catalog, &f.err), &f.err);
	xj_catalog_rollback(f.catalog);
}

static void
check_finds_nothing_wrong_with_a_new_archive(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	insert_doc(&f, 1);
	must(xj_catalog_check(f.catalog, &f.err), &f.err);
	unlink(fixture_file(&f, "text.sqlite"));
	assert_int_equal(xj_catalog_check(f.catalog, &f.err), XJ_ECORRUPT);
}

/* ----------------------------------------------------------- documents */

#define assert_same_text(a, b, field) \
	assert_string_equal((a).field, (b).field)

static void
insert_then_get_gives_the_same_row(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_doc in = make_doc(f.arena, 7), out;

	(void)state;
	in.reason = "第 3 页坏了";
	must(xj_catalog_insert(f.catalog, &in, &f.err), &f.err);
	assert_int_equal(in.id, 1);
	out = get_doc(&f, in.id);
	assert_same_text(in, out, urn);
	assert_same_text(in, out, name);
	assert_same_text(in, out, owner);
	assert_same_text(in, out, kind);
	assert_same_text(in, out, type);
	assert_same_text(in, out, format);
	assert_same_text(in, out, title);
	assert_same_text(in, out, title_key);
	assert_same_text(in, out, creators);
	assert_same_text(in, out, date);
	assert_same_text(in, out, language);
	assert_same_text(in, out, outcome);
	assert_same_text(in, out, reason);
	assert_same_text(in, out, importer);
	assert_same_text(in, out, importer_version);
	assert_memory_equal(in.sha512, out.sha512, 64);
	assert_int_equal(out.parent, 0);
	assert_int_equal(out.root, 1);
	assert_int_equal(out.ordinal, 1);
	assert_int_equal(out.size, 1007);
	assert_int_equal(out.version, 1);
	assert_int_equal(out.state, XJ_DOC_LIVE);
	assert_int_equal(out.cpu_ms, 12);
	assert_int_equal(out.text_bytes, 900);
	assert_int_equal(out.pages, 3);
	assert_int_equal(out.accession, 0);
	assert_int_equal(out.created, 1700000000);
	assert_int_equal(out.updated, 1700000001);
	assert_int_equal(out.rev, 1);
	assert_true(out.queued);
}

static void
what_is_not_known_stays_null(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_doc in = { .version = 1 }, out;

	(void)state;
	must(xj_catalog_insert(f.catalog, &in, &f.err), &f.err);
	out = get_doc(&f, in.id);
	assert_null(out.urn);
	assert_null(out.name);
	assert_null(out.name_raw);
	assert_null(out.title);
	assert_null(out.reason);
	assert_string_equal(out.owner, "");
}

static void
the_bytes_of_a_name_are_kept(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_doc in = make_doc(f.arena, 1), out;
	static const char raw[] = "\xbd\xb2\xd2\xe5\0.txt";

	(void)state;
	in.name = "讲义.txt";
	in.name_raw = raw;
	in.name_raw_len = sizeof(raw) - 1;
	must(xj_catalog_insert(f.catalog, &in, &f.err), &f.err);
	out = get_doc(&f, in.id);
	assert_string_equal(out.name, "讲义.txt");
	assert_int_equal(out.name_raw_len, sizeof(raw) - 1);
	assert_memory_equal(out.name_raw, raw, sizeof(raw) - 1);
	out = get_doc(&f, insert_doc(&f, 2));
	assert_int_equal(out.name_raw_len, strlen(out.name));
	assert_memory_equal(out.name_raw, out.name, out.name_raw_len);
}

static void
a_document_is_found_by_its_urn(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_doc doc = make_doc(f.arena, 1), out;

	(void)state;
	insert_doc(&f, 7);
	must(xj_catalog_get_urn(f.catalog,
				"urn:uuid:01234567-89ab-4cde-8f01-000000000007",
				f.arena, &out, &f.err), &f.err);
	assert_int_equal(out.id, 1);
	doc.urn = "info:other/42"; /* any other is kept as it is */
	must(xj_catalog_insert(f.catalog, &doc, &f.err), &f.err);
	must(xj_catalog_get_urn(f.catalog, doc.urn, f.arena, &out, &f.err),
	     &f.err);
	assert_string_equal(out.urn, "info:other/42");
	assert_int_equal(xj_catalog_get_urn(f.catalog, "urn:uuid:", f.arena,
					    &out, &f.err), XJ_ENOTFOUND);
	doc.id = 0;
	assert_int_equal(xj_catalog_insert(f.catalog, &doc, &f.err),
			 XJ_EEXIST);
}

static void
numbers_are_never_given_twice(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_doc doc = make_doc(f.arena, 1);
	uint64_t a, b;

	(void)state;
	must(xj_catalog_reserve(f.catalog, 10, &a, &f.err), &f.err);
	must(xj_catalog_reserve(f.catalog, 5, &b, &f.err), &f.err);
	assert_int_equal(a, 1);
	assert_int_equal(b, 11);
	/* 11 and 12 are taken, 13 to 15 go back */
	must(xj_catalog_unreserve(f.catalog, 13, 16, &f.err), &f.err);
	must(xj_catalog_reserve(f.catalog, 1, &b, &f.err), &f.err);
	assert_int_equal(b, 13);
	/* others were given since: nothing goes back */
	must(xj_catalog_unreserve(f.catalog, 5, 11, &f.err), &f.err);
	must(xj_catalog_reserve(f.catalog, 1, &b, &f.err), &f.err);
	assert_int_equal(b, 14);
	doc.id = 100; /* a rebuild gives numbers itself */
	must(xj_catalog_insert(f.catalog, &doc, &f.err), &f.err);
	must(xj_catalog_unreserve(f.catalog, 90, 101, &f.err), &f.err);
	assert_int_equal(insert_doc(&f, 2), 101);
	assert_int_equal(xj_catalog_insert(f.catalog, &doc, &f.err),
			 XJ_EEXIST);
}

static void
update_writes_every_column_and_raises_the_revision(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	uint64_t id = insert_doc(&f, 1);
	struct xj_doc doc = make_doc(f.arena, 9), out;

	(void)state;
	doc.id = id;
	doc.root = id;
	doc.version = 2;
	doc.kind = NULL;
	must(xj_catalog_update(f.catalog, &doc, 1, &f.err), &f.err);
	assert_int_equal(doc.rev, 2);
	out = get_doc(&f, id);
	assert_string_equal(out.title, "学习资料 9");
	assert_null(out.kind);
	assert_int_equal(out.version, 2);
	assert_int_equal(out.rev, 2);
	assert_int_equal(out.created, doc.created);
}

static void
update_tells_that_another_was_faster(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_doc doc = get_doc(&f, insert_doc(&f, 1));

	(void)state;
	assert_int_equal(xj_catalog_update(f.catalog, &doc, 3, &f.err),
			 XJ_EBUSY);
	doc.id = 77;
	assert_int_equal(xj_catalog_update(f.catalog, &doc, 0, &f.err),
			 XJ_ENOTFOUND);
	assert_int_equal(get_doc(&f, 1).rev, 1);
}

static void
a_harmless_refusal_leaves_the_transaction_whole(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_doc doc = get_doc(&f, insert_doc(&f, 1));

	(void)state;
	must(xj_catalog_begin(f.catalog, &f.err), &f.err);
	insert_doc(&f, 2);
	assert_int_equal(xj_catalog_update(f.catalog, &doc, 3, &f.err),
			 XJ_EBUSY);
	must(xj_catalog_commit(f.catalog, &f.err), &f.err);
	assert_int_equal(get_doc(&f, 2).id, 2);
}

static uint64_t insert_member(struct fixture *f, unsigned n, uint64_t root,
			      uint64_t parent, const char *name);

static void
a_version_is_set_for_all_that_lies_in_the_object(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	uint64_t a = insert_member(&f, 1, 0, 0, "a.zip"), b, c, other;

	(void)state;
	b = insert_member(&f, 2, a, a, "b.zip");
	c = insert_member(&f, 3, a, b, "c");
	other = insert_doc(&f, 4);
	must(xj_catalog_set_version(f.catalog, a, 1, 2, &f.err), &f.err);
	assert_int_equal(get_doc(&f, a).version, 2);
	assert_int_equal(get_doc(&f, b).version, 2);
	assert_int_equal(get_doc(&f, c).version, 2);
	assert_int_equal(get_doc(&f, other).version, 1);
	assert_int_equal(get_doc(&f, a).rev, 1); /* its text is the same */
	assert_int_equal(xj_catalog_set_version(f.catalog, a, 1, 3, &f.err),
			 XJ_EBUSY);
	assert_int_equal(get_doc(&f, c).version, 2);
}

static void
same_bytes_are_found_within_one_owner(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_doc doc = make_doc(f.arena, 1), other;
	uint64_t id;

	(void)state;
	doc.owner = "unit-a";
	must(xj_catalog_insert(f.catalog, &doc, &f.err), &f.err);
	must(xj_catalog_get_digest(f.catalog, "unit-a", doc.sha512, &id,
				   &f.err), &f.err);
	assert_int_equal(id, doc.id);
	assert_int_equal(xj_catalog_get_digest(f.catalog, "unit-b", doc.sha512,
					       &id, NULL), XJ_ENOTFOUND);
	other = make_doc(f.arena, 1); /* the same first bytes of the digest */
	other.sha512[60] ^= 1;
	assert_int_equal(xj_catalog_get_digest(f.catalog, "unit-a",
					       other.sha512, &id, NULL),
			 XJ_ENOTFOUND);
	doc.state = XJ_DOC_REMOVED;
	must(xj_catalog_update(f.catalog, &doc, 0, &f.err), &f.err);
	must(xj_catalog_get_digest(f.catalog, "unit-a", doc.sha512, &id,
				   &f.err), &f.err);
	doc.state = XJ_DOC_PURGED;
	must(xj_catalog_update(f.catalog, &doc, 0, &f.err), &f.err);
	assert_int_equal(xj_catalog_get_digest(f.catalog, "unit-a", doc.sha512,
					       &id, NULL), XJ_ENOTFOUND);
}

static void
the_bytes_of_a_member_are_not_a_duplicate(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_doc doc = make_doc(f.arena, 2);
	uint64_t id;

	(void)state;
	doc.parent = doc.root = insert_doc(&f, 1);
	must(xj_catalog_insert(f.catalog, &doc, &f.err), &f.err);
	assert_int_equal(xj_catalog_get_digest(f.catalog, "", doc.sha512, &id,
					       NULL), XJ_ENOTFOUND);
}

static void
get_many_keeps_the_order_and_marks_what_is_gone(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	const uint64_t ids[] = { 3, 99, 1, 2 };
	struct xj_doc docs[4], removed;

	(void)state;
	for (unsigned n = 1; n <= 3; n++)
		insert_doc(&f, n);
	removed = get_doc(&f, 2);
	removed.state = XJ_DOC_REMOVED;
	must(xj_catalog_update(f.catalog, &removed, 0, &f.err), &f.err);
	must(xj_catalog_get_many(f.catalog, ids, 4, f.arena, docs, &f.err),
	     &f.err);
	assert_int_equal(docs[0].id, 3);
	assert_int_equal(docs[1].id, 0);
	assert_int_equal(docs[2].id, 1);
	assert_string_equal(docs[2].title, "学习资料 1");
	assert_int_equal(docs[3].id, 0);
}

/* ------------------------------------------------------------ the path */

static uint64_t
insert_member(struct fixture *f, unsigned n, uint64_t root, uint64_t parent,
	      const char *name)
{
	struct xj_doc doc = make_doc(f->arena, n);

	doc.root = root;
	doc.parent = parent;
	doc.name = name;
	doc.ordinal = n;
	must(xj_catalog_insert(f->catalog, &doc, &f->err), &f->err);
	return doc.id;
}

static void
put_source(struct fixture *f, const char *path, uint64_t id,
	   uint64_t accession)
{
	struct xj_source source = {
		.path = path, .path_len = strlen(path), .size = 5,
		.mtime_ns = 1700000000123456789, .ctime_ns = -7,
		.inode = UINT64_MAX, .document = id, .accession = accession,
	};

	must(xj_catalog_put_source(f->catalog, &source, &f->err), &f->err);
}

static uint64_t
put_accession(struct fixture *f)
{
	struct xj_accession_row row = { .started = 1, .user = "wang" };

	must(xj_catalog_put_accession(f->catalog, &row, &f->err), &f->err);
	return row.number;
}

static void
a_path_begins_where_the_document_was_added(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	uint64_t a, b, c;
	const char *const *path;

	(void)state;
	a = insert_member(&f, 1, 0, 0, "a.zip");
	b = insert_member(&f, 2, a, a, "b.zip");
	c = insert_member(&f, 3, a, b, "讲稿.doc");
	must(xj_catalog_path(f.catalog, c, f.arena, &path, &f.err), &f.err);
	assert_string_equal(path[0], "a.zip");
	assert_string_equal(path[1], "b.zip");
	assert_string_equal(path[2], "讲稿.doc");
	assert_null(path[3]);
	put_accession(&f);
	put_accession(&f);
	put_source(&f, "/data/new/a.zip", a, 2);
	put_source(&f, "/data/old/a.zip", a, 1);
	must(xj_catalog_path(f.catalog, c, f.arena, &path, &f.err), &f.err);
	assert_string_equal(path[0], "/data/new/a.zip");
	assert_string_equal(path[1], "b.zip");
	must(xj_catalog_path(f.catalog, a, f.arena, &path, &f.err), &f.err);
	assert_string_equal(path[0], "/data/new/a.zip");
	assert_null(path[1]);
	assert_int_equal(xj_catalog_path(f.catalog, 99, f.arena, &path, NULL),
			 XJ_ENOTFOUND);
	assert_int_equal(xj_catalog_path(f.catalog, 0, f.arena, &path, NULL),
			 XJ_ENOTFOUND);
}

static void
a_path_is_shown_as_it_was_given(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_source source = {
		.path = "/home/wang/资料/a.pdf", .given = "资料/a.pdf",
		.document = insert_doc(&f, 1),
	};
	const char *const *path;

	(void)state;
	source.path_len = strlen(source.path);
	must(xj_catalog_put_source(f.catalog, &source, &f.err), &f.err);
	must(xj_catalog_path(f.catalog, 1, f.arena, &path, &f.err), &f.err);
	assert_string_equal(path[0], "资料/a.pdf");
}

static void
a_document_inside_itself_is_damage(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_doc doc = get_doc(&f, insert_doc(&f, 1));
	const char *const *path;

	(void)state;
	doc.parent = 1;
	must(xj_catalog_update(f.catalog, &doc, 0, &f.err), &f.err);
	assert_int_equal(xj_catalog_path(f.catalog, 1, f.arena, &path, NULL),
			 XJ_ECORRUPT);
}

/* --------------------------------------------------------------- lists */

/* The numbers of what is listed, as "1 2 3". */
static int
add_number(void *ctx, const struct xj_doc *doc)
{
	struct xj_buf *out = ctx;

	xj_buf_addf(out, "%s%llu", out->len ? " " : "",
		    (unsigned long long)doc->id);
	return 0;
}

static void
check_list(struct fixture *f, struct xj_doc_filter filter, const char *want,
	   int line)
{
	xj_auto(xj_buf_release) struct xj_buf got = XJ_BUF_INIT;
	uint64_t count, n = *want != '\0';

	must(xj_catalog_list(f->catalog, &filter, add_number, &got, &f->err),
	     &f->err);
	_assert_string_equal(xj_buf_str(&got), want, __FILE__, line);
	if (filter.limit || filter.offset)
		return;
	must(xj_catalog_count(f->catalog, &filter, &count, &f->err), &f->err);
	for (const char *p = want; *p; p++)
		n += *p == ' ';
	_assert_int_equal(count, n, __FILE__, line);
}

#define assert_list(f, want, ...) \
	check_list(f, (struct xj_doc_filter){ __VA_ARGS__ }, want, __LINE__)

static void
insert_varied(struct fixture *f)
{
	static const struct {
		const char *kind, *type, *title, *key, *creators, *date;
	} rows[] = {
		{ "book", "pdf", "Über das Lernen", "b", "Müller", "2009" },
		{ "material", "text", "学习资料", "c", "王芳; 李明",
		  "2011-02-16" },
		{ "material", "pdf", "100% sure_", "a", NULL, NULL },
		{ "article", "web", NULL, NULL, "Wang Fang", "2010-05" },
	};

	for (unsigned i = 0; i < XJ_COUNT(rows); i++) {
		struct xj_doc doc = make_doc(f->arena, i + 1);

		doc.kind = rows[i].kind;
		doc.type = rows[i].type;
		doc.title = rows[i].title;
		doc.title_key = rows[i].key;
		doc.creators = rows[i].creators;
		doc.date = rows[i].date;
		doc.outcome = i == 2 ? "partial" : "ok";
		must(xj_catalog_insert(f->catalog, &doc, &f->err), &f->err);
	}
}

static void
a_list_is_filtered(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	insert_varied(&f);
	assert_list(&f, "1 2 3 4", 0);
	assert_list(&f, "2 3", .kind = "material");
	assert_list(&f, "1 3", .type = "pdf");
	assert_list(&f, "3", .kind = "material", .type = "pdf");
	assert_list(&f, "3", .outcome = "partial");
	assert_list(&f, "1", .year = "2009");
	assert_list(&f, "1 4", .year = "2009..2010");
	assert_list(&f, "2 4", .year = "2010..");
	assert_list(&f, "1", .year = "..2009");
	assert_list(&f, "1 2 3 4", .year = "..");
	assert_list(&f, "1", .title = "üBER");
	assert_list(&f, "2", .title = "资料");
	assert_list(&f, "3", .title = "% SURE_");
	assert_list(&f, "", .title = "100_sure");
	assert_list(&f, "1", .creator = "MÜLLER");
	assert_list(&f, "2", .creator = "李明");
	assert_list(&f, "4", .creator = "fang", .title = NULL);
	assert_list(&f, "", .kind = "' OR 1 --");
	assert_list(&f, "3 4", .after = 2);
	assert_list(&f, "2 3", .offset = 1, .limit = 2);
	assert_list(&f, "4", .offset = 3);
}

static void
a_list_is_ordered_and_the_unknown_comes_last(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	insert_varied(&f);
	assert_list(&f, "4 3 2 1", .descending = true);
	assert_list(&f, "1 4 2 3", .order = XJ_LIST_DATE);
	assert_list(&f, "2 4 1 3", .order = XJ_LIST_DATE, .descending = true);
	assert_list(&f, "3 1 2 4", .order = XJ_LIST_TITLE);
	assert_list(&f, "2 1 3 4", .order = XJ_LIST_TITLE, .descending = true);
}

static void
a_list_knows_members_and_states(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	uint64_t a, b;
	struct xj_doc doc;

	(void)state;
	a = insert_member(&f, 1, 0, 0, "a.zip");
	b = insert_member(&f, 2, a, a, "b.zip");
	insert_member(&f, 3, a, b, "c");
	insert_member(&f, 4, a, a, "d");
	insert_doc(&f, 5);
	assert_list(&f, "1 5", .top_only = true);
	assert_list(&f, "2 4", .parent = a);
	assert_list(&f, "3", .parent = b);
	assert_list(&f, "1 2 3 4", .root = a);
	doc = get_doc(&f, 4);
	doc.state = XJ_DOC_REMOVED;
	must(xj_catalog_update(f.catalog, &doc, 0, &f.err), &f.err);
	assert_list(&f, "1 2 3 5", 0);
	assert_list(&f, "4", .removed = true);
	assert_list(&f, "1 2 3 4 5", .any_state = true);
	assert_list(&f, "2", .parent = a);
	put_accession(&f);
	doc = get_doc(&f, 5);
	doc.accession = 1;
	must(xj_catalog_update(f.catalog, &doc, 0, &f.err), &f.err);
	assert_list(&f, "5", .accession = 1);
}

struct nested {
	struct fixture *f;
	struct xj_buf seen;
	int stop_at, stop_with;
};

/* Walks the whole list again for every row of it. */
static int
walk_again(void *ctx, const struct xj_doc *doc)
{
	struct nested *n = ctx;
	struct xj_doc same;

	must(xj_catalog_list(n->f->catalog, &(struct xj_doc_filter){ 0 },
			     add_number, &n->seen, &n->f->err), &n->f->err);
	must(xj_catalog_get(n->f->catalog, doc->id, n->f->arena, &same,
			    &n->f->err), &n->f->err);
	return (int)doc->id == n->stop_at ? n->stop_with : 0;
}

static void
a_callback_may_read_and_may_end_the_walk(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct nested n = { .f = &f };
	const struct xj_doc_filter all = { 0 };

	(void)state;
	insert_doc(&f, 1);
	insert_doc(&f, 2);
	must(xj_catalog_list(f.catalog, &all, walk_again, &n, &f.err), &f.err);
	assert_string_equal(n.seen.data, "1 2 1 2");
	xj_buf_clear(&n.seen);
	n.stop_at = 1;
	n.stop_with = 1;
	must(xj_catalog_list(f.catalog, &all, walk_again, &n, &f.err), &f.err);
	assert_string_equal(n.seen.data, "1 2");
	n.stop_with = XJ_ECANCELLED;
	assert_int_equal(xj_catalog_list(f.catalog, &all, walk_again, &n,
					 &f.err), XJ_ECANCELLED);
	xj_buf_release(&n.seen);
}

/* ------------------------------------------------------------ metadata */

static void
metadata_is_replaced_rank_by_rank(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	uint64_t id = insert_doc(&f, 1);
	const struct xj_meta_value found[] = {
		{ .element = "title", .value = "t1", .source = "pdf" },
		{ .element = "creator", .value = "王芳", .lang = "zh" },
		{ .element = "creator", .value = "李明" },
	};
	const struct xj_meta_value given[] = {
		{ .element = "title", .value = "t2" },
	};
	struct xj_meta_value *values;
	size_t count;

	(void)state;
	must(xj_catalog_set_meta(f.catalog, id, XJ_META_EXTRACTED, given, 1,
				 &f.err), &f.err);
	must(xj_catalog_set_meta(f.catalog, id, XJ_META_EXTRACTED, found, 3,
				 &f.err), &f.err);
	must(xj_catalog_set_meta(f.catalog, id, XJ_META_GIVEN, given, 1,
				 &f.err), &f.err);
	must(xj_catalog_meta(f.catalog, id, f.arena, &values, &count, &f.err),
	     &f.err);
	assert_int_equal(count, 4);
	assert_string_equal(values[0].value, "王芳");
	assert_string_equal(values[0].lang, "zh");
	assert_null(values[0].source);
	assert_string_equal(values[1].value, "李明");
	assert_string_equal(values[2].value, "t2");
	assert_int_equal(values[2].rank, XJ_META_GIVEN);
	assert_string_equal(values[3].value, "t1");
	assert_string_equal(values[3].source, "pdf");
	must(xj_catalog_set_meta(f.catalog, id, XJ_META_EXTRACTED, NULL, 0,
				 &f.err), &f.err);
	must(xj_catalog_meta(f.catalog, id, f.arena, &values, &count, &f.err),
	     &f.err);
	assert_int_equal(count, 1);
	must(xj_catalog_meta(f.catalog, 99, f.arena, &values, &count, &f.err),
	     &f.err);
	assert_int_equal(count, 0);
	assert_int_equal(xj_catalog_set_meta(f.catalog, 99, XJ_META_GIVEN,
					     given, 1, &f.err), XJ_ENOTFOUND);
}

/* ------------------------------------------------------------- sources */

static int
add_path(void *ctx, const struct xj_source *source)
{
	struct xj_buf *out = ctx;

	xj_buf_add(out, source->path, source->path_len);
	xj_buf_addc(out, '\n');
	return 0;
}

static void
assert_sources(struct fixture *f, const char *below, const char *want)
{
	xj_auto(xj_buf_release) struct xj_buf got = XJ_BUF_INIT;

	must(xj_catalog_sources(f->catalog, below, strlen(below), add_path,
				&got, &f->err), &f->err);
	assert_string_equal(xj_buf_str(&got), want);
}

static void
sources_are_walked_below_a_path(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	insert_doc(&f, 1);
	put_source(&f, "/d/a/2", 1, 0);
	put_source(&f, "/d/a", 1, 0);
	put_source(&f, "/d/a/1", 1, 0);
	put_source(&f, "/d/a-b", 1, 0);
	put_source(&f, "/d/ab", 1, 0);
	put_source(&f, "/d/a/\xff", 1, 0);
	put_source(&f, "/e", 1, 0);
	assert_sources(&f, "/d/a", "/d/a\n/d/a/1\n/d/a/2\n/d/a/\xff\n");
	assert_sources(&f, "/d/a/", "/d/a\n/d/a/1\n/d/a/2\n/d/a/\xff\n");
	assert_sources(&f, "/d/a/1", "/d/a/1\n");
	assert_sources(&f, "/x", "");
	assert_sources(&f, "/", "/d/a\n/d/a-b\n/d/a/1\n/d/a/2\n/d/a/\xff\n"
		       "/d/ab\n/e\n");
}

static int
check_source(void *ctx, const struct xj_source *source)
{
	assert_int_equal(source->size, 5);
	assert_int_equal(source->mtime_ns, 1700000000123456789);
	assert_int_equal(source->ctime_ns, -7);
	assert_true(source->inode == UINT64_MAX);
	assert_int_equal(source->document, 2);
	++*(int *)ctx;
	return 0;
}

static void
a_path_belongs_to_the_last_document_put_there(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_source nobody = { .path = "/z", .path_len = 2,
				    .document = 9 };
	int seen = 0;

	(void)state;
	insert_doc(&f, 1);
	insert_doc(&f, 2);
	put_source(&f, "/d/a", 1, 0);
	put_source(&f, "/d/a", 2, 0);
	put_source(&f, "/d/b", 2, 0);
	must(xj_catalog_sources_of(f.catalog, 1, check_source, &seen, &f.err),
	     &f.err);
	assert_int_equal(seen, 0);
	must(xj_catalog_sources_of(f.catalog, 2, check_source, &seen, &f.err),
	     &f.err);
	assert_int_equal(seen, 2);
	must(xj_catalog_drop_sources(f.catalog, 2, &f.err), &f.err);
	assert_sources(&f, "/", "");
	assert_int_equal(xj_catalog_put_source(f.catalog, &nobody, &f.err),
			 XJ_ENOTFOUND);
}

static void
sources_of_an_accession_are_those_it_saw_last(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	xj_auto(xj_buf_release) struct xj_buf got = XJ_BUF_INIT;

	(void)state;
	insert_doc(&f, 1);
	put_accession(&f);
	put_accession(&f);
	put_source(&f, "/b", 1, 1);
	put_source(&f, "/a", 1, 1);
	put_source(&f, "/c", 1, 1);
	put_source(&f, "/b", 1, 2);
	must(xj_catalog_sources_in(f.catalog, 1, add_path, &got, &f.err),
	     &f.err);
	assert_string_equal(xj_buf_str(&got), "/a\n/c\n");
}

/* ---------------------------------------------- accessions and history */

static int
add_accession(void *ctx, const struct xj_accession_row *row)
{
	xj_buf_addf(ctx, "%llu:%s ", (unsigned long long)row->number,
		    row->user);
	return 0;
}

static void
accessions_are_numbered_and_listed_newest_first(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	xj_auto(xj_buf_release) struct xj_buf seen = XJ_BUF_INIT;
	struct xj_accession_row row = {
		.urn = "urn:uuid:01234567-89ab-4cde-8f01-0123456789ab",
		.started = 100, .user = "wang", .what = "/a\n/b",
		.taken = 1, .held = 2, .partial = 3, .refused = 4,
		.failed = 5, .bytes = 6,
	}, got;

	(void)state;
	must(xj_catalog_put_accession(f.catalog, &row, &f.err), &f.err);
	assert_int_equal(row.number, 1);
	put_accession(&f);
	row.finished = 200;
	row.undone = 300;
	must(xj_catalog_put_accession(f.catalog, &row, &f.err), &f.err);
	must(xj_catalog_get_accession(f.catalog, 1, f.arena, &got, &f.err),
	     &f.err);
	assert_string_equal(got.urn, row.urn);
	assert_string_equal(got.what, "/a\n/b");
	assert_int_equal(got.started, 100);
	assert_int_equal(got.finished, 200);
	assert_int_equal(got.undone, 300);
	assert_int_equal(got.taken, 1);
	assert_int_equal(got.held, 2);
	assert_int_equal(got.partial, 3);
	assert_int_equal(got.refused, 4);
	assert_int_equal(got.failed, 5);
	assert_int_equal(got.bytes, 6);
	must(xj_catalog_accessions(f.catalog, add_accession, &seen, &f.err),
	     &f.err);
	assert_string_equal(seen.data, "2:wang 1:wang ");
	assert_int_equal(xj_catalog_get_accession(f.catalog, 3, f.arena, &got,
						  NULL), XJ_ENOTFOUND);
}

static int
add_outcome(void *ctx, const struct xj_outcome_row *row)
{
	xj_buf_addf(ctx, "%s %s %s %llu %llu %llu\n", row->path, row->outcome,
		    row->reason ? row->reason : "-",
		    (unsigned long long)row->document,
		    (unsigned long long)row->bytes,
		    (unsigned long long)row->cpu_ms);
	return 0;
}

static void
outcomes_are_kept_in_order_for_each_accession(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	xj_auto(xj_buf_release) struct xj_buf seen = XJ_BUF_INIT;
	struct xj_outcome_row row = { .path = "[\"b\"]", .outcome = "ok",
				      .document = 1, .importer = "pdf",
				      .bytes = 3, .cpu_ms = 4 };

	(void)state;
	insert_doc(&f, 1);
	put_accession(&f);
	put_accession(&f);
	must(xj_catalog_add_outcome(f.catalog, 1, &row, &f.err), &f.err);
	must(xj_catalog_add_outcome(f.catalog, 2, &row, &f.err), &f.err);
	row = (struct xj_outcome_row){ .path = "[\"a\"]",
				       .outcome = "unsupported",
				       .reason = "exe" };
	must(xj_catalog_add_outcome(f.catalog, 1, &row, &f.err), &f.err);
	must(xj_catalog_outcomes(f.catalog, 1, add_outcome, &seen, &f.err),
	     &f.err);
	assert_string_equal(seen.data, "[\"b\"] ok - 1 3 4\n"
			    "[\"a\"] unsupported exe 0 0 0\n");
}

static int
add_event(void *ctx, const struct xj_event *event)
{
	xj_buf_addf(ctx, "%llu:%s:%s ", (unsigned long long)event->document,
		    event->verb, event->detail ? event->detail : "");
	return 0;
}

static void
record(struct fixture *f, uint64_t id, const char *verb, const char *detail)
{
	struct xj_event event = { .document = id, .version = 1, .at = 5,
				  .user = "wang", .verb = verb,
				  .detail = detail };

	must(xj_catalog_add_event(f->catalog, &event, &f->err), &f->err);
}

static void
history_is_oldest_first_for_one_and_newest_first_for_all(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	xj_auto(xj_buf_release) struct xj_buf seen = XJ_BUF_INIT;

	(void)state;
	insert_doc(&f, 1);
	insert_doc(&f, 2);
	record(&f, 1, "add", NULL);
	record(&f, 2, "add", NULL);
	record(&f, 1, "edit", "title");
	must(xj_catalog_events(f.catalog, 1, 0, add_event, &seen, &f.err),
	     &f.err);
	assert_string_equal(seen.data, "1:add: 1:edit:title ");
	xj_buf_clear(&seen);
	must(xj_catalog_events(f.catalog, 0, 2, add_event, &seen, &f.err),
	     &f.err);
	assert_string_equal(seen.data, "1:edit:title 2:add: ");
}

static void
a_purged_documents_history_keeps_no_details(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	xj_auto(xj_buf_release) struct xj_buf seen = XJ_BUF_INIT;

	(void)state;
	insert_doc(&f, 1);
	insert_doc(&f, 2);
	record(&f, 1, "edit", "title=secret");
	record(&f, 2, "edit", "title=other");
	must(xj_catalog_forget(f.catalog, 1, &f.err), &f.err);
	must(xj_catalog_events(f.catalog, 0, 0, add_event, &seen, &f.err),
	     &f.err);
	assert_string_equal(seen.data, "2:edit:title=other 1:edit: ");
}

static bool
on_disk(struct fixture *f, const char *what)
{
	static const char *const names[] = {
		"catalog.sqlite", "catalog.sqlite-wal", "text.sqlite",
		"text.sqlite-wal",
	};
	bool found = false;

	for (size_t i = 0; i < XJ_COUNT(names); i++) {
		xj_auto(xj_buf_release) struct xj_buf bytes = XJ_BUF_INIT;

		must(xj_file_read(f->dir.fd, names[i], 1 << 24, &bytes,
				  &f->err), &f->err);
		found = found || (bytes.len &&
				  memmem(bytes.data, bytes.len, what,
					 strlen(what)));
	}
	return found;
}

static void
what_was_purged_is_on_disk_no_more(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_doc doc = make_doc(f.arena, 1);

	(void)state;
	doc.title = "the secret title";
	must(xj_catalog_insert(f.catalog, &doc, &f.err), &f.err);
	record(&f, doc.id, "edit", "the secret title");
	must(xj_texts_put(f.texts, doc.id, 0, "the secret title", 16, &f.err),
	     &f.err);
	assert_true(on_disk(&f, "secret title"));
	doc.title = NULL;
	must(xj_catalog_update(f.catalog, &doc, 0, &f.err), &f.err);
	must(xj_catalog_forget(f.catalog, doc.id, &f.err), &f.err);
	must(xj_texts_drop(f.texts, doc.id, &f.err), &f.err);
	must(xj_catalog_erase(f.catalog, f.texts, &f.err), &f.err);
	assert_false(on_disk(&f, "secret title"));
}

static void
batches_are_remembered_until_dropped(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	const char *const *names;
	size_t count;

	(void)state;
	must(xj_catalog_batches(f.catalog, f.arena, &names, &count, &f.err),
	     &f.err);
	assert_int_equal(count, 0);
	assert_null(names[0]);
	must(xj_catalog_add_batch(f.catalog, "b2", &f.err), &f.err);
	must(xj_catalog_add_batch(f.catalog, "b1", &f.err), &f.err);
	must(xj_catalog_add_batch(f.catalog, "b1", &f.err), &f.err);
	must(xj_catalog_batches(f.catalog, f.arena, &names, &count, &f.err),
	     &f.err);
	assert_int_equal(count, 2);
	assert_string_equal(names[0], "b1");
	assert_string_equal(names[1], "b2");
	assert_null(names[2]);
	must(xj_catalog_drop_batch(f.catalog, "b1", &f.err), &f.err);
	must(xj_catalog_drop_batch(f.catalog, "b9", &f.err), &f.err);
	must(xj_catalog_batches(f.catalog, f.arena, &names, &count, &f.err),
	     &f.err);
	assert_int_equal(count, 1);
}

/* -------------------------------------------------------------- counts */

static int
add_tally(void *ctx, const char *key, uint64_t count)
{
	xj_buf_addf(ctx, "%s=%llu ", key, (unsigned long long)count);
	return 0;
}

static void
assert_tally(struct fixture *f, const char *by, const char *want)
{
	xj_auto(xj_buf_release) struct xj_buf got = XJ_BUF_INIT;

	must(xj_catalog_tally(f->catalog, by, add_tally, &got, &f->err),
	     &f->err);
	assert_string_equal(xj_buf_str(&got), want);
}

static void
live_documents_are_tallied(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_doc doc;

	(void)state;
	insert_varied(&f);
	doc = get_doc(&f, 4);
	doc.outcome = "corrupt";
	doc.reason = "不是 PDF";
	must(xj_catalog_update(f.catalog, &doc, 0, &f.err), &f.err);
	assert_tally(&f, "kind", "material=2 article=1 book=1 ");
	assert_tally(&f, "type", "pdf=2 text=1 web=1 ");
	assert_tally(&f, "outcome", "ok=2 corrupt=1 partial=1 ");
	assert_tally(&f, "reason", "corrupt: 不是 PDF=1 partial=1 ");
	assert_int_equal(xj_catalog_tally(f.catalog, "title", add_tally, NULL,
					  &f.err), XJ_EINVAL);
}

static void
totals_count_each_state_once(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_catalog_counts n;
	struct xj_doc doc;

	(void)state;
	must(xj_catalog_totals(f.catalog, &n, &f.err), &f.err);
	assert_int_equal(n.documents, 0);
	assert_int_equal(n.bytes, 0);
	for (unsigned i = 1; i <= 4; i++)
		insert_doc(&f, i);
	insert_member(&f, 5, 1, 1, "m");
	doc = get_doc(&f, 3);
	doc.state = XJ_DOC_REMOVED;
	must(xj_catalog_update(f.catalog, &doc, 0, &f.err), &f.err);
	doc = get_doc(&f, 4);
	doc.state = XJ_DOC_PURGED;
	must(xj_catalog_update(f.catalog, &doc, 0, &f.err), &f.err);
	put_accession(&f);
	must(xj_catalog_totals(f.catalog, &n, &f.err), &f.err);
	assert_int_equal(n.documents, 2);
	assert_int_equal(n.members, 1);
	assert_int_equal(n.removed, 1);
	assert_int_equal(n.purged, 1);
	assert_int_equal(n.queued, 3);
	assert_int_equal(n.accessions, 1);
	assert_int_equal(n.bytes, 1001 + 1002);
	assert_int_equal(n.text_bytes, 3 * 900);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(open_refuses_a_folder_without_a_catalog),
	cmocka_unit_test(create_refuses_what_is_there),
	cmocka_unit_test(a_closed_catalog_is_one_file),
	cmocka_unit_test(facts_are_kept),
	cmocka_unit_test(rollback_undoes_everything_since_begin),
	cmocka_unit_test(transactions_do_not_nest),
	cmocka_unit_test(check_finds_nothing_wrong_with_a_new_archive),
	cmocka_unit_test(insert_then_get_gives_the_same_row),
	cmocka_unit_test(what_is_not_known_stays_null),
	cmocka_unit_test(the_bytes_of_a_name_are_kept),
	cmocka_unit_test(a_document_is_found_by_its_urn),
	cmocka_unit_test(numbers_are_never_given_twice),
	cmocka_unit_test(update_writes_every_column_and_raises_the_revision),
	cmocka_unit_test(update_tells_that_another_was_faster),
	cmocka_unit_test(a_harmless_refusal_leaves_the_transaction_whole),
	cmocka_unit_test(a_version_is_set_for_all_that_lies_in_the_object),
	cmocka_unit_test(same_bytes_are_found_within_one_owner),
	cmocka_unit_test(the_bytes_of_a_member_are_not_a_duplicate),
	cmocka_unit_test(get_many_keeps_the_order_and_marks_what_is_gone),
	cmocka_unit_test(a_path_begins_where_the_document_was_added),
	cmocka_unit_test(a_path_is_shown_as_it_was_given),
	cmocka_unit_test(a_document_inside_itself_is_damage),
	cmocka_unit_test(a_list_is_filtered),
	cmocka_unit_test(a_list_is_ordered_and_the_unknown_comes_last),
	cmocka_unit_test(a_list_knows_members_and_states),
	cmocka_unit_test(a_callback_may_read_and_may_end_the_walk),
	cmocka_unit_test(metadata_is_replaced_rank_by_rank),
	cmocka_unit_test(sources_are_walked_below_a_path),
	cmocka_unit_test(a_path_belongs_to_the_last_document_put_there),
	cmocka_unit_test(sources_of_an_accession_are_those_it_saw_last),
	cmocka_unit_test(accessions_are_numbered_and_listed_newest_first),
	cmocka_unit_test(outcomes_are_kept_in_order_for_each_accession),
	cmocka_unit_test(history_is_oldest_first_for_one_and_newest_first_for_all),
	cmocka_unit_test(a_purged_documents_history_keeps_no_details),
	cmocka_unit_test(what_was_purged_is_on_disk_no_more),
	cmocka_unit_test(batches_are_remembered_until_dropped),
	cmocka_unit_test(live_documents_are_tallied),
	cmocka_unit_test(totals_count_each_state_once),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
