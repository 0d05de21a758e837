/*
 * bad-deeds.c - an importer for tests that does what a document tells it to.
 *
 * The document is one line, "deed argument". Names end in .deed.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <xueji/importer.h>

static volatile int never;
static int served; /* documents so far in this worker */

static int
say(struct xj_import *in, const char *text)
{
	struct xj_block b = { .text = text, .len = strlen(text) };

	return xj_text(in, &b);
}

/* ------------------------------------------------------------- crashes */

static int
crash(struct xj_import *in, const char *arg)
{
	(void)in;
	(void)arg;
	*(volatile int *)(uintptr_t)(never + 8) = 1;
	return 0;
}

static int
text_then_crash(struct xj_import *in, const char *arg)
{
	int r = say(in, "before the fall");

	return r < 0 ? r : crash(in, arg);
}

static int
do_abort(struct xj_import *in, const char *arg)
{
	(void)in;
	(void)arg;
	abort();
}

static int
end_process(struct xj_import *in, const char *arg)
{
	(void)in;
	_exit(atoi(arg));
}

static int
deep(int n)
{
	volatile char room[4096];

	room[0] = (char)n;
	return never ? n : deep(n + 1) + room[0];
}

static int
overflow_stack(struct xj_import *in, const char *arg)
{
	(void)in;
	(void)arg;
	return deep(0);
}

/* Only when others went before: what a run must survive. */
static int
crash_later(struct xj_import *in, const char *arg)
{
	int r = say(in, "said once");

	return r < 0 || served == 1 ? r : crash(in, arg);
}

/* --------------------------------------------------------------- excess */

static int
loop(struct xj_import *in, const char *arg)
{
	(void)arg;
	if (say(in, "round and round") < 0)
		return XJ_IMPORT_STOP;
	while (!never)
		;
	return 0;
}

static int
loop_silently(struct xj_import *in, const char *arg)
{
	(void)in;
	(void)arg;
	while (!never)
		;
	return 0;
}

/* Waits for something that never comes, with no CPU time at all. */
static int
wait_for_ever(struct xj_import *in, const char *arg)
{
	static int word;

	if (*arg != '\0' && say(in, arg) < 0)
		return XJ_IMPORT_STOP;
	while (!never)
		syscall(SYS_futex, &word, 0, 0, NULL, NULL, 0);
	return 0;
}

static int
allocate(struct xj_import *in, const char *arg)
{
	size_t size = (size_t)atoll(arg) << 20;
	void *p = xj_alloc(in, NULL, size);

	if (p == NULL)
		return XJ_IMPORT_NOMEM;
	memset(p, 1, size);
	return say(in, "allocated");
}

/* The C library's memory, whose end nobody looks at. */
static int
allocate_carelessly(struct xj_import *in, const char *arg)
{
	(void)in;
	(void)arg;
	while (!never)
		memset(malloc(1 << 20), 1, 1 << 20);
	return 0;
}

static int
much_text(struct xj_import *in, const char *arg)
{
	static char text[32768];
	struct xj_block b = { .text = text, .len = sizeof(text) };
	long n = atol(arg);

	memset(text, 'x', sizeof(text));
	for (long i = 0; i < n; i++) {
		int r = xj_text(in, &b);

		if (r < 0)
			return r;
	}
	return 0;
}

static int
many_pages(struct xj_import *in, const char *arg)
{
	long n = atol(arg);

	for (long i = 1; i <= n; i++) {
		struct xj_block b = { .text = "p", .len = 1, .where = XJ_PAGE,
				      .at = (uint64_t)i };
		int r = xj_text(in, &b);

		if (r < 0)
			return r;
	}
	return 0;
}

/* "count size": so many children of so many bytes. */
static int
many_children(struct xj_import *in, const char *arg)
{
	static char bytes[65536];
	char *end;
	long n = strtol(arg, &end, 10), size = strtol(end, NULL, 10);

	for (long i = 0; i < n; i++) {
		char name[32];
		struct xj_child c = { .name = name, .size = UINT64_MAX,
				      .mtime = INT64_MIN };
		int r;

		snprintf(name, sizeof(name), "child %ld", i);
		r = xj_child_begin(in, &c);
		for (long k = 0; r == 0 && k < size; k += sizeof(bytes))
			r = xj_child_data(in, bytes,
					  size - k < (long)sizeof(bytes)
						  ? (size_t)(size - k)
						  : sizeof(bytes));
		if (r >= 0)
			r = xj_child_end(in, NULL);
		if (r < 0)
			return r;
	}
	return 0;
}

static int
child_too_large(struct xj_import *in, const char *arg)
{
	struct xj_child c = { .name = "large", .size = (uint64_t)atoll(arg),
			      .mtime = INT64_MIN };
	int r = xj_child_begin(in, &c);

	if (r == XJ_CHILD_SKIP)
		return say(in, "skipped");
	return r < 0 ? r : say(in, "taken");
}

static int
child_left_open(struct xj_import *in, const char *arg)
{
	struct xj_child c = { .name = "open", .size = 3,
			      .mtime = INT64_MIN };
	int r = xj_child_begin(in, &c);

	(void)arg;
	return r < 0 ? r : xj_child_data(in, "abc", 3);
}

/* ------------------------------------------------------------- forbidden */

static int
do_fork(struct xj_import *in, const char *arg)
{
	(void)arg;
	return say(in, fork() < 0 ? "refused" : "forked");
}

static int
open_socket(struct xj_import *in, const char *arg)
{
	(void)arg;
	return say(in, socket(AF_INET, SOCK_STREAM, 0) < 0 ? "refused"
							   : "opened");
}

static int
open_file(struct xj_import *in, const char *arg)
{
	return say(in, open(arg, O_RDONLY) < 0 ? "refused" : "opened");
}

static int
write_file(struct xj_import *in, const char *arg)
{
	return say(in, open(arg, O_WRONLY | O_CREAT, 0600) < 0 ? "refused"
							       : "opened");
}

static int
kill_parent(struct xj_import *in, const char *arg)
{
	(void)arg;
	return say(in, kill(getppid(), SIGKILL) < 0 ? "refused" : "killed");
}

static int
map_code(struct xj_import *in, const char *arg)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)arg;
	return say(in, p == MAP_FAILED ? "refused" : "mapped");
}

static int
write_input(struct xj_import *in, const char *arg)
{
	(void)arg;
	return say(in, write(xj_fd(in), "x", 1) < 0 ? "refused" : "written");
}

/* What is allowed and must work. */
static int
ask_size(struct xj_import *in, const char *arg)
{
	struct stat st;

	(void)arg;
	return say(in, fstat(xj_fd(in), &st) == 0 &&
				       (uint64_t)st.st_size == in->size
			       ? "right"
			       : "wrong");
}

/* ------------------------------------------------------------------ lies */

/* Bytes on the worker's socket, past the services. */
static int
raw(const void *bytes, size_t len)
{
	return write(3, bytes, len) == (ssize_t)len ? 0 : XJ_IMPORT_ERROR;
}

static int
raw_frame(uint32_t type, uint32_t len, const void *payload, size_t n)
{
	char buf[4096];

	memcpy(buf, &type, 4);
	memcpy(buf + 4, &len, 4);
	memcpy(buf + 8, payload, n);
	return raw(buf, 8 + n);
}

static int
lie_length(struct xj_import *in, const char *arg)
{
	(void)in;
	(void)arg;
	return raw_frame(3, 0x7FFFFFFF, "", 0);
}

static int
lie_type(struct xj_import *in, const char *arg)
{
	(void)in;
	(void)arg;
	return raw_frame(4711, 4, "abcd", 4);
}

static int
lie_short(struct xj_import *in, const char *arg)
{
	(void)in;
	(void)arg;
	return raw_frame(3, 5, "abcde", 5);
}

/* A text frame as the services write it, with these bytes as the text. */
static int
raw_text(uint32_t where, uint64_t at, const char *text, uint32_t len)
{
	char p[256];
	const uint32_t zero = 0, missing = UINT32_MAX;
	size_t n = 0;

	memcpy(p + n, &zero, 4), n += 4;    /* role */
	memcpy(p + n, &zero, 4), n += 4;    /* level */
	memcpy(p + n, &where, 4), n += 4;
	memcpy(p + n, &zero, 4), n += 4;    /* has */
	memcpy(p + n, &at, 8), n += 8;
	memcpy(p + n, &zero, 4), n += 4;    /* more */
	memcpy(p + n, &missing, 4), n += 4; /* label */
	memcpy(p + n, &len, 4), n += 4;
	memcpy(p + n, text, len), n += len;
	p[n++] = '\0';
	return raw_frame(3, (uint32_t)n, p, n);
}

static int
lie_utf8(struct xj_import *in, const char *arg)
{
	(void)in;
	(void)arg;
	return raw_text(XJ_NOWHERE, 0, "\xFF\xFE", 2);
}

static int
lie_nul(struct xj_import *in, const char *arg)
{
	(void)in;
	(void)arg;
	return raw_text(XJ_NOWHERE, 0, "a\0b", 3);
}

static int
lie_pages(struct xj_import *in, const char *arg)
{
	int r = raw_text(XJ_PAGE, 2, "b", 1);

	(void)in;
	(void)arg;
	return r < 0 ? r : raw_text(XJ_PAGE, 1, "a", 1);
}

/* An honest mistake, which the services see first. */
static int
mistake(struct xj_import *in, const char *arg)
{
	struct xj_block b = { .text = "\xC3(", .len = 2 };

	(void)arg;
	return xj_text(in, &b);
}

static int
cut_frame(struct xj_import *in, const char *arg)
{
	int r = raw_frame(3, 100, "abc", 3);

	(void)in;
	(void)arg;
	if (r == 0)
		_exit(0);
	return r;
}

/* -------------------------------------------------------------- statuses */

static int
fail_with(struct xj_import *in, const char *arg)
{
	return xj_fail(in, atoi(arg), "as told");
}

static int
fail_after_text(struct xj_import *in, const char *arg)
{
	int r = say(in, "half");

	return r < 0 ? r : fail_with(in, arg);
}

static int
warn_twice(struct xj_import *in, const char *arg)
{
	int r = say(in, "text");

	(void)arg;
	if (r == 0)
		r = xj_warn(in, "one thing");
	return r < 0 ? r : xj_warn(in, "another");
}

static int
say_password(struct xj_import *in, const char *arg)
{
	(void)arg;
	return say(in, in->password != NULL ? in->password : "none");
}

static int
say_served(struct xj_import *in, const char *arg)
{
	char text[32];

	(void)arg;
	snprintf(text, sizeof(text), "%d", served);
	return say(in, text);
}

/* Another in every process tree. */
static int
say_address(struct xj_import *in, const char *arg)
{
	char text[32];

	(void)arg;
	snprintf(text, sizeof(text), "%p", (void *)&served);
	return say(in, text);
}

static const struct {
	const char *name;
	int (*do_it)(struct xj_import *in, const char *arg);
} deeds[] = {
	{ "crash", crash },
	{ "text-then-crash", text_then_crash },
	{ "abort", do_abort },
	{ "exit", end_process },
	{ "overflow-stack", overflow_stack },
	{ "crash-later", crash_later },
	{ "loop", loop },
	{ "loop-silently", loop_silently },
	{ "wait", wait_for_ever },
	{ "allocate", allocate },
	{ "allocate-carelessly", allocate_carelessly },
	{ "much-text", much_text },
	{ "many-pages", many_pages },
	{ "many-children", many_children },
	{ "child-too-large", child_too_large },
	{ "child-left-open", child_left_open },
	{ "fork", do_fork },
	{ "socket", open_socket },
	{ "open", open_file },
	{ "write-file", write_file },
	{ "kill", kill_parent },
	{ "map-code", map_code },
	{ "write-input", write_input },
	{ "ask-size", ask_size },
	{ "lie-length", lie_length },
	{ "lie-type", lie_type },
	{ "lie-short", lie_short },
	{ "lie-utf8", lie_utf8 },
	{ "lie-nul", lie_nul },
	{ "lie-pages", lie_pages },
	{ "cut-frame", cut_frame },
	{ "mistake", mistake },
	{ "fail", fail_with },
	{ "fail-after-text", fail_after_text },
	{ "warn", warn_twice },
	{ "password", say_password },
	{ "served", say_served },
	{ "address", say_address },
};

static int
import(struct xj_import *in)
{
	char line[256];
	ssize_t n = xj_read(in, 0, line, sizeof(line) - 1);
	char *arg;

	if (n < 0)
		return (int)n;
	line[n] = '\0';
	arg = strchr(line, ' ');
	if (arg != NULL)
		*arg++ = '\0';
	served++;
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (strcmp(deeds[i].name, line) == 0)
			return deeds[i].do_it(in, arg != NULL ? arg : "");
	return xj_fail(in, XJ_IMPORT_UNSUPPORTED, "no such deed: %s", line);
}

static const struct xj_format formats[] = {
	{ .mime = "application/x-deed", .ext = "deed" }, { 0 }
};

XJ_IMPORTER(.name = "bad-deeds", .version = "0", .license = "MIT",
	    .formats = formats, .import = import);
