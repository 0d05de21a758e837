/* api-seminar.c - seminars and decisions for programs. */
#include <limits.h>
#include <string.h>

#include "serve/api.h"
#include "serve/seminar.h"

#define KIND "seminar"

/* ------------------------------------------------------------------- reading */

/* What only pages show is `shown`; in a history, `moment` too. */
static void
drop_shown(json_t *v)
{
	const char *key;
	json_t *each;
	size_t i;

	if (json_is_object(v)) {
		json_object_del(v, "shown");
		json_object_del(v, "moment");
		json_object_foreach(v, key, each)
			drop_shown(each);
	} else if (json_is_array(v)) {
		json_array_foreach(v, i, each)
			drop_shown(each);
	}
}

void
xj_api_seminar_give(struct xj_reply *p, json_t *model)
{
	drop_shown(model);
	p->model = model;
}

static int
add_row(void *ctx, const struct xj_study *s)
{
	json_array_append_new(ctx, xj_model_study(s));
	return XJ_OK;
}

int
xj_api_seminars(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = json_array();

	p->model = json_pack("{s:o}", "seminars", list);
	return xj_studies(q->archive, &(struct xj_study_filter){ .kind = KIND,
		.unit = xj_asked(q, "unit"), .state = xj_asked(q, "state"),
		.from = xj_asked(q, "from"), .until = xj_asked(q, "until"),
		.title = xj_asked(q, "words"),
		.removed = xj_asked(q, "removed") != NULL }, add_row, list,
		&p->error);
}

struct taking {
	json_t *model;
	unsigned version;
};

static int
take(void *ctx, const struct xj_seminar *s)
{
	struct taking *t = ctx;

	t->version = s->study.version;
	t->model = s->study.removed ? NULL : xj_model_seminar(s, NULL);
	return XJ_OK;
}

int
xj_api_seminar(struct xj_request *q, struct xj_reply *p)
{
	struct taking t = { 0 };
	uint64_t id;
	int r = xj_seminar_asked(q, &id, &p->error);

	if (r == XJ_OK)
		r = xj_seminar_tell(q->archive, id, take, &t, &p->error);
	if (r == XJ_ENOTFOUND || (r == XJ_OK && !t.model))
		return xj_seminar_none(q, &p->error);
	if (r < 0)
		return r;
	p->version = t.version;
	xj_api_seminar_give(p, t.model);
	return XJ_OK;
}

int
xj_api_seminar_history(struct xj_request *q, struct xj_reply *p)
{
	uint64_t id;
	int r = xj_study_asked(q, KIND, &id, &p->error);

	if (r == XJ_OK)
		xj_api_seminar_give(p, json_pack("{s:o}", "history",
			xj_model_study_history(q, KIND, id)));
	return r;
}

static int
add_decision(void *ctx, const struct xj_decision *d)
{
	json_array_append_new(ctx, xj_model_decision(d));
	return XJ_OK;
}

int
xj_api_decisions(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = json_array();
	int r = xj_decisions(q->archive, &(struct xj_decisions_options){
		.all = xj_asked(q, "all") != NULL, .unit = xj_asked(q, "unit"),
		.member = xj_asked(q, "member") }, add_decision, list,
		&p->error);

	xj_api_seminar_give(p, json_pack("{s:o}", "decisions", list));
	return r;
}

/* ----------------------------------------------------------------- new, edit */

static void
take_given(struct xj_request *q, struct xj_seminar_given *g)
{
	*g = (struct xj_seminar_given){
		.title = xj_body_text(q, "title"),
		.question = xj_body_text(q, "question"),
		.unit = xj_body_text(q, "unit"),
		.place = xj_body_text(q, "place"),
		.level = xj_body_text(q, "level"),
		.chair = xj_body_text(q, "chair"),
		.day = xj_body_text(q, "day"),
		.until = xj_body_text(q, "until"),
		.time = xj_body_text(q, "time"),
		.topics = xj_body_texts(q, "topics"),
		.invite = xj_body_texts(q, "invite"),
	};
}

int
xj_api_seminar_new(struct xj_request *q, struct xj_reply *p)
{
	struct xj_seminar_given g;
	struct xj_api_change c;
	int r;

	take_given(q, &g);
	xj_body_need_text(q, "title");
	r = xj_api_begin(&c, q, p, 0);
	if (r == XJ_OK)
		r = xj_seminar_put(c.archive, 0, &g, NULL, &c.changed,
				   &p->error);
	return xj_api_made(&c, q, p, r, "/api/1/seminars", xj_api_seminar);
}

int
xj_api_seminar_edit(struct xj_request *q, struct xj_reply *p)
{
	struct xj_seminar_given g;
	struct xj_api_change c;
	int r;

	take_given(q, &g);
	r = xj_api_begin(&c, q, p, XJ_API_NUMBER | XJ_API_MATCH);
	if (r == XJ_OK)
		r = xj_seminar_put(c.archive, c.id, &g, &c.options,
				   &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_seminar);
}

int
xj_api_seminar_remove(struct xj_request *q, struct xj_reply *p)
{
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_study_remove(c.archive, KIND, c.id, false, &c.options,
				    &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, NULL);
}

int
xj_api_seminar_undelete(struct xj_request *q, struct xj_reply *p)
{
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_study_remove(c.archive, KIND, c.id, true, &c.options,
				    &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_seminar);
}

/* ---------------------------------------------------------------------- parts */

int
xj_api_seminar_state(struct xj_request *q, struct xj_reply *p)
{
	const char *state = xj_body_need_text(q, "state");
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_seminar_set(c.archive, c.id, state, &c.options,
				   &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_seminar);
}

int
xj_api_seminar_invite(struct xj_request *q, struct xj_reply *p)
{
	const char *const *whom = xj_body_texts(q, "whom");
	bool out = xj_body_flag(q, "out", false);
	struct xj_api_change c;
	int r;

	if (!whom)
		xj_body_wrong(q, "whom", "%s", _("this member is needed"));
	r = xj_api_begin(&c, q, p, XJ_API_NUMBER);
	if (r == XJ_OK)
		r = xj_seminar_invite(c.archive, c.id, whom, out, &c.options,
				      &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_seminar);
}

int
xj_api_agenda_add(struct xj_request *q, struct xj_reply *p)
{
	struct xj_agenda_given g = {
		.title = xj_body_need_text(q, "title"),
		.speaker = xj_body_text(q, "speaker"),
		.document = xj_body_text(q, "document"),
		.minutes = (unsigned)xj_body_number(q, "minutes", 0, 1440, 0),
		.at = (unsigned)xj_body_number(q, "at", 0, 1000, 0),
	};
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_seminar_agenda_add(c.archive, c.id, &g, &c.options,
					  &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_seminar);
}

int
xj_api_agenda_move(struct xj_request *q, struct xj_reply *p)
{
	unsigned from = (unsigned)xj_body_number(q, "from", 1, 1000, 0);
	unsigned to = (unsigned)xj_body_number(q, "to", 0, 1000, 0);
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER | XJ_API_MATCH);

	if (r == XJ_OK)
		r = xj_seminar_agenda_move(c.archive, c.id, from, to,
					   &c.options, &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_seminar);
}

int
xj_api_seminar_call(struct xj_request *q, struct xj_reply *p)
{
	const char *until = xj_body_text(q, "until");
	unsigned limit = (unsigned)xj_body_number(q, "limit", 0, 10000, 0);
	struct xj_api_change c;
	int r;

	if (!until)
		xj_body_wrong(q, "until", "%s", _("this member is needed"));
	r = xj_api_begin(&c, q, p, XJ_API_NUMBER);
	if (r == XJ_OK)
		r = xj_seminar_call(c.archive, c.id, until, limit, &c.options,
				    &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_seminar);
}

int
xj_api_seminar_minutes(struct xj_request *q, struct xj_reply *p)
{
	const char *text = xj_body_need_text(q, "text");
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER | XJ_API_MATCH);

	if (r == XJ_OK)
		r = xj_seminar_minutes(c.archive, c.id, text, strlen(text),
				       &c.options, &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_seminar);
}

int
xj_api_seminar_confirm(struct xj_request *q, struct xj_reply *p)
{
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_seminar_confirm(c.archive, c.id, &c.options,
				       &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_seminar);
}

/* ------------------------------------------------------------------ decisions */

int
xj_api_decision_add(struct xj_request *q, struct xj_reply *p)
{
	struct xj_decision_given g = {
		.text = xj_body_need_text(q, "text"),
		.member = xj_body_or_null(q, "member"),
		.unit = xj_body_or_null(q, "unit"),
		.due = xj_body_or_null(q, "due"),
	};
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_decision_add(c.archive, c.id, &g, &c.options,
				    &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_seminar);
}

int
xj_api_decision_settle(struct xj_request *q, struct xj_reply *p)
{
	bool done = xj_body_flag(q, "done", true);
	const char *on = xj_body_or_null(q, "on");
	struct xj_api_change c;
	uint64_t number = 0;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_api_number(q, 1, &number, &p->error);
	c.options.on = on;
	if (r == XJ_OK)
		r = xj_decision_done(c.archive, c.id, number > UINT_MAX ? 0 :
				     (unsigned)number, !done, &c.options,
				     &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_seminar);
}

/* ----------------------------------------------------------------- attendance */

static int
add_person(void *ctx, const struct xj_import_row *row)
{
	json_array_append_new(ctx, json_pack("{s:I, s:o, s:o, s:o}", "row",
		(json_int_t)row->row, "name", xj_text_or_null(row->name),
		"outcome", xj_json_of(row->outcome),
		"reason", xj_text_or_null(row->reason)));
	return XJ_OK;
}

int
xj_api_seminar_attend(struct xj_request *q, struct xj_reply *p)
{
	struct xj_lecture_attended result = { 0 };
	json_t *rows = json_array();
	struct xj_lecture_attend given = {
		.members = xj_body_texts(q, "members"),
		.away = xj_body_texts(q, "away"),
		.reason = xj_body_or_null(q, "reason"),
		.row = add_person, .ctx = rows,
	};
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_seminar_attend(c.archive, c.id, &given, &c.options,
				      &c.changed, &result, &p->error);
	r = xj_api_end(&c, q, p, r, NULL);
	if (r < 0) {
		json_decref(rows);
		return r;
	}
	p->status = 200;
	p->model = json_pack("{s:o, s:I, s:I, s:I}", "rows", rows, "changed",
			     (json_int_t)result.changed, "unchanged",
			     (json_int_t)result.unchanged, "refused",
			     (json_int_t)result.refused);
	return XJ_OK;
}
