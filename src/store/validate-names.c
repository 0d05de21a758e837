/* validate-names.c - URIs, times, digests, extensions: whether they are. */
#include "store/validate.h"

#include <ctype.h>
#include <string.h>

/* ------------------------------------------------------------------- URIs */

/* RFC 3986, section 3.1. */
static size_t
scheme_length(const char *s)
{
	size_t n = 0;

	if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z')))
		return 0;
	while (isalnum((unsigned char)s[n]) || (s[n] && strchr("+-.", s[n])))
		n++;
	return s[n] == ':' ? n : 0;
}

/* RFC 3986, section 2: unreserved, reserved, or percent-encoded. */
static bool
is_uri_text(const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '%') {
			if (!isxdigit((unsigned char)s[1]) ||
			    !isxdigit((unsigned char)s[2]))
				return false;
			continue;
		}
		if (c >= 0x80 || (!isalnum(c) &&
				  !strchr("-._~:/?#[]@!$&'()*+,;=", c)))
			return false;
	}
	return true;
}

bool
xj_is_uri(const char *s)
{
	size_t n = scheme_length(s);

	return n > 0 && s[n + 1] != '\0' && is_uri_text(s + n + 1);
}

/* ------------------------------------------------------------------ times */

/* Digits at *s, exactly `count`; moves past them. -1: something else. */
static int
digits(const char **s, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++, ++*s) {
		if (**s < '0' || **s > '9')
			return -1;
		value = value * 10 + (**s - '0');
	}
	return value;
}

static bool
one_of(const char **s, const char *chars)
{
	if (!**s || !strchr(chars, **s))
		return false;
	++*s;
	return true;
}

static bool
in_range(int value, int least, int most)
{
	return value >= least && value <= most;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool
pass_date(const char **s)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30,
				     31, 31, 30, 31, 30, 31 };
	int year = digits(s, 4), month, day;

	if (year < 0 || !one_of(s, "-"))
		return false;
	month = digits(s, 2);
	if (!in_range(month, 1, 12) || !one_of(s, "-"))
		return false;
	day = digits(s, 2);
	return in_range(day, 1, days[month - 1] +
				(month == 2 && is_leap(year)));
}

static bool
pass_clock(const char **s)
{
	if (!in_range(digits(s, 2), 0, 23) || !one_of(s, ":") ||
	    !in_range(digits(s, 2), 0, 59) || !one_of(s, ":") ||
	    !in_range(digits(s, 2), 0, 60))
		return false;
	if (!one_of(s, "."))
		return true;
	if (digits(s, 1) < 0)
		return false;
	*s += strspn(*s, "0123456789");
	return true;
}

static bool
pass_zone(const char **s)
{
	if (one_of(s, "Zz"))
		return true;
	return one_of(s, "+-") && in_range(digits(s, 2), 0, 23) &&
	       one_of(s, ":") && in_range(digits(s, 2), 0, 59);
}

/* RFC 3339, section 5.6: seconds and a zone must be there. */
bool
xj_is_rfc3339(const char *s)
{
	return pass_date(&s) && one_of(&s, "Tt ") && pass_clock(&s) &&
	       pass_zone(&s) && *s == '\0';
}

/* ------------------------------------------------------------- vocabulary */

unsigned
xj_spec_of_type(const char *type)
{
	if (strcmp(type, "https://ocfl.io/1.1/spec/#inventory") == 0)
		return 11;
	return strcmp(type, "https://ocfl.io/1.0/spec/#inventory") == 0 ? 10 : 0;
}

/* https://ocfl.github.io/extensions/ */
static const char *const registered[] = {
	"initial",
	"0001-digest-algorithms",
	"0002-flat-direct-storage-layout",
	"0003-hash-and-id-n-tuple-storage-layout",
	"0004-hashed-n-tuple-storage-layout",
	"0005-mutable-head",
	"0006-flat-omit-prefix-storage-layout",
	"0007-n-tuple-omit-prefix-storage-layout",
	"0008-schema-registry",
	"0009-digest-algorithms",
	"0010-differential-n-tuple-omit-prefix-storage-layout",
	"0011-direct-clean-path-layout",
	"0012-hash-and-no-prefix-id-n-tuple-storage-layout",
};

#define LAST_REGISTERED "0012"

/* A number above the last that is known here may have been given since. */
bool
xj_is_registered_extension(const char *name)
{
	for (size_t i = 0; i < XJ_COUNT(registered); i++)
		if (strcmp(name, registered[i]) == 0)
			return true;
	return strspn(name, "0123456789") == 4 && name[4] == '-' &&
	       name[5] != '\0' && strncmp(name, LAST_REGISTERED, 4) > 0;
}

bool
xj_is_digest(int kind, const char *digest)
{
	size_t n = strlen(digest);

	return kind >= 0 &&
	       n == 2 * xj_digest_size((enum xj_digest_kind)kind) &&
	       strspn(digest, "0123456789abcdefABCDEF") == n;
}
