/* validate-inventory.c - the rules inside one inventory. */
#include "store/validate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --------------------------------------------------------------- helpers */

void
xj_check_keys(struct xj_check *c, const struct xj_checked *inv, json_t *object,
	      const char *const *keys, const char *what)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value) {
		bool known = false;

		for (size_t i = 0; keys[i]; i++)
			known |= strcmp(keys[i], key) == 0;
		if (!known)
			xj_check_report(c, "E102", inv->where,
					"%s: the key %.100s is not specified",
					what, key);
	}
}

static bool
has_bad_part(const char *path, size_t len)
{
	char copy[4096];

	if (len >= sizeof(copy))
		return false; /* no file system has such a path: E092 */
	memcpy(copy, path, len);
	copy[len] = '\0';
	return !xj_path_is_plain(copy);
}

bool
xj_check_path(struct xj_check *c, const struct xj_checked *inv,
	      const char *path, bool is_logical)
{
	size_t len = strlen(path);
	bool slash = len > 0 && (path[0] == '/' || path[len - 1] == '/');
	const char *from = path;
	bool good = true;

	if (slash) {
		xj_check_report(c, is_logical ? "E053" : "E100", inv->where,
				"%.200s: begins or ends with a slash", path);
		good = false;
	}
	if (len > 0 && path[len - 1] == '/')
		len--;
	if (len > 0 && path[0] == '/') {
		from++;
		len--;
	}
	if (has_bad_part(from, len)) {
		xj_check_report(c, is_logical ? "E052" : "E099", inv->where,
				"%.200s: a part is empty, \".\" or \"..\"",
				path);
		good = false;
	}
	return good;
}

static int
by_text_without_case(const void *a, const void *b)
{
	return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

/* The same digest twice, whatever the case of its letters. */
static void
check_digests_unique(struct xj_check *c, const struct xj_checked *inv,
		     json_t *block, const char *code, const char *what)
{
	xj_auto(xj_texts_release) struct xj_texts digests = { 0 };
	const char *digest;
	json_t *paths;

	json_object_foreach(block, digest, paths)
		xj_texts_add(c, &digests, digest);
	if (digests.count > 1)
		qsort(digests.at, digests.count, sizeof(*digests.at),
		      by_text_without_case);
	for (size_t i = 1; i < digests.count; i++)
		if (strcasecmp(digests.at[i - 1], digests.at[i]) == 0)
			xj_check_report(c, code, inv->where,
					"%s: %.20s... is there twice", what,
					digests.at[i]);
}

/* -------------------------------------------------------------- the head */

static json_t *
needed(struct xj_check *c, const struct xj_checked *inv, const char *key)
{
	json_t *value = json_object_get(inv->json, key);

	if (!value)
		xj_check_report(c, "E036", inv->where, "no %s", key);
	return value;
}

static void
check_id(struct xj_check *c, struct xj_checked *inv)
{
	const json_t *id = needed(c, inv, "id");

	if (!id)
		return;
	if (!json_is_string(id) || json_string_length(id) == 0) {
		xj_check_report(c, "E037", inv->where, "the id is no text");
		return;
	}
	inv->id = json_string_value(id);
	if (inv->is_root && !xj_is_uri(inv->id))
		xj_check_report(c, "W005", inv->where, "%.200s is no URI",
				inv->id);
}

static void
check_type(struct xj_check *c, struct xj_checked *inv)
{
	const json_t *type = needed(c, inv, "type");

	if (!type)
		return;
	inv->spec = json_is_string(type) ?
		    xj_spec_of_type(json_string_value(type)) : 0;
	if (inv->spec == 0)
		xj_check_report(c, "E038", inv->where,
				"the type is that of no known specification");
	else if (inv->is_root && c->spec && inv->spec != c->spec)
		xj_check_report(c, "E038", inv->where,
				"the type is of another specification than the "
				"declaration");
}

static void
check_algorithm(struct xj_check *c, struct xj_checked *inv)
{
	const json_t *name = needed(c, inv, "digestAlgorithm");

	if (!name)
		return;
	if (inv->kind == XJ_SHA256)
		xj_check_report(c, "W004", inv->where,
				"digests by sha256, better by sha512");
	else if (inv->kind != XJ_SHA512)
		xj_check_report(c, "E025", inv->where,
				"digests neither by sha512 nor by sha256");
}

static void
check_head(struct xj_check *c, struct xj_checked *inv)
{
	const json_t *head = needed(c, inv, "head");
	unsigned padded;

	if (!head)
		return;
	if (!json_is_string(head) ||
	    !xj_version_name(json_string_value(head), &inv->head, &padded)) {
		inv->head = 0;
		xj_check_report(c, "E040", inv->where,
				"the head is no name of a version folder");
		return;
	}
	inv->head_name = json_string_value(head);
}

static void
check_content_dir(struct xj_check *c, struct xj_checked *inv)
{
	const json_t *value = json_object_get(inv->json, "contentDirectory");
	const char *name = json_string_value(value);

	inv->content_dir = "content";
	if (!value)
		return;
	if (!name || !*name || strchr(name, '/')) {
		xj_check_report(c, "E017", inv->where,
				"contentDirectory is no name of a folder");
		if (name && c->spec != 10)
			xj_check_report(c, "E108", inv->where,
					"contentDirectory is no child of the "
					"version folder");
	} else if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
		xj_check_report(c, "E018", inv->where,
				"contentDirectory is \"%s\"", name);
	} else {
		inv->content_dir = name;
	}
}

/* -------------------------------------------------------------- manifest */

/* "v1/content/...": of a version that there is, in its content folder. */
static void
check_content_place(struct xj_check *c, const struct xj_checked *inv,
		    const char *path)
{
	char version[16];
	size_t n = strcspn(path, "/"), dir = strlen(inv->content_dir);
	unsigned number, padded;

	snprintf(version, sizeof(version), "%.*s", (int)(n < 15 ? n : 15),
		 path);
	if (!xj_version_name(version, &number, &padded) || path[n] != '/')
		xj_check_report(c, "E042", inv->where,
				"%.200s: not in a version folder", path);
	else if (!json_object_get(json_object_get(inv->json, "versions"),
				  version))
		xj_check_report(c, "E014", inv->where,
				"%.200s: there is no version %s", path,
				version);
	else if (strncmp(path + n + 1, inv->content_dir, dir) != 0 ||
		 path[n + 1 + dir] != '/')
		xj_check_report(c, "E042", inv->where,
				"%.200s: not in the content folder", path);
}

static void
add_claim(struct xj_check *c, struct xj_checked *inv, const char *path,
	  const char *digest, size_t *room)
{
	if (inv->claim_count == *room) {
		size_t more = *room ? 2 * *room : 32;
		void *grown = realloc(inv->claims, more * sizeof(*inv->claims));

		if (!grown) {
			xj_check_no_memory(c);
			return;
		}
		inv->claims = grown;
		*room = more;
	}
	inv->claims[inv->claim_count++] =
		(struct xj_claim){ .path = path, .digest = digest };
}

static void
check_manifest_entry(struct xj_check *c, struct xj_checked *inv,
		     const char *digest, const json_t *paths, size_t *room)
{
	if (inv->kind >= 0 && !xj_is_digest(inv->kind, digest))
		xj_check_report(c, "E039", inv->where,
				"manifest: %.40s is no digest of the algorithm",
				digest);
	if (json_array_size(paths) == 0)
		xj_check_report(c, "E092", inv->where,
				"manifest: no files for %.20s...", digest);
	for (size_t i = 0; i < json_array_size(paths); i++) {
		const char *path = json_string_value(json_array_get(paths, i));

		if (!path) {
			xj_check_report(c, "E092", inv->where,
					"manifest: a content path is no text");
			continue;
		}
		if (xj_check_path(c, inv, path, false))
			check_content_place(c, inv, path);
		add_claim(c, inv, path, digest, room);
	}
}

static int
by_path(const void *a, const void *b)
{
	const struct xj_claim *x = a, *y = b;

	return xj_path_compare(x->path, y->path);
}

static void
check_content_paths_unique(struct xj_check *c, struct xj_checked *inv)
{
	if (inv->claim_count > 1)
		qsort(inv->claims, inv->claim_count, sizeof(*inv->claims),
		      by_path);
	for (size_t i = 1; i < inv->claim_count; i++)
		if (xj_path_is_within(inv->claims[i].path,
				      inv->claims[i - 1].path))
			xj_check_report(c, "E101", inv->where,
					"%.200s: twice, or in another's way",
					inv->claims[i].path);
}

const struct xj_claim *
xj_checked_claim(const struct xj_checked *inv, const char *path)
{
	struct xj_claim key = { .path = path };

	if (inv->claim_count == 0)
		return NULL;
	return bsearch(&key, inv->claims, inv->claim_count, sizeof(key),
		       by_path);
}

static void
check_manifest(struct xj_check *c, struct xj_checked *inv)
{
	json_t *manifest = json_object_get(inv->json, "manifest"), *paths;
	const char *digest;
	size_t room = 0;

	if (!manifest) {
		xj_check_report(c, "E041", inv->where, "no manifest");
		return;
	}
	if (!json_is_object(manifest)) {
		xj_check_report(c, c->spec == 10 ? "E041" : "E106", inv->where,
				"the manifest is no JSON object");
		return;
	}
	inv->manifest = manifest;
	json_object_foreach(manifest, digest, paths)
		check_manifest_entry(c, inv, digest, paths, &room);
	check_digests_unique(c, inv, manifest, "E096", "manifest");
	check_content_paths_unique(c, inv);
}

/* ---------------------------------------------------------------- fixity */

static void
check_fixity_entry(struct xj_check *c, struct xj_checked *inv,
		   const char *algorithm, const char *digest,
		   const json_t *paths)
{
	int kind = xj_digest_kind(algorithm);

	if (kind >= 0 && !xj_is_digest(kind, digest))
		xj_check_report(c, "E057", inv->where,
				"fixity: %.40s is no digest by %s", digest,
				algorithm);
	if (!json_is_array(paths))
		xj_check_report(c, "E057", inv->where,
				"fixity: no list of files for %.20s...",
				digest);
	for (size_t i = 0; i < json_array_size(paths); i++) {
		const char *path = json_string_value(json_array_get(paths, i));

		if (path)
			xj_check_path(c, inv, path, false);
		else
			xj_check_report(c, "E057", inv->where,
					"fixity: a content path is no text");
	}
}

static void
check_fixity_block(struct xj_check *c, struct xj_checked *inv,
		   const char *algorithm, json_t *block)
{
	const char *digest;
	json_t *paths;

	if (!json_is_object(block)) {
		xj_check_report(c, "E057", inv->where,
				"fixity: %.40s is no JSON object", algorithm);
		return;
	}
	/* E028: what a client cannot compute it must pass over. */
	if (xj_digest_kind(algorithm) < 0)
		xj_check_note(c, inv->where,
			      "fixity: digests by %.40s are not checked",
			      algorithm);
	json_object_foreach(block, digest, paths)
		check_fixity_entry(c, inv, algorithm, digest, paths);
	check_digests_unique(c, inv, block, "E097", algorithm);
}

static void
check_fixity(struct xj_check *c, struct xj_checked *inv)
{
	json_t *fixity = json_object_get(inv->json, "fixity"), *block;
	const char *algorithm;

	if (!fixity)
		return;
	if (!json_is_object(fixity)) {
		xj_check_report(c, c->spec == 10 ? "E057" : "E111", inv->where,
				"fixity is no JSON object");
		return;
	}
	json_object_foreach(fixity, algorithm, block)
		check_fixity_block(c, inv, algorithm, block);
}

void
xj_check_inventory(struct xj_check *c, struct xj_checked *inv)
{
	static const char *const keys[] = {
		"id", "type", "digestAlgorithm", "head", "contentDirectory",
		"manifest", "versions", "fixity", NULL,
	};

	if (!inv->json || !xj_check_goes_on(c))
		return;
	xj_check_keys(c, inv, inv->json, keys, "inventory");
	check_id(c, inv);
	check_type(c, inv);
	check_algorithm(c, inv);
	check_head(c, inv);
	check_content_dir(c, inv);
	check_manifest(c, inv);
	xj_check_versions(c, inv);
	check_fixity(c, inv);
}
