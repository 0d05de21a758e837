/*
 * paper.c - papers that are handed in: what paper.json and the text's document
 * say, and who reads them, is changed in one go. paper.h says what they hold.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "library/paper.h"

#define REASON_LEAST 10u /* characters */
#define WORD_MAX 4000u   /* bytes */
#define NAME_BYTES 200u  /* of a title, in the name of a file */

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* ---------------------------------------------------------- in the catalog */

static bool
is_texts(const json_t *list)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
		if (!json_is_string(v))
			return false;
	return !list || json_is_array(list);
}

static int
check(const json_t *root, struct xj_error *err)
{
	const json_t *authors = json_object_get(root, "authors");
	const json_t *reviews = json_object_get(root, "reviews");

	if (xj_entity_text(root, "title") && xj_entity_text(root, "owner") &&
	    xj_entity_text(root, "unit") && xj_entity_text(root, "state") &&
	    xj_entity_text(root, "document") && is_texts(authors) &&
	    json_array_size(authors) &&
	    is_texts(json_object_get(root, "based_on")) &&
	    (!reviews || xj_entity_is_list(reviews)))
		return XJ_OK;
	return xj_error_set(err, XJ_ECORRUPT, "paper.json: is damaged");
}

static int
put_links(struct xj_archive *a, const struct xj_entity_row *row,
	  const json_t *root, struct xj_error *err)
{
	xj_auto(xj_study_links_end) struct xj_study_links l = { 0 };
	const char *seminar = xj_entity_text(root, "seminar");
	const json_t *v;
	size_t i;

	xj_study_names(&l, xj_entity_text(root, "document"), "text");
	json_array_foreach(json_object_get(root, "based_on"), i, v)
		xj_study_names(&l, json_string_value(v), "basis");
	if (seminar)
		xj_study_names(&l, seminar, "seminar");
	return xj_study_put_links(a, row, root, &l, err);
}

const struct xj_entity_kind xj_paper_kind = {
	.name = "paper", .none = N_("there is no paper %llu"),
	.check = check, .put_row = xj_study_put_row, .put_links = put_links,
};

/* --------------------------------------------------- a paper and its text */

struct papering {
	struct xj_study_change s;
	struct xj_editing e;      /* of its document */
	struct xj_arena *arena;
	struct xj_error *err;
};

static void
papering_end(struct papering *p)
{
	xj_editing_end(&p->e);
	xj_study_end(&p->s);
	xj_arena_free(p->arena);
}

static const char *
state_of(const struct papering *p)
{
	const char *state = xj_entity_text(p->s.e.root, "state");

	return state ? state : "";
}

static int
set_time(struct papering *p, const char *name)
{
	char now[XJ_TIME_MAX];

	xj_time_format(xj_now(), now);
	return xj_entity_set(p->s.e.root, name, now, p->err);
}

static int
papering_load(struct papering *p, struct xj_archive *a, uint64_t id,
	      const struct xj_change_options *options,
	      struct xj_study_changed *changed, struct xj_error *err)
{
	struct xj_doc doc;
	int r;

	*p = (struct papering){ .err = err };
	if (xj_arena_new(&p->arena) < 0)
		return no_memory(err);
	r = xj_study_load(&p->s, a, &xj_paper_kind, id, options, changed, err);
	if (r == XJ_OK)
		r = xj_catalog_get_urn(a->catalog, xj_entity_text(p->s.e.root,
				       "document"), p->arena, &doc, err);
	return r < 0 ? r : xj_editing_begin(&p->e, &p->s.change, doc.id, err);
}

/* Who reads it stands in both objects. */
static int
papering_put(struct papering *p, const char *verb, const char *state)
{
	int r = xj_entity_set(p->s.e.root, "state", state, p->err);

	if (r == XJ_OK)
		r = xj_study_set_rights(p->s.e.root, &p->e.record.rights,
					p->err);
	/* That it was returned is nothing for those who read its text. */
	if (r == XJ_OK && strcmp(state, "returned") != 0)
		r = xj_rights_change_in(&p->e, "scope");
	return r < 0 ? r : xj_study_put(&p->s, verb, "");
}

static int
papering_commit(struct papering *p)
{
	int r = xj_study_commit(&p->s);

	return r < 0 || p->s.options->dry_run ? r :
	       xj_indexer_catch_up(p->s.archive, p->err);
}

static bool
is_author(const json_t *root, const struct xj_reader *reader)
{
	const json_t *v;
	size_t i;

	json_array_foreach(json_object_get(root, "authors"), i, v)
		if (reader && strcmp(json_string_value(v), reader->urn) == 0)
			return true;
	return false;
}

int
xj_paper_own(struct xj_archive *a, const json_t *root, struct xj_error *err)
{
	const struct xj_reader *reader = xj_archive_reader(a);
	const char *owner = xj_entity_text(root, "owner");

	if (!reader || (owner && strcmp(owner, reader->urn) == 0))
		return XJ_OK;
	return xj_error_set(err, XJ_EPERM, "only the first of its authors "
			    "does this with a paper");
}

static int
check_owner(struct papering *p)
{
	return xj_paper_own(p->s.archive, p->s.e.root, p->err);
}

bool
xj_paper_is_known(struct xj_archive *a, const json_t *root)
{
	const struct xj_reader *reader = xj_archive_reader(a);
	uint64_t unit = 0;

	if (!reader || is_author(root, reader))
		return true;
	return xj_catalog_unit_id(a->catalog, xj_entity_text(root, "unit"),
				  &unit, NULL) == XJ_OK &&
	       (xj_reader_roles(reader, unit) &
		(XJ_ROLE_REVIEWER | XJ_ROLE_SECRETARY));
}

/* ---------------------------------------------------------------- the text */

struct handing {
	struct papering p;
	struct xj_drafting *draft;
	struct xj_staged staged;
	struct xj_spool *spool;
	struct xj_taken *taken;
};

static void
handing_end(struct handing *h)
{
	xj_spool_free(h->spool);
	if (h->staged.fd >= 0)
		xj_staged_close(&h->staged);
	papering_end(&h->p);
}

static int
stage(struct handing *h)
{
	const char *text = h->draft->row.text;
	xj_auto(xj_closep) int fd = memfd_create("paper", MFD_CLOEXEC);
	int r;

	if (fd < 0)
		return xj_error_errno(h->p.err, "memory for the paper");
	r = xj_write_all(fd, text, strlen(text), h->p.err);
	if (r < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return r < 0 ? r : xj_error_errno(h->p.err, "the paper");
	return xj_batch_stage(h->p.s.change.batch, fd, &h->staged, h->p.err);
}

/* The name of its file: readers and their downloads are shown the title. */
static const char *
file_name(const struct handing *h)
{
	const char *title = xj_entity_text(h->draft->root, "title");
	size_t len = xj_utf8_cut(title, strlen(title), NAME_BYTES);
	char *name = xj_arena_printf(h->p.arena, "%.*s.md", (int)len, title);

	for (char *c = name; c && *c; c++)
		if (strchr("/\\", *c))
			*c = '-';
	return name;
}

/* Read in a process of its own, as every document. */
static int
take(struct handing *h)
{
	struct papering *p = &h->p;
	struct xj_archive *a = p->s.archive;
	struct xj_importers *importers;
	const char *name = file_name(h);
	int r = name ? xj_archive_importers(a, &importers, p->err) :
		       no_memory(p->err);

	if (r == XJ_OK)
		r = stage(h);
	if (r == XJ_OK)
		r = xj_spool_new(a, &h->spool, p->err);
	if (r == XJ_OK)
		r = xj_take(a, importers, h->spool, p->arena,
			    &(struct xj_take_source){
				.fd = h->staged.fd, .size = h->staged.size,
				.name = name, .name_len = strlen(name) },
			    &h->taken, p->err);
	if (r < 0)
		return r;
	memcpy(h->taken->doc.sha512, h->staged.sha512,
	       sizeof(h->taken->doc.sha512));
	if (h->taken->mark)
		return xj_error_set(p->err, XJ_EINVAL, "it bears the mark %s: "
				    "what is secret does not belong on this "
				    "machine", h->taken->mark);
	return XJ_OK;
}

/* What is said of the document, in place of what was said. */
static int
set_values(struct handing *h, struct xj_record *rec)
{
	const json_t *authors = json_object_get(h->draft->root, "authors");
	const char *topic = xj_entity_text(h->draft->root, "topic");
	size_t n = 0, count = json_array_size(authors);
	const char *login, *name;
	char today[XJ_DAY_MAX];
	struct xj_meta_value *v;
	int r = XJ_OK;

	xj_today(today);
	v = xj_arena_alloc(h->p.arena, (count + 4) * sizeof(*v));
	if (!v)
		return no_memory(h->p.err);
	v[n++] = (struct xj_meta_value){ .element = "title",
		.value = xj_entity_text(h->draft->root, "title") };
	v[n++] = (struct xj_meta_value){ .element = "kind",
		.value = "reflection" };
	v[n++] = (struct xj_meta_value){ .element = "date",
		.value = xj_arena_strdup(h->p.arena, today) };
	if (topic)
		v[n++] = (struct xj_meta_value){ .element = "topic",
						 .value = topic };
	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		r = xj_member_names(h->p.s.archive, json_string_value(
				    json_array_get(authors, i)), h->p.arena,
				    &login, &name, h->p.err);
		v[n++] = (struct xj_meta_value){ .element = "creator",
						 .value = name };
	}
	for (size_t i = 0; i < n; i++)
		v[i].rank = XJ_META_GIVEN;
	rec->values = v;
	rec->value_count = n;
	return r < 0 ? r : xj_record_refresh(h->p.arena, rec, h->taken,
					     h->p.err);
}

/* Its reviewers, and nobody else but its authors. */
static int
set_rights(struct handing *h, struct xj_record *rec)
{
	const json_t *authors = json_object_get(h->draft->root, "authors");
	struct xj_rights *rights = &rec->rights;
	size_t count = json_array_size(authors);

	*rights = (struct xj_rights){ .scope = XJ_SCOPE_PRIVATE,
		.owner = h->draft->row.author, .roles = XJ_ROLE_REVIEWER,
		.paper = h->draft->urn,
		.authors = xj_arena_alloc(h->p.arena, count *
					  sizeof(*rights->authors)) };
	if (!rights->authors)
		return no_memory(h->p.err);
	for (size_t i = 1; i < count; i++)
		rights->authors[rights->author_count++] =
			json_string_value(json_array_get(authors, i));
	rec->doc.owner = xj_entity_text(h->draft->root, "unit");
	return XJ_OK;
}

static int
put_rows(struct handing *h, struct xj_record *rec, bool is_new)
{
	struct xj_catalog *catalog = h->p.s.archive->catalog;
	struct xj_error *err = h->p.err;
	int r = is_new ? xj_catalog_insert(catalog, &rec->doc, err) :
			 xj_catalog_update(catalog, &rec->doc, 0, err);

	if (r == XJ_OK)
		r = xj_record_put_values(h->p.s.archive, h->p.arena, rec, err);
	if (r == XJ_OK)
		r = xj_rights_put_rows(h->p.s.archive, h->p.arena, rec, err);
	if (r == XJ_OK)
		r = xj_taken_put_text(h->p.s.archive, h->spool, h->taken,
				      &rec->doc, err);
	return r < 0 ? r : xj_catalog_add_event(catalog, &(struct xj_event){
		.document = rec->doc.id, .version = rec->doc.version,
		.at = rec->doc.updated, .user = h->p.s.archive->user,
		.verb = "submit" }, err);
}

/* A new document, or the next version of the one that it has. */
static int
put_document(struct handing *h, struct xj_record *rec)
{
	struct papering *p = &h->p;
	const char *message = xj_message_write(p->arena, "submit", 0, NULL);
	bool is_new = rec->doc.version == 0;
	int r;

	rec->doc.version++;
	rec->doc.updated = xj_now();
	rec->doc.state = XJ_DOC_LIVE;
	rec->removed = 0;
	r = set_values(h, rec);
	if (r == XJ_OK)
		r = set_rights(h, rec);
	if (r == XJ_OK)
		r = xj_describe(p->s.archive, p->arena, &rec->doc, rec->values,
				rec->value_count, p->err);
	if (r == XJ_OK)
		r = message ? xj_record_put(&p->s.change, rec, &h->staged,
					    message, p->err) :
			      no_memory(p->err);
	if (r == XJ_OK && !is_new)
		xj_change_text(&p->s.change, rec->doc.id);
	return r < 0 ? r : put_rows(h, rec, is_new);
}

static int
new_document(struct handing *h, struct xj_record *rec)
{
	struct papering *p = &h->p;
	char urn[XJ_URN_MAX];
	int r;

	*rec = (struct xj_record){ .doc = h->taken->doc };
	xj_urn_new(urn);
	rec->doc.urn = xj_arena_strdup(p->arena, urn);
	rec->doc.created = xj_now();
	rec->logical = xj_arena_printf(p->arena, "original/%s",
				       rec->doc.name);
	if (!rec->doc.urn || !rec->logical)
		return no_memory(p->err);
	r = xj_catalog_reserve(p->s.archive->catalog, 1, &rec->doc.id, p->err);
	if (r == XJ_OK)
		r = xj_entity_set(p->s.e.root, "document", rec->doc.urn,
				  p->err);
	return r;
}

static int
next_document(struct handing *h, struct xj_record *rec)
{
	*rec = h->p.e.record;
	rec->doc.name = h->taken->doc.name;
	rec->doc.name_raw = h->taken->doc.name_raw;
	rec->doc.name_raw_len = h->taken->doc.name_raw_len;
	rec->doc.size = h->taken->doc.size;
	memcpy(rec->doc.sha512, h->taken->doc.sha512,
	       sizeof(rec->doc.sha512));
	return XJ_OK;
}

/* -------------------------------------------------------------- handing in */

/* How many papers a seminar has, seen or not. */
static int
count_one(void *ctx, const struct xj_study_row *row)
{
	*(size_t *)ctx += strcmp(row->state, "withdrawn") != 0;
	return XJ_OK;
}

static int
check_call(struct handing *h, const json_t *seminar, const char *urn)
{
	const json_t *call = json_object_get(seminar, "call");
	const struct xj_study_query q = { .kind = "paper", .document = urn,
					  .which = XJ_STUDY_LIVE };
	struct xj_catalog *catalog = h->p.s.archive->catalog;
	const char *until = xj_entity_text(call, "until");
	json_int_t limit = json_integer_value(json_object_get(call, "limit"));
	char today[XJ_DAY_MAX];
	size_t count = 0;
	bool aside;
	int r;

	xj_today(today);
	if (!call)
		return xj_error_set(h->p.err, XJ_EINVAL, "the seminar calls "
				    "for no papers");
	if (until && strcmp(until, today) < 0)
		return xj_error_set(h->p.err, XJ_EINVAL, "the seminar took "
				    "papers until %s", until);
	aside = xj_catalog_blind(catalog, true);
	r = xj_catalog_studies(catalog, &q, count_one, &count, h->p.err);
	xj_catalog_blind(catalog, aside);
	if (r == XJ_OK && limit && count >= (size_t)limit)
		return xj_error_set(h->p.err, XJ_EINVAL, "the seminar has the "
				    "%llu papers that it takes",
				    (unsigned long long)limit);
	return r;
}

/* One that was handed in for it before is among them already. */
static int
check_seminar(struct handing *h)
{
	const char *urn = xj_entity_text(h->draft->root, "seminar");
	const char *was = xj_entity_text(h->p.s.e.root, "seminar");
	const struct xj_entity_kind *kind = xj_entity_kind_named("seminar");
	struct xj_entity_row row;
	json_t *seminar = NULL;
	int r;

	if (!urn || (was && strcmp(urn, was) == 0 &&
		     xj_entity_text(h->p.s.e.root, "submitted")))
		return XJ_OK;
	r = xj_catalog_get_entity_urn(h->p.s.archive->catalog, urn,
				      h->p.arena, &row, h->p.err);
	if (r == XJ_OK && kind)
		r = xj_study_read(h->p.s.archive, kind, row.id, false,
				  h->p.arena, &row, &seminar, h->p.err);
	if (r == XJ_OK)
		r = check_call(h, seminar, urn);
	json_decref(seminar);
	return r;
}

static int
take_fields(struct handing *h)
{
	static const char *const fields[] = { "title", "unit", "owner",
		"authors", "day", "based_on", "seminar", "topic" };
	json_t *root = h->p.s.e.root;

	for (size_t i = 0; i < XJ_COUNT(fields); i++) {
		json_t *value = json_object_get(h->draft->root, fields[i]);

		if (!value)
			json_object_del(root, fields[i]);
		else if (json_object_set(root, fields[i], value) < 0)
			return no_memory(h->p.err);
	}
	return XJ_OK;
}

/* The paper gets the number that its draft had. */
static int
begin_new(struct handing *h, struct xj_archive *a,
	  const struct xj_change_options *options,
	  struct xj_study_changed *changed, struct xj_error *err)
{
	struct xj_entity *e = &h->p.s.e;
	int r = xj_study_new(&h->p.s, a, &xj_paper_kind,
			     xj_entity_text(h->draft->root, "title"), options,
			     changed, err);

	h->p.err = err;
	if (r == XJ_OK && xj_arena_new(&h->p.arena) < 0)
		return no_memory(err);
	if (r < 0)
		return r;
	e->id = h->draft->row.paper;
	memcpy(e->urn, h->draft->urn, sizeof(e->urn));
	if (json_object_set_new(e->root, "urn", json_string(e->urn)) < 0 ||
	    json_object_set_new(e->root, "id",
				json_integer((json_int_t)e->id)) < 0)
		return no_memory(err);
	return XJ_OK;
}

static int
hand_in(struct handing *h, size_t length)
{
	struct papering *p = &h->p;
	json_t *root = p->s.e.root;
	char today[XJ_DAY_MAX];
	struct xj_record rec;
	int r = check_seminar(h);

	if (r == XJ_OK)
		r = take_fields(h);
	if (r == XJ_OK)
		r = take(h);
	if (r == XJ_OK)
		r = p->s.e.version ? next_document(h, &rec) :
				     new_document(h, &rec);
	if (r == XJ_OK)
		r = put_document(h, &rec);
	if (r == XJ_OK)
		r = xj_study_set_rights(root, &rec.rights, p->err);
	if (r == XJ_OK)
		r = xj_entity_set(root, "state", "submitted", p->err);
	/* Being returned does not make it late. */
	if (r == XJ_OK && !xj_entity_text(root, "submitted")) {
		xj_today(today);
		r = xj_entity_set(root, "submitted_on", today, p->err);
		if (r == XJ_OK)
			r = set_time(p, "submitted");
	}
	if (r == XJ_OK && json_object_set_new(root, "length",
				json_integer((json_int_t)length)) < 0)
		r = no_memory(p->err);
	json_object_del(root, "withdrawn");
	if (r == XJ_OK)
		r = xj_study_put(&p->s, "submit", "");
	return r < 0 ? r : xj_catalog_drop_draft(p->s.archive->catalog,
						 p->s.e.id, false, p->err);
}

int
xj_paper_submit(struct xj_archive *a, uint64_t id,
		const struct xj_change_options *options,
		struct xj_study_changed *changed, struct xj_error *err)
{
	const struct xj_change_options any = {
		.dry_run = options && options->dry_run };
	xj_auto(xj_drafting_end) struct xj_drafting d;
	xj_auto(handing_end) struct handing h = { .draft = &d,
						  .staged.fd = -1 };
	struct xj_paper_check check;
	struct xj_entity_row row;
	int r = xj_drafting_load(&d, a, id, err);

	if (r == XJ_OK)
		r = xj_drafting_own(&d);
	if (r == XJ_OK && options && options->if_version &&
	    options->if_version != d.row.version)
		return xj_error_set(err, XJ_EBUSY, "the draft is at version %u "
				    "by now, not %u", d.row.version,
				    options->if_version);
	if (r == XJ_OK)
		r = xj_paper_problems(&d, NULL, NULL, &check);
	if (r == XJ_OK)
		r = xj_catalog_get_entity(a->catalog, id, d.arena, &row, err);
	if (r < 0)
		return r;
	r = row.version ? papering_load(&h.p, a, id, &any, changed, err) :
			  begin_new(&h, a, &any, changed, err);
	if (r == XJ_OK)
		r = hand_in(&h, check.own);
	return r < 0 ? r : papering_commit(&h.p);
}

/* ------------------------------------------------------------------ deciding */

/* For whoever does not see it, it is a number that is not there. */
static int
not_for_him(uint64_t id, struct xj_error *err)
{
	return xj_error_set(err, XJ_EPERM, "no paper %llu waits for your "
			    "decision: an author cannot accept his own paper, "
			    "nor a reviewer one of another unit",
			    (unsigned long long)id);
}

static const char *
level_of(const json_t *root)
{
	const char *level = xj_entity_text(root, "level");

	return level ? level : xj_entity_text(root, "unit");
}

static int
check_decider(struct papering *p)
{
	const struct xj_reader *reader = xj_archive_reader(p->s.archive);
	const json_t *root = p->s.e.root;
	const char *level = level_of(root);
	uint64_t unit = 0;
	int r;

	if (is_author(root, reader))
		return xj_error_set(p->err, XJ_EPERM, "an author cannot accept "
				    "his own paper, nor return it");
	if (strcmp(state_of(p), "submitted") != 0)
		return xj_error_set(p->err, XJ_EINVAL, "paper %llu is not "
				    "submitted: there is nothing to decide",
				    (unsigned long long)p->s.e.id);
	if (!reader)
		return XJ_OK;
	r = xj_catalog_unit_id(p->s.archive->catalog, level, &unit, p->err);
	if (r < 0 || (xj_reader_roles(reader, unit) &
		      (XJ_ROLE_REVIEWER | XJ_ROLE_SECRETARY)))
		return r;
	return xj_error_set(p->err, XJ_EPERM, "it is decided by the reviewers "
			    "of unit %s", level);
}

static int
load_to_decide(struct papering *p, struct xj_archive *a, uint64_t id,
	       const struct xj_change_options *options,
	       struct xj_study_changed *changed, struct xj_error *err)
{
	int r = papering_load(p, a, id, options, changed, err);

	if (r == XJ_ENOTFOUND && xj_archive_reader(a))
		return not_for_him(id, err);
	return r < 0 ? r : check_decider(p);
}

static int
add_review(struct papering *p, const char *what, const char *text)
{
	const struct xj_reader *reader = xj_archive_reader(p->s.archive);
	json_t *list = json_object_get(p->s.e.root, "reviews");
	json_t *review = json_object();
	char now[XJ_TIME_MAX];
	int r = XJ_OK;

	xj_time_format(xj_now(), now);
	if (!list && json_object_set_new(p->s.e.root, "reviews",
					 json_array()) == 0)
		list = json_object_get(p->s.e.root, "reviews");
	r = xj_entity_set(review, "at", now, p->err);
	if (r == XJ_OK)
		r = xj_entity_set(review, "by", reader ? reader->urn : NULL,
				  p->err);
	if (r == XJ_OK)
		r = xj_entity_set(review, "what", what, p->err);
	if (r == XJ_OK)
		r = xj_entity_set(review, "text", text, p->err);
	if (r == XJ_OK && json_array_append(list, review) < 0)
		r = no_memory(p->err);
	json_decref(review);
	return r;
}

static int
check_word(const char *text, size_t least, struct xj_error *err)
{
	size_t len = strlen(text), n = 0;
	const char *p = text;

	while (p < text + len) /* spaces are no reason */
		n += xj_utf8_next(&p, text + len) > ' ';
	if (!xj_utf8_valid(text, len))
		return xj_error_set(err, XJ_EINVAL, "the text is not UTF-8");
	if (n < least)
		return xj_error_set(err, XJ_EINVAL, "say why, in at least %zu "
				    "characters", least);
	return len <= WORD_MAX ? XJ_OK :
	       xj_error_set(err, XJ_EINVAL, "this is too long; at most %u "
			    "bytes", WORD_MAX);
}

/* Every second return leaves the decision to the unit above. */
static int
escalate(struct papering *p)
{
	const json_t *list = json_object_get(p->s.e.root, "reviews"), *v;
	xj_auto(xj_unit_tree_end) struct xj_unit_tree tree = { 0 };
	const struct xj_unit_row *unit;
	char today[XJ_DAY_MAX];
	size_t i, returns = 0;
	int r;

	json_array_foreach(list, i, v)
		returns += strcmp(xj_entity_text(v, "what"), "return") == 0;
	if (returns % 2)
		return XJ_OK;
	xj_today(today);
	r = xj_unit_tree_load(p->s.archive, today, &tree, p->err);
	if (r < 0)
		return r;
	unit = xj_unit_tree_code(&tree, level_of(p->s.e.root));
	unit = unit && unit->placed && unit->parent ?
	       xj_unit_tree_unit(&tree, unit->parent) : NULL;
	return unit ? xj_entity_set(p->s.e.root, "level", unit->code, p->err) :
		      XJ_OK;
}

int
xj_paper_return(struct xj_archive *a, uint64_t id, const char *reason,
		const struct xj_change_options *options,
		struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(papering_end) struct papering p;
	int r = load_to_decide(&p, a, id, options, changed, err);

	if (r == XJ_OK)
		r = check_word(reason, REASON_LEAST, err);
	if (r == XJ_OK)
		r = add_review(&p, "return", reason);
	if (r == XJ_OK)
		r = escalate(&p);
	if (r == XJ_OK)
		r = papering_put(&p, "return", "returned");
	return r < 0 ? r : papering_commit(&p);
}

int
xj_paper_accept(struct xj_archive *a, uint64_t id, const char *word,
		const struct xj_change_options *options,
		struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(papering_end) struct papering p;
	int r = load_to_decide(&p, a, id, options, changed, err);

	if (r == XJ_OK)
		r = check_word(word ? word : "", 0, err);
	if (r == XJ_OK)
		r = add_review(&p, "accept", word);
	if (r == XJ_OK)
		r = set_time(&p, "accepted");
	p.e.record.rights.roles |= XJ_ROLE_SECRETARY;
	if (r == XJ_OK)
		r = papering_put(&p, "accept", "accepted");
	return r < 0 ? r : papering_commit(&p);
}

/* ------------------------------------------------------------ by its author */

static int
change_shares(struct papering *p, const struct xj_share_given *given,
	      const char *unshare)
{
	xj_auto(xj_sharing_end) struct xj_sharing with = {
		.archive = p->s.archive, .arena = p->e.arena,
		.rights = &p->e.record.rights,
		.unit = p->e.record.doc.owner,
		.document = p->e.record.doc.id, .err = p->err };
	int r = xj_sharing_begin(&with);

	if (r == XJ_OK)
		r = given ? xj_sharing_add(&with, given, NULL) :
			    xj_sharing_drop(&with, unshare);
	return r < 0 ? r : xj_audit(p->s.archive, given ? "share" : "unshare",
				    p->e.record.doc.id,
				    given ? given->to : unshare, p->err);
}

static int
share(struct xj_archive *a, uint64_t id, const struct xj_share_given *given,
      const char *unshare, const struct xj_change_options *options,
      struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(papering_end) struct papering p;
	int r = papering_load(&p, a, id, options, changed, err);

	if (r == XJ_OK)
		r = check_owner(&p);
	if (r == XJ_OK && strcmp(state_of(&p), "accepted") != 0 &&
	    strcmp(state_of(&p), "shared") != 0)
		return xj_error_set(err, XJ_EINVAL, "paper %llu is not accepted "
				    "yet: it is shared then",
				    (unsigned long long)id);
	if (r == XJ_OK)
		r = change_shares(&p, given, unshare);
	if (r == XJ_OK)
		r = papering_put(&p, given ? "share" : "unshare",
				 p.e.record.rights.share_count ? "shared" :
				 "accepted");
	return r < 0 ? r : papering_commit(&p);
}

int
xj_paper_share(struct xj_archive *a, uint64_t id,
	       const struct xj_share_given *given,
	       const struct xj_change_options *options,
	       struct xj_study_changed *changed, struct xj_error *err)
{
	return share(a, id, given, NULL, options, changed, err);
}

int
xj_paper_unshare(struct xj_archive *a, uint64_t id, const char *to,
		 const struct xj_change_options *options,
		 struct xj_study_changed *changed, struct xj_error *err)
{
	return share(a, id, NULL, to, options, changed, err);
}

/* The rows of its text, which is in nobody's sight but its authors'. */
static int
remove_text(struct papering *p)
{
	struct xj_record *rec = &p->e.record;
	struct xj_doc row;
	int r = xj_catalog_get(p->s.archive->catalog, rec->doc.id, p->arena,
			       &row, p->err);

	row.state = XJ_DOC_REMOVED;
	return r < 0 ? r : xj_catalog_update(p->s.archive->catalog, &row, 0,
					     p->err);
}

int
xj_paper_withdraw(struct xj_archive *a, uint64_t id,
		  const struct xj_change_options *options,
		  struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(papering_end) struct papering p;
	int r = papering_load(&p, a, id, options, changed, err);

	if (r == XJ_OK)
		r = check_owner(&p);
	if (r < 0 || strcmp(state_of(&p), "withdrawn") == 0)
		return r;
	p.e.record.doc.state = XJ_DOC_REMOVED;
	p.e.record.removed = p.e.record.doc.version + 1;
	p.e.record.rights.roles = 0;
	p.e.record.rights.share_count = 0;
	json_object_del(p.s.e.root, "submitted"); /* it counts no more */
	json_object_del(p.s.e.root, "submitted_on");
	json_object_del(p.s.e.root, "accepted");
	r = set_time(&p, "withdrawn");
	if (r == XJ_OK)
		r = papering_put(&p, "withdraw", "withdrawn");
	if (r == XJ_OK)
		r = remove_text(&p);
	return r < 0 ? r : papering_commit(&p);
}
