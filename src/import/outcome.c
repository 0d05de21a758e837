/* outcome.c - how an import went, in words that last. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "import/run.h"

const char *
xj_import_outcome_name(enum xj_import_outcome outcome)
{
	static const char *const names[] = { "ok", "partial", "encrypted",
					     "corrupt", "unsupported", "limit",
					     "crashed" };

	return (size_t)outcome < XJ_COUNT(names) ? names[outcome] : "unknown";
}

XJ_PRINTF(3, 4) static void
set(struct xj_run *run, enum xj_import_outcome outcome, const char *format, ...)
{
	struct xj_import_result *r = run->result;
	char reason[sizeof(r->reason) * 4];
	size_t len;
	va_list ap;

	va_start(ap, format);
	vsnprintf(reason, sizeof(reason), format, ap);
	va_end(ap);
	r->outcome = outcome;
	len = xj_utf8_cut(reason, strlen(reason), sizeof(r->reason) - 1);
	memcpy(r->reason, reason, len);
	r->reason[len] = '\0';
}

/* "importer pdf", or what is known of who it was. */
static const char *
who(const struct xj_run *run, char *buf, size_t len)
{
	if (run->result->importer[0] == '\0')
		return "an importer";
	snprintf(buf, len, "importer %s", run->result->importer);
	return buf;
}

/* ------------------------------------------------------------ by itself */

static void
conclude_done(struct xj_run *run)
{
	const char *why = run->message;
	char name[80];

	switch (run->said) {
	case XJ_IMPORT_OK:
		if (run->state.warnings == 0)
			set(run, XJ_OUT_OK, "%s", "");
		else if (run->state.warnings == 1)
			set(run, XJ_OUT_PARTIAL, "%s", run->warning);
		else
			set(run, XJ_OUT_PARTIAL, "%s (and %u more)",
			    run->warning, run->state.warnings - 1);
		break;
	case XJ_IMPORT_CORRUPT:
		set(run, XJ_OUT_CORRUPT, "%s", why);
		break;
	case XJ_IMPORT_ENCRYPTED:
	case XJ_IMPORT_KEYLESS:
		set(run, XJ_OUT_ENCRYPTED, "%s", why);
		break;
	case XJ_IMPORT_UNSUPPORTED:
		set(run, XJ_OUT_UNSUPPORTED, "%s", why);
		break;
	case XJ_IMPORT_LIMIT:
	case XJ_IMPORT_NOMEM:
		set(run, XJ_OUT_LIMIT, "%s", why);
		break;
	default:
		set(run, XJ_OUT_CRASHED, "%s %s",
		    who(run, name, sizeof(name)), why);
	}
}

/* ------------------------------------------------------------ by its death */

static void
over_cpu(struct xj_run *run)
{
	set(run, XJ_OUT_LIMIT, "%u s of CPU", run->limits->cpu_s);
}

static void
over_time(struct xj_run *run)
{
	uint32_t ms = run->limits->wall_ms;

	if (ms % 1000 == 0)
		set(run, XJ_OUT_LIMIT, "%u s of time", ms / 1000);
	else
		set(run, XJ_OUT_LIMIT, "%u ms of time", ms);
}

/* Before any importer had its turn: no fault of the document. */
static int
check_start(struct xj_run *run, int code)
{
	if (run->state.won)
		return XJ_OK;
	if (code == XJ_EXIT_CAGE)
		return xj_error_set(run->err, XJ_EINTERNAL,
				    "a worker could not be confined");
	if (code == XJ_EXIT_REQUEST)
		return xj_error_set(run->err, XJ_EINTERNAL,
				    "a worker did not understand");
	return XJ_OK;
}

static void
conclude_exit(struct xj_run *run, int code)
{
	char name[80];

	switch (code) {
	case XJ_EXIT_CPU:
		over_cpu(run);
		break;
	case XJ_EXIT_TIME:
		over_time(run);
		break;
	case XJ_EXIT_MEMORY:
		set(run, XJ_OUT_LIMIT, "%llu MiB of memory",
		    (unsigned long long)run->limits->memory >> 20);
		break;
	case XJ_EXIT_ABORT:
		set(run, XJ_OUT_CRASHED, "%s aborted",
		    who(run, name, sizeof(name)));
		break;
	default:
		set(run, XJ_OUT_CRASHED, "%s ended its process (exit %d)",
		    who(run, name, sizeof(name)), code);
	}
}

static void
conclude_signal(struct xj_run *run, int sig, uint64_t cpu_us)
{
	char name[80];
	const char *importer = who(run, name, sizeof(name));

	/* At the hard limit the kernel says SIGKILL. */
	if (sig == SIGXCPU ||
	    (sig == SIGKILL && cpu_us / 1000000 >= run->limits->cpu_s))
		over_cpu(run);
	else if (sig == SIGSYS)
		set(run, XJ_OUT_CRASHED, "%s used a forbidden system call",
		    importer);
	else if (sig == SIGKILL)
		set(run, XJ_OUT_CRASHED, "%s was killed, for lack of memory "
		    "perhaps", importer);
	else
		set(run, XJ_OUT_CRASHED, "%s crashed (SIG%s)", importer,
		    sigabbrev_np(sig) ? sigabbrev_np(sig) : "?");
}

static int
conclude_death(struct xj_run *run)
{
	struct xj_life_end end = { 0 };
	char name[80];

	if (!xj_link_end(run->link, &end)) {
		set(run, XJ_OUT_CRASHED, "%s went silent",
		    who(run, name, sizeof(name)));
		return XJ_OK;
	}
	run->result->memory = end.memory;
	if (end.cpu_us > run->link->cpu_us)
		run->result->cpu_us = end.cpu_us - run->link->cpu_us;
	if (!WIFEXITED(end.status)) {
		conclude_signal(run, WTERMSIG(end.status), end.cpu_us);
		return XJ_OK;
	}
	conclude_exit(run, WEXITSTATUS(end.status));
	return check_start(run, WEXITSTATUS(end.status));
}

/* ---------------------------------------------------------------- for ever */

/* Text that came before a failure stays; the reason says what the failure
 * was. */
static void
keep_what_came(struct xj_run *run)
{
	struct xj_import_result *r = run->result;
	char reason[sizeof(r->reason)];
	enum xj_import_outcome was = r->outcome;

	if (was == XJ_OUT_OK || was == XJ_OUT_PARTIAL ||
	    (r->text_bytes == 0 && r->children == 0))
		return;
	memcpy(reason, r->reason, sizeof(reason));
	set(run, XJ_OUT_PARTIAL, "%s: %s", xj_import_outcome_name(was), reason);
}

int
xj_run_conclude(struct xj_run *run)
{
	char name[80];
	int r = XJ_OK;

	switch (run->ending) {
	case XJ_RUN_DONE:
		conclude_done(run);
		break;
	case XJ_RUN_DIED:
		r = conclude_death(run);
		break;
	case XJ_RUN_LIED:
		set(run, XJ_OUT_CRASHED, "%s sent %s",
		    who(run, name, sizeof(name)), run->sent);
		break;
	default:
		over_time(run);
	}
	run->result->broken = run->ending != XJ_RUN_DONE ||
			      run->result->outcome == XJ_OUT_CRASHED;
	run->result->pages = run->state.pages;
	run->result->warnings = run->state.warnings;
	keep_what_came(run);
	return r;
}
