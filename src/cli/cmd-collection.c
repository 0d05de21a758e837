/* cmd-collection.c - documents that a person put together. */
#include <string.h>

#include "cli/cli.h"

static const char *opt_title, *opt_description, *opt_unit, *opt_owner,
	*opt_document, *opt_note, *opt_place;
static bool opt_removed;

#define KIND "collection"
#define OPTION_DESCRIPTION { 'd', "description", .value = &opt_description, \
			     .arg = "TEXT", .help = N_("what it is for") }
#define OPTION_UNIT { 0, "unit", .value = &opt_unit, .arg = "UNIT", \
		      .help = N_("the unit that it belongs to") }

/* ------------------------------------------------------------ new and edit */

static int
new(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	r = xj_collection_new(archive, &(struct xj_collection_given){
		.title = argv[0], .description = opt_description,
		.unit = opt_unit }, o, &changed, &err);
	return xj_study_change_tell(r, &changed, KIND,
				    _("Collection %llu is made."), &err);
}

static const struct xj_option new_options[] = {
	OPTION_DESCRIPTION,
	OPTION_UNIT,
	{ 0, "dry-run", .flag = &opt_try,
	  .help = N_("check everything, change nothing") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_collection_new = {
	.name = "collection new", .args = "TITLE", .needs = NEEDS_WRITE,
	.summary = N_("begin a collection of documents"),
	.options = new_options, .least = 1, .most = 1, .run = new,
};

static int
edit(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id;
	int r, code;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	if (!opt_title && !opt_description && !opt_unit)
		return xj_usage(_("nothing to change: say --title TITLE or "
				  "another option"));
	if ((code = xj_study_id(archive, KIND, argv[0], &id)))
		return code;
	r = xj_collection_edit(archive, id, &(struct xj_collection_given){
		.title = opt_title, .description = opt_description,
		.unit = opt_unit }, o, &changed, &err);
	return xj_study_change_tell(r, &changed, KIND,
				    _("Collection %llu is changed."), &err);
}

static const struct xj_option edit_options[] = {
	{ 't', "title", .value = &opt_title, .arg = "TITLE",
	  .help = N_("its title") },
	OPTION_DESCRIPTION,
	OPTION_UNIT,
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_collection_edit = {
	.name = "collection edit", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("change the title or description of a collection"),
	.options = edit_options, .least = 1, .most = 1, .run = edit,
};

/* ------------------------------------------------------------ its documents */

static int
add(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id, place = 0;
	int r, code;

	if (!o || !xj_number("place", opt_place, &place))
		return EXIT_USAGE;
	if ((code = xj_study_id(archive, KIND, argv[0], &id)))
		return code;
	r = xj_collection_add(archive, id, (const char *const *)argv + 1,
			      opt_note, place, o, &changed, &err);
	for (int i = 1; r == XJ_OK && i < argc; i++)
		xj_warn_validity(archive, argv[i]);
	return xj_study_change_tell(r, &changed, KIND,
				    _("Collection %llu has them."), &err);
}

static const struct xj_option add_options[] = {
	{ 'n', "note", .value = &opt_note, .arg = "TEXT",
	  .help = N_("a note on them, for those who read the collection") },
	{ 0, "place", .value = &opt_place, .arg = "N",
	  .help = N_("before what stands there now; default behind all") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_collection_add = {
	.name = "collection add", .args = "ID DOCUMENT...",
	.needs = NEEDS_WRITE,
	.summary = N_("put documents into a collection, or a note on one"),
	.options = add_options, .least = 2, .most = -1, .run = add,
};

static int
drop(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id;
	int r, code;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	if ((code = xj_study_id(archive, KIND, argv[0], &id)))
		return code;
	r = xj_collection_drop(archive, id, (const char *const *)argv + 1, o,
			       &changed, &err);
	return xj_study_change_tell(r, &changed, KIND,
				    _("Collection %llu is without them."),
				    &err);
}

const struct xj_command cmd_collection_drop = {
	.name = "collection drop", .args = "ID DOCUMENT...",
	.needs = NEEDS_WRITE,
	.summary = N_("take documents out of a collection; they stay in the "
		      "archive"),
	.options = xj_study_change_options, .least = 2, .most = -1,
	.run = drop,
};

static int
move(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id, place = 0;
	int r, code;

	(void)argc;
	if (!o || !xj_number("place", argv[2], &place))
		return EXIT_USAGE;
	if ((code = xj_study_id(archive, KIND, argv[0], &id)))
		return code;
	r = xj_collection_move(archive, id, argv[1], place, o, &changed,
			       &err);
	return xj_study_change_tell(r, &changed, KIND,
				    _("Collection %llu is in another order."),
				    &err);
}

const struct xj_command cmd_collection_move = {
	.name = "collection move", .args = "ID DOCUMENT PLACE",
	.needs = NEEDS_WRITE,
	.summary = N_("put a document at another place of a collection"),
	.options = xj_study_change_options, .least = 3, .most = 3,
	.run = move,
};

/* -------------------------------------------------------------------- show */

static int
count_item(void *ctx, const struct xj_collection_item *item)
{
	*(uint64_t *)ctx = item->place;
	return XJ_OK;
}

static int
put_head(void *ctx, const struct xj_collection *c)
{
	(void)ctx;
	fputs(xj_style(STYLE_BOLD), stdout);
	xj_put(stdout, c->study.title);
	printf("%s\n", xj_plain());
	if (c->description) {
		xj_put(stdout, c->description);
		fputc('\n', stdout);
	}
	return XJ_OK;
}

static int
put_item(void *ctx, const struct xj_collection_item *item)
{
	char place[24], number[24];

	snprintf(place, sizeof(place), "%llu", (ull)item->place);
	snprintf(number, sizeof(number), "#%llu", (ull)item->info->id);
	xj_table_add(ctx, (const char *[]){ place, number, item->info->title,
		     xj_word(item->info->kind), item->info->date,
		     item->note });
	return XJ_OK;
}

static int
json_head(void *ctx, const struct xj_collection *c)
{
	(void)ctx;
	xj_json_open("collection", '{');
	xj_study_json(&c->study);
	xj_json_text_of("description", c->description);
	xj_json_close('}');
	xj_json_open("documents", '[');
	return XJ_OK;
}

static int
json_item(void *ctx, const struct xj_collection_item *item)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_number("place", item->place);
	xj_json_text_of("note", item->note);
	xj_json_info(item->info);
	xj_json_close('}');
	return XJ_OK;
}

static int
show(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	struct xj_table *t;
	uint64_t id;
	int r, code = xj_study_id(archive, KIND, argv[0], &id);

	(void)argc;
	if (code)
		return code;
	if (opt_json) {
		xj_json_begin();
		r = xj_collection_show(archive, id, json_head, json_item,
				       NULL, &err);
		return xj_json_end_list(r, &err);
	}
	r = xj_collection_show(archive, id, put_head, NULL, NULL, &err);
	if (r == XJ_OK)
		r = xj_study_rights_tell(archive, KIND, id, xj_rights_print,
					 NULL, NULL, &err);
	t = xj_table_new(6);
	xj_table_right(t, 0);
	if (r == XJ_OK)
		r = xj_collection_show(archive, id, NULL, put_item, t, &err);
	fputc('\n', stdout);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

const struct xj_command cmd_collection_show = {
	.name = "collection show", .args = "ID", .needs = NEEDS_READ,
	.summary = N_("the documents of a collection that you may see"),
	.options = xj_study_json_options, .least = 1, .most = 1, .run = show,
};

/* -------------------------------------------------------------------- list */

struct listing {
	struct xj_archive *archive;
	struct xj_table *table; /* NULL: JSON */
	size_t count;
};

static int
row(void *ctx, const struct xj_study *s)
{
	struct listing *l = ctx;
	char number[24], documents[24];
	uint64_t n = 0;
	int r = s->removed ? XJ_OK :
		xj_collection_show(l->archive, s->id, NULL, count_item, &n,
				   NULL);

	l->count++;
	if (r == XJ_OK && !l->table) {
		xj_json_open(NULL, '{');
		xj_study_json(s);
		xj_json_number("documents", n);
		xj_json_close('}');
	} else if (r == XJ_OK) {
		snprintf(number, sizeof(number), "%llu", (ull)s->id);
		snprintf(documents, sizeof(documents), "%llu", (ull)n);
		xj_table_add(l->table, (const char *[]){ number, s->title,
			     documents, s->unit, s->owner_name });
	}
	return r;
}

static int
list_by(struct xj_archive *archive, const struct xj_study_filter *filter)
{
	struct listing l = { .archive = archive };
	struct xj_error err = { 0 };
	int r;

	if (opt_json) {
		xj_json_begin_list("collections");
		r = xj_studies(archive, filter, row, &l, &err);
		return xj_json_end_list(r, &err);
	}
	l.table = xj_table_new(5);
	xj_table_right(l.table, 0);
	xj_table_right(l.table, 2);
	xj_table_heading(l.table, (const char *[]){ _("number"), _("title"),
			 _("documents"), _("unit"), _("owner") });
	r = xj_studies(archive, filter, row, &l, &err);
	if (r < 0 || !l.count)
		xj_table_free(l.table);
	else
		xj_table_end(l.table, stdout, 0);
	if (r == XJ_OK && !l.count)
		xj_say(_("There are no such collections; `xueji collection "
			 "new TITLE` begins one."));
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_study_filter filter = { .kind = KIND, .unit = opt_unit,
		.owner = opt_owner, .title = opt_title,
		.removed = opt_removed };
	int code = opt_document ? xj_id_of(archive, opt_document,
					   &filter.document) : EXIT_FINE;

	(void)argc, (void)argv;
	return code ? code : list_by(archive, &filter);
}

static const struct xj_option list_options[] = {
	{ 0, "unit", .value = &opt_unit, .arg = "UNIT",
	  .help = N_("those of this unit, by its code") },
	{ 0, "owner", .value = &opt_owner, .arg = "MEMBER",
	  .help = N_("those of this member") },
	{ 't', "title", .value = &opt_title, .arg = "TEXT",
	  .help = N_("those with this in their title") },
	{ 0, "document", .value = &opt_document, .arg = "ID",
	  .help = N_("those that this document is in") },
	{ 0, "removed", .flag = &opt_removed,
	  .help = N_("those that were removed") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_collection_list = {
	.name = "collection list", .args = "", .needs = NEEDS_READ,
	.summary = N_("list the collections"),
	.options = list_options, .least = 0, .most = 0, .run = list,
};

/* ------------------------------------------------------- as of every record */

static int
share(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return xj_study_share_run(archive, KIND, argv[0],
				  _("Collection %llu is shared."));
}

const struct xj_command cmd_collection_share = {
	.name = "collection share", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("let others see a collection; of its documents they see "
		      "those that they may see anyway"),
	.options = xj_study_share_options, .least = 1, .most = 1,
	.run = share,
};

static int
unshare(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return xj_study_unshare_run(archive, KIND, argv[0],
				    _("Collection %llu is not shared so any "
				      "more."));
}

const struct xj_command cmd_collection_unshare = {
	.name = "collection unshare", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("end a share of a collection at once"),
	.options = xj_study_unshare_options, .least = 1, .most = 1,
	.run = unshare,
};

static int
scope(struct xj_archive *archive, int argc, char **argv)
{
	return xj_study_scope_run(archive, KIND, argv[0],
				  argc > 1 ? argv[1] : NULL,
				  _("Collection %llu has its scope."));
}

const struct xj_command cmd_collection_scope = {
	.name = "collection scope", .args = "ID [SCOPE]",
	.needs = NEEDS_WRITE,
	.summary = N_("say or show who sees a collection: private, unit, "
		      "below, units, members, public"),
	.options = xj_study_scope_options, .least = 1, .most = 2,
	.run = scope,
};

static int
remove_one(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return xj_study_remove_run(archive, KIND, argv[0], false,
				   _("Collection %llu is removed; `xueji "
				     "collection undelete` takes it back."));
}

const struct xj_command cmd_collection_remove = {
	.name = "collection remove", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("remove a collection; its documents stay"),
	.options = xj_study_change_options, .least = 1, .most = 1,
	.run = remove_one,
};

static int
undelete(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return xj_study_remove_run(archive, KIND, argv[0], true,
				   _("Collection %llu is back."));
}

const struct xj_command cmd_collection_undelete = {
	.name = "collection undelete", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("take back a collection that was removed"),
	.options = xj_study_change_options, .least = 1, .most = 1,
	.run = undelete,
};

static int
history(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return xj_study_history_run(archive, KIND, argv[0]);
}

const struct xj_command cmd_collection_history = {
	.name = "collection history", .args = "ID", .needs = NEEDS_READ,
	.summary = N_("what was done to a collection, when and by whom"),
	.options = xj_study_json_options, .least = 1, .most = 1,
	.run = history,
};
