/* cmd-share.c - say who sees a document: scope, share, unshare, shares. */
#include <string.h>

#include "cli/cli.h"

/* The words of scopes; also for --scope of add. */
const char *
xj_scope_word(const char *scope)
{
	static const struct { const char *scope, *word; } words[] = {
		{ "private", N_("private") },
		{ "unit", N_("members of its unit") },
		{ "below", N_("members of its unit and those below") },
		{ "units", N_("members of these units") },
		{ "members", N_("all members") },
		{ "public", N_("everybody") },
	};

	for (size_t i = 0; i < XJ_COUNT(words); i++)
		if (strcmp(words[i].scope, scope) == 0)
			return _(words[i].word);
	return _("the archive's owner alone");
}

int
xj_rights_print(void *ctx, const struct xj_rights_shown *s)
{
	(void)ctx;
	fputs(xj_scope_word(s->scope), stdout);
	for (size_t i = 0; i < s->unit_count; i++)
		printf("%s%s", i ? ", " : ": ", s->units[i]);
	fputc('\n', stdout);
	if (*s->unit) {
		printf(_("unit: %s"), s->unit);
		if (strcmp(s->unit, s->unit_name) != 0) {
			fputs(" (", stdout);
			xj_put(stdout, s->unit_name);
			fputc(')', stdout);
		}
		fputc('\n', stdout);
	}
	if (*s->owner) {
		printf(_("owner: %s"), s->owner);
		fputs(" (", stdout);
		xj_put(stdout, s->owner_name);
		fputs(")\n", stdout);
	}
	return XJ_OK;
}

int
xj_rights_json(void *ctx, const struct xj_rights_shown *s)
{
	(void)ctx;
	if (s->document)
		xj_json_number("document", s->document);
	xj_json_text_of("scope", *s->scope ? s->scope : NULL);
	xj_json_text_of("unit", *s->unit ? s->unit : NULL);
	xj_json_open("units", '[');
	for (size_t i = 0; i < s->unit_count; i++)
		xj_json_text_of(NULL, s->units[i]);
	xj_json_close(']');
	xj_json_text_of("owner", *s->owner ? s->owner : NULL);
	xj_json_text_of("owner_name", *s->owner ? s->owner_name : NULL);
	xj_json_open("shares", '[');
	return XJ_OK;
}

/* ------------------------------------------------------------------ shares */

int
xj_share_row(void *ctx, const struct xj_share_shown *s)
{
	char number[24], until[64], who[160];

	snprintf(number, sizeof(number), "%llu", (ull)s->number);
	snprintf(until, sizeof(until), s->over ? _("over since %s") : "%s",
		 s->until);
	snprintf(who, sizeof(who), strcmp(s->to, "below") == 0 ?
		 _("%s and below") : "%s",
		 strcmp(s->to, "all") == 0 ? _("all members") : s->who);
	xj_table_add(ctx, (const char *[]){ number, who, s->name,
		     strcmp(s->right, "read") == 0 ? _("read") :
		     _("download"), s->from, until, s->by, s->reason });
	return XJ_OK;
}

int
xj_share_json(void *ctx, const struct xj_share_shown *s)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_number("number", s->number);
	xj_json_text_of("to", s->to);
	xj_json_text_of("who", *s->who ? s->who : NULL);
	xj_json_text_of("name", *s->name ? s->name : NULL);
	xj_json_text_of("right", s->right);
	xj_json_text_of("from", *s->from ? s->from : NULL);
	xj_json_text_of("until", *s->until ? s->until : NULL);
	xj_json_bool("over", s->over);
	xj_json_text_of("by", s->by);
	xj_json_text_of("reason", *s->reason ? s->reason : NULL);
	xj_json_time("at", s->at);
	xj_json_close('}');
	return XJ_OK;
}

static int
shares(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	struct xj_table *t;
	uint64_t id;
	int r, code = xj_id_of(archive, argv[0], &id);

	(void)argc;
	if (code)
		return code;
	if (opt_json) {
		xj_json_begin();
		r = xj_rights_tell(archive, id, xj_rights_json,
				   xj_share_json, NULL, &err);
		if (r == XJ_OK)
			return xj_json_end_list(r, &err);
	}
	r = xj_rights_tell(archive, id, xj_rights_print, NULL, NULL, &err);
	t = xj_table_new(8);
	if (r == XJ_OK)
		r = xj_rights_tell(archive, id, NULL, xj_share_row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static const struct xj_option json_options[] = {
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_shares = {
	.name = "shares", .args = "ID", .needs = NEEDS_READ,
	.summary = N_("show who sees a document: its scope, and with whom it "
		      "is shared"),
	.options = json_options, .least = 1, .most = 1, .run = shares,
};

/* ------------------------------------------------------------------- share */

static const char *opt_to, *opt_until, *opt_from, *opt_right, *opt_reason;

static int
share_one(struct xj_archive *archive, uint64_t id, struct xj_error *err)
{
	return xj_share(archive, id, &(struct xj_share_given){
		.to = opt_to, .from = opt_from, .until = opt_until,
		.right = opt_right, .reason = opt_reason }, NULL, err);
}

static int
share(struct xj_archive *archive, int argc, char **argv)
{
	if (!opt_to)
		return xj_usage(_("--to: say with whom: a unit, UNIT/below, "
				  "a member, or all"));
	return xj_each_document(archive, argc, argv, xj_id_of, share_one,
				_("Document %llu is shared.\n"));
}

static const struct xj_option share_options[] = {
	{ 0, "to", .value = &opt_to, .arg = "WHOM",
	  .help = N_("a unit, UNIT/below, a member, or all") },
	{ 0, "until", .value = &opt_until, .arg = "DAY",
	  .help = N_("the last day; none: without end") },
	{ 0, "from", .value = &opt_from, .arg = "DAY",
	  .help = N_("the first day; default today") },
	{ 0, "right", .value = &opt_right, .arg = "RIGHT",
	  .choices = "read download",
	  .help = N_("to read it (the default), or its bytes too:") },
	{ 'm', "reason", .value = &opt_reason, .arg = "TEXT",
	  .help = N_("why") },
	{ 0 }
};

const struct xj_command cmd_share = {
	.name = "share", .args = "ID...", .needs = NEEDS_WRITE,
	.summary = N_("let others see a document, until a day"),
	.options = share_options, .least = 1, .most = -1, .run = share,
};

static int
unshare_one(struct xj_archive *archive, uint64_t id, struct xj_error *err)
{
	return xj_unshare(archive, id, opt_to, err);
}

static int
unshare(struct xj_archive *archive, int argc, char **argv)
{
	if (!opt_to)
		return xj_usage(_("--to: say which share: with whom, or its "
				  "number (`xueji shares ID`)"));
	return xj_each_document(archive, argc, argv, xj_id_of, unshare_one,
				_("Document %llu is not shared so any "
				  "more.\n"));
}

static const struct xj_option unshare_options[] = {
	{ 0, "to", .value = &opt_to, .arg = "WHOM",
	  .help = N_("with whom it was shared, or the number of the share") },
	{ 0 }
};

const struct xj_command cmd_unshare = {
	.name = "unshare", .args = "ID...", .needs = NEEDS_WRITE,
	.summary = N_("end a share at once"),
	.options = unshare_options, .least = 1, .most = -1, .run = unshare,
};

/* ------------------------------------------------------------------- scope */

static const char *opt_scope, *opt_unit, *opt_owner;
static struct xj_values opt_units;

static int
scope_one(struct xj_archive *archive, uint64_t id, struct xj_error *err)
{
	return xj_scope_set(archive, id, &(struct xj_scope_given){
		.scope = opt_scope, .unit = opt_unit, .owner = opt_owner,
		.units = opt_units.list }, err);
}

static bool
is_scope(const char *word)
{
	return strcmp(xj_scope_word(word), xj_scope_word("")) != 0;
}

/* "scope 5", "scope 5 6 unit" */
static int
scope(struct xj_archive *archive, int argc, char **argv)
{
	if (is_scope(argv[argc - 1]))
		opt_scope = argv[--argc];
	if (argc == 0)
		return xj_usage(_("which document?"));
	if (opt_scope || opt_unit || opt_owner || opt_units.count)
		return xj_each_document(archive, argc, argv, xj_id_of,
					scope_one,
					_("Document %llu has its scope.\n"));
	return argc == 1 ? shares(archive, argc, argv) :
	       xj_usage(_("say the scope behind the documents: private, "
			  "unit, below, units, members, public"));
}

static const struct xj_option scope_options[] = {
	{ 0, "unit", .value = &opt_unit, .arg = "UNIT",
	  .help = N_("the unit that it belongs to") },
	{ 0, "owner", .value = &opt_owner, .arg = "MEMBER",
	  .help = N_("the member whose it is") },
	{ 0, "units", .values = &opt_units, .arg = "UNIT",
	  .help = N_("with scope units: one of them; may be given again") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_scope = {
	.name = "scope", .args = "ID... [SCOPE]", .needs = NEEDS_WRITE,
	.summary = N_("say who sees a document: private, unit, below, units, "
		      "members, public"),
	.options = scope_options, .least = 1, .most = -1, .run = scope,
};
