/* drafts.c - papers before they are handed in. */
#include "catalog/sql.h"

int
xj_catalog_drafts(struct xj_catalog *catalog, const char *author,
		  uint64_t paper, xj_draft_fn fn, void *ctx,
		  struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_DRAFTS, err, "tz", author,
			 (int64_t)paper);

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK)
		r = fn(ctx, &(struct xj_draft_row){
			.paper = (uint64_t)xj_col_int(&q, 0),
			.author = xj_col_text(&q, 1),
			.updated = xj_col_int(&q, 2),
			.version = (unsigned)xj_col_int(&q, 3),
			.state = xj_col_text(&q, 4),
			.text = xj_col_text(&q, 5) });
	return r < 0 ? r : XJ_OK;
}

static int
take_number(struct xj_catalog *catalog, struct xj_draft_row *row,
	    const char *urn, struct xj_error *err)
{
	struct xj_entity_row entity = { .urn = urn, .kind = "paper",
					.state = "" };
	int r;

	if (row->paper)
		return XJ_OK;
	r = xj_catalog_put_entity(catalog, &entity, err);
	row->paper = entity.id;
	return r;
}

int
xj_catalog_put_draft(struct xj_catalog *catalog, struct xj_draft_row *row,
		     const char *urn, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = take_number(catalog, row, urn, err);
	if (r == XJ_OK)
		r = xj_db_run(&catalog->db, XJ_SQL_PUT_DRAFT, err, "itiitt",
			      (int64_t)row->paper, row->author,
			      row->updated, (int64_t)row->version, row->state,
			      row->text);
	return xj_db_write_end(&w, r, err);
}

int
xj_catalog_drop_draft(struct xj_catalog *catalog, uint64_t paper, bool texts,
		      struct xj_error *err)
{
	struct xj_db *db = &catalog->db;
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, db, err);

	if (r < 0)
		return r;
	r = xj_db_run(db, XJ_SQL_DROP_DRAFT, err, "i", (int64_t)paper);
	if (r == XJ_OK)
		r = xj_db_run(db, XJ_SQL_DROP_UNBORN, err, "i",
			      (int64_t)paper);
	if (r == XJ_OK && texts)
		r = xj_db_run(db, XJ_SQL_DROP_DRAFT_TEXTS, err, "iii",
			      (int64_t)paper, (int64_t)0, (int64_t)-1);
	return xj_db_write_end(&w, r, err);
}

int
xj_catalog_draft_texts(struct xj_catalog *catalog, uint64_t paper,
		       xj_draft_text_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_DRAFT_TEXTS, err, "i",
			 (int64_t)paper);

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK)
		r = fn(ctx, &(struct xj_draft_text){
			.version = (unsigned)xj_col_int(&q, 0),
			.at = xj_col_int(&q, 1),
			.text = xj_col_text(&q, 2) });
	return r < 0 ? r : XJ_OK;
}

int
xj_catalog_put_draft_text(struct xj_catalog *catalog, uint64_t paper,
			  const struct xj_draft_text *text, unsigned instead,
			  unsigned keep, struct xj_error *err)
{
	struct xj_db *db = &catalog->db;
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, db, err);

	if (r < 0)
		return r;
	r = xj_db_run(db, XJ_SQL_PUT_DRAFT_TEXT, err, "iiit", (int64_t)paper,
		      (int64_t)text->version, text->at, text->text);
	if (r == XJ_OK)
		r = xj_db_run(db, XJ_SQL_DROP_DRAFT_TEXTS, err, "iii",
			      (int64_t)paper, (int64_t)instead,
			      (int64_t)keep - 1);
	return xj_db_write_end(&w, r, err);
}
