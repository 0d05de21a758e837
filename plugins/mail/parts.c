/*
 * parts.c - a message as a tree of parts: which are its text, which are
 * documents of their own.
 *
 * Of several forms of the same text the plain one counts; a text in HTML alone
 * is a child, for the importer of pages to read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "mail.h"

#define NAME_MAX_BYTES 180u
#define DEPTH_MAX 1000u /* of multiparts; GMime stops at about as many */

/* The multiparts around a part. */
struct level {
	const struct level *up;
	const char *boundary; /* masked */
	unsigned depth;
	bool plain;           /* the same text stands beside as plain text */
};

/* ---------------------------------------------------------------- names */

void
tidy_name(GString *name)
{
	size_t n = 0;

	for (size_t i = 0; i < name->len; i++) {
		char c = name->str[i];

		name->str[n++] = c == '/' || c == '\\' ? '_' :
				 (unsigned char)c < ' ' || c == 0x7F ? ' ' : c;
	}
	while (n > 0 && name->str[n - 1] == ' ')
		n--;
	g_string_truncate(name, utf8_cut(name->str, n, NAME_MAX_BYTES));
}

static const char *
extension_of(GMimeContentType *type)
{
	static const struct {
		const char *type, *subtype, *extension;
	} known[] = {
		{ "text", "html", ".html" }, { "text", "calendar", ".ics" },
		{ "text", "csv", ".csv" }, { "text", "*", ".txt" },
		{ "image", "jpeg", ".jpg" }, { "image", "png", ".png" },
		{ "image", "gif", ".gif" }, { "image", "tiff", ".tiff" },
		{ "application", "pdf", ".pdf" },
		{ "application", "zip", ".zip" },
		{ "application", "rtf", ".rtf" },
		{ "application", "msword", ".doc" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		if (g_mime_content_type_is_type(type, known[i].type,
						known[i].subtype))
			return known[i].extension;
	return "";
}

/* "filename" of the one header, "name" of the other; 1: there is one. */
static int
given_name(struct mail *mail, GMimeObject *part, GString *out)
{
	static const char *const places[][2] = {
		{ "Content-Disposition", "filename" },
		{ "Content-Type", "name" },
	};
	int r = 0;

	for (size_t i = 0; i < 2 && r == 0; i++) {
		GString *header;

		r = header_get(mail, part, places[i][0], &header);
		if (r == 0 && header)
			r = param_add(mail->in, header->str, places[i][1], out);
		if (header)
			g_string_free(header, TRUE);
		tidy_name(out);
		if (r > 0 && out->len == 0)
			r = 0;
	}
	return r;
}

static int
charset_of(struct mail *mail, GMimeObject *part, char charset[CHARSET_MAX])
{
	GString *value = g_string_new(NULL), *header;
	int r = header_get(mail, part, "Content-Type", &header);

	if (r == 0 && header)
		r = param_add(mail->in, header->str, "charset", value);
	g_strlcpy(charset, value->len < CHARSET_MAX ? value->str : "",
		  CHARSET_MAX);
	if (header)
		g_string_free(header, TRUE);
	g_string_free(value, TRUE);
	return r < 0 ? r : 0;
}

/* --------------------------------------------------------------- leaves */

static bool
is_type(GMimeObject *part, const char *type, const char *subtype)
{
	return g_mime_content_type_is_type(
		g_mime_object_get_content_type(part), type, subtype);
}

static bool
is_attached(GMimeObject *part)
{
	GMimeContentDisposition *d =
		g_mime_object_get_content_disposition(part);

	return d && !g_ascii_strcasecmp(
			    g_mime_content_disposition_get_disposition(d),
			    GMIME_DISPOSITION_ATTACHMENT);
}

static bool
range_of(GMimePart *part, struct range *range)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *stream = content ?
		g_mime_data_wrapper_get_stream(content) : NULL;

	if (!stream)
		return false;
	range->start = (uint64_t)stream->bound_start;
	range->end = stream->bound_end >= 0 ? (uint64_t)stream->bound_end :
					      UINT64_MAX;
	range->encoding = g_mime_part_get_content_encoding(part);
	return true;
}

static int
send_leaf(struct mail *mail, GMimePart *part, GString *name)
{
	GMimeObject *object = GMIME_OBJECT(part);
	GMimeContentType *type = g_mime_object_get_content_type(object);
	char charset[CHARSET_MAX], mime[256];
	struct range range;
	int r = charset_of(mail, object, charset);

	if (r < 0 || !range_of(part, &range))
		return r;
	if (name->len == 0)
		g_string_printf(name, "part %u%s", mail->parts,
				extension_of(type));
	snprintf(mime, sizeof(mime), "%.80s/%.80s%s%s",
		 g_mime_content_type_get_media_type(type),
		 g_mime_content_type_get_media_subtype(type),
		 *charset ? "; charset=" : "", charset);
	return child_send(mail->in, &range, name->str, mime);
}

static int
send_body(struct mail *mail, GMimePart *part)
{
	char charset[CHARSET_MAX];
	struct range range;
	int r = charset_of(mail, GMIME_OBJECT(part), charset);

	return r < 0 || !range_of(part, &range) ? r :
		body_send(mail->in, &range, charset);
}

/* Nobody reads a signature, and what was signed stands beside it. */
static bool
is_signature(GMimeObject *part)
{
	return is_type(part, "application", "pgp-signature") ||
	       is_type(part, "application", "pkcs7-signature") ||
	       is_type(part, "application", "x-pkcs7-signature");
}

static bool
is_readable(GMimeObject *part)
{
	return (is_type(part, "text", "*") &&
		!is_type(part, "text", "calendar") &&
		!is_type(part, "text", "rtf") &&
		!is_type(part, "text", "richtext") &&
		!is_type(part, "text", "xml") &&
		!is_type(part, "text", "csv")) ||
	       is_type(part, "message", "*");
}

static int
take_leaf(struct mail *mail, GMimePart *part, const struct level *level)
{
	GMimeObject *object = GMIME_OBJECT(part);
	bool html = is_type(object, "text", "html"), root = !level;
	GString *name = g_string_new(NULL);
	int r = given_name(mail, object, name);

	if (is_signature(object))
		r = r < 0 ? r : 0;
	else if (r == 0 && html && !is_attached(object) && level &&
		 level->plain)
		r = 0;
	else if (r >= 0 && !html && is_readable(object) &&
		 (root || (r == 0 && !is_attached(object))))
		r = send_body(mail, part);
	else if (r >= 0) {
		if (r == 0 && html && !is_attached(object))
			g_string_assign(name, "body.html");
		r = send_leaf(mail, part, name);
	}
	g_string_free(name, TRUE);
	return r;
}

/* ------------------------------------------------------------- messages */

/* Whether the line at s is a boundary of one of the multiparts around. */
static bool
is_boundary(const char *s, size_t len, const struct level *level)
{
	if (len < 3 || s[0] != '-' || s[1] != '-')
		return false;
	for (; level; level = level->up) {
		size_t n = level->boundary ? strlen(level->boundary) : 0;

		if (n > 0 && len >= n + 2 &&
		    memcmp(s + 2, level->boundary, n) == 0)
			return true;
	}
	return false;
}

/* Where a contained message ends: at the boundary, or with the document. */
static int
find_end(struct mail *mail, uint64_t start, const struct level *level,
	 uint64_t *end)
{
	char line[256];
	char buf[4096];
	uint64_t off = start;
	size_t len = 0;
	ssize_t n;

	g_mime_stream_seek(mail->source, (gint64)start, GMIME_STREAM_SEEK_SET);
	*end = start;
	while ((n = g_mime_stream_read(mail->source, buf, sizeof(buf))) > 0) {
		for (ssize_t i = 0; i < n; i++, off++) {
			if (len < sizeof(line))
				line[len++] = buf[i];
			if (buf[i] != '\n')
				continue;
			if (is_boundary(line, len, level))
				return 0;
			/* Its line break belongs to a boundary behind it. */
			*end = off - (len > 1 && line[len - 2] == '\r');
			len = 0;
		}
	}
	if (!is_boundary(line, len, level))
		*end = off;
	return source_status(mail->source);
}

/* The subject of a contained message names it, if it has no name. */
static int
message_name(struct mail *mail, GMimeObject *part, GMimeMessage *message,
	     GString *name)
{
	GString *subject;
	int r = given_name(mail, part, name);

	if (r != 0)
		return r;
	r = header_get(mail, GMIME_OBJECT(message), "Subject", &subject);
	if (r == 0 && subject)
		r = words_add(mail->in, subject->str, subject->len, name);
	if (subject)
		g_string_free(subject, TRUE);
	tidy_name(name);
	if (name->len == 0)
		g_string_printf(name, "part %u", mail->parts);
	g_string_append(name, ".eml");
	return r;
}

static int
take_message(struct mail *mail, GMimeMessagePart *part,
	     const struct level *level)
{
	GMimeMessage *message = g_mime_message_part_get_message(part);
	GMimeHeaderList *list = message ? g_mime_object_get_header_list(
		GMIME_OBJECT(message)) : NULL;
	GMimeHeader *first = list && g_mime_header_list_get_count(list) > 0 ?
		g_mime_header_list_get_header_at(list, 0) : NULL;
	gint64 offset = first ? g_mime_header_get_offset(first) : -1;
	struct range range = { .encoding = GMIME_CONTENT_ENCODING_BINARY };
	GString *name;
	int r;

	if (offset < 0)
		return 0;
	range.start = (uint64_t)offset;
	r = find_end(mail, range.start, level, &range.end);
	if (r < 0)
		return r;
	name = g_string_new(NULL);
	r = message_name(mail, GMIME_OBJECT(part), message, name);
	if (r >= 0)
		r = child_send(mail->in, &range, name->str, "message/rfc822");
	g_string_free(name, TRUE);
	return r;
}

/* ----------------------------------------------------------- multiparts */

static int take(struct mail *mail, GMimeObject *part,
		const struct level *level);

/* Whether there is plain text that is shown, in it or below. */
static bool
has_plain(GMimeObject *part, unsigned depth)
{
	GMimeMultipart *multipart;

	if (is_type(part, "text", "plain"))
		return GMIME_IS_PART(part) && !is_attached(part);
	if (!GMIME_IS_MULTIPART(part) || depth > 20)
		return false;
	multipart = GMIME_MULTIPART(part);
	for (int i = 0; i < g_mime_multipart_get_count(multipart); i++)
		if (has_plain(g_mime_multipart_get_part(multipart, i),
			      depth + 1))
			return true;
	return false;
}

static int
take_multipart(struct mail *mail, GMimeMultipart *multipart,
	       const struct level *up)
{
	GMimeObject *object = GMIME_OBJECT(multipart);
	struct level level = {
		/* Asked for it as a multipart, GMime would make one up. */
		.up = up, .boundary = g_mime_object_get_content_type_parameter(
			object, "boundary"),
		.depth = up ? up->depth + 1 : 0,
		.plain = up && up->plain,
	};
	int r = 0, n = g_mime_multipart_get_count(multipart);

	if (level.depth > DEPTH_MAX)
		return xj_warn(mail->in, "parts are nested too deeply: the "
			       "inner ones are left out");
	if (is_type(object, "multipart", "encrypted")) {
		mail->encrypted = true;
		return 0;
	}
	if (is_type(object, "multipart", "alternative") &&
	    has_plain(object, 0))
		level.plain = true;
	for (int i = 0; i < n && r == 0; i++)
		r = take(mail, g_mime_multipart_get_part(multipart, i),
			 &level);
	return r;
}

static int
take(struct mail *mail, GMimeObject *part, const struct level *level)
{
	int r = xj_poll(mail->in, 0, 0);

	if (r < 0 || !part)
		return r;
	if (GMIME_IS_MULTIPART(part))
		return take_multipart(mail, GMIME_MULTIPART(part), level);
	mail->parts++;
	if (GMIME_IS_MESSAGE_PART(part))
		return take_message(mail, GMIME_MESSAGE_PART(part), level);
	return GMIME_IS_PART(part) ? take_leaf(mail, GMIME_PART(part), level) :
				     0;
}

/* The first text tells what raw headers are in. */
static int
find_charset(struct mail *mail, GMimeObject *part, unsigned depth)
{
	int r = 0;

	if (!part || depth > 20)
		return 0;
	if (GMIME_IS_MULTIPART(part)) {
		GMimeMultipart *m = GMIME_MULTIPART(part);
		int n = g_mime_multipart_get_count(m);

		for (int i = 0; i < n && i < 20 && r == 0 && !*mail->charset;
		     i++)
			r = find_charset(mail, g_mime_multipart_get_part(m, i),
					 depth + 1);
		return r;
	}
	return is_type(part, "text", "*") ?
		charset_of(mail, part, mail->charset) : 0;
}

int
parts_send(struct mail *mail, GMimeMessage *message)
{
	GMimeObject *root = g_mime_message_get_mime_part(message);
	int r = find_charset(mail, root, 0);

	if (r == 0)
		r = headers_send(mail, GMIME_OBJECT(message));
	if (r == 0)
		r = take(mail, root, NULL);
	if (r == 0 && mail->encrypted)
		r = xj_fail(mail->in, XJ_IMPORT_KEYLESS,
			    "the text is encrypted to its readers");
	return r;
}
