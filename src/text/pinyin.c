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
