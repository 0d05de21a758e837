/* backup-objects.c - the objects of a backup by their ids, and the file that
 * lists them. */
#include <stdlib.h>
#include <string.h>

#include "library/backup.h"

#define BLOCK 4096 /* objects that are allocated at once */
#define LIST_MAX ((size_t)1 << 32)

struct xj_object_list {
	struct xj_arena *arena;
	struct xj_kept_object **blocks;
	size_t count;
	uint32_t *table;  /* of numbers from 1; 0: free */
	size_t room;      /* of the table, a power of two */
};

/* ------------------------------------------------------------------- table */

int
xj_object_list_new(struct xj_object_list **list, struct xj_error *err)
{
	struct xj_object_list *l = calloc(1, sizeof(*l));

	*list = l;
	if (l && xj_arena_new(&l->arena) == XJ_OK)
		return XJ_OK;
	free(l);
	*list = NULL;
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

void
xj_object_list_free(struct xj_object_list *list)
{
	if (!list)
		return;
	for (size_t i = 0; i * BLOCK < list->count; i++)
		free(list->blocks[i]);
	free(list->blocks);
	free(list->table);
	xj_arena_free(list->arena);
	free(list);
}

void
xj_object_list_freep(struct xj_object_list **list)
{
	xj_object_list_free(*list);
	*list = NULL;
}

struct xj_kept_object *
xj_object_list_at(struct xj_object_list *list, size_t i)
{
	return i < list->count ? &list->blocks[i / BLOCK][i % BLOCK] : NULL;
}

/* FNV-1a: ids are random, or few. */
static size_t
hash(const char *id)
{
	uint64_t h = 14695981039346656037u;

	for (; *id; id++)
		h = (h ^ (unsigned char)*id) * 1099511628211u;
	return (size_t)(h ^ h >> 29);
}

/* Its place in the table, or the free one where it belongs. */
static uint32_t *
place(struct xj_object_list *list, const char *id)
{
	size_t i = hash(id);

	for (;; i++) {
		uint32_t *at = &list->table[i & (list->room - 1)];

		if (!*at || strcmp(xj_object_list_at(list, *at - 1)->id,
				   id) == 0)
			return at;
	}
}

static bool
widen(struct xj_object_list *list)
{
	size_t room = list->room ? 2 * list->room : BLOCK;
	uint32_t *table = calloc(room, sizeof(*table));

	if (!table)
		return false;
	free(list->table);
	list->table = table;
	list->room = room;
	for (size_t i = 0; i < list->count; i++)
		*place(list, xj_object_list_at(list, i)->id) = (uint32_t)i + 1;
	return true;
}

static struct xj_kept_object *
append(struct xj_object_list *list)
{
	size_t block = list->count / BLOCK;

	if (list->count % BLOCK == 0) {
		void *more = realloc(list->blocks,
				     (block + 1) * sizeof(*list->blocks));

		if (!more)
			return NULL;
		list->blocks = more;
		list->blocks[block] = calloc(BLOCK,
					     sizeof(struct xj_kept_object));
		if (!list->blocks[block])
			return NULL;
	}
	list->count++;
	return xj_object_list_at(list, list->count - 1);
}

struct xj_kept_object *
xj_object_list_find(struct xj_object_list *list, const char *id)
{
	uint32_t *at = list->room ? place(list, id) : NULL;

	return at && *at ? xj_object_list_at(list, *at - 1) : NULL;
}

struct xj_kept_object *
xj_object_list_get(struct xj_object_list *list, const char *id)
{
	struct xj_kept_object *o = xj_object_list_find(list, id);
	const char *copy;

	if (o)
		return o;
	copy = xj_arena_strdup(list->arena, id);
	if (!copy || (2 * (list->count + 1) > list->room && !widen(list)) ||
	    !(o = append(list)))
		return NULL;
	o->id = copy;
	*place(list, id) = (uint32_t)list->count;
	return o;
}

/* -------------------------------------------------------------- objects.tsv */

void
xj_object_line(struct xj_buf *out, const char *id, unsigned version,
	       int64_t at, bool other)
{
	xj_buf_addf(out, "%s\t%u\t%lld\t%c\n", id, version, (long long)at,
		    other ? 'o' : 'd');
}

/* "urn:uuid:...<tab>3<tab>1790000000<tab>d" */
static int
read_line(struct xj_object_list *list, char *line)
{
	char *id = strsep(&line, "\t"), *version = strsep(&line, "\t");
	char *at = strsep(&line, "\t");
	struct xj_kept_object *o;

	if (!line || !*id || atoi(version) <= 0)
		return XJ_ECORRUPT;
	o = xj_object_list_get(list, id);
	if (!o)
		return XJ_ENOMEM;
	o->is_had = true;
	o->had = (unsigned)atoi(version);
	o->had_at = atoll(at);
	o->other = *line == 'o';
	return XJ_OK;
}

int
xj_object_list_read(struct xj_object_list *list, const struct xj_backups *b,
		    const struct xj_snap *snap, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	char *rest, *line;
	int r = xj_snap_check(b, snap, XJ_PART_OBJECTS, NULL, err);

	if (r == XJ_OK)
		r = xj_snap_path(snap, XJ_PART_OBJECTS, &path, err);
	if (r == XJ_OK)
		r = xj_file_read(b->fd, path.data, LIST_MAX, &text, err);
	rest = text.data;
	while (r == XJ_OK && (line = strsep(&rest, "\n")))
		r = *line ? read_line(list, line) : XJ_OK;
	if (r == XJ_ENOMEM)
		return xj_error_set(err, r, "out of memory");
	return r == XJ_ECORRUPT && text.data ?
		xj_error_set(err, r, "%s is damaged", path.data) : r;
}
