/* backup-folder.c - a folder of backups: opened, its snapshots read, written
 * and swept. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library/backup.h"
#include "library/json-put.h"

#define JSON_MOST (1u << 20)

static void
closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* --------------------------------------------------------------- snapshots */

static int
by_name(const void *a, const void *b)
{
	const struct xj_snap *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int
read_json(int dirfd, const char *name, json_t **json, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	int r = xj_file_read(dirfd, name, JSON_MOST, &text, err);

	if (r < 0)
		return r;
	*json = json_loadb(xj_buf_str(&text), text.len,
			   JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(*json)) {
		json_decref(*json);
		*json = NULL;
		return xj_error_set(err, XJ_ECORRUPT, "%s is damaged", name);
	}
	if (json_integer_value(json_object_get(*json, "format")) == 1)
		return XJ_OK;
	json_decref(*json);
	*json = NULL;
	return xj_error_set(err, XJ_EVERSION, "%s: was written by a newer "
			    "release", name);
}

static int
add_snapshot(struct xj_backups *b, const char *file, struct xj_error *err)
{
	size_t n = strlen(file);
	struct xj_snap *more, *snap;
	char path[300];
	int r;

	if (n < 6 || n - 5 >= XJ_SNAPSHOT_MAX || file[0] == '.' ||
	    strcmp(file + n - 5, ".json") != 0)
		return XJ_OK;
	more = realloc(b->snaps, (b->count + 1) * sizeof(*more));
	if (!more)
		return no_memory(err);
	b->snaps = more;
	snap = &more[b->count];
	*snap = (struct xj_snap){ 0 };
	memcpy(snap->name, file, n - 5);
	snprintf(path, sizeof(path), XJ_SNAPSHOTS "/%.255s", file);
	r = read_json(b->fd, path, &snap->json, err);
	b->count += r == XJ_OK;
	b->unreadable += r == XJ_ECORRUPT;
	return r == XJ_ECORRUPT ? XJ_OK : r; /* the others may serve */
}

static int
read_snapshots(struct xj_backups *b, struct xj_error *err)
{
	int fd = openat(b->fd, XJ_SNAPSHOTS, O_RDONLY | O_DIRECTORY |
			O_CLOEXEC), r = XJ_OK;
	xj_auto(closedirp) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return xj_error_errno(err, "%s/%s", b->dir, XJ_SNAPSHOTS);
	while (r == XJ_OK && (entry = readdir(dir)))
		r = add_snapshot(b, entry->d_name, err);
	if (b->count > 1)
		qsort(b->snaps, b->count, sizeof(*b->snaps), by_name);
	return r;
}

const struct xj_snap *
xj_backups_newest(const struct xj_backups *b)
{
	return b && b->count ? &b->snaps[b->count - 1] : NULL;
}

int
xj_backups_find(const struct xj_backups *b, const char *name,
		const struct xj_snap **snap, struct xj_error *err)
{
	size_t n = name ? strlen(name) : 0;

	for (size_t i = b->count; i-- > 0;)
		if (!name || strncmp(b->snaps[i].name, name, n) == 0) {
			*snap = &b->snaps[i];
			return XJ_OK;
		}
	if (!name)
		return xj_error_set(err, XJ_ENOTFOUND, "%s: no backup in it "
				    "is complete", b->dir);
	return xj_error_set(err, XJ_ENOTFOUND, "%s: no snapshot %s; `xueji "
			    "backup list %s` has those there are", b->dir,
			    name, b->dir);
}

const json_t *
xj_snap_part(const struct xj_snap *snap, const char *part)
{
	return !snap ? NULL :
	       json_object_get(json_object_get(snap->json, "parts"), part);
}

uint64_t
xj_snap_number(const struct xj_snap *snap, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(snap->json, key));
}

const char *
xj_snap_text(const struct xj_snap *snap, const char *key)
{
	const char *s = json_string_value(json_object_get(snap->json, key));

	return s ? s : "";
}

/* ----------------------------------------------------------------- opening */

static int
lock(struct xj_backups *b, bool write, struct xj_error *err)
{
	if (flock(b->fd, (write ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0)
		return XJ_OK;
	if (errno != EWOULDBLOCK)
		return xj_error_errno(err, "%s", b->dir);
	return xj_error_set(err, XJ_EBUSY, "%s: another process is at work on "
			    "these backups", b->dir);
}

static int
read_all(struct xj_backups *b, bool write, struct xj_error *err)
{
	json_t *json = NULL;
	int r = lock(b, write, err);

	if (r == XJ_OK)
		r = read_json(b->fd, XJ_BACKUP_FILE, &json, err);
	if (r == XJ_ENOTFOUND)
		return xj_error_set(err, r, "%s: no backups of an archive",
				    b->dir);
	if (r < 0)
		return xj_error_wrap(err, r, "%s", b->dir);
	snprintf(b->archive, sizeof(b->archive), "%s", json_string_value(
			 json_object_get(json, "archive")) ? : "");
	json_decref(json);
	/* What a killed run left is dropped; without leave to write it stays. */
	r = xj_store_open(b->dir, &b->store, err);
	if (r == XJ_OK)
		xj_store_recover(b->store, NULL, 0, NULL, NULL);
	return r < 0 ? r : read_snapshots(b, err);
}

static int
open_folder(const char *dir, struct xj_backups **out, struct xj_error *err)
{
	struct xj_backups *b = calloc(1, sizeof(*b));
	int r = XJ_OK;

	*out = b;
	if (!b)
		return no_memory(err);
	b->fd = -1;
	b->dir = realpath(dir, NULL);
	if (!b->dir)
		r = xj_error_errno(err, "%s", dir);
	return r < 0 ? r : xj_dir_open(AT_FDCWD, b->dir, &b->fd, err);
}

static int
open_or_close(struct xj_backups **b, int r)
{
	if (r < 0) {
		xj_backups_close(*b);
		*b = NULL;
	}
	return r;
}

int
xj_backups_open(const char *dir, bool write, struct xj_backups **b,
		struct xj_error *err)
{
	int r = open_folder(dir, b, err);

	if (r == XJ_OK)
		r = read_all(*b, write, err);
	return open_or_close(b, r);
}

void
xj_backups_close(struct xj_backups *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->count; i++)
		json_decref(b->snaps[i].json);
	free(b->snaps);
	xj_store_close(b->store);
	xj_closep(&b->fd);
	free(b->dir);
	free(b);
}

/* ------------------------------------------------------------------ making */

bool
xj_is_of_the_system(const char *name)
{
	static const char *const names[] = {
		".", "..", "lost+found", "System Volume Information",
		"$RECYCLE.BIN", ".fseventsd", ".DS_Store", ".Trashes",
	};

	for (size_t i = 0; i < XJ_COUNT(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return strncmp(name, ".Trash-", 7) == 0 ||
	       strncmp(name, ".Spotlight-", 11) == 0;
}

/* What a run leaves that was killed before the folder was one of backups. */
static bool
is_begun(const char *name)
{
	return strcmp(name, "ocfl") == 0 || strcmp(name, "staging") == 0 ||
	       strcmp(name, XJ_SNAPSHOTS) == 0 || strcmp(name, XJ_PARTS) == 0;
}

static int
require_free(struct xj_backups *b, struct xj_error *err)
{
	int fd = openat(b->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	xj_auto(closedirp) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	bool begun = faccessat(b->fd, "staging/backup-begun", F_OK, 0) == 0;
	struct dirent *e;

	if (!dir)
		return xj_error_errno(err, "%s", b->dir);
	while ((e = readdir(dir)))
		if (!xj_is_of_the_system(e->d_name) &&
		    !(begun && is_begun(e->d_name)))
			return xj_error_set(err, XJ_EEXIST, "%s: is not empty "
					    "and holds no backups; choose "
					    "an empty or a new folder",
					    b->dir);
	return XJ_OK;
}

/* The file that makes it a folder of backups comes last. */
static int
fill(struct xj_backups *b, const char *archive, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf json = XJ_BUF_INIT;
	int r = xj_mkdirs(b->fd, "staging", 0700, err);

	if (r == XJ_OK)
		r = xj_file_write(b->fd, "staging/backup-begun", "", 0, err);
	if (r == XJ_OK && faccessat(b->fd, "ocfl", F_OK, 0) < 0)
		r = xj_store_create(b->dir, err);
	if (r == XJ_OK)
		r = xj_mkdirs(b->fd, XJ_SNAPSHOTS, 0700, err);
	if (r == XJ_OK)
		r = xj_mkdirs(b->fd, XJ_PARTS, 0700, err);
	xj_buf_adds(&json, "{\"format\":1");
	xj_put_text(&json, "archive", archive);
	xj_put_time(&json, "begun", xj_now());
	xj_put_text(&json, "restore", "xueji restore THIS-FOLDER --to NEW-FOLDER");
	xj_buf_adds(&json, "}\n");
	if (r == XJ_OK)
		r = xj_buf_check(&json, err);
	if (r == XJ_OK)
		r = xj_file_write(b->fd, XJ_BACKUP_FILE, json.data, json.len,
				  err);
	unlinkat(b->fd, "staging/backup-begun", 0);
	return r;
}

static int
make_folder(const char *dir, const char *archive, struct xj_backups **b,
	    struct xj_error *err)
{
	bool made = faccessat(AT_FDCWD, dir, F_OK, 0) < 0;
	int r = xj_mkdirs(AT_FDCWD, dir, 0700, err);

	if (r == XJ_OK)
		r = open_folder(dir, b, err);
	if (r < 0 || faccessat((*b)->fd, XJ_BACKUP_FILE, F_OK, 0) == 0)
		return r;
	r = require_free(*b, err);
	/* It holds all that the archive does; not every disk has modes. */
	if (r == XJ_OK && !made && fchmod((*b)->fd, 0700) < 0)
		errno = 0;
	return r < 0 ? r : fill(*b, archive, err);
}

int
xj_backups_make(const char *dir, const char *archive, struct xj_backups **b,
		struct xj_error *err)
{
	int r;

	*b = NULL;
	r = make_folder(dir, archive, b, err);
	if (r == XJ_OK)
		r = read_all(*b, true, err);
	if (r == XJ_OK && strcmp((*b)->archive, archive) != 0)
		r = xj_error_set(err, XJ_EEXIST, "%s: holds the backups of "
				 "another archive (%s); choose another folder",
				 dir, (*b)->archive);
	return open_or_close(b, r);
}

/* ------------------------------------------------------------------- parts */

int
xj_snap_path(const struct xj_snap *snap, const char *part,
	     struct xj_buf *path, struct xj_error *err)
{
	const char *folder = json_string_value(
		json_object_get(xj_snap_part(snap, part), "folder"));

	if (!folder || strchr(folder, '/') || folder[0] == '.')
		return xj_error_set(err, XJ_ENOTFOUND, "snapshot %s has no %s",
				    snap->name, part);
	xj_buf_clear(path);
	xj_buf_addf(path, XJ_PARTS "/%s/%s", folder, part);
	return xj_buf_check(path, err);
}

/* `out` -1: only checked. */
static int
read_part(const struct xj_backups *b, const struct xj_snap *snap,
	  const char *part, int out, uint64_t *bytes, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	xj_auto(xj_digest_freep) struct xj_digest *digest = NULL;
	xj_auto(xj_closep) int in = -1;
	const char *wanted = json_string_value(
		json_object_get(xj_snap_part(snap, part), "sha512"));
	unsigned char sum[XJ_DIGEST_MAX];
	char hex[XJ_DIGEST_HEX_MAX], block[65536];
	ssize_t n = 0;
	int r = xj_snap_path(snap, part, &path, err);

	if (r == XJ_OK)
		r = xj_digest_new(XJ_SHA512, &digest, err);
	if (r < 0)
		return r;
	in = openat(b->fd, path.data, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (in < 0)
		return xj_error_errno(err, "%s/%s", b->dir, path.data);
	while (r == XJ_OK && (n = read(in, block, sizeof(block))) > 0) {
		xj_digest_add(digest, block, (size_t)n);
		if (bytes)
			*bytes += (uint64_t)n;
		if (out >= 0)
			r = xj_write_all(out, block, (size_t)n, err);
	}
	if (r < 0)
		return r;
	if (n < 0)
		return xj_error_errno(err, "%s/%s", b->dir, path.data);
	xj_digest_end(digest, sum);
	xj_hex(sum, 64, hex);
	return wanted && strcmp(hex, wanted) == 0 ? XJ_OK :
		xj_error_set(err, XJ_ECORRUPT, "%s/%s: not the bytes that were "
			     "written", b->dir, path.data);
}

int
xj_snap_check(const struct xj_backups *b, const struct xj_snap *snap,
	      const char *part, uint64_t *bytes, struct xj_error *err)
{
	return read_part(b, snap, part, -1, bytes, err);
}

int
xj_snap_copy(const struct xj_backups *b, const struct xj_snap *snap,
	     const char *part, int tofd, const char *to, struct xj_error *err)
{
	xj_auto(xj_closep) int out = openat(tofd, to, O_WRONLY | O_CREAT |
					    O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
					    0600);
	int r;

	if (out < 0)
		return xj_error_errno(err, "%s", to);
	r = read_part(b, snap, part, out, NULL, err);
	if (r == XJ_OK && fsync(out) < 0)
		r = xj_error_errno(err, "%s", to);
	return r;
}

/* ----------------------------------------------------- writing and sweeping */

/* Another writing of one that is there takes its place. */
static int
remember(struct xj_backups *b, const char *name, json_t *json,
	 struct xj_error *err)
{
	struct xj_snap *more;

	for (size_t i = 0; i < b->count; i++)
		if (strcmp(b->snaps[i].name, name) == 0) {
			json_decref(b->snaps[i].json);
			b->snaps[i].json = json;
			return XJ_OK;
		}
	more = realloc(b->snaps, (b->count + 1) * sizeof(*more));
	if (!more) {
		json_decref(json);
		return no_memory(err);
	}
	b->snaps = more;
	more[b->count] = (struct xj_snap){ .json = json };
	snprintf(more[b->count++].name, XJ_SNAPSHOT_MAX, "%s", name);
	qsort(b->snaps, b->count, sizeof(*b->snaps), by_name);
	return XJ_OK;
}

int
xj_backups_put(struct xj_backups *b, const char *name, json_t *json,
	       struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	char path[sizeof(XJ_SNAPSHOTS) + XJ_SNAPSHOT_MAX + 8];
	int r = xj_json_text(&text, json, 1, err);

	xj_buf_addc(&text, '\n');
	snprintf(path, sizeof(path), XJ_SNAPSHOTS "/%s.json", name);
	if (r == XJ_OK)
		r = xj_buf_check(&text, err);
	/* All that it names is on the disk before it is. */
	if (r == XJ_OK && syncfs(b->fd) < 0)
		r = xj_error_errno(err, "%s", b->dir);
	if (r == XJ_OK)
		r = xj_file_write(b->fd, path, text.data, text.len, err);
	if (r < 0) {
		json_decref(json);
		return xj_error_wrap(err, r, "%s", b->dir);
	}
	return remember(b, name, json, err);
}

static bool
is_named(const struct xj_backups *b, const char *folder, const char *part)
{
	bool is_text = strcmp(part, XJ_PART_TEXT) == 0;

	for (size_t i = is_text && b->count ? b->count - 1 : 0; i < b->count;
	     i++) {
		const char *name = json_string_value(json_object_get(
			xj_snap_part(&b->snaps[i], part), "folder"));

		if (name && strcmp(name, folder) == 0)
			return true;
	}
	return false;
}

/* The files of one folder of parts that no snapshot names, and it, if empty. */
static int
sweep_folder(struct xj_backups *b, int parts, const char *folder,
	     struct xj_error *err)
{
	int fd = openat(parts, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
			O_NOFOLLOW), r = XJ_OK;
	xj_auto(closedirp) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (!dir) {
		xj_closep(&fd);
		return XJ_OK;
	}
	while (r == XJ_OK && (e = readdir(dir)))
		if (strcmp(e->d_name, ".") != 0 &&
		    strcmp(e->d_name, "..") != 0 &&
		    !is_named(b, folder, e->d_name))
			r = xj_remove_tree(fd, e->d_name, err);
	unlinkat(parts, folder, AT_REMOVEDIR);
	return r;
}

static int
sweep_parts(struct xj_backups *b, struct xj_error *err)
{
	int fd = openat(b->fd, XJ_PARTS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	xj_auto(closedirp) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	int r = XJ_OK;

	if (!dir)
		return xj_error_errno(err, "%s/%s", b->dir, XJ_PARTS);
	while (r == XJ_OK && (e = readdir(dir)))
		if (e->d_name[0] != '.')
			r = sweep_folder(b, fd, e->d_name, err);
	return r;
}

static int
drop_oldest(struct xj_backups *b, struct xj_error *err)
{
	char path[sizeof(XJ_SNAPSHOTS) + XJ_SNAPSHOT_MAX + 8];

	snprintf(path, sizeof(path), XJ_SNAPSHOTS "/%s.json",
		 b->snaps[0].name);
	if (unlinkat(b->fd, path, 0) < 0 && errno != ENOENT)
		return xj_error_errno(err, "%s/%s", b->dir, path);
	json_decref(b->snaps[0].json);
	memmove(b->snaps, b->snaps + 1, --b->count * sizeof(*b->snaps));
	return XJ_OK;
}

int
xj_backups_sweep(struct xj_backups *b, size_t keep, uint64_t *dropped,
		 struct xj_error *err)
{
	int r = XJ_OK;

	while (keep && b->count > keep && r == XJ_OK) {
		r = drop_oldest(b, err);
		*dropped += r == XJ_OK;
	}
	/* What a damaged one names is not known. */
	return r < 0 || b->unreadable ? r : sweep_parts(b, err);
}
