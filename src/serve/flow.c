/*
 * flow.c - text with structure, as a tree of JSON, written into HTML.
 *
 * A tree is an array of strings, which are text, and of objects: "tag" is one of
 * those below, "in" what is inside. What is not in the table is not written, but
 * what it holds is; so whatever made a tree, and of what, it cannot do more than
 * text can.
 */
#include <string.h>

#include "serve/serve.h"

#define DEPTH_MAX 64

static const struct tag {
	const char *name;
	const char *open, *close;   /* close NULL: it holds nothing */
} tags[] = {
	{ "p", "<p>", "</p>\n" },
	{ "plain", "<p class=\"plain\">", "</p>\n" },
	{ "h2", "<h2>", "</h2>\n" },
	{ "h3", "<h3>", "</h3>\n" },
	{ "h4", "<h4>", "</h4>\n" },
	{ "h5", "<h5>", "</h5>\n" },
	{ "h6", "<h6>", "</h6>\n" },
	{ "ul", "<ul>", "</ul>\n" },
	{ "ol", "<ol", "</ol>\n" },
	{ "li", "<li>", "</li>\n" },
	{ "blockquote", "<blockquote>", "</blockquote>\n" },
	{ "pre", "<pre>", "</pre>\n" },
	{ "hr", "<hr>\n", NULL },
	{ "br", "<br>", NULL },
	{ "em", "<em>", "</em>" },
	{ "strong", "<strong>", "</strong>" },
	{ "del", "<del>", "</del>" },
	{ "code", "<code>", "</code>" },
	{ "table", "<div class=\"scroll\" tabindex=\"0\" role=\"group\"><table>",
	  "</table></div>\n" },
	{ "thead", "<thead>", "</thead>" },
	{ "tbody", "<tbody>", "</tbody>" },
	{ "tr", "<tr>", "</tr>\n" },
	{ "th", "<th scope=\"col\"", "</th>" },
	{ "td", "<td", "</td>" },
	{ "a", "<a", "</a>" },
};

/* "https://...", "mailto:...", or a page of ours; nothing else begins one. */
bool
xj_flow_may_link(const char *to)
{
	static const char *const schemes[] = { "https://", "http://",
					       "mailto:" };

	for (const char *p = to; *p; p++)
		if ((unsigned char)*p <= 0x20 || *p == 0x7f || *p == '\\')
			return false;
	if (to[0] == '/')
		return to[1] != '/';
	for (size_t i = 0; i < XJ_COUNT(schemes); i++)
		if (strncasecmp(to, schemes[i], strlen(schemes[i])) == 0)
			return true;
	return false;
}

static const struct tag *
find_tag(const json_t *node)
{
	const char *name = json_string_value(json_object_get(node, "tag"));

	for (size_t i = 0; name && i < XJ_COUNT(tags); i++)
		if (strcmp(tags[i].name, name) == 0)
			return &tags[i];
	return NULL;
}

/* Only a link has an address, and only one that may be. */
static bool
put_link(struct xj_buf *out, const json_t *node)
{
	const char *to = json_string_value(json_object_get(node, "to"));

	if (!to || !xj_flow_may_link(to))
		return false;
	xj_buf_adds(out, "<a href=\"");
	xj_html_escape(out, to, strlen(to));
	xj_buf_adds(out, *to == '/' ? "\">" :
		    "\" rel=\"noopener nofollow ugc\">");
	return true;
}

static void
put_cell(struct xj_buf *out, const json_t *node)
{
	const char *side = json_string_value(json_object_get(node, "side"));

	if (side && strcmp(side, "right") == 0)
		xj_buf_adds(out, " class=\"right\"");
	else if (side && strcmp(side, "center") == 0)
		xj_buf_adds(out, " class=\"center\"");
	xj_buf_addc(out, '>');
}

static bool
put_open(struct xj_buf *out, const struct tag *t, const json_t *node)
{
	json_int_t start = json_integer_value(json_object_get(node, "start"));

	if (strcmp(t->name, "a") == 0)
		return put_link(out, node);
	xj_buf_adds(out, t->open);
	if (strcmp(t->name, "ol") == 0 && start != 1 && start >= 0)
		xj_buf_addf(out, " start=\"%lld\">", (long long)start);
	else if (strcmp(t->name, "ol") == 0)
		xj_buf_addc(out, '>');
	else if (t->name[0] == 't' && (t->name[1] == 'h' ||
		 t->name[1] == 'd') && !t->name[2])
		put_cell(out, node);
	return true;
}

static void
put_flow(struct xj_buf *out, const json_t *flow, unsigned depth)
{
	const json_t *node;
	size_t i;

	if (depth == DEPTH_MAX)
		return;
	json_array_foreach((json_t *)flow, i, node) {
		const struct tag *t = find_tag(node);
		bool opened;

		if (json_is_string(node)) {
			xj_html_escape(out, json_string_value(node),
				       json_string_length(node));
			continue;
		}
		opened = t && put_open(out, t, node);
		if (!t || t->close)
			put_flow(out, json_object_get(node, "in"), depth + 1);
		if (opened && t->close)
			xj_buf_adds(out, t->close);
	}
}

void
xj_flow_write(struct xj_buf *out, const json_t *flow)
{
	put_flow(out, flow, 0);
}
