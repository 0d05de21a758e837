/*
 * search-phrase.c - who has a phrase. The index has no positions: it says who
 * has all parts of it, and their text is looked at.
 */
#include <stdlib.h>
#include <string.h>

#include "library/fields.h"
#include "library/remote.h"
#include "library/search.h"

bool
xj_phrase_in(const char *normal, size_t len, const char *phrase, size_t n,
	     bool open)
{
	const char *end = normal + len, *from = normal, *at;

	while ((at = memmem(from, (size_t)(end - from), phrase, n))) {
		if (xj_normal_whole(normal, len, at, n, open))
			return true;
		from = at + 1;
	}
	return false;
}

/* ------------------------------------------------------------ one document */

struct checker {
	struct xj_archive *archive;
	struct xj_analyzer *analyzer;
	struct xj_wanted *wanted;
	struct xj_reading reading;
	size_t longest;
	size_t body;                     /* phrases of the body to be checked */
	bool plain[XJ_WANTED_PHRASES];   /* those of them that are all Han, */
	bool ascii[XJ_WANTED_PHRASES];   /* or letters, digits and spaces */
	bool any_plain, any_ascii;
	struct xj_buf small;             /* a chunk in small letters */
	bool found[XJ_WANTED_PHRASES];   /* in the document in hand */
	size_t caps[XJ_WANTED_PHRASES];
	size_t dropped;                  /* candidates not looked at */
	struct near {                    /* for those that are distances */
		struct xj_finder *finder;
		unsigned *distances;
	} nears[XJ_WANTED_PHRASES];
};

static bool
is_in(const struct near *near, const struct xj_wanted_phrase *p,
      const struct xj_normal *in)
{
	return near->finder ? xj_finder_near(near->finder, in->bytes, in->len,
					     near->distances) :
	       xj_phrase_in(in->bytes, in->len, p->text, p->len, p->open);
}

/* Look for what is not found yet; `field` 0 is the text of the body. */
static void
look(struct checker *c, char field, bool body, const struct xj_normal *in)
{
	const struct xj_wanted *w = c->wanted;

	for (size_t i = 0; i < w->phrase_count; i++) {
		const struct xj_wanted_phrase *p = &w->phrases[i];

		if (!p->sure && !c->found[i] &&
		    (p->field ? p->field == field : body))
			c->found[i] = is_in(&c->nears[i], p, in);
	}
}

/* Whether a phrase is still to be found, in the body or in any field. */
static bool
is_missing(const struct checker *c, bool fields)
{
	const struct xj_wanted *w = c->wanted;

	for (size_t i = 0; i < w->phrase_count; i++)
		if (!w->phrases[i].sure && !c->found[i] &&
		    (fields || !w->phrases[i].field))
			return true;
	return false;
}

/* Where a word ends for sure: behind a hyphen or a line it may go on. */
static bool
is_border(char c)
{
	return c && strchr(" ,.;:!?()[]\"", c);
}

static bool
stands_alone(const char *text, size_t len, const struct xj_wanted_phrase *p)
{
	const char *end = text + len, *at = text;

	while ((at = memmem(at, (size_t)(end - at), p->text, p->len))) {
		if (at > text && at + p->len < end && is_border(at[-1]) &&
		    (p->open || is_border(at[p->len])))
			return true;
		at++;
	}
	return false;
}

static void
make_small(struct xj_buf *out, const char *text, size_t len)
{
	xj_buf_clear(out);
	xj_buf_add(out, text, len);
	for (size_t i = 0; i < out->len; i++)
		if (out->data[i] >= 'A' && out->data[i] <= 'Z')
			out->data[i] |= 0x20;
}

/* Look for plain phrases in the text of a chunk as it was written. */
static void
look_in_chunk(struct checker *c)
{
	const struct xj_wanted *w = c->wanted;
	const struct xj_buf *b = &c->reading.bytes;
	const char *text;
	size_t len;

	if (xj_text_chunk_source(b->data, b->len, &text, &len, NULL) < 0)
		return;
	if (c->any_ascii)
		make_small(&c->small, text, len);
	for (size_t i = 0; i < w->phrase_count; i++) {
		const struct xj_wanted_phrase *p = &w->phrases[i];

		if (c->found[i])
			continue;
		if (c->plain[i])
			c->found[i] = memmem(text, len, p->text, p->len);
		else if (c->ascii[i])
			c->found[i] = stands_alone(xj_buf_str(&c->small),
						   c->small.len, p);
	}
}

/*
 * A phrase of Han that stands in the text as it was written stands there when
 * it is normalised, too, and so does one of plain words. Most documents that
 * have all its pairs have it, most of them written so, and to see that takes up
 * to a third less time.
 */
static int
look_in_bytes(struct checker *c, uint64_t id, struct xj_error *err)
{
	int r = XJ_OK;

	xj_reading_begin(&c->reading, id, 0);
	while (is_missing(c, false) &&
	       (r = xj_reading_next(&c->reading, XJ_READ_BYTES, err)) == XJ_OK)
		look_in_chunk(c);
	return r < 0 ? r : XJ_OK;
}

static int
look_in_text(struct checker *c, uint64_t id, struct xj_error *err)
{
	int r = XJ_OK;

	/* Before a match in what is new stands the character at its border. */
	xj_reading_begin(&c->reading, id, c->longest + 8);
	while (r == XJ_OK && is_missing(c, false)) {
		r = xj_reading_next(&c->reading, XJ_READ_NORMAL, err);
		if (r == XJ_OK)
			look(c, 0, true, &c->reading.normal);
	}
	return r < 0 ? r : XJ_OK;
}

static int
look_in_value(struct checker *c, char field, const char *value,
	      struct xj_error *err)
{
	struct xj_normal *n = &c->reading.normal;
	int r;

	if (!value || !*value)
		return XJ_OK;
	r = xj_normalise(c->analyzer, value, strlen(value), 0, n, err);
	if (r == XJ_OK)
		look(c, field, true, n);
	return r;
}

static int
look_in_elements(struct checker *c, struct xj_arena *arena, uint64_t id,
		 struct xj_error *err)
{
	struct xj_meta_value *v;
	size_t count;
	int r = xj_found_meta(c->archive, id, arena, &v, &count, err);
	int rank = 0;

	for (size_t i = 0; r == XJ_OK && i < count; i++) {
		const struct xj_indexed_element *e;

		if (i == 0 || strcmp(v[i].element, v[i - 1].element) != 0)
			rank = (int)v[i].rank; /* only the highest counts */
		e = xj_indexed_element(v[i].element);
		if (e && (int)v[i].rank == rank)
			r = look_in_value(c, e->field, v[i].value, err);
	}
	return r;
}

/* In what the index holds beside the text. */
static int
look_in_metadata(struct checker *c, uint64_t id, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_doc doc;
	int r;

	if (xj_arena_new(&arena) < 0)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	r = xj_found_rows(c->archive, &id, 1, arena, &doc, err);
	if (r < 0 || doc.id == 0)
		return r; /* gone meanwhile */
	r = look_in_value(c, XJ_FIELD_TITLE, doc.title, err);
	if (r == XJ_OK)
		r = look_in_value(c, XJ_FIELD_PATH, doc.name, err);
	return r < 0 ? r : look_in_elements(c, arena, id, err);
}

static int
note(struct xj_wanted_phrase *p, size_t *cap, uint64_t id,
     struct xj_error *err)
{
	if (p->id_count == *cap) {
		size_t more = *cap ? 2 * *cap : 64;
		uint64_t *ids = realloc(p->ids, more * sizeof(*ids));

		if (!ids)
			return xj_error_set(err, XJ_ENOMEM, "out of memory");
		p->ids = ids;
		*cap = more;
	}
	p->ids[p->id_count++] = id;
	return XJ_OK;
}

static int
check_document(struct checker *c, uint64_t id, struct xj_error *err)
{
	struct xj_wanted *w = c->wanted;
	int r = XJ_OK;

	memset(c->found, 0, sizeof(c->found));
	if (c->any_plain)
		r = look_in_bytes(c, id, err);
	if (r == XJ_OK && c->body)
		r = look_in_text(c, id, err);
	if (r == XJ_OK && is_missing(c, true))
		r = look_in_metadata(c, id, err);
	for (size_t i = 0; i < w->phrase_count && r == XJ_OK; i++)
		if (c->found[i])
			r = note(&w->phrases[i], &c->caps[i], id, err);
	return r;
}

/* ----------------------------------------------------------------- the whole */

static int
by_id(const void *a, const void *b)
{
	const struct xj_match_hit *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static bool
is_han(const struct xj_wanted_phrase *p)
{
	const char *s = p->text, *end = s + p->len;

	while (s < end)
		if (!xj_is_han(xj_utf8_next(&s, end)))
			return false;
	return !p->nears;
}

static bool
is_ascii(const struct xj_wanted_phrase *p)
{
	for (size_t i = 0; i < p->len; i++)
		if (!((p->text[i] >= 'a' && p->text[i] <= 'z') ||
		      (p->text[i] >= '0' && p->text[i] <= '9') ||
		      p->text[i] == ' '))
			return false;
	return !p->nears;
}

/* What must be kept of a chunk lest a match over its end be missed. */
#define UNIT 12u /* bytes of a word, more or less */
#define KEPT_MAX (XJ_NEAR_MAX * UNIT + XJ_QUERY_MAX)

static int
prepare_near(struct checker *c, const struct xj_wanted_phrase *p,
	     struct near *near, struct xj_error *err)
{
	struct xj_arena *arena = c->wanted->arena;
	struct xj_needle *needles;
	size_t n = 0, width = 0;

	for (const struct xj_clause *q = p->nears; q; q = q->next)
		n++;
	needles = xj_arena_alloc(arena, n * sizeof(*needles));
	near->distances = xj_arena_alloc(arena, n * sizeof(*near->distances));
	if (!needles || !near->distances)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	n = 0;
	for (const struct xj_clause *q = p->nears; q; q = q->next) {
		needles[n] = xj_near_needle(q);
		near->distances[n++] = q->distance;
		width += q->len + (size_t)q->distance * UNIT;
	}
	if (width > KEPT_MAX)
		width = KEPT_MAX;
	if (width > c->longest)
		c->longest = width;
	return xj_finder_new(c->analyzer, needles, n, &near->finder, err);
}

static int
prepare(struct checker *c, struct xj_error *err)
{
	const struct xj_wanted *w = c->wanted;
	int r = XJ_OK;

	for (size_t i = 0; i < w->phrase_count && r == XJ_OK; i++) {
		const struct xj_wanted_phrase *p = &w->phrases[i];

		if (p->sure)
			continue;
		c->body += p->field == 0;
		c->plain[i] = p->field == 0 && is_han(p);
		c->ascii[i] = p->field == 0 && is_ascii(p);
		c->any_plain |= c->plain[i] || c->ascii[i];
		c->any_ascii |= c->ascii[i];
		if (p->len > c->longest)
			c->longest = p->len;
		if (p->nears)
			r = prepare_near(c, p, &c->nears[i], err);
	}
	return r;
}

static void
checker_end(struct checker *c)
{
	for (size_t i = 0; i < XJ_WANTED_PHRASES; i++)
		xj_finder_free(c->nears[i].finder);
	xj_reading_release(&c->reading);
	xj_buf_release(&c->small);
}

/* ------------------------------------------------------------- too many */

/* Documents that have the most frequent of the phrases. */
static uint64_t
found_most(const struct xj_wanted *w)
{
	uint64_t most = 0;

	for (size_t i = 0; i < w->phrase_count; i++)
		if (!w->phrases[i].sure && w->phrases[i].id_count > most)
			most = w->phrases[i].id_count;
	return most;
}

/* Those of other machines come last: each takes its time on the way. */
static void
keep_few_remote(struct checker *c, struct xj_match *match)
{
	size_t own = 0;

	while (own < match->count && !XJ_ID_IS_REMOTE(match->hits[own].id))
		own++;
	if (match->count - own > XJ_PHRASE_REMOTE) {
		c->dropped += match->count - own - XJ_PHRASE_REMOTE;
		match->count = own + XJ_PHRASE_REMOTE;
	}
}

/* Many at once take less time than one by one. */
static int
read_remote(struct xj_archive *a, struct xj_arena *arena,
	    const struct xj_match *match, struct xj_error *err)
{
	uint64_t *ids = xj_arena_alloc(arena, (match->count + 1) *
				       sizeof(*ids));
	size_t n = 0;

	if (!ids)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	for (size_t i = 0; i < match->count; i++)
		if (XJ_ID_IS_REMOTE(match->hits[i].id))
			ids[n++] = match->hits[i].id;
	return n ? xj_remote_rows(a, ids, n, err) : XJ_OK;
}

static int
check_all(struct checker *c, struct xj_match *match, struct xj_error *err)
{
	int r = XJ_OK;

	/* Their text lies in this order. */
	if (match->count > 0)
		qsort(match->hits, match->count, sizeof(*match->hits), by_id);
	keep_few_remote(c, match);
	r = read_remote(c->archive, c->wanted->arena, match, err);
	for (size_t i = 0; i < match->count && r == XJ_OK; i++)
		r = check_document(c, match->hits[i].id, err);
	return r;
}

/* Those of `match` that are not in `seen`, which is sorted. */
static void
drop_seen(struct xj_match *match, const struct xj_match *seen)
{
	size_t n = 0;

	for (size_t i = 0; i < match->count; i++)
		if (!seen->count || !bsearch(&match->hits[i], seen->hits,
					     seen->count, sizeof(*seen->hits),
					     by_id))
			match->hits[n++] = match->hits[i];
	match->count = n;
}

#define SPREAD 400u /* candidates that tell how many have it */
#define BEST 200u   /* candidates that are shown if they have it */

/* Of more candidates than can be looked at: some from everywhere, for the
 * total, and the best, which are what is shown. */
static int
check_some(struct checker *c, struct xj_index *index,
	   const struct xj_tree *tree, double *share, struct xj_error *err)
{
	struct xj_match_options options = { .limit = SPREAD, .check = SPREAD,
					    .spread = true };
	xj_auto(xj_match_release) struct xj_match some = { 0 }, best = { 0 };
	uint64_t there = 0;
	double all;
	int r = xj_index_match(index, tree, &options, &some, err);

	if (r == XJ_OK)
		r = check_all(c, &some, err);
	if (r < 0)
		return r;
	there = found_most(c->wanted);
	all = some.count ? (double)some.total * (double)there /
			   (double)some.count : 0;
	options = (struct xj_match_options){ .limit = BEST };
	r = xj_index_match(index, tree, &options, &best, err);
	if (r < 0)
		return r;
	drop_seen(&best, &some);
	r = check_all(c, &best, err);
	for (size_t i = 0; i < c->wanted->phrase_count; i++)
		if (c->wanted->phrases[i].id_count)
			qsort(c->wanted->phrases[i].ids,
			      c->wanted->phrases[i].id_count, sizeof(uint64_t),
			      xj_by_number);
	*share = all > (double)found_most(c->wanted) ?
		 (double)found_most(c->wanted) / all : 0.999999;
	return r;
}

/* Not in the order of weights, which nobody asks for. */
static const struct xj_tree *
unweighed(struct xj_arena *arena, const struct xj_tree *of)
{
	struct xj_tree *tree = xj_tree_new(arena, XJ_TREE_AND, 1);

	if (!tree || !xj_tree_add(tree, of))
		return NULL;
	tree->scale = -1;
	return tree;
}

static int
check_candidates(struct checker *c, struct xj_index *index, double *share,
		 struct xj_error *err)
{
	const struct xj_match_options options = {
		.limit = XJ_PHRASE_CANDIDATES, .check = XJ_PHRASE_CANDIDATES,
	};
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	const struct xj_tree *tree, *plain;
	int r = xj_wanted_tree(c->wanted, XJ_WANTED_MAYBE, false, &tree, err);

	if (r < 0)
		return r;
	if (!(plain = unweighed(c->wanted->arena, tree)))
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	r = xj_index_match(index, plain, &options, &match, err);
	if (r < 0)
		return r;
	if (match.total > match.count)
		return check_some(c, index, tree, share, err);
	r = check_all(c, &match, err);
	if (c->dropped)
		*share = (double)match.count /
			 (double)(match.count + c->dropped);
	return r;
}

/*
 * The bonds of words leave few candidates. Segments that an earlier release
 * made have none.
 */
static int
add_bonds(struct xj_wanted *w, struct xj_index *index, struct xj_error *err)
{
	uint64_t all, bonded;
	double mean;
	int r = xj_index_counts(index, &all, &mean, err);

	if (r == XJ_OK)
		r = xj_index_frequency(index, (char[]){ XJ_BOND }, 1, &bonded,
				       err);
	for (size_t i = 0; r == XJ_OK && bonded == all && i < w->phrase_count;
	     i++) {
		struct xj_wanted_phrase *p = &w->phrases[i];
		struct xj_tree *both = xj_tree_new(w->arena, XJ_TREE_AND, 2);

		if (!p->bonds)
			continue;
		if (!both)
			return xj_error_set(err, XJ_ENOMEM, "out of memory");
		xj_tree_add(both, p->bonds);
		xj_tree_add(both, p->candidates);
		p->candidates = both;
	}
	return r;
}

int
xj_phrases_check(struct xj_archive *a, struct xj_analyzer *an,
		 struct xj_index *index, struct xj_wanted *w, double *share,
		 struct xj_error *err)
{
	xj_auto(checker_end) struct checker c = {
		.archive = a, .analyzer = an, .wanted = w,
		.reading = { .archive = a, .analyzer = an },
	};
	int r;

	*share = 1;
	if (w->unsure == 0)
		return XJ_OK;
	r = add_bonds(w, index, err);
	if (r == XJ_OK)
		r = prepare(&c, err);
	return r < 0 ? r : check_candidates(&c, index, share, err);
}
