/* staging.c - batches: begun and ended, files taken in, all made durable. */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/fs.h"

/* Up to so many objects are synced file by file: syncfs() waits for all that
 * any program has written to the file system. */
#define FEW_OBJECTS 4

int
xj_batch_error(const struct xj_batch *batch, const char *name,
	       struct xj_error *err)
{
	return xj_error_errno(err, "%s/%s/%s/%s", batch->store->dir,
			      XJ_STAGING, batch->name, name);
}

/* -------------------------------------------------------- begin and end */

bool
xj_batch_is_name(const char *name)
{
	return name[0] == 'b' && strlen(name) == 17 &&
	       strspn(name + 1, "0123456789abcdef") == 16;
}

static void
new_name(char name[XJ_BATCH_NAME_MAX])
{
	uint64_t random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		random = (uint64_t)xj_now() << 20 ^ (uint64_t)getpid() ^
			 xj_monotonic_ms() << 40;
	snprintf(name, XJ_BATCH_NAME_MAX, "b%016llx",
		 (unsigned long long)random);
}

/* Still the directory that is found under the name. */
static bool
is_there(int stagingfd, const char *name, int fd)
{
	struct stat here, there;

	return fstat(fd, &here) == 0 &&
	       fstatat(stagingfd, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       here.st_ino == there.st_ino;
}

int
xj_batch_lock(int stagingfd, const char *name, int *fd, struct xj_error *err)
{
	*fd = openat(stagingfd, name,
		     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd < 0)
		return xj_error_errno(err, "%s/%s", XJ_STAGING, name);
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0 && is_there(stagingfd, name, *fd))
		return XJ_OK;
	xj_closep(fd);
	return xj_error_set(err, XJ_EBUSY, "%s/%s: in use", XJ_STAGING, name);
}

/* A sweep may take a new directory away before it is locked: try again. */
static int
make_directory(struct xj_batch *batch, struct xj_error *err)
{
	int r = XJ_EBUSY;

	for (int tries = 0; tries < 10 && (r == XJ_EBUSY || r == XJ_ENOTFOUND);
	     tries++) {
		new_name(batch->name);
		if (mkdirat(batch->stagingfd, batch->name, 0777) < 0)
			return xj_batch_error(batch, "", err);
		r = xj_batch_lock(batch->stagingfd, batch->name, &batch->fd,
				  err);
	}
	return r;
}

static int
open_staging(struct xj_batch *batch, struct xj_error *err)
{
	int r = xj_mkdirs(batch->store->dirfd, XJ_STAGING, 0777, err);

	if (r == XJ_OK)
		r = xj_dir_open(batch->store->dirfd, XJ_STAGING,
				&batch->stagingfd, err);
	if (r < 0)
		return xj_error_wrap(err, r, "%s", batch->store->dir);
	batch->locksfd = openat(batch->stagingfd, "locks",
				O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (batch->locksfd < 0)
		return xj_error_errno(err, "%s/%s/locks", batch->store->dir,
				      XJ_STAGING);
	return make_directory(batch, err);
}

static void
free_entries(struct xj_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		free(batch->entries[i].id);
		free(batch->entries[i].path);
	}
	free(batch->entries);
}

static void
free_batch(struct xj_batch *batch)
{
	free_entries(batch);
	pthread_mutex_destroy(&batch->lock);
	xj_closep(&batch->locksfd);
	xj_closep(&batch->fd);
	xj_closep(&batch->stagingfd);
	free(batch);
}

int
xj_batch_begin(struct xj_store *store, struct xj_batch **out,
	       struct xj_error *err)
{
	struct xj_batch *batch = calloc(1, sizeof(*batch));
	int r;

	*out = NULL;
	if (!batch)
		return xj_error_set(err, XJ_ENOMEM, "store: no memory");
	batch->store = store;
	batch->stagingfd = batch->fd = batch->locksfd = -1;
	pthread_mutex_init(&batch->lock, NULL);
	r = open_staging(batch, err);
	if (r < 0) {
		free_batch(batch);
		return xj_error_wrap(err, r, "store");
	}
	*out = batch;
	return XJ_OK;
}

const char *
xj_batch_name(const struct xj_batch *batch)
{
	return batch->name;
}

void
xj_batch_end(struct xj_batch *batch, bool committed)
{
	if (!batch)
		return;
	if (batch->published || !committed || !batch->synced) {
		if (!batch->published)
			xj_publish_undo(batch->store, batch->fd, NULL);
		xj_remove_tree(batch->stagingfd, batch->name, NULL);
	}
	free_batch(batch);
}

bool
xj_store_batch_held(struct xj_store *store, const char *name)
{
	xj_auto(xj_closep) int staging = -1;
	xj_auto(xj_closep) int fd = -1;

	if (!xj_batch_is_name(name) ||
	    xj_dir_open(store->dirfd, XJ_STAGING, &staging, NULL) < 0)
		return false;
	return xj_batch_lock(staging, name, &fd, NULL) == XJ_EBUSY;
}

/* ---------------------------------------------------------- staged files */

static int
copy_in(int in, int out, struct xj_digest *sum, uint64_t *size,
	bool *is_reading)
{
	char bytes[65536];

	for (;;) {
		ssize_t n = read(in, bytes, sizeof(bytes));

		*is_reading = true;
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return (int)n;
		*is_reading = false;
		if (xj_write_all(out, bytes, (size_t)n, NULL) < 0)
			return -1;
		xj_digest_add(sum, bytes, (size_t)n);
		*size += (uint64_t)n;
	}
}

static int
stage_bytes(struct xj_batch *batch, int in, struct xj_staged *staged,
	    struct xj_error *err)
{
	xj_auto(xj_digest_freep) struct xj_digest *sum = NULL;
	xj_auto(xj_closep) int out = -1;
	bool is_reading = false;
	int r = xj_digest_new(XJ_SHA512, &sum, err);

	if (r < 0)
		return r;
	out = openat(batch->fd, staged->name,
		     O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	if (out < 0)
		return xj_batch_error(batch, staged->name, err);
	if (copy_in(in, out, sum, &staged->size, &is_reading) < 0)
		return is_reading ? xj_error_errno(err, "cannot read") :
				    xj_batch_error(batch, staged->name, err);
	xj_digest_end(sum, staged->sha512);
	return XJ_OK;
}

int
xj_batch_stage(struct xj_batch *batch, int fd, struct xj_staged *staged,
	       struct xj_error *err)
{
	int r;

	*staged = (struct xj_staged){ .batch = batch, .fd = -1 };
	snprintf(staged->name, sizeof(staged->name), "f%u",
		 atomic_fetch_add(&batch->next, 1));
	r = stage_bytes(batch, fd, staged, err);
	if (r == XJ_OK) {
		/* Anew, for reading alone: importers see this descriptor. */
		staged->fd = openat(batch->fd, staged->name,
				    O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (staged->fd < 0)
			r = xj_batch_error(batch, staged->name, err);
	}
	if (r < 0) {
		xj_staged_drop(batch, staged);
		return xj_error_wrap(err, r, "store");
	}
	return XJ_OK;
}

void
xj_staged_drop(struct xj_batch *batch, struct xj_staged *staged)
{
	xj_closep(&staged->fd);
	if (staged->name[0])
		unlinkat(batch->fd, staged->name, 0);
	staged->name[0] = '\0';
}

void
xj_staged_close(struct xj_staged *staged)
{
	xj_closep(&staged->fd);
}

/* --------------------------------------------------------------- syncing */

/* The part of an entry's path that lies in the batch's own directory. */
static int
sync_entry(struct xj_batch *batch, const char *path, struct xj_error *err)
{
	char top[XJ_ENTRY_MAX];

	snprintf(top, sizeof(top), "%.*s", (int)strcspn(path, "/"), path);
	if (xj_fs_sync_tree(batch->fd, top) < 0)
		return xj_batch_error(batch, top, err);
	return XJ_OK;
}

static int
sync_few(struct xj_batch *batch, struct xj_error *err)
{
	for (size_t i = 0; i < batch->count; i++) {
		const char *path = batch->entries[i].path;
		int r = path ? sync_entry(batch, path, err) : XJ_OK;

		if (r < 0)
			return r;
	}
	if (fsync(batch->fd) < 0 || fsync(batch->stagingfd) < 0)
		return xj_batch_error(batch, "", err);
	return XJ_OK;
}

int
xj_batch_sync(struct xj_batch *batch, struct xj_error *err)
{
	int r = XJ_OK;

	pthread_mutex_lock(&batch->lock);
	if (batch->count <= FEW_OBJECTS)
		r = sync_few(batch, err);
	else if (syncfs(batch->fd) < 0)
		r = xj_batch_error(batch, "", err);
	if (r == XJ_OK)
		batch->synced = true;
	pthread_mutex_unlock(&batch->lock);
	return r < 0 ? xj_error_wrap(err, r, "store") : XJ_OK;
}
