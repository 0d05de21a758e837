/* test-tool.c - programs that are run confined. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "import/import.h"
#include "scratch.h"
#include "tap.h"

struct place {
	struct scratch dir;
	int out;
};

static struct place
begin(void)
{
	struct place p = { .dir = scratch_begin() };
	xj_auto(xj_closep) int fd = openat(p.dir.fd, "known",
					   O_WRONLY | O_CREAT, 0600);

	assert_int_equal(write(fd, "known\n", 6), 6);
	p.out = openat(p.dir.fd, "out", O_RDWR | O_CREAT, 0600);
	assert_true(p.out >= 0);
	return p;
}

static void
end(struct place *p)
{
	close(p->out);
	scratch_end(&p->dir);
}

static int
run(const struct place *p, const char *const *argv, struct xj_error *err)
{
	return xj_tool_run(&(struct xj_tool){
		.argv = argv, .folder = p->dir.path, .in = -1, .out = p->out,
		.cpu_s = 1, .out_max = 1 << 20,
	}, err);
}

static void
it_reads_its_folder_and_writes_through_us(void **state)
{
	xj_auto(end) struct place p = begin();
	static const char *const argv[] = { "/bin/cat", "known", NULL };
	char text[16] = "";
	struct xj_error err;

	(void)state;
	assert_int_equal(run(&p, argv, &err), XJ_OK);
	assert_int_equal(pread(p.out, text, 16, 0), 6);
	assert_string_equal(text, "known\n");
}

static void
it_reads_nothing_else(void **state)
{
	xj_auto(end) struct place p = begin();
	char other[] = "/tmp/xueji-other-XXXXXX";
	const char *argv[] = { "/bin/cat", other, NULL };
	struct xj_error err;
	int fd = mkstemp(other);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(run(&p, argv, &err), XJ_ECORRUPT);
	assert_non_null(strstr(err.message, "Permission denied"));
	close(fd);
	unlink(other);
}

static void
it_writes_no_file(void **state)
{
	xj_auto(end) struct place p = begin();
	static const char *const argv[] = { "/bin/touch", "new", NULL };
	struct xj_error err;

	(void)state;
	assert_int_equal(run(&p, argv, &err), XJ_ECORRUPT);
}

static void
it_starts_no_other_process(void **state)
{
	xj_auto(end) struct place p = begin();
	static const char *const argv[] = { "/bin/sh", "-c",
					    "/bin/true & wait", NULL };
	struct xj_error err;

	(void)state;
	assert_int_equal(run(&p, argv, &err), XJ_ECORRUPT);
}

static void
one_that_never_ends_is_ended(void **state)
{
	xj_auto(end) struct place p = begin();
	static const char *const busy[] = { "/bin/sh", "-c",
					    "while :; do :; done", NULL };
	static const char *const endless[] = { "/usr/bin/yes", NULL };
	struct xj_error err;

	(void)state;
	assert_int_equal(run(&p, busy, &err), XJ_ELIMIT);
	assert_int_equal(run(&p, endless, &err), XJ_ELIMIT);
}

static void
how_it_failed_is_told(void **state)
{
	xj_auto(end) struct place p = begin();
	static const char *const fails[] = {
		"/bin/sh", "-c", "echo first >&2; echo the last words >&2; "
		"exit 3", NULL };
	static const char *const none[] = { "/usr/bin/no-such-program", NULL };
	struct xj_error err;

	(void)state;
	assert_int_equal(run(&p, fails, &err), XJ_ECORRUPT);
	assert_non_null(strstr(err.message, "the last words"));
	assert_int_equal(run(&p, none, &err), XJ_ENOTFOUND);
	assert_int_equal(xj_tool_run(&(struct xj_tool){
		.argv = fails, .folder = p.dir.path, .in = -1, .out = p.out,
		.also = 3 }, &err), XJ_OK);
}

static void
it_stops_when_told_to(void **state)
{
	xj_auto(end) struct place p = begin();
	static const char *const argv[] = { "/bin/sleep", "60", NULL };
	bool cancel = true;
	struct xj_error err;

	(void)state;
	assert_int_equal(xj_tool_run(&(struct xj_tool){
		.argv = argv, .folder = p.dir.path, .in = -1, .out = p.out,
		.cancel = &cancel }, &err), XJ_ECANCELLED);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(it_reads_its_folder_and_writes_through_us),
	cmocka_unit_test(it_reads_nothing_else),
	cmocka_unit_test(it_writes_no_file),
	cmocka_unit_test(it_starts_no_other_process),
	cmocka_unit_test(one_that_never_ends_is_ended),
	cmocka_unit_test(how_it_failed_is_told),
	cmocka_unit_test(it_stops_when_told_to),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
