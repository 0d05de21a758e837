/* test-text.h - what the tests of the text module share. */
#ifndef XJ_TEST_TEXT_H
#define XJ_TEST_TEXT_H

#include "text/text.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static struct xj_analyzer *analyzer;

static inline int
open_analyzer(void **state)
{
	(void)state;
	return xj_analyzer_new(NULL, &analyzer, NULL);
}

static inline int
close_analyzer(void **state)
{
	(void)state;
	xj_analyzer_free(analyzer);
	analyzer = NULL;
	return 0;
}

/* The normal form, to be freed. */
static inline char *
normal_of(const char *text, size_t len)
{
	struct xj_normal n = XJ_NORMAL_INIT;
	char *out;

	assert_int_equal(xj_normalise(analyzer, text, len, 0, &n, NULL),
			 XJ_OK);
	out = malloc(n.len + 1);
	assert_non_null(out);
	memcpy(out, n.bytes, n.len);
	out[n.len] = '\0';
	xj_normal_release(&n);
	return out;
}

static inline void
assert_normal(const char *text, const char *expected)
{
	char *n = normal_of(text, strlen(text));

	assert_string_equal(n, expected);
	free(n);
}

/* Chunks that a writer hands out. */
#define CHUNKS_MAX 64

struct chunks {
	char *bytes[CHUNKS_MAX];
	size_t len[CHUNKS_MAX];
	unsigned count;
};

static inline int
keep_chunk(void *ctx, unsigned number, const void *bytes, size_t len,
	   struct xj_error *err)
{
	struct chunks *c = ctx;

	assert_int_equal(number, c->count);
	assert_true(number < CHUNKS_MAX);
	c->bytes[number] = malloc(len);
	if (!c->bytes[number])
		return xj_error_set(err, XJ_ENOMEM, "no memory");
	memcpy(c->bytes[number], bytes, len);
	c->len[number] = len;
	c->count++;
	return XJ_OK;
}

static inline void
free_chunks(struct chunks *c)
{
	for (unsigned i = 0; i < c->count; i++)
		free(c->bytes[i]);
	c->count = 0;
}

static inline int
write_blocks(const struct xj_block *blocks, size_t n, struct chunks *chunks,
	     uint64_t *bytes)
{
	struct xj_text_writer *w = NULL;
	int r = xj_text_writer_new(keep_chunk, chunks, &w, NULL);

	for (size_t i = 0; i < n && r == XJ_OK; i++) {
		struct xj_block b = blocks[i];

		if (b.len == 0)
			b.len = strlen(b.text);
		r = xj_text_writer_add(w, &b, NULL);
	}
	if (r == XJ_OK)
		r = xj_text_writer_end(w, bytes, NULL);
	xj_text_writer_free(w);
	return r;
}

/* One chunk of blocks, to be released. */
static inline void
make_chunk(const struct xj_block *blocks, size_t n,
	   struct xj_text_chunk *chunk)
{
	struct chunks c = { .count = 0 };

	assert_int_equal(write_blocks(blocks, n, &c, NULL), XJ_OK);
	assert_int_equal(c.count, 1);
	assert_int_equal(xj_text_chunk_parse(c.bytes[0], c.len[0], chunk,
					     NULL), XJ_OK);
	free_chunks(&c);
}

/* A generator of numbers that gives the same ones every time. */
static uint64_t random_state = 88172645463325252u;

static inline uint32_t
random_below(uint32_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 32) % n;
}

#endif
