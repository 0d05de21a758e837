/* store.c - the store as a whole: made, opened, synced, walked. */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/fs.h"

#define DECLARATION "0=ocfl_1.1"
#define DECLARED "ocfl_1.1\n"

/* ---------------------------------------------------------------- making */

static int
write_file(int fd, const char *name, const struct xj_buf *text,
	   struct xj_error *err)
{
	if (xj_buf_check(text, err) < 0)
		return XJ_ENOMEM;
	if (xj_fs_write(fd, name, text->data, text->len) < 0)
		return xj_error_errno(err, "%s", name);
	return XJ_OK;
}

/* The declaration comes last: what has one is whole. */
static int
fill_root(int fd, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf layout = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf config = XJ_BUF_INIT;
	int r;

	xj_layout_describe(&layout, &config);
	if (xj_fs_parents(fd, XJ_LAYOUT_CONFIG) < 0)
		return xj_error_errno(err, "%s", XJ_LAYOUT_CONFIG);
	r = write_file(fd, XJ_LAYOUT_CONFIG, &config, err);
	if (r == XJ_OK)
		r = write_file(fd, "ocfl_layout.json", &layout, err);
	if (r < 0)
		return r;
	if (xj_fs_write(fd, DECLARATION, DECLARED, strlen(DECLARED)) < 0)
		return xj_error_errno(err, "%s", DECLARATION);
	return XJ_OK;
}

/* In staging first, so that the root is there as a whole or not at all. */
static int
make_root(int dirfd, struct xj_error *err)
{
	static const char draft[] = XJ_STAGING "/root";
	xj_auto(xj_closep) int fd = -1;
	int r = xj_remove_tree(dirfd, draft, err);

	if (r < 0)
		return r;
	if (mkdirat(dirfd, draft, 0777) < 0)
		return xj_error_errno(err, "%s", draft);
	r = xj_dir_open(dirfd, draft, &fd, err);
	if (r == XJ_OK)
		r = fill_root(fd, err);
	if (r < 0)
		return r;
	if (xj_fs_sync_tree(dirfd, draft) < 0)
		return xj_error_errno(err, "%s", draft);
	if (renameat(dirfd, draft, dirfd, XJ_ROOT) < 0)
		return xj_error_errno(err, "%s", XJ_ROOT);
	if (fsync(dirfd) < 0)
		return xj_error_errno(err, "%s", XJ_ROOT);
	return XJ_OK;
}

int
xj_store_create(const char *dir, struct xj_error *err)
{
	xj_auto(xj_closep) int dirfd = -1;
	int r = xj_mkdirs(AT_FDCWD, dir, 0777, err);

	if (r == XJ_OK)
		r = xj_dir_open(AT_FDCWD, dir, &dirfd, err);
	if (r < 0)
		return xj_error_wrap(err, r, "store");
	if (faccessat(dirfd, XJ_ROOT, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return xj_error_set(err, XJ_EEXIST,
				    "store: %s/%s is there already", dir,
				    XJ_ROOT);
	r = xj_mkdirs(dirfd, XJ_STAGING, 0777, err);
	if (r == XJ_OK)
		r = make_root(dirfd, err);
	return r < 0 ? xj_error_wrap(err, r, "store %s", dir) : XJ_OK;
}

/* --------------------------------------------------------------- opening */

static int
check_declaration(int rootfd, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	int r = xj_fs_read(rootfd, DECLARATION, 64, &text, err);

	if (r == XJ_ENOTFOUND)
		return xj_error_set(err, r, "is no OCFL 1.1 storage root");
	if (r < 0)
		return r;
	if (strcmp(xj_buf_str(&text), DECLARED) != 0)
		return xj_error_set(err, XJ_ECORRUPT,
				    "%s says something else", DECLARATION);
	return XJ_OK;
}

static int
open_root(struct xj_store *store, struct xj_error *err)
{
	int r = xj_dir_open(AT_FDCWD, store->dir, &store->dirfd, err);

	if (r < 0)
		return r;
	r = xj_dir_open(store->dirfd, XJ_ROOT, &store->rootfd, err);
	if (r == XJ_OK)
		r = check_declaration(store->rootfd, err);
	if (r < 0)
		return r;
	r = xj_layout_read(store->rootfd, &store->layout, err);
	if (r == XJ_ENOTFOUND)
		return xj_error_set(err, XJ_EVERSION, "has no ocfl_layout.json");
	return r;
}

int
xj_store_open(const char *dir, struct xj_store **out, struct xj_error *err)
{
	struct xj_store *store = calloc(1, sizeof(*store));
	int r;

	*out = NULL;
	if (!store)
		return xj_error_set(err, XJ_ENOMEM, "store: no memory");
	store->dirfd = store->rootfd = -1;
	pthread_mutex_init(&store->lock, NULL);
	store->dir = strdup(dir);
	r = store->dir ? open_root(store, err) :
			 xj_error_set(err, XJ_ENOMEM, "no memory");
	if (r < 0) {
		xj_store_close(store);
		return xj_error_wrap(err, r, "store %s/%s", dir, XJ_ROOT);
	}
	*out = store;
	return XJ_OK;
}

void
xj_store_close(struct xj_store *store)
{
	if (!store)
		return;
	xj_closep(&store->rootfd);
	xj_closep(&store->dirfd);
	pthread_mutex_destroy(&store->lock);
	free(store->dir);
	free(store);
}

/* --------------------------------------------------------------- syncing */

static bool
is_touched(const struct xj_store *store, const char *folder)
{
	for (size_t i = 0; i < store->touched_count; i++)
		if (strcmp(store->touched[i], folder) == 0)
			return true;
	return false;
}

static void
touch_folder(struct xj_store *store, const char *folder)
{
	if (store->touched_count > XJ_TOUCHED_MAX || is_touched(store, folder))
		return;
	if (store->touched_count < XJ_TOUCHED_MAX)
		strcpy(store->touched[store->touched_count], folder);
	store->touched_count++;
}

void
xj_store_touch(struct xj_store *store, const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[XJ_LAYOUT_PATH_MAX] = ".";

	if (slash)
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path),
			 path);
	pthread_mutex_lock(&store->lock);
	touch_folder(store, folder);
	pthread_mutex_unlock(&store->lock);
}

/*
 * A few folders are cheaper one by one: syncfs writes out what every other
 * program on the file system has left to write.
 */
static int
sync_touched(struct xj_store *store, struct xj_error *err)
{
	if (store->touched_count > XJ_TOUCHED_MAX)
		return syncfs(store->rootfd) == 0 ? XJ_OK :
		       xj_error_errno(err, "%s/%s", store->dir, XJ_ROOT);
	for (size_t i = 0; i < store->touched_count; i++)
		if (xj_fs_sync_dir(store->rootfd, store->touched[i]) < 0)
			return xj_error_errno(err, "%s/%s/%s", store->dir,
					      XJ_ROOT, store->touched[i]);
	return XJ_OK;
}

int
xj_store_sync(struct xj_store *store, struct xj_error *err)
{
	int r;

	pthread_mutex_lock(&store->lock);
	r = sync_touched(store, err);
	if (r == XJ_OK)
		store->touched_count = 0;
	pthread_mutex_unlock(&store->lock);
	return r < 0 ? xj_error_wrap(err, r, "store") : XJ_OK;
}

/* --------------------------------------------------------------- walking */

struct walk {
	struct xj_store *store;
	xj_object_fn fn;
	void *ctx;
	struct xj_error *err;
};

/* Give what lies at `path` to the caller, as an object or as a problem. */
static int
give(struct walk *walk, const char *path, bool is_folder)
{
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	char shown[sizeof(XJ_ROOT "/") + XJ_LAYOUT_PATH_MAX];
	char expected[XJ_LAYOUT_PATH_MAX];
	struct xj_error why;
	int r;

	snprintf(shown, sizeof(shown), XJ_ROOT "/%s", path);
	r = is_folder ?
		xj_object_open_at(walk->store, path, &object, &why) :
		xj_error_set(&why, XJ_ECORRUPT, "%s: a file among the objects",
			     shown);
	if (r == XJ_ENOMEM)
		return xj_error_set(walk->err, r, "%s", why.message);
	if (r < 0)
		return walk->fn(walk->ctx, shown, NULL, &why);
	xj_layout_path(&walk->store->layout, xj_object_id(object), expected);
	if (strcmp(expected, path) == 0)
		return walk->fn(walk->ctx, shown, object, NULL);
	xj_error_set(&why, XJ_ECORRUPT, "%s: the place of another object",
		     shown);
	return walk->fn(walk->ctx, shown, NULL, &why);
}

/* The folders of `level` tuples that still have to come before an object. */
static int
walk_folder(struct walk *walk, const char *path, unsigned level)
{
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };
	xj_auto(xj_buf_release) struct xj_buf below = XJ_BUF_INIT;
	int r = XJ_OK;

	if (xj_fs_list(walk->store->rootfd, path, &list) < 0)
		return xj_error_errno(walk->err, "store: %s/%s", XJ_ROOT, path);
	for (size_t i = 0; i < list.count && r >= 0; i++) {
		bool is_folder = list.entries[i].type == DT_DIR;

		if (xj_path_join(&below, path, list.entries[i].name) < 0)
			return xj_error_set(walk->err, XJ_ENOMEM, "no memory");
		r = is_folder && level > 0 ?
			walk_folder(walk, below.data, level - 1) :
			give(walk, below.data, is_folder);
	}
	return r < 0 ? r : XJ_OK;
}

/* At the top there are files and extensions beside the objects' folders. */
int
xj_store_each(struct xj_store *store, xj_object_fn fn, void *ctx,
	      struct xj_error *err)
{
	struct walk walk = { .store = store, .fn = fn, .ctx = ctx, .err = err };
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };
	int r = XJ_OK;

	if (xj_fs_list(store->rootfd, ".", &list) < 0)
		return xj_error_errno(err, "store: %s", XJ_ROOT);
	for (size_t i = 0; i < list.count && r >= 0; i++) {
		const struct xj_fs_entry *e = &list.entries[i];

		if (e->type != DT_DIR || strcmp(e->name, "extensions") == 0)
			continue;
		r = store->layout.tuples > 0 ?
			walk_folder(&walk, e->name, store->layout.tuples - 1) :
			give(&walk, e->name, true);
	}
	return r < 0 ? r : XJ_OK;
}

/* ------------------------------------------------------------------ names */

/* "urn%3auuid%3a..." */
static bool
id_of_name(const char *name, char id[XJ_LAYOUT_PATH_MAX])
{
	for (; *name; name++, id++) {
		unsigned char byte = (unsigned char)*name;

		if (byte == '%') {
			char hex[3] = { name[1], name[1] ? name[2] : '\0', 0 };

			if (strlen(hex) != 2 || xj_unhex(hex, &byte, 1) != 1)
				return false;
			name += 2;
		}
		*id = (char)byte;
	}
	*id = '\0';
	return true;
}

static int
give_name(struct walk *walk, xj_object_name_fn fn, const char *path)
{
	char id[XJ_LAYOUT_PATH_MAX], expected[XJ_LAYOUT_PATH_MAX];

	if (strlen(path) >= sizeof(id) ||
	    !id_of_name(xj_path_base(path), id))
		return XJ_OK;
	xj_layout_path(&walk->store->layout, id, expected);
	return strcmp(expected, path) == 0 ? fn(walk->ctx, id) : XJ_OK;
}

static int
walk_names(struct walk *walk, xj_object_name_fn fn, const char *path,
	   unsigned level)
{
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };
	xj_auto(xj_buf_release) struct xj_buf below = XJ_BUF_INIT;
	int r = XJ_OK;

	if (xj_fs_list(walk->store->rootfd, path, &list) < 0)
		return xj_error_errno(walk->err, "store: %s/%s", XJ_ROOT, path);
	for (size_t i = 0; i < list.count && r >= 0; i++) {
		const struct xj_fs_entry *e = &list.entries[i];

		if (e->type != DT_DIR || strcmp(e->name, "extensions") == 0)
			continue;
		if (strcmp(path, ".") != 0 ?
		    xj_path_join(&below, path, e->name) < 0 :
		    (xj_buf_clear(&below), xj_buf_adds(&below, e->name),
		     xj_buf_check(&below, NULL)) < 0)
			return xj_error_set(walk->err, XJ_ENOMEM, "no memory");
		r = level > 0 ? walk_names(walk, fn, below.data, level - 1) :
				give_name(walk, fn, below.data);
	}
	return r < 0 ? r : XJ_OK;
}

int
xj_store_each_name(struct xj_store *store, xj_object_name_fn fn, void *ctx,
		   struct xj_error *err)
{
	struct walk walk = { .store = store, .ctx = ctx, .err = err };

	return walk_names(&walk, fn, ".", store->layout.tuples);
}
