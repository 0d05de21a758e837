/*
 * test-import.c - documents through workers: what comes back, and that nothing
 * an importer does harms the host. The importers that do it are bad-*.c in
 * tests/plugins.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "import/import.h"

#include "failing.h"
#include "scratch.h"
#include "tap.h"

/* ------------------------------------------------------------- the ground */

/* A folder with the plugins that a test wants. */
static void
add_plugin(const struct scratch *dir, const char *folder, const char *name)
{
	char from[600], to[300];

	snprintf(from, sizeof(from), "%s/importer-%s.so", folder, name);
	snprintf(to, sizeof(to), "%s/importer-%s.so", dir->path, name);
	if (symlink(from, to) < 0)
		fail_msg("%s: %s", to, strerror(errno));
}

static void
add_bad(const struct scratch *dir, const char *name)
{
	char folder[512];

	snprintf(folder, sizeof(folder), "%s/tests/plugins/.libs",
		 getenv("top_builddir"));
	add_plugin(dir, folder, name);
}

static struct xj_importers *
open_dir(const char *path, const struct xj_import_limits *limits)
{
	const char *dirs[] = { path, NULL };
	struct xj_importers_options o = { .dirs = dirs };
	struct xj_importers *im;
	struct xj_error err;

	if (limits != NULL)
		o.limits = *limits;
	if (xj_importers_open(&o, &im, &err) < 0)
		fail_msg("%s", err.message);
	return im;
}

/* The text importer and the one of bad deeds. */
static struct xj_importers *
open_importers(const struct xj_import_limits *limits)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();

	add_plugin(&dir, getenv("XUEJI_PLUGINS"), "text");
	add_bad(&dir, "bad-deeds");
	return open_dir(dir.path, limits);
}

static void
close_importers(struct xj_importers **im)
{
	xj_importers_close(*im);
}

#define WITH_IMPORTERS(limits)                                                 \
	xj_auto(close_importers) struct xj_importers *im =                     \
		open_importers(limits)

/* ---------------------------------------------------------- what is heard */

struct heard {
	struct xj_import_result result;
	struct xj_buf text;
	unsigned blocks, metas, children, refused, warnings;
	uint64_t child_bytes;
	int answer;       /* what the sink says to text */
	unsigned pause_ms; /* and how long it takes */
	struct xj_importers *nested; /* imports a child at once */
};

#define HEARD_INIT { .text = XJ_BUF_INIT }

static void
heard_release(struct heard *h)
{
	xj_buf_release(&h->text);
}

#define HEARD xj_auto(heard_release) struct heard h = HEARD_INIT

static int
hear_text(void *ctx, const struct xj_block *b)
{
	struct heard *h = ctx;

	xj_buf_add(&h->text, b->text, b->len);
	h->blocks++;
	if (h->pause_ms > 0)
		usleep(h->pause_ms * 1000);
	return h->answer;
}

static int
hear_meta(void *ctx, const struct xj_meta *m)
{
	struct heard *h = ctx;

	(void)m;
	h->metas++;
	return XJ_OK;
}

static int
hear_warn(void *ctx, const char *message)
{
	struct heard *h = ctx;

	(void)message;
	h->warnings++;
	return XJ_OK;
}

static int hear_child(void *ctx, const struct xj_import_child *c);

static const struct xj_sink hearing = { .text = hear_text, .meta = hear_meta,
					.warn = hear_warn,
					.child = hear_child };

static int
hear_child(void *ctx, const struct xj_import_child *c)
{
	struct heard *h = ctx;
	int r = XJ_OK;

	h->children++;
	h->refused += c->fd < 0;
	if (c->fd < 0)
		return XJ_OK;
	h->child_bytes += c->info.size;
	if (h->nested != NULL) {
		struct xj_import_source s = { .fd = c->fd, .depth = 1,
					      .size = c->info.size,
					      .name = "x.txt" };
		struct heard inner = HEARD_INIT;

		r = xj_import_run(h->nested, &s, &hearing, &inner,
				  &inner.result, NULL);
		assert_int_equal(inner.result.outcome, XJ_OUT_OK);
		heard_release(&inner);
	}
	close(c->fd);
	return r;
}

/* A document in memory. */
static struct xj_import_source
make_source(const char *name, const void *bytes, size_t len)
{
	int fd = memfd_create("document", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	return (struct xj_import_source){ .fd = fd, .size = len, .name = name };
}

static int
import_source(struct xj_importers *im, struct xj_import_source *s,
	      struct heard *h, struct xj_error *err)
{
	int r = xj_import_run(im, s, &hearing, h, &h->result, err);

	close(s->fd);
	return r;
}

static int
import_bytes(struct xj_importers *im, const char *name, const char *bytes,
	     struct heard *h)
{
	struct xj_import_source s = make_source(name, bytes, strlen(bytes));
	struct xj_error err;
	int r = import_source(im, &s, h, &err);

	if (r < 0 && h->answer == 0)
		print_message("%s\n", err.message);
	return r;
}

/* Let it be done, and see that the host and the next document are well. */
static void
after_deed(struct xj_importers *im, const char *deed, struct heard *h)
{
	struct heard next = HEARD_INIT;

	assert_int_equal(import_bytes(im, "a.deed", deed, h), XJ_OK);
	assert_int_equal(import_bytes(im, "b.txt", "still here", &next), XJ_OK);
	assert_int_equal(next.result.outcome, XJ_OUT_OK);
	assert_string_equal(xj_buf_str(&next.text), "still here");
	heard_release(&next);
}

static void
assert_outcome(const struct heard *h, enum xj_import_outcome outcome,
	       const char *reason)
{
	if (h->result.outcome != outcome ||
	    strcmp(h->result.reason, reason) != 0)
		fail_msg("%s, \"%s\" instead of %s, \"%s\"",
			 xj_import_outcome_name(h->result.outcome),
			 h->result.reason, xj_import_outcome_name(outcome),
			 reason);
}

static void
assert_deed(const char *deed, const struct xj_import_limits *limits,
	    enum xj_import_outcome outcome, const char *reason)
{
	WITH_IMPORTERS(limits);
	HEARD;

	after_deed(im, deed, &h);
	assert_outcome(&h, outcome, reason);
}

static unsigned
count_entries(const char *path)
{
	DIR *d = opendir(path);
	unsigned n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

/* Processes that descend from this one and are no zombies. */
static unsigned
count_descendants(pid_t of)
{
	char path[64];
	FILE *f;
	unsigned n = 0;
	int pid;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", of, of);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	while (fscanf(f, "%d", &pid) == 1)
		n += 1 + count_descendants(pid);
	fclose(f);
	return n;
}

static pid_t
first_child(pid_t of)
{
	char path[64];
	int pid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", of, of);
	f = fopen(path, "re");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &pid), 1);
	fclose(f);
	return pid;
}

#ifndef XJ_SANITIZED
/* The value of a line of /proc/PID/status. */
static void
status_of(pid_t pid, const char *key, char *value, size_t cap)
{
	char line[256];
	FILE *f;

	snprintf(line, sizeof(line), "/proc/%d/status", pid);
	f = fopen(line, "re");
	assert_non_null(f);
	value[0] = '\0';
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, key, strlen(key)) == 0)
			snprintf(value, cap, "%s",
				 line + strlen(key) +
					 strspn(line + strlen(key), ":\t "));
	value[strcspn(value, "\n")] = '\0';
	fclose(f);
}
#endif

/* ----------------------------------------------------------------- honest */

static void
text_arrives_with_its_encoding(void **state)
{
	WITH_IMPORTERS(NULL);
	HEARD;

	(void)state;
	assert_int_equal(import_bytes(im, "a.txt", "\xD1\xA7\xBC\xC7\xB5\xC4"
				      "\xB5\xB5\xB0\xB8", &h), XJ_OK);
	assert_outcome(&h, XJ_OUT_OK, "");
	assert_string_equal(h.result.importer, "text");
	assert_string_equal(h.result.version, "1.1");
	assert_string_equal(h.result.mime, "text/plain");
	assert_int_equal(h.result.bid, XJ_BID_NAME);
	assert_string_equal(xj_buf_str(&h.text), "学记的档案");
	assert_int_equal(h.result.text_bytes, h.text.len);
	assert_int_equal(h.metas, 1);
	assert_true(h.result.memory > 0);
}

static void
an_empty_file_is_well(void **state)
{
	WITH_IMPORTERS(NULL);
	HEARD;

	(void)state;
	assert_int_equal(import_bytes(im, "a.txt", "", &h), XJ_OK);
	assert_outcome(&h, XJ_OUT_OK, "");
	assert_int_equal(h.blocks, 0);
}

static void
what_nobody_takes_is_unsupported(void **state)
{
	WITH_IMPORTERS(NULL);
	struct xj_import_source s = make_source("a", "\0\1\2\3", 4);
	HEARD;

	(void)state;
	s.mime = "image/x-odd; q=1";
	assert_int_equal(import_source(im, &s, &h, NULL), XJ_OK);
	assert_outcome(&h, XJ_OUT_UNSUPPORTED,
		       "not a kind of document that is known here: save it as "
		       "PDF, DOCX or text where that can be done");
	assert_string_equal(h.result.importer, "");
	assert_string_equal(h.result.mime, "image/x-odd");
}

static void
what_to_do_about_a_format_is_said(void **state)
{
	WITH_IMPORTERS(NULL);
	struct xj_import_source s = make_source("总结.CAJ", "\0\1\2\3", 4);
	HEARD;

	(void)state;
	assert_int_equal(import_source(im, &s, &h, NULL), XJ_OK);
	assert_outcome(&h, XJ_OUT_UNSUPPORTED,
		       "a document of CNKI: print it to PDF in CAJViewer");
}

static void
what_to_do_is_told_from_the_bytes_when_the_name_says_nothing(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t len;
		const char *says;
	} list[] = {
		{ "part 2", "\x78\x9F\x3E\x22\0", 5, "Outlook" },
		{ "a", "\x7F" "ELF\2\1\1\0", 8, "a program" },
		{ "a.txt.bin", "\0\0\0\0", 4, "nothing but zero" },
		{ "b", "PK\3\4\0\0FixedDocument", 19, "an XPS document" },
		{ "b", "PK\3\4\0\0", 6, "packed as a zip" },
		{ "x/~$报告.docx", "\5heidi\0", 7, "open in Office" },
		{ "印章.OFDX", "\1\2\0", 3, "not a kind of document" },
	};
	WITH_IMPORTERS(NULL);

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(list); i++) {
		struct xj_import_source s = make_source(list[i].name,
							list[i].bytes,
							list[i].len);
		HEARD;

		assert_int_equal(import_source(im, &s, &h, NULL), XJ_OK);
		assert_int_equal(h.result.outcome, XJ_OUT_UNSUPPORTED);
		assert_non_null(strstr(h.result.reason, list[i].says));
	}
}

static void
a_named_importer_is_the_only_one_asked(void **state)
{
	WITH_IMPORTERS(NULL);
	struct xj_import_source s = make_source("a.txt", "fail -2", 7);
	HEARD;

	(void)state;
	s.importer = "bad-deeds";
	assert_int_equal(import_source(im, &s, &h, NULL), XJ_OK);
	assert_outcome(&h, XJ_OUT_CORRUPT, "as told");
	s = make_source("a.txt", "x", 1);
	s.importer = "nobody";
	assert_int_equal(import_source(im, &s, &h, NULL), XJ_OK);
	assert_outcome(&h, XJ_OUT_UNSUPPORTED, "no importer is named nobody");
}

static const char *
winner_of(const char *dir, const char *const *order)
{
	static char winner[64];
	const char *dirs[] = { dir, NULL };
	struct xj_importers *im;
	HEARD;

	assert_int_equal(xj_importers_open(&(struct xj_importers_options){
			.dirs = dirs, .order = order }, &im, NULL), XJ_OK);
	assert_int_equal(import_bytes(im, "a.txt", "x", &h), XJ_OK);
	memcpy(winner, h.result.importer, sizeof(winner));
	xj_importers_close(im);
	return winner;
}

static void
equal_bids_go_by_order_and_then_by_name(void **state)
{
	static const char *const order[] = { "other", "text", "bad-twin",
					     NULL };
	xj_auto(scratch_end) struct scratch dir = scratch_begin();

	(void)state;
	add_plugin(&dir, getenv("XUEJI_PLUGINS"), "text");
	add_bad(&dir, "bad-twin");
	assert_string_equal(winner_of(dir.path, NULL), "bad-twin");
	assert_string_equal(winner_of(dir.path, order), "text");
	assert_string_equal(winner_of(dir.path, order + 2), "bad-twin");
}

static void
each_status_has_its_outcome(void **state)
{
	static const enum xj_import_outcome outcomes[] = {
		XJ_OUT_CORRUPT, XJ_OUT_ENCRYPTED, XJ_OUT_UNSUPPORTED,
		XJ_OUT_LIMIT, XJ_OUT_LIMIT,
	};

	(void)state;
	for (int i = 0; i < 5; i++) {
		char deed[32];

		snprintf(deed, sizeof(deed), "fail %d", XJ_IMPORT_CORRUPT - i);
		assert_deed(deed, NULL, outcomes[i], "as told");
	}
	assert_deed("fail -7", NULL, XJ_OUT_CRASHED,
		    "importer bad-deeds failed: as told");
}

static void
text_before_a_failure_is_kept_and_partial(void **state)
{
	WITH_IMPORTERS(NULL);
	HEARD;

	(void)state;
	after_deed(im, "fail-after-text -2", &h);
	assert_outcome(&h, XJ_OUT_PARTIAL, "corrupt: as told");
	assert_string_equal(xj_buf_str(&h.text), "half");
}

static void
warnings_make_it_partial(void **state)
{
	WITH_IMPORTERS(NULL);
	HEARD;

	(void)state;
	after_deed(im, "warn", &h);
	assert_outcome(&h, XJ_OUT_PARTIAL, "one thing (and 1 more)");
	assert_int_equal(h.warnings, 2);
	assert_int_equal(h.result.warnings, 2);
}

static void
a_password_reaches_the_importer(void **state)
{
	WITH_IMPORTERS(NULL);
	struct xj_import_source s = make_source("a.deed", "password", 8);
	HEARD;

	(void)state;
	s.password = "芝麻";
	assert_int_equal(import_source(im, &s, &h, NULL), XJ_OK);
	assert_string_equal(xj_buf_str(&h.text), "芝麻");
}

/* ---------------------------------------------------------------- crashes */

static void
a_crash_marks_the_document_alone(void **state)
{
	(void)state;
	assert_deed("crash", NULL, XJ_OUT_CRASHED,
		    "importer bad-deeds crashed (SIGSEGV)");
	assert_deed("abort", NULL, XJ_OUT_CRASHED,
		    "importer bad-deeds aborted");
	assert_deed("exit 3", NULL, XJ_OUT_CRASHED,
		    "importer bad-deeds ended its process (exit 3)");
	assert_deed("overflow-stack", NULL, XJ_OUT_CRASHED,
		    "importer bad-deeds crashed (SIGSEGV)");
}

static void
text_before_a_crash_is_kept(void **state)
{
	WITH_IMPORTERS(NULL);
	HEARD;

	(void)state;
	after_deed(im, "text-then-crash", &h);
	assert_outcome(&h, XJ_OUT_PARTIAL,
		       "crashed: importer bad-deeds crashed (SIGSEGV)");
	assert_string_equal(xj_buf_str(&h.text), "before the fall");
}

static void
a_probe_that_crashes_marks_the_document_alone(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	const struct xj_import_limits limits = { .wall_ms = 300 };
	struct xj_importers *im;

	(void)state;
	add_plugin(&dir, getenv("XUEJI_PLUGINS"), "text");
	add_bad(&dir, "bad-probe");
	im = open_dir(dir.path, &limits);
	for (int i = 0; i < 2; i++) {
		HEARD;

		after_deed(im, "CRASH", &h);
		assert_outcome(&h, XJ_OUT_CRASHED,
			       "importer bad-probe crashed (SIGSEGV)");
	}
	{
		HEARD;

		after_deed(im, "LOOP", &h);
		assert_outcome(&h, XJ_OUT_LIMIT, "300 ms of time");
		assert_string_equal(h.result.importer, "bad-probe");
	}
	xj_importers_close(im);
}

static void
the_next_worker_is_there_in_50_ms(void **state)
{
	WITH_IMPORTERS(NULL);
	uint64_t worst = 0;

	(void)state;
	for (int i = 0; i < 20; i++) {
		struct heard crash = HEARD_INIT;
		uint64_t began;
		HEARD;

		import_bytes(im, "a.deed", "crash", &crash);
		began = xj_monotonic_ms();
		import_bytes(im, "b.txt", "next", &h);
		if (xj_monotonic_ms() - began > worst)
			worst = xj_monotonic_ms() - began;
		heard_release(&crash);
	}
	print_message("at most %d ms\n", (int)worst);
	assert_true(worst <= 50);
}

/* ----------------------------------------------------------------- limits */

static void
cpu_time_is_limited(void **state)
{
	const struct xj_import_limits limits = { .cpu_s = 1 };
	WITH_IMPORTERS(&limits);
	HEARD;

	(void)state;
	after_deed(im, "loop-silently", &h);
	assert_outcome(&h, XJ_OUT_LIMIT, "1 s of CPU");
	print_message("%d ms\n", (int)(h.result.cpu_us / 1000));
	assert_in_range(h.result.cpu_us, 500000, 2100000);
	after_deed(im, "loop", &h);
	assert_outcome(&h, XJ_OUT_PARTIAL, "limit: 1 s of CPU");
	assert_string_equal(xj_buf_str(&h.text), "round and round");
}

static void
wall_time_is_limited(void **state)
{
	const struct xj_import_limits limits = { .wall_ms = 200 };
	WITH_IMPORTERS(&limits);
	HEARD;

	(void)state;
	after_deed(im, "wait", &h);
	assert_outcome(&h, XJ_OUT_LIMIT, "200 ms of time");
	after_deed(im, "wait here", &h);
	assert_outcome(&h, XJ_OUT_PARTIAL, "limit: 200 ms of time");
	assert_string_equal(xj_buf_str(&h.text), "here");
}

static void
time_in_the_sink_does_not_count(void **state)
{
	const struct xj_import_limits limits = { .wall_ms = 200, .run = 1 };
	WITH_IMPORTERS(&limits);
	HEARD;

	(void)state;
	h.pause_ms = 20;
	assert_int_equal(import_bytes(im, "a.deed", "many-pages 30", &h),
			 XJ_OK);
	assert_outcome(&h, XJ_OUT_OK, "");
	assert_int_equal(h.result.pages, 30);
}

static void
memory_is_limited(void **state)
{
#ifdef XJ_SANITIZED
	(void)state;
	tap_skip("no limit of memory under the sanitizers");
#else
	const struct xj_import_limits small = { .memory = 256 << 20 };

	(void)state;
	assert_deed("allocate 10240", NULL, XJ_OUT_LIMIT,
		    "1024 MiB of memory");
	assert_deed("allocate 250", &small, XJ_OUT_LIMIT,
		    "256 MiB of memory");
	assert_deed("allocate 20", &small, XJ_OUT_OK, "");
	assert_deed("allocate-carelessly", &small, XJ_OUT_LIMIT,
		    "256 MiB of memory");
#endif
}

static void
text_pages_and_children_are_limited(void **state)
{
	const struct xj_import_limits limits = { .text = 1 << 20, .pages = 10,
						 .children = 5 };
	WITH_IMPORTERS(&limits);
	HEARD;

	(void)state;
	after_deed(im, "much-text 32", &h);
	assert_outcome(&h, XJ_OUT_OK, "");
	after_deed(im, "much-text 1000", &h);
	assert_outcome(&h, XJ_OUT_PARTIAL, "limit: more than 1 MiB of text");
	assert_int_equal(h.result.text_bytes, 1 << 20);
	after_deed(im, "many-pages 10", &h);
	assert_outcome(&h, XJ_OUT_OK, "");
	after_deed(im, "many-pages 11", &h);
	assert_outcome(&h, XJ_OUT_PARTIAL, "limit: more than 10 pages");
	after_deed(im, "many-children 6 0", &h);
	assert_outcome(&h, XJ_OUT_PARTIAL,
		       "limit: more than 5 contained documents");
	assert_int_equal(h.result.children, 5);
}

/* --------------------------------------------------------------- children */

static void
children_arrive_whole(void **state)
{
	WITH_IMPORTERS(NULL);
	HEARD;

	(void)state;
	after_deed(im, "many-children 3 100", &h);
	assert_outcome(&h, XJ_OUT_OK, "");
	assert_int_equal(h.children, 3);
	assert_int_equal(h.child_bytes, 300);
	after_deed(im, "many-children 2 3000000", &h);
	assert_int_equal(h.child_bytes, 300 + 6000000);
}

static void
a_child_over_its_limit_is_refused_and_the_next_taken(void **state)
{
	const struct xj_import_limits limits = { .child = 100000 };
	WITH_IMPORTERS(&limits);
	HEARD;

	(void)state;
	after_deed(im, "many-children 3 100001", &h);
	assert_outcome(&h, XJ_OUT_OK, "");
	assert_int_equal(h.children, 3);
	assert_int_equal(h.refused, 3);
	after_deed(im, "child-too-large 100001", &h);
	assert_outcome(&h, XJ_OUT_OK, "");
	assert_string_equal(xj_buf_str(&h.text), "skipped");
}

static void
what_unpacks_too_large_stops(void **state)
{
	const struct xj_import_limits total = { .unpacked = 1 << 20 };
	const struct xj_import_limits ratio = { .ratio = 10 };

	(void)state;
	assert_deed("many-children 3 500000", &total, XJ_OUT_PARTIAL,
		    "limit: more than 1 MiB of contained documents");
	assert_deed("many-children 6 10000000", &ratio, XJ_OUT_PARTIAL,
		    "limit: more than 10 times its size in contained "
		    "documents");
}

static void
a_child_left_open_is_dropped(void **state)
{
	WITH_IMPORTERS(NULL);
	HEARD;

	(void)state;
	after_deed(im, "child-left-open", &h);
	assert_outcome(&h, XJ_OUT_OK, "");
	assert_int_equal(h.children, 0);
}

static void
a_sink_may_import_a_child_at_once(void **state)
{
	WITH_IMPORTERS(NULL);
	HEARD;

	(void)state;
	h.nested = im;
	after_deed(im, "many-children 5 0", &h);
	assert_outcome(&h, XJ_OUT_OK, "");
	assert_int_equal(h.children, 5);
}

static void
fifty_thousand_children_take_their_time_and_no_more(void **state)
{
	WITH_IMPORTERS(NULL);
	uint64_t began = xj_thread_cpu_us(), mine;
	HEARD;

	(void)state;
	after_deed(im, "many-children 50000 100", &h);
	mine = xj_thread_cpu_us() - began;
	print_message("%d ms here, %d ms in the worker\n", (int)(mine / 1000),
		      (int)(h.result.cpu_us / 1000));
	assert_outcome(&h, XJ_OUT_OK, "");
	assert_int_equal(h.children, 50000);
	assert_true(mine + h.result.cpu_us < 10000000);
}

/* -------------------------------------------------------------- forbidden */

static void
forbidden_calls_end_the_worker(void **state)
{
#ifdef XJ_SANITIZED
	(void)state;
	tap_skip("no filter of system calls under the sanitizers");
#else
	static const char *const deeds[] = {
		"fork", "socket", "open /etc/passwd", "write-file /tmp/x",
		"kill", "map-code",
	};

	struct xj_importers *im = open_importers(NULL);
	bool filtered = xj_importers_confinement(im)->seccomp;

	(void)state;
	xj_importers_close(im);
	if (!filtered)
		tap_skip("no seccomp here");
	for (size_t i = 0; i < XJ_COUNT(deeds); i++)
		assert_deed(deeds[i], NULL, XJ_OUT_CRASHED,
			    "importer bad-deeds used a forbidden system call");
#endif
}

static void
the_input_cannot_be_written_but_asked_for_its_size(void **state)
{
	WITH_IMPORTERS(NULL);
	HEARD;

	(void)state;
	after_deed(im, "ask-size", &h);
	assert_string_equal(xj_buf_str(&h.text), "right");
}

static void
confinement_is_told(void **state)
{
	WITH_IMPORTERS(NULL);
	const struct xj_confinement *c = xj_importers_confinement(im);

	(void)state;
	print_message("landlock %d, missing: %s\n", c->landlock_abi,
		      c->missing);
	assert_true(c->no_new_privs);
	assert_true(c->rlimits);
	assert_int_equal(c->seccomp && c->landlock_abi > 0,
			 c->missing[0] == '\0');
}

static void
a_worker_is_confined(void **state)
{
#ifdef XJ_SANITIZED
	(void)state;
	tap_skip("no confinement under the sanitizers");
#else
	WITH_IMPORTERS(NULL);
	const struct xj_confinement *c = xj_importers_confinement(im);
	char value[64];
	pid_t worker;
	HEARD;

	(void)state;
	import_bytes(im, "a.txt", "x", &h);
	worker = first_child(first_child(getpid())); /* it waits */
	status_of(worker, "NoNewPrivs:", value, sizeof(value));
	assert_string_equal(value, "1");
	status_of(worker, "CapEff:", value, sizeof(value));
	assert_string_equal(value, "0000000000000000");
	status_of(worker, "Threads:", value, sizeof(value));
	assert_string_equal(value, "1");
	if (c->seccomp) {
		status_of(worker, "Seccomp:", value, sizeof(value));
		assert_string_equal(value, "2");
	}
#endif
}

/* ------------------------------------------------------------------- lies */

static void
lies_end_the_worker(void **state)
{
	(void)state;
	assert_deed("lie-length", NULL, XJ_OUT_CRASHED,
		    "importer bad-deeds sent a frame of 2147483647 bytes");
	assert_deed("lie-type", NULL, XJ_OUT_CRASHED,
		    "importer bad-deeds sent a frame of unknown type 4711");
	assert_deed("lie-short", NULL, XJ_OUT_CRASHED,
		    "importer bad-deeds sent a malformed frame of type 3");
	assert_deed("lie-utf8", NULL, XJ_OUT_CRASHED,
		    "importer bad-deeds sent text that is not UTF-8");
	assert_deed("lie-nul", NULL, XJ_OUT_CRASHED,
		    "importer bad-deeds sent text with a NUL");
	assert_deed("lie-pages", NULL, XJ_OUT_PARTIAL,
		    "crashed: importer bad-deeds sent pages that go back");
	assert_deed("cut-frame", NULL, XJ_OUT_CRASHED,
		    "importer bad-deeds ended its process (exit 0)");
}

static void
an_honest_mistake_is_told_to_the_importer(void **state)
{
	(void)state;
	assert_deed("mistake", NULL, XJ_OUT_CRASHED,
		    "importer bad-deeds sent text that is not UTF-8");
}

/* ------------------------------------------------------------------- runs */

/* Where a run's worker stands: how many documents it has served. */
static int
served(struct xj_importers *im, uint64_t accession)
{
	struct xj_import_source s = make_source("a.deed", "served", 6);
	HEARD;

	s.accession = accession;
	assert_int_equal(import_source(im, &s, &h, NULL), XJ_OK);
	return atoi(xj_buf_str(&h.text));
}

static void
small_documents_of_one_accession_share_a_worker(void **state)
{
	const struct xj_import_limits limits = { .run = 3 };
	WITH_IMPORTERS(&limits);

	(void)state;
	assert_int_equal(served(im, 1), 1);
	assert_int_equal(served(im, 1), 2);
	assert_int_equal(served(im, 2), 1);
	assert_int_equal(served(im, 1), 3);
	assert_int_equal(served(im, 1), 1);
	assert_int_equal(served(im, 2), 2);
}

static void
a_large_document_gets_a_worker_of_its_own(void **state)
{
	const struct xj_import_limits limits = { .run_size = 5 };
	WITH_IMPORTERS(&limits);

	(void)state;
	assert_int_equal(served(im, 1), 1);
	assert_int_equal(served(im, 1), 1);
}

static void
a_run_that_breaks_is_mended_once(void **state)
{
	WITH_IMPORTERS(NULL);
	HEARD;

	(void)state;
	assert_int_equal(served(im, 0), 1);
	after_deed(im, "crash-later", &h);
	assert_outcome(&h, XJ_OUT_OK, "");
	assert_true(h.result.restarted);
	assert_string_equal(xj_buf_str(&h.text), "said once");
	assert_int_equal(h.blocks, 1);
}

static void
a_crash_in_a_run_is_a_crash_still(void **state)
{
	WITH_IMPORTERS(NULL);
	HEARD;

	(void)state;
	assert_int_equal(served(im, 0), 1);
	after_deed(im, "text-then-crash", &h);
	assert_outcome(&h, XJ_OUT_PARTIAL,
		       "crashed: importer bad-deeds crashed (SIGSEGV)");
	assert_true(h.result.restarted);
	assert_int_equal(h.blocks, 1);
}

static void
much_output_of_a_run_is_not_held_back(void **state)
{
	const struct xj_import_limits limits = { .run_size = 100000 };
	WITH_IMPORTERS(&limits);
	HEARD;

	(void)state;
	assert_int_equal(served(im, 0), 1);
	after_deed(im, "much-text 100", &h);
	assert_outcome(&h, XJ_OUT_OK, "");
	assert_int_equal(h.text.len, 100 * 32768);
	assert_int_equal(served(im, 0), 1 + 1 + 1);
	after_deed(im, "many-children 100 10", &h);
	assert_int_equal(h.children, 100);
	assert_int_equal(h.child_bytes, 1000);
}

/* ---------------------------------------------------------- stopping it */

static void
the_sink_may_stop_it(void **state)
{
	WITH_IMPORTERS(NULL);
	HEARD;

	(void)state;
	h.answer = XJ_ENOSPC;
	assert_int_equal(import_bytes(im, "a.deed", "many-pages 1000", &h),
			 XJ_ENOSPC);
	assert_int_equal(h.blocks, 1);
	assert_int_equal(served(im, 0), 1);
	h.blocks = 0; /* the same when it is held back until the end */
	assert_int_equal(import_bytes(im, "a.deed", "many-pages 1000", &h),
			 XJ_ENOSPC);
	assert_int_equal(h.blocks, 1);
}

static void *
cancel_soon(void *flag)
{
	usleep(100000);
	__atomic_store_n((bool *)flag, true, __ATOMIC_RELAXED);
	return NULL;
}

static void
cancelling_is_seen_at_once(void **state)
{
	WITH_IMPORTERS(NULL);
	struct xj_import_source s = make_source("a.deed", "wait", 4);
	uint64_t began = xj_monotonic_ms();
	bool cancel = false;
	pthread_t thread;
	HEARD;

	(void)state;
	s.cancel = &cancel;
	assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &cancel),
			 0);
	assert_int_equal(import_source(im, &s, &h, NULL), XJ_ECANCELLED);
	assert_true(xj_monotonic_ms() - began < 1000);
	pthread_join(thread, NULL);
	assert_int_equal(served(im, 0), 1);
}

/* ---------------------------------------------------------------- the host */

static void
no_importer_is_in_the_host(void **state)
{
	WITH_IMPORTERS(NULL);
	xj_auto(xj_buf_release) struct xj_buf maps = XJ_BUF_INIT;
	char piece[4096];
	ssize_t n;
	int fd;
	HEARD;

	(void)state;
	after_deed(im, "many-pages 3", &h);
	fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		xj_buf_add(&maps, piece, (size_t)n);
	close(fd);
	assert_non_null(strstr(xj_buf_str(&maps), "test-import"));
	assert_null(strstr(xj_buf_str(&maps), "importer-"));
}

static void
nothing_outlives_closing(void **state)
{
	unsigned before = count_descendants(getpid());
	struct xj_importers *im = open_importers(NULL);
	HEARD;

	(void)state;
	after_deed(im, "crash", &h);
	assert_int_equal(served(im, 3), 1);
	assert_true(count_descendants(getpid()) > before);
	xj_importers_close(im);
	assert_int_equal(count_descendants(getpid()), before);
}

/* What the killed host leaves behind becomes this process's own. */
static void
nothing_outlives_the_host(void **state)
{
	int words[2], r = 0;
	char word;
	pid_t host;

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
	assert_int_equal(pipe2(words, O_CLOEXEC), 0);
	host = fork();
	if (host == 0) {
		struct xj_importers *im = open_importers(NULL);
		HEARD;

		served(im, 0);
		if (write(words[1], "x", 1) == 1)
			import_bytes(im, "a.deed", "wait", &h);
		_exit(0);
	}
	assert_int_equal(read(words[0], &word, 1), 1);
	usleep(50000);
	kill(host, SIGKILL);
	assert_int_equal(waitpid(host, NULL, 0), host);
	for (int i = 0; i < 200 && r >= 0; i++) {
		r = waitpid(-1, NULL, WNOHANG);
		if (r == 0)
			usleep(10000);
	}
	assert_int_equal(r, -1); /* nobody is left */
	prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
	close(words[0]);
	close(words[1]);
}

static void
descriptors_do_not_grow(void **state)
{
	WITH_IMPORTERS(NULL);
	unsigned before;

	(void)state;
	assert_int_equal(served(im, 0), 1);
	before = count_entries("/proc/self/fd");
	for (int i = 0; i < 200; i++) {
		HEARD;

		import_bytes(im, i % 3 ? "a.txt" : "a.deed",
			     i % 2 ? "crash" : "many-children 40 1", &h);
	}
	assert_int_equal(served(im, 0) > 0, 1);
	assert_true(count_entries("/proc/self/fd") <= before);
}

static void
a_zygote_that_dies_is_started_again(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(close_importers) struct xj_importers *im = NULL;

	(void)state;
	add_bad(&dir, "bad-deeds");
	im = open_dir(dir.path, NULL);
	assert_int_equal(served(im, 0), 1);
	kill(first_child(getpid()), SIGKILL);
	usleep(20000);
	assert_int_equal(served(im, 0), 1);
	assert_int_equal(served(im, 0), 2);
}

/* -------------------------------------------------------- heavy importers */

/* In a folder that is still there when the importer is loaded. */
static struct xj_importers *
open_heavy(const struct scratch *dir, const char *name)
{
	add_plugin(dir, getenv("XUEJI_PLUGINS"), "text");
	add_bad(dir, name);
	return open_dir(dir->path, NULL);
}

/* What it says of its setup and of the documents that its worker served. */
static void
assert_heavy(struct xj_importers *im, const char *said)
{
	HEARD;

	assert_int_equal(import_bytes(im, "a.heavy", "x", &h), XJ_OK);
	assert_outcome(&h, XJ_OUT_OK, "");
	assert_string_equal(h.result.importer, "bad-heavy");
	assert_string_equal(h.result.mime, "text/x-heavy");
	assert_int_equal(h.result.bid, XJ_BID_NAME);
	assert_string_equal(xj_buf_str(&h.text), said);
	assert_int_equal(h.blocks, 1);
}

static void
a_heavy_importer_is_set_up_when_its_first_document_comes(void **state)
{
	unsigned before = count_descendants(getpid());
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(close_importers) struct xj_importers *im =
		open_heavy(&dir, "bad-heavy");
	HEARD;

	(void)state;
	assert_int_equal(import_bytes(im, "a.txt", "light", &h), XJ_OK);
	assert_outcome(&h, XJ_OUT_OK, "");
	assert_int_equal(count_descendants(getpid()), before + 2);
	assert_heavy(im, "1 1");
	assert_heavy(im, "1 2");
	assert_int_equal(import_bytes(im, "a.txt", "light", &h), XJ_OK);
	assert_string_equal(xj_buf_str(&h.text), "lightlight");
	assert_heavy(im, "1 3");
}

static void
a_heavy_importer_that_cannot_be_loaded_marks_its_documents_alone(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(close_importers) struct xj_importers *im =
		open_heavy(&dir, "bad-heavy-setup");

	(void)state;
	for (int i = 0; i < 2; i++) {
		HEARD;

		assert_int_equal(import_bytes(im, "a.heavy", "x", &h), XJ_OK);
		assert_outcome(&h, XJ_OUT_CRASHED,
			       "importer bad-heavy could not be loaded: "
			       "crashed or hung while it was loaded");
		assert_string_equal(h.result.importer, "bad-heavy");
		assert_string_equal(h.result.mime, "text/x-heavy");
		assert_int_equal(import_bytes(im, "a.txt", "well", &h), XJ_OK);
		assert_outcome(&h, XJ_OUT_OK, "");
	}
}

static void
nothing_of_a_heavy_importer_outlives_closing(void **state)
{
	unsigned before = count_descendants(getpid());
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	struct xj_importers *im = open_heavy(&dir, "bad-heavy");

	(void)state;
	assert_heavy(im, "1 1");
	xj_importers_close(im);
	assert_int_equal(count_descendants(getpid()), before);
}

struct lane {
	struct xj_importers *im;
	unsigned number, well;
	pthread_t thread;
};

static void *
run_lane(void *arg)
{
	struct lane *lane = arg;

	for (int i = 0; i < 30; i++) {
		char deed[64], text[64];
		struct xj_import_source s;
		HEARD;

		snprintf(text, sizeof(text), "lane %u, %d", lane->number, i);
		if (i % 10 == 9)
			snprintf(deed, sizeof(deed), "crash");
		s = make_source(i % 10 == 9 ? "a.deed" : "a.txt",
				i % 10 == 9 ? deed : text,
				strlen(i % 10 == 9 ? deed : text));
		s.accession = lane->number;
		if (import_source(lane->im, &s, &h, NULL) < 0)
			continue;
		lane->well += i % 10 == 9
				      ? h.result.outcome == XJ_OUT_CRASHED
				      : strcmp(xj_buf_str(&h.text), text) == 0;
	}
	return NULL;
}

static void
several_threads_may_import(void **state)
{
	WITH_IMPORTERS(NULL);
	struct lane lanes[4];

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		lanes[i] = (struct lane){ .im = im, .number = i };
		pthread_create(&lanes[i].thread, NULL, run_lane, &lanes[i]);
	}
	for (unsigned i = 0; i < 4; i++) {
		pthread_join(lanes[i].thread, NULL);
		assert_int_equal(lanes[i].well, 30);
	}
}

/* ---------------------------------------------------------------- plugins */

static const struct xj_importer_info *
find_info(const struct xj_importers *im, const char *file)
{
	for (size_t i = 0; i < xj_importers_count(im); i++)
		if (strstr(xj_importers_at(im, i)->file, file) != NULL)
			return xj_importers_at(im, i);
	fail_msg("%s is not listed", file);
	return NULL;
}

static void
assert_refused(const struct xj_importers *im, const char *file,
	       const char *reason)
{
	const struct xj_importer_info *p = find_info(im, file);

	if (p->refused == NULL || strstr(p->refused, reason) == NULL)
		fail_msg("%s: \"%s\" instead of \"%s\"", file,
			 p->refused != NULL ? p->refused : "taken", reason);
}

static void
bad_plugins_are_refused_with_a_reason(void **state)
{
	static const char *const names[] = { "bad-abi", "bad-deeds", "bad-load",
					     "bad-name", "bad-setup",
					     "bad-symbol" };
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(close_importers) struct xj_importers *im = NULL;

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(names); i++)
		add_bad(&dir, names[i]);
	add_plugin(&dir, getenv("XUEJI_PLUGINS"), "text");
	assert_int_equal(xj_file_write(dir.fd, "importer-junk.so", "junk", 4,
				       NULL), XJ_OK);
	im = open_dir(dir.path, NULL);
	assert_refused(im, "bad-abi", "made for interface 1.3; this is 1.2");
	assert_refused(im, "bad-symbol", "has no function xj_importer_v1");
	assert_refused(im, "bad-setup", "its setup failed (1)");
	assert_refused(im, "bad-load", "crashed or hung while it was loaded");
	assert_refused(im, "bad-name",
		       "an importer of that name was loaded from");
	assert_refused(im, "junk", "file too short");
	assert_null(find_info(im, "bad-deeds")->refused);
	assert_int_equal(served(im, 0), 1);
}

static void
a_plugin_says_what_it_reads(void **state)
{
	WITH_IMPORTERS(NULL);
	const struct xj_importer_info *p = find_info(im, "importer-text");

	(void)state;
	assert_string_equal(p->name, "text");
	assert_string_equal(p->license, "MIT");
	assert_int_equal(p->abi, XJ_IMPORTER_ABI);
	assert_string_equal(p->mimes[0], "text/plain");
	assert_string_equal(p->mimes[1], "text/csv");
	assert_string_equal(p->exts[0], "txt");
	assert_string_equal(p->exts[2], "log");
	assert_string_equal(p->exts[3], "csv");
}

static void
without_worker_or_folders_nothing_opens(void **state)
{
	const char *none[] = { "/nowhere", NULL };
	const char *some[] = { "/", NULL };
	struct xj_importers *im;
	struct xj_error err;

	(void)state;
	assert_int_equal(xj_importers_open(&(struct xj_importers_options){
			.dirs = none }, &im, &err), XJ_ENOTFOUND);
	assert_string_equal(err.message, "no folder of plugins: /nowhere");
	assert_int_equal(xj_importers_open(&(struct xj_importers_options){
			.dirs = some, .worker = "/nowhere/w" }, &im, &err),
			 XJ_ENOTFOUND);
	assert_null(im);
}

static int
drop_child(void *ctx, const struct xj_import_child *c)
{
	(void)ctx;
	if (c->fd >= 0)
		close(c->fd);
	return XJ_OK;
}

/* Two documents, the second of them held back; 0 or what failed. */
static int
import_twice(const char *const *dirs, int document, uint64_t size)
{
	static const struct xj_sink dropping = { .child = drop_child };
	struct xj_importers_options o = { .dirs = dirs };
	struct xj_import_source s = { .fd = document, .size = size,
				      .name = "a.deed" };
	struct xj_import_result result;
	struct xj_importers *im;
	int r = xj_importers_open(&o, &im, NULL);

	for (int i = 0; i < 2 && r == XJ_OK; i++)
		r = xj_import_run(im, &s, &dropping, NULL, &result, NULL);
	xj_importers_close(im);
	return r;
}

static void
lack_of_memory_is_told_and_leaves_nothing_behind(void **state)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	const char *dirs[] = { dir.path, NULL };
	struct xj_import_source s = make_source("", "many-children 40 9", 18);
	unsigned before, n = 0;
	int r;

	(void)state;
	add_bad(&dir, "bad-deeds");
	assert_int_equal(import_twice(dirs, s.fd, s.size), XJ_OK);
	before = count_entries("/proc/self/fd");
	do {
		failing_at(n++);
		r = import_twice(dirs, s.fd, s.size);
		failing_at(-1);
		if (r != XJ_OK && r != XJ_ENOMEM)
			fail_msg("allocation %u: %d", n, r);
	} while (r != XJ_OK && n < 1000);
	print_message("%u allocations\n", n);
	assert_in_range(n, 10, 999);
	assert_int_equal(count_entries("/proc/self/fd"), before);
	close(s.fd);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(text_arrives_with_its_encoding),
	cmocka_unit_test(an_empty_file_is_well),
	cmocka_unit_test(what_nobody_takes_is_unsupported),
	cmocka_unit_test(what_to_do_about_a_format_is_said),
	cmocka_unit_test(what_to_do_is_told_from_the_bytes_when_the_name_says_nothing),
	cmocka_unit_test(a_named_importer_is_the_only_one_asked),
	cmocka_unit_test(equal_bids_go_by_order_and_then_by_name),
	cmocka_unit_test(each_status_has_its_outcome),
	cmocka_unit_test(text_before_a_failure_is_kept_and_partial),
	cmocka_unit_test(warnings_make_it_partial),
	cmocka_unit_test(a_password_reaches_the_importer),
	cmocka_unit_test(a_crash_marks_the_document_alone),
	cmocka_unit_test(text_before_a_crash_is_kept),
	cmocka_unit_test(a_probe_that_crashes_marks_the_document_alone),
	cmocka_unit_test(the_next_worker_is_there_in_50_ms),
	cmocka_unit_test(cpu_time_is_limited),
	cmocka_unit_test(wall_time_is_limited),
	cmocka_unit_test(time_in_the_sink_does_not_count),
	cmocka_unit_test(memory_is_limited),
	cmocka_unit_test(text_pages_and_children_are_limited),
	cmocka_unit_test(children_arrive_whole),
	cmocka_unit_test(a_child_over_its_limit_is_refused_and_the_next_taken),
	cmocka_unit_test(what_unpacks_too_large_stops),
	cmocka_unit_test(a_child_left_open_is_dropped),
	cmocka_unit_test(a_sink_may_import_a_child_at_once),
	cmocka_unit_test(fifty_thousand_children_take_their_time_and_no_more),
	cmocka_unit_test(forbidden_calls_end_the_worker),
	cmocka_unit_test(the_input_cannot_be_written_but_asked_for_its_size),
	cmocka_unit_test(confinement_is_told),
	cmocka_unit_test(a_worker_is_confined),
	cmocka_unit_test(lies_end_the_worker),
	cmocka_unit_test(an_honest_mistake_is_told_to_the_importer),
	cmocka_unit_test(small_documents_of_one_accession_share_a_worker),
	cmocka_unit_test(a_large_document_gets_a_worker_of_its_own),
	cmocka_unit_test(a_run_that_breaks_is_mended_once),
	cmocka_unit_test(a_crash_in_a_run_is_a_crash_still),
	cmocka_unit_test(much_output_of_a_run_is_not_held_back),
	cmocka_unit_test(the_sink_may_stop_it),
	cmocka_unit_test(cancelling_is_seen_at_once),
	cmocka_unit_test(no_importer_is_in_the_host),
	cmocka_unit_test(nothing_outlives_closing),
	cmocka_unit_test(nothing_outlives_the_host),
	cmocka_unit_test(descriptors_do_not_grow),
	cmocka_unit_test(a_zygote_that_dies_is_started_again),
	cmocka_unit_test(
		a_heavy_importer_is_set_up_when_its_first_document_comes),
	cmocka_unit_test(
		a_heavy_importer_that_cannot_be_loaded_marks_its_documents_alone),
	cmocka_unit_test(nothing_of_a_heavy_importer_outlives_closing),
	cmocka_unit_test(several_threads_may_import),
	cmocka_unit_test(bad_plugins_are_refused_with_a_reason),
	cmocka_unit_test(a_plugin_says_what_it_reads),
	cmocka_unit_test(without_worker_or_folders_nothing_opens),
	cmocka_unit_test(lack_of_memory_is_told_and_leaves_nothing_behind),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
