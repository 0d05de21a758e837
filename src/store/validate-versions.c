/* validate-versions.c - the version blocks of an inventory. */
#include "store/validate.h"

#include <stdlib.h>
#include <string.h>

/* What the blocks of an inventory say together. */
struct blocks {
	struct xj_check *c;
	struct xj_checked *inv;
	const char *name;       /* of the version in hand */
	struct xj_texts used;   /* digests of all states */
	struct xj_texts paths;  /* logical paths of the state in hand */
};

/* ------------------------------------------------------------------ state */

static void
check_state_entry(struct blocks *b, const char *digest, const json_t *paths)
{
	xj_texts_add(b->c, &b->used, digest);
	if (b->inv->manifest && !json_object_get(b->inv->manifest, digest))
		xj_check_report(b->c, "E050", b->inv->where,
				"%s: %.20s... is not in the manifest", b->name,
				digest);
	if (!json_is_array(paths))
		xj_check_report(b->c, "E050", b->inv->where,
				"%s: no list of paths for %.20s...", b->name,
				digest);
	for (size_t i = 0; i < json_array_size(paths); i++) {
		const char *path = json_string_value(json_array_get(paths, i));

		if (!path) {
			xj_check_report(b->c, "E051", b->inv->where,
					"%s: a logical path is no text",
					b->name);
			continue;
		}
		xj_check_path(b->c, b->inv, path, true);
		xj_texts_add(b->c, &b->paths, path);
	}
}

static int
by_path(const void *a, const void *b)
{
	return xj_path_compare(*(const char *const *)a,
			       *(const char *const *)b);
}

static void
check_paths_unique(struct blocks *b)
{
	struct xj_texts *paths = &b->paths;

	if (paths->count > 1)
		qsort(paths->at, paths->count, sizeof(*paths->at), by_path);
	for (size_t i = 1; i < paths->count; i++)
		if (xj_path_is_within(paths->at[i], paths->at[i - 1]))
			xj_check_report(b->c, "E095", b->inv->where,
					"%s: %.200s: twice, or in another's "
					"way", b->name, paths->at[i]);
}

static void
check_state(struct blocks *b, json_t *state)
{
	const char *digest;
	json_t *paths;

	if (!state) {
		xj_check_report(b->c, "E048", b->inv->where, "%s: no state",
				b->name);
		return;
	}
	if (!json_is_object(state)) {
		xj_check_report(b->c, "E050", b->inv->where,
				"%s: the state is no JSON object", b->name);
		return;
	}
	b->paths.count = 0;
	json_object_foreach(state, digest, paths)
		check_state_entry(b, digest, paths);
	check_paths_unique(b);
}

/* ------------------------------------------------------- who, when, why */

static void
check_created(struct blocks *b, const json_t *created)
{
	if (!created)
		xj_check_report(b->c, "E048", b->inv->where, "%s: no created",
				b->name);
	else if (!json_is_string(created) ||
		 !xj_is_rfc3339(json_string_value(created)))
		xj_check_report(b->c, "E049", b->inv->where,
				"%s: created is no time as RFC 3339 has it",
				b->name);
}

static void
check_address(struct blocks *b, const json_t *address)
{
	if (!b->inv->is_root)
		return;
	if (!address)
		xj_check_report(b->c, "W008", b->inv->where,
				"%s: the user has no address", b->name);
	else if (!json_is_string(address) ||
		 !xj_is_uri(json_string_value(address)))
		xj_check_report(b->c, "W009", b->inv->where,
				"%s: the user's address is no URI", b->name);
}

static void
check_user(struct blocks *b, json_t *user)
{
	static const char *const keys[] = { "name", "address", NULL };
	const json_t *name = json_object_get(user, "name");

	if (!json_is_object(user) || !json_is_string(name) ||
	    json_string_length(name) == 0)
		xj_check_report(b->c, "E054", b->inv->where,
				"%s: the user has no name", b->name);
	if (!json_is_object(user))
		return;
	xj_check_keys(b->c, b->inv, user, keys, b->name);
	check_address(b, json_object_get(user, "address"));
}

static void
check_block(struct blocks *b, json_t *block)
{
	static const char *const keys[] = {
		"created", "state", "message", "user", NULL,
	};
	json_t *message = json_object_get(block, "message");
	json_t *user = json_object_get(block, "user");

	if (!json_is_object(block)) {
		xj_check_report(b->c, "E047", b->inv->where,
				"%s: is no JSON object", b->name);
		return;
	}
	xj_check_keys(b->c, b->inv, block, keys, b->name);
	check_created(b, json_object_get(block, "created"));
	check_state(b, json_object_get(block, "state"));
	if (message && !json_is_string(message))
		xj_check_report(b->c, "E094", b->inv->where,
				"%s: the message is no text", b->name);
	if (user)
		check_user(b, user);
	if (b->inv->is_root && (!message || !user))
		xj_check_report(b->c, "W007", b->inv->where, "%s: no %s",
				b->name, message ? "user" : user ? "message" :
				"message, no user");
}

/* ---------------------------------------------------------- all together */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Each digest of the manifest must be used in some version. OCFL 1.0 did not
 * ask for that. */
static void
check_all_used(struct blocks *b)
{
	const char *digest;
	json_t *paths;

	if (b->inv->spec == 10)
		return;
	if (b->used.count > 1)
		qsort(b->used.at, b->used.count, sizeof(*b->used.at), by_text);
	json_object_foreach(b->inv->manifest, digest, paths) {
		if (b->used.count == 0 ||
		    !bsearch(&digest, b->used.at, b->used.count,
			     sizeof(*b->used.at), by_text))
			xj_check_report(b->c, "E107", b->inv->where,
					"manifest: no version uses %.20s...",
					digest);
	}
}

/* The numbers of the blocks make a row, and the head is the last. */
static void
check_row(struct blocks *b, unsigned highest, size_t good)
{
	struct xj_checked *inv = b->inv;

	if (good != json_object_size(inv->versions))
		return;
	if (highest != good)
		xj_check_report(b->c, "E010", inv->where,
				"versions are missing in the row up to v%u",
				highest);
	if (inv->head_name && (inv->head != highest ||
			       !json_object_get(inv->versions, inv->head_name)))
		xj_check_report(b->c, "E040", inv->where,
				"the head %s is not the last version",
				inv->head_name);
}

static void
check_blocks(struct blocks *b)
{
	unsigned highest = 0;
	size_t good = 0;
	json_t *block;

	json_object_foreach(b->inv->versions, b->name, block) {
		unsigned number, padded;

		if (xj_version_name(b->name, &number, &padded)) {
			highest = number > highest ? number : highest;
			good++;
		} else {
			xj_check_report(b->c, "E046", b->inv->where,
					"%.40s: is no name of a version folder",
					b->name);
		}
		check_block(b, block);
	}
	check_row(b, highest, good);
	check_all_used(b);
}

void
xj_check_versions(struct xj_check *c, struct xj_checked *inv)
{
	struct blocks b = { .c = c, .inv = inv };
	json_t *versions = json_object_get(inv->json, "versions");

	if (!versions) {
		xj_check_report(c, "E041", inv->where, "no versions");
		xj_check_report(c, "E043", inv->where, "no versions");
		return;
	}
	if (!json_is_object(versions)) {
		xj_check_report(c, "E044", inv->where,
				"versions is no JSON object");
		return;
	}
	inv->versions = versions;
	if (json_object_size(versions) == 0)
		xj_check_report(c, "E008", inv->where, "not one version");
	check_blocks(&b);
	xj_texts_release(&b.used);
	xj_texts_release(&b.paths);
}
