/*
 * chunk.c - the stored form of text.
 *
 *	byte    form, 1
 *	byte    flags: 1 the first block goes on with a section
 *	varint  blocks
 *	varint  bytes of text
 *	blocks  each: a byte of flags, then what the flags say changed since the
 *	        block before (role, level, where, label), bytes of its text, and
 *	        how far `at` moved
 *	text    the blocks' texts with one '\n' between
 *
 * A varint has 7 bits in a byte, the lowest first; a signed one has its sign in
 * the lowest bit. A label is its bytes after their number; no label is 0.
 */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#define FORM 1
#define CONTINUES 1

enum {
	HAS_ROLE = 1,
	HAS_LEVEL = 2,
	HAS_WHERE = 4,
	HAS_AT = 8,
	HAS_LABEL = 16,
	IS_MORE = 32,
	IS_SECTION = 64,
};

#define LEVEL_MAX 255u
#define LABEL_MAX 4096u

/* ----------------------------------------------------------------- writing */

struct xj_text_writer {
	xj_chunk_fn fn;
	void *ctx;
	struct xj_buf table, text, label; /* label: of the last block */
	size_t count;        /* blocks in the chunk in hand */
	unsigned number;     /* of the chunk in hand */
	uint64_t bytes;
	bool any;            /* a block was added since the start */
	bool continues;
	bool labelled;
	struct xj_text_block last, before; /* `before`: as the chunk knows it */
};

int
xj_text_writer_new(xj_chunk_fn fn, void *ctx, struct xj_text_writer **out,
		   struct xj_error *err)
{
	struct xj_text_writer *w = calloc(1, sizeof(*w));

	if (!w)
		return xj_error_set(err, XJ_ENOMEM, "text: no memory");
	w->fn = fn;
	w->ctx = ctx;
	*out = w;
	return XJ_OK;
}

void
xj_text_writer_free(struct xj_text_writer *w)
{
	if (!w)
		return;
	xj_buf_release(&w->table);
	xj_buf_release(&w->text);
	xj_buf_release(&w->label);
	free(w);
}

static void
put_varint(struct xj_buf *b, uint64_t v)
{
	while (v >= 0x80) {
		xj_buf_addc(b, (char)(v | 0x80));
		v >>= 7;
	}
	xj_buf_addc(b, (char)v);
}

static uint64_t
zigzag(uint64_t delta)
{
	return delta << 1 ^ (uint64_t)-(int64_t)(delta >> 63);
}

/* Pages and parts are bounds by themselves, whatever stands on them. */
static bool
is_bound(uint16_t where)
{
	return where == XJ_PAGE || where == XJ_PART;
}

/*
 * A heading right below one of a higher rank begins nothing: the chapter's
 * title, that of its first part and the text are one section.
 */
static bool
begins_section(const struct xj_text_writer *w, const struct xj_text_block *b)
{
	const struct xj_text_block *last = &w->last;

	if (!w->any)
		return true;
	if (b->more)
		return false;
	if (is_bound(b->where) || is_bound(last->where)) {
		if (b->where != last->where || b->at != last->at)
			return true;
		if (b->where == XJ_PAGE)
			return false;
	}
	if (b->role != XJ_HEADING)
		return false;
	return last->role != XJ_HEADING || last->level >= b->level;
}

static bool
same_label(const struct xj_text_writer *w, const char *label)
{
	if (!label || !w->labelled)
		return !label == !w->labelled;
	return strcmp(label, xj_buf_str(&w->label)) == 0;
}

static void
put_label(struct xj_text_writer *w, const char *label)
{
	size_t len = label ? strlen(label) : 0;

	len = xj_utf8_cut(label ? label : "", len, LABEL_MAX);
	put_varint(&w->table, label ? len + 1 : 0);
	xj_buf_add(&w->table, label ? label : "", len);
	xj_buf_clear(&w->label);
	xj_buf_add(&w->label, label ? label : "", len);
	w->labelled = label != NULL;
}

static void
put_block(struct xj_text_writer *w, const struct xj_text_block *b)
{
	const struct xj_text_block *l = &w->before;
	unsigned flags = (b->role != l->role ? HAS_ROLE : 0) |
			 (b->level != l->level ? HAS_LEVEL : 0) |
			 (b->where != l->where ? HAS_WHERE : 0) |
			 (b->at != l->at ? HAS_AT : 0) |
			 (same_label(w, b->label) ? 0 : HAS_LABEL) |
			 (b->more ? IS_MORE : 0) |
			 (b->section ? IS_SECTION : 0);

	xj_buf_addc(&w->table, (char)flags);
	if (flags & HAS_ROLE)
		put_varint(&w->table, b->role);
	if (flags & HAS_LEVEL)
		put_varint(&w->table, b->level);
	if (flags & HAS_WHERE)
		put_varint(&w->table, b->where);
	if (flags & HAS_LABEL)
		put_label(w, b->label);
	put_varint(&w->table, b->len);
	if (flags & HAS_AT)
		put_varint(&w->table, zigzag(b->at - l->at));
	if (w->text.len > 0)
		xj_buf_addc(&w->text, '\n');
	xj_buf_add(&w->text, b->text, b->len);
}

/* Hand out the chunk in hand, if there is one, and begin the next. */
static int
flush(struct xj_text_writer *w, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf chunk = XJ_BUF_INIT;
	int r;

	if (w->count == 0)
		return XJ_OK;
	xj_buf_addc(&chunk, FORM);
	xj_buf_addc(&chunk, w->continues ? CONTINUES : 0);
	put_varint(&chunk, w->count);
	put_varint(&chunk, w->text.len);
	xj_buf_add(&chunk, xj_buf_str(&w->table), w->table.len);
	xj_buf_add(&chunk, xj_buf_str(&w->text), w->text.len);
	r = xj_buf_check(&w->table, err);
	if (r == XJ_OK)
		r = xj_buf_check(&w->text, err);
	if (r == XJ_OK)
		r = xj_buf_check(&chunk, err);
	if (r < 0)
		return r;
	r = w->fn(w->ctx, w->number++, chunk.data, chunk.len, err);
	xj_buf_clear(&w->table);
	xj_buf_clear(&w->text);
	w->count = 0;
	w->before = (struct xj_text_block){ 0 };
	w->labelled = false;
	return r;
}

static int
check_block(const struct xj_block *b, struct xj_error *err)
{
	if (b->len > XJ_TEXT_MAX)
		return xj_error_set(err, XJ_EINVAL, "text: a block of %zu "
				    "bytes is too long", b->len);
	if (b->role > UINT16_MAX || b->where > UINT16_MAX)
		return xj_error_set(err, XJ_EINVAL, "text: block of role %u "
				    "at a place of kind %u", b->role,
				    b->where);
	if (!xj_utf8_valid(b->text, b->len) ||
	    (b->label && !xj_utf8_valid(b->label, strlen(b->label))))
		return xj_error_set(err, XJ_EINVAL,
				    "text: a block is not UTF-8");
	return XJ_OK;
}

int
xj_text_writer_add(struct xj_text_writer *w, const struct xj_block *block,
		   struct xj_error *err)
{
	struct xj_text_block b = {
		.text = block->text, .len = (uint32_t)block->len,
		.role = (uint16_t)block->role,
		.level = (uint16_t)(block->level < LEVEL_MAX ? block->level :
				    LEVEL_MAX),
		.where = (uint16_t)block->where, .at = block->at,
		.label = block->label,
	};
	int r;

	if (block->len == 0)
		return XJ_OK;
	r = check_block(block, err);
	if (r < 0)
		return r;
	b.more = block->more && w->any;
	b.section = begins_section(w, &b);
	if (w->text.len >= XJ_CHUNK_SIZE)
		r = flush(w, err);
	if (r < 0)
		return r;
	if (w->count == 0)
		w->continues = !b.section;
	put_block(w, &b);
	w->count++;
	w->bytes += b.len;
	w->any = true;
	w->last = w->before = b;
	return XJ_OK;
}

int
xj_text_writer_end(struct xj_text_writer *w, uint64_t *bytes,
		   struct xj_error *err)
{
	if (bytes)
		*bytes = w->bytes;
	return flush(w, err);
}

/* ----------------------------------------------------------------- reading */

struct reader {
	const unsigned char *p, *end;
	bool bad;
};

static unsigned
get_byte(struct reader *r)
{
	if (r->p == r->end) {
		r->bad = true;
		return 0;
	}
	return *r->p++;
}

static uint64_t
get_varint(struct reader *r)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		unsigned b = get_byte(r);

		v |= (uint64_t)(b & 0x7F) << shift;
		if (!(b & 0x80)) {
			if (shift == 63 && b > 1)
				r->bad = true;
			return v;
		}
	}
	r->bad = true;
	return 0;
}

/* A number that may not be above `max`. */
static uint64_t
get_number(struct reader *r, uint64_t max)
{
	uint64_t v = get_varint(r);

	if (v > max)
		r->bad = true;
	return r->bad ? 0 : v;
}

/* What a chunk's memory is made of: blocks, text, labels. */
struct layout {
	struct xj_text_block *block;
	char *text, *label;
	size_t text_left;
};

static void
get_label(struct reader *r, struct layout *m, struct xj_text_block *b)
{
	size_t len = (size_t)get_number(r, LABEL_MAX + 1);

	b->label = NULL;
	if (len == 0)
		return;
	len--;
	if ((size_t)(r->end - r->p) < len || memchr(r->p, '\0', len) ||
	    !xj_utf8_valid((const char *)r->p, len)) {
		r->bad = true;
		return;
	}
	memcpy(m->label, r->p, len);
	m->label[len] = '\0';
	b->label = m->label;
	m->label += len + 1;
	r->p += len;
}

static void
get_block(struct reader *r, struct layout *m, struct xj_text_block *b)
{
	unsigned flags = get_byte(r);
	uint64_t delta;

	if (flags & 0x80)
		r->bad = true;
	if (flags & HAS_ROLE)
		b->role = (uint16_t)get_number(r, UINT16_MAX);
	if (flags & HAS_LEVEL)
		b->level = (uint16_t)get_number(r, LEVEL_MAX);
	if (flags & HAS_WHERE)
		b->where = (uint16_t)get_number(r, UINT16_MAX);
	if (flags & HAS_LABEL)
		get_label(r, m, b);
	b->len = (uint32_t)get_number(r, m->text_left);
	if (flags & HAS_AT) {
		delta = get_varint(r);
		b->at += delta >> 1 ^ -(delta & 1);
	}
	b->more = flags & IS_MORE;
	b->section = flags & IS_SECTION;
	b->text = m->text;
	m->text += b->len;
	m->text_left -= b->len;
}

/*
 * Two numbers lead to all others: the blocks take at least two bytes each, and
 * labels no more than the table that they stand in.
 */
static int
allocate(struct xj_text_chunk *chunk, struct layout *m, size_t count,
	 size_t text, size_t table)
{
	size_t blocks = count * sizeof(struct xj_text_block);

	chunk->memory = malloc(blocks + text + 1 + table + count);
	if (!chunk->memory)
		return XJ_ENOMEM;
	chunk->blocks = (struct xj_text_block *)(void *)chunk->memory;
	chunk->count = count;
	m->text = chunk->memory + blocks;
	m->label = m->text + text + 1;
	m->text_left = text;
	return XJ_OK;
}

static bool
get_blocks(struct reader *r, struct layout *m, struct xj_text_chunk *chunk,
	   size_t text)
{
	struct xj_text_block b = { 0 };
	char *start = m->text;

	for (size_t i = 0; i < chunk->count && !r->bad; i++) {
		if (i > 0) { /* the line break between */
			if (m->text_left == 0)
				return false;
			m->text++;
			m->text_left--;
		}
		get_block(r, m, &b);
		chunk->blocks[i] = b;
	}
	if (r->bad || m->text_left != 0 || (size_t)(r->end - r->p) != text)
		return false;
	memcpy(start, r->p, text);
	start[text] = '\0';
	return true;
}

static bool
check_text(const struct xj_text_chunk *chunk)
{
	for (size_t i = 0; i < chunk->count; i++) {
		const struct xj_text_block *b = &chunk->blocks[i];

		if (i > 0 && b->text[-1] != '\n')
			return false;
		if (!xj_utf8_valid(b->text, b->len))
			return false;
	}
	return chunk->blocks[0].section != chunk->continues;
}

static int
corrupt(struct xj_error *err)
{
	return xj_error_set(err, XJ_ECORRUPT,
			    "text: a stored chunk is damaged");
}

int
xj_text_chunk_parse(const void *bytes, size_t len, struct xj_text_chunk *chunk,
		    struct xj_error *err)
{
	struct reader r = { bytes, (const unsigned char *)bytes + len, false };
	struct layout m = { 0 };
	size_t count, text;
	unsigned form = get_byte(&r), flags = get_byte(&r);

	*chunk = (struct xj_text_chunk){ 0 };
	if (!r.bad && form > FORM)
		return xj_error_set(err, XJ_EVERSION, "text: a stored chunk "
				    "was made by a newer release");
	if (form != FORM || flags > CONTINUES)
		return corrupt(err);
	count = (size_t)get_number(&r, len / 2);
	text = (size_t)get_number(&r, len);
	if (r.bad || count == 0)
		return corrupt(err);
	if (allocate(chunk, &m, count, text, len) < 0)
		return xj_error_set(err, XJ_ENOMEM, "text: no memory");
	chunk->continues = flags & CONTINUES;
	if (get_blocks(&r, &m, chunk, text) && check_text(chunk))
		return XJ_OK;
	xj_text_chunk_release(chunk);
	return corrupt(err);
}

int
xj_text_chunk_source(const void *bytes, size_t len, const char **text,
		     size_t *text_len, struct xj_error *err)
{
	struct reader r = { bytes, (const unsigned char *)bytes + len, false };
	unsigned form = get_byte(&r);

	get_byte(&r);
	get_number(&r, len / 2);
	*text_len = (size_t)get_number(&r, len);
	if (r.bad || form != FORM || *text_len > (size_t)(r.end - r.p))
		return corrupt(err);
	*text = (const char *)r.end - *text_len;
	return XJ_OK;
}

void
xj_text_chunk_release(struct xj_text_chunk *chunk)
{
	free(chunk->memory);
	*chunk = (struct xj_text_chunk){ 0 };
}
