/* backup-purge.c - what was purged in the archive is erased in its backups. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library/backup.h"

struct erasing {
	struct xj_archive *from;     /* has the tombstones */
	struct xj_catalog *catalog;  /* of the snapshot */
	struct xj_texts *texts;      /* or NULL */
	struct xj_arena *arena;
	uint64_t erased;
	struct xj_error *err;
};

/* What the words of a document stand in, beside its row. */
static int
erase_values(struct erasing *e, uint64_t id)
{
	int r = XJ_OK;

	for (enum xj_meta_rank rank = XJ_META_DERIVED;
	     rank <= XJ_META_GIVEN && r == XJ_OK; rank++)
		r = xj_catalog_set_meta(e->catalog, id, rank, NULL, 0, e->err);
	if (r == XJ_OK)
		r = xj_catalog_drop_sources(e->catalog, id, e->err);
	if (r == XJ_OK)
		r = xj_catalog_forget(e->catalog, id, e->err);
	return r < 0 ? r : xj_catalog_set_ocr(e->catalog, id, NULL, 0, e->err);
}

/* The tombstone takes the place of the row. */
static int
erase_one(void *ctx, const struct xj_doc *tombstone)
{
	struct erasing *e = ctx;
	struct xj_doc was, now = *tombstone;
	int r = xj_catalog_get(e->catalog, now.id, e->arena, &was, e->err);

	if (r == XJ_ENOTFOUND)
		return XJ_OK; /* came later */
	if (r == XJ_OK)
		r = xj_catalog_update(e->catalog, &now, 0, e->err);
	if (r == XJ_OK)
		r = erase_values(e, now.id);
	if (r == XJ_OK && e->texts)
		r = xj_texts_drop(e->texts, now.id, e->err);
	if (r == XJ_OK && e->texts)
		r = xj_texts_forget(e->texts, was.sha512, e->err);
	return r;
}

/* Whether the snapshot knows this document otherwise than as purged. */
static int
is_there(struct erasing *e, const struct xj_doc *doc, bool *there)
{
	struct xj_doc was;
	int r = xj_catalog_get(e->catalog, doc->id, e->arena, &was, e->err);

	*there = r == XJ_OK && strcmp(was.urn, doc->urn) == 0 &&
		 was.state != XJ_DOC_PURGED;
	return r == XJ_ENOTFOUND ? XJ_OK : r;
}

static int
erase_tree(void *ctx, const struct xj_doc *doc)
{
	struct erasing *e = ctx;
	const struct xj_doc_filter inside = { .root = doc->id,
					      .any_state = true };
	bool there;
	int r = is_there(e, doc, &there);

	if (r < 0 || !there)
		return r;
	e->erased++;
	r = xj_catalog_list(e->from->catalog, &inside, erase_one, e, e->err);
	return r < 0 ? r : xj_catalog_redact(e->catalog, doc->id,
					     "[\"(purged)\"]", e->err);
}

/* The paths that were given, as the archive has them now. */
static int
take_what(void *ctx, const struct xj_accession_row *now)
{
	struct erasing *e = ctx;
	struct xj_accession_row was;
	int r = xj_catalog_get_accession(e->catalog, now->number, e->arena,
					 &was, e->err);

	if (r < 0)
		return r == XJ_ENOTFOUND ? XJ_OK : r;
	was.what = now->what;
	return xj_catalog_put_accession(e->catalog, &was, e->err);
}

static int
erase(struct erasing *e)
{
	const struct xj_doc_filter purged = { .purged = true,
					      .top_only = true };
	int r = xj_catalog_begin(e->catalog, e->err);

	if (r == XJ_OK && e->texts)
		r = xj_texts_begin(e->texts, e->err);
	if (r == XJ_OK)
		r = xj_catalog_list(e->from->catalog, &purged, erase_tree, e,
				    e->err);
	if (r == XJ_OK && e->erased)
		r = xj_catalog_accessions(e->from->catalog, take_what, e,
					  e->err);
	if (r == XJ_OK && e->texts)
		r = xj_texts_commit(e->texts, e->err);
	if (r == XJ_OK)
		r = xj_catalog_commit(e->catalog, e->err);
	return r;
}

static int
erase_in(struct xj_archive *a, const char *folder, uint64_t *erased,
	 struct xj_error *err)
{
	struct erasing e = { .from = a, .err = err };
	int r = xj_arena_new(&e.arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_open(folder, 0, &e.catalog, err);
	if (r == XJ_OK)
		r = xj_texts_open(folder, 0, &e.texts, err);
	if (r == XJ_ENOTFOUND && e.catalog)
		r = XJ_OK; /* kept without text */
	if (r == XJ_OK)
		r = erase(&e);
	xj_texts_close(e.texts);
	xj_catalog_close(e.catalog); /* the logs go into the files */
	xj_arena_free(e.arena);
	*erased += r == XJ_OK ? e.erased : 0;
	return r;
}

static int
note_tree(void *ctx, const struct xj_doc *doc)
{
	bool there;
	struct erasing *e = ctx;
	int r = is_there(e, doc, &there);

	e->erased += r == XJ_OK && there;
	return r;
}

/* Looked at first: mostly there is nothing to do. A catalog of an older
 * release cannot be looked at as it is. */
static int
needs_erasing(struct xj_archive *a, const char *folder, bool *needed,
	      struct xj_error *err)
{
	const struct xj_doc_filter purged = { .purged = true,
					      .top_only = true };
	struct erasing e = { .from = a, .err = err };
	int r = xj_arena_new(&e.arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_open(folder, XJ_CATALOG_READONLY, &e.catalog, err);
	if (r == XJ_OK)
		r = xj_catalog_list(a->catalog, &purged, note_tree, &e, err);
	xj_catalog_close(e.catalog);
	xj_arena_free(e.arena);
	*needed = r == XJ_EVERSION || (r == XJ_OK && e.erased);
	return r == XJ_EVERSION ? XJ_OK : r;
}

int
xj_backup_erase_in(struct xj_archive *a, const char *folder, uint64_t *erased,
		   struct xj_error *err)
{
	bool needed;
	int r = needs_erasing(a, folder, &needed, err);

	return r < 0 || !needed ? r : erase_in(a, folder, erased, err);
}

/* ------------------------------------------------------------ of a snapshot */

#define DRAFT "staging/erase"

/* The catalog that was made anew, as a part of its own. */
static int
put_part(struct xj_backups *b, const struct xj_snap *snap, json_t *json,
	 struct xj_error *err)
{
	char folder[XJ_SNAPSHOT_MAX + 8], to[128], hex[XJ_DIGEST_HEX_MAX];
	unsigned char sum[XJ_DIGEST_MAX];
	xj_auto(xj_closep) int fd = -1;
	uint64_t size;
	int r = XJ_OK;

	for (unsigned i = 1; i < 10000; i++) {
		snprintf(folder, sizeof(folder), "%.*s-p%u",
			 XJ_SNAPSHOT_MAX - 1, snap->name, i);
		snprintf(to, sizeof(to), XJ_PARTS "/%s", folder);
		if (mkdirat(b->fd, to, 0700) == 0)
			break;
		if (errno != EEXIST)
			return xj_error_errno(err, "%s/%s", b->dir, to);
	}
	fd = openat(b->fd, DRAFT "/" XJ_PART_CATALOG, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return xj_error_errno(err, "%s/%s", b->dir, DRAFT);
	r = xj_digest_fd(XJ_SHA512, fd, sum, &size, err);
	if (r < 0)
		return r;
	xj_hex(sum, 64, hex);
	snprintf(to, sizeof(to), XJ_PARTS "/%s/" XJ_PART_CATALOG, folder);
	if (renameat(b->fd, DRAFT "/" XJ_PART_CATALOG, b->fd, to) < 0)
		return xj_error_errno(err, "%s/%s", b->dir, to);
	json_object_set_new(json_object_get(json, "parts"), XJ_PART_CATALOG,
		json_pack("{s:s, s:I, s:s}", "folder", folder, "bytes",
			  (json_int_t)size, "sha512", hex));
	return XJ_OK;
}

static int
erase_snapshot(struct xj_archive *a, struct xj_backups *b,
	       const struct xj_snap *snap, uint64_t *erased,
	       struct xj_error *err)
{
	xj_auto(xj_closep) int fd = -1;
	xj_auto(xj_buf_release) struct xj_buf folder = XJ_BUF_INIT;
	json_t *json = json_deep_copy(snap->json);
	int r = json ? xj_remove_tree(b->fd, DRAFT, err) :
		       xj_error_set(err, XJ_ENOMEM, "out of memory");

	if (r == XJ_OK)
		r = xj_mkdirs(b->fd, DRAFT, 0700, err);
	if (r == XJ_OK)
		r = xj_dir_open(b->fd, DRAFT, &fd, err);
	if (r == XJ_OK)
		r = xj_snap_copy(b, snap, XJ_PART_CATALOG, fd,
				 XJ_PART_CATALOG, err);
	if (r == XJ_OK)
		r = xj_path_join(&folder, b->dir, DRAFT);
	if (r == XJ_OK)
		r = erase_in(a, folder.data, erased, err);
	if (r == XJ_OK)
		r = put_part(b, snap, json, err);
	if (r == XJ_OK) {
		r = xj_backups_put(b, snap->name, json, err);
		json = NULL;
	}
	json_decref(json);
	xj_remove_tree(b->fd, DRAFT, NULL);
	return r;
}

/* A reader leaves its log and index beside a file that it may not write to. */
static void
remove_logs(struct xj_backups *b, const char *catalog)
{
	static const char *const tails[] = { "-wal", "-shm" };
	char path[200];

	for (size_t i = 0; i < XJ_COUNT(tails); i++) {
		snprintf(path, sizeof(path), "%s%s", catalog, tails[i]);
		unlinkat(b->fd, path, 0);
	}
}

static int
look_at(struct xj_archive *a, struct xj_backups *b, const struct xj_snap *snap,
	bool *needed, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf folder = XJ_BUF_INIT;
	int r = xj_snap_path(snap, XJ_PART_CATALOG, &path, err);

	if (r < 0)
		return r;
	xj_buf_addf(&folder, "%s/%.*s", b->dir, (int)(path.len -
		    strlen("/" XJ_PART_CATALOG)), path.data);
	r = xj_buf_check(&folder, err);
	if (r == XJ_OK)
		r = needs_erasing(a, folder.data, needed, err);
	remove_logs(b, path.data);
	return r;
}

static int
tell_damage(const struct xj_snap *snap, xj_problem_fn fn, void *ctx,
	    const struct xj_error *err)
{
	return !fn ? XJ_OK : fn(ctx, &(struct xj_problem){
		.severity = "warning", .code = "", .title = "", .object = "",
		.path = snap->name, .message = err->message });
}

int
xj_backup_erase_all(struct xj_archive *a, struct xj_backups *b,
		    xj_problem_fn fn, void *ctx, uint64_t *erased,
		    struct xj_error *err)
{
	const struct xj_doc_filter purged = { .purged = true,
					      .top_only = true };
	uint64_t count;
	int r = xj_catalog_count(a->catalog, &purged, &count, err);

	for (size_t i = 0; i < b->count && r == XJ_OK && count; i++) {
		bool needed = false;

		r = look_at(a, b, &b->snaps[i], &needed, err);
		if (r == XJ_OK && needed)
			r = erase_snapshot(a, b, &b->snaps[i], erased, err);
		if (r == XJ_ECORRUPT || r == XJ_ENOTFOUND)
			r = tell_damage(&b->snaps[i], fn, ctx, err);
	}
	return r < 0 ? xj_error_wrap(err, r, "purged documents are still in "
				     "older snapshots") : XJ_OK;
}
