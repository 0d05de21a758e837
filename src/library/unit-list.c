/* unit-list.c - units told: in the order of the tree, with how many people. */
#include <stdlib.h>
#include <string.h>

#include "library/people.h"

#define NONE SIZE_MAX

/* How many belong to each unit, and how many to it and what is below it, each
 * person once. */
struct counting {
	struct xj_unit_tree *tree;
	uint64_t *members, *people;
	uint64_t *seen; /* the member counted last; they come one by one */
	uint64_t *seen_own;
};

static int
count_up(void *ctx, const struct xj_span_row *row)
{
	struct counting *c = ctx;
	const struct xj_unit_tree *t = c->tree;
	size_t i = row->unit < t->ids ? t->at[row->unit] : NONE;

	if (i == NONE || strcmp(row->from, t->day) > 0 ||
	    (row->until && strcmp(row->until, t->day) < 0))
		return XJ_OK;
	c->members[i] += c->seen_own[i] != row->member;
	c->seen_own[i] = row->member;
	for (size_t steps = 0; i != NONE && steps <= t->count; steps++) {
		const struct xj_unit_row *u = &t->units[i];

		c->people[i] += c->seen[i] != row->member;
		c->seen[i] = row->member;
		i = u->placed && u->parent && u->parent < t->ids ?
		    t->at[u->parent] : NONE;
	}
	return XJ_OK;
}

static int
count(struct xj_archive *a, struct counting *c, struct xj_error *err)
{
	size_t n = c->tree->count + 1;

	c->members = xj_arena_alloc(c->tree->arena, n * sizeof(uint64_t));
	c->people = xj_arena_alloc(c->tree->arena, n * sizeof(uint64_t));
	c->seen = xj_arena_alloc(c->tree->arena, n * sizeof(uint64_t));
	c->seen_own = xj_arena_alloc(c->tree->arena, n * sizeof(uint64_t));
	if (!c->members || !c->people || !c->seen || !c->seen_own)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	return xj_catalog_memberships(a->catalog, 0, count_up, c, err);
}

/* ----------------------------------------------------------------- telling */

struct telling {
	struct xj_unit_tree tree;
	struct counting counts;
	const struct xj_units_options *options;
	xj_unit_told_fn fn;
	void *ctx;
};

static const char *
code_of(const struct xj_unit_tree *tree, uint64_t id)
{
	const struct xj_unit_row *u = xj_unit_tree_unit(tree, id);

	return u ? u->code : NULL;
}

static int
tell(struct telling *t, size_t i, unsigned depth)
{
	const struct xj_unit_row *u = &t->tree.units[i];
	const char *axis = t->options->axis;

	if (axis && strcmp(axis, u->axis) != 0)
		return XJ_OK;
	return t->fn(t->ctx, &(struct xj_unit){
		.id = u->id, .urn = u->urn, .code = u->code, .axis = u->axis,
		.kind = u->kind, .name = u->name, .name_en = u->name_en,
		.parent = code_of(&t->tree, u->parent),
		.institution = code_of(&t->tree, u->institution),
		.successor = code_of(&t->tree, u->successor),
		.opened = u->opened, .closed = u->closed,
		.version = u->version, .placed = u->placed, .depth = depth,
		.members = t->counts.members[i],
		.people = t->counts.people[i],
	});
}

static int
tell_down(struct telling *t, size_t i, unsigned depth)
{
	int r = tell(t, i, depth);

	if (t->options->only || depth > t->tree.count)
		return r;
	for (i = t->tree.first[i]; i != NONE && r == XJ_OK;
	     i = t->tree.next[i])
		r = tell_down(t, i, depth + 1);
	return r;
}

static int
tell_all(struct telling *t)
{
	int r = XJ_OK;

	for (size_t i = t->tree.top; i != NONE && r == XJ_OK;
	     i = t->tree.next[i])
		r = tell_down(t, i, 1);
	for (size_t i = 0; t->options->all && i < t->tree.count && r == XJ_OK;
	     i++)
		if (!t->tree.units[i].placed)
			r = tell(t, i, 0);
	return r;
}

static int
tell_under(struct telling *t, struct xj_error *err)
{
	const struct xj_unit_row *u;
	int r = xj_unit_tree_find(&t->tree, t->options->under, &u, err);

	return r < 0 ? r : tell_down(t, (size_t)(u - t->tree.units),
				     xj_unit_tree_depth(&t->tree, u->id));
}

int
xj_units(struct xj_archive *a, const struct xj_units_options *options,
	 xj_unit_told_fn fn, void *ctx, struct xj_error *err)
{
	static const struct xj_units_options all = { 0 };
	const struct xj_reader *reader = xj_archive_reader(a);
	struct telling t = { .fn = fn, .ctx = ctx };
	char today[XJ_DAY_MAX], day[XJ_DAY_MAX];
	int r;

	if (reader && !reader->member)
		return xj_error_set(err, XJ_EPERM, "what units there are is told "
				    "to members");
	t.options = options = options ? options : &all;
	xj_today(today);
	r = xj_people_day(options->day, today, day, err);
	if (r == XJ_OK)
		r = xj_unit_tree_load(a, day, &t.tree, err);
	t.counts.tree = &t.tree;
	if (r == XJ_OK)
		r = count(a, &t.counts, err);
	if (r == XJ_OK)
		r = options->under ? tell_under(&t, err) : tell_all(&t);
	xj_unit_tree_end(&t.tree);
	return r < 0 ? r : XJ_OK;
}

/* ------------------------------------------------------------------ places */

struct placing {
	const struct xj_unit_tree *tree;
	xj_place_fn fn;
	void *ctx;
};

static int
tell_place(void *ctx, const struct xj_span_row *row)
{
	const struct placing *p = ctx;

	return p->fn(p->ctx, &(struct xj_place){
		.parent = code_of(p->tree, row->parent),
		.from = *row->from ? row->from : NULL, .until = row->until });
}

static int
find(struct xj_archive *a, const char *ref, struct xj_unit_tree *tree,
     const struct xj_unit_row **unit, struct xj_error *err)
{
	char today[XJ_DAY_MAX];
	int r;

	xj_today(today);
	r = xj_unit_tree_load(a, today, tree, err);
	return r < 0 ? r : xj_unit_tree_find(tree, ref, unit, err);
}

int
xj_unit_places(struct xj_archive *a, const char *unit, xj_place_fn fn,
	       void *ctx, struct xj_error *err)
{
	xj_auto(xj_unit_tree_end) struct xj_unit_tree tree = { 0 };
	struct placing p = { .tree = &tree, .fn = fn, .ctx = ctx };
	const struct xj_unit_row *u;
	int r = find(a, unit, &tree, &u, err);

	return r < 0 ? r : xj_catalog_places(a->catalog, u->id, tell_place, &p,
					     err);
}

int
xj_unit_history(struct xj_archive *a, const char *unit, xj_history_fn fn,
		void *ctx, struct xj_error *err)
{
	xj_auto(xj_unit_tree_end) struct xj_unit_tree tree = { 0 };
	const struct xj_unit_row *u;
	int r = find(a, unit, &tree, &u, err);

	return r < 0 ? r : xj_entity_history(a, u->urn, u->version, fn, ctx,
					     err);
}
