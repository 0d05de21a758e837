/* page-upload.c - sending files and folders, and what became of them. */
#include <stdlib.h>
#include <string.h>

#include <xueji/pages.h>

#include "serve/upload.h"

#define LINES_SHOWN 200
#define UPLOADS_SHOWN 20

/* ------------------------------------------------------------------ the form */

static json_t *
choice(const char *value, const char *shown, const char *chosen)
{
	return json_pack("{s:o, s:o, s:b}", "value", xj_json_of(value),
			 "shown", xj_json_of(shown), "chosen",
			 (int)(strcmp(value, chosen) == 0));
}

struct choosing {
	struct xj_request *q;
	json_t *list;
	const char *chosen;
};

static int
add_unit(void *ctx, const struct xj_unit *u)
{
	struct choosing *c = ctx;

	if (u->placed && xj_may_add(c->q->archive, u->id))
		json_array_append_new(c->list, choice(u->code,
			xj_model_unit_name(c->q, u), c->chosen));
	return XJ_OK;
}

/* Areas, and below each its topics. */
static int
add_topic(void *ctx, const struct xj_topic *t)
{
	struct choosing *c = ctx;
	xj_auto(xj_buf_release) struct xj_buf shown = XJ_BUF_INIT;

	if (t->until && *t->until)
		return XJ_OK;
	for (unsigned i = 1; i < t->depth; i++)
		xj_buf_adds(&shown, "\u3000");
	xj_buf_adds(&shown, xj_model_topic_name(c->q, t));
	json_array_append_new(c->list, choice(t->code, xj_buf_str(&shown),
					      c->chosen));
	return XJ_OK;
}

static json_t *
scopes(const char *chosen)
{
	const char *const all[][2] = {
		{ "private", _("only I") },
		{ "unit", _("members of the unit") },
		{ "below", _("members of the unit and of units below it") },
		{ "members", _("every member") },
		{ "public", _("everybody, without signing in") },
	};
	json_t *list = json_array();

	for (size_t i = 0; i < XJ_COUNT(all); i++)
		json_array_append_new(list, choice(all[i][0], all[i][1],
						   chosen));
	return list;
}

/* ------------------------------------------------------------- what became of it */

static json_t *
size_shown(uint64_t files, uint64_t bytes)
{
	return xj_json_format(ngettext("%llu file, %.1f MiB",
				       "%llu files, %.1f MiB",
				       (unsigned long)files),
			      (ull)files, (double)bytes / (1 << 20));
}

static const char *
state_shown(const char *state, bool undone)
{
	const char *const all[][2] = {
		{ "arriving", _("on its way") },
		{ "waiting", _("waits to be taken in") },
		{ "taking", _("is being taken in") },
		{ "done", undone ? _("taken back") : _("taken in") },
		{ "failed", _("not taken in") },
	};

	for (size_t i = 0; i < XJ_COUNT(all); i++)
		if (strcmp(all[i][0], state) == 0)
			return all[i][1];
	return state;
}

static const char *
outcome_shown(const char *outcome, bool newer)
{
	const char *const all[][2] = {
		{ "ok", newer ? _("taken as a new version") : _("taken") },
		{ "partial", _("taken, not all of it could be read") },
		{ "encrypted", _("taken; locked with a password") },
		{ "corrupt", _("taken; damaged, without text") },
		{ "unsupported", _("taken, without text") },
		{ "limit", _("taken; too large to be read") },
		{ "crashed", _("taken, without text") },
		{ "duplicate", _("there already") },
		{ "held", _("unchanged") },
		{ "quarantined", _("in quarantine") },
		{ "refused", _("not taken") },
		{ "skipped", _("left out") },
	};

	for (size_t i = 0; i < XJ_COUNT(all); i++)
		if (strcmp(all[i][0], outcome) == 0)
			return all[i][1];
	return outcome;
}

static const char *
text_in(const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text ? text : "";
}

static void
add_shown(json_t *u)
{
	const char *state = text_in(u, "state");
	json_t *counts = json_array(), *count;
	const char *outcome;
	int64_t begun;

	json_object_set_new(u, state, json_true());
	json_object_set_new(u, "state_shown", xj_json_of(state_shown(state,
				*text_in(u, "undone"))));
	json_object_set_new(u, "size_shown", size_shown(
		(uint64_t)json_integer_value(json_object_get(u, "files")),
		(uint64_t)json_integer_value(json_object_get(u, "bytes"))));
	json_object_foreach(json_object_get(u, "counts"), outcome, count)
		json_array_append_new(counts, json_pack("{s:o, s:O, s:o}",
			"shown", xj_json_of(outcome_shown(outcome, false)),
			"count", count, "outcome", xj_json_of(outcome)));
	json_object_set_new(u, "has_counts", json_boolean(
		json_array_size(counts) > 0));
	json_object_set_new(u, "counts_shown", counts);
	json_object_set_new(u, "may_undo", json_boolean(
		strcmp(state, "done") == 0 && !*text_in(u, "undone") &&
		json_array_size(json_object_get(u, "accessions")) > 0));
	if (xj_time_parse(text_in(u, "begun"), &begun) == XJ_OK)
		json_object_set_new(u, "begun_shown", xj_model_moment(begun));
}

/* Who may not see a document is not led to it. */
static bool
may_see(struct xj_request *q, json_int_t id)
{
	struct xj_document *d;
	char ref[24];
	bool may;

	snprintf(ref, sizeof(ref), "%lld", (long long)id);
	may = id && xj_document_open(q->archive, ref, &d, NULL) == XJ_OK;
	if (may)
		xj_document_free(d);
	return may;
}

static void
add_line_shown(struct xj_request *q, json_t *line)
{
	json_t *path = json_object_get(line, "path"), *part, *rest;
	json_int_t version = json_integer_value(json_object_get(line,
							"version"));
	char words[512];
	size_t i;

	rest = json_array();
	json_array_foreach(path, i, part)
		if (i)
			json_array_append(rest, part);
	json_object_set(line, "file", json_array_get(path, 0));
	json_object_set_new(line, "inside", rest);
	json_object_set_new(line, "outcome_shown", xj_json_of(outcome_shown(
		text_in(line, "outcome"), version > 1)));
	if (*text_in(line, "reason"))
		json_object_set_new(line, "reason_shown", xj_json_of(
			xj_in_words(text_in(line, "reason"), words,
				    sizeof(words))));
	if (!may_see(q, json_integer_value(json_object_get(line, "id"))))
		json_object_del(line, "id");
}

int
xj_page_uploaded(struct xj_request *q, struct xj_reply *p)
{
	uint64_t page = xj_argument_number(q, "page", 1, 1000000, 1), total;
	json_t *lines, *line;
	size_t i;
	int r = xj_upload_tell(q, q->parameters[0], &p->model, &p->error);

	if (r == XJ_OK)
		r = xj_upload_report(q, q->parameters[0],
				     (page - 1) * LINES_SHOWN, LINES_SHOWN,
				     &lines, &total, &p->error);
	if (r < 0)
		return r;
	add_shown(p->model);
	json_array_foreach(lines, i, line)
		add_line_shown(q, line);
	json_object_set_new(p->model, "has_lines", json_boolean(
		json_array_size(lines) > 0));
	json_object_set_new(p->model, "lines", lines);
	if (page > 1)
		json_object_set_new(p->model, "previous",
				    json_integer((json_int_t)page - 1));
	if (page * LINES_SHOWN < total)
		json_object_set_new(p->model, "next",
				    json_integer((json_int_t)page + 1));
	json_object_set_new(p->model, "title", json_string(
		_("What was sent")));
	p->page = "uploaded";
	return XJ_OK;
}

/* ----------------------------------------------------------------- sending it */

static json_t *
recent(struct xj_request *q)
{
	json_t *all = xj_uploads_tell(q), *list = json_array(), *u;
	size_t i;

	json_array_foreach(all, i, u)
		if (i < UPLOADS_SHOWN) {
			add_shown(u);
			json_array_append(list, u);
		}
	json_decref(all);
	return list;
}

int
xj_page_upload(struct xj_request *q, struct xj_reply *p)
{
	struct choosing units = { q, json_array(), "" };
	struct choosing topics = { q, json_array(), "" };

	xj_units(q->archive, &(struct xj_units_options){ 0 }, add_unit,
		 &units, NULL);
	xj_topics(q->archive, NULL, add_topic, &topics, NULL);
	p->model = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "title",
			     _("Upload"), "units", units.list, "topics",
			     topics.list, "scopes", scopes(""), "kinds",
			     xj_model_choices(xj_kinds(), xj_tr, ""), "uploads", recent(q));
	xj_model_has(p->model, "has_units", "units");
	xj_model_has(p->model, "has_uploads", "uploads");
	p->page = "upload";
	return XJ_OK;
}

/* Before the form arrives, and when it has. */
int
xj_do_upload(struct xj_request *q, struct xj_reply *p)
{
	const char *id = xj_incoming_upload(q);
	int r;

	if (!q->incoming)
		return xj_incoming_form(q, &p->error);
	r = *id ? xj_upload_finish(q, id, &p->error) :
		xj_error_set(&p->error, XJ_EINVAL, "no file was chosen");

	return r < 0 ? r : xj_reply_redirect(q, p, xj_arena_printf(q->arena,
						"/uploads/%s", id));
}

int
xj_do_upload_step(struct xj_request *q, struct xj_reply *p)
{
	const char *id = q->parameters[0], *step = q->parameters[1];
	const char *to = xj_arena_printf(q->arena, "/uploads/%s", id);
	uint64_t count;
	int r;

	if (strcmp(step, "finish") == 0) {
		r = xj_upload_finish(q, id, &p->error);
		return r < 0 ? r : xj_reply_redirect(q, p, to);
	}
	if (strcmp(step, "again") == 0) {
		r = xj_upload_again(q, id, &p->error);
		return r < 0 ? r : xj_reply_redirect(q, p, to);
	}
	if (strcmp(step, "undo") == 0) {
		r = xj_upload_undo(q, id, &count, &p->error);
		return r < 0 ? r : xj_reply_done(q, p, to, "removed");
	}
	if (strcmp(step, "drop") != 0)
		return xj_error_set(&p->error, XJ_ENOTFOUND, "there is no "
				    "such page");
	r = xj_upload_drop(q, id, &p->error);
	return r < 0 ? r : xj_reply_done(q, p, "/upload", "removed");
}
