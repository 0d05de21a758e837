/* fuzz.h - what every harness has: its one function, and MUST(). */
#ifndef XJ_FUZZ_H
#define XJ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise that the code in question gives, whatever the bytes. */
#define MUST(condition)                                                        \
	do {                                                                   \
		if (!(condition))                                              \
			abort();                                               \
	} while (0)

#endif
