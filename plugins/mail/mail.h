/*
 * mail.h - what the parts of the mail importer share.
 *
 * GMime finds the structure of a message: parts, their headers and where their
 * bytes stand. It is shown a masked copy of the same length, in which nothing
 * can ask for a character set, since it would turn to iconv, whose tables are
 * files; words, names and text are taken from the document itself and decoded
 * by the host.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_MAIL_H
#define XJ_PLUGIN_MAIL_H

#include <stdbool.h>

#include <gmime/gmime.h>

#include <xueji/importer.h>

#include "plugins/common/utf8.h"

#define CHUNK 32768u
#define HEADER_MAX 65536u  /* bytes of one header that are read */
#define CHARSET_MAX 64u

/* ------------------------------------------------------------ source.c */

void source_register(void);
/* The document from `start` on, as GMime may see it. */
GMimeStream *source_new(struct xj_import *in, uint64_t start);
/* A negative answer of the host while GMime read, or 0. */
int source_status(GMimeStream *source);

/* -------------------------------------------------------------- text.c */

/*
 * A decoder for what says that it is `charset`, or NULL. Short text in a
 * double-byte encoding may pass for UTF-8: then what was said counts.
 */
int decoder_begin(struct xj_import *in, const char *charset, const void *bytes,
		  size_t len, struct xj_decoder **decoder);
/* Appends the bytes as UTF-8. */
int decode_add(struct xj_import *in, const char *charset, const void *bytes,
	       size_t len, GString *out);
/* Appends a header, UTF-8, with its encoded words decoded (RFC 2047). */
int words_add(struct xj_import *in, const char *text, size_t len,
	      GString *out);

/* ------------------------------------------------------------- param.c */

/*
 * Appends a parameter of a header such as "attachment; filename*=..." (RFC
 * 2231, and what programs write instead). 1: it is there; 0, negative.
 */
int param_add(struct xj_import *in, const char *header, const char *name,
	      GString *out);

/* ------------------------------------------------------------ header.c */

/* What the raw headers of a message are taken to be in. */
struct mail {
	struct xj_import *in;
	GMimeStream *source;
	char charset[CHARSET_MAX]; /* of its text, or "" */
	unsigned parts;
	uint64_t end;              /* of the message in the document */
	bool encrypted;
};

/* A header of an object as it stands, unfolded, in UTF-8. NULL in *out if it
 * has none; to be freed with g_string_free(). */
int header_get(struct mail *mail, GMimeObject *object, const char *name,
	       GString **out);
/* The metadata of a message. */
int headers_send(struct mail *mail, GMimeObject *message);
/* One address list, from UTF-8 with encoded words. */
int addresses_send(struct xj_import *in, const char *list,
		   const char *element);

/* -------------------------------------------------------------- body.c */

/* A range of bytes in an encoding for transfer. */
struct range {
	uint64_t start, end;
	GMimeContentEncoding encoding;
};

/* As paragraphs. */
int body_send(struct xj_import *in, const struct range *range,
	      const char *charset);
/* As a child. */
int child_send(struct xj_import *in, const struct range *range,
	       const char *name, const char *mime);

/* ------------------------------------------------------------- parts.c */

int parts_send(struct mail *mail, GMimeMessage *message);
/* No folders in it, not too long, nothing that cannot be seen. */
void tidy_name(GString *name);

/* -------------------------------------------------------------- mbox.c */

/* What separates messages at s. */
bool mbox_marker(const char *s, size_t len);
int mbox_import(struct xj_import *in);

#endif
