/* model-study.c - what pages and the API say of study records of any kind. */
#include <string.h>

#include "serve/serve.h"

#define NAMES_MAX 600 /* of a list to choose from; more is typed */

json_t *
xj_model_study(const struct xj_study *s)
{
	return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:b}",
		"id", (json_int_t)s->id, "urn", xj_json_of(s->urn),
		"title", xj_json_of(s->title), "unit", xj_text_or_null(s->unit),
		"owner", xj_text_or_null(s->owner),
		"owner_name", xj_text_or_null(s->owner_name),
		"state", xj_text_or_null(s->state),
		"day", xj_text_or_null(s->day), "version", (int)s->version,
		"removed", (int)s->removed);
}

/* ------------------------------------------------------------------- units */

struct units {
	const struct xj_request *q;
	json_t *list;
};

const char *
xj_model_unit_name(const struct xj_request *q, const struct xj_unit *u)
{
	return q->language == XJ_ENGLISH && u->name_en && *u->name_en ?
	       u->name_en : u->name;
}

static int
add_unit(void *ctx, const struct xj_unit *u)
{
	struct units *t = ctx;

	json_array_append_new(t->list, json_pack("{s:o, s:o, s:i, s:b}",
		"code", xj_json_of(u->code),
		"name", xj_json_of(xj_model_unit_name(t->q, u)),
		"depth", (int)u->depth, "placed", (int)u->placed));
	return XJ_OK;
}

json_t *
xj_model_units(struct xj_request *q)
{
	struct units t = { .q = q, .list = json_array() };

	/* The tree is for those who belong to it. */
	if (q->session.who != XJ_GUEST &&
	    xj_units(q->archive, &(struct xj_units_options){ .all = true },
		     add_unit, &t, NULL) < 0)
		json_array_clear(t.list);
	return t.list;
}

const char *
xj_unit_named(const json_t *units, const char *code)
{
	const json_t *u;
	size_t i;

	json_array_foreach((json_t *)units, i, u)
		if (strcmp(json_string_value(json_object_get(u, "code")),
			   code) == 0)
			return json_string_value(json_object_get(u, "name"));
	return code;
}

/* Those that something can be given to now, `chosen` being marked. */
json_t *
xj_model_unit_choices(const json_t *units, const char *chosen)
{
	json_t *list = json_array(), *u;
	size_t i;

	json_array_foreach((json_t *)units, i, u) {
		const char *code = json_string_value(json_object_get(u,
								"code"));
		bool is = chosen && strcmp(code, chosen) == 0;

		if (json_is_true(json_object_get(u, "placed")) || is)
			json_array_append_new(list, json_pack(
				"{s:s, s:O, s:b}", "code", code, "name",
				json_object_get(u, "name"), "chosen",
				(int)is));
	}
	return list;
}

static int
add_member(void *ctx, const struct xj_member *m)
{
	json_array_append_new(ctx, json_pack("{s:o, s:o}", "login",
		xj_json_of(m->login), "name", xj_json_of(m->name)));
	return json_array_size(ctx) > NAMES_MAX ? XJ_END : XJ_OK;
}

/* How often a list says something under a key. */
static size_t
times(const json_t *list, const char *key, const char *value)
{
	const json_t *one;
	size_t i, n = 0;

	json_array_foreach((json_t *)list, i, one)
		n += strcmp(json_string_value(json_object_get(one, key)),
			    value) == 0;
	return n;
}

const char *
xj_unit_ref(const json_t *units, const char *code)
{
	const char *name = xj_unit_named(units, code);

	return times(units, "name", name) == 1 ? name : code;
}

const char *
xj_member_ref(const json_t *members, const char *login, const char *name)
{
	return times(members, "name", name) == 1 ? name : login;
}

static void
add_refs(json_t *members)
{
	json_t *m;
	size_t i;

	json_array_foreach(members, i, m)
		json_object_set_new(m, "ref", json_string(xj_member_ref(members,
			json_string_value(json_object_get(m, "login")),
			json_string_value(json_object_get(m, "name")))));
}

json_t *
xj_model_whom_choices(const json_t *units, const json_t *members)
{
	json_t *list = json_array(), *one;
	size_t i;

	json_array_append_new(list, json_pack("{s:s, s:s}", "ref",
		_("all members"), "shown", ""));
	json_array_foreach((json_t *)units, i, one) {
		const char *code = json_string_value(json_object_get(one,
								"code"));

		if (json_is_true(json_object_get(one, "placed")))
			json_array_append_new(list, json_pack("{s:s, s:s}",
				"ref", xj_unit_ref(units, code), "shown",
				code));
	}
	json_array_foreach((json_t *)members, i, one)
		json_array_append_new(list, json_pack("{s:O, s:O}", "ref",
			json_object_get(one, "ref"), "shown",
			json_object_get(one, "login")));
	return list;
}

json_t *
xj_model_members(struct xj_request *q)
{
	json_t *list = json_array();
	int r = q->session.who == XJ_GUEST ? XJ_ENOTFOUND :
		xj_members(q->archive, &(struct xj_members_options){ 0 },
			   add_member, list, NULL);

	if (r < 0 || json_array_size(list) > NAMES_MAX)
		json_array_clear(list);
	add_refs(list);
	return list;
}

/* ------------------------------------------------------- whom it is meant for */

json_t *
xj_model_whom(const char *to, const char *who, const char *name,
	      const json_t *units)
{
	if (strcmp(to, "all") == 0)
		return xj_json_of(_("all members"));
	if (strcmp(to, "member") == 0)
		return xj_json_of(*name ? name : who);
	name = xj_unit_named(units, who);
	return strcmp(to, "below") == 0 ?
	       xj_json_format(_("%s and the units below it"), name) :
	       xj_json_of(name);
}

/* ------------------------------------------------------------------ history */

static int
add_version(void *ctx, const struct xj_history_entry *e)
{
	json_array_insert_new(ctx, 0, json_pack(
		"{s:i, s:o, s:o, s:o, s:o, s:o, s:o}",
		"version", (int)e->version, "at", xj_model_time(e->at),
		"user", xj_json_of(e->user), "verb", xj_json_of(e->verb),
		"detail", xj_text_or_null(e->detail),
		"shown", xj_json_of(_(e->verb)),
		"moment", xj_model_moment(e->at)));
	return XJ_OK;
}

json_t *
xj_model_study_history(struct xj_request *q, const char *kind, uint64_t id)
{
	json_t *list = json_array();

	if (xj_study_history(q->archive, kind, id, add_version, list,
			     NULL) < 0)
		json_array_clear(list);
	return list;
}

/* ------------------------------------------------------------------- topics */

int
xj_add_topic(void *ctx, const struct xj_topic *t)
{
	struct xj_topics_model *m = ctx;

	json_array_append_new(m->list, json_pack("{s:o, s:o, s:o, s:o, s:o}",
		"code", xj_json_of(t->code), "name", xj_json_of(t->name),
		"name_en", xj_text_or_null(t->name_en),
		"area", xj_json_of(t->area), "shown",
		xj_json_of(xj_model_topic_name(m->q, t))));
	return XJ_OK;
}

struct topics {
	const struct xj_request *q;
	const json_t *chosen;
	json_t *list;
};

static int
add_choice(void *ctx, const struct xj_topic *t)
{
	struct topics *m = ctx;
	const json_t *one;
	bool is = false;
	size_t i;

	json_array_foreach((json_t *)m->chosen, i, one)
		is |= strcmp(json_string_value(one), t->code) == 0;
	if (!t->merged_into && (!t->until || is))
		json_array_append_new(m->list, json_pack("{s:s, s:o, s:b, s:b}",
			"code", t->code, "shown",
			xj_json_of(xj_model_topic_name(m->q, t)),
			"chosen", (int)is, "below", t->depth > 1));
	return XJ_OK;
}

json_t *
xj_model_topic_choices(struct xj_request *q, const json_t *chosen)
{
	struct topics m = { q, chosen, json_array() };

	if (xj_topics(q->archive, NULL, add_choice, &m, NULL) < 0)
		json_array_clear(m.list);
	return m.list;
}

int
xj_study_asked(struct xj_request *q, const char *kind, uint64_t *id,
	       struct xj_error *err)
{
	int r = xj_study_find(q->archive, kind, q->parameters[0], id, NULL);

	return r == XJ_ENOTFOUND || r == XJ_EINVAL ?
	       xj_error_set(err, XJ_ENOTFOUND, "there is no such page") : r;
}

const char *
xj_study_kind_asked(const struct xj_request *q)
{
	static const char *const kinds[] = { "collection", "lecture",
					     "seminar", "paper" };
	const char *path = q->path;

	if (strncmp(path, "/api/1/", 7) == 0)
		path += 6;
	for (size_t i = 0; i < XJ_COUNT(kinds); i++) {
		size_t len = strlen(kinds[i]);

		if (strncmp(path + 1, kinds[i], len) == 0 &&
		    strncmp(path + 1 + len, "s/", 2) == 0)
			return kinds[i];
	}
	return NULL;
}

json_t *
xj_model_choices(const char *const *words,
		 const char *(*shown)(const char *word), const char *chosen)
{
	json_t *list = json_array();

	for (; *words; words++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}",
			"value", *words, "shown", shown(*words), "chosen",
			strcmp(*words, chosen) == 0));
	return list;
}

void
xj_model_has(json_t *o, const char *name, const char *list)
{
	json_object_set_new(o, name, json_boolean(
		json_array_size(json_object_get(o, list)) > 0));
}
