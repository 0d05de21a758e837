/*
 * packet-html.c - a packet as one page that needs nothing else: contents, then
 * the text of each document. What people wrote is escaped, all of it.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "library/packet.h"

#define PIECE 65536u /* written at once */

/* Chinese is set as books set it: paragraphs begin two characters further in,
 * lines are wide apart. */
static const char style[] =
"body{max-width:42em;margin:2em auto;padding:0 1.2em;line-height:1.85;"
"font-family:\"Noto Serif CJK SC\",\"Source Han Serif SC\",\"Songti SC\","
"SimSun,serif;color:#222;text-align:justify;overflow-wrap:break-word}"
"h1,h2,h3,h4,h5,nav,.source,.place{font-family:\"Noto Sans CJK SC\","
"\"PingFang SC\",\"Microsoft YaHei\",sans-serif;line-height:1.4;"
"text-align:left}"
"h1{margin:1.5em 0 .3em}section{margin-top:4em;border-top:1px solid #ccc}"
"p{margin:.4em 0}p.han{text-indent:2em}p.entry{margin-left:1.2em}"
"pre{white-space:pre-wrap;font-size:.85em;line-height:1.5}"
"table{border-collapse:collapse;font-size:.92em;margin:.6em 0}"
"td{border:1px solid #ccc;padding:.2em .6em;text-align:left}"
"nav li{margin:.3em 0}nav a{color:inherit}"
".source,.place{color:#666;font-size:.82em}.place{margin-top:1.2em}"
".note{border-left:3px solid #bbb;padding-left:.9em;color:#444}"
"@media print{body{max-width:none;margin:0}section{break-before:page;"
"border:0}}";

struct page {
	struct xj_packing *packing;
	const struct xj_picked *item;
	struct xj_buf text;
	uint64_t at;      /* page of the paragraph before */
	bool some;        /* the document has text */
	bool table;       /* one is open */
	int fd;
	struct xj_error *err;
};

static void
escape(struct xj_buf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '<')
			xj_buf_adds(out, "&lt;");
		else if (c == '>')
			xj_buf_adds(out, "&gt;");
		else if (c == '&')
			xj_buf_adds(out, "&amp;");
		else if (c == '"')
			xj_buf_adds(out, "&quot;");
		else if (c >= 0x20 || c == '\n' || c == '\t')
			xj_buf_addc(out, (char)c);
	}
}

static void
add_element(struct xj_buf *out, const char *name, const char *class,
	    const char *text, size_t len)
{
	if (*class != '\0')
		xj_buf_addf(out, "<%s class=\"%s\">", name, class);
	else
		xj_buf_addf(out, "<%s>", name);
	escape(out, text, len);
	xj_buf_addf(out, "</%s>\n", name);
}

static int
flush(struct page *g, size_t least)
{
	int r = XJ_OK;

	if (g->text.failed)
		return xj_error_set(g->err, XJ_ENOMEM, "out of memory");
	if (g->text.len < least)
		return XJ_OK;
	r = xj_write_all(g->fd, g->text.data, g->text.len, g->err);
	xj_buf_clear(&g->text);
	return r == XJ_OK ? xj_packing_cancelled(g->packing, g->err) : r;
}

/* -------------------------------------------------------------- documents */

static void
add_place(struct page *g, const struct xj_text_part *part)
{
	char place[64];

	if (strcmp(part->where, "page") != 0 || part->at == g->at)
		return;
	g->at = part->at;
	snprintf(place, sizeof(place), xj_tr(N_("page %u")),
		 (unsigned)part->at);
	add_element(&g->text, "p", "place", place, strlen(place));
}

static void
end_table(struct page *g)
{
	if (g->table)
		xj_buf_adds(&g->text, "</table>\n");
	g->table = false;
}

static void
add_row(struct page *g, const char *text, size_t len)
{
	if (!g->table)
		xj_buf_adds(&g->text, "<table>\n");
	g->table = true;
	xj_buf_adds(&g->text, "<tr>");
	while (len > 0) {
		const char *tab = memchr(text, '\t', len);
		size_t n = tab != NULL ? (size_t)(tab - text) : len;

		xj_buf_adds(&g->text, "<td>");
		escape(&g->text, text, n);
		xj_buf_adds(&g->text, "</td>");
		n += tab != NULL;
		text += n;
		len -= n;
	}
	xj_buf_adds(&g->text, "</tr>\n");
}

static bool
begins_with_han(const char *text, size_t len)
{
	const char *p = text;

	return len > 0 && xj_is_cjk(xj_utf8_next(&p, text + len));
}

static int
add_part(void *ctx, const struct xj_text_part *part)
{
	struct page *g = ctx;
	char heading[3] = "h3";

	g->some = true;
	if (strcmp(part->role, "table") != 0)
		end_table(g);
	add_place(g, part);
	if (strcmp(part->role, "heading") == 0) {
		heading[1] = part->level <= 1 ? '3' : part->level == 2 ? '4'
								       : '5';
		add_element(&g->text, heading, "", part->text, part->len);
	} else if (strcmp(part->role, "code") == 0) {
		add_element(&g->text, "pre", "", part->text, part->len);
	} else if (strcmp(part->role, "table") == 0) {
		add_row(g, part->text, part->len);
	} else if (strcmp(part->role, "list") == 0) {
		add_element(&g->text, "p", "entry", part->text, part->len);
	} else {
		add_element(&g->text, "p",
			    begins_with_han(part->text, part->len) ? "han" : "",
			    part->text, part->len);
	}
	return flush(g, PIECE);
}

static void
add_link(struct page *g)
{
	const char *name = g->item->file;

	/* Of what a name may have (packet.c) these mean something in links. */
	xj_buf_adds(&g->text, "<p class=\"source\"><a href=\"");
	for (; *name != '\0'; name++)
		if (strchr(" %#&'", *name) != NULL)
			xj_buf_addf(&g->text, "%%%02X",
				    (unsigned)(unsigned char)*name);
		else
			xj_buf_addc(&g->text, *name);
	xj_buf_adds(&g->text, "\">");
	escape(&g->text, g->item->file, strlen(g->item->file));
	xj_buf_adds(&g->text, "</a></p>\n");
}

static int
add_document(struct page *g, bool files)
{
	const struct xj_picked *item = g->item;
	const char *note = item->asked->note;
	const char *nothing = xj_tr(N_("There is no text in it; see the "
				       "original."));
	int r;

	g->at = 0;
	g->some = false;
	xj_buf_addf(&g->text, "<section id=\"d%zu\">\n",
		    (size_t)(item - g->packing->items) + 1);
	add_element(&g->text, "h2", "", item->title, strlen(item->title));
	if (*item->source != '\0')
		add_element(&g->text, "p", "source", item->source,
			    strlen(item->source));
	if (files && item->file)
		add_link(g);
	if (item->document && note != NULL && *note != '\0')
		add_element(&g->text, "p", "note", note, strlen(note));
	r = !item->document ? XJ_OK :
	    xj_picked_text(g->packing, item, add_part, g, g->err);
	end_table(g);
	if (r == XJ_OK && item->document && !g->some)
		add_element(&g->text, "p", "source", nothing, strlen(nothing));
	xj_buf_adds(&g->text, "</section>\n");
	return r == XJ_OK ? flush(g, PIECE) : r;
}

/* ----------------------------------------------------------------- the page */

static void
add_front(struct page *g)
{
	const struct xj_packing *p = g->packing;
	const char *const *line = p->packet->lines;
	const char *contents = xj_tr(N_("Contents"));

	/* TRANSLATORS: the language of this translation, as HTML names it */
	xj_buf_addf(&g->text, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n"
		    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
		    "content=\"width=device-width\">\n", xj_tr(N_("en")));
	add_element(&g->text, "title", "", p->title, strlen(p->title));
	xj_buf_addf(&g->text, "<style>%s</style>\n</head>\n<body>\n", style);
	add_element(&g->text, "h1", "", p->title, strlen(p->title));
	if (p->packet->subtitle != NULL)
		add_element(&g->text, "p", "", p->packet->subtitle,
			    strlen(p->packet->subtitle));
	for (; line != NULL && *line != NULL; line++)
		add_element(&g->text, "p", "source", *line, strlen(*line));
	xj_buf_adds(&g->text, "<nav>\n");
	add_element(&g->text, "h2", "", contents, strlen(contents));
	xj_buf_adds(&g->text, "<ol>\n");
	for (size_t i = 0; i < p->packet->count; i++) {
		xj_buf_addf(&g->text, "<li><a href=\"#d%zu\">", i + 1);
		escape(&g->text, p->items[i].title,
		       strlen(p->items[i].title));
		xj_buf_adds(&g->text, "</a></li>\n");
	}
	xj_buf_adds(&g->text, "</ol>\n</nav>\n");
}

int
xj_packet_page(struct xj_packing *p, bool files, int fd, struct xj_error *err)
{
	struct page g = { .packing = p, .fd = fd, .err = err };
	int r = XJ_OK;

	add_front(&g);
	for (size_t i = 0; r == XJ_OK && i < p->packet->count; i++) {
		g.item = &p->items[i];
		r = add_document(&g, files);
	}
	xj_buf_adds(&g.text, "</body>\n</html>\n");
	if (r == XJ_OK)
		r = flush(&g, 0);
	xj_buf_release(&g.text);
	return r;
}

int
xj_packet_html(struct xj_packing *p, struct xj_error *err)
{
	xj_auto(xj_closep) int fd = -1;
	int r = xj_packing_file(p, "out", &fd, err);

	return r == XJ_OK ? xj_packet_page(p, false, fd, err) : r;
}
