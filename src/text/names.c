/* names.c - names of the file system, which are bytes, for people. */
#include <string.h>

#include "text/decode.h"
#include "text/text.h"

void
xj_names_pool(struct xj_buf *pool, const char *name, size_t len)
{
	if (xj_utf8_valid(name, len) || pool->len + len > XJ_NAMES_MAX)
		return;
	xj_buf_add(pool, name, len);
	xj_buf_addc(pool, '\n');
}

static bool
has_replacement(const char *text, size_t len)
{
	return memmem(text, len, "\xEF\xBF\xBD", 3) != NULL;
}

/* False, and nothing appended, when the bytes make no text. */
static bool
decoded(struct xj_buf *out, const char *name, size_t len,
	const struct xj_buf *pool, const char *fallback)
{
	struct xj_decode_choice choice;
	struct xj_decoder *d;
	const char *text;
	size_t text_len;
	bool good;

	xj_decode_decide(pool->data, pool->len, NULL, fallback, &choice);
	if (xj_decoder_new(&choice, fallback, &d, NULL) < 0)
		return false;
	good = xj_decoder_feed(d, name, len, true, &text, &text_len) == XJ_OK &&
	       !has_replacement(text, text_len);
	if (good)
		xj_escape_shown(out, text, text_len);
	xj_decoder_free(d);
	return good;
}

static void
add_shown(struct xj_buf *out, const char *name, size_t len,
	  const struct xj_buf *pool, const char *fallback)
{
	if (xj_utf8_valid(name, len) ||
	    !decoded(out, name, len, pool, fallback))
		xj_escape_shown(out, name, len);
}

/* Each name of the path by itself: they may come from different systems. */
static void
each_name(struct xj_buf *out, const char *path, size_t len,
	  struct xj_buf *gather, const struct xj_buf *pool,
	  const char *fallback)
{
	for (size_t at = 0; at < len;) {
		const char *slash = memchr(path + at, '/', len - at);
		size_t n = slash ? (size_t)(slash - path) - at : len - at;

		if (gather)
			xj_names_pool(gather, path + at, n);
		else
			add_shown(out, path + at, n, pool, fallback);
		if (slash && !gather)
			xj_buf_addc(out, '/');
		at += n + (slash != NULL);
	}
}

void
xj_names_shown(struct xj_buf *out, const char *path, size_t len,
	       const struct xj_buf *pool, const char *fallback)
{
	xj_auto(xj_buf_release) struct xj_buf own = XJ_BUF_INIT;

	if (xj_utf8_valid(path, len)) {
		xj_escape_shown(out, path, len);
		return;
	}
	if (!pool || !pool->len) {
		each_name(NULL, path, len, &own, NULL, NULL);
		pool = &own;
	}
	each_name(out, path, len, NULL, pool, fallback);
	out->failed |= own.failed;
}
