/* arena.c - memory that dies together. */
#include "util/util.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE 8000
#define LARGE 2000 /* such a piece gets a chunk of its own */

struct chunk {
	struct chunk *next;
	alignas(max_align_t) char bytes[];
};

struct xj_arena {
	struct chunk *chunks; /* every one, for the end */
	char *at;             /* the free part of the chunk in use */
	size_t left;
};

int
xj_arena_new(struct xj_arena **arena)
{
	*arena = calloc(1, sizeof(**arena));
	return *arena ? XJ_OK : XJ_ENOMEM;
}

void
xj_arena_free(struct xj_arena *arena)
{
	struct chunk *c, *next;

	if (!arena)
		return;
	for (c = arena->chunks; c; c = next) {
		next = c->next;
		free(c);
	}
	free(arena);
}

void
xj_arena_freep(struct xj_arena **arena)
{
	xj_arena_free(*arena);
	*arena = NULL;
}

static char *
chunk_new(struct xj_arena *arena, size_t size)
{
	struct chunk *c = calloc(1, sizeof(*c) + size);

	if (!c)
		return NULL;
	c->next = arena->chunks;
	arena->chunks = c;
	return c->bytes;
}

void *
xj_arena_alloc(struct xj_arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	char *p;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + !size + align - 1) / align * align;
	if (size >= LARGE)
		return chunk_new(arena, size);
	if (size > arena->left || !arena->at) {
		p = chunk_new(arena, CHUNK_SIZE);
		if (!p)
			return NULL;
		arena->at = p;
		arena->left = CHUNK_SIZE;
	}
	p = arena->at;
	arena->at += size;
	arena->left -= size;
	return p;
}

char *
xj_arena_strndup(struct xj_arena *arena, const char *s, size_t len)
{
	char *copy = len < SIZE_MAX ? xj_arena_alloc(arena, len + 1) : NULL;

	if (copy && len)
		memcpy(copy, s, len);
	return copy;
}

char *
xj_arena_strdup(struct xj_arena *arena, const char *s)
{
	return xj_arena_strndup(arena, s, strlen(s));
}

char *
xj_arena_printf(struct xj_arena *arena, const char *format, ...)
{
	va_list ap, again;
	char *text = NULL;
	int n;

	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n >= 0)
		text = xj_arena_alloc(arena, (size_t)n + 1);
	if (text)
		vsnprintf(text, (size_t)n + 1, format, again);
	va_end(again);
	return text;
}
