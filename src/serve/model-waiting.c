/* model-waiting.c - what waits for the reader, for the first page. */
#include <string.h>

#include "serve/people.h"

#define SHOWN_MOST 12

struct waiting {
	struct xj_request *q;
	json_t *list;
	const char *what;  /* in the reader's language */
};

static void
add(struct waiting *w, const char *path, const char *title, const char *more,
    bool late)
{
	if (json_array_size(w->list) < SHOWN_MOST)
		json_array_append_new(w->list, json_pack(
			"{s:o, s:o, s:s, s:o, s:b}", "path", xj_json_of(path),
			"title", xj_json_of(title), "what", w->what, "more",
			xj_json_of(more), "late", (int)late));
}

static int
add_paper(void *ctx, const struct xj_paper *p)
{
	struct waiting *w = ctx;
	char path[64];

	/* The work of a draft goes on where it is written. */
	snprintf(path, sizeof(path), "papers/%llu%s", (ull)p->id,
		 p->own ? "/edit" : "");
	if (p->own || p->may_review)
		add(w, path, p->title, p->may_review && p->author_count ?
		    p->authors[0].name : "", false);
	return XJ_OK;
}

static int
add_request(void *ctx, const struct xj_request_row *row)
{
	struct waiting *w = ctx;

	if (!row->mine)
		add(w, "requests", row->title, row->name, false);
	return XJ_OK;
}

static int
add_decision(void *ctx, const struct xj_decision *d)
{
	struct waiting *w = ctx;
	char path[64];

	snprintf(path, sizeof(path), "seminars/%llu", (ull)d->seminar);
	add(w, path, d->text, d->due, d->late > 0);
	return XJ_OK;
}

/* Nothing of this keeps the page from being shown. */
static void
add_own(struct waiting *w)
{
	struct xj_archive *a = w->q->archive;
	const char *login = w->q->session.login;

	w->what = _("to decide on");
	xj_papers(a, &(struct xj_paper_filter){ .waiting = true }, add_paper,
		  w, NULL);
	w->what = _("returned to you");
	xj_papers(a, &(struct xj_paper_filter){ .author = login,
		  .state = "returned" }, add_paper, w, NULL);
	w->what = _("to be done");
	xj_decisions(a, &(struct xj_decisions_options){ .member = login },
		     add_decision, w, NULL);
	w->what = _("draft");
	xj_papers(a, &(struct xj_paper_filter){ .author = login,
		  .state = "draft" }, add_paper, w, NULL);
}

json_t *
xj_model_waiting(struct xj_request *q)
{
	struct waiting w = { .q = q, .list = json_array() };

	if (q->session.who == XJ_GUEST)
		return w.list;
	w.what = _("asked for");
	xj_requests(q->archive, false, add_request, &w, NULL);
	if (q->session.who == XJ_MEMBER)
		add_own(&w);
	return w.list;
}
