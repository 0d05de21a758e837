/* cmd-role.c - roles that members have. */
#include <string.h>

#include "cli/cli.h"

static const char *opt_unit, *opt_until;
static bool opt_past;

#define OPTION_UNIT { 0, "unit", .value = &opt_unit, .arg = "UNIT", \
		      .help = N_("for this unit and those below it; none: the " \
				 "whole archive") }

/* -------------------------------------------------------------------- list */

static int
row(void *ctx, const struct xj_member *m)
{
	for (size_t i = 0; i < m->role_count; i++) {
		const struct xj_role *r = &m->roles[i];
		char span[64];

		if (opt_unit && (!r->unit || strcmp(r->unit, opt_unit) != 0))
			continue;
		xj_span_shown(r->from, r->until, span);
		xj_table_add(ctx, (const char *[]){ m->name, m->login,
			     xj_word(r->role), r->unit ? r->unit_name :
			     _("whole archive"), r->unit, span });
	}
	return XJ_OK;
}

static int
json_row(void *ctx, const struct xj_member *m)
{
	(void)ctx;
	for (size_t i = 0; i < m->role_count; i++) {
		const struct xj_role *r = &m->roles[i];

		if (opt_unit && (!r->unit || strcmp(r->unit, opt_unit) != 0))
			continue;
		xj_json_open(NULL, '{');
		xj_json_text_of("member", m->login);
		xj_json_text_of("name", m->name);
		xj_json_text_of("role", r->role);
		xj_json_text_of("unit", r->unit);
		xj_json_text_of("unit_name", r->unit_name);
		xj_json_span(r->from, r->until);
		xj_json_close('}');
	}
	return XJ_OK;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_members_options o = { .member = argc ? argv[0] : NULL,
		.all = opt_past, .past = opt_past, .day = opt_on };
	struct xj_error err = { 0 };
	struct xj_table *t;
	int r;

	if (opt_json) {
		xj_json_begin_list("roles");
		r = xj_members(archive, &o, json_row, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(6);
	r = xj_members(archive, &o, row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static const struct xj_option list_options[] = {
	{ 0, "unit", .value = &opt_unit, .arg = "UNIT",
	  .help = N_("those given for this unit") },
	OPTION_ON(N_("as it was on that day; default today")),
	{ 0, "all", .flag = &opt_past, .help = N_("of all days") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_role_list = {
	.name = "role list", .args = "[MEMBER]", .needs = NEEDS_READ,
	.summary = N_("list who has which role where"),
	.options = list_options, .least = 0, .most = 1, .run = list,
};

/* ---------------------------------------------------------- grant, revoke */

static int
grant(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_changed changed = { 0 };
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	r = xj_role_grant(archive, argv[0], argv[1], opt_unit, opt_until, o,
			  &changed, &err);
	return xj_change_tell(r, &changed, "member",
			      _("%s has the role."), &err);
}

static const struct xj_option grant_options[] = {
	OPTION_UNIT,
	OPTION_ON(N_("from that day on; default today")),
	{ 0, "until", .value = &opt_until, .arg = "DAY",
	  .help = N_("its last day") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_role_grant = {
	.name = "role grant", .args = "MEMBER ROLE", .needs = NEEDS_WRITE,
	.summary = N_("give a role: secretary, librarian, reviewer, lead, "
		      "operator, editor, inspector"),
	.options = grant_options, .least = 2, .most = 2, .run = grant,
};

static int
revoke(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_changed changed = { 0 };
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	r = xj_role_revoke(archive, argv[0], argv[1], opt_unit, o, &changed,
			   &err);
	return xj_change_tell(r, &changed, "member",
			      _("%s does not have the role any more."), &err);
}

static const struct xj_option revoke_options[] = {
	OPTION_UNIT,
	OPTION_ON(N_("the first day without it; default today")),
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_role_revoke = {
	.name = "role revoke", .args = "MEMBER ROLE", .needs = NEEDS_WRITE,
	.summary = N_("take a role away"),
	.options = revoke_options, .least = 2, .most = 2, .run = revoke,
};
