/* cmd-accession.c - batches of `add`: list, show, undo. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static const struct xj_option options[] = {
	OPTION_JSON,
	{ 0 }
};

static bool
number_of(const char *text, uint64_t *n)
{
	char *end;

	*n = strtoull(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && !*end)
		return true;
	xj_usage(_("%s: the number of an accession is expected; `xueji "
		   "accession list` has them"), text);
	return false;
}

/* The paths given, on one line. */
static void
what_shown(struct xj_buf *out, const char *what)
{
	while (what && *what) {
		size_t n = strcspn(what, "\n");

		if (out->len)
			xj_buf_adds(out, "  ");
		xj_escape_shown(out, what, n);
		what += n + (what[n] == '\n');
	}
}

static const char *
state_of(const struct xj_accession *a)
{
	return a->undone ? _("undone") : a->finished ? "" : _("cut short");
}

static int
table_row(void *ctx, const struct xj_accession *a)
{
	xj_auto(xj_buf_release) struct xj_buf what = XJ_BUF_INIT;
	char number[32], when[32], taken[32], failed[32] = "";
	uint64_t bad = a->failed + a->refused + a->partial + a->quarantined;

	snprintf(number, sizeof(number), "%llu", (ull)a->number);
	snprintf(taken, sizeof(taken), "%llu", (ull)a->taken);
	if (bad)
		snprintf(failed, sizeof(failed), "%llu", (ull)bad);
	what_shown(&what, a->what);
	xj_table_add(ctx, (const char *[]){ number,
		     xj_moment(a->started, when), a->user, taken, failed,
		     state_of(a), xj_buf_str(&what) });
	return XJ_OK;
}

static void
json_columns(const struct xj_accession *a)
{
	xj_json_number("number", a->number);
	xj_json_text_of("urn", a->urn);
	xj_json_text_of("user", a->user);
	xj_json_text_of("what", a->what);
	xj_json_time("started", a->started);
	xj_json_time("finished", a->finished);
	xj_json_time("undone", a->undone);
	xj_json_number("taken", a->taken);
	xj_json_number("held", a->held);
	xj_json_number("partial", a->partial);
	xj_json_number("refused", a->refused);
	xj_json_number("failed", a->failed);
	xj_json_number("bytes", a->bytes);
	xj_json_number("quarantined", a->quarantined);
}

static int
json_row(void *ctx, const struct xj_accession *a)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	json_columns(a);
	xj_json_close('}');
	return XJ_OK;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_table *t;
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	(void)argv;
	if (opt_json) {
		xj_json_begin_list("accessions");
		r = xj_accessions(archive, json_row, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(7);
	xj_table_right(t, 0);
	xj_table_right(t, 3);
	xj_table_right(t, 4);
	xj_table_heading(t, (const char *[]){ "", _("begun"), _("by"),
			 _("taken"), _("not whole"), "", _("from") });
	r = xj_accessions(archive, table_row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

const struct xj_command cmd_accession_list = {
	.name = "accession list", .args = "", .needs = NEEDS_READ,
	.summary = N_("the batches that `add` made, newest first"),
	.options = options, .least = 0, .most = 0, .run = list,
};

/* -------------------------------------------------------------------- show */

static int
show_row(void *ctx, const struct xj_accession *a)
{
	struct xj_table *t = xj_table_new(2);
	char text[32], numbers[128];

	(void)ctx;
	printf(_("%sAccession %llu%s\n"), xj_style(STYLE_BOLD), (ull)a->number,
	       xj_plain());
	xj_table_add(t, (const char *[]){ "urn", a->urn });
	xj_table_add(t, (const char *[]){ _("by"), a->user });
	xj_table_add(t, (const char *[]){ _("begun"),
		     xj_moment(a->started, text) });
	xj_table_add(t, (const char *[]){ _("finished"), a->finished ?
		     xj_moment(a->finished, text) : _("cut short") });
	if (a->undone)
		xj_table_add(t, (const char *[]){ _("undone"),
			     xj_moment(a->undone, text) });
	snprintf(numbers, sizeof(numbers), "%llu", (ull)a->taken);
	xj_table_add(t, (const char *[]){ _("taken"), numbers });
	snprintf(numbers, sizeof(numbers), "%llu", (ull)a->held);
	xj_table_add(t, (const char *[]){ _("already held"), numbers });
	snprintf(numbers, sizeof(numbers), "%llu / %llu / %llu",
		 (ull)a->partial, (ull)a->refused, (ull)a->failed);
	xj_table_add(t, (const char *[]){ _("partial / refused / failed"),
		     numbers });
	snprintf(numbers, sizeof(numbers), "%llu", (ull)a->quarantined);
	if (a->quarantined)
		xj_table_add(t, (const char *[]){ _("quarantined"), numbers });
	for (const char *p = a->what; p && *p;) {
		xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
		size_t n = strcspn(p, "\n");

		xj_buf_add(&b, p, n);
		xj_table_add(t, (const char *[]){ p == a->what ? _("from") :
			     "", xj_buf_str(&b) });
		p += n + (p[n] == '\n');
	}
	xj_table_end(t, stdout, 2);
	fputc('\n', stdout);
	return XJ_OK;
}

static int
show_line(void *ctx, const struct xj_outcome *o)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf how = XJ_BUF_INIT;

	(void)ctx;
	xj_path_shown(&path, o->path);
	xj_put_outcome(&how, o->outcome, o->reason);
	printf("  %s", xj_buf_str(&path));
	if (o->id)
		printf("  #%llu", (ull)o->id);
	fputs("  ", stdout);
	xj_put(stdout, xj_buf_str(&how));
	fputc('\n', stdout);
	return ferror(stdout) ? XJ_EIO : XJ_OK;
}

/* The columns first, then the lines of the report. */
struct json_report {
	bool begun;
};

static int
json_show_row(void *ctx, const struct xj_accession *a)
{
	struct json_report *j = ctx;

	json_columns(a);
	xj_json_open("report", '[');
	j->begun = true;
	return XJ_OK;
}

static int
json_show_line(void *ctx, const struct xj_outcome *o)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_list("path", o->path);
	xj_json_text_of("outcome", o->outcome);
	xj_json_text_of("reason", o->reason);
	if (o->id)
		xj_json_number("id", o->id);
	else
		xj_json_text_of("id", NULL);
	xj_json_text_of("importer", o->importer && *o->importer ? o->importer
								: NULL);
	xj_json_number("bytes", o->bytes);
	xj_json_number("cpu_ms", o->cpu_ms);
	xj_json_close('}');
	return XJ_OK;
}

static int
show(struct xj_archive *archive, int argc, char **argv)
{
	struct json_report j = { false };
	struct xj_error err = { 0 };
	uint64_t number;
	int r;

	(void)argc;
	if (!number_of(argv[0], &number))
		return EXIT_USAGE;
	if (!opt_json) {
		r = xj_accession_show(archive, number, show_row, show_line,
				      NULL, &err);
		return r < 0 ? xj_fail(&err) : EXIT_FINE;
	}
	xj_json_begin();
	r = xj_accession_show(archive, number, json_show_row, json_show_line,
			      &j, &err);
	if (j.begun)
		xj_json_close(']');
	return xj_json_end(r < 0 ? xj_fail(&err) : EXIT_FINE);
}

const struct xj_command cmd_accession_show = {
	.name = "accession show", .args = "N", .needs = NEEDS_READ,
	.summary = N_("a batch, and what became of each file"),
	.options = options, .least = 1, .most = 1, .run = show,
};

/* -------------------------------------------------------------------- undo */

static int
undo(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	uint64_t number, count = 0;
	int r;

	(void)argc;
	if (!number_of(argv[0], &number))
		return EXIT_USAGE;
	r = xj_accession_undo(archive, number, xj_watch_begin(), &count, &err);
	xj_watch_end();
	if (r < 0)
		return xj_fail(&err);
	if (!opt_quiet)
		printf(ngettext("Accession %llu is undone: %llu document was "
				"changed.\n", "Accession %llu is undone: %llu "
				"documents were changed.\n",
				(unsigned long)count), (ull)number,
		       (ull)count);
	return EXIT_FINE;
}

const struct xj_command cmd_accession_undo = {
	.name = "accession undo", .args = "N", .needs = NEEDS_WRITE,
	.summary = N_("remove what a batch brought, take back what it "
		      "changed"),
	.least = 1, .most = 1, .run = undo,
};
