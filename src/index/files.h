/*
 * index/files.h - a segment as files: its path, its leftovers, its durability.
 * Of the index alone.
 */
#ifndef XJ_INDEX_FILES_H
#define XJ_INDEX_FILES_H

#include "util/util.h"

/* "dir/name" into `out`. XJ_EINVAL when `name` is no name of a segment. */
int xj_segment_path(const char *dir, const char *name, struct xj_buf *out,
		    struct xj_error *err);
/* Whether the segment is there: not removed, and not half removed. */
bool xj_segment_present(const char *path);
/*
 * Room for `bytes` more of postings and values. XJ_ENOSPC. To be asked for
 * before a commit: where Xapian writes values there is no way back from a
 * failure, it ends the process. Does nothing while the disk has plenty.
 */
int xj_segment_reserve(const char *path, uint64_t bytes, struct xj_error *err);
/* Give back what was reserved and not used. */
int xj_segment_trim(const char *path, struct xj_error *err);
/* Its files, itself and the entry that names it are on the disk on return. */
int xj_segment_sync(const char *path, struct xj_error *err);

#endif
