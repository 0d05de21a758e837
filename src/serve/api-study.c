/* api-study.c - lectures, collections, topics and requests for programs. */
#include <string.h>

#include "serve/api.h"
#include "serve/seminar.h"

static unsigned
version_of(const json_t *model)
{
	return (unsigned)json_integer_value(json_object_get(model, "version"));
}

/* ------------------------------------------------------------- of every kind */

static int
add_study(void *ctx, const struct xj_study *s)
{
	json_array_append_new(ctx, xj_model_study(s));
	return XJ_OK;
}

int
xj_api_studies(struct xj_request *q, struct xj_reply *p, const char *kind,
	       const char *name)
{
	json_t *list = json_array();

	p->model = json_pack("{s:o}", name, list);
	return xj_studies(q->archive, &(struct xj_study_filter){ .kind = kind,
		.unit = xj_asked(q, "unit"), .state = xj_asked(q, "state"),
		.from = xj_asked(q, "from"), .until = xj_asked(q, "until"),
		.title = xj_asked(q, "words"),
		.removed = xj_asked(q, "removed") != NULL }, add_study, list,
		&p->error);
}

int
xj_api_study_history(struct xj_request *q, struct xj_reply *p)
{
	const char *kind = xj_study_kind_asked(q);
	uint64_t id;
	int r = xj_study_asked(q, kind, &id, &p->error);

	if (r == XJ_OK)
		xj_api_give_record(p, json_pack("{s:o}", "history",
			xj_model_study_history(q, kind, id)));
	return r;
}

static int
show(struct xj_request *q, struct xj_reply *p)
{
	const char *kind = xj_study_kind_asked(q);

	return strcmp(kind, "lecture") == 0 ? xj_api_lecture(q, p) :
	       strcmp(kind, "seminar") == 0 ? xj_api_seminar(q, p) :
	       xj_api_collection(q, p);
}

/* Brought back, it is shown. */
static int
take_away(struct xj_request *q, struct xj_reply *p, bool back)
{
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_study_remove(c.archive, xj_study_kind_asked(q), c.id,
				    back, &c.options, &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, back ? show : NULL);
}

int
xj_api_study_remove(struct xj_request *q, struct xj_reply *p)
{
	return take_away(q, p, false);
}

int
xj_api_study_undelete(struct xj_request *q, struct xj_reply *p)
{
	return take_away(q, p, true);
}

static int
add_import_row(void *ctx, const struct xj_import_row *row)
{
	json_array_append_new(ctx, json_pack("{s:I, s:o, s:s, s:o}",
		"row", (json_int_t)row->row, "name", xj_json_of(row->name),
		"outcome", row->outcome, "reason",
		xj_text_or_null(row->reason)));
	return XJ_OK;
}

int
xj_api_attend(struct xj_request *q, struct xj_reply *p,
	      int (*fn)(struct xj_archive *archive, uint64_t id,
			const struct xj_lecture_attend *given,
			const struct xj_change_options *options,
			struct xj_study_changed *changed,
			struct xj_lecture_attended *result,
			struct xj_error *err), const char *count)
{
	json_t *rows = json_array();
	struct xj_lecture_attend given = {
		.members = xj_body_texts(q, "members"),
		.away = xj_body_texts(q, "away"),
		.reason = xj_body_text(q, "reason"),
		.row = add_import_row, .ctx = rows,
	};
	struct xj_lecture_attended result = { 0 };
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = fn(c.archive, c.id, &given, &c.options, &c.changed, &result,
		       &p->error);
	r = xj_api_end(&c, q, p, r, NULL);
	if (r < 0) {
		json_decref(rows);
		return r;
	}
	p->status = 200;
	p->model = json_pack("{s:o, s:I, s:I, s:I}", "rows", rows,
		count, (json_int_t)result.changed, "unchanged",
		(json_int_t)result.unchanged, "refused",
		(json_int_t)result.refused);
	return XJ_OK;
}

/* ------------------------------------------------------------------ lectures */

int
xj_api_lectures(struct xj_request *q, struct xj_reply *p)
{
	return xj_api_studies(q, p, "lecture", "lectures");
}

int
xj_api_lecture(struct xj_request *q, struct xj_reply *p)
{
	json_t *model, *units;
	uint64_t id;
	int r = xj_study_asked(q, "lecture", &id, &p->error);

	if (r < 0)
		return r;
	units = xj_model_units(q);
	r = xj_model_lecture(q, id, units, &model, &p->error);
	json_decref(units);
	if (r < 0)
		return r;
	p->version = version_of(model);
	xj_api_give_record(p, model);
	return XJ_OK;
}

static struct xj_lecture_given
lecture_given(struct xj_request *q)
{
	return (struct xj_lecture_given){
		.title = xj_body_text(q, "title"),
		.unit = xj_body_text(q, "unit"),
		.start = xj_body_text(q, "start"),
		.end = xj_body_text(q, "end"),
		.place = xj_body_text(q, "place"),
		.mode = xj_body_text(q, "mode"),
		.speakers = xj_body_texts(q, "speakers"),
		.externals = xj_body_texts(q, "externals"),
		.invite = xj_body_texts(q, "invite"),
		.uninvite = xj_body_texts(q, "uninvite"),
		.topics = xj_body_texts(q, "topics"),
	};
}

int
xj_api_lecture_new(struct xj_request *q, struct xj_reply *p)
{
	struct xj_lecture_given g = lecture_given(q);
	struct xj_api_change c;
	int r;

	xj_body_need_text(q, "title");
	xj_body_need_text(q, "start");
	r = xj_api_begin(&c, q, p, 0);
	if (r == XJ_OK)
		r = xj_lecture_new(c.archive, &g, NULL, &c.changed, &p->error);
	return xj_api_made(&c, q, p, r, "/api/1/lectures", xj_api_lecture);
}

int
xj_api_lecture_edit(struct xj_request *q, struct xj_reply *p)
{
	struct xj_lecture_given g = lecture_given(q);
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER | XJ_API_MATCH);

	if (r == XJ_OK)
		r = xj_lecture_edit(c.archive, c.id, &g, &c.options,
				    &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_lecture);
}

/* Documents that a member of the body names; needed. */
static const char *const *
need_documents(struct xj_request *q)
{
	static const char *const none[] = { NULL };
	const char *const *list = xj_body_texts(q, "documents");

	if (!list || !*list)
		xj_body_wrong(q, "documents", "%s",
			      _("this member is needed"));
	return list ? list : none;
}

int
xj_api_lecture_notes(struct xj_request *q, struct xj_reply *p)
{
	const char *const *documents = need_documents(q);
	bool away = xj_body_flag(q, "away", false);
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_lecture_notes(c.archive, c.id, documents, away,
				     &c.options, &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_lecture);
}

int
xj_api_lecture_recording(struct xj_request *q, struct xj_reply *p)
{
	const char *document = xj_body_or_null(q, "document");
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_lecture_recording(c.archive, c.id, document,
					 &c.options, &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_lecture);
}

int
xj_api_lecture_share(struct xj_request *q, struct xj_reply *p)
{
	const char *const *documents = need_documents(q);
	const char *until = xj_body_or_null(q, "until");
	const char *right = xj_body_or_null(q, "right");
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_lecture_share(c.archive, c.id, documents, until, right,
				     &p->error);
	return xj_api_end(&c, q, p, r, xj_api_lecture);
}

int
xj_api_lecture_attend(struct xj_request *q, struct xj_reply *p)
{
	return xj_api_attend(q, p, xj_lecture_attend, "count");
}

/* --------------------------------------------------------------- collections */

int
xj_api_collections(struct xj_request *q, struct xj_reply *p)
{
	json_t *list;
	int r = xj_model_collections(q, false, &list, &p->error);

	xj_api_give_record(p, json_pack("{s:o}", "collections", list));
	return r;
}

int
xj_api_collection(struct xj_request *q, struct xj_reply *p)
{
	json_t *model;
	uint64_t id;
	int r = xj_study_asked(q, "collection", &id, &p->error);

	if (r == XJ_OK)
		r = xj_model_collection(q, id, &model, &p->error);
	if (r < 0)
		return r;
	p->version = version_of(model);
	xj_api_give_record(p, model);
	return XJ_OK;
}

static struct xj_collection_given
collection_given(struct xj_request *q)
{
	return (struct xj_collection_given){
		.title = xj_body_text(q, "title"),
		.description = xj_body_text(q, "description"),
		.unit = xj_body_text(q, "unit"),
	};
}

int
xj_api_collection_new(struct xj_request *q, struct xj_reply *p)
{
	struct xj_collection_given g = collection_given(q);
	struct xj_api_change c;
	int r;

	xj_body_need_text(q, "title");
	r = xj_api_begin(&c, q, p, 0);
	if (r == XJ_OK)
		r = xj_collection_new(c.archive, &g, NULL, &c.changed,
				      &p->error);
	return xj_api_made(&c, q, p, r, "/api/1/collections",
			   xj_api_collection);
}

int
xj_api_collection_edit(struct xj_request *q, struct xj_reply *p)
{
	struct xj_collection_given g = collection_given(q);
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER | XJ_API_MATCH);

	if (r == XJ_OK)
		r = xj_collection_edit(c.archive, c.id, &g, &c.options,
				       &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_collection);
}

int
xj_api_collection_add(struct xj_request *q, struct xj_reply *p)
{
	const char *const *documents = need_documents(q);
	const char *note = xj_body_text(q, "note");
	uint64_t place = xj_body_number(q, "place", 1, 100000, 0);
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_collection_add(c.archive, c.id, documents, note, place,
				      &c.options, &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_collection);
}

int
xj_api_collection_drop(struct xj_request *q, struct xj_reply *p)
{
	const char *const documents[] = { q->parameters[1], NULL };
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_collection_drop(c.archive, c.id, documents, &c.options,
				       &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_collection);
}

int
xj_api_collection_move(struct xj_request *q, struct xj_reply *p)
{
	uint64_t place = xj_body_number(q, "place", 1, 100000, 1);
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_collection_move(c.archive, c.id, q->parameters[1],
				       place, &c.options, &c.changed,
				       &p->error);
	return xj_api_end(&c, q, p, r, xj_api_collection);
}

/* -------------------------------------------------------------------- topics */

static int
add_topic(void *ctx, const struct xj_topic *t)
{
	json_t *synonyms = json_array();

	for (size_t i = 0; t->synonyms && t->synonyms[i]; i++)
		json_array_append_new(synonyms, xj_json_of(t->synonyms[i]));
	json_array_append_new(ctx, json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, "
		"s:i}",
		"code", xj_json_of(t->code), "name", xj_json_of(t->name),
		"name_en", xj_text_or_null(t->name_en),
		"parent", xj_text_or_null(t->parent),
		"area", xj_json_of(t->area), "note", xj_text_or_null(t->note),
		"synonyms", synonyms, "from", xj_text_or_null(t->from),
		"until", xj_text_or_null(t->until),
		"merged_into", xj_text_or_null(t->merged_into),
		"merged_on", xj_text_or_null(t->merged_on),
		"depth", (int)t->depth, "version", (int)t->version));
	return XJ_OK;
}

int
xj_api_topics(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = json_array();

	p->model = json_pack("{s:o}", "topics", list);
	return xj_topics(q->archive, NULL, add_topic, list, &p->error);
}

/* ------------------------------------------------------------------ requests */

static int
add_request(void *ctx, const struct xj_request_row *r)
{
	json_array_append_new(ctx, xj_model_request(r));
	return XJ_OK;
}

int
xj_api_requests(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = json_array();
	int r = q->session.who == XJ_GUEST ? XJ_OK :
		xj_requests(q->archive, xj_asked(q, "all") != NULL, add_request,
			    list, &p->error);

	xj_api_give_record(p, json_pack("{s:o}", "requests", list));
	return r;
}

int
xj_api_request_new(struct xj_request *q, struct xj_reply *p)
{
	const char *purpose = xj_body_need_text(q, "purpose");
	uint64_t document = xj_body_number(q, "document", 1, INT64_MAX, 0);
	struct xj_api_change c;
	uint64_t number = 0;
	int r = xj_api_begin(&c, q, p, 0);

	if (r == XJ_OK)
		r = xj_request(c.archive, document, purpose, &number,
			       &p->error);
	r = xj_api_end(&c, q, p, r, NULL);
	if (r < 0)
		return r;
	p->status = 201;
	p->model = json_pack("{s:I}", "number", (json_int_t)number);
	return XJ_OK;
}

int
xj_api_request_grant(struct xj_request *q, struct xj_reply *p)
{
	const char *until = xj_body_or_null(q, "until");
	const char *right = xj_body_or_null(q, "right");
	const char *word = xj_body_text(q, "word");
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_request_grant(c.archive, c.id, until, right, word,
				     &p->error);
	return xj_api_end(&c, q, p, r, NULL);
}

int
xj_api_request_decline(struct xj_request *q, struct xj_reply *p)
{
	const char *word = xj_body_need_text(q, "word");
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_request_decline(c.archive, c.id, word, &p->error);
	return xj_api_end(&c, q, p, r, NULL);
}

int
xj_api_request_withdraw(struct xj_request *q, struct xj_reply *p)
{
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_request_withdraw(c.archive, c.id, &p->error);
	return xj_api_end(&c, q, p, r, NULL);
}

static int
add_title(void *ctx, uint64_t id, const char *title, const char *date,
	  const char *unit)
{
	json_array_append_new(ctx, json_pack("{s:I, s:o, s:o, s:o}",
		"id", (json_int_t)id, "title", xj_json_of(title),
		"date", xj_json_of(date), "unit", xj_json_of(unit)));
	return XJ_OK;
}

/* Titles that units publish are for members. */
int
xj_api_titles(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = json_array();

	p->model = json_pack("{s:o}", "titles", list);
	return q->session.who == XJ_GUEST ? XJ_OK :
	       xj_titles(q->archive, xj_asked(q, "words"), add_title, list,
			 &p->error);
}
