/* db.c - one SQLite file: opening it, its transactions and its errors. */
#include "catalog/db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---------------------------------------------------------------- errors */

static int
system_error(const char *path, sqlite3 *handle, int rc, struct xj_error *err)
{
	int number = handle ? sqlite3_system_errno(handle) : 0;

	if (number == 0)
		return xj_error_set(err, XJ_EIO, "%s: %s", path,
				    sqlite3_errstr(rc));
	errno = number;
	return xj_error_errno(err, "%s", path);
}

static int
constraint_error(const char *path, sqlite3 *handle, int rc,
		 struct xj_error *err)
{
	switch (rc) {
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return xj_error_set(err, XJ_ENOTFOUND,
				    "%s: no such document or accession", path);
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
	case SQLITE_CONSTRAINT_UNIQUE:
		return xj_error_set(err, XJ_EEXIST, "%s: is there already (%s)",
				    path, sqlite3_errmsg(handle));
	default:
		return xj_error_set(err, XJ_EINVAL, "%s: %s", path,
				    sqlite3_errmsg(handle));
	}
}

int
xj_db_error(const char *path, sqlite3 *handle, int rc, struct xj_error *err)
{
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return xj_error_set(err, XJ_EBUSY,
				    "%s: another process is writing to it",
				    path);
	case SQLITE_FULL:
		return xj_error_set(err, XJ_ENOSPC, "%s: the disk is full",
				    path);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return xj_error_set(err, XJ_ECORRUPT,
				    "%s is damaged (%s): run `xueji rebuild`",
				    path, sqlite3_errstr(rc));
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return xj_error_set(err, XJ_EPERM, "%s: cannot be written to",
				    path);
	case SQLITE_NOMEM:
		return xj_error_set(err, XJ_ENOMEM, "%s: out of memory", path);
	case SQLITE_TOOBIG:
		return xj_error_set(err, XJ_ELIMIT, "%s: too large a value",
				    path);
	case SQLITE_CONSTRAINT:
		return constraint_error(path, handle, rc, err);
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		if (rc == SQLITE_IOERR_NOMEM)
			return xj_error_set(err, XJ_ENOMEM, "%s: out of memory",
					    path);
		return system_error(path, handle, rc, err);
	default:
		return xj_error_set(err, XJ_EINTERNAL, "%s: %s", path,
				    handle ? sqlite3_errmsg(handle)
					   : sqlite3_errstr(rc));
	}
}

/* --------------------------------------------------------------- opening */

/*
 * The file may come from a stranger's disk: nothing in its schema may call
 * functions of ours, and its structure may not be written to by SQL.
 */
static void
set_up(sqlite3 *handle)
{
	sqlite3_extended_result_codes(handle, 1);
	sqlite3_busy_timeout(handle, XJ_DB_BUSY_MS);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
}

int
xj_db_connect(const char *path, const struct xj_db_way *way,
	      sqlite3 **handle, struct xj_error *err)
{
	int r, rc = sqlite3_open_v2(way->uri ? way->uri : path, handle,
				    way->flags | SQLITE_OPEN_NOMUTEX,
				    way->vfs);

	if (rc == SQLITE_OK) {
		set_up(*handle);
		return XJ_OK;
	}
	if ((rc & 0xff) == SQLITE_CANTOPEN && access(path, F_OK) < 0)
		r = xj_error_errno(err, "%s", path);
	else
		r = xj_db_error(path, *handle, rc, err);
	sqlite3_close(*handle);
	*handle = NULL;
	return r;
}

static int
connect_writable(struct xj_db *db, struct xj_error *err)
{
	const struct xj_db_way way = { .flags = SQLITE_OPEN_READWRITE };
	int r = xj_db_connect(db->path, &way, &db->handle, err);

	if (r == XJ_OK && sqlite3_db_readonly(db->handle, "main"))
		return xj_error_set(err, XJ_EPERM, "%s: cannot be written to",
				    db->path);
	return r;
}

/*
 * FULL makes a commit durable: in WAL that is one fdatasync of the log, the
 * least that can be (NORMAL syncs at checkpoints only, and a power cut takes
 * back what came after the last; a rollback journal needs three). What is
 * deleted is overwritten, so that a purge leaves nothing.
 */
static int
make_durable(struct xj_db *db, struct xj_error *err)
{
	return xj_db_exec(db, "PRAGMA synchronous=FULL;"
			  "PRAGMA secure_delete=ON", err);
}

static int
open_file(struct xj_db *db, const char *dir, unsigned flags,
	  struct xj_error *err)
{
	int r = XJ_OK;

	if (flags & XJ_CATALOG_CREATE)
		r = xj_db_create(db->kind, dir, db->path, err);
	if (r == XJ_OK && db->readonly)
		r = xj_db_connect_readonly(db->path, &db->handle, err);
	else if (r == XJ_OK)
		r = connect_writable(db, err);
	if (r == XJ_OK)
		r = xj_db_upgrade(db, err);
	if (r == XJ_OK && !db->readonly)
		r = make_durable(db, err);
	return r;
}

int
xj_db_open(struct xj_db *db, const struct xj_db_kind *kind, const char *dir,
	   unsigned flags, struct xj_error *err)
{
	struct xj_buf path = XJ_BUF_INIT;
	int r = XJ_ENOMEM;

	*db = (struct xj_db){ .kind = kind,
			      .readonly = flags & XJ_CATALOG_READONLY };
	db->statements = calloc(2 * kind->statement_count,
				sizeof(*db->statements));
	if (xj_path_join(&path, dir, kind->file) == XJ_OK)
		db->path = xj_buf_take(&path);
	if (db->statements && db->path)
		r = open_file(db, dir, flags, err);
	else
		xj_error_set(err, r, "%s: out of memory", kind->file);
	xj_buf_release(&path);
	if (r < 0)
		xj_db_close(db);
	return r;
}

void
xj_db_close(struct xj_db *db)
{
	xj_db_rollback(db);
	for (unsigned i = 0; db->statements &&
	     i < 2 * db->kind->statement_count; i++)
		sqlite3_finalize(db->statements[i]);
	free(db->statements);
	sqlite3_close(db->handle);
	free(db->path);
	*db = (struct xj_db){ .kind = db->kind };
}

int
xj_db_check(struct xj_db *db, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	const char *finding;
	int r = xj_query_text(&q, db, "PRAGMA integrity_check(1)", err);

	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r < 0)
		return r;
	finding = r == XJ_OK ? xj_col_text(&q, 0) : NULL;
	if (finding && strcmp(finding, "ok") == 0)
		return XJ_OK;
	return xj_error_set(err, XJ_ECORRUPT,
			    "%s is damaged (%s): run `xueji rebuild`",
			    db->path, finding ? finding : "no answer");
}

int
xj_db_empty_log(struct xj_db *db, struct xj_error *err)
{
	int rc = sqlite3_wal_checkpoint_v2(db->handle, "main",
					   SQLITE_CHECKPOINT_TRUNCATE, NULL,
					   NULL);

	if ((rc & 0xff) == SQLITE_BUSY)
		return xj_error_set(err, XJ_EBUSY,
				    "%s-wal: another process still reads it",
				    db->path);
	return rc == SQLITE_OK ? XJ_OK
			       : xj_db_error(db->path, db->handle, rc, err);
}

/* ---------------------------------------------------------- transactions */

int
xj_db_begin(struct xj_db *db, struct xj_error *err)
{
	int r;

	if (db->reading || db->writing)
		return xj_error_set(err, XJ_EINVAL,
				    "%s: transactions do not nest", db->path);
	if (db->readonly) /* SQLite would begin one for reading */
		return xj_db_error(db->path, NULL, SQLITE_READONLY, err);
	r = xj_db_exec(db, "BEGIN IMMEDIATE", err);
	db->writing = r == XJ_OK;
	db->broken = XJ_OK;
	return r;
}

/* SQLite rolls back by itself after some failures. What would be written then
 * would be committed statement by statement. */
static int
spoilt(struct xj_db *db)
{
	if (db->broken == XJ_OK && sqlite3_get_autocommit(db->handle))
		db->broken = XJ_EIO;
	return db->broken;
}

static int
spoilt_error(struct xj_db *db, struct xj_error *err)
{
	return xj_error_set(err, db->broken,
			    "%s: an earlier change of this transaction failed",
			    db->path);
}

int
xj_db_commit(struct xj_db *db, struct xj_error *err)
{
	int r;

	if (!db->writing)
		return xj_error_set(err, XJ_EINVAL, "%s: nothing was begun",
				    db->path);
	if (spoilt(db) < 0)
		r = spoilt_error(db, err);
	else
		r = xj_db_exec(db, "COMMIT", err);
	if (r < 0)
		xj_db_rollback(db);
	db->writing = false;
	return r;
}

void
xj_db_rollback(struct xj_db *db)
{
	if (db->handle && !sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
	db->reading = db->writing = false;
}

int
xj_db_write_begin(struct xj_db_write *w, struct xj_db *db,
		  struct xj_error *err)
{
	*w = (struct xj_db_write){ .db = db, .own = !db->writing };
	if (w->own)
		return xj_db_begin(db, err);
	return spoilt(db) < 0 ? spoilt_error(db, err) : XJ_OK;
}

/* What a body finds before its first write leaves nothing half done. */
static bool
harmless(int r)
{
	return r >= 0 || r == XJ_EEXIST || r == XJ_ENOTFOUND ||
	       r == XJ_EBUSY || r == XJ_EINVAL;
}

int
xj_db_write_end(struct xj_db_write *w, int r, struct xj_error *err)
{
	if (w->own && r >= 0)
		return xj_db_commit(w->db, err);
	if (w->own)
		xj_db_rollback(w->db);
	else if (!harmless(r))
		w->db->broken = r;
	return r;
}
