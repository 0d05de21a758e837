/*
 * xls.c - workbooks of Excel 5 to 2003, and of Kingsoft's ET: a block for each
 * row.
 *
 * Source: [MS-XLS]. Of the shared strings the places are kept, not the text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <math.h>

#include "xls.h"

#define FORMATS_MAX 65536u
#define SHEETS_MAX 4096u
#define NAME_BYTES 256u
#define COLUMNS_MAX 16384u

enum {
	FORMULA = 0x06, END = 0x0A, DATE_1904 = 0x22, FILE_PASS = 0x2F,
	CODE_PAGE = 0x42, SHEET = 0x85, MULTIPLE_RK = 0xBD, RICH = 0xD6,
	XF = 0xE0, STRINGS = 0xFC, SHARED_LABEL = 0xFD, TEXT_OBJECT = 0x1B6,
	NUMBER = 0x203, LABEL = 0x204, BOOL_ERROR = 0x205, STRING = 0x207,
	RK = 0x27E, FORMAT = 0x41E, BEGIN = 0x809,
};

/* A string of the table: where it begins. */
struct shared {
	uint64_t at;
	uint32_t left;
};

struct sheet {
	uint32_t offset;
	char name[NAME_BYTES];
};

struct book {
	struct ole *ole;
	struct cfb_stream stream;
	struct paragraph text;      /* the row in hand */
	struct paragraph other;     /* a name, a note */
	bool old;                   /* Excel 5 and 95 */
	bool from_1904;
	unsigned page;              /* code page of bytes */

	uint8_t *formats;           /* by number: shown as, +1 */
	uint8_t *looks;             /* by XF: shown as */
	size_t n_looks;
	struct shared *strings;
	size_t n_strings;
	struct sheet *sheets;
	size_t n_sheets;

	size_t sheet;               /* in hand, from 1 */
	uint32_t row, column;       /* of the last cell, from 0 */
	bool in_row, waiting;       /* waiting: a formula for its string */
	uint64_t walked;            /* bytes of records seen so far */
};

/* -------------------------------------------------------------- the globals */

static int
grow(struct book *b, void **list, size_t n, size_t size)
{
	void *more;

	if ((n & (n - 1)) || (n > 0 && n < 16))
		return 0; /* room is doubled at each power of two */
	more = xj_alloc(b->ole->in, *list, (n < 16 ? 16 : n * 2) * size);
	if (!more)
		return XJ_IMPORT_NOMEM;
	*list = more;
	return 0;
}

/* A name in the place of `other`, with the length that old books have. */
static int
read_name(struct book *b, struct xls_cursor *c, bool short_length)
{
	unsigned char bytes[256];
	int r;

	b->other.len = 0;
	b->other.high = 0;
	if (!b->old)
		return xls_string(b->ole, c, short_length, &b->other);
	if ((r = xls_bytes(c, bytes, 1)) < 0)
		return r;
	if (bytes[0] > c->left)
		bytes[0] = (unsigned char)c->left;
	if (bytes[0] == 0)
		return 0;
	r = xls_bytes(c, bytes + 1, bytes[0]);
	return r < 0 ? r : ole_add_bytes(b->ole, &b->other, b->page, bytes + 1,
					 bytes[0]);
}

static void
take_name(struct book *b, char *out, size_t cap)
{
	size_t n = utf8_cut(b->other.text, b->other.len, cap - 1);

	if (n > 0)
		memcpy(out, b->other.text, n);
	out[n] = '\0';
	b->other.len = 0;
	b->other.high = 0;
}

static int
add_sheet(struct book *b, struct xls_record *record)
{
	unsigned char raw[6];
	struct xls_cursor c = record->data;
	struct sheet *sheet;
	int r = xls_bytes(&c, raw, 6);

	if (r < 0 || raw[5] != 0 || b->n_sheets == SHEETS_MAX)
		return r; /* a chart, a macro */
	r = grow(b, (void **)&b->sheets, b->n_sheets, sizeof(*b->sheets));
	if (r < 0 || (r = read_name(b, &c, true)) < 0)
		return r;
	sheet = &b->sheets[b->n_sheets++];
	sheet->offset = get32(raw);
	take_name(b, sheet->name, sizeof(sheet->name));
	return 0;
}

static int
add_format(struct book *b, struct xls_record *record)
{
	struct xls_cursor c = record->data;
	unsigned char raw[2];
	char code[NAME_BYTES];
	int r = xls_bytes(&c, raw, 2);

	if (r < 0 || (r = read_name(b, &c, false)) < 0)
		return r;
	take_name(b, code, sizeof(code));
	b->formats[get16(raw)] = (uint8_t)(number_code(code) + 1);
	return 0;
}

static int
add_look(struct book *b, struct xls_record *record)
{
	unsigned char raw[4];
	unsigned format;
	int r = xls_head(record, raw, 4);

	if (r < 0 || b->n_looks > UINT16_MAX)
		return r;
	if ((r = grow(b, (void **)&b->looks, b->n_looks, 1)) < 0)
		return r;
	format = get16(raw + 2);
	b->looks[b->n_looks++] = b->formats[format] ?
		(uint8_t)(b->formats[format] - 1) :
		(uint8_t)number_builtin((long)format);
	return 0;
}

/* A string takes three bytes at least, whatever their number is said to be. */
static int
find_strings(struct book *b, struct xls_record *record)
{
	struct xls_cursor c = record->data;
	unsigned char raw[8];
	uint32_t count;
	int r = xls_bytes(&c, raw, 8);

	if (r < 0 || b->strings)
		return r;
	count = get32(raw + 4);
	if (count > b->stream.size / 3)
		count = (uint32_t)(b->stream.size / 3);
	if (count == 0)
		return 0;
	b->strings = xj_alloc(b->ole->in, NULL, count * sizeof(*b->strings));
	if (!b->strings)
		return XJ_IMPORT_NOMEM;
	while (r == 0 && b->n_strings < count && !c.end) {
		b->strings[b->n_strings].at = c.at;
		b->strings[b->n_strings].left = c.left;
		r = xls_string(b->ole, &c, false, NULL);
		b->n_strings++;
	}
	return r;
}

static int
read_global(struct book *b, struct xls_record *record)
{
	unsigned char raw[2];
	int r = xls_head(record, raw, 2);

	if (r < 0)
		return r;
	switch (record->type) {
	case FILE_PASS:
		return xj_fail(b->ole->in, XJ_IMPORT_KEYLESS,
			       "the workbook is locked with a password");
	case CODE_PAGE:
		b->page = get16(raw) == 0x8000 ? 10000 :
			  get16(raw) == 0x8001 ? 1252 : get16(raw);
		return 0;
	case DATE_1904:
		b->from_1904 = get16(raw) == 1;
		return 0;
	case SHEET:
		return add_sheet(b, record);
	case FORMAT:
		return add_format(b, record);
	case XF:
		return add_look(b, record);
	case STRINGS:
		return find_strings(b, record);
	}
	return 0;
}

/* ------------------------------------------------------------------- cells */

static int
end_row(struct book *b)
{
	const char *name = b->sheets[b->sheet - 1].name;
	struct xj_block *about = &b->text.about;

	if (!b->in_row)
		return 0;
	b->in_row = false;
	about->role = XJ_TABLE;
	about->where = XJ_PART;
	about->at = b->sheet;
	about->label = name[0] ? name : NULL;
	about->has = XJ_HAS_CELL;
	about->row = b->row + 1;
	about->column = 1;
	return prose_end(&b->ole->prose, &b->text);
}

/* To the cell: a tab for each one on the way. */
static int
go_to(struct book *b, uint32_t row, uint32_t column)
{
	uint32_t tabs;
	int r = 0;

	if (b->in_row && row != b->row)
		r = end_row(b);
	if (!b->in_row) {
		b->in_row = true;
		b->row = row;
		b->column = 0;
		tabs = column;
	} else {
		tabs = column > b->column ? column - b->column : 1;
	}
	if (tabs > COLUMNS_MAX)
		tabs = 1;
	b->column = column;
	while (r == 0 && tabs-- > 0)
		r = prose_put(&b->ole->prose, &b->text, '\t');
	return r;
}

static int
put_number(struct book *b, double number, unsigned look)
{
	enum shown_as as = look < b->n_looks ? b->looks[look] : AS_NUMBER;
	char value[64], out[64];

	if (!isfinite(number))
		return 0;
	snprintf(value, sizeof(value), "%.17g", number);
	if (as == AS_NUMBER)
		snprintf(out, sizeof(out), "%.15g", number);
	else
		number_show(value, as, b->from_1904, out);
	return prose_add(&b->ole->prose, &b->text, out, strlen(out));
}

static double
rk_value(uint32_t rk)
{
	double number;

	if (rk & 2) {
		number = (int32_t)rk >> 2;
	} else {
		uint64_t bits = (uint64_t)(rk & 0xFFFFFFFC) << 32;

		memcpy(&number, &bits, sizeof(number));
	}
	return rk & 1 ? number / 100 : number;
}

static double
double_value(const unsigned char *bytes)
{
	uint64_t bits = get64(bytes);
	double number;

	memcpy(&number, &bits, sizeof(number));
	return number;
}

static int
put_sign(struct book *b, unsigned value, bool error)
{
	static const struct {
		uint8_t code;
		const char *text;
	} errors[] = {
		{ 0x00, "#NULL!" }, { 0x07, "#DIV/0!" }, { 0x0F, "#VALUE!" },
		{ 0x17, "#REF!" }, { 0x1D, "#NAME?" }, { 0x24, "#NUM!" },
		{ 0x2A, "#N/A" },
	};
	const char *text = value ? "TRUE" : "FALSE";

	for (size_t i = 0; error && i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].code == value)
			text = errors[i].text;
	return prose_add(&b->ole->prose, &b->text, text, strlen(text));
}

/* The last value of a formula; a string follows in a record of its own. */
static int
put_formula(struct book *b, const unsigned char *value, unsigned look)
{
	if (get16(value + 6) != 0xFFFF)
		return put_number(b, double_value(value), look);
	b->waiting = value[0] == 0;
	if (value[0] == 1 || value[0] == 2)
		return put_sign(b, value[2], value[0] == 2);
	return 0;
}

static int
put_shared(struct book *b, uint32_t i)
{
	struct xls_cursor c = { .stream = &b->stream };

	if (i >= b->n_strings)
		return 0;
	c.at = b->strings[i].at;
	c.left = b->strings[i].left;
	return xls_string(b->ole, &c, false, &b->text);
}

/* A string that stands in the cell itself. */
static int
put_label(struct book *b, struct xls_cursor *c)
{
	unsigned char raw[2], buf[256];
	uint32_t left;
	int r;

	if (!b->old)
		return xls_string(b->ole, c, false, &b->text);
	if ((r = xls_bytes(c, raw, 2)) < 0)
		return r;
	for (left = get16(raw); r == 0 && left > 0 && !c->end;) {
		size_t n = left < sizeof(buf) ? left : sizeof(buf);

		if ((r = xls_bytes(c, buf, n)) == 0)
			r = ole_add_bytes(b->ole, &b->text, b->page, buf, n);
		left -= (uint32_t)n;
	}
	return r;
}

static int
put_many(struct book *b, struct xls_record *record)
{
	struct xls_cursor c = record->data;
	uint32_t n = c.left < 6 ? 0 : (c.left - 6) / 6;
	unsigned char raw[6];
	uint32_t row, column;
	int r = xls_bytes(&c, raw, 4);

	row = get16(raw);
	column = get16(raw + 2);
	for (uint32_t i = 0; r == 0 && i < n && !c.end; i++) {
		if ((r = xls_bytes(&c, raw, 6)) == 0 &&
		    (r = go_to(b, row, column + i)) == 0)
			r = put_number(b, rk_value(get32(raw + 2)),
				       get16(raw));
	}
	return r;
}

/* Row, column and look stand first in the record of a cell. */
static int
read_cell(struct book *b, struct xls_record *record)
{
	struct xls_cursor c = record->data;
	unsigned char raw[14];
	int r = xls_head(record, raw, sizeof(raw));

	if (r < 0 || record->data.left < 6 ||
	    (r = go_to(b, get16(raw), get16(raw + 2))) < 0)
		return r;
	switch (record->type) {
	case FORMULA:
		return put_formula(b, raw + 6, get16(raw + 4));
	case NUMBER:
		return put_number(b, double_value(raw + 6), get16(raw + 4));
	case RK:
		return put_number(b, rk_value(get32(raw + 6)), get16(raw + 4));
	case BOOL_ERROR:
		return put_sign(b, raw[6], raw[7] != 0);
	case SHARED_LABEL:
		return put_shared(b, get32(raw + 6));
	}
	if ((r = xls_skip(&c, 6)) < 0)
		return r;
	return put_label(b, &c);
}

/* Comments and text boxes: the text stands in the records behind. */
static int
read_note(struct book *b, struct xls_record *record)
{
	struct xls_cursor c = record->data;
	unsigned char raw[12];
	int r = xls_head(record, raw, sizeof(raw));

	if (r < 0 || b->old || get16(raw + 10) == 0)
		return r;
	b->other.about.role = XJ_NOTE;
	b->other.about.where = XJ_PART;
	b->other.about.at = b->sheet;
	if ((r = xls_skip(&c, c.left)) == 0)
		r = xls_characters(b->ole, &c, get16(raw + 10), false,
				   &b->other);
	return r < 0 ? r : prose_end(&b->ole->prose, &b->other);
}

static int
read_in_sheet(struct book *b, struct xls_record *record)
{
	switch (record->type) {
	case FORMULA: case NUMBER: case RK: case BOOL_ERROR: case SHARED_LABEL:
	case LABEL: case RICH:
		b->waiting = false;
		return read_cell(b, record);
	case MULTIPLE_RK:
		b->waiting = false;
		return put_many(b, record);
	case STRING:
		if (!b->waiting)
			return 0;
		b->waiting = false;
		return put_label(b, &record->data);
	case TEXT_OBJECT:
		return read_note(b, record);
	}
	return 0;
}

/* --------------------------------------------------------------- substreams */

/* Records up to the end that belongs to the beginning at `off`. */
static int
read_part(struct book *b, uint64_t off,
	  int (*read)(struct book *, struct xls_record *))
{
	struct xls_record record;
	unsigned depth = 0, count = 0;
	int r;

	while ((r = xls_record_at(&b->stream, off, &record)) > 0) {
		if (record.type == BEGIN)
			depth++;
		if (depth == 0)
			return 0; /* not a beginning at all */
		if (record.type == END && --depth == 0)
			return 0;
		if (depth == 1 && (r = read(b, &record)) < 0)
			return r;
		b->walked += record.next - off;
		if (b->walked / 2 > b->stream.size)
			return xj_fail(b->ole->in, XJ_IMPORT_CORRUPT,
				       "its sheets lie within each other");
		off = record.next;
		if (++count % 4096 == 0 &&
		    (r = xj_poll(b->ole->in, off, b->stream.size)) < 0)
			return r;
	}
	return r < 0 ? r : xj_warn(b->ole->in, "a sheet is cut off");
}

static int
read_sheet(struct book *b)
{
	const struct sheet *sheet = &b->sheets[b->sheet - 1];
	const struct xj_outline line = { .title = sheet->name, .level = 1,
					 .where = XJ_PART, .at = b->sheet };
	int r = 0;

	if (sheet->name[0])
		r = xj_outline(b->ole->in, &line);
	if (r == 0)
		r = read_part(b, sheet->offset, read_in_sheet);
	if (r == 0)
		r = end_row(b);
	b->in_row = b->waiting = false;
	return r;
}

/* The same place said to be two sheets is read once. */
static bool
is_new(const struct book *b, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (b->sheets[k].offset == b->sheets[i].offset)
			return false;
	return true;
}

static int
read_book(struct book *b)
{
	struct xls_record first;
	unsigned char raw[4];
	int r = xls_record_at(&b->stream, 0, &first);

	if (r > 0)
		r = xls_head(&first, raw, 4);
	else if (r == 0)
		first.type = 0;
	if (r < 0)
		return r;
	if (first.type != BEGIN)
		return xj_fail(b->ole->in, XJ_IMPORT_CORRUPT,
			       "the workbook does not begin as Excel's do");
	b->old = get16(raw) < 0x600;
	if ((r = read_part(b, 0, read_global)) < 0)
		return r;
	for (size_t i = 0; r == 0 && i < b->n_sheets; i++) {
		b->sheet = i + 1;
		if (is_new(b, i))
			r = read_sheet(b);
	}
	return r;
}

int
ole_import_xls(struct ole *ole, const struct cfb_entry *entry)
{
	struct book *b = xj_alloc(ole->in, NULL, sizeof(*b));
	int r;

	if (!b || !(b->formats = xj_alloc(ole->in, NULL, FORMATS_MAX)))
		return XJ_IMPORT_NOMEM;
	b->ole = ole;
	b->page = 1252;
	if ((r = cfb_stream_open(&ole->cfb, entry, &b->stream)) < 0)
		return r;
	return read_book(b);
}
