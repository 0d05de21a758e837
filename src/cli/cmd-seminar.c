/* cmd-seminar.c - seminars: made, prepared, held, minuted. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

#define KIND "seminar"

static const char *opt_title, *opt_question, *opt_level, *opt_unit, *opt_chair,
	*opt_date, *opt_until, *opt_time, *opt_place, *opt_state, *opt_from,
	*opt_speaker, *opt_document, *opt_minutes, *opt_place_in, *opt_limit,
	*opt_text;
static struct xj_values opt_invite, opt_topics;
static bool opt_removed, opt_end, opt_confirm;

/* ------------------------------------------------------------- new and edit */

#define OPTIONS_GIVEN \
	{ 0, "question", .value = &opt_question, .arg = "TEXT", \
	  .help = N_("what it is to answer") }, \
	{ 0, "unit", .value = &opt_unit, .arg = "UNIT", \
	  .help = N_("the unit that holds it") }, \
	{ 0, "level", .value = &opt_level, .arg = "LEVEL", \
	  .help = N_("group, department, branch, institution, bureau") }, \
	{ 0, "chair", .value = &opt_chair, .arg = "MEMBER", \
	  .help = N_("who chairs it, and confirms the minutes") }, \
	{ 0, "date", .value = &opt_date, .arg = "DAY", \
	  .help = N_("its day, or the first of several") }, \
	{ 0, "until", .value = &opt_until, .arg = "DAY", \
	  .help = N_("the last of several days") }, \
	{ 0, "time", .value = &opt_time, .arg = "HH:MM", \
	  .help = N_("when it begins") }, \
	{ 0, "place", .value = &opt_place, .arg = "TEXT", \
	  .help = N_("where") }, \
	{ 0, "topic", .values = &opt_topics, .arg = "CODE", \
	  .help = N_("a topic; may be given again") }

static int
put(struct xj_archive *archive, uint64_t id, const char *done)
{
	static const char *const none[] = { NULL };
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	const char *const *topics = opt_topics.list;
	int r;

	if (!o)
		return EXIT_USAGE;
	if (opt_topics.count == 1 && !*opt_topics.list[0])
		topics = none;
	r = xj_seminar_put(archive, id, &(struct xj_seminar_given){
		.title = opt_title, .question = opt_question,
		.level = opt_level, .unit = opt_unit, .chair = opt_chair,
		.day = opt_date, .until = opt_until, .time = opt_time,
		.place = opt_place, .topics = topics,
		.invite = opt_invite.list }, o, &changed, &err);
	return xj_study_change_tell(r, &changed, KIND, done, &err);
}

static int
new(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	opt_title = argv[0];
	return put(archive, 0, _("Seminar %llu is planned."));
}

static const struct xj_option new_options[] = {
	OPTIONS_GIVEN,
	{ 0, "invite", .values = &opt_invite, .arg = "WHOM",
	  .help = N_("a unit, UNIT/below or a member; may be given again") },
	{ 0, "dry-run", .flag = &opt_try,
	  .help = N_("check everything, change nothing") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_seminar_new = {
	.name = "seminar new", .args = "TITLE", .needs = NEEDS_WRITE,
	.summary = N_("plan a seminar"),
	.options = new_options, .least = 1, .most = 1, .run = new,
};

static int
edit(struct xj_archive *archive, int argc, char **argv)
{
	uint64_t id;
	int code;

	(void)argc;
	if (!opt_title && !opt_question && !opt_level && !opt_unit &&
	    !opt_chair && !opt_date && !opt_until && !opt_time && !opt_place &&
	    !opt_topics.count)
		return xj_usage(_("nothing to change: say --title TITLE or "
				  "another option"));
	code = xj_study_id(archive, KIND, argv[0], &id);
	return code ? code : put(archive, id, _("Seminar %llu is changed."));
}

static const struct xj_option edit_options[] = {
	{ 't', "title", .value = &opt_title, .arg = "TITLE",
	  .help = N_("its title") },
	OPTIONS_GIVEN,
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_seminar_edit = {
	.name = "seminar edit", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("change what is said of a seminar"),
	.options = edit_options, .least = 1, .most = 1, .run = edit,
};

/* ------------------------------------------------------------ who is invited */

static int
invite_or_not(struct xj_archive *archive, char **argv, bool out,
	      const char *done)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id;
	int r, code = o ? xj_study_id(archive, KIND, argv[0], &id)
			: EXIT_USAGE;

	if (code)
		return code;
	r = xj_seminar_invite(archive, id, (const char *const *)argv + 1, out,
			      o, &changed, &err);
	return xj_study_change_tell(r, &changed, KIND, done, &err);
}

static int
invite(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return invite_or_not(archive, argv, false,
			     _("They are invited to seminar %llu."));
}

const struct xj_command cmd_seminar_invite = {
	.name = "seminar invite", .args = "ID WHOM...", .needs = NEEDS_WRITE,
	.summary = N_("invite units, UNIT/below or members"),
	.options = xj_study_change_options, .least = 2, .most = -1,
	.run = invite,
};

static int
uninvite(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return invite_or_not(archive, argv, true,
			     _("They are not invited to seminar %llu any "
			       "more."));
}

const struct xj_command cmd_seminar_uninvite = {
	.name = "seminar uninvite", .args = "ID WHOM...", .needs = NEEDS_WRITE,
	.summary = N_("take invitations back"),
	.options = xj_study_change_options, .least = 2, .most = -1,
	.run = uninvite,
};

/* -------------------------------------------------------------------- agenda */

static int
agenda_add(struct xj_archive *archive, uint64_t id, const char *title,
	   const struct xj_change_options *o)
{
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t minutes = 0, at = 0;
	int r;

	if (!xj_number("minutes", opt_minutes, &minutes) ||
	    !xj_number("place", opt_place_in, &at))
		return EXIT_USAGE;
	r = xj_seminar_agenda_add(archive, id, &(struct xj_agenda_given){
		.title = title, .speaker = opt_speaker,
		.document = opt_document, .minutes = (unsigned)minutes,
		.at = (unsigned)at }, o, &changed, &err);
	return xj_study_change_tell(r, &changed, KIND,
				    _("The agenda of seminar %llu has it."),
				    &err);
}

static int
agenda_move(struct xj_archive *archive, uint64_t id, const char *from,
	    const char *to, const struct xj_change_options *o)
{
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t was = 0, is = 0;
	int r;

	if (!xj_number("agenda", from, &was) || !xj_number("agenda", to, &is))
		return EXIT_USAGE;
	r = xj_seminar_agenda_move(archive, id, (unsigned)was, (unsigned)is, o,
				   &changed, &err);
	return xj_study_change_tell(r, &changed, KIND,
				    _("The agenda of seminar %llu is "
				      "changed."), &err);
}

static int
agenda(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	const char *verb = argc > 1 ? argv[1] : "";
	uint64_t id;
	int code = o ? xj_study_id(archive, KIND, argv[0], &id) : EXIT_USAGE;

	if (code)
		return code;
	if (strcmp(verb, "add") == 0 && argc == 3)
		return agenda_add(archive, id, argv[2], o);
	if (strcmp(verb, "move") == 0 && argc == 4)
		return agenda_move(archive, id, argv[2], argv[3], o);
	if (strcmp(verb, "remove") == 0 && argc == 3)
		return agenda_move(archive, id, argv[2], NULL, o);
	return xj_usage(_("say what to do: add TITLE, move FROM TO, or remove "
			  "N"));
}

static const struct xj_option agenda_options[] = {
	{ 0, "minutes", .value = &opt_minutes, .arg = "N",
	  .help = N_("how long it takes") },
	{ 0, "speaker", .value = &opt_speaker, .arg = "WHO",
	  .help = N_("who speaks: a member, or the name of a guest") },
	{ 0, "document", .value = &opt_document, .arg = "ID",
	  .help = N_("the document that it is about") },
	{ 0, "place", .value = &opt_place_in, .arg = "N",
	  .help = N_("before what stands there now; default behind all") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_seminar_agenda = {
	.name = "seminar agenda", .args = "ID add|move|remove ...",
	.needs = NEEDS_WRITE,
	.summary = N_("what comes after what: add TITLE, move FROM TO, remove "
		      "N"),
	.options = agenda_options, .least = 2, .most = 4, .run = agenda,
};

/* -------------------------------------------------------------------- states */

static int
set(struct xj_archive *archive, const char *ref, const char *state,
    const char *done)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id;
	int r, code = o ? xj_study_id(archive, KIND, ref, &id) : EXIT_USAGE;

	if (code)
		return code;
	r = xj_seminar_set(archive, id, state, o, &changed, &err);
	return xj_study_change_tell(r, &changed, KIND, done, &err);
}

static int
open_it(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return set(archive, argv[0], "open", _("Seminar %llu is announced."));
}

const struct xj_command cmd_seminar_open = {
	.name = "seminar open", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("announce a seminar that was planned"),
	.options = xj_study_change_options, .least = 1, .most = 1,
	.run = open_it,
};

static int
hold(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return set(archive, argv[0], "held", _("Seminar %llu was held."));
}

const struct xj_command cmd_seminar_hold = {
	.name = "seminar hold", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("note that it was held; open a concluded one again"),
	.options = xj_study_change_options, .least = 1, .most = 1, .run = hold,
};

static int
close_it(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return set(archive, argv[0], "closed",
		   _("Seminar %llu is concluded."));
}

const struct xj_command cmd_seminar_close = {
	.name = "seminar close", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("conclude a seminar whose minutes are confirmed"),
	.options = xj_study_change_options, .least = 1, .most = 1,
	.run = close_it,
};

static int
remove_it(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return xj_study_remove_run(archive, KIND, argv[0], false,
				   _("Seminar %llu is removed."));
}

const struct xj_command cmd_seminar_remove = {
	.name = "seminar remove", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("remove a seminar; its history stays"),
	.options = xj_study_change_options, .least = 1, .most = 1,
	.run = remove_it,
};

static int
undelete(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return xj_study_remove_run(archive, KIND, argv[0], true,
				   _("Seminar %llu is back."));
}

const struct xj_command cmd_seminar_undelete = {
	.name = "seminar undelete", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("bring back a seminar that was removed"),
	.options = xj_study_change_options, .least = 1, .most = 1,
	.run = undelete,
};

static int
history(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return xj_study_history_run(archive, KIND, argv[0]);
}

const struct xj_command cmd_seminar_history = {
	.name = "seminar history", .args = "ID", .needs = NEEDS_READ,
	.summary = N_("what was changed of a seminar, when and by whom"),
	.options = xj_study_json_options, .least = 1, .most = 1,
	.run = history,
};

static int
attend(struct xj_archive *archive, int argc, char **argv)
{
	return xj_study_attend_run(archive, KIND, argc, argv,
				   xj_seminar_attend);
}

const struct xj_command cmd_seminar_attend = {
	.name = "seminar attend", .args = "ID [MEMBER...]",
	.needs = NEEDS_WRITE,
	.summary = N_("say who was at a seminar"),
	.options = xj_study_attend_options, .least = 1, .most = -1,
	.run = attend,
};

/* ---------------------------------------------------------- call and minutes */

static int
call(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id, limit = 0;
	int r, code;

	(void)argc;
	if (!o || !xj_number("limit", opt_limit, &limit))
		return EXIT_USAGE;
	if (!opt_until == !opt_end)
		return xj_usage(_("say until when: --until DAY, or --end"));
	if ((code = xj_study_id(archive, KIND, argv[0], &id)))
		return code;
	r = xj_seminar_call(archive, id, opt_end ? "" : opt_until,
			    (unsigned)limit, o, &changed, &err);
	return xj_study_change_tell(r, &changed, KIND, opt_end ?
		_("Seminar %llu takes no more papers.") :
		_("Papers are called for, for seminar %llu."), &err);
}

static const struct xj_option call_options[] = {
	{ 0, "until", .value = &opt_until, .arg = "DAY",
	  .help = N_("the last day on which papers are taken") },
	{ 0, "limit", .value = &opt_limit, .arg = "N",
	  .help = N_("at most so many papers") },
	{ 0, "end", .flag = &opt_end, .help = N_("take no more papers") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_seminar_call = {
	.name = "seminar call", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("call for papers, until a day"),
	.options = call_options, .least = 1, .most = 1, .run = call,
};

#define MINUTES_MAX (1u << 20)

static int
read_minutes(const char *file, struct xj_buf *text)
{
	char piece[8192];
	struct xj_error err = { 0 };
	ssize_t n;

	if (strcmp(file, "-") != 0)
		return xj_file_read(AT_FDCWD, file, MINUTES_MAX, text, &err) < 0 ?
		       xj_fail(&err) : EXIT_FINE;
	while ((n = read(STDIN_FILENO, piece, sizeof(piece))) > 0 &&
	       text->len <= MINUTES_MAX)
		xj_buf_add(text, piece, (size_t)n);
	return n < 0 || text->failed ?
	       xj_fail_with(EXIT_STORE, "%s", _("standard input")) : EXIT_FINE;
}

static int
put_minutes(void *ctx, const struct xj_seminar *s)
{
	(void)ctx;
	xj_put(stdout, s->minutes);
	if (*s->minutes)
		fputc('\n', stdout);
	return XJ_OK;
}

static int
minutes(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id;
	int r, code = o ? xj_study_id(archive, KIND, argv[0], &id)
			: EXIT_USAGE;

	if (code)
		return code;
	if ((argc > 1) + (opt_text != NULL) + opt_confirm > 1)
		return xj_usage(_("say one: FILE, --text or --confirm"));
	if (opt_confirm) {
		r = xj_seminar_confirm(archive, id, o, &changed, &err);
		return xj_study_change_tell(r, &changed, KIND,
			_("The minutes of seminar %llu are confirmed."), &err);
	}
	if (argc == 1 && !opt_text)
		return xj_seminar_tell(archive, id, put_minutes, NULL,
				       &err) < 0 ? xj_fail(&err) : EXIT_FINE;
	if (opt_text)
		xj_buf_adds(&text, opt_text);
	else if ((code = read_minutes(argv[1], &text)))
		return code;
	r = xj_seminar_minutes(archive, id, xj_buf_str(&text), text.len, o,
			       &changed, &err);
	return xj_study_change_tell(r, &changed, KIND,
		_("The minutes of seminar %llu are written; its chair "
		  "confirms them."), &err);
}

static const struct xj_option minutes_options[] = {
	{ 0, "text", .value = &opt_text, .arg = "TEXT",
	  .help = N_("the minutes themselves, in place of a file") },
	{ 0, "confirm", .flag = &opt_confirm,
	  .help = N_("the chair: they are right") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_seminar_minutes = {
	.name = "seminar minutes", .args = "ID [FILE]", .needs = NEEDS_WRITE,
	.summary = N_("write the minutes, from a file or - for standard input; "
		      "confirm or print them"),
	.options = minutes_options, .least = 1, .most = 2, .run = minutes,
};

/* ------------------------------------------------------------- list and show */

static int
row(void *ctx, const struct xj_study *s)
{
	char id[24];

	snprintf(id, sizeof(id), "%llu", (ull)s->id);
	xj_table_add(ctx, (const char *[]){ id, s->day,
		     xj_seminar_shown(s->state), s->unit, s->title });
	return XJ_OK;
}

static int
json_row(void *ctx, const struct xj_study *s)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_study_json(s);
	xj_json_close('}');
	return XJ_OK;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_study_filter filter = { .kind = KIND, .state = opt_state,
		.unit = opt_unit, .from = opt_from, .until = opt_until,
		.title = argc ? argv[0] : NULL, .removed = opt_removed };
	struct xj_error err = { 0 };
	struct xj_table *t;
	int r;

	if (opt_json) {
		xj_json_begin_list("seminars");
		r = xj_studies(archive, &filter, json_row, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(5);
	xj_table_right(t, 0);
	r = xj_studies(archive, &filter, row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static const struct xj_option list_options[] = {
	{ 0, "state", .value = &opt_state, .arg = "STATE",
	  .choices = "planned open held minuted closed",
	  .help = N_("those that are in this state") },
	{ 0, "unit", .value = &opt_unit, .arg = "UNIT",
	  .help = N_("those of this unit, by its code") },
	{ 0, "from", .value = &opt_from, .arg = "DAY",
	  .help = N_("those of that day or later") },
	{ 0, "until", .value = &opt_until, .arg = "DAY",
	  .help = N_("those of that day or earlier") },
	{ 0, "removed", .flag = &opt_removed,
	  .help = N_("those that were removed") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_seminar_list = {
	.name = "seminar list", .args = "[WORDS]", .needs = NEEDS_READ,
	.summary = N_("list seminars, the latest first"),
	.options = list_options, .least = 0, .most = 1, .run = list,
};

static void
line(struct xj_table *t, const char *name, const char *value)
{
	if (*value)
		xj_table_add(t, (const char *[]){ name, value });
}

static const char *
person(const char *login, const char *name, char out[256])
{
	snprintf(out, 256, *login && strcmp(login, name) ? "%s (%s)" : "%s",
		 *name ? name : login, login);
	return out;
}

static void
put_head(const struct xj_seminar *s)
{
	struct xj_table *t = xj_table_new(2);
	char text[256], days[64];

	printf("%s", xj_style(STYLE_BOLD));
	xj_put(stdout, s->study.title);
	printf("%s\n", xj_plain());
	if (*s->question) {
		xj_put(stdout, s->question);
		fputc('\n', stdout);
	}
	xj_table_widest(t, 200);
	line(t, _("state"), s->study.removed ? _("removed") :
	     xj_seminar_shown(s->study.state));
	line(t, _("level"), xj_seminar_shown(s->level));
	line(t, _("unit"), person(s->study.unit, s->unit_name, text));
	line(t, _("organiser"), person(s->study.owner, s->study.owner_name,
				       text));
	line(t, _("chair"), person(s->chair, s->chair_name, text));
	snprintf(text, sizeof(text), "%s%s%s", *s->until ?
		 xj_span_shown(s->study.day, s->until, days) : s->study.day,
		 *s->time ? " " : "", s->time);
	line(t, _("date"), text);
	line(t, _("place"), s->place);
	xj_table_end(t, stdout, 0);
}

static void
heading(const char *text)
{
	printf("\n%s%s%s\n", xj_style(STYLE_BOLD), text, xj_plain());
}

static void
put_agenda(const struct xj_seminar *s)
{
	struct xj_table *t = xj_table_new(5);
	char number[24], minutes[64], who[256];

	heading(_("Agenda"));
	xj_table_right(t, 0);
	for (size_t i = 0; i < s->agenda_count; i++) {
		const struct xj_agenda_line *l = &s->agenda[i];

		snprintf(number, sizeof(number), "%zu", i + 1);
		snprintf(minutes, sizeof(minutes),
			 ngettext("%u minute", "%u minutes", l->minutes),
			 l->minutes);
		xj_table_add(t, (const char *[]){ number, l->time, l->title,
			     l->minutes ? minutes : "",
			     person(l->speaker, l->speaker_name, who) });
	}
	xj_table_end(t, stdout, 2);
}

static void
put_invited(const struct xj_seminar *s)
{
	char who[300], text[256];

	heading(_("Invited"));
	for (size_t i = 0; i < s->invited_count; i++) {
		const struct xj_invited *v = &s->invited[i];

		snprintf(who, sizeof(who), strcmp(v->to, "below") == 0 ?
			 _("%s and below") : "%s",
			 person(v->who, v->name, text));
		fputs("  ", stdout);
		xj_put(stdout, who);
		fputc('\n', stdout);
	}
}

static void
put_minutes_of(const struct xj_seminar *s)
{
	char at[32];

	heading(_("Minutes"));
	printf(_("  by %s, %s"), s->minutes_by, xj_moment(s->minutes_at, at));
	if (s->minutes_late > 0)
		printf(ngettext(", entered %ld day after",
				", entered %ld days after",
				(unsigned long)s->minutes_late),
		       s->minutes_late);
	if (s->confirmed_at)
		printf(_(", confirmed by %s, %s"), s->confirmed_by,
		       xj_moment(s->confirmed_at, at));
	else
		fputs(_(", not confirmed yet"), stdout);
	fputs("\n\n", stdout);
	xj_put(stdout, s->minutes);
	fputc('\n', stdout);
}

void
xj_decision_row(struct xj_table *t, const struct xj_decision *d, bool whose)
{
	char number[24], seminar[24], who[600], due[96], text[256], unit[256];

	snprintf(number, sizeof(number), "%u", d->number);
	snprintf(seminar, sizeof(seminar), "%llu", (ull)d->seminar);
	person(d->member, d->member_name, text);
	person(d->unit, d->unit_name, unit);
	snprintf(who, sizeof(who), "%s%s%s", text, *text && *unit ? _(", ")
								   : "",
		 unit);
	if (*d->done)
		snprintf(due, sizeof(due), _("done %s"), d->done);
	else if (d->late > 0)
		snprintf(due, sizeof(due),
			 ngettext("%s, %ld day overdue", "%s, %ld days overdue",
				  (unsigned long)d->late), d->due, d->late);
	else
		snprintf(due, sizeof(due), "%s", d->due);
	xj_table_add(t, (const char *[]){ whose ? seminar : "", number, due,
		     who, d->text });
}

static void
put_attendance(const struct xj_seminar *s)
{
	printf(ngettext("\n%zu person was there", "\n%zu persons were there",
			s->attended), s->attended);
	for (size_t i = 0; s->attendance && i < s->attended; i++) {
		fputs(i ? _(", ") : _(": "), stdout);
		xj_put(stdout, s->attendance[i].name);
	}
	fputc('\n', stdout);
}

static void
put_papers(const struct xj_seminar *s)
{
	struct xj_table *t = xj_table_new(4);
	char id[24], who[256];

	heading(_("Papers"));
	xj_table_right(t, 0);
	for (size_t i = 0; i < s->paper_count; i++) {
		const struct xj_study *p = &s->papers[i];

		snprintf(id, sizeof(id), "%llu", (ull)p->id);
		xj_table_add(t, (const char *[]){ id, p->title,
			     person(p->owner, p->owner_name, who),
			     xj_word(p->state) });
	}
	xj_table_end(t, stdout, 2);
}

static int
show_seminar(void *ctx, const struct xj_seminar *s)
{
	struct xj_table *t;

	(void)ctx;
	put_head(s);
	if (s->agenda_count)
		put_agenda(s);
	if (s->invited_count)
		put_invited(s);
	if (*s->call_until) {
		printf(_("\nPapers are taken until %s"), s->call_until);
		if (s->call_limit)
			printf(ngettext(", %u at most", ", %u at most",
					s->call_limit), s->call_limit);
		fputc('\n', stdout);
	}
	if (s->paper_count)
		put_papers(s);
	if (s->packet_count)
		printf(ngettext("\nPacket: %zu item%s (`xueji packet show "
				"%llu`)\n", "\nPacket: %zu items%s (`xueji "
				"packet show %llu`)\n", s->packet_count),
		       s->packet_count, s->frozen ? _(", frozen") : "",
		       (ull)s->study.id);
	if (s->attended)
		put_attendance(s);
	if (*s->minutes)
		put_minutes_of(s);
	if (s->decision_count) {
		heading(_("Decisions"));
		t = xj_table_new(5);
		xj_table_widest(t, 200);
		for (size_t i = 0; i < s->decision_count; i++)
			xj_decision_row(t, &s->decisions[i], false);
		xj_table_end(t, stdout, 0);
	}
	return XJ_OK;
}

static void
text(const char *key, const char *value)
{
	xj_json_text_of(key, *value ? value : NULL);
}

void
xj_decision_json(const struct xj_decision *d)
{
	xj_json_open(NULL, '{');
	xj_json_number("seminar", d->seminar);
	xj_json_text_of("seminar_title", d->seminar_title);
	xj_json_number("number", d->number);
	xj_json_text_of("text", d->text);
	text("member", d->member);
	text("member_name", d->member_name);
	text("unit", d->unit);
	text("unit_name", d->unit_name);
	text("due", d->due);
	text("done", d->done);
	xj_json_number("overdue", (uint64_t)d->late);
	xj_json_close('}');
}

static void
json_agenda(const struct xj_seminar *s)
{
	xj_json_open("agenda", '[');
	for (size_t i = 0; i < s->agenda_count; i++) {
		const struct xj_agenda_line *l = &s->agenda[i];

		xj_json_open(NULL, '{');
		xj_json_text_of("title", l->title);
		text("time", l->time);
		xj_json_number("minutes", l->minutes);
		text("speaker", l->speaker);
		text("speaker_name", l->speaker_name);
		if (l->document)
			xj_json_number("document", l->document);
		else
			xj_json_text_of("document", NULL);
		text("document_title", l->document_title);
		xj_json_close('}');
	}
	xj_json_close(']');
}

static void
json_minutes(const struct xj_seminar *s)
{
	if (!*s->minutes) {
		xj_json_text_of("minutes", NULL);
		return;
	}
	xj_json_open("minutes", '{');
	xj_json_text_of("text", s->minutes);
	xj_json_text_of("by", s->minutes_by);
	xj_json_time("at", s->minutes_at);
	xj_json_number("days_after", s->minutes_late > 0 ?
				     (uint64_t)s->minutes_late : 0);
	text("confirmed_by", s->confirmed_by);
	xj_json_time("confirmed", s->confirmed_at);
	xj_json_close('}');
}

static int
json_seminar(void *ctx, const struct xj_seminar *s)
{
	(void)ctx;
	xj_study_json(&s->study);
	text("unit_name", s->unit_name);
	text("question", s->question);
	text("level", s->level);
	text("chair", s->chair);
	text("chair_name", s->chair_name);
	text("until", s->until);
	text("time", s->time);
	text("place", s->place);
	xj_json_list("topics", s->topics);
	xj_json_open("invited", '[');
	for (size_t i = 0; i < s->invited_count; i++) {
		xj_json_open(NULL, '{');
		xj_json_text_of("to", s->invited[i].to);
		xj_json_text_of("who", s->invited[i].who);
		xj_json_text_of("name", s->invited[i].name);
		xj_json_close('}');
	}
	xj_json_close(']');
	json_agenda(s);
	text("call_until", s->call_until);
	xj_json_number("call_limit", s->call_limit);
	xj_json_number("items", s->packet_count);
	xj_json_bool("frozen", s->frozen);
	json_minutes(s);
	xj_json_open("decisions", '[');
	for (size_t i = 0; i < s->decision_count; i++)
		xj_decision_json(&s->decisions[i]);
	xj_json_close(']');
	xj_json_open("papers", '[');
	for (size_t i = 0; i < s->paper_count; i++) {
		xj_json_open(NULL, '{');
		xj_study_json(&s->papers[i]);
		xj_json_close('}');
	}
	xj_json_close(']');
	xj_json_number("attended", s->attended);
	xj_json_open("attendance", '[');
	for (size_t i = 0; s->attendance && i < s->attended; i++) {
		xj_json_open(NULL, '{');
		xj_json_text_of("login", s->attendance[i].login);
		xj_json_text_of("name", s->attendance[i].name);
		xj_json_text_of("at", s->attendance[i].at);
		xj_json_text_of("by", s->attendance[i].by);
		xj_json_close('}');
	}
	xj_json_close(']');
	xj_json_bool("may_change", s->may_change);
	return XJ_OK;
}

static int
show(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	uint64_t id;
	int r, code = xj_study_id(archive, KIND, argv[0], &id);

	(void)argc;
	if (code)
		return code;
	if (!opt_json)
		return xj_seminar_tell(archive, id, show_seminar, NULL,
				       &err) < 0 ? xj_fail(&err) : EXIT_FINE;
	xj_json_begin();
	r = xj_seminar_tell(archive, id, json_seminar, NULL, &err);
	return xj_json_end(r < 0 ? xj_fail(&err) : EXIT_FINE);
}

const struct xj_command cmd_seminar_show = {
	.name = "seminar show", .args = "ID", .needs = NEEDS_READ,
	.summary = N_("all of a seminar: agenda, invited, minutes, decisions"),
	.options = xj_study_json_options, .least = 1, .most = 1, .run = show,
};
