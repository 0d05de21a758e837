/* order.c - the place of a title in a list: by how it is read. */
#include "inner.h"

/* A number behind how many digits it has: 9 stands before 10. */
static const char *
add_number(struct xj_buf *out, const char *p, const char *end)
{
	const char *from;

	while (p + 1 < end && *p == '0' && p[1] >= '0' && p[1] <= '9')
		p++;
	for (from = p; p < end && *p >= '0' && *p <= '9'; p++)
		;
	xj_buf_addc(out, (char)('0' + (p - from < 9 ? p - from : 9)));
	xj_buf_add(out, from, (size_t)(p - from));
	return p;
}

/* A syllable, and the character to tell those apart that are read alike: behind
 * a tab, which stands before every letter. */
static void
add_character(struct xj_buf *out, const char *p, size_t len)
{
	const char *readings[XJ_READINGS_MAX];

	if (xj_pinyin(p, len, readings)) {
		xj_buf_adds(out, readings[0]);
		xj_buf_addc(out, '\t');
	}
	xj_buf_add(out, p, len);
}

/* What titles stand in: quotation marks, brackets, 《》. */
static bool
is_mark(const char *p, const char *end)
{
	uint32_t c = xj_utf8_next(&p, end);

	return (c < 0x80 && !((c >= 'a' && c <= 'z') ||
			      (c >= '0' && c <= '9'))) ||
	       (c >= 0x2000 && c < 0x2070) ||
	       (c >= 0x3000 && c < 0x3040 && c != 0x3007);
}

int
xj_order_key(const struct xj_analyzer *an, const char *normal, size_t len,
	     struct xj_buf *out, struct xj_error *err)
{
	const char *p = normal, *end = normal + len;

	while (p < end && is_mark(p, end))
		xj_utf8_next(&p, end);
	while (p < end) {
		char form[TERM_MAX];
		const char *at = p;
		size_t width;
		uint32_t c;
		int n;

		if (*p >= '0' && *p <= '9') {
			p = add_number(out, p, end);
			continue;
		}
		c = xj_utf8_next(&p, end);
		add_character(out, at, (size_t)(p - at));
		/* 第十二章 as 第12章. */
		n = c == 0x7B2C ? xj_text_form(an, at, end, form, &width) : 0;
		if (n > 3) {
			const char *digits = form + (p - at);

			digits = add_number(out, digits, form + n);
			p = at + width - (form + n - digits);
		}
	}
	return xj_buf_check(out, err);
}
