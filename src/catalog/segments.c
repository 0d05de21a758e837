/*
 * segments.c - what the segments of the index hold, and which of their entries
 * no longer count. The rule that all of it keeps: a live document is either in
 * the queue, or has exactly one entry with its revision of now in a segment.
 */
#include "catalog/sql.h"

#include <stdio.h>
#include <string.h>

int
xj_serial_raise(struct xj_catalog *catalog, struct xj_error *err)
{
	return xj_db_run(&catalog->db, XJ_SQL_RAISE_SERIAL, err, "");
}

int
xj_catalog_index_serial(struct xj_catalog *catalog, uint64_t *serial,
			struct xj_error *err)
{
	int64_t number;
	int r = xj_db_number(&catalog->db, XJ_SQL_SERIAL, &number, err, "");

	*serial = (uint64_t)number;
	return r;
}

/* ------------------------------------------------------------ dead entries */

static int
add_dead(struct xj_catalog *catalog, uint64_t id, int64_t rev, int64_t birth,
	 struct xj_error *err)
{
	int r = xj_db_run(&catalog->db, XJ_SQL_ADD_DEAD, err, "iii",
			  (int64_t)id, rev, birth);

	return r < 0 ? r : xj_db_run(&catalog->db, XJ_SQL_COUNT_DEAD, err, "i",
				     birth);
}

/* *birth is 0 when the document has no entry that counts. */
static int
find_entry(struct xj_catalog *catalog, uint64_t id, int64_t *rev,
	   int64_t *birth, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_ENTRY, err, "i",
			 (int64_t)id);

	*birth = 0;
	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r != XJ_OK)
		return r < 0 ? r : XJ_OK;
	*rev = xj_col_int(&q, 0);
	*birth = xj_col_int(&q, 1);
	return XJ_OK;
}

int
xj_entry_retire(struct xj_catalog *catalog, uint64_t id, struct xj_error *err)
{
	int64_t rev, birth;
	int r = find_entry(catalog, id, &rev, &birth, err);

	if (r < 0 || birth == 0)
		return r;
	r = add_dead(catalog, id, rev, birth, err);
	if (r == XJ_OK)
		r = xj_db_run(&catalog->db, XJ_SQL_DROP_ENTRY, err, "i",
			      (int64_t)id);
	return r == XJ_OK ? xj_serial_raise(catalog, err) : r;
}

/* ------------------------------------------------------------- one segment */

static int
make_segment(struct xj_catalog *catalog, const struct xj_segment_row *row,
	     int64_t *number, struct xj_error *err)
{
	return xj_db_number(&catalog->db, XJ_SQL_ADD_SEGMENT, number, err,
			    "tiii", row->name, (int64_t)row->documents,
			    (int64_t)row->dead, (int64_t)row->text);
}

static int
find_segment(struct xj_catalog *catalog, const char *name, int64_t *number,
	     struct xj_error *err)
{
	int r = xj_db_number(&catalog->db, XJ_SQL_SEGMENT_NUMBER, number, err,
			     "t", name);

	if (r == XJ_OK && *number == 0)
		return xj_error_set(err, XJ_ENOTFOUND, "no segment %s", name);
	return r;
}

/*
 * The entry is of a revision that is not waited for: the document changed, or
 * was removed, while it was indexed. If it is in another segment with this
 * very revision, neither entry can be told from the other: both are dead and
 * the document is indexed anew.
 */
static int
add_stale(struct xj_catalog *catalog, const struct xj_queued *doc,
	  int64_t birth, struct xj_error *err)
{
	int64_t rev, other;
	int r = find_entry(catalog, doc->id, &rev, &other, err);

	if (r == XJ_OK)
		r = add_dead(catalog, doc->id, doc->rev, birth, err);
	if (r == XJ_OK && other && rev == doc->rev)
		r = xj_catalog_requeue(catalog, doc->id, err);
	return r;
}

static int
add_entry(struct xj_catalog *catalog, const struct xj_queued *doc,
	  int64_t birth, struct xj_error *err)
{
	int r = xj_db_run(&catalog->db, XJ_SQL_DEQUEUE_REV, err, "ii",
			  (int64_t)doc->id, (int64_t)doc->rev);

	if (r < 0)
		return r;
	if (xj_db_changes(&catalog->db) == 0)
		return add_stale(catalog, doc, birth, err);
	return xj_db_run(&catalog->db, XJ_SQL_ADD_ENTRY, err, "iii",
			 (int64_t)doc->id, (int64_t)doc->rev, birth);
}

static int
add_segment(struct xj_catalog *catalog, const struct xj_segment_row *row,
	    const struct xj_queued *docs, size_t count, struct xj_error *err)
{
	int64_t number, birth;
	int r = make_segment(catalog, row, &number, err);

	if (r == XJ_OK)
		r = xj_db_number(&catalog->db, XJ_SQL_ADD_BIRTH, &birth, err,
				 "i", number);
	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = add_entry(catalog, &docs[i], birth, err);
	return r == XJ_OK ? xj_serial_raise(catalog, err) : r;
}

int
xj_catalog_add_segment(struct xj_catalog *catalog,
		       const struct xj_segment_row *row,
		       const struct xj_queued *docs, size_t count,
		       struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = add_segment(catalog, row, docs, count, err);
	return xj_db_write_end(&w, r, err);
}

/* ------------------------------------------------------- several into one */

static int
absorb(struct xj_catalog *catalog, int64_t into, const char *name,
       struct xj_error *err)
{
	int64_t from;
	int r = find_segment(catalog, name, &from, err);

	if (r == XJ_OK)
		r = xj_db_run(&catalog->db, XJ_SQL_SEGMENT_ADD, err, "ii",
			      into, from);
	if (r == XJ_OK)
		r = xj_db_run(&catalog->db, XJ_SQL_MOVE_BIRTHS, err, "ii",
			      into, from);
	return r < 0 ? r : xj_db_run(&catalog->db, XJ_SQL_DROP_SEGMENT, err,
				     "i", from);
}

/* Merging keeps every entry, so the sums of the old rows are the new row. */
static int
merge(struct xj_catalog *catalog, const struct xj_segment_row *row,
      const char *const *from, size_t count, struct xj_error *err)
{
	struct xj_segment_row empty = { 0 };
	int64_t number;
	int r = XJ_OK;

	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = find_segment(catalog, from[i], &number, err);
	if (r < 0)
		return r;
	snprintf(empty.name, sizeof(empty.name), "%s", row->name);
	r = make_segment(catalog, &empty, &number, err);
	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = absorb(catalog, number, from[i], err);
	return r == XJ_OK ? xj_serial_raise(catalog, err) : r;
}

int
xj_catalog_merge_segments(struct xj_catalog *catalog,
			  const struct xj_segment_row *row,
			  const char *const *from, size_t count,
			  struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = merge(catalog, row, from, count, err);
	return xj_db_write_end(&w, r, err);
}

static int
drop(struct xj_catalog *catalog, const char *name, struct xj_error *err)
{
	static const int steps[] = {
		XJ_SQL_ENQUEUE_SEGMENT, XJ_SQL_DROP_SEGMENT_ENTRIES,
		XJ_SQL_DROP_SEGMENT_DEAD, XJ_SQL_DROP_BIRTHS,
		XJ_SQL_DROP_SEGMENT,
	};
	int64_t number;
	int r = find_segment(catalog, name, &number, err);

	for (size_t i = 0; i < XJ_COUNT(steps) && r == XJ_OK; i++)
		r = xj_db_run(&catalog->db, steps[i], err, "i", number);
	return r == XJ_OK ? xj_serial_raise(catalog, err) : r;
}

int
xj_catalog_drop_segment(struct xj_catalog *catalog, const char *name,
			struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = drop(catalog, name, err);
	return xj_db_write_end(&w, r, err);
}

/* ----------------------------------------------------------------- reading */

static void
read_segment(struct xj_query *q, struct xj_segment_row *row)
{
	const char *name = xj_col_keep(q, 0, NULL);

	snprintf(row->name, sizeof(row->name), "%s", name ? name : "");
	row->documents = (uint64_t)xj_col_int(q, 1);
	row->dead = (uint64_t)xj_col_int(q, 2);
	row->text = (uint64_t)xj_col_int(q, 3);
}

static void
read_dead(struct xj_query *q, struct xj_dead_row *row)
{
	row->id = (uint64_t)xj_col_int(q, 0);
	row->rev = (uint32_t)xj_col_int(q, 1);
}

int
xj_catalog_segments(struct xj_catalog *catalog, struct xj_arena *arena,
		    struct xj_segment_row **rows, size_t *count,
		    struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	xj_auto(xj_buf_release) struct xj_buf list = XJ_BUF_INIT;
	struct xj_segment_row row;
	int r = xj_query(&q, &catalog->db, XJ_SQL_SEGMENTS, err, "");

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		read_segment(&q, &row);
		xj_buf_add(&list, &row, sizeof(row));
	}
	if (r < 0)
		return r;
	*rows = xj_rows_keep(arena, &list, err);
	*count = list.len / sizeof(row);
	return *rows ? XJ_OK : XJ_ENOMEM;
}

int
xj_catalog_segments_of(struct xj_catalog *catalog, uint64_t root,
		       struct xj_arena *arena, const char *const **names,
		       size_t *count, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	xj_auto(xj_buf_release) struct xj_buf list = XJ_BUF_INIT;
	const char *name;
	int r = xj_query(&q, &catalog->db, XJ_SQL_SEGMENTS_OF, err, "i",
			 (int64_t)root);

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		name = xj_col_keep(&q, 0, arena);
		xj_buf_add(&list, &name, sizeof(name));
	}
	if (r < 0)
		return r;
	*names = xj_rows_keep(arena, &list, err);
	*count = list.len / sizeof(name);
	return *names ? XJ_OK : XJ_ENOMEM;
}

int
xj_catalog_dead(struct xj_catalog *catalog, struct xj_arena *arena,
		struct xj_dead_row **rows, size_t *count, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	xj_auto(xj_buf_release) struct xj_buf list = XJ_BUF_INIT;
	struct xj_dead_row row;
	int r = xj_query(&q, &catalog->db, XJ_SQL_DEAD, err, "");

	memset(&row, 0, sizeof(row));
	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		read_dead(&q, &row);
		xj_buf_add(&list, &row, sizeof(row));
	}
	if (r < 0)
		return r;
	*rows = xj_rows_keep(arena, &list, err);
	*count = list.len / sizeof(row);
	return *rows ? XJ_OK : XJ_ENOMEM;
}
