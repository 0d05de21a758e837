/*
 * program-run.c - one program on one document: started in its cage, listened
 * to from within the worker's.
 *
 * It has the document as descriptor 3. On its input it finds one line of JSON
 * that says what is known of the document; its output is what program-line.c
 * reads; of its errors the last line is kept, as the reason if it fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "import/program.h"
#include "import/worker.h"

#define DOCUMENT_FD 3
#define FAILED 127 /* exit status of what could not become the program */

/* A line that is being collected. */
struct words {
	char now[256], last[256];
	size_t len;
};

static struct {
	pid_t pid;
	int out, errors;
	uint32_t cpu_s;
	struct words said; /* on its errors */
} program = { .out = -1, .errors = -1 };

/* --------------------------------------------------------------- the start */

/* What the program reads on its input. */
static int
describe(const struct xj_request *r, struct xj_buf *out)
{
	const struct {
		const char *key, *value;
	} strings[] = { { "name", r->name }, { "type", r->mime },
			{ "password", r->password } };

	xj_buf_addf(out, "{\"size\":%llu,\"depth\":%u",
		    (unsigned long long)r->size, r->depth);
	for (size_t i = 0; i < XJ_COUNT(strings); i++) {
		if (strings[i].value == NULL)
			continue;
		xj_buf_addf(out, ",\"%s\":", strings[i].key);
		xj_json_string(out, strings[i].value, strlen(strings[i].value));
	}
	xj_buf_adds(out, "}\n");
	return out->failed ? -1 : 0;
}

/* The read end of a pipe that holds the bytes; a pipe takes 64 KiB at once. */
static int
pipe_with(const struct xj_buf *bytes)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	if (write(ends[1], bytes->data, bytes->len) != (ssize_t)bytes->len)
		xj_closep(&ends[0]);
	close(ends[1]);
	return ends[0];
}

/* In the new process. Its last words are the reason when it does not come to
 * be the program. */
static void
become(const struct xj_program *p, const struct xj_cage *cage, int document,
       const int ends[3], pid_t parent)
{
	static char *const surroundings[] = {
		(char *)"PATH=/usr/local/bin:/usr/bin:/bin",
		(char *)"LANG=C.UTF-8", (char *)"TZ=UTC0",
		(char *)"HOME=/", NULL,
	};
	const char *failed = "being confined";

	for (int fd = 0; fd < 3; fd++)
		dup2(ends[fd], fd);
	dup2(document, DOCUMENT_FD);
	xj_close_from(DOCUMENT_FD + 1);
	lseek(DOCUMENT_FD, 0, SEEK_SET);
	/* It ends with the worker, which ends with the zygote. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent &&
	    chdir(p->folder) == 0 &&
	    xj_cage_enter_program(cage, p->folder, p->reads) == 0) {
		failed = p->argv[0];
		execve(p->argv[0], (char *const *)p->argv, surroundings);
	}
	dprintf(2, "%s: %s\n", failed, strerror(errno));
	xj_worker_exit(FAILED);
}

void
xj_program_start(const struct xj_program *p, const struct xj_cage *cage,
		 const struct xj_request *request)
{
	xj_auto(xj_buf_release) struct xj_buf told = XJ_BUF_INIT;
	pid_t parent = getpid();
	int out[2] = { -1, -1 }, errors[2] = { -1, -1 };
	int in = describe(request, &told) == 0 ? pipe_with(&told) : -1;

	if (in >= 0 && pipe2(out, O_CLOEXEC) == 0 &&
	    pipe2(errors, O_CLOEXEC) == 0)
		program.pid = fork();
	if (program.pid == 0 && errors[1] >= 0)
		become(p, cage, request->fd,
		       (const int[]){ in, out[1], errors[1] }, parent);
	xj_closep(&in);
	xj_closep(&out[1]);
	xj_closep(&errors[1]);
	program.out = out[0];
	program.errors = errors[0];
	program.cpu_s = cage->limits.cpu_s;
}

/* ------------------------------------------------------------- its lines */

static char room[XJ_PROGRAM_LINE_MAX + 1];
static size_t room_len;
static unsigned line_number;

static int
take_line(struct xj_import *in, const char *line, size_t len, int *outcome)
{
	struct xj_error why;
	char where[32];
	int r;

	snprintf(where, sizeof(where), "in line %u: ", ++line_number);
	xj_serve_where(where);
	r = xj_program_line(in, line, len, outcome, &why);
	return r == XJ_PROGRAM_BAD ? xj_serve_lied(in, why.message) : r;
}

/* All whole lines in the room; with `last` what follows them is one too. */
static int
take_lines(struct xj_import *in, bool last, int *outcome)
{
	size_t at = 0;
	int r = 0;

	while (r == 0 && at < room_len) {
		const char *end = memchr(room + at, '\n', room_len - at);
		size_t len = end != NULL ? (size_t)(end - room) - at
					 : room_len - at;

		if (end == NULL && !last && len <= XJ_PROGRAM_LINE_MAX)
			break;
		if (len > XJ_PROGRAM_LINE_MAX)
			return xj_serve_lied(in, "an endless line");
		r = take_line(in, room + at, len, outcome);
		at += len + (end != NULL);
	}
	room_len -= at;
	memmove(room, room + at, room_len);
	return r;
}

/* XJ_PROGRAM_END: it closed its output. */
static int
read_lines(struct xj_import *in, int *outcome)
{
	ssize_t n = read(program.out, room + room_len,
			 sizeof(room) - room_len);
	int r;

	if (n < 0)
		return errno == EINTR ? 0 : XJ_PROGRAM_END;
	room_len += (size_t)n;
	r = take_lines(in, n == 0, outcome);
	return r == 0 && n == 0 ? XJ_PROGRAM_END : r;
}

/* ------------------------------------------------------------ its errors */

static void
end_words(struct words *w)
{
	if (w->len > 0)
		memcpy(w->last, w->now, w->len + 1);
	w->len = 0;
}

static void
read_errors(struct words *w)
{
	char piece[4096];
	ssize_t n = read(program.errors, piece, sizeof(piece));

	for (ssize_t i = 0; i < n; i++) {
		if (piece[i] == '\n')
			end_words(w);
		else if (w->len < sizeof(w->now) - 1)
			w->now[w->len++] = piece[i];
		w->now[w->len] = '\0';
	}
	if (n == 0 || (n < 0 && errno != EINTR)) {
		end_words(w);
		xj_closep(&program.errors);
	}
}

/* --------------------------------------------------------------- its end */

static int
end_by_signal(struct xj_import *in, int sig)
{
	struct rusage u = { 0 };

	getrusage(RUSAGE_CHILDREN, &u);
	/* At the hard limit the kernel says SIGKILL. */
	if (sig == SIGXCPU ||
	    (sig == SIGKILL && u.ru_utime.tv_sec + u.ru_stime.tv_sec >=
				       (time_t)program.cpu_s))
		return xj_fail(in, XJ_IMPORT_LIMIT, "%u s of CPU",
			       program.cpu_s);
	if (sig == SIGXFSZ)
		return xj_fail(in, XJ_IMPORT_ERROR, "it wrote to a file");
	return xj_fail(in, XJ_IMPORT_ERROR, "signal %d (%s)", sig,
		       strsignal(sig));
}

/* What its going says, when it did not tell an outcome but `ok`. */
static int
conclude(struct xj_import *in)
{
	const char *said = program.said.last;
	int status;

	while (waitpid(program.pid, &status, 0) < 0)
		if (errno != EINTR)
			return xj_fail(in, XJ_IMPORT_ERROR, "it got lost");
	if (WIFSIGNALED(status))
		return end_by_signal(in, WTERMSIG(status));
	if (WEXITSTATUS(status) == 0)
		return XJ_IMPORT_OK;
	return xj_fail(in, XJ_IMPORT_ERROR, "exit %d%s%s", WEXITSTATUS(status),
		       *said ? ": " : "", said);
}

int
xj_program_import(struct xj_import *in)
{
	int outcome = XJ_IMPORT_OK, r = 0;

	if (program.pid <= 0)
		return xj_fail(in, XJ_IMPORT_ERROR, "no process for it");
	while (program.out >= 0 || program.errors >= 0) {
		/* A negative descriptor is not waited for. */
		struct pollfd p[2] = { { program.out, POLLIN, 0 },
				       { program.errors, POLLIN, 0 } };

		if (poll(p, 2, -1) < 0)
			continue;
		if (p[1].revents != 0)
			read_errors(&program.said);
		if (p[0].revents != 0)
			r = read_lines(in, &outcome);
		if (r < 0 || outcome != XJ_IMPORT_OK)
			return r < 0 ? r : outcome;
		if (r == XJ_PROGRAM_END)
			xj_closep(&program.out);
		r = 0;
	}
	return conclude(in);
}
