/* add.c - an accession: files are walked, the lanes take them in, and what they
 * made becomes durable in groups. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <xueji/pages.h>

#include "library/add.h"
#include "library/rights.h"
#include "library/topic.h"
#include "library/validity.h"

#define GROUP_ITEMS 128
#define GROUP_BYTES (64u << 20) /* of files */
#define GROUP_AGE_MS 1000
#define TRIES 3        /* groups that may put an item off */
#define LOCK_TRIES 10  /* of 30 s each, for the catalog */

static int
no_memory(struct xj_adding *g)
{
	return xj_error_set(g->err, XJ_ENOMEM, "out of memory");
}

static bool
cancelled(const struct xj_adding *g)
{
	return xj_cancelled(&g->options->watch);
}

/* ---------------------------------------------------------------- outcomes */

static int
tell(struct xj_adding *g, const struct xj_outcome *o)
{
	struct xj_add_result *res = g->result;
	const struct { const char *outcome; uint64_t *count; } counts[] = {
		{ "ok", &res->taken }, { "held", &res->held },
		{ "duplicate", &res->duplicate }, { "partial", &res->partial },
		{ "refused", &res->refused }, { "skipped", &res->skipped },
		{ "quarantined", &res->quarantined },
	};
	size_t i = 0;

	while (i < XJ_COUNT(counts) && strcmp(counts[i].outcome, o->outcome))
		i++;
	++*(i < XJ_COUNT(counts) ? counts[i].count : &res->failed);
	res->seen++;
	return g->options->outcome ?
		g->options->outcome(g->options->ctx, o) : XJ_OK;
}

static int
tell_held(void *ctx, const char *given, const struct xj_source *source)
{
	return tell(ctx, &(struct xj_outcome){
		.path = (const char *[]){ given, NULL }, .outcome = "held",
		.id = source->document, .bytes = source->size });
}

static int
tell_left(void *ctx, const char *given, const char *outcome, const char *why)
{
	return tell(ctx, &(struct xj_outcome){
		.path = (const char *[]){ given, NULL },
		.outcome = outcome, .reason = why });
}

static int
tell_lines(struct xj_adding *g)
{
	int r = XJ_OK;

	for (struct xj_line *l = g->lines; l && r == XJ_OK; l = l->next) {
		g->result->bytes += l->stored;
		r = tell(g, &(struct xj_outcome){
			.path = l->path, .outcome = l->row.outcome,
			.reason = l->row.reason, .id = l->row.document,
			.version = l->version, .importer = l->row.importer,
			.bytes = l->row.bytes, .cpu_ms = l->row.cpu_ms,
			.memory = l->memory,
		});
	}
	return r;
}

static void
tell_progress(struct xj_adding *g, const char *what)
{
	const struct xj_watch *w = &g->options->watch;

	if (w->progress)
		w->progress(w->ctx, &(struct xj_progress){
			.stage = "add", .done = g->jobs_done,
			.total = g->jobs, .bytes = g->result->bytes,
			.what = what,
		});
}

/* ----------------------------------------------------------- the accession */

/* What lay beside each other in the upload, each once. */
static const char *
uploaded_names(struct xj_adding *g)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	const char *last = "";

	for (size_t i = 0; i < g->jobs; i++) {
		const char *name = g->job_list[i].given;
		size_t n = strcspn(name, "/");

		if (strncmp(last, name, n) == 0 && (!last[n] || last[n] == '/'))
			continue;
		if (b.len)
			xj_buf_addc(&b, '\n');
		xj_buf_add(&b, name, n);
		last = name;
	}
	return b.failed ? NULL : xj_arena_strdup(g->arena, xj_buf_str(&b));
}

static const char *
joined_paths(struct xj_adding *g)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	if (g->uploaded)
		return uploaded_names(g);
	for (const char *const *p = g->paths; *p; p++) {
		if (b.len)
			xj_buf_addc(&b, '\n');
		xj_names_shown(&b, *p, strlen(*p), NULL,
			       g->archive->config.encoding);
	}
	return b.failed ? NULL : xj_arena_strdup(g->arena, xj_buf_str(&b));
}

/* Its row, with the first group. */
static int
begin_accession(struct xj_adding *g)
{
	char urn[XJ_URN_MAX];
	int r;

	if (g->accession.number)
		return XJ_OK;
	xj_urn_new(urn);
	g->accession.urn = xj_arena_strdup(g->arena, urn);
	g->accession.what = joined_paths(g);
	g->accession.user = g->archive->user;
	g->accession.started = xj_now();
	if (!g->accession.urn || !g->accession.what)
		return no_memory(g);
	r = xj_catalog_put_accession(g->archive->catalog, &g->accession,
				     g->err);
	return r < 0 ? r : xj_accession_lock(g->archive, g->accession.number,
					     &g->accession_lock, g->err);
}

/* Rolled back with the first group; nothing was given this number. */
static void
forget_accession(struct xj_adding *g)
{
	xj_accession_unlock(g->archive, g->accession.number,
			    &g->accession_lock);
	g->accession.number = 0;
}

static int
finish_accession(struct xj_adding *g, struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	struct xj_add_result *res = g->result;
	int r;

	if (!g->accession.number)
		return XJ_OK;
	g->accession.taken = res->taken;
	g->accession.held = res->held + res->duplicate;
	g->accession.partial = res->partial;
	g->accession.refused = res->refused;
	g->accession.failed = res->failed;
	g->accession.quarantined = res->quarantined;
	g->accession.bytes = res->bytes;
	res->accession = g->accession.number;
	r = xj_change_begin(g->archive, &change, err);
	if (r == XJ_OK)
		r = xj_catalog_put_accession(g->archive->catalog,
					     &g->accession, err);
	if (r == XJ_OK)
		r = xj_accession_close(&change, g->accession.number, err);
	if (r == XJ_OK)
		r = xj_change_commit(&change, err);
	if (r == XJ_OK)
		xj_accession_unlock(g->archive, g->accession.number,
				    &g->accession_lock);
	return r;
}

/* --------------------------------------------------------------- indexing */

static void *
indexer_main(void *arg)
{
	struct xj_adding *g = arg;
	struct xj_indexer_options options = {
		.lanes = g->options->jobs, .follow = &g->follow,
		.watch = &(struct xj_watch){
			.cancel = g->options->watch.cancel },
	};

	g->index_failed = xj_indexer_run(g->archive, &options, NULL,
					 &g->index_error);
	return NULL;
}

/* Beside the import, from the first commit on. */
static int
start_indexer(struct xj_adding *g)
{
	if (g->indexing)
		return XJ_OK;
	g->follow = true;
	if (pthread_create(&g->indexer, NULL, indexer_main, g) != 0)
		return xj_error_set(g->err, XJ_ENOMEM,
				    "cannot start a thread");
	g->indexing = true;
	return XJ_OK;
}

static int
end_indexer(struct xj_adding *g, struct xj_error *err)
{
	int r;

	if (!g->indexing)
		return XJ_OK;
	__atomic_store_n(&g->follow, false, __ATOMIC_RELEASE);
	pthread_join(g->indexer, NULL);
	g->indexing = false;
	/* Who had the lock then may have ended without our last documents. */
	if (g->index_failed == XJ_EBUSY)
		g->index_failed = xj_indexer_run(g->archive,
			&(struct xj_indexer_options){
			.watch = &g->options->watch }, NULL, &g->index_error);
	r = xj_catalog_queue_size(g->archive->catalog, &g->result->queued,
				  err);
	if (g->index_failed >= 0 || g->index_failed == XJ_EBUSY ||
	    g->index_failed == XJ_ECANCELLED)
		return r;
	if (err)
		*err = g->index_error;
	return xj_error_wrap(err, g->index_failed, "stored, but not all is "
			     "searchable yet");
}

/* --------------------------------------------------------------- the group */

/* In the order of the walk, so that numbers do not depend on which lane was
 * faster. */
static void
enter(struct xj_adding *g, struct xj_item *item)
{
	struct xj_item **at = &g->first;

	if (!g->first)
		g->group_begun = xj_monotonic_ms();
	while (*at && (*at)->job < item->job)
		at = &(*at)->next;
	item->next = *at;
	*at = item;
	g->group++;
	g->group_bytes += item->staged.size;
}

/* The items, which the group does not hold any more. */
static struct xj_item *
take_group(struct xj_adding *g)
{
	struct xj_item *items = g->first;

	g->first = NULL;
	g->group = 0;
	g->group_bytes = 0;
	return items;
}

static void
free_items(struct xj_adding *g, struct xj_item *items)
{
	while (items) {
		struct xj_item *item = items;

		items = item->next;
		xj_item_free(item, g->intake);
	}
}

/* Another process writes for long: that is no reason to give up soon. */
static int
begin_change(struct xj_adding *g)
{
	int r, tries = 0;

	do
		r = xj_change_begin(g->archive, &g->change, g->err);
	while (r == XJ_EBUSY && ++tries < LOCK_TRIES && !cancelled(g));
	return r;
}

/* `*put_off`: the item must wait for a change of the same document, and goes
 * into the next group. */
static int
commit_one(struct xj_adding *g, struct xj_item *item, bool *put_off)
{
	int r = xj_add_commit(g, item);

	*put_off = r == XJ_EBUSY && ++item->tries < TRIES;
	if (*put_off)
		return XJ_OK;
	if (r == XJ_EBUSY) {
		item->refused = xj_arena_printf(item->arena, "%s",
						g->err->plain);
		r = item->refused ? xj_add_commit(g, item) : no_memory(g);
	}
	return r < 0 ? xj_error_wrap(g->err, r, "%s", item->job->given) : r;
}

/* All items into the change. Those put off are in the next group then, the
 * others in `*done`. */
static int
commit_items(struct xj_adding *g, struct xj_item *items,
	     struct xj_item **done)
{
	struct xj_item *next, **end = done;
	bool put_off;
	int r = begin_accession(g);

	for (; items; items = next) {
		next = items->next;
		put_off = false;
		if (r == XJ_OK)
			r = commit_one(g, items, &put_off);
		if (put_off) {
			enter(g, items);
			continue;
		}
		items->next = NULL;
		*end = items;
		end = &items->next;
	}
	return r < 0 ? r : xj_change_commit(&g->change, g->err);
}

/* Make the group durable, then tell of it. */
static int
commit_group(struct xj_adding *g)
{
	bool is_first = g->accession.number == 0, durable;
	struct xj_item *items = take_group(g), *done = NULL;
	const char *what = items ? items->job->given : NULL;
	int r, t = XJ_OK;

	if (!items)
		return XJ_OK;
	g->lines = NULL;
	g->line_tail = &g->lines;
	if (xj_arena_new(&g->group_arena) < 0) {
		free_items(g, items);
		return no_memory(g);
	}
	if ((r = begin_change(g)) == XJ_OK)
		r = commit_items(g, items, &done);
	else
		done = items;
	durable = g->change.committed;
	xj_change_abandon(&g->change);
	if (durable)
		t = tell_lines(g);
	else if (is_first)
		forget_accession(g);
	for (struct xj_item *i = done; i; i = i->next)
		g->jobs_done++;
	tell_progress(g, what);
	free_items(g, done);
	xj_arena_free(g->group_arena);
	g->group_arena = NULL;
	if (r == XJ_OK)
		r = t;
	return r < 0 ? r : start_indexer(g);
}

/* A group is durable whole or not at all. When it may not fit any more, each
 * file is a group of its own, so that what still fits is taken. */
static bool
disk_is_tight(const struct xj_adding *g)
{
	struct statvfs fs;

	return fstatvfs(g->archive->fd, &fs) == 0 &&
	       (uint64_t)fs.f_bavail * fs.f_frsize < 2 * GROUP_BYTES;
}

static bool
group_is_full(const struct xj_adding *g)
{
	return g->group >= GROUP_ITEMS || g->group_bytes >= GROUP_BYTES ||
	       (g->group &&
		(xj_monotonic_ms() - g->group_begun >= GROUP_AGE_MS ||
		 disk_is_tight(g)));
}

/* Until nothing is put off any more. */
static int
commit_rest(struct xj_adding *g)
{
	int r = XJ_OK;

	while (r == XJ_OK && g->first)
		r = commit_group(g);
	return r;
}

/* Fetch results until the lanes are done. What was finished before they failed
 * is kept all the same. */
static int
collect(struct xj_adding *g)
{
	struct xj_error why = { 0 };
	int r, c = XJ_OK;

	do {
		struct xj_item *item = NULL;

		r = xj_lanes_next(g->lanes, 200, &item, &why);
		if (r == XJ_OK)
			enter(g, item);
		if (group_is_full(g))
			c = commit_group(g);
	} while (c == XJ_OK && (r == XJ_OK || r == XJ_EBUSY));
	if (c == XJ_OK)
		c = commit_rest(g);
	if (r < 0 && r != XJ_EBUSY) {
		*g->err = why;
		return r;
	}
	return c;
}

/* ---------------------------------------------------------------- the run */

/* Given by `kind` or as an element; an empty value gives nothing. */
static int
check_one(struct xj_adding *g, const char *element, const char *value)
{
	const struct xj_given given = { element, value };
	struct xj_meta_value *v = &g->given[g->given_count];
	int r = xj_given_check(g->arena, &given, v, g->err);

	if (r == XJ_OK && strcmp(v->element, "topic") == 0 && v->value[0]) {
		if (!g->options->dry_run)
			r = xj_topics_begin(g->archive, g->err);
		if (r == XJ_OK && strcmp(v->value, "auto") == 0) {
			g->by_folder = true;
			return r;
		}
		if (r == XJ_OK)
			r = xj_topic_check(g->archive, g->arena,
					   strcmp(element, "area") == 0,
					   &v->value, g->err);
	}
	if (r == XJ_OK && strcmp(v->element, "replaced-by") == 0 &&
	    v->value[0])
		r = xj_validity_successor(g->archive, g->arena, 0, &v->value,
					  g->err);
	if (r == XJ_OK && v->value[0])
		g->given_count++;
	return r;
}

static int
check_given(struct xj_adding *g)
{
	const struct xj_given *v = g->options->given;
	size_t n = 1;
	int r = XJ_OK;

	while (v && v[n - 1].element)
		n++;
	g->given = xj_arena_alloc(g->arena, (n + 1) * sizeof(*g->given));
	if (!g->given)
		return no_memory(g);
	if (g->options->kind)
		r = check_one(g, "kind", g->options->kind);
	for (; v && v->element && r == XJ_OK; v++)
		r = check_one(g, v->element, v->value);
	return r;
}

/* What would be done, without doing it. */
static int
pretend(struct xj_adding *g, const struct xj_job *jobs, size_t count)
{
	int r = XJ_OK;

	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		g->result->bytes += jobs[i].size;
		r = tell(g, &(struct xj_outcome){
			.path = (const char *[]){ jobs[i].given, NULL },
			.outcome = "ok", .id = jobs[i].known,
			.reason = jobs[i].known ? "changed: a new version"
						: "new",
			.bytes = jobs[i].size,
		});
	}
	return r;
}

/* The first failure is the one that is told. */
static int
keep_first(struct xj_adding *g, int r, int later, const struct xj_error *why)
{
	if (r >= 0 && later < 0)
		*g->err = *why;
	return r < 0 ? r : later;
}

static int
run_jobs(struct xj_adding *g, const struct xj_job *jobs, size_t count)
{
	unsigned lanes = g->options->jobs ? g->options->jobs :
		g->archive->config.jobs ? g->archive->config.jobs :
		(unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	struct xj_error why = { 0 };
	int r;

	g->jobs = count;
	g->job_list = jobs;
	if (lanes > count)
		lanes = (unsigned)count;
	if ((r = xj_batch_begin(g->archive->store, &g->intake, g->err)) < 0)
		return r;
	r = xj_lanes_start(g->archive, g->intake, jobs, count, lanes,
			   &g->options->watch, &g->lanes, g->err);
	if (r == XJ_OK)
		r = collect(g);
	if (r == XJ_OK)
		r = xj_pairs_make(g->archive, g->accession.number, g->err);
	xj_lanes_end(g->lanes);
	free_items(g, take_group(g));
	xj_batch_end(g->intake, false);
	r = keep_first(g, r, finish_accession(g, &why), &why);
	return keep_first(g, r, end_indexer(g, &why), &why);
}

/* What an earlier run stored, and could not join or index any more. */
static int
do_leftovers(struct xj_adding *g)
{
	uint64_t queued = 0;
	int r = xj_pairs_make(g->archive, 0, g->err);

	if (r == XJ_OK)
		r = xj_catalog_queue_size(g->archive->catalog, &queued,
					  g->err);

	if (r < 0 || queued == 0)
		return r;
	r = xj_indexer_run(g->archive, &(struct xj_indexer_options){
		.watch = &g->options->watch }, NULL, g->err);
	if (r != XJ_EBUSY)
		return r;
	g->result->queued = queued;
	return XJ_OK;
}

static int
check_options(struct xj_adding *g)
{
	int r = check_given(g);

	return r < 0 ? r : xj_rights_of_new(g->archive, g->arena,
					    &g->options->rights, &g->rights,
					    &g->unit, g->err);
}

static int
add_all(struct xj_adding *g, struct xj_walk **walk)
{
	const struct xj_walk_events events = { tell_held, tell_left, g };
	const struct xj_job *jobs;
	size_t count;
	int r = check_options(g);

	if (r == XJ_OK)
		r = xj_walk_run(g->archive, g->paths, g->uploaded,
				g->options, &events,
				walk, g->err);
	if (r < 0)
		return r;
	jobs = xj_walk_jobs(*walk, &count);
	g->result->vanished = xj_walk_vanished(*walk);
	if (g->options->dry_run)
		return pretend(g, jobs, count);
	return count ? run_jobs(g, jobs, count) : do_leftovers(g);
}

static int
add(struct xj_archive *archive, const char *const *paths, bool uploaded,
    const struct xj_add_options *options, struct xj_add_result *result,
    struct xj_error *err)
{
	static const struct xj_add_options standard;
	struct xj_add_result ignored;
	struct xj_error own = { 0 };
	struct xj_walk *walk = NULL;
	struct xj_adding g = {
		.archive = archive, .options = options ? options : &standard,
		.result = result ? result : &ignored, .err = err ? err : &own,
		.paths = paths, .uploaded = uploaded, .accession_lock = -1,
	};
	int r = xj_archive_writable(archive, err);

	if (r == XJ_OK)
		r = xj_config_check(&archive->config, err);
	if (r < 0)
		return r;
	memset(g.result, 0, sizeof(*g.result));
	if (xj_arena_new(&g.arena) < 0)
		return no_memory(&g);
	r = add_all(&g, &walk);
	if (r == XJ_OK && cancelled(&g))
		r = xj_error_set(g.err, XJ_ECANCELLED, "interrupted; what was "
				 "reported is safe, the same command goes on");
	xj_walk_free(walk);
	xj_closep(&g.accession_lock);
	xj_arena_free(g.arena);
	return r;
}

int
xj_add(struct xj_archive *archive, const char *const *paths,
       const struct xj_add_options *options, struct xj_add_result *result,
       struct xj_error *err)
{
	return add(archive, paths, false, options, result, err);
}

int
xj_add_uploaded(struct xj_archive *archive, const char *dir,
		const struct xj_add_options *options,
		struct xj_add_result *result, struct xj_error *err)
{
	return add(archive, (const char *[]){ dir, NULL }, true, options,
		   result, err);
}

int
xj_add_check(struct xj_archive *archive, const struct xj_add_options *options,
	     struct xj_error *err)
{
	struct xj_error own = { 0 };
	struct xj_adding g = { .archive = archive, .options = options,
			       .err = err ? err : &own };
	int r = xj_archive_writable(archive, err);

	if (r < 0)
		return r;
	if (xj_arena_new(&g.arena) < 0)
		return no_memory(&g);
	r = check_options(&g);
	xj_arena_free(g.arena);
	return r;
}
