/* cmd-why.c - why somebody sees a document, and who does. */
#include <string.h>

#include "cli/cli.h"

static const struct xj_option options[] = {
	OPTION_JSON,
	{ 0 }
};

/* "member of unit zx", "librarian of unit zx", "shared with unit zx until ..." */
static void
put_reason(struct xj_buf *b, const struct xj_sight_reason *r)
{
	static const struct { const char *reason, *text; } texts[] = {
		{ "owner", N_("it is his own") },
		{ "unit", N_("is a member of unit %s") },
		{ "below", N_("is a member of unit %s or of one below it") },
		{ "members", N_("every member sees it") },
		{ "public", N_("everybody sees it") },
		{ "share-unit", N_("is a member of unit %s, with which it is "
				   "shared") },
		{ "share-below", N_("is a member of unit %s or of one below "
				    "it, with which it is shared") },
		{ "share-member", N_("it is shared with him") },
		{ "share-all", N_("it is shared with all members") },
	};

	if (strcmp(r->reason, "role") == 0)
		xj_buf_addf(b, _("is %s of unit %s or of one above it"),
			    xj_word(r->role), r->unit);
	for (size_t i = 0; i < XJ_COUNT(texts); i++)
		if (strcmp(texts[i].reason, r->reason) == 0)
			xj_buf_addf(b, _(texts[i].text), r->unit);
	if (*r->until)
		xj_buf_addf(b, _(", until %s"), r->until);
	if (!r->download)
		xj_buf_adds(b, _(" (to read, not to download)"));
}

static void
json_reason(const struct xj_sight_reason *r)
{
	xj_json_open(NULL, '{');
	xj_json_text_of("member", r->login);
	xj_json_text_of("name", r->name);
	xj_json_text_of("reason", r->reason);
	xj_json_text_of("unit", *r->unit ? r->unit : NULL);
	xj_json_text_of("role", *r->role ? r->role : NULL);
	xj_json_text_of("until", *r->until ? r->until : NULL);
	xj_json_bool("download", r->download);
	xj_json_close('}');
}

/* --------------------------------------------------------------------- why */

static int
tell(void *ctx, const struct xj_sight_reason *r)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	unsigned *count = ctx;

	++*count;
	if (opt_json) {
		json_reason(r);
		return XJ_OK;
	}
	xj_buf_addf(&b, _("%s sees it: "), r->name);
	put_reason(&b, r);
	xj_put(stdout, xj_buf_str(&b));
	fputc('\n', stdout);
	return XJ_OK;
}

/* What is lacking: who sees it, for he is none of them. */
static int
tell_lack(void *ctx, const struct xj_rights_shown *s)
{
	printf(_("%s does not see it. It is seen by: %s"), (const char *)ctx,
	       xj_scope_word(s->scope));
	if (*s->unit)
		printf(_(" (unit %s)"), s->unit);
	for (size_t i = 0; i < s->unit_count; i++)
		printf("%s%s", i ? ", " : ": ", s->units[i]);
	fputc('\n', stdout);
	return XJ_OK;
}

static int
why(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	unsigned count = 0;
	uint64_t id;
	int r, code = xj_id_of_any(archive, argv[1], &id);

	(void)argc;
	if (code)
		return code;
	if (opt_json) {
		xj_json_begin();
		xj_json_number("document", id);
		xj_json_text_of("member", argv[0]);
		xj_json_open("reasons", '[');
		r = xj_why(archive, argv[0], id, tell, &count, &err);
		xj_json_close(']');
		xj_json_bool("sees", count > 0);
		return xj_json_end(r < 0 ? xj_fail(&err) :
				   count ? EXIT_FINE : EXIT_NEGATIVE);
	}
	r = xj_why(archive, argv[0], id, tell, &count, &err);
	if (r == XJ_OK && !count)
		r = xj_rights_tell(archive, id, tell_lack, NULL, argv[0],
				   &err);
	return r < 0 ? xj_fail(&err) : count ? EXIT_FINE : EXIT_NEGATIVE;
}

const struct xj_command cmd_why = {
	.name = "why", .args = "MEMBER ID", .needs = NEEDS_READ,
	.summary = N_("say why a member sees a document, or does not"),
	.options = options, .least = 2, .most = 2, .run = why,
};

/* ----------------------------------------------------------------- who-can */

static int
row(void *ctx, const struct xj_sight_reason *r)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	if (opt_json) {
		json_reason(r);
		return XJ_OK;
	}
	put_reason(&b, r);
	xj_table_add(ctx, (const char *[]){ r->name, r->login,
					    xj_buf_str(&b) });
	return XJ_OK;
}

static int
who_can(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	struct xj_table *t;
	uint64_t id;
	int r, code = xj_id_of_any(archive, argv[0], &id);

	(void)argc;
	if (code)
		return code;
	if (opt_json) {
		xj_json_begin();
		xj_json_number("document", id);
		xj_json_open("reasons", '[');
		r = xj_who_can(archive, id, row, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(3);
	xj_table_widest(t, 100);
	r = xj_who_can(archive, id, row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

const struct xj_command cmd_who_can = {
	.name = "who-can", .args = "ID", .needs = NEEDS_READ,
	.summary = N_("list the members who see a document, and why"),
	.options = options, .least = 1, .most = 1, .run = who_can,
};
