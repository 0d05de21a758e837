/* validate-load.c - an inventory.json and its sidecar, read and compared. */
#include "store/validate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SIDECAR "inventory.json."

/* "v1" and "inventory.json" give "v1/inventory.json". */
static const char *
place(struct xj_check *c, struct xj_buf *out, const char *folder,
      const char *name)
{
	xj_buf_clear(out);
	xj_buf_adds(out, folder);
	if (*folder)
		xj_buf_addc(out, '/');
	xj_buf_adds(out, name);
	if (out->failed)
		xj_check_no_memory(c);
	return xj_buf_str(out);
}

/* ---------------------------------------------------------------- sidecar */

/* "DIGEST inventory.json": the length of DIGEST, or 0. */
static size_t
digest_length(const struct xj_buf *text)
{
	const char *s = xj_buf_str(text);
	size_t n = strspn(s, "0123456789abcdefABCDEF");
	size_t gap = strspn(s + n, " \t");
	const char *name = s + n + gap;

	if (n == 0 || gap == 0 || strncmp(name, "inventory.json", 14) != 0 ||
	    strspn(name + 14, "\r\n\t ") != text->len - (size_t)(name + 14 - s))
		return 0;
	return n;
}

static void
compare_digest(struct xj_check *c, const char *path, const struct xj_buf *text,
	       const struct xj_buf *inventory, int kind)
{
	unsigned char sum[XJ_DIGEST_MAX];
	char hex[XJ_DIGEST_HEX_MAX];
	size_t n = digest_length(text);

	if (n == 0) {
		xj_check_report(c, "E061", path,
				"is not a digest and \"inventory.json\"");
		return;
	}
	xj_digest_of((enum xj_digest_kind)kind, xj_buf_str(inventory),
		     inventory->len, sum);
	xj_hex(sum, xj_digest_size((enum xj_digest_kind)kind), hex);
	if (n != strlen(hex) || strncasecmp(text->data, hex, n) != 0)
		xj_check_report(c, "E060", path,
				"is not the digest of the inventory");
}

/* One that is not by the inventory's algorithm. */
static void
wrong_sidecar(struct xj_check *c, const struct xj_checked *inv,
	      const char *name, bool is_only)
{
	if (is_only)
		xj_check_report(c, "E059", inv->where,
				"its digests are by %s, its sidecar is %s",
				xj_digest_name((enum xj_digest_kind)inv->kind),
				name);
	else
		xj_check_report(c, inv->is_root ? "E001" : "E015", inv->where,
				"a sidecar too many: %s", name);
}

/* The sidecar by the algorithm that the inventory names; where it names none,
 * the first that is there. */
static const char *
sidecar_name(struct xj_check *c, const struct xj_fs_list *list,
	     const struct xj_checked *inv)
{
	char expected[sizeof(SIDECAR) + 32] = "";
	const struct xj_fs_entry *found;

	if (inv->kind >= 0)
		snprintf(expected, sizeof(expected), SIDECAR "%s",
			 xj_digest_name((enum xj_digest_kind)inv->kind));
	found = xj_fs_list_find(list, expected);
	for (size_t i = 0; i < list->count; i++) {
		const struct xj_fs_entry *e = &list->entries[i];

		if (strncmp(e->name, SIDECAR, strlen(SIDECAR)) != 0 ||
		    e == found)
			continue;
		if (inv->kind < 0)
			return e->name;
		wrong_sidecar(c, inv, e->name, !found);
	}
	if (!found)
		xj_check_report(c, "E058", inv->where, "has no sidecar");
	return found ? found->name : NULL;
}

static void
check_sidecar(struct xj_check *c, int fd, const char *folder,
	      const struct xj_fs_list *list, const struct xj_checked *inv,
	      const struct xj_buf *inventory)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	const char *name = sidecar_name(c, list, inv);
	struct xj_error why;
	int kind;

	if (!name)
		return;
	kind = xj_digest_kind(name + strlen(SIDECAR));
	place(c, &path, folder, name);
	if (!xj_check_goes_on(c))
		return;
	if (xj_fs_read(fd, path.data, 4096, &text, &why) < 0)
		xj_check_report(c, "E061", path.data, "%s", why.message);
	else if (kind < 0)
		xj_check_report(c, "E059", path.data,
				"an algorithm that is not known");
	else
		compare_digest(c, path.data, &text, inventory, kind);
}

/* ------------------------------------------------------------------- JSON */

/* The inventory of the last version is mostly the object's own once more. */
static void
parse(struct xj_check *c, struct xj_checked *inv, const struct xj_buf *text,
      const struct xj_checked *root)
{
	struct xj_error why;

	xj_digest_of(XJ_SHA512, xj_buf_str(text), text->len, inv->sum);
	if (root && root->json &&
	    memcmp(root->sum, inv->sum, sizeof(inv->sum)) == 0) {
		inv->json = json_incref(root->json);
		return;
	}
	inv->json = xj_inventory_json(xj_buf_str(text), text->len, &why);
	if (inv->json)
		return;
	if (why.status == XJ_ENOMEM)
		xj_check_no_memory(c);
	else
		xj_check_report(c, "E033", inv->where, "%s", why.message);
}

static int
kind_of(const struct xj_checked *inv)
{
	const char *name = json_string_value(json_object_get(inv->json,
							     "digestAlgorithm"));

	return name ? xj_digest_kind(name) : -1;
}

void
xj_checked_load(struct xj_check *c, int fd, const char *folder,
		const struct xj_fs_list *list, const struct xj_checked *root,
		struct xj_checked *inv)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct xj_error why;
	int r;

	*inv = (struct xj_checked){ .kind = -1, .is_root = *folder == '\0' };
	place(c, &path, folder, "inventory.json");
	if (!xj_check_goes_on(c) || !xj_fs_list_find(list, "inventory.json"))
		return;
	inv->where = xj_buf_take(&path);
	inv->is_there = true;
	r = xj_fs_read(fd, inv->where, XJ_INVENTORY_MAX, &text, &why);
	if (r == XJ_ENOMEM)
		xj_check_no_memory(c);
	else if (r < 0)
		xj_check_report(c, "E033", inv->where, "%s", why.message);
	if (r < 0)
		return;
	parse(c, inv, &text, root);
	inv->kind = kind_of(inv);
	check_sidecar(c, fd, folder, list, inv, &text);
}

void
xj_checked_release(struct xj_checked *inv)
{
	free(inv->claims);
	free((void *)inv->where);
	json_decref(inv->json);
	*inv = (struct xj_checked){ .kind = -1 };
}
