/*
 * store/layout.h - where an object lies in the storage root.
 *
 * Source: OCFL extension 0003-hash-and-id-n-tuple-storage-layout.
 */
#ifndef XJ_STORE_LAYOUT_H
#define XJ_STORE_LAYOUT_H

#include "util/util.h"

#define XJ_LAYOUT_NAME "0003-hash-and-id-n-tuple-storage-layout"
#define XJ_LAYOUT_CONFIG "extensions/" XJ_LAYOUT_NAME "/config.json"

/* Tuples, a slash after each, the name of the object's folder, NUL. */
#define XJ_LAYOUT_PATH_MAX 400

struct xj_layout {
	enum xj_digest_kind digest;
	unsigned tuple_size; /* characters in a tuple */
	unsigned tuples;     /* how many folders above the object's own */
};

/* What we write: sha256, two tuples of two. */
extern const struct xj_layout xj_layout_ours;

/* Below the root: "ab/cd/urn%3auuid%3a...". */
void xj_layout_path(const struct xj_layout *layout, const char *id,
		    char out[XJ_LAYOUT_PATH_MAX]);

/* Append the two files that say it: ocfl_layout.json, config.json. */
void xj_layout_describe(struct xj_buf *layout_json, struct xj_buf *config_json);

/* The layout of the root `rootfd`. XJ_EVERSION: one that is not known here;
 * XJ_ENOTFOUND: it declares none. */
int xj_layout_read(int rootfd, struct xj_layout *layout, struct xj_error *err);

#endif
