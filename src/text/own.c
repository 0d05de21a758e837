/* own.c - the archive's own words, found in normal text. */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

/* Sorted by bytes; `first` tells at once that no word begins so. */
struct word_list {
	const char **words;
	size_t count, longest;
	bool shorts; /* there is one of two bytes */
	unsigned char first[8192];
};

/* The second and the third byte: the first is of thousands of characters. */
static size_t
first_bit(const char *p)
{
	return (size_t)(unsigned char)p[1] << 8 | (unsigned char)p[2];
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int
xj_text_own_new(const char *const *words, struct word_list **out,
		struct xj_error *err)
{
	struct word_list *list = calloc(1, sizeof(*list));
	size_t n = 0;

	while (words[n])
		n++;
	if (list)
		list->words = malloc((n + 1) * sizeof(*list->words));
	if (!list || !list->words) {
		xj_text_own_free(list);
		return xj_error_set(err, XJ_ENOMEM, "text: no memory");
	}
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(words[i]), bit;

		if (len < 2)
			continue;
		list->shorts |= len == 2;
		bit = first_bit(words[i]);
		list->first[bit >> 3] |= (unsigned char)(1 << (bit & 7));
		list->words[list->count++] = words[i];
		if (len > list->longest)
			list->longest = len;
	}
	qsort(list->words, list->count, sizeof(*list->words), by_bytes);
	*out = list;
	return XJ_OK;
}

void
xj_text_own_free(struct word_list *list)
{
	if (!list)
		return;
	free(list->words);
	free(list);
}

/* How many of the words are not above the `n` bytes at `p`. */
static size_t
rank(const struct word_list *list, const char *p, size_t n)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t half = low + (high - low) / 2;
		int d = strncmp(list->words[half], p, n);

		if (d > 0 || (d == 0 && strlen(list->words[half]) > n))
			high = half;
		else
			low = half + 1;
	}
	return low;
}

/*
 * The words that begin the text are below it in order; the longest of them is
 * found by asking for ever shorter beginnings, each time as much as the word
 * just below has in common with the text.
 */
size_t
xj_text_own_match(const struct word_list *list, const char *p, const char *end)
{
	size_t n = (size_t)(end - p), bit;

	if (n < 2)
		return 0;
	bit = n > 2 ? first_bit(p) : 0;
	if (!list->shorts && (n == 2 || !(list->first[bit >> 3] & 1 << (bit & 7))))
		return 0;
	if (n > list->longest)
		n = list->longest;
	while (n >= 2) {
		size_t r = rank(list, p, n), common = 0;
		const char *w;

		if (r == 0)
			return 0;
		w = list->words[r - 1];
		while (common < n && w[common] && w[common] == p[common])
			common++;
		if (w[common] == '\0')
			return common;
		n = common < n ? common : n - 1;
	}
	return 0;
}
