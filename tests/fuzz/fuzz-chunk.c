/*
 * fuzz-chunk.c - any bytes as a packed chunk, and as the chunk itself. Text of
 * a chunk that is taken lies within it.
 */
#include <string.h>

#include "catalog/catalog.h"
#include "text/text.h"

#include "fuzz.h"

static void
parse(const void *bytes, size_t len)
{
	struct xj_text_chunk chunk;
	volatile char last;

	if (xj_text_chunk_parse(bytes, len, &chunk, NULL) < 0)
		return;
	for (size_t i = 0; i < chunk.count; i++) {
		const struct xj_text_block *b = &chunk.blocks[i];

		last = b->len ? b->text[b->len - 1] : 0;
		MUST(!b->label || strlen(b->label) <= len);
	}
	(void)last;
	xj_text_chunk_release(&chunk);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xj_auto(xj_buf_release) struct xj_buf bytes = XJ_BUF_INIT;

	if (xj_texts_unpack(data, size, XJ_TEXTS_CHUNK_MAX, &bytes,
			    NULL) == XJ_OK)
		parse(xj_buf_str(&bytes), bytes.len);
	parse(data, size);
	return 0;
}
