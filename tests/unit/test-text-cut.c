/* test-text-cut.c - terms of normal text, their counts, stop terms. */
#include "test-text.h"

#include <unicode/ubrk.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "failing.h"

struct listing {
	const char *kinds;
	struct xj_buf out;
	size_t last;
};

static int
list_term(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	  size_t at, size_t width)
{
	struct listing *l = ctx;

	assert_true(at >= l->last);
	assert_true(len > 0 && len <= 64 && width > 0);
	assert_true(xj_utf8_valid(term, len));
	l->last = at;
	if (!strchr(l->kinds, (int)kind))
		return 0;
	if (l->out.len > 0)
		xj_buf_addc(&l->out, ' ');
	xj_buf_add(&l->out, term, len);
	return 0;
}

/* The terms of the text's normal form of the kinds given. */
static void
assert_terms_by(struct xj_analyzer *an, const char *text, const char *kinds,
		const char *expected)
{
	struct xj_normal n = XJ_NORMAL_INIT;
	struct listing l = { .kinds = kinds, .out = XJ_BUF_INIT };

	assert_int_equal(xj_normalise(an, text, strlen(text), 0, &n, NULL),
			 XJ_OK);
	assert_int_equal(xj_terms(an, n.bytes, n.len, list_term, &l, NULL),
			 XJ_OK);
	assert_string_equal(xj_buf_str(&l.out), expected);
	xj_buf_release(&l.out);
	xj_normal_release(&n);
}

static void
assert_words(const char *text, const char *expected)
{
	assert_terms_by(analyzer, text, "w", expected);
}

static void
han_gives_characters_pairs_and_words(void **state)
{
	(void)state;
	assert_terms_by(analyzer, "医学生", "c", "医 学 生");
	assert_terms_by(analyzer, "医学生", "p", "医学 学生");
	assert_terms_by(analyzer, "卫生法规。学习", "p", "卫生 生法 法规 学习");
	assert_words("学习卫生法规", "学习 卫生 法规");
}

static void
words_are_longer_than_one_character(void **state)
{
	(void)state;
	assert_words("书癌猫", "");
	assert_terms_by(analyzer, "书", "cpw", "书");
}

static void
words_keep_their_borders(void **state)
{
	(void)state;
	assert_words("中国", "中国");
	assert_words("发展中国家", "发展 国家");
	assert_words("研究生物", "研究 生物");
	assert_words("产品和服务", "产品 服务");
	assert_words("南京市长江大桥", "南京市 长江");
}

static void
traditional_text_has_the_words_of_simplified(void **state)
{
	(void)state;
	assert_words("乾隆皇帝與衛生醫學", "干隆皇帝 卫生 医学");
	assert_words("瞭解醫學計畫", "了解 医学 计画");
	assert_words("了解医学计划", "了解 医学 计画");
}

static void
kana_is_cut_too(void **state)
{
	(void)state;
	assert_words("ラーメンが好き", "ラーメン 好き");
	assert_terms_by(analyzer, "カナ", "p", "カナ");
}

static void
hangul_gives_the_whole_and_its_pairs(void **state)
{
	(void)state;
	assert_terms_by(analyzer, "한국어 처리", "wp",
			"한국어 한국 국어 처리 처리");
}

static void
numbers_beside_han_are_words(void **state)
{
	(void)state;
	assert_words("于2023年128人占98.5%", "2023 128 98.5");
	assert_words("1,234,567元，1,2,3", "1234567 1 2 3");
	assert_words("2011.2.16 192.168.1.1", "2011 2 16 192 168 1 1");
	assert_words("使用CT和MRI检查", "使用 ct mri 检查");
	assert_words("ＰＭ２．５ 3d", "pm2.5 3d");
}

static void
assert_forms(const char *text, const char *expected)
{
	assert_terms_by(analyzer, text, "n", expected);
}

static void
a_date_has_one_form(void **state)
{
	(void)state;
	assert_forms("2011年2月16日 2011-02-16 2011.2.16 2011/2/16",
		     "2011-02-16 2011-02-16 2011-02-16 2011-02-16");
	assert_forms("二〇一一年二月十六日，二○一一年二月十六号",
		     "2011-02-16 2011-02-16");
	assert_forms("于 2011 年 12 月 31 日在", "2011-12-31");
	assert_forms("二〇二三年十月二十日", "2023-10-20");
	assert_forms("2011年2月，一九四九年十月", "2011-02 1949-10");
	assert_forms("2011年13月 2011-02-32 2011.2.16.3 12011-02-16", "");
	assert_forms("2011-2-16a 2011-2/16 2011年 2011 二〇一一", "");
	assert_words("二〇一一年", "2011 一年");
	assert_words("一二三年", "一二三");
}

static void
an_ordinal_has_one_form(void **state)
{
	(void)state;
	assert_forms("第三章第3章第 3 章", "第3章 第3章 第3章");
	assert_forms("第十二条 第一百零五条 第二十届 第一千零一夜",
		     "第12条 第105条 第20届 第1001夜");
	assert_forms("第三", "第3");
	assert_forms("第3.5节 第三十x 第a 第", "第3 第30");
}

static void
the_number_of_an_official_document_has_one_form(void **state)
{
	(void)state;
	assert_forms("卫医发〔2010〕12号", "(2010)12");
	assert_forms("卫医发[2010]第012号 (二〇一〇)十二号 【2010】 12 号",
		     "(2010)12 第12号 (2010)12 (2010)12");
	assert_forms("(2010)12 (201)12号 (20101)1号 (", "");
}

static void
english_words_are_stemmed(void **state)
{
	(void)state;
	assert_words("Studies studying study", "studi studi studi");
	assert_words("the patient's hearts", "the patient heart");
	assert_words("patients’ don’t", "patient don't");
	assert_words("covid-19 report.pdf snake_case",
		     "covid 19 report pdf snake case");
}

static void
accents_fall_away_in_terms(void **state)
{
	(void)state;
	assert_words("Résumé naïve Łódź", "resum naiv lodz");
	assert_words("Москва", "москва");
}

static void
long_words_are_cut_at_a_character(void **state)
{
	struct xj_buf text = XJ_BUF_INIT, expected = XJ_BUF_INIT;

	(void)state;
	for (int i = 0; i < 100; i++)
		xj_buf_adds(&text, "я");
	for (int i = 0; i < 31; i++)
		xj_buf_adds(&expected, "я");
	assert_words(text.data, expected.data);
	xj_buf_release(&text);
	xj_buf_release(&expected);
}

static void
runs_of_any_length_are_cut(void **state)
{
	struct xj_buf text = XJ_BUF_INIT;
	struct xj_normal n = XJ_NORMAL_INIT;
	struct listing l = { .kinds = "p", .out = XJ_BUF_INIT };

	(void)state;
	for (int i = 0; i < 9000; i++)
		xj_buf_adds(&text, "学");
	xj_normalise(analyzer, text.data, text.len, 0, &n, NULL);
	assert_int_equal(xj_terms(analyzer, n.bytes, n.len, list_term, &l,
				  NULL), XJ_OK);
	/* Every pair is there, also where pieces of the run meet. */
	assert_int_equal(l.out.len + 1, 8999 * 7);
	xj_buf_release(&l.out);
	xj_buf_release(&text);
	xj_normal_release(&n);
}

static void
the_archives_words_win(void **state)
{
	static const char *const words[] = {
		"三会一课", "新农合", "b超", "三会", "5g网络", NULL,
	};
	struct xj_analyzer_options o = { .dictionary = words };
	struct xj_analyzer *an = NULL;

	(void)state;
	assert_int_equal(xj_analyzer_new(&o, &an, NULL), XJ_OK);
	assert_terms_by(an, "落实三会一课制度", "w", "落实 三会一课 制度");
	assert_terms_by(an, "三會一課", "w", "三会一课");
	assert_terms_by(an, "三会与新农合政策", "w", "三会 新农合 政策");
	assert_terms_by(an, "做B超检查", "w", "b超 b 检查");
	assert_terms_by(an, "5G网络", "w", "5g网络 5g 网络");
	assert_terms_by(an, "b超声 超", "w", "b超 b 超声");
	xj_analyzer_free(an);
	assert_words("新农合", "");
}

/* A query may have a NUL, where a word of the archive ends. */
static void
a_word_ends_at_its_nul(void **state)
{
	static const char padded[] = "b超\0\0\0x";
	static const char *const words[] = { padded, "三会一课", NULL };
	struct xj_analyzer_options o = { .dictionary = words };
	struct listing l = { .kinds = "w", .out = XJ_BUF_INIT };
	struct xj_analyzer *an = NULL;

	(void)state;
	assert_int_equal(xj_analyzer_new(&o, &an, NULL), XJ_OK);
	assert_int_equal(xj_terms(an, padded, sizeof(padded) - 1, list_term,
				  &l, NULL), XJ_OK);
	assert_string_equal(xj_buf_str(&l.out), "b超 b x");
	xj_buf_release(&l.out);
	xj_analyzer_free(an);
}

static int
stop_at_once(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	     size_t at, size_t width)
{
	(void)ctx;
	(void)kind;
	(void)term;
	(void)len;
	(void)at;
	(void)width;
	return -42;
}

static void
a_negative_answer_stops_the_walk(void **state)
{
	(void)state;
	assert_int_equal(xj_terms(analyzer, "学习", 6, stop_at_once, NULL,
				  NULL), -42);
}

/* ---------------------------------------------------- against ICU's words */

static unsigned char *inside; /* a word, per byte of the run */

static int
fill_inside(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	    size_t at, size_t width)
{
	(void)ctx;
	(void)term;
	(void)len;
	if (kind == XJ_TERM_WORD)
		memset(inside + at + 1, 1, width - 1);
	return 0;
}

struct agreement {
	UBreakIterator *words;
	const UNormalizer2 *folder;
	size_t borders, differ;
};

/* One run of Han: where ICU cuts it, and where we do. */
static void
compare_run(struct agreement *a, const char *run, size_t len)
{
	struct xj_normal n = XJ_NORMAL_INIT;
	UErrorCode e = U_ZERO_ERROR;
	UChar *text = malloc((len + 1) * sizeof(*text));
	int32_t count = 0;
	size_t byte = 0;

	xj_normalise(analyzer, run, len, 0, &n, NULL);
	u_strFromUTF8(text, (int32_t)len, &count, run, (int32_t)len, &e);
	if (n.len == len && U_SUCCESS(e)) {
		inside = calloc(len + 1, 1);
		xj_terms(analyzer, n.bytes, n.len, fill_inside, NULL, NULL);
		ubrk_setText(a->words, text, count, &e);
		for (int32_t i = 0; i < count;) {
			bool cut = ubrk_isBoundary(a->words, i);
			UChar32 c;

			a->borders += i > 0 && cut;
			a->differ += i > 0 && cut == inside[byte];
			U16_NEXT(text, i, count, c);
			byte += (size_t)U8_LENGTH(c);
		}
		free(inside);
	}
	free(text);
	xj_normal_release(&n);
}

static void
compare_text(struct agreement *a, const char *p, const char *end)
{
	while (p < end) {
		const char *run = p, *at = p;
		uint32_t c = xj_utf8_next(&p, end);

		if (!xj_is_han(c))
			continue;
		while (p < end) {
			at = p;
			if (!xj_is_han(xj_utf8_next(&p, end)))
				break;
			at = p;
		}
		p = at;
		compare_run(a, run, (size_t)(at - run));
	}
}

static void
compare_set(struct agreement *a, const char *folder, const char *set)
{
	char command[512], line[65536];
	FILE *f;

	snprintf(command, sizeof(command),
		 "gzip -dc '%s/data/retrieval/%s/docs.tsv.gz' 2>&1", folder,
		 set);
	f = popen(command, "r");
	assert_non_null(f);
	for (int i = 0; i < 1000 && fgets(line, sizeof(line), f); i++)
		compare_text(a, line, line + strlen(line));
	pclose(f);
}

/* In simplified text: there both look up the same characters. */
static void
words_are_those_of_icu(void **state)
{
	const char *shared = getenv("shared");
	struct agreement a = { 0 };
	UErrorCode e = U_ZERO_ERROR;
	char path[512];

	(void)state;
	snprintf(path, sizeof(path), "%s/data/retrieval/zh-law/docs.tsv.gz",
		 shared ? shared : "");
	if (access(path, R_OK) != 0)
		tap_skip("the retrieval sets are not here");
	a.words = ubrk_open(UBRK_WORD, "zh", NULL, 0, &e);
	assert_true(U_SUCCESS(e));
	compare_set(&a, shared, "zh-law");
	compare_set(&a, shared, "zh-med-dialog");
	compare_set(&a, shared, "zh-cmrc");
	ubrk_close(a.words);
	fprintf(stderr, "%zu borders, %zu differ\n", a.borders, a.differ);
	assert_true(a.borders > 200000);
	/* Characters that are folded into one another make the difference. */
	assert_true(a.differ * 500 < a.borders);
}

/* ------------------------------------------------------------------ counts */

static int
compare_terms(const struct xj_counted *a, const struct xj_counted *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int d = memcmp(a->term, b->term, n);

	return d ? d : (a->len > b->len) - (a->len < b->len);
}

static const struct xj_counted *
find_counted(const struct xj_counted *list, size_t n, const char *term)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].len == strlen(term) &&
		    memcmp(list[i].term, term, list[i].len) == 0)
			return &list[i];
	}
	return NULL;
}

static void
terms_are_counted_and_sorted(void **state)
{
	static const char text[] = "学习学习，cardiovascular cardiovascularly";
	struct xj_counts *c = NULL;
	const struct xj_counted *list, *t;
	size_t n;

	(void)state;
	assert_int_equal(xj_counts_new(&c, NULL), XJ_OK);
	for (int round = 0; round < 2; round++) {
		xj_counts_clear(c);
		xj_counts_text(c, analyzer, text, strlen(text), 3, NULL);
		xj_counts_term(c, "Ukey", 4, 0, NULL);
		xj_counts_term(c, "w学习", 7, 1, NULL);
		assert_int_equal(xj_counts_sorted(c, &list, &n, NULL), XJ_OK);
		for (size_t i = 1; i < n; i++)
			assert_true(compare_terms(list + i - 1, list + i) < 0);
		t = find_counted(list, n, "w学习");
		assert_non_null(t);
		assert_int_equal(t->count, 7);
		t = find_counted(list, n, "p习学");
		assert_non_null(t);
		assert_int_equal(t->count, 3);
		t = find_counted(list, n, "Ukey");
		assert_non_null(t);
		assert_int_equal(t->count, 0);
		assert_non_null(find_counted(list, n, "wcardiovascular"));
	}
	xj_counts_free(c);
}

static void
many_terms_are_counted_rightly(void **state)
{
	static uint32_t counts[20000];
	struct xj_counts *c = NULL;
	const struct xj_counted *list;
	size_t n, seen = 0;
	char term[32];

	(void)state;
	assert_int_equal(xj_counts_new(&c, NULL), XJ_OK);
	for (int i = 0; i < 100000; i++) {
		uint32_t k = random_below(20000);
		int len = snprintf(term, sizeof(term), "xcommon%u", k);

		counts[k]++;
		assert_int_equal(xj_counts_term(c, term, (size_t)len, 1, NULL),
				 XJ_OK);
	}
	assert_int_equal(xj_counts_sorted(c, &list, &n, NULL), XJ_OK);
	for (size_t i = 0; i < n; i++) {
		assert_true(i == 0 || compare_terms(list + i - 1, list + i) < 0);
		memcpy(term, list[i].term, list[i].len);
		term[list[i].len] = '\0';
		assert_int_equal(list[i].count, counts[atoi(term + 7)]);
		seen += list[i].count;
	}
	assert_int_equal(seen, 100000);
	xj_counts_clear(c);
	assert_int_equal(xj_counts_sorted(c, &list, &n, NULL), XJ_OK);
	assert_int_equal(n, 0);
	xj_counts_free(c);
}

/* -------------------------------------------------------------- stop terms */

static bool
is_stop(enum xj_term_kind kind, const char *term)
{
	return xj_stop_term(kind, term, strlen(term));
}

static void
question_words_are_stop_terms(void **state)
{
	(void)state;
	assert_true(is_stop(XJ_TERM_WORD, "什么"));
	assert_true(is_stop(XJ_TERM_WORD, "the"));
	assert_true(is_stop(XJ_TERM_PAIR, "么样"));
	assert_true(is_stop(XJ_TERM_PAIR, "是什"));
	assert_true(is_stop(XJ_TERM_PAIR, "有哪"));
	assert_true(is_stop(XJ_TERM_CHAR, "的"));
	assert_false(is_stop(XJ_TERM_WORD, "学习"));
	assert_false(is_stop(XJ_TERM_WORD, "什"));
	assert_false(is_stop(XJ_TERM_WORD, "什么的"));
	assert_false(is_stop(XJ_TERM_CHAR, "学"));
	assert_false(xj_stop_term(XJ_TERM_WORD, "", 0));
}

static void
english_stop_words_are_found_by_their_stems(void **state)
{
	static const char *const words[] = {
		"a", "about", "any", "are", "because", "before", "does",
		"during", "has", "have", "his", "how", "is", "of", "only",
		"the", "these", "this", "was", "what", "why", "very",
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(words); i++) {
		struct listing l = { .kinds = "w", .out = XJ_BUF_INIT };

		xj_terms(analyzer, words[i], strlen(words[i]), list_term, &l,
			 NULL);
		if (!is_stop(XJ_TERM_WORD, xj_buf_str(&l.out)))
			fail_msg("%s", words[i]);
		xj_buf_release(&l.out);
	}
}

static void
a_failed_allocation_is_no_memory(void **state)
{
	static const char *const words[] = { "新农合", NULL };
	static const char text[] = "学习新农合 studies";
	struct xj_analyzer_options o = { .dictionary = words };
	int r = XJ_ENOMEM;

	(void)state;
	for (long k = 0; k < 1000 && r != XJ_OK; k++) {
		struct xj_normal n = XJ_NORMAL_INIT;
		struct xj_analyzer *an = NULL;
		struct xj_counts *c = NULL;
		const struct xj_counted *list;
		size_t count;

		failing_at(k);
		r = xj_analyzer_new(&o, &an, NULL);
		if (r == XJ_OK)
			r = xj_normalise(an, text, strlen(text),
					 XJ_NORMAL_ORIGIN, &n, NULL);
		if (r == XJ_OK)
			r = xj_counts_new(&c, NULL);
		if (r == XJ_OK)
			r = xj_counts_text(c, an, n.bytes, n.len, 1, NULL);
		if (r == XJ_OK)
			r = xj_counts_sorted(c, &list, &count, NULL);
		failing_at(-1);
		assert_true(r == XJ_OK || r == XJ_ENOMEM);
		xj_counts_free(c);
		xj_normal_release(&n);
		xj_analyzer_free(an);
	}
	assert_int_equal(r, XJ_OK);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(han_gives_characters_pairs_and_words),
	cmocka_unit_test(words_are_longer_than_one_character),
	cmocka_unit_test(words_keep_their_borders),
	cmocka_unit_test(traditional_text_has_the_words_of_simplified),
	cmocka_unit_test(kana_is_cut_too),
	cmocka_unit_test(hangul_gives_the_whole_and_its_pairs),
	cmocka_unit_test(numbers_beside_han_are_words),
	cmocka_unit_test(a_date_has_one_form),
	cmocka_unit_test(an_ordinal_has_one_form),
	cmocka_unit_test(the_number_of_an_official_document_has_one_form),
	cmocka_unit_test(english_words_are_stemmed),
	cmocka_unit_test(accents_fall_away_in_terms),
	cmocka_unit_test(long_words_are_cut_at_a_character),
	cmocka_unit_test(runs_of_any_length_are_cut),
	cmocka_unit_test(the_archives_words_win),
	cmocka_unit_test(a_word_ends_at_its_nul),
	cmocka_unit_test(a_negative_answer_stops_the_walk),
	cmocka_unit_test(words_are_those_of_icu),
	cmocka_unit_test(terms_are_counted_and_sorted),
	cmocka_unit_test(many_terms_are_counted_rightly),
	cmocka_unit_test(question_words_are_stop_terms),
	cmocka_unit_test(english_stop_words_are_found_by_their_stems),
	cmocka_unit_test(a_failed_allocation_is_no_memory),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), open_analyzer, close_analyzer);
}
