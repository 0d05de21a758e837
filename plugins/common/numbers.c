/*
 * numbers.c - numbers of a sheet as they are read: dates and times are numbers
 * whose format says so.
 *
 * Source: ECMA-376 part 1, 18.8.30 (numFmt), 18.17.4 (dates and times).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "numbers.h"

enum shown_as
number_builtin(long id)
{
	if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 ||
	    (id >= 50 && id <= 54) || id == 57 || id == 58)
		return AS_DATE;
	if ((id >= 18 && id <= 21) || id == 45 || id == 47 ||
	    (id >= 32 && id <= 35) || id == 55 || id == 56)
		return AS_TIME;
	return id == 22 ? AS_DATE_TIME : id == 46 ? AS_HOURS : AS_NUMBER;
}

/* Behind what is in brackets; `*hours` when it was [h], [mm], [ss]. */
static const char *
bracket(const char *p, bool *hours)
{
	const char *close = strchr(p, ']');
	size_t n = strspn(p + 1, "hHmMsS");

	if (!close)
		return p + strlen(p);
	*hours |= n > 0 && p + 1 + n == close;
	return close + 1;
}

enum shown_as
number_code(const char *p)
{
	bool date = false, time = false, hours = false, month = false;

	if (!strncasecmp(p, "general", 7))
		return AS_NUMBER;
	while (*p && *p != ';') {
		int c = tolower((unsigned char)*p);

		if (c == '[') {
			p = bracket(p, &hours);
			continue;
		}
		if (c == '"')
			p = strchr(p + 1, '"');
		else if (c == '\\' || c == '_' || c == '*')
			p++;
		if (!p || !*p)
			break;
		date |= c == 'y' || c == 'd';
		time |= c == 'h' || c == 's';
		month |= c == 'm';
		p++;
	}
	if (hours)
		return AS_HOURS;
	if (time)
		return date ? AS_DATE_TIME : AS_TIME;
	return date || month ? AS_DATE : AS_NUMBER;
}

/*
 * Year, month and day of a count of days since 1 March of the year 0, by
 * periods of 400 years.
 */
static void
civil(int64_t days, int *year, int *month, int *day)
{
	int64_t era = days / 146097, rest = days % 146097;
	int64_t y = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
	int64_t d = rest - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * d + 2) / 153;

	*day = (int)(d - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

static void
show_date(double serial, enum shown_as as, bool from_1904, char out[64])
{
	const int64_t epoch = from_1904 ? 695361 : 693899; /* in civil days */
	double whole = floor(serial);
	long seconds = lround((serial - whole) * 86400);
	int y, m, d;

	if (seconds == 86400) {
		seconds = 0;
		whole++;
	}
	if (as == AS_HOURS)
		snprintf(out, 64, "%.0f:%02ld:%02ld",
			 whole * 24 + (double)(seconds / 3600),
			 seconds / 60 % 60, seconds % 60);
	else if (as == AS_TIME)
		snprintf(out, 64, "%02ld:%02ld:%02ld", seconds / 3600,
			 seconds / 60 % 60, seconds % 60);
	if (as == AS_HOURS || as == AS_TIME)
		return;
	if (!from_1904 && whole < 60)
		whole++; /* 29 February 1900 is counted, and was not */
	civil((int64_t)whole + epoch, &y, &m, &d);
	if (seconds == 0)
		snprintf(out, 64, "%04d-%02d-%02d", y, m, d);
	else
		snprintf(out, 64, "%04d-%02d-%02d %02ld:%02ld:%02ld", y, m, d,
			 seconds / 3600, seconds / 60 % 60, seconds % 60);
}

void
number_show(const char *value, enum shown_as as, bool from_1904, char out[64])
{
	char *end;
	double n = strtod(value, &end);

	if (end == value || *end || !isfinite(n) ||
	    (as == AS_NUMBER && !strpbrk(value, ".eE"))) {
		snprintf(out, 64, "%s", value);
	} else if (as != AS_NUMBER && n >= 0 && n < 2958466) {
		show_date(n, as, from_1904, out); /* to the end of 9999 */
	} else {
		/* 0.30000000000000004 is shown as 0.3 */
		snprintf(out, 64, "%.15g", n);
	}
}
