/*
 * xueji/importer.h - everything an importer needs to know.
 *
 * SPDX-License-Identifier: MIT
 * Copyright (c) 2026 the Xueji authors
 *
 * An importer is a shared object that turns the bytes of one document into
 * text, metadata and contained documents. It includes this header, links to
 * nothing of Xueji, and exports one function, written by XJ_IMPORTER().
 *
 * To begin, let `xueji plugin new NAME` write a project, or build by hand:
 *
 *	cc -shared -fPIC $(pkg-config --cflags xueji-plugin) \
 *		-o importer-NAME.so NAME.c
 *	xueji plugin test importer-NAME.so SAMPLE...
 *	xueji plugin install importer-NAME.so
 *
 * The whole of an importer of lines of text, for files that end in .list:
 *
 *	#include <xueji/importer.h>
 *
 *	static int import(struct xj_import *in)
 *	{
 *		char *text, *line;
 *		uint64_t number = 0;
 *		size_t len;
 *		int r = xj_read_text(in, NULL, &text, &len);
 *
 *		while (r == 0 && (line = strsep(&text, "\n")))
 *			r = xj_text_at(in, line, XJ_BODY, 0, XJ_LINE, ++number);
 *		return r;
 *	}
 *
 *	static const struct xj_format formats[] = {
 *		{ .mime = "text/x-list", .ext = "list" }, { 0 }
 *	};
 *
 *	XJ_IMPORTER(.name = "list", .version = "1.0", .license = "MIT",
 *		    .formats = formats, .import = import);
 *
 * doc/importers.md builds one of a real format, step by step.
 *
 * The importer runs in a confined process of its own: no files, no network,
 * no other document, limited memory and time. It may crash; only the document
 * in hand is marked. What both sides promise:
 *
 * - Stop means stop. When a service returns a negative value, release what
 *   you hold and return that value. Cancellation, size, depth, time and a full
 *   disk all arrive this way.
 * - One call, one document. State lives in the call. One call at a time.
 * - Borrowed both ways. The host copies what it is sent; what it lends in `in`
 *   lasts until `import` returns.
 * - Text, metadata and children may be sent in any order; pages do not go
 *   back. What is sent is UTF-8 without NUL: anything else ends the import, as
 *   the importer's fault. Text of length 0 is no text.
 * - A child left open when `import` returns is dropped.
 * - A process may read many documents, one after the other: what malloc() gave
 *   is freed before `import` returns, and nothing is kept. xj_alloc() frees by
 *   itself.
 * - An importer does not print, exit, fork, change directory, locale or
 *   signal handlers, and does not write to its input descriptor. It finds the
 *   locale C with LC_CTYPE C.UTF-8, the time zone UTC and no environment.
 *   What it prints goes nowhere; xj_warn() is seen.
 * - The same bytes give the same calls in the same order: no clock, no hash
 *   order, no addresses.
 *
 * Versions: XJ_IMPORTER_ABI is major * 65536 + minor. A host takes plugins of
 * its own major and of any minor up to its own. Within a major, structs grow
 * only at the end; an importer may call a service or set a field only if the
 * header that it was built with has it, which is so by construction.
 */
#ifndef XUEJI_IMPORTER_H
#define XUEJI_IMPORTER_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XJ_IMPORTER_ABI 0x00010002u

/* ------------------------------------------------------------------ bids */

/*
 * How sure an importer is of a document. The highest bid wins; equal bids go
 * by the configured order, then by name.
 */
enum {
	XJ_BID_NONE = 0,
	XJ_BID_FALLBACK = 10, /* would take anything of the kind */
	XJ_BID_NAME = 30,     /* by extension or declared type */
	XJ_BID_MAGIC = 60,    /* bytes of the format at their place */
	XJ_BID_CERTAIN = 90,  /* magic and a checked structure */
};

/*
 * One row a format: what the host can tell by itself. A row that has `magic`
 * bids XJ_BID_MAGIC when the bytes match; a row bids XJ_BID_NAME when the
 * extension (lower case, no dot) or the declared MIME type matches. The list
 * ends with a row whose `mime` is NULL.
 */
struct xj_format {
	const char *mime;      /* what the document is then called */
	const char *ext;       /* or NULL */
	const char *magic;     /* or NULL */
	uint32_t magic_len;    /* bytes */
	uint32_t magic_off;    /* bytes from the start */
};

/* What probe() may look at. Pure: no allocation, no services. It sees every
 * document that is added, so it is quick and believes nothing. */
struct xj_sample {
	const unsigned char *head; /* the first bytes, 64 KiB at most */
	size_t head_len;
	const unsigned char *tail; /* the last bytes, 4 KiB at most */
	size_t tail_len;
	uint64_t size;             /* of the whole document */
	const char *name;          /* file name without folders, UTF-8, or "" */
	const char *mime;          /* declared type, or "" */
};

/* ------------------------------------------------------- text and places */

/* What a block of text is. */
enum {
	XJ_BODY = 0,
	XJ_HEADING,  /* `level` 1 is the top; it heads the blocks that follow */
	XJ_LIST,     /* one entry; `level` is its depth from 1 */
	XJ_TABLE,    /* one row, cells separated by a tab */
	XJ_CAPTION,
	XJ_NOTE,     /* foot note, slide note, comment */
	XJ_CODE,
	XJ_HEADER,   /* running header or footer: kept, weighs nothing */
	XJ_HIDDEN,   /* in the file, not on its face */
	XJ_OCR,      /* read from a picture */
};

/* How `at` counts. */
enum {
	XJ_NOWHERE = 0,
	XJ_LINE,  /* line of the source, from 1 */
	XJ_PAGE,  /* page, from 1 */
	XJ_MSEC,  /* milliseconds from the start */
	XJ_PART,  /* slide, sheet, spine part, message: from 1 */
};

/* Which further fields of a block are set. */
enum {
	XJ_HAS_END_MSEC = 1,
	XJ_HAS_BOX = 2,
	XJ_HAS_CELL = 4,
	XJ_HAS_OFFSET = 8,
	XJ_HAS_FRAGMENT = 16,
};

/*
 * One block: a paragraph, a heading, a table row. Paragraphs rather than
 * lines; a longer one may be sent in pieces of up to XJ_TEXT_MAX bytes, cut
 * between characters, of which all but the first set `more`. With XJ_LINE each
 * line break inside the text counts one line on from `at`.
 */
struct xj_block {
	const char *text;     /* UTF-8, no NUL, borrowed for the call */
	size_t len;           /* bytes, at most XJ_TEXT_MAX */
	uint32_t role;        /* XJ_BODY, ... */
	uint32_t level;       /* of a heading or a list entry */
	uint32_t where;       /* XJ_NOWHERE, XJ_LINE, ...; pages do not go back */
	uint32_t has;         /* XJ_HAS_... */
	uint64_t at;          /* place, as `where` counts */
	const char *label;    /* printed page number, sheet name; or NULL */
	uint32_t more;        /* 1: goes on where the block before ended */
	uint32_t row, column; /* XJ_HAS_CELL: from 1 */
	uint64_t end_ms;      /* XJ_HAS_END_MSEC */
	uint64_t offset;      /* XJ_HAS_OFFSET: bytes into the source */
	int32_t box[4];       /* XJ_HAS_BOX: x0 y0 x1 y1 in 1/100 pt, y down */
	const char *fragment; /* XJ_HAS_FRAGMENT: id within the part */
};

#define XJ_TEXT_MAX 65536u

/* A line of the table of contents. */
struct xj_outline {
	const char *title; /* UTF-8 */
	uint32_t level;    /* from 1 */
	uint32_t where;
	uint64_t at;
};

/* What a page holds, so that the host can choose pages for OCR. */
struct xj_page {
	uint64_t number;      /* from 1 */
	const char *label;    /* printed number, or NULL */
	uint32_t width, height; /* in 1/100 pt */
	uint32_t chars;       /* characters of text */
	uint32_t replaced;    /* of them U+FFFD */
	uint32_t image_area;  /* per cent of the page under pictures */
};

/*
 * One value of metadata. `element` is a Dublin Core name (title, creator,
 * subject, description, publisher, contributor, date, type, format, identifier,
 * source, language, relation, coverage, rights) or a further name such as
 * created, modified, pages, tool. Dates are in W3CDTF: 2024-03-01 or
 * 2024-03-01T08:00:00Z. A title whose source is "guessed", the first heading,
 * may come last: it counts where there is no better one.
 */
struct xj_meta {
	const char *element;
	const char *value;  /* UTF-8 */
	size_t len;
	const char *lang;   /* BCP 47, or NULL */
	const char *source; /* "info", "xmp", "front-matter", "guessed"; or NULL */
};

/* A contained document: archive member, attachment. */
struct xj_child {
	const char *name;    /* path inside this document, UTF-8, for display */
	const char *raw;     /* the bytes of the name as stored; NULL: same */
	size_t raw_len;
	const char *mime;    /* declared type, or NULL */
	uint64_t size;       /* if known, else UINT64_MAX */
	int64_t mtime;       /* seconds since 1970, or INT64_MIN */
	uint32_t role;       /* XJ_CHILD_... */
	uint32_t reserved;
};

enum {
	XJ_CHILD_MEMBER = 0, /* of an archive */
	XJ_CHILD_ATTACHMENT,
	XJ_CHILD_IMAGE,
};

/*
 * A decoder from some encoding to UTF-8. Made by xj_decode_begin(), which
 * decides what the encoding is (see there).
 */
struct xj_decoder;

/* --------------------------------------------------------------- results */

/*
 * What `import` returns, and the `status` of xj_fail(). Text sent before a
 * failure is kept.
 */
enum {
	XJ_IMPORT_OK = 0,
	XJ_IMPORT_STOP = -1,        /* the host said stop; it knows why */
	XJ_IMPORT_CORRUPT = -2,     /* not a well-formed document of the format */
	XJ_IMPORT_ENCRYPTED = -3,   /* needs a password */
	XJ_IMPORT_UNSUPPORTED = -4, /* a variant that this importer cannot read */
	XJ_IMPORT_LIMIT = -5,       /* would cost too much: says what */
	XJ_IMPORT_NOMEM = -6,
	XJ_IMPORT_ERROR = -7,       /* the importer's own fault */
	XJ_IMPORT_KEYLESS = -8,     /* 1.2: encrypted, and no password that is
	                             * given here helps: says what is used */
};

/* A positive answer of xj_child_begin(): the host does not want this child. */
#define XJ_CHILD_SKIP 1

/* -------------------------------------------------------------- services */

struct xj_host;

/* The document in hand. */
struct xj_import {
	const struct xj_host *host;
	void *ctx;            /* the host's own */
	int fd;               /* the input, for libraries that want one */
	uint32_t depth;       /* 0 for a file, 1 for a member of it, ... */
	uint64_t size;        /* of the input, bytes */
	const char *name;     /* file name without folders, UTF-8, or "" */
	const char *mime;     /* the format that won the bid */
	const char *password; /* or NULL: none was given */
	uint64_t page;        /* 1.1: this page alone, from 1; 0: all of it. The
	                       * importers of pictures are asked so; others may
	                       * pass it over */
};

/* The services. Call the short wrappers below rather than these. */
struct xj_host {
	uint32_t abi;
	uint32_t reserved;
	ssize_t (*read)(struct xj_import *in, uint64_t off, void *buf,
			size_t len);
	int (*text)(struct xj_import *in, const struct xj_block *block);
	int (*meta)(struct xj_import *in, const struct xj_meta *meta);
	int (*outline)(struct xj_import *in, const struct xj_outline *line);
	int (*page)(struct xj_import *in, const struct xj_page *page);
	int (*child_begin)(struct xj_import *in, const struct xj_child *child);
	int (*child_data)(struct xj_import *in, const void *data, size_t len);
	int (*child_end)(struct xj_import *in, const char *damage);
	int (*poll)(struct xj_import *in, uint64_t done, uint64_t total);
	int (*warn)(struct xj_import *in, const char *message);
	int (*fail)(struct xj_import *in, int status, const char *message);
	void *(*alloc)(struct xj_import *in, void *old, size_t size);
	int (*decode_begin)(struct xj_import *in, const char *declared,
			    const void *sample, size_t len,
			    struct xj_decoder **decoder,
			    const char **encoding);
	int (*decode)(struct xj_import *in, struct xj_decoder *decoder,
		      const void *bytes, size_t len, int last,
		      const char **text, size_t *text_len);
	void (*decode_end)(struct xj_import *in, struct xj_decoder *decoder);
	int (*child_left)(struct xj_import *in, const char *name, int status,
			  const char *why);
};

/*
 * Bytes of the document at an offset, like pread(2); short only at the end.
 * Negative: stop.
 */
static inline ssize_t
xj_read(struct xj_import *in, uint64_t off, void *buf, size_t len)
{
	return in->host->read(in, off, buf, len);
}

/* The same input as a descriptor. Do not close it. */
static inline int
xj_fd(const struct xj_import *in)
{
	return in->fd;
}

/* Send one block of text. */
static inline int
xj_text(struct xj_import *in, const struct xj_block *block)
{
	return in->host->text(in, block);
}

/* Send one value of metadata; call again for more of the same element. */
static inline int
xj_meta(struct xj_import *in, const char *element, const char *value)
{
	struct xj_meta m = { element, value, strlen(value), NULL, NULL };
	return in->host->meta(in, &m);
}

/* The same with language and source. */
static inline int
xj_meta_full(struct xj_import *in, const struct xj_meta *meta)
{
	return in->host->meta(in, meta);
}

/* Send one line of the table of contents, in order. */
static inline int
xj_outline(struct xj_import *in, const struct xj_outline *line)
{
	return in->host->outline(in, line);
}

/* Say what a page held, after its text. */
static inline int
xj_page(struct xj_import *in, const struct xj_page *page)
{
	return in->host->page(in, page);
}

/*
 * Begin a contained document. 0: send its bytes with xj_child_data() and close
 * it with xj_child_end(). XJ_CHILD_SKIP: go on with the next one. Negative:
 * stop. The host chooses the importer of the child, and calls it later.
 */
static inline int
xj_child_begin(struct xj_import *in, const struct xj_child *child)
{
	return in->host->child_begin(in, child);
}

/* 0, XJ_CHILD_SKIP (too large: leave this child, go on), or negative: stop. */
static inline int
xj_child_data(struct xj_import *in, const void *data, size_t len)
{
	return in->host->child_data(in, data, len);
}

/* `damage` is NULL when the child is whole, else why it is not. */
static inline int
xj_child_end(struct xj_import *in, const char *damage)
{
	return in->host->child_end(in, damage);
}

/*
 * Name a contained document that is not handed over, and why, for the report.
 * `status` XJ_IMPORT_OK: there is nothing to take, as in a link or a device;
 * else XJ_IMPORT_... as of a whole document: none of its bytes can be had. That
 * is damage, which xj_warn() tells of. Not between begin and end.
 */
static inline int
xj_child_left(struct xj_import *in, const char *name, int status,
	      const char *why)
{
	return in->host->child_left(in, name, status, why);
}

/* Ask whether to go on, in long loops that send nothing. 0: go on. */
static inline int
xj_poll(struct xj_import *in, uint64_t done, uint64_t total)
{
	return in->host->poll(in, done, total);
}

/* Damage that was got past: the document is then `partial`. */
static inline int
xj_warn(struct xj_import *in, const char *message)
{
	return in->host->warn(in, message);
}

/*
 * Damage that ends the import; `return xj_fail(in, XJ_IMPORT_CORRUPT, "page
 * %d: no such object", n);`. Returns `status`.
 */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
static inline int
xj_fail(struct xj_import *in, int status, const char *format, ...)
{
	char message[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	in->host->fail(in, status, message);
	return status;
}

/*
 * Memory that counts against the limit of the document and is freed when
 * `import` returns. xj_alloc(in, NULL, n) allocates zeroed bytes,
 * xj_alloc(in, p, n) resizes, xj_alloc(in, p, 0) frees. NULL: limit reached;
 * return XJ_IMPORT_NOMEM.
 */
static inline void *
xj_alloc(struct xj_import *in, void *old, size_t size)
{
	return in->host->alloc(in, old, size);
}

/*
 * Decide the encoding of text and open a decoder to UTF-8.
 *
 * The rule: byte order mark; else valid UTF-8 (a character cut at the end of
 * the sample is forgiven); else the pattern of UTF-16 without mark; else
 * `declared` (an IANA name, or NULL) if the sample decodes without error; else
 * detection; else the archive's default encoding. GB2312 and GBK are read as
 * GB18030, Big5 as Big5-HKSCS, ISO-8859-1 as windows-1252.
 *
 * `sample` is the start of the text, or all short strings of a container
 * joined by '\n', so that member names are decided together. `*encoding` is
 * the name decided on, lent until the decoder ends.
 */
static inline int
xj_decode_begin(struct xj_import *in, const char *declared,
		const void *sample, size_t len, struct xj_decoder **decoder,
		const char **encoding)
{
	return in->host->decode_begin(in, declared, sample, len, decoder,
				      encoding);
}

/*
 * Decode the next bytes. A character may be split between calls; `last` says
 * that no bytes follow, after which the decoder starts afresh. What cannot be
 * decoded becomes U+FFFD; NUL is dropped; a byte order mark at the start is
 * dropped. `*text` is lent until the next call.
 */
static inline int
xj_decode(struct xj_import *in, struct xj_decoder *decoder, const void *bytes,
	  size_t len, int last, const char **text, size_t *text_len)
{
	return in->host->decode(in, decoder, bytes, len, last, text, text_len);
}

static inline void
xj_decode_end(struct xj_import *in, struct xj_decoder *decoder)
{
	in->host->decode_end(in, decoder);
}

/* -------------------------------------- services made of those above */

/*
 * Send a block whose text may be longer than XJ_TEXT_MAX: in pieces, cut
 * between characters.
 */
static inline int
xj_text_long(struct xj_import *in, const struct xj_block *block)
{
	struct xj_block piece = *block;
	size_t left = block->len;
	int r;

	do {
		piece.len = left < XJ_TEXT_MAX ? left : XJ_TEXT_MAX;
		while (piece.len < left && piece.len > 1 &&
		       (piece.text[piece.len] & 0xC0) == 0x80)
			piece.len--;
		r = xj_text(in, &piece);
		for (size_t i = 0; piece.where == XJ_LINE && i < piece.len; i++)
			piece.at += piece.text[i] == '\n';
		piece.text += piece.len;
		left -= piece.len;
		piece.more = 1;
	} while (r == 0 && left > 0);
	return r;
}

/* Send a string as one block. `level` is of a heading or a list entry, else 0. */
static inline int
xj_text_at(struct xj_import *in, const char *text, uint32_t role,
	   uint32_t level, uint32_t where, uint64_t at)
{
	struct xj_block b;

	memset(&b, 0, sizeof(b));
	b.text = text;
	b.len = strlen(text);
	b.role = role;
	b.level = level;
	b.where = where;
	b.at = at;
	return xj_text_long(in, &b);
}

/*
 * The whole document as UTF-8 with a NUL behind it, for formats of small text;
 * its encoding is decided as of xj_decode_begin(). The text is the importer's
 * to change and is freed when `import` returns. 0; negative: return it.
 */
static inline int
xj_read_text(struct xj_import *in, const char *declared, char **text,
	     size_t *len)
{
	unsigned char buf[65536];
	struct xj_decoder *decoder;
	const char *encoding, *part;
	size_t n, cap = (size_t)in->size + (size_t)in->size / 2 + sizeof(buf);
	uint64_t off = 0;
	ssize_t got = xj_read(in, 0, buf, sizeof(buf));
	int r = got < 0 ? (int)got : 0;

	*len = 0;
	*text = (char *)xj_alloc(in, NULL, cap);
	if (r == 0 && *text == NULL)
		return XJ_IMPORT_NOMEM;
	if (r == 0)
		r = xj_decode_begin(in, declared, buf, (size_t)got, &decoder,
				    &encoding);
	if (r < 0)
		return r;
	while (r == 0 && got > 0) {
		off += (uint64_t)got;
		r = xj_decode(in, decoder, buf, (size_t)got, off >= in->size,
			      &part, &n);
		if (r == 0 && n >= cap - *len) {
			cap = *len + n + cap;
			*text = (char *)xj_alloc(in, *text, cap);
			r = *text == NULL ? XJ_IMPORT_NOMEM : 0;
		}
		if (r < 0)
			break;
		memcpy(*text + *len, part, n);
		*len += n;
		got = xj_read(in, off, buf, sizeof(buf));
		r = got < 0 ? (int)got : 0;
	}
	xj_decode_end(in, decoder);
	if (r == 0)
		(*text)[*len] = '\0';
	return r;
}

/* ---------------------------------------------------------- the importer */

/*
 * Worker classes: what an importer needs beyond the common worker.
 *
 * A heavy importer has a setup() that costs more than many documents do: large
 * libraries, models. It is called when the first of its documents comes, in a
 * process from which that importer's workers alone are forked; who adds a text
 * file does not pay for it. So the object itself links to little and loads the
 * rest in setup(), and probe() does without what setup() loads.
 */
enum {
	XJ_CLASS_BASE = 0, /* nothing: what every importer should be */
	XJ_CLASS_HEAVY = 1,
};

struct xj_importer {
	uint32_t abi;        /* filled by XJ_IMPORTER() */
	uint32_t wants;      /* XJ_CLASS_... */
	const char *name;    /* "text", as in importer-text.so: a-z, 0-9, - */
	const char *version; /* to be changed with whatever changes what is
	                      * sent: then earlier documents are read again,
	                      * by `xueji reindex --outdated` */
	const char *license; /* SPDX */
	const struct xj_format *formats;
	/* Optional: a bid where magic and name cannot tell. The answer replaces
	 * the bid that the formats give: XJ_BID_NONE says not mine, whatever
	 * the name. `*mime` comes as the best row's type and may be set to a
	 * more exact one, a constant. */
	int (*probe)(const struct xj_sample *sample, const char **mime);
	int (*import)(struct xj_import *in); /* 0 or XJ_IMPORT_... */
	const char *libraries; /* "mupdf 1.21.1, ..." as linked, or NULL */
	/* Optional, once, before confinement; 0 is well. */
	int (*setup)(void);
};

#define XJ_IMPORTER(...)                                                       \
	__attribute__((visibility("default")))                                 \
	const struct xj_importer *xj_importer_v1(void);                        \
	const struct xj_importer *xj_importer_v1(void)                         \
	{                                                                      \
		static const struct xj_importer importer = {                   \
			.abi = XJ_IMPORTER_ABI, __VA_ARGS__                    \
		};                                                             \
		return &importer;                                              \
	}                                                                      \
	struct xj_importer /* takes the semicolon */

typedef const struct xj_importer *(*xj_importer_v1_fn)(void);

#ifdef __cplusplus
}
#endif
#endif
