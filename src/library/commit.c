/* commit.c - a group of changes that becomes durable as one. */
#include "library/archive.h"

int
xj_change_begin(struct xj_archive *a, struct xj_change *change,
		struct xj_error *err)
{
	int r;

	*change = (struct xj_change){ .archive = a };
	if ((r = xj_archive_writable(a, err)) < 0)
		return r;
	if ((r = xj_batch_begin(a->store, &change->batch, err)) < 0)
		return r;
	r = xj_catalog_begin(a->catalog, err);
	if (r == XJ_OK && (r = xj_texts_begin(a->texts, err)) < 0)
		xj_catalog_rollback(a->catalog);
	if (r < 0) {
		xj_batch_end(change->batch, false);
		change->batch = NULL;
		return r;
	}
	change->open = true;
	return XJ_OK;
}

void
xj_change_abandon(struct xj_change *change)
{
	if (!change->open)
		return;
	change->open = false;
	xj_texts_rollback(change->archive->texts);
	xj_catalog_rollback(change->archive->catalog);
	xj_batch_end(change->batch, false);
	change->batch = NULL;
}

/* Recorded batches that are let stand before they are looked after. */
#define BATCHES_KEPT 8

/*
 * Objects just moved into the root are not durable yet, so a batch stays
 * recorded, and recovery would move them again. Now and then the finished ones
 * are settled together. A batch without a living writer stays without one, so
 * the list is taken first, made good, then forgotten.
 */
static int
settle_older(struct xj_archive *a, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const char *const *all, **done;
	size_t count, n = 0;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_batches(a->catalog, arena, &all, &count, err);
	if (r < 0 || count < BATCHES_KEPT)
		return r;
	done = xj_arena_alloc(arena, (count + 1) * sizeof(*done));
	if (!done)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	for (size_t i = 0; i < count; i++)
		if (!xj_store_batch_held(a->store, all[i]))
			done[n++] = all[i];
	r = xj_store_recover(a->store, done, n, NULL, err);
	for (size_t i = 0; i < n && r == XJ_OK; i++)
		r = xj_catalog_drop_batch(a->catalog, done[i], err);
	return r;
}

int
xj_change_commit(struct xj_change *change, struct xj_error *err)
{
	struct xj_archive *a = change->archive;
	const char *name = xj_batch_name(change->batch);
	int r = xj_batch_sync(change->batch, err);

	if (r == XJ_OK)
		r = xj_texts_commit(a->texts, err);
	if (r == XJ_OK)
		r = settle_older(a, err);
	if (r == XJ_OK)
		r = xj_catalog_add_batch(a->catalog, name, err);
	if (r == XJ_OK)
		r = xj_catalog_commit(a->catalog, err);
	if (r < 0) {
		xj_change_abandon(change);
		return r;
	}
	change->open = false;
	r = xj_batch_publish(change->batch, err);
	xj_batch_end(change->batch, true);
	change->batch = NULL;
	return r;
}
