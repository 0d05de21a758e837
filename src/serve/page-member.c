/* page-member.c - members: all, each, and what changes them. */
#include <stdlib.h>
#include <string.h>

#include "serve/people.h"

#define SHOWN_MOST 500

/* ----------------------------------------------------------------------- all */

struct listing {
	json_t *list;
	const char *find; /* in name, login or pinyin; "" */
	bool more;
};

/* "zhouping" is in "zhou ping", too. */
static bool
is_in_pinyin(const char *pinyin, const char *find)
{
	char joined[256];
	size_t n = 0;

	for (const char *p = pinyin; *p && n + 1 < sizeof(joined); p++)
		if (*p != ' ')
			joined[n++] = *p;
	joined[n] = '\0';
	return strcasestr(pinyin, find) || strcasestr(joined, find);
}

static bool
is_found(const struct listing *l, const struct xj_member *m)
{
	return !*l->find || strstr(m->name, l->find) ||
	       strcasestr(m->login, l->find) ||
	       (m->pinyin && is_in_pinyin(m->pinyin, l->find));
}

static int
add_member(void *ctx, const struct xj_member *m)
{
	struct listing *l = ctx;

	if (!is_found(l, m))
		return XJ_OK;
	if (json_array_size(l->list) < SHOWN_MOST)
		json_array_append_new(l->list, xj_model_member(m));
	else
		l->more = true;
	return XJ_OK;
}

int
xj_page_members(struct xj_request *q, struct xj_reply *p)
{
	struct listing l = { .list = json_array(),
			     .find = xj_argument(q, "find") };
	int r;

	p->page = "members";
	p->model = json_pack("{s:s, s:o, s:o}", "title", _("Members"),
			     "members", l.list, "find", xj_json_of(l.find));
	r = xj_members(q->archive, &(struct xj_members_options){ 0 },
		       add_member, &l, &p->error);
	xj_model_has(p->model, "has_members", "members");
	json_object_set_new(p->model, "more", json_boolean(l.more));
	xj_model_add_manager(q, p->model, NULL);
	return r;
}

/* ----------------------------------------------------------------------- one */

int
xj_page_member(struct xj_request *q, struct xj_reply *p)
{
	const char *login = q->parameters[0];
	json_t *list = json_array();
	int r = xj_members(q->archive, &(struct xj_members_options){
			   .member = login }, xj_model_add_member, list,
			   &p->error);

	p->model = json_incref(json_array_get(list, 0));
	json_decref(list);
	/* Guests are told the same of every login. */
	if (r == XJ_EPERM || r == XJ_ENOTFOUND || r == XJ_EINVAL || !p->model)
		return xj_error_set(&p->error, XJ_ENOTFOUND, "there is no "
				    "member %s", login);
	if (r < 0)
		return r;
	p->page = "member";
	json_object_set(p->model, "title", json_object_get(p->model, "name"));
	xj_model_has(p->model, "has_roles", "roles");
	xj_model_add_manager(q, p->model, p->model);
	return XJ_OK;
}

/* -------------------------------------------------------------------- changes */

static int
add(struct xj_archive *a, struct xj_request *q, struct xj_error *err)
{
	const struct xj_change_options o = xj_deed_options(q);
	struct xj_changed changed;

	return xj_member_add(a, &(struct xj_member_given){
		.login = xj_form(q, "login"), .name = xj_form(q, "name"),
		.kind = xj_form_or_null(q, "kind"),
		.staff_number = xj_form_or_null(q, "staff_number"),
		.unit = xj_form_or_null(q, "unit"),
		.party = xj_form_or_null(q, "party") }, &o, &changed, err);
}

int
xj_do_member_add(struct xj_request *q, struct xj_reply *p)
{
	return xj_deed_do(q, p, &(struct xj_deed){ add, "added",
		xj_page_of(q, "/members/", xj_form(q, "login")),
		xj_page_members });
}

static int
edit(struct xj_archive *a, struct xj_request *q, struct xj_error *err)
{
	static const char *const elements[] = { "name", "pinyin", "kind",
		"status", "staff_number", "email", "phone" };
	const struct xj_change_options o = xj_deed_options(q);
	struct xj_given given[XJ_COUNT(elements) + 1] = { { 0 } };
	struct xj_changed changed;

	for (size_t i = 0; i < XJ_COUNT(elements); i++)
		given[i] = (struct xj_given){ elements[i],
					      xj_form(q, elements[i]) };
	return xj_member_edit(a, q->parameters[0], given, &o, &changed, err);
}

static int
move(struct xj_archive *a, struct xj_request *q, struct xj_error *err)
{
	const struct xj_change_options o = xj_deed_options(q);
	const char *how = xj_form(q, "how");
	struct xj_changed changed;

	return xj_member_move(a, q->parameters[0], xj_form(q, "unit"),
		strcmp(how, "also") == 0 ? XJ_MOVE_ALSO :
		strcmp(how, "out") == 0 ? XJ_MOVE_OUT : XJ_MOVE,
		*xj_form(q, "replace") != '\0', &o, &changed, err);
}

static int
leave(struct xj_archive *a, struct xj_request *q, struct xj_error *err)
{
	const struct xj_change_options o = xj_deed_options(q);
	struct xj_changed changed;

	return xj_member_leave(a, q->parameters[0], &o, &changed, err);
}

static int
grant(struct xj_archive *a, struct xj_request *q, struct xj_error *err)
{
	struct xj_changed changed;
	int r = xj_form_needs(a, q, "unit", err);

	return r < 0 ? r : xj_role_grant(a, q->parameters[0], xj_form(q, "role"),
			     xj_form_or_null(q, "unit"),
			     xj_form_or_null(q, "until"), NULL, &changed, err);
}

static int
revoke(struct xj_archive *a, struct xj_request *q, struct xj_error *err)
{
	struct xj_changed changed;
	int r = xj_form_needs(a, q, "unit", err);

	return r < 0 ? r : xj_role_revoke(a, q->parameters[0], xj_form(q, "role"),
			      xj_form_or_null(q, "unit"), NULL, &changed, err);
}

static int
do_member(struct xj_request *q, struct xj_reply *p,
	  int (*fn)(struct xj_archive *, struct xj_request *,
		    struct xj_error *))
{
	return xj_deed_do(q, p, &(struct xj_deed){ fn, "saved",
		xj_page_of(q, "/members/", q->parameters[0]),
		xj_page_member });
}

int
xj_do_member_edit(struct xj_request *q, struct xj_reply *p)
{
	return do_member(q, p, edit);
}

int
xj_do_member_move(struct xj_request *q, struct xj_reply *p)
{
	return do_member(q, p, move);
}

int
xj_do_member_leave(struct xj_request *q, struct xj_reply *p)
{
	return do_member(q, p, leave);
}

int
xj_do_role_grant(struct xj_request *q, struct xj_reply *p)
{
	return do_member(q, p, grant);
}

int
xj_do_role_revoke(struct xj_request *q, struct xj_reply *p)
{
	return do_member(q, p, revoke);
}

/* Shown once, on the page that answers: it is in no address and no history. */
int
xj_do_member_link(struct xj_request *q, struct xj_reply *p)
{
	char token[XJ_LINK_MAX];
	struct xj_archive *a;
	int r = xj_change_open(q, &a, &p->error);

	if (r < 0)
		return r;
	r = xj_account_link(a, q->parameters[0], token, &p->error);
	xj_archive_close(a);
	if (r < 0)
		return r;
	r = xj_page_member(q, p);
	if (r == XJ_OK)
		json_object_set_new(p->model, "link", xj_json_format(
			"%s/welcome/%s", xj_base_url(q), token));
	return r;
}

/* ----------------------------------------------------------- from a CSV file */

static int
add_row(void *ctx, const struct xj_import_row *row)
{
	if (strcmp(row->outcome, "refused") == 0 &&
	    json_array_size(ctx) < SHOWN_MOST)
		json_array_append_new(ctx, json_pack("{s:I, s:o, s:o}", "row",
			(json_int_t)row->row, "name", xj_json_of(
			row->name && *row->name ? row->name : row->login),
			"reason", xj_json_of(row->reason)));
	return XJ_OK;
}

static int
import(struct xj_request *q, json_t *rows,
       struct xj_member_import_result *result, struct xj_error *err)
{
	const char *text = xj_form(q, "rows");
	struct xj_archive *a;
	int r = xj_change_open(q, &a, err);

	if (r < 0)
		return r;
	r = xj_member_import(a, text, strlen(text),
			     &(struct xj_member_import_options){
				.encoding = "UTF-8", .row = add_row,
				.ctx = rows, .all_or_nothing =
				*xj_form(q, "all_or_nothing") != '\0' },
			     result, err);
	xj_archive_close(a);
	return r;
}

static json_t *
imported(const struct xj_member_import_result *result, json_t *rows)
{
	json_t *o = json_pack("{s:O, s:o, s:o, s:b}", "rows", rows, "said",
		xj_json_format(_("%llu added, %llu changed, %llu as before, "
			"%llu not taken."), (ull)result->added,
			(ull)result->changed, (ull)result->unchanged,
			(ull)result->refused), "ignored",
		xj_json_of(result->ignored), "nothing", !result->kept);

	if (result->rejected)
		json_object_set_new(o, "rejected",
				    xj_json_of(result->rejected));
	xj_model_has(o, "has_rows", "rows");
	return o;
}

int
xj_do_member_import(struct xj_request *q, struct xj_reply *p)
{
	struct xj_member_import_result result = { 0 };
	json_t *rows = json_array();
	struct xj_error err = { 0 };
	int r = import(q, rows, &result, &err), shown;

	shown = xj_page_members(q, p);
	if (shown == XJ_OK && r == XJ_OK) {
		json_object_set_new(p->model, "imported", imported(&result,
								   rows));
		if (result.refused)
			p->status = 422;
	} else if (shown == XJ_OK) {
		p->error = err;
		json_object_set_new(p->model, "typed", json_pack("{s:o}",
			"rows", xj_json_of(xj_form(q, "rows"))));
		shown = xj_reply_refused(p, r);
	}
	xj_free(result.rejected);
	xj_free(result.ignored);
	json_decref(rows);
	return shown;
}

/* The rows that were not taken, which the page before had: nothing is kept of
 * them here. */
int
xj_give_rejected(struct xj_request *q, struct xj_reply *p)
{
	xj_buf_adds(&p->body, "\xEF\xBB\xBF");
	xj_buf_adds(&p->body, xj_form(q, "rejected"));
	p->type = "text/csv; charset=utf-8";
	xj_reply_header(q, p, "Content-Disposition",
			"attachment; filename=\"members-rejected.csv\"");
	return XJ_OK;
}
