/* add.c - an accession: what the lanes made is committed in groups. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "library/add.h"

#define GROUP_ITEMS 128
#define GROUP_AGE_MS 1000

/* A report line that waits for its group to be durable. */
struct line {
	struct line *next;
	const char **path;
	struct xj_outcome_row row;
	unsigned version;
};

/* The accession while it goes on. */
struct adding {
	struct xj_archive *archive;
	const struct xj_add_options *options;
	struct xj_add_result *result;
	struct xj_error *err;
	const char *const *paths;
	struct xj_arena *arena;      /* of the whole run */
	struct xj_meta_value *given; /* checked values of a person */
	size_t given_count;
	struct xj_batch *intake;
	struct xj_lanes *lanes;
	size_t jobs;
	uint64_t jobs_done;

	struct xj_accession_row accession; /* number 0 until the first commit */
	int accession_lock;

	struct xj_item *first, **tail;     /* the group */
	size_t group;
	uint64_t group_begun;
	struct xj_arena *group_arena;
	struct line *lines, **line_tail;

	pthread_t indexer;
	bool indexing, follow;
	int index_failed;
	struct xj_error index_error;
};

static int
no_memory(struct adding *g)
{
	return xj_error_set(g->err, XJ_ENOMEM, "out of memory");
}

static bool
cancelled(const struct adding *g)
{
	const bool *cancel = g->options->watch.cancel;

	return cancel && *cancel;
}

/* ---------------------------------------------------------------- outcomes */

static int
tell_outcome(struct adding *g, const struct xj_outcome *o)
{
	return g->options->outcome ?
		g->options->outcome(g->options->ctx, o) : XJ_OK;
}

static void
count_outcome(struct xj_add_result *res, const char *outcome, unsigned version)
{
	(void)version;
	res->seen++;
	if (strcmp(outcome, "ok") == 0)
		res->taken++;
	else if (strcmp(outcome, "held") == 0)
		res->held++;
	else if (strcmp(outcome, "duplicate") == 0)
		res->duplicate++;
	else if (strcmp(outcome, "partial") == 0)
		res->partial++;
	else if (strcmp(outcome, "refused") == 0)
		res->refused++;
	else
		res->failed++;
}

static void
tell_progress(struct adding *g, const char *what)
{
	const struct xj_watch *w = &g->options->watch;

	if (w->progress)
		w->progress(w->ctx, &(struct xj_progress){
			.stage = "add", .done = g->jobs_done,
			.total = g->jobs, .bytes = g->result->bytes,
			.what = what,
		});
}

/* The path of a document inside the file that was given: the file first. */
static const char **
path_of(struct adding *g, const struct xj_item *item,
	const struct xj_taken *taken)
{
	size_t depth = 1, i;
	const char **path;

	for (const struct xj_taken *t = taken; t && t->parent; t = t->parent)
		depth++;
	path = xj_arena_alloc(g->group_arena, (depth + 1) * sizeof(*path));
	if (!path)
		return NULL;
	for (i = depth - 1; i > 0; i--, taken = taken->parent)
		path[i] = taken->path_in_parent;
	path[0] = item->job->given;
	return path;
}

static const char *
path_json(struct adding *g, const char *const *path)
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

/* Keep a line for the report: in the catalog now, for the caller when the
 * group is durable. */
static int
add_line(struct adding *g, const struct xj_item *item,
	 const struct xj_taken *taken, const struct xj_outcome_row *row,
	 unsigned version)
{
	struct line *line = xj_arena_alloc(g->group_arena, sizeof(*line));

	if (!line || !(line->path = path_of(g, item, taken)))
		return no_memory(g);
	line->row = *row;
	line->version = version;
	if (!(line->row.path = path_json(g, line->path)))
		return no_memory(g);
	*g->line_tail = line;
	g->line_tail = &line->next;
	return xj_catalog_add_outcome(g->archive->catalog,
				      g->accession.number, &line->row,
				      g->err);
}

static int
tell_lines(struct adding *g)
{
	int r = XJ_OK;

	for (struct line *l = g->lines; l && r == XJ_OK; l = l->next) {
		count_outcome(g->result, l->row.outcome, l->version);
		r = tell_outcome(g, &(struct xj_outcome){
			.path = (const char *const *)l->path,
			.outcome = l->row.outcome, .reason = l->row.reason,
			.id = l->row.document, .version = l->version,
			.importer = l->row.importer, .bytes = l->row.bytes,
			.cpu_ms = l->row.cpu_ms,
		});
	}
	return r;
}

/* --------------------------------------------------- a document's rows */

static int
put_source(struct adding *g, const struct xj_item *item, uint64_t id)
{
	const struct xj_job *job = item->job;

	if (!job->path)
		return XJ_OK; /* standard input */
	return xj_catalog_put_source(g->archive->catalog, &(struct xj_source){
		.path = job->path, .path_len = strlen(job->path),
		.given = job->given,
		.size = job->size, .mtime_ns = job->mtime_ns,
		.ctime_ns = job->ctime_ns, .inode = job->inode,
		.document = id, .accession = g->accession.number,
	}, g->err);
}

static int
add_event(struct adding *g, uint64_t id, unsigned version, const char *verb,
	  const char *detail)
{
	return xj_catalog_add_event(g->archive->catalog, &(struct xj_event){
		.document = id, .version = version, .at = xj_now(),
		.user = g->archive->user, .verb = verb, .detail = detail,
	}, g->err);
}

/* Values of one document: what the importer found, and for a file itself what
 * the person gave. */
static int
all_values(struct adding *g, struct xj_taken *t, struct xj_record *rec)
{
	size_t given = t->parent ? 0 : g->given_count;

	rec->value_count = given + t->value_count;
	rec->values = xj_arena_alloc(g->group_arena, (rec->value_count + 1) *
				     sizeof(*rec->values));
	if (!rec->values)
		return no_memory(g);
	if (given)
		memcpy(rec->values, g->given, given * sizeof(*g->given));
	if (t->value_count)
		memcpy(rec->values + given, t->values,
		       t->value_count * sizeof(*t->values));
	return XJ_OK;
}

static size_t
values_of_rank(struct adding *g, const struct xj_record *rec,
	       enum xj_meta_rank rank, struct xj_meta_value **out)
{
	size_t n = 0;

	*out = xj_arena_alloc(g->group_arena, (rec->value_count + 1) *
			      sizeof(**out));
	for (size_t i = 0; *out && i < rec->value_count; i++)
		if (rec->values[i].rank == rank)
			(*out)[n++] = rec->values[i];
	return n;
}

static int
put_values(struct adding *g, const struct xj_record *rec)
{
	static const enum xj_meta_rank ranks[] = {
		XJ_META_EXTRACTED, XJ_META_GIVEN,
	};
	int r = XJ_OK;

	for (size_t i = 0; i < XJ_COUNT(ranks) && r == XJ_OK; i++) {
		struct xj_meta_value *values;
		size_t n = values_of_rank(g, rec, ranks[i], &values);

		if (!values)
			return no_memory(g);
		r = xj_catalog_set_meta(g->archive->catalog, rec->doc.id,
					ranks[i], values, n, g->err);
	}
	return r;
}

/* ------------------------------------------------------------ the records */

static size_t
count_tree(const struct xj_taken *t)
{
	size_t n = 0;

	for (; t; t = t->next)
		n++;
	return n;
}

static bool
same_member(const struct xj_record *old, const struct xj_record *rec,
	    uint64_t old_parent)
{
	return old->doc.parent == old_parent &&
	       old->doc.name_raw_len == rec->doc.name_raw_len &&
	       memcmp(old->doc.name_raw, rec->doc.name_raw,
		      rec->doc.name_raw_len) == 0;
}

/* A member keeps number, URN and what people said of it when its container
 * came in a new version. */
static void
inherit(struct xj_record *rec, const struct xj_record *old)
{
	rec->doc.id = old->doc.id;
	rec->doc.urn = old->doc.urn;
	rec->doc.created = old->doc.created;
	rec->doc.rev = old->doc.rev;
	rec->doc.kind = NULL;
}

static int
keep_given(struct adding *g, struct xj_record *rec,
	   const struct xj_record *old)
{
	struct xj_meta_value *values;
	size_t n = 0;

	values = xj_arena_alloc(g->group_arena,
				(rec->value_count + old->value_count + 1) *
				sizeof(*values));
	if (!values)
		return no_memory(g);
	for (size_t i = 0; i < old->value_count; i++)
		if (old->values[i].rank == XJ_META_GIVEN)
			values[n++] = old->values[i];
	for (size_t i = 0; i < rec->value_count; i++)
		values[n++] = rec->values[i];
	rec->values = values;
	rec->value_count = n;
	return XJ_OK;
}

/* The records of a whole tree; `recs[i]` is of the i-th taken. */
struct tree {
	struct xj_item *item;
	struct xj_record *recs;
	struct xj_taken **taken;
	size_t count;
	struct xj_record *old;   /* the version before, or NULL */
	bool *old_used;          /* by old->members */
	uint64_t first_new;      /* numbers from here on are of this change */
	size_t old_next;         /* where the next match is likely */
};

/* Whether the document was in the catalog before: its number is not new. */
static bool
was_there(const struct tree *tree, size_t i)
{
	return tree->old && tree->recs[i].doc.id < tree->first_new;
}

static int
fill_record(struct adding *g, struct tree *tree, size_t i)
{
	struct xj_taken *t = tree->taken[i];
	struct xj_record *rec = &tree->recs[i];
	int64_t now = xj_now();

	rec->doc = t->doc;
	rec->doc.state = XJ_DOC_LIVE;
	rec->doc.owner = "";
	rec->doc.accession = g->accession.number;
	rec->doc.created = rec->doc.updated = now;
	rec->doc.rev = 1;
	rec->doc.version = 1;
	return all_values(g, t, rec);
}

static int
match_member(struct adding *g, struct tree *tree, struct xj_record *rec,
	     uint64_t old_parent)
{
	struct xj_record *old = tree->old;

	for (size_t n = 0; old && n < old->member_count; n++) {
		size_t m = (tree->old_next + n) % old->member_count;

		if (tree->old_used[m] ||
		    !same_member(&old->members[m], rec, old_parent))
			continue;
		tree->old_used[m] = true;
		tree->old_next = m + 1;
		inherit(rec, &old->members[m]);
		return keep_given(g, rec, &old->members[m]);
	}
	return XJ_OK;
}

static int
new_identity(struct adding *g, struct xj_record *rec, uint64_t *next)
{
	char urn[XJ_URN_MAX];

	if (rec->doc.id)
		return XJ_OK;
	xj_urn_new(urn);
	rec->doc.id = (*next)++;
	rec->doc.urn = xj_arena_strdup(g->group_arena, urn);
	return rec->doc.urn ? XJ_OK : no_memory(g);
}

/* Numbers, URNs, parents, effective columns. Parents stand before children, and
 * the parent's own number is known by then. */
static int
fill_tree(struct adding *g, struct tree *tree)
{
	uint64_t next;
	int r = xj_catalog_reserve(g->archive->catalog, tree->count, &next,
				   g->err);

	tree->first_new = next;
	for (size_t i = 0; i < tree->count && r == XJ_OK; i++) {
		struct xj_record *rec = &tree->recs[i];
		struct xj_taken *t = tree->taken[i];
		size_t up = t->parent ? t->parent->place : 0;

		if ((r = fill_record(g, tree, i)) < 0)
			return r;
		if (i == 0 && tree->old) {
			inherit(rec, tree->old);
			rec->doc.version = tree->old->doc.version + 1;
			r = keep_given(g, rec, tree->old);
		} else if (i > 0) {
			r = match_member(g, tree, rec, tree->recs[up].doc.id);
		}
		if (r == XJ_OK)
			r = new_identity(g, rec, &next);
		rec->doc.parent = t->parent ? tree->recs[up].doc.id : 0;
		rec->doc.root = tree->recs[0].doc.id;
		rec->doc.version = tree->recs[0].doc.version;
		if (r == XJ_OK)
			r = xj_describe(g->archive, g->group_arena, &rec->doc,
					rec->values, rec->value_count,
					t->mtime, g->err);
	}
	if (r == XJ_OK && next < tree->first_new + tree->count)
		r = xj_catalog_unreserve(g->archive->catalog, next,
					 tree->first_new + tree->count,
					 g->err);
	return r;
}

static int
make_tree(struct adding *g, struct xj_item *item, struct xj_record *old,
	  struct tree *tree)
{
	size_t n = count_tree(item->taken), i = 0;

	*tree = (struct tree){ .item = item, .count = n, .old = old };
	tree->recs = xj_arena_alloc(g->group_arena, n * sizeof(*tree->recs));
	tree->taken = xj_arena_alloc(g->group_arena,
				     n * sizeof(*tree->taken));
	tree->old_used = xj_arena_alloc(g->group_arena,
					old ? old->member_count + 1 : 1);
	if (!tree->recs || !tree->taken || !tree->old_used)
		return no_memory(g);
	for (struct xj_taken *t = item->taken; t; t = t->next)
		tree->taken[i++] = t;
	return fill_tree(g, tree);
}

/* ------------------------------------------------------------- the object */

/* The name of the original inside its object. */
static const char *
logical_name(struct adding *g, const struct xj_doc *doc)
{
	const char *name = doc->name && *doc->name ? doc->name : "original";

	return xj_arena_printf(g->group_arena, "original/%s", name);
}

/* The record of the object: the top with all members below it, those that a
 * new version lost among them, as removed. */
static int
object_record(struct adding *g, const struct tree *tree,
	      struct xj_record *top)
{
	size_t n = tree->count - 1, old_n = tree->old ?
		tree->old->member_count : 0;

	*top = tree->recs[0];
	top->logical = logical_name(g, &top->doc);
	top->source = tree->item->job->given;
	top->accession_urn = g->accession.urn;
	top->members = xj_arena_alloc(g->group_arena, (n + old_n + 1) *
				      sizeof(*top->members));
	if (!top->logical || !top->members)
		return no_memory(g);
	for (size_t i = 0; i < n; i++)
		top->members[i] = tree->recs[i + 1];
	for (size_t i = 0; i < old_n; i++) {
		if (tree->old_used[i])
			continue;
		top->members[n] = tree->old->members[i];
		top->members[n++].doc.state = XJ_DOC_REMOVED;
	}
	top->member_count = n;
	return XJ_OK;
}

static int
put_object(struct adding *g, struct xj_change *change, struct xj_item *item,
	   const struct xj_record *top)
{
	xj_auto(xj_buf_release) struct xj_buf meta = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf members = XJ_BUF_INIT;
	struct xj_object_file files[3] = {
		{ .logical = top->logical, .staged = &item->staged },
	};
	size_t n = 2;
	int r = xj_record_write(top, &meta, &members, g->err);

	if (r < 0)
		return r;
	files[1] = (struct xj_object_file){ .logical = XJ_RECORD_FILE,
		.bytes = meta.data, .len = meta.len };
	if (members.len)
		files[n++] = (struct xj_object_file){
			.logical = XJ_MEMBERS_FILE,
			.bytes = members.data, .len = members.len };
	return xj_batch_put(change->batch, &(struct xj_object_version){
		.id = top->doc.urn, .number = top->doc.version,
		.created = xj_now(),
		.message = top->doc.version > 1 ? "update" : "add",
		.user = g->archive->user,
		.user_address = g->archive->user_address,
		.files = files, .file_count = n,
	}, g->err);
}

/* -------------------------------------------------------- a whole document */

static int
put_rows(struct adding *g, const struct tree *tree)
{
	struct xj_catalog *catalog = g->archive->catalog;
	int r = XJ_OK;

	for (size_t i = 0; i < tree->count && r == XJ_OK; i++) {
		struct xj_record *rec = &tree->recs[i];

		r = was_there(tree, i) ?
			xj_catalog_update(catalog, &rec->doc, i ? 0 :
					  tree->old->doc.version, g->err) :
			xj_catalog_insert(catalog, &rec->doc, g->err);
		if (r == XJ_OK)
			r = put_values(g, rec);
		if (r == XJ_OK)
			r = xj_taken_put_text(g->archive, tree->item->spool,
					      tree->taken[i], rec->doc.id,
					      g->err);
	}
	return r;
}

/* Members that the new version does not have any more. */
static int
remove_lost(struct adding *g, const struct tree *tree)
{
	struct xj_catalog *catalog = g->archive->catalog;
	int r = XJ_OK;

	for (size_t i = 0; tree->old && i < tree->old->member_count; i++) {
		struct xj_doc doc = tree->old->members[i].doc;

		if (tree->old_used[i] || doc.state != XJ_DOC_LIVE)
			continue;
		doc.state = XJ_DOC_REMOVED;
		if ((r = xj_catalog_update(catalog, &doc, 0, g->err)) < 0)
			return r;
	}
	return r;
}

static int
put_lines(struct adding *g, const struct tree *tree)
{
	int r = XJ_OK;

	for (size_t i = 0; i < tree->count && r == XJ_OK; i++) {
		const struct xj_doc *d = &tree->recs[i].doc;

		r = add_line(g, tree->item, tree->taken[i],
			     &(struct xj_outcome_row){
			.outcome = d->outcome, .reason = d->reason,
			.document = d->id, .importer = d->importer,
			.bytes = d->size, .cpu_ms = d->cpu_ms,
		}, d->version);
	}
	return r;
}

static int
commit_document(struct adding *g, struct xj_change *change,
		struct xj_item *item, struct xj_record *old)
{
	struct tree tree;
	struct xj_record top;
	int r = make_tree(g, item, old, &tree);

	if (r == XJ_OK)
		r = object_record(g, &tree, &top);
	if (r == XJ_OK)
		r = put_object(g, change, item, &top);
	if (r == XJ_OK)
		r = put_rows(g, &tree);
	if (r == XJ_OK)
		r = remove_lost(g, &tree);
	if (r == XJ_OK)
		r = put_source(g, item, top.doc.id);
	if (r == XJ_OK)
		r = add_event(g, top.doc.id, top.doc.version,
			      old ? "update" : "add", item->job->given);
	g->result->bytes += item->staged.size;
	return r < 0 ? r : put_lines(g, &tree);
}

/* ------------------------------------------------- duplicates and the rest */

static int
commit_refused(struct adding *g, struct xj_item *item)
{
	return add_line(g, item, NULL, &(struct xj_outcome_row){
		.outcome = "refused", .reason = item->refused,
		.bytes = item->job->size,
	}, 0);
}

/* The same bytes as a document that is there: a second source of it. One that
 * was removed is taken back. */
static int
commit_duplicate(struct adding *g, struct xj_change *change,
		 struct xj_item *item, uint64_t id)
{
	struct xj_doc doc;
	const char *outcome = "duplicate", *reason;
	bool same = item->job->known == id;
	int r = xj_catalog_get(g->archive->catalog, id, g->group_arena, &doc,
			       g->err);

	if (r < 0)
		return r;
	reason = xj_arena_printf(g->group_arena, same ?
		"touched, but the same bytes as before: document %llu" :
		"the same bytes as document %llu", (unsigned long long)id);
	if (doc.state == XJ_DOC_REMOVED && !same) {
		outcome = "ok";
		reason = "was removed before; taken back";
		r = xj_undelete_in(change, id, g->err);
	} else if (same) {
		outcome = "held";
	}
	if (r == XJ_OK)
		r = put_source(g, item, id);
	if (r == XJ_OK && !same)
		r = add_event(g, id, 0, "add again", item->job->given);
	return r < 0 ? r : add_line(g, item, NULL, &(struct xj_outcome_row){
		.outcome = outcome, .reason = reason, .document = id,
		.bytes = item->staged.size,
	}, doc.version);
}

/* Another file of this group or this run may have brought the bytes since the
 * lane looked. */
static int
find_duplicate(struct adding *g, struct xj_item *item, uint64_t *id)
{
	int r;

	*id = item->duplicate;
	if (*id)
		return XJ_OK;
	r = xj_catalog_get_digest(g->archive->catalog, "",
				  item->staged.sha512, id, g->err);
	if (r == XJ_ENOTFOUND)
		*id = 0;
	return r == XJ_ENOTFOUND ? XJ_OK : r;
}

/* The record of the document that a changed file was added as before; it may
 * have been purged or removed since, then the file is a new one. */
static int
load_known(struct adding *g, struct xj_item *item, struct xj_record **old)
{
	struct xj_record *rec;
	int r;

	*old = NULL;
	if (!item->job->known)
		return XJ_OK;
	if (!(rec = xj_arena_alloc(g->group_arena, sizeof(*rec))))
		return no_memory(g);
	r = xj_record_load(g->archive, g->group_arena, item->job->known, rec,
			   g->err);
	if (r == XJ_ENOTFOUND)
		return XJ_OK;
	if (r == XJ_OK && rec->doc.state == XJ_DOC_LIVE)
		*old = rec;
	return r;
}

static int
commit_item(struct adding *g, struct xj_change *change, struct xj_item *item)
{
	struct xj_record *old;
	uint64_t duplicate;
	int r;

	if (item->refused)
		return commit_refused(g, item);
	if ((r = find_duplicate(g, item, &duplicate)) < 0)
		return r;
	if (duplicate)
		return commit_duplicate(g, change, item, duplicate);
	if ((r = load_known(g, item, &old)) < 0)
		return r;
	return commit_document(g, change, item, old);
}

/* --------------------------------------------------------------- the group */

static char *
joined_paths(const char *const *paths)
{
	struct xj_buf b = XJ_BUF_INIT;

	for (; *paths; paths++) {
		if (b.len)
			xj_buf_addc(&b, '\n');
		xj_escape_shown(&b, *paths, strlen(*paths));
	}
	return xj_buf_take(&b);
}

/* The accession's row, with the first group. */
static int
begin_accession(struct adding *g)
{
	char urn[XJ_URN_MAX];
	xj_auto(xj_buf_release) struct xj_buf what = XJ_BUF_INIT;
	int r;

	if (g->accession.number)
		return XJ_OK;
	what.data = joined_paths(g->paths);
	xj_urn_new(urn);
	g->accession.urn = xj_arena_strdup(g->arena, urn);
	g->accession.what = what.data ?
		xj_arena_strdup(g->arena, what.data) : NULL;
	g->accession.user = g->archive->user;
	g->accession.started = xj_now();
	if (!g->accession.urn || !g->accession.what)
		return no_memory(g);
	r = xj_catalog_put_accession(g->archive->catalog, &g->accession,
				     g->err);
	return r < 0 ? r : xj_accession_lock(g->archive, g->accession.number,
					     &g->accession_lock, g->err);
}

static void
drop_group(struct adding *g)
{
	while (g->first) {
		struct xj_item *item = g->first;

		g->first = item->next;
		xj_item_free(item, g->intake);
	}
	g->tail = &g->first;
	g->group = 0;
	g->lines = NULL;
	g->line_tail = &g->lines;
	xj_arena_free(g->group_arena);
	g->group_arena = NULL;
}

static int
commit_items(struct adding *g, struct xj_change *change)
{
	bool first = g->accession.number == 0;
	int r = begin_accession(g);

	for (struct xj_item *i = g->first; i && r == XJ_OK; i = i->next) {
		r = commit_item(g, change, i);
		if (r < 0)
			xj_error_wrap(g->err, r, "%s", i->job->given);
	}
	if (r == XJ_OK)
		r = xj_change_commit(change, g->err);
	if (r < 0 && first) {
		/* Rolled back with the rest; nothing was given this number. */
		g->accession.number = 0;
		xj_closep(&g->accession_lock);
		g->accession_lock = -1;
	}
	return r;
}

static int start_indexer(struct adding *g);

/* Make the group durable, then tell of it. */
static int
commit_group(struct adding *g)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	size_t count = g->group;
	int r;

	if (!count)
		return XJ_OK;
	if (xj_arena_new(&g->group_arena) < 0)
		return no_memory(g);
	r = xj_change_begin(g->archive, &change, g->err);
	if (r == XJ_OK)
		r = commit_items(g, &change);
	if (r == XJ_OK)
		r = tell_lines(g);
	g->jobs_done += count;
	tell_progress(g, g->first->job->given);
	drop_group(g);
	return r < 0 ? r : start_indexer(g);
}

static int
take_item(struct adding *g, struct xj_item *item)
{
	if (!g->group)
		g->group_begun = xj_monotonic_ms();
	*g->tail = item;
	g->tail = &item->next;
	if (++g->group < GROUP_ITEMS)
		return XJ_OK;
	return commit_group(g);
}

/* Fetch results until the lanes are done. */
static int
collect(struct adding *g)
{
	int r, c = XJ_OK;

	do {
		struct xj_item *item = NULL;

		r = xj_lanes_next(g->lanes, 200, &item, g->err);
		if (r == XJ_OK)
			c = take_item(g, item);
		if (c == XJ_OK && g->group &&
		    xj_monotonic_ms() - g->group_begun >= GROUP_AGE_MS)
			c = commit_group(g);
	} while (c == XJ_OK && (r == XJ_OK || r == XJ_EBUSY));
	if (c < 0)
		return c;
	/* What was finished before the lanes stopped is kept all the same. */
	if (r < 0) {
		struct xj_error why = *g->err;

		commit_group(g);
		*g->err = why;
		return r;
	}
	return commit_group(g);
}

/* --------------------------------------------------------------- indexing */

static void *
indexer_main(void *arg)
{
	struct adding *g = arg;
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
start_indexer(struct adding *g)
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
end_indexer(struct adding *g)
{
	if (!g->indexing)
		return XJ_OK;
	__atomic_store_n(&g->follow, false, __ATOMIC_RELEASE);
	pthread_join(g->indexer, NULL);
	g->indexing = false;
	if (g->index_failed == XJ_EBUSY) {
		/* Somebody else indexes: our documents wait in his queue. */
		return xj_catalog_queue_size(g->archive->catalog,
					     &g->result->queued, g->err);
	}
	if (g->index_failed < 0 && g->index_failed != XJ_ECANCELLED) {
		*g->err = g->index_error;
		return xj_error_wrap(g->err, g->index_failed, "stored, but "
				     "not all is searchable yet");
	}
	return XJ_OK;
}

/* ---------------------------------------------------------------- the run */

static int
finish_accession(struct adding *g)
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
	g->accession.bytes = res->bytes;
	res->accession = g->accession.number;
	r = xj_change_begin(g->archive, &change, g->err);
	if (r == XJ_OK)
		r = xj_catalog_put_accession(g->archive->catalog,
					     &g->accession, g->err);
	if (r == XJ_OK)
		r = xj_accession_close(&change, g->accession.number, g->err);
	return r < 0 ? r : xj_change_commit(&change, g->err);
}

static int
check_given(struct adding *g)
{
	const struct xj_given *v = g->options->given;
	const struct xj_given kind[] = {
		{ "kind", g->options->kind }, { NULL, NULL } };
	size_t n = g->options->kind ? 1 : 0;
	int r = XJ_OK;

	for (const struct xj_given *i = v; i && i->element; i++)
		n++;
	g->given = xj_arena_alloc(g->arena, (n + 1) * sizeof(*g->given));
	if (!g->given)
		return no_memory(g);
	for (const struct xj_given *i = g->options->kind ? kind : NULL;
	     i && i->element && r == XJ_OK; i++)
		r = xj_given_check(g->arena, i, &g->given[g->given_count++],
				   g->err);
	for (; v && v->element && r == XJ_OK; v++)
		r = xj_given_check(g->arena, v, &g->given[g->given_count++],
				   g->err);
	return r;
}

static int
tell_held(void *ctx, const char *given, const struct xj_source *source)
{
	struct adding *g = ctx;
	const char *path[] = { given, NULL };

	count_outcome(g->result, "held", 0);
	return tell_outcome(g, &(struct xj_outcome){
		.path = path, .outcome = "held", .id = source->document,
		.bytes = source->size,
	});
}

static int
tell_refused(void *ctx, const char *given, const char *why)
{
	struct adding *g = ctx;
	const char *path[] = { given, NULL };

	count_outcome(g->result, "refused", 0);
	return tell_outcome(g, &(struct xj_outcome){
		.path = path, .outcome = "refused", .reason = why });
}

/* What would be done, without doing it. */
static int
pretend(struct adding *g, const struct xj_job *jobs, size_t count)
{
	int r = XJ_OK;

	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		const char *path[] = { jobs[i].given, NULL };

		count_outcome(g->result, "ok", 0);
		g->result->bytes += jobs[i].size;
		r = tell_outcome(g, &(struct xj_outcome){
			.path = path, .outcome = "ok", .id = jobs[i].known,
			.reason = jobs[i].known ? "changed: a new version"
						: "new",
			.bytes = jobs[i].size,
		});
	}
	return r;
}

static int
run_jobs(struct adding *g, const struct xj_job *jobs, size_t count)
{
	unsigned lanes = g->options->jobs ? g->options->jobs :
		(unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	int r, e;

	g->jobs = count;
	if (lanes > count)
		lanes = (unsigned)count;
	if ((r = xj_batch_begin(g->archive->store, &g->intake, g->err)) < 0)
		return r;
	r = xj_lanes_start(g->archive, g->intake, jobs, count, lanes,
			   g->options->watch.cancel, &g->lanes, g->err);
	if (r == XJ_OK)
		r = collect(g);
	xj_lanes_end(g->lanes);
	drop_group(g);
	e = finish_accession(g);
	r = r < 0 ? r : e;
	e = end_indexer(g);
	xj_batch_end(g->intake, false);
	return r < 0 ? r : e;
}

static int
add_all(struct adding *g, struct xj_walk **walk)
{
	const struct xj_walk_events events = { tell_held, tell_refused, g };
	const struct xj_job *jobs;
	size_t count;
	int r = check_given(g);

	if (r == XJ_OK)
		r = xj_walk_run(g->archive, g->paths, g->options, &events,
				walk, g->err);
	if (r < 0)
		return r;
	jobs = xj_walk_jobs(*walk, &count);
	g->result->vanished = xj_walk_vanished(*walk);
	if (g->options->dry_run)
		return pretend(g, jobs, count);
	return count ? run_jobs(g, jobs, count) : XJ_OK;
}

int
xj_add(struct xj_archive *archive, const char *const *paths,
       const struct xj_add_options *options, struct xj_add_result *result,
       struct xj_error *err)
{
	static const struct xj_add_options standard;
	struct xj_add_result ignored;
	struct xj_error own;
	struct xj_walk *walk = NULL;
	struct adding g = {
		.archive = archive, .options = options ? options : &standard,
		.result = result ? result : &ignored, .err = err ? err : &own,
		.paths = paths, .accession_lock = -1,
	};
	int r = xj_archive_writable(archive, err);

	if (r < 0)
		return r;
	memset(g.result, 0, sizeof(*g.result));
	g.tail = &g.first;
	g.line_tail = &g.lines;
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
