/* search-text.c - the text of a document as a search looks at it. */
#include <string.h>

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
	return xj_normalise_chunk(g->analyzer, &g->chunk, false,
				  joined ? XJ_NORMAL_APPEND : 0, &g->normal,
				  err);
}

static int
read_chunk(struct xj_reading *g, enum xj_reading_form form,
	   struct xj_error *err)
{
	int r = xj_texts_get(g->archive->texts, g->id, g->number, &g->bytes,
			     err);

	if (r == XJ_OK && form != XJ_READ_BYTES)
		r = xj_reading_parse(g, err);
	if (r == XJ_OK && form == XJ_READ_NORMAL)
		r = normalise(g, err);
	if (r == XJ_OK)
		g->number++;
	return r;
}

int
xj_reading_parse(struct xj_reading *g, struct xj_error *err)
{
	xj_text_chunk_release(&g->chunk);
	return xj_text_chunk_parse(g->bytes.data, g->bytes.len, &g->chunk,
				   err);
}

/*
 * A damaged text ends where the damage is: one document must not keep all
 * others from being found.
 */
int
xj_reading_next(struct xj_reading *g, enum xj_reading_form form,
		struct xj_error *err)
{
	int r = read_chunk(g, form, err);

	return r == XJ_ENOTFOUND || r == XJ_ECORRUPT ? XJ_END : r;
}
