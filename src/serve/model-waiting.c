/* model-waiting.c - what waits for the reader, for the first page and programs. */
#include <string.h>

#include "serve/api.h"
#include "serve/people.h"

struct waiting {
	struct xj_request *q;
	json_t *list;
	size_t most;
	const char *what, *shown; /* a code, and in the reader's language */
};

/* `more` is who it is from, or the day it is due: one of them, or "". */
static json_t *
add(struct waiting *w, uint64_t id, const char *title, const char *path,
    const char *more)
{
	json_t *o;

	if (json_array_size(w->list) >= w->most)
		return NULL;
	o = json_pack("{s:s, s:I, s:n, s:o, s:n, s:n, s:b, s:{s:o, s:s, s:o}}",
		      "what", w->what, "id", (json_int_t)id, "number", "title",
		      xj_json_of(title), "name", "due", "late", 0, "shown",
		      "path", xj_json_of(path), "what", w->shown, "more",
		      xj_json_of(more));
	json_array_append_new(w->list, o);
	return o;
}

static int
add_paper(void *ctx, const struct xj_paper *p)
{
	struct waiting *w = ctx;
	const char *from = p->may_review && p->author_count ?
			   p->authors[0].name : "";
	char path[64];
	json_t *o;

	if (!p->own && !p->may_review)
		return XJ_OK;
	/* The work of a draft goes on where it is written. */
	snprintf(path, sizeof(path), "papers/%llu%s", (ull)p->id,
		 p->own ? "/edit" : "");
	o = add(w, p->id, p->title, path, from);
	json_object_set_new(o, "name", xj_text_or_null(from));
	return XJ_OK;
}

static int
add_request(void *ctx, const struct xj_request_row *row)
{
	struct waiting *w = ctx;
	json_t *o;

	if (row->mine)
		return XJ_OK;
	o = add(w, row->number, row->title, "requests", row->name);
	json_object_set_new(o, "name", xj_text_or_null(row->name));
	return XJ_OK;
}

static int
add_decision(void *ctx, const struct xj_decision *d)
{
	struct waiting *w = ctx;
	char path[64];
	json_t *o;

	snprintf(path, sizeof(path), "seminars/%llu", (ull)d->seminar);
	o = add(w, d->seminar, d->text, path, d->due);
	json_object_set_new(o, "number", json_integer(d->number));
	json_object_set_new(o, "due", xj_text_or_null(d->due));
	json_object_set_new(o, "late", json_boolean(d->late > 0));
	return XJ_OK;
}

static void
say(struct waiting *w, const char *what, const char *shown)
{
	w->what = what;
	w->shown = shown;
}

/* Nothing of this keeps the page from being shown. */
static void
add_own(struct waiting *w)
{
	struct xj_archive *a = w->q->archive;
	const char *login = w->q->session.login;

	say(w, "decide", _("to decide on"));
	xj_papers(a, &(struct xj_paper_filter){ .waiting = true }, add_paper,
		  w, NULL);
	say(w, "returned", _("returned to you"));
	xj_papers(a, &(struct xj_paper_filter){ .author = login,
		  .state = "returned" }, add_paper, w, NULL);
	say(w, "decision", _("to be done"));
	xj_decisions(a, &(struct xj_decisions_options){ .member = login },
		     add_decision, w, NULL);
	say(w, "draft", _("draft"));
	xj_papers(a, &(struct xj_paper_filter){ .author = login,
		  .state = "draft" }, add_paper, w, NULL);
}

json_t *
xj_model_waiting(struct xj_request *q, size_t most)
{
	struct waiting w = { .q = q, .list = json_array(), .most = most };

	if (q->session.who == XJ_GUEST)
		return w.list;
	say(&w, "request", _("asked for"));
	xj_requests(q->archive, false, add_request, &w, NULL);
	if (q->session.who == XJ_MEMBER)
		add_own(&w);
	return w.list;
}

int
xj_api_waiting(struct xj_request *q, struct xj_reply *p)
{
	xj_api_give(p, json_pack("{s:o}", "waiting",
				 xj_model_waiting(q, SIZE_MAX)));
	return XJ_OK;
}
