/*
 * search-explain.c - why a search found nothing: which words no document has
 * and what is written nearly so, and how many there are without a condition.
 *
 * All of it is asked by searches, of which the reader may make the same: none
 * of what he may not see is counted or named.
 */
#include <stdlib.h>
#include <string.h>

#include "library/correct.h"
#include "library/remote.h"
#include "library/search.h"

#define CHECK 10000u      /* totals are exact up to here */
#define PARTS 12u         /* of a query that are looked at */
#define NEAREST 3u        /* words named for one that is missing */
#define RUN_MAX 6u        /* characters of Han that are one word */
#define CHUNKS 4u         /* read for a word as it is written */

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* --------------------------------------------------------- other queries */

/* A query of these parts. */
static struct xj_clause *
query_of(struct xj_arena *arena, const struct xj_clause *const *parts,
	 size_t count)
{
	struct xj_clause *whole = xj_arena_alloc(arena, sizeof(*whole));

	if (!whole)
		return NULL;
	whole->op = XJ_CLAUSE_ALL;
	for (size_t i = 0; i < count; i++) {
		struct xj_clause *copy = xj_arena_alloc(arena, sizeof(*copy));

		if (!copy)
			return NULL;
		*copy = *parts[i];
		copy->next = NULL;
		if (whole->last)
			whole->last->next = copy;
		else
			whole->parts = copy;
		whole->last = copy;
	}
	return whole;
}

static int
count_first_tier(struct xj_seeking *s, struct xj_wanted *w, uint64_t *total,
		 struct xj_error *err)
{
	const struct xj_match_options options = { .check = CHECK };
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	const struct xj_tree *tree;
	double share;
	int r = xj_phrases_check(s->archive, s->analyzer, s->index, w, &share,
				 err);

	if (r == XJ_OK)
		r = xj_wanted_tree(w, XJ_WANTED_FIRST, true, &tree, err);
	if (r == XJ_OK)
		r = xj_index_match(s->index, tree, &options, &match, err);
	*total = match.total;
	return r;
}

int
xj_count_seen(struct xj_seeking *s, struct xj_clause *query, uint64_t *total,
	      struct xj_error *err)
{
	struct xj_wanted w;
	int r;

	*total = 0;
	r = xj_wanted_make(s->arena, s->analyzer, query, &w, err);
	if (r < 0)
		return r;
	r = count_first_tier(s, &w, total, err);
	for (size_t i = 0; i < w.phrase_count; i++)
		free(w.phrases[i].ids);
	return r;
}

/* How many documents a search for these parts would find. */
static int
count(struct xj_seeking *s, const struct xj_clause *const *parts, size_t n,
      uint64_t *total, struct xj_error *err)
{
	struct xj_clause *query = query_of(s->arena, parts, n);

	*total = 0;
	return query ? xj_count_seen(s, query, total, err) : no_memory(err);
}

/* A part as it is written in a query. */
static const char *
printed(struct xj_seeking *s, const struct xj_clause *part,
	struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct xj_clause *query = query_of(s->arena, &part, 1);
	const char *copy = NULL;

	if (query) {
		xj_clause_print(query, &text);
		copy = xj_arena_strdup(s->arena, xj_buf_str(&text));
	}
	if (!copy || text.failed)
		no_memory(err);
	return text.failed ? NULL : copy;
}

/* ------------------------------------------------------- as they are written */

/* What is marked first, up to a space. */
static int
first_mark(struct xj_seeking *s, struct xj_finder *finder, const char *text,
	   size_t len, const char **word, struct xj_error *err)
{
	uint32_t (*marks)[2] = NULL;
	const char *from = text, *end = text + len, *p;
	size_t n = 0;
	int r = xj_finder_marks(finder, text, len, &marks, &n, err);

	if (r == XJ_OK && n > 0) {
		for (uint32_t i = 0; i < marks[0][0]; i++)
			xj_utf8_next(&from, end);
		p = from;
		for (uint32_t i = 0; i < marks[0][1] && *p != ' '; i++)
			xj_utf8_next(&p, end);
		*word = xj_arena_strndup(s->arena, from, (size_t)(p - from));
		if (!*word)
			r = no_memory(err);
	}
	free(marks);
	return r;
}

static int
look_in_text(struct xj_seeking *s, struct xj_finder *finder, uint64_t id,
	     const char **word, struct xj_error *err)
{
	int r = XJ_OK;

	xj_reading_begin(&s->reading, id, 0);
	while (r == XJ_OK && !*word && s->reading.number < CHUNKS) {
		r = xj_reading_next(&s->reading, XJ_READ_CHUNK, err);
		for (size_t i = 0; r == XJ_OK && !*word &&
		     i < s->reading.seen->count; i++)
			r = first_mark(s, finder,
				       s->reading.seen->blocks[i].text,
				       s->reading.seen->blocks[i].len, word,
				       err);
	}
	return r < 0 ? r : XJ_OK;
}

static int
look_in_document(struct xj_seeking *s, struct xj_finder *finder, uint64_t id,
		 const char **word, struct xj_error *err)
{
	struct xj_doc doc;
	int r = xj_found_rows(s->archive, &id, 1, s->arena, &doc, err);

	if (r == XJ_OK && doc.title)
		r = first_mark(s, finder, doc.title, strlen(doc.title), word,
			       err);
	return r < 0 || *word ? r : look_in_text(s, finder, id, word, err);
}

int
xj_word_written(struct xj_seeking *s, const char *term, size_t len, bool han,
		const char **word, struct xj_error *err)
{
	const struct xj_match_options options = { .limit = 1, .check = 1 };
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	const struct xj_needle needle = { .bytes = term,
		.len = (uint32_t)len, .weight = 1, .latin = true };
	struct xj_finder *finder;
	const struct xj_tree *tree;
	int r = xj_seen_term(s->arena, term, len, &tree, err);

	*word = NULL;
	if (r == XJ_OK)
		r = xj_index_match(s->index, tree, &options, &match, err);
	if (r < 0 || match.count == 0)
		return r;
	if (!han) {
		r = xj_finder_new(s->analyzer, &needle, 1, &finder, err);
		if (r < 0)
			return r;
		r = look_in_document(s, finder, match.hits[0].id, word, err);
		xj_finder_free(finder);
	}
	if (r == XJ_OK && !*word)
		*word = xj_arena_strndup(s->arena, term, len);
	return r < 0 || *word ? r : no_memory(err);
}

static bool
is_named(const struct xj_missing *m, const char *word)
{
	for (size_t i = 0; i < m->nearest_count; i++)
		if (strcmp(m->nearest[i], word) == 0)
			return true;
	return false;
}

static int
name_all(struct xj_seeking *s, const struct xj_corrections *list, bool han,
	 struct xj_missing *m, struct xj_error *err)
{
	const char **names = (const char **)m->nearest;
	int r = XJ_OK;

	for (size_t i = 0; i < list->count && m->nearest_count < NEAREST &&
	     r == XJ_OK; i++) {
		const char *name;

		r = xj_word_written(s, list->list[i].text, list->list[i].len,
				    han, &name, err);
		if (r == XJ_OK && name && !is_named(m, name))
			names[m->nearest_count++] = name;
	}
	return r;
}

/* Name the nearest words to one that no document has. */
static int
name_nearest(struct xj_seeking *s, const char *word, size_t len,
	     const char *stem, size_t stem_len, bool han,
	     struct xj_missing *m, struct xj_error *err)
{
	const struct xj_correcting c = { s->index, s->arena, "" };
	struct xj_corrections list;
	int r;

	if (!han) {
		r = xj_correct_latin(&c, word, len, stem, stem_len, false,
				     &list, err);
		return r < 0 ? r : name_all(s, &list, han, m, err);
	}
	r = xj_correct_word(&c, word, len, &list, err);
	return r < 0 ? r : name_all(s, &list, han, m, err);
}

int
xj_word_unknown(struct xj_seeking *s, const char *stem, size_t len,
		bool *unknown, struct xj_error *err)
{
	char word[1 + XJ_TERM_BYTES] = { XJ_TERM_WORD };
	uint64_t documents;
	bool seen = true;
	int r;

	len = len < XJ_TERM_BYTES ? len : XJ_TERM_BYTES;
	memcpy(word + 1, stem, len);
	r = xj_index_frequency(s->index, word, len + 1, &documents, err);
	*unknown = documents == 0;
	if (r < 0 || *unknown)
		return r;
	r = xj_index_seen(s->index, word, len + 1, &seen, err);
	*unknown = !seen;
	return r;
}

/* -------------------------------------------------------------- missing words */

/* The words of a part: each of Latin; Han together when they are few. */
struct naming {
	struct xj_seeking *seeking;
	const struct xj_clause *part;
	struct xj_missing *missing;
	bool together;
	struct xj_error *err;
};

static int
name_word(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	  size_t at, size_t width)
{
	struct naming *n = ctx;
	const char *word = n->part->text + at, *p = word;
	bool han = xj_is_cjk(xj_utf8_next(&p, word + width)), unknown;
	int r;

	if (kind != XJ_TERM_WORD || (han && n->together))
		return XJ_OK;
	r = xj_word_unknown(n->seeking, term, len, &unknown, n->err);
	if (r < 0 || !unknown)
		return r;
	return name_nearest(n->seeking, word, width, term, len, han,
			    n->missing, n->err);
}

static bool
is_short_run(const struct xj_clause *q)
{
	const char *p = q->text, *end = q->text + q->len;

	while (p < end)
		if (!xj_is_han(xj_utf8_next(&p, end)))
			return false;
	return xj_utf8_count(q->text, q->len) <= RUN_MAX;
}

static int
tell_missing(struct xj_seeking *s, const struct xj_clause *part,
	     struct xj_explanation *e, struct xj_error *err)
{
	struct xj_missing *m = &e->missing[e->missing_count];
	struct naming n = { s, part, m, false, err };

	m->text = printed(s, part, err);
	m->nearest = xj_arena_alloc(s->arena, NEAREST * sizeof(*m->nearest));
	if (!m->text || !m->nearest)
		return no_memory(err);
	e->missing_count++;
	if (part->op != XJ_CLAUSE_TEXT && part->op != XJ_CLAUSE_PHRASE)
		return XJ_OK;
	n.together = is_short_run(part);
	if (n.together)
		return name_nearest(s, part->text, part->len, part->text,
				    part->len, true, m, err);
	return xj_terms(s->analyzer, part->text, part->len, name_word, &n,
			err);
}

/* A part that no document has at all; of alternatives each. */
static int
look_for_part(struct xj_seeking *s, const struct xj_clause *part,
	      struct xj_explanation *e, struct xj_error *err)
{
	uint64_t total;
	int r;

	if (part->op == XJ_CLAUSE_NOT || part->instead || /* not typed */
	    e->missing_count == XJ_MISSING_MAX)
		return XJ_OK;
	r = count(s, &part, 1, &total, err);
	if (r < 0 || total > 0)
		return r;
	if (part->op != XJ_CLAUSE_ANY && part->op != XJ_CLAUSE_NEAR)
		return tell_missing(s, part, e, err);
	for (const struct xj_clause *p = part->parts; p && r == XJ_OK;
	     p = p->next)
		r = look_for_part(s, p, e, err);
	/* Each is there, but not near the other. */
	if (r == XJ_OK && part->op == XJ_CLAUSE_NEAR &&
	    e->missing_count == 0)
		r = tell_missing(s, part, e, err);
	return r;
}

/* ------------------------------------------------------------------ conditions */

static bool
is_condition(const struct xj_clause *q)
{
	return q->op != XJ_CLAUSE_TEXT &&
	       !(q->op == XJ_CLAUSE_ANY && xj_clause_has_words(q));
}

/* How many there are without the condition `without`. */
static int
leave_out(struct xj_seeking *s, const struct xj_clause *const *parts, size_t n,
	  size_t without, struct xj_explanation *e, struct xj_error *err)
{
	const struct xj_clause *others[PARTS];
	struct xj_without *w = &e->without[e->without_count];
	size_t k = 0;
	int r;

	for (size_t i = 0; i < n; i++)
		if (i != without)
			others[k++] = parts[i];
	r = count(s, others, k, &w->total, err);
	if (r < 0 || w->total == 0)
		return r;
	w->part = printed(s, parts[without], err);
	if (!w->part)
		return XJ_ENOMEM;
	e->without_count++;
	return XJ_OK;
}

int
xj_explain_nothing(struct xj_seeking *s, const struct xj_clause *query,
		   struct xj_explanation *e, struct xj_error *err)
{
	const struct xj_clause *parts[PARTS];
	size_t n = 0;
	int r = XJ_OK;

	for (const struct xj_clause *p = query->parts; p; p = p->next) {
		if (n == PARTS)
			return XJ_OK; /* nobody reads so much about nothing */
		parts[n++] = p;
	}
	for (size_t i = 0; i < n && r == XJ_OK; i++)
		r = look_for_part(s, parts[i], e, err);
	for (size_t i = 0; i < n && n > 1 && r == XJ_OK; i++)
		if (is_condition(parts[i]) &&
		    e->without_count < XJ_WITHOUT_MAX)
			r = leave_out(s, parts, n, i, e, err);
	return r;
}
