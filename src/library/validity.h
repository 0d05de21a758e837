/* library/validity.h - whether a document still holds. Internal to library. */
#ifndef XJ_LIBRARY_VALIDITY_H
#define XJ_LIBRARY_VALIDITY_H

#include <xueji/validity.h>

#include "library/archive.h"

/* Without `replaces`. Memory is the arena's. */
int xj_validity_read(struct xj_archive *archive, struct xj_arena *arena,
		     uint64_t id, struct xj_validity *validity,
		     struct xj_error *err);
/* "废止" becomes "repealed". XJ_EINVAL: it is none of these. */
int xj_validity_status(const char **value, struct xj_error *err);
/*
 * The document named as `*value`, which takes the place of document `id` (0: of a
 * new one), becomes its URN. XJ_EINVAL: it is none, or was replaced by this one.
 */
int xj_validity_successor(struct xj_archive *archive, struct xj_arena *arena,
			  uint64_t id, const char **value,
			  struct xj_error *err);

#endif
