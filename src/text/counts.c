/*
 * counts.c - the terms of one document, counted: a table of hashes over one
 * stretch of bytes, sorted at the end. Terms are short, so their first eight
 * bytes are kept as a number that hashes and sorts.
 */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

struct counted {
	uint64_t key;  /* the first eight bytes, the first one highest */
	uint32_t off;  /* into `bytes` */
	uint32_t len;
	uint32_t count;
	uint32_t slot;
};

struct xj_counts {
	struct counted *terms;
	size_t count, cap;
	uint32_t *slots; /* index + 1 */
	size_t slot_count;
	char *bytes;
	size_t len, bytes_cap;
	struct counted *sorted, *spare;
	struct xj_counted *list;
	size_t list_cap;
};

/* A caller's term of up to Xapian's length is read eight bytes at a time. */
#define PADDING 8u

int
xj_counts_new(struct xj_counts **out, struct xj_error *err)
{
	struct xj_counts *c = calloc(1, sizeof(*c));

	if (!c)
		return xj_error_set(err, XJ_ENOMEM, "text: no memory");
	*out = c;
	return XJ_OK;
}

void
xj_counts_free(struct xj_counts *c)
{
	if (!c)
		return;
	free(c->terms);
	free(c->slots);
	free(c->bytes);
	free(c->sorted);
	free(c->spare);
	free(c->list);
	free(c);
}

/* A small document after a large one does not pay for the large one's table. */
void
xj_counts_clear(struct xj_counts *c)
{
	if (c->count > c->slot_count / 8) {
		memset(c->slots, 0, c->slot_count * sizeof(*c->slots));
	} else {
		for (size_t i = 0; i < c->count; i++)
			c->slots[c->terms[i].slot] = 0;
	}
	c->count = c->len = 0;
}

static bool
resize(void *array, size_t count, size_t size)
{
	void **p = array;
	void *now;

	if (count > SIZE_MAX / 2 / size)
		return false;
	now = realloc(*p, count * size);
	if (!now)
		return false;
	*p = now;
	return true;
}

static uint64_t
first_eight(const char *term, size_t len)
{
	uint64_t key = 0;

	for (size_t i = 0; i < 8; i++)
		key = key << 8 | (i < len ? (unsigned char)term[i] : 0);
	return key;
}

static size_t
hash(uint64_t key, const char *term, size_t len)
{
	uint64_t h = (key ^ len) * UINT64_C(0x9E3779B97F4A7C15);

	for (size_t i = 8; i < len; i++)
		h = (h ^ (unsigned char)term[i]) *
		    UINT64_C(0x100000001B3);
	return (size_t)(h ^ h >> 29);
}

static bool
grow_slots(struct xj_counts *c)
{
	size_t n = c->slot_count ? c->slot_count * 2 : 4096;
	uint32_t *slots = calloc(n, sizeof(*slots));

	if (!slots)
		return false;
	for (size_t i = 0; i < c->count; i++) {
		struct counted *t = &c->terms[i];
		size_t s = hash(t->key, c->bytes + t->off, t->len) & (n - 1);

		while (slots[s])
			s = (s + 1) & (n - 1);
		slots[s] = (uint32_t)i + 1;
		t->slot = (uint32_t)s;
	}
	free(c->slots);
	c->slots = slots;
	c->slot_count = n;
	return true;
}

static bool
make_room(struct xj_counts *c, size_t len)
{
	if (c->count >= UINT32_MAX / 4 || c->len > UINT32_MAX / 2)
		return false;
	if (c->count * 2 >= c->slot_count && !grow_slots(c))
		return false;
	if (c->count == c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 2048;

		if (!resize(&c->terms, cap, sizeof(*c->terms)))
			return false;
		c->cap = cap;
	}
	if (c->len + len > c->bytes_cap) {
		size_t cap = (c->bytes_cap ? c->bytes_cap * 2 : 16384) + len;

		if (!resize(&c->bytes, cap, 1))
			return false;
		c->bytes_cap = cap;
	}
	return true;
}

/* The term, counted 0 if it was not there; NULL: no memory. */
static struct counted *
find_or_add(struct xj_counts *c, const char *term, size_t len, uint64_t key)
{
	struct counted *t;
	size_t h, s;

	if (!make_room(c, len))
		return NULL;
	h = hash(key, term, len);
	for (s = h & (c->slot_count - 1); c->slots[s];
	     s = (s + 1) & (c->slot_count - 1)) {
		t = &c->terms[c->slots[s] - 1];
		if (t->key == key && t->len == len &&
		    (len <= 8 ||
		     memcmp(c->bytes + t->off + 8, term + 8, len - 8) == 0))
			return t;
	}
	t = &c->terms[c->count++];
	*t = (struct counted){ key, (uint32_t)c->len, (uint32_t)len, 0,
			       (uint32_t)s };
	c->slots[s] = (uint32_t)c->count;
	memcpy(c->bytes + c->len, term, len);
	c->len += len;
	return t;
}

static int
add(struct xj_counts *c, const char *term, size_t len, uint64_t key,
    unsigned count)
{
	struct counted *t = find_or_add(c, term, len, key);

	if (!t)
		return XJ_ENOMEM;
	t->count += count;
	return XJ_OK;
}

struct adding {
	struct xj_counts *counts;
	unsigned weight;
};

static int
add_term(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	 size_t at, size_t width)
{
	const struct adding *a = ctx;
	char bytes[1 + TERM_MAX];

	(void)at;
	(void)width;
	bytes[0] = (char)kind;
	memcpy(bytes + 1, term, len);
	return add(a->counts, bytes, len + 1, first_eight(bytes, len + 1),
		   a->weight);
}

static int
no_memory(int r, struct xj_error *err)
{
	return r == XJ_ENOMEM ?
	       xj_error_set(err, r, "text: no memory") : r;
}

int
xj_counts_text(struct xj_counts *c, struct xj_analyzer *an, const char *normal,
	       size_t len, unsigned weight, struct xj_error *err)
{
	struct adding a = { c, weight };

	return no_memory(xj_terms(an, normal, len, add_term, &a, err), err);
}

int
xj_counts_term(struct xj_counts *c, const char *term, size_t len,
	       unsigned count, struct xj_error *err)
{
	return no_memory(add(c, term, len, first_eight(term, len), count),
			 err);
}

int
xj_counts_least(struct xj_counts *c, const char *term, size_t len,
		unsigned least, struct xj_error *err)
{
	struct counted *t = find_or_add(c, term, len, first_eight(term, len));

	if (!t)
		return no_memory(XJ_ENOMEM, err);
	if (t->count < least)
		t->count = least;
	return XJ_OK;
}

/* -------------------------------------------------------------- in order */

/* By the keys, a byte at a time from the lowest; bytes all alike cost nothing. */
static struct counted *
sort_keys(struct counted *a, struct counted *b, size_t n)
{
	static const size_t bytes = sizeof(a->key);
	size_t seen[8][256];

	memset(seen, 0, sizeof(seen));
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < bytes; k++)
			seen[k][a[i].key >> 8 * k & 0xFF]++;
	}
	for (size_t k = 0; k < bytes; k++) {
		struct counted *other = a;
		size_t at = 0;

		if (seen[k][a[0].key >> 8 * k & 0xFF] == n)
			continue;
		for (size_t v = 0; v < 256; v++) {
			size_t here = seen[k][v];

			seen[k][v] = at;
			at += here;
		}
		for (size_t i = 0; i < n; i++)
			b[seen[k][a[i].key >> 8 * k & 0xFF]++] = a[i];
		a = b;
		b = other;
	}
	return a;
}

static int
compare(const char *bytes, const struct counted *a, const struct counted *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int d = memcmp(bytes + a->off, bytes + b->off, n);

	return d ? d : (a->len > b->len) - (a->len < b->len);
}

static int
by_bytes(const void *a, const void *b, void *bytes)
{
	return compare(bytes, a, b);
}

/* Terms that begin with the same eight bytes. */
static void
sort_ties(struct xj_counts *c, struct counted *t, size_t n)
{
	for (size_t i = 0, to; i < n; i = to) {
		for (to = i + 1; to < n && t[to].key == t[i].key; to++)
			;
		if (to - i > 1)
			qsort_r(t + i, to - i, sizeof(*t), by_bytes, c->bytes);
	}
}

int
xj_counts_sorted(struct xj_counts *c, const struct xj_counted **list,
		 size_t *n, struct xj_error *err)
{
	struct counted *t;

	*n = c->count;
	if (c->count > c->list_cap) {
		if (!resize(&c->sorted, c->cap, sizeof(*c->sorted)) ||
		    !resize(&c->spare, c->cap, sizeof(*c->spare)) ||
		    !resize(&c->list, c->cap, sizeof(*c->list)))
			return no_memory(XJ_ENOMEM, err);
		c->list_cap = c->cap;
	}
	*list = c->list;
	if (c->count == 0)
		return XJ_OK;
	memcpy(c->sorted, c->terms, c->count * sizeof(*c->sorted));
	t = sort_keys(c->sorted, c->spare, c->count);
	sort_ties(c, t, c->count);
	for (size_t i = 0; i < c->count; i++)
		c->list[i] = (struct xj_counted){ c->bytes + t[i].off,
						  t[i].len, t[i].count };
	return XJ_OK;
}
