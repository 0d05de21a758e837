/*
 * library-fixture.h - an archive, a folder of files to add, and what is said of
 * both, for tests of the library through its public functions.
 *
 *	SHELF(s);
 *	write_file(s, "notes/a.txt", "第一章");
 *	add(s, "notes");
 *	assert_outcome(s, "notes/a.txt", "ok");
 *	assert_hits(s, "第一章", 1);
 *
 * Paths are below the folder of files. A call that must work is in must().
 */
#ifndef XJ_TEST_LIBRARY_FIXTURE_H
#define XJ_TEST_LIBRARY_FIXTURE_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "scratch.h"
#include "tap.h"

/* A line of the report; the path joined by " > ", the files' folder left out. */
struct line {
	char *path, *outcome, *reason;
	uint64_t id;
	unsigned version;
};

struct shelf {
	struct scratch dir;
	char home[300], files[300]; /* of the archive; of what is added */
	struct xj_archive *archive;
	struct xj_add_options options;
	struct xj_add_result result;
	struct line *lines;
	size_t line_count;
	struct xj_error err;
};

#define must(call) \
	do { \
		if ((call) < 0) \
			fail_msg("%s: %s", #call, s->err.message); \
	} while (0)

#define assert_status(call, status) \
	do { \
		int got_ = (call); \
		if (got_ != (status)) \
			fail_msg("%s: %d (%s), not %s", #call, got_, \
				 got_ < 0 ? s->err.message : "", #status); \
	} while (0)

static inline void
assert_says(const struct shelf *s, const char *part)
{
	if (!strstr(s->err.message, part))
		fail_msg("\"%s\" does not say \"%s\"", s->err.message, part);
}

static inline void
shelf_open(struct shelf *s, unsigned flags)
{
	xj_archive_close(s->archive);
	s->archive = NULL;
	must(xj_archive_open(s->home, flags, &s->archive, &s->err));
}

static inline struct shelf
shelf_begin(void)
{
	struct shelf shelf = { .dir = scratch_begin() }, *s = &shelf;

	snprintf(s->home, sizeof(s->home), "%.255s/archive", s->dir.path);
	snprintf(s->files, sizeof(s->files), "%.255s/files", s->dir.path);
	must(xj_mkdirs(AT_FDCWD, s->files, 0700, &s->err));
	must(xj_archive_init(s->home, &s->err));
	shelf_open(s, 0);
	return shelf;
}

static inline void
forget_lines(struct shelf *s)
{
	for (size_t i = 0; i < s->line_count; i++) {
		free(s->lines[i].path);
		free(s->lines[i].outcome);
		free(s->lines[i].reason);
	}
	free(s->lines);
	s->lines = NULL;
	s->line_count = 0;
}

static inline void
shelf_end(struct shelf *s)
{
	forget_lines(s);
	xj_archive_close(s->archive);
	scratch_end(&s->dir);
}

#define SHELF(s) \
	xj_auto(shelf_end) struct shelf s##_itself = shelf_begin(); \
	struct shelf *s = &s##_itself

/* ------------------------------------------------------------------ files */

static inline char *
file_path(const struct shelf *s, const char *name)
{
	static char path[700];

	snprintf(path, sizeof(path), "%.299s/%.390s", s->files, name);
	return path;
}

static inline void
write_bytes(struct shelf *s, const char *name, const void *bytes, size_t len)
{
	char *path = file_path(s, name), *slash = strrchr(path, '/');
	int fd;

	*slash = '\0';
	must(xj_mkdirs(AT_FDCWD, path, 0700, &s->err));
	*slash = '/';
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	must(xj_write_all(fd, bytes, len, &s->err));
	close(fd);
}

static inline void
write_file(struct shelf *s, const char *name, const char *text)
{
	write_bytes(s, name, text, strlen(text));
}

/* ----------------------------------------------------------------- adding */

static inline char *
joined_path(const struct shelf *s, const char *const *path)
{
	struct xj_buf b = XJ_BUF_INIT;
	size_t n = strlen(s->files);

	for (size_t i = 0; path[i]; i++) {
		const char *part = path[i];

		if (i == 0 && strncmp(part, s->files, n) == 0)
			part += n + (part[n] == '/');
		xj_buf_addf(&b, "%s%s", i ? " > " : "", part);
	}
	return xj_buf_take(&b);
}

static inline int
note_line(void *ctx, const struct xj_outcome *o)
{
	struct shelf *s = ctx;
	struct line *l;

	s->lines = realloc(s->lines, (s->line_count + 1) * sizeof(*l));
	l = &s->lines[s->line_count++];
	*l = (struct line){ .path = joined_path(s, o->path),
		.outcome = strdup(o->outcome),
		.reason = strdup(o->reason ? o->reason : ""),
		.id = o->id, .version = o->version };
	return XJ_OK;
}

/* With s->options; the report is in s->lines, the counts in s->result. */
static inline int
try_add(struct shelf *s, const char *name)
{
	const char *paths[] = { file_path(s, name), NULL };
	struct xj_add_options o = s->options;

	forget_lines(s);
	if (!o.outcome) {
		o.outcome = note_line;
		o.ctx = s;
	}
	if (!o.jobs)
		o.jobs = 2;
	return xj_add(s->archive, paths, &o, &s->result, &s->err);
}

static inline void
add(struct shelf *s, const char *name)
{
	must(try_add(s, name));
}

static inline const struct line *
line_of(const struct shelf *s, const char *path)
{
	for (size_t i = 0; i < s->line_count; i++)
		if (strcmp(s->lines[i].path, path) == 0)
			return &s->lines[i];
	fail_msg("no line of the report is about %s", path);
	return NULL;
}

static inline void
assert_outcome(const struct shelf *s, const char *path, const char *outcome)
{
	const struct line *l = line_of(s, path);

	if (strcmp(l->outcome, outcome) != 0)
		fail_msg("%s: %s (%s), not %s", path, l->outcome, l->reason,
			 outcome);
}

static inline uint64_t
id_of(const struct shelf *s, const char *path)
{
	return line_of(s, path)->id;
}

/* ---------------------------------------------------------------- asking */

static inline struct xj_document *
open_document(struct shelf *s, uint64_t id)
{
	struct xj_document *d = NULL;
	char ref[24];

	snprintf(ref, sizeof(ref), "%llu", (unsigned long long)id);
	must(xj_document_open(s->archive, ref, &d, &s->err));
	return d;
}

static inline void
document_freep(struct xj_document **d)
{
	xj_document_free(*d);
}

#define DOCUMENT(name, s, id) \
	xj_auto(document_freep) struct xj_document *name = \
		open_document(s, id); \
	const struct xj_document_info *name##_info = xj_document_info(name)

static inline int
note_part(void *ctx, const struct xj_text_part *part)
{
	struct xj_buf *b = ctx;

	if (b->len && !part->more)
		xj_buf_addc(b, '\n');
	xj_buf_add(b, part->text, part->len);
	return XJ_OK;
}

static inline void
assert_text(struct shelf *s, uint64_t id, const char *text)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	DOCUMENT(d, s, id);
	(void)d_info;
	must(xj_document_text(d, note_part, &b, &s->err));
	assert_string_equal(xj_buf_str(&b), text);
}

/* The original bytes of a version; the status of the call. */
static inline int
get_bytes(struct shelf *s, uint64_t id, unsigned version, struct xj_buf *out)
{
	xj_auto(xj_closep) int fd = memfd_create("bytes", MFD_CLOEXEC);
	struct stat st;
	int r;

	DOCUMENT(d, s, id);
	(void)d_info;
	r = xj_document_get(d, version, fd, &s->err);
	fstat(fd, &st);
	xj_buf_clear(out);
	xj_buf_reserve(out, (size_t)st.st_size + 1);
	out->len = (size_t)xj_pread_all(fd, out->data, (size_t)st.st_size, 0);
	out->data[out->len] = '\0';
	return r;
}

static inline void
assert_bytes(struct shelf *s, uint64_t id, unsigned version, const void *bytes,
	     size_t len)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	must(get_bytes(s, id, version, &b));
	assert_int_equal(b.len, len);
	assert_memory_equal(b.data, bytes, len);
}

/* How many documents answer, from a fresh look at the index. */
static inline uint64_t
hits(struct shelf *s, const char *query)
{
	struct xj_hits *h = NULL;
	uint64_t total;

	must(xj_search(s->archive, &(struct xj_search){ .query = query,
		.limit = 1, .no_passages = true }, &h, &s->err));
	total = xj_hits_total(h);
	xj_hits_free(h);
	return total;
}

static inline void
assert_hits(struct shelf *s, const char *query, uint64_t n)
{
	assert_int_equal(hits(s, query), n);
}

/* Names of a list, in order, "a.txt b.txt". */
static inline int
note_name(void *ctx, const struct xj_document_info *info)
{
	struct xj_buf *b = ctx;

	xj_buf_addf(b, "%s%s", b->len ? " " : "", info->name);
	return XJ_OK;
}

static inline void
assert_list(struct shelf *s, const struct xj_list_options *o,
	    const char *names)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	uint64_t total;

	must(xj_list(s->archive, o, &total, note_name, &b, &s->err));
	assert_string_equal(xj_buf_str(&b), names);
}

static inline void
assert_listed(struct shelf *s, const char *filter, const char *names)
{
	assert_list(s, &(struct xj_list_options){ .filter = filter }, names);
}

static inline int
show_problem(void *ctx, const struct xj_problem *p)
{
	(void)ctx;
	fprintf(stderr, "%s %s %s %s: %s\n", p->severity, p->code, p->object,
		p->path, p->message);
	return XJ_OK;
}

static inline void
assert_sound(struct shelf *s)
{
	struct xj_check_result found;

	must(xj_verify(s->archive, NULL, show_problem, NULL, NULL, &found,
		       &s->err));
	assert_int_equal(found.errors, 0);
	assert_int_equal(found.warnings, 0);
}

/* Files below a folder of the archive that hold these bytes. */
static inline unsigned
files_with(const struct shelf *s, const char *folder, const char *bytes)
{
	char command[1024];
	unsigned n = 0;
	FILE *f;

	snprintf(command, sizeof(command), "grep -rlaF -- '%s' '%s/%s'", bytes,
		 s->home, folder);
	f = popen(command, "r");
	for (int c; (c = getc(f)) != EOF;)
		n += c == '\n';
	pclose(f);
	return n;
}

static inline unsigned
count_entries(const struct shelf *s, const char *folder)
{
	char command[512];
	unsigned n = 0;
	FILE *f;

	snprintf(command, sizeof(command), "ls -A '%s/%s'", s->home, folder);
	f = popen(command, "r");
	for (int c; (c = getc(f)) != EOF;)
		n += c == '\n';
	pclose(f);
	return n;
}

/* ------------------------------------------------------------------- runs */

/* Tests that import need the worker and the importers. */
#define LIBRARY_MAIN(tests) \
	int \
	main(void) \
	{ \
		if (!getenv("XUEJI_WORKER") || !getenv("XUEJI_PLUGINS")) { \
			puts("1..0 # SKIP XUEJI_WORKER and XUEJI_PLUGINS " \
			     "are not set"); \
			return 0; \
		} \
		return tap_run(tests, XJ_COUNT(tests), NULL, NULL); \
	}

#endif
