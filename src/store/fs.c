/* fs.c - the file system calls that the store is built on. */
#include "store/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void
closedirp(DIR **dir)
{
	int saved = errno;

	if (*dir)
		closedir(*dir);
	errno = saved;
}

/* ----------------------------------------------------------------- lists */

static unsigned char
type_of(int dirfd, const char *name)
{
	struct stat st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return DT_UNKNOWN;
	return S_ISREG(st.st_mode) ? DT_REG : S_ISDIR(st.st_mode) ? DT_DIR :
	       S_ISLNK(st.st_mode) ? DT_LNK : DT_FIFO;
}

/* Each name behind a byte that is its type. */
static int
collect(DIR *dir, struct xj_buf *names, size_t *count)
{
	struct dirent *e;

	while (errno = 0, (e = readdir(dir))) {
		unsigned char type = e->d_type;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (type == DT_UNKNOWN)
			type = type_of(dirfd(dir), e->d_name);
		xj_buf_addc(names, (char)type);
		xj_buf_add(names, e->d_name, strlen(e->d_name) + 1);
		++*count;
	}
	if (errno)
		return -1;
	if (names->failed) {
		errno = ENOMEM;
		return -1;
	}
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	const struct xj_fs_entry *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int
arrange(struct xj_buf *names, size_t count, struct xj_fs_list *list)
{
	const char *p = names->data;

	list->entries = calloc(count + 1, sizeof(*list->entries));
	if (!list->entries) {
		errno = ENOMEM;
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		list->entries[i].type = (unsigned char)*p;
		list->entries[i].name = p + 1;
		p += strlen(p + 1) + 2;
	}
	qsort(list->entries, count, sizeof(*list->entries), by_name);
	list->count = count;
	list->names = xj_buf_take(names);
	return 0;
}

int
xj_fs_list(int dirfd, const char *path, struct xj_fs_list *list)
{
	xj_auto(xj_buf_release) struct xj_buf names = XJ_BUF_INIT;
	xj_auto(closedirp) DIR *dir = NULL;
	size_t count = 0;
	int fd = xj_fs_open(dirfd, path, O_RDONLY | O_DIRECTORY);

	*list = (struct xj_fs_list){ 0 };
	if (fd < 0)
		return -1;
	dir = fdopendir(fd);
	if (!dir) {
		xj_closep(&fd);
		return -1;
	}
	if (collect(dir, &names, &count) < 0)
		return -1;
	return arrange(&names, count, list);
}

void
xj_fs_list_release(struct xj_fs_list *list)
{
	free(list->entries);
	free(list->names);
	*list = (struct xj_fs_list){ 0 };
}

const struct xj_fs_entry *
xj_fs_list_find(const struct xj_fs_list *list, const char *name)
{
	struct xj_fs_entry key = { .name = name };

	if (list->count == 0)
		return NULL;
	return bsearch(&key, list->entries, list->count, sizeof(key), by_name);
}

/* --------------------------------------------------------------- opening */

int
xj_fs_open(int dirfd, const char *path, int flags)
{
	static const int always = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
				  O_NOCTTY;
	struct open_how how = {
		.flags = (uint64_t)(flags | always),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	long fd = syscall(SYS_openat2, dirfd, path, &how, sizeof(how));

	if (fd < 0 && errno == ENOSYS) /* Linux before 5.6 */
		fd = openat(dirfd, path, flags | always);
	return (int)fd;
}

int
xj_fs_read(int dirfd, const char *path, size_t max, struct xj_buf *out,
	   struct xj_error *err)
{
	xj_auto(xj_closep) int fd = xj_fs_open(dirfd, path, O_RDONLY);
	struct stat st;
	ssize_t n;

	xj_buf_clear(out);
	if (fd < 0 || fstat(fd, &st) < 0)
		return xj_error_errno(err, "%s", path);
	if (!S_ISREG(st.st_mode))
		return xj_error_set(err, XJ_ECORRUPT, "%s: is no file", path);
	if ((uint64_t)st.st_size > max)
		return xj_error_set(err, XJ_ELIMIT,
				    "%s: larger than %zu bytes", path, max);
	if (xj_buf_reserve(out, (size_t)st.st_size + 1) < 0)
		return xj_buf_check(out, err);
	n = xj_pread_all(fd, out->data, (size_t)st.st_size, 0);
	if (n < 0)
		return xj_error_errno(err, "%s", path);
	out->len = (size_t)n;
	out->data[n] = '\0';
	return XJ_OK;
}

/* --------------------------------------------------------------- writing */

static int
write_whole(int fd, const char *p, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int
xj_fs_write(int dirfd, const char *name, const void *data, size_t len)
{
	xj_auto(xj_closep) int fd = openat(dirfd, name,
					   O_WRONLY | O_CREAT | O_EXCL |
						   O_CLOEXEC, 0444);

	return fd < 0 ? -1 : write_whole(fd, data, len);
}

/* From below: mostly only the last folder is missing. */
static int
make_folder(int dirfd, char *path)
{
	char *slash;
	int r;

	if (mkdirat(dirfd, path, 0777) == 0 || errno == EEXIST)
		return 0;
	slash = errno == ENOENT ? strrchr(path, '/') : NULL;
	if (!slash)
		return -1;
	*slash = '\0';
	r = make_folder(dirfd, path);
	*slash = '/';
	if (r < 0)
		return -1;
	return mkdirat(dirfd, path, 0777) == 0 || errno == EEXIST ? 0 : -1;
}

int
xj_fs_parents(int dirfd, const char *path)
{
	size_t len = (size_t)(xj_path_base(path) - path);
	char *folder;
	int r;

	if (len == 0)
		return 0;
	folder = strndup(path, len - 1);
	if (!folder)
		return -1;
	r = make_folder(dirfd, folder);
	free(folder);
	return r;
}

static int
copy_bytes(int from, int to)
{
	char block[65536];
	ssize_t n;

	while ((n = read(from, block, sizeof(block))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || write_whole(to, block, (size_t)n) < 0)
			return -1;
	}
	return 0;
}

static int
copy_file(int fromfd, const char *from, int tofd, const char *to)
{
	xj_auto(xj_closep) int in = xj_fs_open(fromfd, from, O_RDONLY);
	xj_auto(xj_closep) int out = -1;

	if (in < 0)
		return -1;
	out = openat(tofd, to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	return out < 0 ? -1 : copy_bytes(in, out);
}

/* Reasons that mean "not by a link": none here, too many, not our file. */
static bool
links_cannot(int number)
{
	return number == EPERM || number == EMLINK || number == ENOTSUP ||
	       number == EACCES || number == EXDEV;
}

int
xj_fs_link(int fromfd, const char *from, int tofd, const char *to)
{
	if (linkat(fromfd, from, tofd, to, 0) == 0)
		return 0;
	if (!links_cannot(errno))
		return -1;
	return copy_file(fromfd, from, tofd, to);
}

static int
link_entry(int from, const struct xj_fs_entry *e, int to)
{
	if (e->type == DT_DIR)
		return xj_fs_link_tree(from, e->name, to, e->name);
	if (e->type == DT_REG)
		return xj_fs_link(from, e->name, to, e->name);
	errno = EINVAL; /* neither has a place in an object */
	return -1;
}

int
xj_fs_link_tree(int fromfd, const char *from, int tofd, const char *to)
{
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };
	xj_auto(xj_closep) int in = -1, out = -1;

	if (mkdirat(tofd, to, 0777) < 0)
		return -1;
	in = xj_fs_open(fromfd, from, O_RDONLY | O_DIRECTORY);
	out = xj_fs_open(tofd, to, O_RDONLY | O_DIRECTORY);
	if (in < 0 || out < 0 || xj_fs_list(in, ".", &list) < 0)
		return -1;
	for (size_t i = 0; i < list.count; i++)
		if (link_entry(in, &list.entries[i], out) < 0)
			return -1;
	return 0;
}

int
xj_fs_exchange(int fromfd, const char *from, int tofd, const char *to)
{
	if (renameat2(fromfd, from, tofd, to, RENAME_EXCHANGE) == 0)
		return 0;
	if (errno == EINVAL || errno == ENOSYS)
		errno = ENOTSUP;
	return -1;
}

/* --------------------------------------------------------------- syncing */

int
xj_fs_sync_dir(int dirfd, const char *path)
{
	xj_auto(xj_closep) int fd = xj_fs_open(dirfd, path,
					       O_RDONLY | O_DIRECTORY);

	return fd < 0 ? -1 : fsync(fd);
}

static int
sync_file(int dirfd, const char *name)
{
	xj_auto(xj_closep) int fd = xj_fs_open(dirfd, name, O_RDONLY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -1;
	return st.st_nlink > 1 ? 0 : fsync(fd);
}

int
xj_fs_sync_tree(int dirfd, const char *path)
{
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };
	xj_auto(xj_closep) int fd = xj_fs_open(dirfd, path,
					       O_RDONLY | O_DIRECTORY);

	if (fd < 0 || xj_fs_list(fd, ".", &list) < 0)
		return -1;
	for (size_t i = 0; i < list.count; i++) {
		const struct xj_fs_entry *e = &list.entries[i];
		int r = e->type == DT_DIR ? xj_fs_sync_tree(fd, e->name) :
					    sync_file(fd, e->name);

		if (r < 0)
			return -1;
	}
	return fsync(fd);
}
