/* study.c - what the commands for collections, lectures and their like share. */
#include <fcntl.h>
#include <string.h>

#include "cli/cli.h"

int
xj_study_id(struct xj_archive *archive, const char *kind, const char *ref,
	    uint64_t *id)
{
	struct xj_error err = { 0 };

	return xj_study_find(archive, kind, ref, id, &err) < 0 ? xj_fail(&err)
							       : EXIT_FINE;
}

int
xj_study_change_tell(int r, const struct xj_study_changed *c, const char *kind,
		     const char *done, const struct xj_error *err)
{
	if (r < 0)
		return xj_fail(err);
	if (opt_json) {
		xj_json_begin();
		xj_json_number(kind, c->id);
		xj_json_number("version", c->version);
		xj_json_bool("changed", c->changed);
		xj_json_bool("dry_run", opt_try);
		return xj_json_end(EXIT_FINE);
	}
	if (opt_quiet)
		return EXIT_FINE;
	if (!c->changed) {
		printf(_("It is so already; nothing was changed.\n"));
		return EXIT_FINE;
	}
	if (opt_try)
		fputs(_("Only tried: "), stdout);
	printf(done, (ull)c->id);
	fputc('\n', stdout);
	return EXIT_FINE;
}

void
xj_study_json(const struct xj_study *s)
{
	xj_json_number("id", s->id);
	xj_json_text_of("urn", s->urn);
	xj_json_text_of("title", s->title);
	xj_json_text_of("unit", *s->unit ? s->unit : NULL);
	xj_json_text_of("owner", *s->owner ? s->owner : NULL);
	xj_json_text_of("owner_name", *s->owner_name ? s->owner_name : NULL);
	xj_json_text_of("state", *s->state ? s->state : NULL);
	xj_json_text_of("day", *s->day ? s->day : NULL);
	xj_json_number("version", s->version);
	xj_json_bool("removed", s->removed);
}

/* ------------------------------------------------------ the same of all kinds */

const struct xj_option xj_study_change_options[] = {
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_option xj_study_json_options[] = {
	OPTION_JSON,
	{ 0 }
};

int
xj_study_remove_run(struct xj_archive *archive, const char *kind,
		    const char *ref, bool back, const char *done)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id = 0;
	int r;

	if (!o || !xj_number(kind, ref, &id))
		return EXIT_USAGE;
	r = xj_study_remove(archive, kind, id, back, o, &changed, &err);
	return xj_study_change_tell(r, &changed, kind, done, &err);
}

static struct {
	const char *kind;
	uint64_t id;
} history_of;

static int
history(struct xj_archive *archive, const char *ref, xj_history_fn fn,
	void *ctx, struct xj_error *err)
{
	(void)ref;
	return xj_study_history(archive, history_of.kind, history_of.id, fn,
				ctx, err);
}

int
xj_study_history_run(struct xj_archive *archive, const char *kind,
		     const char *ref)
{
	int code = xj_study_id(archive, kind, ref, &history_of.id);

	history_of.kind = kind;
	return code ? code : xj_history_tell(archive, ref, history);
}

/* ------------------------------------------------------------ who sees it */

static const char *opt_to, *opt_until, *opt_from, *opt_reason, *opt_unit,
	*opt_owner;
static struct xj_values opt_units;

const struct xj_option xj_study_share_options[] = {
	{ 0, "to", .value = &opt_to, .arg = "WHOM",
	  .help = N_("a unit, UNIT/below, a member, or all") },
	{ 0, "until", .value = &opt_until, .arg = "DAY",
	  .help = N_("the last day; none: without end") },
	{ 0, "from", .value = &opt_from, .arg = "DAY",
	  .help = N_("the first day; default today") },
	{ 'm', "reason", .value = &opt_reason, .arg = "TEXT",
	  .help = N_("why") },
	OPTIONS_CHANGE,
	{ 0 }
};

int
xj_study_share_run(struct xj_archive *archive, const char *kind,
		   const char *ref, const char *done)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id;
	int r, code;

	if (!o)
		return EXIT_USAGE;
	if (!opt_to)
		return xj_usage(_("--to: say with whom: a unit, UNIT/below, "
				  "a member, or all"));
	if ((code = xj_study_id(archive, kind, ref, &id)))
		return code;
	r = xj_study_share(archive, kind, id, &(struct xj_share_given){
		.to = opt_to, .from = opt_from, .until = opt_until,
		.reason = opt_reason }, o, &changed, &err);
	return xj_study_change_tell(r, &changed, kind, done, &err);
}

const struct xj_option xj_study_unshare_options[] = {
	{ 0, "to", .value = &opt_to, .arg = "WHOM",
	  .help = N_("with whom it was shared, or the number of the share") },
	OPTIONS_CHANGE,
	{ 0 }
};

int
xj_study_unshare_run(struct xj_archive *archive, const char *kind,
		     const char *ref, const char *done)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id;
	int r, code;

	if (!o)
		return EXIT_USAGE;
	if (!opt_to)
		return xj_usage(_("--to: say which share: with whom, or its "
				  "number"));
	if ((code = xj_study_id(archive, kind, ref, &id)))
		return code;
	r = xj_study_unshare(archive, kind, id, opt_to, o, &changed, &err);
	return xj_study_change_tell(r, &changed, kind, done, &err);
}

const struct xj_option xj_study_scope_options[] = {
	{ 0, "unit", .value = &opt_unit, .arg = "UNIT",
	  .help = N_("the unit that it belongs to") },
	{ 0, "owner", .value = &opt_owner, .arg = "MEMBER",
	  .help = N_("the member whose it is") },
	{ 0, "units", .values = &opt_units, .arg = "UNIT",
	  .help = N_("with scope units: one of them; may be given again") },
	OPTIONS_CHANGE,
	{ 0 }
};

static int
show_rights(struct xj_archive *archive, const char *kind, uint64_t id)
{
	struct xj_error err = { 0 };
	struct xj_table *t;
	int r;

	if (opt_json) {
		xj_json_begin();
		r = xj_study_rights_tell(archive, kind, id, xj_rights_json,
					 xj_share_json, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(8);
	r = xj_study_rights_tell(archive, kind, id, xj_rights_print,
				 xj_share_row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

int
xj_study_scope_run(struct xj_archive *archive, const char *kind,
		   const char *ref, const char *scope, const char *done)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id;
	int r, code = o ? xj_study_id(archive, kind, ref, &id) : EXIT_USAGE;

	if (code)
		return code;
	if (!scope && !opt_unit && !opt_owner && !opt_units.count)
		return show_rights(archive, kind, id);
	r = xj_study_scope(archive, kind, id, &(struct xj_scope_given){
		.scope = scope, .unit = opt_unit, .owner = opt_owner,
		.units = opt_units.list }, o, &changed, &err);
	return xj_study_change_tell(r, &changed, kind, done, &err);
}

/* -------------------------------------------------------------- attendance */

#define BYTES_MAX (16u << 20)

static const char *opt_import;
static struct xj_values opt_away;

static int
tell_row(void *ctx, const struct xj_import_row *row)
{
	(void)ctx;
	if (strcmp(row->outcome, "refused") == 0)
		xj_say(_("row %llu: %s"), (ull)row->row, row->reason);
	return XJ_OK;
}

static int
json_row(void *ctx, const struct xj_import_row *row)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_number("row", row->row);
	xj_json_text_of("name", row->name);
	xj_json_text_of("outcome", row->outcome);
	xj_json_text_of("reason", row->reason);
	xj_json_close('}');
	return XJ_OK;
}

static int
tell_attended(const struct xj_lecture_attended *res)
{
	if (opt_json) {
		xj_json_close(']');
		xj_json_number("count", res->changed);
		xj_json_number("unchanged", res->unchanged);
		xj_json_number("refused", res->refused);
		xj_json_bool("dry_run", opt_try);
		xj_json_end(EXIT_FINE);
	} else if (!opt_quiet) {
		if (opt_try)
			fputs(_("Only tried: "), stdout);
		printf(_("%llu changed, %llu as before, %llu not taken.\n"),
		       (ull)res->changed, (ull)res->unchanged,
		       (ull)res->refused);
	}
	return res->refused ? EXIT_PART : EXIT_FINE;
}

static int
attend_with(struct xj_archive *archive, uint64_t id, xj_attend_fn fn,
	    const struct xj_lecture_attend *given_rows)
{
	struct xj_lecture_attended res = { 0 };
	struct xj_error err = { 0 };
	int r;

	if (opt_json)
		xj_json_begin_list("rows");
	r = fn(archive, id, given_rows, xj_change_options(),
			      NULL, &res, &err);
	if (r < 0 && opt_json)
		return xj_json_end_list(r, &err);
	return r < 0 ? xj_fail(&err) : tell_attended(&res);
}

int
xj_study_attend_run(struct xj_archive *archive, const char *kind, int argc,
		    char **argv, xj_attend_fn fn)
{
	xj_auto(xj_buf_release) struct xj_buf file = XJ_BUF_INIT;
	struct xj_lecture_attend a = {
		.members = (const char *const *)argv + 1,
		.away = opt_away.list, .reason = opt_reason,
		.row = opt_json ? json_row : tell_row };
	struct xj_error err = { 0 };
	uint64_t id;
	int code;

	if (!xj_change_options())
		return EXIT_USAGE;
	if (argc == 1 && !opt_import && !opt_away.count)
		return xj_usage(_("say who was there, or --import FILE"));
	if ((code = xj_study_id(archive, kind, argv[0], &id)))
		return code;
	if (opt_import && xj_file_read(AT_FDCWD, opt_import, BYTES_MAX, &file,
				       &err) < 0)
		return xj_fail(&err);
	if (opt_import) {
		a.bytes = xj_buf_str(&file);
		a.len = file.len;
	}
	return attend_with(archive, id, fn, &a);
}

const struct xj_option xj_study_attend_options[] = {
	{ 0, "import", .value = &opt_import, .arg = "FILE",
	  .help = N_("a CSV file of those who were there: login, name or "
		     "staff number") },
	{ 0, "away", .values = &opt_away, .arg = "MEMBER",
	  .help = N_("who was not there after all; may be given again") },
	{ 'm', "reason", .value = &opt_reason, .arg = "TEXT",
	  .help = N_("why; needed later than 7 days after it") },
	OPTIONS_CHANGE,
	{ 0 }
};
