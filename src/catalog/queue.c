/* queue.c - live documents that wait to be indexed. */
#include "catalog/sql.h"

int
xj_catalog_queue(struct xj_catalog *catalog, uint64_t after, size_t max,
		 struct xj_queued *out, size_t *count, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_QUEUE, err, "ii",
			 (int64_t)after, (int64_t)max);

	*count = 0;
	while (r == XJ_OK && *count < max &&
	       (r = xj_query_next(&q, err)) == XJ_OK)
		out[(*count)++] = (struct xj_queued){
			.id = (uint64_t)xj_col_int(&q, 0),
			.rev = (uint32_t)xj_col_int(&q, 1),
		};
	return r < 0 ? r : XJ_OK;
}

int
xj_catalog_queue_size(struct xj_catalog *catalog, uint64_t *count,
		      struct xj_error *err)
{
	int64_t number;
	int r = xj_db_number(&catalog->db, XJ_SQL_QUEUE_SIZE, &number, err,
			     "");

	*count = (uint64_t)number;
	return r;
}

int
xj_catalog_queue_all(struct xj_catalog *catalog, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_exec(&catalog->db,
		       "DELETE FROM entries; DELETE FROM dead;"
		       "DELETE FROM births; DELETE FROM segments", err);
	if (r == XJ_OK)
		r = xj_db_run(&catalog->db, XJ_SQL_ENQUEUE_LIVE, err, "");
	if (r == XJ_OK)
		r = xj_serial_raise(catalog, err);
	return xj_db_write_end(&w, r, err);
}

static int
live_rev(struct xj_catalog *catalog, uint64_t id, int64_t *rev,
	 struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_DOCUMENT_STATE, err, "i",
			 (int64_t)id);

	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r < 0)
		return r;
	if (r == XJ_END || xj_col_int(&q, 0) != XJ_DOC_LIVE)
		return xj_error_set(err, XJ_ENOTFOUND, "no document %llu",
				    (unsigned long long)id);
	*rev = xj_col_int(&q, 1);
	return XJ_OK;
}

static int
requeue(struct xj_catalog *catalog, uint64_t id, struct xj_error *err)
{
	int64_t rev = 0;
	int r = live_rev(catalog, id, &rev, err);

	if (r == XJ_OK)
		r = xj_db_run(&catalog->db, XJ_SQL_RAISE_REV, err, "i",
			      (int64_t)id);
	if (r == XJ_OK)
		r = xj_entry_retire(catalog, id, err);
	return r < 0 ? r : xj_db_run(&catalog->db, XJ_SQL_ENQUEUE, err, "ii",
				     (int64_t)id, rev + 1);
}

int
xj_catalog_requeue(struct xj_catalog *catalog, uint64_t id,
		   struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = requeue(catalog, id, err);
	return xj_db_write_end(&w, r, err);
}
