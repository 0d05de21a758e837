/*
 * fuzz-inventory.c - any bytes as the inventory of an object: the validator
 * comes to an end, and what the strict reader takes is written again so that
 * it reads the same.
 */
#include <string.h>

#include "store/inventory.h"
#include "store/store.h"

#include "fuzz-folder.h"

static int
finding(void *ctx, const struct xj_finding *f)
{
	(void)ctx;
	MUST(f->message && *f->message && f->path);
	return 0;
}

static void
must_read_again(const struct xj_inventory *inv)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf again = XJ_BUF_INIT;
	struct xj_inventory copy;

	MUST(xj_arena_new(&arena) == XJ_OK);
	xj_inventory_write(inv, &text);
	MUST(xj_inventory_read(xj_buf_str(&text), text.len, arena, &copy,
			       NULL) == XJ_OK);
	xj_inventory_write(&copy, &again);
	MUST(text.len == again.len);
	MUST(memcmp(text.data, again.data, text.len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_validation total = { 0 };
	struct xj_inventory inv;
	int r;

	MUST(xj_arena_new(&arena) == XJ_OK);
	r = xj_inventory_read((const char *)data, size, arena, &inv, NULL);
	MUST(r == XJ_OK || r == XJ_ECORRUPT || r == XJ_EVERSION);
	if (r == XJ_OK && !inv.foreign)
		must_read_again(&inv);
	fuzz_folder_begin();
	fuzz_write("0=ocfl_object_1.1", "ocfl_object_1.1\n", 16);
	fuzz_write("inventory.json", data, size);
	MUST(xj_ocfl_validate(fuzz_folder, 0, finding, NULL, &total, NULL) ==
	     XJ_OK);
	return 0;
}
