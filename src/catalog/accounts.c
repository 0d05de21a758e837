/* accounts.c - how members sign in. */
#include "catalog/sql.h"

int
xj_catalog_accounts(struct xj_catalog *catalog, const char *which,
		    struct xj_arena *arena, struct xj_account_row **rows,
		    size_t *count, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	xj_auto(xj_buf_release) struct xj_buf list = XJ_BUF_INIT;
	struct xj_account_row row;
	int r = xj_query(&q, &catalog->db, XJ_SQL_ACCOUNTS, err, "t", which);

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		row = (struct xj_account_row){
			.member = xj_col_keep(&q, 0, arena),
			.password = xj_col_keep(&q, 1, arena),
			.changed = xj_col_int(&q, 2),
			.link = xj_col_keep(&q, 3, arena),
			.link_until = xj_col_int(&q, 4),
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
xj_catalog_put_account(struct xj_catalog *catalog,
		       const struct xj_account_row *row, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_PUT_ACCOUNT, err, "ttiti",
		      row->member, row->password, row->changed, row->link,
		      row->link_until);
	return xj_db_write_end(&w, r, err);
}
