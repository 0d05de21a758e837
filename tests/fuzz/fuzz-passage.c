/*
 * fuzz-passage.c - any bytes as a query, in the first line, and the text of a
 * document: blocks between empty lines, whose first byte says what they are.
 * The text is stored and read again, normalised, cut into terms, and searched
 * for passages by what the query was cut into.
 */
#include <stdlib.h>
#include <string.h>

#include "text/text.h"

#include "fuzz.h"

#define NEEDLES 32

static struct xj_analyzer *an;

/* ------------------------------------------------------------------ terms */

struct cut {
	const char *normal;
	size_t len, last;
	struct xj_needle needles[NEEDLES];
	size_t count;
};

static int
take_term(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	  size_t at, size_t width)
{
	struct cut *c = ctx;

	MUST(len > 0 && len <= 64 && xj_utf8_valid(term, len));
	MUST(at >= c->last && width > 0);
	MUST(at <= c->len && width <= c->len - at);
	c->last = at;
	if (c->count < NEEDLES)
		c->needles[c->count++] = (struct xj_needle){
			.bytes = c->normal + at, .len = (uint32_t)width,
			.weight = 0.25f,
			.latin = kind == XJ_TERM_WORD &&
				 (unsigned char)c->normal[at] < 0x80,
		};
	return 0;
}

static void
cut(const struct xj_normal *n, struct cut *c)
{
	*c = (struct cut){ .normal = n->bytes, .len = n->len };
	if (n->len > 0)
		MUST(xj_terms(an, n->bytes, n->len, take_term, c, NULL) == 0);
}

static void
must_be_normal(const struct xj_normal *n, size_t source)
{
	MUST(n->len == 0 || xj_utf8_valid(n->bytes, n->len));
	for (size_t i = 0; i < n->len; i++)
		MUST(!n->step_count || xj_normal_origin(n, i) <=
				       xj_normal_origin(n, i + 1));
	MUST(xj_normal_origin(n, n->len) == source);
}

/* -------------------------------------------------------------- passages */

static void
must_be_marks(uint32_t (*marks)[2], size_t count, size_t chars)
{
	size_t end = 0;

	for (size_t i = 0; i < count; i++) {
		MUST(marks[i][0] >= end && marks[i][1] > 0);
		end = (size_t)marks[i][0] + marks[i][1];
	}
	MUST(end <= chars);
}

static void
must_be_passages(struct xj_passages *list)
{
	MUST(list->count <= list->max);
	for (size_t i = 0; i < list->count; i++) {
		const struct xj_passage *p = &list->list[i];

		MUST(xj_utf8_valid(p->text, p->len));
		must_be_marks(p->marks, p->mark_count,
			      xj_utf8_count(p->text, p->len));
		MUST(i == 0 || p->score <= p[-1].score);
	}
	xj_passages_release(list);
}

static void
look_for(struct xj_finder *f, const struct xj_text_chunk *chunk,
	 const char *title, size_t len)
{
	struct xj_passages found = { .max = 3, .width = 40 };
	struct xj_passages head = { .max = 1 };
	uint32_t (*marks)[2];
	size_t count;

	MUST(xj_passages_add(&found, f, chunk, NULL) == XJ_OK);
	MUST(xj_passages_head(&head, chunk, NULL) == XJ_OK);
	must_be_passages(&found);
	must_be_passages(&head);
	MUST(xj_finder_marks(f, title, len, &marks, &count, NULL) == XJ_OK);
	must_be_marks(marks, count, xj_utf8_count(title, len));
	free(marks);
}

/* ------------------------------------------------------------------ chunks */

struct document {
	struct xj_finder *finder;
	struct xj_counts *counts;
	const char *query;
	size_t query_len;
};

static int
take_chunk(void *ctx, unsigned number, const void *bytes, size_t len,
	   struct xj_error *err)
{
	struct document *d = ctx;
	struct xj_text_chunk chunk;
	struct xj_normal n = XJ_NORMAL_INIT;
	const struct xj_text_block *last;
	struct cut c;

	(void)number;
	(void)err;
	MUST(xj_text_chunk_parse(bytes, len, &chunk, NULL) == XJ_OK);
	MUST(chunk.count > 0);
	last = &chunk.blocks[chunk.count - 1];
	MUST(xj_normalise_chunk(an, &chunk, true, XJ_NORMAL_ORIGIN, &n,
				NULL) == XJ_OK);
	must_be_normal(&n, (size_t)(last->text - chunk.blocks[0].text) +
			   last->len);
	cut(&n, &c);
	if (n.len > 0) {
		MUST(xj_counts_text(d->counts, an, n.bytes, n.len, 2, NULL) ==
		     XJ_OK);
		xj_normal_contains(n.bytes, n.len, d->query, d->query_len);
	}
	look_for(d->finder, &chunk, chunk.blocks[0].text, chunk.blocks[0].len);
	xj_normal_release(&n);
	xj_text_chunk_release(&chunk);
	return 0;
}

/* The first byte says what the block is, and goes with it as text. */
static struct xj_block
block_of(const char *text, size_t len, uint64_t at)
{
	struct xj_block b = { .text = text, .len = len, .at = at };

	switch (*text) {
	case '#': b.role = XJ_HEADING; b.level = 1; break;
	case '-': b.where = XJ_LINE; break;
	case '|': b.role = XJ_HEADER; b.where = XJ_PAGE; break;
	case '=': b.where = XJ_PAGE; b.label = "iii"; break;
	case '!': b.role = XJ_HIDDEN; break;
	case '~': b.more = 1; break;
	}
	return b;
}

static void
store(struct document *d, const char *text, size_t len)
{
	const char *end = text + len, *p = text, *gap;
	struct xj_text_writer *w;
	uint64_t at = 1;

	MUST(xj_text_writer_new(take_chunk, d, &w, NULL) == XJ_OK);
	for (; p < end; p = gap + 2, at++) {
		gap = memmem(p, (size_t)(end - p), "\n\n", 2);
		gap = gap ? gap : end;
		if (gap > p && gap - p <= (ptrdiff_t)XJ_TEXT_MAX) {
			struct xj_block b = block_of(p, (size_t)(gap - p), at);

			MUST(xj_text_writer_add(w, &b, NULL) == XJ_OK);
		}
		if (gap == end)
			break;
	}
	MUST(xj_text_writer_end(w, NULL, NULL) == XJ_OK);
	xj_text_writer_free(w);
}

/* --------------------------------------------------------------- the whole */

/* Text of a document has gone through a decoder: UTF-8 without NUL. */
static void
decoded(struct xj_buf *out, const char *p, const char *end)
{
	while (p < end) {
		char bytes[4];
		uint32_t c = xj_utf8_next(&p, end);

		xj_buf_add(out, bytes, xj_utf8_put(c ? c : ' ', bytes));
	}
	MUST(!out->failed);
}

static void
make_analyzer(void)
{
	static const char *const words[] = { "三会一课", "b超", NULL };
	static const struct xj_analyzer_options options = {
		.dictionary = words,
	};

	MUST(xj_analyzer_new(&options, &an, NULL) == XJ_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	const char *begin = (const char *)data, *end = begin + size;
	const char *eol = size ? memchr(begin, '\n', size) : NULL;
	struct xj_normal query = XJ_NORMAL_INIT;
	struct document d = { 0 };
	const struct xj_counted *list;
	struct cut c;
	size_t n;

	if (!an)
		make_analyzer();
	eol = eol ? eol : end;
	/* A query may be anything; a word of it with its copy is exact. */
	MUST(xj_normalise(an, begin, (size_t)(eol - begin), XJ_NORMAL_ORIGIN,
			  &query, NULL) == XJ_OK);
	must_be_normal(&query, (size_t)(eol - begin));
	cut(&query, &c);
	if (query.len > 0 && c.count < NEEDLES)
		c.needles[c.count++] = (struct xj_needle){
			.bytes = query.bytes, .len = (uint32_t)query.len,
			.weight = 0.5f, .exact = true };
	d.query = query.bytes ? query.bytes : "";
	d.query_len = query.len;
	MUST(xj_finder_new(an, c.needles, c.count, &d.finder, NULL) == XJ_OK);
	MUST(xj_counts_new(&d.counts, NULL) == XJ_OK);
	decoded(&text, eol < end ? eol + 1 : end, end);
	store(&d, xj_buf_str(&text), text.len);
	MUST(xj_counts_sorted(d.counts, &list, &n, NULL) == XJ_OK);
	xj_counts_free(d.counts);
	xj_finder_free(d.finder);
	xj_normal_release(&query);
	return 0;
}
