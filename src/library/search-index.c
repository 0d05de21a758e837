/* search-index.c - the index of an archive, open from search to search. */
#include <stdlib.h>
#include <string.h>

#include "library/fields.h"
#include "library/search.h"

/* How often the segments may vanish before it is an error. */
#define TRIES 5

struct xj_searcher {
	uint64_t serial; /* of the catalog's list of segments */
	struct xj_index *index;
	struct xj_dead *dead;
	unsigned sight;  /* of the archive that it is restricted to; 0: none */
	struct xj_arena *arena; /* of the names */
	struct xj_index_here here;
};

void
xj_searcher_free(struct xj_searcher *searcher)
{
	if (!searcher)
		return;
	xj_index_close(searcher->index);
	xj_arena_free(searcher->arena);
	free(searcher->dead);
	free(searcher);
}

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static int
read_dead(struct xj_archive *a, struct xj_searcher *searcher, size_t *count,
	  struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_dead_row *rows;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		xj_catalog_dead(a->catalog, arena, &rows, count, err);

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
open_segments(struct xj_archive *a, struct xj_searcher *searcher,
	      struct xj_error *err)
{
	struct xj_index_here *h = &searcher->here;
	struct xj_segment_row *rows;
	const char **names;
	int r = read_dead(a, searcher, &h->dead_count, err);

	if (r == XJ_OK)
		r = xj_catalog_segments(a->catalog, searcher->arena, &rows,
					&h->count, err);
	if (r < 0)
		return r;
	names = xj_arena_alloc(searcher->arena,
			       (h->count + 1) * sizeof(*names));
	if (!names)
		return no_memory(err);
	for (size_t i = 0; i < h->count; i++)
		names[i] = rows[i].name;
	h->dir = a->index_dir;
	h->names = names;
	h->dead = searcher->dead;
	return xj_index_open(h->dir, names, h->count, h->dead, h->dead_count,
			     &searcher->index, err);
}

const struct xj_index_here *
xj_searcher_here(const struct xj_archive *a, uint64_t *serial)
{
	*serial = a->searcher->serial;
	return &a->searcher->here;
}

/* The index of the view that is being read. */
static int
refresh(struct xj_archive *a, struct xj_error *err)
{
	struct xj_searcher *fresh;
	uint64_t serial;
	int r = xj_catalog_index_serial(a->catalog, &serial, err);

	if (r < 0 || (a->searcher && a->searcher->serial == serial))
		return r;
	fresh = calloc(1, sizeof(*fresh));
	if (!fresh || xj_arena_new(&fresh->arena) < 0) {
		free(fresh);
		return no_memory(err);
	}
	fresh->serial = serial;
	r = open_segments(a, fresh, err);
	if (r < 0) {
		xj_searcher_free(fresh);
		return r;
	}
	xj_searcher_free(a->searcher);
	a->searcher = fresh;
	return XJ_OK;
}

/*
 * Whoever asks the index finds what the reader may see. It stands here, because
 * everything that asks begins here.
 */
static int
restrict_to_sight(struct xj_archive *a, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_searcher *s = a->searcher;
	const char **terms;
	uint64_t *atoms;
	size_t count;
	int r;

	if (!xj_catalog_has_sight(a->catalog)) {
		s->sight = 0;
		xj_index_unrestrict(s->index);
		return XJ_OK;
	}
	if (s->sight == a->sight)
		return XJ_OK;
	s->sight = 0;
	if (xj_arena_new(&arena) < 0)
		return no_memory(err);
	r = xj_catalog_sight(a->catalog, arena, &atoms, &count, err);
	if (r < 0)
		return r;
	terms = xj_arena_alloc(arena, (count + 1) * sizeof(*terms));
	for (size_t i = 0; terms && i < count; i++)
		if (!(terms[i] = xj_arena_printf(arena, "%c%llu", XJ_BOOL_ATOM,
					(unsigned long long)atoms[i])))
			return no_memory(err);
	if (!terms)
		return no_memory(err);
	r = xj_index_restrict(s->index, terms, count, err);
	if (r == XJ_OK)
		s->sight = a->sight;
	return r;
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
		if (r == XJ_OK)
			r = restrict_to_sight(a, err);
		if (r < 0)
			xj_catalog_read_end(a->catalog);
	}
	if (r == XJ_ENOTFOUND)
		return xj_error_wrap(err, XJ_ECORRUPT, "the index is not what "
				     "the catalog says; `xueji reindex` makes "
				     "it again");
	if (r == XJ_OK && (r = xj_texts_read_begin(a->texts, err)) == XJ_OK)
		r = xj_kept_begin(a, err);
	if (r == XJ_OK)
		*index = a->searcher->index;
	else
		xj_searcher_end(a);
	return r;
}

void
xj_searcher_end(struct xj_archive *a)
{
	xj_texts_read_end(a->texts);
	xj_catalog_read_end(a->catalog);
}
