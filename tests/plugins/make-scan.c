/*
 * make-scan.c - pages of text as they come from a scanner, for tests of OCR.
 *
 *	make-scan OUT.png|OUT.pdf TEXT...
 *
 * Each TEXT (a file; an empty name gives an empty page) is set on a page of A4
 * and drawn at 200 dots an inch in grey: into a PDF whose pages are pictures
 * and nothing else, or, the first alone, into a PNG.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <stdio.h>
#include <string.h>

#include <mupdf/fitz.h>
#include <mupdf/pdf.h>

#define DPI 200
#define WIDTH 595
#define HEIGHT 842
#define FONT 12 /* points */

/* The text as a page of HTML, which MuPDF sets. */
static fz_buffer *
page_of(fz_context *ctx, const char *path)
{
	fz_buffer *html = fz_new_buffer(ctx, 1024), *text;

	fz_append_string(ctx, html, "<html><body><p>");
	if (*path) {
		text = fz_read_file(ctx, path);
		for (size_t i = 0; i < text->len; i++)
			if (text->data[i] == '\n')
				fz_append_string(ctx, html, "</p><p>");
			else if (text->data[i] == '<')
				fz_append_string(ctx, html, "&lt;");
			else if (text->data[i] == '&')
				fz_append_string(ctx, html, "&amp;");
			else
				fz_append_byte(ctx, html, text->data[i]);
		fz_drop_buffer(ctx, text);
	}
	fz_append_string(ctx, html, "</p></body></html>");
	return html;
}

static fz_pixmap *
scan(fz_context *ctx, const char *path)
{
	fz_buffer *html = page_of(ctx, path);
	fz_stream *stm = fz_open_buffer(ctx, html);
	fz_document *doc = fz_open_document_with_stream(ctx, "text/html", stm);
	fz_pixmap *map;

	fz_layout_document(ctx, doc, WIDTH, HEIGHT, FONT);
	map = fz_new_pixmap_from_page_number(ctx, doc, 0,
		fz_scale(DPI / 72.0f, DPI / 72.0f), fz_device_gray(ctx), 0);
	fz_drop_document(ctx, doc);
	fz_drop_stream(ctx, stm);
	fz_drop_buffer(ctx, html);
	return map;
}

static void
add_page(fz_context *ctx, pdf_document *pdf, fz_pixmap *map)
{
	fz_image *image = fz_new_image_from_pixmap(ctx, map, NULL);
	pdf_obj *resources = pdf_new_dict(ctx, pdf, 1), *pages;
	fz_buffer *drawing = fz_new_buffer(ctx, 64);
	pdf_obj *page;

	pages = pdf_dict_put_dict(ctx, resources, PDF_NAME(XObject), 1);
	pdf_dict_puts_drop(ctx, pages, "I", pdf_add_image(ctx, pdf, image));
	fz_append_printf(ctx, drawing, "q %d 0 0 %d 0 0 cm /I Do Q\n", WIDTH,
			 HEIGHT);
	page = pdf_add_page(ctx, pdf, fz_make_rect(0, 0, WIDTH, HEIGHT), 0,
			    resources, drawing);
	pdf_insert_page(ctx, pdf, -1, page);
	pdf_drop_obj(ctx, page);
	pdf_drop_obj(ctx, resources);
	fz_drop_buffer(ctx, drawing);
	fz_drop_image(ctx, image);
}

static void
make_pdf(fz_context *ctx, const char *out, int count, char **texts)
{
	pdf_write_options options = pdf_default_write_options;
	pdf_document *pdf = pdf_create_document(ctx);

	options.do_compress_images = 1;
	for (int i = 0; i < count; i++) {
		fz_pixmap *map = scan(ctx, texts[i]);

		add_page(ctx, pdf, map);
		fz_drop_pixmap(ctx, map);
	}
	pdf_save_document(ctx, pdf, out, &options);
	pdf_drop_document(ctx, pdf);
}

static void
make(fz_context *ctx, int argc, char **argv)
{
	size_t n = strlen(argv[1]);
	fz_pixmap *map;

	if (n > 4 && strcmp(argv[1] + n - 4, ".pdf") == 0) {
		make_pdf(ctx, argv[1], argc - 2, argv + 2);
		return;
	}
	map = scan(ctx, argv[2]);
	fz_save_pixmap_as_png(ctx, map, argv[1]);
	fz_drop_pixmap(ctx, map);
}

int
main(int argc, char **argv)
{
	fz_context *ctx = fz_new_context(NULL, NULL, FZ_STORE_DEFAULT);
	int code = 0;

	if (!ctx || argc < 3) {
		fputs("make-scan OUT TEXT...\n", stderr);
		return 2;
	}
	fz_var(code);
	fz_try(ctx) {
		fz_register_document_handlers(ctx);
		make(ctx, argc, argv);
	}
	fz_catch(ctx) {
		fprintf(stderr, "make-scan: %s\n", fz_caught_message(ctx));
		code = 1;
	}
	fz_drop_context(ctx);
	return code;
}
