/*
 * words.c - cuts Chinese and Japanese into the words of a dictionary: of all
 * ways to cut a run, the one with the least sum of costs.
 *
 * The dictionary is ICU's, and so is the measure, hence the words are those of
 * ICU's break iterator: a character that is no word by itself costs as much as
 * the rarest word; a run of katakana may be a word of its own, at a cost that
 * depends on its length.
 */
#include "inner.h"

/* Source: ICU 72, the costs of katakana runs by length in characters. */
static uint32_t
katakana_cost(size_t length)
{
	static const uint16_t costs[] = {
		8192, 984, 408, 240, 204, 252, 300, 372, 480,
	};

	return length < XJ_COUNT(costs) ? costs[length] : 8192;
}

#define KATAKANA_MAX 20u

static inline void
relax(struct xj_analyzer *an, size_t from, size_t length, uint32_t cost)
{
	uint32_t sum = an->cost[from] + cost;

	if (sum < an->cost[from + length]) {
		an->cost[from + length] = sum;
		an->back[from + length] = (uint8_t)length;
	}
}

/* All words that begin at `i` and end before or at `to`. */
static inline void
try_words(struct xj_analyzer *an, size_t i, size_t to)
{
	const struct han *c = an->run + i;
	size_t max = to - i < WORD_MAX ? to - i : WORD_MAX, base = 0;
	bool alone = false;

	for (size_t k = 0; k < max && c[k].code; k++) {
		const struct word_unit *u = an->units + base + c[k].code;

		if (u->label != c[k].code)
			break;
		if ((u->low & 0xFF) != WORD_NONE) {
			relax(an, i, k + 1, u->low & 0xFF);
			alone = alone || k == 0;
		}
		base = (size_t)u->high << 8 | u->low >> 8;
		if (base == 0)
			break;
	}
	if (!alone)
		relax(an, i, 1, 255);
}

static inline void
try_katakana(struct xj_analyzer *an, size_t i, size_t from, size_t to)
{
	size_t n = 1;

	if (!an->run[i].katakana || (i > from && an->run[i - 1].katakana))
		return;
	while (i + n < to && n < KATAKANA_MAX && an->run[i + n].katakana)
		n++;
	if (n < KATAKANA_MAX)
		relax(an, i, n, katakana_cost(n));
}

static void
cut(struct xj_analyzer *an, size_t from, size_t to)
{
	an->cost[from] = 0;
	for (size_t i = from + 1; i <= to; i++)
		an->cost[i] = UINT32_MAX;
	for (size_t i = from; i < to; i++) {
		try_words(an, i, to);
		try_katakana(an, i, from, to);
	}
	for (size_t i = to; i > from; i -= an->back[i])
		an->run[i - an->back[i]].word = an->back[i];
}

/* Characters of the archive's own word at `i`, 0 if none is there. */
static size_t
own_word(const struct xj_analyzer *an, const char *run, const char *end,
	 size_t i, size_t n)
{
	size_t len = xj_text_own_match(an->own, run + an->run[i].at, end);
	size_t k = 1;

	if (len == 0)
		return 0;
	while (i + k < n && an->run[i + k].at - an->run[i].at < len)
		k++;
	return an->run[i + k].at - an->run[i].at == len && k > 1 && k < 256 ?
	       k : 0;
}

/* The archive's words stand as they are; what is between them is cut. */
void
xj_text_segment(struct xj_analyzer *an, const char *run, const char *end,
		size_t n)
{
	size_t done = 0;

	for (size_t i = 0; i < n; i++)
		an->run[i].word = 0;
	for (size_t i = 0; an->own && i < n;) {
		size_t k = own_word(an, run, end, i, n);

		if (k == 0) {
			i++;
			continue;
		}
		cut(an, done, i);
		an->run[i].word = (uint8_t)k;
		done = i += k;
	}
	cut(an, done, n);
}
