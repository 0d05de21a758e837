/* test-index-large.c - an index so large that not all is counted and weighed. */
#include "index-make.h"

enum { DOCS = 60000 };

static struct scratch dir;
static struct xj_index *index_of_all;

/* In two segments: everywhere "all" and "most", "half", "tenth", "few". */
static int
make_large(void **state)
{
	(void)state;
	dir = scratch_begin();
	for (unsigned part = 0; part < 2; part++) {
		struct xj_segment *segment;

		assert_int_equal(xj_segment_new(dir.path, part ? "b" : "a",
						&segment, NULL), XJ_OK);
		for (uint64_t id = 1 + part; id <= DOCS; id += 2) {
			char terms[128];

			snprintf(terms, sizeof(terms), "all:%u%s%s%s%s",
				 (unsigned)(1 + id % 7), id % 8 ? " most" : "",
				 id % 2 ? "" : " half", id % 10 < 2 ?
				 " tenth:3" : "", id % 301 < 2 ? " few:2" : "");
			assert_int_equal(add_entry(segment, &(struct entry){
				.id = id, .terms = terms, .date = id % 3 ?
				"2011-02" : "2012", .kind = "book" }, NULL),
				XJ_OK);
		}
		assert_int_equal(xj_segment_end(segment, NULL), XJ_OK);
	}
	index_of_all = open_index(dir.path, "a b", NULL, 0);
	return 0;
}

static int
drop_large(void **state)
{
	(void)state;
	xj_index_closep(&index_of_all);
	scratch_end(&dir);
	return 0;
}

static void
assert_near(uint64_t got, uint64_t expected)
{
	assert_true(got > expected - expected / 10);
	assert_true(got < expected + expected / 10);
}

static void
a_total_above_the_bound_is_estimated_with_its_facets(void **state)
{
	const struct xj_match_options options = {
		.check = 10000, .facets = 1u << XJ_SLOT_DATE,
	};

	(void)state;
	for (int again = 0; again < 3; again++) {
		xj_auto(xj_match_release) struct xj_match m =
			match_of(index_of_all, TREE(AND, TERM("most"),
						    TERM("half")), &options);

		assert_false(m.exact);
		assert_near(m.total, DOCS / 8 * 3);
		assert_int_equal(m.facets[XJ_SLOT_DATE].count, 2);
		assert_string_equal(m.facets[XJ_SLOT_DATE].values[0].value,
				    "2011");
		assert_near(m.facets[XJ_SLOT_DATE].values[0].count,
			    DOCS / 8 * 2);
	}
}

static void
a_total_below_it_is_exact_however_much_is_looked_at(void **state)
{
	const struct xj_match_options options = {
		.check = 10000, .facets = 1u << XJ_SLOT_DATE,
	};
	uint64_t expected = 0;

	(void)state;
	for (uint64_t id = 1; id <= DOCS; id++)
		expected += id % 2 == 0 && id % 10 < 2 && id % 8;
	for (int again = 0; again < 3; again++) {
		xj_auto(xj_match_release) struct xj_match m =
			match_of(index_of_all, TREE(AND, TERM("half"),
				 TERM("most"), TERM("tenth")), &options);

		assert_true(m.exact);
		assert_int_equal(m.total, expected);
		assert_int_equal(m.facets[XJ_SLOT_DATE].values[0].count +
				 m.facets[XJ_SLOT_DATE].values[1].count,
				 expected);
	}
}

static void
the_best_have_the_rare_words_and_the_weight_of_all(void **state)
{
	const struct xj_tree *tree = TREE(AND_MAYBE,
		TREE(OR, TERM("all"), TERM("most"), TERM("few")),
		TERM("half"), TERM("tenth"));
	const struct xj_match_options some = { .limit = 20 };
	const struct xj_match_options all = { .limit = 20, .check = DOCS };
	xj_auto(xj_match_release) struct xj_match best =
		match_of(index_of_all, tree, &some);
	xj_auto(xj_match_release) struct xj_match truth =
		match_of(index_of_all, tree, &all);

	(void)state;
	assert_int_equal(best.count, 20);
	for (size_t i = 0; i < 20; i++) {
		assert_true(best.hits[i].id % 301 < 2);
		assert_float_equal(best.hits[i].weight, truth.hits[i].weight,
				   1e-9);
	}
}

static void
listed_documents_are_found_where_they_were_seen(void **state)
{
	const struct xj_match_options many = { .limit = 2000, .check = 2000 };
	xj_auto(xj_match_release) struct xj_match found =
		match_of(index_of_all, TERM("tenth"), &many);
	uint64_t ids[] = { found.hits[5].id, found.hits[700].id,
			   found.hits[1999].id };

	(void)state;
	for (size_t i = 1; i < 3; i++)
		for (size_t k = i; k > 0 && ids[k] < ids[k - 1]; k--) {
			uint64_t other = ids[k];

			ids[k] = ids[k - 1];
			ids[k - 1] = other;
		}
	struct xj_tree listed = { .op = XJ_TREE_IDS, .ids = ids, .count = 3 };
	xj_auto(xj_match_release) struct xj_match m =
		match_of(index_of_all, TREE(FILTER, TERM("all"), &listed),
			 &(struct xj_match_options){ .limit = 10,
						     .check = 10 });

	assert_int_equal(m.total, 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(m.hits[i].id == ids[0] || m.hits[i].id == ids[1] ||
			    m.hits[i].id == ids[2]);
}

static void
some_from_everywhere_tell_how_many_there_are(void **state)
{
	const struct xj_match_options spread = { .limit = 500, .check = 500,
						 .spread = true };
	xj_auto(xj_match_release) struct xj_match m =
		match_of(index_of_all, TERM("half"), &spread);
	uint64_t late = 0;

	(void)state;
	assert_true(m.count > 300 && m.count <= 500);
	assert_near(m.total, DOCS / 2);
	for (size_t i = 0; i < m.count; i++)
		late += m.hits[i].id > DOCS / 2;
	assert_true(late > m.count / 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_total_above_the_bound_is_estimated_with_its_facets),
		cmocka_unit_test(
			a_total_below_it_is_exact_however_much_is_looked_at),
		cmocka_unit_test(
			the_best_have_the_rare_words_and_the_weight_of_all),
		cmocka_unit_test(
			listed_documents_are_found_where_they_were_seen),
		cmocka_unit_test(some_from_everywhere_tell_how_many_there_are),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_large, drop_large);
}
