/*
 * ole.c - the importer of OLE2 documents: which one it is, and what the
 * readers of the formats share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "ole.h"

#define MAGIC "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

static const char type_doc[] = "application/msword";
static const char type_xls[] = "application/vnd.ms-excel";
static const char type_ppt[] = "application/vnd.ms-powerpoint";
static const char type_msg[] = "application/vnd.ms-outlook";
static const char type_ole[] = "application/x-ole-storage";

/* The stream that tells a format. */
static const struct format {
	const char *stream, *mime;
	int (*import)(struct ole *ole, const struct cfb_entry *entry);
} readers[] = {
	{ "WordDocument", type_doc, ole_import_doc },
	{ "Workbook", type_xls, ole_import_xls },
	{ "Book", type_xls, ole_import_xls },
	{ "PowerPoint Document", type_ppt, ole_import_ppt },
	{ "__properties_version1.0", type_msg, ole_import_msg },
};

/* ---------------------------------------------------------------- shared */

bool
ole_date(uint64_t filetime, char out[DATE_TEXT])
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30,
					31, 31, 30, 31, 30, 31 };
	uint64_t seconds = filetime / 10000000, day = seconds / 86400;
	unsigned year = 1601, month = 0, leap;

	for (;; year++) {
		leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
		if (year > 9999 || day < 365 + leap)
			break;
		day -= 365 + leap;
	}
	if (year < 1970 || year > 9999)
		return false; /* a span of time, or nothing */
	while (day >= days[month] + (month == 1 ? leap : 0)) {
		day -= days[month] + (month == 1 ? leap : 0);
		month++;
	}
	snprintf(out, DATE_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ", year,
		 month + 1, (unsigned)day + 1,
		 (unsigned)(seconds / 3600 % 24), (unsigned)(seconds / 60 % 60),
		 (unsigned)(seconds % 60));
	return true;
}

int
ole_add_utf16(struct ole *ole, struct paragraph *p, const void *bytes,
	      size_t len)
{
	const unsigned char *s = bytes;
	int r = 0;

	for (size_t i = 0; r == 0 && i + 1 < len; i += 2)
		r = prose_put(&ole->prose, p, get16(s + i));
	return r;
}

int
ole_add_bytes(struct ole *ole, struct paragraph *p, unsigned page,
	      const void *bytes, size_t len)
{
	const char *text;
	int r = codepage_decode(ole->in, &ole->pages, page, bytes, len, &text,
				&len);

	return r < 0 ? r : prose_add(&ole->prose, p, text, len);
}

static int
send_bytes(struct ole *ole, struct cfb_stream *stream, uint64_t off,
	   uint64_t len, char *buf)
{
	int r = 0;

	while (r == 0 && len > 0) {
		size_t want = len < XJ_TEXT_MAX ? (size_t)len : XJ_TEXT_MAX;
		ssize_t n = cfb_read(stream, off, buf, want);

		if (n < 0)
			return (int)n;
		if (n == 0)
			return xj_child_end(ole->in, "it is cut off");
		if ((r = xj_child_data(ole->in, buf, (size_t)n)) != 0)
			return r < 0 ? r : 0;
		off += (uint64_t)n;
		len -= (uint64_t)n;
	}
	return xj_child_end(ole->in, NULL);
}

int
ole_child(struct ole *ole, const struct xj_child *child,
	  struct cfb_stream *stream, uint64_t off, uint64_t len)
{
	char *buf;
	int r = xj_child_begin(ole->in, child);

	ole->files++;
	if (r != 0)
		return r < 0 ? r : 0;
	if (!(buf = xj_alloc(ole->in, NULL, XJ_TEXT_MAX)))
		return XJ_IMPORT_NOMEM;
	r = send_bytes(ole, stream, off, len, buf);
	xj_alloc(ole->in, buf, 0);
	return r;
}

/* ---------------------------------------------------------------- import */

/* What to do about the other documents that are compound files. */
static int
no_reader(struct ole *ole)
{
	static const struct {
		const char *stream, *advice;
	} others[] = {
		{ "VisioDocument", "a drawing of Visio: export it as PDF" },
		{ "Quill", "a document of Publisher: export it as PDF" },
		{ "MatOST", "a document of Microsoft Works: save it as DOC or "
		  "RTF" },
		{ "CONTENTS", "a document of Microsoft Works: save it as DOC "
		  "or RTF" },
		{ "SfxDocumentInfo", "a document of StarOffice: save it in "
		  "LibreOffice as ODT or PDF" },
		{ "PerfectOffice_MAIN", "a document of WordPerfect Office: "
		  "save it as PDF or DOCX" },
		{ "\005HwpSummaryInformation", "a document of Hangul: save it as "
		  "DOCX or PDF" },
	};

	if (cfb_find(&ole->cfb, CFB_ROOT, "EncryptedPackage"))
		return xj_fail(ole->in, XJ_IMPORT_KEYLESS,
			       "an encrypted document of Office whose name "
			       "does not say so: let it end in .docx, .xlsx or "
			       ".pptx");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (cfb_find(&ole->cfb, CFB_ROOT, others[i].stream))
			return xj_fail(ole->in, XJ_IMPORT_UNSUPPORTED, "%s",
				       others[i].advice);
	return xj_fail(ole->in, XJ_IMPORT_UNSUPPORTED,
		       "a compound file, but no document of Word, Excel, "
		       "PowerPoint or Outlook in it: save it in its own "
		       "program as PDF or DOCX");
}

static int
import_document(struct ole *ole)
{
	const struct cfb_entry *entry = NULL;
	size_t i = 0;
	int r = ole_summary(ole);

	for (; r == 0 && i < sizeof(readers) / sizeof(readers[0]); i++)
		if ((entry = cfb_find(&ole->cfb, CFB_ROOT,
				      readers[i].stream)) != NULL)
			break;
	if (r < 0)
		return r;
	if (!entry) {
		r = ole_embedded(ole); /* an object that holds a file */
		return r < 0 || ole->files ? r : no_reader(ole);
	}
	if ((r = readers[i].import(ole, entry)) < 0 ||
	    (r = prose_finish(&ole->prose)) < 0)
		return r;
	return ole_embedded(ole);
}

static int
import_ole(struct xj_import *in)
{
	struct ole *ole = xj_alloc(in, NULL, sizeof(*ole));
	char head[8] = "";
	ssize_t n = xj_read(in, 0, head, sizeof(head));
	int r;

	if (!ole)
		return XJ_IMPORT_NOMEM;
	if (n < 0)
		return (int)n;
	if (memcmp(head, MAGIC, 8))
		return xj_fail(in, XJ_IMPORT_UNSUPPORTED,
			       "not a document of Office 95 to 2003: save it "
			       "in a newer Office as DOCX, XLSX or PPTX");
	ole->in = ole->prose.in = in;
	if ((r = cfb_open(&ole->cfb, in)) == 0)
		r = import_document(ole);
	codepages_end(in, &ole->pages);
	return r;
}

/* ----------------------------------------------------------------- probe */

/* Whether an entry of the directory with this name stands here. */
static bool
is_entry(const unsigned char *p, const char *name)
{
	size_t n = strlen(name);

	if (p[66] != CFB_STREAM || get16(p + 64) != (n + 1) * 2)
		return false;
	for (size_t i = 0; i <= n; i++)
		if (p[i * 2] != (unsigned char)name[i] || p[i * 2 + 1])
			return false;
	return true;
}

/* Entries lie on multiples of 128 bytes of the file. */
static const char *
find_type(const unsigned char *p, size_t len, size_t from)
{
	for (; from + 128 <= len; from += 128)
		for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]);
		     i++)
			if (is_entry(p + from, readers[i].stream))
				return readers[i].mime;
	return NULL;
}

static int
probe_ole(const struct xj_sample *sample, const char **mime)
{
	const char *named = *mime, *found;
	uint64_t tail = sample->size - sample->tail_len;

	if (sample->head_len < 8 || memcmp(sample->head, MAGIC, 8)) {
		/* Word 2 and Word for DOS: to be named in the refusal */
		return sample->head_len > 2 && named == type_doc &&
		       (!memcmp(sample->head, "\xDB\xA5", 2) ||
			!memcmp(sample->head, "\x31\xBE", 2)) ?
		       XJ_BID_NAME : XJ_BID_NONE;
	}
	found = find_type(sample->head, sample->head_len, 512);
	if (!found)
		found = find_type(sample->tail, sample->tail_len,
				  (128 - (size_t)(tail % 128)) % 128);
	if (!found && named && named != type_ole) {
		*mime = named; /* the directory is further in */
		return XJ_BID_MAGIC;
	}
	*mime = found ? found : type_ole;
	return found ? XJ_BID_CERTAIN : XJ_BID_MAGIC;
}

static const struct xj_format formats[] = {
	{ .mime = type_doc, .ext = "doc" },
	{ .mime = type_doc, .ext = "dot" },
	{ .mime = type_doc, .ext = "wps" },
	{ .mime = type_doc, .ext = "wpt" },
	{ .mime = type_xls, .ext = "xls" },
	{ .mime = type_xls, .ext = "xlt" },
	{ .mime = type_xls, .ext = "et" },
	{ .mime = type_ppt, .ext = "ppt" },
	{ .mime = type_ppt, .ext = "pps" },
	{ .mime = type_ppt, .ext = "pot" },
	{ .mime = type_ppt, .ext = "dps" },
	{ .mime = type_msg, .ext = "msg" },
	{ .mime = type_ole, .magic = MAGIC, .magic_len = 8 },
	{ 0 }
};

XJ_IMPORTER(.name = "ole", .version = "1.0", .license = "GPL-3.0-or-later",
	    .formats = formats, .probe = probe_ole, .import = import_ole);
