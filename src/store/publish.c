/* publish.c - objects moved from a batch into the root, and crashes mended. */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/fs.h"

#define DIGITS 16 /* of an inventory's digest, in the name of an entry */

struct publishing {
	struct xj_store *store;
	int fd; /* the batch's directory */
	size_t *moved; /* objects counted, or NULL */
	struct xj_error *err;
};

static int
failed(struct publishing *p, const char *path)
{
	return xj_error_errno(p->err, "%s/%s/%s", p->store->dir, XJ_ROOT, path);
}

/* `count` objects have come to `path`, below the root. */
static void
moved(struct publishing *p, const char *path, size_t count)
{
	xj_store_touch(p->store, path);
	if (p->moved)
		*p->moved += count;
}

/* The place in the root that an entry's name tells: "ab_cd_NAME". */
static void
target_of(const struct publishing *p, const char *name,
	  char out[XJ_LAYOUT_PATH_MAX])
{
	unsigned left = p->store->layout.tuples;

	snprintf(out, XJ_LAYOUT_PATH_MAX, "%s", name);
	for (char *c = out; *c && left > 0; c++)
		if (*c == '_') {
			*c = '/';
			left--;
		}
}

static unsigned
level_of(const char *target)
{
	unsigned level = 0;

	for (; *target; target++)
		level += *target == '/';
	return level;
}

/* ------------------------------------------------------------ new objects */

static int move_new(struct publishing *p, const char *from, const char *to);

/* Below a folder that both have. */
static int
move_children(struct publishing *p, const char *from, const char *to)
{
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };

	if (xj_fs_list(p->fd, from, &list) < 0)
		return failed(p, to);
	for (size_t i = 0; i < list.count; i++) {
		xj_auto(xj_buf_release) struct xj_buf a = XJ_BUF_INIT;
		xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
		int r;

		if (xj_path_join(&a, from, list.entries[i].name) < 0 ||
		    xj_path_join(&b, to, list.entries[i].name) < 0)
			return xj_error_set(p->err, XJ_ENOMEM, "no memory");
		r = move_new(p, a.data, b.data);
		if (r < 0)
			return r;
	}
	if (unlinkat(p->fd, from, AT_REMOVEDIR) < 0)
		return failed(p, to);
	return XJ_OK;
}

/* Objects at or below a path in the batch that is `level` folders deep. */
static size_t
count_objects(struct publishing *p, const char *from, unsigned level)
{
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };
	size_t n = 0;

	if (!p->moved || level >= p->store->layout.tuples)
		return 1;
	if (xj_fs_list(p->fd, from, &list) < 0)
		return 0;
	for (size_t i = 0; i < list.count; i++) {
		xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;

		if (xj_path_join(&path, from, list.entries[i].name) == XJ_OK)
			n += count_objects(p, path.data, level + 1);
	}
	return n;
}

/* The target's folders were there when it was put, and are gone. */
static int
move_with_folders(struct publishing *p, const char *from, const char *to)
{
	if (xj_fs_parents(p->store->rootfd, to) < 0 ||
	    renameat(p->fd, from, p->store->rootfd, to) < 0)
		return failed(p, to);
	return XJ_OK;
}

/* A directory never takes the place of one that is not empty. */
static int
move_new(struct publishing *p, const char *from, const char *to)
{
	unsigned level = level_of(to);
	size_t count = count_objects(p, from, level);
	int r = XJ_OK;

	if (renameat(p->fd, from, p->store->rootfd, to) < 0) {
		if (errno == ENOENT)
			r = move_with_folders(p, from, to);
		else if (errno != EEXIST && errno != ENOTEMPTY)
			return failed(p, to);
		else if (level < p->store->layout.tuples)
			return move_children(p, from, to);
		else
			return xj_error_set(p->err, XJ_EEXIST,
					    "%s/%s: another object is there",
					    XJ_ROOT, to);
	}
	if (r == XJ_OK)
		moved(p, to, count);
	return r;
}

/* ------------------------------------------------------------ new versions */

/* The first digits of the inventory's digest of what lies in the root. */
static int
digits_there(struct publishing *p, const char *target, char out[DIGITS + 1],
	     struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf sidecar = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	int r;

	if (xj_path_join(&path, target, "inventory.json.sha512") < 0)
		return xj_error_set(err, XJ_ENOMEM, "no memory");
	r = xj_fs_read(p->store->rootfd, path.data, 4096, &sidecar, err);
	if (r == XJ_OK)
		snprintf(out, DIGITS + 1, "%.*s", DIGITS,
			 xj_buf_str(&sidecar));
	return r;
}

/* Where two cannot change places: one aside, the other in. In between the
 * object is in the batch, and this is where recovery goes on. */
static int
swap_in_steps(struct publishing *p, const char *name, const char *target)
{
	char aside[XJ_ENTRY_MAX];

	snprintf(aside, sizeof(aside), "o%s", name + 1);
	if (renameat(p->store->rootfd, target, p->fd, aside) < 0 ||
	    renameat(p->fd, name, p->store->rootfd, target) < 0)
		return failed(p, target);
	return XJ_OK;
}

static int
swap(struct publishing *p, const char *name, const char *target)
{
	int r = XJ_OK;

	if (xj_fs_exchange(p->fd, name, p->store->rootfd, target) < 0)
		r = errno == ENOTSUP ? swap_in_steps(p, name, target) :
				       failed(p, target);
	if (r == XJ_OK)
		moved(p, target, 1);
	return r;
}

static int
end_swap(struct publishing *p, const char *name, const char *target)
{
	if (renameat(p->fd, name, p->store->rootfd, target) < 0)
		return failed(p, target);
	moved(p, target, 1);
	return XJ_OK;
}

/* Whether what lies in the root is what the new version was made upon. */
static bool
is_expected(const char *there, const char *old)
{
	return strncmp(old, XJ_ANY_DIGITS, DIGITS) == 0 ||
	       strncmp(there, old, DIGITS) == 0;
}

/* "x_NEW_OLD_target": put NEW where OLD is, unless it is there already. */
static int
publish_version(struct publishing *p, const char *name)
{
	const char *new = name + 2, *old = new + DIGITS + 1;
	char target[XJ_LAYOUT_PATH_MAX], there[DIGITS + 1] = "";
	int r;

	target_of(p, old + DIGITS + 1, target);
	if (faccessat(p->store->rootfd, target, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return end_swap(p, name, target);
	r = digits_there(p, target, there, p->err);
	if (r < 0 && !is_expected("", old))
		return xj_error_wrap(p->err, r, "%s/%s", XJ_ROOT, target);
	if (strncmp(there, new, DIGITS) != 0) {
		if (!is_expected(there, old))
			return xj_error_set(p->err, XJ_EEXIST,
					    "%s/%s: another version came first",
					    XJ_ROOT, target);
		r = swap(p, name, target);
		if (r < 0)
			return r;
	}
	/* Now what bears the new name is the old object. */
	return xj_remove_tree(p->fd, name, p->err);
}

/* -------------------------------------------------------------- the batch */

static bool
is_version(const char *name, char kind)
{
	return name[0] == kind && name[1] == '_' &&
	       strlen(name) > 2 + 2 * (DIGITS + 1);
}

static int
publish_entry(struct publishing *p, const char *name)
{
	char target[XJ_LAYOUT_PATH_MAX];

	if (is_version(name, 'x'))
		return publish_version(p, name);
	if (is_version(name, 'o'))
		return xj_remove_tree(p->fd, name, p->err);
	if (strncmp(name, "n_", 2) != 0)
		return XJ_OK;
	target_of(p, name + 2, target);
	return move_new(p, name, target);
}

/* One that cannot be published does not keep the others back. From the last
 * name to the first: what takes the place ("x_") of what was moved aside
 * ("o_") must be in it before the other goes. */
int
xj_publish(struct xj_store *store, int fd, size_t *count, struct xj_error *err)
{
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };
	struct xj_error why;
	struct publishing p = {
		.store = store, .fd = fd, .moved = count, .err = &why,
	};
	int result = XJ_OK;

	if (xj_fs_list(fd, ".", &list) < 0)
		return xj_error_errno(err, "%s/%s", store->dir, XJ_STAGING);
	for (size_t i = list.count; i-- > 0;) {
		int r = publish_entry(&p, list.entries[i].name);

		if (r < 0 && result == XJ_OK)
			result = xj_error_set(err, r, "%s", why.message);
	}
	return result;
}

int
xj_publish_undo(struct xj_store *store, int fd, struct xj_error *err)
{
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };
	struct publishing p = { .store = store, .fd = fd, .err = err };

	if (xj_fs_list(fd, ".", &list) < 0)
		return xj_error_errno(err, "%s/%s", store->dir, XJ_STAGING);
	for (size_t i = 0; i < list.count; i++) {
		const char *name = list.entries[i].name;
		char target[XJ_LAYOUT_PATH_MAX];

		if (!is_version(name, 'o'))
			continue;
		target_of(&p, name + 2 + 2 * (DIGITS + 1), target);
		if (renameat(fd, name, store->rootfd, target) < 0 &&
		    errno != EEXIST && errno != ENOTEMPTY)
			return failed(&p, target);
	}
	return XJ_OK;
}

static void
forget_entries(struct xj_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		free(batch->entries[i].id);
		free(batch->entries[i].path);
	}
	batch->count = 0;
	batch->published = true;
}

int
xj_batch_publish(struct xj_batch *batch, struct xj_error *err)
{
	int r;

	pthread_mutex_lock(&batch->lock);
	r = xj_publish(batch->store, batch->fd, NULL, err);
	if (r == XJ_OK)
		forget_entries(batch);
	pthread_mutex_unlock(&batch->lock);
	return r < 0 ? xj_error_wrap(err, r, "store") : XJ_OK;
}

/* --------------------------------------------------------------- recovery */

static bool
is_named(const char *name, const char *const *batches, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(batches[i], name) == 0)
			return true;
	return false;
}

static int
finish_or_drop(struct xj_store *store, int stagingfd, int fd, const char *name,
	       bool is_committed, size_t *unfinished, struct xj_error *err)
{
	int r = is_committed ? xj_publish(store, fd, unfinished, err) :
			       xj_publish_undo(store, fd, err);

	return r < 0 ? r : xj_remove_tree(stagingfd, name, err);
}

/* One that is gone by now, or goes on, is somebody else's. XJ_EBUSY: it goes
 * on, and is among those that the caller named. */
static int
settle(struct xj_store *store, int stagingfd, const char *name,
       bool is_committed, size_t *unfinished, struct xj_error *err)
{
	xj_auto(xj_closep) int fd = -1;
	int r = xj_batch_lock(stagingfd, name, &fd, err);

	if (r == XJ_ENOTFOUND || (r == XJ_EBUSY && !is_committed))
		return XJ_OK;
	if (r < 0)
		return r;
	return finish_or_drop(store, stagingfd, fd, name, is_committed,
			      unfinished, err);
}

/* One batch that fails does not keep the others back. */
static int
settle_all(struct xj_store *store, int stagingfd, const char *const *batches,
	   size_t count, size_t *unfinished, struct xj_error *err)
{
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };
	struct xj_error why;
	int result = XJ_OK;

	if (xj_fs_list(stagingfd, ".", &list) < 0)
		return xj_error_errno(err, "%s/%s", store->dir, XJ_STAGING);
	for (size_t i = 0; i < list.count; i++) {
		const char *name = list.entries[i].name;
		int r;

		if (list.entries[i].type != DT_DIR || !xj_batch_is_name(name))
			continue;
		r = settle(store, stagingfd, name,
			   is_named(name, batches, count), unfinished, &why);
		if (r < 0 && result == XJ_OK)
			result = xj_error_set(err, r, "%s", why.message);
	}
	return result;
}

int
xj_store_recover(struct xj_store *store, const char *const *batches,
		 size_t count, size_t *unfinished, struct xj_error *err)
{
	xj_auto(xj_closep) int stagingfd = -1;
	size_t finished = 0;
	int r = xj_dir_open(store->dirfd, XJ_STAGING, &stagingfd, err);

	if (unfinished)
		*unfinished = 0;
	if (r == XJ_ENOTFOUND)
		return XJ_OK; /* nobody has written anything */
	if (r == XJ_OK)
		r = settle_all(store, stagingfd, batches, count, &finished, err);
	if (unfinished)
		*unfinished = finished;
	if (r < 0)
		return xj_error_wrap(err, r, "store");
	/* They may have been published before, by a process that then died. */
	if (count > 0 && syncfs(store->rootfd) < 0)
		return xj_error_errno(err, "store: %s/%s", store->dir, XJ_ROOT);
	return XJ_OK;
}

bool
xj_store_unsettled(struct xj_store *store)
{
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };
	xj_auto(xj_closep) int stagingfd = -1;
	bool found = false;

	if (xj_dir_open(store->dirfd, XJ_STAGING, &stagingfd, NULL) < 0 ||
	    xj_fs_list(stagingfd, ".", &list) < 0)
		return false;
	for (size_t i = 0; i < list.count && !found; i++) {
		xj_auto(xj_closep) int fd = -1;

		found = list.entries[i].type == DT_DIR &&
			xj_batch_is_name(list.entries[i].name) &&
			xj_batch_lock(stagingfd, list.entries[i].name, &fd,
				      NULL) == XJ_OK;
	}
	return found;
}
