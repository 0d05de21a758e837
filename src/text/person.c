/* person.c - names of people and units: how they are kept, compared and read. */
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "text/text.h"

static int
no_name(const char *text, struct xj_error *err)
{
	return xj_error_set(err, XJ_EINVAL, "%s: is too long, or no text",
			    text);
}

static int
normalise(const UNormalizer2 *form, const char *text, char out[XJ_NAME_MAX])
{
	UChar wide[XJ_NAME_MAX], made[XJ_NAME_MAX];
	UErrorCode e = U_ZERO_ERROR;
	int32_t n, len;

	u_strFromUTF8(wide, XJ_NAME_MAX, &n, text, -1, &e);
	len = unorm2_normalize(form, wide, n, made, XJ_NAME_MAX, &e);
	u_strToUTF8(out, XJ_NAME_MAX - 1, &n, made, len, &e);
	if (U_FAILURE(e))
		return XJ_EINVAL;
	out[n] = '\0';
	return XJ_OK;
}

/* White space at the ends goes, inside it is one space. False: there is what
 * no name has. */
static bool
tidy(char *text)
{
	const char *p = text, *end = text + strlen(text);
	char *to = text;
	bool space = false;

	while (p < end) {
		const char *begin = p;
		uint32_t c = xj_utf8_next(&p, end);
		int8_t type = u_charType((UChar32)c);

		if (u_isUWhiteSpace((UChar32)c)) {
			space = to > text;
			continue;
		}
		if (type == U_CONTROL_CHAR || type == U_FORMAT_CHAR ||
		    type == U_UNASSIGNED || type == U_PRIVATE_USE_CHAR)
			return false;
		if (space)
			*to++ = ' ';
		space = false;
		memmove(to, begin, (size_t)(p - begin));
		to += p - begin;
	}
	*to = '\0';
	return true;
}

int
xj_name_tidy(const char *text, char out[XJ_NAME_MAX], struct xj_error *err)
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *form = unorm2_getNFCInstance(&e);

	if (U_FAILURE(e) || !xj_utf8_valid(text, strlen(text)) ||
	    normalise(form, text, out) < 0 || !tidy(out))
		return no_name(text, err);
	return XJ_OK;
}

int
xj_name_key(const char *text, char out[XJ_NAME_MAX], struct xj_error *err)
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&e);

	if (U_FAILURE(e) || normalise(form, text, out) < 0)
		return no_name(text, err);
	return XJ_OK;
}

int
xj_name_pinyin(const char *text, char out[XJ_NAME_MAX], struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	const char *readings[XJ_READINGS_MAX];
	char key[XJ_NAME_MAX];
	bool han = false;
	int r = xj_name_key(text, key, err);
	const char *p = key, *end = r < 0 ? key : key + strlen(key);

	while (p < end) {
		const char *begin = p;
		uint32_t c = xj_utf8_next(&p, end);
		bool read = xj_is_han(c) &&
			    xj_pinyin(begin, (size_t)(p - begin), readings);

		if (b.len && (read || han) && b.data[b.len - 1] != ' ')
			xj_buf_addc(&b, ' ');
		if (read)
			xj_buf_adds(&b, readings[0]);
		else
			xj_buf_add(&b, begin, (size_t)(p - begin));
		han = read;
	}
	if (r < 0 || b.failed || b.len >= XJ_NAME_MAX)
		return r < 0 ? r : no_name(text, err);
	memcpy(out, xj_buf_str(&b), b.len + 1);
	return XJ_OK;
}
