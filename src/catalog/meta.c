/* meta.c - metadata of a document: values by element and rank. */
#include "catalog/sql.h"

static int
add(struct xj_catalog *catalog, uint64_t id, enum xj_meta_rank rank,
    size_t ordinal, const struct xj_meta_value *v, struct xj_error *err)
{
	return xj_db_run(&catalog->db, XJ_SQL_ADD_META, err, "iiitttt",
			 (int64_t)id, (int64_t)rank, (int64_t)ordinal,
			 v->element, v->value, v->lang, v->source);
}

int
xj_catalog_set_meta(struct xj_catalog *catalog, uint64_t id,
		    enum xj_meta_rank rank, const struct xj_meta_value *values,
		    size_t count, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_CLEAR_META, err, "ii", (int64_t)id,
		      (int64_t)rank);
	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = add(catalog, id, rank, i, &values[i], err);
	return xj_db_write_end(&w, r, err);
}

static void
read_row(struct xj_query *q, struct xj_arena *arena, struct xj_meta_value *v)
{
	*v = (struct xj_meta_value){
		.element = xj_col_keep(q, 0, arena),
		.value = xj_col_keep(q, 1, arena),
		.lang = xj_col_keep(q, 2, arena),
		.source = xj_col_keep(q, 3, arena),
		.rank = (enum xj_meta_rank)xj_col_int(q, 4),
	};
}

int
xj_catalog_meta(struct xj_catalog *catalog, uint64_t id,
		struct xj_arena *arena, struct xj_meta_value **values,
		size_t *count, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	xj_auto(xj_buf_release) struct xj_buf list = XJ_BUF_INIT;
	struct xj_meta_value value;
	int r = xj_query(&q, &catalog->db, XJ_SQL_META, err, "i",
			 (int64_t)id);

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		read_row(&q, arena, &value);
		xj_buf_add(&list, &value, sizeof(value));
		list.failed = list.failed || q.failed;
	}
	if (r < 0)
		return r;
	*values = xj_rows_keep(arena, &list, err);
	*count = list.len / sizeof(value);
	return *values ? XJ_OK : XJ_ENOMEM;
}

int
xj_catalog_bearing(struct xj_catalog *catalog, const char *element,
		   const char *value, xj_bearing_fn fn, void *ctx,
		   struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	xj_auto(xj_buf_release) struct xj_buf ids = XJ_BUF_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_BEARING, err, "tt", element,
			 value);

	/* `fn` may write. */
	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		uint64_t id = (uint64_t)xj_col_int(&q, 0);

		xj_buf_add(&ids, &id, sizeof(id));
	}
	if (r >= 0)
		r = xj_buf_check(&ids, err);
	for (size_t i = 0; r == XJ_OK && i < ids.len / sizeof(uint64_t); i++)
		r = fn(ctx, ((const uint64_t *)(void *)ids.data)[i]);
	return r < 0 ? r : XJ_OK;
}
