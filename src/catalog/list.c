/* list.c - lists and counts of documents by a filter. */
#include "catalog/sql.h"

#include <string.h>
#include <unicode/uchar.h>

#define CONDITIONS_MAX 24

/* SQL with a '?' for every value; the values are bound in order. */
struct select {
	struct xj_buf sql;
	struct {
		const char *text; /* NULL: the number */
		int64_t number;
	} values[CONDITIONS_MAX];
	int count;
	struct xj_buf title, creator, year_from, year_to; /* what is bound */
};

static void
select_release(struct select *s)
{
	xj_buf_release(&s->sql);
	xj_buf_release(&s->title);
	xj_buf_release(&s->creator);
	xj_buf_release(&s->year_from);
	xj_buf_release(&s->year_to);
}

static void
and_number(struct select *s, const char *condition, uint64_t number)
{
	xj_buf_addf(&s->sql, " AND %s", condition);
	s->values[s->count++].number = (int64_t)number;
}

static void
and_text(struct select *s, const char *condition, const char *text)
{
	xj_buf_addf(&s->sql, " AND %s", condition);
	s->values[s->count++].text = text;
}

/* ------------------------------------------------ "contains", case folded */

static void
fold(struct xj_buf *out, const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	char bytes[4];

	while (p < end) {
		uint32_t c = xj_utf8_next(&p, end);

		if (c < 0x80)
			xj_buf_addc(out, (char)(c >= 'A' && c <= 'Z' ? c + 32
								     : c));
		else
			xj_buf_add(out, bytes,
				   xj_utf8_put((uint32_t)u_foldCase(
						(UChar32)c,
						U_FOLD_CASE_DEFAULT), bytes));
	}
}

/* xj_contains(text, needle): the needle is folded already. */
static void
contains(sqlite3_context *context, int count, sqlite3_value **values)
{
	xj_auto(xj_buf_release) struct xj_buf folded = XJ_BUF_INIT;
	const char *text = (const char *)sqlite3_value_text(values[0]);
	const char *needle = (const char *)sqlite3_value_text(values[1]);

	(void)count;
	if (!text || !needle) {
		sqlite3_result_int(context, 0);
		return;
	}
	fold(&folded, text, (size_t)sqlite3_value_bytes(values[0]));
	if (folded.failed)
		sqlite3_result_error_nomem(context);
	else
		sqlite3_result_int(context,
				   strstr(xj_buf_str(&folded), needle) != NULL);
}

/* Few commands need it, and a cold start has no time for it. */
static int
know_contains(struct xj_catalog *catalog, struct xj_error *err)
{
	int rc;

	if (catalog->folds)
		return XJ_OK;
	rc = sqlite3_create_function(catalog->db.handle, "xj_contains", 2,
				     SQLITE_UTF8 | SQLITE_DETERMINISTIC |
					     SQLITE_DIRECTONLY,
				     NULL, contains, NULL, NULL);
	catalog->folds = rc == SQLITE_OK;
	return rc == SQLITE_OK ? XJ_OK
			       : xj_db_error(catalog->db.path,
					     catalog->db.handle, rc, err);
}

/* -------------------------------------------------------------- the filter */

/* "2009", "2009..2011", "2009..", "..2011". A date begins with its year. */
static void
and_years(struct select *s, const char *year)
{
	const char *dots = strstr(year, "..");
	const char *to = dots ? dots + 2 : year;

	xj_buf_add(&s->year_from, year,
		   dots ? (size_t)(dots - year) : strlen(year));
	xj_buf_adds(&s->year_to, to);
	if (s->year_from.len)
		and_text(s, "substr(d.date, 1, 4) >= ?", s->year_from.data);
	if (s->year_to.len)
		and_text(s, "substr(d.date, 1, 4) <= ?", s->year_to.data);
}

static void
and_contains(struct select *s, const char *condition, struct xj_buf *folded,
	     const char *text)
{
	fold(folded, text, strlen(text));
	and_text(s, condition, xj_buf_str(folded));
}

/* Members are found by the index on (root, parent). */
static void
and_place(struct select *s, const struct xj_doc_filter *f)
{
	if (f->parent) {
		and_number(s, "d.root = (SELECT root FROM documents "
			   "WHERE id = ?)", f->parent);
		and_number(s, "d.parent = ?", f->parent);
	}
	if (f->root) {
		and_number(s, "d.id IN (WITH RECURSIVE inside (id) AS ("
			   "SELECT id FROM documents WHERE id = ?", f->root);
		xj_buf_adds(&s->sql, " UNION ALL SELECT m.id FROM inside i "
			    "CROSS JOIN documents m ON m.root = "
			    "(SELECT root FROM documents WHERE id = ?) "
			    "AND m.parent = i.id AND m.parent IS NOT NULL) "
			    "SELECT id FROM inside)");
		s->values[s->count++].number = (int64_t)f->root;
	}
	if (f->accession)
		and_number(s, "d.accession = ?", f->accession);
	if (f->same) {
		and_number(s, "d.sha512 = (SELECT o.sha512 FROM documents o "
			   "WHERE o.id = ? " XJ_AND_SEEN("o") ")", f->same);
		and_number(s, "d.root IS NOT (SELECT root FROM documents "
			   "WHERE id = ?)", f->same);
	}
	if (f->after)
		and_number(s, "d.id > ?", f->after);
	if (f->ocr)
		xj_buf_adds(&s->sql, " AND d.id IN (SELECT document FROM ocr "
			    "WHERE state = 1)");
	if (f->top_only)
		xj_buf_adds(&s->sql, " AND d.parent IS NULL");
}

static void
and_words(struct select *s, const struct xj_doc_filter *f)
{
	if (f->kind)
		and_text(s, "d.kind = ?", f->kind);
	if (f->type)
		and_text(s, "d.type = ?", f->type);
	if (f->outcome)
		and_text(s, "d.outcome = ?", f->outcome);
	if (f->year && *f->year)
		and_years(s, f->year);
	if (f->topics)
		and_text(s, "EXISTS (SELECT 1 FROM meta m WHERE "
			 "m.document = d.id AND m.rank = 2 AND "
			 "m.element = 'topic' AND "
			 "instr(?, ',' || m.value || ','))", f->topics);
	if (f->units)
		and_text(s, "instr(?, ',' || d.owner || ',')", f->units);
	if (f->creator)
		and_contains(s, "xj_contains(d.creators, ?)", &s->creator,
			     f->creator);
	if (f->title)
		and_contains(s, "xj_contains(d.title, ?)", &s->title,
			     f->title);
}

static void
where(struct select *s, const struct xj_doc_filter *f)
{
	xj_buf_adds(&s->sql, " FROM documents d WHERE ");
	if (f->any_state)
		xj_buf_adds(&s->sql, "1");
	else
		xj_buf_addf(&s->sql, "d.state = %d",
			    f->quarantined ? XJ_DOC_QUARANTINED :
			    f->purged ? XJ_DOC_PURGED :
			    f->removed ? XJ_DOC_REMOVED : XJ_DOC_LIVE);
	xj_buf_adds(&s->sql, " " XJ_AND_SEEN("d"));
	and_place(s, f);
	and_words(s, f);
}

/* What has no date or title comes last both ways; numbers part what is
 * equal, upward. */
static void
order_and_limit(struct select *s, const struct xj_doc_filter *f)
{
	const char *way = f->descending ? " DESC" : "";

	if (f->order == XJ_LIST_DATE)
		xj_buf_addf(&s->sql, " ORDER BY d.date IS NULL, d.date%s, "
			    "d.id", way);
	else if (f->order == XJ_LIST_TITLE)
		xj_buf_addf(&s->sql, " ORDER BY d.title_key IS NULL, "
			    "d.title_key%s, d.id", way);
	else
		xj_buf_addf(&s->sql, " ORDER BY d.id%s", way);
	if (!f->limit && !f->offset)
		return;
	xj_buf_adds(&s->sql, " LIMIT ? OFFSET ?");
	s->values[s->count++].number = f->limit ? (int64_t)f->limit : -1;
	s->values[s->count++].number = (int64_t)f->offset;
}

/* ----------------------------------------------------------------- running */

static int
bind(struct xj_query *q, const struct select *s, struct xj_error *err)
{
	int rc = SQLITE_OK;

	for (int i = 0; i < s->count && rc == SQLITE_OK; i++)
		rc = s->values[i].text
			     ? sqlite3_bind_text(q->st, i + 1,
						 s->values[i].text, -1,
						 SQLITE_STATIC)
			     : sqlite3_bind_int64(q->st, i + 1,
						  s->values[i].number);
	return rc == SQLITE_OK ? XJ_OK
			       : xj_db_error(q->db->path, q->db->handle, rc,
					     err);
}

static int
start(struct xj_catalog *catalog, struct select *s, struct xj_query *q,
      const struct xj_doc_filter *f, struct xj_error *err)
{
	int r = XJ_OK;

	if (s->title.failed || s->creator.failed || s->year_from.failed ||
	    s->year_to.failed || xj_buf_check(&s->sql, err) < 0)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	if (f->title || f->creator)
		r = know_contains(catalog, err);
	if (r == XJ_OK)
		r = xj_query_text(q, &catalog->db, s->sql.data, err);
	return r == XJ_OK ? bind(q, s, err) : r;
}

int
xj_catalog_list(struct xj_catalog *catalog, const struct xj_doc_filter *filter,
		xj_doc_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(select_release) struct select s = { 0 };
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	char urn[XJ_URN_MAX];
	struct xj_doc doc;
	int r;

	xj_buf_adds(&s.sql, "SELECT " XJ_DOC_COLUMNS);
	where(&s, filter);
	order_and_limit(&s, filter);
	r = start(catalog, &s, &q, filter, err);
	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		r = xj_doc_row(&q, NULL, urn, &doc, err);
		if (r == XJ_OK)
			r = fn(ctx, &doc);
	}
	return r < 0 ? r : XJ_OK;
}

int
xj_catalog_count(struct xj_catalog *catalog,
		 const struct xj_doc_filter *filter, uint64_t *count,
		 struct xj_error *err)
{
	xj_auto(select_release) struct select s = { 0 };
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r;

	*count = 0;
	xj_buf_adds(&s.sql, "SELECT count(*)");
	where(&s, filter);
	r = start(catalog, &s, &q, filter, err);
	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r == XJ_OK)
		*count = (uint64_t)xj_col_int(&q, 0);
	return r < 0 ? r : XJ_OK;
}
