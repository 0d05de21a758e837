/* again.c - a document that is there is imported once more, alone. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "library/edit.h"
#include "library/rights.h"

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
	bool *kept;               /* of the tree, by place: left as they were */
	const struct xj_taken *worse; /* for which all was left as it was */
	bool same;                /* nothing is different */
	struct xj_buf was;        /* the record as it was found */
	uint64_t first_new, next;
	struct xj_error *err;
	struct xj_error own;      /* of one in a group: where `err` points */
	int status;               /* of one in a group */
};

static void
again_end(struct again *g)
{
	xj_editing_end(&g->edit);
	xj_buf_release(&g->was);
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

/* No password that could be asked for would have opened it. */
static int
no_key(struct again *g)
{
	return xj_error_set(g->err, XJ_EINVAL, "document %llu is encrypted in "
			    "a manner that cannot be unlocked here: open it "
			    "with its own program, save or unpack it without "
			    "a password, and add that",
			    (unsigned long long)g->doc.id);
}

/* Whether its importer said so at its end, for then nothing that it may have
 * sent before counts. */
static bool
is_locked(const struct xj_doc *doc)
{
	return strcmp(doc->outcome, "encrypted") == 0 ||
	       (strcmp(doc->outcome, "partial") == 0 && doc->reason &&
		strncmp(doc->reason, "encrypted: ", 11) == 0);
}

/* Whether the password opened anything. */
static int
check_unlocked(struct again *g)
{
	const struct xj_doc *was = &g->doc, *is = &g->taken->doc;
	const char *reason = is->reason ? is->reason : "";
	unsigned long long id = was->id;

	if (is_locked(is))
		return g->taken->keyless ? no_key(g) :
			xj_error_set(g->err, XJ_EPERM, "the password does not "
				     "open document %llu", id);
	if (strcmp(is->outcome, "ok") != 0 &&
	    strcmp(is->outcome, "partial") != 0)
		return xj_error_set(g->err, XJ_EINVAL, "document %llu cannot "
				    "be read with a password either: %s", id,
				    reason);
	if (strcmp(is->outcome, was->outcome) == 0 && was->reason &&
	    strcmp(reason, was->reason) == 0)
		return g->taken->keyless ? no_key(g) :
			xj_error_set(g->err, XJ_EPERM, "the password opens "
				     "nothing more in document %llu", id);
	return XJ_OK;
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
		.cancel = g->how->cancel,
	}, &g->taken, g->err);
	if (r == XJ_OK && g->how->unlock)
		r = check_unlocked(g);
	if (r < 0)
		return r;
	memcpy(g->taken->doc.sha512, g->doc.sha512, sizeof(g->doc.sha512));
	for (struct xj_taken *t = g->taken; t; t = t->next)
		g->count++;
	return XJ_OK;
}

/* ------------------------------------------------------------------ renewing */

/* All that the record says, to be compared. */
static int
write_down(struct again *g, struct xj_buf *out)
{
	xj_auto(xj_buf_release) struct xj_buf members = XJ_BUF_INIT;
	int r = xj_record_write(&g->edit.record, out, &members, g->err);

	xj_buf_add(out, members.data, members.len);
	return r < 0 ? r : xj_buf_check(out, g->err);
}

static bool
was_read(const char *outcome)
{
	return strcmp(outcome, "ok") == 0 || strcmp(outcome, "partial") == 0;
}

/* Whether something is known to be inside a document. */
static bool
holds_members(struct again *g, const struct xj_record *rec)
{
	const struct xj_record *top = &g->edit.record;

	for (size_t i = 0; i < top->member_count; i++)
		if (top->members[i].doc.parent == rec->doc.id)
			return true;
	return false;
}

/*
 * Text that was read once is not given up because an importer cannot read it
 * any more. XJ_END: the document bears others, or others were read of it, and
 * so all stays as it was.
 */
static int
keep_if_worse(struct again *g, const struct xj_record *rec,
	      const struct xj_taken *t)
{
	if (!g->how->renew || rec->doc.id >= g->first_new ||
	    !was_read(rec->doc.outcome) || was_read(t->doc.outcome))
		return XJ_OK;
	g->kept[t->place] = true;
	if (t->parent && !holds_members(g, rec))
		return XJ_OK;
	g->worse = t;
	return XJ_END;
}

static int
is_same(struct again *g, bool *same)
{
	xj_auto(xj_buf_release) struct xj_buf now = XJ_BUF_INIT;
	int r = write_down(g, &now);

	*same = r == XJ_OK &&
		strcmp(xj_buf_str(&now), xj_buf_str(&g->was)) == 0;
	for (struct xj_taken *t = g->taken; t && r == XJ_OK && *same;
	     t = t->next)
		if (!g->kept[t->place])
			r = xj_taken_same_text(g->archive, g->spool, t,
					       &g->of[t->place]->doc, same,
					       g->err);
	return r;
}

/* XJ_END: nothing is to be written. */
static int
see_difference(struct again *g)
{
	int64_t now = xj_now();
	int r;

	if (!g->how->renew)
		return XJ_OK;
	if ((r = is_same(g, &g->same)) < 0)
		return r;
	if (g->same)
		return XJ_END;
	for (struct xj_taken *t = g->taken; t; t = t->next)
		if (!g->kept[t->place])
			g->of[t->place]->doc.updated = now;
	return XJ_OK;
}

static const char *
why_kept(struct again *g, const struct xj_taken *t)
{
	return xj_arena_printf(g->arena, "left as it was; now it is %s: %s",
			       t->doc.outcome,
			       t->doc.reason ? t->doc.reason : "");
}

static int
tell_one(struct again *g, const struct xj_doc *doc, const struct xj_taken *t)
{
	bool kept = g->worse || g->kept[t->place];
	const char *reason = kept ? why_kept(g, g->worse ? g->worse : t) :
		doc->reason;

	return g->how->tell(g->how->ctx, &(struct xj_again_line){
		.doc = doc, .outcome = doc->outcome, .reason = reason,
		.kept = kept, .changed = !g->same && !kept });
}

/* When all stayed as it was, the document that was asked for says so. */
static int
tell_all(struct again *g)
{
	int r = XJ_OK;

	if (!g->how->tell)
		return XJ_OK;
	if (g->worse)
		return tell_one(g, &g->doc, g->taken);
	for (struct xj_taken *t = g->taken; t && r == XJ_OK; t = t->next)
		r = tell_one(g, &g->of[t->place]->doc, t);
	return r;
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
	g->kept = xj_arena_alloc(e->arena, g->count);
	if (!all || !g->of || !g->matched || !g->kept)
		return no_memory(g);
	if (n)
		memcpy(all, rec->members, n * sizeof(*all));
	rec->members = all;
	r = xj_members_new(e->arena, rec, &e->members, g->err);
	if (r < 0)
		return r;
	e->target = xj_members_find(e->members, g->doc.id);
	g->inside = xj_editing_inside(e);
	if (!g->inside)
		return no_memory(g);
	return g->how->renew ? write_down(g, &g->was) : XJ_OK;
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

/* A member that was read with its own password stays so. */
static bool
is_read_already(const struct again *g, const struct xj_record *rec,
		const struct xj_taken *t)
{
	return t->parent && rec->unlocked && !g->how->password &&
	       rec->doc.state != XJ_DOC_QUARANTINED &&
	       strcmp(t->doc.outcome, "encrypted") == 0;
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
	r = keep_if_worse(g, rec, t);
	if (r != XJ_OK || g->kept[t->place])
		return r;
	if ((g->kept[t->place] = is_read_already(g, rec, t)))
		return XJ_OK;
	if (!t->parent)
		rec->unlocked |= g->how->unlock;
	r = xj_record_refresh(e->arena, rec, t, g->err);
	if (r == XJ_OK)
		r = xj_quarantine_decide(e->arena, rec, t, up, g->err);
	xj_record_lock(rec, t, NULL);
	if (!g->how->renew)
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
		if (!g->how->renew)
			xj_record_lock(m, NULL, container_of(g, m));
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
	return r != XJ_OK ? r : follow(g, known);
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

		if (g->kept[t->place])
			continue;
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

/* What lies beside a recording, see pairs.c. */
static int
add_subtitles(struct again *g)
{
	struct xj_importers *importers;
	int r = xj_archive_importers(g->archive, &importers, g->err);

	if (r < 0 || g->doc.parent)
		return r;
	return xj_pairs_take(g->archive, importers, g->spool, g->arena,
			     g->edit.target, g->taken, g->err);
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
	r = add_subtitles(g);
	if (r == XJ_OK)
		r = match_all(g, known);
	if (r == XJ_OK)
		r = see_difference(g);
	if (r == XJ_OK)
		r = xj_editing_put(e, g->how->verb, g->how->detail);
	if (r == XJ_OK)
		r = put_rows(g, known);
	return r != XJ_OK ? r : xj_editing_log(e, g->doc.id, g->how->verb,
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
	if (r == XJ_OK)
		r = xj_pairs_follow(a, id, err);
	return r < 0 ? r : xj_indexer_catch_up(a, err);
}

int
xj_unlock(struct xj_archive *a, uint64_t id, const char *password,
	  struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_doc doc;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	if ((r = xj_catalog_get(a->catalog, id, arena, &doc, err)) < 0 ||
	    (r = xj_may_with(a, XJ_DO_EDIT, id, err)) < 0)
		return r;
	if (doc.state == XJ_DOC_QUARANTINED)
		return xj_quarantine_hides(id, err);
	if (doc.state != XJ_DOC_LIVE)
		return xj_error_set(err, XJ_ENOTFOUND, "document %llu was "
				    "removed; `xueji undelete` takes it back",
				    (unsigned long long)id);
	if (strcmp(doc.outcome, "encrypted") != 0 &&
	    strcmp(doc.outcome, "partial") != 0)
		return xj_error_set(err, XJ_EINVAL, "document %llu needs no "
				    "password", (unsigned long long)id);
	return xj_take_again(a, id, &(struct xj_again){
		.verb = "unlock", .password = password, .unlock = true }, err);
}

/* ----------------------------------------------------------------- a group */

#define GROUP_AGE_MS 1000

/* A fault of one document, after which the others go on. */
static bool
is_of_the_document(int r)
{
	return r == XJ_ECORRUPT || r == XJ_ENOTFOUND || r == XJ_EBUSY ||
	       r == XJ_EPERM;
}

static int
import_one(struct again *g, uint64_t id)
{
	int r = XJ_OK;

	if (xj_arena_new(&g->arena) < 0)
		return no_memory(g);
	g->doc.id = id;
	r = xj_catalog_get(g->archive->catalog, id, g->arena, &g->doc,
			   g->err);
	return r < 0 ? r : import(g);
}

/* All that were imported; nothing is committed where nothing is different. */
static int
write_group(struct again *list, size_t count, struct xj_change *change,
	    struct xj_error *err)
{
	bool written = false;
	int r = xj_change_begin(list->archive, change, err);

	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		struct again *g = &list[i];

		if (g->status == XJ_OK)
			g->status = write(g);
		written |= g->status == XJ_OK;
		if (g->status < 0 && !is_of_the_document(g->status)) {
			r = g->status;
			if (err)
				*err = g->own;
		}
	}
	return r < 0 || !written ? r : xj_change_commit(change, err);
}

static int
tell_group(struct again *list, size_t count)
{
	int r = XJ_OK;

	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		struct again *g = &list[i];

		r = g->status >= 0 ? tell_all(g) :
			g->how->refused(g->how->ctx, g->doc.id, g->own.plain);
	}
	return r;
}

static int
take_group(struct again *list, const uint64_t *ids, size_t count, size_t *done,
	   struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	uint64_t until = xj_monotonic_ms() + GROUP_AGE_MS;
	int r;

	for (*done = 0; *done < count && xj_monotonic_ms() < until; ++*done) {
		struct again *g = &list[*done];

		g->edit.change = &change;
		g->status = import_one(g, ids[*done]);
		if (g->status >= 0 || is_of_the_document(g->status))
			continue;
		if (err)
			*err = g->own;
		return g->status;
	}
	r = write_group(list, *done, &change, err);
	xj_change_abandon(&change);
	for (size_t i = 0; i < *done && r == XJ_OK; i++)
		if (list[i].status == XJ_OK)
			r = xj_pairs_follow(list[i].archive, ids[i], err);
	return r < 0 ? r : tell_group(list, *done);
}

int
xj_renew(struct xj_archive *a, const uint64_t *ids, size_t count,
	 const struct xj_again *how, size_t *done, struct xj_error *err)
{
	struct again *list = calloc(count, sizeof(*list));
	int r;

	if (!list)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	for (size_t i = 0; i < count; i++)
		list[i] = (struct again){ .archive = a, .how = how,
			.err = &list[i].own, .edit = { .archive = a,
				.err = &list[i].own } };
	r = take_group(list, ids, count, done, err);
	for (size_t i = 0; i < count; i++)
		again_end(&list[i]);
	free(list);
	return r;
}
