/* json-put.c - members of a JSON object, written one behind the other. */
#include <string.h>

#include "library/json-put.h"

void
xj_put_name(struct xj_buf *b, const char *name)
{
	if (b->len && b->data[b->len - 1] != '{')
		xj_buf_addc(b, ',');
	xj_json_string(b, name, strlen(name));
	xj_buf_addc(b, ':');
}

void
xj_put_text(struct xj_buf *b, const char *name, const char *value)
{
	if (!value)
		return;
	xj_put_name(b, name);
	xj_json_string(b, value, strlen(value));
}

void
xj_put_number(struct xj_buf *b, const char *name, uint64_t value)
{
	xj_put_name(b, name);
	xj_buf_addf(b, "%llu", (unsigned long long)value);
}

void
xj_put_time(struct xj_buf *b, const char *name, int64_t t)
{
	char text[XJ_TIME_MAX];

	xj_time_format(t, text);
	xj_put_text(b, name, text);
}

void
xj_put_bytes(struct xj_buf *b, const char *name, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	xj_put_name(b, name);
	xj_buf_addc(b, '"');
	for (size_t i = 0; i < len; i++) {
		if ((p[i] >= '0' && p[i] <= '9') ||
		    (p[i] >= 'A' && p[i] <= 'Z') ||
		    (p[i] >= 'a' && p[i] <= 'z') ||
		    (p[i] && strchr("-._~/", p[i])))
			xj_buf_addc(b, (char)p[i]);
		else
			xj_buf_addf(b, "%%%02X", p[i]);
	}
	xj_buf_addc(b, '"');
}

int
xj_get_bytes(struct xj_buf *out, const char *s)
{
	for (; s && *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '%') {
			char hex[3] = { s[1], s[1] ? s[2] : '\0', '\0' };

			if (xj_unhex(hex, &c, 1) != 1)
				return XJ_EINVAL;
			s += 2;
		}
		xj_buf_addc(out, (char)c);
	}
	return s ? xj_buf_check(out, NULL) : XJ_EINVAL;
}
