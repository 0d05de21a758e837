/*
 * drawing.c - text of shapes on slides, in sheets, of diagrams and charts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "ooxml.h"

struct drawing {
	struct office *o;
	const struct xj_block *about;
	struct compat compat;
	uint32_t role, level;  /* of the shape in hand */
	bool text;             /* within <a:t>, or a value of a chart */
	bool silent;           /* a placeholder whose text is not its own */
	bool opened;           /* the paragraph has a block */
	int cached;            /* within the text kept of a chart's cells */
};

static void
placeholder(struct drawing *d, const struct xml_atts *atts)
{
	char type[32];

	if (!xml_att(atts, "type", type, sizeof(type)))
		strcpy(type, "obj");
	d->silent = false;
	if (d->about->role == XJ_NOTE) {
		d->silent = strcmp(type, "body") != 0;
	} else if (!strcmp(type, "title") || !strcmp(type, "ctrTitle")) {
		d->role = XJ_HEADING;
		d->level = 1;
	} else if (!strcmp(type, "dt") || !strcmp(type, "ftr") ||
		   !strcmp(type, "hdr") || !strcmp(type, "sldNum")) {
		d->role = XJ_HEADER;
	} else if (!strcmp(type, "body") || !strcmp(type, "obj")) {
		d->role = XJ_LIST;
		d->level = 1;
	}
}

static int
open_paragraph(struct drawing *d)
{
	struct xj_block about = *d->about;
	int r = flow_part(&d->o->flow);

	d->opened = r == 1;
	if (r <= 0)
		return r;
	about.role = d->role;
	about.level = d->level;
	return flow_open(&d->o->flow, &about);
}

static int
close_paragraph(struct drawing *d)
{
	if (!d->opened)
		return 0;
	d->opened = false;
	return flow_close(&d->o->flow);
}

static int
open_row(struct drawing *d)
{
	struct xj_block about = *d->about;

	if (about.role == XJ_BODY)
		about.role = XJ_TABLE;
	return flow_row(&d->o->flow, &about);
}

static int
start_drawing(struct drawing *d, const char *name, const struct xml_atts *atts)
{
	struct flow *f = &d->o->flow;
	long level;

	if (!strcmp(name, "p") && !d->silent)
		return open_paragraph(d);
	if (!strcmp(name, "t"))
		d->text = true;
	else if (!strcmp(name, "br"))
		flow_gap(f, d->role == XJ_HEADING ? GAP_SPACE : GAP_BREAK);
	else if (!strcmp(name, "tr"))
		return open_row(d);
	else if (!strcmp(name, "tc"))
		flow_cell(f);
	else if (!strcmp(name, "buNone") && d->role == XJ_LIST)
		flow_become(f, XJ_BODY, 0);
	else if (!strcmp(name, "pPr") && d->role == XJ_LIST) {
		level = xml_att_long(atts, "lvl", 0);
		if (level > 0 && level < 9)
			flow_become(f, XJ_LIST, (uint32_t)level + 1);
	}
	return 0;
}

/* Text of a chart that is kept from its cells: names, not numbers. */
static int
start_chart(struct drawing *d, const char *name)
{
	if (!strcmp(name, "strCache") || !strcmp(name, "multiLvlStrCache")) {
		d->cached++;
		return d->cached == 1 ? open_row(d) : 0;
	}
	if (!strcmp(name, "v") && d->cached > 0) {
		flow_cell(&d->o->flow);
		d->text = true;
	}
	return 0;
}

static int
on_start(void *ctx, char space, const char *name, const struct xml_atts *atts)
{
	struct drawing *d = ctx;

	if (compat_start(&d->compat, space, name))
		return 0;
	if (space == NS_DRAWING)
		return start_drawing(d, name, atts);
	if (space == NS_CHART)
		return start_chart(d, name);
	if (space == NS_MATH && !strcmp(name, "t"))
		d->text = true;
	if (space != NS_SLIDES)
		return 0;
	if (!strcmp(name, "sp") || !strcmp(name, "graphicFrame")) {
		d->role = d->about->role;
		d->level = 0;
		d->silent = false;
	} else if (!strcmp(name, "ph")) {
		placeholder(d, atts);
	} else if (!strcmp(name, "text")) { /* of a comment */
		d->text = true;
		return open_paragraph(d);
	}
	return 0;
}

static int
end_chart(struct drawing *d, const char *name)
{
	if (!strcmp(name, "v"))
		d->text = false;
	if (d->cached == 0 || (strcmp(name, "strCache") &&
			       strcmp(name, "multiLvlStrCache")))
		return 0;
	return --d->cached == 0 ? flow_close(&d->o->flow) : 0;
}

static int
on_end(void *ctx, char space, const char *name)
{
	struct drawing *d = ctx;

	if (compat_end(&d->compat, space, name))
		return 0;
	if (!strcmp(name, "t"))
		d->text = false;
	if (space == NS_CHART)
		return end_chart(d, name);
	if (space == NS_SLIDES && !strcmp(name, "text")) {
		d->text = false;
		return close_paragraph(d);
	}
	if (space != NS_DRAWING)
		return 0;
	if (!strcmp(name, "p"))
		return close_paragraph(d);
	return strcmp(name, "tr") ? 0 : flow_close(&d->o->flow);
}

static int
on_text(void *ctx, const char *text, size_t len)
{
	struct drawing *d = ctx;

	if (!d->text || d->compat.skip > 0 || d->silent)
		return 0;
	return flow_text(&d->o->flow, text, len);
}

int
drawing_read(struct office *o, const char *part, const struct xj_block *about)
{
	static const struct xml_handler handler = {
		.spaces = ooxml_spaces, .start = on_start, .end = on_end,
		.text = on_text,
	};
	struct drawing d = { .o = o, .about = about, .role = about->role };
	int r = flow_end(&o->flow, xml_part(&o->package, part, &handler, &d));

	return r < 0 ? r : 0;
}

int
drawing_read_related(struct office *o, const struct rels *rels,
		     const struct xj_block *about)
{
	int r = 0;

	for (size_t i = 0; i < rels->n && r == 0; i++) {
		const struct rel *rel = &rels->list[i];

		if (rel->target[0] && (!strcmp(rel->type, "diagramData") ||
				       !strcmp(rel->type, "chart") ||
				       !strcmp(rel->type, "chartUserShapes")))
			r = drawing_read(o, rel->target, about);
	}
	return r;
}
