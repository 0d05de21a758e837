/*
 * ppt.c - presentations of PowerPoint 97 to 2003, and of Kingsoft's DPS: the
 * slides in order, each with its notes and comments.
 *
 * Source: [MS-PPT]. A presentation that was saved in haste holds older slides
 * too: the directory of persistent objects says which ones count.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "ole.h"

#define DEPTH_MAX 40u
#define OBJECTS_MAX (1u << 20)
#define SLIDES_MAX 10000u
#define TEXT_CHUNK 1024u

enum {
	DOCUMENT = 1000, SLIDE = 1006, SLIDE_ATOM = 1007, NOTES = 1008,
	SLIDE_PERSIST = 1011, TEXT_HEADER = 3999, TEXT_CHARS = 4000,
	TEXT_BYTES = 4008, C_STRING = 4026, EDIT = 4085, SLIDE_LIST = 4080,
	TAG_DATA = 5003, DIRECTORY = 6002, COMMENT = 12000,
};

/* What a list of slides is of. */
enum { OF_SLIDES = 0, OF_NOTES = 2 };

/* Kinds of text in the header of one. */
enum { TITLE = 0, CENTER_TITLE = 6 };

struct record {
	unsigned type, instance;
	bool container;
	uint64_t at, end;  /* of what is in it */
};

struct notes {
	uint32_t id, object;
};

struct show {
	struct ole *ole;
	struct cfb_stream stream;
	uint32_t *objects;      /* offset + 1 by number */
	size_t n_objects;
	struct notes *notes;
	size_t n_notes;
	uint64_t slide;         /* in hand, from 1 */
	uint32_t notes_id;      /* of that slide */
	unsigned kind;          /* of the text that follows */
	bool note, comment;
	uint64_t walked;        /* records seen so far */
};

/* ----------------------------------------------------------------- records */

/* 1: a record that ends by `end`. 0: none. */
static int
record_at(struct show *show, uint64_t off, uint64_t end, struct record *record)
{
	unsigned char raw[8];
	int r;

	if (off + 8 > end)
		return 0;
	if (++show->walked / 2 > show->stream.size)
		return xj_fail(show->ole->in, XJ_IMPORT_CORRUPT,
			       "its slides lie within each other");
	if ((r = cfb_read_all(&show->stream, off, raw, 8)) < 0)
		return r == XJ_IMPORT_CORRUPT ? 0 : r;
	record->instance = get16(raw) >> 4;
	record->type = get16(raw + 2);
	record->container = (raw[0] & 0xF) == 0xF || record->type == TAG_DATA;
	record->at = off + 8;
	record->end = record->at + get32(raw + 4);
	if (record->end > end)
		record->end = end;
	return 1;
}

static uint32_t
number_at(struct show *show, const struct record *record, uint64_t off, int *r)
{
	unsigned char raw[4];

	if (*r < 0 || record->at + off + 4 > record->end)
		return 0;
	*r = cfb_read_all(&show->stream, record->at + off, raw, 4);
	if (*r == XJ_IMPORT_CORRUPT)
		*r = 0;
	else if (*r == 0)
		return get32(raw);
	return 0;
}

/* -------------------------------------------------------------------- text */

static int
end_paragraph(struct show *show)
{
	struct xj_block *about = &show->ole->text.about;
	const struct paragraph *p = &show->ole->text;

	if (p->len == 1 && p->text[0] == '*' && !p->sent)
		show->ole->text.len = 0; /* where a number or a date goes */
	about->where = XJ_PART;
	about->at = show->slide;
	if (show->note || show->comment) {
		about->role = XJ_NOTE;
	} else if (show->kind == TITLE || show->kind == CENTER_TITLE) {
		about->role = XJ_HEADING;
		about->level = 1;
	}
	return prose_end(&show->ole->prose, &show->ole->text);
}

static int
put(struct show *show, uint32_t c)
{
	if (c == '\r')
		return end_paragraph(show);
	if (c == 0x0B)
		c = '\n';
	if (c < ' ' && c != '\t' && c != '\n')
		return 0;
	return prose_put(&show->ole->prose, &show->ole->text, c);
}

/* UTF-16, or the low bytes of it. */
static int
read_text(struct show *show, const struct record *record, bool wide)
{
	unsigned char buf[TEXT_CHUNK];
	size_t step = wide ? 2 : 1;
	uint64_t off = record->at;
	int r = 0;

	while (r == 0 && off + step <= record->end) {
		uint64_t left = record->end - off;
		ssize_t n = cfb_read(&show->stream, off, buf,
				     left < sizeof(buf) ? (size_t)left :
				     sizeof(buf));

		if (n < (ssize_t)step)
			return n < 0 ? (int)n : 0;
		n -= n % (ssize_t)step;
		for (ssize_t i = 0; r == 0 && i < n; i += (ssize_t)step)
			r = put(show, wide ? get16(buf + i) : buf[i]);
		off += (uint64_t)n;
	}
	return r < 0 ? r : end_paragraph(show);
}

static int walk(struct show *show, const struct record *parent,
		unsigned depth);

static int
read_record(struct show *show, const struct record *record, unsigned depth)
{
	bool was = show->comment;
	int r = 0;

	switch (record->type) {
	case TEXT_HEADER:
		show->kind = number_at(show, record, 0, &r);
		return r;
	case TEXT_CHARS:
		return read_text(show, record, true);
	case TEXT_BYTES:
		return read_text(show, record, false);
	case C_STRING: /* of a comment: 0 is its author */
		return show->comment && record->instance == 1 ?
			read_text(show, record, true) : 0;
	case SLIDE_ATOM:
		show->notes_id = number_at(show, record, 16, &r);
		return r;
	}
	if (!record->container || depth == DEPTH_MAX)
		return 0;
	show->comment |= record->type == COMMENT;
	r = walk(show, record, depth + 1);
	show->comment = was;
	return r;
}

static int
walk(struct show *show, const struct record *parent, unsigned depth)
{
	uint64_t off = parent->at;
	struct record record;
	int r;

	while ((r = record_at(show, off, parent->end, &record)) > 0) {
		if ((r = read_record(show, &record, depth)) < 0)
			return r;
		off = record.end;
	}
	return r;
}

/* ----------------------------------------------------------------- objects */

/* Entries of newer directories, which come first, count. */
static int
read_directory(struct show *show, uint64_t off)
{
	struct record record;
	int r = record_at(show, off, show->stream.size, &record);
	uint64_t at = 0;

	if (r <= 0 || record.type != DIRECTORY)
		return r < 0 ? r : 0;
	while (r >= 0 && record.at + at + 4 <= record.end) {
		uint32_t head = number_at(show, &record, at, &r);
		uint32_t first = head & 0xFFFFF, n = head >> 20;

		at += 4;
		for (uint32_t i = 0; r >= 0 && i < n &&
		     record.at + at + 4 <= record.end; i++, at += 4) {
			uint32_t place = number_at(show, &record, at, &r);

			if (first + i < show->n_objects &&
			    show->objects[first + i] == 0)
				show->objects[first + i] = place + 1;
		}
	}
	return r < 0 ? r : 0;
}

/* Each edit leads to the one before it. Sets the number of the document. */
static int
read_edits(struct show *show, uint64_t off, uint32_t *document)
{
	struct record record;
	uint64_t before;
	bool newest = true;
	int r;

	*document = 0;
	for (;; newest = false) {
		r = record_at(show, off, show->stream.size, &record);
		if (r <= 0 || record.type != EDIT)
			return r < 0 ? r : 0;
		if (newest) {
			*document = number_at(show, &record, 16, &r);
			if (r >= 0 && number_at(show, &record, 28, &r) != 0)
				return xj_fail(show->ole->in,
					       XJ_IMPORT_KEYLESS,
					       "the presentation is locked "
					       "with a password");
		}
		before = number_at(show, &record, 8, &r);
		if (r >= 0)
			r = read_directory(show, number_at(show, &record, 12,
							   &r));
		if (r < 0 || before == 0 || before >= off)
			return r < 0 ? r : 0;
		off = before;
	}
}

static int
object_at(struct show *show, uint32_t number, unsigned type,
	  struct record *record)
{
	int r;

	if (number >= show->n_objects || show->objects[number] == 0)
		return 0;
	r = record_at(show, show->objects[number] - 1, show->stream.size,
		      record);
	if (r <= 0)
		return r;
	/* read once, however often it is named */
	show->objects[number] = 0;
	return record->type == type;
}

/* ------------------------------------------------------------------ slides */

static int
read_notes(struct show *show)
{
	struct record record;
	int r = 0;

	if (show->notes_id == 0)
		return 0;
	for (size_t i = 0; i < show->n_notes; i++) {
		if (show->notes[i].id != show->notes_id)
			continue;
		r = object_at(show, show->notes[i].object, NOTES, &record);
		if (r <= 0)
			return r;
		show->note = true;
		r = walk(show, &record, 0);
		show->note = false;
		return r;
	}
	return 0;
}

/* The slide itself, behind its texts in the list. */
static int
end_slide(struct show *show, uint32_t object)
{
	struct record record;
	int r = object_at(show, object, SLIDE, &record);

	show->notes_id = 0;
	if (r > 0) {
		show->kind = 4; /* any */
		r = walk(show, &record, 0);
	}
	return r < 0 ? r : read_notes(show);
}

/* Titles and bodies stand in the list, slide by slide. */
static int
read_slides(struct show *show, const struct record *list)
{
	uint64_t off = list->at;
	uint32_t object = 0;
	struct record record;
	int r;

	while ((r = record_at(show, off, list->end, &record)) > 0) {
		if (record.type == SLIDE_PERSIST) {
			if (show->slide > 0 &&
			    (r = end_slide(show, object)) < 0)
				return r;
			if (show->slide >= SLIDES_MAX)
				return xj_warn(show->ole->in,
					       "more slides than are read");
			show->slide++;
			object = number_at(show, &record, 0, &r);
			show->kind = 4;
		} else {
			r = read_record(show, &record, 0);
		}
		if (r < 0 || (r = xj_poll(show->ole->in, off,
					  show->stream.size)) < 0)
			return r;
		off = record.end;
	}
	if (r < 0 || show->slide == 0)
		return r;
	return end_slide(show, object);
}

static int
list_notes(struct show *show, const struct record *list)
{
	uint64_t off = list->at;
	size_t most = (size_t)((list->end - list->at) / 8 + 1);
	struct record record;
	int r;

	if (show->notes)
		return 0;
	if (most > SLIDES_MAX)
		most = SLIDES_MAX;
	show->notes = xj_alloc(show->ole->in, NULL,
			       most * sizeof(*show->notes));
	if (!show->notes)
		return XJ_IMPORT_NOMEM;
	while ((r = record_at(show, off, list->end, &record)) > 0) {
		if (record.type == SLIDE_PERSIST && show->n_notes < most) {
			struct notes *n = &show->notes[show->n_notes++];

			n->object = number_at(show, &record, 0, &r);
			n->id = number_at(show, &record, 12, &r);
			if (r < 0)
				return r;
		}
		off = record.end;
	}
	return r;
}

/* The lists of a document: first that of the notes, then the slides. */
static int
read_lists(struct show *show, const struct record *document, unsigned which,
	   int (*read)(struct show *, const struct record *))
{
	uint64_t off = document->at;
	struct record record;
	int r;

	while ((r = record_at(show, off, document->end, &record)) > 0) {
		if (record.type == SLIDE_LIST && record.instance == which &&
		    (r = read(show, &record)) < 0)
			return r;
		off = record.end;
	}
	return r;
}

/* ------------------------------------------------------- the presentation */

static int
find_edit(struct show *show, uint32_t *off)
{
	struct ole *ole = show->ole;
	const struct cfb_entry *e = cfb_find(&ole->cfb, CFB_ROOT,
					     "Current User");
	struct cfb_stream user;
	unsigned char raw[20];
	int r;

	if (!e)
		return xj_fail(ole->in, XJ_IMPORT_CORRUPT,
			       "the stream Current User is missing");
	if ((r = cfb_stream_open(&ole->cfb, e, &user)) == 0)
		r = cfb_read_all(&user, 0, raw, sizeof(raw));
	cfb_stream_close(&user);
	if (r == XJ_IMPORT_CORRUPT)
		return xj_fail(ole->in, r,
			       "the stream Current User is cut off");
	if (r < 0)
		return r;
	if (get32(raw + 12) == 0xF3D1C4DF)
		return xj_fail(ole->in, XJ_IMPORT_KEYLESS,
			       "the presentation is locked with a password");
	*off = get32(raw + 16);
	return 0;
}

static int
read_show(struct show *show)
{
	struct record document;
	uint32_t edit, number;
	int r = find_edit(show, &edit);

	if (r < 0 || (r = read_edits(show, edit, &number)) < 0)
		return r;
	if ((r = object_at(show, number, DOCUMENT, &document)) < 0)
		return r;
	if (r == 0)
		return xj_fail(show->ole->in, XJ_IMPORT_CORRUPT,
			       "the list of slides cannot be found");
	r = read_lists(show, &document, OF_NOTES, list_notes);
	return r < 0 ? r : read_lists(show, &document, OF_SLIDES, read_slides);
}

int
ole_import_ppt(struct ole *ole, const struct cfb_entry *entry)
{
	struct show *show = xj_alloc(ole->in, NULL, sizeof(*show));
	size_t n = entry->size / 4 + 16 < OBJECTS_MAX ?
		   (size_t)(entry->size / 4 + 16) : OBJECTS_MAX;
	int r;

	if (!show ||
	    !(show->objects = xj_alloc(ole->in, NULL,
				       n * sizeof(*show->objects))))
		return XJ_IMPORT_NOMEM;
	show->ole = ole;
	show->n_objects = n;
	if ((r = cfb_stream_open(&ole->cfb, entry, &show->stream)) < 0)
		return r;
	return read_show(show);
}
