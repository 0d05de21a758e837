/* accessions.c - acts of taking documents in, and the outcome of every file. */
#include "catalog/sql.h"

/* ------------------------------------------------------------- accessions */

static int
put_row(struct xj_db *db, const struct xj_accession_row *row,
	struct xj_error *err)
{
	return xj_db_run(db, XJ_SQL_PUT_ACCESSION, err, "iuizttiiiiiizi",
			 (int64_t)row->number, row->urn, row->started,
			 row->finished, row->user, row->what,
			 (int64_t)row->taken, (int64_t)row->held,
			 (int64_t)row->partial, (int64_t)row->refused,
			 (int64_t)row->failed, (int64_t)row->bytes,
			 row->undone, (int64_t)row->quarantined);
}

static int
settle_number(struct xj_db *db, struct xj_accession_row *row,
	      struct xj_error *err)
{
	int64_t number;
	int r;

	if (row->number)
		return XJ_OK;
	r = xj_db_number(db, XJ_SQL_NEXT_ACCESSION, &number, err, "");
	row->number = (uint64_t)number;
	return r;
}

int
xj_catalog_put_accession(struct xj_catalog *catalog,
			 struct xj_accession_row *row, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = settle_number(&catalog->db, row, err);
	if (r == XJ_OK)
		r = put_row(&catalog->db, row, err);
	return xj_db_write_end(&w, r, err);
}

static int
read_row(struct xj_query *q, struct xj_arena *arena, char urn[XJ_URN_MAX],
	 struct xj_accession_row *row, struct xj_error *err)
{
	*row = (struct xj_accession_row){
		.number = (uint64_t)xj_col_int(q, 0),
		.urn = xj_urn_col(q, 1, arena, urn),
		.started = xj_col_int(q, 2),
		.finished = xj_col_int(q, 3),
		.user = xj_col_keep(q, 4, arena),
		.what = xj_col_keep(q, 5, arena),
		.taken = (uint64_t)xj_col_int(q, 6),
		.held = (uint64_t)xj_col_int(q, 7),
		.partial = (uint64_t)xj_col_int(q, 8),
		.refused = (uint64_t)xj_col_int(q, 9),
		.failed = (uint64_t)xj_col_int(q, 10),
		.bytes = (uint64_t)xj_col_int(q, 11),
		.undone = xj_col_int(q, 12),
		.quarantined = (uint64_t)xj_col_int(q, 13),
	};
	return q->failed ? xj_error_set(err, XJ_ENOMEM, "out of memory")
			 : XJ_OK;
}

int
xj_catalog_get_accession(struct xj_catalog *catalog, uint64_t number,
			 struct xj_arena *arena, struct xj_accession_row *row,
			 struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	char urn[XJ_URN_MAX];
	int r = xj_query(&q, &catalog->db, XJ_SQL_ACCESSION, err, "i",
			 (int64_t)number);

	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r == XJ_END)
		return xj_error_set(err, XJ_ENOTFOUND, "no accession %llu",
				    (unsigned long long)number);
	return r < 0 ? r : read_row(&q, arena, urn, row, err);
}

int
xj_catalog_accessions(struct xj_catalog *catalog, xj_accession_fn fn,
		      void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	struct xj_accession_row row;
	char urn[XJ_URN_MAX];
	int r = xj_query(&q, &catalog->db, XJ_SQL_ACCESSIONS, err, "");

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		r = read_row(&q, NULL, urn, &row, err);
		if (r == XJ_OK)
			r = fn(ctx, &row);
	}
	return r < 0 ? r : XJ_OK;
}

/* ---------------------------------------------------------------- outcomes */

int
xj_catalog_add_outcome(struct xj_catalog *catalog, uint64_t accession,
		       const struct xj_outcome_row *row, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_ADD_OUTCOME, err, "itttztii",
		      (int64_t)accession, row->path, row->outcome,
		      row->reason, (int64_t)row->document, row->importer,
		      (int64_t)row->bytes, (int64_t)row->cpu_ms);
	return xj_db_write_end(&w, r, err);
}

static int
read_outcome(struct xj_query *q, struct xj_outcome_row *row,
	     struct xj_error *err)
{
	*row = (struct xj_outcome_row){
		.path = xj_col_keep(q, 0, NULL),
		.outcome = xj_col_keep(q, 1, NULL),
		.reason = xj_col_keep(q, 2, NULL),
		.document = (uint64_t)xj_col_int(q, 3),
		.importer = xj_col_keep(q, 4, NULL),
		.bytes = (uint64_t)xj_col_int(q, 5),
		.cpu_ms = (uint64_t)xj_col_int(q, 6),
	};
	return q->failed ? xj_error_set(err, XJ_ENOMEM, "out of memory")
			 : XJ_OK;
}

int
xj_catalog_outcomes(struct xj_catalog *catalog, uint64_t accession,
		    xj_outcome_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	struct xj_outcome_row row;
	int r = xj_query(&q, &catalog->db, XJ_SQL_OUTCOMES, err, "i",
			 (int64_t)accession);

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		r = read_outcome(&q, &row, err);
		if (r == XJ_OK)
			r = fn(ctx, &row);
	}
	return r < 0 ? r : XJ_OK;
}

int
xj_catalog_outcomes_of(struct xj_catalog *catalog, uint64_t root,
		       xj_naming_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_OUTCOMES_OF, err, "i",
			 (int64_t)root);

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		const char *given = xj_col_keep(&q, 1, NULL);

		r = fn(ctx, (uint64_t)xj_col_int(&q, 0), given ? given : "");
	}
	return r < 0 ? r : XJ_OK;
}

int
xj_catalog_redact(struct xj_catalog *catalog, uint64_t root, const char *path,
		  struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_REDACT, err, "it", (int64_t)root,
		      path);
	return xj_db_write_end(&w, r, err);
}
