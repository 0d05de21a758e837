/* api-paper.c - reflection papers for programs. */
#include <string.h>

#include "serve/api.h"
#include "serve/people.h"

static const char *
asked(const struct xj_request *q, const char *name)
{
	const char *value = xj_argument(q, name);

	return *value ? value : NULL;
}

/* ------------------------------------------------------------------- papers */

int
xj_api_papers(struct xj_request *q, struct xj_reply *p)
{
	json_t *list = json_array();
	int r = xj_papers(q->archive, &(struct xj_paper_filter){
		.year = asked(q, "year"), .unit = asked(q, "unit"),
		.author = asked(q, "author"), .state = asked(q, "state"),
		.waiting = asked(q, "waiting") != NULL }, xj_model_add_paper,
		list, &p->error);

	xj_api_give(p, json_pack("{s:o}", "papers", list));
	return r;
}

static int
keep_version(void *ctx, unsigned version, int64_t at, const char *text)
{
	(void)at, (void)text;
	*(unsigned *)ctx = version;
	return XJ_OK;
}

/* What a change by its author begins from is the draft's version, also where the
 * draft begins anew; for anybody else it is that of the paper. */
static unsigned
version_of(struct xj_request *q, uint64_t id, const json_t *paper)
{
	const char *state = json_string_value(json_object_get(paper, "state"));
	unsigned version = (unsigned)json_integer_value(json_object_get(paper,
				strcmp(state, "draft") == 0 ? "draft" :
							      "version"));

	if (json_is_true(json_object_get(paper, "own")) &&
	    (strcmp(state, "returned") == 0 || strcmp(state, "withdrawn") == 0))
		xj_paper_saves(q->archive, id, keep_version, &version, NULL);
	return version;
}

int
xj_api_paper(struct xj_request *q, struct xj_reply *p)
{
	json_t *paper = NULL;
	uint64_t id;
	int r = xj_paper_asked(q, &id, &p->error);

	if (r == XJ_OK)
		r = xj_model_paper_of(q, id, &paper, &p->error);
	if (r < 0)
		return r;
	p->version = version_of(q, id, paper);
	xj_api_give(p, paper);
	return XJ_OK;
}

int
xj_api_paper_text(struct xj_request *q, struct xj_reply *p)
{
	char *text = NULL;
	uint64_t id;
	int r = xj_paper_asked(q, &id, &p->error);

	if (r == XJ_OK)
		r = xj_paper_text(q->archive, id, &text, &p->error);
	if (r == XJ_OK)
		xj_api_give(p, json_pack("{s:I, s:o}", "id", (json_int_t)id,
					 "text", xj_json_of(text)));
	xj_free(text);
	return r;
}

/* What was saved is for its author: others are told of none. */
static int
add_save(void *ctx, unsigned version, int64_t at, const char *text)
{
	json_array_append_new(ctx, json_pack("{s:I, s:o, s:o}", "draft",
		(json_int_t)version, "at", xj_model_time(at), "text",
		xj_json_of(text)));
	return XJ_OK;
}

int
xj_api_paper_history(struct xj_request *q, struct xj_reply *p)
{
	json_t *drafts = json_array(), *model;
	uint64_t id;
	int r = xj_paper_asked(q, &id, &p->error);

	if (r == XJ_OK && asked(q, "drafts"))
		r = xj_paper_saves(q->archive, id, add_save, drafts,
				   &p->error);
	if (r == XJ_OK) {
		model = json_pack("{s:o}", "history",
				  xj_model_study_history(q, "paper", id));
		if (asked(q, "drafts"))
			json_object_set(model, "drafts", drafts);
		xj_api_give(p, model);
	}
	json_decref(drafts);
	return r;
}

/* ------------------------------------------------------------------- drafts */

static struct xj_paper_given
given(struct xj_request *q)
{
	return (struct xj_paper_given){
		.title = xj_body_text(q, "title"),
		.year = xj_body_text(q, "year"),
		.unit = xj_body_text(q, "unit"),
		.with = xj_body_texts(q, "with"),
		.based_on = xj_body_texts(q, "based_on"),
		.seminar = xj_body_text(q, "seminar"),
		.topic = xj_body_text(q, "topic"),
	};
}

int
xj_api_paper_new(struct xj_request *q, struct xj_reply *p)
{
	const struct xj_paper_given g = given(q);
	const char *text = xj_body_text(q, "text");
	struct xj_paper_saved saved = { 0 };
	struct xj_api_change c;
	int r;

	xj_body_need_text(q, "title");
	r = xj_api_begin(&c, q, p, 0);
	if (r == XJ_OK)
		r = xj_paper_new(c.archive, &g, text ? text : "",
				 text ? strlen(text) : 0, NULL, &saved,
				 &p->error);
	c.changed.id = saved.id;
	return xj_api_made(&c, q, p, r, "/api/1/papers", xj_api_paper);
}

/* The text, then the rest of it. */
int
xj_api_paper_edit(struct xj_request *q, struct xj_reply *p)
{
	const struct xj_paper_given g = given(q);
	const char *text = xj_body_text(q, "text");
	bool rest = g.title || g.year || g.unit || g.with || g.based_on ||
		    g.seminar || g.topic;
	struct xj_paper_saved saved = { 0 };
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER | XJ_API_MATCH);

	if (r == XJ_OK && text) {
		r = xj_paper_write(c.archive, c.id, text, strlen(text), false,
				   &c.options, &saved, &p->error);
		c.options.if_version = saved.version;
	}
	if (r == XJ_OK && rest)
		r = xj_paper_edit(c.archive, c.id, &g, &c.options, &saved,
				  &p->error);
	return xj_api_end(&c, q, p, r, xj_api_paper);
}

int
xj_api_paper_remove(struct xj_request *q, struct xj_reply *p)
{
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_paper_remove(c.archive, c.id, NULL, &c.changed,
				    &p->error);
	return xj_api_end(&c, q, p, r, NULL);
}

/* ------------------------------------------------------- handed in, decided */

typedef int (*deed_fn)(struct xj_archive *archive, uint64_t id,
		       const struct xj_change_options *options,
		       struct xj_study_changed *changed,
		       struct xj_error *err);

static int
do_it(struct xj_request *q, struct xj_reply *p, deed_fn fn)
{
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = fn(c.archive, c.id, NULL, &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_paper);
}

int
xj_api_paper_submit(struct xj_request *q, struct xj_reply *p)
{
	return do_it(q, p, xj_paper_submit);
}

int
xj_api_paper_withdraw(struct xj_request *q, struct xj_reply *p)
{
	return do_it(q, p, xj_paper_withdraw);
}

/* What is decided is the version that was read. */
int
xj_api_paper_return(struct xj_request *q, struct xj_reply *p)
{
	const char *reason = xj_body_need_text(q, "reason");
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER | XJ_API_MATCH);

	if (r == XJ_OK)
		r = xj_paper_return(c.archive, c.id, reason, &c.options,
				    &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_paper);
}

int
xj_api_paper_accept(struct xj_request *q, struct xj_reply *p)
{
	const char *word = xj_body_text(q, "word");
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER | XJ_API_MATCH);

	if (r == XJ_OK)
		r = xj_paper_accept(c.archive, c.id, word, &c.options,
				    &c.changed, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_paper);
}
