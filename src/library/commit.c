/* commit.c - a group of changes that becomes durable as one, and what a crash
 * leaves of it put right. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "library/archive.h"

#define BATCHES_KEPT 8 /* recorded ones that are let stand */
#define WAIT_MS 10000  /* for another process to publish what it recorded */

/* --------------------------------------------------------------- batches */

/* The batches that the catalog names. */
struct batches {
	struct xj_arena *arena;
	const char *const *names;
	size_t count;
};

static void
batches_end(struct batches *b)
{
	xj_arena_free(b->arena);
}

static int
batches_read(struct xj_archive *a, struct batches *b, struct xj_error *err)
{
	int r = xj_arena_new(&b->arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	return xj_catalog_batches(a->catalog, b->arena, &b->names, &b->count,
				  err);
}

static bool
is_gone(struct xj_archive *a, const char *batch)
{
	char path[64];

	snprintf(path, sizeof(path), "staging/%s", batch);
	return faccessat(a->fd, path, F_OK, AT_SYMLINK_NOFOLLOW) < 0 &&
	       errno == ENOENT;
}

/*
 * Publish what was recorded by processes that died, drop what was not, and
 * forget the names of what is done. Objects just moved into the root are not
 * durable yet: until they are, their batch stays recorded, since after a power
 * cut it would have to be moved again. With the catalog's write lock, so that
 * nobody records a batch meanwhile.
 */
static int
settle(struct xj_archive *a, const struct batches *b, struct xj_error *err)
{
	const char **gone = xj_arena_alloc(b->arena, (b->count + 1) *
					   sizeof(*gone));
	size_t n = 0;
	int r = XJ_OK;

	if (!gone)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	/* What is another process's, or cannot be published, stays named. */
	xj_store_recover(a->store, b->names, b->count, NULL, NULL);
	for (size_t i = 0; i < b->count; i++)
		if (is_gone(a, b->names[i]))
			gone[n++] = b->names[i];
	if (n)
		r = xj_store_sync(a->store, err);
	for (size_t i = 0; i < n && r == XJ_OK; i++)
		r = xj_catalog_drop_batch(a->catalog, gone[i], err);
	return r;
}

/* ------------------------------------------------------------------ text */

/*
 * Document 0 of the stored text is a note of the last change that replaced
 * text: the name of its batch, then the numbers of the documents, a line each.
 * When the catalog does not know the batch, that change never came.
 */
#define NOTE 0

static int
read_note(struct xj_archive *a, struct xj_buf *note, struct xj_error *err)
{
	int r = xj_texts_get(a->texts, NOTE, 0, note, err);

	return r == XJ_ENOTFOUND ? XJ_END : r;
}

static int
write_note(struct xj_change *change, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf note = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf packed = XJ_BUF_INIT;
	int r;

	if (!change->text.len && !change->text.failed)
		return XJ_OK;
	xj_buf_addf(&note, "%s\n", xj_batch_name(change->batch));
	xj_buf_add(&note, change->text.data, change->text.len);
	if (change->text.failed || note.failed)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	r = xj_texts_pack(note.data, note.len, &packed, err);
	return r < 0 ? r : xj_texts_put(change->archive->texts, NOTE, 0,
					packed.data, packed.len, err);
}

static bool
is_recorded(const struct batches *b, const char *name)
{
	for (size_t i = 0; i < b->count; i++)
		if (strcmp(b->names[i], name) == 0)
			return true;
	return false;
}

/* The text of a document as the catalog knows it, imported once more. */
int
xj_change_text_again(struct xj_change *change, uint64_t id,
		     struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	struct xj_importers *importers;
	struct xj_record record;
	struct xj_doc doc;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_get(change->archive->catalog, id, arena, &doc, err);
	if (r == XJ_OK)
		r = xj_object_at(change->archive, doc.urn, doc.version,
				 &object, err);
	if (r == XJ_OK)
		r = xj_record_read(arena, object, doc.version, &record, err);
	if (r == XJ_OK)
		r = xj_archive_importers(change->archive, &importers, err);
	if (r == XJ_OK)
		r = xj_restore(change, importers, arena, object, doc.version,
			       &record, true, err);
	if (r < 0)
		return xj_error_wrap(err, r, "the text of document %llu is to "
				     "be made again", (unsigned long long)id);
	return r;
}

/* Damage of one document keeps no other from being mended; `verify` tells. */
static int
make_texts_again(struct xj_change *change, char *numbers,
		 struct xj_error *err)
{
	char *line;
	int r = XJ_OK;

	while (r == XJ_OK && (line = strsep(&numbers, "\n"))) {
		if (*line)
			r = xj_change_text_again(change,
				strtoull(line, NULL, 10), err);
		if (r == XJ_ECORRUPT || r == XJ_ENOTFOUND)
			r = XJ_OK;
	}
	return r;
}

/* Every note ends here: a change that goes on leaves only its own. */
static int
mend_text(struct xj_change *change, const struct batches *b,
	  struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf note = XJ_BUF_INIT;
	char *name, *numbers;
	int r = read_note(change->archive, &note, err);

	if (r != XJ_OK)
		return r < 0 ? r : XJ_OK;
	numbers = note.data;
	name = strsep(&numbers, "\n");
	if (!is_recorded(b, name))
		r = make_texts_again(change, numbers, err);
	return r < 0 ? r : xj_texts_drop(change->archive->texts, NOTE, err);
}

/* ------------------------------------------------------------- put right */

static int
put_right_in(struct xj_change *change, struct xj_error *err)
{
	xj_auto(batches_end) struct batches b = { 0 };
	struct xj_archive *a = change->archive;
	int r = batches_read(a, &b, err);

	if (r == XJ_OK && (b.count >= BATCHES_KEPT ||
			   xj_store_unsettled(a->store)))
		r = settle(a, &b, err);
	return r < 0 ? r : mend_text(change, &b, err);
}

/* What others left is put right whoever acts, and may see it or not. */
static int
put_right_blind(struct xj_change *change, struct xj_error *err)
{
	struct xj_catalog *catalog = change->archive->catalog;
	bool aside = xj_catalog_blind(catalog, true);
	int r = put_right_in(change, err);

	xj_catalog_blind(catalog, aside);
	return r;
}

/* Whether the last change that replaced text was cut short. */
static int
is_cut_short(struct xj_archive *a, bool *cut, struct xj_error *err)
{
	xj_auto(batches_end) struct batches b = { 0 };
	xj_auto(xj_buf_release) struct xj_buf note = XJ_BUF_INIT;
	int r = read_note(a, &note, err);

	*cut = false;
	if (r == XJ_OK)
		r = batches_read(a, &b, err);
	if (r != XJ_OK)
		return r < 0 ? r : XJ_OK;
	note.data[strcspn(note.data, "\n")] = '\0';
	*cut = !is_recorded(&b, note.data) &&
	       !xj_store_batch_held(a->store, note.data);
	return XJ_OK;
}

int
xj_put_right(struct xj_archive *a, struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	bool cut;
	int r = is_cut_short(a, &cut, err);

	if (r == XJ_OK && (cut || xj_store_unsettled(a->store))) {
		r = xj_change_begin(a, &change, err);
		if (r == XJ_OK)
			r = xj_change_commit(&change, err);
	}
	if (r == XJ_OK)
		r = xj_accessions_finish(a, err);
	return r == XJ_ENOSPC || r == XJ_EBUSY ? XJ_OK : r;
}

/* ------------------------------------------------------------- the change */

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
	change->open = true;
	r = xj_catalog_begin(a->catalog, err);
	if (r == XJ_OK)
		r = xj_texts_begin(a->texts, err);
	if (r == XJ_OK)
		r = put_right_blind(change, err);
	if (r < 0)
		xj_change_abandon(change);
	return r;
}

static void
release(struct xj_change *change)
{
	xj_batch_end(change->batch, change->committed);
	change->batch = NULL;
	change->open = false;
	xj_buf_release(&change->put);
	xj_buf_release(&change->text);
}

void
xj_change_abandon(struct xj_change *change)
{
	if (!change->open)
		return;
	xj_texts_rollback(change->archive->texts);
	xj_catalog_rollback(change->archive->catalog);
	release(change);
}

void
xj_change_text(struct xj_change *change, uint64_t root)
{
	xj_buf_addf(&change->text, "%llu\n", (unsigned long long)root);
}

bool
xj_change_has(const struct xj_change *change, const char *urn)
{
	return strstr(xj_buf_str(&change->put), urn) != NULL;
}

int
xj_change_commit(struct xj_change *change, struct xj_error *err)
{
	struct xj_archive *a = change->archive;
	int r = xj_batch_sync(change->batch, err);

	if (r == XJ_OK)
		r = write_note(change, err);
	if (r == XJ_OK)
		r = xj_texts_commit(a->texts, err);
	if (r == XJ_OK)
		r = xj_catalog_add_batch(a->catalog,
					 xj_batch_name(change->batch), err);
	if (r == XJ_OK)
		r = xj_catalog_commit(a->catalog, err);
	if (r < 0) {
		xj_change_abandon(change);
		return r;
	}
	change->committed = true;
	r = xj_batch_publish(change->batch, err);
	release(change);
	return r;
}

/* ---------------------------------------------------- other processes */

/* Whether a living process is about to publish what it recorded. */
static bool
publishing(struct xj_archive *a)
{
	xj_auto(batches_end) struct batches b = { 0 };
	bool busy = false;

	if (batches_read(a, &b, NULL) < 0)
		return false;
	for (size_t i = 0; i < b.count && !busy; i++)
		busy = xj_store_batch_held(a->store, b.names[i]);
	return busy;
}

/* Whether to try again what another process may stand in the way of: it does,
 * or it has just ended. */
struct patience {
	uint64_t until;
	bool last;
};

static bool
try_again(struct xj_archive *a, struct patience *p)
{
	if (p->last)
		return false;
	if (!p->until)
		p->until = xj_monotonic_ms() + WAIT_MS;
	p->last = !publishing(a) || xj_monotonic_ms() >= p->until;
	nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
	return true;
}

int
xj_change_put(struct xj_change *change, const struct xj_object_version *v,
	      struct xj_error *err)
{
	struct patience p = { 0 };
	int r;

	do
		r = xj_batch_put(change->batch, v, err);
	while (r == XJ_EBUSY && try_again(change->archive, &p));
	if (r < 0)
		return r;
	xj_buf_addf(&change->put, "%s\n", v->id);
	return xj_buf_check(&change->put, err);
}

/* Once: XJ_ECORRUPT when it is not there as it should be. */
static int
open_at(struct xj_archive *a, const char *urn, unsigned version,
	struct xj_object **object, struct xj_error *err)
{
	int r = xj_object_open(a->store, urn, object, err);

	if (r == XJ_ENOTFOUND)
		return xj_error_set(err, XJ_ECORRUPT, "%s: the object is not "
				    "in the OCFL root", urn);
	if (r < 0 || xj_object_head(*object) >= version)
		return r;
	r = xj_error_set(err, XJ_ECORRUPT, "%s: the object is at version %u, "
			 "the catalog at %u", urn, xj_object_head(*object),
			 version);
	xj_object_freep(object);
	return r;
}

int
xj_object_at(struct xj_archive *a, const char *urn, unsigned version,
	     struct xj_object **object, struct xj_error *err)
{
	struct patience p = { 0 };
	int r;

	do
		r = open_at(a, urn, version, object, err);
	while (r == XJ_ECORRUPT && try_again(a, &p));
	return r;
}
