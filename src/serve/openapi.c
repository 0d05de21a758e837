/* openapi.c - the description of the API, joined of a file a group of nouns. */
#include <dirent.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "serve/serve.h"

#define PART_MAX (1 << 20)

static struct xj_buf description = XJ_BUF_INIT;
static char etag[2 * 16 + 1];

/* ------------------------------------------------------------------ joining */

static int
join(json_t *whole, json_t *part, const char *file, struct xj_error *err)
{
	const char *key;
	json_t *value;

	json_object_foreach(part, key, value) {
		json_t *there = json_object_get(whole, key);

		if (!there)
			json_object_set(whole, key, value);
		else if (!json_is_object(there) || !json_is_object(value) ||
			 json_object_get(value, "operationId") ||
			 json_object_get(value, "type"))
			return xj_error_set(err, XJ_EEXIST, "%s: %s is "
					    "described twice", file, key);
		else if (join(there, value, file, err) < 0)
			return XJ_EEXIST;
	}
	return XJ_OK;
}

static int
join_file(json_t *whole, int dir, const char *name, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	json_error_t at;
	json_t *part;
	int r = xj_file_read(dir, name, PART_MAX, &text, err);

	if (r < 0)
		return r;
	part = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, &at);
	if (!json_is_object(part))
		r = xj_error_set(err, XJ_EINVAL, "%s: %s (line %d)", name,
				 at.text, at.line);
	else
		r = join(whole, part, name, err);
	json_decref(part);
	return r;
}

static int
is_part(const struct dirent *e)
{
	const char *dot = strrchr(e->d_name, '.');

	return e->d_name[0] != '.' && dot && strcmp(dot, ".json") == 0;
}

static int
join_all(json_t *whole, const char *dir, struct xj_error *err)
{
	struct dirent **list;
	int n = scandir(dir, &list, is_part, alphasort), r = XJ_OK;
	DIR *d = opendir(dir);

	if (n < 0 || !d)
		r = xj_error_errno(err, "%s", dir);
	for (int i = 0; i < n; i++) {
		if (r == XJ_OK)
			r = join_file(whole, dirfd(d), list[i]->d_name, err);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	if (d)
		closedir(d);
	return r;
}

/* ------------------------------------------------------- what all answers have */

static void
add_new(json_t *o, const char *key, json_t *value)
{
	if (json_object_get(o, key))
		json_decref(value);
	else
		json_object_set_new(o, key, value);
}

static json_t *
reference(const char *to)
{
	return json_pack("{s:s}", "$ref", to);
}

static void
complete_operation(const char *method, json_t *operation)
{
	json_t *answers = json_object_get(operation, "responses");
	json_t *ok = json_object_get(answers, "200");

	if (strcmp(method, "get") == 0 && ok) {
		add_new(ok, "headers", json_pack("{s:o}", "ETag",
			reference("#/components/headers/ETag")));
		add_new(answers, "304",
			reference("#/components/responses/Same"));
	}
	add_new(answers, "default",
		reference("#/components/responses/Problem"));
}

static void
complete(json_t *whole)
{
	static const char *const methods[] = { "get", "post", "put", "patch",
					       "delete" };
	const char *path;
	json_t *item;

	json_object_foreach(json_object_get(whole, "paths"), path, item)
		for (size_t i = 0; i < XJ_COUNT(methods); i++) {
			json_t *o = json_object_get(item, methods[i]);

			if (o)
				complete_operation(methods[i], o);
		}
}

int
xj_openapi_load(const char *dir, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf parts = XJ_BUF_INIT;
	json_t *whole = json_object();
	unsigned char digest[16];
	int r = xj_path_join(&parts, dir, "openapi");

	if (r == XJ_OK)
		r = join_all(whole, xj_buf_str(&parts), err);
	if (r == XJ_OK) {
		complete(whole);
		r = xj_json_text(&description, whole, 1, err);
	}
	json_decref(whole);
	if (r < 0)
		return r;
	crypto_generichash(digest, sizeof(digest),
			   (const unsigned char *)xj_buf_str(&description),
			   description.len, NULL, 0);
	xj_hex(digest, sizeof(digest), etag);
	return XJ_OK;
}

void
xj_openapi_free(void)
{
	xj_buf_release(&description);
}

int
xj_api_description(struct xj_request *q, struct xj_reply *p)
{
	(void)q;
	p->type = "application/json";
	p->etag = etag;
	xj_buf_add(&p->body, description.data, description.len);
	return XJ_OK;
}
