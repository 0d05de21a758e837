/* text/encoding.h - what decode.c asks of encoding.c; for these two alone. */
#ifndef XJ_TEXT_ENCODING_H
#define XJ_TEXT_ENCODING_H

#include "text/decode.h"

#define XJ_ENCODING_DEFAULT "GB18030"

struct xj_encoding {
	char name[XJ_ENCODING_MAX];
	char converter[XJ_ENCODING_MAX]; /* as ICU calls it */
};

/* The encoding of a label, which may be NULL; false: there is none such. */
bool xj_encoding_find(const char *label, struct xj_encoding *encoding);
/* Narrow the sample to the part that tells its encoding. */
void xj_encoding_focus(const unsigned char **sample, size_t *len);

/*
 * The length of the character at s: 1 to 4; 0 when it is cut by the end;
 * negative when there is none: then that many bytes begin as one, and are to be
 * replaced together. Source: RFC 3629, section 4; Unicode 15, section 3.9, U+FFFD
 * substitution of maximal subparts.
 */
static inline int
xj_utf8_step(const unsigned char *s, const unsigned char *end)
{
	unsigned char low = 0x80, high = 0xBF;
	int n;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xC2 || s[0] > 0xF4)
		return -1;
	n = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
	if (s[0] == 0xE0)
		low = 0xA0;
	else if (s[0] == 0xED)
		high = 0x9F;
	else if (s[0] == 0xF0)
		low = 0x90;
	else if (s[0] == 0xF4)
		high = 0x8F;
	for (int i = 1; i < n; i++) {
		if (s + i >= end)
			return 0;
		if (s[i] < low || s[i] > high)
			return -i;
		low = 0x80;
		high = 0xBF;
	}
	return n;
}

#endif
