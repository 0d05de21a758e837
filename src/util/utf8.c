/* utf8.c - code points: reading, writing, kinds, columns, safe display. */
#include "util/util.h"

#include <string.h>

struct range {
	uint32_t first, last;
};

static bool
in_ranges(const struct range *r, size_t n, uint32_t c)
{
	while (n > 0) {
		size_t half = n / 2;

		if (c < r[half].first) {
			n = half;
		} else if (c > r[half].last) {
			r += half + 1;
			n -= half + 1;
		} else {
			return true;
		}
	}
	return false;
}

/*
 * Bytes of the character at `s`, 0 if it is none; `*c` is set to it. The second
 * byte's bounds depend on the first: RFC 3629, section 4.
 */
static size_t
decode(const unsigned char *s, size_t len, uint32_t *c)
{
	unsigned char low = 0x80, high = 0xBF;
	size_t need;

	if (s[0] < 0x80) {
		*c = s[0];
		return 1;
	}
	if (s[0] < 0xC2 || s[0] > 0xF4)
		return 0;
	need = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
	if (len < need)
		return 0;
	if (s[0] == 0xE0)
		low = 0xA0;
	else if (s[0] == 0xED)
		high = 0x9F;
	else if (s[0] == 0xF0)
		low = 0x90;
	else if (s[0] == 0xF4)
		high = 0x8F;
	if (s[1] < low || s[1] > high)
		return 0;
	*c = (uint32_t)(s[0] & (0x7F >> need)) << 6 | (s[1] & 0x3Fu);
	for (size_t i = 2; i < need; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3Fu);
	}
	return need;
}

uint32_t
xj_utf8_next(const char **p, const char *end)
{
	uint32_t c;
	size_t n = decode((const unsigned char *)*p, (size_t)(end - *p), &c);

	if (n == 0) {
		(*p)++;
		return 0xFFFD;
	}
	*p += n;
	return c;
}

size_t
xj_utf8_put(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		if (c >= 0xD800 && c <= 0xDFFF)
			return 0;
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	if (c > 0x10FFFF)
		return 0;
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

bool
xj_utf8_valid(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;

	while (len > 0) {
		uint32_t c;
		uint64_t eight;
		size_t n;

		/* Most text that gets here is long, and much of it ASCII. */
		while (len >= 8) {
			memcpy(&eight, p, 8);
			if (eight & UINT64_C(0x8080808080808080))
				break;
			p += 8;
			len -= 8;
		}
		/* And much of the rest is Han and kana, three bytes each. */
		while (len >= 3 && p[0] > 0xE0 && p[0] < 0xED &&
		       (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80) {
			p += 3;
			len -= 3;
		}
		if (len == 0)
			break;
		n = decode(p, len, &c);
		if (n == 0)
			return false;
		p += n;
		len -= n;
	}
	return true;
}

static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

size_t
xj_utf8_count(const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += !is_continuation(s[i]);
	return n;
}

/*
 * Looks back three bytes at most, so that bytes which are not UTF-8 cannot pull
 * the cut to the start.
 */
size_t
xj_utf8_cut(const char *s, size_t len, size_t max)
{
	if (len <= max)
		return len;
	for (size_t n = max; n > 0 && max - n < 4; n--) {
		if (!is_continuation(s[n]))
			return n;
	}
	return max < 4 ? 0 : max;
}

bool
xj_is_han(uint32_t c)
{
	return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
	       (c >= 0xF900 && c <= 0xFAFF) || c == 0x3005 || c == 0x3007 ||
	       (c >= 0x20000 && c <= 0x3FFFD);
}

bool
xj_is_cjk(uint32_t c)
{
	/* Kana without the middle dot U+30FB, and hangul; Unicode Scripts.txt */
	static const struct range ranges[] = {
		{ 0x1100, 0x11FF }, { 0x3041, 0x3096 }, { 0x3099, 0x309A },
		{ 0x309D, 0x309F }, { 0x30A1, 0x30FA }, { 0x30FC, 0x30FF },
		{ 0x3131, 0x318E }, { 0x31F0, 0x31FF }, { 0xA960, 0xA97C },
		{ 0xAC00, 0xD7A3 }, { 0xD7B0, 0xD7FB }, { 0xFF66, 0xFF9F },
		{ 0xFFA0, 0xFFDC }, { 0x1AFF0, 0x1B167 },
	};

	if (c < 0x1100)
		return false;
	return xj_is_han(c) || in_ranges(ranges, XJ_COUNT(ranges), c);
}

/* What moves the cursor or turns the text round, rather than shows itself. */
static bool
is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C ||
	       c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void
xj_escape_shown(struct xj_buf *out, const char *bytes, size_t len)
{
	const char *p = bytes, *end = bytes + len;

	while (p < end) {
		uint32_t c = 0;
		size_t n = decode((const unsigned char *)p, (size_t)(end - p),
				  &c);

		if (n == 0 || (n == 1 && is_unsafe(c)))
			xj_buf_addf(out, "\\x%02X", (unsigned char)*p);
		else if (is_unsafe(c))
			xj_buf_addf(out, "\\u{%X}", (unsigned int)c);
		else
			xj_buf_add(out, p, n);
		p += n ? n : 1;
	}
}

/* Source: Unicode UAX #11, classes W and F, and the marks without width. */
static size_t
columns(uint32_t c)
{
	static const struct range wide[] = {
		{ 0x1100, 0x115F }, { 0x2E80, 0x303E }, { 0x3041, 0xA4CF },
		{ 0xA960, 0xA97F }, { 0xAC00, 0xD7A3 }, { 0xF900, 0xFAFF },
		{ 0xFE10, 0xFE19 }, { 0xFE30, 0xFE6F }, { 0xFF00, 0xFF60 },
		{ 0xFFE0, 0xFFE6 }, { 0x16FE0, 0x18DFF }, { 0x1AFF0, 0x1B2FF },
		{ 0x1F300, 0x1F64F }, { 0x1F680, 0x1F6FF }, { 0x1F900, 0x1F9FF },
		{ 0x1FA70, 0x1FAFF }, { 0x20000, 0x3FFFD },
	};
	static const struct range none[] = {
		{ 0x0000, 0x001F }, { 0x007F, 0x009F }, { 0x0300, 0x036F },
		{ 0x200B, 0x200F }, { 0x2028, 0x202E }, { 0x2060, 0x2069 },
		{ 0x20D0, 0x20FF }, { 0x302A, 0x302D }, { 0x3099, 0x309A },
		{ 0xFE00, 0xFE0F }, { 0xFE20, 0xFE2F }, { 0xFEFF, 0xFEFF },
		{ 0xE0100, 0xE01EF },
	};

	if (in_ranges(none, XJ_COUNT(none), c))
		return 0;
	return in_ranges(wide, XJ_COUNT(wide), c) ? 2 : 1;
}

size_t
xj_utf8_width(const char *s, size_t len)
{
	const char *end = s + len;
	size_t width = 0;

	while (s < end)
		width += columns(xj_utf8_next(&s, end));
	return width;
}
