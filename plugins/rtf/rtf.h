/*
 * rtf.h - what the parts of the RTF importer share: the bytes of the document
 * as words, and where the reader stands.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_RTF_H
#define XJ_PLUGIN_RTF_H

#include "plugins/common/codepage.h"
#include "plugins/common/prose.h"

/* --------------------------------------------------------------- token.c */

#define WORD_MAX 32
#define CHUNK 65536u

enum token_kind {
	TOKEN_END,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_BYTE,   /* one byte of text; from \'hh, `escaped` is set */
	TOKEN_WORD,   /* \word, or \c with one sign that is no letter */
};

struct token {
	enum token_kind kind;
	unsigned char byte;
	bool escaped;
	char word[WORD_MAX + 1];
	bool has_number;
	int number;
	uint64_t offset;
};

struct source {
	struct xj_import *in;
	uint64_t base;         /* offset of buf[0] */
	size_t at, len;
	unsigned char *buf;
};

/* 1: a token. 0: the end. Negative: stop. */
int source_next(struct source *source, struct token *token);
int source_skip(struct source *source, uint64_t len);

/* ----------------------------------------------------------------- rtf.c */

#define GROUPS_MAX 1000   /* that are kept apart; deeper ones share a state */
#define FONTS_MAX 32768
#define STYLES_MAX 4096
#define VALUE_MAX 4096
#define NO_LEVEL 0xFF

/* What is done with text. */
enum target {
	TO_SKIP,    /* nothing, and nothing within it is looked at */
	TO_WAIT,    /* nothing, but there may be text within it */
	TO_FONTS,
	TO_STYLES,
	TO_VALUE,   /* metadata */
	TO_TEXT,    /* into the paragraph of the flow */
};

/* Texts that go on beside each other. */
enum flow {
	FLOW_BODY,
	FLOW_NOTE,
	FLOW_HEADER,
	FLOW_SHAPE,
	FLOW_HIDDEN,
	FLOWS,
};

/* Which of the fonts of a run holds for its characters. */
enum side { SIDE_NONE, SIDE_LOW, SIDE_HIGH, SIDE_DOUBLE };

/* What a group gives back at its end. */
struct state {
	uint8_t target, flow, level, side;
	uint8_t outer;          /* target around \upr */
	bool hidden, deleted, in_table;
	bool star;              /* \* was read, and no word since */
	uint16_t font, double_font, skip; /* skip: \ucN */
};

struct reader {
	struct xj_import *in;
	struct source source;
	struct prose prose;
	struct codepages pages;
	struct state *stack;
	struct state now;
	size_t depth;
	uint64_t deeper;
	unsigned page;           /* of the document */
	uint16_t default_font;
	unsigned skip;           /* characters that stand for the last \u */
	uint64_t offset;         /* of the token in hand */
	bool begun, has_author;

	unsigned char pending[512]; /* bytes that wait to be decoded */
	size_t pending_len;
	uint64_t pending_offset;
	unsigned pending_page;
	bool pending_maybe;      /* pending_page, if the bytes look so */

	struct paragraph flows[FLOWS];
	struct paragraph value;
	const char *element;     /* of metadata; NULL: a date */
	const char *date;        /* its element */
	int year, month, day;

	uint16_t *fonts;         /* code pages by number, 0: of the document */
	uint8_t *styles;         /* outline levels by number, +1; 0: none */
	unsigned style;          /* in the style sheet */
};

/* Text of the flow in hand is complete: a paragraph, a row. */
int reader_end_paragraph(struct reader *r);
int reader_flush(struct reader *r);
int reader_put(struct reader *r, uint32_t c);
int reader_word(struct reader *r, const struct token *token);
int reader_close(struct reader *r);

#endif
