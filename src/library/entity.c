/* entity.c - objects with versions that are no documents; entity.h says how
 * they are kept. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/paper.h"

#define FILE_MAX (16u << 20)

static const struct xj_entity_kind *const kinds[] = {
	&xj_unit_kind, &xj_member_kind, &xj_collection_kind,
	&xj_topic_kind,
	&xj_seminar_kind, &xj_paper_kind, &xj_lecture_kind,
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static void
file_name(const struct xj_entity_kind *kind, char out[32])
{
	snprintf(out, 32, "%s.json", kind->name);
}

/* ----------------------------------------------------------------- fields */

const char *
xj_entity_text(const json_t *root, const char *name)
{
	return json_string_value(json_object_get(root, name));
}

int
xj_entity_set(json_t *root, const char *name, const char *value,
	      struct xj_error *err)
{
	if (!value || !*value) {
		json_object_del(root, name);
		return XJ_OK;
	}
	return json_object_set_new(root, name, json_string(value)) < 0 ?
	       no_memory(err) : XJ_OK;
}

static bool
is_flat(const json_t *object)
{
	const char *name;
	json_t *value;

	if (!json_is_object(object))
		return false;
	json_object_foreach((json_t *)object, name, value)
		if (json_is_object(value) || json_is_array(value))
			return false;
	return true;
}

bool
xj_entity_is_list(const json_t *list)
{
	if (!json_is_array(list))
		return false;
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!is_flat(json_array_get(list, i)))
			return false;
	return true;
}

static int
set_time(json_t *root, const char *name)
{
	char now[XJ_TIME_MAX];

	xj_time_format(xj_now(), now);
	return json_object_set_new(root, name, json_string(now));
}

/* ---------------------------------------------------------------- reading */

static int
parse(const struct xj_entity_kind *kind, const char *text, size_t len,
      json_t **root, struct xj_error *err)
{
	json_t *j = json_loadb(text, len, 0, NULL);
	int r = XJ_ECORRUPT;

	if (j && xj_entity_text(j, "urn") &&
	    json_integer_value(json_object_get(j, "id")) > 0 &&
	    json_integer_value(json_object_get(j, "version")) > 0)
		r = kind->check(j, err);
	if (r < 0) {
		json_decref(j);
		return xj_error_set(err, XJ_ECORRUPT, "%s.json: is damaged",
				    kind->name);
	}
	*root = j;
	return XJ_OK;
}

/* A version as its object has it. */
static int
read_version(struct xj_archive *a, const struct xj_entity_kind *kind,
	     const struct xj_entity_row *row, unsigned version, json_t **root,
	     struct xj_error *err)
{
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	char name[32];
	int r = xj_object_at(a, row->urn, row->version, &object, err);

	file_name(kind, name);
	if (r == XJ_OK)
		r = xj_object_file_read(object, version, name, FILE_MAX, &text,
					err);
	return r < 0 ? r : parse(kind, xj_buf_str(&text), text.len, root, err);
}

/* ------------------------------------------------------- what has changed */

static bool
is_of_the_head(const char *name)
{
	static const char *const head[] = {
		"format", "urn", "id", "version", "created", "created_by",
		"updated", "updated_by",
	};

	for (size_t i = 0; i < XJ_COUNT(head); i++)
		if (strcmp(head[i], name) == 0)
			return true;
	return false;
}

/* "name: 县医院 → 县人民医院"; lists are in the object. */
static void
put_field(struct xj_buf *out, const char *name, const json_t *was,
	  const json_t *is)
{
	if (!json_is_string(was) && !json_is_string(is))
		return;
	xj_buf_addf(out, "%s%s: %s → %s", out->len ? "; " : "", name,
		    was ? json_string_value(was) : "–",
		    is ? json_string_value(is) : "–");
}

static void
put_changes(struct xj_buf *out, const json_t *was, const json_t *is)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)is, name, value) {
		const json_t *old = json_object_get(was, name);

		if (!is_of_the_head(name) && !json_equal(old, value))
			put_field(out, name, old, value);
	}
	json_object_foreach((json_t *)was, name, value)
		if (!is_of_the_head(name) && !json_object_get(is, name))
			put_field(out, name, value, NULL);
}

/* Of what is no text it is said that it changed. */
static void
put_lists(struct xj_buf *out, const json_t *was, const json_t *is)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)is, name, value)
		if (!json_is_string(value) && !is_of_the_head(name) &&
		    !json_equal(json_object_get(was, name), value))
			xj_buf_addf(out, "%s%s", out->len ? "; " : "", name);
}

static int
refuse_version(struct xj_entity *e, const struct xj_entity_row *row,
	       unsigned expected, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf since = XJ_BUF_INIT;
	json_t *was = NULL;
	int r = XJ_ENOTFOUND;

	if (expected < row->version)
		r = read_version(e->change->archive, e->kind, row, expected,
				 &was, NULL);
	if (r == XJ_OK)
		put_changes(&since, was, e->root);
	if (r == XJ_OK)
		put_lists(&since, was, e->root);
	json_decref(was);
	if (r < 0)
		return xj_error_set(err, XJ_EBUSY, "it is at version %u, not "
				    "%u", row->version, expected);
	return xj_error_set(err, XJ_EBUSY, "it is at version %u by now, not "
			    "%u; %s changed since: %s", row->version, expected,
			    xj_entity_text(e->root, "updated_by"),
			    xj_buf_str(&since));
}

/* ------------------------------------------------------------- one at hand */

void
xj_entity_end(struct xj_entity *e)
{
	json_decref(e->root);
	json_decref(e->before);
	e->root = e->before = NULL;
}

int
xj_entity_new(struct xj_change *change, const struct xj_entity_kind *kind,
	      struct xj_entity *e, struct xj_error *err)
{
	const char *user = change->archive->user;
	int r;

	*e = (struct xj_entity){ .change = change, .kind = kind };
	xj_urn_new(e->urn);
	e->root = json_object();
	r = json_object_set_new(e->root, "format", json_integer(1)) |
	    json_object_set_new(e->root, "urn", json_string(e->urn)) |
	    json_object_set_new(e->root, "id", json_integer(0)) |
	    json_object_set_new(e->root, "version", json_integer(0)) |
	    set_time(e->root, "created") |
	    json_object_set_new(e->root, "created_by", json_string(user));
	return r < 0 ? no_memory(err) : XJ_OK;
}

int
xj_entity_load(struct xj_change *change, const struct xj_entity_kind *kind,
	       uint64_t id, unsigned expected, struct xj_entity *e,
	       struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_entity_row row;
	int r = xj_arena_new(&arena);

	*e = (struct xj_entity){ .change = change, .kind = kind, .id = id };
	if (r < 0)
		return no_memory(err);
	r = xj_catalog_get_entity(change->archive->catalog, id, arena, &row,
				  err);
	if (r == XJ_OK)
		r = parse(kind, row.state, strlen(row.state), &e->root, err);
	if (r < 0)
		return r;
	snprintf(e->urn, sizeof(e->urn), "%s", row.urn);
	e->version = row.version;
	if (expected && expected != row.version)
		return refuse_version(e, &row, expected, err);
	e->before = json_deep_copy(e->root);
	return e->before ? XJ_OK : no_memory(err);
}

/* ----------------------------------------------------------------- saving */

static int
put_rows(struct xj_archive *a, const struct xj_entity_kind *kind,
	 struct xj_entity_row *row, const json_t *root, struct xj_error *err)
{
	int r = xj_catalog_put_entity(a->catalog, row, err);

	if (r == XJ_OK)
		r = kind->put_row(a, row, root, err);
	return r < 0 ? r : kind->put_links(a, row, root, err);
}

static int
put_object(struct xj_entity *e, const struct xj_buf *text, const char *verb,
	   const char *detail, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_archive *a = e->change->archive;
	const char *message = NULL;
	char name[32];

	file_name(e->kind, name);
	if (xj_arena_new(&arena) == XJ_OK)
		message = xj_message_write(arena, verb, 0, detail);
	if (!message)
		return no_memory(err);
	return xj_change_put(e->change, &(struct xj_object_version){
		.id = e->urn, .number = e->version, .created = xj_now(),
		.message = message, .user = a->user,
		.user_address = a->user_address,
		.files = &(struct xj_object_file){ .logical = name,
			.bytes = text->data, .len = text->len },
		.file_count = 1, .replace = e->afresh,
	}, err);
}

/* A new one gets its number when all that may be wrong was checked, so that
 * one which was refused leaves nothing behind. */
static int
number(struct xj_entity *e, struct xj_error *err)
{
	struct xj_entity_row row = { .urn = e->urn, .kind = e->kind->name,
				     .state = "" };
	int r;

	if (e->id)
		return XJ_OK;
	r = xj_catalog_put_entity(e->change->archive->catalog, &row, err);
	e->id = row.id;
	if (r < 0 || json_object_set_new(e->root, "id",
				json_integer((json_int_t)e->id)) == 0)
		return r;
	return no_memory(err);
}

static int
stamp(struct xj_entity *e, struct xj_error *err)
{
	const char *user = e->change->archive->user;
	int r = json_object_set_new(e->root, "version",
				    json_integer(e->version)) |
		set_time(e->root, "updated") |
		json_object_set_new(e->root, "updated_by", json_string(user));

	return r < 0 ? no_memory(err) : XJ_OK;
}

int
xj_entity_save(struct xj_entity *e, const char *verb, const char *detail,
	       struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf changes = XJ_BUF_INIT;
	struct xj_entity_row row = { .urn = e->urn, .kind = e->kind->name };
	int r;

	if (e->before && json_equal(e->before, e->root))
		return XJ_END;
	if (!detail && e->before)
		put_changes(&changes, e->before, e->root);
	if (e->afresh)
		e->version = 0;
	row.version = ++e->version;
	r = stamp(e, err);
	if (r == XJ_OK)
		r = e->kind->check(e->root, err);
	if (r == XJ_OK)
		r = number(e, err);
	row.id = e->id;
	if (r == XJ_OK)
		r = xj_json_text(&text, e->root, 1, err);
	xj_buf_addc(&text, '\n');
	if (r == XJ_OK)
		r = xj_buf_check(&text, err);
	row.state = text.data;
	if (r == XJ_OK)
		r = put_object(e, &text, verb,
			       changes.len ? changes.data : detail, err);
	return r < 0 ? r : put_rows(e->change->archive, e->kind, &row, e->root,
				    err);
}

/* ---------------------------------------------------------------- history */

static int
tell_version(struct xj_object *object, unsigned version, xj_history_fn fn,
	     void *ctx, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf message = XJ_BUF_INIT;
	struct xj_history_entry entry = { .version = version };
	struct xj_version_info info;
	uint64_t member;
	int r = xj_object_version_info(object, version, &info, err);

	if (r < 0)
		return r;
	xj_buf_adds(&message, info.message);
	xj_buf_addc(&message, '\0');
	if ((r = xj_buf_check(&message, err)) < 0)
		return r;
	xj_message_read(message.data, &entry.verb, &member, &entry.detail);
	entry.at = info.created;
	entry.user = info.user;
	return fn(ctx, &entry);
}

int
xj_entity_history(struct xj_archive *a, const char *urn, unsigned version,
		  xj_history_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(xj_object_freep) struct xj_object *object = NULL;
	int r = xj_object_at(a, urn, version, &object, err);

	for (unsigned v = 1; r == XJ_OK && v <= xj_object_head(object); v++)
		r = tell_version(object, v, fn, ctx, err);
	return r < 0 ? r : XJ_OK;
}

/* ---------------------------------------------------------------- rebuild */

const struct xj_entity_kind *
xj_entity_kind_named(const char *name)
{
	for (size_t i = 0; i < XJ_COUNT(kinds); i++)
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	return NULL;
}

const struct xj_entity_kind *
xj_entity_kind_of(const struct xj_object *object)
{
	const char *file = xj_object_file_at(object, 0, 0);
	char name[32];

	for (size_t i = 0; file && i < XJ_COUNT(kinds); i++) {
		file_name(kinds[i], name);
		if (strcmp(file, name) == 0)
			return kinds[i];
	}
	return NULL;
}

int
xj_entity_restore(struct xj_archive *a, const struct xj_entity_kind *kind,
		  struct xj_object *object, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct xj_entity_row row = { .kind = kind->name,
		.urn = xj_object_id(object),
		.version = xj_object_head(object) };
	json_t *root = NULL;
	char name[32];
	int r;

	file_name(kind, name);
	r = xj_object_file_read(object, 0, name, FILE_MAX, &text, err);
	if (r == XJ_OK)
		r = parse(kind, xj_buf_str(&text), text.len, &root, err);
	if (r < 0)
		return r;
	row.id = (uint64_t)json_integer_value(json_object_get(root, "id"));
	row.state = text.data;
	r = xj_catalog_put_entity(a->catalog, &row, err);
	if (r == XJ_OK)
		r = kind->put_row(a, &row, root, err);
	json_decref(root);
	return r;
}

struct linking {
	struct xj_archive *archive;
	const struct xj_entity_kind *kind;
	xj_entity_problem_fn fn;
	void *ctx;
	struct xj_error *err;
};

/* What cannot be linked is told, and the others go on. */
static int
link_one(void *ctx, const struct xj_entity_row *row)
{
	struct linking *l = ctx;
	struct xj_error err = { 0 };
	json_t *root = NULL;
	int r = parse(l->kind, row->state, strlen(row->state), &root, &err);

	if (r == XJ_OK)
		r = l->kind->put_links(l->archive, row, root, &err);
	json_decref(root);
	if (r == XJ_ECORRUPT || r == XJ_EEXIST)
		return l->fn(l->ctx, row->urn, &err);
	return r < 0 ? xj_error_set(l->err, r, "%s", err.message) : r;
}

int
xj_entities_link(struct xj_archive *a, xj_entity_problem_fn fn, void *ctx,
		 struct xj_error *err)
{
	struct linking l = { .archive = a, .fn = fn, .ctx = ctx, .err = err };
	int r = XJ_OK;

	for (size_t i = 0; i < XJ_COUNT(kinds) && r == XJ_OK; i++) {
		l.kind = kinds[i];
		r = xj_catalog_entities(a->catalog, kinds[i]->name, link_one,
					&l, err);
	}
	return r;
}
