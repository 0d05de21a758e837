/*
 * string.c - text strings and dates of PDF.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * Sources: ISO 32000-1, 7.9.2 (text strings), 7.9.4 (dates), D.2
 * (PDFDocEncoding); W3C Date and Time Formats, 1997.
 */
#include "pdf.h"

/* A longer string is cut: it is no title, no note. */
#define STRING_MAX (1u << 20)

/* One unit of UTF-16. */
static uint32_t
unit(const unsigned char *s, bool big)
{
	return big ? (uint32_t)s[0] << 8 | s[1] : (uint32_t)s[1] << 8 | s[0];
}

/* A language code may stand between two escapes; it is left out. */
static void
from_utf16(fz_context *ctx, fz_buffer *out, const unsigned char *s, size_t n,
	   bool big)
{
	bool code = false;

	for (size_t i = 0; i + 1 < n; i += 2) {
		uint32_t c = unit(s + i, big), d;

		if (c == 0x1B)
			code = !code;
		if (c == 0x1B || code)
			continue;
		if (c >= 0xD800 && c < 0xDC00 && i + 3 < n &&
		    ((d = unit(s + i + 2, big)) & 0xFC00) == 0xDC00) {
			c = 0x10000 + ((c - 0xD800) << 10) + (d - 0xDC00);
			i += 2;
		}
		fz_append_rune(ctx, out, (c & 0xF800) == 0xD800 ? 0xFFFD
							       : (int)c);
	}
}

enum { OTHER, ASCII, UTF8 };

static int
kind(const unsigned char *s, size_t n)
{
	int found = ASCII;

	for (size_t i = 0; i < n; i++) {
		size_t more = s[i] < 0x80 ? 0 : s[i] >= 0xF0 ? 3 :
			      s[i] >= 0xE0 ? 2 : 1;
		int rune;

		if (!more)
			continue;
		if (s[i] < 0xC2 || s[i] > 0xF4 || n - i <= more)
			return OTHER;
		if (fz_chartorune(&rune, (const char *)s + i) != (int)more + 1)
			return OTHER;
		found = UTF8;
		i += more;
	}
	return found;
}

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
from_gb(struct xj_pdf *pdf, fz_buffer *out, const unsigned char *s, size_t n)
{
	struct xj_decoder *decoder;
	const char *encoding, *text;
	size_t len;
	int r = xj_decode_begin(pdf->in, "GB18030", s, n, &decoder, &encoding);

	if (r < 0)
		return false;
	r = xj_decode(pdf->in, decoder, s, n, 1, &text, &len);
	if (r >= 0)
		fz_append_data(pdf->ctx, out, text, len);
	xj_decode_end(pdf->in, decoder);
	return r >= 0;
}

static void
decode(struct xj_pdf *pdf, fz_buffer *out, const unsigned char *s, size_t n)
{
	fz_context *ctx = pdf->ctx;

	for (; n >= 3 && !memcmp(s, "\xEF\xBB\xBF", 3); n -= 3)
		s += 3;
	if (n >= 2 && s[0] == 0xFE && s[1] == 0xFF)
		from_utf16(ctx, out, s + 2, n - 2, true);
	else if (n >= 2 && s[0] == 0xFF && s[1] == 0xFE)
		from_utf16(ctx, out, s + 2, n - 2, false);
	else if (kind(s, n) != OTHER)
		fz_append_data(ctx, out, s, n);
	else if (!is_gb(s, n) || !from_gb(pdf, out, s, n))
		for (size_t i = 0; i < n; i++)
			fz_append_rune(ctx, out,
				       fz_unicode_from_pdf_doc_encoding[s[i]]);
}

static bool
is_break(int c)
{
	return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029;
}

/* White space runs to one space, or one line break if `lines`; no controls. */
static void
tidy(char *s, bool lines)
{
	char *out = s, *start = s;
	int pending = 0, c;

	while (*s) {
		int n = fz_chartorune(&c, s);

		if (c <= ' ' || c == 0xA0 || c == 0x3000 || is_break(c)) {
			pending = lines && is_break(c) ? '\n'
				  : pending ? pending : ' ';
		} else if (c != 0x7F && (c < 0x80 || c > 0x9F) &&
			   c != 0xFEFF && c != 0x200B) {
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

static char *
text_of(struct xj_pdf *pdf, pdf_obj *string, bool lines)
{
	fz_context *ctx = pdf->ctx;
	size_t n = 0;
	const char *s;
	fz_buffer *out;
	char *text = NULL;

	if (!pdf_is_string(ctx, string))
		return fz_strdup(ctx, "");
	s = pdf_to_string(ctx, string, &n);
	out = fz_new_buffer(ctx, n + 16);
	fz_var(text);
	fz_try(ctx) {
		decode(pdf, out, (const unsigned char *)s,
		       n < STRING_MAX ? n : STRING_MAX);
		text = fz_strdup(ctx, fz_string_from_buffer(ctx, out));
	}
	fz_always(ctx)
		fz_drop_buffer(ctx, out);
	fz_catch(ctx)
		fz_rethrow(ctx);
	tidy(text, lines);
	return text;
}

char *
xj_pdf_text(struct xj_pdf *pdf, pdf_obj *string)
{
	return text_of(pdf, string, false);
}

char *
xj_pdf_long_text(struct xj_pdf *pdf, pdf_obj *string)
{
	return text_of(pdf, string, true);
}

/* ----------------------------------------------------------------- dates */

/* A date taken apart; what is not given is -1. */
struct moment {
	int year, month, day, hour, minute, second;
	int zone;      /* minutes east, if has_zone */
	bool has_zone;
};

/* Exactly so many digits, between two bounds; else -1, and `s` stays. */
static int
number(const char **s, int digits, int low, int high)
{
	int n = 0, i;

	for (i = 0; i < digits; i++) {
		if ((*s)[i] < '0' || (*s)[i] > '9')
			return -1;
		n = n * 10 + ((*s)[i] - '0');
	}
	if (n < low || n > high)
		return -1;
	*s += digits;
	return n;
}

static void
skip(const char **s, char c)
{
	if (c && **s == c)
		++*s;
}

/* Z, +08'00', +08:00, -0330. */
static void
zone(const char *s, struct moment *m)
{
	int sign = *s == '-' ? -1 : 1, hours, minutes;

	if (*s == 'Z' || *s == 'z') {
		m->has_zone = true;
		return;
	}
	if (*s != '+' && *s != '-')
		return;
	s++;
	if ((hours = number(&s, 2, 0, 14)) < 0)
		return;
	skip(&s, '\'');
	skip(&s, ':');
	minutes = number(&s, 2, 0, 59);
	m->zone = sign * (hours * 60 + (minutes > 0 ? minutes : 0));
	m->has_zone = true;
}

static int
month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30,
				    31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* Days since 1970-01-01, by the civil calendar. */
static int64_t
days(int year, int month, int day)
{
	int before = year - 1;
	int64_t n = before * 365LL + before / 4 - before / 100 + before / 400 -
		    719162;

	for (int i = 1; i < month; i++)
		n += month_days(year, i);
	return n + day - 1;
}

static bool
finish(const struct moment *m, char *out, int64_t *seconds)
{
	int n;

	if (m->year < 0)
		return false;
	*seconds = days(m->year, m->month > 0 ? m->month : 1,
			m->day > 0 ? m->day : 1) * 86400;
	n = sprintf(out, "%04d", m->year);
	if (m->month > 0)
		n += sprintf(out + n, "-%02d", m->month);
	if (m->month > 0 && m->day > 0)
		n += sprintf(out + n, "-%02d", m->day);
	if (m->month < 0 || m->day < 0 || m->hour < 0 || m->minute < 0)
		return true;
	*seconds += (m->hour * 60 + m->minute - m->zone) * 60 +
		    (m->second > 0 ? m->second : 0);
	if (!m->has_zone)
		return true;
	n += sprintf(out + n, "T%02d:%02d:%02d", m->hour, m->minute,
		     m->second > 0 ? m->second : 0);
	if (m->zone == 0)
		sprintf(out + n, "Z");
	else
		sprintf(out + n, "%c%02d:%02d", m->zone < 0 ? '-' : '+',
			abs(m->zone) / 60, abs(m->zone) % 60);
	return true;
}

/* Month and later parts; `dash` and so on are what may stand between. */
static void
parts(const char *s, struct moment *m, char dash, char t, char colon)
{
	skip(&s, dash);
	if ((m->month = number(&s, 2, 1, 12)) < 0)
		return;
	skip(&s, dash);
	m->day = number(&s, 2, 1, month_days(m->year, m->month));
	if (m->day < 0)
		return;
	if (t && (*s == t || *s == ' '))
		s++;
	if ((m->hour = number(&s, 2, 0, 23)) < 0)
		return;
	skip(&s, colon);
	if ((m->minute = number(&s, 2, 0, 59)) < 0)
		return;
	skip(&s, colon);
	m->second = number(&s, 2, 0, 59);
	if (*s == '.')
		do
			s++;
		while (*s >= '0' && *s <= '9');
	zone(s, m);
}

bool
xj_pdf_date(const char *s, char *out, int64_t *seconds)
{
	struct moment m = { -1, -1, -1, -1, -1, -1, 0, false };

	while (*s == ' ')
		s++;
	if (s[0] == 'D' && s[1] == ':')
		s += 2;
	if (s[0] && s[1] && s[2] && s[3] && s[4] == '-')
		return xj_pdf_iso_date(s, out, seconds);
	if ((m.year = number(&s, 4, 1000, 9999)) >= 0)
		parts(s, &m, 0, 0, 0);
	return finish(&m, out, seconds);
}

bool
xj_pdf_iso_date(const char *s, char *out, int64_t *seconds)
{
	struct moment m = { -1, -1, -1, -1, -1, -1, 0, false };

	while (*s == ' ')
		s++;
	if ((m.year = number(&s, 4, 1000, 9999)) >= 0)
		parts(s, &m, '-', 'T', ':');
	return finish(&m, out, seconds);
}
