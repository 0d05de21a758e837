/* migrate.c - making a file, and bringing one of an older release up to date. */
#include "catalog/db.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

/* -------------------------------------------------------- files as a whole */

static int
sync_path(const char *path, struct xj_error *err)
{
	xj_auto(xj_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return xj_error_errno(err, "%s", path);
	return XJ_OK;
}

/* Not every file system can refuse to replace. */
static int
rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	return errno == EINVAL || errno == ENOSYS ? rename(from, to) : -1;
}

/* A database under its final name is a whole one. */
static int
put_in_place(const char *from, const char *to, const char *dir, bool replace,
	     struct xj_error *err)
{
	int r = sync_path(from, err);

	if (r < 0)
		return r;
	if ((replace ? rename(from, to) : rename_new(from, to)) < 0)
		return xj_error_errno(err, "%s", to);
	return sync_path(dir, err);
}

/* Works without memory, too: it may be what is lacking. */
static void
remove_remains(const char *path)
{
	static const char *const tails[] = { "", "-journal", "-wal", "-shm" };
	char name[PATH_MAX];

	for (size_t i = 0; i < XJ_COUNT(tails); i++) {
		int n = snprintf(name, sizeof(name), "%s%s", path, tails[i]);

		if (n > 0 && (size_t)n < sizeof(name))
			unlink(name);
	}
}

/* -------------------------------------------------------------- migrations */

static int
read_pragma(struct xj_db *db, const char *sql, int *value,
	    struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query_text(&q, db, sql, err);

	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	*value = r == XJ_OK ? (int)xj_col_int(&q, 0) : 0;
	return r < 0 ? r : XJ_OK;
}

/* An emptied file has version 0 too: it must not pass for a very old one. */
static int
read_version(struct xj_db *db, int *version, struct xj_error *err)
{
	int id, r = read_pragma(db, "PRAGMA user_version", version, err);

	if (r < 0 || *version > 0)
		return r;
	r = read_pragma(db, "PRAGMA application_id", &id, err);
	if (r == XJ_OK && (*version < 0 || id != db->kind->application_id))
		return xj_error_set(err, XJ_ECORRUPT,
				    "%s is damaged (not what its name says): "
				    "run `xueji rebuild`", db->path);
	return r;
}

static int
run_migrations(struct xj_db *db, int version, struct xj_error *err)
{
	char sql[64];
	int r = XJ_OK;

	for (int v = version; v < db->kind->version && r == XJ_OK; v++)
		r = xj_db_exec(db, db->kind->migrations[v], err);
	if (r < 0)
		return r;
	snprintf(sql, sizeof(sql), "PRAGMA user_version=%d",
		 db->kind->version);
	return xj_db_exec(db, sql, err);
}

/* ------------------------------------------------------------------ making */

/* The log mode is a property of the file; it is synced as a whole, later. */
static int
fill(struct xj_db *db, struct xj_error *err)
{
	char sql[160];
	int r;

	snprintf(sql, sizeof(sql),
		 "PRAGMA page_size=%u; PRAGMA application_id=%d;"
		 "PRAGMA synchronous=OFF; PRAGMA journal_mode=WAL",
		 db->kind->page_size, db->kind->application_id);
	r = xj_db_exec(db, sql, err);
	if (r == XJ_OK)
		r = xj_db_begin(db, err);
	if (r == XJ_OK)
		r = run_migrations(db, 0, err);
	return r == XJ_OK ? xj_db_commit(db, err) : r;
}

static int
make(const struct xj_db_kind *kind, const char *path, struct xj_error *err)
{
	const struct xj_db_way way = { .flags = SQLITE_OPEN_READWRITE |
						SQLITE_OPEN_CREATE };
	struct xj_db db = { .kind = kind, .path = (char *)path };
	int r = xj_db_connect(path, &way, &db.handle, err);

	if (r == XJ_OK)
		r = fill(&db, err);
	xj_db_rollback(&db);
	if (sqlite3_close(db.handle) != SQLITE_OK && r == XJ_OK)
		r = xj_error_set(err, XJ_EIO, "%s: cannot be closed", path);
	return r;
}

int
xj_db_create(const struct xj_db_kind *kind, const char *dir, const char *path,
	     struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf name = XJ_BUF_INIT;
	int r;

	xj_buf_addf(&name, "%s.new", path);
	if (xj_buf_check(&name, err) < 0)
		return XJ_ENOMEM;
	if (access(path, F_OK) == 0)
		return xj_error_set(err, XJ_EEXIST, "%s: is there already",
				    path);
	remove_remains(name.data);
	r = make(kind, name.data, err);
	if (r == XJ_OK)
		r = put_in_place(name.data, path, dir, false, err);
	if (r < 0)
		remove_remains(name.data);
	return r;
}

/* --------------------------------------------------------------- upgrading */

/* By a connection of its own: `db` holds the write lock. */
static int
copy_to(struct xj_db *db, const char *path, struct xj_error *err)
{
	const struct xj_db_way in = { .flags = SQLITE_OPEN_READONLY };
	sqlite3 *from = NULL;
	int r = xj_db_connect(db->path, &in, &from, err);

	if (r == XJ_OK)
		r = xj_db_copy(from, path, err);
	sqlite3_close(from);
	return r;
}

static int
keep_copy(struct xj_db *db, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf copy = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf name = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf dir = XJ_BUF_INIT;
	int r;

	xj_buf_addf(&copy, "%s.before-%d", db->path, db->kind->version);
	xj_buf_addf(&name, "%s.new", xj_buf_str(&copy));
	xj_buf_add(&dir, db->path,
		   (size_t)(xj_path_base(db->path) - db->path));
	if (copy.failed || name.failed || xj_buf_check(&dir, err) < 0)
		return xj_error_set(err, XJ_ENOMEM, "%s: out of memory",
				    db->path);
	remove_remains(name.data);
	r = copy_to(db, name.data, err);
	if (r == XJ_OK)
		r = put_in_place(name.data, copy.data, dir.data, true,
				 err);
	remove_remains(name.data);
	return r < 0 ? xj_error_wrap(err, r, "copy before the upgrade") : r;
}

static int
check_version(struct xj_db *db, int version, struct xj_error *err)
{
	if (version > db->kind->version)
		return xj_error_set(err, XJ_EVERSION,
				    "%s is of version %d, made by a newer "
				    "release; this one reads up to version %d",
				    db->path, version, db->kind->version);
	if (version < db->kind->version && db->readonly)
		return xj_error_set(err, XJ_EVERSION,
				    "%s is of version %d, this release's is "
				    "%d: open it once where it can be written "
				    "to, and it is upgraded", db->path,
				    version, db->kind->version);
	return XJ_OK;
}

/* Another process may have done it while this one waited for the lock. */
static int
upgrade_locked(struct xj_db *db, struct xj_error *err)
{
	int version, r = read_version(db, &version, err);

	if (r == XJ_OK)
		r = check_version(db, version, err);
	if (r < 0 || version == db->kind->version)
		return r;
	if (db->kind->copy)
		r = keep_copy(db, err);
	if (r == XJ_OK)
		r = run_migrations(db, version, err);
	if (r < 0)
		return xj_error_wrap(err, r, "upgrade from version %d to %d",
				     version, db->kind->version);
	return XJ_OK;
}

int
xj_db_upgrade(struct xj_db *db, struct xj_error *err)
{
	int version, r = read_version(db, &version, err);

	if (r == XJ_OK)
		r = check_version(db, version, err);
	if (r < 0 || version == db->kind->version)
		return r;
	r = xj_db_begin(db, err);
	if (r < 0)
		return r;
	r = upgrade_locked(db, err);
	if (r == XJ_OK)
		r = xj_db_commit(db, err);
	else
		xj_db_rollback(db);
	return r == XJ_OK ? xj_db_exec(db, "PRAGMA journal_mode=WAL", err) : r;
}
