/* catalog.c - the catalog as a whole: open, transactions, check, facts. */
#include "catalog/sql.h"

#include <stdlib.h>
#include <string.h>

int
xj_catalog_open(const char *dir, unsigned flags, struct xj_catalog **catalog,
		struct xj_error *err)
{
	struct xj_catalog *c = calloc(1, sizeof(*c));
	int r;

	*catalog = NULL;
	if (c)
		c->dir = strdup(dir);
	if (!c || !c->dir) {
		free(c);
		return xj_error_set(err, XJ_ENOMEM, "%s: out of memory", dir);
	}
	r = xj_db_open(&c->db, &xj_catalog_kind, dir, flags, err);
	if (r < 0) {
		free(c->dir);
		free(c);
		return r;
	}
	*catalog = c;
	return XJ_OK;
}

void
xj_catalog_close(struct xj_catalog *catalog)
{
	if (!catalog)
		return;
	xj_db_close(&catalog->db);
	free(catalog->dir);
	free(catalog);
}

int
xj_catalog_begin(struct xj_catalog *catalog, struct xj_error *err)
{
	return xj_db_begin(&catalog->db, err);
}

int
xj_catalog_commit(struct xj_catalog *catalog, struct xj_error *err)
{
	return xj_db_commit(&catalog->db, err);
}

void
xj_catalog_rollback(struct xj_catalog *catalog)
{
	if (catalog->db.writing)
		xj_db_rollback(&catalog->db);
}

int
xj_catalog_read_begin(struct xj_catalog *catalog, struct xj_error *err)
{
	int r;

	if (catalog->db.reading || catalog->db.writing)
		return xj_error_set(err, XJ_EINVAL,
				    "%s: transactions do not nest",
				    catalog->db.path);
	r = xj_db_exec(&catalog->db, "BEGIN", err);
	catalog->db.reading = r == XJ_OK;
	return r;
}

void
xj_catalog_read_end(struct xj_catalog *catalog)
{
	if (catalog->db.reading)
		xj_db_rollback(&catalog->db);
}

static int
check_texts(struct xj_catalog *catalog, struct xj_error *err)
{
	struct xj_texts *texts;
	int r = xj_texts_open(catalog->dir, XJ_CATALOG_READONLY, &texts, err);

	if (r == XJ_OK)
		r = xj_texts_check(texts, err);
	xj_texts_close(texts);
	return r == XJ_ENOTFOUND ? xj_error_wrap(err, XJ_ECORRUPT,
						 "stored text is missing")
				 : r;
}

int
xj_catalog_check(struct xj_catalog *catalog, struct xj_error *err)
{
	int r = xj_db_check(&catalog->db, err);

	return r == XJ_OK ? check_texts(catalog, err) : r;
}

int
xj_catalog_fact(struct xj_catalog *catalog, const char *name,
		struct xj_buf *value, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_FACT, err, "t", name);

	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r == XJ_END)
		return xj_error_set(err, XJ_ENOTFOUND, "no fact %s", name);
	if (r < 0)
		return r;
	xj_buf_clear(value);
	xj_buf_adds(value, xj_col_text(&q, 0));
	return xj_buf_check(value, err);
}

int
xj_catalog_set_fact(struct xj_catalog *catalog, const char *name,
		    const char *value, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_SET_FACT, err, "tt", name, value);
	return xj_db_write_end(&w, r, err);
}
