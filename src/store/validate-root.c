/* validate-root.c - a storage root: its own files, and the way to objects. */
#include "store/validate.h"

#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "store/layout.h"

struct root {
	struct xj_check *c;
	int fd;
	unsigned spec;
	bool has_layout; /* one by which places can be computed */
	struct xj_layout layout;
	void *ids;       /* a tree: ids of the objects so far */
	bool is_top_used, is_deep_used;
};

/* ------------------------------------------------------- files of the root */

static void
check_layout_keys(struct xj_check *c, const char *name, const json_t *json)
{
	const json_t *extension = json_object_get(json, "extension");
	const json_t *description = json_object_get(json, "description");

	if (!extension || !description)
		xj_check_report(c, "E070", name, "no %s",
				extension ? "description" : "extension");
	if (extension && (!json_is_string(extension) ||
			  !xj_is_registered_extension(
				  json_string_value(extension))))
		xj_check_report(c, "E071", name,
				"the extension is not a registered one");
}

static void
check_layout_file(struct root *root)
{
	static const char name[] = "ocfl_layout.json";
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct xj_error why;
	json_t *json;

	if (xj_fs_read(root->fd, name, 1 << 20, &text, &why) < 0) {
		xj_check_report(root->c, "E070", name, "%s", why.message);
		return;
	}
	json = xj_inventory_json(xj_buf_str(&text), text.len, &why);
	if (json)
		check_layout_keys(root->c, name, json);
	else if (why.status == XJ_ENOMEM)
		xj_check_no_memory(root->c);
	else
		xj_check_report(root->c, "E070", name, "%s", why.message);
	json_decref(json);
	root->has_layout = xj_layout_read(root->fd, &root->layout, NULL) ==
			   XJ_OK;
}

/* ---------------------------------------------------------------- objects */

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
check_id_unique(struct root *root, const char *id)
{
	char *copy;

	if (tfind(id, &root->ids, by_text)) {
		xj_check_report(root->c, "E037", "",
				"another object of the root has the same id");
		return;
	}
	copy = strdup(id);
	if (!copy || !tsearch(copy, &root->ids, by_text)) {
		free(copy);
		xj_check_no_memory(root->c);
	}
}

static void
check_place(struct root *root, const char *id)
{
	char expected[XJ_LAYOUT_PATH_MAX];

	if (!root->has_layout)
		return;
	xj_layout_path(&root->layout, id, expected);
	if (strcmp(expected, root->c->base.data) != 0)
		xj_check_report(root->c, "E083", "",
				"by the layout its place is %s", expected);
}

static void
check_in_root(struct root *root, const char *path)
{
	struct xj_check *c = root->c;

	if (strchr(path, '/'))
		root->is_deep_used = true;
	else
		root->is_top_used = true;
	if (root->spec && c->spec > root->spec)
		xj_check_report(c, "E081", "",
				"by a later specification than the root");
	if (c->id.len && xj_check_goes_on(c)) {
		check_id_unique(root, c->id.data);
		check_place(root, c->id.data);
	}
}

static void
tell_end(struct xj_check *c)
{
	if (c->flags & XJ_VALIDATE_EACH && c->fn && xj_check_goes_on(c))
		c->status = c->fn(c->ctx, &(struct xj_finding){
			.severity = XJ_SEVERITY_INFO, .code = "",
			.path = xj_buf_str(&c->base),
			.object = c->id.len ? c->id.data : NULL });
}

static void
check_object(struct root *root, const char *path)
{
	struct xj_check *c = root->c;
	xj_auto(xj_closep) int fd = xj_fs_open(root->fd, path,
					       O_RDONLY | O_DIRECTORY);

	if (fd < 0) {
		xj_check_failed(c, path);
		return;
	}
	xj_buf_clear(&c->base);
	xj_buf_adds(&c->base, path);
	if (c->base.failed) {
		xj_check_no_memory(c);
		return;
	}
	xj_check_object(c, fd);
	check_in_root(root, path);
	tell_end(c);
	xj_buf_clear(&c->base);
	xj_buf_clear(&c->id);
}

/* -------------------------------------------------------------- hierarchy */

/* A folder that is, or was meant to be, an object. */
static bool
is_object(const struct xj_fs_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *name = list->entries[i].name;

		if (xj_is_declaration(name) &&
		    strncmp(name + 2, "ocfl_object_", 12) == 0)
			return true;
	}
	return xj_fs_list_find(list, "inventory.json") != NULL;
}

static void walk(struct root *root, const char *path);

static void
check_entry(struct root *root, const char *path, unsigned char type)
{
	if (type == DT_DIR) {
		walk(root, path);
		return;
	}
	if (type == DT_LNK)
		xj_check_report(root->c, "E090", path, "is a symbolic link");
	xj_check_report(root->c, "E072", path, "a file outside of objects");
}

/* Intermediate folders hold folders alone, and end in objects. */
static void
check_folder(struct root *root, const char *path, const struct xj_fs_list *list)
{
	xj_auto(xj_buf_release) struct xj_buf below = XJ_BUF_INIT;
	size_t folders = 0;

	for (size_t i = 0; i < list->count; i++)
		folders += list->entries[i].type == DT_DIR;
	if (list->count == 0)
		xj_check_report(root->c, "E073", path, "is an empty folder");
	else if (folders == 0)
		xj_check_report(root->c, "E085", path,
				"the hierarchy does not end in an object");
	if (folders < list->count)
		xj_check_report(root->c, "E084", path,
				"has files, and is no object");
	for (size_t i = 0; i < list->count && xj_check_goes_on(root->c); i++) {
		if (xj_path_join(&below, path, list->entries[i].name) < 0)
			xj_check_no_memory(root->c);
		else
			check_entry(root, below.data, list->entries[i].type);
	}
}

static void
walk(struct root *root, const char *path)
{
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };

	if (xj_fs_list(root->fd, path, &list) < 0)
		xj_check_failed(root->c, path);
	else if (is_object(&list))
		check_object(root, path);
	else
		check_folder(root, path, &list);
}

/* Files that it does not know a validator passes over: E087. */
static void
check_top(struct root *root, const struct xj_fs_entry *e)
{
	if (e->type == DT_LNK)
		xj_check_report(root->c, "E090", e->name, "is a symbolic link");
	else if (e->type != DT_DIR)
		return;
	else if (strcmp(e->name, "extensions") == 0)
		xj_check_extensions(root->c, root->fd, false, root->spec);
	else
		walk(root, e->name);
}

void
xj_check_root(struct xj_check *c, int fd)
{
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };
	struct root root = { .c = c, .fd = fd };

	if (xj_fs_list(fd, ".", &list) < 0) {
		xj_check_failed(c, "");
		return;
	}
	root.spec = c->spec = xj_check_declaration(c, fd, &list, false);
	if (xj_fs_list_find(&list, "ocfl_layout.json"))
		check_layout_file(&root);
	for (size_t i = 0; i < list.count && xj_check_goes_on(c); i++)
		check_top(&root, &list.entries[i]);
	if (root.is_top_used && root.is_deep_used)
		xj_check_report(c, "W015", "",
				"objects both at the top and in a hierarchy");
	tdestroy(root.ids, free);
}
