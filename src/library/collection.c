/*
 * collection.c - documents that a person put together, in his order.
 *
 * collection.json, after what study.h says: description, items: a list of
 * {document (URN), note}.
 */
#include <stdlib.h>
#include <string.h>

#include "library/study.h"

#define ITEMS_MAX 10000u

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* ---------------------------------------------------------- in the catalog */

static json_t *
items_of(const json_t *root)
{
	return json_object_get(root, "items");
}

static int
check(const json_t *root, struct xj_error *err)
{
	const json_t *items = items_of(root);
	bool fine = xj_entity_text(root, "title") && xj_entity_is_list(items);

	for (size_t i = 0; fine && i < json_array_size(items); i++)
		fine = xj_entity_text(json_array_get(items, i), "document");
	return fine ? XJ_OK : xj_error_set(err, XJ_ECORRUPT,
					   "collection.json: is damaged");
}

static int
put_links(struct xj_archive *a, const struct xj_entity_row *row,
	  const json_t *root, struct xj_error *err)
{
	xj_auto(xj_study_links_end) struct xj_study_links l = { 0 };
	const json_t *item;
	size_t i;

	json_array_foreach(items_of(root), i, item)
		xj_study_names(&l, xj_entity_text(item, "document"), "item");
	return xj_study_put_links(a, row, root, &l, err);
}

const struct xj_entity_kind xj_collection_kind = {
	.name = "collection", .none = N_("there is no collection %llu"),
	.check = check, .put_row = xj_study_put_row, .put_links = put_links,
};

/* ----------------------------------------------------------- what it is of */

static int
fill(struct xj_study_change *s, const struct xj_collection_given *given)
{
	int r = XJ_OK;

	if (given->title)
		r = xj_study_set_title(s, given->title);
	if (r == XJ_OK && given->description)
		r = xj_study_set_text(s, "description", given->description);
	if (r == XJ_OK && given->unit)
		r = xj_study_set_unit(s, *given->unit ? given->unit : NULL);
	return r;
}

/* Anybody puts together what he likes; for a unit, who belongs to it or has a
 * role there. */
static int
may_begin(struct xj_study_change *s)
{
	const char *unit = xj_entity_text(s->e.root, "unit");
	uint64_t id = 0;
	int r = unit ? xj_catalog_unit_id(s->archive->catalog, unit, &id,
					  s->err) : XJ_OK;

	return r < 0 ? r : xj_may_add_to(s->archive, id, s->err);
}

int
xj_collection_new(struct xj_archive *a,
		  const struct xj_collection_given *given,
		  const struct xj_change_options *options,
		  struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	int r = xj_study_new(&s, a, &xj_collection_kind, given->title, options,
			     changed, err);

	if (r == XJ_OK && !given->unit)
		r = xj_study_set_unit(&s, NULL);
	if (r == XJ_OK)
		r = fill(&s, given);
	if (r == XJ_OK)
		r = may_begin(&s);
	if (r == XJ_OK && json_object_set_new(s.e.root, "items",
					      json_array()) < 0)
		r = no_memory(err);
	return r < 0 ? r : xj_study_save(&s, "create", "");
}

static int
load(struct xj_study_change *s, struct xj_archive *a, uint64_t id,
     const struct xj_change_options *options,
     struct xj_study_changed *changed, struct xj_error *err)
{
	int r = xj_study_load(s, a, &xj_collection_kind, id, options, changed,
			      err);

	return r < 0 ? r : xj_study_may(s);
}

int
xj_collection_edit(struct xj_archive *a, uint64_t id,
		   const struct xj_collection_given *given,
		   const struct xj_change_options *options,
		   struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	int r = load(&s, a, id, options, changed, err);

	if (r == XJ_OK)
		r = fill(&s, given);
	if (r == XJ_OK && given->unit)
		r = may_begin(&s);
	return r < 0 ? r : xj_study_save(&s, "edit", NULL);
}

/* ----------------------------------------------------------- its documents */

/* A document as the reader sees it; XJ_ENOTFOUND: he does not, or it is not
 * live. */
static int
see(struct xj_archive *a, const json_t *item, struct xj_arena *arena,
    struct xj_doc *doc, struct xj_error *err)
{
	int r = xj_catalog_get_urn(a->catalog, xj_entity_text(item,
							      "document"),
				   arena, doc, err);

	return r == XJ_OK && doc->state != XJ_DOC_LIVE ? XJ_ENOTFOUND : r;
}

/* Where it stands; SIZE_MAX: it is not in it. */
static size_t
place_of(const json_t *items, const char *urn)
{
	for (size_t i = 0; i < json_array_size(items); i++)
		if (strcmp(xj_entity_text(json_array_get(items, i),
					  "document"), urn) == 0)
			return i;
	return SIZE_MAX;
}

/* The place in the list of what the reader sees as number `at`, from 1; behind
 * all when he sees fewer. */
static int
place_seen(struct xj_study_change *s, uint64_t at, size_t *place)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const json_t *items = items_of(s->e.root);
	struct xj_doc doc;

	if (xj_arena_new(&arena) < 0)
		return no_memory(s->err);
	for (*place = 0; *place < json_array_size(items); ++*place) {
		int r = see(s->archive, json_array_get(items, *place), arena,
			    &doc, NULL);

		if (r < 0 && r != XJ_ENOTFOUND)
			return r;
		if (r == XJ_OK && --at == 0)
			break;
	}
	return XJ_OK;
}

static int
find(struct xj_study_change *s, const char *ref, struct xj_arena *arena,
     const char **urn)
{
	struct xj_document *d;
	int r = xj_document_open(s->archive, ref, &d, s->err);
	bool live;

	if (r < 0)
		return r;
	live = xj_document_info(d)->state == XJ_LIVE;
	*urn = xj_arena_strdup(arena, xj_document_info(d)->urn);
	xj_document_free(d);
	if (!live)
		return xj_error_set(s->err, XJ_ENOTFOUND, "document %s was "
				    "removed", ref);
	return *urn ? XJ_OK : no_memory(s->err);
}

/* One that is in it already keeps its place, and takes the note. */
static int
put_item(struct xj_study_change *s, const char *urn, const char *note,
	 size_t *at)
{
	json_t *items = items_of(s->e.root);
	size_t place = place_of(items, urn);
	json_t *item = json_array_get(items, place);
	int r;

	if (item)
		return note ? xj_entity_set(item, "note", note, s->err)
			    : XJ_OK;
	if (json_array_size(items) >= ITEMS_MAX)
		return xj_error_set(s->err, XJ_ELIMIT, "a collection has %u "
				    "documents at most", ITEMS_MAX);
	item = json_object();
	r = xj_entity_set(item, "document", urn, s->err);
	if (r == XJ_OK)
		r = xj_entity_set(item, "note", note, s->err);
	if (json_array_insert_new(items, (*at)++, item) < 0)
		return no_memory(s->err);
	return r;
}

int
xj_collection_add(struct xj_archive *a, uint64_t id,
		  const char *const *documents, const char *note, uint64_t at,
		  const struct xj_change_options *options,
		  struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	char tidy[XJ_NAME_MAX] = "";
	const char *urn = NULL;
	size_t place = SIZE_MAX;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		load(&s, a, id, options, changed, err);

	if (r == XJ_OK)
		r = xj_name_tidy(note ? note : "", tidy, err);
	if (r == XJ_OK)
		place = json_array_size(items_of(s.e.root));
	if (r == XJ_OK && at)
		r = place_seen(&s, at, &place);
	for (; r == XJ_OK && *documents; documents++) {
		r = find(&s, *documents, arena, &urn);
		if (r == XJ_OK)
			r = put_item(&s, urn, note ? tidy : NULL, &place);
	}
	/* The history is for all who see the collection: it names none. */
	return r < 0 ? r : xj_study_save(&s, "add", "");
}

static int
drop_item(struct xj_study_change *s, const char *ref, struct xj_arena *arena)
{
	const char *urn;
	size_t place;
	int r = find(s, ref, arena, &urn);

	if (r < 0)
		return r;
	place = place_of(items_of(s->e.root), urn);
	if (place == SIZE_MAX)
		return xj_error_set(s->err, XJ_ENOTFOUND, "document %s is not "
				    "in the collection", ref);
	json_array_remove(items_of(s->e.root), place);
	return XJ_OK;
}

int
xj_collection_drop(struct xj_archive *a, uint64_t id,
		   const char *const *documents,
		   const struct xj_change_options *options,
		   struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		load(&s, a, id, options, changed, err);

	for (; r == XJ_OK && *documents; documents++)
		r = drop_item(&s, *documents, arena);
	return r < 0 ? r : xj_study_save(&s, "drop", "");
}

int
xj_collection_move(struct xj_archive *a, uint64_t id, const char *document,
		   uint64_t at, const struct xj_change_options *options,
		   struct xj_study_changed *changed, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const char *urn = NULL;
	json_t *items, *item;
	size_t from, to = 0;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		load(&s, a, id, options, changed, err);

	if (r == XJ_OK && !at)
		r = xj_error_set(err, XJ_EINVAL, "places count from 1");
	if (r == XJ_OK)
		r = find(&s, document, arena, &urn);
	if (r < 0)
		return r;
	items = items_of(s.e.root);
	from = place_of(items, urn);
	if (from == SIZE_MAX)
		return xj_error_set(err, XJ_ENOTFOUND, "document %s is not in "
				    "the collection", document);
	item = json_incref(json_array_get(items, from));
	json_array_remove(items, from);
	r = place_seen(&s, at, &to);
	if (json_array_insert_new(items, to, item) < 0)
		r = no_memory(err);
	return r < 0 ? r : xj_study_save(&s, "move", "");
}

/* ----------------------------------------------------------------- reading */

static int
tell_items(struct xj_archive *a, const json_t *root, xj_collection_item_fn fn,
	   void *ctx, struct xj_error *err)
{
	const json_t *items = items_of(root), *item;
	struct xj_collection_item out = { 0 };
	size_t i;
	int r = XJ_OK;

	json_array_foreach(items, i, item) {
		xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
		struct xj_document_info info;
		struct xj_doc doc;

		if (xj_arena_new(&arena) < 0)
			return no_memory(err);
		r = see(a, item, arena, &doc, err);
		if (r == XJ_ENOTFOUND)
			continue;
		if (r == XJ_OK)
			r = xj_info_from_doc(a, arena, &doc, &info, err);
		out.info = &info;
		out.note = xj_entity_text(item, "note");
		out.place++;
		if (r == XJ_OK)
			r = fn(ctx, &out);
		if (r != XJ_OK)
			return r < 0 ? r : XJ_OK;
	}
	return XJ_OK;
}

int
xj_collection_show(struct xj_archive *a, uint64_t id, xj_collection_fn fn,
		   xj_collection_item_fn item, void *ctx, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_collection out = { 0 };
	struct xj_entity_row row;
	json_t *root = NULL;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		xj_study_read(a, &xj_collection_kind, id, false, arena, &row,
			      &root, err);

	if (r == XJ_OK)
		r = xj_study_describe(a, &row, root, arena, &out.study, err);
	if (r == XJ_OK && fn) {
		out.description = xj_entity_text(root, "description");
		r = fn(ctx, &out);
	}
	if (r == XJ_OK && item)
		r = tell_items(a, root, item, ctx, err);
	json_decref(root);
	return r;
}
