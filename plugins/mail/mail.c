/*
 * mail.c - the importer of e-mail: which bytes are a message or a mailbox.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "mail.h"

static const char type_message[] = "message/rfc822";
static const char type_mailbox[] = "application/mbox";
static const char type_page[] = "application/x-mimearchive";

/* ---------------------------------------------------------------- probe */

static bool
has_extension(const struct xj_sample *s, const char *const *list)
{
	const char *dot = strrchr(s->name, '.');

	for (; dot && *list; list++)
		if (!g_ascii_strcasecmp(dot + 1, *list))
			return true;
	return false;
}

static bool
declared(const struct xj_sample *s, const char *mime)
{
	return !g_ascii_strncasecmp(s->mime, mime, strlen(mime));
}

/* Headers that hardly any other text has, 2; that others have too, 1. */
static int
weight(const char *s, size_t len)
{
	static const struct {
		const char *name;
		int weight;
	} known[] = {
		{ "Received:", 2 }, { "Message-ID:", 2 },
		{ "Return-Path:", 2 }, { "Delivered-To:", 2 },
		{ "MIME-Version:", 2 }, { "Content-Type:", 1 },
		{ "From:", 1 }, { "To:", 1 }, { "Subject:", 1 },
		{ "Date:", 1 }, { "Cc:", 1 }, { "Reply-To:", 1 },
		{ "X-Mailer:", 1 }, { "Sender:", 1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		size_t n = strlen(known[i].name);

		if (len >= n && !g_ascii_strncasecmp(s, known[i].name, n))
			return known[i].weight;
	}
	return 0;
}

static bool
is_header(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] > ' ' && s[n] < 0x7F && s[n] != ':')
		n++;
	return n > 0 && n < len && s[n] == ':';
}

/* Where a line ends, that of the header block too: NULL. */
static const char *
line_end(const char *s, const char *end)
{
	const char *stop = memchr(s, '\n', (size_t)(end - s));

	return !stop || stop == s || (stop == s + 1 && *s == '\r') ? NULL :
								     stop;
}

/* How much the lines at the start look like headers; 0: they are not. */
static int
weigh(const char *s, size_t len)
{
	const char *end = s + len, *stop;
	int sum = 0, odd = 0;

	for (; (stop = line_end(s, end)) != NULL; s = stop + 1) {
		if (*s == ' ' || *s == '\t')
			continue;
		if (is_header(s, (size_t)(stop - s)))
			sum += weight(s, (size_t)(stop - s));
		else if (++odd > 1)
			return sum > 6 ? sum : 0;
	}
	return sum;
}

static int
probe_mail(const struct xj_sample *sample, const char **mime)
{
	static const char *const mails[] = { "eml", "msg", NULL };
	static const char *const boxes[] = { "mbox", "mbx", "box", NULL };
	static const char *const pages[] = { "mht", "mhtml", NULL };
	const char *s = (const char *)sample->head;
	size_t len = sample->head_len;
	bool page = has_extension(sample, pages);
	bool mail = has_extension(sample, mails) || page ||
		    declared(sample, type_message);
	int sum;

	if (len > 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0) {
		s += 3;
		len -= 3;
	}
	if (mbox_marker(s, len) && !mail) {
		*mime = type_mailbox;
		return has_extension(sample, boxes) ||
		       declared(sample, type_mailbox) ? XJ_BID_CERTAIN :
							XJ_BID_MAGIC;
	}
	*mime = page ? type_page : type_message;
	if (mail && mbox_marker(s, len))
		return XJ_BID_CERTAIN;
	sum = weigh(s, len);
	if (mail && sum >= 2)
		return XJ_BID_CERTAIN;
	if (mail && (sum > 0 || (len > 0 && is_header(s, len))))
		return XJ_BID_NAME;
	return sum >= 4 ? XJ_BID_MAGIC : XJ_BID_NONE;
}

/* --------------------------------------------------------------- import */

/* Behind a byte order mark and the mark of a mailbox with one message. */
static int
find_start(struct xj_import *in, uint64_t *start)
{
	char head[2048];
	ssize_t n = xj_read(in, 0, head, sizeof(head));
	const char *s = head, *end = head + n;

	if (n < 0)
		return (int)n;
	if (n > 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0)
		s += 3;
	if (mbox_marker(s, (size_t)(end - s)))
		s = (const char *)memchr(s, '\n', (size_t)(end - s)) + 1;
	*start = (uint64_t)(s - head);
	return 0;
}

static int
import_message(struct xj_import *in)
{
	struct mail mail = { .in = in };
	GMimeMessage *message;
	GMimeParser *parser;
	uint64_t start;
	int r = find_start(in, &start);

	if (r < 0)
		return r;
	mail.source = source_new(in, start);
	parser = g_mime_parser_new_with_stream(mail.source);
	g_mime_parser_set_persist_stream(parser, TRUE);
	message = g_mime_parser_construct_message(parser, NULL);
	r = source_status(mail.source);
	if (r == 0)
		r = message ? parts_send(&mail, message) :
			xj_fail(in, XJ_IMPORT_CORRUPT, "no headers of a message");
	if (message)
		g_object_unref(message);
	g_object_unref(parser);
	g_object_unref(mail.source);
	return r;
}

static int
import_mail(struct xj_import *in)
{
	return strcmp(in->mime, type_mailbox) == 0 ? mbox_import(in) :
						     import_message(in);
}

static void
say_nothing(const char *domain, GLogLevelFlags level, const char *message,
	    void *data)
{
	(void)domain;
	(void)level;
	(void)message;
	(void)data;
}

/*
 * GLib's types and the time zone are made here, since files are out of reach
 * later. A complaint of GLib would go to the journal.
 */
static int
setup_mail(void)
{
	g_log_set_default_handler(say_nothing, NULL);
	g_mime_init();
	source_register();
	g_time_zone_unref(g_time_zone_new_local());
	return 0;
}

static const struct xj_format formats[] = {
	{ .mime = type_message, .ext = "eml" },
	{ .mime = type_mailbox, .ext = "mbox" },
	{ .mime = type_mailbox, .ext = "mbx" },
	{ .mime = type_page, .ext = "mht" },
	{ .mime = type_page, .ext = "mhtml" },
	{ 0 }
};

XJ_IMPORTER(.name = "mail", .version = "1.0", .license = "GPL-3.0-or-later",
	    .formats = formats, .probe = probe_mail, .import = import_mail,
	    .libraries = "gmime " GMIME_VERSION, .setup = setup_mail);
