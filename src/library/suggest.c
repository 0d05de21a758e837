/*
 * suggest.c - titles, creators and subjects for what is being typed.
 *
 * The index names candidates: values by their keys, titles by what they begin
 * with, then by what stands in them. Of these a few dozen are read from the
 * catalog, which has the last word on who is there, and compared with what was
 * typed: each character by itself, a syllable, the beginning of one, an initial.
 * When nothing fits, what was typed is put right (correct.h), and Chinese is
 * looked for by its sound.
 */
#include <stdlib.h>
#include <string.h>

#include "library/correct.h"
#include "library/past.h"
#include "library/search.h"
#include "library/suggest.h"

#define TYPED_MAX 120u    /* bytes; more is no beginning of anything */
#define VALUES_MAX 2000u  /* terms looked at, */
#define VALUES_MORE 150u  /* beside those that were noted as the best */
#define CHECKED 100u      /* documents of a value that are counted */
#define READ_MAX 32u      /* titles read for each question */
#define PARSES_MAX 3u     /* ways to read letters as syllables */
#define PIECES_MAX 24u
#define WORDS_MAX 64u     /* words that the beginning of one stands for */
#define TRIES 4u          /* corrections that are looked for */
#define SPELLINGS 6u      /* of pinyin that are tried */
#define RARER 50u          /* times: what is so much rarer is not meant */
#define LIKELY 0.7        /* a correction that sounds or looks alike */
#define LIMIT 10u
#define PAST_MAX 3u       /* past queries, before all else */

struct candidate {
	struct xj_suggestion s;
	const char *term;  /* of a value */
	bool start;        /* of the value or the title */
	unsigned way;      /* 0 as written, 1 by syllables, 2 by initials */
	size_t characters;
};

struct suggesting {
	struct xj_archive *archive;
	struct xj_index *index;
	struct xj_analyzer *an;
	struct xj_arena *arena;
	struct candidate *values, *titles;
	size_t value_count, title_count, title_cap, limit;
	size_t value_cap, found, looked; /* values: all candidates; counted so far */
	bool corrected;
	const char *past[PAST_MAX];
	size_t past_count;
	struct xj_error *err;
};

static int
no_memory(struct suggesting *g)
{
	return xj_error_set(g->err, XJ_ENOMEM, "out of memory");
}

/* Whether there are as many titles as are asked for. */
static bool
is_full(const struct suggesting *g)
{
	return g->title_count >= g->limit;
}

static size_t
characters(const char *s)
{
	return xj_utf8_count(s, strlen(s));
}

/* --------------------------------------------------------------- comparing */

struct comparing {
	const char *typed, *end;
	unsigned steps; /* left */
	bool stems;     /* words that were typed may go on in the text */
};

static bool
is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static size_t
step_of(const char *p, const char *end, uint32_t *c)
{
	const char *q = p;

	*c = xj_utf8_next(&q, end);
	return (size_t)(q - p);
}

static size_t
common(const char *a, size_t n, const char *b)
{
	size_t i = 0;

	while (i < n && b[i] && a[i] == b[i])
		i++;
	return i;
}

/* Whether the text goes on as was typed; the best way, or 3. */
static unsigned
goes_on(struct comparing *c, const char *typed, const char *text,
	const char *end)
{
	const char *readings[XJ_READINGS_MAX];
	size_t left = (size_t)(c->end - typed), len;
	unsigned best = 3, count;
	uint32_t code;

	if (left == 0)
		return 0;
	if (text == end || c->steps-- == 0)
		return 3;
	while (c->stems && *typed == ' ' && text < end && is_letter(*text))
		text++;
	if (*typed == ' ' || *typed == '\'')
		return goes_on(c, typed + 1, text, end);
	len = step_of(text, end, &code);
	if (len <= left && memcmp(typed, text, len) == 0)
		return goes_on(c, typed + len, text + len, end);
	count = xj_pinyin(text, len, readings);
	if (count == 0)
		return code < 0x80 && strchr(" -_.,:;()[]\"'/", (int)code) ?
		       goes_on(c, typed, text + len, end) : 3;
	for (unsigned i = 0; i < count; i++) {
		size_t n = common(typed, left, readings[i]);
		unsigned way = 3;

		if (n == left || readings[i][n] == '\0') {
			way = goes_on(c, typed + n, text + len, end);
			way = way == 0 ? 1 : way;
			best = way < best ? way : best;
		}
		if (n > 0 && best > 2 &&
		    goes_on(c, typed + 1, text + len, end) < 3)
			best = 2;
	}
	return best;
}

/* Where a text has what was typed, and how. */
static bool
compare(const char *typed, size_t typed_len, bool stems, const char *text,
	size_t len, bool *start, unsigned *way)
{
	const char *end = text + len, *p = text;
	bool in_word = false;

	while (p < end) {
		struct comparing c = { typed, typed + typed_len, 400, stems };
		uint32_t code;
		size_t n = step_of(p, end, &code);

		if (!in_word && (*way = goes_on(&c, typed, p, end)) < 3) {
			*start = p == text;
			return true;
		}
		in_word = code > ' ' && !xj_is_cjk(code) &&
			  ((code | 32) - 'a' < 26 || code - '0' < 10 ||
			   code > 0x7f);
		p += n;
	}
	return false;
}

/* ------------------------------------------------------------------ values */

/* Terms sort by key, so that a name comes once for each of its keys. */
static int
take_value(void *ctx, const char *term, size_t len, uint64_t documents)
{
	struct suggesting *g = ctx;
	const char *mark = memchr(term, XJ_SUGGEST_MARK, len);
	struct candidate c = { .s = { .documents = documents } };
	size_t rest;

	if (!mark || (rest = len - (size_t)(mark - term)) < 4)
		return XJ_OK;
	c.start = mark[1] == '^';
	c.s.kind = mark[2] == 'c' ? "creator" : "subject";
	c.s.text = xj_arena_strndup(g->arena, mark + 3, rest - 3);
	c.term = xj_arena_strndup(g->arena, term, len);
	if (!c.s.text || !c.term)
		return no_memory(g);
	c.characters = characters(c.s.text);
	g->values[g->found++] = c;
	return g->found == g->value_cap ? XJ_END : XJ_OK;
}

/* One that was noted when the segment was made. */
static int
take_noted(void *ctx, const char *term, size_t len, uint64_t documents)
{
	struct suggesting *g = ctx;
	int r = xj_index_frequency(g->index, term, len, &documents, g->err);

	return r < 0 || documents == 0 ? r : take_value(g, term, len,
							documents);
}

static int
by_value(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->start != y->start)
		return x->start ? -1 : 1;
	if (x->s.documents != y->s.documents)
		return x->s.documents > y->s.documents ? -1 : 1;
	if (x->characters != y->characters)
		return x->characters < y->characters ? -1 : 1;
	return strcmp(x->s.text, y->s.text);
}

static bool
is_known(const struct candidate *list, size_t count, const struct candidate *c)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].s.text, c->s.text) == 0 &&
		    strcmp(list[i].s.kind, c->s.kind) == 0)
			return true;
	return false;
}

/* The documents that count: the entries of others are dead. */
static int
count_value(struct suggesting *g, struct candidate *c)
{
	struct xj_doc doc;
	struct xj_match match;
	struct xj_tree *tree = xj_tree_term(g->arena, c->term,
					    strlen(c->term));
	int r;

	if (!tree)
		return no_memory(g);
	tree->scale = -1;
	r = xj_index_match(g->index, tree, &(struct xj_match_options){
		.limit = 1, .check = CHECKED }, &match, g->err);
	if (r < 0)
		return r;
	c->s.documents = match.total;
	if (match.count)
		r = xj_catalog_get_many(g->archive->catalog,
					&match.hits[0].id, 1, g->arena, &doc,
					g->err);
	if (match.count == 0 || (r == XJ_OK && doc.id == 0))
		c->s.documents = 0;
	xj_match_release(&match);
	return r;
}

/* Count the candidates, the best first, until `want` are there. */
static int
confirm_values(struct suggesting *g, size_t want)
{
	int r = XJ_OK;

	while (g->value_count < want && g->looked < g->found && r == XJ_OK) {
		struct candidate c = g->values[g->looked++];

		if (is_known(g->values, g->value_count, &c))
			continue;
		r = count_value(g, &c);
		if (r == XJ_OK && c.s.documents)
			g->values[g->value_count++] = c;
	}
	return r;
}

static int
find_values(struct suggesting *g, const char *key, size_t len)
{
	char prefix[2 + TYPED_MAX] = { XJ_SUGGEST, XJ_SUGGEST_VALUE };
	int r;

	g->found = g->looked = g->value_count = 0;
	g->value_cap = VALUES_MAX;
	if (!g->values)
		g->values = xj_arena_alloc(g->arena, VALUES_MAX *
					   sizeof(*g->values));
	if (!g->values)
		return no_memory(g);
	memcpy(prefix + 2, key, len);
	r = xj_suggest_tops(g->archive, g->arena, key, len, take_noted, g,
			    g->err);
	if (g->found && g->found + VALUES_MORE < VALUES_MAX)
		g->value_cap = g->found + VALUES_MORE;
	if (r == XJ_OK && g->found < g->value_cap)
		r = xj_index_terms(g->index, prefix, len + 2, take_value, g,
				   g->err);
	qsort(g->values, g->found, sizeof(*g->values), by_value);
	return r < 0 ? r : confirm_values(g, (g->limit + 1) / 2);
}

/* ------------------------------------------------------------------ titles */

static int
take_title(struct suggesting *g, const struct xj_doc *doc, const char *typed,
	   size_t len)
{
	xj_auto(xj_normal_release) struct xj_normal n = XJ_NORMAL_INIT;
	struct candidate c = { .s = { .kind = "title", .text = doc->title,
				      .id = doc->id, .documents = 1 } };
	int r;

	if (!doc->id || !doc->title || !*doc->title ||
	    is_known(g->titles, g->title_count, &c))
		return XJ_OK;
	r = xj_normalise(g->an, doc->title, strlen(doc->title), 0, &n, g->err);
	if (r < 0 || !compare(typed, len, g->corrected, n.bytes, n.len,
			      &c.start, &c.way))
		return r;
	c.characters = characters(doc->title);
	if (g->title_count == g->title_cap)
		return XJ_OK;
	g->titles[g->title_count++] = c;
	return XJ_OK;
}

static int
ask(struct suggesting *g, struct xj_tree *tree, const char *typed, size_t len)
{
	struct xj_doc docs[READ_MAX];
	uint64_t ids[READ_MAX];
	struct xj_match match;
	int r;

	if (tree->count == 0)
		return XJ_OK;
	tree->scale = -1;
	r = xj_index_match(g->index, tree, &(struct xj_match_options){
		.limit = READ_MAX, .check = READ_MAX }, &match, g->err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < match.count; i++)
		ids[i] = match.hits[i].id;
	r = xj_catalog_get_many(g->archive->catalog, ids, match.count,
				g->arena, docs, g->err);
	for (size_t i = 0; i < match.count && r == XJ_OK; i++)
		r = take_title(g, &docs[i], typed, len);
	xj_match_release(&match);
	return r;
}

static bool
add(struct suggesting *g, struct xj_tree *tree, enum xj_tree_op op,
    const char *head, const char *bytes, size_t len)
{
	char *term = xj_arena_printf(g->arena, "%s%.*s", head, (int)len, bytes);
	struct xj_tree *leaf = term && tree->count < PIECES_MAX ?
		xj_tree_term(g->arena, term, strlen(term)) : NULL;

	if (leaf) {
		leaf->op = op;
		leaf->count = op == XJ_TREE_PREFIX ? WORDS_MAX : 0;
	}
	return leaf && xj_tree_add(tree, leaf);
}

static struct xj_tree *
all_of(struct suggesting *g)
{
	return xj_tree_new(g->arena, XJ_TREE_AND, PIECES_MAX);
}

/* ------------------------------------------------- questions by the letters */

static bool
is_letters(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_letter(s[i]))
			return false;
	return len > 0;
}

/* Pairs say which characters stand side by side, and few titles have all. */
static void
add_initials(struct suggesting *g, struct xj_tree *tree, const char *initials,
	     size_t n, bool start)
{
	if (start)
		add(g, tree, XJ_TREE_TERM, "G^", initials, n < 3 ? n : 3);
	for (size_t i = 0; i + 1 < n; i++)
		add(g, tree, XJ_TREE_TERM, "Gi", initials + i, 2);
}

static int
by_initials(struct suggesting *g, const char *letters, size_t n, bool start,
	    const char *typed, size_t len)
{
	struct xj_tree *tree = all_of(g);

	if (!tree)
		return no_memory(g);
	add_initials(g, tree, letters, n, start);
	return ask(g, tree, typed, len);
}

/* One way to read letters as syllables; the last may be begun only. */
struct parse {
	size_t ends[PIECES_MAX], count;
};

struct parsing {
	const char *letters;
	size_t len;
	struct parse now, found[PARSES_MAX];
	size_t count;
	unsigned steps; /* left: letters that are no pinyin have many ways */
};

static void
parse_on(struct parsing *p, size_t at)
{
	if (p->count == PARSES_MAX || p->now.count == PIECES_MAX)
		return;
	if (at == p->len) {
		p->found[p->count++] = p->now;
		return;
	}
	for (size_t n = p->len - at < 6 ? p->len - at : 6; n > 0 && p->steps;
	     n--) {
		bool whole;

		p->steps--;
		if (!xj_syllable(p->letters + at, n, &whole) ||
		    (!whole && at + n < p->len))
			continue;
		p->now.ends[p->now.count++] = at + n;
		parse_on(p, at + n);
		p->now.count--;
	}
}

static int
by_syllables(struct suggesting *g, const struct parsing *p,
	     const struct parse *parse, bool start, const char *typed,
	     size_t len)
{
	struct xj_tree *tree = all_of(g);
	char initials[PIECES_MAX];
	size_t from = 0;

	if (!tree)
		return no_memory(g);
	for (size_t i = 0; i < parse->count; i++) {
		bool last = i + 1 == parse->count;

		initials[i] = p->letters[from];
		add(g, tree, last ? XJ_TREE_PREFIX : XJ_TREE_TERM, "Gs",
		    p->letters + from, parse->ends[i] - from);
		from = parse->ends[i];
	}
	add_initials(g, tree, initials, parse->count, start);
	return ask(g, tree, typed, len);
}

/* How what was typed may be read; nothing when it is not letters alone. */
static void
parse(struct parsing *p, const char *letters, size_t len)
{
	*p = (struct parsing){ .letters = letters, .len = len, .steps = 400 };
	if (is_letters(letters, len))
		parse_on(p, 0);
	else
		p->len = 0;
}

static int
by_pinyin(struct suggesting *g, const struct parsing *p, bool start,
	  const char *typed, size_t len)
{
	int r = XJ_OK;

	for (size_t i = 0; i < p->count && r == XJ_OK && !is_full(g); i++)
		r = by_syllables(g, p, &p->found[i], start, typed, len);
	if (r == XJ_OK && p->len && p->len <= PIECES_MAX && !g->corrected &&
	    !is_full(g) && (start || p->len > 1))
		r = by_initials(g, p->letters, p->len, start, typed, len);
	return r;
}

/* -------------------------------------------------- questions by the words */

struct asking {
	struct suggesting *g;
	struct xj_tree *tree;
	const char *typed;
	size_t len;
	bool pairs;
};

/* A word at the end of what was typed may be begun only; one that was put right
 * is a stem, from which the stemmer may take a letter more. */
static int
take_piece(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	   size_t at, size_t width)
{
	struct asking *q = ctx;
	const char *p = q->typed + at;
	bool han = xj_is_cjk(xj_utf8_next(&p, q->typed + q->len));

	if (kind == XJ_TERM_PAIR || (kind == XJ_TERM_CHAR && !q->pairs))
		add(q->g, q->tree, XJ_TREE_TERM,
		    kind == XJ_TERM_PAIR ? "tp" : "tc", term, len);
	else if (kind == XJ_TERM_WORD && !han && at + width == q->len)
		add(q->g, q->tree, XJ_TREE_PREFIX, "tw", q->typed + at, width);
	else if (kind == XJ_TERM_WORD && !han)
		add(q->g, q->tree, q->g->corrected ? XJ_TREE_PREFIX :
		    XJ_TREE_TERM, "tw", term, len);
	return XJ_OK;
}

static int
note_pair(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	  size_t at, size_t width)
{
	(void)term, (void)len, (void)at, (void)width;
	((struct asking *)ctx)->pairs |= kind == XJ_TERM_PAIR;
	return XJ_OK;
}

/* The one or two Han characters that it begins with. */
static size_t
beginning(const char *typed, size_t len)
{
	const char *readings[XJ_READINGS_MAX];
	size_t at = 0, n;
	uint32_t c;

	for (int i = 0; i < 2 && at < len; i++, at += n) {
		n = step_of(typed + at, typed + len, &c);
		if (xj_pinyin(typed + at, n, readings) == 0)
			break;
	}
	return at;
}

static int
by_words(struct suggesting *g, bool start, const char *typed, size_t len)
{
	struct asking q = { .g = g, .typed = typed, .len = len };
	size_t head = beginning(typed, len);
	int r = start && head == 0 ? XJ_END :
		xj_terms(g->an, typed, len, note_pair, &q, g->err);

	if (r != XJ_OK)
		return r < 0 ? r : XJ_OK;
	if (!(q.tree = all_of(g)))
		return no_memory(g);
	if (start)
		add(g, q.tree, XJ_TREE_TERM, "Gb", typed, head);
	r = xj_terms(g->an, typed, len, take_piece, &q, g->err);
	return r < 0 ? r : ask(g, q.tree, typed, len);
}

/* ------------------------------------------------------------- corrections */

static int find(struct suggesting *g, const char *typed, size_t len);

static bool
found_something(const struct suggesting *g)
{
	return g->value_count || g->title_count;
}

static struct xj_correcting
correcting(const struct suggesting *g)
{
	static const char fields[] = { XJ_FIELD_TITLE, XJ_FIELD_CREATOR,
				       XJ_FIELD_SUBJECT, '\0' };

	return (struct xj_correcting){ g->index, g->arena, fields };
}

/* What was typed, with a part of it put right. */
static int
find_instead(struct suggesting *g, const char *typed, size_t len, size_t at,
	     size_t width, const struct xj_correction *c)
{
	char fixed[TYPED_MAX * 2];
	size_t rest = len - at - width;

	if (at + c->len + rest > TYPED_MAX)
		return XJ_OK;
	memcpy(fixed, typed, at);
	memcpy(fixed + at, c->text, c->len);
	memcpy(fixed + at + c->len, typed + at + width, rest);
	return find(g, fixed, at + c->len + rest);
}

/* The words that are typed; all are noted before one is looked for, as the
 * analyzer cuts one text at a time. */
struct words {
	const char *typed;
	struct {
		size_t at, width, stem_len;
		char stem[XJ_TERM_BYTES];
	} list[PIECES_MAX];
	size_t count;
};

static int
note_word(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	  size_t at, size_t width)
{
	struct words *w = ctx;

	if (kind != XJ_TERM_WORD || w->count == PIECES_MAX ||
	    len > XJ_TERM_BYTES || !is_letters(w->typed + at, width))
		return XJ_OK;
	w->list[w->count].at = at;
	w->list[w->count].width = width;
	memcpy(w->list[w->count].stem, term, len);
	w->list[w->count++].stem_len = len;
	return XJ_OK;
}

static int
correct_word(struct suggesting *g, const struct words *w, size_t word,
	     size_t len)
{
	struct xj_correcting c = correcting(g);
	struct xj_corrections list;
	size_t at = w->list[word].at, width = w->list[word].width;
	int r = xj_correct_latin(&c, w->typed + at, width, w->list[word].stem,
				 w->list[word].stem_len, at + width == len,
				 &list, g->err);

	for (size_t i = 0; i < list.count && i < TRIES && r == XJ_OK &&
	     !found_something(g); i++)
		r = find_instead(g, w->typed, len, at, width, &list.list[i]);
	return r;
}

static int
correct_letters(struct suggesting *g, const char *typed, size_t len)
{
	struct words w = { .typed = typed };
	int r = xj_terms(g->an, typed, len, note_word, &w, g->err);

	for (size_t i = w.count; i > 0 && r == XJ_OK && !found_something(g);)
		r = correct_word(g, &w, --i, len);
	return r;
}

/* Letters of pinyin with one mistake: a way to read them, and to find something
 * by that. */
struct spelling {
	struct suggesting *g;
	char letters[TYPED_MAX + 2];
	size_t len, tried;
};

static int
try_spelling(struct spelling *s)
{
	struct parsing p;

	parse(&p, s->letters, s->len);
	if (p.count == 0 || s->tried == SPELLINGS || found_something(s->g))
		return XJ_OK;
	s->tried++;
	return find(s->g, s->letters, s->len);
}

static struct spelling
spelling(struct suggesting *g, const char *letters, size_t len)
{
	struct spelling s = { .g = g, .len = len };

	memcpy(s.letters, letters, len);
	return s;
}

static int
try_swapped(struct spelling *s, size_t at)
{
	char c = s->letters[at];
	int r = XJ_OK;

	if (at + 1 < s->len && s->letters[at + 1] != c) {
		s->letters[at] = s->letters[at + 1];
		s->letters[at + 1] = c;
		r = try_spelling(s);
		s->letters[at + 1] = s->letters[at];
		s->letters[at] = c;
	}
	return r;
}

/* zh for z, ang for an and the like, and the other way round. */
static int
try_sound(struct spelling *s, size_t at)
{
	static const char before[] = "zcsn", more[] = "hhhg";
	const char *which = strchr(before, s->letters[at]);
	char c = which ? more[which - before] : '\0';
	size_t rest = s->len - at - 1;
	int r;

	if (!c)
		return XJ_OK;
	if (rest && s->letters[at + 1] == c) {
		memmove(s->letters + at + 1, s->letters + at + 2, rest - 1);
		s->len--;
		r = try_spelling(s);
		s->len++;
		memmove(s->letters + at + 2, s->letters + at + 1, rest - 1);
	} else {
		memmove(s->letters + at + 2, s->letters + at + 1, rest);
		s->len++;
		s->letters[at + 1] = c;
		r = try_spelling(s);
		s->len--;
		memmove(s->letters + at + 1, s->letters + at + 2, rest);
		return r;
	}
	s->letters[at + 1] = c;
	return r;
}

static int
correct_pinyin(struct suggesting *g, const char *letters, size_t len)
{
	struct spelling s = spelling(g, letters, len);
	int r = XJ_OK;

	for (size_t i = 0; i < len && r == XJ_OK && !found_something(g); i++)
		r = try_swapped(&s, i);
	for (size_t i = 0; i < len && r == XJ_OK && !found_something(g); i++)
		r = try_sound(&s, i);
	return r;
}

/* A run of Han characters, and what may have been meant by it. */
struct mistake {
	size_t at, width;
	struct xj_corrections list;
};

static size_t
han_at(const char *p, const char *end)
{
	const char *from = p, *next = p;

	while (next < end && xj_is_han(xj_utf8_next(&next, end)))
		p = next;
	return (size_t)(p - from);
}

static int
find_mistake(struct suggesting *g, const char *typed, size_t len,
	     struct mistake *m)
{
	struct xj_correcting c = correcting(g);
	const char *p = typed, *end = typed + len;
	int r = XJ_OK;

	m->list.count = 0;
	while (p < end && r == XJ_OK && m->list.count == 0) {
		m->at = (size_t)(p - typed);
		m->width = han_at(p, end);
		if (m->width)
			r = xj_correct_han(&c, p, m->width, &m->list, g->err);
		p += m->width;
		if (p < end)
			xj_utf8_next(&p, end);
	}
	return r;
}

/* The likely corrections, or the others. */
static int
correct_pairs(struct suggesting *g, const char *typed, size_t len,
	      const struct mistake *m, bool likely)
{
	size_t tried = 0;
	int r = XJ_OK;

	for (size_t i = 0; i < m->list.count && tried < TRIES && r == XJ_OK &&
	     !found_something(g); i++)
		if ((m->list.list[i].likeness >= LIKELY) == likely) {
			r = find_instead(g, typed, len, m->at, m->width,
					 &m->list.list[i]);
			tried++;
		}
	return r;
}

/* What sounds alike: each character by its most usual reading. */
static int
correct_sound(struct suggesting *g, const char *typed, size_t len)
{
	const char *readings[XJ_READINGS_MAX];
	char letters[TYPED_MAX * 2];
	size_t n = 0, step, had;
	uint32_t c;

	for (size_t at = 0; at < len; at += step) {
		step = step_of(typed + at, typed + len, &c);
		if (xj_pinyin(typed + at, step, readings) == 0)
			return XJ_OK;
		had = strlen(readings[0]);
		if (n + had > TYPED_MAX)
			return XJ_OK;
		memcpy(letters + n, readings[0], had);
		n += had;
	}
	return find(g, letters, n);
}

/* What is left when the mistake is at an end: without the first character, or
 * the last. */
static int
correct_ends(struct suggesting *g, const char *typed, size_t len)
{
	size_t first = step_of(typed, typed + len, &(uint32_t){ 0 }), last;
	int r = XJ_OK;

	last = xj_utf8_cut(typed, len, len - 1);
	if (xj_utf8_count(typed, len) < 4)
		return XJ_OK;
	if (!found_something(g))
		r = find(g, typed, last);
	if (r == XJ_OK && !found_something(g))
		r = find(g, typed + first, len - first);
	return r;
}

/* One mistake is likelier than several, which only their sound can tell. */
static int
correct_han(struct suggesting *g, const char *typed, size_t len)
{
	struct mistake m;
	int r = find_mistake(g, typed, len, &m);

	if (r == XJ_OK)
		r = correct_pairs(g, typed, len, &m, true);
	if (r == XJ_OK)
		r = correct_pairs(g, typed, len, &m, false);
	if (r == XJ_OK && !found_something(g))
		r = correct_sound(g, typed, len);
	return r < 0 ? r : correct_ends(g, typed, len);
}

/* ---------------------------------------------------------------- the whole */

static int
find(struct suggesting *g, const char *typed, size_t len)
{
	char letters[TYPED_MAX + 1];
	struct parsing p;
	size_t n = 0;
	int r = find_values(g, typed, len);

	for (size_t i = 0; i < len && n < TYPED_MAX; i++)
		if (typed[i] != ' ' && typed[i] != '\'')
			letters[n++] = typed[i];
	if (r == XJ_OK && n < len && g->value_count == 0)
		r = find_values(g, letters, n);
	parse(&p, letters, n);
	for (int start = 1; start >= 0 && r == XJ_OK && !is_full(g); start--) {
		r = by_words(g, start, typed, len);
		if (r == XJ_OK && !is_full(g))
			r = by_pinyin(g, &p, start, typed, len);
	}
	return r;
}

static int
find_or_correct(struct suggesting *g, const char *typed, size_t len)
{
	int r = find(g, typed, len);

	if (r < 0 || found_something(g))
		return r;
	g->corrected = true;
	r = correct_letters(g, typed, len);
	if (r == XJ_OK && !found_something(g))
		r = is_letters(typed, len) ? correct_pinyin(g, typed, len) :
					     correct_han(g, typed, len);
	return r;
}

static int
by_title(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->start != y->start)
		return x->start ? -1 : 1;
	if (x->way != y->way)
		return x->way < y->way ? -1 : 1;
	if (x->characters != y->characters)
		return x->characters < y->characters ? -1 : 1;
	return x->s.id > y->s.id ? -1 : 1;
}

/* What this reader searched for before and begins so, the latest first. */
static int
find_past(struct suggesting *g, const char *typed, size_t len)
{
	xj_auto(xj_normal_release) struct xj_normal n = XJ_NORMAL_INIT;
	const char *const *queries;
	size_t count;
	int r = xj_past_queries(g->archive, g->arena, &queries, &count,
				g->err);

	for (size_t i = 0; i < count && r == XJ_OK && g->past_count < PAST_MAX &&
	     g->past_count < g->limit; i++) {
		bool start;
		unsigned way;

		r = xj_normalise(g->an, queries[i], strlen(queries[i]), 0, &n,
				 g->err);
		if (r == XJ_OK && compare(typed, len, false, n.bytes, n.len,
					  &start, &way) && start)
			g->past[g->past_count++] = queries[i];
	}
	return r;
}

static int
tell_past(struct suggesting *g, xj_suggestion_fn fn, void *ctx)
{
	int r = XJ_OK;

	for (size_t i = 0; i < g->past_count && r == XJ_OK; i++)
		r = fn(ctx, &(struct xj_suggestion){ .text = g->past[i],
						     .kind = "query" });
	g->limit -= g->past_count;
	return r;
}

/* Names and subjects that begin so, up to half; titles; the rest of both. */
static int
tell(struct suggesting *g, xj_suggestion_fn fn, void *ctx)
{
	size_t v = 0, t = 0;
	int r = tell_past(g, fn, ctx);

	if (g->title_count)
		qsort(g->titles, g->title_count, sizeof(*g->titles), by_title);
	while (r == XJ_OK && v + t < g->limit &&
	       (v < g->value_count || t < g->title_count)) {
		bool value = v < g->value_count &&
			     (t == g->title_count ||
			      (g->values[v].start && v < g->limit / 2));
		struct xj_suggestion s = value ? g->values[v++].s :
						 g->titles[t++].s;

		s.corrected = g->corrected;
		r = fn(ctx, &s);
	}
	return r < 0 ? r : XJ_OK;
}

static int
prepare(struct suggesting *g)
{
	g->title_cap = READ_MAX * 8;
	g->titles = xj_arena_alloc(g->arena, g->title_cap *
				   sizeof(*g->titles));
	return g->titles ? XJ_OK : no_memory(g);
}

static int
suggest(struct suggesting *g, const char *typed, size_t len)
{
	xj_auto(xj_normal_release) struct xj_normal n = XJ_NORMAL_INIT;
	const char *s;
	int r = xj_normalise(g->an, typed, len, 0, &n, g->err);

	if (r < 0)
		return r;
	for (s = n.bytes; n.len && *s == ' '; n.len--)
		s++;
	if (n.len == 0 || n.len > TYPED_MAX)
		return XJ_OK;
	r = prepare(g);
	if (r == XJ_OK)
		r = find_past(g, s, n.len);
	if (r == XJ_OK)
		r = find_or_correct(g, s, n.len);
	if (r == XJ_OK && !is_full(g))
		r = confirm_values(g, g->limit - g->title_count);
	return r;
}

/* ----------------------------------------------------------- what reads so */

/* The characters at the beginning of a text that are read as the syllables of
 * a parse, in bytes; 0: they are read otherwise. */
static size_t
reads_so(const struct parsing *p, const struct parse *parse, const char *text,
	 const char *end)
{
	const char *at = text, *readings[XJ_READINGS_MAX];
	size_t from = 0;

	for (size_t i = 0; i < parse->count; i++) {
		size_t n = parse->ends[i] - from, len;
		bool same = false;
		uint32_t c;

		if (at == end)
			return 0;
		len = step_of(at, end, &c);
		for (unsigned k = xj_pinyin(at, len, readings); k > 0; k--)
			same |= strlen(readings[k - 1]) == n &&
				memcmp(readings[k - 1], p->letters + from,
				       n) == 0;
		if (!same)
			return 0;
		at += len;
		from = parse->ends[i];
	}
	return (size_t)(at - text);
}

/* What of a text reads so, in its normal form; NULL: nothing. */
static int
part_that_reads(struct suggesting *g, const struct parsing *p,
		const char *text, const char **part)
{
	xj_auto(xj_normal_release) struct xj_normal n = XJ_NORMAL_INIT;
	int r = xj_normalise(g->an, text, strlen(text), 0, &n, g->err);
	const char *at = n.bytes, *end = n.bytes + n.len;

	*part = NULL;
	while (r == XJ_OK && at < end && !*part) {
		for (size_t i = 0; i < p->count && !*part; i++) {
			size_t len = reads_so(p, &p->found[i], at, end);

			if (len && !(*part = xj_arena_strndup(g->arena, at,
							      len)))
				return no_memory(g);
		}
		xj_utf8_next(&at, end);
	}
	return r;
}

static int
take_part(struct suggesting *g, const struct parsing *p, const char *text,
	  const char **texts, size_t *count, size_t max)
{
	const char *part = NULL;
	int r = *count < max ? part_that_reads(g, p, text, &part) : XJ_OK;

	for (size_t i = 0; part && i < *count; i++)
		if (strcmp(texts[i], part) == 0)
			part = NULL;
	if (part)
		texts[(*count)++] = part;
	return r;
}

/* What the text of documents has that reads so. */
static int
take_from_text(struct suggesting *g, const struct parsing *p,
	       const struct parse *parse, const char **texts, size_t *count,
	       size_t max)
{
	const struct xj_correcting c = { g->index, g->arena, "" };
	const char *syllables[PIECES_MAX];
	struct xj_corrections list;
	size_t from = 0;
	int r;

	for (size_t i = 0; i < parse->count; i++) {
		syllables[i] = xj_arena_strndup(g->arena, p->letters + from,
						parse->ends[i] - from);
		if (!syllables[i])
			return no_memory(g);
		from = parse->ends[i];
	}
	r = xj_correct_pinyin(&c, syllables, parse->count, &list, g->err);
	for (size_t i = 0; i < list.count && r == XJ_OK &&
	     list.list[i].documents * RARER >= list.list[0].documents; i++)
		r = take_part(g, p, list.list[i].text, texts, count, max);
	return r;
}

/* Those of two syllables or more, the last of which is whole too. */
static void
keep_whole(struct parsing *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->count; i++) {
		const struct parse *one = &p->found[i];
		size_t from = one->count > 1 ? one->ends[one->count - 2] : 0;
		bool whole;

		xj_syllable(p->letters + from, p->len - from, &whole);
		if (whole && one->count > 1)
			p->found[kept++] = *one;
	}
	p->count = kept;
}

static int
read_so(struct suggesting *g, const char *letters, size_t len,
	const char **texts, size_t max)
{
	struct parsing p;
	size_t count = 0;
	int r;

	parse(&p, letters, len);
	keep_whole(&p);
	if (p.count == 0)
		return 0;
	r = find(g, letters, len);
	for (size_t i = 0; i < g->value_count && r == XJ_OK; i++)
		r = take_part(g, &p, g->values[i].s.text, texts, &count, max);
	for (size_t i = 0; i < g->title_count && r == XJ_OK; i++)
		r = take_part(g, &p, g->titles[i].s.text, texts, &count, max);
	for (size_t i = 0; i < p.count && count < max && r == XJ_OK; i++)
		r = take_from_text(g, &p, &p.found[i], texts, &count, max);
	return r < 0 ? r : (int)count;
}

int
xj_suggest_read(struct xj_archive *archive, struct xj_index *index,
		struct xj_arena *arena, const char *letters, size_t len,
		const char **texts, size_t max, struct xj_error *err)
{
	struct suggesting g = { .archive = archive, .index = index,
				.arena = arena, .limit = LIMIT, .err = err };
	int r = len > TYPED_MAX ? XJ_END :
		xj_archive_analyzer(archive, &g.an, err);

	if (r != XJ_OK)
		return r < 0 ? r : 0;
	r = prepare(&g);
	return r < 0 ? r : read_so(&g, letters, len, texts, max);
}

/* ---------------------------------------------------------------- the call */

int
xj_suggest(struct xj_archive *archive, const char *typed, size_t limit,
	   xj_suggestion_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct suggesting g = { .archive = archive, .err = err,
				.limit = limit ? limit : LIMIT };
	int r = xj_archive_analyzer(archive, &g.an, err);

	if (r == XJ_OK && xj_arena_new(&arena) < 0)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	g.arena = arena;
	if (r == XJ_OK)
		r = xj_searcher_begin(archive, &g.index, err);
	if (r < 0)
		return r;
	r = suggest(&g, typed, strlen(typed));
	xj_searcher_end(archive);
	return r < 0 ? r : tell(&g, fn, ctx);
}
