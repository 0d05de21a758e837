/* studies.c - collections, lectures, seminars and papers: rows made from their
 * objects, who sees them, which documents they name. */
#include "catalog/sql.h"

int
xj_catalog_put_study(struct xj_catalog *catalog,
		     const struct xj_study_row *row, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_PUT_STUDY, err, "itttttti",
		      (int64_t)row->id, row->kind, row->title, row->unit,
		      row->owner, row->state, row->day, (int64_t)row->removed);
	return xj_db_write_end(&w, r, err);
}

static int
put_atoms(struct xj_db *db, uint64_t study, const struct xj_atom *atoms,
	  size_t count, struct xj_error *err)
{
	int r = xj_db_run(db, XJ_SQL_CLEAR_STUDY_ATOMS, err, "i",
			  (int64_t)study);

	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		int64_t number;

		r = xj_db_put_atom(db, &atoms[i], &number, err);
		if (r == XJ_OK)
			r = xj_db_run(db, XJ_SQL_ADD_STUDY_ATOM, err, "ii",
				      (int64_t)study, number);
	}
	return r;
}

static int
put_documents(struct xj_db *db, uint64_t study,
	      const struct xj_study_document *documents, size_t count,
	      struct xj_error *err)
{
	int r = xj_db_run(db, XJ_SQL_CLEAR_STUDY_DOCUMENTS, err, "i",
			  (int64_t)study);

	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = xj_db_run(db, XJ_SQL_ADD_STUDY_DOCUMENT, err, "itu",
			      (int64_t)study, documents[i].role,
			      documents[i].urn);
	return r;
}

int
xj_catalog_link_study(struct xj_catalog *catalog, uint64_t study,
		      const struct xj_atom *atoms, size_t atom_count,
		      const struct xj_study_document *documents,
		      size_t document_count, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = put_atoms(&catalog->db, study, atoms, atom_count, err);
	if (r == XJ_OK)
		r = put_documents(&catalog->db, study, documents,
				  document_count, err);
	return xj_db_write_end(&w, r, err);
}

int
xj_catalog_study_atoms(struct xj_catalog *catalog, uint64_t study,
		       struct xj_arena *arena, struct xj_atom **atoms,
		       size_t *count, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	xj_auto(xj_buf_release) struct xj_buf list = XJ_BUF_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_STUDY_ATOMS, err, "i",
			 (int64_t)study);

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		struct xj_atom atom = {
			.kind = (enum xj_atom_kind)xj_col_int(&q, 0),
			.who = xj_arena_strdup(arena, xj_col_text(&q, 1)),
			.from = xj_arena_strdup(arena, xj_col_text(&q, 2)),
			.until = xj_arena_strdup(arena, xj_col_text(&q, 3)),
			.download = xj_col_int(&q, 4) != 0,
		};

		if (!atom.who || !atom.from || !atom.until)
			return xj_error_set(err, XJ_ENOMEM, "out of memory");
		xj_buf_add(&list, &atom, sizeof(atom));
	}
	if (r < 0)
		return r;
	*count = list.len / sizeof(**atoms);
	*atoms = xj_rows_keep(arena, &list, err);
	return *atoms ? XJ_OK : XJ_ENOMEM;
}

int
xj_catalog_studies(struct xj_catalog *catalog, const struct xj_study_query *q,
		   xj_study_row_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query query = XJ_QUERY_INIT;
	char urn[XJ_URN_MAX];
	int r = xj_query(&query, &catalog->db, XJ_SQL_STUDIES, err,
			 "zttttttuitt", (int64_t)q->id, q->kind, q->unit,
			 q->owner, q->state, q->from, q->until, q->document,
			 (int64_t)q->which, q->title, q->member);

	while (r == XJ_OK && (r = xj_query_next(&query, err)) == XJ_OK) {
		struct xj_study_row row = {
			.id = (uint64_t)xj_col_int(&query, 0),
			.urn = xj_urn_col(&query, 1, NULL, urn),
			.kind = xj_col_text(&query, 2),
			.version = (unsigned)xj_col_int(&query, 3),
			.title = xj_col_text(&query, 4),
			.unit = xj_col_text(&query, 5),
			.owner = xj_col_text(&query, 6),
			.state = xj_col_text(&query, 7),
			.day = xj_col_text(&query, 8),
			.removed = xj_col_int(&query, 9) != 0,
		};

		r = fn(ctx, &row);
	}
	return r < 0 ? r : XJ_OK;
}
