/* api-searches.c - saved searches of who asks, and the synonyms of all. */
#include "serve/api.h"

static json_t *
model_of(const struct xj_saved_search *s)
{
	return json_pack("{s:o, s:o, s:o, s:I, s:I, s:o, s:o}",
			 "name", xj_json_of(s->name),
			 "query", xj_json_of(s->query),
			 "sort", xj_text_or_null(s->sort),
			 "total", (json_int_t)s->total,
			 "new", (json_int_t)s->fresh,
			 "created", xj_model_time(s->created),
			 "looked", xj_model_time(s->looked));
}

static int
add_saved(void *ctx, const struct xj_saved_search *s)
{
	json_array_append_new(ctx, model_of(s));
	return XJ_OK;
}

/* A guest is everybody: nothing of his is kept. */
static int
check_somebody(const struct xj_request *q, struct xj_error *err)
{
	return q->session.who != XJ_GUEST ? XJ_OK :
	       xj_error_set(err, XJ_EPERM, "searches are saved of who has "
			    "signed in");
}

int
xj_api_searches(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = json_array();
	int r = check_somebody(q, &p->error);

	p->model = json_pack("{s:o}", "searches", list);
	return r < 0 ? r : xj_saved_searches(q->archive, add_saved, list,
					     &p->error);
}

/* With `peek` new hits stay new. */
static int
run(struct xj_request *q, struct xj_archive *archive, bool peek,
    struct xj_reply *p)
{
	struct xj_search search = {
		.limit = (size_t)xj_argument_number(q, "limit", 1, 100, 10),
		.here = true,
	};
	struct xj_saved_search saved;
	struct xj_hits *hits;
	json_t *hit;
	size_t i;
	int r = xj_saved_search_run(archive, q->parameters[0], &search, peek,
				    &hits, &saved, &p->error);

	if (r < 0)
		return r;
	p->model = xj_model_hits(hits, saved.query);
	json_object_set_new(p->model, "saved", model_of(&saved));
	json_array_foreach(json_object_get(p->model, "hits"), i, hit)
		json_object_set_new(hit, "new", json_boolean(
			i < xj_hits_count(hits) && xj_hits_at(hits, i)->fresh));
	xj_hits_free(hits);
	xj_api_give(p, p->model);
	return XJ_OK;
}

int
xj_api_search_saved(struct xj_request *q, struct xj_reply *p)
{
	int r = check_somebody(q, &p->error);

	return r < 0 ? r : run(q, q->archive, true, p);
}

int
xj_api_search_save(struct xj_request *q, struct xj_reply *p)
{
	const char *name = xj_body_need_text(q, "name");
	const char *query = xj_body_need_text(q, "query");
	const char *sort = xj_body_text(q, "sort");
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, 0);

	if (r == XJ_OK)
		r = xj_saved_search_add(c.archive, name, query, sort,
					&p->error);
	return xj_api_end(&c, q, p, r, r == XJ_OK ? xj_api_searches : NULL);
}

int
xj_api_search_seen(struct xj_request *q, struct xj_reply *p)
{
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, 0);

	if (r == XJ_OK)
		r = run(q, c.archive, false, p);
	xj_archive_close(c.archive);
	return r;
}

int
xj_api_search_rename(struct xj_request *q, struct xj_reply *p)
{
	const char *name = xj_body_need_text(q, "name");
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, 0);

	if (r == XJ_OK)
		r = xj_saved_search_rename(c.archive, q->parameters[0], name,
					   &p->error);
	return xj_api_end(&c, q, p, r, xj_api_searches);
}

int
xj_api_search_forget(struct xj_request *q, struct xj_reply *p)
{
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, 0);

	if (r == XJ_OK)
		r = xj_saved_search_remove(c.archive, q->parameters[0],
					   &p->error);
	return xj_api_end(&c, q, p, r, NULL);
}

static int
add_forms(void *ctx, const char *const *forms)
{
	json_t *list = json_array();

	for (size_t i = 0; forms[i]; i++)
		json_array_append_new(list, xj_json_of(forms[i]));
	json_array_append_new(ctx, list);
	return XJ_OK;
}

int
xj_api_synonyms(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = json_array();

	p->model = json_pack("{s:o}", "synonyms", list);
	return xj_synonyms(q->archive, add_forms, list, &p->error);
}
