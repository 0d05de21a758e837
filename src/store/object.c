/* object.c - one object read: its inventory, its versions, its files. */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/fs.h"

/* --------------------------------------------------------------- opening */

void
xj_object_free(struct xj_object *object)
{
	if (!object)
		return;
	xj_arena_free(object->arena);
	free(object);
}

void
xj_object_freep(struct xj_object **object)
{
	xj_object_free(*object);
	*object = NULL;
}

/* The digest that the sidecar gives is that of the text. */
static int
check_sidecar(struct xj_object *object, const struct xj_buf *text,
	      const struct xj_buf *sidecar, struct xj_error *err)
{
	unsigned char sum[XJ_DIGEST_MAX];
	char hex[XJ_DIGEST_HEX_MAX];

	xj_digest_of(XJ_SHA512, xj_buf_str(text), text->len, sum);
	xj_hex(sum, 64, hex);
	memcpy(object->inventory_hex, hex, sizeof(hex));
	if (sidecar->len < 128 || strncasecmp(sidecar->data, hex, 128) != 0)
		return xj_error_set(err, XJ_ECORRUPT,
				    "inventory.json is not what its digest says");
	return XJ_OK;
}

int
xj_object_read_inventory(struct xj_object *object, int fd,
			 struct xj_buf *text, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf sidecar = XJ_BUF_INIT;
	int r = xj_fs_read(fd, "inventory.json", XJ_INVENTORY_MAX, text, err);

	if (r < 0)
		return r;
	r = xj_fs_read(fd, "inventory.json.sha512", 4096, &sidecar, err);
	if (r == XJ_OK)
		r = check_sidecar(object, text, &sidecar, err);
	if (r < 0)
		return r;
	return xj_inventory_read(text->data, text->len, object->arena,
				 &object->inv, err);
}

/* Whether `fd` is still what is found at `path`: a writer may have put a new
 * version in its place, and be removing this one. */
static bool
is_current(struct xj_store *store, const char *path, int fd)
{
	struct stat here, there;

	return fstat(fd, &here) == 0 &&
	       fstatat(store->rootfd, path, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       here.st_ino == there.st_ino && here.st_dev == there.st_dev;
}

static int
load(struct xj_object *object, struct xj_error *err)
{
	const char *path = xj_object_below(object);
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;

	for (int tries = 0;; tries++) {
		xj_auto(xj_closep) int fd = xj_fs_open(object->store->rootfd,
						       path,
						       O_RDONLY | O_DIRECTORY);
		int r;

		if (fd < 0)
			return xj_error_errno(err, "no such object");
		r = xj_object_read_inventory(object, fd, &text, err);
		if (r == XJ_OK || r == XJ_ENOMEM)
			return r;
		if (tries == 9 || is_current(object->store, path, fd))
			return r == XJ_ENOTFOUND || r == XJ_ELIMIT ?
			       xj_error_set(err, XJ_ECORRUPT,
					    "no readable inventory") : r;
	}
}

int
xj_object_open_at(struct xj_store *store, const char *path,
		  struct xj_object **out, struct xj_error *err)
{
	struct xj_object *object = calloc(1, sizeof(*object));
	int r;

	*out = NULL;
	if (!object || xj_arena_new(&object->arena) < 0) {
		free(object);
		return xj_error_set(err, XJ_ENOMEM, "store: no memory");
	}
	object->store = store;
	snprintf(object->path, sizeof(object->path), XJ_ROOT "/%s", path);
	r = load(object, err);
	if (r < 0) {
		xj_error_wrap(err, r, "%s", object->path);
		xj_object_free(object);
		return r;
	}
	*out = object;
	return XJ_OK;
}

int
xj_object_open(struct xj_store *store, const char *id,
	       struct xj_object **out, struct xj_error *err)
{
	char path[XJ_LAYOUT_PATH_MAX];
	int r;

	xj_layout_path(&store->layout, id, path);
	r = xj_object_open_at(store, path, out, err);
	if (r < 0)
		return xj_error_wrap(err, r, "object %s", id);
	if (strcmp((*out)->inv.id, id) == 0)
		return XJ_OK;
	xj_object_freep(out);
	return xj_error_set(err, XJ_ECORRUPT,
			    "object %s: another lies in its place", id);
}

/* ---------------------------------------------------------------- asking */

const char *
xj_object_id(const struct xj_object *object)
{
	return object->inv.id;
}

unsigned
xj_object_head(const struct xj_object *object)
{
	return object->inv.head;
}

const char *
xj_object_path(const struct xj_object *object)
{
	return object->path;
}

const char *
xj_object_below(const struct xj_object *object)
{
	return object->path + strlen(XJ_ROOT "/");
}

/* NULL when there is none of that number; 0 is the head. */
static const struct xj_inventory_version *
version(const struct xj_object *object, unsigned number)
{
	if (number == 0)
		number = object->inv.head;
	if (number > object->inv.head)
		return NULL;
	return &object->inv.versions[number - 1];
}

static const char *
or_empty(const char *s)
{
	return s ? s : "";
}

static int
no_version(const struct xj_object *object, unsigned number,
	   struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOTFOUND, "object %s: no version %u",
			    object->inv.id, number);
}

int
xj_object_version_info(const struct xj_object *object, unsigned number,
		       struct xj_version_info *info, struct xj_error *err)
{
	const struct xj_inventory_version *v = version(object, number);

	if (!v)
		return no_version(object, number, err);
	*info = (struct xj_version_info){
		.number = (unsigned)(v - object->inv.versions) + 1,
		.created = v->time,
		.message = or_empty(v->message),
		.user = or_empty(v->user),
		.user_address = or_empty(v->user_address),
	};
	return XJ_OK;
}

const char *
xj_object_file_at(const struct xj_object *object, unsigned number, size_t i)
{
	const struct xj_inventory_version *v = version(object, number);

	return v && i < v->file_count ? v->files[i].logical : NULL;
}

static int
find_blob(const struct xj_object *object, unsigned number,
	  const char *logical, const struct xj_inventory_blob **blob,
	  struct xj_error *err)
{
	const struct xj_inventory_version *v = version(object, number);
	const struct xj_inventory_file *file;

	*blob = NULL;
	if (!v)
		return no_version(object, number, err);
	file = xj_inventory_file(v, logical);
	if (!file)
		return xj_error_set(err, XJ_ENOTFOUND, "object %s: no file %s",
				    object->inv.id, logical);
	*blob = file->blob;
	return XJ_OK;
}

int
xj_object_file_digest(const struct xj_object *object, unsigned number,
		      const char *logical, unsigned char sha512[64],
		      struct xj_error *err)
{
	const struct xj_inventory_blob *blob;
	int r = find_blob(object, number, logical, &blob, err);

	if (r == XJ_OK)
		memcpy(sha512, blob->sha512, 64);
	return r;
}

/* --------------------------------------------------------------- reading */

/*
 * By its path from the root, not from the object's directory: a later version
 * may have taken its place, and has this file under the same name.
 */
static int
open_blob(const struct xj_object *object, const struct xj_inventory_blob *blob,
	  int *fd, uint64_t *size, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	struct stat st;

	if (xj_path_join(&path, xj_object_below(object), blob->paths[0]) < 0)
		return xj_error_set(err, XJ_ENOMEM, "store: no memory");
	*fd = xj_fs_open(object->store->rootfd, path.data, O_RDONLY);
	if (*fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		return xj_error_set(err, XJ_ECORRUPT, "%s/%s: is missing",
				    XJ_ROOT, path.data);
	if (*fd < 0)
		return xj_error_errno(err, "%s/%s", XJ_ROOT, path.data);
	if (fstat(*fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		xj_closep(fd);
		return xj_error_set(err, XJ_ECORRUPT, "%s/%s: is no file",
				    XJ_ROOT, path.data);
	}
	if (size)
		*size = (uint64_t)st.st_size;
	return XJ_OK;
}

int
xj_object_file_open(const struct xj_object *object, unsigned number,
		    const char *logical, int *fd, uint64_t *size,
		    struct xj_error *err)
{
	const struct xj_inventory_blob *blob;
	int r;

	*fd = -1;
	r = find_blob(object, number, logical, &blob, err);
	return r < 0 ? r : open_blob(object, blob, fd, size, err);
}

static int
not_the_same(const struct xj_object *object,
	     const struct xj_inventory_blob *blob, struct xj_error *err)
{
	return xj_error_set(err, XJ_ECORRUPT,
			    "%s/%s: not the bytes that were stored",
			    object->path, blob->paths[0]);
}

static int
read_whole(int fd, uint64_t size, struct xj_buf *out, struct xj_error *err)
{
	ssize_t n;

	xj_buf_clear(out);
	if (xj_buf_reserve(out, (size_t)size) < 0)
		return xj_buf_check(out, err);
	n = xj_pread_all(fd, out->data, (size_t)size, 0);
	if (n < 0)
		return xj_error_errno(err, "cannot read");
	out->len = (size_t)n;
	out->data[n] = '\0';
	return XJ_OK;
}

int
xj_object_file_read(const struct xj_object *object, unsigned number,
		    const char *logical, size_t max, struct xj_buf *out,
		    struct xj_error *err)
{
	const struct xj_inventory_blob *blob;
	xj_auto(xj_closep) int fd = -1;
	unsigned char sum[XJ_DIGEST_MAX];
	uint64_t size;
	int r = find_blob(object, number, logical, &blob, err);

	if (r == XJ_OK)
		r = open_blob(object, blob, &fd, &size, err);
	if (r < 0)
		return r;
	if (size > max)
		return xj_error_set(err, XJ_ELIMIT,
				    "%s/%s: larger than %zu bytes",
				    object->path, blob->paths[0], max);
	r = read_whole(fd, size, out, err);
	if (r < 0)
		return xj_error_wrap(err, r, "%s/%s", object->path,
				     blob->paths[0]);
	xj_digest_of(XJ_SHA512, xj_buf_str(out), out->len, sum);
	if (memcmp(sum, blob->sha512, 64) != 0)
		return not_the_same(object, blob, err);
	return XJ_OK;
}

int
xj_object_file_check(const struct xj_object *object, unsigned number,
		     const char *logical, int fd, struct xj_error *err)
{
	const struct xj_inventory_blob *blob;
	unsigned char sum[XJ_DIGEST_MAX];
	int r = find_blob(object, number, logical, &blob, err);

	if (r == XJ_OK)
		r = xj_digest_fd(XJ_SHA512, fd, sum, NULL, err);
	if (r < 0)
		return r;
	if (memcmp(sum, blob->sha512, 64) != 0)
		return not_the_same(object, blob, err);
	return XJ_OK;
}
