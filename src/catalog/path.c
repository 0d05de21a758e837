/* path.c - where a document comes from, from the outermost name inward. */
#include "catalog/sql.h"

#include <string.h>

#define DEPTH_MAX 64 /* of members in members; far above what is imported */

/* One step outward: the name of `id`, and its parent. */
static int
step(struct xj_catalog *catalog, uint64_t id, struct xj_arena *arena,
     const char **name, uint64_t *parent, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_DOCUMENT_PARENT, err, "i",
			 (int64_t)id);

	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r == XJ_END)
		return xj_error_set(err, XJ_ENOTFOUND, "no document %llu",
				    (unsigned long long)id);
	if (r < 0)
		return r;
	*parent = (uint64_t)xj_col_int(&q, 0);
	*name = xj_col_keep(&q, 1, arena);
	if (q.failed)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	return XJ_OK;
}

/* The path that a top-level document was added under, if it is known. */
static int
added_under(struct xj_catalog *catalog, uint64_t id, struct xj_arena *arena,
	    const char **path, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	const void *bytes;
	size_t len;
	int r = xj_query(&q, &catalog->db, XJ_SQL_NEWEST_SOURCE, err, "i",
			 (int64_t)id);

	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r != XJ_OK)
		return r < 0 ? r : XJ_OK;
	bytes = xj_col_blob(&q, 0, &len);
	*path = xj_arena_strndup(arena, bytes ? bytes : "", len);
	return *path ? XJ_OK : xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* `names` is filled from its end; *first is where they begin. */
static int
climb(struct xj_catalog *catalog, uint64_t id, struct xj_arena *arena,
      const char *names[DEPTH_MAX], size_t *first, struct xj_error *err)
{
	*first = DEPTH_MAX;
	do {
		uint64_t parent = 0;
		const char *name = NULL;
		int r = step(catalog, id, arena, &name, &parent, err);

		if (r == XJ_OK && parent == 0)
			r = added_under(catalog, id, arena, &name, err);
		if (r < 0)
			return r;
		if (*first == 0)
			return xj_error_set(err, XJ_ECORRUPT,
					    "%s is damaged (document %llu is "
					    "inside itself): run `xueji "
					    "rebuild`", catalog->db.path,
					    (unsigned long long)id);
		names[--*first] = name ? name : "";
		id = parent;
	} while (id);
	return XJ_OK;
}

int
xj_catalog_path(struct xj_catalog *catalog, uint64_t id,
		struct xj_arena *arena, const char *const **path,
		struct xj_error *err)
{
	const char *names[DEPTH_MAX], **copy;
	size_t first, count;
	int r = climb(catalog, id, arena, names, &first, err);

	if (r < 0)
		return r;
	count = DEPTH_MAX - first;
	copy = xj_arena_alloc(arena, (count + 1) * sizeof(*copy));
	if (!copy)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	memcpy(copy, names + first, count * sizeof(*copy));
	*path = copy;
	return XJ_OK;
}
