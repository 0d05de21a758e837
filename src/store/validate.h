/*
 * store/validate.h - what the files of the validator share.
 *
 * It reads objects that any tool may have made, or spoiled: nothing in an
 * inventory is believed before it was looked at, and a fault does not end the
 * run. Codes are those of https://ocfl.io/1.1/spec/validation-codes.html.
 *
 *	validate.c            the run, and how findings are told
 *	validate-root.c       a storage root and its hierarchy
 *	validate-object.c     an object's folders and files
 *	validate-declared.c   conformance declarations of both
 *	validate-load.c       inventory.json and its sidecar, read
 *	validate-inventory.c  the rules inside one inventory
 *	validate-versions.c   its version blocks
 *	validate-prior.c      an inventory against that of the whole object
 *	validate-content.c    content files against the inventories
 *	validate-names.c      URIs, times, digests, extensions
 */
#ifndef XJ_STORE_VALIDATE_H
#define XJ_STORE_VALIDATE_H

#include <jansson.h>

#include "store/fs.h"
#include "store/inventory.h"
#include "store/store.h"

/* One run. Functions do nothing more once `status` is negative. */
struct xj_check {
	xj_finding_fn fn;
	void *ctx;
	unsigned flags;
	struct xj_validation *out;
	struct xj_error *err;
	int status;
	struct xj_buf base; /* the object's path below what was given */
	struct xj_buf id;   /* of the object in hand; empty: not known */
	unsigned spec;      /* of the object in hand: 10, 11; 0 is unknown */
	void *links;        /* a tree: files seen that have several names */
	char *block;        /* XJ_CHECK_BLOCK bytes to read into */
};

#define XJ_CHECK_BLOCK 131072

/* A fault: the code says whether it is an error or a warning. `path` is below
 * the object; "" is the object itself. */
void xj_check_report(struct xj_check *c, const char *code, const char *path,
		     const char *format, ...) XJ_PRINTF(4, 5);
/* Something worth knowing that is no fault. */
void xj_check_note(struct xj_check *c, const char *path, const char *format,
		   ...) XJ_PRINTF(3, 4);
/* The system failed, from errno: no code, and an error all the same. */
void xj_check_failed(struct xj_check *c, const char *path);
/* Ends the run. Returns NULL. */
void *xj_check_no_memory(struct xj_check *c);
static inline bool
xj_check_goes_on(const struct xj_check *c)
{
	return c->status >= 0;
}

/* Texts that are lent, in a row that grows. */
struct xj_texts {
	const char **at;
	size_t count, room;
};

void xj_texts_add(struct xj_check *c, struct xj_texts *texts, const char *s);
void xj_texts_release(struct xj_texts *texts);

/* ----------------------------------------------------------- inventories */

/* A content path, and the digest that the manifest gives. */
struct xj_claim {
	const char *path, *digest;
};

/* An inventory under check. What it could not give is NULL, 0 or -1. */
struct xj_checked {
	const char *where; /* "inventory.json", "v2/inventory.json" */
	bool is_root;      /* the object's own; others say less twice */
	bool is_there;
	unsigned char sum[64]; /* sha512 of its bytes */
	json_t *json;
	const char *id, *head_name, *content_dir;
	int kind;          /* of its digests */
	unsigned spec;     /* 10, 11 */
	unsigned head;
	json_t *manifest, *versions;
	struct xj_claim *claims; /* of the manifest, in the order of paths */
	size_t claim_count;
};

/* Read it and its sidecar from the folder `path` of the object ("" is the
 * object's own), whose list is given. `root` is the object's own, or NULL. */
void xj_checked_load(struct xj_check *c, int fd, const char *path,
		     const struct xj_fs_list *list,
		     const struct xj_checked *root, struct xj_checked *inv);
void xj_checked_release(struct xj_checked *inv);

/* The rules inside it. Fills `inv`. */
void xj_check_inventory(struct xj_check *c, struct xj_checked *inv);
void xj_check_versions(struct xj_check *c, struct xj_checked *inv);
/* E052, E053 or E099, E100. True: the path is a good one. */
bool xj_check_path(struct xj_check *c, const struct xj_checked *inv,
		   const char *path, bool is_logical);
/* Only these keys: E102. */
void xj_check_keys(struct xj_check *c, const struct xj_checked *inv,
		   json_t *object, const char *const *keys, const char *what);

/* The inventory of version `number` against the object's own. */
void xj_check_prior(struct xj_check *c, const struct xj_checked *root,
		    const struct xj_checked *prior);

/* NULL when the manifest has no such path. */
const struct xj_claim *xj_checked_claim(const struct xj_checked *inv,
					const char *path);

/* --------------------------------------------------------------- content */

/* The content files of an object. */
struct xj_contents;

struct xj_contents *xj_contents_new(struct xj_check *c, int fd);
void xj_contents_free(struct xj_contents *contents);
/* All below `path`, "v1/content". Returns how many files. */
size_t xj_contents_walk(struct xj_contents *contents, const char *path,
			unsigned version);
/* What an inventory says of them, and what it fails to say. */
void xj_contents_compare(struct xj_contents *contents,
			 const struct xj_checked *inv);
/* Read them all. */
void xj_contents_verify(struct xj_contents *contents);

/* ---------------------------------------------------------------- objects */

/* The object in the directory `fd`. */
void xj_check_object(struct xj_check *c, int fd);
void xj_check_root(struct xj_check *c, int fd);

/* The declaration in a directory: "0=ocfl_object_1.1". Returns 10, 11, or 0. */
unsigned xj_check_declaration(struct xj_check *c, int fd,
			      const struct xj_fs_list *list, bool is_object);
/* Whether the name is a declaration, of whatever form. */
bool xj_is_declaration(const char *name);
/* What extensions/ may hold, of an object or a root by that specification. */
void xj_check_extensions(struct xj_check *c, int fd, bool is_object,
			 unsigned spec);

/* ------------------------------------------------------------------ names */

bool xj_is_uri(const char *s);
bool xj_is_rfc3339(const char *s);
/* 10 or 11 for the `type` of an inventory; 0 for another. */
unsigned xj_spec_of_type(const char *type);
bool xj_is_registered_extension(const char *name);
/* Hexadecimal, of the length that the kind has. */
bool xj_is_digest(int kind, const char *digest);

#endif
