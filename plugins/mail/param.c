/*
 * param.c - parameters of Content-Type and Content-Disposition.
 *
 * Read leniently: names with spaces and without quotes, encoded words where
 * there should be none, pieces out of order are all met with.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <stdlib.h>

#include "mail.h"

#define PIECES_MAX 64

/* One "name=value". */
struct param {
	const char *name, *value;
	size_t name_len, value_len;
	bool quoted;
};

static const char *
skip_blanks(const char *s)
{
	while (g_ascii_isspace(*s))
		s++;
	return s;
}

/* The end of a value at s: behind its quotes, or before the semicolon. */
static const char *
read_value(const char *s, struct param *p)
{
	p->quoted = *s == '"';
	if (p->quoted) {
		const char *end = ++s;

		while (*end && *end != '"')
			end += end[0] == '\\' && end[1] ? 2 : 1;
		p->value = s;
		p->value_len = (size_t)(end - s);
		return *end ? end + 1 : end;
	}
	p->value = s;
	p->value_len = strcspn(s, ";");
	s += p->value_len;
	while (p->value_len > 0 &&
	       g_ascii_isspace(p->value[p->value_len - 1]))
		p->value_len--;
	return s;
}

/* The next parameter behind s, or NULL. */
static const char *
next_param(const char *s, struct param *p)
{
	while ((s = strchr(s, ';')) != NULL) {
		s = skip_blanks(s + 1);
		p->name = s;
		s += strcspn(s, "=; \t");
		p->name_len = (size_t)(s - p->name);
		s = skip_blanks(s);
		if (*s == '=')
			return read_value(skip_blanks(s + 1), p);
	}
	return NULL;
}

/*
 * Which piece of `name` this is: "name" 0, "name*3" 3, "name*3*" too, encoded;
 * -1: it is another parameter.
 */
static int
piece_of(const struct param *p, const char *name, bool *encoded)
{
	size_t n = strlen(name);
	const char *s = p->name + n, *end = p->name + p->name_len;
	int number = 0;

	*encoded = false;
	if (p->name_len < n || g_ascii_strncasecmp(p->name, name, n) != 0)
		return -1;
	if (s == end)
		return 0;
	if (*s++ != '*')
		return -1;
	for (; s < end && g_ascii_isdigit(*s); s++)
		if ((number = number * 10 + (*s - '0')) >= PIECES_MAX)
			return -1;
	*encoded = s == end ? p->name_len == n + 1 : *s == '*';
	return number;
}

static void
add_percent(const char *s, size_t len, GString *out)
{
	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (c == '%' && i + 2 < len &&
		    g_ascii_isxdigit(s[i + 1]) && g_ascii_isxdigit(s[i + 2])) {
			c = (char)(g_ascii_xdigit_value(s[i + 1]) << 4 |
				   g_ascii_xdigit_value(s[i + 2]));
			i += 2;
		}
		g_string_append_c(out, c);
	}
}

/* A backslash escapes nothing but what ends a quoted string, and itself. */
static void
add_plain(const struct param *p, GString *out)
{
	for (size_t i = 0; i < p->value_len; i++) {
		if (p->quoted && p->value[i] == '\\' &&
		    i + 1 < p->value_len &&
		    (p->value[i + 1] == '"' || p->value[i + 1] == '\\'))
			i++;
		g_string_append_c(out, p->value[i]);
	}
}

/* "gb18030'zh'%CE..." */
static void
take_charset(struct param *p, char charset[CHARSET_MAX])
{
	const char *end = memchr(p->value, '\'', p->value_len);
	const char *text;
	size_t n;

	if (!end)
		return;
	n = (size_t)(end - p->value);
	text = memchr(end + 1, '\'', p->value_len - n - 1);
	if (!text || n >= CHARSET_MAX)
		return;
	memcpy(charset, p->value, n);
	charset[n] = '\0';
	p->value_len -= (size_t)(text + 1 - p->value);
	p->value = text + 1;
}

/* All pieces in order; how many there were. */
static int
collect(const char *header, const char *name, GString *bytes,
	char charset[CHARSET_MAX], bool *encoded)
{
	struct param p, pieces[PIECES_MAX];
	bool coded[PIECES_MAX], c, has[PIECES_MAX] = { false };
	int n = 0;

	for (const char *s = header; (s = next_param(s, &p)) != NULL;) {
		int i = piece_of(&p, name, &c);

		/* "name*" is what "name" beside it stands in for */
		if (i < 0 || (has[i] && (coded[i] || !c)))
			continue;
		has[i] = true;
		pieces[i] = p;
		coded[i] = c;
	}
	for (; n < PIECES_MAX && has[n]; n++) {
		*encoded |= coded[n];
		if (n == 0 && coded[n])
			take_charset(&pieces[n], charset);
		if (coded[n])
			add_percent(pieces[n].value, pieces[n].value_len, bytes);
		else
			add_plain(&pieces[n], bytes);
	}
	return n;
}

int
param_add(struct xj_import *in, const char *header, const char *name,
	  GString *out)
{
	GString *bytes = g_string_new(NULL);
	char charset[CHARSET_MAX] = "";
	bool encoded = false;
	int n = collect(header, name, bytes, charset, &encoded), r = 0;

	if (n > 0 && encoded)
		r = decode_add(in, charset, bytes->str, bytes->len, out);
	else if (n > 0)
		r = words_add(in, bytes->str, bytes->len, out);
	g_string_free(bytes, TRUE);
	return r < 0 ? r : n > 0;
}
