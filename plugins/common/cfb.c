/*
 * cfb.c - OLE2 compound files: sectors, their chains, the directory, streams.
 *
 * Source: [MS-CFB]. The allocation table is kept in memory, which is less than
 * a hundredth of the file; streams are read as they are asked for. A chain has
 * at most as many sectors as there are, so that a loop ends.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <strings.h>

#include "cfb.h"
#include "utf8.h"

#define HEADER 512u
#define ENTRY 128u
#define HEADER_DIFAT 109u
#define ENTRIES_MAX 200000u
#define LAST 0xFFFFFFFAu /* sector numbers from here on are signs */

static int
corrupt(struct cfb *cfb, const char *what)
{
	return xj_fail(cfb->in, XJ_IMPORT_CORRUPT, "compound file: %s", what);
}

/* Sectors that the file has room for. */
static uint64_t
sectors_of(const struct cfb *cfb)
{
	uint64_t size = cfb->in->size, sector = 1u << cfb->shift;

	return size <= sector ? 0 : (size - 1) >> cfb->shift;
}

static uint64_t
offset_of(const struct cfb *cfb, uint32_t sector)
{
	return ((uint64_t)sector + 1) << cfb->shift;
}

/* ---------------------------------------------------------------- tables */

/* A sector of 32-bit numbers; what the file does not have is free. */
static int
read_numbers(struct cfb *cfb, uint32_t sector, uint32_t *out)
{
	size_t n = (size_t)1 << (cfb->shift - 2);
	unsigned char bytes[4096];
	ssize_t got = xj_read(cfb->in, offset_of(cfb, sector), bytes, n * 4);

	if (got < 0)
		return (int)got;
	memset(bytes + got, 0xFF, n * 4 - (size_t)got);
	for (size_t i = 0; i < n; i++)
		out[i] = get32(bytes + i * 4);
	return 0;
}

static int
add_fat(struct cfb *cfb, uint32_t sector, size_t cap)
{
	size_t n = (size_t)1 << (cfb->shift - 2);
	int r;

	if (sector >= LAST || sector >= sectors_of(cfb) ||
	    cfb->fat_len + n > cap)
		return 0;
	if ((r = read_numbers(cfb, sector, cfb->fat + cfb->fat_len)) < 0)
		return r;
	cfb->fat_len += n;
	return 0;
}

/* The sectors of the table stand in the header, then in a chain of their own. */
static int
read_fat(struct cfb *cfb, const unsigned char *header)
{
	size_t n = (size_t)1 << (cfb->shift - 2);
	uint64_t all = sectors_of(cfb);
	size_t cap = (size_t)((all + n - 1) / n + 1) * n;
	uint32_t next = get32(header + 68), *list;
	int r = 0;

	cfb->fat = xj_alloc(cfb->in, NULL, cap * sizeof(*cfb->fat));
	list = xj_alloc(cfb->in, NULL, n * sizeof(*list));
	if (!cfb->fat || !list)
		return XJ_IMPORT_NOMEM;
	for (size_t i = 0; r == 0 && i < HEADER_DIFAT; i++)
		r = add_fat(cfb, get32(header + 76 + i * 4), cap);
	for (uint64_t i = 0; r == 0 && next < LAST && next < all && i < all &&
	     cfb->fat_len < cap; i++) {
		r = read_numbers(cfb, next, list);
		for (size_t k = 0; r == 0 && k < n - 1; k++)
			r = add_fat(cfb, list[k], cap);
		next = list[n - 1];
	}
	xj_alloc(cfb->in, list, 0);
	return r;
}

/* --------------------------------------------------------------- streams */

static size_t
chain_length(const uint32_t *table, size_t len, uint32_t start, uint64_t most)
{
	size_t n = 0;

	for (; start < LAST && start < len && n < most; n++)
		start = table[start];
	return n;
}

/* `size` of UINT64_MAX: as long as the chain is. */
static int
open_chain(struct cfb *cfb, bool mini, uint32_t start, uint64_t size,
	   struct cfb_stream *s)
{
	const uint32_t *table = mini ? cfb->mini_fat : cfb->fat;
	size_t len = mini ? cfb->mini_fat_len : cfb->fat_len;
	uint64_t most, room;

	memset(s, 0, sizeof(*s));
	s->cfb = cfb;
	s->mini = mini;
	s->shift = mini ? cfb->mini_shift : cfb->shift;
	most = size == UINT64_MAX ? len : (size >> s->shift) + 1;
	if (most > len)
		most = len;
	s->sectors = chain_length(table, len, start, most);
	room = (uint64_t)s->sectors << s->shift;
	s->size = size < room ? size : room;
	s->cut = size != UINT64_MAX && size > room;
	if (s->sectors == 0)
		return 0;
	s->chain = xj_alloc(cfb->in, NULL, s->sectors * sizeof(*s->chain));
	if (!s->chain)
		return XJ_IMPORT_NOMEM;
	for (size_t i = 0; i < s->sectors; i++, start = table[start])
		s->chain[i] = start;
	return 0;
}

int
cfb_stream_open(struct cfb *cfb, const struct cfb_entry *entry,
		struct cfb_stream *stream)
{
	return open_chain(cfb, entry->size < cfb->mini_below, entry->start,
			  entry->size, stream);
}

void
cfb_stream_close(struct cfb_stream *stream)
{
	if (stream->chain)
		xj_alloc(stream->cfb->in, stream->chain, 0);
	stream->chain = NULL;
	stream->sectors = 0;
	stream->size = 0;
	stream->window_len = 0;
}

/* Bytes of one run of sectors that stand behind each other in the file. */
static ssize_t
read_run(struct cfb_stream *s, uint64_t off, unsigned char *buf, size_t len)
{
	size_t i = (size_t)(off >> s->shift), last = i;
	uint64_t within = off & ((1u << s->shift) - 1), room, at;

	while (last + 1 < s->sectors &&
	       s->chain[last + 1] == s->chain[last] + 1 &&
	       ((uint64_t)(last + 1) << s->shift) < off + len)
		last++;
	room = ((uint64_t)(last + 1) << s->shift) - off;
	if (len > room)
		len = (size_t)room;
	if (s->mini) {
		at = ((uint64_t)s->chain[i] << s->shift) + within;
		return cfb_read(&s->cfb->mini, at, buf, len);
	}
	return xj_read(s->cfb->in, offset_of(s->cfb, s->chain[i]) + within,
		       buf, len);
}

static ssize_t
read_direct(struct cfb_stream *s, uint64_t off, unsigned char *buf, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = read_run(s, off + done, buf + done, len - done);

		if (n < 0)
			return n;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

/* The window lies on multiples of half its size. */
static int
move_window(struct cfb_stream *s, uint64_t off)
{
	uint64_t at = off - off % (STREAM_WINDOW / 2), left = s->size - at;
	size_t n = left < STREAM_WINDOW ? (size_t)left : STREAM_WINDOW;
	ssize_t got = read_direct(s, at, s->window, n);

	s->window_at = at;
	s->window_len = got < 0 ? 0 : (size_t)got;
	return got < 0 ? (int)got : 0;
}

ssize_t
cfb_read(struct cfb_stream *s, uint64_t off, void *buf, size_t len)
{
	int r;

	if (off >= s->size)
		return 0;
	if (len > s->size - off)
		len = (size_t)(s->size - off);
	if (len > STREAM_WINDOW / 2)
		return read_direct(s, off, buf, len);
	if (off < s->window_at || off + len > s->window_at + s->window_len) {
		if ((r = move_window(s, off)) < 0)
			return r;
		if (off >= s->window_at + s->window_len)
			return 0;
		if (len > s->window_at + s->window_len - off)
			len = (size_t)(s->window_at + s->window_len - off);
	}
	memcpy(buf, s->window + (off - s->window_at), len);
	return (ssize_t)len;
}

int
cfb_read_all(struct cfb_stream *s, uint64_t off, void *buf, size_t len)
{
	ssize_t n = cfb_read(s, off, buf, len);

	if (n < 0)
		return (int)n;
	return (size_t)n == len ? 0 : XJ_IMPORT_CORRUPT;
}

/* ------------------------------------------------------------- directory */

/* At most 32 units of UTF-16; names of streams have no characters of two. */
static void
read_name(const unsigned char *raw, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < 32; i++) {
		uint32_t c = get16(raw + i * 2);

		if (c == 0)
			break;
		n += utf8_put(c >= 0xD800 && c < 0xE000 ? 0xFFFD : c, out + n);
	}
	out[n] = '\0';
}

static void
read_entry(const unsigned char *raw, struct cfb_entry *e, bool big)
{
	read_name(raw, e->name);
	e->type = raw[66];
	e->left = get32(raw + 68);
	e->right = get32(raw + 72);
	e->child = get32(raw + 76);
	e->start = get32(raw + 116);
	e->size = big ? get64(raw + 120) : get32(raw + 120);
	e->parent = CFB_NONE;
	e->first = e->next = 0;
}

static int
read_entries(struct cfb *cfb, uint32_t start)
{
	struct cfb_stream dir;
	unsigned char raw[ENTRY];
	uint64_t n;
	int r = open_chain(cfb, false, start, UINT64_MAX, &dir);

	if (r < 0)
		return r;
	n = dir.size / ENTRY;
	if (n > ENTRIES_MAX)
		n = ENTRIES_MAX;
	if (n == 0)
		return corrupt(cfb, "it has no directory");
	cfb->entries = xj_alloc(cfb->in, NULL, (size_t)n *
				sizeof(*cfb->entries));
	if (!cfb->entries)
		return XJ_IMPORT_NOMEM;
	for (; cfb->n_entries < n; cfb->n_entries++) {
		r = cfb_read_all(&dir, cfb->n_entries * ENTRY, raw, ENTRY);
		if (r < 0)
			break;
		read_entry(raw, &cfb->entries[cfb->n_entries],
			   cfb->shift == 12);
	}
	cfb_stream_close(&dir);
	if (cfb->n_entries == 0)
		return r == XJ_IMPORT_CORRUPT ?
			corrupt(cfb, "the directory is cut off") : r;
	return r == XJ_IMPORT_CORRUPT ? 0 : r;
}

struct walk {
	uint32_t *waiting;
	size_t n;
};

/* An entry is met once, whatever the links say. */
static void
meet(struct cfb *cfb, struct walk *walk, uint32_t i, uint32_t parent)
{
	if (i == CFB_ROOT || i >= cfb->n_entries ||
	    cfb->entries[i].parent != CFB_NONE)
		return;
	cfb->entries[i].parent = parent;
	cfb->entries[i].next = cfb->entries[parent].first;
	cfb->entries[parent].first = i;
	walk->waiting[walk->n++] = i;
}

static int
find_parents(struct cfb *cfb)
{
	struct walk walk = { 0 };

	walk.waiting = xj_alloc(cfb->in, NULL,
				cfb->n_entries * sizeof(*walk.waiting));
	if (!walk.waiting)
		return XJ_IMPORT_NOMEM;
	meet(cfb, &walk, cfb->entries[CFB_ROOT].child, CFB_ROOT);
	while (walk.n > 0) {
		uint32_t i = walk.waiting[--walk.n];
		const struct cfb_entry *e = &cfb->entries[i];

		meet(cfb, &walk, e->left, e->parent);
		meet(cfb, &walk, e->right, e->parent);
		if (e->type == CFB_STORAGE)
			meet(cfb, &walk, e->child, i);
	}
	xj_alloc(cfb->in, walk.waiting, 0);
	return 0;
}

const struct cfb_entry *
cfb_find(const struct cfb *cfb, uint32_t parent, const char *name)
{
	const struct cfb_entry *e = &cfb->entries[parent];

	for (uint32_t i = e->first; i != 0; i = e->next) {
		e = &cfb->entries[i];
		if (!strcasecmp(e->name, name))
			return e;
	}
	return NULL;
}

uint32_t
cfb_index(const struct cfb *cfb, const struct cfb_entry *entry)
{
	return (uint32_t)(entry - cfb->entries);
}

/* ------------------------------------------------------------- the whole */

static int
open_mini(struct cfb *cfb, const unsigned char *header)
{
	const struct cfb_entry *root = &cfb->entries[CFB_ROOT];
	size_t n = (size_t)1 << (cfb->shift - 2);
	struct cfb_stream table;
	int r = open_chain(cfb, false, get32(header + 60), UINT64_MAX, &table);

	if (r < 0 || table.sectors == 0)
		return r;
	cfb->mini_fat = xj_alloc(cfb->in, NULL, table.sectors * n *
				 sizeof(*cfb->mini_fat));
	if (!cfb->mini_fat)
		return XJ_IMPORT_NOMEM;
	for (size_t i = 0; r == 0 && i < table.sectors; i++)
		r = read_numbers(cfb, table.chain[i], cfb->mini_fat + i * n);
	cfb->mini_fat_len = table.sectors * n;
	cfb_stream_close(&table);
	return r < 0 ? r : open_chain(cfb, false, root->start, root->size,
				      &cfb->mini);
}

int
cfb_open(struct cfb *cfb, struct xj_import *in)
{
	unsigned char header[HEADER];
	ssize_t n = xj_read(in, 0, header, sizeof(header));
	int r;

	memset(cfb, 0, sizeof(*cfb));
	cfb->in = in;
	if (n < 0)
		return (int)n;
	if (n < (ssize_t)HEADER)
		return corrupt(cfb, "the file is cut off within its header");
	cfb->shift = get16(header + 30);
	cfb->mini_shift = get16(header + 32);
	cfb->mini_below = get32(header + 56);
	if ((cfb->shift != 9 && cfb->shift != 12) || cfb->mini_shift != 6)
		return corrupt(cfb, "its sectors have a size that none has");
	if ((r = read_fat(cfb, header)) < 0 ||
	    (r = read_entries(cfb, get32(header + 48))) < 0 ||
	    (r = find_parents(cfb)) < 0)
		return r;
	return open_mini(cfb, header);
}
