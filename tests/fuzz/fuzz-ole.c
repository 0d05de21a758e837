/*
 * fuzz-ole.c - any bytes as a compound file and a document in it. `make
 * fuzz-ole` builds it with clang.
 */
#include "fuzz-import.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import("application/msword", "a.doc", data, size);
	return 0;
}
