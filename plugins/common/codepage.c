/*
 * codepage.c - bytes of a Windows code page to UTF-8.
 *
 * The host decides an encoding by the bytes it is shown, and believes a
 * declared one where they allow it. Here the encoding is known and the strings
 * are short, so it is shown bytes that stand for that encoding alone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "codepage.h"

static const struct {
	unsigned page;
	const char *name;
	const char *sample; /* not UTF-8, and well-formed in the encoding */
} names[] = {
	{ 437, "IBM437", NULL },
	{ 737, "IBM737", NULL },
	{ 775, "IBM775", NULL },
	{ 850, "IBM850", NULL },
	{ 852, "IBM852", NULL },
	{ 855, "IBM855", NULL },
	{ 857, "IBM857", NULL },
	{ 866, "IBM866", NULL },
	{ 874, "windows-874", NULL },
	{ 932, "Shift_JIS", "\x93\xFA\x96\x7B" },
	{ 936, "GB18030", "\xD6\xD0\xCE\xC4" },
	{ 949, "EUC-KR", "\xC7\xD1\xB1\xDB" },
	{ 950, "Big5", "\xA4\xA4\xA4\xE5" },
	{ 10000, "macintosh", NULL },
	{ 10001, "Shift_JIS", "\x93\xFA\x96\x7B" },
	{ 10002, "Big5", "\xA4\xA4\xA4\xE5" },
	{ 10003, "EUC-KR", "\xC7\xD1\xB1\xDB" },
	{ 10006, "x-mac-greek", NULL },
	{ 10007, "x-mac-cyrillic", NULL },
	{ 10008, "GB18030", "\xD6\xD0\xCE\xC4" },
	{ 10029, "x-mac-centraleurroman", NULL },
	{ 10081, "x-mac-turkish", NULL },
	{ 20866, "KOI8-R", NULL },
	{ 20932, "EUC-JP", "\xC6\xFC\xCB\xDC" },
	{ 28592, "ISO-8859-2", NULL },
	{ 28595, "ISO-8859-5", NULL },
	{ 51932, "EUC-JP", "\xC6\xFC\xCB\xDC" },
	{ 51949, "EUC-KR", "\xC7\xD1\xB1\xDB" },
	{ 54936, "GB18030", "\xD6\xD0\xCE\xC4" },
	{ 65000, "UTF-7", "+Ti0-" },
	{ 65001, "UTF-8", "\xE4\xB8\xAD" },
};

static int
decoder_open(struct xj_import *in, unsigned page, struct xj_decoder **decoder)
{
	const char *name = "windows-1252", *sample = "\xE9 ";
	char windows[16];

	if (page >= 1250 && page <= 1258) {
		snprintf(windows, sizeof(windows), "windows-%u", page);
		name = windows;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].page != page)
			continue;
		name = names[i].name;
		if (names[i].sample)
			sample = names[i].sample;
	}
	return xj_decode_begin(in, name, sample, strlen(sample), decoder,
			       NULL);
}

static bool
is_ascii(const unsigned char *s, size_t len)
{
	while (len > 0 && s[len - 1] < 0x80 && s[len - 1] > 0)
		len--;
	return len == 0;
}

int
codepage_decode(struct xj_import *in, struct codepages *pages, unsigned page,
		const void *bytes, size_t len, const char **text,
		size_t *text_len)
{
	unsigned i = 0;
	int r;

	*text = bytes;
	*text_len = len;
	if (page != 65000 && is_ascii(bytes, len))
		return 0;
	while (i < CODEPAGES_OPEN &&
	       (!pages->open[i].decoder || pages->open[i].page != page))
		i++;
	if (i == CODEPAGES_OPEN) {
		i = pages->next++ % CODEPAGES_OPEN;
		if (pages->open[i].decoder)
			xj_decode_end(in, pages->open[i].decoder);
		pages->open[i].decoder = NULL;
		pages->open[i].page = page;
		r = decoder_open(in, page, &pages->open[i].decoder);
		if (r < 0) {
			pages->open[i].decoder = NULL;
			return r;
		}
	}
	return xj_decode(in, pages->open[i].decoder, bytes, len, 1, text,
			 text_len);
}

void
codepages_end(struct xj_import *in, struct codepages *pages)
{
	for (unsigned i = 0; i < CODEPAGES_OPEN; i++)
		if (pages->open[i].decoder)
			xj_decode_end(in, pages->open[i].decoder);
	memset(pages, 0, sizeof(*pages));
}

bool
codepage_is_double(unsigned page)
{
	return page == 932 || page == 936 || page == 949 || page == 950 ||
	       page == 54936;
}

unsigned
codepage_of_charset(unsigned charset)
{
	static const struct {
		uint8_t charset;
		uint16_t page;
	} pages[] = {
		{ 0, 1252 }, { 2, 1252 }, { 77, 10000 }, { 78, 10001 },
		{ 79, 10003 }, { 80, 10008 }, { 81, 10002 }, { 128, 932 },
		{ 129, 949 }, { 134, 936 }, { 136, 950 }, { 161, 1253 },
		{ 162, 1254 }, { 163, 1258 }, { 177, 1255 }, { 178, 1256 },
		{ 186, 1257 }, { 204, 1251 }, { 222, 874 }, { 238, 1250 },
		{ 254, 437 }, { 255, 850 },
	};

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (pages[i].charset == charset)
			return pages[i].page;
	return 0;
}

unsigned
codepage_of_language(unsigned language)
{
	switch (language) {
	case 0x0804: case 0x1004:
		return 936;
	case 0x0404: case 0x0C04: case 0x1404:
		return 950;
	}
	switch (language & 0x3FF) {
	case 0x04:
		return 936;
	case 0x11:
		return 932;
	case 0x12:
		return 949;
	case 0x19: case 0x22: case 0x23: case 0x02: case 0x2F:
		return 1251;
	case 0x05: case 0x0E: case 0x15: case 0x18: case 0x1A: case 0x1B:
	case 0x24:
		return 1250;
	case 0x08:
		return 1253;
	case 0x1F:
		return 1254;
	case 0x0D:
		return 1255;
	case 0x01: case 0x20: case 0x29:
		return 1256;
	case 0x25: case 0x26: case 0x27:
		return 1257;
	case 0x1E:
		return 874;
	case 0x2A:
		return 1258;
	}
	return 1252;
}
