/* query.c - statements by name, prepared once; parameters and columns. */
#include "catalog/sql.h"

#include <stdarg.h>
#include <string.h>

/* Our SQL is constant: if it does not fit the file, the file is at fault. */
static int
prepare_error(struct xj_db *db, int rc, struct xj_error *err)
{
	if (rc == SQLITE_ERROR)
		return xj_error_set(err, XJ_ECORRUPT,
				    "%s is damaged (%s): run `xueji rebuild`",
				    db->path, sqlite3_errmsg(db->handle));
	return xj_db_error(db->path, db->handle, rc, err);
}

static int
prepare(struct xj_query *q, const char *sql, unsigned flags,
	struct xj_error *err)
{
	int rc = sqlite3_prepare_v3(q->db->handle, sql, -1, flags, &q->st,
				    NULL);

	return rc == SQLITE_OK ? XJ_OK : prepare_error(q->db, rc, err);
}

/* What is a comment without a sight becomes part of the statement. */
static void
with_sight(struct xj_buf *out, const char *sql)
{
	const char *at, *end;

	while ((at = strstr(sql, XJ_SIGHTED_BEGIN)) &&
	       (end = strstr(at, XJ_SIGHTED_END))) {
		xj_buf_add(out, sql, (size_t)(at - sql));
		at += strlen(XJ_SIGHTED_BEGIN);
		xj_buf_add(out, at, (size_t)(end - at));
		sql = end + strlen(XJ_SIGHTED_END);
	}
	xj_buf_adds(out, sql);
}

static int
prepare_sighted(struct xj_query *q, const char *sql, unsigned flags,
		struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	int r;

	with_sight(&text, sql);
	r = xj_buf_check(&text, err);
	return r < 0 ? r : prepare(q, text.data, flags, err);
}

static int
take(struct xj_query *q, struct xj_db *db, int name, struct xj_error *err)
{
	const char *sql = db->kind->statements[name];
	bool sighted = db->sighted && strstr(sql, XJ_SIGHTED_BEGIN);
	int place = name + (sighted ? (int)db->kind->statement_count : 0);

	*q = (struct xj_query){ .db = db, .name = place };
	q->st = db->statements[place];
	db->statements[place] = NULL;
	if (q->st)
		return XJ_OK;
	return sighted ? prepare_sighted(q, sql, SQLITE_PREPARE_PERSISTENT,
					 err) :
			 prepare(q, sql, SQLITE_PREPARE_PERSISTENT, err);
}

static int
bind_number(struct xj_query *q, int n, int64_t number, bool zero_is_null)
{
	if (zero_is_null && number == 0)
		return sqlite3_bind_null(q->st, n);
	return sqlite3_bind_int64(q->st, n, number);
}

static int
bind_all(struct xj_query *q, const char *types, va_list ap)
{
	int rc = SQLITE_OK;

	for (int n = 1; *types && rc == SQLITE_OK; types++, n++) {
		const void *bytes;

		switch (*types) {
		case 'i':
		case 'z':
			rc = bind_number(q, n, va_arg(ap, int64_t),
					 *types == 'z');
			break;
		case 't':
			rc = sqlite3_bind_text(q->st, n,
					       va_arg(ap, const char *), -1,
					       SQLITE_STATIC);
			break;
		case 'u':
			rc = xj_urn_bind(q->st, n, va_arg(ap, const char *));
			break;
		default:
			bytes = va_arg(ap, const void *);
			rc = sqlite3_bind_blob64(q->st, n, bytes,
						 va_arg(ap, size_t),
						 SQLITE_STATIC);
			break;
		}
	}
	return rc;
}

static int
start(struct xj_query *q, struct xj_db *db, int name, struct xj_error *err,
      const char *types, va_list ap)
{
	int rc, r = take(q, db, name, err);

	if (r < 0)
		return r;
	rc = bind_all(q, types, ap);
	return rc == SQLITE_OK ? XJ_OK
			       : xj_db_error(db->path, db->handle, rc, err);
}

int
xj_query(struct xj_query *q, struct xj_db *db, int name, struct xj_error *err,
	 const char *types, ...)
{
	va_list ap;
	int r;

	va_start(ap, types);
	r = start(q, db, name, err, types, ap);
	va_end(ap);
	return r;
}

int
xj_query_text(struct xj_query *q, struct xj_db *db, const char *sql,
	      struct xj_error *err)
{
	*q = (struct xj_query){ .db = db, .name = -1 };
	return db->sighted ? prepare_sighted(q, sql, 0, err) :
			     prepare(q, sql, 0, err);
}

int
xj_query_next(struct xj_query *q, struct xj_error *err)
{
	int rc = sqlite3_step(q->st);

	if (rc == SQLITE_ROW)
		return XJ_OK;
	if (rc == SQLITE_DONE)
		return XJ_END;
	/* The schema is read when the first statement is stepped again after
	 * it changed: what no longer fits it shows here. */
	return rc == SQLITE_ERROR ? prepare_error(q->db, rc, err)
				  : xj_db_error(q->db->path, q->db->handle, rc,
						err);
}

int
xj_query_finish(struct xj_query *q, struct xj_error *err)
{
	int r;

	do
		r = xj_query_next(q, err);
	while (r == XJ_OK);
	return r == XJ_END ? XJ_OK : r;
}

void
xj_query_end(struct xj_query *q)
{
	if (!q->st)
		return;
	if (q->name < 0 || q->db->statements[q->name]) {
		sqlite3_finalize(q->st);
	} else {
		sqlite3_reset(q->st);
		q->db->statements[q->name] = q->st;
	}
	q->st = NULL;
}

int
xj_db_run(struct xj_db *db, int name, struct xj_error *err, const char *types,
	  ...)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	va_list ap;
	int r;

	va_start(ap, types);
	r = start(&q, db, name, err, types, ap);
	va_end(ap);
	return r < 0 ? r : xj_query_finish(&q, err);
}

int64_t
xj_db_changes(struct xj_db *db)
{
	return sqlite3_changes64(db->handle);
}

int
xj_db_number(struct xj_db *db, int name, int64_t *number,
	     struct xj_error *err, const char *types, ...)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	va_list ap;
	int r;

	*number = 0;
	va_start(ap, types);
	r = start(&q, db, name, err, types, ap);
	va_end(ap);
	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r != XJ_OK)
		return r < 0 ? r : XJ_OK;
	*number = xj_col_int(&q, 0);
	return xj_query_finish(&q, err);
}

int
xj_db_exec(struct xj_db *db, const char *sql, struct xj_error *err)
{
	int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? XJ_OK
			       : xj_db_error(db->path, db->handle, rc, err);
}

int64_t
xj_col_int(struct xj_query *q, int n)
{
	return sqlite3_column_int64(q->st, n);
}

const char *
xj_col_text(struct xj_query *q, int n)
{
	return (const char *)sqlite3_column_text(q->st, n);
}

const void *
xj_col_blob(struct xj_query *q, int n, size_t *len)
{
	const void *bytes = sqlite3_column_blob(q->st, n);

	*len = (size_t)sqlite3_column_bytes(q->st, n);
	return bytes;
}

const char *
xj_col_keep(struct xj_query *q, int n, struct xj_arena *arena)
{
	const char *text = xj_col_text(q, n), *copy;

	if (!text) {
		if (sqlite3_column_type(q->st, n) != SQLITE_NULL)
			q->failed = true;
		return NULL;
	}
	if (!arena)
		return text;
	copy = xj_arena_strndup(arena, text,
				(size_t)sqlite3_column_bytes(q->st, n));
	if (!copy)
		q->failed = true;
	return copy;
}

void *
xj_rows_keep(struct xj_arena *arena, const struct xj_buf *rows,
	     struct xj_error *err)
{
	void *list = NULL;

	if (!rows->failed)
		list = xj_arena_alloc(arena, rows->len + 1);
	if (!list)
		xj_error_set(err, XJ_ENOMEM, "out of memory");
	else if (rows->len)
		memcpy(list, rows->data, rows->len);
	return list;
}
