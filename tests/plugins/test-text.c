/* test-text.c - the importer of plain text. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

#include "../unit/scratch.h"
#include "../unit/tap.h"

/* A file of that name and content through the importer. */
static void
import_bytes(const char *name, const void *bytes, size_t len,
	     struct host_result *got)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	static const struct host_options only = { .importer = NULL };
	char path[400];
	struct xj_error err;

	assert_int_equal(xj_file_write(dir.fd, name, bytes, len, NULL), XJ_OK);
	snprintf(path, sizeof(path), "%s/%s", dir.path, name);
	if (host_import(&only, path, got, &err) < 0)
		fail_msg("%s", err.message);
}

static void
assert_dump(const char *name, const char *text, const char *dump)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	import_bytes(name, text, strlen(text), &got);
	assert_string_equal(xj_buf_str(&got.dump), dump);
}

#define OK "outcome ok importer=text bid=30 type=text/plain\n"
#define UTF8 "meta encoding \"UTF-8\" source=\"guessed\"\n"

static void
paragraphs_know_their_line(void **state)
{
	(void)state;
	assert_dump("a.txt", "One\ntwo.\n\n\n\xE3\x80\x80 \nThree.\n",
		    "body line 1 \"One\\ntwo.\"\n"
		    "body line 6 \"Three.\"\n" UTF8 OK);
}

static void
line_ends_of_all_systems_count_alike(void **state)
{
	static const char *const ends[] = { "\n", "\r\n", "\r" };

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(ends); i++) {
		char text[64];

		snprintf(text, sizeof(text), "a%sb%s%sc", ends[i], ends[i],
			 ends[i]);
		assert_dump("a.txt", text,
			    "body line 1 \"a\\nb\"\nbody line 4 \"c\"\n"
			    UTF8 OK);
	}
}

static void
controls_are_left_out(void **state)
{
	(void)state;
	assert_dump("a.log", "\x1B[1mbold\x7F\tand more text to follow here",
		    "body line 1 \"[1mbold\\tand more text to follow here\"\n"
		    UTF8 OK);
}

/* Pieces join to what they were cut from, at a line's end or within one. */
static void
long_paragraphs_come_in_pieces(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	for (int i = 0; i < 3000; i++)
		xj_buf_addf(&text, "第%d行\n", i);
	for (int i = 0; i < 50000; i++)
		xj_buf_adds(&text, "长");
	xj_buf_addc(&text, '\n');
	import_bytes("a.txt", text.data, text.len, &got);
	assert_true(got.blocks > 5);
	assert_in_range(got.result.text_bytes, text.len - 1, text.len);
	assert_non_null(strstr(xj_buf_str(&got.dump), "line 3001 more"));
	/* The line break after a piece is the dump's own, if not the text's. */
	assert_true(got.text.len >= text.len);
}

static void
any_encoding_is_read(void **state)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;
	static const char utf16[] = "\xFE\xFF\x5B\x66\x8B\xB0";

	(void)state;
	import_bytes("a.txt", utf16, sizeof(utf16) - 1, &got);
	assert_string_equal(xj_buf_str(&got.dump),
			    "body line 1 \"学记\"\n"
			    "meta encoding \"UTF-16BE\" source=\"bom\"\n" OK);
}

/* The encoding is that of the first bytes that say something. */
static void
an_ascii_beginning_decides_nothing(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	for (int i = 0; i < 20000; i++)
		xj_buf_adds(&text, "plain\n");
	xj_buf_adds(&text, "\xD1\xA7\xBC\xC7\xB5\xC4\xB5\xB5\xB0\xB8\n");
	import_bytes("a.txt", text.data, text.len, &got);
	assert_non_null(strstr(xj_buf_str(&got.text), "学记的档案"));
	assert_non_null(strstr(xj_buf_str(&got.dump), "\"GB18030\""));
}

static void
assert_bid(const char *name, const void *bytes, size_t len, int bid)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	import_bytes(name, bytes, len, &got);
	if (strcmp(got.result.importer, "text") != 0)
		got.result.bid = XJ_BID_NONE;
	assert_int_equal(got.result.bid, bid);
}

#define BYTES(literal) (literal), sizeof(literal) - 1

static void
strangers_are_read_if_they_look_like_text(void **state)
{
	(void)state;
	assert_bid("README", BYTES("words\n"), XJ_BID_FALLBACK);
	assert_bid("a.TXT", BYTES("words\n"), XJ_BID_NAME);
	assert_bid("a.unknown", BYTES("\xD1\xA7\xBC\xC7\n"), XJ_BID_FALLBACK);
	assert_bid("a.unknown", BYTES("\xFF\xFEw\0o\0"), XJ_BID_FALLBACK);
	assert_bid("a.unknown", BYTES("w\0o\0r\0d\0s\0 \0o\0n\0l\0y\0.\0"),
		   XJ_BID_FALLBACK);
	assert_bid("a.unknown", BYTES("a\0b"), XJ_BID_NONE);
	assert_bid("a.pdf", BYTES("%PDF-1.4\n"), XJ_BID_NONE);
	assert_bid("a.unknown", BYTES("\x89PNX\r\n\x1A\n\0\0\0\x0D"),
		   XJ_BID_NONE);
	assert_bid("a.unknown", BYTES("\x7F" "ELF\2\1\1\0\0\0\0"), XJ_BID_NONE);
}

static void
binary_data_is_no_text_whatever_its_name(void **state)
{
	char bytes[4096];

	(void)state;
	srand(1);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)rand();
	assert_bid("a.txt", bytes, sizeof(bytes), XJ_BID_NONE);
	memset(bytes, 0, sizeof(bytes));
	assert_bid("a.txt", bytes, sizeof(bytes), XJ_BID_NONE);
	/* A short text may have a few. */
	assert_bid("a.txt", BYTES("ab\1 cd\2 ef"), XJ_BID_NAME);
	assert_bid("a.bin", BYTES("ab\1 cd\2 ef"), XJ_BID_NONE);
	assert_bid("a.txt", BYTES("\1\2\3ab"), XJ_BID_NONE);
	assert_bid("a.txt", BYTES("\x1B$)C\x0E?*;g@{\x0F \x0E?9\x0F"),
		   XJ_BID_NAME);
	/* Junk in the middle of text is damage. */
	memset(bytes, 'x', sizeof(bytes));
	memset(bytes + 2000, 1, 100);
	assert_bid("a.txt", bytes, sizeof(bytes), XJ_BID_NAME);
}

/* ---------------------------------------------------------------- formats */

#define AS(mime) "outcome ok importer=text bid=30 type=" mime "\n"
#define META(element, value)                                                   \
	"meta " element " \"" value "\" source=\"front-matter\"\n"

static void
rows_of_csv_are_rows_with_the_header_first(void **state)
{
	(void)state;
	assert_dump("a.csv",
		    "姓名,备注\r\n\"张, \"\"三\"\"\",\"两\r\n行\"\r\n\r\n李四,\r\n",
		    "table line 1 \"姓名\\t备注\"\n"
		    "table line 2 \"张, \\\"三\\\"\\t两 行\"\n"
		    "table line 5 \"李四\"\n" UTF8 AS("text/csv"));
}

static void
what_parts_the_cells_shows_in_the_first_line(void **state)
{
	(void)state;
	assert_dump("a.csv", "a;b,c;d\n1;2,5;3\n",
		    "table line 1 \"a\\tb,c\\td\"\n"
		    "table line 2 \"1\\t2,5\\t3\"\n" UTF8 AS("text/csv"));
	assert_dump("a.csv", "sep=|\na|b\n",
		    "table line 2 \"a\\tb\"\n" UTF8 AS("text/csv"));
	assert_dump("a.tsv", "a,b\tc\n",
		    "table line 1 \"a,b\\tc\"\n" UTF8
		    AS("text/tab-separated-values"));
}

/* A quote that stays open takes a part of the file, not all of it. */
static void
an_open_quote_does_not_swallow_the_rows(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	(void)state;
	xj_buf_adds(&text, "a,\"b\n");
	for (int i = 0; i < 20000; i++)
		xj_buf_addf(&text, "%d,x\n", i);
	import_bytes("a.csv", text.data, text.len, &got);
	assert_true(got.blocks > 10000);
	assert_non_null(strstr(xj_buf_str(&got.dump),
			       "table line 20001 \"19999\\tx\"\n"));
}

static void
strings_of_json_are_readable(void **state)
{
	(void)state;
	assert_dump("a.json",
		    "{\n  \"name\": \"n\",\n  \"title\": \"\\u5b66\\u8bb0\","
		    "\n  \"a\": [1, true, \"x\\n\\ud83d\\ude00\\ud800\"],\n"
		    "  \"b\": {\n    \"title\": \"no\"\n  }\n}\n",
		    "body line 2 \"name: n\\ntitle: 学记\\na: 1, true, x 😀\uFFFD"
		    "\\nb: \\ntitle: no\"\n"
		    META("title", "学记") UTF8 AS("application/json"));
	assert_dump("a.json", "[{\"a\":\"b\",\"c\":{}},{\"title\":\"d\"}]",
		    "body line 1 \"a: b, c: \"\nbody line 1 \"title: d\"\n" UTF8
		    AS("application/json"));
	assert_dump("a.jsonl", "{\"a\": 1}\n{\"a\": 2}\n",
		    "body line 1 \"a: 1\"\nbody line 2 \"a: 2\"\n" UTF8
		    AS("application/jsonl"));
}

static void
source_code_goes_by_its_file_name(void **state)
{
	(void)state;
	assert_dump("main.PY", "# 说明\ndef f():\n\n    pass\n",
		    "code line 1 \"# 说明\\ndef f():\"\n"
		    "code line 4 \"    pass\"\n"
		    "meta title \"main.PY\" source=\"name\"\n" UTF8
		    AS("text/x-python"));
}

static void
latex_tells_title_authors_and_date(void **state)
{
	(void)state;
	assert_dump("a.tex",
		    "% \\title{no}\n\\title[s]{学{记}\\thanks{no}\\\\ A \\& B}\n"
		    "\\author{甲\\\\ 某院 \\and\n 乙}\n\\date{2024年3月1日}\n"
		    "正文\n\\section*{一\\label{x} 50\\%}\\label{y}\n\\emph{二}\n"
		    "\\section{open\n",
		    "body line 1 \"% \\\\title{no}\\n\\\\title[s]{学{记}\\\\thanks{no}"
		    "\\\\\\\\ A \\\\& B}\\n\\\\author{甲\\\\\\\\ 某院 \\\\and\\n 乙}"
		    "\\n\\\\date{2024年3月1日}\\n正文\"\n"
		    "heading 3 line 7 \"一 50%\"\noutline 3 line 7 \"一 50%\"\n"
		    "body line 8 \"\\\\emph{二}\\n\\\\section{open\"\n"
		    META("title", "学记 A & B") META("creator", "甲")
		    META("creator", "乙") META("date", "2024-03-01") UTF8
		    AS("text/x-tex"));
}

static void
org_has_keywords_and_headings(void **state)
{
	(void)state;
	assert_dump("a.org",
		    "#+title: 学记\n#+DATE: <2024-03-01 Fri>\n"
		    "#+FILETAGS: :甲:乙:\n** TODO [#A] 一 :t:u:\n文\n"
		    "#+begin_src\n* code\n#+end_src\n",
		    META("title", "学记") META("date", "2024-03-01")
		    META("subject", "甲") META("subject", "乙")
		    "body line 1 \"#+title: 学记\\n#+DATE: <2024-03-01 Fri>\\n"
		    "#+FILETAGS: :甲:乙:\"\n"
		    "heading 2 line 4 \"一\"\noutline 2 line 4 \"一\"\n"
		    "body line 5 \"文\\n#+begin_src\\n* code\\n#+end_src\"\n" UTF8
		    AS("text/org"));
}

static void
rst_has_adorned_headings_and_fields(void **state)
{
	(void)state;
	assert_dump("a.rst",
		    "====\n学记\n====\n\n:Author: 甲\n:Date: 2024/3/1\n\n一\n--\n"
		    "文\n\n:Author: no\n\n----\n\n多行\n段落\n====\n",
		    "heading 1 line 2 \"学记\"\noutline 1 line 2 \"学记\"\n"
		    META("creator", "甲") META("date", "2024-03-01")
		    "body line 5 \":Author: 甲\\n:Date: 2024/3/1\"\n"
		    "heading 2 line 8 \"一\"\noutline 2 line 8 \"一\"\n"
		    "body line 10 \"文\"\nbody line 12 \":Author: no\"\n"
		    "body line 14 \"----\"\nbody line 16 \"多行\\n段落\\n====\"\n"
		    META("title", "学记") UTF8 AS("text/x-rst"));
}

/* ----------------------------------------------------------------- corpus */

/* White space out, so that only the characters count. */
static void
squeeze(const char *s, size_t len, struct xj_buf *out)
{
	const char *end = s + len;

	while (s < end) {
		char bytes[4];
		uint32_t c = xj_utf8_next(&s, end);

		if (c > 0x20 && c != 0x3000 && c != 0xA0 && c != 0xFEFF)
			xj_buf_add(out, bytes, xj_utf8_put(c, bytes));
	}
}

static void
assert_text_is(const char *folder, const char *name, const char *gold)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;
	xj_auto(xj_buf_release) struct xj_buf want = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf a = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	struct xj_error err;
	char path[1024];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (host_import(NULL, path, &got, &err) < 0)
		fail_msg("%s", err.message);
	snprintf(path, sizeof(path), "%s/%s", folder, gold);
	assert_int_equal(xj_file_read(AT_FDCWD, path, 1 << 24, &want, NULL),
			 XJ_OK);
	squeeze(xj_buf_str(&got.text), got.text.len, &a);
	squeeze(xj_buf_str(&want), want.len, &b);
	if (strcmp(xj_buf_str(&a), xj_buf_str(&b)) != 0)
		fail_msg("%s is not %s", name, gold);
}

static void
the_same_text_in_any_encoding_is_the_same(void **state)
{
	static const char *const names[] = {
		"debref.gb18030.txt", "debref.hz.txt", "debref.utf-16-be.txt",
		"debref.utf-16-le.txt", "debref.utf-16-le-nobom.txt",
		"debref.utf-8.txt",
	};
	const char *shared = getenv("shared");
	char folder[768];

	(void)state;
	snprintf(folder, sizeof(folder), "%s/data/documents/text-zh-made",
		 shared != NULL ? shared : "");
	if (access(folder, R_OK) < 0)
		tap_skip("no folder of documents");
	for (size_t i = 0; i < XJ_COUNT(names); i++)
		assert_text_is(folder, names[i], "debref.utf-8.txt");
	assert_text_is(folder, "debref.trad.utf-8.txt",
		       "debref.trad.utf-8.txt");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(paragraphs_know_their_line),
	cmocka_unit_test(line_ends_of_all_systems_count_alike),
	cmocka_unit_test(controls_are_left_out),
	cmocka_unit_test(long_paragraphs_come_in_pieces),
	cmocka_unit_test(any_encoding_is_read),
	cmocka_unit_test(an_ascii_beginning_decides_nothing),
	cmocka_unit_test(strangers_are_read_if_they_look_like_text),
	cmocka_unit_test(binary_data_is_no_text_whatever_its_name),
	cmocka_unit_test(rows_of_csv_are_rows_with_the_header_first),
	cmocka_unit_test(what_parts_the_cells_shows_in_the_first_line),
	cmocka_unit_test(an_open_quote_does_not_swallow_the_rows),
	cmocka_unit_test(strings_of_json_are_readable),
	cmocka_unit_test(source_code_goes_by_its_file_name),
	cmocka_unit_test(latex_tells_title_authors_and_date),
	cmocka_unit_test(org_has_keywords_and_headings),
	cmocka_unit_test(rst_has_adorned_headings_and_fields),
	cmocka_unit_test(the_same_text_in_any_encoding_is_the_same),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
