/*
 * words.c - the words of RTF that have to do with text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <stdlib.h>

#include "rtf.h"

enum deed {
	/* groups */
	SKIP, WAIT, SHAPE_TEXT, NOTE, HEADER, KEEP, UPR, UD, FONTS, STYLES,
	VALUE, DATE,
	/* text */
	PUT, PAR, CELL, ROW, BIN, UNI,
	/* how text is */
	ANSIPG, PAGE, UC, FONT, DEFAULT_FONT, ASSOC, SIDE, CHARSET, CPG, PLAIN, PARD, LEVEL,
	STYLE, HIDDEN, DELETED, INTBL,
	/* dates */
	YEAR, MONTH, DAY,
};

struct word {
	const char *name;
	uint8_t deed;
	uint32_t number;
	const char *element;
};

/* In order of name. */
static const struct word words[] = {
	{ "af", ASSOC, 0, NULL },
	{ "annotation", NOTE, 0, NULL },
	{ "ansi", PAGE, 1252, NULL },
	{ "ansicpg", ANSIPG, 0, NULL },
	{ "atnauthor", SKIP, 0, NULL },
	{ "atnid", SKIP, 0, NULL },
	{ "author", VALUE, 0, "creator" },
	{ "bin", BIN, 0, NULL },
	{ "blipuid", SKIP, 0, NULL },
	{ "bullet", PUT, 0x2022, NULL },
	{ "cell", CELL, 0, NULL },
	{ "colorschememapping", SKIP, 0, NULL },
	{ "colortbl", SKIP, 0, NULL },
	{ "comment", VALUE, 0, "description" },
	{ "company", VALUE, 0, "publisher" },
	{ "cpg", CPG, 0, NULL },
	{ "creatim", DATE, 0, "created" },
	{ "datastore", SKIP, 0, NULL },
	{ "dbch", SIDE, SIDE_DOUBLE, NULL },
	{ "deff", DEFAULT_FONT, 0, NULL },
	{ "deleted", DELETED, 0, NULL },
	{ "do", WAIT, 0, NULL },
	{ "doccomm", VALUE, 0, "description" },
	{ "dptxbxtext", SHAPE_TEXT, 0, NULL },
	{ "dy", DAY, 0, NULL },
	{ "emdash", PUT, 0x2014, NULL },
	{ "emspace", PUT, 0x2003, NULL },
	{ "endash", PUT, 0x2013, NULL },
	{ "enspace", PUT, 0x2002, NULL },
	{ "f", FONT, 0, NULL },
	{ "falt", SKIP, 0, NULL },
	{ "fcharset", CHARSET, 0, NULL },
	{ "filetbl", SKIP, 0, NULL },
	{ "fldinst", SKIP, 0, NULL },
	{ "fldrslt", KEEP, 0, NULL },
	{ "fonttbl", FONTS, 0, NULL },
	{ "footer", HEADER, 0, NULL },
	{ "footerf", HEADER, 0, NULL },
	{ "footerl", HEADER, 0, NULL },
	{ "footerr", HEADER, 0, NULL },
	{ "footnote", NOTE, 0, NULL },
	{ "ftncn", SKIP, 0, NULL },
	{ "ftnsep", SKIP, 0, NULL },
	{ "ftnsepc", SKIP, 0, NULL },
	{ "generator", VALUE, 0, "tool" },
	{ "header", HEADER, 0, NULL },
	{ "headerf", HEADER, 0, NULL },
	{ "headerl", HEADER, 0, NULL },
	{ "headerr", HEADER, 0, NULL },
	{ "hich", SIDE, SIDE_HIGH, NULL },
	{ "info", WAIT, 0, NULL },
	{ "intbl", INTBL, 0, NULL },
	{ "keywords", VALUE, 0, "keywords" },
	{ "latentstyles", SKIP, 0, NULL },
	{ "ldblquote", PUT, 0x201C, NULL },
	{ "line", PUT, '\n', NULL },
	{ "listoverridetable", SKIP, 0, NULL },
	{ "listtable", SKIP, 0, NULL },
	{ "loch", SIDE, SIDE_LOW, NULL },
	{ "lquote", PUT, 0x2018, NULL },
	{ "ltrch", SIDE, SIDE_NONE, NULL },
	{ "mac", PAGE, 10000, NULL },
	{ "mo", MONTH, 0, NULL },
	{ "nestcell", PUT, ' ', NULL },
	{ "nestrow", PUT, '\n', NULL },
	{ "nesttableprops", KEEP, 0, NULL },
	{ "nonesttables", SKIP, 0, NULL },
	{ "nonshppict", SKIP, 0, NULL },
	{ "objdata", SKIP, 0, NULL },
	{ "object", WAIT, 0, NULL },
	{ "operator", VALUE, 0, "contributor" },
	{ "outlinelevel", LEVEL, 0, NULL },
	{ "page", PAR, 0, NULL },
	{ "panose", SKIP, 0, NULL },
	{ "par", PAR, 0, NULL },
	{ "pard", PARD, 0, NULL },
	{ "pc", PAGE, 437, NULL },
	{ "pca", PAGE, 850, NULL },
	{ "pict", SKIP, 0, NULL },
	{ "plain", PLAIN, 0, NULL },
	{ "pntxta", SKIP, 0, NULL },
	{ "pntxtb", SKIP, 0, NULL },
	{ "private", SKIP, 0, NULL },
	{ "qmspace", PUT, 0x2005, NULL },
	{ "rdblquote", PUT, 0x201D, NULL },
	{ "result", KEEP, 0, NULL },
	{ "revtbl", SKIP, 0, NULL },
	{ "revtim", DATE, 0, "modified" },
	{ "row", ROW, 0, NULL },
	{ "rquote", PUT, 0x2019, NULL },
	{ "rsidtbl", SKIP, 0, NULL },
	{ "rtlch", SIDE, SIDE_NONE, NULL },
	{ "rxe", SKIP, 0, NULL },
	{ "s", STYLE, 0, NULL },
	{ "sect", PAR, 0, NULL },
	{ "shp", WAIT, 0, NULL },
	{ "shpinst", WAIT, 0, NULL },
	{ "shprslt", SKIP, 0, NULL },
	{ "shptxt", SHAPE_TEXT, 0, NULL },
	{ "sp", SKIP, 0, NULL },
	{ "stylesheet", STYLES, 0, NULL },
	{ "subject", VALUE, 0, "subject" },
	{ "tab", PUT, '\t', NULL },
	{ "tc", SKIP, 0, NULL },
	{ "tcn", SKIP, 0, NULL },
	{ "template", SKIP, 0, NULL },
	{ "themedata", SKIP, 0, NULL },
	{ "title", VALUE, 0, "title" },
	{ "u", UNI, 0, NULL },
	{ "uc", UC, 0, NULL },
	{ "ud", UD, 0, NULL },
	{ "upr", UPR, 0, NULL },
	{ "v", HIDDEN, 0, NULL },
	{ "xe", SKIP, 0, NULL },
	{ "xmlnstbl", SKIP, 0, NULL },
	{ "yr", YEAR, 0, NULL },
};

static int
by_name(const void *key, const void *word)
{
	return strcmp(key, ((const struct word *)word)->name);
}

static const struct word *
find(const char *name)
{
	return bsearch(name, words, sizeof(words) / sizeof(words[0]),
		       sizeof(words[0]), by_name);
}

/* --------------------------------------------------------------- groups */

/* Text of a flow of its own, which begins here. */
static int
begin_flow(struct reader *r, unsigned flow)
{
	int status = reader_flush(r);

	if (status == 0 && r->flows[flow].len > 0) {
		r->now.flow = (uint8_t)flow;
		status = reader_end_paragraph(r);
	}
	r->now.target = TO_TEXT;
	r->now.flow = (uint8_t)flow;
	r->now.hidden = false;
	r->now.level = NO_LEVEL;
	return status;
}

static void
begin_value(struct reader *r, const char *element)
{
	r->now.target = TO_VALUE;
	r->now.hidden = false;
	r->element = element;
	r->value.len = 0;
}

static int
begin_group(struct reader *r, const struct word *w)
{
	int status = reader_flush(r);

	if (status < 0)
		return status;
	switch ((enum deed)w->deed) {
	case WAIT:
		r->now.target = TO_WAIT;
		return 0;
	case KEEP:
		if (r->now.target == TO_WAIT)
			r->now.target = TO_TEXT;
		return 0;
	case SHAPE_TEXT:
		return begin_flow(r, r->now.flow == FLOW_BODY ? FLOW_SHAPE :
				     r->now.flow);
	case NOTE:
		return begin_flow(r, FLOW_NOTE);
	case HEADER:
		return begin_flow(r, FLOW_HEADER);
	case UPR:
		r->now.outer = r->now.target;
		r->now.target = TO_SKIP;
		return 0;
	case FONTS:
		r->now.target = TO_FONTS;
		return 0;
	case STYLES:
		r->now.target = TO_STYLES;
		r->style = 0;
		r->value.len = 0;
		return 0;
	case VALUE:
		begin_value(r, w->element);
		return 0;
	case DATE:
		begin_value(r, NULL);
		r->date = w->element;
		r->year = r->month = r->day = 0;
		return 0;
	default:
		r->now.target = TO_SKIP;
		return 0;
	}
}

/* "heading 2": Word's own styles often say their level by name alone. */
static void
level_by_name(struct reader *r)
{
	static const char *const names[] = { "heading ", "Heading ", "标题 " };
	const char *s = r->value.text;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t n = strlen(names[i]);

		if (r->value.len > n && !memcmp(s, names[i], n) &&
		    s[n] >= '1' && s[n] <= '9' && !r->styles[r->style])
			r->styles[r->style] = (uint8_t)(s[n] - '0');
	}
}

static int
send_date(struct reader *r)
{
	char date[40];

	if (r->year < 1 || r->year > 9999 || r->month < 1 || r->month > 12 ||
	    r->day < 1 || r->day > 31)
		return 0;
	snprintf(date, sizeof(date), "%04d-%02d-%02d", r->year, r->month,
		 r->day);
	return prose_meta(&r->prose, r->date, date, strlen(date), "info");
}

static int
send_value(struct reader *r)
{
	struct paragraph *v = &r->value;

	if (!r->element)
		return send_date(r);
	if (v->len == 0)
		return 0;
	if (!strcmp(r->element, "keywords"))
		return prose_subjects(&r->prose, v->text, v->len, "info");
	if (!strcmp(r->element, "tool") && v->text[v->len - 1] == ';')
		v->len--;
	if (!strcmp(r->element, "creator")) {
		if (r->has_author) /* of the last change, in LibreOffice */
			r->element = "contributor";
		r->has_author = true;
	}
	return prose_meta(&r->prose, r->element, v->text, v->len, "info");
}

/* The group of a value, a style or a font ends. */
int
reader_close(struct reader *r)
{
	int status = 0;

	if (r->now.target != TO_VALUE && r->now.target != TO_STYLES)
		return 0;
	if ((status = reader_flush(r)) < 0)
		return status;
	if (r->now.target == TO_STYLES) {
		if (r->value.len > 0)
			level_by_name(r);
		r->style = 0;
	} else if (r->depth > 0 &&
		   r->stack[r->depth - 1].target != TO_VALUE) {
		status = send_value(r);
	} else {
		return 0; /* a group within the value */
	}
	r->value.len = 0;
	r->value.high = 0;
	return status;
}

/* ----------------------------------------------------------------- text */

/* Characters are written as 16 bits with a sign, and replaced for readers
 * that know none of them. */
static int
put_unicode(struct reader *r, const struct token *t)
{
	uint32_t c = (uint32_t)t->number;
	int status;

	if (t->number < 0)
		c = (uint32_t)(t->number + 65536) & 0xFFFF;
	if (c >= 0xF020 && c < 0xF080)
		c -= 0xF000; /* a font of signs */
	status = c >= ' ' || c == '\t' ? reader_put(r, c) : 0;
	r->skip = r->now.skip;
	return status;
}

/* Cells of a row are parted by tabs, paragraphs within one by a blank. */
static int
end_cell(struct reader *r)
{
	int status = reader_put(r, '\t');

	r->flows[r->now.flow].about.row = 1;
	return status;
}

static int
end_row(struct reader *r)
{
	int status = reader_flush(r);
	struct paragraph *p = &r->flows[r->now.flow];

	if (status == 0 && r->now.target == TO_TEXT) {
		p->about.row = 1;
		status = reader_end_paragraph(r);
	}
	return status;
}

static int
end_line(struct reader *r)
{
	if (r->now.target != TO_TEXT)
		return 0;
	if (r->now.in_table)
		return reader_put(r, ' ');
	return reader_end_paragraph(r);
}

static int
put_text(struct reader *r, const struct word *w, const struct token *t)
{
	switch ((enum deed)w->deed) {
	case PUT:
		return reader_put(r, w->number);
	case PAR:
		return end_line(r);
	case CELL:
		return end_cell(r);
	case ROW:
		return end_row(r);
	case BIN:
		return source_skip(&r->source,
				   t->number > 0 ? (uint64_t)t->number : 0);
	default:
		return put_unicode(r, t);
	}
}

/* -------------------------------------------------------- how text is */

static void
set_font(struct reader *r, int number)
{
	r->now.font = (uint16_t)((unsigned)number % FONTS_MAX);
	if (r->now.side == SIDE_DOUBLE)
		r->now.double_font = r->now.font;
}

static void
set_style(struct reader *r, int number)
{
	unsigned n = (unsigned)number % STYLES_MAX;

	if (r->now.target == TO_STYLES)
		r->style = n;
	else
		r->now.level = r->styles[n] ? r->styles[n] - 1u : NO_LEVEL;
}

static void
set_level(struct reader *r, int number)
{
	bool heading = number >= 0 && number < 9;

	if (r->now.target == TO_STYLES)
		r->styles[r->style] = heading ? (uint8_t)(number + 1) : 0;
	else
		r->now.level = heading ? (uint8_t)number : NO_LEVEL;
}

static void
set_charset(struct reader *r, unsigned page)
{
	if (r->now.target == TO_FONTS)
		r->fonts[r->now.font] = (uint16_t)page;
}

static int
set_hidden(struct reader *r, bool hidden)
{
	int status = 0;

	if (hidden != r->now.hidden)
		status = reader_flush(r);
	if (r->now.target == TO_TEXT)
		r->now.hidden = hidden;
	return status;
}

static int
set_state(struct reader *r, const struct word *w, const struct token *t)
{
	bool on = !t->has_number || t->number != 0;

	switch ((enum deed)w->deed) {
	case ANSIPG:
		if (t->number > 0)
			r->page = (unsigned)t->number;
		break;
	case PAGE:
		r->page = w->number;
		break;
	case UC:
		r->now.skip = (uint16_t)(t->number & 0x7F);
		break;
	case FONT:
		set_font(r, t->number);
		break;
	case DEFAULT_FONT:
		r->default_font = (uint16_t)((unsigned)t->number % FONTS_MAX);
		r->now.font = r->default_font;
		break;
	case ASSOC:
		if (r->now.side == SIDE_DOUBLE)
			r->now.double_font = (uint16_t)((unsigned)t->number %
							FONTS_MAX);
		break;
	case SIDE:
		r->now.side = (uint8_t)w->number;
		break;
	case CHARSET:
		set_charset(r, codepage_of_charset((unsigned)t->number));
		break;
	case CPG:
		set_charset(r, (unsigned)t->number & 0xFFFF);
		break;
	case PLAIN:
		r->now.side = SIDE_NONE;
		r->now.font = r->default_font;
		r->now.deleted = false;
		return set_hidden(r, false);
	case PARD:
		r->now.level = NO_LEVEL;
		r->now.in_table = false;
		break;
	case LEVEL:
		set_level(r, t->number);
		break;
	case STYLE:
		set_style(r, t->number);
		break;
	case HIDDEN:
		return set_hidden(r, on);
	case DELETED:
		on = r->now.target == TO_TEXT && on;
		if (on != r->now.deleted) {
			int status = reader_flush(r);

			r->now.deleted = on;
			return status;
		}
		break;
	case INTBL:
		r->now.in_table = true;
		break;
	case YEAR:
		r->year = t->number;
		break;
	case MONTH:
		r->month = t->number;
		break;
	case DAY:
		r->day = t->number;
		break;
	default:
		break;
	}
	return 0;
}

/* ---------------------------------------------------------------- words */

/* A sign with a backslash before it. */
static int
put_sign(struct reader *r, const struct token *t)
{
	switch (t->word[0]) {
	case '~':
		return reader_put(r, 0xA0);
	case '_':
		return reader_put(r, 0x2011);
	case '\r': case '\n':
		return end_line(r);
	case '\t':
		return reader_put(r, '\t');
	case '\\': case '{': case '}':
		return reader_put(r, (unsigned char)t->word[0]);
	}
	return 0;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int
known_word(struct reader *r, const struct word *w, const struct token *t)
{
	if (w->deed <= DATE)
		return begin_group(r, w);
	return w->deed <= UNI ? put_text(r, w, t) : set_state(r, w, t);
}

/* The one part of \upr that is read: the other says the same in bytes. */
static void
begin_unicode(struct reader *r)
{
	if (r->depth > 0 && r->now.target == TO_SKIP && r->now.outer)
		r->now.target = r->now.outer;
}

int
reader_word(struct reader *r, const struct token *t)
{
	const struct word *w = find(t->word);
	bool star = r->now.star;

	if (t->word[0] == '*' && !t->word[1]) {
		r->now.star = true;
		return 0;
	}
	r->now.star = false;
	if (w && w->deed == BIN)
		return put_text(r, w, t);
	if (r->skip > 0) {
		r->skip--; /* a word may stand for a character too */
		if (!w || w->deed == PUT)
			return 0;
	}
	if (w && w->deed == UD) {
		begin_unicode(r);
		return 0;
	}
	if (r->now.target == TO_SKIP)
		return 0;
	if (w)
		return known_word(r, w, t);
	if (!is_letter(t->word[0]))
		return put_sign(r, t);
	if (star)
		r->now.target = TO_SKIP;
	return 0;
}
