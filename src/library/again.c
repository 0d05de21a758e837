/* again.c - a document that is there is imported once more, alone. */
#include <string.h>
#include <sys/stat.h>

#include "library/edit.h"

struct again {
	struct xj_archive *archive;
	const struct xj_again *how;
	struct xj_arena *arena;   /* of the import */
	struct xj_doc doc;        /* the row when it began */
	struct xj_spool *spool;
	struct xj_taken *taken;   /* the tree, with its count */
	size_t count;
	struct xj_editing edit;
	struct xj_record **of;    /* the record of each taken, by place */
	bool *inside, *matched;   /* members of the record */
	uint64_t first_new, next;
	struct xj_error *err;
};

static void
again_end(struct again *g)
{
	xj_editing_end(&g->edit);
	xj_spool_free(g->spool);
	xj_arena_free(g->arena);
}

static int
no_memory(struct again *g)
{
	return xj_error_set(g->err, XJ_ENOMEM, "out of memory");
}

/* --------------------------------------------------------------- importing */

static int
check_bytes(struct again *g, int fd, uint64_t *size)
{
	unsigned char sha512[64];
	int r = xj_digest_fd(XJ_SHA512, fd, sha512, size, g->err);

	if (r < 0 || memcmp(sha512, g->doc.sha512, sizeof(sha512)) == 0)
		return r;
	return xj_error_set(g->err, XJ_ECORRUPT, "document %llu: the stored "
			    "bytes are damaged (`xueji verify %llu` says more)",
			    (unsigned long long)g->doc.id,
			    (unsigned long long)g->doc.id);
}

static int
import(struct again *g)
{
	xj_auto(xj_closep) int fd = -1;
	struct xj_importers *importers;
	uint64_t size = 0;
	int r = xj_archive_importers(g->archive, &importers, g->err);

	if (r == XJ_OK)
		r = xj_original_open(g->archive, &g->doc, g->how->password,
				     &fd, g->err);
	if (r == XJ_OK)
		r = check_bytes(g, fd, &size);
	if (r == XJ_OK)
		r = xj_spool_new(g->archive, &g->spool, g->err);
	if (r < 0)
		return r;
	r = xj_take(g->archive, importers, g->spool, g->arena,
		    &(struct xj_take_source){
		.fd = fd, .size = size, .name = g->doc.name_raw,
		.name_len = g->doc.name_raw_len, .shown = g->doc.name,
		.password = g->how->password, .accession = g->doc.accession,
	}, &g->taken, g->err);
	if (r < 0)
		return r;
	memcpy(g->taken->doc.sha512, g->doc.sha512, sizeof(g->doc.sha512));
	for (struct xj_taken *t = g->taken; t; t = t->next)
		g->count++;
	return XJ_OK;
}

/* ---------------------------------------------------------------- matching */

/* The record with room for as many members as the import may have found. */
static int
load(struct again *g)
{
	struct xj_editing *e = &g->edit;
	struct xj_record *rec = &e->record, *all;
	size_t n;
	int r = xj_arena_new(&e->arena);

	if (r == XJ_OK)
		r = xj_editing_load(e, g->doc.root, g->doc.id);
	if (r < 0)
		return r;
	if (rec->doc.version != g->doc.version)
		return xj_error_set(g->err, XJ_EBUSY, "document %llu was "
				    "changed meanwhile; try again",
				    (unsigned long long)g->doc.id);
	n = rec->member_count;
	all = xj_arena_alloc(e->arena, (n + g->count) * sizeof(*all));
	g->of = xj_arena_alloc(e->arena, g->count * sizeof(*g->of));
	g->matched = xj_arena_alloc(e->arena, n + g->count);
	if (!all || !g->of || !g->matched)
		return no_memory(g);
	if (n)
		memcpy(all, rec->members, n * sizeof(*all));
	rec->members = all;
	r = xj_members_new(e->arena, rec, &e->members, g->err);
	if (r < 0)
		return r;
	e->target = xj_members_find(e->members, g->doc.id);
	g->inside = xj_editing_inside(e);
	return g->inside ? XJ_OK : no_memory(g);
}

/* A member that was not known before. */
static int
new_member(struct again *g, const struct xj_taken *t, struct xj_record **out)
{
	struct xj_editing *e = &g->edit;
	struct xj_record *rec = &e->record.members[e->record.member_count];
	char urn[XJ_URN_MAX];

	xj_urn_new(urn);
	rec->doc = t->doc;
	rec->doc.id = g->next++;
	rec->doc.urn = xj_arena_strdup(e->arena, urn);
	rec->doc.parent = g->of[t->parent->place]->doc.id;
	rec->doc.root = e->record.doc.id;
	rec->doc.owner = e->record.doc.owner;
	rec->doc.accession = e->record.doc.accession;
	rec->doc.created = xj_now();
	rec->values = t->values; /* what was extracted comes once more */
	rec->value_count = t->value_count;
	e->record.member_count++;
	*out = rec;
	return rec->doc.urn ? XJ_OK : no_memory(g);
}

static int
record_of(struct again *g, const struct xj_taken *t, struct xj_record **out)
{
	struct xj_editing *e = &g->edit;
	struct xj_record *rec;

	*out = e->target;
	if (!t->parent)
		return XJ_OK;
	rec = xj_members_take(e->members, g->of[t->parent->place]->doc.id,
			      t->doc.name_raw, t->doc.name_raw_len);
	if (!rec)
		return new_member(g, t, out);
	if (!rec->doc.ordinal && rec->doc.state == XJ_DOC_REMOVED)
		rec->doc.state = XJ_DOC_LIVE; /* it is there again */
	g->matched[rec - e->record.members] = true;
	*out = rec;
	return XJ_OK;
}

static const struct xj_record *
container_of(struct again *g, const struct xj_record *rec)
{
	return rec == &g->edit.record ? NULL :
		xj_members_find(g->edit.members, rec->doc.parent);
}

static int
match(struct again *g, const struct xj_taken *t)
{
	struct xj_editing *e = &g->edit;
	struct xj_record *rec;
	const struct xj_record *up;
	int r = record_of(g, t, &rec);

	if (r < 0)
		return r;
	g->of[t->place] = rec;
	if (t->parent) {
		rec->doc.ordinal = t->doc.ordinal;
		rec->doc.size = t->doc.size;
		memcpy(rec->doc.sha512, t->doc.sha512, sizeof(t->doc.sha512));
	} else if (g->how->cleared) {
		rec->cleared = g->how->cleared;
		memcpy(rec->cleared_sha512, g->doc.sha512,
		       sizeof(g->doc.sha512));
		rec->quarantine = "container"; /* as what is around it now */
	}
	up = t->parent ? g->of[t->parent->place] : container_of(g, rec);
	r = xj_record_refresh(e->arena, rec, t, g->err);
	if (r == XJ_OK)
		r = xj_quarantine_decide(e->arena, rec, t, up, g->err);
	rec->doc.updated = xj_now();
	return r < 0 ? r : xj_describe(g->archive, e->arena, &rec->doc,
				       rec->values, rec->value_count, g->err);
}

/* Members that the import did not give follow what they are inside of. */
static int
follow(struct again *g, size_t known)
{
	struct xj_editing *e = &g->edit;
	int r = XJ_OK;

	for (size_t i = 0; i < known && r == XJ_OK; i++) {
		struct xj_record *m = &e->record.members[i];

		g->inside[i] = g->inside[i] && !g->matched[i] &&
			       m != e->target;
		if (!g->inside[i])
			continue;
		r = xj_quarantine_decide(e->arena, m, NULL, container_of(g, m),
					 g->err);
		if (r == XJ_OK)
			r = xj_describe(g->archive, e->arena, &m->doc,
					m->values, m->value_count, g->err);
	}
	return r;
}

static int
match_all(struct again *g, size_t known)
{
	struct xj_catalog *catalog = g->archive->catalog;
	int r = xj_catalog_reserve(catalog, g->count, &g->next, g->err);

	g->first_new = g->next;
	for (struct xj_taken *t = g->taken; t && r == XJ_OK; t = t->next)
		r = match(g, t);
	if (r == XJ_OK)
		r = xj_catalog_unreserve(catalog, g->next,
					 g->first_new + g->count, g->err);
	return r < 0 ? r : follow(g, known);
}

/* -------------------------------------------------------------------- rows */

static int
put_row(struct again *g, struct xj_record *rec)
{
	struct xj_catalog *catalog = g->archive->catalog;
	int r;

	rec->doc.version = g->edit.record.doc.version;
	r = rec->doc.id >= g->first_new ?
		xj_catalog_insert(catalog, &rec->doc, g->err) :
		xj_catalog_update(catalog, &rec->doc, 0, g->err);
	return r < 0 ? r : xj_record_put_values(g->archive, g->edit.arena,
						rec, g->err);
}

static int
put_rows(struct again *g, size_t known)
{
	int r = XJ_OK;

	xj_change_text(g->edit.change, g->edit.record.doc.id);
	for (struct xj_taken *t = g->taken; t && r == XJ_OK; t = t->next) {
		struct xj_record *rec = g->of[t->place];

		r = put_row(g, rec);
		if (r == XJ_OK)
			r = xj_taken_put_text(g->archive, g->spool, t,
					      &rec->doc, g->err);
	}
	for (size_t i = 0; i < known && r == XJ_OK; i++)
		if (g->inside[i])
			r = put_row(g, &g->edit.record.members[i]);
	return r;
}

static int
write(struct again *g)
{
	struct xj_editing *e = &g->edit;
	size_t known;
	int r = load(g);

	if (r < 0)
		return r;
	known = e->record.member_count;
	r = match_all(g, known);
	if (r == XJ_OK)
		r = xj_editing_put(e, g->how->verb, g->how->detail);
	if (r == XJ_OK)
		r = put_rows(g, known);
	return r < 0 ? r : xj_editing_log(e, g->doc.id, g->how->verb,
					  g->how->detail);
}

int
xj_take_again(struct xj_archive *a, uint64_t id, const struct xj_again *how,
	      struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	xj_auto(again_end) struct again g = { .archive = a, .how = how,
		.err = err, .edit = { .change = &change, .archive = a,
				      .err = err } };
	int r = xj_archive_writable(a, err);

	if (r == XJ_OK && xj_arena_new(&g.arena) < 0)
		return no_memory(&g);
	if (r == XJ_OK)
		r = xj_catalog_get(a->catalog, id, g.arena, &g.doc, err);
	if (r == XJ_OK)
		r = import(&g);
	if (r == XJ_OK)
		r = xj_change_begin(a, &change, err);
	if (r == XJ_OK)
		r = write(&g);
	if (r == XJ_OK)
		r = xj_change_commit(&change, err);
	return r < 0 ? r : xj_indexer_catch_up(a, err);
}
