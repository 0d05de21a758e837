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
	struct xj_repairs *repairs;
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
	{ "topic", FIELD_VALUES, XJ_BOOL_TOPIC, "topic" },
	{ "area", FIELD_VALUES, XJ_BOOL_TOPIC, "area" },
	{ "unit", FIELD_VALUES, XJ_BOOL_UNIT, "unit" },
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

/* Tell of a repair, once; of many, the first ones. */
static void
repair(struct reader *r, const char *code, const char *part, size_t len)
{
	struct xj_repairs *list = r->repairs;
	char *copy = xj_arena_strndup(r->arena, part, len);

	if (!copy) {
		out_of_memory(r);
		return;
	}
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->list[i].code, code) == 0 &&
		    strcmp(list->list[i].part, copy) == 0)
			return;
	if (list->count < XJ_REPAIRS_MAX)
		list->list[list->count++] = (struct xj_repair){ code, copy };
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

/* Bytes before the star at the end of a word; 0: there is none, or it stands
 * alone. */
static size_t
before_star(const char *text, size_t len)
{
	if (len > 1 && text[len - 1] == '*')
		len -= 1;
	else if (len > 3 && memcmp(text + len - 3, "\xEF\xBC\x8A", 3) == 0)
		len -= 3;
	else
		return 0;
	return memchr(text, '*', len) || has_mark(text, len) ? 0 : len;
}

/* A letter alone begins too many words to be meant. */
static bool
is_letter_alone(const char *normal, size_t len)
{
	const char *p = normal, *end = normal + len;

	return !xj_is_cjk(xj_utf8_next(&p, end)) && p == end;
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

/* A word: with a star, what begins with it. */
static struct xj_clause *
word_node(struct reader *r, enum xj_clause_op op, const char *text, size_t len)
{
	size_t stem = before_star(text, len);
	struct xj_clause *q = stem ? text_node(r, XJ_CLAUSE_PHRASE, text, stem) :
				     text_node(r, op, text, len);

	if (!q || !stem)
		return q;
	if (is_letter_alone(q->text, q->len)) {
		repair(r, "short-prefix", text, len);
		q->op = op;
	} else {
		q->open = true;
	}
	return q;
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
		repair(r, "range", text, len);
	}
	return q;
}

/* NULL when the value makes no sense for this field. */
static struct xj_clause *
condition(struct reader *r, const struct field *field, const char *text,
	  size_t len, bool quoted)
{
	struct xj_clause *q;

	if (field->kind == FIELD_DATE)
		q = date_node(r, text, len);
	else if (field->kind == FIELD_TEXT && quoted)
		q = text_node(r, XJ_CLAUSE_PHRASE, text, len);
	else if (field->kind == FIELD_TEXT)
		q = word_node(r, XJ_CLAUSE_PHRASE, text, len);
	else
		q = values_node(r, field, text, len);
	if (!q || (field->kind == FIELD_ID && !is_number(q->text)) ||
	    (field->kind == FIELD_OUTCOME && !is_outcome(q->text)))
		return NULL;
	q->field = field->field;
	q->name = field->printed;
	return q;
}

/* Bytes of the name before a colon that begins here, and where its value does;
 * 0: there is none. */
static size_t
name_at(const struct reader *r, const char **value)
{
	size_t n = 0, left = (size_t)(r->end - r->at);
	uint32_t c;

	while (n < left && (r->at[n] | 32) >= 'a' && (r->at[n] | 32) <= 'z')
		n++;
	c = look(r, r->at + n, value);
	return c == ':' || c == 0xff1a ? n : 0;
}

static const struct field *
field_called(const char *name, size_t n)
{
	for (size_t i = 0; i < XJ_COUNT(fields); i++)
		if (strlen(fields[i].name) == n &&
		    strncasecmp(fields[i].name, name, n) == 0)
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

static bool
is_year_digit(uint32_t c)
{
	static const char numerals[] = "〇零一二三四五六七八九";
	const char *p = numerals, *end = numerals + sizeof(numerals) - 1;

	while (p < end)
		if (xj_utf8_next(&p, end) == c)
			return true;
	return (c >= '0' && c <= '9') || (c >= 0xff10 && c <= 0xff19);
}

/* Behind "(2010)", as it stands in the number of an official document; NULL:
 * something else is here. */
static const char *
past_year(const struct reader *r, const char *p)
{
	if (!is_open(look(r, p, &p)))
		return NULL;
	for (int i = 0; i < 4; i++)
		if (!is_year_digit(look(r, p, &p)))
			return NULL;
	return is_close(look(r, p, &p)) ? p : NULL;
}

/* Where a word that begins here is over. */
static const char *
word_end(const struct reader *r, const char *at)
{
	const char *p = at, *inside, *after;
	size_t len;

	for (;;) {
		if (p > at && (after = past_year(r, p))) {
			p = after;
			continue;
		}
		if (is_edge(r, p))
			break;
		if (p > at && quote_of(look(r, p, NULL)) &&
		    phrase_at(r, p, false, &inside, &len, &after))
			break;
		look(r, p, &p);
	}
	return p;
}

/* A name of letters before a colon is meant as a field, but not in an address
 * (http://), and one letter is none. */
static void
tell_unknown(struct reader *r, size_t n, const char *value)
{
	if (n > 1 && value < r->end && *value != '/' && !is_edge(r, value))
		repair(r, "unknown-field", r->at, n);
}

/* A field without a value is left out. */
static void
leave_out(struct reader *r, const char *value)
{
	repair(r, "empty-field", r->at, (size_t)(value - r->at));
	r->at = value;
}

/* The value of a field, and where it ends. */
static struct xj_clause *
read_value(struct reader *r, const struct field *field, const char *value,
	   const char **after)
{
	const char *inside;
	size_t len;

	if (quote_of(look(r, value, NULL)) &&
	    phrase_at(r, value, true, &inside, &len, after))
		return condition(r, field, inside, len, true);
	*after = word_end(r, value);
	return condition(r, field, value, (size_t)(*after - value), false);
}

/* A field with its value; NULL, and no value read, when it is none. */
static struct xj_clause *
read_field(struct reader *r)
{
	const char *value, *after;
	size_t n = name_at(r, &value);
	const struct field *field = n ? field_called(r->at, n) : NULL;
	struct xj_clause *q;

	if (!field && n == 4 && strncasecmp(r->at, "near", 4) == 0 &&
	    is_edge(r, value)) {
		leave_out(r, value);
		return NULL;
	}
	if (!field) {
		if (n)
			tell_unknown(r, n, value);
		return NULL;
	}
	if (is_edge(r, value)) {
		leave_out(r, value);
		return NULL;
	}
	q = read_value(r, field, value, &after);
	if (!q)
		repair(r, "bad-value", r->at, (size_t)(after - r->at));
	else
		r->at = after;
	return q;
}

static struct xj_clause *
read_word(struct reader *r)
{
	const char *from = r->at;
	struct xj_clause *q = read_field(r);

	if (q || r->status < 0 || r->at > from)
		return q;
	r->at = word_end(r, from);
	return word_node(r, XJ_CLAUSE_TEXT, from, (size_t)(r->at - from));
}

static struct xj_clause *read_all(struct reader *r, bool inside);
static struct xj_clause *read_unit(struct reader *r, bool edge);

static struct xj_clause *
read_group(struct reader *r)
{
	const char *from = r->at;
	struct xj_clause *q;

	look(r, r->at, &r->at);
	if (r->depth == DEPTH_MAX) {
		repair(r, "depth", from, (size_t)(r->at - from));
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
		if (!q)
			repair(r, "empty-phrase", r->at,
			       (size_t)(after - r->at));
		r->at = after;
		return q;
	}
	if (after)
		return read_word(r); /* marks of running text */
	inside = r->at;
	look(r, r->at, &r->at);
	repair(r, "quote", inside, (size_t)(r->at - inside));
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

/*
 * "near:10" or "NEAR/10": the words on its two sides stand no further apart.
 * Moves past it.
 */
static bool
read_near(struct reader *r, unsigned *distance)
{
	const char *p = r->at + 4, *digits;
	uint32_t c;

	if (r->end - r->at < 6 || strncasecmp(r->at, "near", 4) != 0)
		return false;
	c = look(r, p, &p);
	digits = p;
	*distance = 0;
	for (; p < r->end && *p >= '0' && *p <= '9' && p - digits < 9; p++)
		*distance = *distance * 10 + (unsigned)(*p - '0');
	if ((c != ':' && c != 0xff1a && c != '/') || p == digits ||
	    !is_edge(r, p))
		return false;
	r->at = p;
	return true;
}

/* A distance is between words, not between conditions. */
static bool
can_be_near(const struct xj_clause *q)
{
	return q && !q->name && (q->op == XJ_CLAUSE_TEXT ||
				 q->op == XJ_CLAUSE_PHRASE ||
				 q->op == XJ_CLAUSE_NEAR);
}

static struct xj_clause *
join_near(struct reader *r, struct xj_clause *left, struct xj_clause *right,
	  unsigned distance)
{
	struct xj_clause *near = left;

	if (left->op != XJ_CLAUSE_NEAR) {
		near = node(r, XJ_CLAUSE_NEAR);
		if (!near)
			return NULL;
		append(near, left);
	}
	right->distance = distance < XJ_NEAR_MAX ? distance : XJ_NEAR_MAX;
	append(near, right);
	return near;
}

/* What stands to the right of a distance: a word or a phrase, or NULL and
 * nothing read. Of a group no more than that is looked at, or one inside
 * another would be read twice at every level. */
static struct xj_clause *
read_right(struct reader *r)
{
	const char *back = r->at;
	struct xj_clause *right = NULL;

	skip_blanks(r);
	if (!is_open(look(r, r->at, NULL)) && !excludes(r))
		right = read_unit(r, true);
	if (can_be_near(right) && right->op != XJ_CLAUSE_NEAR)
		return right;
	r->at = back;
	return NULL;
}

/* Units with distances between; NULL: nothing there. */
static struct xj_clause *
read_nears(struct reader *r)
{
	struct xj_clause *left = read_unit(r, true), *right;
	unsigned distance;

	while (left && r->status >= 0) {
		const char *back = r->at, *from;

		skip_blanks(r);
		from = r->at;
		if (!read_near(r, &distance)) {
			r->at = back;
			break;
		}
		right = can_be_near(left) ? read_right(r) : NULL;
		if (right)
			left = join_near(r, left, right, distance);
		else
			repair(r, "operator", from, (size_t)(r->at - from));
	}
	return left;
}

/* Whether an operator stands here that has nothing on its left. */
static bool
drop_operator(struct reader *r)
{
	const char *from = r->at;
	unsigned distance;

	if (read_operator(r, "OR") || read_near(r, &distance)) {
		repair(r, "operator", from, (size_t)(r->at - from));
		return true;
	}
	if (read_operator(r, "AND")) {
		repair(r, "and", from, (size_t)(r->at - from));
		return true;
	}
	return false;
}

/* A clause: units with OR between. NULL: nothing there. */
static struct xj_clause *
read_clause(struct reader *r)
{
	struct xj_clause *clause = read_nears(r), *unit;

	while (clause && r->status >= 0) {
		const char *back = r->at, *from;

		skip_blanks(r);
		from = r->at;
		if (!read_operator(r, "OR")) {
			r->at = back;
			break;
		}
		do
			skip_blanks(r);
		while (read_operator(r, "OR") || read_operator(r, "AND"));
		unit = read_nears(r);
		if (unit)
			clause = join_or(r, clause, unit);
		else
			repair(r, "operator", from, 2);
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
			if (inside)
				repair(r, "parenthesis", "(", 1);
			break;
		}
		if (is_close(look(r, r->at, NULL))) {
			look(r, r->at, &r->at);
			if (inside)
				break;
			repair(r, "parenthesis", ")", 1);
		} else if (!drop_operator(r) && (clause = read_clause(r))) {
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
	if (words <= PROSE)
		return;
	for (struct xj_clause *q = whole->parts; q; q = q->next) {
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
		q->open = false;
		repair(r, "prose", "", 0);
	}
}

/* Nothing is left of "title:" but its letters. */
static void
read_as_words(struct reader *r, struct xj_clause *whole, const char *text,
	      size_t len)
{
	struct xj_clause *q;

	while (len > 0 && text[len - 1] == ' ')
		len--;
	q = text_node(r, XJ_CLAUSE_TEXT, text, len);
	if (q)
		append(whole, q);
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
		struct xj_repairs *repairs, struct xj_error *err)
{
	struct reader r = { .arena = arena, .an = an, .repairs = repairs,
			    .err = err };

	*query = NULL;
	repairs->count = 0;
	if (len > XJ_QUERY_MAX)
		return xj_error_set(err, XJ_ELIMIT, "a query may have %u bytes, "
				    "this one has %zu", XJ_QUERY_MAX, len);
	r.at = cleaned(arena, text, len);
	if (!r.at)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	r.end = r.at + len;
	*query = read_all(&r, false);
	if (*query && !(*query)->parts && repairs->count &&
	    strcmp(repairs->list[0].code, "empty-field") == 0)
		read_as_words(&r, *query, r.end - len, len);
	if (*query)
		read_as_prose(&r, *query);
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
	bool plain = q->open || (q->op == XJ_CLAUSE_TERM &&
				 !strpbrk(q->shown, " ()"));

	if (!plain)
		xj_buf_addc(out, '"');
	print_text(out, q->shown);
	if (!plain)
		xj_buf_addc(out, '"');
	if (q->open)
		xj_buf_addc(out, '*');
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
print_joint(struct xj_buf *out, const struct xj_clause *whole,
	    const struct xj_clause *next)
{
	if (whole->op == XJ_CLAUSE_ANY)
		xj_buf_adds(out, " OR ");
	else if (whole->op == XJ_CLAUSE_NEAR)
		xj_buf_addf(out, " near:%u ", next->distance);
	else if (whole->op != XJ_CLAUSE_NOT)
		xj_buf_addc(out, ' ');
}

static void
print(struct xj_buf *out, const struct xj_clause *q, enum xj_clause_op within)
{
	bool group = q->op == XJ_CLAUSE_ALL ||
		     (within == XJ_CLAUSE_NOT && (q->op == XJ_CLAUSE_ANY ||
						  q->op == XJ_CLAUSE_NEAR));

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
		if (p->next)
			print_joint(out, q, p->next);
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
