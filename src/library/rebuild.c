/* rebuild.c - catalog, stored text and index again, from the OCFL root alone. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "library/archive.h"
#include "library/entity.h"
#include "library/lexicon.h"
#include "library/remote.h"
#include "library/ocr.h"

#define GROUP 128            /* objects a transaction */
#define WORK "staging/rebuild"
#define REPORT_MAX (1u << 30)

#define TEXTS_KEPT 50u /* of a draft, as when it is written */

struct rebuilding {
	struct xj_archive *archive; /* its catalog and text are the new ones */
	struct xj_importers *importers;
	struct xj_change change;
	size_t in_group;
	bool accessions;            /* this walk takes accessions, else the rest */
	xj_problem_fn fn;
	void *ctx;
	const struct xj_watch *watch;
	struct xj_rebuild_result *result;
	uint64_t seen;
	uint64_t last_accession;    /* looked at */
	struct xj_error *err;
	bool private_lost;          /* what no object has could not be kept */
};

/* --------------------------------------------------------------- problems */

static int
tell(struct rebuilding *g, const char *path, const char *object,
     const char *message)
{
	g->result->failed++;
	return !g->fn ? XJ_OK : g->fn(g->ctx, &(struct xj_problem){
		.severity = "error", .code = "", .title = "",
		.object = object ? object : "", .path = path,
		.message = message,
	});
}

/* Damage of one object, after which the others go on: nothing of it was put
 * into the catalog. */
static bool
is_of_the_object(int r)
{
	return r == XJ_ECORRUPT || r == XJ_ENOTFOUND || r == XJ_EINVAL ||
	       r == XJ_EEXIST;
}

/* ----------------------------------------------------------- transactions */

/*
 * The catalog is filled in one transaction, since its rows refer to each other
 * in every direction; text is committed in groups. Nothing is written to the
 * store, so the change has no batch.
 */
static int
begin(struct rebuilding *g)
{
	int r = xj_catalog_begin(g->archive->catalog, g->err);

	if (r == XJ_OK && (r = xj_texts_begin(g->archive->texts, g->err)) < 0)
		xj_catalog_rollback(g->archive->catalog);
	g->change.archive = g->archive;
	g->change.open = r == XJ_OK;
	return r;
}

static int
commit_text(struct rebuilding *g)
{
	int r = xj_texts_commit(g->archive->texts, g->err);

	g->in_group = 0;
	return r < 0 ? r : xj_texts_begin(g->archive->texts, g->err);
}

static int
commit(struct rebuilding *g)
{
	int r = xj_texts_commit(g->archive->texts, g->err);

	if (r == XJ_OK)
		r = xj_catalog_commit(g->archive->catalog, g->err);
	g->change.open = false;
	return r;
}

static void
roll_back(struct rebuilding *g)
{
	if (!g->change.open)
		return;
	xj_texts_rollback(g->archive->texts);
	xj_catalog_rollback(g->archive->catalog);
}

/* ------------------------------------------------------------- accessions */

static int
put_report(struct rebuilding *g, struct xj_object *object, uint64_t accession)
{
	xj_auto(xj_buf_release) struct xj_buf report = XJ_BUF_INIT;
	int r = xj_object_file_read(object, 0, XJ_REPORT_FILE, REPORT_MAX,
				    &report, g->err);

	return r < 0 ? r : xj_accession_put_report(g->archive->catalog,
		accession, xj_buf_str(&report), report.len, g->err);
}

static int
take_accession(struct rebuilding *g, struct xj_object *object)
{
	xj_auto(xj_buf_release) struct xj_buf head = XJ_BUF_INIT;
	uint64_t number;
	int r = xj_object_file_read(object, 0, XJ_ACCESSION_FILE, REPORT_MAX,
				    &head, g->err);

	if (r == XJ_OK)
		r = xj_accession_put_head(g->archive->catalog,
					  xj_buf_str(&head), head.len, &number,
					  g->err);
	g->result->accessions += r == XJ_OK;
	return r < 0 ? r : put_report(g, object, number);
}

/* The organisation's own words. */
static int
take_lexicon(struct rebuilding *g, struct xj_object *object)
{
	xj_auto(xj_buf_release) struct xj_buf file = XJ_BUF_INIT;
	int r = xj_object_file_read(object, 0, xj_object_file_at(object, 0, 0),
				    REPORT_MAX, &file, g->err);

	return r < 0 ? r : xj_lexicon_restore(g->archive, xj_buf_str(&file),
					      file.len, g->err);
}

/* Units and members; they name each other, and are linked when all are there. */
static int
take_entity(struct rebuilding *g, const struct xj_entity_kind *kind,
	    struct xj_object *object)
{
	int r = xj_entity_restore(g->archive, kind, object, g->err);

	g->result->people += r == XJ_OK;
	return r;
}

static int
tell_unlinked(void *ctx, const char *urn, const struct xj_error *problem)
{
	return tell(ctx, "", urn, problem->message);
}

/* --------------------------------------------------------------- documents */

static int
put_event(struct rebuilding *g, uint64_t id, const struct xj_version_info *v)
{
	xj_auto(xj_buf_release) struct xj_buf message = XJ_BUF_INIT;
	const char *verb, *detail;
	uint64_t member;

	xj_buf_adds(&message, *v->message ? v->message : "version");
	if (xj_buf_check(&message, g->err) < 0)
		return XJ_ENOMEM;
	xj_message_read(message.data, &verb, &member, &detail);
	return xj_catalog_add_event(g->archive->catalog, &(struct xj_event){
		.document = member ? member : id, .version = v->number,
		.at = v->created, .user = v->user, .verb = verb,
		.detail = detail }, g->err);
}

static int
put_events(struct rebuilding *g, struct xj_object *object, uint64_t id)
{
	struct xj_version_info info;
	int r = XJ_OK;

	for (unsigned v = 1; v <= xj_object_head(object) && r == XJ_OK; v++) {
		r = xj_object_version_info(object, v, &info, g->err);
		if (r == XJ_OK)
			r = put_event(g, id, &info);
		g->result->versions++;
	}
	return r;
}

/* Damaged bytes are not imported: the document comes back with what is known
 * of it, and is named. */
static int
check_original(struct rebuilding *g, struct xj_object *object,
	       struct xj_record *record)
{
	xj_auto(xj_closep) int fd = -1;
	int r;

	if (!record->logical)
		return XJ_OK;
	r = xj_object_file_open(object, record->doc.version, record->logical,
				&fd, NULL, g->err);
	if (r == XJ_OK)
		r = xj_object_file_check(object, record->doc.version,
					 record->logical, fd, g->err);
	if (r != XJ_ECORRUPT && r != XJ_ENOTFOUND)
		return r;
	record->logical = NULL;
	record->doc.outcome = "corrupt";
	record->doc.reason = "the stored bytes are damaged";
	return tell(g, xj_object_path(object), xj_object_id(object),
		    g->err->message);
}

static void
count_locked(struct rebuilding *g, const struct xj_record *record)
{
	const struct xj_record *rec = record;

	for (size_t i = 0; i <= record->member_count; i++) {
		g->result->locked += rec->unlocked &&
			rec->doc.state == XJ_DOC_LIVE &&
			strcmp(rec->doc.outcome, "encrypted") == 0;
		rec = record->members + i;
	}
}

static int
take_document(struct rebuilding *g, struct xj_object *object)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_record record;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(g->err, r, "out of memory");
	r = xj_record_read(arena, object, 0, &record, g->err);
	if (r == XJ_OK)
		r = check_original(g, object, &record);
	if (r == XJ_OK)
		r = xj_restore(&g->change, g->importers, arena, object,
			       record.doc.version, &record, false, g->err);
	if (r == XJ_OK)
		r = put_events(g, object, record.doc.id);
	if (r == XJ_OK)
		count_locked(g, &record);
	if (r == XJ_OK) {
		g->result->documents++;
		g->result->members += record.member_count;
	}
	return r;
}

/* ----------------------------------------------------------------- objects */

static void
progress(struct rebuilding *g, const char *path)
{
	if (g->watch && g->watch->progress)
		g->watch->progress(g->watch->ctx, &(struct xj_progress){
			.stage = "rebuild", .done = g->seen,
			.what = path });
}

static int
take_object(void *ctx, const char *path, struct xj_object *object,
	    const struct xj_error *problem)
{
	struct rebuilding *g = ctx;
	const struct xj_entity_kind *entity;
	bool lexicon;
	int r;

	if (xj_cancelled(g->watch))
		return xj_error_set(g->err, XJ_ECANCELLED, "rebuild was "
				    "interrupted; the archive is as it was");
	if (g->accessions && object == NULL)
		return XJ_OK; /* told in the first walk */
	if (!g->accessions)
		g->result->objects++;
	if (!object)
		return tell(g, path, NULL, problem->message);
	lexicon = xj_is_lexicon(object);
	entity = xj_entity_kind_of(object);
	if ((lexicon || entity || xj_is_accession(object)) != g->accessions)
		return XJ_OK;
	g->seen++;
	progress(g, path);
	r = entity ? take_entity(g, entity, object) :
	    lexicon ? take_lexicon(g, object) :
	    g->accessions ? take_accession(g, object) :
			    take_document(g, object);
	if (is_of_the_object(r))
		r = tell(g, path, xj_object_id(object), g->err->message);
	if (r == XJ_OK && ++g->in_group >= GROUP)
		r = commit_text(g);
	return r;
}

static int
walk(struct rebuilding *g, bool accessions)
{
	g->accessions = accessions;
	return xj_store_each(g->archive->store, take_object, g, g->err);
}

/* An accession whose own object is gone, or was never written, is known from
 * the documents that it brought. */
static int
put_lost_accession(void *ctx, const struct xj_doc *doc)
{
	struct rebuilding *g = ctx;
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_accession_row row;
	char urn[XJ_URN_MAX];
	int r;

	if (!doc->accession || doc->accession == g->last_accession)
		return XJ_OK;
	if (xj_arena_new(&arena) < 0)
		return xj_error_set(g->err, XJ_ENOMEM, "out of memory");
	g->last_accession = doc->accession;
	r = xj_catalog_get_accession(g->archive->catalog, doc->accession,
				     arena, &row, g->err);
	if (r != XJ_ENOTFOUND)
		return r;
	xj_urn_new(urn);
	row = (struct xj_accession_row){ .number = doc->accession,
		.urn = urn, .started = doc->created, .user = "", .what = "" };
	return xj_catalog_put_accession(g->archive->catalog, &row, g->err);
}

static int
restore_all(struct rebuilding *g)
{
	static const struct xj_doc_filter all = { .any_state = true };
	int r = begin(g);

	if (r == XJ_OK)
		r = walk(g, false);
	if (r == XJ_OK)
		r = walk(g, true);
	if (r == XJ_OK)
		r = xj_entities_link(g->archive, tell_unlinked, g, g->err);
	if (r == XJ_OK)
		r = xj_catalog_list(g->archive->catalog, &all,
				    put_lost_accession, g, g->err);
	if (r == XJ_OK)
		r = commit(g);
	roll_back(g);
	return r;
}

/* -------------------------------------------------------------- the switch */

/* In the order in which a cut leaves something that `rebuild` can do again:
 * the catalog, which makes it an archive that opens, comes last. */
static int
put_in_place(int dirfd, struct xj_error *err)
{
	static const char *const old[] = {
		"text.sqlite-wal", "text.sqlite-shm", "catalog.sqlite-wal",
		"catalog.sqlite-shm",
	};
	static const char *const files[] = { "text.sqlite", "catalog.sqlite" };
	char from[64];
	int r = xj_remove_tree(dirfd, "index", err);

	if (r == XJ_OK)
		r = xj_mkdirs(dirfd, "index", 0700, err);
	for (size_t i = 0; i < XJ_COUNT(old) && r == XJ_OK; i++)
		if (unlinkat(dirfd, old[i], 0) < 0 && errno != ENOENT)
			r = xj_error_errno(err, "%s", old[i]);
	for (size_t i = 0; i < XJ_COUNT(files) && r == XJ_OK; i++) {
		snprintf(from, sizeof(from), WORK "/%s", files[i]);
		if (renameat(dirfd, from, dirfd, files[i]) < 0)
			r = xj_error_errno(err, "%s", files[i]);
	}
	if (r == XJ_OK && fsync(dirfd) < 0)
		r = xj_error_errno(err, "archive directory");
	return r < 0 ? r : xj_remove_tree(dirfd, WORK, err);
}

/* What the old catalog alone knows, if it can still say it: how the archive is
 * called, the audit record, who asked for what, and which others are searched
 * with it. */
static int
keep_facts(struct rebuilding *g, const char *dir)
{
	static const char *const facts[] = { "created", "urn" };
	char values[XJ_COUNT(facts)][XJ_URN_MAX];
	struct xj_catalog *old = NULL;
	int r = XJ_OK;

	xj_time_format(xj_now(), values[0]);
	xj_urn_new(values[1]);
	if (xj_catalog_open(dir, XJ_CATALOG_READONLY, &old, NULL) < 0)
		old = NULL;
	for (size_t i = 0; i < XJ_COUNT(facts) && r == XJ_OK; i++) {
		xj_auto(xj_buf_release) struct xj_buf value = XJ_BUF_INIT;

		if (!old || xj_catalog_fact(old, facts[i], &value, NULL) < 0)
			xj_buf_adds(&value, values[i]);
		r = xj_catalog_set_fact(g->archive->catalog, facts[i],
					xj_buf_str(&value), g->err);
	}
	/* As far as it can still be read. */
	if (old && r == XJ_OK)
		xj_catalog_keep_audit(g->archive->catalog, old, NULL);
	if (r == XJ_OK && old)
		r = xj_remotes_keep(old, g->archive->catalog, g->err);
	xj_catalog_close(old);
	return r;
}

/* Searches that were saved: numbers of documents stay what they were. */
static int
keep_saved(struct rebuilding *g, const char *dir)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_catalog *old = NULL;
	struct xj_saved_row *rows;
	size_t count = 0;
	int r = XJ_OK;

	if (xj_arena_new(&arena) < 0)
		return xj_error_set(g->err, XJ_ENOMEM, "out of memory");
	if (xj_catalog_open(dir, XJ_CATALOG_READONLY, &old, NULL) < 0)
		return XJ_OK;
	if (xj_catalog_saved(old, NULL, arena, &rows, &count, NULL) < 0)
		count = 0;
	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = xj_catalog_put_saved(g->archive->catalog, &rows[i],
					 g->err);
	xj_catalog_close(old);
	return r;
}

static int
keep_tokens(struct rebuilding *g, struct xj_catalog *old,
	    struct xj_arena *arena)
{
	struct xj_token_row *rows;
	size_t count = 0;
	int r = XJ_OK;

	if (xj_catalog_tokens(old, NULL, arena, &rows, &count, NULL) < 0)
		count = 0;
	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = xj_catalog_put_token(g->archive->catalog, &rows[i],
					 g->err);
	return r;
}

/* How members sign in; their URNs stay what they were. */
static int
keep_accounts(struct rebuilding *g, const char *dir)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_catalog *old = NULL;
	struct xj_account_row *rows;
	size_t count = 0;
	int r = XJ_OK;

	if (xj_arena_new(&arena) < 0)
		return xj_error_set(g->err, XJ_ENOMEM, "out of memory");
	if (xj_catalog_open(dir, XJ_CATALOG_READONLY, &old, NULL) < 0)
		return XJ_OK;
	if (xj_catalog_accounts(old, NULL, arena, &rows, &count, NULL) < 0)
		count = 0;
	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = xj_catalog_put_account(g->archive->catalog, &rows[i],
					   g->err);
	if (r == XJ_OK)
		r = keep_tokens(g, old, arena);
	xj_catalog_close(old);
	return r;
}

/* Drafts of papers, with what was saved of them. */
struct keeping {
	struct rebuilding *g;
	struct xj_catalog *old;
	struct xj_arena *arena;
	uint64_t paper;
};

static int
keep_text(void *ctx, const struct xj_draft_text *text)
{
	struct keeping *k = ctx;

	return xj_catalog_put_draft_text(k->g->archive->catalog, k->paper,
					 text, 0, TEXTS_KEPT, k->g->err);
}

static int
keep_draft(void *ctx, const struct xj_draft_row *row)
{
	struct keeping *k = ctx;
	struct xj_catalog *catalog = k->g->archive->catalog;
	struct xj_draft_row draft = *row;
	struct xj_entity_row entity;
	int r = xj_catalog_get_entity(k->old, row->paper, k->arena, &entity,
				      NULL);

	if (r < 0)
		return XJ_OK; /* it belongs to nothing */
	if (entity.version == 0) /* else its object is restored */
		r = xj_catalog_put_entity(catalog, &entity, k->g->err);
	if (r == XJ_OK)
		r = xj_catalog_put_draft(catalog, &draft, NULL, k->g->err);
	k->paper = row->paper;
	return r < 0 ? r : xj_catalog_draft_texts(k->old, row->paper,
						  keep_text, k, k->g->err);
}

static int
keep_drafts(struct rebuilding *g, const char *dir)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct keeping k = { .g = g };
	struct xj_error err = { 0 };
	int r;

	if (xj_arena_new(&arena) < 0)
		return xj_error_set(g->err, XJ_ENOMEM, "out of memory");
	k.arena = arena;
	if (xj_catalog_open(dir, XJ_CATALOG_READONLY, &k.old, NULL) < 0) {
		g->private_lost = true;
		return XJ_OK;
	}
	r = xj_catalog_drafts(k.old, NULL, 0, keep_draft, &k, &err);
	xj_catalog_close(k.old);
	g->private_lost = r < 0;
	return r == XJ_ENOMEM || r == XJ_ENOSPC ? r : XJ_OK;
}

/* Only where there are people can anything of theirs be lost. */
static int
tell_lost(struct rebuilding *g)
{
	if (!g->private_lost || !g->result->people || !g->fn)
		return XJ_OK;
	return g->fn(g->ctx, &(struct xj_problem){
		.severity = "info", .code = "", .title = "", .object = "",
		.path = "", .message = "drafts of papers, saved searches and "
		"passwords are not in the OCFL root: if there were any, a "
		"backup has them" });
}

/* What was read from pictures is dear: it is taken over if it can still be
 * read, else the pages wait to be read again. */
static int
keep_read(struct rebuilding *g, const char *dir)
{
	struct xj_texts *old;
	int r;

	if (xj_texts_open(dir, XJ_CATALOG_READONLY, &old, NULL) < 0)
		return XJ_OK;
	r = xj_texts_keep_all(g->archive->texts, old, g->err);
	xj_texts_close(old);
	return r == XJ_ECORRUPT ? XJ_OK : r;
}

/* Alone with the archive: who has it open to write goes on in the old files,
 * and what he writes would be lost. */
static int
lock_alone(const char *dir, int *fd, struct xj_error *err)
{
	int r = xj_dir_open(AT_FDCWD, dir, fd, err);

	if (r < 0)
		return r;
	if ((r = xj_archive_refuse(*fd, dir, err)) < 0)
		return r;
	if (faccessat(*fd, "ocfl", F_OK, 0) < 0)
		return xj_error_set(err, XJ_ENOTFOUND, "%s: not an archive",
				    dir);
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return XJ_OK;
	return errno != EWOULDBLOCK ? xj_error_errno(err, "%s", dir) :
		xj_error_set(err, XJ_EBUSY, "%s: another process has it open "
			     "for writing; rebuild needs it alone", dir);
}

/* What a crash left half done is put right first, if the old catalog can say
 * what that is. */
static void
settle(const char *dir)
{
	struct xj_archive *a;

	if (xj_archive_open(dir, 0, &a, NULL) == XJ_OK)
		xj_archive_close(a);
}

static int
make_anew(struct rebuilding *g, const char *dir, int fd)
{
	xj_auto(xj_buf_release) struct xj_buf work = XJ_BUF_INIT;
	int r = xj_remove_tree(fd, WORK, g->err);

	xj_path_join(&work, dir, WORK);
	if (r == XJ_OK)
		r = xj_mkdirs(fd, WORK, 0700, g->err);
	if (r == XJ_OK)
		r = xj_archive_open_apart(dir, xj_buf_str(&work), &g->archive,
					  g->err);
	if (r < 0)
		return r;
	r = xj_config_check(&g->archive->config, g->err);
	if (r == XJ_OK)
		r = keep_facts(g, dir);
	if (r == XJ_OK)
		r = keep_saved(g, dir);
	if (r == XJ_OK)
		r = keep_accounts(g, dir);
	if (r == XJ_OK)
		r = keep_drafts(g, dir);
	if (r == XJ_OK)
		r = keep_read(g, dir);
	if (r == XJ_OK)
		r = xj_archive_importers(g->archive, &g->importers, g->err);
	if (r == XJ_OK)
		r = restore_all(g);
	if (r == XJ_OK)
		r = tell_lost(g);
	xj_archive_close(g->archive);
	return r;
}

static int
index_all(const char *dir, const struct xj_watch *watch, struct xj_error *err)
{
	struct xj_archive *a;
	int r = xj_archive_open(dir, 0, &a, err);

	if (r < 0)
		return r;
	r = xj_index_stub(a->index_dir, NULL, 0, err);
	if (r == XJ_OK)
		r = xj_ocr_merge_kept(a, err);
	if (r == XJ_OK)
		r = xj_indexer_run(a, &(struct xj_indexer_options){
			.watch = watch }, NULL, err);
	xj_archive_close(a);
	return r;
}

int
xj_rebuild(const char *dir, xj_problem_fn fn, void *ctx,
	   const struct xj_watch *watch, struct xj_rebuild_result *result,
	   struct xj_error *err)
{
	struct xj_rebuild_result ignored;
	struct xj_error own;
	struct rebuilding g = { .fn = fn, .ctx = ctx, .watch = watch,
		.result = result ? result : &ignored, .err = err ? err : &own };
	xj_auto(xj_closep) int fd = -1;
	int r;

	memset(g.result, 0, sizeof(*g.result));
	settle(dir);
	if ((r = lock_alone(dir, &fd, g.err)) < 0)
		return r;
	r = make_anew(&g, dir, fd);
	if (r == XJ_OK)
		r = put_in_place(fd, g.err);
	else
		xj_remove_tree(fd, WORK, NULL);
	xj_closep(&fd); /* the lock too */
	return r < 0 ? r : index_all(dir, watch, g.err);
}
