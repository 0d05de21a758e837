/* test-catalog-queue.c - the queue, segments, and entries that are dead. */
#include "catalog-fixture.h"
#include "tap.h"

static void
assert_queue(struct fixture *f, const char *want)
{
	xj_auto(xj_buf_release) struct xj_buf got = XJ_BUF_INIT;
	struct xj_queued list[32];
	uint64_t size;
	size_t count;

	must(xj_catalog_queue(f->catalog, 0, XJ_COUNT(list), list, &count,
			      &f->err), &f->err);
	for (size_t i = 0; i < count; i++)
		xj_buf_addf(&got, "%s%llu.%u", i ? " " : "",
			    (unsigned long long)list[i].id, list[i].rev);
	assert_string_equal(xj_buf_str(&got), want);
	must(xj_catalog_queue_size(f->catalog, &size, &f->err), &f->err);
	assert_int_equal(size, count);
}

static void
assert_dead(struct fixture *f, const char *want)
{
	xj_auto(xj_buf_release) struct xj_buf got = XJ_BUF_INIT;
	struct xj_dead_row *rows;
	size_t count;

	must(xj_catalog_dead(f->catalog, f->arena, &rows, &count, &f->err),
	     &f->err);
	for (size_t i = 0; i < count; i++)
		xj_buf_addf(&got, "%s%llu.%u", i ? " " : "",
			    (unsigned long long)rows[i].id, rows[i].rev);
	assert_string_equal(xj_buf_str(&got), want);
}

/* name:documents-dead/text */
static void
assert_segments(struct fixture *f, const char *want)
{
	xj_auto(xj_buf_release) struct xj_buf got = XJ_BUF_INIT;
	struct xj_segment_row *rows;
	size_t count;

	must(xj_catalog_segments(f->catalog, f->arena, &rows, &count, &f->err),
	     &f->err);
	for (size_t i = 0; i < count; i++)
		xj_buf_addf(&got, "%s%s:%llu-%llu/%llu", i ? " " : "",
			    rows[i].name, (unsigned long long)rows[i].documents,
			    (unsigned long long)rows[i].dead,
			    (unsigned long long)rows[i].text);
	assert_string_equal(xj_buf_str(&got), want);
}

static uint64_t
serial(struct fixture *f)
{
	uint64_t n;

	must(xj_catalog_index_serial(f->catalog, &n, &f->err), &f->err);
	return n;
}

static void
add_segment(struct fixture *f, const char *name, const struct xj_queued *docs,
	    size_t count)
{
	struct xj_segment_row row = { .documents = count, .text = 100 };
	uint64_t before = serial(f);

	snprintf(row.name, sizeof(row.name), "%s", name);
	must(xj_catalog_add_segment(f->catalog, &row, docs, count, &f->err),
	     &f->err);
	assert_true(serial(f) > before);
}

/* As many documents, the first of them indexed as segments of two. */
static void
insert_docs(struct fixture *f, unsigned count)
{
	for (unsigned n = 1; n <= count; n++)
		insert_doc(f, n);
}

static void
set_state(struct fixture *f, uint64_t id, enum xj_doc_state state)
{
	struct xj_doc doc = get_doc(f, id);

	doc.state = state;
	must(xj_catalog_update(f->catalog, &doc, 0, &f->err), &f->err);
}

#define QUEUED(...) (const struct xj_queued[]){ __VA_ARGS__ }

static void
a_new_document_waits_until_its_segment_is_added(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	insert_docs(&f, 3);
	assert_queue(&f, "1.1 2.1 3.1");
	add_segment(&f, "s1", QUEUED({ 1, 1 }, { 2, 1 }), 2);
	assert_queue(&f, "3.1");
	assert_false(get_doc(&f, 1).queued);
	assert_true(get_doc(&f, 3).queued);
	assert_dead(&f, "");
	assert_segments(&f, "s1:2-0/100");
}

static void
the_queue_is_read_in_parts(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_queued list[2];
	size_t count;

	(void)state;
	insert_docs(&f, 3);
	must(xj_catalog_queue(f.catalog, 0, 2, list, &count, &f.err), &f.err);
	assert_int_equal(count, 2);
	assert_int_equal(list[1].id, 2);
	must(xj_catalog_queue(f.catalog, 2, 2, list, &count, &f.err), &f.err);
	assert_int_equal(count, 1);
	assert_int_equal(list[0].id, 3);
	must(xj_catalog_queue(f.catalog, 3, 2, list, &count, &f.err), &f.err);
	assert_int_equal(count, 0);
}

static void
a_change_makes_the_entry_dead_and_queues_again(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	uint64_t before;

	(void)state;
	insert_docs(&f, 2);
	add_segment(&f, "s1", QUEUED({ 1, 1 }, { 2, 1 }), 2);
	before = serial(&f);
	set_state(&f, 1, XJ_DOC_LIVE);
	assert_true(serial(&f) > before);
	assert_queue(&f, "1.2");
	assert_dead(&f, "1.1");
	assert_segments(&f, "s1:2-1/100");
	set_state(&f, 1, XJ_DOC_LIVE); /* nothing of revision 2 was indexed */
	assert_queue(&f, "1.3");
	assert_dead(&f, "1.1");
	add_segment(&f, "s2", QUEUED({ 1, 3 }), 1);
	assert_queue(&f, "");
	assert_dead(&f, "1.1");
	assert_segments(&f, "s1:2-1/100 s2:1-0/100");
}

static void
what_changed_while_it_was_indexed_is_dead_at_once(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	insert_docs(&f, 3);
	set_state(&f, 1, XJ_DOC_LIVE);
	set_state(&f, 2, XJ_DOC_REMOVED);
	add_segment(&f, "s1", QUEUED({ 1, 1 }, { 2, 1 }, { 3, 1 }, { 9, 1 }),
		    4);
	assert_queue(&f, "1.2");
	assert_dead(&f, "1.1 2.1 9.1");
	assert_segments(&f, "s1:4-3/100");
}

static void
a_removed_document_leaves_the_index_and_comes_back(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	insert_docs(&f, 2);
	add_segment(&f, "s1", QUEUED({ 1, 1 }), 1);
	set_state(&f, 1, XJ_DOC_REMOVED);
	set_state(&f, 2, XJ_DOC_PURGED);
	assert_queue(&f, "");
	assert_dead(&f, "1.1");
	assert_false(get_doc(&f, 1).queued);
	set_state(&f, 1, XJ_DOC_LIVE);
	assert_queue(&f, "1.3");
	assert_dead(&f, "1.1");
}

static void
requeue_is_for_live_documents(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	insert_docs(&f, 2);
	add_segment(&f, "s1", QUEUED({ 1, 1 }, { 2, 1 }), 2);
	must(xj_catalog_requeue(f.catalog, 1, &f.err), &f.err);
	assert_queue(&f, "1.2");
	assert_dead(&f, "1.1");
	assert_int_equal(get_doc(&f, 1).rev, 2);
	set_state(&f, 2, XJ_DOC_REMOVED);
	assert_int_equal(xj_catalog_requeue(f.catalog, 2, NULL),
			 XJ_ENOTFOUND);
	assert_int_equal(xj_catalog_requeue(f.catalog, 9, NULL),
			 XJ_ENOTFOUND);
}

static void
the_same_entry_in_two_segments_is_indexed_anew(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	insert_docs(&f, 1);
	add_segment(&f, "s1", QUEUED({ 1, 1 }), 1);
	add_segment(&f, "s2", QUEUED({ 1, 1 }), 1);
	assert_queue(&f, "1.2");
	assert_dead(&f, "1.1");
	assert_segments(&f, "s1:1-1/100 s2:1-1/100");
}

static void
merged_segments_keep_documents_and_dead(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	const char *const from[] = { "s1", "s2" };
	const struct xj_segment_row to = { .name = "m1" };
	uint64_t before;

	(void)state;
	insert_docs(&f, 5);
	add_segment(&f, "s1", QUEUED({ 1, 1 }, { 2, 1 }), 2);
	add_segment(&f, "s2", QUEUED({ 3, 1 }), 1);
	add_segment(&f, "s3", QUEUED({ 4, 1 }), 1);
	set_state(&f, 1, XJ_DOC_REMOVED);
	before = serial(&f);
	must(xj_catalog_merge_segments(f.catalog, &to, from, 2, &f.err),
	     &f.err);
	assert_true(serial(&f) > before);
	assert_segments(&f, "s3:1-0/100 m1:3-1/200");
	assert_dead(&f, "1.1");
	assert_queue(&f, "5.1");
	set_state(&f, 3, XJ_DOC_REMOVED); /* counted where its entry is now */
	assert_segments(&f, "s3:1-0/100 m1:3-2/200");
	must(xj_catalog_drop_segment(f.catalog, "m1", &f.err), &f.err);
	assert_segments(&f, "s3:1-0/100");
	assert_dead(&f, "");
	assert_queue(&f, "2.1 5.1");
}

static void
segments_merged_or_dropped_must_be_there(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	const char *const from[] = { "s1", "s9" };
	const struct xj_segment_row to = { .name = "m1" };
	const struct xj_segment_row again = { .name = "s1" };

	(void)state;
	insert_docs(&f, 1);
	add_segment(&f, "s1", QUEUED({ 1, 1 }), 1);
	assert_int_equal(xj_catalog_merge_segments(f.catalog, &to, from, 2,
						   NULL), XJ_ENOTFOUND);
	assert_int_equal(xj_catalog_drop_segment(f.catalog, "s9", NULL),
			 XJ_ENOTFOUND);
	assert_int_equal(xj_catalog_add_segment(f.catalog, &again, NULL, 0,
						NULL), XJ_EEXIST);
	assert_segments(&f, "s1:1-0/100");
}

static void
a_segment_made_again_takes_the_place_of_the_old_one(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	insert_docs(&f, 3);
	add_segment(&f, "s1", QUEUED({ 1, 1 }, { 2, 1 }, { 3, 1 }), 3);
	set_state(&f, 2, XJ_DOC_REMOVED);
	must(xj_catalog_begin(f.catalog, &f.err), &f.err);
	must(xj_catalog_drop_segment(f.catalog, "s1", &f.err), &f.err);
	add_segment(&f, "s2", QUEUED({ 1, 1 }, { 3, 1 }), 2);
	must(xj_catalog_commit(f.catalog, &f.err), &f.err);
	assert_segments(&f, "s2:2-0/100");
	assert_dead(&f, "");
	assert_queue(&f, "");
}

static void
queue_all_forgets_the_index(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	insert_docs(&f, 4);
	add_segment(&f, "s1", QUEUED({ 1, 1 }, { 2, 1 }, { 3, 1 }), 3);
	set_state(&f, 1, XJ_DOC_LIVE);
	set_state(&f, 2, XJ_DOC_REMOVED);
	must(xj_catalog_queue_all(f.catalog, &f.err), &f.err);
	assert_queue(&f, "1.2 3.1 4.1");
	assert_dead(&f, "");
	assert_segments(&f, "");
	add_segment(&f, "s1", QUEUED({ 3, 1 }), 1);
	assert_queue(&f, "1.2 4.1");
	assert_dead(&f, "");
}

static void
a_rolled_back_change_leaves_queue_and_dead_alone(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	uint64_t before;

	(void)state;
	insert_docs(&f, 2);
	add_segment(&f, "s1", QUEUED({ 1, 1 }), 1);
	before = serial(&f);
	must(xj_catalog_begin(f.catalog, &f.err), &f.err);
	set_state(&f, 1, XJ_DOC_REMOVED);
	add_segment(&f, "s2", QUEUED({ 2, 1 }), 1);
	xj_catalog_rollback(f.catalog);
	assert_queue(&f, "2.1");
	assert_dead(&f, "");
	assert_segments(&f, "s1:1-0/100");
	assert_int_equal(serial(&f), before);
}

/*
 * The rule of the index: a live document is in the queue, or has one entry of
 * its revision; every other entry is dead. Kept in a model beside the catalog
 * over a thousand random steps.
 */
struct model {
	unsigned rev[9];
	bool live[9];
	bool valid[9]; /* its entry of now is in a segment */
	struct {
		unsigned id, rev;
	} entries[4096];
	size_t entry_count;
};

static void
check_against(struct fixture *f, const struct model *m)
{
	struct xj_dead_row *dead;
	size_t dead_count, valid = 0;
	uint64_t queued, expected = 0;

	must(xj_catalog_dead(f->catalog, f->arena, &dead, &dead_count,
			     &f->err), &f->err);
	for (size_t i = 0; i < m->entry_count; i++) {
		unsigned id = m->entries[i].id, rev = m->entries[i].rev;
		bool found = false;

		for (size_t k = 0; k < dead_count; k++)
			found = found || (dead[k].id == id &&
					  dead[k].rev == rev);
		assert_int_equal(found, !(m->live[id] && m->valid[id] &&
					  m->rev[id] == rev));
		valid += !found;
	}
	for (unsigned id = 1; id <= 8; id++)
		expected += m->live[id] && !m->valid[id];
	must(xj_catalog_queue_size(f->catalog, &queued, &f->err), &f->err);
	assert_int_equal(queued, expected);
	assert_int_equal(m->entry_count - valid, dead_count);
}

static void
index_queue(struct fixture *f, struct model *m, unsigned step)
{
	struct xj_queued list[8];
	char name[32];
	size_t count;

	must(xj_catalog_queue(f->catalog, 0, 1 + step % 4, list, &count,
			      &f->err), &f->err);
	if (step % 3 == 0 && count) { /* one changes meanwhile */
		set_state(f, list[0].id, XJ_DOC_LIVE);
		m->rev[list[0].id]++;
	}
	snprintf(name, sizeof(name), "s%u", step);
	add_segment(f, name, list, count);
	for (size_t i = 0; i < count; i++) {
		m->entries[m->entry_count].id = (unsigned)list[i].id;
		m->entries[m->entry_count++].rev = list[i].rev;
		m->valid[list[i].id] = m->rev[list[i].id] == list[i].rev;
	}
}

static void
a_live_document_is_queued_or_has_one_entry(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct model m = { .entry_count = 0 };
	unsigned random = 1;

	(void)state;
	insert_docs(&f, 8);
	for (unsigned id = 1; id <= 8; id++) {
		m.rev[id] = 1;
		m.live[id] = true;
	}
	must(xj_catalog_begin(f.catalog, &f.err), &f.err);
	for (unsigned step = 1; step <= 500; step++) {
		unsigned id = 1 + random % 8;

		random = random * 1103515245 + 12345;
		switch (random >> 16 & 3) {
		case 0:
			set_state(&f, id, XJ_DOC_REMOVED);
			m.rev[id]++;
			m.live[id] = m.valid[id] = false;
			break;
		case 1:
			set_state(&f, id, XJ_DOC_LIVE);
			m.rev[id]++;
			m.live[id] = true;
			m.valid[id] = false;
			break;
		default:
			index_queue(&f, &m, step);
		}
		check_against(&f, &m);
	}
	must(xj_catalog_commit(f.catalog, &f.err), &f.err);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_new_document_waits_until_its_segment_is_added),
	cmocka_unit_test(the_queue_is_read_in_parts),
	cmocka_unit_test(a_change_makes_the_entry_dead_and_queues_again),
	cmocka_unit_test(what_changed_while_it_was_indexed_is_dead_at_once),
	cmocka_unit_test(a_removed_document_leaves_the_index_and_comes_back),
	cmocka_unit_test(requeue_is_for_live_documents),
	cmocka_unit_test(the_same_entry_in_two_segments_is_indexed_anew),
	cmocka_unit_test(merged_segments_keep_documents_and_dead),
	cmocka_unit_test(segments_merged_or_dropped_must_be_there),
	cmocka_unit_test(a_segment_made_again_takes_the_place_of_the_old_one),
	cmocka_unit_test(queue_all_forgets_the_index),
	cmocka_unit_test(a_rolled_back_change_leaves_queue_and_dead_alone),
	cmocka_unit_test(a_live_document_is_queued_or_has_one_entry),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
