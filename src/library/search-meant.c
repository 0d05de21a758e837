/*
 * search-meant.c - queries that may have been meant: what no document has in a
 * query is put right (correct.h), or taken for pinyin, and the query asked
 * again. Offered, and never answered in place of what was asked.
 */
#include <stdlib.h>
#include <string.h>

#include "library/correct.h"
#include "library/lexicon.h"
#include "library/search.h"
#include "library/suggest.h"

#define LEAVES 12u       /* parts of a query that are looked at */
#define UNITS 8u         /* words and runs that are put right */
#define RARER 50u
#define PAIRS 16u        /* of a run that are asked for */
#define SURE 0.7         /* likeness of what is offered beside hits, */
#define RUN_MAX 8u       /* and characters of it: more are a sentence */

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* A word or a run of Han characters in a part of the query, and what may have
 * been meant by it, the likeliest first. */
struct unit {
	struct xj_clause *leaf;
	size_t at, width;
	const char *meant[XJ_MEANT_MAX];
	size_t count;
};

struct meaning {
	struct xj_seeking *seeking;
	struct xj_clause *query;
	struct xj_clause *leaves[LEAVES];
	size_t leaf_count;
	struct unit units[UNITS];
	size_t unit_count;
	bool few;             /* the query found next to nothing */
	struct xj_error *err;
};

bool
xj_wanted_unknown(const struct xj_wanted *wanted)
{
	for (size_t i = 0; i < wanted->term_count; i++) {
		const struct xj_wanted_term *t = &wanted->terms[i];

		if (t->rarity <= 0 && !t->open && t->share >= 1 &&
		    (t->kind == XJ_TERM_PAIR ||
		     (t->kind == XJ_TERM_WORD && t->latin)))
			return true;
	}
	return false;
}

/* ------------------------------------------------------------- replacements */

static struct xj_correcting
correcting(const struct meaning *m)
{
	return (struct xj_correcting){ m->seeking->index, m->seeking->arena,
				       "" };
}

/* Every pair of a run, so that a document has all of them. */
struct pairs {
	struct xj_arena *arena;
	struct xj_tree *all;
};

static int
take_pair(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	  size_t at, size_t width)
{
	struct pairs *p = ctx;
	char *copy;

	(void)at, (void)width;
	if (kind != XJ_TERM_PAIR || p->all->count == PAIRS)
		return XJ_OK;
	copy = xj_arena_printf(p->arena, "%c%.*s", XJ_TERM_PAIR, (int)len,
			       term);
	return copy && xj_tree_add(p->all, xj_tree_term(p->arena, copy,
							len + 1)) ?
	       XJ_OK : XJ_ENOMEM;
}

/* Whether a document that may be found has these characters side by side. */
static int
is_there(struct meaning *m, const char *text, size_t len, bool *there)
{
	const struct xj_match_options options = { .limit = 1, .check = 1 };
	xj_auto(xj_match_release) struct xj_match match = { 0 };
	struct xj_seeking *s = m->seeking;
	const struct xj_wanted all = { .arena = s->arena };
	struct pairs p = { s->arena, xj_tree_new(s->arena, XJ_TREE_AND,
						 PAIRS) };
	const struct xj_tree *seen;
	int r;

	*there = false;
	if (!p.all)
		return no_memory(m->err);
	r = xj_terms(s->analyzer, text, len, take_pair, &p, m->err);
	if (r < 0 || p.all->count == 0)
		return r;
	r = xj_seen_tree(&all, p.all, &seen, m->err);
	if (r == XJ_OK)
		r = xj_index_match(s->index, seen, &options, &match, m->err);
	*there = match.count > 0;
	return r;
}

/* What is much less like than the likeliest, or much rarer, is not worth a
 * line. */
static bool
is_worth(const struct xj_corrections *list, size_t i)
{
	return list->list[i].likeness >= list->list[0].likeness - 0.1 &&
	       list->list[i].documents * RARER >= list->list[0].documents;
}

static int
mean_han(struct meaning *m, struct unit *u)
{
	struct xj_correcting c = correcting(m);
	const char *run = u->leaf->text + u->at;
	struct xj_corrections list = { .count = 0 };
	int r = m->few || xj_utf8_count(run, u->width) <= RUN_MAX ?
		xj_correct_han(&c, run, u->width, &list, m->err) : XJ_OK;

	for (size_t i = 0; i < list.count && u->count < XJ_MEANT_MAX &&
	     r == XJ_OK; i++) {
		const struct xj_correction *found = &list.list[i];
		bool there = false;

		if (is_worth(&list, i) && (m->few || found->likeness >= SURE))
			r = is_there(m, found->text, found->len, &there);
		if (there)
			u->meant[u->count++] = found->text;
	}
	return r;
}

static int
mean_pinyin(struct meaning *m, struct unit *u)
{
	const char *texts[XJ_MEANT_MAX];
	int r = XJ_OK, n = xj_suggest_read(m->seeking->archive,
					   m->seeking->index,
					   m->seeking->arena,
					   u->leaf->text + u->at, u->width,
					   texts, XJ_MEANT_MAX, m->err);

	for (int i = 0; i < n && r == XJ_OK; i++) {
		bool there;

		r = is_there(m, texts[i], strlen(texts[i]), &there);
		if (there)
			u->meant[u->count++] = texts[i];
	}
	return n < 0 ? n : r;
}

/* Two syllables and more of pinyin that Chinese has are hardly a mistake. */
static int
mean_latin(struct meaning *m, struct unit *u, const char *stem,
	   size_t stem_len)
{
	struct xj_correcting c = correcting(m);
	struct xj_corrections list;
	const char *word = u->leaf->text + u->at;
	int r = mean_pinyin(m, u);

	if (r < 0 || u->count)
		return r;
	r = xj_correct_latin(&c, word, u->width, stem, stem_len, false, &list,
			     m->err);

	for (size_t i = 0; i < list.count && u->count < XJ_MEANT_MAX &&
	     r == XJ_OK; i++) {
		const char *written;

		if (!is_worth(&list, i))
			break;
		r = xj_word_written(m->seeking, list.list[i].text,
				    list.list[i].len, false, &written, m->err);
		if (r == XJ_OK && written)
			u->meant[u->count++] = written;
	}
	return r;
}

/* ---------------------------------------------------------------- the units */

/* The words of a leaf; all are noted before one is put right, as the analyzer
 * cuts one text at a time. */
struct words {
	struct {
		size_t at, width, stem_len;
		char stem[XJ_TERM_BYTES];
	} list[UNITS];
	size_t count;
	const char *text;
};

static int
note_word(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	  size_t at, size_t width)
{
	struct words *w = ctx;

	if (kind != XJ_TERM_WORD || w->count == UNITS || len > XJ_TERM_BYTES ||
	    (unsigned char)w->text[at] >= 0x80)
		return XJ_OK;
	w->list[w->count].at = at;
	w->list[w->count].width = width;
	memcpy(w->list[w->count].stem, term, len);
	w->list[w->count++].stem_len = len;
	return XJ_OK;
}

static struct unit *
unit_of(struct meaning *m, struct xj_clause *leaf, size_t at, size_t width)
{
	struct unit *u = &m->units[m->unit_count];

	*u = (struct unit){ .leaf = leaf, .at = at, .width = width };
	return u;
}

static int
look_at_words(struct meaning *m, struct xj_clause *leaf)
{
	struct words w = { .text = leaf->text };
	int r = xj_terms(m->seeking->analyzer, leaf->text, leaf->len,
			 note_word, &w, m->err);

	for (size_t i = 0; i < w.count && m->unit_count < UNITS && r == XJ_OK;
	     i++) {
		struct unit *u = unit_of(m, leaf, w.list[i].at,
					 w.list[i].width);
		bool unknown;

		r = xj_word_unknown(m->seeking, w.list[i].stem,
				    w.list[i].stem_len, &unknown, m->err);
		if (r == XJ_OK && unknown)
			r = mean_latin(m, u, w.list[i].stem,
				       w.list[i].stem_len);
		m->unit_count += u->count > 0;
	}
	return r;
}

static int
look_at_runs(struct meaning *m, struct xj_clause *leaf)
{
	const char *p = leaf->text, *end = p + leaf->len;
	int r = XJ_OK;

	while (p < end && m->unit_count < UNITS && r == XJ_OK) {
		const char *from = p, *next = p;
		struct unit *u;

		while (next < end && xj_is_han(xj_utf8_next(&next, end)))
			p = next;
		u = unit_of(m, leaf, (size_t)(from - leaf->text),
			    (size_t)(p - from));
		if (p > from)
			r = mean_han(m, u);
		m->unit_count += u->count > 0;
		p = next;
	}
	return r;
}

/* Nothing is put right of what must not be there. */
static void
gather(struct meaning *m, struct xj_clause *q)
{
	if (q->op == XJ_CLAUSE_NOT)
		return;
	if ((q->op == XJ_CLAUSE_TEXT || q->op == XJ_CLAUSE_PHRASE) &&
	    m->leaf_count < LEAVES)
		m->leaves[m->leaf_count++] = q;
	for (struct xj_clause *p = q->parts; p; p = p->next)
		gather(m, p);
}

/* ---------------------------------------------------------- another query */

static int
put_in(struct meaning *m, const struct unit *u, const char *meant)
{
	struct xj_clause *leaf = u->leaf;
	char *text = xj_arena_printf(m->seeking->arena, "%.*s%s%.*s",
				     (int)u->at, leaf->text, meant,
				     (int)(leaf->len - u->at - u->width),
				     leaf->text + u->at + u->width);

	if (!text)
		return no_memory(m->err);
	leaf->text = leaf->shown = text;
	leaf->len = strlen(text);
	return XJ_OK;
}

/* How many the query finds that is printed, as a search for it would. */
static int
offer(struct meaning *m, uint64_t least, struct xj_meant_list *meant)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct xj_seeking *s = m->seeking;
	struct xj_meant *found = &meant->list[meant->count];
	struct xj_repairs repairs = { .count = 0 };
	struct xj_widened *widened;
	struct xj_clause *query;
	size_t count;
	int r;

	xj_clause_print(m->query, &text);
	if ((r = xj_buf_check(&text, m->err)) < 0)
		return r;
	r = xj_clause_parse(s->arena, s->analyzer, xj_buf_str(&text), text.len,
			    &query, &repairs, m->err);
	if (r == XJ_OK)
		r = xj_widen(s->archive, s->arena, query, &widened, &count,
			     m->err);
	if (r == XJ_OK)
		r = xj_count_seen(s, query, &found->total, m->err);
	if (r < 0 || found->total <= least)
		return r;
	found->query = xj_arena_strdup(s->arena, xj_buf_str(&text));
	meant->count++;
	return found->query ? XJ_OK : no_memory(m->err);
}

/* One mistake: each way to put it right. */
static int
offer_each(struct meaning *m, uint64_t least, struct xj_meant_list *meant)
{
	struct unit *u = &m->units[0];
	struct xj_clause was = *u->leaf;
	int r = XJ_OK;

	for (size_t i = 0; i < u->count && r == XJ_OK; i++) {
		r = put_in(m, u, u->meant[i]);
		if (r == XJ_OK)
			r = offer(m, least, meant);
		*u->leaf = was;
	}
	return r;
}

/* Several: the likeliest of each, from the last on, so that places hold. */
static int
offer_all(struct meaning *m, uint64_t least, struct xj_meant_list *meant)
{
	int r = XJ_OK;

	for (size_t i = m->unit_count; i > 0 && r == XJ_OK; i--)
		r = put_in(m, &m->units[i - 1], m->units[i - 1].meant[0]);
	return r < 0 ? r : offer(m, least, meant);
}

static int
by_place(const void *a, const void *b)
{
	const struct unit *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

int
xj_search_meant(struct xj_seeking *s, uint64_t total,
		struct xj_meant_list *meant, struct xj_error *err)
{
	struct meaning m = { .seeking = s, .err = err, .few = total == 0 };
	struct xj_repairs repairs = { .count = 0 };
	const char *asked = s->asked->query;
	int r = xj_clause_parse(s->arena, s->analyzer, asked, strlen(asked),
				&m.query, &repairs, err);

	if (r < 0)
		return r;
	gather(&m, m.query);
	for (size_t i = 0; i < m.leaf_count && r == XJ_OK; i++) {
		r = look_at_words(&m, m.leaves[i]);
		if (r == XJ_OK)
			r = look_at_runs(&m, m.leaves[i]);
	}
	if (r < 0 || m.unit_count == 0)
		return r;
	if (m.unit_count == 1)
		return offer_each(&m, total, meant);
	qsort(m.units, m.unit_count, sizeof(*m.units), by_place);
	return offer_all(&m, total, meant);
}
