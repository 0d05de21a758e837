/* strokes.c - how like each other Han characters look. */
#include <string.h>

#include "text/text.h"

#include "strokes.h"

#define STROKES_MAX 20u

/* 末 and 未 are written with the same strokes, 己 and 已 too: two characters
 * that differ are never quite alike. */
#define MOST 0.95

static size_t
strokes_of(uint32_t c, unsigned char out[STROKES_MAX])
{
	uint64_t packed = c < STROKES_FIRST || c > STROKES_LAST ? 0 :
			  xj_strokes[c - STROKES_FIRST];
	size_t n = 0;

	for (; packed && n < STROKES_MAX; packed >>= 3)
		out[n++] = packed & 7;
	return n;
}

/* Strokes to be put in, left out or changed. */
static unsigned
edits(const unsigned char *a, size_t m, const unsigned char *b, size_t n)
{
	unsigned row[STROKES_MAX + 1];

	for (size_t k = 0; k <= n; k++)
		row[k] = (unsigned)k;
	for (size_t i = 1; i <= m; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t k = 1; k <= n; k++) {
			unsigned change = diagonal + (a[i - 1] != b[k - 1]);
			unsigned other = row[k] < row[k - 1] ? row[k] :
							       row[k - 1];

			diagonal = row[k];
			row[k] = change < other + 1 ? change : other + 1;
		}
	}
	return row[n];
}

double
xj_shape_likeness(uint32_t a, uint32_t b)
{
	unsigned char x[STROKES_MAX], y[STROKES_MAX];
	size_t m = strokes_of(a, x), n = strokes_of(b, y);
	size_t longer = m > n ? m : n;
	double likeness;

	if (a == b)
		return 1;
	if (m == 0 || n == 0)
		return 0;
	likeness = 1 - (double)edits(x, m, y, n) / (double)longer;
	return likeness < MOST ? likeness : MOST;
}

static size_t
count(uint64_t packed)
{
	size_t n = 0;

	for (; packed; packed >>= 3)
		n++;
	return n;
}

/* Characters that look alike begin or end alike; the rest is not compared. */
static bool
may_be_like(uint64_t a, size_t m, uint64_t b, size_t n)
{
	size_t k = (m < n ? m : n) / 3;
	uint64_t mask = ((uint64_t)1 << 3 * k) - 1;

	return (m > n ? m - n : n - m) * 4 <= (m > n ? m : n) &&
	       ((a & mask) == (b & mask) ||
		a >> 3 * (m - k) == b >> 3 * (n - k));
}

void
xj_shape_each(uint32_t c, bool (*fn)(void *ctx, uint32_t like), void *ctx)
{
	uint64_t own = c < STROKES_FIRST || c > STROKES_LAST ? 0 :
		       xj_strokes[c - STROKES_FIRST];
	size_t n = count(own);

	for (uint32_t i = STROKES_FIRST; own && i <= STROKES_LAST; i++) {
		uint64_t other = xj_strokes[i - STROKES_FIRST];

		if (i != c && other &&
		    may_be_like(own, n, other, count(other)) &&
		    xj_shape_likeness(c, i) >= XJ_SHAPE_NEAR && !fn(ctx, i))
			return;
	}
}
