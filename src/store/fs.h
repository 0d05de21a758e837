/*
 * store/fs.h - the file system calls that the store is built on. Those that
 * answer -1 leave the reason in errno.
 */
#ifndef XJ_STORE_FS_H
#define XJ_STORE_FS_H

#include <dirent.h>

#include "util/util.h"

/* One entry of a directory: `type` is DT_REG, DT_DIR, DT_LNK or another. */
struct xj_fs_entry {
	const char *name;
	unsigned char type;
};

/* A directory read as a whole, ordered by name, "." and ".." left out. */
struct xj_fs_list {
	struct xj_fs_entry *entries;
	size_t count;
	char *names;
};

int xj_fs_list(int dirfd, const char *path, struct xj_fs_list *list);
void xj_fs_list_release(struct xj_fs_list *list);
const struct xj_fs_entry *xj_fs_list_find(const struct xj_fs_list *list,
					  const char *name);

/* Open below `dirfd`, never through a link and never out of it. Closed on
 * exec; a pipe or device does not block. */
int xj_fs_open(int dirfd, const char *path, int flags);

/* A regular file as a whole, opened so. XJ_ECORRUPT: it is something else;
 * XJ_ELIMIT above `max`. */
int xj_fs_read(int dirfd, const char *path, size_t max, struct xj_buf *out,
	       struct xj_error *err);

/* A file that is not there yet, read-only from the start, not synced. */
int xj_fs_write(int dirfd, const char *name, const void *data, size_t len);

/* Make the folders above the last part of `path`. */
int xj_fs_parents(int dirfd, const char *path);

/* A second name for the file, or a copy where that cannot be. */
int xj_fs_link(int fromfd, const char *from, int tofd, const char *to);

/* The same for a whole directory, `to` being new. */
int xj_fs_link_tree(int fromfd, const char *from, int tofd, const char *to);

/* Change places. ENOTSUP where the file system cannot. */
int xj_fs_exchange(int fromfd, const char *from, int tofd, const char *to);

/* fsync a directory and all below that has one name only: the others are
 * files of earlier versions, and durable. */
int xj_fs_sync_tree(int dirfd, const char *path);
int xj_fs_sync_dir(int dirfd, const char *path);

#endif
