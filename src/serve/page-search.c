/* page-search.c - search: the page, and the same as JSON. */
#include <string.h>

#include "serve/serve.h"

#define PAGE 10
#define FURTHEST 1000   /* hits that can be turned to */
#define FACETS "area,topic,kind,type,year,creator"
#define VALUES_SHOWN 8

int
xj_search_asked(struct xj_request *q, const char *facets,
		struct xj_hits **hits, struct xj_search *search,
		struct xj_error *err)
{
	const char *sort = xj_argument(q, "sort");
	uint64_t page = xj_argument_number(q, "page", 1, FURTHEST / PAGE, 1);

	*search = (struct xj_search){
		.query = xj_argument(q, "q"), .facets = facets,
		.limit = (size_t)xj_argument_number(q, "limit", 1, 100, PAGE),
		.passages = 2,
		.sort = strcmp(sort, "date") == 0 ||
			strcmp(sort, "title") == 0 ? sort : NULL,
	};
	search->offset = (size_t)(page - 1) * search->limit;
	return xj_search(q->archive, search, hits, err);
}

/* ------------------------------------------------------------------ facets */

/* The condition for a value: creator:"Li Ming". */
static void
put_condition(struct xj_buf *b, const char *name, const char *value)
{
	bool quoted = strpbrk(value, " \"():;,") != NULL || !*value;

	xj_buf_addf(b, "%s:%s", name, quoted ? "\"" : "");
	for (; *value; value++)
		if (*value != '"')
			xj_buf_addc(b, *value);
	if (quoted)
		xj_buf_addc(b, '"');
}

struct naming {
	struct xj_request *q;
	json_t *name;
};

static int
take_name(void *ctx, const struct xj_topic *t)
{
	struct naming *n = ctx;

	json_decref(n->name);
	n->name = xj_json_of(xj_model_topic_name(n->q, t));
	return XJ_OK;
}

/* What a value is called. */
static json_t *
name_of(struct xj_request *q, const char *facet, const char *value)
{
	struct naming n = { .q = q };

	if (*value && (strcmp(facet, "kind") == 0 ||
		       strcmp(facet, "type") == 0))
		return xj_json_of(_(value));
	if (strcmp(facet, "area") == 0 || strcmp(facet, "topic") == 0)
		xj_topics(q->archive, &(struct xj_topics_options){
			  .under = value, .only = true }, take_name, &n, NULL);
	return n.name ? n.name : xj_json_of(value);
}

/* The query with the condition at its end, or without it where it has it. */
static json_t *
value_of(struct xj_request *q, const char *name,
	 const struct xj_facet_count *f, const char *query)
{
	xj_auto(xj_buf_release) struct xj_buf condition = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf to = XJ_BUF_INIT;
	const char *there;
	size_t n;

	xj_buf_addc(&condition, ' ');
	put_condition(&condition, name, f->value);
	n = condition.len;
	there = strstr(query, xj_buf_str(&condition));
	if (there && there[n] && there[n] != ' ')
		there = NULL;
	if (there) {
		xj_buf_add(&to, query, (size_t)(there - query));
		xj_buf_adds(&to, there + n);
	} else {
		xj_buf_addf(&to, "%s%s", query, xj_buf_str(&condition));
	}
	return json_pack("{s:o, s:o, s:I, s:o, s:b}",
		"value", xj_json_of(f->value),
		"shown", name_of(q, name, f->value),
		"count", (json_int_t)f->count, "to", xj_json_of(xj_buf_str(&to)),
		"chosen", there != NULL);
}

static void
add_facet(struct xj_request *q, json_t *list, const struct xj_hits *hits,
	  const char *name, const char *query)
{
	size_t count;
	const struct xj_facet_count *f = xj_hits_facet(hits, name, &count);
	json_t *values = json_array();

	for (size_t i = 0; i < count && i < VALUES_SHOWN; i++)
		json_array_append_new(values, value_of(q, name, &f[i],
						       query));
	if (json_array_size(values))
		json_array_append_new(list, json_pack("{s:s, s:s, s:o}",
			"name", name, "shown", _(name), "values", values));
	else
		json_decref(values);
}

static json_t *
facets_of(struct xj_request *q, const struct xj_hits *hits,
	  const char *query)
{
	static const char *const names[] = { "area", "topic", "kind", "type",
					     "year", "creator" };
	json_t *list = json_array();

	for (size_t i = 0; i < XJ_COUNT(names); i++)
		add_facet(q, list, hits, names[i], query);
	return list;
}

/* ------------------------------------------------------------------- pages */

void
xj_search_paging(json_t *o, const struct xj_search *s, uint64_t total)
{
	uint64_t page = s->offset / s->limit + 1;
	uint64_t last = (total + s->limit - 1) / s->limit;

	if (last > FURTHEST / PAGE)
		last = FURTHEST / PAGE;
	json_object_set_new(o, "page", json_integer((json_int_t)page));
	if (page > 1)
		json_object_set_new(o, "previous",
				    json_integer((json_int_t)page - 1));
	if (page < last)
		json_object_set_new(o, "next",
				    json_integer((json_int_t)page + 1));
	if (last > 1)
		json_object_set_new(o, "page_shown", xj_json_format(
			_("Page %llu of %llu"), (ull)page, (ull)last));
}

static json_t *
sorts_of(const struct xj_search *s)
{
	static const char *const names[] = { "", "date", "title" };
	const char *const shown[] = { _("Relevance"), _("Newest first"),
				      _("By title") };
	json_t *list = json_array();

	for (size_t i = 0; i < XJ_COUNT(names); i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}",
			"name", names[i], "shown", shown[i], "chosen",
			strcmp(s->sort ? s->sort : "", names[i]) == 0));
	return list;
}

/* A heading before the first hit that only shares characters. */
void
xj_search_related(json_t *o, const struct xj_hits *hits)
{
	json_t *hit;
	size_t i;

	json_array_foreach(json_object_get(o, "hits"), i, hit)
		if (json_is_true(json_object_get(hit, "related"))) {
			ull n = (ull)xj_hits_related(hits);

			json_object_set_new(hit, "tier", n ? xj_json_format(
				_("%llu more only share characters with what "
				  "you typed"), n) : json_string(
				_("No document has these words together; "
				  "these share characters with them")));
			return;
		}
}

static json_t *
model(struct xj_request *q, const struct xj_hits *hits,
      const struct xj_search *s)
{
	json_t *o = xj_model_hits(hits, s->query);

	json_object_set_new(o, "facets", facets_of(q, hits, s->query));
	json_object_set_new(o, "sorts", sorts_of(s));
	json_object_set_new(o, "sort", json_string(s->sort ? s->sort : ""));
	xj_search_related(o, hits);
	xj_search_paging(o, s, xj_hits_total(hits) + xj_hits_related(hits));
	if (xj_hits_queued(hits))
		json_object_set_new(o, "queued_shown", xj_json_format(
			ngettext("%llu document is still being indexed and "
				 "cannot be found yet.",
				 "%llu documents are still being indexed and "
				 "cannot be found yet.",
				 (unsigned long)xj_hits_queued(hits)),
			(ull)xj_hits_queued(hits)));
	if (!xj_hits_count(hits))
		json_object_set_new(o, "nothing", json_true());
	return o;
}

int
xj_page_search(struct xj_request *q, struct xj_reply *p)
{
	struct xj_hits *hits;
	struct xj_search s;
	const char *query = xj_argument(q, "q");
	int r;

	if (query[strspn(query, " \n\t")] == '\0')
		return xj_reply_redirect(q, p, "/");
	r = xj_search_asked(q, FACETS, &hits, &s, &p->error);
	if (r == XJ_EINVAL) { /* nothing in it can be searched for */
		p->model = json_pack("{s:o, s:b, s:s}", "query",
				     xj_json_of(query), "empty", 1, "title",
				     query);
		p->page = "search";
		return XJ_OK;
	}
	if (r < 0)
		return r;
	p->model = model(q, hits, &s);
	json_object_set_new(p->model, "title", xj_json_of(query));
	json_object_set_new(p->model, "may_pack", json_boolean(
		q->session.who != XJ_GUEST && xj_study_may_add(q->archive)));
	p->page = "search";
	xj_hits_free(hits);
	return XJ_OK;
}
