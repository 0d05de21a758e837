/* test-decode.c - bytes to UTF-8: the decision and the decoder. */
#include "text/decode.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ucnv.h>

#include "tap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ------------------------------------------------------------------ tools */

/* UTF-8 in another encoding; what it lacks is left out. */
static void
encode(const char *converter, const char *text, struct xj_buf *out)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t n = ucnv_convert(converter, "UTF-8", NULL, 0, text,
				 (int32_t)strlen(text), &status);

	xj_buf_clear(out);
	assert_int_equal(xj_buf_reserve(out, (size_t)n + 1), XJ_OK);
	status = U_ZERO_ERROR;
	out->len = (size_t)ucnv_convert(converter, "UTF-8", out->data,
					(int32_t)n + 1, text,
					(int32_t)strlen(text), &status);
	assert_true(U_SUCCESS(status));
}

static struct xj_decode_choice
decide(const void *bytes, size_t len, const char *declared)
{
	struct xj_decode_choice c;

	xj_decode_decide(bytes, len, declared, NULL, &c);
	return c;
}

static void
assert_decided(const void *bytes, size_t len, const char *declared,
	       const char *encoding, enum xj_decode_why why)
{
	struct xj_decode_choice c = decide(bytes, len, declared);

	assert_string_equal(c.encoding, encoding);
	assert_int_equal(c.why, why);
}

#define BYTES(literal) (literal), sizeof(literal) - 1

static void
decode(const char *encoding, const void *bytes, size_t len, size_t step,
       struct xj_buf *out)
{
	struct xj_decode_choice c = { .why = XJ_DECODE_DECLARED };
	const char *text;
	struct xj_decoder *d;
	size_t n;

	snprintf(c.encoding, sizeof(c.encoding), "%s", encoding);
	xj_buf_clear(out);
	assert_int_equal(xj_decoder_new(&c, NULL, &d, NULL), XJ_OK);
	for (size_t i = 0; i < len; i += step) {
		bool last = i + step >= len;

		assert_int_equal(xj_decoder_feed(d, (const char *)bytes + i,
						 last ? len - i : step, last,
						 &text, &n), XJ_OK);
		xj_buf_add(out, text, n);
	}
	xj_decoder_free(d);
}

static void
assert_decodes(const char *encoding, const void *bytes, size_t len,
	       const char *text)
{
	for (size_t step = 1; step <= len; step++) {
		xj_auto(xj_buf_release) struct xj_buf out = XJ_BUF_INIT;

		decode(encoding, bytes, len, step, &out);
		assert_string_equal(xj_buf_str(&out), text);
	}
}

/* --------------------------------------------------------------- decision */

static void
a_mark_decides(void **state)
{
	(void)state;
	assert_decided(BYTES("\xEF\xBB\xBFx"), "gbk", "UTF-8", XJ_DECODE_MARK);
	assert_decided(BYTES("\xFF\xFEx\0"), NULL, "UTF-16LE", XJ_DECODE_MARK);
	assert_decided(BYTES("\xFE\xFF\0x"), NULL, "UTF-16BE", XJ_DECODE_MARK);
	assert_decided(BYTES("\xFF\xFE\0\0x\0\0\0"), NULL, "UTF-32LE",
		       XJ_DECODE_MARK);
	assert_decided(BYTES("\x84\x31\x95\x33x"), NULL, "GB18030",
		       XJ_DECODE_MARK);
}

static void
valid_utf8_decides_even_when_cut(void **state)
{
	(void)state;
	assert_decided(BYTES("学记"), "gbk", "UTF-8", XJ_DECODE_UTF8);
	assert_decided("学记", 5, NULL, "UTF-8", XJ_DECODE_UTF8);
	assert_decided("学记", 4, NULL, "UTF-8", XJ_DECODE_UTF8);
}

static void
ascii_is_undecided_unless_declared(void **state)
{
	(void)state;
	assert_decided(BYTES("plain"), NULL, "UTF-8", XJ_DECODE_ASCII);
	assert_decided(BYTES("plain"), "utf-8", "UTF-8", XJ_DECODE_ASCII);
	assert_decided(BYTES("plain"), "gb2312", "GB18030",
		       XJ_DECODE_DECLARED);
	assert_decided(BYTES("~{VPND~}"), NULL, "HZ-GB-2312",
		       XJ_DECODE_DETECTED);
	assert_decided("", 0, NULL, "UTF-8", XJ_DECODE_ASCII);
}

static void
utf16_without_mark_is_seen(void **state)
{
	static const char *const texts[] = {
		"Plain words, and 学记 too.", "学而时习之不亦说乎有朋自远方来不亦乐乎",
	};
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(texts); i++) {
		encode("UTF-16LE", texts[i], &b);
		assert_decided(b.data, b.len, NULL, "UTF-16LE",
			       XJ_DECODE_PATTERN);
		encode("UTF-16BE", texts[i], &b);
		assert_decided(b.data, b.len, NULL, "UTF-16BE",
			       XJ_DECODE_PATTERN);
		encode("UTF-32LE", texts[i], &b);
		assert_decided(b.data, b.len, NULL, "UTF-32LE",
			       XJ_DECODE_PATTERN);
	}
}

static void
nuls_in_plain_text_do_not_make_it_wide(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf gb = XJ_BUF_INIT;

	(void)state;
	assert_decided(BYTES("hello\0worl"), NULL, "UTF-8", XJ_DECODE_ASCII);
	assert_decided(BYTES("ab\0cd\0ef\0gh\0"), NULL, "UTF-8",
		       XJ_DECODE_ASCII);
	assert_decided(BYTES("0123456789abcdef\0\0" "0123456789abcdef"), NULL,
		       "UTF-8", XJ_DECODE_ASCII);
	assert_decided(BYTES("学而时习之\0不亦说乎\0有朋自远方来"), NULL, "UTF-8",
		       XJ_DECODE_UTF8);
	encode("GB18030", "学而时习之不亦说乎有朋自远方来不亦乐乎人不知而不愠不亦君"
	       "子乎温故而知新可以为师矣", &gb);
	gb.data[20] = '\0';
	gb.data[21] = '\0';
	assert_string_equal(decide(gb.data, gb.len, NULL).encoding, "GB18030");
}

static void
what_is_declared_counts_if_it_decodes(void **state)
{
	(void)state;
	/* Cyrillic, which might be anything by itself. */
	assert_decided(BYTES("\xCF\xF0\xE8\xE2\xE5\xF2"), "windows-1251",
		       "windows-1251", XJ_DECODE_DECLARED);
	assert_decided(BYTES("\xCF\xF0\xE8\xE2\xE5\xF2"), " \"KOI8-R\"; x",
		       "KOI8-R", XJ_DECODE_DECLARED);
	/* Not UTF-8, whatever is said. */
	assert_decided(BYTES("\xD1\xA7\xBC\xC7"), "utf-8", "GB18030",
		       XJ_DECODE_SHORT);
	assert_decided(BYTES("\xD1\xA7\xBC\xC7"), "no-such-thing", "GB18030",
		       XJ_DECODE_SHORT);
	assert_decided(BYTES("caf\xE9"), "iso-8859-1", "windows-1252",
		       XJ_DECODE_DECLARED);
}

/* Pages of which the server says Latin-1, since it says so of all. */
static void
clear_chinese_is_believed_before_latin(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	(void)state;
	encode("gb18030", "学而时习之，不亦说乎？有朋自远方来，不亦乐乎？", &b);
	assert_decided(b.data, b.len, "iso-8859-1", "GB18030",
		       XJ_DECODE_DETECTED);
}

static void
damage_does_not_make_it_another_encoding(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	(void)state;
	for (int i = 0; i < 20; i++)
		xj_buf_adds(&b, "学而时习之，不亦说乎？");
	b.data[100] = '\xFF';
	assert_decided(b.data, b.len, NULL, "UTF-8", XJ_DECODE_DETECTED);
}

/* Names of files, lines of subtitles. */
static void
short_strings_are_decided_by_lead_bytes(void **state)
{
	static const struct {
		const char *text, *converter, *name;
	} cases[] = {
		{ "讲稿", "gb18030", "GB18030" },
		{ "第三讲 信息检索.doc", "gb18030", "GB18030" },
		{ "卫生统计", "gb18030", "GB18030" },
		{ "春眠不覺曉", "Big5-HKSCS", "Big5-HKSCS" },
		{ "會議紀錄.txt", "Big5-HKSCS", "Big5-HKSCS" },
		{ "カタカナ", "ibm-943_P15A-2003", "Shift_JIS" },
		{ "ひらがなです", "EUC-JP", "EUC-JP" },
		{ "crème brûlée", "windows-1252", "windows-1252" },
		{ "don’t", "windows-1252", "windows-1252" },
		{ "90° – ½", "windows-1252", "windows-1252" },
	};
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(cases); i++) {
		struct xj_decode_choice c;

		encode(cases[i].converter, cases[i].text, &b);
		c = decide(b.data, b.len, NULL);
		if (strcmp(c.encoding, cases[i].name) != 0)
			fail_msg("%s: %s", cases[i].text, c.encoding);
	}
}

static void
nothing_fits_gives_the_default(void **state)
{
	struct xj_decode_choice c;

	(void)state;
	xj_decode_decide("\xFF\xFF\xFF", 3, NULL, "Big5", &c);
	assert_string_equal(c.encoding, "Big5-HKSCS");
	assert_int_equal(c.why, XJ_DECODE_DEFAULT);
	xj_decode_decide("\xFF\xFF\xFF", 3, NULL, "nonsense", &c);
	assert_string_equal(c.encoding, "GB18030");
}

/* --------------------------------------------------------------- decoding */

static void
pieces_of_any_size_give_the_same_text(void **state)
{
	static const char *const encodings[] = { "UTF-8", "gb18030", "UTF-16LE",
						 "UTF-16BE", "UTF-32LE" };
	const char *text = "学记 𠀀 and ASCII ½";

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(encodings); i++) {
		xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

		encode(encodings[i], text, &b);
		assert_decodes(encodings[i], b.data, b.len, text);
	}
}

static void
what_is_no_character_is_replaced(void **state)
{
	(void)state;
	assert_decodes("UTF-8", BYTES("a\xFF" "b\xE5\xAD" "c\xC3"),
		       "a\uFFFD" "b\uFFFD" "c\uFFFD");
	assert_decodes("UTF-8", BYTES("\xED\xA0\x80"),
		       "\uFFFD\uFFFD\uFFFD"); /* half of a pair */
	assert_decodes("UTF-16LE", BYTES("a\0\0\xD8" "b\0"), "a\uFFFD" "b");
	assert_decodes("GB18030", BYTES("\xD1\xA7\xBC"), "学\uFFFD");
}

static void
nuls_and_the_mark_are_dropped(void **state)
{
	(void)state;
	assert_decodes("UTF-8", BYTES("\xEF\xBB\xBF" "a\0b\xEF\xBB\xBF"),
		       "ab\uFEFF");
	assert_decodes("UTF-16LE", BYTES("\xFF\xFE" "a\0\0\0b\0"), "ab");
}

static void
after_the_last_bytes_it_starts_afresh(void **state)
{
	struct xj_decode_choice c = { .encoding = "UTF-8",
				      .why = XJ_DECODE_UTF8 };
	struct xj_decoder *d;
	const char *text;
	size_t n;

	(void)state;
	assert_int_equal(xj_decoder_new(&c, NULL, &d, NULL), XJ_OK);
	for (int i = 0; i < 2; i++) {
		xj_decoder_feed(d, "\xEF\xBB\xBF\xE5", 4, true, &text, &n);
		assert_string_equal(text, "\uFFFD");
	}
	xj_decoder_free(d);
}

/* Two letters of ASCII are a Han character of UTF-16. */
static void
much_ascii_and_little_else_is_not_utf16(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	(void)state;
	for (int i = 0; i < 200; i++)
		xj_buf_adds(&b, "plain\n");
	xj_buf_adds(&b, "\xD1\xA7\xBC\xC7\n");
	assert_decided(b.data, b.len, NULL, "GB18030", XJ_DECODE_SHORT);
}

static void
ascii_that_turns_out_to_be_more_is_decided_then(void **state)
{
	struct xj_decode_choice c = decide(BYTES("plain"), NULL);
	struct xj_decoder *d;
	const char *text;
	size_t n;

	(void)state;
	assert_int_equal(xj_decoder_new(&c, NULL, &d, NULL), XJ_OK);
	assert_int_equal(xj_decoder_feed(d, "plain\n", 6, false, &text, &n),
			 XJ_OK);
	assert_string_equal(text, "plain\n");
	assert_string_equal(xj_decoder_encoding(d), "UTF-8");
	assert_int_equal(xj_decoder_feed(d, "\xD1\xA7\xBC\xC7", 4, true, &text,
					 &n), XJ_OK);
	assert_string_equal(text, "学记");
	assert_string_equal(xj_decoder_encoding(d), "GB18030");
	xj_decoder_free(d);
}

static void
an_unknown_encoding_is_refused(void **state)
{
	struct xj_decode_choice c = { .encoding = "nonsense" };
	struct xj_decoder *d;

	(void)state;
	assert_int_equal(xj_decoder_new(&c, NULL, &d, NULL), XJ_EINVAL);
}

static void
any_bytes_give_utf8(void **state)
{
	uint8_t bytes[400];

	(void)state;
	srand(1);
	for (int round = 0; round < 3000; round++) {
		size_t len = 2 + (size_t)rand() % (sizeof(bytes) - 2);
		int high = rand() % 256; /* from ASCII to noise */

		for (size_t i = 0; i < len; i++)
			bytes[i] = (uint8_t)(rand() % (high + 1) +
					     (rand() % 3 ? 0x20 : 0x80));
		LLVMFuzzerTestOneInput(bytes, len);
	}
}

/* ----------------------------------------------------------------- corpus */

/* ICU has no Johab; that one text of the other fits two encodings alike. */
static bool
excused(const char *folder)
{
	return strcmp(folder, "Johab") == 0 ||
	       strcmp(folder, "windows-1250-hungarian") == 0;
}

/* The folder's name is the answer: "iso-8859-2-czech", "GB2312", "utf-8". */
static bool
same_encoding(const char *folder, const char *name)
{
	struct xj_decode_choice c;
	char label[300];
	char *dash;

	if (strcmp(folder, "ascii") == 0)
		return strcmp(name, "UTF-8") == 0;
	if (strncasecmp(folder, "utf", 3) == 0)
		return strncasecmp(folder, name, 5) == 0;
	if (strcmp(folder, "MacCyrillic") == 0)
		return strcmp(name, "x-mac-cyrillic") == 0;
	snprintf(label, sizeof(label), "%s", folder);
	dash = strrchr(label, '-');
	if (dash != NULL && dash[1] >= 'a' && strncmp(label, "iso-2022", 8) != 0)
		*dash = '\0';
	c = decide("x", 1, label);
	return strcasecmp(c.encoding, name) == 0;
}

static void
check_folder(const char *root, const char *folder, unsigned *right,
	     unsigned *all)
{
	char path[1024];
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof(path), "%s/%s", root, folder);
	d = opendir(path);
	while (d != NULL && (e = readdir(d)) != NULL) {
		xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
		struct xj_decode_choice c;

		if (e->d_name[0] == '.' ||
		    xj_file_read(dirfd(d), e->d_name, 1 << 24, &b, NULL) < 0)
			continue;
		c = decide(xj_buf_str(&b), b.len < 32768 ? b.len : 32768, NULL);
		(*all)++;
		if (same_encoding(folder, c.encoding))
			(*right)++;
		else
			print_message("%s/%s: %s\n", folder, e->d_name,
				      c.encoding);
	}
	if (d != NULL)
		closedir(d);
}

static void
known_texts_are_recognised(void **state)
{
	const char *shared = getenv("shared");
	unsigned right = 0, all = 0;
	char root[768];
	struct dirent *e;
	DIR *d;

	(void)state;
	snprintf(root, sizeof(root), "%s/data/documents/encodings-chardet",
		 shared != NULL ? shared : "");
	d = opendir(root);
	if (d == NULL)
		tap_skip("no folder of documents");
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.' && !excused(e->d_name))
			check_folder(root, e->d_name, &right, &all);
	closedir(d);
	print_message("%u of %u\n", right, all);
	assert_int_equal(right, all);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_mark_decides),
	cmocka_unit_test(valid_utf8_decides_even_when_cut),
	cmocka_unit_test(ascii_is_undecided_unless_declared),
	cmocka_unit_test(utf16_without_mark_is_seen),
	cmocka_unit_test(nuls_in_plain_text_do_not_make_it_wide),
	cmocka_unit_test(what_is_declared_counts_if_it_decodes),
	cmocka_unit_test(clear_chinese_is_believed_before_latin),
	cmocka_unit_test(damage_does_not_make_it_another_encoding),
	cmocka_unit_test(short_strings_are_decided_by_lead_bytes),
	cmocka_unit_test(nothing_fits_gives_the_default),
	cmocka_unit_test(pieces_of_any_size_give_the_same_text),
	cmocka_unit_test(what_is_no_character_is_replaced),
	cmocka_unit_test(nuls_and_the_mark_are_dropped),
	cmocka_unit_test(after_the_last_bytes_it_starts_afresh),
	cmocka_unit_test(much_ascii_and_little_else_is_not_utf16),
	cmocka_unit_test(ascii_that_turns_out_to_be_more_is_decided_then),
	cmocka_unit_test(an_unknown_encoding_is_refused),
	cmocka_unit_test(any_bytes_give_utf8),
	cmocka_unit_test(known_texts_are_recognised),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
