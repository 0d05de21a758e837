/*
 * word.c - word processing documents: the body, then notes, comments, headers
 * and footers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "ooxml.h"

#define STYLES_MAX 2000
#define BASED_MAX 10      /* styles upon styles */
#define NESTED_MAX 64     /* paragraphs within paragraphs */
#define PARTS_MAX 1000    /* headers and footers */

struct style {
	char id[64], based[64];
	uint32_t role, level;
	bool known;        /* has a role of its own, XJ_BODY too */
};

struct word {
	struct office *o;
	struct style *styles;
	size_t nstyles;
	struct style *style;   /* being read */

	struct compat compat;
	uint32_t role;         /* of all text in the part */
	int paragraphs;        /* open, one in another */
	uint64_t opened;       /* a bit for each: it has a block */
	bool properties, text;
	bool listed;
};

/* ---------------------------------------------------------------- styles */

static bool
starts(const char *s, const char *with)
{
	return !strncasecmp(s, with, strlen(with));
}

/* Names of built-in styles are English in every language of Word. */
static void
style_by_name(struct style *s, const char *name)
{
	s->known = true;
	if (starts(name, "heading ") && name[8] >= '1' && name[8] <= '9') {
		s->role = XJ_HEADING;
		s->level = (uint32_t)(name[8] - '0');
	} else if (!strcasecmp(name, "title")) {
		s->role = XJ_HEADING;
		s->level = 1;
	} else if (!strcasecmp(name, "caption")) {
		s->role = XJ_CAPTION;
	} else if (starts(name, "list bullet") || starts(name, "list number")) {
		s->role = XJ_LIST;
		s->level = isdigit((unsigned char)name[strlen(name) - 1]) ?
			(uint32_t)(name[strlen(name) - 1] - '0') : 1;
		s->level += s->level == 0;
	} else if (!strcasecmp(name, "html preformatted") ||
		   !strcasecmp(name, "source code")) {
		s->role = XJ_CODE;
	} else {
		s->known = starts(name, "toc ") || !strcasecmp(name, "normal");
	}
}

static int
new_style(struct word *w, const struct xml_atts *atts)
{
	struct style *s;

	w->style = NULL;
	if (w->nstyles == STYLES_MAX || !xml_att_is(atts, "type", "paragraph"))
		return 0;
	if (!w->styles)
		w->styles = xj_alloc(w->o->in, NULL,
				     STYLES_MAX * sizeof(*w->styles));
	if (!w->styles)
		return XJ_IMPORT_NOMEM;
	s = w->style = &w->styles[w->nstyles++];
	xml_att(atts, "styleId", s->id, sizeof(s->id));
	return 0;
}

static void
outline_level(uint32_t *role, uint32_t *level, const struct xml_atts *atts)
{
	long n = xml_att_long(atts, "val", 9);

	if (n >= 0 && n < 9) {
		*role = XJ_HEADING;
		*level = (uint32_t)n + 1;
	}
}

static int
style_start(void *ctx, char space, const char *name,
	    const struct xml_atts *atts)
{
	struct word *w = ctx;
	struct style *s = w->style;
	char value[100];

	if (space != NS_WORD)
		return 0;
	if (!strcmp(name, "style"))
		return new_style(w, atts);
	if (!s)
		return 0;
	if (!strcmp(name, "name") && xml_att(atts, "val", value, sizeof(value)))
		style_by_name(s, value);
	else if (!strcmp(name, "basedOn"))
		xml_att(atts, "val", s->based, sizeof(s->based));
	else if (!strcmp(name, "outlineLvl") && s->role != XJ_HEADING) {
		outline_level(&s->role, &s->level, atts);
		s->known |= s->role == XJ_HEADING;
	} else if (!strcmp(name, "numPr") && s->role == XJ_BODY) {
		s->role = XJ_LIST;
		s->level = 1;
		s->known = true;
	}
	return 0;
}

static int
style_end(void *ctx, char space, const char *name)
{
	struct word *w = ctx;

	if (space == NS_WORD && !strcmp(name, "style"))
		w->style = NULL;
	return 0;
}

static const struct style *
find_style(const struct word *w, const char *id)
{
	for (int i = 0; i < BASED_MAX && *id; i++) {
		const struct style *s = NULL;

		for (size_t k = 0; k < w->nstyles && !s; k++)
			if (!strcmp(w->styles[k].id, id))
				s = &w->styles[k];
		if (!s || s->known)
			return s;
		id = s->based;
	}
	return NULL;
}

/* ------------------------------------------------------------ paragraphs */

static uint64_t
bit(const struct word *w)
{
	return UINT64_C(1) << (w->paragraphs - 1);
}

static int
open_block(struct word *w, uint32_t role, uint32_t level)
{
	const struct xj_block about = { .role = role, .level = level };

	w->opened |= bit(w);
	return flow_open(&w->o->flow, &about);
}

static int
start_paragraph(struct word *w)
{
	int r = 0;

	if (w->paragraphs == NESTED_MAX) {
		flow_gap(&w->o->flow, GAP_SPACE);
		compat_skip(&w->compat);
		return 0;
	}
	w->paragraphs++;
	w->opened &= ~bit(w);
	w->listed = false;
	r = flow_part(&w->o->flow);
	return r == 1 ? open_block(w, w->role, 0) : r;
}

static int
end_paragraph(struct word *w)
{
	bool opened = w->paragraphs > 0 && (w->opened & bit(w));

	if (w->paragraphs > 0)
		w->paragraphs--;
	return opened ? flow_close(&w->o->flow) : 0;
}

/* The properties of a paragraph come behind its start and before its text. */
static int
become(struct word *w, uint32_t role, uint32_t level)
{
	int r = 0;

	if (w->paragraphs == 0 || w->role != XJ_BODY)
		return 0;
	if (w->opened & bit(w)) {
		flow_become(&w->o->flow, role, level);
	} else if (role == XJ_HEADING) { /* the table is there for layout */
		r = flow_leave_row(&w->o->flow);
		if (r == 0)
			r = open_block(w, role, level);
	}
	return r;
}

static int
property(struct word *w, const char *name, const struct xml_atts *atts)
{
	const struct style *s;
	uint32_t role = XJ_BODY, level = 0;
	char value[64];

	if (!strcmp(name, "pPrChange") || !strcmp(name, "rPr")) {
		compat_skip(&w->compat);
	} else if (!strcmp(name, "pStyle")) {
		if (!xml_att(atts, "val", value, sizeof(value)))
			return 0;
		s = find_style(w, value);
		if (s && s->role != XJ_BODY)
			return become(w, s->role, s->level);
	} else if (!strcmp(name, "outlineLvl")) {
		outline_level(&role, &level, atts);
		if (role == XJ_HEADING)
			return become(w, role, level);
	} else if (!strcmp(name, "ilvl")) {
		level = (uint32_t)xml_att_long(atts, "val", 0);
		w->listed = true;
		if (level < 9)
			flow_list(&w->o->flow, level + 1);
	} else if (!strcmp(name, "numId") && !w->listed &&
		   w->paragraphs > 0 && (w->opened & bit(w))) {
		flow_list(&w->o->flow, xml_att_is(atts, "val", "0") ? 0 : 1);
	}
	return 0;
}

/* ------------------------------------------------------------------ runs */

/* Text that is no longer there, and what is not text. */
static bool
left_out(const char *name)
{
	static const char *const names[] = {
		"del", "moveFrom", "instrText", "delInstrText", "delText",
		"rPr", "sectPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr",
		"sdtEndPr", "tblPrEx",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/* A character of a symbol font, where it is a character at all. */
static int
symbol(struct word *w, const struct xml_atts *atts)
{
	char value[16], out[4];
	unsigned long c;

	if (!xml_att(atts, "char", value, sizeof(value)))
		return 0;
	c = strtoul(value, NULL, 16);
	if (c < 0xA0 || (c >= 0xD800 && c < 0xF900) || c >= 0xFFFE)
		return 0;
	return flow_text(&w->o->flow, out, utf8_put((uint32_t)c, out));
}

static int
start_inline(struct word *w, const char *name, const struct xml_atts *atts)
{
	static const struct xj_block reading = { .role = XJ_NOTE };
	struct flow *f = &w->o->flow;

	if (!strcmp(name, "t"))
		w->text = true;
	else if (!strcmp(name, "tab") || !strcmp(name, "ptab"))
		return flow_text(f, "\t", 1);
	else if (!strcmp(name, "br") || !strcmp(name, "cr"))
		return flow_text(f, "\n", 1);
	else if (!strcmp(name, "noBreakHyphen"))
		return flow_text(f, "-", 1);
	else if (!strcmp(name, "sym"))
		return symbol(w, atts);
	else if (!strcmp(name, "rt") && flow_in(f))
		return flow_open(f, &reading);
	return 0;
}

static int
start_word(struct word *w, const char *name, const struct xml_atts *atts)
{
	const struct xj_block row = {
		.role = w->role == XJ_BODY ? XJ_TABLE : w->role,
	};

	if (w->properties)
		return property(w, name, atts);
	if (!strcmp(name, "pPr")) {
		w->properties = true;
		return 0;
	}
	if (left_out(name)) {
		compat_skip(&w->compat);
		return 0;
	}
	if (!strcmp(name, "p"))
		return start_paragraph(w);
	if (!strcmp(name, "tr"))
		return flow_row(&w->o->flow, &row);
	if (!strcmp(name, "tc"))
		flow_cell(&w->o->flow);
	/* lines that part notes from the text */
	if ((!strcmp(name, "footnote") || !strcmp(name, "endnote")) &&
	    (xml_att_is(atts, "type", "separator") ||
	     xml_att_is(atts, "type", "continuationSeparator")))
		compat_skip(&w->compat);
	return start_inline(w, name, atts);
}

static int
on_start(void *ctx, char space, const char *name, const struct xml_atts *atts)
{
	struct word *w = ctx;

	if (compat_start(&w->compat, space, name))
		return 0;
	if (space == NS_WORD)
		return start_word(w, name, atts);
	if (!strcmp(name, "t") && (space == NS_MATH || space == NS_DRAWING))
		w->text = true;
	return 0;
}

static int
on_end(void *ctx, char space, const char *name)
{
	struct word *w = ctx;

	if (compat_end(&w->compat, space, name))
		return 0;
	if (!strcmp(name, "t"))
		w->text = false;
	if (space != NS_WORD)
		return 0;
	if (!strcmp(name, "pPr"))
		w->properties = false;
	else if (!strcmp(name, "p"))
		return end_paragraph(w);
	else if (!strcmp(name, "tr") ||
		 (!strcmp(name, "rt") && flow_in(&w->o->flow)))
		return flow_close(&w->o->flow);
	return 0;
}

static int
on_text(void *ctx, const char *text, size_t len)
{
	struct word *w = ctx;

	if (!w->text || w->compat.skip > 0)
		return 0;
	return flow_text(&w->o->flow, text, len);
}

/* ----------------------------------------------------------------- parts */

static int
read_part(struct word *w, const char *part, uint32_t role)
{
	static const struct xml_handler handler = {
		.spaces = ooxml_spaces, .start = on_start, .end = on_end,
		.text = on_text,
	};

	memset(&w->compat, 0, sizeof(w->compat));
	w->role = role;
	w->paragraphs = 0;
	w->properties = w->text = false;
	return flow_end(&w->o->flow,
			xml_part(&w->o->package, part, &handler, w));
}

static int
read_styles(struct word *w)
{
	static const struct xml_handler handler = {
		.spaces = ooxml_spaces, .start = style_start, .end = style_end,
	};
	const struct rels *rels = &w->o->rels;
	int r = 0;

	for (size_t i = 0; i < rels->n && r >= 0; i++)
		if (!strcmp(rels->list[i].type, "styles"))
			r = xml_part(&w->o->package, rels->list[i].target,
				     &handler, w);
	return r < 0 ? r : 0;
}

static int
read_kind(struct word *w, const char *type, uint32_t role)
{
	const struct rels *rels = &w->o->rels;
	unsigned parts = 0;
	int r = 0;

	for (size_t i = 0; i < rels->n && r >= 0; i++) {
		const struct rel *rel = &rels->list[i];

		if (rel->target[0] && !strcmp(rel->type, type) &&
		    parts++ < PARTS_MAX)
			r = read_part(w, rel->target, role);
	}
	return r < 0 ? r : 0;
}

/* What another program is to convert when the document is opened. */
static int
send_chunks(struct office *o)
{
	int r = 0;

	for (size_t i = 0; i < o->rels.n && r == 0; i++) {
		const struct rel *rel = &o->rels.list[i];
		const char *slash = strrchr(rel->target, '/');

		if (rel->target[0] && !strcmp(rel->type, "aFChunk"))
			r = part_send(&o->package, rel->target,
				      slash ? slash + 1 : rel->target, NULL);
	}
	return r;
}

int
word_read(struct office *o)
{
	static const struct {
		const char *type;
		uint32_t role;
	} kinds[] = {
		{ "footnotes", XJ_NOTE }, { "endnotes", XJ_NOTE },
		{ "comments", XJ_NOTE }, { "header", XJ_HEADER },
		{ "footer", XJ_HEADER },
	};
	const struct xj_block body = { .role = XJ_BODY };
	struct word w = { .o = o };
	int r = read_styles(&w);

	if (r == 0)
		r = read_part(&w, o->main, XJ_BODY);
	if (r == 0)
		r = drawing_read_related(o, &o->rels, &body);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && r >= 0; i++)
		r = read_kind(&w, kinds[i].type, kinds[i].role);
	if (r >= 0)
		r = send_chunks(o);
	xj_alloc(o->in, w.styles, 0);
	return r < 0 ? r : 0;
}
