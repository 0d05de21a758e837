/* do-seminar.c - what is done with a seminar: its form, its states, who is invited,
 * agenda, call for papers, minutes, decisions, attendance. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "serve/seminar.h"

#define KIND "seminar"
#define LIST_MAX 200

/* ------------------------------------------------------------------- a change */

int
xj_seminar_begin(struct xj_request *q, struct xj_seminar_change *c,
		 struct xj_error *err)
{
	int r = xj_seminar_asked(q, &c->id, err);

	c->q = q;
	c->archive = NULL;
	c->options = xj_form_options(q);
	c->changed = (struct xj_study_changed){ 0 };
	return r < 0 ? r : xj_change_open(q, &c->archive, err);
}

int
xj_seminar_end(struct xj_seminar_change *c, struct xj_reply *p, int r,
	       const char *part, const char *done)
{
	struct xj_request *q = c->q;

	xj_archive_close(c->archive);
	if (!c->archive)
		return r;
	if (r == XJ_OK)
		return xj_reply_done(q, p, xj_arena_printf(q->arena,
			"/seminars/%llu#%s", (ull)c->id, part),
			c->changed.changed ? done : "unchanged");
	if (xj_seminar_page(q, p, c->id, NULL) < 0)
		return r;
	json_object_set_new(p->model, xj_arena_printf(q->arena, "typed_%s",
						      part), xj_form_typed(q));
	return xj_form_refused(p, r);
}

/* ----------------------------------------------------------------- new, edit */

static const char *
text_in(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

/* The form, with the values of `field`: of the seminar, or as they were typed. */
static void
show_form(struct xj_request *q, struct xj_reply *p, json_t *field,
	  const json_t *topics)
{
	json_t *choices = xj_model_topic_choices(q, topics);
	json_t *units = xj_model_units(q);

	p->page = "seminar-edit";
	p->model = json_pack("{s:s, s:b, s:o, s:o, s:o, s:o, s:o}", "title",
		json_is_true(json_object_get(field, "is_new")) ?
			_("Plan a seminar") : _("Change the seminar"),
		"has_topics", json_array_size(choices) > 0,
		"choices", choices,
		"units", xj_model_unit_choices(units, text_in(field,
							      "unit")),
		"levels", xj_model_choices(xj_seminar_levels(), xj_seminar_shown,
				   text_in(field, "level")),
		"members", xj_model_members(q), "field", field);
	json_decref(units);
	json_object_set(p->model, "now", json_object_get(field, "now"));
}

int
xj_page_seminar_new(struct xj_request *q, struct xj_reply *p)
{
	if (!xj_study_may_add(q->archive))
		return xj_error_set(&p->error, XJ_EPERM, "only secretaries, "
				    "librarians, leads and editors of a unit "
				    "plan its seminars");
	show_form(q, p, json_pack("{s:b}", "is_new", 1), NULL);
	return XJ_OK;
}

int
xj_page_seminar_edit(struct xj_request *q, struct xj_reply *p)
{
	json_t *model;
	uint64_t id;
	int r = xj_seminar_asked(q, &id, &p->error);

	if (r == XJ_OK)
		r = xj_seminar_model(q, q->archive, id, &model, &p->error);
	if (r < 0)
		return r;
	json_object_set(model, "was", json_object_get(model, "title"));
	show_form(q, p, model, json_object_get(model, "topics"));
	return XJ_OK;
}

static void
take_given(const struct xj_request *q, struct xj_seminar_given *g)
{
	*g = (struct xj_seminar_given){
		.title = xj_form(q, "title"),
		.question = xj_form(q, "question"),
		.unit = xj_form_or_null(q, "unit"),
		.place = xj_form(q, "place"), .level = xj_form(q, "level"),
		.chair = xj_form(q, "chair"), .day = xj_form(q, "day"),
		.until = xj_form(q, "until"), .time = xj_form(q, "time"),
		.topics = xj_form_names(q, "topic", LIST_MAX),
	};
}

static json_t *
typed_topics(const struct xj_request *q)
{
	const char *const *codes = xj_form_names(q, "topic", LIST_MAX);
	json_t *list = json_array();

	for (; codes && *codes; codes++)
		json_array_append_new(list, xj_json_of(*codes));
	return list;
}

/* Beside what was typed, what it says by now. */
static void
add_now(struct xj_request *q, json_t *form, uint64_t id)
{
	static const char *const names[] = { "title", "question", "day",
		"until", "time", "place", "chair" };
	json_t *model, *now = json_object();

	if (xj_seminar_model(q, q->archive, id, &model, NULL) == XJ_OK) {
		json_object_set(form, "version",
				json_object_get(model, "version"));
		for (size_t i = 0; i < XJ_COUNT(names); i++)
			if (strcmp(text_in(model, names[i]),
				   text_in(form, names[i])) != 0)
				json_object_set(now, names[i],
						json_object_get(model,
								names[i]));
	}
	json_decref(model);
	json_object_set_new(form, "now", now);
}

/* The form again, as it was filled in. */
static int
form_again(struct xj_request *q, struct xj_reply *p, uint64_t id, int r)
{
	json_t *form = xj_form_typed(q), *topics = typed_topics(q);

	json_object_set_new(form, "is_new", json_boolean(id == 0));
	json_object_set_new(form, "id", json_integer((json_int_t)id));
	json_object_set_new(form, "was", xj_json_of(xj_form(q, "title")));
	if (r == XJ_EBUSY)
		add_now(q, form, id);
	show_form(q, p, form, topics);
	json_decref(topics);
	return xj_form_refused(p, r);
}

int
xj_do_seminar_new(struct xj_request *q, struct xj_reply *p)
{
	struct xj_study_changed changed = { 0 };
	struct xj_archive *archive;
	struct xj_seminar_given g;
	int r = xj_change_open(q, &archive, &p->error);

	if (r < 0)
		return r;
	take_given(q, &g);
	g.invite = xj_form_names(q, "whom", LIST_MAX);
	r = xj_seminar_put(archive, 0, &g, NULL, &changed, &p->error);
	xj_archive_close(archive);
	return r < 0 ? form_again(q, p, 0, r) :
	       xj_reply_done(q, p, xj_arena_printf(q->arena, "/seminars/%llu",
						   (ull)changed.id), "added");
}

int
xj_do_seminar_edit(struct xj_request *q, struct xj_reply *p)
{
	struct xj_seminar_change c;
	struct xj_seminar_given g;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r < 0)
		return r;
	take_given(q, &g);
	r = xj_seminar_put(c.archive, c.id, &g, &c.options, &c.changed,
			   &p->error);
	if (r == XJ_OK)
		return xj_seminar_end(&c, p, r, "main", "saved");
	xj_archive_close(c.archive);
	return form_again(q, p, c.id, r);
}

/* -------------------------------------------------------------------- states */

int
xj_do_seminar_state(struct xj_request *q, struct xj_reply *p)
{
	struct xj_seminar_change c;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r == XJ_OK)
		r = xj_seminar_set(c.archive, c.id, xj_form(q, "to"),
				   &c.options, &c.changed, &p->error);
	return xj_seminar_end(&c, p, r, "main", "saved");
}

int
xj_do_seminar_remove(struct xj_request *q, struct xj_reply *p)
{
	struct xj_seminar_change c;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r == XJ_OK)
		r = xj_study_remove(c.archive, KIND, c.id, false, &c.options,
				    &c.changed, &p->error);
	return xj_seminar_end(&c, p, r, "main", "removed");
}

int
xj_do_seminar_restore(struct xj_request *q, struct xj_reply *p)
{
	struct xj_seminar_change c;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r == XJ_OK)
		r = xj_study_remove(c.archive, KIND, c.id, true, NULL,
				    &c.changed, &p->error);
	return xj_seminar_end(&c, p, r, "main", "restored");
}

int
xj_do_seminar_confirm(struct xj_request *q, struct xj_reply *p)
{
	struct xj_seminar_change c;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r == XJ_OK)
		r = xj_seminar_confirm(c.archive, c.id, &c.options,
				       &c.changed, &p->error);
	return xj_seminar_end(&c, p, r, "minutes", "saved");
}

/* ------------------------------------------------------------ who is invited */

static int
invite(struct xj_request *q, struct xj_reply *p, bool out)
{
	struct xj_seminar_change c;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r == XJ_OK)
		r = xj_seminar_invite(c.archive, c.id,
				      xj_form_names(q, "whom", LIST_MAX), out,
				      &c.options, &c.changed, &p->error);
	return xj_seminar_end(&c, p, r, out ? "invited" : "invite", "saved");
}

int
xj_do_seminar_invite(struct xj_request *q, struct xj_reply *p)
{
	return invite(q, p, false);
}

int
xj_do_seminar_uninvite(struct xj_request *q, struct xj_reply *p)
{
	return invite(q, p, true);
}

/* -------------------------------------------------------------------- agenda */

static int
add_to_agenda(struct xj_seminar_change *c, struct xj_error *err)
{
	const struct xj_request *q = c->q;

	return xj_seminar_agenda_add(c->archive, c->id,
		&(struct xj_agenda_given){ .title = xj_form(q, "title"),
			.speaker = xj_form(q, "speaker"),
			.document = xj_form(q, "document"),
			.minutes = xj_form_number(q, "minutes") },
		&c->options, &c->changed, err);
}

int
xj_do_seminar_agenda(struct xj_request *q, struct xj_reply *p)
{
	const char *what = xj_form(q, "do");
	unsigned line = xj_form_number(q, "line");
	struct xj_seminar_change c;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r == XJ_OK && strcmp(what, "add") == 0)
		r = add_to_agenda(&c, &p->error);
	else if (r == XJ_OK)
		r = xj_seminar_agenda_move(c.archive, c.id, line,
			strcmp(what, "up") == 0 ? line - 1 :
			strcmp(what, "down") == 0 ? line + 1 : 0,
			&c.options, &c.changed, &p->error);
	return xj_seminar_end(&c, p, r, "agenda", "saved");
}

/* ---------------------------------------------------------- call and minutes */

int
xj_do_seminar_call(struct xj_request *q, struct xj_reply *p)
{
	bool end = *xj_form(q, "end") != '\0';
	struct xj_seminar_change c;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r == XJ_OK && !end && !*xj_form(q, "until"))
		r = xj_error_set(&p->error, XJ_EINVAL, "say until when");
	else if (r == XJ_OK)
		r = xj_seminar_call(c.archive, c.id, end ? "" :
				    xj_form(q, "until"),
				    xj_form_number(q, "limit"), &c.options,
				    &c.changed, &p->error);
	return xj_seminar_end(&c, p, r, "call", "saved");
}

static json_t *
minutes_text(const json_t *model)
{
	return json_object_get(json_object_get(model, "minutes"), "text");
}

static int
minutes_form(struct xj_request *q, struct xj_reply *p, uint64_t id,
	     const char *text, bool stale)
{
	json_t *model;
	int r = xj_seminar_model(q, q->archive, id, &model, NULL);

	if (r < 0) {
		json_decref(model);
		return r;
	}
	p->page = "seminar-minutes";
	p->model = json_pack("{s:O, s:O, s:O, s:O, s:O?, s:O?}", "id",
		json_object_get(model, "id"), "version",
		json_object_get(model, "version"), "was",
		json_object_get(model, "title"), "title",
		json_object_get(model, "title"), "text", minutes_text(model),
		"now", stale ? minutes_text(model) : NULL);
	if (text)
		json_object_set_new(p->model, "text", xj_json_of(text));
	json_decref(model);
	return XJ_OK;
}

int
xj_page_seminar_minutes(struct xj_request *q, struct xj_reply *p)
{
	uint64_t id;
	int r = xj_seminar_asked(q, &id, &p->error);

	return r < 0 ? r : minutes_form(q, p, id, NULL, false);
}

int
xj_do_seminar_minutes(struct xj_request *q, struct xj_reply *p)
{
	const char *text = xj_form(q, "text");
	struct xj_seminar_change c;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r < 0)
		return r;
	r = xj_seminar_minutes(c.archive, c.id, text, strlen(text),
			       &c.options, &c.changed, &p->error);
	if (r == XJ_OK)
		return xj_seminar_end(&c, p, r, "minutes", "saved");
	xj_archive_close(c.archive);
	minutes_form(q, p, c.id, text, r == XJ_EBUSY);
	return xj_form_refused(p, r);
}

/* ----------------------------------------------------------------- decisions */

int
xj_do_seminar_decide(struct xj_request *q, struct xj_reply *p)
{
	struct xj_seminar_change c;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r == XJ_OK)
		r = xj_decision_add(c.archive, c.id,
			&(struct xj_decision_given){
				.text = xj_form(q, "text"),
				.member = xj_form_or_null(q, "member"),
				.unit = xj_form_or_null(q, "unit"),
				.due = xj_form_or_null(q, "due") },
			&c.options, &c.changed, &p->error);
	return xj_seminar_end(&c, p, r, r < 0 ? "decision" : "decisions",
			      "added");
}

int
xj_do_seminar_settle(struct xj_request *q, struct xj_reply *p)
{
	unsigned number = (unsigned)strtoul(q->parameters[1], NULL, 10);
	bool open = strcmp(xj_form(q, "do"), "reopen") == 0;
	struct xj_seminar_change c;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r == XJ_OK)
		r = xj_decision_done(c.archive, c.id, number, open,
				     &c.options, &c.changed, &p->error);
	if (r == XJ_OK && *xj_form(q, "back")) {
		xj_archive_close(c.archive);
		return xj_reply_done(q, p, "/seminars/decisions", "saved");
	}
	return xj_seminar_end(&c, p, r, "decisions", "saved");
}

/* ---------------------------------------------------------------- attendance */

/* Who was not taken, and why: shown as what was wrong. */
static int
note_refused(void *ctx, const struct xj_import_row *row)
{
	struct xj_buf *b = ctx;

	if (strcmp(row->outcome, "refused") == 0)
		xj_buf_addf(b, "%s%s: %s", b->len ? "; " : "", row->name,
			    row->reason);
	return XJ_OK;
}

int
xj_do_seminar_attend(struct xj_request *q, struct xj_reply *p)
{
	xj_auto(xj_buf_release) struct xj_buf wrong = XJ_BUF_INIT;
	struct xj_lecture_attended result = { 0 };
	struct xj_seminar_change c;
	int r = xj_seminar_begin(q, &c, &p->error);

	if (r == XJ_OK)
		r = xj_seminar_attend(c.archive, c.id,
			&(struct xj_lecture_attend){
				.members = xj_form_names(q, "members", LIST_MAX),
				.away = xj_form_names(q, "away", LIST_MAX),
				.reason = xj_form_or_null(q, "reason"),
				.row = note_refused, .ctx = &wrong },
			&c.options, &c.changed, &result, &p->error);
	if (r == XJ_OK && wrong.len)
		r = xj_error_set(&p->error, XJ_EINVAL, "%s", wrong.data);
	return xj_seminar_end(&c, p, r, r < 0 ? "attendance" : "there",
			      "saved");
}
