/*
 * archive.c - the importer of archives and compressed files: every member
 * becomes a child, and the host imports it in its turn.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <iconv.h>
#include <locale.h>
#include <stdlib.h>
#include <time.h>

#include "archive.h"

#define HEAD 65536u
#define TAIL 4096u
#define RETRIES_MAX 20u

/* ------------------------------------------------------------- the walk */

static int
finish_preview(struct job *job)
{
	if (job->sent > 0)
		return xj_warn(job->in, "a document of Apple iWork: its preview "
					"alone is read; export it as PDF");
	return xj_fail(job->in, XJ_IMPORT_UNSUPPORTED,
		       "a document of Apple iWork: export it as PDF");
}

/* Of wrong passwords one in 256 passes for right until the data are seen. */
static bool
nothing_opened(const struct job *job)
{
	return job->encrypted > 0 && job->opened == 0 &&
	       (job->encrypted == job->members ||
		(job->in->password && job->kind == &kind_zip));
}

static int
finish(struct job *job)
{
	char number[24];
	int r = warn_rest(job);

	if (r < 0)
		return r;
	snprintf(number, sizeof(number), "%llu",
		 (unsigned long long)job->members);
	if (job->kind->preview)
		return finish_preview(job);
	if ((r = xj_meta(job->in, "members", number)) < 0)
		return r;
	if (!nothing_opened(job))
		return 0;
	return xj_fail(job->in, locked_status(job), job->in->password &&
		       job->kind == &kind_zip ?
		       "the password opens no member of %s" :
		       "every member of %s is encrypted", number);
}

/* A header could not be read: is there a next one? 0: try. */
static int
bad_header(struct job *job, int status, unsigned *retries)
{
	char what[64];

	if (job->source.status < 0)
		return job->source.status;
	if (archive_read_has_encrypted_entries(job->a) == 1 &&
	    job->entries == 0)
		return xj_fail(job->in, locked_status(job),
			       "the list of members is encrypted");
	if (job->encrypted && job->sent == 0)
		return finish(job);
	if (status > ARCHIVE_FATAL && ++*retries < RETRIES_MAX)
		return warn_member(job, "a member", error_of(job));
	if (job->members == 0)
		snprintf(what, sizeof(what), "stopped before the first member");
	else
		snprintf(what, sizeof(what), "stopped after %llu of the members",
			 (unsigned long long)job->members);
	return source_failed(&job->source, job->a, what);
}

static int
walk(struct job *job)
{
	struct archive_entry *entry;
	unsigned retries = 0;
	int r = 0;

	while (r == 0) {
		int status = archive_read_next_header(job->a, &entry);

		if (status == ARCHIVE_EOF)
			return 0;
		if (status < ARCHIVE_WARN) {
			r = bad_header(job, status, &retries);
			continue;
		}
		if (++job->entries > MEMBERS_MAX)
			return xj_fail(job->in, XJ_IMPORT_LIMIT,
				       "more than %u members", MEMBERS_MAX);
		r = take_member(job, entry);
		if (r == 0)
			r = xj_poll(job->in, job->source.off, job->in->size);
	}
	return r;
}

/* ------------------------------------------------------------ the start */

/* The start of what is compressed tells what it is. */
static int
look_inside(struct job *job)
{
	struct archive_entry *entry;
	struct piece piece = { .status = ARCHIVE_EOF };
	int r, status;

	job->a = source_open(&job->source, job->kind->filter, format_raw, &r);
	if (!job->a)
		return r;
	status = archive_read_next_header(job->a, &entry);
	if (status == ARCHIVE_OK)
		next_piece(job, &piece);
	job->format = kind_inside(piece.data, piece.len);
	archive_read_free(job->a);
	job->a = NULL;
	job->source.off = 0;
	return job->source.status;
}

/* What has to be known of some formats before libarchive sees them. */
static int
prepare(struct job *job)
{
	static const char in_order[] =
		"the directory at the end is missing: read from the start";
	int r = 0;

	job->format = job->kind->format;
	if (!job->format)
		return look_inside(job);
	if (job->kind == &kind_zip || job->kind->preview) {
		r = zip_directory(job->in, &job->names);
		if (r == NO_DIRECTORY) {
			job->format = archive_read_support_format_zip_streamable;
			r = xj_warn(job->in, in_order);
		}
	} else if (job->kind == &kind_lha) {
		r = lha_code_page(job->in);
		if (r > 0 && r != 932)
			r = xj_fail(job->in, XJ_IMPORT_UNSUPPORTED,
				    "names in code page %d", r);
		else if (r > 0)
			r = 0;
	}
	return r;
}

static int
run(struct job *job)
{
	int r = prepare(job);

	if (r < 0)
		return r;
	job->a = source_open(&job->source, job->kind->filter, job->format, &r);
	if (!job->a)
		return r;
	r = walk(job);
	if (r == 0)
		r = finish(job);
	archive_read_free(job->a);
	return r;
}

static int
sample_input(struct xj_import *in, unsigned char *buf, struct xj_sample *s)
{
	ssize_t head = xj_read(in, 0, buf, HEAD);
	ssize_t tail = head < 0 ? head :
		xj_read(in, in->size > TAIL ? in->size - TAIL : 0, buf + HEAD,
			TAIL);

	if (tail < 0)
		return (int)tail;
	*s = (struct xj_sample){
		.head = buf, .head_len = (size_t)head,
		.tail = buf + HEAD, .tail_len = (size_t)tail,
		.size = in->size, .name = in->name, .mime = in->mime,
	};
	return 0;
}

static int
recognise(struct job *job, unsigned char *buf)
{
	struct xj_sample sample;
	const char *why;
	int bid, r = sample_input(job->in, buf, &sample);

	if (r < 0)
		return r;
	job->kind = kind_of(&sample, &bid);
	if (!job->kind || bid < XJ_BID_NAME)
		return xj_fail(job->in, XJ_IMPORT_CORRUPT,
			       "the name says archive, but the bytes do not");
	r = kind_obstacle(job->kind, &sample, &why);
	return r < 0 ? xj_fail(job->in, r, "%s", why) : 0;
}

static int
import_archive(struct xj_import *in)
{
	struct job job = { .in = in, .source.in = in };
	unsigned char *buf = xj_alloc(in, NULL, HEAD + TAIL);
	int r;

	job.source.buf = buf; /* the sample is not needed after */
	if (!buf || names_begin(&job.names, in) < 0)
		return XJ_IMPORT_NOMEM;
	r = recognise(&job, buf);
	if (r == 0)
		r = run(&job);
	names_end(&job.names);
	return r;
}

static int
probe_archive(const struct xj_sample *sample, const char **mime)
{
	int bid;
	const struct kind *kind = kind_of(sample, &bid);

	if (kind)
		*mime = kind->mime;
	return bid;
}

/*
 * libarchive turns names by the locale, the times of zips by the time zone,
 * and the names of Japanese LHA archives by iconv: all of them read files,
 * which is too late once the worker is confined. A zone that TZ spells out
 * needs none, and the same archive has the same times everywhere. The
 * descriptor of iconv stays open to hold its tables.
 */
static int
setup_archive(void)
{
	static iconv_t japanese;

	if (!setlocale(LC_CTYPE, "C.UTF-8") || setenv("TZ", "UTC0", 1) < 0)
		return -1;
	tzset();
	japanese = iconv_open("UTF-8", "CP932");
	(void)japanese;
	return 0;
}

static const struct xj_format formats[] = {
	{ .mime = "application/zip", .ext = "zip" },
	{ .mime = "application/x-tar", .ext = "tar" },
	{ .mime = "application/x-7z-compressed", .ext = "7z" },
	{ .mime = "application/vnd.rar", .ext = "rar" },
	{ .mime = "application/x-cpio", .ext = "cpio" },
	{ .mime = "application/vnd.ms-cab-compressed", .ext = "cab" },
	{ .mime = "application/x-lzh-compressed", .ext = "lzh" },
	{ .mime = "application/x-lzh-compressed", .ext = "lha" },
	{ .mime = "application/x-iso9660-image", .ext = "iso" },
	{ .mime = "application/gzip", .ext = "gz" },
	{ .mime = "application/gzip", .ext = "tgz" },
	{ .mime = "application/x-bzip2", .ext = "bz2" },
	{ .mime = "application/x-xz", .ext = "xz" },
	{ .mime = "application/x-xz", .ext = "txz" },
	{ .mime = "application/zstd", .ext = "zst" },
	{ .mime = "application/x-lzma", .ext = "lzma" },
	{ .mime = "application/x-compress", .ext = "z" },
	{ .mime = "application/x-lz4", .ext = "lz4" },
	{ .mime = "application/lzip", .ext = "lz" },
	{ 0 }
};

XJ_IMPORTER(.name = "archive", .version = "1.0",
	    .license = "GPL-3.0-or-later", .formats = formats,
	    .probe = probe_archive, .import = import_archive,
	    .libraries = ARCHIVE_VERSION_STRING, .setup = setup_archive);
