/*
 * layout.c - from strings at places to paragraphs.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * Strings that follow one another on a line become one piece. Pieces become
 * lines and lines paragraphs, in the order in which they were drawn: writers
 * draw columns one after the other. Only a paragraph that begins above the one
 * before, in the same column, is moved up.
 *
 * Places are counted along the direction of writing and across it, towards the
 * next line, so that vertical and turned text need no rules of their own.
 */
#include "pdf.h"

#include <math.h>

/* In ems. */
#define WORD_GAP 0.15f    /* from here on, a space */
#define HAN_GAP 0.6f      /* the same between Han characters, which are spaced
			   * out to fill a line */
#define PIECE_GAP 1.5f    /* from here on, another piece; a tab */
#define BACK_GAP -1.0f    /* so far back is not kerning */
#define DOUBLE 0.1f       /* so near, the same character is drawn bold */
#define RISE 0.6f         /* a footnote's number is still on the line */
#define LEADING 2.1f      /* lines of one paragraph, until it has shown its own */
#define INDENT 0.7f
#define EDGES 6           /* lines at the edges of a page */
#define NEAR 24           /* pieces looked at for the width of a column */

/* Text that stands together on one line. */
struct piece {
	float ux, uy, across;
	float start, end;    /* along */
	float first;         /* where its first word ends */
	float size, spacing;
	const void *font;
	unsigned flags;
	size_t at, len;      /* of the page's text */
};

struct paragraph {
	size_t at, len;      /* of `out` */
	fz_rect box;
	unsigned flags;
	bool upright;
};

/* How far things had come before an operator. */
struct mark {
	struct piece piece;
	size_t pieces, used;
	uint32_t chars, replaced;
	int last;
	bool open, space;
	float pen, end;
};

struct xj_pdf_layout {
	struct piece *piece;
	size_t pieces, piece_cap;
	char *text;
	size_t used, text_cap;
	uint32_t chars, replaced;

	struct xj_pdf_run run;   /* of the string in hand */
	float pen, end;          /* along; `end` of the last glyph */
	float gap;               /* before the next character, in ems */
	int last;                /* character put last, or 0 */
	float last_start, last_across; /* where it began */
	bool open, space;        /* a piece is; a space is due */
	bool moved;              /* nothing of the string is put yet */

	struct mark mark;        /* before the operator in hand */
	float op_along, op_across;
	bool op_began, op_before;
	float before_along, before_across;
	size_t before_at, before_len;

	char *out;
	size_t out_used, out_cap;
	struct paragraph *par;
	size_t pars, par_cap;
	size_t *order;

	float height;            /* of the page */
	uint32_t edge[3][EDGES]; /* lines at the edges of this page and the
				  * two before */
	int edges[3];
};

struct xj_pdf_layout *
xj_pdf_layout_new(struct xj_pdf *pdf)
{
	return fz_malloc_struct(pdf->ctx, struct xj_pdf_layout);
}

void
xj_pdf_layout_free(struct xj_pdf *pdf)
{
	struct xj_pdf_layout *l = pdf->layout;

	if (!l)
		return;
	fz_free(pdf->ctx, l->piece);
	fz_free(pdf->ctx, l->text);
	fz_free(pdf->ctx, l->out);
	fz_free(pdf->ctx, l->par);
	fz_free(pdf->ctx, l->order);
	fz_free(pdf->ctx, l);
}

void
xj_pdf_layout_begin(struct xj_pdf *pdf)
{
	struct xj_pdf_layout *l = pdf->layout;

	l->pieces = l->used = l->out_used = l->pars = 0;
	l->chars = l->replaced = 0;
	l->open = l->space = l->op_before = false;
	l->last = 0;
}

uint32_t
xj_pdf_layout_chars(const struct xj_pdf_layout *l, uint32_t *replaced)
{
	*replaced = l->replaced;
	return l->chars;
}

/* ------------------------------------------------------------- characters */

static bool
is_han_mark(int c)
{
	return (c >= 0x3000 && c <= 0x303F) || (c >= 0xFE10 && c <= 0xFE1F) ||
	       (c >= 0xFE30 && c <= 0xFE4F) || (c >= 0xFF01 && c <= 0xFF0F) ||
	       (c >= 0xFF1A && c <= 0xFF20) || (c >= 0xFF3B && c <= 0xFF40) ||
	       (c >= 0xFF5B && c <= 0xFF65);
}

/* Characters set without spaces: Han, kana, bopomofo and their marks. */
static bool
is_han(int c)
{
	if (c < 0x2E80)
		return false;
	return c < 0x3130 || (c >= 0x3190 && c < 0xA000) ||
	       (c >= 0xF900 && c < 0xFB00) || (c >= 0x20000 && c < 0x40000) ||
	       is_han_mark(c) || (c >= 0xFF00 && c < 0xFFA0);
}

/* Quotes, dash, dots: Han marks beside Han. */
static bool
is_either(int c)
{
	return c == 0xB7 || c == 0x2014 || c == 0x2026 || c == 0x2018 ||
	       c == 0x2019 || c == 0x201C || c == 0x201D;
}

/* Whether nothing stands between two characters where a line was broken. */
static bool
joins(int a, int b)
{
	return (is_han(a) && is_han(b)) || is_han_mark(a) || is_han_mark(b) ||
	       (is_either(a) && is_han(b)) || (is_han(a) && is_either(b));
}

static bool
is_lower(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 0xDF && c <= 0xFF && c != 0xF7);
}

static bool
is_letter(int c)
{
	return is_lower(c) || (c >= 'A' && c <= 'Z') ||
	       (c >= 0xC0 && c < 0x250 && c != 0xD7);
}

static bool
is_alnum(int c)
{
	return is_letter(c) || (c >= '0' && c <= '9');
}

static bool
is_hyphen(int c)
{
	return c == '-' || c == 0xAD || c == 0x2010 || c == 0x2011;
}

/* What ends a sentence, or announces something. */
static bool
is_stop(int c)
{
	return c == '.' || c == '!' || c == '?' || c == ':' || c == ';' ||
	       c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0xFF1A ||
	       c == 0xFF1B || c == 0x201D || c == 0x300D || c == 0x2026;
}

static bool
is_space(uint32_t c)
{
	return c == ' ' || c == 0xA0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F ||
	       c == 0x3000;
}

/* What stands before the entry of a list; U+F0B7 is Symbol's. */
static bool
is_bullet(int c)
{
	return c == 0x2022 || c == 0x2023 || c == 0x25E6 || c == 0x2219 ||
	       c == 0x25CF || c == 0x25CB || c == 0x25A0 || c == 0x25A1 ||
	       c == 0x25AA || c == 0x25C6 || c == 0x25C7 || c == 0x27A2 ||
	       c == 0x2713 || c == 0xF0B7 || c == 0xF0A7 || c == 0xF0D8;
}

static int
first_char(const char *s, size_t len)
{
	int c = 0;

	if (len)
		fz_chartorune(&c, s);
	return c;
}

/* The character that ends before `s + len`; its bytes in `*n`. */
static int
last_char(const char *s, size_t len, size_t *n)
{
	size_t i = len;
	int c = 0;

	while (i && (s[i - 1] & 0xC0) == 0x80)
		i--;
	if (i)
		fz_chartorune(&c, s + --i);
	*n = len - i;
	return c;
}

/* --------------------------------------------------------- pieces of a line */

static void *
grown(struct xj_pdf *pdf, void *p, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap ? *cap : 256;

	if (need <= *cap)
		return p;
	while (n < need)
		n *= 2;
	p = fz_realloc(pdf->ctx, p, n * size);
	*cap = n;
	return p;
}

static void
put(struct xj_pdf *pdf, int c)
{
	struct xj_pdf_layout *l = pdf->layout;

	if (l->used + 8 > l->text_cap)
		l->text = grown(pdf, l->text, &l->text_cap, l->used + 8, 1);
	if (l->last == 0xAD) {
		/* A soft hyphen within a line has been drawn: it is one. */
		l->used -= 2;
		l->text[l->used++] = '-';
	}
	if (c < 0x80)
		l->text[l->used++] = (char)c;
	else
		l->used += (size_t)fz_runetochar(l->text + l->used, c);
	l->last = c;
}

static void
open_piece(struct xj_pdf *pdf, float start)
{
	struct xj_pdf_layout *l = pdf->layout;
	struct piece *p;

	l->piece = grown(pdf, l->piece, &l->piece_cap, l->pieces + 1,
			 sizeof(*l->piece));
	p = &l->piece[l->pieces++];
	p->ux = l->run.ux;
	p->uy = l->run.uy;
	p->across = l->run.across;
	p->start = p->end = start;
	p->first = 0;
	p->size = l->run.size;
	p->spacing = l->run.spacing;
	p->font = l->run.font;
	p->flags = l->run.flags;
	p->at = l->used;
	p->len = 0;
	l->last = 0;
	l->open = true;
	l->space = false;
	l->gap = 0;
}

/* Whether a string goes on with the piece before; if so, how far behind it. */
static bool
goes_on(const struct xj_pdf_layout *l, const struct xj_pdf_run *r, float *gap)
{
	const struct piece *p = &l->piece[l->pieces - 1];
	float size = r->size > p->size ? r->size : p->size;

	if (p->flags != r->flags || p->ux * r->ux + p->uy * r->uy < 0.999f ||
	    fabsf(r->across - p->across) > RISE * size)
		return false;
	*gap = r->along - l->end;
	if (r->spacing == p->spacing)
		*gap -= r->spacing; /* letters spaced out: no spaces */
	*gap /= r->size;
	return *gap > BACK_GAP && *gap < PIECE_GAP;
}

void
xj_pdf_layout_string(struct xj_pdf *pdf, const struct xj_pdf_run *run)
{
	struct xj_pdf_layout *l = pdf->layout;

	if (l->open && goes_on(l, run, &l->gap))
		l->piece[l->pieces - 1].spacing = run->spacing;
	else
		l->open = false;
	l->run = *run;
	l->pen = run->along;
	l->moved = true;
}

/* A space that was drawn, or that the distance says. */
static void
put_space(struct xj_pdf *pdf, struct piece *p, int next)
{
	struct xj_pdf_layout *l = pdf->layout;
	bool wide = l->gap > (is_han(l->last) && is_han(next) ? HAN_GAP
							     : WORD_GAP);

	if (!l->space && !wide)
		return;
	if (!p->first)
		p->first = p->end;
	put(pdf, ' ');
}

/* The combining form of an accent, or 0. */
static int
accent(int c)
{
	static const uint16_t forms[][2] = {
		{ 0x60, 0x300 }, { 0xB4, 0x301 }, { 0x2C6, 0x302 },
		{ 0x5E, 0x302 }, { 0x2DC, 0x303 }, { 0x7E, 0x303 },
		{ 0xAF, 0x304 }, { 0x2D8, 0x306 }, { 0x2D9, 0x307 },
		{ 0xA8, 0x308 }, { 0x2DA, 0x30A }, { 0x2DD, 0x30B },
		{ 0x2C7, 0x30C }, { 0xB8, 0x327 }, { 0x2DB, 0x328 },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (forms[i][0] == c)
			return forms[i][1];
	return 0;
}

/* TeX draws the accent, goes back and draws the letter below it. */
static bool
put_under_accent(struct xj_pdf *pdf, int c)
{
	struct xj_pdf_layout *l = pdf->layout;
	int mark = l->gap < -0.1f && !l->space ? accent(l->last) : 0;

	if (!mark || !(is_letter(c) || c == 0x131 || c == 0x237))
		return false;
	l->used -= l->last < 0x80 ? 1 : 2;
	put(pdf, c == 0x131 ? 'i' : c == 0x237 ? 'j' : c);
	put(pdf, mark);
	return true;
}

static void
put_char(struct xj_pdf *pdf, int c, float start)
{
	struct xj_pdf_layout *l = pdf->layout;
	struct piece *p;
	bool under;

	if (!l->open)
		open_piece(pdf, start);
	else if (l->moved && c == l->last && !l->space &&
		 fabsf(start - l->last_start) < DOUBLE * l->run.size &&
		 fabsf(l->run.across - l->last_across) < DOUBLE * l->run.size)
		return;
	l->moved = false;
	p = &l->piece[l->pieces - 1];
	if (l->gap > WORD_GAP || l->space)
		put_space(pdf, p, c);
	under = put_under_accent(pdf, c);
	l->space = false;
	l->gap = 0;
	l->last_start = start;
	l->last_across = l->run.across;
	l->chars++;
	l->replaced += c == 0xFFFD;
	if (!l->op_began) {
		l->op_began = true;
		l->op_along = start;
		l->op_across = l->run.across;
	}
	if (!under && (c != 0xFFFD || l->last != 0xFFFD))
		put(pdf, c);
	if (l->end > p->end)
		p->end = l->end;
	if (!p->first && is_han(c))
		p->first = p->end;
	p->len = l->used - p->at;
}

static const char *
ligature(uint32_t c)
{
	static const char *const parts[] = { "ff", "fi", "fl", "ffi", "ffl",
					     "st", "st" };

	return c >= 0xFB00 && c <= 0xFB06 ? parts[c - 0xFB00] : NULL;
}

void
xj_pdf_layout_char(struct xj_pdf *pdf, uint32_t c, float advance)
{
	struct xj_pdf_layout *l = pdf->layout;
	const char *parts;
	float start = l->pen;

	l->pen += advance;
	/* A glyph without a width is taken for half an em, to see gaps by. */
	l->end = advance > 0 ? l->pen - l->run.spacing
			     : start + l->run.size / 2;
	if (is_space(c)) {
		l->space = true;
		l->end = l->pen;
		return;
	}
	if (c == 0x200B || c == 0xFEFF || l->chars >= XJ_PDF_GLYPHS)
		return;
	parts = ligature(c);
	if (!parts)
		put_char(pdf, (int)c, start);
	for (; parts && *parts; parts++, start += l->run.size * 0.2f)
		put_char(pdf, *parts, start);
}

/* ------------------------------------------------- what is drawn in double */

void
xj_pdf_layout_operator(struct xj_pdf_layout *l)
{
	struct mark *m = &l->mark;

	if (l->pieces)
		m->piece = l->piece[l->pieces - 1];
	m->pieces = l->pieces;
	m->used = l->used;
	m->chars = l->chars;
	m->replaced = l->replaced;
	m->last = l->last;
	m->open = l->open;
	m->space = l->space;
	m->pen = l->pen;
	m->end = l->end;
	l->op_began = false;
}

/* Bold made by drawing twice, a shadow: the same again at the same place. */
static bool
is_double(const struct xj_pdf_layout *l)
{
	size_t at = l->mark.used, len;
	float near = l->run.size * 0.2f;

	if (at < l->used && l->text[at] == ' ')
		at++;
	len = l->used - at;
	return l->op_before && len == l->before_len &&
	       fabsf(l->op_along - l->before_along) < near &&
	       fabsf(l->op_across - l->before_across) < near &&
	       !memcmp(l->text + at, l->text + l->before_at, len);
}

static void
undo_operator(struct xj_pdf_layout *l)
{
	const struct mark *m = &l->mark;

	l->pieces = m->pieces;
	if (l->pieces)
		l->piece[l->pieces - 1] = m->piece;
	l->used = m->used;
	l->chars = m->chars;
	l->replaced = m->replaced;
	l->last = m->last;
	l->open = m->open;
	l->space = m->space;
	l->pen = m->pen;
	l->end = m->end;
}

void
xj_pdf_layout_operator_end(struct xj_pdf_layout *l)
{
	if (!l->op_began)
		return;
	if (is_double(l)) {
		undo_operator(l);
		return;
	}
	l->op_before = true;
	l->before_along = l->op_along;
	l->before_across = l->op_across;
	l->before_at = l->mark.used;
	if (l->text[l->before_at] == ' ')
		l->before_at++;
	l->before_len = l->used - l->before_at;
}

/* -------------------------------------------------------------- paragraphs */

/* The paragraph that grows, and its last line. */
struct growing {
	struct xj_pdf *pdf;
	struct paragraph *par;   /* NULL: none yet */
	const struct piece *last;
	float across, start, end, size; /* of the last line */
	float left, right;       /* of all lines */
	float leading;
	int lines;
	bool row;                /* its lines have tabs */
};

enum { SAME_LINE, NEXT_CELL, NEXT_LINE, LINE_BREAK, WORD_GOES_ON, NEW };

static bool
alike(const struct growing *g, const struct piece *p)
{
	return p->flags == g->last->flags &&
	       p->ux * g->last->ux + p->uy * g->last->uy > 0.999f;
}

/* The text so far ends in a hyphen that this piece takes up. */
static bool
takes_up(const struct xj_pdf_layout *l, const struct piece *p)
{
	size_t n, m;
	int c = last_char(l->out, l->out_used, &n);

	return is_hyphen(c) &&
	       is_letter(last_char(l->out, l->out_used - n, &m)) &&
	       is_lower(first_char(l->text + p->at, p->len));
}

/* The text so far ends in a hyphen within a word, or a number. */
static bool
ends_in_hyphen(const struct xj_pdf_layout *l, const struct piece *p)
{
	size_t n, m;
	int c = last_char(l->out, l->out_used, &n);

	return is_hyphen(c) &&
	       is_alnum(last_char(l->out, l->out_used - n, &m)) &&
	       is_alnum(first_char(l->text + p->at, p->len));
}

static int
on_line(const struct growing *g, const struct piece *p, float size)
{
	float gap = (p->start - g->end) / size;

	if (gap < -0.3f)
		return NEW;
	if (gap < PIECE_GAP)
		return SAME_LINE;
	/* The other column of text that is drawn line by line is no cell. */
	return g->lines > 1 && !g->row ? NEW : NEXT_CELL;
}

/* Where lines of this column end: as those do, before and behind, that begin
 * about where this one does. */
static float
column_end(const struct xj_pdf_layout *l, const struct piece *p)
{
	const struct piece *from = p - l->piece > NEAR ? p - NEAR : l->piece;
	const struct piece *to = l->piece + l->pieces;
	float right = p->end;

	if (to - p > NEAR)
		to = p + NEAR;
	for (const struct piece *q = from; q < to; q++)
		if (q->end > right &&
		    fabsf(q->start - p->start) < 3 * p->size &&
		    q->ux * p->ux + q->uy * p->uy > 0.999f)
			right = q->end;
	return right;
}

/* The last line ends although the first word of this one had room on it. */
static bool
is_short(const struct growing *g, const struct piece *p)
{
	float column = column_end(g->pdf->layout, p);
	float right = g->right > column ? g->right : column;
	float word = (p->first ? p->first : p->end) - p->start;

	return g->end + 0.3f * p->size + word < right - 0.2f * p->size;
}

/* Set otherwise than the line before, as a heading or a listing is. */
static bool
looks_different(const struct growing *g, const struct piece *p)
{
	return p->font != g->last->font ||
	       fabsf(p->size - g->last->size) > 0.03f * p->size ||
	       p->across - g->across > 1.9f * p->size;
}

static int
below(const struct growing *g, const struct piece *p)
{
	struct xj_pdf_layout *l = g->pdf->layout;
	bool ended, indented;
	size_t n;

	if (p->start > g->right || p->end < g->left ||
	    p->size > g->size * 1.25f || p->size < g->size * 0.8f ||
	    is_bullet(first_char(l->text + p->at, p->len)))
		return NEW;
	if (g->row)
		return LINE_BREAK;
	ended = is_short(g, p) && !ends_in_hyphen(l, p);
	indented = p->start - g->left > INDENT * p->size;
	if (indented && (ended || is_stop(last_char(l->out, l->out_used, &n))))
		return NEW;
	if (ended && looks_different(g, p))
		return NEW;
	return ended ? LINE_BREAK : NEXT_LINE;
}

/* What a piece is to the text before it. */
static int
relation(const struct growing *g, const struct piece *p)
{
	float size, down, most;

	if (!g->par || !alike(g, p))
		return NEW;
	size = p->size > g->size ? p->size : g->size;
	down = p->across - g->across;
	if (fabsf(down) < 0.5f * size)
		return on_line(g, p, size);
	most = g->lines > 1 ? g->leading * 1.25f : LEADING * size;
	if (down > 0 && down < most)
		return below(g, p);
	/* On to the next column in the middle of a word. */
	if (down < 0 && takes_up(g->pdf->layout, p) &&
	    fabsf(p->size - g->size) < 0.1f * size)
		return WORD_GOES_ON;
	return NEW;
}

static void
add_text(struct xj_pdf *pdf, const char *s, size_t n)
{
	struct xj_pdf_layout *l = pdf->layout;

	l->out = grown(pdf, l->out, &l->out_cap, l->out_used + n + 1, 1);
	memcpy(l->out + l->out_used, s, n);
	l->out_used += n;
}

/* What stands where two lines meet; a word broken there is made whole. */
static void
add_line_end(struct xj_pdf *pdf, const struct piece *p)
{
	struct xj_pdf_layout *l = pdf->layout;
	size_t n;
	int a = last_char(l->out, l->out_used, &n);
	int b = first_char(l->text + p->at, p->len);

	if (takes_up(l, p) || (a == 0xAD && is_letter(b))) {
		l->out_used -= n;
		return;
	}
	if (ends_in_hyphen(l, p))
		return; /* UTF-8 */
	if (!joins(a, b) && a != 0x2014)
		add_text(pdf, " ", 1);
}

static fz_rect
box_of(const struct piece *p)
{
	bool vertical = p->flags & XJ_PDF_VERTICAL;
	float up = p->across - p->size * (vertical ? 0.5f : 0.8f);
	float down = p->across + p->size * (vertical ? 0.5f : 0.2f);
	fz_rect box;

	fz_point a = { p->start * p->ux - up * p->uy,
		       p->start * p->uy + up * p->ux };
	fz_point b = { p->end * p->ux - down * p->uy,
		       p->end * p->uy + down * p->ux };
	box.x0 = a.x < b.x ? a.x : b.x;
	box.x1 = a.x < b.x ? b.x : a.x;
	box.y0 = a.y < b.y ? a.y : b.y;
	box.y1 = a.y < b.y ? b.y : a.y;
	return box;
}

static void
begin_paragraph(struct growing *g, const struct piece *p)
{
	struct xj_pdf_layout *l = g->pdf->layout;

	l->par = grown(g->pdf, l->par, &l->par_cap, l->pars + 1,
		       sizeof(*l->par));
	g->par = &l->par[l->pars++];
	g->par->at = l->out_used;
	g->par->box = fz_empty_rect;
	g->par->flags = p->flags;
	g->par->upright = p->ux > 0.999f;
	g->lines = 0;
	g->row = false;
	g->left = p->start;
	g->right = p->end;
}

static void
begin_line(struct growing *g, const struct piece *p)
{
	if (g->lines)
		g->leading = p->across - g->across;
	g->lines++;
	g->across = p->across;
	g->start = p->start;
	g->end = p->end;
	g->size = p->size;
}

/* Put a piece behind what there is. */
static void
add_piece(struct growing *g, const struct piece *p)
{
	struct xj_pdf_layout *l = g->pdf->layout;
	int what = relation(g, p);

	if (what == SAME_LINE)
		add_text(g->pdf, " ", 1);
	else if (what == NEXT_CELL)
		add_text(g->pdf, "\t", 1);
	else if (what == LINE_BREAK)
		add_text(g->pdf, "\n", 1);
	else if (what == NEXT_LINE || what == WORD_GOES_ON)
		add_line_end(g->pdf, p);
	else
		begin_paragraph(g, p);
	g->row |= what == NEXT_CELL;
	if (what == WORD_GOES_ON) {
		g->left = p->start;
		g->right = p->end;
		g->lines = 0;
	}
	if (what != SAME_LINE && what != NEXT_CELL)
		begin_line(g, p);
	add_text(g->pdf, l->text + p->at, p->len);
	g->last = p;
	g->end = p->end > g->end ? p->end : g->end;
	g->left = p->start < g->left ? p->start : g->left;
	g->right = p->end > g->right ? p->end : g->right;
	g->par->box = fz_union_rect(g->par->box, box_of(p));
	g->par->len = l->out_used - g->par->at;
}

static void
make_paragraphs(struct xj_pdf *pdf)
{
	struct xj_pdf_layout *l = pdf->layout;
	struct growing g = { .pdf = pdf };

	for (size_t i = 0; i < l->pieces; i++)
		add_piece(&g, &l->piece[i]);
}

/* ------------------------------------------------------------------- order */

static bool
share_column(const fz_rect *a, const fz_rect *b)
{
	return a->x0 < b->x1 && b->x0 < a->x1;
}

/* Whether `a` ends before `b` begins, a little overlap forgiven. */
static bool
is_above(const fz_rect *a, const fz_rect *b)
{
	return a->y0 < b->y0 && a->y1 < b->y0 + (b->y1 - b->y0) * 0.3f;
}

/*
 * Some writers draw the heading of a page last. A paragraph goes before those
 * that stand below it in its column; columns keep their order.
 */
static void
order(struct xj_pdf *pdf)
{
	struct xj_pdf_layout *l = pdf->layout;

	fz_free(pdf->ctx, l->order);
	l->order = NULL;
	l->order = fz_malloc_array(pdf->ctx, l->pars + 1, size_t);
	for (size_t i = 0; i < l->pars; i++) {
		const struct paragraph *p = &l->par[i];
		size_t k = i, steps = 0;

		for (; k && steps < 300 && p->upright; k--, steps++) {
			const struct paragraph *q = &l->par[l->order[k - 1]];

			if (!q->upright || !share_column(&p->box, &q->box) ||
			    !is_above(&p->box, &q->box))
				break;
		}
		memmove(l->order + k + 1, l->order + k,
			(i - k) * sizeof(*l->order));
		l->order[k] = i;
	}
}

/* ------------------------------------------------------------------ sending */

void
xj_pdf_send(struct xj_pdf *pdf, struct xj_block *block)
{
	const char *s = block->text;
	size_t left = block->len;

	while (left) {
		size_t n = left;

		if (n > XJ_TEXT_MAX)
			for (n = XJ_TEXT_MAX; (s[n] & 0xC0) == 0x80;)
				n--;
		block->text = s;
		block->len = n;
		xj_pdf_check(pdf, xj_text(pdf->in, block));
		block->more = 1;
		s += n;
		left -= n;
	}
}

static int32_t
hundredths(float points)
{
	return points > 1e7f ? 1000000000 : points < -1e7f ? -1000000000
	       : (int32_t)lrintf(points * 100);
}

/* Nothing but glyphs that nobody can name. */
static bool
is_noise(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (n - i >= 3 && !memcmp(s + i, "\xEF\xBF\xBD", 3))
			i += 2;
		else if ((unsigned char)s[i] > ' ')
			return false;
	}
	return true;
}

/* ------------------------------------------------- running heads and feet */

/* The same for lines that differ in digits and spaces alone. */
static uint32_t
running_hash(const char *s, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] > ' ' && (s[i] < '0' || s[i] > '9'))
			h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h;
}

/*
 * A line at the edge of the page that stood there on one of the two pages
 * before, but for its numbers; or a page number alone.
 */
static bool
is_running(struct xj_pdf *pdf, const struct paragraph *p)
{
	struct xj_pdf_layout *l = pdf->layout;
	float edge = l->height * 0.1f;
	uint32_t h;

	if (!p->upright || p->len > 200 ||
	    (p->box.y1 > edge && p->box.y0 < l->height - edge))
		return false;
	h = running_hash(l->out + p->at, p->len);
	if (l->edges[0] < EDGES)
		l->edge[0][l->edges[0]++] = h;
	if (h == running_hash("", 0))
		return true;
	for (int i = 1; i < 3; i++)
		for (int k = 0; k < l->edges[i]; k++)
			if (l->edge[i][k] == h)
				return true;
	return false;
}

static void
turn_page(struct xj_pdf_layout *l, float height)
{
	memmove(l->edge[1], l->edge[0], 2 * sizeof(l->edge[0]));
	memmove(&l->edges[1], &l->edges[0], 2 * sizeof(l->edges[0]));
	l->edges[0] = 0;
	l->height = height;
}

/* ------------------------------------------------------------- the whole */

static void
send_paragraph(struct xj_pdf *pdf, const struct paragraph *p, int page,
	       const char *label, bool scanned)
{
	const char *text = pdf->layout->out + p->at;
	bool running = is_running(pdf, p);
	struct xj_block b = {
		.text = text, .len = p->len, .role = XJ_BODY,
		.where = XJ_PAGE, .at = (uint64_t)page, .label = label,
		.has = XJ_HAS_BOX,
		.box = { hundredths(p->box.x0), hundredths(p->box.y0),
			 hundredths(p->box.x1), hundredths(p->box.y1) },
	};

	if (is_noise(text, p->len))
		return;
	if (p->flags & XJ_PDF_HIDDEN)
		b.role = XJ_HIDDEN;
	else if (p->flags & XJ_PDF_ARTIFACT)
		b.role = XJ_HEADER;
	else if ((p->flags & XJ_PDF_UNSEEN) && scanned)
		b.role = XJ_OCR;
	else if ((b.level = xj_pdf_heading(pdf, page, text, p->len)))
		b.role = XJ_HEADING;
	else if (running)
		b.role = XJ_HEADER;
	else if ((b.level = is_bullet(first_char(text, p->len))))
		b.role = XJ_LIST;
	xj_pdf_send(pdf, &b);
}

void
xj_pdf_layout_send(struct xj_pdf *pdf, int page, const char *label,
		   float height, bool scanned)
{
	struct xj_pdf_layout *l = pdf->layout;

	turn_page(l, height);
	make_paragraphs(pdf);
	order(pdf);
	for (size_t i = 0; i < l->pars; i++)
		send_paragraph(pdf, &l->par[l->order[i]], page, label, scanned);
}
