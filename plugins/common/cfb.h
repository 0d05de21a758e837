/*
 * cfb.h - OLE2 compound files: entries by name, and their streams.
 *
 * Compiled into each importer that needs it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_CFB_H
#define XJ_PLUGIN_CFB_H

#include <stdbool.h>

#include <xueji/importer.h>

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

#endif
