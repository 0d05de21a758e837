/*
 * content.c - read what is drawn on a page, for its text and the area of its
 * pictures.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * Operators that neither move nor show text are passed over; pictures are
 * measured, not loaded. Damage is passed over as well, as every viewer does.
 *
 * Source: ISO 32000-1, 7.8 (content streams), 8.4 (graphics state), 9.3 and
 * 9.4 (text), 14.6 (marked content).
 */
#include "pdf.h"

#include <math.h>

#define GSTATES 256      /* saved at a time; deeper ones are not kept apart */
#define MARKS 256        /* marked content, likewise */
#define OPERANDS 65536   /* of one operator */
#define ARENA (8u << 20) /* bytes of strings of one operator */
#define CONTENT (1u << 28) /* bytes read on one page, forms as often as shown */
#define MISTAKES 100     /* after so many the rest is given up */

/* --------------------------------------------------------- words of content */

enum { NUMBER, STRING, NAME };

/* One operand. Dictionaries and arrays are laid flat. */
struct operand {
	int type;
	float n;
	size_t at, len;      /* in the arena; a NUL follows */
};

enum { AT_END, OPERATOR, OPERAND };

struct reader {
	struct xj_pdf *pdf;
	fz_context *ctx;
	fz_stream *stm;
	struct xj_pdf_tally *tally;
	unsigned refills;
	struct operand *op;  /* OPERANDS at most */
	int ops, op_cap;
	char *arena;
	size_t used, cap;
	uint64_t word;       /* the operator, its letters one in a byte */
};

static int
refill(struct reader *r)
{
	int c = fz_read_byte(r->ctx, r->stm);

	if (r->pdf->stop < 0)
		fz_throw(r->ctx, FZ_ERROR_ABORT, "stopped");
	if (c == EOF)
		return c;
	r->tally->bytes += (size_t)(r->stm->wp - r->stm->rp);
	if (r->tally->bytes > CONTENT) {
		r->tally->cut = true;
		return EOF;
	}
	if (++r->refills % 256 == 0)
		xj_pdf_check(r->pdf, xj_poll(r->pdf->in,
					     (uint64_t)r->pdf->page,
					     (uint64_t)r->pdf->page_count));
	return c;
}

static inline int
next_byte(struct reader *r)
{
	fz_stream *s = r->stm;

	return s->rp != s->wp ? *s->rp++ : refill(r);
}

static inline void
back(struct reader *r, int c)
{
	if (c != EOF)
		r->stm->rp--;
}

enum { REGULAR, WHITE, DELIMITER };

static int
class_of(int c)
{
	switch (c) {
	case 0: case '\t': case '\n': case '\f': case '\r': case ' ': case EOF:
		return WHITE;
	case '(': case ')': case '<': case '>': case '[': case ']': case '{':
	case '}': case '/': case '%':
		return DELIMITER;
	}
	return REGULAR;
}

static void
keep_byte(struct reader *r, int c)
{
	if (r->used + 1 >= r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 4096;

		if (cap > ARENA)
			return; /* what is longer is not text */
		r->arena = fz_realloc(r->ctx, r->arena, cap);
		r->cap = cap;
	}
	r->arena[r->used++] = (char)c;
}

static struct operand *
new_operand(struct reader *r, int type)
{
	struct operand *o;

	if (r->ops == r->op_cap) {
		int cap = r->op_cap ? r->op_cap * 2 : 64;

		if (cap > OPERANDS) {
			/* No operator has so many: start over. */
			r->ops = 0;
			r->used = 0;
		} else {
			r->op = fz_realloc_array(r->ctx, r->op, (size_t)cap,
						 struct operand);
			r->op_cap = cap;
		}
	}
	o = &r->op[r->ops++];
	o->type = type;
	o->n = 0;
	o->at = r->used;
	o->len = 0;
	return o;
}

static void
end_operand(struct reader *r, struct operand *o)
{
	o->len = r->used - o->at;
	keep_byte(r, 0);
	if (!r->used || r->arena[r->used - 1]) {
		r->used = o->at; /* it did not fit */
		o->len = 0;
		o->type = NUMBER;
	}
}

/* A sign in the middle ends the number, as old writers' mistakes want it. */
static void
read_number(struct reader *r, int c)
{
	double n = 0, scale = 1;
	bool minus = false, point = false, end = false;

	while (c == '-' || c == '+') {
		minus |= c == '-';
		c = next_byte(r);
	}
	for (; class_of(c) == REGULAR; c = next_byte(r)) {
		if (c == '.') {
			end |= point;
			point = true;
		} else if (c < '0' || c > '9') {
			end = true;
		} else if (!end) {
			n = n * 10 + (c - '0');
			scale *= point ? 10 : 1;
		}
	}
	if (class_of(c) == DELIMITER)
		back(r, c);
	n /= scale;
	if (!(n < 1e9))
		n = 0;
	new_operand(r, NUMBER)->n = (float)(minus ? -n : n);
}

static int
octal(struct reader *r, int c)
{
	int n = c - '0', i;

	for (i = 0; i < 2; i++) {
		c = next_byte(r);
		if (c < '0' || c > '7') {
			back(r, c);
			break;
		}
		n = n * 8 + (c - '0');
	}
	return n & 255;
}

/* After a backslash. */
static void
read_escape(struct reader *r)
{
	static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
	int c = next_byte(r);
	const char *p;

	if (c == EOF || c == '\n')
		return;
	if (c == '\r') {
		if ((c = next_byte(r)) != '\n')
			back(r, c);
	} else if (c >= '0' && c <= '7') {
		keep_byte(r, octal(r, c));
	} else if (c && (p = strchr(from, c))) {
		keep_byte(r, to[p - from]);
	} else {
		keep_byte(r, c);
	}
}

static void
read_string(struct reader *r)
{
	struct operand o = *new_operand(r, STRING);
	int deep = 1, c;

	while ((c = next_byte(r)) != EOF) {
		if (c == '\\') {
			read_escape(r);
			continue;
		}
		deep += c == '(' ? 1 : c == ')' ? -1 : 0;
		if (!deep)
			break;
		keep_byte(r, c);
	}
	end_operand(r, &o);
	r->op[r->ops - 1] = o;
}

static int
hex(int c)
{
	return c >= '0' && c <= '9' ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void
read_hex_string(struct reader *r)
{
	struct operand o = *new_operand(r, STRING);
	int high = -1, c;

	while ((c = next_byte(r)) != EOF && c != '>') {
		int n = hex(c);

		if (n < 0)
			continue;
		if (high >= 0)
			keep_byte(r, high * 16 + n);
		high = high >= 0 ? -1 : n;
	}
	if (high >= 0)
		keep_byte(r, high * 16);
	end_operand(r, &o);
	r->op[r->ops - 1] = o;
}

static void
read_name(struct reader *r)
{
	struct operand o = *new_operand(r, NAME);
	int c;

	while (class_of(c = next_byte(r)) == REGULAR) {
		int high, low;

		if (c == '#') {
			high = next_byte(r);
			low = hex(high) < 0 ? EOF : next_byte(r);
			if (hex(low) >= 0) {
				c = hex(high) * 16 + hex(low);
			} else {
				back(r, low);
				if (hex(high) < 0)
					back(r, high);
			}
		}
		if (c)
			keep_byte(r, c);
	}
	back(r, c);
	end_operand(r, &o);
	r->op[r->ops - 1] = o;
}

static int
read_operator(struct reader *r, int c)
{
	uint64_t word = 0;
	int n = 0;

	for (; class_of(c) == REGULAR; c = next_byte(r), n++)
		word = word << 8 | (uint64_t)c;
	back(r, c);
	r->word = n <= 5 ? word : 0;
	return OPERATOR;
}

static void
read_comment(struct reader *r)
{
	int c;

	while ((c = next_byte(r)) != EOF && c != '\n' && c != '\r')
		;
}

/* After '<' or '>', which may be doubled. */
static void
read_angle(struct reader *r, int first)
{
	int c = next_byte(r);

	if (c == first)
		return;
	back(r, c);
	if (first == '<')
		read_hex_string(r);
}

static int
next_word(struct reader *r)
{
	int c;

	for (;;) {
		switch (c = next_byte(r)) {
		case EOF:
			return AT_END;
		case 0: case '\t': case '\n': case '\f': case '\r': case ' ':
			continue;
		case '+': case '-': case '.': case '0': case '1': case '2':
		case '3': case '4': case '5': case '6': case '7': case '8':
		case '9':
			read_number(r, c);
			return OPERAND;
		case '(':
			read_string(r);
			return OPERAND;
		case '/':
			read_name(r);
			return OPERAND;
		case '%':
			read_comment(r);
			continue;
		case '<': case '>':
			read_angle(r, c);
			return OPERAND;
		case '[': case ']': case '{': case '}': case ')':
			continue;
		default:
			return read_operator(r, c);
		}
	}
}

/* ------------------------------------------------------------- the machine */

struct gstate {
	fz_matrix ctm;
	struct xj_pdf_font *font;
	float size, char_space, word_space, scale, leading, rise;
	int render;
};

/* One content being read; a form within it is another. */
struct content {
	struct xj_pdf *pdf;
	fz_context *ctx;
	struct content *outer;
	struct xj_pdf_tally *tally;
	pdf_obj *resources;
	pdf_obj *form;          /* what is read, to see circles; or NULL */
	fz_rect page;
	unsigned flags;         /* XJ_PDF_..., of everything in it */
	struct reader reader;
	struct gstate gs, saved[GSTATES];
	int depth, lost;        /* states saved; those beyond GSTATES */
	unsigned char mark[MARKS]; /* flags that each marked content adds */
	int marks, lost_marks;
	fz_matrix tm, tlm;      /* of text; of its line */
	pdf_obj *font_dict;     /* what was set last, and its font */
	struct xj_pdf_font *font;
	int level;              /* of forms within forms */
	int mistakes;
	bool showed;            /* text or a picture */
};

static const char *
name_at(struct content *c, int i)
{
	struct reader *r = &c->reader;

	return i >= 0 && i < r->ops && r->op[i].type == NAME
	       ? r->arena + r->op[i].at : "";
}

/* The i-th of the last n operands: `3 0 0 1 5 6 Tm` means its last six. */
static float
num(struct content *c, int i, int n)
{
	struct reader *r = &c->reader;
	int k = r->ops - n + i;

	return k >= 0 && r->op[k].type == NUMBER ? r->op[k].n : 0;
}

static void
save(struct content *c)
{
	if (c->depth < GSTATES)
		c->saved[c->depth++] = c->gs;
	else
		c->lost++;
}

static void
restore(struct content *c)
{
	if (c->lost)
		c->lost--;
	else if (c->depth)
		c->gs = c->saved[--c->depth];
}

static fz_matrix
matrix(struct content *c)
{
	return fz_make_matrix(num(c, 0, 6), num(c, 1, 6), num(c, 2, 6),
			      num(c, 3, 6), num(c, 4, 6), num(c, 5, 6));
}

static void
next_line(struct content *c, float x, float y)
{
	c->tlm = fz_pre_translate(c->tlm, x, y);
	c->tm = c->tlm;
}

/* ------------------------------------------------------------ showing text */

static unsigned
marked_flags(const struct content *c)
{
	unsigned flags = c->flags;

	for (int i = 0; i < c->marks; i++)
		flags |= c->mark[i];
	return flags;
}

static unsigned
flags_now(const struct content *c)
{
	unsigned flags = marked_flags(c);

	if (c->gs.render == 3 || c->gs.render == 7)
		flags |= XJ_PDF_UNSEEN;
	if (xj_pdf_font_vertical(c->gs.font))
		flags |= XJ_PDF_VERTICAL;
	return flags;
}

/*
 * How a string runs on the page. `*em` is what one em along the line comes to
 * in points of the page, `*unit` the same for unscaled text space. False: it
 * is too small, or turned inside out, to stand anywhere.
 */
static bool
begin_run(struct content *c, struct xj_pdf_run *run, float *em, float *unit)
{
	const struct gstate *g = &c->gs;
	fz_matrix m = fz_concat(c->tm, g->ctm);
	float vx = m.a * g->scale, vy = m.b * g->scale, len, x, y;
	float sign = g->size < 0 ? -1 : 1;

	run->flags = flags_now(c);
	if (run->flags & XJ_PDF_VERTICAL) {
		vx = -m.c;
		vy = -m.d;
	}
	len = sqrtf(vx * vx + vy * vy);
	run->size = fabsf(g->size) *
		    sqrtf(fabsf((m.a * m.d - m.b * m.c) * g->scale));
	if (!(len > 1e-9f && len < 1e9f && run->size > 1e-6f &&
	      run->size < 1e6f))
		return false;
	run->ux = sign * vx / len;
	run->uy = sign * vy / len;
	x = m.e + g->rise * m.c;
	y = m.f + g->rise * m.d;
	if (!(fabsf(x) < 1e7f && fabsf(y) < 1e7f))
		return false;
	run->along = x * run->ux + y * run->uy;
	run->across = y * run->ux - x * run->uy;
	run->font = g->font;
	*em = fabsf(g->size) * len;
	*unit = sign * len;
	run->spacing = g->char_space * *unit;
	return true;
}

/* Move on by text space units along the line. */
static void
move(struct content *c, float t)
{
	if (xj_pdf_font_vertical(c->gs.font))
		c->tm = fz_pre_translate(c->tm, 0, -t);
	else
		c->tm = fz_pre_translate(c->tm, t * c->gs.scale, 0);
}

static void
show_glyph(struct content *c, struct xj_pdf_glyph g, float width)
{
	const uint32_t *many;
	int n;

	if (g.ucs == XJ_PDF_NOTHING)
		return;
	if (!(g.ucs & XJ_PDF_MANY)) {
		xj_pdf_layout_char(c->pdf, g.ucs, width);
		return;
	}
	many = xj_pdf_font_many(c->gs.font, g.ucs, &n);
	for (int i = 0; i < n; i++)
		xj_pdf_layout_char(c->pdf, many[i], width / (float)n);
}

static void
show(struct content *c, const unsigned char *s, size_t len)
{
	const unsigned char *end = s + len;
	struct xj_pdf_run run;
	float em, unit, moved = 0;
	bool placed;

	if (!c->gs.font || !len)
		return;
	placed = begin_run(c, &run, &em, &unit);
	if (placed)
		xj_pdf_layout_string(c->pdf, &run);
	while (s < end) {
		struct xj_pdf_glyph g;
		unsigned code;
		int n = xj_pdf_font_next(c->pdf, c->gs.font, s, end, &code, &g);
		float t = g.advance * c->gs.size + c->gs.char_space;

		if (n == 1 && code == ' ')
			t += c->gs.word_space;
		if (placed)
			show_glyph(c, g, t * unit);
		moved += t;
		s += n;
	}
	move(c, moved);
	c->showed = true;
}

/* TJ and Tj: strings, and numbers that move between them. */
static void
show_all(struct content *c)
{
	struct reader *r = &c->reader;

	xj_pdf_layout_operator(c->pdf->layout);
	for (int i = 0; i < r->ops; i++) {
		struct operand *o = &r->op[i];

		if (o->type == STRING)
			show(c, (unsigned char *)r->arena + o->at, o->len);
		else if (o->type == NUMBER && c->gs.font)
			move(c, -o->n * 0.001f * c->gs.size);
	}
	xj_pdf_layout_operator_end(c->pdf->layout);
}

static void
show_last(struct content *c)
{
	struct reader *r = &c->reader;

	if (r->ops)
		r->op[0] = r->op[r->ops - 1];
	r->ops = r->ops ? 1 : 0;
	if (r->ops && r->op[0].type == STRING)
		show_all(c);
}

static void
set_font(struct content *c, pdf_obj *dict, float size)
{
	c->gs.size = size;
	if (dict && dict == c->font_dict) {
		c->gs.font = c->font;
		return;
	}
	c->gs.font = pdf_is_dict(c->ctx, dict) ? xj_pdf_font(c->pdf, dict)
					       : NULL;
	c->font_dict = dict;
	c->font = c->gs.font;
}

static pdf_obj *
resource(struct content *c, pdf_obj *kind, const char *name)
{
	return pdf_dict_gets(c->ctx, pdf_dict_get(c->ctx, c->resources, kind),
			     name);
}

static void
op_font(struct content *c)
{
	const char *name = name_at(c, c->reader.ops - 2);

	set_font(c, resource(c, PDF_NAME(Font), name), num(c, 0, 1));
}

static void
op_gs(struct content *c)
{
	fz_context *ctx = c->ctx;
	pdf_obj *gs = resource(c, PDF_NAME(ExtGState),
			       name_at(c, c->reader.ops - 1));
	pdf_obj *font = pdf_dict_get(ctx, gs, PDF_NAME(Font));

	if (pdf_is_array(ctx, font))
		set_font(c, pdf_array_get(ctx, font, 0),
			 pdf_array_get_real(ctx, font, 1));
}

/* --------------------------------------------------------- marked content */

static bool
is_hidden(struct content *c, pdf_obj *layer)
{
	return layer && pdf_is_ocg_hidden(c->ctx, c->pdf->doc, c->resources,
					  "View", layer);
}

/* Running headers and footers are marked so by good writers. */
static unsigned
mark_of(struct content *c)
{
	struct reader *r = &c->reader;
	const char *tag = name_at(c, 0);

	if (!strcmp(tag, "OC") &&
	    is_hidden(c, resource(c, PDF_NAME(Properties), name_at(c, 1))))
		return XJ_PDF_HIDDEN;
	if (strcmp(tag, "Artifact"))
		return 0;
	for (int i = 1; i < r->ops; i++)
		if (!strcmp(name_at(c, i), "Pagination"))
			return XJ_PDF_ARTIFACT;
	return 0;
}

static void
begin_mark(struct content *c)
{
	if (c->marks < MARKS)
		c->mark[c->marks++] = (unsigned char)mark_of(c);
	else
		c->lost_marks++;
}

static void
end_mark(struct content *c)
{
	if (c->lost_marks)
		c->lost_marks--;
	else if (c->marks)
		c->marks--;
}

/* ------------------------------------------------------ pictures and forms */

static void
add_picture(struct content *c)
{
	fz_rect box = fz_transform_rect(fz_unit_rect, c->gs.ctm);

	box = fz_intersect_rect(box, c->page);
	if (!fz_is_empty_rect(box))
		c->tally->image_area += (double)(box.x1 - box.x0) *
					(box.y1 - box.y0);
	c->showed = true;
}

static bool
is_open(struct content *c, pdf_obj *form)
{
	int object = pdf_to_num(c->ctx, form);

	for (; c; c = c->outer)
		if (c->form && pdf_to_num(c->ctx, c->form) == object)
			return true;
	return false;
}

/* Drawings that showed neither text nor pictures are not read again. */
static bool
is_blank(struct xj_pdf *pdf, int object)
{
	return object > 0 && object < pdf->blank_objects &&
	       pdf->blank[object / 8] & 1 << object % 8;
}

static void
set_blank(struct xj_pdf *pdf, int object)
{
	if (!pdf->blank) {
		int n = pdf_xref_len(pdf->ctx, pdf->doc);

		pdf->blank = fz_calloc(pdf->ctx, (size_t)n / 8 + 1, 1);
		pdf->blank_objects = n;
	}
	if (object > 0 && object < pdf->blank_objects)
		pdf->blank[object / 8] |= (unsigned char)(1 << object % 8);
}

static void run_form(struct content *outer, pdf_obj *form);

static void
op_form(struct content *c, pdf_obj *form)
{
	int object = pdf_to_num(c->ctx, form);

	if (is_blank(c->pdf, object) || is_open(c, form))
		return;
	if (c->level == XJ_PDF_FORM_DEPTH ||
	    c->tally->forms++ >= XJ_PDF_FORMS)
		c->tally->cut = true;
	else
		run_form(c, form);
}

static void
op_do(struct content *c)
{
	fz_context *ctx = c->ctx;
	pdf_obj *x = resource(c, PDF_NAME(XObject),
			      name_at(c, c->reader.ops - 1));
	pdf_obj *type = pdf_dict_get(ctx, x, PDF_NAME(Subtype));

	if (is_hidden(c, pdf_dict_get(ctx, x, PDF_NAME(OC))))
		return;
	if (pdf_name_eq(ctx, type, PDF_NAME(Image)))
		add_picture(c);
	else if (pdf_name_eq(ctx, type, PDF_NAME(Form)))
		op_form(c, x);
}

/* ------------------------------------------------------------ inline images */

static bool
has_name(struct content *c, const char *one, const char *other)
{
	for (int i = 0; i < c->reader.ops; i++)
		if (!strcmp(name_at(c, i), one) ||
		    !strcmp(name_at(c, i), other))
			return true;
	return false;
}

/* The number after a key. */
static size_t
number_of(struct content *c, const char *one, const char *other)
{
	struct reader *r = &c->reader;

	for (int i = 0; i + 1 < r->ops; i++)
		if ((!strcmp(name_at(c, i), one) ||
		     !strcmp(name_at(c, i), other)) &&
		    r->op[i + 1].type == NUMBER && r->op[i + 1].n > 0)
			return (size_t)r->op[i + 1].n;
	return 0;
}

/* How long the data are, where the dictionary says so; else 0. */
static size_t
image_bytes(struct content *c)
{
	size_t w = number_of(c, "W", "Width"), h = number_of(c, "H", "Height");
	size_t bits = number_of(c, "BPC", "BitsPerComponent"), parts = 1;

	if (has_name(c, "F", "Filter") || w > 65536 || h > 65536)
		return 0;
	if (has_name(c, "RGB", "DeviceRGB"))
		parts = 3;
	else if (has_name(c, "CMYK", "DeviceCMYK"))
		parts = 4;
	else if (has_name(c, "IM", "ImageMask"))
		bits = 1;
	else if (!has_name(c, "G", "DeviceGray"))
		return 0;
	return bits > 16 ? 0 : (w * parts * bits + 7) / 8 * h;
}

/* Whether what follows reads like content and not like a picture. */
static bool
reads_on(struct reader *r)
{
	const unsigned char *p = r->stm->rp;

	for (int i = 0; i < 12 && p + i < r->stm->wp; i++)
		if (p[i] > 0x7E || (p[i] < ' ' && class_of(p[i]) != WHITE))
			return false;
	return true;
}

/* From ID to behind EI. */
static void
skip_image(struct content *c)
{
	struct reader *r = &c->reader;
	size_t known = image_bytes(c);
	int before = ' ', e = 0, byte;

	next_byte(r);
	for (; known; known--)
		if (next_byte(r) == EOF)
			return;
	/* before, E, I, white */
	while ((byte = next_byte(r)) != EOF) {
		if (e == 2 && class_of(byte) == WHITE && reads_on(r))
			return;
		if (e == 1 && byte == 'I')
			e = 2;
		else
			e = byte == 'E' &&
			    (class_of(before) == WHITE || before == '>');
		before = byte;
	}
}

/* --------------------------------------------------------------- operators */

#define OP1(a) (a)
#define OP2(a, b) ((uint64_t)(a) << 8 | (b))
#define OP3(a, b, c) (OP2(a, b) << 8 | (c))

/* Operators that show text, or set how. */
static bool
text_operator(struct content *c, uint64_t word)
{
	struct gstate *g = &c->gs;

	switch (word) {
	case OP2('B', 'T'):
		c->tm = c->tlm = fz_identity;
		return true;
	case OP2('T', 'f'): op_font(c); return true;
	case OP2('T', 'c'): g->char_space = num(c, 0, 1); return true;
	case OP2('T', 'w'): g->word_space = num(c, 0, 1); return true;
	case OP2('T', 'z'): g->scale = num(c, 0, 1) / 100; return true;
	case OP2('T', 'L'): g->leading = num(c, 0, 1); return true;
	case OP2('T', 's'): g->rise = num(c, 0, 1); return true;
	case OP2('T', 'r'): g->render = (int)num(c, 0, 1); return true;
	case OP2('T', 'd'): next_line(c, num(c, 0, 2), num(c, 1, 2)); return true;
	case OP2('T', 'D'):
		g->leading = -num(c, 1, 2);
		next_line(c, num(c, 0, 2), num(c, 1, 2));
		return true;
	case OP2('T', 'm'): c->tm = c->tlm = matrix(c); return true;
	case OP2('T', '*'): next_line(c, 0, -g->leading); return true;
	case OP2('T', 'j'): show_last(c); return true;
	case OP2('T', 'J'): show_all(c); return true;
	case OP1('"'):
		g->word_space = num(c, 0, 3);
		g->char_space = num(c, 1, 3);
		/* fall through */
	case OP1('\''):
		next_line(c, 0, -g->leading);
		show_last(c);
		return true;
	}
	return false;
}

static void
operate(struct content *c)
{
	uint64_t word = c->reader.word;

	if (text_operator(c, word))
		return;
	switch (word) {
	case OP1('q'): save(c); break;
	case OP1('Q'): restore(c); break;
	case OP2('c', 'm'): c->gs.ctm = fz_concat(matrix(c), c->gs.ctm); break;
	case OP2('g', 's'): op_gs(c); break;
	case OP2('D', 'o'): op_do(c); break;
	case OP2('I', 'D'):
		skip_image(c);
		add_picture(c);
		break;
	case OP3('B', 'D', 'C'):
	case OP3('B', 'M', 'C'): begin_mark(c); break;
	case OP3('E', 'M', 'C'): end_mark(c); break;
	}
}

/* Words that are operands. */
#define TRUE_WORD (OP2('t', 'r') << 16 | OP2('u', 'e'))
#define NULL_WORD (OP2('n', 'u') << 16 | OP2('l', 'l'))
#define FALSE_WORD (OP3('f', 'a', 'l') << 16 | OP2('s', 'e'))

static void
read_all(struct content *c)
{
	struct reader *r = &c->reader;
	int what;

	while ((what = next_word(r)) != AT_END) {
		if (what == OPERAND)
			continue;
		if (r->word == TRUE_WORD || r->word == FALSE_WORD ||
		    r->word == NULL_WORD) {
			new_operand(r, NUMBER)->n = r->word == TRUE_WORD;
			continue;
		}
		operate(c);
		r->ops = 0;
		r->used = 0;
	}
}

/* What cannot be done is left out; what follows it may still be text. */
static void
read_with_mistakes(struct content *c)
{
	fz_context *ctx = c->ctx;
	bool ended = false;

	fz_var(ended);
	while (!ended) {
		fz_try(ctx) {
			read_all(c);
			ended = true;
		}
		fz_catch(ctx) {
			if (c->pdf->stop < 0)
				fz_rethrow(ctx);
			c->reader.ops = 0;
			c->reader.used = 0;
			if (++c->mistakes == MISTAKES) {
				c->tally->cut = true;
				ended = true;
			}
		}
	}
}

static void
run(struct content *c, pdf_obj *contents)
{
	fz_context *ctx = c->ctx;

	c->reader.pdf = c->pdf;
	c->reader.ctx = ctx;
	c->reader.tally = c->tally;
	c->tm = c->tlm = fz_identity;
	fz_try(ctx) {
		c->reader.stm = pdf_open_contents_stream(ctx, c->pdf->doc,
							 contents);
		read_with_mistakes(c);
	}
	fz_always(ctx) {
		fz_drop_stream(ctx, c->reader.stm);
		fz_free(ctx, c->reader.op);
		fz_free(ctx, c->reader.arena);
	}
	fz_catch(ctx)
		fz_rethrow(ctx);
}

static void
run_form(struct content *outer, pdf_obj *form)
{
	fz_context *ctx = outer->ctx;
	pdf_obj *resources = pdf_dict_get(ctx, form, PDF_NAME(Resources));
	struct content c = {
		.pdf = outer->pdf, .ctx = ctx, .outer = outer, .form = form,
		.tally = outer->tally, .page = outer->page,
		.resources = resources ? resources : outer->resources,
		.flags = marked_flags(outer), .gs = outer->gs,
		.level = outer->level + 1,
	};

	c.gs.ctm = fz_concat(pdf_dict_get_matrix(ctx, form, PDF_NAME(Matrix)),
			     c.gs.ctm);
	run(&c, form);
	if (c.showed)
		outer->showed = true;
	else if (!c.tally->cut)
		set_blank(c.pdf, pdf_to_num(ctx, form));
}

void
xj_pdf_content(struct xj_pdf *pdf, pdf_obj *contents, pdf_obj *resources,
	       fz_matrix ctm, fz_rect page, unsigned flags,
	       struct xj_pdf_tally *tally)
{
	struct content c = {
		.pdf = pdf, .ctx = pdf->ctx, .tally = tally, .page = page,
		.resources = resources, .flags = flags,
		.gs = { .ctm = ctm, .scale = 1 },
	};

	run(&c, contents);
}
