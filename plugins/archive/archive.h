/*
 * archive.h - what the parts of the archive importer share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_ARCHIVE_H
#define XJ_PLUGIN_ARCHIVE_H

#include <stdbool.h>

#include <archive.h>
#include <archive_entry.h>

#include <xueji/importer.h>

#include "plugins/common/utf8.h"

#define MEMBERS_MAX 100000u
#define POOL_MAX 65536u    /* bytes of names by which the encoding is told */

/* ------------------------------------------------------------- kinds.c */

typedef int (*format_fn)(struct archive *); /* enables a reader */

/* An archive has a `format`; a compressed file has a `filter` alone. */
struct kind {
	const char *mime;
	format_fn format;
	int filter;   /* ARCHIVE_FILTER_... */
	bool unicode; /* all its names are */
	bool preview; /* a document of its own, of which one part is read */
};

/*
 * The format of the bytes, or NULL, and how sure it is. A zip that is a
 * document of its own (OOXML, ODF, EPUB, OFD, jar) is none.
 */
const struct kind *kind_of(const struct xj_sample *sample, int *bid);
extern const struct kind kind_zip, kind_7z, kind_rar, kind_rar5, kind_cab,
	kind_lha;
/* Where the end record of a zip begins in the tail; SIZE_MAX: not there. */
size_t kind_zip_end(const struct xj_sample *sample);

/* What is compressed: the reader for tar or cpio, or for any other file. */
format_fn kind_inside(const unsigned char *head, size_t len);

uint32_t le16(const unsigned char *p);
uint32_t le32(const unsigned char *p);
uint64_t le64(const unsigned char *p);

/* --------------------------------------------------------- obstacles.c */

/* XJ_IMPORT_... and a sentence why, or 0. */
int kind_obstacle(const struct kind *kind, const struct xj_sample *sample,
		  const char **why);

/* ------------------------------------------------------------- names.c */

/* Names that are not declared to be Unicode, decided together. */
struct names {
	struct xj_import *in;
	char *pool;             /* joined by '\n' */
	size_t len;
	bool decided, utf8;
	struct xj_decoder *decoder;
	uint64_t *unicode;      /* hashes of names declared UTF-8, sorted */
	size_t unicodes;
};

int names_begin(struct names *names, struct xj_import *in);
void names_end(struct names *names);
/* Puts a name in the pool, if it can tell anything. False: full. */
bool names_pool(struct names *names, const char *raw, size_t len);
int names_decide(struct names *names);
/* Whether the bytes leave no doubt: ASCII, or much UTF-8. */
bool names_sure(const char *raw, size_t len);
/* `unicode` is filled with hashes by zip.c, sorted once, then asked. */
uint64_t names_hash(const char *raw, size_t len);
void names_sort_unicode(struct names *names);
bool names_unicode(const struct names *names, const char *raw, size_t len);
/* `*name` is lent until the next call. */
int names_decode(struct names *names, const char *raw, size_t len,
		 const char **name, size_t *name_len);
bool utf8_valid(const char *s, size_t len, size_t *long_ones);
/*
 * The name without what leads out of the archive: slashes and drives in front,
 * ".."; in place. "" when nothing is left.
 */
void name_tame(char *name);

/* --------------------------------------------------------------- zip.c */

/*
 * Read the central directory: which names are Unicode, the others into the
 * pool; members that share bytes are a bomb. 0, NO_DIRECTORY, or
 * XJ_IMPORT_... after xj_fail().
 */
#define NO_DIRECTORY 1
int zip_directory(struct xj_import *in, struct names *names);

/* --------------------------------------------------------------- lha.c */

/* The first code page other than UTF-8 that names are declared in, or 0;
 * negative: stop. */
int lha_code_page(struct xj_import *in);

/* ------------------------------------------------------------ source.c */

/* The document as libarchive reads it. */
struct source {
	struct xj_import *in;
	uint64_t off;
	int status;             /* a negative answer of the host */
	unsigned char *buf;
};

#define SOURCE_BUF 65536u

/* Opens; NULL after xj_fail(), with `*status`. */
struct archive *source_open(struct source *source, int filter,
			    format_fn format, int *status);
/* Any bytes at all: one member. */
int format_raw(struct archive *a);
/* What a failed call of libarchive comes to, after xj_fail(). */
int source_failed(struct source *source, struct archive *a, const char *what);

/* ------------------------------------------------------------ member.c */

/* One import. */
struct job {
	struct xj_import *in;
	const struct kind *kind;
	format_fn format;
	struct source source;
	struct archive *a;
	struct names names;
	uint64_t entries, members, sent, warned;
	uint64_t encrypted, opened; /* of those with a password */
};

/* A block of a member as libarchive gives it. */
struct piece {
	const void *data;
	size_t len;
	la_int64_t off;
	int status; /* ARCHIVE_OK ... */
};

void next_piece(struct job *job, struct piece *p);
/* What libarchive says is wrong; never NULL. */
const char *error_of(struct job *job);
/* Warn of a member; after the first fifty only how many there were. */
int warn_member(struct job *job, const char *name, const char *why);
/* The same, and name it: nothing of it can be had. */
int lose_member(struct job *job, const char *name, int status, const char *why);
int warn_rest(struct job *job);
/* Of what is encrypted: libarchive takes a password for zip alone. */
int locked_status(const struct job *job);
/* The member whose header was just read. 0 or negative: stop. */
int take_member(struct job *job, struct archive_entry *entry);

#endif
