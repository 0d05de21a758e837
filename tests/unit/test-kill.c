/*
 * test-kill.c - kill -9 at random moments: what was acknowledged is there, once,
 * and the same command goes on.
 *
 * XJ_KILL_ROUNDS says how often (12), XJ_KILL_SEED repeats a run.
 */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include <xueji/study.h>

#include "library-fixture.h"
#include "make-zip.h"

#define NEW 40     /* files that a round brings */
#define CHANGED 10 /* of the round before, in a new version */

/* ------------------------------------------------------------- what is added */

static void
write_round(struct shelf *s, unsigned round)
{
	struct zip z = ZIP_INIT;
	char name[64], text[96];

	for (unsigned i = 0; i < NEW; i++) {
		snprintf(name, sizeof(name), "r%03u/f%02u.txt", round, i);
		snprintf(text, sizeof(text), "common words %u of round %u", i,
			 round);
		write_file(s, name, text);
	}
	for (unsigned i = 0; i < CHANGED && round > 0; i++) {
		snprintf(name, sizeof(name), "r%03u/f%02u.txt", round - 1, i);
		snprintf(text, sizeof(text), "common words %u changed in %u", i,
			 round);
		write_file(s, name, text);
	}
	for (unsigned i = 0; i < 5; i++) {
		snprintf(name, sizeof(name), "m%u.txt", i);
		snprintf(text, sizeof(text), "inside %u in %u", i, round);
		zip_text(&z, name, text);
	}
	zip_end(&z);
	write_bytes(s, "z.zip", z.bytes.data, z.bytes.len);
	zip_release(&z);
}

static unsigned
files_of(unsigned rounds)
{
	return rounds * NEW + 1;
}

/* ------------------------------------------------------------ the process */

/* "id version path", as soon as it is durable. */
static int
acknowledge(void *ctx, const struct xj_outcome *o)
{
	const int *fd = ctx;

	if (o->path[1] || strcmp(o->outcome, "held") == 0)
		return XJ_OK;
	dprintf(*fd, "%llu %u %s\n", (unsigned long long)o->id, o->version,
		o->path[0]);
	return XJ_OK;
}

/* A process group of its own that does something with the archive. */
static pid_t
start(struct shelf *s, int (*work)(struct shelf *s, int fd), int fd)
{
	pid_t child = fork();

	if (child) {
		setpgid(child, child);
		return child;
	}
	setpgid(0, 0);
	s->archive = NULL;
	if (xj_archive_open(s->home, 0, &s->archive, &s->err) < 0 ||
	    work(s, fd) < 0) {
		fprintf(stderr, "%s\n", s->err.message);
		_exit(1);
	}
	_exit(0);
}

static int
add_all(struct shelf *s, int fd)
{
	const char *paths[] = { s->files, NULL };

	return xj_add(s->archive, paths, &(struct xj_add_options){
		.jobs = 2, .outcome = acknowledge, .ctx = &fd }, NULL,
		&s->err);
}

static void
pause_us(long us)
{
	nanosleep(&(struct timespec){ us / 1000000, us % 1000000 * 1000 },
		  NULL);
}

/* What it acknowledged until it was killed; true: it was done before. */
static bool
run_and_kill(struct shelf *s, int (*work)(struct shelf *s, int fd),
	     long after_us, struct xj_buf *acknowledged)
{
	int ends[2], status;
	char buf[4096];
	ssize_t n;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = start(s, work, ends[1]);
	close(ends[1]);
	pause_us(after_us);
	kill(-child, SIGKILL);
	xj_buf_clear(acknowledged);
	while ((n = read(ends[0], buf, sizeof(buf))) > 0)
		xj_buf_add(acknowledged, buf, (size_t)n);
	close(ends[0]);
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void
run_to_the_end(struct shelf *s, int (*work)(struct shelf *s, int fd))
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), status;
	pid_t child = start(s, work, null);

	close(null);
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
}

/* -------------------------------------------------------------- the checks */

/* Nobody has put anything right yet. */
static void
assert_valid_root(struct shelf *s)
{
	struct xj_check_result result;
	char root[400];

	snprintf(root, sizeof(root), "%.255s/ocfl", s->home);
	must(xj_ocfl_check(root, show_problem, NULL, &result, &s->err));
	assert_int_equal(result.errors, 0);
}

/* The stored text is that of the version that the catalog knows. */
static void
assert_text_is_of_version(struct shelf *s, uint64_t id)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	must(get_bytes(s, id, 0, &b));
	assert_text(s, id, b.data);
}

static void
assert_acknowledged(struct shelf *s, char *lines)
{
	char *line;

	while ((line = strsep(&lines, "\n")) && *line) {
		unsigned long long id;
		unsigned version;
		int path;

		assert_int_equal(sscanf(line, "%llu %u %n", &id, &version,
					&path), 2);
		DOCUMENT(d, s, id);
		assert_int_equal(d_info->state, XJ_LIVE);
		assert_true(d_info->version >= version);
		assert_string_equal(d_info->path[0], line + path);
		if (!strstr(line, ".zip"))
			assert_text_is_of_version(s, id);
	}
}

struct names {
	char **list;
	size_t count;
};

static int
note_path(void *ctx, const struct xj_document_info *info)
{
	struct names *n = ctx;

	n->list = realloc(n->list, (n->count + 1) * sizeof(*n->list));
	n->list[n->count++] = strdup(info->path[0]);
	return XJ_OK;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t
assert_none_twice(struct shelf *s)
{
	struct names n = { 0 };

	must(xj_list(s->archive, &(struct xj_list_options){
		.top_only = true }, NULL, note_path, &n, &s->err));
	if (n.count > 0)
		qsort(n.list, n.count, sizeof(*n.list), by_text);
	for (size_t i = 1; i < n.count; i++)
		assert_string_not_equal(n.list[i - 1], n.list[i]);
	for (size_t i = 0; i < n.count; i++)
		free(n.list[i]);
	free(n.list);
	return n.count;
}

static int
check_text(void *ctx, const struct xj_document_info *info)
{
	if (strcmp(info->type, "text") == 0)
		assert_text_is_of_version(ctx, info->id);
	return XJ_OK;
}

/* ------------------------------------------------------------------ rounds */

static unsigned
rounds_wanted(void)
{
	const char *s = getenv("XJ_KILL_ROUNDS");

	return s && *s ? (unsigned)atoi(s) : 12;
}

static void
sow(void)
{
	const char *s = getenv("XJ_KILL_SEED");
	unsigned seed = s && *s ? (unsigned)atoi(s) :
		(unsigned)time(NULL) ^ (unsigned)getpid();

	fprintf(stderr, "XJ_KILL_SEED=%u\n", seed);
	srandom(seed);
}

static long
some_time(uint64_t whole_ms)
{
	return random() % (long)(whole_ms * 1000 * 11 / 10 + 1000);
}

static void
nothing_acknowledged_is_lost_when_an_add_is_killed(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf acknowledged = XJ_BUF_INIT;
	unsigned rounds = rounds_wanted(), done = 0;
	uint64_t whole_ms = 400;
	SHELF(s);

	(void)state;
	sow();
	xj_archive_close(s->archive);
	s->archive = NULL;
	for (unsigned round = 0; round < rounds; round++) {
		uint64_t begun;

		write_round(s, round);
		done += run_and_kill(s, add_all, some_time(whole_ms),
				     &acknowledged);
		assert_valid_root(s);
		shelf_open(s, 0);
		assert_acknowledged(s, acknowledged.data);
		assert_none_twice(s);
		must(xj_list(s->archive, NULL, NULL, check_text, s, &s->err));
		xj_archive_close(s->archive);
		s->archive = NULL;
		begun = xj_monotonic_ms();
		run_to_the_end(s, add_all);
		whole_ms = (3 * whole_ms + xj_monotonic_ms() - begun) / 4;
		shelf_open(s, XJ_OPEN_READONLY);
		assert_int_equal(assert_none_twice(s), files_of(round + 1));
		assert_hits(s, "common", files_of(round + 1) - 1);
		assert_int_equal(count_entries(s, "staging"), 1);
		if (round % 10 == 9 || round + 1 == rounds)
			assert_sound(s);
		xj_archive_close(s->archive);
		s->archive = NULL;
	}
	fprintf(stderr, "%u kills, %u of them too late\n", rounds, done);
}

/* Things that replace and drop text that is there. */
static int
undo_last(struct shelf *s, int fd)
{
	(void)fd;
	return xj_accession_undo(s->archive, 2, NULL, NULL, &s->err);
}

static void
an_undo_that_is_killed_is_done_or_not(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf none = XJ_BUF_INIT;
	unsigned rounds = rounds_wanted() / 3;

	(void)state;
	for (unsigned round = 0; round < rounds; round++) {
		bool undone;
		SHELF(s);

		for (unsigned i = 0; i < 2; i++) {
			write_round(s, i);
			add(s, "");
		}
		xj_archive_close(s->archive);
		s->archive = NULL;
		run_and_kill(s, undo_last, some_time(300), &none);
		assert_valid_root(s);
		shelf_open(s, 0);
		undone = assert_none_twice(s) == files_of(1);
		must(xj_list(s->archive, NULL, NULL, check_text, s, &s->err));
		assert_status(xj_accession_undo(s->archive, 2, NULL, NULL,
						&s->err),
			      undone ? XJ_EEXIST : XJ_OK);
		assert_int_equal(assert_none_twice(s), files_of(1));
		must(xj_list(s->archive, NULL, NULL, check_text, s, &s->err));
		assert_sound(s);
	}
}

/* ------------------------------------------------------------------ papers */

static void
begin_papers(struct shelf *s)
{
	static const char *const logins[] = { "author", "reviewer" };

	must(xj_unit_add(s->archive, &(struct xj_unit_given){ .code = "u",
		.name = "u", .kind = "department", .axis = "work" }, NULL, NULL,
		&s->err));
	for (size_t i = 0; i < XJ_COUNT(logins); i++)
		must(xj_member_add(s->archive, &(struct xj_member_given){
			.login = logins[i], .name = logins[i], .unit = "u" },
			NULL, NULL, &s->err));
	must(xj_role_grant(s->archive, "reviewer", "reviewer", "u", NULL, NULL,
			   NULL, &s->err));
	must(xj_setting_set(s->archive, "paper.minimum", "1", &s->err));
	must(xj_archive_set_reader(s->archive, "author", &s->err));
	write_file(s, "basis.md", "read it");
	add(s, "basis.md");
	must(xj_archive_set_reader(s->archive, NULL, &s->err));
}

/* "saved ID", "accepted ID", as soon as it is so. */
static int
write_one(struct shelf *s, int fd)
{
	const char *const basis[] = { "1", NULL };
	const char *text = "what I think of it";
	struct xj_paper_saved saved;
	int r = xj_archive_set_reader(s->archive, "author", &s->err);

	if (r == XJ_OK)
		r = xj_paper_new(s->archive, &(struct xj_paper_given){
			.title = "a paper", .based_on = basis }, text,
			strlen(text), NULL, &saved, &s->err);
	if (r < 0)
		return r;
	dprintf(fd, "saved %llu\n", (unsigned long long)saved.id);
	r = xj_paper_submit(s->archive, saved.id, NULL, NULL, &s->err);
	if (r == XJ_OK)
		r = xj_archive_set_reader(s->archive, "reviewer", &s->err);
	if (r == XJ_OK)
		r = xj_paper_accept(s->archive, saved.id, NULL, NULL, NULL,
				    &s->err);
	dprintf(fd, "accepted %llu\n", (unsigned long long)saved.id);
	return r;
}

static int
write_papers(struct shelf *s, int fd)
{
	int r = XJ_OK;

	for (unsigned i = 0; i < 20 && r == XJ_OK; i++)
		r = write_one(s, fd);
	return r;
}

static int
note_paper(void *ctx, const struct xj_paper *p)
{
	struct xj_buf *state = ctx;

	xj_buf_clear(state);
	xj_buf_adds(state, p->state);
	return XJ_OK;
}

static void
assert_papers(struct shelf *s, const char *lines)
{
	xj_auto(xj_buf_release) struct xj_buf state = XJ_BUF_INIT;
	unsigned long long id;
	char what[16], *text;
	int n;

	must(xj_archive_set_reader(s->archive, "author", &s->err));
	for (; sscanf(lines, "%15s %llu\n%n", what, &id, &n) == 2;
	     lines += n) {
		must(xj_papers(s->archive, &(struct xj_paper_filter){
			.id = id }, note_paper, &state, &s->err));
		if (strcmp(what, "accepted") == 0)
			assert_string_equal(state.data, "accepted");
		must(xj_paper_text(s->archive, id, &text, &s->err));
		assert_string_equal(text, "what I think of it");
		xj_free(text);
	}
	must(xj_archive_set_reader(s->archive, NULL, &s->err));
}

static void
no_saved_or_accepted_paper_is_lost(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf now = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf all = XJ_BUF_INIT;
	unsigned rounds = rounds_wanted() / 2;
	SHELF(s);

	(void)state;
	begin_papers(s);
	xj_archive_close(s->archive);
	s->archive = NULL;
	for (unsigned round = 0; round < rounds; round++) {
		run_and_kill(s, write_papers, some_time(300), &now);
		xj_buf_add(&all, now.data, now.len);
		assert_valid_root(s);
		shelf_open(s, 0);
		assert_papers(s, xj_buf_str(&all));
		xj_archive_close(s->archive);
		s->archive = NULL;
	}
	shelf_open(s, 0);
	assert_sound(s);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(nothing_acknowledged_is_lost_when_an_add_is_killed),
	cmocka_unit_test(an_undo_that_is_killed_is_done_or_not),
	cmocka_unit_test(no_saved_or_accepted_paper_is_lost),
};

LIBRARY_MAIN(tests)
