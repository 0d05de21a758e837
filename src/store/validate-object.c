/* validate-object.c - an object: its folder, its versions, its files. */
#include "store/validate.h"

#include <stdlib.h>
#include <string.h>

/* A version folder that is there. */
struct folder {
	const char *name;
	unsigned number, padded;
	struct xj_fs_list list;
};

struct object {
	struct xj_check *c;
	int fd;
	struct xj_fs_list list;
	struct folder *folders; /* in the order of their numbers */
	size_t count;
	struct xj_checked root;
	struct xj_contents *contents;
	unsigned last_spec; /* of the version before */
};

/* ----------------------------------------------------- the object's folder */

/* What a version folder might be that was named otherwise. */
static bool
is_number(const char *name)
{
	return *name && name[strspn(name, "0123456789")] == '\0';
}

static void
unexpected(struct xj_check *c, const struct xj_fs_entry *e)
{
	if (e->type == DT_LNK)
		xj_check_report(c, "E090", e->name, "is a symbolic link");
	xj_check_report(c, "E001", e->name, "does not belong in an object");
	if (c->spec == 10 || e->type != DT_DIR)
		return;
	if (is_number(e->name))
		xj_check_report(c, "E104", e->name,
				"a version folder's name begins with v");
	else if (e->name[0] == 'v' && is_number(e->name + 1))
		xj_check_report(c, "E105", e->name,
				"versions are counted from 1");
}

/* "inventory.json.sha512", whatever the algorithm: which one it must be is
 * known when the inventory was read. */
static bool
is_sidecar(const char *name)
{
	static const char start[] = "inventory.json.";

	return strncmp(name, start, strlen(start)) == 0 &&
	       xj_digest_kind(name + strlen(start)) >= 0;
}

static void
check_entry(struct object *o, const struct xj_fs_entry *e)
{
	struct folder *folder = &o->folders[o->count];

	if (e->type == DT_DIR) {
		if (xj_version_name(e->name, &folder->number,
				    &folder->padded)) {
			folder->name = e->name;
			o->count++;
		} else if (strcmp(e->name, "extensions") == 0) {
			xj_check_extensions(o->c, o->fd, true, o->c->spec);
		} else if (strcmp(e->name, "logs") != 0) {
			unexpected(o->c, e);
		}
	} else if (e->type != DT_REG ||
		   (!xj_is_declaration(e->name) && !is_sidecar(e->name) &&
		    strcmp(e->name, "inventory.json") != 0)) {
		unexpected(o->c, e);
	}
}

static void
check_entries(struct object *o)
{
	o->folders = calloc(o->list.count + 1, sizeof(*o->folders));
	if (!o->folders) {
		xj_check_no_memory(o->c);
		return;
	}
	for (size_t i = 0; i < o->list.count; i++)
		check_entry(o, &o->list.entries[i]);
}

/* ---------------------------------------------------------- the row of them */

static int
by_number(const void *a, const void *b)
{
	const struct folder *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

/* The first version sets how the others are named. */
static void
check_convention(struct object *o, const struct folder *folder)
{
	const struct folder *first = &o->folders[0];

	if (folder->padded == first->padded)
		return;
	if (first->padded && !folder->padded)
		xj_check_report(o->c, "E011", folder->name,
				"no zero behind the v, as other versions have");
	xj_check_report(o->c, "E012", folder->name,
			"not named in the manner of %s", first->name);
	xj_check_report(o->c, "E013", folder->name,
			"not named in the manner of %s", first->name);
}

static void
check_row(struct object *o)
{
	unsigned expected = 1;

	if (o->count == 0) {
		xj_check_report(o->c, "E008", "", "not one version folder");
		return;
	}
	qsort(o->folders, o->count, sizeof(*o->folders), by_number);
	if (o->folders[0].padded)
		xj_check_report(o->c, "W001", o->folders[0].name,
				"version numbers with zeros before them");
	for (size_t i = 0; i < o->count; i++) {
		const struct folder *folder = &o->folders[i];

		if (folder->number > expected)
			xj_check_report(o->c, expected == 1 ? "E009" : "E010",
					folder->name,
					"version %u is not there", expected);
		check_convention(o, folder);
		expected = folder->number + 1;
	}
}

/* ------------------------------------------------- the object's inventory */

static void
note_id(struct object *o)
{
	xj_buf_clear(&o->c->id);
	if (o->root.id)
		xj_buf_adds(&o->c->id, o->root.id);
	if (o->c->id.failed)
		xj_check_no_memory(o->c);
}

static bool
has_folder(const struct object *o, const char *name)
{
	for (size_t i = 0; i < o->count; i++)
		if (strcmp(o->folders[i].name, name) == 0)
			return true;
	return false;
}

/* Version blocks and version folders correspond. */
static void
check_folders_named(struct object *o)
{
	const char *name;
	json_t *block;

	for (size_t i = 0; o->root.versions && i < o->count; i++)
		if (!json_object_get(o->root.versions, o->folders[i].name))
			xj_check_report(o->c, "E046", o->folders[i].name,
					"is not among the inventory's versions");
	json_object_foreach(o->root.versions, name, block) {
		unsigned number, padded;

		if (xj_version_name(name, &number, &padded) &&
		    !has_folder(o, name))
			xj_check_report(o->c, "E046", o->root.where,
					"%s: there is no such folder", name);
	}
	if (o->root.head_name && o->count > 0 &&
	    o->root.head < o->folders[o->count - 1].number)
		xj_check_report(o->c, "E040", o->root.where,
				"the head %s is not the last version folder",
				o->root.head_name);
}

static void
check_root_inventory(struct object *o)
{
	xj_checked_load(o->c, o->fd, "", &o->list, NULL, &o->root);
	if (!o->root.is_there) {
		xj_check_report(o->c, "E063", "", "no inventory.json");
		return;
	}
	xj_check_inventory(o->c, &o->root);
	note_id(o);
	check_folders_named(o);
}

/* ------------------------------------------------------- version folders */

static const char *
content_dir(const struct object *o)
{
	return o->root.content_dir ? o->root.content_dir : "content";
}

static void
walk_content(struct object *o, const struct folder *folder, const char *path)
{
	if (xj_contents_walk(o->contents, path, folder->number) == 0)
		xj_check_report(o->c, "W003", path,
				"there is no content, so no need of it");
}

static void
check_version_entry(struct object *o, const struct folder *folder,
		    const struct xj_fs_entry *e)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;

	if (xj_path_join(&path, folder->name, e->name) < 0)
		xj_check_no_memory(o->c);
	else if (e->type == DT_LNK)
		xj_check_report(o->c, "E090", path.data, "is a symbolic link");
	else if (e->type == DT_DIR && strcmp(e->name, content_dir(o)) == 0)
		walk_content(o, folder, path.data);
	else if (e->type == DT_DIR)
		xj_check_report(o->c, "W002", path.data,
				"a folder beside the content");
	else if (e->type != DT_REG || (strcmp(e->name, "inventory.json") != 0 &&
				       !is_sidecar(e->name)))
		xj_check_report(o->c, "E015", path.data,
				"a file beside the inventory");
}

static void
check_version_folder(struct object *o, struct folder *folder)
{
	if (xj_fs_list(o->fd, folder->name, &folder->list) < 0) {
		xj_check_failed(o->c, folder->name);
		return;
	}
	for (size_t i = 0; i < folder->list.count; i++)
		check_version_entry(o, folder, &folder->list.entries[i]);
}

/* ---------------------------------------------------- version inventories */

static void
check_head(struct object *o, const struct folder *folder,
	   const struct xj_checked *inv)
{
	if (inv->head_name && strcmp(inv->head_name, folder->name) != 0)
		xj_check_report(o->c, "E040", inv->where, "the head is %s",
				inv->head_name);
	if (folder == &o->folders[o->count - 1] && o->root.json &&
	    memcmp(inv->sum, o->root.sum, sizeof(inv->sum)) != 0)
		xj_check_report(o->c, "E064", inv->where,
				"is not the same as the object's inventory");
}

static void
check_spec(struct object *o, const struct xj_checked *inv)
{
	if (inv->spec && inv->spec < o->last_spec)
		xj_check_report(o->c, "E103", inv->where,
				"by an older specification than the version "
				"before");
	if (inv->spec)
		o->last_spec = inv->spec;
}

/* The object's own inventory once more, in the folder of its head. */
static bool
is_copy(const struct object *o, const struct folder *folder,
	const struct xj_checked *inv)
{
	return o->root.head_name &&
	       strcmp(o->root.head_name, folder->name) == 0 &&
	       memcmp(inv->sum, o->root.sum, sizeof(inv->sum)) == 0;
}

static void
check_version_inventory(struct object *o, const struct folder *folder)
{
	xj_auto(xj_checked_release) struct xj_checked inv = { 0 };

	xj_checked_load(o->c, o->fd, folder->name, &folder->list, &o->root,
			&inv);
	if (!inv.is_there) {
		xj_check_report(o->c, "W010", folder->name,
				"has no inventory of its own");
		return;
	}
	if (!inv.json)
		return;
	if (is_copy(o, folder, &inv)) {
		inv.spec = o->root.spec;
		check_spec(o, &inv);
		return;
	}
	xj_check_inventory(o->c, &inv);
	check_head(o, folder, &inv);
	check_spec(o, &inv);
	xj_check_prior(o->c, &o->root, &inv);
	xj_contents_compare(o->contents, &inv);
}

/* --------------------------------------------------------------- the whole */

static void
check_content(struct object *o)
{
	for (size_t i = 0; i < o->count && xj_check_goes_on(o->c); i++)
		check_version_folder(o, &o->folders[i]);
	xj_contents_compare(o->contents, &o->root);
	for (size_t i = 0; i < o->count && xj_check_goes_on(o->c); i++)
		check_version_inventory(o, &o->folders[i]);
	xj_contents_verify(o->contents);
}

static void
release(struct object *o)
{
	for (size_t i = 0; i < o->count; i++)
		xj_fs_list_release(&o->folders[i].list);
	free(o->folders);
	xj_checked_release(&o->root);
	xj_contents_free(o->contents);
	xj_fs_list_release(&o->list);
}

void
xj_check_object(struct xj_check *c, int fd)
{
	struct object o = { .c = c, .fd = fd };

	c->out->objects++;
	xj_buf_clear(&c->id);
	if (xj_fs_list(fd, ".", &o.list) < 0) {
		xj_check_failed(c, "");
		return;
	}
	c->spec = xj_check_declaration(c, fd, &o.list, true);
	check_entries(&o);
	o.contents = xj_contents_new(c, fd);
	if (xj_check_goes_on(c)) {
		check_row(&o);
		check_root_inventory(&o);
		check_content(&o);
	}
	release(&o);
}
