/*
 * unit.c - units: added, moved, changed, closed.
 *
 * unit.json, after what entity.h says: code, axis, kind, name, name_en, opened
 * and closed (first and last day), successor and institution (codes), places: a
 * list of {parent (a code, not on top), from, until}, one for each day of its
 * life. A code is never another unit's.
 */
#include <string.h>

#include <xueji/account.h>

#include "library/people.h"

#define DEPTH_MAX 12

/* The kinds of an axis, from above to below, with the Chinese words for each. */
static const char *const work_kinds[] = {
	"bureau\0局", "institution\0单位 机构 医院", "department\0科室 部门 科",
	"team\0班组 组", NULL
};
static const char *const party_kinds[] = {
	"committee\0党委 党总支 总支", "branch\0支部 党支部", "group\0小组 党小组",
	NULL
};
static const char *const axes[] = {
	"work\0行政 业务 单位", "party\0党 党组织 党务", NULL
};

/* ------------------------------------------------------------ in the catalog */

static int
check(const json_t *root, struct xj_error *err)
{
	const char *axis = xj_entity_text(root, "axis");
	bool fine = xj_entity_text(root, "code") &&
		    xj_entity_text(root, "name") &&
		    xj_entity_text(root, "kind") && axis &&
		    (strcmp(axis, "work") == 0 || strcmp(axis, "party") == 0) &&
		    xj_entity_is_list(json_object_get(root, "places"));

	return fine ? XJ_OK : xj_error_set(err, XJ_ECORRUPT,
					   "unit.json: is damaged");
}

/* The number of the unit that a field names; 0: the field is not there. */
static int
number_of(struct xj_archive *a, const json_t *object, const char *field,
	  uint64_t *id, struct xj_error *err)
{
	const char *code = xj_entity_text(object, field);
	int r = XJ_OK;

	*id = 0;
	if (code)
		r = xj_catalog_unit_id(a->catalog, code, id, err);
	if (r == XJ_OK && code && !*id)
		return xj_error_set(err, XJ_ECORRUPT, "%s: no such unit",
				    code);
	return r;
}

static int
put_row(struct xj_archive *a, const struct xj_entity_row *row,
	const json_t *root, struct xj_error *err)
{
	struct xj_unit_row u = {
		.id = row->id, .code = xj_entity_text(root, "code"),
		.axis = xj_entity_text(root, "axis"),
		.kind = xj_entity_text(root, "kind"),
		.name = xj_entity_text(root, "name"),
		.name_en = xj_entity_text(root, "name_en"),
		.opened = xj_entity_text(root, "opened"),
		.closed = xj_entity_text(root, "closed"),
	};

	/* Units that it names may come later in a rebuild. */
	number_of(a, root, "successor", &u.successor, NULL);
	number_of(a, root, "institution", &u.institution, NULL);
	return xj_catalog_put_unit(a->catalog, &u, err);
}

static int
put_links(struct xj_archive *a, const struct xj_entity_row *row,
	  const json_t *root, struct xj_error *err)
{
	const json_t *places = json_object_get(root, "places");
	size_t n = json_array_size(places);
	xj_auto(xj_buf_release) struct xj_buf rows = XJ_BUF_INIT;
	int r = put_row(a, row, root, err);

	for (size_t i = 0; i < n && r == XJ_OK; i++) {
		const json_t *p = json_array_get(places, i);
		const char *from = xj_entity_text(p, "from");
		struct xj_span_row span = { .from = from ? from : "",
			.until = xj_entity_text(p, "until") };

		r = number_of(a, p, "parent", &span.parent, err);
		xj_buf_add(&rows, &span, sizeof(span));
	}
	if (r == XJ_OK)
		r = xj_buf_check(&rows, err);
	return r < 0 ? r : xj_catalog_put_places(a->catalog, row->id,
						 (void *)rows.data, n, err);
}

const struct xj_entity_kind xj_unit_kind = {
	.name = "unit", .check = check, .put_row = put_row,
	.put_links = put_links,
};

/* ----------------------------------------------------------------- values */

static int
check_code(const char *code, struct xj_error *err)
{
	size_t n = strlen(code);

	if (n >= 1 && n <= 32 && code[0] != '-' &&
	    strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") == n)
		return XJ_OK;
	return xj_error_set(err, XJ_EINVAL, "%s: a code has small letters, "
			    "digits and \"-\", 32 at most, as zx-hospital; the "
			    "name may be Chinese", code);
}

const char *const *
xj_unit_kinds(const char *axis)
{
	return strcmp(axis, "party") == 0 ? party_kinds : work_kinds;
}

static int
set_kind(struct xj_entity *e, const char *given, struct xj_error *err)
{
	const char *axis = xj_entity_text(e->root, "axis");
	const char *kind = xj_people_word(xj_unit_kinds(axis), given);

	if (kind)
		return xj_entity_set(e->root, "kind", kind, err);
	return xj_error_set(err, XJ_EINVAL, strcmp(axis, "party") == 0 ?
		"%s: is no kind of a party unit: committee, branch, group" :
		"%s: is no kind of a work unit: bureau, institution, "
		"department, team", given);
}

/* The kind right below that of the parent. */
static const char *
usual_kind(const char *axis, const struct xj_unit_row *parent)
{
	const char *const *kinds = xj_unit_kinds(axis);

	if (!parent)
		return kinds[0];
	for (size_t i = 0; kinds[i + 1]; i++)
		if (strcmp(kinds[i], parent->kind) == 0)
			return kinds[i + 1];
	while (kinds[1])
		kinds++;
	return kinds[0];
}

/* By what was said, the parent, the kind. */
static int
set_axis(struct xj_entity *e, const struct xj_unit_given *given,
	 const struct xj_unit_row *parent, struct xj_error *err)
{
	const char *axis = NULL;

	if (given->axis && !(axis = xj_people_word(axes, given->axis)))
		return xj_error_set(err, XJ_EINVAL, "%s: is no axis: work or "
				    "party", given->axis);
	if (!axis && parent)
		axis = parent->axis;
	if (!axis)
		axis = given->kind && xj_people_word(party_kinds, given->kind)
		       ? "party" : "work";
	return xj_entity_set(e->root, "axis", axis, err);
}

/* ---------------------------------------------------------------- places */

/* Whether it may stand below `parent` (NULL: on top) from `day` on. */
static int
check_place(struct xj_people *p, const char *code, uint64_t id,
	    const char *axis, const struct xj_unit_row *parent,
	    const struct xj_unit_tree *tree)
{
	unsigned height = id ? xj_unit_tree_height(tree, id) : 1;
	bool same;

	if (!parent)
		return XJ_OK;
	same = strcmp(parent->axis, axis) == 0;
	if (!same && strcmp(axis, "party") == 0)
		return xj_error_set(p->err, XJ_EINVAL, "%s is a party unit and "
				    "stands below party units; say where it "
				    "belongs to with --institution %s", code,
				    parent->code);
	if (!same)
		return xj_error_set(p->err, XJ_EINVAL, "%s is a work unit and "
				    "cannot be put under the party unit %s",
				    code, parent->code);
	parent = xj_unit_tree_unit(tree, parent->id); /* as it is on that day */
	if (parent->closed && strcmp(parent->closed, tree->day) < 0)
		return xj_error_set(p->err, XJ_EINVAL, "%s was closed on %s",
				    parent->code, parent->closed);
	if (!parent->placed)
		return xj_error_set(p->err, XJ_EINVAL, "%s is not there on "
				    "%s: it was opened on %s", parent->code,
				    tree->day, parent->opened ? parent->opened
							      : "");
	if (id == parent->id)
		return xj_error_set(p->err, XJ_EINVAL, "unit %s cannot be put "
				    "under itself", code);
	if (id && xj_unit_tree_below(tree, parent->id, id))
		return xj_error_set(p->err, XJ_EINVAL, "unit %s cannot be put "
				    "under its own part %s", code,
				    parent->code);
	if (xj_unit_tree_depth(tree, parent->id) + height > DEPTH_MAX)
		return xj_error_set(p->err, XJ_EINVAL, "below %s, %s would "
				    "stand too deep: %u levels at most",
				    parent->code, code, DEPTH_MAX);
	return XJ_OK;
}

static json_t *
new_place(const struct xj_unit_row *parent, const char *from,
	  const char *until)
{
	json_t *place = json_object();

	if (place && parent)
		json_object_set_new(place, "parent",
				    json_string(parent->code));
	if (place && xj_span_set(place, from, until, NULL) < 0) {
		json_decref(place);
		return NULL;
	}
	return place;
}

static int
append(json_t *list, json_t *value, struct xj_error *err)
{
	return json_array_append_new(list, value) < 0 ?
	       xj_error_set(err, XJ_ENOMEM, "out of memory") : XJ_OK;
}

/* ------------------------------------------------------------------- add */

static int
check_free(struct xj_people *p, const char *code)
{
	const struct xj_unit_row *u = xj_unit_tree_code(&p->tree, code);

	if (!u)
		return XJ_OK;
	if (u->closed)
		return xj_error_set(p->err, XJ_EEXIST, "%s is the code of %s, "
				    "closed on %s; a code is never used again: "
				    "choose another", code, u->name,
				    u->closed);
	return xj_error_set(p->err, XJ_EEXIST, "%s is the code of %s already; "
			    "choose another", code, u->name);
}

/* An institution is a unit of the other axis. */
static int
set_institution(struct xj_people *p, struct xj_entity *e, const char *ref)
{
	const struct xj_unit_row *u;
	int r;

	if (!ref || !*ref)
		return xj_entity_set(e->root, "institution", NULL, p->err);
	if (strcmp(xj_entity_text(e->root, "axis"), "party") != 0)
		return xj_error_set(p->err, XJ_EINVAL, "only a party unit "
				    "names an institution; a work unit has "
				    "its parent");
	r = xj_unit_tree_find(&p->tree, ref, &u, p->err);
	if (r == XJ_OK && strcmp(u->axis, "work") != 0)
		return xj_error_set(p->err, XJ_EINVAL, "%s is no work unit: it "
				    "cannot be the institution", u->code);
	return r < 0 ? r : xj_entity_set(e->root, "institution", u->code,
					 p->err);
}

static int
set_day(struct xj_entity *e, const char *field, const char *given,
	struct xj_error *err)
{
	char day[XJ_DAY_MAX] = "";
	int r = given && *given ? xj_people_day(given, NULL, day, err)
				: XJ_OK;

	return r < 0 ? r : xj_entity_set(e->root, field, day, err);
}

static int
fill(struct xj_people *p, struct xj_entity *e,
     const struct xj_unit_given *given, const struct xj_unit_row *parent)
{
	const char *axis;
	int r = xj_entity_set(e->root, "code", given->code, p->err);

	if (r == XJ_OK)
		r = set_axis(e, given, parent, p->err);
	axis = xj_entity_text(e->root, "axis");
	if (r == XJ_OK)
		r = given->kind ? set_kind(e, given->kind, p->err) :
		    xj_entity_set(e->root, "kind", usual_kind(axis, parent),
				  p->err);
	if (r == XJ_OK)
		r = xj_people_set(e, "name", given->name, p->err);
	if (r == XJ_OK)
		r = xj_people_set(e, "name_en", given->name_en, p->err);
	if (r == XJ_OK && !xj_entity_text(e->root, "name"))
		return xj_error_set(p->err, XJ_EINVAL, "%s: a unit needs a "
				    "name", given->code);
	if (r == XJ_OK)
		r = set_institution(p, e, given->institution);
	return r < 0 ? r : set_day(e, "opened", given->opened, p->err);
}

static int
add_in(struct xj_people *p, struct xj_entity *e,
       const struct xj_unit_given *given)
{
	const struct xj_unit_row *parent = NULL;
	json_t *places = json_array();
	const char *opened;
	int r = check_code(given->code, p->err);

	if (r == XJ_OK)
		r = check_free(p, given->code);
	if (r == XJ_OK && given->parent)
		r = xj_unit_tree_find(&p->tree, given->parent, &parent, p->err);
	if (r == XJ_OK)
		r = xj_entity_new(&p->change, &xj_unit_kind, e, p->err);
	if (r == XJ_OK)
		r = fill(p, e, given, parent);
	opened = r < 0 ? NULL : xj_entity_text(e->root, "opened");
	if (r == XJ_OK)
		r = check_place(p, given->code, 0,
				xj_entity_text(e->root, "axis"), parent,
				&p->tree);
	if (r == XJ_OK)
		r = append(places, new_place(parent, opened, NULL), p->err);
	if (r < 0)
		json_decref(places);
	else if (json_object_set_new(e->root, "places", places) < 0)
		r = xj_error_set(p->err, XJ_ENOMEM, "out of memory");
	return r < 0 ? r : xj_people_save(p, e, given->code, "add",
					  given->name);
}

int
xj_unit_add(struct xj_archive *a, const struct xj_unit_given *given,
	    const struct xj_change_options *options,
	    struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(xj_people_end) struct xj_people p;
	xj_auto(xj_entity_end) struct xj_entity e = { 0 };
	struct xj_change_options o = options ? *options :
				     (struct xj_change_options){ 0 };
	int r;

	if (!o.on)
		o.on = given->opened; /* the tree that it enters */
	r = xj_people_begin(&p, a, &o, changed, err);
	if (r == XJ_OK)
		r = add_in(&p, &e, given);
	return r < 0 ? r : xj_people_commit(&p);
}

/* ------------------------------------------------------------------- move */

static int
load(struct xj_people *p, const char *ref, struct xj_entity *e,
     const struct xj_unit_row **unit)
{
	int r = xj_unit_tree_find(&p->tree, ref, unit, p->err);

	if (r == XJ_OK)
		r = xj_entity_load(&p->change, &xj_unit_kind, (*unit)->id,
				   p->options->if_version, e, p->err);
	if (r == XJ_EBUSY)
		xj_error_wrap(p->err, r, "%s", (*unit)->code);
	return r;
}

static int
is_closed(const struct xj_unit_row *u, struct xj_error *err)
{
	return xj_error_set(err, XJ_EINVAL, "%s was closed on %s; `xueji unit "
			    "edit %s --reopen` takes that back", u->code,
			    u->closed, u->code);
}

/* Places that begin after the day. */
static int
drop_later(json_t *places, const char *day, bool replace, const char *code,
	   struct xj_error *err)
{
	for (size_t i = json_array_size(places); i-- > 0;) {
		const json_t *place = json_array_get(places, i);
		const char *parent = xj_entity_text(place, "parent");

		if (!xj_span_after(place, day))
			continue;
		if (!replace)
			return xj_error_set(err, XJ_EEXIST, "%s moves to %s on "
				"%s; choose a later day, or --replace puts "
				"this in its place", code,
				parent ? parent : "–",
				xj_entity_text(place, "from"));
		json_array_remove(places, i);
	}
	return XJ_OK;
}

static bool
same_parent(const json_t *place, const struct xj_unit_row *parent)
{
	const char *code = xj_entity_text(place, "parent");

	return parent ? code && strcmp(code, parent->code) == 0 : !code;
}

/* The last place ends the day before, and another begins. */
static int
put_place(json_t *places, const struct xj_unit_row *parent, const char *day,
	  struct xj_error *err)
{
	size_t last = json_array_size(places) - 1;
	json_t *place = json_array_get(places, last);
	const char *from = xj_entity_text(place, "from");
	char before[XJ_DAY_MAX];
	int r = XJ_OK;

	json_object_del(place, "until");
	if (same_parent(place, parent))
		return XJ_OK;
	xj_day_add(day, -1, before);
	if (from && strcmp(from, day) == 0)
		json_array_remove(places, last);
	else
		r = xj_entity_set(place, "until", before, err);
	if (last > 0 && json_array_size(places) == last &&
	    same_parent(json_array_get(places, last - 1), parent)) {
		json_object_del(json_array_get(places, last - 1), "until");
		return XJ_OK; /* moved away and back on one day */
	}
	return r < 0 ? r : append(places, new_place(parent, day, NULL), err);
}

/* Later days on which anything moves: the tree must be one on each of them. */
static int
check_later(struct xj_people *p, const struct xj_unit_row *u,
	    const struct xj_unit_row *parent)
{
	char day[XJ_DAY_MAX];
	int r = XJ_OK;

	memcpy(day, p->day, XJ_DAY_MAX);
	while (r == XJ_OK && parent) {
		xj_auto(xj_unit_tree_end) struct xj_unit_tree later = { 0 };

		r = xj_catalog_next_move(p->archive->catalog, day, day,
					 p->err);
		if (r != XJ_OK)
			break;
		r = xj_unit_tree_load(p->archive, day, &later, p->err);
		if (r == XJ_OK)
			r = check_place(p, u->code, u->id, u->axis, parent,
					&later);
	}
	return r < 0 ? r : XJ_OK;
}

static int
move_in(struct xj_people *p, struct xj_entity *e, const char *ref,
	const char *to, bool replace)
{
	const struct xj_unit_row *u, *parent = NULL;
	json_t *places = NULL;
	char detail[160];
	int r = load(p, ref, e, &u);

	if (r == XJ_OK && u->closed)
		return is_closed(u, p->err);
	if (r == XJ_OK && to)
		r = xj_unit_tree_find(&p->tree, to, &parent, p->err);
	if (r == XJ_OK && !u->placed)
		return xj_error_set(p->err, XJ_EINVAL, "%s was opened on %s",
				    u->code, u->opened ? u->opened : "");
	if (r == XJ_OK)
		r = check_place(p, u->code, u->id, u->axis, parent, &p->tree);
	if (r == XJ_OK)
		r = check_later(p, u, parent);
	if (r < 0)
		return r;
	places = json_object_get(e->root, "places");
	r = drop_later(places, p->day, replace, u->code, p->err);
	if (r == XJ_OK)
		r = put_place(places, parent, p->day, p->err);
	snprintf(detail, sizeof(detail), "→ %s, %s",
		 parent ? parent->code : "–", p->day);
	return r < 0 ? r : xj_people_save(p, e, u->code, "move", detail);
}

int
xj_unit_move(struct xj_archive *a, const char *unit, const char *parent,
	     bool replace, const struct xj_change_options *options,
	     struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(xj_people_end) struct xj_people p;
	xj_auto(xj_entity_end) struct xj_entity e = { 0 };
	int r = xj_people_begin(&p, a, options, changed, err);

	if (r == XJ_OK)
		r = move_in(&p, &e, unit, parent, replace);
	return r < 0 ? r : xj_people_commit(&p);
}

/* ------------------------------------------------------------------- edit */

static int
set_successor(struct xj_people *p, struct xj_entity *e, const char *ref)
{
	const struct xj_unit_row *u;
	int r;

	if (!*ref)
		return xj_entity_set(e->root, "successor", NULL, p->err);
	r = xj_unit_tree_find(&p->tree, ref, &u, p->err);
	if (r == XJ_OK && u->id == e->id)
		return xj_error_set(p->err, XJ_EINVAL, "%s cannot succeed "
				    "itself", u->code);
	if (r == XJ_OK && u->closed)
		return is_closed(u, p->err);
	if (r == XJ_OK && strcmp(u->axis, xj_entity_text(e->root, "axis")))
		return xj_error_set(p->err, XJ_EINVAL, "%s is of the other "
				    "axis: it cannot be the successor",
				    u->code);
	return r < 0 ? r : xj_entity_set(e->root, "successor", u->code,
					 p->err);
}

static int
set_opened(struct xj_people *p, struct xj_entity *e, const char *value)
{
	json_t *places = json_object_get(e->root, "places");
	json_t *first = json_array_get(places, 0);
	const char *until = xj_entity_text(first, "until"), *opened;
	int r = set_day(e, "opened", value, p->err);

	opened = xj_entity_text(e->root, "opened");
	if (r == XJ_OK && opened && until && strcmp(opened, until) > 0)
		return xj_error_set(p->err, XJ_EINVAL, "it moved or was closed "
				    "on %s, before %s", until, opened);
	return r < 0 ? r : xj_entity_set(first, "from", opened, p->err);
}

static int
set_field(struct xj_people *p, struct xj_entity *e,
	  const struct xj_given *given)
{
	const char *name = given->element, *value = given->value;

	if (strcmp(name, "kind") == 0)
		return set_kind(e, value, p->err);
	if (strcmp(name, "institution") == 0)
		return set_institution(p, e, value);
	if (strcmp(name, "successor") == 0)
		return set_successor(p, e, value);
	if (strcmp(name, "opened") == 0)
		return set_opened(p, e, value);
	if (strcmp(name, "name") == 0 && !*value)
		return xj_error_set(p->err, XJ_EINVAL, "a unit needs a name");
	if (strcmp(name, "name") == 0 || strcmp(name, "name_en") == 0)
		return xj_people_set(e, name, value, p->err);
	return xj_error_set(p->err, XJ_EINVAL, "%s: no such field of a unit: "
			    "name, name_en, kind, institution, successor, "
			    "opened", name);
}

static int
reopen_in(struct xj_people *p, struct xj_entity *e,
	  const struct xj_unit_row *u)
{
	json_t *places = json_object_get(e->root, "places");
	json_t *last = json_array_get(places, json_array_size(places) - 1);
	const char *code = xj_entity_text(last, "parent");
	const struct xj_unit_row *parent = code ? xj_unit_tree_code(&p->tree, code)
						: NULL;

	if (!u->closed)
		return XJ_OK;
	if (parent && parent->closed)
		return is_closed(parent, p->err);
	json_object_del(e->root, "closed");
	json_object_del(e->root, "successor");
	json_object_del(last, "until");
	return check_place(p, u->code, 0, u->axis, parent, &p->tree);
}

int
xj_unit_edit(struct xj_archive *a, const char *unit,
	     const struct xj_given *given, bool reopen,
	     const struct xj_change_options *options,
	     struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(xj_people_end) struct xj_people p;
	xj_auto(xj_entity_end) struct xj_entity e = { 0 };
	const struct xj_unit_row *u;
	int r = xj_people_begin(&p, a, options, changed, err);

	if (r == XJ_OK)
		r = load(&p, unit, &e, &u);
	if (r == XJ_OK && reopen)
		r = reopen_in(&p, &e, u);
	for (; r == XJ_OK && given && given->element; given++)
		r = set_field(&p, &e, given);
	if (r == XJ_OK)
		r = xj_people_save(&p, &e, u->code, reopen ? "reopen" : "edit",
				   NULL);
	return r < 0 ? r : xj_people_commit(&p);
}

/* ------------------------------------------------------------------ close */

struct closing {
	struct xj_people *people;
	const struct xj_unit_row *unit;
	const char *below;        /* a unit below it */
	uint64_t *members;
	size_t count;
	struct xj_buf list;
};

static int
note_below(void *ctx, const struct xj_span_row *row)
{
	struct closing *c = ctx;
	const struct xj_unit_row *u = xj_unit_tree_unit(&c->people->tree, row->unit);

	c->below = u ? u->code : NULL;
	return XJ_END;
}

static int
note_member(void *ctx, const struct xj_span_row *row)
{
	struct closing *c = ctx;

	if (c->count && ((uint64_t *)c->list.data)[c->count - 1] == row->member)
		return XJ_OK;
	xj_buf_add(&c->list, &row->member, sizeof(row->member));
	c->count++;
	return xj_buf_check(&c->list, c->people->err);
}

static int
move_out(struct closing *c, const char *successor)
{
	struct xj_people *p = c->people;
	const uint64_t *members = (void *)c->list.data;
	int r = XJ_OK;

	for (size_t i = 0; i < c->count && r == XJ_OK; i++)
		r = xj_member_out(p, members[i], c->unit->code, successor,
				  p->day);
	p->changed->members = c->count;
	return r;
}

static int
has_members(const struct closing *c, struct xj_error *err)
{
	return xj_error_set(err, XJ_EEXIST, "%s still has members, %zu; move "
			    "them first, or close it --with-members, and "
			    "--successor UNIT takes them over", c->unit->code,
			    c->count);
}

static int
has_units(const struct closing *c, struct xj_error *err)
{
	return xj_error_set(err, XJ_EEXIST, "%s has units below it, as %s; "
			    "close or move them first", c->unit->code,
			    c->below);
}

static int
end_places(struct xj_people *p, struct xj_entity *e,
	   const struct xj_unit_row *u)
{
	json_t *places = json_object_get(e->root, "places");
	json_t *last = json_array_get(places, json_array_size(places) - 1);

	if (xj_span_after(last, p->day))
		return xj_error_set(p->err, XJ_EINVAL, "%s moves, or is "
				    "opened, on %s: it cannot be closed "
				    "before", u->code,
				    xj_entity_text(last, "from"));
	return xj_entity_set(last, "until", p->day, p->err);
}

static int
close_in(struct closing *c, struct xj_entity *e, const char *ref,
	 const char *successor, bool with_members)
{
	struct xj_people *p = c->people;
	int r = load(p, ref, e, &c->unit);

	if (r == XJ_OK && c->unit->closed)
		return is_closed(c->unit, p->err);
	if (r == XJ_OK)
		r = xj_catalog_places_beyond(p->archive->catalog, c->unit->id,
					     p->day, note_below, c, p->err);
	if (r == XJ_OK && c->below)
		return has_units(c, p->err);
	if (r == XJ_OK)
		r = xj_catalog_memberships_beyond(p->archive->catalog,
						  c->unit->id, p->day,
						  note_member, c, p->err);
	if (r == XJ_OK && c->count && !with_members)
		return has_members(c, p->err);
	if (r == XJ_OK && successor)
		r = set_successor(p, e, successor);
	if (r == XJ_OK)
		r = move_out(c, xj_entity_text(e->root, "successor"));
	if (r == XJ_OK)
		r = end_places(p, e, c->unit);
	if (r == XJ_OK)
		r = xj_entity_set(e->root, "closed", p->day, p->err);
	return r < 0 ? r : xj_people_save(p, e, c->unit->code, "close", NULL);
}

int
xj_unit_close(struct xj_archive *a, const char *unit, const char *successor,
	      bool with_members, const struct xj_change_options *options,
	      struct xj_changed *changed, struct xj_error *err)
{
	xj_auto(xj_people_end) struct xj_people p;
	xj_auto(xj_entity_end) struct xj_entity e = { 0 };
	struct closing c = { .people = &p };
	int r = xj_people_begin(&p, a, options, changed, err);

	if (r == XJ_OK)
		r = close_in(&c, &e, unit, successor, with_members);
	xj_buf_release(&c.list);
	return r < 0 ? r : xj_people_commit(&p);
}
