/* edit.c - change what is said of documents; remove, take back, purge. */
#include <stdlib.h>
#include <string.h>

#include "library/archive.h"

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* ------------------------------------------------------- one object at hand */

/* The record of the object that a document lives in, and the document in it:
 * the top itself, or one of its members. */
struct editing {
	struct xj_change *change;
	struct xj_archive *archive;
	struct xj_arena *arena;
	struct xj_record record;
	struct xj_record *target;
	struct xj_error *err;
};

static void
editing_end(struct editing *e)
{
	xj_arena_free(e->arena);
}

static struct xj_record *
find_in(struct xj_record *record, uint64_t id)
{
	if (record->doc.id == id)
		return record;
	for (size_t i = 0; i < record->member_count; i++)
		if (record->members[i].doc.id == id)
			return &record->members[i];
	return NULL;
}

/* Columns that only the catalog knows: the revision of the index entry. */
static int
fill_from_catalog(struct editing *e)
{
	struct xj_doc row;
	int r = xj_catalog_get(e->archive->catalog, e->target->doc.id,
			       e->arena, &row, e->err);

	if (r == XJ_OK) {
		e->target->doc.rev = row.rev;
		e->target->doc.state = row.state;
	}
	return r;
}

static int
editing_begin(struct editing *e, struct xj_change *change, uint64_t id,
	      struct xj_error *err)
{
	struct xj_doc doc;
	int r;

	*e = (struct editing){ .change = change,
		.archive = change->archive, .err = err };
	if (xj_arena_new(&e->arena) < 0)
		return no_memory(err);
	r = xj_catalog_get(e->archive->catalog, id, e->arena, &doc, err);
	if (r == XJ_OK && doc.state == XJ_DOC_PURGED)
		return xj_error_set(err, XJ_ENOTFOUND, "document %llu was "
				    "purged", (unsigned long long)id);
	if (r == XJ_OK)
		r = xj_record_load(e->archive, e->arena, doc.root, &e->record,
				   err);
	if (r < 0)
		return r;
	e->target = find_in(&e->record, id);
	if (!e->target)
		return xj_error_set(err, XJ_ECORRUPT, "document %llu is not "
				    "in its object %s", (unsigned long long)id,
				    e->record.doc.urn);
	return fill_from_catalog(e);
}

static int
log_event(struct editing *e, uint64_t id, const char *verb,
	  const char *detail)
{
	return xj_catalog_add_event(e->archive->catalog, &(struct xj_event){
		.document = id, .version = e->record.doc.version,
		.at = e->record.doc.updated, .user = e->archive->user,
		.verb = verb, .detail = detail,
	}, e->err);
}

/* Every row of the object carries its version. */
static int
update_rows(struct editing *e, const struct xj_record *changed)
{
	struct xj_catalog *catalog = e->archive->catalog;
	unsigned before = e->record.doc.version - 1;
	int r = xj_catalog_set_version(catalog, e->record.doc.id, before,
				       e->record.doc.version, e->err);
	struct xj_doc doc = changed->doc;

	if (r < 0)
		return r;
	doc.version = e->record.doc.version;
	doc.updated = e->record.doc.updated;
	return xj_catalog_update(catalog, &doc, 0, e->err);
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

static int
check_all(struct editing *e, const struct xj_given *given,
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
		r = xj_given_check(e->arena, &given[*count],
				   &(*out)[*count], e->err);
	return r;
}

/* The values of the target with those given in place of older given ones; an
 * empty value only takes away. */
static int
merge_values(struct editing *e, const struct xj_meta_value *given,
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

/* The day that was derived before stays when nothing else gives one. */
static int64_t
derived_time(const struct xj_doc *doc)
{
	char day[XJ_TIME_MAX];
	int64_t t = 0;

	if (!doc->date || strlen(doc->date) != 10)
		return 0;
	memcpy(day, doc->date, 10);
	memcpy(day + 10, "T00:00:00Z", 11);
	return xj_time_parse(day, &t) == XJ_OK ? t : 0;
}

static int
put_given(struct editing *e)
{
	struct xj_record *t = e->target;
	struct xj_meta_value *given;
	size_t n = 0;

	given = xj_arena_alloc(e->arena, (t->value_count + 1) *
			       sizeof(*given));
	if (!given)
		return no_memory(e->err);
	for (size_t i = 0; i < t->value_count; i++)
		if (t->values[i].rank == XJ_META_GIVEN)
			given[n++] = t->values[i];
	return xj_catalog_set_meta(e->archive->catalog, t->doc.id,
				   XJ_META_GIVEN, given, n, e->err);
}

static const char *
describe_edit(struct editing *e, const struct xj_meta_value *given,
	      size_t count)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	for (size_t i = 0; i < count; i++)
		xj_buf_addf(&b, "%s%s=%s", i ? "; " : "", given[i].element,
			    given[i].value);
	return b.failed ? NULL : xj_arena_strdup(e->arena, b.data);
}

static int
check_version(struct editing *e, unsigned expected)
{
	if (!expected || expected == e->record.doc.version)
		return XJ_OK;
	return xj_error_set(e->err, XJ_EBUSY, "document %llu is at version %u "
			    "by now, not %u: look at it again before you "
			    "change it", (unsigned long long)e->target->doc.id,
			    e->record.doc.version, expected);
}

static int
edit_in(struct editing *e, const struct xj_given *given, unsigned expected)
{
	struct xj_meta_value *values = NULL;
	size_t count = 0;
	struct xj_record *t = e->target;
	int64_t mtime = derived_time(&t->doc);
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
				t->value_count, mtime, e->err);
	if (r == XJ_OK)
		r = xj_record_put(e->change, &e->record, "edit", e->err);
	if (r == XJ_OK)
		r = update_rows(e, t);
	if (r == XJ_OK)
		r = put_given(e);
	return r < 0 ? r : log_event(e, t->doc.id, "edit",
				     describe_edit(e, values, count));
}

int
xj_edit(struct xj_archive *a, uint64_t id, const struct xj_given *given,
	unsigned expected_version, struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	xj_auto(editing_end) struct editing e = { 0 };
	int r = xj_change_begin(a, &change, err);

	if (r == XJ_OK)
		r = editing_begin(&e, &change, id, err);
	if (r == XJ_OK)
		r = edit_in(&e, given, expected_version);
	if (r == XJ_OK)
		r = xj_change_commit(&change, err);
	return r < 0 ? r : xj_indexer_catch_up(a, err);
}

/* ---------------------------------------------------------- remove, undelete */

/* Whether `m` is `id` or inside it, at any depth. Parents stand before. */
static bool
is_within(const struct xj_record *record, const struct xj_record *m,
	  uint64_t id)
{
	while (m && m->doc.id != id)
		m = m->doc.parent == record->doc.id ?
			(record->doc.id == id ? record : NULL) :
			find_in((struct xj_record *)record, m->doc.parent);
	return m != NULL;
}

static int
set_state_of(struct editing *e, struct xj_record *m, enum xj_doc_state state)
{
	struct xj_doc row;
	int r = xj_catalog_get(e->archive->catalog, m->doc.id, e->arena, &row,
			       e->err);

	if (r < 0)
		return r;
	m->doc.state = row.state = state;
	return xj_catalog_update(e->archive->catalog, &row, 0, e->err);
}

/*
 * A member that was removed by itself stays removed when its container comes
 * back: what went together has the same `updated`.
 */
static int
set_states(struct editing *e, enum xj_doc_state from, enum xj_doc_state to)
{
	uint64_t id = e->target->doc.id;
	int64_t when = e->target->doc.updated;
	bool back = to == XJ_DOC_LIVE;
	int r = XJ_OK;

	for (size_t i = 0; i < e->record.member_count && r == XJ_OK; i++) {
		struct xj_record *m = &e->record.members[i];

		if (m->doc.state != from || m->doc.id == id ||
		    !is_within(&e->record, m, id) ||
		    (back && m->doc.updated != when))
			continue;
		r = set_state_of(e, m, to);
		m->doc.updated = xj_now();
	}
	return r < 0 ? r : set_state_of(e, e->target, to);
}

/* The times of what is removed together are made the same. */
static void
stamp(struct editing *e)
{
	int64_t now = xj_now();
	uint64_t id = e->target->doc.id;

	for (size_t i = 0; i < e->record.member_count; i++)
		if (e->record.members[i].doc.state == XJ_DOC_REMOVED &&
		    is_within(&e->record, &e->record.members[i], id) &&
		    e->record.members[i].doc.updated >= now - 1)
			e->record.members[i].doc.updated = now;
	e->target->doc.updated = now;
}

static int
put_states(struct editing *e, const char *verb, const char *detail)
{
	unsigned before = e->record.doc.version;
	int64_t now;
	int r;

	stamp(e);
	now = e->target->doc.updated;
	r = xj_record_put(e->change, &e->record, verb, e->err);
	e->target->doc.updated = now;
	if (r == XJ_OK)
		r = xj_catalog_set_version(e->archive->catalog,
					   e->record.doc.id, before,
					   e->record.doc.version, e->err);
	return r < 0 ? r : log_event(e, e->target->doc.id, verb, detail);
}

int
xj_remove_in(struct xj_change *change, uint64_t id, const char *reason,
	     struct xj_error *err)
{
	xj_auto(editing_end) struct editing e = { 0 };
	int r = editing_begin(&e, change, id, err);

	if (r < 0)
		return r;
	if (e.target->doc.state == XJ_DOC_REMOVED)
		return xj_error_set(err, XJ_ENOTFOUND, "document %llu was "
				    "removed already", (unsigned long long)id);
	r = set_states(&e, XJ_DOC_LIVE, XJ_DOC_REMOVED);
	return r < 0 ? r : put_states(&e, "remove", reason);
}

/* A member cannot be back while what it is inside of is removed. */
static int
check_container(struct editing *e)
{
	struct xj_doc up;
	int r;

	if (!e->target->doc.parent)
		return XJ_OK;
	r = xj_catalog_get(e->archive->catalog, e->target->doc.parent,
			   e->arena, &up, e->err);
	if (r == XJ_OK && up.state != XJ_DOC_LIVE)
		return xj_error_set(e->err, XJ_EINVAL, "document %llu is "
				    "inside document %llu, which was removed: "
				    "undelete that one",
				    (unsigned long long)e->target->doc.id,
				    (unsigned long long)up.id);
	return r;
}

int
xj_undelete_in(struct xj_change *change, uint64_t id, struct xj_error *err)
{
	xj_auto(editing_end) struct editing e = { 0 };
	int r = editing_begin(&e, change, id, err);

	if (r < 0)
		return r;
	if (e.target->doc.state != XJ_DOC_REMOVED)
		return xj_error_set(err, XJ_EEXIST, "document %llu is not "
				    "removed", (unsigned long long)id);
	if ((r = check_container(&e)) < 0)
		return r;
	r = set_states(&e, XJ_DOC_REMOVED, XJ_DOC_LIVE);
	return r < 0 ? r : put_states(&e, "undelete", NULL);
}

int
xj_remove(struct xj_archive *a, uint64_t id, const char *reason,
	  struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	int r = xj_change_begin(a, &change, err);

	if (r == XJ_OK)
		r = xj_remove_in(&change, id, reason, err);
	return r < 0 ? r : xj_change_commit(&change, err);
}

int
xj_undelete(struct xj_archive *a, uint64_t id, struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	int r = xj_change_begin(a, &change, err);

	if (r == XJ_OK)
		r = xj_undelete_in(&change, id, err);
	if (r == XJ_OK)
		r = xj_change_commit(&change, err);
	return r < 0 ? r : xj_indexer_catch_up(a, err);
}

/* ------------------------------------------------------------------ purge */

/* What is left of a document: that it was there, and that it was erased. */
static int
tombstone(struct editing *e, struct xj_record *m)
{
	struct xj_catalog *catalog = e->archive->catalog;
	struct xj_doc row, bare = { 0 };
	int r = xj_catalog_get(catalog, m->doc.id, e->arena, &row, e->err);

	if (r < 0)
		return r;
	bare.id = row.id;
	bare.urn = row.urn;
	bare.parent = row.parent;
	bare.root = row.root;
	bare.ordinal = row.ordinal;
	bare.owner = row.owner;
	bare.name = "";
	bare.name_raw = "";
	bare.outcome = row.outcome;
	bare.version = 1;
	bare.state = XJ_DOC_PURGED;
	bare.accession = row.accession;
	bare.created = row.created;
	bare.updated = xj_now();
	bare.rev = row.rev;
	r = xj_catalog_update(catalog, &bare, 0, e->err);
	for (int rank = XJ_META_DERIVED; rank <= XJ_META_GIVEN && r == XJ_OK;
	     rank++)
		r = xj_catalog_set_meta(catalog, bare.id,
					(enum xj_meta_rank)rank, NULL, 0,
					e->err);
	if (r == XJ_OK)
		r = xj_catalog_drop_sources(catalog, bare.id, e->err);
	if (r == XJ_OK)
		r = xj_catalog_forget(catalog, bare.id, e->err);
	if (r == XJ_OK)
		r = xj_texts_drop(e->archive->texts, bare.id, e->err);
	m->doc = bare;
	m->values = NULL;
	m->value_count = 0;
	return r;
}

/* The object anew: one version, only the tombstone in it. */
static int
put_tombstone(struct editing *e, const char *reason)
{
	xj_auto(xj_buf_release) struct xj_buf meta = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf members = XJ_BUF_INIT;
	struct xj_object_file files[2];
	size_t n = 1;
	int r;

	e->record.logical = e->record.source = NULL;
	e->record.doc.reason = reason;
	r = xj_record_write(&e->record, &meta, &members, e->err);
	if (r < 0)
		return r;
	files[0] = (struct xj_object_file){ .logical = XJ_RECORD_FILE,
		.bytes = meta.data, .len = meta.len };
	if (members.len)
		files[n++] = (struct xj_object_file){
			.logical = XJ_MEMBERS_FILE, .bytes = members.data,
			.len = members.len };
	return xj_batch_put(e->change->batch, &(struct xj_object_version){
		.id = e->record.doc.urn, .number = 1, .created = xj_now(),
		.message = "purge", .user = e->archive->user,
		.user_address = e->archive->user_address,
		.files = files, .file_count = n, .replace = true,
	}, e->err);
}

static int
purge_in(struct editing *e, const char *reason)
{
	int r = XJ_OK;

	if (e->target != &e->record)
		return xj_error_set(e->err, XJ_EINVAL, "document %llu is "
				    "inside document %llu: its bytes are there, "
				    "so purge that one",
				    (unsigned long long)e->target->doc.id,
				    (unsigned long long)e->record.doc.id);
	for (size_t i = 0; i < e->record.member_count && r == XJ_OK; i++)
		r = tombstone(e, &e->record.members[i]);
	if (r == XJ_OK)
		r = tombstone(e, &e->record);
	if (r == XJ_OK)
		r = put_tombstone(e, reason);
	return r < 0 ? r : log_event(e, e->record.doc.id, "purge", reason);
}

int
xj_purge(struct xj_archive *a, uint64_t id, const char *reason,
	 struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	xj_auto(editing_end) struct editing e = { 0 };
	int r = xj_change_begin(a, &change, err);

	if (r == XJ_OK)
		r = editing_begin(&e, &change, id, err);
	if (r == XJ_OK)
		r = purge_in(&e, reason);
	if (r == XJ_OK)
		r = xj_change_commit(&change, err);
	return r < 0 ? r : xj_catalog_erase(a->catalog, a->texts, err);
}

/* --------------------------------------------------------------- take back */

/* The newest version that `number` did not make; 0: it made them all. */
static int
version_before(struct editing *e, struct xj_object *object, uint64_t number,
	       struct xj_record *before, unsigned *version)
{
	int r;

	for (*version = e->record.doc.version; *version > 0; (*version)--) {
		r = xj_record_read(e->arena, object, *version, before,
				   e->err);
		if (r < 0)
			return r;
		if (before->doc.accession != number)
			break;
	}
	return XJ_OK;
}

/* The older original as a staged file of this change. */
static int
stage_old(struct editing *e, struct xj_object *object,
	  const struct xj_record *before, unsigned version,
	  struct xj_staged *staged)
{
	xj_auto(xj_closep) int fd = -1;
	int r = xj_object_file_open(object, version, before->logical, &fd,
				    NULL, e->err);

	return r < 0 ? r : xj_batch_stage(e->change->batch, fd, staged,
					  e->err);
}

static int
put_back(struct editing *e, struct xj_record *before,
	 const struct xj_staged *staged)
{
	xj_auto(xj_buf_release) struct xj_buf meta = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf members = XJ_BUF_INIT;
	struct xj_object_file files[3] = {
		{ .logical = before->logical, .staged = staged },
	};
	size_t n = 2;
	int r;

	before->doc.version = e->record.doc.version + 1;
	before->doc.updated = xj_now();
	if ((r = xj_record_write(before, &meta, &members, e->err)) < 0)
		return r;
	files[1] = (struct xj_object_file){ .logical = XJ_RECORD_FILE,
		.bytes = meta.data, .len = meta.len };
	if (members.len)
		files[n++] = (struct xj_object_file){
			.logical = XJ_MEMBERS_FILE, .bytes = members.data,
			.len = members.len };
	return xj_batch_put(e->change->batch, &(struct xj_object_version){
		.id = before->doc.urn, .number = before->doc.version,
		.created = before->doc.updated, .message = "accession undone",
		.user = e->archive->user,
		.user_address = e->archive->user_address,
		.files = files, .file_count = n,
	}, e->err);
}

/* The rows as the older version had them, with its text. */
static int
restore_rows(struct editing *e, struct xj_object *object,
	     struct xj_record *before, unsigned version)
{
	struct xj_importers *importers;
	unsigned now = before->doc.version;
	int r = xj_archive_importers(e->archive, &importers, e->err);

	if (r < 0)
		return r;
	before->doc.version = version; /* whose original is imported */
	r = xj_restore(e->change, importers, e->arena, object, before, true,
		       e->err);
	before->doc.version = now;
	return r < 0 ? r : xj_catalog_set_version(e->archive->catalog,
		before->doc.id, version, now, e->err);
}

int
xj_take_back_in(struct xj_change *change, const struct xj_doc *doc,
		uint64_t number, struct xj_error *err)
{
	xj_auto(editing_end) struct editing e = { 0 };
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	struct xj_staged staged = { .fd = -1 };
	struct xj_record before;
	unsigned version = 0;
	int r = editing_begin(&e, change, doc->id, err);

	if (r == XJ_OK)
		r = xj_object_open(e.archive->store, doc->urn, &object, err);
	if (r == XJ_OK)
		r = version_before(&e, object, number, &before, &version);
	if (r < 0)
		return r;
	if (version == 0)
		return xj_remove_in(change, doc->id, "accession undone", err);
	if (version == e.record.doc.version)
		return XJ_OK; /* a later accession changed it again */
	if ((r = stage_old(&e, object, &before, version, &staged)) < 0)
		return r;
	r = put_back(&e, &before, &staged);
	xj_staged_close(&staged);
	e.record.doc.version++;
	e.record.doc.updated = before.doc.updated;
	if (r == XJ_OK)
		r = restore_rows(&e, object, &before, version);
	return r < 0 ? r : log_event(&e, doc->id, "undo", NULL);
}
