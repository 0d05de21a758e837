/*
 * subtitle.c - the importer of subtitles and lyrics: which format it is, and
 * its lines, whatever the encoding.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>
#include <strings.h>

#include "subtitle.h"

#define READ 32768u
#define LOOK 4096u /* bytes in which the format shows */

/* ---------------------------------------------------------------- probe */

/* The start of the text in ASCII; the other byte of UTF-16 is left out. */
static void
plain_start(const unsigned char *head, size_t len, char *out, size_t cap)
{
	size_t n = 0, i = 0;

	if (len >= 3 && !memcmp(head, "\xEF\xBB\xBF", 3))
		i = 3;
	else if (len >= 2 && (!memcmp(head, "\xFF\xFE", 2) ||
			      !memcmp(head, "\xFE\xFF", 2)))
		i = 2;
	for (; i < len && n + 1 < cap; i++)
		if (head[i])
			out[n++] = (char)head[i];
	out[n] = '\0';
}

static const char *
next_line(const char *s)
{
	s += strcspn(s, "\r\n");
	if (*s == '\r')
		s++;
	return *s == '\n' ? s + 1 : s;
}

/* A number, or nothing, and then a line of times. */
static bool
starts_srt(const char *s)
{
	uint64_t start, end;

	while (isspace((unsigned char)*s))
		s++;
	if (times_read(s, &start, &end))
		return true;
	s += strspn(s, "0123456789");
	s += strspn(s, " \t");
	return (*s == '\r' || *s == '\n') &&
	       times_read(next_line(s), &start, &end);
}

static bool
has_times(const char *s)
{
	uint64_t start, end;

	for (; *s; s = next_line(s))
		if (times_read(s, &start, &end))
			return true;
	return false;
}

static bool
has_verse(const char *s)
{
	uint64_t ms;

	for (; *s; s = next_line(s))
		if (*s == '[' && (s[1] == 't' || time_read(s + 1, &ms)))
			return true;
	return false;
}

static bool
named(const struct xj_sample *s, const char *ext, const char *mime)
{
	const char *dot = strrchr(s->name, '.');

	return (dot && strcasecmp(dot + 1, ext) == 0) ||
	       (*s->mime && strncasecmp(s->mime, mime, strlen(mime)) == 0);
}

static const struct reader *
reader_of(const struct xj_sample *sample, int *bid)
{
	bool srt = named(sample, "srt", reader_srt.mime);
	bool lrc = named(sample, "lrc", reader_lrc.mime);
	char start[LOOK];

	plain_start(sample->head, sample->head_len, start, sizeof(start));
	*bid = XJ_BID_CERTAIN;
	if (strncmp(start, "WEBVTT", 6) == 0 &&
	    !isalnum((unsigned char)start[6]))
		return &reader_vtt;
	if (strncasecmp(start, "[Script Info]", 13) == 0)
		return &reader_ass;
	*bid = srt ? XJ_BID_CERTAIN : XJ_BID_MAGIC;
	if (starts_srt(start))
		return &reader_srt;
	*bid = XJ_BID_NAME;
	if (lrc && (has_verse(start) || !*start))
		return &reader_lrc;
	if (srt && (has_times(start) || !*start))
		return &reader_srt;
	if (named(sample, "vtt", reader_vtt.mime) && has_times(start))
		return &reader_vtt;
	if ((named(sample, "ass", reader_ass.mime) ||
	     named(sample, "ssa", reader_ass.mime)) &&
	    strcasestr(start, "[Events]"))
		return &reader_ass;
	*bid = XJ_BID_NONE;
	return NULL;
}

static int
probe_subtitle(const struct xj_sample *sample, const char **mime)
{
	int bid;
	const struct reader *reader = reader_of(sample, &bid);

	if (reader)
		*mime = reader->mime;
	return bid;
}

/* ---------------------------------------------------------------- lines */

static int
end_line(struct job *job, size_t len)
{
	char kept = job->line[len];
	size_t rest = job->line_len - len;
	int r;

	job->line[len] = '\0';
	r = job->reader->line(job, job->line, len);
	job->line[len] = kept;
	memmove(job->line, job->line + len, rest);
	job->line_len = rest;
	return r;
}

/* How much of a full line may go: not half a character. */
static size_t
whole_characters(const struct job *job)
{
	size_t n = job->line_len - 1;

	while (n > 1 && utf8_inside(job->line[n]))
		n--;
	return n;
}

static int
feed(struct job *job, const char *s, size_t len)
{
	int r = 0;

	for (size_t i = 0; i < len && r == 0; i++) {
		bool second = s[i] == '\n' && job->after_cr;

		job->after_cr = s[i] == '\r';
		if (s[i] == '\n' || s[i] == '\r') {
			if (!second)
				r = end_line(job, job->line_len);
			continue;
		}
		job->line[job->line_len++] = s[i];
		if (job->line_len == LINE_MAX_BYTES)
			r = end_line(job, whole_characters(job));
	}
	return r;
}

static int
decode_all(struct job *job, struct xj_decoder *decoder, unsigned char *buf,
	   size_t n)
{
	struct xj_import *in = job->in;
	uint64_t off = 0;
	int r, last;

	do {
		const char *text;
		size_t len;
		ssize_t got;

		off += n;
		last = off >= in->size || n == 0;
		r = xj_decode(in, decoder, buf, n, last, &text, &len);
		if (r == 0)
			r = feed(job, text, len);
		if (r < 0 || last)
			return r;
		got = xj_read(in, off, buf, READ);
		if (got < 0)
			return (int)got;
		n = (size_t)got;
	} while (r == 0);
	return r;
}

static int
run(struct job *job, unsigned char *buf, size_t n)
{
	struct xj_decoder *decoder;
	const char *encoding;
	int r = xj_decode_begin(job->in, NULL, buf, n, &decoder, &encoding);

	if (r < 0)
		return r;
	r = decode_all(job, decoder, buf, n);
	if (r == 0)
		r = end_line(job, job->line_len);
	if (r == 0)
		r = job->reader->end(job);
	/* Last: what looked like ASCII may have turned out to be more. */
	if (r == 0)
		r = xj_meta(job->in, "encoding", encoding);
	xj_decode_end(job->in, decoder);
	return r;
}

static int
import_subtitle(struct xj_import *in)
{
	unsigned char buf[READ];
	struct job *job = xj_alloc(in, NULL, sizeof(*job));
	ssize_t n = xj_read(in, 0, buf, sizeof(buf));
	struct xj_sample sample = { .head = buf, .head_len = (size_t)n,
				    .size = in->size, .name = in->name,
				    .mime = in->mime };
	int bid;

	if (!job)
		return XJ_IMPORT_NOMEM;
	if (n < 0)
		return (int)n;
	job->in = in;
	job->columns = 10;
	job->start_at = 1;
	job->end_at = 2;
	job->text_at = 9;
	job->reader = reader_of(&sample, &bid);
	if (!job->reader)
		return xj_fail(in, XJ_IMPORT_CORRUPT,
			       "the name says subtitles, but no line has a "
			       "time");
	return run(job, buf, (size_t)n);
}

static const struct xj_format formats[] = {
	{ .mime = "application/x-subrip", .ext = "srt" },
	{ .mime = "text/vtt", .ext = "vtt" },
	{ .mime = "text/x-ssa", .ext = "ass" },
	{ .mime = "text/x-ssa", .ext = "ssa" },
	{ .mime = "text/x-lrc", .ext = "lrc" },
	{ 0 }
};

XJ_IMPORTER(.name = "subtitle", .version = "1.0",
	    .license = "GPL-3.0-or-later", .formats = formats,
	    .probe = probe_subtitle, .import = import_subtitle);
