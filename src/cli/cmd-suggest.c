/* cmd-suggest.c - what may be meant by what is being typed. */
#include "cli/cli.h"

static const char *opt_limit;

static const struct xj_option options[] = {
	{ 'n', "limit", .value = &opt_limit, .arg = "N",
	  .help = N_("suggestions to show; default 10") },
	OPTION_JSON,
	{ 0 }
};

static uint64_t shown;

static int
print(void *ctx, const struct xj_suggestion *s)
{
	char number[32] = "";

	shown++;
	if (s->id)
		snprintf(number, sizeof(number), "#%llu", (ull)s->id);
	else if (s->documents)
		snprintf(number, sizeof(number), "%llu", (ull)s->documents);
	xj_table_add(ctx, (const char *[]){ s->text, xj_word(s->kind), number,
					    s->corrected ? _("meant?") : "" });
	return XJ_OK;
}

static int
print_json(void *ctx, const struct xj_suggestion *s)
{
	(void)ctx;
	shown++;
	xj_json_open(NULL, '{');
	xj_json_text_of("text", s->text);
	xj_json_text_of("kind", s->kind);
	xj_json_number("id", s->id);
	xj_json_number("documents", s->documents);
	xj_json_bool("corrected", s->corrected);
	xj_json_close('}');
	return XJ_OK;
}

static int
suggest(struct xj_archive *archive, int argc, char **argv)
{
	xj_auto(xj_buf_release) struct xj_buf words = XJ_BUF_INIT;
	const char *typed = xj_query_join(argc, argv, &words);
	struct xj_error err = { 0 };
	uint64_t limit = 10;
	struct xj_table *t;
	int r;

	if (!xj_number("limit", opt_limit, &limit))
		return EXIT_USAGE;
	if (opt_json) {
		xj_json_begin_list("suggestions");
		r = xj_suggest(archive, typed, limit, print_json, NULL, &err);
		xj_json_close(']');
		return xj_json_end(r < 0 ? xj_fail(&err) :
				   shown ? EXIT_FINE : EXIT_NEGATIVE);
	}
	t = xj_table_new(4);
	r = xj_suggest(archive, typed, limit, print, t, &err);
	xj_table_end(t, stdout, 0);
	if (r >= 0 && !shown)
		xj_say(_("Nothing can be suggested."));
	return r < 0 ? xj_fail(&err) : shown ? EXIT_FINE : EXIT_NEGATIVE;
}

const struct xj_command cmd_suggest = {
	.name = "suggest", .args = "PREFIX...", .needs = NEEDS_READ,
	.summary = N_("titles, creators and subjects for what is being typed"),
	.options = options, .least = 1, .most = -1, .run = suggest,
};
