/* api-seminar.c - seminars and decisions for programs. */
#include <string.h>

#include "serve/api.h"
#include "serve/seminar.h"

#define KIND "seminar"

/* ------------------------------------------------------------------- reading */

int
xj_api_seminars(struct xj_request *q, struct xj_reply *p)
{
	return xj_api_studies(q, p, KIND, "seminars");
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
	xj_api_give_record(p, t.model);
	return XJ_OK;
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

	xj_api_give_record(p, json_pack("{s:o}", "decisions", list));
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

	xj_body_need(q, "whom");
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

	xj_body_need(q, "until");
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
	unsigned number = 0;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_api_place(q, 1, &number, &p->error);
	c.options.on = on;
	if (r == XJ_OK)
		r = xj_decision_done(c.archive, c.id, number, !done,
				     &c.options, &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_seminar);
}

/* ----------------------------------------------------------------- attendance */

int
xj_api_seminar_attend(struct xj_request *q, struct xj_reply *p)
{
	return xj_api_attend(q, p, xj_seminar_attend, "changed");
}
