/*
 * test-store-full.c - a disk that is full, and memory that is. The disk is a
 * small one in memory that a child mounts for itself alone.
 */
#include "store-tools.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "failing.h"

#define ID "urn:test:full"

enum { NO_MOUNT = 77 };

/* ---------------------------------------------------------------- the disk */

/* In the child: a failed check ends it, and the parent sees it. */
#define CHECK(fact) do { \
	if (!(fact)) { \
		fprintf(stderr, "line %d: %s\n", __LINE__, #fact); \
		_exit(1); \
	} \
} while (0)

static void
mount_small(const char *path, const char *options)
{
	if (unshare(CLONE_NEWNS) < 0 && unshare(CLONE_NEWNS | CLONE_NEWUSER) < 0)
		_exit(NO_MOUNT);
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", path, "tmpfs", 0, options) < 0)
		_exit(NO_MOUNT);
}

static void
check_valid(const char *dir)
{
	struct xj_validation found;
	char root[300];

	snprintf(root, sizeof(root), "%s/ocfl", dir);
	CHECK(xj_ocfl_validate(root, 0, show_finding, NULL, &found, NULL) ==
	      XJ_OK);
	CHECK(found.errors == 0);
}

static int
write_one(struct xj_store *store, const char *id, const char *bytes, size_t len,
	  struct xj_error *err)
{
	struct xj_object_file file = {
		.logical = "a/b.txt", .bytes = bytes, .len = len,
	};
	struct xj_object_version v = version_of(id, 1, &file, 1);

	return write_version(store, &v, err);
}

/* A file that does not fit, staged: the message names its path. */
static void
check_stage_is_refused(struct xj_store *store)
{
	static char block[1 << 16];
	struct xj_error err = { 0 };
	struct xj_staged staged;
	struct xj_batch *batch;
	int fd = memfd_create("large", MFD_CLOEXEC);

	for (int i = 0; i < 64; i++)
		CHECK(write(fd, block, sizeof(block)) == sizeof(block));
	lseek(fd, 0, SEEK_SET);
	CHECK(xj_batch_begin(store, &batch, NULL) == XJ_OK);
	CHECK(xj_batch_stage(batch, fd, &staged, &err) == XJ_ENOSPC);
	CHECK(strstr(err.message, "/staging/b"));
	CHECK(staged.fd == -1 && staged.name[0] == '\0');
	close(fd);
	xj_batch_end(batch, false);
}

static void
fill_space(const char *dir)
{
	char *large = calloc(1, 4 << 20);
	struct xj_error err = { 0 };
	struct xj_store *store;

	mount_small(dir, "size=2m");
	CHECK(xj_store_create(dir, NULL) == XJ_OK);
	CHECK(xj_store_open(dir, &store, NULL) == XJ_OK);
	CHECK(write_one(store, ID, "first", 5, NULL) == XJ_OK);
	check_stage_is_refused(store);
	CHECK(write_one(store, "urn:test:large", large, 4 << 20, &err) ==
	      XJ_ENOSPC);
	CHECK(strstr(err.message, "/staging/b"));
	check_valid(dir);
	/* There is room again: what was half written is gone. */
	CHECK(write_one(store, "urn:test:small", large, 1 << 20, NULL) ==
	      XJ_OK);
	check_valid(dir);
	xj_store_close(store);
	free(large);
}

/* No more files, though there is room: a put may fail at any of them. */
static void
fill_names(const char *dir)
{
	struct xj_store *store;
	int n, r = XJ_OK;

	mount_small(dir, "size=16m,nr_inodes=300");
	CHECK(xj_store_create(dir, NULL) == XJ_OK);
	CHECK(xj_store_open(dir, &store, NULL) == XJ_OK);
	for (n = 0; n < 100 && r == XJ_OK; n++) {
		char id[32];

		snprintf(id, sizeof(id), "urn:test:%d", n);
		r = write_one(store, id, id, strlen(id), NULL);
		check_valid(dir);
	}
	CHECK(r == XJ_ENOSPC && n > 10);
	CHECK(write_one(store, "urn:test:0", "", 0, NULL) == XJ_EBUSY);
	CHECK(xj_store_recover(store, NULL, 0, NULL, NULL) == XJ_OK);
	xj_store_close(store);
}

static void
run_on_small_disk(void (*work)(const char *dir))
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		work(dir.path);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == NO_MOUNT) {
		scratch_end(&dir);
		dir.fd = -1;
		tap_skip("no file system can be mounted here");
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
a_full_disk_is_named_and_what_was_written_stays(void **state)
{
	(void)state;
	run_on_small_disk(fill_space);
}

static void
a_disk_without_inodes_leaves_a_valid_root(void **state)
{
	(void)state;
	run_on_small_disk(fill_names);
}

/* ------------------------------------------------------------- the memory */

static int
write_next(struct xj_store *store, unsigned number, struct xj_error *err)
{
	struct xj_object_file files[] = {
		file_of("a.txt", "one"), file_of("b/c.txt", "two"),
	};
	struct xj_object_version v = version_of(ID, number, files, 2);

	return write_version(store, &v, err);
}

static int
read_back(struct xj_store *store, struct xj_error *err)
{
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	xj_auto(xj_buf_release) struct xj_buf bytes = XJ_BUF_INIT;
	int r = xj_object_open(store, ID, &object, err);

	return r < 0 ? r : xj_object_file_read(object, 0, "b/c.txt", 10, &bytes,
					       err);
}

static unsigned
head_of(struct xj_store *store)
{
	struct xj_object *object;
	unsigned head;

	if (xj_object_open(store, ID, &object, NULL) < 0)
		return 0;
	head = xj_object_head(object);
	xj_object_free(object);
	return head;
}

/* Until it has as much memory as it wants. */
static void
write_with_little_memory(const struct scratch *dir, struct xj_store *store)
{
	unsigned head = head_of(store);
	int r = XJ_ENOMEM;

	for (long n = 0; r != XJ_OK && head_of(store) == head; n++) {
		struct xj_error why = { 0 };

		failing_at(n);
		r = write_next(store, head + 1, &why);
		failing_at(-1);
		if (r != XJ_OK && r != XJ_ENOMEM)
			print_message("allocation %ld: %s\n", n, why.message);
		assert_true(r == XJ_OK || r == XJ_ENOMEM);
		assert_valid(dir);
	}
	assert_int_equal(head_of(store), head + 1);
}

static void
memory_that_fails_anywhere_leaves_a_valid_root(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	int r = XJ_ENOMEM;

	(void)state;
	write_with_little_memory(&dir, store);
	write_with_little_memory(&dir, store);
	for (long n = 0; r != XJ_OK; n++) {
		failing_at(n);
		r = read_back(store, NULL);
		failing_at(-1);
		assert_true(r == XJ_OK || r == XJ_ENOMEM);
	}
	xj_store_close(store);
}

static int
validate_quietly(const struct scratch *dir, struct xj_validation *out)
{
	char root[300];

	snprintf(root, sizeof(root), "%s/ocfl", dir->path);
	return xj_ocfl_validate(root, 0, NULL, NULL, out, NULL);
}

static void
a_validation_without_memory_says_so(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_store *store = make_store(&dir);
	struct xj_validation out;
	int r = XJ_ENOMEM;

	(void)state;
	write_text(store, ID, 1, "one");
	write_text(store, ID, 2, "two");
	xj_store_close(store);
	for (long n = 0; r != XJ_OK; n++) {
		failing_at(n);
		r = validate_quietly(&dir, &out);
		failing_at(-1);
		if (r != XJ_ENOMEM)
			assert_int_equal(r, XJ_OK);
		assert_true(n < 5000);
	}
	assert_int_equal(out.errors, 0);
	assert_int_equal(out.objects, 1);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_full_disk_is_named_and_what_was_written_stays),
	cmocka_unit_test(a_disk_without_inodes_leaves_a_valid_root),
	cmocka_unit_test(memory_that_fails_anywhere_leaves_a_valid_root),
	cmocka_unit_test(a_validation_without_memory_says_so),
};

int
main(void)
{
	if (!getenv("TMPDIR") && access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1); /* many small synced files */
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
