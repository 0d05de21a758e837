/* unit-tree.c - all units as they stand on a day. */
#include <stdlib.h>
#include <string.h>

#include "library/people.h"

#define NONE SIZE_MAX

struct loading {
	struct xj_unit_tree *tree;
	struct xj_buf rows;
	struct xj_error *err;
};

static const char *
keep(struct loading *l, const char *text)
{
	const char *copy = text ? xj_arena_strdup(l->tree->arena, text) : NULL;

	l->rows.failed |= text && !copy;
	return copy;
}

static int
take(void *ctx, const struct xj_unit_row *row)
{
	struct loading *l = ctx;
	struct xj_unit_row u = *row;

	u.urn = keep(l, row->urn);
	u.code = keep(l, row->code);
	u.axis = keep(l, row->axis);
	u.kind = keep(l, row->kind);
	u.name = keep(l, row->name);
	u.name_en = keep(l, row->name_en);
	u.opened = keep(l, row->opened);
	u.closed = keep(l, row->closed);
	xj_buf_add(&l->rows, &u, sizeof(u));
	if (u.id >= l->tree->ids)
		l->tree->ids = u.id + 1;
	return xj_buf_check(&l->rows, l->err);
}

/* From the last to the first, so that lists come out in order. */
static void
link_units(struct xj_unit_tree *t)
{
	for (size_t i = 0; i < t->count; i++) {
		t->first[i] = t->next[i] = NONE;
		t->at[t->units[i].id] = i;
	}
	t->top = NONE;
	for (size_t i = t->count; i-- > 0;) {
		const struct xj_unit_row *u = &t->units[i];
		size_t up = u->parent < t->ids ? t->at[u->parent] : NONE;
		size_t *list = u->parent && up != NONE ? &t->first[up]
						       : &t->top;

		if (!u->placed)
			continue;
		t->next[i] = *list;
		*list = i;
	}
}

static int
arrange(struct xj_unit_tree *t, struct loading *l)
{
	size_t n = t->count = l->rows.len / sizeof(*t->units);

	t->units = xj_arena_alloc(t->arena, l->rows.len + 1);
	t->at = xj_arena_alloc(t->arena, (t->ids + 1) * sizeof(*t->at));
	t->first = xj_arena_alloc(t->arena, (n + 1) * sizeof(*t->first));
	t->next = xj_arena_alloc(t->arena, (n + 1) * sizeof(*t->next));
	if (!t->units || !t->at || !t->first || !t->next)
		return xj_error_set(l->err, XJ_ENOMEM, "out of memory");
	if (n)
		memcpy(t->units, l->rows.data, l->rows.len);
	memset(t->at, 0xFF, (t->ids + 1) * sizeof(*t->at));
	link_units(t);
	return XJ_OK;
}

int
xj_unit_tree_load(struct xj_archive *a, const char *day, struct xj_unit_tree *tree,
	     struct xj_error *err)
{
	struct loading l = { .tree = tree, .err = err };
	int r;

	*tree = (struct xj_unit_tree){ .ids = 1 };
	memcpy(tree->day, day, XJ_DAY_MAX);
	if (xj_arena_new(&tree->arena) < 0)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	r = xj_catalog_units(a->catalog, day, take, &l, err);
	if (r == XJ_OK)
		r = arrange(tree, &l);
	xj_buf_release(&l.rows);
	return r;
}

void
xj_unit_tree_end(struct xj_unit_tree *tree)
{
	xj_arena_free(tree->arena);
	tree->arena = NULL;
}

const struct xj_unit_row *
xj_unit_tree_unit(const struct xj_unit_tree *tree, uint64_t id)
{
	size_t i = id < tree->ids ? tree->at[id] : NONE;

	return i == NONE ? NULL : &tree->units[i];
}

/* Axes one behind the other, each in the order of codes. */
static const struct xj_unit_row *
search(const struct xj_unit_row *units, size_t count, const char *code)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t half = low + (high - low) / 2;
		int d = strcmp(units[half].code, code);

		if (d == 0)
			return &units[half];
		if (d < 0)
			low = half + 1;
		else
			high = half;
	}
	return NULL;
}

const struct xj_unit_row *
xj_unit_tree_code(const struct xj_unit_tree *tree, const char *code)
{
	size_t low = 0, high = tree->count; /* where the party's begin */
	const struct xj_unit_row *u;

	while (low < high) {
		size_t half = low + (high - low) / 2;

		if (strcmp(tree->units[half].axis, "work") == 0)
			low = half + 1;
		else
			high = half;
	}
	u = search(tree->units, low, code);
	return u ? u : search(tree->units + low, tree->count - low, code);
}

/* ------------------------------------------------------------ by any name */

static bool
is_named(const struct xj_unit_row *u, const char *name)
{
	return strcmp(u->name, name) == 0 ||
	       (u->name_en && strcmp(u->name_en, name) == 0);
}

static int
several(const struct xj_unit_tree *tree, const char *name, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf codes = XJ_BUF_INIT;

	for (size_t i = 0; i < tree->count && codes.len < 200; i++)
		if (is_named(&tree->units[i], name) && !tree->units[i].closed)
			xj_buf_addf(&codes, "%s%s", codes.len ? ", " : "",
				    tree->units[i].code);
	return xj_error_set(err, XJ_EINVAL, "several units are called %s; "
			    "name one by its code: %s", name,
			    xj_buf_str(&codes));
}

static int
no_unit(const struct xj_unit_tree *tree, const char *ref, struct xj_error *err)
{
	const struct xj_unit_row *best = NULL;
	size_t least = strlen(ref) / 3 + 1;

	for (size_t i = 0; i < tree->count; i++) {
		const struct xj_unit_row *u = &tree->units[i];
		size_t d = xj_people_distance(ref, u->code);
		size_t n = xj_people_distance(ref, u->name);

		d = n < d ? n : d;
		if (d < least) {
			least = d;
			best = u;
		}
	}
	if (best)
		return xj_error_set(err, XJ_ENOTFOUND, "%s: no such unit; did "
				    "you mean %s (%s)?", ref, best->code,
				    best->name);
	return xj_error_set(err, XJ_ENOTFOUND, "%s: no such unit; `xueji unit "
			    "tree` shows them", ref);
}

/* Of those that are `above` or below it; 0: of all. */
static int
find_name(const struct xj_unit_tree *tree, const char *name, uint64_t above,
	  const struct xj_unit_row **unit, struct xj_error *err)
{
	size_t open = 0;

	*unit = xj_unit_tree_code(tree, name);
	if (*unit && (!above || xj_unit_tree_below(tree, (*unit)->id, above)))
		return XJ_OK;
	*unit = NULL;
	for (size_t i = 0; i < tree->count; i++) {
		const struct xj_unit_row *u = &tree->units[i];

		if (!is_named(u, name) || (u->closed && *unit) ||
		    (above && !xj_unit_tree_below(tree, u->id, above)))
			continue;
		open += !u->closed;
		*unit = u;
	}
	if (open > 1)
		return several(tree, name, err);
	return *unit ? XJ_OK : no_unit(tree, name, err);
}

int
xj_unit_tree_find(const struct xj_unit_tree *tree, const char *ref,
		  const struct xj_unit_row **unit, struct xj_error *err)
{
	char name[XJ_NAME_MAX], *rest = name, *part;
	uint64_t above = 0;
	int r = xj_name_tidy(ref, name, err);

	while (r == XJ_OK && (part = strsep(&rest, "/"))) {
		r = find_name(tree, part, above, unit, err);
		above = r == XJ_OK ? (*unit)->id : 0;
	}
	return r;
}

/* ------------------------------------------------------------- ups and downs */

/* A tree has no cycle; a damaged catalog may, and must not hang us. */
bool
xj_unit_tree_below(const struct xj_unit_tree *tree, uint64_t unit, uint64_t above)
{
	for (size_t steps = 0; unit && steps <= tree->count; steps++) {
		const struct xj_unit_row *u = xj_unit_tree_unit(tree, unit);

		if (unit == above)
			return true;
		unit = u && u->placed ? u->parent : 0;
	}
	return false;
}

unsigned
xj_unit_tree_depth(const struct xj_unit_tree *tree, uint64_t unit)
{
	const struct xj_unit_row *u;
	unsigned depth = 0;

	while (depth <= tree->count && (u = xj_unit_tree_unit(tree, unit)) &&
	       u->placed) {
		depth++;
		unit = u->parent;
	}
	return depth;
}

unsigned
xj_unit_tree_height(const struct xj_unit_tree *tree, uint64_t unit)
{
	unsigned most = 0, above = xj_unit_tree_depth(tree, unit);

	for (size_t i = 0; i < tree->count; i++) {
		uint64_t id = tree->units[i].id;
		unsigned d = xj_unit_tree_depth(tree, id);

		if (d > most && xj_unit_tree_below(tree, id, unit))
			most = d;
	}
	return most > above ? most - above + 1 : 1;
}

int
xj_units_meant(struct xj_archive *a, const char *ref, struct xj_buf *out,
	       struct xj_error *err)
{
	xj_auto(xj_unit_tree_end) struct xj_unit_tree tree = { 0 };
	const struct xj_unit_row *unit;
	char today[XJ_DAY_MAX];
	int r;

	xj_today(today);
	r = xj_unit_tree_load(a, today, &tree, err);
	if (r == XJ_OK)
		r = xj_unit_tree_find(&tree, ref, &unit, err);
	for (size_t i = 0; r == XJ_OK && i < tree.count; i++)
		if (xj_unit_tree_below(&tree, tree.units[i].id, unit->id))
			xj_buf_addf(out, "%s,", tree.units[i].code);
	return r < 0 ? r : xj_buf_check(out, err);
}
