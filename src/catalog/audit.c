/* audit.c - requests to see a document, and the record of what was done. */
#include "catalog/sql.h"

#include <string.h>

/* ---------------------------------------------------------------- requests */

static int
put_request(struct xj_catalog *catalog, struct xj_asked *row,
	    struct xj_error *err)
{
	int64_t number;
	int r;

	if (row->number)
		return xj_db_run(&catalog->db, XJ_SQL_ANSWER_REQUEST, err,
				 "iiittt", (int64_t)row->number,
				 (int64_t)row->state, row->answered, row->who,
				 row->word, row->until);
	r = xj_db_number(&catalog->db, XJ_SQL_ADD_REQUEST, &number, err,
			 "ittit", (int64_t)row->document, row->member,
			 row->purpose, row->asked, row->whom ? row->whom : "");
	row->number = (uint64_t)number;
	return r;
}

int
xj_catalog_put_request(struct xj_catalog *catalog, struct xj_asked *row,
		       struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = put_request(catalog, row, err);
	return xj_db_write_end(&w, r, err);
}

static int
read_request(struct xj_query *q, struct xj_asked *row, struct xj_error *err)
{
	*row = (struct xj_asked){
		.number = (uint64_t)xj_col_int(q, 0),
		.document = (uint64_t)xj_col_int(q, 1),
		.member = xj_col_keep(q, 2, NULL),
		.purpose = xj_col_keep(q, 3, NULL),
		.asked = xj_col_int(q, 4),
		.state = (enum xj_request_state)xj_col_int(q, 5),
		.answered = xj_col_int(q, 6),
		.who = xj_col_keep(q, 7, NULL),
		.word = xj_col_keep(q, 8, NULL),
		.until = xj_col_keep(q, 9, NULL),
		.whom = xj_col_keep(q, 10, NULL),
	};
	return q->failed ? xj_error_set(err, XJ_ENOMEM, "out of memory")
			 : XJ_OK;
}

int
xj_catalog_requests(struct xj_catalog *catalog, uint64_t number,
		    xj_asked_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	struct xj_asked row;
	int r = xj_query(&q, &catalog->db, XJ_SQL_REQUESTS, err, "i",
			 (int64_t)number);

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		r = read_request(&q, &row, err);
		if (r == XJ_OK)
			r = fn(ctx, &row);
	}
	return r < 0 ? r : XJ_OK;
}

/* ------------------------------------------------------------------- audit */

static void
take_hash(struct xj_query *q, int column, unsigned char hash[32])
{
	size_t len;
	const void *bytes = xj_col_blob(q, column, &len);

	memset(hash, 0, 32);
	if (bytes)
		memcpy(hash, bytes, len < 32 ? len : 32);
}

static int
last(struct xj_catalog *catalog, struct xj_audit_row *row,
     struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_LAST_AUDIT, err, "");

	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	row->number = 1;
	memset(row->hash, 0, sizeof(row->hash));
	if (r == XJ_OK) {
		row->number += (uint64_t)xj_col_int(&q, 0);
		take_hash(&q, 1, row->hash);
	}
	return r < 0 ? r : XJ_OK;
}

static int
put_audit(struct xj_catalog *catalog, const struct xj_audit_row *row,
	  struct xj_error *err)
{
	return xj_db_run(&catalog->db, XJ_SQL_ADD_AUDIT, err, "iittitb",
			 (int64_t)row->number, row->at, row->who, row->verb,
			 (int64_t)row->document, row->detail, row->hash,
			 sizeof(row->hash));
}

int
xj_catalog_add_audit(struct xj_catalog *catalog, struct xj_audit_row *row,
		     void (*fill)(struct xj_audit_row *row),
		     struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = last(catalog, row, err);
	if (r == XJ_OK) {
		fill(row);
		r = put_audit(catalog, row, err);
	}
	return xj_db_write_end(&w, r, err);
}

int
xj_catalog_audit(struct xj_catalog *catalog, bool newest_first,
		 xj_audit_row_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, newest_first ? XJ_SQL_AUDIT_DOWN :
			 XJ_SQL_AUDIT, err, "");

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		struct xj_audit_row row = {
			.number = (uint64_t)xj_col_int(&q, 0),
			.at = xj_col_int(&q, 1),
			.who = xj_col_keep(&q, 2, NULL),
			.verb = xj_col_keep(&q, 3, NULL),
			.document = (uint64_t)xj_col_int(&q, 4),
			.detail = xj_col_keep(&q, 5, NULL),
		};

		take_hash(&q, 6, row.hash);
		r = q.failed ? xj_error_set(err, XJ_ENOMEM, "out of memory")
			     : fn(ctx, &row);
	}
	return r < 0 ? r : XJ_OK;
}

/* ----------------------------------------------------------------- rebuild */

struct keeping {
	struct xj_catalog *catalog;
	struct xj_error *err;
};

static int
keep_entry(void *ctx, const struct xj_audit_row *row)
{
	struct keeping *k = ctx;

	return put_audit(k->catalog, row, k->err);
}

static int
keep_request(void *ctx, const struct xj_asked *row)
{
	struct keeping *k = ctx;
	struct xj_asked copy = *row;
	int r;

	copy.number = 0;
	r = put_request(k->catalog, &copy, k->err);
	copy.answered = row->answered;
	return r < 0 || row->state == XJ_REQUEST_OPEN ? r :
	       put_request(k->catalog, &copy, k->err);
}

int
xj_catalog_keep_audit(struct xj_catalog *catalog, struct xj_catalog *from,
		      struct xj_error *err)
{
	struct keeping k = { catalog, err };
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_catalog_audit(from, false, keep_entry, &k, err);
	if (r == XJ_OK)
		r = xj_catalog_requests(from, 0, keep_request, &k, err);
	return xj_db_write_end(&w, r, err);
}
