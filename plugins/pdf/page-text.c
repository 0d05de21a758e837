/*
 * page-text.c - from MuPDF's lines to paragraphs, and on to the host.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * The structured-text device says what stands on a line, and in which order
 * the lines were drawn. Its blocks end where the leading is wide, which in
 * Chinese documents is at every line, and go on where a new paragraph is only
 * indented; so lines are put together here. A word broken at the end of a line
 * is made whole here too, because the device would also join UTF-\n8.
 *
 * Places are counted along the direction of writing and across it, towards the
 * next line, so that vertical text needs no rules of its own.
 */
#include "pdf.h"

#include <math.h>

void
xj_pdf_text_free(struct xj_pdf *pdf)
{
	fz_drop_buffer(pdf->ctx, pdf->text.text);
	fz_drop_buffer(pdf->ctx, pdf->text.word);
	fz_free(pdf->ctx, pdf->text.par);
}

/* The last character, and how many bytes it takes; 0 of nothing. */
static int
last_char(const fz_buffer *b, size_t from, size_t *n)
{
	int c = 0;

	*n = 0;
	if (b->len == from)
		return 0;
	do
		++*n;
	while (*n < 4 && (b->data[b->len - *n] & 0xC0) == 0x80);
	fz_chartorune(&c, (const char *)b->data + b->len - *n);
	return c;
}

/* Written without spaces between words. */
static bool
is_han(int c)
{
	return (c >= 0x2E80 && c < 0xA4D0) || (c >= 0xF900 && c < 0xFB00) ||
	       (c >= 0xFE30 && c < 0xFE50) || (c >= 0xFF00 && c < 0xFFEF) ||
	       (c >= 0x20000 && c < 0x40000);
}

static bool
is_lower(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 0xDF && c < 0x250);
}

static bool
is_letter(int c)
{
	return is_lower(c) || (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c < 0xDF);
}

static bool
is_hyphen(int c)
{
	return c == '-' || c == 0xAD || c == 0x2010;
}

static bool
is_bullet(int c)
{
	return c == 0x2022 || c == 0x25CF || c == 0x25A0 || c == 0x25E6 ||
	       c == 0xF0B7 || c == 0xF06C || c == 0xF0D8;
}

static bool
is_stop(int c)
{
	return c == '.' || c == ':' || c == '!' || c == '?' || c == 0x3002 ||
	       c == 0xFF1A || c == 0xFF01 || c == 0xFF1F;
}

/* ------------------------------------------------------------------- lines */

static void
add_char(fz_context *ctx, struct xj_pdf_text *t, int c)
{
	size_t n;

	if (c <= ' ' || (c >= 0x7F && c < 0xA0)) {
		if (t->word->len && last_char(t->word, 0, &n) != ' ')
			fz_append_byte(ctx, t->word, ' ');
		return;
	}
	if ((c >= 0xD800 && c < 0xE000) || c > 0x10FFFF)
		c = 0xFFFD;
	t->chars++;
	t->replaced += c == 0xFFFD;
	fz_append_rune(ctx, t->word, c);
}

/* A font of the system's, put in place of one that the document lacks. */
static bool
is_substitute(const fz_stext_char *c)
{
	const fz_font_flags_t *f = fz_font_flags(c->font);

	return f->ft_substitute && f->cjk;
}

/*
 * TeX's bitmap fonts name no characters, so their codes come through: letters
 * as they are, ligatures and quotes as control codes of its two encodings, OT1
 * and T1, which do not collide here.
 */
static void
add_tex(fz_context *ctx, struct xj_pdf_text *t, int code)
{
	static const char *const chars[32] = {
		[0x0B] = "ff", "fi", "fl", "ffi", "ffl",
		[0x10] = "\u201C", "\u201D", "\u201E", "\u00AB", "\u00BB",
		"\u2013", "\u2014",
		[0x1B] = "ff", "fi", "fl", "ffi", "ffl",
	};
	const char *s = code == 0x7F ? "-" : chars[code];
	int c;

	for (; s && *s; add_char(ctx, t, c))
		s += fz_chartorune(&c, s);
}

static void
add_stext_char(fz_context *ctx, struct xj_pdf_text *t, const fz_stext_char *c)
{
	if ((c->c < ' ' || c->c == 0x7F) && fz_font_t3_procs(ctx, c->font))
		add_tex(ctx, t, c->c);
	else if (c->c == 0x22EF && is_substitute(c))
		add_char(ctx, t, 0x2026); /* the ellipsis as it is typed */
	else
		add_char(ctx, t, c->c);
}

/* Drawn again beside its place, to look bold. */
static bool
is_again(const fz_stext_char *a, const fz_stext_char *b)
{
	return a && a->c == b->c &&
	       fabsf(a->origin.x - b->origin.x) < 0.1f * b->size &&
	       fabsf(a->origin.y - b->origin.y) < 0.1f * b->size;
}

static float
along(const struct xj_pdf_line *l, fz_point p)
{
	return p.x * l->ux + p.y * l->uy;
}

/*
 * The words of a line. `twin` is the same line of a run that put no spaces in
 * on its own; what is missing there rests on widths that are not the font's
 * own, and is left out, where the font is a substitute.
 */
static void
read_words(fz_context *ctx, struct xj_pdf_text *t, const fz_stext_line *line,
	   const fz_stext_line *twin, struct xj_pdf_line *out)
{
	const fz_stext_char *there = twin ? twin->first_char : NULL;
	bool word = true, any = false;

	fz_clear_buffer(ctx, t->word);
	for (const fz_stext_char *c = line->first_char; c; c = c->next) {
		bool same = there && there->c == c->c &&
			    there->origin.x == c->origin.x &&
			    there->origin.y == c->origin.y;

		if (same)
			there = there->next;
		else if (twin && c->c == ' ' && is_substitute(c))
			continue;
		if (is_again(t->before, c))
			continue;
		if (!any)
			out->start = along(out, c->origin);
		any = true;
		word &= c->c != ' ' || !t->word->len;
		if (word)
			out->first = along(out, c->quad.lr);
		word &= !is_han(c->c);
		add_stext_char(ctx, t, c);
		t->before = c;
	}
	while (t->word->len && t->word->data[t->word->len - 1] == ' ')
		t->word->len--;
}

static struct xj_pdf_line
measure(const fz_stext_line *line)
{
	const fz_stext_char *a = line->first_char, *z = line->last_char;
	struct xj_pdf_line l = {
		.ux = line->dir.x, .uy = line->dir.y, .wmode = line->wmode,
		.size = a->size, .font = a->font, .color = a->color,
		.box = line->bbox,
	};

	l.start = along(&l, a->origin);
	l.end = along(&l, z->quad.lr);
	l.across = a->origin.y * l.ux - a->origin.x * l.uy;
	return l;
}

/* -------------------------------------------------------------- paragraphs */

enum { NEW, NEXT_LINE, LINE_BREAK, SAME_WORD, SAME_LINE, NEXT_CELL, AGAIN };

static int
first_char(const fz_buffer *b)
{
	int c = 0;

	if (b->len)
		fz_chartorune(&c, (const char *)b->data);
	return c;
}

/* The line before, drawn twice to look bold. */
static bool
is_line_again(const struct xj_pdf_text *t, const struct xj_pdf_line *l)
{
	const fz_buffer *text = t->text, *word = t->word;

	return fabsf(l->start - t->last.start) < 0.1f * l->size &&
	       fabsf(l->end - t->last.end) < 0.1f * l->size &&
	       text->len >= word->len &&
	       !memcmp(text->data + text->len - word->len, word->data,
		       word->len);
}

/* On the line of the one before. */
static int
beside(const struct xj_pdf_text *t, const struct xj_pdf_line *l)
{
	float gap = l->start - t->last.end;

	if (is_line_again(t, l))
		return AGAIN;
	if (gap < -0.3f * l->size)
		return NEW;
	return gap < 0.15f * l->size ? SAME_WORD
	       : gap < 2.5f * l->size ? SAME_LINE : NEXT_CELL;
}

static int
below(struct xj_pdf_text *t, const struct xj_pdf_line *l)
{
	float right = t->right > l->end ? t->right : l->end;
	bool ended = t->last.end + 0.3f * l->size + l->first - l->start <
		     right - 0.2f * l->size;
	float indent = l->start - t->left;
	size_t n;
	int end = last_char(t->text, 0, &n);

	if (t->row && !is_hyphen(end))
		return NEW;
	if (l->block != t->last.block)
		return ended || indent > 0.7f * l->size ||
		       (t->lines > 1 && indent < -0.7f * l->size)
		       ? NEW : NEXT_LINE;
	if (indent > 0.7f * l->size && (ended || is_stop(end)))
		return NEW;
	if (ended && !is_hyphen(end))
		return l->font != t->last.font ? NEW : LINE_BREAK;
	return NEXT_LINE;
}

static bool
is_heading(struct xj_pdf *pdf, const unsigned char *s, size_t len)
{
	return xj_pdf_heading(pdf, pdf->page, (const char *)s, len) > 0;
}

static int
relation(struct xj_pdf *pdf, const struct xj_pdf_line *l)
{
	struct xj_pdf_text *t = &pdf->text;
	const struct xj_pdf_line *k = &t->last;
	const struct xj_pdf_paragraph *p = t->pars ? &t->par[t->pars - 1] : NULL;
	float size = l->size > k->size ? l->size : k->size;
	float down = l->across - k->across;

	if (!p || l->wmode != k->wmode || l->color != k->color ||
	    l->ux * k->ux + l->uy * k->uy < 0.999f)
		return NEW;
	if (fabsf(down) < 0.5f * size)
		return beside(t, l);
	if (l->size > k->size * 1.12f || l->size < k->size / 1.12f || down < 0 ||
	    down > (t->lines > 1 ? t->leading * 1.25f : 2.2f * size) ||
	    l->start > t->right || l->end < t->left ||
	    is_bullet(first_char(t->word)) ||
	    is_heading(pdf, t->word->data, t->word->len) ||
	    is_heading(pdf, t->text->data + p->at, p->len))
		return NEW;
	return below(t, l);
}

/* What stands where two lines meet; a word broken there is made whole. */
static void
join_lines(fz_context *ctx, struct xj_pdf_text *t)
{
	size_t n, before;
	int a = last_char(t->text, 0, &n), b = first_char(t->word);

	if (is_hyphen(a)) {
		t->text->len -= n;
		if (is_letter(last_char(t->text, 0, &before)) &&
		    (is_lower(b) || a == 0xAD))
			return; /* im-|portant */
		t->text->len += n;
		if (before && is_letter(b))
			return; /* non-|English */
	}
	if (!(is_han(a) && is_han(b)) && !(is_hyphen(a) && b >= '0' && b <= '9'))
		fz_append_byte(ctx, t->text, ' ');
}

static void
begin_paragraph(struct xj_pdf *pdf, const struct xj_pdf_line *l)
{
	struct xj_pdf_text *t = &pdf->text;

	if (t->pars == t->par_cap) {
		int cap = t->par_cap ? t->par_cap * 2 : 64;

		t->par = fz_realloc_array(pdf->ctx, t->par, cap,
					  struct xj_pdf_paragraph);
		t->par_cap = cap;
	}
	t->par[t->pars++] = (struct xj_pdf_paragraph){
		.at = t->text->len, .box = l->box, .color = l->color,
		.upright = !l->wmode && l->ux > 0.999f,
		.bullet = is_bullet(first_char(t->word)),
	};
	t->left = l->start;
	t->right = l->end;
	t->lines = 0;
}

static void
add_line(struct xj_pdf *pdf, const struct xj_pdf_line *l)
{
	static const char between[] = { [LINE_BREAK] = '\n',
					[SAME_LINE] = ' ', [NEXT_CELL] = '\t' };
	struct xj_pdf_text *t = &pdf->text;
	int what = relation(pdf, l);
	struct xj_pdf_paragraph *p;

	if (what == AGAIN)
		return;
	if (what == NEW)
		begin_paragraph(pdf, l);
	else if (what == NEXT_LINE)
		join_lines(pdf->ctx, t);
	else if (between[what])
		fz_append_byte(pdf->ctx, t->text, between[what]);
	if (what < SAME_WORD) {
		t->leading = l->across - t->last.across;
		t->lines++;
		t->row = false;
	}
	t->row |= what == NEXT_CELL;
	t->last = *l;
	t->left = fminf(t->left, l->start);
	t->right = fmaxf(t->right, l->end);
	fz_append_buffer(pdf->ctx, t->text, t->word);
	p = &t->par[t->pars - 1];
	p->box = fz_union_rect(p->box, l->box);
	p->len = t->text->len - p->at;
}

static const fz_stext_line *
first_line(const fz_stext_block **b)
{
	while (*b && ((*b)->type != FZ_STEXT_BLOCK_TEXT ||
		      !(*b)->u.t.first_line))
		*b = (*b)->next;
	return *b ? (*b)->u.t.first_line : NULL;
}

static void
next_line(const fz_stext_block **b, const fz_stext_line **line)
{
	*line = (*line)->next;
	if (*line)
		return;
	*b = (*b)->next;
	*line = first_line(b);
}

static void
make_paragraphs(struct xj_pdf *pdf, const fz_stext_page *page,
		const fz_stext_page *other)
{
	const fz_stext_block *b = page->first_block;
	const fz_stext_block *c = other ? other->first_block : NULL;
	const fz_stext_line *twin = first_line(&c);

	for (const fz_stext_line *line = first_line(&b); line;
	     next_line(&b, &line)) {
		if (line->first_char) {
			struct xj_pdf_line l = measure(line);

			l.block = b;
			read_words(pdf->ctx, &pdf->text, line, twin, &l);
			if (pdf->text.word->len)
				add_line(pdf, &l);
		}
		if (twin)
			next_line(&c, &twin);
	}
}

static bool
has_substitutes(const fz_stext_page *page)
{
	const fz_stext_block *b = page->first_block;

	for (const fz_stext_line *line = first_line(&b); line;
	     next_line(&b, &line))
		for (const fz_stext_char *c = line->first_char; c; c = c->next)
			if (is_substitute(c))
				return true;
	return false;
}

void
xj_pdf_text_read(struct xj_pdf *pdf)
{
	fz_context *ctx = pdf->ctx;
	fz_stext_page *page = NULL, *other = NULL;
	struct xj_pdf_text *t = &pdf->text;

	if (!t->text)
		t->text = fz_new_buffer(ctx, 8192);
	if (!t->word)
		t->word = fz_new_buffer(ctx, 256);
	fz_clear_buffer(ctx, t->text);
	t->pars = 0;
	t->chars = t->replaced = 0;
	fz_var(page);
	fz_var(other);
	fz_try(ctx) {
		page = xj_pdf_page_run(pdf, 0);
		if (has_substitutes(page))
			other = xj_pdf_page_run(pdf, FZ_STEXT_INHIBIT_SPACES);
		t->before = NULL;
		make_paragraphs(pdf, page, other);
	}
	fz_always(ctx) {
		fz_drop_stext_page(ctx, page);
		fz_drop_stext_page(ctx, other);
	}
	fz_catch(ctx)
		fz_rethrow(ctx);
}
