/*
 * text/pinyin.h - the table of readings that pinyin.awk makes at build time.
 * Own header of the module.
 */
#ifndef XJ_TEXT_PINYIN_H
#define XJ_TEXT_PINYIN_H

#include <stdint.h>

/* A character, not always ended by NUL, and the numbers of its syllables, the
 * most usual first; 0: no more. Sorted by bytes. */
struct xj_readings {
	char c[4];
	uint16_t syllables[4];
};

extern const char xj_syllables[][7]
	__attribute__((visibility("hidden")));
extern const unsigned xj_syllables_count
	__attribute__((visibility("hidden")));
extern const struct xj_readings xj_readings[]
	__attribute__((visibility("hidden")));
extern const unsigned xj_readings_count
	__attribute__((visibility("hidden")));

#endif
