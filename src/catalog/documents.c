/* documents.c - rows of documents, one at a time. */
#include "catalog/sql.h"

#include <string.h>

#define DIGEST_SIZE 64

/* --------------------------------------------------------------- numbers */

int
xj_catalog_reserve(struct xj_catalog *catalog, uint64_t count,
		   uint64_t *first, struct xj_error *err)
{
	struct xj_db_write w;
	int64_t number;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_number(&catalog->db, XJ_SQL_RESERVE, &number, err, "i",
			 (int64_t)count);
	*first = (uint64_t)number;
	return xj_db_write_end(&w, r, err);
}

int
xj_catalog_unreserve(struct xj_catalog *catalog, uint64_t first,
		     uint64_t next, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_UNRESERVE, err, "ii",
		      (int64_t)first, (int64_t)next);
	return xj_db_write_end(&w, r, err);
}

/* --------------------------------------------------------------- writing */

/* Names are mostly UTF-8: then one column holds them. */
static bool
raw_is_name(const struct xj_doc *doc)
{
	return !doc->name_raw ||
	       (doc->name && strlen(doc->name) == doc->name_raw_len &&
		memcmp(doc->name, doc->name_raw, doc->name_raw_len) == 0);
}

static bool
has_digest(const struct xj_doc *doc)
{
	static const unsigned char none[DIGEST_SIZE];

	return memcmp(doc->sha512, none, DIGEST_SIZE) != 0;
}

static int
write_row(struct xj_db *db, int name, const struct xj_doc *doc,
	  struct xj_error *err)
{
	return xj_db_run(
		db, name, err, "iuzz" "iiii" "tttt" "ttttttt" "t"
		"bib" "tt" "iiiz" "ii",
		(int64_t)doc->id, doc->urn, (int64_t)doc->parent,
		(int64_t)doc->root, (int64_t)doc->state, (int64_t)doc->rev,
		(int64_t)doc->version, (int64_t)doc->ordinal,
		doc->owner ? doc->owner : "", doc->kind, doc->type,
		doc->format, doc->outcome, doc->reason, doc->date,
		doc->language, doc->title, doc->title_key, doc->creators,
		doc->name, raw_is_name(doc) ? NULL : doc->name_raw,
		doc->name_raw_len, (int64_t)doc->size,
		has_digest(doc) ? doc->sha512 : NULL, (size_t)DIGEST_SIZE,
		doc->importer, doc->importer_version, (int64_t)doc->cpu_ms,
		(int64_t)doc->text_bytes, (int64_t)doc->pages,
		(int64_t)doc->accession, (int64_t)doc->created,
		(int64_t)doc->updated);
}

static int
queue_if_live(struct xj_catalog *catalog, struct xj_doc *doc,
	      struct xj_error *err)
{
	doc->queued = doc->state == XJ_DOC_LIVE;
	if (!doc->queued)
		return xj_db_run(&catalog->db, XJ_SQL_DEQUEUE, err, "i",
				 (int64_t)doc->id);
	return xj_db_run(&catalog->db, XJ_SQL_ENQUEUE, err, "ii",
			 (int64_t)doc->id, (int64_t)doc->rev);
}

/* A number that is given (a rebuild does) is not to be given again. */
static int
settle_number(struct xj_catalog *catalog, struct xj_doc *doc,
	      struct xj_error *err)
{
	if (doc->id == 0)
		return xj_catalog_reserve(catalog, 1, &doc->id, err);
	return xj_db_run(&catalog->db, XJ_SQL_RESERVED_ABOVE, err, "i",
			 (int64_t)doc->id);
}

static int
insert(struct xj_catalog *catalog, struct xj_doc *doc, struct xj_error *err)
{
	int r = settle_number(catalog, doc, err);

	if (r < 0)
		return r;
	if (doc->root == 0)
		doc->root = doc->id;
	if (doc->rev == 0)
		doc->rev = 1;
	r = write_row(&catalog->db, XJ_SQL_INSERT_DOCUMENT, doc, err);
	return r == XJ_OK ? queue_if_live(catalog, doc, err) : r;
}

int
xj_catalog_insert(struct xj_catalog *catalog, struct xj_doc *doc,
		  struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = insert(catalog, doc, err);
	return xj_db_write_end(&w, r, err);
}

/* The revision it has now, if it is still of the version expected. */
static int
current_rev(struct xj_catalog *catalog, const struct xj_doc *doc,
	    unsigned expected_version, uint32_t *rev, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &catalog->db, XJ_SQL_DOCUMENT_STATE, err, "i",
			 (int64_t)doc->id);

	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r == XJ_END)
		return xj_error_set(err, XJ_ENOTFOUND, "no document %llu",
				    (unsigned long long)doc->id);
	if (r < 0)
		return r;
	if (expected_version && xj_col_int(&q, 2) != expected_version)
		return xj_error_set(err, XJ_EBUSY,
				    "document %llu was changed meanwhile: it "
				    "is at version %lld, not %u",
				    (unsigned long long)doc->id,
				    (long long)xj_col_int(&q, 2),
				    expected_version);
	*rev = (uint32_t)xj_col_int(&q, 1);
	return XJ_OK;
}

static int
update(struct xj_catalog *catalog, struct xj_doc *doc,
       unsigned expected_version, struct xj_error *err)
{
	uint32_t rev = 0;
	int r = current_rev(catalog, doc, expected_version, &rev, err);

	if (r < 0)
		return r;
	doc->rev = rev + 1;
	r = write_row(&catalog->db, XJ_SQL_UPDATE_DOCUMENT, doc, err);
	if (r == XJ_OK)
		r = xj_entry_retire(catalog, doc->id, err);
	return r == XJ_OK ? queue_if_live(catalog, doc, err) : r;
}

int
xj_catalog_update(struct xj_catalog *catalog, struct xj_doc *doc,
		  unsigned expected_version, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = update(catalog, doc, expected_version, err);
	return xj_db_write_end(&w, r, err);
}

int
xj_catalog_set_version(struct xj_catalog *catalog, uint64_t root,
		       unsigned from, unsigned to, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &catalog->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&catalog->db, XJ_SQL_SET_VERSION, err, "iii",
		      (int64_t)root, (int64_t)from, (int64_t)to);
	if (r == XJ_OK && xj_db_changes(&catalog->db) == 0)
		r = xj_error_set(err, XJ_EBUSY, "document %llu was changed "
				 "meanwhile: it is not at version %u any more",
				 (unsigned long long)root, from);
	return xj_db_write_end(&w, r, err);
}

/* --------------------------------------------------------------- reading */

static void
read_name(struct xj_query *q, struct xj_arena *arena, struct xj_doc *doc)
{
	size_t len;
	const void *raw;

	doc->name = xj_col_keep(q, 19, arena);
	doc->name_raw = doc->name;
	doc->name_raw_len = doc->name ? strlen(doc->name) : 0;
	raw = xj_col_blob(q, 20, &len);
	if (!raw)
		return;
	if (arena)
		raw = xj_arena_strndup(arena, raw, len);
	q->failed = q->failed || !raw;
	doc->name_raw = raw;
	doc->name_raw_len = len;
}

static void
read_digest(struct xj_query *q, struct xj_doc *doc, bool *damaged)
{
	size_t len;
	const void *digest = xj_col_blob(q, 22, &len);

	if (digest && len == DIGEST_SIZE)
		memcpy(doc->sha512, digest, DIGEST_SIZE);
	else if (len > 0)
		*damaged = true;
}

static void
read_numbers(struct xj_query *q, struct xj_doc *doc)
{
	doc->id = (uint64_t)xj_col_int(q, 0);
	doc->parent = (uint64_t)xj_col_int(q, 2);
	doc->root = (uint64_t)xj_col_int(q, 3);
	doc->state = (enum xj_doc_state)xj_col_int(q, 4);
	doc->rev = (uint32_t)xj_col_int(q, 5);
	doc->version = (unsigned)xj_col_int(q, 6);
	doc->ordinal = (uint32_t)xj_col_int(q, 7);
	doc->size = (uint64_t)xj_col_int(q, 21);
	doc->cpu_ms = (uint64_t)xj_col_int(q, 25);
	doc->text_bytes = (uint64_t)xj_col_int(q, 26);
	doc->pages = (uint32_t)xj_col_int(q, 27);
	doc->accession = (uint64_t)xj_col_int(q, 28);
	doc->created = xj_col_int(q, 29);
	doc->updated = xj_col_int(q, 30);
	doc->queued = xj_col_int(q, 31) != 0;
}

static void
read_strings(struct xj_query *q, struct xj_arena *arena, struct xj_doc *doc)
{
	doc->owner = xj_col_keep(q, 8, arena);
	doc->kind = xj_col_keep(q, 9, arena);
	doc->type = xj_col_keep(q, 10, arena);
	doc->format = xj_col_keep(q, 11, arena);
	doc->outcome = xj_col_keep(q, 12, arena);
	doc->reason = xj_col_keep(q, 13, arena);
	doc->date = xj_col_keep(q, 14, arena);
	doc->language = xj_col_keep(q, 15, arena);
	doc->title = xj_col_keep(q, 16, arena);
	doc->title_key = xj_col_keep(q, 17, arena);
	doc->creators = xj_col_keep(q, 18, arena);
	doc->importer = xj_col_keep(q, 23, arena);
	doc->importer_version = xj_col_keep(q, 24, arena);
}

int
xj_doc_row(struct xj_query *q, struct xj_arena *arena, char urn[XJ_URN_MAX],
	   struct xj_doc *doc, struct xj_error *err)
{
	bool damaged = false;

	*doc = (struct xj_doc){ 0 };
	read_numbers(q, doc);
	doc->urn = xj_urn_col(q, 1, arena, urn);
	read_strings(q, arena, doc);
	read_name(q, arena, doc);
	read_digest(q, doc, &damaged);
	if (q->failed)
		return xj_error_set(err, XJ_ENOMEM, "%s: out of memory",
				    q->db->path);
	if (damaged)
		return xj_error_set(err, XJ_ECORRUPT,
				    "%s is damaged (the digest of document "
				    "%llu): run `xueji rebuild`", q->db->path,
				    (unsigned long long)doc->id);
	return XJ_OK;
}

int
xj_catalog_get(struct xj_catalog *catalog, uint64_t id,
	       struct xj_arena *arena, struct xj_doc *doc,
	       struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	char urn[XJ_URN_MAX];
	int r = xj_query(&q, &catalog->db, XJ_SQL_DOCUMENT, err, "i",
			 (int64_t)id);

	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r == XJ_END)
		return xj_error_set(err, XJ_ENOTFOUND, "no document %llu",
				    (unsigned long long)id);
	return r < 0 ? r : xj_doc_row(&q, arena, urn, doc, err);
}

int
xj_catalog_get_urn(struct xj_catalog *catalog, const char *urn,
		   struct xj_arena *arena, struct xj_doc *doc,
		   struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	char lent[XJ_URN_MAX];
	int r = xj_query(&q, &catalog->db, XJ_SQL_DOCUMENT_BY_URN, err, "u",
			 urn);

	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r == XJ_END)
		return xj_error_set(err, XJ_ENOTFOUND, "no document %s", urn);
	return r < 0 ? r : xj_doc_row(&q, arena, lent, doc, err);
}

int
xj_catalog_get_digest(struct xj_catalog *catalog, const char *owner,
		      const unsigned char sha512[64], uint64_t *id,
		      struct xj_error *err)
{
	int64_t number;
	int r = xj_db_number(&catalog->db, XJ_SQL_DOCUMENT_BY_DIGEST, &number,
			     err, "bt", sha512, (size_t)DIGEST_SIZE,
			     owner ? owner : "");

	*id = (uint64_t)number;
	if (r == XJ_OK && number == 0)
		return xj_error_set(err, XJ_ENOTFOUND,
				    "no document with these bytes");
	return r;
}

int
xj_catalog_get_many(struct xj_catalog *catalog, const uint64_t *ids,
		    size_t count, struct xj_arena *arena,
		    struct xj_doc *docs, struct xj_error *err)
{
	for (size_t i = 0; i < count; i++) {
		int r = xj_catalog_get(catalog, ids[i], arena, &docs[i], err);

		if (r < 0 && r != XJ_ENOTFOUND)
			return r;
		if (r == XJ_ENOTFOUND || docs[i].state != XJ_DOC_LIVE)
			docs[i] = (struct xj_doc){ 0 };
	}
	return XJ_OK;
}
