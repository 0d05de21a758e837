/* page-collection.c - documents that a person put together, in his order. */
#include <stdlib.h>
#include <string.h>

#include "serve/serve.h"

#define KIND "collection"
#define PART "/collections"

/* ------------------------------------------------------------------- models */

struct showing {
	json_t *o;
};

static int
take_head(void *ctx, const struct xj_collection *c)
{
	struct showing *s = ctx;
	json_t *o = xj_model_study(&c->study);

	json_object_set_new(o, "description", xj_text_or_null(c->description));
	json_object_update(s->o, o);
	json_decref(o);
	return XJ_OK;
}

static int
take_item(void *ctx, const struct xj_collection_item *item)
{
	json_t *d = xj_model_info(item->info);

	json_object_set_new(d, "place", json_integer((json_int_t)item->place));
	json_object_set_new(d, "note", xj_text_or_null(item->note));
	json_array_append_new(json_object_get(((struct showing *)ctx)->o,
					      "documents"), d);
	return XJ_OK;
}

int
xj_model_collection(struct xj_request *q, uint64_t id, json_t **collection,
		    struct xj_error *err)
{
	struct showing s = { json_pack("{s:[]}", "documents") };
	int r = xj_collection_show(q->archive, id, take_head, take_item, &s,
				   err);

	if (r < 0)
		json_decref(s.o);
	else
		*collection = s.o;
	return r;
}

struct listing {
	struct xj_request *q;
	json_t *list, *units;
	bool mine;          /* those that the reader may change */
	uint64_t count;
};

static int
count_item(void *ctx, const struct xj_collection_item *item)
{
	(void)item;
	((struct listing *)ctx)->count++;
	return XJ_OK;
}

static int
add_row(void *ctx, const struct xj_study *s)
{
	struct listing *l = ctx;
	json_t *o;

	if (l->mine && !xj_study_may_change(l->q->archive, KIND, s->id))
		return XJ_OK;
	l->count = 0;
	if (xj_collection_show(l->q->archive, s->id, NULL, count_item, l,
			       NULL) < 0)
		return XJ_OK; /* it went meanwhile */
	o = xj_model_study(s);
	json_object_set_new(o, "documents",
			    json_integer((json_int_t)l->count));
	json_object_set_new(o, "shown", json_pack("{s:o, s:o}", "documents",
		xj_json_format(ngettext("%llu document", "%llu documents",
			(unsigned long)l->count), (ull)l->count), "unit",
		xj_json_of(*s->unit ? xj_unit_named(l->units, s->unit) : "")));
	json_array_append_new(l->list, o);
	return XJ_OK;
}

int
xj_model_collections(struct xj_request *q, bool mine, json_t **list,
		     struct xj_error *err)
{
	struct listing l = { .q = q, .mine = mine, .list = json_array(),
			     .units = xj_model_units(q) };
	int r = xj_studies(q->archive, &(struct xj_study_filter){
			   .kind = KIND }, add_row, &l, err);

	json_decref(l.units);
	*list = l.list;
	return r;
}

/* --------------------------------------------------------------------- list */

int
xj_page_collections(struct xj_request *q, struct xj_reply *p)
{
	json_t *list;
	int r = xj_model_collections(q, false, &list, &p->error);

	p->page = "collections";
	p->model = json_pack("{s:s, s:o, s:o, s:o}", "title",
		_("Collections"), "collections", list, "typed",
		xj_json_of(xj_form(q, "title")), "described",
		xj_json_of(xj_form(q, "description")));
	xj_model_has(p->model, "any", "collections");
	xj_study_add_removed(q, KIND, p->model);
	return r;
}

static const char *
address_of(struct xj_request *q, uint64_t id)
{
	return xj_arena_printf(q->arena, PART "/%llu", (ull)id);
}

/* With a document in it, when the form came from that one's page. */
int
xj_do_collection_new(struct xj_request *q, struct xj_reply *p)
{
	const char *documents[] = { xj_form(q, "document"), NULL };
	struct xj_study_changed changed = { 0 };
	struct xj_archive *a;
	int r = xj_change_open(q, &a, &p->error);

	if (r < 0)
		return r;
	r = xj_collection_new(a, &(struct xj_collection_given){
		.title = xj_form(q, "title"),
		.description = xj_form(q, "description") }, NULL, &changed,
		&p->error);
	if (r == XJ_OK && *documents[0])
		r = xj_collection_add(a, changed.id, documents, NULL, 0, NULL,
				      NULL, &p->error);
	xj_archive_close(a);
	return r < 0 ? xj_form_again(q, p, r, xj_page_collections) :
	       xj_reply_done(q, p, address_of(q, changed.id), "added");
}

/* ---------------------------------------------------------------------- one */

int
xj_page_collection(struct xj_request *q, struct xj_reply *p)
{
	json_t *units;
	uint64_t id;
	bool may;
	int r = xj_study_asked(q, KIND, &id, &p->error);

	if (r == XJ_OK)
		r = xj_model_collection(q, id, &p->model, &p->error);
	if (r < 0)
		return r;
	p->page = "collection";
	units = xj_model_units(q);
	may = q->session.who != XJ_GUEST &&
	      xj_study_may_change(q->archive, KIND, id);
	json_object_set_new(p->model, "mine", json_boolean(may));
	json_object_set_new(p->model, "at", json_integer((json_int_t)id));
	json_object_set_new(p->model, "unit_name", xj_json_of(xj_unit_named(
		units, json_string_value(json_object_get(p->model, "unit")) ?
		json_string_value(json_object_get(p->model, "unit")) : "")));
	json_object_set_new(p->model, "history",
			    xj_model_study_history(q, KIND, id));
	xj_model_has(p->model, "has_documents", "documents");
	xj_model_has(p->model, "has_history", "history");
	json_decref(units);
	return may ? xj_model_found(q, p->model, &p->error) : XJ_OK;
}

static int
change(struct xj_request *q, struct xj_archive *a, uint64_t id,
       const char *deed, struct xj_error *err)
{
	const char *documents[] = { xj_form(q, "document"), NULL };
	const struct xj_change_options options = xj_form_options(q);

	if (strcmp(deed, "drop") == 0)
		return xj_collection_drop(a, id, documents, &options, NULL,
					  err);
	if (strcmp(deed, "move") == 0)
		return xj_collection_move(a, id, documents[0],
			strtoull(xj_form(q, "place"), NULL, 10), &options,
			NULL, err);
	if (strcmp(deed, "edit") == 0)
		return xj_collection_edit(a, id,
			&(struct xj_collection_given){
			.title = xj_form(q, "title"),
			.description = xj_form(q, "description") }, &options,
			NULL, err);
	return xj_collection_add(a, id, documents, xj_form_or_null(q, "note"),
				 0, &options, NULL, err);
}

int
xj_do_collection(struct xj_request *q, struct xj_reply *p)
{
	const char *deed = xj_form(q, "deed");
	struct xj_archive *a;
	uint64_t id;
	int r = xj_study_asked(q, KIND, &id, &p->error);

	if (r == XJ_OK)
		r = xj_change_open(q, &a, &p->error);
	if (r < 0)
		return r;
	r = change(q, a, id, deed, &p->error);
	xj_archive_close(a);
	return r < 0 ? xj_form_again(q, p, r, xj_page_collection) :
	       xj_reply_done(q, p, address_of(q, id),
			     strcmp(deed, "drop") == 0 ? "removed" :
			     strcmp(deed, "add") == 0 ? "added" : "saved");
}

int
xj_do_collection_remove(struct xj_request *q, struct xj_reply *p)
{
	return xj_study_take_away(q, p, KIND, PART, false);
}

int
xj_do_collection_restore(struct xj_request *q, struct xj_reply *p)
{
	return xj_study_take_away(q, p, KIND, PART, true);
}

/* ---------------------------------------------------- from a document's page */

/* The reader's collections, and a new one, for a document. */
int
xj_page_document_collect(struct xj_request *q, struct xj_reply *p)
{
	struct xj_document *d;
	json_t *list;
	int r = xj_document_asked(q, &d, &p->error);

	if (r < 0)
		return r;
	r = xj_signed_in(q, &p->error);
	if (r < 0) {
		xj_document_free(d);
		return r;
	}
	r = xj_model_collections(q, true, &list, &p->error);
	p->page = "collect";
	p->model = json_pack("{s:s, s:I, s:o, s:o}", "title",
		_("Put into a collection"), "document",
		(json_int_t)xj_document_info(d)->id, "of",
		xj_json_of(*xj_document_info(d)->title ?
			   xj_document_info(d)->title :
			   xj_document_info(d)->name), "collections", list);
	xj_model_has(p->model, "any", "collections");
	xj_document_free(d);
	return r;
}
