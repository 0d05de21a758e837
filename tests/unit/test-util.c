/* test-util.c - what every module stands on. */
#include "util/util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "failing.h"
#include "scratch.h"
#include "tap.h"

/* ---------------------------------------------------------------- errors */

static void
an_error_may_be_asked_for_by_nobody(void **state)
{
	(void)state;
	assert_int_equal(xj_error_set(NULL, XJ_EINVAL, "x"), XJ_EINVAL);
	assert_int_equal(xj_error_wrap(NULL, XJ_EIO, "x"), XJ_EIO);
	errno = ENOENT;
	assert_int_equal(xj_error_errno(NULL, "x"), XJ_ENOTFOUND);
}

static void
wrapping_puts_the_context_before_the_message(void **state)
{
	struct xj_error err;

	(void)state;
	xj_error_set(&err, XJ_EINVAL, "page %d is not a page", 0);
	assert_int_equal(xj_error_wrap(&err, XJ_EIO, "catalog %s", "a"),
			 XJ_EIO);
	assert_string_equal(err.message, "catalog a: page 0 is not a page");
	assert_int_equal(err.status, XJ_EIO);
}

static void
a_message_may_be_made_of_itself(void **state)
{
	struct xj_error err;

	(void)state;
	xj_error_set(&err, XJ_EINVAL, "inner");
	xj_error_set(&err, XJ_EINVAL, "outer (%s)", err.message);
	assert_string_equal(err.message, "outer (inner)");
	xj_error_wrap(&err, XJ_EINVAL, "%s", err.message);
	assert_string_equal(err.message, "outer (inner): outer (inner)");
}

static void
a_long_message_ends_between_characters(void **state)
{
	char text[3 * XJ_ERROR_MAX + 1] = "";
	struct xj_error err;

	(void)state;
	for (size_t i = 0; i < XJ_ERROR_MAX; i++)
		memcpy(text + 3 * i, "学", 4);
	for (size_t shift = 0; shift < 3; shift++) {
		xj_error_set(&err, XJ_EINVAL, "%.*s%s", (int)shift, "ab", text);
		assert_true(xj_utf8_valid(err.message, strlen(err.message)));
		assert_true(strlen(err.message) >= XJ_ERROR_MAX - 4);
		xj_error_wrap(&err, XJ_EINVAL, "%s", text + 3);
		assert_true(xj_utf8_valid(err.message, strlen(err.message)));
	}
}

static void
errno_gives_its_status_and_stays(void **state)
{
	static const struct {
		int number, status;
	} rows[] = {
		{ ENOENT, XJ_ENOTFOUND }, { EEXIST, XJ_EEXIST },
		{ EACCES, XJ_EPERM },     { ENOSPC, XJ_ENOSPC },
		{ EDQUOT, XJ_ENOSPC },    { ENOMEM, XJ_ENOMEM },
		{ EBUSY, XJ_EBUSY },      { EIO, XJ_EIO },
		{ EINVAL, XJ_EIO },
	};
	struct xj_error err;

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(rows); i++) {
		errno = rows[i].number;
		assert_int_equal(xj_error_errno(&err, "open %s", "f"),
				 rows[i].status);
		assert_int_equal(errno, rows[i].number);
		assert_memory_equal(err.message, "open f: ", 8);
		assert_string_equal(err.message + 8,
				    strerror(rows[i].number));
	}
}

/* --------------------------------------------------------------- buffers */

static void
an_appended_buffer_ends_with_nul(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	(void)state;
	assert_string_equal(xj_buf_str(&b), "");
	xj_buf_add(&b, "", 0);
	assert_non_null(b.data);
	xj_buf_addc(&b, 'a');
	xj_buf_adds(&b, "bc");
	xj_buf_addf(&b, "-%d", 42);
	assert_int_equal(b.len, 6);
	assert_string_equal(b.data, "abc-42");
	xj_buf_clear(&b);
	assert_int_equal(b.len, 0);
	assert_string_equal(b.data, "");
}

static void
a_buffer_grows_to_a_million_bytes(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	(void)state;
	for (int i = 0; i < 100000; i++)
		xj_buf_addf(&b, "%010d", i);
	assert_int_equal(xj_buf_check(&b, NULL), XJ_OK);
	assert_int_equal(b.len, 1000000);
	assert_string_equal(b.data + 999990, "0000099999");
}

static void
a_taken_buffer_is_empty_and_the_text_is_not_null(void **state)
{
	struct xj_buf b = XJ_BUF_INIT;
	char *text = xj_buf_take(&b);

	(void)state;
	assert_string_equal(text, "");
	free(text);
	xj_buf_adds(&b, "x");
	text = xj_buf_take(&b);
	assert_string_equal(text, "x");
	assert_null(b.data);
	free(text);
}

static void
a_failed_append_is_remembered(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	char large[500] = "";
	struct xj_error err;

	(void)state;
	xj_buf_adds(&b, "kept");
	failing_at(0);
	xj_buf_add(&b, large, sizeof(large));
	failing_at(-1);
	xj_buf_adds(&b, "later");
	assert_int_equal(xj_buf_check(&b, &err), XJ_ENOMEM);
	assert_string_equal(b.data, "kept");
	assert_null(xj_buf_take(&b));
	xj_buf_adds(&b, "afresh");
	assert_int_equal(xj_buf_check(&b, NULL), XJ_OK);
}

static void
a_size_beyond_memory_fails_without_overflow(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	(void)state;
	xj_buf_adds(&b, "x");
	assert_int_equal(xj_buf_reserve(&b, SIZE_MAX - 1), XJ_ENOMEM);
	assert_true(b.failed);
}

/* ---------------------------------------------------------------- arenas */

static void
arena_memory_is_zeroed_aligned_and_apart(void **state)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	unsigned char *before = NULL;

	(void)state;
	assert_int_equal(xj_arena_new(&arena), XJ_OK);
	for (size_t size = 0; size < 5000; size += 37) {
		unsigned char *p = xj_arena_alloc(arena, size);

		assert_non_null(p);
		assert_ptr_not_equal(p, before);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xFF, size);
		before = p;
	}
	assert_null(xj_arena_alloc(arena, SIZE_MAX));
}

static void
arena_strings_are_copies(void **state)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	char source[] = "学记";

	(void)state;
	assert_int_equal(xj_arena_new(&arena), XJ_OK);
	char *all = xj_arena_strdup(arena, source);
	char *part = xj_arena_strndup(arena, source, 3);
	char *text = xj_arena_printf(arena, "%s %d", source, 7);

	memset(source, 'x', sizeof(source) - 1);
	assert_string_equal(all, "学记");
	assert_string_equal(part, "学");
	assert_string_equal(text, "学记 7");
	assert_null(xj_arena_strndup(arena, source, SIZE_MAX));
}

static void
an_arena_without_memory_gives_null(void **state)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;

	(void)state;
	failing_at(0);
	assert_int_equal(xj_arena_new(&arena), XJ_ENOMEM);
	failing_at(1);
	assert_int_equal(xj_arena_new(&arena), XJ_OK);
	assert_null(xj_arena_alloc(arena, 10));
	assert_null(xj_arena_printf(arena, "%d", 1));
	failing_at(-1);
	assert_non_null(xj_arena_alloc(arena, 10));
}

/* ----------------------------------------------------------------- UTF-8 */

static void
every_code_point_survives_writing_and_reading(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x110000; c++) {
		char bytes[4];
		size_t n = xj_utf8_put(c, bytes);
		const char *p = bytes;

		if ((c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF) {
			assert_int_equal(n, 0);
			continue;
		}
		if (!xj_utf8_valid(bytes, n) ||
		    xj_utf8_next(&p, bytes + n) != c || p != bytes + n)
			fail_msg("U+%X", (unsigned int)c);
	}
}

static void
bytes_that_are_not_utf8_are_refused(void **state)
{
	static const char *const bad[] = {
		"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3\x28",
		"\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",
		"\xE4\xB8", "\xE4\x28\xAD", "\xE4\xB8\x28", "\xF0\x80\x80\x80",
		"\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
		"\xF0\x9F\x98", "\xF0\x9F\x98\x28", "\xFF", "\xFE",
		"12345678\xD6\xD0\xCE\xC4", "1234567\x80",
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(bad); i++) {
		if (xj_utf8_valid(bad[i], strlen(bad[i])))
			fail_msg("row %zu was taken as valid", i);
	}
	assert_true(xj_utf8_valid("", 0));
	assert_true(xj_utf8_valid("a\0b", 3));
	assert_true(xj_utf8_valid("12345678学而时习之", 23));
}

static void
a_bad_byte_reads_as_replacement_and_moves_one(void **state)
{
	static const char text[] = "\xE4\xB8" "A";
	const char *p = text, *end = text + 3;

	(void)state;
	assert_int_equal(xj_utf8_next(&p, end), 0xFFFD);
	assert_int_equal(xj_utf8_next(&p, end), 0xFFFD);
	assert_int_equal(xj_utf8_next(&p, end), 'A');
	assert_ptr_equal(p, end);
}

static void
a_character_cut_by_the_end_is_not_read_beyond(void **state)
{
	/* The byte after the end would complete the character. */
	const char *text = "学", *p = text;

	(void)state;
	assert_int_equal(xj_utf8_next(&p, text + 2), 0xFFFD);
	assert_ptr_equal(p, text + 1);
	assert_false(xj_utf8_valid(text, 2));
}

static void
a_cut_falls_between_characters(void **state)
{
	static const size_t expected[] = { 0, 1, 1, 1, 4, 4, 4, 4, 8, 8 };
	const char *text = "a学😀"; /* 1 + 3 + 4 bytes */

	(void)state;
	for (size_t max = 0; max < XJ_COUNT(expected); max++)
		assert_int_equal(xj_utf8_cut(text, 8, max), expected[max]);
	assert_int_equal(xj_utf8_count(text, 8), 3);
}

static void
a_cut_of_bytes_that_are_not_utf8_still_goes_on(void **state)
{
	(void)state;
	assert_int_equal(xj_utf8_cut("\x80\x80\x80\x80\x80\x80\x80", 7, 5), 5);
}

static void
han_and_cjk_are_told_from_the_rest(void **state)
{
	static const uint32_t han[] = { 0x4E00, 0x9FFF, 0x3400, 0x20000,
					0x2A6DF, 0x30000, 0xF900, 0x3005,
					0x3007 };
	static const uint32_t cjk[] = { 0x3042, 0x30AB, 0x30FC, 0xAC00, 0xD7A3,
					0x1100, 0xFF76 };
	static const uint32_t other[] = { 'a', '1', 0xE9, 0x3001, 0x3002,
					  0xFF0C, 0x30FB, 0x416, 0x1F600,
					  0x3000 };

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(han); i++)
		assert_true(xj_is_han(han[i]) && xj_is_cjk(han[i]));
	for (size_t i = 0; i < XJ_COUNT(cjk); i++)
		assert_true(!xj_is_han(cjk[i]) && xj_is_cjk(cjk[i]));
	for (size_t i = 0; i < XJ_COUNT(other); i++)
		assert_false(xj_is_han(other[i]) || xj_is_cjk(other[i]));
}

static void
what_could_harm_a_terminal_is_shown_as_escapes(void **state)
{
	static const char text[] = "讲稿\x1B[2J\n\xD6.doc\xE2\x80\xAE"
				   "\xC2\x9B" "😀";
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	(void)state;
	xj_escape_shown(&b, text, sizeof(text) - 1);
	assert_string_equal(b.data, "讲稿\\x1B[2J\\x0A\\xD6.doc\\u{202E}"
				    "\\u{9B}😀");
}

static void
wide_characters_take_two_columns(void **state)
{
	(void)state;
	assert_int_equal(xj_utf8_width("abc", 3), 3);
	assert_int_equal(xj_utf8_width("学记", 6), 4);
	assert_int_equal(xj_utf8_width("，", 3), 2);
	assert_int_equal(xj_utf8_width("e\xCC\x81", 3), 1);
	assert_int_equal(xj_utf8_width("😀", 4), 2);
}

/* ----------------------------------------------------------------- files */

static void
paths_are_joined_with_one_slash(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	(void)state;
	xj_path_join(&b, "dir", "name");
	assert_string_equal(b.data, "dir/name");
	xj_path_join(&b, "/", "name");
	assert_string_equal(b.data, "/name");
	xj_path_join(&b, "", "name");
	assert_string_equal(b.data, "name");
	assert_string_equal(xj_path_base("a/b/讲稿.doc"), "讲稿.doc");
	assert_string_equal(xj_path_base("plain"), "plain");
}

static void
a_written_file_reads_back_the_same(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	(void)state;
	assert_int_equal(xj_file_write(dir.fd, "f", "a\0b", 3, NULL), XJ_OK);
	assert_int_equal(xj_file_read(dir.fd, "f", 3, &b, NULL), XJ_OK);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.data, "a\0b", 4);
	assert_int_equal(xj_file_write(dir.fd, "f", "", 0, NULL), XJ_OK);
	assert_int_equal(xj_file_read(dir.fd, "f", 0, &b, NULL), XJ_OK);
	assert_int_equal(b.len, 0);
}

static void
reading_says_what_is_missing_or_too_large(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	struct xj_error err;

	(void)state;
	assert_int_equal(xj_file_read(dir.fd, "none", 9, &b, &err),
			 XJ_ENOTFOUND);
	assert_non_null(strstr(err.message, "none"));
	assert_int_equal(xj_file_write(dir.fd, "f", "0123456789", 10, NULL),
			 XJ_OK);
	assert_int_equal(xj_file_read(dir.fd, "f", 9, &b, &err), XJ_ELIMIT);
	assert_int_equal(xj_file_read(dir.fd, "f", 10, &b, &err), XJ_OK);
	assert_int_equal(xj_file_read(dir.fd, ".", 10, &b, &err), XJ_EIO);
}

static void
an_endless_file_stops_at_the_limit(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	(void)state;
	assert_int_equal(xj_file_read(AT_FDCWD, "/dev/zero", 100000, &b, NULL),
			 XJ_ELIMIT);
}

static void
a_file_that_replaces_another_keeps_its_mode(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct stat st;

	(void)state;
	assert_int_equal(xj_file_write(dir.fd, "f", "1", 1, NULL), XJ_OK);
	assert_int_equal(fchmodat(dir.fd, "f", 0600, 0), 0);
	assert_int_equal(xj_file_write(dir.fd, "f", "22", 2, NULL), XJ_OK);
	assert_int_equal(fstatat(dir.fd, "f", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, 2);
}

static void
a_write_that_fails_leaves_no_file_behind(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	(void)state;
	assert_int_equal(xj_file_write(dir.fd, "no/f", "x", 1, NULL),
			 XJ_ENOTFOUND);
	/* Nothing can be renamed over a directory. */
	assert_int_equal(xj_mkdirs(dir.fd, "d/e", 0777, NULL), XJ_OK);
	assert_int_equal(xj_file_write(dir.fd, "d/e", "x", 1, NULL), XJ_EIO);
	assert_int_equal(xj_tree_size(dir.fd, "d"), 0);
	assert_int_equal(unlinkat(dir.fd, "d/e", AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(dir.fd, "d", AT_REMOVEDIR), 0);
}

static void
a_full_disk_is_told_apart(void **state)
{
	xj_auto(xj_closep) int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct xj_error err;

	(void)state;
	if (fd < 0)
		tap_skip("there is no /dev/full");
	assert_int_equal(xj_write_all(fd, "x", 1, &err), XJ_ENOSPC);
	assert_int_equal(xj_write_all(fd, "", 0, &err), XJ_OK);
}

static void
bytes_at_an_offset_are_short_only_at_the_end(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_closep) int fd = -1;
	char bytes[8];

	(void)state;
	xj_file_write(dir.fd, "f", "0123456789", 10, NULL);
	fd = openat(dir.fd, "f", O_RDONLY | O_CLOEXEC);
	assert_int_equal(xj_pread_all(fd, bytes, 4, 2), 4);
	assert_memory_equal(bytes, "2345", 4);
	assert_int_equal(xj_pread_all(fd, bytes, 8, 7), 3);
	assert_int_equal(xj_pread_all(fd, bytes, 8, 10), 0);
	assert_int_equal(xj_pread_all(-1, bytes, 8, 0), -1);
}

static void
directories_are_made_with_their_parents(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_closep) int fd = -1;
	struct xj_error err;

	(void)state;
	assert_int_equal(xj_mkdirs(dir.fd, "a/b//c/", 0777, &err), XJ_OK);
	assert_int_equal(xj_mkdirs(dir.fd, "a/b/c", 0777, &err), XJ_OK);
	assert_int_equal(xj_dir_open(dir.fd, "a/b/c", &fd, &err), XJ_OK);
	assert_int_equal(xj_file_write(dir.fd, "a/f", "x", 1, &err), XJ_OK);
	assert_int_equal(xj_mkdirs(dir.fd, "a/f", 0777, &err), XJ_EEXIST);
	assert_int_equal(xj_mkdirs(dir.fd, "a/f/g", 0777, &err), XJ_EEXIST);
}

static void
a_removed_tree_does_not_take_what_its_links_name(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct stat st;

	(void)state;
	assert_int_equal(xj_mkdirs(dir.fd, "a/b", 0777, NULL), XJ_OK);
	assert_int_equal(xj_mkdirs(dir.fd, "keep", 0777, NULL), XJ_OK);
	assert_int_equal(xj_file_write(dir.fd, "keep/f", "12345", 5, NULL),
			 XJ_OK);
	assert_int_equal(xj_file_write(dir.fd, "a/b/g", "123", 3, NULL), XJ_OK);
	assert_int_equal(symlinkat("../keep", dir.fd, "a/link"), 0);
	assert_int_equal(xj_tree_size(dir.fd, "a"), 3);
	assert_int_equal(xj_tree_size(dir.fd, "."), 8);
	assert_int_equal(xj_remove_tree(dir.fd, "a", NULL), XJ_OK);
	assert_int_equal(xj_remove_tree(dir.fd, "a", NULL), XJ_OK);
	assert_int_equal(fstatat(dir.fd, "a", &st, 0), -1);
	assert_int_equal(fstatat(dir.fd, "keep/f", &st, 0), 0);
}

/* --------------------------------------------------------------- digests */

/* Of "abc". Sources: RFC 1321, FIPS 180-4 examples, RFC 7693 appendix A; the
 * shorter blake2b sums by coreutils' b2sum -l. */
static const struct {
	const char *name, *abc;
} sums[] = {
	{ "md5", "900150983cd24fb0d6963f7d28e17f72" },
	{ "sha1", "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ "sha256", "ba7816bf8f01cfea414140de5dae2223"
		    "b00361a396177a9cb410ff61f20015ad" },
	{ "sha512", "ddaf35a193617abacc417349ae204131"
		    "12e6fa4e89a97ea20a9eeee64b55d39a"
		    "2192992a274fc1a836ba3c23a3feebbd"
		    "454d4423643ce80e2a9ac94fa54ca49f" },
	{ "sha512/256", "53048e2681941ef99b2e29b76b4c7dab"
			"e4c2d0c634fc6d46e0e2f13107e7af23" },
	{ "blake2b-512", "ba80a53f981c4d0d6a2797b69f12f6e9"
			 "4c212f14685ac4b74b12bb6fdbffa2d1"
			 "7d87c5392aab792dc252d5de4533cc95"
			 "18d38aa8dbf1925ab92386edd4009923" },
	{ "blake2b-160", "384264f676f39536840523f284921cdc"
			 "68b6846b" },
	{ "blake2b-256", "bddd813c634239723171ef3fee98579b"
			 "94964e3bb1cb3e427262c8c068d52319" },
	{ "blake2b-384", "6f56a82c8e7ef526dfe182eb5212f7db"
			 "9df1317e57815dbda46083fc30f54ee6"
			 "c66ba83be64b302d7cba6ce15bb556f4" },
};

static void
digests_agree_with_their_published_sums(void **state)
{
	(void)state;
	for (size_t i = 0; i < XJ_COUNT(sums); i++) {
		int kind = xj_digest_kind(sums[i].name);
		unsigned char sum[XJ_DIGEST_MAX];
		char hex[XJ_DIGEST_HEX_MAX];

		assert_true(kind >= 0);
		assert_string_equal(xj_digest_name(kind), sums[i].name);
		assert_int_equal(xj_digest_size(kind) * 2,
				 strlen(sums[i].abc));
		xj_digest_of(kind, "abc", 3, sum);
		xj_hex(sum, xj_digest_size(kind), hex);
		assert_string_equal(hex, sums[i].abc);
	}
	assert_int_equal(xj_digest_kind("sha3"), -1);
	assert_int_equal(xj_digest_kind(""), -1);
}

static void
a_running_digest_starts_afresh_after_its_end(void **state)
{
	(void)state;
	for (size_t kind = 0; kind < XJ_COUNT(sums); kind++) {
		xj_auto(xj_digest_freep) struct xj_digest *d = NULL;
		unsigned char whole[XJ_DIGEST_MAX], sum[XJ_DIGEST_MAX];
		size_t size = xj_digest_size(kind);

		xj_digest_of(kind, "abc", 3, whole);
		assert_int_equal(xj_digest_new(kind, &d, NULL), XJ_OK);
		for (int round = 0; round < 2; round++) {
			xj_digest_add(d, "a", 1);
			xj_digest_add(d, "", 0);
			xj_digest_add(d, "bc", 2);
			xj_digest_end(d, sum);
			assert_memory_equal(sum, whole, size);
		}
	}
}

static void
a_file_has_the_digest_of_its_bytes(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_closep) int fd = -1;
	unsigned char of_file[XJ_DIGEST_MAX], of_bytes[XJ_DIGEST_MAX];
	char *bytes = calloc(1, 200000);
	uint64_t size;
	struct xj_error err;

	(void)state;
	memset(bytes, 'x', 150000);
	xj_file_write(dir.fd, "f", bytes, 200000, NULL);
	fd = openat(dir.fd, "f", O_RDONLY | O_CLOEXEC);
	assert_int_equal(lseek(fd, 7, SEEK_SET), 7);
	assert_int_equal(xj_digest_fd(XJ_SHA512, fd, of_file, &size, &err),
			 XJ_OK);
	xj_digest_of(XJ_SHA512, bytes, 200000, of_bytes);
	assert_memory_equal(of_file, of_bytes, 64);
	assert_int_equal(size, 200000);
	assert_int_equal(xj_digest_fd(XJ_SHA512, -1, of_file, NULL, &err),
			 XJ_EIO);
	free(bytes);
}

static void
hex_is_read_back_and_bad_hex_refused(void **state)
{
	unsigned char bytes[4];
	char hex[9];

	(void)state;
	assert_int_equal(xj_unhex("00ffA0", bytes, 4), 3);
	xj_hex(bytes, 3, hex);
	assert_string_equal(hex, "00ffa0");
	assert_int_equal(xj_unhex("", bytes, 4), 0);
	assert_int_equal(xj_unhex("0", bytes, 4), -1);
	assert_int_equal(xj_unhex("0g", bytes, 4), -1);
	assert_int_equal(xj_unhex("0011223344", bytes, 4), -1);
}

/* --------------------------------------------------------- time and names */

static void
times_are_written_in_rfc_3339(void **state)
{
	char out[XJ_TIME_MAX];

	(void)state;
	xj_time_format(0, out);
	assert_string_equal(out, "1970-01-01T00:00:00Z");
	xj_time_format(1709251199, out);
	assert_string_equal(out, "2024-02-29T23:59:59Z");
	xj_time_format(-1, out);
	assert_string_equal(out, "1969-12-31T23:59:59Z");
	xj_time_format(INT64_MAX, out);
	assert_string_equal(out, "9999-12-31T23:59:59Z");
	xj_time_format(INT64_MIN, out);
	assert_string_equal(out, "0000-01-01T00:00:00Z");
}

static void
rfc_3339_is_read_with_any_offset(void **state)
{
	static const struct {
		const char *text;
		int64_t t;
	} rows[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01t08:00:00.5+08:00", 0 },
		{ "1969-12-31 19:00:00-05:00", 0 },
		{ "2024-02-29T23:59:59Z", 1709251199 },
		{ "2016-12-31T23:59:60Z", 1483228800 },
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(rows); i++) {
		int64_t t = 1;

		assert_int_equal(xj_time_parse(rows[i].text, &t), XJ_OK);
		assert_int_equal(t, rows[i].t);
	}
}

static void
times_that_are_none_are_refused(void **state)
{
	static const char *const rows[] = {
		"", "2024", "2024-02-29", "2024-02-30T00:00:00Z",
		"2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z",
		"2024-00-01T00:00:00Z", "2024-01-01T24:00:00Z",
		"2024-01-01T00:60:00Z", "2024-01-01T00:00:00",
		"2024-01-01T00:00:00Zx", "2024-01-01T00:00:00+8",
		"2024-01-01T00:00:00+0800", "2024-01-01T00:00:00.Z",
		"2024-1-1T00:00:00Z", "20240101T000000Z",
		"2024-01-01T00:00:00+08:60", "2024-01-01T00:00:00+24:00",
	};
	int64_t t;

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(rows); i++) {
		if (xj_time_parse(rows[i], &t) != XJ_EINVAL)
			fail_msg("\"%s\" was taken as a time", rows[i]);
	}
}

static void
dates_are_normalised_from_what_people_write(void **state)
{
	static const struct {
		const char *text, *date;
	} rows[] = {
		{ "2024", "2024" },
		{ "2024-03", "2024-03" },
		{ "2024-03-01", "2024-03-01" },
		{ "2024-3-1", "2024-03-01" },
		{ " 2024-03-01 ", "2024-03-01" },
		{ "2024-03-01T08:00Z", "2024-03-01" },
		{ "2024-03-01T08:00:00Z", "2024-03-01" },
		{ "2024-03-01T08:00:00.25+08:00", "2024-03-01" },
		{ "2024-03-01 08:00:00", "2024-03-01" },
		{ "2024/3/1", "2024-03-01" },
		{ "2024/03/01 8:05", "2024-03-01" },
		{ "2024.03.01", "2024-03-01" },
		{ "2024.3", "2024-03" },
		{ "2024年", "2024" },
		{ "2024年3月", "2024-03" },
		{ "2024年3月1日", "2024-03-01" },
		{ "2024年03月01日", "2024-03-01" },
		{ "2024年12月31号", "2024-12-31" },
		{ "2024 年 3 月 1 日", "2024-03-01" },
		{ "2024年3月1日 15:30", "2024-03-01" },
		{ "20240301", "2024-03-01" },
		{ "20240301123000", "2024-03-01" },
		{ "D:2024", "2024" },
		{ "D:202403", "2024-03" },
		{ "D:20240301", "2024-03-01" },
		{ "D:20240301123000Z", "2024-03-01" },
		{ "D:20240301123000+08'00'", "2024-03-01" },
		{ "D:20240301123000-05'00", "2024-03-01" },
		{ "2024-02-29", "2024-02-29" },
		{ "2000-02-29", "2000-02-29" },
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(rows); i++) {
		char out[16] = "";

		if (xj_date_normalise(rows[i].text, out) != XJ_OK)
			fail_msg("\"%s\" was refused", rows[i].text);
		assert_string_equal(out, rows[i].date);
	}
}

static void
dates_that_are_none_are_refused(void **state)
{
	static const char *const rows[] = {
		"", " ", "x", "D:", "24", "202", "20245", "2024-", "2024-02-30",
		"2023-02-29", "1900-02-29", "2024-04-31", "2024-13",
		"2024-00", "2024-01-00", "2024-01-32", "2024/3-1", "2024.3/1",
		"2024-03-01x", "2024-03-01T", "2024-03-01T25:00",
		"2024-03-01T08:60", "2024-03T08:00", "2024年13月",
		"2024年2月30日", "2024年3", "2024年3月1", "2024月3日",
		"20240230", "20241301", "202403011", "D:20240230", "D:20241",
		"D:20240301x", "0000", "0000-01-01", "12024-01-01",
		"20240301250000", "2024-03-01-02", "March 2024",
	};
	char out[16];

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(rows); i++) {
		if (xj_date_normalise(rows[i], out) != XJ_EINVAL)
			fail_msg("\"%s\" was taken as a date", rows[i]);
	}
}

static void
clocks_run_forward(void **state)
{
	uint64_t ms = xj_monotonic_ms(), us = xj_thread_cpu_us();

	(void)state;
	assert_true(xj_now() > 1700000000);
	assert_true(xj_monotonic_ms() >= ms);
	assert_true(xj_thread_cpu_us() >= us);
}

static void
a_new_urn_is_a_random_uuid_and_no_two_agree(void **state)
{
	char a[XJ_URN_MAX], b[XJ_URN_MAX];

	(void)state;
	xj_urn_new(a);
	xj_urn_new(b);
	assert_int_equal(strlen(a), XJ_URN_MAX - 1);
	assert_memory_equal(a, "urn:uuid:", 9);
	for (size_t i = 9; i < XJ_URN_MAX - 1; i++) {
		if (i == 17 || i == 22 || i == 27 || i == 32)
			assert_int_equal(a[i], '-');
		else
			assert_non_null(strchr("0123456789abcdef", a[i]));
	}
	assert_int_equal(a[23], '4');
	assert_non_null(strchr("89ab", a[28]));
	assert_string_not_equal(a, b);
}

/* ------------------------------------------------------------------ JSON */

static void
json_keeps_the_order_of_its_keys(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	json_t *value = json_object();

	(void)state;
	json_object_set_new(value, "z", json_integer(1));
	json_object_set_new(value, "a", json_string("学/记"));
	assert_int_equal(xj_json_text(&b, value, 0, NULL), XJ_OK);
	assert_string_equal(b.data, "{\"z\":1,\"a\":\"学/记\"}");
	xj_buf_clear(&b);
	assert_int_equal(xj_json_text(&b, value, 2, NULL), XJ_OK);
	assert_string_equal(b.data, "{\n  \"z\": 1,\n  \"a\": \"学/记\"\n}");
	json_decref(value);
}

static void
json_says_when_memory_or_the_value_is_missing(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	json_t *value = json_string("x");
	struct xj_error err;

	(void)state;
	failing_at(0);
	assert_int_equal(xj_json_text(&b, value, 0, &err), XJ_ENOMEM);
	failing_at(-1);
	xj_buf_clear(&b);
	assert_int_equal(xj_json_text(&b, NULL, 0, &err), XJ_EINVAL);
	json_decref(value);
}

static void
a_json_string_of_any_bytes_can_be_read(void **state)
{
	static const char text[] = "\"\\\n\t\x01\x7F学\xD6\xD0";
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	json_t *value;

	(void)state;
	xj_json_string(&b, text, sizeof(text) - 1);
	value = json_loadb(b.data, b.len, JSON_DECODE_ANY, NULL);
	assert_non_null(value);
	assert_string_equal(json_string_value(value),
			    "\"\\\n\t\x01\x7F学\uFFFD\uFFFD");
	json_decref(value);
	xj_buf_clear(&b);
	xj_json_string(&b, "", 0);
	assert_string_equal(b.data, "\"\"");
}

/* ------------------------------------------------- whatever memory does */

/* Files, digests and buffers at once; each allocation may fail. */
static int
work(const struct scratch *dir)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	xj_auto(xj_digest_freep) struct xj_digest *d = NULL;
	int r = xj_mkdirs(dir->fd, "a/b", 0777, NULL);

	if (r == XJ_OK)
		r = xj_file_write(dir->fd, "a/b/f", "text", 4, NULL);
	if (r == XJ_OK)
		r = xj_file_read(dir->fd, "a/b/f", 100, &b, NULL);
	if (r == XJ_OK)
		r = xj_digest_new(XJ_SHA512, &d, NULL);
	return r;
}

static void
each_allocation_may_fail_and_nothing_is_left(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	int r = XJ_ENOMEM;
	long n;

	(void)state;
	for (n = 0; r != XJ_OK; n++) {
		assert_true(n < 100);
		failing_at(n);
		r = work(&dir);
		failing_at(-1);
		if (r != XJ_OK)
			assert_int_equal(r, XJ_ENOMEM);
		assert_int_equal(xj_tree_size(dir.fd, "a") % 4, 0);
	}
	assert_true(n > 3);
	assert_int_equal(xj_tree_size(dir.fd, "a"), 4);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(an_error_may_be_asked_for_by_nobody),
	cmocka_unit_test(wrapping_puts_the_context_before_the_message),
	cmocka_unit_test(a_message_may_be_made_of_itself),
	cmocka_unit_test(a_long_message_ends_between_characters),
	cmocka_unit_test(errno_gives_its_status_and_stays),
	cmocka_unit_test(an_appended_buffer_ends_with_nul),
	cmocka_unit_test(a_buffer_grows_to_a_million_bytes),
	cmocka_unit_test(a_taken_buffer_is_empty_and_the_text_is_not_null),
	cmocka_unit_test(a_failed_append_is_remembered),
	cmocka_unit_test(a_size_beyond_memory_fails_without_overflow),
	cmocka_unit_test(arena_memory_is_zeroed_aligned_and_apart),
	cmocka_unit_test(arena_strings_are_copies),
	cmocka_unit_test(an_arena_without_memory_gives_null),
	cmocka_unit_test(every_code_point_survives_writing_and_reading),
	cmocka_unit_test(bytes_that_are_not_utf8_are_refused),
	cmocka_unit_test(a_bad_byte_reads_as_replacement_and_moves_one),
	cmocka_unit_test(a_character_cut_by_the_end_is_not_read_beyond),
	cmocka_unit_test(a_cut_falls_between_characters),
	cmocka_unit_test(a_cut_of_bytes_that_are_not_utf8_still_goes_on),
	cmocka_unit_test(han_and_cjk_are_told_from_the_rest),
	cmocka_unit_test(what_could_harm_a_terminal_is_shown_as_escapes),
	cmocka_unit_test(wide_characters_take_two_columns),
	cmocka_unit_test(paths_are_joined_with_one_slash),
	cmocka_unit_test(a_written_file_reads_back_the_same),
	cmocka_unit_test(reading_says_what_is_missing_or_too_large),
	cmocka_unit_test(an_endless_file_stops_at_the_limit),
	cmocka_unit_test(a_file_that_replaces_another_keeps_its_mode),
	cmocka_unit_test(a_write_that_fails_leaves_no_file_behind),
	cmocka_unit_test(a_full_disk_is_told_apart),
	cmocka_unit_test(bytes_at_an_offset_are_short_only_at_the_end),
	cmocka_unit_test(directories_are_made_with_their_parents),
	cmocka_unit_test(a_removed_tree_does_not_take_what_its_links_name),
	cmocka_unit_test(digests_agree_with_their_published_sums),
	cmocka_unit_test(a_running_digest_starts_afresh_after_its_end),
	cmocka_unit_test(a_file_has_the_digest_of_its_bytes),
	cmocka_unit_test(hex_is_read_back_and_bad_hex_refused),
	cmocka_unit_test(times_are_written_in_rfc_3339),
	cmocka_unit_test(rfc_3339_is_read_with_any_offset),
	cmocka_unit_test(times_that_are_none_are_refused),
	cmocka_unit_test(dates_are_normalised_from_what_people_write),
	cmocka_unit_test(dates_that_are_none_are_refused),
	cmocka_unit_test(clocks_run_forward),
	cmocka_unit_test(a_new_urn_is_a_random_uuid_and_no_two_agree),
	cmocka_unit_test(json_keeps_the_order_of_its_keys),
	cmocka_unit_test(json_says_when_memory_or_the_value_is_missing),
	cmocka_unit_test(a_json_string_of_any_bytes_can_be_read),
	cmocka_unit_test(each_allocation_may_fail_and_nothing_is_left),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
