/*
 * ass.c - (Advanced) SubStation Alpha: events as rows of a table whose columns
 * a "Format:" line names.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <strings.h>

#include "subtitle.h"

/* The value behind "Name:", or NULL. */
static char *
value_of(char *s, size_t *len, const char *name)
{
	size_t n = strlen(name);

	if (*len <= n || strncasecmp(s, name, n) != 0 || s[n] != ':')
		return NULL;
	*len -= n + 1;
	return trim(s + n + 1, len);
}

static void
read_format(struct job *job, char *s)
{
	char *save = NULL;
	unsigned i = 0;

	for (char *p = strtok_r(s, ",", &save); p;
	     p = strtok_r(NULL, ",", &save), i++) {
		size_t len = strlen(p);

		p = trim(p, &len);
		if (strcasecmp(p, "Start") == 0)
			job->start_at = i;
		else if (strcasecmp(p, "End") == 0)
			job->end_at = i;
		else if (strcasecmp(p, "Text") == 0)
			job->text_at = i;
	}
	job->columns = i;
}

/* The last column has what is left, commas and all. */
static char *
column(char **rest, bool last)
{
	char *s = *rest, *comma = s && !last ? strchr(s, ',') : NULL;

	*rest = comma ? comma + 1 : NULL;
	if (comma)
		*comma = '\0';
	while (s && *s == ' ' && !last)
		s++;
	return s;
}

static int
read_event(struct job *job, char *s)
{
	uint64_t start = 0, end = 0;
	bool has_start = false, has_end = false;
	char *text = NULL, *field;
	int r;

	for (unsigned i = 0; i < job->columns && s; i++) {
		field = column(&s, i + 1 == job->columns);
		if (i == job->start_at)
			has_start = time_read(field, &start) != NULL;
		else if (i == job->end_at)
			has_end = time_read(field, &end) != NULL;
		else if (i == job->text_at)
			text = field;
	}
	if (!has_start || !text)
		return xj_warn(job->in, "an event without a time or a text");
	r = cue_begin(job, start, end, has_end);
	if (r == 0)
		r = cue_line(job, text, plain_ass(text, strlen(text)));
	return r == 0 ? cue_end(job) : r;
}

static int
read_info(struct job *job, char *s, size_t len)
{
	size_t n = len;
	char *value = value_of(s, &n, "Title");

	if (value)
		return send_meta(job, "title", value, n);
	n = len;
	value = value_of(s, &n, "Original Script");
	return value ? send_meta(job, "creator", value, n) : 0;
}

static int
ass_line(struct job *job, char *s, size_t len)
{
	char *value;
	size_t n;

	s = trim(s, &len);
	if (*s == '[') {
		job->events = strncasecmp(s, "[Events]", 8) == 0;
		return 0;
	}
	if (!job->events)
		return read_info(job, s, len);
	n = len;
	if ((value = value_of(s, &n, "Format")) != NULL) {
		read_format(job, value);
		return 0;
	}
	n = len;
	value = value_of(s, &n, "Dialogue");
	return value ? read_event(job, value) : 0;
}

static int
ass_end(struct job *job)
{
	(void)job;
	return 0;
}

const struct reader reader_ass = { "text/x-ssa", ass_line, ass_end };
