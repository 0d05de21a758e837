/* search-widen.c - what was not typed and is meant: synonyms beside the words of
 * a query, what is below a topic or a unit. */
#include <string.h>

#include "library/fields.h"
#include "library/lexicon.h"
#include "library/people.h"
#include "library/search.h"
#include "library/topic.h"

/* Forms put beside the words of one query. */
#define ADDED_MAX 8u
/* Of what a typed form weighs; less where the other has more characters, which
 * all give weight. */
#define ADDED_WEIGHT 0.6
/* A query with more phrases than this is exact enough, and has no room. */
#define PHRASES_MAX 16u

struct widening {
	struct xj_arena *arena;
	struct xj_analyzer *an;
	const struct xj_lexicon *lexicon;
	struct xj_widened *list;
	size_t count;
	struct xj_error *err;
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static bool
is_latin(const char *s, size_t len)
{
	const char *end = s + len;

	while (s < end)
		if (xj_is_cjk(xj_utf8_next(&s, end)))
			return false;
	return true;
}

static size_t
characters(const char *s, size_t len)
{
	const char *end = s + len;
	size_t n = 0;

	for (; s < end; n++)
		xj_utf8_next(&s, end);
	return n;
}

/* Whether a text of the query has the form as a word, or as words. */
static bool
has_form(const struct widening *w, const struct xj_clause *q,
	 const struct xj_form *form)
{
	if (form->len == 0 || !memmem(q->text, q->len, form->normal, form->len))
		return false;
	if (is_latin(form->normal, form->len))
		return xj_phrase_in(q->text, q->len, form->normal, form->len,
				    false);
	return xj_run_stands(w->an, q->text, q->len, form->normal, form->len);
}

/* The longest form of a group that the text has; NULL: none. */
static const struct xj_form *
typed_form(const struct widening *w, const struct xj_clause *q,
	   const struct xj_same *same)
{
	const struct xj_form *best = NULL;

	for (size_t i = 0; i < same->count; i++)
		if ((!best || same->forms[i].len > best->len) &&
		    has_form(w, q, &same->forms[i]))
			best = &same->forms[i];
	return best;
}

static int
add_form(struct widening *w, struct xj_clause *after,
	 const struct xj_form *typed, const struct xj_form *form)
{
	struct xj_clause *q = xj_arena_alloc(w->arena, sizeof(*q));
	size_t had = characters(typed->normal, typed->len);
	size_t has = characters(form->normal, form->len);

	if (!q)
		return no_memory(w->err);
	*q = (struct xj_clause){
		.op = XJ_CLAUSE_PHRASE, .text = form->normal,
		.len = form->len, .shown = form->text, .next = after->next,
		.share = ADDED_WEIGHT * (had < has ? (double)had / (double)has :
				       1),
		.instead = typed->normal,
	};
	after->next = q;
	w->list[w->count++] = (struct xj_widened){
		xj_arena_strdup(w->arena, typed->text),
		xj_arena_strdup(w->arena, form->text),
	};
	return w->list[w->count - 1].typed && w->list[w->count - 1].form ?
	       XJ_OK : no_memory(w->err);
}

/* Behind a text, the other forms of what it has. */
static int
widen_text(struct widening *w, struct xj_clause *q)
{
	int r = XJ_OK;

	for (size_t i = 0; i < w->lexicon->same_count; i++) {
		const struct xj_same *same = &w->lexicon->same[i];
		const struct xj_form *typed = typed_form(w, q, same);

		for (size_t k = 0; typed && k < same->count && r == XJ_OK; k++)
			if (w->count < ADDED_MAX &&
			    !memmem(q->text, q->len, same->forms[k].normal,
				    same->forms[k].len))
				r = add_form(w, q, typed, &same->forms[k]);
	}
	return r;
}

/* A text alone becomes one of several that may match. */
static int
widen_alone(struct widening *w, struct xj_clause *q)
{
	struct xj_clause *text = xj_arena_alloc(w->arena, sizeof(*text));
	size_t before = w->count;
	int r;

	if (!text)
		return no_memory(w->err);
	*text = *q;
	text->next = NULL;
	r = widen_text(w, text);
	if (r < 0 || w->count == before)
		return r;
	*q = (struct xj_clause){ .op = XJ_CLAUSE_ANY, .parts = text,
				 .last = text, .next = q->next };
	while (q->last->next)
		q->last = q->last->next;
	return XJ_OK;
}

static int
widen_any(struct widening *w, struct xj_clause *any)
{
	int r = XJ_OK;

	for (struct xj_clause *q = any->parts; q && r == XJ_OK; q = q->next)
		if (q->op == XJ_CLAUSE_TEXT)
			r = widen_text(w, q);
	while (any->last->next)
		any->last = any->last->next;
	return r;
}

static size_t
count_phrases(const struct xj_clause *q, bool top)
{
	size_t n = q->op == XJ_CLAUSE_PHRASE || (q->op == XJ_CLAUSE_TEXT &&
						 !top);

	for (const struct xj_clause *p = q->parts; p; p = p->next)
		n += count_phrases(p, top && q->op == XJ_CLAUSE_ALL);
	return n;
}

/* The codes that a value of the field stands for. */
static int
add_codes(struct xj_archive *a, char field, const char *value,
	  struct xj_buf *codes)
{
	return field == XJ_BOOL_TOPIC ?
	       xj_topics_meant(a, value, codes, NULL) :
	       xj_units_meant(a, value, codes, NULL);
}

/* Topics and units stand for those below them, too. What is not known is left as
 * it stands: nothing bears it. */
static int
widen_values(struct xj_archive *a, struct xj_arena *arena, struct xj_clause *q,
	     struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf codes = XJ_BUF_INIT;
	char *rest = xj_arena_strndup(arena, q->text, q->len), *value;
	int r;

	while (rest && (value = strsep(&rest, ","))) {
		size_t n;

		value += strspn(value, " ");
		for (n = strlen(value); n > 0 && value[n - 1] == ' ';)
			value[--n] = '\0';
		r = n ? add_codes(a, q->field, value, &codes) : XJ_OK;
		if (r == XJ_ENOTFOUND || r == XJ_EINVAL)
			xj_buf_addf(&codes, "%s,", value);
		else if (r < 0)
			return r;
	}
	if (codes.failed)
		return no_memory(err);
	q->text = xj_arena_strdup(arena, xj_buf_str(&codes));
	q->len = codes.len ? codes.len - 1 : 0;
	return q->text ? XJ_OK : no_memory(err);
}

int
xj_widen_values(struct xj_archive *a, struct xj_arena *arena,
		struct xj_clause *query, struct xj_error *err)
{
	int r = XJ_OK;

	for (struct xj_clause *q = query; q && r == XJ_OK; q = q->next) {
		if (q->parts)
			r = xj_widen_values(a, arena, q->parts, err);
		if (r == XJ_OK && q->op == XJ_CLAUSE_TERM &&
		    (q->field == XJ_BOOL_TOPIC || q->field == XJ_BOOL_UNIT))
			r = widen_values(a, arena, q, err);
	}
	return r;
}

int
xj_widen(struct xj_archive *a, struct xj_arena *arena, struct xj_clause *query,
	 struct xj_widened **list, size_t *count, struct xj_error *err)
{
	struct widening w = { .arena = arena, .err = err };
	int r = xj_archive_analyzer(a, &w.an, err);

	if (r == XJ_OK)
		r = xj_lexicon_get(a, &w.lexicon, err);
	if (r == XJ_OK)
		r = xj_widen_values(a, arena, query->parts, err);
	w.list = xj_arena_alloc(arena, (ADDED_MAX + 1) * sizeof(*w.list));
	if (r == XJ_OK && !w.list)
		return no_memory(err);
	if (r == XJ_OK && count_phrases(query, true) <= PHRASES_MAX)
		for (struct xj_clause *q = query->parts; q && r == XJ_OK;
		     q = q->next) {
			if (q->op == XJ_CLAUSE_TEXT)
				r = widen_alone(&w, q);
			else if (q->op == XJ_CLAUSE_ANY)
				r = widen_any(&w, q);
		}
	*list = w.list;
	*count = w.count;
	return r;
}
