/* search-show.c - what a hit shows: passages with their place, marks. */
#include <stdlib.h>
#include <string.h>

#include "library/search.h"

#define WIDTH 120u     /* characters of a passage */
#define CHUNKS_MAX 32u /* of a document, looked through for passages */

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* ----------------------------------------------------------------- marks */

static int
copy_marks(struct xj_arena *arena, const uint32_t (*marks)[2], size_t count,
	   const uint32_t (**out)[2], struct xj_error *err)
{
	uint32_t (*copy)[2] = xj_arena_alloc(arena, (count + 1) *
					     sizeof(*copy));

	if (!copy)
		return no_memory(err);
	if (count)
		memcpy(copy, marks, count * sizeof(*copy));
	*out = (const uint32_t (*)[2])copy;
	return XJ_OK;
}

static int
mark_title(struct xj_seeking *s, struct xj_hit *hit, struct xj_error *err)
{
	uint32_t (*marks)[2] = NULL;
	int r = xj_finder_marks(s->finder, hit->info.title,
				strlen(hit->info.title), &marks,
				&hit->title_mark_count, err);

	if (r == XJ_OK)
		r = copy_marks(s->arena, (const uint32_t (*)[2])marks,
			       hit->title_mark_count, &hit->title_marks, err);
	free(marks);
	return r;
}

/* -------------------------------------------------------------- passages */

static bool
is_whole(const struct xj_passages *p)
{
	return p->count == p->max && p->list[p->count - 1].score > 0.999;
}

/* Every chunk up to the limit, until passages with all that is sought. */
static int
look_through(struct xj_seeking *s, uint64_t id, struct xj_finder *finder,
	     struct xj_passages *passages, struct xj_error *err)
{
	int r = XJ_OK;

	xj_reading_begin(&s->reading, id, 0);
	while (r == XJ_OK && s->reading.number < CHUNKS_MAX &&
	       !is_whole(passages)) {
		r = xj_reading_next(&s->reading, XJ_READ_NORMAL, err);
		if (r == XJ_OK)
			r = xj_passages_find(passages, finder, s->reading.seen,
					     s->reading.text, err);
	}
	return r < 0 ? r : XJ_OK;
}

static int
look_at(struct xj_seeking *s, uint64_t id, unsigned chunk, bool head,
	struct xj_passages *passages, struct xj_error *err)
{
	int r;

	xj_reading_begin(&s->reading, id, 0);
	s->reading.number = chunk;
	r = xj_reading_next(&s->reading, XJ_READ_NORMAL, err);
	if (r != XJ_OK)
		return r < 0 ? r : XJ_OK;
	return head ? xj_passages_head(passages, s->reading.seen, err) :
		      xj_passages_find(passages, s->finder, s->reading.seen,
				       s->reading.text, err);
}

static int
find_passages(struct xj_seeking *s, const struct xj_ranked *d,
	      struct xj_passages *passages, struct xj_error *err)
{
	int r;

	if (d->placed && passages->max == 1)
		r = look_at(s, d->id, d->chunk, false, passages, err);
	else
		r = look_through(s, d->id, s->finder, passages, err);
	/* By single characters: nothing better is there. */
	if (r == XJ_OK && passages->count == 0 && d->related)
		r = look_through(s, d->id, s->weigher, passages, err);
	if (r == XJ_OK && passages->count == 0)
		r = look_at(s, d->id, 0, true, passages, err);
	return r;
}

static int
copy_passage(struct xj_arena *arena, const struct xj_passage *from,
	     struct xj_passage_shown *to, struct xj_error *err)
{
	to->text = xj_arena_strndup(arena, from->text, from->len);
	to->where = xj_place_name(from->where);
	to->at = from->at;
	to->ocr = from->role == XJ_OCR;
	to->label = from->label ? xj_arena_strdup(arena, from->label) : NULL;
	to->mark_count = from->mark_count;
	if (!to->text || (from->label && !to->label))
		return no_memory(err);
	return copy_marks(arena, (const uint32_t (*)[2])from->marks,
			  from->mark_count, &to->marks, err);
}

static int
copy_passages(struct xj_arena *arena, const struct xj_passages *from,
	      struct xj_hit *hit, struct xj_error *err)
{
	struct xj_passage_shown *list =
		xj_arena_alloc(arena, (from->count + 1) * sizeof(*list));
	int r = list ? XJ_OK : no_memory(err);

	for (size_t i = 0; i < from->count && r == XJ_OK; i++)
		r = copy_passage(arena, &from->list[i], &list[i], err);
	hit->passages = list;
	hit->passage_count = r == XJ_OK ? from->count : 0;
	return r;
}

int
xj_hit_show(struct xj_seeking *s, const struct xj_ranked *d,
	    struct xj_hit *hit, struct xj_error *err)
{
	xj_auto(xj_passages_release) struct xj_passages passages = {
		.max = s->asked->passages ? s->asked->passages : 1,
		.width = WIDTH,
	};
	int r = mark_title(s, hit, err);

	if (r < 0 || hit->info.text_bytes == 0)
		return r;
	r = find_passages(s, d, &passages, err);
	return r < 0 ? r : copy_passages(s->arena, &passages, hit, err);
}
