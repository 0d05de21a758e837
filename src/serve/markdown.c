/* markdown.c - Markdown that a person wrote, as a flow (flow.c). */
#include <md4c.h>
#include <stdlib.h>
#include <string.h>

#include "serve/serve.h"

#define TEXT_MAX (2u << 20)
#define NODES_MAX 100000
#define DEPTH_MAX 40
#define GROWTH_MAX 4     /* times the text that a flow may hold of text */

/* The parts that are open; what lies deeper goes into the deepest of them. */
struct making {
	json_t *open[DEPTH_MAX];    /* the arrays that "in" is, [0] the flow */
	unsigned depth, beyond;
	struct xj_buf text;         /* that is not in the tree yet */
	unsigned heading;           /* level of the one before */
	size_t nodes, bytes, bytes_max;
};

/* ------------------------------------------------------------------ the tree */

static int
flush(struct making *m)
{
	if (m->text.len)
		json_array_append_new(m->open[m->depth], json_stringn(
			m->text.data, m->text.len));
	xj_buf_clear(&m->text);
	return ++m->nodes > NODES_MAX || m->bytes > m->bytes_max ||
	       m->text.failed;
}

static json_t *
add(struct making *m, const char *tag)
{
	json_t *node = json_pack("{s:s}", "tag", tag);

	json_array_append_new(m->open[m->depth], node);
	return node;
}

/* NULL: nothing that could have attributes. */
static json_t *
begin(struct making *m, const char *tag)
{
	json_t *node, *in;

	if (m->depth + 1 == DEPTH_MAX) {
		m->beyond++;
		return NULL;
	}
	node = add(m, tag);
	in = json_array();
	json_object_set_new(node, "in", in);
	m->open[++m->depth] = in;
	return node;
}

static void
end(struct making *m)
{
	if (m->beyond)
		m->beyond--;
	else
		m->depth--;
}

/* ------------------------------------------------------------------- its text */

static void
add_text(struct making *m, const char *text, size_t len)
{
	xj_buf_add(&m->text, text, len);
	m->bytes += len;
}

static void
add_code_point(struct xj_buf *b, unsigned long c)
{
	char out[4];

	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		c = 0xfffd;
	xj_buf_add(b, out, xj_utf8_put((uint32_t)c, out));
}

/* "&#8212;", "&amp;"; the names of others stay as they are. */
static void
add_entity(struct xj_buf *b, const char *text, size_t len)
{
	static const char *const names[][2] = {
		{ "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" },
		{ "&quot;", "\"" }, { "&apos;", "'" },
		{ "&nbsp;", "\xC2\xA0" }, { "&mdash;", "\xE2\x80\x94" },
		{ "&hellip;", "\xE2\x80\xA6" }, { "&middot;", "\xC2\xB7" },
	};

	if (len > 3 && text[1] == '#') {
		bool hex = (text[2] | 32) == 'x';

		add_code_point(b, strtoul(text + 2 + hex, NULL,
					  hex ? 16 : 10));
		return;
	}
	for (size_t i = 0; i < XJ_COUNT(names); i++)
		if (strlen(names[i][0]) == len &&
		    memcmp(names[i][0], text, len) == 0) {
			xj_buf_adds(b, names[i][1]);
			return;
		}
	xj_buf_add(b, text, len);
}

/* An address, as a value. */
static json_t *
address_of(struct making *m, const MD_ATTRIBUTE *a)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	for (size_t i = 0; a->text && a->substr_offsets[i] < a->size; i++) {
		const char *at = a->text + a->substr_offsets[i];
		size_t n = a->substr_offsets[i + 1] - a->substr_offsets[i];

		if (a->substr_types[i] == MD_TEXT_ENTITY)
			add_entity(&b, at, n);
		else
			xj_buf_add(&b, at, n);
	}
	m->bytes += b.len;
	return json_string(xj_buf_str(&b));
}

/* ---------------------------------------------------------- what md4c calls */

/* None is higher than those of the page it stands on, and none is skipped. */
static const char *
heading_of(struct making *m, unsigned level, unsigned below)
{
	static const char *const names[] = { "h2", "h3", "h4", "h5", "h6" };

	level += below;
	if (level > m->heading + 1)
		level = m->heading + 1;
	m->heading = level;
	return names[level < 2 ? 0 : level > 6 ? 4 : level - 2];
}

struct call {
	struct making m;
	unsigned below;
};

static const char *const block_tags[] = {
	[MD_BLOCK_QUOTE] = "blockquote", [MD_BLOCK_UL] = "ul",
	[MD_BLOCK_OL] = "ol", [MD_BLOCK_LI] = "li", [MD_BLOCK_H] = "h",
	[MD_BLOCK_CODE] = "pre", [MD_BLOCK_HTML] = "p", [MD_BLOCK_P] = "p",
	[MD_BLOCK_TABLE] = "table", [MD_BLOCK_THEAD] = "thead",
	[MD_BLOCK_TBODY] = "tbody", [MD_BLOCK_TR] = "tr",
	[MD_BLOCK_TH] = "th", [MD_BLOCK_TD] = "td",
};

static void
begin_item(struct making *m, const MD_BLOCK_LI_DETAIL *d)
{
	begin(m, "li");
	if (d->is_task)
		add_text(m, d->task_mark == ' ' ? "\u2610 " : "\u2611 ", 4);
}

static void
begin_cell(struct making *m, const char *tag, const MD_BLOCK_TD_DETAIL *d)
{
	json_t *node = begin(m, tag);

	if (node && d->align >= MD_ALIGN_CENTER)
		json_object_set_new(node, "side", json_string(
			d->align == MD_ALIGN_RIGHT ? "right" : "center"));
}

static int
enter_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct call *c = ctx;
	json_t *node;
	int r = flush(&c->m);

	if (type == MD_BLOCK_DOC)
		return r;
	if (type == MD_BLOCK_HR)
		add(&c->m, "hr");
	else if (type == MD_BLOCK_H)
		begin(&c->m, heading_of(&c->m, ((MD_BLOCK_H_DETAIL *)
					detail)->level, c->below));
	else if (type == MD_BLOCK_LI)
		begin_item(&c->m, detail);
	else if (type == MD_BLOCK_TH || type == MD_BLOCK_TD)
		begin_cell(&c->m, block_tags[type], detail);
	else if (type == MD_BLOCK_OL) {
		if ((node = begin(&c->m, "ol")))
			json_object_set_new(node, "start", json_integer(
				((MD_BLOCK_OL_DETAIL *)detail)->start));
	} else
		begin(&c->m, block_tags[type]);
	return r;
}

static int
leave_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct call *c = ctx;
	int r = flush(&c->m);

	(void)detail;
	if (type != MD_BLOCK_DOC && type != MD_BLOCK_HR)
		end(&c->m);
	return r;
}

/* A picture would be fetched from where a stranger says: it is a link. */
static int
enter_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	static const char *const names[] = {
		[MD_SPAN_EM] = "em", [MD_SPAN_STRONG] = "strong",
		[MD_SPAN_A] = "a", [MD_SPAN_IMG] = "a",
		[MD_SPAN_CODE] = "code", [MD_SPAN_DEL] = "del",
	};
	struct call *c = ctx;
	int r = flush(&c->m);
	json_t *node = begin(&c->m, names[type]);

	if (node && type == MD_SPAN_A)
		json_object_set_new(node, "to", address_of(&c->m,
			&((MD_SPAN_A_DETAIL *)detail)->href));
	else if (node && type == MD_SPAN_IMG)
		json_object_set_new(node, "to", address_of(&c->m,
			&((MD_SPAN_IMG_DETAIL *)detail)->src));
	return r;
}

static int
leave_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct call *c = ctx;
	int r = flush(&c->m);

	(void)type;
	(void)detail;
	end(&c->m);
	return r;
}

static int
take_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE len, void *ctx)
{
	struct call *c = ctx;

	if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR) {
		if (flush(&c->m))
			return 1;
		add(&c->m, "br");
	} else if (type == MD_TEXT_NULLCHAR) {
		add_text(&c->m, "\uFFFD", 3);
	} else if (type == MD_TEXT_ENTITY) {
		add_entity(&c->m.text, text, len);
		c->m.bytes += len;
	} else {
		add_text(&c->m, text, len);
	}
	return c->m.bytes > c->m.bytes_max;
}

/* What would be a flow out of all proportion is shown as it was written. */
static void
make_plain(json_t *flow, const char *text)
{
	json_array_clear(flow);
	json_array_append_new(flow, json_pack("{s:s, s:[s]}", "tag", "plain",
					      "in", text));
}

json_t *
xj_markdown(const char *text, unsigned below)
{
	static const MD_PARSER parser = {
		.flags = MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_TASKLISTS |
			 MD_FLAG_STRIKETHROUGH | MD_FLAG_PERMISSIVEAUTOLINKS |
			 MD_FLAG_NOINDENTEDCODEBLOCKS,
		.enter_block = enter_block, .leave_block = leave_block,
		.enter_span = enter_span, .leave_span = leave_span,
		.text = take_text,
	};
	size_t len = text && xj_utf8_valid(text, strlen(text)) ?
		     strlen(text) : 0;
	struct call c = { .below = below, .m = {
		.open = { json_array() }, .heading = below,
		.bytes_max = GROWTH_MAX * len + 4096 } };
	json_t *flow = c.m.open[0];

	if (!len || strspn(text, " \t\r\n") == len) {
		json_decref(flow);
		return json_null();
	}
	if (len > TEXT_MAX ||
	    md_parse(text, (MD_SIZE)len, &parser, &c) != 0)
		make_plain(flow, text);
	xj_buf_release(&c.m.text);
	return json_pack("{s:o}", "flow", flow);
}
