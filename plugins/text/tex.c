/*
 * tex.c - LaTeX: title, authors and date as \maketitle would print them, and
 * headings without their commands. The rest stays as it was written.
 *
 * SPDX-License-Identifier: MIT
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>

#include "text.h"

struct span {
	const char *p;
	size_t len;
};

static bool
is(struct span s, const char *word)
{
	return s.len == strlen(word) && !memcmp(s.p, word, s.len);
}

/* The letters of the command at i, which is a backslash. */
static struct span
command_at(struct span s, size_t i)
{
	struct span name = { s.p + i + 1, 0 };

	while (i + 1 + name.len < s.len && isalpha((unsigned char)name.p[name.len]))
		name.len++;
	return name;
}

/* Behind the comment that begins at i. */
static size_t
skip_comment(struct span s, size_t i)
{
	while (i < s.len && s.p[i] != '\n')
		i++;
	return i;
}

/*
 * What stands between `open` at *i and its `close`; *i comes to stand behind.
 * False: it does not begin there, or does not end.
 */
static bool
group(struct span s, size_t *i, char open, char close, struct span *inner)
{
	size_t at = *i, from;
	int depth = 0;

	while (at < s.len && isspace((unsigned char)s.p[at]))
		at++;
	if (at == s.len || s.p[at] != open)
		return false;
	for (from = at + 1; at < s.len; at++) {
		if (s.p[at] == '\\')
			at++;
		else if (s.p[at] == '%')
			at = skip_comment(s, at);
		else if (s.p[at] == open)
			depth++;
		else if (s.p[at] == close && --depth == 0) {
			*inner = (struct span){ s.p + from, at - from };
			*i = at + 1;
			return true;
		}
	}
	return false;
}

/* Commands whose argument is no part of what is printed there. */
static bool
is_aside(struct span name)
{
	static const char *const asides[] = {
		"thanks", "footnote", "label", "vspace", "hspace", "index",
		"cite", "ref", "fontsize", "color",
	};

	for (size_t i = 0; i < sizeof(asides) / sizeof(asides[0]); i++)
		if (is(name, asides[i]))
			return true;
	return false;
}

struct plain {
	char text[HEADING_MAX];
	size_t len;
};

static void
put(struct plain *out, char c)
{
	if (c == '\n' || c == '\t' || c == '\r' || c == '~')
		c = ' ';
	if (c == ' ' && (out->len == 0 || out->text[out->len - 1] == ' '))
		return;
	if (out->len < sizeof(out->text))
		out->text[out->len++] = c;
}

/* Behind the command at i, a backslash. */
static size_t
plain_command(struct span s, size_t i, struct plain *out)
{
	struct span name = command_at(s, i), inner;

	if (name.len == 0) { /* \\ parts lines, \& stands for & */
		if (i + 1 < s.len)
			put(out, s.p[i + 1] == '\\' ? ' ' : s.p[i + 1]);
		return i + 2;
	}
	i += 1 + name.len;
	if (is_aside(name)) {
		group(s, &i, '[', ']', &inner);
		group(s, &i, '{', '}', &inner);
	} else if (is(name, "LaTeX") || is(name, "TeX")) {
		for (size_t k = 0; k < name.len; k++)
			put(out, name.p[k]);
	} else if (i < s.len && s.p[i] == ' ') {
		i++;
	}
	return i;
}

/* What the reader of the printed page sees of it. */
static void
make_plain(struct span s, struct plain *out)
{
	out->len = 0;
	for (size_t i = 0; i < s.len;) {
		if (s.p[i] == '\\') {
			i = plain_command(s, i, out);
			continue;
		}
		if (s.p[i] == '%') {
			i = skip_comment(s, i);
			continue;
		}
		if (s.p[i] != '{' && s.p[i] != '}' && s.p[i] != '$')
			put(out, s.p[i]);
		i++;
	}
	out->len = utf8_cut(out->text, out->len, sizeof(out->text) - 1);
	while (out->len > 0 && out->text[out->len - 1] == ' ')
		out->len--;
}

/* --------------------------------------------------------------- headings */

static uint32_t
level_of(struct span name)
{
	static const char *const names[] = { "part", "chapter", "section",
					     "subsection", "subsubsection",
					     "paragraph" };

	for (uint32_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (is(name, names[i]))
			return i + 1;
	return 0;
}

/* \section*[short]{A heading}, alone on its line but for a label. */
int
tex_line(struct text *t, const char *p, size_t len)
{
	struct span s = { p, len }, name, inner;
	struct plain title;
	uint32_t level;
	size_t i = 0;

	while (i < len && (p[i] == ' ' || p[i] == '\t'))
		i++;
	if (i == len || p[i] != '\\')
		return 0;
	name = command_at(s, i);
	if (!(level = level_of(name)))
		return 0;
	i += 1 + name.len;
	if (i < len && p[i] == '*')
		i++;
	group(s, &i, '[', ']', &inner);
	if (!group(s, &i, '{', '}', &inner))
		return 0;
	make_plain((struct span){ p + i, len - i }, &title);
	if (title.len > 0)
		return 0;
	make_plain(inner, &title);
	return title.len ? send_heading(t, title.text, title.len, level,
					t->line) : 0;
}

/* --------------------------------------------------------------- the head */

int
tex_feed(struct text *t, const char *s, size_t len)
{
	size_t room = sizeof(t->head) - t->head_len;
	size_t n = len < room ? len : room;

	memcpy(t->head + t->head_len, s, n);
	t->head_len += n;
	return paragraph_feed(t, s, len);
}

/* A name ends where the line does: what follows is where he works. */
static int
send_author(struct text *t, struct span s)
{
	struct plain name;
	char *line;

	while (s.len > 0 && isspace((unsigned char)*s.p))
		s.p++, s.len--;
	line = memmem(s.p, s.len, "\\\\", 2);
	if (line)
		s.len = (size_t)(line - s.p);
	make_plain(s, &name);
	return send_value(t, "creator", name.text, name.len);
}

/* Authors parted by \and. */
static int
send_authors(struct text *t, struct span s)
{
	size_t from = 0;
	int r = 0;

	for (size_t i = 0; i < s.len && r == 0; i++) {
		struct span name;

		if (s.p[i] != '\\')
			continue;
		name = command_at(s, i);
		if (is(name, "and") || is(name, "And") || is(name, "AND")) {
			r = send_author(t, (struct span){ s.p + from,
							  i - from });
			from = i + 1 + name.len;
		}
		i += name.len > 0 ? name.len : 1;
	}
	return r < 0 ? r : send_author(t, (struct span){ s.p + from,
							 s.len - from });
}

static int
send_command(struct text *t, struct span name, struct span value)
{
	struct plain text;

	make_plain(value, &text);
	if (is(name, "title"))
		return send_title(t, text.text, text.len);
	if (is(name, "date"))
		return send_date(t, text.text, text.len);
	return is(name, "author") ? send_authors(t, value) : 0;
}

int
tex_end(struct text *t)
{
	struct span s = { t->head, t->head_len }, inner;
	int r = 0;

	for (size_t i = 0; i < s.len && r == 0;) {
		struct span name;

		if (s.p[i] == '%') {
			i = skip_comment(s, i);
			continue;
		}
		if (s.p[i] != '\\') {
			i++;
			continue;
		}
		name = command_at(s, i);
		i += name.len ? 1 + name.len : 2;
		if (!is(name, "title") && !is(name, "author") &&
		    !is(name, "date"))
			continue;
		group(s, &i, '[', ']', &inner);
		if (group(s, &i, '{', '}', &inner))
			r = send_command(t, name, inner);
	}
	return r;
}
