/* progress.c - the bar on a terminal, and Ctrl-C. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

#define BAR_CELLS 20

static bool cancelled; /* set by the signal, read by the library */
static bool shown;
static uint64_t began_ms;
static char stage[32];
static uint64_t stage_done; /* done when the stage began */

static void
on_signal(int sig)
{
	(void)sig;
	__atomic_store_n(&cancelled, true, __ATOMIC_RELAXED);
}

static void
put_bar(const struct xj_progress *p)
{
	size_t full = p->total ? (size_t)(p->done * BAR_CELLS / p->total) : 0;

	for (size_t i = 0; i < BAR_CELLS; i++)
		fputs(i < full ? "█" : "░", stderr);
}

/* "120/s, 0:42 left"; its columns. */
static size_t
put_rate(const struct xj_progress *p)
{
	double seconds = (double)(xj_monotonic_ms() - began_ms) / 1000;
	double done = (double)(p->done - stage_done);
	double rate = seconds > 0.5 ? done / seconds : 0;
	char text[96] = "";
	ull left;

	if (rate <= 0)
		return 0;
	snprintf(text, sizeof(text), _("  %.0f/s"), rate);
	if (p->total > p->done) {
		size_t n = strlen(text);

		left = (ull)((double)(p->total - p->done) / rate + 0.5);
		snprintf(text + n, sizeof(text) - n, _("  %llu:%02llu left"),
			 left / 60, left % 60);
	}
	fputs(text, stderr);
	return xj_utf8_width(text, strlen(text));
}

/* The end of a long name says most. */
static void
put_what(const char *what, size_t room)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	const char *p, *end;

	if (!what || room < 8)
		return;
	xj_escape_shown(&b, what, strlen(what));
	p = xj_buf_str(&b);
	end = p + strlen(p);
	if (xj_utf8_width(p, (size_t)(end - p)) > room) {
		while (xj_utf8_width(p, (size_t)(end - p)) > room - 1)
			xj_utf8_next(&p, end);
		fputs("…", stderr);
	}
	fputs(p, stderr);
}

static void
show(void *ctx, const struct xj_progress *p)
{
	const char *name = xj_word(p->stage);
	char count[64];
	size_t used;

	(void)ctx;
	if (strcmp(stage, p->stage) != 0) {
		snprintf(stage, sizeof(stage), "%s", p->stage);
		began_ms = xj_monotonic_ms();
		stage_done = p->done;
	}
	fprintf(stderr, "\r%s ", name);
	used = xj_utf8_width(name, strlen(name)) + 1;
	if (p->total) {
		put_bar(p);
		used += BAR_CELLS;
		snprintf(count, sizeof(count), " %llu/%llu", (ull)p->done,
			 (ull)p->total);
	} else {
		snprintf(count, sizeof(count), " %llu", (ull)p->done);
	}
	fputs(count, stderr);
	used += strlen(count) + put_rate(p) + 2;
	fputs("  ", stderr);
	put_what(p->what, xj_columns() > used + 1 ? xj_columns() - used - 1
						  : 0);
	fputs("\033[K", stderr);
	fflush(stderr);
	shown = true;
}

const struct xj_watch *
xj_watch_begin(void)
{
	static struct xj_watch watch;
	/* A second Ctrl-C ends the process: that is safe too, only later work
	 * has to be done again. */
	struct sigaction action = { .sa_handler = on_signal,
				    .sa_flags = SA_RESTART | (int)SA_RESETHAND };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	began_ms = xj_monotonic_ms();
	watch = (struct xj_watch){ .cancel = &cancelled };
	if (!opt_quiet && isatty(STDERR_FILENO))
		watch.progress = show;
	return &watch;
}

void
xj_watch_end(void)
{
	if (shown)
		fputs("\r\033[K", stderr);
	shown = false;
}

bool
xj_interrupted(void)
{
	return __atomic_load_n(&cancelled, __ATOMIC_RELAXED);
}
