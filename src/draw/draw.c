/*
 * draw.c - xueji-draw PAGE WIDTH [WORD...]: draws a page of the PDF that is its
 * standard input, so wide, as a PNG on standard output, and marks the words.
 *
 * It is run confined (xueji-importer --run), for what it draws was made by
 * strangers.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include <mupdf/fitz.h>

#define STORE_MAX (64u << 20) /* bytes that MuPDF may keep */
#define HEIGHT_MAX 8000       /* pixels */
#define MARKS_MAX 500         /* of a word */

/* Of the marker that lies over a hit, multiplied with what is there. */
static const unsigned char marker[3] = { 255, 224, 102 };

static int
within(int v, int least, int most)
{
	return v < least ? least : v > most ? most : v;
}

static void
mark_box(fz_pixmap *pix, fz_irect box)
{
	int x0 = within(box.x0, 0, pix->w), x1 = within(box.x1, 0, pix->w);
	int y0 = within(box.y0, 0, pix->h), y1 = within(box.y1, 0, pix->h);

	for (int y = y0; y < y1; y++)
		for (int x = x0; x < x1; x++) {
			unsigned char *p = pix->samples + y * pix->stride +
					   x * 3;

			for (int i = 0; i < 3; i++)
				p[i] = (unsigned char)(p[i] * marker[i] / 255);
		}
}

static void
mark_word(fz_context *ctx, fz_page *page, fz_pixmap *pix, fz_matrix to,
	  const char *word)
{
	static fz_quad quads[MARKS_MAX];
	static int begins[MARKS_MAX];
	int n = fz_search_page(ctx, page, word, begins, quads, MARKS_MAX);

	for (int i = 0; i < n; i++)
		mark_box(pix, fz_irect_from_rect(fz_transform_rect(
			fz_rect_from_quad(quads[i]), to)));
}

/* From the page to pixels, from (0, 0) on. */
static fz_matrix
scale_of(fz_rect box, int width)
{
	float w = box.x1 - box.x0, h = box.y1 - box.y0, by;

	if (!(w >= 1) || !(h >= 1))
		return fz_identity;
	by = (float)width / w;
	if (h * by > HEIGHT_MAX)
		by = HEIGHT_MAX / h;
	return fz_pre_translate(fz_scale(by, by), -box.x0, -box.y0);
}

/* What was drawn before it failed is better than nothing. */
static void
run(fz_context *ctx, fz_page *page, fz_pixmap *pix, fz_matrix to)
{
	fz_device *device = fz_new_draw_device(ctx, fz_identity, pix);

	fz_try(ctx)
		fz_run_page(ctx, page, device, to, NULL);
	fz_catch(ctx)
		fprintf(stderr, "%s\n", fz_caught_message(ctx));
	fz_close_device(ctx, device);
	fz_drop_device(ctx, device);
}

static void
draw(fz_context *ctx, fz_document *doc, int number, int width,
     char *const *words)
{
	fz_page *page = fz_load_page(ctx, doc, number);
	fz_rect box = fz_bound_page(ctx, page);
	fz_matrix to = scale_of(box, width);
	fz_irect area = fz_round_rect(fz_transform_rect(box, to));
	fz_pixmap *pix = fz_new_pixmap_with_bbox(ctx, fz_device_rgb(ctx), area,
						 NULL, 0);

	fz_clear_pixmap_with_value(ctx, pix, 255);
	run(ctx, page, pix, to);
	for (; *words != NULL; words++)
		mark_word(ctx, page, pix, to, *words);
	fz_write_pixmap_as_png(ctx, fz_stdout(ctx), pix);
	fz_drop_pixmap(ctx, pix);
	fz_drop_page(ctx, page);
}

int
main(int argc, char **argv)
{
	fz_context *ctx = fz_new_context(NULL, NULL, STORE_MAX);
	volatile int failed = 0;

	if (argc < 3 || ctx == NULL)
		return 2;
	fz_try(ctx) {
		fz_document *doc;

		fz_register_document_handlers(ctx);
		doc = fz_open_document_with_stream(ctx, "application/pdf",
			fz_open_file_ptr_no_close(ctx, stdin));
		draw(ctx, doc, atoi(argv[1]) - 1,
		     within(atoi(argv[2]), 100, 3000), argv + 3);
	}
	fz_catch(ctx) {
		fprintf(stderr, "%s\n", fz_caught_message(ctx));
		failed = 1;
	}
	return failed;
}
