/* people.c - units and their places in the tree, members and what they belong
 * to; the objects that say so. */
#include <string.h>

#include "catalog/sql.h"

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* --------------------------------------------------------------- entities */

static int
put_entity(struct xj_catalog *catalog, struct xj_entity_row *row,
	   struct xj_error *err)
{
	int64_t id;
	int r = xj_db_number(&catalog->db, XJ_SQL_PUT_ENTITY, &id, err,
			     "zutit", (int64_t)row->id, row->urn, row->kind,
			     (int64_t)row->version, row->state);

	if (r == XJ_OK && !id)
		return xj_error_set(err, XJ_EEXIST, "number %llu is another "
				    "object's", (unsigned long long)row->id);
	row->id = (uint64_t)id;
	return r;
}

/* The URN of a new one may be taken: that is found before anything is
 * written. */
static int
check_urn(struct xj_catalog *catalog, const struct xj_entity_row *row,
	  struct xj_error *err)
{
	int64_t id;
	int r = xj_db_number(&catalog->db, XJ_SQL_ENTITY_BY_URN, &id, err, "u",
			     row->urn);

	if (r == XJ_OK && id && (uint64_t)id != row->id)
		return xj_error_set(err, XJ_EEXIST, "%s is in the catalog "
				    "already", row->urn);
	return r;
}

int
xj_catalog_put_entity(struct xj_catalog *catalog, struct xj_entity_row *row,
		      struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = check_urn(catalog, row, err);
	if (r == XJ_OK)
		r = put_entity(catalog, row, err);
	return xj_db_write_end(&w, r, err);
}

static int
read_entity(struct xj_query *q, struct xj_arena *arena, char urn[XJ_URN_MAX],
	    struct xj_entity_row *row, struct xj_error *err)
{
	*row = (struct xj_entity_row){
		.id = (uint64_t)xj_col_int(q, 0),
		.urn = xj_urn_col(q, 1, arena, urn),
		.kind = xj_col_keep(q, 2, arena),
		.version = (unsigned)xj_col_int(q, 3),
		.state = xj_col_keep(q, 4, arena),
	};
	return q->failed || !row->urn ? no_memory(err) : XJ_OK;
}

static int
first_entity(struct xj_query *q, struct xj_arena *arena,
	     struct xj_entity_row *row, struct xj_error *err)
{
	char urn[XJ_URN_MAX];
	int r = xj_query_next(q, err);

	if (r == XJ_END)
		return xj_error_set(err, XJ_ENOTFOUND, "no such thing");
	return r < 0 ? r : read_entity(q, arena, urn, row, err);
}

int
xj_catalog_get_entity(struct xj_catalog *catalog, uint64_t id,
		      struct xj_arena *arena, struct xj_entity_row *row,
		      struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_ENTITY, err, "i",
			 (int64_t)id);

	return r < 0 ? r : first_entity(&q, arena, row, err);
}

int
xj_catalog_get_entity_urn(struct xj_catalog *catalog, const char *urn,
			  struct xj_arena *arena, struct xj_entity_row *row,
			  struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_ENTITY_BY_URN, err, "u",
			 urn);

	return r < 0 ? r : first_entity(&q, arena, row, err);
}

int
xj_catalog_entities(struct xj_catalog *catalog, const char *kind,
		    xj_entity_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	struct xj_entity_row row;
	char urn[XJ_URN_MAX];
	int r = xj_query(&q, &catalog->db, XJ_SQL_ENTITIES, err, "t", kind);

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		r = read_entity(&q, NULL, urn, &row, err);
		if (r == XJ_OK)
			r = fn(ctx, &row);
	}
	return r < 0 ? r : XJ_OK;
}

/* ------------------------------------------------------------------ spans */

/* The columns: member, unit, parent, primary, role, from, until. */
static int
read_spans(struct xj_query *q, xj_span_fn fn, void *ctx, struct xj_error *err)
{
	int r;

	while ((r = xj_query_next(q, err)) == XJ_OK) {
		struct xj_span_row row = {
			.member = (uint64_t)xj_col_int(q, 0),
			.unit = (uint64_t)xj_col_int(q, 1),
			.parent = (uint64_t)xj_col_int(q, 2),
			.primary = xj_col_int(q, 3) != 0,
			.role = xj_col_keep(q, 4, NULL),
			.from = xj_col_keep(q, 5, NULL),
			.until = xj_col_keep(q, 6, NULL),
		};

		r = q->failed ? no_memory(err) : fn(ctx, &row);
		if (r != XJ_OK)
			break;
	}
	return r < 0 ? r : XJ_OK;
}

static int
spans_of(struct xj_catalog *catalog, int sql, uint64_t id, const char *day,
	 xj_span_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, sql, err, day ? "it" : "i",
			 (int64_t)id, day);

	return r < 0 ? r : read_spans(&q, fn, ctx, err);
}

int
xj_catalog_places(struct xj_catalog *catalog, uint64_t unit, xj_span_fn fn,
		  void *ctx, struct xj_error *err)
{
	return spans_of(catalog, XJ_SQL_PLACES, unit, NULL, fn, ctx, err);
}

int
xj_catalog_places_beyond(struct xj_catalog *catalog, uint64_t unit,
			 const char *day, xj_span_fn fn, void *ctx,
			 struct xj_error *err)
{
	return spans_of(catalog, XJ_SQL_PLACES_BEYOND, unit, day, fn, ctx,
			err);
}

int
xj_catalog_memberships(struct xj_catalog *catalog, uint64_t member,
		       xj_span_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r;

	if (member)
		return spans_of(catalog, XJ_SQL_MEMBERSHIPS_OF, member, NULL,
				fn, ctx, err);
	r = xj_query(&q, &catalog->db, XJ_SQL_MEMBERSHIPS, err, "");
	return r < 0 ? r : read_spans(&q, fn, ctx, err);
}

int
xj_catalog_memberships_beyond(struct xj_catalog *catalog, uint64_t unit,
			      const char *day, xj_span_fn fn, void *ctx,
			      struct xj_error *err)
{
	return spans_of(catalog, XJ_SQL_MEMBERSHIPS_BEYOND, unit, day, fn, ctx,
			err);
}

int
xj_catalog_roles(struct xj_catalog *catalog, uint64_t member, xj_span_fn fn,
		 void *ctx, struct xj_error *err)
{
	return spans_of(catalog, XJ_SQL_ROLES, member, NULL, fn, ctx, err);
}

/* Rows of one owner in place of those that are there. */
struct spans {
	int clear;
	uint64_t owner;
	const struct xj_span_row *rows;
	size_t count;
	int (*put)(struct xj_db *db, uint64_t owner,
		   const struct xj_span_row *row, struct xj_error *err);
};

static int
put_spans(struct xj_catalog *catalog, const struct spans *s,
	  struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, s->clear, err, "i", (int64_t)s->owner);
	for (size_t i = 0; i < s->count && r == XJ_OK; i++)
		r = s->put(&catalog->db, s->owner, &s->rows[i], err);
	return xj_db_write_end(&w, r, err);
}

static int
put_place(struct xj_db *db, uint64_t owner, const struct xj_span_row *row,
	  struct xj_error *err)
{
	return xj_db_run(db, XJ_SQL_PUT_PLACE, err, "ittz", (int64_t)owner,
			 row->from, row->until, (int64_t)row->parent);
}

static int
put_membership(struct xj_db *db, uint64_t owner,
	       const struct xj_span_row *row, struct xj_error *err)
{
	return xj_db_run(db, XJ_SQL_PUT_MEMBERSHIP, err, "iiitt",
			 (int64_t)owner, (int64_t)row->unit,
			 (int64_t)row->primary, row->from, row->until);
}

static int
put_role(struct xj_db *db, uint64_t owner, const struct xj_span_row *row,
	 struct xj_error *err)
{
	return xj_db_run(db, XJ_SQL_PUT_ROLE, err, "itztt", (int64_t)owner,
			 row->role, (int64_t)row->unit, row->from, row->until);
}

int
xj_catalog_put_places(struct xj_catalog *catalog, uint64_t unit,
		      const struct xj_span_row *places, size_t count,
		      struct xj_error *err)
{
	return put_spans(catalog, &(struct spans){ XJ_SQL_CLEAR_PLACES, unit,
			 places, count, put_place }, err);
}

int
xj_catalog_put_memberships(struct xj_catalog *catalog, uint64_t member,
			   const struct xj_span_row *rows, size_t count,
			   struct xj_error *err)
{
	return put_spans(catalog, &(struct spans){ XJ_SQL_CLEAR_MEMBERSHIPS,
			 member, rows, count, put_membership }, err);
}

int
xj_catalog_put_roles(struct xj_catalog *catalog, uint64_t member,
		     const struct xj_span_row *rows, size_t count,
		     struct xj_error *err)
{
	return put_spans(catalog, &(struct spans){ XJ_SQL_CLEAR_ROLES, member,
			 rows, count, put_role }, err);
}

/* ------------------------------------------------------------------ units */

/* A value that only one may have: found before anything is written. */
static int
check_unique(struct xj_catalog *catalog, int sql, const char *value,
	     uint64_t id, struct xj_error *err)
{
	int64_t other;
	int r = xj_db_number(&catalog->db, sql, &other, err, "tt", value,
			     NULL);

	if (r == XJ_OK && other && (uint64_t)other != id)
		return xj_error_set(err, XJ_EEXIST, "%s is there already",
				    value);
	return r;
}

int
xj_catalog_put_unit(struct xj_catalog *catalog, const struct xj_unit_row *row,
		    struct xj_error *err)
{
	struct xj_db_write w;
	uint64_t other;
	int r = xj_catalog_unit_id(catalog, row->code, &other, err);

	if (r == XJ_OK && other && other != row->id)
		return xj_error_set(err, XJ_EEXIST, "%s is there already",
				    row->code);
	if (r == XJ_OK)
		r = xj_db_write_begin(&w, &catalog->db, err);
	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_PUT_UNIT, err, "itttttttzz",
		      (int64_t)row->id, row->code, row->axis, row->kind,
		      row->name, row->name_en, row->opened, row->closed,
		      (int64_t)row->successor, (int64_t)row->institution);
	return xj_db_write_end(&w, r, err);
}

int
xj_catalog_unit_id(struct xj_catalog *catalog, const char *code, uint64_t *id,
		   struct xj_error *err)
{
	int64_t number;
	int r = xj_db_number(&catalog->db, XJ_SQL_UNIT_ID, &number, err, "t",
			     code);

	*id = (uint64_t)number;
	return r;
}

static void
read_unit(struct xj_query *q, char urn[XJ_URN_MAX], struct xj_unit_row *row)
{
	*row = (struct xj_unit_row){
		.id = (uint64_t)xj_col_int(q, 0),
		.urn = xj_urn_col(q, 1, NULL, urn),
		.code = xj_col_keep(q, 2, NULL),
		.axis = xj_col_keep(q, 3, NULL),
		.kind = xj_col_keep(q, 4, NULL),
		.name = xj_col_keep(q, 5, NULL),
		.name_en = xj_col_keep(q, 6, NULL),
		.opened = xj_col_keep(q, 7, NULL),
		.closed = xj_col_keep(q, 8, NULL),
		.successor = (uint64_t)xj_col_int(q, 9),
		.institution = (uint64_t)xj_col_int(q, 10),
		.version = (unsigned)xj_col_int(q, 11),
		.placed = xj_col_int(q, 12) != 0,
		.parent = (uint64_t)xj_col_int(q, 13),
	};
}

int
xj_catalog_units(struct xj_catalog *catalog, const char *day, xj_unit_fn fn,
		 void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	struct xj_unit_row row;
	char urn[XJ_URN_MAX];
	int r = xj_query(&q, &catalog->db, XJ_SQL_UNITS, err, "t", day);

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		read_unit(&q, urn, &row);
		r = q.failed ? no_memory(err) : fn(ctx, &row);
	}
	return r < 0 ? r : XJ_OK;
}

int
xj_catalog_next_move(struct xj_catalog *catalog, const char *day,
		     char next[XJ_DAY_MAX], struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	const char *text = NULL;
	int r = xj_query(&q, &catalog->db, XJ_SQL_NEXT_MOVE, err, "t", day);

	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r == XJ_OK)
		text = xj_col_text(&q, 0);
	if (r < 0 || !text || strlen(text) >= XJ_DAY_MAX)
		return r < 0 ? r : XJ_END;
	strcpy(next, text);
	return XJ_OK;
}

/* ---------------------------------------------------------------- members */

int
xj_catalog_put_member(struct xj_catalog *catalog,
		      const struct xj_member_row *row, struct xj_error *err)
{
	struct xj_db_write w;
	int r = check_unique(catalog, XJ_SQL_FIND_MEMBER, row->login_key,
			     row->id, err);

	if (r == XJ_OK)
		r = xj_db_write_begin(&w, &catalog->db, err);
	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_PUT_MEMBER, err, "ittttttttttt",
		      (int64_t)row->id, row->login, row->login_key, row->name,
		      row->pinyin, row->kind, row->status, row->staff_number,
		      row->language, row->email, row->phone, row->left);
	return xj_db_write_end(&w, r, err);
}

static int
read_members(struct xj_query *q, xj_member_fn fn, void *ctx,
	     struct xj_error *err)
{
	char urn[XJ_URN_MAX];
	int r;

	while ((r = xj_query_next(q, err)) == XJ_OK) {
		struct xj_member_row row = {
			.id = (uint64_t)xj_col_int(q, 0),
			.urn = xj_urn_col(q, 1, NULL, urn),
			.login = xj_col_keep(q, 2, NULL),
			.login_key = xj_col_keep(q, 3, NULL),
			.name = xj_col_keep(q, 4, NULL),
			.pinyin = xj_col_keep(q, 5, NULL),
			.kind = xj_col_keep(q, 6, NULL),
			.status = xj_col_keep(q, 7, NULL),
			.staff_number = xj_col_keep(q, 8, NULL),
			.language = xj_col_keep(q, 9, NULL),
			.email = xj_col_keep(q, 10, NULL),
			.phone = xj_col_keep(q, 11, NULL),
			.left = xj_col_keep(q, 12, NULL),
			.version = (unsigned)xj_col_int(q, 13),
		};

		r = q->failed ? no_memory(err) : fn(ctx, &row);
		if (r != XJ_OK)
			break;
	}
	return r < 0 ? r : XJ_OK;
}

int
xj_catalog_members(struct xj_catalog *catalog, uint64_t id, xj_member_fn fn,
		   void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db,
			 id ? XJ_SQL_MEMBER : XJ_SQL_MEMBERS, err,
			 id ? "i" : "", (int64_t)id);

	return r < 0 ? r : read_members(&q, fn, ctx, err);
}

int
xj_catalog_find_member(struct xj_catalog *catalog, const char *login_key,
		       const char *name, xj_member_fn fn, void *ctx,
		       struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_FIND_MEMBER, err, "tt",
			 login_key, name);

	return r < 0 ? r : read_members(&q, fn, ctx, err);
}

/* ------------------------------------------------------------------ reach */

static int
reach(struct xj_catalog *catalog, int sql, uint64_t member, const char *day,
      xj_reach_fn fn, void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, sql, err, "it", (int64_t)member,
			 day);

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		const char *role = xj_col_keep(&q, 2, NULL);

		r = q.failed ? no_memory(err) :
		    fn(ctx, (uint64_t)xj_col_int(&q, 0),
		       (unsigned)xj_col_int(&q, 1), role);
	}
	return r < 0 ? r : XJ_OK;
}

int
xj_catalog_reach_up(struct xj_catalog *catalog, uint64_t member,
		    const char *day, xj_reach_fn fn, void *ctx,
		    struct xj_error *err)
{
	return reach(catalog, XJ_SQL_REACH_UP, member, day, fn, ctx, err);
}

int
xj_catalog_reach_down(struct xj_catalog *catalog, uint64_t member,
		      const char *day, xj_reach_fn fn, void *ctx,
		      struct xj_error *err)
{
	return reach(catalog, XJ_SQL_REACH_DOWN, member, day, fn, ctx, err);
}
