/* readonly.c - opening a file where nothing can be written. */
#include "catalog/db.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A reader makes the files -wal and -shm beside the database. */
static bool
place_is_writable(const char *path)
{
	char *dir = strdup(path), *slash = dir ? strrchr(dir, '/') : NULL;
	bool writable = true;

	if (slash)
		slash[slash == dir] = '\0';
	if (slash)
		writable = faccessat(AT_FDCWD, dir, W_OK, AT_EACCESS) == 0;
	free(dir);
	return writable;
}

static bool
has_log(const char *path)
{
	xj_auto(xj_buf_release) struct xj_buf log = XJ_BUF_INIT;
	struct stat st;

	xj_buf_addf(&log, "%s-wal", path);
	return stat(xj_buf_str(&log), &st) == 0 && st.st_size > 0;
}

/* "file:...?immutable=1": the path with what means something in it escaped. */
static int
connect_immutable(const char *path, sqlite3 **handle, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf uri = XJ_BUF_INIT;
	struct xj_db_way way = { .flags = SQLITE_OPEN_READONLY |
					  SQLITE_OPEN_URI };

	xj_buf_adds(&uri, "file:");
	for (const char *p = path; *p; p++)
		if (strchr("?#%", *p))
			xj_buf_addf(&uri, "%%%02X", (unsigned char)*p);
		else
			xj_buf_addc(&uri, *p);
	xj_buf_adds(&uri, "?immutable=1");
	if (xj_buf_check(&uri, err) < 0)
		return XJ_ENOMEM;
	way.uri = uri.data;
	return xj_db_connect(path, &way, handle, err);
}

/*
 * A log is there and counts, but its index (-shm) is not and cannot be made.
 * SQLite keeps the index in memory for a connection that has the database for
 * itself. To have it takes a lock which a file opened for reading cannot be
 * given; where nothing can be written nobody writes, so no locks are taken.
 */
static int
connect_alone(const char *path, sqlite3 **handle, struct xj_error *err)
{
	const struct xj_db_way way = { .flags = SQLITE_OPEN_READONLY,
				       .vfs = "unix-none" };
	int r = xj_db_connect(path, &way, handle, err);

	if (r == XJ_OK)
		sqlite3_exec(*handle, "PRAGMA locking_mode=EXCLUSIVE", NULL,
			     NULL, NULL);
	return r;
}

static bool
can_be_read(sqlite3 *handle)
{
	return sqlite3_exec(handle, "PRAGMA user_version", NULL, NULL,
			    NULL) == SQLITE_OK;
}

static int
connect_with_log(const char *path, sqlite3 **handle, struct xj_error *err)
{
	const struct xj_db_way way = { .flags = SQLITE_OPEN_READONLY };
	int r = xj_db_connect(path, &way, handle, err);

	if (r < 0 || can_be_read(*handle))
		return r;
	sqlite3_close(*handle);
	*handle = NULL;
	return connect_alone(path, handle, err);
}

int
xj_db_connect_readonly(const char *path, sqlite3 **handle,
		       struct xj_error *err)
{
	const struct xj_db_way way = { .flags = SQLITE_OPEN_READONLY };

	if (place_is_writable(path))
		return xj_db_connect(path, &way, handle, err);
	if (has_log(path))
		return connect_with_log(path, handle, err);
	return connect_immutable(path, handle, err);
}
