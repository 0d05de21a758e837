/* Documents like one. */
#include "search-fixture.h"

static void
free_similar(struct xj_similar **similar)
{
	xj_similar_free(*similar);
}

static struct xj_similar *
similar_with(struct archived *a, uint64_t id,
	     const struct xj_similar_options *options)
{
	struct xj_similar *found;

	must(xj_similar(a->archive, id, options, &found, &a->err));
	return found;
}

static size_t
put_ids(char *out, size_t size, const struct xj_document_info *list,
	size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += (size_t)snprintf(out + n, size - n, "+%llu",
				      (unsigned long long)list[i].id);
	return n;
}

/* "1+5: 2+3 4": the document with its copies, then the others with theirs. */
static void
assert_similar_with(struct archived *a, uint64_t id,
		    const struct xj_similar_options *options,
		    const char *expected)
{
	xj_auto(free_similar) struct xj_similar *s =
		similar_with(a, id, options);
	const struct xj_alike *self = xj_similar_self(s);
	char text[1000];
	size_t n = (size_t)snprintf(text, sizeof(text), "%llu",
				    (unsigned long long)self->info.id);

	n += put_ids(text + n, sizeof(text) - n, self->copies,
		     self->copy_count);
	n += (size_t)snprintf(text + n, sizeof(text) - n, ":");
	for (size_t i = 0; i < xj_similar_count(s); i++) {
		const struct xj_alike *d = xj_similar_at(s, i);

		n += (size_t)snprintf(text + n, sizeof(text) - n, " %llu",
				      (unsigned long long)d->info.id);
		n += put_ids(text + n, sizeof(text) - n, d->copies,
			     d->copy_count);
	}
	if (strncmp(text, expected, strlen(expected)) != 0)
		fail_msg("found %s, not %s", text, expected);
}

/* What begins so: in few documents something else has a word in common too. */
static void
assert_similar(struct archived *a, uint64_t id, const char *expected)
{
	assert_similar_with(a, id, NULL, expected);
}

#define HYGIENE "手卫生是预防医院感染的重要措施。医务人员接触病人前后要用速干手消毒剂" \
	"消毒双手，操作前按七步洗手法洗手。感染管理科每月检查一次依从率。"
#define RECORDS "病历书写要客观真实。首次病程记录在八小时内完成，主治医师查房记录四十八" \
	"小时内完成，归档以后不得涂改。质控办抽查归档病历。"
#define FIRE "消防安全培训讲灭火器的使用和疏散通道的维护。保卫科每季度组织一次演练，" \
	"重点部位是配电室和氧气站。"

static const struct written docs[] = {
	{ .title = "手卫生培训", .text = HYGIENE },
	{ .title = "院感检查通报", .text = "手卫生依从率偏低，速干手消毒剂没有放到"
		"床边。感染管理科要求各科整改，医院感染暴发要上报。" },
	{ .title = "病历书写规范", .text = RECORDS },
	{ .title = "消防演练", .text = FIRE },
	{ .title = "病历质控通报", .text = "质控办抽查归档病历八份，主治医师查房记录"
		"缺两份，首次病程记录超时一份。" },
};

static void
documents_like_one_share_its_rare_words(void **state)
{
	xj_auto(archive_end) struct archived a =
		archive_of(docs, XJ_COUNT(docs));

	(void)state;
	assert_similar(&a, 1, "1: 2");
	assert_similar(&a, 3, "3: 5");
}

static void
what_both_say_is_told(void **state)
{
	xj_auto(archive_end) struct archived a =
		archive_of(docs, XJ_COUNT(docs));
	xj_auto(free_similar) struct xj_similar *s =
		similar_with(&a, 3, NULL);
	const struct xj_alike *d = xj_similar_at(s, 0);
	bool found = false;

	(void)state;
	for (size_t i = 0; d->shared[i]; i++) {
		assert_non_null(strstr(RECORDS, d->shared[i]));
		found |= strcmp(d->shared[i], "查房") == 0 ||
			 strcmp(d->shared[i], "归档") == 0;
	}
	assert_true(found);
	assert_true(d->score > 0 && d->score <= 1);
	assert_true(xj_similar_self(s)->score == 1);
}

static void
near_copies_are_put_together(void **state)
{
	static const struct written copied[] = {
		{ .title = "手卫生培训", .text = HYGIENE },
		{ .title = "院感通报", .text = "感染管理科通报：速干手消毒剂没有放到"
			"床边，洗手法不规范，手卫生依从率偏低，接触病人前后不消毒双手。" },
		{ .title = "病历书写规范", .text = RECORDS },
		{ .title = "手卫生培训（修订）", .text = HYGIENE "2012年修订。" },
		{ .title = "院感通报（正式）", .text = "感染管理科通报：\n速干手消毒"
			"剂没有放到床边，洗手法不规范，手衛生依從率偏低，接觸病人前後"
			"不消毒雙手！" },
	};
	xj_auto(archive_end) struct archived a =
		archive_of(copied, XJ_COUNT(copied));

	(void)state;
	assert_similar(&a, 1, "1+4: 2+5");
	assert_similar(&a, 2, "2+5: 1+4");
	assert_similar(&a, 3, "3:");
}

static void
container_and_members_are_shown_when_asked(void **state)
{
	static const struct written nested[] = {
		{ .title = "院感材料", .text = "速干手消毒剂，感染管理科，依从率。" },
		{ .title = "手卫生培训", .text = HYGIENE, .parent = 1 },
		{ .title = "院感通报", .text = "速干手消毒剂没有放到床边，感染管理科"
			"统计依从率。", .parent = 1 },
		{ .title = "消防演练", .text = FIRE },
	};
	xj_auto(archive_end) struct archived a =
		archive_of(nested, XJ_COUNT(nested));
	struct xj_similar_options all = { .family = true };

	(void)state;
	assert_similar(&a, 1, "1:");
	assert_similar(&a, 2, "2: 3");
	assert_similar_with(&a, 1, &all, "1: 3 2");
	assert_similar_with(&a, 2, &all, "2: 1 3");
}

static void
a_filter_chooses_among_them(void **state)
{
	static const struct written mixed[] = {
		{ .title = "甲", .text = HYGIENE },
		{ .title = "乙", .text = "速干手消毒剂和感染管理科。", .kind = "book" },
		{ .title = "丙", .text = "去年感染管理科统计的依从率，速干手消毒剂。",
		  .date = "2009" },
		{ .title = "丁", .text = FIRE },
	};
	xj_auto(archive_end) struct archived a =
		archive_of(mixed, XJ_COUNT(mixed));

	(void)state;
	assert_similar(&a, 1, "1: 3 2");
	assert_similar_with(&a, 1, &(struct xj_similar_options){
			.filter = "kind:book" }, "1: 2");
	assert_similar_with(&a, 1, &(struct xj_similar_options){
			.filter = "year:2009" }, "1: 3");
	assert_similar_with(&a, 1, &(struct xj_similar_options){
			.filter = "-kind:book" }, "1: 3");
	assert_similar_with(&a, 1, &(struct xj_similar_options){
			.filter = "去年" }, "1: 3");
	assert_similar_with(&a, 1, &(struct xj_similar_options){
			.limit = 1 }, "1: 3");
}

static void
what_was_removed_is_not_like_anything(void **state)
{
	xj_auto(archive_end) struct archived a =
		archive_of(docs, XJ_COUNT(docs));
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_similar *s;
	struct xj_doc doc;

	(void)state;
	assert_int_equal(xj_arena_new(&arena), XJ_OK);
	assert_int_equal(xj_catalog_get(a.catalog, 2, arena, &doc, &a.err),
			 XJ_OK);
	doc.state = XJ_DOC_REMOVED;
	assert_int_equal(xj_catalog_update(a.catalog, &doc, 0, &a.err), XJ_OK);
	assert_similar(&a, 1, "1:");
	assert_int_equal(xj_similar(a.archive, 2, NULL, &s, &a.err),
			 XJ_ENOTFOUND);
	assert_int_equal(xj_similar(a.archive, 99, NULL, &s, &a.err),
			 XJ_ENOTFOUND);
}

static void
all_of_a_long_document_is_looked_at(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct written mixed[] = {
		{ .title = "长", .text = NULL },
		{ .title = "乙", .text = "速干手消毒剂和感染管理科。" },
		{ .title = "丙", .text = "消毒。" },
	};

	(void)state;
	for (int i = 0; i < 4000; i++)
		xj_buf_adds(&text, i == 3990 ? HYGIENE "\n" :
			    "这里没有什么可说的，只是凑够篇幅而已。\n");
	mixed[0].text = xj_buf_str(&text);

	xj_auto(archive_end) struct archived a =
		archive_of(mixed, XJ_COUNT(mixed));

	assert_similar(&a, 1, "1: 2 3");
}

static void
a_document_without_text_is_told_by_its_title(void **state)
{
	static const struct written bare[] = {
		{ .title = "感染管理科合影" },
		{ .title = "感染管理科合影二" },
		{ .title = "消防演练", .text = FIRE },
	};
	xj_auto(archive_end) struct archived a =
		archive_of(bare, XJ_COUNT(bare));

	(void)state;
	assert_similar(&a, 1, "1: 2");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(documents_like_one_share_its_rare_words),
	cmocka_unit_test(what_both_say_is_told),
	cmocka_unit_test(near_copies_are_put_together),
	cmocka_unit_test(container_and_members_are_shown_when_asked),
	cmocka_unit_test(a_filter_chooses_among_them),
	cmocka_unit_test(what_was_removed_is_not_like_anything),
	cmocka_unit_test(all_of_a_long_document_is_looked_at),
	cmocka_unit_test(a_document_without_text_is_told_by_its_title),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
