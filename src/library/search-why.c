/*
 * search-why.c - why hits stand where they do. Nothing is worked out a second
 * time: the parts of a score are those that ranked it, and what each term adds
 * is asked of the index, term by term, by the trees that found the hits.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "library/fields.h"
#include "library/search.h"

#define COUNTED 10000u /* documents of a term; more are an estimate */

struct explaining {
	struct xj_seeking *s;
	const struct xj_ranked *docs;
	size_t count;
	uint64_t *ids;             /* of the hits, sorted */
	struct xj_why *whys;
	struct xj_reason **reasons; /* of each hit, in the order of terms */
	struct xj_error *err;
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* ------------------------------------------------------------ asking by term */

static size_t
number_of(const struct explaining *e, uint64_t id)
{
	size_t i = 0;

	while (i < e->count && e->docs[i].id != id)
		i++;
	return i;
}

/* Which of the hits a tree finds, and how they are weighed. */
static int
ask(struct explaining *e, const struct xj_tree *tree, struct xj_match *match)
{
	struct xj_match_options o = xj_seeking_options(e->s);
	struct xj_tree *among = xj_tree_new(e->s->arena, XJ_TREE_FILTER, 2);
	struct xj_tree *ids = xj_tree_new(e->s->arena, XJ_TREE_IDS, 0);

	if (!among || !ids || !xj_tree_add(among, tree) ||
	    !xj_tree_add(among, ids))
		return no_memory(e->err);
	ids->ids = e->ids;
	ids->count = e->count;
	o.sort = XJ_BY_WEIGHT;
	o.limit = e->count;
	return xj_index_match(e->s->index, among, &o, match, e->err);
}

static const char *
kind_of(const struct xj_wanted_term *t)
{
	return t->open ? "prefix" :
	       t->kind == XJ_TERM_WORD ? "word" :
	       t->kind == XJ_TERM_PAIR ? "pair" :
	       t->kind == XJ_TERM_FORM ? "form" : "character";
}

/* Only documents that the reader may see are counted. */
static int
count_documents(struct explaining *e, const struct xj_wanted_term *t,
		uint64_t *documents)
{
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	struct xj_tree *tree = xj_tree_term(e->s->arena, t->term, t->len);
	int r;

	if (!tree)
		return no_memory(e->err);
	tree->scale = -1;
	r = xj_index_match(e->s->index, tree, &(struct xj_match_options){
		.check = COUNTED }, &match, e->err);
	*documents = match.total;
	return r;
}

static int
begin_reason(struct explaining *e, const struct xj_wanted_term *t,
	     struct xj_reason *reason)
{
	int r = XJ_OK;

	*reason = (struct xj_reason){
		.text = xj_arena_strndup(e->s->arena, t->bytes, t->width),
		.kind = kind_of(t), .rarity = t->rarity,
		.synonym = t->share != 1,
	};
	if (!t->open)
		r = count_documents(e, t, &reason->documents);
	return r < 0 || reason->text ? r : no_memory(e->err);
}

/* Whether a field of the hits has the term too. */
static int
note_field(struct explaining *e, const struct xj_wanted_term *t, char field,
	   size_t offset)
{
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	const char *term = xj_arena_printf(e->s->arena, "%c%.*s", field,
					   (int)t->len, t->term);
	struct xj_tree *tree = term ? xj_tree_term(e->s->arena, term,
						   t->len + 1) : NULL;
	size_t number = (size_t)(t - e->s->wanted.terms);
	int r;

	if (!tree)
		return no_memory(e->err);
	if (t->open)
		tree->op = XJ_TREE_PREFIX;
	r = ask(e, tree, &match);
	for (size_t i = 0; r == XJ_OK && i < match.count; i++) {
		size_t doc = number_of(e, match.hits[i].id);

		if (doc < e->count)
			*((bool *)((char *)&e->reasons[doc][number] +
				   offset)) = true;
	}
	return r;
}

static int
note_fields(struct explaining *e, const struct xj_wanted_term *t)
{
	static const struct {
		char field;
		size_t offset;
	} fields[] = {
		{ XJ_FIELD_TITLE, offsetof(struct xj_reason, in_title) },
		{ XJ_FIELD_CREATOR, offsetof(struct xj_reason, in_creator) },
		{ XJ_FIELD_SUBJECT, offsetof(struct xj_reason, in_subject) },
	};
	int r = XJ_OK;

	for (size_t i = 0; i < XJ_COUNT(fields) && r == XJ_OK; i++)
		r = note_field(e, t, fields[i].field, fields[i].offset);
	return r;
}

/* What a term adds to the score of the hits of one tier. The index's weights
 * become a score by what their sum became. */
static int
note_weights(struct explaining *e, const struct xj_wanted_term *t,
	     const struct xj_reason *reason, bool related)
{
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	const struct xj_tree *tree = xj_wanted_term_tree(
		&e->s->wanted, t, related ? XJ_WANTED_RELATED :
					    XJ_WANTED_FIRST);
	size_t number = (size_t)(t - e->s->wanted.terms);
	int r = tree ? ask(e, tree, &match) : XJ_OK;

	for (size_t i = 0; r == XJ_OK && i < match.count; i++) {
		size_t doc = number_of(e, match.hits[i].id);
		const struct xj_ranked *d = &e->docs[doc];

		if (doc == e->count || d->related != related ||
		    d->weight <= 0)
			continue;
		e->reasons[doc][number] = *reason;
		e->reasons[doc][number].weight = match.hits[i].weight *
			d->terms / d->weight * d->factor;
	}
	return r;
}

static int
note_term(struct explaining *e, const struct xj_wanted_term *t)
{
	struct xj_reason reason;
	int r = begin_reason(e, t, &reason);

	if (r == XJ_OK)
		r = note_weights(e, t, &reason, false);
	if (r == XJ_OK)
		r = note_weights(e, t, &reason, true);
	return r < 0 ? r : note_fields(e, t);
}

/* ----------------------------------------------------------------- the whole */

static int
by_reason(const void *a, const void *b)
{
	const struct xj_reason *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight < y->weight ? 1 : -1;
	return strcmp(x->text, y->text);
}

/* Those that the hit has. */
static void
take_reasons(struct xj_why *why, struct xj_reason *list, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (list[i].text)
			list[n++] = list[i];
	if (n)
		qsort(list, n, sizeof(*list), by_reason);
	why->reasons = list;
	why->reason_count = n;
}

static int
take_runs(struct explaining *e, const struct xj_ranked *d, struct xj_why *why)
{
	const struct xj_wanted *w = &e->s->wanted;
	const char **list = xj_arena_alloc(e->s->arena, (w->run_count + 1) *
					   sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; list && i < w->run_count; i++) {
		if (!(d->runs >> i & 1))
			continue;
		list[n] = xj_arena_strndup(e->s->arena, w->runs[i].text,
					   w->runs[i].len);
		if (!list[n++])
			return no_memory(e->err);
	}
	why->runs = list;
	return list ? XJ_OK : no_memory(e->err);
}

static int
begin_why(struct explaining *e, const struct xj_ranked *d, struct xj_why *why)
{
	static const char *const orders[] = {
		[XJ_BY_WEIGHT] = "relevance", [XJ_BY_DATE_DOWN] = "date",
		[XJ_BY_DATE_UP] = "date", [XJ_BY_TITLE] = "title",
	};

	why->order = orders[e->s->sort];
	if (e->s->sort == XJ_BY_WEIGHT) {
		why->terms = d->factor * d->terms;
		why->passage = d->factor * d->window;
		why->whole = d->factor * d->exact;
		why->passage_share = d->window_share;
	}
	why->scale = d->factor;
	why->read = d->read;
	return take_runs(e, d, why);
}

static int
begin(struct explaining *e)
{
	struct xj_arena *arena = e->s->arena;
	size_t terms = e->s->wanted.term_count;
	int r = XJ_OK;

	e->ids = xj_arena_alloc(arena, (e->count + 1) * sizeof(*e->ids));
	e->whys = xj_arena_alloc(arena, (e->count + 1) * sizeof(*e->whys));
	e->reasons = xj_arena_alloc(arena, (e->count + 1) *
				    sizeof(*e->reasons));
	if (!e->ids || !e->whys || !e->reasons)
		return no_memory(e->err);
	for (size_t i = 0; i < e->count && r == XJ_OK; i++) {
		e->ids[i] = e->docs[i].id;
		e->reasons[i] = xj_arena_alloc(arena, (terms + 1) *
					       sizeof(**e->reasons));
		r = e->reasons[i] ? begin_why(e, &e->docs[i], &e->whys[i]) :
				    no_memory(e->err);
	}
	qsort(e->ids, e->count, sizeof(*e->ids), xj_by_number);
	return r;
}

int
xj_hits_explain(struct xj_seeking *s, const struct xj_ranked *docs,
		struct xj_hit *hits, size_t count, struct xj_error *err)
{
	struct explaining e = { .s = s, .docs = docs, .count = count,
				.err = err };
	int r = count ? begin(&e) : XJ_OK;

	for (size_t i = 0; count && r == XJ_OK && s->sort == XJ_BY_WEIGHT &&
	     i < s->wanted.term_count; i++)
		r = note_term(&e, &s->wanted.terms[i]);
	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		take_reasons(&e.whys[i], e.reasons[i], s->wanted.term_count);
		hits[i].why = &e.whys[i];
	}
	return r;
}
