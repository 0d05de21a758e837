/* store-tools.h - small builders for the tests of the store. */
#ifndef XJ_TEST_STORE_TOOLS_H
#define XJ_TEST_STORE_TOOLS_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "store/store.h"

#include "scratch.h"
#include "tap.h"

#define WHEN 1790000000 /* 2026-09-21T13:33:20Z */

/* A call whose last argument is `&why` must end well. */
#define assert_ok(call) do { \
	struct xj_error why = { 0 }; \
	int r_ = (call); \
	if (r_ < 0) \
		print_message("%s: %d: %s\n", #call, r_, why.message); \
	assert_true(r_ >= 0); \
} while (0)

#define assert_status(call, expected) do { \
	struct xj_error why = { 0 }; \
	int r_ = (call); \
	if (r_ != (expected)) \
		print_message("%s: %d: %s\n", #call, r_, why.message); \
	assert_int_equal(r_, expected); \
} while (0)

static inline struct xj_store *
make_store(const struct scratch *dir)
{
	struct xj_store *store;

	assert_ok(xj_store_create(dir->path, &why));
	assert_ok(xj_store_open(dir->path, &store, &why));
	return store;
}

/* A descriptor that reads `text` from its beginning. */
static inline int
fd_of(const char *text)
{
	int fd = memfd_create("text", MFD_CLOEXEC);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static inline void
stage_text(struct xj_batch *batch, const char *text, struct xj_staged *staged)
{
	int fd = fd_of(text);

	assert_ok(xj_batch_stage(batch, fd, staged, &why));
	close(fd);
}

/* One file of text. */
static inline struct xj_object_file
file_of(const char *logical, const char *text)
{
	return (struct xj_object_file){
		.logical = logical, .bytes = text, .len = strlen(text),
	};
}

static inline struct xj_object_file
kept(const char *logical)
{
	return (struct xj_object_file){ .logical = logical, .keep = true };
}

static inline struct xj_object_version
version_of(const char *id, unsigned number, const struct xj_object_file *files,
	   size_t count)
{
	return (struct xj_object_version){
		.id = id, .number = number, .created = WHEN,
		.message = "a test", .user = "tester",
		.user_address = "mailto:tester@example.org",
		.files = files, .file_count = count,
	};
}

/* Put one version and publish it, in a batch of its own. */
static inline int
write_version(struct xj_store *store, const struct xj_object_version *v,
	      struct xj_error *err)
{
	struct xj_batch *batch;
	int r = xj_batch_begin(store, &batch, err);

	if (r < 0)
		return r;
	r = xj_batch_put(batch, v, err);
	if (r == XJ_OK)
		r = xj_batch_sync(batch, err);
	if (r == XJ_OK)
		r = xj_batch_publish(batch, err);
	xj_batch_end(batch, r == XJ_OK);
	return r == XJ_OK ? xj_store_sync(store, err) : r;
}

/* An object of one version with one file "a.txt". */
static inline void
write_text(struct xj_store *store, const char *id, unsigned number,
	   const char *text)
{
	struct xj_object_file file = file_of("a.txt", text);
	struct xj_object_version v = version_of(id, number, &file, 1);

	assert_ok(write_version(store, &v, &why));
}

static inline void
assert_reads(struct xj_store *store, const char *id, unsigned number,
	     const char *logical, const char *text)
{
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	xj_auto(xj_buf_release) struct xj_buf bytes = XJ_BUF_INIT;

	assert_ok(xj_object_open(store, id, &object, &why));
	assert_ok(xj_object_file_read(object, number, logical, 1 << 20, &bytes,
				      &why));
	assert_string_equal(xj_buf_str(&bytes), text);
}

static inline void
assert_head(struct xj_store *store, const char *id, unsigned head)
{
	xj_auto(xj_object_freep) struct xj_object *object = NULL;

	assert_ok(xj_object_open(store, id, &object, &why));
	assert_int_equal(xj_object_head(object), head);
}

/* Print a finding, so that the log says what was wrong. */
static inline int
show_finding(void *ctx, const struct xj_finding *finding)
{
	(void)ctx;
	print_message("%s %s: %s\n", finding->code, finding->path,
		      finding->message);
	return 0;
}

static inline void
assert_valid(const struct scratch *dir)
{
	struct xj_validation found = { 0 };
	char root[300];

	snprintf(root, sizeof(root), "%s/ocfl", dir->path);
	assert_ok(xj_ocfl_validate(root, 0, show_finding, NULL, &found, &why));
	assert_int_equal(found.errors, 0);
}

/* How many entries staging/ has, the file of locks left out. */
static inline size_t
count_staging(const struct scratch *dir)
{
	int fd = openat(dir->fd, "staging", O_RDONLY | O_DIRECTORY);
	DIR *list = fdopendir(fd);
	struct dirent *e;
	size_t n = 0;

	while ((e = readdir(list)))
		n += e->d_name[0] != '.' && strcmp(e->d_name, "locks") != 0;
	closedir(list);
	return n;
}

#endif
