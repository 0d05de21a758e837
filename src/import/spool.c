/* spool.c - bytes of a child: small ones in sealed memory, large ones on disk. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "import/host.h"

#define IN_MEMORY ((uint64_t)1 << 20)

/* A file without a name; with one for a moment where that cannot be had. */
static int
open_nameless(const char *dir)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR &&
			errno != EINVAL))
		return fd;
	if (xj_path_join(&path, dir, "child-XXXXXX") < 0) {
		errno = ENOMEM;
		return -1;
	}
	fd = mkostemp(path.data, O_CLOEXEC);
	if (fd >= 0)
		unlink(path.data);
	return fd;
}

static int
copy_all(int to, int from, uint64_t size)
{
	off_t at = 0;

	while ((uint64_t)at < size) {
		ssize_t n = sendfile(to, from, &at, size - (uint64_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
	}
	return 0;
}

static int
move_to_file(struct xj_spool *s, const char *dir, struct xj_error *err)
{
	int fd = open_nameless(dir);

	if (fd < 0)
		return xj_error_errno(err, "%s", dir);
	if (s->fd >= 0 && copy_all(fd, s->fd, s->size) < 0) {
		int r = xj_error_errno(err, "%s", dir);

		close(fd);
		return r;
	}
	xj_closep(&s->fd);
	s->fd = fd;
	s->in_file = true;
	return XJ_OK;
}

static int
open_memory(struct xj_spool *s, struct xj_error *err)
{
	s->fd = memfd_create("child", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return s->fd < 0 ? xj_error_errno(err, "memory for a child") : XJ_OK;
}

int
xj_spool_add(struct xj_spool *s, const char *dir, const void *bytes, size_t len,
	     struct xj_error *err)
{
	int r = XJ_OK;

	if (!s->in_file && s->size + len > IN_MEMORY)
		r = move_to_file(s, dir, err);
	else if (s->fd < 0)
		r = open_memory(s, err);
	if (r == XJ_OK)
		r = xj_write_all(s->fd, bytes, len, err);
	if (r == XJ_OK)
		s->size += len;
	else if (s->in_file)
		return xj_error_wrap(err, r, "%s", dir);
	return r;
}

/* Read only from here on: an importer gets this descriptor. */
static int
reopen(int fd)
{
	char path[64];
	int again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY | O_CLOEXEC);
	if (again < 0)
		return fd; /* without /proc; a worker cannot write anyway */
	close(fd);
	return again;
}

int
xj_spool_end(struct xj_spool *s, int *fd, struct xj_error *err)
{
	const int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW |
			  F_SEAL_SEAL;

	if (s->fd < 0) { /* an empty child */
		int r = open_memory(s, err);

		if (r < 0)
			return r;
	}
	if (s->in_file)
		*fd = reopen(s->fd);
	else if (fcntl(s->fd, F_ADD_SEALS, seals) == 0)
		*fd = s->fd;
	else
		return xj_error_errno(err, "sealing a child");
	*s = (struct xj_spool)XJ_SPOOL_INIT;
	return XJ_OK;
}

void
xj_spool_drop(struct xj_spool *s)
{
	xj_closep(&s->fd);
	*s = (struct xj_spool)XJ_SPOOL_INIT;
}
