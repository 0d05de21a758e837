/* cmd-decision.c - what seminars decided, who is to do it, and by when. */
#include <string.h>

#include "cli/cli.h"

#define KIND "seminar"

static const char *opt_owner, *opt_unit, *opt_due;
static bool opt_all, opt_reopen;

static int
add(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id;
	int r, code = o ? xj_study_id(archive, KIND, argv[0], &id)
			: EXIT_USAGE;

	(void)argc;
	if (code)
		return code;
	r = xj_decision_add(archive, id, &(struct xj_decision_given){
		.text = argv[1], .member = opt_owner, .unit = opt_unit,
		.due = opt_due }, o, &changed, &err);
	return xj_study_change_tell(r, &changed, KIND,
		_("The decision is noted with seminar %llu."), &err);
}

static const struct xj_option add_options[] = {
	{ 0, "owner", .value = &opt_owner, .arg = "MEMBER",
	  .help = N_("the member who sees to it") },
	{ 0, "unit", .value = &opt_unit, .arg = "UNIT",
	  .help = N_("the unit that sees to it") },
	{ 0, "due", .value = &opt_due, .arg = "DAY",
	  .help = N_("by when") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_decision_add = {
	.name = "decision add", .args = "SEMINAR TEXT", .needs = NEEDS_WRITE,
	.summary = N_("note what a seminar decided, and who sees to it"),
	.options = add_options, .least = 2, .most = 2, .run = add,
};

static int
done(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id, number = 0;
	int r, code;

	(void)argc;
	if (!o || !xj_number("decision", argv[1], &number))
		return EXIT_USAGE;
	if ((code = xj_study_id(archive, KIND, argv[0], &id)))
		return code;
	r = xj_decision_done(archive, id, (unsigned)number, opt_reopen, o,
			     &changed, &err);
	return xj_study_change_tell(r, &changed, KIND, opt_reopen ?
		_("The decision of seminar %llu is open again.") :
		_("The decision of seminar %llu is carried out."), &err);
}

static const struct xj_option done_options[] = {
	OPTION_ON(N_("the day on which it was; default today")),
	{ 0, "reopen", .flag = &opt_reopen,
	  .help = N_("it is not carried out after all") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_decision_done = {
	.name = "decision done", .args = "SEMINAR NUMBER",
	.needs = NEEDS_WRITE,
	.summary = N_("say that a decision was carried out"),
	.options = done_options, .least = 2, .most = 2, .run = done,
};

static int
row(void *ctx, const struct xj_decision *d)
{
	xj_decision_row(ctx, d, true);
	return XJ_OK;
}

static int
json_row(void *ctx, const struct xj_decision *d)
{
	(void)ctx;
	xj_decision_json(d);
	return XJ_OK;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_decisions_options o = { .all = opt_all,
		.unit = opt_unit, .member = opt_owner };
	struct xj_error err = { 0 };
	struct xj_table *t;
	int r;

	(void)argc, (void)argv;
	if (opt_json) {
		xj_json_begin_list("decisions");
		r = xj_decisions(archive, &o, json_row, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(5);
	xj_table_widest(t, 200);
	xj_table_right(t, 0);
	xj_table_right(t, 1);
	r = xj_decisions(archive, &o, row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static const struct xj_option list_options[] = {
	{ 0, "all", .flag = &opt_all, .help = N_("also those that are done") },
	{ 0, "owner", .value = &opt_owner, .arg = "MEMBER",
	  .help = N_("those that this member sees to") },
	{ 0, "unit", .value = &opt_unit, .arg = "UNIT",
	  .help = N_("those that this unit sees to, by its code") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_decision_list = {
	.name = "decision list", .args = "", .needs = NEEDS_READ,
	.summary = N_("list the open decisions of all seminars, those due "
		      "first first"),
	.options = list_options, .least = 0, .most = 0, .run = list,
};
