/* test-indexer.c - the queue becomes an index: what is found, who indexes, and
 * how many segments stay. */
#include <signal.h>
#include <sys/wait.h>

#include "library-fixture.h"

static struct xj_archive_status
status_of(struct shelf *s)
{
	struct xj_archive_status status;

	must(xj_status(s->archive, &status, &s->err));
	return status;
}

static void
write_many(struct shelf *s, const char *folder, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char name[64], text[64];

		snprintf(name, sizeof(name), "%s/f%04u.txt", folder, i);
		snprintf(text, sizeof(text), "%s number %u", folder, i);
		write_file(s, name, text);
	}
}

static void
everything_added_is_indexed_once(void **state)
{
	SHELF(s);

	(void)state;
	write_many(s, "a", 300);
	add(s, "");
	assert_int_equal(status_of(s).queued, 0);
	assert_int_equal(s->result.queued, 0);
	assert_hits(s, "number", 300);
	assert_hits(s, "\"number 299\"", 1);
}

static void
segments_stay_few(void **state)
{
	SHELF(s);

	(void)state;
	for (unsigned i = 0; i < 24; i++) {
		char folder[16];

		snprintf(folder, sizeof(folder), "d%02u", i);
		write_many(s, folder, 3);
		add(s, folder);
	}
	assert_true(status_of(s).segments <= 6);
	/* "lock", "stub" and the segments: nothing else is left */
	assert_int_equal(count_entries(s, "index"),
			 status_of(s).segments + 2);
	assert_hits(s, "number", 72);
}

static void
dead_entries_do_not_pile_up(void **state)
{
	SHELF(s);

	(void)state;
	write_many(s, "a", 20);
	add(s, "");
	for (unsigned i = 0; i < 12; i++)
		for (uint64_t id = 1; id <= 20; id += 2) {
			char title[32];
			const struct xj_given given[] = { { "title", title },
							  { NULL, NULL } };

			snprintf(title, sizeof(title), "Title%u", i);
			must(xj_edit(s->archive, id, given, 0, &s->err));
		}
	assert_true(status_of(s).dead <= 60);
	assert_hits(s, "title:title11", 10);
	assert_hits(s, "title:title10", 0);
	assert_hits(s, "number", 20);
}

static void
a_reindex_finds_the_same(void **state)
{
	uint64_t indexed;
	SHELF(s);

	(void)state;
	write_many(s, "a", 40);
	add(s, "");
	must(xj_remove(s->archive, 7, NULL, &s->err));
	must(xj_reindex(s->archive, NULL, &indexed, &s->err));
	assert_int_equal(indexed, 39);
	assert_hits(s, "number", 39);
	assert_int_equal(status_of(s).dead, 0);
	assert_int_equal(status_of(s).segments, 1);
}

static void
a_lost_index_is_made_again(void **state)
{
	char path[400];
	SHELF(s);

	(void)state;
	write_many(s, "a", 10);
	add(s, "");
	snprintf(path, sizeof(path), "%.255s/index", s->home);
	must(xj_remove_tree(AT_FDCWD, path, &s->err));
	shelf_open(s, 0);
	must(xj_reindex(s->archive, NULL, NULL, &s->err));
	assert_hits(s, "number", 10);
}

static void
reindexing_that_is_stopped_goes_on_later(void **state)
{
	const bool cancel = true;
	SHELF(s);

	(void)state;
	write_many(s, "a", 10);
	add(s, "");
	assert_status(xj_reindex(s->archive, &(struct xj_watch){
		.cancel = &cancel }, NULL, &s->err), XJ_ECANCELLED);
	assert_int_equal(status_of(s).queued, 10);
	must(xj_index_queue(s->archive, NULL, NULL, &s->err));
	assert_hits(s, "number", 10);
}

static void
die_on_progress(void *ctx, const struct xj_progress *p)
{
	(void)ctx;
	if (p->done)
		kill(getpid(), SIGKILL);
}

static void
reindex_and_die(struct shelf *s)
{
	pid_t child = fork();
	struct xj_archive *a;
	int status;

	if (child == 0) {
		if (xj_archive_open(s->home, 0, &a, NULL) == XJ_OK)
			xj_reindex(a, &(struct xj_watch){
				.progress = die_on_progress }, NULL, NULL);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

static void
reindexing_that_is_killed_goes_on_where_it_was(void **state)
{
	uint64_t left, indexed;
	SHELF(s);

	(void)state;
	write_many(s, "a", 300);
	add(s, "");
	reindex_and_die(s);
	shelf_open(s, 0);
	left = status_of(s).queued;
	assert_true(left < 300);
	must(xj_reindex(s->archive, NULL, &indexed, &s->err));
	assert_int_equal(indexed, left);
	assert_hits(s, "number", 300);
	must(xj_reindex(s->archive, NULL, &indexed, &s->err));
	assert_int_equal(indexed, 300);
}

/* --------------------------------------------------------- who indexes */

/* A process that holds the indexer's lock until it is killed. */
static pid_t
hold_lock(struct shelf *s)
{
	int ends[2];
	pid_t child;
	char c;

	assert_int_equal(pipe(ends), 0);
	if ((child = fork()) == 0) {
		struct flock lock = { .l_type = F_WRLCK };
		char path[400];
		int fd;

		snprintf(path, sizeof(path), "%.255s/index/lock", s->home);
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0 || fcntl(fd, F_OFD_SETLK, &lock) < 0 ||
		    dprintf(fd, "%d\n", getpid()) < 0 ||
		    write(ends[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	assert_int_equal(read(ends[0], &c, 1), 1);
	close(ends[0]);
	close(ends[1]);
	return child;
}

static void
end_process(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void
documents_wait_while_another_process_indexes(void **state)
{
	pid_t child;
	SHELF(s);

	(void)state;
	write_many(s, "a", 5);
	child = hold_lock(s);
	add(s, "");
	assert_int_equal(s->result.taken, 5);
	assert_int_equal(s->result.queued, 5);
	assert_int_equal(status_of(s).indexer, child);
	assert_status(xj_index_queue(s->archive, NULL, NULL, &s->err),
		      XJ_EBUSY);
	{
		DOCUMENT(d, s, 1);
		assert_true(d_info->queued);
	}
	end_process(child);
	assert_int_equal(status_of(s).indexer, 0);
	add(s, ""); /* nothing to add, but it is seen to */
	assert_int_equal(s->result.queued, 0);
	assert_hits(s, "number", 5);
}

static void
asking_who_indexes_stops_nobody(void **state)
{
	SHELF(s);

	(void)state;
	write_many(s, "a", 5);
	for (unsigned i = 0; i < 50; i++)
		assert_int_equal(status_of(s).indexer, 0);
	add(s, "");
	assert_int_equal(s->result.queued, 0);
}

/* -------------------------------------------------------- what is found */

static void
only_values_in_force_are_found(void **state)
{
	const struct xj_given given[] = { { "creator", "Given Name" },
					  { NULL, NULL } };
	const struct xj_given taken[] = { { "creator", "" }, { NULL, NULL } };
	SHELF(s);

	(void)state;
	write_file(s, "a.html", "<html><head><meta name=author content=Found>"
		   "<meta name=author content=Second></head><p>text");
	add(s, "");
	assert_hits(s, "creator:found", 1);
	assert_hits(s, "creator:second", 1);
	must(xj_edit(s->archive, 1, given, 0, &s->err));
	assert_hits(s, "creator:found", 0);
	assert_hits(s, "creator:second", 0);
	assert_hits(s, "found", 0);
	assert_hits(s, "creator:given", 1);
	must(xj_edit(s->archive, 1, taken, 0, &s->err));
	assert_hits(s, "creator:found", 1);
	assert_hits(s, "creator:given", 0);
}

/* A text of several chunks, as one section without a line break: what stands
 * where one chunk ends and the next begins is found like the rest. */
static void
text_is_found_across_chunks(void **state)
{
	static const char *const han[] = { "学", "习", "卫", "生", "管", "理",
		"医", "疗", "保", "障", "农", "村" };
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	size_t count = 60000;
	unsigned missed = 0;
	SHELF(s);

	(void)state;
	srandom(7);
	for (size_t i = 0; i < count; i++)
		xj_buf_adds(&b, random() % 40 ? han[random() % 12] : "，");
	write_bytes(s, "a.txt", b.data, b.len);
	add(s, "");
	for (size_t i = 0; i < 400; i++) {
		size_t at = (size_t)random() % (count - 20) * 3;
		char query[40];

		snprintf(query, sizeof(query), "\"%.18s\"", b.data + at);
		missed += hits(s, query) != 1;
	}
	assert_int_equal(missed, 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(everything_added_is_indexed_once),
	cmocka_unit_test(segments_stay_few),
	cmocka_unit_test(dead_entries_do_not_pile_up),
	cmocka_unit_test(a_reindex_finds_the_same),
	cmocka_unit_test(a_lost_index_is_made_again),
	cmocka_unit_test(reindexing_that_is_stopped_goes_on_later),
	cmocka_unit_test(reindexing_that_is_killed_goes_on_where_it_was),
	cmocka_unit_test(documents_wait_while_another_process_indexes),
	cmocka_unit_test(asking_who_indexes_stops_nobody),
	cmocka_unit_test(only_values_in_force_are_found),
	cmocka_unit_test(text_is_found_across_chunks),
};

LIBRARY_MAIN(tests)
