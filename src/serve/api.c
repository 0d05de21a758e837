/* api.c - /api/1/: the models of the pages as JSON, without what only pages show. */
#include <string.h>

#include "serve/api.h"

#define PARTS 500
#define LIST_MOST 200

/* ------------------------------------------------------------ what is left */

static void
drop(json_t *v, const char *const *of_pages)
{
	const char *key;
	json_t *each;
	size_t i;

	if (json_is_object(v)) {
		for (i = 0; of_pages[i]; i++)
			json_object_del(v, of_pages[i]);
		json_object_foreach(v, key, each)
			drop(each, of_pages);
	} else if (json_is_array(v)) {
		json_array_foreach(v, i, each)
			drop(each, of_pages);
	}
}

void
xj_api_give(struct xj_reply *p, json_t *model)
{
	static const char *const of_pages[] = {
		"shown", "value_shown", "warning", "same", "runs", "title_runs", "words",
		"is_hit", "first", "place", "anchor", "total_shown", "moment", NULL
	};

	drop(model, of_pages);
	p->model = model;
}

void
xj_api_give_record(struct xj_reply *p, json_t *model)
{
	static const char *const of_pages[] = { "shown", "moment", NULL };

	drop(model, of_pages);
	p->model = model;
}

/* ------------------------------------------------------------------ search */

static json_t *
facets_of(const struct xj_hits *hits)
{
	static const char *const names[] = { "kind", "type", "year",
					     "creator" };
	json_t *o = json_object();

	for (size_t n = 0; n < XJ_COUNT(names); n++) {
		json_t *list = json_array();
		size_t count;
		const struct xj_facet_count *f =
			xj_hits_facet(hits, names[n], &count);

		for (size_t i = 0; i < count; i++)
			json_array_append_new(list, json_pack("{s:o, s:I}",
				"value", xj_json_of(f[i].value),
				"count", (json_int_t)f[i].count));
		json_object_set_new(o, names[n], list);
	}
	return o;
}

int
xj_api_search(struct xj_request *q, struct xj_reply *p)
{
	struct xj_hits *hits;
	struct xj_search s;
	json_t *model;
	int r = xj_search_asked(q, "kind,type,year,creator", &hits, &s,
				&p->error);

	if (r < 0)
		return r;
	model = xj_model_hits(hits, s.query);
	json_object_set_new(model, "offset", json_integer(
		(json_int_t)s.offset));
	json_object_set_new(model, "facets", facets_of(hits));
	xj_hits_free(hits);
	xj_api_give(p, model);
	return XJ_OK;
}

static int
add_suggestion(void *ctx, const struct xj_suggestion *s)
{
	json_array_append_new(ctx, json_pack("{s:o, s:s, s:s, s:I, s:I, s:b}",
		"text", xj_json_of(s->text), "kind", s->kind,
		"label", _(s->kind), "id", (json_int_t)s->id,
		"documents", (json_int_t)s->documents,
		"corrected", (int)s->corrected));
	return XJ_OK;
}

int
xj_api_suggest(struct xj_request *q, struct xj_reply *p)
{
	size_t limit = (size_t)xj_argument_number(q, "limit", 1, 20, 8);
	json_t *list = json_array();

	p->model = json_pack("{s:o}", "suggestions", list);
	return *xj_argument(q, "q") ?
	       xj_suggest(q->archive, xj_argument(q, "q"), limit,
			  add_suggestion, list, &p->error) : XJ_OK;
}

/* --------------------------------------------------------------- documents */

static int
add_document(void *ctx, const struct xj_document_info *info)
{
	json_array_append_new(ctx, xj_model_info(info));
	return XJ_OK;
}

int
xj_api_documents(struct xj_request *q, struct xj_reply *p)
{
	static const char *const sorts[] = { "id", "-id", "date", "-date",
					     "title", "-title" };
	const char *sort = xj_argument(q, "sort");
	uint64_t limit = xj_argument_number(q, "limit", 1, LIST_MOST, 20);
	uint64_t offset = xj_argument_number(q, "offset", 0, 1000000000, 0);
	json_t *list = json_array(), *model;
	uint64_t total = 0;
	size_t i = 0;
	int r;

	while (i < XJ_COUNT(sorts) && strcmp(sorts[i], sort) != 0)
		i++;
	r = xj_list(q->archive, &(struct xj_list_options){
		    .sort = i < XJ_COUNT(sorts) ? sort : "-id",
		    .limit = limit, .offset = offset }, &total, add_document,
		    list, &p->error);
	model = json_pack("{s:I, s:I, s:o}", "total", (json_int_t)total,
			  "offset", (json_int_t)offset, "documents", list);
	xj_api_give(p, model);
	return r;
}

/* Paths on the machine of who added it are the owner's business. */
static void
hide_details(const struct xj_request *q, json_t *o)
{
	json_t *entry;
	size_t i;

	if (q->session.who == XJ_OWNER)
		return;
	json_array_foreach(json_object_get(o, "history"), i, entry)
		json_object_set_new(entry, "detail", json_null());
}

int
xj_api_document(struct xj_request *q, struct xj_reply *p)
{
	struct xj_document *d;
	int r = xj_document_asked(q, &d, &p->error);

	if (r < 0)
		return r;
	xj_api_give(p, xj_model_document(q, d, &p->error));
	p->version = xj_document_info(d)->version;
	hide_details(q, p->model);
	xj_document_free(d);
	return XJ_OK;
}

/* -------------------------------------------------------------------- text */

struct parts {
	json_t *list;
	uint64_t at, from;
	bool more;
};

static int
add_part(void *ctx, const struct xj_text_part *part)
{
	struct parts *t = ctx;

	if (t->at++ < t->from)
		return XJ_OK;
	if (json_array_size(t->list) == PARTS) {
		t->more = true;
		return XJ_ECANCELLED;
	}
	json_array_append_new(t->list, json_pack(
		"{s:s, s:i, s:s, s:I, s:o, s:b, s:o}", "role", part->role,
		"level", (int)part->level, "where", part->where,
		"at", (json_int_t)part->at, "label", xj_json_of(part->label),
		"more", (int)part->more,
		"text", xj_json_of_bytes(part->text, part->len)));
	return XJ_OK;
}

int
xj_api_text(struct xj_request *q, struct xj_reply *p)
{
	struct parts t = { .list = json_array(),
		.from = xj_argument_number(q, "from", 0, 1000000000, 0) };
	struct xj_document *d;
	int r = xj_document_asked(q, &d, &p->error);

	if (r < 0) {
		json_decref(t.list);
		return r;
	}
	r = xj_document_text(d, add_part, &t, &p->error);
	p->model = json_pack("{s:I, s:I, s:o, s:o}", "id",
			     (json_int_t)xj_document_info(d)->id,
			     "from", (json_int_t)t.from, "text", t.list,
			     "next", t.more ? json_integer(
			     (json_int_t)(t.from + PARTS)) : json_null());
	xj_document_free(d);
	return r == XJ_ECANCELLED ? XJ_OK : r;
}
