/* add-commit.c - one result of the lanes becomes durable: a new document, a new
 * version, a further source of what is there, or a refusal. */
#include <string.h>
#include <unistd.h>

#include "library/add.h"
#include "library/rights.h"

static int
no_memory(struct xj_adding *g)
{
	return xj_error_set(g->err, XJ_ENOMEM, "out of memory");
}

/* --------------------------------------------------------- report lines */

/* The path of a document inside the file that was given, the file first, or
 * with `inside` of what it names and does not hold. */
static const char *const *
path_of(struct xj_adding *g, const struct xj_item *item,
	const struct xj_taken *taken, const char *inside)
{
	size_t depth = 1;
	const char **path;

	for (const struct xj_taken *t = taken; t && t->parent; t = t->parent)
		depth++;
	path = xj_arena_alloc(g->group_arena, (depth + 2) * sizeof(*path));
	if (!path)
		return NULL;
	path[depth] = inside;
	for (size_t i = depth - 1; i > 0; i--, taken = taken->parent)
		path[i] = taken->doc.name;
	path[0] = item->job->given;
	return path;
}

static const char *
path_json(struct xj_adding *g, const char *const *path)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	xj_buf_addc(&b, '[');
	for (size_t i = 0; path[i]; i++) {
		if (i)
			xj_buf_addc(&b, ',');
		xj_json_string(&b, path[i], strlen(path[i]));
	}
	xj_buf_addc(&b, ']');
	return b.failed ? NULL : xj_arena_strdup(g->group_arena, b.data);
}

/* In the catalog now; for the caller when the group is durable. */
static int
add_line(struct xj_adding *g, const struct xj_item *item,
	 const struct xj_taken *taken, const struct xj_line *as)
{
	struct xj_line *line = xj_arena_alloc(g->group_arena, sizeof(*line));

	if (!line)
		return no_memory(g);
	*line = *as;
	line->path = path_of(g, item, taken, as->inside);
	line->row.path = line->path ? path_json(g, line->path) : NULL;
	if (!line->row.path)
		return no_memory(g);
	*g->line_tail = line;
	g->line_tail = &line->next;
	return xj_catalog_add_outcome(g->archive->catalog,
				      g->accession.number, &line->row,
				      g->err);
}

static int
add_left_lines(struct xj_adding *g, const struct xj_item *item,
	       const struct xj_taken *taken)
{
	int r = XJ_OK;

	for (struct xj_left *l = taken->left; l && r == XJ_OK; l = l->next)
		r = add_line(g, item, taken, &(struct xj_line){
			.row = { .outcome = l->outcome, .reason = l->why },
			.inside = l->name });
	return r;
}

static int
add_tree_lines(struct xj_adding *g, const struct xj_add_tree *tree)
{
	int r = XJ_OK;

	for (size_t i = 0; i < tree->count && r == XJ_OK; i++) {
		const struct xj_doc *d = &tree->recs[i].doc;
		const struct xj_taken *t = tree->taken[i];

		r = add_line(g, tree->item, t, &(struct xj_line){
			.row = { .outcome = d->outcome, .reason = d->reason,
				 .document = d->id, .importer = d->importer,
				 .bytes = d->size, .cpu_ms = d->cpu_ms },
			.version = d->version, .stored = i ? 0 : d->size,
			.memory = t->memory });
		if (r == XJ_OK)
			r = add_left_lines(g, tree->item, t);
	}
	return r;
}

static int
commit_refused(struct xj_adding *g, struct xj_item *item)
{
	return add_line(g, item, NULL, &(struct xj_line){ .row = {
		.outcome = "refused", .reason = item->refused,
		.bytes = item->job->size } });
}

/* ------------------------------------------------------------ the rows */

static int
put_source(struct xj_adding *g, const struct xj_item *item, uint64_t id)
{
	const struct xj_job *job = item->job;

	if (!job->source)
		return XJ_OK; /* standard input */
	return xj_catalog_put_source(g->archive->catalog, &(struct xj_source){
		.path = job->source, .path_len = strlen(job->source),
		.given = job->given,
		.size = job->size, .mtime_ns = job->mtime_ns,
		.ctime_ns = job->ctime_ns, .inode = job->inode,
		.document = id, .accession = g->accession.number,
	}, g->err);
}

static int
add_event(struct xj_adding *g, uint64_t id, unsigned version,
	  const char *verb, const char *detail)
{
	return xj_catalog_add_event(g->archive->catalog, &(struct xj_event){
		.document = id, .version = version, .at = xj_now(),
		.user = g->archive->user, .verb = verb, .detail = detail,
	}, g->err);
}

static int
put_rows(struct xj_adding *g, const struct xj_add_tree *tree)
{
	struct xj_catalog *catalog = g->archive->catalog;
	int r = XJ_OK;

	for (size_t i = 0; i < tree->count && r == XJ_OK; i++) {
		struct xj_record *rec = &tree->recs[i];

		r = xj_add_was_there(tree, i) ?
			xj_catalog_update(catalog, &rec->doc, 0, g->err) :
			xj_catalog_insert(catalog, &rec->doc, g->err);
		if (r == XJ_OK)
			r = xj_record_put_values(g->archive, g->group_arena,
						 rec, g->err);
		if (r == XJ_OK && i == 0 && rec->rights.scope)
			r = xj_rights_put_rows(g->archive, g->group_arena,
					       rec, g->err);
		if (r == XJ_OK)
			r = xj_taken_put_text(g->archive, tree->item->spool,
					      tree->taken[i], &rec->doc,
					      g->err);
	}
	return r;
}

/* Members that the new version does not hold any more. */
static int
put_lost(struct xj_adding *g, const struct xj_add_tree *tree)
{
	struct xj_catalog *catalog = g->archive->catalog;
	int r = XJ_OK;

	for (size_t i = 0; i < tree->lost_count && r == XJ_OK; i++) {
		struct xj_doc row;

		r = xj_catalog_get(catalog, tree->lost[i]->doc.id,
				   g->group_arena, &row, g->err);
		row.state = tree->lost[i]->doc.state;
		row.ordinal = 0;
		row.version = tree->top.doc.version;
		if (r == XJ_OK)
			r = xj_catalog_update(catalog, &row, 0, g->err);
		if (r == XJ_OK)
			r = xj_texts_drop(g->archive->texts, row.id, g->err);
	}
	return r;
}

/* A new document, or with `old` the next version of it. */
static int
commit_document(struct xj_adding *g, struct xj_item *item,
		struct xj_record *old)
{
	struct xj_add_tree tree;
	const char *verb = old ? "update" : "add";
	const char *message = xj_message_write(g->group_arena, verb, 0,
					       item->job->given);
	int r = message ? xj_add_tree_make(g, item, old, &tree) :
		no_memory(g);

	if (r == XJ_OK)
		r = xj_record_put(&g->change, &tree.top, &item->staged,
				  message, g->err);
	if (r < 0)
		return r;
	if (old)
		xj_change_text(&g->change, tree.top.doc.id);
	r = put_rows(g, &tree);
	if (r == XJ_OK)
		r = put_lost(g, &tree);
	if (r == XJ_OK)
		r = put_source(g, item, tree.top.doc.id);
	if (r == XJ_OK)
		r = add_event(g, tree.top.doc.id, tree.top.doc.version, verb,
			      item->job->given);
	return r < 0 ? r : add_tree_lines(g, &tree);
}

/* ------------------------------------------------------------- duplicates */

static const char *
same_bytes(struct xj_adding *g, bool same, uint64_t id)
{
	return xj_arena_printf(g->group_arena, same ?
		"touched, but the same bytes as before: document %llu" :
		"the same bytes as document %llu", (unsigned long long)id);
}

/* Bytes that are there, by a name that is marked: the document they are goes
 * into quarantine, unless a person said already that they are not secret. */
static int
mark_duplicate(struct xj_adding *g, const char *mark, struct xj_line *line)
{
	const char *why = xj_quarantine_why(g->group_arena, mark, "name");
	int r = why ? xj_quarantine_in(&g->change, line->row.document, "name",
				       why, g->err) : no_memory(g);

	if (r != XJ_OK)
		return r < 0 ? r : XJ_OK;
	line->row.outcome = "quarantined";
	line->row.reason = why;
	return XJ_OK;
}

/* A document that was removed is taken back by another file with its bytes. */
static int
wake_duplicate(struct xj_adding *g, const struct xj_item *item,
	       const struct xj_doc *doc, struct xj_line *line)
{
	struct xj_secret secret = { 0 };

	if (doc->state == XJ_DOC_QUARANTINED) {
		line->row.outcome = "quarantined";
		line->row.reason = xj_arena_printf(g->group_arena, "%s, which "
			"is in quarantine", line->row.reason);
		return line->row.reason ? XJ_OK : no_memory(g);
	}
	if (xj_secret_name(&secret, xj_path_base(item->job->given)))
		return mark_duplicate(g, secret.mark, line);
	if (doc->state != XJ_DOC_REMOVED ||
	    xj_may_with(g->archive, XJ_DO_REMOVE, doc->id, NULL) < 0)
		return XJ_OK;
	line->row.outcome = "ok";
	line->row.reason = "was removed before; taken back";
	return xj_undelete_in(&g->change, doc->id, g->err);
}

/* The same bytes as a document that is there: a second source of it, unless
 * this is the very file it came from. */
static int
commit_duplicate(struct xj_adding *g, struct xj_item *item, uint64_t id)
{
	struct xj_line line = { .row = { .document = id,
		.bytes = item->staged.size } };
	bool same = item->job->known == id;
	struct xj_doc doc;
	int r = xj_catalog_get(g->archive->catalog, id, g->group_arena, &doc,
			       g->err);

	line.row.outcome = same ? "held" : "duplicate";
	line.row.reason = same_bytes(g, same, id);
	if (r == XJ_OK && !same)
		r = wake_duplicate(g, item, &doc, &line);
	if (r == XJ_OK)
		r = put_source(g, item, id);
	if (r == XJ_OK && !same)
		r = add_event(g, id, 0, "add again", item->job->given);
	line.version = doc.version;
	return r < 0 ? r : add_line(g, item, NULL, &line);
}

/* Looked for again: another file of this run, or another process, may have
 * brought the bytes since the lane looked, or purged them. */
static int
find_duplicate(struct xj_adding *g, const struct xj_item *item, uint64_t *id)
{
	int r = xj_catalog_get_digest(g->archive->catalog, g->unit,
				      item->staged.sha512, id, g->err);

	if (r == XJ_ENOTFOUND)
		*id = 0;
	return r == XJ_ENOTFOUND ? XJ_OK : r;
}

static int
import_after_all(struct xj_adding *g, struct xj_item *item)
{
	struct xj_importers *importers;
	int r = xj_archive_importers(g->archive, &importers, g->err);

	return r < 0 ? r : xj_item_import(g->archive, importers,
					  &g->options->watch,
					  g->accession.number, item, g->err);
}

/* ---------------------------------------------------------- known files */

struct others {
	struct xj_arena *arena;
	const char *path; /* the file in hand */
	bool there;
};

static int
look_at_source(void *ctx, const struct xj_source *s)
{
	struct others *o = ctx;
	const char *path = xj_arena_strndup(o->arena, s->path, s->path_len);

	if (!path)
		return XJ_ENOMEM;
	/* Of another machine nobody knows what is there; it was. */
	o->there = strcmp(path, o->path) != 0 &&
		   (xj_walk_is_uploaded(path) || access(path, F_OK) == 0);
	return o->there ? XJ_END : XJ_OK;
}

/*
 * The record of the document that a changed file was added as before; `*old`
 * NULL makes it a new document: the other was removed or purged, or is not his
 * to change who adds; or another file with its old bytes is still there and
 * stands for it.
 */
static int
load_known(struct xj_adding *g, const struct xj_item *item,
	   struct xj_record **old)
{
	struct others others = { g->group_arena, item->job->source, false };
	uint64_t known = item->job->known;
	struct xj_record *rec;
	struct xj_doc doc;
	int r;

	*old = NULL;
	if (!known)
		return XJ_OK;
	if (!(rec = xj_arena_alloc(g->group_arena, sizeof(*rec))))
		return no_memory(g);
	r = xj_catalog_get(g->archive->catalog, known, g->group_arena, &doc,
			   g->err);
	if (r < 0 || doc.state != XJ_DOC_LIVE)
		return r;
	if (xj_may_with(g->archive, XJ_DO_EDIT, known, NULL) < 0)
		return XJ_OK;
	r = xj_catalog_sources_of(g->archive->catalog, known, look_at_source,
				  &others, g->err);
	if (r < 0 || others.there)
		return r < 0 ? r : XJ_OK;
	r = xj_record_load(&g->change, g->group_arena, known, rec, g->err);
	*old = r == XJ_OK ? rec : NULL;
	return r;
}

/* Damage of what is there must not keep other files out. */
static int
refuse_damaged(struct xj_adding *g, struct xj_item *item)
{
	item->refused = xj_arena_printf(item->arena, "document %llu, which "
		"this file changes, is damaged: %s",
		(unsigned long long)item->job->known, g->err->plain);
	return item->refused ? commit_refused(g, item) : no_memory(g);
}

int
xj_add_commit(struct xj_adding *g, struct xj_item *item)
{
	struct xj_record *old;
	uint64_t duplicate;
	int r;

	if (item->refused)
		return commit_refused(g, item);
	if ((r = find_duplicate(g, item, &duplicate)) < 0)
		return r;
	if (duplicate)
		return commit_duplicate(g, item, duplicate);
	if (!item->taken && (r = import_after_all(g, item)) < 0)
		return r;
	r = load_known(g, item, &old);
	if (r == XJ_ECORRUPT)
		return refuse_damaged(g, item);
	return r < 0 ? r : commit_document(g, item, old);
}
