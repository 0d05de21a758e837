/* model-people.c - what pages and the API say of units and members. */
#include <string.h>

#include "serve/people.h"

json_t *
xj_model_unit(const struct xj_request *q, const struct xj_unit *u)
{
	json_t *o = json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o}",
		"id", (json_int_t)u->id, "urn", xj_json_of(u->urn),
		"code", xj_json_of(u->code), "name", xj_json_of(u->name),
		"name_en", xj_text_or_null(u->name_en),
		"axis", xj_json_of(u->axis), "kind", xj_json_of(u->kind));

	json_object_set_new(o, "parent", xj_text_or_null(u->parent));
	json_object_set_new(o, "institution", xj_text_or_null(u->institution));
	json_object_set_new(o, "successor", xj_text_or_null(u->successor));
	json_object_set_new(o, "opened", xj_text_or_null(u->opened));
	json_object_set_new(o, "closed", xj_text_or_null(u->closed));
	json_object_set_new(o, "placed", json_boolean(u->placed));
	json_object_set_new(o, "depth", json_integer(u->depth));
	json_object_set_new(o, "members", json_integer((json_int_t)u->members));
	json_object_set_new(o, "people", json_integer((json_int_t)u->people));
	json_object_set_new(o, "version", json_integer(u->version));
	json_object_set_new(o, "shown", json_pack("{s:o, s:s, s:s, s:o, s:i}",
		"name", xj_json_of(xj_model_unit_name(q, u)),
		"kind", _(u->kind), "axis", strcmp(u->axis, "work") == 0 ?
		_("work line") : _("party line"), "people",
		xj_json_format(ngettext("%llu person", "%llu people",
			(unsigned long)u->people), (ull)u->people),
		"depth", (int)(u->depth > 12 ? 12 : u->depth)));
	return o;
}

static json_t *
memberships_of(const struct xj_member *m)
{
	json_t *list = json_array();

	for (size_t i = 0; i < m->membership_count; i++) {
		const struct xj_membership *s = &m->memberships[i];

		json_array_append_new(list, json_pack(
			"{s:o, s:o, s:o, s:b, s:o, s:o}", "unit",
			xj_json_of(s->unit), "unit_name",
			xj_json_of(s->unit_name), "axis", xj_json_of(s->axis),
			"primary", (int)s->primary, "from",
			xj_text_or_null(s->from), "until",
			xj_text_or_null(s->until)));
	}
	return list;
}

static json_t *
roles_of(const struct xj_member *m)
{
	json_t *list = json_array();

	for (size_t i = 0; i < m->role_count; i++) {
		const struct xj_role *r = &m->roles[i];

		json_array_append_new(list, json_pack(
			"{s:o, s:o, s:o, s:o, s:o, s:s}", "role",
			xj_json_of(r->role), "unit", xj_text_or_null(r->unit),
			"unit_name", xj_text_or_null(r->unit_name), "from",
			xj_text_or_null(r->from), "until",
			xj_text_or_null(r->until), "shown", _(r->role)));
	}
	return list;
}

json_t *
xj_model_member(const struct xj_member *m)
{
	json_t *o = json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o}",
		"id", (json_int_t)m->id, "urn", xj_json_of(m->urn),
		"login", xj_json_of(m->login), "name", xj_json_of(m->name),
		"pinyin", xj_text_or_null(m->pinyin),
		"kind", xj_json_of(m->kind), "status", xj_json_of(m->status));

	json_object_set_new(o, "staff_number",
			    xj_text_or_null(m->staff_number));
	json_object_set_new(o, "language", xj_text_or_null(m->language));
	json_object_set_new(o, "email", xj_text_or_null(m->email));
	json_object_set_new(o, "phone", xj_text_or_null(m->phone));
	json_object_set_new(o, "left", xj_text_or_null(m->left));
	json_object_set_new(o, "version", json_integer(m->version));
	json_object_set_new(o, "memberships", memberships_of(m));
	json_object_set_new(o, "roles", roles_of(m));
	json_object_set_new(o, "shown", json_pack("{s:s, s:s, s:b}", "kind",
		_(m->kind), "status", _(m->status), "away",
		strcmp(m->status, "active") != 0));
	return o;
}

int
xj_model_add_member(void *ctx, const struct xj_member *m)
{
	json_array_append_new(ctx, xj_model_member(m));
	return XJ_OK;
}

static const char *
text_in(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

void
xj_model_add_manager(struct xj_request *q, json_t *model,
		     const json_t *member)
{
	json_t *units, *kinds, *party;

	if (!xj_may_manage(q->archive))
		return;
	units = xj_model_units(q);
	kinds = xj_model_choices(xj_unit_kinds("work"), xj_tr, "");
	party = xj_model_choices(xj_unit_kinds("party"), xj_tr, "");
	json_array_extend(kinds, party);
	json_decref(party);
	json_object_set_new(model, "may_manage", json_true());
	json_object_set_new(model, "choices", xj_model_unit_choices(units,
								    NULL));
	json_object_set_new(model, "unit_kinds", kinds);
	json_object_set_new(model, "kinds", xj_model_choices(xj_member_kinds(),
			    xj_tr, text_in(member, "kind")));
	json_object_set_new(model, "statuses", xj_model_choices(
			    xj_member_statuses(), xj_tr,
			    text_in(member, "status")));
	json_object_set_new(model, "role_words", xj_model_choices(xj_roles(),
							xj_tr, ""));
	json_decref(units);
}

/* -------------------------------------------------------------------- forms */

const char *
xj_page_of(struct xj_request *q, const char *part, const char *name)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	xj_buf_adds(&b, part);
	xj_url_encode(&b, name);
	return xj_arena_strdup(q->arena, xj_buf_str(&b));
}

struct xj_change_options
xj_deed_options(const struct xj_request *q)
{
	struct xj_change_options o = xj_form_options(q);

	o.on = xj_form_or_null(q, "on");
	return o;
}

int
xj_form_needs(struct xj_archive *a, const struct xj_request *q,
	      const char *name, struct xj_error *err)
{
	const char *value;

	return xj_form_all(q, name, &value, 1) || !xj_may_manage(a) ? XJ_OK :
	       xj_error_set(err, XJ_EINVAL, "the form has no field %s", name);
}

int
xj_deed_do(struct xj_request *q, struct xj_reply *p,
	   const struct xj_deed *deed)
{
	struct xj_archive *a;
	int r = xj_change_open(q, &a, &p->error);

	if (r < 0)
		return r;
	r = deed->fn(a, q, &p->error);
	xj_archive_close(a);
	if (r == XJ_OK)
		return xj_reply_done(q, p, deed->to, deed->done);
	r = xj_form_again(q, p, r, deed->page);
	json_object_set_new(p->model, "typed", xj_form_typed(q));
	return r;
}
