/*
 * past.c - what readers searched for before. Each is a row of the table of saved
 * searches, without hits, of an owner that nobody signs in as: so backups have
 * them, a rebuild takes them over, and nobody else is shown them.
 */
#include "library/past.h"

#include <stdlib.h>
#include <string.h>

#define QUERY_LEN_MAX 200u /* bytes of one that is remembered */

struct past {
	struct xj_archive *archive;
	struct xj_arena *arena;
	const char *owner;
	struct xj_saved_row *rows; /* the latest first */
	size_t count;
	struct xj_error *err;
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static int
by_moment(const void *a, const void *b)
{
	const struct xj_saved_row *x = a, *y = b;

	if (x->looked != y->looked)
		return x->looked < y->looked ? 1 : -1;
	return strcmp(x->name, y->name);
}

static int
read_past(struct past *p)
{
	const struct xj_archive *a = p->archive;
	int r;

	p->owner = xj_arena_printf(p->arena, "past:%s:%s", a->reader ?
				   "member" : "user", a->user);
	if (!p->owner)
		return no_memory(p->err);
	r = xj_catalog_saved(a->catalog, p->owner, p->arena, &p->rows,
			     &p->count, p->err);
	if (r == XJ_OK && p->count)
		qsort(p->rows, p->count, sizeof(*p->rows), by_moment);
	return r;
}

int
xj_past_queries(struct xj_archive *a, struct xj_arena *arena,
		const char *const **queries, size_t *count,
		struct xj_error *err)
{
	struct past p = { .archive = a, .arena = arena, .err = err };
	const char **list;
	int r = a->config.remembered ? read_past(&p) : XJ_OK;

	list = xj_arena_alloc(arena, (p.count + 1) * sizeof(*list));
	if (!list)
		return no_memory(err);
	for (size_t i = 0; i < p.count; i++)
		list[i] = p.rows[i].name;
	*queries = list;
	*count = p.count;
	return r;
}

/* ------------------------------------------------------------------ changes */

/* Put `add`, unless it is NULL, and drop the rows [from, until). */
static int
change(struct past *p, struct xj_catalog *catalog, const char *add,
       size_t from, size_t until)
{
	struct xj_saved_row row = { .owner = p->owner, .name = add,
		.query = add, .seen = "", .created = xj_now(),
		.looked = xj_now() };
	int r = xj_catalog_begin(catalog, p->err);

	if (r < 0)
		return r;
	if (add)
		r = xj_catalog_put_saved(catalog, &row, p->err);
	for (size_t i = from; i < until && r == XJ_OK; i++)
		if (!add || strcmp(p->rows[i].name, add) != 0)
			r = xj_catalog_drop_saved(catalog, p->owner,
						  p->rows[i].name, p->err);
	if (r == XJ_OK)
		return xj_catalog_commit(catalog, p->err);
	xj_catalog_rollback(catalog);
	return r;
}

/* An archive that is searched is open for reading. */
static int
change_in(struct past *p, const char *add, size_t from, size_t until)
{
	struct xj_archive *own = NULL;
	int r = p->archive->readonly ?
		xj_archive_again(p->archive, 0, &own, p->err) : XJ_OK;

	if (r == XJ_OK)
		r = change(p, own ? own->catalog : p->archive->catalog, add,
			   from, until);
	xj_archive_close(own);
	return r;
}

int
xj_query_remember(struct xj_archive *a, const char *query, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct past p = { .archive = a, .err = err };
	unsigned most = a->config.remembered;
	int r;

	if (most == 0 || !*query || strlen(query) > QUERY_LEN_MAX ||
	    strpbrk(query, "\r\n\t"))
		return XJ_OK;
	if (xj_arena_new(&arena) < 0)
		return no_memory(err);
	p.arena = arena;
	r = read_past(&p);
	return r < 0 ? r : change_in(&p, query, p.count < most ? p.count :
				     most - 1, p.count);
}

int
xj_query_forget(struct xj_archive *a, const char *query, uint64_t *count,
		struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct past p = { .archive = a, .err = err };
	size_t from = 0, until;
	int r;

	*count = 0;
	if (xj_arena_new(&arena) < 0)
		return no_memory(err);
	p.arena = arena;
	r = read_past(&p);
	until = p.count;
	while (query && from < until && strcmp(p.rows[from].name, query) != 0)
		from++;
	if (query && from < until)
		until = from + 1;
	if (r < 0 || until == from)
		return r;
	r = change_in(&p, NULL, from, until);
	*count = r < 0 ? 0 : until - from;
	return r;
}
