/*
 * msg.c - messages of Outlook: headers as metadata, the body, attachments.
 *
 * Source: [MS-OXMSG]. A message that is attached to another has no file of its
 * own; it is read as a further part of the same document.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "msg.h"

#define NESTED_MAX 8u
#define MESSAGES_MAX 1000u
#define VALUE_MAX 60000u
#define CHUNK 4096u

/* Kinds of values. */
enum { BYTES_8 = 0x1E, UTF_16 = 0x1F, BINARY = 0x102, OBJECT = 0x0D };

enum {
	SUBJECT = 0x0037, SUBMIT_TIME = 0x0039, FROM_NAME = 0x0042,
	FROM_ADDRESS = 0x0065, RECIPIENT_TYPE = 0x0C15, SENDER = 0x0C1A,
	SENDER_ADDRESS = 0x0C1F, SHOWN_CC = 0x0E03, SHOWN_TO = 0x0E04,
	DELIVERY_TIME = 0x0E06, BODY = 0x1000, RTF = 0x1009, HTML = 0x1013,
	MESSAGE_ID = 0x1035, SHOWN_NAME = 0x3001, ADDRESS = 0x3003,
	DATA = 0x3701, SHORT_FILE = 0x3704, LONG_FILE = 0x3707,
	MIME_TYPE = 0x370E, SMTP_ADDRESS = 0x39FE, INTERNET_PAGE = 0x3FDE,
	LOCALE = 0x3FF1, MESSAGE_PAGE = 0x3FFD, SENDER_SMTP = 0x5D01, FROM_SMTP = 0x5D02,
};

struct message {
	struct ole *ole;
	uint32_t storage;
	size_t header;      /* bytes before the fixed values */
	unsigned page;
	unsigned depth;
	uint64_t *count;    /* messages so far */
};

/* ------------------------------------------------------------------ values */

static const struct cfb_entry *
stream_of(struct ole *ole, uint32_t storage, unsigned id, unsigned type)
{
	char name[32];

	snprintf(name, sizeof(name), "__substg1.0_%04X%04X", id, type);
	return cfb_find(&ole->cfb, storage, name);
}

/* A value of 8 bytes at most. False: there is none. */
static bool
fixed_value(struct ole *ole, uint32_t storage, size_t header, unsigned id,
	    uint64_t *value)
{
	const struct cfb_entry *e = cfb_find(&ole->cfb, storage,
					     "__properties_version1.0");
	struct cfb_stream s;
	unsigned char raw[16];
	bool found = false;

	if (!e || cfb_stream_open(&ole->cfb, e, &s) < 0)
		return false;
	for (uint64_t off = header; !found && off < (1u << 20); off += 16) {
		if (cfb_read_all(&s, off, raw, 16) < 0)
			break;
		found = get16(raw + 2) == id;
		*value = get64(raw + 8);
	}
	cfb_stream_close(&s);
	return found;
}

/* A whole string behind what is in `p` already. */
static int
add_string(struct message *m, uint32_t storage, unsigned id,
	   struct paragraph *p)
{
	const struct cfb_entry *e = stream_of(m->ole, storage, id, UTF_16);
	bool wide = e != NULL;
	unsigned char *bytes;
	struct cfb_stream s;
	ssize_t n;
	int r;

	if (!e && !(e = stream_of(m->ole, storage, id, BYTES_8)))
		return 0;
	if ((r = cfb_stream_open(&m->ole->cfb, e, &s)) < 0)
		return r;
	if (!(bytes = xj_alloc(m->ole->in, NULL, VALUE_MAX))) {
		cfb_stream_close(&s);
		return XJ_IMPORT_NOMEM;
	}
	n = cfb_read(&s, 0, bytes, VALUE_MAX);
	if (n < 0)
		r = (int)n;
	else if (wide)
		r = ole_add_utf16(m->ole, p, bytes, (size_t)n);
	else
		r = ole_add_bytes(m->ole, p, m->page, bytes, (size_t)n);
	xj_alloc(m->ole->in, bytes, 0);
	cfb_stream_close(&s);
	return r;
}

static void
forget(struct paragraph *p)
{
	p->len = 0;
	p->high = 0;
}

static int
send_value(struct message *m, const char *element)
{
	struct paragraph *p = &m->ole->text;
	int r = 0;

	if (p->len > 0)
		r = prose_meta(&m->ole->prose, element, p->text, p->len,
			       "header");
	forget(p);
	return r;
}

static int
send_string(struct message *m, unsigned id, const char *element)
{
	int r = add_string(m, m->storage, id, &m->ole->text);

	return r < 0 ? r : send_value(m, element);
}

/* Name <address>, or the one that there is; `ids` of addresses by preference. */
static int
send_person(struct message *m, uint32_t storage, unsigned name,
	    const unsigned *ids, const char *element)
{
	struct paragraph *p = &m->ole->text;
	struct paragraph address = { 0 };
	int r = add_string(m, storage, name, p);

	for (; r == 0 && *ids && address.len == 0; ids++) {
		r = add_string(m, storage, *ids, &address);
		if (r == 0 && address.len > 0 &&
		    !memchr(address.text, '@', address.len))
			forget(&address); /* of a directory of its own */
	}
	if (r == 0 && address.len > 0 && p->len == 0) {
		r = prose_add(&m->ole->prose, p, address.text, address.len);
	} else if (r == 0 && address.len > 0 &&
		   !memmem(p->text, p->len, address.text, address.len)) {
		if ((r = prose_add(&m->ole->prose, p, " <", 2)) == 0 &&
		    (r = prose_add(&m->ole->prose, p, address.text,
				   address.len)) == 0)
			r = prose_add(&m->ole->prose, p, ">", 1);
	}
	if (address.text)
		xj_alloc(m->ole->in, address.text, 0);
	return r < 0 ? r : send_value(m, element);
}

/* ----------------------------------------------------------------- headers */

static bool
is_child(const struct message *m, size_t i, const char *prefix)
{
	const struct cfb_entry *e = &m->ole->cfb.entries[i];

	return e->parent == m->storage && e->type == CFB_STORAGE &&
	       !strncmp(e->name, prefix, strlen(prefix));
}

static int
send_recipients(struct message *m)
{
	static const char *const elements[] = { "to", "to", "cc", "bcc" };
	static const unsigned ids[] = { SMTP_ADDRESS, ADDRESS, 0 };
	bool any = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < m->ole->cfb.n_entries; i++) {
		uint64_t type = 1;

		if (!is_child(m, i, "__recip_version1.0_"))
			continue;
		any = true;
		fixed_value(m->ole, (uint32_t)i, 8, RECIPIENT_TYPE, &type);
		type &= 0xF;
		r = send_person(m, (uint32_t)i, SHOWN_NAME, ids,
				elements[type < 4 ? type : 1]);
	}
	if (r < 0 || any)
		return r;
	if ((r = send_string(m, SHOWN_TO, "to")) < 0)
		return r;
	return send_string(m, SHOWN_CC, "cc");
}

static int
send_date(struct message *m)
{
	char date[DATE_TEXT];
	uint64_t time;

	if ((fixed_value(m->ole, m->storage, m->header, SUBMIT_TIME, &time) ||
	     fixed_value(m->ole, m->storage, m->header, DELIVERY_TIME,
			 &time)) && ole_date(time, date))
		return prose_meta(&m->ole->prose, "date", date, strlen(date),
				  "header");
	return 0;
}

static int
send_headers(struct message *m)
{
	static const unsigned from[] = { FROM_SMTP, FROM_ADDRESS, 0 };
	static const unsigned sender[] = { SENDER_SMTP, SENDER_ADDRESS, 0 };
	unsigned before = m->ole->prose.values;
	int r = send_person(m, m->storage, FROM_NAME, from, "creator");

	if (r == 0 && before == m->ole->prose.values)
		r = send_person(m, m->storage, SENDER, sender, "creator");
	if (r < 0 || (r = send_string(m, SUBJECT, "title")) < 0 ||
	    (r = send_recipients(m)) < 0 || (r = send_date(m)) < 0)
		return r;
	return send_string(m, MESSAGE_ID, "identifier");
}

/* Of a message within another: the subject heads its text. */
static int
put_subject(struct message *m)
{
	struct paragraph *p = &m->ole->text;
	int r = add_string(m, m->storage, SUBJECT, p);

	p->about.role = XJ_HEADING;
	p->about.level = 1;
	p->about.where = XJ_PART;
	p->about.at = *m->count;
	return r < 0 ? r : prose_end(&m->ole->prose, p);
}

/* -------------------------------------------------------------------- body */

/* Lines of text; an empty one ends a paragraph. */
struct lines {
	struct message *m;
	bool empty, wide;
};

static int
end_paragraph(struct lines *l)
{
	struct paragraph *p = &l->m->ole->text;

	p->about.where = XJ_PART;
	p->about.at = *l->m->count;
	return prose_end(&l->m->ole->prose, p);
}

static int
put_unit(struct lines *l, uint32_t c)
{
	struct prose *prose = &l->m->ole->prose;

	if (c == '\n') {
		bool was = l->empty;

		l->empty = true;
		return was ? end_paragraph(l) :
			     prose_put(prose, &l->m->ole->text, c);
	}
	if (c < ' ' && c != '\t')
		return 0;
	l->empty = false;
	return prose_put(prose, &l->m->ole->text, c);
}

/* Bytes up to the end of a line. */
static int
put_bytes(struct lines *l, const unsigned char *bytes, size_t len)
{
	size_t n;
	int r = 0;

	while (r == 0 && len > 0) {
		const unsigned char *end = memchr(bytes, '\n', len);

		n = end ? (size_t)(end - bytes) : len;
		if (n > 0 && bytes[n - 1] == '\r' && end)
			n--;
		if (n > 0) {
			l->empty = false;
			r = ole_add_bytes(l->m->ole, &l->m->ole->text,
					  l->m->page, bytes, n);
		}
		if (r == 0 && end)
			r = put_unit(l, '\n');
		n = end ? (size_t)(end - bytes) + 1 : len;
		bytes += n;
		len -= n;
	}
	return r;
}

/* How many of n bytes can be decoded without those that follow. */
static size_t
whole_lines(const unsigned char *buf, size_t n)
{
	size_t whole = n;

	while (whole > 0 && buf[whole - 1] >= 0x80)
		whole--;
	return whole > 1 ? whole - 1 : n; /* a byte may follow one of two */
}

static int
put_body(struct lines *l, struct cfb_stream *s)
{
	unsigned char buf[CHUNK];
	uint64_t off = 0;
	int r = 0;

	while (r == 0 && off < s->size) {
		ssize_t got = cfb_read(s, off, buf, CHUNK);
		size_t n = got < 0 ? 0 : (size_t)got;

		if (n < (l->wide ? 2 : 1))
			return got < 0 ? (int)got : end_paragraph(l);
		if (!l->wide && off + n < s->size)
			n = whole_lines(buf, n);
		if (!l->wide)
			r = put_bytes(l, buf, n);
		for (size_t i = 0; r == 0 && l->wide && i + 1 < n; i += 2)
			r = put_unit(l, get16(buf + i));
		off += l->wide ? n - n % 2 : n;
	}
	return r < 0 ? r : end_paragraph(l);
}

static int
send_plain(struct message *m, const struct cfb_entry *e, bool wide)
{
	struct lines lines = { .m = m, .empty = true, .wide = wide };
	struct cfb_stream s;
	int r = cfb_stream_open(&m->ole->cfb, e, &s);

	if (r == 0)
		r = put_body(&lines, &s);
	cfb_stream_close(&s);
	return r;
}

static int
send_stream(struct message *m, const struct cfb_entry *e,
	    struct xj_child *child)
{
	struct cfb_stream s;
	int r = cfb_stream_open(&m->ole->cfb, e, &s);

	child->raw = child->name;
	child->raw_len = strlen(child->name);
	child->size = s.size;
	child->mtime = INT64_MIN;
	if (r == 0)
		r = ole_child(m->ole, child, &s, 0, s.size);
	cfb_stream_close(&s);
	return r;
}

/* The plain text, else the HTML, else the RTF. */
static int
send_body(struct message *m)
{
	struct xj_child html = { .name = "body.html", .mime = "text/html" };
	const struct cfb_entry *e;

	if ((e = stream_of(m->ole, m->storage, BODY, UTF_16)) && e->size > 2)
		return send_plain(m, e, true);
	if ((e = stream_of(m->ole, m->storage, BODY, BYTES_8)) && e->size > 1)
		return send_plain(m, e, false);
	if ((e = stream_of(m->ole, m->storage, HTML, BINARY)) ||
	    (e = stream_of(m->ole, m->storage, HTML, BYTES_8)) ||
	    (e = stream_of(m->ole, m->storage, HTML, UTF_16)))
		return send_stream(m, e, &html);
	if ((e = stream_of(m->ole, m->storage, RTF, BINARY)))
		return msg_rtf_child(m->ole, e);
	return 0;
}

/* ------------------------------------------------------------- attachments */

static int read_message(struct ole *ole, uint32_t storage, unsigned page,
			unsigned depth, uint64_t *count);

/* The first of these values as a string, or "". */
static int
first_string(struct message *m, uint32_t storage, const unsigned *ids,
	     char *out, size_t cap)
{
	struct paragraph *p = &m->ole->text;
	int r = 0;

	for (out[0] = '\0'; r == 0 && *ids && !out[0]; ids++) {
		r = add_string(m, storage, *ids, p);
		if (r == 0 && p->len > 0 && p->len < cap) {
			memcpy(out, p->text, p->len);
			out[p->len] = '\0';
		}
		forget(p);
	}
	return r;
}

static int
send_attachment(struct message *m, uint32_t storage)
{
	static const unsigned names[] = { LONG_FILE, SHORT_FILE, SHOWN_NAME,
					  0 };
	static const unsigned types[] = { MIME_TYPE, 0 };
	const struct cfb_entry *e = stream_of(m->ole, storage, DATA, BINARY);
	struct xj_child child = { .role = XJ_CHILD_ATTACHMENT };
	char name[1024], type[256];
	int r;

	if (!e) {
		e = stream_of(m->ole, storage, DATA, OBJECT);
		if (!e || e->type != CFB_STORAGE ||
		    !cfb_find(&m->ole->cfb, cfb_index(&m->ole->cfb, e),
			      "__properties_version1.0"))
			return 0; /* a link, or an object of a program */
		return read_message(m->ole, cfb_index(&m->ole->cfb, e),
				    m->page, m->depth + 1, m->count);
	}
	if ((r = first_string(m, storage, names, name, sizeof(name))) < 0 ||
	    (r = first_string(m, storage, types, type, sizeof(type))) < 0)
		return r;
	child.name = name[0] ? name : "attachment";
	child.mime = type[0] ? type : NULL;
	return send_stream(m, e, &child);
}

static int
send_attachments(struct message *m)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < m->ole->cfb.n_entries; i++)
		if (is_child(m, i, "__attach_version1.0_"))
			r = send_attachment(m, (uint32_t)i);
	return r;
}

/* ----------------------------------------------------------------- message */

static unsigned
page_of(struct message *m, unsigned otherwise)
{
	uint64_t page;

	if (fixed_value(m->ole, m->storage, m->header, MESSAGE_PAGE, &page) &&
	    (page & 0xFFFF) > 0)
		return (unsigned)(page & 0xFFFF);
	if (fixed_value(m->ole, m->storage, m->header, LOCALE, &page))
		return codepage_of_language((unsigned)(page & 0xFFFF));
	/* that of the message on its way, often not that of its strings */
	if (fixed_value(m->ole, m->storage, m->header, INTERNET_PAGE, &page) &&
	    (page & 0xFFFF) > 0)
		return (unsigned)(page & 0xFFFF);
	return otherwise;
}

static int
read_message(struct ole *ole, uint32_t storage, unsigned page, unsigned depth,
	     uint64_t *count)
{
	struct message m = { .ole = ole, .storage = storage, .depth = depth,
			     .header = depth == 0 ? 32 : 24, .count = count };
	int r;

	if (depth > NESTED_MAX || *count >= MESSAGES_MAX)
		return xj_warn(ole->in, "messages within messages were left "
			       "out");
	++*count;
	m.page = page_of(&m, page);
	r = depth == 0 ? send_headers(&m) : put_subject(&m);
	if (r < 0 || (r = send_body(&m)) < 0)
		return r;
	return send_attachments(&m);
}

int
ole_import_msg(struct ole *ole, const struct cfb_entry *entry)
{
	uint64_t count = 0;

	(void)entry;
	return read_message(ole, CFB_ROOT, 1252, 0, &count);
}
