/* cmd-why.c - why somebody sees a document or a study record, and who does. */
#include <string.h>

#include "cli/cli.h"

static const char *opt_of; /* NULL: of a document */

static const struct xj_option options[] = {
	{ 0, "of", .value = &opt_of, .arg = "KIND",
	  .choices = "collection lecture seminar",
	  .help = N_("ID is not of a document, but of one of these:") },
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
		{ "part", N_("takes part in it") },
		{ "invited-unit", N_("is a member of unit %s, which is "
				     "invited") },
		{ "invited-below", N_("is a member of unit %s or of one below "
				      "it, which are invited") },
		{ "invited-all", N_("every member is invited") },
	};

	if (strcmp(r->reason, "role") == 0)
		xj_buf_addf(b, _("is %s of unit %s or of one above it"),
			    xj_word(r->role), r->unit);
	for (size_t i = 0; i < XJ_COUNT(texts); i++)
		if (strcmp(texts[i].reason, r->reason) == 0)
			xj_buf_addf(b, _(texts[i].text), r->unit);
	if (*r->until)
		xj_buf_addf(b, _(", until %s"), r->until);
	if (!r->download && !opt_of)
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

static int
id_of(struct xj_archive *archive, const char *ref, uint64_t *id)
{
	struct xj_error err = { 0 };

	if (!opt_of)
		return xj_id_of_any(archive, ref, id);
	return xj_study_find(archive, opt_of, ref, id, &err) < 0 ?
	       xj_fail(&err) : EXIT_FINE;
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
ask(struct xj_archive *archive, const char *member, uint64_t id,
    unsigned *count, struct xj_error *err)
{
	return opt_of ? xj_study_why(archive, opt_of, member, id, tell, count,
				     err) :
			xj_why(archive, member, id, tell, count, err);
}

static int
why(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	unsigned count = 0;
	uint64_t id;
	int r, code = id_of(archive, argv[1], &id);

	(void)argc;
	if (code)
		return code;
	if (opt_json) {
		xj_json_begin();
		xj_json_number(opt_of ? opt_of : "document", id);
		xj_json_text_of("member", argv[0]);
		xj_json_open("reasons", '[');
		r = ask(archive, argv[0], id, &count, &err);
		xj_json_close(']');
		xj_json_bool("sees", count > 0);
		return xj_json_end(r < 0 ? xj_fail(&err) :
				   count ? EXIT_FINE : EXIT_NEGATIVE);
	}
	r = ask(archive, argv[0], id, &count, &err);
	if (r == XJ_OK && !count)
		r = opt_of ? xj_study_rights_tell(archive, opt_of, id,
				tell_lack, NULL, argv[0], &err) :
			     xj_rights_tell(archive, id, tell_lack, NULL,
					    argv[0], &err);
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
ask_all(struct xj_archive *archive, uint64_t id, struct xj_table *t,
	struct xj_error *err)
{
	return opt_of ? xj_study_who_can(archive, opt_of, id, row, t, err) :
			xj_who_can(archive, id, row, t, err);
}

static int
who_can(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	struct xj_table *t;
	uint64_t id;
	int r, code = id_of(archive, argv[0], &id);

	(void)argc;
	if (code)
		return code;
	if (opt_json) {
		xj_json_begin();
		xj_json_number(opt_of ? opt_of : "document", id);
		xj_json_open("reasons", '[');
		r = ask_all(archive, id, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(3);
	xj_table_widest(t, 100);
	r = ask_all(archive, id, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

const struct xj_command cmd_who_can = {
	.name = "who-can", .args = "ID", .needs = NEEDS_READ,
	.summary = N_("list the members who see a document, and why"),
	.options = options, .least = 1, .most = 1, .run = who_can,
};
