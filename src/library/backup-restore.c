/*
 * backup-restore.c - an archive made of a snapshot.
 *
 * Until catalog and text are in their places, a file says that the folder is
 * being restored: nobody opens it as an archive, and the same call goes on. The
 * databases come last. An older snapshot has the stored text of the newest one,
 * less what has changed since: that is imported once more.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "library/backup.h"
#include "library/json-put.h"
#include "library/ocr.h"

#define DRAFT "staging/restore"
#define BATCH_OBJECTS 400
#define BATCH_BYTES (256u << 20)
#define GROUP 64 /* documents a transaction */

struct restoring {
	const struct xj_restore_options *options;
	struct xj_restore_result *result;
	struct xj_backups *from;
	const struct xj_snap *snap;
	char *dir;
	int fd, draft;
	struct xj_store *store;
	struct xj_object_list *objects;
	struct xj_batch *batch;
	uint64_t in_batch, batch_bytes, done, total;
	struct xj_archive *archive; /* in the end */
	struct xj_buf reread;       /* numbers of documents without text */
	struct xj_error *err;
};

static void
closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static int
failed(struct restoring *g, const char *path)
{
	return xj_error_errno(g->err, "%s/%s", g->dir, path);
}

static int
tell(struct restoring *g, const char *object, const char *path,
     const char *message)
{
	g->result->damaged++;
	return !g->options->problem ? XJ_OK : g->options->problem(
		g->options->ctx, &(struct xj_problem){ .severity = "error",
		.code = "", .title = "", .object = object, .path = path,
		.message = message });
}

static int
step(struct restoring *g, const char *what)
{
	const struct xj_watch *w = &g->options->watch;

	if (xj_cancelled(w))
		return xj_error_set(g->err, XJ_ECANCELLED, "restore was "
				    "interrupted; run it again, and it goes "
				    "on");
	g->done++;
	if (w->progress && (g->done & 15) == 0)
		w->progress(w->ctx, &(struct xj_progress){
			.stage = "restore", .done = g->done,
			.total = g->total > g->done ? g->total : g->done,
			.bytes = g->result->bytes, .what = what });
	return XJ_OK;
}

/* ------------------------------------------------------------------ target */

static int
require_empty(struct restoring *g)
{
	int fd = openat(g->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	xj_auto(closedirp) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (!dir)
		return failed(g, ".");
	while ((e = readdir(dir)))
		if (!xj_is_of_the_system(e->d_name))
			return xj_error_set(g->err, XJ_EEXIST, "%s: is not "
					    "empty; nothing is restored over "
					    "what is there, choose an empty "
					    "or a new folder", g->dir);
	return XJ_OK;
}

/* What the file that marks a folder says: from where, and which snapshot. */
static int
write_mark(struct restoring *g, struct xj_buf *mark)
{
	xj_buf_adds(mark, "{\"format\":1");
	xj_put_text(mark, "archive", g->from->archive);
	xj_put_text(mark, "snapshot", g->snap->name);
	xj_buf_adds(mark, "}\n");
	return xj_buf_check(mark, g->err);
}

/* Go on with one that was begun, or begin. */
static int
mark_target(struct restoring *g)
{
	xj_auto(xj_buf_release) struct xj_buf mark = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf there = XJ_BUF_INIT;
	int r = write_mark(g, &mark);

	if (r == XJ_OK)
		r = xj_file_read(g->fd, XJ_RESTORE_FILE, 4096, &there, g->err);
	if (r == XJ_OK && strcmp(xj_buf_str(&there), mark.data) == 0)
		return XJ_OK;
	if (r == XJ_OK)
		return xj_error_set(g->err, XJ_EEXIST, "%s: the restore of "
				    "another snapshot was begun there; remove "
				    "the folder, or go on with that one",
				    g->dir);
	if (r != XJ_ENOTFOUND)
		return r;
	r = require_empty(g);
	return r < 0 ? r : xj_file_write(g->fd, XJ_RESTORE_FILE, mark.data,
					 mark.len, g->err);
}

static int
open_target(struct restoring *g, const char *dir)
{
	int r = xj_archive_require_outside(dir, g->err);

	if (r == XJ_OK)
		r = xj_mkdirs(AT_FDCWD, dir, 0700, g->err);
	if (r < 0)
		return r;
	g->dir = realpath(dir, NULL);
	if (!g->dir)
		return xj_error_errno(g->err, "%s", dir);
	r = xj_dir_open(AT_FDCWD, g->dir, &g->fd, g->err);
	if (r == XJ_OK && flock(g->fd, LOCK_EX | LOCK_NB) < 0)
		r = xj_error_set(g->err, XJ_EBUSY, "%s: another process is at "
				 "work there", g->dir);
	if (r == XJ_OK)
		r = mark_target(g);
	if (r == XJ_OK && fchmod(g->fd, 0700) < 0)
		r = failed(g, ".");
	return r;
}

static int
check_space(struct restoring *g)
{
	static const char *const parts[] = { XJ_PART_CATALOG, XJ_PART_TEXT };
	uint64_t need = xj_snap_number(g->snap, "bytes"), room;
	struct statvfs fs;

	for (size_t i = 0; i < XJ_COUNT(parts); i++)
		need += (uint64_t)json_integer_value(json_object_get(
			xj_snap_part(g->snap, parts[i]), "bytes"));
	if (fstatvfs(g->fd, &fs) < 0)
		return failed(g, ".");
	room = (uint64_t)fs.f_bavail * fs.f_frsize +
	       xj_tree_size(g->fd, "ocfl");
	if (room >= need)
		return XJ_OK;
	return xj_error_set(g->err, XJ_ENOSPC, "%s: at least %llu MiB are "
			    "needed and %llu MiB are free; nothing was "
			    "restored", g->dir,
			    (unsigned long long)(need >> 20) + 1,
			    (unsigned long long)(room >> 20));
}

static int
open_store(struct restoring *g)
{
	int r = XJ_OK;

	if (faccessat(g->fd, "ocfl", F_OK, 0) < 0)
		r = xj_store_create(g->dir, g->err);
	if (r == XJ_OK)
		r = xj_store_open(g->dir, &g->store, g->err);
	return r < 0 ? r : xj_store_recover(g->store, NULL, 0, NULL, g->err);
}

/* ------------------------------------------------------------------- parts */

/* A part that can be done without is only missed. */
static int
take_part(struct restoring *g, const struct xj_snap *snap, const char *part,
	  bool *there)
{
	int r = xj_snap_copy(g->from, snap, part, g->draft, part, g->err);

	*there = r == XJ_OK;
	if (r == XJ_OK)
		return r;
	unlinkat(g->draft, part, 0);
	if (r == XJ_ECORRUPT)
		return tell(g, "", part, g->err->message);
	return r == XJ_ENOTFOUND ? XJ_OK : r;
}

static int
take_catalog(struct restoring *g)
{
	int r = xj_snap_copy(g->from, g->snap, XJ_PART_CATALOG, g->draft,
			     XJ_PART_CATALOG, g->err);

	if (r != XJ_ECORRUPT && r != XJ_ENOTFOUND)
		return r;
	return xj_error_wrap(g->err, XJ_ECORRUPT, "the catalog of snapshot %s "
			     "cannot be used; choose another with --at, or "
			     "copy ocfl/ into a new folder and run `xueji "
			     "rebuild` there", g->snap->name);
}

/* Every segment is forgotten: the index is made anew. */
static int
make_ready(struct restoring *g, struct xj_catalog **catalog)
{
	xj_auto(xj_buf_release) struct xj_buf dir = XJ_BUF_INIT;
	int r = xj_path_join(&dir, g->dir, DRAFT);

	if (r == XJ_OK) /* upgrades what an older release made */
		r = xj_catalog_open(dir.data, 0, catalog, g->err);
	if (r == XJ_OK)
		r = xj_catalog_queue_all(*catalog, g->err);
	return r;
}

/* Whether a document is now what it was when the text was kept. */
static bool
is_same(struct xj_catalog *then, struct xj_catalog *newest, uint64_t id)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_doc a, b;

	return xj_arena_new(&arena) == XJ_OK &&
	       xj_catalog_get(then, id, arena, &a, NULL) == XJ_OK &&
	       xj_catalog_get(newest, id, arena, &b, NULL) == XJ_OK &&
	       strcmp(a.urn, b.urn) == 0 && a.rev == b.rev &&
	       a.version == b.version;
}

static int
drop_changed(struct restoring *g, struct xj_texts *texts,
	     struct xj_catalog *then, struct xj_catalog *newest)
{
	uint64_t id = 0;
	int r = xj_texts_begin(texts, g->err);

	if (r == XJ_OK)
		r = xj_texts_drop(texts, 0, g->err);
	while (r == XJ_OK &&
	       (r = xj_texts_next(texts, id, &id, g->err)) == XJ_OK)
		if (!is_same(then, newest, id))
			r = xj_texts_drop(texts, id, g->err);
	return r < 0 ? r : xj_texts_commit(texts, g->err);
}

/* The catalog of the newest snapshot, only to compare with. */
static int
open_newest(struct restoring *g, struct xj_catalog **newest)
{
	xj_auto(xj_buf_release) struct xj_buf dir = XJ_BUF_INIT;
	xj_auto(xj_closep) int fd = -1;
	int r = xj_mkdirs(g->draft, "newest", 0700, g->err);

	if (r == XJ_OK)
		r = xj_dir_open(g->draft, "newest", &fd, g->err);
	if (r == XJ_OK)
		r = xj_snap_copy(g->from, xj_backups_newest(g->from),
				 XJ_PART_CATALOG, fd, XJ_PART_CATALOG, g->err);
	if (r == XJ_OK)
		r = xj_path_join(&dir, g->dir, DRAFT "/newest");
	return r < 0 ? r : xj_catalog_open(dir.data, 0, newest, g->err);
}

/* Of an older snapshot there is none of its own; and none at all, when it cannot
 * be told what has changed since. */
static int
find_text(struct restoring *g, struct xj_catalog **newest, bool *there)
{
	int r = take_part(g, xj_backups_newest(g->from), XJ_PART_TEXT, there);

	if (r < 0 || !*there || xj_backups_newest(g->from) == g->snap)
		return r;
	r = open_newest(g, newest);
	if (r != XJ_ECORRUPT && r != XJ_ENOTFOUND)
		return r;
	*there = false;
	return unlinkat(g->draft, XJ_PART_TEXT, 0) < 0 ?
		failed(g, DRAFT) : XJ_OK;
}

static int
take_text(struct restoring *g, struct xj_catalog *then)
{
	xj_auto(xj_buf_release) struct xj_buf dir = XJ_BUF_INIT;
	struct xj_catalog *newest = NULL;
	struct xj_texts *texts = NULL;
	bool there;
	int r = find_text(g, &newest, &there);

	if (r == XJ_OK)
		r = xj_path_join(&dir, g->dir, DRAFT);
	if (r == XJ_OK)
		r = xj_texts_open(dir.data, there ? 0 : XJ_CATALOG_CREATE,
				  &texts, g->err);
	if (r == XJ_OK && newest)
		r = drop_changed(g, texts, then, newest);
	xj_catalog_close(newest);
	xj_texts_close(texts);
	return r;
}

static int
take_conf(struct restoring *g)
{
	bool there;
	int r = take_part(g, g->snap, XJ_PART_CONF, &there);

	return r < 0 || there ? r :
	       xj_config_write_standard(g->draft, g->err);
}

static int
take_parts(struct restoring *g)
{
	struct xj_catalog *catalog = NULL;
	int r = xj_remove_tree(g->fd, DRAFT, g->err);

	if (r == XJ_OK)
		r = xj_mkdirs(g->fd, DRAFT, 0700, g->err);
	if (r == XJ_OK)
		r = xj_dir_open(g->fd, DRAFT, &g->draft, g->err);
	if (r == XJ_OK)
		r = take_catalog(g);
	if (r == XJ_OK)
		r = take_conf(g);
	if (r == XJ_OK)
		r = make_ready(g, &catalog);
	if (r == XJ_OK)
		r = take_text(g, catalog);
	xj_catalog_close(catalog);
	return r;
}

static int
put_in_place(struct restoring *g)
{
	static const char *const files[] = { XJ_PART_CONF, XJ_PART_TEXT,
					     XJ_PART_CATALOG };
	int r = XJ_OK;

	if (syncfs(g->fd) < 0)
		return failed(g, ".");
	for (size_t i = 0; i < XJ_COUNT(files); i++)
		if (renameat(g->draft, files[i], g->fd, files[i]) < 0)
			return failed(g, files[i]);
	if (fsync(g->fd) < 0)
		return failed(g, ".");
	xj_closep(&g->draft);
	r = xj_remove_tree(g->fd, DRAFT, g->err);
	return r < 0 ? r : xj_mkdirs(g->fd, "index", 0700, g->err);
}

/* ----------------------------------------------------------------- objects */

static int
end_batch(struct restoring *g)
{
	int r = xj_batch_sync(g->batch, g->err);

	if (r == XJ_OK)
		r = xj_batch_publish(g->batch, g->err);
	xj_batch_end(g->batch, false);
	g->batch = NULL;
	g->in_batch = g->batch_bytes = 0;
	return r;
}

static int
need_batch(struct restoring *g)
{
	int r = XJ_OK;

	if (g->batch && (g->in_batch >= BATCH_OBJECTS ||
			 g->batch_bytes >= BATCH_BYTES))
		r = end_batch(g);
	if (r == XJ_OK && !g->batch)
		r = xj_batch_begin(g->store, &g->batch, g->err);
	return r;
}

static int
tell_finding(void *ctx, const struct xj_finding *f)
{
	return tell(ctx, f->object, f->path, f->message);
}

static int
copy(struct restoring *g, const char *id, unsigned version,
     struct xj_copied *copied)
{
	return xj_batch_copy(g->batch, &(struct xj_copy){
		.from = g->from->store, .id = id, .version = version,
		.flags = XJ_COPY_DAMAGED, .problem = tell_finding, .ctx = g },
		copied, g->err);
}

/* A version that is not there any more was purged since: what has taken its
 * place is a tombstone, and the catalog has been told. */
static int
restore_object(struct restoring *g, const char *id, unsigned version)
{
	struct xj_copied copied = { 0 };
	int r = step(g, id);

	if (r == XJ_OK)
		r = need_batch(g);
	if (r < 0)
		return r;
	r = copy(g, id, version, &copied);
	if (r == XJ_ENOTFOUND && version)
		r = copy(g, id, 0, &copied);
	if (r == XJ_ECORRUPT || r == XJ_ENOTFOUND || r == XJ_EVERSION)
		return tell(g, id, "", g->err->message);
	g->result->objects += r >= 0;
	g->result->files += copied.files;
	g->result->bytes += copied.bytes;
	g->batch_bytes += copied.bytes;
	g->in_batch += r == XJ_OK;
	return r < 0 ? r : XJ_OK;
}

static int
restore_any(void *ctx, const char *id)
{
	return restore_object(ctx, id, 0);
}

/* Without the list, what the folder has: for the newest snapshot that is nearly
 * the same. */
static int
restore_listed(struct restoring *g)
{
	struct xj_kept_object *o;
	int r = xj_object_list_new(&g->objects, g->err);

	if (r == XJ_OK)
		r = xj_object_list_read(g->objects, g->from, g->snap, g->err);
	if (r == XJ_ECORRUPT || r == XJ_ENOTFOUND) {
		r = tell(g, "", XJ_PART_OBJECTS, g->err->message);
		return r < 0 ? r : xj_store_each_name(g->from->store,
						      restore_any, g, g->err);
	}
	for (size_t i = 0; r == XJ_OK &&
	     (o = xj_object_list_at(g->objects, i)); i++)
		r = restore_object(g, o->id, o->had);
	return r;
}

static int
restore_objects(struct restoring *g)
{
	int r;

	g->total = xj_snap_number(g->snap, "objects");
	r = restore_listed(g);
	if (g->batch && r != XJ_ENOSPC) {
		struct xj_error why = *g->err;
		int ended = end_batch(g);

		if (r < 0)
			*g->err = why;
		else
			r = ended;
	}
	return r;
}

/* -------------------------------------------------------------------- text */

static int
note_without_text(void *ctx, const struct xj_doc *doc)
{
	struct restoring *g = ctx;
	uint64_t id = 0, root = doc->root;
	const uint64_t *last = g->reread.len ? (const uint64_t *)
		(g->reread.data + g->reread.len - sizeof(*last)) : NULL;
	int r;

	if (!doc->text_bytes || doc->state == XJ_DOC_PURGED ||
	    doc->state == XJ_DOC_QUARANTINED)
		return XJ_OK;
	r = xj_texts_next(g->archive->texts, doc->id - 1, &id, g->err);
	if (r < 0 || id == doc->id || (last && *last == root))
		return r < 0 ? r : XJ_OK;
	xj_buf_add(&g->reread, &root, sizeof(root));
	return xj_buf_check(&g->reread, g->err);
}

static int
by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
reread_group(struct restoring *g, const uint64_t *ids, size_t count)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	int r = xj_change_begin(g->archive, &change, g->err);

	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		r = step(g, NULL);
		if (r == XJ_OK)
			r = xj_change_text_again(&change, ids[i], g->err);
		g->result->reread += r == XJ_OK;
		if (r == XJ_ECORRUPT || r == XJ_ENOTFOUND)
			r = XJ_OK; /* told when its object was copied */
	}
	return r < 0 ? r : xj_change_commit(&change, g->err);
}

/* Each document once, though several of its members may lack their text. */
static int
reread(struct restoring *g)
{
	static const struct xj_doc_filter all = { .any_state = true };
	uint64_t *ids;
	size_t count, n = 0;
	int r = xj_catalog_list(g->archive->catalog, &all, note_without_text,
				g, g->err);

	ids = (uint64_t *)(void *)g->reread.data;
	count = g->reread.len / sizeof(*ids);
	if (count > 1)
		qsort(ids, count, sizeof(*ids), by_number);
	for (size_t i = 0; i < count; i++)
		if (n == 0 || ids[n - 1] != ids[i])
			ids[n++] = ids[i];
	g->done = 0;
	g->total = n;
	for (size_t i = 0; i < n && r == XJ_OK; i += GROUP)
		r = reread_group(g, ids + i, n - i < GROUP ? n - i : GROUP);
	return r < 0 || !n ? r : xj_ocr_merge_kept(g->archive, g->err);
}

/* --------------------------------------------------------------- the whole */

static int
make_archive(struct restoring *g)
{
	int r = open_store(g);

	/* They are in place when an earlier run came so far. */
	if (r == XJ_OK && faccessat(g->fd, XJ_PART_CATALOG, F_OK, 0) == 0)
		return XJ_OK;
	if (r == XJ_OK)
		r = take_parts(g);
	if (r == XJ_OK)
		r = restore_objects(g);
	return r < 0 ? r : put_in_place(g);
}

static int
open_archive(struct restoring *g)
{
	int r = xj_archive_open(g->dir, XJ_OPEN_RESTORING, &g->archive,
				g->err);

	if (r == XJ_OK)
		r = xj_index_stub(g->archive->index_dir, NULL, 0, g->err);
	return r;
}

/* The lock is given back before: whoever opens the archive shares it. */
static int
finish(struct restoring *g)
{
	int r;

	xj_store_close(g->store);
	g->store = NULL;
	flock(g->fd, LOCK_UN);
	r = open_archive(g);
	if (r == XJ_OK)
		r = reread(g);
	if (r < 0)
		return r;
	if (unlinkat(g->fd, XJ_RESTORE_FILE, 0) < 0 || fsync(g->fd) < 0)
		return failed(g, XJ_RESTORE_FILE);
	return xj_reindex(g->archive, &g->options->watch,
			  &g->result->indexed, g->err);
}

static int
restore(struct restoring *g, const char *from, const char *dir)
{
	int r = xj_backups_open(from, false, &g->from, g->err);

	if (r == XJ_OK)
		r = xj_backups_find(g->from, g->options->at, &g->snap, g->err);
	if (r < 0)
		return r;
	snprintf(g->result->snapshot, sizeof(g->result->snapshot), "%s",
		 g->snap->name);
	r = open_target(g, dir);
	if (r == XJ_OK)
		r = check_space(g);
	if (r == XJ_OK)
		r = make_archive(g);
	return r < 0 ? r : finish(g);
}

int
xj_backup_restore(const char *dir, const char *archive,
		  const struct xj_restore_options *options,
		  struct xj_restore_result *result, struct xj_error *err)
{
	static const struct xj_restore_options standard;
	struct xj_restore_result ignored;
	struct xj_error own;
	struct restoring g = { .options = options ? options : &standard,
		.result = result ? result : &ignored, .fd = -1, .draft = -1,
		.err = err ? err : &own };
	int r;

	memset(g.result, 0, sizeof(*g.result));
	r = restore(&g, dir, archive);
	xj_archive_close(g.archive);
	xj_batch_end(g.batch, false);
	xj_object_list_free(g.objects);
	xj_store_close(g.store);
	xj_buf_release(&g.reread);
	xj_closep(&g.draft);
	xj_closep(&g.fd);
	free(g.dir);
	xj_backups_close(g.from);
	return r;
}
