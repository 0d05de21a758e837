/* fuzz-config.c - any bytes as xueji.conf: read, or every wrong line told. */
#include <string.h>

#include "library/archive.h"

#include "fuzz-folder.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xj_config config = { 0 };
	struct xj_error err = { 0 };
	int r;

	fuzz_folder_begin();
	fuzz_write("xueji.conf", data, size);
	r = xj_config_read(fuzz_folder, &config, &err);
	if (r == XJ_OK)
		xj_config_check(&config, NULL);
	xj_config_release(&config);
	return 0;
}
