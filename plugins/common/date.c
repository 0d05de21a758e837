/*
 * date.c - dates as people write them, to W3CDTF.
 *
 * SPDX-License-Identifier: MIT
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "date.h"

struct date {
	int year, month, day;       /* 0: not given */
	int hour, minute, second;
	char zone[32];              /* "Z", "+08:00"; "": not given */
};

static const char *
skip_blanks(const char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return s;
}

/* A number of `least` to `most` digits; NULL if there is none. */
static const char *
number(const char *s, int least, int most, int *n)
{
	int digits = 0;

	*n = 0;
	for (; digits < most && isdigit((unsigned char)*s); s++, digits++)
		*n = *n * 10 + (*s - '0');
	return digits >= least ? s : NULL;
}

/* One of - / . or the Chinese word at s. */
static const char *
mark(const char *s, const char *word)
{
	if (*s == '-' || *s == '/' || *s == '.')
		return s + 1;
	return strncmp(s, word, strlen(word)) == 0 ? s + strlen(word) : NULL;
}

/* 2024, 2024-03, 2024/3/1, 2024年3月1日, 20240301 */
static const char *
year_first(const char *s, struct date *d)
{
	const char *end, *p;

	if (!(s = number(s, 4, 4, &d->year)))
		return NULL;
	if ((p = number(s, 2, 2, &d->month)) != NULL &&
	    (end = number(p, 2, 2, &d->day)) != NULL)
		return end;
	d->month = d->day = 0;
	if (!(p = mark(s, "年")) || !(p = number(p, 1, 2, &d->month)))
		return s;
	if (!(end = mark(p, "月")) || !(end = number(end, 1, 2, &d->day)))
		return p;
	return strncmp(end, "日", 3) ? end : end + 3;
}

static const char *
month_name(const char *s, int *month)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int i = 0; i < 12; i++) {
		if (strncasecmp(s, names + (size_t)i * 3, 3))
			continue;
		*month = i + 1;
		while (isalpha((unsigned char)*s) || *s == '.')
			s++;
		return s;
	}
	return NULL;
}

static const char *
skip_commas(const char *s)
{
	while (*s == ',' || *s == '-' || isspace((unsigned char)*s))
		s++;
	return s;
}

/* Fri, 01 Mar 2024; 1 March 2024; March 1, 2024 */
static const char *
month_named(const char *s, struct date *d)
{
	const char *p = s;

	while (isalpha((unsigned char)*p))
		p++;
	if (*p == ',') /* the day of the week */
		s = skip_commas(p);
	if ((p = number(s, 1, 2, &d->day)) != NULL)
		p = month_name(skip_commas(p), &d->month);
	else if ((p = month_name(s, &d->month)) != NULL)
		p = number(skip_commas(p), 1, 2, &d->day);
	return p ? number(skip_commas(p), 4, 4, &d->year) : NULL;
}

static void
zone(const char *s, struct date *d)
{
	int hours, minutes;
	char sign;

	s = skip_blanks(s);
	if (*s == 'Z' || *s == 'z' || !strncasecmp(s, "GMT", 3) ||
	    !strncasecmp(s, "UTC", 3)) {
		strcpy(d->zone, "Z");
		return;
	}
	if (*s != '+' && *s != '-')
		return;
	sign = *s;
	if (!(s = number(s + 1, 2, 2, &hours)) ||
	    !number(s + (*s == ':'), 2, 2, &minutes) || hours > 14 ||
	    minutes > 59)
		return;
	snprintf(d->zone, sizeof(d->zone), "%c%02d:%02d", sign, hours,
		 minutes);
}

static void
time_of_day(const char *s, struct date *d)
{
	const char *p;

	s = *s == 'T' || *s == 't' ? s + 1 : skip_blanks(s);
	if (!(s = number(s, 1, 2, &d->hour)) || *s++ != ':' ||
	    !(s = number(s, 2, 2, &d->minute)))
		return;
	if (*s == ':' && (p = number(s + 1, 2, 2, &d->second)) != NULL)
		s = p;
	if (*s == '.')
		for (s++; isdigit((unsigned char)*s);)
			s++;
	if (d->hour < 24 && d->minute < 60 && d->second < 60)
		zone(s, d);
}

static bool
valid(const struct date *d)
{
	static const int days[] = { 31, 31, 29, 31, 30, 31, 30,
				    31, 31, 30, 31, 30, 31 };

	return d->year >= 1 && d->month >= 0 && d->month <= 12 &&
	       d->day >= 0 && d->day <= days[d->month] &&
	       (d->day == 0 || d->month > 0);
}

bool
date_w3c(const char *text, char out[DATE_MAX])
{
	struct date d = { 0 };
	const char *s = skip_blanks(text), *rest = year_first(s, &d);
	int n;

	if (!rest) {
		memset(&d, 0, sizeof(d));
		rest = month_named(s, &d);
	}
	if (!rest || !valid(&d))
		return false;
	time_of_day(rest, &d);
	n = snprintf(out, DATE_MAX, "%04d", d.year % 10000);
	if (d.month)
		n += snprintf(out + n, DATE_MAX - (size_t)n, "-%02d",
			      d.month % 100);
	if (d.day)
		n += snprintf(out + n, DATE_MAX - (size_t)n, "-%02d",
			      d.day % 100);
	if (d.day && d.zone[0])
		snprintf(out + n, DATE_MAX - (size_t)n, "T%02d:%02d:%02d%s",
			 d.hour % 100, d.minute % 100, d.second % 100, d.zone);
	return true;
}
