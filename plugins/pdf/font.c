/*
 * font.c - what the codes of a font say, and how far each one moves.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * A font mostly says it all in its dictionary: ToUnicode, names of glyphs,
 * widths. Only where it does not is the font program itself loaded, by MuPDF.
 * Loading it always is what text extraction commonly spends its time on.
 *
 * Source: ISO 32000-1, 9.6 to 9.10.
 */
#include "pdf.h"

#define FONTS 1024          /* places in the table, a power of two */
#define LONGEST 8           /* characters that one code may stand for */
#define UNKNOWN 0xFFFD

struct many {
	int n;
	uint32_t ucs[LONGEST];
};

struct xj_pdf_font {
	pdf_obj *dict;          /* kept: the key */
	bool composite, vertical, two_bytes;
	pdf_cmap *encoding;     /* code to CID; NULL: they are the same */
	pdf_cmap *by_code;      /* ToUnicode */
	pdf_cmap *by_cid;       /* of a known collection of characters */
	bool code_is_ucs;       /* the encoding is Unicode itself */
	const uint16_t *tex;    /* what its first 32 codes are, or NULL */
	pdf_font_desc *metrics; /* of a composite font */
	float *width;           /* of a simple one, 256; less than 0: not told */
	const char **name;      /* of its glyphs, 256; point into `differences` */
	pdf_obj *differences;   /* kept */
	pdf_font_desc *program; /* the font as MuPDF knows it */
	bool program_tried;
	struct xj_pdf_glyph *seen[256]; /* by high byte of the code */
	struct many *many;
	int many_count;
};

/* -------------------------------------------------------------- loading */

static void
free_font(struct xj_pdf *pdf, struct xj_pdf_font *f)
{
	fz_context *ctx = pdf->ctx;

	if (!f)
		return;
	for (int i = 0; i < 256; i++)
		fz_free(ctx, f->seen[i]);
	fz_free(ctx, f->many);
	fz_free(ctx, f->width);
	fz_free(ctx, f->name);
	pdf_drop_cmap(ctx, f->encoding);
	pdf_drop_cmap(ctx, f->by_code);
	pdf_drop_cmap(ctx, f->by_cid);
	pdf_drop_font(ctx, f->metrics);
	pdf_drop_font(ctx, f->program);
	pdf_drop_obj(ctx, f->differences);
	pdf_drop_obj(ctx, f->dict);
	fz_free(ctx, f);
}

/* The font program, if it is asked for and can be had. */
static pdf_font_desc *
program(struct xj_pdf *pdf, struct xj_pdf_font *f)
{
	fz_context *ctx = pdf->ctx;

	if (f->program_tried)
		return f->program;
	f->program_tried = true;
	fz_try(ctx) {
		pdf_obj *type = pdf_dict_get(ctx, f->dict, PDF_NAME(Subtype));

		/* With its glyphs, a Type 3 font would be drawn. */
		if (pdf_name_eq(ctx, type, PDF_NAME(Type3)))
			f->program = NULL;
		else
			f->program = pdf_load_font(ctx, pdf->doc, NULL,
						   f->dict);
	}
	fz_catch(ctx)
		f->program = NULL;
	return f->program;
}

static pdf_cmap *
load_cmap(struct xj_pdf *pdf, pdf_obj *obj)
{
	fz_context *ctx = pdf->ctx;
	pdf_cmap *cmap = NULL;

	fz_var(cmap);
	fz_try(ctx) {
		if (pdf_is_stream(ctx, obj))
			cmap = pdf_load_embedded_cmap(ctx, pdf->doc, obj);
		else if (pdf_is_name(ctx, obj))
			cmap = pdf_load_system_cmap(ctx, pdf_to_name(ctx, obj));
	}
	fz_catch(ctx)
		cmap = NULL;
	return cmap;
}

static pdf_cmap *
system_cmap(struct xj_pdf *pdf, const char *name)
{
	pdf_cmap *cmap = NULL;

	fz_var(cmap);
	fz_try(pdf->ctx)
		cmap = pdf_load_system_cmap(pdf->ctx, name);
	fz_catch(pdf->ctx)
		cmap = NULL;
	return cmap;
}

/* Names by code: a known encoding, then the differences from it. */
static void
load_names(struct xj_pdf *pdf, struct xj_pdf_font *f, bool standard)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *encoding = pdf_dict_get(ctx, f->dict, PDF_NAME(Encoding));
	pdf_obj *base = pdf_dict_get(ctx, encoding, PDF_NAME(BaseEncoding));
	pdf_obj *list = pdf_resolve_indirect_chain(ctx,
		pdf_dict_get(ctx, encoding, PDF_NAME(Differences)));
	int n = pdf_array_len(ctx, list), code = 0;

	f->differences = pdf_keep_obj(ctx, list);
	f->name = fz_calloc(ctx, 256, sizeof(*f->name));
	if (pdf_is_name(ctx, encoding))
		base = encoding;
	if (pdf_is_name(ctx, base))
		pdf_load_encoding(f->name, pdf_to_name(ctx, base));
	else if (standard)
		pdf_load_encoding(f->name, "StandardEncoding");
	for (int i = 0; i < n; i++) {
		pdf_obj *item = pdf_array_get(ctx, list, i);

		if (pdf_is_int(ctx, item))
			code = pdf_to_int(ctx, item);
		else if (pdf_is_name(ctx, item) && code >= 0 && code < 256)
			f->name[code++] = pdf_to_name(ctx, item);
	}
}

static void
load_widths(struct xj_pdf *pdf, struct xj_pdf_font *f, float scale)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *widths = pdf_dict_get(ctx, f->dict, PDF_NAME(Widths));
	pdf_obj *descriptor = pdf_dict_get(ctx, f->dict,
					   PDF_NAME(FontDescriptor));
	float missing = -1;
	int first = pdf_dict_get_int(ctx, f->dict, PDF_NAME(FirstChar));
	int n = pdf_array_len(ctx, widths);

	if (n)
		missing = pdf_dict_get_real(ctx, descriptor,
					    PDF_NAME(MissingWidth)) * scale;
	f->width = fz_malloc_array(ctx, 256, float);
	for (int i = 0; i < 256; i++)
		f->width[i] = missing;
	for (int i = 0; i < n; i++)
		if (first + i >= 0 && first + i < 256)
			f->width[first + i] =
				pdf_array_get_real(ctx, widths, i) * scale;
}

/*
 * Programs of old called their fonts by GB names and wrote GB bytes with them;
 * MuPDF knows these and has the right CMaps.
 */
static bool
has_gb_name(const char *name)
{
	for (; *name; name++)
		if ((unsigned char)*name >= 0x80)
			return true;
	return false;
}

static bool
load_gb_font(struct xj_pdf *pdf, struct xj_pdf_font *f)
{
	pdf_font_desc *p = program(pdf, f);

	if (!p || !p->encoding || !p->to_ttf_cmap)
		return false;
	f->encoding = pdf_keep_cmap(pdf->ctx, p->encoding);
	f->by_cid = pdf_keep_cmap(pdf->ctx, p->to_unicode);
	f->metrics = pdf_keep_font(pdf->ctx, p);
	f->composite = true;
	return true;
}

static void
load_simple(struct xj_pdf *pdf, struct xj_pdf_font *f)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *d = pdf_dict_get(ctx, f->dict, PDF_NAME(FontDescriptor));
	bool embedded = pdf_dict_get(ctx, d, PDF_NAME(FontFile)) ||
			pdf_dict_get(ctx, d, PDF_NAME(FontFile2)) ||
			pdf_dict_get(ctx, d, PDF_NAME(FontFile3));
	int flags = pdf_dict_get_int(ctx, d, PDF_NAME(Flags));
	bool symbolic = (flags & PDF_FD_SYMBOLIC) &&
			!(flags & PDF_FD_NONSYMBOLIC);

	if (!embedded && has_gb_name(pdf_dict_get_name(ctx, f->dict,
						       PDF_NAME(BaseFont))) &&
	    load_gb_font(pdf, f))
		return;
	load_names(pdf, f, !embedded && !symbolic && d);
	load_widths(pdf, f, 0.001f);
}

/*
 * Bitmap fonts that TeX makes call the glyph of code 27 "a27": the code, in an
 * encoding of TeX, is all there is. Codes from 33 on are nearly ASCII. Source:
 * The TeXbook, appendix F (OT1); the Cork encoding of 1990 (T1).
 */
static const uint16_t ot1[32] = {
	0x393, 0x394, 0x398, 0x39B, 0x39E, 0x3A0, 0x3A3, 0x3A5, 0x3A6, 0x3A8,
	0x3A9, 0xFB00, 0xFB01, 0xFB02, 0xFB03, 0xFB04, 0x131, 0x237, 0x60,
	0xB4, 0x2C7, 0x2D8, 0xAF, 0x2DA, 0xB8, 0xDF, 0xE6, 0x153, 0xF8, 0xC6,
	0x152, 0xD8,
};
static const uint16_t t1[32] = {
	0x60, 0xB4, 0x2C6, 0x2DC, 0xA8, 0x2DD, 0x2DA, 0x2C7, 0x2D8, 0xAF,
	0x2D9, 0xB8, 0x2DB, 0x201A, 0x2039, 0x203A, 0x201C, 0x201D, 0x201E,
	0xAB, 0xBB, 0x2013, 0x2014, 0x200B, 0, 0x131, 0x237, 0xFB00, 0xFB01,
	0xFB02, 0xFB03, 0xFB04,
};

/* Which it is shows in where the ligatures are: from 11 on or from 27 on. */
static void
find_tex_encoding(struct xj_pdf_font *f)
{
	bool named = false, low = false, high = false;
	char name[8];

	for (int i = 0; i < 256; i++) {
		if (!f->name[i] || !strcmp(f->name[i], ".notdef"))
			continue;
		snprintf(name, sizeof(name), "a%d", i);
		if (strcmp(name, f->name[i]))
			return;
		named = true;
		low |= i >= 11 && i <= 15;
		high |= i == 16 || i == 17 || i == 21 || i == 22 ||
			(i >= 27 && i <= 31);
	}
	if (named)
		f->tex = low && !high ? ot1 : t1;
}

static void
load_type3(struct xj_pdf *pdf, struct xj_pdf_font *f)
{
	fz_matrix m = pdf_dict_get_matrix(pdf->ctx, f->dict,
					  PDF_NAME(FontMatrix));

	load_names(pdf, f, false);
	find_tex_encoding(f);
	load_widths(pdf, f, m.a);
}

/* W: c [w w ...] or c1 c2 w. */
static void
load_cid_widths(fz_context *ctx, pdf_font_desc *m, pdf_obj *list)
{
	int n = pdf_array_len(ctx, list);

	for (int i = 0; i + 1 < n;) {
		int first = pdf_array_get_int(ctx, list, i);
		pdf_obj *next = pdf_array_get(ctx, list, i + 1);
		int k = pdf_array_len(ctx, next);

		if (!pdf_is_array(ctx, next)) {
			pdf_add_hmtx(ctx, m, first, pdf_to_int(ctx, next),
				     pdf_array_get_int(ctx, list, i + 2));
			i += 3;
			continue;
		}
		for (int j = 0; j < k && first + j < 65536; j++)
			pdf_add_hmtx(ctx, m, first + j, first + j,
				     pdf_array_get_int(ctx, next, j));
		i += 2;
	}
	pdf_end_hmtx(ctx, m);
}

/* W2: c [w x y ...] or c1 c2 w x y; where the glyph stands does not matter. */
static void
load_cid_heights(fz_context *ctx, pdf_font_desc *m, pdf_obj *list)
{
	int n = pdf_array_len(ctx, list);

	for (int i = 0; i + 1 < n;) {
		int first = pdf_array_get_int(ctx, list, i);
		pdf_obj *next = pdf_array_get(ctx, list, i + 1);
		int k = pdf_array_len(ctx, next);

		if (!pdf_is_array(ctx, next)) {
			pdf_add_vmtx(ctx, m, first, pdf_to_int(ctx, next), 0, 0,
				     pdf_array_get_int(ctx, list, i + 2));
			i += 5;
			continue;
		}
		for (int j = 0; j * 3 < k && first + j < 65536; j++)
			pdf_add_vmtx(ctx, m, first + j, first + j, 0, 0,
				     pdf_array_get_int(ctx, next, j * 3));
		i += 2;
	}
	pdf_end_vmtx(ctx, m);
}

static void
load_metrics(struct xj_pdf *pdf, struct xj_pdf_font *f, pdf_obj *cid_font)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *dw = pdf_dict_get(ctx, cid_font, PDF_NAME(DW));
	pdf_obj *dw2 = pdf_dict_get(ctx, cid_font, PDF_NAME(DW2));

	pdf_set_default_hmtx(ctx, f->metrics,
			     dw ? pdf_to_int(ctx, dw) : 1000);
	load_cid_widths(ctx, f->metrics,
			pdf_dict_get(ctx, cid_font, PDF_NAME(W)));
	if (!f->vertical)
		return;
	if (dw2)
		pdf_set_default_vmtx(ctx, f->metrics, 0,
				     pdf_array_get_int(ctx, dw2, 1));
	load_cid_heights(ctx, f->metrics,
			 pdf_dict_get(ctx, cid_font, PDF_NAME(W2)));
}

/* The collection's own table of characters, or the sense of the codes. */
static void
load_collection(struct xj_pdf *pdf, struct xj_pdf_font *f, pdf_obj *cid_font,
		const char *encoding)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *info = pdf_dict_get(ctx, cid_font, PDF_NAME(CIDSystemInfo));
	const char *order = pdf_dict_get_string(ctx, info, PDF_NAME(Ordering),
						NULL);
	static const char *const known[] = { "GB1", "CNS1", "Japan1",
					     "Korea1" };
	char name[32];

	f->code_is_ucs = strstr(encoding, "UCS2") || strstr(encoding, "UTF16");
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strcmp(order, known[i]))
			continue;
		snprintf(name, sizeof(name), "Adobe-%s-UCS2", order);
		f->by_cid = system_cmap(pdf, name);
	}
}

static bool
is_plain_two_bytes(const pdf_cmap *c)
{
	return c->codespace_len == 1 && c->codespace[0].n == 2 &&
	       c->codespace[0].low == 0 && c->codespace[0].high == 0xFFFF;
}

static void
load_composite(struct xj_pdf *pdf, struct xj_pdf_font *f)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *encoding = pdf_dict_get(ctx, f->dict, PDF_NAME(Encoding));
	pdf_obj *cid_font = pdf_array_get(ctx,
		pdf_dict_get(ctx, f->dict, PDF_NAME(DescendantFonts)), 0);

	f->metrics = pdf_new_font_desc(ctx);
	f->composite = true;
	f->encoding = load_cmap(pdf, encoding);
	if (!f->encoding)
		f->encoding = pdf_new_identity_cmap(ctx, 0, 2);
	f->vertical = pdf_cmap_wmode(ctx, f->encoding) == 1;
	f->two_bytes = is_plain_two_bytes(f->encoding);
	load_metrics(pdf, f, cid_font);
	load_collection(pdf, f, cid_font, pdf_to_name(ctx, encoding));
}

static void
load(struct xj_pdf *pdf, struct xj_pdf_font *f)
{
	fz_context *ctx = pdf->ctx;
	pdf_obj *type = pdf_dict_get(ctx, f->dict, PDF_NAME(Subtype));

	if (pdf_name_eq(ctx, type, PDF_NAME(Type3)))
		load_type3(pdf, f);
	else if (pdf_dict_get(ctx, f->dict, PDF_NAME(DescendantFonts)))
		load_composite(pdf, f);
	else
		load_simple(pdf, f);
	if (!f->by_code)
		f->by_code = load_cmap(pdf, pdf_dict_get(ctx, f->dict,
							 PDF_NAME(ToUnicode)));
}

/* ------------------------------------------------------------ those seen */

static bool
same(struct xj_pdf *pdf, pdf_obj *a, pdf_obj *b)
{
	int num = pdf_to_num(pdf->ctx, a);

	return a == b || (num && num == pdf_to_num(pdf->ctx, b));
}

void
xj_pdf_fonts_free(struct xj_pdf *pdf)
{
	for (int i = 0; pdf->fonts && i < FONTS; i++)
		free_font(pdf, pdf->fonts[i]);
	fz_free(pdf->ctx, pdf->fonts);
	pdf->fonts = NULL;
	pdf->font_count = 0;
}

static struct xj_pdf_font *
new_font(struct xj_pdf *pdf, pdf_obj *dict)
{
	fz_context *ctx = pdf->ctx;
	struct xj_pdf_font *f = fz_malloc_struct(ctx, struct xj_pdf_font);

	f->dict = pdf_keep_obj(ctx, dict);
	fz_try(ctx)
		load(pdf, f);
	fz_catch(ctx) {
		/* A font that cannot be read still takes up its place. */
		if (pdf->stop < 0) {
			free_font(pdf, f);
			fz_rethrow(ctx);
		}
	}
	return f;
}

void
xj_pdf_fonts_trim(struct xj_pdf *pdf)
{
	if (pdf->font_count > FONTS / 2)
		xj_pdf_fonts_free(pdf);
}

struct xj_pdf_font *
xj_pdf_font(struct xj_pdf *pdf, pdf_obj *dict)
{
	int num = pdf_to_num(pdf->ctx, dict);
	size_t i = (num ? (size_t)num : (size_t)dict >> 4) & (FONTS - 1);

	if (!pdf->fonts)
		pdf->fonts = fz_calloc(pdf->ctx, FONTS, sizeof(*pdf->fonts));
	for (; pdf->fonts[i]; i = (i + 1) & (FONTS - 1))
		if (same(pdf, pdf->fonts[i]->dict, dict))
			return pdf->fonts[i];
	if (pdf->font_count > FONTS * 3 / 4)
		return NULL;
	pdf->fonts[i] = new_font(pdf, dict);
	pdf->font_count++;
	return pdf->fonts[i];
}

bool
xj_pdf_font_vertical(const struct xj_pdf_font *f)
{
	return f->vertical;
}

/* ----------------------------------------------------------------- codes */

/* Characters as they are good to read; how many, 0 when they say nothing. */
static int
clean(const int *raw, int n, uint32_t *out)
{
	int k = 0;

	for (int i = 0; i < n && k < LONGEST; i++) {
		uint32_t c = (uint32_t)raw[i];

		if ((c & 0xFFFFFC00) == 0xD800 && i + 1 < n &&
		    ((uint32_t)raw[i + 1] & 0xFFFFFC00) == 0xDC00)
			c = 0x10000 + ((c & 0x3FF) << 10) +
			    ((uint32_t)raw[++i] & 0x3FF);
		if (c == '\t' || c == '\n' || c == '\r')
			c = ' ';
		if (c < ' ' || (c >= 0x7F && c < 0xA0) || c > 0x10FFFF ||
		    (c & 0xFFFFF800) == 0xD800 || c == UNKNOWN ||
		    c == 0xFFFE || c == 0xFFFF)
			continue;
		out[k++] = c;
	}
	return k;
}

static int
from_cmap(pdf_cmap *cmap, unsigned code, uint32_t *out)
{
	int raw[PDF_MRANGE_CAP];
	int n = cmap ? pdf_lookup_cmap_full(cmap, code, raw) : 0;

	return clean(raw, n, out);
}

/* A glyph's name: "f_i.alt" is f and i. */
static int
from_name(const char *name, uint32_t *out)
{
	char part[64];
	int n = 0;

	for (const char *s = name; *s && *s != '.' && n < LONGEST;) {
		size_t len = strcspn(s, "._");
		int c;

		snprintf(part, sizeof(part), "%.*s",
			 (int)(len < sizeof(part) ? len : sizeof(part) - 1), s);
		c = *part ? fz_unicode_from_glyph_name(part) : UNKNOWN;
		n += clean(&c, 1, out + n);
		s += len + (s[len] == '_');
	}
	return n;
}

static int
from_program(struct xj_pdf *pdf, struct xj_pdf_font *f, int cid, uint32_t *out)
{
	pdf_font_desc *p = program(pdf, f);
	int n, c;

	if (!p)
		return 0;
	n = from_cmap(p->to_unicode, (unsigned)cid, out);
	if (n || cid < 0 || (size_t)cid >= p->cid_to_ucs_len)
		return n;
	c = p->cid_to_ucs[cid];
	return clean(&c, 1, out);
}

static int
characters(struct xj_pdf *pdf, struct xj_pdf_font *f, unsigned code, int cid,
	   uint32_t *out)
{
	int n = from_cmap(f->by_code, code, out);
	int c = (int)code;

	if (!n) {
		n = from_cmap(f->by_cid, (unsigned)cid, out);
		if (n == 1 && out[0] == 0x22EF)
			out[0] = 0x2026; /* an ellipsis, not mathematics */
	}
	if (!n && f->tex && code < 32) {
		c = f->tex[code];
		n = clean(&c, 1, out);
	}
	if (!n && f->code_is_ucs)
		n = clean(&c, 1, out);
	if (!n && f->name && code < 256 && f->name[code])
		n = from_name(f->name[code], out);
	if (!n && !f->composite)
		n = from_program(pdf, f, cid, out);
	if (!n && f->name && code < 256 && !f->program && code > ' ' &&
	    code < 0x7F)
		n = clean(&c, 1, out);
	return n;
}

static float
advance(struct xj_pdf *pdf, struct xj_pdf_font *f, unsigned code, int cid)
{
	fz_context *ctx = pdf->ctx;
	pdf_font_desc *p;

	if (f->composite && f->vertical)
		return -(float)pdf_lookup_vmtx(ctx, f->metrics, cid).w * 0.001f;
	if (f->composite)
		return (float)pdf_lookup_hmtx(ctx, f->metrics, cid).w * 0.001f;
	if (f->width && code < 256 && f->width[code] >= 0)
		return f->width[code];
	p = program(pdf, f);
	return p ? (float)pdf_lookup_hmtx(ctx, p, cid).w * 0.001f : 0;
}

static uint32_t
keep_many(struct xj_pdf *pdf, struct xj_pdf_font *f, const uint32_t *ucs, int n)
{
	int i = f->many_count;

	if (i >= 65536)
		return ucs[0];
	if ((i & (i - 1)) == 0)
		f->many = fz_realloc_array(pdf->ctx, f->many,
					   i ? (size_t)i * 2 : 1, struct many);
	memcpy(f->many[i].ucs, ucs, (size_t)n * sizeof(*ucs));
	f->many[i].n = n;
	f->many_count++;
	return XJ_PDF_MANY | (uint32_t)i;
}

static struct xj_pdf_glyph
look_up(struct xj_pdf *pdf, struct xj_pdf_font *f, unsigned code)
{
	int cid = f->encoding ? pdf_lookup_cmap(f->encoding, code) : (int)code;
	struct xj_pdf_glyph g = { XJ_PDF_NOTHING, 0 };
	uint32_t ucs[LONGEST];
	int n;

	if (cid < 0)
		return g;
	g.advance = advance(pdf, f, code, cid);
	n = characters(pdf, f, code, cid, ucs);
	g.ucs = n == 0 ? UNKNOWN : n == 1 ? ucs[0] : keep_many(pdf, f, ucs, n);
	return g;
}

/* The table's entry for a code, filled. */
static struct xj_pdf_glyph
entry(struct xj_pdf *pdf, struct xj_pdf_font *f, unsigned code)
{
	struct xj_pdf_glyph *row;

	if (code > 0xFFFF)
		return look_up(pdf, f, code);
	if (!f->seen[code >> 8])
		f->seen[code >> 8] = fz_calloc(pdf->ctx, 256, sizeof(*row));
	row = &f->seen[code >> 8][code & 255];
	if (!row->ucs)
		*row = look_up(pdf, f, code);
	return *row;
}

int
xj_pdf_font_next(struct xj_pdf *pdf, struct xj_pdf_font *f,
		 const unsigned char *s, const unsigned char *end,
		 unsigned *code, struct xj_pdf_glyph *glyph)
{
	int n = 1;

	*code = *s;
	if (f->two_bytes && end - s > 1) {
		*code = (unsigned)s[0] << 8 | s[1];
		n = 2;
	} else if (f->encoding) {
		n = pdf_decode_cmap(f->encoding, (unsigned char *)s,
				    (unsigned char *)end, code);
	}
	*glyph = entry(pdf, f, *code);
	return n;
}

const uint32_t *
xj_pdf_font_many(const struct xj_pdf_font *f, uint32_t ucs, int *n)
{
	const struct many *m = &f->many[ucs & ~XJ_PDF_MANY];

	*n = m->n;
	return m->ucs;
}
