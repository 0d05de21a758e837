/*
 * mbox.c - mailboxes: each message is a child, its bytes as they stand.
 *
 * A message begins at a line "From ..." at the start or behind an empty line,
 * if a header follows; the mailboxes of Foxmail have a mark of their own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "mail.h"

static const char foxmail[] =
	"\x10\x10\x10\x10\x10\x10\x10\x11\x11\x11\x11\x11\x11S";

/* "Subject: ..." or any other. */
static bool
is_header(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] > ' ' && s[n] != ':' && s[n] != 0x7F &&
	       (unsigned char)s[n] < 0x80)
		n++;
	return n > 0 && n < len && s[n] == ':';
}

bool
mbox_marker(const char *s, size_t len)
{
	const char *next = memchr(s, '\n', len);

	if (!next)
		return false;
	if (len >= sizeof(foxmail) - 1 &&
	    memcmp(s, foxmail, sizeof(foxmail) - 1) == 0)
		return true;
	if (len < 6 || memcmp(s, "From ", 5) != 0)
		return false;
	next++;
	len -= (size_t)(next - s);
	return (len > 6 && memcmp(next, ">From ", 6) == 0) ||
	       is_header(next, len);
}

/* ---------------------------------------------------------------- names */

/* The value of a header in the first bytes of a message, or NULL. */
static const char *
find_header(const char *s, size_t len, const char *name, size_t *value_len)
{
	const char *end = s + len;
	size_t n = strlen(name);

	while (s < end) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));

		if (!stop || stop == s || (stop == s + 1 && *s == '\r'))
			return NULL;
		if ((size_t)(stop - s) > n && s[n] == ':' &&
		    !g_ascii_strncasecmp(s, name, n)) {
			while (stop && stop + 1 < end &&
			       (stop[1] == ' ' || stop[1] == '\t'))
				stop = memchr(stop + 1, '\n',
					      (size_t)(end - stop - 1));
			*value_len = (size_t)((stop ? stop : end) - s) - n - 1;
			return s + n + 1;
		}
		s = stop + 1;
	}
	return NULL;
}

static int
charset_of(struct xj_import *in, const char *head, size_t len,
	   char charset[CHARSET_MAX])
{
	size_t n;
	const char *value = find_header(head, len, "Content-Type", &n);
	GString *header, *out;
	int r;

	*charset = '\0';
	if (!value)
		return 0;
	header = g_string_new_len(value, (gssize)n);
	out = g_string_new(NULL);
	r = param_add(in, header->str, "charset", out);
	if (out->len < CHARSET_MAX)
		g_strlcpy(charset, out->str, CHARSET_MAX);
	g_string_free(header, TRUE);
	g_string_free(out, TRUE);
	return r < 0 ? r : 0;
}

static int
add_subject(struct xj_import *in, const char *head, size_t len, GString *name)
{
	size_t n;
	const char *value = find_header(head, len, "Subject", &n);
	char charset[CHARSET_MAX];
	GString *text;
	int r = charset_of(in, head, len, charset);

	if (r < 0 || !value)
		return r;
	text = g_string_new(NULL);
	r = decode_add(in, charset, value, n, text);
	for (char *p = text->str; *p; p++)
		if (*p == '\r' || *p == '\n' || *p == '\t')
			*p = ' ';
	g_strstrip(text->str);
	if (r == 0)
		r = words_add(in, text->str, strlen(text->str), name);
	g_string_free(text, TRUE);
	return r;
}

/* ------------------------------------------------------------- messages */

struct box {
	struct xj_import *in;
	unsigned count;
	uint64_t start; /* of the message in hand, behind its mark */
	bool open;
};

static int
send_message(struct box *box, uint64_t end)
{
	struct range range = { box->start, end, GMIME_CONTENT_ENCODING_BINARY };
	char head[8192];
	size_t cap = end - box->start < sizeof(head) ?
		(size_t)(end - box->start) : sizeof(head);
	ssize_t n = xj_read(box->in, box->start, head, cap);
	GString *name = g_string_new(NULL);
	int r = n < 0 ? (int)n : 0;

	g_string_printf(name, "%04u ", ++box->count);
	if (r == 0)
		r = add_subject(box->in, head, (size_t)n, name);
	tidy_name(name);
	g_string_append(name, ".eml");
	if (r == 0)
		r = child_send(box->in, &range, name->str, "message/rfc822");
	g_string_free(name, TRUE);
	return r;
}

/* The line at `off`, of which the next bytes are at s. */
static int
at_line(struct box *box, uint64_t off, const char *s, size_t len)
{
	const char *end;
	int r = 0;

	if (!mbox_marker(s, len))
		return 0;
	if (box->open)
		r = send_message(box, off);
	end = memchr(s, '\n', len);
	box->start = off + (uint64_t)(end - s) + 1;
	box->open = true;
	return r;
}

/*
 * Lines of a buffer, of which `len` bytes are there; a line is looked at while
 * at least `ahead` bytes follow. How much was done with goes to *done.
 */
static int
scan(struct box *box, uint64_t off, const char *buf, size_t len, size_t ahead,
     bool *blank, bool *line_start, size_t *done)
{
	size_t i = 0;
	int r = 0;

	while (r == 0 && i < len && len - i > ahead) {
		const char *end = memchr(buf + i, '\n', len - i);
		size_t n = end ? (size_t)(end - buf) - i : len - i;

		if (*line_start && (buf[i] == 0x10 ||
				    (*blank && buf[i] == 'F')))
			r = at_line(box, off + i, buf + i, len - i);
		*blank = *line_start && end &&
			 (n == 0 || (n == 1 && buf[i] == '\r'));
		*line_start = end != NULL;
		i += n + (end != NULL);
	}
	*done = i;
	return r;
}

int
mbox_import(struct xj_import *in)
{
	struct box box = { .in = in };
	size_t cap = 2 * CHUNK, done;
	char *buf = xj_alloc(in, NULL, cap);
	bool blank = true, line_start = true;
	uint64_t off = 0;
	int r = 0;

	if (!buf)
		return XJ_IMPORT_NOMEM;
	while (r == 0 && off < in->size) {
		ssize_t n = xj_read(in, off, buf, cap);
		bool last = n >= 0 && off + (uint64_t)n >= in->size;

		if (n <= 0) {
			r = (int)n;
			break;
		}
		r = scan(&box, off, buf, (size_t)n, last ? 0 : 2048, &blank,
			 &line_start, &done);
		off += done;
		if (r == 0)
			r = xj_poll(in, off, in->size);
	}
	if (r == 0 && box.open)
		r = send_message(&box, in->size);
	if (r == 0 && box.count == 0)
		r = xj_fail(in, XJ_IMPORT_CORRUPT, "no message in it");
	return r;
}
