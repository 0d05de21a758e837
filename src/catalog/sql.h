/*
 * catalog/sql.h - the names of the catalog's statements, and what its files
 * share. The SQL is in sql.c, the tables in schema.c.
 */
#ifndef XJ_CATALOG_SQL_H
#define XJ_CATALOG_SQL_H

#include "catalog/db.h"

struct xj_catalog {
	struct xj_db db;
	char *dir;
	bool folds; /* xj_contains() is known to SQLite */
};

enum {
	XJ_SQL_FACT,
	XJ_SQL_SET_FACT,

	XJ_SQL_ACCOUNTS,
	XJ_SQL_PUT_ACCOUNT,
	XJ_SQL_TOKENS,
	XJ_SQL_PUT_TOKEN,
	XJ_SQL_DROP_TOKEN,

	XJ_SQL_SAVED,
	XJ_SQL_PUT_SAVED,
	XJ_SQL_DROP_SAVED,

	XJ_SQL_RESERVE,
	XJ_SQL_UNRESERVE,
	XJ_SQL_RESERVED_ABOVE,
	XJ_SQL_INSERT_DOCUMENT,
	XJ_SQL_UPDATE_DOCUMENT,
	XJ_SQL_SET_VERSION,
	XJ_SQL_DOCUMENT_STATE,
	XJ_SQL_DOCUMENT,
	XJ_SQL_DOCUMENT_BY_URN,
	XJ_SQL_DOCUMENT_BY_DIGEST,
	XJ_SQL_DOCUMENT_PARENT,

	XJ_SQL_CLEAR_META,
	XJ_SQL_ADD_META,
	XJ_SQL_META,
	XJ_SQL_BEARING,

	XJ_SQL_PUT_SOURCE,
	XJ_SQL_DROP_SOURCES,
	XJ_SQL_DROP_SOURCE,
	XJ_SQL_SOURCE,
	XJ_SQL_SOURCES_BELOW,
	XJ_SQL_SOURCES_OF,
	XJ_SQL_SOURCES_IN,
	XJ_SQL_NEWEST_SOURCE,

	XJ_SQL_NEXT_ACCESSION,
	XJ_SQL_PUT_ACCESSION,
	XJ_SQL_ACCESSION,
	XJ_SQL_ACCESSIONS,
	XJ_SQL_ADD_OUTCOME,
	XJ_SQL_OUTCOMES,
	XJ_SQL_OUTCOMES_OF,
	XJ_SQL_REDACT,
	XJ_SQL_ADD_EVENT,
	XJ_SQL_FORGET,
	XJ_SQL_EVENTS,
	XJ_SQL_EVENTS_OF,

	XJ_SQL_ADD_BATCH,
	XJ_SQL_DROP_BATCH,
	XJ_SQL_BATCHES,

	XJ_SQL_QUEUE,
	XJ_SQL_QUEUE_SIZE,
	XJ_SQL_ENQUEUE,
	XJ_SQL_DEQUEUE,
	XJ_SQL_DEQUEUE_REV,
	XJ_SQL_ENQUEUE_LIVE,
	XJ_SQL_RAISE_REV,

	XJ_SQL_ENTRY,
	XJ_SQL_ADD_ENTRY,
	XJ_SQL_DROP_ENTRY,
	XJ_SQL_ADD_DEAD,
	XJ_SQL_COUNT_DEAD,
	XJ_SQL_DEAD,
	XJ_SQL_ADD_SEGMENT,
	XJ_SQL_ADD_BIRTH,
	XJ_SQL_SEGMENT_NUMBER,
	XJ_SQL_SEGMENTS,
	XJ_SQL_SEGMENTS_OF,
	XJ_SQL_SEGMENT_ADD,
	XJ_SQL_MOVE_BIRTHS,
	XJ_SQL_DROP_BIRTHS,
	XJ_SQL_DROP_SEGMENT,
	XJ_SQL_ENQUEUE_SEGMENT,
	XJ_SQL_DROP_SEGMENT_ENTRIES,
	XJ_SQL_DROP_SEGMENT_DEAD,
	XJ_SQL_SERIAL,
	XJ_SQL_RAISE_SERIAL,

	XJ_SQL_CLEAR_OCR,
	XJ_SQL_PUT_OCR,
	XJ_SQL_RETRY_OCR,
	XJ_SQL_NEXT_OCR,
	XJ_SQL_OCR,
	XJ_SQL_COUNT_OCR,
	XJ_SQL_WAITING_OCR,
	XJ_SQL_OCR_TITLE,

	XJ_SQL_PUT_ENTITY,
	XJ_SQL_ENTITY,
	XJ_SQL_ENTITY_BY_URN,
	XJ_SQL_ENTITIES,
	XJ_SQL_PUT_UNIT,
	XJ_SQL_UNITS,
	XJ_SQL_UNIT_ID,
	XJ_SQL_CLEAR_PLACES,
	XJ_SQL_PUT_PLACE,
	XJ_SQL_PLACES,
	XJ_SQL_PLACES_BEYOND,
	XJ_SQL_NEXT_MOVE,
	XJ_SQL_PUT_MEMBER,
	XJ_SQL_MEMBERS,
	XJ_SQL_MEMBER,
	XJ_SQL_FIND_MEMBER,
	XJ_SQL_CLEAR_MEMBERSHIPS,
	XJ_SQL_PUT_MEMBERSHIP,
	XJ_SQL_MEMBERSHIPS,
	XJ_SQL_MEMBERSHIPS_OF,
	XJ_SQL_MEMBERSHIPS_BEYOND,
	XJ_SQL_CLEAR_ROLES,
	XJ_SQL_PUT_ROLE,
	XJ_SQL_ROLES,
	XJ_SQL_REACH_UP,
	XJ_SQL_REACH_DOWN,
	XJ_SQL_SET_RIGHTS,
	XJ_SQL_DROP_RIGHTS,
	XJ_SQL_RIGHTS,
	XJ_SQL_HAS_RIGHTS,
	XJ_SQL_ADD_ATOM,
	XJ_SQL_ATOM,
	XJ_SQL_CLEAR_DOCUMENT_ATOMS,
	XJ_SQL_ADD_DOCUMENT_ATOM,
	XJ_SQL_DOCUMENT_ATOMS,
	XJ_SQL_SIGHT_OF,
	XJ_SQL_OPENER,
	XJ_SQL_OPENER_UNIT,
	XJ_SQL_FILL_SIGHT,
	XJ_SQL_ADD_SIGHT,
	XJ_SQL_SIGHT,
	XJ_SQL_MAY_DOWNLOAD,
	XJ_SQL_SET_OWNER,
	XJ_SQL_PUT_STUDY,
	XJ_SQL_CLEAR_STUDY_ATOMS,
	XJ_SQL_ADD_STUDY_ATOM,
	XJ_SQL_STUDY_ATOMS,
	XJ_SQL_CLEAR_STUDY_DOCUMENTS,
	XJ_SQL_ADD_STUDY_DOCUMENT,
	XJ_SQL_STUDIES,
	XJ_SQL_DRAFTS,
	XJ_SQL_PUT_DRAFT,
	XJ_SQL_DROP_DRAFT,
	XJ_SQL_DROP_UNBORN,
	XJ_SQL_DRAFT_TEXTS,
	XJ_SQL_PUT_DRAFT_TEXT,
	XJ_SQL_DROP_DRAFT_TEXTS,
	XJ_SQL_ADD_REQUEST,
	XJ_SQL_ANSWER_REQUEST,
	XJ_SQL_REQUESTS,
	XJ_SQL_LAST_AUDIT,
	XJ_SQL_ADD_AUDIT,
	XJ_SQL_AUDIT,
	XJ_SQL_AUDIT_DOWN,

	XJ_SQL_TOTALS,
	XJ_SQL_OBJECTS,
	XJ_SQL_TALLY_OUTCOME,
	XJ_SQL_TALLY_KIND,
	XJ_SQL_TALLY_TYPE,
	XJ_SQL_TALLY_REASON,
	XJ_SQL_TALLY_IMPORTER,

	XJ_SQL_COUNT
};

extern const char *const xj_catalog_sql[XJ_SQL_COUNT];
extern const struct xj_db_kind xj_catalog_kind;

/* ------------------------------------------------------ sight (rights.c) */

/* The number of an atom, which is made when it is a new one. */
int xj_db_put_atom(struct xj_db *db, const struct xj_atom *atom,
		   int64_t *number, struct xj_error *err);

/*
 * What stands in a statement only while the handle has a sight (db->sighted):
 * a comment otherwise. XJ_SEEN: the row of documents named `d` is in sight.
 */
#define XJ_SIGHTED_BEGIN "/*sighted"
#define XJ_SIGHTED_END "sighted*/"
#define XJ_IF_SIGHTED(sql) XJ_SIGHTED_BEGIN " " sql " " XJ_SIGHTED_END
#define XJ_SEEN(d) \
	"EXISTS (SELECT 1 FROM document_atoms x " \
	"CROSS JOIN temp.sight v ON v.atom = x.atom " \
	"WHERE x.document = " d ".root " \
	"AND (v.opens >> (" d ".state = 3) & 1))"
#define XJ_AND_SEEN(d) XJ_IF_SIGHTED("AND " XJ_SEEN(d))
/* The same of a document by its number. */
#define XJ_AND_SEEN_ID(id) XJ_IF_SIGHTED( \
	"AND EXISTS (SELECT 1 FROM documents s WHERE s.id = " id " AND " \
	XJ_SEEN("s") ")")

/* ------------------------------------------------- documents (documents.c) */

/* The columns that xj_doc_row() reads, of documents named d. */
#define XJ_DOC_COLUMNS \
	"d.id, d.urn, d.parent, d.root, d.state, d.rev, d.version, " \
	"d.ordinal, d.owner, d.kind, d.type, d.format, d.outcome, d.reason, " \
	"d.date, d.language, d.title, d.title_key, d.creators, d.name, " \
	"d.name_raw, d.size, d.sha512, d.importer, d.importer_version, " \
	"d.cpu_ms, d.text_bytes, d.pages, d.accession, d.created, " \
	"d.updated, d.id IN (SELECT document FROM queue)"

/* A row into `doc`. Without an arena its strings are lent until the next row,
 * and the URN is in `urn`. */
int xj_doc_row(struct xj_query *q, struct xj_arena *arena,
	       char urn[XJ_URN_MAX], struct xj_doc *doc,
	       struct xj_error *err);

/* ---------------------------------------------------------- text (texts.c) */

/* As xj_db_check(). */
int xj_texts_check(struct xj_texts *texts, struct xj_error *err);
struct xj_db *xj_texts_db(struct xj_texts *texts);

/* ------------------------------------------------------ index (segments.c) */

/* The entry of a document, if it has one in a segment, no longer counts. */
int xj_entry_retire(struct xj_catalog *catalog, uint64_t id,
		    struct xj_error *err);
int xj_serial_raise(struct xj_catalog *catalog, struct xj_error *err);

#endif
