/* path.c - names of files, and files read, written and removed as a whole. */
#include "util/util.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ----------------------------------------------------------------- names */

int
xj_path_join(struct xj_buf *out, const char *dir, const char *name)
{
	size_t n = strlen(dir);

	xj_buf_clear(out);
	xj_buf_add(out, dir, n);
	if (n > 0 && dir[n - 1] != '/')
		xj_buf_addc(out, '/');
	xj_buf_adds(out, name);
	return out->failed ? XJ_ENOMEM : XJ_OK;
}

const char *
xj_path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

void
xj_closep(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

static void
closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* ----------------------------------------------------------------- bytes */

static int
read_up_to(int fd, const char *name, size_t max, struct xj_buf *out,
	   struct xj_error *err)
{
	struct stat st;
	size_t room = 4096;

	if (fstat(fd, &st) == 0 && st.st_size > 0 && (uint64_t)st.st_size <= max)
		room = (size_t)st.st_size + 1; /* the end is seen in one go */
	for (;;) {
		ssize_t n;

		if (xj_buf_reserve(out, room) < 0)
			return xj_buf_check(out, err);
		n = read(fd, out->data + out->len, room);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return xj_error_errno(err, "%s", name);
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		if (out->len > max)
			return xj_error_set(err, XJ_ELIMIT,
					    "%s: larger than %zu bytes", name,
					    max);
		if (n == 0)
			return XJ_OK;
		room = out->len < 65536 ? 4096 : 65536;
	}
}

int
xj_file_read(int dirfd, const char *name, size_t max, struct xj_buf *out,
	     struct xj_error *err)
{
	xj_auto(xj_closep) int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC);

	xj_buf_clear(out);
	if (fd < 0)
		return xj_error_errno(err, "%s", name);
	return read_up_to(fd, name, max, out, err);
}

int
xj_write_all(int fd, const void *data, size_t len, struct xj_error *err)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return xj_error_errno(err, "cannot write");
		p += n;
		len -= (size_t)n;
	}
	return XJ_OK;
}

ssize_t
xj_pread_all(int fd, void *buf, size_t len, uint64_t off)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pread(fd, (char *)buf + done, len - done,
				  (off_t)(off + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

/* ---------------------------------------------------------- whole files */

/* The folder part of `name` with its slash, then a name nobody else has. */
static int
temporary_name(struct xj_buf *out, const char *name, struct xj_error *err)
{
	char urn[XJ_URN_MAX];

	xj_urn_new(urn);
	xj_buf_add(out, name, (size_t)(xj_path_base(name) - name));
	xj_buf_addf(out, ".tmp-%s", urn + strlen("urn:uuid:"));
	return xj_buf_check(out, err);
}

/* A rename is on the disk when its directory is. */
static int
sync_parent(int dirfd, const char *name, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf parent = XJ_BUF_INIT;
	xj_auto(xj_closep) int fd = -1;
	int r;

	xj_buf_add(&parent, name, (size_t)(xj_path_base(name) - name));
	if (parent.len == 0)
		xj_buf_addc(&parent, '.');
	r = xj_buf_check(&parent, err);
	if (r < 0)
		return r;
	r = xj_dir_open(dirfd, parent.data, &fd, err);
	if (r < 0)
		return r;
	if (fsync(fd) < 0)
		return xj_error_errno(err, "%s", parent.data);
	return XJ_OK;
}

static int
write_new(int dirfd, const char *temporary, const char *name, const void *data,
	  size_t len, struct xj_error *err)
{
	xj_auto(xj_closep) int fd = openat(dirfd, temporary,
					   O_WRONLY | O_CREAT | O_EXCL |
						   O_CLOEXEC, 0666);
	struct stat old;
	int r;

	if (fd < 0)
		return xj_error_errno(err, "%s", name);
	/* What replaces a private file must be as private. */
	if (fstatat(dirfd, name, &old, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(old.st_mode) && fchmod(fd, old.st_mode & 07777) < 0)
		return xj_error_errno(err, "%s", name);
	r = xj_write_all(fd, data, len, err);
	if (r < 0)
		return xj_error_wrap(err, r, "%s", name);
	if (fsync(fd) < 0)
		return xj_error_errno(err, "%s", name);
	if (renameat(dirfd, temporary, dirfd, name) < 0)
		return xj_error_errno(err, "%s", name);
	return XJ_OK;
}

int
xj_file_write(int dirfd, const char *name, const void *data, size_t len,
	      struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf temporary = XJ_BUF_INIT;
	int r = temporary_name(&temporary, name, err);

	if (r < 0)
		return r;
	r = write_new(dirfd, temporary.data, name, data, len, err);
	if (r < 0) {
		unlinkat(dirfd, temporary.data, 0);
		return r;
	}
	return sync_parent(dirfd, name, err);
}

/* ----------------------------------------------------------- directories */

/* Also when it was there, so that two may make the same one at once. */
static int
make_one(int dirfd, const char *path, mode_t mode, struct xj_error *err)
{
	struct stat st;

	if (mkdirat(dirfd, path, mode) == 0)
		return XJ_OK;
	if (errno != EEXIST)
		return xj_error_errno(err, "%s", path);
	if (fstatat(dirfd, path, &st, 0) < 0)
		return xj_error_errno(err, "%s", path);
	if (!S_ISDIR(st.st_mode))
		return xj_error_set(err, XJ_EEXIST, "%s: is no directory",
				    path);
	return XJ_OK;
}

int
xj_mkdirs(int dirfd, const char *path, mode_t mode, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf part = XJ_BUF_INIT;

	for (const char *p = path; *p;) {
		int r;

		p += strspn(p, "/");
		p += strcspn(p, "/");
		xj_buf_clear(&part);
		xj_buf_add(&part, path, (size_t)(p - path));
		r = xj_buf_check(&part, err);
		if (r == XJ_OK)
			r = make_one(dirfd, part.data, mode, err);
		if (r < 0)
			return r;
	}
	return XJ_OK;
}

int
xj_dir_open(int dirfd, const char *path, int *fd, struct xj_error *err)
{
	*fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return xj_error_errno(err, "%s", path);
	return XJ_OK;
}

/* NULL with errno. A link is not followed. */
static DIR *
list(int dirfd, const char *path)
{
	int fd = openat(dirfd, path,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir;

	if (fd < 0)
		return NULL;
	dir = fdopendir(fd);
	if (!dir)
		xj_closep(&fd);
	return dir;
}

static const char *
next_name(DIR *dir)
{
	struct dirent *e;

	while ((e = readdir(dir))) {
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			return e->d_name;
	}
	return NULL;
}

static int
remove_content(int parent, const char *path, struct xj_error *err)
{
	xj_auto(closedirp) DIR *dir = list(parent, path);
	const char *name;

	if (!dir)
		return errno == ENOENT ? XJ_OK : xj_error_errno(err, "%s", path);
	while (errno = 0, (name = next_name(dir))) {
		int r = xj_remove_tree(dirfd(dir), name, err);

		if (r < 0)
			return xj_error_wrap(err, r, "%s", path);
	}
	return errno ? xj_error_errno(err, "%s", path) : XJ_OK;
}

int
xj_remove_tree(int parent, const char *path, struct xj_error *err)
{
	int r;

	if (unlinkat(parent, path, 0) == 0 || errno == ENOENT)
		return XJ_OK;
	/* Linux says EISDIR for a directory, POSIX allows EPERM. */
	if (errno != EISDIR && errno != EPERM)
		return xj_error_errno(err, "%s", path);
	r = remove_content(parent, path, err);
	if (r < 0)
		return r;
	if (unlinkat(parent, path, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return xj_error_errno(err, "%s", path);
	return XJ_OK;
}

uint64_t
xj_tree_size(int parent, const char *path)
{
	xj_auto(closedirp) DIR *dir = NULL;
	const char *name;
	struct stat st;
	uint64_t size = 0;

	if (fstatat(parent, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (S_ISREG(st.st_mode))
		return (uint64_t)st.st_size;
	if (!S_ISDIR(st.st_mode) || !(dir = list(parent, path)))
		return 0;
	while ((name = next_name(dir)))
		size += xj_tree_size(dirfd(dir), name);
	return size;
}
