/* test-merge.c - which segments are merged, and when. */
#include "library/indexer.h"

#include <stdio.h>

#include "scratch.h"
#include "tap.h"

struct list {
	struct scratch dir;
	struct xj_archive *archive;
	struct xj_error err;
	unsigned segments;
};

static void
list_end(struct list *l)
{
	xj_archive_close(l->archive);
	scratch_end(&l->dir);
}

#define LIST(l) \
	xj_auto(list_end) struct list l##_itself = { .dir = scratch_begin() }; \
	struct list *l = &l##_itself; \
	assert_int_equal(xj_archive_init(l->dir.path, &l->err), XJ_OK); \
	assert_int_equal(xj_archive_open(l->dir.path, 0, &l->archive, \
					 &l->err), XJ_OK)

static void
add_segments(struct list *l, unsigned count, uint64_t documents)
{
	for (unsigned i = 0; i < count; i++) {
		struct xj_segment_row row = { .documents = documents };

		snprintf(row.name, sizeof(row.name), "seg-%u", l->segments++);
		assert_int_equal(xj_catalog_add_segment(l->archive->catalog,
							&row, NULL, 0,
							&l->err), XJ_OK);
	}
}

static size_t
chosen(struct list *l, enum xj_merge_policy policy)
{
	xj_auto(xj_merge_end) struct xj_merge m = { 0 };
	int r = xj_merge_choose(l->archive, policy, &m, &l->err);

	assert_true(r == (m.count ? XJ_OK : XJ_END));
	return m.count;
}

static void
a_few_segments_are_left_alone_while_more_come(void **state)
{
	(void)state;
	LIST(l);
	assert_int_equal(chosen(l, XJ_MERGE_TIER), 0);
	add_segments(l, 9, 500);
	assert_int_equal(chosen(l, XJ_MERGE_TIER), 0);
}

static void
ten_of_like_size_are_merged(void **state)
{
	(void)state;
	LIST(l);
	add_segments(l, 5, 500);
	add_segments(l, 5, 40);
	add_segments(l, 3, 5000);
	assert_int_equal(chosen(l, XJ_MERGE_TIER), 10);
}

static void
smaller_ones_go_along(void **state)
{
	(void)state;
	LIST(l);
	add_segments(l, 10, 5000);
	add_segments(l, 4, 500);
	add_segments(l, 2, 50000);
	assert_int_equal(chosen(l, XJ_MERGE_TIER), 14);
}

static void
a_large_one_is_not_copied_for_ten_small_ones(void **state)
{
	(void)state;
	LIST(l);
	add_segments(l, 1, 1000000);
	add_segments(l, 9, 50000);
	add_segments(l, 10, 500);
	assert_int_equal(chosen(l, XJ_MERGE_TIER), 10);
}

static void
in_the_end_each_has_twice_what_all_smaller_ones_have(void **state)
{
	(void)state;
	LIST(l);
	add_segments(l, 1, 100000);
	add_segments(l, 1, 1500);
	add_segments(l, 2, 500);
	assert_int_equal(chosen(l, XJ_MERGE_TAIL), 3);
	assert_int_equal(chosen(l, XJ_MERGE_ALL), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_few_segments_are_left_alone_while_more_come),
		cmocka_unit_test(ten_of_like_size_are_merged),
		cmocka_unit_test(smaller_ones_go_along),
		cmocka_unit_test(a_large_one_is_not_copied_for_ten_small_ones),
		cmocka_unit_test(
			in_the_end_each_has_twice_what_all_smaller_ones_have),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
