/*
 * library/json-put.h - write the members of a JSON object, in order. Used for
 * the files kept in OCFL objects, where the order and the bytes are ours.
 */
#ifndef XJ_JSON_PUT_H
#define XJ_JSON_PUT_H

#include "util/util.h"

/* Each puts a comma first unless the buffer ends with '{'. A NULL text is left
 * out. Bytes are percent-encoded (RFC 3986, '/' kept). */
void xj_put_name(struct xj_buf *b, const char *name);
void xj_put_text(struct xj_buf *b, const char *name, const char *value);
void xj_put_number(struct xj_buf *b, const char *name, uint64_t value);
void xj_put_time(struct xj_buf *b, const char *name, int64_t t);
void xj_put_bytes(struct xj_buf *b, const char *name, const void *bytes,
		  size_t len);
/* The bytes that xj_put_bytes() wrote as `s`, appended. XJ_EINVAL. */
int xj_get_bytes(struct xj_buf *out, const char *s);

#endif
