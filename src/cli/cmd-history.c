/* cmd-history.c - what happened to a document, or to the archive. */
#include "cli/cli.h"

static const char *opt_limit;

static const struct xj_option options[] = {
	{ 'n', "limit", .value = &opt_limit, .arg = "N",
	  .help = N_("how many entries; default 50, 0 is all") },
	OPTION_JSON,
	{ 0 }
};

static int
table_row(void *ctx, const struct xj_history_entry *e)
{
	char when[32], document[32] = "", version[32] = "";
	char words[XJ_ERROR_MAX];

	if (e->document)
		snprintf(document, sizeof(document), "%llu",
			 (ull)e->document);
	if (e->version)
		snprintf(version, sizeof(version), "v%u", e->version);
	xj_table_add(ctx, (const char *[]){ xj_moment(e->at, when), document,
		     version, xj_word(e->verb), e->user,
		     xj_in_words(e->detail ? e->detail : "", words,
				 sizeof(words)) });
	return XJ_OK;
}

/* An event of the document that is shown: `table` has no column for it. */
static int
document_row(void *table, const struct xj_history_entry *e)
{
	char when[32], version[32], words[XJ_ERROR_MAX];

	snprintf(version, sizeof(version), "v%u", e->version);
	xj_table_add(table, (const char *[]){ xj_moment(e->at, when), version,
		     xj_word(e->verb), e->user,
		     xj_in_words(e->detail ? e->detail : "", words,
				 sizeof(words)) });
	return XJ_OK;
}

int
xj_put_history(struct xj_archive *archive, const struct xj_document *d)
{
	struct xj_table *t = xj_table_new(5);
	struct xj_error err = { 0 };
	int r;

	printf("\n%s%s%s\n", xj_style(STYLE_BOLD), _("history"), xj_plain());
	r = xj_history(archive, d, 0, document_row, t, &err);
	xj_table_end(t, stdout, 2);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static int
json_row(void *whose, const struct xj_history_entry *e)
{
	xj_json_open(NULL, '{');
	if (whose && e->document)
		xj_json_number("document", e->document);
	else if (whose)
		xj_json_text_of("document", NULL);
	xj_json_number("version", e->version);
	xj_json_time("at", e->at);
	xj_json_text_of("user", e->user);
	xj_json_text_of("verb", e->verb);
	xj_json_text_of("detail", e->detail);
	xj_json_close('}');
	return XJ_OK;
}

int
xj_json_history(struct xj_archive *archive, const struct xj_document *d,
		uint64_t limit, bool whose)
{
	struct xj_error err = { 0 };
	int r;

	xj_json_open("history", '[');
	r = xj_history(archive, d, limit, json_row, whose ? &whose : NULL,
		       &err);
	return xj_json_end_list(r, &err);
}

static int
print(struct xj_archive *archive, const struct xj_document *d, uint64_t limit)
{
	struct xj_table *t;
	struct xj_error err = { 0 };
	int r;

	if (opt_json) {
		xj_json_begin();
		return xj_json_history(archive, d, limit, true);
	}
	t = xj_table_new(6);
	xj_table_right(t, 1);
	r = xj_history(archive, d, limit, table_row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static int
history(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_document *d = NULL;
	struct xj_error err = { 0 };
	uint64_t limit = 50;
	int code;

	if (!xj_number("limit", opt_limit, &limit))
		return EXIT_USAGE;
	if (argc && xj_document_open(archive, argv[0], &d, &err) < 0)
		return xj_fail(&err);
	code = print(archive, d, limit ? limit : UINT32_MAX);
	xj_document_free(d);
	return code;
}

const struct xj_command cmd_history = {
	.name = "history", .args = "[ID]", .needs = NEEDS_READ,
	.summary = N_("what happened to a document, or to all, newest first"),
	.options = options, .least = 0, .most = 1, .run = history,
};
