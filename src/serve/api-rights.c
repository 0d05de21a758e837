/* api-rights.c - who sees a document or a study record, by programs; and what a
 * document is about. */
#include <string.h>

#include "serve/api.h"
#include "serve/people.h"

/* ------------------------------------------------------------------- rights */

static int
add_rights(void *ctx, const struct xj_rights_shown *s)
{
	json_t *o = ctx, *units = json_array();

	for (size_t i = 0; i < s->unit_count; i++)
		json_array_append_new(units, xj_json_of(s->units[i]));
	json_object_set_new(o, "document",
			    json_integer((json_int_t)s->document));
	json_object_set_new(o, "scope", xj_text_or_null(s->scope));
	json_object_set_new(o, "unit", xj_text_or_null(s->unit));
	json_object_set_new(o, "units", units);
	json_object_set_new(o, "owner", xj_text_or_null(s->owner));
	json_object_set_new(o, "owner_name", xj_text_or_null(s->owner_name));
	return XJ_OK;
}

static int
add_share(void *ctx, const struct xj_share_shown *s)
{
	json_array_append_new(json_object_get(ctx, "shares"), json_pack(
		"{s:I, s:s, s:o, s:o, s:s, s:o, s:o, s:b, s:o, s:o, s:o}",
		"number", (json_int_t)s->number, "to", s->to,
		"who", xj_text_or_null(s->who),
		"name", xj_text_or_null(s->name), "right", s->right,
		"from", xj_text_or_null(s->from),
		"until", xj_text_or_null(s->until), "over", (int)s->over,
		"by", xj_text_or_null(s->by),
		"reason", xj_text_or_null(s->reason),
		"at", xj_model_time(s->at)));
	return XJ_OK;
}

/* The document or the record of a kind (not NULL) that parameter 0 names. */
static int
find(struct xj_request *q, const char *kind, uint64_t *id, struct xj_error *err)
{
	struct xj_document *d;
	int r = kind ? xj_study_asked(q, kind, id, err) :
		       xj_document_asked(q, &d, err);

	if (r < 0 || kind)
		return r;
	*id = xj_document_info(d)->id;
	xj_document_free(d);
	return XJ_OK;
}

static int
add_reason(void *ctx, const struct xj_sight_reason *r)
{
	json_array_append_new(ctx, json_pack(
		"{s:o, s:o, s:s, s:o, s:o, s:o, s:b}",
		"member", xj_json_of(r->login), "name", xj_json_of(r->name),
		"reason", r->reason, "unit", xj_text_or_null(r->unit),
		"role", xj_text_or_null(r->role),
		"until", xj_text_or_null(r->until),
		"download", (int)r->download));
	return XJ_OK;
}

/* Person by person; null: he may not know it. */
static json_t *
who_can(struct xj_request *q, const char *kind, uint64_t id)
{
	json_t *list = json_array();
	int r = kind ? xj_study_who_can(q->archive, kind, id, add_reason,
					list, NULL) :
		       xj_who_can(q->archive, id, add_reason, list, NULL);

	if (r >= 0)
		return list;
	json_decref(list);
	return json_null();
}

int
xj_api_rights(struct xj_request *q, struct xj_reply *p)
{
	const char *kind = xj_study_kind_asked(q);
	uint64_t id;
	int r = find(q, kind, &id, &p->error);

	if (r == XJ_OK)
		r = xj_signed_in(q, &p->error);
	if (r < 0)
		return r;
	p->model = json_pack("{s:[]}", "shares");
	if (*xj_argument(q, "who"))
		json_object_set_new(p->model, "reasons", who_can(q, kind, id));
	if (!kind)
		return xj_rights_tell(q->archive, id, add_rights, add_share,
				      p->model, &p->error);
	r = xj_study_rights_tell(q->archive, kind, id, add_rights, add_share,
				 p->model, &p->error);
	json_object_del(p->model, "document");
	json_object_set_new(p->model, kind, json_integer((json_int_t)id));
	return r;
}

/* Who reads a paper follows from its state; what its author adds are shares. */
int
xj_api_paper_shares(struct xj_request *q, struct xj_reply *p)
{
	uint64_t id;
	int r = xj_paper_asked(q, &id, &p->error);

	if (r < 0)
		return r;
	p->model = json_pack("{s:I, s:[]}", "paper", (json_int_t)id, "shares");
	return xj_paper_shares(q->archive, id, add_share, p->model, &p->error);
}

static xj_handler
shown(const char *kind)
{
	return kind && strcmp(kind, "paper") == 0 ? xj_api_paper_shares :
						    xj_api_rights;
}

static int
begin(struct xj_api_change *c, struct xj_request *q, struct xj_reply *p,
      const char *kind)
{
	int r = xj_api_begin(c, q, p, kind ? 0 : XJ_API_DOCUMENT);

	return r < 0 || !kind ? r : find(q, kind, &c->id, &p->error);
}

int
xj_api_scope(struct xj_request *q, struct xj_reply *p)
{
	const char *kind = xj_study_kind_asked(q);
	struct xj_scope_given given = {
		.scope = xj_body_text(q, "scope"),
		.unit = xj_body_text(q, "unit"),
		.owner = xj_body_text(q, "owner"),
		.units = xj_body_texts(q, "units"),
	};
	struct xj_api_change c;
	int r = begin(&c, q, p, kind);

	if (r == XJ_OK)
		r = kind ? xj_study_scope(c.archive, kind, c.id, &given, NULL,
					  NULL, &p->error) :
			   xj_scope_set(c.archive, c.id, &given, &p->error);
	/* Whoever gave it away may not see it any more. */
	r = xj_api_end(&c, q, p, r, NULL);
	if (r < 0)
		return r;
	if (xj_api_rights(q, p) == XJ_OK) {
		p->status = 200;
	} else {
		json_decref(p->model);
		p->model = NULL;
	}
	return XJ_OK;
}

int
xj_api_share(struct xj_request *q, struct xj_reply *p)
{
	const char *kind = xj_study_kind_asked(q);
	struct xj_share_given given = {
		.to = xj_body_need_text(q, "to"),
		.from = xj_body_text(q, "from"),
		.until = xj_body_text(q, "until"),
		.right = xj_body_text(q, "right"),
		.reason = xj_body_text(q, "reason"),
	};
	struct xj_api_change c;
	int r = begin(&c, q, p, kind);

	if (r == XJ_OK)
		r = kind ? xj_study_share(c.archive, kind, c.id, &given, NULL,
					  NULL, &p->error) :
			   xj_share(c.archive, c.id, &given, NULL, &p->error);
	return xj_api_end(&c, q, p, r, shown(kind));
}

int
xj_api_unshare(struct xj_request *q, struct xj_reply *p)
{
	const char *kind = xj_study_kind_asked(q);
	struct xj_api_change c;
	uint64_t number;
	int r = begin(&c, q, p, kind);

	if (r == XJ_OK)
		r = xj_api_number(q, 1, &number, &p->error);
	if (r == XJ_OK)
		r = kind ? xj_study_unshare(c.archive, kind, c.id,
				q->parameters[1], NULL, NULL, &p->error) :
			   xj_unshare(c.archive, c.id, q->parameters[1],
				      &p->error);
	return xj_api_end(&c, q, p, r, shown(kind));
}

/* ------------------------------------------------------------------- topics */

static int
add_topic(void *ctx, const struct xj_topic *t)
{
	json_array_append_new(ctx, json_pack("{s:o, s:o, s:o, s:o}",
		"code", xj_json_of(t->code), "name", xj_json_of(t->name),
		"name_en", xj_text_or_null(t->name_en),
		"area", xj_json_of(t->area)));
	return XJ_OK;
}

int
xj_api_document_topics(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = json_array();
	struct xj_document *d;
	int r = xj_document_asked(q, &d, &p->error);

	p->model = json_pack("{s:o}", "topics", list);
	if (r < 0)
		return r;
	p->version = xj_document_info(d)->version;
	r = xj_document_topics(q->archive, xj_document_info(d)->id, add_topic,
			       list, &p->error);
	xj_document_free(d);
	return r;
}

int
xj_api_document_set_topics(struct xj_request *q, struct xj_reply *p)
{
	struct xj_topics_given given = {
		.areas = xj_body_texts(q, "areas"),
		.add = xj_body_texts(q, "add"),
		.drop = xj_body_texts(q, "drop"),
	};
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_DOCUMENT | XJ_API_MATCH);

	if (r == XJ_OK)
		r = xj_document_set_topics(c.archive, c.id, &given,
					   c.options.if_version, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_document_topics);
}
