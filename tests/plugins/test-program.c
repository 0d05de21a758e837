/*
 * test-program.c - importers that are programs: what they say arrives, and what
 * they do harms nobody. The one that does it is bad-program.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"
#include "../unit/scratch.h"
#include "../unit/tap.h"

#define GOT(name) xj_auto(host_release) struct host_result name = HOST_RESULT_INIT

/* ------------------------------------------------------------- the ground */

/* Two folders side by side: plugins, with the importer of text, plugins.d. And
 * a program that outlived its worker would be a child of this process. */
static struct scratch
make_place(void)
{
	struct scratch dir = scratch_begin();
	char from[600];

	snprintf(from, sizeof(from), "%s/importer-text.so",
		 getenv("XUEJI_PLUGINS"));
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(mkdirat(dir.fd, "plugins", 0700), 0);
	assert_int_equal(mkdirat(dir.fd, "plugins.d", 0700), 0);
	assert_int_equal(symlinkat(from, dir.fd, "plugins/importer-text.so"),
			 0);
	return dir;
}

static void
put(const struct scratch *dir, const char *name, const char *text)
{
	struct xj_error err;

	if (xj_file_write(dir->fd, name, text, strlen(text), &err) < 0)
		fail_msg("%s", err.message);
}

/* The program of bad deeds; `more` are further lines of its conf. */
static void
put_bad(const struct scratch *dir, const char *more)
{
	char conf[2048];

	snprintf(conf, sizeof(conf),
		 "command = %s/tests/plugins/bad-program\n"
		 "reads = %s/tests/plugins\nversion = 1.0\nlicense = MIT\n"
		 "types = text/x-deed\nextensions = deed\n%s",
		 getenv("top_builddir"), getenv("top_builddir"), more);
	put(dir, "plugins.d/bad.conf", conf);
}

static void
import_in(const struct scratch *dir, const char *name, const char *document,
	  const struct xj_import_limits *limits, struct host_result *got)
{
	char plugins[512], path[512];
	struct host_options o = { .plugins = plugins, .depth = 1 };
	struct xj_error err;

	if (limits != NULL)
		o.limits = *limits;
	snprintf(plugins, sizeof(plugins), "%s/plugins", dir->path);
	snprintf(path, sizeof(path), "%s/%s", dir->path, name);
	put(dir, name, document);
	if (host_import(&o, path, got, &err) < 0)
		fail_msg("%s", err.message);
}

static void
do_deed(const char *document, const struct xj_import_limits *limits,
	struct host_result *got)
{
	xj_auto(scratch_end) struct scratch dir = make_place();

	put_bad(&dir, "");
	import_in(&dir, "a.deed", document, limits, got);
	assert_string_equal(got->result.importer, "bad");
}

static void
assert_outcome(const struct host_result *got, enum xj_import_outcome outcome,
	       const char *reason)
{
	if (got->result.outcome != outcome ||
	    strcmp(got->result.reason, reason) != 0)
		fail_msg("%s, \"%s\" instead of %s, \"%s\"",
			 xj_import_outcome_name(got->result.outcome),
			 got->result.reason, xj_import_outcome_name(outcome),
			 reason);
}

/* What it says with these lines, after which it ends with `status`. */
static void
assert_said(const char *lines, const char *status, const char *dump)
{
	xj_auto(xj_buf_release) struct xj_buf document = XJ_BUF_INIT;
	char *outcome;
	GOT(got);

	xj_buf_addf(&document, "say %s\n%s", status, lines);
	do_deed(document.data, NULL, &got);
	outcome = strstr(xj_buf_str(&got.dump), "outcome ");
	assert_non_null(outcome);
	*outcome = '\0';
	assert_string_equal(xj_buf_str(&got.dump), dump);
	assert_outcome(&got, XJ_OUT_OK, "");
}

static void
assert_lied(const char *lines, const char *reason)
{
	xj_auto(xj_buf_release) struct xj_buf document = XJ_BUF_INIT;
	char whole[400];
	GOT(got);

	xj_buf_addf(&document, "say\n%s", lines);
	do_deed(document.data, NULL, &got);
	snprintf(whole, sizeof(whole), "importer bad sent in line %s", reason);
	assert_outcome(&got, XJ_OUT_CRASHED, whole);
}

/* ------------------------------------------------------------------- lines */

static void
text_comes_with_its_role_and_place(void **state)
{
	(void)state;
	assert_said("{\"text\": \"学记\"}\n"
		    "{\"text\": \"h\", \"role\": \"heading\", \"level\": 2, "
		    "\"where\": \"page\", \"at\": 3, \"label\": \"iii\"}\n"
		    "{\"text\": \"c\", \"role\": \"table\", \"where\": "
		    "\"part\", \"at\": 1, \"row\": 4, \"column\": 5}\n"
		    "{\"text\": \"t\", \"where\": \"msec\", \"at\": 1500, "
		    "\"end_ms\": 2000}", "0",
		    "body \"学记\"\n"
		    "heading 2 page 3 label=\"iii\" \"h\"\n"
		    "table part 1 cell=4,5 \"c\"\n"
		    "body msec 1500 end=2000 \"t\"\n");
}

static void
metadata_titles_pages_and_warnings_come(void **state)
{
	GOT(got);

	(void)state;
	assert_said("{\"meta\": \"title\", \"value\": \"礼记\", \"lang\": "
		    "\"zh\", \"source\": \"info\"}\n"
		    "{\"outline\": \"One\", \"level\": 1, \"where\": \"page\", "
		    "\"at\": 1}\n"
		    "{\"page\": 1, \"chars\": 12}\n"
		    "{\"outcome\": \"ok\"}\n", "0",
		    "meta title \"礼记\" lang=\"zh\" source=\"info\"\n"
		    "outline 1 page 1 \"One\"\n"
		    "page 1 0x0 chars=12 replaced=0 image=0\n");
	do_deed("say\n{\"warn\": \"one\"}\n{\"warn\": \"two\"}\n", NULL, &got);
	assert_outcome(&got, XJ_OUT_PARTIAL, "one (and 1 more)");
}

static void
children_come_in_a_line_or_in_pieces(void **state)
{
	GOT(got);

	(void)state;
	do_deed("say\n"
		"{\"child\": \"a.txt\", \"data\": \"5a2m6K6wCg==\"}\n"
		"{\"child\": \"b.txt\", \"role\": \"attachment\"}\n"
		"{\"data\": \"aGVs\"}\n{\"data\": \"bG8=\"}\n{\"end\": null}\n"
		"{\"child\": \"c.txt\", \"type\": \"text/plain\", \"data\": "
		"\"\"}\n"
		"{\"child\": \"left-open.txt\"}\n{\"data\": \"AAAA\"}\n", NULL,
		&got);
	assert_outcome(&got, XJ_OUT_OK, "");
	assert_int_equal(got.children, 3);
	assert_non_null(strstr(xj_buf_str(&got.text), "学记"));
	assert_non_null(strstr(xj_buf_str(&got.text), "hello"));
	assert_null(strstr(xj_buf_str(&got.dump), "left-open"));
}

static void
long_text_is_cut_into_blocks(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf document = XJ_BUF_INIT;
	GOT(got);

	(void)state;
	xj_buf_adds(&document, "say\n{\"where\": \"line\", \"at\": 5, "
			       "\"text\": \"\\n");
	for (int i = 0; i < 30000; i++)
		xj_buf_adds(&document, "记");
	xj_buf_adds(&document, "\"}\n");
	do_deed(xj_buf_str(&document), NULL, &got);
	assert_outcome(&got, XJ_OUT_OK, "");
	assert_int_equal(got.result.text_bytes, 1 + 90000);
	assert_int_equal(got.blocks, 2);
	assert_non_null(strstr(xj_buf_str(&got.dump), "body line 5 \"\\n记"));
	assert_non_null(strstr(xj_buf_str(&got.dump), "body line 6 more \"记"));
}

static void
lies_are_named_with_their_line(void **state)
{
	static const struct {
		const char *lines, *reason;
	} lies[] = {
		{ "hello\n", "1: no object of JSON ('[' or '{' expected "
			     "near 'hello')" },
		{ "[1]\n", "1: no object of JSON (but another value)" },
		{ "\n", "1: no object of JSON ('[' or '{' expected near end of "
			"file)" },
		{ "{\"meta\": \"a\", \"value\": \"b\"}\n{\"text\": 5}\n",
		  "2: \"text\" that is no string" },
		{ "{\"text\": \"a\", \"text\": \"b\"}",
		  "1: no object of JSON (duplicate object key near '\"text\"')" },
		{ "{\"text\": null}", "1: \"text\" that is null" },
		{ "{\"text\": \"a\", \"rolle\": \"body\"}",
		  "1: \"rolle\" that is not known here" },
		{ "{\"text\": \"a\", \"role\": \"bodyguard\"}",
		  "1: \"role\" that is none of its words" },
		{ "{\"text\": \"a\", \"where\": \"page\", \"at\": -1}",
		  "1: \"at\" that is no whole number in its bounds" },
		{ "{\"text\": \"a\", \"where\": \"page\", \"at\": 1.5}",
		  "1: \"at\" that is no whole number in its bounds" },
		{ "{\"text\": \"a\", \"where\": \"page\", \"at\": 0}",
		  "1: a page 0" },
		{ "{\"text\": \"a\", \"box\": [1, 2, 3]}",
		  "1: \"box\" that is no list of four numbers" },
		{ "{\"text\": \"a\\u0000b\"}", "1: text with a NUL" },
		{ "{\"meta\": \"title\"}", "1: \"meta\" that comes without a "
					   "value" },
		{ "{\"meta\": \"\", \"value\": \"x\"}",
		  "1: metadata without a name" },
		{ "{\"child\": \"a\", \"data\": \"a\"}",
		  "1: \"data\" that is no base64" },
		{ "{\"child\": \"a\", \"data\": \"====\"}",
		  "1: \"data\" that is no base64" },
		{ "{\"data\": \"AAAA\"}", "1: bytes of no child" },
		{ "{\"end\": null}", "1: the end of no child" },
		{ "{\"child\": \"a\"}\n{\"child\": \"b\"}\n",
		  "2: a child inside a child" },
		{ "{\"outcome\": \"fine\"}",
		  "1: \"outcome\" that is none of its words" },
		{ "{\"outcome\": \"\"}",
		  "1: \"outcome\" that is none of its words" },
		{ "{\"role\": \"body\"}",
		  "1: an object that says nothing known" },
		{ "{}", "1: an object that says nothing known" },
		{ "{\"text\": \"cut", "1: no object of JSON (premature end of "
				      "input near '\"cut')" },
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(lies); i++)
		assert_lied(lies[i].lines, lies[i].reason);
}

static void
bytes_that_are_not_utf8_are_refused(void **state)
{
	GOT(got);

	(void)state;
	do_deed("say\n{\"text\": \"\xFF\xFE\"}\n", NULL, &got);
	assert_int_equal(got.result.outcome, XJ_OUT_CRASHED);
	assert_non_null(strstr(got.result.reason, "sent in line 1: no object "
						  "of JSON (unable to decode"));
}

static void
a_line_without_end_is_refused(void **state)
{
	GOT(got);

	(void)state;
	do_deed("endless", NULL, &got);
	assert_outcome(&got, XJ_OUT_CRASHED, "importer bad sent an endless "
					     "line");
}

static void
text_before_a_bad_line_is_kept(void **state)
{
	GOT(got);

	(void)state;
	do_deed("say\n{\"text\": \"half\"}\nTraceback", NULL, &got);
	assert_int_equal(got.result.outcome, XJ_OUT_PARTIAL);
	assert_non_null(strstr(got.result.reason, "crashed: importer bad sent "
						  "in line 2: "));
	assert_string_equal(xj_buf_str(&got.text), "half\n");
}

static void
limits_of_the_document_hold(void **state)
{
	const struct xj_import_limits limits = { .pages = 2 };
	GOT(got);

	(void)state;
	do_deed("say\n{\"text\": \"a\", \"where\": \"page\", \"at\": 3}", &limits,
		&got);
	assert_outcome(&got, XJ_OUT_LIMIT, "more than 2 pages");
}

/* ----------------------------------------------------------------- outcomes */

static void
each_outcome_that_it_tells_is_taken(void **state)
{
	static const struct {
		const char *line;
		enum xj_import_outcome outcome;
		const char *reason;
	} told[] = {
		{ "{\"outcome\": \"corrupt\", \"reason\": \"no end\"}",
		  XJ_OUT_CORRUPT, "no end" },
		{ "{\"outcome\": \"encrypted\"}", XJ_OUT_ENCRYPTED,
		  "needs a password" },
		{ "{\"outcome\": \"unsupported\", \"reason\": \"version 9\"}",
		  XJ_OUT_UNSUPPORTED, "version 9" },
		{ "{\"outcome\": \"limit\", \"reason\": \"too many\"}",
		  XJ_OUT_LIMIT, "too many" },
		{ "{\"outcome\": \"error\", \"reason\": \"my fault\"}",
		  XJ_OUT_CRASHED, "importer bad failed: my fault" },
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(told); i++) {
		char document[256];
		GOT(got);

		snprintf(document, sizeof(document), "say 1\n%s\n",
			 told[i].line);
		do_deed(document, NULL, &got);
		assert_outcome(&got, told[i].outcome, told[i].reason);
	}
}

static void
how_it_ends_is_told_with_its_last_words(void **state)
{
	GOT(got);
	GOT(crashed);
	GOT(silent);

	(void)state;
	do_deed("allocate 10240", NULL, &got);
	assert_outcome(&got, XJ_OUT_CRASHED, "importer bad failed: exit 1: "
		       "malloc: Cannot allocate memory");
	do_deed("say crash\n{\"text\": \"half\"}\n", NULL, &crashed);
	assert_int_equal(crashed.result.outcome, XJ_OUT_PARTIAL);
	assert_non_null(strstr(crashed.result.reason,
			       "crashed: importer bad failed: signal "));
	assert_string_equal(xj_buf_str(&crashed.text), "half\n");
	do_deed("say 3\n{\"outcome\": \"ok\"}\n", NULL, &silent);
	assert_outcome(&silent, XJ_OUT_CRASHED, "importer bad failed: exit 3");
}

static void
much_on_its_errors_does_not_stop_it(void **state)
{
	GOT(got);

	(void)state;
	do_deed("complain 100000", NULL, &got);
	assert_outcome(&got, XJ_OUT_OK, "");
	assert_string_equal(xj_buf_str(&got.text), "complained: done\n");
}

/* ---------------------------------------------------------------- the cage */

static void
assert_text(const char *deed, const char *text)
{
	GOT(got);

	do_deed(deed, NULL, &got);
	assert_string_equal(xj_buf_str(&got.text), text);
}

static void
it_starts_no_process(void **state)
{
	(void)state;
	assert_text("processes", "fork: Operation not permitted\n"
				 "clone: Operation not permitted\n"
				 "spawn: Operation not permitted\n"
				 "setsid: Operation not permitted\n"
				 "unshare: Function not implemented\n");
	assert_text("thread", "thread: done\n");
}

static void
it_opens_no_socket(void **state)
{
	(void)state;
	assert_text("sockets", "inet: Operation not permitted\n"
			       "unix: Operation not permitted\n"
			       "pair: Operation not permitted\n");
}

static void
it_changes_no_file(void **state)
{
	xj_auto(scratch_end) struct scratch dir = make_place();
	char deed[512], more[512];
	struct stat before, after;
	GOT(got);

	(void)state;
	snprintf(more, sizeof(more), "reads = %s\n", dir.path);
	put_bad(&dir, more);
	put(&dir, "precious", "data");
	assert_int_equal(fstatat(dir.fd, "precious", &before, 0), 0);
	snprintf(deed, sizeof(deed), "change %s/precious", dir.path);
	import_in(&dir, "a.deed", deed, NULL, &got);
	assert_null(strstr(xj_buf_str(&got.text), "done"));
	assert_int_equal(got.blocks, 8);
	assert_int_equal(fstatat(dir.fd, "precious", &after, 0), 0);
	assert_int_equal(after.st_size, 4);
	assert_int_equal(after.st_mode, before.st_mode);
}

static void
it_reads_what_is_installed_and_what_its_conf_names(void **state)
{
	xj_auto(scratch_end) struct scratch dir = make_place();
	char deed[512], more[512], secret[400];
	GOT(denied);
	GOT(allowed);
	GOT(beside);

	(void)state;
	assert_text("read /etc/passwd", "/etc/passwd: Permission denied\n");
	assert_text("read /proc/self/environ",
		    "/proc/self/environ: Permission denied\n");
	assert_text("read /bin/sh", "/bin/sh: done\n");
	put(&dir, "secret", "data");
	snprintf(secret, sizeof(secret), "%s/secret", dir.path);
	snprintf(deed, sizeof(deed), "read %s", secret);
	put_bad(&dir, "");
	import_in(&dir, "a.deed", deed, NULL, &denied);
	assert_non_null(strstr(xj_buf_str(&denied.text), "Permission denied"));
	snprintf(more, sizeof(more), "reads = %s\n", secret);
	put_bad(&dir, more);
	import_in(&dir, "a.deed", deed, NULL, &allowed);
	assert_non_null(strstr(xj_buf_str(&allowed.text), "done"));
	import_in(&dir, "a.deed", "read bad.conf", NULL, &beside);
	assert_string_equal(xj_buf_str(&beside.text), "bad.conf: done\n");
}

static void
it_harms_no_other_process(void **state)
{
	(void)state;
	assert_text("harm", "kill: Operation not permitted\n"
			    "tgkill: Operation not permitted\n"
			    "limits: Function not implemented\n"
			    "trace: Operation not permitted\n");
}

static void
it_is_told_of_the_document_and_of_nothing_else(void **state)
{
	GOT(got);

	(void)state;
	assert_int_equal(setenv("XJ_SECRET", "word", 1), 0);
	do_deed("told", NULL, &got);
	assert_outcome(&got, XJ_OUT_OK, "");
	assert_string_equal(xj_buf_str(&got.text),
			    "{\"size\":4,\"depth\":0,\"name\":\"a.deed\","
			    "\"type\":\"text/x-deed\"}\n");
	assert_null(strstr(xj_buf_str(&got.dump), "XJ_SECRET"));
	assert_non_null(strstr(xj_buf_str(&got.dump), "LANG=C.UTF-8"));
	assert_non_null(strstr(xj_buf_str(&got.dump), "/plugins.d\""));
}

/* Processes that descend from this one. */
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

/* Those whose parent went come to us (make_place). Whoever is killed may take a
 * moment to go. */
static void
assert_nobody_left(void)
{
	for (int i = 0; i < 1000 && count_descendants(getpid()) > 0; i++) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		usleep(10000);
	}
	assert_int_equal(count_descendants(getpid()), 0);
}

static void
its_time_is_limited_and_it_does_not_outlive_it(void **state)
{
	const struct xj_import_limits wall = { .wall_ms = 300 },
				      cpu = { .cpu_s = 1 };
	GOT(waited);
	GOT(looped);
	GOT(stubborn);

	(void)state;
	do_deed("wait", &wall, &waited);
	assert_outcome(&waited, XJ_OUT_PARTIAL, "limit: 300 ms of time");
	assert_string_equal(xj_buf_str(&waited.text), "before\n");
	do_deed("loop", &cpu, &looped);
	assert_outcome(&looped, XJ_OUT_PARTIAL, "limit: 1 s of CPU");
	do_deed("loop stubbornly", &cpu, &stubborn);
	assert_outcome(&stubborn, XJ_OUT_PARTIAL, "limit: 1 s of CPU");
	assert_true(stubborn.result.cpu_us >= 1000000);
	assert_nobody_left();
}

static int
drop_text(void *ctx, const struct xj_block *b)
{
	(void)ctx;
	(void)b;
	return XJ_OK;
}

/* What goes on talking when nobody listens, or waits, is gone with its worker;
 * and the next document has not to wait. */
static void
the_next_document_is_served_at_once(void **state)
{
	static const struct xj_sink sink = { .text = drop_text };
	static const char *const deeds[] = { "endless", "say\nx\n", "say 1\n",
					     "say crash\n" };
	xj_auto(scratch_end) struct scratch dir = make_place();
	char plugins[512];
	const char *dirs[] = { plugins, NULL };
	struct xj_importers *im;
	uint64_t worst = 0;

	(void)state;
	put_bad(&dir, "");
	put(&dir, "b.txt", "next");
	snprintf(plugins, sizeof(plugins), "%s/plugins", dir.path);
	assert_int_equal(xj_importers_open(&(struct xj_importers_options){
			.dirs = dirs }, &im, NULL), XJ_OK);
	for (size_t i = 0; i < 20; i++) {
		struct xj_import_source s = { .name = "a.deed" };
		struct xj_import_result result;
		uint64_t began;

		put(&dir, "a.deed", deeds[i % XJ_COUNT(deeds)]);
		s.size = strlen(deeds[i % XJ_COUNT(deeds)]);
		s.fd = openat(dir.fd, "a.deed", O_RDONLY | O_CLOEXEC);
		assert_int_equal(xj_import_run(im, &s, &sink, NULL, &result,
					       NULL), XJ_OK);
		assert_int_equal(result.outcome, XJ_OUT_CRASHED);
		close(s.fd);
		s = (struct xj_import_source){ .name = "b.txt", .size = 4 };
		s.fd = openat(dir.fd, "b.txt", O_RDONLY | O_CLOEXEC);
		began = xj_monotonic_ms();
		assert_int_equal(xj_import_run(im, &s, &sink, NULL, &result,
					       NULL), XJ_OK);
		if (xj_monotonic_ms() - began > worst)
			worst = xj_monotonic_ms() - began;
		assert_int_equal(result.outcome, XJ_OUT_OK);
		close(s.fd);
	}
	xj_importers_close(im);
	print_message("at most %d ms\n", (int)worst);
	assert_nobody_left();
}

/* ---------------------------------------------------------------- the conf */

static const struct xj_importer_info *
find_info(const struct xj_importers *im, const char *file)
{
	for (size_t i = 0; i < xj_importers_count(im); i++)
		if (strstr(xj_importers_at(im, i)->file, file) != NULL)
			return xj_importers_at(im, i);
	fail_msg("%s is not listed", file);
	return NULL;
}

static struct xj_importers *
open_place(const struct scratch *dir)
{
	char plugins[512];
	const char *dirs[] = { plugins, NULL };
	struct xj_importers *im;

	snprintf(plugins, sizeof(plugins), "%s/plugins", dir->path);
	assert_int_equal(xj_importers_open(&(struct xj_importers_options){
			.dirs = dirs }, &im, NULL), XJ_OK);
	return im;
}

static void
a_conf_says_what_it_is(void **state)
{
	xj_auto(scratch_end) struct scratch dir = make_place();
	const struct xj_importer_info *p;
	struct xj_importers *im;

	(void)state;
	put(&dir, "plugins.d/cards.conf",
	    "# cards\n\ncommand = sh  -c \"exit 0\"\nversion=2\nlicense = MIT\n"
	    "types = text/x-cards text/x-deck\nextensions = cards deck\r\n");
	im = open_place(&dir);
	p = find_info(im, "cards.conf");
	assert_null(p->refused);
	assert_string_equal(p->name, "cards");
	assert_string_equal(p->version, "2");
	assert_string_equal(p->command, "sh  -c \"exit 0\"");
	assert_string_equal(p->mimes[1], "text/x-deck");
	assert_string_equal(p->exts[1], "deck");
	assert_null(find_info(im, "importer-text.so")->command);
	xj_importers_close(im);
}

static void
a_bad_conf_is_refused_with_a_reason(void **state)
{
	static const struct {
		const char *conf, *reason;
	} confs[] = {
		{ "", "has no command" },
		{ "command = sh\n", "has no types" },
		{ "command = sh\ntypes = a/b\n", "says no version or no "
						 "license" },
		{ "command = no-such-program x\ntypes = a/b\n",
		  "command: no program no-such-program" },
		{ "command = sh\ncolour = red\n",
		  "line 2: colour is no setting of an importer" },
		{ "command\n", "line 1 is not `key = value`" },
		{ "bid = 101\n", "line 1: bid is no number from 1 to 100" },
		{ "magic = PK\n", "line 1: magic is not an offset and bytes" },
		{ "magic = 0 P\\K\n", "line 1: magic has a \\ without xHH" },
		{ "extensions = .x\n", "line 1: extensions are words without "
				       "dots" },
		{ "extensions = \"\"\n", "line 1: extensions are words "
					  "without dots" },
		{ "types = \"\"\n", "line 1: types are words like "
				     "text/plain" },
		{ "reads = here\n", "line 1: reads are folders named from /" },
		{ "command = sh \"x\n", "line 1: command has a quote that does "
					"not end" },
		{ "command = \xFF\n", "is not text in UTF-8" },
		{ "name = text\ncommand = sh\ntypes = a/b\nversion = 1\n"
		  "license = MIT\n", "an importer of that name was loaded" },
		{ "name = A B\ncommand = sh\ntypes = a/b\nversion = 1\n"
		  "license = MIT\n", "its name is missing or has characters" },
	};

	(void)state;
	for (size_t i = 0; i < XJ_COUNT(confs); i++) {
		xj_auto(scratch_end) struct scratch dir = make_place();
		const struct xj_importer_info *p;
		struct xj_importers *im;

		put(&dir, "plugins.d/bad.conf", confs[i].conf);
		im = open_place(&dir);
		p = find_info(im, "bad.conf");
		if (p->refused == NULL ||
		    strncmp(p->refused, confs[i].reason,
			    strlen(confs[i].reason)) != 0)
			fail_msg("\"%s\" instead of \"%s\"", p->refused,
				 confs[i].reason);
		xj_importers_close(im);
	}
}

static void
magic_and_bid_decide_as_with_any_importer(void **state)
{
	xj_auto(scratch_end) struct scratch dir = make_place();
	GOT(magic);
	GOT(text);
	GOT(strong);

	(void)state;
	put_bad(&dir, "magic = 1 a\\x79\\\\\n");
	import_in(&dir, "a.txt", "say\\\n", NULL, &magic);
	assert_string_equal(magic.result.importer, "bad");
	assert_int_equal(magic.result.bid, XJ_BID_MAGIC);
	import_in(&dir, "a.txt", "say 0\n", NULL, &text);
	assert_string_equal(text.result.importer, "text");
	put_bad(&dir, "extensions = txt\nbid = 80\n");
	import_in(&dir, "a.txt", "say 0\n{\"text\": \"x\"}\n", NULL, &strong);
	assert_string_equal(strong.result.importer, "bad");
	assert_int_equal(strong.result.bid, 80);
	assert_string_equal(strong.result.version, "1.0");
}

static void
a_script_of_the_shell_is_enough(void **state)
{
	xj_auto(scratch_end) struct scratch dir = make_place();
	GOT(got);

	(void)state;
	put(&dir, "plugins.d/lines.sh",
	    "while read -r line <&3; do\n"
	    "\tprintf '{\"text\": \"%s\"}\\n' \"$line\"\ndone\n");
	put(&dir, "plugins.d/lines.conf",
	    "command = sh lines.sh\nversion = 1\nlicense = MIT\n"
	    "types = text/x-lines\nextensions = lines\n");
	import_in(&dir, "a.lines", "one\n二\n", NULL, &got);
	assert_outcome(&got, XJ_OUT_OK, "");
	assert_string_equal(xj_buf_str(&got.text), "one\n二\n");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(text_comes_with_its_role_and_place),
	cmocka_unit_test(metadata_titles_pages_and_warnings_come),
	cmocka_unit_test(children_come_in_a_line_or_in_pieces),
	cmocka_unit_test(long_text_is_cut_into_blocks),
	cmocka_unit_test(lies_are_named_with_their_line),
	cmocka_unit_test(bytes_that_are_not_utf8_are_refused),
	cmocka_unit_test(a_line_without_end_is_refused),
	cmocka_unit_test(text_before_a_bad_line_is_kept),
	cmocka_unit_test(limits_of_the_document_hold),
	cmocka_unit_test(each_outcome_that_it_tells_is_taken),
	cmocka_unit_test(how_it_ends_is_told_with_its_last_words),
	cmocka_unit_test(much_on_its_errors_does_not_stop_it),
	cmocka_unit_test(it_starts_no_process),
	cmocka_unit_test(it_opens_no_socket),
	cmocka_unit_test(it_changes_no_file),
	cmocka_unit_test(it_reads_what_is_installed_and_what_its_conf_names),
	cmocka_unit_test(it_harms_no_other_process),
	cmocka_unit_test(it_is_told_of_the_document_and_of_nothing_else),
	cmocka_unit_test(its_time_is_limited_and_it_does_not_outlive_it),
	cmocka_unit_test(the_next_document_is_served_at_once),
	cmocka_unit_test(a_conf_says_what_it_is),
	cmocka_unit_test(a_bad_conf_is_refused_with_a_reason),
	cmocka_unit_test(magic_and_bid_decide_as_with_any_importer),
	cmocka_unit_test(a_script_of_the_shell_is_enough),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
