/* test-index-damage.c - what is missing, damaged, locked, full; the stub. */
#include "index-make.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

static const struct entry three[] = {
	{ .id = 1, .terms = "apple", .kind = "book" },
	{ .id = 2, .terms = "apple pear", .kind = "book" },
	{ .id = 3, .terms = "pear", .kind = "slides" },
};

static int
open_status(const char *dir, const char *name, struct xj_error *err)
{
	struct xj_index *index;
	int r = xj_index_open(dir, &name, 1, NULL, 0, &index, err);

	xj_index_close(index);
	return r;
}

static void
write_at(const struct scratch *dir, const char *name, const char *bytes,
	 size_t len)
{
	assert_int_equal(xj_file_write(dir->fd, name, bytes, len, NULL), XJ_OK);
}

static void
a_missing_segment_is_not_found(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_error err;

	(void)state;
	assert_int_equal(open_status(dir.path, "a", &err), XJ_ENOTFOUND);
	assert_non_null(strstr(err.message, "segment a"));
	assert_int_equal(mkdirat(dir.fd, "b", 0700), 0);
	assert_int_equal(open_status(dir.path, "b", &err), XJ_ENOTFOUND);
}

static void
a_damaged_version_file_is_corrupt(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_buf_release) struct xj_buf good = XJ_BUF_INIT;
	struct xj_error err;

	(void)state;
	make_segment(dir.path, "a", three, 3);
	assert_int_equal(xj_file_read(dir.fd, "a/iamglass", 1000, &good, NULL),
			 XJ_OK);
	write_at(&dir, "a/iamglass", "", 0);
	assert_int_equal(open_status(dir.path, "a", &err), XJ_ECORRUPT);
	/* Xapian takes the numbers at the end for optional. */
	for (size_t len = 1; len < 40; len++) {
		write_at(&dir, "a/iamglass", good.data, len);
		assert_int_equal(open_status(dir.path, "a", &err), XJ_ECORRUPT);
	}
	good.data[0] ^= 1;
	write_at(&dir, "a/iamglass", good.data, good.len);
	assert_int_equal(open_status(dir.path, "a", &err), XJ_ECORRUPT);
	good.data[0] ^= 1;
	good.data[14]++; /* the format's version */
	write_at(&dir, "a/iamglass", good.data, good.len);
	assert_int_equal(open_status(dir.path, "a", &err), XJ_EVERSION);
}

static void
a_segment_without_its_table_is_corrupt(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_error err;

	(void)state;
	make_segment(dir.path, "a", three, 3);
	assert_int_equal(unlinkat(dir.fd, "a/postlist.glass", 0), 0);
	assert_int_equal(open_status(dir.path, "a", &err), XJ_ECORRUPT);
}

/* Whatever is read from a damaged table: an answer or an error, no crash. */
static void
a_damaged_table_never_crashes(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_buf_release) struct xj_buf table = XJ_BUF_INIT;
	struct xj_error err;
	unsigned refused = 0;

	(void)state;
	make_segment(dir.path, "a", three, 3);
	assert_int_equal(xj_file_read(dir.fd, "a/postlist.glass", 1 << 20,
				      &table, NULL), XJ_OK);
	for (size_t len = 0; len < table.len; len += 1024) {
		xj_auto(xj_index_closep) struct xj_index *index = NULL;
		struct xj_match match;
		const char *name = "a";
		int r;

		write_at(&dir, "a/postlist.glass", table.data, len);
		r = xj_index_open(dir.path, &name, 1, NULL, 0, &index, &err);
		if (r == XJ_OK) {
			r = xj_index_match(index, TERM("apple"), &match_all,
					   &match, &err);
			xj_match_release(&match);
		}
		refused += r == XJ_ECORRUPT;
	}
	assert_int_equal(refused, (table.len + 1023) / 1024);
}

static void
two_writers_of_one_segment_are_refused(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_segment *first, *second;
	struct xj_error err;

	(void)state;
	assert_int_equal(xj_segment_new(dir.path, "a", &first, NULL), XJ_OK);
	assert_int_equal(xj_segment_new(dir.path, "a", &second, &err),
			 XJ_EBUSY);
	assert_null(second);
	assert_int_equal(add_entry(first, &three[0], NULL), XJ_OK);
	assert_int_equal(xj_segment_end(first, NULL), XJ_OK);
	assert_int_equal(open_status(dir.path, "a", NULL), XJ_OK);
}

static void
a_folder_that_is_missing_is_reported(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_segment *segment;
	struct xj_error err;
	char path[300];

	(void)state;
	snprintf(path, sizeof(path), "%s/none", dir.path);
	assert_int_equal(xj_segment_new(path, "a", &segment, &err),
			 XJ_ENOTFOUND);
	assert_null(segment);
	assert_non_null(strstr(err.message, path));
	assert_int_equal(xj_index_stub(path, NULL, 0, &err), XJ_ENOTFOUND);
}

/* ------------------------------------------------------------------- full */

static void
unmount(char (*path)[300])
{
	umount2(*path, MNT_DETACH);
}

/* Adds until it fails; the status of the failure. */
static int
fill(struct xj_segment *segment, struct xj_error *err)
{
	for (uint64_t id = 1; id < 100000; id++) {
		char terms[400];
		int n = 0, r;

		for (int i = 0; i < 20; i++)
			n += snprintf(terms + n, sizeof(terms) - (size_t)n,
				      "t%llu-%d ",
				      (unsigned long long)id * 7919, i);
		r = add_entry(segment, &(struct entry){ .id = id,
							.terms = terms }, err);
		if (r < 0)
			return r;
	}
	return XJ_OK;
}

static void
a_full_disk_is_reported_with_its_path(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(unmount) char small[300];
	xj_auto(xj_index_closep) struct xj_index *index = NULL;
	struct xj_segment *segment;
	struct xj_error err = { 0 };
	const char *name = "a";

	(void)state;
	snprintf(small, sizeof(small), "%s/small", dir.path);
	assert_int_equal(mkdir(small, 0700), 0);
	if (mount("none", small, "tmpfs", 0, "size=1m") < 0)
		tap_skip("mounting a small file system is not permitted");
	make_segment(small, "a", three, 3);
	assert_int_equal(xj_segment_new(small, "b", &segment, &err), XJ_OK);
	assert_int_equal(fill(segment, &err), XJ_ENOSPC);
	assert_non_null(strstr(err.message, small));
	assert_int_equal(add_entry(segment, &three[0], &err), XJ_ENOSPC);
	assert_int_equal(xj_segment_end(segment, &err), XJ_ENOSPC);
	assert_non_null(strstr(err.message, small));
	assert_int_equal(xj_segment_remove(small, "b", &err), XJ_OK);

	/* What was there is there, and there is room again. */
	make_segment(small, "c", three, 2);
	assert_int_equal(xj_index_open(small, &name, 1, NULL, 0, &index, &err),
			 XJ_OK);
	assert_set(index, TERM("pear"), "2 3");
}

/* ------------------------------------------------------------------- stub */

/* What Xapian's own program says of the stub; false: it is not installed. */
static bool
delve(const struct scratch *dir, struct xj_buf *out)
{
	char command[400], line[200];
	FILE *p;

	snprintf(command, sizeof(command),
		 "xapian-delve -t apple '%s/stub' 2>&1", dir->path);
	p = popen(command, "r");
	assert_non_null(p);
	xj_buf_clear(out);
	while (fgets(line, sizeof(line), p))
		xj_buf_adds(out, line);
	return WEXITSTATUS(pclose(p)) != 127;
}

static void
xapian_itself_can_use_the_stub(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	const char *names[] = { "a", "b" };

	(void)state;
	assert_int_equal(xj_index_stub(dir.path, NULL, 0, NULL), XJ_OK);
	if (!delve(&dir, &text))
		tap_skip("xapian-delve is not installed");
	assert_null(strstr(xj_buf_str(&text), "Error"));
	make_segment(dir.path, "a", three, 2);
	make_segment(dir.path, "b", three + 2, 1);
	assert_int_equal(xj_index_stub(dir.path, names, 2, NULL), XJ_OK);
	assert_true(delve(&dir, &text));
	assert_non_null(strstr(xj_buf_str(&text), ": 1 3\n"));
}

static void
a_stub_lists_its_segments(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	const char *names[] = { "a", "b" };

	(void)state;
	assert_int_equal(xj_index_stub(dir.path, names, 2, NULL), XJ_OK);
	assert_int_equal(xj_index_stub(dir.path, names + 1, 1, NULL), XJ_OK);
	assert_int_equal(xj_file_read(dir.fd, "stub", 100, &text, NULL), XJ_OK);
	assert_string_equal(text.data, "glass b\n");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_missing_segment_is_not_found),
	cmocka_unit_test(a_damaged_version_file_is_corrupt),
	cmocka_unit_test(a_segment_without_its_table_is_corrupt),
	cmocka_unit_test(a_damaged_table_never_crashes),
	cmocka_unit_test(two_writers_of_one_segment_are_refused),
	cmocka_unit_test(a_folder_that_is_missing_is_reported),
	cmocka_unit_test(a_full_disk_is_reported_with_its_path),
	cmocka_unit_test(xapian_itself_can_use_the_stub),
	cmocka_unit_test(a_stub_lists_its_segments),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
