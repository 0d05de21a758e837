/* copy.c - an object of another root taken over as it is, every byte checked. */
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
#define BLOCK (256u << 10)

struct copying {
	struct xj_batch *batch;
	const struct xj_copy *c;
	struct xj_copied *done;
	struct xj_error *err;
	char source[XJ_LAYOUT_PATH_MAX]; /* of the object, below the other root */
	char target[XJ_LAYOUT_PATH_MAX]; /* and below ours */
	struct xj_object *base; /* what is to come, by its inventory; */
	struct xj_buf text;     /* the bytes of that */
	struct xj_object *own;  /* what our root has; or NULL */
	bool is_own_damaged;
	bool continues;         /* ours is an earlier state of it */
	char draft[XJ_BATCH_NAME_MAX];
	int fd;                 /* the draft, open */
	char *block;
	struct xj_error why;    /* of what could not be taken */
};

static int
no_memory(struct copying *k)
{
	return xj_error_set(k->err, XJ_ENOMEM, "no memory");
}

static int
failed(struct copying *k, const char *name)
{
	return xj_batch_error(k->batch, name, k->err);
}

/* ------------------------------------------------------------ inventories */

int
xj_object_read_at(struct xj_store *store, const char *target,
		  const char *folder, struct xj_object **out,
		  struct xj_buf *text, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	xj_auto(xj_closep) int fd = -1;
	struct xj_object *object = calloc(1, sizeof(*object));
	int r;

	*out = NULL;
	if (!object || xj_arena_new(&object->arena) < 0 ||
	    xj_path_join(&path, target, folder) < 0) {
		xj_object_free(object);
		return xj_error_set(err, XJ_ENOMEM, "no memory");
	}
	object->store = store;
	snprintf(object->path, sizeof(object->path), XJ_ROOT "/%s", target);
	fd = xj_fs_open(store->rootfd, path.data, O_RDONLY | O_DIRECTORY);
	r = fd < 0 ? xj_error_errno(err, "%s", path.data) :
		     xj_object_read_inventory(object, fd, text, err);
	if (r < 0) {
		xj_object_free(object);
		return r;
	}
	*out = object;
	return XJ_OK;
}

/* The digest that a version's sidecar gives; "" when there is none. */
static void
digest_at(struct xj_store *store, const char *target, unsigned version,
	  char hex[XJ_DIGEST_HEX_MAX])
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	char path[XJ_LAYOUT_PATH_MAX + 64];

	hex[0] = '\0';
	snprintf(path, sizeof(path), "%s/v%u/inventory.json.sha512", target,
		 version);
	if (xj_fs_read(store->rootfd, path, 4096, &text, NULL) == XJ_OK &&
	    text.len >= 128)
		snprintf(hex, XJ_DIGEST_HEX_MAX, "%.128s", text.data);
}

static bool
is_at(struct xj_store *store, const char *target, unsigned version,
      const char *hex)
{
	char there[XJ_DIGEST_HEX_MAX];

	digest_at(store, target, version, there);
	return there[0] && strcmp(there, hex) == 0;
}

/* Of the version wanted from its own folder, which stays when others come. */
static int
read_base(struct copying *k)
{
	struct xj_store *from = k->c->from;
	unsigned version = k->c->version;
	char folder[16];
	int r = XJ_ENOTFOUND;

	snprintf(folder, sizeof(folder), "v%u", version);
	if (version)
		r = xj_object_read_at(from, k->source, folder, &k->base,
				      &k->text, k->err);
	if (r == XJ_ENOTFOUND || r == XJ_ECORRUPT)
		r = xj_object_read_at(from, k->source, ".", &k->base,
				      &k->text, k->err);
	if (r < 0)
		return r == XJ_ENOTFOUND ?
			xj_error_set(k->err, r, "%s/%s: no such object",
				     XJ_ROOT, k->source) : r;
	if (strcmp(k->base->inv.id, k->c->id) != 0)
		return xj_error_set(k->err, XJ_ECORRUPT, "%s/%s: another "
				    "object lies there", XJ_ROOT, k->source);
	if (version && k->base->inv.head != version)
		return xj_error_set(k->err, XJ_ENOTFOUND, "%s/%s: no version "
				    "%u", XJ_ROOT, k->source, version);
	if (k->base->inv.foreign)
		return xj_error_set(k->err, XJ_EVERSION, "%s/%s: was written "
				    "in a manner that is not known here",
				    XJ_ROOT, k->source);
	return XJ_OK;
}

static int
read_own(struct copying *k)
{
	int r = xj_object_open(k->batch->store, k->c->id, &k->own, k->err);

	k->is_own_damaged = r == XJ_ECORRUPT;
	return r == XJ_ECORRUPT || r == XJ_ENOTFOUND ? XJ_OK : r;
}

/*
 * XJ_END: ours is it, or has more versions on top of it. A history that begins
 * otherwise takes the place of ours: that is what a purge makes.
 */
static int
compare(struct copying *k)
{
	struct xj_store *own = k->batch->store;
	const char *base = k->base->inventory_hex, *hex;
	unsigned head, wanted = k->base->inv.head;
	char first[XJ_DIGEST_HEX_MAX];

	if (!k->own)
		return XJ_OK;
	head = k->own->inv.head;
	hex = k->own->inventory_hex;
	if (strcmp(hex, base) == 0 ||
	    (head > wanted && is_at(own, k->target, wanted, base)))
		return XJ_END;
	k->continues = head < wanted &&
		       is_at(k->c->from, k->source, head, hex);
	if (k->continues)
		return XJ_OK;
	digest_at(k->c->from, k->source, 1, first);
	if (!is_at(own, k->target, 1, first))
		return XJ_OK;
	return xj_error_set(k->err, XJ_EEXIST, "%s/%s: another history of "
			    "this object is there", XJ_ROOT, k->target);
}

/* ------------------------------------------------------------------ files */

/* What cannot be taken is told; with XJ_COPY_DAMAGED the rest goes on. */
static int
tell(struct copying *k, const char *path, const char *message)
{
	xj_auto(xj_buf_release) struct xj_buf whole = XJ_BUF_INIT;

	k->done->damaged++;
	xj_buf_addf(&whole, XJ_ROOT "/%s/%s", k->source, path);
	if (k->c->problem && k->c->problem(k->c->ctx, &(struct xj_finding){
		.severity = XJ_SEVERITY_ERROR, .code = "",
		.path = xj_buf_str(&whole), .object = k->c->id,
		.message = message }) < 0)
		return xj_error_set(k->err, XJ_ECANCELLED, "interrupted");
	if (k->c->flags & XJ_COPY_DAMAGED)
		return XJ_OK;
	return xj_error_set(k->err, XJ_ECORRUPT, "%s: %s", whole.data,
			    message);
}

/* Under a second name, where ours has it. False: it is to be copied. */
static bool
link_own(struct copying *k, const char *path)
{
	xj_auto(xj_buf_release) struct xj_buf from = XJ_BUF_INIT;

	return k->continues && xj_path_join(&from, k->target, path) == XJ_OK &&
	       linkat(k->batch->store->rootfd, from.data, k->fd, path, 0) == 0;
}

static bool
has_path(const struct xj_inventory_blob *blob, const char *path)
{
	for (size_t i = 0; blob && i < blob->path_count; i++)
		if (strcmp(blob->paths[i], path) == 0)
			return true;
	return false;
}

/* XJ_END: cannot be read. */
static int
copy_bytes(struct copying *k, int in, int out, const char *path,
	   unsigned char sum[XJ_DIGEST_MAX])
{
	xj_auto(xj_digest_freep) struct xj_digest *digest = NULL;
	int r = xj_digest_new(XJ_SHA512, &digest, k->err);
	ssize_t n;

	while (r == XJ_OK && (n = read(in, k->block, BLOCK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return XJ_END;
		if (xj_write_all(out, k->block, (size_t)n, NULL) < 0)
			return failed(k, path);
		xj_digest_add(digest, k->block, (size_t)n);
		k->done->bytes += (uint64_t)n;
	}
	if (r == XJ_OK)
		xj_digest_end(digest, sum);
	return r;
}

static int
copy_file(struct copying *k, const char *path, const unsigned char sha512[64])
{
	xj_auto(xj_buf_release) struct xj_buf from = XJ_BUF_INIT;
	xj_auto(xj_closep) int in = -1;
	xj_auto(xj_closep) int out = -1;
	unsigned char sum[XJ_DIGEST_MAX];
	struct stat st;
	int r;

	if (xj_path_join(&from, k->source, path) < 0)
		return no_memory(k);
	in = xj_fs_open(k->c->from->rootfd, from.data, O_RDONLY);
	if (in < 0 || fstat(in, &st) < 0 || !S_ISREG(st.st_mode))
		return tell(k, path, "is missing");
	out = openat(k->fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		     0444);
	if (out < 0)
		return failed(k, path);
	r = copy_bytes(k, in, out, path, sum);
	if (r < 0)
		return r;
	k->done->files++;
	if (r == XJ_END)
		return tell(k, path, "cannot be read");
	return memcmp(sum, sha512, 64) == 0 ? XJ_OK :
		tell(k, path, "not the bytes that were stored");
}

static int
put_file(struct copying *k, const char *path,
	 const struct xj_inventory_blob *blob)
{
	if (xj_fs_parents(k->fd, path) < 0)
		return failed(k, path);
	if (k->own && has_path(xj_inventory_blob(&k->own->inv, blob->sha512),
			       path) && link_own(k, path))
		return XJ_OK;
	return copy_file(k, path, blob->sha512);
}

static int
put_files(struct copying *k)
{
	const struct xj_inventory *inv = &k->base->inv;
	int r = XJ_OK;

	for (size_t i = 0; i < inv->blob_count && r == XJ_OK; i++)
		for (size_t j = 0; j < inv->blobs[i]->path_count && r == XJ_OK;
		     j++)
			r = put_file(k, inv->blobs[i]->paths[j],
				     inv->blobs[i]);
	return r;
}

/* --------------------------------------------------------------- versions */

/* An inventory and its sidecar into `folder` of the draft. */
static int
write_pair(struct copying *k, const char *folder, const struct xj_buf *text,
	   const char *hex)
{
	char name[48], sidecar[XJ_DIGEST_HEX_MAX + 32];
	int n = snprintf(sidecar, sizeof(sidecar), "%s inventory.json\n", hex);

	snprintf(name, sizeof(name), "%s/inventory.json", folder);
	if (xj_fs_write(k->fd, name, text->data, text->len) < 0)
		return failed(k, name);
	snprintf(name, sizeof(name), "%s/inventory.json.sha512", folder);
	return xj_fs_write(k->fd, name, sidecar, (size_t)n) < 0 ?
		failed(k, name) : XJ_OK;
}

static int
put_older_version(struct copying *k, const char *folder)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	char name[48];
	int r = xj_object_read_at(k->c->from, k->source, folder, &object,
				  &text, &k->why);

	snprintf(name, sizeof(name), "%s/inventory.json", folder);
	if (r == XJ_ENOMEM)
		return no_memory(k);
	return r < 0 ? tell(k, name, r == XJ_ENOTFOUND ? "is missing" :
			    "not the bytes that were stored") :
		write_pair(k, folder, &text, object->inventory_hex);
}

static int
put_version(struct copying *k, unsigned version)
{
	char folder[16], name[48], sidecar[64];

	snprintf(folder, sizeof(folder), "v%u", version);
	snprintf(name, sizeof(name), "%s/inventory.json", folder);
	snprintf(sidecar, sizeof(sidecar), "%s.sha512", name);
	if (mkdirat(k->fd, folder, 0777) < 0 && errno != EEXIST)
		return failed(k, folder);
	if (version == k->base->inv.head)
		return write_pair(k, folder, &k->text, k->base->inventory_hex);
	if (k->own && version <= k->own->inv.head && link_own(k, name) &&
	    link_own(k, sidecar))
		return XJ_OK;
	unlinkat(k->fd, name, 0);
	return put_older_version(k, folder);
}

static int
put_versions(struct copying *k)
{
	int r = write_pair(k, ".", &k->text, k->base->inventory_hex);

	for (unsigned v = 1; v <= k->base->inv.head && r == XJ_OK; v++)
		r = put_version(k, v);
	if (r == XJ_OK && xj_fs_write(k->fd, DECLARATION, DECLARED,
				      strlen(DECLARED)) < 0)
		r = failed(k, DECLARATION);
	return r;
}

/* -------------------------------------------------------------- the whole */

static int
make_draft(struct copying *k)
{
	snprintf(k->draft, sizeof(k->draft), "t%u",
		 atomic_fetch_add(&k->batch->next, 1));
	if (mkdirat(k->batch->fd, k->draft, 0777) < 0)
		return failed(k, k->draft);
	k->fd = openat(k->batch->fd, k->draft,
		       O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return k->fd < 0 ? failed(k, k->draft) : XJ_OK;
}

static int
make(struct copying *k)
{
	int r = make_draft(k);

	if (r == XJ_OK)
		r = put_files(k);
	if (r == XJ_OK)
		r = put_versions(k);
	if (r == XJ_OK)
		r = xj_batch_place(k->batch, k->c->id, k->draft,
				   k->base->inventory_hex,
				   k->own ? k->own->inventory_hex :
				   k->is_own_damaged ? XJ_ANY_DIGITS : NULL,
				   k->err);
	if (r < 0 && k->draft[0])
		xj_remove_tree(k->batch->fd, k->draft, NULL);
	return r;
}

static int
enter_and_make(struct copying *k)
{
	int r = xj_batch_enter(k->batch, k->c->id, k->err);

	if (r < 0)
		return r;
	r = make(k);
	if (r < 0)
		xj_batch_leave(k->batch, k->c->id);
	return r;
}

static int
copy(struct copying *k)
{
	int r;

	xj_layout_path(&k->c->from->layout, k->c->id, k->source);
	xj_layout_path(&k->batch->store->layout, k->c->id, k->target);
	r = read_base(k);
	if (r < 0)
		return r;
	k->done->version = k->base->inv.head;
	k->done->created = k->base->inv.versions[k->base->inv.head - 1].time;
	r = read_own(k);
	if (r == XJ_OK)
		r = compare(k);
	if (r != XJ_OK)
		return r;
	k->done->is_new = !k->own && !k->is_own_damaged;
	return enter_and_make(k);
}

int
xj_batch_copy(struct xj_batch *batch, const struct xj_copy *c,
	      struct xj_copied *done, struct xj_error *err)
{
	struct xj_copied ignored;
	struct copying k = { .batch = batch, .c = c, .err = err, .fd = -1,
		.done = done ? done : &ignored, .block = malloc(BLOCK) };
	int r;

	*k.done = (struct xj_copied){ 0 };
	r = k.block ? copy(&k) : no_memory(&k);
	xj_closep(&k.fd);
	xj_object_free(k.base);
	xj_object_free(k.own);
	xj_buf_release(&k.text);
	free(k.block);
	return r < 0 ? xj_error_wrap(err, r, "%s", c->id) : r;
}
