/*
 * pdf.h - what the files of the PDF importer share. Nobody else includes it.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * MuPDF reads the file: objects, filters, encryption, repair, CMaps, glyph
 * names. What is drawn is read by ourselves (content.c), because text needs no
 * paths, colours, pictures or outlines of glyphs, which are most of the work,
 * and because the widths in the file, not those of a substitute font, say
 * where a word ends.
 *
 * Functions here throw MuPDF's exceptions unless they say otherwise. A stop of
 * the host is one too: xj_pdf_check() throws it, `stop` keeps what was said.
 */
#ifndef XJ_PDF_H
#define XJ_PDF_H

#include <stdbool.h>

#include <mupdf/fitz.h>
#include <mupdf/pdf.h>

#include <xueji/importer.h>

#define XJ_PDF_PAGES 10000      /* more are left out */
#define XJ_PDF_OUTLINE 10000    /* lines of the table of contents */
#define XJ_PDF_OUTLINE_DEPTH 32
#define XJ_PDF_FORM_DEPTH 28    /* drawings within drawings */
#define XJ_PDF_FORMS 20000      /* drawings run on one page */
#define XJ_PDF_GLYPHS 4000000   /* on one page */
#define XJ_PDF_ATTACHMENTS 10000

struct xj_pdf_font;
struct xj_pdf_layout;
struct xj_pdf_labels;

/* A heading to look for: its page and the hash of its title. */
struct xj_pdf_title {
	uint32_t page;
	uint32_t level;
	uint64_t hash;
};

/* One import. */
struct xj_pdf {
	struct xj_import *in;
	fz_context *ctx;
	pdf_document *doc;
	int stop;             /* what the host said, once it said stop */
	bool lossy;           /* MuPDF dropped data since this was cleared */

	pdf_obj **pages;      /* in order, kept */
	int page_count;
	int page;             /* the one being read, from 1 */
	struct xj_pdf_page_number {
		int object, page;
	} *numbers;           /* by object; pages from 1 */
	struct xj_pdf_labels *labels;

	struct xj_pdf_title *titles; /* by page */
	size_t title_count;

	struct xj_pdf_font **fonts;  /* a hash table of all seen */
	size_t font_count;
	unsigned char *blank;        /* a bit for each drawing without text */
	int blank_objects;
	struct xj_pdf_layout *layout;

	int *attached;               /* objects already sent */
	int attached_count;
};

/* ----------------------------------------------------------------- pdf.c */

/* Throws when `r`, the answer of a service, is negative; else gives it back. */
int xj_pdf_check(struct xj_pdf *pdf, int r);

/* In fz_catch: a stop goes on upward, anything else becomes a warning about
 * `what`. */
void xj_pdf_caught(struct xj_pdf *pdf, const char *what);

/* Warn, or throw the stop that the host answers with. */
void xj_pdf_warn(struct xj_pdf *pdf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* -------------------------------------------------------------- stream.c */

/* The document as a stream; the caller drops it. */
fz_stream *xj_pdf_stream(struct xj_pdf *pdf);

/* -------------------------------------------------------------- string.c */

/* A text string as UTF-8 without control characters, white space runs as one
 * space; the caller frees it with fz_free(). "" when it is none. */
char *xj_pdf_text(struct xj_pdf *pdf, pdf_obj *string);

/* The same with its line breaks kept, for notes and values of forms. */
char *xj_pdf_long_text(struct xj_pdf *pdf, pdf_obj *string);

/* A date of PDF ("D:20240301080000+08'00'") or of ISO 8601 as W3CDTF into
 * `out`, at least 32 bytes; what time it is in seconds since 1970. A time of
 * an unknown zone loses its hours. Returns whether it is a date. */
bool xj_pdf_date(const char *text, char *out, int64_t *seconds);
bool xj_pdf_iso_date(const char *text, char *out, int64_t *seconds);

/* --------------------------------------------------------------- pages.c */

/* Find the pages, counted by what is there, never by what /Count says. */
void xj_pdf_pages_find(struct xj_pdf *pdf);
void xj_pdf_pages_free(struct xj_pdf *pdf);

/* The page that an object is, from 1; 0 when it is none. */
int xj_pdf_page_number(struct xj_pdf *pdf, pdf_obj *page);

void xj_pdf_labels_load(struct xj_pdf *pdf);
void xj_pdf_labels_free(struct xj_pdf *pdf);

/* The printed number of a page from 1 in `out`, or NULL. */
const char *xj_pdf_label(struct xj_pdf *pdf, int page, char *out, size_t len);

/* ---------------------------------------------------------------- meta.c */

void xj_pdf_meta(struct xj_pdf *pdf);

/* One value found in the file. */
struct xj_pdf_value {
	const char *element;
	char *text;      /* fz_free() */
	char lang[16];   /* or "" */
};

struct xj_pdf_values {
	struct xj_pdf_value *at;
	int count;
	char modified[64];  /* as found */
};

/* Add a copy, unless it is empty. */
void xj_pdf_values_add(struct xj_pdf *pdf, struct xj_pdf_values *values,
		       const char *element, const char *text, size_t len,
		       const char *lang);
void xj_pdf_values_free(struct xj_pdf *pdf, struct xj_pdf_values *values);

/* ----------------------------------------------------------------- xmp.c */

/* Once, before the process is confined. */
void xj_pdf_xmp_setup(void);

/* The values of a metadata stream. */
void xj_pdf_xmp(struct xj_pdf *pdf, pdf_obj *stream,
		struct xj_pdf_values *values);

/* ------------------------------------------------------------- outline.c */

/* Send the table of contents and keep its titles. */
void xj_pdf_outline(struct xj_pdf *pdf);

/* The level of a heading with this text on the page, or 0. */
uint32_t xj_pdf_heading(struct xj_pdf *pdf, int page, const char *text,
			size_t len);

/* ---------------------------------------------------------------- font.c */

/* What a character code stands for. */
struct xj_pdf_glyph {
	uint32_t ucs;    /* 0: not looked up; XJ_PDF_MANY | i: several */
	float advance;   /* in ems, along the line */
};

#define XJ_PDF_MANY 0x80000000u
#define XJ_PDF_NOTHING 0x40000000u /* the code draws nothing */

/* The font of a dictionary; it lasts until the page ends. NULL: the page has
 * too many. */
struct xj_pdf_font *xj_pdf_font(struct xj_pdf *pdf, pdf_obj *dict);

/* Between pages: forget fonts when there are many. */
void xj_pdf_fonts_trim(struct xj_pdf *pdf);
void xj_pdf_fonts_free(struct xj_pdf *pdf);

bool xj_pdf_font_vertical(const struct xj_pdf_font *font);

/* Take one code off a string of at least one byte: how many bytes it was. */
int xj_pdf_font_next(struct xj_pdf *pdf, struct xj_pdf_font *font,
		     const unsigned char *s, const unsigned char *end,
		     unsigned *code, struct xj_pdf_glyph *glyph);

/* The characters of a glyph with XJ_PDF_MANY. */
const uint32_t *xj_pdf_font_many(const struct xj_pdf_font *font,
				 uint32_t ucs, int *n);

/* ------------------------------------------------------------- content.c */

/* What a run of content met, added up over a page. */
struct xj_pdf_tally {
	int forms;
	size_t bytes;        /* of content */
	double image_area;   /* in square points, clipped to the page */
	bool cut;            /* a limit was met */
};

/* Read content: a page's, or a drawing's with its own matrix in `ctm`. What
 * `flags` (XJ_PDF_...) say holds for all of it. */
void xj_pdf_content(struct xj_pdf *pdf, pdf_obj *contents, pdf_obj *resources,
		    fz_matrix ctm, fz_rect page, unsigned flags,
		    struct xj_pdf_tally *tally);

/* -------------------------------------------------------------- layout.c */

/* What is special about text. */
enum {
	XJ_PDF_HIDDEN = 1,     /* in a layer that is off */
	XJ_PDF_ARTIFACT = 2,   /* running header, footer, page number */
	XJ_PDF_UNSEEN = 4,     /* drawn without colour, as over a scan */
	XJ_PDF_VERTICAL = 8,
};

/* Where a string starts and how it runs, in points of the page, y down. */
struct xj_pdf_run {
	float ux, uy;    /* unit vector of writing */
	float along, across; /* of the start: along it, and towards the next
			      * line */
	float size;
	float spacing;   /* extra between letters */
	const void *font;
	unsigned flags;
};

struct xj_pdf_layout *xj_pdf_layout_new(struct xj_pdf *pdf);
void xj_pdf_layout_free(struct xj_pdf *pdf);

/* Forget the page before. */
void xj_pdf_layout_begin(struct xj_pdf *pdf);

/* An operator that shows text; what it shows twice in place counts once. */
void xj_pdf_layout_operator(struct xj_pdf_layout *l);
void xj_pdf_layout_operator_end(struct xj_pdf_layout *l);

/* A string at a place; its characters follow, each with its advance. */
void xj_pdf_layout_string(struct xj_pdf *pdf, const struct xj_pdf_run *run);
void xj_pdf_layout_char(struct xj_pdf *pdf, uint32_t ucs, float advance);

/* Characters so far, without white space. */
uint32_t xj_pdf_layout_chars(const struct xj_pdf_layout *l, uint32_t *replaced);

/* Put the page, of that height, in paragraphs and send them; `scanned`: most
 * of it is a picture. */
void xj_pdf_layout_send(struct xj_pdf *pdf, int page, const char *label,
			float height, bool scanned);

/* Send text that has no place on the page, in pieces. */
void xj_pdf_send(struct xj_pdf *pdf, struct xj_block *block);

/* --------------------------------------------------------------- annot.c */

/* What is drawn by notes and fields, as text of the page; call before
 * xj_pdf_layout_send(). */
void xj_pdf_annots_draw(struct xj_pdf *pdf, pdf_obj *page, fz_matrix ctm,
			fz_rect size, struct xj_pdf_tally *tally);

/* The words of notes, values of fields that are not drawn, attached files. */
void xj_pdf_annots_send(struct xj_pdf *pdf, pdf_obj *page, int number,
			const char *label);

/* -------------------------------------------------------------- attach.c */

/* Send the files attached to the document, then those with `filespec`. */
void xj_pdf_attachments(struct xj_pdf *pdf);
void xj_pdf_attachment(struct xj_pdf *pdf, pdf_obj *filespec,
		       const char *name);

#endif
