/* search-query.c - a query string, put right where needed, as a tree. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/fields.h"
#include "library/search.h"

/* Parentheses deeper than this are read as blanks. */
#define DEPTH_MAX 32

struct reader {
	struct xj_arena *arena;
	struct xj_analyzer *an;
	const char *at, *end;
	unsigned depth;
	bool repaired;
	struct xj_normal normal;
	int status;
	struct xj_error *err;
};

/* ---------------------------------------------------------------- fields */

enum field_kind { FIELD_TEXT, FIELD_VALUES, FIELD_OUTCOME, FIELD_ID, FIELD_DATE };

static const struct field {
	const char *name;
	enum field_kind kind;
	char field;
	const char *printed;
} fields[] = {
	{ "title", FIELD_TEXT, XJ_FIELD_TITLE, "title" },
	{ "creator", FIELD_TEXT, XJ_FIELD_CREATOR, "creator" },
	{ "author", FIELD_TEXT, XJ_FIELD_CREATOR, "creator" },
	{ "subject", FIELD_TEXT, XJ_FIELD_SUBJECT, "subject" },
	{ "path", FIELD_TEXT, XJ_FIELD_PATH, "path" },
	{ "kind", FIELD_VALUES, XJ_BOOL_KIND, "kind" },
	{ "type", FIELD_VALUES, XJ_BOOL_TYPE, "type" },
	{ "format", FIELD_VALUES, XJ_BOOL_FORMAT, "format" },
	{ "language", FIELD_VALUES, XJ_BOOL_LANGUAGE, "language" },
	{ "is", FIELD_OUTCOME, XJ_BOOL_OUTCOME, "is" },
	{ "in", FIELD_ID, XJ_BOOL_INSIDE, "in" },
	{ "accession", FIELD_ID, XJ_BOOL_ACCESSION, "accession" },
	{ "year", FIELD_DATE, 0, "date" },
	{ "date", FIELD_DATE, 0, "date" },
};

static const char *const outcomes[] = {
	"ok", "partial", "encrypted", "corrupt", "unsupported", "limit",
	"crashed", "ocr",
};

/* ------------------------------------------------------------ characters */

static uint32_t
look(const struct reader *r, const char *at, const char **after)
{
	const char *p = at;
	uint32_t c = p < r->end ? xj_utf8_next(&p, r->end) : 0;

	if (after)
		*after = p;
	return c;
}

/* What parts words; control characters, and bytes that are not UTF-8, too. */
static bool
is_blank(uint32_t c)
{
	return c <= 0x20 || (c >= 0x7f && c <= 0xa0) || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff ||
	       c == 0xfffd;
}

static bool
is_open(uint32_t c)
{
	return c == '(' || c == 0xff08;
}

static bool
is_close(uint32_t c)
{
	return c == ')' || c == 0xff09;
}

static bool
is_dash(uint32_t c)
{
	return c == '-' || c == 0xff0d;
}

/* At the end of the text, a blank, a parenthesis: where a word is over. */
static bool
is_edge(const struct reader *r, const char *at)
{
	uint32_t c = look(r, at, NULL);

	return at >= r->end || is_blank(c) || is_open(c) || is_close(c);
}

/* Families of quotation marks; any mark of a family closes one of it. */
enum quote { NO_QUOTE, STRAIGHT, CURVED, CORNER, WHITE_CORNER };

static enum quote
quote_of(uint32_t c)
{
	switch (c) {
	case '"':
	case 0xff02:
		return STRAIGHT;
	case 0x201c:
	case 0x201d:
		return CURVED;
	case 0x300c:
	case 0x300d:
		return CORNER;
	case 0x300e:
	case 0x300f:
		return WHITE_CORNER;
	}
	return NO_QUOTE;
}

static bool
has_mark(const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end)
		if (quote_of(xj_utf8_next(&text, end)))
			return true;
	return false;
}

/* ----------------------------------------------------------------- nodes */

static void *
out_of_memory(struct reader *r)
{
	if (r->status >= 0)
		r->status = xj_error_set(r->err, XJ_ENOMEM, "out of memory");
	return NULL;
}

static struct xj_clause *
node(struct reader *r, enum xj_clause_op op)
{
	struct xj_clause *q = xj_arena_alloc(r->arena, sizeof(*q));

	if (!q)
		return out_of_memory(r);
	q->op = op;
	return q;
}

/* Normalised, without blanks at its ends; NULL when nothing is left. */
static const char *
normalised(struct reader *r, const char *text, size_t len, size_t *out_len)
{
	const char *s, *copy;
	size_t n;
	int status = xj_normalise(r->an, text, len, 0, &r->normal, r->err);

	if (status < 0) {
		r->status = status;
		return NULL;
	}
	for (s = r->normal.bytes, n = r->normal.len; n > 0 && *s == ' '; n--)
		s++;
	while (n > 0 && s[n - 1] == ' ')
		n--;
	*out_len = n;
	if (n == 0)
		return NULL;
	copy = xj_arena_strndup(r->arena, s, n);
	return copy ? copy : out_of_memory(r);
}

static int
end_at_first(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	     size_t at, size_t width)
{
	(void)kind, (void)term, (void)len, (void)at, (void)width;
	*(bool *)ctx = true;
	return -1;
}

/* Whether there is anything in it that can be found. */
static bool
has_terms(struct reader *r, const char *text, size_t len)
{
	bool found = false;
	int status = xj_terms(r->an, text, len, end_at_first, &found, r->err);

	if (status < 0 && !found)
		r->status = status;
	return found;
}

static struct xj_clause *
text_node(struct reader *r, enum xj_clause_op op, const char *text, size_t len)
{
	size_t n = 0;
	const char *normal = normalised(r, text, len, &n);
	struct xj_clause *q;

	if (!normal || !has_terms(r, normal, n))
		return NULL;
	q = node(r, op);
	if (!q)
		return NULL;
	q->text = normal;
	q->len = n;
	q->shown = xj_arena_strndup(r->arena, text, len);
	return q->shown ? q : out_of_memory(r);
}

/* ------------------------------------------------------------- conditions */

static struct xj_clause *
values_node(struct reader *r, const struct field *field, const char *text,
	    size_t len)
{
	size_t n = 0;
	const char *normal = normalised(r, text, len, &n);
	struct xj_clause *q;

	if (!normal || strspn(normal, " ,") == n || has_mark(normal, n))
		return NULL;
	q = node(r, XJ_CLAUSE_TERM);
	if (q) {
		q->text = q->shown = normal;
		q->len = n;
		q->field = field->field;
	}
	return q;
}

static bool
is_outcome(const char *value)
{
	for (size_t i = 0; i < XJ_COUNT(outcomes); i++)
		if (strcmp(value, outcomes[i]) == 0)
			return true;
	return false;
}

static bool
is_number(const char *value)
{
	size_t n = strspn(value, "0123456789");

	return n > 0 && n <= 12 && value[n] == '\0' && value[0] != '0';
}

/* The two ends of "2009..2011", "2009..", "..2011", "2009-2011", "2009". */
static bool
split_range(char *value, const char **low, const char **high)
{
	char *dots = strstr(value, "..");

	if (dots) {
		*dots = '\0';
		*low = value;
		*high = dots + 2 + (dots[2] == '.');
	} else if (strlen(value) == 9 && value[4] == '-' &&
		   strspn(value + 5, "0123456789") == 4) {
		value[4] = '\0';
		*low = value;
		*high = value + 5;
	} else {
		*low = *high = value;
	}
	return **low || **high;
}

/* A date as the index has it; NULL for none; false if it is not one. */
static bool
date_end(struct reader *r, const char *value, const char **out)
{
	char date[16];

	*out = NULL;
	if (*value == '\0')
		return true;
	if (xj_date_normalise(value, date) < 0)
		return false;
	*out = xj_arena_strdup(r->arena, date);
	return *out || out_of_memory(r);
}

static struct xj_clause *
date_node(struct reader *r, const char *text, size_t len)
{
	size_t n;
	const char *normal = normalised(r, text, len, &n), *low, *high;
	char *value = normal ? xj_arena_strndup(r->arena, normal, n) : NULL;
	struct xj_clause *q = node(r, XJ_CLAUSE_RANGE);

	if (!value || !q || !split_range(value, &low, &high) ||
	    !date_end(r, low, &q->low) || !date_end(r, high, &q->high))
		return NULL;
	if (q->low && q->high && strcmp(q->low, q->high) > 0) {
		const char *earlier = q->high;

		q->high = q->low;
		q->low = earlier;
		r->repaired = true;
	}
	return q;
}

/* NULL when the value makes no sense for this field. */
static struct xj_clause *
condition(struct reader *r, const struct field *field, const char *text,
	  size_t len)
{
	struct xj_clause *q;

	if (field->kind == FIELD_DATE)
		q = date_node(r, text, len);
	else if (field->kind == FIELD_TEXT)
		q = text_node(r, XJ_CLAUSE_PHRASE, text, len);
	else
		q = values_node(r, field, text, len);
	if (!q || (field->kind == FIELD_ID && !is_number(q->text)) ||
	    (field->kind == FIELD_OUTCOME && !is_outcome(q->text)))
		return NULL;
	q->field = field->field;
	q->name = field->printed;
	return q;
}

/* The field that begins here, and where its value does. */
static const struct field *
field_at(const struct reader *r, const char **value)
{
	size_t n = 0, left = (size_t)(r->end - r->at);
	const char *after;
	uint32_t c;

	while (n < left && (r->at[n] | 32) >= 'a' && (r->at[n] | 32) <= 'z')
		n++;
	c = look(r, r->at + n, &after);
	if (c != ':' && c != 0xff1a)
		return NULL;
	*value = after;
	for (size_t i = 0; i < XJ_COUNT(fields); i++)
		if (strlen(fields[i].name) == n &&
		    strncasecmp(fields[i].name, r->at, n) == 0)
			return &fields[i];
	return NULL;
}

/* --------------------------------------------------------------- reading */

/*
 * Whether a phrase begins at a quotation mark. `edge`: nothing of a word stands
 * before it. `*inside` is the text between, `*after` where reading goes on;
 * both NULL if the mark is never closed.
 */
static bool
phrase_at(const struct reader *r, const char *at, bool edge,
	  const char **inside, size_t *len, const char **after)
{
	const char *p;
	enum quote family = quote_of(look(r, at, &p));
	bool right;

	*inside = p;
	*after = NULL;
	while (p < r->end) {
		const char *next;

		if (quote_of(look(r, p, &next)) != family) {
			p = next;
			continue;
		}
		*len = (size_t)(p - *inside);
		*after = next;
		right = is_edge(r, next);
		return family == STRAIGHT ? edge || right : edge && right;
	}
	return false;
}

/* Where a word that begins here is over. */
static const char *
word_end(const struct reader *r, const char *at)
{
	const char *p = at, *inside, *after;
	size_t len;

	while (!is_edge(r, p)) {
		if (p > at && quote_of(look(r, p, NULL)) &&
		    phrase_at(r, p, false, &inside, &len, &after))
			break;
		look(r, p, &p);
	}
	return p;
}

/* A field with its value; NULL, and nothing read, when it is none. */
static struct xj_clause *
read_field(struct reader *r)
{
	const char *value, *inside, *after;
	const struct field *field = field_at(r, &value);
	struct xj_clause *q;
	size_t len;

	if (!field || is_edge(r, value))
		return NULL;
	if (quote_of(look(r, value, NULL)) &&
	    phrase_at(r, value, true, &inside, &len, &after)) {
		q = condition(r, field, inside, len);
	} else {
		after = word_end(r, value);
		q = condition(r, field, value, (size_t)(after - value));
	}
	if (q)
		r->at = after;
	else
		r->repaired = true;
	return q;
}

static struct xj_clause *
read_word(struct reader *r)
{
	const char *from = r->at;
	struct xj_clause *q = read_field(r);

	if (q || r->status < 0)
		return q;
	r->at = word_end(r, from);
	return text_node(r, XJ_CLAUSE_TEXT, from, (size_t)(r->at - from));
}

static struct xj_clause *read_all(struct reader *r, bool inside);
static struct xj_clause *read_unit(struct reader *r, bool edge);

static struct xj_clause *
read_group(struct reader *r)
{
	struct xj_clause *q;

	look(r, r->at, &r->at);
	if (r->depth == DEPTH_MAX) {
		r->repaired = true;
		return NULL; /* what is in it is read as what follows */
	}
	r->depth++;
	q = read_all(r, true);
	r->depth--;
	if (q && !q->parts)
		return NULL;
	if (q && !q->parts->next)
		return q->parts;
	return q;
}

static struct xj_clause *
read_not(struct reader *r)
{
	struct xj_clause *part, *q;

	look(r, r->at, &r->at);
	part = read_unit(r, true);
	if (!part)
		return NULL;
	if (part->op == XJ_CLAUSE_NOT)
		return part->parts;
	q = node(r, XJ_CLAUSE_NOT);
	if (q)
		q->parts = q->last = part;
	return q;
}

/* A dash that excludes what follows: one, directly before something. */
static bool
excludes(const struct reader *r)
{
	const char *next;

	if (!is_dash(look(r, r->at, &next)) || next >= r->end)
		return false;
	return (!is_edge(r, next) || is_open(look(r, next, NULL))) &&
	       !is_dash(look(r, next, NULL));
}

/* One unit, or NULL where there is none; something is read unless at an edge. */
static struct xj_clause *
read_unit(struct reader *r, bool edge)
{
	const char *inside, *after;
	struct xj_clause *q;
	size_t len;

	if (is_open(look(r, r->at, NULL)))
		return read_group(r);
	if (is_edge(r, r->at))
		return NULL;
	if (excludes(r))
		return read_not(r);
	if (!quote_of(look(r, r->at, NULL)))
		return read_word(r);
	if (phrase_at(r, r->at, edge, &inside, &len, &after)) {
		q = text_node(r, XJ_CLAUSE_PHRASE, inside, len);
		r->at = after;
		r->repaired |= !q;
		return q;
	}
	if (after)
		return read_word(r); /* marks of running text */
	r->repaired = true;
	look(r, r->at, &r->at);
	return read_unit(r, edge);
}

/* Whether this word in capitals stands here, and moves past it. */
static bool
read_operator(struct reader *r, const char *name)
{
	size_t n = strlen(name);

	if ((size_t)(r->end - r->at) < n || memcmp(r->at, name, n) != 0 ||
	    !is_edge(r, r->at + n))
		return false;
	r->at += n;
	return true;
}

static void
skip_blanks(struct reader *r)
{
	const char *next;

	while (r->at < r->end && is_blank(look(r, r->at, &next)))
		r->at = next;
}

/* Parts added at the end of a whole; a whole of the same kind dissolves. */
static void
append(struct xj_clause *whole, struct xj_clause *part)
{
	struct xj_clause *first = part, *last = part;

	if (part->op == whole->op) {
		first = part->parts;
		last = part->last;
	}
	if (whole->last)
		whole->last->next = first;
	else
		whole->parts = first;
	whole->last = last;
}

/* One of a run of single characters: "学 习 心 得" is written so in titles. */
static bool
is_single(const struct xj_clause *q)
{
	const char *p = q->text;

	return q->op == XJ_CLAUSE_TEXT && xj_is_han(xj_utf8_next(&p, q->text +
								q->len)) &&
	       p == q->text + q->len;
}

/* Those from `q` up to `end` become one. */
static void
join(struct reader *r, struct xj_clause *q, struct xj_clause *end)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf shown = XJ_BUF_INIT;

	for (const struct xj_clause *c = q; c != end; c = c->next) {
		xj_buf_adds(&text, c->text);
		xj_buf_adds(&shown, c->shown);
	}
	q->text = xj_arena_strdup(r->arena, xj_buf_str(&text));
	q->shown = xj_arena_strdup(r->arena, xj_buf_str(&shown));
	q->len = text.len;
	q->next = end;
	if (text.failed || shown.failed || !q->text || !q->shown)
		out_of_memory(r);
}

static void
join_singles(struct reader *r, struct xj_clause *whole)
{
	for (struct xj_clause *q = whole->parts; q; q = q->next) {
		struct xj_clause *end = q;

		while (end && is_single(end))
			end = end->next;
		if (end != q && end != q->next)
			join(r, q, end);
		whole->last = q;
	}
}

/* The unit after an OR joins the clause before it. */
static struct xj_clause *
join_or(struct reader *r, struct xj_clause *clause, struct xj_clause *unit)
{
	struct xj_clause *any = clause;

	if (clause->op != XJ_CLAUSE_ANY) {
		any = node(r, XJ_CLAUSE_ANY);
		if (!any)
			return NULL;
		append(any, clause);
	}
	append(any, unit);
	return any;
}

/* A clause: units with OR between. NULL: nothing there. */
static struct xj_clause *
read_clause(struct reader *r)
{
	struct xj_clause *clause = read_unit(r, true), *unit;

	while (clause && r->status >= 0) {
		const char *back = r->at;

		skip_blanks(r);
		if (!read_operator(r, "OR")) {
			r->at = back;
			break;
		}
		do
			skip_blanks(r);
		while (read_operator(r, "OR") || read_operator(r, "AND"));
		unit = read_unit(r, true);
		if (unit)
			clause = join_or(r, clause, unit);
		else
			r->repaired = true;
	}
	return clause;
}

static struct xj_clause *
read_all(struct reader *r, bool inside)
{
	struct xj_clause *all = node(r, XJ_CLAUSE_ALL);

	while (all && r->status >= 0) {
		struct xj_clause *clause;

		skip_blanks(r);
		if (r->at >= r->end) {
			r->repaired |= inside;
			break;
		}
		if (is_close(look(r, r->at, NULL))) {
			look(r, r->at, &r->at);
			if (inside)
				break;
			r->repaired = true;
		} else if (read_operator(r, "OR") || read_operator(r, "AND")) {
			r->repaired = true;
		} else if ((clause = read_clause(r))) {
			append(all, clause);
		}
	}
	if (all)
		join_singles(r, all);
	return r->status < 0 ? NULL : all;
}

/* More words than these are a sentence. */
#define PROSE 12

/*
 * In prose quotation marks and dashes are what they are in print: nobody writes
 * a dozen words to find one document that has a phrase.
 */
static void
read_as_prose(struct reader *r, struct xj_clause *whole)
{
	size_t words = 0;

	for (const struct xj_clause *q = whole->parts; q; q = q->next)
		words += q->op == XJ_CLAUSE_TEXT;
	for (struct xj_clause *q = whole->parts; q && words > PROSE;
	     q = q->next) {
		const struct xj_clause *p =
			q->op == XJ_CLAUSE_NOT ? q->parts : q;

		if (q->op == XJ_CLAUSE_TEXT || p->field || p->name ||
		    (p->op != XJ_CLAUSE_TEXT && p->op != XJ_CLAUSE_PHRASE))
			continue;
		q->op = XJ_CLAUSE_TEXT;
		q->text = p->text;
		q->len = p->len;
		q->shown = p->shown;
		q->parts = q->last = NULL;
		r->repaired = true;
	}
}

/* What is not UTF-8, and control characters, as blanks. */
static const char *
cleaned(struct xj_arena *arena, const char *text, size_t len)
{
	char *copy = xj_arena_strndup(arena, text, len);
	const char *p = copy, *end = copy + len;

	while (copy && p < end) {
		char *at = (char *)p;
		uint32_t c = xj_utf8_next(&p, end);

		if (c < 0x20 || c == 0x7f || (c == 0xfffd && p == at + 1))
			*at = ' ';
	}
	return copy;
}

int
xj_clause_parse(struct xj_arena *arena, struct xj_analyzer *an,
		const char *text, size_t len, struct xj_clause **query,
		bool *repaired, struct xj_error *err)
{
	struct reader r = { .arena = arena, .an = an, .err = err };

	*query = NULL;
	if (len > XJ_QUERY_MAX)
		return xj_error_set(err, XJ_ELIMIT, "a query may have %u bytes, "
				    "this one has %zu", XJ_QUERY_MAX, len);
	r.at = cleaned(arena, text, len);
	if (!r.at)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	r.end = r.at + len;
	*query = read_all(&r, false);
	if (*query)
		read_as_prose(&r, *query);
	*repaired = r.repaired;
	xj_normal_release(&r.normal);
	return r.status;
}

/* -------------------------------------------------------------- printing */

/* Marks that were part of running text, and dashes behind them, would be meant
 * where they stand now. */
static void
print_text(struct xj_buf *out, const char *text)
{
	const char *p = text, *end = text + strlen(text);
	bool begun = false, mark = false;

	while (p < end) {
		const char *at = p;

		uint32_t c = xj_utf8_next(&p, end);

		if (quote_of(c) || (mark && is_dash(c))) {
			mark = true;
			continue;
		}
		if (mark && begun)
			xj_buf_addc(out, ' ');
		xj_buf_add(out, at, (size_t)(p - at));
		begun = true;
		mark = false;
	}
}

static void
print_quoted(struct xj_buf *out, const struct xj_clause *q)
{
	bool plain = q->op == XJ_CLAUSE_TERM && !strpbrk(q->shown, " ()");

	if (!plain)
		xj_buf_addc(out, '"');
	print_text(out, q->shown);
	if (!plain)
		xj_buf_addc(out, '"');
}

static void
print_range(struct xj_buf *out, const struct xj_clause *q)
{
	if (q->low)
		xj_buf_adds(out, q->low);
	if (q->low && q->high && strcmp(q->low, q->high) == 0)
		return;
	xj_buf_adds(out, "..");
	if (q->high)
		xj_buf_adds(out, q->high);
}

static void
print(struct xj_buf *out, const struct xj_clause *q, enum xj_clause_op within)
{
	bool group = q->op == XJ_CLAUSE_ALL || (q->op == XJ_CLAUSE_ANY &&
					       within == XJ_CLAUSE_NOT);

	if (group)
		xj_buf_addc(out, '(');
	if (q->op == XJ_CLAUSE_NOT)
		xj_buf_addc(out, '-');
	if (q->name)
		xj_buf_addf(out, "%s:", q->name);
	if (q->op == XJ_CLAUSE_TEXT)
		print_text(out, q->shown);
	else if (q->op == XJ_CLAUSE_PHRASE || q->op == XJ_CLAUSE_TERM)
		print_quoted(out, q);
	else if (q->op == XJ_CLAUSE_RANGE)
		print_range(out, q);
	for (const struct xj_clause *p = q->parts; p; p = p->next) {
		print(out, p, q->op);
		if (p->next && q->op != XJ_CLAUSE_NOT)
			xj_buf_adds(out, q->op == XJ_CLAUSE_ANY ? " OR " : " ");
	}
	if (group)
		xj_buf_addc(out, ')');
}

void
xj_clause_print(const struct xj_clause *query, struct xj_buf *out)
{
	for (const struct xj_clause *p = query->parts; p; p = p->next) {
		print(out, p, query->op);
		if (p->next)
			xj_buf_addc(out, ' ');
	}
}
