/*
 * rtf.c - the importer of RTF: groups, the bytes of text and what they are in
 * Unicode, paragraphs.
 *
 * The words are in words.c. Nothing is kept of the document but the groups
 * that are open, two tables of numbers and the paragraphs in hand.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "rtf.h"

static const char type_rtf[] = "application/rtf";

/* ----------------------------------------------------------------- text */

static struct paragraph *
paragraph_in_hand(struct reader *r)
{
	if (r->now.target == TO_VALUE || r->now.target == TO_STYLES)
		return &r->value;
	return &r->flows[r->now.hidden ? FLOW_HIDDEN : r->now.flow];
}

static bool
text_is_kept(const struct reader *r)
{
	return (r->now.target == TO_TEXT && !r->now.deleted) ||
	       ((r->now.target == TO_VALUE || r->now.target == TO_STYLES) &&
		r->value.len < VALUE_MAX);
}

/* A paragraph begins with the place of its first character. */
static struct paragraph *
begin_paragraph(struct reader *r, uint64_t offset)
{
	struct paragraph *p = paragraph_in_hand(r);

	if (p->len == 0 && !p->sent) {
		p->about.has = XJ_HAS_OFFSET;
		p->about.offset = offset;
	}
	return p;
}

/*
 * Whether all bytes beyond ASCII stand in pairs, as those of Chinese do. Fonts
 * are said to be Western where documents in Chinese have none of another kind.
 */
static bool
looks_double(const unsigned char *s, size_t len)
{
	size_t i = 0;

	while (i < len) {
		size_t n = i;

		while (n < len && s[n] >= 0x80)
			n++;
		if ((n - i) % 2)
			return false;
		i = n + 1;
	}
	return true;
}

int
reader_flush(struct reader *r)
{
	unsigned page = r->pending_page;
	const char *text;
	size_t len = r->pending_len;
	int status;

	r->pending_len = 0;
	if (len == 0)
		return 0;
	if (r->pending_maybe && looks_double(r->pending, len))
		page = r->page;
	status = codepage_decode(r->in, &r->pages, page, r->pending, len, &text,
				 &len);
	return status < 0 ? status :
	       prose_add(&r->prose, begin_paragraph(r, r->pending_offset),
			 text, len);
}

/* The page of the font in hand; `*maybe`: rather that of the document. */
static unsigned
page_of_text(const struct reader *r, bool *maybe)
{
	unsigned page = r->fonts[r->now.font % FONTS_MAX];
	unsigned other = r->fonts[r->now.double_font % FONTS_MAX];

	*maybe = false;
	if (r->now.side == SIDE_DOUBLE && codepage_is_double(other))
		return other;
	if (page == 0)
		return r->page;
	*maybe = page == 1252 && codepage_is_double(r->page);
	return page;
}

static int
add_byte(struct reader *r, const struct token *t)
{
	bool maybe;
	unsigned page;
	int status = 0;

	if (r->skip > 0) {
		r->skip--;
		return 0;
	}
	if (!text_is_kept(r) || (t->byte < ' ' && t->byte != '\t'))
		return 0;
	page = page_of_text(r, &maybe);
	if (page != r->pending_page || maybe != r->pending_maybe ||
	    r->pending_len == sizeof(r->pending) ||
	    (t->byte < 0x80 && r->pending_len > sizeof(r->pending) - 8))
		status = reader_flush(r);
	if (r->pending_len == 0)
		r->pending_offset = r->offset;
	r->pending_page = page;
	r->pending_maybe = maybe;
	r->pending[r->pending_len++] = t->byte;
	return status;
}

int
reader_put(struct reader *r, uint32_t c)
{
	int status;

	if (!text_is_kept(r))
		return 0;
	if ((status = reader_flush(r)) < 0)
		return status;
	return prose_put(&r->prose, begin_paragraph(r, r->offset), c);
}

/* ----------------------------------------------------------- paragraphs */

static void
set_role(struct reader *r, struct paragraph *p, unsigned flow)
{
	static const uint32_t roles[FLOWS] = {
		XJ_BODY, XJ_NOTE, XJ_HEADER, XJ_BODY, XJ_HIDDEN,
	};

	p->about.role = roles[flow];
	if (p->about.row) {
		p->about.row = 0; /* see end_row() in words.c */
		if (flow == FLOW_BODY || flow == FLOW_SHAPE)
			p->about.role = XJ_TABLE;
	} else if (flow == FLOW_BODY && r->now.level != NO_LEVEL) {
		p->about.role = XJ_HEADING;
		p->about.level = r->now.level + 1u;
	}
}

static int
end_flow(struct reader *r, unsigned flow)
{
	struct paragraph *p = &r->flows[flow];

	if (p->len == 0 && !p->sent)
		return 0;
	set_role(r, p, flow);
	return prose_end(&r->prose, p);
}

int
reader_end_paragraph(struct reader *r)
{
	int status = reader_flush(r);

	if (status == 0)
		status = end_flow(r, r->now.flow);
	if (status == 0 && r->flows[FLOW_HIDDEN].len > 0)
		status = end_flow(r, FLOW_HIDDEN);
	return status;
}

static int
end_all(struct reader *r)
{
	int status = reader_flush(r);

	for (unsigned i = 0; status == 0 && i < FLOWS; i++)
		status = end_flow(r, i);
	return status < 0 ? status : prose_finish(&r->prose);
}

/* --------------------------------------------------------------- groups */

static int
open_group(struct reader *r)
{
	/* a character may go on in the next group: nothing is flushed */
	r->skip = 0;
	r->now.star = false;
	if (r->depth == GROUPS_MAX) {
		r->deeper++;
		return 0;
	}
	r->stack[r->depth++] = r->now;
	return 0;
}

/* The end of a note, a header, a text box or a value is one of its text. */
static int
close_group(struct reader *r)
{
	const struct state *outer;
	int status = 0;

	r->skip = 0;
	if (r->deeper > 0) {
		r->deeper--;
		return 0;
	}
	outer = &r->stack[r->depth - 1];
	if (outer->target != r->now.target || outer->flow != r->now.flow ||
	    outer->hidden != r->now.hidden)
		status = reader_flush(r);
	if (status == 0 && (outer->target != r->now.target ||
			    r->now.target == TO_STYLES ||
			    r->now.target == TO_VALUE))
		status = reader_close(r);
	if (status == 0 && outer->flow != r->now.flow)
		status = reader_end_paragraph(r);
	r->now = r->stack[--r->depth];
	return status;
}

/* ------------------------------------------------------------- document */

static int
take(struct reader *r, const struct token *t)
{
	r->offset = t->offset;
	switch (t->kind) {
	case TOKEN_OPEN:
		return open_group(r);
	case TOKEN_CLOSE:
		return r->depth > 0 ? close_group(r) : 0;
	case TOKEN_BYTE:
		return add_byte(r, t);
	case TOKEN_WORD:
		return reader_word(r, t);
	case TOKEN_END:
		break;
	}
	return 0;
}

static int
read_all(struct reader *r)
{
	struct token t;
	int status;

	while ((status = source_next(&r->source, &t)) > 0) {
		if ((status = take(r, &t)) < 0)
			return status;
		r->begun |= r->depth > 0;
		if (r->begun && r->depth == 0)
			return end_all(r); /* what follows is not RTF */
	}
	if (status == 0)
		status = end_all(r);
	if (status == 0)
		status = xj_warn(r->in, "the document ends in the middle");
	return status;
}

static int
make_tables(struct reader *r)
{
	r->source.buf = xj_alloc(r->in, NULL, CHUNK);
	r->stack = xj_alloc(r->in, NULL, GROUPS_MAX * sizeof(*r->stack));
	r->fonts = xj_alloc(r->in, NULL, FONTS_MAX * sizeof(*r->fonts));
	r->styles = xj_alloc(r->in, NULL, STYLES_MAX);
	return r->source.buf && r->stack && r->fonts && r->styles ?
	       0 : XJ_IMPORT_NOMEM;
}

static int
import_rtf(struct xj_import *in)
{
	struct reader *r = xj_alloc(in, NULL, sizeof(*r));
	char head[6] = "";
	int status;

	if (!r)
		return XJ_IMPORT_NOMEM;
	if (xj_read(in, 0, head, 5) < 5 || memcmp(head, "{\\rtf", 5))
		return xj_fail(in, XJ_IMPORT_CORRUPT,
			       "it does not begin as RTF does");
	r->in = r->source.in = r->prose.in = in;
	r->page = 1252;
	r->now = (struct state){ .target = TO_TEXT, .level = NO_LEVEL,
				 .skip = 1 };
	if ((status = make_tables(r)) == 0)
		status = read_all(r);
	codepages_end(in, &r->pages);
	return status;
}

static int
probe_rtf(const struct xj_sample *sample, const char **mime)
{
	*mime = type_rtf;
	return sample->head_len >= 5 && !memcmp(sample->head, "{\\rtf", 5) ?
	       XJ_BID_CERTAIN : XJ_BID_NONE;
}

static const struct xj_format formats[] = {
	{ .mime = type_rtf, .ext = "rtf", .magic = "{\\rtf", .magic_len = 5 },
	{ 0 }
};

XJ_IMPORTER(.name = "rtf", .version = "1.0", .license = "GPL-3.0-or-later",
	    .formats = formats, .probe = probe_rtf, .import = import_rtf);
