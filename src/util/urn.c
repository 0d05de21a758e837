/* urn.c - names that nothing else in the world has. */
#include "util/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* Source: RFC 9562, section 5.4 (version 4). */
void
xj_urn_new(char out[XJ_URN_MAX])
{
	static const int groups[] = { 4, 2, 2, 2, 6 };
	unsigned char bytes[16];
	const unsigned char *b = bytes;
	char *p = out + strlen("urn:uuid:");

	/* Up to 256 bytes come whole, or not at all when a signal arrives
	 * before the system has any randomness. Without them no name would be
	 * unique, and nothing kept under one would be safe. */
	while (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes)) {
		if (errno != EINTR)
			abort();
	}
	bytes[6] = (bytes[6] & 0x0F) | 0x40;
	bytes[8] = (bytes[8] & 0x3F) | 0x80;
	memcpy(out, "urn:uuid:", strlen("urn:uuid:"));
	for (size_t i = 0; i < XJ_COUNT(groups); i++) {
		xj_hex(b, (size_t)groups[i], p);
		b += groups[i];
		p += 2 * groups[i];
		*p++ = i + 1 < XJ_COUNT(groups) ? '-' : '\0';
	}
}
