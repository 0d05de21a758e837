/* put.c - a version of an object made in a batch. */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/fs.h"

#define DECLARATION "0=ocfl_object_1.1"
#define DECLARED "ocfl_object_1.1\n"

/* A content file that the version brings: from where, and where to. */
struct content {
	const struct xj_object_file *file;
	const char *path; /* "v1/content/original/a.pdf" */
	const char *old;  /* a kept file of a history that ends: its path */
};

/* A version in the making. */
struct making {
	struct xj_batch *batch;
	const struct xj_object_version *v;
	struct xj_error *err;
	struct xj_arena *arena;
	struct xj_object *old; /* the version before; NULL for a new object */
	bool is_damaged;       /* there is one, to be replaced unread */
	char target[XJ_LAYOUT_PATH_MAX];

	struct xj_inventory inv;
	struct content *contents;
	size_t content_count;
	size_t taken; /* contents whose staged file was moved in */

	struct xj_buf text, sidecar;
	char hex[XJ_DIGEST_HEX_MAX]; /* of the text */
	char draft[XJ_BATCH_NAME_MAX]; /* "t3" */
	int fd;                        /* the draft, open */
};

static int
no_memory(struct making *m)
{
	return xj_error_set(m->err, XJ_ENOMEM, "no memory");
}

static int
refuse(struct making *m, const char *why)
{
	return xj_error_set(m->err, XJ_EINVAL, "%s", why);
}

static int
failed(struct making *m, const char *name)
{
	return xj_batch_error(m->batch, name, m->err);
}

/* ------------------------------------------------------------- arguments */

static int
check_file(struct making *m, const struct xj_object_file *file)
{
	int sources = (file->staged != NULL) + (file->bytes != NULL) +
		      file->keep;

	if (sources != 1)
		return refuse(m, "a file needs exactly one source");
	if (!xj_utf8_valid(file->logical, strlen(file->logical)))
		return refuse(m, "a logical path is not UTF-8");
	if (!xj_path_is_plain(file->logical))
		return xj_error_set(m->err, XJ_EINVAL,
				    "%s: not a logical path", file->logical);
	return XJ_OK;
}

static int
check_arguments(struct making *m)
{
	const struct xj_object_version *v = m->v;

	if (!v->id || !*v->id || !xj_utf8_valid(v->id, strlen(v->id)))
		return refuse(m, "an id that is empty or not UTF-8");
	if (v->number == 0 || (v->replace && v->number != 1))
		return refuse(m, "a version number that cannot be");
	for (size_t i = 0; i < v->file_count; i++) {
		int r = check_file(m, &v->files[i]);

		if (r < 0)
			return r;
	}
	return XJ_OK;
}

/* -------------------------------------------------------- what was before */

static int
check_old(struct making *m)
{
	if (m->old->inv.foreign && !m->v->replace)
		return xj_error_set(m->err, XJ_EVERSION,
				    "was written in a manner that is not "
				    "continued here");
	if (!m->v->replace && m->old->inv.head + 1 != m->v->number)
		return xj_error_set(m->err, XJ_EBUSY,
				    "version %u is no longer the next: the "
				    "last one is %u", m->v->number,
				    m->old->inv.head);
	return XJ_OK;
}

static int
open_old(struct making *m)
{
	struct xj_store *store = m->batch->store;
	int r;

	xj_layout_path(&store->layout, m->v->id, m->target);
	if (m->v->number == 1 && !m->v->replace) {
		if (faccessat(store->rootfd, m->target, F_OK,
			      AT_SYMLINK_NOFOLLOW) < 0)
			return XJ_OK;
		return xj_error_set(m->err, XJ_EBUSY, "is there already");
	}
	r = xj_object_open(store, m->v->id, &m->old, m->err);
	if (r == XJ_ECORRUPT && m->v->replace) {
		m->is_damaged = true; /* it shall go, whatever it says */
		return XJ_OK;
	}
	return r < 0 ? r : check_old(m);
}

/* -------------------------------------------------------------- planning */

/* The arrays are as large as they can become. */
static int
begin_inventory(struct making *m)
{
	const struct xj_inventory *before =
		m->old && !m->v->replace ? &m->old->inv : NULL;
	size_t blobs = before ? before->blob_count : 0;
	struct xj_inventory *inv = &m->inv;

	inv->id = m->v->id;
	inv->head = m->v->number;
	inv->blob_count = blobs;
	blobs += m->v->file_count;
	inv->blobs = xj_arena_alloc(m->arena, (blobs + 1) *
						      sizeof(*inv->blobs));
	inv->versions = xj_arena_alloc(m->arena,
				       inv->head * sizeof(*inv->versions));
	m->contents = xj_arena_alloc(m->arena, (m->v->file_count + 1) *
						       sizeof(*m->contents));
	if (!inv->blobs || !inv->versions || !m->contents)
		return no_memory(m);
	if (before) {
		memcpy(inv->blobs, before->blobs,
		       before->blob_count * sizeof(*inv->blobs));
		memcpy(inv->versions, before->versions,
		       before->head * sizeof(*inv->versions));
	}
	return XJ_OK;
}

/* The digest of a file, and for a kept one what it is in the version before. */
static int
digest_of(struct making *m, const struct xj_object_file *file,
	  unsigned char sha512[64], const struct xj_inventory_blob **kept)
{
	const struct xj_inventory_file *was;

	*kept = NULL;
	if (file->staged) {
		memcpy(sha512, file->staged->sha512, 64);
		return XJ_OK;
	}
	if (!file->keep) {
		xj_digest_of(XJ_SHA512, file->bytes, file->len, sha512);
		return XJ_OK;
	}
	was = !m->old ? NULL :
	      xj_inventory_file(&m->old->inv.versions[m->old->inv.head - 1],
				file->logical);
	if (!was)
		return xj_error_set(m->err, XJ_EINVAL,
				    "%s: not in the version before",
				    file->logical);
	*kept = was->blob;
	memcpy(sha512, was->blob->sha512, 64);
	return XJ_OK;
}

/* Keep the blobs in the order of their digests. */
static void
insert_blob(struct xj_inventory *inv, struct xj_inventory_blob *blob)
{
	size_t i = inv->blob_count++;

	for (; i > 0 && memcmp(inv->blobs[i - 1]->sha512, blob->sha512, 64) > 0;
	     i--)
		inv->blobs[i] = inv->blobs[i - 1];
	inv->blobs[i] = blob;
}

static const char *
content_path(struct making *m, const char *logical)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;

	xj_buf_addf(&path, "v%u/content/", m->v->number);
	xj_content_path(&path, logical);
	return path.failed ? NULL : xj_arena_strdup(m->arena, path.data);
}

/* A content that the object does not have yet. */
static const struct xj_inventory_blob *
add_content(struct making *m, const struct xj_object_file *file,
	    const unsigned char sha512[64],
	    const struct xj_inventory_blob *kept)
{
	struct xj_inventory_blob *blob = xj_arena_alloc(m->arena,
							sizeof(*blob));
	const char **paths = xj_arena_alloc(m->arena, sizeof(*paths));
	const char *path = content_path(m, file->logical);

	if (!blob || !paths || !path)
		return NULL;
	*paths = path;
	memcpy(blob->sha512, sha512, 64);
	blob->paths = paths;
	blob->path_count = 1;
	insert_blob(&m->inv, blob);
	m->contents[m->content_count++] = (struct content){
		.file = file, .path = path,
		.old = kept ? kept->paths[0] : NULL,
	};
	return blob;
}

static int
plan_file(struct making *m, const struct xj_object_file *file,
	  struct xj_inventory_file *out)
{
	const struct xj_inventory_blob *kept;
	unsigned char sha512[64];
	int r = digest_of(m, file, sha512, &kept);

	if (r < 0)
		return r;
	out->logical = file->logical;
	out->blob = xj_inventory_blob(&m->inv, sha512);
	if (!out->blob)
		out->blob = add_content(m, file, sha512, kept);
	return out->blob ? XJ_OK : no_memory(m);
}

static int
plan_version(struct making *m)
{
	struct xj_inventory_version *out = &m->inv.versions[m->v->number - 1];
	char created[XJ_TIME_MAX];

	xj_time_format(m->v->created, created);
	*out = (struct xj_inventory_version){
		.created = xj_arena_strdup(m->arena, created),
		.message = m->v->message,
		.user = m->v->user,
		.user_address = m->v->user_address,
		.file_count = m->v->file_count,
	};
	out->files = xj_arena_alloc(m->arena, (m->v->file_count + 1) *
						      sizeof(*out->files));
	if (!out->created || !out->files)
		return no_memory(m);
	for (size_t i = 0; i < m->v->file_count; i++) {
		int r = plan_file(m, &m->v->files[i], &out->files[i]);

		if (r < 0)
			return r;
	}
	if (!xj_inventory_sort_files(out->files, out->file_count))
		return refuse(m, "two logical paths are in each other's way");
	return XJ_OK;
}

static int
plan(struct making *m)
{
	unsigned char sha512[64];
	int r = begin_inventory(m);

	if (r == XJ_OK)
		r = plan_version(m);
	if (r < 0)
		return r;
	xj_inventory_write(&m->inv, &m->text);
	if (m->text.failed)
		return no_memory(m);
	xj_inventory_sidecar(&m->text, sha512, &m->sidecar);
	xj_hex(sha512, sizeof(sha512), m->hex);
	return m->sidecar.failed ? no_memory(m) : XJ_OK;
}

/* -------------------------------------------------------------- building */

/* What the versions before hold, under second names. The inventory and the
 * declaration at the top are written anew. */
static int
link_old(struct making *m)
{
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };
	xj_auto(xj_closep) int from = xj_fs_open(m->batch->store->rootfd,
						 m->target,
						 O_RDONLY | O_DIRECTORY);

	if (from < 0 || xj_fs_list(from, ".", &list) < 0)
		return xj_error_errno(m->err, "%s/%s", XJ_ROOT, m->target);
	for (size_t i = 0; i < list.count; i++) {
		const struct xj_fs_entry *e = &list.entries[i];

		if (e->type == DT_DIR &&
		    xj_fs_link_tree(from, e->name, m->fd, e->name) < 0)
			return failed(m, m->draft);
	}
	return XJ_OK;
}

static int
write_inventory(struct making *m, int fd)
{
	if (xj_fs_write(fd, "inventory.json", m->text.data, m->text.len) < 0 ||
	    xj_fs_write(fd, "inventory.json.sha512", m->sidecar.data,
			m->sidecar.len) < 0)
		return failed(m, m->draft);
	return XJ_OK;
}

static int
move_staged(struct making *m, const struct content *c)
{
	/* A name that could lead out of the batch is not one of ours. */
	if (c->file->staged->name[0] != 'f' ||
	    strchr(c->file->staged->name, '/'))
		return refuse(m, "a staged file that is taken or dropped");
	if (renameat(c->file->staged->batch->fd, c->file->staged->name,
		     m->fd, c->path) < 0)
		return failed(m, c->file->staged->name);
	return XJ_OK;
}

static int
link_kept(struct making *m, const struct content *c)
{
	xj_auto(xj_buf_release) struct xj_buf from = XJ_BUF_INIT;

	if (xj_path_join(&from, m->target, c->old) < 0)
		return no_memory(m);
	if (xj_fs_link(m->batch->store->rootfd, from.data, m->fd, c->path) < 0)
		return failed(m, c->path);
	return XJ_OK;
}

/* The folders of one file are mostly those of the one before. */
static int
make_folders(struct making *m, const struct content *c)
{
	size_t n = (size_t)(xj_path_base(c->path) - c->path);

	if (c > m->contents && strncmp(c[-1].path, c->path, n) == 0)
		return XJ_OK;
	return xj_fs_parents(m->fd, c->path) < 0 ? failed(m, c->path) : XJ_OK;
}

static int
write_content(struct making *m, const struct content *c)
{
	int r = make_folders(m, c);

	if (r < 0 || c->file->staged)
		return r;
	if (c->old)
		return link_kept(m, c);
	if (xj_fs_write(m->fd, c->path, c->file->bytes, c->file->len) < 0)
		return failed(m, c->path);
	return XJ_OK;
}

/* Staged files come last, so that most failures leave them where they are. */
static int
write_contents(struct making *m)
{
	int r = XJ_OK;

	for (size_t i = 0; i < m->content_count && r == XJ_OK; i++)
		r = write_content(m, &m->contents[i]);
	for (; m->taken < m->content_count && r == XJ_OK; m->taken++)
		if (m->contents[m->taken].file->staged)
			r = move_staged(m, &m->contents[m->taken]);
	return r;
}

static int
build(struct making *m)
{
	char folder[16];
	xj_auto(xj_closep) int fd = -1;
	int r;

	if (xj_fs_write(m->fd, DECLARATION, DECLARED, strlen(DECLARED)) < 0)
		return failed(m, m->draft);
	r = m->old && !m->v->replace ? link_old(m) : XJ_OK;
	if (r == XJ_OK)
		r = write_inventory(m, m->fd);
	if (r < 0)
		return r;
	snprintf(folder, sizeof(folder), "v%u", m->v->number);
	if (mkdirat(m->fd, folder, 0777) < 0)
		return failed(m, m->draft);
	fd = openat(m->fd, folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return failed(m, m->draft);
	r = write_inventory(m, fd);
	return r < 0 ? r : write_contents(m);
}

static int
build_draft(struct making *m)
{
	snprintf(m->draft, sizeof(m->draft), "t%u",
		 atomic_fetch_add(&m->batch->next, 1));
	if (mkdirat(m->batch->fd, m->draft, 0777) < 0)
		return failed(m, m->draft);
	m->fd = openat(m->batch->fd, m->draft,
		       O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return m->fd < 0 ? failed(m, m->draft) : build(m);
}

/* The staged files go back where they were; the rest goes away. */
static void
undo_draft(struct making *m)
{
	for (size_t i = 0; i < m->taken && m->fd >= 0; i++)
		if (m->contents[i].file->staged)
			renameat(m->fd, m->contents[i].path,
				 m->contents[i].file->staged->batch->fd,
				 m->contents[i].file->staged->name);
	if (m->draft[0])
		xj_remove_tree(m->batch->fd, m->draft, NULL);
}

/* --------------------------------------------------------------- the whole */

static int
make(struct making *m)
{
	int r = open_old(m);

	if (r == XJ_OK)
		r = plan(m);
	if (r == XJ_OK)
		r = build_draft(m);
	if (r < 0)
		return r;
	return xj_batch_place(m->batch, m->v->id, m->draft, m->hex,
			      m->old ? m->old->inventory_hex :
			      m->is_damaged ? XJ_ANY_DIGITS : NULL, m->err);
}

static int
enter_and_make(struct making *m)
{
	int r = check_arguments(m);

	if (r < 0)
		return r;
	r = xj_batch_enter(m->batch, m->v->id, m->err);
	if (r < 0)
		return r;
	r = make(m);
	if (r < 0) {
		undo_draft(m);
		xj_batch_leave(m->batch, m->v->id);
	}
	return r;
}

int
xj_batch_put(struct xj_batch *batch, const struct xj_object_version *v,
	     struct xj_error *err)
{
	struct making m = { .batch = batch, .v = v, .err = err, .fd = -1 };
	int r;

	if (xj_arena_new(&m.arena) < 0)
		return xj_error_set(err, XJ_ENOMEM, "store: no memory");
	r = enter_and_make(&m);
	xj_closep(&m.fd);
	xj_buf_release(&m.text);
	xj_buf_release(&m.sidecar);
	xj_object_free(m.old);
	xj_arena_free(m.arena);
	if (r < 0)
		return xj_error_wrap(err, r, "store: %s",
				     v->id ? v->id : "an object without id");
	return XJ_OK;
}
