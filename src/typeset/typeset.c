/*
 * typeset.c - xueji-typeset: sets documents as one PDF with a cover, a table
 * of contents, running page numbers, an outline and links.
 *
 * It knows nothing of archives: lines of JSON come in on standard input, the
 * PDF goes out on standard output. It is run confined (xueji-importer --run),
 * for what it sets was written by strangers.
 *
 *	{"set":"cover","title":T,"subtitle":T,"lines":[T...],"language":"zh-CN"}
 *	{"set":"contents","title":T}       lists the items, wherever they stand
 *	{"set":"item","title":T,"source":T,"note":T}          begins a new page
 *	{"set":"heading","text":T,"level":N}
 *	{"set":"text","text":T}                               one paragraph
 *	{"set":"list","text":T,"level":N}
 *	{"set":"row","text":T}           of a table, cells parted by tabs
 *	{"set":"code","text":T}                               lines kept
 *	{"set":"place","text":T}        where in its original what follows stood
 *	{"set":"pages","sizes":[[W,H]...]} room for pages of another PDF, in points
 *
 * Every key but "set" may be missing. With --pages it prints, instead of the
 * PDF, the number of the first page of each "pages" line, one a line.
 *
 * The whole is set twice: once to learn where each item begins, then for good.
 */
#include <config.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cairo-pdf.h>
#include <jansson.h>
#include <pango/pangocairo.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* All lengths are in points. A4, ISO 216. */
#define PAGE_WIDTH 595.276
#define PAGE_HEIGHT 841.89
#define MARGIN_SIDE 71.0
#define MARGIN_TOP 79.0
#define MARGIN_BOTTOM 79.0
#define TEXT_WIDTH (PAGE_WIDTH - 2 * MARGIN_SIDE)
#define TEXT_END (PAGE_HEIGHT - MARGIN_BOTTOM)
#define HEADER_Y 50.0
#define FOOTER_Y (PAGE_HEIGHT - 48.0)
#define BODY_SIZE 10.5     /* what Chinese printers call size five */
#define PIECE_MAX 20000u   /* bytes of a paragraph that are set at once */

#define SERIF "Noto Serif CJK SC, Noto Serif, serif"
#define SANS "Noto Sans CJK SC, Noto Sans, sans-serif"
#define MONO "Noto Sans Mono CJK SC, monospace"

struct style {
	const char *family;
	double size, leading;   /* leading: from line to line, times the size */
	bool bold, justified;
	double indent;          /* of the first line, times the size */
	double left;            /* of all lines */
	double before, after;
	double grey;            /* 0: black */
	PangoAlignment align;
};

static const struct style body = {
	.family = SERIF, .size = BODY_SIZE, .leading = 1.75, .justified = true,
	.after = 3,
};
static const struct style list = {
	.family = SERIF, .size = BODY_SIZE, .leading = 1.6, .justified = true,
	.left = 14, .after = 2,
};
static const struct style cell = {
	.family = SERIF, .size = 9.5, .leading = 1.5,
};
static const struct style code = {
	.family = MONO, .size = 8.5, .leading = 1.4, .left = 14, .before = 2,
	.after = 6,
};
static const struct style place = {
	.family = SANS, .size = 7.5, .leading = 1.4, .before = 4, .after = 2,
	.grey = .45,
};
static const struct style headings[] = {
	{ .family = SANS, .size = 14, .leading = 1.45, .bold = true,
	  .before = 14, .after = 6 },
	{ .family = SANS, .size = 12, .leading = 1.45, .bold = true,
	  .before = 10, .after = 4 },
	{ .family = SANS, .size = BODY_SIZE, .leading = 1.5, .bold = true,
	  .before = 7, .after = 3 },
};
static const struct style item_title = {
	.family = SANS, .size = 18, .leading = 1.4, .bold = true, .after = 6,
};
static const struct style item_source = {
	.family = SANS, .size = 8.5, .leading = 1.5, .grey = .35, .after = 2,
};
static const struct style item_note = {
	.family = SERIF, .size = 9.5, .leading = 1.6, .left = 14, .before = 4,
	.after = 4, .grey = .2,
};
static const struct style entry = {
	.family = SERIF, .size = BODY_SIZE, .leading = 1.7, .after = 3,
};
static const struct style cover_title = {
	.family = SANS, .size = 28, .leading = 1.4, .bold = true, .after = 18,
	.align = PANGO_ALIGN_CENTER,
};
static const struct style cover_subtitle = {
	.family = SERIF, .size = 14, .leading = 1.6, .after = 8,
	.align = PANGO_ALIGN_CENTER,
};
static const struct style cover_line = {
	.family = SERIF, .size = 11, .leading = 1.8,
	.align = PANGO_ALIGN_CENTER,
};
static const struct style running = {
	.family = SANS, .size = 7.5, .leading = 1.3, .grey = .4,
};

struct setter {
	json_t **lines;
	size_t count;
	size_t *starts;         /* page of each line, from the first run */
	bool drawing;           /* the second run */
	cairo_surface_t *surface;
	cairo_t *cr;
	PangoContext *pango;
	double y;
	unsigned page;          /* from 1 */
	const char *title;      /* of the whole, for the running head */
	const char *item;       /* in hand */
	bool bare;              /* the page bears no running head */
	bool filled;            /* something stands on it */
};

static const char *
string_of(const json_t *line, const char *key)
{
	const char *s = json_string_value(json_object_get(line, key));

	return s != NULL ? s : "";
}

/* ---------------------------------------------------------------- layouts */

static PangoLayout *
layout_new(struct setter *s, const struct style *style, double width,
	   const char *text, size_t len)
{
	PangoLayout *layout = pango_layout_new(s->pango);
	PangoFontDescription *font = pango_font_description_new();

	pango_font_description_set_family_static(font, style->family);
	pango_font_description_set_absolute_size(font,
						 style->size * PANGO_SCALE);
	if (style->bold)
		pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_layout_set_width(layout, (int)((width - style->left) *
					     PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_justify(layout, style->justified);
	pango_layout_set_alignment(layout, style->align);
	pango_layout_set_indent(layout, (int)(style->indent * style->size *
					      PANGO_SCALE));
	pango_layout_set_text(layout, text, (int)len);
	return layout;
}

static void
draw_line(struct setter *s, const struct style *style, PangoLayoutLine *line,
	  double x, double y)
{
	if (!s->drawing)
		return;
	cairo_set_source_rgb(s->cr, style->grey, style->grey, style->grey);
	cairo_move_to(s->cr, x, y);
	pango_cairo_show_layout_line(s->cr, line);
}

/* One line of text that is cut off where it is too wide; at a height. */
static void
draw_short(struct setter *s, const struct style *style, const char *text,
	   double x, double y, double width, PangoAlignment align)
{
	PangoLayout *layout = layout_new(s, style, width, text, strlen(text));

	pango_layout_set_single_paragraph_mode(layout, TRUE);
	pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	pango_layout_set_alignment(layout, align);
	if (s->drawing) {
		cairo_set_source_rgb(s->cr, style->grey, style->grey,
				     style->grey);
		cairo_move_to(s->cr, x, y);
		pango_cairo_show_layout(s->cr, layout);
	}
	g_object_unref(layout);
}

/* ------------------------------------------------------------------ pages */

static void
draw_running(struct setter *s)
{
	char number[16];

	if (s->bare)
		return;
	snprintf(number, sizeof(number), "%u", s->page);
	draw_short(s, &running, s->title, MARGIN_SIDE, HEADER_Y,
		   TEXT_WIDTH * .6, PANGO_ALIGN_LEFT);
	if (s->item != NULL)
		draw_short(s, &running, s->item,
			   MARGIN_SIDE + TEXT_WIDTH * .62, HEADER_Y,
			   TEXT_WIDTH * .38, PANGO_ALIGN_RIGHT);
	draw_short(s, &running, number, MARGIN_SIDE, FOOTER_Y, TEXT_WIDTH,
		   PANGO_ALIGN_CENTER);
	if (!s->drawing)
		return;
	cairo_set_source_rgb(s->cr, .75, .75, .75);
	cairo_set_line_width(s->cr, .5);
	cairo_move_to(s->cr, MARGIN_SIDE, HEADER_Y + 14);
	cairo_line_to(s->cr, PAGE_WIDTH - MARGIN_SIDE, HEADER_Y + 14);
	cairo_stroke(s->cr);
}

static void
page_end(struct setter *s)
{
	if (s->page == 0)
		return;
	draw_running(s);
	if (s->drawing)
		cairo_show_page(s->cr);
}

static void
page_begin(struct setter *s, double width, double height)
{
	page_end(s);
	s->page++;
	s->y = MARGIN_TOP;
	s->bare = false;
	s->filled = false;
	if (s->drawing)
		cairo_pdf_surface_set_size(s->surface, width, height);
}

static void
page_new(struct setter *s)
{
	page_begin(s, PAGE_WIDTH, PAGE_HEIGHT);
}

/* A new page, unless so much room is left on this one. */
static void
page_room(struct setter *s, double height)
{
	if (s->page == 0 || s->y + height > TEXT_END)
		page_new(s);
}

/* ------------------------------------------------------------------- text */

/* Lines that must not stand alone at the end of a page or the top of one: the
 * page is left before line `i` rather than after it. */
static bool
leave_before(const struct setter *s, double step, int i, int count)
{
	double left = TEXT_END - s->y;

	if (left < step)
		return true;
	if (count >= 4 && (i == 0 || i == count - 2))
		return left < 2 * step;
	return false;
}

static void
set_layout(struct setter *s, const struct style *style, PangoLayout *layout)
{
	PangoLayoutIter *iter = pango_layout_get_iter(layout);
	double step = style->size * style->leading;
	int count = pango_layout_get_line_count(layout), i = 0;

	do {
		PangoRectangle box;

		if (s->page == 0 || leave_before(s, step, i, count))
			page_new(s);
		pango_layout_iter_get_line_extents(iter, NULL, &box);
		draw_line(s, style, pango_layout_iter_get_line_readonly(iter),
			  MARGIN_SIDE + style->left +
				  (double)box.x / PANGO_SCALE,
			  s->y + (step + style->size * .76) / 2);
		s->y += step;
		s->filled = true;
		i++;
	} while (pango_layout_iter_next_line(iter));
	pango_layout_iter_free(iter);
}

/* How much of a long paragraph is set at once: to the end of a line or a
 * sentence. What is set costs more than its length in proportion. */
static size_t
piece_of(const char *text, size_t len)
{
	static const char *const ends[] = { "\n", "。", ". ", "，", " " };
	size_t max;

	if (len <= PIECE_MAX)
		return len;
	max = (size_t)(g_utf8_find_prev_char(text, text + PIECE_MAX) - text);
	for (size_t e = 0; e < COUNT(ends); e++) {
		size_t width = strlen(ends[e]);

		for (size_t at = max - width; at > max / 2; at--)
			if (memcmp(text + at, ends[e], width) == 0)
				return at + width;
	}
	return max;
}

static void
set_text(struct setter *s, const struct style *style, const char *text)
{
	size_t len = strlen(text);
	struct style next = *style;

	while (len > 0 && text[len - 1] == '\n')
		len--;
	if (s->filled)
		s->y += style->before;
	while (len > 0) {
		size_t piece = piece_of(text, len);
		PangoLayout *layout = layout_new(s, &next, TEXT_WIDTH, text,
						 piece);

		set_layout(s, style, layout);
		g_object_unref(layout);
		next.indent = 0;
		text += piece;
		len -= piece;
	}
	s->y += style->after;
}

static bool
is_han(gunichar c)
{
	return g_unichar_get_script(c) == G_UNICODE_SCRIPT_HAN ||
	       g_unichar_iswide(c);
}

/* Chinese paragraphs begin two characters further in; others do not. */
static void
set_paragraph(struct setter *s, const json_t *line)
{
	const char *text = string_of(line, "text");
	struct style style = body;

	if (*text == '\0')
		return;
	if (is_han(g_utf8_get_char(text)))
		style.indent = 2;
	else
		style.after = 5;
	set_text(s, &style, text);
}

static void
set_heading(struct setter *s, const json_t *line)
{
	json_int_t level = json_integer_value(json_object_get(line, "level"));
	size_t i = level < 1 ? 0 : (size_t)level - 1;

	if (i >= COUNT(headings))
		i = COUNT(headings) - 1;
	/* with at least three lines of what it heads */
	page_room(s, headings[i].size * 2 + 3 * BODY_SIZE * body.leading);
	set_text(s, &headings[i], string_of(line, "text"));
}

/* An entry that begins with a letter or a character has lost its mark. */
static void
set_list(struct setter *s, const json_t *line)
{
	json_int_t level = json_integer_value(json_object_get(line, "level"));
	const char *text = string_of(line, "text");
	struct style style = list;
	char *marked;

	if (level > 1)
		style.left += 14.0 * (double)(level < 8 ? level - 1 : 7);
	marked = g_unichar_isalpha(g_utf8_get_char(text))
			 ? g_strconcat("•\u2002", text, NULL)
			 : g_strdup(text);
	set_text(s, &style, marked);
	g_free(marked);
}

/* --------------------------------------------------------------- tables */

#define CELLS_MAX 12 /* more columns than these are set as a line of text */
#define CELL_GAP 8.0

static void
draw_cells(struct setter *s, PangoLayout **cells, size_t count, double width,
	   double height)
{
	if (!s->drawing)
		return;
	cairo_set_source_rgb(s->cr, 0, 0, 0);
	for (size_t i = 0; i < count; i++) {
		cairo_move_to(s->cr, MARGIN_SIDE + width * (double)i, s->y);
		pango_cairo_show_layout(s->cr, cells[i]);
	}
	cairo_set_source_rgb(s->cr, .8, .8, .8);
	cairo_set_line_width(s->cr, .4);
	cairo_move_to(s->cr, MARGIN_SIDE, s->y + height - 1);
	cairo_line_to(s->cr, PAGE_WIDTH - MARGIN_SIDE, s->y + height - 1);
	cairo_stroke(s->cr);
}

/* Columns are as wide as each other. */
static void
set_cells(struct setter *s, char **texts, size_t count, const char *whole)
{
	PangoLayout *cells[CELLS_MAX];
	double width = TEXT_WIDTH / (double)count, height = 0;

	for (size_t i = 0; i < count; i++) {
		int h;

		cells[i] = layout_new(s, &cell, width - CELL_GAP, texts[i],
				      strlen(texts[i]));
		pango_layout_get_pixel_size(cells[i], NULL, &h);
		height = height > h + 5.0 ? height : h + 5.0;
	}
	if (height > TEXT_END - MARGIN_TOP) {
		set_text(s, &list, whole);
	} else {
		page_room(s, height);
		draw_cells(s, cells, count, width, height);
		s->y += height;
		s->filled = true;
	}
	for (size_t i = 0; i < count; i++)
		g_object_unref(cells[i]);
}

static void
set_row(struct setter *s, const json_t *line)
{
	const char *text = string_of(line, "text");
	char **texts = g_strsplit(text, "\t", -1);
	size_t count = g_strv_length(texts);

	if (count >= 2 && count <= CELLS_MAX)
		set_cells(s, texts, count, text);
	else
		set_text(s, &list, text);
	g_strfreev(texts);
}

static void
set_place(struct setter *s, const json_t *line)
{
	page_room(s, 3 * BODY_SIZE * body.leading);
	set_text(s, &place, string_of(line, "text"));
}

/* ------------------------------------------------------------------ items */

static void
name_of(size_t line, char out[32])
{
	snprintf(out, 32, "item-%zu", line);
}

static void
mark(struct setter *s, size_t line)
{
	char name[32], attributes[64];

	if (!s->drawing)
		return;
	name_of(line, name);
	snprintf(attributes, sizeof(attributes), "name='%s'", name);
	cairo_tag_begin(s->cr, CAIRO_TAG_DEST, attributes);
	cairo_tag_end(s->cr, CAIRO_TAG_DEST);
	snprintf(attributes, sizeof(attributes), "dest='%s'", name);
	cairo_pdf_surface_add_outline(s->surface, CAIRO_PDF_OUTLINE_ROOT,
				      string_of(s->lines[line], "title"),
				      attributes, CAIRO_PDF_OUTLINE_FLAG_OPEN);
}

static void
set_item(struct setter *s, size_t i)
{
	const json_t *line = s->lines[i];

	page_new(s);
	s->item = string_of(line, "title");
	mark(s, i);
	set_text(s, &item_title, s->item);
	if (*string_of(line, "source") != '\0')
		set_text(s, &item_source, string_of(line, "source"));
	if (*string_of(line, "note") != '\0')
		set_text(s, &item_note, string_of(line, "note"));
	s->y += 10;
}

/* From the end of the title to the number. */
static void
draw_dots(struct setter *s, double from, double y)
{
	static const double dots[] = { .8, 3.2 };

	if (!s->drawing)
		return;
	cairo_set_source_rgb(s->cr, .5, .5, .5);
	cairo_set_dash(s->cr, dots, 2, 0);
	cairo_set_line_width(s->cr, .8);
	cairo_move_to(s->cr, from, y);
	cairo_line_to(s->cr, PAGE_WIDTH - MARGIN_SIDE - 28, y);
	cairo_stroke(s->cr);
	cairo_set_dash(s->cr, NULL, 0, 0);
}

/* A line of the contents, a link to where it points: the title, over as many
 * lines as it needs, dots, and the page. */
static void
set_entry(struct setter *s, size_t i)
{
	const char *title = string_of(s->lines[i], "title");
	PangoLayout *layout = layout_new(s, &entry, TEXT_WIDTH - 48, title,
					 strlen(title));
	double step = entry.size * entry.leading;
	char name[32], attributes[64], number[24];
	int width;

	page_room(s, step * pango_layout_get_line_count(layout));
	name_of(i, name);
	snprintf(attributes, sizeof(attributes), "dest='%s'", name);
	if (s->drawing)
		cairo_tag_begin(s->cr, CAIRO_TAG_LINK, attributes);
	set_layout(s, &entry, layout);
	snprintf(number, sizeof(number), "%zu", s->starts[i]);
	draw_short(s, &entry, number, PAGE_WIDTH - MARGIN_SIDE - 40,
		   s->y - step + (step - entry.size * 1.45) / 2, 40,
		   PANGO_ALIGN_RIGHT);
	if (s->drawing)
		cairo_tag_end(s->cr, CAIRO_TAG_LINK);
	pango_layout_index_to_line_x(layout, (int)strlen(title), 0, NULL,
				     &width);
	draw_dots(s, MARGIN_SIDE + 6 + (double)width / PANGO_SCALE,
		  s->y - step * .32);
	s->y += entry.after;
	g_object_unref(layout);
}

static void
set_contents(struct setter *s, const json_t *line)
{
	page_new(s);
	s->item = string_of(line, "title");
	set_text(s, &item_title, s->item);
	s->y += 8;
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(string_of(s->lines[i], "set"), "item") == 0)
			set_entry(s, i);
}

static void
set_cover(struct setter *s, const json_t *line)
{
	const json_t *lines = json_object_get(line, "lines");
	size_t count = json_array_size(lines);
	double step = cover_line.size * cover_line.leading;

	page_new(s);
	s->bare = true;
	s->title = string_of(line, "title");
	s->y = PAGE_HEIGHT * .3;
	set_text(s, &cover_title, s->title);
	if (*string_of(line, "subtitle") != '\0')
		set_text(s, &cover_subtitle, string_of(line, "subtitle"));
	if (s->page == 1 && s->y < TEXT_END - step * (double)(count + 1))
		s->y = TEXT_END - step * (double)(count + 1);
	for (size_t i = 0; i < count; i++) {
		const char *text = json_string_value(json_array_get(lines, i));

		set_text(s, &cover_line, text != NULL ? text : "");
	}
}

/* Pages as large as those that will be laid under them, with nothing on them
 * but our number in a corner. */
static void
set_pages(struct setter *s, const json_t *line)
{
	const json_t *sizes = json_object_get(line, "sizes"), *size;
	size_t i;
	char number[16];

	json_array_foreach(sizes, i, size) {
		double w = json_number_value(json_array_get(size, 0));
		double h = json_number_value(json_array_get(size, 1));

		if (!(w >= 72 && w <= 14400 && h >= 72 && h <= 14400))
			w = PAGE_WIDTH, h = PAGE_HEIGHT;
		page_begin(s, w, h);
		s->bare = true;
		snprintf(number, sizeof(number), "%u", s->page);
		draw_short(s, &running, number, w - 60, h - 22, 42,
			   PANGO_ALIGN_RIGHT);
	}
}

/* -------------------------------------------------------------- the whole */

static void
set_line(struct setter *s, size_t i)
{
	const json_t *line = s->lines[i];
	const char *what = string_of(line, "set");

	if (!s->drawing)
		s->starts[i] = s->page + 1;
	if (strcmp(what, "cover") == 0)
		set_cover(s, line);
	else if (strcmp(what, "contents") == 0)
		set_contents(s, line);
	else if (strcmp(what, "item") == 0)
		set_item(s, i);
	else if (strcmp(what, "heading") == 0)
		set_heading(s, line);
	else if (strcmp(what, "text") == 0)
		set_paragraph(s, line);
	else if (strcmp(what, "list") == 0)
		set_list(s, line);
	else if (strcmp(what, "row") == 0)
		set_row(s, line);
	else if (strcmp(what, "code") == 0)
		set_text(s, &code, string_of(line, "text"));
	else if (strcmp(what, "place") == 0)
		set_place(s, line);
	else if (strcmp(what, "pages") == 0)
		set_pages(s, line);
}

static void
set_all(struct setter *s)
{
	s->page = 0;
	s->title = "";
	s->item = NULL;
	for (size_t i = 0; i < s->count; i++)
		set_line(s, i);
	if (s->page == 0)
		page_new(s);
	page_end(s);
}

static cairo_status_t
put_out(void *ctx, const unsigned char *bytes, unsigned int len)
{
	return fwrite(bytes, 1, len, ctx) == len ? CAIRO_STATUS_SUCCESS
						 : CAIRO_STATUS_WRITE_ERROR;
}

static void
tell_of(struct setter *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(string_of(s->lines[i], "set"), "cover") == 0)
			cairo_pdf_surface_set_metadata(
				s->surface, CAIRO_PDF_METADATA_TITLE,
				string_of(s->lines[i], "title"));
	cairo_pdf_surface_set_metadata(s->surface, CAIRO_PDF_METADATA_CREATOR,
				       "Xueji");
}

static int
draw(struct setter *s)
{
	int failed;

	s->surface = cairo_pdf_surface_create_for_stream(
		put_out, stdout, PAGE_WIDTH, PAGE_HEIGHT);
	s->cr = cairo_create(s->surface);
	s->drawing = true;
	tell_of(s);
	set_all(s);
	cairo_destroy(s->cr);
	cairo_surface_finish(s->surface);
	failed = cairo_surface_status(s->surface);
	cairo_surface_destroy(s->surface);
	if (failed != CAIRO_STATUS_SUCCESS)
		fprintf(stderr, "%s\n", cairo_status_to_string(failed));
	return failed == CAIRO_STATUS_SUCCESS && fflush(stdout) == 0 ? 0 : 1;
}

static int
print_pages(const struct setter *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(string_of(s->lines[i], "set"), "pages") == 0)
			printf("%zu\n", s->starts[i]);
	return fflush(stdout) == 0 ? 0 : 1;
}

/* ------------------------------------------------------------------ input */

static int
read_lines(struct setter *s)
{
	char *line = NULL;
	size_t room = 0, max = 0;
	ssize_t len;

	while ((len = getline(&line, &room, stdin)) > 0) {
		json_error_t why;
		json_t *read = json_loadb(line, (size_t)len, 0, &why);

		if (read == NULL) {
			fprintf(stderr, "line %zu: %s\n", s->count + 1,
				why.text);
			free(line);
			return -1;
		}
		if (s->count == max) {
			max = max > 0 ? 2 * max : 256;
			s->lines = realloc(s->lines, max * sizeof(json_t *));
			if (s->lines == NULL)
				abort();
		}
		s->lines[s->count++] = read;
	}
	free(line);
	s->starts = calloc(s->count + 1, sizeof(*s->starts));
	return s->starts != NULL ? 0 : -1;
}

static void
release(struct setter *s)
{
	for (size_t i = 0; i < s->count; i++)
		json_decref(s->lines[i]);
	free(s->lines);
	free(s->starts);
	if (s->pango != NULL)
		g_object_unref(s->pango);
}

int
main(int argc, char **argv)
{
	struct setter s = { 0 };
	int failed = read_lines(&s) != 0;

	if (!failed) {
		s.pango = pango_font_map_create_context(
			pango_cairo_font_map_get_default());
		pango_context_set_language(s.pango,
					   pango_language_from_string("zh-cn"));
		set_all(&s);
		failed = argc > 1 && strcmp(argv[1], "--pages") == 0
				 ? print_pages(&s)
				 : draw(&s);
	}
	release(&s);
	return failed;
}
