/*
 * fuzz-written.c - any text as Markdown that a person wrote: what is made of it
 * has no tag and no address but those that are allowed, and is not out of all
 * proportion. `make fuzz-written` builds it with clang.
 */
#include <string.h>

#include "serve/serve.h"

#include "fuzz.h"

/* Every '<' begins something that flow.c has; nothing acts. */
static void
check(const char *html)
{
	static const char *const begins[] = { "<p>", "<p class=\"plain\">",
		"<h2>", "<h3>", "<h4>", "<h5>", "<h6>", "<ul>", "<ol>",
		"<ol start=\"", "<li>", "<blockquote>", "<pre>", "<hr>", "<br>",
		"<em>", "<strong>", "<del>", "<code>", "<div class=\"scroll\" "
		"tabindex=\"0\" role=\"group\"><table>", "<table>", "<thead>",
		"<tbody>", "<tr>", "<th scope=\"col\"", "<td", "</",
		"<a href=\"/", "<a href=\"http", "<a href=\"mailto:",
		"<a href=\"HTTP" };

	for (const char *p = html; (p = strchr(p, '<')); p++) {
		size_t i = 0;

		while (i < XJ_COUNT(begins) &&
		       strncasecmp(begins[i], p, strlen(begins[i])) != 0)
			i++;
		MUST(i < XJ_COUNT(begins));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xj_auto(xj_buf_release) struct xj_buf html = XJ_BUF_INIT;
	char *text = strndup((const char *)data, size);
	json_t *made;

	MUST(text);
	made = xj_markdown(text, size ? data[0] % 4 : 0);
	xj_flow_write(&html, json_object_get(made, "flow"));
	json_decref(made);
	free(text);
	MUST(!html.failed && html.len < 80 * size + 100000);
	check(xj_buf_str(&html));
	return 0;
}
