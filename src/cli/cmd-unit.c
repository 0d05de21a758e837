/* cmd-unit.c - the units of the organisation. */
#include <string.h>

#include "cli/cli.h"

/* ------------------------------------------------------------------- shown */

static const char *opt_axis;
static bool opt_all;

#define OPTION_AXIS { 0, "axis", .value = &opt_axis, .arg = "AXIS", \
		      .choices = "work party", \
		      .help = N_("the work line or the party line") }
#define OPTION_DAY OPTION_ON(N_("as it was on that day; default today"))

static int
row(void *ctx, const struct xj_unit *u)
{
	char members[32];

	snprintf(members, sizeof(members), "%llu", (ull)u->people);
	xj_table_add(ctx, (const char *[]){ u->code, u->name,
		     xj_word(u->axis), xj_word(u->kind), u->parent, members,
		     u->closed });
	return XJ_OK;
}

static int
json_row(void *ctx, const struct xj_unit *u)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_number("id", u->id);
	xj_json_text_of("urn", u->urn);
	xj_json_text_of("code", u->code);
	xj_json_text_of("name", u->name);
	xj_json_text_of("name_en", u->name_en);
	xj_json_text_of("axis", u->axis);
	xj_json_text_of("kind", u->kind);
	xj_json_text_of("parent", u->parent);
	xj_json_text_of("institution", u->institution);
	xj_json_text_of("successor", u->successor);
	xj_json_text_of("opened", u->opened);
	xj_json_text_of("closed", u->closed);
	xj_json_bool("placed", u->placed);
	xj_json_number("depth", u->depth);
	xj_json_number("members", u->members);
	xj_json_number("people", u->people);
	xj_json_number("version", u->version);
	xj_json_close('}');
	return XJ_OK;
}

static int
tell_json(struct xj_archive *archive, const struct xj_units_options *o)
{
	struct xj_error err = { 0 };
	int r;

	xj_json_begin_list("units");
	r = xj_units(archive, o, json_row, NULL, &err);
	return xj_json_end_list(r, &err);
}

static int
no_units(void)
{
	xj_say(_("There are no units yet; `xueji unit add bureau 卫生局` adds "
		 "the first, `xueji unit add ks 科室 --parent bureau` one "
		 "below it."));
	return EXIT_FINE;
}

static int
count(void *ctx, const struct xj_unit *u)
{
	(void)u;
	++*(size_t *)ctx;
	return XJ_OK;
}

static bool
is_empty(struct xj_archive *archive)
{
	size_t n = 0;

	return xj_units(archive, &(struct xj_units_options){ .all = true },
			count, &n, NULL) == XJ_OK && n == 0;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_units_options o = { .day = opt_on, .axis = opt_axis,
		.all = opt_all, .under = argc ? argv[0] : NULL };
	struct xj_error err = { 0 };
	struct xj_table *t;
	int r;

	if (opt_json)
		return tell_json(archive, &o);
	if (is_empty(archive))
		return no_units();
	t = xj_table_new(7);
	xj_table_right(t, 5);
	xj_table_heading(t, (const char *[]){ _("code"), _("name"),
			 _("axis"), _("kind"), _("below"), _("people"),
			 opt_all ? _("closed") : "" });
	r = xj_units(archive, &o, row, t, &err);
	if (r < 0)
		xj_table_free(t);
	else
		xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static const struct xj_option list_options[] = {
	OPTION_AXIS,
	OPTION_DAY,
	{ 0, "all", .flag = &opt_all, .help = N_("closed units too") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_unit_list = {
	.name = "unit list", .args = "[UNIT]", .needs = NEEDS_READ,
	.summary = N_("list the units, or those below one"),
	.options = list_options, .least = 0, .most = 1, .run = list,
};

/* -------------------------------------------------------------------- tree */

struct tree {
	const char *axis; /* of the unit before */
	unsigned top;     /* depth of the first */
};

static int
tree_row(void *ctx, const struct xj_unit *u)
{
	struct tree *t = ctx;

	if (!t->axis || strcmp(t->axis, u->axis) != 0) {
		printf("%s%s%s%s\n", t->axis ? "\n" : "",
		       xj_style(STYLE_DIM), strcmp(u->axis, "work") == 0 ?
		       _("work line") : _("party line"), xj_plain());
		t->axis = strcmp(u->axis, "work") == 0 ? "work" : "party";
		t->top = u->depth;
	}
	printf("%*s", (int)(2 * (u->depth - t->top)), "");
	xj_put(stdout, u->name);
	printf("  %s%s", xj_style(STYLE_DIM), u->code);
	if (u->people)
		printf(ngettext("  %llu person", "  %llu people",
				(unsigned long)u->people), (ull)u->people);
	printf("%s\n", xj_plain());
	return ferror(stdout) ? XJ_EIO : XJ_OK;
}

static int
tree(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_units_options o = { .day = opt_on, .axis = opt_axis,
		.under = argc ? argv[0] : NULL };
	struct xj_error err = { 0 };
	struct tree t = { 0 };

	if (opt_json)
		return tell_json(archive, &o);
	if (is_empty(archive))
		return no_units();
	return xj_units(archive, &o, tree_row, &t, &err) < 0 ? xj_fail(&err)
							     : EXIT_FINE;
}

static const struct xj_option tree_options[] = {
	OPTION_AXIS,
	OPTION_DAY,
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_unit_tree = {
	.name = "unit tree", .args = "[UNIT]", .needs = NEEDS_READ,
	.summary = N_("show what is below what, with how many people"),
	.options = tree_options, .least = 0, .most = 1, .run = tree,
};

/* -------------------------------------------------------------------- show */

static void
line(struct xj_table *t, const char *name, const char *value)
{
	if (value && *value)
		xj_table_add(t, (const char *[]){ name, value });
}

static int
show_row(void *ctx, const struct xj_unit *u)
{
	struct xj_table *t = ctx;
	char number[32], people[64];

	snprintf(people, sizeof(people), _("%llu, with units below %llu"),
		 (ull)u->members, (ull)u->people);
	snprintf(number, sizeof(number), "%u", u->version);
	line(t, _("code"), u->code);
	line(t, _("name"), u->name);
	line(t, _("English name"), u->name_en);
	line(t, _("axis"), xj_word(u->axis));
	line(t, _("kind"), xj_word(u->kind));
	line(t, _("below"), u->parent);
	line(t, _("belongs to"), u->institution);
	line(t, _("people"), people);
	line(t, _("opened"), u->opened);
	line(t, _("closed"), u->closed);
	line(t, _("successor"), u->successor);
	line(t, _("version"), number);
	return XJ_OK;
}

static int
place_row(void *ctx, const struct xj_place *p)
{
	char span[64];

	xj_span_shown(p->from, p->until, span);
	if (*span)
		xj_table_add(ctx, (const char *[]){ "", p->parent ?
			     p->parent : _("on top"), span });
	return XJ_OK;
}

static int
json_place(void *ctx, const struct xj_place *p)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_text_of("parent", p->parent);
	xj_json_span(p->from, p->until);
	xj_json_close('}');
	return XJ_OK;
}

static int
show_json(struct xj_archive *archive, const struct xj_units_options *o)
{
	struct xj_error err = { 0 };
	int r;

	xj_json_begin_list("units");
	r = xj_units(archive, o, json_row, NULL, &err);
	xj_json_close(']');
	xj_json_open("places", '[');
	if (r == XJ_OK)
		r = xj_unit_places(archive, o->under, json_place, NULL, &err);
	return xj_json_end_list(r, &err);
}

static int
show(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_units_options o = { .day = opt_on, .under = argv[0],
				      .only = true };
	struct xj_error err = { 0 };
	struct xj_table *t;
	int r;

	(void)argc;
	if (opt_json)
		return show_json(archive, &o);
	t = xj_table_new(2);
	r = xj_units(archive, &o, show_row, t, &err);
	xj_table_end(t, stdout, 0);
	if (r < 0)
		return xj_fail(&err);
	t = xj_table_new(3);
	r = xj_unit_places(archive, argv[0], place_row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static const struct xj_option show_options[] = {
	OPTION_DAY,
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_unit_show = {
	.name = "unit show", .args = "UNIT", .needs = NEEDS_READ,
	.summary = N_("a unit, and where it stood"),
	.options = show_options, .least = 1, .most = 1, .run = show,
};

static int
history(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return xj_history_tell(archive, argv[0], xj_unit_history);
}

static const struct xj_option history_options[] = {
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_unit_history = {
	.name = "unit history", .args = "UNIT", .needs = NEEDS_READ,
	.summary = N_("what was changed of a unit, when and by whom"),
	.options = history_options, .least = 1, .most = 1, .run = history,
};

/* --------------------------------------------------------------------- add */

static const char *opt_name, *opt_name_en, *opt_kind, *opt_parent,
	*opt_institution, *opt_opened;

#define UNIT_KINDS "KIND"
#define OPTION_NAME_EN { 0, "name-en", .value = &opt_name_en, \
			 .arg = "NAME", .help = N_("its English name") }
#define OPTION_KIND { 0, "kind", .value = &opt_kind, .arg = UNIT_KINDS, \
		      .help = N_("bureau, institution, department, team; " \
				 "committee, branch, group") }
#define OPTION_INSTITUTION { 0, "institution", .value = &opt_institution, \
	.arg = "UNIT", .help = N_("the institution that a party unit belongs " \
				  "to") }
#define OPTION_OPENED { 0, "opened", .value = &opt_opened, .arg = "DAY", \
			.help = N_("its first day, where that is known") }

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
	r = xj_unit_add(archive, &(struct xj_unit_given){
		.code = argv[0], .name = argv[1], .name_en = opt_name_en,
		.kind = opt_kind, .axis = opt_axis, .parent = opt_parent,
		.institution = opt_institution, .opened = opt_opened,
	}, o, &changed, &err);
	return xj_change_tell(r, &changed, "unit", _("Unit %s is added."),
			      &err);
}

static const struct xj_option add_options[] = {
	{ 0, "parent", .value = &opt_parent, .arg = "UNIT",
	  .help = N_("the unit above it; none: it stands on top") },
	OPTION_KIND,
	OPTION_AXIS,
	OPTION_NAME_EN,
	OPTION_INSTITUTION,
	OPTION_OPENED,
	{ 0, "dry-run", .flag = &opt_try,
	  .help = N_("check everything, change nothing") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_unit_add = {
	.name = "unit add", .args = "CODE NAME", .needs = NEEDS_WRITE,
	.summary = N_("add a unit: a short code, and its name"),
	.options = add_options, .least = 2, .most = 2, .run = add,
};

/* -------------------------------------------------------------------- move */

static const char *opt_to;
static bool opt_top, opt_replace;

#define OPTION_REPLACE { 0, "replace", .flag = &opt_replace, \
			 .help = N_("also forget moves on later days") }

static int
move(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_changed changed = { 0 };
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	if (!opt_to == !opt_top)
		return xj_usage(_("say where to: --to UNIT, or --top"));
	r = xj_unit_move(archive, argv[0], opt_to, opt_replace, o, &changed,
			 &err);
	return xj_change_tell(r, &changed, "unit", _("Unit %s is moved."),
			      &err);
}

static const struct xj_option move_options[] = {
	{ 0, "to", .value = &opt_to, .arg = "UNIT",
	  .help = N_("the unit that it is below from then on") },
	{ 0, "top", .flag = &opt_top, .help = N_("below none: on top") },
	OPTION_ON(N_("from that day on; default today")),
	OPTION_REPLACE,
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_unit_move = {
	.name = "unit move", .args = "UNIT", .needs = NEEDS_WRITE,
	.summary = N_("put a unit, with all below it, under another one"),
	.options = move_options, .least = 1, .most = 1, .run = move,
};

/* -------------------------------------------------------------------- edit */

static const char *opt_successor;
static bool opt_reopen;

static int
edit(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	const struct { const char *element, *value; } said[] = {
		{ "name", opt_name }, { "name_en", opt_name_en },
		{ "kind", opt_kind }, { "institution", opt_institution },
		{ "successor", opt_successor }, { "opened", opt_opened },
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
	if (!n && !opt_reopen)
		return xj_usage(_("nothing to change: say --name NAME or "
				  "another option"));
	r = xj_unit_edit(archive, argv[0], given, opt_reopen, o, &changed,
			 &err);
	return xj_change_tell(r, &changed, "unit", _("Unit %s is changed."),
			      &err);
}

static const struct xj_option edit_options[] = {
	{ 0, "name", .value = &opt_name, .arg = "NAME",
	  .help = N_("its name") },
	OPTION_NAME_EN,
	OPTION_KIND,
	OPTION_INSTITUTION,
	{ 0, "successor", .value = &opt_successor, .arg = "UNIT",
	  .help = N_("the unit that came in its place") },
	OPTION_OPENED,
	{ 0, "reopen", .flag = &opt_reopen,
	  .help = N_("take its closing back") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_unit_edit = {
	.name = "unit edit", .args = "UNIT", .needs = NEEDS_WRITE,
	.summary = N_("change names, kind or successor; open it again"),
	.options = edit_options, .least = 1, .most = 1, .run = edit,
};

/* ------------------------------------------------------------------- close */

static bool opt_with_members;

static int
close_unit(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_changed changed = { 0 };
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	r = xj_unit_close(archive, argv[0], opt_successor, opt_with_members, o,
			  &changed, &err);
	return xj_change_tell(r, &changed, "unit", _("Unit %s is closed."),
			      &err);
}

static const struct xj_option close_options[] = {
	OPTION_ON(N_("its last day; default today")),
	{ 0, "successor", .value = &opt_successor, .arg = "UNIT",
	  .help = N_("the unit that comes in its place") },
	{ 0, "with-members", .flag = &opt_with_members,
	  .help = N_("its members go to the successor, or out") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_unit_close = {
	.name = "unit close", .args = "UNIT", .needs = NEEDS_WRITE,
	.summary = N_("close a unit; its code stays its own"),
	.options = close_options, .least = 1, .most = 1, .run = close_unit,
};
