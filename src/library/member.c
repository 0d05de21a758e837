/*
 * member.c - members: added, moved from unit to unit, changed, leaving.
 *
 * member.json, after what entity.h says: login, name, pinyin (pinyin_given: a
 * person said how the name is read), kind, status, staff_number, language,
 * email, phone, left (his last day), memberships: a list of {unit (a code),
 * axis, primary, from, until}, roles: a list of {role, unit (not for the whole
 * archive), from, until}. On each axis one membership at most is the primary
 * one on any day, and where there is any there is that.
 */
#include <stdio.h>
#include <string.h>

#include <xueji/account.h>

#include "library/people.h"

static const char *const kinds[] = {
	"staff\0职工 员工", "party-member\0党员 中共党员", "cadre\0干部",
	"external\0外部人员 外聘", NULL
};
static const char *const statuses[] = {
	"active\0在职 在岗", "leave\0请假 休假", "seconded\0借调", "retired\0退休",
	NULL
};

const char *const *
xj_member_kinds(void)
{
	return kinds;
}

const char *const *
xj_member_statuses(void)
{
	return statuses;
}

/* ------------------------------------------------------------ in the catalog */

static int
check(const json_t *root, struct xj_error *err)
{
	bool fine = xj_entity_text(root, "login") &&
		    xj_entity_text(root, "name") &&
		    xj_entity_text(root, "pinyin") &&
		    xj_entity_text(root, "kind") &&
		    xj_entity_text(root, "status") &&
		    xj_entity_is_list(json_object_get(root, "memberships")) &&
		    xj_entity_is_list(json_object_get(root, "roles"));

	return fine ? XJ_OK : xj_error_set(err, XJ_ECORRUPT,
					   "member.json: is damaged");
}

static int
put_row(struct xj_archive *a, const struct xj_entity_row *row,
	const json_t *root, struct xj_error *err)
{
	char key[XJ_NAME_MAX];
	int r = xj_name_key(xj_entity_text(root, "login"), key, err);

	return r < 0 ? r : xj_catalog_put_member(a->catalog,
		&(struct xj_member_row){
		.id = row->id, .login = xj_entity_text(root, "login"),
		.login_key = key, .name = xj_entity_text(root, "name"),
		.pinyin = xj_entity_text(root, "pinyin"),
		.kind = xj_entity_text(root, "kind"),
		.status = xj_entity_text(root, "status"),
		.staff_number = xj_entity_text(root, "staff_number"),
		.language = xj_entity_text(root, "language"),
		.email = xj_entity_text(root, "email"),
		.phone = xj_entity_text(root, "phone"),
		.left = xj_entity_text(root, "left"),
	}, err);
}

static int
span_row(struct xj_archive *a, const json_t *span, struct xj_buf *rows,
	 struct xj_error *err)
{
	const char *from = xj_entity_text(span, "from");
	const char *unit = xj_entity_text(span, "unit");
	struct xj_span_row row = { .from = from ? from : "",
		.until = xj_entity_text(span, "until"),
		.role = xj_entity_text(span, "role"),
		.primary = json_is_true(json_object_get(span, "primary")) };
	int r = unit ? xj_catalog_unit_id(a->catalog, unit, &row.unit, err)
		     : XJ_OK;

	if (r == XJ_OK && unit && !row.unit)
		return xj_error_set(err, XJ_ECORRUPT, "%s: no such unit",
				    unit);
	xj_buf_add(rows, &row, sizeof(row));
	return r < 0 ? r : xj_buf_check(rows, err);
}

static int
put_spans(struct xj_archive *a, uint64_t id, const json_t *list, bool roles,
	  struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf rows = XJ_BUF_INIT;
	size_t n = json_array_size(list);
	int r = XJ_OK;

	for (size_t i = 0; i < n && r == XJ_OK; i++)
		r = span_row(a, json_array_get(list, i), &rows, err);
	if (r < 0)
		return r;
	return roles ? xj_catalog_put_roles(a->catalog, id, (void *)rows.data,
					    n, err)
		     : xj_catalog_put_memberships(a->catalog, id,
						  (void *)rows.data, n, err);
}

static int
put_links(struct xj_archive *a, const struct xj_entity_row *row,
	  const json_t *root, struct xj_error *err)
{
	int r = put_spans(a, row->id, json_object_get(root, "memberships"),
			  false, err);

	return r < 0 ? r : put_spans(a, row->id,
				     json_object_get(root, "roles"), true,
				     err);
}

const struct xj_entity_kind xj_member_kind = {
	.name = "member", .check = check, .put_row = put_row,
	.put_links = put_links,
};

/* ------------------------------------------------------------- memberships */

static json_t *
membership(const struct xj_entity *e, size_t i)
{
	return json_array_get(json_object_get(e->root, "memberships"), i);
}

static bool
is_primary(const json_t *m)
{
	return json_is_true(json_object_get(m, "primary"));
}

static bool
is_of(const json_t *m, const char *field, const char *value)
{
	const char *text = xj_entity_text(m, field);

	return text && strcmp(text, value) == 0;
}

static void
drop(struct xj_entity *e, size_t i)
{
	json_array_remove(json_object_get(e->root, "memberships"), i);
}

static int
append(struct xj_entity *e, const struct xj_unit_row *u, bool primary,
       const char *from, const char *until, struct xj_error *err)
{
	json_t *m = json_object();

	if (json_object_set_new(m, "unit", json_string(u->code)) < 0 ||
	    json_object_set_new(m, "axis", json_string(u->axis)) < 0 ||
	    json_object_set_new(m, "primary", json_boolean(primary)) < 0 ||
	    xj_span_set(m, from, until, NULL) < 0 ||
	    json_array_append(json_object_get(e->root, "memberships"), m) < 0) {
		json_decref(m);
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	}
	json_decref(m);
	return XJ_OK;
}

/* The last day of what goes on beyond it; what begins later goes. Returns
 * whether it was kept. */
static bool
end_at(struct xj_entity *e, size_t i, const char *day)
{
	json_t *m = membership(e, i);

	if (xj_span_after(m, day)) {
		drop(e, i);
		return false;
	}
	xj_entity_set(m, "until", day, NULL);
	return true;
}

static bool
goes_beyond(const json_t *m, const char *day)
{
	const char *until = xj_entity_text(m, "until");

	return !until || strcmp(until, day) > 0;
}

static int
save(struct xj_people *p, struct xj_entity *e, const char *verb,
     const char *detail)
{
	int r = xj_memberships_order(e, p->err);

	xj_spans_sort(json_object_get(e->root, "roles"));
	return r < 0 ? r : xj_people_save(p, e, xj_entity_text(e->root,
							       "login"),
					  verb, detail);
}

/* ------------------------------------------------------------------ values */

static int
refuse_login(struct xj_people *p, const char *login,
	     const struct xj_member_row *other)
{
	if (strcmp(other->login, login) == 0)
		return xj_error_set(p->err, XJ_EEXIST, "the login %s is taken "
				    "by %s", login, other->name);
	return xj_error_set(p->err, XJ_EEXIST, "the login %s differs only by "
			    "case or width from %s, of %s", login,
			    other->login, other->name);
}

struct taken {
	struct xj_people *people;
	const struct xj_entity *entity;
	const char *login, *key;
};

static int
check_taken(void *ctx, const struct xj_member_row *row)
{
	const struct taken *t = ctx;

	if (strcmp(row->login_key, t->key) != 0)
		return XJ_END;
	return row->id == t->entity->id ? XJ_OK :
	       refuse_login(t->people, t->login, row);
}

static int
set_login(struct xj_people *p, struct xj_entity *e, const char *given)
{
	char login[XJ_NAME_MAX], key[XJ_NAME_MAX];
	struct taken t = { p, e, login, key };
	int r = xj_name_tidy(given, login, p->err);

	if (r == XJ_OK && (!*login || strlen(login) > 60 ||
			   strpbrk(login, " /\\,;\"'") || *login == '-'))
		return xj_error_set(p->err, XJ_EINVAL, "%s: a login is one "
				    "word without spaces, as lihua", given);
	if (r == XJ_OK)
		r = xj_name_key(login, key, p->err);
	if (r == XJ_OK)
		r = xj_catalog_find_member(p->archive->catalog, key, NULL,
					   check_taken, &t, p->err);
	return r < 0 ? r : xj_people_set(e, "login", login, p->err);
}

/* As a person says, or as the name is usually read. */
static int
set_pinyin(struct xj_people *p, struct xj_entity *e, const char *given)
{
	char pinyin[XJ_NAME_MAX];
	const char *name = xj_entity_text(e->root, "name");
	int r;

	if (given && *given) {
		r = xj_name_key(given, pinyin, p->err);
		json_object_set_new(e->root, "pinyin_given", json_true());
	} else {
		r = xj_name_pinyin(name, pinyin, p->err);
		json_object_del(e->root, "pinyin_given");
	}
	return r < 0 ? r : xj_people_set(e, "pinyin", pinyin, p->err);
}

static int
set_name(struct xj_people *p, struct xj_entity *e, const char *given)
{
	int r = xj_people_set(e, "name", given, p->err);

	if (r == XJ_OK && !xj_entity_text(e->root, "name"))
		return xj_error_set(p->err, XJ_EINVAL, "a member needs a "
				    "name");
	if (r < 0 || json_object_get(e->root, "pinyin_given"))
		return r;
	return set_pinyin(p, e, NULL);
}

static int
set_word(struct xj_people *p, struct xj_entity *e, const char *field,
	 const char *word, const char *refusal, const char *given)
{
	if (!word)
		return xj_error_set(p->err, XJ_EINVAL, refusal, given);
	return xj_entity_set(e->root, field, word, p->err);
}

static int
set_kind(struct xj_people *p, struct xj_entity *e, const char *given)
{
	return set_word(p, e, "kind", xj_people_word(kinds, given),
			N_("%s: is no kind of a member: staff, party-member, "
			   "cadre, external"), given);
}

static int
set_status(struct xj_people *p, struct xj_entity *e, const char *given)
{
	return set_word(p, e, "status", xj_people_word(statuses, given),
			N_("%s: is no status: active, leave, seconded, "
			   "retired; who leaves for good: `xueji member "
			   "leave`"), given);
}

static int
set_email(struct xj_people *p, struct xj_entity *e, const char *given)
{
	const char *at = given ? strchr(given, '@') : NULL;

	if (given && *given && (!at || at == given || !at[1] ||
				strpbrk(given, " ,;<>")))
		return xj_error_set(p->err, XJ_EINVAL, "%s: is no e-mail "
				    "address", given);
	return xj_people_set(e, "email", given, p->err);
}

static int
set_language(struct xj_people *p, struct xj_entity *e, const char *given)
{
	if (given && *given && strcmp(given, "zh") && strcmp(given, "en"))
		return xj_error_set(p->err, XJ_EINVAL, "%s: the language is "
				    "zh or en", given);
	return xj_entity_set(e->root, "language", given, p->err);
}

/* --------------------------------------------------------------------- add */

static int
not_there(const struct xj_unit_row *u, const char *day, struct xj_error *err)
{
	if (u->closed)
		return xj_error_set(err, XJ_EINVAL, "%s was closed on %s; "
				    "choose another unit", u->code, u->closed);
	return xj_error_set(err, XJ_EINVAL, "%s is not there on %s: it was "
			    "opened on %s", u->code, day,
			    u->opened ? u->opened : "");
}

/* The unit that somebody is to belong to. */
static int
find_unit(struct xj_people *p, const char *ref, const char *axis,
	  const struct xj_unit_row **u)
{
	int r = xj_unit_tree_find(&p->tree, ref, u, p->err);

	if (r < 0)
		return r;
	if (axis && strcmp((*u)->axis, axis) != 0)
		return xj_error_set(p->err, XJ_EINVAL,
			strcmp(axis, "work") == 0 ?
			"%s is a party unit: --party takes it" :
			"%s is a work unit: --unit takes it", (*u)->code);
	return (*u)->closed ||
	       ((*u)->opened && strcmp((*u)->opened, p->day) > 0) ?
	       not_there(*u, p->day, p->err) : XJ_OK;
}

int
xj_member_unit(struct xj_people *p, const char *ref, const char *axis,
	       const struct xj_unit_row **u)
{
	return find_unit(p, ref, axis, u);
}

static int
join(struct xj_people *p, struct xj_entity *e, const char *ref,
     const char *axis)
{
	const struct xj_unit_row *u;
	int r;

	if (!ref || !*ref)
		return XJ_OK;
	r = find_unit(p, ref, axis, &u);
	return r < 0 ? r : append(e, u, true, p->day, NULL, p->err);
}

static int
fill(struct xj_people *p, struct xj_entity *e,
     const struct xj_member_given *g)
{
	int r = set_login(p, e, g->login);

	if (r == XJ_OK)
		r = set_name(p, e, g->name);
	if (r == XJ_OK && g->pinyin && *g->pinyin)
		r = set_pinyin(p, e, g->pinyin);
	if (r == XJ_OK)
		r = set_kind(p, e, g->kind && *g->kind ? g->kind : "staff");
	if (r == XJ_OK)
		r = set_status(p, e, g->status && *g->status ? g->status
							     : "active");
	if (r == XJ_OK)
		r = xj_people_set(e, "staff_number", g->staff_number, p->err);
	if (r == XJ_OK)
		r = set_language(p, e, g->language);
	if (r == XJ_OK)
		r = set_email(p, e, g->email);
	if (r == XJ_OK)
		r = xj_people_set(e, "phone", g->phone, p->err);
	if (json_object_set_new(e->root, "memberships", json_array()) < 0 ||
	    json_object_set_new(e->root, "roles", json_array()) < 0)
		return xj_error_set(p->err, XJ_ENOMEM, "out of memory");
	if (r == XJ_OK)
		r = join(p, e, g->unit, "work");
	return r < 0 ? r : join(p, e, g->party, "party");
}

int
xj_member_add_in(struct xj_people *p, const struct xj_member_given *given)
{
	xj_auto(xj_entity_end) struct xj_entity e = { 0 };
	int r = xj_entity_new(&p->change, &xj_member_kind, &e, p->err);

	if (r == XJ_OK)
		r = fill(p, &e, given);
	return r < 0 ? r : save(p, &e, "add", xj_entity_text(e.root, "name"));
}

int
xj_member_add(struct xj_archive *a, const struct xj_member_given *given,
	      const struct xj_change_options *options,
	      struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(xj_people_end) struct xj_people p;
	int r = xj_people_begin(&p, a, options, changed, err);

	if (r == XJ_OK)
		r = xj_member_add_in(&p, given);
	return r < 0 ? r : xj_people_commit(&p);
}

/* -------------------------------------------------------------------- find */

struct finding {
	const char *key;
	uint64_t id;
	size_t count;
	bool exact;
	struct xj_buf logins;
};

static int
note(void *ctx, const struct xj_member_row *row)
{
	struct finding *f = ctx;

	f->exact = strcmp(row->login_key, f->key) == 0;
	f->id = row->id;
	f->count++;
	if (f->logins.len < 200)
		xj_buf_addf(&f->logins, "%s%s", f->logins.len ? ", " : "",
			    row->login);
	return f->exact ? XJ_END : XJ_OK;
}

int
xj_member_find(struct xj_archive *a, const char *ref, uint64_t *id,
	       struct xj_error *err)
{
	char name[XJ_NAME_MAX], key[XJ_NAME_MAX];
	struct finding f = { .key = key };
	int r = xj_name_tidy(ref, name, err);

	if (r == XJ_OK)
		r = xj_name_key(name, key, err);
	if (r == XJ_OK)
		r = xj_catalog_find_member(a->catalog, key, name, note, &f,
					   err);
	if (r == XJ_OK && f.count == 0)
		r = xj_member_unknown(a, ref, key, err);
	else if (r == XJ_OK && f.count > 1 && !f.exact)
		r = xj_error_set(err, XJ_EINVAL, "several members are called "
				 "%s; name one by the login: %s", ref,
				 xj_buf_str(&f.logins));
	*id = f.id;
	xj_buf_release(&f.logins);
	return r;
}

static int
note_numbered(void *ctx, const struct xj_member_row *row)
{
	struct finding *f = ctx;

	if (row->staff_number && strcmp(row->staff_number, f->key) == 0) {
		f->id = row->id;
		f->count++;
	}
	return XJ_OK;
}

int
xj_member_numbered(struct xj_archive *a, const char *staff_number,
		   uint64_t *id, struct xj_error *err)
{
	struct finding f = { .key = staff_number };
	int r = xj_catalog_find_member(a->catalog, "", staff_number,
				       note_numbered, &f, err);

	if (r == XJ_OK && f.count > 1)
		return xj_error_set(err, XJ_EINVAL, "several members have the "
				    "staff number %s", staff_number);
	*id = f.id;
	return r;
}

int
xj_member_load(struct xj_people *p, const char *ref, struct xj_entity *e)
{
	uint64_t id;
	int r = xj_member_find(p->archive, ref, &id, p->err);

	if (r == XJ_OK)
		r = xj_entity_load(&p->change, &xj_member_kind, id,
				   p->options->if_version, e, p->err);
	if (r == XJ_EBUSY)
		xj_error_wrap(p->err, r, "%s", ref);
	return r;
}

int
xj_member_save(struct xj_people *p, struct xj_entity *e, const char *verb,
	       const char *detail)
{
	return save(p, e, verb, detail);
}

/* -------------------------------------------------------------------- edit */

int
xj_member_set(struct xj_people *p, struct xj_entity *e, const char *field,
	      const char *value)
{
	if (strcmp(field, "login") == 0)
		return set_login(p, e, value);
	if (strcmp(field, "name") == 0)
		return set_name(p, e, value);
	if (strcmp(field, "pinyin") == 0)
		return set_pinyin(p, e, value);
	if (strcmp(field, "kind") == 0)
		return set_kind(p, e, value);
	if (strcmp(field, "status") == 0)
		return set_status(p, e, value);
	if (strcmp(field, "email") == 0)
		return set_email(p, e, value);
	if (strcmp(field, "language") == 0)
		return set_language(p, e, value);
	if (strcmp(field, "phone") == 0 || strcmp(field, "staff_number") == 0)
		return xj_people_set(e, field, value, p->err);
	return xj_error_set(p->err, XJ_EINVAL, "%s: no such field of a "
			    "member: login, name, pinyin, kind, status, "
			    "staff_number, language, email, phone", field);
}

int
xj_member_edit(struct xj_archive *a, const char *member,
	       const struct xj_given *given,
	       const struct xj_change_options *options,
	       struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(xj_people_end) struct xj_people p;
	xj_auto(xj_entity_end) struct xj_entity e = { 0 };
	int r = xj_people_begin(&p, a, options, changed, err);

	if (r == XJ_OK)
		r = xj_member_load(&p, member, &e);
	for (; r == XJ_OK && given->element; given++)
		r = xj_member_set(&p, &e, given->element, given->value);
	if (r == XJ_OK)
		r = save(&p, &e, "edit", NULL);
	return r < 0 ? r : xj_people_commit(&p);
}

/* -------------------------------------------------------------------- move */

/* Who left before is back; who is about to leave is not moved. */
static int
come_back(struct xj_people *p, struct xj_entity *e)
{
	const char *left = xj_entity_text(e->root, "left");

	if (left && strcmp(left, p->day) >= 0)
		return xj_error_set(p->err, XJ_EINVAL, "%s leaves on %s: from "
				    "the day after he may be taken back",
				    xj_entity_text(e->root, "login"), left);
	json_object_del(e->root, "left");
	return XJ_OK;
}

/* Primary memberships of the axis that begin later. */
static int
drop_later(struct xj_people *p, struct xj_entity *e, const char *axis,
	   bool replace)
{
	json_t *m;

	for (size_t i = 0; (m = membership(e, i));) {
		if (!is_of(m, "axis", axis) || !is_primary(m) ||
		    !xj_span_after(m, p->day)) {
			i++;
			continue;
		}
		if (!replace)
			return xj_error_set(p->err, XJ_EEXIST, "%s moves to "
				"%s on %s; choose a later day, or --replace "
				"puts this in its place",
				xj_entity_text(e->root, "login"),
				xj_entity_text(m, "unit"),
				xj_entity_text(m, "from"));
		drop(e, i);
	}
	return XJ_OK;
}

/* The primary unit of the axis ends the day before, and this one begins. */
static int
move_to(struct xj_people *p, struct xj_entity *e, const struct xj_unit_row *u)
{
	char before[XJ_DAY_MAX];
	json_t *m;

	xj_day_add(p->day, -1, before);
	for (size_t i = 0; (m = membership(e, i));)
		if (is_of(m, "axis", u->axis) && is_primary(m) &&
		    xj_span_has(m, p->day))
			i += end_at(e, i, before);
		else
			i++;
	return append(e, u, true, p->day, NULL, p->err);
}

static bool
is_in(const struct xj_entity *e, const char *field, const char *value,
      const char *day)
{
	json_t *m;

	for (size_t i = 0; (m = membership(e, i)); i++)
		if (is_of(m, field, value) && xj_span_has(m, day))
			return true;
	return false;
}

static int
move_also(struct xj_people *p, struct xj_entity *e,
	  const struct xj_unit_row *u)
{
	return is_in(e, "unit", u->code, p->day) ? XJ_OK :
	       append(e, u, false, p->day, NULL, p->err);
}

/* With the last day of it. */
static int
move_out(struct xj_people *p, struct xj_entity *e, const struct xj_unit_row *u)
{
	bool found = false;
	json_t *m;

	for (size_t i = 0; (m = membership(e, i));) {
		if (!is_of(m, "unit", u->code) || !goes_beyond(m, p->day)) {
			i++;
			continue;
		}
		found = true;
		i += end_at(e, i, p->day);
	}
	if (!found)
		return xj_error_set(p->err, XJ_ENOTFOUND, "%s does not belong "
				    "to %s", xj_entity_text(e->root, "login"),
				    u->code);
	return XJ_OK;
}

bool
xj_member_is_of(const struct xj_entity *e, const struct xj_unit_row *u,
		const char *day)
{
	json_t *m;

	for (size_t i = 0; (m = membership(e, i)); i++)
		if (is_of(m, "unit", u->code) && is_primary(m) &&
		    xj_span_has(m, day))
			return true;
	return false;
}

bool
xj_member_has_unit(const struct xj_entity *e, const char *axis)
{
	json_t *m;

	for (size_t i = 0; (m = membership(e, i)); i++)
		if (is_of(m, "axis", axis))
			return true;
	return false;
}

int
xj_member_move_in(struct xj_people *p, struct xj_entity *e,
		  const struct xj_unit_row *u, bool replace)
{
	int r = come_back(p, e);

	if (r == XJ_OK)
		r = drop_later(p, e, u->axis, replace);
	return r < 0 ? r : move_to(p, e, u);
}

static int
move_in(struct xj_people *p, struct xj_entity *e, const char *unit,
	enum xj_move how, bool replace)
{
	static const char *const marks[] = { "→", "+", "–" };
	const struct xj_unit_row *u;
	char detail[160];
	int r = how == XJ_MOVE_OUT ? xj_unit_tree_find(&p->tree, unit, &u, p->err)
				   : find_unit(p, unit, NULL, &u);

	if (r < 0)
		return r;
	if (how == XJ_MOVE)
		r = xj_member_move_in(p, e, u, replace);
	else if (how == XJ_MOVE_OUT)
		r = move_out(p, e, u);
	else if ((r = come_back(p, e)) == XJ_OK)
		r = move_also(p, e, u);
	snprintf(detail, sizeof(detail), "%s %s, %s", marks[how], u->code,
		 p->day);
	return r < 0 ? r : save(p, e, "move", detail);
}

int
xj_member_move(struct xj_archive *a, const char *member, const char *unit,
	       enum xj_move how, bool replace,
	       const struct xj_change_options *options,
	       struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(xj_people_end) struct xj_people p;
	xj_auto(xj_entity_end) struct xj_entity e = { 0 };
	int r = xj_people_begin(&p, a, options, changed, err);

	if (r == XJ_OK)
		r = xj_member_load(&p, member, &e);
	if (r == XJ_OK)
		r = move_in(&p, &e, unit, how, replace);
	return r < 0 ? r : xj_people_commit(&p);
}

/* ---------------------------------------------------- a unit is closed */

/* One membership, and what comes after it. */
static int
hand_over(struct xj_people *p, struct xj_entity *e, size_t i,
	  const struct xj_unit_row *successor, const char *day)
{
	json_t *m = json_deep_copy(membership(e, i));
	const char *from = xj_entity_text(m, "from");
	char next[XJ_DAY_MAX];
	int r = XJ_OK;

	xj_day_add(day, 1, next);
	if (from && strcmp(from, next) > 0)
		memcpy(next, from, XJ_DAY_MAX);
	end_at(e, i, day);
	if (successor)
		r = append(e, successor, is_primary(m), next,
			   xj_entity_text(m, "until"), p->err);
	json_decref(m);
	return r;
}

int
xj_member_out(struct xj_people *p, uint64_t member, const char *unit,
	      const char *successor, const char *day)
{
	xj_auto(xj_entity_end) struct xj_entity e = { 0 };
	const struct xj_unit_row *to = successor ?
		xj_unit_tree_code(&p->tree, successor) : NULL;
	struct xj_changed kept = *p->changed;
	char detail[160];
	json_t *m;
	int r = xj_entity_load(&p->change, &xj_member_kind, member, 0, &e,
			       p->err);

	for (size_t i = 0; r == XJ_OK && (m = membership(&e, i));)
		if (is_of(m, "unit", unit) && goes_beyond(m, day))
			r = hand_over(p, &e, i, to, day);
		else
			i++;
	snprintf(detail, sizeof(detail), "%s → %s, %s", unit,
		 to ? to->code : "–", day);
	if (r == XJ_OK)
		r = save(p, &e, "move", detail);
	*p->changed = kept;
	return r;
}

/* ------------------------------------------------------------------- leave */

static void
end_all(json_t *list, const char *day)
{
	for (size_t i = json_array_size(list); i-- > 0;) {
		json_t *span = json_array_get(list, i);

		if (xj_span_after(span, day))
			json_array_remove(list, i);
		else if (goes_beyond(span, day))
			xj_entity_set(span, "until", day, NULL);
	}
}

int
xj_member_leave(struct xj_archive *a, const char *member,
		const struct xj_change_options *options,
		struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(xj_people_end) struct xj_people p;
	xj_auto(xj_entity_end) struct xj_entity e = { 0 };
	const char *left;
	int r = xj_people_begin(&p, a, options, changed, err);

	if (r == XJ_OK)
		r = xj_member_load(&p, member, &e);
	left = r == XJ_OK ? xj_entity_text(e.root, "left") : NULL;
	if (left && strcmp(left, p.day) < 0)
		return xj_error_set(err, XJ_EEXIST, "%s has left on %s",
				    xj_entity_text(e.root, "login"), left);
	if (r == XJ_OK)
		r = xj_entity_set(e.root, "left", p.day, err);
	if (r < 0)
		return r;
	end_all(json_object_get(e.root, "memberships"), p.day);
	end_all(json_object_get(e.root, "roles"), p.day);
	r = save(&p, &e, "depart", p.day);
	return r < 0 ? r : xj_people_commit(&p);
}
