/* status.c - how the archive is doing: counts, sizes, importers, doctor. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>
#include <zstd.h>

#include "library/rights.h"

/* ----------------------------------------------------------------- status */

static uint64_t
file_size(struct xj_archive *a, const char *name)
{
	struct stat st;

	return fstatat(a->fd, name, &st, 0) == 0 ? (uint64_t)st.st_size : 0;
}

static void
fill_disk(struct xj_archive *a, struct xj_archive_status *s)
{
	s->disk_ocfl = xj_tree_size(a->fd, "ocfl");
	s->disk_index = xj_tree_size(a->fd, "index");
	s->disk_text = file_size(a, "text.sqlite") +
		       file_size(a, "text.sqlite-wal");
	s->disk_catalog = file_size(a, "catalog.sqlite") +
			  file_size(a, "catalog.sqlite-wal");
}

static int
fill_index(struct xj_archive *a, struct xj_archive_status *s,
	   struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_segment_row *rows;
	size_t count;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_segments(a->catalog, arena, &rows, &count, err);
	for (size_t i = 0; i < count && r == XJ_OK; i++)
		s->dead += rows[i].dead;
	s->segments = r < 0 ? 0 : count;
	s->analyzer = s->segments ? xj_indexed_analyzer(a) : 0;
	s->reindex_due = s->segments && s->analyzer != XJ_ANALYZER_VERSION;
	s->indexer = xj_indexer_holder(a);
	return r;
}

static void
fill_confinement(struct xj_archive *a, struct xj_archive_status *s)
{
	struct xj_importers *importers;
	const struct xj_confinement *c;

	s->missing_confinement = N_("no importers could be started");
	if (xj_archive_importers(a, &importers, NULL) < 0)
		return;
	c = xj_importers_confinement(importers);
	s->seccomp = c->seccomp;
	s->rlimits = c->rlimits;
	s->landlock_abi = c->landlock_abi;
	s->missing_confinement = c->missing;
}

int
xj_status(struct xj_archive *a, struct xj_archive_status *s,
	  struct xj_error *err)
{
	struct xj_catalog_counts c;
	int r = xj_catalog_totals(a->catalog, &c, err);

	if (r < 0)
		return r;
	*s = (struct xj_archive_status){
		.documents = c.documents, .members = c.members,
		.removed = c.removed, .purged = c.purged, .queued = c.queued,
		.accessions = c.accessions, .bytes = c.bytes,
		.text_bytes = c.text_bytes, .quarantined = c.quarantined,
	};
	/* Sizes grow with what he may not see. */
	fill_confinement(a, s);
	r = fill_index(a, s, err);
	if (xj_may(a, XJ_DO_MACHINE, 0, NULL, NULL) == XJ_OK)
		fill_disk(a, s);
	else
		s->dead = 0;
	return r;
}

int
xj_tally(struct xj_archive *a, const char *by, xj_count_fn fn, void *ctx,
	 struct xj_error *err)
{
	return xj_catalog_tally(a->catalog, by, fn, ctx, err);
}

/* ---------------------------------------------------------------- plugins */

/* The importers of an archive, or of the standard directories. */
static int
open_importers(struct xj_archive *a, struct xj_importers **own,
	       struct xj_importers **importers, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const char *const *dirs;
	int r;

	*own = NULL;
	if (a)
		return xj_archive_importers(a, importers, err);
	if (xj_arena_new(&arena) < 0 || !(dirs = xj_plugin_dirs(arena, "")))
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	r = xj_importers_open(&(struct xj_importers_options){ .dirs = dirs },
			      own, err);
	*importers = *own;
	return r;
}

/* Those that do OCR, as open_importers() for the others. */
static int
open_readers(struct xj_archive *a, struct xj_importers **own,
	     struct xj_importers **readers)
{
	const char *standard = getenv("XUEJI_PLUGINS");
	xj_auto(xj_buf_release) struct xj_buf dir = XJ_BUF_INIT;
	const char *dirs[2] = { NULL };
	int r = xj_path_join(&dir, standard && *standard ? standard
							 : XJ_PLUGINDIR, "ocr");

	*own = NULL;
	if (a)
		return xj_archive_readers(a, readers, NULL);
	dirs[0] = dir.data;
	if (r == XJ_OK)
		r = xj_importers_open(&(struct xj_importers_options){
			.dirs = dirs }, own, NULL);
	*readers = *own;
	return r;
}

static int
tell_plugins(const struct xj_importers *importers, xj_plugin_fn fn, void *ctx)
{
	int r = XJ_OK;

	for (size_t i = 0; r == XJ_OK && i < xj_importers_count(importers);
	     i++) {
		const struct xj_importer_info *info =
			xj_importers_at(importers, i);

		r = fn(ctx, &(struct xj_plugin){
			.name = info->name, .version = info->version,
			.license = info->license,
			.libraries = info->libraries, .file = info->file,
			.refused = info->refused,
			.abi_major = info->abi >> 16,
			.abi_minor = info->abi & 0xffff,
			.formats = info->mimes, .extensions = info->exts,
			.command = info->command,
		});
	}
	return r;
}

int
xj_plugins(struct xj_archive *a, xj_plugin_fn fn, void *ctx,
	   struct xj_error *err)
{
	struct xj_importers *own, *importers;
	int r = open_importers(a, &own, &importers, err);

	if (r == XJ_OK)
		r = tell_plugins(importers, fn, ctx);
	xj_importers_close(own);
	if (r < 0 || open_readers(a, &own, &importers) < 0)
		return r;
	r = tell_plugins(importers, fn, ctx);
	xj_importers_close(own);
	return r;
}

/* ----------------------------------------------------------------- doctor */

struct doctor {
	xj_doctor_fn fn;
	void *ctx;
	unsigned importers; /* that were loaded */
};

static int
say(struct doctor *d, const char *what, int state, const char *detail,
    const char *advice)
{
	return d->fn(d->ctx, &(struct xj_finding_line){ .what = what,
		.state = state, .detail = detail, .advice = advice });
}

/* What each importer is for, and the package that has it. */
static const struct {
	const char *name, *without;
} wanted[] = {
	{ "text", N_("plain text is not read") },
	{ "markdown", N_("Markdown is read as plain text") },
	{ "html", N_("web pages are not read") },
	{ "pdf", N_("PDF files are kept but not read") },
	{ "archive", N_("zip, tar, 7z and the like are kept but not opened") },
	{ "ooxml", N_("docx, xlsx and pptx files are kept but not read") },
	{ "ole", N_("doc, xls, ppt, wps and msg files are kept but not read") },
	{ "odf", N_("OpenDocument files are kept but not read") },
	{ "rtf", N_("RTF files are kept but not read") },
	{ "ofd", N_("OFD files are kept but not read") },
	{ "epub", N_("EPUB books are kept but not read") },
	{ "mail", N_("mails are kept but not read") },
	{ "subtitle", N_("subtitles are read as plain text") },
	{ "image", N_("nothing is known of pictures but their name") },
	{ "media", N_("nothing is known of recordings but their name") },
	{ "ocr", N_("pages that are pictures are kept but not read") },
};

static int
say_plugin(void *ctx, const struct xj_plugin *p)
{
	struct doctor *d = ctx;
	char what[96], detail[300];

	snprintf(what, sizeof(what), "importer %s", p->name);
	if (p->refused)
		return say(d, what, XJ_BROKEN, p->refused,
			   N_("remove or update this importer"));
	for (size_t i = 0; i < XJ_COUNT(wanted); i++)
		if (strcmp(wanted[i].name, p->name) == 0)
			d->importers |= 1u << i;
	snprintf(detail, sizeof(detail), "%s%s%s", p->version,
		 p->libraries ? ", " : "", p->libraries ? p->libraries : "");
	return say(d, what, XJ_FINE, detail, "");
}

static int
say_missing(struct doctor *d)
{
	char what[96];
	int r = XJ_OK;

	for (size_t i = 0; i < XJ_COUNT(wanted) && r == XJ_OK; i++) {
		if (d->importers & 1u << i)
			continue;
		snprintf(what, sizeof(what), "importer %s", wanted[i].name);
		r = say(d, what, XJ_MISSING, wanted[i].without,
			N_("install it and add the files again"));
	}
	return r;
}

static int
say_confinement(struct doctor *d, const struct xj_confinement *c)
{
	char detail[64] = N_("none");
	int r;

	if (c->landlock_abi)
		snprintf(detail, sizeof(detail), "ABI %d", c->landlock_abi);
	r = say(d, "seccomp", c->seccomp ? XJ_FINE : XJ_MISSING,
		c->seccomp ? N_("importers may make a handful of system calls")
			   : N_("importers may make any system call"),
		c->seccomp ? "" : N_("use a kernel with seccomp filters"));
	if (r == XJ_OK)
		r = say(d, "landlock", c->landlock_abi ? XJ_FINE : XJ_MISSING,
			detail, c->landlock_abi ? "" :
			N_("use a kernel 5.13 or newer with Landlock enabled"));
	if (r == XJ_OK && c->missing[0])
		r = say(d, "confinement", XJ_MISSING, c->missing,
			N_("the other layers hold"));
	return r;
}

static int
say_importers(struct doctor *d, struct xj_archive *a)
{
	struct xj_importers *own, *importers;
	struct xj_error err = { 0 };
	int r = open_importers(a, &own, &importers, &err);

	if (r < 0)
		return say(d, N_("worker"), XJ_BROKEN, err.message,
			   N_("install xueji again; without the worker "
			      "nothing can be added"));
	r = say(d, N_("worker"), XJ_FINE, N_("importers run in processes of their "
				      "own"), "");
	if (r == XJ_OK)
		r = say_confinement(d, xj_importers_confinement(importers));
	if (r == XJ_OK)
		r = xj_plugins(a, say_plugin, d, NULL);
	xj_importers_close(own);
	return r < 0 ? r : say_missing(d);
}

static int
say_setting(void *ctx, const struct xj_setting_problem *p)
{
	char what[64];

	if (p->line)
		snprintf(what, sizeof(what), N_("xueji.conf line %u"), p->line);
	else
		snprintf(what, sizeof(what), "xueji.conf");
	return say(ctx, what, p->line ? XJ_BROKEN : XJ_MISSING, p->message,
		   p->advice);
}

static int
say_outdated(void *ctx, const struct xj_outdated *o)
{
	char what[96], detail[160];

	snprintf(what, sizeof(what), "importer %s", o->importer);
	snprintf(detail, sizeof(detail), "%llu documents were read by %s %s; "
		 "%s is here", (unsigned long long)o->documents, o->importer,
		 o->was, o->now);
	return say(ctx, what, XJ_MISSING, detail,
		   N_("run `xueji reindex --outdated`: it reads them again"));
}

static int
say_archive(struct doctor *d, struct xj_archive *a)
{
	struct xj_error err = { 0 };
	char detail[96];
	struct xj_archive_status s;
	int r = xj_setting_problems(a, say_setting, d);

	if (r < 0)
		return r;
	r = xj_catalog_check(a->catalog, &err);
	r = say(d, N_("catalog"), r < 0 ? XJ_BROKEN : XJ_FINE,
		r < 0 ? err.message : N_("sound"),
		r < 0 ? N_("run `xueji rebuild`") : "");
	if (r < 0 || (r = xj_outdated(a, say_outdated, d, NULL)) < 0 ||
	    xj_status(a, &s, NULL) < 0)
		return r;
	snprintf(detail, sizeof(detail), "%llu documents wait, %llu segments",
		 (unsigned long long)s.queued,
		 (unsigned long long)s.segments);
	return say(d, "index", s.reindex_due ? XJ_BROKEN : s.queued &&
		   !s.indexer ? XJ_MISSING : XJ_FINE, detail,
		   s.reindex_due ? N_("run `xueji reindex`: the rules for words "
		      "have changed") : s.queued && !s.indexer ?
		   N_("any `xueji add` or `xueji reindex` takes them up") : "");
}

int
xj_doctor(struct xj_archive *a, xj_doctor_fn fn, void *ctx,
	  struct xj_error *err)
{
	struct doctor d = { .fn = fn, .ctx = ctx };
	char detail[96];
	int r;

	(void)err;
	snprintf(detail, sizeof(detail), "%s, SQLite %s, zstd %s",
		 xj_version(), sqlite3_libversion(), ZSTD_versionString());
	r = say(&d, "xueji", XJ_FINE, detail, "");
	if (r == XJ_OK)
		r = say_importers(&d, a);
	return r < 0 || !a ? r : say_archive(&d, a);
}
