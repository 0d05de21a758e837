/* quarantine.c - documents marked secret are kept out of sight until a person
 * has decided about them. */
#include <string.h>

#include "library/edit.h"
#include "library/rights.h"

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* ---------------------------------------------------------------- deciding */

static bool
is_cleared(const struct xj_record *rec)
{
	return rec->cleared && memcmp(rec->cleared_sha512, rec->doc.sha512,
				      sizeof(rec->cleared_sha512)) == 0;
}

const char *
xj_quarantine_why(struct xj_arena *arena, const char *mark, const char *in)
{
	return xj_arena_printf(arena, strcmp(in, "name") == 0 ?
			       "bears the mark %s in its name" :
			       "bears the mark %s on its first page", mark);
}

/* Only the values that a person gave say nothing of what is in it. */
static void
drop_extracted(struct xj_record *rec)
{
	size_t n = 0;

	for (size_t i = 0; i < rec->value_count; i++)
		if (rec->values[i].rank != XJ_META_EXTRACTED)
			rec->values[n++] = rec->values[i];
	rec->value_count = n;
}

static void
hide(struct xj_record *rec)
{
	rec->doc.state = XJ_DOC_QUARANTINED;
	rec->doc.outcome = "quarantined";
	rec->doc.reason = rec->quarantine_why;
	rec->doc.text_bytes = 0;
	rec->removed = 0;
	drop_extracted(rec);
}

/* What a container says of what is inside it. */
static void
follow(struct xj_record *rec, const struct xj_record *up)
{
	bool was = rec->quarantine != NULL;

	rec->quarantine = rec->quarantine_why = NULL;
	if (up && up->doc.state == XJ_DOC_QUARANTINED) {
		rec->quarantine = "container";
		rec->quarantine_why = "is inside a document in quarantine";
	} else if (was) {
		bool removed = up && up->doc.state == XJ_DOC_REMOVED;

		rec->doc.state = removed || (up && !rec->doc.ordinal) ?
			XJ_DOC_REMOVED : XJ_DOC_LIVE;
		rec->removed = removed ? up->removed : 0;
	}
}

int
xj_quarantine_decide(struct xj_arena *arena, struct xj_record *rec,
		     const struct xj_taken *taken, const struct xj_record *up,
		     struct xj_error *err)
{
	bool stays = rec->quarantine &&
		     strcmp(rec->quarantine, "container") != 0;

	if (rec->doc.state == XJ_DOC_PURGED)
		return XJ_OK;
	if (!stays && taken && taken->mark && !is_cleared(rec)) {
		rec->quarantine = taken->mark_in;
		rec->quarantine_why = xj_quarantine_why(arena, taken->mark,
							taken->mark_in);
		if (!rec->quarantine_why)
			return no_memory(err);
	} else if (!stays) {
		follow(rec, up);
	}
	if (rec->quarantine)
		hide(rec);
	return XJ_OK;
}

/* ------------------------------------------------------------- who may see */

int
xj_quarantine_hides(uint64_t id, struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOTFOUND, "document %llu is in quarantine "
			    "(`xueji quarantine show %llu`)",
			    (unsigned long long)id, (unsigned long long)id);
}

int
xj_quarantine_sealed(struct xj_archive *a, uint64_t id, struct xj_error *err)
{
	bool aside = xj_catalog_blind(a->catalog, true); /* for everybody */
	uint64_t count;
	int r = xj_catalog_count(a->catalog, &(struct xj_doc_filter){
		.root = id, .quarantined = true }, &count, err);

	xj_catalog_blind(a->catalog, aside);
	if (r < 0 || count == 0)
		return r;
	return xj_error_set(err, XJ_EPERM, "document %llu holds a document "
			    "that is in quarantine, so its bytes are not given "
			    "out (`xueji quarantine list`)",
			    (unsigned long long)id);
}

int
xj_quarantine_list(struct xj_archive *a, xj_document_fn fn, void *ctx,
		   struct xj_error *err)
{
	return xj_list_filtered(a, &(struct xj_doc_filter){
		.quarantined = true }, fn, ctx, err);
}

/* ------------------------------------------------------------ set and clear */

/* The row as the record is by now, without text. */
static int
put_hidden(struct xj_editing *e, struct xj_record *rec)
{
	struct xj_archive *a = e->archive;
	int r = xj_describe(a, e->arena, &rec->doc, rec->values,
			    rec->value_count, e->err);

	rec->doc.version = e->record.doc.version;
	if (r == XJ_OK)
		r = xj_catalog_update(a->catalog, &rec->doc, 0, e->err);
	if (r == XJ_OK)
		r = xj_record_put_values(a, e->arena, rec, e->err);
	if (r == XJ_OK)
		r = xj_catalog_set_ocr(a->catalog, rec->doc.id, NULL, 0,
				       e->err);
	if (r == XJ_OK)
		r = xj_texts_forget(a->texts, rec->doc.sha512, e->err);
	return r < 0 ? r : xj_texts_drop(a->texts, rec->doc.id, e->err);
}

/* What is inside the target follows it. */
static int
hide_inside(struct xj_editing *e, const bool *inside)
{
	int r = XJ_OK;

	for (size_t i = 0; i < e->record.member_count && r == XJ_OK; i++) {
		struct xj_record *m = &e->record.members[i];

		if (inside[i] && m != e->target)
			r = xj_quarantine_decide(e->arena, m, NULL,
				xj_members_find(e->members, m->doc.parent),
				e->err);
	}
	return r;
}

static int
put_hidden_all(struct xj_editing *e, const bool *inside)
{
	int r = put_hidden(e, e->target);

	for (size_t i = 0; i < e->record.member_count && r == XJ_OK; i++)
		if (inside[i] && &e->record.members[i] != e->target)
			r = put_hidden(e, &e->record.members[i]);
	return r;
}

int
xj_quarantine_in(struct xj_change *change, uint64_t id, const char *by,
		 const char *why, struct xj_error *err)
{
	xj_auto(xj_editing_end) struct xj_editing e = { 0 };
	bool *inside = NULL;
	int r = xj_editing_begin(&e, change, id, err);

	if (r == XJ_OK && !(inside = xj_editing_inside(&e)))
		return no_memory(err);
	if (r < 0)
		return r;
	if (strcmp(by, "person") != 0 && is_cleared(e.target))
		return XJ_END;
	e.target->quarantine = by;
	e.target->quarantine_why = why;
	r = xj_quarantine_decide(e.arena, e.target, NULL, NULL, err);
	if (r == XJ_OK)
		r = hide_inside(&e, inside);
	if (r == XJ_OK)
		r = xj_editing_put(&e, "quarantine", why);
	if (r < 0)
		return r;
	xj_change_text(change, e.record.doc.id);
	r = put_hidden_all(&e, inside);
	return r < 0 ? r : xj_editing_log(&e, id, "quarantine", why);
}

static int
is_there(struct xj_archive *a, uint64_t id, struct xj_doc *doc,
	 struct xj_arena *arena, struct xj_error *err)
{
	int r = xj_catalog_get(a->catalog, id, arena, doc, err);

	return r < 0 ? r : doc->state == XJ_DOC_QUARANTINED;
}

int
xj_quarantine_set(struct xj_archive *a, uint64_t id, const char *reason,
		  struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_doc doc;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return no_memory(err);
	r = xj_may_with(a, XJ_DO_REMOVE, id, err);
	if (r == XJ_OK)
		r = xj_change_begin(a, &change, err);
	if (r == XJ_OK && (r = is_there(a, id, &doc, arena, err)) > 0)
		return xj_error_set(err, XJ_EEXIST, "document %llu is in "
				    "quarantine already",
				    (unsigned long long)id);
	if (r == XJ_OK)
		r = xj_quarantine_in(&change, id, "person", reason &&
				     *reason ? reason : "put there by hand",
				     err);
	if (r == XJ_OK)
		r = xj_change_commit(&change, err);
	if (r == XJ_OK)
		r = xj_pairs_follow(a, id, err);
	/* its text is not to be found in the logs either */
	return r < 0 ? r : xj_catalog_erase(a->catalog, a->texts, err);
}

int
xj_quarantine_clear(struct xj_archive *a, uint64_t id, const char *reason,
		    const char *password, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_doc doc, up;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return no_memory(err);
	if ((r = xj_may_with(a, XJ_DO_CLEAR, id, err)) < 0)
		return r;
	if (!reason || !*reason)
		return xj_error_set(err, XJ_EINVAL, "a false alarm needs a "
				    "reason");
	if ((r = is_there(a, id, &doc, arena, err)) == XJ_OK)
		return xj_error_set(err, XJ_ENOTFOUND, "document %llu is not "
				    "in quarantine", (unsigned long long)id);
	if (r > 0 && doc.parent &&
	    (r = is_there(a, doc.parent, &up, arena, err)) > 0)
		return xj_error_set(err, XJ_EINVAL, "document %llu is inside "
				    "document %llu, which is in quarantine: "
				    "clear that one", (unsigned long long)id,
				    (unsigned long long)doc.parent);
	return r < 0 ? r : xj_take_again(a, id, &(struct xj_again){
		.verb = "clear", .detail = reason, .cleared = reason,
		.password = password }, err);
}
