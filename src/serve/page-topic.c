/* page-topic.c - study areas and topics: all of them, and those of a document. */
#include <string.h>

#include "serve/serve.h"

#define CODES_MAX 200

struct topics {
	struct xj_request *q;
	json_t *list;
	struct xj_error *err;
};

/* With the documents of what is below it, that the reader sees. */
static int
count(struct topics *t, const char *code, uint64_t *total)
{
	struct xj_hits *hits;
	char query[128];
	int r;

	snprintf(query, sizeof(query), "topic:%s", code);
	r = xj_search(t->q->archive, &(struct xj_search){ .query = query,
		      .limit = 1, .no_passages = true, .here = true }, &hits,
		      t->err);
	if (r < 0)
		return r;
	*total = xj_hits_total(hits);
	xj_hits_free(hits);
	return XJ_OK;
}

static int
add_topic(void *ctx, const struct xj_topic *m)
{
	struct topics *t = ctx;
	uint64_t total = 0;
	int r;

	if (m->merged_into)
		return XJ_OK;
	r = count(t, m->code, &total);
	json_array_append_new(t->list, json_pack(
		"{s:o, s:o, s:I, s:o, s:i, s:b, s:b}",
		"code", xj_json_of(m->code), "shown",
		xj_json_of(xj_model_topic_name(t->q, m)),
		"count", (json_int_t)total, "note", xj_text_or_null(m->note),
		"depth", (int)(m->depth < 12 ? m->depth : 12), "closed", m->until != NULL,
		"area", m->depth == 1));
	return r;
}

int
xj_page_topics(struct xj_request *q, struct xj_reply *p)
{
	struct topics t = { q, json_array(), &p->error };

	p->page = "topics";
	p->model = json_pack("{s:s, s:o}", "title", _("Areas and topics"),
			     "topics", t.list);
	return xj_topics(q->archive, NULL, add_topic, &t, &p->error);
}

/* ---------------------------------------------------------- of a document */

static int
note_code(void *ctx, const struct xj_topic *t)
{
	json_array_append_new(ctx, xj_json_of(t->code));
	return XJ_OK;
}

int
xj_page_document_topics(struct xj_request *q, struct xj_reply *p)
{
	json_t *codes = json_array();
	struct xj_document *d;
	const struct xj_document_info *info;
	int r = xj_document_asked(q, &d, &p->error);

	if (r == XJ_OK && (r = xj_signed_in(q, &p->error)) < 0)
		xj_document_free(d);
	if (r == XJ_OK) {
		info = xj_document_info(d);
		r = xj_document_topics(q->archive, info->id, note_code, codes,
				       &p->error);
		p->page = "document-topics";
		p->model = json_pack("{s:s, s:I, s:i, s:o, s:o}",
			"title", _("Areas and topics of a document"),
			"document", (json_int_t)info->id, "version",
			(int)info->version, "of", xj_json_of(*info->title ?
			info->title : info->name), "topics",
			xj_model_topic_choices(q, codes));
		xj_document_free(d);
	}
	json_decref(codes);
	return r;
}

static bool
is_among(const char *const *list, const char *code)
{
	for (; *list; list++)
		if (strcmp(*list, code) == 0)
			return true;
	return false;
}

/* What was ticked and is not there yet, and what is there and was not. */
static int
set_topics(struct xj_request *q, struct xj_archive *a, uint64_t id,
	   struct xj_error *err)
{
	const char *ticked[CODES_MAX + 1] = { NULL };
	const char *add[CODES_MAX + 1] = { NULL };
	const char *drop[CODES_MAX + 1] = { NULL };
	struct xj_topics_given g = { .add = add, .drop = drop };
	json_t *codes = json_array(), *code;
	size_t i, n = 0, m = 0;
	int r = xj_document_topics(a, id, note_code, codes, err);

	xj_form_all(q, "topic", ticked, CODES_MAX);
	json_array_foreach(codes, i, code)
		if (m < CODES_MAX && !is_among(ticked,
					       json_string_value(code)))
			drop[m++] = json_string_value(code);
	for (i = 0; ticked[i]; i++) {
		size_t k;

		json_array_foreach(codes, k, code)
			if (strcmp(json_string_value(code), ticked[i]) == 0)
				break;
		if (k == json_array_size(codes))
			add[n++] = ticked[i];
	}
	if (r == XJ_OK && (n || m))
		r = xj_document_set_topics(a, id, &g, xj_form_options(q).
					   if_version, err);
	json_decref(codes);
	return r;
}

int
xj_do_document_topics(struct xj_request *q, struct xj_reply *p)
{
	struct xj_document *d;
	struct xj_archive *a;
	uint64_t id;
	int r = xj_document_asked(q, &d, &p->error);

	if (r < 0)
		return r;
	id = xj_document_info(d)->id;
	xj_document_free(d);
	r = xj_change_open(q, &a, &p->error);
	if (r < 0)
		return r;
	r = set_topics(q, a, id, &p->error);
	xj_archive_close(a);
	return r < 0 ? xj_form_again(q, p, r, xj_page_document_topics) :
	       xj_reply_done(q, p, xj_arena_printf(q->arena, "/documents/%llu",
						   (ull)id), "saved");
}
