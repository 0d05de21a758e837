/* add-walk.c - find the files to take: read folders, compare with what is
 * known. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library/add.h"
#include "library/rights.h"

#define DEPTH_MAX 256 /* folders inside folders */

/* A source that was there before, by the hash of its path. Two paths with one
 * hash of 64 bits and the same inode, size and times do not occur. */
struct known {
	uint64_t hash;       /* 0: an empty place */
	struct xj_source source; /* path unset */
	bool seen;
};

struct xj_walk {
	struct xj_archive *archive;
	const struct xj_add_options *options;
	const struct xj_walk_events *events;
	struct xj_arena *arena;
	struct xj_job *jobs;
	size_t job_count, job_cap;
	struct known *known;
	size_t known_count, known_cap; /* cap is a power of two */
	size_t known_seen;
	uint64_t vanished;
	struct stat archive_stat;
	bool uploaded;
	size_t from;               /* of `path`: what stands before is not told */
	struct xj_buf source;      /* instead of that; "" */
	struct xj_buf path, given; /* raw bytes */
	struct xj_buf shown;       /* `given` for people and JSON: decoded */
	struct xj_error *err;
};

static int
no_memory(struct xj_walk *w)
{
	return xj_error_set(w->err, XJ_ENOMEM, "out of memory");
}

/* ---------------------------------------------------------- what is known */

/* FNV-1a, 64 bits. */
static uint64_t
hash_path(const char *p, size_t len)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)p[i]) * 0x100000001b3u;
	return h ? h : 1;
}

static struct known *
find_place(struct known *table, size_t cap, uint64_t hash)
{
	size_t i = hash & (cap - 1);

	while (table[i].hash && table[i].hash != hash)
		i = (i + 1) & (cap - 1);
	return &table[i];
}

static int
grow_known(struct xj_walk *w)
{
	size_t cap = w->known_cap ? w->known_cap * 2 : 1024;
	struct known *table = calloc(cap, sizeof(*table));

	if (!table)
		return no_memory(w);
	for (size_t i = 0; i < w->known_cap; i++)
		if (w->known[i].hash)
			*find_place(table, cap, w->known[i].hash) = w->known[i];
	free(w->known);
	w->known = table;
	w->known_cap = cap;
	return XJ_OK;
}

static int
note_source(void *ctx, const struct xj_source *source)
{
	struct xj_walk *w = ctx;
	uint64_t hash = hash_path(source->path, source->path_len);
	struct known *k;

	if (w->known_count * 2 >= w->known_cap && grow_known(w) < 0)
		return XJ_ENOMEM;
	k = find_place(w->known, w->known_cap, hash);
	w->known_count += k->hash == 0;
	k->hash = hash;
	k->source = *source;
	k->source.path = NULL;
	k->source.given = NULL;
	return XJ_OK;
}

static struct known *
find_known(struct xj_walk *w, const char *path, size_t len)
{
	struct known *k;

	if (!w->known_cap)
		return NULL;
	k = find_place(w->known, w->known_cap, hash_path(path, len));
	return k->hash ? k : NULL;
}

/* ------------------------------------------------------------------- jobs */

static int64_t
nanoseconds(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

static int
add_job(struct xj_walk *w, const struct xj_job *job)
{
	if (w->job_count == w->job_cap) {
		size_t cap = w->job_cap ? w->job_cap * 2 : 256;
		struct xj_job *more = realloc(w->jobs, cap * sizeof(*more));

		if (!more)
			return no_memory(w);
		w->jobs = more;
		w->job_cap = cap;
	}
	w->jobs[w->job_count++] = *job;
	return XJ_OK;
}

static bool
unchanged(const struct xj_source *s, const struct stat *st)
{
	return s->size == (uint64_t)st->st_size &&
	       s->mtime_ns == nanoseconds(&st->st_mtim) &&
	       s->ctime_ns == nanoseconds(&st->st_ctim) &&
	       s->inode == st->st_ino;
}

/* The path as it was given, for people. */
static const char *
shown(const struct xj_walk *w)
{
	return xj_buf_str(&w->shown);
}

/* The name of the file in hand for people; that of a link is its target's. */
static const char *
shown_name(struct xj_walk *w)
{
	const char *name = xj_path_base(w->path.data);
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	if (strcmp(name, xj_path_base(w->given.data)) == 0)
		return xj_arena_strdup(w->arena, xj_path_base(shown(w)));
	xj_names_shown(&b, name, strlen(name), NULL,
		       w->archive->config.encoding);
	return b.failed ? NULL : xj_arena_strdup(w->arena, xj_buf_str(&b));
}

/* Whether it is as it was added. One that was removed since, and is now named by
 * hand, is to be had again. */
static bool
is_held(struct xj_walk *w, const struct known *k, const struct stat *st,
	unsigned depth)
{
	struct xj_doc doc;

	if (!unchanged(&k->source, st))
		return false;
	return depth > 0 ||
	       xj_catalog_get(w->archive->catalog, k->source.document,
			      w->arena, &doc, NULL) < 0 ||
	       doc.state != XJ_DOC_REMOVED;
}

/* The path by which a file is known. */
static const char *
source_of(struct xj_walk *w)
{
	return xj_arena_printf(w->arena, "%s%s", xj_buf_str(&w->source),
			       w->path.data + w->from);
}

static int
found_file(struct xj_walk *w, const struct stat *st, unsigned depth)
{
	const char *source = source_of(w);
	struct known *k = source ? find_known(w, source, strlen(source)) : NULL;
	struct xj_job job = {
		.size = (uint64_t)st->st_size,
		.mtime_ns = nanoseconds(&st->st_mtim),
		.ctime_ns = nanoseconds(&st->st_ctim),
		.inode = st->st_ino,
	};

	if (k && !k->seen) {
		k->seen = true;
		w->known_seen++;
	}
	if (k && is_held(w, k, st, depth))
		return w->events->held(w->events->ctx, shown(w), &k->source);
	if (k && !unchanged(&k->source, st))
		job.known = k->source.document;
	job.path = xj_arena_strndup(w->arena, w->path.data, w->path.len);
	job.source = source;
	job.given = xj_arena_strdup(w->arena, shown(w));
	job.name = shown_name(w);
	if (!job.source || !job.path || !job.given || !job.name)
		return no_memory(w);
	return add_job(w, &job);
}

/* It was to be taken, and cannot. */
static int
refuse(struct xj_walk *w, const char *why)
{
	return w->events->left(w->events->ctx, shown(w), "refused", why);
}

/* It is not meant to be taken. */
static int
skip(struct xj_walk *w, const char *why)
{
	return w->events->left(w->events->ctx, shown(w), "skipped", why);
}

/* ---------------------------------------------------------------- folders */

static bool
fits(const char *pattern, const char *bytes, const char *shown)
{
	return fnmatch(pattern, bytes, 0) == 0 ||
	       fnmatch(pattern, shown, 0) == 0;
}

/* Which pattern leaves the thing in hand out; NULL: none. A pattern with a
 * slash is matched with the path as given, else with the name: as people see
 * it, or its bytes. */
static const char *
excluded_by(const struct xj_walk *w, const char *name)
{
	const char *const *p = w->options->exclude;

	for (; p && *p; p++)
		if (strchr(*p, '/') ? fits(*p, w->given.data, shown(w))
				    : fits(*p, name, xj_path_base(shown(w))))
			return *p;
	return NULL;
}

struct names {
	char **list;
	size_t count, cap;
	struct xj_buf odd; /* those that are not UTF-8 */
};

static int walk_entry(struct xj_walk *w, int dirfd, const char *name,
		      const struct names *beside, unsigned depth);

static void
names_release(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->list[i]);
	free(n->list);
	xj_buf_release(&n->odd);
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
names_add(struct xj_walk *w, struct names *n, const char *name)
{
	char *copy;

	if (n->count == n->cap) {
		size_t cap = n->cap ? n->cap * 2 : 64;
		char **more = realloc(n->list, cap * sizeof(*more));

		if (!more)
			return no_memory(w);
		n->list = more;
		n->cap = cap;
	}
	if (!(copy = strdup(name)))
		return no_memory(w);
	n->list[n->count++] = copy;
	xj_names_pool(&n->odd, copy, strlen(copy));
	return n->odd.failed ? no_memory(w) : XJ_OK;
}

/* The names in a folder, sorted, so that every run takes the same order. */
static int
read_names(struct xj_walk *w, DIR *d, struct names *n)
{
	int r = XJ_OK;

	for (struct dirent *e; r == XJ_OK && (e = readdir(d));)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			r = names_add(w, n, e->d_name);
	if (n->count)
		qsort(n->list, n->count, sizeof(*n->list), by_bytes);
	return r;
}

static int
walk_folder(struct xj_walk *w, int dirfd, const char *name, unsigned depth)
{
	xj_auto(names_release) struct names names = { 0 };
	int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	char why[160];
	int r;

	if (!d) {
		snprintf(why, sizeof(why), "folder cannot be read: %s",
			 strerrordesc_np(errno));
		xj_closep(&fd);
		return refuse(w, why);
	}
	if (depth >= DEPTH_MAX) {
		closedir(d);
		return refuse(w, "folders nested deeper than 256");
	}
	r = read_names(w, d, &names);
	for (size_t i = 0; i < names.count && r == XJ_OK; i++)
		r = walk_entry(w, fd, names.list[i], &names, depth + 1);
	closedir(d);
	return r;
}

/* What is not taken, and why; NULL: it is taken. */
static const char *
reason_to_skip(const struct xj_walk *w, const struct stat *st)
{
	if (S_ISLNK(st->st_mode))
		return "symbolic link, not followed";
	if (st->st_dev == w->archive_stat.st_dev &&
	    st->st_ino == w->archive_stat.st_ino)
		return "is the archive itself";
	if (!S_ISREG(st->st_mode) && !S_ISDIR(st->st_mode))
		return "not a file or a folder";
	return NULL;
}

static int
walk_thing(struct xj_walk *w, int dirfd, const char *name,
	   const struct stat *st, unsigned depth)
{
	const char *why = reason_to_skip(w, st);

	if (why)
		return skip(w, why);
	if (S_ISDIR(st->st_mode))
		return walk_folder(w, dirfd, name, depth);
	return found_file(w, st, depth);
}

/* Put "/name" behind all paths. */
static int
enter(struct xj_walk *w, const char *name, const struct names *beside)
{
	struct xj_buf *all[] = { &w->path, &w->given, &w->shown };

	for (size_t i = 0; i < XJ_COUNT(all); i++) {
		if (all[i]->len && all[i]->data[all[i]->len - 1] != '/')
			xj_buf_addc(all[i], '/');
		if (all[i] == &w->shown)
			xj_names_shown(all[i], name, strlen(name),
				       &beside->odd,
				       w->archive->config.encoding);
		else
			xj_buf_adds(all[i], name);
		if (xj_buf_check(all[i], w->err) < 0)
			return XJ_ENOMEM;
	}
	return XJ_OK;
}

static void
leave(struct xj_buf *b, size_t len)
{
	b->len = len;
	b->data[len] = '\0';
}

static int
walk_entry(struct xj_walk *w, int dirfd, const char *name,
	   const struct names *beside, unsigned depth)
{
	size_t path_len = w->path.len, given_len = w->given.len;
	size_t shown_len = w->shown.len;
	const char *pattern;
	char why[300];
	struct stat st;
	int r = enter(w, name, beside);

	if (r < 0)
		return r;
	if (name[0] == '.' && !w->options->hidden) {
		r = skip(w, "hidden (--hidden takes it)");
	} else if ((pattern = excluded_by(w, name))) {
		snprintf(why, sizeof(why), "excluded by %s", pattern);
		r = skip(w, why);
	} else if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		snprintf(why, sizeof(why), "cannot be read: %s",
			 strerrordesc_np(errno));
		r = refuse(w, why);
	} else {
		r = walk_thing(w, dirfd, name, &st, depth);
	}
	leave(&w->path, path_len);
	leave(&w->given, given_len);
	leave(&w->shown, shown_len);
	return r;
}

/* ------------------------------------------------------------- paths given */

/* Count what was known and not come by. What is there all the same, hidden or
 * left out this time, has not vanished. */
static int
note_vanished(void *ctx, const struct xj_source *source)
{
	struct xj_walk *w = ctx;
	struct known *k = find_known(w, source->path, source->path_len);
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;

	if (!k || k->seen)
		return XJ_OK;
	k->seen = true;
	w->known_seen++;
	xj_buf_add(&path, source->path, source->path_len);
	if (xj_buf_check(&path, w->err) < 0)
		return XJ_ENOMEM;
	w->vanished += access(path.data, F_OK) < 0 && errno == ENOENT;
	return XJ_OK;
}

static int
find_vanished(struct xj_walk *w)
{
	if (w->known_seen == w->known_count)
		return XJ_OK;
	return xj_catalog_sources(w->archive->catalog, w->path.data,
				  w->path.len, note_vanished, w, w->err);
}

static int
walk_given(struct xj_walk *w, const char *given)
{
	struct stat st;
	/* A link that is named by hand is meant, so it is followed. */
	char *path = realpath(given, NULL);
	int r;

	xj_buf_clear(&w->path);
	xj_buf_clear(&w->given);
	xj_buf_adds(&w->path, path ? path : "");
	xj_buf_adds(&w->given, given);
	xj_buf_clear(&w->shown);
	xj_names_shown(&w->shown, given, strlen(given), NULL,
		       w->archive->config.encoding);
	free(path);
	if ((r = xj_buf_check(&w->given, w->err)) < 0 ||
	    (r = xj_buf_check(&w->path, w->err)) < 0)
		return r;
	if (!w->path.len || stat(w->path.data, &st) < 0)
		return refuse(w, "is gone");
	r = xj_catalog_sources(w->archive->catalog, w->path.data, w->path.len,
			       note_source, w, w->err);
	if (r == XJ_OK)
		r = walk_thing(w, AT_FDCWD, w->path.data, &st, 0);
	return r < 0 ? r : find_vanished(w);
}

static int
stdin_job(struct xj_walk *w)
{
	const char *name = w->options->stdin_name;

	if (!name)
		name = "stdin";
	xj_buf_clear(&w->shown);
	xj_names_shown(&w->shown, name, strlen(name), NULL,
		       w->archive->config.encoding);
	name = xj_arena_strdup(w->arena, shown(w));
	if (!name)
		return no_memory(w);
	return add_job(w, &(struct xj_job){ .given = name,
		.name = xj_path_base(name),
		.mtime_ns = xj_now() * 1000000000 });
}

/* "//upload/URN/..." is no path of this machine: realpath() gives none with two
 * slashes. */
#define UPLOADED "//upload/"

bool
xj_walk_is_uploaded(const char *source)
{
	return strncmp(source, UPLOADED, strlen(UPLOADED)) == 0;
}

/* The things in the folder, as if it lay nowhere. */
static int
walk_uploaded(struct xj_walk *w, const char *dir)
{
	const struct xj_reader *reader = xj_archive_reader(w->archive);
	xj_auto(names_release) struct names names = { 0 };
	char *path = realpath(dir, NULL);
	DIR *d = path ? opendir(path) : NULL;
	int r;

	if (!d) {
		free(path);
		return xj_error_errno(w->err, "%s", dir);
	}
	xj_buf_adds(&w->path, path);
	free(path);
	xj_buf_adds(&w->given, "");
	w->from = w->path.len;
	xj_buf_addf(&w->source, UPLOADED "%s", reader ? reader->urn : "owner");
	r = xj_buf_check(&w->source, w->err);
	if (r == XJ_OK)
		r = xj_catalog_sources(w->archive->catalog, w->source.data,
				       w->source.len, note_source, w, w->err);
	if (r == XJ_OK)
		r = read_names(w, d, &names);
	for (size_t i = 0; i < names.count && r == XJ_OK; i++)
		r = walk_entry(w, dirfd(d), names.list[i], &names, 0);
	closedir(d);
	return r;
}

/* Before anything is done: a path that is not there is a mistake. */
static int
check_paths(struct xj_walk *w, const char *const *paths)
{
	struct stat st;

	if (!paths[0])
		return xj_error_set(w->err, XJ_EINVAL, "nothing to add: name "
				    "a file or a folder");
	for (; *paths; paths++)
		if (strcmp(*paths, "-") != 0 && stat(*paths, &st) < 0)
			return xj_error_errno(w->err, "%s", *paths);
	return XJ_OK;
}

int
xj_walk_run(struct xj_archive *a, const char *const *paths, bool uploaded,
	    const struct xj_add_options *options,
	    const struct xj_walk_events *events, struct xj_walk **walk,
	    struct xj_error *err)
{
	struct xj_walk *w = calloc(1, sizeof(*w));
	int r;

	if (!w || xj_arena_new(&w->arena) < 0) {
		free(w);
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	}
	w->archive = a;
	w->options = options;
	w->events = events;
	w->err = err;
	r = fstat(a->fd, &w->archive_stat) < 0 ?
		xj_error_errno(err, "%s", a->dir) : check_paths(w, paths);
	for (; r == XJ_OK && *paths; paths++)
		r = uploaded ? walk_uploaded(w, *paths) :
		    strcmp(*paths, "-") == 0 ? stdin_job(w)
					     : walk_given(w, *paths);
	if (r < 0) {
		xj_walk_free(w);
		return r;
	}
	*walk = w;
	return XJ_OK;
}

const struct xj_job *
xj_walk_jobs(const struct xj_walk *w, size_t *count)
{
	*count = w->job_count;
	return w->jobs;
}

uint64_t
xj_walk_vanished(const struct xj_walk *w)
{
	return w->vanished;
}

void
xj_walk_free(struct xj_walk *w)
{
	if (!w)
		return;
	xj_buf_release(&w->source);
	xj_buf_release(&w->path);
	xj_buf_release(&w->given);
	xj_buf_release(&w->shown);
	xj_arena_free(w->arena);
	free(w->known);
	free(w->jobs);
	free(w);
}
