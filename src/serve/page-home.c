/* page-home.c - the first page, and small ones that say something fixed. */
#include <string.h>

#include "serve/people.h"

#define NEWEST 8
#define WAITING_MOST 12

static int
add_document(void *ctx, const struct xj_document_info *info)
{
	json_array_append_new(ctx, xj_model_info(info));
	return XJ_OK;
}

static int
add_kind(void *ctx, const char *key, uint64_t count)
{
	if (count)
		json_array_append_new(ctx, json_pack("{s:o, s:s, s:I}",
			"value", xj_json_of(key), "shown", _(key), "count",
			(json_int_t)count));
	return XJ_OK;
}

struct areas {
	struct xj_request *q;
	json_t *list;
	bool filled;
	struct xj_error *err;
};

/* With the documents of what is below it. */
static int
add_area(void *ctx, const struct xj_topic *t)
{
	struct areas *a = ctx;
	uint64_t total = 0;
	struct xj_hits *hits;
	char query[128];
	int r;

	if (t->depth != 1 || t->merged_into)
		return XJ_OK;
	snprintf(query, sizeof(query), "area:%s", t->code);
	r = xj_search(a->q->archive, &(struct xj_search){ .query = query,
		      .limit = 1, .no_passages = true, .here = true }, &hits,
		      a->err);
	if (r < 0)
		return r;
	total = xj_hits_total(hits);
	xj_hits_free(hits);
	a->filled = a->filled || total;
	json_array_append_new(a->list, json_pack("{s:o, s:o, s:I}",
		"code", xj_json_of(t->code),
		"shown", xj_json_of(xj_model_topic_name(a->q, t)),
		"count", (json_int_t)total));
	return r;
}

int
xj_page_home(struct xj_request *q, struct xj_reply *p)
{
	json_t *newest = json_array(), *kinds = json_array();
	struct areas areas = { .q = q, .list = json_array(), .err = &p->error };
	uint64_t total = 0;
	const json_t *kind;
	size_t i;
	int r;

	p->model = json_pack("{s:b, s:o, s:o}", "home", 1, "newest", newest, "kinds", kinds);
	json_object_set_new(p->model, "areas", areas.list);
	p->page = "home";
	r = xj_list(q->archive, &(struct xj_list_options){ .sort = "-id",
		    .top_only = true, .limit = NEWEST }, NULL, add_document,
		    newest, &p->error);
	if (r == XJ_OK)
		r = xj_topics(q->archive, NULL, add_area, &areas, &p->error);
	if (!areas.filled) /* nobody has sorted anything by them */
		json_array_clear(areas.list);
	if (r == XJ_OK)
		r = xj_tally(q->archive, "kind", add_kind, kinds, &p->error);
	json_array_foreach(kinds, i, kind)
		total += (uint64_t)json_integer_value(
			json_object_get(kind, "count"));
	json_object_set_new(p->model, "waiting", xj_model_waiting(q,
			    WAITING_MOST));
	xj_model_has(p->model, "has_waiting", "waiting");
	json_object_set_new(p->model, "has_areas",
			    json_boolean(areas.filled));
	json_object_set_new(p->model, "total_shown", xj_json_format(
		ngettext("%llu document", "%llu documents",
			 (unsigned long)total), (ull)total));
	json_object_set_new(p->model, "total", json_integer((json_int_t)total));
	return r;
}

int
xj_page_help(struct xj_request *q, struct xj_reply *p)
{
	(void)q;
	p->model = json_pack("{s:s}", "title", _("How to search"));
	p->page = "help";
	return XJ_OK;
}

int
xj_give_health(struct xj_request *q, struct xj_reply *p)
{
	struct xj_archive_status status;
	int r = xj_status(q->archive, &status, &p->error);

	if (r < 0)
		return r;
	p->type = "text/plain; charset=utf-8";
	xj_buf_adds(&p->body, "ok\n");
	return XJ_OK;
}
