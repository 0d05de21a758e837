/* test-index.c - trees, order, facets, the dead, merging. */
#include "index-make.h"

#include <fcntl.h>
#include <sys/stat.h>

static const struct entry library[] = {
	{ 1, 0, "apple:3 pear xeven", "2009", "book", "zhang", "beta" },
	{ 2, 0, "apple cherry:2 xodd", "2011-02-16", "book",
	  "li\x1fzhang", "alpha" },
	{ 3, 0, "pear:2 cherry applet xodd", "2011-12-31", "material", "wang",
	  NULL },
	{ 4, 0, "apple pear cherry xeven", NULL, "material", NULL, "gamma" },
	{ 5, 0, "plum:0 apricot", "2012-01-01", NULL, "li", "delta" },
};

struct fixture {
	struct scratch dir;
	struct xj_index *index;
};

static void
fixture_end(struct fixture *f)
{
	xj_index_close(f->index);
	scratch_end(&f->dir);
}

/* The library in two segments. */
static struct fixture
fixture_begin(void)
{
	struct fixture f = { .dir = scratch_begin() };

	make_segment(f.dir.path, "a", library, 3);
	make_segment(f.dir.path, "b", library + 3, 2);
	f.index = open_index(f.dir.path, "a b", NULL, 0);
	return f;
}

#define FIXTURE xj_auto(fixture_end) struct fixture f = fixture_begin()

/* ------------------------------------------------------------------ trees */

static void
a_term_finds_its_documents(void **state)
{
	FIXTURE;

	(void)state;
	assert_set(f.index, TERM("apple"), "1 2 4");
	assert_set(f.index, TERM("applet"), "3");
	assert_set(f.index, TERM("nowhere"), "");
	assert_set(f.index, TERM(""), "");
}

static void
a_term_that_counts_nothing_still_matches(void **state)
{
	FIXTURE;

	(void)state;
	assert_set(f.index, TERM("plum"), "5");
	assert_true(weight_in(f.index, TERM("plum"), 5) >= 0);
}

static void
nothing_and_all_are_what_they_say(void **state)
{
	FIXTURE;

	(void)state;
	assert_set(f.index, NOTHING, "");
	assert_set(f.index, ALL, "1 2 3 4 5");
}

static void
or_adds_weights(void **state)
{
	FIXTURE;
	double a, b;

	(void)state;
	assert_set(f.index, TREE(OR, TERM("cherry"), TERM("plum")), "2 3 4 5");
	a = weight_in(f.index, TERM("apple"), 4);
	b = weight_in(f.index, TERM("pear"), 4);
	assert_float_equal(
		weight_in(f.index, TREE(OR, TERM("apple"), TERM("pear")), 4),
		a + b, 1e-9);
}

static void
and_wants_every_child(void **state)
{
	FIXTURE;

	(void)state;
	assert_set(f.index,
		   TREE(AND, TERM("apple"), TERM("pear"), TERM("cherry")), "4");
	assert_set(f.index, TREE(AND, TERM("apple"), NOTHING), "");
}

static void
and_maybe_wants_the_first_and_weighs_the_others(void **state)
{
	FIXTURE;
	const struct xj_tree *tree = TREE(AND_MAYBE, TERM("apple"),
					  TERM("cherry"), TERM("pear"));

	(void)state;
	assert_set(f.index, tree, "1 2 4");
	assert_float_equal(weight_in(f.index, tree, 4),
			   weight_in(f.index, TERM("apple"), 4) +
			   weight_in(f.index, TERM("cherry"), 4) +
			   weight_in(f.index, TERM("pear"), 4), 1e-9);
	assert_set(f.index, TREE(AND_MAYBE, TERM("plum"), NOTHING), "5");
}

static void
and_not_takes_away_each_other_child(void **state)
{
	FIXTURE;

	(void)state;
	assert_set(f.index,
		   TREE(AND_NOT, ALL, TERM("plum"), TERM("cherry")), "1");
	assert_set(f.index, TREE(AND_NOT, TERM("apple"), NOTHING), "1 2 4");
	assert_set(f.index, TREE(AND_NOT, NOTHING, TERM("apple")), "");
}

static void
filter_wants_all_and_adds_no_weight(void **state)
{
	FIXTURE;
	const struct xj_tree *tree = TREE(FILTER, TERM("apple"),
					  TERM("pear"), TERM("xeven"));

	(void)state;
	assert_set(f.index, tree, "1 4");
	assert_float_equal(weight_in(f.index, tree, 1),
			   weight_in(f.index, TERM("apple"), 1), 1e-9);
	assert_set(f.index, TREE(FILTER, TERM("apple"), NOTHING), "");
}

static void
one_child_is_the_child(void **state)
{
	FIXTURE;

	(void)state;
	assert_set(f.index, TREE(OR, TERM("plum")), "5");
	assert_set(f.index, TREE(AND, TERM("plum")), "5");
	assert_set(f.index, TREE(FILTER, TERM("plum")), "5");
	assert_set(f.index, TREE(AND_NOT, TERM("plum")), "5");
	assert_set(f.index, TREE(AND_MAYBE, TERM("plum")), "5");
}

static void
no_child_is_nothing(void **state)
{
	FIXTURE;

	(void)state;
	for (int op = XJ_TREE_OR; op <= XJ_TREE_FILTER; op++)
		assert_set(f.index, &(struct xj_tree){
				.op = (enum xj_tree_op)op }, "");
}

static void
scale_multiplies_a_weight(void **state)
{
	FIXTURE;
	double whole = weight_in(f.index, TERM("apple"), 1);
	struct xj_tree both = *TREE(OR, TERM("apple"), TERM("pear"));

	(void)state;
	assert_float_equal(weight_in(f.index, SCALED("apple", 2.5), 1),
			   2.5 * whole, 1e-9);
	assert_float_equal(weight_in(f.index, SCALED("apple", -1), 1), 0, 0);
	both.scale = 0.5;
	assert_float_equal(weight_in(f.index, &both, 4),
			   0.5 * (weight_in(f.index, TERM("apple"), 4) +
				  weight_in(f.index, TERM("pear"), 4)), 1e-9);
}

static void
an_unknown_operator_is_refused(void **state)
{
	FIXTURE;
	struct xj_match match;
	struct xj_error err;

	(void)state;
	assert_int_equal(xj_index_match(f.index,
					&(struct xj_tree){ .op = 15 },
					&match_all, &match, &err), XJ_EINVAL);
	assert_null(match.hits);
}

static void
a_range_takes_both_ends(void **state)
{
	FIXTURE;

	(void)state;
	assert_set(f.index, RANGE(XJ_SLOT_DATE, "2009", "2011-02-16"), "1 2");
	assert_set(f.index, RANGE(XJ_SLOT_DATE, "2011-02-17", "2012-01-01"),
		   "3 5");
	assert_set(f.index, RANGE(XJ_SLOT_KIND, "book", "book"), "1 2");
	assert_set(f.index, RANGE(XJ_SLOT_KIND, "boo", "boo"), "");
}

static void
a_range_up_to_a_year_takes_in_its_december(void **state)
{
	FIXTURE;

	(void)state;
	assert_set(f.index, RANGE(XJ_SLOT_DATE, "2010", "2011"), "2 3");
	assert_set(f.index, RANGE(XJ_SLOT_DATE, "2011", "2011-02"), "2");
}

static void
an_open_range_leaves_out_what_has_no_value(void **state)
{
	FIXTURE;

	(void)state;
	assert_set(f.index, RANGE(XJ_SLOT_DATE, NULL, "2011"), "1 2 3");
	assert_set(f.index, RANGE(XJ_SLOT_DATE, "2011-12-31", NULL), "3 5");
	assert_set(f.index, RANGE(XJ_SLOT_DATE, NULL, NULL), "1 2 3 5");
	assert_set(f.index, RANGE(XJ_SLOT_DATE, "2012", "2009"), "");
	assert_set(f.index, RANGE(XJ_SLOT_SUBJECT, NULL, NULL), "");
}

static void
a_range_adds_no_weight(void **state)
{
	FIXTURE;

	(void)state;
	assert_float_equal(weight_in(f.index, RANGE(XJ_SLOT_DATE, "2009",
						    "2011"), 1), 0, 0);
}

static void
a_list_finds_the_documents_on_it(void **state)
{
	FIXTURE;

	(void)state;
	assert_set(f.index, IDS(2, 4, 5, 77), "2 4 5");
	assert_set(f.index, TREE(FILTER, TERM("apple"), IDS(2, 3, 4)), "2 4");
	assert_set(f.index, TREE(AND, IDS(2, 3, 4), TERM("apple")), "2 4");
	assert_set(f.index, TREE(AND_NOT, TERM("apple"), IDS(2, 3)), "1 4");
	assert_set(f.index, TREE(OR, TERM("plum"), IDS(1)), "1 5");
	assert_float_equal(weight_in(f.index, IDS(1), 1), 0, 0);
	assert_set(f.index, &(const struct xj_tree){ .op = XJ_TREE_IDS }, "");
}

static void
a_prefix_finds_what_begins_with_it(void **state)
{
	FIXTURE;

	(void)state;
	assert_set(f.index, PREFIX("app"), "1 2 3 4");
	assert_set(f.index, PREFIX("ap"), "1 2 3 4 5");
	assert_set(f.index, PREFIX("applet"), "3");
	assert_set(f.index, PREFIX("z"), "");
}

/* 2,500 terms in one document each, and one in two, past the limit. */
static void
a_prefix_with_many_terms_keeps_the_frequent_ones(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_index_closep) struct xj_index *index = NULL;
	struct xj_segment *segment;
	char text[64];

	(void)state;
	assert_int_equal(xj_segment_new(dir.path, "a", &segment, NULL), XJ_OK);
	for (unsigned i = 0; i < 2500; i++) {
		snprintf(text, sizeof(text), "t%04u%s", i,
			 i < 2 ? " tzzzz" : "");
		assert_int_equal(add_entry(segment, &(struct entry){
				.id = i + 1, .terms = text }, NULL), XJ_OK);
	}
	assert_int_equal(xj_segment_end(segment, NULL), XJ_OK);
	index = open_index(dir.path, "a", NULL, 0);
	assert_total(index, PREFIX("t"), 999);
	assert_set(index, TREE(FILTER, PREFIX("t"), TERM("tzzzz")), "1 2");
}

/* -------------------------------------------------------- order and pages */

static void
the_best_comes_first(void **state)
{
	FIXTURE;
	xj_auto(xj_match_release) struct xj_match match = { 0 };

	(void)state;
	match = match_of(f.index, TREE(OR, TERM("apple"), TERM("cherry")), NULL);
	assert_int_equal(match.hits[0].id, 2);
	for (size_t i = 1; i < match.count; i++)
		assert_true(match.hits[i - 1].weight >= match.hits[i].weight);
	assert_float_equal(match.best, match.hits[0].weight, 1e-9);
}

static void
a_document_without_the_key_comes_last(void **state)
{
	FIXTURE;
	struct xj_match_options options = match_all;

	(void)state;
	options.sort = XJ_BY_DATE_DOWN;
	assert_found(f.index, ALL, &options, "5 3 2 1 4");
	options.sort = XJ_BY_DATE_UP;
	assert_found(f.index, ALL, &options, "1 2 3 5 4");
	options.sort = XJ_BY_TITLE;
	assert_found(f.index, ALL, &options, "2 1 5 4 3");
}

static void
weights_are_known_in_every_order(void **state)
{
	FIXTURE;
	struct xj_match_options options = match_all;
	xj_auto(xj_match_release) struct xj_match match = { 0 };

	(void)state;
	options.sort = XJ_BY_DATE_UP;
	match = match_of(f.index, TERM("apple"), &options);
	assert_int_equal(match.hits[0].id, 1);
	assert_float_equal(match.hits[0].weight,
			   weight_in(f.index, TERM("apple"), 1), 1e-9);
	assert_float_equal(match.best, match.hits[0].weight, 1e-9);
}

static void
pages_join_without_a_gap(void **state)
{
	FIXTURE;
	struct xj_match_options options = { .limit = 2, .check = 100,
					    .sort = XJ_BY_DATE_DOWN };

	(void)state;
	assert_found(f.index, ALL, &options, "5 3");
	options.offset = 2;
	assert_found(f.index, ALL, &options, "2 1");
	options.offset = 4;
	assert_found(f.index, ALL, &options, "4");
	options.offset = 400;
	assert_found(f.index, ALL, &options, "");
	options.limit = SIZE_MAX;
	options.offset = SIZE_MAX;
	assert_found(f.index, ALL, &options, "");
	options.offset = 1;
	assert_found(f.index, ALL, &options, "3 2 1 4");
}

static void
the_weighting_can_be_chosen(void **state)
{
	FIXTURE;
	struct xj_match_options options = match_all;
	xj_auto(xj_match_release) struct xj_match plain = { 0 };
	xj_auto(xj_match_release) struct xj_match same = { 0 };
	xj_auto(xj_match_release) struct xj_match other = { 0 };

	(void)state;
	plain = match_of(f.index, TERM("pear"), &options);
	options.k1 = 1.0;
	options.b = 0.6;
	same = match_of(f.index, TERM("pear"), &options);
	options.k1 = 2.0;
	options.b = 0.1;
	other = match_of(f.index, TERM("pear"), &options);
	assert_float_equal(plain.best, same.best, 1e-12);
	assert_true(plain.best != other.best);
}

/* ----------------------------------------------------------------- facets */

static void
facets_count_each_value_of_what_matches(void **state)
{
	FIXTURE;
	struct xj_match_options options = match_all;
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	char text[256];

	(void)state;
	options.limit = 1;
	options.facets = 1u << XJ_SLOT_DATE | 1u << XJ_SLOT_KIND |
			 1u << XJ_SLOT_CREATOR | 1u << XJ_SLOT_SUBJECT;
	match = match_of(f.index, TREE(OR, TERM("apple"), TERM("cherry")),
			 &options);
	assert_int_equal(match.count, 1);
	assert_string_equal(facet_of(&match, XJ_SLOT_DATE, text, sizeof(text)),
			    "2011=2 2009=1");
	assert_string_equal(facet_of(&match, XJ_SLOT_KIND, text, sizeof(text)),
			    "book=2 material=2");
	assert_string_equal(facet_of(&match, XJ_SLOT_CREATOR, text,
				     sizeof(text)), "zhang=2 li=1 wang=1");
	assert_int_equal(match.facets[XJ_SLOT_SUBJECT].count, 0);
	assert_int_equal(match.facets[XJ_SLOT_TITLE].count, 0);
}

static void
a_page_of_no_hits_has_total_and_facets(void **state)
{
	FIXTURE;
	struct xj_match_options options = { .check = 100,
					    .facets = 1u << XJ_SLOT_KIND };
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	char text[256];

	(void)state;
	match = match_of(f.index, TERM("apple"), &options);
	assert_int_equal(match.count, 0);
	assert_int_equal(match.total, 3);
	assert_true(match.exact);
	assert_string_equal(facet_of(&match, XJ_SLOT_KIND, text, sizeof(text)),
			    "book=2 material=1");
}

/* --------------------------------------------------------- the dead, keep */

static void
a_dead_revision_is_not_found(void **state)
{
	static const struct entry old[] = {
		{ .id = 1, .rev = 1, .terms = "old both", .kind = "book" },
		{ .id = 2, .rev = 1, .terms = "old both", .kind = "book" },
	};
	static const struct entry new[] = {
		{ .id = 1, .rev = 2, .terms = "new both", .kind = "slides" },
	};
	static const struct xj_dead dead[] = { { 1, 1 }, { 7, 3 } };
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_index_closep) struct xj_index *index = NULL;
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	struct xj_match_options options = match_all;
	char text[64];

	(void)state;
	make_segment(dir.path, "a", old, 2);
	make_segment(dir.path, "b", new, 1);
	index = open_index(dir.path, "a b", dead, XJ_COUNT(dead));
	assert_set(index, TERM("old"), "2");
	assert_set(index, TERM("new"), "1");
	assert_set(index, TERM("both"), "1 2");
	assert_set(index, ALL, "1 2");
	options.facets = 1u << XJ_SLOT_KIND;
	match = match_of(index, ALL, &options);
	assert_string_equal(facet_of(&match, XJ_SLOT_KIND, text, sizeof(text)),
			    "book=1 slides=1");
}

static void
greatest_numbers_survive(void **state)
{
	static const struct entry big[] = {
		{ .id = (1ull << 40) - 1, .rev = (1u << 24) - 1, .terms = "a" },
		{ .id = (1ull << 40) - 1, .rev = (1u << 24) - 2, .terms = "b" },
	};
	static const struct xj_dead dead[] = {
		{ (1ull << 40) - 1, (1u << 24) - 2 },
	};
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_index_closep) struct xj_index *index = NULL;

	(void)state;
	make_segment(dir.path, "a", big, 2);
	index = open_index(dir.path, "a", dead, 1);
	assert_set(index, TERM("a"), "1099511627775");
	assert_set(index, TERM("b"), "");
}

static bool
is_odd(void *ctx, uint64_t id)
{
	++*(size_t *)ctx;
	return id % 2 == 1;
}

static void
keep_decides(void **state)
{
	FIXTURE;
	size_t asked = 0;
	struct xj_match_options options = {
		.limit = 10, .check = 100, .keep = is_odd, .keep_ctx = &asked,
		.facets = 1u << XJ_SLOT_KIND, .sort = XJ_BY_DATE_UP,
	};
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	char text[64];

	(void)state;
	match = match_of(f.index, ALL, &options);
	assert_string_equal(ids_of(&match, text, sizeof(text)), "1 3 5");
	assert_int_equal(match.total, 3);
	assert_true(match.exact);
	assert_string_equal(facet_of(&match, XJ_SLOT_KIND, text, sizeof(text)),
			    "book=1 material=1");
	assert_int_equal(asked, 5);
}

/* ---------------------------------------------------------------- looking */

static void
an_index_of_no_segment_is_empty(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_index_closep) struct xj_index *index = NULL;
	uint64_t n = 9;
	double mean = 9;

	(void)state;
	index = open_index(dir.path, "", NULL, 0);
	assert_set(index, ALL, "");
	assert_set(index, TREE(OR, TERM("a"), PREFIX("b")), "");
	assert_int_equal(xj_index_counts(index, &n, &mean, NULL), XJ_OK);
	assert_int_equal(n, 0);
	assert_float_equal(mean, 0, 0);
	assert_int_equal(xj_index_frequency(index, "a", 1, &n, NULL), XJ_OK);
	assert_int_equal(n, 0);
	assert_int_equal(xj_index_terms(index, "", 0, NULL, NULL, NULL), XJ_OK);
}

static void
a_segment_of_no_document_is_empty(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_index_closep) struct xj_index *index = NULL;
	const char *both[] = { "a", "b" };

	(void)state;
	make_segment(dir.path, "a", NULL, 0);
	make_segment(dir.path, "b", NULL, 0);
	assert_int_equal(xj_segments_merge(dir.path, both, 2, "c", NULL),
			 XJ_OK);
	index = open_index(dir.path, "a b c", NULL, 0);
	assert_set(index, ALL, "");
	assert_set(index, TERM("a"), "");
}

static void
counts_and_frequencies_span_segments(void **state)
{
	FIXTURE;
	uint64_t n;
	double mean;

	(void)state;
	assert_int_equal(xj_index_counts(f.index, &n, &mean, NULL), XJ_OK);
	assert_int_equal(n, 5);
	assert_float_equal(mean, (5 + 4 + 5 + 4 + 1) / 5.0, 1e-9);
	assert_int_equal(xj_index_frequency(f.index, "apple", 5, &n, NULL),
			 XJ_OK);
	assert_int_equal(n, 3);
	assert_int_equal(xj_index_frequency(f.index, "no", 2, &n, NULL), XJ_OK);
	assert_int_equal(n, 0);
	assert_int_equal(xj_index_frequency(f.index, "", 0, &n, NULL), XJ_OK);
	assert_int_equal(n, 0);
}

struct walk {
	struct xj_buf text;
	int stop; /* what to answer at the second term */
	int seen;
};

static int
on_term(void *ctx, const char *term, size_t len, uint64_t documents)
{
	struct walk *w = ctx;

	xj_buf_addf(&w->text, "%s%.*s=%llu", w->seen ? " " : "", (int)len, term,
		    (unsigned long long)documents);
	return ++w->seen == 2 ? w->stop : 0;
}

static void
terms_are_walked_in_order(void **state)
{
	FIXTURE;
	struct walk w = { .text = XJ_BUF_INIT };

	(void)state;
	assert_int_equal(xj_index_terms(f.index, "ap", 2, on_term, &w, NULL),
			 XJ_OK);
	assert_string_equal(w.text.data, "apple=3 applet=1 apricot=1");
	xj_buf_release(&w.text);
	w = (struct walk){ .stop = 1 };
	assert_int_equal(xj_index_terms(f.index, "", 0, on_term, &w, NULL),
			 XJ_OK);
	assert_string_equal(w.text.data, "apple=3 applet=1");
	xj_buf_release(&w.text);
	w = (struct walk){ .stop = XJ_ECANCELLED };
	assert_int_equal(xj_index_terms(f.index, "p", 1, on_term, &w, NULL),
			 XJ_ECANCELLED);
	xj_buf_release(&w.text);
}

/* ---------------------------------------------------------------- writing */

static void
what_cannot_be_indexed_is_refused_and_the_rest_kept(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_index_closep) struct xj_index *index = NULL;
	struct xj_segment *segment;
	struct xj_error err;
	char bytes[300];
	struct xj_counted term = { bytes, 246, 1 };
	struct xj_index_doc doc = { .id = 1, .terms = &term, .term_count = 1 };

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	assert_int_equal(xj_segment_new(dir.path, "a", &segment, NULL), XJ_OK);
	assert_int_equal(xj_segment_add(segment, &doc, &err), XJ_EINVAL);
	term.len = 0;
	assert_int_equal(xj_segment_add(segment, &doc, &err), XJ_EINVAL);
	term.len = 200;
	memset(bytes, 0, 100);
	assert_int_equal(xj_segment_add(segment, &doc, &err), XJ_EINVAL);
	memset(bytes, 'x', 100);
	doc.id = 0;
	assert_int_equal(xj_segment_add(segment, &doc, &err), XJ_EINVAL);
	doc.id = 1ull << 40;
	assert_int_equal(xj_segment_add(segment, &doc, &err), XJ_EINVAL);
	doc.id = 1;
	doc.rev = 1u << 24;
	assert_int_equal(xj_segment_add(segment, &doc, &err), XJ_EINVAL);
	doc.rev = 0;
	term.len = 245;
	assert_int_equal(xj_segment_add(segment, &doc, &err), XJ_OK);
	doc.id = 2;
	memset(bytes, 0, 122);
	term.len = 123;
	assert_int_equal(xj_segment_add(segment, &doc, &err), XJ_OK);
	assert_int_equal(xj_segment_end(segment, &err), XJ_OK);
	index = open_index(dir.path, "a", NULL, 0);
	assert_set(index, ALL, "1 2");
	assert_set(index, &(struct xj_tree){ .op = XJ_TREE_TERM, .term = bytes,
					     .len = 123 }, "2");
}

static void
names_that_lead_elsewhere_are_refused(void **state)
{
	static const char *const bad[] = {
		"", ".", "..", "a/b", "../a", "a b", "a\n", "#a",
		"a-name-that-is-a-little-too-long",
	};
	xj_auto(scratch_end) struct scratch dir = scratch_begin();

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(bad); i++) {
		struct xj_segment *segment;
		struct xj_index *index;

		assert_int_equal(xj_segment_new(dir.path, bad[i], &segment,
						NULL), XJ_EINVAL);
		assert_null(segment);
		assert_int_equal(xj_segment_remove(dir.path, bad[i], NULL),
				 XJ_EINVAL);
		assert_int_equal(xj_index_open(dir.path, &bad[i], 1, NULL, 0,
					       &index, NULL), XJ_EINVAL);
		assert_int_equal(xj_index_stub(dir.path, &bad[i], 1, NULL),
				 XJ_EINVAL);
	}
}

static void
a_dropped_segment_leaves_nothing(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_segment *segment;

	(void)state;
	assert_int_equal(xj_segment_new(dir.path, "a", &segment, NULL), XJ_OK);
	assert_int_equal(add_entry(segment, &library[0], NULL), XJ_OK);
	xj_segment_drop(segment);
	xj_segment_drop(NULL);
	assert_int_equal(faccessat(dir.fd, "a", F_OK, 0), -1);
}

static void
a_leftover_is_written_over(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_index_closep) struct xj_index *index = NULL;

	(void)state;
	make_segment(dir.path, "a", library, 5);
	make_segment(dir.path, "a", library, 1);
	index = open_index(dir.path, "a", NULL, 0);
	assert_set(index, ALL, "1");
}

/* ---------------------------------------------------------------- merging */

static void
a_merge_finds_the_same_with_the_same_weights(void **state)
{
	FIXTURE;
	xj_auto(xj_index_closep) struct xj_index *merged = NULL;
	const char *both[] = { "a", "b" };
	const struct xj_tree *trees[] = {
		TERM("apple"), TREE(OR, TERM("apple"), TERM("cherry")),
		ALL, RANGE(XJ_SLOT_DATE, "2010", "2011"),
		TREE(AND_MAYBE, TERM("pear"), TERM("cherry"), TERM("xodd")),
	};

	(void)state;
	assert_int_equal(xj_segments_merge(f.dir.path, both, 2, "c", NULL),
			 XJ_OK);
	merged = open_index(f.dir.path, "c", NULL, 0);
	for (size_t i = 0; i < XJ_COUNT(trees); i++) {
		xj_auto(xj_match_release)
		struct xj_match a = match_of(f.index, trees[i], NULL);
		xj_auto(xj_match_release)
		struct xj_match b = match_of(merged, trees[i], NULL);

		assert_int_equal(a.total, b.total);
		qsort(a.hits, a.count, sizeof(*a.hits), by_id);
		qsort(b.hits, b.count, sizeof(*b.hits), by_id);
		for (size_t j = 0; j < a.count; j++) {
			assert_int_equal(a.hits[j].id, b.hits[j].id);
			assert_float_equal(a.hits[j].weight, b.hits[j].weight,
					   1e-9);
		}
	}
	/* Xapian only guesses how frequent a synonym is, so its weight moves. */
	assert_set(merged, PREFIX("ap"), "1 2 3 4 5");
	for (int sort = XJ_BY_DATE_DOWN; sort <= XJ_BY_TITLE; sort++) {
		struct xj_match_options options = match_all;
		char text[64];
		xj_auto(xj_match_release) struct xj_match a = { 0 };

		options.sort = (enum xj_index_sort)sort;
		a = match_of(f.index, ALL, &options);
		assert_found(merged, ALL, &options,
			     ids_of(&a, text, sizeof(text)));
	}
}

static void
a_merge_keeps_the_dead_dead(void **state)
{
	static const struct xj_dead dead[] = { { 1, 0 }, { 4, 0 } };
	FIXTURE;
	xj_auto(xj_index_closep) struct xj_index *merged = NULL;
	const char *both[] = { "b", "a" };

	(void)state;
	assert_int_equal(xj_segments_merge(f.dir.path, both, 2, "c", NULL),
			 XJ_OK);
	merged = open_index(f.dir.path, "c", dead, 2);
	assert_set(merged, ALL, "2 3 5");
}

static void
readers_stay_while_segments_are_merged_and_removed(void **state)
{
	FIXTURE;
	xj_auto(xj_index_closep) struct xj_index *early = NULL;
	xj_auto(xj_index_closep) struct xj_index *late = NULL;
	struct xj_index *gone;
	const char *both[] = { "a", "b" };

	(void)state;
	early = open_index(f.dir.path, "a b", NULL, 0);
	assert_set(early, TERM("apple"), "1 2 4");
	assert_int_equal(xj_segments_merge(f.dir.path, both, 2, "c", NULL),
			 XJ_OK);
	assert_set(f.index, TERM("cherry"), "2 3 4");
	late = open_index(f.dir.path, "c", NULL, 0);
	assert_int_equal(xj_segment_remove(f.dir.path, "a", NULL), XJ_OK);
	assert_int_equal(xj_segment_remove(f.dir.path, "b", NULL), XJ_OK);
	assert_set(early, TERM("cherry"), "2 3 4");
	assert_set(f.index, RANGE(XJ_SLOT_DATE, "2010", NULL), "2 3 5");
	assert_found(early, ALL, &(struct xj_match_options){
			.limit = 9, .check = 9, .sort = XJ_BY_TITLE },
		     "2 1 5 4 3");
	assert_set(late, TERM("cherry"), "2 3 4");
	assert_int_equal(xj_index_open(f.dir.path, both, 2, NULL, 0, &gone,
				       NULL), XJ_ENOTFOUND);
	assert_null(gone);
}

static void
removing_twice_is_no_error(void **state)
{
	FIXTURE;

	(void)state;
	assert_int_equal(xj_segment_remove(f.dir.path, "a", NULL), XJ_OK);
	assert_int_equal(xj_segment_remove(f.dir.path, "a", NULL), XJ_OK);
}

static void
a_sweep_takes_leftover_segments_alone(void **state)
{
	FIXTURE;
	const char *kept[] = { "a" };

	(void)state;
	assert_int_equal(xj_index_stub(f.dir.path, kept, 1, NULL), XJ_OK);
	assert_int_equal(mkdirat(f.dir.fd, "half", 0700), 0);
	assert_int_equal(mkdirat(f.dir.fd, "not a segment", 0700), 0);
	assert_int_equal(xj_segments_sweep(f.dir.path, kept, 1, NULL), XJ_OK);
	assert_int_equal(faccessat(f.dir.fd, "a", F_OK, 0), 0);
	assert_int_equal(faccessat(f.dir.fd, "stub", F_OK, 0), 0);
	assert_int_equal(faccessat(f.dir.fd, "not a segment", F_OK, 0), 0);
	assert_int_equal(faccessat(f.dir.fd, "b", F_OK, 0), -1);
	assert_int_equal(faccessat(f.dir.fd, "half", F_OK, 0), -1);
}

static void
a_failed_merge_leaves_nothing(void **state)
{
	FIXTURE;
	const char *some[] = { "a", "missing" };

	(void)state;
	assert_int_equal(xj_segments_merge(f.dir.path, some, 2, "c", NULL),
			 XJ_ENOTFOUND);
	assert_int_equal(faccessat(f.dir.fd, "c", F_OK, 0), -1);
	assert_int_equal(xj_segments_merge(f.dir.path, some, 0, "c", NULL),
			 XJ_EINVAL);
	assert_set(f.index, TERM("apple"), "1 2 4");
}

/* As after a restore, when they come into the index in another order. */
static void
equal_weights_stand_in_the_order_of_numbers(void **state)
{
	static const struct entry first[] = {
		{ .id = 5, .terms = "plum x" }, { .id = 1, .terms = "plum y" },
	}, second[] = {
		{ .id = 4, .terms = "plum z" }, { .id = 2, .terms = "plum w" },
	};
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_index_closep) struct xj_index *index = NULL;

	(void)state;
	make_segment(dir.path, "a", first, XJ_COUNT(first));
	make_segment(dir.path, "b", second, XJ_COUNT(second));
	index = open_index(dir.path, "a b", NULL, 0);
	assert_found(index, TERM("plum"), NULL, "1 2 4 5");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_term_finds_its_documents),
	cmocka_unit_test(a_term_that_counts_nothing_still_matches),
	cmocka_unit_test(nothing_and_all_are_what_they_say),
	cmocka_unit_test(or_adds_weights),
	cmocka_unit_test(and_wants_every_child),
	cmocka_unit_test(and_maybe_wants_the_first_and_weighs_the_others),
	cmocka_unit_test(and_not_takes_away_each_other_child),
	cmocka_unit_test(filter_wants_all_and_adds_no_weight),
	cmocka_unit_test(one_child_is_the_child),
	cmocka_unit_test(no_child_is_nothing),
	cmocka_unit_test(scale_multiplies_a_weight),
	cmocka_unit_test(an_unknown_operator_is_refused),
	cmocka_unit_test(a_range_takes_both_ends),
	cmocka_unit_test(a_range_up_to_a_year_takes_in_its_december),
	cmocka_unit_test(an_open_range_leaves_out_what_has_no_value),
	cmocka_unit_test(a_range_adds_no_weight),
	cmocka_unit_test(a_list_finds_the_documents_on_it),
	cmocka_unit_test(a_prefix_finds_what_begins_with_it),
	cmocka_unit_test(a_prefix_with_many_terms_keeps_the_frequent_ones),
	cmocka_unit_test(the_best_comes_first),
	cmocka_unit_test(a_document_without_the_key_comes_last),
	cmocka_unit_test(weights_are_known_in_every_order),
	cmocka_unit_test(pages_join_without_a_gap),
	cmocka_unit_test(the_weighting_can_be_chosen),
	cmocka_unit_test(facets_count_each_value_of_what_matches),
	cmocka_unit_test(a_page_of_no_hits_has_total_and_facets),
	cmocka_unit_test(a_dead_revision_is_not_found),
	cmocka_unit_test(greatest_numbers_survive),
	cmocka_unit_test(keep_decides),
	cmocka_unit_test(an_index_of_no_segment_is_empty),
	cmocka_unit_test(a_segment_of_no_document_is_empty),
	cmocka_unit_test(counts_and_frequencies_span_segments),
	cmocka_unit_test(terms_are_walked_in_order),
	cmocka_unit_test(what_cannot_be_indexed_is_refused_and_the_rest_kept),
	cmocka_unit_test(names_that_lead_elsewhere_are_refused),
	cmocka_unit_test(a_dropped_segment_leaves_nothing),
	cmocka_unit_test(a_leftover_is_written_over),
	cmocka_unit_test(a_merge_finds_the_same_with_the_same_weights),
	cmocka_unit_test(a_merge_keeps_the_dead_dead),
	cmocka_unit_test(readers_stay_while_segments_are_merged_and_removed),
	cmocka_unit_test(removing_twice_is_no_error),
	cmocka_unit_test(a_sweep_takes_leftover_segments_alone),
	cmocka_unit_test(a_failed_merge_leaves_nothing),
	cmocka_unit_test(equal_weights_stand_in_the_order_of_numbers),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
