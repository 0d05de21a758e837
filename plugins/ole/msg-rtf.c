/*
 * msg-rtf.c - the compressed RTF of Outlook messages.
 *
 * Source: [MS-OXRTFCP]: runs of bytes and references into the last 4096, which
 * begin as a text that both sides know.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "msg.h"

#define WINDOW 4096u
#define OUT 4096u

static const char known[] =
	"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman "
	"\\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes "
	"New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain"
	"\\f0\\fs20\\b\\i\\u\\tab\\tx";

struct inflate {
	struct ole *ole;
	struct cfb_stream *stream;
	uint64_t at;
	unsigned char window[WINDOW];
	unsigned write;
	uint64_t left;          /* bytes that are still to come out */
	unsigned char out[OUT];
	size_t n_out;
	bool stopped;           /* the host wants no more of it */
};

static int
next_byte(struct inflate *z, int *byte)
{
	unsigned char c;
	ssize_t n = cfb_read(z->stream, z->at, &c, 1);

	*byte = n == 1 ? c : -1;
	z->at++;
	return n < 0 ? (int)n : 0;
}

static int
flush(struct inflate *z)
{
	int r = 0;

	if (z->n_out > 0 && !z->stopped)
		r = xj_child_data(z->ole->in, z->out, z->n_out);
	z->n_out = 0;
	z->stopped |= r > 0;
	return r < 0 ? r : 0;
}

static int
emit(struct inflate *z, unsigned char c)
{
	if (z->left == 0)
		return 0;
	z->left--;
	z->window[z->write] = c;
	z->write = (z->write + 1) % WINDOW;
	z->out[z->n_out++] = c;
	return z->n_out == OUT ? flush(z) : 0;
}

/* A reference: 12 bits of place, 4 of length. 1: the end. */
static int
copy(struct inflate *z, unsigned place, unsigned len)
{
	int r = 0;

	if (place == z->write)
		return 1;
	while (r == 0 && len-- > 0) {
		r = emit(z, z->window[place]);
		place = (place + 1) % WINDOW;
	}
	return r;
}

/* Eight runs or references, told apart by the bits of `flags`. 1: the end. */
static int
read_group(struct inflate *z, unsigned flags)
{
	int a, b = 0, r = 0;

	for (unsigned i = 0; r == 0 && i < 8 && z->left > 0; i++) {
		bool reference = flags >> i & 1;

		if ((r = next_byte(z, &a)) < 0 ||
		    (reference && (r = next_byte(z, &b)) < 0))
			return r;
		if (a < 0 || b < 0)
			return 1;
		if (reference)
			r = copy(z, (unsigned)a << 4 | (unsigned)b >> 4,
				 ((unsigned)b & 0xF) + 2);
		else
			r = emit(z, (unsigned char)a);
	}
	return r;
}

static int
inflate(struct inflate *z)
{
	int flags, r = 0;

	memcpy(z->window, known, sizeof(known) - 1);
	z->write = sizeof(known) - 1;
	while (r == 0 && z->left > 0 && !z->stopped) {
		if ((r = next_byte(z, &flags)) < 0 || flags < 0)
			break;
		r = read_group(z, (unsigned)flags);
	}
	return r < 0 ? r : flush(z);
}

static int
send(struct ole *ole, struct cfb_stream *stream, struct inflate *z)
{
	struct xj_child child = { .name = "body.rtf", .raw = "body.rtf",
				  .raw_len = 8, .mime = "application/rtf",
				  .size = UINT64_MAX, .mtime = INT64_MIN };
	unsigned char head[16];
	int r = cfb_read_all(stream, 0, head, 16);

	if (r < 0)
		return r == XJ_IMPORT_CORRUPT ? 0 : r;
	z->ole = ole;
	z->stream = stream;
	z->at = 16;
	z->left = get32(head + 4);
	if (!memcmp(head + 8, "MELA", 4)) { /* as it is */
		if (z->left > stream->size - 16) /* the head is counted too */
			z->left = stream->size - 16;
		child.size = z->left;
		return ole_child(ole, &child, stream, 16, z->left);
	}
	if (memcmp(head + 8, "LZFu", 4))
		return xj_warn(ole->in, "the body is packed in an unknown way");
	if ((r = xj_child_begin(ole->in, &child)) != 0)
		return r < 0 ? r : 0;
	if ((r = inflate(z)) < 0 || z->stopped)
		return r;
	return xj_child_end(ole->in, z->left > 0 ? "it is cut off" : NULL);
}

int
msg_rtf_child(struct ole *ole, const struct cfb_entry *entry)
{
	struct inflate *z = xj_alloc(ole->in, NULL, sizeof(*z));
	struct cfb_stream *stream = xj_alloc(ole->in, NULL, sizeof(*stream));
	int r;

	if (!z || !stream)
		return XJ_IMPORT_NOMEM;
	if ((r = cfb_stream_open(&ole->cfb, entry, stream)) == 0)
		r = send(ole, stream, z);
	cfb_stream_close(stream);
	xj_alloc(ole->in, stream, 0);
	xj_alloc(ole->in, z, 0);
	return r;
}
