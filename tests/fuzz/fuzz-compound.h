/*
 * fuzz-compound.h - an OLE2 compound file whose streams are the parts; a name
 * with slashes leads through storages.
 *
 * Sectors have 512 bytes: the streams one after the other, the directory, the
 * table. None is small enough for the mini stream, which files as they are
 * have. Source of the layout: [MS-CFB], sections 2.2, 2.3 and 2.6.
 */
#ifndef XJ_FUZZ_COMPOUND_H
#define XJ_FUZZ_COMPOUND_H

#include "fuzz-parts.h"

#define FUZZ_SECTOR 512u
#define FUZZ_ENTRIES 256u
#define FUZZ_NONE 0xFFFFFFFFu
#define FUZZ_CHAIN_END 0xFFFFFFFEu
#define FUZZ_TABLE 0xFFFFFFFDu

enum { FUZZ_STORAGE = 1, FUZZ_STREAM = 2, FUZZ_ROOT = 5 };

struct fuzz_entry {
	const uint8_t *name;
	size_t len;
	uint8_t type;
	uint32_t parent, right, child, start;
	uint64_t size;
};

struct fuzz_compound {
	struct fuzz_file *file;
	struct fuzz_entry entries[FUZZ_ENTRIES];
	uint32_t count;
	uint32_t *table; /* the sector behind each sector */
	uint32_t sectors;
};

/* The storage of that name, or a new entry; 0: there is no more room. */
static uint32_t
fuzz_entry(struct fuzz_compound *c, uint32_t parent, uint8_t type,
	   const uint8_t *name, size_t len)
{
	uint32_t i = 1;

	for (; type == FUZZ_STORAGE && i < c->count; i++) {
		const struct fuzz_entry *e = &c->entries[i];

		if (e->parent == parent && e->type == type && e->len == len &&
		    !memcmp(e->name, name, len))
			return i;
	}
	if (c->count == FUZZ_ENTRIES)
		return 0;
	c->entries[c->count] = (struct fuzz_entry){
		.name = name, .len = len, .type = type, .parent = parent,
		.right = c->entries[parent].child, .child = FUZZ_NONE,
		.start = FUZZ_CHAIN_END };
	c->entries[parent].child = c->count;
	return c->count++;
}

/* Sectors in a row up to the end of what was written; the first of them. */
static uint32_t
fuzz_chain(struct fuzz_compound *c)
{
	struct fuzz_file *f = c->file;
	uint32_t first = c->sectors, i = first;
	size_t end = f->len / FUZZ_SECTOR + (f->len % FUZZ_SECTOR != 0);

	memset(f->bytes + f->len, 0, end * FUZZ_SECTOR - f->len);
	f->len = end * FUZZ_SECTOR;
	c->sectors = (uint32_t)(end - 1);
	if (c->sectors == first)
		return FUZZ_CHAIN_END;
	for (; i < c->sectors; i++)
		c->table[i] = i + 1;
	c->table[i - 1] = FUZZ_CHAIN_END;
	return first;
}

static void
fuzz_stream(struct fuzz_compound *c, const struct fuzz_part *p)
{
	const uint8_t *name = p->name, *end = name + p->name_len, *slash;
	uint32_t at = 0;

	while ((slash = memchr(name, '/', (size_t)(end - name))) != NULL) {
		at = fuzz_entry(c, at, FUZZ_STORAGE, name,
				(size_t)(slash - name));
		if (at == 0)
			return;
		name = slash + 1;
	}
	at = fuzz_entry(c, at, FUZZ_STREAM, name, (size_t)(end - name));
	if (at == 0)
		return;
	fuzz_put(c->file, p->data, p->len);
	c->entries[at].size = p->len;
	c->entries[at].start = fuzz_chain(c);
}

static void
fuzz_put_entry(struct fuzz_file *f, const struct fuzz_entry *e)
{
	size_t n = e->len < 31 ? e->len : 31;

	for (size_t i = 0; i < 32; i++)
		fuzz_put_number(f, i < n ? e->name[i] : 0, 2);
	fuzz_put_number(f, (n + 1) * 2, 2);
	fuzz_put_number(f, e->type, 1);
	fuzz_put_number(f, 1, 1); /* black */
	fuzz_put_number(f, FUZZ_NONE, 4);
	fuzz_put_number(f, e->right, 4);
	fuzz_put_number(f, e->child, 4);
	for (int i = 0; i < 36; i += 4)
		fuzz_put_number(f, 0, 4);
	fuzz_put_number(f, e->start, 4);
	fuzz_put_number(f, e->size, 8);
}

/* The sectors of the table; how many they are. */
static uint32_t
fuzz_put_table(struct fuzz_compound *c)
{
	const uint32_t per = FUZZ_SECTOR / 4;
	uint32_t n = 1, all;

	while ((n * per) < c->sectors + n)
		n++;
	all = c->sectors + n;
	for (uint32_t i = 0; i < n * per; i++)
		fuzz_put_number(c->file, i < c->sectors ? c->table[i] :
				i < all ? FUZZ_TABLE : FUZZ_NONE, 4);
	return n;
}

static void
fuzz_put_header(struct fuzz_file *f, uint32_t directory, uint32_t table,
		uint32_t n)
{
	static const uint8_t head[34] = {
		0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1,
		[24] = 0x3E, [26] = 3, [28] = 0xFE, 0xFF, [30] = 9, [32] = 6,
	};

	fuzz_put(f, head, sizeof(head));
	fuzz_put_number(f, 0, 8);
	fuzz_put_number(f, 0, 2);
	fuzz_put_number(f, n, 4);
	fuzz_put_number(f, directory, 4);
	fuzz_put_number(f, 0, 8); /* no stream is below 0 bytes */
	fuzz_put_number(f, FUZZ_CHAIN_END, 4);
	fuzz_put_number(f, 0, 4);
	fuzz_put_number(f, FUZZ_CHAIN_END, 4);
	fuzz_put_number(f, 0, 4);
	for (uint32_t i = 0; i < 109; i++)
		fuzz_put_number(f, i < n ? table + i : FUZZ_NONE, 4);
}

static void
fuzz_compound_make(struct fuzz_file *f, const uint8_t *data, size_t size)
{
	static const uint8_t root[] = "Root Entry";
	struct fuzz_compound c = { .file = f, .count = 1 };
	size_t at = 0, most = size / FUZZ_SECTOR + FUZZ_PARTS + FUZZ_ENTRIES;
	uint32_t directory, table, n = 0;
	struct fuzz_part part;

	MUST(f->bytes = malloc((most + most / 64 + 4) * FUZZ_SECTOR));
	MUST(c.table = malloc(most * sizeof(*c.table)));
	c.entries[0] = (struct fuzz_entry){
		.name = root, .len = sizeof(root) - 1, .type = FUZZ_ROOT,
		.right = FUZZ_NONE, .child = FUZZ_NONE,
		.start = FUZZ_CHAIN_END };
	f->len = FUZZ_SECTOR; /* the header, when it is known */
	while (n++ < FUZZ_PARTS && fuzz_part_next(data, size, &at, &part))
		fuzz_stream(&c, &part);
	for (uint32_t i = 0; i < c.count; i++)
		fuzz_put_entry(f, &c.entries[i]);
	directory = fuzz_chain(&c);
	table = c.sectors;
	n = fuzz_put_table(&c);
	at = f->len;
	f->len = 0;
	fuzz_put_header(f, directory, table, n < 109 ? n : 109);
	f->len = at;
	free(c.table);
}

#endif
