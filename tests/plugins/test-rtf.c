/* test-rtf.c - the importer of RTF. */

#include "host.h"
#include "sample.h"

#define GOT(name) xj_auto(host_release) struct host_result name = HOST_RESULT_INIT

#define FONTS "{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset134 SimSun;}" \
	"{\\f2\\fcharset136 MingLiU;}{\\f3\\fcharset128 Mincho;}}"

static void
assert_text(const char *rtf, const char *text)
{
	GOT(got);

	sample_import("a.rtf", rtf, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_string_equal(xj_buf_str(&got.text), text);
}

static void
a_byte_is_of_its_font(void **state)
{
	(void)state;
	assert_text("{\\rtf1\\ansi" FONTS "\\f1 \\'d6\\'d0\\'ce\\'c4 "
		    "{\\f2\\'a4\\'a4\\'a4\\'e5} {\\f3\\'93\\'fa\\'96\\'7b} "
		    "{\\f0 caf\\'e9}\\par}", "中文 中文 日本 café\n");
}

static void
a_byte_is_of_the_documents_code_page(void **state)
{
	(void)state;
	assert_text("{\\rtf1\\ansi\\ansicpg936 \\'d6\\'d0\\'ce\\'c4}", "中文\n");
	/* the second byte of a character may be a letter, or be cut off from
	 * the first by words and groups */
	assert_text("{\\rtf1\\ansi\\ansicpg932 \\'83A\\'83C}", "アイ\n");
	assert_text("{\\rtf1\\ansi\\ansicpg936 \\'d6\\b\\'d0{\\i\\'ce}\\'c4}",
		    "中文\n");
	/* a Western font in a Chinese document */
	assert_text("{\\rtf1\\ansi\\ansicpg936" FONTS "\\f0\\'d6\\'d0\\'ce\\'c4"
		    "\\par caf\\'e9 x}", "中文\ncafé x\n");
	/* raw bytes */
	assert_text("{\\rtf1\\ansi\\ansicpg936 \xD6\xD0\xCE\xC4}", "中文\n");
}

static void
unicode_is_read_and_its_replacement_is_not(void **state)
{
	(void)state;
	assert_text("{\\rtf1\\u20013?\\u25991\\'3f}", "中文\n");
	assert_text("{\\rtf1\\uc2\\u20013\\'d6\\'d0{\\uc0\\u25991}\\u23383 ab!}",
		    "中文字!\n");
	assert_text("{\\rtf1\\uc0\\u-10187\\u-9216}", "\xF0\x9D\x90\x80\n");
	assert_text("{\\rtf1\\uc0\\u-10187 x\\u-9216 y}",
		    "\xEF\xBF\xBDx\xEF\xBF\xBDy\n");
	assert_text("{\\rtf1\\uc3\\u20013?}{\\uc1 a}", "中\n");
}

static void
what_is_no_text_is_left_out(void **state)
{
	(void)state;
	assert_text("{\\rtf1{\\colortbl;\\red0;}{\\*\\secret no}{\\pict ffd8"
		    "{\\*\\blipuid no}}a{\\field{\\*\\fldinst HYPERLINK no}"
		    "{\\fldrslt b}}{\\xe no}{\\deleted no}c\\bin4 }{}}d}",
		    "abcd\n");
	assert_text("{\\rtf1 a{\\object\\objemb{\\*\\objdata 0105}{\\result b}}"
		    "{\\shp{\\*\\shpinst{\\sp{\\sn no}{\\sv no}}{\\shptxt box"
		    "\\par}}{\\shprslt no}}c}", "box\nabc\n");
}

static void
signs_have_words(void **state)
{
	(void)state;
	assert_text("{\\rtf1 \\ldblquote a\\rdblquote\\emdash\\{\\}\\\\ b\\~c"
		    "\\_d\\-e\\tab f\\line g\\\nh}",
		    "“a”—{}\\ b\xC2\xA0""c\xE2\x80\x91""de\tf\ng\nh\n");
}

static void
roles_are_told_apart(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.rtf", "{\\rtf1{\\stylesheet{\\s0 Normal;}{\\s1"
		"\\outlinelevel0 Kapitel;}{\\s2 heading 2;}}{\\header Kopf}"
		"\\pard\\s1 One\\par\\pard\\s2 Two\\par\\pard Text"
		"{\\footnote Note}goes on\\par\\pard\\outlinelevel2 Three\\par"
		"\\pard\\intbl a\\par b\\cell c\\cell\\cell\\row\\pard end "
		"{\\v unseen}\\par}", &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_has(&got, "header offset=");
	assert_has(&got, "heading 1 offset=99 \"One\"");
	assert_line(&got, "outline 1 \"One\"");
	assert_line(&got, "outline 2 \"Two\"");
	assert_line(&got, "outline 3 \"Three\"");
	assert_has(&got, " \"Textgoes on\"");
	assert_has(&got, "note offset=");
	assert_has(&got, " \"a b\\tc\"");
	assert_has(&got, "table offset=");
	assert_has(&got, " \"end\"");
	assert_has(&got, "hidden offset=");
	assert_line(&got, "meta title \"One\" source=\"guessed\"");
}

static void
the_information_is_metadata(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.rtf", "{\\rtf1\\ansi\\ansicpg936{\\info{\\upr{\\title "
		"??}{\\*\\ud{\\title \\u39064?\\u30446?}}}{\\author "
		"\\'d5\\'c5{\\b\\'c8\\'fd}}{\\keywords a, b;c}{\\creatim"
		"\\yr2024\\mo3\\dy1\\hr8}{\\revtim\\yr0}{\\*\\company d}}"
		"{\\*\\generator Riched20 10.0;}x}", &got);
	assert_line(&got, "meta title \"题目\" source=\"info\"");
	assert_line(&got, "meta creator \"张三\" source=\"info\"");
	assert_line(&got, "meta subject \"a\" source=\"info\"");
	assert_line(&got, "meta subject \"b\" source=\"info\"");
	assert_line(&got, "meta subject \"c\" source=\"info\"");
	assert_line(&got, "meta created \"2024-03-01\" source=\"info\"");
	assert_line(&got, "meta publisher \"d\" source=\"info\"");
	assert_line(&got, "meta tool \"Riched20 10.0\" source=\"info\"");
	assert_no(&got, "modified");
	assert_string_equal(xj_buf_str(&got.text), "x\n");
}

static void
a_cut_document_is_partial(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.rtf", "{\\rtf1 one\\par {two", &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_string_equal(xj_buf_str(&got.text), "one\ntwo\n");
}

static void
other_bytes_are_not_rtf(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.rtf", "plain words", &got);
	assert_string_equal(got.result.importer, "text");
}

static void
a_million_groups_take_their_time_and_no_more(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf rtf = XJ_BUF_INIT;
	GOT(got);

	(void)state;
	xj_buf_adds(&rtf, "{\\rtf1 a");
	for (int i = 0; i < 1000000; i++)
		xj_buf_adds(&rtf, "{\\b ");
	xj_buf_adds(&rtf, "deep");
	for (int i = 0; i < 1000000; i++)
		xj_buf_adds(&rtf, "}");
	xj_buf_adds(&rtf, "z}");
	sample_import_as(NULL, "a.rtf", rtf.data, rtf.len, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_string_equal(xj_buf_str(&got.text), "adeepz\n");
}

static void
a_long_paragraph_takes_little_memory(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf rtf = XJ_BUF_INIT;
	GOT(got);

	(void)state;
	xj_buf_adds(&rtf, "{\\rtf1\\ansi\\ansicpg936 ");
	for (int i = 0; i < 300000; i++)
		xj_buf_adds(&rtf, "\\'d6\\'d0\\u25991?a");
	xj_buf_adds(&rtf, "}");
	sample_import_as(NULL, "a.rtf", rtf.data, rtf.len, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_int_equal(got.text.len, 300000 * 7 + 1);
#ifndef XJ_SANITIZED
	assert_true(got.result.memory < (uint64_t)16 << 20);
#endif
}

static void
damage_comes_to_an_outcome(void **state)
{
	static const char rtf[] = "{\\rtf1\\ansi\\ansicpg936" FONTS
		"{\\stylesheet{\\s1\\outlinelevel0 heading 1;}}{\\info{\\title "
		"\\'cc\\'e2}{\\creatim\\yr2024\\mo3\\dy1}}\\pard\\s1\\f1 "
		"\\'d6\\'d0\\par\\pard\\intbl a\\cell b\\cell\\row\\pard "
		"\\u20013?{\\footnote note}\\bin3 abc\\par}";

	(void)state;
	assert_survives_damage("a.rtf", rtf, sizeof(rtf) - 1, 60);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_byte_is_of_its_font),
	cmocka_unit_test(a_byte_is_of_the_documents_code_page),
	cmocka_unit_test(unicode_is_read_and_its_replacement_is_not),
	cmocka_unit_test(what_is_no_text_is_left_out),
	cmocka_unit_test(signs_have_words),
	cmocka_unit_test(roles_are_told_apart),
	cmocka_unit_test(the_information_is_metadata),
	cmocka_unit_test(a_cut_document_is_partial),
	cmocka_unit_test(other_bytes_are_not_rtf),
	cmocka_unit_test(a_million_groups_take_their_time_and_no_more),
	cmocka_unit_test(a_long_paragraph_takes_little_memory),
	cmocka_unit_test(damage_comes_to_an_outcome),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
