/*
 * member.c - one member: its name, whether it is taken, its bytes.
 *
 * Names that may not be Unicode are decided together. The zip directory gives
 * them all at once; for other formats the headers are read once more from the
 * start when the first doubtful name comes up, so an archive with plain or
 * clearly UTF-8 names is never read twice. That side reading ends with 64 KiB
 * of names, 10,000 members or 64 MiB of unpacked bytes: enough names to decide
 * by, and no more than about two seconds even of bzip2. Later names share the
 * decision.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <errno.h>
#include <strings.h>

#include "archive.h"

#define SIDE_MEMBERS 10000u
#define SIDE_BYTES (INT64_C(64) << 20)
#define WARNINGS_MAX 50u  /* about single members; then a count */
#define HOLE_MAX (INT64_C(16) << 20)
#define NAME_MAX_SHOWN 300
#define DAMAGE_MAX 256

/* ------------------------------------------------------------- warnings */

int
warn_member(struct job *job, const char *name, const char *why)
{
	char message[NAME_MAX_SHOWN + 400];
	size_t n = utf8_cut(name, strlen(name), NAME_MAX_SHOWN);

	if (job->warned++ >= WARNINGS_MAX)
		return 0;
	snprintf(message, sizeof(message), "%.*s: left out: %.300s", (int)n,
		 name, why);
	return xj_warn(job->in, message);
}

int
lose_member(struct job *job, const char *name, int status, const char *why)
{
	int r = xj_child_left(job->in, name, status, why);

	return r < 0 ? r : warn_member(job, name, why);
}

int
locked_status(const struct job *job)
{
	return job->kind == &kind_zip ? XJ_IMPORT_ENCRYPTED :
					XJ_IMPORT_KEYLESS;
}

int
warn_rest(struct job *job)
{
	char message[80];

	if (job->warned <= WARNINGS_MAX)
		return 0;
	snprintf(message, sizeof(message), "%llu more members left out",
		 (unsigned long long)(job->warned - WARNINGS_MAX));
	return xj_warn(job->in, message);
}

/* ---------------------------------------------------------------- names */

/* Whether what libarchive says is UTF-8 was declared to be. */
static bool
declared(const struct job *job, const char *raw, size_t len)
{
	return job->kind->unicode ||
	       archive_format(job->a) == ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE ||
	       names_unicode(&job->names, raw, len);
}

/* Past the bytes of a member; false when that takes too long. */
static bool
skip_data(struct job *job, struct archive *a)
{
	const void *data;
	size_t len;
	la_int64_t off;
	int r;

	if (job->kind->filter == ARCHIVE_FILTER_NONE)
		return true; /* the next header skips by seeking */
	do {
		r = archive_read_data_block(a, &data, &len, &off);
		if (archive_filter_bytes(a, 0) > SIDE_BYTES)
			return false;
	} while (r == ARCHIVE_OK);
	return r == ARCHIVE_EOF;
}

/* When a name cannot be converted, libarchive takes an ENOMEM that is left over
 * from elsewhere for its own, and exits. */
static const char *
raw_name(struct archive_entry *entry)
{
	errno = 0;
	return archive_entry_pathname(entry);
}

static void
collect_names(struct job *job, struct archive *a)
{
	struct archive_entry *entry;

	for (unsigned i = 0; i < SIDE_MEMBERS; i++) {
		int r = archive_read_next_header(a, &entry);
		const char *raw;

		if (r == ARCHIVE_EOF || r < ARCHIVE_WARN)
			return;
		raw = raw_name(entry);
		if (raw && !names_pool(&job->names, raw, strlen(raw)))
			return;
		if (!skip_data(job, a) ||
		    xj_poll(job->in, job->source.off, job->in->size) < 0)
			return;
	}
}

/* Read headers from the start for names; see the head of this file. */
static int
fill_pool(struct job *job)
{
	struct source side = { .in = job->in };
	struct archive *a;
	int r;

	if (!(side.buf = xj_alloc(job->in, NULL, SOURCE_BUF)))
		return XJ_IMPORT_NOMEM;
	if (!(a = source_open(&side, job->kind->filter, job->format, &r)))
		return r;
	collect_names(job, a);
	archive_read_free(a);
	xj_alloc(job->in, side.buf, 0);
	return side.status;
}

/* The name as UTF-8, lent until the next one. */
static int
doubtful_name(struct job *job, const char *raw, const char **name, size_t *len)
{
	int r = 0;

	if (!job->names.decided && job->names.len == 0)
		r = fill_pool(job);
	if (r == 0 && !job->names.decided) {
		if (job->names.len == 0)
			names_pool(&job->names, raw, strlen(raw));
		r = names_decide(&job->names);
	}
	if (r < 0)
		return r;
	return names_decode(&job->names, raw, strlen(raw), name, len);
}

/* A copy that lives as long as the import, or until it is freed. */
static int
copy_name(struct job *job, const char *name, size_t len, char **copy)
{
	*copy = xj_alloc(job->in, NULL, len + 1);
	if (!*copy)
		return XJ_IMPORT_NOMEM;
	memcpy(*copy, name, len);
	(*copy)[len] = '\0';
	return 0;
}

static int
number_name(struct job *job, char **copy)
{
	char number[40];

	snprintf(number, sizeof(number), "member-%llu",
		 (unsigned long long)job->entries);
	return copy_name(job, number, strlen(number), copy);
}

static int
member_name(struct job *job, struct archive_entry *entry, char **copy)
{
	const char *raw, *name;
	size_t long_ones, len;
	int r;

	raw = raw_name(entry);
	name = archive_entry_pathname_utf8(entry);
	if (!raw)
		raw = name;
	if (!raw)
		return number_name(job, copy);
	len = strlen(raw);
	if (names_sure(raw, len) || (declared(job, raw, len) &&
				     utf8_valid(raw, len, &long_ones)))
		return copy_name(job, raw, len, copy);
	if ((r = doubtful_name(job, raw, &name, &len)) < 0)
		return r;
	return copy_name(job, name, len, copy);
}

/* "notes.txt" of "notes.txt.gz", "lectures.tar" of "lectures.tgz". */
static int
name_of_single(struct job *job, char **copy)
{
	static const struct { const char *ext, *becomes; } list[] = {
		{ "gz", "" }, { "bz2", "" }, { "xz", "" }, { "zst", "" },
		{ "lzma", "" }, { "lz4", "" }, { "lz", "" }, { "z", "" }, { "bz", "" },
		{ "tgz", ".tar" }, { "tbz", ".tar" }, { "tbz2", ".tar" },
		{ "txz", ".tar" }, { "tzst", ".tar" }, { "tlz", ".tar" },
		{ "svgz", ".svg" },
	};
	const char *name = job->in->name, *dot = strrchr(name, '.');
	const char *becomes = NULL;
	size_t len = dot && dot != name ? (size_t)(dot - name) : 0;

	for (size_t i = 0; len && i < sizeof(list) / sizeof(list[0]); i++)
		if (!strcasecmp(dot + 1, list[i].ext))
			becomes = list[i].becomes;
	if (!becomes)
		len = strlen(name);
	if (len == 0)
		return copy_name(job, "data", 4, copy);
	*copy = xj_alloc(job->in, NULL, len + sizeof(".tar"));
	if (!*copy)
		return XJ_IMPORT_NOMEM;
	memcpy(*copy, name, len);
	strcpy(*copy + len, becomes ? becomes : "");
	return 0;
}

/* -------------------------------------------------------------- members */

/* What is neither file nor folder, or NULL. In cpio the last of several links
 * has the bytes. */
static const char *
special(struct archive_entry *entry)
{
	errno = 0;
	if (archive_entry_hardlink(entry) && archive_entry_size(entry) == 0)
		return "a link to another member";
	switch (archive_entry_filetype(entry)) {
	case AE_IFLNK:
		return "a symbolic link";
	case AE_IFCHR:
	case AE_IFBLK:
		return "a device";
	case AE_IFIFO:
		return "a pipe";
	case AE_IFSOCK:
		return "a socket";
	}
	return NULL;
}

const char *
error_of(struct job *job)
{
	const char *why = archive_error_string(job->a);

	return why ? why : "damaged";
}

/* Zeros of a sparse file. */
static int
send_hole(struct job *job, int64_t len)
{
	static const char zeros[16384];
	int r = 0;

	while (r == 0 && len > 0) {
		size_t n = len < (int64_t)sizeof(zeros) ? (size_t)len :
							  sizeof(zeros);

		r = xj_child_data(job->in, zeros, n);
		len -= (int64_t)n;
	}
	return r;
}

void
next_piece(struct job *job, struct piece *p)
{
	p->data = NULL;
	p->len = 0;
	p->status = archive_read_data_block(job->a, &p->data, &p->len,
					    &p->off);
}

/* Some of libarchive's sentences end with a line. */
static void
note_damage(struct job *job, char damage[DAMAGE_MAX])
{
	snprintf(damage, DAMAGE_MAX, "its data are damaged: %s", error_of(job));
	damage[strcspn(damage, "\n")] = '\0';
}

/*
 * The rest of a member, from the piece in hand. 0 with what is wrong with it in
 * `damage`, or ""; XJ_CHILD_SKIP; negative: stop.
 */
static int
send_data(struct job *job, struct piece *p, char damage[DAMAGE_MAX])
{
	la_int64_t at = 0;
	int r = 0;

	damage[0] = '\0';
	for (; r == 0 && p->status != ARCHIVE_EOF; next_piece(job, p)) {
		/* a warning is about a checksum, and comes at the end */
		if (p->status != ARCHIVE_OK)
			note_damage(job, damage);
		if (p->status < ARCHIVE_WARN ||
		    (p->status != ARCHIVE_OK && p->len == 0))
			return job->source.status;
		if (p->off > at + HOLE_MAX) {
			strcpy(damage, "a hole of more than 16 MiB");
			return 0;
		}
		r = send_hole(job, p->off - at);
		if (r == 0 && p->len > 0)
			r = xj_child_data(job->in, p->data, p->len);
		if (r == 0 && p->len == 0)
			r = xj_poll(job->in, job->source.off, job->in->size);
		at = (p->off > at ? p->off : at) + (la_int64_t)p->len;
	}
	return r;
}

/* Midnight of 1 January 1980 is how a zip says that it does not know. */
static int64_t
mtime_of(struct archive_entry *entry)
{
	const int64_t unknown = 315532800;
	int64_t mtime = archive_entry_mtime(entry);

	return archive_entry_mtime_is_set(entry) && mtime != unknown ? mtime :
								      INT64_MIN;
}

static int
send_member(struct job *job, struct archive_entry *entry, const char *name,
	    struct piece *first)
{
	const char *raw = raw_name(entry);
	char damage[DAMAGE_MAX];
	struct xj_child child = {
		.name = name, .size = UINT64_MAX, .mtime = mtime_of(entry),
		.role = XJ_CHILD_MEMBER,
	};
	int r;

	if (archive_format(job->a) != ARCHIVE_FORMAT_RAW) {
		if (archive_entry_size_is_set(entry))
			child.size = (uint64_t)archive_entry_size(entry);
		if (raw && strcmp(raw, name)) {
			child.raw = raw;
			child.raw_len = strlen(raw);
		}
	}
	r = xj_child_begin(job->in, &child);

	if (r == XJ_CHILD_SKIP)
		return 0;
	if (r < 0)
		return r;
	job->sent++;
	r = send_data(job, first, damage);
	if (r < 0)
		return r;
	if (archive_entry_is_encrypted(entry) && damage[0])
		job->encrypted++;
	else if (archive_entry_is_encrypted(entry))
		job->opened++;
	if (r == XJ_CHILD_SKIP)
		return xj_child_end(job->in, "too large");
	return xj_child_end(job->in, damage[0] ? damage : NULL);
}

/* No byte of it could be read. */
static int
unreadable(struct job *job, struct archive_entry *entry, const char *name)
{
	if (job->source.status < 0)
		return job->source.status;
	if (archive_entry_is_encrypted(entry)) {
		job->encrypted++;
		return lose_member(job, name, locked_status(job), "encrypted");
	}
	return lose_member(job, name, XJ_IMPORT_CORRUPT, error_of(job));
}

static int
take_file(struct job *job, struct archive_entry *entry, const char *name)
{
	struct piece first;

	job->members++;
	if (archive_entry_is_encrypted(entry) && !job->in->password) {
		job->encrypted++;
		return lose_member(job, name, locked_status(job), "encrypted");
	}
	next_piece(job, &first);
	if (first.status != ARCHIVE_EOF && first.status < ARCHIVE_WARN)
		return unreadable(job, entry, name);
	return send_member(job, entry, name, &first);
}

static bool
is_preview(const char *name)
{
	static const char *const ends[] = { "QuickLook/Preview.pdf",
					    "preview.jpg" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t n = strlen(name), m = strlen(ends[i]);

		if (n >= m && !strcmp(name + n - m, ends[i]) &&
		    (n == m || name[n - m - 1] == '/'))
			return true;
	}
	return false;
}

int
take_member(struct job *job, struct archive_entry *entry)
{
	const char *odd = special(entry);
	char *copy = NULL;
	int r;

	if (!odd && archive_entry_filetype(entry) == AE_IFDIR)
		return 0;
	if (archive_format(job->a) == ARCHIVE_FORMAT_RAW)
		r = name_of_single(job, &copy);
	else
		r = member_name(job, entry, &copy);
	if (r < 0)
		return r;
	name_tame(copy);
	if (!*copy && (r = number_name(job, &copy)) < 0)
		return r;
	if (!job->kind->preview || is_preview(copy))
		r = odd ? xj_child_left(job->in, copy, XJ_IMPORT_OK, odd) :
			  take_file(job, entry, copy);
	xj_alloc(job->in, copy, 0);
	return r;
}
