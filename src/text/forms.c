/*
 * forms.c - what is written in several ways: dates, the numbers of official
 * documents, ordinals. Whichever way it stands in the text, one term more says
 * it: 2011年2月16日, 2011-02-16, 2011.2.16, 二〇一一年二月十六日 are "2011-02-16";
 * 〔2010〕12号, (二〇一〇)十二号 are "(2010)12"; 第三章, 第3章 are "第3章". A year in
 * Chinese numerals is the number of the year.
 *
 * The characters stay what they are in normal text, or a part of a text would
 * not be a part of its normal form.
 */
#include "inner.h"

#include <stdio.h>
#include <string.h>

/* What is read, as far as it goes. */
struct form {
	const struct xj_analyzer *an;
	const char *p, *end;
};

static uint32_t
peek(const struct form *f, const char **after)
{
	const char *p = f->p;
	uint32_t c = p < f->end ? xj_utf8_next(&p, f->end) : 0;

	*after = p;
	return c;
}

static bool
take(struct form *f, uint32_t wanted)
{
	const char *after;

	if (peek(f, &after) != wanted)
		return false;
	f->p = after;
	return true;
}

/* ---------------------------------------------------------------- numbers */

static int
han_digit(uint32_t c)
{
	static const uint16_t digits[] = {
		0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03,
		0x516B, 0x4E5D,
	};

	if (c == 0x96F6 || c == 0x25CB) /* 零, and the circle drawn for 〇 */
		return 0;
	for (int i = 0; i < 10; i++)
		if (digits[i] == c)
			return i;
	return -1;
}

static unsigned
han_unit(uint32_t c)
{
	return c == 0x5341 ? 10 : c == 0x767E ? 100 : c == 0x5343 ? 1000 : 0;
}

/* Digits of ASCII, `most` of them, no letter or digit behind. */
static bool
take_digits(struct form *f, unsigned most, unsigned *value)
{
	const char *p = f->p;
	uint32_t c;
	size_t n;

	*value = 0;
	for (; p < f->end && *p >= '0' && *p <= '9' && most > 0; most--)
		*value = *value * 10 + (unsigned)(*p++ - '0');
	if (p == f->p)
		return false;
	if (p < f->end) {
		enum kind kind = kind_at(f->an, p, f->end, &c, &n);

		if (kind >= KIND_HANGUL && kind <= KIND_MARK)
			return false;
	}
	f->p = p;
	return true;
}

/* 十二, 一百零五, 二〇一一: up to 9,999. */
static bool
take_han(struct form *f, unsigned *value)
{
	unsigned sum = 0, digits = 0, seen = 0;
	bool units = false;

	for (;; seen++) {
		const char *after;
		uint32_t c = peek(f, &after);
		int digit = han_digit(c);
		unsigned unit = han_unit(c);

		if (unit && (units || digits < 10)) {
			sum += (digits || seen ? digits : 1) * unit;
			digits = 0;
			units = true;
		} else if (digit >= 0) {
			digits = (units ? 0 : digits * 10) + (unsigned)digit;
		} else {
			break;
		}
		if (sum > 9999 || digits > 9999)
			return false;
		f->p = after;
	}
	*value = sum + digits;
	return seen > 0;
}

static bool
take_number(struct form *f, unsigned most, unsigned *value)
{
	return take_digits(f, most, value) || take_han(f, value);
}

/* Four digits, of one sort or the other; `*han`: of the other. */
static bool
take_year(struct form *f, unsigned *year, bool *han)
{
	const char *from = f->p;

	*han = false;
	if (take_digits(f, 4, year))
		return f->p - from == 4 && *year >= 1000;
	*han = true;
	*year = 0;
	for (int i = 0; i < 4; i++) {
		const char *after;
		int digit = han_digit(peek(f, &after));

		if (digit < 0)
			return false;
		*year = *year * 10 + (unsigned)digit;
		f->p = after;
	}
	return *year >= 1000;
}

/* ------------------------------------------------------------------ dates */

static bool
is_day(unsigned month, unsigned day)
{
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* "-02-16" behind the year, one sign for both. */
static bool
take_signs(struct form *f, unsigned *month, unsigned *day)
{
	const char *p = f->p;
	char sign = p < f->end ? *p : 0;

	if (!sign || !strchr("-./", sign))
		return false;
	f->p++;
	if (!take_digits(f, 2, month) || !take(f, (uint32_t)sign) ||
	    !take_digits(f, 2, day))
		return false;
	/* 2011.2.16.3 is a version. */
	return is_day(*month, *day) && !(f->p + 1 < f->end && *f->p == sign &&
					 f->p[1] >= '0' && f->p[1] <= '9');
}

/* "2月16日" behind 年; `*day` is 0 when there is none. */
static bool
take_month(struct form *f, unsigned *month, unsigned *day)
{
	struct form further;

	if (!take_number(f, 2, month) || !take(f, 0x6708) /* 月 */ ||
	    !is_day(*month, 1))
		return false;
	further = *f;
	*day = 0;
	if (take_number(&further, 2, day) && is_day(1, *day) &&
	    (take(&further, 0x65E5) || take(&further, 0x53F7))) /* 日, 号 */
		*f = further;
	else
		*day = 0;
	return true;
}

static int
read_date(struct form *f, char *out)
{
	unsigned year, month, day;
	struct form rest;
	bool han;

	if (!take_year(f, &year, &han))
		return 0;
	rest = *f;
	if (!han && take_signs(&rest, &month, &day)) {
		*f = rest;
		return snprintf(out, TERM_MAX, "%04u-%02u-%02u", year, month,
				day);
	}
	rest = *f;
	if (!take(&rest, 0x5E74)) /* 年 */
		return 0;
	if (take_month(&rest, &month, &day)) {
		*f = rest;
		return day ? snprintf(out, TERM_MAX, "%04u-%02u-%02u", year,
				      month, day) :
			     snprintf(out, TERM_MAX, "%04u-%02u", year, month);
	}
	return 0;
}

/* --------------------------------------------------- ordinals, 文号, the whole */

/* 第3章: the number and the character that says of what. */
static int
read_ordinal(struct form *f, char *out)
{
	const char *what;
	unsigned n;
	uint32_t c;
	size_t width = 0;

	if (!take(f, 0x7B2C) || !take_number(f, 4, &n))
		return 0;
	what = f->p;
	if (what < f->end &&
	    kind_at(f->an, what, f->end, &c, &width) != KIND_CJK)
		width = 0;
	if (f->p == f->end)
		width = 0;
	f->p += width;
	return snprintf(out, TERM_MAX, "第%u%.*s", n, (int)width, what);
}

static int
read_number_of_document(struct form *f, char *out)
{
	unsigned year, n;
	bool han;

	if (!take(f, '(') || !take_year(f, &year, &han) || !take(f, ')'))
		return 0;
	while (take(f, ' '))
		;
	take(f, 0x7B2C);
	if (!take_number(f, 4, &n))
		return 0;
	while (take(f, ' '))
		;
	return take(f, 0x53F7) ? snprintf(out, TERM_MAX, "(%u)%u", year, n) :
				 0;
}

int
xj_text_form(const struct xj_analyzer *an, const char *p, const char *end,
	     char *out, size_t *width)
{
	struct form f = { an, p, end };
	int n;

	if (*p == '(')
		n = read_number_of_document(&f, out);
	else if (memcmp(p, "第", end - p < 3 ? (size_t)(end - p) : 3) == 0)
		n = read_ordinal(&f, out);
	else
		n = read_date(&f, out);
	*width = (size_t)(f.p - p);
	return n;
}

int
xj_text_year(const struct xj_analyzer *an, const char *p, const char *end,
	     char *out, size_t *width)
{
	struct form f = { an, p, end };
	unsigned year;
	bool han;
	const char *after;

	if (!take_year(&f, &year, &han) || !han || peek(&f, &after) != 0x5E74)
		return 0;
	*width = (size_t)(f.p - p);
	return snprintf(out, TERM_MAX, "%u", year);
}
