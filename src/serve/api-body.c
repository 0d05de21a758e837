/* api-body.c - what a program sent as JSON: members by name, each mistake named. */
#include <stdarg.h>
#include <string.h>

#include "serve/api.h"

#define DEPTH 16

/* ----------------------------------------------------------------- reading */

static bool
is_too_deep(const json_t *v, unsigned left)
{
	const char *key;
	json_t *each;
	size_t i;

	if (!left)
		return true;
	json_object_foreach((json_t *)v, key, each)
		if (is_too_deep(each, left - 1))
			return true;
	json_array_foreach(v, i, each)
		if (is_too_deep(each, left - 1))
			return true;
	return false;
}

static int
no_json(struct xj_request *q, struct xj_reply *p, const char *why, int line)
{
	(void)q;
	p->status = 400;
	return line ? xj_error_set(&p->error, XJ_EINVAL, "the body is not "
				   "JSON: %s (line %d)", why, line)
		    : xj_error_set(&p->error, XJ_EINVAL, "%s", why);
}

static bool
is_json_type(const char *type)
{
	static const char *const known[] = {
		"application/json", "application/merge-patch+json",
	};

	for (size_t i = 0; type && i < XJ_COUNT(known); i++) {
		size_t len = strlen(known[i]);

		if (strncasecmp(type, known[i], len) == 0 &&
		    (!type[len] || type[len] == ';' || type[len] == ' '))
			return true;
	}
	return false;
}

/* Nothing at all is an object without members. */
int
xj_body_read(struct xj_request *q, struct xj_reply *p)
{
	json_error_t at;

	if (!q->body.len) {
		q->json = json_object();
	} else if (!is_json_type(q->content_type)) {
		p->status = 415;
		return xj_error_set(&p->error, XJ_EINVAL, "the body is to be "
				    "JSON: Content-Type: application/json");
	} else {
		q->json = json_loadb(q->body.data, q->body.len,
				     JSON_REJECT_DUPLICATES, &at);
		if (!q->json)
			return no_json(q, p, at.text, at.line);
	}
	if (!json_is_object(q->json))
		return no_json(q, p, "the body is to be a JSON object", 0);
	if (is_too_deep(q->json, DEPTH))
		return no_json(q, p, "the JSON of the body is nested too "
			       "deeply", 0);
	q->inside = q->json;
	q->asked = json_object();
	q->problems = json_array();
	return q->asked && q->problems ? XJ_OK : XJ_ENOMEM;
}

/* ----------------------------------------------------------------- members */

/* "title", or "items/2/title" in a list. */
static const char *
pointer(const struct xj_request *q, const char *name)
{
	return xj_arena_printf(q->arena, "%s%s", q->within ? q->within : "",
			       name);
}

void
xj_body_wrong(struct xj_request *q, const char *name, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (json_array_size(q->problems) < 20)
		json_array_append_new(q->problems, json_pack("{s:o, s:o}",
			"member", xj_json_of(pointer(q, name)), "detail",
			xj_json_of(text)));
}

/* Noted as one that is known. */
static json_t *
member(struct xj_request *q, const char *name)
{
	const char *known = pointer(q, name);

	if (known)
		json_object_set_new(q->asked, known, json_true());
	return json_object_get(q->inside, name);
}

bool
xj_body_has(struct xj_request *q, const char *name)
{
	return member(q, name) != NULL;
}

static const char *
clean(struct xj_request *q, const json_t *v)
{
	char *text = xj_arena_strndup(q->arena, json_string_value(v),
				      json_string_length(v));

	if (text)
		xj_text_clean(text);
	return text ? text : "";
}

const char *
xj_body_text(struct xj_request *q, const char *name)
{
	const json_t *v = member(q, name);

	if (!v)
		return NULL;
	if (json_is_string(v))
		return clean(q, v);
	if (!json_is_null(v))
		xj_body_wrong(q, name, _("a text is expected"));
	return "";
}

const char *
xj_body_or_null(struct xj_request *q, const char *name)
{
	const char *text = xj_body_text(q, name);

	return text && *text ? text : NULL;
}

void
xj_body_need(struct xj_request *q, const char *name)
{
	if (!xj_body_has(q, name))
		xj_body_wrong(q, name, _("this member is needed"));
}

const char *
xj_body_need_text(struct xj_request *q, const char *name)
{
	const char *text = xj_body_text(q, name);

	xj_body_need(q, name);
	if (text && !*text && (json_is_null(member(q, name)) ||
			    json_is_string(member(q, name))))
		xj_body_wrong(q, name, _("this member must not be empty"));
	return text ? text : "";
}

const char *const *
xj_body_texts(struct xj_request *q, const char *name)
{
	const json_t *v = member(q, name), *each;
	size_t n = json_is_array(v) ? json_array_size(v) : 1, i;
	const char **list;

	if (!v)
		return NULL;
	list = xj_arena_alloc(q->arena, (n + 1) * sizeof(*list));
	if (!list)
		return NULL;
	if (json_is_string(v))
		list[0] = clean(q, v);
	else if (!json_is_array(v) && !json_is_null(v))
		xj_body_wrong(q, name, _("a list of texts is expected"));
	json_array_foreach(v, i, each) {
		list[i] = json_is_string(each) ? clean(q, each) : "";
		if (!json_is_string(each))
			xj_body_wrong(q, name, _("a list of texts is "
						 "expected"));
	}
	return list;
}

uint64_t
xj_body_number(struct xj_request *q, const char *name, uint64_t least,
	       uint64_t most, uint64_t otherwise)
{
	const json_t *v = member(q, name);
	json_int_t n = json_integer_value(v);

	if (!v || json_is_null(v))
		return otherwise;
	if (json_is_integer(v) && n >= 0 && (uint64_t)n >= least &&
	    (uint64_t)n <= most)
		return (uint64_t)n;
	xj_body_wrong(q, name, _("a whole number from %llu to %llu is "
				 "expected"), (ull)least, (ull)most);
	return otherwise;
}

bool
xj_body_flag(struct xj_request *q, const char *name, bool otherwise)
{
	const json_t *v = member(q, name);

	if (!v || json_is_null(v))
		return otherwise;
	if (!json_is_boolean(v))
		xj_body_wrong(q, name, _("true or false is expected"));
	return json_is_true(v);
}

/* ------------------------------------------------------------------- lists */

json_t *
xj_body_list(struct xj_request *q, const char *name, size_t most)
{
	json_t *v = member(q, name), *each;
	size_t i;

	if (!v)
		return NULL;
	if (!json_is_array(v) || json_array_size(v) > most) {
		xj_body_wrong(q, name, _("a list of at most %llu objects is "
					 "expected"), (ull)most);
		return NULL;
	}
	json_array_foreach(v, i, each)
		if (!json_is_object(each)) {
			xj_body_wrong(q, name, _("a list of at most %llu "
						 "objects is expected"),
				      (ull)most);
			return NULL;
		}
	return v;
}

/* Members of an object that nobody asked for. */
static void
tell_unknown(struct xj_request *q)
{
	const char *key;
	json_t *v;

	json_object_foreach(q->inside, key, v) {
		const char *name = pointer(q, key);

		if (name && !json_object_get(q->asked, name))
			xj_body_wrong(q, key, _("there is no such member "
						"here"));
	}
}

void
xj_body_enter(struct xj_request *q, const char *name, size_t i)
{
	q->inside = json_array_get(json_object_get(q->json, name), i);
	q->within = xj_arena_printf(q->arena, "%s/%zu/", name, i);
}

void
xj_body_leave(struct xj_request *q)
{
	tell_unknown(q);
	q->inside = q->json;
	q->within = NULL;
}

/* ------------------------------------------------------- members of any name */

static void
add_each(struct xj_request *q, struct xj_given *to, const char *name,
	 const json_t *v)
{
	*to = (struct xj_given){ .element = name, .value = "" };
	if (json_is_string(v))
		to->value = clean(q, v);
	else if (!json_is_null(v))
		xj_body_wrong(q, name, _("a text, a list of texts or null is "
					 "expected"));
}

const struct xj_given *
xj_body_all(struct xj_request *q)
{
	struct xj_given *all;
	size_t n = 0, room = 1, i;
	const char *key;
	json_t *v, *each;

	json_object_foreach(q->inside, key, v)
		room += json_is_array(v) ? json_array_size(v) + 1 : 1;
	all = xj_arena_alloc(q->arena, room * sizeof(*all));
	json_object_foreach(q->inside, key, v) {
		const char *name = xj_arena_strdup(q->arena, key);

		if (!all || !name)
			return NULL;
		if (member(q, name) && json_is_array(v) && json_array_size(v))
			json_array_foreach(v, i, each)
				add_each(q, &all[n++], name, each);
		else
			add_each(q, &all[n++], name, json_is_array(v) ? NULL : v);
	}
	return all;
}

/* --------------------------------------------------------------------- end */

int
xj_body_end(struct xj_request *q, struct xj_reply *p)
{
	const json_t *first;

	tell_unknown(q);
	if (!json_array_size(q->problems))
		return XJ_OK;
	first = json_array_get(q->problems, 0);
	p->status = 422;
	p->error.status = XJ_EINVAL;
	snprintf(p->error.message, sizeof(p->error.message), "%s: %s",
		 json_string_value(json_object_get(first, "member")),
		 json_string_value(json_object_get(first, "detail")));
	return XJ_EINVAL;
}
