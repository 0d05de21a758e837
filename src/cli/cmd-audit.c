/* cmd-audit.c - the record of what was done. */
#include <string.h>

#include "cli/cli.h"

static const char *opt_limit;

static int
row(void *ctx, const struct xj_audit_entry *e)
{
	char number[24], at[32], document[24] = "";

	snprintf(number, sizeof(number), "%llu", (ull)e->number);
	if (e->document)
		snprintf(document, sizeof(document), "%llu", (ull)e->document);
	xj_table_add(ctx, (const char *[]){ number, xj_moment(e->at, at),
		     e->who, xj_word(e->verb), document, e->detail });
	return XJ_OK;
}

static int
json_row(void *ctx, const struct xj_audit_entry *e)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_number("number", e->number);
	xj_json_time("at", e->at);
	xj_json_text_of("who", e->who);
	xj_json_text_of("verb", e->verb);
	if (e->document)
		xj_json_number("document", e->document);
	else
		xj_json_text_of("document", NULL);
	xj_json_text_of("detail", *e->detail ? e->detail : NULL);
	xj_json_text_of("hash", e->hash);
	xj_json_close('}');
	return XJ_OK;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	uint64_t limit = 50;
	struct xj_table *t;
	int r;

	(void)argc, (void)argv;
	if (!xj_number("limit", opt_limit, &limit))
		return EXIT_USAGE;
	if (opt_json) {
		xj_json_begin_list("entries");
		r = xj_audit_list(archive, limit, json_row, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(6);
	xj_table_right(t, 0);
	r = xj_audit_list(archive, limit, row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static const struct xj_option list_options[] = {
	{ 'n', "limit", .value = &opt_limit, .arg = "N",
	  .help = N_("so many at most; 0 is all; default 50") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_audit_list = {
	.name = "audit list", .args = "", .needs = NEEDS_READ,
	.summary = N_("list what was done to people, rights and documents, "
		      "newest first"),
	.options = list_options, .least = 0, .most = 0, .run = list,
};

static int
verify(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	uint64_t entries;
	int r = xj_audit_verify(archive, &entries, &err);

	(void)argc, (void)argv;
	if (opt_json) {
		xj_json_begin();
		xj_json_number("entries", entries);
		xj_json_bool("sound", r == XJ_OK);
		return xj_json_end(r == XJ_ECORRUPT ? EXIT_NEGATIVE :
				   r < 0 ? xj_fail(&err) : EXIT_FINE);
	}
	if (r == XJ_ECORRUPT)
		return xj_fail_with(EXIT_NEGATIVE, "%s", err.message);
	if (r < 0)
		return xj_fail(&err);
	printf(ngettext("%llu entry, as it was written.\n",
			"%llu entries, each as it was written.\n",
			(unsigned long)entries), (ull)entries);
	return EXIT_FINE;
}

static const struct xj_option verify_options[] = {
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_audit_verify = {
	.name = "audit verify", .args = "", .needs = NEEDS_READ,
	.summary = N_("check that nobody changed the record"),
	.options = verify_options, .least = 0, .most = 0, .run = verify,
};
