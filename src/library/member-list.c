/* member-list.c - members told, with what they belong to and their roles. */
#include <stdlib.h>
#include <string.h>

#include "library/people.h"

/* Spans of one member: those from `first` to before `end` of a list. */
struct spans {
	struct xj_span_row *rows;
	size_t count, at; /* at: read so far, since members come by number */
	struct xj_buf list;
};

struct telling {
	struct xj_archive *archive;
	struct xj_arena *arena;
	struct xj_unit_tree tree;
	struct spans memberships, roles;
	const struct xj_members_options *options;
	uint64_t member;          /* the one asked for; 0: all */
	const struct xj_unit_row *unit;
	xj_member_told_fn fn;
	void *ctx;
	struct xj_buf m, r;       /* of the member in hand */
	struct xj_error *err;
};

/* ----------------------------------------------------------------- spans */

struct gathering {
	struct telling *t;
	struct spans *spans;
};

static int
note(void *ctx, const struct xj_span_row *row)
{
	struct gathering *g = ctx;
	struct xj_arena *arena = g->t->arena;
	struct xj_span_row copy = *row;

	copy.from = xj_arena_strdup(arena, row->from);
	copy.until = row->until ? xj_arena_strdup(arena, row->until) : NULL;
	copy.role = row->role ? xj_arena_strdup(arena, row->role) : NULL;
	if (!copy.from || (row->until && !copy.until) ||
	    (row->role && !copy.role))
		return xj_error_set(g->t->err, XJ_ENOMEM, "out of memory");
	xj_buf_add(&g->spans->list, &copy, sizeof(copy));
	return xj_buf_check(&g->spans->list, g->t->err);
}

static void
settle(struct spans *s)
{
	s->rows = (void *)s->list.data;
	s->count = s->list.len / sizeof(*s->rows);
}

static int
gather(struct telling *t)
{
	struct gathering m = { t, &t->memberships }, r = { t, &t->roles };
	struct xj_catalog *catalog = t->archive->catalog;
	int s = xj_catalog_memberships(catalog, t->member, note, &m, t->err);

	if (s == XJ_OK)
		s = xj_catalog_roles(catalog, t->member, note, &r, t->err);
	settle(&t->memberships);
	settle(&t->roles);
	return s;
}

/* The first span of a member. */
static size_t
first_of(const struct spans *s, uint64_t member)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t half = low + (high - low) / 2;

		if (s->rows[half].member < member)
			low = half + 1;
		else
			high = half;
	}
	return low;
}

static bool
is_on(const struct xj_span_row *row, const char *day)
{
	return strcmp(row->from, day) <= 0 &&
	       (!row->until || strcmp(row->until, day) >= 0);
}

static const char *
or_null(const char *text)
{
	return *text ? text : NULL;
}

static void
take_memberships(struct telling *t, uint64_t member)
{
	const struct spans *s = &t->memberships;

	xj_buf_clear(&t->m);
	for (size_t i = first_of(s, member);
	     i < s->count && s->rows[i].member == member; i++) {
		const struct xj_span_row *row = &s->rows[i];
		const struct xj_unit_row *u = xj_unit_tree_unit(&t->tree,
							   row->unit);

		if (!u || (!t->options->past && !is_on(row, t->tree.day)))
			continue;
		xj_buf_add(&t->m, &(struct xj_membership){ u->code, u->name,
			   u->axis, row->primary, or_null(row->from),
			   row->until }, sizeof(struct xj_membership));
	}
}

static void
take_roles(struct telling *t, const struct xj_member_row *row)
{
	const struct spans *s = &t->roles;

	xj_buf_clear(&t->r);
	for (size_t i = first_of(s, row->id);
	     i < s->count && s->rows[i].member == row->id; i++) {
		const struct xj_span_row *r = &s->rows[i];
		const struct xj_unit_row *u = xj_unit_tree_unit(&t->tree, r->unit);

		if (!t->options->past && !is_on(r, t->tree.day))
			continue;
		xj_buf_add(&t->r, &(struct xj_role){ row->login, row->name,
			   r->role, u ? u->code : NULL, u ? u->name : NULL,
			   or_null(r->from), r->until },
			   sizeof(struct xj_role));
	}
}

/* ----------------------------------------------------------------- telling */

/* Whether one of his memberships of the day is in the unit asked for. */
static bool
is_asked_for(const struct telling *t, uint64_t member)
{
	const struct spans *s = &t->memberships;

	if (!t->unit)
		return true;
	for (size_t i = first_of(s, member);
	     i < s->count && s->rows[i].member == member; i++)
		if (is_on(&s->rows[i], t->tree.day) &&
		    (s->rows[i].unit == t->unit->id ||
		     (t->options->below &&
		      xj_unit_tree_below(&t->tree, s->rows[i].unit, t->unit->id))))
			return true;
	return false;
}

/* How to reach somebody is not every member's business. */
static bool
may_see_all(const struct telling *t, uint64_t member)
{
	const struct xj_reader *reader = xj_archive_reader(t->archive);

	return !reader || reader->member == member ||
	       xj_reader_may_manage(t->archive, NULL) == XJ_OK;
}

static int
tell(void *ctx, const struct xj_member_row *row)
{
	struct telling *t = ctx;
	bool left = row->left && strcmp(row->left, t->tree.day) < 0;
	bool all = may_see_all(t, row->id);

	if ((left && !t->options->all && !t->member) ||
	    !is_asked_for(t, row->id))
		return XJ_OK;
	take_memberships(t, row->id);
	take_roles(t, row);
	if (xj_buf_check(&t->m, t->err) < 0 || xj_buf_check(&t->r, t->err) < 0)
		return XJ_ENOMEM;
	return t->fn(t->ctx, &(struct xj_member){
		.id = row->id, .urn = row->urn, .login = row->login,
		.name = row->name, .pinyin = row->pinyin, .kind = row->kind,
		.status = left ? "left" : row->status,
		.staff_number = all ? row->staff_number : NULL,
		.language = row->language, .email = all ? row->email : NULL,
		.phone = all ? row->phone : NULL, .left = row->left,
		.version = row->version,
		.memberships = (void *)t->m.data,
		.membership_count = t->m.len / sizeof(struct xj_membership),
		.roles = (void *)t->r.data,
		.role_count = t->r.len / sizeof(struct xj_role),
	});
}

static int
prepare(struct telling *t)
{
	const struct xj_reader *reader = xj_archive_reader(t->archive);
	const struct xj_members_options *o = t->options;
	char today[XJ_DAY_MAX], day[XJ_DAY_MAX];
	int r;

	if (reader && !reader->member)
		return xj_error_set(t->err, XJ_EPERM, "who belongs here is told "
				    "to members");
	xj_today(today);
	r = xj_people_day(o->day, today, day, t->err);
	if (r == XJ_OK && xj_arena_new(&t->arena) < 0)
		r = xj_error_set(t->err, XJ_ENOMEM, "out of memory");
	if (r == XJ_OK)
		r = xj_unit_tree_load(t->archive, day, &t->tree, t->err);
	if (r == XJ_OK && o->member)
		r = xj_member_find(t->archive, o->member, &t->member, t->err);
	if (r == XJ_OK && o->unit)
		r = xj_unit_tree_find(&t->tree, o->unit, &t->unit, t->err);
	return r < 0 ? r : gather(t);
}

int
xj_members(struct xj_archive *a, const struct xj_members_options *options,
	   xj_member_told_fn fn, void *ctx, struct xj_error *err)
{
	struct telling t = { .archive = a, .options = options, .fn = fn,
			     .ctx = ctx, .err = err };
	int r = prepare(&t);

	if (r == XJ_OK)
		r = xj_catalog_members(a->catalog, t.member, tell, &t, err);
	xj_unit_tree_end(&t.tree);
	xj_arena_free(t.arena);
	xj_buf_release(&t.memberships.list);
	xj_buf_release(&t.roles.list);
	xj_buf_release(&t.m);
	xj_buf_release(&t.r);
	return r;
}

/* ----------------------------------------------------------------- history */

int
xj_member_history(struct xj_archive *a, const char *member, xj_history_fn fn,
		  void *ctx, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_entity_row row;
	uint64_t id;
	int r = xj_member_find(a, member, &id, err);

	if (r == XJ_OK && xj_arena_new(&arena) < 0)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	if (r == XJ_OK)
		r = xj_catalog_get_entity(a->catalog, id, arena, &row, err);
	return r < 0 ? r : xj_entity_history(a, row.urn, row.version, fn, ctx,
					     err);
}
