/* test-html.c - the importer of web pages. */

#include "host.h"
#include "sample.h"

#define GOT(name) xj_auto(host_release) struct host_result name = HOST_RESULT_INIT

static void
blocks_have_role_line_and_nearest_id(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.html", "<!DOCTYPE html>\n<title>题目</title>\n"
		"<h1 id=top>第一章</h1>\n<p>正文\n<blockquote>引文</blockquote>"
		"\n<ul><li>甲<ul><li id=yi>乙</ul></ul>\n"
		"<dl><dt>词<dd>义</dl>\n<pre>\n  a &lt; b\n\tc\n</pre>\n"
		"<figure><img src=x alt=插图><figcaption>图一</figcaption>"
		"</figure>", &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_line(&got, "meta title \"题目\"");
	assert_line(&got, "heading 1 line 3 fragment=\"top\" \"第一章\"");
	assert_line(&got, "outline 1 line 3 \"第一章\"");
	assert_line(&got, "body line 4 fragment=\"top\" \"正文\"");
	assert_line(&got, "body line 5 fragment=\"top\" \"引文\"");
	assert_line(&got, "list 1 line 6 fragment=\"top\" \"甲\"");
	assert_line(&got, "list 2 line 6 fragment=\"yi\" \"乙\"");
	assert_line(&got, "list 1 line 7 fragment=\"yi\" \"义\"");
	assert_line(&got, "code line 9 fragment=\"yi\" \"  a < b\\n\\tc\"");
	assert_line(&got, "body line 12 fragment=\"yi\" \"插图\"");
	assert_line(&got, "caption line 12 fragment=\"yi\" \"图一\"");
}

static void
lines_of_chinese_join_without_a_space(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.html", "<p>汉字 \n  汉字，\n“引文”\nLatin\nwords\n"
		"汉字<br>另一行<b>粗</b>体 与 空格</p>", &got);
	assert_string_equal(xj_buf_str(&got.text), "汉字汉字，“引文” Latin "
		"words 汉字\n另一行粗体 与 空格\n");
}

static void
a_row_of_data_is_one_block(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.html", "<table><caption>表一</caption>"
		"<tr><th>甲<th>乙<td></td><td>丁</td></tr>\n"
		"<tr><td><p>一</p><p>二</p></td><td><ul><li>x</li><li>y</li>"
		"</ul></td></tr></table>尾", &got);
	assert_line(&got, "caption line 1 \"表一\"");
	assert_line(&got, "table line 1 \"甲\\t乙\\t\\t丁\"");
	assert_line(&got, "table line 2 \"一 二\\tx y\"");
	assert_line(&got, "body line 2 \"尾\"");
}

static void
a_row_of_layout_is_many(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.html", "<table><tr><td>导航</td><td><h2>节</h2>"
		"<p>一段</p><table><tr><td>a<td>b</table></td></tr></table>",
		&got);
	assert_line(&got, "table line 1 \"导航\"");
	assert_line(&got, "heading 2 line 1 \"节\"");
	assert_line(&got, "body line 1 \"一段\"");
	assert_line(&got, "table line 1 \"a\\tb\"");
}

static void
what_is_no_text_is_left_out(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.html", "<style>p{}</style><p>a</p><script>if (x<b) "
		"\"</p>secret\"</script><noscript>secret</noscript><template>"
		"<p>secret</p></template><!-- secret --><nav>b</nav>", &got);
	assert_no(&got, "secret");
	assert_string_equal(xj_buf_str(&got.text), "a\nb\n");
}

static void
readings_stand_beside_the_line(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.html", "<p><ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp>字"
		"<rt>zì</rt></ruby>研究", &got);
	assert_line(&got, "body line 1 \"汉字研究\"");
	assert_line(&got, "note line 1 \"hàn zì\"");
}

static void
the_head_gives_metadata(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.html", "<html lang=zh-CN><head><meta name=Keywords "
		"content='检索，索引;文献、a b'><meta name=author content=' 张\n"
		"三 '><meta name=DC.Date.Created content='2024年3月1日'>"
		"<meta property='article:published_time' content="
		"'2024-03-01T08:00:00+08:00'><meta name=dcterms.modified "
		"content='Fri, 01 Mar 2024 08:00:00 GMT'><meta name=date "
		"content='yesterday'><meta property=og:title content=别名>"
		"<link rel=license href='http://example.org/by'>"
		"<title>题\n目 &amp; more</title>", &got);
	assert_line(&got, "meta language \"zh-CN\"");
	assert_line(&got, "meta subject \"检索\" source=\"meta\"");
	assert_line(&got, "meta subject \"索引\" source=\"meta\"");
	assert_line(&got, "meta subject \"文献\" source=\"meta\"");
	assert_line(&got, "meta subject \"a b\" source=\"meta\"");
	assert_line(&got, "meta creator \"张三\" source=\"meta\"");
	assert_line(&got, "meta created \"2024-03-01\" source=\"meta\"");
	assert_line(&got, "meta date \"2024-03-01T08:00:00+08:00\" "
			  "source=\"meta\"");
	assert_line(&got, "meta modified \"2024-03-01T08:00:00Z\" "
			  "source=\"meta\"");
	assert_line(&got, "meta rights \"http://example.org/by\" "
			  "source=\"link\"");
	assert_line(&got, "meta title \"题目 & more\"");
	assert_no(&got, "yesterday");
	assert_no(&got, "别名");
}

static void
the_first_heading_is_a_title_for_want_of_one(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.html", "<title> </title><h2>小</h2><h1>大</h1>", &got);
	assert_line(&got, "meta title \"大\" source=\"guessed\"");
}

static void
references_become_characters(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.html", "<p>&hellip;&apos;&#150;&#x4E2D;&#0;&copy;"
		" &nosuch; a&nbsp;b", &got);
	assert_string_equal(xj_buf_str(&got.text),
			    "…'–中© &nosuch; a\u00a0b\n");
}

/* The same page in an encoding, declared in several ways. */
static void
assert_chinese(const char *bytes, size_t len, const char *encoding)
{
	xj_auto(xj_buf_release) struct xj_buf line = XJ_BUF_INIT;
	GOT(got);

	sample_import_as(NULL, "a.html", bytes, len, &got);
	xj_buf_addf(&line, "meta encoding \"%s\"", encoding);
	assert_line(&got, xj_buf_str(&line));
	assert_string_equal(xj_buf_str(&got.text), "中文\n");
}

static void
a_declared_encoding_is_found(void **state)
{
	static const char meta[] = "<meta charset=gb2312><p>\xD6\xD0\xCE\xC4";
	static const char pragma[] =
		"<!-- <meta charset=utf-8> --><meta content=\"text/html; "
		"charset='Big5'\" http-equiv=Content-Type><p>\xA4\xA4\xA4\xE5";
	static const char xml[] = "<?xml version=\"1.0\" encoding='GBK'?>"
		"<html><body><p>\xD6\xD0\xCE\xC4</p></body></html>";
	static const char mark[] = "\xFF\xFE<\0p\0>\0\x2D\x4E\x87\x65";

	(void)state;
	assert_chinese(meta, sizeof(meta) - 1, "GB18030");
	assert_chinese(pragma, sizeof(pragma) - 1, "Big5-HKSCS");
	assert_chinese(xml, sizeof(xml) - 1, "GB18030");
	assert_chinese(mark, sizeof(mark) - 1, "UTF-16LE");
}

/* The start alone would pass for UTF-8. */
static void
an_encoding_is_told_by_bytes_far_down(void **state)
{
	static const char head[] = "<meta charset=gb2312><!--";
	xj_auto(xj_buf_release) struct xj_buf page = XJ_BUF_INIT;

	(void)state;
	xj_buf_adds(&page, head);
	for (int i = 0; i < 10000; i++)
		xj_buf_adds(&page, "0123456789");
	xj_buf_adds(&page, "--><p>\xD6\xD0\xCE\xC4");
	assert_chinese(page.data, page.len, "GB18030");
}

static void
text_behind_the_end_is_kept(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.html", "<html><body><p>a</p></body></html>b<p>c",
		      &got);
	assert_string_equal(xj_buf_str(&got.text), "a\nb\nc\n");
}

static void
repeat(struct xj_buf *b, const char *s, size_t times)
{
	for (size_t i = 0; i < times; i++)
		xj_buf_adds(b, s);
}

static void
a_hundred_thousand_open_elements_are_read(void **state)
{
	static const char *const tags[] = { "<div>", "<b>", "<ul><li>",
					    "<table><tr><td>", "<pre>" };

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(tags); i++) {
		xj_auto(xj_buf_release) struct xj_buf page = XJ_BUF_INIT;
		GOT(got);

		repeat(&page, tags[i], 100000);
		xj_buf_adds(&page, "deep");
		repeat(&page, "</i>", 100000);
		xj_buf_adds(&page, "<p>after");
		sample_import_as(NULL, "a.html", page.data, page.len, &got);
		assert_outcome(&got, XJ_OUT_OK);
		assert_non_null(strstr(xj_buf_str(&got.text), "deep"));
		assert_non_null(strstr(xj_buf_str(&got.text), "after"));
	}
}

static void
a_long_paragraph_takes_little_memory(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf page = XJ_BUF_INIT;
	GOT(got);

	(void)state;
	xj_buf_adds(&page, "<html><p>");
	repeat(&page, "汉字 &amp; text 0123456789", 1000000);
	sample_import_as(NULL, "a.html", page.data, page.len, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_int_equal(got.text.len, 1 + 1000000 * strlen(
				"汉字 & text 0123456789"));
	assert_true(got.blocks > 300);
#ifndef XJ_SANITIZED
	assert_true(got.result.memory < (uint64_t)32 << 20);
#endif
}

static void
other_text_that_begins_with_a_tag_is_not_a_page(void **state)
{
	static const char markdown[] = "<div align=center>\n\n# 题目\n</div>\n";
	GOT(text);
	GOT(page);

	(void)state;
	sample_import("a.txt", markdown, &text);
	assert_string_equal(text.result.importer, "text");
	sample_import("a.txt", "\n<!-- x --><!DOCTYPE HTML><p>a", &page);
	assert_string_equal(page.result.importer, "html");
}

static void
damage_comes_to_an_outcome(void **state)
{
	static const char page[] =
		"<?xml version='1.0'?><!DOCTYPE html><html lang=zh><head>"
		"<meta charset=utf-8><title>题目</title></head><body>"
		"<h1 id='a'>一 &amp; 二</h1><p class=\"x\">正文<br/>文字</p>"
		"<table><tr><td>a</td><td>b</td></tr></table><pre>code</pre>"
		"<script>x</script><!-- c --><ruby>汉<rt>hàn</rt></ruby></body>";

	(void)state;
	assert_survives_damage("a.html", page, sizeof(page) - 1, 60);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(blocks_have_role_line_and_nearest_id),
	cmocka_unit_test(lines_of_chinese_join_without_a_space),
	cmocka_unit_test(a_row_of_data_is_one_block),
	cmocka_unit_test(a_row_of_layout_is_many),
	cmocka_unit_test(what_is_no_text_is_left_out),
	cmocka_unit_test(readings_stand_beside_the_line),
	cmocka_unit_test(the_head_gives_metadata),
	cmocka_unit_test(the_first_heading_is_a_title_for_want_of_one),
	cmocka_unit_test(references_become_characters),
	cmocka_unit_test(a_declared_encoding_is_found),
	cmocka_unit_test(an_encoding_is_told_by_bytes_far_down),
	cmocka_unit_test(text_behind_the_end_is_kept),
	cmocka_unit_test(a_hundred_thousand_open_elements_are_read),
	cmocka_unit_test(a_long_paragraph_takes_little_memory),
	cmocka_unit_test(other_text_that_begins_with_a_tag_is_not_a_page),
	cmocka_unit_test(damage_comes_to_an_outcome),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
