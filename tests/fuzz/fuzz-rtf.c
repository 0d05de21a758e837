/*
 * fuzz-rtf.c - any bytes as RTF. `make fuzz-rtf` builds it with clang.
 */
#include "fuzz-import.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import("application/rtf", "a.rtf", data, size);
	return 0;
}
