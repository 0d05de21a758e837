/*
 * similar.c - documents like one: found by the terms that tell it from others
 * (similar-terms.c), nearly the same texts put together (similar-copies.c).
 */
#include <stdlib.h>
#include <string.h>

#include "library/lexicon.h"
#include "library/similar.h"

#define LIMIT 10u
#define LIMIT_MAX 1000u
#define TERMS 30u        /* of the document that are searched for */
#define SHARED 6u        /* of them, shown of each that is like it */
#define CANDIDATES 50u   /* looked at, more when more are to be shown */
#define ANCESTORS 32u
#define LEAST 0.08       /* of what the document weighs; less is chance */

/* Copies: this share of their runs is the same. Texts that differ more than so
 * in length or in weight are not compared. */
#define COPY 0.5
#define LENGTHS 0.6
#define WEIGHTS 0.6

struct xj_similar {
	struct xj_arena *arena;
	struct xj_alike self;
	struct xj_alike *list;
	size_t count;
};

/* A document that may be shown. */
struct candidate {
	struct xj_doc doc;
	double weight;
	struct xj_sketch *sketch; /* NULL: not made yet */
	struct candidate *copies, *next; /* of the one that is shown */
	size_t copy_count;
};

struct comparing {
	struct xj_seeking *s;
	const struct xj_similar_options *asked;
	struct xj_doc doc;
	struct xj_telling *terms;
	size_t all_terms, term_count; /* the first of them are searched for */
	uint64_t family[ANCESTORS]; /* what it is inside of, sorted */
	size_t family_count;
	struct candidate *self;     /* with its copies */
	uint64_t *copies;           /* their numbers, sorted */
	size_t copy_count;
	struct candidate *list;     /* others, by weight */
	size_t count;
	struct xj_error *err;
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* -------------------------------------------------------- what is asked for */

static int
find_document(struct comparing *c, uint64_t id)
{
	int r = xj_catalog_get_many(c->s->archive->catalog, &id, 1,
				    c->s->arena, &c->doc, c->err);

	return r < 0 || c->doc.id ? r :
	       xj_error_set(c->err, XJ_ENOTFOUND,
			    "there is no document %llu, or it was removed",
			    (unsigned long long)id);
}

static int
find_family(struct comparing *c)
{
	struct xj_doc up = c->doc;
	int r = XJ_OK;

	while (r == XJ_OK && up.parent && c->family_count < ANCESTORS) {
		size_t i = c->family_count++;

		for (; i > 0 && c->family[i - 1] > up.parent; i--)
			c->family[i] = c->family[i - 1];
		c->family[i] = up.parent;
		r = xj_catalog_get(c->s->archive->catalog, up.parent,
				   c->s->arena, &up, c->err);
	}
	return r == XJ_ENOTFOUND ? XJ_OK : r;
}

/* Words of the filter must all be there, as phrases are: they choose among the
 * documents, and what these are like is not asked of them. */
static int
read_filter(struct comparing *c)
{
	const char *filter = c->asked->filter;
	struct xj_seeking *s = c->s;
	struct xj_repairs repairs = { .count = 0 };
	struct xj_clause *query;
	int r;

	s->wanted = (struct xj_wanted){ .arena = s->arena };
	if (!filter || !*filter)
		return XJ_OK;
	r = xj_clause_parse(s->arena, s->analyzer, filter, strlen(filter),
			    &query, &repairs, c->err);
	if (r == XJ_OK)
		r = xj_widen_values(s->archive, s->arena, query->parts,
				    c->err);
	for (struct xj_clause *q = r == XJ_OK ? query->parts : NULL; q;
	     q = q->next)
		if (q->op == XJ_CLAUSE_TEXT)
			q->op = XJ_CLAUSE_PHRASE;
	if (r == XJ_OK && query->parts)
		r = xj_wanted_make(s->arena, s->analyzer, query, &s->wanted,
				   c->err);
	return r;
}

/* ------------------------------------------------------------------- trees */

static struct xj_tree *
leaf(struct xj_arena *arena, const char *term, size_t len, double scale)
{
	struct xj_tree *tree = xj_tree_term(arena, term, len);

	if (tree)
		tree->scale = scale;
	return tree;
}

/* One of the terms; what is said in the title is looked for in titles too. */
static struct xj_tree *
terms_tree(const struct comparing *c)
{
	struct xj_arena *arena = c->s->arena;
	struct xj_tree *any = xj_tree_new(arena, XJ_TREE_OR, 2 * TERMS);

	for (size_t i = 0; any && i < c->term_count; i++) {
		const struct xj_telling *t = &c->terms[i];
		double scale = t->weight / t->rarity;
		const char *in_title;

		if (!xj_tree_add(any, leaf(arena, t->term, t->len, scale)))
			return NULL;
		if (!t->head)
			continue;
		in_title = xj_arena_printf(arena, "t%s", t->term);
		if (!in_title ||
		    !xj_tree_add(any, leaf(arena, in_title, t->len + 1,
					   scale * 0.25)))
			return NULL;
	}
	return any;
}

/* Documents of a list among those of `tree`. */
static struct xj_tree *
listed(struct xj_arena *arena, const uint64_t *ids, size_t count)
{
	struct xj_tree *tree = xj_tree_new(arena, XJ_TREE_IDS, 0);

	if (tree) {
		tree->ids = ids;
		tree->count = count;
	}
	return tree;
}

static struct xj_tree *
inside(struct xj_arena *arena, uint64_t id)
{
	char *term = xj_arena_printf(arena, "I%llu", (unsigned long long)id);

	return term ? xj_tree_term(arena, term, strlen(term)) : NULL;
}

/* Neither itself and its copies nor, unless asked for, its container and
 * members. */
static const struct xj_tree *
others_tree(const struct comparing *c, const struct xj_tree *terms)
{
	struct xj_arena *arena = c->s->arena;
	struct xj_tree *others = xj_tree_new(arena, XJ_TREE_AND_NOT, 5);

	if (!others || !xj_tree_add(others, terms) ||
	    !xj_tree_add(others, listed(arena, &c->doc.id, 1)))
		return NULL;
	if (c->copy_count && !xj_tree_add(others, listed(arena, c->copies,
							 c->copy_count)))
		return NULL;
	if (c->asked->family)
		return others;
	if (!xj_tree_add(others, inside(arena, c->doc.id)))
		return NULL;
	return !c->family_count || xj_tree_add(others, listed(
			arena, c->family, c->family_count)) ? others : NULL;
}

/* ------------------------------------------------------------- candidates */

static struct xj_match_options
options(size_t limit)
{
	return (struct xj_match_options){ .limit = limit, .k1 = 1.2, .b = 0.75 };
}

/* What the document itself would weigh: what is like it weighs a share of it.
 * One that is not in the index yet weighs as the best of the others. */
static int
weigh_self(struct comparing *c, const struct xj_tree *terms, double best)
{
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	struct xj_match_options o = options(1);
	struct xj_arena *arena = c->s->arena;
	struct xj_tree *tree = xj_tree_new(arena, XJ_TREE_FILTER, 3);
	int r;

	if (!tree || !xj_tree_add(tree, terms) ||
	    !xj_tree_add(tree, inside(arena, c->doc.id)) ||
	    !xj_tree_add(tree, listed(arena, &c->doc.id, 1)))
		return no_memory(c->err);
	r = xj_index_match(c->s->index, tree, &o, &match, c->err);
	c->self->weight = match.count && match.hits[0].weight > best ?
			  match.hits[0].weight : best;
	return r;
}

static int
take_candidates(struct comparing *c, const struct xj_match *match)
{
	uint64_t *ids = xj_arena_alloc(c->s->arena, (match->count + 1) *
				       sizeof(*ids));
	struct xj_doc *rows = xj_arena_alloc(c->s->arena, (match->count + 1) *
					     sizeof(*rows));
	int r;

	c->count = 0;
	c->list = xj_arena_alloc(c->s->arena, (match->count + 1) *
				 sizeof(*c->list));
	if (!ids || !rows || !c->list)
		return no_memory(c->err);
	for (size_t i = 0; i < match->count; i++)
		ids[i] = match->hits[i].id;
	r = xj_catalog_get_many(c->s->archive->catalog, ids, match->count,
				c->s->arena, rows, c->err);
	for (size_t i = 0; r == XJ_OK && i < match->count; i++)
		if (rows[i].id && /* the catalog has the last word */
		    match->hits[i].weight >= LEAST * c->self->weight)
			c->list[c->count++] = (struct candidate){
				.doc = rows[i],
				.weight = match->hits[i].weight };
	return r;
}

static size_t
limit_of(const struct comparing *c)
{
	size_t limit = c->asked->limit ? c->asked->limit : LIMIT;

	return limit < LIMIT_MAX ? limit : LIMIT_MAX;
}

static int
find_candidates(struct comparing *c)
{
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	struct xj_match_options o = options(limit_of(c) + CANDIDATES);
	const struct xj_tree *terms = terms_tree(c), *tree;
	int r = XJ_OK;

	tree = terms ? others_tree(c, terms) : NULL;
	if (!tree)
		return no_memory(c->err);
	if (c->term_count) {
		r = xj_seen_tree(&c->s->wanted, tree, &tree, c->err);
		if (r == XJ_OK)
			r = xj_index_match(c->s->index, tree, &o, &match,
					   c->err);
		if (r == XJ_OK)
			r = weigh_self(c, terms, match.best);
	}
	return r < 0 ? r : take_candidates(c, &match);
}

/* ----------------------------------------------------------------- copies */

static bool
near_enough(double a, double b, double share)
{
	return a < b ? a >= b * share : b >= a * share;
}

static int
sketch(struct comparing *c, struct candidate *d)
{
	if (d->sketch)
		return XJ_OK;
	d->sketch = xj_arena_alloc(c->s->arena, sizeof(*d->sketch));
	return d->sketch ? xj_sketch_make(c->s, d->doc.id, d->sketch, c->err) :
			   no_memory(c->err);
}

static int
are_copies(struct comparing *c, struct candidate *a, struct candidate *b,
	   bool *yes)
{
	int r;

	*yes = a->doc.size == b->doc.size && a->doc.size > 0 &&
	       memcmp(a->doc.sha512, b->doc.sha512, 64) == 0;
	if (*yes || !a->doc.text_bytes || !b->doc.text_bytes ||
	    !near_enough(a->weight, b->weight, WEIGHTS) ||
	    !near_enough((double)a->doc.text_bytes,
			 (double)b->doc.text_bytes, LENGTHS))
		return XJ_OK;
	r = sketch(c, a);
	if (r == XJ_OK)
		r = sketch(c, b);
	if (r == XJ_OK)
		*yes = xj_sketch_common(a->sketch, b->sketch) >= COPY;
	return r;
}

static void
append(struct candidate *of, struct candidate *d)
{
	struct candidate **list = &of->copies;

	while (*list)
		list = &(*list)->next;
	*list = d;
	of->copy_count++;
}

/* Whether it is a copy of one before it, which then has it. */
static int
place(struct comparing *c, struct candidate **shown, size_t count,
      struct candidate *d, bool *copy)
{
	int r = XJ_OK;

	*copy = false;
	for (size_t k = 0; k < count && !*copy && r == XJ_OK; k++) {
		r = are_copies(c, shown[k], d, copy);
		if (*copy)
			append(shown[k], d);
	}
	return r;
}

/* Those behind the last that is shown are looked at too: they may be copies. */
static int
collapse(struct comparing *c, struct candidate **shown, size_t *count)
{
	bool copy;
	int r = XJ_OK;

	for (size_t i = 0; i < c->count && r == XJ_OK; i++) {
		r = place(c, shown, *count, &c->list[i], &copy);
		if (!copy && *count < limit_of(c) + 1)
			shown[(*count)++] = &c->list[i];
	}
	return r;
}

/* The copies of the document itself, and what is left without them. */
static int
find_copies(struct comparing *c)
{
	bool copy;
	int r = XJ_OK;

	c->copies = xj_arena_alloc(c->s->arena, (c->count + 1) *
				   sizeof(*c->copies));
	if (!c->copies)
		return no_memory(c->err);
	for (size_t i = 0; i < c->count && r == XJ_OK; i++) {
		r = place(c, &c->self, 1, &c->list[i], &copy);
		if (copy)
			c->copies[c->copy_count++] = c->list[i].doc.id;
	}
	qsort(c->copies, c->copy_count, sizeof(*c->copies), xj_by_number);
	return r;
}

/*
 * What only a document and its copies have leads to nothing else: when there
 * are copies, others are looked for by what more documents have.
 */
static int
find_others(struct comparing *c)
{
	int r;

	c->term_count = xj_telling_best(c->terms, c->all_terms, 2, TERMS);
	r = find_candidates(c);
	if (r == XJ_OK)
		r = find_copies(c);
	if (r < 0 || c->copy_count == 0)
		return r;
	c->term_count = xj_telling_best(c->terms, c->all_terms,
					c->copy_count + 2, TERMS);
	return find_candidates(c);
}

/* ------------------------------------------------------------------- shown */

/* Two characters that no word has, once, may stand together by chance. */
static bool
is_shown(const struct xj_telling *t)
{
	return t->kind != XJ_TERM_PAIR || t->head || t->times > 1;
}

/* Which of the documents have a term, told by a row for each of them. */
static int
note_shared(struct comparing *c, size_t term, const uint64_t *ids,
	    size_t count, bool *rows)
{
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	struct xj_match_options o = { .limit = count };
	struct xj_arena *arena = c->s->arena;
	const struct xj_telling *t = &c->terms[term];
	struct xj_tree *tree = xj_tree_new(arena, XJ_TREE_FILTER, 2);
	int r;

	if (!tree || !xj_tree_add(tree, leaf(arena, t->term, t->len, -1)) ||
	    !xj_tree_add(tree, listed(arena, ids, count)))
		return no_memory(c->err);
	r = xj_index_match(c->s->index, tree, &o, &match, c->err);
	for (size_t i = 0; r == XJ_OK && i < match.count; i++) {
		const uint64_t *at = bsearch(&match.hits[i].id, ids, count,
					     sizeof(*ids), xj_by_number);

		if (at)
			rows[(size_t)(at - ids) * TERMS + term] = true;
	}
	return r;
}

/* The terms of a row, most telling first, and what share of all they weigh. */
static int
tell_shared(struct comparing *c, const bool *row, struct xj_alike *alike)
{
	const char **list = xj_arena_alloc(c->s->arena, (SHARED + 1) *
					   sizeof(*list));
	double all = 0, there = 0;
	size_t n = 0;

	for (size_t i = 0; list && i < c->term_count; i++) {
		const struct xj_telling *t = &c->terms[i];

		all += t->weight;
		there += row[i] ? t->weight : 0;
		if (row[i] && n < SHARED && is_shown(t))
			list[n++] = t->shown;
	}
	alike->shared = list;
	alike->score = all > 0 ? there / all : 0;
	return list ? XJ_OK : no_memory(c->err);
}

static int
show_shared(struct comparing *c, struct xj_alike *list, size_t count)
{
	struct xj_arena *arena = c->s->arena;
	uint64_t *ids = xj_arena_alloc(arena, (count + 1) * sizeof(*ids));
	bool *rows = xj_arena_alloc(arena, (count + 1) * TERMS);
	int r = ids && rows ? XJ_OK : no_memory(c->err);

	for (size_t i = 0; r == XJ_OK && i < count; i++)
		ids[i] = list[i].info.id;
	if (r == XJ_OK)
		qsort(ids, count, sizeof(*ids), xj_by_number);
	for (size_t t = 0; count && t < c->term_count && r == XJ_OK; t++)
		r = note_shared(c, t, ids, count, rows);
	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		const uint64_t *at = bsearch(&list[i].info.id, ids, count,
					     sizeof(*ids), xj_by_number);

		r = tell_shared(c, rows + (size_t)(at - ids) * TERMS, &list[i]);
	}
	return r;
}

static int
show(struct comparing *c, const struct candidate *d,
     struct xj_document_info *info)
{
	return xj_info_from_doc(c->s->archive, c->s->arena, &d->doc, info,
				c->err);
}

static int
show_copies(struct comparing *c, const struct candidate *d,
	    struct xj_alike *alike)
{
	struct xj_document_info *list = xj_arena_alloc(
		c->s->arena, (d->copy_count + 1) * sizeof(*list));
	int r = list ? show(c, d, &alike->info) : no_memory(c->err);

	for (const struct candidate *k = d->copies; k && r == XJ_OK;
	     k = k->next)
		r = show(c, k, &list[alike->copy_count++]);
	alike->copies = list;
	return r;
}

static int
show_all(struct comparing *c, struct candidate **shown, size_t count,
	 struct xj_similar *out)
{
	bool own[TERMS];
	int r;

	memset(own, true, sizeof(own));
	out->list = xj_arena_alloc(out->arena, (count + 1) *
				   sizeof(*out->list));
	if (!out->list)
		return no_memory(c->err);
	r = show_copies(c, shown[0], &out->self);
	if (r == XJ_OK)
		r = tell_shared(c, own, &out->self);
	for (size_t i = 1; i < count && r == XJ_OK; i++)
		r = show_copies(c, shown[i], &out->list[out->count++]);
	return r < 0 ? r : show_shared(c, out->list, out->count);
}

/* --------------------------------------------------------------- the whole */

/* The document, what it is inside of, and which others may be shown. */
static int
understand(struct comparing *c, uint64_t id)
{
	struct xj_seeking *s = c->s;
	int r = find_document(c, id);

	c->self = xj_arena_alloc(s->arena, sizeof(*c->self));
	if (!c->self)
		return no_memory(c->err);
	c->self->doc = c->doc;
	if (r == XJ_OK)
		r = find_family(c);
	if (r == XJ_OK)
		r = read_filter(c);
	if (r == XJ_OK)
		r = xj_phrases_check(s->archive, s->analyzer, s->index,
				     &s->wanted, &s->checked, c->err);
	return r < 0 ? r : xj_telling_terms(s, &c->doc, &c->terms,
					    &c->all_terms, c->err);
}

static int
compare(struct comparing *c, uint64_t id, struct xj_similar *out)
{
	struct candidate **shown = xj_arena_alloc(c->s->arena, (limit_of(c) +
						  1) * sizeof(*shown));
	size_t count = 1;
	int r = shown ? understand(c, id) : no_memory(c->err);

	if (r == XJ_OK)
		r = find_others(c);
	if (r < 0)
		return r;
	shown[0] = c->self;
	r = collapse(c, shown, &count);
	return r < 0 ? r : show_all(c, shown, count, out);
}

static void
seeking_end(struct xj_seeking *s)
{
	for (size_t i = 0; i < s->wanted.phrase_count; i++)
		free(s->wanted.phrases[i].ids);
	xj_reading_release(&s->reading);
}

static int
compare_in(struct xj_archive *a, uint64_t id,
	   const struct xj_similar_options *asked, struct xj_similar *out,
	   struct xj_error *err)
{
	xj_auto(seeking_end) struct xj_seeking s = {
		.archive = a, .arena = out->arena, .reading = { .archive = a },
	};
	struct comparing c = { .s = &s, .asked = asked, .err = err };
	int r = xj_archive_analyzer(a, &s.analyzer, err);

	s.reading.analyzer = s.analyzer;
	if (r == XJ_OK)
		r = xj_searcher_begin(a, &s.index, err);
	if (r < 0)
		return r;
	r = compare(&c, id, out);
	xj_searcher_end(a);
	return r;
}

int
xj_similar(struct xj_archive *archive, uint64_t id,
	   const struct xj_similar_options *asked, struct xj_similar **similar,
	   struct xj_error *err)
{
	static const struct xj_similar_options standard;
	struct xj_similar *out = calloc(1, sizeof(*out));
	int r;

	*similar = NULL;
	if (!out || xj_arena_new(&out->arena) < 0) {
		free(out);
		return no_memory(err);
	}
	r = compare_in(archive, id, asked ? asked : &standard, out, err);
	if (r < 0) {
		xj_similar_free(out);
		return r;
	}
	*similar = out;
	return XJ_OK;
}

void
xj_similar_free(struct xj_similar *similar)
{
	if (!similar)
		return;
	xj_arena_free(similar->arena);
	free(similar);
}

const struct xj_alike *
xj_similar_self(const struct xj_similar *similar)
{
	return &similar->self;
}

size_t
xj_similar_count(const struct xj_similar *similar)
{
	return similar->count;
}

const struct xj_alike *
xj_similar_at(const struct xj_similar *similar, size_t i)
{
	return i < similar->count ? &similar->list[i] : NULL;
}
