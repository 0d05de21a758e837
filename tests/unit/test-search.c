/* test-search.c - what a search finds, in which order, and what it shows. */
#include <xueji/xueji.h>

#include "search-fixture.h"

/* ------------------------------------------------------------ a small library */

static const struct written library[] = {
	/* 1 */ { .title = "卫生法规汇编", .kind = "regulation", .type = "pdf",
		.format = "application/pdf", .date = "2009-05-01",
		.creator = "王芳",
		.text = "传染病防治的规定。\f第二页讲公共卫生服务。" },
	/* 2 */ { .title = "产品和服务", .kind = "article",
		.date = "2010-03-04", .text = "产品和服务质量专项检查方案。" },
	/* 3 */ { .title = "和服", .kind = "book", .date = "2011",
		.creator = "李明", .text = "她穿着和服参加了文化交流活动。" },
	/* 4 */ { .title = "三会一课制度", .kind = "regulation",
		.subject = "党建", .text = "本支部的三会一课按月举行。\n"
		"每次都有记录。" },
	/* 5 */ { .title = "Public health law", .kind = "book",
		.type = "web", .language = "en", .date = "2011-12-31",
		.creator = "Smith, Anna",
		.text = "Laws about public health systems in Europe." },
	/* 6 */ { .title = "影像资料", .name = "会议录音.zip",
		.type = "archive", .outcome = "partial" },
	/* 7 */ { .title = "錄音文字", .parent = 6, .date = "2012-01-01",
		.text = "学 习 心 得 交 流 会\n記錄：醫院感染的管\n理制度" },
};

/* One for the tests that only look, and one for each that changes it. */
static struct archived shared;

#define LIBRARY struct archived a = shared
#define OWN_LIBRARY xj_auto(archive_end) \
	struct archived a = archive_of(library, XJ_COUNT(library))

static int
make_shared(void **state)
{
	(void)state;
	shared = archive_of(library, XJ_COUNT(library));
	return 0;
}

static int
end_shared(void **state)
{
	(void)state;
	archive_end(&shared);
	return 0;
}

/* ------------------------------------------------------------------- tiers */

static void
who_has_the_word_comes_before_who_shares_its_characters(void **state)
{
	LIBRARY;
	xj_auto(free_hits) struct xj_hits *hits = search(&a, "和服");

	(void)state;
	assert_int_equal(xj_hits_at(hits, 0)->info.id, 3);
	assert_int_equal(xj_hits_total(hits), 1);
	assert_true(xj_hits_total_is_exact(hits));
	assert_int_equal(xj_hits_at(hits, 1)->info.id, 2);
	assert_true(xj_hits_at(hits, 1)->related);
	assert_int_equal(xj_hits_related(hits), xj_hits_count(hits) - 1);
	assert_null(xj_hits_repaired(hits));
}

static void
characters_across_the_border_of_words_come_last(void **state)
{
	static const struct written docs[] = {
		{ .text = "办公卫生检查评比。" },
		{ .text = "公卫科人员到村开展慢病随访。" },
		{ .text = "这艘船驶上海岸后停下。" },
		{ .text = "上海市卫生健康委员会的经验介绍。" },
	};
	xj_auto(archive_end) struct archived a =
		archive_of(docs, XJ_COUNT(docs));

	(void)state;
	assert_found(&a, "公卫", "2 1 | 4");
	assert_found(&a, "上海", "| 4 3");
}

/* Each of the others has all of the query, and as often. */
static void
who_is_about_it_comes_before_who_mentions_it(void **state)
{
	static const char rest[] = "各科室按月自查，发现问题当场整改，结果在例会上通报，"
		"年底一并考核。医院感染的管理";
	static const char page[] = "医院感染的管理：各科室按月自查，发现问题当场整改，结果在例会"
		"上通报，年底一并考核。";
	const struct written docs[] = {
		{ .title = "通知", .text = rest },
		{ .title = "通知", .text = page },
		{ .title = "医院感染的管理", .text = "各科室按月自查，发现问题当场整改，"
			"结果在例会上通报，年底一并考核。" },
		{ .title = "关于医院感染的管理和其他几件事的通知", .text = rest },
	};
	xj_auto(archive_end) struct archived a =
		archive_of(docs, XJ_COUNT(docs));

	(void)state;
	assert_found(&a, "医院感染的管理", "3 2 4 1");
}

static void
without_a_word_who_shares_characters_is_the_total(void **state)
{
	LIBRARY;
	xj_auto(free_hits) struct xj_hits *hits = search(&a, "感染科");

	(void)state;
	assert_int_equal(xj_hits_at(hits, 0)->info.id, 7);
	assert_false(xj_hits_at(hits, 0)->related);
	assert_found(&a, "课本", "| 4");
}

static void
scores_fall_from_hit_to_hit(void **state)
{
	LIBRARY;
	xj_auto(free_hits) struct xj_hits *hits = search(&a, "卫生服务制度");

	(void)state;
	assert_true(xj_hits_count(hits) > 3);
	for (size_t i = 1; i < xj_hits_count(hits); i++)
		assert_true(xj_hits_at(hits, i)->score <=
			    xj_hits_at(hits, i - 1)->score);
}

static void
pages_of_hits_make_up_the_whole(void **state)
{
	LIBRARY;
	xj_auto(free_hits) struct xj_hits *all = search(&a, "卫生服务制度");
	size_t n = xj_hits_count(all);

	(void)state;
	for (size_t i = 0; i <= n; i++) {
		xj_auto(free_hits) struct xj_hits *one = search_with(
			&a, &(struct xj_search){ .query = "卫生服务制度",
				.offset = i, .limit = 1, .no_passages = true });

		assert_int_equal(xj_hits_count(one), i < n);
		if (i < n)
			assert_int_equal(xj_hits_at(one, 0)->info.id,
					 xj_hits_at(all, i)->info.id);
		assert_int_equal(xj_hits_total(one), xj_hits_total(all));
	}
}

static void
forms_of_writing_find_each_other(void **state)
{
	LIBRARY;

	(void)state;
	assert_set(&a, "\"学习心得\"", "7");
	assert_set(&a, "學習心得", "7");
	assert_set(&a, "\"医院感染的管理制度\"", "7");
	assert_set(&a, "录音文字", "6 7");
	assert_set(&a, "ＬＡＷ", "5");
	assert_set(&a, "system", "5");
}

static void
what_is_written_in_several_ways_is_found_in_each(void **state)
{
	static const struct written docs[] = {
		{ .title = "甲", .text = "卫医发〔2010〕12号，2011年2月16日印发，第三章" },
		{ .title = "乙", .text = "见卫医发[2010]12号文。二〇一一年二月十六日。第3章" },
		{ .title = "丙", .text = "于 2011 年 2 月 16 日。第 3 章。〔二〇一〇〕十二号" },
		{ .title = "丁", .text = "2011-02-16 【2010】12号" },
		{ .title = "戊", .text = "2011.2.16 第四章，第五节" },
		{ .title = "己", .text = "于２０２３年，１２８人，９８．５％，吉\u200B祥\u00AD物" },
		{ .title = "庚", .text = "学 习 心 得：传染\n病的防\n治，prev-\nention，𠮷野家" },
	};
	static const char *const days[] = {
		"2011年2月16日", "2011-02-16", "2011.2.16", "2011/2/16",
		"二〇一一年二月十六日", "２０１１年２月１６日",
	};
	xj_auto(archive_end)
	struct archived a = archive_of(docs, XJ_COUNT(docs));

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(days); i++)
		assert_set(&a, days[i], "1 2 3 4 5");
	assert_set(&a, "\"卫医发（2010）12号\"", "1 2");
	assert_set(&a, "\"【2010】12号\"", "1 2 4");
	assert_set(&a, "卫医发(2010)12号 -己 -庚 -戊", "1 2 3 4");
	assert_set(&a, "\"第3章\"", "2 3");
	assert_set(&a, "\"2011年2月16日\"", "1 3");
	assert_set(&a, "第三章 -第四章", "1 2 3");
	assert_set(&a, "\"于2023年,128人,98.5%\"", "6");
	assert_set(&a, "98.5%", "6");
	assert_set(&a, "\"吉祥物\"", "6");
	assert_set(&a, "学习心得", "7");
	assert_set(&a, "\"传染病的防治\"", "7");
	assert_set(&a, "prevention", "7");
	assert_set(&a, "\"𠮷野\"", "7");
	assert_set(&a, "𠮷野家", "7");
}

/* ----------------------------------------------------------------- phrases */

static void
a_phrase_is_found_as_it_stands(void **state)
{
	LIBRARY;

	(void)state;
	assert_set(&a, "\"和服\"", "2 3");
	assert_set(&a, "\"服\"", "1 2 3");
	assert_set(&a, "\"三会一课按月\"", "4");
	assert_set(&a, "\"三会一课按年\"", "");
	assert_set(&a, "\"课按月举行。每次\"", "4");
	assert_set(&a, "\"卫生法规汇编\"", "1");
	assert_set(&a, "\"王芳\"", "1");
	assert_set(&a, "\"党建\"", "4");
}

static void
a_phrase_does_not_cross_a_page(void **state)
{
	LIBRARY;

	(void)state;
	assert_set(&a, "\"规定。第二页\"", "");
	assert_set(&a, "\"定第\"", "");
}

static void
a_latin_phrase_has_whole_words(void **state)
{
	LIBRARY;

	(void)state;
	assert_set(&a, "\"public health systems\"", "5");
	assert_set(&a, "\"public health system\"", "");
	assert_set(&a, "\"health public\"", "");
	assert_set(&a, "\"Public Health\"", "5");
	assert_set(&a, "\"ublic health\"", "");
	assert_set(&a, "\"system\"", "");
}

/* 200 KiB of one section, which is indexed in several pieces. */
static void
every_phrase_of_a_long_text_is_found(void **state)
{
	enum { WORDS = 24000, QUOTED = 1000 };
	struct xj_buf text = XJ_BUF_INIT, query = XJ_BUF_INIT;
	struct written book = { .title = "book" };
	size_t from = 0;

	(void)state;
	for (unsigned i = 0; i < WORDS; i++)
		xj_buf_addf(&text, "%s%s%u", i % 500 ? " " : "\n", i % 7 < 3 ?
			    "of the " : "word", i);
	book.text = xj_buf_str(&text);
	xj_auto(archive_end) struct archived a = archive_of(&book, 1);
	while (from + QUOTED < text.len) {
		size_t len = QUOTED;

		while (book.text[from + len] != ' ')
			len--;
		xj_buf_clear(&query);
		xj_buf_addf(&query, "\"%.*s\"", (int)len, book.text + from);
		assert_set(&a, xj_buf_str(&query), "1");
		from += len - 100; /* over the end of this one */
		while (book.text[from - 1] != ' ')
			from++;
	}
	assert_set(&a, "\"word3 word5\"", "");
	xj_buf_release(&text);
	xj_buf_release(&query);
}

static void
plain_words_stand_by_themselves(void **state)
{
	static const struct written notes[] = {
		{ .text = "On Noise\nlevels: the NOISE Level." },
		{ .text = "the noise level-\nling of streets" },
		{ .text = "noise  level" },
		{ .text = "anoise level, noise levels, noise-level" },
		{ .text = "noise level\xC2\xADs" },
		{ .text = "noise of the level" },
		{ .text = "none", .title = "Noise level" },
	};
	xj_auto(archive_end)
	struct archived a = archive_of(notes, XJ_COUNT(notes));

	(void)state;
	assert_set(&a, "\"noise level\"", "1 3 7");
	assert_set(&a, "\"noise levels\"", "1 4 5");
	assert_set(&a, "\"noise of the level\"", "6");
	assert_set(&a, "\"noise of\"", "6");
}

static void
quotes_typed_straight_find_curved_ones(void **state)
{
	static const struct written talk[] = {
		{ .title = "谈话", .text = "他说“好”的时候，笑了。" },
		{ .title = "Talk", .text = "The patient’s words: don’t worry." },
		{ .title = "Code", .text = "the patient's words: \"don't\"" },
	};
	xj_auto(archive_end)
	struct archived a = archive_of(talk, XJ_COUNT(talk));

	(void)state;
	assert_set(&a, "「说\"好\"的时候」", "1");
	assert_set(&a, "「说“好”的时候」", "1");
	assert_set(&a, "\"patient's words\"", "2 3");
	assert_set(&a, "\"patient’s words\"", "2 3");
	assert_set(&a, "\"don't worry\"", "2");
}

static void
words_stand_near_each_other(void **state)
{
	static const struct written docs[] = {
		{ .title = "甲", .text = "病历应当及时书写。\f依法行医，管理病人的病历" },
		{ .title = "乙", .text = "书写的时候要及时完成病历" },
		{ .title = "Washing", .text = "wash your hands with clean water "
			"before you eat; hygienic organization" },
	};
	xj_auto(archive_end)
	struct archived a = archive_of(docs, XJ_COUNT(docs));

	(void)state;
	assert_set(&a, "病历 near:4 书写", "1");
	assert_set(&a, "病历 near:3 书写", "");
	assert_set(&a, "书写 near:4 病历", "1");
	assert_set(&a, "病历 near:20 书写", "1 2");
	assert_set(&a, "书写 near:20 行医", "");
	assert_set(&a, "病历 near:2 及时 near:0 书写", "1");
	assert_set(&a, "-(病历 near:4 书写)", "2 3");
	assert_set(&a, "病历 near:4 书写 OR 完成", "1 2");
	assert_set(&a, "病历 near:3 病历", "");
	assert_set(&a, "washing near:4 water", "3");
	assert_set(&a, "washing near:3 water", "");
	assert_set(&a, "\"clean water\" near:1 hand", "3");
	assert_set(&a, "wa* near:1 you", "3");
}

static void
a_star_finds_what_begins_so(void **state)
{
	static const struct written docs[] = {
		{ .title = "One", .text = "hygienic organization" },
		{ .title = "Two", .text = "hygiene; they studied organs" },
		{ .title = "Three", .text = "hygrometers: studying the hoping" },
		{ .title = "四", .text = "卫生法规，第3章" },
		{ .title = "Hydra-X2", .text = "thyroid" },
	};
	xj_auto(archive_end)
	struct archived a = archive_of(docs, XJ_COUNT(docs));

	(void)state;
	assert_set(&a, "hyg*", "1 2 3");
	assert_set(&a, "hygie*", "1 2");
	assert_set(&a, "hygieni*", "1");
	assert_set(&a, "organizat*", "1");
	assert_set(&a, "hy* -hyg*", "5");
	assert_set(&a, "studi*", "2 3"); /* the stem of both */
	assert_set(&a, "studyi*", "3");
	assert_set(&a, "hopi*", "3");
	assert_set(&a, "hydra-x*", "5");
	assert_set(&a, "title:hyd*", "5");
	assert_set(&a, "title:hyg*", "");
	assert_set(&a, "卫生*", "4");
	assert_set(&a, "第3*", "4");
	assert_set(&a, "hyg* OR 卫生", "1 2 3 4");
}

static void
phrases_join_with_filters_and_exclusions(void **state)
{
	LIBRARY;

	(void)state;
	assert_set(&a, "\"和服\" kind:book", "3");
	assert_set(&a, "\"和服\" -kind:book", "2");
	assert_set(&a, "\"和服\" -\"产品和服务\"", "3");
	assert_set(&a, "\"三会一课按月\" OR \"和服务质量\"", "2 4");
	assert_set(&a, "(\"三会一课按月\" OR \"和服务质量\") kind:article", "2");
	assert_set(&a, "-\"公共卫生服务\" kind:regulation", "4");
	assert_set(&a, "law OR \"三会一课按月\"", "4 5");
	assert_set(&a, "kind:book (\"和服\" OR -type:web)", "3");
	assert_set(&a, "-(kind:book \"穿着和服参加\")", "1 2 4 5 6 7");
}

static void
a_phrase_with_a_word_prefers_who_has_both(void **state)
{
	LIBRARY;

	(void)state;
	assert_found(&a, "\"和服\" 文化", "3 | 2");
}

/* ----------------------------------------------------------------- filters */

static void
filters_filter(void **state)
{
	LIBRARY;

	(void)state;
	assert_set(&a, "kind:book", "3 5");
	assert_set(&a, "kind:book,article", "2 3 5");
	assert_set(&a, "kind:BOOK year:2011", "3 5");
	assert_set(&a, "type:pdf", "1");
	assert_set(&a, "format:application/pdf", "1");
	assert_set(&a, "language:en", "5");
	assert_set(&a, "is:partial", "6");
	assert_set(&a, "in:6", "6 7");
	assert_set(&a, "-in:6 kind:material", "");
	assert_set(&a, "year:2009..2010", "1 2");
	assert_set(&a, "date:2010-03..2011", "2 3 4 5 6");
	assert_set(&a, "date:2012..", "7");
	assert_set(&a, "title:卫生", "1");
	assert_set(&a, "title:法规汇编", "1");
	assert_set(&a, "title:法规编", "");
	assert_set(&a, "creator:李明", "3");
	assert_set(&a, "author:smith", "5");
	assert_set(&a, "creator:\"Smith, Anna\"", "5");
	assert_set(&a, "subject:党建", "4");
	assert_set(&a, "path:录音", "6");
	assert_set(&a, "path:会议录音.zip", "6");
	assert_set(&a, "卫生 kind:book", "");
}

static void
a_field_finds_nothing_of_another(void **state)
{
	LIBRARY;

	(void)state;
	assert_set(&a, "title:传染病", "");
	assert_set(&a, "creator:卫生", "");
	assert_set(&a, "subject:王芳", "");
}

/* ---------------------------------------------------------- facets, sorting */

static void
facets_count_the_tier_shown(void **state)
{
	LIBRARY;

	(void)state;
	assert_facet(&a, "和服", "kind", "book 1");
	assert_facet(&a, "\"和服\"", "kind", "article 1, book 1");
	assert_facet(&a, "\"和服务质量\"", "kind", "article 1");
	assert_facet(&a, "year:2009..2011", "year", "2011 4, 2009 1, 2010 1");
	assert_facet(&a, "kind:book", "creator", "Smith, Anna 1, 李明 1");
	assert_facet(&a, "kind:book", "type", "text 1, web 1");
	assert_facet(&a, "kind:none", "type", "");
}

static void
an_unknown_facet_or_order_is_refused(void **state)
{
	LIBRARY;
	struct xj_hits *hits;

	(void)state;
	assert_int_equal(xj_search(a.archive, &(struct xj_search){
		.query = "卫生", .facets = "kind,colour" }, &hits, &a.err),
		XJ_EINVAL);
	assert_string_equal(a.err.message, "facets: there is no colour");
	assert_int_equal(xj_search(a.archive, &(struct xj_search){
		.query = "卫生", .sort = "colour" }, &hits, &a.err),
		XJ_EINVAL);
	assert_null(hits);
}

static void
assert_order(struct archived *a, const char *query, const char *sort,
	     const char *ids)
{
	xj_auto(free_hits) struct xj_hits *hits = search_with(
		a, &(struct xj_search){ .query = query, .sort = sort });
	char text[1000];

	assert_string_equal(ids_of(hits, text, sizeof(text)), ids);
}

static void
hits_are_sorted_by_date_or_title(void **state)
{
	LIBRARY;

	(void)state;
	assert_order(&a, "kind:book,article,regulation", "date", "5 4 3 2 1");
	assert_order(&a, "kind:book,article,regulation", "title",
		     "2 3 5 4 1");
	assert_order(&a, "\"和服\"", "date", "3 2");
}

static void
titles_stand_in_the_order_of_their_sounds_and_numbers(void **state)
{
	static const struct written shelf[] = {
		{ .title = "中医" }, { .title = "安全" }, { .title = "第10讲" },
		{ .title = "第二讲" }, { .title = "《第9讲》" },
		{ .title = "Biology" }, { .title = "重要" }, { .title = "保密" },
		{ .title = "安全 2" }, { .title = "安保" },
	};
	xj_auto(archive_end)
	struct archived a = archive_of(shelf, XJ_COUNT(shelf));

	(void)state;
	assert_order(&a, "kind:material", "title", "10 2 9 8 6 4 5 3 1 7");
}

static void
what_has_no_weight_is_shown_newest_first(void **state)
{
	LIBRARY;

	(void)state;
	assert_found(&a, "kind:book", "5 3");
}

/* ---------------------------------------------------------- what is shown */

static void
a_passage_says_where_it_stands_and_what_is_marked(void **state)
{
	LIBRARY;
	xj_auto(free_hits) struct xj_hits *hits = search(&a, "公共卫生");
	const struct xj_hit *hit = xj_hits_at(hits, 0);

	(void)state;
	assert_int_equal(hit->info.id, 1);
	assert_string_equal(hit->info.title, "卫生法规汇编");
	assert_int_equal(hit->passage_count, 1);
	assert_string_equal(hit->passages[0].text, "第二页讲公共卫生服务。");
	assert_string_equal(hit->passages[0].where, "page");
	assert_int_equal(hit->passages[0].at, 2);
	assert_int_equal(hit->passages[0].mark_count, 1);
	assert_int_equal(hit->passages[0].marks[0][0], 4);
	assert_int_equal(hit->passages[0].marks[0][1], 4);
	assert_int_equal(hit->title_mark_count, 1);
	assert_int_equal(hit->title_marks[0][0], 0);
	assert_int_equal(hit->title_marks[0][1], 2);
}

static void
a_title_that_matches_is_shown_with_the_head_of_the_text(void **state)
{
	LIBRARY;
	xj_auto(free_hits) struct xj_hits *hits = search(&a, "汇编");

	(void)state;
	assert_int_equal(xj_hits_at(hits, 0)->passage_count, 1);
	assert_string_equal(xj_hits_at(hits, 0)->passages[0].text,
			    "传染病防治的规定。 第二页讲公共卫生服务。");
	assert_int_equal(xj_hits_at(hits, 0)->passages[0].mark_count, 0);
}

static void
several_passages_come_when_asked_for(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	xj_auto(archive_end) struct archived a = archive_of(NULL, 0);
	struct xj_hits *hits;

	(void)state;
	xj_buf_adds(&text, "传染病的防治。\f");
	for (size_t i = 0; i < 100; i++)
		xj_buf_adds(&text, "这一页别无所有。");
	xj_buf_adds(&text, "\f卫生服务的质量。");
	put(&a, &(struct written){ .text = text.data });
	index_all(&a);
	hits = search_with(&a, &(struct xj_search){
		.query = "传染病 卫生服务", .passages = 3 });
	assert_int_equal(xj_hits_at(hits, 0)->passage_count, 2);
	assert_int_equal(xj_hits_at(hits, 0)->passages[0].at, 3);
	assert_int_equal(xj_hits_at(hits, 0)->passages[1].at, 1);
	xj_hits_free(hits);
}

static void
nothing_is_shown_that_was_not_asked_for(void **state)
{
	LIBRARY;
	xj_auto(free_hits) struct xj_hits *bare = search_with(
		&a, &(struct xj_search){ .query = "卫生",
					 .no_passages = true });

	(void)state;
	assert_int_equal(xj_hits_at(bare, 0)->passage_count, 0);
	assert_int_equal(xj_hits_at(bare, 0)->title_mark_count, 0);
	assert_string_equal(xj_hits_at(bare, 0)->info.title, "卫生法规汇编");
	assert_null(xj_hits_at(bare, xj_hits_count(bare)));
}

static void
a_repaired_query_is_shown(void **state)
{
	LIBRARY;
	xj_auto(free_hits) struct xj_hits *hits = search(&a, "(卫生 year:abc");

	(void)state;
	assert_string_equal(xj_hits_repaired(hits), "卫生 year:abc");
}

/* ------------------------------------------------------------- why nothing */

/* "text=near,near; -part:3" */
static void
assert_explained(struct archived *a, const char *query, const char *why)
{
	xj_auto(free_hits) struct xj_hits *hits = search(a, query);
	xj_auto(xj_buf_release) struct xj_buf out = XJ_BUF_INIT;
	size_t missing, without;
	const struct xj_missing *m = xj_hits_missing(hits, &missing);
	const struct xj_without *w = xj_hits_without(hits, &without);

	for (size_t i = 0; i < missing; i++) {
		xj_buf_addf(&out, "%s%s", i ? "; " : "", m[i].text);
		for (size_t k = 0; k < m[i].nearest_count; k++)
			xj_buf_addf(&out, "%c%s", k ? ',' : '=',
				    m[i].nearest[k]);
	}
	for (size_t i = 0; i < without; i++)
		xj_buf_addf(&out, "%s-%s:%llu", out.len ? "; " : "", w[i].part,
			    (unsigned long long)w[i].total);
	if (strcmp(xj_buf_str(&out), why) != 0)
		fail_msg("%s: %s, not %s", query, xj_buf_str(&out), why);
}

static const struct written reasons[] = {
	{ .title = "Hygiene", .text = "Hygiene in hospitals\nA document",
	  .kind = "book", .date = "2011" },
	{ .title = "乙", .text = "急性心肌梗死的护理", .kind = "article" },
	{ .title = "丙", .text = "心肌炎；传染病防治", .kind = "article" },
	{ .title = "Secret", .text = "hygrometer 心肌缺血" },
};

static void
what_no_document_has_is_named_with_what_is_like_it(void **state)
{
	xj_auto(archive_end)
	struct archived a = archive_of(reasons, XJ_COUNT(reasons));

	(void)state;
	assert_explained(&a, "hygeine", "hygeine=Hygiene");
	assert_explained(&a, "yhgiene", "yhgiene=Hygiene");
	assert_explained(&a, "hospitels", "hospitels=hospitals");
	assert_explained(&a, "documant", "documant=document");
	assert_explained(&a, "qqxyzzy", "qqxyzzy");
	assert_explained(&a, "hygeine qqxyzzy",
			 "hygeine=Hygiene; qqxyzzy");
	assert_explained(&a, "hygiene", "");
	assert_explained(&a, "title:hygeine", "title:\"hygeine\"=Hygiene");
	assert_explained(&a, "qqa OR qqb", "qqa; qqb");
	assert_explained(&a, "传染病心肌", "");
	assert_explained(&a, "肝梗", "肝梗=梗死");
}

/* "query:total, query:total" */
static void
assert_meant(struct archived *a, const char *query, const char *meant)
{
	xj_auto(free_hits) struct xj_hits *hits = search(a, query);
	xj_auto(xj_buf_release) struct xj_buf out = XJ_BUF_INIT;
	size_t count;
	const struct xj_meant *m = xj_hits_meant(hits, &count);

	for (size_t i = 0; i < count; i++)
		xj_buf_addf(&out, "%s%s:%llu", i ? ", " : "", m[i].query,
			    (unsigned long long)m[i].total);
	if (strcmp(xj_buf_str(&out), meant) != 0)
		fail_msg("%s: meant %s, not %s", query, xj_buf_str(&out),
			 meant);
}

static void
what_may_have_been_meant_is_offered_with_its_total(void **state)
{
	xj_auto(archive_end)
	struct archived a = archive_of(reasons, XJ_COUNT(reasons));

	(void)state;
	assert_meant(&a, "hygeine", "Hygiene:1");
	assert_meant(&a, "title:hygeine", "title:\"Hygiene\":1");
	assert_meant(&a, "hygeine documant", "Hygiene document:1");
	assert_meant(&a, "hygiene documant", "");
	assert_meant(&a, "hygeine kind:book", "Hygiene kind:book:1");
	assert_meant(&a, "hygeine kind:article", "");
	assert_meant(&a, "急性心几梗死", "急性心肌梗死:2");
	assert_meant(&a, "\"急性心几梗死\"", "\"急性心肌梗死\":1");
	assert_meant(&a, "\"传染冰\"", "\"传染病\":1");
	assert_meant(&a, "xinji", "心肌:2");
	assert_meant(&a, "jixingxinjigengsi", "急性心肌梗死:2");
	assert_meant(&a, "心肌", "");
	assert_meant(&a, "hygiene", "");
	assert_meant(&a, "-hygeine", "");
	assert_meant(&a, "qqxyzzy", "");
}

static void
conditions_without_which_there_is_something_are_told(void **state)
{
	xj_auto(archive_end)
	struct archived a = archive_of(reasons, XJ_COUNT(reasons));

	(void)state;
	assert_explained(&a, "hygiene kind:article", "-kind:article:1");
	assert_explained(&a, "hygiene kind:minutes",
			 "kind:minutes; -kind:minutes:1");
	assert_explained(&a, "hygiene -kind:book", "--kind:book:1");
	assert_explained(&a, "hygiene year:2011 type:pdf",
			 "type:pdf; -type:pdf:1");
	assert_explained(&a, "hygiene year:2012 type:pdf", "date:2012; type:pdf");
	assert_explained(&a, "\"心肌梗死\" \"心肌炎\"",
			 "-\"心肌梗死\":1; -\"心肌炎\":1");
	assert_explained(&a, "心肌 near:1 护理", "心肌 near:1 护理");
}

static void
what_may_not_be_seen_explains_nothing(void **state)
{
	xj_auto(archive_end)
	struct archived a = archive_of(reasons, XJ_COUNT(reasons));
	struct xj_doc doc;

	(void)state;
	assert_explained(&a, "hygrometar", "hygrometar=hygrometer");
	assert_explained(&a, "心肌缺血 kind:book", "-kind:book:2");
	assert_int_equal(xj_catalog_get(a.catalog, 4, a.arena, &doc, &a.err),
			 XJ_OK);
	doc.state = XJ_DOC_REMOVED;
	assert_int_equal(xj_catalog_update(a.catalog, &doc, 0, &a.err), XJ_OK);
	assert_explained(&a, "hygrometar", "hygrometar");
	assert_explained(&a, "心肌缺血 kind:book", "-kind:book:1");
}

/* ------------------------------------------------------------ what is refused */

static void
nothing_to_search_for_is_said(void **state)
{
	LIBRARY;
	static const char *const none[] = { NULL, "", "。", "\"\"", "\"——\"" };
	struct xj_hits *hits;

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(none); i++) {
		assert_int_equal(xj_search(a.archive, &(struct xj_search){
			.query = none[i] }, &hits, &a.err), XJ_EINVAL);
		assert_null(hits);
	}
}

static void
assert_answered(struct archived *a, const char *unit, size_t times)
{
	char *query = malloc(strlen(unit) * times + 1);

	query[0] = '\0';
	for (size_t i = 0, n = 0; i < times; i++, n += strlen(unit))
		strcpy(query + n, unit);
	{
		xj_auto(free_hits) struct xj_hits *hits = search(a, query);

		assert_true(xj_hits_count(hits) <= XJ_COUNT(library));
	}
	free(query);
}

static void
a_strange_query_is_answered(void **state)
{
	LIBRARY;
	struct xj_hits *hits;
	char *query = calloc(1, 10002);

	(void)state;
	assert_answered(&a, "卫 生\xff", 1000);
	assert_answered(&a, "(卫生", 1400);
	assert_answered(&a, "卫生)", 1400);
	assert_answered(&a, "\"卫生 法", 900);
	assert_answered(&a, "\"卫生法\" ", 700);
	assert_answered(&a, "-\"卫生法\" ", 700);
	assert_answered(&a, "-(a OR ", 1400);
	assert_answered(&a, "卫生服务", 800);
	assert_answered(&a, "year:2009..2011 ", 600);
	assert_answered(&a, "kind:,,a, ", 900);
	memset(query, 'a', 10001);
	assert_int_equal(xj_search(a.archive, &(struct xj_search){
		.query = query }, &hits, &a.err), XJ_ELIMIT);
	free(query);
}

static void
an_offset_past_the_end_shows_nothing(void **state)
{
	LIBRARY;
	xj_auto(free_hits) struct xj_hits *hits = search_with(
		&a, &(struct xj_search){ .query = "卫生",
					 .offset = SIZE_MAX });

	(void)state;
	assert_int_equal(xj_hits_count(hits), 0);
	assert_int_equal(xj_hits_total(hits), 1);
}

static void
an_empty_archive_has_no_hits(void **state)
{
	xj_auto(archive_end) struct archived a = archive_of(NULL, 0);
	xj_auto(free_hits) struct xj_hits *hits = search_with(
		&a, &(struct xj_search){ .query = "卫生 \"法规条例\"",
					 .facets = "kind" });

	(void)state;
	assert_int_equal(xj_hits_count(hits), 0);
	assert_int_equal(xj_hits_total(hits), 0);
	assert_true(xj_hits_total_is_exact(hits));
}

/* ------------------------------------------------------------ what changes */

static void
what_is_indexed_later_is_found(void **state)
{
	OWN_LIBRARY;
	uint64_t id;

	(void)state;
	assert_set(&a, "心肌梗死", "");
	id = put(&a, &(struct written){ .text = "心肌梗死的急救。" });
	assert_set(&a, "心肌梗死", "");
	index_all(&a);
	assert_int_equal(id, 8);
	assert_set(&a, "心肌梗死", "8");
	assert_set(&a, "kind:material", "6 7 8");
}

static void
change_text(struct archived *a, uint64_t id, const char *text)
{
	struct xj_doc doc;

	must(xj_catalog_get(a->catalog, id, a->arena, &doc, &a->err));
	store_text(a, id, text);
	must(xj_catalog_update(a->catalog, &doc, 0, &a->err));
	index_all(a);
}

static void
a_changed_document_is_found_by_its_new_text_alone(void **state)
{
	OWN_LIBRARY;

	(void)state;
	assert_set(&a, "\"文化交流\"", "3");
	change_text(&a, 3, "他谈到心肌梗死。");
	assert_set(&a, "\"文化交流\"", "");
	assert_set(&a, "心肌梗死", "3");
	assert_set(&a, "kind:book", "3 5");
	assert_facet(&a, "kind:book", "kind", "book 2");
}

/* Text that was looked at is kept from search to search. */
static void
a_changed_document_shows_its_new_text(void **state)
{
	OWN_LIBRARY;
	xj_auto(free_hits) struct xj_hits *before = search(&a, "文化交流");
	struct xj_hits *hits;

	(void)state;
	assert_string_equal(xj_hits_at(before, 0)->passages[0].text,
			    "她穿着和服参加了文化交流活动。");
	for (int i = 0; i < 3; i++) {
		char text[64];

		snprintf(text, sizeof(text), "第%d次文化交流。", i);
		change_text(&a, 3, text);
		for (int again = 0; again < 2; again++) {
			hits = search(&a, "文化交流");
			assert_string_equal(xj_hits_at(hits, 0)->
					    passages[0].text, text);
			xj_hits_free(hits);
		}
	}
}

static void
a_removed_document_is_not_found(void **state)
{
	OWN_LIBRARY;
	struct xj_doc doc;

	(void)state;
	if (xj_catalog_get(a.catalog, 3, a.arena, &doc, &a.err) < 0)
		fail_msg("%s", a.err.message);
	doc.state = XJ_DOC_REMOVED;
	assert_int_equal(xj_catalog_update(a.catalog, &doc, 0, &a.err), XJ_OK);
	assert_set(&a, "\"和服\"", "2");
	assert_set(&a, "\"着和服参\"", "");
	assert_facet(&a, "\"和服\"", "kind", "article 1");
}

/* ------------------------------------------------- every run of characters */

#define DOCS 80
#define PLAIN 70 /* so few that pairs meet by chance */

/* Characters that are written in two ways, and some beyond the first plane. */
static const char *const forms[][2] = {
	{ "医", "醫" }, { "学", "學" }, { "会", "會" }, { "国", "國" },
	{ "习", "習" }, { "体", "體" }, { "书", "書" }, { "语", "語" },
	{ "义", "義" }, { "东", "東" }, { "汉", "漢" }, { "马", "馬" },
	{ "𠮷", "𠮷" }, { "𡃁", "𡃁" }, { "𠀀", "𠀀" }, { "𪚥", "𪚥" },
};

struct made {
	char *text[DOCS];  /* as written */
	char *plain[DOCS]; /* without blanks, in the first way */
};

static uint32_t
random_below(uint32_t n)
{
	static uint32_t x = 20111216;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % n;
}

/* A character, in `written` either way. */
static void
add_character(struct xj_buf *written, struct xj_buf *plain)
{
	uint32_t n = random_below(PLAIN + XJ_COUNT(forms));
	char bytes[4];
	size_t len = xj_utf8_put(0x4e00 + 7 * n, bytes);

	if (n >= PLAIN) {
		xj_buf_adds(written, forms[n - PLAIN][random_below(2)]);
		xj_buf_adds(plain, forms[n - PLAIN][0]);
	} else {
		xj_buf_add(written, bytes, len);
		xj_buf_add(plain, bytes, len);
	}
}

/* Text of Han, with full stops, blanks and line breaks anywhere. */
static void
make_text(size_t chars, char **text, char **plain)
{
	static const char *const blanks[] = {
		" ", "\n", "\u3000", "\u200b", " \n ", "\u00ad",
	};
	struct xj_buf a = XJ_BUF_INIT, b = XJ_BUF_INIT;

	for (size_t i = 0; i < chars; i++) {
		add_character(&a, &b);
		if (random_below(30) == 0) {
			xj_buf_adds(&a, "。");
			xj_buf_adds(&b, "。");
		}
		if (random_below(9) == 0)
			xj_buf_adds(&a, blanks[random_below(
						XJ_COUNT(blanks))]);
	}
	*text = xj_buf_take(&a);
	*plain = xj_buf_take(&b);
}

/* The other way of writing, where there is one. */
static void
write_otherwise(const char *run, char other[64])
{
	const char *end = run + strlen(run);
	size_t n = 0;

	while (run < end) {
		const char *c = run;
		size_t len;

		xj_utf8_next(&run, end);
		len = (size_t)(run - c);
		for (size_t i = 0; i < XJ_COUNT(forms); i++)
			if (strncmp(forms[i][0], c, len) == 0)
				c = forms[i][1];
		memcpy(other + n, c, len);
		n += len;
	}
	other[n] = '\0';
}

static struct archived
make_library(struct made *m)
{
	struct archived a = archive_of(NULL, 0);

	for (size_t i = 0; i < DOCS; i++) {
		/* two of several chunks */
		make_text(i % 40 == 7 ? 30000 : 50 + random_below(400),
			  &m->text[i], &m->plain[i]);
		put(&a, &(struct written){ .text = m->text[i] });
	}
	index_all(&a);
	return a;
}

static size_t
count_with(const struct made *m, const char *run)
{
	size_t n = 0;

	for (size_t i = 0; i < DOCS; i++)
		n += strstr(m->plain[i], run) != NULL;
	return n;
}

/* `chars` characters of Han, from anywhere in a text. */
static bool
take_run(const char *text, size_t chars, char run[64])
{
	const char *end = text + strlen(text), *from, *p;

	from = text + xj_utf8_cut(text, (size_t)(end - text),
				  random_below((uint32_t)(end - text)));
	p = from;
	for (size_t n = 0; n < chars; n++)
		if (p >= end || !xj_is_han(xj_utf8_next(&p, end)))
			return false;
	memcpy(run, from, (size_t)(p - from));
	run[p - from] = '\0';
	return true;
}

static bool
has(const struct xj_hits *hits, uint64_t id)
{
	for (size_t i = 0; i < xj_hits_count(hits); i++)
		if (xj_hits_at(hits, i)->info.id == id)
			return true;
	return false;
}

/* The run finds the document, and quoted exactly as many as there are. */
static void
assert_found_and_counted(struct archived *a, uint64_t id, const char *run,
			 size_t with)
{
	xj_auto(xj_buf_release) struct xj_buf quoted = XJ_BUF_INIT;
	xj_auto(free_hits) struct xj_hits *free = search_with(
		a, &(struct xj_search){ .query = run, .limit = 2000,
					.no_passages = true });
	struct xj_hits *hits;

	if (!has(free, id))
		fail_msg("%s does not find %u", run, (unsigned)id);
	xj_buf_addf(&quoted, "\"%s\"", run);
	hits = search_with(a, &(struct xj_search){ .query = quoted.data,
						   .no_passages = true });
	if (xj_hits_total(hits) != with || !xj_hits_total_is_exact(hits))
		fail_msg("%s: %u documents, not %u", run,
			 (unsigned)xj_hits_total(hits), (unsigned)with);
	xj_hits_free(hits);
}

static void
every_run_of_characters_is_found_and_counted(void **state)
{
	struct made m;
	xj_auto(archive_end) struct archived a = make_library(&m);
	char run[64], typed[64];

	(void)state;
	for (size_t n = 0; n < 1000;) {
		size_t i = random_below(DOCS);

		if (!take_run(m.plain[i], 1 + n % 8, run))
			continue;
		write_otherwise(run, typed);
		assert_found_and_counted(&a, i + 1, n % 2 ? typed : run,
					 count_with(&m, run));
		n++;
	}
	for (size_t i = 0; i < DOCS; i++) {
		free(m.text[i]);
		free(m.plain[i]);
	}
}

/* A run of one document, several words long, is on its first page. */
static void
a_run_of_four_is_on_the_first_page(void **state)
{
	struct made m;
	xj_auto(archive_end) struct archived a = make_library(&m);
	char run[64];
	size_t shown = 0, all = 0;

	(void)state;
	while (all < 100) {
		size_t i = random_below(DOCS);

		if (!take_run(m.plain[i], 4, run) || count_with(&m, run) > 10)
			continue;
		xj_auto(free_hits) struct xj_hits *hits = search_with(
			&a, &(struct xj_search){ .query = run,
						 .no_passages = true });

		shown += has(hits, i + 1);
		all++;
	}
	assert_int_equal(shown, all);
	for (size_t i = 0; i < DOCS; i++) {
		free(m.text[i]);
		free(m.plain[i]);
	}
}

/* -------------------------------------------------- runs of real texts */

#define REAL 1200 /* at most */

/* Paragraphs of the corpus and of a test set, as they are matched. */
struct real {
	char *title[REAL], *text[REAL];
	struct xj_normal normal[REAL]; /* title, a break, text */
	size_t count;
	struct xj_analyzer *an;
};

/* Lines of a command: a title, a tab and a text; or a text alone. */
static void
read_lines(struct real *m, size_t most, const char *command)
{
	static char line[1 << 20];
	FILE *f = popen(command, "r");

	while (most-- > 0 && m->count < REAL && fgets(line, sizeof(line), f)) {
		char *text = strchr(line, '\t');

		line[strcspn(line, "\n")] = '\0';
		if (text)
			*text++ = '\0';
		m->title[m->count] = strdup(text ? line : "file");
		m->text[m->count++] = strdup(text ? text : line);
	}
	pclose(f);
}

static void
read_real(struct real *m)
{
	read_lines(m, 200, "find \"$XUEJI_CORPUS\" -name '*.md' -print0 | "
		   "sort -z | xargs -0 cat | grep -v '^$'");
	read_lines(m, 1000, "zcat \"$shared/data/retrieval/zh-cmrc/"
		   "docs.tsv.gz\" 2>/dev/null | cut -f 2-");
}

/* Title and text apart, since no run goes from one to the other. */
static void
normalise_real(struct real *m, size_t i)
{
	struct xj_normal text = XJ_NORMAL_INIT, *all = &m->normal[i];
	struct xj_error err;

	assert_int_equal(xj_normalise(m->an, m->text[i], strlen(m->text[i]), 0,
				      &text, &err), XJ_OK);
	assert_int_equal(xj_normalise(m->an, m->title[i], strlen(m->title[i]),
				      0, all, &err), XJ_OK);
	all->bytes = realloc(all->bytes, all->len + text.len + 2);
	all->bytes[all->len++] = '\n';
	memcpy(all->bytes + all->len, text.bytes, text.len);
	all->len += text.len;
	xj_normal_release(&text);
}

static void
free_real(struct real *m)
{
	for (size_t i = 0; i < m->count; i++) {
		free(m->title[i]);
		free(m->text[i]);
		xj_normal_release(&m->normal[i]);
	}
	xj_analyzer_free(m->an);
}

static size_t
count_real(const struct real *m, const char *run)
{
	struct xj_normal n = XJ_NORMAL_INIT;
	struct xj_error err;
	size_t with = 0;

	assert_int_equal(xj_normalise(m->an, run, strlen(run), 0, &n, &err),
			 XJ_OK);
	for (size_t i = 0; i < m->count; i++)
		with += memmem(m->normal[i].bytes, m->normal[i].len, n.bytes,
			       n.len) != NULL;
	xj_normal_release(&n);
	return with;
}

static void
a_thousand_runs_of_real_texts_are_found_and_counted(void **state)
{
	static struct real m;
	xj_auto(archive_end) struct archived a = archive_of(NULL, 0);
	struct xj_error err;
	char run[64];

	(void)state;
	read_real(&m);
	if (m.count == 0)
		skip();
	assert_int_equal(xj_analyzer_new(NULL, &m.an, &err), XJ_OK);
	for (size_t i = 0; i < m.count; i++) {
		normalise_real(&m, i);
		put(&a, &(struct written){ .title = m.title[i],
					   .text = m.text[i] });
	}
	index_all(&a);
	for (size_t n = 0; n < 1000;) {
		size_t i = random_below((uint32_t)m.count);

		if (!take_run(m.text[i], 1 + n % 8, run))
			continue;
		assert_found_and_counted(&a, i + 1, run, count_real(&m, run));
		n++;
	}
	free_real(&m);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(
		who_has_the_word_comes_before_who_shares_its_characters),
	cmocka_unit_test(characters_across_the_border_of_words_come_last),
	cmocka_unit_test(who_is_about_it_comes_before_who_mentions_it),
	cmocka_unit_test(without_a_word_who_shares_characters_is_the_total),
	cmocka_unit_test(scores_fall_from_hit_to_hit),
	cmocka_unit_test(pages_of_hits_make_up_the_whole),
	cmocka_unit_test(forms_of_writing_find_each_other),
	cmocka_unit_test(what_is_written_in_several_ways_is_found_in_each),
	cmocka_unit_test(a_phrase_is_found_as_it_stands),
	cmocka_unit_test(a_phrase_does_not_cross_a_page),
	cmocka_unit_test(a_latin_phrase_has_whole_words),
	cmocka_unit_test(every_phrase_of_a_long_text_is_found),
	cmocka_unit_test(plain_words_stand_by_themselves),
	cmocka_unit_test(quotes_typed_straight_find_curved_ones),
	cmocka_unit_test(words_stand_near_each_other),
	cmocka_unit_test(a_star_finds_what_begins_so),
	cmocka_unit_test(phrases_join_with_filters_and_exclusions),
	cmocka_unit_test(a_phrase_with_a_word_prefers_who_has_both),
	cmocka_unit_test(filters_filter),
	cmocka_unit_test(a_field_finds_nothing_of_another),
	cmocka_unit_test(facets_count_the_tier_shown),
	cmocka_unit_test(an_unknown_facet_or_order_is_refused),
	cmocka_unit_test(hits_are_sorted_by_date_or_title),
	cmocka_unit_test(titles_stand_in_the_order_of_their_sounds_and_numbers),
	cmocka_unit_test(what_has_no_weight_is_shown_newest_first),
	cmocka_unit_test(a_passage_says_where_it_stands_and_what_is_marked),
	cmocka_unit_test(
		a_title_that_matches_is_shown_with_the_head_of_the_text),
	cmocka_unit_test(several_passages_come_when_asked_for),
	cmocka_unit_test(nothing_is_shown_that_was_not_asked_for),
	cmocka_unit_test(a_repaired_query_is_shown),
	cmocka_unit_test(what_no_document_has_is_named_with_what_is_like_it),
	cmocka_unit_test(what_may_have_been_meant_is_offered_with_its_total),
	cmocka_unit_test(conditions_without_which_there_is_something_are_told),
	cmocka_unit_test(what_may_not_be_seen_explains_nothing),
	cmocka_unit_test(nothing_to_search_for_is_said),
	cmocka_unit_test(a_strange_query_is_answered),
	cmocka_unit_test(an_offset_past_the_end_shows_nothing),
	cmocka_unit_test(an_empty_archive_has_no_hits),
	cmocka_unit_test(what_is_indexed_later_is_found),
	cmocka_unit_test(a_changed_document_is_found_by_its_new_text_alone),
	cmocka_unit_test(a_changed_document_shows_its_new_text),
	cmocka_unit_test(a_removed_document_is_not_found),
	cmocka_unit_test(every_run_of_characters_is_found_and_counted),
	cmocka_unit_test(a_run_of_four_is_on_the_first_page),
	cmocka_unit_test(a_thousand_runs_of_real_texts_are_found_and_counted),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), make_shared, end_shared);
}
