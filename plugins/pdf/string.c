/*
 * string.c - text strings and dates of PDF.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * Sources: ISO 32000-1, 7.9.2 (text strings), 7.9.4 (dates); W3C Date and Time
 * Formats, 1997.
 */
#include "pdf.h"

#include <limits.h>
#include <stdlib.h>

/* A longer string is cut: it is no title, no note. */
#define STRING_MAX (1u << 20)

/*
 * Old programs put GB bytes where PDFDocEncoding belongs. Accented letters
 * stand alone; bytes of characters come in pairs, and two pairs are proof
 * enough.
 */
static bool
is_gb(const unsigned char *s, size_t n)
{
	int pairs = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] < 0x80)
			continue;
		if (i + 1 >= n || s[i] < 0xA1 || s[i] > 0xF7 || s[i + 1] < 0xA1)
			return false;
		pairs++;
		i++;
	}
	return pairs > 1;
}

static bool
is_utf8(const char *s, size_t n)
{
	bool ascii = true;

	for (size_t i = 0; i < n;) {
		int c, k = fz_chartorune(&c, s + i);

		if (k == 1 && c >= 0x80)
			return false;
		ascii &= k == 1;
		i += (size_t)k;
	}
	return !ascii;
}

/* What passes for both is UTF-8 to the host. */
static char *
from_gb(struct xj_pdf *pdf, const char *s, size_t n)
{
	struct xj_decoder *decoder;
	const char *encoding, *text;
	char *copy = NULL;
	size_t len;
	int r = xj_decode_begin(pdf->in, "GB18030", s, n, &decoder, &encoding);

	if (r < 0)
		return NULL;
	fz_var(copy);
	fz_try(pdf->ctx)
		if (xj_decode(pdf->in, decoder, s, n, 1, &text, &len) >= 0) {
			copy = fz_calloc(pdf->ctx, len + 1, 1);
			memcpy(copy, text, len);
		}
	fz_always(pdf->ctx)
		xj_decode_end(pdf->in, decoder);
	fz_catch(pdf->ctx)
		fz_rethrow(pdf->ctx);
	return copy;
}

static bool
is_break(int c)
{
	return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029;
}

/* White space runs to one space, or one line break if `lines`; no controls,
 * and nothing that cannot be sent. */
static void
tidy(char *s, bool lines)
{
	char *out = s, *start = s;
	int pending = 0, c;

	while (*s) {
		int n = fz_chartorune(&c, s);
		bool half = n == 3 && c >= 0xD800 && c < 0xE000;

		if (c <= ' ' || c == 0xA0 || c == 0x3000 || is_break(c)) {
			pending = lines && is_break(c) ? '\n'
				  : pending ? pending : ' ';
		} else if ((c < 0x7F || c > 0x9F) && c != 0xFEFF &&
			   c != 0x200B && !half &&
			   !(n == 1 && (unsigned char)*s >= 0x80)) {
			if (pending && out > start)
				*out++ = (char)pending;
			pending = 0;
			memmove(out, s, (size_t)n);
			out += n;
		}
		s += n;
	}
	*out = 0;
}

char *
xj_pdf_string(struct xj_pdf *pdf, pdf_obj *string, bool lines)
{
	size_t n = 0;
	const char *s = pdf_to_string(pdf->ctx, string, &n);
	char *text = NULL;

	if (n > STRING_MAX)
		n = STRING_MAX;
	if (is_gb((const unsigned char *)s, n) || is_utf8(s, n))
		text = from_gb(pdf, s, n);
	if (!text)
		text = pdf_new_utf8_from_pdf_string(pdf->ctx, s, n);
	tidy(text, lines);
	return text;
}

/* ----------------------------------------------------------------- dates */

/* So many digits, between two bounds, behind what may stand between; else -1
 * and `s` stays. */
static int
number(const char **s, int digits, int low, int high)
{
	const char *p = *s + (**s && strchr("-:T '", **s) != NULL);
	int n = 0;

	for (int i = 0; i < digits; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		n = n * 10 + (p[i] - '0');
	}
	if (n < low || n > high)
		return -1;
	*s = p + digits;
	return n;
}

/* Z, +08'00', +08:00, -0330: minutes east; or INT_MIN. */
static int
zone(const char *s)
{
	int sign = *s == '-' ? -1 : 1, hours, minutes;

	if (*s == 'Z' || *s == 'z')
		return 0;
	if (*s != '+' && *s != '-')
		return INT_MIN;
	s++;
	hours = number(&s, 2, 0, 14);
	minutes = number(&s, 2, 0, 59);
	return hours < 0 ? INT_MIN
			 : sign * (hours * 60 + (minutes > 0 ? minutes : 0));
}

/* Days since 1970-01-01, by the civil calendar; months from 1. */
static int64_t
days(int year, int month, int day)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151,
				      181, 212, 243, 273, 304, 334 };
	int y = year - (month < 3);

	return 365LL * (year - 1970) + y / 4 - y / 100 + y / 400 - 477 +
	       before[month - 1] + day - 1;
}

bool
xj_pdf_date(const char *s, char *out, int64_t *seconds)
{
	static const int low[] = { 1000, 1, 1, 0, 0, 0 };
	static const int high[] = { 9999, 12, 31, 23, 59, 59 };
	int v[6] = { -1, -1, -1, -1, -1, -1 }, n = 0, east;
	int length;

	s += strspn(s, " ");
	s += s[0] == 'D' && s[1] == ':' ? 2 : 0;
	while (n < 6 && !(n > 2 && *s == '-') &&
	       (v[n] = number(&s, n ? 2 : 4, low[n], high[n])) >= 0)
		n++;
	if (!n)
		return false;
	if (n > 2 && days(v[0], v[1], v[2]) >=
		     days(v[0] + v[1] / 12, v[1] % 12 + 1, 1))
		n = 2; /* 31 February */
	*seconds = days(v[0], n > 1 ? v[1] : 1, n > 2 ? v[2] : 1) * 86400;
	length = sprintf(out, "%04d", v[0]);
	for (int i = 1; i < n && i < 3; i++)
		length += sprintf(out + length, "-%02d", v[i]);
	if (n < 5)
		return true;
	v[5] = n > 5 ? v[5] : 0;
	if (*s == '.')
		s += 1 + strspn(s + 1, "0123456789");
	east = zone(s);
	*seconds += (v[3] * 60 + v[4] - (east > INT_MIN ? east : 0)) * 60 +
		    v[5];
	if (east == INT_MIN)
		return true;
	length += sprintf(out + length, "T%02d:%02d:%02d", v[3], v[4], v[5]);
	if (east)
		sprintf(out + length, "%c%02d:%02d", east < 0 ? '-' : '+',
			abs(east) / 60, abs(east) % 60);
	else
		strcpy(out + length, "Z");
	return true;
}
