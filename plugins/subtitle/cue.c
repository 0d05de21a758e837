/*
 * cue.c - the cue in hand, and times as people write them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>

#include "subtitle.h"

/* A number of at most `most` digits; NULL if there is none. */
static const char *
number(const char *s, int most, uint64_t *n)
{
	int digits = 0;

	*n = 0;
	for (; digits < most && isdigit((unsigned char)*s); s++, digits++)
		*n = *n * 10 + (uint64_t)(*s - '0');
	return digits > 0 ? s : NULL;
}

static const char *
fraction(const char *s, uint64_t *ms)
{
	uint64_t unit = 100;

	for (; isdigit((unsigned char)*s); s++, unit /= 10)
		*ms += (uint64_t)(*s - '0') * unit;
	return s;
}

const char *
time_read(const char *s, uint64_t *ms)
{
	uint64_t seconds = 0, n;
	int parts = 0;

	do {
		s = number(s + (parts > 0), 6, &n);
		if (!s)
			return NULL;
		seconds = seconds * 60 + n;
	} while (++parts < 3 && *s == ':');
	if (parts < 2)
		return NULL;
	*ms = seconds * 1000;
	return *s == '.' || *s == ',' ? fraction(s + 1, ms) : s;
}

bool
times_read(const char *s, uint64_t *start, uint64_t *end)
{
	while (*s == ' ' || *s == '\t')
		s++;
	if (!(s = time_read(s, start)))
		return false;
	while (*s == ' ' || *s == '\t')
		s++;
	if (strncmp(s, "-->", 3) != 0)
		return false;
	for (s += 3; *s == ' ' || *s == '\t';)
		s++;
	return time_read(s, end) != NULL;
}

char *
trim(char *s, size_t *len)
{
	while (*len > 0 && isspace((unsigned char)s[*len - 1]))
		--*len;
	while (*len > 0 && isspace((unsigned char)*s)) {
		s++;
		--*len;
	}
	s[*len] = '\0';
	return s;
}

int
send_meta(struct job *job, const char *element, const char *value, size_t len)
{
	struct xj_meta m = { .element = element, .value = value, .len = len };

	return len > 0 ? xj_meta_full(job->in, &m) : 0;
}

static int
send_piece(struct job *job)
{
	struct cue *c = &job->cue;
	struct xj_block b = { .text = c->text, .len = c->len,
			      .where = XJ_MSEC, .at = c->start,
			      .more = c->more };
	int r;

	if (c->len == 0)
		return 0;
	if (c->has_end && c->end >= c->start) {
		b.has = XJ_HAS_END_MSEC;
		b.end_ms = c->end;
	}
	r = xj_text(job->in, &b);
	c->more = true;
	c->len = c->line = 0;
	return r;
}

int
cue_end(struct job *job)
{
	struct cue *c = &job->cue;

	while (c->len > 0 && c->text[c->len - 1] == '\n')
		c->len--;
	c->open = false;
	return send_piece(job);
}

int
cue_begin(struct job *job, uint64_t start, uint64_t end, bool has_end)
{
	struct cue *c = &job->cue;
	int r = c->open ? cue_end(job) : 0;

	c->start = start;
	c->end = end;
	c->has_end = has_end;
	c->open = true;
	c->more = false;
	c->len = c->line = 0;
	return r;
}

int
cue_line(struct job *job, const char *s, size_t len)
{
	struct cue *c = &job->cue;
	int r = 0;

	if (len == 0 && c->len == 0)
		return 0;
	if (c->len + 1 + len > sizeof(c->text))
		r = send_piece(job);
	else if (c->len > 0)
		c->text[c->len++] = '\n';
	c->line = c->len;
	memcpy(c->text + c->len, s, len);
	c->len += len;
	return r;
}

void
cue_drop_number(struct cue *c)
{
	size_t i = c->line;

	while (i < c->len && isdigit((unsigned char)c->text[i]))
		i++;
	while (i < c->len && c->text[i] == ' ')
		i++;
	if (i == c->len)
		c->len = c->line;
}
