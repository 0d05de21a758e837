/* inventory-read.c - an inventory.json of the kind that we write, from text. */
#include "store/inventory.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	struct xj_arena *arena;
	struct xj_inventory *inv;
	struct xj_error *err;
};

static int
no_memory(struct reading *r)
{
	return xj_error_set(r->err, XJ_ENOMEM, "inventory: no memory");
}

static int
wrong(struct reading *r, const char *what)
{
	return xj_error_set(r->err, XJ_ECORRUPT, "inventory: %s", what);
}

static void *
take(struct reading *r, size_t count, size_t size)
{
	if (count > SIZE_MAX / size - 1)
		return NULL;
	return xj_arena_alloc(r->arena, (count + 1) * size);
}

static const char *
text_of(struct reading *r, const json_t *value)
{
	return xj_arena_strndup(r->arena, json_string_value(value),
				json_string_length(value));
}

/* A text that may be absent. */
static int
optional_text(struct reading *r, const json_t *in, const char *key,
	      const char **out)
{
	const json_t *value = json_object_get(in, key);

	*out = NULL;
	if (!value)
		return XJ_OK;
	if (!json_is_string(value))
		return wrong(r, "a text of a version is no text");
	*out = text_of(r, value);
	return *out ? XJ_OK : no_memory(r);
}

/* -------------------------------------------------------------- manifest */

static int
blob_compare(const void *a, const void *b)
{
	const struct xj_inventory_blob *const *x = a, *const *y = b;

	return memcmp((*x)->sha512, (*y)->sha512, 64);
}

static int
read_paths(struct reading *r, const json_t *paths,
	   struct xj_inventory_blob *blob)
{
	size_t n = json_array_size(paths);

	if (n == 0)
		return wrong(r, "a digest of the manifest has no file");
	blob->paths = take(r, n, sizeof(*blob->paths));
	if (!blob->paths)
		return no_memory(r);
	for (size_t i = 0; i < n; i++) {
		const json_t *path = json_array_get(paths, i);

		if (!json_is_string(path) ||
		    !xj_path_is_plain(json_string_value(path)))
			return wrong(r, "a content path is none");
		blob->paths[i] = text_of(r, path);
		if (!blob->paths[i])
			return no_memory(r);
	}
	blob->path_count = n;
	return XJ_OK;
}

static int
read_blob(struct reading *r, const char *digest, const json_t *paths)
{
	struct xj_inventory_blob *blob = take(r, 1, sizeof(*blob));
	int status;

	if (!blob)
		return no_memory(r);
	if (xj_unhex(digest, blob->sha512, 64) != 64)
		return wrong(r, "a digest of the manifest is no sha512");
	status = read_paths(r, paths, blob);
	if (status == XJ_OK)
		r->inv->blobs[r->inv->blob_count++] = blob;
	return status;
}

static int
sort_blobs(struct reading *r)
{
	struct xj_inventory *inv = r->inv;

	qsort(inv->blobs, inv->blob_count, sizeof(*inv->blobs), blob_compare);
	for (size_t i = 1; i < inv->blob_count; i++)
		if (blob_compare(&inv->blobs[i - 1], &inv->blobs[i]) == 0)
			return wrong(r, "a digest is twice in the manifest");
	return XJ_OK;
}

static int
read_manifest(struct reading *r, json_t *manifest)
{
	const char *digest;
	json_t *paths;

	if (!json_is_object(manifest))
		return wrong(r, "no manifest");
	r->inv->blobs = take(r, json_object_size(manifest),
			     sizeof(*r->inv->blobs));
	if (!r->inv->blobs)
		return no_memory(r);
	json_object_foreach(manifest, digest, paths) {
		int status = read_blob(r, digest, paths);

		if (status < 0)
			return status;
	}
	return sort_blobs(r);
}

const struct xj_inventory_blob *
xj_inventory_blob(const struct xj_inventory *inv,
		  const unsigned char sha512[64])
{
	struct xj_inventory_blob key, *at = &key, **found;

	if (inv->blob_count == 0)
		return NULL;
	memcpy(key.sha512, sha512, 64);
	found = bsearch(&at, inv->blobs, inv->blob_count, sizeof(at),
			blob_compare);
	return found ? *found : NULL;
}

/* ----------------------------------------------------------------- state */

static int
file_compare(const void *a, const void *b)
{
	const struct xj_inventory_file *x = a, *y = b;

	return xj_path_compare(x->logical, y->logical);
}

bool
xj_inventory_sort_files(struct xj_inventory_file *files, size_t count)
{
	qsort(files, count, sizeof(*files), file_compare);
	for (size_t i = 1; i < count; i++)
		if (xj_path_is_within(files[i].logical, files[i - 1].logical))
			return false;
	return true;
}

const struct xj_inventory_file *
xj_inventory_file(const struct xj_inventory_version *v, const char *logical)
{
	struct xj_inventory_file key = { .logical = logical };

	if (v->file_count == 0)
		return NULL;
	return bsearch(&key, v->files, v->file_count, sizeof(key),
		       file_compare);
}

static size_t
count_files(json_t *state)
{
	const char *digest;
	json_t *paths;
	size_t n = 0;

	json_object_foreach(state, digest, paths)
		n += json_array_size(paths);
	return n;
}

static int
read_files(struct reading *r, const char *digest, const json_t *paths,
	   struct xj_inventory_version *v)
{
	const struct xj_inventory_blob *blob;
	unsigned char sha512[64];

	if (xj_unhex(digest, sha512, 64) != 64 ||
	    !(blob = xj_inventory_blob(r->inv, sha512)))
		return wrong(r, "a digest of a version is not in the manifest");
	for (size_t i = 0; i < json_array_size(paths); i++) {
		const json_t *path = json_array_get(paths, i);

		if (!json_is_string(path))
			return wrong(r, "a logical path is none");
		v->files[v->file_count].blob = blob;
		v->files[v->file_count].logical = text_of(r, path);
		if (!v->files[v->file_count++].logical)
			return no_memory(r);
	}
	return XJ_OK;
}

static int
read_state(struct reading *r, json_t *state, struct xj_inventory_version *v)
{
	const char *digest;
	json_t *paths;

	if (!json_is_object(state))
		return wrong(r, "a version has no state");
	v->files = take(r, count_files(state), sizeof(*v->files));
	if (!v->files)
		return no_memory(r);
	json_object_foreach(state, digest, paths) {
		int status = read_files(r, digest, paths, v);

		if (status < 0)
			return status;
	}
	if (!xj_inventory_sort_files(v->files, v->file_count))
		return wrong(r, "two logical paths are in each other's way");
	return XJ_OK;
}

/* -------------------------------------------------------------- versions */

static int
read_version(struct reading *r, json_t *in, struct xj_inventory_version *v)
{
	const json_t *user = json_object_get(in, "user");
	int status;

	if (v->created)
		return wrong(r, "a version is there twice");
	status = optional_text(r, in, "created", &v->created);
	if (status < 0)
		return status;
	if (!v->created || xj_time_parse(v->created, &v->time) < 0)
		return wrong(r, "a version without a time");
	status = optional_text(r, in, "message", &v->message);
	if (status == XJ_OK)
		status = optional_text(r, user, "name", &v->user);
	if (status == XJ_OK)
		status = optional_text(r, user, "address", &v->user_address);
	if (status == XJ_OK)
		status = read_state(r, json_object_get(in, "state"), v);
	return status;
}

static int
read_versions(struct reading *r, json_t *versions)
{
	size_t count = json_object_size(versions);
	const char *name;
	json_t *in;

	if (count == 0 || count != r->inv->head)
		return wrong(r, "head is not the last of the versions");
	r->inv->versions = take(r, count, sizeof(*r->inv->versions));
	if (!r->inv->versions)
		return no_memory(r);
	json_object_foreach(versions, name, in) {
		unsigned number, padded;
		int status;

		if (!xj_version_name(name, &number, &padded) || number > count)
			return wrong(r, "a version that is not in the row");
		r->inv->foreign |= padded != 0;
		status = read_version(r, in, &r->inv->versions[number - 1]);
		if (status < 0)
			return status;
	}
	return XJ_OK;
}

static int
read_head(struct reading *r, const json_t *json)
{
	const char *algorithm =
		json_string_value(json_object_get(json, "digestAlgorithm"));
	const char *head = json_string_value(json_object_get(json, "head"));
	const json_t *id = json_object_get(json, "id");
	unsigned padded;

	if (!json_is_string(id) || json_string_length(id) == 0)
		return wrong(r, "no id");
	if (!algorithm || !head || !xj_version_name(head, &r->inv->head, &padded))
		return wrong(r, "no head or no digest algorithm");
	if (strcmp(algorithm, "sha512") != 0)
		return xj_error_set(r->err, XJ_EVERSION,
				    "inventory: digests by %s", algorithm);
	r->inv->foreign = json_object_get(json, "contentDirectory") != NULL;
	r->inv->id = text_of(r, id);
	return r->inv->id ? XJ_OK : no_memory(r);
}

/* Where memory ended, the library may have no words for it. */
static bool
was_memory(const json_error_t *why)
{
	return why->text[0] == '\0' ||
	       json_error_code(why) == json_error_out_of_memory;
}

struct json_t *
xj_inventory_json(const char *text, size_t len, struct xj_error *err)
{
	json_error_t why;
	json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);

	if (json_is_object(json))
		return json;
	if (json)
		xj_error_set(err, XJ_ECORRUPT, "is no JSON object");
	else if (was_memory(&why))
		xj_error_set(err, XJ_ENOMEM, "no memory");
	else
		xj_error_set(err, XJ_ECORRUPT, "line %d: %s", why.line,
			     why.text);
	json_decref(json);
	return NULL;
}

int
xj_inventory_read(const char *text, size_t len, struct xj_arena *arena,
		  struct xj_inventory *inv, struct xj_error *err)
{
	struct reading r = { .arena = arena, .inv = inv, .err = err };
	struct xj_error why;
	xj_auto(json_decrefp) json_t *json = xj_inventory_json(text, len, &why);
	int status;

	*inv = (struct xj_inventory){ 0 };
	if (!json)
		return xj_error_set(err, why.status, "inventory: %s",
				    why.message);
	status = read_head(&r, json);
	if (status == XJ_OK)
		status = read_manifest(&r, json_object_get(json, "manifest"));
	if (status == XJ_OK)
		status = read_versions(&r, json_object_get(json, "versions"));
	return status;
}
