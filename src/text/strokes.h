/*
 * text/strokes.h - the table of strokes that strokes.awk makes at build time.
 * Own header of the module.
 */
#ifndef XJ_TEXT_STROKES_H
#define XJ_TEXT_STROKES_H

#include <stdint.h>

#define STROKES_FIRST 0x4e00u
#define STROKES_LAST 0x9fffu

/* Of each character three bits a stroke, the first lowest; 0: not known. */
extern const uint64_t xj_strokes[STROKES_LAST - STROKES_FIRST + 1]
	__attribute__((visibility("hidden")));

#endif
