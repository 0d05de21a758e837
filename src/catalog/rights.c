/* rights.c - the rights of documents, the atoms that they come to, and the
 * sight of a reader. */
#include "catalog/sql.h"

#include <string.h>

/* ----------------------------------------------------------------- writing */

int
xj_db_put_atom(struct xj_db *db, const struct xj_atom *atom, int64_t *number,
	       struct xj_error *err)
{
	int r = xj_db_run(db, XJ_SQL_ADD_ATOM, err, "ittti",
			  (int64_t)atom->kind, atom->who, atom->from,
			  atom->until, (int64_t)atom->download);

	if (r == XJ_OK)
		r = xj_db_number(db, XJ_SQL_ATOM, number, err, "ittti",
				 (int64_t)atom->kind, atom->who, atom->from,
				 atom->until, (int64_t)atom->download);
	/* What a reader does, he sees. */
	return r < 0 || !db->has_sight ? r :
	       xj_db_run(db, XJ_SQL_ADD_SIGHT, err, "i", *number);
}

static int
add_atom(struct xj_db *db, uint64_t root, const struct xj_atom *atom,
	 struct xj_error *err)
{
	int64_t number;
	int r = xj_db_put_atom(db, atom, &number, err);

	return r < 0 ? r : xj_db_run(db, XJ_SQL_ADD_DOCUMENT_ATOM, err, "ii",
				     (int64_t)root, number);
}

int
xj_catalog_set_rights(struct xj_catalog *catalog, uint64_t root,
		      const char *rights, const struct xj_atom *atoms,
		      size_t count, struct xj_error *err)
{
	struct xj_db *db = &catalog->db;
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, db, err);

	if (r < 0)
		return r;
	r = *rights ? xj_db_run(db, XJ_SQL_SET_RIGHTS, err, "it",
				(int64_t)root, rights) :
		      xj_db_run(db, XJ_SQL_DROP_RIGHTS, err, "i",
				(int64_t)root);
	if (r == XJ_OK)
		r = xj_db_run(db, XJ_SQL_CLEAR_DOCUMENT_ATOMS, err, "i",
			      (int64_t)root);
	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = add_atom(db, root, &atoms[i], err);
	return xj_db_write_end(&w, r, err);
}

/* ----------------------------------------------------------------- reading */

int
xj_catalog_rights(struct xj_catalog *catalog, uint64_t root,
		  struct xj_buf *rights, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_RIGHTS, err, "i",
			 (int64_t)root);

	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r == XJ_END)
		return xj_error_set(err, XJ_ENOTFOUND, "document %llu has no "
				    "rights", (unsigned long long)root);
	if (r < 0)
		return r;
	xj_buf_clear(rights);
	xj_buf_adds(rights, xj_col_text(&q, 0));
	return xj_buf_check(rights, err);
}

static int
read_numbers(struct xj_query *q, struct xj_arena *arena, uint64_t **numbers,
	     size_t *count, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf list = XJ_BUF_INIT;
	int r;

	while ((r = xj_query_next(q, err)) == XJ_OK) {
		uint64_t number = (uint64_t)xj_col_int(q, 0);

		xj_buf_add(&list, &number, sizeof(number));
	}
	if (r < 0)
		return r;
	*count = list.len / sizeof(**numbers);
	*numbers = xj_rows_keep(arena, &list, err);
	return *numbers ? XJ_OK : XJ_ENOMEM;
}

int
xj_catalog_atoms_of(struct xj_catalog *catalog, uint64_t root,
		    struct xj_arena *arena, uint64_t **atoms, size_t *count,
		    struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_DOCUMENT_ATOMS, err, "i",
			 (int64_t)root);

	*count = 0;
	return r < 0 ? r : read_numbers(&q, arena, atoms, count, err);
}

int
xj_catalog_has_rights(struct xj_catalog *catalog, bool *any,
		      struct xj_error *err)
{
	int64_t number;
	int r = xj_db_number(&catalog->db, XJ_SQL_HAS_RIGHTS, &number, err,
			     "");

	*any = number != 0;
	return r;
}

/* ------------------------------------------------------------------- sight */

/* In memory and of this connection alone. */
static int
make_room(struct xj_db *db, struct xj_error *err)
{
	if (!db->has_sight)
		return xj_db_exec(db, "PRAGMA temp_store=MEMORY;"
				  "CREATE TEMP TABLE sight (atom INTEGER "
				  "PRIMARY KEY, opens INTEGER, download "
				  "INTEGER);"
				  "CREATE TEMP TABLE openers (kind INTEGER, "
				  "low TEXT, high TEXT);"
				  "CREATE TEMP TABLE sight_of (login TEXT, "
				  "day TEXT)", err);
	return xj_db_exec(db, "DELETE FROM temp.sight;"
			  "DELETE FROM temp.openers;"
			  "DELETE FROM temp.sight_of", err);
}

static int
add_opener(struct xj_db *db, const struct xj_opener *o, struct xj_error *err)
{
	if (o->unit)
		return xj_db_run(db, XJ_SQL_OPENER_UNIT, err, "ii",
				 (int64_t)o->kind, (int64_t)o->unit);
	return xj_db_run(db, XJ_SQL_OPENER, err, "it", (int64_t)o->kind,
			 o->who);
}

int
xj_catalog_set_sight(struct xj_catalog *catalog, const char *login,
		     const struct xj_opener *openers, size_t count,
		     const char *today, struct xj_error *err)
{
	struct xj_db *db = &catalog->db;
	int r;

	db->sighted = false;
	if (!login && !db->has_sight)
		return XJ_OK;
	r = make_room(db, err);
	if (r == XJ_OK)
		db->has_sight = true;
	if (r < 0 || !login)
		return r;
	db->sighted = true; /* whatever fails now, too little is seen */
	r = xj_db_run(db, XJ_SQL_SIGHT_OF, err, "tt", login, today);
	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = add_opener(db, &openers[i], err);
	return r < 0 ? r : xj_db_run(db, XJ_SQL_FILL_SIGHT, err, "");
}

bool
xj_catalog_has_sight(const struct xj_catalog *catalog)
{
	return catalog->db.sighted;
}

bool
xj_catalog_blind(struct xj_catalog *catalog, bool aside)
{
	bool was = !catalog->db.sighted;

	catalog->db.sighted = !aside;
	return was;
}

int
xj_catalog_sight(struct xj_catalog *catalog, struct xj_arena *arena,
		 uint64_t **atoms, size_t *count, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_SIGHT, err, "");

	*count = 0;
	return r < 0 ? r : read_numbers(&q, arena, atoms, count, err);
}

int
xj_catalog_may_download(struct xj_catalog *catalog, uint64_t root, bool *may,
			struct xj_error *err)
{
	int64_t number;
	int r = xj_db_number(&catalog->db, XJ_SQL_MAY_DOWNLOAD, &number, err,
			     "i", (int64_t)root);

	*may = number != 0;
	return r;
}

int
xj_catalog_set_owner(struct xj_catalog *catalog, uint64_t root,
		     const char *owner, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_SET_OWNER, err, "it",
		      (int64_t)root, owner ? owner : "");
	return xj_db_write_end(&w, r, err);
}
