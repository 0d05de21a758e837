/* buf.c - bytes that grow. */
#include "util/util.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
xj_buf_release(struct xj_buf *b)
{
	free(b->data);
	*b = (struct xj_buf)XJ_BUF_INIT;
}

void
xj_buf_clear(struct xj_buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->data)
		b->data[0] = '\0';
}

/* Doubling, so that n appends cost O(n). */
static size_t
next_capacity(size_t have, size_t need)
{
	size_t cap = have < 64 ? 64 : have;

	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	return cap;
}

/* Room for `more` bytes and the NUL. */
int
xj_buf_reserve(struct xj_buf *b, size_t more)
{
	size_t cap;
	char *data;

	if (b->failed)
		return XJ_ENOMEM;
	if (more < b->cap - b->len)
		return XJ_OK;
	if (more >= SIZE_MAX - b->len) {
		b->failed = true;
		return XJ_ENOMEM;
	}
	cap = next_capacity(b->cap, b->len + more + 1);
	data = realloc(b->data, cap);
	if (!data) {
		b->failed = true;
		return XJ_ENOMEM;
	}
	data[b->len] = '\0';
	b->data = data;
	b->cap = cap;
	return XJ_OK;
}

void
xj_buf_add(struct xj_buf *b, const void *bytes, size_t len)
{
	if (xj_buf_reserve(b, len) < 0)
		return;
	if (len)
		memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void
xj_buf_adds(struct xj_buf *b, const char *s)
{
	xj_buf_add(b, s, strlen(s));
}

void
xj_buf_addc(struct xj_buf *b, char c)
{
	xj_buf_add(b, &c, 1);
}

void
xj_buf_addf(struct xj_buf *b, const char *format, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0)
		b->failed = true;
	else if (xj_buf_reserve(b, (size_t)n) == XJ_OK)
		b->len += (size_t)vsnprintf(b->data + b->len, (size_t)n + 1,
					    format, again);
	va_end(again);
}

int
xj_buf_check(const struct xj_buf *b, struct xj_error *err)
{
	if (b->failed)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	return XJ_OK;
}

char *
xj_buf_take(struct xj_buf *b)
{
	char *data;

	xj_buf_reserve(b, 0); /* an empty text is a text */
	if (b->failed)
		xj_buf_release(b);
	data = b->data;
	*b = (struct xj_buf)XJ_BUF_INIT;
	return data;
}

const char *
xj_buf_str(const struct xj_buf *b)
{
	return b->data ? b->data : "";
}

int
xj_by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}
