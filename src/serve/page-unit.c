/* page-unit.c - units: the tree of both lines, and each. */
#include <stdlib.h>
#include <string.h>

#include "serve/people.h"

#define RECORDS_SHOWN 5
#define MEMBERS_SHOWN 1000

struct units {
	struct xj_request *q;
	json_t *list;
};

static int
add_unit(void *ctx, const struct xj_unit *u)
{
	struct units *t = ctx;

	json_array_append_new(t->list, xj_model_unit(t->q, u));
	return XJ_OK;
}

/* ---------------------------------------------------------------------- tree */

static int
add_line(struct xj_request *q, json_t *lines, const char *axis,
	 const char *shown, struct xj_error *err)
{
	struct units t = { q, json_array() };
	int r = xj_units(q->archive, &(struct xj_units_options){ .axis = axis },
			 add_unit, &t, err);

	if (json_array_size(t.list))
		json_array_append_new(lines, json_pack("{s:s, s:s, s:O}",
			"axis", axis, "name", shown, "units", t.list));
	json_decref(t.list);
	return r;
}

int
xj_page_units(struct xj_request *q, struct xj_reply *p)
{
	json_t *lines = json_array();
	int r;

	p->page = "units";
	p->model = json_pack("{s:s, s:o}", "title", _("Units"), "lines",
			     lines);
	r = add_line(q, lines, "work", _("work line"), &p->error);
	if (r == XJ_OK)
		r = add_line(q, lines, "party", _("party line"), &p->error);
	xj_model_has(p->model, "has_lines", "lines");
	xj_model_add_manager(q, p->model, NULL);
	return r;
}

/* ----------------------------------------------------------------------- one */

static int
add_record(void *ctx, const struct xj_study *s)
{
	if (json_array_size(ctx) < RECORDS_SHOWN)
		json_array_append_new(ctx, json_pack("{s:I, s:o, s:o}", "id",
			(json_int_t)s->id, "title", xj_json_of(s->title),
			"day", xj_text_or_null(s->day)));
	return XJ_OK;
}

static int
add_records(struct xj_request *q, json_t *model, const char *kind,
	    const char *name, const char *code, struct xj_error *err)
{
	json_t *list = json_array();

	json_object_set_new(model, name, list);
	return xj_studies(q->archive, &(struct xj_study_filter){ .kind = kind,
			  .unit = code }, add_record, list, err);
}

/* How many documents of it the reader sees, with those of units below. */
static void
add_documents(struct xj_request *q, json_t *model, const char *code)
{
	const char *query = xj_arena_printf(q->arena, "unit:%s", code);
	struct xj_hits *hits;

	if (!query || xj_search(q->archive, &(struct xj_search){
			.query = query, .limit = 1, .no_passages = true,
			.here = true }, &hits, NULL) < 0)
		return;
	json_object_set_new(model, "documents", json_integer(
		(json_int_t)xj_hits_total(hits)));
	xj_hits_free(hits);
}

static int
add_member(void *ctx, const struct xj_member *m)
{
	if (json_array_size(ctx) < MEMBERS_SHOWN)
		json_array_append_new(ctx, xj_model_member(m));
	return XJ_OK;
}

/* The unit first, then those right below it. */
static void
part(json_t *model, const json_t *units)
{
	const char *code = json_string_value(json_object_get(model, "code"));
	json_t *below = json_array(), *u;
	size_t i;

	json_array_foreach((json_t *)units, i, u) {
		const char *parent = json_string_value(json_object_get(u,
								"parent"));

		if (parent && strcmp(parent, code) == 0)
			json_array_append(below, u);
	}
	json_object_set_new(model, "below", below);
	xj_model_has(model, "has_below", "below");
}

/* What it is below is named as a reader knows it. */
static void
name_parent(struct xj_request *q, json_t *model)
{
	const char *parent = json_string_value(json_object_get(model,
							       "parent"));
	json_t *units = parent ? xj_model_units(q) : NULL;

	if (parent)
		json_object_set_new(model, "parent_name", xj_json_of(
				    xj_unit_named(units, parent)));
	json_decref(units);
}

static int
load(struct xj_request *q, json_t **model, struct xj_error *err)
{
	struct units t = { q, json_array() };
	const char *code = q->parameters[0];
	int r = xj_units(q->archive, &(struct xj_units_options){
			 .under = code, .all = true }, add_unit, &t, err);

	*model = json_deep_copy(json_array_get(t.list, 0));
	if (r == XJ_OK && !*model)
		r = XJ_ENOTFOUND;
	if (r == XJ_OK)
		part(*model, t.list);
	json_decref(t.list);
	return r == XJ_EPERM || r == XJ_ENOTFOUND || r == XJ_EINVAL ?
	       xj_error_set(err, XJ_ENOTFOUND, "there is no unit %s", code) : r;
}

int
xj_page_unit(struct xj_request *q, struct xj_reply *p)
{
	json_t *members = json_array();
	const char *code;
	int r = load(q, &p->model, &p->error);

	if (r < 0) {
		json_decref(members);
		return r;
	}
	p->page = "unit";
	code = json_string_value(json_object_get(p->model, "code"));
	json_object_set(p->model, "title", json_object_get(json_object_get(
			p->model, "shown"), "name"));
	json_object_set_new(p->model, "list", members);
	r = xj_members(q->archive, &(struct xj_members_options){
		       .unit = code }, add_member, members, &p->error);
	if (r == XJ_OK)
		r = add_records(q, p->model, "lecture", "lectures", code,
				&p->error);
	if (r == XJ_OK)
		r = add_records(q, p->model, "seminar", "seminars", code,
				&p->error);
	xj_model_has(p->model, "has_list", "list");
	xj_model_has(p->model, "has_lectures", "lectures");
	xj_model_has(p->model, "has_seminars", "seminars");
	name_parent(q, p->model);
	add_documents(q, p->model, code);
	xj_model_add_manager(q, p->model, NULL);
	return r;
}

/* -------------------------------------------------------------------- changes */

static int
add(struct xj_archive *a, struct xj_request *q, struct xj_error *err)
{
	struct xj_changed changed;

	return xj_unit_add(a, &(struct xj_unit_given){
		.code = xj_form(q, "code"), .name = xj_form(q, "name"),
		.name_en = xj_form_or_null(q, "name_en"),
		.kind = xj_form_or_null(q, "kind"),
		.parent = xj_form_or_null(q, "parent") }, NULL, &changed, err);
}

int
xj_do_unit_add(struct xj_request *q, struct xj_reply *p)
{
	return xj_deed_do(q, p, &(struct xj_deed){ add, "added",
		xj_page_of(q, "/units/", xj_form(q, "code")),
		xj_page_units });
}

static int
edit(struct xj_archive *a, struct xj_request *q, struct xj_error *err)
{
	static const char *const elements[] = { "name", "name_en", "kind" };
	const struct xj_change_options o = xj_deed_options(q);
	struct xj_given given[XJ_COUNT(elements) + 1] = { { 0 } };
	struct xj_changed changed;

	for (size_t i = 0; i < XJ_COUNT(elements); i++)
		given[i] = (struct xj_given){ elements[i],
					      xj_form(q, elements[i]) };
	return xj_unit_edit(a, q->parameters[0], given,
			    *xj_form(q, "reopen") != '\0', &o, &changed, err);
}

static int
move(struct xj_archive *a, struct xj_request *q, struct xj_error *err)
{
	const struct xj_change_options o = xj_deed_options(q);
	struct xj_changed changed;
	int r = xj_form_needs(a, q, "parent", err);

	return r < 0 ? r : xj_unit_move(a, q->parameters[0],
			xj_form_or_null(q, "parent"),
			*xj_form(q, "replace") != '\0', &o, &changed, err);
}

static int
close_it(struct xj_archive *a, struct xj_request *q, struct xj_error *err)
{
	const struct xj_change_options o = xj_deed_options(q);
	struct xj_changed changed;

	return xj_unit_close(a, q->parameters[0],
			     xj_form_or_null(q, "successor"),
			     *xj_form(q, "with_members") != '\0', &o, &changed,
			     err);
}

static int
do_unit(struct xj_request *q, struct xj_reply *p,
	int (*fn)(struct xj_archive *, struct xj_request *, struct xj_error *))
{
	return xj_deed_do(q, p, &(struct xj_deed){ fn, "saved",
		xj_page_of(q, "/units/", q->parameters[0]),
		xj_page_unit });
}

int
xj_do_unit_edit(struct xj_request *q, struct xj_reply *p)
{
	return do_unit(q, p, edit);
}

int
xj_do_unit_move(struct xj_request *q, struct xj_reply *p)
{
	return do_unit(q, p, move);
}

int
xj_do_unit_close(struct xj_request *q, struct xj_reply *p)
{
	return do_unit(q, p, close_it);
}
