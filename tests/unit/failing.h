/*
 * failing.h - lets the n-th allocation of the code under test fail.
 *
 * For one source file of a test program that is linked with
 * $(FAILING_LINK). It sees the allocations of our own objects and of the
 * test, not those inside shared libraries.
 *
 *	for (long n = 0; n < 1000; n++) {
 *		failing_at(n);
 *		r = work();
 *		failing_at(-1);
 *		if (r == XJ_OK)
 *			break;
 *		assert_int_equal(r, XJ_ENOMEM);
 *	}
 */
#ifndef XJ_TEST_FAILING_H
#define XJ_TEST_FAILING_H

#include <stddef.h>

static long failing_left = -1;

/* After `n` more that work, allocations fail; negative: none fails. */
static inline void
failing_at(long n)
{
	failing_left = n;
}

static inline int
failing_now(void)
{
	if (failing_left < 0)
		return 0;
	if (failing_left == 0)
		return 1;
	failing_left--;
	return 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *
__wrap_malloc(size_t size)
{
	return failing_now() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return failing_now() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return failing_now() ? NULL : __real_realloc(old, size);
}

#endif
