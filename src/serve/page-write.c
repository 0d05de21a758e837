/*
 * page-write.c - papers while they are written. The page is one form, which holds
 * the whole draft: whichever of its buttons is pressed, what was typed is saved
 * first. write.js saves the text meanwhile.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "serve/people.h"

#define FOUND_SHOWN 8
#define GIVEN_MAX 50 /* documents, or co-authors */

/* ------------------------------------------------------------- what was typed */

/* A list that ends with NULL. */
struct names {
	const char *list[GIVEN_MAX + 1];
	size_t count;
};

static void
add_name(struct names *n, const char *name)
{
	if (*name && n->count < GIVEN_MAX)
		n->list[n->count++] = name;
}

/* The documents of the form, with one more or one less. */
static void
basis_typed(const struct xj_request *q, struct names *n)
{
	const char *drop = xj_form(q, "drop");

	for (const struct xj_field *f = q->form; f; f = f->next)
		if (strcmp(f->name, "document") == 0 &&
		    strcmp(f->value, drop) != 0)
			add_name(n, f->value);
	add_name(n, xj_form(q, "add"));
}

/* "li, wang 张三" */
static void
authors_typed(const struct xj_request *q, struct names *n)
{
	static const char *const between[] = { ",", ";", " ", "，", "；", "、",
					       "\n", "\t", "\u3000" };
	char *text = xj_arena_strdup(q->arena, xj_form(q, "with"));

	while (text && *text) {
		char *end = text + strlen(text);
		size_t gap = 0;

		for (size_t i = 0; i < XJ_COUNT(between); i++) {
			char *at = strstr(text, between[i]);

			if (at && at < end) {
				end = at;
				gap = strlen(between[i]);
			}
		}
		if (gap)
			*end = '\0';
		add_name(n, text);
		text = end + gap;
	}
}

/* ----------------------------------------------------------------- to choose */

static void
choice(json_t *list, const char *value, const char *shown, const char *chosen)
{
	json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "value",
		xj_json_of(value), "shown", xj_json_of(shown), "chosen",
		strcmp(value, chosen) == 0));
}

/* This year and the last one, and that which it is. */
static json_t *
years(const char *chosen)
{
	json_t *list = json_array();
	char today[XJ_DAY_MAX], year[16];
	int now;

	xj_today(today);
	today[4] = '\0';
	now = atoi(today);
	for (int i = 0; i < 2; i++) {
		snprintf(year, sizeof(year), "%d", now - i);
		choice(list, year, year, chosen);
	}
	if (*chosen && atoi(chosen) < now - 1)
		choice(list, chosen, chosen, chosen);
	return list;
}

struct choosing {
	struct xj_request *q;
	json_t *list;
	const char *chosen, *today;
};

static int
add_topic(void *ctx, const struct xj_topic *t)
{
	struct choosing *c = ctx;
	char shown[400];

	if (t->until && strcmp(t->until, c->today) < 0 &&
	    strcmp(t->code, c->chosen) != 0)
		return XJ_OK;
	snprintf(shown, sizeof(shown), "%s%s", t->depth > 1 ? "— " : "",
		 xj_model_topic_name(c->q, t));
	choice(c->list, t->code, shown, c->chosen);
	return XJ_OK;
}

static int
add_called(void *ctx, const struct xj_seminar *s)
{
	struct choosing *c = ctx;
	char ref[24];

	snprintf(ref, sizeof(ref), "%llu", (ull)s->study.id);
	if (strcmp(ref, c->chosen) == 0 ||
	    (*s->call_until && strcmp(s->call_until, c->today) >= 0))
		choice(c->list, ref, s->study.title, c->chosen);
	return XJ_OK;
}

static int
note_seminar(void *ctx, const struct xj_study *s)
{
	json_array_append_new(ctx, json_integer((json_int_t)s->id));
	return XJ_OK;
}

/* Those that call for papers, and the one that it answers. */
static int
add_seminars(struct choosing *c, struct xj_error *err)
{
	json_t *ids = json_array();
	const json_t *id;
	size_t i;
	int r = xj_studies(c->q->archive, &(struct xj_study_filter){
			   .kind = "seminar" }, note_seminar, ids, err);

	json_array_foreach(ids, i, id)
		if (r == XJ_OK)
			r = xj_seminar_tell(c->q->archive, (uint64_t)
				json_integer_value(id), add_called, c, err);
	json_decref(ids);
	return r;
}

static int
add_found(struct xj_request *q, json_t *model, struct xj_error *err)
{
	const char *find = xj_argument(q, "find");
	struct xj_hits *hits;
	json_t *list;
	int r;

	json_object_set_new(model, "find", xj_json_of(find));
	if (!*find)
		return XJ_OK;
	r = xj_search(q->archive, &(struct xj_search){ .query = find,
		      .limit = FOUND_SHOWN, .no_passages = true, .here = true },
		      &hits, err);
	if (r < 0)
		return r;
	list = json_array();
	for (size_t i = 0; i < xj_hits_count(hits); i++)
		json_array_append_new(list, xj_model_info(
			&xj_hits_at(hits, i)->info));
	json_object_set_new(model, "found", list);
	json_object_set_new(model, "has_found",
			    json_boolean(xj_hits_count(hits) > 0));
	xj_hits_free(hits);
	return XJ_OK;
}

/* ------------------------------------------------------------------- the page */

static int
keep_version(void *ctx, unsigned version, int64_t at, const char *text)
{
	(void)at, (void)text;
	*(unsigned *)ctx = version;
	return XJ_OK;
}

static int
no_problem(void *ctx, const struct xj_error *problem)
{
	(void)ctx, (void)problem;
	return XJ_OK;
}

static int
add_problem(void *ctx, const struct xj_error *problem)
{
	json_array_append_new(ctx, xj_json_of(problem->message));
	return XJ_OK;
}

/* Of one that was returned, where its draft will go on. */
static int
version_of(struct xj_request *q, uint64_t id, const json_t *paper,
	   unsigned *version, struct xj_error *err)
{
	*version = (unsigned)json_integer_value(json_object_get(paper,
								"draft"));
	return *version ? XJ_OK : xj_paper_saves(q->archive, id, keep_version,
						 version, err);
}

static json_t *
co_authors(const json_t *paper)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	const json_t *list = json_object_get(paper, "authors");

	for (size_t i = 1; i < json_array_size(list); i++)
		xj_buf_addf(&b, "%s%s", i > 1 ? ", " : "", json_string_value(
			    json_object_get(json_array_get(list, i),
					    "login")));
	return xj_json_of(xj_buf_str(&b));
}

static int
add_choices(struct xj_request *q, json_t *model, struct xj_error *err)
{
	const char *topic = json_string_value(json_object_get(model, "topic"));
	const json_t *seminar = json_object_get(model, "seminar");
	const char *year = json_string_value(json_object_get(model, "year"));
	char today[XJ_DAY_MAX], ref[24];
	struct choosing t = { .q = q, .list = json_array(), .today = today,
			      .chosen = topic ? topic : "" };
	struct choosing s = { .q = q, .list = json_array(), .today = today,
			      .chosen = ref };
	int r;

	xj_today(today);
	snprintf(ref, sizeof(ref), "%lld", (long long)
		 json_integer_value(seminar));
	r = xj_topics(q->archive, NULL, add_topic, &t, err);
	if (r == XJ_OK)
		r = add_seminars(&s, err);
	json_object_set_new(model, "years", years(year ? year : ""));
	json_object_set_new(model, "topics", t.list);
	json_object_set_new(model, "seminars", s.list);
	json_object_set_new(model, "has_seminars",
			    json_boolean(json_array_size(s.list) > 0));
	return r;
}

/* Why it was returned, if that is the last that was said of it. */
static void
add_returned(json_t *model)
{
	const json_t *list = json_object_get(model, "reviews");
	json_t *last = json_array_size(list) ?
		json_array_get(list, json_array_size(list) - 1) : NULL;
	const char *what = json_string_value(json_object_get(last, "what"));

	if (what && strcmp(what, "return") == 0)
		json_object_set(model, "returned", last);
}

/* The draft as it is saved. XJ_EPERM: he is not the one who writes it. */
static int
build(struct xj_request *q, uint64_t id, json_t **model, struct xj_error *err)
{
	struct xj_paper_check check = { 0 };
	unsigned version = 0;
	char *text = NULL;
	int r = xj_model_paper_of(q, id, model, err);

	if (r == XJ_OK && !json_is_true(json_object_get(*model, "own")))
		r = xj_error_set(err, XJ_EPERM, "only the first of its authors "
				 "changes a paper and hands it in");
	if (r == XJ_OK)
		r = xj_paper_text(q->archive, id, &text, err);
	if (r == XJ_OK)
		r = version_of(q, id, *model, &version, err);
	if (r == XJ_OK)
		r = add_choices(q, *model, err);
	if (r < 0) {
		xj_free(text);
		return r;
	}
	add_returned(*model);
	json_object_set_new(*model, "text", xj_json_of(text));
	json_object_set_new(*model, "with", co_authors(*model));
	json_object_set_new(*model, "draft", json_integer(version));
	json_object_set_new(*model, "name", json_incref(json_object_get(*model,
								"title")));
	if (xj_paper_check(q->archive, id, no_problem, NULL, NULL, &check,
			   NULL) == XJ_OK)
		json_object_set_new(*model, "counted", xj_model_length(&check));
	else /* it is no draft yet */
		json_object_set(*model, "counted", json_object_get(
			json_object_get(*model, "shown"), "length"));
	xj_free(text);
	return XJ_OK;
}

/* It was handed in, and nobody gave it back. */
static bool
is_out_of_hand(const json_t *paper)
{
	const char *state = json_string_value(json_object_get(paper, "state"));

	return strcmp(state, "draft") != 0 && strcmp(state, "returned") != 0 &&
	       strcmp(state, "withdrawn") != 0;
}

int
xj_page_paper_edit(struct xj_request *q, struct xj_reply *p)
{
	uint64_t id;
	int r = xj_paper_asked(q, &id, &p->error);

	p->page = "paper-edit";
	if (r == XJ_OK)
		r = build(q, id, &p->model, &p->error);
	if (r == XJ_OK && is_out_of_hand(p->model))
		return xj_reply_redirect(q, p, xj_arena_printf(q->arena,
					 "/papers/%llu", (ull)id));
	return r < 0 ? r : add_found(q, p->model, &p->error);
}

/* The page with what was typed in place of what is saved. */
static int
page_typed(struct xj_request *q, struct xj_reply *p, uint64_t id)
{
	struct xj_error err = { 0 };
	int r;

	p->page = "paper-edit";
	r = build(q, id, &p->model, &err);
	if (r < 0) {
		p->error = err;
		return r;
	}
	json_object_set_new(p->model, "text", xj_json_of(xj_form(q, "text")));
	json_object_set_new(p->model, "name", xj_json_of(xj_form(q, "title")));
	json_object_set_new(p->model, "with", xj_json_of(xj_form(q, "with")));
	return XJ_OK;
}

/* Somebody - himself, in another window - saved meanwhile: both are shown. The
 * form goes on from the other's version, so that saving it is a decision. */
static int
page_conflict(struct xj_request *q, struct xj_reply *p, uint64_t id)
{
	json_t *other;
	int r = page_typed(q, p, id);

	if (r < 0)
		return r;
	r = build(q, id, &other, &p->error);
	if (r < 0) {
		json_decref(other);
		return r;
	}
	json_object_set_new(p->model, "other", other);
	xj_error_set(&p->error, XJ_EBUSY, "this paper was saved from another "
		     "window meanwhile: both texts are shown; saving yours "
		     "now takes its place");
	return xj_reply_refused(p, XJ_EBUSY);
}

/* -------------------------------------------------------------------- saving */

/* "" is what nothing begins from: never any. */
static unsigned
version_typed(const struct xj_request *q)
{
	const char *text = xj_form(q, "version");
	unsigned long n = strspn(text, "0123456789") == strlen(text) ?
			  strtoul(text, NULL, 10) : 0;

	return n && n < UINT_MAX ? (unsigned)n : UINT_MAX;
}

/* The text first, so that it is safe whatever is wrong with the rest. */
static int
save_text(struct xj_archive *a, const struct xj_request *q, uint64_t id,
	  bool autosave, struct xj_paper_saved *saved, struct xj_error *err)
{
	const char *text = xj_form(q, "text");

	return xj_paper_write(a, id, text, strlen(text), autosave,
			      &(struct xj_change_options){
				.if_version = version_typed(q) }, saved, err);
}

/* What the form does not have stays as it is. */
static const char *
typed(const struct xj_request *q, const char *name)
{
	for (const struct xj_field *f = q->form; f; f = f->next)
		if (strcmp(f->name, name) == 0)
			return f->value;
	return NULL;
}

static int
save_rest(struct xj_archive *a, const struct xj_request *q, uint64_t id,
	  struct xj_paper_saved *saved, struct xj_error *err)
{
	struct names with = { 0 }, basis = { 0 };
	struct xj_paper_saved rest;
	int r;

	basis_typed(q, &basis);
	authors_typed(q, &with);
	r = xj_paper_edit(a, id, &(struct xj_paper_given){
			  .title = typed(q, "title"),
			  .year = typed(q, "year"),
			  .topic = typed(q, "topic"),
			  .seminar = typed(q, "seminar"),
			  .with = typed(q, "with") ? with.list : NULL,
			  .based_on = basis.list },
			  &(struct xj_change_options){
				.if_version = saved->version }, &rest, err);
	if (r == XJ_OK)
		saved->version = rest.version;
	return r;
}

/* Whether it was refused because another version was saved, not because the
 * archive is busy. */
static bool
is_stale(struct xj_request *q, uint64_t id)
{
	json_t *paper = NULL;
	unsigned version = 0;
	int r = xj_model_paper_of(q, id, &paper, NULL);

	if (r == XJ_OK)
		r = version_of(q, id, paper, &version, NULL);
	json_decref(paper);
	return r == XJ_OK && version != version_typed(q);
}

static int
hand_in(struct xj_archive *a, uint64_t id, json_t *problems,
	struct xj_error *err)
{
	struct xj_study_changed changed;
	struct xj_paper_check check;
	int r = xj_paper_check(a, id, add_problem, NULL, problems, &check,
			       err);

	if (r == XJ_OK && check.problems)
		return xj_error_set(err, XJ_EINVAL, "it is saved, but cannot "
				    "be handed in yet");
	return r < 0 ? r : xj_paper_submit(a, id, NULL, &changed, err);
}

static int
save(struct xj_request *q, uint64_t id, json_t *problems, struct xj_error *err)
{
	struct xj_paper_saved saved;
	struct xj_archive *a;
	int r = xj_change_open(q, &a, err);

	if (r < 0)
		return r;
	r = save_text(a, q, id, false, &saved, err);
	if (r == XJ_OK)
		r = save_rest(a, q, id, &saved, err);
	if (r == XJ_OK && strcmp(xj_form(q, "do"), "submit") == 0)
		r = hand_in(a, id, problems, err);
	xj_archive_close(a);
	return r;
}

static int
go_on(struct xj_request *q, struct xj_reply *p, uint64_t id)
{
	xj_auto(xj_buf_release) struct xj_buf find = XJ_BUF_INIT;
	const char *page = xj_arena_printf(q->arena, "/papers/%llu", (ull)id);

	if (strcmp(xj_form(q, "do"), "submit") == 0)
		return xj_reply_done(q, p, page, "submitted");
	xj_url_encode(&find, xj_form(q, "find"));
	return xj_reply_done(q, p, !find.len ||
		*xj_form(q, "add") ? xj_arena_printf(q->arena, "%s/edit", page)
		: xj_arena_printf(q->arena, "%s/edit?find=%s#basis", page,
				  xj_buf_str(&find)), "saved");
}

int
xj_do_paper_edit(struct xj_request *q, struct xj_reply *p)
{
	json_t *problems;
	uint64_t id;
	int r = xj_paper_asked(q, &id, &p->error), shown;

	if (r < 0)
		return r;
	problems = json_array();
	r = save(q, id, problems, &p->error);
	if (r == XJ_EBUSY && is_stale(q, id))
		shown = page_conflict(q, p, id);
	else if (r == XJ_OK)
		shown = go_on(q, p, id);
	else if (r == XJ_EINVAL || r == XJ_ENOTFOUND || r == XJ_ELIMIT) {
		shown = page_typed(q, p, id);
		if (shown == XJ_OK) {
			json_object_set(p->model, "problems", problems);
			json_object_set_new(p->model, "has_problems",
				json_boolean(json_array_size(problems) > 0));
			shown = xj_reply_refused(p, XJ_EINVAL);
		}
	} else
		shown = r;
	json_decref(problems);
	return shown;
}

/* For write.js: the text and the title, and how long it is by now. */
static int
autosave(struct xj_request *q, uint64_t id, struct xj_paper_saved *saved,
	 struct xj_paper_check *check, struct xj_error *err)
{
	struct xj_paper_saved rest;
	struct xj_archive *a;
	int r = xj_change_open(q, &a, err);

	if (r < 0)
		return r;
	r = save_text(a, q, id, true, saved, err);
	if (r == XJ_OK && *xj_form(q, "title") &&
	    xj_paper_edit(a, id, &(struct xj_paper_given){
			  .title = xj_form(q, "title") },
			  &(struct xj_change_options){
				.if_version = saved->version }, &rest, err) ==
	    XJ_OK)
		saved->version = rest.version;
	if (r == XJ_OK)
		r = xj_paper_check(a, id, no_problem, NULL, NULL, check, err);
	xj_archive_close(a);
	return r;
}

int
xj_do_paper_autosave(struct xj_request *q, struct xj_reply *p)
{
	struct xj_paper_saved saved = { 0 };
	struct xj_paper_check check = { 0 };
	uint64_t id;
	int r = xj_paper_asked(q, &id, &p->error);

	if (r == XJ_OK)
		r = autosave(q, id, &saved, &check, &p->error);
	if (r == XJ_EBUSY && is_stale(q, id))
		p->status = 409;
	if (r < 0) { /* said as JSON, too */
		xj_reply_error(q, p, r);
		p->page = NULL;
		return XJ_OK;
	}
	p->model = json_pack("{s:i, s:I, s:I, s:o, s:o}",
		"draft", (int)saved.version, "own", (json_int_t)check.own,
		"minimum", (json_int_t)check.minimum,
		"counted", xj_model_length(&check), "dropped",
		*saved.dropped ? xj_json_format(_("Left out of the markup that "
			"was pasted: %s"), saved.dropped) : json_null());
	return XJ_OK;
}

/* -------------------------------------------------------------------- a new one */

/* The documents that it begins with, as an address or a form names them. */
static json_t *
documents_named(struct xj_request *q, const struct xj_field *fields)
{
	json_t *list = json_array();
	struct xj_document *d;

	for (const struct xj_field *f = fields; f; f = f->next) {
		if (strcmp(f->name, "document") != 0 ||
		    json_array_size(list) == GIVEN_MAX ||
		    xj_document_open(q->archive, f->value, &d, NULL) < 0)
			continue;
		if (xj_document_info(d)->state == XJ_LIVE)
			json_array_append_new(list, xj_model_info(
				xj_document_info(d)));
		xj_document_free(d);
	}
	return list;
}

static int
page_new(struct xj_request *q, struct xj_reply *p,
	 const struct xj_field *fields, const char *name)
{
	json_t *list = documents_named(q, fields);
	const json_t *first = json_array_get(list, 0);
	const char *title = json_string_value(json_object_get(first, "title"));
	const char *seminar = "";

	for (const struct xj_field *f = fields; f; f = f->next)
		if (strcmp(f->name, "seminar") == 0)
			seminar = f->value;
	p->page = "paper-new";
	p->model = json_pack("{s:s, s:o, s:o, s:b}", "title",
			     _("Write a paper"), "documents", list, "seminar",
			     xj_json_of(seminar), "has_documents",
			     json_array_size(list) > 0);
	json_object_set_new(p->model, "name", name ? xj_json_of(name) :
		title && *title ? xj_json_format(_("On reading “%s”"), title) :
		json_string(""));
	return XJ_OK;
}

int
xj_page_paper_new(struct xj_request *q, struct xj_reply *p)
{
	return page_new(q, p, q->arguments, NULL);
}

int
xj_do_paper_new(struct xj_request *q, struct xj_reply *p)
{
	const char *seminar = xj_form(q, "seminar");
	struct names basis = { 0 };
	struct xj_paper_saved saved;
	struct xj_archive *a;
	int r = xj_change_open(q, &a, &p->error);

	if (r < 0)
		return r;
	basis_typed(q, &basis);
	r = xj_paper_new(a, &(struct xj_paper_given){
			 .title = xj_form(q, "title"), .based_on = basis.list,
			 .seminar = *seminar ? seminar : NULL }, "", 0, NULL,
			 &saved, &p->error);
	xj_archive_close(a);
	if (r == XJ_OK)
		return xj_reply_redirect(q, p, xj_arena_printf(q->arena,
			"/papers/%llu/edit", (ull)saved.id));
	if (r == XJ_ENOTFOUND) /* a document or a seminar that is gone */
		r = XJ_EINVAL;
	page_new(q, p, q->form, xj_form(q, "title"));
	return xj_reply_refused(p, r);
}
