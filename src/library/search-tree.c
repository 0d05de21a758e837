/* search-tree.c - the trees by which the index finds what a query wants. */
#include <math.h>
#include <string.h>

#include "library/fields.h"
#include "library/search.h"

/* ---------------------------------------------------------------- bricks */

struct xj_tree *
xj_tree_new(struct xj_arena *arena, enum xj_tree_op op, size_t children)
{
	struct xj_tree *tree = xj_arena_alloc(arena, sizeof(*tree));
	const struct xj_tree **list =
		xj_arena_alloc(arena, (children + 1) * sizeof(*list));

	if (!tree || !list)
		return NULL;
	tree->op = op;
	tree->children = list;
	return tree;
}

bool
xj_tree_add(struct xj_tree *tree, const struct xj_tree *child)
{
	if (child)
		((const struct xj_tree **)tree->children)[tree->count++] =
			child;
	return child != NULL;
}

struct xj_tree *
xj_tree_term(struct xj_arena *arena, const char *term, size_t len)
{
	struct xj_tree *tree = xj_tree_new(arena, XJ_TREE_TERM, 0);

	if (tree) {
		tree->term = term;
		tree->len = len;
	}
	return tree;
}

static const struct xj_tree *
pair(struct xj_arena *arena, enum xj_tree_op op, const struct xj_tree *a,
     const struct xj_tree *b)
{
	struct xj_tree *tree = xj_tree_new(arena, op, 2);

	return tree && xj_tree_add(tree, a) && xj_tree_add(tree, b) ? tree :
								      NULL;
}

/* The same documents, without weight. */
static const struct xj_tree *
weightless(struct xj_arena *arena, const struct xj_tree *of)
{
	struct xj_tree *tree = xj_tree_new(arena, XJ_TREE_AND, 1);

	if (!tree || !xj_tree_add(tree, of))
		return NULL;
	tree->scale = -1;
	return tree;
}

/* ------------------------------------------------------- parts of the query */

/*
 * Until phrases are checked it is known of some documents that they match, of
 * some that they may. What may match without a part is found by leaving out
 * only what matches it for sure.
 */
enum bound { EXACTLY, AT_MOST, AT_LEAST };

struct builder {
	struct xj_arena *arena;
	enum bound bound;
};

static const struct xj_tree *part_tree(struct builder b,
				       const struct xj_clause *q);

static const struct xj_tree *
nothing(struct builder b)
{
	return xj_tree_new(b.arena, XJ_TREE_NOTHING, 0);
}

static const struct xj_tree *
everything(struct builder b)
{
	return xj_tree_new(b.arena, XJ_TREE_ALL, 0);
}

static const struct xj_tree *
checked(struct builder b, const struct xj_wanted_phrase *p)
{
	struct xj_tree *ids = xj_tree_new(b.arena, XJ_TREE_IDS, 0);
	const struct xj_tree *found;

	if (!ids)
		return NULL;
	if (p->id_count == 0)
		return p->certain ? p->certain : nothing(b);
	ids->ids = p->ids;
	ids->count = p->id_count;
	found = pair(b.arena, XJ_TREE_FILTER, p->candidates, ids);
	return p->certain ? pair(b.arena, XJ_TREE_OR, p->certain, found) :
			    found;
}

static const struct xj_tree *
phrase_tree(struct builder b, const struct xj_wanted_phrase *p)
{
	if (!p) /* one too many */
		return b.bound == AT_LEAST ? nothing(b) : everything(b);
	if (p->sure || b.bound == AT_MOST)
		return p->candidates;
	if (b.bound == AT_LEAST)
		return p->certain ? p->certain : nothing(b);
	return checked(b, p);
}

/* One of the values, which are joined by ','. */
static const struct xj_tree *
values_tree(struct builder b, const struct xj_clause *q)
{
	struct xj_tree *any = xj_tree_new(b.arena, XJ_TREE_OR, q->len);
	const char *p = q->text, *end = q->text + q->len;

	while (any && p < end) {
		size_t len;
		char *term;

		p += strspn(p, " ,");
		len = strcspn(p, ",");
		while (len > 0 && p[len - 1] == ' ')
			len--;
		if (len == 0)
			break;
		len = xj_utf8_cut(p, len, XJ_BOOL_MAX);
		term = xj_arena_printf(b.arena, "%c%.*s", q->field, (int)len,
				       p);
		if (!term ||
		    !xj_tree_add(any, xj_tree_term(b.arena, term, len + 1)))
			return NULL;
		p += strcspn(p, ",");
	}
	return any;
}

static const struct xj_tree *
range_tree(struct builder b, const struct xj_clause *q)
{
	struct xj_tree *tree = xj_tree_new(b.arena, XJ_TREE_RANGE, 0);

	if (tree) {
		tree->slot = XJ_SLOT_DATE;
		tree->low = q->low;
		tree->high = q->high;
	}
	return tree;
}

static const struct xj_tree *
not_tree(struct builder b, const struct xj_clause *q)
{
	struct builder inner = b;

	if (b.bound != EXACTLY)
		inner.bound = b.bound == AT_MOST ? AT_LEAST : AT_MOST;
	return pair(b.arena, XJ_TREE_AND_NOT, everything(b),
		    part_tree(inner, q->parts));
}

static size_t
count_parts(const struct xj_clause *q)
{
	size_t n = 0;

	for (const struct xj_clause *p = q->parts; p; p = p->next)
		n++;
	return n;
}

static const struct xj_tree *
any_tree(struct builder b, const struct xj_clause *q)
{
	struct xj_tree *any = xj_tree_new(b.arena, XJ_TREE_OR, count_parts(q));

	for (const struct xj_clause *p = q->parts; any && p; p = p->next)
		if (!xj_tree_add(any, part_tree(b, p)))
			return NULL;
	return any;
}

static bool
is_wordy(const struct xj_clause *q)
{
	return q->op == XJ_CLAUSE_TEXT ||
	       (q->op == XJ_CLAUSE_ANY && xj_clause_has_words(q));
}

/* As the whole query: one of the words, and every other part. */
static const struct xj_tree *
all_tree(struct builder b, const struct xj_clause *q)
{
	size_t n = count_parts(q);
	struct xj_tree *all = xj_tree_new(b.arena, XJ_TREE_AND, n + 1);
	struct xj_tree *words = xj_tree_new(b.arena, XJ_TREE_OR, n);

	if (!all || !words)
		return NULL;
	for (const struct xj_clause *p = q->parts; p; p = p->next)
		if (!xj_tree_add(is_wordy(p) ? words : all, part_tree(b, p)))
			return NULL;
	if (words->count)
		xj_tree_add(all, words);
	return all;
}

/* Who matches a part of the query whole. */
static const struct xj_tree *
part_tree(struct builder b, const struct xj_clause *q)
{
	switch (q->op) {
	case XJ_CLAUSE_TEXT:
	case XJ_CLAUSE_PHRASE:
	case XJ_CLAUSE_NEAR:
		return phrase_tree(b, q->phrase);
	case XJ_CLAUSE_TERM:
		return values_tree(b, q);
	case XJ_CLAUSE_RANGE:
		return range_tree(b, q);
	case XJ_CLAUSE_ALL:
		return all_tree(b, q);
	case XJ_CLAUSE_ANY:
		return any_tree(b, q);
	case XJ_CLAUSE_NOT:
		return not_tree(b, q);
	}
	return NULL;
}

/* ------------------------------------------------------- the whole query */

/*
 * What every tree that is asked goes through: of the documents of `core` those
 * that have what they must, and not what they must not. What a reader may see
 * is one more condition of the first kind.
 */
static const struct xj_tree *
bounded(struct builder b, const struct xj_wanted *w, const struct xj_tree *core)
{
	struct builder inner = b;
	struct xj_tree *with = xj_tree_new(b.arena, XJ_TREE_FILTER,
					   w->must.count + 1);
	struct xj_tree *without = xj_tree_new(b.arena, XJ_TREE_AND_NOT,
					      w->never.count + 1);

	if (!with || !without || !xj_tree_add(with, core))
		return NULL;
	for (size_t i = 0; i < w->must.count; i++)
		if (!xj_tree_add(with, part_tree(b, w->must.list[i])))
			return NULL;
	if (b.bound == AT_MOST)
		inner.bound = AT_LEAST;
	xj_tree_add(without, with);
	for (size_t i = 0; i < w->never.count; i++)
		if (!xj_tree_add(without, part_tree(inner, w->never.list[i])))
			return NULL;
	return without;
}

#define K3 8.0 /* of BM25: said twice, a term weighs nearly twice as much */
#define HAN_WORD 0.5 /* its pairs say most of it again */

/*
 * Single characters find what pairs and words miss; but of a long question
 * every document has many by chance. They weigh 1 in one of so many.
 */
#define CHARS_USUAL 24.0
#define CHAR_MOST 2.0
#define CHAR_LEAST 0.2

double
xj_wanted_char_weight(const struct xj_wanted *w)
{
	return w->chars == 0 ? 1 :
	       fmax(CHAR_LEAST, fmin(CHAR_MOST, CHARS_USUAL / w->chars));
}

static const struct xj_tree *
term_tree(const struct xj_wanted *w, const struct xj_wanted_term *t)
{
	struct xj_tree *tree = xj_tree_term(w->arena, t->term, t->len);
	double scale = t->share * (K3 + 1) * t->times / (K3 + t->times);

	if (t->kind == XJ_TERM_WORD && !t->latin)
		scale *= HAN_WORD;
	if (t->kind == XJ_TERM_CHAR)
		scale *= xj_wanted_char_weight(w);
	if (tree && t->open)
		tree->op = XJ_TREE_PREFIX;
	if (tree && scale != 1)
		tree->scale = scale;
	return tree;
}

/* What is in a synonym alone gives weight, and by itself finds nothing. */
static bool
is_weak(const struct xj_wanted_term *t)
{
	return !t->word && t->share == 1;
}

const struct xj_tree *
xj_wanted_term_tree(const struct xj_wanted *w, const struct xj_wanted_term *t,
		    enum xj_wanted_tree which)
{
	return which == XJ_WANTED_RELATED && !is_weak(t) ? NULL :
	       term_tree(w, t);
}

/* Adds the terms of one level. */
static bool
add_terms(const struct xj_wanted *w, struct xj_tree *to, bool words)
{
	for (size_t i = 0; i < w->term_count; i++)
		if (w->terms[i].word == words &&
		    !xj_tree_add(to, term_tree(w, &w->terms[i])))
			return false;
	return true;
}

/*
 * Who belongs to the first tier: has a word; or stands in for one; or has all
 * pairs of a run that is more than one word, for then these very characters
 * are most likely there.
 */
static const struct xj_tree *
words_tree(struct builder b, const struct xj_wanted *w)
{
	struct xj_tree *any = xj_tree_new(b.arena, XJ_TREE_OR, w->term_count +
					  w->either.count + w->run_count);

	if (!any || !add_terms(w, any, true))
		return NULL;
	for (size_t i = 0; i < w->either.count; i++)
		if (!xj_tree_add(any, weightless(b.arena, part_tree(
					 b, w->either.list[i]))))
			return NULL;
	for (size_t i = 0; i < w->run_count; i++)
		if (w->runs[i].pairs && !w->runs[i].one_word &&
		    !xj_tree_add(any, weightless(b.arena, w->runs[i].pairs)))
			return NULL;
	return any;
}

/* `first` must match, all terms of lower levels add weight. */
static const struct xj_tree *
weighed(const struct xj_wanted *w, const struct xj_tree *first)
{
	struct xj_tree *tree = xj_tree_new(w->arena, XJ_TREE_AND_MAYBE,
					   w->term_count + 1);

	return tree && xj_tree_add(tree, first) && add_terms(w, tree, false) ?
	       tree : NULL;
}

static const struct xj_tree *
must_tree(struct builder b, const struct xj_wanted *w)
{
	struct xj_tree *all = xj_tree_new(b.arena, XJ_TREE_AND, w->must.count);

	for (size_t i = 0; all && i < w->must.count; i++)
		if (!xj_tree_add(all, part_tree(b, w->must.list[i])))
			return NULL;
	return all ? weightless(b.arena, all) : NULL;
}

static const struct xj_tree *
first_tree(struct builder b, const struct xj_wanted *w, bool count)
{
	const struct xj_tree *first;

	if (w->soft)
		first = words_tree(b, w);
	else if (w->must.count)
		first = must_tree(b, w);
	else
		first = everything(b);
	if (!first)
		return NULL;
	return bounded(b, w, count ? weightless(b.arena, first) :
		       weighed(w, first));
}

static bool
has_weak_terms(const struct xj_wanted *w)
{
	for (size_t i = 0; w->soft && i < w->term_count; i++)
		if (is_weak(&w->terms[i]))
			return true;
	return false;
}

static const struct xj_tree *
weak_tree(const struct xj_wanted *w)
{
	struct xj_tree *any = xj_tree_new(w->arena, XJ_TREE_OR, w->term_count);

	for (size_t i = 0; any && i < w->term_count; i++)
		if (is_weak(&w->terms[i]) &&
		    !xj_tree_add(any, term_tree(w, &w->terms[i])))
			return NULL;
	return any;
}

/* Whether one of the terms is a character of this pair, so that who has the
 * pair has that. */
static bool
is_covered(const struct xj_wanted *w, const struct xj_wanted_term *pair)
{
	for (size_t i = 0; i < w->term_count; i++) {
		const struct xj_wanted_term *t = &w->terms[i];

		if (t->kind == XJ_TERM_CHAR && is_weak(t) &&
		    memmem(pair->term, pair->len, t->term + 1, t->len - 1))
			return true;
	}
	return false;
}

/* Who has a weak term, by as few terms as can be. */
static const struct xj_tree *
weak_count_tree(const struct xj_wanted *w)
{
	struct xj_tree *any = xj_tree_new(w->arena, XJ_TREE_OR, w->term_count);

	for (size_t i = 0; any && i < w->term_count; i++) {
		const struct xj_wanted_term *t = &w->terms[i];

		if (is_weak(t) &&
		    !(t->kind == XJ_TERM_PAIR && is_covered(w, t)) &&
		    !xj_tree_add(any, xj_tree_term(w->arena, t->term, t->len)))
			return NULL;
	}
	return any ? weightless(w->arena, any) : NULL;
}

static const struct xj_tree *
related_tree(struct builder b, const struct xj_wanted *w, bool count)
{
	const struct xj_tree *words = words_tree(b, w);
	const struct xj_tree *weak = count ? weak_count_tree(w) : weak_tree(w);

	return words && weak ? bounded(b, w, pair(b.arena, XJ_TREE_AND_NOT,
						  weak, words)) : NULL;
}

static const struct xj_tree *
to_check(struct builder b, const struct xj_wanted_phrase *p)
{
	return p->certain ? pair(b.arena, XJ_TREE_AND_NOT, p->candidates,
				 p->certain) : p->candidates;
}

/* Who may have one of the phrases that must be looked for in the text. */
static const struct xj_tree *
maybe_tree(struct builder b, const struct xj_wanted *w)
{
	struct xj_tree *any = xj_tree_new(b.arena, XJ_TREE_OR,
					  w->phrase_count);
	const struct xj_tree *core;

	for (size_t i = 0; any && i < w->phrase_count; i++)
		if (!w->phrases[i].sure &&
		    !xj_tree_add(any, to_check(b, &w->phrases[i])))
			return NULL;
	if (!any)
		return NULL;
	if (!w->soft)
		return bounded(b, w, any);
	core = has_weak_terms(w) ? pair(b.arena, XJ_TREE_OR, words_tree(b, w),
					weak_tree(w)) : words_tree(b, w);
	return core ? bounded(b, w, pair(b.arena, XJ_TREE_FILTER, core, any)) :
		      NULL;
}

int
xj_wanted_tree(const struct xj_wanted *w, enum xj_wanted_tree which,
	       bool count, const struct xj_tree **tree, struct xj_error *err)
{
	struct builder b = { w->arena, which == XJ_WANTED_MAYBE ? AT_MOST :
								  EXACTLY };

	*tree = NULL;
	if (which == XJ_WANTED_RELATED && !has_weak_terms(w))
		return XJ_OK;
	if (which == XJ_WANTED_FIRST)
		*tree = first_tree(b, w, count);
	else if (which == XJ_WANTED_RELATED)
		*tree = related_tree(b, w, count);
	else
		*tree = maybe_tree(b, w);
	return *tree ? XJ_OK :
	       xj_error_set(err, XJ_ENOMEM, "out of memory");
}

int
xj_wanted_whole(const struct xj_wanted *w, const struct xj_tree *tree,
		const struct xj_tree **whole, struct xj_error *err)
{
	struct xj_tree *any = xj_tree_new(w->arena, XJ_TREE_OR, w->run_count);

	*whole = NULL;
	for (size_t i = 0; any && i < w->run_count; i++)
		if (w->runs[i].pairs && w->runs[i].chars > 2)
			xj_tree_add(any, w->runs[i].pairs);
	if (any && any->count == 0)
		return XJ_OK;
	if (any)
		*whole = pair(w->arena, XJ_TREE_FILTER, tree, any);
	return *whole ? XJ_OK :
	       xj_error_set(err, XJ_ENOMEM, "out of memory");
}

int
xj_seen_tree(const struct xj_wanted *w, const struct xj_tree *core,
	     const struct xj_tree **tree, struct xj_error *err)
{
	const struct builder b = { w->arena, EXACTLY };

	*tree = core ? bounded(b, w, core) : NULL;
	return *tree ? XJ_OK : xj_error_set(err, XJ_ENOMEM, "out of memory");
}

int
xj_seen_term(struct xj_arena *arena, const char *word, size_t len,
	     const struct xj_tree **tree, struct xj_error *err)
{
	const struct xj_wanted nothing_more = { .arena = arena };
	const char *term = xj_arena_printf(arena, "%c%.*s", XJ_TERM_WORD,
					   (int)len, word);

	return xj_seen_tree(&nothing_more, term ?
			    xj_tree_term(arena, term, len + 1) : NULL, tree,
			    err);
}
