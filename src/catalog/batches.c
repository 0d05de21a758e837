/* batches.c - the store's batches whose commit is recorded. */
#include "catalog/sql.h"

#include <string.h>

static int
run(struct xj_catalog *catalog, int sql, const char *name,
    struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, sql, err, "t", name);
	return xj_db_write_end(&w, r, err);
}

int
xj_catalog_add_batch(struct xj_catalog *catalog, const char *name,
		     struct xj_error *err)
{
	return run(catalog, XJ_SQL_ADD_BATCH, name, err);
}

int
xj_catalog_drop_batch(struct xj_catalog *catalog, const char *name,
		      struct xj_error *err)
{
	return run(catalog, XJ_SQL_DROP_BATCH, name, err);
}

/* Names one behind the other, each with its NUL. */
static int
read_names(struct xj_catalog *catalog, struct xj_buf *names, size_t *count,
	   struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_BATCHES, err, "");

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		const char *name = xj_col_keep(&q, 0, NULL);

		xj_buf_add(names, name ? name : "",
			   name ? strlen(name) + 1 : 1);
		(*count)++;
		if (q.failed || names->failed)
			r = xj_error_set(err, XJ_ENOMEM, "out of memory");
	}
	return r < 0 ? r : XJ_OK;
}

int
xj_catalog_batches(struct xj_catalog *catalog, struct xj_arena *arena,
		   const char *const **names, size_t *count,
		   struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf bytes = XJ_BUF_INIT;
	const char **list, *at;
	int r;

	*count = 0;
	r = read_names(catalog, &bytes, count, err);
	if (r < 0)
		return r;
	list = xj_arena_alloc(arena, (*count + 1) * sizeof(*list));
	at = xj_arena_strndup(arena, xj_buf_str(&bytes), bytes.len);
	if (!list || !at)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	for (size_t i = 0; i < *count; i++, at += strlen(at) + 1)
		list[i] = at;
	*names = list;
	return XJ_OK;
}
