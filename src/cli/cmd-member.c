/* cmd-member.c - the members of the organisation. */
#include <string.h>

#include "cli/cli.h"

/* ------------------------------------------------------------------- shown */

static const char *opt_unit;
static bool opt_below, opt_all;

/* "内科 (nk)", primary ones first; of one axis. */
static void
put_units(struct xj_buf *out, const struct xj_member *m, const char *axis)
{
	for (int primary = 1; primary >= 0; primary--)
		for (size_t i = 0; i < m->membership_count; i++) {
			const struct xj_membership *s = &m->memberships[i];

			if (s->primary == primary &&
			    strcmp(s->axis, axis) == 0)
				xj_buf_addf(out, "%s%s", out->len ?
					    _(", ") : "", s->unit_name);
		}
}

static int
row(void *ctx, const struct xj_member *m)
{
	xj_auto(xj_buf_release) struct xj_buf work = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf party = XJ_BUF_INIT;

	put_units(&work, m, "work");
	put_units(&party, m, "party");
	xj_table_add(ctx, (const char *[]){ m->name, m->login,
		     xj_buf_str(&work), xj_buf_str(&party),
		     xj_word(m->kind), strcmp(m->status, "active") == 0 ? "" :
		     xj_word(m->status), m->staff_number });
	return XJ_OK;
}

static void
json_memberships(const struct xj_member *m)
{
	xj_json_open("memberships", '[');
	for (size_t i = 0; i < m->membership_count; i++) {
		const struct xj_membership *s = &m->memberships[i];

		xj_json_open(NULL, '{');
		xj_json_text_of("unit", s->unit);
		xj_json_text_of("unit_name", s->unit_name);
		xj_json_text_of("axis", s->axis);
		xj_json_bool("primary", s->primary);
		xj_json_span(s->from, s->until);
		xj_json_close('}');
	}
	xj_json_close(']');
}

static void
json_roles(const struct xj_member *m)
{
	xj_json_open("roles", '[');
	for (size_t i = 0; i < m->role_count; i++) {
		xj_json_open(NULL, '{');
		xj_json_text_of("role", m->roles[i].role);
		xj_json_text_of("unit", m->roles[i].unit);
		xj_json_span(m->roles[i].from, m->roles[i].until);
		xj_json_close('}');
	}
	xj_json_close(']');
}

static int
json_row(void *ctx, const struct xj_member *m)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_number("id", m->id);
	xj_json_text_of("urn", m->urn);
	xj_json_text_of("login", m->login);
	xj_json_text_of("name", m->name);
	xj_json_text_of("pinyin", m->pinyin);
	xj_json_text_of("kind", m->kind);
	xj_json_text_of("status", m->status);
	xj_json_text_of("staff_number", m->staff_number);
	xj_json_text_of("language", m->language);
	xj_json_text_of("email", m->email);
	xj_json_text_of("phone", m->phone);
	xj_json_text_of("left", m->left);
	json_memberships(m);
	json_roles(m);
	xj_json_number("version", m->version);
	xj_json_close('}');
	return XJ_OK;
}

static int
tell_json(struct xj_archive *archive, const struct xj_members_options *o)
{
	struct xj_error err = { 0 };
	int r;

	xj_json_begin_list("members");
	r = xj_members(archive, o, json_row, NULL, &err);
	return xj_json_end_list(r, &err);
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_members_options o = { .day = opt_on, .unit = opt_unit,
		.below = opt_below, .all = opt_all };
	struct xj_error err = { 0 };
	struct xj_table *t;
	int r;

	(void)argc;
	(void)argv;
	if (opt_json)
		return tell_json(archive, &o);
	t = xj_table_new(7);
	xj_table_heading(t, (const char *[]){ _("full name"), _("login"),
			 _("unit"), _("party unit"), _("kind"), _("status"),
			 _("staff number") });
	r = xj_members(archive, &o, row, t, &err);
	if (r < 0)
		xj_table_free(t);
	else
		xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static const struct xj_option list_options[] = {
	{ 0, "unit", .value = &opt_unit, .arg = "UNIT",
	  .help = N_("who belong to this unit") },
	{ 0, "below", .flag = &opt_below,
	  .help = N_("with --unit: or to one below it") },
	OPTION_ON(N_("as it was on that day; default today")),
	{ 0, "all", .flag = &opt_all, .help = N_("those who have left too") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_member_list = {
	.name = "member list", .args = "", .needs = NEEDS_READ,
	.summary = N_("list the members, by pinyin"),
	.options = list_options, .run = list,
};

/* -------------------------------------------------------------------- show */

static void
line(struct xj_table *t, const char *name, const char *value,
     const char *more)
{
	if (value && *value)
		xj_table_add(t, (const char *[]){ name, value, more });
}

static void
show_spans(struct xj_table *t, const struct xj_member *m)
{
	char span[64];

	for (size_t i = 0; i < m->membership_count; i++) {
		const struct xj_membership *s = &m->memberships[i];
		xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

		xj_buf_addf(&b, "%s (%s)%s%s", s->unit_name, s->unit,
			    s->primary ? "" : _(", "),
			    s->primary ? "" : _("further"));
		line(t, xj_word(s->axis), xj_buf_str(&b),
		     xj_span_shown(s->from, s->until, span));
	}
	for (size_t i = 0; i < m->role_count; i++) {
		const struct xj_role *r = &m->roles[i];
		xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

		xj_buf_addf(&b, "%s%s%s", xj_word(r->role), _(", "),
			    r->unit ? r->unit_name : _("whole archive"));
		line(t, _("role"), xj_buf_str(&b),
		     xj_span_shown(r->from, r->until, span));
	}
}

static int
show_row(void *ctx, const struct xj_member *m)
{
	struct xj_table *t = ctx;
	char number[32];

	snprintf(number, sizeof(number), "%u", m->version);
	line(t, _("login"), m->login, NULL);
	line(t, _("full name"), m->name, NULL);
	line(t, _("pinyin"), m->pinyin, NULL);
	line(t, _("staff number"), m->staff_number, NULL);
	line(t, _("kind"), xj_word(m->kind), NULL);
	line(t, _("status"), xj_word(m->status), NULL);
	line(t, _("left"), m->left, NULL);
	line(t, _("language"), m->language, NULL);
	line(t, _("e-mail"), m->email, NULL);
	line(t, _("phone"), m->phone, NULL);
	show_spans(t, m);
	line(t, _("version"), number, NULL);
	return XJ_OK;
}

static int
show(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_members_options o = { .member = argv[0], .past = true };
	struct xj_error err = { 0 };
	struct xj_table *t;
	int r;

	(void)argc;
	if (opt_json)
		return tell_json(archive, &o);
	t = xj_table_new(3);
	r = xj_members(archive, &o, show_row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static const struct xj_option json_options[] = {
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_member_show = {
	.name = "member show", .args = "MEMBER", .needs = NEEDS_READ,
	.summary = N_("a member, his units and roles"),
	.options = json_options, .least = 1, .most = 1, .run = show,
};

static int
history(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return xj_history_tell(archive, argv[0], xj_member_history);
}

const struct xj_command cmd_member_history = {
	.name = "member history", .args = "MEMBER", .needs = NEEDS_READ,
	.summary = N_("what was changed of a member, when and by whom"),
	.options = json_options, .least = 1, .most = 1, .run = history,
};

/* --------------------------------------------------------------- add, edit */

static const char *opt_party, *opt_pinyin, *opt_kind, *opt_number,
	*opt_language, *opt_email, *opt_phone, *opt_name, *opt_login,
	*opt_status;

#define OPTIONS_OF_MEMBER \
	{ 0, "pinyin", .value = &opt_pinyin, .arg = "TEXT", \
	  .help = N_("how the name is read, if not as usual") }, \
	{ 0, "kind", .value = &opt_kind, .arg = "KIND", \
	  .help = N_("staff, party-member, cadre or external") }, \
	{ 0, "number", .value = &opt_number, .arg = "NUMBER", \
	  .help = N_("the staff number") }, \
	{ 0, "language", .value = &opt_language, .arg = "LANG", \
	  .help = N_("zh or en") }, \
	{ 0, "email", .value = &opt_email, .arg = "ADDRESS", \
	  .help = N_("e-mail address") }, \
	{ 0, "phone", .value = &opt_phone, .arg = "NUMBER", \
	  .help = N_("telephone") }

static int
add(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_changed changed = { 0 };
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	r = xj_member_add(archive, &(struct xj_member_given){
		.login = argv[0], .name = argv[1], .pinyin = opt_pinyin,
		.kind = opt_kind, .staff_number = opt_number,
		.language = opt_language, .email = opt_email,
		.phone = opt_phone, .unit = opt_unit, .party = opt_party,
	}, o, &changed, &err);
	if (r == XJ_OK && !opt_unit && !opt_party && !opt_quiet && !opt_json)
		xj_say(_("%s belongs to no unit yet: `xueji member move %s "
			 "--to UNIT`."), changed.name, changed.name);
	return xj_change_tell(r, &changed, "member", _("Member %s is added."),
			      &err);
}

static const struct xj_option add_options[] = {
	{ 0, "unit", .value = &opt_unit, .arg = "UNIT",
	  .help = N_("the unit that he works in") },
	{ 0, "party", .value = &opt_party, .arg = "UNIT",
	  .help = N_("his party branch or group") },
	OPTION_ON(N_("belongs to them from that day on; default today")),
	OPTIONS_OF_MEMBER,
	{ 0, "dry-run", .flag = &opt_try,
	  .help = N_("check everything, change nothing") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_member_add = {
	.name = "member add", .args = "LOGIN NAME", .needs = NEEDS_WRITE,
	.summary = N_("add a member: a login, and the name"),
	.options = add_options, .least = 2, .most = 2, .run = add,
};

static int
edit(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	const struct { const char *element, *value; } said[] = {
		{ "login", opt_login }, { "name", opt_name },
		{ "pinyin", opt_pinyin }, { "kind", opt_kind },
		{ "status", opt_status }, { "staff_number", opt_number },
		{ "language", opt_language }, { "email", opt_email },
		{ "phone", opt_phone },
	};
	struct xj_given given[XJ_COUNT(said) + 1] = { { 0 } };
	struct xj_changed changed = { 0 };
	struct xj_error err = { 0 };
	size_t n = 0;
	int r;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	for (size_t i = 0; i < XJ_COUNT(said); i++)
		if (said[i].value)
			given[n++] = (struct xj_given){ said[i].element,
							said[i].value };
	if (!n)
		return xj_usage(_("nothing to change: say --name NAME or "
				  "another option"));
	r = xj_member_edit(archive, argv[0], given, o, &changed, &err);
	return xj_change_tell(r, &changed, "member",
			      _("Member %s is changed."), &err);
}

static const struct xj_option edit_options[] = {
	{ 0, "name", .value = &opt_name, .arg = "NAME",
	  .help = N_("the name") },
	{ 0, "login", .value = &opt_login, .arg = "LOGIN",
	  .help = N_("another login") },
	{ 0, "status", .value = &opt_status, .arg = "STATUS",
	  .help = N_("active, leave, seconded or retired") },
	OPTIONS_OF_MEMBER,
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_member_edit = {
	.name = "member edit", .args = "MEMBER", .needs = NEEDS_WRITE,
	.summary = N_("change what is known of a member; \"\" takes it away"),
	.options = edit_options, .least = 1, .most = 1, .run = edit,
};

/* ------------------------------------------------------------- move, leave */

static const char *opt_to, *opt_also, *opt_out_of;
static bool opt_replace;

static int
move(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	const char *unit = opt_to ? opt_to : opt_also ? opt_also : opt_out_of;
	enum xj_move how = opt_to ? XJ_MOVE : opt_also ? XJ_MOVE_ALSO :
			   XJ_MOVE_OUT;
	struct xj_changed changed = { 0 };
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	if (!!opt_to + !!opt_also + !!opt_out_of != 1)
		return xj_usage(_("say where to: --to UNIT, --also UNIT or "
				  "--out-of UNIT"));
	r = xj_member_move(archive, argv[0], unit, how, opt_replace, o,
			   &changed, &err);
	return xj_change_tell(r, &changed, "member", _("Member %s is moved."),
			      &err);
}

static const struct xj_option move_options[] = {
	{ 0, "to", .value = &opt_to, .arg = "UNIT",
	  .help = N_("instead of the unit of the same line till then") },
	{ 0, "also", .value = &opt_also, .arg = "UNIT",
	  .help = N_("beside it") },
	{ 0, "out-of", .value = &opt_out_of, .arg = "UNIT",
	  .help = N_("belongs to it no more") },
	OPTION_ON(N_("from that day on; with --out-of the last day; default "
		     "today")),
	{ 0, "replace", .flag = &opt_replace,
	  .help = N_("also forget moves on later days") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_member_move = {
	.name = "member move", .args = "MEMBER", .needs = NEEDS_WRITE,
	.summary = N_("move a member to another unit, on a day"),
	.options = move_options, .least = 1, .most = 1, .run = move,
};

static int
leave(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_changed changed = { 0 };
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	r = xj_member_leave(archive, argv[0], o, &changed, &err);
	return xj_change_tell(r, &changed, "member", _("Member %s leaves."),
			      &err);
}

static const struct xj_option leave_options[] = {
	OPTION_ON(N_("the last day; default today")),
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_member_leave = {
	.name = "member leave", .args = "MEMBER", .needs = NEEDS_WRITE,
	.summary = N_("a member leaves the organisation; units and roles end"),
	.options = leave_options, .least = 1, .most = 1, .run = leave,
};
