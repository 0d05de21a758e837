/* share.c - say who may see a document: its scope, and shares beyond it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/edit.h"
#include "library/rights.h"

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* ------------------------------------------------------- the change at hand */

struct sharing {
	struct xj_archive *archive;
	struct xj_change change;
	struct xj_editing edit;
	struct xj_sharing with;
	struct xj_error *err;
};

static void
sharing_end(struct sharing *s)
{
	xj_sharing_end(&s->with);
	xj_editing_end(&s->edit);
	xj_change_abandon(&s->change);
}

/* What is inside a container has its rights. */
static int
check_top(struct sharing *s)
{
	const struct xj_doc *d = &s->edit.target->doc;

	if (s->edit.record.rights.paper)
		return xj_error_set(s->err, XJ_EINVAL, "document %llu is the "
				    "text of a paper: `xueji paper share` says "
				    "who sees it", (unsigned long long)d->id);
	if (s->edit.target == &s->edit.record)
		return XJ_OK;
	return xj_error_set(s->err, XJ_EINVAL, "document %llu is inside "
			    "document %llu and seen by whoever sees that one",
			    (unsigned long long)d->id,
			    (unsigned long long)s->edit.record.doc.id);
}

static int
sharing_begin(struct sharing *s, struct xj_archive *a, uint64_t id,
	      struct xj_error *err)
{
	int r = xj_may_with(a, XJ_DO_SHARE, id, err);

	s->archive = a;
	s->err = err;
	if (r == XJ_OK)
		r = xj_change_begin(a, &s->change, err);
	if (r == XJ_OK)
		r = xj_editing_begin(&s->edit, &s->change, id, err);
	if (r == XJ_OK)
		r = check_top(s);
	if (r < 0)
		return r;
	s->with = (struct xj_sharing){ .archive = a, .arena = s->edit.arena,
		.rights = &s->edit.record.rights, .document = id,
		.unit = s->edit.record.doc.owner, .err = err };
	return xj_sharing_begin(&s->with);
}

/* The row says when it was changed, as the record does: so a rebuild makes it the
 * same. It is queued with that. */
static int
put_top(struct xj_editing *e)
{
	struct xj_catalog *catalog = e->archive->catalog;
	const struct xj_doc *top = &e->record.doc;
	struct xj_doc row;
	int r = xj_catalog_get(catalog, top->id, e->arena, &row, e->err);

	row.updated = top->updated;
	return r < 0 ? r : xj_catalog_update(catalog, &row, 0, e->err);
}

/* The index entries of all that is inside it say who is let in, too. */
static int
requeue(struct xj_editing *e)
{
	struct xj_record *top = &e->record;
	int r = XJ_OK;

	for (size_t i = 0; i < top->member_count && r == XJ_OK; i++) {
		r = xj_catalog_requeue(e->archive->catalog,
				       top->members[i].doc.id, e->err);
		if (r == XJ_ENOTFOUND) /* not live: it has none */
			r = XJ_OK;
	}
	return r;
}

int
xj_rights_change_in(struct xj_editing *e, const char *verb)
{
	struct xj_archive *a = e->archive;
	uint64_t id = e->record.doc.id;
	int r = xj_editing_put(e, verb, NULL);

	if (r == XJ_OK)
		r = put_top(e);
	if (r == XJ_OK)
		r = xj_catalog_set_owner(a->catalog, id,
					 e->record.doc.owner, e->err);
	if (r == XJ_OK)
		r = xj_rights_put_rows(a, e->arena, &e->record, e->err);
	if (r == XJ_OK)
		r = requeue(e);
	return r < 0 ? r : xj_editing_log(e, id, verb, NULL);
}

/* What is inside it belongs to the same unit. */
static void
take_unit(struct sharing *s)
{
	struct xj_record *top = &s->edit.record;

	top->doc.owner = s->with.unit;
	for (size_t i = 0; i < top->member_count; i++)
		top->members[i].doc.owner = s->with.unit;
}

/* Who was told of what stands in the audit record, not in the history, which
 * all who see the document read. */
static int
sharing_commit(struct sharing *s, const char *verb, const char *detail)
{
	struct xj_archive *a = s->archive;
	uint64_t id = s->edit.record.doc.id;
	int r = xj_rights_change_in(&s->edit, verb);

	if (r == XJ_OK)
		r = xj_audit(a, verb, id, detail, s->err);
	if (r == XJ_OK)
		r = xj_change_commit(&s->change, s->err);
	if (r == XJ_OK)
		r = xj_pairs_settle(a, id, s->err);
	return r < 0 ? r : xj_indexer_catch_up(a, s->err);
}

/* ------------------------------------------------------- scope and shares */

int
xj_scope_set(struct xj_archive *a, uint64_t id,
	     const struct xj_scope_given *given, struct xj_error *err)
{
	xj_auto(sharing_end) struct sharing s = { 0 };
	int r = sharing_begin(&s, a, id, err);

	if (r == XJ_OK)
		r = xj_sharing_scope(&s.with, given);
	if (r == XJ_OK)
		take_unit(&s);
	return r < 0 ? r : sharing_commit(&s, "scope", xj_scope_name(
					s.edit.record.rights.scope));
}

int
xj_share(struct xj_archive *a, uint64_t id, const struct xj_share_given *given,
	 uint64_t *number, struct xj_error *err)
{
	xj_auto(sharing_end) struct sharing s = { 0 };
	int r = sharing_begin(&s, a, id, err);

	if (r == XJ_OK)
		r = xj_sharing_add(&s.with, given, number);
	return r < 0 ? r : sharing_commit(&s, "share", given->to);
}

int
xj_unshare(struct xj_archive *a, uint64_t id, const char *to,
	   struct xj_error *err)
{
	xj_auto(sharing_end) struct sharing s = { 0 };
	int r = sharing_begin(&s, a, id, err);

	if (r == XJ_OK)
		r = xj_sharing_drop(&s.with, to);
	return r < 0 ? r : sharing_commit(&s, "unshare", to);
}

int
xj_rights_tell(struct xj_archive *a, uint64_t id, xj_rights_fn fn,
	       xj_share_fn share, void *ctx, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_rights rights;
	struct xj_doc doc;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return no_memory(err);
	r = xj_catalog_get(a->catalog, id, arena, &doc, err);
	if (r == XJ_OK && doc.root != doc.id)
		r = xj_catalog_get(a->catalog, doc.root, arena, &doc, err);
	if (r == XJ_OK)
		r = xj_rights_load(a, arena, doc.id, &rights, err);
	/* With whom it is shared is for those who may share it. */
	if (r == XJ_OK && share && xj_may_with(a, XJ_DO_SHARE, id, NULL) < 0)
		share = NULL;
	return r < 0 ? r : xj_sharing_tell(a, doc.id, doc.owner, &rights, fn,
					   share, ctx, err);
}
