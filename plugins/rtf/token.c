/*
 * token.c - the bytes of RTF as signs, words and text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "rtf.h"

/* The next byte, or -1 at the end; `*r` is set when the host says stop. */
static int
peek(struct source *s, int *r)
{
	ssize_t n;

	if (s->at < s->len)
		return s->buf[s->at];
	s->base += s->len;
	s->at = s->len = 0;
	if ((*r = xj_poll(s->in, s->base, s->in->size)) < 0)
		return -1;
	if ((n = xj_read(s->in, s->base, s->buf, CHUNK)) <= 0) {
		*r = (int)n;
		return -1;
	}
	s->len = (size_t)n;
	return s->buf[0];
}

static bool
is_letter(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static int
hex_digit(int c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* \'hh; with fewer digits, what there are. */
static void
read_hex(struct source *s, struct token *t, int *r)
{
	int value = 0;

	for (int i = 0; i < 2; i++) {
		int digit = hex_digit(peek(s, r));

		if (digit < 0)
			break;
		value = value * 16 + digit;
		s->at++;
	}
	t->kind = TOKEN_BYTE;
	t->byte = (unsigned char)value;
	t->escaped = true;
}

static void
read_number(struct source *s, struct token *t, int *r)
{
	bool minus = peek(s, r) == '-';
	int64_t n = 0;
	int c;

	s->at += minus;
	for (; is_digit(c = peek(s, r)); s->at++) {
		t->has_number = true;
		if (n < INT32_MAX)
			n = n * 10 + (c - '0');
	}
	if (n > INT32_MAX)
		n = INT32_MAX;
	t->number = (int)(minus ? -n : n);
}

/* Behind the backslash. Longer words than any that there is are cut. */
static void
read_word(struct source *s, struct token *t, int *r)
{
	size_t n = 0;
	int c = peek(s, r);

	t->kind = TOKEN_WORD;
	if (c < 0)
		return;
	if (!is_letter(c)) {
		s->at++;
		t->word[0] = (char)c;
		t->word[1] = '\0';
		if (c == '\'')
			read_hex(s, t, r);
		return;
	}
	for (; is_letter(c); s->at++, c = peek(s, r))
		if (n < WORD_MAX)
			t->word[n++] = (char)c;
	t->word[n] = '\0';
	if (c == '-' || is_digit(c))
		read_number(s, t, r);
	if (peek(s, r) == ' ')
		s->at++;
}

int
source_next(struct source *s, struct token *t)
{
	int r = 0, c = peek(s, &r);

	while (c == '\r' || c == '\n') {
		s->at++;
		c = peek(s, &r);
	}
	t->kind = TOKEN_END;
	t->has_number = t->escaped = false;
	t->number = 0;
	t->word[0] = '\0';
	t->offset = s->base + s->at;
	if (c < 0)
		return r;
	s->at++;
	if (c == '\\') {
		read_word(s, t, &r);
	} else {
		t->kind = c == '{' ? TOKEN_OPEN :
			  c == '}' ? TOKEN_CLOSE : TOKEN_BYTE;
		t->byte = (unsigned char)c;
	}
	return r < 0 ? r : 1;
}

/* Bytes of \bin. */
int
source_skip(struct source *s, uint64_t len)
{
	if (len <= s->len - s->at) {
		s->at += (size_t)len;
		return 0;
	}
	s->base += s->at + len;
	s->at = s->len = 0;
	return 0;
}
