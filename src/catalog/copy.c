/* copy.c - whole files: their state at one moment, copied to elsewhere. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "catalog/sql.h"

/* ------------------------------------------------------------------ stamps */

#define YOUNG_S 2 /* times of files are coarse: one so young says nothing */

/* Move the log into the file, if nobody is in the way now. */
static void
settle_log(struct xj_db *db)
{
	if (db->readonly)
		return;
	sqlite3_busy_timeout(db->handle, 0);
	sqlite3_wal_checkpoint_v2(db->handle, "main",
				  SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(db->handle, XJ_DB_BUSY_MS);
}

static bool
log_is_empty(const struct xj_db *db)
{
	xj_auto(xj_buf_release) struct xj_buf log = XJ_BUF_INIT;
	struct stat st;

	xj_buf_addf(&log, "%s-wal", db->path);
	return stat(xj_buf_str(&log), &st) < 0 ? errno == ENOENT :
	       st.st_size == 0;
}

static void
stamp(struct xj_db *db, char out[XJ_STAMP_MAX])
{
	struct stat st;

	out[0] = '\0';
	if (!log_is_empty(db) || stat(db->path, &st) < 0 ||
	    st.st_mtim.tv_sec + YOUNG_S > time(NULL))
		return;
	snprintf(out, XJ_STAMP_MAX, "%llu.%llu.%lld.%ld",
		 (unsigned long long)st.st_ino, (unsigned long long)st.st_size,
		 (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

/* ------------------------------------------------------------------ copies */

static int
copy_pages(const char *path, sqlite3 *from, sqlite3 *to, struct xj_error *err)
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
	int rc;

	if (!backup)
		return xj_db_error(path, to, sqlite3_errcode(to), err);
	rc = sqlite3_backup_step(backup, -1);
	sqlite3_backup_finish(backup);
	return rc == SQLITE_DONE ? XJ_OK : xj_db_error(path, to, rc, err);
}

int
xj_db_copy(sqlite3 *from, const char *path, struct xj_error *err)
{
	const struct xj_db_way way = { .flags = SQLITE_OPEN_READWRITE |
						SQLITE_OPEN_CREATE };
	sqlite3 *to = NULL;
	int r = xj_db_connect(path, &way, &to, err);

	if (r == XJ_OK)
		r = copy_pages(path, from, to, err);
	if (sqlite3_close(to) != SQLITE_OK && r == XJ_OK)
		r = xj_error_set(err, XJ_EIO, "%s: cannot be closed", path);
	return r;
}

/* -------------------------------------------------------------- of the two */

void
xj_catalog_stamps(struct xj_catalog *catalog, struct xj_texts *texts,
		  char of_catalog[XJ_STAMP_MAX], char of_texts[XJ_STAMP_MAX])
{
	stamp(&catalog->db, of_catalog);
	stamp(xj_texts_db(texts), of_texts);
}

void
xj_catalog_settle_logs(struct xj_catalog *catalog, struct xj_texts *texts)
{
	settle_log(&catalog->db);
	settle_log(xj_texts_db(texts));
}

int
xj_catalog_copy(struct xj_catalog *catalog, const char *path,
		struct xj_error *err)
{
	return xj_db_copy(catalog->db.handle, path, err);
}

int
xj_texts_copy(struct xj_texts *texts, const char *path, struct xj_error *err)
{
	return xj_db_copy(xj_texts_db(texts)->handle, path, err);
}

/* ------------------------------------------------------------ its objects */

int
xj_catalog_objects(struct xj_catalog *catalog, xj_object_row_fn fn, void *ctx,
		   struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	char urn[XJ_URN_MAX];
	int r = xj_query(&q, &catalog->db, XJ_SQL_OBJECTS, err, "");

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK)
		r = fn(ctx, &(struct xj_object_row){
			.urn = xj_urn_col(&q, 0, NULL, urn),
			.version = (unsigned)xj_col_int(&q, 1),
			.at = xj_col_int(&q, 2),
			.bytes = (uint64_t)xj_col_int(&q, 3),
			.purged = xj_col_int(&q, 4) == XJ_DOC_PURGED });
	return r < 0 ? r : XJ_OK;
}
