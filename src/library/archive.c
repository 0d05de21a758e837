/* archive.c - make, open, find and close an archive. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library/archive.h"
#include "library/lexicon.h"
#include "library/topic.h"
#include "library/people.h"
#include "library/remote.h"

void
xj_free(void *memory)
{
	free(memory);
}

const char *
xj_version(void)
{
	return XJ_VERSION;
}

/* ------------------------------------------------------------------ init */

/* By its OCFL root, from which all the rest can be made again. */
static bool
is_archive(int dirfd)
{
	if (faccessat(dirfd, XJ_BACKUP_FILE, F_OK, 0) == 0)
		return false; /* it has an OCFL root too */
	return faccessat(dirfd, "ocfl/0=ocfl_1.1", F_OK, 0) == 0 ||
	       (faccessat(dirfd, "xueji.conf", F_OK, 0) == 0 &&
		faccessat(dirfd, "ocfl", F_OK, 0) == 0);
}

int
xj_archive_refuse(int dirfd, const char *dir, struct xj_error *err)
{
	if (faccessat(dirfd, XJ_BACKUP_FILE, F_OK, 0) == 0)
		return xj_error_set(err, XJ_ENOTFOUND, "%s: holds backups of "
				    "an archive; `xueji restore %s --to NEW` "
				    "makes an archive of them", dir, dir);
	if (faccessat(dirfd, XJ_RESTORE_FILE, F_OK, 0) == 0)
		return xj_error_set(err, XJ_EBUSY, "%s: is being restored from "
				    "a backup; if nothing is at work on it, "
				    "run the same `xueji restore` again",
				    dir);
	return XJ_OK;
}

static int
require_empty(int dirfd, const char *dir, struct xj_error *err)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	bool empty = true;

	if (!d) {
		xj_closep(&fd);
		return xj_error_errno(err, "%s", dir);
	}
	for (struct dirent *e; empty && (e = readdir(d));)
		empty = strcmp(e->d_name, ".") == 0 ||
			strcmp(e->d_name, "..") == 0;
	closedir(d);
	if (is_archive(dirfd))
		return xj_error_set(err, XJ_EEXIST,
				    "%s: is an archive already", dir);
	if (!empty)
		return xj_error_set(err, XJ_EEXIST,
				    "%s: is not empty and not an archive; "
				    "choose an empty or a new folder", dir);
	return XJ_OK;
}

static int
make_parts(const char *dir, const char *index_dir, int dirfd,
	   struct xj_error *err)
{
	struct xj_catalog *catalog = NULL;
	struct xj_texts *texts = NULL;
	char now[XJ_TIME_MAX], urn[XJ_URN_MAX];
	int r = xj_store_create(dir, err);

	xj_time_format(xj_now(), now);
	xj_urn_new(urn);
	if (r == XJ_OK)
		r = xj_mkdirs(dirfd, "index", 0700, err);
	if (r == XJ_OK)
		r = xj_index_stub(index_dir, NULL, 0, err);
	if (r == XJ_OK)
		r = xj_catalog_open(dir, XJ_CATALOG_CREATE, &catalog, err);
	if (r == XJ_OK)
		r = xj_catalog_set_fact(catalog, "created", now, err);
	if (r == XJ_OK)
		r = xj_catalog_set_fact(catalog, "urn", urn, err);
	if (r == XJ_OK)
		r = xj_texts_open(dir, XJ_CATALOG_CREATE, &texts, err);
	xj_texts_close(texts);
	xj_catalog_close(catalog);
	return r < 0 ? r : xj_config_write_standard(dirfd, err);
}

/* Cut the last part off; false at the root. */
static bool
go_up(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash || path[1] == '\0')
		return false;
	slash[slash == path] = '\0';
	return true;
}

char *
xj_path_there(const char *path)
{
	char *copy = strdup(path), *found = copy ? realpath(copy, NULL) : NULL;

	while (copy && !found) {
		char *slash = strrchr(copy, '/');

		if (slash)
			slash[slash == copy] = '\0';
		found = realpath(slash ? copy : ".", NULL);
		if (!slash || slash == copy)
			break;
	}
	free(copy);
	return found;
}

/* What lies below ocfl/ is the store's alone, and checked by OCFL's rules. */
int
xj_archive_require_outside(const char *dir, struct xj_error *err)
{
	char *path = xj_path_there(dir);
	bool outside = true;

	while (path && outside) {
		const char *name = strrchr(path, '/') + 1;
		bool is_store = strcmp(name, "ocfl") == 0 ||
				strcmp(name, "index") == 0 ||
				strcmp(name, "staging") == 0;
		xj_auto(xj_closep) int fd = -1;

		if (!go_up(path))
			break;
		fd = is_store ? open(path, O_PATH | O_DIRECTORY | O_CLOEXEC)
			      : -1;
		outside = fd < 0 || !is_archive(fd);
	}
	if (!outside)
		xj_error_set(err, XJ_EINVAL, "%s: is inside the archive %s; "
			     "choose another place", dir, path);
	free(path);
	return outside ? XJ_OK : XJ_EINVAL;
}

int
xj_archive_init(const char *dir, struct xj_error *err)
{
	xj_auto(xj_closep) int fd = -1;
	xj_auto(xj_buf_release) struct xj_buf index_dir = XJ_BUF_INIT;
	int r = xj_archive_require_outside(dir, err);
	bool made = r == XJ_OK && mkdir(dir, 0700) == 0;

	if (r < 0)
		return r;
	if (!made && errno == ENOENT) {
		if ((r = xj_mkdirs(AT_FDCWD, dir, 0700, err)) < 0)
			return r;
	} else if (!made && errno != EEXIST) {
		return xj_error_errno(err, "%s", dir);
	}
	if ((r = xj_dir_open(AT_FDCWD, dir, &fd, err)) < 0)
		return r;
	if ((r = require_empty(fd, dir, err)) < 0)
		return r;
	if (!made && fchmod(fd, 0700) < 0)
		return xj_error_errno(err, "%s", dir);
	xj_path_join(&index_dir, dir, "index");
	return make_parts(dir, xj_buf_str(&index_dir), fd, err);
}

/* ------------------------------------------------------------------ open */

int
xj_archive_set_system_user(struct xj_archive *a, struct xj_error *err)
{
	const struct passwd *pw = getpwuid(getuid());

	return xj_archive_set_user(a, pw ? pw->pw_name : "unknown", err);
}

/* Who writes shares this lock; `rebuild` has it alone. */
static int
share(struct xj_archive *a, struct xj_error *err)
{
	if (flock(a->fd, LOCK_SH | LOCK_NB) == 0)
		return XJ_OK;
	if (errno != EWOULDBLOCK)
		return xj_error_errno(err, "%s", a->dir);
	return xj_error_set(err, XJ_EBUSY, "%s: another process rebuilds it",
			    a->dir);
}

static int
open_parts(struct xj_archive *a, const char *apart, struct xj_error *err)
{
	unsigned flags = apart ? XJ_CATALOG_CREATE :
			 a->readonly ? XJ_CATALOG_READONLY : 0;
	const char *dir = apart ? apart : a->dir;
	int r = xj_config_read(a->dir, &a->config, err);

	if (r == XJ_OK)
		r = xj_catalog_open(dir, flags, &a->catalog, err);
	if (r == XJ_ENOTFOUND)
		return xj_error_set(err, XJ_ECORRUPT,
				    "%s: catalog.sqlite is missing; "
				    "`xueji rebuild` makes it again from ocfl/",
				    a->dir);
	if (r == XJ_OK)
		r = xj_texts_open(dir, flags, &a->texts, err);
	if (r == XJ_ENOTFOUND)
		return xj_error_set(err, XJ_ECORRUPT,
				    "%s: text.sqlite is missing; "
				    "`xueji rebuild` makes it again from ocfl/",
				    a->dir);
	if (r == XJ_OK)
		r = xj_store_open(a->dir, &a->store, err);
	return r;
}

static int
open_archive(const char *dir, const char *apart, const char *user,
	     unsigned flags, struct xj_archive **out, struct xj_error *err)
{
	struct xj_archive *a = calloc(1, sizeof(*a));
	int r;

	if (!a)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	a->fd = -1;
	a->readonly = flags & XJ_OPEN_READONLY;
	a->dir = realpath(dir, NULL);
	if (!a->dir)
		r = xj_error_errno(err, "%s", dir);
	else if (asprintf(&a->index_dir, "%s/index", a->dir) < 0)
		r = xj_error_set(err, XJ_ENOMEM, "out of memory");
	else
		r = xj_dir_open(AT_FDCWD, a->dir, &a->fd, err);
	if (r == XJ_OK)
		r = user ? xj_archive_set_user(a, user, err)
			 : xj_archive_set_system_user(a, err);
	if (r == XJ_OK && !(flags & XJ_OPEN_RESTORING))
		r = xj_archive_refuse(a->fd, dir, err);
	if (r == XJ_OK && !is_archive(a->fd))
		r = xj_error_set(err, XJ_ENOTFOUND, "%s: not an archive; "
				 "`xueji init %s` makes one", dir, dir);
	if (r == XJ_OK && !a->readonly && !apart)
		r = share(a, err);
	if (r == XJ_OK)
		r = open_parts(a, apart, err);
	if (r < 0) {
		xj_archive_close(a);
		return r;
	}
	*out = a;
	return XJ_OK;
}

int
xj_archive_open(const char *dir, unsigned flags, struct xj_archive **archive,
		struct xj_error *err)
{
	struct xj_archive *a;
	int r = open_archive(dir, NULL, NULL, flags, &a, err);

	if (r < 0)
		return r;
	if (!a->readonly && (r = xj_put_right(a, err)) < 0) {
		xj_archive_close(a);
		return r;
	}
	*archive = a;
	return XJ_OK;
}

int
xj_archive_open_apart(const char *dir, const char *apart,
		      struct xj_archive **archive, struct xj_error *err)
{
	return open_archive(dir, apart, NULL, 0, archive, err);
}

int
xj_archive_again(const struct xj_archive *a, unsigned flags,
		 struct xj_archive **again, struct xj_error *err)
{
	return open_archive(a->dir, NULL, a->user, flags, again, err);
}

void
xj_archive_close(struct xj_archive *a)
{
	if (!a)
		return;
	xj_reader_free(a->reader);
	xj_remotes_free(a->remotes);
	xj_searcher_free(a->searcher);
	xj_kept_free(a->kept);
	xj_analyzer_free(a->analyzer);
	xj_lexicon_free(a->lexicon);
	xj_topics_free(a->topics);
	xj_importers_close(a->readers);
	xj_importers_close(a->importers);
	xj_texts_close(a->texts);
	xj_catalog_close(a->catalog);
	xj_store_close(a->store);
	xj_config_release(&a->config);
	xj_closep(&a->fd);
	free(a->user);
	free(a->user_address);
	free(a->index_dir);
	free(a->dir);
	free(a);
}

const char *
xj_archive_dir(const struct xj_archive *a)
{
	return a->dir;
}

int
xj_archive_set_user(struct xj_archive *a, const char *name,
		    struct xj_error *err)
{
	char host[HOST_NAME_MAX + 1] = "localhost", *copy = strdup(name);
	char *address;

	gethostname(host, sizeof(host) - 1);
	if (!copy || asprintf(&address, "acct:%s@%s", name, host) < 0) {
		free(copy);
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	}
	free(a->user);
	free(a->user_address);
	a->user = copy;
	a->user_address = address;
	return XJ_OK;
}

int
xj_archive_writable(const struct xj_archive *a, struct xj_error *err)
{
	if (!a->readonly)
		return XJ_OK;
	return xj_error_set(err, XJ_EPERM, "%s: opened for reading only",
			    a->dir);
}

/* ------------------------------------------------------------------ find */

int
xj_archive_find(const char *from, char **dir, struct xj_error *err)
{
	char *path = realpath(from, NULL);

	if (!path)
		return xj_error_errno(err, "%s", from);
	do {
		xj_auto(xj_closep) int fd =
			open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (fd >= 0 && is_archive(fd)) {
			*dir = path;
			return XJ_OK;
		}
	} while (go_up(path));
	free(path);
	return xj_error_set(err, XJ_ENOTFOUND, "no archive in this folder or "
			    "above it; name one with -A DIR or XUEJI_ARCHIVE, "
			    "or make one with `xueji init DIR`");
}

/* ---------------------------------------------------------------- on call */

bool
xj_cancelled(const struct xj_watch *watch)
{
	return watch && watch->cancel &&
	       __atomic_load_n(watch->cancel, __ATOMIC_RELAXED);
}

int
xj_archive_importers(struct xj_archive *a, struct xj_importers **importers,
		     struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf spool = XJ_BUF_INIT;
	int r = XJ_OK;

	if (!a->importers) {
		xj_path_join(&spool, a->dir, "staging");
		r = xj_importers_open(&(struct xj_importers_options){
			.dirs = a->config.plugin_dirs,
			.order = a->config.plugin_order,
			.encoding = a->config.encoding,
			.limits = a->config.limits,
			.spool = xj_buf_str(&spool),
			.workers = a->config.jobs,
		}, &a->importers, err);
	}
	*importers = a->importers;
	return r;
}

/* DIR/ocr for every folder of importers. */
static const char *const *
reader_folders(struct xj_archive *a)
{
	const char *const *dirs = a->config.plugin_dirs;
	const char **out;
	size_t n = 0;

	while (dirs[n])
		n++;
	out = xj_arena_alloc(a->config.memory, (n + 1) * sizeof(*out));
	for (size_t i = 0; out && i < n; i++)
		if (!(out[i] = xj_arena_printf(a->config.memory, "%s/ocr",
					       dirs[i])))
			return NULL;
	return out;
}

/* Each page has a worker of its own, and with it the whole of its limits. */
int
xj_archive_readers(struct xj_archive *a, struct xj_importers **readers,
		   struct xj_error *err)
{
	const char *const *dirs;
	int r = XJ_OK;

	if (!a->readers) {
		if (!(dirs = reader_folders(a)))
			return xj_error_set(err, XJ_ENOMEM, "out of memory");
		r = xj_importers_open(&(struct xj_importers_options){
			.dirs = dirs, .order = a->config.plugin_order,
			.limits = { .run = 1, .memory = (uint64_t)1 << 30,
				.text = 1u << 20,
				.cpu_s = a->config.ocr_seconds,
				/* a busy machine is no fault of the page */
				.wall_ms = 60000 + a->config.ocr_seconds * 6000,
				.pages = a->config.limits.pages },
			.workers = a->config.jobs,
		}, &a->readers, err);
	}
	*readers = a->readers;
	return r;
}

int
xj_archive_analyzer(struct xj_archive *a, struct xj_analyzer **an,
		    struct xj_error *err)
{
	const struct xj_lexicon *lexicon;
	int r = xj_lexicon_get(a, &lexicon, err);

	if (r == XJ_OK && !a->analyzer)
		r = xj_analyzer_new(&(struct xj_analyzer_options){
			.dictionary = lexicon->dictionary_count ?
				      lexicon->dictionary : NULL },
			&a->analyzer, err);
	*an = a->analyzer;
	return r;
}
