/* search-wanted.c - what a parsed query wants: terms, runs, phrases. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "library/fields.h"
#include "library/search.h"

/* A longer run is a sentence, in which not every pair need be there. */
#define RUN_WHOLE_MAX 16

/* --------------------------------------------------------------- memory */

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* Room for one more behind `count` of them; the old ones are left behind. */
static void *
grow(struct xj_arena *arena, void *old, size_t count, size_t size)
{
	size_t room = count ? 2 * count : 16;
	void *more;

	if (count && (count < 16 || (count & (count - 1))))
		return old;
	more = xj_arena_alloc(arena, room * size);
	if (more && count)
		memcpy(more, old, count * size);
	return more;
}

/* ------------------------------------------------------------ cut in terms */

struct piece {
	enum xj_term_kind kind;
	const char *term;
	size_t len, at, width;
	bool open; /* all words that begin with it */
};

/* A text of the query, and its terms in order. */
struct pieces {
	struct xj_arena *arena;
	const char *text;
	size_t len;
	struct piece *list;
	size_t count;
};

static int
take_piece(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	   size_t at, size_t width)
{
	struct pieces *p = ctx;
	struct piece *list = grow(p->arena, p->list, p->count, sizeof(*list));

	if (!list)
		return XJ_ENOMEM;
	p->list = list;
	list[p->count] = (struct piece){ kind, NULL, len, at, width, false };
	list[p->count].term = xj_arena_strndup(p->arena, term, len);
	return list[p->count++].term ? XJ_OK : XJ_ENOMEM;
}

/* Without any character that is written without spaces. */
static bool
is_latin(const struct pieces *p, const struct piece *piece)
{
	const char *s = p->text + piece->at, *end = s + piece->width;

	while (s < end)
		if (xj_is_cjk(xj_utf8_next(&s, end)))
			return false;
	return true;
}

static bool
is_plain(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') ||
		      (s[i] >= '0' && s[i] <= '9')))
			return false;
	return true;
}

/* A Latin word with a star at its end: its letters as they stand, since a stem
 * is of a whole word. */
static void
open_last(struct pieces *p)
{
	struct piece *last = p->count ? &p->list[p->count - 1] : NULL;
	const char *s;

	if (!last || last->at + last->width != p->len ||
	    last->kind != XJ_TERM_WORD || !is_latin(p, last))
		return;
	last->open = true;
	s = p->text + last->at;
	if (last->width <= XJ_TERM_BYTES && is_plain(s, last->width)) {
		last->term = s;
		last->len = last->width;
	}
}

static int
cut(const struct xj_wanted *w, struct xj_analyzer *an,
    const struct xj_clause *q, struct pieces *pieces, struct xj_error *err)
{
	int r;

	*pieces = (struct pieces){ .arena = w->arena, .text = q->text,
				   .len = q->len };
	r = xj_terms(an, q->text, q->len, take_piece, pieces, err);
	if (r == XJ_OK && q->open)
		open_last(pieces);
	return r;
}

/* ----------------------------------------------------------------- terms */

static struct xj_wanted_term *
find_term(const struct xj_wanted *w, const struct piece *piece)
{
	for (size_t i = 0; i < w->term_count; i++) {
		struct xj_wanted_term *t = &w->terms[i];

		if (t->kind == piece->kind && t->open == piece->open &&
		    t->len == piece->len + 1 &&
		    memcmp(t->term + 1, piece->term, piece->len) == 0)
			return t;
	}
	return NULL;
}

static const char *
prefixed(struct xj_arena *arena, char field, const struct piece *piece)
{
	char *term = xj_arena_alloc(arena, piece->len + 4);
	size_t n = 0;

	if (!term)
		return NULL;
	if (field)
		term[n++] = field;
	term[n++] = (char)piece->kind;
	memcpy(term + n, piece->term, piece->len);
	return term;
}

static int
add_term(struct xj_wanted *w, const struct pieces *from,
	 const struct piece *piece, bool soft, struct xj_error *err)
{
	struct xj_wanted_term *t = find_term(w, piece), *list;

	if (!t && w->term_count == XJ_WANTED_TERMS)
		return XJ_OK;
	if (!t) {
		list = grow(w->arena, w->terms, w->term_count, sizeof(*list));
		if (!list)
			return no_memory(err);
		w->terms = list;
		t = &list[w->term_count++];
		*t = (struct xj_wanted_term){
			.term = prefixed(w->arena, 0, piece),
			.len = piece->len + 1, .kind = piece->kind,
			.bytes = from->text + piece->at,
			.width = piece->width,
			.latin = is_latin(from, piece),
			.open = piece->open, .share = 1,
			.stop = xj_stop_term(piece->kind, piece->term,
					     piece->len),
		};
		if (!t->term)
			return no_memory(err);
	}
	t->times++;
	if (soft)
		t->share = 1;
	t->soft |= soft;
	t->word |= soft && (piece->kind == XJ_TERM_WORD ||
			    piece->kind == XJ_TERM_FORM);
	w->han |= !t->latin;
	w->chars += soft && piece->kind == XJ_TERM_CHAR;
	return XJ_OK;
}

/* ------------------------------------------------------------------- runs */

/* Characters that stand together, each with the pair it begins. */
struct run {
	const struct piece **chars, **pairs;
	bool *covered;          /* by a word of the dictionary */
	size_t count;
	bool one_word;
};

static int
run_new(const struct pieces *p, struct run *run, struct xj_error *err)
{
	size_t n = p->count + 1;

	run->chars = xj_arena_alloc(p->arena, n * sizeof(*run->chars));
	run->pairs = xj_arena_alloc(p->arena, n * sizeof(*run->pairs));
	run->covered = xj_arena_alloc(p->arena, n * sizeof(*run->covered));
	return run->chars && run->pairs && run->covered ? XJ_OK :
	       no_memory(err);
}

/*
 * The next run from piece `*i` on; false when there is none. A character comes
 * before the pair and the word that it begins, but after a word of hangul.
 */
static bool
next_run(const struct pieces *p, size_t *i, struct run *run)
{
	size_t end = 0, word = 0, word_end = 0;

	run->count = 0;
	for (; *i < p->count; ++*i) {
		const struct piece *c = &p->list[*i];

		if (c->kind == XJ_TERM_FORM)
			continue;
		if (c->kind == XJ_TERM_WORD) {
			word = c->at;
			word_end = c->at + c->width;
		} else if (c->kind == XJ_TERM_PAIR && run->count) {
			run->pairs[run->count - 1] = c;
		} else if (run->count && (c->at != end ||
					  !run->pairs[run->count - 1])) {
			break; /* Han and hangul do not make pairs */
		} else {
			run->chars[run->count] = c;
			run->pairs[run->count++] = NULL;
			end = c->at + c->width;
		}
		if (run->count && run->chars[run->count - 1]->at >= word)
			run->covered[run->count - 1] =
				run->chars[run->count - 1]->at < word_end;
	}
	run->one_word = run->count && word == run->chars[0]->at &&
			word_end == end;
	return run->count > 0;
}

static bool
add_variant(struct xj_arena *arena, struct xj_tree *to, enum xj_tree_op op,
	    char field, const struct piece *piece, size_t len, char end)
{
	struct piece part = *piece;
	char *term;
	struct xj_tree *tree;

	part.len = len;
	term = (char *)prefixed(arena, field, &part);
	len += 1 + (field != 0);
	if (!term)
		return false;
	if (end)
		term[len++] = end;
	tree = xj_tree_term(arena, term, len);
	if (tree)
		tree->op = op;
	return xj_tree_add(to, tree);
}

#define STEM_MAX 20 /* bytes of a word that may be longer than its stem */

/*
 * Who may have a word that begins so: the term does, or it is a stem that ends
 * within (organ for organizati*), perhaps in another letter (studi for studyi*,
 * hope for hopi*).
 */
static const struct xj_tree *
open_tree(struct xj_arena *arena, char field, const struct piece *piece,
	  bool stems)
{
	struct xj_tree *any = xj_tree_new(arena, XJ_TREE_OR, 3 * STEM_MAX + 1);
	bool ok = any && add_variant(arena, any, XJ_TREE_PREFIX, field, piece,
				     piece->len, 0);

	for (size_t n = 2; ok && stems && n <= piece->len && n <= STEM_MAX;
	     n++) {
		if (n < piece->len)
			ok = add_variant(arena, any, XJ_TREE_TERM, field,
					 piece, n, 0) &&
			     add_variant(arena, any, XJ_TREE_TERM, field,
					 piece, n, 'e');
		if (ok && piece->term[n - 1] == 'y')
			ok = add_variant(arena, any, XJ_TREE_TERM, field,
					 piece, n - 1, 'i');
	}
	return ok ? any : NULL;
}

static const struct xj_tree *
piece_tree(struct xj_arena *arena, char field, const struct piece *piece)
{
	const char *term;

	if (piece->open)
		return open_tree(arena, field, piece, true);
	term = prefixed(arena, field, piece);
	return term ? xj_tree_term(arena, term, piece->len + 1 + (field != 0)) :
		      NULL;
}

static const struct xj_tree *
all_of(struct xj_arena *arena, char field, const struct piece *const *pieces,
       size_t count)
{
	struct xj_tree *all = xj_tree_new(arena, XJ_TREE_AND, count);

	for (size_t i = 0; all && i < count; i++)
		if (!xj_tree_add(all, piece_tree(arena, field, pieces[i])))
			return NULL;
	return all;
}

/* Where no word is known the pairs are the best evidence: 新农合. */
static void
mark_unknown(struct xj_wanted *w, const struct run *run)
{
	struct xj_wanted_term *t;

	for (size_t i = 0; i + 1 < run->count; i++) {
		if (run->covered[i] || run->covered[i + 1] || !run->pairs[i])
			continue;
		if ((t = find_term(w, run->pairs[i])))
			t->word = true;
	}
	if (run->count == 1 && (t = find_term(w, run->chars[0])))
		t->alone = true;
}

static int
keep_run(struct xj_wanted *w, const struct pieces *p, const struct run *run,
	 struct xj_error *err)
{
	const struct piece *first = run->chars[0];
	const struct piece *last = run->chars[run->count - 1];
	struct xj_wanted_run *list;

	if (run->count < 2 || w->run_count == XJ_WANTED_RUNS)
		return XJ_OK;
	list = grow(w->arena, w->runs, w->run_count, sizeof(*list));
	if (!list)
		return no_memory(err);
	w->runs = list;
	list += w->run_count++;
	*list = (struct xj_wanted_run){
		.text = p->text + first->at,
		.len = last->at + last->width - first->at,
		.chars = run->count,
		.one_word = run->one_word,
	};
	if (run->count > RUN_WHOLE_MAX)
		return XJ_OK;
	list->pairs = all_of(w->arena, 0, run->pairs, run->count - 1);
	return list->pairs ? XJ_OK : no_memory(err);
}

static int
take_runs(struct xj_wanted *w, const struct pieces *p, struct xj_error *err)
{
	struct run run;
	size_t i = 0;
	int r = run_new(p, &run, err);

	while (r == XJ_OK && next_run(p, &i, &run)) {
		mark_unknown(w, &run);
		r = keep_run(w, p, &run, err);
	}
	return r;
}

/* ----------------------------------------------------------------- phrases */

/*
 * The pieces that a document with these characters has in any case: pairs, of
 * a lone character itself, of others whole words. Words of a dictionary depend
 * on what stands around.
 */
static int
needed(const struct pieces *p, const struct piece ***list, size_t *count,
       struct xj_error *err)
{
	struct run run;
	size_t i = 0, n = 0;
	const struct piece **out = xj_arena_alloc(p->arena, (p->count + 1) *
						  sizeof(*out));
	int r = out ? run_new(p, &run, err) : no_memory(err);

	while (r == XJ_OK && next_run(p, &i, &run)) {
		if (run.count == 1)
			out[n++] = run.chars[0];
		for (size_t k = 0; k + 1 < run.count; k++)
			out[n++] = run.pairs[k];
	}
	for (i = 0; r == XJ_OK && i < p->count; i++)
		if (p->list[i].kind == XJ_TERM_WORD &&
		    is_latin(p, &p->list[i]))
			out[n++] = &p->list[i];
	*list = out;
	*count = n;
	return r;
}

/* A term that is the whole text tells who has it, but for a stem. */
static bool
tells_all(const struct pieces *p, const struct piece *piece, bool stem)
{
	return piece->width == p->len && !piece->open &&
	       (piece->kind != XJ_TERM_WORD || stem);
}

/* Documents in which the text is a word by itself, or terms begin with it. */
static const struct xj_tree *
as_word(const struct pieces *p, char field)
{
	const struct piece *one = p->list;

	if (p->count == 1 && one->open && one->width == p->len &&
	    one->len == p->len)
		return open_tree(p->arena, field, one, false);
	for (size_t i = 0; i < p->count && !field; i++)
		if (p->list[i].kind == XJ_TERM_WORD && !p->list[i].open &&
		    p->list[i].len == p->len && !is_latin(p, &p->list[i]))
			return piece_tree(p->arena, 0, &p->list[i]);
	return NULL;
}

static struct xj_wanted_phrase *
new_phrase(struct xj_wanted *w, struct xj_clause *q, bool shown)
{
	struct xj_wanted_phrase *phrase = &w->phrases[w->phrase_count++];

	*phrase = (struct xj_wanted_phrase){
		.text = q->text, .len = q->len, .field = q->field,
		.shown = shown, .open = q->open,
		.share = q->share, .instead = q->instead,
	};
	q->phrase = phrase;
	return phrase;
}

/* A synonym has so many pairs that who has them all has it. */
static bool
has_no_letters(const struct pieces *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (is_latin(p, &p->list[i]))
			return false;
	return true;
}

struct bonds {
	struct xj_arena *arena;
	struct xj_tree *all; /* made with the first */
	size_t room;
};

static int
take_bond(void *ctx, const char bond[XJ_BOND_BYTES])
{
	struct bonds *b = ctx;
	char *term = xj_arena_printf(b->arena, "%c%.*s", XJ_BOND,
				     (int)XJ_BOND_BYTES, bond);

	if (!b->all)
		b->all = xj_tree_new(b->arena, XJ_TREE_AND, b->room);
	return term && b->all &&
	       xj_tree_add(b->all, xj_tree_term(b->arena, term,
						1 + XJ_BOND_BYTES)) ?
		       XJ_OK : XJ_ENOMEM;
}

/* Of an open word at the end the whole is not known. */
static int
find_bonds(const struct pieces *p, bool open, const struct xj_tree **tree,
	   struct xj_error *err)
{
	struct bonds b = { .arena = p->arena, .room = p->len };
	const char *last = open ? memrchr(p->text, ' ', p->len) : NULL;
	size_t len = !open ? p->len : last ? (size_t)(last - p->text) : 0;
	int r = xj_bonds(p->text, len, len, take_bond, &b);

	*tree = b.all;
	return r < 0 ? no_memory(err) : XJ_OK;
}

/* What finds the text of a part, whole. Nothing is done for too many. */
static int
add_phrase(struct xj_wanted *w, struct xj_clause *q, const struct pieces *p,
	   bool shown, struct xj_error *err)
{
	struct xj_wanted_phrase *phrase;
	const struct piece **list;
	size_t count;
	int r = needed(p, &list, &count, err);

	q->phrase = NULL;
	if (r < 0 || count == 0 || w->phrase_count == XJ_WANTED_PHRASES)
		return r;
	phrase = new_phrase(w, q, shown);
	phrase->candidates = all_of(w->arena, q->field, list, count);
	phrase->certain = as_word(p, q->field);
	phrase->sure = q->share ? has_no_letters(p) :
		count == 1 && tells_all(p, list[0], q->op == XJ_CLAUSE_TEXT);
	w->unsure += !phrase->sure;
	return phrase->candidates ?
		find_bonds(p, q->open, &phrase->bonds, err) : no_memory(err);
}

static int
want_terms(struct xj_wanted *w, const struct pieces *p, bool soft,
	   struct xj_error *err)
{
	int r = XJ_OK;

	for (size_t i = 0; i < p->count && r == XJ_OK; i++)
		r = add_term(w, p, &p->list[i], soft, err);
	return r;
}

/* All parts are needed; where they stand is seen in the text. */
static int
add_near(struct xj_wanted *w, struct xj_analyzer *an, struct xj_clause *q,
	 bool shown, struct xj_error *err)
{
	struct xj_tree *all = xj_tree_new(w->arena, XJ_TREE_AND,
					  XJ_WANTED_TERMS);
	struct xj_wanted_phrase *phrase;

	q->phrase = NULL;
	if (!all)
		return no_memory(err);
	for (struct xj_clause *p = q->parts; p; p = p->next) {
		const struct piece **list;
		struct pieces pieces;
		size_t count;
		int r = cut(w, an, p, &pieces, err);

		if (r == XJ_OK && shown)
			r = want_terms(w, &pieces, false, err);
		if (r == XJ_OK)
			r = needed(&pieces, &list, &count, err);
		if (r < 0)
			return r;
		if (all->count < XJ_WANTED_TERMS &&
		    !xj_tree_add(all, all_of(w->arena, 0, list, count)))
			return no_memory(err);
	}
	if (w->phrase_count == XJ_WANTED_PHRASES)
		return XJ_OK;
	phrase = new_phrase(w, q, shown);
	phrase->candidates = all;
	phrase->nears = q->parts;
	w->unsure++;
	return XJ_OK;
}

/* ------------------------------------------------------- parts of the query */

static int
want_text(struct xj_wanted *w, struct xj_analyzer *an, struct xj_clause *q,
	  struct xj_error *err)
{
	struct pieces pieces;
	int r = cut(w, an, q, &pieces, err);

	if (r == XJ_OK)
		r = want_terms(w, &pieces, true, err);
	return r < 0 ? r : take_runs(w, &pieces, err);
}

/* Phrases of a part that does not count by its words; they give weight too,
 * unless it excludes. */
static int
want_whole(struct xj_wanted *w, struct xj_analyzer *an, struct xj_clause *q,
	   bool positive, struct xj_error *err)
{
	struct pieces pieces;
	size_t before = w->term_count;
	int r = XJ_OK;

	if (q->op == XJ_CLAUSE_TEXT || q->op == XJ_CLAUSE_PHRASE) {
		r = cut(w, an, q, &pieces, err);
		if (r == XJ_OK && positive)
			r = want_terms(w, &pieces, false, err);
		for (; q->share && before < w->term_count; before++)
			w->terms[before].share = q->share;
		return r < 0 ? r : add_phrase(w, q, &pieces, positive, err);
	}
	if (q->op == XJ_CLAUSE_NEAR)
		return add_near(w, an, q, positive, err);
	for (struct xj_clause *p = q->parts; p && r == XJ_OK; p = p->next)
		r = want_whole(w, an, p, positive != (q->op == XJ_CLAUSE_NOT),
			       err);
	return r;
}

static int
push(struct xj_wanted *w, struct xj_wanted_parts *parts,
     const struct xj_clause *q, struct xj_error *err)
{
	const struct xj_clause **list = grow(w->arena, parts->list,
					    parts->count, sizeof(*list));

	if (!list)
		return no_memory(err);
	parts->list = list;
	list[parts->count++] = q;
	return XJ_OK;
}

bool
xj_clause_has_words(const struct xj_clause *any)
{
	for (const struct xj_clause *p = any->parts; p; p = p->next)
		if (p->op == XJ_CLAUSE_TEXT)
			return true;
	return false;
}

/* Words by OR are words; what else is among them may stand in for one. */
static int
want_any(struct xj_wanted *w, struct xj_analyzer *an, struct xj_clause *q,
	 struct xj_error *err)
{
	int r = XJ_OK;

	for (struct xj_clause *p = q->parts; p && r == XJ_OK; p = p->next) {
		if (p->op == XJ_CLAUSE_TEXT) {
			r = want_text(w, an, p, err);
			continue;
		}
		r = push(w, &w->either, p, err);
		if (r == XJ_OK)
			r = want_whole(w, an, p, true, err);
	}
	return r;
}

static int
want_part(struct xj_wanted *w, struct xj_analyzer *an, struct xj_clause *q,
	  struct xj_error *err)
{
	bool not = q->op == XJ_CLAUSE_NOT;
	int r;

	if (q->op == XJ_CLAUSE_TEXT)
		return want_text(w, an, q, err);
	if (q->op == XJ_CLAUSE_ANY && xj_clause_has_words(q))
		return want_any(w, an, q, err);
	r = push(w, not ? &w->never : &w->must, not ? q->parts : q, err);
	return r < 0 ? r : want_whole(w, an, q, true, err);
}

/* -------------------------------------------------------------- what counts */

/* Whether who has the text has the term: words of a dictionary depend on what
 * stands around. */
static bool
is_firm(const struct xj_wanted_term *t)
{
	return t->kind == XJ_TERM_CHAR || t->kind == XJ_TERM_PAIR || t->latin;
}

/* Stop terms go, unless there is nothing else by which all are found: 为什 may
 * be a word here, and is none in 为什么. */
static void
drop_stops(struct xj_wanted *w)
{
	size_t n = 0;
	bool other = false;

	for (size_t i = 0; i < w->term_count; i++)
		other |= w->terms[i].soft && !w->terms[i].stop &&
			 is_firm(&w->terms[i]);
	for (size_t i = 0; i < w->term_count; i++)
		if (!other || !w->terms[i].stop || !w->terms[i].soft)
			w->terms[n++] = w->terms[i];
	w->term_count = n;
}

static bool
promote(struct xj_wanted *w, enum xj_term_kind kind)
{
	bool any = false;

	for (size_t i = 0; i < w->term_count; i++)
		if (w->terms[i].soft && w->terms[i].kind == kind)
			any = w->terms[i].word = true;
	return any;
}

/* Without a word the pairs, without these the characters are what is meant. */
static void
choose_words(struct xj_wanted *w)
{
	for (size_t i = 0; i < w->term_count; i++) {
		w->words |= w->terms[i].word;
		w->soft |= w->terms[i].soft;
	}
	if (w->soft && !w->words)
		w->words = promote(w, XJ_TERM_PAIR) ||
			   promote(w, XJ_TERM_CHAR);
	w->soft |= w->either.count > 0;
}

int
xj_wanted_make(struct xj_arena *arena, struct xj_analyzer *an,
	       struct xj_clause *query, struct xj_wanted *wanted,
	       struct xj_error *err)
{
	int r = XJ_OK;

	*wanted = (struct xj_wanted){ .arena = arena };
	wanted->phrases = xj_arena_alloc(arena, XJ_WANTED_PHRASES *
					 sizeof(*wanted->phrases));
	if (!wanted->phrases)
		return no_memory(err);
	for (struct xj_clause *q = query->parts; q && r == XJ_OK; q = q->next)
		r = want_part(wanted, an, q, err);
	if (r < 0)
		return r;
	if (!query->parts)
		return xj_error_set(err, XJ_EINVAL, "nothing to search for");
	drop_stops(wanted);
	choose_words(wanted);
	return XJ_OK;
}

/* ----------------------------------------------------------------- weights */

#define PREFIX_TERMS 1000u /* as in index.h */

static int
count_word(void *ctx, const char *term, size_t len, uint64_t documents)
{
	(void)term, (void)len, (void)documents;
	return ++*(unsigned *)ctx > PREFIX_TERMS;
}

/* How many words begin so. Their rarity is that of something rare. */
static int
weigh_open(struct xj_wanted *w, struct xj_wanted_term *t,
	   struct xj_index *index, uint64_t all, struct xj_error *err)
{
	unsigned words = 0;
	int r = xj_index_terms(index, t->term, t->len, count_word, &words, err);

	w->cut |= words > PREFIX_TERMS;
	t->rarity = words ? log(1 + (double)all / 2) : 0;
	return r;
}

/* What only documents have that a reader may not see, nobody has: whatever is
 * said of words that are missing goes by this. */
static int
frequency_in_sight(struct xj_index *index, const struct xj_wanted_term *t,
		   uint64_t *documents, struct xj_error *err)
{
	bool seen = true;
	int r = xj_index_frequency(index, t->term, t->len, documents, err);

	if (r == XJ_OK && *documents)
		r = xj_index_seen(index, t->term, t->len, &seen, err);
	if (!seen)
		*documents = 0;
	return r;
}

int
xj_wanted_weigh(struct xj_wanted *w, struct xj_index *index,
		struct xj_error *err)
{
	uint64_t all, n;
	double mean;
	int r = xj_index_counts(index, &all, &mean, err);

	for (size_t i = 0; i < w->term_count && r == XJ_OK; i++) {
		struct xj_wanted_term *t = &w->terms[i];

		if (t->open) {
			r = weigh_open(w, t, index, all, err);
			continue;
		}
		r = frequency_in_sight(index, t, &n, err);
		t->rarity = n == 0 || n > all ? 0 :
			log(1 + ((double)(all - n) + 0.5) / ((double)n + 0.5));
	}
	return r;
}

/* Whether it is looked for in text: what is not part of something longer. */
static bool
is_sought(const struct xj_wanted_term *t, bool chars)
{
	if (!t->soft)
		return false;
	if (t->kind == XJ_TERM_WORD || t->kind == XJ_TERM_FORM)
		return t->kind == XJ_TERM_WORD && t->latin;
	return t->kind == XJ_TERM_PAIR || t->alone || chars;
}

static struct xj_needle
phrase_needle(const char *text, size_t len, bool open)
{
	return (struct xj_needle){ .bytes = text, .len = (uint32_t)len,
		.exact = true, .whole = true, .open = open };
}

/* What a phrase is marked by. */
static size_t
phrase_needles(const struct xj_wanted_phrase *p, float weight,
	       struct xj_needle *needles)
{
	size_t n = 0;

	for (const struct xj_clause *q = p->nears; q; q = q->next)
		needles[n++] = xj_near_needle(q);
	if (!p->nears)
		needles[n++] = phrase_needle(p->text, p->len, p->open);
	for (size_t i = 0; i < n && !p->field; i++)
		needles[i].weight = weight / (float)n;
	return n;
}

/* What a synonym adds to a window: its share of what it stands for adds. */
static double
weight_instead(const struct xj_wanted *w, const struct xj_wanted_phrase *p)
{
	double sum = 0;

	for (size_t i = 0; i < w->term_count; i++) {
		const struct xj_wanted_term *t = &w->terms[i];

		if (is_sought(t, false) && memmem(p->instead,
						  strlen(p->instead), t->bytes,
						  t->width))
			sum += t->rarity;
	}
	return p->share * (sum > 0 ? sum : 1);
}

static double
kind_weight(const struct xj_wanted *w, const struct xj_wanted_term *t)
{
	return t->kind == XJ_TERM_CHAR ? xj_wanted_char_weight(w) : 1;
}

/* Room for every term and phrase; the weights add up to 1. */
static size_t
needles_of(const struct xj_wanted *w, bool chars, struct xj_needle *needles)
{
	size_t n = 0;
	double sum = 0, phrases = 0;

	for (size_t i = 0; i < w->term_count; i++) {
		const struct xj_wanted_term *t = &w->terms[i];

		if (!t->soft && t->share == 1)
			phrases += t->rarity;
		if (!is_sought(t, chars))
			continue;
		needles[n++] = (struct xj_needle){ .bytes = t->bytes,
			.len = (uint32_t)t->width, .latin = t->latin,
			.weight = (float)(t->rarity * kind_weight(w, t)) };
	}
	for (size_t i = 0; i < w->phrase_count; i++) {
		const struct xj_wanted_phrase *p = &w->phrases[i];

		if (p->shown)
			n += phrase_needles(p, (float)(
				p->share ? weight_instead(w, p) :
				phrases > 0 ? phrases : 1), needles + n);
	}
	for (size_t i = 0; i < n; i++)
		sum += needles[i].weight;
	for (size_t i = 0; i < n && sum > 0; i++)
		needles[i].weight /= (float)sum;
	return n;
}

/* A word alone is found by its stem, as it is everywhere. */
struct xj_needle
xj_near_needle(const struct xj_clause *q)
{
	struct xj_needle n = phrase_needle(q->text, q->len, q->open);

	n.latin = q->op == XJ_CLAUSE_TEXT && is_plain(q->text, q->len);
	n.exact = !n.latin;
	return n;
}

static size_t
count_needles(const struct xj_wanted *w)
{
	size_t n = w->term_count;

	for (size_t i = 0; i < w->phrase_count; i++) {
		n++;
		for (const struct xj_clause *q = w->phrases[i].nears; q;
		     q = q->next)
			n++;
	}
	return n;
}

int
xj_wanted_finder(const struct xj_wanted *w, struct xj_analyzer *an, bool chars,
		 struct xj_finder **finder, struct xj_error *err)
{
	struct xj_needle *needles =
		xj_arena_alloc(w->arena, (count_needles(w) + 1) *
			       sizeof(*needles));

	if (!needles)
		return no_memory(err);
	return xj_finder_new(an, needles, needles_of(w, chars, needles),
			     finder, err);
}
