/*
 * prescan.c - which encoding a page declares, found before it is decoded.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>
#include <strings.h>

#include "html.h"

#define VALUE_MAX 256

struct scan {
	const unsigned char *p, *end;
};

/* Names and values as the standard wants them: lower case. */
struct attribute {
	char name[32], value[VALUE_MAX];
};

static bool
at(const struct scan *s, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(s->end - s->p) >= n &&
	       !strncasecmp((const char *)s->p, word, n);
}

static bool
blank(int c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static void
skip_past(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	while (s->p < s->end && !at(s, word))
		s->p++;
	s->p = (size_t)(s->end - s->p) > n ? s->p + n : s->end;
}

static void
skip_blanks(struct scan *s)
{
	while (s->p < s->end && blank(*s->p))
		s->p++;
}

static void
add(char *out, size_t cap, size_t *n, int c)
{
	if (*n + 1 < cap)
		out[(*n)++] = (char)tolower(c);
	out[*n] = '\0';
}

static void
value_of(struct scan *s, struct attribute *a)
{
	int quote = s->p < s->end && (*s->p == '"' || *s->p == '\'') ?
		*s->p++ : 0;
	size_t n = 0;

	while (s->p < s->end &&
	       (quote ? *s->p != quote : !blank(*s->p) && *s->p != '>'))
		add(a->value, sizeof(a->value), &n, *s->p++);
	if (quote && s->p < s->end)
		s->p++;
}

/* The next attribute of a tag; false at its end. */
static bool
attribute_of(struct scan *s, struct attribute *a)
{
	size_t n = 0;

	memset(a, 0, sizeof(*a));
	while (s->p < s->end && (blank(*s->p) || *s->p == '/'))
		s->p++;
	if (s->p == s->end || *s->p == '>')
		return false;
	while (s->p < s->end && !blank(*s->p) && *s->p != '/' &&
	       *s->p != '>' && (*s->p != '=' || n == 0))
		add(a->name, sizeof(a->name), &n, *s->p++);
	skip_blanks(s);
	if (s->p < s->end && *s->p == '=') {
		s->p++;
		skip_blanks(s);
		value_of(s, a);
	}
	return true;
}

/* The encoding in "text/html; charset=gb2312". */
static bool
charset_in(const char *content, char out[64])
{
	const char *p = content;

	while ((p = strstr(p, "charset")) != NULL) {
		size_t n;
		char quote;

		p += strlen("charset");
		p += strspn(p, " \t\n\f\r");
		if (*p != '=')
			continue;
		p++;
		p += strspn(p, " \t\n\f\r");
		quote = *p == '"' || *p == '\'' ? *p++ : '\0';
		n = quote ? strcspn(p, quote == '"' ? "\"" : "'") :
			    strcspn(p, " \t\n\f\r;");
		if (n == 0 || n >= 64)
			return false;
		memcpy(out, p, n);
		out[n] = '\0';
		return true;
	}
	return false;
}

static bool
meta(struct scan *s, char out[64])
{
	struct attribute a;
	char charset[64] = "", content[64] = "";
	bool pragma = false;

	while (attribute_of(s, &a)) {
		if (!strcmp(a.name, "http-equiv"))
			pragma |= !strcmp(a.value, "content-type");
		else if (!strcmp(a.name, "content") && !content[0])
			charset_in(a.value, content);
		else if (!strcmp(a.name, "charset") && !charset[0])
			snprintf(charset, sizeof(charset), "%.63s", a.value);
	}
	if (!charset[0] && pragma)
		memcpy(charset, content, sizeof(charset));
	memcpy(out, charset, sizeof(charset));
	return charset[0] != '\0';
}

/* <?xml version="1.0" encoding="gb2312"?> */
static bool
xml_declaration(struct scan *s, char out[64])
{
	struct attribute a;

	s->p += strlen("<?xml");
	while (attribute_of(s, &a)) {
		if (!strcmp(a.name, "encoding") && a.value[0]) {
			snprintf(out, 64, "%.63s", a.value);
			return true;
		}
	}
	return false;
}

static void
skip_tag(struct scan *s)
{
	struct attribute a;

	while (s->p < s->end && !blank(*s->p) && *s->p != '>')
		s->p++;
	while (attribute_of(s, &a))
		;
}

static bool
markup(struct scan *s, char out[64])
{
	if (at(s, "<!--")) {
		s->p += 2; /* "<!-->" is a whole comment */
		skip_past(s, "-->");
	} else if (at(s, "<meta") && s->end - s->p > 5 &&
		   (blank(s->p[5]) || s->p[5] == '/')) {
		s->p += 5;
		return meta(s, out);
	} else if (s->end - s->p > 1 && isalpha(s->p[1])) {
		skip_tag(s);
	} else if (at(s, "</") && s->end - s->p > 2 && isalpha(s->p[2])) {
		skip_tag(s);
	} else if (at(s, "<!") || at(s, "</") || at(s, "<?")) {
		skip_past(s, ">");
	} else {
		s->p++;
	}
	return false;
}

/* A page whose <meta> could be read is not UTF-16, whatever it says. */
static void
correct(char name[64])
{
	if (!strncasecmp(name, "utf-16", 6))
		strcpy(name, "UTF-8");
	else if (!strcasecmp(name, "x-user-defined"))
		strcpy(name, "windows-1252");
}

bool
prescan(const unsigned char *bytes, size_t len, char out[64])
{
	struct scan s = { bytes, bytes + len };
	char xml[64] = "";

	if (at(&s, "<?xml"))
		xml_declaration(&s, xml);
	while (s.p < s.end) {
		if (*s.p != '<') {
			s.p++;
		} else if (markup(&s, out)) {
			correct(out);
			return true;
		}
	}
	memcpy(out, xml, sizeof(xml));
	correct(out);
	return out[0] != '\0';
}
