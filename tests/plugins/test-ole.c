/* test-ole.c - the importer of OLE2 documents. */

#include <uchar.h>

#include "host.h"
#include "sample.h"

#define GOT(name) xj_auto(host_release) struct host_result name = HOST_RESULT_INIT

#define SECTOR 512u
#define SECTORS 24u /* of a file: a table, a directory, streams of four each */
#define END 0xFFFFFFFEu
#define FREE 0xFFFFFFFFu
#define DIRECTORY 1u

/* A compound file of one table, one directory and a few streams. */
struct file {
	unsigned char bytes[(1 + SECTORS) * SECTOR];
	unsigned streams;
};

static void
put16(unsigned char *p, unsigned value)
{
	p[0] = (unsigned char)value;
	p[1] = (unsigned char)(value >> 8);
}

static void
put32(unsigned char *p, uint32_t value)
{
	put16(p, value & 0xFFFF);
	put16(p + 2, value >> 16);
}

static unsigned char *
sector(struct file *f, unsigned n)
{
	return f->bytes + (1 + (size_t)n) * SECTOR;
}

static void
link_sector(struct file *f, unsigned n, uint32_t next)
{
	put32(sector(f, 0) + (size_t)n * 4, next);
}

static void
put_entry(struct file *f, unsigned i, const char *name, unsigned type,
	  uint32_t start, uint32_t size)
{
	unsigned char *e = sector(f, DIRECTORY) + i * 128;
	size_t n = strlen(name);

	for (size_t k = 0; k < n; k++)
		e[k * 2] = (unsigned char)name[k];
	put16(e + 64, (unsigned)(n + 1) * 2);
	e[66] = (unsigned char)type;
	put32(e + 68, FREE);
	put32(e + 72, FREE);
	put32(e + 76, FREE);
	put32(e + 116, start);
	put32(e + 120, size);
}

static struct file *
begin_file(void)
{
	static const unsigned char magic[] = { 0xD0, 0xCF, 0x11, 0xE0,
					       0xA1, 0xB1, 0x1A, 0xE1 };
	struct file *f = test_calloc(1, sizeof(*f));

	memcpy(f->bytes, magic, 8);
	put16(f->bytes + 24, 0x3E);
	put16(f->bytes + 26, 3);
	put16(f->bytes + 28, 0xFFFE);
	put16(f->bytes + 30, 9);
	put16(f->bytes + 32, 6);
	put32(f->bytes + 44, 1);
	put32(f->bytes + 48, DIRECTORY);
	put32(f->bytes + 60, END); /* no stream is a small one */
	put32(f->bytes + 68, END);
	memset(f->bytes + 76, 0xFF, SECTOR - 76);
	put32(f->bytes + 76, 0);
	memset(sector(f, 0), 0xFF, SECTOR);
	link_sector(f, 0, 0xFFFFFFFD);
	link_sector(f, DIRECTORY, END);
	put_entry(f, 0, "Root Entry", 5, END, 0);
	return f;
}

/* A stream of at most 2048 bytes; each hangs right of the one before. */
static unsigned char *
add_stream(struct file *f, const char *name, const void *bytes, size_t len)
{
	unsigned i = ++f->streams, first = 2 + (i - 1) * 4;

	assert_true(i <= 3 && len <= 4 * SECTOR);
	put_entry(f, i, name, 2, first, (uint32_t)len);
	if (i == 1)
		put32(sector(f, DIRECTORY) + 76, 1);
	else
		put32(sector(f, DIRECTORY) + (i - 1) * 128 + 72, i);
	for (unsigned k = 0; k < 4; k++)
		link_sector(f, first + k, k == 3 ? END : first + k + 1);
	memcpy(sector(f, first), bytes, len);
	return sector(f, first);
}

static void
import_file(const char *name, struct file *f, struct host_result *got)
{
	sample_import_as(NULL, name, f->bytes, sizeof(f->bytes), got);
}

/* --------------------------------------------------------------------- DOC */

/* The text in pieces of UTF-16 but for the last, which is one of bytes. */
static struct file *
make_doc(const char16_t *text, const char *tail, uint32_t notes)
{
	struct file *f = begin_file();
	unsigned char main[1536] = { 0 }, table[64] = { 0 };
	uint32_t n = 0, m = (uint32_t)strlen(tail);

	for (; text[n]; n++)
		put16(main + 0x200 + n * 2, text[n]);
	memcpy(main + 0x500, tail, m);
	put16(main, 0xA5EC);
	put16(main + 2, 0xC1);
	put16(main + 10, 0x200);
	put32(main + 0x4C, n + m - notes);
	put32(main + 0x50, notes);
	put32(main + 0x1A2, 8);
	put32(main + 0x1A6, 5 + 28);
	table[8] = 2;
	put32(table + 9, 28);
	put32(table + 17, n);
	put32(table + 21, n + m);
	put32(table + 27, 0x200);
	put32(table + 35, 0x40000000 | 0x500 * 2);
	add_stream(f, "WordDocument", main, sizeof(main));
	add_stream(f, "1Table", table, sizeof(table));
	return f;
}

static void
a_document_is_read_piece_by_piece(void **state)
{
	struct file *f = make_doc(u"中文\r\x13 HYPERLINK x \x14网站\x15.\r",
				  "caf\xE9\rnote\r", 5);
	GOT(got);

	(void)state;
	import_file("a.doc", f, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_string_equal(got.result.mime, "application/msword");
	assert_line(&got, "body \"中文\"");
	assert_line(&got, "body \"网站.\"");
	assert_line(&got, "body \"café\"");
	assert_line(&got, "note \"note\"");
	test_free(f);
}

static void
kingsofts_documents_are_words(void **state)
{
	struct file *f = make_doc(u"文字\r", "", 0);
	GOT(got);

	(void)state;
	import_file("a.wps", f, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_line(&got, "body \"文字\"");
	test_free(f);
}

static void
a_locked_document_is_encrypted(void **state)
{
	struct file *f = make_doc(u"x\r", "", 0);
	GOT(got);

	(void)state;
	put16(sector(f, 2) + 10, 0x300);
	import_file("a.doc", f, &got);
	assert_outcome(&got, XJ_OUT_ENCRYPTED);
	test_free(f);
}

static void
pieces_that_lie_end(void **state)
{
	struct file *f = make_doc(u"x\r", "", 0);
	unsigned char *table = sector(f, 6);
	GOT(far);
	GOT(back);

	(void)state;
	put32(sector(f, 2) + 0x4C, 0x7FFFFFFF);
	put32(table + 17, 0x7FFFFFFF); /* a piece of 4 GB */
	put32(table + 21, 0x7FFFFFFF);
	import_file("a.doc", f, &far);
	assert_outcome(&far, XJ_OUT_PARTIAL);
	put32(table + 13, 9);
	put32(table + 17, 3); /* that goes back */
	import_file("a.doc", f, &back);
	assert_outcome(&back, XJ_OUT_CORRUPT);
	test_free(f);
}

/* ------------------------------------------------------------ compound file */

static void
chains_without_end_end(void **state)
{
	struct file *f = make_doc(u"text\r", "", 0);
	GOT(stream);
	GOT(directory);
	GOT(table);

	(void)state;
	link_sector(f, 3, 2);
	import_file("a.doc", f, &stream);
	assert_true(stream.result.outcome <= XJ_OUT_PARTIAL);
	assert_has(&stream, "text");
	link_sector(f, DIRECTORY, DIRECTORY);
	import_file("a.doc", f, &directory);
	assert_true(directory.result.outcome != XJ_OUT_CRASHED);
	put32(f->bytes + 68, 0); /* more of the table in the table itself */
	put32(f->bytes + 72, 0xFFFFFFFF);
	import_file("a.doc", f, &table);
	assert_true(table.result.outcome != XJ_OUT_CRASHED);
	test_free(f);
}

static void
a_directory_that_leads_back_ends(void **state)
{
	struct file *f = make_doc(u"text\r", "", 0);
	unsigned char *directory = sector(f, DIRECTORY);
	GOT(got);

	(void)state;
	put32(directory + 2 * 128 + 68, 1);
	put32(directory + 2 * 128 + 72, 2);
	put32(directory + 2 * 128 + 76, 0);
	import_file("a.doc", f, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_line(&got, "body \"text\"");
	test_free(f);
}

static void
what_is_no_document_is_unsupported(void **state)
{
	struct file *f = begin_file();
	GOT(got);

	(void)state;
	add_stream(f, "VisioDocument", "x", 1);
	import_file("a.vsd", f, &got);
	assert_outcome(&got, XJ_OUT_UNSUPPORTED);
	assert_non_null(strstr(got.result.reason, "Visio"));
	test_free(f);
}

/* What a document holds that another program packed. */
static void
an_object_gives_the_file_in_it(void **state)
{
	static const char native[] = "\x28\0\0\0\2\0" "a.txt\0" "C:\\a.txt\0"
		"\0\0\3\0" "\4\0\0\0" "tmp\0" "\5\0\0\0" "text\n";
	struct file *f = begin_file(), *g = begin_file(), *h = begin_file();
	GOT(package);
	GOT(contents);
	GOT(works);

	(void)state;
	add_stream(f, "\001Ole10Native", native, sizeof(native) - 1);
	import_file("oleObject1.bin", f, &package);
	assert_outcome(&package, XJ_OUT_OK);
	assert_has(&package, "child attachment \"a.txt\" size=5");
	add_stream(g, "CONTENTS", "%PDF-1.4\n", 9);
	import_file("oleObject2.bin", g, &contents);
	assert_has(&contents, "child attachment \"contents\" size=9");
	add_stream(h, "CONTENTS", "CHNKWKS ", 8);
	import_file("a.wps", h, &works);
	assert_outcome(&works, XJ_OUT_UNSUPPORTED);
	assert_non_null(strstr(works.result.reason, "Works"));
	test_free(f);
	test_free(g);
	test_free(h);
}

/* --------------------------------------------------------------------- XLS */

struct book {
	unsigned char bytes[2048];
	size_t len;
};

static unsigned char *
add_record(struct book *b, unsigned type, const void *data, size_t len)
{
	unsigned char *p = b->bytes + b->len;

	assert_true(b->len + 4 + len <= sizeof(b->bytes));
	put16(p, type);
	put16(p + 2, (unsigned)len);
	memcpy(p + 4, data, len);
	b->len += 4 + len;
	return p + 4;
}

#define RECORD(book, type, data) \
	add_record(book, type, data, sizeof(data) - 1)

/* A string is cut by a CONTINUE record, and goes on in the other width. */
static struct file *
make_xls(uint32_t strings)
{
	struct book b = { .len = 0 };
	struct file *f = begin_file();
	unsigned char *sheet, *table;
	double day = 45352.25;
	unsigned char number[14] = { 0, 0, 2, 0, 1, 0 };

	RECORD(&b, 0x809, "\0\6\5\0\0\0\0\0");
	RECORD(&b, 0xE0, "\0\0\0\0");
	RECORD(&b, 0xE0, "\0\0\x16\0"); /* 22: a date and a time */
	sheet = RECORD(&b, 0x85, "\0\0\0\0\0\0\2\1\x68\x88\x41\0"); /* 表A */
	table = RECORD(&b, 0xFC, "\2\0\0\0\2\0\0\0\5\0\0ab");
	put32(table + 4, strings);
	RECORD(&b, 0x3C, "\1\x2D\x4E\x87\x65\x57\x5B\1\0\0z");
	RECORD(&b, 0x0A, "");
	put32(sheet, (uint32_t)b.len);
	RECORD(&b, 0x809, "\0\6\x10\0\0\0\0\0");
	RECORD(&b, 0xFD, "\0\0\0\0\0\0\0\0\0\0");
	memcpy(number + 6, &day, 8);
	add_record(&b, 0x203, number, sizeof(number));
	RECORD(&b, 0x27E, "\1\0\0\0\0\0\x32\0\0\0"); /* 12 as an integer */
	RECORD(&b, 0xFD, "\1\0\1\0\0\0\1\0\0\0");
	RECORD(&b, 0xFD, "\1\0\2\0\0\0\xFF\xFF\0\0");
	RECORD(&b, 0x205, "\2\0\0\0\0\0\x2A\1");
	RECORD(&b, 0x06, "\2\0\1\0\0\0\0\0\0\0\0\0\xFF\xFF\0\0\0\0\0\0\0\0");
	RECORD(&b, 0x207, "\2\0\0ok");
	RECORD(&b, 0x0A, "");
	add_stream(f, "Workbook", b.bytes, b.len);
	return f;
}

static void
a_row_is_a_block(void **state)
{
	struct file *f = make_xls(2);
	GOT(got);

	(void)state;
	import_file("a.xls", f, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_line(&got, "outline 1 part 1 \"表A\"");
	assert_line(&got, "table part 1 cell=1,1 label=\"表A\" "
		    "\"ab中文字\\t\\t2024-03-01 06:00:00\"");
	assert_line(&got, "table part 1 cell=2,1 label=\"表A\" \"12\\tz\"");
	assert_line(&got, "table part 1 cell=3,1 label=\"表A\" \"#N/A\\tok\"");
	test_free(f);
}

static void
a_number_of_strings_that_lies_costs_nothing(void **state)
{
	struct file *f = make_xls(0xFFFFFFFF);
	GOT(got);

	(void)state;
	import_file("a.xls", f, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_has(&got, "ab中文字");
#ifndef XJ_SANITIZED
	assert_true(got.result.memory < (uint64_t)16 << 20);
#endif
	test_free(f);
}

static void
damage_comes_to_an_outcome(void **state)
{
	struct file *doc = make_doc(u"中文\r\x13 X \x14网站\x15\r", "a\rb\r",
				    2);
	struct file *xls = make_xls(2);

	(void)state;
	assert_survives_damage("a.doc", doc->bytes, 11 * SECTOR, 150);
	assert_survives_damage("a.xls", xls->bytes, 7 * SECTOR, 150);
	test_free(doc);
	test_free(xls);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_document_is_read_piece_by_piece),
	cmocka_unit_test(kingsofts_documents_are_words),
	cmocka_unit_test(a_locked_document_is_encrypted),
	cmocka_unit_test(pieces_that_lie_end),
	cmocka_unit_test(chains_without_end_end),
	cmocka_unit_test(a_directory_that_leads_back_ends),
	cmocka_unit_test(what_is_no_document_is_unsupported),
	cmocka_unit_test(an_object_gives_the_file_in_it),
	cmocka_unit_test(a_row_is_a_block),
	cmocka_unit_test(a_number_of_strings_that_lies_costs_nothing),
	cmocka_unit_test(damage_comes_to_an_outcome),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
