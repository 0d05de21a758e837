/* api-people.c - units, members and their roles for programs. */
#include <string.h>

#include "serve/api.h"
#include "serve/people.h"

/* Those of the elements that the body has; "" takes one away. */
static const struct xj_given *
given_of(struct xj_request *q, const char *const *elements, size_t count)
{
	struct xj_given *given = xj_arena_alloc(q->arena, (count + 1) *
						sizeof(*given));
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		const char *value = xj_body_text(q, elements[i]);

		if (given && value)
			given[n++] = (struct xj_given){ elements[i], value };
	}
	if (given)
		given[n] = (struct xj_given){ 0 };
	return given;
}

/* Guests are told the same of every name. */
static int
hide(int r, const char *format, const char *name, struct xj_error *err)
{
	return r == XJ_EPERM || r == XJ_ENOTFOUND || r == XJ_EINVAL ?
	       xj_error_set(err, XJ_ENOTFOUND, format, name) : r;
}

/* --------------------------------------------------------------------- units */

struct units {
	const struct xj_request *q;
	json_t *list;
};

static int
add_unit(void *ctx, const struct xj_unit *u)
{
	struct units *t = ctx;

	json_array_append_new(t->list, xj_model_unit(t->q, u));
	return XJ_OK;
}

int
xj_api_units(struct xj_request *q, struct xj_reply *p)
{
	struct units t = { q, json_array() };
	int r = xj_units(q->archive, &(struct xj_units_options){
		.under = xj_asked(q, "under"), .day = xj_asked(q, "day"),
		.axis = xj_asked(q, "axis"), .all = xj_asked(q, "all") != NULL },
		add_unit, &t, &p->error);

	xj_api_give(p, json_pack("{s:o}", "units", t.list));
	return r;
}

static int
add_place(void *ctx, const struct xj_place *place)
{
	json_array_append_new(ctx, json_pack("{s:o, s:o, s:o}", "parent",
		xj_text_or_null(place->parent), "from",
		xj_text_or_null(place->from), "until",
		xj_text_or_null(place->until)));
	return XJ_OK;
}

int
xj_api_unit(struct xj_request *q, struct xj_reply *p)
{
	struct units t = { q, json_array() };
	const char *code = q->parameters[0];
	json_t *unit, *places = json_array();
	int r = xj_units(q->archive, &(struct xj_units_options){
			 .under = code, .only = true, .all = true }, add_unit,
			 &t, &p->error);

	if (r == XJ_OK)
		r = xj_unit_places(q->archive, code, add_place, places,
				   &p->error);
	unit = json_incref(json_array_get(t.list, 0));
	json_decref(t.list);
	if (r == XJ_OK && !unit)
		r = XJ_ENOTFOUND;
	if (r < 0) {
		json_decref(unit);
		json_decref(places);
		return hide(r, "there is no unit %s", code, &p->error);
	}
	json_object_set_new(unit, "places", places);
	p->version = (unsigned)json_integer_value(json_object_get(unit,
								  "version"));
	xj_api_give(p, unit);
	return XJ_OK;
}

int
xj_api_unit_add(struct xj_request *q, struct xj_reply *p)
{
	const struct xj_unit_given given = {
		.code = xj_body_need_text(q, "code"),
		.name = xj_body_need_text(q, "name"),
		.name_en = xj_body_or_null(q, "name_en"),
		.kind = xj_body_or_null(q, "kind"),
		.axis = xj_body_or_null(q, "axis"),
		.parent = xj_body_or_null(q, "parent"),
		.institution = xj_body_or_null(q, "institution"),
		.opened = xj_body_or_null(q, "opened"),
	};
	struct xj_changed changed = { 0 };
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, 0);

	if (r == XJ_OK)
		r = xj_unit_add(c.archive, &given, NULL, &changed, &p->error);
	return xj_api_made_named(&c, q, p, r, "/api/1/units", changed.name,
				 xj_api_unit);
}

int
xj_api_unit_edit(struct xj_request *q, struct xj_reply *p)
{
	static const char *const elements[] = { "name", "name_en", "kind",
		"institution", "successor", "opened" };
	const struct xj_given *given = given_of(q, elements,
						XJ_COUNT(elements));
	struct xj_changed changed;
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_MATCH);

	if (r == XJ_OK)
		r = given ? xj_unit_edit(c.archive, q->parameters[0], given,
					 false, &c.options, &changed,
					 &p->error) : XJ_ENOMEM;
	return xj_api_end(&c, q, p, r, xj_api_unit);
}

int
xj_api_unit_move(struct xj_request *q, struct xj_reply *p)
{
	const char *parent = xj_body_or_null(q, "parent");
	const char *on = xj_body_or_null(q, "on");
	bool replace = xj_body_flag(q, "replace", false);
	struct xj_changed changed;
	struct xj_api_change c;
	int r;

	/* On top is where it goes by null, not by what was forgotten. */
	xj_body_need(q, "parent");
	r = xj_api_begin(&c, q, p, XJ_API_MATCH);
	c.options.on = on;
	if (r == XJ_OK)
		r = xj_unit_move(c.archive, q->parameters[0], parent, replace,
				 &c.options, &changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_unit);
}

int
xj_api_unit_close(struct xj_request *q, struct xj_reply *p)
{
	const char *successor = xj_body_or_null(q, "successor");
	const char *on = xj_body_or_null(q, "on");
	bool with_members = xj_body_flag(q, "with_members", false);
	struct xj_changed changed;
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_MATCH);

	c.options.on = on;
	if (r == XJ_OK)
		r = xj_unit_close(c.archive, q->parameters[0], successor,
				  with_members, &c.options, &changed,
				  &p->error);
	return xj_api_end(&c, q, p, r, xj_api_unit);
}

int
xj_api_unit_reopen(struct xj_request *q, struct xj_reply *p)
{
	static const struct xj_given nothing[1];
	struct xj_changed changed;
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_MATCH);

	if (r == XJ_OK)
		r = xj_unit_edit(c.archive, q->parameters[0], nothing, true,
				 &c.options, &changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_unit);
}

/* ------------------------------------------------------------------- members */

int
xj_api_members(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = json_array();
	int r = xj_members(q->archive, &(struct xj_members_options){
		.member = xj_asked(q, "member"), .unit = xj_asked(q, "unit"),
		.day = xj_asked(q, "day"), .below = xj_asked(q, "below") != NULL,
		.all = xj_asked(q, "all") != NULL }, xj_model_add_member, list,
		&p->error);

	xj_api_give(p, json_pack("{s:o}", "members", list));
	return r;
}

int
xj_api_member(struct xj_request *q, struct xj_reply *p)
{
	const char *login = q->parameters[0];
	json_t *list = json_array(), *member;
	int r = xj_members(q->archive, &(struct xj_members_options){
			   .member = login, .all = true, .past = true },
			   xj_model_add_member, list, &p->error);

	member = json_incref(json_array_get(list, 0));
	json_decref(list);
	if (r == XJ_OK && !member)
		r = XJ_ENOTFOUND;
	if (r < 0) {
		json_decref(member);
		return hide(r, "there is no member %s", login, &p->error);
	}
	p->version = (unsigned)json_integer_value(json_object_get(member,
								  "version"));
	xj_api_give(p, member);
	return XJ_OK;
}

int
xj_api_member_add(struct xj_request *q, struct xj_reply *p)
{
	const struct xj_member_given given = {
		.login = xj_body_need_text(q, "login"),
		.name = xj_body_need_text(q, "name"),
		.pinyin = xj_body_or_null(q, "pinyin"),
		.kind = xj_body_or_null(q, "kind"),
		.status = xj_body_or_null(q, "status"),
		.staff_number = xj_body_or_null(q, "staff_number"),
		.language = xj_body_or_null(q, "language"),
		.email = xj_body_or_null(q, "email"),
		.phone = xj_body_or_null(q, "phone"),
		.unit = xj_body_or_null(q, "unit"),
		.party = xj_body_or_null(q, "party"),
	};
	const char *on = xj_body_or_null(q, "on");
	struct xj_changed changed = { 0 };
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, 0);

	c.options.on = on;
	if (r == XJ_OK)
		r = xj_member_add(c.archive, &given, &c.options, &changed,
				  &p->error);
	return xj_api_made_named(&c, q, p, r, "/api/1/members", changed.name,
				 xj_api_member);
}

/* His login, too: he is found by the new one. */
int
xj_api_member_edit(struct xj_request *q, struct xj_reply *p)
{
	static const char *const elements[] = { "login", "name", "pinyin",
		"kind", "status", "staff_number", "language", "email",
		"phone" };
	const struct xj_given *given = given_of(q, elements,
						XJ_COUNT(elements));
	struct xj_changed changed = { 0 };
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_MATCH);

	if (r == XJ_OK)
		r = given ? xj_member_edit(c.archive, q->parameters[0], given,
					   &c.options, &changed, &p->error) :
		    XJ_ENOMEM;
	if (r == XJ_OK)
		q->parameters[0] = xj_arena_strdup(q->arena, changed.name);
	return xj_api_end(&c, q, p, r, xj_api_member);
}

static enum xj_move
how_to_move(struct xj_request *q)
{
	const char *how = xj_body_or_null(q, "how");

	if (!how || strcmp(how, "instead") == 0)
		return XJ_MOVE;
	if (strcmp(how, "also") == 0)
		return XJ_MOVE_ALSO;
	if (strcmp(how, "out") != 0)
		xj_body_wrong(q, "how", "%s", _("\"instead\", \"also\" or "
						"\"out\" is expected"));
	return XJ_MOVE_OUT;
}

int
xj_api_member_move(struct xj_request *q, struct xj_reply *p)
{
	const char *unit = xj_body_need_text(q, "unit");
	const char *on = xj_body_or_null(q, "on");
	enum xj_move how = how_to_move(q);
	bool replace = xj_body_flag(q, "replace", false);
	struct xj_changed changed;
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_MATCH);

	c.options.on = on;
	if (r == XJ_OK)
		r = xj_member_move(c.archive, q->parameters[0], unit, how,
				   replace, &c.options, &changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_member);
}

int
xj_api_member_leave(struct xj_request *q, struct xj_reply *p)
{
	const char *on = xj_body_or_null(q, "on");
	struct xj_changed changed;
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_MATCH);

	c.options.on = on;
	if (r == XJ_OK)
		r = xj_member_leave(c.archive, q->parameters[0], &c.options,
				    &changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_member);
}

/* ------------------------------------------------------------ from a CSV file */

static int
add_row(void *ctx, const struct xj_import_row *row)
{
	json_array_append_new(ctx, json_pack("{s:I, s:o, s:o, s:s, s:o}",
		"row", (json_int_t)row->row, "login",
		xj_text_or_null(row->login), "name",
		xj_text_or_null(row->name), "outcome", row->outcome, "reason",
		xj_text_or_null(row->reason)));
	return XJ_OK;
}

static json_t *
imported(const struct xj_member_import_result *result, json_t *rows, bool try)
{
	const char separator[] = { result->separator, '\0' };
	json_t *o = json_pack("{s:O, s:o, s:o, s:I, s:I, s:I, s:I, s:I}",
		"rows", rows, "encoding", xj_json_of(result->encoding),
		"separator", xj_json_of(separator),
		"count", (json_int_t)result->rows,
		"added", (json_int_t)result->added,
		"changed", (json_int_t)result->changed,
		"unchanged", (json_int_t)result->unchanged,
		"refused", (json_int_t)result->refused);

	json_object_set_new(o, "kept", json_boolean(result->kept));
	json_object_set_new(o, "dry_run", json_boolean(try));
	json_object_set_new(o, "ignored", xj_text_or_null(result->ignored));
	json_object_set_new(o, "rejected", xj_text_or_null(result->rejected));
	return o;
}

int
xj_api_member_import(struct xj_request *q, struct xj_reply *p)
{
	struct xj_member_import_result result = { 0 };
	json_t *rows = json_array();
	struct xj_member_import_options o = {
		.encoding = xj_asked(q, "encoding"), .row = add_row, .ctx = rows,
		.all_or_nothing = xj_asked(q, "all_or_nothing") != NULL,
		.change = { .on = xj_asked(q, "on"),
			    .dry_run = xj_asked(q, "dry_run") != NULL } };
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, 0);

	if (r == XJ_OK)
		r = xj_member_import(c.archive, xj_buf_str(&q->body),
				     q->body.len, &o, &result, &p->error);
	r = xj_api_end(&c, q, p, r, NULL);
	if (r == XJ_OK) {
		p->status = 200;
		p->model = imported(&result, rows, o.change.dry_run);
	}
	xj_free(result.rejected);
	xj_free(result.ignored);
	json_decref(rows);
	return r;
}

/* --------------------------------------------------------------------- roles */

struct roles {
	const char *unit;
	json_t *list;
};

static int
add_roles(void *ctx, const struct xj_member *m)
{
	struct roles *t = ctx;

	for (size_t i = 0; i < m->role_count; i++) {
		const struct xj_role *r = &m->roles[i];

		if (t->unit && (!r->unit || strcmp(r->unit, t->unit) != 0))
			continue;
		json_array_append_new(t->list, json_pack(
			"{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "member",
			xj_json_of(m->login), "name", xj_json_of(m->name),
			"role", xj_json_of(r->role), "unit",
			xj_text_or_null(r->unit), "unit_name",
			xj_text_or_null(r->unit_name), "from",
			xj_text_or_null(r->from), "until",
			xj_text_or_null(r->until)));
	}
	return XJ_OK;
}

int
xj_api_roles(struct xj_request *q, struct xj_reply *p)
{
	struct roles t = { xj_asked(q, "unit"), json_array() };
	bool all = xj_asked(q, "all") != NULL;
	int r = xj_members(q->archive, &(struct xj_members_options){
		.member = xj_asked(q, "member"), .day = xj_asked(q, "day"),
		.all = all, .past = all }, add_roles, &t, &p->error);

	p->model = json_pack("{s:o}", "roles", t.list);
	return r;
}

int
xj_api_role_grant(struct xj_request *q, struct xj_reply *p)
{
	const char *role = xj_body_need_text(q, "role");
	const char *unit = xj_body_or_null(q, "unit");
	const char *until = xj_body_or_null(q, "until");
	const char *on = xj_body_or_null(q, "on");
	struct xj_changed changed;
	struct xj_api_change c;
	int r;

	/* For the whole archive is what null says, not what was forgotten. */
	xj_body_need(q, "unit");
	r = xj_api_begin(&c, q, p, 0);
	c.options.on = on;
	if (r == XJ_OK)
		r = xj_role_grant(c.archive, q->parameters[0], role, unit,
				  until, &c.options, &changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_member);
}

int
xj_api_role_revoke(struct xj_request *q, struct xj_reply *p)
{
	struct xj_changed changed;
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, 0);

	c.options.on = xj_asked(q, "on");
	if (r == XJ_OK)
		r = xj_role_revoke(c.archive, q->parameters[0],
				   q->parameters[1], xj_asked(q, "unit"),
				   &c.options, &changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_member);
}
