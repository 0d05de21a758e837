/*
 * doc.c - documents of Word 6 to 2003, and of Kingsoft's WPS, which are the
 * same.
 *
 * Source: [MS-DOC]. The text is a list of pieces, in UTF-16 or in bytes; notes,
 * headers, comments and text boxes follow the body, each as long as the header
 * of the stream says.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "doc.h"

#define CHUNK 4096u
#define FIELDS_MAX 64u
#define INSTRUCTION_MAX 32768u

/* Texts in the order in which they stand; `old` is Word 6's place of the
 * length. */
static const struct part {
	unsigned fib, old;
	uint32_t role;
	bool skip;
} parts[] = {
	{ 0x4C, 0x34, XJ_BODY, false },
	{ 0x50, 0x38, XJ_NOTE, false },   /* footnotes */
	{ 0x54, 0x3C, XJ_HEADER, false },
	{ 0x58, 0x40, XJ_BODY, true },    /* macros, long gone */
	{ 0x5C, 0x44, XJ_NOTE, false },   /* comments */
	{ 0x60, 0x48, XJ_NOTE, false },   /* end notes */
	{ 0x64, 0x4C, XJ_BODY, false },   /* text boxes */
	{ 0x68, 0x50, XJ_HEADER, false }, /* text boxes of headers */
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

/* A walk through the characters. */
struct walk {
	struct doc *doc;
	struct paragraph *text;
	const struct part *part;
	uint64_t part_end;     /* first character behind it */
	uint64_t at;           /* character */
	bool cell;             /* the one before was the end of a cell */
	bool row;              /* a cell has ended in this paragraph */
	unsigned fields;       /* open */
	uint64_t instruction;  /* bit i: field i is before its result */
	uint32_t skipped;      /* characters of instructions in a row */
	unsigned char bytes[512];
	size_t n_bytes;        /* of a code page, not decoded yet */
};

/* -------------------------------------------------------------- characters */

static int
flush_bytes(struct walk *w)
{
	size_t n = w->n_bytes;

	w->n_bytes = 0;
	return n == 0 ? 0 : ole_add_bytes(w->doc->ole, w->text, w->doc->page,
					  w->bytes, n);
}

static int
put(struct walk *w, uint32_t c)
{
	int r = flush_bytes(w);

	return r < 0 ? r : prose_put(&w->doc->ole->prose, w->text, c);
}

static int
end_paragraph(struct walk *w, const struct doc_look *look)
{
	struct xj_block *about = &w->text->about;
	int r = flush_bytes(w);

	about->role = w->part->role;
	if (w->row && about->role == XJ_BODY) {
		about->role = XJ_TABLE;
	} else if (look->level && about->role == XJ_BODY) {
		about->role = XJ_HEADING;
		about->level = look->level;
	}
	w->row = w->cell = false;
	return r < 0 ? r : prose_end(&w->doc->ole->prose, w->text);
}

/* The mark of a cell is that of a row too. */
static int
end_cell(struct walk *w, const struct doc_look *look)
{
	bool row_end = look->row_end ||
		       (doc_is_old(w->doc) && w->cell);
	int r;

	if (row_end)
		return end_paragraph(w, look);
	r = put(w, '\t');
	w->cell = w->row = true;
	return r;
}

/* A paragraph within a cell ends with a blank. */
static int
end_line(struct walk *w, const struct doc_look *look)
{
	if (look->in_table && w->part->role == XJ_BODY)
		return put(w, ' ');
	return end_paragraph(w, look);
}

static void
field_mark(struct walk *w, uint32_t c)
{
	uint64_t bit;

	if (c == 0x13) {
		if (w->fields < FIELDS_MAX)
			w->instruction |= UINT64_C(1) << w->fields;
		w->fields++;
		return;
	}
	if (w->fields == 0)
		return;
	if (c == 0x15)
		w->fields--;
	bit = c == 0x15 ? w->fields : w->fields - 1;
	if (bit < FIELDS_MAX)
		w->instruction &= ~(UINT64_C(1) << bit);
	w->skipped = 0;
}

/* What a field says to do is no text; where its end is missing, what follows
 * is. */
static bool
in_instruction(struct walk *w)
{
	if (!w->instruction)
		return false;
	if (++w->skipped < INSTRUCTION_MAX)
		return true;
	w->instruction = 0;
	w->fields = 0;
	w->skipped = 0;
	return false;
}

static int
take_sign(struct walk *w, uint32_t c, uint32_t offset)
{
	struct doc_look look;
	int r;

	switch (c) {
	case 0x09:
		return put(w, '\t');
	case 0x0B:
		return put(w, '\n');
	case 0x1E:
		return put(w, 0x2011);
	case 0x07: case 0x0C: case 0x0D: case 0x0E:
		break;
	default:
		return 0; /* places of pictures and notes */
	}
	if ((r = doc_look(w->doc, offset, &look)) < 0)
		return r;
	return c == 0x07 ? end_cell(w, &look) : end_line(w, &look);
}

/* A character of Unicode, or a byte (wide is false). */
static int
take(struct walk *w, uint32_t c, bool wide, uint32_t offset)
{
	if (c >= 0x13 && c <= 0x15) {
		field_mark(w, c);
		return 0;
	}
	if (w->part->skip || in_instruction(w))
		return 0;
	if (c < ' ')
		return take_sign(w, c, offset);
	w->cell = false;
	if (!wide) {
		w->bytes[w->n_bytes++] = (unsigned char)c;
		return w->n_bytes == sizeof(w->bytes) ||
		       (c < 0x80 && w->n_bytes > sizeof(w->bytes) - 8) ?
		       flush_bytes(w) : 0;
	}
	if (c >= 0xF020 && c < 0xF100)
		c = c == 0xF0B7 ? 0x2022 : c - 0xF000; /* a font of signs */
	return put(w, c);
}

/* ------------------------------------------------------------------ parts */

static uint32_t
length_of(const struct doc *doc, size_t part)
{
	return fib32(doc, doc_is_old(doc) ? parts[part].old : parts[part].fib);
}

/* To the part that the next character is in. False: behind the last. */
static int
enter_part(struct walk *w)
{
	static const struct doc_look plain;
	int r = 0;

	while (w->at >= w->part_end) {
		size_t i = w->part ? (size_t)(w->part - parts) + 1 : 0;

		if (w->part)
			r = end_paragraph(w, &plain);
		if (r < 0 || i == PARTS)
			return r < 0 ? r : 1;
		w->part = &parts[i];
		w->part_end += length_of(w->doc, i);
		w->fields = 0;
		w->instruction = 0;
		w->skipped = 0;
	}
	return 0;
}

static int
walk_chunk(struct walk *w, const struct doc_piece *piece,
	   const unsigned char *buf, size_t n, uint32_t offset)
{
	size_t step = piece->wide ? 2 : 1;
	int r = 0;

	for (size_t i = 0; i + step <= n; i += step) {
		if (w->at >= w->part_end && (r = enter_part(w)) != 0)
			return r;
		r = take(w, piece->wide ? get16(buf + i) : buf[i], piece->wide,
			 offset + (uint32_t)i);
		if (r < 0)
			return r;
		w->at++;
	}
	return 0;
}

static int
walk_piece(struct walk *w, const struct doc_piece *piece)
{
	unsigned char buf[CHUNK];
	uint64_t left = (uint64_t)(piece->end - piece->first)
			<< (piece->wide ? 1 : 0);
	uint64_t off = piece->offset;
	int r = 0;

	while (r == 0 && left > 0) {
		size_t want = left < CHUNK ? (size_t)left : CHUNK;
		ssize_t n = cfb_read(&w->doc->main, off, buf, want);

		if (n < 0)
			return (int)n;
		if (n == 0 || (n == 1 && piece->wide))
			return xj_warn(w->doc->ole->in,
				       "a piece of the text is cut off");
		n -= piece->wide ? n % 2 : 0;
		r = walk_chunk(w, piece, buf, (size_t)n, (uint32_t)off);
		off += (uint64_t)n;
		left -= (uint64_t)n;
	}
	return r;
}

static int
walk_all(struct doc *doc)
{
	static const struct doc_look plain;
	struct walk w = { .doc = doc, .text = &doc->ole->text };
	int r = 0;

	for (size_t i = 0; r == 0 && i < doc->n_pieces; i++) {
		r = walk_piece(&w, &doc->pieces[i]);
		if (r == 0)
			r = xj_poll(doc->ole->in, i, doc->n_pieces);
	}
	if (r == 0 && w.part)
		r = end_paragraph(&w, &plain);
	return r < 0 ? r : 0;
}

/* ----------------------------------------------------------------- pieces */

static void
set_piece(const struct doc *doc, struct doc_piece *piece, uint32_t fc)
{
	if (doc_is_old(doc)) {
		piece->offset = fc;
		return;
	}
	piece->wide = !(fc & 0x40000000);
	piece->offset = piece->wide ? fc : (fc & 0x3FFFFFFF) / 2;
}

/* n + 1 places of characters, then n descriptions of 8 bytes. Pieces that go
 * back are lies. */
static int
read_pieces(struct doc *doc, struct cfb_stream *s, uint64_t off, uint32_t len)
{
	uint32_t n = len < 16 ? 0 : (len - 4) / 12;
	unsigned char raw[8];
	uint32_t last = 0;
	int r = 0;

	if (off + len > s->size || n == 0)
		return XJ_IMPORT_CORRUPT;
	doc->pieces = xj_alloc(doc->ole->in, NULL, n * sizeof(*doc->pieces));
	if (!doc->pieces)
		return XJ_IMPORT_NOMEM;
	for (uint32_t i = 0; i < n; i++) {
		struct doc_piece *piece = &doc->pieces[i];

		if ((r = cfb_read_all(s, off + (uint64_t)i * 4, raw, 8)) < 0)
			return r;
		piece->first = get32(raw);
		piece->end = get32(raw + 4);
		if (piece->first < last || piece->end < piece->first)
			break;
		last = piece->end;
		r = cfb_read_all(s, off + 4 + (uint64_t)n * 4 + (uint64_t)i * 8,
				 raw, 8);
		if (r < 0)
			return r;
		set_piece(doc, piece, get32(raw + 2));
		doc->n_pieces = i + 1;
	}
	return doc->n_pieces > 0 ? 0 : XJ_IMPORT_CORRUPT;
}

/* Past the properties to the list of pieces. */
static int
read_clx(struct doc *doc, struct cfb_stream *s, uint32_t off, uint32_t len)
{
	uint64_t at = off, end = (uint64_t)off + len;
	unsigned char raw[5];
	int r;

	while (at + 5 <= end) {
		if ((r = cfb_read_all(s, at, raw, 5)) < 0)
			return r;
		if (raw[0] == 2)
			return read_pieces(doc, s, at + 5, get32(raw + 1));
		if (raw[0] != 1)
			break;
		at += 3 + (uint64_t)get16(raw + 1);
	}
	return XJ_IMPORT_CORRUPT;
}

/* The whole text in one piece. */
static int
one_piece(struct doc *doc)
{
	uint64_t all = 0;

	if (!(doc->pieces = xj_alloc(doc->ole->in, NULL,
				     sizeof(*doc->pieces))))
		return XJ_IMPORT_NOMEM;
	for (size_t i = 0; i < PARTS; i++)
		all += length_of(doc, i);
	doc->pieces[0].offset = fib32(doc, 0x18);
	doc->pieces[0].end = all < UINT32_MAX ? (uint32_t)all : UINT32_MAX;
	doc->n_pieces = 1;
	return 0;
}

static int
find_pieces(struct doc *doc)
{
	bool old = doc_is_old(doc);
	struct cfb_stream *s = old ? &doc->main : &doc->table;
	uint32_t off = fib32(doc, old ? 0x160 : 0x1A2);
	uint32_t len = fib32(doc, old ? 0x164 : 0x1A6);

	if (old && !(get16(doc->fib + 10) & 4))
		return one_piece(doc);
	if (read_clx(doc, s, off, len) == 0)
		return 0;
	return xj_fail(doc->ole->in, XJ_IMPORT_CORRUPT,
		       "the list of the pieces of the text is damaged");
}

/* ------------------------------------------------------------ the document */

static int
open_table(struct doc *doc)
{
	struct ole *ole = doc->ole;
	bool one = get16(doc->fib + 10) & 0x200;
	const struct cfb_entry *e = cfb_find(&ole->cfb, CFB_ROOT,
					     one ? "1Table" : "0Table");

	if (doc_is_old(doc))
		return 0;
	if (!e)
		return xj_fail(ole->in, XJ_IMPORT_CORRUPT,
			       "the stream %s is missing",
			       one ? "1Table" : "0Table");
	return cfb_stream_open(&ole->cfb, e, &doc->table);
}

static int
check_fib(struct doc *doc)
{
	struct xj_import *in = doc->ole->in;
	unsigned magic = get16(doc->fib), flags = get16(doc->fib + 10);

	doc->version = get16(doc->fib + 2);
	/* Word 97; Word 6; Word 6 of the Far East */
	if (magic != 0xA5EC && magic != 0xA5DC &&
	    (magic < 0xA697 || magic > 0xA699))
		return xj_fail(in, XJ_IMPORT_CORRUPT,
			       "the document does not begin as Word's do");
	if (doc->version < 101)
		return xj_fail(in, XJ_IMPORT_UNSUPPORTED,
			       "documents of Word before 6 cannot be read");
	if (flags & 0x100)
		return xj_fail(in, XJ_IMPORT_KEYLESS,
			       "the document is locked with a password");
	doc->page = 1252;
	if (doc_is_old(doc))
		doc->page = doc->fib[0x12] == 1 ? 10000 : /* a Macintosh */
			codepage_of_language(get16(doc->fib + 6));
	return 0;
}

static int
read_document(struct doc *doc)
{
	int r = cfb_read_all(&doc->main, 0, doc->fib, sizeof(doc->fib));

	if (r == XJ_IMPORT_CORRUPT)
		return xj_fail(doc->ole->in, r,
			       "the document is cut off within its header");
	if (r < 0 || (r = check_fib(doc)) < 0 || (r = open_table(doc)) < 0 ||
	    (r = find_pieces(doc)) < 0 || (r = doc_looks_open(doc)) < 0)
		return r;
	return walk_all(doc);
}

int
ole_import_doc(struct ole *ole, const struct cfb_entry *entry)
{
	struct doc *doc = xj_alloc(ole->in, NULL, sizeof(*doc));
	int r;

	if (!doc)
		return XJ_IMPORT_NOMEM;
	doc->ole = ole;
	if ((r = cfb_stream_open(&ole->cfb, entry, &doc->main)) == 0)
		r = read_document(doc);
	return r;
}
