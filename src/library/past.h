/* library/past.h - past queries, for suggestions. Internal to library. */
#ifndef XJ_PAST_H
#define XJ_PAST_H

#include <xueji/past.h>

#include "library/archive.h"

/* Those of whoever acts, the latest first; memory is the arena's. */
int xj_past_queries(struct xj_archive *a, struct xj_arena *arena,
		    const char *const **queries, size_t *count,
		    struct xj_error *err);

#endif
