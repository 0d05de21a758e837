/*
 * lrc.c - lyrics: "[mm:ss.xx]" before a line, several where it is sung more
 * than once. A line lasts until the next one, so all are collected and sorted.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "subtitle.h"

#define VERSES_MAX 200000u

static int
keep_text(struct job *job, const char *s, size_t len, size_t *at)
{
	if (!job->pool || job->pool_len + len > job->pool_cap) {
		size_t cap = 2 * job->pool_cap + len + 4096;
		char *pool = xj_alloc(job->in, job->pool, cap);

		if (!pool)
			return XJ_IMPORT_NOMEM;
		job->pool = pool;
		job->pool_cap = cap;
	}
	*at = job->pool_len;
	memcpy(job->pool + job->pool_len, s, len);
	job->pool_len += len;
	return 0;
}

static int
keep_verse(struct job *job, uint64_t ms)
{
	if (job->verse_count == VERSES_MAX)
		return xj_fail(job->in, XJ_IMPORT_LIMIT, "more than %u lines",
			       VERSES_MAX);
	if (job->verse_count == job->verse_cap) {
		size_t cap = 2 * job->verse_cap + 256;
		struct verse *v = xj_alloc(job->in, job->verses,
					   cap * sizeof(*v));

		if (!v)
			return XJ_IMPORT_NOMEM;
		job->verses = v;
		job->verse_cap = cap;
	}
	job->verses[job->verse_count++] = (struct verse){ (int64_t)ms, 0, 0 };
	return 0;
}

/* "[ti:title]" */
static int
read_tag(struct job *job, char *s, size_t len)
{
	static const struct {
		const char *name, *element;
	} tags[] = {
		{ "[ti:", "title" }, { "[ar:", "creator" },
		{ "[al:", "album" }, { "[au:", "creator" },
		{ "[by:", "contributor" },
	};
	char *value;

	if (len < 5 || s[len - 1] != ']')
		return 0;
	s[--len] = '\0';
	if (strncasecmp(s, "[offset:", 8) == 0) {
		job->offset = atoi(s + 8);
		return 0;
	}
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (strncasecmp(s, tags[i].name, 4) != 0)
			continue;
		len -= 4;
		value = trim(s + 4, &len);
		return send_meta(job, tags[i].element, value, len);
	}
	return 0;
}

static int
lrc_line(struct job *job, char *s, size_t len)
{
	size_t first = job->verse_count, at = 0;
	uint64_t ms;
	const char *end;
	int r = 0;

	s = trim(s, &len);
	if (*s == '[' && isalpha((unsigned char)s[1]))
		return read_tag(job, s, len);
	while (r == 0 && *s == '[' && (end = time_read(s + 1, &ms)) != NULL &&
	       *end == ']') {
		len -= (size_t)(end + 1 - s);
		s += end + 1 - s;
		r = keep_verse(job, ms);
	}
	if (r < 0 || job->verse_count == first)
		return r;
	s = trim(s, &len);
	len = plain_lrc(s, len);
	r = keep_text(job, s, len, &at);
	for (size_t i = first; i < job->verse_count; i++) {
		job->verses[i].text = at;
		job->verses[i].len = len;
	}
	return r;
}

/* Verses of one time stay in the order of the file: a translation follows. */
static int
by_time(const void *a, const void *b)
{
	const struct verse *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->text < y->text ? -1 : x->text > y->text;
}

/* A positive offset shows the lines earlier. */
static uint64_t
shifted(const struct job *job, int64_t at)
{
	return at > job->offset ? (uint64_t)(at - job->offset) : 0;
}

static int
lrc_end(struct job *job)
{
	size_t n = job->verse_count, next = 0;
	int r = 0;

	if (n > 0)
		qsort(job->verses, n, sizeof(*job->verses), by_time);
	for (size_t i = 0; i < n && r == 0; i++) {
		const struct verse *v = &job->verses[i];

		while (next < n && job->verses[next].at <= v->at)
			next++;
		r = cue_begin(job, shifted(job, v->at), next < n ?
			      shifted(job, job->verses[next].at) : 0,
			      next < n);
		if (r == 0 && v->len > 0)
			r = cue_line(job, job->pool + v->text, v->len);
		if (r == 0)
			r = cue_end(job);
	}
	return r;
}

const struct reader reader_lrc = { "text/x-lrc", lrc_line, lrc_end };
