/*
 * catalog/db.h - one SQLite file: opening, upgrading, transactions, statements
 * by name, errors. Included by the catalog's own files alone.
 */
#ifndef XJ_CATALOG_DB_H
#define XJ_CATALOG_DB_H

#include <sqlite3.h>

#include "catalog/catalog.h"

#define XJ_DB_BUSY_MS 30000 /* to wait for another process's writing */

/* What is fixed about a file. */
struct xj_db_kind {
	const char *file;              /* "catalog.sqlite" */
	int application_id;            /* in the file's header */
	int version;                   /* user_version of this release */
	const char *const *migrations; /* [n]: SQL from version n to n + 1 */
	const char *const *statements; /* SQL by name */
	unsigned statement_count;
	unsigned page_size;            /* bytes */
	bool copy;                     /* keep a copy before an upgrade */
};

struct xj_db {
	const struct xj_db_kind *kind;
	sqlite3 *handle;
	sqlite3_stmt **statements; /* those prepared so far, by name, then those
	                            * prepared with a sight */
	char *path;
	bool readonly;
	bool reading, writing;     /* between begin and end */
	bool has_sight, sighted;   /* see catalog.h; it is not put aside */
	int broken;                /* the status that spoilt the transaction */
};

/* ------------------------------------------------------ opening (db.c) */

/* As xj_catalog_open(). `db` is closed when this fails. */
int xj_db_open(struct xj_db *db, const struct xj_db_kind *kind,
	       const char *dir, unsigned flags, struct xj_error *err);
void xj_db_close(struct xj_db *db);
/* One connection, set up as all of ours are. */
struct xj_db_way {
	int flags;       /* SQLITE_OPEN_... */
	const char *uri; /* instead of the path; or NULL */
	const char *vfs; /* or NULL */
};
int xj_db_connect(const char *path, const struct xj_db_way *way,
		  sqlite3 **handle, struct xj_error *err);
/* SQLite's own check; XJ_ECORRUPT with the first finding. */
int xj_db_check(struct xj_db *db, struct xj_error *err);
/* Move what the log holds into the file, and empty it. XJ_EBUSY: somebody
 * reads what is in it. */
int xj_db_empty_log(struct xj_db *db, struct xj_error *err);
/* Status and message for what SQLite said. `handle` may be NULL. */
int xj_db_error(const char *path, sqlite3 *handle, int rc,
		struct xj_error *err);

/* All of a file, as the transaction of `from` sees it, into a new file; it is
 * not synced (copy.c). */
int xj_db_copy(sqlite3 *from, const char *path, struct xj_error *err);

/* A connection for reading where nothing can be written (readonly.c). */
int xj_db_connect_readonly(const char *path, sqlite3 **handle,
			   struct xj_error *err);

/* ------------------------------------------------- versions (migrate.c) */

/* Make the file, whole or not at all. XJ_EEXIST. */
int xj_db_create(const struct xj_db_kind *kind, const char *dir,
		 const char *path, struct xj_error *err);
/* See that the file is of this release; upgrade it if it is older. */
int xj_db_upgrade(struct xj_db *db, struct xj_error *err);

/* ------------------------------------------------- transactions (db.c) */

int xj_db_begin(struct xj_db *db, struct xj_error *err);
int xj_db_commit(struct xj_db *db, struct xj_error *err);
void xj_db_rollback(struct xj_db *db);

/*
 * Around the body of a function that writes. Outside of a transaction it gets
 * one of its own. Inside, a failure of the disk, of memory or of the file
 * spoils the transaction, which can then only be rolled back. What a caller
 * may act on (not there, there already, changed meanwhile) is therefore to be
 * found before the body's first write.
 */
struct xj_db_write {
	struct xj_db *db;
	bool own;
};

int xj_db_write_begin(struct xj_db_write *w, struct xj_db *db,
		      struct xj_error *err);
/* `r` is what the body came to; returns what the function comes to. */
int xj_db_write_end(struct xj_db_write *w, int r, struct xj_error *err);

/* ------------------------------------------------- statements (query.c) */

/*
 * A running statement. It is out of the cache while it runs, so that a
 * callback may run the same one again.
 */
struct xj_query {
	struct xj_db *db;
	sqlite3_stmt *st;
	int name;    /* its place in the cache; -1: not one of it */
	bool failed; /* a text that xj_col_keep() had no memory for */
};

#define XJ_QUERY_INIT { 0 }

/*
 * Prepare (once) and bind. `types` has a letter per parameter:
 *   i  int64_t          z  int64_t, 0 is NULL
 *   t  string or NULL   b  bytes and their size_t length; NULL is NULL
 *   u  URN or NULL
 * What is bound is lent until the end.
 */
int xj_query(struct xj_query *q, struct xj_db *db, int name,
	     struct xj_error *err, const char *types, ...);
/* The same for SQL made for the occasion; nothing is bound. */
int xj_query_text(struct xj_query *q, struct xj_db *db, const char *sql,
		  struct xj_error *err);
/* XJ_OK: a row. XJ_END: no more. */
int xj_query_next(struct xj_query *q, struct xj_error *err);
/* Run to the end, with no interest in rows. */
int xj_query_finish(struct xj_query *q, struct xj_error *err);
void xj_query_end(struct xj_query *q); /* for xj_auto */

/* A whole statement without rows. */
int xj_db_run(struct xj_db *db, int name, struct xj_error *err,
	      const char *types, ...);
/* How many rows the last statement changed. */
int64_t xj_db_changes(struct xj_db *db);
/* A whole statement that gives one number; 0 when it gives no row. */
int xj_db_number(struct xj_db *db, int name, int64_t *number,
		 struct xj_error *err, const char *types, ...);
/* SQL made for the occasion, without rows. */
int xj_db_exec(struct xj_db *db, const char *sql, struct xj_error *err);

/* Column `n` of the row; NULL reads as 0 or NULL. */
int64_t xj_col_int(struct xj_query *q, int n);
/* Lent until the next row. */
const char *xj_col_text(struct xj_query *q, int n);
const void *xj_col_blob(struct xj_query *q, int n, size_t *len);
/* In the arena, or lent when that is NULL. q->failed: no memory. */
const char *xj_col_keep(struct xj_query *q, int n, struct xj_arena *arena);

/* Rows that were gathered in a buffer, moved into the arena. NULL: no memory.
 * No rows are a list too. */
void *xj_rows_keep(struct xj_arena *arena, const struct xj_buf *rows,
		   struct xj_error *err);

/* ------------------------------------------------- URNs (urn-column.c) */

/*
 * A column with a URN holds the 16 bytes of a "urn:uuid:" as we write it, and
 * any other as text. Returns what SQLite says.
 */
int xj_urn_bind(sqlite3_stmt *st, int n, const char *urn);
/* Into the arena; without one a "urn:uuid:" is put into `urn`. */
const char *xj_urn_col(struct xj_query *q, int n, struct xj_arena *arena,
		       char urn[XJ_URN_MAX]);

#endif
