/*
 * test-backup.c - backups that are killed, run out of disk, or go on beside
 * adds and purges: what is complete is whole, and the next run goes on.
 *
 * XJ_KILL_ROUNDS says how often (8), XJ_KILL_SEED repeats a run.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "library-fixture.h"

struct place {
	char backups[400], again[400];
};

static struct place
place_of(const struct shelf *s)
{
	struct place p;

	snprintf(p.backups, sizeof(p.backups), "%.255s/backups", s->dir.path);
	snprintf(p.again, sizeof(p.again), "%.255s/again", s->dir.path);
	return p;
}

static void
write_round(struct shelf *s, unsigned round, unsigned count)
{
	char name[64], text[96];

	for (unsigned i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "r%02u/f%03u.txt", round, i);
		snprintf(text, sizeof(text), "common words %u of round %u", i,
			 round);
		write_file(s, name, text);
	}
	for (unsigned i = 0; i < 5 && round > 0; i++) {
		snprintf(name, sizeof(name), "r%02u/f%03u.txt", round - 1, i);
		snprintf(text, sizeof(text), "common words %u changed in %u", i,
			 round);
		write_file(s, name, text);
	}
}

static struct xj_backup_result
back_up(struct shelf *s, const char *dir)
{
	struct xj_backup_result result;

	must(xj_backup(s->home, dir, &(struct xj_backup_options){
		.problem = show_problem }, &result, &s->err));
	assert_int_equal(result.failed, 0);
	return result;
}

static void
assert_whole(struct shelf *s, const char *dir)
{
	struct xj_check_result found;

	must(xj_backup_verify(dir, show_problem, NULL, NULL, &found, &s->err));
	assert_int_equal(found.errors, 0);
}

/* The number, title, version and digest of every document. */
static int
note_document(void *ctx, const struct xj_document_info *i)
{
	struct xj_buf *b = ctx;

	xj_buf_addf(b, "%llu %s %u %s %s\n", (unsigned long long)i->id,
		    i->title, i->version, i->sha512, i->urn);
	return XJ_OK;
}

static void
note_all(struct shelf *s, const char *home, struct xj_buf *b)
{
	struct xj_archive *a;

	xj_buf_clear(b);
	must(xj_archive_open(home, XJ_OPEN_READONLY, &a, &s->err));
	must(xj_list(a, NULL, NULL, note_document, b, &s->err));
	xj_archive_close(a);
}

/* A restored archive is sound, searched, and says what was noted. */
static void
assert_restores(struct shelf *s, const struct place *p, const char *at,
		const char *noted)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	struct xj_check_result found;
	struct xj_archive *a;

	xj_remove_tree(AT_FDCWD, p->again, NULL);
	must(xj_backup_restore(p->backups, p->again,
			       &(struct xj_restore_options){ .at = at,
			       .problem = show_problem }, NULL, &s->err));
	note_all(s, p->again, &b);
	assert_string_equal(xj_buf_str(&b), noted);
	must(xj_archive_open(p->again, 0, &a, &s->err));
	must(xj_verify(a, NULL, show_problem, NULL, NULL, &found, &s->err));
	assert_int_equal(found.errors, 0);
	xj_archive_close(a);
}

/* ------------------------------------------------------------------- kills */

static unsigned
rounds_wanted(void)
{
	const char *s = getenv("XJ_KILL_ROUNDS");

	return s && *s ? (unsigned)atoi(s) : 8;
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

static int
do_backup(struct shelf *s, const struct place *p)
{
	return xj_backup(s->home, p->backups, NULL, NULL, &s->err);
}

static int
do_restore(struct shelf *s, const struct place *p)
{
	return xj_backup_restore(p->backups, p->again, NULL, NULL, &s->err);
}

/* True: it was done before it was killed. */
static bool
run_and_kill(struct shelf *s, const struct place *p,
	     int (*work)(struct shelf *s, const struct place *p), long after_us)
{
	pid_t child = fork();
	int status;

	if (!child) {
		setpgid(0, 0);
		_exit(work(s, p) < 0);
	}
	setpgid(child, child);
	nanosleep(&(struct timespec){ after_us / 1000000,
		  after_us % 1000000 * 1000 }, NULL);
	kill(-child, SIGKILL);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void
a_backup_that_is_killed_leaves_those_before_whole(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf before = XJ_BUF_INIT;
	unsigned rounds = rounds_wanted(), late = 0;
	uint64_t whole_us = 400000;
	SHELF(s);
	struct place p = place_of(s);

	(void)state;
	sow();
	for (unsigned round = 0; round < rounds; round++) {
		uint64_t begun;

		write_round(s, round, 30);
		shelf_open(s, 0);
		add(s, "");
		xj_archive_close(s->archive);
		s->archive = NULL;
		late += run_and_kill(s, &p, do_backup,
				     random() % (long)(whole_us + 1));
		if (round > 0) {
			assert_whole(s, p.backups);
			if (round == 1) /* the newest complete one */
				assert_status(xj_backup_restore(p.backups,
					p.again, NULL, NULL, &s->err), XJ_OK);
		}
		begun = xj_monotonic_ms();
		back_up(s, p.backups);
		whole_us = (3 * whole_us +
			    1000 * (xj_monotonic_ms() - begun)) / 4;
		assert_whole(s, p.backups);
	}
	note_all(s, s->home, &before);
	assert_restores(s, &p, NULL, before.data);
	fprintf(stderr, "%u kills, %u of them too late\n", rounds, late);
}

static void
a_restore_that_is_killed_goes_on(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf before = XJ_BUF_INIT;
	unsigned rounds = rounds_wanted(), late = 0;
	SHELF(s);
	struct place p = place_of(s);

	(void)state;
	sow();
	write_round(s, 0, 150);
	add(s, "");
	xj_archive_close(s->archive);
	s->archive = NULL;
	back_up(s, p.backups);
	note_all(s, s->home, &before);
	for (unsigned round = 0; round < rounds; round++) {
		xj_auto(xj_buf_release) struct xj_buf after = XJ_BUF_INIT;
		char marker[500];

		xj_remove_tree(AT_FDCWD, p.again, NULL);
		for (unsigned i = 0; i < 2; i++)
			late += run_and_kill(s, &p, do_restore,
					     random() % 300000);
		snprintf(marker, sizeof(marker), "%s/xueji-restore.json",
			 p.again);
		if (access(p.again, F_OK) < 0 || access(marker, F_OK) == 0) {
			must(do_restore(s, &p));
		} else {
			struct xj_archive *a;

			/* All is there: only the index may not be. */
			must(xj_archive_open(p.again, 0, &a, &s->err));
			must(xj_index_queue(a, NULL, NULL, &s->err));
			xj_archive_close(a);
		}
		note_all(s, p.again, &after);
		assert_string_equal(after.data, before.data);
	}
	fprintf(stderr, "%u kills, %u of them too late\n", 2 * rounds, late);
}

/* ------------------------------------------------------------- beside others */

static void
a_backup_beside_adds_is_of_one_moment(void **state)
{
	SHELF(s);
	struct place p = place_of(s);
	int status;
	pid_t child;

	(void)state;
	write_round(s, 0, 20);
	add(s, "");
	xj_archive_close(s->archive);
	s->archive = NULL;
	child = fork();
	if (!child) {
		for (unsigned round = 1; round < 12; round++) {
			write_round(s, round, 10);
			shelf_open(s, 0);
			if (try_add(s, "") < 0)
				_exit(1);
			xj_archive_close(s->archive);
			s->archive = NULL;
		}
		_exit(0);
	}
	for (unsigned i = 0; i < 4; i++)
		back_up(s, p.backups);
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	assert_whole(s, p.backups);
	/* As the snapshot says, and not as it is now. */
	must(xj_backup_restore(p.backups, p.again, NULL, NULL, &s->err));
	must(xj_archive_open(p.again, 0, &s->archive, &s->err));
	assert_sound(s);
	xj_archive_close(s->archive);
	s->archive = NULL;
}

static void
a_purge_reaches_every_snapshot(void **state)
{
	SHELF(s);
	struct place p = place_of(s);
	char command[1024];

	(void)state;
	write_file(s, "secret-name.txt", "words that shall be gone: zanzibar");
	write_file(s, "other.txt", "words that stay");
	add(s, "");
	back_up(s, p.backups);
	must(xj_edit(s->archive, id_of(s, "other.txt"),
		     (const struct xj_given[]){ { "title", "new" },
						{ NULL, NULL } }, 0, &s->err));
	back_up(s, p.backups);
	must(xj_purge(s->archive, id_of(s, "secret-name.txt"), "asked",
		      &s->err));
	assert_int_equal(back_up(s, p.backups).erased, 2);
	snprintf(command, sizeof(command), "grep -rqaF -e secret-name -e "
		 "zanzibar '%s'", p.backups);
	assert_int_not_equal(system(command), 0);
	assert_whole(s, p.backups);
	assert_int_equal(back_up(s, p.backups).erased, 0);
}

/* --------------------------------------------------------------- full disks */

static void
a_full_disk_is_told_and_leaves_the_backups_before(void **state)
{
	struct xj_backup_result result;
	SHELF(s);
	struct place p = place_of(s);
	char *text = malloc(400000);

	(void)state;
	mkdir(p.backups, 0700);
	if (mount("none", p.backups, "tmpfs", 0, "size=3M,mode=0700") < 0) {
		free(text);
		tap_skip("file systems cannot be mounted here");
	}
	write_round(s, 0, 20);
	add(s, "");
	back_up(s, p.backups);
	for (size_t i = 0; i < 400000; i++)
		text[i] = (char)('a' + random() % 26);
	for (char name[] = "big0.txt"; name[3] <= '9'; name[3]++) {
		text[0] = name[3];
		write_bytes(s, name, text, 400000);
	}
	free(text);
	add(s, "");
	assert_status(xj_backup(s->home, p.backups, NULL, &result, &s->err),
		      XJ_ENOSPC);
	assert_says(s, p.backups);
	assert_whole(s, p.backups);
	assert_int_equal(mount("none", p.backups, "tmpfs", MS_REMOUNT,
			       "size=64M"), 0);
	back_up(s, p.backups);
	assert_whole(s, p.backups);
	umount2(p.backups, MNT_DETACH);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_backup_that_is_killed_leaves_those_before_whole),
	cmocka_unit_test(a_restore_that_is_killed_goes_on),
	cmocka_unit_test(a_backup_beside_adds_is_of_one_moment),
	cmocka_unit_test(a_purge_reaches_every_snapshot),
	cmocka_unit_test(a_full_disk_is_told_and_leaves_the_backups_before),
};

LIBRARY_MAIN(tests)
