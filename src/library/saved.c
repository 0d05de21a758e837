/*
 * saved.c - searches that users saved, and which hits are new. Kept in the
 * catalog alone, hence in backups only. `seen` is the numbers of the documents
 * that were hits when somebody last looked: a document that changes keeps its
 * number, so it is not new. `before` is the same of the time before that.
 */
#include <stdlib.h>
#include <string.h>

#include "library/search.h"

#define HITS_MAX 50000u  /* of a search are remembered */
#define NAME_MAX_LEN 100u

struct saved {
	struct xj_archive *archive;
	struct xj_arena *arena;
	const char *owner;
	struct xj_saved_row *rows; /* his */
	size_t count;
	struct xj_error *err;
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static int
begin(struct saved *s)
{
	if (xj_arena_new(&s->arena) < 0)
		return no_memory(s->err);
	s->owner = xj_arena_printf(s->arena, "%s:%s", s->archive->reader ?
				   "member" : "user", s->archive->user);
	return !s->owner ? no_memory(s->err) :
	       xj_catalog_saved(s->archive->catalog, s->owner, s->arena,
				&s->rows, &s->count, s->err);
}

static void
end(struct saved *s)
{
	xj_arena_free(s->arena);
}

static struct xj_saved_row *
find(struct saved *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->rows[i].name, name) == 0)
			return &s->rows[i];
	return NULL;
}

static int
find_or_say(struct saved *s, const char *name, struct xj_saved_row **row)
{
	int r = begin(s);

	if (r < 0)
		return r;
	*row = find(s, name);
	return *row ? XJ_OK : xj_error_set(s->err, XJ_ENOTFOUND, "no search is "
					   "saved as %s", name);
}

/* Searches are run in archives that are open for reading; what is noted then
 * is written by a handle of its own. */
static int
put(struct saved *s, const struct xj_saved_row *row, const char *drop)
{
	struct xj_archive *a = s->archive, *own = NULL;
	int r = XJ_OK;

	if (a->readonly)
		r = xj_archive_again(a, 0, &own, s->err);
	if (r < 0)
		return r;
	a = own ? own : a;
	r = xj_catalog_begin(a->catalog, s->err);
	if (r == XJ_OK && row)
		r = xj_catalog_put_saved(a->catalog, row, s->err);
	if (r == XJ_OK && drop)
		r = xj_catalog_drop_saved(a->catalog, s->owner, drop,
					  s->err);
	if (r == XJ_OK)
		r = xj_catalog_commit(a->catalog, s->err);
	else
		xj_catalog_rollback(a->catalog);
	xj_archive_close(own);
	return r;
}

/* ------------------------------------------------------------ what was seen */

static int
hits_now(struct saved *s, const char *query, uint64_t **ids, size_t *count)
{
	int r = xj_search_ids(s->archive, query, HITS_MAX, s->arena, ids,
			      count, s->err);

	if (r == XJ_OK)
		qsort(*ids, *count, sizeof(**ids), xj_by_number);
	return r;
}

static bool
was_seen(const struct xj_saved_row *row, uint64_t id)
{
	return row->seen_len && bsearch(&id, row->seen, row->seen_len /
					sizeof(id), sizeof(id), xj_by_number);
}

/* Leaves those that are new in `ids`. */
static size_t
keep_fresh(const struct xj_saved_row *row, uint64_t *ids, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (!was_seen(row, ids[i]))
			ids[n++] = ids[i];
	return n;
}

/* ------------------------------------------------------------------ changes */

static int
check_name(const char *name, struct xj_error *err)
{
	if (*name == '\0' || strlen(name) > NAME_MAX_LEN ||
	    strpbrk(name, "\r\n\t"))
		return xj_error_set(err, XJ_EINVAL, "a name has 1 to %u bytes "
				    "and is one line", NAME_MAX_LEN);
	return XJ_OK;
}

static int
check_free(struct saved *s, const char *name)
{
	return find(s, name) ? xj_error_set(s->err, XJ_EEXIST, "a search is "
					    "saved as %s already", name) :
			       check_name(name, s->err);
}

int
xj_saved_search_add(struct xj_archive *archive, const char *name,
		    const char *query, const char *sort, struct xj_error *err)
{
	xj_auto(end) struct saved s = { .archive = archive, .err = err };
	struct xj_saved_row row = { .name = name, .query = query,
		.sort = sort, .created = xj_now(),
		.looked = xj_now() };
	uint64_t *ids;
	size_t count;
	int r = begin(&s);

	if (r == XJ_OK)
		r = check_free(&s, name);
	if (r == XJ_OK)
		r = hits_now(&s, query, &ids, &count);
	if (r < 0)
		return r;
	row.owner = s.owner;
	row.seen = ids;
	row.seen_len = count * sizeof(*ids);
	return put(&s, &row, NULL);
}

int
xj_saved_search_remove(struct xj_archive *archive, const char *name,
		       struct xj_error *err)
{
	xj_auto(end) struct saved s = { .archive = archive, .err = err };
	struct xj_saved_row *row;
	int r = find_or_say(&s, name, &row);

	return r < 0 ? r : put(&s, NULL, name);
}

int
xj_saved_search_rename(struct xj_archive *archive, const char *name,
		       const char *to, struct xj_error *err)
{
	xj_auto(end) struct saved s = { .archive = archive, .err = err };
	struct xj_saved_row *row;
	int r = find_or_say(&s, name, &row);

	if (r == XJ_OK)
		r = check_free(&s, to);
	if (r < 0)
		return r;
	row->name = to;
	return put(&s, row, name);
}

int
xj_saved_search_undo(struct xj_archive *archive, const char *name,
		     struct xj_error *err)
{
	xj_auto(end) struct saved s = { .archive = archive, .err = err };
	struct xj_saved_row *row;
	int r = find_or_say(&s, name, &row);

	if (r < 0)
		return r;
	if (!row->before)
		return xj_error_set(err, XJ_EEXIST, "%s: nothing was seen that "
				    "could be new again", name);
	row->seen = row->before;
	row->seen_len = row->before_len;
	row->before = NULL;
	return put(&s, row, NULL);
}

/* ----------------------------------------------------------------- the use */

static struct xj_saved_search
told(const struct xj_saved_row *row)
{
	return (struct xj_saved_search){
		.name = row->name, .query = row->query, .sort = row->sort,
		.created = row->created, .looked = row->looked,
	};
}

int
xj_saved_searches(struct xj_archive *archive, xj_saved_search_fn fn, void *ctx,
		  struct xj_error *err)
{
	xj_auto(end) struct saved s = { .archive = archive, .err = err };
	int r = begin(&s);

	for (size_t i = 0; i < s.count && r == XJ_OK; i++) {
		struct xj_saved_search saved = told(&s.rows[i]);
		uint64_t *ids;
		size_t count;

		r = hits_now(&s, saved.query, &ids, &count);
		if (r < 0)
			break;
		saved.total = count;
		saved.fresh = keep_fresh(&s.rows[i], ids, count);
		r = fn(ctx, &saved);
	}
	return r < 0 ? r : XJ_OK;
}

/* What was seen before stays as it was when nothing is new: then there is
 * nothing that could be taken back. */
static int
mark_seen(struct saved *s, struct xj_saved_row *row, const uint64_t *ids,
	  size_t count, size_t fresh)
{
	if (fresh) {
		row->before = row->seen;
		row->before_len = row->seen_len;
	}
	row->seen = ids;
	row->seen_len = count * sizeof(*ids);
	row->looked = xj_now();
	return put(s, row, NULL);
}

int
xj_saved_search_run(struct xj_archive *archive, const char *name,
		    const struct xj_search *search, bool peek,
		    struct xj_hits **hits, struct xj_saved_search *saved,
		    struct xj_error *err)
{
	xj_auto(end) struct saved s = { .archive = archive, .err = err };
	struct xj_search asked = *search;
	struct xj_saved_row *row;
	uint64_t *ids, *fresh;
	size_t count;
	int r = find_or_say(&s, name, &row);

	*hits = NULL;
	if (r == XJ_OK)
		r = hits_now(&s, row->query, &ids, &count);
	if (r < 0)
		return r;
	fresh = xj_arena_alloc(s.arena, (count + 1) * sizeof(*fresh));
	if (!fresh)
		return no_memory(err);
	memcpy(fresh, ids, count * sizeof(*ids));
	*saved = told(row);
	saved->total = count;
	saved->fresh = keep_fresh(row, fresh, count);
	asked.query = row->query;
	asked.sort = row->sort;
	r = xj_search(archive, &asked, hits, err);
	if (r == XJ_OK)
		xj_hits_mark_fresh(*hits, fresh, saved->fresh);
	if (r == XJ_OK && !peek)
		r = mark_seen(&s, row, ids, count, saved->fresh);
	if (r == XJ_OK)
		r = xj_hits_keep_saved(*hits, saved, err);
	if (r < 0) {
		xj_hits_free(*hits);
		*hits = NULL;
	}
	return r;
}
