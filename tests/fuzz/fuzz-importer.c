/*
 * fuzz-importer.c - any bytes through an importer, under one of the names in
 * FUZZ_NAMES: which, their number says. `make fuzz-rtf` builds it with clang
 * for the importer of RTF, and likewise for the others.
 *
 * With FUZZ_PACKAGE the bytes are the parts of a zip file, each behind a line
 * "@@name", and the importer gets that file: bytes changed at random would
 * never be the zip of anything.
 */
#include "fuzz-import.h"

#ifdef FUZZ_PACKAGE
#include "fuzz-package.h"
#endif

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { FUZZ_NAMES };
	const char *name = names[size % (sizeof(names) / sizeof(names[0]))];

#ifdef FUZZ_PACKAGE
	struct fuzz_zip zip = { 0 };

	fuzz_zip_make(&zip, data, size);
	fuzz_import(name, zip.bytes, zip.len);
	free(zip.bytes);
#else
	fuzz_import(name, data, size);
#endif
	return 0;
}
