/*
 * source.c - the document as a stream of GMime, masked.
 *
 * Masked is what makes GMime decode: the question mark of encoded words, the
 * asterisk of parameters that name their character set, and bytes that are not
 * ASCII. All of them are the same character then, wherever they stand, so that
 * boundaries still match, and nothing moves.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "mail.h"

typedef struct {
	GMimeStream parent;
	struct xj_import *in;
	int status;
} Source;

typedef struct {
	GMimeStreamClass parent;
} SourceClass;

static GType source_get_type(void);
G_DEFINE_TYPE(Source, source, GMIME_TYPE_STREAM)

static void
mask(char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] == '?' || s[i] == '*' || (unsigned char)s[i] >= 0x80)
			s[i] = '#';
}

static gint64
end_of(const GMimeStream *stream)
{
	const Source *source = (const Source *)stream;

	return stream->bound_end >= 0 ? stream->bound_end :
					(gint64)source->in->size;
}

static ssize_t
read_masked(GMimeStream *stream, char *buf, size_t len)
{
	Source *source = (Source *)stream;
	gint64 left = end_of(stream) - stream->position;
	ssize_t n;

	if (left <= 0)
		return 0;
	if ((gint64)len > left)
		len = (size_t)left;
	n = xj_read(source->in, (uint64_t)stream->position, buf, len);
	if (n < 0) {
		source->status = (int)n;
		return -1;
	}
	mask(buf, (size_t)n);
	stream->position += n;
	return n;
}

static ssize_t
write_nothing(GMimeStream *stream, const char *buf, size_t len)
{
	(void)stream;
	(void)buf;
	(void)len;
	return -1;
}

static int
do_nothing(GMimeStream *stream)
{
	(void)stream;
	return 0;
}

static gboolean
at_end(GMimeStream *stream)
{
	return stream->position >= end_of(stream);
}

static int
to_start(GMimeStream *stream)
{
	stream->position = stream->bound_start;
	return 0;
}

static gint64
seek(GMimeStream *stream, gint64 offset, GMimeSeekWhence whence)
{
	gint64 to = offset;

	if (whence == GMIME_STREAM_SEEK_CUR)
		to += stream->position;
	else if (whence == GMIME_STREAM_SEEK_END)
		to += end_of(stream);
	if (to < stream->bound_start || to > end_of(stream))
		return -1;
	return stream->position = to;
}

static gint64
tell(GMimeStream *stream)
{
	return stream->position;
}

static gint64
length(GMimeStream *stream)
{
	return end_of(stream) - stream->bound_start;
}

static GMimeStream *
substream(GMimeStream *stream, gint64 start, gint64 end)
{
	Source *sub = g_object_new(source_get_type(), NULL);

	sub->in = ((Source *)stream)->in;
	g_mime_stream_construct(&sub->parent, start, end);
	return &sub->parent;
}

static void
source_class_init(SourceClass *class)
{
	GMimeStreamClass *stream = &class->parent;

	stream->read = read_masked;
	stream->write = write_nothing;
	stream->flush = do_nothing;
	stream->close = do_nothing;
	stream->eos = at_end;
	stream->reset = to_start;
	stream->seek = seek;
	stream->tell = tell;
	stream->length = length;
	stream->substream = substream;
}

static void
source_init(Source *source)
{
	source->status = 0;
}

void
source_register(void)
{
	g_type_class_unref(g_type_class_ref(source_get_type()));
}

GMimeStream *
source_new(struct xj_import *in, uint64_t start)
{
	Source *source = g_object_new(source_get_type(), NULL);

	source->in = in;
	g_mime_stream_construct(&source->parent, (gint64)start,
				(gint64)in->size);
	return &source->parent;
}

int
source_status(GMimeStream *source)
{
	return ((Source *)source)->status;
}
