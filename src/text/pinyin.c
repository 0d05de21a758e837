/* pinyin.c - how Han characters are read. */
#include <string.h>

#include "text/text.h"

#include "pinyin.h"

unsigned
xj_pinyin(const char *c, size_t len, const char *readings[XJ_READINGS_MAX])
{
	size_t low = 0, high = xj_readings_count;
	char key[4] = "";
	unsigned n = 0;

	if (len < 3 || len > sizeof(key))
		return 0;
	memcpy(key, c, len);
	while (low < high) {
		size_t half = low + (high - low) / 2;
		const struct xj_readings *r = &xj_readings[half];
		int d = memcmp(r->c, key, sizeof(key));

		if (d == 0) {
			for (; n < XJ_READINGS_MAX && r->syllables[n]; n++)
				readings[n] = xj_syllables[r->syllables[n]];
			return n;
		}
		if (d < 0)
			low = half + 1;
		else
			high = half;
	}
	return 0;
}

bool
xj_syllable(const char *letters, size_t len, bool *whole)
{
	bool begins = false;

	*whole = false;
	for (unsigned i = 1; i < xj_syllables_count && len < 7; i++)
		if (memcmp(xj_syllables[i], letters, len) == 0) {
			begins = true;
			*whole |= xj_syllables[i][len] == '\0';
		}
	return begins && len > 0;
}

/* Two readings of a character are usual; the others hardly anyone means. */
static bool
is_read(const struct xj_readings *r, unsigned syllable)
{
	return r->syllables[0] == syllable || r->syllables[1] == syllable;
}

void
xj_pinyin_each(const char *syllable,
	       bool (*fn)(void *ctx, const char *c, size_t len), void *ctx)
{
	unsigned number = 1;

	while (number < xj_syllables_count &&
	       strcmp(xj_syllables[number], syllable) != 0)
		number++;
	for (unsigned i = 0; i < xj_readings_count &&
	     number < xj_syllables_count; i++)
		if (is_read(&xj_readings[i], number) &&
		    !fn(ctx, xj_readings[i].c, xj_readings[i].c[3] ? 4 : 3))
			return;
}
