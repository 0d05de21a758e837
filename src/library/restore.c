/* restore.c - from an object back to rows and text: its original is imported
 * once more, and what is found is matched with the record. */
#include <string.h>

#include "library/rights.h"

struct restoring {
	struct xj_archive *archive;
	struct xj_importers *importers;
	struct xj_arena *arena;
	struct xj_spool *spool;
	struct xj_record *record;
	struct xj_taken *taken;    /* NULL: purged, there is nothing to import */
	struct xj_record **of;     /* the record of each taken, by place */
	bool *matched;             /* members of the record */
	bool update;               /* the rows are there already */
	struct xj_error *err;
};

static int
no_memory(struct restoring *g)
{
	return xj_error_set(g->err, XJ_ENOMEM, "out of memory");
}

static int
import_again(struct restoring *g, struct xj_object *object, unsigned version)
{
	const struct xj_doc *d = &g->record->doc;
	xj_auto(xj_closep) int fd = -1;
	uint64_t size;
	int r = xj_object_file_open(object, version, g->record->logical,
				    &fd, &size, g->err);

	if (r == XJ_ENOTFOUND)
		return xj_error_wrap(g->err, XJ_ECORRUPT, "%s", d->urn);
	return r < 0 ? r : xj_take(g->archive, g->importers, g->spool, g->arena,
		&(struct xj_take_source){
			.fd = fd, .size = size, .name = d->name_raw,
			.name_len = d->name_raw_len, .shown = d->name,
			.accession = d->accession,
		}, &g->taken, g->err);
}

/* ----------------------------------------------------------------- matching */

int
xj_record_refresh(struct xj_arena *arena, struct xj_record *rec,
		  const struct xj_taken *t, struct xj_error *err)
{
	struct xj_meta_value *values;
	size_t n = 0;

	values = xj_arena_alloc(arena, (rec->value_count + t->value_count +
				1) * sizeof(*values));
	if (!values)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	for (size_t i = 0; i < rec->value_count; i++)
		if (rec->values[i].rank != XJ_META_EXTRACTED)
			values[n++] = rec->values[i];
	for (size_t i = 0; i < t->value_count; i++)
		if (t->values[i].rank == XJ_META_EXTRACTED)
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

static void
lock(struct xj_record *rec)
{
	rec->doc.outcome = "encrypted";
	rec->doc.reason = "was read with a password before: `xueji unlock` "
			  "reads it again";
	rec->doc.text_bytes = 0;
}

static bool
came_out(const struct xj_record *rec, const char *outcome)
{
	return strcmp(rec->doc.outcome, outcome) == 0;
}

void
xj_record_lock(struct xj_record *rec, const struct xj_taken *taken,
	       const struct xj_record *up)
{
	if (rec->doc.state != XJ_DOC_LIVE)
		return;
	if (taken ? rec->unlocked && came_out(rec, "encrypted") :
	    up && rec->doc.ordinal && (came_out(up, "encrypted") ||
				       (up->unlocked &&
					came_out(up, "partial"))))
		lock(rec);
}

/* The record of one of the tree; NULL for a member that nobody knew (its
 * importer came later): adding again is what takes it in. */
static struct xj_record *
record_of(struct restoring *g, struct xj_members *members,
	  const struct xj_taken *t)
{
	const struct xj_record *up;

	if (!t->parent)
		return g->record;
	up = g->of[t->parent->place];
	return up ? xj_members_take(members, up->doc.id, t->doc.name_raw,
				    t->doc.name_raw_len) : NULL;
}

static int
match_all(struct restoring *g)
{
	struct xj_members *members;
	size_t count = 0;
	int r = xj_members_new(g->arena, g->record, &members, g->err);

	for (struct xj_taken *t = g->taken; t; t = t->next)
		count++;
	g->of = xj_arena_alloc(g->arena, (count + 1) * sizeof(*g->of));
	g->matched = xj_arena_alloc(g->arena, g->record->member_count + 1);
	if (r == XJ_OK && (!g->of || !g->matched))
		return no_memory(g);
	for (struct xj_taken *t = g->taken; t && r == XJ_OK; t = t->next) {
		struct xj_record *rec = record_of(g, members, t);

		g->of[t->place] = rec;
		if (!rec)
			continue;
		r = xj_record_refresh(g->arena, rec, t, g->err);
		if (r == XJ_OK)
			r = xj_quarantine_decide(g->arena, rec, t, t->parent ?
						 g->of[t->parent->place] :
						 NULL, g->err);
		xj_record_lock(rec, t, NULL);
		if (rec != g->record)
			g->matched[rec - g->record->members] = true;
	}
	for (size_t i = 0; g->taken && i < g->record->member_count; i++)
		if (!g->matched[i])
			xj_record_lock(&g->record->members[i], NULL,
				xj_members_find(members, g->record->members[i].
						doc.parent));
	return r;
}

/* ------------------------------------------------------------------- rows */

/* So that an object that is there twice spoils nothing but itself. */
static int
check_free(struct restoring *g, const struct xj_doc *doc)
{
	struct xj_catalog *catalog = g->archive->catalog;
	struct xj_doc other;
	int r = xj_catalog_get(catalog, doc->id, g->arena, &other, g->err);

	if (r == XJ_ENOTFOUND)
		r = xj_catalog_get_urn(catalog, doc->urn, g->arena, &other,
				       g->err);
	if (r == XJ_OK)
		return xj_error_set(g->err, XJ_EEXIST, "document %llu (%s) is "
				    "in another object too",
				    (unsigned long long)doc->id, doc->urn);
	return r == XJ_ENOTFOUND ? XJ_OK : r;
}

static int
check_all_free(struct restoring *g)
{
	int r = g->update ? XJ_OK : check_free(g, &g->record->doc);

	for (size_t i = 0; i < g->record->member_count && r == XJ_OK &&
	     !g->update; i++)
		r = check_free(g, &g->record->members[i].doc);
	return r;
}

static int
put_row(struct restoring *g, struct xj_record *rec)
{
	struct xj_catalog *catalog = g->archive->catalog;
	int r = XJ_OK;

	if (rec->doc.state != XJ_DOC_PURGED)
		r = xj_describe(g->archive, g->arena, &rec->doc, rec->values,
				rec->value_count, g->err);
	if (r == XJ_OK)
		r = g->update ?
			xj_catalog_update(catalog, &rec->doc, 0, g->err) :
			xj_catalog_insert(catalog, &rec->doc, g->err);
	if (r == XJ_OK && rec == g->record &&
	    (g->update || rec->rights.scope))
		r = xj_rights_put_rows(g->archive, g->arena, rec, g->err);
	return r < 0 ? r : xj_record_put_values(g->archive, g->arena, rec,
						g->err);
}

static int
put_all(struct restoring *g)
{
	int r = put_row(g, g->record);

	for (size_t i = 0; i < g->record->member_count && r == XJ_OK; i++) {
		r = put_row(g, &g->record->members[i]);
		if (r == XJ_OK && g->update)
			r = xj_texts_drop(g->archive->texts,
					  g->record->members[i].doc.id,
					  g->err);
		if (r == XJ_OK && g->update)
			r = xj_catalog_set_ocr(g->archive->catalog,
					       g->record->members[i].doc.id,
					       NULL, 0, g->err);
	}
	for (struct xj_taken *t = g->taken; t && r == XJ_OK; t = t->next)
		if (g->of[t->place])
			r = xj_taken_put_text(g->archive, g->spool, t,
					      &g->of[t->place]->doc, g->err);
	return r;
}

int
xj_restore(struct xj_change *change, struct xj_importers *importers,
	   struct xj_arena *arena, struct xj_object *object, unsigned version,
	   struct xj_record *record, bool update, struct xj_error *err)
{
	struct restoring g = { .archive = change->archive,
		.importers = importers, .arena = arena, .record = record,
		.update = update, .err = err };
	int r = xj_spool_new(g.archive, &g.spool, err);

	if (r == XJ_OK)
		r = check_all_free(&g);
	if (r == XJ_OK && record->logical)
		r = import_again(&g, object, version);
	if (r == XJ_OK && g.taken)
		r = xj_pairs_take(g.archive, importers, g.spool, arena, record,
				  g.taken, err);
	if (r == XJ_OK)
		r = match_all(&g);
	if (r == XJ_OK)
		r = put_all(&g);
	xj_spool_free(g.spool);
	return r;
}
