/*
 * test-store-crash.c - a writer that is killed at every step it takes.
 *
 * The calls by which the store changes the disk are given anew here, so that
 * a child can end itself at the first, second, third ... of them. What the
 * catalog would remember is in memory that parent and child share.
 */
#include "store-tools.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "store/fs.h"

#define NEW "urn:test:new"
#define STAGED "urn:test:staged"
#define GROWN "urn:test:grown"
#define PURGED "urn:test:purged"

enum { KILLED = 99 };

static long steps_left = -1;    /* negative: nobody is killed */
static bool exchange_fails;     /* as on a file system that cannot */

static void
step(void)
{
	if (steps_left == 0)
		_exit(KILLED);
	if (steps_left > 0)
		steps_left--;
}

int
mkdirat(int fd, const char *path, mode_t mode)
{
	step();
	return (int)syscall(SYS_mkdirat, fd, path, mode);
}

int
renameat(int fd, const char *from, int tofd, const char *to)
{
	step();
	return (int)syscall(SYS_renameat2, fd, from, tofd, to, 0);
}

int
renameat2(int fd, const char *from, int tofd, const char *to,
	  unsigned int flags)
{
	step();
	if (flags && exchange_fails) {
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_renameat2, fd, from, tofd, to, flags);
}

int
linkat(int fd, const char *from, int tofd, const char *to, int flags)
{
	step();
	return (int)syscall(SYS_linkat, fd, from, tofd, to, flags);
}

int
unlinkat(int fd, const char *path, int flags)
{
	step();
	return (int)syscall(SYS_unlinkat, fd, path, flags);
}

int
fsync(int fd)
{
	step();
	return (int)syscall(SYS_fsync, fd);
}

int
syncfs(int fd)
{
	step();
	return (int)syscall(SYS_syncfs, fd);
}

/* Half of it at first, so that a file may be cut in the middle. */
ssize_t
write(int fd, const void *bytes, size_t len)
{
	static bool is_second;

	is_second = !is_second;
	if (steps_left >= 0 && !is_second && len > 1)
		len /= 2;
	step();
	return syscall(SYS_write, fd, bytes, len);
}

/* ------------------------------------------------------------ what is done */

/* What outlives the writer: the catalog, so to speak. */
struct memory {
	char batch[64];
	bool committed, done;
};

static struct memory *memory;

static void
must(int r, const char *what)
{
	if (r < 0) {
		fprintf(stderr, "%s: %d\n", what, r);
		_exit(1);
	}
}

#define MUST(call) must(call, #call)

static void
put_all(struct xj_batch *batch)
{
	struct xj_object_file text = file_of("a.txt", "the new one");
	struct xj_object_file grown[] = {
		file_of("a.txt", "grown"), kept("b/b.txt"),
	};
	struct xj_object_version v = version_of(NEW, 1, &text, 1);
	struct xj_staged staged;
	int fd = memfd_create("text", MFD_CLOEXEC);

	syscall(SYS_write, fd, "staged", 6);
	lseek(fd, 0, SEEK_SET);
	MUST(xj_batch_put(batch, &v, NULL));
	MUST(xj_batch_stage(batch, fd, &staged, NULL));
	text = (struct xj_object_file){ .logical = "a.txt", .staged = &staged };
	v.id = STAGED;
	MUST(xj_batch_put(batch, &v, NULL));
	xj_staged_close(&staged);
	v = version_of(GROWN, 3, grown, 2);
	MUST(xj_batch_put(batch, &v, NULL));
	text = file_of("a.txt", "purged");
	v = version_of(PURGED, 1, &text, 1);
	v.replace = true;
	MUST(xj_batch_put(batch, &v, NULL));
}

static void
write_batch(const char *dir)
{
	struct xj_store *store;
	struct xj_batch *batch;

	MUST(xj_store_open(dir, &store, NULL));
	MUST(xj_batch_begin(store, &batch, NULL));
	strcpy(memory->batch, xj_batch_name(batch));
	put_all(batch);
	MUST(xj_batch_sync(batch, NULL));
	memory->committed = true;
	MUST(xj_batch_publish(batch, NULL));
	xj_batch_end(batch, true);
	MUST(xj_store_sync(store, NULL));
	memory->done = true;
}

static int
recover(const char *dir)
{
	const char *names[] = { memory->batch };
	struct xj_store *store;
	int r;

	MUST(xj_store_open(dir, &store, NULL));
	r = xj_store_recover(store, names, memory->committed, NULL, NULL);
	xj_store_close(store);
	return r;
}

static void
recover_or_die(const char *dir)
{
	MUST(recover(dir));
}

/* Run it in a process that is killed at its step `n`. True: it ended before. */
static bool
run_killed(void (*work)(const char *dir), const char *dir, long n)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		steps_left = n;
		work(dir);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == KILLED);
	return WEXITSTATUS(status) == 0;
}

/* ----------------------------------------------------------- what must hold */

static void
make_base(const struct scratch *dir)
{
	struct xj_store *store = make_store(dir);
	struct xj_object_file one[] = {
		file_of("a.txt", "one"), file_of("b/b.txt", "below"),
	};
	struct xj_object_version v = version_of(GROWN, 1, one, 2);

	assert_ok(write_version(store, &v, &why));
	v.number = 2;
	one[0] = file_of("a.txt", "two");
	assert_ok(write_version(store, &v, &why));
	write_text(store, PURGED, 1, "a secret");
	write_text(store, PURGED, 2, "a secret still");
	xj_store_close(store);
}

static void
assert_absent(struct xj_store *store, const char *id)
{
	struct xj_object *object;

	assert_status(xj_object_open(store, id, &object, &why), XJ_ENOTFOUND);
}

static void
assert_all_or_nothing(const struct scratch *dir, bool all)
{
	struct xj_store *store;

	assert_ok(xj_store_open(dir->path, &store, &why));
	assert_head(store, GROWN, all ? 3 : 2);
	assert_reads(store, GROWN, 0, "a.txt", all ? "grown" : "two");
	assert_reads(store, GROWN, 2, "a.txt", "two");
	assert_reads(store, GROWN, 0, "b/b.txt", "below");
	assert_head(store, PURGED, all ? 1 : 2);
	assert_reads(store, PURGED, 0, "a.txt",
		     all ? "purged" : "a secret still");
	if (all) {
		assert_reads(store, NEW, 0, "a.txt", "the new one");
		assert_reads(store, STAGED, 0, "a.txt", "staged");
	} else {
		assert_absent(store, NEW);
		assert_absent(store, STAGED);
	}
	/* Nothing is left locked or half done: work goes on. */
	write_text(store, GROWN, all ? 4 : 3, "goes on");
	if (!all)
		write_text(store, NEW, 1, "again");
	xj_store_close(store);
}

/* Kill the writer at step `n`. True: it ended before. */
static bool
survive(long n, long in_recovery)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	bool ended;

	*memory = (struct memory){ 0 };
	make_base(&dir);
	ended = run_killed(write_batch, dir.path, n);
	if (!exchange_fails)
		assert_valid(&dir);
	if (!run_killed(recover_or_die, dir.path, in_recovery) &&
	    !exchange_fails)
		assert_valid(&dir);
	assert_int_equal(recover(dir.path), XJ_OK);
	assert_int_equal(recover(dir.path), XJ_OK);
	assert_valid(&dir);
	assert_int_equal(count_staging(&dir), 0);
	assert_all_or_nothing(&dir, memory->committed);
	assert_valid(&dir);
	return ended;
}

static void
kill_at_every_step(void)
{
	bool ended = false;
	long n;

	for (n = 0; !ended; n++) {
		ended = survive(n, n % 13);
		assert_true(n < 1000);
	}
	print_message("killed at %ld steps\n", n - 1);
	assert_true(memory->done);
	assert_true(n > 60);
}

static void
a_writer_killed_at_any_step_leaves_all_or_nothing(void **state)
{
	(void)state;
	kill_at_every_step();
}

/* In between the object is in the batch: the root is whole again after
 * recovery alone. */
static void
nothing_is_lost_where_files_cannot_change_places(void **state)
{
	(void)state;
	exchange_fails = true;
	kill_at_every_step();
	exchange_fails = false;
}

static void
a_create_that_was_killed_can_be_done_again(void **state)
{
	(void)state;
	for (long n = 0;; n++) {
		xj_auto(scratch_end) struct scratch dir = scratch_begin();
		pid_t pid = fork();
		struct xj_store *store;
		int status;

		if (pid == 0) {
			steps_left = n;
			_exit(xj_store_create(dir.path, NULL) < 0);
		}
		waitpid(pid, &status, 0);
		if (xj_store_open(dir.path, &store, NULL) < 0)
			assert_ok(xj_store_create(dir.path, &why));
		else
			xj_store_close(store);
		assert_valid(&dir);
		if (WEXITSTATUS(status) != KILLED)
			break;
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_writer_killed_at_any_step_leaves_all_or_nothing),
	cmocka_unit_test(nothing_is_lost_where_files_cannot_change_places),
	cmocka_unit_test(a_create_that_was_killed_can_be_done_again),
};

int
main(void)
{
	/* In memory the many syncs cost nothing; a kill is the same there. */
	if (!getenv("TMPDIR") && access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1);
	memory = mmap(NULL, sizeof(*memory), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return 1;
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
