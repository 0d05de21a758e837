/*
 * summary.c - the property sets: title, author, subjects, dates.
 *
 * Source: [MS-OLEPS].
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "ole.h"

#define PROPERTIES_MAX 256u
#define VALUE_MAX 32768u

enum { VT_I2 = 2, VT_I4 = 3, VT_LPSTR = 30, VT_LPWSTR = 31, VT_FILETIME = 64 };

struct property {
	uint32_t id;
	const char *element;
};

static const struct property summary[] = {
	{ 2, "title" }, { 3, "subject" }, { 4, "creator" }, { 5, "keywords" },
	{ 6, "description" }, { 8, "contributor" }, { 12, "created" },
	{ 13, "modified" }, { 14, "pages" }, { 18, "tool" }, { 0, NULL }
};

static const struct property document_summary[] = {
	{ 2, "type" }, { 15, "publisher" }, { 0, NULL }
};

static const char *
element_of(const struct property *list, uint32_t id)
{
	for (; list->element; list++)
		if (list->id == id)
			return list->element;
	return NULL;
}

static int
send_string(struct ole *ole, const char *element)
{
	struct paragraph *p = &ole->text;
	int r;

	if (!strcmp(element, "keywords"))
		r = prose_subjects(&ole->prose, p->text, p->len, "summary");
	else
		r = prose_meta(&ole->prose, element, p->text, p->len,
			       "summary");
	p->len = 0;
	p->high = 0;
	return r;
}

static int
read_string(struct ole *ole, struct cfb_stream *s, uint64_t off, uint32_t type,
	    unsigned page, const char *element)
{
	unsigned char head[4], *bytes;
	uint32_t len;
	int r = cfb_read_all(s, off, head, 4);

	if (r < 0)
		return r == XJ_IMPORT_CORRUPT ? 0 : r;
	len = get32(head);
	if (type == VT_LPWSTR || page == 1200)
		len = type == VT_LPWSTR && len < VALUE_MAX ? len * 2 : len;
	if (len > VALUE_MAX)
		return 0;
	if (!(bytes = xj_alloc(ole->in, NULL, len + 1)))
		return XJ_IMPORT_NOMEM;
	if ((r = cfb_read_all(s, off + 4, bytes, len)) == 0 &&
	    (type == VT_LPWSTR || page == 1200))
		r = ole_add_utf16(ole, &ole->text, bytes, len);
	else if (r == 0)
		r = ole_add_bytes(ole, &ole->text, page, bytes,
				  strnlen((char *)bytes, len));
	xj_alloc(ole->in, bytes, 0);
	if (r == 0 && ole->text.len > 0)
		r = send_string(ole, element);
	return r == XJ_IMPORT_CORRUPT ? 0 : r;
}

static int
read_value(struct ole *ole, struct cfb_stream *s, uint64_t off, unsigned page,
	   const char *element)
{
	unsigned char raw[12];
	char text[DATE_TEXT];
	ssize_t n = cfb_read(s, off, raw, sizeof(raw));
	uint32_t type;

	if (n < 8)
		return n < 0 ? (int)n : 0;
	type = get32(raw) & 0xFFFF;
	if (type == VT_LPSTR || type == VT_LPWSTR)
		return read_string(ole, s, off + 4, type, page, element);
	if (type == VT_FILETIME && n == 12 && ole_date(get64(raw + 4), text))
		return prose_meta(&ole->prose, element, text, strlen(text),
				  "summary");
	if (type == VT_I4 && !strcmp(element, "pages") && get32(raw + 4) > 0 &&
	    get32(raw + 4) < 1000000) {
		snprintf(text, sizeof(text), "%u", (unsigned)get32(raw + 4));
		return prose_meta(&ole->prose, element, text, strlen(text),
				  "summary");
	}
	return 0;
}

/* Property 1 says which code page the strings are in. */
static unsigned
page_of(struct cfb_stream *s, uint64_t section, uint32_t count)
{
	unsigned char raw[8];

	for (uint32_t i = 0; i < count; i++) {
		if (cfb_read_all(s, section + 8 + i * 8, raw, 8) < 0)
			break;
		if (get32(raw) != 1)
			continue;
		if (cfb_read_all(s, section + get32(raw + 4), raw, 8) == 0 &&
		    get32(raw) == VT_I2)
			return get16(raw + 4);
		break;
	}
	return 1252;
}

static int
read_set(struct ole *ole, struct cfb_stream *s, const struct property *list)
{
	unsigned char head[48], raw[8];
	uint64_t section = 0;
	uint32_t count;
	unsigned page;
	int r = cfb_read_all(s, 0, head, sizeof(head));

	if (r == 0) {
		section = get32(head + 44);
		r = cfb_read_all(s, section, raw, 8);
	}
	if (r < 0)
		return r;
	count = get32(raw + 4);
	if (count > PROPERTIES_MAX)
		count = PROPERTIES_MAX;
	page = page_of(s, section, count);
	for (uint32_t i = 0; r == 0 && i < count; i++) {
		const char *element;

		if ((r = cfb_read_all(s, section + 8 + i * 8, raw, 8)) < 0)
			break;
		if ((element = element_of(list, get32(raw))) != NULL)
			r = read_value(ole, s, section + get32(raw + 4), page,
				       element);
	}
	return r;
}

static int
read_stream(struct ole *ole, const char *name, const struct property *list)
{
	const struct cfb_entry *entry = cfb_find(&ole->cfb, CFB_ROOT, name);
	struct cfb_stream s;
	int r;

	if (!entry)
		return 0;
	if ((r = cfb_stream_open(&ole->cfb, entry, &s)) == 0)
		r = read_set(ole, &s, list);
	cfb_stream_close(&s);
	if (r == XJ_IMPORT_CORRUPT)
		r = xj_warn(ole->in, "the document's properties are cut off");
	return r;
}

int
ole_summary(struct ole *ole)
{
	int r = read_stream(ole, "\005SummaryInformation", summary);

	return r < 0 ? r : read_stream(ole, "\005DocumentSummaryInformation",
				       document_summary);
}
