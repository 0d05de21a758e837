/* test-archive.c - the importer of archives and compressed files. */
#include <archive.h>
#include <archive_entry.h>

#include "host.h"
#include "sample.h"

#define GOT(name) xj_auto(host_release) struct host_result name = HOST_RESULT_INIT
#define BUF(name) xj_auto(xj_buf_release) struct xj_buf name = XJ_BUF_INIT

/* ------------------------------------------------------- zips by hand */

/* As a program writes it that says nothing of the encoding of names. */
struct member {
	const char *name;
	const char *data;
	unsigned flags; /* 0x800: the name is UTF-8; 1: encrypted */
};

static uint32_t
crc32_of(const char *p, size_t len)
{
	uint32_t crc = UINT32_MAX;

	for (; len > 0; len--, p++) {
		crc ^= (unsigned char)*p;
		for (int i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
	}
	return ~crc;
}

static void
put16(struct xj_buf *b, uint32_t v)
{
	xj_buf_addc(b, (char)v);
	xj_buf_addc(b, (char)(v >> 8));
}

static void
put32(struct xj_buf *b, uint32_t v)
{
	put16(b, v);
	put16(b, v >> 16);
}

/* What the local and the central header have in common. */
static void
put_fields(struct xj_buf *b, const struct member *m)
{
	uint32_t len = (uint32_t)strlen(m->data);

	put16(b, 20);
	put16(b, m->flags);
	put16(b, 0); /* stored */
	put16(b, 0);
	put16(b, 0x21);
	put32(b, crc32_of(m->data, len));
	put32(b, len);
	put32(b, len);
	put16(b, (uint32_t)strlen(m->name));
	put16(b, 0);
}

static void
put_local(struct xj_buf *b, const struct member *m)
{
	xj_buf_add(b, "PK\3\4", 4);
	put_fields(b, m);
	xj_buf_adds(b, m->name);
	xj_buf_adds(b, m->data);
}

static void
put_central(struct xj_buf *b, const struct member *m, uint32_t off)
{
	xj_buf_add(b, "PK\1\2", 4);
	put16(b, 20);
	put_fields(b, m);
	put16(b, 0);
	put16(b, 0);
	put16(b, 0);
	put32(b, 0);
	put32(b, off);
	xj_buf_adds(b, m->name);
}

static void
put_end(struct xj_buf *b, size_t count, size_t from)
{
	size_t len = b->len - from;

	xj_buf_add(b, "PK\5\6", 4);
	put32(b, 0);
	put16(b, (uint32_t)count);
	put16(b, (uint32_t)count);
	put32(b, (uint32_t)len);
	put32(b, (uint32_t)from);
	put16(b, 0);
}

static void
make_zip(struct xj_buf *zip, const struct member *members, size_t count)
{
	BUF(central);
	size_t from;

	for (size_t i = 0; i < count; i++) {
		put_central(&central, &members[i], (uint32_t)zip->len);
		put_local(zip, &members[i]);
	}
	from = zip->len;
	xj_buf_add(zip, central.data, central.len);
	put_end(zip, count, from);
}

#define ZIP(buf, ...)                                                          \
	do {                                                                   \
		static const struct member list[] = { __VA_ARGS__ };           \
		make_zip(&(buf), list, XJ_COUNT(list));                        \
	} while (0)

static void
import_buf(const char *name, const struct xj_buf *b, struct host_result *got)
{
	sample_import_as(NULL, name, b->data, b->len, got);
}

/* -------------------------------------------------- the rest by libarchive */

static la_ssize_t
take(struct archive *a, void *ctx, const void *bytes, size_t len)
{
	(void)a;
	xj_buf_add(ctx, bytes, len);
	return (la_ssize_t)len;
}

static struct archive *
begin(struct xj_buf *out, int format, int filter, const char *option)
{
	struct archive *a = archive_write_new();

	assert_int_equal(archive_write_set_format(a, format), ARCHIVE_OK);
	assert_true(archive_write_add_filter(a, filter) >= ARCHIVE_WARN);
	archive_write_set_bytes_in_last_block(a, 1);
	if (option) {
		assert_int_equal(archive_write_set_options(a, option),
				 ARCHIVE_OK);
		archive_write_set_passphrase(a, "open sesame");
	}
	assert_int_equal(archive_write_open(a, out, NULL, take, NULL),
			 ARCHIVE_OK);
	return a;
}

static void
add(struct archive *a, const char *name, unsigned type, const char *data)
{
	struct archive_entry *e = archive_entry_new();

	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_mtime(e, 1709280000, 0);
	if (type == AE_IFLNK)
		archive_entry_set_symlink(e, "a.txt");
	archive_entry_set_size(e, (la_int64_t)strlen(data));
	if (archive_write_header(a, e) < ARCHIVE_WARN)
		fail_msg("%s: %s", name, archive_error_string(a));
	if (type == AE_IFREG)
		archive_write_data(a, data, strlen(data));
	archive_entry_free(e);
}

static void
end(struct archive *a)
{
	assert_true(archive_write_close(a) >= ARCHIVE_WARN);
	archive_write_free(a);
}

/* Two files and a folder. */
static void
make_archive(struct xj_buf *out, int format, int filter)
{
	struct archive *a = begin(out, format, filter, NULL);

	add(a, "dir", AE_IFDIR, "");
	add(a, "dir/a.txt", AE_IFREG, "first text\n");
	add(a, "b.txt", AE_IFREG, "second text, a little longer\n");
	end(a);
}

static void
assert_both(const struct host_result *got)
{
	assert_outcome(got, XJ_OUT_OK);
	assert_string_equal(got->result.importer, "archive");
	assert_int_equal(got->children, 2);
	assert_has(got, "child member \"dir/a.txt\" size=11");
	assert_has(got, "child member \"b.txt\" size=29");
	assert_line(got, "meta members \"2\"");
}

/* ---------------------------------------------------------------- tests */

static void
members_of_every_format_become_children(void **state)
{
	static const int formats[] = {
		ARCHIVE_FORMAT_ZIP, ARCHIVE_FORMAT_TAR_USTAR,
		ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FORMAT_TAR_GNUTAR,
		ARCHIVE_FORMAT_7ZIP, ARCHIVE_FORMAT_CPIO_POSIX,
		ARCHIVE_FORMAT_CPIO_SVR4_NOCRC, ARCHIVE_FORMAT_ISO9660,
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(formats); i++) {
		BUF(bytes);
		GOT(got);

		make_archive(&bytes, formats[i], ARCHIVE_FILTER_NONE);
		import_buf("sample", &bytes, &got);
		assert_both(&got);
	}
}

static const struct {
	int filter;
	const char *ext;
} filters[] = {
	{ ARCHIVE_FILTER_GZIP, "gz" }, { ARCHIVE_FILTER_BZIP2, "bz2" },
	{ ARCHIVE_FILTER_XZ, "xz" }, { ARCHIVE_FILTER_ZSTD, "zst" },
	{ ARCHIVE_FILTER_LZMA, "lzma" }, { ARCHIVE_FILTER_COMPRESS, "Z" },
	{ ARCHIVE_FILTER_LZ4, "lz4" },
	{ ARCHIVE_FILTER_LZIP, "lz" },
};

static void
compression_around_a_tar_is_seen_through(void **state)
{
	(void)state;
	for (size_t i = 0; i < XJ_COUNT(filters); i++) {
		BUF(bytes);
		BUF(name);
		GOT(got);

		make_archive(&bytes, ARCHIVE_FORMAT_TAR_USTAR,
			     filters[i].filter);
		xj_buf_addf(&name, "sample.tar.%s", filters[i].ext);
		import_buf(xj_buf_str(&name), &bytes, &got);
		assert_both(&got);
	}
}

static void
a_compressed_file_is_one_child(void **state)
{
	(void)state;
	for (size_t i = 0; i < XJ_COUNT(filters); i++) {
		BUF(bytes);
		BUF(name);
		GOT(got);
		struct archive *a = begin(&bytes, ARCHIVE_FORMAT_RAW,
					  filters[i].filter, NULL);

		add(a, "x", AE_IFREG, "some text\n");
		end(a);
		xj_buf_addf(&name, "笔记.txt.%s", filters[i].ext);
		import_buf(xj_buf_str(&name), &bytes, &got);
		assert_outcome(&got, XJ_OUT_OK);
		assert_int_equal(got.children, 1);
		assert_has(&got, "child member \"笔记.txt\" size=10");
	}
}

/* Without an extension of its own kind, or with one that stands for two. */
static void
a_compressed_file_is_named_after_its_container(void **state)
{
	static const struct {
		const char *name, *child;
	} names[] = {
		{ "a", "child member \"a\" size=10" },
		{ "a.bin", "child member \"a.bin\" size=10" },
		{ "a.svgz", "child member \"a.svg\" size=10" },
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(names); i++) {
		BUF(bytes);
		GOT(got);
		struct archive *a = begin(&bytes, ARCHIVE_FORMAT_RAW,
					  ARCHIVE_FILTER_GZIP, NULL);

		add(a, "x", AE_IFREG, "some text\n");
		end(a);
		import_buf(names[i].name, &bytes, &got);
		assert_has(&got, names[i].child);
	}
}

/* Zeros at the start are what the end of a tar looks like. */
static void
a_compressed_file_of_zeros_is_no_tar(void **state)
{
	static const char zeros[4096];
	BUF(bytes);
	GOT(got);
	struct archive *a = begin(&bytes, ARCHIVE_FORMAT_RAW,
				  ARCHIVE_FILTER_GZIP, NULL);

	(void)state;
	add(a, "x", AE_IFREG, "");
	archive_write_data(a, zeros, sizeof(zeros));
	end(a);
	import_buf("disk.img.gz", &bytes, &got);
	assert_has(&got, "child member \"disk.img\" size=4096");
}

/* Alone, the first would pass for UTF-8; 目录 is the well-known case. */
static void
names_that_say_nothing_are_decided_together(void **state)
{
	BUF(zip);
	GOT(got);

	(void)state;
	ZIP(zip, { "\xC4\xBF\xC2\xBC.txt", "x", 0 },
	    { "\xB1\xA8\xB8\xE6\xD6\xD5\xB8\xE5.txt", "x", 0 },
	    { "\xCA\xFD\xBE\xDD\xB7\xD6\xCE\xF6/\xD7\xDC\xBD\xE1.txt", "x", 0 },
	    { "é.txt", "x", 0x800 }, { "文件夹.txt", "x", 0x800 });
	import_buf("a.zip", &zip, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_line(&got, "meta encoding \"GB18030\"");
	for (const char *const *p = (const char *const[]){ "目录.txt",
	     "报告终稿.txt", "数据分析/总结.txt", "é.txt", "文件夹.txt", NULL };
	     *p; p++) {
		BUF(line);

		xj_buf_addf(&line, "child member \"%s\" size=1", *p);
		assert_has(&got, xj_buf_str(&line));
	}
}

static void
names_in_a_compressed_tar_are_decided_together(void **state)
{
	BUF(tar);
	GOT(got);
	struct archive *a = begin(&tar, ARCHIVE_FORMAT_TAR_USTAR,
				  ARCHIVE_FILTER_GZIP, NULL);

	(void)state;
	add(a, "\xC4\xBF\xC2\xBC.txt", AE_IFREG, "x");
	add(a, "\xB1\xA8\xB8\xE6\xD6\xD5\xB8\xE5.txt", AE_IFREG, "x");
	end(a);
	import_buf("a.tar.gz", &tar, &got);
	assert_has(&got, "\"目录.txt\"");
	assert_has(&got, "\"报告终稿.txt\"");
}

static void
names_that_lead_elsewhere_are_tamed(void **state)
{
	static const char *const tame[] = {
		"\"up.txt\"", "\"a/b\"", "\"abs.txt\"", "\"win.txt\"",
		"\"up\"", "\"a..b/..c\"", "\"d/e.txt\"", "\"f.txt\"",
		"\"c:x\"", "\"member-10\"",
	};
	BUF(zip);
	GOT(got);

	(void)state;
	ZIP(zip, { "../up.txt", "x", 0 }, { "a/../../b", "x", 0 },
	    { "/abs.txt", "x", 0 }, { "C:\\win.txt", "x", 0 },
	    { "..\\up", "x", 0 }, { "a..b/..c", "x", 0 },
	    { "d\\e.txt", "x", 0 }, { "./f.txt", "x", 0 },
	    { "c:x", "x", 0 }, { "/..", "x", 0 });
	import_buf("a.zip", &zip, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_int_equal(got.children, 10);
	for (size_t i = 0; i < XJ_COUNT(tame); i++)
		assert_has(&got, tame[i]);
}

static void
links_and_devices_are_named_and_nothing_is_lost(void **state)
{
	BUF(tar);
	GOT(got);
	struct archive *a = begin(&tar, ARCHIVE_FORMAT_TAR_USTAR,
				  ARCHIVE_FILTER_NONE, NULL);

	(void)state;
	add(a, "a.txt", AE_IFREG, "x");
	add(a, "link", AE_IFLNK, "");
	add(a, "pipe", AE_IFIFO, "");
	add(a, "disk", AE_IFBLK, "");
	end(a);
	import_buf("a.tar", &tar, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_int_equal(got.children, 1);
	assert_line(&got, "left \"link\" why=\"a symbolic link\"");
	assert_line(&got, "left \"pipe\" why=\"a pipe\"");
	assert_line(&got, "left \"disk\" why=\"a device\"");
}

static void
encrypted_members_want_the_password(void **state)
{
	static const char *const ways[] = { "zip:encryption=traditional",
					    "zip:encryption=aes256" };

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(ways); i++) {
		BUF(zip);
		GOT(without);
		GOT(with);
		GOT(wrong);
		struct archive *a = begin(&zip, ARCHIVE_FORMAT_ZIP,
					  ARCHIVE_FILTER_NONE, ways[i]);

		add(a, "a.txt", AE_IFREG, "first text\n");
		end(a);
		import_buf("a.zip", &zip, &without);
		assert_outcome(&without, XJ_OUT_ENCRYPTED);
		sample_import_as(&(struct host_options){
			.password = "open sesame" }, "a.zip", zip.data,
			zip.len, &with);
		assert_outcome(&with, XJ_OUT_OK);
		assert_has(&with, "size=11");
		sample_import_as(&(struct host_options){
			.password = "open wheat" }, "a.zip", zip.data,
			zip.len, &wrong);
		assert_int_not_equal(wrong.result.outcome, XJ_OUT_OK);
	}
}

static void
one_encrypted_member_leaves_the_others(void **state)
{
	BUF(zip);
	GOT(got);

	(void)state;
	ZIP(zip, { "open.txt", "x", 0 },
	    { "locked.txt", "twelve bytes of head", 1 });
	import_buf("a.zip", &zip, &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_int_equal(got.children, 1);
	assert_line(&got, "warn \"locked.txt: left out: encrypted\"");
	assert_line(&got, "lost \"locked.txt\" why=\"encrypted\"");
}

static void
documents_that_are_zips_are_not_taken(void **state)
{
	static const struct member parts[][3] = {
		{ { "[Content_Types].xml", "x", 0 }, { "word/a.xml", "x", 0 },
		  { "b", "x", 0 } },
		{ { "mimetype", "application/epub+zip", 0 }, { "a", "x", 0 },
		  { "b", "x", 0 } },
		{ { "a", "x", 0 }, { "META-INF/container.xml", "x", 0 },
		  { "b", "x", 0 } },
		{ { "Doc_0/Document.xml", "x", 0 }, { "a", "x", 0 },
		  { "OFD.xml", "x", 0 } },
		{ { "META-INF/MANIFEST.MF", "x", 0 }, { "a", "x", 0 },
		  { "b", "x", 0 } },
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(parts); i++) {
		BUF(zip);
		GOT(got);

		make_zip(&zip, parts[i], 3);
		import_buf("sample", &zip, &got);
		assert_string_not_equal(got.result.importer, "archive");
	}
}

static void
of_iwork_the_preview_is_taken_alone(void **state)
{
	BUF(zip);
	BUF(bare);
	GOT(got);
	GOT(none);

	(void)state;
	ZIP(zip, { "index.xml", "x", 0 },
	    { "QuickLook/Thumbnail.jpg", "x", 0 },
	    { "QuickLook/Preview.pdf", "%PDF-1.4", 0 });
	import_buf("总结.pages", &zip, &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_string_equal(got.result.mime, "application/vnd.apple.pages");
	assert_int_equal(got.children, 1);
	assert_has(&got, "\"QuickLook/Preview.pdf\"");
	assert_non_null(strstr(got.result.reason, "export it as PDF"));
	ZIP(bare, { "Index/Document.iwa", "x", 0 }, { "a", "x", 0 },
	    { "b", "x", 0 });
	import_buf("a.key", &bare, &none);
	assert_outcome(&none, XJ_OUT_UNSUPPORTED);
	assert_int_equal(none.children, 0);
}

static void
a_zip_with_a_document_unpacked_in_a_folder_is_taken(void **state)
{
	BUF(zip);
	GOT(got);

	(void)state;
	ZIP(zip, { "docx/[Content_Types].xml", "x", 0 }, { "a", "x", 0 },
	    { "mimetype", "x", 0 });
	import_buf("a.zip", &zip, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_int_equal(got.children, 3);
}

static void
members_that_share_bytes_are_a_bomb(void **state)
{
	static const struct member m = { "a", "the same bytes again", 0 };
	BUF(zip);
	GOT(got);
	size_t from;

	(void)state;
	put_local(&zip, &m);
	from = zip.len;
	for (int i = 0; i < 1000; i++)
		put_central(&zip, &m, 0);
	put_end(&zip, 1000, from);
	import_buf("a.zip", &zip, &got);
	assert_outcome(&got, XJ_OUT_LIMIT);
	assert_int_equal(got.children, 0);
}

static void
make_large_zip(struct xj_buf *zip, size_t count)
{
	struct member *list = test_malloc(count * sizeof(*list));
	char *names = test_malloc(count * 16);

	for (size_t i = 0; i < count; i++) {
		snprintf(names + i * 16, 16, "m%06zu.txt", i);
		list[i] = (struct member){ names + i * 16, "x", 0 };
	}
	make_zip(zip, list, count);
	test_free(names);
	test_free(list);
}

static void
fifty_thousand_members_take_no_time(void **state)
{
	BUF(zip);
	GOT(got);

	(void)state;
	make_large_zip(&zip, 50000);
	import_buf("a.zip", &zip, &got);
	assert_outcome(&got, XJ_OUT_OK);
	assert_int_equal(got.children, 50000);
	assert_true(got.result.cpu_us < 5000000);
}

static uint64_t
cost_of_members(size_t count)
{
	BUF(zip);
	GOT(got);

	make_large_zip(&zip, count);
	import_buf("a.zip", &zip, &got);
	assert_int_equal(got.children, count);
	return got.result.cpu_us;
}

/* Three times is far from the four of what grows with the square. */
static void
twice_the_members_take_twice_the_time(void **state)
{
	uint64_t half = cost_of_members(25000);

	(void)state;
	assert_true(cost_of_members(50000) < 3 * half);
}

/* 300 MB of zeros in 300 KB. */
static void
what_unpacks_to_a_thousand_times_its_size_is_cut(void **state)
{
	static const char zeros[1 << 20];
	BUF(bytes);
	GOT(got);
	struct archive *a = begin(&bytes, ARCHIVE_FORMAT_TAR_USTAR,
				  ARCHIVE_FILTER_GZIP, NULL);
	struct archive_entry *e;

	(void)state;
	add(a, "first.txt", AE_IFREG, "kept");
	e = archive_entry_new();
	archive_entry_set_pathname(e, "zeros");
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_size(e, (la_int64_t)300 << 20);
	archive_write_header(a, e);
	archive_entry_free(e);
	for (int i = 0; i < 300; i++)
		archive_write_data(a, zeros, sizeof(zeros));
	end(a);
	import_buf("bomb.tgz", &bytes, &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_non_null(strstr(got.result.reason, "times its size"));
	assert_has(&got, "\"first.txt\" size=4");
	assert_true(got.result.cpu_us < 10000000);
}

/* A tar, since the end record of a zip cannot count so far. */
static void
more_than_a_hundred_thousand_members_are_too_many(void **state)
{
	BUF(tar);
	GOT(got);
	struct archive *a = begin(&tar, ARCHIVE_FORMAT_TAR_USTAR,
				  ARCHIVE_FILTER_GZIP, "compression-level=1");

	(void)state;
	for (int i = 0; i < 100010; i++) {
		char name[16];

		snprintf(name, sizeof(name), "m%06d", i);
		add(a, name, AE_IFREG, "");
	}
	end(a);
	sample_import_as(&(struct host_options){ .limits.children = 200000 },
			 "a.tgz", tar.data, tar.len, &got);
	assert_int_equal(got.children, 100000);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_non_null(strstr(got.result.reason, "more than 100000 members"));
}

static void
a_zip_cut_short_gives_what_it_has(void **state)
{
	BUF(zip);
	GOT(got);
	struct archive *a = begin(&zip, ARCHIVE_FORMAT_ZIP,
				  ARCHIVE_FILTER_NONE, NULL);

	(void)state;
	add(a, "a.txt", AE_IFREG, "first text\n");
	add(a, "b.txt", AE_IFREG, "second text\n");
	end(a);
	sample_import_as(NULL, "a.zip", zip.data, zip.len / 2, &got);
	assert_outcome(&got, XJ_OUT_PARTIAL);
	assert_has(&got, "child member \"a.txt\" size=11");
}

static void
a_damaged_member_is_told_and_the_next_one_read(void **state)
{
	BUF(zip);
	GOT(got);

	(void)state;
	ZIP(zip, { "a.txt", "some bytes", 0 }, { "b.txt", "other", 0 });
	*(char *)memmem(zip.data, zip.len, "some", 4) ^= 1;
	import_buf("a.zip", &zip, &got);
	assert_int_equal(got.children, 2);
	assert_has(&got, "damage=");
	assert_has(&got, "\"b.txt\" size=5");
}

static void
one_volume_of_several_is_told_so(void **state)
{
	static const char rar[] = "Rar!\x1A\7\0\0\0\x73\1\0\r\0\0\0\0\0\0\0";
	static const char rar5[] = "Rar!\x1A\7\1\0\0\0\0\0\4\1\0\1\0\0\0\0\0";
	GOT(got);
	GOT(got5);

	(void)state;
	sample_import_as(NULL, "a.part1.rar", rar, sizeof(rar) - 1, &got);
	assert_outcome(&got, XJ_OUT_UNSUPPORTED);
	assert_non_null(strstr(got.result.reason, "one volume"));
	sample_import_as(NULL, "a.part1.rar", rar5, sizeof(rar5) - 1, &got5);
	assert_outcome(&got5, XJ_OUT_UNSUPPORTED);
	assert_non_null(strstr(got5.result.reason, "one volume"));
}

/* The file's header says that most of it is extra. */
static void
a_lying_length_in_rar_is_no_trouble(void **state)
{
	static const char rar5[] = "Rar!\x1A\7\1\0\0\0\0\0\x0C\2\1"
				   "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F";
	GOT(got);

	(void)state;
	sample_import_as(NULL, "a.rar", rar5, sizeof(rar5) - 1, &got);
	assert_has(&got, "meta members \"0\"");
}

static void
a_name_alone_makes_no_archive(void **state)
{
	GOT(text);
	GOT(noise);

	(void)state;
	sample_import("a.zip", "this is text\n", &text);
	assert_string_equal(text.result.importer, "text");
	sample_import_as(NULL, "a.zip", "\0\1\2\3\4\5\6\7", 8, &noise);
	assert_string_equal(noise.result.importer, "archive");
	assert_outcome(&noise, XJ_OUT_CORRUPT);
}

static void
damage_comes_to_an_outcome(void **state)
{
	static const struct {
		int format, filter;
		const char *name;
	} kinds[] = {
		{ ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, "a.zip" },
		{ ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_GZIP,
		  "a.tar.gz" },
		{ ARCHIVE_FORMAT_7ZIP, ARCHIVE_FILTER_NONE, "a.7z" },
		{ ARCHIVE_FORMAT_CPIO_SVR4_NOCRC, ARCHIVE_FILTER_XZ,
		  "a.cpio.xz" },
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(kinds); i++) {
		BUF(bytes);

		make_archive(&bytes, kinds[i].format, kinds[i].filter);
		assert_survives_damage(kinds[i].name, bytes.data, bytes.len,
				       40);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(members_of_every_format_become_children),
	cmocka_unit_test(compression_around_a_tar_is_seen_through),
	cmocka_unit_test(a_compressed_file_is_one_child),
	cmocka_unit_test(a_compressed_file_is_named_after_its_container),
	cmocka_unit_test(a_compressed_file_of_zeros_is_no_tar),
	cmocka_unit_test(names_that_say_nothing_are_decided_together),
	cmocka_unit_test(names_in_a_compressed_tar_are_decided_together),
	cmocka_unit_test(names_that_lead_elsewhere_are_tamed),
	cmocka_unit_test(links_and_devices_are_named_and_nothing_is_lost),
	cmocka_unit_test(encrypted_members_want_the_password),
	cmocka_unit_test(one_encrypted_member_leaves_the_others),
	cmocka_unit_test(documents_that_are_zips_are_not_taken),
	cmocka_unit_test(of_iwork_the_preview_is_taken_alone),
	cmocka_unit_test(a_zip_with_a_document_unpacked_in_a_folder_is_taken),
	cmocka_unit_test(members_that_share_bytes_are_a_bomb),
	cmocka_unit_test(fifty_thousand_members_take_no_time),
	cmocka_unit_test(twice_the_members_take_twice_the_time),
	cmocka_unit_test(what_unpacks_to_a_thousand_times_its_size_is_cut),
	cmocka_unit_test(more_than_a_hundred_thousand_members_are_too_many),
	cmocka_unit_test(a_zip_cut_short_gives_what_it_has),
	cmocka_unit_test(a_damaged_member_is_told_and_the_next_one_read),
	cmocka_unit_test(one_volume_of_several_is_told_so),
	cmocka_unit_test(a_lying_length_in_rar_is_no_trouble),
	cmocka_unit_test(a_name_alone_makes_no_archive),
	cmocka_unit_test(damage_comes_to_an_outcome),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
