/* add-tell.c - add, or read again, write the report, and say how it went. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

#define FAILURES_SHOWN 20

struct telling {
	FILE *report;
	const char *report_name;
	int report_errno;
	struct xj_buf failures[FAILURES_SHOWN];
	size_t failed; /* may be more than are kept */
	bool dry_run;
};

/* What a person has to look at. */
static bool
is_failure(const struct xj_outcome *o)
{
	return strcmp(o->outcome, "ok") != 0 &&
	       strcmp(o->outcome, "held") != 0 &&
	       strcmp(o->outcome, "skipped") != 0 &&
	       strcmp(o->outcome, "duplicate") != 0;
}

static void
keep_failure(struct telling *t, const struct xj_outcome *o)
{
	struct xj_buf *b;

	if (t->failed++ >= FAILURES_SHOWN)
		return;
	b = &t->failures[t->failed - 1];
	xj_path_shown(b, o->path);
	xj_buf_adds(b, _(": "));
	xj_put_outcome(b, o->outcome, o->reason);
}

static void
list_planned(const struct xj_outcome *o)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	xj_path_shown(&b, o->path);
	printf("%s\t%s\n", xj_word(o->outcome), xj_buf_str(&b));
}

static int
one_outcome(void *ctx, const struct xj_outcome *o)
{
	struct telling *t = ctx;

	if (t->report && xj_json_outcome_line(t->report, o) < 0 &&
	    !t->report_errno)
		t->report_errno = errno ? errno : EIO;
	if (is_failure(o))
		keep_failure(t, o);
	else if (t->dry_run && !opt_json && strcmp(o->outcome, "held") != 0 &&
		 strcmp(o->outcome, "skipped") != 0)
		list_planned(o);
	return XJ_OK;
}

static void
row(struct xj_table *t, const char *what, uint64_t count, const char *note)
{
	char number[32];

	snprintf(number, sizeof(number), "%llu", (ull)count);
	xj_table_add(t, (const char *[]){ what, number, note });
}

static void
row_if(struct xj_table *t, const char *what, uint64_t count, const char *note)
{
	if (count)
		row(t, what, count, note);
}

static void
put_table(const struct xj_add_result *r)
{
	struct xj_table *t = xj_table_new(3);
	char size[32];

	xj_table_right(t, 1);
	row(t, _("taken"), r->taken, xj_size(r->bytes, size));
	row_if(t, _("already held"), r->held, _("unchanged"));
	row_if(t, _("duplicate"), r->duplicate,
	       _("the same bytes are there: recorded with that document"));
	row_if(t, _("partial"), r->partial,
	       _("kept; part of the text could not be read"));
	row_if(t, _("quarantined"), r->quarantined,
	       _("marked secret: out of sight; see `xueji quarantine list`"));
	row_if(t, _("refused"), r->refused, _("not taken"));
	row_if(t, _("skipped"), r->skipped,
	       _("hidden, excluded, links and the like"));
	row_if(t, _("failed"), r->failed, _("kept; the text could not be read"));
	row_if(t, _("vanished"), r->vanished,
	       _("no longer in the folder; kept here"));
	row_if(t, _("queued"), r->queued,
	       _("stored, not searchable yet: the next add takes them up"));
	xj_table_end(t, stdout, 2);
}

static void
put_failures(struct telling *t)
{
	size_t shown = t->failed < FAILURES_SHOWN ? t->failed : FAILURES_SHOWN;

	if (shown)
		fflush(stdout);
	for (size_t i = 0; i < shown; i++) {
		xj_put(stderr, xj_buf_str(&t->failures[i]));
		fputc('\n', stderr);
	}
	if (t->failed <= FAILURES_SHOWN)
		return;
	if (t->report)
		fprintf(stderr, _("… and %llu more: see %s\n"),
			(ull)(t->failed - shown), t->report_name);
	else
		fprintf(stderr, _("… and %llu more: --report FILE lists "
				  "them all\n"), (ull)(t->failed - shown));
}

static void
put_json(const struct xj_add_result *r)
{
	const struct {
		const char *key;
		uint64_t value;
	} rows[] = {
		{ "seen", r->seen }, { "taken", r->taken },
		{ "held", r->held }, { "duplicate", r->duplicate },
		{ "partial", r->partial }, { "refused", r->refused },
		{ "failed", r->failed }, { "skipped", r->skipped },
		{ "bytes", r->bytes },
		{ "vanished", r->vanished }, { "queued", r->queued },
		{ "quarantined", r->quarantined },
	};

	xj_json_begin();
	if (r->accession)
		xj_json_number("accession", r->accession);
	else
		xj_json_text_of("accession", NULL);
	for (size_t i = 0; i < XJ_COUNT(rows); i++)
		xj_json_number(rows[i].key, rows[i].value);
	xj_json_end(EXIT_FINE);
}

static void
put_summary(const struct telling *t, const struct xj_add_result *r)
{
	if (opt_json) {
		put_json(r);
		return;
	}
	if (opt_quiet)
		return;
	if (t->dry_run)
		printf(_("Nothing was done. It would be:\n"));
	else if (r->accession)
		printf(_("Accession %llu:\n"), (ull)r->accession);
	put_table(r);
}

static int
close_report(struct telling *t)
{
	int failed;

	if (!t->report)
		return EXIT_FINE;
	failed = t->report_errno;
	if (fclose(t->report) != 0 && !failed)
		failed = errno;
	return failed ? xj_fail_with(EXIT_STORE, _("%s: the report is not "
						   "whole: %s"),
				     t->report_name, xj_tr(strerrordesc_np(failed)))
		      : EXIT_FINE;
}

static int
open_report(struct telling *t, const char *report)
{
	t->report_name = report;
	if (!report)
		return EXIT_FINE;
	t->report = fopen(report, "we");
	return t->report ? EXIT_FINE :
	       xj_fail_with(errno == EACCES || errno == EPERM || errno == EROFS
			    ? EXIT_DENIED : errno == ENOENT ? EXIT_MISSING :
			    EXIT_STORE, "%s%s%s", report, _(": "),
			    xj_tr(strerrordesc_np(errno)));
}

/* What the end of the work means for whoever called. */
static int
conclude(int r, const struct xj_add_result *result, const struct xj_error *err)
{
	if (r == XJ_ECANCELLED) {
		xj_say(_("Interrupted. What was taken till now is safe; the "
			 "same command goes on from there."));
		return EXIT_INTERRUPTED;
	}
	if (r == XJ_ENOSPC) {
		int code = xj_fail(err);

		xj_say(_("What was taken till now is safe; make room, and the "
			 "same command goes on from there."));
		return code;
	}
	if (r < 0)
		return xj_fail(err);
	return result->failed || result->refused || result->quarantined ?
	       EXIT_PART : EXIT_FINE;
}

int
xj_add_and_tell(struct xj_archive *archive, const char *const *paths,
		struct xj_add_options *options, const char *report)
{
	struct telling t = { .dry_run = options->dry_run };
	struct xj_add_result result = { 0 };
	struct xj_error err = { 0 };
	int r, code = open_report(&t, report), report_code;

	if (code)
		return code;
	options->outcome = one_outcome;
	options->ctx = &t;
	options->watch = *xj_watch_begin();
	r = xj_add(archive, paths, options, &result, &err);
	xj_watch_end();
	if (r >= 0 || result.seen) {
		put_summary(&t, &result);
		put_failures(&t);
	}
	report_code = close_report(&t);
	code = conclude(r, &result, &err);
	for (size_t i = 0; i < FAILURES_SHOWN; i++)
		xj_buf_release(&t.failures[i]);
	return code == EXIT_FINE || code == EXIT_PART ?
	       report_code ? report_code : code : code;
}

/* ------------------------------------------------------------- read again */

static void
put_reread_json(const struct xj_reread_result *r)
{
	const struct {
		const char *key;
		uint64_t value;
	} rows[] = {
		{ "seen", r->seen }, { "ok", r->ok },
		{ "partial", r->partial }, { "failed", r->failed },
		{ "refused", r->refused }, { "kept", r->kept },
		{ "changed", r->changed }, { "queued", r->queued },
	};

	xj_json_begin();
	for (size_t i = 0; i < XJ_COUNT(rows); i++)
		xj_json_number(rows[i].key, rows[i].value);
	xj_json_end(EXIT_FINE);
}

static void
put_reread_table(const struct xj_reread_result *r)
{
	struct xj_table *t = xj_table_new(3);

	xj_table_right(t, 1);
	row(t, _("read again"), r->seen, NULL);
	row_if(t, _("ok"), r->ok, NULL);
	row_if(t, _("partial"), r->partial,
	       _("kept; part of the text could not be read"));
	row_if(t, _("failed"), r->failed, _("kept; the text could not be read"));
	row_if(t, _("kept"), r->kept,
	       _("were read better before: left as they were"));
	row_if(t, _("refused"), r->refused, _("could not be read again"));
	row(t, _("different"), r->changed, r->changed ? _("with a new version") :
	    _("what is read is the same"));
	row_if(t, _("queued"), r->queued,
	       _("stored, not searchable yet: the next add takes them up"));
	xj_table_end(t, stdout, 2);
}

static int
conclude_reread(int r, const struct xj_reread_result *result,
		const struct xj_error *err)
{
	if (r == XJ_ECANCELLED) {
		xj_say(_("Interrupted. What was read till now is safe; the "
			 "same command reads the rest."));
		return EXIT_INTERRUPTED;
	}
	if (r < 0)
		return xj_fail(err);
	return result->failed || result->refused || result->kept ? EXIT_PART
								 : EXIT_FINE;
}

int
xj_reread_and_tell(struct xj_archive *archive,
		   struct xj_reread_options *options, const char *report)
{
	struct telling t = { 0 };
	struct xj_reread_result result = { 0 };
	struct xj_error err = { 0 };
	int r, code = open_report(&t, report), report_code;

	if (code)
		return code;
	options->outcome = one_outcome;
	options->ctx = &t;
	options->watch = *xj_watch_begin();
	r = xj_reread(archive, options, &result, &err);
	xj_watch_end();
	if (opt_json)
		put_reread_json(&result);
	else if (!opt_quiet && (r >= 0 || result.seen))
		put_reread_table(&result);
	put_failures(&t);
	report_code = close_report(&t);
	code = conclude_reread(r, &result, &err);
	for (size_t i = 0; i < FAILURES_SHOWN; i++)
		xj_buf_release(&t.failures[i]);
	return code == EXIT_FINE || code == EXIT_PART ?
	       report_code ? report_code : code : code;
}
