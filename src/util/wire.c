/* wire.c - numbers and strings in a message. */
#include <string.h>

#include "util/util.h"

#define MISSING UINT32_MAX

void
xj_wire_put(struct xj_wire_out *out, const void *bytes, size_t len)
{
	if (out->failed || len > out->cap - out->len) {
		out->failed = true;
		return;
	}
	if (len > 0)
		memcpy(out->buf + out->len, bytes, len);
	out->len += len;
}

void
xj_wire_put_u32(struct xj_wire_out *out, uint32_t v)
{
	xj_wire_put(out, &v, sizeof(v));
}

void
xj_wire_put_u64(struct xj_wire_out *out, uint64_t v)
{
	xj_wire_put(out, &v, sizeof(v));
}

void
xj_wire_put_bytes(struct xj_wire_out *out, const void *s, size_t len)
{
	if (len >= MISSING) {
		out->failed = true;
		return;
	}
	xj_wire_put_u32(out, (uint32_t)len);
	xj_wire_put(out, s, len);
	xj_wire_put(out, "", 1);
}

void
xj_wire_put_str(struct xj_wire_out *out, const char *s)
{
	if (s == NULL)
		xj_wire_put_u32(out, MISSING);
	else
		xj_wire_put_bytes(out, s, strlen(s));
}

void
xj_wire_put_list(struct xj_wire_out *out, const char *const *list)
{
	uint32_t n = 0;

	while (list != NULL && list[n] != NULL)
		n++;
	xj_wire_put_u32(out, n);
	for (uint32_t i = 0; i < n; i++)
		xj_wire_put_str(out, list[i]);
}

static const char *
take(struct xj_wire_in *in, size_t len)
{
	const char *at = in->at;

	if (in->failed || len > (size_t)(in->end - in->at)) {
		in->failed = true;
		return NULL;
	}
	in->at += len;
	return at;
}

uint32_t
xj_wire_u32(struct xj_wire_in *in)
{
	uint32_t v = 0;
	const char *p = take(in, sizeof(v));

	if (p != NULL)
		memcpy(&v, p, sizeof(v));
	return v;
}

uint64_t
xj_wire_u64(struct xj_wire_in *in)
{
	uint64_t v = 0;
	const char *p = take(in, sizeof(v));

	if (p != NULL)
		memcpy(&v, p, sizeof(v));
	return v;
}

const char *
xj_wire_str(struct xj_wire_in *in, size_t *len)
{
	uint32_t n = xj_wire_u32(in);
	const char *s;

	if (len != NULL)
		*len = 0;
	if (in->failed || n == MISSING)
		return NULL;
	s = take(in, (size_t)n + 1);
	if (s == NULL)
		return NULL;
	if (s[n] != '\0' || (len == NULL && strlen(s) != n)) {
		in->failed = true;
		return NULL;
	}
	if (len != NULL)
		*len = n;
	return s;
}

bool
xj_wire_ended(const struct xj_wire_in *in)
{
	return !in->failed && in->at == in->end;
}
