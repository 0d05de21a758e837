/* index-merge.c - keep the segments few: merge small ones, drop dead ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/indexer.h"
#include "library/suggest.h"

void
xj_segment_name(char name[XJ_SEGMENT_NAME_MAX])
{
	char urn[XJ_URN_MAX];

	xj_urn_new(urn);
	snprintf(name, XJ_SEGMENT_NAME_MAX, "seg-%.18s",
		 urn + strlen("urn:uuid:"));
}

/* The segments that count, by their rows and by their names. */
struct segments {
	struct xj_arena *arena;
	struct xj_segment_row *rows;
	const char **names;
	size_t count;
};

static void
segments_end(struct segments *s)
{
	xj_arena_free(s->arena);
}

static int
segments_read(struct xj_archive *hand, struct segments *s,
	      struct xj_error *err)
{
	int r = xj_arena_new(&s->arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_segments(hand->catalog, s->arena, &s->rows, &s->count,
				err);
	if (r < 0)
		return r;
	s->names = xj_arena_alloc(s->arena, (s->count + 1) *
				  sizeof(*s->names));
	if (!s->names)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	for (size_t i = 0; i < s->count; i++)
		s->names[i] = s->rows[i].name;
	return XJ_OK;
}

int
xj_segments_list(struct xj_archive *hand, struct xj_error *err)
{
	xj_auto(segments_end) struct segments s = { 0 };
	int r = segments_read(hand, &s, err);

	return r < 0 ? r : xj_index_stub(hand->index_dir, s.names, s.count,
					 err);
}

int
xj_segments_remove_unknown(struct xj_archive *hand, struct xj_error *err)
{
	xj_auto(segments_end) struct segments s = { 0 };
	int r = segments_read(hand, &s, err);

	return r < 0 ? r : xj_segments_sweep(hand->index_dir, s.names, s.count,
					     err);
}

/* --------------------------------------------------------------- merging */

static int
by_size(const void *a, const void *b)
{
	const struct xj_segment_row *x = a, *y = b;

	return x->documents < y->documents ? 1 : x->documents > y->documents ?
	       -1 : strcmp(x->name, y->name);
}

/*
 * Which tail of the segments, largest first, to merge: every segment is to
 * hold at least twice what all smaller ones hold together, so that a document
 * is copied a logarithmic number of times. 0: none.
 */
static size_t
tail_to_merge(const struct xj_segment_row *rows, size_t count)
{
	uint64_t below = 0;
	size_t first = count;

	for (size_t i = count; i > 0; i--) {
		if (i < count && rows[i - 1].documents < 2 * below)
			first = i - 1;
		below += rows[i - 1].documents;
	}
	return count - first;
}

/*
 * While documents come in, only segments of like size are merged, FAN of them
 * and every smaller one: each document is copied once a tier, and there are
 * never more than FAN segments in one. 0: none.
 */
#define FAN 10u
#define TIER 512u /* documents of the least one */

static size_t
tier_to_merge(const struct xj_segment_row *rows, size_t count)
{
	uint64_t limit = TIER;
	size_t first = count;

	while (first > 0) {
		size_t above = first;

		while (first > 0 && rows[first - 1].documents <= limit)
			first--;
		if (above - first >= FAN)
			return count - first;
		limit *= FAN;
	}
	return 0;
}

static int
choose(struct xj_merge *m, struct segments *s, size_t tail)
{
	m->arena = s->arena;
	m->names = s->names + s->count - tail;
	m->count = tail < 2 ? 0 : tail;
	for (size_t i = s->count - m->count; i < s->count; i++)
		m->documents += s->rows[i].documents;
	s->arena = NULL;
	xj_segment_name(m->merged.name);
	return m->count ? XJ_OK : XJ_END;
}

int
xj_merge_choose(struct xj_archive *hand, enum xj_merge_policy policy,
		struct xj_merge *m, struct xj_error *err)
{
	xj_auto(segments_end) struct segments s = { 0 };
	size_t tail;
	int r = segments_read(hand, &s, err);

	*m = (struct xj_merge){ 0 };
	if (r < 0)
		return r;
	qsort(s.rows, s.count, sizeof(*s.rows), by_size);
	if (policy == XJ_MERGE_ALL)
		tail = s.count;
	else if (policy == XJ_MERGE_TAIL)
		tail = tail_to_merge(s.rows, s.count);
	else
		tail = tier_to_merge(s.rows, s.count);
	return choose(m, &s, tail);
}

int
xj_merge_files(const char *index_dir, const struct xj_merge *m,
	       struct xj_error *err)
{
	int r = xj_segments_merge(index_dir, m->names, m->count,
				  m->merged.name, err);

	return r < 0 || m->documents < XJ_SUGGEST_TOPS_FROM ? r :
	       xj_suggest_tops_write(index_dir, m->merged.name, err);
}

int
xj_merge_settle(struct xj_archive *hand, const struct xj_merge *m,
		struct xj_error *err)
{
	int r = xj_catalog_merge_segments(hand->catalog, &m->merged, m->names,
					  m->count, err);

	if (r == XJ_OK)
		r = xj_segments_list(hand, err);
	for (size_t i = 0; i < m->count && r == XJ_OK; i++)
		r = xj_segment_remove(hand->index_dir, m->names[i], err);
	return r;
}

void
xj_merge_end(struct xj_merge *m)
{
	xj_arena_free(m->arena);
	m->arena = NULL;
}

int
xj_segments_compact(struct xj_archive *hand, bool all, struct xj_error *err)
{
	xj_auto(xj_merge_end) struct xj_merge m = { 0 };
	int r = xj_merge_choose(hand, all ? XJ_MERGE_ALL : XJ_MERGE_TAIL, &m,
				err);

	if (r != XJ_OK)
		return r < 0 ? r : XJ_OK;
	r = xj_merge_files(hand->index_dir, &m, err);
	return r < 0 ? r : xj_merge_settle(hand, &m, err);
}

/* --------------------------------------------------------------- the dead */

static int
drop(struct xj_archive *hand, const char *const *names, size_t count,
     struct xj_error *err)
{
	int r = XJ_OK;

	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = xj_catalog_drop_segment(hand->catalog, names[i], err);
	if (r == XJ_OK)
		r = xj_segments_list(hand, err);
	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = xj_segment_remove(hand->index_dir, names[i], err);
	return r;
}

static bool
is_stale(const struct xj_segment_row *row)
{
	return row->dead && row->dead * 2 >= row->documents;
}

int
xj_segments_drop_stale(struct xj_archive *hand, struct xj_error *err)
{
	xj_auto(segments_end) struct segments s = { 0 };
	size_t dropped = 0;
	int r = segments_read(hand, &s, err);

	for (size_t i = 0; i < s.count; i++)
		if (is_stale(&s.rows[i]))
			s.names[dropped++] = s.names[i];
	if (r < 0 || !dropped)
		return r < 0 ? r : XJ_END;
	return drop(hand, s.names, dropped, err);
}

int
xj_segments_drop_purged(struct xj_archive *hand, uint64_t root,
			struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const char *const *names;
	size_t count;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_segments_of(hand->catalog, root, arena, &names, &count,
				   err);
	return r < 0 || !count ? r : drop(hand, names, count, err);
}
