/* study.c - what collections, lectures, seminars and papers have in common. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/json-put.h"
#include "library/paper.h"

#define TEXT_MAX 20000 /* bytes of what is said of a record */

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static const char *
text_or(const json_t *root, const char *name)
{
	const char *text = xj_entity_text(root, name);

	return text ? text : "";
}

/* ---------------------------------------------------------- in the catalog */

void
xj_study_links_end(struct xj_study_links *l)
{
	xj_buf_release(&l->atoms);
	xj_buf_release(&l->documents);
}

void
xj_study_seen_by(struct xj_study_links *l, enum xj_atom_kind kind,
		 const char *who)
{
	struct xj_atom atom = { .kind = kind, .who = who, .from = "",
				.until = "", .download = true };

	xj_buf_add(&l->atoms, &atom, sizeof(atom));
}

void
xj_study_names(struct xj_study_links *l, const char *urn, const char *role)
{
	struct xj_study_document d = { .urn = urn, .role = role };

	xj_buf_add(&l->documents, &d, sizeof(d));
}

int
xj_study_put_row(struct xj_archive *a, const struct xj_entity_row *row,
		 const json_t *root, struct xj_error *err)
{
	return xj_catalog_put_study(a->catalog, &(struct xj_study_row){
		.id = row->id, .kind = row->kind,
		.title = text_or(root, "title"),
		.unit = text_or(root, "unit"),
		.owner = text_or(root, "owner"),
		.state = text_or(root, "state"), .day = text_or(root, "day"),
		.removed = json_object_get(root, "removed") != NULL,
	}, err);
}

/* The atoms of its rights, which are those of a document; without rights it is
 * still its owner's. */
static int
own_atoms(const json_t *root, struct xj_arena *arena,
	  struct xj_rights *rights, struct xj_buf *atoms, struct xj_error *err)
{
	const char *owner = xj_entity_text(root, "owner");
	struct xj_atom *list;
	int r = xj_study_rights(root, arena, rights, err);

	if (r < 0)
		return r;
	if (!rights->scope)
		rights->scope = XJ_SCOPE_PRIVATE;
	rights->owner = owner;
	list = xj_arena_alloc(arena, XJ_RIGHTS_ATOMS(rights) * sizeof(*list));
	if (!list)
		return no_memory(err);
	xj_buf_add(atoms, list, sizeof(*list) *
		   xj_rights_atoms(rights, text_or(root, "unit"), list));
	return xj_buf_check(atoms, err);
}

int
xj_study_put_links(struct xj_archive *a, const struct xj_entity_row *row,
		   const json_t *root, const struct xj_study_links *l,
		   struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	xj_auto(xj_buf_release) struct xj_buf atoms = XJ_BUF_INIT;
	struct xj_rights rights;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		own_atoms(root, arena, &rights, &atoms, err);

	if (r == XJ_OK) {
		xj_buf_add(&atoms, xj_buf_str(&l->atoms), l->atoms.len);
		r = xj_buf_check(&atoms, err);
	}
	if (r == XJ_OK)
		r = xj_buf_check(&l->documents, err);
	return r < 0 ? r : xj_catalog_link_study(a->catalog, row->id,
		(void *)xj_buf_str(&atoms), atoms.len / sizeof(struct xj_atom),
		(void *)xj_buf_str(&l->documents),
		l->documents.len / sizeof(struct xj_study_document), err);
}

int
xj_study_rights(const json_t *root, struct xj_arena *arena,
		struct xj_rights *rights, struct xj_error *err)
{
	bool lacking = false;

	if (xj_rights_parse(arena, json_object_get(root, "rights"), rights,
			    &lacking))
		return XJ_OK;
	return lacking ? no_memory(err) :
	       xj_error_set(err, XJ_ECORRUPT, "its rights are damaged");
}

int
xj_study_set_rights(json_t *root, const struct xj_rights *rights,
		    struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	json_t *object;
	int r;

	if (!rights->scope) {
		json_object_del(root, "rights");
		return XJ_OK;
	}
	xj_buf_addc(&text, '{');
	xj_rights_put(&text, rights);
	xj_buf_addc(&text, '}');
	if ((r = xj_buf_check(&text, err)) < 0)
		return r;
	object = json_loadb(text.data, text.len, 0, NULL);
	r = object ? json_object_update(root, object) : -1;
	json_decref(object);
	return r < 0 ? no_memory(err) : XJ_OK;
}

/* ----------------------------------------------------------------- reading */

struct finding {
	const char *kind;
	char other[32]; /* the kind that it is of */
	bool found, removed;
};

static int
note(void *ctx, const struct xj_study_row *row)
{
	struct finding *f = ctx;

	f->found = strcmp(row->kind, f->kind) == 0;
	f->removed = row->removed;
	snprintf(f->other, sizeof(f->other), "%s", row->kind);
	return XJ_OK;
}

/* Whether there is one in sight, and is what it is to be. */
static int
look_for(struct xj_archive *a, const struct xj_entity_kind *kind, uint64_t id,
	 bool removed, struct xj_error *err)
{
	struct xj_study_query q = { .id = id, .which = XJ_STUDY_ANY };
	struct finding f = { .kind = kind->name };
	unsigned long long n = id;
	int r = id ? xj_catalog_studies(a->catalog, &q, note, &f, err) : XJ_OK;

	if (r < 0)
		return r;
	if (f.found && f.removed == removed)
		return XJ_OK;
	if (f.found && removed)
		return xj_error_set(err, XJ_ENOTFOUND, "%llu was not removed",
				    n);
	if (f.found)
		xj_error_set(err, XJ_ENOTFOUND, "it was removed");
	else if (*f.other)
		xj_error_set(err, XJ_ENOTFOUND, "what has this number is "
			     "shown by `xueji %s show %llu`", f.other, n);
	else
		return xj_error_set(err, XJ_ENOTFOUND, kind->none, n);
	return xj_error_wrap(err, XJ_ENOTFOUND, kind->none, n);
}

int
xj_study_find(struct xj_archive *a, const char *kind, const char *ref,
	      uint64_t *id, struct xj_error *err)
{
	char *end;

	*id = strtoull(ref, &end, 10);
	if (*end || end == ref || *ref == '-' || !*id)
		return xj_error_set(err, XJ_EINVAL, "%s: is no number", ref);
	return look_for(a, xj_entity_kind_named(kind), *id, false, err);
}

int
xj_study_read(struct xj_archive *a, const struct xj_entity_kind *kind,
	      uint64_t id, bool removed, struct xj_arena *arena,
	      struct xj_entity_row *row, json_t **root, struct xj_error *err)
{
	int r = look_for(a, kind, id, removed, err);

	if (r == XJ_OK)
		r = xj_catalog_get_entity(a->catalog, id, arena, row, err);
	if (r < 0)
		return r;
	*root = json_loads(row->state, 0, NULL);
	return *root ? XJ_OK :
	       xj_error_set(err, XJ_ECORRUPT, "%s %llu is damaged: run "
			    "`xueji rebuild`", kind->name,
			    (unsigned long long)id);
}

int
xj_study_describe(struct xj_archive *a, const struct xj_entity_row *row,
		  const json_t *root, struct xj_arena *arena,
		  struct xj_study *study, struct xj_error *err)
{
	const char *owner = xj_entity_text(root, "owner");

	*study = (struct xj_study){ .id = row->id, .urn = row->urn,
		.kind = row->kind, .version = row->version,
		.title = text_or(root, "title"),
		.unit = text_or(root, "unit"),
		.state = text_or(root, "state"), .day = text_or(root, "day"),
		.owner = "", .owner_name = "",
		.removed = json_object_get(root, "removed") != NULL,
	};
	return owner ? xj_member_names(a, owner, arena, &study->owner,
				       &study->owner_name, err) : XJ_OK;
}

struct listing {
	struct xj_archive *archive;
	xj_study_fn fn;
	void *ctx;
	struct xj_error *err;
};

static int
tell(void *ctx, const struct xj_study_row *row)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct listing *l = ctx;
	struct xj_study study = {
		.id = row->id, .urn = row->urn, .kind = row->kind,
		.title = row->title, .unit = row->unit, .owner = "",
		.owner_name = "", .state = row->state, .day = row->day,
		.version = row->version, .removed = row->removed,
	};
	int r = xj_arena_new(&arena) < 0 ? no_memory(l->err) : XJ_OK;

	if (r == XJ_OK && *row->owner)
		r = xj_member_names(l->archive, row->owner, arena,
				    &study.owner, &study.owner_name, l->err);
	return r < 0 ? r : l->fn(l->ctx, &study);
}

/* What a filter names, as the catalog has it. Who or what is not there, or not
 * to be seen, is named by nothing. */
static int
translate(struct xj_archive *a, const struct xj_study_filter *filter,
	  struct xj_arena *arena, struct xj_study_query *q,
	  struct xj_error *err)
{
	struct xj_doc doc;
	uint64_t member;
	int r = XJ_OK;

	*q = (struct xj_study_query){
		.kind = filter->kind, .unit = filter->unit,
		.state = filter->state, .from = filter->from,
		.until = filter->until, .title = filter->title,
		.which = filter->removed ? XJ_STUDY_REMOVED : XJ_STUDY_LIVE,
	};
	if (filter->owner)
		r = xj_member_find(a, filter->owner, &member, err);
	if (r == XJ_OK && filter->owner)
		r = xj_member_urn(a, member, arena, &q->owner, err);
	if (r == XJ_OK && filter->document)
		r = xj_catalog_get(a->catalog, filter->document, arena, &doc,
				   err);
	if (r == XJ_OK && filter->document)
		q->document = doc.urn;
	return r;
}

int
xj_studies(struct xj_archive *a, const struct xj_study_filter *filter,
	   xj_study_fn fn, void *ctx, struct xj_error *err)
{
	static const struct xj_study_filter none;
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct listing l = { .archive = a, .fn = fn, .ctx = ctx, .err = err };
	struct xj_study_query q;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		translate(a, filter ? filter : &none, arena, &q, err);

	return r < 0 ? r : xj_catalog_studies(a->catalog, &q, tell, &l, err);
}

/* ---------------------------------------------------------------- a change */

static int
begin(struct xj_study_change *s, struct xj_archive *a,
      const struct xj_change_options *options,
      struct xj_study_changed *changed, struct xj_error *err)
{
	static const struct xj_change_options none;

	*s = (struct xj_study_change){ .archive = a, .err = err,
		.options = options ? options : &none };
	s->changed = changed ? changed : &s->own;
	*s->changed = (struct xj_study_changed){ 0 };
	return xj_change_begin(a, &s->change, err);
}

int
xj_study_new(struct xj_study_change *s, struct xj_archive *a,
	     const struct xj_entity_kind *kind, const char *title,
	     const struct xj_change_options *options,
	     struct xj_study_changed *changed, struct xj_error *err)
{
	const struct xj_reader *reader = xj_archive_reader(a);
	int r = begin(s, a, options, changed, err);

	if (r == XJ_OK)
		r = xj_entity_new(&s->change, kind, &s->e, err);
	if (r == XJ_OK && reader)
		r = xj_entity_set(s->e.root, "owner", reader->urn, err);
	return r < 0 ? r : xj_study_set_title(s, title);
}

/* In the change, so that nobody alters it between the look and the load. */
static int
load(struct xj_study_change *s, const struct xj_entity_kind *kind, uint64_t id,
     bool removed)
{
	int r = look_for(s->archive, kind, id, removed, s->err);

	return r < 0 ? r : xj_entity_load(&s->change, kind, id,
					  s->options->if_version, &s->e,
					  s->err);
}

int
xj_study_load(struct xj_study_change *s, struct xj_archive *a,
	      const struct xj_entity_kind *kind, uint64_t id,
	      const struct xj_change_options *options,
	      struct xj_study_changed *changed, struct xj_error *err)
{
	int r = begin(s, a, options, changed, err);

	return r < 0 ? r : load(s, kind, id, false);
}

int
xj_study_set_title(struct xj_study_change *s, const char *title)
{
	int r = xj_people_set(&s->e, "title", title, s->err);

	if (r < 0 || xj_entity_text(s->e.root, "title"))
		return r;
	return xj_error_set(s->err, XJ_EINVAL, "it needs a title");
}

int
xj_study_set_text(struct xj_study_change *s, const char *field,
		  const char *text)
{
	int r = XJ_OK;

	if (text && (!xj_utf8_valid(text, strlen(text)) ||
		     strlen(text) > TEXT_MAX))
		r = xj_error_set(s->err, XJ_EINVAL, "%s: is not UTF-8, or has "
				 "more than %d bytes", field, TEXT_MAX);
	return r < 0 ? r : xj_entity_set(s->e.root, field, text, s->err);
}

int
xj_study_set_unit(struct xj_study_change *s, const char *ref)
{
	xj_auto(xj_unit_tree_end) struct xj_unit_tree tree = { 0 };
	const struct xj_reader *reader = xj_archive_reader(s->archive);
	const struct xj_unit_row *unit = NULL;
	char today[XJ_DAY_MAX];
	int r;

	xj_today(today);
	r = xj_unit_tree_load(s->archive, today, &tree, s->err);
	if (r == XJ_OK && ref)
		r = xj_unit_tree_find(&tree, ref, &unit, s->err);
	else if (r == XJ_OK && reader && reader->unit_count)
		unit = xj_unit_tree_unit(&tree, reader->units[0]);
	if (r == XJ_OK && unit && unit->closed &&
	    strcmp(unit->closed, today) < 0)
		return xj_error_set(s->err, XJ_EINVAL, "%s was closed on %s",
				    unit->code, unit->closed);
	return r < 0 ? r : xj_entity_set(s->e.root, "unit",
					 unit ? unit->code : NULL, s->err);
}

int
xj_study_may(struct xj_study_change *s)
{
	const char *unit = xj_entity_text(s->e.root, "unit");
	const char *owner = s->e.version ? xj_entity_text(s->e.root, "owner")
					 : NULL;
	uint64_t id = 0;
	int r = unit ? xj_catalog_unit_id(s->archive->catalog, unit, &id,
					  s->err) : XJ_OK;

	return r < 0 ? r : xj_may(s->archive, XJ_DO_STUDY, id, owner, s->err);
}

bool
xj_study_is_mine(struct xj_archive *a, const json_t *root)
{
	const char *unit = xj_entity_text(root, "unit");
	uint64_t id = 0;

	if (unit && xj_catalog_unit_id(a->catalog, unit, &id, NULL) < 0)
		return false;
	return xj_may(a, XJ_DO_STUDY, id, xj_entity_text(root, "owner"),
		      NULL) == XJ_OK;
}

bool
xj_study_may_change(struct xj_archive *a, const char *kind, uint64_t id)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_entity_row row;
	json_t *root = NULL;
	bool may = xj_arena_new(&arena) == XJ_OK &&
		   xj_study_read(a, xj_entity_kind_named(kind), id, false,
				 arena, &row, &root, NULL) == XJ_OK &&
		   xj_study_is_mine(a, root);

	json_decref(root);
	return may;
}

int
xj_study_put(struct xj_study_change *s, const char *verb, const char *detail)
{
	char what[64], which[64];
	int r = xj_entity_save(&s->e, verb, detail, s->err);

	s->changed->id = s->e.id;
	s->changed->version = s->e.version;
	if (r != XJ_OK)
		return r < 0 ? r : XJ_OK;
	s->changed->changed = true;
	snprintf(what, sizeof(what), "%s %s", s->e.kind->name, verb);
	snprintf(which, sizeof(which), "%llu, version %u",
		 (unsigned long long)s->e.id, s->e.version);
	return xj_audit(s->archive, what, 0, which, s->err);
}

int
xj_study_commit(struct xj_study_change *s)
{
	if (s->options->dry_run || !s->changed->changed)
		return XJ_OK;
	return xj_change_commit(&s->change, s->err);
}

int
xj_study_save(struct xj_study_change *s, const char *verb, const char *detail)
{
	int r = xj_study_put(s, verb, detail);

	return r < 0 ? r : xj_study_commit(s);
}

void
xj_study_end(struct xj_study_change *s)
{
	xj_entity_end(&s->e);
	xj_change_abandon(&s->change);
}

/* -------------------------------------------------------- for every kind */

int
xj_study_remove(struct xj_archive *a, const char *kind, uint64_t id, bool back,
		const struct xj_change_options *options,
		struct xj_study_changed *changed, struct xj_error *err)
{
	const struct xj_entity_kind *k = xj_entity_kind_named(kind);
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	char now[XJ_TIME_MAX];
	int r;

	if (k == &xj_paper_kind)
		return xj_error_set(err, XJ_EINVAL, "a paper is withdrawn by "
				    "its author");
	r = begin(&s, a, options, changed, err);
	if (r == XJ_OK)
		r = load(&s, k, id, back);
	if (r == XJ_OK)
		r = xj_study_may(&s);
	if (r < 0)
		return r;
	xj_time_format(xj_now(), now);
	r = xj_entity_set(s.e.root, "removed", back ? NULL : now, err);
	return r < 0 ? r : xj_study_save(&s, back ? "undelete" : "remove", "");
}

int
xj_study_history(struct xj_archive *a, const char *kind, uint64_t id,
		 xj_history_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_entity_row row;
	json_t *root = NULL;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		xj_study_read(a, xj_entity_kind_named(kind), id, false, arena,
			      &row, &root, err);

	if (r == XJ_OK && strcmp(kind, "paper") == 0 &&
	    !xj_paper_is_known(a, root))
		r = xj_error_set(err, XJ_EPERM, "what was done with a paper is "
				 "for its authors and those who decide");
	json_decref(root);
	return r < 0 ? r : xj_entity_history(a, row.urn, row.version, fn, ctx,
					     err);
}
