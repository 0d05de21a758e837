/* role.c - roles that members have, for a unit and what is below it. */
#include <stdio.h>
#include <string.h>

#include <xueji/account.h>

#include "library/people.h"

/* The Chinese words are taken, too. */
static const char *const roles[] = {
	"secretary\0书记 支部书记 科室负责人", "librarian\0资料员",
	"reviewer\0审阅人 审稿人", "lead\0单位领导 领导", "operator\0系统管理员 管理员",
	"editor\0宣教 编辑", "inspector\0考核组 考核员", NULL
};

const char *const *
xj_roles(void)
{
	return roles;
}

/* What a call is about. */
struct role {
	const char *name;
	const struct xj_unit_row *unit; /* NULL: the whole archive */
};

static int
read_role(struct xj_people *p, const char *name, const char *unit,
	  struct role *role)
{
	role->name = xj_people_word(roles, name);
	if (!role->name)
		return xj_error_set(p->err, XJ_EINVAL, "%s: is no role: %s",
				    name, xj_role_names());
	role->unit = NULL;
	return unit ? xj_unit_tree_find(&p->tree, unit, &role->unit, p->err)
		    : XJ_OK;
}

static bool
is_it(const json_t *span, const struct role *role)
{
	const char *unit = xj_entity_text(span, "unit");

	return strcmp(xj_entity_text(span, "role"), role->name) == 0 &&
	       (role->unit ? unit && strcmp(unit, role->unit->code) == 0
			   : !unit);
}

static const char *
where(const struct role *role)
{
	return role->unit ? role->unit->code : "*";
}

/* ------------------------------------------------------------------- grant */

static int
append(struct xj_people *p, json_t *list, const struct role *role,
       const char *until)
{
	json_t *span = json_object();
	int r = xj_entity_set(span, "role", role->name, p->err);

	if (r == XJ_OK && role->unit)
		r = xj_entity_set(span, "unit", role->unit->code, p->err);
	if (r == XJ_OK)
		r = xj_span_set(span, p->day, until, p->err);
	if (r == XJ_OK && json_array_append(list, span) < 0)
		r = xj_error_set(p->err, XJ_ENOMEM, "out of memory");
	json_decref(span);
	return r;
}

/* One that lasts is given another end; one that begins later is in it. */
static int
grant_in(struct xj_people *p, struct xj_entity *e, const struct role *role,
	 const char *until)
{
	json_t *list = json_object_get(e->root, "roles"), *lasting = NULL;

	for (size_t i = json_array_size(list); i-- > 0;) {
		json_t *span = json_array_get(list, i);

		if (!is_it(span, role))
			continue;
		if (xj_span_after(span, p->day))
			json_array_remove(list, i);
		else if (xj_span_has(span, p->day))
			lasting = span;
	}
	return lasting ? xj_entity_set(lasting, "until", until, p->err)
		       : append(p, list, role, until);
}

static int
check_grant(struct xj_people *p, const struct xj_entity *e,
	    const struct role *role, const char *until)
{
	const char *left = xj_entity_text(e->root, "left");

	if (left)
		return xj_error_set(p->err, XJ_EINVAL, "%s has left on %s",
				    xj_entity_text(e->root, "login"), left);
	if (role->unit && role->unit->closed)
		return xj_error_set(p->err, XJ_EINVAL, "%s was closed on %s; "
				    "choose another unit", role->unit->code,
				    role->unit->closed);
	if (*until && strcmp(until, p->day) < 0)
		return xj_error_set(p->err, XJ_EINVAL, "it would end on %s, "
				    "before it begins on %s", until, p->day);
	return XJ_OK;
}

int
xj_role_grant(struct xj_archive *a, const char *member, const char *name,
	      const char *unit, const char *last,
	      const struct xj_change_options *options,
	      struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(xj_people_end) struct xj_people p;
	xj_auto(xj_entity_end) struct xj_entity e = { 0 };
	struct role role;
	char until[XJ_DAY_MAX], detail[160];
	int r = xj_people_begin(&p, a, options, changed, err);

	if (r == XJ_OK)
		r = xj_people_day(last, "\0         ", until, err);
	if (r == XJ_OK)
		r = read_role(&p, name, unit, &role);
	if (r == XJ_OK)
		r = xj_member_load(&p, member, &e);
	if (r == XJ_OK)
		r = check_grant(&p, &e, &role, until);
	if (r == XJ_OK)
		r = grant_in(&p, &e, &role, until);
	if (r < 0)
		return r;
	snprintf(detail, sizeof(detail), "%s %s, %s–%s", role.name,
		 where(&role), p.day, until);
	r = xj_member_save(&p, &e, "grant", detail);
	return r < 0 ? r : xj_people_commit(&p);
}

/* ------------------------------------------------------------------ revoke */

static bool
revoke_in(struct xj_people *p, struct xj_entity *e, const struct role *role)
{
	json_t *list = json_object_get(e->root, "roles");
	char before[XJ_DAY_MAX];
	bool found = false;

	xj_day_add(p->day, -1, before);
	for (size_t i = json_array_size(list); i-- > 0;) {
		json_t *span = json_array_get(list, i);

		if (!is_it(span, role) || xj_span_over(span, p->day))
			continue;
		found = true;
		if (xj_span_after(span, before))
			json_array_remove(list, i);
		else
			xj_entity_set(span, "until", before, NULL);
	}
	return found;
}

int
xj_role_revoke(struct xj_archive *a, const char *member, const char *name,
	       const char *unit, const struct xj_change_options *options,
	       struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(xj_people_end) struct xj_people p;
	xj_auto(xj_entity_end) struct xj_entity e = { 0 };
	struct role role;
	char detail[160];
	int r = xj_people_begin(&p, a, options, changed, err);

	if (r == XJ_OK)
		r = read_role(&p, name, unit, &role);
	if (r == XJ_OK)
		r = xj_member_load(&p, member, &e);
	if (r == XJ_OK && !revoke_in(&p, &e, &role))
		return xj_error_set(err, XJ_ENOTFOUND, "%s is not %s at %s; "
				    "`xueji role list` shows the roles",
				    xj_entity_text(e.root, "login"), role.name,
				    where(&role));
	if (r < 0)
		return r;
	snprintf(detail, sizeof(detail), "%s %s, %s", role.name, where(&role),
		 p.day);
	r = xj_member_save(&p, &e, "revoke", detail);
	return r < 0 ? r : xj_people_commit(&p);
}
