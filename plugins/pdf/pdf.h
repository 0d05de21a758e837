/*
 * pdf.h - what the files of the PDF importer share. Nobody else includes it.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * MuPDF reads the file and its pages: objects, filters, encryption, repair,
 * fonts, content, and what stands on a line (its structured-text device).
 * What a page tree, a table of contents or a name tree says of itself is not
 * believed, so these are walked here.
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
#define XJ_PDF_ATTACHMENTS 10000
#define XJ_PDF_EDGES 6          /* lines looked at, at the edges of a page */

struct xj_pdf_labels;

/* A heading to look for: its page and the hash of its title. */
struct xj_pdf_title {
	uint32_t page;
	uint32_t level;
	uint64_t hash;
};

/* How characters were drawn, as the colour of the device's characters. */
enum {
	XJ_PDF_UNSEEN = 0,          /* not at all, as over a scan */
	XJ_PDF_ARTIFACT = 0xFF0000, /* running header, footer, page number */
};

/* A line, in points, along the direction of writing and across it. */
struct xj_pdf_line {
	float ux, uy;            /* unit vector of writing */
	float start, end, across;
	float first;             /* where its first word ends */
	float size;
	const fz_font *font;
	const fz_stext_block *block;
	fz_rect box;
	int color, wmode;
};

struct xj_pdf_paragraph {
	size_t at, len;          /* of the page's text */
	fz_rect box;
	int color;
	bool upright, bullet;
};

/* The page in hand. */
struct xj_pdf_text {
	fz_buffer *text, *word;  /* of the page; of the line in hand */
	struct xj_pdf_paragraph *par;
	int pars, par_cap;
	uint32_t chars, replaced;

	const fz_stext_char *before; /* the character before */
	struct xj_pdf_line last; /* of the paragraph that grows */
	float left, right, leading;
	int lines;
	bool row;                /* its last line has cells */
};

/* A run of the page in hand. */
struct xj_pdf_run {
	__typeof__(((fz_device *)0)->fill_text) fill_text; /* the device's */
	__typeof__(((pdf_processor *)0)->op_Do_form) form; /* MuPDF's */
	int layers, artifact;    /* depth, and of which one */
	int forms;
	double picture_area;     /* in square points, clipped to the page */
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
	struct xj_pdf_page_number {
		int object, page;
	} *numbers;           /* by object; pages from 1 */
	struct xj_pdf_labels *labels;

	struct xj_pdf_title *titles; /* by page */
	size_t title_count;

	int page;             /* the one in hand, from 1 */
	fz_rect box;          /* its size, upright, from 0,0 */
	fz_matrix ctm;
	char what[32];        /* "page 1" */
	const char *label;    /* its printed number, or NULL */
	char label_text[64];
	struct xj_pdf_run run;
	struct xj_pdf_text text;
	struct xj_pdf_edges {
		uint32_t hash[XJ_PDF_EDGES];
		int count;
	} edges[3];           /* of this page and the two before */
	fz_image *stand_in;   /* for every picture */

	int *attached;        /* objects already sent */
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
 * space, or with its line breaks kept if `lines`; the caller frees it with
 * fz_free(). "" when it is none. */
char *xj_pdf_string(struct xj_pdf *pdf, pdf_obj *string, bool lines);

/* A date of PDF ("D:20240301080000+08'00'") or of ISO 8601 as W3CDTF into
 * `out`, at least 32 bytes; what time it is in seconds since 1970. A time of
 * an unknown zone loses its hours. Returns whether it is a date. */
bool xj_pdf_date(const char *text, char *out, int64_t *seconds);

/* --------------------------------------------------------------- pages.c */

/* Find the pages, counted by what is there, never by what /Count says. */
void xj_pdf_pages_find(struct xj_pdf *pdf);
void xj_pdf_pages_free(struct xj_pdf *pdf);

/* The page that an object is, from 1; 0 when it is none. */
int xj_pdf_page_number(struct xj_pdf *pdf, pdf_obj *page);

void xj_pdf_labels_load(struct xj_pdf *pdf);

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
};

/* Add a copy, unless it is empty. */
void xj_pdf_values_add(struct xj_pdf *pdf, struct xj_pdf_values *values,
		       const char *element, const char *text, size_t len,
		       const char *lang);

/* ----------------------------------------------------------------- xmp.c */

/* The values of a metadata stream. */
void xj_pdf_xmp(struct xj_pdf *pdf, pdf_obj *stream,
		struct xj_pdf_values *values);

/* ------------------------------------------------------------- outline.c */

/* Send the table of contents and keep its titles. */
void xj_pdf_outline(struct xj_pdf *pdf);

/* The level of a heading with this text on the page, or 0. */
uint32_t xj_pdf_heading(struct xj_pdf *pdf, int page, const char *text,
			size_t len);

/* ------------------------------------------------------------ page-run.c */

/* Run the page in hand and the drawings of its notes through the
 * structured-text device with these options (FZ_STEXT_...); the caller drops
 * what comes out. What fails becomes a warning. */
fz_stext_page *xj_pdf_page_run(struct xj_pdf *pdf, int options);

/* ----------------------------------------------------------- page-text.c */

/* Put the page in hand in paragraphs. */
void xj_pdf_text_read(struct xj_pdf *pdf);
void xj_pdf_text_free(struct xj_pdf *pdf);

/* ----------------------------------------------------------- page-send.c */

/* Send them; `image_area` is per cent of the page. */
void xj_pdf_text_send(struct xj_pdf *pdf, uint32_t image_area);

/* Send text, in pieces if it is long. */
void xj_pdf_send(struct xj_pdf *pdf, const struct xj_block *block);

/* --------------------------------------------------------------- annot.c */

/* How many notes and fields the page in hand has; whether one has a drawing
 * that is shown; and run that. */
int xj_pdf_annot_count(struct xj_pdf *pdf);
bool xj_pdf_annot_is_drawn(struct xj_pdf *pdf, int annot);
void xj_pdf_annot_draw(struct xj_pdf *pdf, int annot, pdf_processor *proc);

/* The words of notes, values of fields that are not drawn, attached files. */
void xj_pdf_annots_send(struct xj_pdf *pdf);

/* -------------------------------------------------------------- attach.c */

/* Send the files attached to the document, then those with `filespec`. */
void xj_pdf_attachments(struct xj_pdf *pdf);
void xj_pdf_attachment(struct xj_pdf *pdf, pdf_obj *filespec,
		       const char *name);

#endif
