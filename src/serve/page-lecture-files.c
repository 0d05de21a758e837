/* page-lecture-files.c - notes and recording, who was there, and the share of it all. */
#include <string.h>

#include "serve/serve.h"

#define KIND "lecture"
#define MOST 60       /* documents in one form */
#define NAMES_MAX 500

/* The lecture, for those who may do the deed that `key` says they may. */
static int
load(struct xj_request *q, struct xj_reply *p, const char *key, uint64_t *id)
{
	json_t *units = xj_model_units(q);
	int r = xj_study_asked(q, KIND, id, &p->error);

	if (r == XJ_OK)
		r = xj_model_lecture(q, *id, units, &p->model, &p->error);
	json_decref(units);
	if (r == XJ_OK && !json_is_true(json_object_get(p->model, key)))
		r = xj_error_set(&p->error, XJ_EPERM, "this lecture is not "
				 "yours to change");
	return r;
}

static const char *
address_of(struct xj_request *q, uint64_t id, const char *rest)
{
	return xj_arena_printf(q->arena, "/lectures/%llu%s", (ull)id, rest);
}

/* After a change: on to a page, or back to the form with what was wrong. */
static int
answer(struct xj_request *q, struct xj_reply *p, int r, const char *to,
       const char *done, xj_handler again)
{
	return r < 0 ? xj_form_again(q, p, r, again) :
	       xj_reply_done(q, p, to, done);
}

/* ------------------------------------------------------- notes and recording */

int
xj_page_lecture_notes(struct xj_request *q, struct xj_reply *p)
{
	uint64_t id;
	int r = load(q, p, "may_file", &id);

	if (r == XJ_OK)
		r = xj_model_found(q, p->model, &p->error);
	p->page = "lecture-notes";
	json_object_set_new(p->model, "at", json_integer((json_int_t)id));
	if (r == XJ_OK)
		xj_model_has(p->model, "has_documents", "documents");
	return r;
}

static int
change_notes(struct xj_archive *a, uint64_t id, const char *deed,
	     const char *document, struct xj_error *err)
{
	const char *const documents[] = { document, NULL };

	if (strcmp(deed, "recording") == 0)
		return xj_lecture_recording(a, id, document, NULL, NULL, err);
	if (strcmp(deed, "no-recording") == 0)
		return xj_lecture_recording(a, id, NULL, NULL, NULL, err);
	return xj_lecture_notes(a, id, documents,
				strcmp(deed, "remove") == 0, NULL, NULL, err);
}

int
xj_do_lecture_notes(struct xj_request *q, struct xj_reply *p)
{
	const char *deed = xj_form(q, "deed");
	bool away = strcmp(deed, "remove") == 0 ||
		    strcmp(deed, "no-recording") == 0;
	struct xj_archive *a;
	uint64_t id;
	int r = xj_study_asked(q, KIND, &id, &p->error);

	if (r < 0)
		return r;
	r = xj_change_open(q, &a, &p->error);
	if (r == XJ_OK) {
		r = change_notes(a, id, deed, xj_form(q, "document"),
				 &p->error);
		xj_archive_close(a);
	}
	return answer(q, p, r, address_of(q, id, "/notes"), away ? "removed" :
		      "added", xj_page_lecture_notes);
}

/* ------------------------------------------------------------------- sharing */

int
xj_page_lecture_share(struct xj_request *q, struct xj_reply *p)
{
	const char *right = xj_form(q, "right");
	uint64_t id;
	int r = load(q, p, "may_file", &id);

	if (r < 0)
		return r;
	p->page = "lecture-share";
	xj_model_has(p->model, "has_documents", "documents");
	xj_model_has(p->model, "has_invited", "invited");
	json_object_set_new(p->model, "until", xj_json_of(xj_form(q,
								  "until")));
	json_object_set_new(p->model, "download", json_boolean(
			    strcmp(right, "download") == 0));
	return XJ_OK;
}

int
xj_do_lecture_share(struct xj_request *q, struct xj_reply *p)
{
	const char *documents[MOST + 1] = { NULL };
	const char *until = xj_form_or_null(q, "until");
	struct xj_archive *a;
	uint64_t id;
	int r = xj_study_asked(q, KIND, &id, &p->error);

	if (r < 0)
		return r;
	if (!xj_form_all(q, "document", documents, MOST))
		r = xj_error_set(&p->error, XJ_EINVAL, "choose at least one "
				 "document");
	else
		r = xj_change_open(q, &a, &p->error);
	if (r == XJ_OK) {
		r = xj_lecture_share(a, id, documents, until,
				     xj_form(q, "right"), &p->error);
		xj_archive_close(a);
	}
	return answer(q, p, r, address_of(q, id, ""), "shared",
		      xj_page_lecture_share);
}

/* ---------------------------------------------------------------- attendance */

/* To be shown in the room; on other days there is none. */
static void
add_code(struct xj_request *q, json_t *model, uint64_t id)
{
	char code[XJ_ATTEND_CODE_MAX];
	struct xj_archive *a;

	if (xj_change_open(q, &a, NULL) < 0)
		return;
	if (xj_lecture_code(a, id, code, NULL) == XJ_OK)
		json_object_set_new(model, "code", json_string(code));
	xj_archive_close(a);
}

int
xj_page_lecture_attend(struct xj_request *q, struct xj_reply *p)
{
	uint64_t id;
	int r = load(q, p, "mine", &id);

	if (r < 0)
		return r;
	p->page = "lecture-attend";
	json_object_set_new(p->model, "members", xj_model_members(q));
	json_object_set_new(p->model, "typed", xj_json_of(xj_form(q, "who")));
	json_object_set_new(p->model, "reason", xj_json_of(xj_form(q,
								   "reason")));
	xj_model_has(p->model, "has_attendance", "attendance");
	add_code(q, p->model, id);
	return XJ_OK;
}

int
xj_do_lecture_sign_in(struct xj_request *q, struct xj_reply *p)
{
	struct xj_lecture_attended result;
	struct xj_archive *a;
	uint64_t id;
	int done, r = xj_study_asked(q, KIND, &id, &p->error);

	if (r < 0 || (r = xj_change_open(q, &a, &p->error)) < 0)
		return r;
	r = xj_lecture_sign_in(a, id, xj_form(q, "code"), NULL, &result,
			       &p->error);
	xj_archive_close(a);
	done = answer(q, p, r, address_of(q, id, ""), "there",
		      xj_page_lecture);
	if (r == XJ_ELIMIT)
		p->status = 429;
	return done;
}

static int
note_refused(void *ctx, const struct xj_import_row *row)
{
	struct xj_buf *b = ctx;

	if (strcmp(row->outcome, "refused") == 0)
		xj_buf_addf(b, "%s%s", b->len ? "\n" : "", row->reason);
	return XJ_OK;
}

/* Those who can be taken are; the others are named, and stay in the form. */
int
xj_do_lecture_attend(struct xj_request *q, struct xj_reply *p)
{
	xj_auto(xj_buf_release) struct xj_buf refused = XJ_BUF_INIT;
	const char *away[2] = { xj_form(q, "away") };
	struct xj_lecture_attended result = { 0 };
	struct xj_archive *a;
	uint64_t id;
	int r = xj_study_asked(q, KIND, &id, &p->error);

	if (r < 0)
		return r;
	r = xj_change_open(q, &a, &p->error);
	if (r == XJ_OK) {
		r = xj_lecture_attend(a, id, &(struct xj_lecture_attend){
			.members = xj_form_names(q, "who", NAMES_MAX),
			.away = *away[0] ? away : NULL,
			.reason = xj_form_or_null(q, "reason"),
			.row = note_refused, .ctx = &refused }, NULL, NULL,
			&result, &p->error);
		xj_archive_close(a);
	}
	if (r == XJ_OK && refused.len)
		r = xj_error_set(&p->error, XJ_EINVAL, "%s",
				 xj_buf_str(&refused));
	return answer(q, p, r, address_of(q, id, "/attend"), "saved",
		      xj_page_lecture_attend);
}
