/*
 * store/inventory.h - an object's inventory in memory: read strictly, written
 * in one fixed form. The validator, which must name every fault, has a reader
 * of its own (validate-inventory.c).
 */
#ifndef XJ_STORE_INVENTORY_H
#define XJ_STORE_INVENTORY_H

#include "util/util.h"

#define XJ_INVENTORY_MAX (64u << 20) /* bytes; half a million files */

/* One content of the object: its digest, and the files that have it. */
struct xj_inventory_blob {
	unsigned char sha512[64];
	const char **paths; /* below the object */
	size_t path_count;
};

struct xj_inventory_file {
	const char *logical;
	const struct xj_inventory_blob *blob;
};

struct xj_inventory_version {
	const char *created; /* as it is written */
	int64_t time;
	const char *message, *user, *user_address; /* NULL when absent */
	struct xj_inventory_file *files; /* in the order of their paths */
	size_t file_count;
};

/* All of it lives in an arena that the caller owns. */
struct xj_inventory {
	const char *id;
	unsigned head;
	/* Version folders with zeros before the number, or a content folder of
	 * another name: read, but not continued here. */
	bool foreign;
	struct xj_inventory_blob **blobs; /* in the order of their digests */
	size_t blob_count;
	struct xj_inventory_version *versions; /* `head` of them; v1 is 0 */
};

/*
 * The JSON object that the text is; NULL with a message. XJ_ECORRUPT: it is
 * none, or not UTF-8, or too deep, or has a key twice. For json_decref().
 */
struct json_t *xj_inventory_json(const char *text, size_t len,
				 struct xj_error *err);

/* XJ_ECORRUPT: no inventory, or one that contradicts itself. XJ_EVERSION: a
 * digest algorithm that we do not write. */
int xj_inventory_read(const char *text, size_t len, struct xj_arena *arena,
		      struct xj_inventory *inv, struct xj_error *err);

void xj_inventory_write(const struct xj_inventory *inv, struct xj_buf *out);

/* What goes into inventory.json.sha512. */
void xj_inventory_sidecar(const struct xj_buf *text, unsigned char sha512[64],
			  struct xj_buf *out);

const struct xj_inventory_blob *
xj_inventory_blob(const struct xj_inventory *inv,
		  const unsigned char sha512[64]);
const struct xj_inventory_file *
xj_inventory_file(const struct xj_inventory_version *v, const char *logical);

/* Sort by path. False: a path is there twice, or is the folder of another. */
bool xj_inventory_sort_files(struct xj_inventory_file *files, size_t count);

/* "v12", "v012": the number, and the digits when padded, else 0. */
bool xj_version_name(const char *name, unsigned *number, unsigned *padded);

/* Whether it is a path of parts that are not "", "." or "..". */
bool xj_path_is_plain(const char *path);

/* Orders paths so that what lies in a folder comes right behind its name. */
int xj_path_compare(const char *a, const char *b);
/* Whether `path` is `folder` itself or lies below it. */
bool xj_path_is_within(const char *path, const char *folder);

/* Append the name on disk for a logical path, below the content folder. */
void xj_content_path(struct xj_buf *out, const char *logical);

#endif
