/* cmd-searches.c - searches that were saved: list, run, undo, rename, remove. */
#include <xueji/past.h>

#include "cli/cli.h"

static const char *opt_limit;
static bool opt_peek;

/* -------------------------------------------------------------------- list */

static const struct xj_option list_options[] = {
	OPTION_JSON,
	{ 0 }
};

static int
print(void *ctx, const struct xj_saved_search *s)
{
	xj_auto(xj_buf_release) struct xj_buf fresh = XJ_BUF_INIT;
	char total[32], looked[32];

	snprintf(total, sizeof(total), "%llu", (ull)s->total);
	if (s->fresh)
		xj_buf_addf(&fresh, _("%llu new"), (ull)s->fresh);
	xj_table_add(ctx, (const char *[]){ s->name, xj_buf_str(&fresh), total,
		xj_moment(s->looked, looked), s->query });
	return XJ_OK;
}

static void
json_saved(const struct xj_saved_search *s)
{
	xj_json_text_of("name", s->name);
	xj_json_text_of("query", s->query);
	xj_json_text_of("sort", s->sort);
	xj_json_number("total", s->total);
	xj_json_number("new", s->fresh);
	xj_json_time("created", s->created);
	xj_json_time("looked", s->looked);
}

static int
print_json(void *ctx, const struct xj_saved_search *s)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	json_saved(s);
	xj_json_close('}');
	return XJ_OK;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	struct xj_table *t;
	int r;

	(void)argc;
	(void)argv;
	if (opt_json) {
		xj_json_begin_list("searches");
		r = xj_saved_searches(archive, print_json, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(5);
	xj_table_heading(t, (const char *[]){ _("name"), "", _("hits"),
		_("last looked at"), _("query") });
	xj_table_right(t, 2);
	r = xj_saved_searches(archive, print, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

const struct xj_command cmd_searches_list = {
	.name = "searches list", .args = "", .needs = NEEDS_READ,
	.summary = N_("list saved searches, and how many hits are new"),
	.options = list_options, .run = list,
};

/* --------------------------------------------------------------------- run */

static const struct xj_option run_options[] = {
	{ 'n', "limit", .value = &opt_limit, .arg = "N",
	  .help = N_("hits to show; default 10") },
	{ 0, "peek", .flag = &opt_peek,
	  .help = N_("new hits stay new") },
	OPTION_JSON,
	{ 0 }
};

static int
tell(struct xj_hits *hits, const struct xj_search *s,
     const struct xj_saved_search *saved)
{
	int code = xj_hits_count(hits) ? EXIT_FINE : EXIT_NEGATIVE;

	if (opt_json) {
		xj_json_begin();
		xj_json_open("saved", '{');
		json_saved(saved);
		xj_json_close('}');
		return xj_json_end(xj_hits_json(hits, s, true));
	}
	xj_hits_print(hits, s);
	xj_say(ngettext("%llu hit is new.", "%llu hits are new.",
			(unsigned long)saved->fresh), (ull)saved->fresh);
	return code;
}

static int
run(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_search s = { 0 };
	struct xj_saved_search saved;
	struct xj_hits *hits;
	struct xj_error err = { 0 };
	uint64_t limit = 10;
	int code;

	(void)argc;
	if (!xj_number("limit", opt_limit, &limit))
		return EXIT_USAGE;
	s.limit = limit;
	if (xj_saved_search_run(archive, argv[0], &s, opt_peek, &hits, &saved,
				&err) < 0)
		return xj_fail(&err);
	s.query = saved.query;
	code = tell(hits, &s, &saved);
	xj_hits_free(hits);
	return code;
}

const struct xj_command cmd_searches_run = {
	.name = "searches run", .args = "NAME", .needs = NEEDS_READ,
	.summary = N_("search as saved, and mark what is new"),
	.options = run_options, .least = 1, .most = 1, .run = run,
};

/* ----------------------------------------------------------------- changes */

static int
undo(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };

	(void)argc;
	return xj_saved_search_undo(archive, argv[0], &err) < 0 ?
	       xj_fail(&err) : EXIT_FINE;
}

const struct xj_command cmd_searches_undo = {
	.name = "searches undo", .args = "NAME", .needs = NEEDS_WRITE,
	.summary = N_("let the hits that were seen last be new again"),
	.least = 1, .most = 1, .run = undo,
};

static int
rename_one(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };

	(void)argc;
	return xj_saved_search_rename(archive, argv[0], argv[1], &err) < 0 ?
	       xj_fail(&err) : EXIT_FINE;
}

const struct xj_command cmd_searches_rename = {
	.name = "searches rename", .args = "NAME NEW-NAME",
	.needs = NEEDS_WRITE, .summary = N_("give a saved search another name"),
	.least = 2, .most = 2, .run = rename_one,
};

static int
remove_one(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };

	(void)argc;
	return xj_saved_search_remove(archive, argv[0], &err) < 0 ?
	       xj_fail(&err) : EXIT_FINE;
}

const struct xj_command cmd_searches_remove = {
	.name = "searches remove", .args = "NAME", .needs = NEEDS_WRITE,
	.summary = N_("forget a saved search; documents stay"),
	.least = 1, .most = 1, .run = remove_one,
};

static int
forget(struct xj_archive *archive, int argc, char **argv)
{
	xj_auto(xj_buf_release) struct xj_buf words = XJ_BUF_INIT;
	const char *query = argc ? xj_query_join(argc, argv, &words) : NULL;
	struct xj_error err = { 0 };
	uint64_t count;

	if (xj_query_forget(archive, query, &count, &err) < 0)
		return xj_fail(&err);
	if (query && count == 0) {
		xj_say(_("That is not remembered."));
		return EXIT_NEGATIVE;
	}
	xj_say(ngettext("%llu query forgotten.", "%llu queries forgotten.",
			(unsigned long)count), (ull)count);
	return EXIT_FINE;
}

const struct xj_command cmd_searches_forget = {
	.name = "searches forget", .args = "[QUERY...]", .needs = NEEDS_WRITE,
	.summary = N_("forget what you searched for before, or one query"),
	.least = 0, .most = -1, .run = forget,
};
