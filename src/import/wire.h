/*
 * import/wire.h - numbers and strings in a message between two processes of
 * one machine. Private to import.
 *
 * Numbers are in the machine's own order. A string is its length, its bytes
 * and a NUL, so that the reader can lend it as a C string; a missing string
 * has the length UINT32_MAX and nothing more.
 */
#ifndef XJ_IMPORT_WIRE_H
#define XJ_IMPORT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes into memory of the caller's; `failed` when it was too small. */
struct xj_wire_out {
	char *buf;
	size_t len, cap;
	bool failed;
};

void xj_wire_put(struct xj_wire_out *out, const void *bytes, size_t len);
void xj_wire_put_u32(struct xj_wire_out *out, uint32_t v);
void xj_wire_put_u64(struct xj_wire_out *out, uint64_t v);
void xj_wire_put_bytes(struct xj_wire_out *out, const void *s, size_t len);
void xj_wire_put_str(struct xj_wire_out *out, const char *s); /* or NULL */
/* NULL-terminated list; NULL is the empty one. */
void xj_wire_put_list(struct xj_wire_out *out, const char *const *list);

/* Reads from bytes that may be anything; `failed` when they end too soon. */
struct xj_wire_in {
	const char *at, *end;
	bool failed;
};

uint32_t xj_wire_u32(struct xj_wire_in *in);
uint64_t xj_wire_u64(struct xj_wire_in *in);
/*
 * A string lent from the message; NULL when missing or failed. `len` may be
 * NULL: then a NUL inside the string is a failure.
 */
const char *xj_wire_str(struct xj_wire_in *in, size_t *len);
/* All was read and nothing is left. */
bool xj_wire_ended(const struct xj_wire_in *in);

#endif
