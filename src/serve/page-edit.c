/* page-edit.c - what is known of a document, put right by hand; removed, and
 * brought back. */
#include <stdlib.h>
#include <string.h>

#include <xueji/pages.h>

#include "serve/serve.h"

#define GIVEN_MAX 200   /* values of one form */

enum how { LINE, LINES, TEXT, CHOICE };

static const struct field {
	const char *element, *shown;
	enum how how;
} fields[] = {
	{ "title", N_("Title"), LINE },
	{ "creator", N_("Creators, one a line"), LINES },
	{ "contributor", N_("Contributors, one a line"), LINES },
	{ "date", N_("Date"), LINE },
	{ "kind", N_("Kind"), CHOICE },
	{ "subject", N_("Subjects, one a line"), LINES },
	{ "language", N_("Language"), LINE },
	{ "publisher", N_("Publisher"), LINE },
	{ "description", N_("Description"), TEXT },
};

/* ------------------------------------------------------------------ what is so */

/* The values of an element, a line each: those that hold, or those of the file. */
static const char *
values_of(struct xj_request *q, const struct xj_document *d,
	  const char *element, bool of_file)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	size_t count;
	const struct xj_value *v = xj_document_values(d, &count);
	const struct xj_document_info *info = xj_document_info(d);

	if (strcmp(element, "kind") == 0 && !of_file)
		return info->kind;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(v[i].element, element) != 0 ||
		    (of_file ? v[i].given : !v[i].effective))
			continue;
		if (b.len)
			xj_buf_addc(&b, '\n');
		xj_buf_adds(&b, v[i].value);
	}
	/* What was concluded from its name or its text. */
	if (!b.len && strcmp(element, "title") == 0)
		return info->title;
	if (!b.len && strcmp(element, "date") == 0)
		return info->date;
	if (!b.len && strcmp(element, "language") == 0)
		return info->language;
	return xj_arena_strdup(q->arena, xj_buf_str(&b));
}

static bool
is_given(const struct xj_document *d, const char *element)
{
	size_t count;
	const struct xj_value *v = xj_document_values(d, &count);

	for (size_t i = 0; i < count; i++)
		if (v[i].given && v[i].effective &&
		    strcmp(v[i].element, element) == 0)
			return true;
	return false;
}

/* Lines without what stands around them; empty ones are none. */
static const char *
tidy(struct xj_request *q, const char *text)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	while (*text) {
		size_t n = strcspn(text, "\n"), end = n;

		while (end && strchr(" \t\r", text[end - 1]))
			end--;
		while (end && strchr(" \t", *text)) {
			text++;
			end--;
			n--;
		}
		if (end && b.len)
			xj_buf_addc(&b, '\n');
		xj_buf_add(&b, text, end);
		text += n + (text[n] == '\n');
	}
	return xj_arena_strdup(q->arena, xj_buf_str(&b));
}

/* ------------------------------------------------------------------- the form */

/* `typed`: what was sent, which stands beside what is so by now. */
static json_t *
field_of(struct xj_request *q, const struct xj_document *d,
	 const struct field *f, bool typed)
{
	static const char *const hows[] = { "line", "lines", "text", "choice" };
	const char *now = values_of(q, d, f->element, false);
	const char *file = values_of(q, d, f->element, true);
	const char *value = typed ? xj_form(q, f->element) : now;
	json_t *o = json_pack("{s:s, s:s, s:o, s:b}", "element", f->element,
		"shown", _(f->shown), "value", xj_json_of(value), "given",
		(int)is_given(d, f->element));

	json_object_set_new(o, hows[f->how], json_true());
	if (is_given(d, f->element) && *file && strcmp(file, now) != 0)
		json_object_set_new(o, "of_file", xj_json_of(file));
	if (typed && strcmp(tidy(q, value), now) != 0)
		json_object_set_new(o, "now", xj_json_of(
			f->how == CHOICE ? _(now) : *now ? now : "–"));
	if (f->how == CHOICE)
		json_object_set_new(o, "kinds", xj_model_choices(
				    xj_kinds(), xj_tr, value));
	return o;
}

static void
show_form(struct xj_request *q, struct xj_reply *p,
	  const struct xj_document *d, bool typed)
{
	const struct xj_document_info *info = xj_document_info(d);
	unsigned may = xj_may_do(q->archive, info->id);
	json_t *list = json_array();

	for (size_t i = 0; i < XJ_COUNT(fields); i++)
		json_array_append_new(list, field_of(q, d, &fields[i], typed));
	json_decref(p->model);
	p->model = xj_model_info(info);
	json_object_set_new(p->model, "fields", list);
	json_object_set_new(p->model, "may_remove", json_boolean(
		may & XJ_MAY_REMOVE && info->state == XJ_LIVE));
	json_object_set_new(p->model, "title", xj_json_format("%s · %s",
		_("Edit"), *info->title ? info->title : info->name));
	p->page = "edit";
}

static int
check_may(struct xj_request *q, uint64_t id, struct xj_error *err)
{
	return xj_may_do(q->archive, id) & XJ_MAY_EDIT ? XJ_OK :
	       xj_error_set(err, XJ_EPERM, "you may read this document, and not "
			    "change it");
}

int
xj_page_edit(struct xj_request *q, struct xj_reply *p)
{
	struct xj_document *d;
	int r = xj_document_asked(q, &d, &p->error);

	if (r < 0)
		return r;
	r = check_may(q, xj_document_info(d)->id, &p->error);
	if (r == XJ_OK)
		show_form(q, p, d, false);
	xj_document_free(d);
	return r;
}

/* ------------------------------------------------------------------ what is sent */

struct changes {
	struct xj_given given[GIVEN_MAX + 1];
	size_t count;
};

static void
add(struct changes *c, const char *element, const char *value)
{
	if (c->count < GIVEN_MAX)
		c->given[c->count++] = (struct xj_given){ element, value };
}

static void
add_lines(struct xj_request *q, struct changes *c, const char *element,
	  const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		add(c, element, xj_arena_strndup(q->arena, text, n));
		text += n + (text[n] == '\n');
	}
}

/* Only what is otherwise than it was; what the file says need not be given. */
static void
collect(struct xj_request *q, const struct xj_document *d, struct changes *c)
{
	for (size_t i = 0; i < XJ_COUNT(fields); i++) {
		const struct field *f = &fields[i];
		const char *typed = tidy(q, xj_form(q, f->element));

		if (strcmp(typed, tidy(q, values_of(q, d, f->element, false))) ==
		    0)
			continue;
		if (!*typed || strcmp(typed, tidy(q, values_of(q, d, f->element,
							       true))) == 0)
			add(c, f->element, "");
		else if (f->how == LINES)
			add_lines(q, c, f->element, typed);
		else
			add(c, f->element, typed);
	}
}

static int
edit(struct xj_request *q, uint64_t id, const struct changes *c,
     struct xj_error *err)
{
	unsigned version = xj_form_options(q).if_version;
	struct xj_archive *a;
	int r = xj_change_open(q, &a, err);

	if (r == XJ_OK)
		r = xj_edit(a, id, c->given, version ? version : 1, err);
	xj_archive_close(a);
	return r;
}

int
xj_do_edit(struct xj_request *q, struct xj_reply *p)
{
	struct changes c = { .count = 0 };
	struct xj_document *d;
	const char *to;
	int r = xj_document_asked(q, &d, &p->error);

	if (r < 0)
		return r;
	to = xj_arena_printf(q->arena, "/documents/%llu",
			     (ull)xj_document_info(d)->id);
	collect(q, d, &c);
	if (c.count)
		r = edit(q, xj_document_info(d)->id, &c, &p->error);
	if (r < 0) {
		show_form(q, p, d, true);
		r = xj_reply_refused(p, r);
	} else {
		r = xj_reply_done(q, p, to, c.count ? "saved" : "unchanged");
	}
	xj_document_free(d);
	return r;
}

/* ------------------------------------------------------------------ there or not */

/* One that was removed is there for who may bring it back. */
static int
removed_asked(struct xj_request *q, struct xj_document **d,
	      struct xj_error *err)
{
	int r = q->session.who == XJ_GUEST ? XJ_ENOTFOUND :
		xj_document_open(q->archive, q->parameters[0], d, NULL);

	if (r == XJ_OK && xj_document_info(*d)->state == XJ_REMOVED &&
	    xj_may_do(q->archive, xj_document_info(*d)->id) & XJ_MAY_REMOVE)
		return XJ_OK;
	if (r == XJ_OK)
		xj_document_free(*d);
	return xj_error_set(err, XJ_ENOTFOUND, "there is no document %s",
			    q->parameters[0]);
}

static int
number_asked(struct xj_request *q, bool removed, uint64_t *id,
	     struct xj_error *err)
{
	struct xj_document *d;
	int r = removed ? removed_asked(q, &d, err)
			: xj_document_asked(q, &d, err);

	if (r < 0)
		return r;
	*id = xj_document_info(d)->id;
	xj_document_free(d);
	return XJ_OK;
}

int
xj_page_removed(struct xj_request *q, struct xj_reply *p)
{
	struct xj_document *d;
	int r = removed_asked(q, &d, &p->error);

	if (r < 0)
		return r;
	p->model = xj_model_info(xj_document_info(d));
	json_object_set_new(p->model, "title", json_string(
		_("This document was removed.")));
	p->page = "removed";
	xj_document_free(d);
	return XJ_OK;
}

static int
change_state(struct xj_request *q, struct xj_reply *p, bool remove,
	     const char *done)
{
	const char *reason = xj_form_or_null(q, "reason");
	struct xj_archive *a;
	uint64_t id;
	int r = number_asked(q, !remove, &id, &p->error);

	if (r == XJ_OK)
		r = xj_change_open(q, &a, &p->error);
	if (r < 0)
		return r;
	r = remove ? xj_remove(a, id, reason, &p->error)
		   : xj_undelete(a, id, &p->error);
	xj_archive_close(a);
	return r < 0 ? r : xj_reply_done(q, p, xj_arena_printf(q->arena,
						"/documents/%llu", (ull)id),
					 done);
}

int
xj_do_remove(struct xj_request *q, struct xj_reply *p)
{
	return change_state(q, p, true, "removed");
}

int
xj_do_undelete(struct xj_request *q, struct xj_reply *p)
{
	return change_state(q, p, false, "restored");
}
