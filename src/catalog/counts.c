/* counts.c - how much the catalog holds. */
#include "catalog/sql.h"

#include <string.h>

int
xj_catalog_totals(struct xj_catalog *catalog, struct xj_catalog_counts *counts,
		  struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_TOTALS, err, "");

	*counts = (struct xj_catalog_counts){ 0 };
	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r != XJ_OK)
		return r < 0 ? r : XJ_OK;
	counts->documents = (uint64_t)xj_col_int(&q, 0);
	counts->members = (uint64_t)xj_col_int(&q, 1);
	counts->removed = (uint64_t)xj_col_int(&q, 2);
	counts->purged = (uint64_t)xj_col_int(&q, 3);
	counts->queued = (uint64_t)xj_col_int(&q, 4);
	counts->accessions = (uint64_t)xj_col_int(&q, 5);
	counts->bytes = (uint64_t)xj_col_int(&q, 6);
	counts->text_bytes = (uint64_t)xj_col_int(&q, 7);
	counts->quarantined = (uint64_t)xj_col_int(&q, 8);
	return XJ_OK;
}

static int
tally_by(const char *by)
{
	static const struct {
		const char *by;
		int sql;
	} tallies[] = {
		{ "outcome", XJ_SQL_TALLY_OUTCOME },
		{ "kind", XJ_SQL_TALLY_KIND },
		{ "type", XJ_SQL_TALLY_TYPE },
		{ "reason", XJ_SQL_TALLY_REASON },
		{ "importer", XJ_SQL_TALLY_IMPORTER },
	};

	for (size_t i = 0; i < XJ_COUNT(tallies); i++)
		if (strcmp(by, tallies[i].by) == 0)
			return tallies[i].sql;
	return -1;
}

int
xj_catalog_tally(struct xj_catalog *catalog, const char *by, xj_tally_fn fn,
		 void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r, sql = tally_by(by);

	if (sql < 0)
		return xj_error_set(err, XJ_EINVAL,
				    "documents are not counted by \"%s\"", by);
	r = xj_query(&q, &catalog->db, sql, err, "");
	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		const char *key = xj_col_keep(&q, 0, NULL);

		if (q.failed)
			r = xj_error_set(err, XJ_ENOMEM, "out of memory");
		else
			r = fn(ctx, key ? key : "",
			       (uint64_t)xj_col_int(&q, 1));
	}
	return r < 0 ? r : XJ_OK;
}
