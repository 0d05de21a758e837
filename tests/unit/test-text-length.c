/* How long a text is, and what is left of one with markup in it. */
#include <string.h>

#include "text/text.h"

#include "tap.h"

static void
assert_own(const char *text, size_t own, size_t quoted, size_t quotes)
{
	struct xj_own_length l;

	assert_int_equal(xj_own_length(text, strlen(text), &l, NULL, NULL),
			 XJ_OK);
	assert_int_equal(l.own, own);
	assert_int_equal(l.quoted, quoted);
	assert_int_equal(l.quotes, quotes);
}

static void
han_words_and_numbers_count_one_each(void **state)
{
	(void)state;
	assert_own("", 0, 0, 0);
	assert_own("学习，心得。", 4, 0, 0);
	assert_own("# 心得\n\n看了 B超 3 次, about 98.5% (1,000 e-mails)!", 12, 0,
		   0);
	assert_own("don't 𠮷", 2, 0, 0);
	assert_own("见[通知](http://a.example/b)。", 3, 0, 0);
}

static void
quotations_are_left_out(void **state)
{
	(void)state;
	assert_own("他说“以病人为中心”，我赞成。", 5, 6, 1);
	assert_own("> 第一条 依法\n> 第二条\n\n我想。", 2, 8, 1);
	assert_own("“没有关上\n\n我想”", 6, 0, 0);
	assert_own("「甲乙」『丙』 \"one two\" own", 1, 5, 3);
	assert_own("’s “a” “b", 2, 1, 1);
}

static int
stop(void *ctx, const char *text, size_t len, size_t length)
{
	size_t *seen = ctx;

	assert_memory_equal(text, "一二", len);
	*seen += length;
	return XJ_END;
}

static void
each_quotation_is_told(void **state)
{
	const char *text = "“一二”三“四”";
	struct xj_own_length l;
	size_t seen = 0;

	(void)state;
	assert_int_equal(xj_own_length(text, strlen(text), &l, stop, &seen),
			 XJ_END);
	assert_int_equal(seen, 2);
}

static void
assert_reduced(const char *html, const char *markdown, const char *dropped)
{
	struct xj_buf out = XJ_BUF_INIT, lost = XJ_BUF_INIT;

	assert_int_equal(xj_markup_reduce(html, strlen(html), &out, &lost,
					  NULL), XJ_OK);
	assert_string_equal(xj_buf_str(&out), markdown);
	assert_string_equal(xj_buf_str(&lost), dropped);
	xj_buf_release(&out);
	xj_buf_release(&lost);
}

static void
markdown_stays_as_it_is(void **state)
{
	const char *text = "# 心得\n\n> 引 & 文\n\n1 < 2, a<1, `<b>` 和 **要点**\n\n"
			   "```\n<script>\n```\n";

	(void)state;
	assert_reduced(text, text, "");
}

static void
html_comes_to_markdown_and_what_goes_is_named(void **state)
{
	(void)state;
	assert_reduced("<h2 class=x>一</h2><p>二<b>三</b>&nbsp;四<br/>五</p>\n"
		       "<ul><li>六</li>\n<li>七</li></ul>"
		       "<blockquote>八<br>九</blockquote>十",
		       "## 一\n\n二**三** 四\n五\n\n- 六\n- 七\n\n> 八\n> 九\n\n十",
		       "");
	assert_reduced("甲<script>alert('乙')</script>丙<img src=x "
		       "onerror=\"a>b\">丁<!-- 戊 -->", "甲丙丁",
		       "script, img, comment");
	assert_reduced("a<SCRIPT>b", "a", "script");
	assert_reduced("<scr<x>ipt>c", "ipt>c", "scr");
	assert_reduced("&lt;script&gt; &#60;b&#62; &#x4e2d;",
		       "&lt;script&gt; &#60;b&#62; 中", "");
	assert_reduced("甲 <b", "甲 &lt;b", "");
}

static void
a_megabyte_of_open_tags_takes_no_time(void **state)
{
	static const char *const parts[] = { "<script>x</script>", "<a \"", "``",
		"<!--", "“", "<a '>", "<", "&#" };
	struct xj_buf text = XJ_BUF_INIT, out = XJ_BUF_INIT,
		      lost = XJ_BUF_INIT;
	struct xj_own_length l;

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(parts); i++) {
		uint64_t begun = xj_thread_cpu_us();

		xj_buf_clear(&text);
		xj_buf_clear(&out);
		while (text.len < 1u << 20)
			xj_buf_adds(&text, parts[i]);
		assert_int_equal(xj_markup_reduce(text.data, text.len, &out,
						  &lost, NULL), XJ_OK);
		xj_own_length(text.data, text.len, &l, NULL, NULL);
		assert_true(xj_thread_cpu_us() - begun < 20000000);
	}
	xj_buf_release(&text);
	xj_buf_release(&out);
	xj_buf_release(&lost);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(han_words_and_numbers_count_one_each),
	cmocka_unit_test(quotations_are_left_out),
	cmocka_unit_test(each_quotation_is_told),
	cmocka_unit_test(markdown_stays_as_it_is),
	cmocka_unit_test(html_comes_to_markdown_and_what_goes_is_named),
	cmocka_unit_test(a_megabyte_of_open_tags_takes_no_time),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
