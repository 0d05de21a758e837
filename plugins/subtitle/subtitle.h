/*
 * subtitle.h - what the parts of the subtitle importer share: the cue in hand
 * and the readers, which get the file line by line.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_SUBTITLE_H
#define XJ_PLUGIN_SUBTITLE_H

#include <stdbool.h>

#include <xueji/importer.h>

#include "plugins/common/utf8.h"

#define LINE_MAX_BYTES 32768u /* a longer line is read as several */

/* Text that is on the screen for a while. */
struct cue {
	char text[XJ_TEXT_MAX];
	size_t len;
	size_t line;         /* where in `text` its last line begins */
	uint64_t start, end; /* milliseconds */
	bool open, has_end;
	bool more;           /* a piece of it was sent */
};

/* A line of lyrics at one of its times. */
struct verse {
	int64_t at;
	size_t text, len;    /* in the pool */
};

struct job;

/* A format: what it makes of a line, and of the end of the file. */
struct reader {
	const char *mime;
	int (*line)(struct job *job, char *s, size_t len);
	int (*end)(struct job *job);
};

struct job {
	struct xj_import *in;
	const struct reader *reader;
	char line[LINE_MAX_BYTES + 1];
	size_t line_len;
	bool after_cr;
	struct cue cue;

	bool events;         /* ASS: in the section of that name */
	unsigned columns, start_at, end_at, text_at;

	struct verse *verses; /* LRC */
	size_t verse_count, verse_cap;
	char *pool;
	size_t pool_len, pool_cap;
	int64_t offset;
};

extern const struct reader reader_srt, reader_vtt, reader_ass, reader_lrc;

/* --------------------------------------------------------------- cue.c */

/* Sends what is open and begins anew. */
int cue_begin(struct job *job, uint64_t start, uint64_t end, bool has_end);
/* A further line. */
int cue_line(struct job *job, const char *s, size_t len);
/* Removes the last line if it is a number: that of the next cue. */
void cue_drop_number(struct cue *cue);
int cue_end(struct job *job);

/* [hours:]minutes:seconds[.fraction]; what stands behind it, or NULL. */
const char *time_read(const char *s, uint64_t *ms);

/* "0:01.5 --> 0:02.5 settings" */
bool times_read(const char *s, uint64_t *start, uint64_t *end);

/* Removes white space at both ends; `s` is cut and the new start returned. */
char *trim(char *s, size_t *len);
int send_meta(struct job *job, const char *element, const char *value,
	      size_t len);

/* ------------------------------------------------------------ markup.c */

/* Each makes text of a line in place and returns its new length. */
size_t plain_srt(char *s, size_t len);
size_t plain_vtt(char *s, size_t len);
size_t plain_ass(char *s, size_t len);
size_t plain_lrc(char *s, size_t len);

#endif
