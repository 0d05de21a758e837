/* mend.c - what is damaged of an object, put back from another root. */
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

struct mending {
	struct xj_store *store;
	struct xj_batch *batch;
	const struct xj_copy *c;
	struct xj_mended *done;
	struct xj_error *err;
	char target[XJ_LAYOUT_PATH_MAX], source[XJ_LAYOUT_PATH_MAX];
	struct xj_object *base;  /* what is to be there, by its inventory; */
	struct xj_buf text;      /* the bytes of that */
};

/* Cannot be mended: the other root has no better one. */
static int
lose(struct mending *m, const char *path)
{
	xj_auto(xj_buf_release) struct xj_buf whole = XJ_BUF_INIT;

	m->done->lost++;
	xj_buf_addf(&whole, "%s/%s/%s", XJ_ROOT, m->target, path);
	return !m->c->problem ? XJ_OK : m->c->problem(m->c->ctx,
		&(struct xj_finding){ .severity = XJ_SEVERITY_ERROR,
		.code = "", .path = xj_buf_str(&whole), .object = m->c->id,
		.message = "damaged, and the backup has no better one" });
}

static int
failed(struct mending *m, const char *path)
{
	return xj_error_errno(m->err, "%s/%s/%s/%s", m->store->dir, XJ_ROOT,
			      m->target, path);
}

/* A draft in the batch takes its place in the object. */
static int
put_in_place(struct mending *m, const char *draft, const char *path)
{
	xj_auto(xj_buf_release) struct xj_buf to = XJ_BUF_INIT;

	if (xj_path_join(&to, m->target, path) < 0)
		return xj_error_set(m->err, XJ_ENOMEM, "no memory");
	if (xj_fs_parents(m->store->rootfd, to.data) < 0 ||
	    renameat(m->batch->fd, draft, m->store->rootfd, to.data) < 0)
		return failed(m, path);
	m->done->mended++;
	return XJ_OK;
}

static int
write_small(struct mending *m, const char *path, const void *data, size_t len)
{
	char draft[48];
	xj_auto(xj_closep) int fd = -1;

	snprintf(draft, sizeof(draft), "f%u",
		 atomic_fetch_add(&m->batch->next, 1));
	if (xj_fs_write(m->batch->fd, draft, data, len) < 0)
		return xj_batch_error(m->batch, draft, m->err);
	fd = xj_fs_open(m->batch->fd, draft, O_RDONLY);
	if (fd < 0 || fsync(fd) < 0)
		return xj_batch_error(m->batch, draft, m->err);
	return put_in_place(m, draft, path);
}

/* ------------------------------------------------------------- inventories */

/* Sidecar first: an inventory beside another's sidecar is damage that the next
 * run mends. */
static int
write_pair(struct mending *m, const char *folder, const struct xj_buf *text,
	   const char *hex)
{
	char name[48], sidecar[XJ_DIGEST_HEX_MAX + 32];
	int n = snprintf(sidecar, sizeof(sidecar), "%s inventory.json\n", hex);
	int r;

	snprintf(name, sizeof(name), "%sinventory.json.sha512", folder);
	r = write_small(m, name, sidecar, (size_t)n);
	snprintf(name, sizeof(name), "%sinventory.json", folder);
	return r < 0 ? r : write_small(m, name, text->data, text->len);
}

static bool
is_wanted(struct mending *m, struct xj_object *object)
{
	return strcmp(object->inv.id, m->c->id) == 0 && !object->inv.foreign &&
	       (!m->c->version || object->inv.head == m->c->version);
}

/* What the object is to be: as its own inventory says, or that of its newest
 * version, or the other root's. */
static int
read_base(struct mending *m, bool *is_own)
{
	char folder[16];
	const struct {
		struct xj_store *store;
		const char *target, *folder;
	} places[] = {
		{ m->store, m->target, "." },
		{ m->store, m->target, folder },
		{ m->c->from, m->source, folder },
		{ m->c->from, m->source, "." },
	};

	snprintf(folder, sizeof(folder), "v%u", m->c->version);
	for (size_t i = 0; i < XJ_COUNT(places); i++) {
		int r = xj_object_read_at(places[i].store, places[i].target,
					  places[i].folder, &m->base,
					  &m->text, m->err);

		if (r == XJ_ENOMEM)
			return r;
		*is_own = i == 0;
		if (r == XJ_OK && is_wanted(m, m->base))
			return XJ_OK;
		xj_object_freep(&m->base);
	}
	return xj_error_set(m->err, XJ_ENOTFOUND, "%s/%s: neither the archive "
			    "nor the backup has a readable inventory",
			    XJ_ROOT, m->target);
}

static int
mend_older_version(struct mending *m, const char *name)
{
	xj_auto(xj_object_freep) struct xj_object *own = NULL, *other = NULL;
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	char folder[24];

	if (xj_object_read_at(m->store, m->target, name, &own, &text,
			      NULL) == XJ_OK)
		return XJ_OK;
	snprintf(folder, sizeof(folder), "%s/", name);
	if (xj_object_read_at(m->c->from, m->source, name, &other, &text,
			      NULL) < 0)
		return lose(m, name);
	return write_pair(m, folder, &text, other->inventory_hex);
}

/* The newest version's is the object's. */
static int
mend_newest_version(struct mending *m, const char *name)
{
	xj_auto(xj_object_freep) struct xj_object *own = NULL;
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	char folder[24];

	if (xj_object_read_at(m->store, m->target, name, &own, &text,
			      NULL) == XJ_OK &&
	    strcmp(own->inventory_hex, m->base->inventory_hex) == 0)
		return XJ_OK;
	snprintf(folder, sizeof(folder), "%s/", name);
	return write_pair(m, folder, &m->text, m->base->inventory_hex);
}

static int
mend_versions(struct mending *m)
{
	unsigned head = m->base->inv.head;
	int r = XJ_OK;

	for (unsigned v = 1; v <= head && r == XJ_OK; v++) {
		char name[16];

		snprintf(name, sizeof(name), "v%u", v);
		r = v == head ? mend_newest_version(m, name) :
				mend_older_version(m, name);
	}
	return r;
}

static int
mend_declaration(struct mending *m)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;

	if (xj_path_join(&path, m->target, DECLARATION) < 0)
		return xj_error_set(m->err, XJ_ENOMEM, "no memory");
	if (xj_fs_read(m->store->rootfd, path.data, 64, &text, NULL) == XJ_OK &&
	    strcmp(xj_buf_str(&text), DECLARED) == 0)
		return XJ_OK;
	return write_small(m, DECLARATION, DECLARED, strlen(DECLARED));
}

/* ------------------------------------------------------------------ files */

static bool
is_good(struct xj_store *store, const char *target, const char *path,
	const unsigned char sha512[64])
{
	xj_auto(xj_buf_release) struct xj_buf whole = XJ_BUF_INIT;
	xj_auto(xj_closep) int fd = -1;
	unsigned char sum[XJ_DIGEST_MAX];

	if (xj_path_join(&whole, target, path) < 0)
		return false;
	fd = xj_fs_open(store->rootfd, whole.data, O_RDONLY);
	return fd >= 0 && xj_digest_fd(XJ_SHA512, fd, sum, NULL, NULL) >= 0 &&
	       memcmp(sum, sha512, 64) == 0;
}

static int
take_file(struct mending *m, const char *path, const unsigned char sha512[64])
{
	xj_auto(xj_buf_release) struct xj_buf from = XJ_BUF_INIT;
	xj_auto(xj_closep) int fd = -1;
	struct xj_staged staged;
	int r;

	if (xj_path_join(&from, m->source, path) < 0)
		return xj_error_set(m->err, XJ_ENOMEM, "no memory");
	fd = xj_fs_open(m->c->from->rootfd, from.data, O_RDONLY);
	if (fd < 0)
		return lose(m, path);
	r = xj_batch_stage(m->batch, fd, &staged, m->err);
	if (r < 0)
		return r;
	if (memcmp(staged.sha512, sha512, 64) != 0) {
		xj_staged_drop(m->batch, &staged);
		return lose(m, path);
	}
	r = fsync(staged.fd) < 0 ?
		xj_batch_error(m->batch, staged.name, m->err) :
		put_in_place(m, staged.name, path);
	xj_staged_close(&staged);
	return r;
}

static int
mend_files(struct mending *m)
{
	const struct xj_inventory *inv = &m->base->inv;
	int r = XJ_OK;

	for (size_t i = 0; i < inv->blob_count; i++) {
		const struct xj_inventory_blob *blob = inv->blobs[i];

		for (size_t j = 0; j < blob->path_count && r == XJ_OK; j++)
			if (!is_good(m->store, m->target, blob->paths[j],
				     blob->sha512))
				r = take_file(m, blob->paths[j],
					      blob->sha512);
	}
	return r;
}

/* -------------------------------------------------------------- the whole */

static int
mend(struct mending *m)
{
	bool is_own;
	int r = read_base(m, &is_own);

	if (r == XJ_OK)
		r = mend_files(m);
	if (r == XJ_OK)
		r = mend_versions(m);
	if (r == XJ_OK && !is_own)
		r = write_pair(m, "", &m->text, m->base->inventory_hex);
	if (r == XJ_OK)
		r = mend_declaration(m);
	if (r == XJ_OK && m->done->mended && syncfs(m->store->rootfd) < 0)
		r = failed(m, "");
	return r;
}

int
xj_store_mend(struct xj_store *store, const struct xj_copy *c,
	      struct xj_mended *done, struct xj_error *err)
{
	struct mending m = { .store = store, .c = c, .done = done, .err = err };
	int r = xj_batch_begin(store, &m.batch, err);

	*done = (struct xj_mended){ 0 };
	if (r < 0)
		return r;
	xj_layout_path(&store->layout, c->id, m.target);
	xj_layout_path(&c->from->layout, c->id, m.source);
	r = xj_batch_enter(m.batch, c->id, err);
	if (r == XJ_OK)
		r = mend(&m);
	xj_batch_end(m.batch, false);
	xj_object_free(m.base);
	xj_buf_release(&m.text);
	return r < 0 ? xj_error_wrap(err, r, "%s", c->id) : r;
}
