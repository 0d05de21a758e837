/* test-markdown.c - the importer of Markdown. */
#include "host.h"
#include "sample.h"

#define GOT(name) xj_auto(host_release) struct host_result name = HOST_RESULT_INIT

static void
blocks_have_role_and_line(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.md", "# 第一章 *概述* `x`\n\n正文\n\n- 甲\n  - 乙\n"
		"\n    乙二\n- [x] 丙\n\n> 引文\n\n```c\nint x;\n\n  y();\n```"
		"\n\n小节\n---\n", &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_line(&got, "heading 1 line 1 \"第一章 概述 x\"");
	assert_line(&got, "outline 1 line 1 \"第一章 概述 x\"");
	assert_line(&got, "body line 3 \"正文\"");
	assert_line(&got, "list 1 line 5 \"甲\"");
	assert_line(&got, "list 2 line 6 \"乙\"");
	assert_line(&got, "list 2 line 8 \"乙二\"");
	assert_line(&got, "list 1 line 9 \"丙\"");
	assert_line(&got, "body line 11 \"引文\"");
	assert_line(&got, "code line 14 \"int x;\\n\\n  y();\"");
	assert_line(&got, "heading 2 line 19 \"小节\"");
}

static void
lines_of_chinese_join_without_a_space(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.md", "汉字\n汉字，\n“引文”\nLatin\nwords\n**汉字**  \n"
		"另一行\n", &got);
	assert_string_equal(xj_buf_str(&got.text), "汉字汉字，“引文” Latin "
		"words 汉字\n另一行\n");
}

static void
a_row_of_a_table_is_one_block(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.md", "| 甲 | 乙 |\n|---|:-:|\n| 1 | `a` b |\n"
		"|  | 2 |\n", &got);
	assert_line(&got, "table line 1 \"甲\\t乙\"");
	assert_line(&got, "table line 3 \"1\\ta b\"");
	assert_line(&got, "table line 4 \"\\t2\"");
}

static void
tags_go_and_their_text_stays(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.md", "a <b>b</b><br>c ~~d~~ ![图](x.png) <!-- no -->"
		"\n\n<div class=\"no\">\n<p>块<b>内</b>文\n续行</p>"
		"<script>\nvar no;\n</script>\n<td>一</td><td>二</td>\n"
		"</div>\n", &got);
	assert_string_equal(xj_buf_str(&got.text), "a b\nc d 图\n"
		"块内文续行\n一\n二\n");
}

static void
entities_become_characters(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.md", "&hellip;&#x4E2D;&#25991;&amp; &nosuch; &#0;\n\n"
		"<p>&lt;&copy;\n", &got);
	assert_string_equal(xj_buf_str(&got.text),
			    "…中文& &nosuch; &#0;\n<©\n");
}

static void
front_matter_gives_metadata(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.md", "---\ntitle: \"题: 目\"\nauthor:\n  - name: 张三\n"
		"  - 李四 # 注\ndate: 2024-03-01 08:00:00 +0800\n"
		"tags: [检索, \"a, b\",\n  索引]\nkeywords: 甲，乙、丙\n"
		"description: >\n  第一行\n  第二行\nlang: zh-CN\n"
		"kind: 'lecture-note'\ntoc: {\n  depth: 2\n}\nother:\n"
		"  deep:\n    - x\n---\n\n# 第一章\n", &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_line(&got, "meta title \"题: 目\" source=\"front-matter\"");
	assert_line(&got, "meta creator \"张三\" source=\"front-matter\"");
	assert_line(&got, "meta creator \"李四\" source=\"front-matter\"");
	assert_line(&got, "meta date \"2024-03-01T08:00:00+08:00\" "
			  "source=\"front-matter\"");
	assert_line(&got, "meta subject \"检索\" source=\"front-matter\"");
	assert_line(&got, "meta subject \"a, b\" source=\"front-matter\"");
	assert_line(&got, "meta subject \"索引\" source=\"front-matter\"");
	assert_line(&got, "meta subject \"乙\" source=\"front-matter\"");
	assert_line(&got, "meta description \"第一行 第二行\" "
			  "source=\"front-matter\"");
	assert_line(&got, "meta language \"zh-CN\" source=\"front-matter\"");
	assert_line(&got, "meta kind \"lecture-note\" source=\"front-matter\"");
	assert_string_equal(xj_buf_str(&got.text), "第一章\n");
	assert_line(&got, "heading 1 line 23 \"第一章\"");
	assert_no(&got, "guessed");
}

static void
dates_of_front_matter_are_understood_as_elsewhere(void **state)
{
	GOT(named);
	GOT(early);

	(void)state;
	sample_import("a.md", "---\ndate: March 1, 2024\n---\n\nx\n", &named);
	assert_line(&named, "meta date \"2024-03-01\" "
			    "source=\"front-matter\"");
	sample_import("a.md", "---\ndate: 2024-3-1 8:05:00 +08:00\n---\n\nx\n",
		      &early);
	assert_line(&early, "meta date \"2024-03-01T08:05:00+08:00\" "
			    "source=\"front-matter\"");
}

static void
the_first_heading_is_a_title_for_want_of_one(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.md", "正文\n\n## 小节\n\n# 章\n", &got);
	assert_line(&got, "meta title \"小节\" source=\"guessed\"");
}

static void
front_matter_that_is_broken_is_text(void **state)
{
	static const char *const broken[] = {
		"---\ntitle: \"open\n---\n正文\n",
		"---\ntitle: a\nno key\n---\n正文\n",
		"---\ntags: [a, b\n---\n正文\n",
		"---\ntitle: never closed\n\n正文\n",
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(broken); i++) {
		GOT(got);

		sample_import("a.md", broken[i], &got);
		assert_outcome(&got, XJ_OUT_PARTIAL);
		assert_no(&got, "front-matter");
		assert_non_null(strstr(xj_buf_str(&got.text), "正文"));
		assert_non_null(strstr(xj_buf_str(&got.text),
				       i == 2 ? "tags" : "title"));
	}
}

static void
a_rule_at_the_start_is_no_front_matter(void **state)
{
	GOT(got);

	(void)state;
	sample_import("a.md", "---\n\n正文 text\n\n---\n", &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_string_equal(xj_buf_str(&got.text), "正文 text\n");
}

static void
other_encodings_are_decoded(void **state)
{
	static const char gbk[] = "# \xB5\xDA\xD2\xBB\xD5\xC2\n\n"
		"\xD6\xD0\xCE\xC4\xD5\xFD\xCE\xC4\xB5\xC4\xB5\xDA\xD2\xBB"
		"\xB6\xCE\n";
	GOT(got);

	(void)state;
	sample_import_as(NULL, "a.markdown", gbk, sizeof(gbk) - 1, &got);
	assert_line(&got, "meta encoding \"GB18030\"");
	assert_string_equal(xj_buf_str(&got.text), "第一章\n中文正文的第一段\n");
}

static void
names_decide_and_bytes_may_refuse(void **state)
{
	static const char noise[] = "\1\2\3\0\0\0\4\5\6\7\0\0\0\1\2\3";
	GOT(text);
	GOT(binary);
	GOT(page);

	(void)state;
	sample_import("a.txt", "# a\n", &text);
	assert_string_equal(text.result.importer, "text");
	sample_import_as(NULL, "a.md", noise, sizeof(noise) - 1, &binary);
	assert_string_not_equal(binary.result.importer, "markdown");
	sample_import("README.md", "<div align=center>\n\n# a\n</div>\n", &page);
	assert_string_equal(page.result.importer, "markdown");
}

static void
repeat(struct xj_buf *b, const char *s, size_t times)
{
	for (size_t i = 0; i < times; i++)
		xj_buf_adds(b, s);
}

static void
what_costs_the_square_elsewhere_does_not_here(void **state)
{
	static const char *const parts[] = { "*a **a ", "[", "![[", "`a``",
					     "> ", "- ", "|a", "<!--", "&a", };

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(parts); i++) {
		xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
		GOT(got);

		repeat(&text, parts[i], 100000);
		sample_import_as(NULL, "a.md", text.data, text.len, &got);
		assert_outcome(&got, XJ_OUT_OK);
		assert_true(got.result.cpu_us < 2000000);
	}
}

static void
a_long_paragraph_goes_in_pieces(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	GOT(got);

	(void)state;
	repeat(&text, "汉字\n", 100000);
	sample_import_as(NULL, "a.md", text.data, text.len, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_int_equal(got.text.len, 100000 * strlen("汉字") + 1);
	assert_true(got.blocks >= 9);
}

static void
damage_comes_to_an_outcome(void **state)
{
	static const char text[] = "---\ntitle: \"题\"\ntags: [a, b]\n---\n"
		"# 一 `c` &amp; *二*\n\n- a\n  - b\n\n| a | b |\n|---|---|\n"
		"| 1 | 2 |\n\n<div>x <!-- c --></div>\n\n```\ncode\n```\n";

	(void)state;
	assert_survives_damage("a.md", text, sizeof(text) - 1, 60);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(blocks_have_role_and_line),
	cmocka_unit_test(lines_of_chinese_join_without_a_space),
	cmocka_unit_test(a_row_of_a_table_is_one_block),
	cmocka_unit_test(tags_go_and_their_text_stays),
	cmocka_unit_test(entities_become_characters),
	cmocka_unit_test(front_matter_gives_metadata),
	cmocka_unit_test(dates_of_front_matter_are_understood_as_elsewhere),
	cmocka_unit_test(the_first_heading_is_a_title_for_want_of_one),
	cmocka_unit_test(front_matter_that_is_broken_is_text),
	cmocka_unit_test(a_rule_at_the_start_is_no_front_matter),
	cmocka_unit_test(other_encodings_are_decoded),
	cmocka_unit_test(names_decide_and_bytes_may_refuse),
	cmocka_unit_test(what_costs_the_square_elsewhere_does_not_here),
	cmocka_unit_test(a_long_paragraph_goes_in_pieces),
	cmocka_unit_test(damage_comes_to_an_outcome),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
