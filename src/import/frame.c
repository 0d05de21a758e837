/* frame.c - frames: parse, write, check. */
#include <stdio.h>
#include <string.h>

#include "import/frame.h"

#define HAS_ALL                                                                \
	(XJ_HAS_END_MSEC | XJ_HAS_BOX | XJ_HAS_CELL | XJ_HAS_OFFSET |          \
	 XJ_HAS_FRAGMENT)
#define RATIO_FREE ((uint64_t)50 << 20) /* unpacked bytes that may be any ratio */

/* --------------------------------------------------------------- writing */

static void
write_text(struct xj_wire_out *out, const struct xj_block *b)
{
	xj_wire_put_u32(out, b->role);
	xj_wire_put_u32(out, b->level);
	xj_wire_put_u32(out, b->where);
	xj_wire_put_u32(out, b->has);
	xj_wire_put_u64(out, b->at);
	xj_wire_put_u32(out, b->more);
	if (b->has & XJ_HAS_CELL) {
		xj_wire_put_u32(out, b->row);
		xj_wire_put_u32(out, b->column);
	}
	if (b->has & XJ_HAS_END_MSEC)
		xj_wire_put_u64(out, b->end_ms);
	if (b->has & XJ_HAS_OFFSET)
		xj_wire_put_u64(out, b->offset);
	if (b->has & XJ_HAS_BOX)
		xj_wire_put(out, b->box, sizeof(b->box));
	if (b->has & XJ_HAS_FRAGMENT)
		xj_wire_put_str(out, b->fragment);
	xj_wire_put_str(out, b->label);
	xj_wire_put_bytes(out, b->text, b->len);
}

static void
write_page(struct xj_wire_out *out, const struct xj_page *p)
{
	xj_wire_put_u64(out, p->number);
	xj_wire_put_str(out, p->label);
	xj_wire_put_u32(out, p->width);
	xj_wire_put_u32(out, p->height);
	xj_wire_put_u32(out, p->chars);
	xj_wire_put_u32(out, p->replaced);
	xj_wire_put_u32(out, p->image_area);
}

static void
write_child(struct xj_wire_out *out, const struct xj_child *c)
{
	xj_wire_put_str(out, c->name);
	if (c->raw != NULL)
		xj_wire_put_bytes(out, c->raw, c->raw_len);
	else
		xj_wire_put_str(out, NULL);
	xj_wire_put_str(out, c->mime);
	xj_wire_put_u64(out, c->size);
	xj_wire_put_u64(out, (uint64_t)c->mtime);
	xj_wire_put_u32(out, c->role);
}

static void
write_payload(struct xj_wire_out *out, const struct xj_frame *f)
{
	switch (f->type) {
	case XJ_FRAME_BIDDER:
		xj_wire_put_u32(out, f->bidder);
		break;
	case XJ_FRAME_WINNER:
		xj_wire_put_u32(out, f->winner.importer);
		xj_wire_put_u32(out, f->winner.bid);
		xj_wire_put_str(out, f->winner.mime);
		break;
	case XJ_FRAME_TEXT:
		write_text(out, &f->text);
		break;
	case XJ_FRAME_META:
		xj_wire_put_str(out, f->meta.element);
		xj_wire_put_bytes(out, f->meta.value, f->meta.len);
		xj_wire_put_str(out, f->meta.lang);
		xj_wire_put_str(out, f->meta.source);
		break;
	case XJ_FRAME_OUTLINE:
		xj_wire_put_str(out, f->outline.title);
		xj_wire_put_u32(out, f->outline.level);
		xj_wire_put_u32(out, f->outline.where);
		xj_wire_put_u64(out, f->outline.at);
		break;
	case XJ_FRAME_PAGE:
		write_page(out, &f->page);
		break;
	case XJ_FRAME_CHILD:
		write_child(out, &f->child);
		break;
	case XJ_FRAME_DATA:
		xj_wire_put(out, f->data.bytes, f->data.len);
		break;
	case XJ_FRAME_CHILD_END:
		xj_wire_put_str(out, f->child_end.damage);
		xj_wire_put_u32(out, f->child_end.lack);
		break;
	case XJ_FRAME_WARN:
		xj_wire_put_str(out, f->warn);
		break;
	case XJ_FRAME_DONE:
		xj_wire_put_u32(out, (uint32_t)f->done.status);
		xj_wire_put_u64(out, f->done.cpu_us);
		xj_wire_put_u64(out, f->done.memory);
		xj_wire_put_str(out, f->done.message);
		break;
	}
}

void
xj_frame_write(struct xj_wire_out *out, const struct xj_frame *frame)
{
	size_t start = out->len;
	uint32_t len;

	xj_wire_put_u32(out, frame->type);
	xj_wire_put_u32(out, 0);
	write_payload(out, frame);
	if (out->failed)
		return;
	len = (uint32_t)(out->len - start - XJ_FRAME_HEADER);
	memcpy(out->buf + start + 4, &len, sizeof(len));
}

/* --------------------------------------------------------------- parsing */

static void
parse_text(struct xj_wire_in *in, struct xj_block *b)
{
	b->role = xj_wire_u32(in);
	b->level = xj_wire_u32(in);
	b->where = xj_wire_u32(in);
	b->has = xj_wire_u32(in);
	b->at = xj_wire_u64(in);
	b->more = xj_wire_u32(in);
	if (b->has & XJ_HAS_CELL) {
		b->row = xj_wire_u32(in);
		b->column = xj_wire_u32(in);
	}
	if (b->has & XJ_HAS_END_MSEC)
		b->end_ms = xj_wire_u64(in);
	if (b->has & XJ_HAS_OFFSET)
		b->offset = xj_wire_u64(in);
	if (b->has & XJ_HAS_BOX)
		for (int i = 0; i < 4; i++)
			b->box[i] = (int32_t)xj_wire_u32(in);
	if (b->has & XJ_HAS_FRAGMENT)
		b->fragment = xj_wire_str(in, NULL);
	b->label = xj_wire_str(in, NULL);
	b->text = xj_wire_str(in, &b->len);
}

static void
parse_page(struct xj_wire_in *in, struct xj_page *p)
{
	p->number = xj_wire_u64(in);
	p->label = xj_wire_str(in, NULL);
	p->width = xj_wire_u32(in);
	p->height = xj_wire_u32(in);
	p->chars = xj_wire_u32(in);
	p->replaced = xj_wire_u32(in);
	p->image_area = xj_wire_u32(in);
}

static void
parse_child(struct xj_wire_in *in, struct xj_child *c)
{
	c->name = xj_wire_str(in, NULL);
	c->raw = xj_wire_str(in, &c->raw_len);
	c->mime = xj_wire_str(in, NULL);
	c->size = xj_wire_u64(in);
	c->mtime = (int64_t)xj_wire_u64(in);
	c->role = xj_wire_u32(in);
}

static bool
parse_payload(struct xj_wire_in *in, struct xj_frame *f)
{
	switch (f->type) {
	case XJ_FRAME_BIDDER:
		f->bidder = xj_wire_u32(in);
		break;
	case XJ_FRAME_WINNER:
		f->winner.importer = xj_wire_u32(in);
		f->winner.bid = xj_wire_u32(in);
		f->winner.mime = xj_wire_str(in, NULL);
		break;
	case XJ_FRAME_TEXT:
		parse_text(in, &f->text);
		break;
	case XJ_FRAME_META:
		f->meta.element = xj_wire_str(in, NULL);
		f->meta.value = xj_wire_str(in, &f->meta.len);
		f->meta.lang = xj_wire_str(in, NULL);
		f->meta.source = xj_wire_str(in, NULL);
		break;
	case XJ_FRAME_OUTLINE:
		f->outline.title = xj_wire_str(in, NULL);
		f->outline.level = xj_wire_u32(in);
		f->outline.where = xj_wire_u32(in);
		f->outline.at = xj_wire_u64(in);
		break;
	case XJ_FRAME_PAGE:
		parse_page(in, &f->page);
		break;
	case XJ_FRAME_CHILD:
		parse_child(in, &f->child);
		break;
	case XJ_FRAME_DATA:
		f->data.bytes = in->at;
		f->data.len = (size_t)(in->end - in->at);
		in->at = in->end;
		break;
	case XJ_FRAME_CHILD_END:
		f->child_end.damage = xj_wire_str(in, NULL);
		f->child_end.lack = xj_wire_u32(in);
		break;
	case XJ_FRAME_WARN:
		f->warn = xj_wire_str(in, NULL);
		break;
	case XJ_FRAME_DONE:
		f->done.status = (int32_t)xj_wire_u32(in);
		f->done.cpu_us = xj_wire_u64(in);
		f->done.memory = xj_wire_u64(in);
		f->done.message = xj_wire_str(in, NULL);
		break;
	default:
		return false;
	}
	return xj_wire_ended(in);
}

int
xj_frame_parse(const char *bytes, size_t len, struct xj_frame *frame,
	       size_t *used, struct xj_error *err)
{
	struct xj_wire_in in = { .at = bytes, .end = bytes + len };
	uint32_t type, payload;

	if (len < XJ_FRAME_HEADER)
		return 0;
	type = xj_wire_u32(&in);
	payload = xj_wire_u32(&in);
	if (payload > XJ_FRAME_MAX)
		return xj_error_set(err, XJ_EINVAL, "a frame of %u bytes",
				    payload);
	if (type < XJ_FRAME_BIDDER || type > XJ_FRAME_DONE)
		return xj_error_set(err, XJ_EINVAL, "a frame of unknown type %u",
				    type);
	if (payload > len - XJ_FRAME_HEADER)
		return 0;
	in.end = in.at + payload;
	memset(frame, 0, sizeof(*frame));
	frame->type = type;
	if (!parse_payload(&in, frame))
		return xj_error_set(err, XJ_EINVAL,
				    "a malformed frame of type %u", type);
	*used = XJ_FRAME_HEADER + payload;
	return 1;
}

/* -------------------------------------------------------------- checking */

static int
bad(struct xj_error *err, const char *what)
{
	return xj_error_set(err, XJ_EINVAL, "%s", what);
}

/* "64 MiB", "10 KiB", "7 bytes": as round as the number is. */
static int
over(struct xj_error *err, uint64_t limit, const char *what)
{
	if (limit >= 1 << 20 && limit % (1 << 20) == 0)
		return xj_error_set(err, XJ_ELIMIT, "more than %llu MiB of %s",
				    (unsigned long long)limit >> 20, what);
	if (limit >= 1 << 10 && limit % (1 << 10) == 0)
		return xj_error_set(err, XJ_ELIMIT, "more than %llu KiB of %s",
				    (unsigned long long)limit >> 10, what);
	return xj_error_set(err, XJ_ELIMIT, "more than %llu bytes of %s",
			    (unsigned long long)limit, what);
}

static int
too_many(struct xj_error *err, uint32_t limit, const char *what)
{
	return xj_error_set(err, XJ_ELIMIT, "more than %u %s", limit, what);
}

/* A string of UTF-8 in its bounds; missing is well if `optional`. */
static int
check_string(const char *s, size_t max, bool optional, const char *what,
	     struct xj_error *err)
{
	size_t len;

	if (s == NULL)
		return optional ? XJ_OK
				: xj_error_set(err, XJ_EINVAL, "no %s", what);
	len = strlen(s);
	if (len > max)
		return xj_error_set(err, XJ_EINVAL, "%zu bytes of %s", len,
				    what);
	if (!xj_utf8_valid(s, len))
		return xj_error_set(err, XJ_EINVAL, "%s that is not UTF-8",
				    what);
	return XJ_OK;
}

/* Bytes of UTF-8 without NUL in their bounds. */
static int
check_bytes(const char *s, size_t len, size_t max, const char *what,
	    struct xj_error *err)
{
	if (s == NULL)
		return xj_error_set(err, XJ_EINVAL, "no %s", what);
	if (len > max)
		return xj_error_set(err, XJ_EINVAL, "%zu bytes of %s", len,
				    what);
	if (memchr(s, '\0', len) != NULL)
		return xj_error_set(err, XJ_EINVAL, "%s with a NUL", what);
	if (!xj_utf8_valid(s, len))
		return xj_error_set(err, XJ_EINVAL, "%s that is not UTF-8",
				    what);
	return XJ_OK;
}

/* Lengths of what a frame carries beside text and children. */
static size_t
length(const char *s)
{
	return s == NULL ? 0 : strlen(s);
}

/*
 * One bound for all that is kept in memory or written somewhere: an importer
 * that sends a million empty paragraphs with long labels hits it too.
 */
static int
count_volume(struct xj_frame_state *s, size_t bytes, struct xj_error *err)
{
	uint64_t limit = 4 * s->limits->text + ((uint64_t)16 << 20);

	s->volume += bytes + XJ_FRAME_HEADER;
	return s->volume > limit ? over(err, limit, "output") : XJ_OK;
}

static int
check_page_number(struct xj_frame_state *s, uint64_t page, struct xj_error *err)
{
	if (page == 0)
		return bad(err, "a page 0");
	if (page > s->limits->pages)
		return too_many(err, s->limits->pages, "pages");
	if (page > s->pages)
		s->pages = (uint32_t)page;
	return XJ_OK;
}

static int
check_place(struct xj_frame_state *s, const struct xj_block *b,
	    struct xj_error *err)
{
	int r;

	if (b->where > XJ_PART)
		return bad(err, "text in an unknown kind of place");
	if ((b->where == XJ_LINE || b->where == XJ_PART) && b->at == 0)
		return bad(err, "text in line or part 0");
	if (b->where != XJ_PAGE)
		return XJ_OK;
	r = check_page_number(s, b->at, err);
	if (r < 0)
		return r;
	if (b->at < s->page)
		return bad(err, "pages that go back");
	s->page = b->at;
	return XJ_OK;
}

static int
check_text(struct xj_frame_state *s, const struct xj_block *b,
	   struct xj_error *err)
{
	int r = check_bytes(b->text, b->len, XJ_TEXT_MAX, "text", err);

	if (r == XJ_OK)
		r = check_string(b->label, XJ_FRAME_SHORT_MAX, true, "label",
				 err);
	if (r == XJ_OK && (b->has & XJ_HAS_FRAGMENT))
		r = check_string(b->fragment, XJ_FRAME_SHORT_MAX, false,
				 "fragment", err);
	if (r < 0)
		return r;
	if (b->role > XJ_OCR)
		return bad(err, "text of an unknown role");
	if (b->has & ~(uint32_t)HAS_ALL)
		return bad(err, "text with unknown fields");
	if (b->more > 1)
		return bad(err, "text that goes on more than once");
	r = check_place(s, b, err);
	if (r < 0)
		return r;
	if (b->len > s->limits->text - s->text)
		return over(err, s->limits->text, "text");
	s->text += b->len;
	return count_volume(s, b->len + length(b->label) + length(b->fragment),
			    err);
}

static int
check_meta(struct xj_frame_state *s, const struct xj_meta *m,
	   struct xj_error *err)
{
	int r = check_string(m->element, 64, false, "element", err);

	if (r == XJ_OK)
		r = check_bytes(m->value, m->len, XJ_FRAME_VALUE_MAX,
				"metadata", err);
	if (r == XJ_OK)
		r = check_string(m->lang, 64, true, "language", err);
	if (r == XJ_OK)
		r = check_string(m->source, 64, true, "source", err);
	if (r < 0)
		return r;
	if (m->element[0] == '\0')
		return bad(err, "metadata without a name");
	if (s->metas >= XJ_FRAME_META_MAX)
		return too_many(err, XJ_FRAME_META_MAX, "values of metadata");
	s->metas++;
	return count_volume(s, m->len, err);
}

static int
check_outline(struct xj_frame_state *s, const struct xj_outline *o,
	      struct xj_error *err)
{
	int r = check_string(o->title, XJ_FRAME_NAME_MAX, false, "title", err);

	if (r < 0)
		return r;
	if (o->where > XJ_PART)
		return bad(err, "a title in an unknown kind of place");
	if (o->level == 0)
		return bad(err, "a title of level 0");
	if (s->outlines >= XJ_FRAME_OUTLINE_MAX)
		return too_many(err, XJ_FRAME_OUTLINE_MAX, "titles");
	s->outlines++;
	return count_volume(s, strlen(o->title), err);
}

static int
check_page(struct xj_frame_state *s, const struct xj_page *p,
	   struct xj_error *err)
{
	int r = check_string(p->label, XJ_FRAME_SHORT_MAX, true, "label", err);

	if (r == XJ_OK)
		r = check_page_number(s, p->number, err);
	if (r < 0)
		return r;
	if (p->number <= s->page_done)
		return bad(err, "pages that go back");
	s->page_done = p->number;
	return count_volume(s, length(p->label), err);
}

static int
check_child(struct xj_frame_state *s, const struct xj_child *c,
	    struct xj_error *err)
{
	int r = check_string(c->name, XJ_FRAME_NAME_MAX, false, "name", err);

	if (r == XJ_OK)
		r = check_string(c->mime, XJ_FRAME_SHORT_MAX, true, "type",
				 err);
	if (r < 0)
		return r;
	if (c->raw != NULL && c->raw_len > XJ_FRAME_NAME_MAX)
		return bad(err, "an overlong name");
	if (c->role > XJ_CHILD_IMAGE)
		return bad(err, "a child of an unknown role");
	if (s->in_child)
		return bad(err, "a child inside a child");
	if (s->children >= s->limits->children)
		return too_many(err, s->limits->children,
				"contained documents");
	s->children++;
	s->in_child = true;
	s->child = 0;
	return XJ_OK;
}

static int
check_data(struct xj_frame_state *s, size_t len, struct xj_error *err)
{
	const struct xj_import_limits *l = s->limits;

	if (!s->in_child)
		return bad(err, "bytes of no child");
	if (len > l->child - s->child)
		return over(err, l->child, "one contained document");
	if (len > l->unpacked - s->unpacked)
		return over(err, l->unpacked, "contained documents");
	s->child += len;
	s->unpacked += len;
	if (s->unpacked > RATIO_FREE && s->unpacked / l->ratio > s->size)
		return xj_error_set(err, XJ_ELIMIT,
				    "more than %u times its size in contained "
				    "documents", l->ratio);
	return XJ_OK;
}

static int
check_child_end(struct xj_frame_state *s, const char *damage, uint32_t lack,
		struct xj_error *err)
{
	if (!s->in_child)
		return bad(err, "the end of no child");
	if (lack > XJ_CHILD_KEYLESS)
		return bad(err, "a child without bytes for an unknown reason");
	s->in_child = false;
	return check_string(damage, XJ_FRAME_SHORT_MAX, true, "damage", err);
}

static int
check_winner(struct xj_frame_state *s, const struct xj_frame *f,
	     struct xj_error *err)
{
	if (s->won)
		return bad(err, "a second winner");
	if (f->winner.importer >= s->importers &&
	    f->winner.importer != XJ_NO_IMPORTER)
		return bad(err, "a winner that does not exist");
	if (f->winner.bid > 100)
		return bad(err, "a bid over 100");
	s->won = true;
	return check_string(f->winner.mime, 127, false, "type", err);
}

static int
check_warn(struct xj_frame_state *s, const char *message, struct xj_error *err)
{
	if (s->warnings >= XJ_FRAME_WARN_MAX)
		return too_many(err, XJ_FRAME_WARN_MAX, "warnings");
	s->warnings++;
	return check_string(message, XJ_FRAME_SHORT_MAX, false, "warning", err);
}

static int
check_done(struct xj_frame_state *s, const struct xj_frame *f,
	   struct xj_error *err)
{
	if (f->done.status > XJ_IMPORT_OK || f->done.status < XJ_IMPORT_KEYLESS)
		return bad(err, "an unknown status");
	s->done = true;
	return check_string(f->done.message, XJ_FRAME_SHORT_MAX, true,
			    "message", err);
}

int
xj_frame_check(struct xj_frame_state *s, const struct xj_frame *f,
	       struct xj_error *err)
{
	if (s->done)
		return bad(err, "more after the end");
	if (!s->won && f->type != XJ_FRAME_WINNER && f->type != XJ_FRAME_BIDDER)
		return bad(err, "something before its bid");
	switch (f->type) {
	case XJ_FRAME_BIDDER:
		return s->won || f->bidder >= s->importers
			       ? bad(err, "a bidder that does not bid")
			       : XJ_OK;
	case XJ_FRAME_WINNER:
		return check_winner(s, f, err);
	case XJ_FRAME_TEXT:
		return check_text(s, &f->text, err);
	case XJ_FRAME_META:
		return check_meta(s, &f->meta, err);
	case XJ_FRAME_OUTLINE:
		return check_outline(s, &f->outline, err);
	case XJ_FRAME_PAGE:
		return check_page(s, &f->page, err);
	case XJ_FRAME_CHILD:
		return check_child(s, &f->child, err);
	case XJ_FRAME_DATA:
		return check_data(s, f->data.len, err);
	case XJ_FRAME_CHILD_END:
		return check_child_end(s, f->child_end.damage,
				       f->child_end.lack, err);
	case XJ_FRAME_WARN:
		return check_warn(s, f->warn, err);
	case XJ_FRAME_DONE:
		return check_done(s, f, err);
	}
	return bad(err, "a frame of unknown type");
}
