/* page-paper.c - reflection papers: mine, those that wait for me, one of them. */
#include <stdlib.h>
#include <string.h>

#include "serve/people.h"

#define LIST_MOST 200

/* ------------------------------------------------------------------- lists */

/* What he has of this year, and what is hoped for. */
static int
add_year(struct xj_request *q, json_t *model, struct xj_error *err)
{
	char today[XJ_DAY_MAX], amount[XJ_AMOUNT_MAX];
	double papers;
	int r;

	xj_today(today);
	today[4] = '\0';
	r = xj_paper_counted(q->archive, today, &papers, err);
	if (r < 0)
		return r;
	json_object_set_new(model, "year", json_string(today));
	json_object_set_new(model, "counted", xj_json_format(
		_("Accepted in %s: %s of %d"), today,
		xj_paper_amount(papers, amount), XJ_PAPER_TARGET));
	return XJ_OK;
}

int
xj_page_papers(struct xj_request *q, struct xj_reply *p)
{
	json_t *mine = json_array(), *waiting = json_array();
	int r = XJ_OK;

	p->page = "papers";
	p->model = json_pack("{s:s, s:o, s:o}", "title", _("Reflection papers"),
			     "mine", mine, "waiting", waiting);
	if (q->session.who == XJ_OWNER)
		return xj_reply_redirect(q, p, "/papers/all");
	r = xj_papers(q->archive, &(struct xj_paper_filter){
		      .author = q->session.login }, xj_model_add_paper, mine,
		      &p->error);
	if (r == XJ_OK)
		r = xj_papers(q->archive, &(struct xj_paper_filter){
			      .waiting = true }, xj_model_add_paper, waiting,
			      &p->error);
	xj_model_has(p->model, "has_mine", "mine");
	xj_model_has(p->model, "has_waiting", "waiting");
	return r < 0 ? r : add_year(q, p->model, &p->error);
}

/* Those of others; a draft is nobody else's. */
static int
add_other(void *ctx, const struct xj_paper *p)
{
	if (!p->mine && json_array_size(ctx) < LIST_MOST)
		json_array_append_new(ctx, xj_model_paper(p));
	return XJ_OK;
}

static json_t *
states(const char *chosen)
{
	static const char *const all[] = { "submitted", "returned", "accepted",
					   "shared" };
	json_t *list = json_array();

	for (size_t i = 0; i < XJ_COUNT(all); i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}",
			"value", all[i], "shown", _(all[i]), "chosen",
			strcmp(all[i], chosen) == 0));
	return list;
}

/* Of an address: a year, and else this one. */
const char *
xj_year_asked(struct xj_request *q)
{
	const char *year = xj_argument(q, "year");
	char today[XJ_DAY_MAX];

	xj_today(today);
	return strlen(year) == 4 && strspn(year, "0123456789") == 4 ? year :
	       xj_arena_strndup(q->arena, today, 4);
}

int
xj_page_papers_all(struct xj_request *q, struct xj_reply *p)
{
	const char *year = xj_year_asked(q), *state = xj_argument(q, "state");
	json_t *list = json_array();
	int r;

	p->page = "papers-all";
	p->model = json_pack("{s:s, s:o, s:o, s:o}", "title",
			     _("Papers that you may read"), "papers", list,
			     "year", xj_json_of(year), "states", states(state));
	r = xj_papers(q->archive, &(struct xj_paper_filter){ .year = year,
		      .state = *state ? state : NULL }, add_other, list,
		      &p->error);
	xj_model_has(p->model, "has_papers", "papers");
	return r;
}

/* --------------------------------------------------------------------- one */

struct sharing {
	json_t *list, *units;
};

static int
add_share(void *ctx, const struct xj_share_shown *s)
{
	struct sharing *t = ctx;

	if (!s->over)
		json_array_append_new(t->list, json_pack("{s:I, s:o, s:o}",
			"number", (json_int_t)s->number, "whom",
			xj_model_whom(s->to, s->who, s->name, t->units),
			"until", xj_text_or_null(s->until)));
	return XJ_OK;
}

static int
add_own_unit(void *ctx, const struct xj_member *m)
{
	for (size_t i = 0; i < m->membership_count; i++)
		json_array_append_new(ctx, json_pack("{s:o, s:o}", "code",
			xj_json_of(m->memberships[i].unit), "name",
			xj_json_of(m->memberships[i].unit_name)));
	return XJ_OK;
}

/* His branch stands before his ward: that is where papers are talked of. */
static int
add_sharing(struct xj_request *q, json_t *model, uint64_t id,
	    struct xj_error *err)
{
	struct sharing sharing = { json_array(), xj_model_units(q) };
	json_t *own = json_array();
	int r = xj_paper_shares(q->archive, id, add_share, &sharing, err);

	if (r == XJ_OK)
		r = xj_members(q->archive, &(struct xj_members_options){
			       .member = q->session.login }, add_own_unit,
			       own, err);
	json_decref(sharing.units);
	json_object_set_new(model, "may_share", json_true());
	json_object_set_new(model, "shares", sharing.list);
	json_object_set_new(model, "units", own);
	xj_model_has(model, "has_shares", "shares");
	return r;
}

/* Which buttons stand on the page, by what it is and what he is to it. */
static void
add_deeds(json_t *model, const char *state)
{
	bool own = json_is_true(json_object_get(model, "own"));
	bool draft = strcmp(state, "draft") == 0;
	bool gone = strcmp(state, "withdrawn") == 0;
	bool back = strcmp(state, "returned") == 0;

	json_object_set_new(model, "may_write",
			    json_boolean(own && (draft || back || gone)));
	json_object_set_new(model, "may_remove", json_boolean(own && draft));
	json_object_set_new(model, "may_withdraw",
			    json_boolean(own && !draft && !gone));
}

static int
note_title(void *ctx, const struct xj_seminar *s)
{
	json_object_set_new(ctx, "seminar_title", xj_json_of(s->study.title));
	return XJ_OK;
}

/* One that he does not see is not named. */
static void
add_seminar(struct xj_request *q, json_t *model)
{
	const json_t *id = json_object_get(model, "seminar");

	if (json_is_integer(id))
		xj_seminar_tell(q->archive, (uint64_t)json_integer_value(id),
				note_title, model, NULL);
}

static int
build(struct xj_request *q, struct xj_reply *p, uint64_t id)
{
	const char *state;
	char *text = NULL;
	int r = xj_model_paper_of(q, id, &p->model, &p->error);

	if (r < 0)
		return r;
	p->page = "paper";
	state = json_string_value(json_object_get(p->model, "state"));
	add_deeds(p->model, state);
	add_seminar(q, p->model);
	xj_model_has(p->model, "has_reviews", "reviews");
	/* The text of one that was withdrawn is gone for everybody else. */
	if (xj_paper_text(q->archive, id, &text, NULL) == XJ_OK)
		json_object_set_new(p->model, "prose", xj_markdown(text, 2));
	xj_free(text);
	if (json_is_true(json_object_get(p->model, "own")) &&
	    (strcmp(state, "accepted") == 0 || strcmp(state, "shared") == 0))
		r = add_sharing(q, p->model, id, &p->error);
	return r;
}

int
xj_page_paper(struct xj_request *q, struct xj_reply *p)
{
	uint64_t id;
	int r = xj_paper_asked(q, &id, &p->error);

	return r < 0 ? r : build(q, p, id);
}

/* -------------------------------------------------------------------- deeds */

struct deed {
	int (*fn)(struct xj_archive *a, const struct xj_request *q,
		  uint64_t id, struct xj_error *err);
	const char *done, *to; /* to: NULL: the page of the paper */
};

/* The page again with what was typed, when it was refused. */
static int
do_deed(struct xj_request *q, struct xj_reply *p, const struct deed *d)
{
	struct xj_archive *a;
	uint64_t id;
	int r = xj_paper_asked(q, &id, &p->error), shown;
	struct xj_error err;

	if (r == XJ_OK)
		r = xj_change_open(q, &a, &p->error);
	if (r < 0)
		return r;
	r = d->fn(a, q, id, &p->error);
	xj_archive_close(a);
	if (r == XJ_OK)
		return xj_reply_done(q, p, d->to ? d->to :
			xj_arena_printf(q->arena, "/papers/%llu", (ull)id),
			d->done);
	err = p->error;
	shown = build(q, p, id);
	if (shown < 0)
		return shown;
	p->error = err;
	json_object_set_new(p->model, "reason",
			    xj_json_of(xj_form(q, "reason")));
	json_object_set_new(p->model, "to", xj_json_of(xj_form(q, "to")));
	/* A unit that is not there is no missing page. */
	return xj_reply_refused(p, r == XJ_ENOTFOUND ? XJ_EINVAL : r);
}

/* What is decided is the version that was read. */
static struct xj_change_options
as_read(const struct xj_request *q)
{
	return (struct xj_change_options){ .if_version = (unsigned)
		strtoul(xj_form(q, "version"), NULL, 10) };
}

static int
take_back(struct xj_archive *a, const struct xj_request *q, uint64_t id,
	  struct xj_error *err)
{
	const struct xj_change_options o = as_read(q);
	struct xj_study_changed changed;

	return xj_paper_return(a, id, xj_form(q, "reason"), &o, &changed, err);
}

static int
accept(struct xj_archive *a, const struct xj_request *q, uint64_t id,
       struct xj_error *err)
{
	const struct xj_change_options o = as_read(q);
	const char *word = xj_form(q, "reason");
	struct xj_study_changed changed;

	return xj_paper_accept(a, id, *word ? word : NULL, &o, &changed, err);
}

static int
share(struct xj_archive *a, const struct xj_request *q, uint64_t id,
      struct xj_error *err)
{
	const char *to = xj_form(q, "to"), *until = xj_form(q, "until");
	struct xj_study_changed changed;

	return xj_paper_share(a, id, &(struct xj_share_given){
		.to = *to ? to : xj_form(q, "unit"),
		.until = *until ? until : NULL }, NULL, &changed, err);
}

static int
unshare(struct xj_archive *a, const struct xj_request *q, uint64_t id,
	struct xj_error *err)
{
	struct xj_study_changed changed;

	return xj_paper_unshare(a, id, xj_form(q, "number"), NULL, &changed,
				err);
}

static int
withdraw(struct xj_archive *a, const struct xj_request *q, uint64_t id,
	 struct xj_error *err)
{
	struct xj_study_changed changed;

	(void)q;
	return xj_paper_withdraw(a, id, NULL, &changed, err);
}

static int
drop(struct xj_archive *a, const struct xj_request *q, uint64_t id,
     struct xj_error *err)
{
	struct xj_study_changed changed;

	(void)q;
	return xj_paper_remove(a, id, NULL, &changed, err);
}

int
xj_do_paper_return(struct xj_request *q, struct xj_reply *p)
{
	return do_deed(q, p, &(struct deed){ take_back, "returned", NULL });
}

int
xj_do_paper_accept(struct xj_request *q, struct xj_reply *p)
{
	return do_deed(q, p, &(struct deed){ accept, "accepted", NULL });
}

int
xj_do_paper_share(struct xj_request *q, struct xj_reply *p)
{
	return do_deed(q, p, &(struct deed){ share, "shared", NULL });
}

int
xj_do_paper_unshare(struct xj_request *q, struct xj_reply *p)
{
	return do_deed(q, p, &(struct deed){ unshare, "unshared", NULL });
}

int
xj_do_paper_withdraw(struct xj_request *q, struct xj_reply *p)
{
	return do_deed(q, p, &(struct deed){ withdraw, "withdrawn", NULL });
}

int
xj_do_paper_remove(struct xj_request *q, struct xj_reply *p)
{
	return do_deed(q, p, &(struct deed){ drop, "removed", "/papers" });
}

/* ------------------------------------------------------------------ history */

struct saves {
	json_t *list;
	const char *asked; /* the version whose text is shown; "" */
	json_t *text;
};

static int
add_save(void *ctx, unsigned version, int64_t at, const char *text)
{
	struct saves *s = ctx;
	char ref[16];

	snprintf(ref, sizeof(ref), "%u", version);
	json_array_insert_new(s->list, 0, json_pack("{s:i, s:o, s:o}",
		"version", (int)version, "moment", xj_model_moment(at),
		"length", xj_json_format(ngettext("%llu character",
		"%llu characters", xj_utf8_count(text, strlen(text))),
		(ull)xj_utf8_count(text, strlen(text)))));
	if (strcmp(ref, s->asked) == 0 && !s->text)
		s->text = json_pack("{s:i, s:o, s:o}", "version", (int)version,
				    "text", xj_json_of(text), "moment",
				    xj_model_moment(at));
	return XJ_OK;
}

int
xj_page_paper_history(struct xj_request *q, struct xj_reply *p)
{
	struct saves saves = { .list = json_array(),
			       .asked = xj_argument(q, "draft") };
	uint64_t id;
	int r = xj_paper_asked(q, &id, &p->error);

	if (r == XJ_OK)
		r = xj_model_paper_of(q, id, &p->model, &p->error);
	if (r == XJ_OK)
		r = xj_paper_saves(q->archive, id, add_save, &saves,
				   &p->error);
	if (r < 0) {
		json_decref(saves.list);
		return r;
	}
	p->page = "paper-history";
	json_object_set_new(p->model, "events", xj_model_study_history(q,
			    "paper", id));
	json_object_set_new(p->model, "saves", saves.list);
	xj_model_has(p->model, "has_events", "events");
	xj_model_has(p->model, "has_saves", "saves");
	if (saves.text)
		json_object_set_new(p->model, "saved", saves.text);
	return XJ_OK;
}
