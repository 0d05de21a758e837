/*
 * fuzz-decode.c - any bytes as text: what comes out is UTF-8 without NUL, and
 * the same however the bytes are cut into calls.
 *
 * The first byte says where to cut, the second whether an encoding is declared.
 * `make fuzz-decode` builds it with clang; test-decode.c runs it with bytes of
 * its own.
 */
#include <string.h>

#include "text/decode.h"

#include "fuzz.h"

static void
feed(struct xj_decoder *d, const uint8_t *s, size_t len, bool last,
     struct xj_buf *out)
{
	const char *text;
	size_t n;

	MUST(xj_decoder_feed(d, s, len, last, &text, &n) == XJ_OK);
	MUST(xj_utf8_valid(text, n));
	MUST(memchr(text, 0, n) == NULL);
	xj_buf_add(out, text, n);
}

/* In pieces of `step` bytes. */
static void
decode(const struct xj_decode_choice *choice, const uint8_t *s, size_t len,
       size_t step, struct xj_buf *out)
{
	struct xj_decoder *d;

	MUST(xj_decoder_new(choice, NULL, &d, NULL) == XJ_OK);
	for (size_t i = 0; i < len; i += step) {
		size_t n = len - i < step ? len - i : step;

		feed(d, s + i, n, false, out);
	}
	feed(d, s, 0, true, out);
	xj_decoder_free(d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const labels[] = { NULL,        "gb2312", "big5",
					      "shift_jis", "latin1", "utf-16",
					      "hz-gb-2312", "nonsense" };
	xj_auto(xj_buf_release) struct xj_buf whole = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf cut = XJ_BUF_INIT;
	struct xj_decode_choice choice;
	size_t step;

	if (size < 2)
		return 0;
	step = data[0] % 16 + 1;
	xj_decode_decide(data + 2, size - 2, labels[data[1] % 8], NULL,
			 &choice);
	decode(&choice, data + 2, size - 2, size, &whole);
	decode(&choice, data + 2, size - 2, step, &cut);
	/* ASCII so far is decided by the first bytes that are more, of which
	 * there may be fewer in one piece. */
	if (choice.why != XJ_DECODE_ASCII) {
		MUST(whole.len == cut.len);
		MUST(whole.len == 0 ||
		     memcmp(whole.data, cut.data, cut.len) == 0);
	}
	return 0;
}
