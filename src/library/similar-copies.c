/* similar-copies.c - how near two texts are to being copies of each other. */
#include <stdlib.h>
#include <string.h>

#include "library/similar.h"

#define RUN 4u           /* characters of Han, or words, of a run */
#define ROOM (8 * XJ_SKETCH)

struct sketching {
	uint64_t hashes[ROOM];
	size_t count;
	uint64_t most;           /* greater ones are not kept any more */
	uint64_t last[RUN];      /* the units before, the newest at the end */
	size_t units;
};

/* The last step of MurmurHash3, which spreads the bits. */
static uint64_t
spread(uint64_t h)
{
	h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdull;
	h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53ull;
	return h ^ (h >> 33);
}

/* Keep the least, each once. */
static void
tidy(struct sketching *k)
{
	size_t n = 0;

	qsort(k->hashes, k->count, sizeof(*k->hashes), xj_by_number);
	for (size_t i = 0; i < k->count && n < XJ_SKETCH; i++)
		if (n == 0 || k->hashes[i] != k->hashes[n - 1])
			k->hashes[n++] = k->hashes[i];
	k->count = n;
	if (n == XJ_SKETCH)
		k->most = k->hashes[n - 1];
}

static void
add_unit(struct sketching *k, uint64_t unit)
{
	uint64_t h = 0;

	memmove(k->last, k->last + 1, sizeof(k->last) - sizeof(*k->last));
	k->last[RUN - 1] = unit;
	if (++k->units < RUN)
		return;
	for (unsigned i = 0; i < RUN; i++)
		h = spread(h * 31 + k->last[i]);
	if (h > k->most)
		return;
	k->hashes[k->count++] = h;
	if (k->count == ROOM)
		tidy(k);
}

static bool
is_letter(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 0xC0 && c < 0x2000);
}

/* Units are the characters of Han, kana, hangul, and other words; signs do not
 * count, which differ most between a copy and another. */
static void
add_text(struct sketching *k, const char *p, size_t len)
{
	const char *end = p + len;
	uint64_t word = 0;

	while (p < end) {
		uint32_t c = xj_utf8_next(&p, end);

		if (is_letter(c)) {
			word = word * 1099511628211ull + c;
			continue;
		}
		if (word)
			add_unit(k, word);
		word = 0;
		if (xj_is_cjk(c))
			add_unit(k, c);
	}
	if (word)
		add_unit(k, word);
}

/* The first part is enough: copies begin alike, and are as long. */
int
xj_sketch_make(struct xj_seeking *s, uint64_t id, struct xj_sketch *sketch,
	       struct xj_error *err)
{
	struct sketching k = { .most = UINT64_MAX };
	int r;

	sketch->count = 0;
	xj_reading_begin(&s->reading, id, 0);
	r = xj_part_read(s, 0, 0, err);
	if (r != XJ_OK)
		return r < 0 ? r : XJ_OK;
	add_text(&k, s->reading.normal.bytes, s->reading.normal.len);
	tidy(&k);
	sketch->count = k.count;
	memcpy(sketch->hashes, k.hashes, k.count * sizeof(*k.hashes));
	return XJ_OK;
}

/* Of the least of both together, how many are in both. */
double
xj_sketch_common(const struct xj_sketch *a, const struct xj_sketch *b)
{
	size_t i = 0, j = 0, seen = 0, both = 0;

	while (seen < XJ_SKETCH && (i < a->count || j < b->count)) {
		bool left = j == b->count || (i < a->count &&
					      a->hashes[i] <= b->hashes[j]);
		bool right = i == a->count || (j < b->count &&
					       b->hashes[j] <= a->hashes[i]);

		both += left && right;
		i += left;
		j += right;
		seen++;
	}
	return seen ? (double)both / (double)seen : 0;
}
