/*
 * text.c - text of documents, slides and sheets.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <stdlib.h>

#include "odf.h"

#define NESTED_MAX 64
#define BLANKS_MAX 200
#define GAP_MAX 64         /* empty cells that are told by tabs */
#define REPEATED_MAX 16777216

static bool
is(const char *name, const char *other)
{
	return !strcmp(name, other);
}

static uint64_t
bit(const struct odf *o)
{
	return UINT64_C(1) << (o->paragraphs - 1);
}

/* ----------------------------------------------------------------- sheets */

static void
place_of(const struct odf *o, struct xj_block *about)
{
	if (o->part > 0 && !o->running) {
		about->where = XJ_PART;
		about->at = o->part;
		if (o->sheet && o->name[0])
			about->label = o->name;
	}
}

static uint32_t
repeated(const struct xml_atts *atts, const char *name)
{
	long n = xml_att_long(atts, name, 1);

	return n < 1 ? 1 : n > REPEATED_MAX ? REPEATED_MAX : (uint32_t)n;
}

/* The cell in hand has text: its row, and the cells before it. */
static int
begin_cell(struct odf *o)
{
	struct xj_block about = { .role = XJ_TABLE, .has = XJ_HAS_CELL,
				  .row = o->at_row, .column = o->at_column };
	uint32_t gap;
	int r;

	if (o->row && o->last == o->at_column)
		return 0;
	if (!o->row) {
		place_of(o, &about);
		r = flow_row(&o->flow, &about);
		if (r < 0)
			return r;
		flow_cell(&o->flow);
		o->row = true;
	} else {
		gap = o->at_column - o->last;
		for (gap = gap < GAP_MAX ? gap : 1; gap > 0; gap--)
			flow_cell(&o->flow);
	}
	o->last = o->at_column;
	return 0;
}

/* A date is sent as it is stored, not as the cell shows it. */
static int
start_cell(struct odf *o, const struct xml_atts *atts)
{
	char date[64], *t;
	int r;

	o->at_column += o->columns;
	o->columns = repeated(atts, "number-columns-repeated");
	o->dated = false;
	if (!xml_att_in(atts, NS_OFFICE, "date-value", date, sizeof(date)))
		return 0;
	t = strchr(date, 'T');
	if (t)
		*t = ' ';
	o->dated = true;
	r = begin_cell(o);
	return r < 0 ? r : flow_text(&o->flow, date, strlen(date));
}

static int
start_sheet(struct odf *o, const struct xml_atts *atts)
{
	struct xj_outline line = { .title = o->name, .level = 1,
				   .where = XJ_PART };

	o->tables++;
	if (!o->sheet || o->tables > 1)
		return 0;
	o->name[0] = '\0';
	xml_att(atts, "name", o->name, sizeof(o->name));
	line.at = ++o->part;
	o->at_row = 0;
	o->rows = 1;
	return o->name[0] ? xj_outline(o->in, &line) : 0;
}

static int
start_row(struct odf *o, const struct xml_atts *atts)
{
	struct xj_block about = { .role = o->notes ? XJ_NOTE : XJ_TABLE };

	if (!o->sheet || o->tables > 1) {
		if (o->running)
			about.role = XJ_HEADER;
		place_of(o, &about);
		return flow_row(&o->flow, &about);
	}
	o->at_row += o->rows;
	o->rows = repeated(atts, "number-rows-repeated");
	o->at_column = o->last = 0;
	o->columns = 1; /* the first cell is column 1 */
	return 0;
}

static int
start_table(struct odf *o, const char *name, const struct xml_atts *atts)
{
	if (is(name, "table"))
		return start_sheet(o, atts);
	if (is(name, "tracked-changes"))
		o->skip = 1;
	else if (is(name, "table-row"))
		return start_row(o, atts);
	else if (!is(name, "table-cell") && !is(name, "covered-table-cell"))
		return 0;
	else if (o->sheet && o->tables == 1)
		return start_cell(o, atts);
	else
		flow_cell(&o->flow);
	return 0;
}

static int
end_table(struct odf *o, const char *name)
{
	bool open = o->row;

	if (is(name, "table")) {
		o->tables -= o->tables > 0;
		return 0;
	}
	if (is(name, "table-cell"))
		o->dated = false;
	if (!is(name, "table-row"))
		return 0;
	if (!o->sheet || o->tables > 1)
		return flow_close(&o->flow);
	o->row = false;
	return open ? flow_close(&o->flow) : 0;
}

/* ------------------------------------------------------------- paragraphs */

static int
open_block(struct odf *o, uint32_t role, uint32_t level)
{
	struct xj_block about = { .role = role, .level = level };

	place_of(o, &about);
	o->opened |= bit(o);
	return flow_open(&o->flow, &about);
}

/* What a paragraph is where it stands. */
static uint32_t
role_here(const struct odf *o, uint32_t *level)
{
	*level = 0;
	if (o->running)
		return XJ_HEADER;
	if (o->notes)
		return XJ_NOTE;
	if (o->shape && o->role != XJ_BODY) {
		*level = o->role == XJ_HEADING;
		return o->role;
	}
	if (o->lists) {
		*level = (uint32_t)o->lists;
		return XJ_LIST;
	}
	return XJ_BODY;
}

static int
start_paragraph(struct odf *o, const char *name, const struct xml_atts *atts)
{
	uint32_t level, role = role_here(o, &level);
	long outline;
	int r = 1;

	if (o->paragraphs == NESTED_MAX || o->dated) {
		o->skip = 1;
		return 0;
	}
	if (is(name, "h") && (role == XJ_BODY || role == XJ_LIST)) {
		outline = xml_att_long(atts, "outline-level", 1);
		role = XJ_HEADING;
		level = outline >= 1 && outline <= 99 ? (uint32_t)outline : 1;
	}
	o->paragraphs++;
	o->opened &= ~bit(o);
	if (o->notes == 0 && o->sheet && o->tables == 1) {
		r = begin_cell(o);
		if (r < 0)
			return r;
	}
	if (o->notes == 0 && role == XJ_HEADING && !o->sheet)
		r = flow_leave_row(&o->flow);
	if (r >= 0)
		r = o->notes ? 1 : flow_part(&o->flow);
	return r == 1 ? open_block(o, role, level) : r;
}

static int
end_paragraph(struct odf *o)
{
	bool opened = o->paragraphs > 0 && (o->opened & bit(o));

	o->paragraphs -= o->paragraphs > 0;
	return opened ? flow_close(&o->flow) : 0;
}

static int
blanks(struct odf *o, const struct xml_atts *atts)
{
	long n = xml_att_long(atts, "c", 1);
	int r = 0;

	for (n = n < BLANKS_MAX ? n : BLANKS_MAX; n > 0 && r == 0; n--)
		r = flow_text(&o->flow, " ", 1);
	return r;
}

/* Fields of a running header that are other on each page. */
static bool
changes(const char *name)
{
	return is(name, "page-number") || is(name, "page-count") ||
	       is(name, "sheet-name") || is(name, "date") || is(name, "time");
}

static int
start_text(struct odf *o, const char *name, const struct xml_atts *atts)
{
	static const struct xj_block reading = { .role = XJ_NOTE };

	if (is(name, "p") || is(name, "h"))
		return start_paragraph(o, name, atts);
	if (is(name, "s"))
		return blanks(o, atts);
	if (is(name, "tab"))
		return flow_text(&o->flow, "\t", 1);
	if (is(name, "line-break"))
		return flow_text(&o->flow, "\n", 1);
	if (is(name, "ruby-text") && flow_in(&o->flow))
		return flow_open(&o->flow, &reading);
	if (is(name, "list"))
		o->lists++;
	else if (is(name, "note-body"))
		o->notes++;
	else if (is(name, "tracked-changes") || is(name, "note-citation") ||
		 is(name, "index-title-template") ||
		 (o->running && changes(name)))
		o->skip = 1;
	return 0;
}

static int
end_text(struct odf *o, const char *name)
{
	if (is(name, "p") || is(name, "h"))
		return end_paragraph(o);
	if (is(name, "ruby-text") && flow_in(&o->flow))
		return flow_close(&o->flow);
	if (is(name, "list"))
		o->lists -= o->lists > 0;
	else if (is(name, "note-body"))
		o->notes -= o->notes > 0;
	return 0;
}

/* ------------------------------------------------------------------ places */

/* What a shape on a slide is for. */
static void
start_shape(struct odf *o, const struct xml_atts *atts)
{
	char class[32];

	if (o->shape || !xml_att_in(atts, NS_SHOW, "class", class,
				    sizeof(class)))
		return;
	o->shape = o->depth;
	o->role = XJ_BODY;
	if (is(class, "title"))
		o->role = XJ_HEADING;
	else if (is(class, "header") || is(class, "footer") ||
		 is(class, "date-time") || is(class, "page-number"))
		o->role = XJ_HEADER;
}

static void
start_draw(struct odf *o, const char *name, const struct xml_atts *atts)
{
	if (is(name, "page"))
		o->part++;
	else
		start_shape(o, atts);
}

static bool
runs(const char *name)
{
	return !strncmp(name, "header", 6) || !strncmp(name, "footer", 6);
}

static void
start_office(struct odf *o, const char *name)
{
	if (is(name, "body") || o->body)
		o->body++;
	if (is(name, "spreadsheet"))
		o->sheet = true;
	else if (is(name, "annotation"))
		o->notes++;
	else if (is(name, "binary-data") || is(name, "scripts") ||
		 is(name, "event-listeners"))
		o->skip = 1;
}

static int
on_start(void *ctx, char space, const char *name, const struct xml_atts *atts)
{
	struct odf *o = ctx;
	int r = 0;

	o->depth++;
	if (o->skip > 0) {
		o->skip++;
		return 0;
	}
	if (meta_start(o, space, name, atts, &r) || r < 0)
		return r;
	if (space == NS_OFFICE) {
		start_office(o, name);
		return 0;
	}
	if (space == NS_STYLE && (runs(name) || o->running))
		o->running += runs(name);
	if (!o->body && !o->running)
		return 0;
	if (space == NS_TEXT)
		return start_text(o, name, atts);
	if (space == NS_TABLE)
		return start_table(o, name, atts);
	if (space == NS_DRAW)
		start_draw(o, name, atts);
	else if (space == NS_SHOW && is(name, "notes"))
		o->notes++;
	else if (space == NS_SVG || space == NS_DC || space == NS_META)
		o->skip = 1; /* of a picture, of a comment */
	return 0;
}

static void
end_office(struct odf *o, const char *name)
{
	if (o->body)
		o->body--;
	if (is(name, "spreadsheet"))
		o->sheet = false;
	else if (is(name, "annotation"))
		o->notes -= o->notes > 0;
}

static int
on_end(void *ctx, char space, const char *name)
{
	struct odf *o = ctx;
	int depth = o->depth--;

	if (o->skip > 0) {
		o->skip--;
		return 0;
	}
	if (o->property >= 0)
		return meta_end(o);
	if (o->shape == depth)
		o->shape = 0;
	if (space == NS_OFFICE)
		end_office(o, name);
	else if (space == NS_STYLE && runs(name))
		o->running -= o->running > 0;
	else if (space == NS_SHOW && is(name, "notes"))
		o->notes -= o->notes > 0;
	if (!o->body && !o->running)
		return 0;
	if (space == NS_TEXT)
		return end_text(o, name);
	return space == NS_TABLE ? end_table(o, name) : 0;
}

static int
on_text(void *ctx, const char *text, size_t len)
{
	struct odf *o = ctx;

	if (o->skip > 0)
		return 0;
	if (o->property >= 0)
		meta_text(o, text, len);
	else if (o->paragraphs > 0)
		return flow_words(&o->flow, text, len);
	return 0;
}

const struct xml_handler odf_handler = {
	.spaces = odf_spaces, .start = on_start, .end = on_end,
	.text = on_text,
};

int
text_end(struct odf *o, int r)
{
	r = flow_end(&o->flow, r);
	o->property = -1;
	o->skip = o->body = o->running = o->notes = o->lists = o->depth = 0;
	o->shape = o->paragraphs = o->tables = 0;
	o->sheet = o->row = o->dated = false;
	return r;
}
