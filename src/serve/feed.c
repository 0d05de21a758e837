/* feed.c - what other programs read of us: Atom, OpenSearch, figures. */
#include <string.h>

#include "serve/serve.h"

#define ENTRIES 30

static int
add_document(void *ctx, const struct xj_document_info *info)
{
	json_array_append_new(ctx, xj_model_info(info));
	return XJ_OK;
}

/* What a search finds, the newest first. */
static int
found(struct xj_request *q, json_t *list, struct xj_error *err)
{
	struct xj_hits *hits;
	int r = xj_search(q->archive, &(struct xj_search){
			  .query = xj_argument(q, "q"), .limit = ENTRIES,
			  .sort = "date", .here = true }, &hits, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < xj_hits_count(hits); i++) {
		const struct xj_hit *h = xj_hits_at(hits, i);

		if (!h->related)
			json_array_append_new(list, xj_model_info(&h->info));
	}
	xj_hits_free(hits);
	return XJ_OK;
}

static const char *
latest(const json_t *list)
{
	const char *last = "1970-01-01T00:00:00Z";
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry) {
		const char *at = json_string_value(
			json_object_get(entry, "updated"));

		if (at && strcmp(at, last) > 0)
			last = at;
	}
	return last;
}

int
xj_feed(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = json_array();
	const char *query = xj_argument(q, "q");
	int r = *query ? found(q, list, &p->error) :
		xj_list(q->archive, &(struct xj_list_options){ .sort = "-id",
			.top_only = true, .limit = ENTRIES }, NULL,
			add_document, list, &p->error);

	p->model = json_pack("{s:s, s:s, s:o, s:s}", "base", xj_base_url(q),
			     "updated", latest(list), "query",
			     xj_json_of(query), "heading",
			     *query ? query : _("New in the archive"));
	json_object_set_new(p->model, "entries", list);
	p->page = "feed";
	p->type = "application/atom+xml; charset=utf-8";
	return r;
}

int
xj_open_search(struct xj_request *q, struct xj_reply *p)
{
	p->model = json_pack("{s:s}", "base", xj_base_url(q));
	p->page = "opensearch";
	p->type = "application/opensearchdescription+xml; charset=utf-8";
	return XJ_OK;
}

/* Of the server, not of the archive: what is in it is not everybody's. */
int
xj_give_metrics(struct xj_request *q, struct xj_reply *p)
{
	const struct {
		const char *name;
		uint64_t value;
	} rows[] = {
		{ "xueji_requests_total", xj_counts.requests },
		{ "xueji_client_errors_total", xj_counts.client_errors },
		{ "xueji_server_errors_total", xj_counts.server_errors },
		{ "xueji_refused_total", xj_counts.refused },
		{ "xueji_cut_connections_total", xj_counts.cut },
		{ "xueji_milliseconds_total", xj_counts.micros / 1000 },
	};

	(void)q;
	for (size_t i = 0; i < XJ_COUNT(rows); i++)
		xj_buf_addf(&p->body, "# TYPE %s counter\n%s %llu\n",
			    rows[i].name, rows[i].name, (ull)rows[i].value);
	p->type = "text/plain; version=0.0.4; charset=utf-8";
	return XJ_OK;
}
