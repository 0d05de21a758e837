/*
 * front-matter.c - the block of "key: value" lines between "---" that many
 * programs write at the head of a Markdown file.
 *
 * A small part of YAML: plain and quoted values, [a, b], "- a" lines, | and >
 * texts. What stands below a key that is of no interest is passed over. What
 * is not understood makes the whole no front matter, so that no text is lost.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "markdown.h"
#include "plugins/common/date.h"

#define FRONT_MAX 65536u
#define VALUE_MAX 8192u

/* A run of bytes within the source. */
struct span {
	const char *p;
	size_t len;
};

struct front {
	const char *at, *end; /* what is left of the block */
	front_fn fn;
	void *ctx;
};

static const struct {
	const char *key, *element;
} keys[] = {
	{ "abstract", "description" },
	{ "author", "creator" },
	{ "authors", "creator" },
	{ "creator", "creator" },
	{ "date", "date" },
	{ "description", "description" },
	{ "keywords", "subject" },
	{ "kind", "kind" },
	{ "lang", "language" },
	{ "language", "language" },
	{ "subject", "subject" },
	{ "tags", "subject" },
	{ "title", "title" },
};

/* ---------------------------------------------------------------- lines */

static struct span
trimmed(struct span s)
{
	while (s.len > 0 && isspace((unsigned char)s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && isspace((unsigned char)s.p[s.len - 1]))
		s.len--;
	return s;
}

/* The line at p without its end; `*next` is behind it. */
static struct span
line_at(const char *p, const char *end, const char **next)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));
	struct span line = { p, (size_t)((nl ? nl : end) - p) };

	*next = nl ? nl + 1 : end;
	if (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	return line;
}

static bool
is(struct span s, const char *word)
{
	return s.len == strlen(word) && !memcmp(s.p, word, s.len);
}

static size_t
indent(struct span line)
{
	size_t n = 0;

	while (n < line.len && line.p[n] == ' ')
		n++;
	return n;
}

/* Nothing, or a comment. */
static bool
empty(struct span line)
{
	struct span s = trimmed(line);

	return s.len == 0 || s.p[0] == '#';
}

static bool
entry(struct span s)
{
	return s.len > 0 && s.p[0] == '-' && (s.len == 1 || s.p[1] == ' ');
}

/* --------------------------------------------------------------- values */

static const char *
element_of(struct span key)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (key.len == strlen(keys[i].key) &&
		    !strncasecmp(key.p, keys[i].key, key.len))
			return keys[i].element;
	return NULL;
}

static int
give(struct front *f, const char *element, const char *value, size_t len)
{
	struct span s = trimmed((struct span){ value, len });
	char text[64], w3c[DATE_MAX];

	if (!element || !f->fn || s.len == 0 || is(s, "~") || is(s, "null"))
		return 0;
	if (strcmp(element, "date"))
		return f->fn(f->ctx, element, s.p, s.len);
	if (s.len >= sizeof(text))
		return 0;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	return date_w3c(text, w3c) ? f->fn(f->ctx, element, w3c, strlen(w3c)) : 0;
}

/* Length of the separator of key words at p, or 0. */
static size_t
separator(struct span s)
{
	static const char *const wide[] = { "，", "；", "、" };

	if (s.p[0] == ',' || s.p[0] == ';')
		return 1;
	for (size_t i = 0; i < 3; i++)
		if (s.len >= 3 && !memcmp(s.p, wide[i], 3))
			return 3;
	return 0;
}

/* Key words may stand in one value. */
static int
give_plain(struct front *f, const char *element, struct span s)
{
	const char *from = s.p;
	int r = 0;

	if (!element || strcmp(element, "subject"))
		return give(f, element, s.p, s.len);
	while (r == 0 && s.len > 0) {
		size_t n = separator(s);

		if (n > 0) {
			r = give(f, element, from, (size_t)(s.p - from));
			from = s.p + n;
		}
		n += n == 0;
		s.p += n;
		s.len -= n;
	}
	return r ? r : give(f, element, from, (size_t)(s.p - from));
}

/* The character behind a backslash; 0: as it stands. */
static char
escaped(char c)
{
	return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? ' ' : c;
}

/*
 * The quoted string at the start of *s, which moves behind it. False when it
 * does not end.
 */
static bool
quoted(struct span *s, char *out, size_t *len)
{
	char quote = s->p[0];
	bool full = false;

	for (size_t i = 1; i < s->len; i++) {
		char c = s->p[i];

		if (c == quote && quote == '\'' && i + 1 < s->len &&
		    s->p[i + 1] == quote) {
			i++;
		} else if (c == quote) {
			s->p += i + 1;
			s->len -= i + 1;
			return true;
		} else if (c == '\\' && quote == '"' && i + 1 < s->len) {
			c = escaped(s->p[++i]);
		}
		/* full at the start of a character only */
		full |= *len > VALUE_MAX - 4 && !utf8_inside(c);
		if (!full)
			out[(*len)++] = c;
	}
	return false;
}

/* "# ..." behind a value that is not quoted. */
static struct span
without_comment(struct span s)
{
	for (size_t i = 1; i < s.len; i++)
		if (s.p[i] == '#' && isspace((unsigned char)s.p[i - 1]))
			s.len = i;
	return trimmed(s);
}

/* One value; 1: not understood. */
static int
one_value(struct front *f, const char *element, struct span s)
{
	char text[VALUE_MAX];
	size_t len = 0;

	s = trimmed(s);
	if (s.len == 0 || (s.p[0] != '"' && s.p[0] != '\''))
		return give_plain(f, element, without_comment(s));
	if (!quoted(&s, text, &len) || !empty(s))
		return 1;
	return give(f, element, text, len);
}

/* The next of [a, "b, c", d]: up to , or ]; 1: not understood. */
static int
flow_value(struct front *f, const char *element, struct span *s)
{
	char text[VALUE_MAX];
	size_t len = 0, n = 0;

	*s = trimmed(*s);
	while (s->len > 0 && s->p[0] == '#') { /* a comment */
		while (s->len > 0 && s->p[0] != '\n') {
			s->p++;
			s->len--;
		}
		*s = trimmed(*s);
	}
	if (s->len > 0 && (s->p[0] == '"' || s->p[0] == '\'')) {
		if (!quoted(s, text, &len))
			return 1;
		*s = trimmed(*s);
		return give(f, element, text, len);
	}
	while (n < s->len && s->p[n] != ',' && s->p[n] != ']')
		n++;
	len = n;
	s->p += n;
	s->len -= n;
	return give(f, element, s->p - n, len);
}

static int
flow_list(struct front *f, const char *element, struct span s)
{
	int r;

	do {
		s.p++; /* the bracket, then the commas */
		s.len--;
		if ((r = flow_value(f, element, &s)) != 0)
			return r;
	} while (s.len > 0 && s.p[0] == ',');
	if (s.len == 0 || s.p[0] != ']')
		return 1;
	s.p++;
	s.len--;
	return empty(s) ? 0 : 1;
}

/* "- name: 张三" is a creator as well. */
static struct span
name_in(struct span s, const char *element)
{
	static const char name[] = "name:";

	s = trimmed(s);
	if (element && !strcmp(element, "creator") &&
	    s.len > sizeof(name) - 1 && !memcmp(s.p, name, sizeof(name) - 1)) {
		s.p += sizeof(name) - 1;
		s.len -= sizeof(name) - 1;
	}
	return s;
}

/* --------------------------------------------------------------- blocks */

/* The lines of a | or > text, joined. */
static int
block_text(struct front *f, const char *element, char style)
{
	char text[VALUE_MAX];
	size_t len = 0;

	while (f->at < f->end) {
		const char *next;
		struct span line = line_at(f->at, f->end, &next), s;

		s = trimmed(line);
		if (s.len > 0 && indent(line) == 0)
			break;
		f->at = next;
		if (len + s.len + 1 > sizeof(text))
			continue;
		memcpy(text + len, s.p, s.len);
		len += s.len;
		text[len++] = style == '|' ? '\n' : ' ';
	}
	return give(f, element, text, len);
}

/* What stands below a key: entries, or lines that are passed over. */
static int
below(struct front *f, const char *element)
{
	int r = 0;

	while (r == 0 && f->at < f->end) {
		const char *next;
		struct span line = line_at(f->at, f->end, &next);
		struct span s = trimmed(line);

		if (s.len > 0 && indent(line) == 0 && !entry(s) &&
		    !empty(line))
			break;
		f->at = next;
		if (!element || empty(line))
			continue;
		if (entry(s))
			r = one_value(f, element, name_in((struct span){
				s.p + 1, s.len - 1 }, element));
		else if (name_in(s, element).p != s.p)
			r = one_value(f, element, name_in(s, element));
	}
	return r;
}

/* How many brackets stay open; -1: a quoted string does. */
static int
depth_of(struct span s)
{
	int depth = 0;
	char quote = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || (c == '\'' && i > 0 &&
				      strchr(" [{,", s.p[i - 1])))
			quote = c;
		else if (c == '[' || c == '{')
			depth++;
		else if (c == ']' || c == '}')
			depth--;
	}
	return quote ? -1 : depth;
}

/* Up to the line in which the brackets of s close. False: none. */
static bool
gather(struct front *f, struct span *s)
{
	const char *next;

	while (depth_of(*s) != 0) {
		struct span line;

		if (f->at >= f->end || s->len > VALUE_MAX)
			return false;
		line = line_at(f->at, f->end, &next);
		s->len = (size_t)(line.p + line.len - s->p);
		f->at = next;
	}
	return true;
}

/* The value of a key, and what belongs to it in the lines below. */
static int
value(struct front *f, const char *element, struct span s)
{
	int r;

	s = trimmed(s);
	if (s.len == 0 || s.p[0] == '#')
		return below(f, element);
	if (s.p[0] == '|' || s.p[0] == '>')
		return block_text(f, element, s.p[0]);
	if (s.p[0] != '[' && s.p[0] != '{')
		r = one_value(f, element, s);
	else if (!gather(f, &s))
		r = 1;
	else /* a table of its own has nothing that is looked for */
		r = s.p[0] == '[' && element ? flow_list(f, element, s) : 0;
	return r ? r : below(f, NULL);
}

/* The colon that ends a key: a blank or the end of the line is behind it. */
static bool
split(struct span line, struct span *key, struct span *rest)
{
	for (size_t i = 1; i < line.len; i++) {
		if (line.p[i] != ':' ||
		    (i + 1 < line.len && line.p[i + 1] != ' ' &&
		     line.p[i + 1] != '\t'))
			continue;
		*key = trimmed((struct span){ line.p, i });
		*rest = (struct span){ line.p + i + 1, line.len - i - 1 };
		if (key->len > 1 && (key->p[0] == '"' || key->p[0] == '\'')) {
			key->p++;
			key->len -= 2;
		}
		return true;
	}
	return false;
}

/* All keys; 1: not understood, with `at` behind the line that was not. */
static int
parse(struct front *f)
{
	int r = 0;

	while (r == 0 && f->at < f->end) {
		const char *next;
		struct span line = line_at(f->at, f->end, &next), key, rest;

		f->at = next;
		if (empty(line))
			continue;
		if (indent(line) > 0 || entry(line) ||
		    !split(line, &key, &rest))
			return 1;
		r = value(f, element_of(key), rest);
	}
	return r;
}

/* ---------------------------------------------------------------- start */

/*
 * The line that closes the block, or NULL; `*body` is behind the first line,
 * NULL when that is no "---".
 */
static const char *
closing(const char *text, size_t len, const char **body, const char **behind)
{
	const char *end = text + (len < FRONT_MAX ? len : FRONT_MAX), *p;

	if (!is(line_at(text, end, body), "---")) {
		*body = NULL;
		return NULL;
	}
	for (p = *body; p < end; p = *behind) {
		struct span line = line_at(p, end, behind);

		if (is(line, "---") || is(line, "..."))
			return p;
	}
	return NULL;
}

static uint64_t
line_number(const char *text, const char *at)
{
	uint64_t line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

/* Whether the second line could be a key: "---" may be a mere rule. */
static bool
meant(const char *body, const char *end)
{
	const char *next;
	struct span key, rest;

	return body < end && split(line_at(body, end, &next), &key, &rest) &&
	       !memchr(key.p, ' ', key.len);
}

size_t
front_matter(const char *text, size_t len, uint64_t *line)
{
	const char *body = text, *behind = text;
	const char *close = closing(text, len, &body, &behind);
	struct front f = { .at = body, .end = close };

	*line = 0;
	if (!body)
		return 0;
	if (!close) {
		*line = meant(body, text + len);
		return 0;
	}
	if (parse(&f) == 0)
		return (size_t)(behind - text);
	if (meant(body, close))
		*line = line_number(text, f.at) - 1;
	return 0;
}

int
front_values(const char *text, size_t len, front_fn fn, void *ctx)
{
	const char *body = text, *behind = text;
	struct front f = { .fn = fn, .ctx = ctx };

	f.end = closing(text, len, &body, &behind);
	f.at = body;
	return f.end ? parse(&f) : 0;
}
