/*
 * sheets.c - workbooks: a block for each row, with the sheet's name and the
 * cell that it begins with.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <stdlib.h>

#include "ooxml.h"

#define SHEETS_MAX 10000
#define FORMATS_MAX 65536
#define CODES_MAX 4096
#define STRINGS_BYTES (UINT64_C(384) << 20)
#define NAME_MAX_SHEET 256
#define GAP_MAX 64         /* empty cells that are told by tabs */
#define COLUMN_MAX 16384

/* Strings that cells refer to by number, one behind the other. */
struct strings {
	char *text;
	size_t len, cap;
	size_t *end;       /* of each */
	size_t n, room;
	bool full;
};

struct code {
	long id;
	enum shown_as as;
};

struct book {
	struct office *o;
	struct strings strings;
	unsigned char *formats;   /* enum shown_as, by number of the style */
	size_t nformats;
	struct code *codes;
	size_t ncodes;
	bool from_1904, in_formats;

	struct compat compat;
	bool text, phonetic;

	uint64_t sheet;           /* from 1 */
	char name[NAME_MAX_SHEET];
	struct xj_block about;    /* of the row in hand */
	bool row;                 /* is open */
	uint32_t at_row, at_column, last; /* last: column in the row */
	char type;                /* of the cell: n, s, b, e, t (text) */
	enum shown_as as;
	char value[64];
	size_t len;
	bool in_value, in_header;
};

static bool
is(const char *name, const char *other)
{
	return !strcmp(name, other);
}

/* --------------------------------------------------------------- strings */

static int
keep_text(struct book *b, const char *text, size_t len)
{
	struct strings *s = &b->strings;

	if (s->full || s->len + len > STRINGS_BYTES) {
		s->full = true;
		return 0;
	}
	if (s->len + len > s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 65536;
		char *p;

		while (cap < s->len + len)
			cap *= 2;
		p = xj_alloc(b->o->in, s->text, cap);
		if (!p)
			return XJ_IMPORT_NOMEM;
		s->text = p;
		s->cap = cap;
	}
	memcpy(s->text + s->len, text, len);
	s->len += len;
	return 0;
}

static int
end_string(struct book *b)
{
	struct strings *s = &b->strings;

	if (s->full)
		return 0;
	if (s->n == s->room) {
		size_t room = s->room ? s->room * 2 : 1024;
		size_t *p = xj_alloc(b->o->in, s->end, room * sizeof(*p));

		if (!p)
			return XJ_IMPORT_NOMEM;
		s->end = p;
		s->room = room;
	}
	s->end[s->n++] = s->len;
	return 0;
}

static int
strings_start(void *ctx, char space, const char *name,
	      const struct xml_atts *atts)
{
	struct book *b = ctx;

	(void)space, (void)atts;
	if (is(name, "t"))
		b->text = true;
	else if (is(name, "rPh"))
		b->phonetic = true;
	return 0;
}

static int
strings_end(void *ctx, char space, const char *name)
{
	struct book *b = ctx;

	(void)space;
	if (is(name, "t"))
		b->text = false;
	else if (is(name, "rPh"))
		b->phonetic = false;
	return is(name, "si") ? end_string(b) : 0;
}

static int
strings_text(void *ctx, const char *text, size_t len)
{
	struct book *b = ctx;

	return b->text && !b->phonetic ? keep_text(b, text, len) : 0;
}

/* --------------------------------------------------------------- formats */

static int
add_code(struct book *b, const struct xml_atts *atts)
{
	char code[256];

	if (!b->codes)
		b->codes = xj_alloc(b->o->in, NULL,
				    CODES_MAX * sizeof(*b->codes));
	if (!b->codes)
		return XJ_IMPORT_NOMEM;
	if (b->ncodes == CODES_MAX ||
	    !xml_att(atts, "formatCode", code, sizeof(code)))
		return 0;
	b->codes[b->ncodes].id = xml_att_long(atts, "numFmtId", -1);
	b->codes[b->ncodes++].as = number_code(code);
	return 0;
}

static int
add_format(struct book *b, const struct xml_atts *atts)
{
	long id = xml_att_long(atts, "numFmtId", 0);
	enum shown_as as = number_builtin(id);

	if (!b->formats)
		b->formats = xj_alloc(b->o->in, NULL, FORMATS_MAX);
	if (!b->formats)
		return XJ_IMPORT_NOMEM;
	for (size_t i = 0; i < b->ncodes; i++)
		if (b->codes[i].id == id)
			as = b->codes[i].as;
	if (b->nformats < FORMATS_MAX)
		b->formats[b->nformats++] = (unsigned char)as;
	return 0;
}

static int
styles_start(void *ctx, char space, const char *name,
	     const struct xml_atts *atts)
{
	struct book *b = ctx;

	(void)space;
	if (is(name, "cellXfs"))
		b->in_formats = true;
	else if (is(name, "numFmt"))
		return add_code(b, atts);
	else if (is(name, "xf") && b->in_formats)
		return add_format(b, atts);
	return 0;
}

static int
styles_end(void *ctx, char space, const char *name)
{
	struct book *b = ctx;

	(void)space;
	if (is(name, "cellXfs"))
		b->in_formats = false;
	return 0;
}

/* ----------------------------------------------------------------- cells */

/* "BC12": column 55, row 12. */
static void
place(const char *ref, uint32_t *row, uint32_t *column)
{
	uint32_t c = 0;

	while (*ref >= 'A' && *ref <= 'Z' && c < COLUMN_MAX)
		c = c * 26 + (uint32_t)(*ref++ - 'A' + 1);
	if (c > 0 && c <= COLUMN_MAX)
		*column = c;
	if (*ref >= '1' && *ref <= '9')
		*row = (uint32_t)strtoul(ref, NULL, 10);
}

/* The cell in hand has text: its row, and the cells before it. */
static int
begin_text(struct book *b)
{
	struct flow *f = &b->o->flow;
	uint32_t gap;
	int r;

	if (b->row && b->last == b->at_column)
		return 0;
	if (!b->row) {
		b->about.role = XJ_TABLE;
		b->about.row = b->at_row;
		b->about.column = b->at_column;
		r = flow_row(f, &b->about);
		if (r < 0)
			return r;
		flow_cell(f);
		b->row = true;
	} else {
		gap = b->at_column > b->last ? b->at_column - b->last : 1;
		for (gap = gap < GAP_MAX ? gap : 1; gap > 0; gap--)
			flow_cell(f);
	}
	b->last = b->at_column;
	return 0;
}

static int
send_cell(struct book *b, const char *text, size_t len)
{
	int r = len > 0 ? begin_text(b) : 0;

	return r < 0 || len == 0 ? r : flow_text(&b->o->flow, text, len);
}

static int
send_shared(struct book *b)
{
	const struct strings *s = &b->strings;
	char *end;
	unsigned long i = strtoul(b->value, &end, 10);
	size_t from;

	if (end == b->value || i >= s->n)
		return 0;
	from = i > 0 ? s->end[i - 1] : 0;
	return send_cell(b, s->text + from, s->end[i] - from);
}

static int
end_value(struct book *b)
{
	char shown[64];

	b->in_value = false;
	b->value[b->len] = '\0';
	if (b->len == 0)
		return 0;
	if (b->type == 's')
		return send_shared(b);
	if (b->type == 'b')
		strcpy(shown, b->value[0] == '1' ? "TRUE" : "FALSE");
	else if (b->type == 'n')
		number_show(b->value, b->as, b->from_1904, shown);
	else
		strcpy(shown, b->value);
	return send_cell(b, shown, strlen(shown));
}

static void
start_cell(struct book *b, const struct xml_atts *atts)
{
	char value[32];
	long style;

	b->at_column++;
	if (xml_att(atts, "r", value, sizeof(value)))
		place(value, &b->at_row, &b->at_column);
	b->type = 'n';
	if (xml_att(atts, "t", value, sizeof(value)))
		b->type = is(value, "str") || is(value, "inlineStr") ? 't' :
			value[0];
	style = xml_att_long(atts, "s", 0);
	b->as = style >= 0 && (size_t)style < b->nformats ?
		b->formats[style] : AS_NUMBER;
}

static int
end_row(struct book *b)
{
	bool open = b->row;

	b->row = false;
	return open ? flow_close(&b->o->flow) : 0;
}

static int
start_row(struct book *b, const struct xml_atts *atts)
{
	long row = xml_att_long(atts, "r", (long)b->at_row + 1);

	b->at_row = row > 0 && row < 100000000 ? (uint32_t)row : b->at_row + 1;
	b->at_column = b->last = 0;
	return end_row(b);
}

/* -------------------------------------------------------------- a header */

/* "&L&"Arial,Bold"Draft&CPage &P": what is text in it. */
static int
send_header(struct book *b)
{
	struct flow *f = &b->o->flow;
	struct xj_block about = b->about;
	const char *p = b->value, *end = p + b->len;
	int r;

	about.role = XJ_HEADER;
	about.has = 0;
	r = flow_open(f, &about);
	while (p < end && r == 0) {
		size_t n = strcspn(p, "&");

		r = flow_text(f, p, n);
		p += n;
		if (p >= end)
			break;
		if (*++p == '"')
			p += 1 + strcspn(p + 1, "\"");
		else if (*p == 'L' || *p == 'C' || *p == 'R')
			flow_gap(f, GAP_SPACE);
		while (p < end && *p >= '0' && *p <= '9' && p[1] >= '0' &&
		       p[1] <= '9')
			p++;
		p += p < end;
	}
	return r < 0 ? r : flow_close(f);
}

/* ---------------------------------------------------------------- sheets */

static int
sheet_start(void *ctx, char space, const char *name,
	    const struct xml_atts *atts)
{
	struct book *b = ctx;

	if (compat_start(&b->compat, space, name) || space != NS_SHEETS)
		return 0;
	if (is(name, "row"))
		return start_row(b, atts);
	if (is(name, "c"))
		start_cell(b, atts);
	b->in_header = !strncmp(name + (*name ? 1 : 0), "ddHeader", 8) ||
		       !strncmp(name + (*name ? 1 : 0), "ddFooter", 8);
	if (is(name, "v") || b->in_header) {
		b->in_value = true;
		b->len = 0;
	} else if (is(name, "t")) {
		b->text = true;
	} else if (is(name, "rPh")) {
		b->phonetic = true;
	}
	return 0;
}

static int
sheet_end(void *ctx, char space, const char *name)
{
	struct book *b = ctx;

	if (compat_end(&b->compat, space, name) || space != NS_SHEETS)
		return 0;
	if (is(name, "v"))
		return end_value(b);
	if (is(name, "row"))
		return end_row(b);
	if (is(name, "t"))
		b->text = false;
	else if (is(name, "rPh"))
		b->phonetic = false;
	else if (b->in_header) {
		b->in_header = b->in_value = false;
		b->value[b->len] = '\0';
		return send_header(b);
	}
	return 0;
}

static int
sheet_text(void *ctx, const char *text, size_t len)
{
	struct book *b = ctx;

	if (b->compat.skip > 0)
		return 0;
	if (b->in_value && (b->type != 't' || b->in_header)) {
		len = utf8_cut(text, len, sizeof(b->value) - 1 - b->len);
		memcpy(b->value + b->len, text, len);
		b->len += len;
	} else if (b->in_value || (b->text && !b->phonetic)) {
		return send_cell(b, text, len);
	}
	return 0;
}

/* -------------------------------------------------------------- comments */

static int
comment_start(void *ctx, char space, const char *name,
	      const struct xml_atts *atts)
{
	struct book *b = ctx;
	struct xj_block about = b->about;
	char ref[32];

	if (is(name, "comment")) {
		about.role = XJ_NOTE;
		about.has = XJ_HAS_CELL;
		about.row = about.column = 1;
		if (xml_att(atts, "ref", ref, sizeof(ref)))
			place(ref, &about.row, &about.column);
		return flow_open(&b->o->flow, &about);
	}
	return strings_start(ctx, space, name, atts);
}

static int
comment_end(void *ctx, char space, const char *name)
{
	struct book *b = ctx;

	if (is(name, "comment"))
		return flow_close(&b->o->flow);
	if (is(name, "t"))
		b->text = false;
	else if (is(name, "rPh"))
		b->phonetic = false;
	(void)space;
	return 0;
}

static int
comment_text(void *ctx, const char *text, size_t len)
{
	struct book *b = ctx;

	return b->text && !b->phonetic ?
		flow_text(&b->o->flow, text, len) : 0;
}

static int
close_all(struct book *b, int r)
{
	b->row = b->text = b->phonetic = b->in_value = b->in_header = false;
	memset(&b->compat, 0, sizeof(b->compat));
	return flow_end(&b->o->flow, r);
}

static int
read_comments(struct book *b, const char *part)
{
	static const struct xml_handler handler = {
		.spaces = ooxml_spaces, .start = comment_start,
		.end = comment_end, .text = comment_text,
	};

	return close_all(b, xml_part(&b->o->package, part, &handler, b));
}

static int
read_drawing(struct book *b, const char *part)
{
	struct xj_block about = b->about;
	struct rels rels = { 0 };
	int r;

	about.role = XJ_BODY;
	about.has = 0;
	r = drawing_read(b->o, part, &about);
	if (r == 0)
		r = rels_read(b->o, part, &rels);
	if (r == 0)
		r = drawing_read_related(b->o, &rels, &about);
	rels_free(b->o, &rels);
	return r;
}

/* Comments and drawings of a sheet. */
static int
read_related(struct book *b, const char *part)
{
	struct rels rels = { 0 };
	int r = rels_read(b->o, part, &rels);

	for (size_t i = 0; i < rels.n && r == 0; i++) {
		if (!rels.list[i].target[0])
			continue;
		if (is(rels.list[i].type, "comments"))
			r = read_comments(b, rels.list[i].target);
		else if (is(rels.list[i].type, "drawing"))
			r = read_drawing(b, rels.list[i].target);
	}
	rels_free(b->o, &rels);
	return r;
}

static int
read_sheet(struct book *b, const char *part)
{
	static const struct xml_handler handler = {
		.spaces = ooxml_spaces, .start = sheet_start, .end = sheet_end,
		.text = sheet_text,
	};
	const struct xj_outline line = {
		.title = b->name, .level = 1, .where = XJ_PART, .at = b->sheet,
	};
	int r = b->name[0] ? xj_outline(b->o->in, &line) : 0;

	b->about = (struct xj_block){
		.where = XJ_PART, .at = b->sheet, .has = XJ_HAS_CELL,
		.label = b->name[0] ? b->name : NULL,
	};
	b->at_row = b->at_column = 0;
	if (r == 0)
		r = xml_part(&b->o->package, part, &handler, b);
	r = close_all(b, r);
	return r < 0 ? r : read_related(b, part);
}

/* -------------------------------------------------------------- the book */

static int
on_sheet(struct book *b, const struct xml_atts *atts)
{
	const struct rel *rel;
	char id[64];

	b->name[0] = '\0';
	xml_att(atts, "name", b->name, sizeof(b->name));
	b->sheet++;
	if (b->sheet > SHEETS_MAX ||
	    !xml_att_in(atts, NS_RELS, "id", id, sizeof(id)))
		return 0;
	rel = rels_by_id(&b->o->rels, id);
	return rel && rel->target[0] ? read_sheet(b, rel->target) : 0;
}

static int
book_start(void *ctx, char space, const char *name,
	   const struct xml_atts *atts)
{
	struct book *b = ctx;

	if (space != NS_SHEETS)
		return 0;
	if (is(name, "workbookPr"))
		b->from_1904 = xml_att_is(atts, "date1904", "1") ||
			       xml_att_is(atts, "date1904", "true");
	return is(name, "sheet") ? on_sheet(b, atts) : 0;
}

static int
read_before(struct book *b, const char *type,
	    const struct xml_handler *handler)
{
	const struct rels *rels = &b->o->rels;
	int r = 0;

	for (size_t i = 0; i < rels->n && r >= 0; i++)
		if (rels->list[i].target[0] && is(rels->list[i].type, type))
			r = xml_part(&b->o->package, rels->list[i].target,
				     handler, b);
	b->text = b->phonetic = b->in_formats = false;
	return r < 0 ? r : 0;
}

/* The list of sheets was damaged: by their usual names. */
static int
read_by_name(struct book *b)
{
	char part[64];
	int r = 0;

	b->name[0] = '\0';
	for (unsigned i = 1; r == 0 && i <= SHEETS_MAX; i++) {
		snprintf(part, sizeof(part), "xl/worksheets/sheet%u.xml", i);
		if (!package_has(&b->o->package, part))
			break;
		b->sheet++;
		r = read_sheet(b, part);
	}
	return r;
}

static int
read_book(struct book *b)
{
	static const struct xml_handler strings = {
		.spaces = ooxml_spaces, .start = strings_start,
		.end = strings_end, .text = strings_text,
	};
	static const struct xml_handler styles = {
		.spaces = ooxml_spaces, .start = styles_start,
		.end = styles_end,
	};
	static const struct xml_handler book = {
		.spaces = ooxml_spaces, .start = book_start,
	};
	char count[24];
	int r = read_before(b, "styles", &styles);

	if (r == 0)
		r = read_before(b, "sharedStrings", &strings);
	if (r == 0 && b->strings.full)
		r = xj_warn(b->o->in, "the strings of the cells come to more "
			    "than 384 MiB: the rest is left out");
	if (r == 0)
		r = xml_part(&b->o->package, b->o->main, &book, b);
	if (r >= 0 && b->sheet == 0)
		r = read_by_name(b);
	if (r < 0 || b->sheet == 0)
		return r;
	snprintf(count, sizeof(count), "%llu", (unsigned long long)b->sheet);
	return xj_meta(b->o->in, "sheets", count);
}

int
sheets_read(struct office *o)
{
	struct book *b = xj_alloc(o->in, NULL, sizeof(*b));
	int r;

	if (!b)
		return XJ_IMPORT_NOMEM;
	b->o = o;
	r = read_book(b);
	xj_alloc(o->in, b->strings.text, 0);
	xj_alloc(o->in, b->strings.end, 0);
	xj_alloc(o->in, b->formats, 0);
	xj_alloc(o->in, b->codes, 0);
	xj_alloc(o->in, b, 0);
	return r;
}
