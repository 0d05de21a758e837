/*
 * suggest.c - titles, creators and subjects for what is being typed.
 *
 * The index names candidates: values by their keys, titles by what they begin
 * with, then by what stands in them. Of these a few dozen are read from the
 * catalog, which has the last word on who is there, and compared with what was
 * typed: each character by itself, a syllable, the beginning of one, an initial.
 * When nothing fits, what was typed is put right: an English word by its
 * letters, Chinese by its sound.
 */
#include <stdlib.h>
#include <string.h>

#include "library/search.h"
#include "library/suggest.h"

#define TYPED_MAX 120u    /* bytes; more is no beginning of anything */
#define VALUES_MAX 2000u  /* terms looked at */
#define CHECKED 1000u     /* documents of a value that are counted */
#define READ_MAX 32u      /* titles read for each question */
#define PARSES_MAX 3u     /* ways to read letters as syllables */
#define PIECES_MAX 24u
#define WORDS_MAX 20000u  /* terms looked at for a word mistyped */
#define LIMIT 10u

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
	bool corrected;
	struct xj_error *err;
};

static int
no_memory(struct suggesting *g)
{
	return xj_error_set(g->err, XJ_ENOMEM, "out of memory");
}

static size_t
characters(const char *s)
{
	const char *end = s + strlen(s);
	size_t n = 0;

	for (; s < end; n++)
		xj_utf8_next(&s, end);
	return n;
}

/* --------------------------------------------------------------- comparing */

struct comparing {
	const char *typed, *end;
	unsigned steps; /* left */
};

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
compare(const char *typed, size_t typed_len, const char *text, size_t len,
	bool *start, unsigned *way)
{
	const char *end = text + len, *p = text;
	bool in_word = false;

	while (p < end) {
		struct comparing c = { typed, typed + typed_len, 400 };
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
	g->values[g->value_count++] = c;
	return g->value_count == VALUES_MAX ? XJ_END : XJ_OK;
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

static int
find_values(struct suggesting *g, const char *key, size_t len)
{
	char prefix[2 + TYPED_MAX] = { XJ_SUGGEST, XJ_SUGGEST_VALUE };
	size_t kept = 0;
	int r;

	g->values = xj_arena_alloc(g->arena, VALUES_MAX * sizeof(*g->values));
	if (!g->values)
		return no_memory(g);
	memcpy(prefix + 2, key, len);
	r = xj_index_terms(g->index, prefix, len + 2, take_value, g, g->err);
	qsort(g->values, g->value_count, sizeof(*g->values), by_value);
	for (size_t i = 0; i < g->value_count && kept < g->limit && r == XJ_OK;
	     i++) {
		struct candidate c = g->values[i];

		if (is_known(g->values, kept, &c))
			continue;
		r = count_value(g, &c);
		if (r == XJ_OK && c.s.documents)
			g->values[kept++] = c;
	}
	g->value_count = kept;
	return r;
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
	if (r < 0 || !compare(typed, len, n.bytes, n.len, &c.start, &c.way))
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

	if (leaf)
		leaf->op = op;
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
		if (s[i] < 'a' || s[i] > 'z')
			return false;
	return len > 0;
}

static int
by_initials(struct suggesting *g, const char *letters, size_t n, bool start,
	    const char *typed, size_t len)
{
	struct xj_tree *tree = all_of(g);

	if (!tree)
		return no_memory(g);
	if (start)
		add(g, tree, XJ_TREE_TERM, "G^", letters, n < 3 ? n : 3);
	for (size_t i = 0; i + 1 < n; i++)
		add(g, tree, XJ_TREE_TERM, "Gi", letters + i, 2);
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
	char initials[3];
	size_t from = 0;

	if (!tree)
		return no_memory(g);
	for (size_t i = 0; i < parse->count; i++) {
		bool last = i + 1 == parse->count;

		if (i < 3)
			initials[i] = p->letters[from];
		add(g, tree, last ? XJ_TREE_PREFIX : XJ_TREE_TERM, "Gs",
		    p->letters + from, parse->ends[i] - from);
		from = parse->ends[i];
	}
	if (start)
		add(g, tree, XJ_TREE_TERM, "G^", initials,
		    parse->count < 3 ? parse->count : 3);
	return ask(g, tree, typed, len);
}

static int
by_pinyin(struct suggesting *g, const char *letters, size_t n,
	  const char *typed, size_t len)
{
	struct parsing p = { .letters = letters, .len = n, .steps = 400 };
	int r = XJ_OK;

	parse_on(&p, 0);
	for (int start = 1; start >= 0 && r == XJ_OK; start--) {
		if (!start && g->title_count >= g->limit)
			break;
		for (size_t i = 0; i < p.count && r == XJ_OK; i++)
			r = by_syllables(g, &p, &p.found[i], start, typed,
					 len);
		if (r == XJ_OK && n <= PIECES_MAX && !g->corrected &&
		    (start || n > 1))
			r = by_initials(g, letters, n, start, typed, len);
	}
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

/* A word at the end of what was typed may be begun only. */
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
		add(q->g, q->tree, XJ_TREE_TERM, "tw", term, len);
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
by_words(struct suggesting *g, const char *typed, size_t len)
{
	struct asking q = { .g = g, .typed = typed, .len = len };
	size_t head = beginning(typed, len);
	int r = xj_terms(g->an, typed, len, note_pair, &q, g->err);

	for (int start = head > 0; start >= 0 && r == XJ_OK; start--) {
		if (!start && g->title_count >= g->limit)
			break;
		if (!(q.tree = all_of(g)))
			return no_memory(g);
		if (start)
			add(g, q.tree, XJ_TREE_TERM, "Gb", typed, head);
		r = xj_terms(g->an, typed, len, take_piece, &q, g->err);
		if (r == XJ_OK)
			r = ask(g, q.tree, typed, len);
	}
	return r;
}

/* ------------------------------------------------------------- corrections */

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters to insert, drop, change or swap; both are shorter than 32. */
static size_t
distance(const char *a, size_t n, const char *b, size_t m)
{
	size_t d[33][33];

	for (size_t i = 0; i <= n; i++)
		for (size_t j = 0; j <= m; j++) {
			if (i == 0 || j == 0) {
				d[i][j] = i + j;
				continue;
			}
			d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1,
					d[i - 1][j - 1] + (a[i - 1] !=
							   b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[n][m];
}

/* The word of titles nearest to one. */
struct nearest {
	const char *word;
	size_t len, looked, distance;
	uint64_t documents;
	char best[33];
};

static int
take_near(void *ctx, const char *term, size_t len, uint64_t documents)
{
	struct nearest *n = ctx;
	size_t d;

	term += 2; /* the field and the kind */
	len -= 2;
	if (++n->looked > WORDS_MAX)
		return XJ_END;
	if (len + 2 < n->len || len > n->len + 2 || len > 32)
		return XJ_OK;
	d = distance(n->word, n->len, term, len);
	if (d < n->distance ||
	    (d == n->distance && documents > n->documents)) {
		n->distance = d;
		n->documents = documents;
		memcpy(n->best, term, len);
		n->best[len] = '\0';
	}
	return XJ_OK;
}

static int
take_stem(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	  size_t at, size_t width)
{
	struct nearest *n = ctx;

	(void)at, (void)width;
	if (kind != XJ_TERM_WORD || len > 30)
		return XJ_OK;
	memcpy(n->best, term, len);
	n->len = len;
	return XJ_OK;
}

static int find(struct suggesting *g, const char *typed, size_t len);

/* The word that is being typed, by the words of titles that begin alike. */
static int
correct_letters(struct suggesting *g, const char *typed, size_t len)
{
	const char *space = memrchr(typed, ' ', len);
	size_t at = space ? (size_t)(space - typed) + 1 : 0;
	char stem[33], *fixed;
	struct nearest n = { .word = stem };
	int r;

	if (len - at < 4 || !is_letters(typed + at, len - at))
		return XJ_OK;
	r = xj_terms(g->an, typed + at, len - at, take_stem, &n, g->err);
	if (r < 0 || n.len < 3)
		return r;
	memcpy(stem, n.best, n.len);
	n.distance = n.len < 8 ? 2 : 3; /* fewer than these */
	r = xj_index_terms(g->index, (char[]){ XJ_FIELD_TITLE, XJ_TERM_WORD,
			   stem[0] }, 3, take_near, &n, g->err);
	if (r < 0 || n.documents == 0)
		return r;
	fixed = xj_arena_printf(g->arena, "%.*s%s", (int)at, typed, n.best);
	return fixed ? find(g, fixed, strlen(fixed)) : no_memory(g);
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

/* ---------------------------------------------------------------- the whole */

static int
find(struct suggesting *g, const char *typed, size_t len)
{
	char letters[TYPED_MAX + 1];
	size_t n = 0;
	int r = find_values(g, typed, len);

	for (size_t i = 0; i < len && n < TYPED_MAX; i++)
		if (typed[i] != ' ' && typed[i] != '\'')
			letters[n++] = typed[i];
	if (r == XJ_OK && n < len && g->value_count == 0)
		r = find_values(g, letters, n);
	if (r == XJ_OK)
		r = by_words(g, typed, len);
	if (r == XJ_OK && is_letters(letters, n))
		r = by_pinyin(g, letters, n, typed, len);
	return r;
}

static int
find_or_correct(struct suggesting *g, const char *typed, size_t len)
{
	uint32_t first;
	int r = find(g, typed, len);

	if (r < 0 || g->value_count || g->title_count)
		return r;
	g->corrected = true;
	step_of(typed, typed + len, &first);
	return xj_is_han(first) ? correct_sound(g, typed, len) :
				  correct_letters(g, typed, len);
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

/* Names and subjects that begin so, up to half; titles; the rest of both. */
static int
tell(struct suggesting *g, xj_suggestion_fn fn, void *ctx)
{
	size_t v = 0, t = 0;
	int r = XJ_OK;

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
	g->title_cap = READ_MAX * 8;
	g->titles = xj_arena_alloc(g->arena, g->title_cap *
				   sizeof(*g->titles));
	return g->titles ? find_or_correct(g, s, n.len) : no_memory(g);
}

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
