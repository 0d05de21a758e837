/*
 * texts.c - stored text: a row for each chunk of a document. The key of a row
 * is document and chunk in one integer, so that rows need no index, lie in the
 * order they are read in, and one chunk is read without the others.
 */
#include <stdlib.h>

#include "catalog/sql.h"

#define DIGEST 32 /* bytes of a digest: enough that nobody makes two alike */
#define NUMBER_BITS 20 /* 2^20 chunks of 32 KiB: 32 GiB of text */

struct xj_texts {
	struct xj_db db;
};

enum { PUT, DROP, GET, LAST, EACH, NEXT, KEEP, KEPT, ALL_KEPT, FORGET, PAGES,
       VERSION, COUNT };

static const char *const statements[COUNT] = {
	[PUT] = "INSERT OR REPLACE INTO chunks VALUES (?1, ?2)",
	[DROP] = "DELETE FROM chunks WHERE key BETWEEN ?1 AND ?2",
	[GET] = "SELECT packed FROM chunks WHERE key = ?1",
	[LAST] = "SELECT ifnull(max(key), -1) FROM chunks "
		 "WHERE key BETWEEN ?1 AND ?2",
	[EACH] = "SELECT key, packed FROM chunks "
		 "WHERE key BETWEEN ?1 AND ?2 ORDER BY key",
	[NEXT] = "SELECT key FROM chunks WHERE key > ?1 ORDER BY key LIMIT 1",
	[KEEP] = "INSERT OR REPLACE INTO kept VALUES (?1, ?2, ?3)",
	[KEPT] = "SELECT packed FROM kept WHERE digest = ?1 AND page = ?2",
	[ALL_KEPT] = "SELECT digest, page, packed FROM kept",
	[FORGET] = "DELETE FROM kept WHERE digest = ?1",
	/* Of others, and of this connection. */
	[VERSION] = "SELECT (data_version << 32) | (total_changes() & "
		    "0xffffffff) FROM pragma_data_version",
	[PAGES] = "SELECT (SELECT page_count FROM pragma_page_count) * "
		  "(SELECT page_size FROM pragma_page_size)",
};

static const char *const migrations[] = {
	"CREATE TABLE chunks (\n"
	"	key INTEGER PRIMARY KEY,\n" /* document << 20 | number */
	"	packed BLOB NOT NULL\n"
	") STRICT;\n",

	"CREATE TABLE kept (\n"
	"	digest BLOB NOT NULL,\n" /* DIGEST bytes of the sha512 */
	"	page INTEGER NOT NULL,\n"
	"	packed BLOB NOT NULL,\n"
	"	PRIMARY KEY (digest, page)\n"
	") STRICT, WITHOUT ROWID;\n",
};

static const struct xj_db_kind kind = {
	.file = "text.sqlite",
	.application_id = 0x586a5478, /* "XjTx" */
	.version = XJ_COUNT(migrations),
	.migrations = migrations,
	.statements = statements,
	.statement_count = COUNT,
	/* Most chunks are small: with pages of 4 KiB an eighth of the file
	 * would be the free ends of pages, with these a twelfth. */
	.page_size = 1024,
};

static int64_t
key_of(uint64_t id, unsigned number)
{
	return (int64_t)(id << NUMBER_BITS | number);
}

static int64_t
last_key_of(uint64_t id)
{
	return key_of(id, (1u << NUMBER_BITS) - 1);
}

int
xj_texts_open(const char *dir, unsigned flags, struct xj_texts **texts,
	      struct xj_error *err)
{
	struct xj_texts *t = calloc(1, sizeof(*t));
	int r;

	*texts = NULL;
	if (!t)
		return xj_error_set(err, XJ_ENOMEM, "%s: out of memory", dir);
	r = xj_db_open(&t->db, &kind, dir, flags, err);
	if (r < 0)
		free(t);
	else
		*texts = t;
	return r;
}

void
xj_texts_close(struct xj_texts *texts)
{
	if (texts)
		xj_db_close(&texts->db);
	free(texts);
}

int
xj_texts_check(struct xj_texts *texts, struct xj_error *err)
{
	return xj_db_check(&texts->db, err);
}

struct xj_db *
xj_texts_db(struct xj_texts *texts)
{
	return &texts->db;
}

int
xj_texts_begin(struct xj_texts *texts, struct xj_error *err)
{
	return xj_db_begin(&texts->db, err);
}

int
xj_texts_commit(struct xj_texts *texts, struct xj_error *err)
{
	return xj_db_commit(&texts->db, err);
}

void
xj_texts_rollback(struct xj_texts *texts)
{
	xj_db_rollback(&texts->db);
}

int
xj_texts_read_begin(struct xj_texts *texts, struct xj_error *err)
{
	int r;

	if (texts->db.reading || texts->db.writing)
		return XJ_OK;
	r = xj_db_exec(&texts->db, "BEGIN", err);
	texts->db.reading = r == XJ_OK;
	return r;
}

void
xj_texts_read_end(struct xj_texts *texts)
{
	if (texts->db.reading)
		xj_db_rollback(&texts->db);
}

int
xj_texts_drop(struct xj_texts *texts, uint64_t id, struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &texts->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&texts->db, DROP, err, "ii", key_of(id, 0),
		      last_key_of(id));
	return xj_db_write_end(&w, r, err);
}

int
xj_texts_put(struct xj_texts *texts, uint64_t id, unsigned number,
	     const void *packed, size_t len, struct xj_error *err)
{
	struct xj_db_write w;
	int r;

	if (number >> NUMBER_BITS)
		return xj_error_set(err, XJ_ELIMIT,
				    "document %llu has too much text",
				    (unsigned long long)id);
	r = xj_db_write_begin(&w, &texts->db, err);
	if (r < 0)
		return r;
	r = xj_db_run(&texts->db, PUT, err, "ib", key_of(id, number), packed,
		      len);
	return xj_db_write_end(&w, r, err);
}

/* Column `n`, unpacked. */
static int
unpack(struct xj_query *q, int n, uint64_t id, struct xj_buf *chunk,
       struct xj_error *err)
{
	size_t len;
	const void *packed = xj_col_blob(q, n, &len);
	int r = xj_texts_unpack(packed, len, XJ_TEXTS_CHUNK_MAX, chunk,
				err);

	if (r == XJ_ECORRUPT)
		return xj_error_set(err, r,
				    "%s is damaged (text of document %llu): "
				    "run `xueji rebuild`", q->db->path,
				    (unsigned long long)id);
	return r;
}

int
xj_texts_get(struct xj_texts *texts, uint64_t id, unsigned number,
	     struct xj_buf *chunk, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = XJ_END;

	if (number >> NUMBER_BITS == 0)
		r = xj_query(&q, &texts->db, GET, err, "i",
			     key_of(id, number));
	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r == XJ_END)
		return xj_error_set(err, XJ_ENOTFOUND,
				    "no chunk %u of document %llu", number,
				    (unsigned long long)id);
	return r < 0 ? r : unpack(&q, 0, id, chunk, err);
}

int
xj_texts_count(struct xj_texts *texts, uint64_t id, unsigned *count,
	       struct xj_error *err)
{
	int64_t last = -1;
	int r = xj_db_number(&texts->db, LAST, &last, err, "ii", key_of(id, 0),
			     last_key_of(id));

	*count = last < 0 ? 0 : (unsigned)(last - key_of(id, 0)) + 1;
	return r;
}

int
xj_texts_each(struct xj_texts *texts, uint64_t id, xj_text_chunk_fn fn,
	      void *ctx, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	xj_auto(xj_buf_release) struct xj_buf chunk = XJ_BUF_INIT;
	int r = xj_query(&q, &texts->db, EACH, err, "ii", key_of(id, 0),
			 last_key_of(id));

	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		unsigned number = (unsigned)(xj_col_int(&q, 0) - key_of(id, 0));

		r = unpack(&q, 1, id, &chunk, err);
		if (r == XJ_OK)
			r = fn(ctx, number, chunk.data, chunk.len, err);
	}
	return r < 0 ? r : XJ_OK;
}

int
xj_texts_next(struct xj_texts *texts, uint64_t after, uint64_t *id,
	      struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	int r = xj_query(&q, &texts->db, NEXT, err, "i", last_key_of(after));

	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r == XJ_OK)
		*id = (uint64_t)xj_col_int(&q, 0) >> NUMBER_BITS;
	return r;
}

/* ------------------------------------------------------- what is read once */

int
xj_texts_keep(struct xj_texts *texts, const unsigned char sha512[64],
	      uint64_t page, const void *packed, size_t len,
	      struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &texts->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&texts->db, KEEP, err, "bib", sha512, (size_t)DIGEST,
		      (int64_t)page, packed, len);
	return xj_db_write_end(&w, r, err);
}

int
xj_texts_kept(struct xj_texts *texts, const unsigned char sha512[64],
	      uint64_t page, struct xj_buf *text, struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	const void *packed;
	size_t len;
	int r = xj_query(&q, &texts->db, KEPT, err, "bi", sha512,
			 (size_t)DIGEST, (int64_t)page);

	if (r == XJ_OK)
		r = xj_query_next(&q, err);
	if (r == XJ_END)
		return xj_error_set(err, XJ_ENOTFOUND, "page %llu was not "
				    "read", (unsigned long long)page);
	if (r < 0)
		return r;
	packed = xj_col_blob(&q, 0, &len);
	return xj_texts_unpack(packed, len, XJ_TEXTS_CHUNK_MAX, text, err);
}

int
xj_texts_forget(struct xj_texts *texts, const unsigned char sha512[64],
		struct xj_error *err)
{
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &texts->db, err);

	if (r < 0)
		return r;
	r = xj_db_run(&texts->db, FORGET, err, "b", sha512, (size_t)DIGEST);
	return xj_db_write_end(&w, r, err);
}

int
xj_texts_keep_all(struct xj_texts *texts, struct xj_texts *from,
		  struct xj_error *err)
{
	xj_auto(xj_query_end) struct xj_query q = XJ_QUERY_INIT;
	struct xj_db_write w;
	int r = xj_db_write_begin(&w, &texts->db, err);

	if (r < 0)
		return r;
	r = xj_query(&q, &from->db, ALL_KEPT, err, "");
	while (r == XJ_OK && (r = xj_query_next(&q, err)) == XJ_OK) {
		size_t digest_len, len;
		const void *digest = xj_col_blob(&q, 0, &digest_len);
		const void *packed = xj_col_blob(&q, 2, &len);

		r = xj_db_run(&texts->db, KEEP, err, "bib", digest, digest_len,
			      xj_col_int(&q, 1), packed, len);
	}
	return xj_db_write_end(&w, r < 0 ? r : XJ_OK, err);
}

int
xj_texts_version(struct xj_texts *texts, uint64_t *version,
		 struct xj_error *err)
{
	int64_t number;
	int r = xj_db_number(&texts->db, VERSION, &number, err, "");

	*version = (uint64_t)number;
	return r;
}

int
xj_texts_bytes(struct xj_texts *texts, uint64_t *stored, struct xj_error *err)
{
	int64_t number;
	int r = xj_db_number(&texts->db, PAGES, &number, err, "");

	*stored = (uint64_t)number;
	return r;
}

int
xj_catalog_erase(struct xj_catalog *catalog, struct xj_texts *texts,
		 struct xj_error *err)
{
	int r = xj_db_empty_log(&catalog->db, err);

	return r < 0 ? r : xj_db_empty_log(&texts->db, err);
}
