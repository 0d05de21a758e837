/* time.c - clocks, RFC 3339, and the dates that people write. */
#include "util/util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define YEAR_0000 INT64_C(-62167219200) /* the first and last seconds that */
#define YEAR_9999 INT64_C(253402300799) /* four digits of a year can name */

int64_t
xj_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec;
}

uint64_t
xj_monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

uint64_t
xj_thread_cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

void
xj_time_format(int64_t t, char out[XJ_TIME_MAX])
{
	time_t seconds = t < YEAR_0000 ? YEAR_0000 :
			 t > YEAR_9999 ? YEAR_9999 : t;
	struct tm tm;
	int n;

	gmtime_r(&seconds, &tm);
	n = snprintf(out, XJ_TIME_MAX, "%04d", tm.tm_year + 1900);
	strftime(out + n, XJ_TIME_MAX - (size_t)n, "-%m-%dT%H:%M:%SZ", &tm);
}

/* ------------------------------------------------------- small readers */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t
count_digits(const char *s)
{
	size_t n = 0;

	while (is_digit(s[n]))
		n++;
	return n;
}

/* From `min` to `max` digits at *s, as a number; moves past them. */
static bool
number(const char **s, size_t min, size_t max, int *value)
{
	size_t n = 0;

	*value = 0;
	for (; n < max && is_digit(**s); n++)
		*value = *value * 10 + (*(*s)++ - '0');
	return n >= min;
}

static bool
word(const char **s, const char *expected)
{
	size_t n = strlen(expected);

	if (strncmp(*s, expected, n) != 0)
		return false;
	*s += n;
	return true;
}

static bool
one_of(const char **s, const char *set)
{
	if (!**s || !strchr(set, **s))
		return false;
	(*s)++;
	return true;
}

static void
spaces(const char **s)
{
	while (one_of(s, " \t\r\n") || word(s, "\xE3\x80\x80"))
		;
}

static int
days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30,
				    31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static bool
is_day(int year, int month, int day)
{
	return month >= 1 && month <= 12 && day >= 1 &&
	       day <= days_in(year, month);
}

/* -------------------------------------------------------------- RFC 3339 */

/* "Z", "+08:00", "+0800", "+08", or PDF's "+08'00'"; seconds east of UTC. */
static bool
zone(const char **s, int *east)
{
	int sign = **s == '-' ? -1 : 1;
	int hours, minutes = 0;

	*east = 0;
	if (one_of(s, "Zz"))
		return true;
	if (!one_of(s, "+-") || !number(s, 2, 2, &hours))
		return false;
	one_of(s, ":'");
	if (is_digit(**s) && !number(s, 2, 2, &minutes))
		return false;
	one_of(s, "'");
	*east = sign * (hours * 3600 + minutes * 60);
	return hours < 24 && minutes < 60;
}

static bool
fraction(const char **s)
{
	int ignored;

	if (!one_of(s, ".,"))
		return true;
	if (!number(s, 1, 9, &ignored))
		return false;
	while (is_digit(**s))
		(*s)++;
	return true;
}

int
xj_time_parse(const char *s, int64_t *t)
{
	struct tm tm = { 0 };
	const char *offset;
	int east;

	if (!number(&s, 4, 4, &tm.tm_year) || !word(&s, "-") ||
	    !number(&s, 2, 2, &tm.tm_mon) || !word(&s, "-") ||
	    !number(&s, 2, 2, &tm.tm_mday) || !one_of(&s, "Tt ") ||
	    !number(&s, 2, 2, &tm.tm_hour) || !word(&s, ":") ||
	    !number(&s, 2, 2, &tm.tm_min) || !word(&s, ":") ||
	    !number(&s, 2, 2, &tm.tm_sec) || *s == ',' || !fraction(&s))
		return XJ_EINVAL;
	if (!is_day(tm.tm_year, tm.tm_mon, tm.tm_mday) || tm.tm_hour > 23 ||
	    tm.tm_min > 59 || tm.tm_sec > 60)
		return XJ_EINVAL;
	offset = s;
	if (!zone(&s, &east) || *s)
		return XJ_EINVAL;
	if (s - offset != 1 && (s - offset != 6 || offset[3] != ':'))
		return XJ_EINVAL;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*t = (int64_t)timegm(&tm) - east;
	return XJ_OK;
}

/* ----------------------------------------------------------------- dates */

/* 0 in `month` or `day`: not said. */
struct date {
	int year, month, day;
};

/* The time that may follow a day: 08:30, 08:30:15.5+08:00. */
static bool
clock_time(const char **s)
{
	int hour, minute, second = 0, east;

	if (!number(s, 1, 2, &hour) || !word(s, ":") ||
	    !number(s, 2, 2, &minute))
		return false;
	if (word(s, ":") && (!number(s, 2, 2, &second) || !fraction(s)))
		return false;
	if (hour > 24 || minute > 59 || second > 60)
		return false;
	spaces(s);
	return !**s || zone(s, &east);
}

/* YYYY, YYYYMM, ... YYYYMMDDhhmmss; the zone is the caller's. */
static bool
run_together(const char **s, size_t digits, struct date *d)
{
	int hour = 0, minute = 0, second = 0;

	if (digits < 4 || digits > 14 || digits % 2 != 0)
		return false;
	number(s, 4, 4, &d->year);
	if (digits >= 6 && (!number(s, 2, 2, &d->month) || d->month == 0))
		return false;
	if (digits >= 8 && (!number(s, 2, 2, &d->day) || d->day == 0))
		return false;
	number(s, 0, 2, &hour);
	number(s, 0, 2, &minute);
	number(s, 0, 2, &second);
	return hour < 24 && minute < 60 && second <= 60;
}

/* After "D:". Source: ISO 32000-1, section 7.9.4. */
static bool
pdf_date(const char **s, struct date *d)
{
	int east;

	if (!run_together(s, count_digits(*s), d))
		return false;
	return !**s || zone(s, &east);
}

/* After the year: 年, 年3月, 年3月1日, spaces wherever. */
static bool
han_date(const char **s, struct date *d)
{
	spaces(s);
	if (!is_digit(**s))
		return true;
	if (!number(s, 1, 2, &d->month) || d->month == 0)
		return false;
	spaces(s);
	if (!word(s, "月"))
		return false;
	spaces(s);
	if (!is_digit(**s))
		return true;
	if (!number(s, 1, 2, &d->day) || d->day == 0)
		return false;
	spaces(s);
	return word(s, "日") || word(s, "号") || word(s, "號");
}

/* After the year: -3, -3-1, /3/1, .03.01: the same mark twice. */
static bool
marked_date(const char **s, struct date *d)
{
	char mark[2] = { **s, '\0' };

	if (!one_of(s, "-/.") || !number(s, 1, 2, &d->month) || d->month == 0)
		return false;
	if (!word(s, mark))
		return true;
	return number(s, 1, 2, &d->day) && d->day != 0;
}

static bool
written_date(const char **s, struct date *d)
{
	number(s, 4, 4, &d->year);
	if (!**s)
		return true;
	if (one_of(s, "-/."))
		return (*s)--, marked_date(s, d);
	spaces(s);
	return !**s || (word(s, "年") && han_date(s, d));
}

/* Nothing, or the time of a day that was named. */
static bool
rest(const char **s, const struct date *d)
{
	bool mark = one_of(s, "Tt");

	spaces(s);
	if (!**s)
		return !mark;
	return d->day && clock_time(s) && !**s;
}

static bool
read_date(const char *s, struct date *d)
{
	size_t digits;

	spaces(&s);
	if (word(&s, "D:")) {
		if (!pdf_date(&s, d))
			return false;
	} else {
		digits = count_digits(s);
		if (digits == 8 || digits == 14) {
			if (!run_together(&s, digits, d))
				return false;
		} else if (digits != 4 || !written_date(&s, d)) {
			return false;
		}
	}
	return rest(&s, d) && d->year > 0 && d->month <= 12 &&
	       (!d->day || is_day(d->year, d->month, d->day));
}

int
xj_date_normalise(const char *s, char out[16])
{
	struct date d = { 0 };

	if (!read_date(s, &d))
		return XJ_EINVAL;
	if (d.day)
		snprintf(out, 16, "%04d-%02d-%02d", d.year % 10000,
			 d.month % 100, d.day % 100);
	else if (d.month)
		snprintf(out, 16, "%04d-%02d", d.year % 10000, d.month % 100);
	else
		snprintf(out, 16, "%04d", d.year % 10000);
	return XJ_OK;
}

/* ------------------------------------------------------------------ days */

int
xj_day_parse(const char *s, char out[XJ_DAY_MAX])
{
	char date[16];

	if (xj_date_normalise(s, date) < 0 || strlen(date) != XJ_DAY_MAX - 1)
		return XJ_EINVAL;
	memcpy(out, date, XJ_DAY_MAX);
	return XJ_OK;
}

static void
put_day(const struct tm *tm, char out[XJ_DAY_MAX])
{
	char text[32];

	snprintf(text, sizeof(text), "%04d-%02d-%02d", tm->tm_year + 1900,
		 tm->tm_mon + 1, tm->tm_mday);
	memcpy(out, text, XJ_DAY_MAX - 1);
	out[XJ_DAY_MAX - 1] = '\0';
}

void
xj_today(char out[XJ_DAY_MAX])
{
	const char *given = getenv("XUEJI_TODAY");
	time_t now = (time_t)xj_now();
	struct tm tm = { 0 };

	if (given && xj_day_parse(given, out) == XJ_OK)
		return;
	localtime_r(&now, &tm);
	put_day(&tm, out);
}

void
xj_day_add(const char *day, int days, char out[XJ_DAY_MAX])
{
	struct tm tm = { 0 };
	time_t t;

	number(&day, 4, 4, &tm.tm_year);
	word(&day, "-");
	number(&day, 2, 2, &tm.tm_mon);
	word(&day, "-");
	number(&day, 2, 2, &tm.tm_mday);
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	tm.tm_mday += days;
	t = timegm(&tm);
	gmtime_r(&t, &tm);
	put_day(&tm, out);
}
