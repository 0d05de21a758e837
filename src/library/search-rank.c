/*
 * search-rank.c - the documents of a tier in order: the index's candidates,
 * the best of them ranked anew by their text.
 */
#include <stdlib.h>
#include <string.h>

#include "library/remote.h"
#include "library/search.h"

#define CHECK 10000u     /* totals and facets are exact up to here */
#define RANKED 50u       /* documents of a query ranked by their text */
#define WHOLE 20u        /* and of those that may have a run of it whole */
#define WINDOW 100u      /* characters */
#define WINDOW_WEIGHT 1.2
#define LEAD 50u         /* characters, from there on half */
#define LEAD_WEIGHT 0.8
#define WHOLE_WEIGHT 0.5
#define SHORT 3u         /* characters of a run that may stand by chance */

/*
 * Reading text is what a search spends most of its time on: of a document no
 * more than its beginning is looked at (of one that may have a run of the query
 * whole more, for it may stand anywhere), and of all no more than TEXT bytes.
 * Documents beyond that keep their places behind those that were read.
 */
#define CHUNKS 2u
#define WHOLE_CHUNKS 16u
#define TEXT (400u * 1024)

/* ------------------------------------------------------- rank by the text */

/* What the text of one document says. */
struct evidence {
	double window;                   /* share of the query in the best one */
	double lead;                     /* the more, the nearer to the beginning
	                                  * of a section or the title */
	unsigned chunk;
	bool placed;
	bool whole[XJ_WANTED_RUNS];      /* runs that are there */
};

/*
 * Short runs that no word of the dictionary tells about stand anywhere by
 * chance, 公卫 in 办公卫生. Documents of the first tier have the word itself.
 */
static bool
is_doubtful(const struct xj_wanted_run *run, bool related)
{
	return run->chars <= SHORT && (related || !run->one_word);
}

static void
look(const struct xj_seeking *s, const struct xj_normal *n, bool related,
     struct evidence *e, double *window)
{
	const struct xj_wanted *w = &s->wanted;
	double lead;

	*window = xj_finder_window(s->weigher, n->bytes, n->len, WINDOW, NULL);
	lead = xj_finder_lead(s->weigher, n->bytes, LEAD);
	if (lead > e->lead)
		e->lead = lead;
	for (size_t i = 0; i < w->run_count; i++) {
		const struct xj_wanted_run *run = &w->runs[i];

		if (!e->whole[i])
			e->whole[i] = is_doubtful(run, related) ?
				xj_run_stands(s->analyzer, n->bytes, n->len,
					      run->text, run->len) :
				xj_normal_contains(n->bytes, n->len, run->text,
						   run->len);
	}
}

/* Whether nothing better can be found. */
static bool
is_complete(const struct xj_wanted *w, const struct evidence *e)
{
	for (size_t i = 0; i < w->run_count; i++)
		if (!e->whole[i])
			return false;
	return e->window > 0.999;
}

static int
look_in_text(struct xj_seeking *s, const struct xj_ranked *d,
	     struct evidence *e, struct xj_error *err)
{
	unsigned chunks = d->whole ? WHOLE_CHUNKS : CHUNKS;
	double window;
	int r = XJ_OK;

	xj_reading_begin(&s->reading, d->id, 0);
	while (s->reading.number < chunks && !is_complete(&s->wanted, e) &&
	       (r = xj_reading_next(&s->reading, XJ_READ_NORMAL,
				    err)) == XJ_OK) {
		look(s, s->reading.text, d->related, e, &window);
		s->read += s->reading.size;
		if (window <= e->window)
			continue;
		e->window = window;
		e->chunk = s->reading.number - 1;
		e->placed = true;
	}
	return r < 0 ? r : XJ_OK;
}

static int
look_in_title(struct xj_seeking *s, const struct xj_ranked *d,
	      const char *title, struct evidence *e, struct xj_error *err)
{
	struct xj_normal *n = &s->reading.normal;
	double window;
	int r = xj_normalise(s->analyzer, title, strlen(title), 0, n, err);

	if (r < 0)
		return r;
	look(s, n, d->related, e, &window);
	if (window > e->window)
		e->window = window;
	return XJ_OK;
}

/*
 * Share of the characters of the query's runs that are there as they stand. To
 * the second power: a sentence is not found by one of its clauses.
 */
static double
whole_share(const struct xj_wanted *w, const struct evidence *e)
{
	size_t all = 0, there = 0;

	for (size_t i = 0; i < w->run_count; i++) {
		all += w->runs[i].chars;
		there += e->whole[i] ? w->runs[i].chars : 0;
	}
	return all ? (double)there * (double)there /
		     ((double)all * (double)all) : 0;
}

void
xj_ranked_add_up(struct xj_ranked *d)
{
	d->score = d->factor * (d->terms + d->window + d->exact);
}

static uint64_t
runs_there(const struct xj_wanted *w, const struct evidence *e)
{
	uint64_t runs = 0;

	for (size_t i = 0; i < w->run_count; i++)
		runs |= (uint64_t)e->whole[i] << i;
	return runs;
}

static int
rank_one(struct xj_seeking *s, struct xj_ranked *d, const struct xj_doc *doc,
	 double best, struct xj_error *err)
{
	struct evidence e = { 0 };
	int r = XJ_OK;

	if (doc->text_bytes)
		r = look_in_text(s, d, &e, err);
	if (r == XJ_OK && doc->title)
		r = look_in_title(s, d, doc->title, &e, err);
	d->terms = best > 0 ? d->weight / best : 0;
	d->window = WINDOW_WEIGHT * e.window + LEAD_WEIGHT * e.lead;
	d->window_share = e.window;
	d->exact = WHOLE_WEIGHT * whole_share(&s->wanted, &e);
	d->runs = runs_there(&s->wanted, &e);
	d->factor = 1;
	xj_ranked_add_up(d);
	d->read = true;
	/* Where a long document is at its best is known if all of it was
	 * read, or nothing can be better. */
	d->placed = e.placed && (e.window > 0.999 || XJ_CHUNK_SIZE * CHUNKS >
				 doc->text_bytes);
	d->chunk = e.chunk;
	return r;
}

/* Those that were read by their score, then the others as they stood. */
static int
by_score(const void *a, const void *b)
{
	const struct xj_ranked *x = a, *y = b;

	if (x->read != y->read)
		return x->read ? -1 : 1;
	if (x->read && x->score != y->score)
		return x->score < y->score ? 1 : -1;
	return (x->place > y->place) - (x->place < y->place);
}

static int
read_rows(struct xj_seeking *s, const struct xj_tier *tier,
	  struct xj_doc **rows, struct xj_error *err)
{
	uint64_t *ids = xj_arena_alloc(s->arena, (tier->count + 1) *
				       sizeof(*ids));

	*rows = xj_arena_alloc(s->arena, (tier->count + 1) * sizeof(**rows));
	if (!ids || !*rows)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	for (size_t i = 0; i < tier->count; i++)
		ids[i] = tier->docs[i].id;
	return xj_found_rows(s->archive, ids, tier->count, s->arena, *rows,
			     err);
}

/*
 * Rank the documents of a tier by their text: `top` of them, then those that
 * were added because a run may stand in them, which are read first and dropped
 * if there is no time for it: they have a place further down. `*ranked` were
 * read.
 */
static int
rank(struct xj_seeking *s, struct xj_tier *tier, size_t top, double best,
     size_t *ranked, struct xj_error *err)
{
	struct xj_doc *rows;
	int r = read_rows(s, tier, &rows, err);

	*ranked = 0;
	for (size_t n = 0; n < tier->count && r == XJ_OK; n++) {
		size_t i = (top + n) % tier->count;

		if (s->read >= TEXT)
			break;
		r = rank_one(s, &tier->docs[i], &rows[i], best, err);
		++*ranked;
	}
	while (tier->count > top && !tier->docs[tier->count - 1].read)
		tier->count--;
	qsort(tier->docs, tier->count, sizeof(*tier->docs), by_score);
	return r;
}

/* Text is looked at for words that are written without spaces. */
static bool
is_ranked(const struct xj_seeking *s)
{
	return s->sort == XJ_BY_WEIGHT && s->weigher && s->wanted.soft &&
	       s->wanted.han;
}

/* ------------------------------------------------------------- candidates */

struct xj_match_options
xj_seeking_options(const struct xj_seeking *s)
{
	return (struct xj_match_options){
		.sort = s->sort, .k1 = s->wanted.han ? 1.0 : 1.4,
		.b = s->wanted.han ? 0.7 : 0.6,
	};
}

static bool
is_there(const struct xj_ranked *docs, size_t count, uint64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (docs[i].id == id)
			return true;
	return false;
}

/* The first of the match, at most `limit`, behind the documents there are. */
static void
take(struct xj_tier *tier, const struct xj_match *match, size_t from,
     size_t limit)
{
	size_t had = tier->count;

	for (size_t i = from; i < match->count && i < limit; i++)
		if (!is_there(tier->docs, had, match->hits[i].id))
			tier->docs[tier->count++] = (struct xj_ranked){
				.id = match->hits[i].id,
				.place = tier->count,
				.weight = match->hits[i].weight,
				.related = tier->which == XJ_WANTED_RELATED,
			};
}

static bool
has(const struct xj_match *match, uint64_t id)
{
	for (size_t i = 0; i < match->count; i++)
		if (match->hits[i].id == id)
			return true;
	return false;
}

/* Those in which a run of the query may stand whole must not be missed. */
static int
add_whole(struct xj_seeking *s, struct xj_tier *tier,
	  const struct xj_tree *tree, struct xj_error *err)
{
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	struct xj_match_options o = xj_seeking_options(s);
	const struct xj_tree *whole;
	int r = xj_wanted_whole(&s->wanted, tree, &whole, err);

	if (r < 0 || !whole)
		return r;
	o.limit = WHOLE;
	r = xj_index_match(s->index, whole, &o, &match, err);
	if (r < 0)
		return r;
	take(tier, &match, 0, WHOLE);
	for (size_t i = 0; i < tier->count; i++)
		tier->docs[i].whole = has(&match, tier->docs[i].id);
	return XJ_OK;
}

/*
 * Scores that fall from place to place: behind those ranked by their text, and
 * behind the tier before.
 */
static void
finish_scores(struct xj_seeking *s, struct xj_tier *tier, size_t ranked,
	      double best)
{
	double above = 1, first = best, scale = 1;

	if (ranked > 0 && ranked < tier->count) {
		above = tier->docs[ranked - 1].score;
		first = tier->docs[ranked].weight;
	}
	for (size_t i = ranked; i < tier->count; i++) {
		struct xj_ranked *d = &tier->docs[i];

		d->terms = first > 0 ? d->weight / first : 1;
		d->factor = above;
		xj_ranked_add_up(d);
	}
	if (tier->count == 0)
		return;
	if (s->lowest > 0 && tier->docs[0].score > s->lowest)
		scale = s->lowest / tier->docs[0].score;
	for (size_t i = 0; i < tier->count; i++) {
		tier->docs[i].factor *= scale;
		xj_ranked_add_up(&tier->docs[i]);
	}
	s->lowest = tier->docs[tier->count - 1].score;
}

static int
order(struct xj_seeking *s, struct xj_tier *tier, const struct xj_tree *tree,
      const struct xj_match *m, struct xj_error *err)
{
	size_t top = is_ranked(s) ? RANKED - s->ranked : 0, ranked = 0;
	int r = XJ_OK;

	take(tier, m, 0, top);
	s->ranked += tier->count;
	if (top > 0)
		r = add_whole(s, tier, tree, err);
	if (r == XJ_OK && tier->count > 0)
		r = rank(s, tier, tier->count < top ? tier->count : top,
			 m->best, &ranked, err);
	take(tier, m, top, m->count);
	finish_scores(s, tier, ranked, m->best);
	return r;
}

int
xj_tier_count(struct xj_seeking *s, struct xj_tier *tier, bool facets,
	      struct xj_error *err)
{
	struct xj_match_options o = {
		.check = CHECK, .facets = facets ? s->facets : 0,
		.rough = tier->which == XJ_WANTED_RELATED && !facets,
	};
	const struct xj_tree *tree;
	int r = xj_wanted_tree(&s->wanted, tier->which, true, &tree, err);

	if (r < 0 || !tree)
		return r;
	return xj_index_match(s->index, tree, &o, &tier->all, err);
}

int
xj_tier_find(struct xj_seeking *s, struct xj_tier *tier, size_t need,
	     struct xj_error *err)
{
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	struct xj_match_options o = xj_seeking_options(s);
	const struct xj_tree *tree;
	int r = xj_wanted_tree(&s->wanted, tier->which,
			       s->sort != XJ_BY_WEIGHT, &tree, err);

	if (r < 0 || !tree || tier->all.total == 0)
		return r;
	o.limit = need > RANKED ? need : RANKED;
	r = xj_index_match(s->index, tree, &o, &match, err);
	if (r < 0)
		return r;
	tier->docs = xj_arena_alloc(s->arena, (match.count + WHOLE + 1) *
				    sizeof(*tier->docs));
	if (!tier->docs)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	return order(s, tier, tree, &match, err);
}
