/*
 * make-pdf.h - a PDF in memory whose pages hold text or one large picture.
 *
 *	struct pdf p = PDF_INIT;
 *	pdf_page(&p, "A line of text", false);
 *	pdf_page(&p, "", true);          a picture over all of the page
 *	pdf_end(&p);                     p.bytes is the file
 *	pdf_release(&p);
 *
 * Source of the layout: ISO 32000-1, sections 7.5, 7.7, 8.9.
 */
#ifndef XJ_TEST_MAKE_PDF_H
#define XJ_TEST_MAKE_PDF_H

#include <string.h>

#include "util/util.h"

#define PDF_PAGES 200

struct pdf {
	struct xj_buf bytes;
	size_t at[3 + 2 * PDF_PAGES + 1]; /* of objects 1 ... */
	unsigned pages;
};

#define PDF_INIT { .bytes = XJ_BUF_INIT }

/* Objects 1 to 3: catalog, page tree, the picture; then two a page. */
static inline void
pdf_object(struct pdf *p, unsigned number)
{
	if (p->bytes.len == 0)
		xj_buf_adds(&p->bytes, "%PDF-1.4\n");
	p->at[number] = p->bytes.len;
	xj_buf_addf(&p->bytes, "%u 0 obj\n", number);
}

static inline void
pdf_stream(struct pdf *p, const char *keys, const char *data)
{
	xj_buf_addf(&p->bytes, "<<%s/Length %zu>>\nstream\n%s\nendstream\n"
		    "endobj\n", keys, strlen(data), data);
}

static inline void
pdf_page(struct pdf *p, const char *text, bool picture)
{
	unsigned number = 4 + 2 * p->pages++;
	char drawing[512];

	pdf_object(p, number);
	xj_buf_addf(&p->bytes, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 "
		    "842]/Contents %u 0 R/Resources<</XObject<</I 3 0 R>>"
		    "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica"
		    ">>>>>>>>\nendobj\n", number + 1);
	snprintf(drawing, sizeof(drawing), "%s BT /F 12 Tf 72 700 Td (%s) Tj "
		 "ET", picture ? "q 595 0 0 842 0 0 cm /I Do Q" : "", text);
	pdf_object(p, number + 1);
	pdf_stream(p, "", drawing);
}

static inline void
pdf_end(struct pdf *p)
{
	unsigned count = 4 + 2 * p->pages;
	size_t xref;

	pdf_object(p, 1);
	xj_buf_adds(&p->bytes, "<</Type/Catalog/Pages 2 0 R>>\nendobj\n");
	pdf_object(p, 2);
	xj_buf_addf(&p->bytes, "<</Type/Pages/Count %u/Kids[", p->pages);
	for (unsigned i = 0; i < p->pages; i++)
		xj_buf_addf(&p->bytes, "%u 0 R ", 4 + 2 * i);
	xj_buf_adds(&p->bytes, "]>>\nendobj\n");
	pdf_object(p, 3);
	pdf_stream(p, "/Type/XObject/Subtype/Image/Width 2/Height 2"
		   "/ColorSpace/DeviceGray/BitsPerComponent 8", "abcd");
	xref = p->bytes.len;
	xj_buf_addf(&p->bytes, "xref\n0 %u\n0000000000 65535 f \n", count);
	for (unsigned i = 1; i < count; i++)
		xj_buf_addf(&p->bytes, "%010zu 00000 n \n", p->at[i]);
	xj_buf_addf(&p->bytes, "trailer\n<</Size %u/Root 1 0 R>>\nstartxref\n"
		    "%zu\n%%%%EOF\n", count, xref);
}

static inline void
pdf_release(struct pdf *p)
{
	xj_buf_release(&p->bytes);
}

#endif
