/* test-text.c - the normal form. */
#include "test-text.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

static void
full_width_forms_become_ascii(void **state)
{
	(void)state;
	assert_normal("ＡＢＣ１２３（ｘ）", "abc123(x)");
	assert_normal("ｶﾞｷﾞｸﾞ", "ガギグ");
}

static void
case_is_folded_and_accents_stay(void **state)
{
	(void)state;
	assert_normal("Straße ÉCOLE Σίσυφος", "strasse école σίσυφοσ");
}

static void
ligatures_and_units_are_spelt_out(void **state)
{
	(void)state;
	assert_normal("ﬁne ㎏ ① ㈱", "fine kg 1 (株)");
}

static void
what_has_no_width_falls_away(void **state)
{
	(void)state;
	assert_normal("学\u200B习 soft\u00ADhyphen \uFEFFa\u2060b",
		      "学习softhyphen ab");
}

static void
accents_join_their_letters(void **state)
{
	(void)state;
	assert_normal("e\u0301te\u0301 A\u030A", "été å");
	assert_normal("か\u3099き\u3099", "がぎ");
	assert_normal("\u1112\u1161\u11AB", "한");
	assert_normal("a \u0301", "a \u0301");
	assert_normal("\u0301a", "\u0301a");
}

static void
quotes_are_straight(void **state)
{
	(void)state;
	assert_normal("他说“好”，‘对’", "他说\"好\",'对'");
	assert_normal("don’t „so“ «là» ‚x‛", "don't \"so\" \"là\" 'x'");
	assert_normal("“\u0301a", "\"\u0301a");
}

static void
traditional_becomes_simplified(void **state)
{
	(void)state;
	assert_normal("醫學與衛生統計學習", "医学与卫生统计学习");
	assert_normal("體系 關係 聯繫", "体系关系联系");
}

static void
one_simplified_character_stands_for_many(void **state)
{
	(void)state;
	assert_normal("皇后在後宮", "皇后在后宫");
	assert_normal("系係繫", "系系系");
	assert_normal("干乾幹", "干干干");
	assert_normal("發髮", "发发");
}

/* Two texts that must find each other. */
static void
assert_alike(const char *a, const char *b)
{
	char *x = normal_of(a, strlen(a)), *y = normal_of(b, strlen(b));

	assert_string_equal(x, y);
	free(x);
	free(y);
}

static void
words_written_with_other_characters_are_alike(void **state)
{
	(void)state;
	assert_alike("計畫", "计划");
	assert_alike("瞭解", "了解");
	assert_alike("反覆", "反复");
	assert_alike("項鍊", "项链");
	assert_alike("沈默", "沉默");
	assert_alike("乾燥", "干燥");
	assert_alike("乾隆", "乾隆");
	assert_alike("看著", "看着");
	assert_alike("藉此", "借此");
}

static void
characters_outside_the_first_plane_stay(void **state)
{
	(void)state;
	assert_normal("𠮷野家 😀", "𠮷野家😀");
	assert_normal("\U0002F800", "丽");
}

static void
white_space_becomes_one_space(void **state)
{
	(void)state;
	assert_normal("  a \t\n b\u3000c  ", "a b c");
	assert_normal("", "");
	assert_normal(" \n ", "");
}

static void
no_space_stays_beside_han(void **state)
{
	(void)state;
	assert_normal("学 习 心 得", "学习心得");
	assert_normal("学习\r\n心得 か な", "学习心得かな");
	assert_normal("学习 ABC 心得", "学习abc心得");
	assert_normal("第 3 章", "第3章");
	assert_normal("于 2023 年 （ a b ）", "于2023年(a b)");
	assert_normal("学习，\n心得。 好", "学习,心得。好");
	assert_normal("한국 어", "한국 어");
}

static void
brackets_are_alike(void **state)
{
	(void)state;
	assert_alike("〔2010〕", "(2010)");
	assert_alike("[2010]", "(2010)");
	assert_alike("［2010］", "(2010)");
	assert_alike("【2010】", "(2010)");
	assert_alike("（2010）", "(2010)");
	assert_alike("〖2010〗﹝1﹞", "(2010)(1)");
}

static void
a_word_broken_at_the_end_of_a_line_is_joined(void **state)
{
	(void)state;
	assert_normal("exam-\nple", "example");
	assert_normal("exam- \r\n  ple", "example");
	assert_normal("exam\u2010\nple", "example");
	assert_normal("well- known", "well- known");
	assert_normal("Anglo-\nSaxon", "anglo- saxon");
	assert_normal("2011-\n2012", "2011- 2012");
	assert_normal("-\na", "- a");
	/* a letter that joins with what stands behind it */
	assert_normal("no-\ne\u00ADl", "noel");
	assert_normal("no\u2010\ne\u0308l", "no\u00EBl");
	assert_normal("no-\nE\u0308l", "no- \u00EBl");
}

static void
bytes_that_are_not_utf8_become_one_sign_each(void **state)
{
	(void)state;
	assert_normal("a\xFF" "b", "a\uFFFD" "b");
	assert_normal("\xE5\xAD", "\uFFFD\uFFFD");
	assert_normal("\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD");
	assert_normal("\xC0\x80\xE0\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
}

static void
what_is_appended_goes_on(void **state)
{
	struct xj_normal n = XJ_NORMAL_INIT;

	(void)state;
	xj_normalise(analyzer, "学", 3, 0, &n, NULL);
	xj_normalise(analyzer, "习 ab", 6, XJ_NORMAL_APPEND, &n, NULL);
	xj_normalise(analyzer, "c d", 3, XJ_NORMAL_APPEND, &n, NULL);
	assert_int_equal(n.len, strlen("学习abc d"));
	assert_memory_equal(n.bytes, "学习abc d", n.len);
	xj_normal_release(&n);
}

static void
origins_lead_back_to_the_source(void **state)
{
	static const char text[] = "學 e\u0301 ﬁ\u00ADx";
	/*                          0   4       8   11   13 */
	static const uint32_t origins[] = {
		0, 0, 0, 4, 4, 7, 8, 8, 13, 14,
	};
	struct xj_normal n = XJ_NORMAL_INIT;

	(void)state;
	assert_int_equal(xj_normalise(analyzer, text, sizeof(text) - 1,
				      XJ_NORMAL_ORIGIN, &n, NULL), XJ_OK);
	assert_int_equal(n.len, strlen("学é fix"));
	assert_memory_equal(n.bytes, "学é fix", n.len);
	for (size_t i = 0; i <= n.len; i++)
		assert_int_equal(xj_normal_origin(&n, i), origins[i]);
	xj_normal_release(&n);
}

/* ------------------------------------------------ against ICU, at random */

/* Characters that normalisation has much to say about. */
static uint32_t
random_char(void)
{
	static const uint32_t ranges[][2] = {
		{ 0x20, 0x7E }, { 0xA0, 0x24F }, { 0x300, 0x345 },
		{ 0x370, 0x3FF }, { 0x600, 0x6FF }, { 0x900, 0x97F },
		{ 0xE00, 0xE7F }, { 0x1100, 0x11FF }, { 0x1E00, 0x1FFF },
		{ 0x2000, 0x206F }, { 0x2100, 0x218F }, { 0x3000, 0x30FF },
		{ 0x3200, 0x33FF }, { 0x4E00, 0x9FFF }, { 0xAC00, 0xD7A3 },
		{ 0xF900, 0xFAFF }, { 0xFB00, 0xFDFF }, { 0xFE00, 0xFFEF },
		{ 0x1D400, 0x1D7FF }, { 0x1F100, 0x1F64F },
		{ 0x20000, 0x20FFF }, { 0x2F800, 0x2FA1F },
		{ 0xE0100, 0xE01EF },
	};
	size_t r = random_below(XJ_COUNT(ranges));

	return ranges[r][0] + random_below(ranges[r][1] - ranges[r][0] + 1);
}

static bool
is_white(uint32_t c)
{
	return c == ' ' || c == '\n' || (c >= 9 && c <= 13) || c == 0x85 ||
	       c == 0x2028 || c == 0x2029 || c == 0x1680;
}

/*
 * ICU's normal form, white space taken out. What we fold further, Han, is
 * folded by ourselves: that ICU's output gives what its input gives says that
 * the two agree.
 */
static char *
icu_normal(const char *text)
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *folder = unorm2_getNFKCCasefoldInstance(&e);
	static UChar in[4096], out[65536];
	static char utf8[131072];
	int32_t n, len;

	u_strFromUTF8(in, 4096, &n, text, -1, &e);
	n = unorm2_normalize(folder, in, n, out, 65536, &e);
	u_strToUTF8(utf8, sizeof(utf8), &len, out, n, &e);
	assert_true(U_SUCCESS(e));
	return utf8;
}

static void
strip(char *s)
{
	const char *p = s, *end = s + strlen(s);
	char *w = s;

	while (p < end) {
		const char *at = p;
		uint32_t c = xj_utf8_next(&p, end);

		if (!is_white(c)) {
			memmove(w, at, (size_t)(p - at));
			w += p - at;
		}
	}
	*w = '\0';
}

static bool
is_sign(uint32_t c)
{
	return c == '[' || c == ']' || c == 0x3010 || c == 0x3011 ||
	       (c >= 0x3014 && c <= 0x3017) || (c >= 0x2018 && c < 0x2020) || c == 0xAB || c == 0xBB;
}

/* Each Han character, quote and bracket by itself folded; the others as they are. */
static void
fold_han_alone(const char *s, struct xj_buf *out)
{
	const char *p = s, *end = s + strlen(s);

	while (p < end) {
		const char *at = p;
		uint32_t c = xj_utf8_next(&p, end);

		if (xj_is_han(c) || is_sign(c)) {
			char *n = normal_of(at, (size_t)(p - at));

			xj_buf_adds(out, n);
			free(n);
		} else {
			xj_buf_add(out, at, (size_t)(p - at));
		}
	}
}

static void
random_text(struct xj_buf *text, size_t chars)
{
	char bytes[4];

	for (size_t i = 0; i < chars; i++) {
		size_t n = xj_utf8_put(random_char(), bytes);

		xj_buf_add(text, bytes, n);
	}
}

static void
random_text_is_normalised_as_icu_does(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct xj_buf text = XJ_BUF_INIT, expected = XJ_BUF_INIT;
		char *ours, *icu;

		random_text(&text, 1 + random_below(12));
		ours = normal_of(text.data, text.len);
		icu = icu_normal(text.data);
		strip(ours);
		strip(icu);
		fold_han_alone(icu, &expected);
		assert_string_equal(ours, xj_buf_str(&expected));
		free(ours);
		xj_buf_release(&text);
		xj_buf_release(&expected);
	}
}

static void
the_normal_form_of_a_normal_form_is_itself(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct xj_buf text = XJ_BUF_INIT;
		char *once, *twice;

		random_text(&text, 1 + random_below(12));
		once = normal_of(text.data, text.len);
		twice = normal_of(once, strlen(once));
		assert_string_equal(once, twice);
		free(once);
		free(twice);
		xj_buf_release(&text);
	}
}

/* Han, other letters and white space, so that runs begin, break and end. */
static void
random_chinese(struct xj_buf *text, size_t chars)
{
	static const char *const others[] = {
		" ", "\n", "，", "。", "a", "B", "1", "\u200B", "\u3000",
		"乾", "隆", "計", "畫", "瞭", "著", "後", "𠮷", "e\u0301",
	};
	char bytes[4];

	for (size_t i = 0; i < chars; i++) {
		uint32_t pick = random_below(40);

		if (pick < XJ_COUNT(others)) {
			xj_buf_adds(text, others[pick]);
		} else {
			size_t n = xj_utf8_put(0x4E00 + random_below(20000),
					       bytes);

			xj_buf_add(text, bytes, n);
		}
	}
}

static void
every_part_of_a_text_is_in_its_normal_form(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct xj_buf text = XJ_BUF_INIT;
		char *whole;

		random_chinese(&text, 60);
		whole = normal_of(text.data, text.len);
		for (int k = 0; k < 20; k++) {
			size_t from = xj_utf8_cut(text.data, text.len,
				random_below((uint32_t)text.len));
			size_t len = xj_utf8_cut(text.data + from,
				text.len - from, 6 + random_below(40));
			char *part;

			/* An accent needs its letter. */
			if (strncmp(text.data + from, "\u0301", 2) == 0 ||
			    strncmp(text.data + from + len, "\u0301", 2) == 0)
				continue;
			part = normal_of(text.data + from, len);
			assert_non_null(strstr(whole, part));
			free(part);
		}
		free(whole);
		xj_buf_release(&text);
	}
}

static void
origins_never_go_back(void **state)
{
	(void)state;
	for (int i = 0; i < 5000; i++) {
		struct xj_buf text = XJ_BUF_INIT;
		struct xj_normal n = XJ_NORMAL_INIT, plain = XJ_NORMAL_INIT;

		random_text(&text, 1 + random_below(30));
		xj_normalise(analyzer, text.data, text.len, XJ_NORMAL_ORIGIN,
			     &n, NULL);
		xj_normalise(analyzer, text.data, text.len, 0, &plain, NULL);
		assert_int_equal(n.len, plain.len);
		assert_memory_equal(n.bytes, plain.bytes, n.len);
		for (size_t k = 0; k < n.len; k++) {
			size_t at = xj_normal_origin(&n, k);

			assert_true(at <= xj_normal_origin(&n, k + 1));
			assert_true(at < text.len);
			assert_int_not_equal(text.data[at] & 0xC0, 0x80);
		}
		assert_int_equal(xj_normal_origin(&n, n.len), text.len);
		xj_normal_release(&n);
		xj_normal_release(&plain);
		xj_buf_release(&text);
	}
}

static void
random_bytes_do_no_harm(void **state)
{
	(void)state;
	for (int i = 0; i < 5000; i++) {
		size_t len = random_below(60);
		char *bytes = malloc(len + 1), *n;

		for (size_t k = 0; k < len; k++)
			bytes[k] = (char)random_below(256);
		n = normal_of(bytes, len);
		free(n);
		free(bytes);
	}
}

static void
a_long_row_of_accents_is_taken_in_pieces(void **state)
{
	struct xj_buf text = XJ_BUF_INIT;
	char *n;

	(void)state;
	xj_buf_adds(&text, "a");
	for (int i = 0; i < 5000; i++)
		xj_buf_adds(&text, i % 3 ? "\u0316" : "\u0301");
	n = normal_of(text.data, text.len);
	assert_int_equal(xj_utf8_count(n, strlen(n)), 5000);
	free(n);
	xj_buf_release(&text);
}

/* -------------------------------------------------------------------- bonds */

static int
put_bond(void *ctx, const char bond[XJ_BOND_BYTES])
{
	xj_buf_add(ctx, bond, XJ_BOND_BYTES);
	return XJ_OK;
}

/* The bonds of `text` one behind the other; lent until the next call. */
static const char *
bonds_of(const char *text)
{
	static struct xj_buf bonds[2];
	static unsigned turn;
	struct xj_buf *out = &bonds[turn++ % 2];

	xj_buf_clear(out);
	assert_int_equal(xj_bonds(text, strlen(text), strlen(text), put_bond,
				  out), XJ_OK);
	return xj_buf_str(out);
}

static void
words_side_by_side_are_bound(void **state)
{
	(void)state;
	assert_int_equal(strlen(bonds_of("public health systems")), 6);
	assert_string_equal(bonds_of("health systems"),
			    bonds_of("\"health systems\","));
	assert_string_not_equal(bonds_of("health systems"),
				bonds_of("systems health"));
	assert_string_equal(bonds_of("department of the health"),
			    bonds_of("department health"));
	assert_int_equal(strlen(bonds_of("café 卫生 b")), 0);
	assert_int_equal(strlen(bonds_of("один два")), 3);
}

static void
nothing_is_bound_over_marks_or_ends(void **state)
{
	(void)state;
	assert_string_equal(bonds_of("health, systems"), "");
	assert_string_equal(bonds_of("health\nsystems"), "");
	assert_string_equal(bonds_of("the health of the"), "");
	assert_string_equal(bonds_of("a of the in at health"), "");
	assert_string_equal(bonds_of("health of the in at systems"), "");
	assert_string_equal(bonds_of(""), "");
}

static void
a_word_before_the_bound_is_bound_to_the_next(void **state)
{
	const char *text = "one two of three four";
	struct xj_buf bonds = XJ_BUF_INIT;

	(void)state;
	assert_int_equal(xj_bonds(text, strlen(text), 8, put_bond, &bonds),
			 XJ_OK);
	assert_string_equal(xj_buf_str(&bonds), bonds_of("one two three"));
	xj_buf_release(&bonds);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(words_side_by_side_are_bound),
	cmocka_unit_test(nothing_is_bound_over_marks_or_ends),
	cmocka_unit_test(a_word_before_the_bound_is_bound_to_the_next),
	cmocka_unit_test(full_width_forms_become_ascii),
	cmocka_unit_test(case_is_folded_and_accents_stay),
	cmocka_unit_test(ligatures_and_units_are_spelt_out),
	cmocka_unit_test(what_has_no_width_falls_away),
	cmocka_unit_test(accents_join_their_letters),
	cmocka_unit_test(quotes_are_straight),
	cmocka_unit_test(traditional_becomes_simplified),
	cmocka_unit_test(one_simplified_character_stands_for_many),
	cmocka_unit_test(words_written_with_other_characters_are_alike),
	cmocka_unit_test(characters_outside_the_first_plane_stay),
	cmocka_unit_test(white_space_becomes_one_space),
	cmocka_unit_test(no_space_stays_beside_han),
	cmocka_unit_test(brackets_are_alike),
	cmocka_unit_test(a_word_broken_at_the_end_of_a_line_is_joined),
	cmocka_unit_test(bytes_that_are_not_utf8_become_one_sign_each),
	cmocka_unit_test(what_is_appended_goes_on),
	cmocka_unit_test(origins_lead_back_to_the_source),
	cmocka_unit_test(random_text_is_normalised_as_icu_does),
	cmocka_unit_test(the_normal_form_of_a_normal_form_is_itself),
	cmocka_unit_test(every_part_of_a_text_is_in_its_normal_form),
	cmocka_unit_test(origins_never_go_back),
	cmocka_unit_test(random_bytes_do_no_harm),
	cmocka_unit_test(a_long_row_of_accents_is_taken_in_pieces),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), open_analyzer, close_analyzer);
}
