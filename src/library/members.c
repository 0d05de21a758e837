/* members.c - find members of a record, by number and by place. */
#include <stdlib.h>
#include <string.h>

#include "library/archive.h"

struct place {
	struct xj_record *member;
	size_t taken; /* of the first of several: how many were given */
};

struct xj_members {
	struct xj_record *record;
	struct xj_record **by_id;
	struct place *by_place;
	size_t count;
};

static int
by_id(const void *a, const void *b)
{
	const struct xj_record *x = *(struct xj_record *const *)a;
	const struct xj_record *y = *(struct xj_record *const *)b;

	return (x->doc.id > y->doc.id) - (x->doc.id < y->doc.id);
}

static int
compare_place(const struct xj_record *m, uint64_t parent, const void *name,
	      size_t len)
{
	if (m->doc.parent != parent)
		return m->doc.parent < parent ? -1 : 1;
	if (m->doc.name_raw_len != len)
		return m->doc.name_raw_len < len ? -1 : 1;
	return len ? memcmp(m->doc.name_raw, name, len) : 0;
}

/* Several of one name by their order in the record. */
static int
by_place(const void *a, const void *b)
{
	const struct xj_record *x = ((const struct place *)a)->member;
	const struct xj_record *y = ((const struct place *)b)->member;
	int c = compare_place(x, y->doc.parent, y->doc.name_raw,
			      y->doc.name_raw_len);

	return c ? c : (x > y) - (x < y);
}

int
xj_members_new(struct xj_arena *arena, struct xj_record *record,
	       struct xj_members **members, struct xj_error *err)
{
	size_t n = record->member_count;
	struct xj_members *m = xj_arena_alloc(arena, sizeof(*m));

	if (m) {
		m->by_id = xj_arena_alloc(arena, (n + 1) * sizeof(*m->by_id));
		m->by_place = xj_arena_alloc(arena, (n + 1) *
					     sizeof(*m->by_place));
	}
	if (!m || !m->by_id || !m->by_place)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	m->record = record;
	m->count = n;
	for (size_t i = 0; i < n; i++)
		m->by_id[i] = m->by_place[i].member = &record->members[i];
	qsort(m->by_id, n, sizeof(*m->by_id), by_id);
	qsort(m->by_place, n, sizeof(*m->by_place), by_place);
	*members = m;
	return XJ_OK;
}

struct xj_record *
xj_members_find(const struct xj_members *m, uint64_t id)
{
	struct xj_record key = { .doc.id = id }, *wanted = &key, **found;

	if (id == m->record->doc.id)
		return m->record;
	found = bsearch(&wanted, m->by_id, m->count, sizeof(*m->by_id),
			by_id);
	return found ? *found : NULL;
}

struct xj_record *
xj_members_take(struct xj_members *m, uint64_t parent, const void *name_raw,
		size_t len)
{
	size_t low = 0, high = m->count, i;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_place(m->by_place[middle].member, parent, name_raw,
				  len) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == m->count)
		return NULL;
	i = low + m->by_place[low].taken;
	if (i >= m->count || compare_place(m->by_place[i].member, parent,
					   name_raw, len) != 0)
		return NULL;
	m->by_place[low].taken++;
	return m->by_place[i].member;
}
