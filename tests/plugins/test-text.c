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
	/* Junk in the middle of text is damage. */
	memset(bytes, 'x', sizeof(bytes));
	memset(bytes + 2000, 1, 100);
	assert_bid("a.txt", bytes, sizeof(bytes), XJ_BID_NAME);
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
	cmocka_unit_test(the_same_text_in_any_encoding_is_the_same),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
