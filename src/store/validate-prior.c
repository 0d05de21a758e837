/* validate-prior.c - a version's inventory against that of the whole object. */
#include "store/validate.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A state as pairs of path and digest, in the order of paths. */
struct state {
	struct xj_claim *files;
	size_t count;
};

static int
by_path(const void *a, const void *b)
{
	const struct xj_claim *x = a, *y = b;
	int order = xj_path_compare(x->path, y->path);

	return order ? order : strcmp(x->digest, y->digest);
}

static void
release_state(struct state *state)
{
	free(state->files);
}

static bool
read_state(struct xj_check *c, json_t *json, struct state *out)
{
	const char *digest;
	json_t *paths;
	size_t room = 1;

	json_object_foreach(json, digest, paths)
		room += json_array_size(paths);
	*out = (struct state){ .files = calloc(room, sizeof(*out->files)) };
	if (!out->files)
		return xj_check_no_memory(c);
	json_object_foreach(json, digest, paths) {
		for (size_t i = 0; i < json_array_size(paths); i++) {
			json_t *path = json_array_get(paths, i);

			if (json_is_string(path))
				out->files[out->count++] = (struct xj_claim){
					.path = json_string_value(path),
					.digest = digest,
				};
		}
	}
	qsort(out->files, out->count, sizeof(*out->files), by_path);
	return true;
}

/*
 * Digests of one algorithm are compared. When the algorithm was changed in
 * between, both must stand for a content file that is the same.
 */
static bool
same_content(const struct xj_checked *root, const char *digest,
	     const struct xj_checked *prior, const char *was)
{
	const json_t *paths = json_object_get(prior->manifest, was);

	if (root->kind == prior->kind)
		return strcasecmp(digest, was) == 0;
	for (size_t i = 0; i < json_array_size(paths); i++) {
		const char *path = json_string_value(json_array_get(paths, i));
		const struct xj_claim *claim =
			path ? xj_checked_claim(root, path) : NULL;

		if (claim && strcasecmp(claim->digest, digest) == 0)
			return true;
	}
	return false;
}

static bool
same_files(const struct xj_checked *root, const struct state *now,
	   const struct xj_checked *prior, const struct state *then)
{
	if (now->count != then->count)
		return false;
	for (size_t i = 0; i < now->count; i++)
		if (strcmp(now->files[i].path, then->files[i].path) != 0 ||
		    !same_content(root, now->files[i].digest, prior,
				  then->files[i].digest))
			return false;
	return true;
}

static void
compare_states(struct xj_check *c, const struct xj_checked *root, json_t *now,
	       const struct xj_checked *prior, json_t *then, const char *name)
{
	xj_auto(release_state) struct state a = { 0 };
	xj_auto(release_state) struct state b = { 0 };

	if (root->kind == prior->kind && json_equal(now, then))
		return;
	if (!read_state(c, now, &a) || !read_state(c, then, &b))
		return;
	if (!same_files(root, &a, prior, &b))
		xj_check_report(c, "E066", prior->where,
				"%s: not the state that the object's inventory "
				"has", name);
}

static void
compare_words(struct xj_check *c, json_t *now, const struct xj_checked *prior,
	      json_t *then, const char *name)
{
	static const char *const keys[] = { "created", "message", "user" };

	for (size_t i = 0; i < XJ_COUNT(keys); i++) {
		json_t *a = json_object_get(now, keys[i]);
		json_t *b = json_object_get(then, keys[i]);

		if (a != b && !(a && b && json_equal(a, b)))
			xj_check_report(c, "W011", prior->where,
					"%s: %s is not what the object's "
					"inventory has", name, keys[i]);
	}
}

static void
compare_content_dirs(struct xj_check *c, const struct xj_checked *root,
		     const struct xj_checked *prior)
{
	if (strcmp(root->content_dir, prior->content_dir) == 0)
		return;
	xj_check_report(c, "E019", prior->where,
			"contentDirectory was not the same from the first "
			"version on");
	if (json_object_get(root->json, "contentDirectory") &&
	    json_object_get(prior->json, "contentDirectory"))
		xj_check_report(c, "E020", prior->where,
				"contentDirectory was changed");
}

void
xj_check_prior(struct xj_check *c, const struct xj_checked *root,
	       const struct xj_checked *prior)
{
	const char *name;
	json_t *then;

	if (!root->json || !prior->json || !xj_check_goes_on(c))
		return;
	if (root->id && prior->id && strcmp(root->id, prior->id) != 0) {
		xj_check_report(c, "E037", prior->where, "another id");
		if (c->spec != 10)
			xj_check_report(c, "E110", prior->where, "another id");
	}
	compare_content_dirs(c, root, prior);
	json_object_foreach(prior->versions, name, then) {
		json_t *now = json_object_get(root->versions, name);

		if (!now) {
			xj_check_report(c, "E066", prior->where,
					"%.40s: the object's inventory does not "
					"have it", name);
			continue;
		}
		compare_states(c, root, json_object_get(now, "state"), prior,
			       json_object_get(then, "state"), name);
		compare_words(c, now, prior, then, name);
	}
}
