/* entry.c - the objects in a batch: each in the hands of one writer, and put
 * where publishing finds it. */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/fs.h"

/* -------------------------------------------------- one writer an object */

/* The byte of `locks` that stands for the id. */
static off_t
lock_of(const char *id)
{
	unsigned char sum[XJ_DIGEST_MAX];
	uint64_t n;

	xj_digest_of(XJ_SHA256, id, strlen(id), sum);
	memcpy(&n, sum, sizeof(n));
	return (off_t)(n >> 2);
}

static int
set_lock(struct xj_batch *batch, off_t at, short type)
{
	struct flock lock = {
		.l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = 1,
	};

	return fcntl(batch->locksfd, F_OFD_SETLK, &lock);
}

static struct xj_batch_entry *
find_entry(struct xj_batch *batch, const char *id)
{
	for (size_t i = 0; i < batch->count; i++)
		if (strcmp(batch->entries[i].id, id) == 0)
			return &batch->entries[i];
	return NULL;
}

static int
make_room(struct xj_batch *batch, struct xj_error *err)
{
	size_t room = batch->room ? 2 * batch->room : 64;
	void *more;

	if (batch->count < batch->room)
		return XJ_OK;
	more = realloc(batch->entries, room * sizeof(*batch->entries));
	if (!more)
		return xj_error_set(err, XJ_ENOMEM, "no memory");
	batch->entries = more;
	batch->room = room;
	return XJ_OK;
}

/* Take a place in the list and the lock. */
static int
enter(struct xj_batch *batch, const char *id, struct xj_error *err)
{
	off_t lock = lock_of(id);
	char *copy;
	int r;

	if (find_entry(batch, id))
		return xj_error_set(err, XJ_EBUSY, "is in the batch already");
	if ((r = make_room(batch, err)) < 0)
		return r;
	copy = strdup(id);
	if (!copy)
		return xj_error_set(err, XJ_ENOMEM, "no memory");
	if (set_lock(batch, lock, F_WRLCK) < 0) {
		free(copy);
		return xj_error_set(err, XJ_EBUSY,
				    "another writer has it in hand");
	}
	batch->entries[batch->count++] =
		(struct xj_batch_entry){ .id = copy, .lock = lock };
	return XJ_OK;
}

int
xj_batch_enter(struct xj_batch *batch, const char *id, struct xj_error *err)
{
	int r;

	pthread_mutex_lock(&batch->lock);
	r = enter(batch, id, err);
	pthread_mutex_unlock(&batch->lock);
	return r;
}

static void
leave(struct xj_batch *batch, struct xj_batch_entry *entry)
{
	set_lock(batch, entry->lock, F_UNLCK);
	free(entry->id);
	free(entry->path);
	*entry = batch->entries[--batch->count];
}

void
xj_batch_leave(struct xj_batch *batch, const char *id)
{
	pthread_mutex_lock(&batch->lock);
	leave(batch, find_entry(batch, id));
	pthread_mutex_unlock(&batch->lock);
}

/* --------------------------------------------------------------- placing */

/* How many of the target's folders the root has, of those above the object. */
static unsigned
folders_there(const struct xj_store *store, const char *target)
{
	const struct xj_layout *layout = &store->layout;
	char folder[XJ_LAYOUT_PATH_MAX];

	for (unsigned n = layout->tuples; n > 0; n--) {
		snprintf(folder, sizeof(folder), "%.*s",
			 (int)(n * (layout->tuple_size + 1) - 1), target);
		if (faccessat(store->rootfd, folder, F_OK,
			      AT_SYMLINK_NOFOLLOW) == 0)
			return n;
	}
	return 0;
}

/* The name in the batch: see internal.h. */
static void
name_entry(const struct xj_batch *batch, const char *id, const char *hex,
	   const char *old_hex, struct xj_buf *name)
{
	char target[XJ_LAYOUT_PATH_MAX];
	unsigned there;
	size_t start;

	xj_layout_path(&batch->store->layout, id, target);
	there = old_hex ? UINT32_MAX : folders_there(batch->store, target);
	if (old_hex)
		xj_buf_addf(name, "x_%.16s_%.16s_", hex, old_hex);
	else
		xj_buf_adds(name, "n_");
	start = name->len;
	xj_buf_adds(name, target);
	if (name->failed)
		return;
	for (char *p = name->data + start; *p && there > 0; p++)
		if (*p == '/') {
			*p = '_';
			there--;
		}
}

static int
place(struct xj_batch *batch, const char *id, const char *draft,
      const char *hex, const char *old_hex, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf name = XJ_BUF_INIT;

	name_entry(batch, id, hex, old_hex, &name);
	if (name.failed)
		return xj_error_set(err, XJ_ENOMEM, "no memory");
	if (xj_fs_parents(batch->fd, name.data) < 0 ||
	    renameat(batch->fd, draft, batch->fd, name.data) < 0)
		return xj_batch_error(batch, name.data, err);
	batch->synced = batch->published = false;
	find_entry(batch, id)->path = xj_buf_take(&name);
	return XJ_OK;
}

int
xj_batch_place(struct xj_batch *batch, const char *id, const char *draft,
	       const char *hex, const char *old_hex, struct xj_error *err)
{
	int r;

	pthread_mutex_lock(&batch->lock);
	r = place(batch, id, draft, hex, old_hex, err);
	pthread_mutex_unlock(&batch->lock);
	return r;
}

/* --------------------------------------------------------------- taken out */

/* The folders that were made for it must not be left empty. */
static int
remove_entry(struct xj_batch *batch, const char *path, struct xj_error *err)
{
	char folder[XJ_ENTRY_MAX];
	int r = xj_remove_tree(batch->fd, path, err);

	snprintf(folder, sizeof(folder), "%s", path);
	for (char *slash; r == XJ_OK && (slash = strrchr(folder, '/'));) {
		*slash = '\0';
		if (unlinkat(batch->fd, folder, AT_REMOVEDIR) < 0)
			break; /* another object is in it */
	}
	return r;
}

int
xj_batch_unput(struct xj_batch *batch, const char *id, struct xj_error *err)
{
	struct xj_batch_entry *entry;
	int r = XJ_ENOTFOUND;

	pthread_mutex_lock(&batch->lock);
	entry = find_entry(batch, id);
	if (!entry || !entry->path)
		xj_error_set(err, r, "store: %s is not in the batch", id);
	else
		r = remove_entry(batch, entry->path, err);
	if (r == XJ_OK)
		leave(batch, entry);
	pthread_mutex_unlock(&batch->lock);
	return r;
}
