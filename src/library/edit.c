/* edit.c - change what is said of documents; remove, take back, purge. */
#include <stdlib.h>
#include <string.h>

#include "library/edit.h"
#include "library/rights.h"
#include "library/topic.h"
#include "library/validity.h"

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* ------------------------------------------------------- one object at hand */

void
xj_editing_end(struct xj_editing *e)
{
	xj_arena_free(e->arena);
}

int
xj_editing_load(struct xj_editing *e, uint64_t root, uint64_t id)
{
	int r = xj_record_load(e->change, e->arena, root, &e->record, e->err);

	if (r == XJ_OK)
		r = xj_members_new(e->arena, &e->record, &e->members, e->err);
	if (r < 0)
		return r;
	e->target = xj_members_find(e->members, id);
	if (!e->target)
		return xj_error_set(e->err, XJ_ECORRUPT, "document %llu is not "
				    "in its object %s", (unsigned long long)id,
				    e->record.doc.urn);
	return XJ_OK;
}

int
xj_editing_begin(struct xj_editing *e, struct xj_change *change, uint64_t id,
	      struct xj_error *err)
{
	struct xj_doc doc;
	int r;

	*e = (struct xj_editing){ .change = change,
		.archive = change->archive, .err = err };
	if (xj_arena_new(&e->arena) < 0)
		return no_memory(err);
	r = xj_catalog_get(e->archive->catalog, id, e->arena, &doc, err);
	if (r == XJ_OK && doc.state == XJ_DOC_PURGED)
		return xj_error_set(err, XJ_ENOTFOUND, "document %llu was "
				    "purged", (unsigned long long)id);
	if (r == XJ_OK && doc.state == XJ_DOC_QUARANTINED)
		return xj_quarantine_hides(id, err);
	return r < 0 ? r : xj_editing_load(e, doc.root, id);
}

int
xj_editing_put(struct xj_editing *e, const char *verb, const char *detail)
{
	struct xj_doc *top = &e->record.doc;
	const char *message = xj_message_write(e->arena, verb,
		e->target == &e->record ? 0 : e->target->doc.id, detail);
	int r;

	if (!message)
		return no_memory(e->err);
	top->version++;
	top->updated = e->target->doc.updated = xj_now();
	r = xj_record_put(e->change, &e->record, NULL, message, e->err);
	return r < 0 ? r : xj_catalog_set_version(e->archive->catalog, top->id,
						  top->version - 1,
						  top->version, e->err);
}

int
xj_editing_log(struct xj_editing *e, uint64_t id, const char *verb,
	  const char *detail)
{
	return xj_catalog_add_event(e->archive->catalog, &(struct xj_event){
		.document = id, .version = e->record.doc.version,
		.at = e->record.doc.updated, .user = e->archive->user,
		.verb = verb, .detail = detail,
	}, e->err);
}

/* ------------------------------------------------------------------- edit */

static bool
is_given(const struct xj_meta_value *given, size_t count, const char *element)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(given[i].element, element) == 0)
			return true;
	return false;
}

static bool
is_topic(const struct xj_given *given)
{
	const char *element = xj_element(given->element);

	return element && strcmp(element, "topic") == 0;
}

static int
check_one(struct xj_editing *e, const struct xj_given *given,
	  struct xj_meta_value *out)
{
	int r = xj_given_check(e->arena, given, out, e->err);

	if (r == XJ_OK && is_topic(given) && out->value[0])
		r = xj_topic_check(e->archive, e->arena, false, &out->value,
				   e->err);
	if (r == XJ_OK && strcmp(out->element, "replaced-by") == 0 &&
	    out->value[0])
		r = xj_validity_successor(e->archive, e->arena,
					  e->target->doc.id, &out->value,
					  e->err);
	return r;
}

static int
check_all(struct xj_editing *e, const struct xj_given *given,
	  struct xj_meta_value **out, size_t *count)
{
	size_t n = 0;
	int r = XJ_OK;

	while (given[n].element)
		n++;
	if (n == 0)
		return xj_error_set(e->err, XJ_EINVAL, "nothing to change: "
				    "say ELEMENT=VALUE");
	*out = xj_arena_alloc(e->arena, (n + 1) * sizeof(**out));
	if (!*out)
		return no_memory(e->err);
	for (*count = 0; *count < n && r == XJ_OK; (*count)++)
		r = check_one(e, &given[*count], &(*out)[*count]);
	return r;
}

/* The values of the target with those given in place of older given ones; an
 * empty value only takes away. */
static int
merge_values(struct xj_editing *e, const struct xj_meta_value *given,
	     size_t count)
{
	struct xj_record *t = e->target;
	struct xj_meta_value *values;
	size_t n = 0;

	values = xj_arena_alloc(e->arena, (t->value_count + count + 1) *
				sizeof(*values));
	if (!values)
		return no_memory(e->err);
	for (size_t i = 0; i < count; i++)
		if (given[i].value[0])
			values[n++] = given[i];
	for (size_t i = 0; i < t->value_count; i++)
		if (t->values[i].rank != XJ_META_GIVEN ||
		    !is_given(given, count, t->values[i].element))
			values[n++] = t->values[i];
	t->values = values;
	t->value_count = n;
	return XJ_OK;
}

static const char *
describe_edit(struct xj_editing *e, const struct xj_meta_value *given,
	      size_t count)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	/* Who reads the history may not see the document that is named. */
	for (size_t i = 0; i < count; i++)
		xj_buf_addf(&b, "%s%s=%s", i ? "; " : "", given[i].element,
			    strcmp(given[i].element, "replaced-by") == 0 &&
			    *given[i].value ? "…" : given[i].value);
	return b.failed ? NULL : xj_arena_strdup(e->arena, b.data);
}

static int
check_version(struct xj_editing *e, unsigned expected)
{
	if (!expected || expected == e->record.doc.version)
		return XJ_OK;
	return xj_error_set(e->err, XJ_EBUSY, "document %llu is at version %u "
			    "by now, not %u: look at it again before you "
			    "change it", (unsigned long long)e->target->doc.id,
			    e->record.doc.version, expected);
}

static int
put_row(struct xj_editing *e)
{
	struct xj_doc row = e->target->doc;
	int r;

	row.version = e->record.doc.version;
	r = xj_catalog_update(e->archive->catalog, &row, 0, e->err);
	return r < 0 ? r : xj_record_put_values(e->archive, e->arena,
						e->target, e->err);
}

static int
edit_in(struct xj_editing *e, const struct xj_given *given, unsigned expected)
{
	struct xj_meta_value *values = NULL;
	size_t count = 0;
	struct xj_record *t = e->target;
	const char *detail = NULL;
	int r = check_version(e, expected);

	if (r == XJ_OK && t->doc.state != XJ_DOC_LIVE)
		return xj_error_set(e->err, XJ_ENOTFOUND, "document %llu was "
				    "removed; `xueji undelete` takes it back",
				    (unsigned long long)t->doc.id);
	if (r == XJ_OK)
		r = check_all(e, given, &values, &count);
	if (r == XJ_OK)
		r = merge_values(e, values, count);
	if (r == XJ_OK)
		r = xj_describe(e->archive, e->arena, &t->doc, t->values,
				t->value_count, e->err);
	if (r == XJ_OK && !(detail = describe_edit(e, values, count)))
		return no_memory(e->err);
	if (r == XJ_OK)
		r = xj_editing_put(e, "edit", detail);
	if (r == XJ_OK)
		r = put_row(e);
	return r < 0 ? r : xj_editing_log(e, t->doc.id, "edit", detail);
}

int
xj_edit(struct xj_archive *a, uint64_t id, const struct xj_given *given,
	unsigned expected_version, struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	xj_auto(xj_editing_end) struct xj_editing e = { 0 };
	int r = xj_may_with(a, XJ_DO_EDIT, id, err);

	for (const struct xj_given *g = given; r == XJ_OK && g->element; g++)
		if (is_topic(g))
			r = xj_topics_begin(a, err);
	if (r == XJ_OK)
		r = xj_change_begin(a, &change, err);
	if (r == XJ_OK)
		r = xj_editing_begin(&e, &change, id, err);
	if (r == XJ_OK)
		r = edit_in(&e, given, expected_version);
	if (r == XJ_OK)
		r = xj_change_commit(&change, err);
	return r < 0 ? r : xj_indexer_catch_up(a, err);
}

/* ---------------------------------------------------------- remove, undelete */

/* Parents stand before what they hold. */
bool *
xj_editing_inside(struct xj_editing *e)
{
	struct xj_record *top = &e->record;
	bool *inside = xj_arena_alloc(e->arena, top->member_count + 1);

	for (size_t i = 0; inside && i < top->member_count; i++) {
		const struct xj_record *m = &top->members[i];
		const struct xj_record *up = xj_members_find(e->members,
							     m->doc.parent);

		inside[i] = m == e->target || up == e->target ||
			    (up && up != top && inside[up - top->members]);
	}
	return inside;
}

static int
put_state(struct xj_editing *e, const struct xj_record *m)
{
	struct xj_doc row;
	int r = xj_catalog_get(e->archive->catalog, m->doc.id, e->arena, &row,
			       e->err);

	if (r < 0 || row.state == XJ_DOC_QUARANTINED)
		return r;
	row.state = m->doc.state;
	row.updated = m->doc.updated;
	return xj_catalog_update(e->archive->catalog, &row, 0, e->err);
}

static void
set_state(struct xj_record *m, enum xj_doc_state state, unsigned removed,
	  int64_t now)
{
	m->doc.state = state;
	m->doc.updated = now;
	m->removed = removed;
}

/*
 * The target and what is inside it. What was removed together bears the number
 * of the version that did it, and comes back together: a member that was
 * removed by itself before its container stays removed.
 */
static int
set_states(struct xj_editing *e, enum xj_doc_state state, const char *verb,
	   const char *detail)
{
	bool live = state == XJ_DOC_LIVE;
	unsigned was = live ? e->target->removed : 0;
	unsigned now = live ? 0 : e->record.doc.version + 1;
	bool *inside = xj_editing_inside(e);
	int64_t when = xj_now();
	int r;

	if (!inside)
		return no_memory(e->err);
	set_state(e->target, state, now, when);
	for (size_t i = 0; i < e->record.member_count; i++) {
		struct xj_record *m = &e->record.members[i];

		if (m == e->target)
			continue;
		inside[i] = inside[i] && m->doc.state != state &&
			    m->doc.state != XJ_DOC_QUARANTINED &&
			    m->removed == was && m->doc.ordinal;
		if (inside[i])
			set_state(m, state, now, when);
	}
	r = xj_editing_put(e, verb, detail);
	if (r == XJ_OK && e->target == &e->record)
		r = put_state(e, e->target);
	for (size_t i = 0; i < e->record.member_count && r == XJ_OK; i++)
		if (inside[i])
			r = put_state(e, &e->record.members[i]);
	return r < 0 ? r : xj_editing_log(e, e->target->doc.id, verb, detail);
}

int
xj_remove_in(struct xj_change *change, uint64_t id, const char *reason,
	     struct xj_error *err)
{
	xj_auto(xj_editing_end) struct xj_editing e = { 0 };
	int r = xj_editing_begin(&e, change, id, err);

	if (r < 0)
		return r;
	if (e.target->doc.state == XJ_DOC_REMOVED)
		return xj_error_set(err, XJ_ENOTFOUND, "document %llu was "
				    "removed already", (unsigned long long)id);
	return set_states(&e, XJ_DOC_REMOVED, "remove", reason);
}

/* A member cannot be back while what it is inside of is removed, or does not
 * hold it any more. */
static int
check_container(struct xj_editing *e)
{
	const struct xj_doc *doc = &e->target->doc;
	const struct xj_record *up;

	if (e->target == &e->record)
		return XJ_OK;
	up = xj_members_find(e->members, doc->parent);
	if (!doc->ordinal)
		return xj_error_set(e->err, XJ_EINVAL, "document %llu is not "
				    "in the newest version of document %llu",
				    (unsigned long long)doc->id,
				    (unsigned long long)doc->parent);
	if (up && up->doc.state == XJ_DOC_LIVE)
		return XJ_OK;
	return xj_error_set(e->err, XJ_EINVAL, "document %llu is inside "
			    "document %llu, which was removed: undelete that "
			    "one", (unsigned long long)doc->id,
			    (unsigned long long)doc->parent);
}

int
xj_undelete_in(struct xj_change *change, uint64_t id, struct xj_error *err)
{
	xj_auto(xj_editing_end) struct xj_editing e = { 0 };
	int r = xj_editing_begin(&e, change, id, err);

	if (r < 0)
		return r;
	if (e.target->doc.state != XJ_DOC_REMOVED)
		return xj_error_set(err, XJ_EEXIST, "document %llu is not "
				    "removed", (unsigned long long)id);
	r = check_container(&e);
	return r < 0 ? r : set_states(&e, XJ_DOC_LIVE, "undelete", NULL);
}

int
xj_remove(struct xj_archive *a, uint64_t id, const char *reason,
	  struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	int r = xj_may_with(a, XJ_DO_REMOVE, id, err);

	if (r == XJ_OK)
		r = xj_change_begin(a, &change, err);
	if (r == XJ_OK)
		r = xj_remove_in(&change, id, reason, err);
	if (r == XJ_OK)
		r = xj_audit(a, "remove", id, reason, err);
	if (r == XJ_OK)
		r = xj_change_commit(&change, err);
	return r < 0 ? r : xj_pairs_follow(a, id, err);
}

int
xj_undelete(struct xj_archive *a, uint64_t id, struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	int r = xj_may_with(a, XJ_DO_REMOVE, id, err);

	if (r == XJ_OK)
		r = xj_change_begin(a, &change, err);
	if (r == XJ_OK)
		r = xj_audit(a, "undelete", id, NULL, err);
	if (r == XJ_OK)
		r = xj_undelete_in(&change, id, err);
	if (r == XJ_OK)
		r = xj_change_commit(&change, err);
	if (r == XJ_OK)
		r = xj_pairs_follow(a, id, err);
	return r < 0 ? r : xj_indexer_catch_up(a, err);
}

/* ------------------------------------------------------------------ purge */

/* What is left of a document: that it was there, and that it was erased. */
static int
note_tombstone(void *ctx, const struct xj_doc *doc)
{
	struct xj_editing *e = ctx;
	struct xj_record *m = &e->record;
	int r = xj_texts_forget(e->archive->texts, doc->sha512, e->err);

	if (r < 0)
		return r;
	if (doc->parent)
		m = &e->record.members[e->record.member_count++];
	m->doc = (struct xj_doc){
		.id = doc->id, .parent = doc->parent, .root = doc->root,
		.urn = xj_arena_strdup(e->arena, doc->urn),
		.owner = xj_arena_strdup(e->arena, doc->owner),
		.outcome = xj_arena_strdup(e->arena, doc->outcome),
		.name = "", .name_raw = "", .ordinal = doc->ordinal,
		.version = 1, .state = XJ_DOC_PURGED,
		.accession = doc->accession, .created = doc->created,
		.updated = xj_now(),
	};
	return m->doc.urn && m->doc.owner && m->doc.outcome ? XJ_OK :
		no_memory(e->err);
}

/* From the catalog alone: a damaged object can be purged too. The rows come by
 * number, and a container has a lower one than what is inside it. */
static int
make_tombstones(struct xj_editing *e, uint64_t root)
{
	const struct xj_doc_filter inside = { .root = root,
					      .any_state = true };
	uint64_t count;
	int r = xj_catalog_count(e->archive->catalog, &inside, &count, e->err);

	if (r < 0)
		return r;
	e->record.members = xj_arena_alloc(e->arena, count *
					   sizeof(*e->record.members));
	if (!e->record.members)
		return no_memory(e->err);
	return xj_catalog_list(e->archive->catalog, &inside, note_tombstone, e,
			       e->err);
}

static int
put_tombstone(struct xj_editing *e, struct xj_record *m)
{
	struct xj_catalog *catalog = e->archive->catalog;
	uint64_t id = m->doc.id;
	int r = xj_catalog_update(catalog, &m->doc, 0, e->err);

	if (r == XJ_OK)
		r = xj_record_put_values(e->archive, e->arena, m, e->err);
	if (r == XJ_OK)
		r = xj_catalog_drop_sources(catalog, id, e->err);
	if (r == XJ_OK)
		r = xj_catalog_forget(catalog, id, e->err);
	if (r == XJ_OK)
		r = xj_catalog_set_ocr(catalog, id, NULL, 0, e->err);
	return r < 0 ? r : xj_texts_drop(e->archive->texts, id, e->err);
}

/* The object anew, with only tombstones in it. */
static int
purge_in(struct xj_editing *e, uint64_t id, const char *reason)
{
	struct xj_record *top = &e->record;
	const char *message = xj_message_write(e->arena, "purge", 0, reason);
	int r = message ? make_tombstones(e, id) : no_memory(e->err);

	top->doc.reason = reason;
	xj_change_text(e->change, id);
	if (r == XJ_OK)
		r = xj_rights_load(e->archive, e->arena, id, &top->rights,
				   e->err);
	top->rights.share_count = 0; /* who saw it is nobody's business now */
	if (r == XJ_OK)
		r = xj_record_put(e->change, top, NULL, message, e->err);
	if (r == XJ_OK)
		r = put_tombstone(e, top);
	for (size_t i = 0; i < top->member_count && r == XJ_OK; i++)
		r = put_tombstone(e, &top->members[i]);
	if (r == XJ_OK)
		r = xj_rights_put_rows(e->archive, e->arena, top, e->err);
	if (r == XJ_OK)
		r = xj_accessions_redact(e->change, id, e->err);
	return r < 0 ? r : xj_editing_log(e, id, "purge", reason);
}

static int
purge(struct xj_archive *a, uint64_t id, const char *reason,
      struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	xj_auto(xj_editing_end) struct xj_editing e = { .change = &change,
						  .archive = a, .err = err };
	int r = xj_change_begin(a, &change, err);

	if (r == XJ_OK && xj_arena_new(&e.arena) < 0)
		r = no_memory(err);
	if (r == XJ_OK)
		r = purge_in(&e, id, reason);
	if (r == XJ_OK)
		r = xj_audit(a, "purge", id, reason, err);
	return r < 0 ? r : xj_change_commit(&change, err);
}

/* Words are in the index, and the logs of catalog and text hold what was erased
 * until they are emptied, which a reader or another indexer may prevent: a
 * second purge tries it again. */
static int
erase(struct xj_archive *a, uint64_t id, struct xj_error *err)
{
	int r = xj_indexer_erase(a, id, err);

	if (r == XJ_OK)
		r = xj_catalog_erase(a->catalog, a->texts, err);
	return r < 0 ? xj_error_wrap(err, r, "document %llu is erased, but "
				     "traces of it are left; run the purge "
				     "again", (unsigned long long)id) : XJ_OK;
}

int
xj_purge(struct xj_archive *a, uint64_t id, const char *reason,
	 struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_pairs pairs = { 0 };
	struct xj_doc doc;
	int r = xj_archive_writable(a, err);

	if (r == XJ_OK)
		r = xj_may_with(a, XJ_DO_PURGE, id, err);
	if (r == XJ_OK && xj_arena_new(&arena) < 0)
		return no_memory(err);
	if (r == XJ_OK)
		r = xj_catalog_get(a->catalog, id, arena, &doc, err);
	if (r == XJ_OK && doc.parent)
		return xj_error_set(err, XJ_EINVAL, "document %llu is inside "
				    "document %llu: its bytes are there, so "
				    "purge that one", (unsigned long long)id,
				    (unsigned long long)doc.root);
	if (r == XJ_OK)
		r = xj_pairs_of(a, arena, id, &pairs, err);
	if (r == XJ_OK && doc.state != XJ_DOC_PURGED)
		r = purge(a, id, reason, err);
	if (r == XJ_OK)
		r = xj_pairs_refresh(a, &pairs, err);
	if (r == XJ_OK)
		r = erase(a, id, err);
	return r < 0 || !pairs.count ? r : xj_indexer_catch_up(a, err);
}

/* --------------------------------------------------------------- take back */

/* The newest version that is older than what `number` did; 0: none is. */
static int
version_before(struct xj_editing *e, struct xj_object *object, uint64_t number,
	       struct xj_record *before, unsigned *version)
{
	int r;

	for (*version = e->record.doc.version; *version > 0; (*version)--) {
		r = xj_record_read(e->arena, object, *version, before,
				   e->err);
		if (r < 0)
			return r;
		if (before->doc.accession < number)
			break;
	}
	return XJ_OK;
}

/* Nobody decided about it: it stays in quarantine. */
static void
keep_quarantine(struct xj_record *before, const struct xj_record *now)
{
	if (now->doc.state != XJ_DOC_QUARANTINED)
		return;
	before->doc.state = XJ_DOC_QUARANTINED;
	before->quarantine = now->quarantine;
	before->quarantine_why = now->quarantine_why;
}

/* Members that came later stay known, as removed, with the older version. */
static int
keep_later_members(struct xj_editing *e, struct xj_record *before)
{
	struct xj_members *members;
	struct xj_record *all;
	size_t n = before->member_count;
	int r = xj_members_new(e->arena, before, &members, e->err);

	all = xj_arena_alloc(e->arena, (n + e->record.member_count + 1) *
			     sizeof(*all));
	if (r < 0 || !all)
		return no_memory(e->err);
	for (size_t i = 0; i < e->record.member_count; i++) {
		const struct xj_record *now = &e->record.members[i];
		struct xj_record *old = xj_members_find(members, now->doc.id);

		if (old)
			keep_quarantine(old, now);
		if (old)
			continue;
		all[n] = *now;
		if (now->doc.state != XJ_DOC_QUARANTINED)
			all[n].doc.state = XJ_DOC_REMOVED;
		all[n++].doc.ordinal = 0;
	}
	if (before->member_count)
		memcpy(all, before->members,
		       before->member_count * sizeof(*all));
	before->members = all;
	before->member_count = n;
	return XJ_OK;
}

static void
set_version(struct xj_record *rec, unsigned version)
{
	rec->doc.version = version;
	for (size_t i = 0; i < rec->member_count; i++)
		rec->members[i].doc.version = version;
}

/* The older original once more, as the newest version; rows and text follow. */
static int
put_back(struct xj_editing *e, struct xj_object *object,
	 struct xj_record *before, unsigned version)
{
	struct xj_staged staged = { .fd = -1 };
	struct xj_importers *importers;
	xj_auto(xj_closep) int fd = -1;
	int r = xj_archive_importers(e->archive, &importers, e->err);

	if (r == XJ_OK)
		r = xj_object_file_open(object, version, before->logical, &fd,
					NULL, e->err);
	if (r == XJ_OK)
		r = xj_batch_stage(e->change->batch, fd, &staged, e->err);
	if (r < 0)
		return r;
	xj_staged_close(&staged);
	/* Who may see it is not taken back with what it says. */
	before->rights = e->record.rights;
	before->doc.owner = e->record.doc.owner;
	set_version(before, e->record.doc.version + 1);
	before->doc.updated = e->record.doc.updated = xj_now();
	xj_change_text(e->change, before->doc.id);
	r = xj_record_put(e->change, before, &staged, "undo", e->err);
	return r < 0 ? r : xj_restore(e->change, importers, e->arena, object,
				      version, before, true, e->err);
}

int
xj_take_back_in(struct xj_change *change, const struct xj_doc *doc,
		uint64_t number, struct xj_error *err)
{
	xj_auto(xj_editing_end) struct xj_editing e = { 0 };
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	struct xj_record before;
	unsigned version = 0;
	int r = xj_editing_begin(&e, change, doc->id, err);

	if (r == XJ_OK)
		r = xj_object_at(e.archive, doc->urn, doc->version, &object,
				 err);
	if (r == XJ_OK)
		r = version_before(&e, object, number, &before, &version);
	if (r < 0)
		return r;
	if (doc->accession > number)
		return XJ_END; /* what a later accession brought stands */
	if (version == 0 || version == e.record.doc.version)
		return set_states(&e, XJ_DOC_REMOVED, "remove",
				  "accession undone");
	if ((r = keep_later_members(&e, &before)) < 0)
		return r;
	r = put_back(&e, object, &before, version);
	e.record.doc.version++;
	return r < 0 ? r : xj_editing_log(&e, doc->id, "undo", NULL);
}
