/* search-index.c - the index of an archive, open from search to search. */
#include <stdlib.h>
#include <string.h>

#include "library/search.h"

/* How often the segments may vanish before it is an error. */
#define TRIES 5

struct xj_searcher {
	uint64_t serial; /* of the catalog's list of segments */
	struct xj_index *index;
	struct xj_dead *dead;
};

void
xj_searcher_free(struct xj_searcher *searcher)
{
	if (!searcher)
		return;
	xj_index_close(searcher->index);
	free(searcher->dead);
	free(searcher);
}

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static int
read_dead(struct xj_archive *a, struct xj_arena *arena,
	  struct xj_searcher *searcher, size_t *count, struct xj_error *err)
{
	struct xj_dead_row *rows;
	int r = xj_catalog_dead(a->catalog, arena, &rows, count, err);

	if (r < 0)
		return r;
	searcher->dead = calloc(*count + 1, sizeof(*searcher->dead));
	if (!searcher->dead)
		return no_memory(err);
	for (size_t i = 0; i < *count; i++)
		searcher->dead[i] = (struct xj_dead){ rows[i].id, rows[i].rev };
	return XJ_OK;
}

static int
open_segments(struct xj_archive *a, struct xj_arena *arena,
	      struct xj_searcher *searcher, struct xj_error *err)
{
	struct xj_segment_row *rows;
	const char **names;
	size_t count, dead;
	int r = read_dead(a, arena, searcher, &dead, err);

	if (r == XJ_OK)
		r = xj_catalog_segments(a->catalog, arena, &rows, &count, err);
	if (r < 0)
		return r;
	names = xj_arena_alloc(arena, (count + 1) * sizeof(*names));
	if (!names)
		return no_memory(err);
	for (size_t i = 0; i < count; i++)
		names[i] = rows[i].name;
	return xj_index_open(a->index_dir, names, count, searcher->dead, dead,
			     &searcher->index, err);
}

/* The index of the view that is being read. */
static int
refresh(struct xj_archive *a, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_searcher *fresh;
	uint64_t serial;
	int r = xj_catalog_index_serial(a->catalog, &serial, err);

	if (r < 0 || (a->searcher && a->searcher->serial == serial))
		return r;
	fresh = calloc(1, sizeof(*fresh));
	if (!fresh || xj_arena_new(&arena) < 0) {
		free(fresh);
		return no_memory(err);
	}
	fresh->serial = serial;
	r = open_segments(a, arena, fresh, err);
	if (r < 0) {
		xj_searcher_free(fresh);
		return r;
	}
	xj_searcher_free(a->searcher);
	a->searcher = fresh;
	return XJ_OK;
}

/* A segment may be merged into another between the catalog's word and its
 * opening: then the catalog has a new word. */
int
xj_searcher_begin(struct xj_archive *a, struct xj_index **index,
		  struct xj_error *err)
{
	int r = XJ_ENOTFOUND;

	for (int i = 0; i < TRIES && r == XJ_ENOTFOUND; i++) {
		r = xj_catalog_read_begin(a->catalog, err);
		if (r < 0)
			return r;
		r = refresh(a, err);
		if (r < 0)
			xj_catalog_read_end(a->catalog);
	}
	if (r == XJ_ENOTFOUND)
		return xj_error_wrap(err, XJ_ECORRUPT, "the index is not what "
				     "the catalog says; `xueji reindex` makes "
				     "it again");
	if (r == XJ_OK && (r = xj_texts_read_begin(a->texts, err)) < 0)
		xj_catalog_read_end(a->catalog);
	if (r == XJ_OK)
		*index = a->searcher->index;
	return r;
}

void
xj_searcher_end(struct xj_archive *a)
{
	xj_texts_read_end(a->texts);
	xj_catalog_read_end(a->catalog);
}
