/* search-text.c - the text of a document as a search looks at it. */
#include <string.h>

#include "library/remote.h"
#include "library/search.h"

void
xj_reading_begin(struct xj_reading *g, uint64_t id, size_t keep)
{
	g->id = id;
	g->keep = keep;
	g->number = 0;
	g->normal.len = 0;
}

void
xj_reading_release(struct xj_reading *g)
{
	xj_text_chunk_release(&g->chunk);
	xj_normal_release(&g->normal);
	xj_buf_release(&g->bytes);
	for (size_t i = 0; i < XJ_COUNT(g->kept); i++)
		xj_buf_release(&g->kept[i]);
}

/* Leave only the end of the normal text, whole characters. */
static void
keep_end(struct xj_reading *g)
{
	struct xj_normal *n = &g->normal;
	size_t cut;

	if (n->len <= g->keep)
		return;
	cut = xj_utf8_cut(n->bytes, n->len, n->len - g->keep);
	memmove(n->bytes, n->bytes + cut, n->len - cut);
	n->len -= cut;
}

static int
normalise(struct xj_reading *g, struct xj_error *err)
{
	bool joined = g->chunk.continues && g->keep > 0;

	if (joined)
		keep_end(g);
	/* Nobody looks behind the end, so the section need not be closed. */
	return xj_normalise_chunk(g->analyzer, &g->chunk, false, joined ?
				  XJ_NORMAL_APPEND : XJ_NORMAL_ORIGIN,
				  &g->normal, err);
}

static bool
is_kept(const struct xj_reading *g)
{
	return g->kept_id == g->id && g->number < g->kept_count;
}

/* The encoded chunk. The first ones that were only looked at as bytes are kept:
 * who did not find what he sought reads them again. */
static int
get_bytes(struct xj_reading *g, enum xj_reading_form form, struct xj_error *err)
{
	int r;

	if (form == XJ_READ_BYTES && g->number == 0) {
		g->kept_id = g->id;
		g->kept_count = 0;
	}
	xj_buf_clear(&g->bytes);
	if (is_kept(g)) {
		xj_buf_add(&g->bytes, g->kept[g->number].data,
			   g->kept[g->number].len);
		return xj_buf_check(&g->bytes, err);
	}
	r = xj_found_text(g->archive, g->id, g->number, &g->bytes, err);
	if (r == XJ_OK && form == XJ_READ_BYTES && g->kept_id == g->id &&
	    g->number == g->kept_count && g->number < XJ_COUNT(g->kept)) {
		struct xj_buf *keep = &g->kept[g->kept_count++];

		xj_buf_clear(keep);
		xj_buf_add(keep, g->bytes.data, g->bytes.len);
		r = xj_buf_check(keep, err);
	}
	return r;
}

static int
parse(struct xj_reading *g, struct xj_error *err)
{
	xj_text_chunk_release(&g->chunk);
	return xj_text_chunk_parse(g->bytes.data, g->bytes.len, &g->chunk,
				   err);
}

static int
read_chunk(struct xj_reading *g, enum xj_reading_form form,
	   struct xj_error *err)
{
	int r = get_bytes(g, form, err);

	if (r == XJ_OK && form != XJ_READ_BYTES)
		r = parse(g, err);
	if (r == XJ_OK && form == XJ_READ_NORMAL)
		r = normalise(g, err);
	g->seen = &g->chunk;
	g->text = &g->normal;
	g->size = g->bytes.len;
	return r;
}

/* A chunk of our own that nothing before is joined with: kept for the next. */
static int
read_kept(struct xj_reading *g, struct xj_error *err)
{
	const struct xj_kept_chunk *c = xj_kept_find(g->archive, g->id,
						     g->number);
	struct xj_kept_chunk made = { .id = g->id, .number = g->number };
	int r = c ? XJ_OK : get_bytes(g, XJ_READ_NORMAL, err);

	if (r < 0)
		return r;
	if (!c) {
		made.bytes = g->bytes.len;
		r = xj_text_chunk_parse(g->bytes.data, g->bytes.len,
					&made.chunk, err);
		if (r == XJ_OK)
			r = xj_normalise_chunk(g->analyzer, &made.chunk, false,
					       XJ_NORMAL_ORIGIN, &made.normal,
					       err);
		if (r == XJ_OK && !(c = xj_kept_add(g->archive, &made)))
			r = xj_error_set(err, XJ_ENOMEM, "out of memory");
		xj_text_chunk_release(&made.chunk);
		xj_normal_release(&made.normal);
	}
	if (r < 0)
		return r;
	g->seen = &c->chunk;
	g->text = &c->normal;
	g->size = c->bytes;
	return XJ_OK;
}

/*
 * A damaged text ends where the damage is: one document must not keep all
 * others from being found.
 */
int
xj_reading_next(struct xj_reading *g, enum xj_reading_form form,
		struct xj_error *err)
{
	bool keep = form == XJ_READ_NORMAL && g->keep == 0 &&
		    !XJ_ID_IS_REMOTE(g->id);
	int r = keep ? read_kept(g, err) : read_chunk(g, form, err);

	if (r == XJ_OK)
		g->number++;
	return r == XJ_ENOTFOUND || r == XJ_ECORRUPT ? XJ_END : r;
}
