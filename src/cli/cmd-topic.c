/* cmd-topic.c - study areas and topics. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static const char *opt_name, *opt_name_en, *opt_parent, *opt_note, *opt_from,
	*opt_to, *opt_into;
static struct xj_values opt_synonyms;
static bool opt_all, opt_top, opt_reopen;

/* ------------------------------------------------------------------- names */

/* The names of all topics, read once: they stand at many places of one answer. */
static struct {
	char code[40], *name;
} *names;
static size_t name_count;

static int
keep_name(void *ctx, const struct xj_topic *t)
{
	void *more = realloc(names, (name_count + 1) * sizeof(*names));

	(void)ctx;
	if (!more)
		return XJ_ENOMEM;
	names = more;
	snprintf(names[name_count].code, sizeof(names[0].code), "%s", t->code);
	names[name_count].name = strdup(xj_topic_name(t));
	return names[name_count++].name ? XJ_OK : XJ_ENOMEM;
}

void
xj_topic_words_read(struct xj_archive *archive)
{
	if (!name_count)
		xj_topics(archive, &(struct xj_topics_options){ .all = true },
			  keep_name, NULL, NULL);
}

const char *
xj_topic_word(const char *code)
{
	for (size_t i = 0; i < name_count; i++)
		if (strcmp(names[i].code, code) == 0)
			return names[i].name;
	return code;
}

/* By the language of the messages. */
const char *
xj_topic_name(const struct xj_topic *t)
{
	bool chinese = strcmp(_("topic"), "topic") != 0;

	return t->name_en && !chinese ? t->name_en : t->name;
}

void
xj_topic_json(const char *key, const struct xj_topic *t)
{
	xj_json_open(key, '{');
	xj_json_text_of("code", t->code);
	xj_json_text_of("name", t->name);
	xj_json_text_of("name_en", t->name_en);
	xj_json_text_of("area", t->area);
	xj_json_close('}');
}

/* -------------------------------------------------------------------- list */

static int
row(void *ctx, const struct xj_topic *t)
{
	xj_auto(xj_buf_release) struct xj_buf code = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf state = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf words = XJ_BUF_INIT;

	xj_buf_addf(&code, "%*s%s", (int)(2 * (t->depth - 1)), "", t->code);
	if (t->merged_into)
		xj_buf_addf(&state, _("merged into %s"), t->merged_into);
	else if (t->until)
		xj_buf_addf(&state, _("until %s"), t->until);
	for (size_t i = 0; t->synonyms[i]; i++)
		xj_buf_addf(&words, "%s%s", i ? ", " : "", t->synonyms[i]);
	xj_table_add(ctx, (const char *[]){ xj_buf_str(&code), t->name,
		     t->name_en, xj_buf_str(&words), xj_buf_str(&state) });
	return XJ_OK;
}

static int
json_row(void *ctx, const struct xj_topic *t)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_text_of("code", t->code);
	xj_json_text_of("name", t->name);
	xj_json_text_of("name_en", t->name_en);
	xj_json_text_of("parent", t->parent);
	xj_json_text_of("area", t->area);
	xj_json_text_of("note", t->note);
	xj_json_list("synonyms", t->synonyms);
	xj_json_span(t->from, t->until);
	xj_json_text_of("merged_into", t->merged_into);
	xj_json_text_of("merged_on", t->merged_on);
	xj_json_number("depth", t->depth);
	xj_json_number("version", t->version);
	xj_json_close('}');
	return XJ_OK;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_topics_options o = { .all = opt_all,
				       .under = argc ? argv[0] : NULL };
	struct xj_error err = { 0 };
	struct xj_table *t;
	int r;

	if (opt_json) {
		xj_json_begin_list("topics");
		r = xj_topics(archive, &o, json_row, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(5);
	r = xj_topics(archive, &o, row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static const struct xj_option list_options[] = {
	{ 0, "all", .flag = &opt_all,
	  .help = N_("those that were merged too") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_topic_list = {
	.name = "topic list", .args = "[TOPIC]", .needs = NEEDS_READ,
	.summary = N_("list the study areas with their topics, or those below "
		      "one"),
	.options = list_options, .least = 0, .most = 1, .run = list,
};

static int
history(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return xj_history_tell(archive, argv[0], xj_topic_history);
}

const struct xj_command cmd_topic_history = {
	.name = "topic history", .args = "TOPIC", .needs = NEEDS_READ,
	.summary = N_("what was changed of a topic, when and by whom"),
	.options = xj_study_json_options, .least = 1, .most = 1,
	.run = history,
};

/* ---------------------------------------------------------- add and change */

#define OPTIONS_WORDS \
	{ 0, "name-en", .value = &opt_name_en, .arg = "NAME", \
	  .help = N_("its English name") }, \
	{ 0, "note", .value = &opt_note, .arg = "TEXT", \
	  .help = N_("what belongs to it, and what does not") }, \
	{ 0, "synonym", .values = &opt_synonyms, .arg = "WORD", \
	  .help = N_("a word that means the same; searches for one find the " \
		     "others. May be given again") }, \
	{ 0, "from", .value = &opt_from, .arg = "DAY", \
	  .help = N_("its first day, where that is known") }

static struct xj_topic_given
given(void)
{
	return (struct xj_topic_given){ .name = opt_name,
		.name_en = opt_name_en, .note = opt_note, .from = opt_from,
		.synonyms = opt_synonyms.list, .reopen = opt_reopen };
}

static int
add(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_changed changed = { 0 };
	struct xj_error err = { 0 };
	struct xj_topic_given g;
	int r;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	opt_name = argv[1];
	g = given();
	r = xj_topic_add(archive, argv[0], &g, opt_parent, o, &changed, &err);
	return xj_change_tell(r, &changed, "topic", _("Topic %s is added."),
			      &err);
}

static const struct xj_option add_options[] = {
	{ 0, "parent", .value = &opt_parent, .arg = "TOPIC",
	  .help = N_("the area or topic above it; none: it is an area") },
	OPTIONS_WORDS,
	{ 0, "dry-run", .flag = &opt_try,
	  .help = N_("check everything, change nothing") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_topic_add = {
	.name = "topic add", .args = "CODE NAME", .needs = NEEDS_WRITE,
	.summary = N_("add a topic, or a study area: a short code, and its "
		      "name"),
	.options = add_options, .least = 2, .most = 2, .run = add,
};

static int
edit(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_topic_given g = given();
	struct xj_changed changed = { 0 };
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	if (!g.name && !g.name_en && !g.note && !g.from && !g.synonyms &&
	    !g.reopen)
		return xj_usage(_("nothing to change: say --name NAME or "
				  "another option"));
	r = xj_topic_edit(archive, argv[0], &g, o, &changed, &err);
	return xj_change_tell(r, &changed, "topic", _("Topic %s is changed."),
			      &err);
}

static const struct xj_option edit_options[] = {
	{ 0, "name", .value = &opt_name, .arg = "NAME",
	  .help = N_("its name") },
	OPTIONS_WORDS,
	{ 0, "reopen", .flag = &opt_reopen,
	  .help = N_("take its closing back") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_topic_edit = {
	.name = "topic edit", .args = "TOPIC", .needs = NEEDS_WRITE,
	.summary = N_("change names, note or synonyms; open it again"),
	.options = edit_options, .least = 1, .most = 1, .run = edit,
};

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
		return xj_usage(_("say where to: --to TOPIC, or --top"));
	r = xj_topic_move(archive, argv[0], opt_to, o, &changed, &err);
	return xj_change_tell(r, &changed, "topic", _("Topic %s is moved."),
			      &err);
}

static const struct xj_option move_options[] = {
	{ 0, "to", .value = &opt_to, .arg = "TOPIC",
	  .help = N_("the area or topic that it is below from then on") },
	{ 0, "top", .flag = &opt_top,
	  .help = N_("below none: it is an area") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_topic_move = {
	.name = "topic move", .args = "TOPIC", .needs = NEEDS_WRITE,
	.summary = N_("put a topic, with all below it, under another one"),
	.options = move_options, .least = 1, .most = 1, .run = move,
};

/* --------------------------------------------------- close, merge, remove */

static int
close_topic(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_changed changed = { 0 };
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	r = xj_topic_close(archive, argv[0], o, &changed, &err);
	return xj_change_tell(r, &changed, "topic", _("Topic %s is closed."),
			      &err);
}

static const struct xj_option close_options[] = {
	OPTION_ON(N_("its last day; default today")),
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_topic_close = {
	.name = "topic close", .args = "TOPIC", .needs = NEEDS_WRITE,
	.summary = N_("give a topic to nothing new; what has it keeps it"),
	.options = close_options, .least = 1, .most = 1, .run = close_topic,
};

static int
merge(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_changed changed = { 0 };
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	if (!opt_into)
		return xj_usage(_("--into: say into which topic"));
	r = xj_topic_merge(archive, argv[0], opt_into, o, &changed, &err);
	return xj_change_tell(r, &changed, "topic", _("Topic %s is merged; for "
			      "30 days `xueji topic unmerge` takes that "
			      "back."), &err);
}

static const struct xj_option merge_options[] = {
	{ 0, "into", .value = &opt_into, .arg = "TOPIC",
	  .help = N_("what all that has it has from then on") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_topic_merge = {
	.name = "topic merge", .args = "TOPIC", .needs = NEEDS_WRITE,
	.summary = N_("make one of two topics, with all that has them"),
	.options = merge_options, .least = 1, .most = 1, .run = merge,
};

static int
unmerge(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_changed changed = { 0 };
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	r = xj_topic_unmerge(archive, argv[0], o, &changed, &err);
	return xj_change_tell(r, &changed, "topic",
			      _("Topic %s is by itself again."), &err);
}

const struct xj_command cmd_topic_unmerge = {
	.name = "topic unmerge", .args = "CODE", .needs = NEEDS_WRITE,
	.summary = N_("take a merge back, for 30 days"),
	.options = xj_study_change_options, .least = 1, .most = 1,
	.run = unmerge,
};

static int
remove_topic(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_changed changed = { 0 };
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	r = xj_topic_remove(archive, argv[0], o, &changed, &err);
	return xj_change_tell(r, &changed, "topic", _("Topic %s is removed."),
			      &err);
}

const struct xj_command cmd_topic_remove = {
	.name = "topic remove", .args = "TOPIC", .needs = NEEDS_WRITE,
	.summary = N_("remove a topic that nothing has"),
	.options = xj_study_change_options, .least = 1, .most = 1,
	.run = remove_topic,
};
