/*
 * reader.c - reads recordings: tags, duration, chapters and embedded subtitles,
 * by libavformat. Sound and picture are never decoded.
 *
 * Only what the header of a file tells is asked for: to look further into its
 * streams libavformat opens decoders, and those start threads.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include <libavformat/avformat.h>

#include "media.h"
#include "plugins/common/utf8.h"

#define BUFFER 32768
#define PROBE (5 << 20)      /* bytes in which the format must show */
/* The readers that may be used: no playlists, no devices, no pictures. */
#define READERS "mp3,flac,ogg,wav,w64,mov,matroska,avi,asf,flv,aac,ac3,eac3," \
		"amr,aiff,ape,au,caf,dts,mpeg,mpegts,mpegvideo,tta,wv"
#define CHAPTERS_MAX 10000u
#define CUES_MAX 200000u
#define VALUE_MAX 8192u

struct media {
	struct xj_import *in;
	AVFormatContext *format;
	uint64_t off;
	int status;          /* a negative answer of the host */
};

/* ----------------------------------------------------------------- input */

static int
read_input(void *opaque, uint8_t *buf, int len)
{
	struct media *m = opaque;
	ssize_t n = xj_read(m->in, m->off, buf, (size_t)len);

	if (n < 0)
		m->status = (int)n;
	if (n <= 0)
		return n < 0 ? AVERROR_EXIT : AVERROR_EOF;
	m->off += (uint64_t)n;
	return (int)n;
}

static int64_t
seek_input(void *opaque, int64_t offset, int whence)
{
	struct media *m = opaque;

	whence &= ~AVSEEK_FORCE;
	if (whence == AVSEEK_SIZE)
		return (int64_t)m->in->size;
	if (whence == SEEK_CUR)
		offset += (int64_t)m->off;
	else if (whence == SEEK_END)
		offset += (int64_t)m->in->size;
	if (offset < 0)
		return AVERROR(EINVAL);
	m->off = (uint64_t)offset;
	return offset;
}

/* Asked often while reading: whether to stop. */
static int
interrupted(void *opaque)
{
	struct media *m = opaque;

	if (m->status == 0)
		m->status = xj_poll(m->in, m->off, m->in->size);
	return m->status < 0;
}

/* Playlists and the like would name further files. */
static int
open_nothing(AVFormatContext *s, AVIOContext **pb, const char *url, int flags,
	     AVDictionary **options)
{
	(void)s;
	(void)pb;
	(void)url;
	(void)flags;
	(void)options;
	return AVERROR(EACCES);
}

/* -------------------------------------------------------------- metadata */

/* ID3v1 and its like come as Latin-1 in UTF-8: back to bytes. 0: they do not. */
static size_t
latin_bytes(const char *s, char *out, size_t cap)
{
	size_t n = 0;
	bool high = false;

	for (; *s && n < cap; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= 0xC2 && c <= 0xC3 && utf8_inside(s[1])) {
			c = (unsigned char)((c & 3) << 6 |
					    ((unsigned char)*++s & 0x3F));
			high = true;
		} else if (c >= 0x80) {
			return 0;
		}
		out[n++] = (char)c;
	}
	return high && !*s ? n : 0;
}

static bool
is_utf8(const char *s)
{
	for (size_t n, left = strlen(s); left > 0; s += n, left -= n)
		if ((n = utf8_length(s, left)) == 0)
			return false;
	return true;
}

static int
send_value(struct media *m, const char *element, const char *text, size_t len)
{
	struct xj_meta meta = { .element = element, .value = text,
				.source = "tag" };

	while (len > 0 && (unsigned char)text[len - 1] <= ' ')
		len--;
	meta.len = len;
	return len > 0 ? xj_meta_full(m->in, &meta) : 0;
}

/*
 * A tag whose every character is Latin-1 may be Chinese bytes that were taken
 * for it: the host decides from them. French stays French, since its accents
 * stand alone.
 */
static int
send_tag(struct media *m, const char *element, const char *value)
{
	char bytes[VALUE_MAX];
	size_t len = latin_bytes(value, bytes, sizeof(bytes)), text_len;
	struct xj_decoder *decoder;
	const char *encoding, *text;
	int r;

	if (len == 0 && is_utf8(value))
		return send_value(m, element, value, strlen(value));
	if (len == 0) {
		len = strnlen(value, sizeof(bytes));
		memcpy(bytes, value, len);
	}
	r = xj_decode_begin(m->in, NULL, bytes, len, &decoder, &encoding);
	if (r < 0)
		return r;
	r = xj_decode(m->in, decoder, bytes, len, 1, &text, &text_len);
	if (r == 0)
		r = send_value(m, element, text, text_len);
	xj_decode_end(m->in, decoder);
	return r;
}

/* A year, a day or a moment as W3CDTF has it; anything else is no date. */
static int
send_date(struct media *m, const char *element, const char *value)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";
	char date[24];
	size_t n = 0;

	for (; n < sizeof(form) - 1 && value[n]; n++) {
		char c = value[n] == ' ' ? 'T' : value[n];

		if (form[n] == 'd' ? c < '0' || c > '9' : c != form[n])
			break;
		date[n] = c;
	}
	n = n >= 19 && value[19] ? 19 : n >= 10 ? 10 : n >= 7 ? 7 :
	    n >= 4 ? 4 : 0;
	if (n == 19)
		date[n++] = 'Z';
	if (n == 0 || memcmp(date, "0000", 4) == 0)
		return 0;
	return send_value(m, element, date, n);
}

static int
send_tags(struct media *m, const AVDictionary *tags)
{
	static const struct {
		const char *tag, *element;
		bool date;
	} known[] = {
		{ "title", "title", false }, { "artist", "creator", false },
		{ "author", "creator", false }, { "album", "album", false },
		{ "date", "date", true }, { "year", "date", true },
		{ "creation_time", "created", true },
		{ "composer", "contributor", false },
		{ "album_artist", "contributor", false },
		{ "performer", "contributor", false },
		{ "genre", "subject", false },
		{ "comment", "description", false },
		{ "description", "description", false },
		{ "synopsis", "description", false },
		{ "lyrics", "description", false },
		{ "publisher", "publisher", false },
		{ "copyright", "rights", false },
		{ "language", "language", false },
		{ "encoder", "tool", false },
	};
	int r = 0;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const AVDictionaryEntry *e =
			av_dict_get(tags, known[i].tag, NULL, 0);

		if (r == 0 && e)
			r = known[i].date ?
				send_date(m, known[i].element, e->value) :
				send_tag(m, known[i].element, e->value);
	}
	return r;
}

static uint64_t
milliseconds(int64_t time, AVRational base)
{
	int64_t ms = time == AV_NOPTS_VALUE || base.num <= 0 || base.den <= 0 ?
		0 : av_rescale_q(time, base, (AVRational){ 1, 1000 });

	return ms > 0 ? (uint64_t)ms : 0;
}

/* The file's own, or that of its longest stream. */
static int
send_duration(struct media *m)
{
	const AVFormatContext *f = m->format;
	uint64_t longest = milliseconds(f->duration, AV_TIME_BASE_Q);
	char text[32];

	for (unsigned i = 0; i < f->nb_streams; i++) {
		const AVStream *s = f->streams[i];
		uint64_t ms = milliseconds(s->duration, s->time_base);

		if (f->duration == AV_NOPTS_VALUE && ms > longest)
			longest = ms;
	}
	if (longest == 0)
		return 0;
	snprintf(text, sizeof(text), "%llu.%03u",
		 (unsigned long long)(longest / 1000),
		 (unsigned)(longest % 1000));
	return xj_meta(m->in, "duration", text);
}

static int
send_chapters(struct media *m)
{
	const AVFormatContext *f = m->format;
	int r = 0;

	for (unsigned i = 0; i < f->nb_chapters && i < CHAPTERS_MAX && r == 0;
	     i++) {
		const AVChapter *c = f->chapters[i];
		const AVDictionaryEntry *title =
			av_dict_get(c->metadata, "title", NULL, 0);
		struct xj_outline line = {
			.level = 1, .where = XJ_MSEC,
			.at = milliseconds(c->start, c->time_base),
		};

		line.title = title ? title->value : "";
		if (*line.title && is_utf8(line.title))
			r = xj_outline(m->in, &line);
	}
	return r;
}

/* ------------------------------------------------------------- subtitles */

static bool
is_text(const AVStream *s)
{
	switch (s->codecpar->codec_id) {
	case AV_CODEC_ID_SUBRIP:
	case AV_CODEC_ID_TEXT:
	case AV_CODEC_ID_WEBVTT:
	case AV_CODEC_ID_ASS:
	case AV_CODEC_ID_SSA:
	case AV_CODEC_ID_MOV_TEXT: return true;
	default: return false;
	}
}

/* Without tags in <> and {}, \N a line break; in place, the new length. */
static size_t
plain(char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char open = s[i];
		const char *end = open == '<' || (open == '{' && i + 1 < len &&
						  s[i + 1] == '\\') ?
			memchr(s + i, open == '<' ? '>' : '}', len - i) : NULL;

		if (end) {
			i = (size_t)(end - s);
		} else if (open == '\\' && i + 1 < len &&
			   strchr("Nnh", s[i + 1]) && s[i + 1]) {
			s[n++] = s[++i] == 'N' ? '\n' : ' ';
		} else if (open != '\r' && open != '\0') {
			s[n++] = open;
		}
	}
	while (n > 0 && s[n - 1] == '\n')
		n--;
	return n;
}

/* Where the text begins in a packet of the codec. */
static size_t
text_at(enum AVCodecID codec, const uint8_t *s, size_t len)
{
	size_t i = 0;

	if (codec == AV_CODEC_ID_MOV_TEXT)
		return len < 2 ? len : 2;
	if (codec == AV_CODEC_ID_ASS || codec == AV_CODEC_ID_SSA)
		for (int commas = 0; commas < 8 && i < len; i++)
			commas += s[i] == ',';
	return i;
}

static int
send_cue(struct media *m, const AVPacket *p)
{
	const AVStream *s = m->format->streams[p->stream_index];
	enum AVCodecID codec = s->codecpar->codec_id;
	char text[XJ_TEXT_MAX + 1];
	size_t at = text_at(codec, p->data, (size_t)p->size);
	size_t len = (size_t)p->size - at;
	struct xj_block b = { .text = text, .where = XJ_MSEC,
			      .at = milliseconds(p->pts, s->time_base) };

	if (codec == AV_CODEC_ID_MOV_TEXT && at == 2 &&
	    len > (size_t)(p->data[0] << 8 | p->data[1]))
		len = (size_t)(p->data[0] << 8 | p->data[1]);
	if (len > XJ_TEXT_MAX)
		return xj_warn(m->in, "a subtitle that is too long");
	memcpy(text, p->data + at, len);
	b.len = plain(text, len);
	text[b.len] = '\0';
	if (b.len == 0 || !is_utf8(text))
		return 0;
	if (p->duration > 0) {
		b.has = XJ_HAS_END_MSEC;
		b.end_ms = b.at + milliseconds(p->duration, s->time_base);
	}
	return xj_text(m->in, &b);
}

static int
send_subtitles(struct media *m)
{
	AVPacket *packet;
	bool any = false;
	int r = 0;

	for (unsigned i = 0; i < m->format->nb_streams; i++) {
		AVStream *s = m->format->streams[i];

		s->discard = is_text(s) ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
		any |= is_text(s);
	}
	if (!any || !(packet = av_packet_alloc()))
		return any ? XJ_IMPORT_NOMEM : 0;
	for (unsigned i = 0; r == 0 && i < CUES_MAX &&
	     av_read_frame(m->format, packet) >= 0; i++) {
		if (is_text(m->format->streams[packet->stream_index]) &&
		    packet->size > 0)
			r = send_cue(m, packet);
		av_packet_unref(packet);
	}
	av_packet_free(&packet);
	return r == 0 ? m->status : r;
}

/* ---------------------------------------------------------------- import */

static int
send_all(struct media *m)
{
	int r = send_tags(m, m->format->metadata);

	/* Ogg keeps the tags of a file with its first stream. */
	if (r == 0 && !av_dict_get(m->format->metadata, "title", NULL, 0) &&
	    m->format->nb_streams > 0)
		r = send_tags(m, m->format->streams[0]->metadata);
	if (r == 0)
		r = send_duration(m);
	if (r == 0)
		r = send_chapters(m);
	return r == 0 ? send_subtitles(m) : r;
}

static int
open_format(struct media *m, AVIOContext *io)
{
	int r;

	m->format = avformat_alloc_context();
	if (!m->format)
		return XJ_IMPORT_NOMEM;
	m->format->pb = io;
	m->format->probesize = PROBE;
	m->format->format_probesize = PROBE;
	m->format->flags |= AVFMT_FLAG_CUSTOM_IO;
	m->format->io_open = open_nothing;
	m->format->format_whitelist = av_strdup(READERS);
	if (!m->format->format_whitelist)
		return XJ_IMPORT_NOMEM;
	m->format->interrupt_callback =
		(AVIOInterruptCB){ interrupted, m };
	/* A failure frees the context. */
	r = avformat_open_input(&m->format, NULL, NULL, NULL);
	if (m->status < 0)
		return m->status;
	if (r == AVERROR(ENOMEM))
		return XJ_IMPORT_NOMEM;
	return r < 0 ? xj_fail(m->in, XJ_IMPORT_CORRUPT,
			       "no recording that can be read: %s",
			       av_err2str(r)) : 0;
}

int
media_import(struct xj_import *in)
{
	struct media m = { .in = in };
	unsigned char *buf = av_malloc(BUFFER);
	AVIOContext *io = buf ? avio_alloc_context(buf, BUFFER, 0, &m,
						   read_input, NULL,
						   seek_input) : NULL;
	int r;

	if (!io) {
		av_free(buf);
		return XJ_IMPORT_NOMEM;
	}
	r = open_format(&m, io);
	if (r == 0)
		r = send_all(&m);
	avformat_close_input(&m.format);
	av_freep(&io->buffer);
	avio_context_free(&io);
	return r;
}

void
media_setup(void)
{
	av_log_set_level(AV_LOG_QUIET);
	av_log_set_callback(NULL);
}
