/*
 * kinds.c - which archive, if any, the bytes are.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <strings.h>

#include "archive.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct kind kind_zip = {
	.mime = "application/zip",
	.format = archive_read_support_format_zip_seekable,
};
/* Documents of iWork keep their pages beside them as PDF, or the first one as
 * a picture. */
static const struct {
	const char *ext;
	struct kind kind;
} iwork[] = {
#define IWORK(ext, type) { ext, { .mime = "application/vnd.apple." type,    \
	.format = archive_read_support_format_zip_seekable, .preview = true } }
	IWORK("pages", "pages"),
	IWORK("numbers", "numbers"),
	IWORK("key", "keynote"),
#undef IWORK
};
static const struct kind kind_tar = {
	.mime = "application/x-tar",
	.format = archive_read_support_format_tar,
};
const struct kind kind_7z = {
	.mime = "application/x-7z-compressed", .unicode = true,
	.format = archive_read_support_format_7zip,
};
const struct kind kind_rar = {
	.mime = "application/vnd.rar",
	.format = archive_read_support_format_rar,
};
const struct kind kind_rar5 = {
	.mime = "application/vnd.rar", .unicode = true,
	.format = archive_read_support_format_rar5,
};
static const struct kind kind_cpio = {
	.mime = "application/x-cpio",
	.format = archive_read_support_format_cpio,
};
const struct kind kind_cab = {
	.mime = "application/vnd.ms-cab-compressed",
	.format = archive_read_support_format_cab,
};
const struct kind kind_lha = {
	.mime = "application/x-lzh-compressed",
	.format = archive_read_support_format_lha,
};
static const struct kind kind_iso = {
	.mime = "application/x-iso9660-image",
	.format = archive_read_support_format_iso9660,
};

#define COMPRESSED(name, type, code)                                          \
	static const struct kind kind_##name = { .mime = type, .filter = code }

COMPRESSED(gzip, "application/gzip", ARCHIVE_FILTER_GZIP);
COMPRESSED(bzip2, "application/x-bzip2", ARCHIVE_FILTER_BZIP2);
COMPRESSED(xz, "application/x-xz", ARCHIVE_FILTER_XZ);
COMPRESSED(zstd, "application/zstd", ARCHIVE_FILTER_ZSTD);
COMPRESSED(lzma, "application/x-lzma", ARCHIVE_FILTER_LZMA);
COMPRESSED(compress, "application/x-compress", ARCHIVE_FILTER_COMPRESS);
COMPRESSED(lz4, "application/x-lz4", ARCHIVE_FILTER_LZ4);
COMPRESSED(lzip, "application/lzip", ARCHIVE_FILTER_LZIP);

uint32_t
le16(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8;
}

uint32_t
le32(const unsigned char *p)
{
	return le16(p) | le16(p + 2) << 16;
}

uint64_t
le64(const unsigned char *p)
{
	return le32(p) | (uint64_t)le32(p + 4) << 32;
}

/* Where the end record of a zip begins in the tail; SIZE_MAX: not there. */
size_t
kind_zip_end(const struct xj_sample *s)
{
	size_t at = s->tail_len >= 22 ? s->tail_len - 22 + 1 : 0;

	while (at-- > 0)
		if (!memcmp(s->tail + at, "PK\5\6", 4))
			break;
	return at;
}

/* ---------------------------------------------- documents that are zips */

/* Names by which a zip is known as a document of some other format. */
static bool
document_part(const char *name, size_t len, bool first)
{
	static const char *const parts[] = {
		"[Content_Types].xml", /* OOXML, XPS */
		"META-INF/container.xml", /* EPUB, OFD of old */
		"META-INF/manifest.xml", /* ODF */
		"OFD.xml", "AndroidManifest.xml",
		"Index/Document.iwa", "index.apxl", /* iWork */
	};

	if (first && len == 8 && !memcmp(name, "mimetype", 8))
		return true;
	for (size_t i = 0; i < COUNT(parts); i++)
		if (strlen(parts[i]) == len && !memcmp(parts[i], name, len))
			return true;
	return false;
}

/* The entries at the start, as far as their sizes are known. */
static bool
document_head(const unsigned char *p, size_t len)
{
	uint64_t at = 0;
	bool first = true;

	while (at + 30 <= len && !memcmp(p + at, "PK\3\4", 4)) {
		size_t name = le16(p + at + 26);

		if (at + 30 + name > len)
			return false;
		if (document_part((const char *)p + at + 30, name, first))
			return true;
		if (le16(p + at + 6) & 8)
			return false; /* the size comes behind the data */
		at += 30 + name + le16(p + at + 28) +
		      (uint64_t)le32(p + at + 18);
		first = false;
	}
	return false;
}

/* The entries of the central directory that are in the tail. */
static bool
document_tail(const unsigned char *p, size_t len)
{
	for (size_t at = 0; at + 46 <= len;) {
		size_t name;

		if (memcmp(p + at, "PK\1\2", 4)) {
			at++;
			continue;
		}
		name = le16(p + at + 28);
		if (at + 46 + name > len)
			return false;
		if (document_part((const char *)p + at + 46, name,
				  le32(p + at + 42) == 0))
			return true;
		at += 46 + name;
	}
	return false;
}

static bool
has_extension(const char *name, const char *const *list, size_t n)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < n; i++)
		if (!strcasecmp(dot + 1, list[i]))
			return true;
	return false;
}

static bool
document_name(const char *name)
{
	static const char *const list[] = {
		"docx", "docm", "dotx", "dotm", "xlsx", "xlsm", "xltx", "xlsb",
		"pptx", "pptm", "potx", "ppsx", "vsdx", "xps", "oxps",
		"odt", "ods", "odp", "odg", "odf", "odb", "ott", "ots", "otp",
		"sxw", "sxc", "sxi", "sxd", "epub", "ofd", "jar", "war", "ear",
		"apk", "aar", "xpi", "crx", "ipa", "pages", "numbers", "key",
		"asice", "asics", "idml", "kra", "ora", "3mf",
	};

	return has_extension(name, list, COUNT(list));
}

/* A jar's manifest stands first; in a zip of sources it is one file more. */
static bool
jar(const struct xj_sample *s)
{
	static const char folder[] = "META-INF/";
	const char *dot = strrchr(s->name, '.');

	return s->head_len >= 30 + sizeof(folder) - 1 &&
	       !memcmp(s->head + 30, folder, sizeof(folder) - 1) &&
	       !(dot && !strcasecmp(dot, ".zip"));
}

static bool
zip_document(const struct xj_sample *s)
{
	return document_name(s->name) || jar(s) ||
	       document_head(s->head, s->head_len) ||
	       document_tail(s->tail, s->tail_len);
}

static const struct kind *
iwork_kind(const char *name)
{
	for (size_t i = 0; i < COUNT(iwork); i++)
		if (has_extension(name, &iwork[i].ext, 1))
			return &iwork[i].kind;
	return NULL;
}

/* ------------------------------------------------- magic and structure */

static bool
starts(const struct xj_sample *s, const char *magic, size_t len)
{
	return s->head_len >= len && !memcmp(s->head, magic, len);
}

/* The sum of a tar header's bytes, the sum itself taken as blanks. */
static bool
is_tar(const struct xj_sample *s)
{
	const unsigned char *h = s->head;
	unsigned sum = 0, want = 0;
	size_t i = 148;

	if (s->head_len < 512 || h[0] == 0)
		return false;
	while (i < 155 && h[i] == ' ')
		i++;
	for (; i < 156 && h[i] >= '0' && h[i] <= '7'; i++)
		want = want * 8 + (unsigned)(h[i] - '0');
	for (i = 0; i < 512; i++)
		sum += i >= 148 && i < 156 ? ' ' : h[i];
	return sum == want;
}

static bool
all_digits(const unsigned char *p, size_t n, const char *digits)
{
	for (size_t i = 0; i < n; i++)
		if (!p[i] || !strchr(digits, p[i]))
			return false;
	return true;
}

static bool
is_cpio(const struct xj_sample *s)
{
	static const char hex[] = "0123456789abcdefABCDEF";
	const unsigned char *h = s->head;
	size_t name;

	if (s->head_len < 76)
		return false;
	if (starts(s, "070701", 6) || starts(s, "070702", 6))
		return s->head_len >= 110 && all_digits(h + 6, 104, hex);
	if (starts(s, "070727", 6)) /* the large headers of afio */
		return s->head_len >= 116;
	if (starts(s, "070707", 6))
		return all_digits(h + 6, 53, "01234567");
	if (starts(s, "\xC7\x71", 2))
		name = le16(h + 20);
	else if (starts(s, "\x71\xC7", 2))
		name = (size_t)h[20] << 8 | h[21];
	else
		return false;
	return name > 1 && 26 + name <= s->head_len && h[25 + name] == 0 &&
	       !memchr(h + 26, 0, name - 1);
}

static bool
is_lha(const struct xj_sample *s)
{
	const unsigned char *h = s->head;

	return s->head_len >= 24 && h[2] == '-' && h[3] == 'l' &&
	       (h[4] == 'h' || h[4] == 'z') && h[6] == '-' && h[20] <= 3;
}

static bool
is_iso(const struct xj_sample *s)
{
	return s->head_len >= 32774 && !memcmp(s->head + 32769, "CD001", 5);
}

/* No magic: a plausible dictionary and size, as its own tools check. */
static bool
is_lzma(const struct xj_sample *s)
{
	static const char *const names[] = { "lzma", "tlz" };
	const unsigned char *h = s->head;
	uint32_t dict, bits;
	uint64_t size;

	if (s->head_len < 14 || h[13] != 0 ||
	    h[0] > (has_extension(s->name, names, 2) ? 224 : 0x5D) ||
	    (h[0] < 0x5D && !has_extension(s->name, names, 2)))
		return false;
	dict = le32(h + 1);
	size = le64(h + 5);
	for (bits = dict; bits && !(bits & 1);)
		bits >>= 1;
	return dict >= 4096 && (bits == 1 || bits == 3) &&
	       (size == UINT64_MAX || size < (UINT64_C(1) << 38));
}

/* Frames to be skipped, which Zstandard and LZ4 share: then the first other. */
static const struct kind *
behind_skipped(const struct xj_sample *s)
{
	uint64_t at = 0;

	while (at + 8 <= s->head_len &&
	       (le32(s->head + at) & 0xFFFFFFF0) == 0x184D2A50)
		at += 8 + (uint64_t)le32(s->head + at + 4);
	if (at == 0)
		return NULL;
	return at + 4 <= s->head_len && le32(s->head + at) == 0x184D2204 ?
		&kind_lz4 : &kind_zstd;
}

static const struct kind *
by_magic(const struct xj_sample *s)
{
	static const struct {
		const char *magic;
		size_t len;
		const struct kind *kind;
	} list[] = {
		{ "PK\3\4", 4, &kind_zip },
		{ "PK\5\6", 4, &kind_zip },
		{ "PK\7\10", 4, &kind_zip },
		{ "PK00PK\3\4", 8, &kind_zip },
		{ "7z\xBC\xAF\x27\x1C", 6, &kind_7z },
		{ "Rar!\x1A\7\0", 7, &kind_rar },
		{ "Rar!\x1A\7\1\0", 8, &kind_rar5 },
		{ "MSCF\0\0\0\0", 8, &kind_cab },
		{ "\xFD" "7zXZ\0", 6, &kind_xz },
		{ "\x28\xB5\x2F\xFD", 4, &kind_zstd },
		{ "\x04\x22\x4D\x18", 4, &kind_lz4 },
		{ "\x02\x21\x4C\x18", 4, &kind_lz4 },
		{ "LZIP\1", 5, &kind_lzip },
		{ "\x1F\x8B\x08", 3, &kind_gzip },
		{ "\x1F\x9D", 2, &kind_compress },
	};

	for (size_t i = 0; i < COUNT(list); i++)
		if (starts(s, list[i].magic, list[i].len))
			return list[i].kind;
	if (starts(s, "BZh", 3) && s->head_len >= 10 && s->head[3] >= '1' &&
	    s->head[3] <= '9' && (!memcmp(s->head + 4, "1AY&SY", 6) ||
				  !memcmp(s->head + 4, "\x17rE8P\x90", 6)))
		return &kind_bzip2;
	return behind_skipped(s);
}

static const struct kind *
by_structure(const struct xj_sample *s, int *bid)
{
	*bid = XJ_BID_CERTAIN;
	if (is_tar(s))
		return &kind_tar;
	*bid = XJ_BID_MAGIC;
	if (is_cpio(s))
		return &kind_cpio;
	if (is_lha(s))
		return &kind_lha;
	if (is_iso(s))
		return &kind_iso;
	*bid = XJ_BID_NAME;
	if (is_lzma(s))
		return &kind_lzma;
	return NULL;
}

/*
 * Nothing but the name says so: worth a sentence about the damage, unless
 * anybody else can read it.
 */
static const struct kind *
by_name(const struct xj_sample *s, int *bid)
{
	static const struct {
		const char *ext;
		const struct kind *kind;
	} list[] = {
		{ "zip", &kind_zip }, { "7z", &kind_7z }, { "rar", &kind_rar },
		{ "tar", &kind_tar }, { "cab", &kind_cab },
		{ "lzh", &kind_lha }, { "lha", &kind_lha },
		{ "iso", &kind_iso }, { "cpio", &kind_cpio },
		{ "gz", &kind_gzip }, { "tgz", &kind_gzip },
		{ "bz2", &kind_bzip2 }, { "tbz", &kind_bzip2 },
		{ "xz", &kind_xz }, { "txz", &kind_xz },
		{ "zst", &kind_zstd }, { "lz4", &kind_lz4 },
		{ "lzma", &kind_lzma }, { "lz", &kind_lzip },
	};
	const char *dot = strrchr(s->name, '.');

	*bid = XJ_BID_FALLBACK / 2;
	for (size_t i = 0; dot && i < COUNT(list); i++) {
		if (strcasecmp(dot + 1, list[i].ext))
			continue;
		if (list[i].kind == &kind_zip && kind_zip_end(s) != SIZE_MAX)
			*bid = XJ_BID_NAME; /* with something put in front */
		return list[i].kind;
	}
	return NULL;
}

const struct kind *
kind_of(const struct xj_sample *sample, int *bid)
{
	const struct kind *kind = by_magic(sample);

	*bid = XJ_BID_MAGIC;
	if (!kind)
		kind = by_structure(sample, bid);
	if (!kind)
		kind = by_name(sample, bid);
	if (kind == &kind_zip && zip_document(sample))
		kind = iwork_kind(sample->name);
	if (!kind)
		*bid = XJ_BID_NONE;
	return kind;
}

format_fn
kind_inside(const unsigned char *head, size_t len)
{
	struct xj_sample sample = { .head = head, .head_len = len,
				    .name = "", .mime = "" };

	if (is_tar(&sample))
		return archive_read_support_format_tar;
	return is_cpio(&sample) ? archive_read_support_format_cpio : format_raw;
}
