/* index-terms.c - what a document is found by: the terms of its text and of
 * its metadata, and the values it is sorted and counted by. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/fields.h"
#include "library/indexer.h"
#include "library/suggest.h"
#include "library/topic.h"

#define CUT_ABOVE 65536 /* normal text kept for one section */
#define TITLE_WEIGHT 3 /* of Latin words */
#define ORDER_MAX 200  /* bytes of what a title is put in order by */

struct xj_terms_maker {
	struct xj_archive *archive;
	struct xj_analyzer *analyzer; /* the archive's */
	struct xj_counts *counts;
	struct xj_normal piece;  /* a value of metadata */
	struct xj_normal carry;  /* a chunk, behind what goes on in it */
	struct xj_buf slots[XJ_SLOT_COUNT]; /* values that are made here */
	struct xj_arena *arena;  /* of the document in hand */
	bool ocr;                /* text of it was read from pictures */
};

int
xj_terms_maker_new(struct xj_archive *archive, struct xj_terms_maker **out,
		   struct xj_error *err)
{
	struct xj_terms_maker *m = calloc(1, sizeof(*m));
	int r;

	if (!m)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	m->archive = archive;
	r = xj_terms_maker_refresh(m, err);
	if (r == XJ_OK)
		r = xj_counts_new(&m->counts, err);
	if (r < 0) {
		xj_terms_maker_free(m);
		return r;
	}
	*out = m;
	return XJ_OK;
}

int
xj_terms_maker_refresh(struct xj_terms_maker *m, struct xj_error *err)
{
	return xj_archive_analyzer(m->archive, &m->analyzer, err);
}

void
xj_terms_maker_free(struct xj_terms_maker *m)
{
	if (!m)
		return;
	xj_arena_free(m->arena);
	for (unsigned i = 0; i < XJ_SLOT_COUNT; i++)
		xj_buf_release(&m->slots[i]);
	xj_normal_release(&m->piece);
	xj_normal_release(&m->carry);
	xj_counts_free(m->counts);
	free(m);
}

/* ------------------------------------------------------------------- text */

/* Behind byte i - 1, which ends a clause: no term reaches over it. A comma
 * before a digit may stand inside a number. */
static bool
ends_clause(const char *s, size_t i)
{
	return (s[i] & 0x80 && strchr(",;:!?", s[i - 1])) ||
	       (i >= 3 && memcmp(s + i - 3, "\xE3\x80\x82", 3) == 0); /* 。 */
}

/*
 * Where carried text may be cut so that no term is lost: behind the last end
 * of a section; in a section that goes on for long, behind a space or a mark.
 * The end itself is no such place, since the next chunk may go on there, nor are
 * the last spaces: the bond over one needs the whole of another word.
 */
static size_t
cut_point(const struct xj_normal *n)
{
	for (size_t i = n->len; i > 0; i--)
		if (n->bytes[i - 1] == '\n')
			return i;
	if (n->len < CUT_ABOVE)
		return 0;
	for (size_t i = n->len - 1, spaces = 0; i > 0; i--) {
		spaces += n->bytes[i - 1] == ' ';
		if (spaces > XJ_BOND_JOINTS + 1 || ends_clause(n->bytes, i))
			return i;
	}
	/* One word of 64 KiB: it has no terms worth keeping whole. */
	return xj_utf8_cut(n->bytes, n->len, n->len - 1);
}

static int
count_bond(void *ctx, const char bond[XJ_BOND_BYTES])
{
	char term[1 + XJ_BOND_BYTES] = { XJ_BOND };

	memcpy(term + 1, bond, XJ_BOND_BYTES);
	return xj_counts_term(ctx, term, sizeof(term), 0, NULL);
}

static int
count_bonds(struct xj_terms_maker *m, const struct xj_normal *n, size_t upto,
	    struct xj_error *err)
{
	int r = xj_bonds(n->bytes, n->len, upto, count_bond, m->counts);

	return r < 0 ? xj_error_set(err, r, "out of memory") : XJ_OK;
}

static int
count_carried(struct xj_terms_maker *m, size_t upto, struct xj_error *err)
{
	struct xj_normal *n = &m->carry;
	int r = xj_counts_text(m->counts, m->analyzer, n->bytes, upto, 1, err);

	if (r == XJ_OK)
		r = count_bonds(m, n, upto, err);
	if (r < 0)
		return r;
	memmove(n->bytes, n->bytes + upto, n->len - upto);
	n->len -= upto;
	return XJ_OK;
}

/* Nothing is carried into a section that begins with its chunk. */
static int
count_chunk(void *ctx, unsigned number, const void *bytes, size_t len,
	    struct xj_error *err)
{
	struct xj_terms_maker *m = ctx;
	struct xj_text_chunk chunk;
	size_t cut;
	int r = xj_text_chunk_parse(bytes, len, &chunk, err);

	(void)number;
	if (r < 0)
		return r;
	for (size_t i = 0; i < chunk.count && !m->ocr; i++)
		m->ocr = chunk.blocks[i].role == XJ_OCR;
	if (!chunk.continues && m->carry.len)
		r = count_carried(m, m->carry.len, err);
	if (r == XJ_OK)
		r = xj_normalise_chunk(m->analyzer, &chunk, false,
				       XJ_NORMAL_APPEND, &m->carry, err);
	xj_text_chunk_release(&chunk);
	if (r < 0)
		return r;
	cut = cut_point(&m->carry);
	return cut ? count_carried(m, cut, err) : XJ_OK;
}

static int
count_text(struct xj_terms_maker *m, uint64_t id, struct xj_error *err)
{
	int r;

	m->carry.len = 0;
	r = xj_texts_each(m->archive->texts, id, count_chunk, m, err);
	if (r < 0 && r != XJ_ECORRUPT)
		return r;
	return m->carry.len ? count_carried(m, m->carry.len, err) : XJ_OK;
}

/* ----------------------------------------------------------------- fields */

/* Text of a field: into the body; and under the field's byte, which is asked
 * for but never weighed, and so does not make the document longer. */
struct field {
	struct xj_terms_maker *maker;
	char byte;       /* 0: the body alone */
	unsigned weight; /* in the body */
	struct xj_error *err;
};

static bool
is_latin(const char *term, size_t len)
{
	return !xj_is_cjk(xj_utf8_next(&term, term + len));
}

/*
 * Only Latin words weigh more in a title. What is written in Han is counted by
 * character, pair and word already, and more of that lifts every article of a
 * law above the one that was meant: it is counted where the text, which mostly
 * begins with its title, does not have it.
 */
static int
count_field_term(void *ctx, enum xj_term_kind kind, const char *term,
		 size_t len, size_t at, size_t width)
{
	struct field *f = ctx;
	char buf[256] = { f->byte, (char)kind };
	int r;

	(void)at, (void)width;
	if (len > sizeof(buf) - 2)
		return XJ_OK;
	memcpy(buf + 2, term, len);
	r = is_latin(term, len) ?
		xj_counts_term(f->maker->counts, buf + 1, len + 1, f->weight,
			       f->err) :
		xj_counts_least(f->maker->counts, buf + 1, len + 1, 1, f->err);
	if (r == XJ_OK && f->byte)
		r = xj_counts_term(f->maker->counts, buf, len + 2, 0, f->err);
	return r;
}

static int
count_field(struct xj_terms_maker *m, char byte, unsigned weight,
	    const char *text, struct xj_error *err)
{
	struct field f = { m, byte, weight, err };
	int r;

	if (!text)
		return XJ_OK;
	r = xj_normalise(m->analyzer, text, strlen(text), 0, &m->piece, err);
	if (r == XJ_OK)
		r = xj_terms(m->analyzer, m->piece.bytes, m->piece.len,
			     count_field_term, &f, err);
	return r < 0 ? r : count_bonds(m, &m->piece, m->piece.len, err);
}

/* --------------------------------------------------------------- booleans */

static int
count_bool(struct xj_terms_maker *m, char byte, const char *value,
	   struct xj_error *err)
{
	char term[1 + XJ_BOOL_MAX] = { byte };
	size_t len;
	int r;

	if (!value || !*value)
		return XJ_OK;
	r = xj_normalise(m->analyzer, value, strlen(value), 0, &m->piece, err);
	if (r < 0)
		return r;
	len = xj_utf8_cut(m->piece.bytes, m->piece.len, sizeof(term) - 1);
	memcpy(term + 1, m->piece.bytes, len);
	return xj_counts_term(m->counts, term, len + 1, 0, err);
}

static int
count_number(struct xj_terms_maker *m, char byte, uint64_t number,
	     struct xj_error *err)
{
	char term[24];
	int n = snprintf(term, sizeof(term), "%c%llu", byte,
			 (unsigned long long)number);

	return xj_counts_term(m->counts, term, (size_t)n, 0, err);
}

/* The document and every container around it. */
static int
count_inside(struct xj_terms_maker *m, const struct xj_doc *doc,
	     struct xj_error *err)
{
	struct xj_doc up = *doc;
	int r = count_number(m, XJ_BOOL_INSIDE, doc->id, err);

	while (r == XJ_OK && up.parent) {
		uint64_t parent = up.parent;

		r = count_number(m, XJ_BOOL_INSIDE, parent, err);
		if (r == XJ_OK)
			r = xj_catalog_get(m->archive->catalog, parent,
					   m->arena, &up, err);
	}
	return r;
}

/* Who is let in: as to what it is inside of. */
static int
count_atoms(struct xj_terms_maker *m, const struct xj_doc *doc,
	    struct xj_error *err)
{
	uint64_t *atoms;
	size_t count;
	int r = xj_catalog_atoms_of(m->archive->catalog, doc->root, m->arena,
				    &atoms, &count, err);

	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = count_number(m, XJ_BOOL_ATOM, atoms[i], err);
	return r;
}

static int
count_booleans(struct xj_terms_maker *m, const struct xj_doc *doc,
	       struct xj_error *err)
{
	const struct { char byte; const char *value; } terms[] = {
		{ XJ_BOOL_KIND, doc->kind },
		{ XJ_BOOL_TYPE, doc->type },
		{ XJ_BOOL_FORMAT, doc->format },
		{ XJ_BOOL_LANGUAGE, doc->language },
		{ XJ_BOOL_UNIT, doc->owner && *doc->owner ? doc->owner : NULL },
		{ XJ_BOOL_OUTCOME, doc->outcome },
		{ XJ_BOOL_OUTCOME, m->ocr ? "ocr" : NULL },
	};
	int r = count_inside(m, doc, err);

	if (r == XJ_OK)
		r = xj_counts_term(m->counts, (char[]){ XJ_BOND }, 1, 0, err);
	for (size_t i = 0; i < XJ_COUNT(terms) && r == XJ_OK; i++)
		r = count_bool(m, terms[i].byte, terms[i].value, err);
	if (r == XJ_OK)
		r = count_number(m, XJ_BOOL_ACCESSION, doc->accession, err);
	return r < 0 ? r : count_atoms(m, doc, err);
}

/* ----------------------------------------------------------------- values */

/* Which elements are searched: with the body, and under which field. */
static const struct xj_indexed_element indexed_elements[] = {
	{ "creator", XJ_FIELD_CREATOR, XJ_BOOL_CREATOR, XJ_SLOT_CREATOR },
	{ "subject", XJ_FIELD_SUBJECT, XJ_BOOL_SUBJECT, XJ_SLOT_SUBJECT },
	{ "contributor", XJ_FIELD_CREATOR, 0, 0 },
	{ "description", 0, 0, 0 },
	{ "publisher", 0, 0, 0 },
	{ "source", 0, 0, 0 },
	{ "identifier", 0, 0, 0 },
	{ "coverage", 0, 0, 0 },
};

const struct xj_indexed_element *
xj_indexed_element(const char *element)
{
	for (size_t i = 0; i < XJ_COUNT(indexed_elements); i++)
		if (strcmp(indexed_elements[i].element, element) == 0)
			return &indexed_elements[i];
	return NULL;
}

static void
add_slot(struct xj_buf *slot, const char *value)
{
	if (slot->len)
		xj_buf_addc(slot, XJ_VALUE_SEPARATOR);
	xj_buf_adds(slot, value);
}

static int
count_value(struct xj_terms_maker *m, const struct xj_meta_value *v,
	    struct xj_error *err)
{
	const struct xj_indexed_element *e = xj_indexed_element(v->element);
	int r;

	if (!e)
		return XJ_OK;
	r = count_field(m, e->field, 1, v->value, err);
	if (r == XJ_OK && e->boolean) /* `piece` is its normal form */
		r = xj_suggest_value(m->counts, e->boolean == XJ_BOOL_CREATOR ?
				     'c' : 's', v->value, m->piece.bytes,
				     m->piece.len, err);
	if (r == XJ_OK && e->boolean)
		r = count_bool(m, e->boolean, v->value, err);
	if (e->slot)
		add_slot(&m->slots[e->slot], v->value);
	return r;
}

/* Whether a list in a slot has a value; codes are of few characters. */
static bool
in_slot(const struct xj_buf *slot, const char *value)
{
	size_t n = strlen(value);
	const char *p = slot->data;

	for (; p && (p = strstr(p, value)); p++)
		if ((p == slot->data || p[-1] == XJ_VALUE_SEPARATOR) &&
		    (p[n] == '\0' || p[n] == XJ_VALUE_SEPARATOR))
			return true;
	return false;
}

/* A topic is what it was merged into, and of an area. */
static int
count_topic(struct xj_terms_maker *m, const char *code, struct xj_error *err)
{
	const struct xj_topics *t;
	const struct xj_topic_row *row;
	int r = xj_topics_get(m->archive, &t, err);

	row = r < 0 ? NULL : xj_topics_real(t, xj_topics_code(t, code));
	if (!row || in_slot(&m->slots[XJ_SLOT_TOPIC], row->code))
		return r;
	add_slot(&m->slots[XJ_SLOT_TOPIC], row->code);
	r = count_bool(m, XJ_BOOL_TOPIC, row->code, err);
	row = xj_topics_area(t, row);
	if (!in_slot(&m->slots[XJ_SLOT_AREA], row->code))
		add_slot(&m->slots[XJ_SLOT_AREA], row->code);
	return r;
}

/* The values in force: of each element those of the highest rank, which come
 * first. */
static int
count_values(struct xj_terms_maker *m, uint64_t id, struct xj_error *err)
{
	const struct xj_meta_value *first = NULL;
	struct xj_meta_value *v;
	size_t count;
	int r = xj_catalog_meta(m->archive->catalog, id, m->arena, &v, &count,
				err);

	for (size_t i = 0; r == XJ_OK && i < count; i++) {
		if (!first || strcmp(first->element, v[i].element) != 0)
			first = &v[i];
		if (v[i].rank == XJ_META_GIVEN &&
		    strcmp(v[i].element, "topic") == 0)
			r = count_topic(m, v[i].value, err);
		else if (v[i].rank == first->rank)
			r = count_value(m, &v[i], err);
	}
	return r;
}

static void
set_value(struct xj_index_doc *d, unsigned slot, const char *value)
{
	if (!value)
		return;
	d->values[slot].bytes = value;
	d->values[slot].len = strlen(value);
}

static void
set_values(const struct xj_terms_maker *m, const struct xj_doc *doc,
	   struct xj_index_doc *out)
{
	set_value(out, XJ_SLOT_DATE, doc->date);
	set_value(out, XJ_SLOT_KIND, doc->kind);
	set_value(out, XJ_SLOT_TYPE, doc->type);
	set_value(out, XJ_SLOT_TITLE, m->slots[XJ_SLOT_TITLE].data);
	set_value(out, XJ_SLOT_LANGUAGE, doc->language);
	set_value(out, XJ_SLOT_CREATOR, m->slots[XJ_SLOT_CREATOR].data);
	set_value(out, XJ_SLOT_SUBJECT, m->slots[XJ_SLOT_SUBJECT].data);
	set_value(out, XJ_SLOT_AREA, m->slots[XJ_SLOT_AREA].data);
	set_value(out, XJ_SLOT_TOPIC, m->slots[XJ_SLOT_TOPIC].data);
}

/* ------------------------------------------------------------ a document */

static int
begin_document(struct xj_terms_maker *m, struct xj_error *err)
{
	xj_arena_free(m->arena);
	m->arena = NULL;
	m->ocr = false;
	xj_counts_clear(m->counts);
	for (unsigned i = 0; i < XJ_SLOT_COUNT; i++)
		xj_buf_clear(&m->slots[i]);
	return xj_arena_new(&m->arena) < 0 ?
		xj_error_set(err, XJ_ENOMEM, "out of memory") : XJ_OK;
}

/* `piece` is its normal form. */
static int
count_title(struct xj_terms_maker *m, struct xj_error *err)
{
	struct xj_buf *order = &m->slots[XJ_SLOT_TITLE];
	int r = xj_suggest_title(m->counts, m->piece.bytes, m->piece.len, err);

	if (r == XJ_OK)
		r = xj_order_key(m->analyzer, m->piece.bytes, m->piece.len,
				 order, err);
	if (r == XJ_OK && order->len > ORDER_MAX) {
		order->len = xj_utf8_cut(order->data, order->len, ORDER_MAX);
		order->data[order->len] = '\0';
	}
	return r;
}

int
xj_terms_make(struct xj_terms_maker *m, const struct xj_doc *doc,
	      struct xj_index_doc *out, struct xj_error *err)
{
	int r = begin_document(m, err);

	*out = (struct xj_index_doc){ .id = doc->id, .rev = doc->rev };
	if (r == XJ_OK)
		r = count_text(m, doc->id, err);
	if (r == XJ_OK)
		r = count_field(m, XJ_FIELD_TITLE, TITLE_WEIGHT, doc->title,
				err);
	if (r == XJ_OK && doc->title)
		r = count_title(m, err);
	if (r == XJ_OK)
		r = count_field(m, XJ_FIELD_PATH, 1, doc->name, err);
	if (r == XJ_OK)
		r = count_values(m, doc->id, err);
	if (r == XJ_OK)
		r = count_booleans(m, doc, err);
	for (unsigned i = 0; i < XJ_SLOT_COUNT && r == XJ_OK; i++)
		r = xj_buf_check(&m->slots[i], err);
	set_values(m, doc, out);
	return r < 0 ? r : xj_counts_sorted(m->counts, &out->terms,
					    &out->term_count, err);
}
