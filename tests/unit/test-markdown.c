/* test-markdown.c - what people wrote becomes HTML of a few harmless tags. */
#include <string.h>

#include "serve/serve.h"

#include "tap.h"

static void
html_of(const char *text, unsigned below, struct xj_buf *out)
{
	json_t *made = xj_markdown(text, below);

	xj_buf_clear(out);
	xj_flow_write(out, json_object_get(made, "flow"));
	json_decref(made);
}

static void
assert_html(const char *text, const char *html)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	html_of(text, 2, &b);
	assert_string_equal(xj_buf_str(&b), html);
}

static void
paragraphs_lists_and_emphasis_have_tags(void **state)
{
	(void)state;
	assert_html("一 *二* **三**\n四", "<p>一 <em>二</em> "
		    "<strong>三</strong><br>四</p>\n");
	assert_html("- a\n- [x] b", "<ul><li>a</li>\n<li>\u2611 b</li>\n</ul>\n");
	assert_html("3. a", "<ol start=\"3\"><li>a</li>\n</ol>\n");
	assert_html("> `x<y`\n\n~~q~~\n\n---", "<blockquote><p><code>x&lt;y</code>"
		    "</p>\n</blockquote>\n<p><del>q</del></p>\n<hr>\n");
	assert_html("&lt;&#x4e00;&amp;&unknown;&#0;",
		    "<p>&lt;一&amp;&amp;unknown;\uFFFD</p>\n");
}

static void
headings_go_below_that_of_the_page_and_leave_none_out(void **state)
{
	(void)state;
	assert_html("# a\n### b\n# c\n", "<h3>a</h3>\n<h4>b</h4>\n<h3>c</h3>\n");
	assert_html("###### a\n", "<h3>a</h3>\n");
}

static void
html_is_text(void **state)
{
	(void)state;
	assert_html("<script>alert(1)</script>",
		    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n");
	assert_html("a <img src=x onerror=\"y\"> b", "<p>a &lt;img src=x "
		    "onerror=&quot;y&quot;&gt; b</p>\n");
	assert_html("```html\"><b>\n<b>\n```", "<pre>&lt;b&gt;\n</pre>\n");
}

static void
links_lead_to_the_web_to_mail_or_to_pages_of_ours(void **state)
{
	static const char *const bad[] = { "javascript:alert(1)", "JaVa&#115;cript:x",
		"data:text/html,x", "//evil.example", "/\\\\evil.example",
		"vbscript:x", "&#1;javascript:x", "relative", "#here",
		"java&Tab;script:x", "file:///etc/passwd" };

	(void)state;
	assert_html("[a](https://x.example/?a&b \"t\")", "<p><a href=\"https://x."
		    "example/?a&amp;b\" rel=\"noopener nofollow ugc\">a</a></p>\n");
	assert_html("[a](/documents/7)", "<p><a href=\"/documents/7\">a</a></p>\n");
	assert_html("li@x.example", "<p><a href=\"mailto:li@x.example\" rel=\""
		    "noopener nofollow ugc\">li@x.example</a></p>\n");
	assert_html("![pic](https://x.example/t.gif)", "<p><a href=\"https://x."
		    "example/t.gif\" rel=\"noopener nofollow ugc\">pic</a></p>\n");
	for (size_t i = 0; i < XJ_COUNT(bad); i++) {
		xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
		xj_auto(xj_buf_release) struct xj_buf html = XJ_BUF_INIT;

		xj_buf_addf(&b, "[a](%s) ![b](<%s>)", bad[i], bad[i]);
		html_of(xj_buf_str(&b), 1, &html);
		assert_null(strstr(xj_buf_str(&html), "href"));
	}
}

static void
tables_may_be_wide_and_sided(void **state)
{
	(void)state;
	assert_html("|a|b|\n|---|---:|\n|1|2|", "<div class=\"scroll\" tabindex=\"0\" "
		    "role=\"group\"><table><thead><tr><th scope=\"col\">a</th>"
		    "<th scope=\"col\" class=\"right\">b</th></tr>\n</thead><tbody>"
		    "<tr><td>1</td><td class=\"right\">2</td></tr>\n</tbody></table>"
		    "</div>\n");
}

/* A few bytes must not make a page of megabytes. */
static void
what_would_grow_out_of_proportion_is_shown_as_it_is(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf html = XJ_BUF_INIT;

	(void)state;
	for (int i = 0; i < 4000; i++)
		xj_buf_adds(&text, "|a");
	xj_buf_adds(&text, "\n");
	for (int i = 0; i < 4000; i++)
		xj_buf_adds(&text, "|---");
	for (int i = 0; i < 4000; i++)
		xj_buf_adds(&text, "\n|x");
	html_of(xj_buf_str(&text), 1, &html);
	assert_int_equal(strncmp(xj_buf_str(&html), "<p class=\"plain\">|a|a",
				 19), 0);
	xj_buf_clear(&text);
	for (int i = 0; i < 5000; i++)
		xj_buf_adds(&text, ">");
	xj_buf_adds(&text, "deep");
	html_of(xj_buf_str(&text), 1, &html);
	assert_non_null(strstr(xj_buf_str(&html), "deep"));
}

static void
nothing_written_is_nothing_shown(void **state)
{
	json_t *made[] = { xj_markdown(NULL, 1), xj_markdown("", 1),
			   xj_markdown(" \n\t", 1), xj_markdown("\xff", 1) };

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(made); i++)
		assert_true(json_is_null(made[i]));
}

/* Whoever makes a flow, of whatever: nothing but the tags of the table. */
static void
a_flow_of_anything_is_harmless(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf html = XJ_BUF_INIT;
	json_t *flow = json_pack("[{s:s, s:[s]}, {s:s, s:s, s:[s]}, i, [s], {}]",
				 "tag", "script", "in", "<a>", "tag", "a", "to",
				 "\"><script>", "in", "b", 7, "c");

	(void)state;
	xj_flow_write(&html, flow);
	json_decref(flow);
	assert_string_equal(xj_buf_str(&html), "&lt;a&gt;b");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(paragraphs_lists_and_emphasis_have_tags),
	cmocka_unit_test(headings_go_below_that_of_the_page_and_leave_none_out),
	cmocka_unit_test(html_is_text),
	cmocka_unit_test(links_lead_to_the_web_to_mail_or_to_pages_of_ours),
	cmocka_unit_test(tables_may_be_wide_and_sided),
	cmocka_unit_test(what_would_grow_out_of_proportion_is_shown_as_it_is),
	cmocka_unit_test(nothing_written_is_nothing_shown),
	cmocka_unit_test(a_flow_of_anything_is_harmless),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
