/* tool.c - the host's side of a confined program: what it writes, how it ends. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "import/host.h"

#define ARGS_MAX 64
#define TICK_MS 100 /* how soon a cancellation is seen */

struct running {
	const struct xj_tool *tool;
	pid_t pid;
	int out, errors;  /* our ends */
	uint64_t written;
	char said[512];   /* on its errors, the end of it */
	size_t said_len;
};

int
xj_tool_own(const char *name, struct xj_buf *out, struct xj_error *err)
{
	const char *worker = xj_worker_program(NULL);

	xj_buf_add(out, worker, (size_t)(xj_path_base(worker) - worker));
	xj_buf_adds(out, name);
	return xj_buf_check(out, err);
}

/* ------------------------------------------------------------- the start */

/* xueji-importer --run CPU_S MEMORY FOLDER PROGRAM ARG... */
static int
start(struct running *run, struct xj_error *err)
{
	const struct xj_tool *t = run->tool;
	const char *worker = xj_worker_program(NULL);
	char *argv[ARGS_MAX + 6], cpu[16], memory[24];
	int out[2] = { -1, -1 }, errors[2] = { -1, -1 }, failed = EMFILE;
	size_t n = 0;

	snprintf(cpu, sizeof(cpu), "%u", t->cpu_s > 0 ? t->cpu_s : 600);
	snprintf(memory, sizeof(memory), "%llu",
		 (unsigned long long)(t->memory > 0 ? t->memory
						    : (uint64_t)4 << 30));
	argv[n++] = (char *)"xueji-importer";
	argv[n++] = (char *)"--run";
	argv[n++] = cpu;
	argv[n++] = memory;
	argv[n++] = (char *)t->folder;
	for (size_t i = 0; t->argv[i] != NULL; i++) {
		if (i == ARGS_MAX)
			return xj_error_set(err, XJ_EINVAL,
					    "%s: too many arguments",
					    t->argv[0]);
		argv[n++] = (char *)t->argv[i];
	}
	argv[n] = NULL;
	if (pipe2(out, O_CLOEXEC) == 0 && pipe2(errors, O_CLOEXEC) == 0)
		failed = xj_spawn(worker, argv,
				  (const int[]){ t->in, out[1], errors[1] }, 3,
				  NULL, &run->pid);
	xj_closep(&out[1]);
	xj_closep(&errors[1]);
	run->out = out[0];
	run->errors = errors[0];
	if (failed == 0)
		return XJ_OK;
	errno = failed;
	return xj_error_errno(err, "%s", worker);
}

/* ---------------------------------------------------- while it is running */

static int
take_output(struct running *run, struct xj_error *err)
{
	const struct xj_tool *t = run->tool;
	char piece[65536];
	ssize_t n = read(run->out, piece, sizeof(piece));

	if (n < 0)
		return errno == EINTR ? XJ_OK : xj_error_errno(err, "%s", t->argv[0]);
	if (n == 0) {
		xj_closep(&run->out);
		return XJ_OK;
	}
	run->written += (uint64_t)n;
	if (run->written > (t->out_max > 0 ? t->out_max : (uint64_t)4 << 30))
		return xj_error_set(err, XJ_ELIMIT, "%s writes without end",
				    xj_path_base(t->argv[0]));
	return xj_write_all(t->out, piece, (size_t)n, err);
}

/* The end of what it says is kept. */
static void
take_errors(struct running *run)
{
	char piece[256];
	ssize_t n = read(run->errors, piece, sizeof(piece));
	size_t room = sizeof(run->said) - 1, drop = 0;

	if (n == 0 || (n < 0 && errno != EINTR))
		xj_closep(&run->errors);
	if (n <= 0)
		return;
	if (run->said_len + (size_t)n > room)
		drop = run->said_len + (size_t)n - room;
	memmove(run->said, run->said + drop, run->said_len - drop);
	run->said_len -= drop;
	memcpy(run->said + run->said_len, piece, (size_t)n);
	run->said_len += (size_t)n;
	run->said[run->said_len] = '\0';
}

static int
listen_to(struct running *run, struct xj_error *err)
{
	int r = XJ_OK;

	while (r == XJ_OK && (run->out >= 0 || run->errors >= 0)) {
		struct pollfd fds[2] = { { run->out, POLLIN, 0 },
					 { run->errors, POLLIN, 0 } };

		if (run->tool->cancel != NULL && *run->tool->cancel)
			return xj_error_set(err, XJ_ECANCELLED, "cancelled");
		if (poll(fds, 2, TICK_MS) < 0 && errno != EINTR)
			return xj_error_errno(err, "%s",
					      run->tool->argv[0]);
		if (fds[0].revents != 0)
			r = take_output(run, err);
		if (fds[1].revents != 0)
			take_errors(run);
	}
	return r;
}

/* --------------------------------------------------------------- its end */

/* The last line that it said. */
static const char *
last_words(struct running *run)
{
	char *line;

	while (run->said_len > 0 && run->said[run->said_len - 1] == '\n')
		run->said[--run->said_len] = '\0';
	line = strrchr(run->said, '\n');
	return line != NULL ? line + 1 : run->said;
}

static int
ended(struct running *run, int how, struct xj_error *err)
{
	const struct xj_tool *t = run->tool;
	const char *name = xj_path_base(t->argv[0]), *said = last_words(run);

	if (WIFEXITED(how) && (WEXITSTATUS(how) == 0 ||
			       WEXITSTATUS(how) == t->also))
		return XJ_OK;
	if (WIFSIGNALED(how) &&
	    (WTERMSIG(how) == SIGXCPU || WTERMSIG(how) == SIGKILL))
		return xj_error_set(err, XJ_ELIMIT, "%s took too long", name);
	if (WIFSIGNALED(how))
		return xj_error_set(err, XJ_ECORRUPT, "%s crashed (signal %d)",
				    name, WTERMSIG(how));
	if (WEXITSTATUS(how) == XJ_TOOL_UNHELD)
		return xj_error_set(err, XJ_EPERM, "%s", said);
	if (WEXITSTATUS(how) == XJ_TOOL_MISSING)
		return xj_error_set(err, XJ_ENOTFOUND, "%s", said);
	return xj_error_set(err, XJ_ECORRUPT, "%s: %s", name,
			    *said != '\0' ? said : "failed");
}

int
xj_tool_run(const struct xj_tool *tool, struct xj_error *err)
{
	struct running run = { .tool = tool, .out = -1, .errors = -1 };
	int r = start(&run, err), how = 0;

	if (r != XJ_OK) {
		xj_closep(&run.out);
		xj_closep(&run.errors);
		return r;
	}
	r = listen_to(&run, err);
	if (r != XJ_OK)
		kill(run.pid, SIGKILL);
	xj_closep(&run.out);
	xj_closep(&run.errors);
	while (waitpid(run.pid, &how, 0) < 0 && errno == EINTR)
		;
	return r != XJ_OK ? r : ended(&run, how, err);
}
