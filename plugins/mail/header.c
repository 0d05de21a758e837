/*
 * header.c - headers as they stand in the document, and what they tell.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "mail.h"

#define ADDRESSES_MAX 1000u

/* -------------------------------------------------------------- reading */

/* Line breaks go, controls become spaces, white space at the ends goes. */
static void
unfold(GString *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->len; i++) {
		char c = s->str[i];

		if (c == '\r' || c == '\n')
			continue;
		if ((unsigned char)c < ' ')
			c = ' ';
		if (n > 0 || c != ' ')
			s->str[n++] = c;
	}
	while (n > 0 && s->str[n - 1] == ' ')
		n--;
	g_string_truncate(s, n);
}

/* Then the character set of the text says nothing about it. */
static bool
is_ascii(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] >= 0x80)
			return false;
	return true;
}

static int
read_header(struct mail *mail, GMimeHeader *header, GString **out)
{
	gint64 offset = g_mime_header_get_offset(header);
	size_t name = strlen(g_mime_header_get_raw_name(header)) + 1;
	size_t len = strlen(g_mime_header_get_raw_value(header));
	char *raw;
	ssize_t n;
	int r;

	if (offset < 0)
		return 0;
	if (len > HEADER_MAX)
		len = HEADER_MAX;
	raw = g_malloc(len + 1);
	n = xj_read(mail->in, (uint64_t)offset + name, raw, len);
	if (n < 0) {
		g_free(raw);
		return (int)n;
	}
	*out = g_string_new(NULL);
	r = decode_add(mail->in, is_ascii(raw, (size_t)n) ? NULL :
		       mail->charset, raw, (size_t)n, *out);
	g_free(raw);
	unfold(*out);
	return r;
}

int
header_get(struct mail *mail, GMimeObject *object, const char *name,
	   GString **out)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(object);
	GMimeHeader *header = g_mime_header_list_get_header(list, name);
	int r;

	*out = NULL;
	if (!header)
		return 0;
	r = read_header(mail, header, out);
	if (r < 0 && *out) {
		g_string_free(*out, TRUE);
		*out = NULL;
	}
	return r;
}

/* ------------------------------------------------------------ addresses */

static int
send_value(struct xj_import *in, const char *element, GString *value)
{
	struct xj_meta m = { .element = element, .source = "header" };

	unfold(value);
	m.value = value->str;
	m.len = value->len;
	return value->len > 0 ? xj_meta_full(in, &m) : 0;
}

/* Behind a quoted string or a comment that begins at s. */
static const char *
skip_group(const char *s, char close)
{
	int depth = 1;

	for (s++; *s && depth > 0; s++) {
		if (*s == '\\' && (s[1] == '"' || s[1] == '\\' ||
				   s[1] == '(' || s[1] == ')'))
			s++;
		else if (*s == close)
			depth--;
		else if (close == ')' && *s == '(')
			depth++;
	}
	return s;
}

/* Where the address that begins at s ends: the comma, semicolon, or the end. */
static const char *
address_end(const char *s)
{
	bool angle = false;

	while (*s && (angle || (*s != ',' && *s != ';'))) {
		if (*s == '"' && strchr(s + 1, '"')) {
			s = skip_group(s, '"');
			continue;
		}
		if (*s == '(' && strchr(s + 1, ')')) {
			s = skip_group(s, ')');
			continue;
		}
		angle = *s == '<' ? strchr(s, '>') != NULL :
				    angle && *s != '>';
		s++;
	}
	return s;
}

/* A name without its quotes, decoded. */
static int
add_name(struct xj_import *in, const char *s, size_t len, GString *out)
{
	GString *plain = g_string_new(NULL);
	int r;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\\' && i + 1 < len &&
		    (s[i + 1] == '"' || s[i + 1] == '\\'))
			g_string_append_c(plain, s[++i]);
		else if (s[i] != '"')
			g_string_append_c(plain, s[i]);
	}
	g_strstrip(plain->str);
	r = words_add(in, plain->str, strlen(plain->str), out);
	g_string_free(plain, TRUE);
	return r;
}

static void
add_address(const char *s, size_t len, GString *out)
{
	GString *address = g_string_new_len(s, (gssize)len);

	unfold(address);
	if (out->len > 0 && address->len > 0 &&
	    strcmp(out->str, address->str) != 0)
		g_string_append_printf(out, " <%s>", address->str);
	else if (out->len == 0)
		g_string_append(out, address->str);
	g_string_free(address, TRUE);
}

/* name <address>; address (name); address */
static int
send_address(struct xj_import *in, const char *s, const char *end,
	     const char *element)
{
	GString *out = g_string_new(NULL);
	const char *open = g_strrstr_len(s, end - s, "<"), *close;
	int r = 0;

	if (open && (close = memchr(open, '>', (size_t)(end - open)))) {
		r = add_name(in, s, (size_t)(open - s), out);
		add_address(open + 1, (size_t)(close - open - 1), out);
	} else if ((open = memchr(s, '(', (size_t)(end - s))) != NULL &&
		   (close = g_strrstr_len(open, end - open, ")")) != NULL) {
		r = add_name(in, open + 1, (size_t)(close - open - 1), out);
		add_address(s, (size_t)(open - s), out);
	} else {
		r = add_name(in, s, (size_t)(end - s), out);
	}
	if (r == 0)
		r = send_value(in, element, out);
	g_string_free(out, TRUE);
	return r;
}

/* "a group: one, two;" */
static const char *
skip_group_name(const char *s)
{
	size_t n = strcspn(s, ":\"(<,;@");

	return s[n] == ':' ? s + n + 1 : s;
}

int
addresses_send(struct xj_import *in, const char *list, const char *element)
{
	unsigned count = 0;
	int r = 0;

	for (const char *s = list; *s && r == 0;) {
		const char *end;

		s = skip_group_name(s);
		end = address_end(s);
		while (s < end && g_ascii_isspace(*s))
			s++;
		if (s < end && count++ < ADDRESSES_MAX)
			r = send_address(in, s, end, element);
		s = *end ? end + 1 : end;
	}
	return r;
}

/* --------------------------------------------------------------- values */

static int
send_date(struct xj_import *in, const char *value)
{
	GDateTime *date = g_mime_utils_header_decode_date(value);
	char text[64];
	int zone, y, m, d;

	if (!date)
		return 0;
	g_date_time_get_ymd(date, &y, &m, &d);
	zone = (int)(g_date_time_get_utc_offset(date) / G_TIME_SPAN_MINUTE);
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d", y, m, d,
		 g_date_time_get_hour(date), g_date_time_get_minute(date),
		 g_date_time_get_second(date));
	g_date_time_unref(date);
	if (zone == 0)
		strcat(text, "Z");
	else
		snprintf(text + 19, sizeof(text) - 19, "%c%02d:%02d",
			 zone < 0 ? '-' : '+', ABS(zone) / 60 % 100,
			 ABS(zone) % 60);
	return xj_meta(in, "date", text);
}

/* "<id>", several of them, white space between. */
static int
send_ids(struct xj_import *in, const char *value, const char *element)
{
	const char *s = value;
	int r = 0;

	if (!strchr(s, '<') && *s)
		return xj_meta(in, element, s);
	for (unsigned i = 0; i < 100 && r == 0 && (s = strchr(s, '<')); i++) {
		size_t n = strcspn(s + 1, "<> \t");
		struct xj_meta m = { .element = element, .value = s + 1,
				     .len = n, .source = "header" };

		if (n > 0)
			r = xj_meta_full(in, &m);
		s += n + 1;
	}
	return r;
}

static int
send_words(struct xj_import *in, const GString *value, const char *element)
{
	GString *out = g_string_new(NULL);
	int r = words_add(in, value->str, value->len, out);

	if (r == 0)
		r = send_value(in, element, out);
	g_string_free(out, TRUE);
	return r;
}

enum kind { WORDS, ADDRESSES, A_DATE, IDS };

static int
send_header(struct xj_import *in, enum kind kind, const char *element,
	    const GString *value)
{
	switch (kind) {
	case ADDRESSES: return addresses_send(in, value->str, element);
	case A_DATE: return send_date(in, value->str);
	case IDS: return send_ids(in, value->str, element);
	case WORDS: break;
	}
	return send_words(in, value, element);
}

int
headers_send(struct mail *mail, GMimeObject *message)
{
	static const struct {
		const char *name, *element;
		enum kind kind;
	} headers[] = {
		{ "Subject", "title", WORDS },
		{ "From", "creator", ADDRESSES },
		{ "To", "contributor", ADDRESSES },
		{ "Cc", "contributor", ADDRESSES },
		{ "Bcc", "contributor", ADDRESSES },
		{ "Date", "date", A_DATE },
		{ "Message-ID", "identifier", IDS },
		{ "In-Reply-To", "relation", IDS },
		{ "Keywords", "subject", WORDS },
		{ "Organization", "publisher", WORDS },
		{ "User-Agent", "tool", WORDS },
		{ "X-Mailer", "tool", WORDS },
	};
	int r = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(headers) && r == 0; i++) {
		GString *value;

		r = header_get(mail, message, headers[i].name, &value);
		if (!value)
			continue;
		r = send_header(mail->in, headers[i].kind, headers[i].element,
				value);
		g_string_free(value, TRUE);
	}
	return r;
}
