/*
 * fuzz-importer.c - any bytes through an importer, under one of the names in
 * FUZZ_NAMES: which, their number says. `make fuzz-rtf` builds it with clang
 * for the importer of RTF, and likewise for the others.
 *
 * Where FUZZ_MAKE names one of the functions below, bytes that are parts
 * (fuzz-parts.h) become the file that it makes of them: bytes changed at
 * random would never be the zip of anything.
 */
#include "fuzz-import.h"

#ifdef FUZZ_MAKE
#include "fuzz-compound.h"
#include "fuzz-zip.h"

/* A package of Office, which is in a compound file when it is encrypted. */
static inline void
fuzz_package_make(struct fuzz_file *f, const uint8_t *data, size_t size)
{
	static const char locked[] = "@@EncryptionInfo\n";
	const size_t n = sizeof(locked) - 1;

	if (size >= n && !memcmp(data, locked, n))
		fuzz_compound_make(f, data, size);
	else
		fuzz_zip_make(f, data, size);
}

static bool
import_parts(const char *name, const uint8_t *data, size_t size)
{
	struct fuzz_file file = { 0 };

	if (!fuzz_parts_are(data, size))
		return false;
	FUZZ_MAKE(&file, data, size);
	fuzz_import(name, file.bytes, file.len);
	free(file.bytes);
	return true;
}
#else
static bool
import_parts(const char *name, const uint8_t *data, size_t size)
{
	(void)name;
	(void)data;
	(void)size;
	return false;
}
#endif

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { FUZZ_NAMES };
	const char *name = names[size % (sizeof(names) / sizeof(names[0]))];

	if (!import_parts(name, data, size))
		fuzz_import(name, data, size);
	return 0;
}
