/* page-seminar.c - seminars: those there are, one of them, and what all of them
 * decided. */
#include <stdlib.h>
#include <string.h>

#include "serve/seminar.h"

#define KIND "seminar"
#define LISTED_MAX 500

/* --------------------------------------------------------------------- asked */

int
xj_seminar_none(const struct xj_request *q, struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOTFOUND, "there is no seminar %s",
			    q->parameters[0]);
}

int
xj_seminar_asked(struct xj_request *q, uint64_t *id, struct xj_error *err)
{
	const char *ref = q->parameters[0];

	*id = strspn(ref, "0123456789") == strlen(ref) ?
	      strtoull(ref, NULL, 10) : 0;
	return *id ? XJ_OK : xj_seminar_none(q, err);
}

/* ---------------------------------------------------------------------- list */

struct listing {
	json_t *coming, *past, *units;
	size_t count;
};

/* Coming ones stand with the soonest first, others with the latest. */
static int
add_row(void *ctx, const struct xj_study *s)
{
	struct listing *l = ctx;
	bool coming = strcmp(s->state, "planned") == 0 ||
		      strcmp(s->state, "open") == 0;

	json_t *row;

	if (l->count++ >= LISTED_MAX)
		return XJ_OK;
	row = xj_model_seminar_row(s);
	json_object_set_new(row, "unit_name", xj_json_of(
		xj_unit_named(l->units, s->unit)));
	if (coming)
		json_array_insert_new(l->coming, 0, row);
	else
		json_array_append_new(l->past, row);
	return XJ_OK;
}

int
xj_page_seminars(struct xj_request *q, struct xj_reply *p)
{
	bool removed = strcmp(xj_argument(q, "show"), "removed") == 0;
	struct listing l = { .coming = json_array(), .past = json_array(),
			     .units = xj_model_units(q) };
	int r;

	p->page = "seminars";
	p->model = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:b}",
		"title", _("Seminars"), "coming", l.coming, "past", l.past,
		"states", xj_model_choices(xj_seminar_states(),
			xj_seminar_shown, xj_argument(q, "state")),
		"units", xj_model_unit_choices(l.units,
					       xj_argument(q, "unit")),
		"words", xj_json_of(xj_argument(q, "words")),
		"removed", (int)removed,
		"sieved", xj_asked(q, "unit") || xj_asked(q, "state") ||
			  xj_asked(q, "words"),
		"may_add", (int)xj_study_may_add(q->archive));
	r = xj_studies(q->archive, &(struct xj_study_filter){ .kind = KIND,
		.unit = xj_asked(q, "unit"), .state = xj_asked(q, "state"),
		.title = xj_asked(q, "words"), .removed = removed }, add_row, &l,
		&p->error);
	json_object_set_new(p->model, "none", json_boolean(!l.count));
	xj_model_has(p->model, "has_coming", "coming");
	xj_model_has(p->model, "has_past", "past");
	json_decref(l.units);
	return r;
}

/* ----------------------------------------------------------------------- one */

struct taking {
	const json_t *units;
	json_t **model;
};

static int
take_seminar(void *ctx, const struct xj_seminar *s)
{
	const struct taking *t = ctx;

	*t->model = xj_model_seminar(s, t->units);
	return XJ_OK;
}

static int
add_line(void *ctx, const struct xj_packet_line *line)
{
	json_array_append_new(ctx, xj_model_packet_line(line));
	return XJ_OK;
}

/* The names of its topics, in the reader's language. */
static void
add_topics(struct xj_request *q, struct xj_archive *archive, json_t *model)
{
	struct xj_topics_model to = { .q = q, .list = json_array() };
	json_t *code;
	size_t i;

	json_array_foreach(json_object_get(model, "topics"), i, code)
		xj_topics(archive, &(struct xj_topics_options){
			  .under = json_string_value(code), .only = true,
			  .all = true }, xj_add_topic, &to, NULL);
	json_object_set_new(json_object_get(model, "shown"), "topics",
			    to.list);
}

static int
add_lines(struct xj_archive *archive, json_t *model, uint64_t id,
	  struct xj_error *err)
{
	json_t *lines = json_array();

	json_object_set_new(model, "lines", lines);
	return json_is_true(json_object_get(model, "removed")) ? XJ_OK :
	       xj_packet_tell(archive, id, add_line, lines, err);
}

int
xj_seminar_model(struct xj_request *q, struct xj_archive *archive,
		 uint64_t id, json_t **model, struct xj_error *err)
{
	json_t *units = xj_model_units(q);
	struct taking t = { .units = units, .model = model };
	int r;

	*model = NULL;
	r = xj_seminar_tell(archive, id, take_seminar, &t, err);
	json_decref(units);
	if (r == XJ_ENOTFOUND)
		return xj_seminar_none(q, err);
	if (r == XJ_OK)
		r = add_lines(archive, *model, id, err);
	if (r < 0)
		return r;
	add_topics(q, archive, *model);
	json_object_set_new(*model, "history",
			    xj_model_study_history(q, KIND, id));
	/* Within lists `id` and `version` are those of what is listed. */
	json_object_set_new(*model, "seminar", json_pack("{s:O, s:O}", "id",
		json_object_get(*model, "id"), "version",
		json_object_get(*model, "version")));
	json_object_set(*model, "can", json_object_get(
			json_object_get(*model, "shown"), "can"));
	return XJ_OK;
}

/* What the forms of the page choose from. */
static void
add_choices(struct xj_request *q, json_t *model)
{
	json_t *units;

	if (!json_is_true(json_object_get(json_object_get(model, "can"),
					  "edit")))
		return;
	units = xj_model_units(q);
	json_object_set_new(model, "units", xj_model_unit_choices(units,
								  NULL));
	json_object_set_new(model, "members", xj_model_members(q));
	json_decref(units);
}

int
xj_seminar_page(struct xj_request *q, struct xj_reply *p, uint64_t id,
		struct xj_error *err)
{
	int r = xj_seminar_model(q, q->archive, id, &p->model, err);

	p->page = "seminar";
	if (r < 0)
		return r;
	xj_model_has(p->model, "has_agenda", "agenda");
	xj_model_has(p->model, "has_lines", "lines");
	xj_model_has(p->model, "has_invited", "invited");
	xj_model_has(p->model, "has_papers", "papers");
	xj_model_has(p->model, "has_decisions", "decisions");
	xj_model_has(p->model, "has_attendance", "attendance");
	add_choices(q, p->model);
	return XJ_OK;
}

int
xj_page_seminar(struct xj_request *q, struct xj_reply *p)
{
	uint64_t id;
	int r = xj_seminar_asked(q, &id, &p->error);

	return r < 0 ? r : xj_seminar_page(q, p, id, &p->error);
}

/* ----------------------------------------------------------------- decisions */

static int
add_decision(void *ctx, const struct xj_decision *d)
{
	json_array_append_new(ctx, xj_model_decision(d));
	return XJ_OK;
}

int
xj_page_decisions(struct xj_request *q, struct xj_reply *p)
{
	bool all = *xj_argument(q, "all") != '\0';
	json_t *list = json_array();
	int r;

	p->page = "decisions";
	p->model = json_pack("{s:s, s:o, s:b, s:b}", "title",
			     _("What seminars decided"), "decisions", list,
			     "all", (int)all, "list", 1);
	r = xj_decisions(q->archive, &(struct xj_decisions_options){
		.all = all, .unit = xj_asked(q, "unit") }, add_decision, list,
		&p->error);
	xj_model_has(p->model, "has_decisions", "decisions");
	return r;
}
