/*
 * similar-terms.c - the terms that tell a document from others: those that
 * stand in it often and in few others. The index keeps no list of a document's
 * terms, so that they come from its text, and from the index how rare they are.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "library/similar.h"

/* Of a long document some parts are looked at, spread over all of it. */
#define PARTS 6u
#define PART 12288u      /* bytes of a part */

#define TERMS 8192u      /* different terms that are counted */
#define SLOTS (2 * TERMS)
#define LOOKED_UP 400u   /* of which it is asked how rare they are */
#define HEAD 2.0         /* what the title or a subject adds */
#define COMMON 0.2       /* share of documents from which on nothing is told */
#define COMMON_LEAST 10  /* of few documents more */
#define WAITING 4u

struct gathering {
	struct xj_seeking *s;
	struct xj_telling *list;
	uint16_t *slots;         /* number in `list` from 1, by hash */
	size_t count;
	const char *text;        /* being cut */
	bool head;
	size_t word_end;         /* of the last word of Han */
	struct {
		size_t at, width;
	} pairs[WAITING];        /* that a word may yet cover */
	size_t pair_count;
	struct xj_error *err;
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* --------------------------------------------------------------- counting */

/* FNV-1a: www.isthe.com/chongo/tech/comp/fnv */
static uint32_t
hash_of(enum xj_term_kind kind, const char *term, size_t len)
{
	uint32_t h = (2166136261u ^ (unsigned char)kind) * 16777619u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)term[i]) * 16777619u;
	return h;
}

static bool
is_it(const struct xj_telling *t, enum xj_term_kind kind, const char *term,
      size_t len)
{
	return t->kind == kind && t->len == len + 1 &&
	       memcmp(t->term + 1, term, len) == 0;
}

static int
add(struct gathering *g, enum xj_term_kind kind, const char *term, size_t len,
    size_t at, size_t width)
{
	struct xj_arena *arena = g->s->arena;
	size_t i = hash_of(kind, term, len) % SLOTS;
	struct xj_telling *t;

	while (g->slots[i] && !is_it(&g->list[g->slots[i] - 1], kind, term,
				     len))
		i = (i + 1) % SLOTS;
	if (!g->slots[i]) {
		if (g->count == TERMS)
			return XJ_OK;
		t = &g->list[g->count++];
		g->slots[i] = (uint16_t)g->count;
		t->term = xj_arena_printf(arena, "%c%.*s", kind, (int)len,
					  term);
		t->shown = xj_arena_strndup(arena, g->text + at, width);
		t->len = len + 1;
		t->kind = kind;
		if (!t->term || !t->shown)
			return no_memory(g->err);
	}
	t = &g->list[g->slots[i] - 1];
	t->times++;
	t->head |= g->head;
	return XJ_OK;
}

/* ------------------------------------------------------- which terms count */

static bool
is_number(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] < '0' || s[i] > '9')
			return s[i] == '.';
	return true;
}

/* Numbers and single letters are in everything. */
static bool
tells(enum xj_term_kind kind, const char *term, size_t len)
{
	return kind == XJ_TERM_FORM ||
	       (len > 1 && !is_number(term, len) &&
		!xj_stop_term(kind, term, len));
}

/* Pairs that end before `at` are covered by no word: names, new words. */
static int
settle(struct gathering *g, size_t at)
{
	size_t n = 0;
	int r = XJ_OK;

	for (size_t i = 0; i < g->pair_count && r == XJ_OK; i++) {
		size_t from = g->pairs[i].at, width = g->pairs[i].width;

		if (from + width > at)
			g->pairs[n++] = g->pairs[i];
		else if (!xj_stop_term(XJ_TERM_PAIR, g->text + from, width))
			r = add(g, XJ_TERM_PAIR, g->text + from, width, from,
				width);
	}
	g->pair_count = n;
	return r;
}

/* A word takes the pairs that share a character with it. */
static void
cover(struct gathering *g, size_t at, size_t width)
{
	size_t n = 0;

	for (size_t i = 0; i < g->pair_count; i++)
		if (g->pairs[i].at + g->pairs[i].width <= at)
			g->pairs[n++] = g->pairs[i];
	g->pair_count = n;
	g->word_end = at + width;
}

static int
take(void *ctx, enum xj_term_kind kind, const char *term, size_t len, size_t at,
     size_t width)
{
	struct gathering *g = ctx;
	const char *first = g->text + at;
	int r = settle(g, at);

	if (r < 0 || kind == XJ_TERM_CHAR)
		return r;
	if (kind == XJ_TERM_PAIR) {
		/* Its term is its own characters: none stands between. */
		if (at >= g->word_end && g->pair_count < WAITING &&
		    len == width) {
			g->pairs[g->pair_count].at = at;
			g->pairs[g->pair_count++].width = width;
		}
		return XJ_OK;
	}
	if (xj_is_cjk(xj_utf8_next(&first, first + width)))
		cover(g, at, width);
	return tells(kind, term, len) ? add(g, kind, term, len, at, width) :
					XJ_OK;
}

/* ---------------------------------------------------------- what is looked at */

static int
cut(struct gathering *g, const char *text, size_t len, bool head)
{
	int r;

	g->text = text;
	g->head = head;
	g->word_end = g->pair_count = 0;
	r = xj_terms(g->s->analyzer, text, len, take, g, g->err);
	return r < 0 ? r : settle(g, len);
}

static int
cut_value(struct gathering *g, const char *value)
{
	xj_auto(xj_normal_release) struct xj_normal n = XJ_NORMAL_INIT;
	int r;

	if (!value || !*value)
		return XJ_OK;
	r = xj_normalise(g->s->analyzer, value, strlen(value), 0, &n, g->err);
	return r < 0 ? r : cut(g, n.bytes, n.len, true);
}

static int
cut_head(struct gathering *g, const struct xj_doc *doc)
{
	struct xj_meta_value *v;
	size_t count;
	int r = cut_value(g, doc->title);

	if (r == XJ_OK)
		r = xj_catalog_meta(g->s->archive->catalog, doc->id,
				    g->s->arena, &v, &count, g->err);
	for (size_t i = 0; r == XJ_OK && i < count; i++)
		if (strcmp(v[i].element, "subject") == 0 ||
		    strcmp(v[i].element, "description") == 0)
			r = cut_value(g, v[i].value);
	return r;
}

int
xj_part_read(struct xj_seeking *s, unsigned chunk, double share,
	     struct xj_error *err)
{
	struct xj_reading *reading = &s->reading;
	const char *text;
	size_t len, from, end;
	int r;

	reading->number = chunk;
	r = xj_reading_next(reading, XJ_READ_BYTES, err);
	if (r != XJ_OK)
		return r;
	r = xj_text_chunk_source(reading->bytes.data, reading->bytes.len,
				 &text, &len, err);
	if (r < 0)
		return r == XJ_ECORRUPT ? XJ_END : r;
	from = (size_t)(share * (double)len);
	if (from + PART > len)
		from = len > PART ? len - PART : 0;
	from = xj_utf8_cut(text, len, from);
	end = xj_utf8_cut(text, len, len - from > PART ? from + PART : len);
	return xj_normalise(s->analyzer, text + from, end - from, 0,
			    &reading->normal, err);
}

static int
cut_part(struct gathering *g, unsigned chunk, double share)
{
	const struct xj_normal *n = &g->s->reading.normal;
	int r = xj_part_read(g->s, chunk, share, g->err);

	return r == XJ_OK ? cut(g, n->bytes, n->len, false) : r < 0 ? r : XJ_OK;
}

/* The first part, the last one, and what lies evenly between them. */
static int
cut_text(struct gathering *g, const struct xj_doc *doc)
{
	unsigned chunks, parts = doc->text_bytes > (PARTS - 1) * PART ? PARTS :
				 (unsigned)(doc->text_bytes / PART) + 1;
	int r = xj_texts_count(g->s->archive->texts, doc->id, &chunks, g->err);

	xj_reading_begin(&g->s->reading, doc->id, 0);
	for (unsigned i = 0; i < parts && chunks && r == XJ_OK; i++) {
		double at = parts == 1 ? 0 : (double)chunks * i / (parts - 1);
		unsigned chunk = i + 1 < parts ? (unsigned)at : chunks - 1;

		r = cut_part(g, chunk, at - chunk);
	}
	return r;
}

/* ---------------------------------------------------------------- choosing */

static double
weight_of(const struct xj_telling *t)
{
	return (1 + log(t->times)) * (t->head ? HEAD : 1);
}

static int
by_weight(const void *a, const void *b)
{
	const struct xj_telling *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight < y->weight ? 1 : -1;
	return strcmp(x->term, y->term);
}

static int
look_up(struct gathering *g, struct xj_error *err)
{
	uint64_t all;
	double mean;
	int r = xj_index_counts(g->s->index, &all, &mean, err);

	for (size_t i = 0; i < g->count && r == XJ_OK; i++) {
		struct xj_telling *t = &g->list[i];

		r = xj_index_frequency(g->s->index, t->term, t->len,
				       &t->documents, err);
		if (t->documents && (double)t->documents <
		    COMMON * (double)all + COMMON_LEAST)
			t->rarity = log(1 + (double)all /
					(double)t->documents);
	}
	return r;
}

int
xj_telling_terms(struct xj_seeking *s, const struct xj_doc *doc,
		 struct xj_telling **list, size_t *count, struct xj_error *err)
{
	struct gathering g = { .s = s, .err = err };
	int r;

	g.list = xj_arena_alloc(s->arena, TERMS * sizeof(*g.list));
	g.slots = xj_arena_alloc(s->arena, SLOTS * sizeof(*g.slots));
	if (!g.list || !g.slots)
		return no_memory(err);
	r = cut_head(&g, doc);
	if (r == XJ_OK)
		r = cut_text(&g, doc);
	for (size_t i = 0; i < g.count; i++)
		g.list[i].weight = weight_of(&g.list[i]);
	qsort(g.list, g.count, sizeof(*g.list), by_weight);
	g.count = g.count < LOOKED_UP ? g.count : LOOKED_UP;
	if (r == XJ_OK)
		r = look_up(&g, err);
	*list = g.list;
	*count = g.count;
	return r;
}

size_t
xj_telling_best(struct xj_telling *list, size_t count, uint64_t least,
		size_t max)
{
	for (size_t i = 0; i < count; i++)
		list[i].weight = list[i].documents < least ? 0 :
				 weight_of(&list[i]) * list[i].rarity;
	qsort(list, count, sizeof(*list), by_weight);
	while (count && (count > max || list[count - 1].weight <= 0))
		count--;
	return count;
}
