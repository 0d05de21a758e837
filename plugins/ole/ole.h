/*
 * ole.h - what the parts of the importer of OLE2 documents share: the compound
 * file with its streams, the property sets, and one reader a format.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_OLE_H
#define XJ_PLUGIN_OLE_H

#include "plugins/common/codepage.h"
#include "plugins/common/prose.h"

/* ----------------------------------------------------------------- cfb.c */

#define CFB_NONE 0xFFFFFFFFu
#define CFB_ROOT 0
#define CFB_NAME 128 /* of an entry, in UTF-8 */
#define STREAM_WINDOW 4096u

enum { CFB_STORAGE = 1, CFB_STREAM = 2, CFB_ROOT_ENTRY = 5 };

/* A stream or a storage. `parent` is CFB_NONE where none leads to it. */
struct cfb_entry {
	char name[CFB_NAME];
	uint8_t type;
	uint32_t left, right, child, parent;
	uint32_t first, next; /* entries of a storage; 0: none */
	uint32_t start;
	uint64_t size;
};

struct cfb;

/* A stream, read by offset. `size` is at most what its sectors hold. */
struct cfb_stream {
	struct cfb *cfb;
	uint32_t *chain;      /* sectors in order */
	size_t sectors;
	unsigned shift;
	uint64_t size;
	bool mini, cut;       /* cut: fewer sectors than the size asks for */
	uint64_t window_at;   /* offset of window[0] */
	size_t window_len;
	unsigned char window[STREAM_WINDOW];
};

struct cfb {
	struct xj_import *in;
	unsigned shift, mini_shift;
	uint64_t mini_below;  /* smaller streams are in the mini stream */
	uint32_t *fat, *mini_fat;
	size_t fat_len, mini_fat_len;
	struct cfb_entry *entries;
	size_t n_entries;
	struct cfb_stream mini;
};

/* 0 or XJ_IMPORT_...; says what is wrong. */
int cfb_open(struct cfb *cfb, struct xj_import *in);
/* The entry of that name in a storage, or NULL. */
const struct cfb_entry *cfb_find(const struct cfb *cfb, uint32_t parent,
				 const char *name);
uint32_t cfb_index(const struct cfb *cfb, const struct cfb_entry *entry);
int cfb_stream_open(struct cfb *cfb, const struct cfb_entry *entry,
		    struct cfb_stream *stream);
void cfb_stream_close(struct cfb_stream *stream);
/* Bytes at an offset, short only at the end; negative: stop. */
ssize_t cfb_read(struct cfb_stream *stream, uint64_t off, void *buf,
		 size_t len);
/* All of them, or XJ_IMPORT_CORRUPT, of which it says nothing. */
int cfb_read_all(struct cfb_stream *stream, uint64_t off, void *buf,
		 size_t len);

static inline uint16_t
get16(const void *bytes)
{
	const unsigned char *p = bytes;

	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t
get32(const void *bytes)
{
	const unsigned char *p = bytes;

	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static inline uint64_t
get64(const void *bytes)
{
	const unsigned char *p = bytes;

	return get32(p) | (uint64_t)get32(p + 4) << 32;
}

/* ----------------------------------------------------------------- ole.c */

/* The document in hand. */
struct ole {
	struct xj_import *in;
	struct cfb cfb;
	struct prose prose;
	struct codepages pages;
	struct paragraph text;  /* of whoever needs one */
	unsigned files;         /* contained in it, that were sent */
};

#define DATE_TEXT 32

/* 100 ns since 1601 in W3CDTF. False: no date that is meant. */
bool ole_date(uint64_t filetime, char out[DATE_TEXT]);
/* A paragraph of UTF-16 or of a code page as a value of metadata. */
int ole_add_utf16(struct ole *ole, struct paragraph *p, const void *bytes,
		  size_t len);
int ole_add_bytes(struct ole *ole, struct paragraph *p, unsigned page,
		  const void *bytes, size_t len);
/* Sends the stream from an offset on as a contained document. */
int ole_child(struct ole *ole, const struct xj_child *child,
	      struct cfb_stream *stream, uint64_t off, uint64_t len);

/* summary.c */
int ole_summary(struct ole *ole);

/* embedded.c: files packed into the document. */
int ole_embedded(struct ole *ole);

/* The readers of the formats; `entry` is the stream that tells it. */
int ole_import_doc(struct ole *ole, const struct cfb_entry *entry);
int ole_import_xls(struct ole *ole, const struct cfb_entry *entry);
int ole_import_ppt(struct ole *ole, const struct cfb_entry *entry);
int ole_import_msg(struct ole *ole, const struct cfb_entry *entry);

#endif
