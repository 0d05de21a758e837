/* ocr.c - pages that are pictures: which wait to be read, which were. */
#include "catalog/sql.h"

static int
put(struct xj_catalog *catalog, const struct xj_ocr_row *row,
    struct xj_error *err)
{
	return xj_db_run(&catalog->db, XJ_SQL_PUT_OCR, err, "iiit",
			 (int64_t)row->document, (int64_t)row->page,
			 (int64_t)row->state, row->note);
}

int
xj_catalog_put_ocr(struct xj_catalog *catalog, const struct xj_ocr_row *row,
		   struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = put(catalog, row, err);
	return xj_db_write_end(&w, r, err);
}

int
xj_catalog_set_ocr(struct xj_catalog *catalog, uint64_t id,
		   const struct xj_ocr_row *rows, size_t count,
		   struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_CLEAR_OCR, err, "i", (int64_t)id);
	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		struct xj_ocr_row row = rows[i];

		row.document = id;
		r = put(catalog, &row, err);
	}
	return xj_db_write_end(&w, r, err);
}

int
xj_catalog_retry_ocr(struct xj_catalog *catalog, uint64_t id,
		     struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_RETRY_OCR, err, "i", (int64_t)id);
	return xj_db_write_end(&w, r, err);
}

int
xj_catalog_next_ocr(struct xj_catalog *catalog, uint64_t id,
		    struct xj_ocr_row *row, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_NEXT_OCR, err, "iii",
			 (int64_t)id, (int64_t)row->document,
			 (int64_t)row->page);

	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r == XJ_OK)
		*row = (struct xj_ocr_row){
			.document = (uint64_t)xj_col_int(&q, 0),
			.page = (uint64_t)xj_col_int(&q, 1),
		};
	return r;
}

int
xj_catalog_ocr(struct xj_catalog *catalog, uint64_t id, xj_ocr_fn fn,
	       void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_OCR, err, "i", (int64_t)id);

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		struct xj_ocr_row row = {
			.document = (uint64_t)xj_col_int(&q, 0),
			.page = (uint64_t)xj_col_int(&q, 1),
			.state = (enum xj_ocr_state)xj_col_int(&q, 2),
			.note = xj_col_keep(&q, 3, NULL),
		};

		r = q.failed ? xj_error_set(err, XJ_ENOMEM, "out of memory")
			     : fn(ctx, &row);
	}
	return r < 0 ? r : XJ_OK;
}

int
xj_catalog_count_ocr(struct xj_catalog *catalog, uint64_t id,
		     uint64_t counts[4], struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_COUNT_OCR, err, "i",
			 (int64_t)id);

	for (int i = 0; i < 4; i++)
		counts[i] = 0;
	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK)
		counts[xj_col_int(&q, 0) & 3] = (uint64_t)xj_col_int(&q, 1);
	return r < 0 ? r : XJ_OK;
}

int
xj_catalog_waiting_ocr(struct xj_catalog *catalog, uint64_t id,
		       uint64_t *count, struct xj_error *err)
{
	int64_t number;
	int r = xj_db_number(&catalog->db, XJ_SQL_WAITING_OCR, &number, err,
			     "i", (int64_t)id);

	*count = (uint64_t)number;
	return r;
}

int
xj_catalog_ocr_title(struct xj_catalog *catalog, uint64_t id,
		     struct xj_arena *arena, const char **title,
		     struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_OCR_TITLE, err, "i",
			 (int64_t)id);

	*title = NULL;
	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r == XJ_OK)
		*title = xj_col_keep(&q, 0, arena);
	if (q.failed)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	return r < 0 ? r : XJ_OK;
}
