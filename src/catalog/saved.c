/* saved.c - searches that users saved. */
#include "catalog/sql.h"

#include <string.h>

static const void *
keep_blob(struct xj_query *q, int n, struct xj_arena *arena, size_t *len)
{
	const void *bytes = xj_col_blob(q, n, len);
	char *copy;

	if (!bytes)
		return NULL;
	copy = xj_arena_alloc(arena, *len + 1);
	if (!copy)
		q->failed = true;
	else
		memcpy(copy, bytes, *len);
	return copy;
}

static void
read_row(struct xj_query *q, struct xj_arena *arena, struct xj_saved_row *row)
{
	*row = (struct xj_saved_row){
		.owner = xj_col_keep(q, 0, arena),
		.name = xj_col_keep(q, 1, arena),
		.query = xj_col_keep(q, 2, arena),
		.sort = xj_col_keep(q, 3, arena),
		.created = xj_col_int(q, 4), .looked = xj_col_int(q, 5),
	};
	row->seen = keep_blob(q, 6, arena, &row->seen_len);
	if (!row->seen) /* SQLite gives no bytes as NULL */
		row->seen = "";
	row->before = keep_blob(q, 7, arena, &row->before_len);
}

int
xj_catalog_saved(struct xj_catalog *catalog, const char *owner,
		 struct xj_arena *arena, struct xj_saved_row **rows,
		 size_t *count, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	xj_auto(xj_buf_release) struct xj_buf list = XJ_BUF_INIT;
	struct xj_saved_row row;
	int r = xj_query(&q, &catalog->db, XJ_SQL_SAVED, err, "t", owner);

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		read_row(&q, arena, &row);
		xj_buf_add(&list, &row, sizeof(row));
		list.failed = list.failed || q.failed;
	}
	if (r < 0)
		return r;
	*rows = xj_rows_keep(arena, &list, err);
	*count = list.len / sizeof(row);
	return *rows ? XJ_OK : XJ_ENOMEM;
}

int
xj_catalog_put_saved(struct xj_catalog *catalog,
		     const struct xj_saved_row *row, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_PUT_SAVED, err, "ttttiibb",
		      row->owner, row->name, row->query, row->sort,
		      row->created, row->looked, row->seen, row->seen_len,
		      row->before, row->before_len);
	return xj_db_write_end(&w, r, err);
}

int
xj_catalog_drop_saved(struct xj_catalog *catalog, const char *owner,
		      const char *name, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_DROP_SAVED, err, "tt", owner, name);
	return xj_db_write_end(&w, r, err);
}
