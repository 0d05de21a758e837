/* reread.c - stored originals are imported once more, since importers came or
 * changed: which ones, and how they came out. */
#include <stdlib.h>
#include <string.h>

#include "library/rights.h"

#define GROUP 64 /* documents that become durable together */

/* A document to be read again, in the object of `root`. */
struct wanted {
	uint64_t root, id;
};

struct rereading {
	struct xj_archive *archive;
	const struct xj_reread_options *options;
	struct xj_reread_result *result;
	struct xj_importers *importers;
	struct xj_buf wanted; /* struct wanted, one after the other */
	uint64_t done, total;
	struct xj_error *err;
};

/* --------------------------------------------------------------- choosing */

/* The version of a loaded importer; NULL: there is none of the name. */
static const char *
version_now(struct xj_importers *im, const char *name)
{
	for (size_t i = 0; i < xj_importers_count(im); i++) {
		const struct xj_importer_info *p = xj_importers_at(im, i);

		if (!p->refused && strcmp(p->name, name) == 0)
			return p->version;
	}
	return NULL;
}

static bool
is_outdated(struct rereading *g, const struct xj_doc *doc)
{
	const char *now = doc->importer && doc->importer_version ?
		version_now(g->importers, doc->importer) : NULL;

	return now && strcmp(now, doc->importer_version) != 0;
}

static bool
has_failed(const struct xj_doc *doc)
{
	return doc->outcome && strcmp(doc->outcome, "ok") != 0 &&
	       strcmp(doc->outcome, "partial") != 0;
}

static int
want(struct rereading *g, const struct xj_doc *doc)
{
	const struct wanted w = { doc->root, doc->id };

	xj_buf_add(&g->wanted, &w, sizeof(w));
	return xj_buf_check(&g->wanted, g->err);
}

static int
look_at(void *ctx, const struct xj_doc *doc)
{
	struct rereading *g = ctx;
	const struct xj_reread_options *o = g->options;

	if ((o->failed && !has_failed(doc)) ||
	    (o->outdated && !is_outdated(g, doc)) ||
	    (o->importer && (!doc->importer ||
			     strcmp(doc->importer, o->importer) != 0)))
		return XJ_OK;
	return want(g, doc);
}

static int
look_at_id(struct rereading *g, uint64_t id)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_doc doc;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(g->err, r, "out of memory");
	r = xj_catalog_get(g->archive->catalog, id, arena, &doc, g->err);
	if (r == XJ_OK && doc.state == XJ_DOC_QUARANTINED)
		return xj_quarantine_hides(id, g->err);
	if (r == XJ_OK && doc.state != XJ_DOC_LIVE)
		return xj_error_set(g->err, XJ_ENOTFOUND, "document %llu was "
				    "removed; `xueji undelete` takes it back",
				    (unsigned long long)id);
	return r < 0 ? r : want(g, &doc);
}

static int
by_root(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;

	if (x->root != y->root)
		return x->root < y->root ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

/*
 * Of an object either one member, taken out of what it is in, or, when several
 * are wanted, the whole, which is unpacked once.
 */
static size_t
join(struct wanted *list, size_t count)
{
	size_t n = 0;

	if (count)
		qsort(list, count, sizeof(*list), by_root);
	for (size_t i = 0; i < count; i++) {
		if (n && list[n - 1].root == list[i].root)
			list[n - 1].id = list[i].root;
		else
			list[n++] = list[i];
	}
	return n;
}

static int
choose(struct rereading *g)
{
	const struct xj_reread_options *o = g->options;
	const struct xj_doc_filter filter = { .kind = o->kind,
					      .type = o->type };
	int r = xj_archive_importers(g->archive, &g->importers, g->err);

	if (r == XJ_OK && !o->ids)
		r = xj_catalog_list(g->archive->catalog, &filter, look_at, g,
				    g->err);
	for (const uint64_t *id = o->ids; id && *id && r == XJ_OK; id++)
		r = look_at_id(g, *id);
	g->total = join((struct wanted *)(void *)g->wanted.data,
			g->wanted.len / sizeof(struct wanted));
	return r;
}

/* ----------------------------------------------------------------- telling */

static int
tell(struct rereading *g, const struct xj_doc *doc, const char *outcome,
     const char *reason, unsigned version)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const char *const *path;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(g->err, r, "out of memory");
	r = xj_catalog_path(g->archive->catalog, doc->id, arena, &path,
			    g->err);
	g->result->seen++;
	if (r < 0 || !g->options->outcome)
		return r;
	return g->options->outcome(g->options->ctx, &(struct xj_outcome){
		.path = path, .outcome = outcome, .reason = reason,
		.id = doc->id, .version = version,
		.importer = doc->importer, .bytes = doc->size,
		.cpu_ms = doc->cpu_ms });
}

static int
tell_line(void *ctx, const struct xj_again_line *l)
{
	struct rereading *g = ctx;
	struct xj_reread_result *res = g->result;

	if (l->kept)
		res->kept++;
	else if (strcmp(l->outcome, "ok") == 0)
		res->ok++;
	else if (strcmp(l->outcome, "partial") == 0)
		res->partial++;
	else
		res->failed++;
	res->changed += l->changed;
	return tell(g, l->doc, l->kept ? "kept" : l->outcome, l->reason,
		    l->doc->version);
}

/* Damage of one document keeps no other from being read. */
static int
tell_refused(void *ctx, uint64_t id, const char *why)
{
	struct rereading *g = ctx;
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_doc doc;
	int r;

	if (xj_arena_new(&arena) < 0)
		return xj_error_set(g->err, XJ_ENOMEM, "out of memory");
	r = xj_catalog_get(g->archive->catalog, id, arena, &doc, g->err);
	g->result->refused++;
	return r < 0 ? r : tell(g, &doc, "refused", why, 0);
}

static void
tell_progress(struct rereading *g)
{
	const struct xj_watch *w = &g->options->watch;

	if (w->progress)
		w->progress(w->ctx, &(struct xj_progress){
			.stage = "read again", .done = g->done,
			.total = g->total });
}

/* ----------------------------------------------------------------- reading */

static int
read_group(struct rereading *g)
{
	const struct wanted *list = (const void *)g->wanted.data;
	const struct xj_again how = { .verb = "read again", .renew = true,
		.cancel = g->options->watch.cancel, .tell = tell_line,
		.refused = tell_refused, .ctx = g };
	uint64_t ids[GROUP];
	size_t count = 0, done = 0;
	int r;

	while (count < GROUP && g->done + count < g->total) {
		ids[count] = list[g->done + count].id;
		count++;
	}
	r = xj_renew(g->archive, ids, count, &how, &done, g->err);
	g->done += done;
	return r;
}

static int
read_all(struct rereading *g)
{
	int r = XJ_OK;

	while (g->done < g->total && r == XJ_OK) {
		tell_progress(g);
		r = xj_cancelled(&g->options->watch) ? XJ_ECANCELLED
						     : read_group(g);
	}
	if (r == XJ_ECANCELLED)
		return xj_error_set(g->err, r, "interrupted; what was read "
				    "till now is kept");
	return r;
}

/* Also after a failure: what was read before is to be found. */
static int
index_changed(struct rereading *g, int before)
{
	struct xj_error err = { 0 };
	int r = xj_indexer_run(g->archive, &(struct xj_indexer_options){
		.watch = &g->options->watch }, NULL, &err);

	xj_catalog_queue_size(g->archive->catalog, &g->result->queued, NULL);
	if (before < 0 || r >= 0 || r == XJ_EBUSY)
		return before;
	*g->err = err;
	return r;
}

int
xj_reread(struct xj_archive *a, const struct xj_reread_options *options,
	  struct xj_reread_result *result, struct xj_error *err)
{
	struct xj_error own = { 0 };
	struct rereading g = { .archive = a, .options = options,
		.result = result, .err = err ? err : &own };
	int r = xj_archive_writable(a, err);

	if (r == XJ_OK)
		r = xj_may(a, XJ_DO_MACHINE, 0, NULL, err);
	memset(result, 0, sizeof(*result));
	if (r == XJ_OK)
		r = choose(&g);
	if (r == XJ_OK)
		r = read_all(&g);
	if (result->changed)
		r = index_changed(&g, r);
	xj_buf_release(&g.wanted);
	return r;
}

/* ----------------------------------------------------------------- outdated */

struct outdated {
	struct xj_importers *importers;
	xj_outdated_fn fn;
	void *ctx;
};

/* "pdf 1.0", as the catalog counts. */
static int
compare_version(void *ctx, const char *key, uint64_t count)
{
	struct outdated *o = ctx;
	const char *space = strchr(key, ' '), *now;
	char name[64];

	if (!space || (size_t)(space - key) >= sizeof(name))
		return XJ_OK;
	memcpy(name, key, (size_t)(space - key));
	name[space - key] = '\0';
	now = version_now(o->importers, name);
	if (!now || strcmp(now, space + 1) == 0)
		return XJ_OK;
	return o->fn(o->ctx, &(struct xj_outdated){ .importer = name,
		.was = space + 1, .now = now, .documents = count });
}

int
xj_outdated(struct xj_archive *a, xj_outdated_fn fn, void *ctx,
	    struct xj_error *err)
{
	struct outdated o = { .fn = fn, .ctx = ctx };

	/* Where no importers can be started, none is newer. */
	if (xj_archive_importers(a, &o.importers, NULL) < 0)
		return XJ_OK;
	return xj_catalog_tally(a->catalog, "importer", compare_version, &o,
				err);
}
