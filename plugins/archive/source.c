/*
 * source.c - libarchive's reader over the services of the host.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <errno.h>

#include "archive.h"

static la_ssize_t
source_read(struct archive *a, void *ctx, const void **block)
{
	struct source *s = ctx;
	ssize_t n = xj_read(s->in, s->off, s->buf, SOURCE_BUF);

	if (n < 0) {
		s->status = (int)n;
		archive_set_error(a, EIO, "the import was stopped");
		return ARCHIVE_FATAL;
	}
	s->off += (uint64_t)n;
	*block = s->buf;
	return n;
}

static la_int64_t
source_skip(struct archive *a, void *ctx, la_int64_t request)
{
	struct source *s = ctx;
	uint64_t left = s->in->size - s->off;

	(void)a;
	if (request < 0)
		return 0;
	if ((uint64_t)request > left)
		request = (la_int64_t)left;
	s->off += (uint64_t)request;
	return request;
}

static la_int64_t
source_seek(struct archive *a, void *ctx, la_int64_t offset, int whence)
{
	struct source *s = ctx;
	int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ?
		(int64_t)s->off : (int64_t)s->in->size;

	if (offset < -base || offset > (int64_t)s->in->size - base) {
		archive_set_error(a, EINVAL, "a place outside of the file");
		return ARCHIVE_FATAL;
	}
	s->off = (uint64_t)(base + offset);
	return (la_int64_t)s->off;
}

/*
 * One reader, and one decompressor at most: the rest of libarchive is never
 * reached, its xar reader among them, which can loop. A second layer of
 * compression is a document of its own.
 */
static int
enable(struct archive *a, int filter, format_fn format)
{
	int r = format(a);

	if (r < ARCHIVE_WARN || filter == ARCHIVE_FILTER_NONE)
		return r;
	/* the one for compress(1) reads as soon as it is appended */
	if (filter == ARCHIVE_FILTER_COMPRESS)
		return archive_read_support_filter_compress(a);
	return archive_read_append_filter(a, filter);
}

int
format_raw(struct archive *a)
{
	int r = archive_read_support_format_raw(a);

	return r < ARCHIVE_WARN ? r : archive_read_support_format_empty(a);
}

/* libarchive has no code for what it does not know, only words. */
static bool
beyond_it(const char *why)
{
	return strcasestr(why, "unsupported") || strcasestr(why, "unavailable") ||
	       strcasestr(why, "not supported");
}

int
source_failed(struct source *source, struct archive *a, const char *what)
{
	const char *why = archive_error_string(a);
	int status = XJ_IMPORT_CORRUPT;

	if (source->status < 0)
		return source->status;
	if (!why)
		why = "damaged";
	if (archive_errno(a) == ENOMEM)
		status = XJ_IMPORT_NOMEM;
	else if (beyond_it(why))
		status = XJ_IMPORT_UNSUPPORTED;
	return xj_fail(source->in, status, "%s: %s", what, why);
}

struct archive *
source_open(struct source *source, int filter, format_fn format, int *status)
{
	struct archive *a = archive_read_new();

	*status = XJ_IMPORT_NOMEM;
	if (!a)
		return NULL;
	if (source->in->password)
		archive_read_add_passphrase(a, source->in->password);
	if (enable(a, filter, format) < ARCHIVE_WARN ||
	    archive_read_set_read_callback(a, source_read) < 0 ||
	    archive_read_set_skip_callback(a, source_skip) < 0 ||
	    archive_read_set_seek_callback(a, source_seek) < 0 ||
	    archive_read_set_callback_data(a, source) < 0 ||
	    archive_read_open1(a) < ARCHIVE_WARN) {
		*status = source_failed(source, a, "cannot be opened");
		archive_read_free(a);
		return NULL;
	}
	return a;
}
