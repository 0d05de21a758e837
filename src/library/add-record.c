/* add-record.c - the records of a file and everything inside it: numbers, URNs,
 * values, and what stays of the version before. */
#include <string.h>

#include "library/add.h"
#include "library/topic.h"

static int
no_memory(struct xj_adding *g)
{
	return xj_error_set(g->err, XJ_ENOMEM, "out of memory");
}

/* Values of one document: for a file itself what the person gave, and what the
 * importer found. */
static int
all_values(struct xj_adding *g, const struct xj_taken *t,
	   struct xj_record *rec)
{
	size_t given = t->parent ? 0 : g->given_count;

	rec->value_count = given + t->value_count;
	rec->values = xj_arena_alloc(g->group_arena, (rec->value_count + 2) *
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

/* The code of the area that the innermost folder is called by; NULL: none is. */
static const char *
area_of_folder(struct xj_adding *g, const char *folder)
{
	const struct xj_topics *topics;
	const struct xj_topic_row *row;
	char *rest = xj_arena_strdup(g->arena, folder);

	if (!rest || xj_topics_get(g->archive, &topics, NULL) < 0)
		return NULL;
	while (*rest) {
		char *slash = strrchr(rest, '/');
		const char *name = slash ? slash + 1 : rest;

		if (*name && xj_topics_find(g->archive, topics, name, &row,
					    NULL) == XJ_OK &&
		    !xj_topics_parent(topics, row))
			return xj_arena_strdup(g->arena, row->code);
		if (!slash)
			break;
		*slash = '\0';
	}
	return NULL;
}

/* Files come folder by folder, so that the last one is remembered. */
static void
add_area(struct xj_adding *g, const char *path, struct xj_record *rec)
{
	size_t len = (size_t)(xj_path_base(path) - path);

	len -= len > 0;
	if (!g->folder || strlen(g->folder) != len ||
	    strncmp(g->folder, path, len) != 0) {
		g->folder = xj_arena_strndup(g->arena, path, len);
		g->folder_area = g->folder ? area_of_folder(g, g->folder)
					   : NULL;
	}
	if (g->folder_area)
		rec->values[rec->value_count++] = (struct xj_meta_value){
			.element = "topic", .value = g->folder_area,
			.rank = XJ_META_GIVEN };
}

static int
fill(struct xj_adding *g, const struct xj_taken *t, struct xj_record *rec)
{
	rec->doc = t->doc;
	rec->doc.state = XJ_DOC_LIVE;
	rec->doc.owner = g->unit;
	rec->rights = g->rights;
	rec->doc.accession = g->accession.number;
	rec->doc.created = rec->doc.updated = xj_now();
	rec->doc.version = 1;
	return all_values(g, t, rec);
}

/* ------------------------------------------------- the version before */

static bool
is_given_again(const struct xj_record *rec, const char *element)
{
	for (size_t i = 0; i < rec->value_count; i++)
		if (rec->values[i].rank == XJ_META_GIVEN &&
		    strcmp(rec->values[i].element, element) == 0)
			return true;
	return false;
}

/* What people said of the version before, unless they said it anew. */
static int
keep_given(struct xj_adding *g, struct xj_record *rec,
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
		if (old->values[i].rank == XJ_META_GIVEN &&
		    !is_given_again(rec, old->values[i].element))
			values[n++] = old->values[i];
	for (size_t i = 0; i < rec->value_count; i++)
		values[n++] = rec->values[i];
	rec->values = values;
	rec->value_count = n;
	return XJ_OK;
}

/* A document keeps number, URN and what people did with it when its file came
 * in a new version; a member that was lost, and is there again, lives again. */
static int
inherit(struct xj_adding *g, struct xj_record *rec,
	const struct xj_record *old)
{
	rec->doc.id = old->doc.id;
	rec->doc.urn = old->doc.urn;
	rec->doc.created = old->doc.created;
	rec->doc.owner = old->doc.owner;
	rec->rights = old->rights;
	rec->quarantine = old->quarantine;
	rec->quarantine_why = old->quarantine_why;
	rec->cleared = old->cleared;
	memcpy(rec->cleared_sha512, old->cleared_sha512,
	       sizeof(rec->cleared_sha512));
	if (memcmp(old->doc.sha512, rec->doc.sha512, 64) != 0 &&
	    xj_texts_forget(g->archive->texts, old->doc.sha512, g->err) < 0)
		return g->err->status;
	if (old->doc.state == XJ_DOC_REMOVED &&
	    (!old->doc.parent || old->doc.ordinal)) {
		rec->doc.state = XJ_DOC_REMOVED;
		rec->removed = old->removed;
	}
	return keep_given(g, rec, old);
}

static int
new_identity(struct xj_adding *g, struct xj_record *rec, uint64_t *next)
{
	char urn[XJ_URN_MAX];

	if (rec->doc.id)
		return XJ_OK;
	xj_urn_new(urn);
	rec->doc.id = (*next)++;
	rec->doc.urn = xj_arena_strdup(g->group_arena, urn);
	return rec->doc.urn ? XJ_OK : no_memory(g);
}

bool
xj_add_was_there(const struct xj_add_tree *tree, size_t i)
{
	return tree->old && tree->recs[i].doc.id < tree->first_new;
}

/* ---------------------------------------------------------------- the tree */

/* The document that this one was in the version before; NULL: it is new. */
static const struct xj_record *
find_old(struct xj_add_tree *tree, struct xj_members *members, size_t i,
	 bool *used)
{
	const struct xj_doc *doc = &tree->recs[i].doc;
	struct xj_record *old;

	if (!tree->old || i == 0)
		return tree->old;
	old = xj_members_take(members, doc->parent, doc->name_raw,
			      doc->name_raw_len);
	if (old)
		used[old - tree->old->members] = true;
	return old;
}

/* Parents stand before what is inside them, so their numbers are known. */
static int
fill_one(struct xj_adding *g, struct xj_add_tree *tree,
	 struct xj_members *members, size_t i, bool *used, uint64_t *next)
{
	const struct xj_taken *t = tree->taken[i];
	const struct xj_record *old, *top = &tree->recs[0], *up = NULL;
	struct xj_record *rec = &tree->recs[i];
	int r = fill(g, t, rec);

	if (t->parent)
		up = &tree->recs[t->parent->place];
	rec->doc.parent = up ? up->doc.id : 0;
	old = r < 0 ? NULL : find_old(tree, members, i, used);
	if (r == XJ_OK && g->by_folder && !up && !old)
		add_area(g, tree->item->job->given, rec);
	if (old)
		r = inherit(g, rec, old);
	if (r == XJ_OK)
		r = new_identity(g, rec, next);
	rec->doc.root = top->doc.id;
	rec->doc.version = tree->old ? tree->old->doc.version + 1 : 1;
	if (r == XJ_OK)
		r = xj_quarantine_decide(g->group_arena, rec, t, up, g->err);
	return r < 0 ? r : xj_describe(g->archive, g->group_arena, &rec->doc,
				       rec->values, rec->value_count, g->err);
}

static int
fill_all(struct xj_adding *g, struct xj_add_tree *tree,
	 struct xj_members *members, bool *used)
{
	struct xj_catalog *catalog = g->archive->catalog;
	uint64_t next;
	int r = xj_catalog_reserve(catalog, tree->count, &next, g->err);

	tree->first_new = next;
	for (size_t i = 0; i < tree->count && r == XJ_OK; i++)
		r = fill_one(g, tree, members, i, used, &next);
	if (r < 0 || next == tree->first_new + tree->count)
		return r;
	return xj_catalog_unreserve(catalog, next,
				    tree->first_new + tree->count, g->err);
}

static int
find_lost(struct xj_adding *g, struct xj_add_tree *tree, const bool *used)
{
	size_t n = tree->old ? tree->old->member_count : 0;

	tree->lost = xj_arena_alloc(g->group_arena, (n + 1) *
				    sizeof(*tree->lost));
	if (!tree->lost)
		return no_memory(g);
	for (size_t i = 0; i < n; i++)
		if (!used[i])
			tree->lost[tree->lost_count++] =
				&tree->old->members[i];
	return XJ_OK;
}

/* The name of the original inside its object. */
static const char *
logical_name(struct xj_adding *g, const struct xj_doc *doc)
{
	const char *name = doc->name && *doc->name ? doc->name : "original";

	return xj_arena_printf(g->group_arena, "original/%s", name);
}

/* What the object says: the file, its members, and as removed those that the
 * newest version lost. */
static int
make_top(struct xj_adding *g, struct xj_add_tree *tree)
{
	struct xj_record *top = &tree->top;
	size_t n = tree->count - 1;

	*top = tree->recs[0];
	top->logical = logical_name(g, &top->doc);
	top->source = tree->item->job->given;
	top->accession_urn = g->accession.urn;
	top->members = xj_arena_alloc(g->group_arena,
				      (n + tree->lost_count + 1) *
				      sizeof(*top->members));
	if (!top->logical || !top->members)
		return no_memory(g);
	for (size_t i = 0; i < n; i++)
		top->members[i] = tree->recs[i + 1];
	for (size_t i = 0; i < tree->lost_count; i++) {
		struct xj_doc *doc = &tree->lost[i]->doc;

		if (doc->state != XJ_DOC_QUARANTINED)
			doc->state = XJ_DOC_REMOVED;
		doc->ordinal = 0;
		top->members[n++] = *tree->lost[i];
	}
	top->member_count = n;
	return XJ_OK;
}

int
xj_add_tree_make(struct xj_adding *g, struct xj_item *item,
		 struct xj_record *old, struct xj_add_tree *tree)
{
	struct xj_members *members = NULL;
	bool *used;
	int r = XJ_OK;

	*tree = (struct xj_add_tree){ .item = item, .old = old };
	for (struct xj_taken *t = item->taken; t; t = t->next)
		tree->count++;
	tree->recs = xj_arena_alloc(g->group_arena, tree->count *
				    sizeof(*tree->recs));
	tree->taken = xj_arena_alloc(g->group_arena, tree->count *
				     sizeof(*tree->taken));
	used = xj_arena_alloc(g->group_arena, old ? old->member_count + 1 : 1);
	if (!tree->recs || !tree->taken || !used)
		return no_memory(g);
	for (struct xj_taken *t = item->taken; t; t = t->next)
		tree->taken[t->place] = t;
	if (old)
		r = xj_members_new(g->group_arena, old, &members, g->err);
	if (r == XJ_OK)
		r = fill_all(g, tree, members, used);
	if (r == XJ_OK)
		r = find_lost(g, tree, used);
	return r < 0 ? r : make_top(g, tree);
}
