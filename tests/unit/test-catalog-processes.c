/*
 * test-catalog-processes.c - several processes on one catalog, processes that
 * are killed, disks that are full or cannot be written to.
 */
#include "catalog-fixture.h"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "catalog/sql.h"
#include "tap.h"

#define NOBODY 65534

/* Runs `fn` in a child; its return is the exit status. */
static pid_t
in_child(int (*fn)(void *ctx), void *ctx)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(fn(ctx));
	return pid;
}

static int
status_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static struct xj_catalog *
open_again(struct fixture *f, unsigned flags)
{
	struct xj_catalog *c;

	must(xj_catalog_open(f->dir.path, flags, &c, &f->err), &f->err);
	return c;
}

static uint64_t
count_docs(struct xj_catalog *c, struct fixture *f)
{
	uint64_t n;

	must(xj_catalog_count(c, &(struct xj_doc_filter){ 0 }, &n, &f->err),
	     &f->err);
	return n;
}

/* ---------------------------------------------------------------- writers */

struct writer {
	struct fixture *f;
	unsigned first, batches;
};

static int
write_batches(void *ctx)
{
	struct writer *w = ctx;
	struct fixture *f = w->f;
	struct xj_catalog *c = open_again(f, 0);
	unsigned n = w->first;

	for (unsigned b = 0; b < w->batches; b++) {
		uint64_t first;

		must(xj_catalog_begin(c, &f->err), &f->err);
		must(xj_catalog_reserve(c, 8, &first, &f->err), &f->err);
		for (unsigned i = 0; i < 5; i++) {
			struct xj_doc doc = make_doc(f->arena, n++);

			doc.id = first + i;
			must(xj_catalog_insert(c, &doc, &f->err), &f->err);
		}
		must(xj_catalog_unreserve(c, first + 5, first + 8, &f->err),
		     &f->err);
		must(xj_catalog_commit(c, &f->err), &f->err);
	}
	xj_catalog_close(c);
	return 0;
}

static void
two_processes_add_at_once(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct writer a = { &f, 1000, 20 }, b = { &f, 2000, 20 };
	pid_t one, two;
	uint64_t first;

	(void)state;
	fixture_close(&f);
	one = in_child(write_batches, &a);
	two = in_child(write_batches, &b);
	assert_int_equal(status_of(one), 0);
	assert_int_equal(status_of(two), 0);
	f.catalog = open_again(&f, 0);
	assert_int_equal(count_docs(f.catalog, &f), 200);
	must(xj_catalog_reserve(f.catalog, 1, &first, &f.err), &f.err);
	assert_int_equal(first, 201); /* none lost, none twice */
}

static void
a_reader_sees_one_state_while_another_writes(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct writer w = { &f, 1000, 4 };
	struct xj_catalog *reader;

	(void)state;
	insert_doc(&f, 1);
	fixture_close(&f);
	reader = open_again(&f, XJ_CATALOG_READONLY);
	must(xj_catalog_read_begin(reader, &f.err), &f.err);
	assert_int_equal(count_docs(reader, &f), 1);
	assert_int_equal(status_of(in_child(write_batches, &w)), 0);
	assert_int_equal(count_docs(reader, &f), 1);
	xj_catalog_read_end(reader);
	assert_int_equal(count_docs(reader, &f), 21);
	xj_catalog_close(reader);
}

static int
be_killed_between(void *ctx)
{
	struct fixture *f = ctx;
	struct xj_catalog *c = open_again(f, 0);

	f->catalog = c;
	insert_doc(f, 1);
	must(xj_catalog_begin(c, &f->err), &f->err);
	for (unsigned n = 2; n < 400; n++)
		insert_doc(f, n);
	raise(SIGKILL);
	return 0;
}

static void
a_killed_writer_leaves_what_it_had_committed(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	fixture_close(&f);
	assert_int_equal(status_of(in_child(be_killed_between, &f)), 128);
	f.catalog = open_again(&f, 0);
	must(xj_catalog_check(f.catalog, &f.err), &f.err);
	assert_int_equal(count_docs(f.catalog, &f), 1);
	assert_int_equal(insert_doc(&f, 2), 2);
}

static void
begin_waits_and_then_says_who_is_in_the_way(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_catalog *other = open_again(&f, 0);
	uint64_t since;

	(void)state;
	must(xj_catalog_begin(f.catalog, &f.err), &f.err);
	insert_doc(&f, 1);
	sqlite3_busy_timeout(other->db.handle, 100); /* not 30 s */
	since = xj_monotonic_ms();
	assert_int_equal(xj_catalog_begin(other, &f.err), XJ_EBUSY);
	assert_true(xj_monotonic_ms() - since >= 90);
	assert_non_null(strstr(f.err.message, "another process"));
	assert_int_equal(count_docs(other, &f), 0); /* readers do not wait */
	must(xj_catalog_commit(f.catalog, &f.err), &f.err);
	must(xj_catalog_begin(other, &f.err), &f.err);
	xj_catalog_rollback(other);
	xj_catalog_close(other);
}

static void
a_wait_of_30_seconds_is_set(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	sqlite3_stmt *st;

	(void)state;
	assert_int_equal(sqlite3_prepare_v2(f.catalog->db.handle,
					    "PRAGMA busy_timeout", -1, &st,
					    NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(st, 0), 30000);
	sqlite3_finalize(st);
}

static void
a_log_that_is_read_is_not_emptied_without_a_word(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_catalog *reader = open_again(&f, XJ_CATALOG_READONLY);

	(void)state;
	must(xj_catalog_read_begin(reader, &f.err), &f.err);
	assert_int_equal(count_docs(reader, &f), 0);
	insert_doc(&f, 1);
	sqlite3_busy_timeout(f.catalog->db.handle, 50);
	assert_int_equal(xj_catalog_erase(f.catalog, f.texts, &f.err),
			 XJ_EBUSY);
	xj_catalog_read_end(reader);
	must(xj_catalog_erase(f.catalog, f.texts, &f.err), &f.err);
	xj_catalog_close(reader);
}

/* -------------------------------------------------------------- full disks */

static void
let_grow(struct fixture *f, unsigned pages)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA max_page_count=%u", pages);
	assert_int_equal(sqlite3_exec(f->catalog->db.handle, sql, NULL, NULL,
				      NULL), SQLITE_OK);
}

/* Inserts until it fails; what came of it. */
static int
insert_many(struct fixture *f, unsigned first, unsigned count)
{
	int r = XJ_OK;

	for (unsigned n = first; n < first + count && r == XJ_OK; n++) {
		struct xj_doc doc = make_doc(f->arena, n);

		r = xj_catalog_insert(f->catalog, &doc, &f->err);
	}
	return r;
}

static void
insert_batch(struct fixture *f, unsigned first, unsigned count)
{
	must(xj_catalog_begin(f->catalog, &f->err), &f->err);
	must(insert_many(f, first, count), &f->err);
	must(xj_catalog_commit(f->catalog, &f->err), &f->err);
}

static void
what_a_full_disk_spoilt_is_rolled_back_as_one(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	insert_doc(&f, 1);
	let_grow(&f, 60);
	must(xj_catalog_begin(f.catalog, &f.err), &f.err);
	assert_int_equal(insert_many(&f, 2, 1000), XJ_ENOSPC);
	assert_non_null(strstr(f.err.message, "catalog.sqlite"));
	assert_non_null(strstr(f.err.message, "full"));
	/* room again, but this transaction is lost: none of it may stay */
	let_grow(&f, 100000);
	assert_int_equal(insert_many(&f, 2000, 1), XJ_ENOSPC);
	assert_int_equal(xj_catalog_commit(f.catalog, &f.err), XJ_ENOSPC);
	assert_int_equal(count_docs(f.catalog, &f), 1);
	insert_batch(&f, 2, 100);
	assert_int_equal(count_docs(f.catalog, &f), 101);
	must(xj_catalog_check(f.catalog, &f.err), &f.err);
}

/* On a real one, in a mount namespace of its own. 77: not permitted. */
static int
fill_small_disk(void *ctx)
{
	struct fixture *f = ctx;
	uint64_t count;
	int r;

	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("xueji", f->dir.path, "tmpfs", 0, "size=600k") < 0)
		return 77;
	must(xj_catalog_open(f->dir.path, XJ_CATALOG_CREATE, &f->catalog,
			     &f->err), &f->err);
	insert_batch(f, 1, 50);
	must(xj_catalog_begin(f->catalog, &f->err), &f->err);
	r = insert_many(f, 51, 5000);
	if (r == XJ_OK)
		r = xj_catalog_commit(f->catalog, &f->err);
	else
		xj_catalog_rollback(f->catalog);
	fprintf(stderr, "%d: %s\n", r, f->err.message);
	if (r != XJ_ENOSPC || !strstr(f->err.message, "catalog.sqlite"))
		return 1;
	count = count_docs(f->catalog, f);
	must(xj_catalog_get(f->catalog, 50, f->arena, &(struct xj_doc){ 0 },
			    &f->err), &f->err);
	if (mount(NULL, f->dir.path, NULL, MS_REMOUNT, "size=20m") < 0)
		return 77;
	insert_batch(f, 51, 300); /* the run goes on */
	return count == 50 && count_docs(f->catalog, f) == 350 ? 0 : 2;
}

static void
a_run_goes_on_when_a_full_disk_has_room_again(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	int status;

	(void)state;
	fixture_close(&f);
	status = status_of(in_child(fill_small_disk, &f));
	if (status == 77)
		tap_skip("mounting is not permitted");
	assert_int_equal(status, 0);
}

/* A disk too small to begin with: no half-made catalog is left. */
static int
create_on_tiny_disk(void *ctx)
{
	struct fixture *f = ctx;
	int r;

	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("xueji", f->dir.path, "tmpfs", 0, "size=40k") < 0)
		return 77;
	r = xj_catalog_open(f->dir.path, XJ_CATALOG_CREATE, &f->catalog,
			    &f->err);
	fprintf(stderr, "%d: %s\n", r, f->err.message);
	if (r != XJ_ENOSPC)
		return 1;
	if (access(fixture_file(f, "catalog.sqlite"), F_OK) == 0 ||
	    access(fixture_file(f, "catalog.sqlite.new"), F_OK) == 0)
		return 2;
	if (mount(NULL, f->dir.path, NULL, MS_REMOUNT, "size=20m") < 0)
		return 77;
	must(xj_catalog_open(f->dir.path, XJ_CATALOG_CREATE, &f->catalog,
			     &f->err), &f->err);
	return 0;
}

static void
creating_on_a_full_disk_leaves_nothing(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	int status;

	(void)state;
	fixture_close(&f);
	status = status_of(in_child(create_on_tiny_disk, &f));
	if (status == 77)
		tap_skip("mounting is not permitted");
	assert_int_equal(status, 0);
}

/* --------------------------------------------------------------- read-only */

/* As somebody who may not write there. */
static int
read_as_nobody(void *ctx)
{
	struct fixture *f = ctx;
	struct xj_catalog *c;
	struct xj_texts *t;
	int r;

	if (geteuid() == 0 &&
	    (setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
	     setresuid(NOBODY, NOBODY, NOBODY) < 0))
		return 77;
	if (access(f->dir.path, W_OK) == 0)
		return 77;
	r = xj_catalog_open(f->dir.path, XJ_CATALOG_READONLY, &c, &f->err);
	if (r < 0) {
		fprintf(stderr, "%d: %s\n", r, f->err.message);
		return 1;
	}
	must(xj_texts_open(f->dir.path, XJ_CATALOG_READONLY, &t, &f->err),
	     &f->err);
	if (count_docs(c, f) != 300)
		return 2;
	if (xj_catalog_set_fact(c, "a", "b", &f->err) != XJ_EPERM)
		return 3;
	must(xj_catalog_check(c, &f->err), &f->err);
	xj_catalog_close(c);
	xj_texts_close(t);
	return xj_catalog_open(f->dir.path, 0, &c, &f->err) == XJ_EPERM ? 0
									: 4;
}

static void
forbid_writing(struct fixture *f)
{
	static const char *const names[] = {
		"catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm",
		"text.sqlite", "text.sqlite-wal", "text.sqlite-shm",
	};

	for (size_t i = 0; i < XJ_COUNT(names); i++)
		chmod(fixture_file(f, names[i]), 0444);
	chmod(f->dir.path, 0555);
}

static void
assert_read_as_nobody(struct fixture *f)
{
	int status;

	forbid_writing(f);
	status = status_of(in_child(read_as_nobody, f));
	chmod(f->dir.path, 0755);
	if (status == 77)
		tap_skip("everything can be written to here");
	assert_int_equal(status, 0);
}

static void
an_archive_that_cannot_be_written_to_is_read(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	insert_batch(&f, 1, 300);
	fixture_close(&f);
	assert_read_as_nobody(&f);
}

static void
its_path_may_hold_what_means_something_in_a_uri(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct fixture odd = f;

	(void)state;
	chmod(f.dir.path, 0755);
	strcat(odd.dir.path, "/100%41 ?a=b#资料");
	assert_int_equal(mkdir(odd.dir.path, 0755), 0);
	must(xj_catalog_open(odd.dir.path, XJ_CATALOG_CREATE, &odd.catalog,
			     &f.err), &f.err);
	must(xj_texts_open(odd.dir.path, XJ_CATALOG_CREATE, &odd.texts,
			   &f.err), &f.err);
	insert_batch(&odd, 1, 300);
	fixture_close(&odd);
	assert_read_as_nobody(&odd);
}

static int
write_and_be_killed(void *ctx)
{
	struct fixture *f = ctx;

	f->catalog = open_again(f, 0);
	insert_batch(f, 1, 300);
	raise(SIGKILL);
	return 0;
}

static void
what_a_killed_writer_left_in_its_log_is_read_too(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct stat st;

	(void)state;
	fixture_close(&f);
	assert_int_equal(status_of(in_child(write_and_be_killed, &f)), 128);
	assert_int_equal(stat(fixture_file(&f, "catalog.sqlite-wal"), &st), 0);
	assert_true(st.st_size > 0);
	assert_read_as_nobody(&f);
}

static void
the_log_is_read_even_without_its_index(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();

	(void)state;
	fixture_close(&f);
	assert_int_equal(status_of(in_child(write_and_be_killed, &f)), 128);
	assert_int_equal(unlink(fixture_file(&f, "catalog.sqlite-shm")), 0);
	assert_read_as_nobody(&f);
}

static void
a_reader_of_a_writable_archive_changes_nothing(void **state)
{
	xj_auto(fixture_end) struct fixture f = fixture_begin();
	struct xj_catalog *c;

	(void)state;
	insert_batch(&f, 1, 3);
	fixture_close(&f);
	c = open_again(&f, XJ_CATALOG_READONLY);
	assert_int_equal(count_docs(c, &f), 3);
	assert_int_equal(xj_catalog_begin(c, &f.err), XJ_EPERM);
	assert_int_equal(xj_catalog_set_fact(c, "a", "b", &f.err), XJ_EPERM);
	xj_catalog_close(c);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(two_processes_add_at_once),
	cmocka_unit_test(a_reader_sees_one_state_while_another_writes),
	cmocka_unit_test(a_killed_writer_leaves_what_it_had_committed),
	cmocka_unit_test(begin_waits_and_then_says_who_is_in_the_way),
	cmocka_unit_test(a_wait_of_30_seconds_is_set),
	cmocka_unit_test(a_log_that_is_read_is_not_emptied_without_a_word),
	cmocka_unit_test(what_a_full_disk_spoilt_is_rolled_back_as_one),
	cmocka_unit_test(a_run_goes_on_when_a_full_disk_has_room_again),
	cmocka_unit_test(creating_on_a_full_disk_leaves_nothing),
	cmocka_unit_test(an_archive_that_cannot_be_written_to_is_read),
	cmocka_unit_test(its_path_may_hold_what_means_something_in_a_uri),
	cmocka_unit_test(what_a_killed_writer_left_in_its_log_is_read_too),
	cmocka_unit_test(the_log_is_read_even_without_its_index),
	cmocka_unit_test(a_reader_of_a_writable_archive_changes_nothing),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
