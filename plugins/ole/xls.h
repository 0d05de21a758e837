/*
 * xls.h - what the parts of the reader of Excel workbooks share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_XLS_H
#define XJ_PLUGIN_XLS_H

#include "ole.h"
#include "plugins/common/numbers.h"

/* A place in the data of a record; it goes on in the CONTINUE records behind
 * it. */
struct xls_cursor {
	struct cfb_stream *stream;
	uint64_t at;      /* next byte */
	uint32_t left;    /* of this record */
	bool end;         /* nothing follows */
};

struct xls_record {
	unsigned type;
	struct xls_cursor data;
	uint64_t next;    /* the record behind it */
};

enum {
	XLS_CONTINUE = 0x3C,
};

/* 1: a record. 0: the end. Negative: stop. */
int xls_record_at(struct cfb_stream *s, uint64_t off,
		  struct xls_record *record);
/* The first bytes of a record without those that continue it; what is not
 * there is zero. */
int xls_head(const struct xls_record *record, unsigned char *buf, size_t len);
int xls_skip(struct xls_cursor *c, uint64_t n);
/* All n bytes; c->end is set when there are fewer. */
int xls_bytes(struct xls_cursor *c, void *buf, size_t n);

/*
 * Strings of BIFF8. `wide` as in the flags before the characters; p == NULL
 * passes over them.
 */
int xls_characters(struct ole *ole, struct xls_cursor *c, uint32_t count,
		   bool wide, struct paragraph *p);
/* With length (16 bits, or 8) and flags, and what formats the string. */
int xls_string(struct ole *ole, struct xls_cursor *c, bool short_length,
	       struct paragraph *p);

#endif
