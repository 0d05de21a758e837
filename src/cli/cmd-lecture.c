/* cmd-lecture.c - lectures: when and by whom, who was there, what is left. */
#include <string.h>

#include "cli/cli.h"

#define KIND "lecture"

static const char *opt_title, *opt_unit, *opt_start, *opt_end, *opt_place,
	*opt_mode, *opt_document, *opt_from, *opt_until,
	*opt_right, *opt_scope, *opt_topic;
static struct xj_values opt_speakers, opt_externals, opt_invite, opt_uninvite,
	opt_topics;
static bool opt_removed, opt_share, opt_none;

/* ------------------------------------------------------------ new and edit */

#define OPTIONS_LECTURE \
	{ 0, "unit", .value = &opt_unit, .arg = "UNIT", \
	  .help = N_("the unit that organises it") }, \
	{ 0, "end", .value = &opt_end, .arg = "TIME", \
	  .help = N_("when it ends: a time of that day, or a day and a " \
		     "time") }, \
	{ 0, "place", .value = &opt_place, .arg = "PLACE", \
	  .help = N_("where it is") }, \
	{ 0, "mode", .value = &opt_mode, .arg = "MODE", \
	  .choices = "inside outside online", .help = N_("how it is held:") }, \
	{ 0, "speaker", .values = &opt_speakers, .arg = "MEMBER", \
	  .help = N_("who speaks, a member; may be given again") }, \
	{ 0, "external", .values = &opt_externals, \
	  .arg = "NAME;INSTITUTION;BIO", \
	  .help = N_("who speaks, from elsewhere; may be given again") }, \
	{ 0, "invite", .values = &opt_invite, .arg = "WHOM", \
	  .help = N_("a unit, UNIT/below, a member, or all; may be given " \
		     "again") }, \
	{ 0, "topic", .values = &opt_topics, .arg = "TOPIC", \
	  .help = N_("its area or topic; may be given again") }

static struct xj_lecture_given
given(const char *title)
{
	return (struct xj_lecture_given){ .title = title, .unit = opt_unit,
		.start = opt_start, .end = opt_end, .place = opt_place,
		.mode = opt_mode, .speakers = opt_speakers.list,
		.externals = opt_externals.list, .invite = opt_invite.list,
		.uninvite = opt_uninvite.list, .topics = opt_topics.list };
}

static int
new(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_lecture_given g = given(argv[0]);
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	int r;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	r = xj_lecture_new(archive, &g, o, &changed, &err);
	return xj_study_change_tell(r, &changed, KIND,
				    _("Lecture %llu is made."), &err);
}

static const struct xj_option new_options[] = {
	{ 0, "start", .value = &opt_start, .arg = "TIME",
	  .help = N_("when it begins: 2011-03-01 14:00, or a day; needed") },
	OPTIONS_LECTURE,
	{ 0, "dry-run", .flag = &opt_try,
	  .help = N_("check everything, change nothing") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_lecture_new = {
	.name = "lecture new", .args = "TITLE", .needs = NEEDS_WRITE,
	.summary = N_("enter a lecture"),
	.options = new_options, .least = 1, .most = 1, .run = new,
};

static bool
says_something(const struct xj_lecture_given *g)
{
	return g->title || g->unit || g->start || g->end || g->place ||
	       g->mode || g->speakers || g->externals || g->invite ||
	       g->uninvite || g->topics;
}

static int
edit(struct xj_archive *archive, int argc, char **argv)
{
	const struct xj_change_options *o = xj_change_options();
	struct xj_lecture_given g = given(opt_title);
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id;
	int r, code;

	(void)argc;
	if (!o)
		return EXIT_USAGE;
	if (!says_something(&g))
		return xj_usage(_("nothing to change: say --title TITLE or "
				  "another option"));
	if ((code = xj_study_id(archive, KIND, argv[0], &id)))
		return code;
	r = xj_lecture_edit(archive, id, &g, o, &changed, &err);
	return xj_study_change_tell(r, &changed, KIND,
				    _("Lecture %llu is changed."), &err);
}

static const struct xj_option edit_options[] = {
	{ 't', "title", .value = &opt_title, .arg = "TITLE",
	  .help = N_("its title") },
	{ 0, "start", .value = &opt_start, .arg = "TIME",
	  .help = N_("when it begins: 2011-03-01 14:00, or a day") },
	OPTIONS_LECTURE,
	{ 0, "uninvite", .values = &opt_uninvite, .arg = "WHOM",
	  .help = N_("who is not invited any more; may be given again") },
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_lecture_edit = {
	.name = "lecture edit", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("change a lecture; speakers and topics are replaced by "
		      "those given"),
	.options = edit_options, .least = 1, .most = 1, .run = edit,
};

/* -------------------------------------------------------------- attendance */

static int
attend(struct xj_archive *archive, int argc, char **argv)
{
	return xj_study_attend_run(archive, KIND, argc, argv,
				   xj_lecture_attend);
}

const struct xj_command cmd_lecture_attend = {
	.name = "lecture attend", .args = "ID [MEMBER...]",
	.needs = NEEDS_WRITE,
	.summary = N_("say who was at a lecture"),
	.options = xj_study_attend_options, .least = 1, .most = -1,
	.run = attend,
};

/* The member whom --as names, by himself. */
static int
sign_in(struct xj_archive *archive, uint64_t id, const char *code)
{
	struct xj_study_changed changed = { 0 };
	struct xj_lecture_attended result = { 0 };
	struct xj_error err = { 0 };
	int r = xj_lecture_sign_in(archive, id, code, &changed, &result, &err);

	return xj_study_change_tell(r, &changed, KIND, result.unchanged ?
		_("You are in the list of lecture %llu already.") :
		_("You are in the list of lecture %llu."), &err);
}

static int
tell_code(struct xj_archive *archive, int argc, char **argv)
{
	char digits[XJ_ATTEND_CODE_MAX];
	struct xj_error err = { 0 };
	uint64_t id;
	int code = xj_study_id(archive, KIND, argv[0], &id);

	if (code)
		return code;
	if (argc > 1)
		return sign_in(archive, id, argv[1]);
	if (xj_lecture_code(archive, id, digits, &err) < 0)
		return xj_fail(&err);
	if (!opt_json) {
		puts(digits);
		return EXIT_FINE;
	}
	xj_json_begin();
	xj_json_number(KIND, id);
	xj_json_text_of("code", digits);
	return xj_json_end(EXIT_FINE);
}

const struct xj_command cmd_lecture_code = {
	.name = "lecture code", .args = "ID [CODE]", .needs = NEEDS_WRITE,
	.summary = N_("the code of a lecture that is on today; with CODE, "
		      "sign in there"),
	.options = xj_study_json_options, .least = 1, .most = 2,
	.run = tell_code,
};

/* ----------------------------------------------------- notes and recording */

/* "12", a URN or a UUID; what else is typed is the name of a file. */
static bool
is_document(const char *word)
{
	return word[strspn(word, "0123456789")] == '\0' ||
	       strncmp(word, "urn:", 4) == 0 ||
	       (strlen(word) == 36 &&
		strspn(word, "0123456789abcdefABCDEF-") == 36);
}

static int
tell_outcome(void *ctx, const struct xj_outcome *o)
{
	(void)ctx;
	if (!o->id)
		xj_say("%s%s%s", o->path[0], _(": "), o->reason ? o->reason :
		       xj_word(o->outcome));
	return XJ_OK;
}

static int
file_them(struct xj_archive *archive, uint64_t id, char **paths,
	  bool recording, struct xj_study_changed *changed,
	  struct xj_error *err)
{
	int r = xj_lecture_file(archive, id, &(struct xj_lecture_files){
		.paths = (const char *const *)paths, .recording = recording,
		.scope = opt_scope, .share = opt_share, .until = opt_until,
		.right = opt_right, .outcome = tell_outcome,
		.watch = *xj_watch_begin() }, xj_change_options(), changed,
		err);

	xj_watch_end();
	return r;
}

static int
put_them(struct xj_archive *archive, uint64_t id, char **words,
	 bool recording, struct xj_study_changed *changed,
	 struct xj_error *err)
{
	const char *const *documents = (const char *const *)words;
	int r = recording ?
		xj_lecture_recording(archive, id, documents[0],
				     xj_change_options(), changed, err) :
		xj_lecture_notes(archive, id, documents, false,
				 xj_change_options(), changed, err);

	return r < 0 || !opt_share || opt_try ? r :
	       xj_lecture_share(archive, id, documents, opt_until, opt_right,
				err);
}

/* Documents, or files: of both in one command it would be hard to say what of it
 * was done when one fails. */
static int
take_words(struct xj_archive *archive, uint64_t id, int count, char **words,
	   bool recording)
{
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	bool document = is_document(words[0]);
	int r;

	for (int i = 1; i < count; i++)
		if (is_document(words[i]) != document)
			return xj_usage(_("say documents of the archive, or "
					  "files, one after the other"));
	if (!document && opt_try)
		return xj_usage(_("--dry-run: files are not only tried"));
	r = document ? put_them(archive, id, words, recording, &changed, &err)
		     : file_them(archive, id, words, recording, &changed,
				 &err);
	return xj_study_change_tell(r, &changed, KIND, recording ?
				    _("Lecture %llu has its recording.") :
				    _("Lecture %llu has these notes."), &err);
}

static int
drop_words(struct xj_archive *archive, uint64_t id, char **words)
{
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	int r = xj_lecture_notes(archive, id, (const char *const *)words,
				 true, xj_change_options(), &changed, &err);

	return xj_study_change_tell(r, &changed, KIND,
				    _("Lecture %llu is without them."), &err);
}

static int
notes(struct xj_archive *archive, int argc, char **argv)
{
	bool add = strcmp(argv[1], "add") == 0;
	uint64_t id;
	int code;

	if (!add && strcmp(argv[1], "remove") != 0)
		return xj_usage(_("%s: add or remove is expected"), argv[1]);
	if (!xj_change_options())
		return EXIT_USAGE;
	if ((code = xj_study_id(archive, KIND, argv[0], &id)))
		return code;
	return add ? take_words(archive, id, argc - 2, argv + 2, false)
		   : drop_words(archive, id, argv + 2);
}

#define OPTIONS_FILES \
	{ 0, "share", .flag = &opt_share, \
	  .help = N_("share them with all that are invited") }, \
	{ 0, "until", .value = &opt_until, .arg = "DAY", \
	  .help = N_("the last day of the share; none: without end") }, \
	{ 0, "right", .value = &opt_right, .arg = "RIGHT", \
	  .choices = "read download", \
	  .help = N_("to read it (the default), or its bytes too:") }, \
	{ 0, "scope", .value = &opt_scope, .arg = "SCOPE", \
	  .choices = "private unit below members public", \
	  .help = N_("who sees files that are taken in:") }

static const struct xj_option notes_options[] = {
	OPTIONS_FILES,
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_lecture_notes = {
	.name = "lecture notes", .args = "ID add|remove DOCUMENT|PATH...",
	.needs = NEEDS_WRITE,
	.summary = N_("put documents to a lecture as its notes; files are "
		      "taken in, as the speaker's"),
	.options = notes_options, .least = 3, .most = -1, .run = notes,
};

static int
recording(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_study_changed changed = { 0 };
	struct xj_error err = { 0 };
	uint64_t id;
	int code;

	if (!xj_change_options())
		return EXIT_USAGE;
	if ((argc == 1) != opt_none)
		return xj_usage(_("say which recording, or --none"));
	if ((code = xj_study_id(archive, KIND, argv[0], &id)))
		return code;
	if (!opt_none)
		return take_words(archive, id, 1, argv + 1, true);
	return xj_study_change_tell(xj_lecture_recording(archive, id, NULL,
			xj_change_options(), &changed, &err), &changed, KIND,
		_("Lecture %llu is without a recording."), &err);
}

static const struct xj_option recording_options[] = {
	{ 0, "none", .flag = &opt_none,
	  .help = N_("take it away; the document stays") },
	OPTIONS_FILES,
	OPTIONS_CHANGE,
	{ 0 }
};

const struct xj_command cmd_lecture_recording = {
	.name = "lecture recording", .args = "ID [DOCUMENT|PATH]",
	.needs = NEEDS_WRITE,
	.summary = N_("put a document, or a file, to a lecture as its "
		      "recording"),
	.options = recording_options, .least = 1, .most = 2, .run = recording,
};

/* -------------------------------------------------------------------- show */

struct showing {
	struct xj_table *table;
	const char *label; /* of the row; "" where it is that of the one before */
};

static const char *
label(struct showing *s, const char *text)
{
	const char *was = s->label;

	s->label = text;
	return was && strcmp(was, text) == 0 ? "" : text;
}

static void
line(struct showing *s, const char *name, const char *value)
{
	if (value && *value)
		xj_table_add(s->table, (const char *[]){ label(s, name),
							 value, NULL });
}

/* "2011-03-01 14:00". */
static const char *
moment(const char *at, char out[32])
{
	snprintf(out, 32, "%s", at ? at : "");
	if (strlen(out) > 10 && out[10] == 'T')
		out[10] = ' ';
	return out;
}

static int
put_head(void *ctx, const struct xj_lecture *l)
{
	struct showing *s = ctx;
	char start[32], end[32], count[32];

	fputs(xj_style(STYLE_BOLD), stdout);
	xj_put(stdout, l->study.title);
	printf("%s\n", xj_plain());
	snprintf(count, sizeof(count), "%llu", (ull)l->attended);
	line(s, _("begins"), moment(l->start, start));
	line(s, _("ends"), moment(l->end, end));
	line(s, _("place"), l->place);
	line(s, _("mode"), xj_word(l->mode));
	line(s, _("organised by"), l->study.unit);
	if (l->attended)
		line(s, _("were there"), count);
	if (l->was_there)
		line(s, "", _("you were there"));
	return XJ_OK;
}

static int
put_speaker(void *ctx, const struct xj_lecture_speaker *p)
{
	xj_auto(xj_buf_release) struct xj_buf who = XJ_BUF_INIT;

	xj_buf_adds(&who, p->name ? p->name : "");
	if (p->institution)
		xj_buf_addf(&who, _(" (%s)"), p->institution);
	if (*p->login)
		xj_buf_addf(&who, _(" (%s)"), p->login);
	xj_table_add(((struct showing *)ctx)->table, (const char *[]){
		label(ctx, _("speaker")), xj_buf_str(&who), p->bio });
	return XJ_OK;
}

static int
put_invited(void *ctx, const char *to, const char *who, const char *name)
{
	char text[160];

	snprintf(text, sizeof(text), strcmp(to, "below") == 0 ?
		 _("%s and below") : "%s", strcmp(to, "all") == 0 ?
		 _("all members") : who);
	xj_table_add(((struct showing *)ctx)->table, (const char *[]){
		label(ctx, _("invited")), text, name });
	return XJ_OK;
}

static int
put_topic(void *ctx, const struct xj_topic *t)
{
	xj_table_add(((struct showing *)ctx)->table, (const char *[]){
		label(ctx, t->parent ? _("topic") : _("area")),
		xj_topic_name(t), t->code });
	return XJ_OK;
}

static int
put_document(void *ctx, const char *role, const struct xj_document_info *info)
{
	char number[24];

	snprintf(number, sizeof(number), "#%llu", (ull)info->id);
	xj_table_add(((struct showing *)ctx)->table, (const char *[]){
		label(ctx, strcmp(role, "notes") == 0 ? _("notes") :
		      _("recording")), info->title, number });
	return XJ_OK;
}

static int
put_attendance(void *ctx, const struct xj_lecture_attendance *a)
{
	xj_table_add(((struct showing *)ctx)->table, (const char *[]){
		label(ctx, _("attendance")), a->name, a->login });
	return XJ_OK;
}

static int
show_text(struct xj_archive *archive, uint64_t id)
{
	struct showing s = { .table = xj_table_new(3) };
	struct xj_error err = { 0 };
	int r = xj_lecture_show(archive, id, &(struct xj_lecture_shown){
		put_head, put_speaker, put_invited, put_topic, put_document,
		put_attendance }, &s, &err);

	xj_table_end(s.table, stdout, 2);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static int
json_head(void *ctx, const struct xj_lecture *l)
{
	(void)ctx;
	xj_study_json(&l->study);
	xj_json_text_of("start", l->start);
	xj_json_text_of("end", l->end);
	xj_json_text_of("place", l->place);
	xj_json_text_of("mode", l->mode);
	xj_json_number("attended", l->attended);
	xj_json_bool("was_there", l->was_there);
	xj_json_bool("mine", l->mine);
	xj_json_bool("may_file", l->may_file);
	return XJ_OK;
}

static int
json_speaker(void *ctx, const struct xj_lecture_speaker *p)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_text_of("member", *p->login ? p->login : NULL);
	xj_json_text_of("name", p->name);
	xj_json_text_of("institution", p->institution);
	xj_json_text_of("bio", p->bio);
	xj_json_close('}');
	return XJ_OK;
}

static int
json_invited(void *ctx, const char *to, const char *who, const char *name)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_text_of("to", to);
	xj_json_text_of("who", *who ? who : NULL);
	xj_json_text_of("name", *name ? name : NULL);
	xj_json_close('}');
	return XJ_OK;
}

static int
json_topic(void *ctx, const struct xj_topic *t)
{
	(void)ctx;
	xj_topic_json(NULL, t);
	return XJ_OK;
}

static int
json_document(void *ctx, const char *role, const struct xj_document_info *info)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_text_of("role", role);
	xj_json_info(info);
	xj_json_close('}');
	return XJ_OK;
}

static int
json_attendance(void *ctx, const struct xj_lecture_attendance *a)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_text_of("member", a->login);
	xj_json_text_of("name", a->name);
	xj_json_text_of("at", a->at);
	xj_json_text_of("by", a->by);
	xj_json_close('}');
	return XJ_OK;
}

/* Inside the object of the lecture: its fields, then a list of each kind. */
static int
json_lecture(struct xj_archive *archive, uint64_t id, struct xj_error *err)
{
	const struct { const char *key; struct xj_lecture_shown shown; }
	parts[] = {
		{ NULL, { .lecture = json_head } },
		{ "speakers", { .speaker = json_speaker } },
		{ "invited", { .invited = json_invited } },
		{ "topics", { .topic = json_topic } },
		{ "documents", { .document = json_document } },
		{ "attendance", { .attendance = json_attendance } },
	};
	int r = XJ_OK;

	for (size_t i = 0; i < XJ_COUNT(parts) && r == XJ_OK; i++) {
		if (parts[i].key)
			xj_json_open(parts[i].key, '[');
		r = xj_lecture_show(archive, id, &parts[i].shown, NULL, err);
		if (parts[i].key)
			xj_json_close(']');
	}
	return r;
}

static int
show(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	uint64_t id;
	int code = xj_study_id(archive, KIND, argv[0], &id);

	(void)argc;
	if (code)
		return code;
	if (!opt_json)
		return show_text(archive, id);
	xj_json_begin();
	xj_json_open("lecture", '{');
	if (json_lecture(archive, id, &err) < 0)
		code = xj_fail(&err);
	xj_json_close('}');
	return xj_json_end(code);
}

const struct xj_command cmd_lecture_show = {
	.name = "lecture show", .args = "ID", .needs = NEEDS_READ,
	.summary = N_("what is known of a lecture"),
	.options = xj_study_json_options, .least = 1, .most = 1, .run = show,
};

/* -------------------------------------------------------------------- list */

struct listing {
	struct xj_archive *archive;
	struct xj_table *table; /* NULL: JSON */
	size_t count;
	struct xj_buf speakers;
	bool of_topic;
	char start[32];
};

static int
note_head(void *ctx, const struct xj_lecture *l)
{
	moment(l->start, ((struct listing *)ctx)->start);
	return XJ_OK;
}

static int
note_speaker(void *ctx, const struct xj_lecture_speaker *p)
{
	struct listing *l = ctx;

	xj_buf_addf(&l->speakers, "%s%s", l->speakers.len ? ", " : "",
		    p->name ? p->name : "");
	return XJ_OK;
}

static int
note_topic(void *ctx, const struct xj_topic *t)
{
	struct listing *l = ctx;

	l->of_topic |= strcmp(t->code, opt_topic) == 0 ||
		       strcmp(t->area, opt_topic) == 0;
	return XJ_OK;
}

static int
row(void *ctx, const struct xj_study *s)
{
	struct listing *l = ctx;
	const struct xj_lecture_shown shown = { .lecture = note_head,
		.speaker = note_speaker, .topic = opt_topic ? note_topic
							    : NULL };
	char number[24];
	int r = XJ_OK;

	xj_buf_clear(&l->speakers);
	snprintf(l->start, sizeof(l->start), "%s", s->day);
	l->of_topic = false;
	if (!s->removed)
		r = xj_lecture_show(l->archive, s->id, &shown, l, NULL);
	if (r < 0 || (opt_topic && !l->of_topic))
		return r;
	l->count++;
	if (!l->table) {
		xj_json_open(NULL, '{');
		xj_study_json(s);
		xj_json_text_of("speakers", xj_buf_str(&l->speakers));
		xj_json_close('}');
		return XJ_OK;
	}
	snprintf(number, sizeof(number), "%llu", (ull)s->id);
	xj_table_add(l->table, (const char *[]){ number, l->start, s->title,
		     xj_buf_str(&l->speakers), s->unit });
	return XJ_OK;
}

static int
list_by(struct xj_archive *archive, const struct xj_study_filter *filter)
{
	struct listing l = { .archive = archive };
	struct xj_error err = { 0 };
	int r;

	if (opt_json) {
		xj_json_begin_list("lectures");
		r = xj_studies(archive, filter, row, &l, &err);
		xj_buf_release(&l.speakers);
		return xj_json_end_list(r, &err);
	}
	l.table = xj_table_new(5);
	xj_table_right(l.table, 0);
	xj_table_heading(l.table, (const char *[]){ _("number"), _("begins"),
			 _("title"), _("speaker"), _("unit") });
	r = xj_studies(archive, filter, row, &l, &err);
	xj_buf_release(&l.speakers);
	if (r < 0 || !l.count)
		xj_table_free(l.table);
	else
		xj_table_end(l.table, stdout, 0);
	if (r == XJ_OK && !l.count)
		xj_say(_("There are no such lectures; `xueji lecture new TITLE "
			 "--start TIME` enters one."));
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_study_filter filter = { .kind = KIND, .unit = opt_unit,
		.title = opt_title, .from = opt_from, .until = opt_until,
		.removed = opt_removed };
	int code = opt_document ? xj_id_of(archive, opt_document,
					   &filter.document) : EXIT_FINE;

	(void)argc, (void)argv;
	return code ? code : list_by(archive, &filter);
}

static const struct xj_option list_options[] = {
	{ 0, "unit", .value = &opt_unit, .arg = "UNIT",
	  .help = N_("those that this unit organises, by its code") },
	{ 0, "from", .value = &opt_from, .arg = "DAY",
	  .help = N_("those from this day on") },
	{ 0, "until", .value = &opt_until, .arg = "DAY",
	  .help = N_("those up to this day") },
	{ 0, "topic", .value = &opt_topic, .arg = "TOPIC",
	  .help = N_("those of this topic or area, by its code") },
	{ 't', "title", .value = &opt_title, .arg = "TEXT",
	  .help = N_("those with this in their title") },
	{ 0, "document", .value = &opt_document, .arg = "ID",
	  .help = N_("those that this document is of") },
	{ 0, "removed", .flag = &opt_removed,
	  .help = N_("those that were removed") },
	OPTION_JSON,
	{ 0 }
};

const struct xj_command cmd_lecture_list = {
	.name = "lecture list", .args = "", .needs = NEEDS_READ,
	.summary = N_("list the lectures, the latest first"),
	.options = list_options, .least = 0, .most = 0, .run = list,
};

/* ------------------------------------------------------- as of every record */

static int
remove_one(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return xj_study_remove_run(archive, KIND, argv[0], false,
				   _("Lecture %llu is removed; `xueji lecture "
				     "undelete` takes it back."));
}

const struct xj_command cmd_lecture_remove = {
	.name = "lecture remove", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("remove a lecture; its documents stay"),
	.options = xj_study_change_options, .least = 1, .most = 1,
	.run = remove_one,
};

static int
undelete(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return xj_study_remove_run(archive, KIND, argv[0], true,
				   _("Lecture %llu is back."));
}

const struct xj_command cmd_lecture_undelete = {
	.name = "lecture undelete", .args = "ID", .needs = NEEDS_WRITE,
	.summary = N_("take back a lecture that was removed"),
	.options = xj_study_change_options, .least = 1, .most = 1,
	.run = undelete,
};

static int
history(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc;
	return xj_study_history_run(archive, KIND, argv[0]);
}

const struct xj_command cmd_lecture_history = {
	.name = "lecture history", .args = "ID", .needs = NEEDS_READ,
	.summary = N_("what was done to a lecture, when and by whom"),
	.options = xj_study_json_options, .least = 1, .most = 1,
	.run = history,
};
