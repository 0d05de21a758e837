/* test-text-passage.c - looking for words, the passages shown, marks. */
#include "test-text.h"

#include "failing.h"

static struct xj_finder *
find_all(const struct xj_needle *needles, size_t n)
{
	struct xj_finder *f = NULL;

	assert_int_equal(xj_finder_new(analyzer, needles, n, &f, NULL),
			 XJ_OK);
	return f;
}

#define NEEDLE(s, w) { .bytes = (s), .len = sizeof(s) - 1, .weight = (w) }
#define LATIN(s, w) { .bytes = (s), .len = sizeof(s) - 1, .weight = (w), \
		      .latin = true }

/* The text with each mark in [ ]. */
static char *
with_marks(const char *text, size_t len, uint32_t (*marks)[2], size_t count)
{
	struct xj_buf out = XJ_BUF_INIT;
	const char *p = text, *end = text + len;
	uint32_t at = 0;
	size_t k = 0;

	for (; p < end; at++) {
		const char *from = p;

		xj_utf8_next(&p, end);
		if (k < count && marks[k][0] == at)
			xj_buf_addc(&out, '[');
		xj_buf_add(&out, from, (size_t)(p - from));
		if (k < count && marks[k][0] + marks[k][1] == at + 1) {
			xj_buf_addc(&out, ']');
			k++;
		}
	}
	assert_int_equal(k, count);
	return xj_buf_take(&out);
}

static void
assert_marked(struct xj_finder *f, const char *title, const char *expected)
{
	uint32_t (*marks)[2];
	size_t count;
	char *shown;

	assert_int_equal(xj_finder_marks(f, title, strlen(title), &marks,
					 &count, NULL), XJ_OK);
	shown = with_marks(title, strlen(title), marks, count);
	assert_string_equal(shown, expected);
	free(shown);
	free(marks);
	xj_finder_free(f);
}

static void
assert_passage(const struct xj_passage *p, const char *expected)
{
	char *shown = with_marks(p->text, p->len, p->marks, p->mark_count);

	assert_string_equal(shown, expected);
	free(shown);
}

static const struct xj_needle health[] = {
	NEEDLE("卫生", 0.5f), NEEDLE("生法", 0.2f), NEEDLE("法规", 0.3f),
};

static void
pairs_of_a_query_are_marked_as_one_run(void **state)
{
	(void)state;
	assert_marked(find_all(health, 3), "论卫生法规的学习",
		      "论[卫生法规]的学习");
}

static void
spaced_forms_are_marked_whole(void **state)
{
	(void)state;
	assert_marked(find_all(health, 3), "卫 生　法 规 课",
		      "[卫 生　法 规] 课");
}

static void
traditional_and_wide_forms_are_marked_in_place(void **state)
{
	static const struct xj_needle needles[] = {
		NEEDLE("医学", 1), LATIN("mri", 1),
	};

	(void)state;
	assert_marked(find_all(needles, 2), "醫學與ＭＲＩ檢查",
		      "[醫學]與[ＭＲＩ]檢查");
}

static void
latin_words_are_marked_by_their_stems_at_word_borders(void **state)
{
	static const struct xj_needle needles[] = {
		LATIN("study", 1), LATIN("art", 1),
	};

	(void)state;
	assert_marked(find_all(needles, 2), "Studies of party arts, studying",
		      "[Studies] of party [arts], [studying]");
}

static void
an_exact_needle_is_marked_anywhere(void **state)
{
	static const struct xj_needle needles[] = {
		{ .bytes = "art", .len = 3, .weight = 1, .latin = true,
		  .exact = true },
	};

	(void)state;
	assert_marked(find_all(needles, 1), "party", "p[art]y");
}

static void
words_side_by_side_are_one_mark(void **state)
{
	static const struct xj_needle needles[] = {
		LATIN("heart", 1), LATIN("failure", 1),
	};

	(void)state;
	assert_marked(find_all(needles, 2), "acute Heart  Failure, heart",
		      "acute [Heart  Failure], [heart]");
}

static void
a_character_of_a_longer_needle_is_not_marked_alone(void **state)
{
	static const struct xj_needle needles[] = {
		NEEDLE("卫生", 1), NEEDLE("卫", 0.1f), NEEDLE("癌", 1),
	};

	(void)state;
	assert_marked(find_all(needles, 3), "保卫卫生癌",
		      "保卫[卫生癌]");
}

static void
a_broken_word_is_marked_to_its_end(void **state)
{
	static const struct xj_needle needles[] = { LATIN("example", 1) };

	(void)state;
	assert_marked(find_all(needles, 1), "an exam-\nple here",
		      "an [exam-\nple] here");
}

static void
the_window_holds_most_distinct_weight(void **state)
{
	static const char text[] =
		"卫生卫生卫生卫生。啊啊啊啊啊啊啊啊啊啊啊啊啊啊卫生法规";
	struct xj_finder *f = find_all(health, 3);
	size_t at;
	double score;

	(void)state;
	score = xj_finder_window(f, text, strlen(text), 10, &at);
	assert_true(score > 0.999 && score < 1.001);
	assert_int_equal(at, strlen(text) - strlen("卫生法规"));
	score = xj_finder_window(f, "没有", 6, 10, &at);
	assert_true(score == 0);
	xj_finder_free(f);
}

static void
a_window_is_no_wider_than_asked(void **state)
{
	static const struct xj_needle needles[] = {
		NEEDLE("甲乙", 1), NEEDLE("丙丁", 1),
	};
	struct xj_finder *f = find_all(needles, 2);
	static const char text[] = "甲乙一二三四五六丙丁";

	(void)state;
	assert_true(xj_finder_window(f, text, strlen(text), 10, NULL) > 1.9);
	assert_true(xj_finder_window(f, text, strlen(text), 9, NULL) < 1.1);
	xj_finder_free(f);
}

static void
assert_lead(const char *text, double lead)
{
	static const struct xj_needle needles[] = {
		NEEDLE("甲乙", 0.75f), NEEDLE("丙丁", 0.25f),
	};
	struct xj_finder *f = find_all(needles, 2);
	double found;

	xj_finder_window(f, text, strlen(text), 10, NULL);
	found = xj_finder_lead(f, text, 4);
	if (found < lead - 1e-6 || found > lead + 1e-6)
		fail_msg("%s: %f is not %f", text, found, lead);
	xj_finder_free(f);
}

static void
what_stands_near_a_beginning_weighs_more(void **state)
{
	(void)state;
	assert_lead("没有", 0);
	assert_lead("甲乙", 0.75);
	assert_lead("一二三四甲乙", 0.375);
	assert_lead("一二三四丙丁一二三四五六甲乙甲乙丙丁", 0.125 + 0.1875);
	assert_lead("一二三四甲乙\n丙丁甲乙\n", 0.25 + 0.5);
	assert_lead("甲乙\n一二\n丙丁\n", 0.75);
}

static void
a_phrase_is_not_found_across_sections(void **state)
{
	(void)state;
	assert_true(xj_normal_contains("学习心得\n", 13, "习心", 6));
	assert_false(xj_normal_contains("学习\n心得\n", 14, "习心", 6));
}

/* -------------------------------------------------------------- passages */

static const struct xj_block pages[] = {
	{ .text = "第一章 总则", .role = XJ_HEADING, .level = 1,
	  .where = XJ_PAGE, .at = 1, .label = "i" },
	{ .text = "为了加强管理。制定本办法。各级单位应当遵守。",
	  .where = XJ_PAGE, .at = 1, .label = "i" },
	{ .text = "前面的句子在这里。衛生　法規的学习很重要！后面的句子。",
	  .where = XJ_PAGE, .at = 2, .label = "ii" },
	{ .text = "卫生工作。", .where = XJ_PAGE, .at = 3 },
};

static void
a_passage_is_cut_at_sentences_and_knows_its_page(void **state)
{
	struct xj_text_chunk chunk;
	struct xj_finder *f = find_all(health, 3);
	struct xj_passages p = { .max = 2, .width = 15 };

	(void)state;
	make_chunk(pages, 4, &chunk);
	assert_int_equal(xj_passages_add(&p, f, &chunk, NULL), XJ_OK);
	assert_int_equal(p.count, 2);
	assert_passage(&p.list[0], "[衛生 法規]的学习很重要！");
	assert_int_equal(p.list[0].where, XJ_PAGE);
	assert_int_equal(p.list[0].at, 2);
	assert_string_equal(p.list[0].label, "ii");
	assert_passage(&p.list[1], "[卫生]工作。");
	assert_int_equal(p.list[1].at, 3);
	assert_null(p.list[1].label);
	assert_true(p.list[0].score > p.list[1].score);
	xj_passages_release(&p);
	xj_text_chunk_release(&chunk);
	xj_finder_free(f);
}

static void
passages_of_a_chunk_do_not_overlap(void **state)
{
	struct xj_buf text = XJ_BUF_INIT;
	struct xj_text_chunk chunk;
	struct xj_finder *f = find_all(health, 3);
	struct xj_passages p = { .max = 8, .width = 30 };
	struct xj_block b = { 0 };
	size_t total = 0;

	(void)state;
	for (int i = 0; i < 40; i++)
		xj_buf_adds(&text, i % 3 ? "卫生法规" : "无关的话说了很多。");
	b.text = text.data;
	make_chunk(&b, 1, &chunk);
	assert_int_equal(xj_passages_add(&p, f, &chunk, NULL), XJ_OK);
	assert_true(p.count > 3);
	for (size_t i = 0; i < p.count; i++) {
		total += p.list[i].len;
		assert_true(xj_utf8_count(p.list[i].text, p.list[i].len) <= 30);
		assert_true(xj_utf8_valid(p.list[i].text, p.list[i].len));
	}
	assert_true(total <= text.len);
	xj_buf_release(&text);
	xj_passages_release(&p);
	xj_text_chunk_release(&chunk);
	xj_finder_free(f);
}

static void
the_best_passages_of_all_chunks_stay(void **state)
{
	static const struct xj_block poor = { .text = "卫生。" };
	static const struct xj_block rich = { .text = "卫生法规。" };
	struct xj_text_chunk chunk;
	struct xj_finder *f = find_all(health, 3);
	struct xj_passages p = { .max = 1, .width = 30 };

	(void)state;
	make_chunk(&poor, 1, &chunk);
	xj_passages_add(&p, f, &chunk, NULL);
	xj_text_chunk_release(&chunk);
	make_chunk(&rich, 1, &chunk);
	xj_passages_add(&p, f, &chunk, NULL);
	xj_text_chunk_release(&chunk);
	assert_int_equal(p.count, 1);
	assert_passage(&p.list[0], "[卫生法规]。");
	xj_passages_release(&p);
	xj_finder_free(f);
}

static void
english_is_cut_at_words(void **state)
{
	static const struct xj_block block = { .text =
		"It was a long sentence that goes on and on without any end "
		"until the hypertension is treated with something that has "
		"a long name and more" };
	static const struct xj_needle needles[] = { LATIN("hypertension", 1) };
	struct xj_text_chunk chunk;
	struct xj_finder *f = find_all(needles, 1);
	struct xj_passages p = { .max = 1, .width = 45 };

	(void)state;
	make_chunk(&block, 1, &chunk);
	xj_passages_add(&p, f, &chunk, NULL);
	assert_int_equal(p.count, 1);
	assert_passage(&p.list[0],
		       "until the [hypertension] is treated with");
	xj_passages_release(&p);
	xj_text_chunk_release(&chunk);
	xj_finder_free(f);
}

static void
the_head_is_the_beginning_of_the_text(void **state)
{
	static const struct xj_block blocks[] = {
		{ .text = "页眉", .role = XJ_HEADER },
		{ .text = " 标题", .role = XJ_HEADING },
		{ .text = "正文\n第一句。", .where = XJ_LINE, .at = 2 },
	};
	struct xj_text_chunk chunk;
	struct xj_passages p = { .max = 1, .width = 60 };

	(void)state;
	make_chunk(blocks, 3, &chunk);
	assert_int_equal(xj_passages_head(&p, &chunk, NULL), XJ_OK);
	assert_int_equal(p.count, 1);
	assert_string_equal(p.list[0].text, "标题 正文 第一句。");
	assert_int_equal(p.list[0].mark_count, 0);
	xj_passages_release(&p);
	xj_text_chunk_release(&chunk);
}

static void
running_headers_do_not_win(void **state)
{
	static const struct xj_block blocks[] = {
		{ .text = "卫生法规", .role = XJ_HEADER, .where = XJ_PAGE,
		  .at = 1 },
		{ .text = "这里只说卫生。", .where = XJ_PAGE, .at = 1 },
	};
	struct xj_text_chunk chunk;
	struct xj_finder *f = find_all(health, 3);
	struct xj_passages p = { .max = 1, .width = 20 };

	(void)state;
	make_chunk(blocks, 2, &chunk);
	xj_passages_add(&p, f, &chunk, NULL);
	assert_int_equal(p.count, 1);
	assert_passage(&p.list[0], "这里只说[卫生]。");
	xj_passages_release(&p);
	xj_text_chunk_release(&chunk);
	xj_finder_free(f);
}

static void
closing_quotes_stay_with_their_sentence(void **state)
{
	static const struct xj_block block = {
		.text = "他说：“前面的话。”“卫生法规要学。”她说：“后面的话很长。”",
	};
	struct xj_text_chunk chunk;
	struct xj_finder *f = find_all(health, 3);
	struct xj_passages p = { .max = 1, .width = 14 };

	(void)state;
	make_chunk(&block, 1, &chunk);
	xj_passages_add(&p, f, &chunk, NULL);
	assert_int_equal(p.count, 1);
	assert_passage(&p.list[0], "“[卫生法规]要学。”");
	xj_passages_release(&p);
	xj_text_chunk_release(&chunk);
	xj_finder_free(f);
}

static const char *const pieces[] = {
	"卫生", "卫 生", "法\n规", "衛生", "法規", "ＭＲＩ", "studies", "。", "！",
	"”", " ", "\n", "e\u0301", "\u200B", "\u00AD", "𠮷", "學習", "ﬁ", "的",
	". ", "stud-\n", "ying ", "\u0301", "한국",
};

static char *
random_block(void)
{
	struct xj_buf b = XJ_BUF_INIT;
	uint32_t n = 1 + random_below(60);

	for (uint32_t i = 0; i < n; i++)
		xj_buf_adds(&b, pieces[random_below(XJ_COUNT(pieces))]);
	return xj_buf_take(&b);
}

/* Marks in order, apart, inside; no white space at the ends; not too long. */
static void
check_passage(const struct xj_passage *p, unsigned width)
{
	size_t chars = xj_utf8_count(p->text, p->len);
	uint32_t end = 0;

	assert_true(xj_utf8_valid(p->text, p->len));
	assert_true(p->len > 0 && chars <= width);
	assert_true(p->text[0] != ' ' && p->text[p->len - 1] != ' ');
	assert_null(strstr(p->text, "  "));
	for (size_t i = 0; i < p->mark_count; i++) {
		assert_true(p->marks[i][1] > 0);
		assert_true(i == 0 || p->marks[i][0] > end);
		end = p->marks[i][0] + p->marks[i][1];
		assert_true(end <= chars);
	}
}

static void
passages_of_random_text_are_well_formed(void **state)
{
	static const struct xj_needle needles[] = {
		NEEDLE("卫生", 0.5f), NEEDLE("法规", 0.2f), NEEDLE("卫", 0.1f),
		LATIN("study", 0.3f), LATIN("mri", 0.1f), NEEDLE("的", 0),
		{ .bytes = "é", .len = 2, .weight = 0.1f, .exact = true },
	};
	struct xj_finder *f = find_all(needles, XJ_COUNT(needles));

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct xj_passages p = { .max = 1 + random_below(4),
					 .width = 5 + random_below(60) };
		struct xj_block blocks[5] = { 0 };
		struct xj_text_chunk chunk;
		size_t n = 1 + random_below(5);

		for (size_t k = 0; k < n; k++) {
			blocks[k].text = random_block();
			blocks[k].role = random_below(XJ_OCR + 1);
			blocks[k].where = random_below(2) ? XJ_PAGE : 0;
			blocks[k].at = k / 2;
			blocks[k].more = random_below(3) == 0;
		}
		make_chunk(blocks, n, &chunk);
		assert_int_equal(xj_passages_add(&p, f, &chunk, NULL), XJ_OK);
		for (size_t k = 0; k < p.count; k++) {
			check_passage(&p.list[k], p.width);
			assert_true(k == 0 || p.list[k].score <=
				    p.list[k - 1].score);
		}
		xj_passages_release(&p);
		xj_text_chunk_release(&chunk);
		for (size_t k = 0; k < n; k++)
			free((void *)(uintptr_t)blocks[k].text);
	}
	xj_finder_free(f);
}

static void
a_failed_allocation_is_no_memory_and_no_leak(void **state)
{
	struct xj_text_chunk chunk;
	int r = XJ_ENOMEM;

	(void)state;
	make_chunk(pages, 4, &chunk);
	for (long n = 0; n < 1000 && r != XJ_OK; n++) {
		struct xj_passages p = { .max = 2, .width = 15 };
		struct xj_finder *f = NULL;

		failing_at(n);
		r = xj_finder_new(analyzer, health, 3, &f, NULL);
		if (r == XJ_OK)
			r = xj_passages_add(&p, f, &chunk, NULL);
		failing_at(-1);
		assert_true(r == XJ_OK || r == XJ_ENOMEM);
		if (r == XJ_OK)
			assert_int_equal(p.count, 2);
		xj_passages_release(&p);
		if (f)
			xj_finder_free(f);
	}
	assert_int_equal(r, XJ_OK);
	xj_text_chunk_release(&chunk);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(pairs_of_a_query_are_marked_as_one_run),
	cmocka_unit_test(spaced_forms_are_marked_whole),
	cmocka_unit_test(traditional_and_wide_forms_are_marked_in_place),
	cmocka_unit_test(latin_words_are_marked_by_their_stems_at_word_borders),
	cmocka_unit_test(an_exact_needle_is_marked_anywhere),
	cmocka_unit_test(words_side_by_side_are_one_mark),
	cmocka_unit_test(a_character_of_a_longer_needle_is_not_marked_alone),
	cmocka_unit_test(a_broken_word_is_marked_to_its_end),
	cmocka_unit_test(the_window_holds_most_distinct_weight),
	cmocka_unit_test(a_window_is_no_wider_than_asked),
	cmocka_unit_test(what_stands_near_a_beginning_weighs_more),
	cmocka_unit_test(a_phrase_is_not_found_across_sections),
	cmocka_unit_test(a_passage_is_cut_at_sentences_and_knows_its_page),
	cmocka_unit_test(passages_of_a_chunk_do_not_overlap),
	cmocka_unit_test(the_best_passages_of_all_chunks_stay),
	cmocka_unit_test(english_is_cut_at_words),
	cmocka_unit_test(the_head_is_the_beginning_of_the_text),
	cmocka_unit_test(running_headers_do_not_win),
	cmocka_unit_test(closing_quotes_stay_with_their_sentence),
	cmocka_unit_test(passages_of_random_text_are_well_formed),
	cmocka_unit_test(a_failed_allocation_is_no_memory_and_no_leak),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), open_analyzer, close_analyzer);
}
