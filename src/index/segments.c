/* segments.c - segments as files: the stub that lists them, their removal. */
#include "index/index.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "index/files.h"

/* The file that makes a directory a database; Xapian opens it first. */
#define VERSION_FILE "iamglass"

static void
closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* ----------------------------------------------------------------- names */

/* A stub is read line by line and up to a space, so neither may be inside. */
static int
check_name(const char *name, struct xj_error *err)
{
	size_t n = strlen(name);

	if (n == 0 || n >= XJ_SEGMENT_NAME_MAX || name[0] == '.' ||
	    strcspn(name, "/ \t\r\n#") != n)
		return xj_error_set(err, XJ_EINVAL,
				    "index: '%s' cannot name a segment", name);
	return XJ_OK;
}

int
xj_segment_path(const char *dir, const char *name, struct xj_buf *out,
		struct xj_error *err)
{
	int r = check_name(name, err);

	if (r < 0)
		return r;
	xj_path_join(out, dir, name);
	return xj_buf_check(out, err);
}

bool
xj_segment_present(const char *path)
{
	xj_auto(xj_buf_release) struct xj_buf file = XJ_BUF_INIT;

	return xj_path_join(&file, path, VERSION_FILE) == XJ_OK &&
	       access(file.data, F_OK) == 0;
}

/* ------------------------------------------------------------------ room */

#define TABLE "postlist.glass" /* postings and values lie in it */
#define PLENTY ((uint64_t)256 << 20)

static int
open_table(const char *path, struct stat *st, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf file = XJ_BUF_INIT;
	xj_auto(xj_closep) int fd = -1;
	int got;

	if (xj_path_join(&file, path, TABLE) < 0)
		return xj_buf_check(&file, err);
	fd = open(file.data, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, st) < 0)
		return xj_error_errno(err, "%s", file.data);
	got = fd;
	fd = -1;
	return got;
}

static bool
has_plenty(int fd, uint64_t bytes)
{
	struct statvfs fs;

	return fstatvfs(fd, &fs) == 0 &&
	       (uint64_t)fs.f_bavail * fs.f_frsize > bytes + PLENTY;
}

int
xj_segment_reserve(const char *path, uint64_t bytes, struct xj_error *err)
{
	struct stat st;
	xj_auto(xj_closep) int fd = open_table(path, &st, err);

	if (fd < 0)
		return fd;
	if (bytes == 0 || has_plenty(fd, bytes) ||
	    fallocate(fd, FALLOC_FL_KEEP_SIZE, st.st_size, (off_t)bytes) == 0 ||
	    errno == EOPNOTSUPP || errno == ENOSYS)
		return XJ_OK;
	return xj_error_errno(err, "%s", path);
}

int
xj_segment_trim(const char *path, struct xj_error *err)
{
	struct stat st;
	xj_auto(xj_closep) int fd = open_table(path, &st, err);

	if (fd < 0)
		return fd;
	if ((uint64_t)st.st_blocks * 512 > (uint64_t)st.st_size + 65536 &&
	    ftruncate(fd, st.st_size) < 0)
		return xj_error_errno(err, "%s", path);
	return XJ_OK;
}

/* ------------------------------------------------------------ durability */

static int
sync_at(int dirfd, const char *name, int flags, struct xj_error *err)
{
	xj_auto(xj_closep) int fd = openat(dirfd, name, flags | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return xj_error_errno(err, "%s", name);
	return XJ_OK;
}

int
xj_segment_sync(const char *path, struct xj_error *err)
{
	xj_auto(closedirp) DIR *dir = opendir(path);
	struct dirent *entry;
	int r = XJ_OK;

	if (!dir)
		return xj_error_errno(err, "%s", path);
	while (r == XJ_OK && (errno = 0, entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			r = sync_at(dirfd(dir), entry->d_name, O_RDONLY, err);
	if (r == XJ_OK && errno != 0)
		r = xj_error_errno(err, "cannot list");
	if (r == XJ_OK)
		r = sync_at(dirfd(dir), ".", O_RDONLY | O_DIRECTORY, err);
	if (r == XJ_OK)
		r = sync_at(dirfd(dir), "..", O_RDONLY | O_DIRECTORY, err);
	return r < 0 ? xj_error_wrap(err, r, "%s", path) : XJ_OK;
}

/* Source: Xapian's backends/glass/glass_version.cc; such a file begins with it. */
#define MAGIC "\x0f\x0dXapian Glass"

bool
xj_segment_is_packed(int fd)
{
	char head[sizeof(MAGIC) - 1];

	return xj_pread_all(fd, head, sizeof(head), 0) ==
		       (ssize_t)sizeof(head) &&
	       memcmp(head, MAGIC, sizeof(head)) == 0;
}

/* --------------------------------------------------------------- removal */

/* The version file goes first, so that who opens the segment meanwhile finds
 * none, and never a damaged one. */
int
xj_segment_remove(const char *dir, const char *name, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf file = XJ_BUF_INIT;
	int r = xj_segment_path(dir, name, &path, err);

	if (r < 0)
		return r;
	if (xj_path_join(&file, path.data, VERSION_FILE) < 0)
		return xj_buf_check(&file, err);
	if (unlink(file.data) < 0 && errno != ENOENT && errno != ENOTDIR)
		return xj_error_errno(err, "%s", file.data);
	return xj_remove_tree(AT_FDCWD, path.data, err);
}

/* Whether it could be a segment at all: what else lies there is not ours. */
static bool
is_segment(int fd, const char *name)
{
	struct stat st;

	return check_name(name, NULL) == XJ_OK &&
	       fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(st.st_mode);
}

static bool
is_kept(const char *name, const char *const *keep, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(keep[i], name) == 0)
			return true;
	return false;
}

int
xj_segments_sweep(const char *dir, const char *const *keep, size_t count,
		  struct xj_error *err)
{
	xj_auto(closedirp) DIR *d = opendir(dir);
	struct dirent *entry;
	int r = XJ_OK;

	if (!d)
		return xj_error_errno(err, "%s", dir);
	while (r == XJ_OK && (entry = readdir(d)) != NULL) {
		if (is_segment(dirfd(d), entry->d_name) &&
		    !is_kept(entry->d_name, keep, count))
			r = xj_segment_remove(dir, entry->d_name, err);
	}
	return r;
}

/* ------------------------------------------------------------------ stub */

/* Xapian takes a stub without a line for a mistake; a database in memory is
 * how it spells "empty". */
static int
stub_text(struct xj_buf *out, const char *const *names, size_t count,
	  struct xj_error *err)
{
	for (size_t i = 0; i < count; i++) {
		int r = check_name(names[i], err);

		if (r < 0)
			return r;
		xj_buf_addf(out, "glass %s\n", names[i]);
	}
	if (count == 0)
		xj_buf_adds(out, "inmemory\n");
	return xj_buf_check(out, err);
}

int
xj_index_stub(const char *dir, const char *const *names, size_t count,
	      struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	xj_auto(xj_closep) int fd = -1;
	int r = stub_text(&text, names, count, err);

	if (r == XJ_OK)
		r = xj_dir_open(AT_FDCWD, dir, &fd, err);
	if (r == XJ_OK)
		r = xj_file_write(fd, "stub", text.data, text.len, err);
	return r;
}
