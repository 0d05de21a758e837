/* page-packet.c - the materials of a seminar put together: from searches, in order,
 * checked against who is invited, frozen. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "serve/seminar.h"

#define CHECKED_MAX 40   /* items that are checked without being asked to */
#define SHARED_DAYS 30   /* that are proposed, after the seminar */
#define CHOICES_MAX 50

/* ----------------------------------------------------------------- the check */

struct checking {
	struct xj_request *q;
	json_t *blind, *faults, *asked;
};

static json_t *
persons_of(const struct xj_packet_blind *b)
{
	json_t *list = json_array();

	for (size_t i = 0; b->persons && b->persons[i][0]; i++)
		json_array_append_new(list, json_pack("{s:o, s:o}", "login",
			xj_json_of(b->persons[i][0]), "name",
			xj_json_of(b->persons[i][1])));
	return list;
}

/* The request that waits for an answer already. */
static json_t *
asked_for(const json_t *asked, uint64_t document)
{
	char key[24];
	json_t *number;

	snprintf(key, sizeof(key), "%llu", (ull)document);
	number = json_object_get(asked, key);
	return number ? xj_json_format(
		_("It was asked for: request %llu waits for an answer."),
		(ull)json_integer_value(number)) : json_null();
}

json_t *
xj_model_packet_blind(const struct xj_packet_blind *b)
{
	json_t *o = xj_model_packet_line(&b->line);

	json_object_set_new(o, "blind", json_integer((json_int_t)b->blind));
	json_object_set_new(o, "invited", json_integer(
		(json_int_t)b->invited));
	json_object_set_new(o, "persons", b->persons ? persons_of(b)
						     : json_null());
	json_object_set_new(o, "outcome", xj_text_or_null(b->outcome));
	json_object_set_new(o, "why", xj_text_or_null(b->why));
	json_object_set_new(o, "request", json_integer(
		(json_int_t)b->request));
	return o;
}

static int
add_blind(void *ctx, const struct xj_packet_blind *b)
{
	struct checking *c = ctx;
	json_t *o = xj_model_packet_blind(b);
	json_t *shown = json_object_get(o, "shown");

	json_object_set_new(shown, "blind", xj_json_format(ngettext(
		"%zu of %zu invited cannot see item %u",
		"%zu of %zu invited cannot see item %u", b->blind), b->blind,
		b->invited, b->line.number));
	json_object_set_new(shown, "may_share", json_boolean(b->persons !=
							     NULL));
	json_object_set_new(shown, "asked",
			    asked_for(c->asked, b->line.document));
	json_array_append_new(c->blind, o);
	return XJ_OK;
}

int
xj_add_packet_fault(void *ctx, unsigned number, const char *title,
		    const char *why)
{
	json_array_append_new(ctx, json_pack("{s:i, s:o, s:o}", "item",
		(int)number, "title", xj_text_or_null(title), "why",
		xj_json_of(why)));
	return XJ_OK;
}

static int
add_fault(void *ctx, unsigned number, const char *title, const char *why)
{
	struct checking *c = ctx;

	return xj_add_packet_fault(c->faults, number, title, why);
}

static int
note_request(void *ctx, const struct xj_request_row *row)
{
	char key[24];

	snprintf(key, sizeof(key), "%llu", (ull)row->document);
	if (row->mine && strcmp(row->state, "open") == 0)
		json_object_set_new(ctx, key, json_integer(
			(json_int_t)row->number));
	return XJ_OK;
}

static int
add_check(struct xj_request *q, json_t *model, uint64_t id,
	  struct xj_error *err)
{
	struct checking c = { .q = q, .blind = json_array(),
		.faults = json_array(), .asked = json_object() };
	size_t invited = 0;
	int r;

	xj_requests(q->archive, false, note_request, c.asked, NULL);
	r = xj_packet_check(q->archive, id, add_blind, add_fault, &c, &invited,
			    err);
	json_decref(c.asked);
	json_object_set_new(model, "checked", json_true());
	if (r == XJ_OK && !json_array_size(c.blind))
		json_object_set_new(model, "all_see", invited ? xj_json_format(
			ngettext("%zu person is invited, and sees all of it.",
				 "%zu persons are invited, and see all of it.",
				 invited), invited) :
			json_string(_("Nobody is invited yet.")));
	json_object_set_new(model, "blind", c.blind);
	json_object_set_new(model, "faults", c.faults);
	xj_model_has(model, "has_blind", "blind");
	xj_model_has(model, "has_faults", "faults");
	return r;
}

/* ------------------------------------------------------------------ the page */

/* Till when things are shared, unless somebody says another day. */
static json_t *
usual_until(const json_t *model)
{
	char today[XJ_DAY_MAX], day[XJ_DAY_MAX];
	const char *last = json_string_value(json_object_get(model, "until"));

	xj_today(today);
	if (!last)
		last = json_string_value(json_object_get(model, "day"));
	xj_day_add(last && strcmp(last, today) > 0 ? last : today,
		   SHARED_DAYS, day);
	return json_string(day);
}

static int
add_saved(void *ctx, const struct xj_saved_search *s)
{
	json_array_append_new(ctx, xj_json_of(s->name));
	return XJ_OK;
}

/* What is changed of it is told by the number of its item: the first and the last
 * of them go no further. */
static void
mark_ends(json_t *model)
{
	json_t *line, *shown;
	json_int_t last = 0, item;
	size_t i;

	json_array_foreach(json_object_get(model, "lines"), i, line)
		last = json_integer_value(json_object_get(line, "item"));
	json_array_foreach(json_object_get(model, "lines"), i, line) {
		shown = json_object_get(line, "shown");
		item = json_integer_value(json_object_get(line, "item"));
		json_object_set_new(shown, "top", json_boolean(item == 1));
		json_object_set_new(shown, "bottom", json_boolean(item ==
								  last));
	}
}

int
xj_packet_page(struct xj_request *q, struct xj_reply *p, uint64_t id,
	       struct xj_error *err)
{
	json_t *saved, *can;
	bool frozen, edit;
	int r = xj_seminar_model(q, q->archive, id, &p->model, err);

	p->page = "packet";
	if (r < 0)
		return r;
	can = json_object_get(p->model, "can");
	frozen = json_is_true(json_object_get(p->model, "frozen"));
	edit = json_is_true(json_object_get(can, "edit"));
	json_object_set_new(can, "pack", json_boolean(edit && !frozen));
	xj_model_has(p->model, "has_lines", "lines");
	json_object_set_new(p->model, "usual_until", usual_until(p->model));
	mark_ends(p->model);
	if (!edit)
		return XJ_OK;
	saved = json_array();
	xj_saved_searches(q->archive, add_saved, saved, NULL);
	json_object_set_new(p->model, "saved", saved);
	xj_model_has(p->model, "has_saved", "saved");
	if (!json_array_size(json_object_get(p->model, "lines")) ||
	    (json_array_size(json_object_get(p->model, "lines")) >
	     CHECKED_MAX && !*xj_argument(q, "check")))
		return XJ_OK;
	return add_check(q, p->model, id, err);
}

int
xj_page_packet(struct xj_request *q, struct xj_reply *p)
{
	uint64_t id;
	int r = xj_seminar_asked(q, &id, &p->error);

	return r < 0 ? r : xj_packet_page(q, p, id, &p->error);
}

/* ------------------------------------------------------------------ searching */

/* Which documents the packet has already. */
static void
mark_taken(json_t *hits, const json_t *lines)
{
	json_t *hit, *line;
	size_t i, j;

	json_array_foreach(hits, i, hit)
		json_array_foreach((json_t *)lines, j, line)
			if (json_equal(json_object_get(hit, "id"),
				       json_object_get(line, "document")))
				json_object_set_new(hit, "taken", json_true());
}

static int
search(struct xj_request *q, json_t *model, struct xj_error *err)
{
	struct xj_hits *hits;
	struct xj_search s;
	json_t *found;
	int r = xj_search_asked(q, NULL, &hits, &s, err);

	if (r == XJ_EINVAL) { /* nothing in it can be searched for */
		json_object_set_new(model, "nothing", json_true());
		return XJ_OK;
	}
	if (r < 0)
		return r;
	found = xj_model_hits(hits, s.query);
	mark_taken(json_object_get(found, "hits"),
		   json_object_get(model, "lines"));
	xj_search_related(found, hits);
	xj_search_paging(found, &s, xj_hits_total(hits) +
			 xj_hits_related(hits));
	json_object_del(found, "version");
	json_object_update_missing(model, found);
	json_object_set_new(model, "nothing", json_boolean(
		!xj_hits_count(hits)));
	json_object_set_new(model, "found", json_true());
	json_decref(found);
	xj_hits_free(hits);
	return XJ_OK;
}

int
xj_packet_search_page(struct xj_request *q, struct xj_reply *p, uint64_t id,
		      struct xj_error *err)
{
	const char *query = xj_argument(q, "q");
	int r = xj_seminar_model(q, q->archive, id, &p->model, err);

	p->page = "packet-search";
	if (r < 0)
		return r;
	json_object_set_new(p->model, "query", xj_json_of(query));
	if (!json_is_true(json_object_get(json_object_get(p->model, "can"),
					  "edit")))
		return xj_error_set(err, XJ_EPERM, "only who keeps a seminar "
				    "puts its packet together");
	return query[strspn(query, " \n\t")] ? search(q, p->model, err)
					     : XJ_OK;
}

int
xj_page_packet_search(struct xj_request *q, struct xj_reply *p)
{
	uint64_t id;
	int r = xj_seminar_asked(q, &id, &p->error);

	return r < 0 ? r : xj_packet_search_page(q, p, id, &p->error);
}

/* ----------------------------------------------------- which seminar it is for */

struct choosing {
	struct xj_archive *archive;
	json_t *list;
};

static int
add_choice(void *ctx, const struct xj_seminar *s)
{
	if (s->may_edit && !s->frozen)
		json_array_append_new(ctx, xj_model_seminar_row(&s->study));
	return XJ_OK;
}

static int
look_at(void *ctx, const struct xj_study *s)
{
	struct choosing *c = ctx;
	int r;

	if (json_array_size(c->list) == CHOICES_MAX)
		return XJ_OK;
	r = xj_seminar_tell(c->archive, s->id, add_choice, c->list, NULL);
	return r == XJ_ENOTFOUND ? XJ_OK : r;
}

int
xj_page_packet_choose(struct xj_request *q, struct xj_reply *p)
{
	struct choosing c = { .archive = q->archive, .list = json_array() };
	int r = xj_studies(q->archive, &(struct xj_study_filter){
			   .kind = "seminar" }, look_at, &c, &p->error);

	p->page = "packet-choose";
	p->model = json_pack("{s:s, s:o, s:o, s:o, s:b}", "title",
		_("Into the packet of a seminar"), "seminars", c.list,
		"query", xj_json_of(xj_argument(q, "q")),
		"document", xj_json_of(xj_argument(q, "document")),
		"may_add", (int)xj_study_may_add(q->archive));
	xj_model_has(p->model, "has_seminars", "seminars");
	return r;
}
