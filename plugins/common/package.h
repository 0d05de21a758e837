/*
 * package.h - documents that are zip files: their parts by name, over the
 * services of the host, and what a sample of one tells.
 *
 * Compiled into each importer that needs it; needs libzip.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_PACKAGE_H
#define XJ_PLUGIN_PACKAGE_H

#include <stdbool.h>

#include <zip.h>

#include <xueji/importer.h>

#define PART_NAME_MAX 512

struct package;
struct part;

/*
 * What stands between parts and their readers where the bytes in the zip are
 * not those of the parts: they are encrypted. begin() is asked of each part
 * that was opened. It may set `part->filtered`, and then read() stands in for
 * zip_fread() and end() is called. It answers as part_open() does.
 */
struct part_filter {
	int (*begin)(struct package *package, struct part *part);
	/* -1: what follows cannot be had; why is in `part->damage` */
	zip_int64_t (*read)(struct part *part, void *buf, size_t len);
	void (*end)(struct part *part);
};

/* An open package. Unpacked bytes of all its parts together are bounded. */
struct package {
	struct xj_import *in;
	zip_t *zip;
	uint64_t off;      /* where libzip reads next */
	uint64_t unpacked;
	uint64_t parts;
	int status;        /* the host's own stop, while libzip reads */
	const struct part_filter *filter; /* or NULL; with what it needs */
	void *filter_ctx;
};

/* A part being read. */
struct part {
	struct package *package;
	zip_file_t *file;
	const char *name;  /* lent by the caller */
	uint64_t size;     /* as the package says; UINT64_MAX: it does not */
	void *filtered;    /* the filter's, or NULL */
	const char *damage;
};

/* 0 or XJ_IMPORT_..., said to the host. Close in either case. */
int package_open(struct package *package, struct xj_import *in);
void package_close(struct package *package);

bool package_has(struct package *package, const char *name);
/* The name of a part by number from 0, lent; NULL: none, or no name. */
const char *package_name(struct package *package, uint64_t i);

/*
 * Begin with a part. 1: it is not there, or cannot be unpacked, which is said
 * as a warning; negative: stop.
 */
int part_open(struct package *package, const char *name, struct part *part);
/*
 * The next bytes; 0 at the end. 1 in `*damaged` when what follows cannot be
 * unpacked; the host has been told. Negative: stop.
 */
ssize_t part_read(struct part *part, void *buf, size_t len, bool *damaged);
void part_close(struct part *part);
/* A warning about a part. 1 or negative. */
int part_warn(struct package *package, const char *name, const char *why);

/* Send a part as a contained document. 0 or negative. */
int part_send(struct package *package, const char *name, const char *shown,
	      const char *mime);

/*
 * The name of a part that a reference within another means: "../a/b.xml" of
 * "x/y/z.xml" is "x/a/b.xml". Percent signs are read if `url`, and what stands
 * behind '#' is left out. False: it leads out of the package, or is too long.
 */
bool part_resolve(const char *base, const char *reference, bool url,
		  char out[PART_NAME_MAX]);

/* -------------------------------------------------------------- samples */

/*
 * Names of members as they show in a sample: of local headers in the head and
 * of the central directory in the tail. Calls `name` for each until it answers
 * true; whether it did.
 */
bool sample_names(const struct xj_sample *sample,
		  bool (*name)(void *ctx, const char *name, size_t len),
		  void *ctx);
/* The text of a stored first member called "mimetype"; its length, or 0. */
size_t sample_mimetype(const struct xj_sample *sample, char out[128]);
/* Whether the name ends in a dot and this extension, whatever the case. */
bool sample_extension(const struct xj_sample *sample, const char *ext);

#endif
