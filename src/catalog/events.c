/* events.c - what happened to documents. */
#include "catalog/sql.h"

int
xj_catalog_add_event(struct xj_catalog *catalog, const struct xj_event *event,
		     struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_ADD_EVENT, err, "ziittt",
		      (int64_t)event->document, (int64_t)event->version,
		      event->at, event->user, event->verb, event->detail);
	return xj_db_write_end(&w, r, err);
}

static int
read_row(struct xj_query *q, struct xj_event *event, struct xj_error *err)
{
	*event = (struct xj_event){
		.document = (uint64_t)xj_col_int(q, 0),
		.version = (unsigned)xj_col_int(q, 1),
		.at = xj_col_int(q, 2),
		.user = xj_col_keep(q, 3, NULL),
		.verb = xj_col_keep(q, 4, NULL),
		.detail = xj_col_keep(q, 5, NULL),
	};
	return q->failed ? xj_error_set(err, XJ_ENOMEM, "out of memory")
			 : XJ_OK;
}

int
xj_catalog_events(struct xj_catalog *catalog, uint64_t document,
		  uint64_t limit, xj_event_fn fn, void *ctx,
		  struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int64_t most = limit ? (int64_t)limit : -1;
	struct xj_event event;
	int r;

	if (document)
		r = xj_query(&q, &catalog->db, XJ_SQL_EVENTS_OF, err, "ii",
			     most, (int64_t)document);
	else
		r = xj_query(&q, &catalog->db, XJ_SQL_EVENTS, err, "i", most);
	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		r = read_row(&q, &event, err);
		if (r == XJ_OK)
			r = fn(ctx, &event);
	}
	return r < 0 ? r : XJ_OK;
}

int
xj_catalog_forget(struct xj_catalog *catalog, uint64_t id,
		  struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_FORGET, err, "i", (int64_t)id);
	return xj_db_write_end(&w, r, err);
}
