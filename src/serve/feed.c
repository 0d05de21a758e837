/* feed.c - what other programs read of us: Atom, OpenSearch, figures. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "serve/serve.h"

#define ENTRIES 30
#define FOUND_MOST 300  /* hits of a search among which the newest are told */
#define PAGES_MOST 1000000

/* One page of a feed in the making. */
struct feed {
	struct xj_request *q;
	struct xj_error *err;
	json_t *entries;
	uint64_t from, total;     /* of the first entry; of all */
	const char *path;         /* without the first '/', */
	const char *query;        /* encoded; "" */
	const char *heading, *page; /* what it tells of, and where that is */
};

static int
add_document(void *ctx, const struct xj_document_info *info)
{
	json_array_append_new(ctx, xj_model_info(info));
	return XJ_OK;
}

/* --------------------------------------------------------------- documents */

/* What came last first; `filter` as `xueji list` takes it. */
static int
listed(struct feed *f, const char *filter)
{
	return xj_list(f->q->archive, &(struct xj_list_options){
		.filter = filter, .sort = "-id", .top_only = true,
		.offset = f->from, .limit = ENTRIES }, &f->total, add_document,
		f->entries, f->err);
}

static int
newest_first(const void *a, const void *b)
{
	uint64_t x = (*(const struct xj_document_info *const *)a)->id;
	uint64_t y = (*(const struct xj_document_info *const *)b)->id;

	return x < y ? 1 : x > y ? -1 : 0;
}

/* Hits in the order in which they came to the archive: who follows a search wants
 * to know what is new, however old it is. */
static void
take_hits(struct feed *f, const struct xj_hits *hits)
{
	const struct xj_document_info *infos[FOUND_MOST];
	size_t n = 0;

	for (size_t i = 0; i < xj_hits_count(hits) && n < FOUND_MOST; i++)
		if (!xj_hits_at(hits, i)->related)
			infos[n++] = &xj_hits_at(hits, i)->info;
	qsort(infos, n, sizeof(infos[0]), newest_first);
	f->total = n;
	for (size_t i = f->from; i < n && i < f->from + ENTRIES; i++)
		add_document(f->entries, infos[i]);
}

static int
found(struct feed *f, const char *query)
{
	struct xj_hits *hits;
	int r = xj_search(f->q->archive, &(struct xj_search){
		.query = query, .limit = FOUND_MOST, .sort = "date",
		.no_passages = true, .here = true }, &hits, f->err);

	if (r < 0)
		return r;
	take_hits(f, hits);
	xj_hits_free(hits);
	return XJ_OK;
}

/* ----------------------------------------------------------------- the feed */

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

/* A feed stays the same wherever it is served, so its id is not its address: a
 * UUID (version 8) of the archive's and what the feed is of. */
static int
make_id(const struct feed *f, char id[XJ_ARCHIVE_URN_MAX], struct xj_error *err)
{
	char urn[XJ_ARCHIVE_URN_MAX], hex[33];
	const char *name;
	unsigned char d[16];
	int r = xj_archive_urn(f->q->archive, urn, err);

	if (r < 0)
		return r;
	name = xj_arena_printf(f->q->arena, "%s\n%s\n%s", urn, f->path,
			       f->query);
	if (!name)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	crypto_generichash(d, sizeof(d), (const unsigned char *)name,
			   strlen(name), NULL, 0);
	d[6] = (unsigned char)(0x80 | (d[6] & 0x0f));
	d[8] = (unsigned char)(0x80 | (d[8] & 0x3f));
	xj_hex(d, sizeof(d), hex);
	snprintf(id, XJ_ARCHIVE_URN_MAX, "urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", hex,
		 hex + 8, hex + 12, hex + 16, hex + 20);
	return XJ_OK;
}

/* "feed.atom?q=x&page=2", or without what says nothing. */
static json_t *
address(const struct feed *f, uint64_t page)
{
	const char *query = *f->query ? xj_arena_printf(f->q->arena, "q=%s",
							f->query) : "";
	const char *number = page > 1 ? xj_arena_printf(f->q->arena, "page=%llu",
							(ull)page) : "";

	return xj_json_of(xj_arena_printf(f->q->arena, "%s%s%s%s%s", f->path,
		*query || *number ? "?" : "", query, *query && *number ? "&" :
		"", number));
}

static int
reply(struct feed *f, struct xj_reply *p)
{
	uint64_t page = f->from / ENTRIES + 1;
	char id[XJ_ARCHIVE_URN_MAX];
	int r = make_id(f, id, f->err);

	if (r < 0)
		return r;
	p->model = json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o}",
		"base", xj_base_url(f->q), "updated", latest(f->entries),
		"id", id, "heading", xj_json_of(f->heading),
		"of", xj_json_of(f->page), "self", address(f, page),
		"first", address(f, 1));
	if (page > 1)
		json_object_set_new(p->model, "previous", address(f, page - 1));
	if (f->from + ENTRIES < f->total)
		json_object_set_new(p->model, "next", address(f, page + 1));
	json_object_set(p->model, "entries", f->entries);
	p->page = "feed";
	p->type = "application/atom+xml; charset=utf-8";
	return XJ_OK;
}

static struct feed
begin(struct xj_request *q, struct xj_reply *p)
{
	return (struct feed){ .q = q, .err = &p->error,
		.entries = json_array(), .path = q->path + 1, .query = "",
		.from = (xj_argument_number(q, "page", 1, PAGES_MOST, 1) - 1) *
			ENTRIES };
}

/* The entries are the model's, too. */
static int
end(struct feed *f, struct xj_reply *p, int r)
{
	if (r == XJ_OK)
		r = reply(f, p);
	json_decref(f->entries);
	return r;
}

int
xj_feed(struct xj_request *q, struct xj_reply *p)
{
	struct feed f = begin(q, p);
	const char *query = xj_argument(q, "q");
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	if (!*query) {
		f.heading = _("New in the archive");
		f.page = "";
		return end(&f, p, listed(&f, NULL));
	}
	xj_url_encode(&b, query);
	f.heading = query;
	f.query = xj_arena_strdup(q->arena, xj_buf_str(&b));
	f.page = xj_arena_printf(q->arena, "search?q=%s", f.query);
	return end(&f, p, found(&f, query));
}

/* Codes of topics and units; nothing that a filter would read otherwise. */
static bool
is_code(const char *code)
{
	return strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
	       strlen(code);
}

static int
no_such(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOTFOUND, "there is no such page");
}

static int
take_topic(void *ctx, const struct xj_topic *t)
{
	struct feed *f = ctx;

	f->heading = xj_arena_strdup(f->q->arena,
				     xj_model_topic_name(f->q, t));
	return XJ_OK;
}

int
xj_feed_topic(struct xj_request *q, struct xj_reply *p)
{
	struct feed f = begin(q, p);
	const char *code = q->parameters[0];
	int r = is_code(code) ? xj_topics(q->archive,
		&(struct xj_topics_options){ .under = code, .only = true },
		take_topic, &f, &p->error) : no_such(&p->error);

	f.page = xj_arena_printf(q->arena, "search?q=topic%%3A%s", code);
	if (r == XJ_OK)
		r = f.heading ? listed(&f, xj_arena_printf(q->arena,
			"topic:%s", code)) : no_such(&p->error);
	return end(&f, p, r);
}

static int
take_unit(void *ctx, const struct xj_unit *u)
{
	struct feed *f = ctx;

	f->heading = xj_arena_strdup(f->q->arena, f->q->language ==
		XJ_ENGLISH && u->name_en ? u->name_en : u->name);
	return XJ_OK;
}

/* What belongs to a unit or to one below it. Units are told of to members. */
int
xj_feed_unit(struct xj_request *q, struct xj_reply *p)
{
	struct feed f = begin(q, p);
	const char *code = q->parameters[0];
	int r = is_code(code) && q->session.who != XJ_GUEST ?
		xj_units(q->archive, &(struct xj_units_options){
			.under = code, .only = true }, take_unit, &f,
			&p->error) : no_such(&p->error);

	f.page = xj_arena_printf(q->arena, "search?q=unit%%3A%s", code);
	if (r == XJ_OK)
		r = f.heading ? listed(&f, xj_arena_printf(q->arena, "unit:%s",
			code)) : no_such(&p->error);
	return end(&f, p, r);
}

/* Of the page itself, as its head and foot offer it. */
void
xj_feed_of_page(const struct xj_request *q, json_t *model)
{
	static const char *const parts[] = { "/topics/", "/units/" };

	for (size_t i = 0; i < XJ_COUNT(parts); i++) {
		size_t len = strlen(parts[i]);
		const char *code = q->path + len;

		if (strncmp(q->path, parts[i], len) == 0 && *code &&
		    is_code(code))
			json_object_set_new(model, "feed",
				xj_json_format("%s/feed.atom", q->path + 1));
	}
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
