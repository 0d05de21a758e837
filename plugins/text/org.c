/*
 * org.c - headings and keywords of Org files.
 * Source: The Org Manual, "Headlines", "In-buffer settings".
 *
 * SPDX-License-Identifier: MIT
 * Copyright (c) 2026 the Xueji authors
 */
#include <strings.h>

#include "text.h"

static const struct {
	const char *name, *element;
} keywords[] = {
	{ "#+title:", "title" }, { "#+author:", "creator" },
	{ "#+date:", "date" }, { "#+description:", "description" },
	{ "#+keywords:", "subject" }, { "#+filetags:", "tags" },
	{ "#+language:", "language" },
};

static bool
begins(const char *s, size_t len, const char *word)
{
	size_t n = strlen(word);

	return len >= n && !strncasecmp(s, word, n);
}

/* Values parted by one of `by`. */
static int
send_parted(struct text *t, const char *s, size_t len, const char *by)
{
	const char *end = s + len;
	int r = 0;

	while (s < end && r == 0) {
		size_t n = 0;

		while (n < (size_t)(end - s) && !strchr(by, s[n]))
			n++;
		r = send_value(t, "subject", s, n);
		s += n < (size_t)(end - s) ? n + 1 : n;
	}
	return r;
}

/* <2024-03-01 Fri>, [2024-03-01], 2024-03-01 */
static int
send_stamp(struct text *t, const char *s, size_t len)
{
	while (len > 0 && (*s == ' ' || *s == '\t' || *s == '<' || *s == '['))
		s++, len--;
	return send_date(t, s, len);
}

static int
keyword(struct text *t, const char *element, const char *s, size_t len)
{
	if (!strcmp(element, "title"))
		return send_title(t, s, len);
	if (!strcmp(element, "date"))
		return send_stamp(t, s, len);
	if (!strcmp(element, "tags"))
		return send_parted(t, s, len, ": \t");
	if (!strcmp(element, "subject"))
		return send_parted(t, s, len, ",;");
	return send_value(t, element, s, len);
}

/* Without "TODO", a priority before it and tags behind it. */
static int
heading(struct text *t, const char *s, size_t len, uint32_t level)
{
	const char *colon;

	if (begins(s, len, "TODO ") || begins(s, len, "DONE "))
		s += 5, len -= 5;
	if (len > 5 && s[0] == '[' && s[1] == '#' && s[3] == ']' && s[4] == ' ')
		s += 5, len -= 5;
	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	if (len > 2 && s[len - 1] == ':' &&
	    (colon = memmem(s, len, " :", 2)) != NULL &&
	    !memchr(colon + 2, ' ', len - (size_t)(colon + 2 - s)))
		len = (size_t)(colon - s);
	return send_heading(t, s, len, level, t->line);
}

int
org_line(struct text *t, const char *s, size_t len)
{
	size_t stars = 0, from;

	if (begins(s, len, "#+begin_"))
		t->in_block = true;
	else if (begins(s, len, "#+end_"))
		t->in_block = false;
	if (t->in_block)
		return 0;
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (begins(s, len, keywords[i].name)) {
			size_t n = strlen(keywords[i].name);

			return keyword(t, keywords[i].element, s + n, len - n);
		}
	while (stars < len && s[stars] == '*')
		stars++;
	if (stars == 0 || stars == len || s[stars] != ' ' || stars > 16)
		return 0;
	for (from = stars; from < len && s[from] == ' ';)
		from++;
	return heading(t, s + from, len - from, (uint32_t)stars);
}
