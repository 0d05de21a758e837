/* tokens.c - what programs of members show in place of them. */
#include "catalog/sql.h"

int
xj_catalog_tokens(struct xj_catalog *catalog, const char *which,
		  struct xj_arena *arena, struct xj_token_row **rows,
		  size_t *count, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	xj_auto(xj_buf_release) struct xj_buf list = XJ_BUF_INIT;
	struct xj_token_row row;
	int r = xj_query(&q, &catalog->db, XJ_SQL_TOKENS, err, "t", which);

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		row = (struct xj_token_row){
			.number = (uint64_t)xj_col_int(&q, 0),
			.member = xj_col_keep(&q, 1, arena),
			.name = xj_col_keep(&q, 2, arena),
			.digest = xj_col_keep(&q, 3, arena),
			.write = xj_col_int(&q, 4) != 0,
			.created = xj_col_int(&q, 5),
			.until = xj_col_keep(&q, 6, arena),
		};
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
xj_catalog_put_token(struct xj_catalog *catalog,
		     const struct xj_token_row *row, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_PUT_TOKEN, err, "ztttiit",
		      (int64_t)row->number, row->member, row->name,
		      row->digest, (int64_t)row->write, row->created,
		      row->until);
	return xj_db_write_end(&w, r, err);
}

int
xj_catalog_drop_token(struct xj_catalog *catalog, uint64_t number,
		      struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_DROP_TOKEN, err, "i",
		      (int64_t)number);
	return xj_db_write_end(&w, r, err);
}
