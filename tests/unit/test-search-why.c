/* Why a hit stands where it does. */
#include <math.h>

#include "search-fixture.h"

#define MANY 120

static struct xj_hits *
explained(struct archived *a, const char *query, const char *sort)
{
	return search_with(a, &(struct xj_search){ .query = query,
		.limit = 1000, .sort = sort, .explain = true });
}

static void
assert_near(double a, double b, const char *query, uint64_t id)
{
	if (fabs(a - b) > 1e-6)
		fail_msg("%s: document %llu: %.9f is not %.9f", query,
			 (unsigned long long)id, a, b);
}

static void
assert_adds_up(const struct xj_hit *h, const char *query)
{
	const struct xj_why *why = h->why;
	double sum = 0;

	assert_non_null(why);
	for (size_t i = 0; i < why->reason_count; i++)
		sum += why->reasons[i].weight;
	assert_near(sum, why->terms, query, h->info.id);
	assert_near(why->terms + why->passage + why->whole, h->score, query,
		    h->info.id);
}

static struct archived
many(void)
{
	static struct written docs[MANY];
	static char texts[MANY][200], titles[MANY][40];
	static const char *const parts[] = {
		"卫生法规学习心得", "传染病防治的法规", "Hand hygiene saves lives",
		"卫星发射", "生活在法国，规矩不少", "医院 hygiene 卫生 制度",
	};

	for (size_t i = 0; i < MANY; i++) {
		snprintf(texts[i], sizeof(texts[i]), "%s。%s。2011年2月16日第%zu篇",
			 parts[i % 6], i % 7 ? parts[i / 6 % 6] : "", i);
		snprintf(titles[i], sizeof(titles[i]), "%s",
			 i % 5 ? "通知" : parts[i % 6]);
		docs[i] = (struct written){ .text = texts[i],
			.title = titles[i],
			.creator = i % 3 ? NULL : "卫生部" };
	}
	return archive_of(docs, MANY);
}

static void
the_figures_add_up_to_the_score(void **state)
{
	static const char *const queries[] = {
		"卫生法规", "卫生 法规 学习", "hygiene", "hand hygiene lives",
		"医院 hygiene", "\"卫生法规\"", "\"卫生法规\" 学习", "卫", "卫生法*",
		"hyg* 卫生", "2011-02-16 卫生", "(卫生 OR hygiene)", "心得 -医院",
		"卫生 near:4 制度", "title:卫生", "creator:卫生部 法规",
		"卫生法规学习心得和传染病防治", "kind:material 生活",
	};
	xj_auto(archive_end) struct archived a = many();

	(void)state;
	for (size_t q = 0; q < XJ_COUNT(queries); q++) {
		xj_auto(free_hits) struct xj_hits *hits =
			explained(&a, queries[q], NULL);

		assert_true(xj_hits_count(hits) > 0);
		for (size_t i = 0; i < xj_hits_count(hits); i++)
			assert_adds_up(xj_hits_at(hits, i), queries[q]);
	}
}

static void
synonyms_are_reasons_too(void **state)
{
	xj_auto(archive_end) struct archived a = many();
	static const char *const same[] = { "卫星", "法规", NULL };

	(void)state;
	assert_int_equal(xj_synonym_add(a.archive, same, &a.err), XJ_OK);

	xj_auto(free_hits) struct xj_hits *hits = explained(&a, "卫星", NULL);
	bool any = false;

	for (size_t i = 0; i < xj_hits_count(hits); i++) {
		const struct xj_hit *h = xj_hits_at(hits, i);

		assert_adds_up(h, "卫星");
		for (size_t k = 0; k < h->why->reason_count; k++)
			any |= h->why->reasons[k].synonym;
	}
	assert_true(any);
}

static const struct xj_reason *
reason_of(const struct xj_hit *h, const char *kind, const char *text)
{
	for (size_t i = 0; i < h->why->reason_count; i++)
		if (strcmp(h->why->reasons[i].kind, kind) == 0 &&
		    strcmp(h->why->reasons[i].text, text) == 0)
			return &h->why->reasons[i];
	fail_msg("no %s %s", kind, text);
	return NULL;
}

static void
terms_are_told_with_kind_and_fields(void **state)
{
	static const struct written docs[] = {
		{ .title = "卫生法规", .text = "依法行医。", .creator = "法规处",
		  .subject = "卫生" },
		{ .title = "讲义", .text = "卫生工作的法规。" },
		{ .title = "讲义", .text = "生活。" },
	};
	xj_auto(archive_end) struct archived a =
		archive_of(docs, XJ_COUNT(docs));
	xj_auto(free_hits) struct xj_hits *hits =
		explained(&a, "卫生法规", NULL);
	const struct xj_hit *first = xj_hits_at(hits, 0);
	const struct xj_hit *second = xj_hits_at(hits, 1);

	(void)state;
	assert_int_equal(first->info.id, 1);
	assert_true(reason_of(first, "word", "法规")->in_creator);
	assert_true(reason_of(first, "word", "法规")->in_title);
	assert_false(reason_of(first, "word", "法规")->in_subject);
	assert_true(reason_of(first, "pair", "卫生")->in_subject);
	assert_true(reason_of(first, "pair", "生法")->rarity >
		    reason_of(first, "pair", "卫生")->rarity);
	assert_int_equal(reason_of(first, "pair", "卫生")->documents, 2);
	assert_string_equal(first->why->runs[0], "卫生法规");
	assert_true(first->why->whole > 0 && first->why->passage > 0);
	assert_false(reason_of(second, "word", "法规")->in_title);
	assert_null(second->why->runs[0]);
	assert_true(second->why->whole == 0);
}

static void
another_order_has_no_figures(void **state)
{
	xj_auto(archive_end) struct archived a = many();
	xj_auto(free_hits) struct xj_hits *by_date =
		explained(&a, "卫生", "date");
	xj_auto(free_hits) struct xj_hits *filtered =
		explained(&a, "kind:material", NULL);
	xj_auto(free_hits) struct xj_hits *plain = search(&a, "卫生");

	(void)state;
	assert_string_equal(xj_hits_at(by_date, 0)->why->order, "date");
	assert_int_equal(xj_hits_at(by_date, 0)->why->reason_count, 0);
	assert_string_equal(xj_hits_at(filtered, 0)->why->order, "date");
	assert_null(xj_hits_at(plain, 0)->why);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_figures_add_up_to_the_score),
	cmocka_unit_test(synonyms_are_reasons_too),
	cmocka_unit_test(terms_are_told_with_kind_and_fields),
	cmocka_unit_test(another_order_has_no_figures),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
