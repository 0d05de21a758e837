/* restore.c - from an object back to rows and text: its original is imported
 * once more, and what is found is matched with the record. */
#include <string.h>

#include "library/archive.h"

struct restoring {
	struct xj_change *change;
	struct xj_archive *archive;
	struct xj_importers *importers;
	struct xj_arena *arena;
	struct xj_spool *spool;
	struct xj_record *record;
	struct xj_taken *taken;    /* NULL: could not be imported again */
	struct xj_record **of;     /* the record of each taken, by place */
	size_t taken_count;
	bool *found;               /* by record->members */
	size_t next;               /* where the next match is likely */
	bool update;               /* the rows are there already */
	struct xj_error *err;
};

static int
no_memory(struct restoring *g)
{
	return xj_error_set(g->err, XJ_ENOMEM, "out of memory");
}

static int
import_again(struct restoring *g, struct xj_object *object)
{
	const struct xj_doc *d = &g->record->doc;
	xj_auto(xj_closep) int fd = -1;
	uint64_t size;
	int r = xj_object_file_open(object, d->version, g->record->logical,
				    &fd, &size, g->err);

	if (r < 0)
		return r;
	return xj_take(g->archive, g->importers, g->spool, g->arena, fd, size,
		       d->name_raw, d->name_raw_len, 0, NULL, &g->taken,
		       g->err);
}

static bool
is_it(const struct xj_record *m, const struct xj_taken *t, uint64_t parent)
{
	return m->doc.parent == parent &&
	       m->doc.ordinal == t->doc.ordinal &&
	       m->doc.name_raw_len == t->doc.name_raw_len &&
	       memcmp(m->doc.name_raw, t->doc.name_raw,
		      t->doc.name_raw_len) == 0;
}

static struct xj_record *
find_member(struct restoring *g, const struct xj_taken *t, uint64_t parent)
{
	size_t count = g->record->member_count;

	for (size_t n = 0; n < count; n++) {
		size_t i = (g->next + n) % count;

		if (g->found[i] ||
		    !is_it(&g->record->members[i], t, parent))
			continue;
		g->found[i] = true;
		g->next = i + 1;
		return &g->record->members[i];
	}
	return NULL;
}

/* What the import says anew: outcome, text, values. What people said stays. */
static int
refresh(struct restoring *g, struct xj_record *rec, const struct xj_taken *t)
{
	struct xj_meta_value *values;
	size_t n = 0;

	values = xj_arena_alloc(g->arena, (rec->value_count + t->value_count +
				1) * sizeof(*values));
	if (!values)
		return no_memory(g);
	for (size_t i = 0; i < rec->value_count; i++)
		if (rec->values[i].rank == XJ_META_GIVEN)
			values[n++] = rec->values[i];
	for (size_t i = 0; i < t->value_count; i++)
		values[n++] = t->values[i];
	rec->values = values;
	rec->value_count = n;
	rec->doc.outcome = t->doc.outcome;
	rec->doc.reason = t->doc.reason;
	rec->doc.importer = t->doc.importer;
	rec->doc.importer_version = t->doc.importer_version;
	rec->doc.pages = t->doc.pages;
	rec->doc.text_bytes = t->doc.text_bytes;
	rec->doc.format = t->doc.format;
	return XJ_OK;
}

/* Match the tree with the record. A member that nobody knew (its importer came
 * later) is left out here: importing again is what finds it. */
static int
match_all(struct restoring *g)
{
	int r = XJ_OK;

	for (struct xj_taken *t = g->taken; t; t = t->next)
		g->taken_count++;
	g->of = xj_arena_alloc(g->arena, (g->taken_count + 1) *
			       sizeof(*g->of));
	g->found = xj_arena_alloc(g->arena, g->record->member_count + 1);
	if (!g->of || !g->found)
		return no_memory(g);
	for (struct xj_taken *t = g->taken; t && r == XJ_OK; t = t->next) {
		struct xj_record *up = t->parent ? g->of[t->parent->place]
						 : NULL;

		if (!t->parent)
			g->of[0] = g->record;
		else if (up)
			g->of[t->place] = find_member(g, t, up->doc.id);
		if (g->of[t->place])
			r = refresh(g, g->of[t->place], t);
	}
	return r;
}

static int
put_values(struct restoring *g, const struct xj_record *rec)
{
	static const enum xj_meta_rank ranks[] = {
		XJ_META_EXTRACTED, XJ_META_GIVEN };
	struct xj_meta_value *values;
	int r = XJ_OK;

	values = xj_arena_alloc(g->arena, (rec->value_count + 1) *
				sizeof(*values));
	if (!values)
		return no_memory(g);
	for (size_t k = 0; k < XJ_COUNT(ranks) && r == XJ_OK; k++) {
		size_t n = 0;

		for (size_t i = 0; i < rec->value_count; i++)
			if (rec->values[i].rank == ranks[k])
				values[n++] = rec->values[i];
		r = xj_catalog_set_meta(g->archive->catalog, rec->doc.id,
					ranks[k], values, n, g->err);
	}
	return r;
}

static int
put_row(struct restoring *g, struct xj_record *rec)
{
	struct xj_catalog *catalog = g->archive->catalog;
	int r;

	if (!g->update) {
		rec->doc.rev = 1;
		r = xj_catalog_insert(catalog, &rec->doc, g->err);
	} else {
		r = xj_catalog_update(catalog, &rec->doc, 0, g->err);
	}
	return r < 0 ? r : put_values(g, rec);
}

static int
put_all(struct restoring *g)
{
	int r = put_row(g, g->record);

	for (size_t i = 0; i < g->record->member_count && r == XJ_OK; i++)
		r = put_row(g, &g->record->members[i]);
	for (struct xj_taken *t = g->taken; t && r == XJ_OK; t = t->next)
		if (g->of[t->place])
			r = xj_taken_put_text(g->archive, g->spool, t,
					      g->of[t->place]->doc.id, g->err);
	return r;
}

int
xj_restore(struct xj_change *change, struct xj_importers *importers,
	   struct xj_arena *arena, struct xj_object *object,
	   struct xj_record *record, bool update, struct xj_error *err)
{
	struct restoring g = { .change = change, .archive = change->archive,
		.importers = importers, .arena = arena, .record = record,
		.update = update, .err = err };
	int r = xj_spool_new(g.archive, &g.spool, err);

	if (r == XJ_OK && record->logical)
		r = import_again(&g, object);
	if (r == XJ_OK)
		r = match_all(&g);
	if (r == XJ_OK)
		r = put_all(&g);
	xj_spool_free(g.spool);
	return r;
}
