/* test-full.c - a disk that is full: said with the path, nothing lost, and the
 * same command goes on when there is room. */
#include <sys/mount.h>
#include <sys/statvfs.h>

#include "library-fixture.h"

#ifdef XJ_SANITIZED
/* A compaction that finds the disk full leaves the table it made behind; that
 * is Xapian's. */
__attribute__((visibility("default")))
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libxapian";
}
#endif

/* The archive on a small disk of its own; false: nobody may mount here. */
static bool
small_disk(struct shelf *s, const char *size)
{
	char options[64];

	xj_archive_close(s->archive);
	s->archive = NULL;
	xj_remove_tree(AT_FDCWD, s->home, NULL);
	mkdir(s->home, 0700);
	snprintf(options, sizeof(options), "size=%s,mode=0700", size);
	if (mount("none", s->home, "tmpfs", 0, options) < 0)
		return false;
	must(xj_archive_init(s->home, &s->err));
	shelf_open(s, 0);
	return true;
}

static void
remove_disk(struct shelf *s)
{
	xj_archive_close(s->archive);
	s->archive = NULL;
	umount2(s->home, MNT_DETACH);
}

#define SMALL_SHELF(s, size) \
	SHELF(s); \
	if (!small_disk(s, size)) \
		tap_skip("file systems cannot be mounted here")

static void
write_files(struct shelf *s, unsigned count, size_t size)
{
	char *text = malloc(size);

	for (unsigned i = 0; i < count; i++) {
		char name[32];

		/* Not to be compressed away. */
		for (size_t k = 0; k < size; k++)
			text[k] = (char)('a' + random() % 26);
		memcpy(text, "common ", 7);
		snprintf(name, sizeof(name), "f%03u.txt", i);
		write_bytes(s, name, text, size);
	}
	free(text);
}

static uint64_t
count_listed(struct shelf *s)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	uint64_t total;

	must(xj_list(s->archive, NULL, &total, note_name, &b, &s->err));
	return total;
}

static void
enlarge(struct shelf *s, const char *size)
{
	char options[64];

	snprintf(options, sizeof(options), "size=%s", size);
	assert_int_equal(mount("none", s->home, "tmpfs", MS_REMOUNT, options),
			 0);
}

/* What is there is whole, listed, and after a look at the queue found. */
static void
assert_usable(struct shelf *s, uint64_t documents)
{
	shelf_open(s, XJ_OPEN_READONLY);
	assert_int_equal(count_listed(s), documents);
	assert_sound(s);
	for (uint64_t id = 1; id <= documents; id++) {
		xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

		must(get_bytes(s, id, 0, &b));
	}
}

static void
a_full_disk_ends_a_run_and_loses_nothing(void **state)
{
	static const char *const sizes[] = { "2M", "3M", "4M", "6M" };

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(sizes); i++) {
		uint64_t told;

		SMALL_SHELF(s, sizes[i]);
		write_files(s, 200, 40000); /* 8 MB */
		assert_status(try_add(s, ""), XJ_ENOSPC);
		assert_says(s, s->home);
		told = s->result.taken;
		assert_int_equal(s->line_count, told);
		assert_usable(s, told);
		shelf_open(s, 0); /* opens to be written to, full as it is */
		enlarge(s, "64M");
		add(s, "");
		assert_int_equal(s->result.held, told);
		assert_int_equal(s->result.taken, 200 - told);
		assert_usable(s, 200);
		assert_hits(s, "common", 200);
		assert_int_equal(count_entries(s, "staging"), 1);
		remove_disk(s);
	}
}

/* Files that fit nearly, so that text, catalog or index come to the end. */
static void
every_part_may_be_the_one_that_does_not_fit(void **state)
{
	uint64_t done = 0;

	(void)state;
	for (unsigned kb = 900; kb < 8500; kb += 430) {
		char size[16];

		snprintf(size, sizeof(size), "%uk", kb);
		SMALL_SHELF(s, size);
		write_files(s, 60, 9000);
		done = try_add(s, "") == XJ_OK;
		if (!done)
			assert_says(s, s->home);
		assert_usable(s, s->result.taken);
		enlarge(s, "64M");
		shelf_open(s, 0);
		add(s, "");
		must(xj_index_queue(s->archive, NULL, NULL, &s->err));
		assert_usable(s, 60);
		assert_hits(s, "common", 60);
		remove_disk(s);
	}
	assert_true(done); /* the last was large enough */
}

static void
an_edit_on_a_full_disk_changes_nothing(void **state)
{
	const struct xj_given given[] = { { "title", "new" }, { NULL, NULL } };
	int fd;

	(void)state;
	SMALL_SHELF(s, "8M");
	write_files(s, 1, 1000);
	add(s, "");
	fd = openat(AT_FDCWD, s->home, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	for (char block[4096] = { 0 }; write(fd, block, sizeof(block)) > 0;)
		;
	assert_status(xj_edit(s->archive, 1, given, 0, &s->err), XJ_ENOSPC);
	assert_says(s, s->home);
	{
		DOCUMENT(d, s, 1);
		assert_string_equal(d_info->title, "f000");
	}
	close(fd);
	must(xj_edit(s->archive, 1, given, 0, &s->err));
	assert_sound(s);
	remove_disk(s);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_full_disk_ends_a_run_and_loses_nothing),
	cmocka_unit_test(every_part_may_be_the_one_that_does_not_fit),
	cmocka_unit_test(an_edit_on_a_full_disk_changes_nothing),
};

LIBRARY_MAIN(tests)
