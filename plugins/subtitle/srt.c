/*
 * srt.c - SubRip and WebVTT: a line of two times, lines of text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * In SubRip a blank line is part of the text until a further line of times
 * comes: many files have them inside a cue, or leave out those between cues.
 * In WebVTT it ends the cue, and what is not a cue is a note or a style.
 */
#include "subtitle.h"

static bool
blank(const char *s)
{
	return s[strspn(s, " \t\f\v")] == '\0';
}

static int
srt_line(struct job *job, char *s, size_t len)
{
	uint64_t start, end;

	if (times_read(s, &start, &end)) {
		cue_drop_number(&job->cue);
		return cue_begin(job, start, end, true);
	}
	if (!job->cue.open)
		return 0;
	return cue_line(job, s, blank(s) ? 0 : plain_srt(s, len));
}

static int
srt_end(struct job *job)
{
	return job->cue.open ? cue_end(job) : 0;
}

static int
vtt_line(struct job *job, char *s, size_t len)
{
	uint64_t start, end;

	if (times_read(s, &start, &end))
		return cue_begin(job, start, end, true);
	if (!job->cue.open)
		return 0;
	return blank(s) ? cue_end(job) : cue_line(job, s, plain_vtt(s, len));
}

const struct reader reader_srt = { "application/x-subrip", srt_line, srt_end };
const struct reader reader_vtt = { "text/vtt", vtt_line, srt_end };
