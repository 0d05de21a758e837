/* ocr-merge.c - what was read from pictures, between the text of a document. */
#include <stdlib.h>
#include <string.h>

#include "library/ocr.h"

#define LINE_CHARS 40 /* of a first line that may become a title */

/* A page that waits, and what was kept of it: a paragraph a line. */
struct page {
	struct xj_ocr_row row;
	char *text;
};

struct merging {
	struct xj_archive *archive;
	struct xj_arena *arena;
	const struct xj_doc *doc;
	struct page *pages;
	size_t count, cap, next; /* next: to be put in */
	struct xj_text_writer *writer;
	struct xj_secret secret; /* what is marked so may be on a scan alone */
	uint64_t at;             /* page of the text passed last */
	struct xj_buf passed;    /* all of it on that page, without spaces */
	struct xj_buf squeezed;  /* a paragraph */
	struct xj_buf chunk;     /* in hand, packed */
	struct xj_buf packed;    /* chunks, one behind the other */
	struct xj_buf sizes;     /* of each, size_t */
	bool hidden;             /* put into quarantine */
	struct xj_error *err;
};

static void
merging_end(struct merging *m)
{
	xj_text_writer_free(m->writer);
	xj_buf_release(&m->passed);
	xj_buf_release(&m->squeezed);
	xj_buf_release(&m->chunk);
	xj_buf_release(&m->packed);
	xj_buf_release(&m->sizes);
	xj_arena_free(m->arena);
}

/* --------------------------------------------------------------- the pages */

static int
find_page(void *ctx, const struct xj_ocr_row *row)
{
	struct merging *m = ctx;
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct page *p;
	int r;

	if (row->state != XJ_OCR_WAITS)
		return XJ_OK;
	r = xj_texts_kept(m->archive->texts, m->doc->sha512, row->page, &text,
			  m->err);
	if (r < 0)
		return r == XJ_ENOTFOUND ? XJ_OK : r;
	if (m->count == m->cap) {
		size_t cap = m->cap ? m->cap * 2 : 64;
		struct page *more = xj_arena_alloc(m->arena,
						   cap * sizeof(*more));

		if (!more)
			return XJ_ENOMEM;
		if (m->count)
			memcpy(more, m->pages, m->count * sizeof(*more));
		m->pages = more;
		m->cap = cap;
	}
	p = &m->pages[m->count++];
	p->row = (struct xj_ocr_row){ .document = row->document,
				      .page = row->page,
				      .state = XJ_OCR_BLANK };
	p->text = xj_arena_strndup(m->arena, xj_buf_str(&text), text.len);
	return p->text ? XJ_OK : XJ_ENOMEM;
}

/* ---------------------------------------------------------------- the text */

static void
squeeze(struct xj_buf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!strchr(" \t\n", text[i]))
			xj_buf_addc(out, text[i]);
}

/* Whether the page's own text has it already: a stamp, a page number. */
static bool
is_there(struct merging *m, const char *line, size_t len)
{
	xj_buf_clear(&m->squeezed);
	squeeze(&m->squeezed, line, len);
	return strstr(xj_buf_str(&m->passed), xj_buf_str(&m->squeezed)) != NULL;
}

/* The line, if it is short enough to be a heading; NULL: none. */
static const char *
heading(struct merging *m, const char *line, size_t len)
{
	size_t chars = 0;

	for (size_t i = 0; i < len; i++)
		chars += (line[i] & 0xC0) != 0x80;
	return chars <= LINE_CHARS ? xj_arena_strndup(m->arena, line, len)
				   : NULL;
}

static int
put_block(struct merging *m, const struct xj_block *b)
{
	xj_secret_block(&m->secret, b);
	return xj_text_writer_add(m->writer, b, m->err);
}

static int
put_paragraph(struct merging *m, struct page *p, const char *line, size_t len)
{
	if (len == 0 || (m->at == p->row.page && is_there(m, line, len)))
		return XJ_OK;
	if (p->row.state == XJ_OCR_BLANK)
		p->row.note = heading(m, line, len);
	p->row.state = XJ_OCR_READ;
	return put_block(m, &(struct xj_block){
		.text = line, .len = len, .role = XJ_OCR, .where = XJ_PAGE,
		.at = p->row.page });
}

/* The pages up to this one, which come before what stands behind them. */
static int
put_pages(struct merging *m, uint64_t before)
{
	int r = XJ_OK;

	while (r == XJ_OK && m->next < m->count &&
	       m->pages[m->next].row.page < before) {
		struct page *p = &m->pages[m->next++];

		for (const char *s = p->text; *s && r == XJ_OK;) {
			size_t n = strcspn(s, "\n");

			r = put_paragraph(m, p, s, n);
			s += n + (s[n] == '\n');
		}
	}
	return r;
}

static int
pass_block(struct merging *m, const struct xj_text_block *b)
{
	int r = XJ_OK;

	if (b->where == XJ_PAGE) {
		r = put_pages(m, b->at);
		if (b->at != m->at)
			xj_buf_clear(&m->passed);
		m->at = b->at;
		squeeze(&m->passed, b->text, b->len);
	}
	return r < 0 ? r : put_block(m, &(struct xj_block){
		.text = b->text, .len = b->len, .role = b->role,
		.level = b->level, .where = b->where, .at = b->at,
		.label = b->label, .more = b->more });
}

static int
pass_chunk(void *ctx, unsigned number, const void *bytes, size_t len,
	   struct xj_error *err)
{
	struct merging *m = ctx;
	struct xj_text_chunk chunk;
	int r = xj_text_chunk_parse(bytes, len, &chunk, err);

	(void)number;
	for (size_t i = 0; r == XJ_OK && i < chunk.count; i++)
		r = pass_block(m, &chunk.blocks[i]);
	xj_text_chunk_release(&chunk);
	return r;
}

static int
keep_chunk(void *ctx, unsigned number, const void *bytes, size_t len,
	   struct xj_error *err)
{
	struct merging *m = ctx;
	int r = xj_texts_pack(bytes, len, &m->chunk, err);

	(void)number;
	if (r < 0)
		return r;
	xj_buf_add(&m->packed, m->chunk.data, m->chunk.len);
	xj_buf_add(&m->sizes, (const char *)&m->chunk.len,
		   sizeof(m->chunk.len));
	return xj_buf_check(&m->packed, err);
}

/* In place of the chunks that were read. */
static int
put_chunks(struct merging *m)
{
	struct xj_texts *texts = m->archive->texts;
	size_t at = 0, size;
	int r = xj_buf_check(&m->sizes, m->err);

	if (r == XJ_OK)
		r = xj_texts_drop(texts, m->doc->id, m->err);
	for (size_t i = 0; r == XJ_OK && i < m->sizes.len / sizeof(size);
	     i++, at += size) {
		memcpy(&size, m->sizes.data + i * sizeof(size), sizeof(size));
		r = xj_texts_put(texts, m->doc->id, (unsigned)i,
				 m->packed.data + at, size, m->err);
	}
	return r;
}

static int
merge_text(struct merging *m, uint64_t *bytes)
{
	int r = xj_text_writer_new(keep_chunk, m, &m->writer, m->err);

	if (r == XJ_OK)
		r = xj_texts_each(m->archive->texts, m->doc->id, pass_chunk, m,
				  m->err);
	if (r == XJ_OK)
		r = put_pages(m, UINT64_MAX);
	if (r == XJ_OK)
		r = xj_text_writer_end(m->writer, bytes, m->err);
	return r < 0 ? r : put_chunks(m);
}

/* ---------------------------------------------------------------- the rows */

static int
put_document(struct merging *m, struct xj_doc *doc)
{
	struct xj_catalog *catalog = m->archive->catalog;
	struct xj_meta_value *values;
	size_t count;
	int r = xj_catalog_meta(catalog, doc->id, m->arena, &values, &count,
				m->err);

	if (r == XJ_OK)
		r = xj_describe(m->archive, m->arena, doc, values, count,
				m->err);
	return r < 0 ? r : xj_catalog_update(catalog, doc, 0, m->err);
}

static int
put_rows(struct merging *m, struct xj_doc *doc)
{
	bool any = false;
	int r = XJ_OK;

	for (size_t i = 0; i < m->count && r == XJ_OK; i++) {
		any |= m->pages[i].row.state == XJ_OCR_READ;
		r = xj_catalog_put_ocr(m->archive->catalog, &m->pages[i].row,
				       m->err);
	}
	return r < 0 || !any ? r : put_document(m, doc);
}

static void
count_pages(const struct merging *m, struct xj_ocr_result *result)
{
	for (size_t i = 0; i < m->count; i++)
		++*(m->pages[i].row.state == XJ_OCR_READ ? &result->read
							 : &result->blank);
	result->pages += m->count;
}

/* A scan that bears a mark of secrecy goes where others that do went when they
 * were taken in. XJ_END: it bears none, or by a false alarm. */
static int
hide_secret(struct merging *m, struct xj_change *change)
{
	const char *why;
	int r;

	if (!m->secret.mark[0])
		return XJ_END;
	why = xj_quarantine_why(m->arena, m->secret.mark, "page");
	r = why ? xj_quarantine_in(change, m->doc->id, "page", why, m->err)
		: XJ_ENOMEM;
	m->hidden = r == XJ_OK;
	return r;
}

static int
merge_in(struct merging *m, struct xj_change *change, uint64_t id)
{
	struct xj_doc doc;
	int r = xj_catalog_get(m->archive->catalog, id, m->arena, &doc,
			       m->err);

	m->doc = &doc;
	if (r == XJ_OK)
		r = xj_catalog_ocr(m->archive->catalog, id, find_page, m,
				   m->err);
	if (r < 0 || m->count == 0)
		return r;
	xj_change_text(change, doc.root);
	r = merge_text(m, &doc.text_bytes);
	if (r == XJ_OK)
		r = hide_secret(m, change);
	if (r == XJ_END)
		r = put_rows(m, &doc);
	return r < 0 ? r : xj_change_commit(change, m->err);
}

struct finding {
	struct xj_archive *archive;
	struct xj_arena *arena;
	uint64_t last;       /* document, looked at or to be merged */
	struct xj_buf found; /* uint64_t each */
	struct xj_error *err;
};

/* Documents of which something is kept that is not with their text. */
static int
find_kept(void *ctx, const struct xj_ocr_row *row)
{
	struct finding *f = ctx;
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct xj_doc doc;
	int r;

	if (row->state != XJ_OCR_WAITS || row->document == f->last)
		return XJ_OK;
	r = xj_catalog_get(f->archive->catalog, row->document, f->arena, &doc,
			   f->err);
	if (r == XJ_OK)
		r = xj_texts_kept(f->archive->texts, doc.sha512, row->page,
				  &text, NULL);
	if (r < 0)
		return r == XJ_ENOTFOUND ? XJ_OK : r;
	f->last = row->document;
	xj_buf_add(&f->found, (const char *)&f->last, sizeof(f->last));
	return xj_buf_check(&f->found, f->err);
}

int
xj_ocr_merge_kept(struct xj_archive *a, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct finding f = { .archive = a, .err = err };
	struct xj_ocr_result ignored = { 0 };
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	f.arena = arena;
	r = xj_catalog_ocr(a->catalog, 0, find_kept, &f, err);
	for (size_t i = 0; r == XJ_OK && i < f.found.len / sizeof(f.last);
	     i++) {
		memcpy(&f.last, f.found.data + i * sizeof(f.last),
		       sizeof(f.last));
		r = xj_ocr_merge(a, f.last, &ignored, err);
	}
	xj_buf_release(&f.found);
	return r;
}

int
xj_ocr_merge(struct xj_archive *a, uint64_t id, struct xj_ocr_result *result,
	     struct xj_error *err)
{
	xj_auto(xj_change_abandon) struct xj_change change = { 0 };
	xj_auto(merging_end) struct merging m = { .archive = a, .err = err };
	int r = xj_arena_new(&m.arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_change_begin(a, &change, err);
	if (r == XJ_OK)
		r = merge_in(&m, &change, id);
	if (r == XJ_OK)
		count_pages(&m, result);
	/* Its text is not to be found in the logs either. */
	if (r == XJ_OK && m.hidden)
		r = xj_catalog_erase(a->catalog, a->texts, err);
	return r;
}
