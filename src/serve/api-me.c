/* api-me.c - who asks, and the tokens of his programs. */
#include <string.h>

#include "serve/api.h"

/* ---------------------------------------------------------------------- me */

static int
add_member(void *ctx, const struct xj_member *m)
{
	json_t *o = ctx;

	json_object_set_new(o, "name", xj_json_of(m->name));
	json_object_set_new(o, "units", json_array());
	json_object_set_new(o, "roles", json_array());
	for (size_t i = 0; i < m->membership_count; i++)
		json_array_append_new(json_object_get(o, "units"), json_pack(
			"{s:o, s:o, s:s, s:b}",
			"code", xj_json_of(m->memberships[i].unit),
			"name", xj_json_of(m->memberships[i].unit_name),
			"axis", m->memberships[i].axis,
			"primary", (int)m->memberships[i].primary));
	for (size_t i = 0; i < m->role_count; i++)
		json_array_append_new(json_object_get(o, "roles"), json_pack(
			"{s:s, s:o, s:o}", "role", m->roles[i].role,
			"unit", xj_text_or_null(m->roles[i].unit),
			"until", xj_text_or_null(m->roles[i].until)));
	return XJ_OK;
}

int
xj_api_me(struct xj_request *q, struct xj_reply *p)
{
	static const char *const who[] = { "guest", "member", "owner" };
	const struct xj_session *s = &q->session;

	p->model = json_pack("{s:s, s:o, s:b, s:b, s:o}", "who", who[s->who],
			     "login", xj_text_or_null(s->login),
			     "token", (int)s->by_token, "write", s->by_token ?
			     (int)s->write : s->who != XJ_GUEST,
			     "csrf", xj_text_or_null(s->csrf));
	if (s->who != XJ_MEMBER)
		return XJ_OK;
	return xj_members(q->archive, &(struct xj_members_options){
		.member = s->login }, add_member, p->model, &p->error);
}

/* ------------------------------------------------------------------ tokens */

static int
add_token(void *ctx, const struct xj_token *t)
{
	json_array_append_new(ctx, json_pack("{s:I, s:o, s:b, s:o, s:o, s:b}",
		"number", (json_int_t)t->number, "name", xj_json_of(t->name),
		"write", (int)t->write, "created", xj_model_time(t->created),
		"until", xj_text_or_null(t->until), "over", (int)t->over));
	return XJ_OK;
}

/* A token makes no other, and is not told of others: whoever finds one has that
 * one alone. */
static int
check_himself(const struct xj_request *q, struct xj_error *err)
{
	if (q->session.who == XJ_MEMBER && !q->session.by_token)
		return XJ_OK;
	return xj_error_set(err, XJ_EPERM, "tokens are for a member who has "
			    "signed in");
}

int
xj_api_tokens(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = json_array();
	int r = check_himself(q, &p->error);

	p->model = json_pack("{s:o}", "tokens", list);
	return r < 0 ? r : xj_tokens(q->archive, q->session.login, add_token,
				     list, &p->error);
}

int
xj_api_token_new(struct xj_request *q, struct xj_reply *p)
{
	struct xj_token_given given = {
		.name = xj_body_need_text(q, "name"),
		.write = xj_body_flag(q, "write", false),
		.until = xj_body_text(q, "until"),
	};
	char token[XJ_LINK_MAX];
	struct xj_api_change c;
	uint64_t number = 0;
	int r = xj_api_begin(&c, q, p, 0);

	if (r == XJ_OK)
		r = check_himself(q, &p->error);
	if (r == XJ_OK)
		r = xj_token_add(c.archive, q->session.login, &given, token,
				 &number, &p->error);
	r = xj_api_end(&c, q, p, r, NULL);
	if (r == XJ_OK) {
		p->status = 201;
		p->model = json_pack("{s:I, s:s}", "number",
				     (json_int_t)number, "token", token);
	}
	return r;
}

int
xj_api_token_revoke(struct xj_request *q, struct xj_reply *p)
{
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = check_himself(q, &p->error);
	if (r == XJ_OK)
		r = xj_token_revoke(c.archive, c.id, &p->error);
	return xj_api_end(&c, q, p, r, NULL);
}
