/*
 * recognise.c - read the picture of a page with tesseract.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "ocr.h"

#include <tesseract/capi.h>

#define SURE 50 /* per cent, below which a paragraph is noise */

/* One for all workers: they are forked with what was loaded. */
static TessBaseAPI *reader;

int
xj_ocr_setup(void)
{
	static const char *const languages[] = { "chi_sim+eng", "chi_sim",
						 "eng" };

	/* Pictures that are damaged are told of by what comes back. */
	setMsgSeverity(L_SEVERITY_NONE);
	reader = TessBaseAPICreate();
	for (size_t i = 0; i < sizeof(languages) / sizeof(*languages); i++)
		if (TessBaseAPIInit2(reader, NULL, languages[i],
				     OEM_LSTM_ONLY) == 0)
			return 0;
	TessBaseAPIDelete(reader);
	return 1;
}

/* ------------------------------------------------------------ characters */

/* Han, kana, and what is as wide: no space stands beside it. */
static bool
is_wide(uint32_t c)
{
	return (c >= 0x2E80 && c < 0xA4D0) || (c >= 0xF900 && c < 0xFB00) ||
	       (c >= 0xFE30 && c < 0xFE50) || (c >= 0xFF00 && c < 0xFF61) ||
	       (c >= 0x20000 && c < 0x40000);
}

static bool
is_small_letter(uint32_t c)
{
	return c >= 'a' && c <= 'z';
}

/* ------------------------------------------------------------- a paragraph */

struct paragraph {
	char text[XJ_TEXT_MAX];
	size_t len;
};

/* What comes between a line and the next. */
static void
join(struct paragraph *p, uint32_t before, uint32_t after)
{
	if (is_wide(before) || is_wide(after) || p->len == 0)
		return;
	if (before == '-' && is_small_letter(after))
		p->len--;
	else
		p->text[p->len++] = ' ';
}

/* White space runs become a space, and none beside a wide character. */
static void
add_line(struct paragraph *p, const char *line)
{
	uint32_t before = p->len ? utf8_last(p->text, p->len) : 0;
	const char *end = line + strlen(line);
	bool space = false, first = true;

	while (line < end && p->len + 8 < sizeof(p->text)) {
		const char *at = line;
		uint32_t c = utf8_next(&line, end);

		if (c <= ' ') {
			space = true;
			continue;
		}
		if (first)
			join(p, before, c);
		else if (space && !is_wide(before) && !is_wide(c))
			p->text[p->len++] = ' ';
		memcpy(p->text + p->len, at, (size_t)(line - at));
		p->len += (size_t)(line - at);
		before = c;
		space = first = false;
	}
}

static int
send(struct xj_import *in, struct paragraph *p, uint64_t number)
{
	struct xj_block block = { .text = p->text, .len = p->len,
				  .role = XJ_OCR, .where = XJ_PAGE,
				  .at = number };

	p->len = 0;
	return block.len ? xj_text(in, &block) : 0;
}

/* Lines whose reading is no more than a guess are left out: specks, hatching,
 * the leaves of trees. */
static void
take_line(struct paragraph *p, const TessResultIterator *lines)
{
	char *line;

	if (TessResultIteratorConfidence(lines, RIL_TEXTLINE) < SURE)
		return;
	line = TessResultIteratorGetUTF8Text(lines, RIL_TEXTLINE);
	if (line)
		add_line(p, line);
	TessDeleteText(line);
}

static int
send_lines(struct xj_import *in, TessResultIterator *lines, uint64_t number)
{
	static struct paragraph p;
	int r = 0;

	p.len = 0;
	do {
		const TessPageIterator *at =
			TessResultIteratorGetPageIteratorConst(lines);

		if (TessPageIteratorIsAtBeginningOf(at, RIL_PARA))
			r = send(in, &p, number);
		if (r == 0)
			take_line(&p, lines);
	} while (r == 0 && TessResultIteratorNext(lines, RIL_TEXTLINE));
	return r < 0 ? r : send(in, &p, number);
}

/* --------------------------------------------------------------- the page */

int
xj_ocr_page(struct xj_import *in, PIX *page, uint64_t number)
{
	TessResultIterator *lines;
	int r = 0;

	TessBaseAPISetPageSegMode(reader, PSM_AUTO);
	TessBaseAPISetImage2(reader, page);
	if (TessBaseAPIRecognize(reader, NULL) != 0)
		return xj_fail(in, XJ_IMPORT_ERROR,
			       "page %llu: tesseract could not read it",
			       (unsigned long long)number);
	lines = TessBaseAPIGetIterator(reader);
	if (lines)
		r = send_lines(in, lines, number);
	TessResultIteratorDelete(lines);
	TessBaseAPIClear(reader);
	return r;
}
