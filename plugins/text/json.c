/*
 * json.c - JSON as a person reads it: names and values, the escapes of strings
 * resolved, without quotes and brackets. Its lines stay lines; what a bracket
 * closes is a paragraph of its own, so that a file without lines has them too.
 *
 * Nothing is checked: what is no JSON comes out as it stands, more or less.
 *
 * SPDX-License-Identifier: MIT
 * Copyright (c) 2026 the Xueji authors
 */
#include "text.h"

/* Names of the outermost object whose value is a title, the best first. */
static const char *const titles[] = { "title", "标题", "题名", "name", "名称" };

/* Text of a string; it is kept too, as far as a name or a title goes. */
static int
put(struct text *t, const char *s, size_t len)
{
	struct json *j = &t->json;
	size_t n = utf8_cut(s, len, sizeof(j->value) - 1 - j->value_len);

	memcpy(j->value + j->value_len, s, n);
	j->value_len += n;
	return paragraph_add(t, s, len);
}

static int
put_character(struct text *t, uint32_t c)
{
	char bytes[4];

	if (c < 0x20 || c == 0x7F)
		c = ' ';
	return put(t, bytes, utf8_put(c, bytes));
}

/* What was half of a character is none. */
static int
drop_half(struct text *t)
{
	bool half = t->json.high != 0;

	t->json.high = 0;
	return half ? put_character(t, 0xFFFD) : 0;
}

/* A unit of UTF-16, \u behind it. */
static int
put_unit(struct text *t, uint32_t c)
{
	struct json *j = &t->json;
	int r = 0;

	if (c >= 0xDC00 && c < 0xE000 && j->high) {
		c = 0x10000 + ((j->high & 0x3FF) << 10) + (c & 0x3FF);
		j->high = 0;
		return put_character(t, c);
	}
	r = drop_half(t);
	if (r < 0)
		return r;
	if (c >= 0xD800 && c < 0xDC00) {
		j->high = c;
		return 0;
	}
	return put_character(t, c >= 0xDC00 && c < 0xE000 ? 0xFFFD : c);
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A byte behind a backslash. */
static int
feed_escape(struct text *t, char c)
{
	struct json *j = &t->json;
	int digit = hex(c), r;

	if (j->escape == 1 && c == 'u') {
		j->escape = 2;
		j->hex = 0;
		return 0;
	}
	if (j->escape > 1 && digit >= 0) {
		j->hex = j->hex << 4 | (unsigned)digit;
		if (++j->escape < 6)
			return 0;
		j->escape = 0;
		return put_unit(t, j->hex);
	}
	j->escape = 0;
	r = drop_half(t);
	if (r == 0)
		r = put(t, strchr("bfnrt", c) ? " " : &c, 1);
	return r;
}

/* ---------------------------------------------------------------- values */

/* A string of the outermost object that its name calls a title. */
static void
keep_title(struct text *t)
{
	struct json *j = &t->json;

	for (unsigned i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		unsigned rank = 100 - i;

		if (strlen(titles[i]) != j->key_len || rank <= j->title_rank ||
		    memcmp(titles[i], j->key, j->key_len))
			continue;
		j->title_rank = rank;
		memcpy(j->title, j->value, j->value_len);
		j->title[j->value_len] = '\0';
	}
}

static int
end_string(struct text *t)
{
	struct json *j = &t->json;
	int r = drop_half(t);

	j->in_string = false;
	if (j->depth == 1 && j->object)
		keep_title(t);
	return r;
}

/* The string in hand was a name. */
static int
name_ends(struct text *t)
{
	struct json *j = &t->json;

	j->key_len = utf8_cut(j->value, j->value_len, sizeof(j->key) - 1);
	memcpy(j->key, j->value, j->key_len);
	return paragraph_add(t, ": ", 2);
}

/* A bracket closes: what stood in it is a paragraph, unless lines part it. */
static int
close_bracket(struct text *t)
{
	struct json *j = &t->json;

	if (j->depth > 0)
		j->depth--;
	j->key_len = 0;
	j->comma = false;
	return t->line_start == 0 && t->len > 0 ? paragraph_end(t) : 0;
}

/* A comma shows when more follows in the line. */
static int
put_comma(struct text *t)
{
	bool shown = t->json.comma && t->len > t->line_start;

	t->json.comma = false;
	return shown ? paragraph_add(t, ", ", 2) : 0;
}

/* A byte outside of strings. */
static int
feed_outside(struct text *t, char c)
{
	struct json *j = &t->json;
	int r;

	switch (c) {
	case '"':
		j->in_string = true;
		j->value_len = 0;
		return put_comma(t);
	case '{':
	case '[':
		if (j->depth++ == 0)
			j->object = c == '{';
		j->key_len = 0;
		return 0;
	case '}':
	case ']':
		return close_bracket(t);
	case ':':
		return name_ends(t);
	case ',':
		j->key_len = 0;
		j->comma = true;
		return 0;
	case ' ':
	case '\t':
		return 0;
	case '\n':
	case '\r':
		j->comma = false;
		return paragraph_feed(t, &c, 1);
	default:
		r = put_comma(t);
		return r < 0 ? r : paragraph_feed(t, &c, 1);
	}
}

/* How many bytes of a string stand for themselves. */
static size_t
plain(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] != '"' && s[n] != '\\' &&
	       (unsigned char)s[n] >= 0x20 && s[n] != 0x7F)
		n++;
	return n;
}

int
json_feed(struct text *t, const char *s, size_t len)
{
	struct json *j = &t->json;
	int r = 0;

	for (size_t i = 0, n; i < len && r == 0; i += n) {
		n = 1;
		if (!j->in_string) {
			r = feed_outside(t, s[i]);
		} else if (j->escape) {
			r = feed_escape(t, s[i]);
		} else if (s[i] == '\\') {
			j->escape = 1;
		} else if (s[i] == '"') {
			r = end_string(t);
		} else if ((n = plain(s + i, len - i)) > 0) {
			if (!(r = drop_half(t)))
				r = put(t, s + i, n);
		} else { /* a line break within a string is no JSON */
			n = 1;
			r = paragraph_feed(t, s + i, 1);
		}
	}
	return r;
}

int
json_end(struct text *t)
{
	return send_title(t, t->json.title, strlen(t->json.title));
}
