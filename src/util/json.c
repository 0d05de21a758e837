/* json.c - JSON text into buffers. */
#include "util/util.h"

#include <jansson.h>

static int
append(const char *bytes, size_t len, void *ctx)
{
	struct xj_buf *out = ctx;

	xj_buf_add(out, bytes, len);
	return out->failed ? -1 : 0;
}

int
xj_json_text(struct xj_buf *out, const struct json_t *value, int indent,
	     struct xj_error *err)
{
	size_t flags = JSON_ENCODE_ANY |
		       (indent > 0 ? JSON_INDENT((size_t)indent) : JSON_COMPACT);
	int r = json_dump_callback(value, append, out, flags);

	if (xj_buf_check(out, err) < 0)
		return XJ_ENOMEM;
	if (r < 0)
		return xj_error_set(err, XJ_EINVAL,
				    "json: the value cannot be written");
	return XJ_OK;
}

static void
add_character(struct xj_buf *out, uint32_t c)
{
	char bytes[4];

	switch (c) {
	case '"':
		xj_buf_adds(out, "\\\"");
		break;
	case '\\':
		xj_buf_adds(out, "\\\\");
		break;
	case '\n':
		xj_buf_adds(out, "\\n");
		break;
	case '\t':
		xj_buf_adds(out, "\\t");
		break;
	default:
		if (c < 0x20)
			xj_buf_addf(out, "\\u%04x", (unsigned int)c);
		else
			xj_buf_add(out, bytes, xj_utf8_put(c, bytes));
	}
}

void
xj_json_string(struct xj_buf *out, const char *s, size_t len)
{
	const char *end = s + len;

	xj_buf_addc(out, '"');
	while (s < end)
		add_character(out, xj_utf8_next(&s, end));
	xj_buf_addc(out, '"');
}
