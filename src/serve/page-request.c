/* page-request.c - ask to see a document, and answer who asks. */
#include <stdlib.h>
#include <string.h>

#include "serve/serve.h"

#define TITLES_SHOWN 50
#define GRANTED_DAYS 30 /* what a form proposes; the library's own default */

/* -------------------------------------------------------------------- list */

static const char *
state_shown(const char *state)
{
	return strcmp(state, "open") == 0 ? _("waits for an answer") :
	       strcmp(state, "granted") == 0 ? _("granted") :
	       strcmp(state, "declined") == 0 ? _("declined") :
	       _("withdrawn");
}

json_t *
xj_model_request(const struct xj_request_row *r)
{
	bool open = strcmp(r->state, "open") == 0;

	return json_pack("{s:I, s:I, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, "
			 "s:o, s:o, s:b, s:{s:s, s:b, s:o, s:o}}",
		"number", (json_int_t)r->number,
		"document", (json_int_t)r->document,
		"title", xj_json_of(r->title), "member", xj_json_of(r->login),
		"name", xj_json_of(r->name), "purpose", xj_json_of(r->purpose),
		"state", r->state, "by", xj_text_or_null(r->by),
		"word", xj_text_or_null(r->word),
		"until", xj_text_or_null(r->until),
		"asked", xj_model_time(r->asked),
		"answered", xj_model_time(r->answered), "mine", (int)r->mine,
		"shown", "state", state_shown(r->state), "open", (int)open,
		"asked", xj_model_moment(r->asked),
		"answered", r->answered ? xj_model_moment(r->answered) :
		json_null());
}

struct listing {
	json_t *waiting, *mine, *answered;
};

static int
add_request(void *ctx, const struct xj_request_row *r)
{
	struct listing *l = ctx;
	bool open = strcmp(r->state, "open") == 0;

	json_array_append_new(r->mine ? l->mine : open ? l->waiting :
			      l->answered, xj_model_request(r));
	return XJ_OK;
}

int
xj_page_requests(struct xj_request *q, struct xj_reply *p)
{
	struct listing l = { json_array(), json_array(), json_array() };
	char today[XJ_DAY_MAX], until[XJ_DAY_MAX];
	int r = xj_requests(q->archive, true, add_request, &l, &p->error);

	xj_today(today);
	xj_day_add(today, GRANTED_DAYS, until);
	p->page = "requests";
	p->model = json_pack("{s:s, s:o, s:o, s:o, s:s}", "title",
		_("Requests"), "waiting", l.waiting, "asked_for", l.mine,
		"answered_ones", l.answered, "proposed", until);
	xj_model_has(p->model, "has_waiting", "waiting");
	xj_model_has(p->model, "has_asked", "asked_for");
	xj_model_has(p->model, "has_answered", "answered_ones");
	return r;
}

/* ------------------------------------------------------------------ asking */

struct titles {
	uint64_t wanted; /* 0: all */
	json_t *list, *units;
};

static int
add_title(void *ctx, uint64_t id, const char *title, const char *date,
	  const char *unit)
{
	struct titles *t = ctx;

	if (!t->wanted || t->wanted == id)
		json_array_append_new(t->list, json_pack(
			"{s:I, s:o, s:o, s:o, s:o}", "id", (json_int_t)id,
			"title", xj_json_of(title),
			"date", xj_text_or_null(date), "unit",
			xj_json_of(unit), "unit_name",
			xj_json_of(xj_unit_named(t->units, unit))));
	return json_array_size(t->list) >= TITLES_SHOWN ? XJ_END : XJ_OK;
}

/* One that the reader sees already, but may not download, has a title, too. */
static void
add_seen(struct xj_request *q, uint64_t id, json_t *list)
{
	struct xj_document *d;
	char ref[24];

	snprintf(ref, sizeof(ref), "%llu", (ull)id);
	if (xj_document_open(q->archive, ref, &d, NULL) < 0)
		return;
	if (xj_document_info(d)->state == XJ_LIVE)
		json_array_append_new(list, json_pack("{s:I, s:o}", "id",
			(json_int_t)id, "title",
			xj_json_of(*xj_document_info(d)->title ?
				   xj_document_info(d)->title :
				   xj_document_info(d)->name)));
	xj_document_free(d);
}

/* What may be asked for: by words of its title, or `document`. */
static int
show_new(struct xj_request *q, struct xj_reply *p, uint64_t document)
{
	const char *contains = xj_asked(q, "find");
	struct titles t = { .wanted = document, .list = json_array(),
			    .units = xj_model_units(q) };
	int r = XJ_OK;

	if (document)
		add_seen(q, document, t.list);
	if (r == XJ_OK && !json_array_size(t.list))
		r = xj_titles(q->archive, contains, add_title, &t, &p->error);
	json_decref(t.units);
	p->page = "request-new";
	p->model = json_pack("{s:s, s:o, s:o, s:o}", "title",
		_("Ask for a document"), "find",
		xj_json_of(xj_argument(q, "find")), document ? "wanted" : "titles", t.list,
		"purpose", xj_json_of(xj_form(q, "purpose")));
	xj_model_has(p->model, "has_titles", "titles");
	if (r >= 0 && document && !json_array_size(t.list))
		return xj_error_set(&p->error, XJ_ENOTFOUND, "there is no "
				    "document %llu", (ull)document);
	return r < 0 ? r : XJ_OK;
}

int
xj_page_request_new(struct xj_request *q, struct xj_reply *p)
{
	return show_new(q, p, xj_argument_number(q, "document", 1, INT64_MAX,
						 0));
}

int
xj_do_request_new(struct xj_request *q, struct xj_reply *p)
{
	uint64_t document = strtoull(xj_form(q, "document"), NULL, 10);
	struct xj_archive *a;
	struct xj_error why;
	int r = xj_change_open(q, &a, &p->error), s;

	if (r < 0)
		return r;
	r = xj_request(a, document, xj_form(q, "purpose"), NULL, &p->error);
	xj_archive_close(a);
	if (r >= 0)
		return xj_reply_done(q, p, "/requests", "sent");
	why = p->error;
	s = show_new(q, p, document ? document : UINT64_MAX);
	if (s < 0)
		return s;
	p->error = why;
	return xj_form_refused(p, r);
}

/* --------------------------------------------------------------- answering */

static int
answer(struct xj_request *q, struct xj_archive *a, uint64_t number,
       struct xj_error *err)
{
	const char *deed = q->parameters[1], *word = xj_form(q, "word");

	if (strcmp(deed, "grant") == 0)
		return xj_request_grant(a, number, xj_form_or_null(q, "until"),
					xj_form_or_null(q, "right"), word, err);
	if (strcmp(deed, "decline") == 0)
		return xj_request_decline(a, number, word, err);
	if (strcmp(deed, "withdraw") == 0)
		return xj_request_withdraw(a, number, err);
	return xj_error_set(err, XJ_ENOTFOUND, "there is no such page");
}

int
xj_do_request_answer(struct xj_request *q, struct xj_reply *p)
{
	uint64_t number = strtoull(q->parameters[0], NULL, 10);
	struct xj_archive *a;
	int r = xj_change_open(q, &a, &p->error);

	if (r < 0)
		return r;
	r = answer(q, a, number, &p->error);
	xj_archive_close(a);
	if (r >= 0)
		return xj_reply_done(q, p, "/requests", "sent");
	if (r == XJ_ENOTFOUND)
		return r;
	return xj_form_again(q, p, r, xj_page_requests);
}
