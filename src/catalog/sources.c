/* sources.c - which files were added, by their paths. */
#include "catalog/sql.h"

int
xj_catalog_put_source(struct xj_catalog *catalog,
		      const struct xj_source *source, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_PUT_SOURCE, err, "biiiiizt",
		      source->path, source->path_len, (int64_t)source->size,
		      source->mtime_ns, source->ctime_ns,
		      (int64_t)source->inode, (int64_t)source->document,
		      (int64_t)source->accession, source->given);
	return xj_db_write_end(&w, r, err);
}

int
xj_catalog_drop_sources(struct xj_catalog *catalog, uint64_t document,
			struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_DROP_SOURCES, err, "i",
		      (int64_t)document);
	return xj_db_write_end(&w, r, err);
}

int
xj_catalog_drop_source(struct xj_catalog *catalog, uint64_t document,
		       uint64_t accession, const char *given,
		       struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_DROP_SOURCE, err, "iit",
		      (int64_t)document, (int64_t)accession, given);
	return xj_db_write_end(&w, r, err);
}

static void
read_row(struct xj_query *q, struct xj_source *source)
{
	source->path = xj_col_blob(q, 0, &source->path_len);
	source->size = (uint64_t)xj_col_int(q, 1);
	source->mtime_ns = xj_col_int(q, 2);
	source->ctime_ns = xj_col_int(q, 3);
	source->inode = (uint64_t)xj_col_int(q, 4);
	source->document = (uint64_t)xj_col_int(q, 5);
	source->accession = (uint64_t)xj_col_int(q, 6);
	source->given = xj_col_text(q, 7);
}

/* XJ_END: all rows seen. XJ_OK: `fn` ended the walk well. */
static int
walk(struct xj_query *q, xj_source_fn fn, void *ctx, struct xj_error *err)
{
	struct xj_source source;
	int r;

	while ((r = xj_query_next(q, err)) == XJ_OK) {
		read_row(q, &source);
		r = fn(ctx, &source);
		if (r != 0)
			return r < 0 ? r : XJ_OK;
	}
	return r;
}

static int
walk_exact(struct xj_catalog *catalog, const void *path, size_t path_len,
	   xj_source_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_SOURCE, err, "b", path,
			 path_len);

	return r == XJ_OK ? walk(&q, fn, ctx, err) : r;
}

/* Below P is what lies from "P/" to before "P0": '0' comes after '/'. */
static int
walk_below(struct xj_catalog *catalog, const void *path, size_t path_len,
	   xj_source_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	xj_auto(xj_buf_release) struct xj_buf from = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf to = XJ_BUF_INIT;
	int r;

	xj_buf_add(&from, path, path_len);
	xj_buf_addc(&from, '/');
	xj_buf_add(&to, path, path_len);
	xj_buf_addc(&to, '/' + 1);
	if (from.failed || xj_buf_check(&to, err) < 0)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	r = xj_query(&q, &catalog->db, XJ_SQL_SOURCES_BELOW, err, "bb",
		     from.data, from.len, to.data, to.len);
	return r == XJ_OK ? walk(&q, fn, ctx, err) : r;
}

int
xj_catalog_sources(struct xj_catalog *catalog, const void *path,
		   size_t path_len, xj_source_fn fn, void *ctx,
		   struct xj_error *err)
{
	const char *bytes = path;
	int r;

	while (path_len > 0 && bytes[path_len - 1] == '/')
		path_len--; /* "/" itself becomes "", below which all is */
	r = walk_exact(catalog, path, path_len, fn, ctx, err);
	if (r == XJ_END)
		r = walk_below(catalog, path, path_len, fn, ctx, err);
	return r < 0 ? r : XJ_OK;
}

/* The rows of a statement that takes one number. */
static int
walk_by_number(struct xj_catalog *catalog, int name, uint64_t number,
	       xj_source_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, name, err, "i", (int64_t)number);

	if (r == XJ_OK)
		r = walk(&q, fn, ctx, err);
	return r < 0 ? r : XJ_OK;
}

int
xj_catalog_sources_of(struct xj_catalog *catalog, uint64_t document,
		      xj_source_fn fn, void *ctx, struct xj_error *err)
{
	return walk_by_number(catalog, XJ_SQL_SOURCES_OF, document, fn, ctx,
			      err);
}

int
xj_catalog_sources_in(struct xj_catalog *catalog, uint64_t accession,
		      xj_source_fn fn, void *ctx, struct xj_error *err)
{
	return walk_by_number(catalog, XJ_SQL_SOURCES_IN, accession, fn, ctx,
			      err);
}
