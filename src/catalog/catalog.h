/*
 * catalog/catalog.h - catalog.sqlite (documents, sources, accessions, queue,
 * segments, history) and text.sqlite (stored text). Knows no files but its
 * two, no Xapian, no formats. Included by library alone.
 *
 * SQLite in WAL, STRICT tables, foreign keys, migrations by user_version. One
 * writer at a time; readers never wait. Statements are prepared once, by name.
 * Everything here is a cache of the OCFL root, except what design section 8
 * of "settled questions" says is in backups only.
 *
 * A handle is used by one thread at a time. Writes happen between
 * xj_catalog_begin() and xj_catalog_commit(); a function that writes outside
 * of them makes a transaction of its own.
 */
#ifndef XJ_CATALOG_H
#define XJ_CATALOG_H

#include "util/util.h"

#define XJ_CATALOG_VERSION 12 /* user_version of this release */

struct xj_catalog;

enum {
	XJ_CATALOG_CREATE = 1,   /* make it; XJ_EEXIST when it is there */
	XJ_CATALOG_READONLY = 2, /* also on a read-only disk */
};

/*
 * Open DIR/catalog.sqlite. An older one is upgraded after a copy of it,
 * catalog.sqlite.before-N, was made (not when read-only: an older one is then
 * XJ_EVERSION with what to do); a newer one is XJ_EVERSION and the message
 * names both versions. XJ_ENOTFOUND: there is none. XJ_ECORRUPT.
 */
int xj_catalog_open(const char *dir, unsigned flags,
		    struct xj_catalog **catalog, struct xj_error *err);
void xj_catalog_close(struct xj_catalog *catalog);

/* Take the write lock (waiting up to 30 s: XJ_EBUSY) and begin. Not nested. */
int xj_catalog_begin(struct xj_catalog *catalog, struct xj_error *err);
/* Durable on return (synchronous=FULL). On failure all is rolled back. */
int xj_catalog_commit(struct xj_catalog *catalog, struct xj_error *err);
void xj_catalog_rollback(struct xj_catalog *catalog); /* if begun */
/* One consistent view for the reads that follow, till xj_catalog_read_end(). */
int xj_catalog_read_begin(struct xj_catalog *catalog, struct xj_error *err);
void xj_catalog_read_end(struct xj_catalog *catalog);
/* SQLite's own check of both files; XJ_ECORRUPT with the first finding. */
int xj_catalog_check(struct xj_catalog *catalog, struct xj_error *err);

/* ------------------------------------------------- copies of whole files */

/* Tells the state of a file from a later one, without reading it: inode, size
 * and time; "" when that cannot be told. */
#define XJ_STAMP_MAX 96

struct xj_texts;

/* Bring what the logs hold into the files, as far as nobody is in the way, so
 * that there are stamps. */
void xj_catalog_settle_logs(struct xj_catalog *catalog,
			    struct xj_texts *texts);
void xj_catalog_stamps(struct xj_catalog *catalog, struct xj_texts *texts,
		       char of_catalog[XJ_STAMP_MAX],
		       char of_texts[XJ_STAMP_MAX]);
/* Write the file as the reading transaction sees it to `path`, which is not
 * there. It is not synced. */
int xj_catalog_copy(struct xj_catalog *catalog, const char *path,
		    struct xj_error *err);
int xj_texts_copy(struct xj_texts *texts, const char *path,
		  struct xj_error *err);

/* An object that the catalog knows to be in the store. */
struct xj_object_row {
	const char *urn;
	unsigned version;     /* 0: of an accession, which has no number here */
	int64_t at;           /* of a document: when it was changed */
	uint64_t bytes;       /* of the original */
	bool purged;
};

typedef int (*xj_object_row_fn)(void *ctx, const struct xj_object_row *row);
/* Of all top-level documents and of the accessions that are finished. */
int xj_catalog_objects(struct xj_catalog *catalog, xj_object_row_fn fn,
		       void *ctx, struct xj_error *err);

/* -------------------------------------------------------------- settings */

/* Facts about the archive, not preferences: "analyzer", "created", "urn". */
int xj_catalog_fact(struct xj_catalog *catalog, const char *name,
		    struct xj_buf *value, struct xj_error *err); /* XJ_ENOTFOUND */
int xj_catalog_set_fact(struct xj_catalog *catalog, const char *name,
			const char *value, struct xj_error *err);

/* ---------------------------------------------------------------- rights */

/*
 * Who may see a top-level document, and what is inside it, is said by atoms:
 * each is one reason to be let in, and a document has those that its rights
 * come to. What a reader is - member of units, holder of roles, himself - opens
 * some of them on a day; they are his sight. While a handle has a sight, every
 * function below that reads documents, their events, outcomes, sources, pages
 * and counts reads those that are in sight and no others, so that what is not
 * is not there. Without one nothing is hidden, and nothing is paid.
 */
enum xj_atom_kind {
	XJ_ATOM_PUBLIC = 1, /* everybody */
	XJ_ATOM_MEMBERS,    /* every member */
	XJ_ATOM_UNIT,       /* members of the unit `who` */
	XJ_ATOM_BELOW,      /* members of the unit `who` and of those below */
	XJ_ATOM_MEMBER,     /* the member `who` */
	XJ_ATOM_OWNER,      /* the same, whose document it is: also of one in
	                     * quarantine */
	XJ_ATOM_STAFF,      /* who has a role that reads the unit `who` */
	XJ_ATOM_KEEPER,     /* librarians of the unit `who`, of one in quarantine */
	XJ_ATOM_REVIEWERS,  /* of the unit `who`: papers that were handed in */
	XJ_ATOM_SECRETARIES, /* of the unit `who`: papers that were accepted */
};

struct xj_atom {
	enum xj_atom_kind kind;
	const char *who;          /* code of a unit, URN of a member, "" */
	const char *from, *until; /* days, the last one included; "": open */
	bool download;            /* the bytes too */
};

/* The rights of a top-level document as its record has them, and its atoms. An
 * empty text takes all of them away. */
int xj_catalog_set_rights(struct xj_catalog *catalog, uint64_t root,
			  const char *rights, const struct xj_atom *atoms,
			  size_t count, struct xj_error *err);
/* The text; XJ_ENOTFOUND: it has none. */
int xj_catalog_rights(struct xj_catalog *catalog, uint64_t root,
		      struct xj_buf *rights, struct xj_error *err);
/* The atoms of a top-level document, for its index entries. */
int xj_catalog_atoms_of(struct xj_catalog *catalog, uint64_t root,
			struct xj_arena *arena, uint64_t **atoms,
			size_t *count, struct xj_error *err);
/* Whether any document has rights. */
int xj_catalog_has_rights(struct xj_catalog *catalog, bool *any,
			  struct xj_error *err);

/* What a reader is: he opens the atoms of a kind that name `who`, or the unit
 * with this number; NULL and 0: all of the kind. */
struct xj_opener {
	enum xj_atom_kind kind;
	const char *who;
	uint64_t unit;
};

/* Not in a transaction. `login` is whose accessions are shown; NULL: there is
 * no sight any more. */
int xj_catalog_set_sight(struct xj_catalog *catalog, const char *login,
			 const struct xj_opener *openers, size_t count,
			 const char *today, struct xj_error *err);
/* Whether the handle has a sight. */
bool xj_catalog_has_sight(const struct xj_catalog *catalog);
/* Put the sight aside, for what the archive does by itself, or take it up
 * again; whether it was put aside before. */
bool xj_catalog_blind(struct xj_catalog *catalog, bool aside);
/* The atoms that let the reader in to documents that can be found. */
int xj_catalog_sight(struct xj_catalog *catalog, struct xj_arena *arena,
		     uint64_t **atoms, size_t *count, struct xj_error *err);
/* The unit of a top-level document and everything inside it. */
int xj_catalog_set_owner(struct xj_catalog *catalog, uint64_t root,
			 const char *owner, struct xj_error *err);
/* Whether the bytes of a top-level document are the reader's to take. */
int xj_catalog_may_download(struct xj_catalog *catalog, uint64_t root,
			    bool *may, struct xj_error *err);

/* Somebody asks to see a document. */
enum xj_request_state { XJ_REQUEST_OPEN, XJ_REQUEST_GRANTED,
			XJ_REQUEST_DECLINED, XJ_REQUEST_WITHDRAWN };

struct xj_asked {
	uint64_t number, document;
	const char *member, *purpose; /* member: URN */
	int64_t asked, answered;
	enum xj_request_state state;
	const char *who, *word, *until; /* who answered; "" */
	const char *whom; /* for whom, a line each as a share names them; "": for
	                   * himself */
};

/* number 0: a new one, written back; else what was answered. */
int xj_catalog_put_request(struct xj_catalog *catalog, struct xj_asked *row,
			   struct xj_error *err);
typedef int (*xj_asked_fn)(void *ctx, const struct xj_asked *row);
/* `number` 0: all, newest first. */
int xj_catalog_requests(struct xj_catalog *catalog, uint64_t number,
			xj_asked_fn fn, void *ctx, struct xj_error *err);

/* An entry of the audit record, which is only added to. */
struct xj_audit_row {
	uint64_t number;
	int64_t at;
	const char *who, *verb, *detail;
	uint64_t document;
	unsigned char hash[32];
};

/* The next number and the hash before it are `*row`'s when `fill` is called,
 * which sets the new hash. */
int xj_catalog_add_audit(struct xj_catalog *catalog, struct xj_audit_row *row,
			 void (*fill)(struct xj_audit_row *row),
			 struct xj_error *err);
typedef int (*xj_audit_row_fn)(void *ctx, const struct xj_audit_row *row);
int xj_catalog_audit(struct xj_catalog *catalog, bool newest_first,
		     xj_audit_row_fn fn, void *ctx, struct xj_error *err);
/* Requests and audit record of another catalog, for rebuild. */
int xj_catalog_keep_audit(struct xj_catalog *catalog, struct xj_catalog *from,
			  struct xj_error *err);

/* ------------------------------------------------------------- documents */

/* Whatever asks for live documents sees neither those removed nor those in
 * quarantine: kept, but hidden until a person has decided about them. */
enum xj_doc_state {
	XJ_DOC_LIVE, XJ_DOC_REMOVED, XJ_DOC_PURGED, XJ_DOC_QUARANTINED
};

/* A row. Strings from a read live in the arena given; NULL means none. */
struct xj_doc {
	uint64_t id;              /* local number */
	const char *urn;
	uint64_t parent;          /* 0: top level */
	uint64_t root;            /* the document whose object holds the bytes;
	                           * itself when top level */
	const char *name;         /* file name, or path inside the parent; for
	                           * display, UTF-8 */
	const void *name_raw;     /* the bytes as found */
	size_t name_raw_len;
	uint32_t ordinal;         /* among the members of the parent, from 1 */
	const char *owner;        /* owner unit; "" until there are units */
	const char *kind;         /* "material", ... */
	const char *type;         /* family: "pdf", "text", ... */
	const char *format;       /* MIME type */
	const char *title;        /* effective values, for lists and sorting */
	const char *title_key;
	const char *creators;     /* joined by "; " */
	const char *date;         /* W3CDTF day, month or year */
	const char *language;
	uint64_t size;            /* bytes */
	unsigned char sha512[64]; /* of the bytes */
	unsigned version;         /* head of the object; of a member: of its root */
	enum xj_doc_state state;
	const char *outcome;      /* "ok", "partial", ... */
	const char *reason;       /* or NULL */
	const char *importer, *importer_version; /* or NULL */
	uint64_t cpu_ms;
	uint64_t text_bytes;      /* of stored text */
	uint32_t pages;
	uint64_t accession;       /* the one that brought it */
	int64_t created, updated;
	uint32_t rev;             /* index revision, from 1 */
	bool queued;              /* waits to be indexed */
};

/* The next `count` local numbers, never given before; in a transaction. */
int xj_catalog_reserve(struct xj_catalog *catalog, uint64_t count,
		       uint64_t *first, struct xj_error *err);
/* Give back the numbers from `first` on, if none was given after them. */
int xj_catalog_unreserve(struct xj_catalog *catalog, uint64_t first,
			 uint64_t next, struct xj_error *err);

/* Insert with doc->id (0: the next number, written back), queued. */
int xj_catalog_insert(struct xj_catalog *catalog, struct xj_doc *doc,
		      struct xj_error *err);
/*
 * Write every column of a document that is there; rev is raised by one and the
 * document queued, the entry of the old rev dead. `expected_version` (0: any)
 * must be its version now, else XJ_EBUSY.
 */
int xj_catalog_update(struct xj_catalog *catalog, struct xj_doc *doc,
		      unsigned expected_version, struct xj_error *err);
/* By number, URN ("urn:uuid:..."). XJ_ENOTFOUND. */
int xj_catalog_get(struct xj_catalog *catalog, uint64_t id,
		   struct xj_arena *arena, struct xj_doc *doc,
		   struct xj_error *err);
int xj_catalog_get_urn(struct xj_catalog *catalog, const char *urn,
		       struct xj_arena *arena, struct xj_doc *doc,
		       struct xj_error *err);
/* A top-level document of this owner with these bytes, not a purged one. */
int xj_catalog_get_digest(struct xj_catalog *catalog, const char *owner,
			  const unsigned char sha512[64], uint64_t *id,
			  struct xj_error *err);

/*
 * Set the version of a top-level document and all its members. XJ_EBUSY when it
 * is not at `from` any more.
 */
int xj_catalog_set_version(struct xj_catalog *catalog, uint64_t root,
			   unsigned from, unsigned to, struct xj_error *err);
/* Take the details out of the history of a document, for a purge. */
int xj_catalog_forget(struct xj_catalog *catalog, uint64_t id,
		      struct xj_error *err);

typedef int (*xj_doc_fn)(void *ctx, const struct xj_doc *doc);

/* What to list. Zero: every live document in the order of numbers. */
struct xj_doc_filter {
	uint64_t parent;          /* members of this one only */
	uint64_t root;            /* it and everything inside it */
	uint64_t accession;
	bool ocr;                 /* text of it was read from pictures */
	uint64_t same;            /* others with the bytes of this one */
	const char *topics;       /* ",a,b,": bears one of these */
	const char *units;        /* ",a,b,": belongs to one of these */
	const char *kind, *type, *outcome, *year, *creator, *title; /* title,
	                           * creator: contains, case folded; year:
	                           * "2009", "2009..2011", "2009..", "..2011" */
	bool top_only;            /* no members */
	bool removed;             /* removed ones instead of live ones */
	bool purged;              /* what is left of purged ones instead */
	bool quarantined;         /* those in quarantine instead */
	bool any_state;
	enum { XJ_LIST_ID, XJ_LIST_DATE, XJ_LIST_TITLE } order;
	bool descending;
	uint64_t after;           /* numbers above this (order by number only) */
	uint64_t offset, limit;   /* limit 0: all */
};

/* Rows are lent for the call; a negative return ends the walk, a positive one
 * ends it well. */
int xj_catalog_list(struct xj_catalog *catalog,
		    const struct xj_doc_filter *filter, xj_doc_fn fn,
		    void *ctx, struct xj_error *err);
int xj_catalog_count(struct xj_catalog *catalog,
		     const struct xj_doc_filter *filter, uint64_t *count,
		     struct xj_error *err);

/* Several rows at once, in the order asked; ids that are not there or not live
 * get id 0. For hits. */
int xj_catalog_get_many(struct xj_catalog *catalog, const uint64_t *ids,
			size_t count, struct xj_arena *arena,
			struct xj_doc *docs, struct xj_error *err);
/* Names from the outermost document to this one: NULL-terminated array. The
 * first is the path it was added under (the newest live source), else its
 * name. */
int xj_catalog_path(struct xj_catalog *catalog, uint64_t id,
		    struct xj_arena *arena, const char *const **path,
		    struct xj_error *err);

/* -------------------------------------------------------------- metadata */

/* A value. The effective values of an element are those with the highest
 * `rank`: what a person gave hides what an importer found. */
enum xj_meta_rank { XJ_META_DERIVED, XJ_META_EXTRACTED, XJ_META_GIVEN };

struct xj_meta_value {
	const char *element, *value, *lang, *source; /* lang, source: or NULL */
	enum xj_meta_rank rank;
};

/* Replace all values of one rank of a document. */
int xj_catalog_set_meta(struct xj_catalog *catalog, uint64_t id,
			enum xj_meta_rank rank,
			const struct xj_meta_value *values, size_t count,
			struct xj_error *err);
/* All values, by element, rank downward, then their order. */
int xj_catalog_meta(struct xj_catalog *catalog, uint64_t id,
		    struct xj_arena *arena, struct xj_meta_value **values,
		    size_t *count, struct xj_error *err);

/* The documents that have a value given; a removed one too. */
typedef int (*xj_bearing_fn)(void *ctx, uint64_t document);
int xj_catalog_bearing(struct xj_catalog *catalog, const char *element,
		       const char *value, xj_bearing_fn fn, void *ctx,
		       struct xj_error *err);

/* --------------------------------------------------------------- sources */

/* A file that was added, by its absolute path. */
struct xj_source {
	const void *path;     /* bytes */
	size_t path_len;
	const char *given;    /* as the user gave it, for display; or NULL */
	uint64_t size;
	int64_t mtime_ns, ctime_ns;
	uint64_t inode;
	uint64_t document;
	uint64_t accession;
};

int xj_catalog_put_source(struct xj_catalog *catalog,
			  const struct xj_source *source,
			  struct xj_error *err);
int xj_catalog_drop_sources(struct xj_catalog *catalog, uint64_t document,
			    struct xj_error *err);
/* The one that an accession brought, as it was given. */
int xj_catalog_drop_source(struct xj_catalog *catalog, uint64_t document,
			   uint64_t accession, const char *given,
			   struct xj_error *err);
typedef int (*xj_source_fn)(void *ctx, const struct xj_source *source);
/* All sources at or below a path, in byte order of the path. */
int xj_catalog_sources(struct xj_catalog *catalog, const void *path,
		       size_t path_len, xj_source_fn fn, void *ctx,
		       struct xj_error *err);
/* The sources that an accession brought or saw last. */
int xj_catalog_sources_in(struct xj_catalog *catalog, uint64_t accession,
			  xj_source_fn fn, void *ctx, struct xj_error *err);
/* The sources of one document. */
int xj_catalog_sources_of(struct xj_catalog *catalog, uint64_t document,
			  xj_source_fn fn, void *ctx, struct xj_error *err);

/* ------------------------------------------------- accessions and history */

struct xj_accession_row {
	uint64_t number;
	const char *urn;
	int64_t started, finished; /* finished 0: cut short, or going on */
	const char *user;
	const char *what;          /* the paths, as given, joined by '\n' */
	uint64_t taken, held, partial, refused, failed, bytes;
	int64_t undone;            /* 0: not */
	uint64_t quarantined;
};

/* number 0: the next one, written back. */
int xj_catalog_put_accession(struct xj_catalog *catalog,
			     struct xj_accession_row *row,
			     struct xj_error *err);
int xj_catalog_get_accession(struct xj_catalog *catalog, uint64_t number,
			     struct xj_arena *arena,
			     struct xj_accession_row *row,
			     struct xj_error *err);
typedef int (*xj_accession_fn)(void *ctx, const struct xj_accession_row *row);
int xj_catalog_accessions(struct xj_catalog *catalog, xj_accession_fn fn,
			  void *ctx, struct xj_error *err); /* newest first */

/* One line of an accession's report: every file and every member. */
struct xj_outcome_row {
	const char *path;      /* JSON array, outermost first */
	const char *outcome;   /* of the report: "ok" ... "duplicate", "held" */
	const char *reason;    /* or NULL */
	uint64_t document;     /* 0: none */
	const char *importer;  /* or NULL */
	uint64_t bytes, cpu_ms;
};

int xj_catalog_add_outcome(struct xj_catalog *catalog, uint64_t accession,
			   const struct xj_outcome_row *row,
			   struct xj_error *err);
typedef int (*xj_outcome_fn)(void *ctx, const struct xj_outcome_row *row);
int xj_catalog_outcomes(struct xj_catalog *catalog, uint64_t accession,
			xj_outcome_fn fn, void *ctx, struct xj_error *err);

/* The accessions that name a top-level document or a member of it, with the
 * outermost path that they name it by. */
typedef int (*xj_naming_fn)(void *ctx, uint64_t accession, const char *given);
int xj_catalog_outcomes_of(struct xj_catalog *catalog, uint64_t root,
			   xj_naming_fn fn, void *ctx, struct xj_error *err);
/* Put `path` in place of all those paths, and take the reasons away. */
int xj_catalog_redact(struct xj_catalog *catalog, uint64_t root,
		      const char *path, struct xj_error *err);

/* What happened to a document. */
struct xj_event {
	uint64_t document;
	unsigned version;      /* OCFL version that it made; 0: none */
	int64_t at;
	const char *user;
	const char *verb;      /* "add", "edit", "remove", ... */
	const char *detail;    /* or NULL */
};

int xj_catalog_add_event(struct xj_catalog *catalog,
			 const struct xj_event *event, struct xj_error *err);
typedef int (*xj_event_fn)(void *ctx, const struct xj_event *event);
/* document 0: of all that are not in quarantine, newest first; else oldest
 * first. limit 0: all. */
int xj_catalog_events(struct xj_catalog *catalog, uint64_t document,
		      uint64_t limit, xj_event_fn fn, void *ctx,
		      struct xj_error *err);

/* --------------------------------------------------- batches of the store */

/* Names of store batches whose commit is recorded and which are not known to
 * be settled on disk (store/store.h). */
int xj_catalog_add_batch(struct xj_catalog *catalog, const char *name,
			 struct xj_error *err);
int xj_catalog_drop_batch(struct xj_catalog *catalog, const char *name,
			  struct xj_error *err);
/* NULL-terminated, in the arena. */
int xj_catalog_batches(struct xj_catalog *catalog, struct xj_arena *arena,
		       const char *const **names, size_t *count,
		       struct xj_error *err);

/* --------------------------------------------------- queue and segments */

struct xj_queued {
	uint64_t id;
	uint32_t rev;
};

/* Up to `max` queued live documents with a number above `after`, by number. */
int xj_catalog_queue(struct xj_catalog *catalog, uint64_t after, size_t max,
		     struct xj_queued *out, size_t *count,
		     struct xj_error *err);
int xj_catalog_queue_size(struct xj_catalog *catalog, uint64_t *count,
			  struct xj_error *err);
/* Queue every live document again and forget all segments and dead entries. */
int xj_catalog_queue_all(struct xj_catalog *catalog, struct xj_error *err);
/* Queue one again (raises rev; the entry of the old rev is dead). */
int xj_catalog_requeue(struct xj_catalog *catalog, uint64_t id,
		       struct xj_error *err);

struct xj_segment_row {
	char name[32];
	uint64_t documents; /* entries, dead ones included */
	uint64_t dead;
	uint64_t text;      /* bytes of text behind it: its weight for merging */
};

/*
 * A finished segment: its row, and its documents no longer queued. Entries
 * whose document changed meanwhile (other rev, removed) are recorded as dead.
 */
int xj_catalog_add_segment(struct xj_catalog *catalog,
			   const struct xj_segment_row *row,
			   const struct xj_queued *docs, size_t count,
			   struct xj_error *err);
/* One segment instead of several; their documents and dead move to it. */
int xj_catalog_merge_segments(struct xj_catalog *catalog,
			      const struct xj_segment_row *row,
			      const char *const *from, size_t count,
			      struct xj_error *err);
/* Drop a segment and queue the live documents in it again. */
int xj_catalog_drop_segment(struct xj_catalog *catalog, const char *name,
			    struct xj_error *err);
int xj_catalog_segments(struct xj_catalog *catalog, struct xj_arena *arena,
			struct xj_segment_row **rows, size_t *count,
			struct xj_error *err);
/* Those with dead entries of a top-level document or its members: they hold its
 * words. In the arena. */
int xj_catalog_segments_of(struct xj_catalog *catalog, uint64_t root,
			   struct xj_arena *arena, const char *const **names,
			   size_t *count, struct xj_error *err);
/* Entries in segments that no longer count, by id and rev; in the arena. */
struct xj_dead_row {
	uint64_t id;
	uint32_t rev;
};
int xj_catalog_dead(struct xj_catalog *catalog, struct xj_arena *arena,
		    struct xj_dead_row **rows, size_t *count,
		    struct xj_error *err);
/* Raised whenever segments or dead entries change: a cheap "still the same?" */
int xj_catalog_index_serial(struct xj_catalog *catalog, uint64_t *serial,
			    struct xj_error *err);

/* ------------------------------------------------------------------- OCR */

/* A page that is a picture. */
enum xj_ocr_state {
	XJ_OCR_WAITS,    /* to be read */
	XJ_OCR_READ,     /* its text is with the document's */
	XJ_OCR_BLANK,    /* there was nothing to read */
	XJ_OCR_GIVEN_UP, /* the note says why */
};

struct xj_ocr_row {
	uint64_t document, page;
	enum xj_ocr_state state;
	const char *note; /* or NULL; of a page read: its first line */
};

/* All pages of a document, in place of what was said of it. */
int xj_catalog_set_ocr(struct xj_catalog *catalog, uint64_t id,
		       const struct xj_ocr_row *rows, size_t count,
		       struct xj_error *err);
int xj_catalog_put_ocr(struct xj_catalog *catalog,
		       const struct xj_ocr_row *row, struct xj_error *err);
/* Those given up wait again; `id` 0: of all documents. */
int xj_catalog_retry_ocr(struct xj_catalog *catalog, uint64_t id,
			 struct xj_error *err);
/* The first page that waits, behind `*row`, of a live document (`id` 0: of
 * any). XJ_END: there is none. */
int xj_catalog_next_ocr(struct xj_catalog *catalog, uint64_t id,
			struct xj_ocr_row *row, struct xj_error *err);
/* Pages of live documents, in order; `id` 0: of all. Rows are lent. */
typedef int (*xj_ocr_fn)(void *ctx, const struct xj_ocr_row *row);
int xj_catalog_ocr(struct xj_catalog *catalog, uint64_t id, xj_ocr_fn fn,
		   void *ctx, struct xj_error *err);
/* How many pages of live documents are in each state. */
int xj_catalog_count_ocr(struct xj_catalog *catalog, uint64_t id,
			 uint64_t counts[4], struct xj_error *err);
/* Of those that wait alone, which takes no time where none does. */
int xj_catalog_waiting_ocr(struct xj_catalog *catalog, uint64_t id,
			   uint64_t *count, struct xj_error *err);
/* The first line of the first page that was read; NULL: there is none. */
int xj_catalog_ocr_title(struct xj_catalog *catalog, uint64_t id,
			 struct xj_arena *arena, const char **title,
			 struct xj_error *err);

/* ------------------------------------------------------- units and members */

/*
 * What people enter that is not a document: each has an object of its own in
 * the OCFL root, whose one file is `state`. The rows of the tables below are
 * made from it.
 */
struct xj_entity_row {
	uint64_t id;
	const char *urn, *kind, *state; /* kind: "unit", "member" */
	unsigned version;
};

/* id 0: a new one, whose number is written back. */
int xj_catalog_put_entity(struct xj_catalog *catalog,
			  struct xj_entity_row *row, struct xj_error *err);
/* XJ_ENOTFOUND. */
int xj_catalog_get_entity(struct xj_catalog *catalog, uint64_t id,
			  struct xj_arena *arena, struct xj_entity_row *row,
			  struct xj_error *err);
int xj_catalog_get_entity_urn(struct xj_catalog *catalog, const char *urn,
			      struct xj_arena *arena,
			      struct xj_entity_row *row, struct xj_error *err);
/* Of one kind, or all (NULL), by number. Lent. */
typedef int (*xj_entity_fn)(void *ctx, const struct xj_entity_row *row);
int xj_catalog_entities(struct xj_catalog *catalog, const char *kind,
			xj_entity_fn fn, void *ctx, struct xj_error *err);

/*
 * Days are "2011-05-01". In a span, `from` "" is as long as one knows, `until`
 * the last day or NULL.
 */
struct xj_span_row {
	uint64_t member, unit; /* of a place: the unit and */
	uint64_t parent;       /* the one above it; 0: none is */
	bool primary;          /* of a membership */
	const char *role;      /* of a role; its unit 0: the whole archive */
	const char *from, *until;
};

struct xj_unit_row {
	uint64_t id;
	const char *urn, *code, *axis, *kind, *name, *name_en; /* or NULL: */
	const char *opened, *closed;
	uint64_t successor, institution; /* or 0 */
	unsigned version;
	bool placed;     /* on the day asked for it is in the tree, */
	uint64_t parent; /* below this one; 0: on top */
};

int xj_catalog_put_unit(struct xj_catalog *catalog,
			const struct xj_unit_row *row, struct xj_error *err);
/* All places of a unit, in place of what was known. */
int xj_catalog_put_places(struct xj_catalog *catalog, uint64_t unit,
			  const struct xj_span_row *places, size_t count,
			  struct xj_error *err);
typedef int (*xj_unit_fn)(void *ctx, const struct xj_unit_row *row);
/* All of them, as they stand on `day`, in the order of axis and code. */
int xj_catalog_units(struct xj_catalog *catalog, const char *day,
		     xj_unit_fn fn, void *ctx, struct xj_error *err);
/* By its code; 0: there is none. */
int xj_catalog_unit_id(struct xj_catalog *catalog, const char *code,
		       uint64_t *id, struct xj_error *err);

struct xj_member_row {
	uint64_t id;
	const char *urn, *login, *login_key, *name, *pinyin, *kind, *status;
	const char *staff_number, *language, *email, *phone, *left; /* or NULL */
	unsigned version;
};

int xj_catalog_put_member(struct xj_catalog *catalog,
			  const struct xj_member_row *row,
			  struct xj_error *err);
/* All memberships and roles of a member, in place of what was known. */
int xj_catalog_put_memberships(struct xj_catalog *catalog, uint64_t member,
			       const struct xj_span_row *rows, size_t count,
			       struct xj_error *err);
int xj_catalog_put_roles(struct xj_catalog *catalog, uint64_t member,
			 const struct xj_span_row *rows, size_t count,
			 struct xj_error *err);
typedef int (*xj_member_fn)(void *ctx, const struct xj_member_row *row);
/* All of them, or the one with `id`, by pinyin, name and login. */
int xj_catalog_members(struct xj_catalog *catalog, uint64_t id,
		       xj_member_fn fn, void *ctx, struct xj_error *err);
/* Those with the key of a login, else with the name or the staff number. */
int xj_catalog_find_member(struct xj_catalog *catalog, const char *login_key,
			   const char *name, xj_member_fn fn, void *ctx,
			   struct xj_error *err);
typedef int (*xj_span_fn)(void *ctx, const struct xj_span_row *row);
/* Spans come by member (or unit), then by their first day. */
int xj_catalog_places(struct xj_catalog *catalog, uint64_t unit,
		      xj_span_fn fn, void *ctx, struct xj_error *err);
/* `member` 0: of all. */
int xj_catalog_memberships(struct xj_catalog *catalog, uint64_t member,
			   xj_span_fn fn, void *ctx, struct xj_error *err);
int xj_catalog_roles(struct xj_catalog *catalog, uint64_t member,
		     xj_span_fn fn, void *ctx, struct xj_error *err);
/* Memberships in a unit, and units right below it, that last beyond a day. */
int xj_catalog_memberships_beyond(struct xj_catalog *catalog, uint64_t unit,
				  const char *day, xj_span_fn fn, void *ctx,
				  struct xj_error *err);
int xj_catalog_places_beyond(struct xj_catalog *catalog, uint64_t unit,
			     const char *day, xj_span_fn fn, void *ctx,
			     struct xj_error *err);

/* The next day on which a unit moves. `next` may be `day`. XJ_END: none. */
int xj_catalog_next_move(struct xj_catalog *catalog, const char *day,
			 char next[XJ_DAY_MAX], struct xj_error *err);

/*
 * Of a member on a day: the units that he belongs to (`depth` 0) and all units
 * above them; the roles that he has, with every unit below the one that each
 * was given for.
 */
typedef int (*xj_reach_fn)(void *ctx, uint64_t unit, unsigned depth,
			   const char *role);
int xj_catalog_reach_up(struct xj_catalog *catalog, uint64_t member,
			const char *day, xj_reach_fn fn, void *ctx,
			struct xj_error *err);
int xj_catalog_reach_down(struct xj_catalog *catalog, uint64_t member,
			  const char *day, xj_reach_fn fn, void *ctx,
			  struct xj_error *err);

/* -------------------------------------------------------- saved searches */

/* In backups only: not in the OCFL root. */
struct xj_saved_row {
	const char *owner, *name, *query;
	const char *sort;            /* or NULL */
	int64_t created, looked;
	const void *seen, *before;   /* before: NULL, there is none */
	size_t seen_len, before_len;
};

/* Those of an owner (NULL: of all) by name; memory is the arena's. */
int xj_catalog_saved(struct xj_catalog *catalog, const char *owner,
		     struct xj_arena *arena, struct xj_saved_row **rows,
		     size_t *count, struct xj_error *err);
/* In place of the one of this owner and name. */
int xj_catalog_put_saved(struct xj_catalog *catalog,
			 const struct xj_saved_row *row, struct xj_error *err);
int xj_catalog_drop_saved(struct xj_catalog *catalog, const char *owner,
			  const char *name, struct xj_error *err);

/* --------------------------------------------------------------- accounts */

/* How a member signs in. In backups only, as what is secret is. */
struct xj_account_row {
	const char *member;          /* URN */
	const char *password;        /* hash; or NULL */
	int64_t changed;             /* when; 0: never */
	const char *link;            /* digest; or NULL */
	int64_t link_until;
};

/* Of a member or a link (NULL: all); memory is the arena's. */
int xj_catalog_accounts(struct xj_catalog *catalog, const char *which,
			struct xj_arena *arena, struct xj_account_row **rows,
			size_t *count, struct xj_error *err);
int xj_catalog_put_account(struct xj_catalog *catalog,
			   const struct xj_account_row *row,
			   struct xj_error *err);

/* ----------------------------------------------------------------- tokens */

/* What a program of a member's shows in place of him. Kept as accounts are. */
struct xj_token_row {
	uint64_t number;
	const char *member;          /* URN */
	const char *name, *digest;
	bool write;
	int64_t created;
	const char *until;           /* last day; "" */
};

/* Of a member, or with a digest (NULL: all), oldest first; memory is the
 * arena's. */
int xj_catalog_tokens(struct xj_catalog *catalog, const char *which,
		      struct xj_arena *arena, struct xj_token_row **rows,
		      size_t *count, struct xj_error *err);
/* Number 0: the next. */
int xj_catalog_put_token(struct xj_catalog *catalog,
			 const struct xj_token_row *row, struct xj_error *err);
int xj_catalog_drop_token(struct xj_catalog *catalog, uint64_t number,
			  struct xj_error *err);

/* ---------------------------------------------------------------- counts */

struct xj_catalog_counts {
	uint64_t documents, members, removed, purged, queued, accessions;
	uint64_t quarantined;
	uint64_t bytes;      /* of originals, top level */
	uint64_t text_bytes;
};

int xj_catalog_totals(struct xj_catalog *catalog,
		      struct xj_catalog_counts *counts, struct xj_error *err);
typedef int (*xj_tally_fn)(void *ctx, const char *key, uint64_t count);
/* Live documents by "outcome", "kind", "type", "reason" (of those whose
 * outcome is not ok: "outcome: reason") or "importer" ("pdf 1.0"), most
 * frequent first. */
int xj_catalog_tally(struct xj_catalog *catalog, const char *by,
		     xj_tally_fn fn, void *ctx, struct xj_error *err);

/* ------------------------------------------------------------ stored text */

/* text.sqlite: chunks as encoded by text/text.h, each compressed with zstd. */

int xj_texts_open(const char *dir, unsigned flags, struct xj_texts **texts,
		  struct xj_error *err);
void xj_texts_close(struct xj_texts *texts);
int xj_texts_begin(struct xj_texts *texts, struct xj_error *err);
int xj_texts_commit(struct xj_texts *texts, struct xj_error *err);
void xj_texts_rollback(struct xj_texts *texts);
/* One view for the reads that follow, each of which then costs less. Nothing
 * happens while one is open. */
int xj_texts_read_begin(struct xj_texts *texts, struct xj_error *err);
void xj_texts_read_end(struct xj_texts *texts);
/* The lowest number of a document with text above `after`. XJ_END: none. */
int xj_texts_next(struct xj_texts *texts, uint64_t after, uint64_t *id,
		  struct xj_error *err);
/* Forget all chunks of a document, and its outline. */
int xj_texts_drop(struct xj_texts *texts, uint64_t id, struct xj_error *err);
/* Chunks are compressed by the caller's thread with xj_texts_pack(), stored
 * here. `rev` tells texts of two versions apart: readers ask for the newest. */
int xj_texts_put(struct xj_texts *texts, uint64_t id, unsigned number,
		 const void *packed, size_t len, struct xj_error *err);
int xj_texts_pack(const void *bytes, size_t len, struct xj_buf *packed,
		  struct xj_error *err);
/* A chunk is about 32 KiB. What says it is more than this is damaged. */
#define XJ_TEXTS_CHUNK_MAX (64u << 20)
/* What xj_texts_pack() made, undone. XJ_ECORRUPT when it did not make it, or of
 * more than `max` bytes. */
int xj_texts_unpack(const void *packed, size_t len, size_t max,
		    struct xj_buf *bytes, struct xj_error *err);
/* One chunk, unpacked; XJ_ENOTFOUND past the last. */
int xj_texts_get(struct xj_texts *texts, uint64_t id, unsigned number,
		 struct xj_buf *chunk, struct xj_error *err);
/* How many chunks a document has. */
int xj_texts_count(struct xj_texts *texts, uint64_t id, unsigned *count,
		   struct xj_error *err);
/* All chunks of a document in order. */
typedef int (*xj_text_chunk_fn)(void *ctx, unsigned number, const void *bytes,
				size_t len, struct xj_error *err);
int xj_texts_each(struct xj_texts *texts, uint64_t id, xj_text_chunk_fn fn,
		  void *ctx, struct xj_error *err);
/*
 * What was read from the page of a picture, by the bytes it was read from: it
 * is dear, and outlives the text of the documents, which is made again now and
 * then. Packed. xj_texts_kept(): XJ_ENOTFOUND.
 */
int xj_texts_keep(struct xj_texts *texts, const unsigned char sha512[64],
		  uint64_t page, const void *packed, size_t len,
		  struct xj_error *err);
int xj_texts_kept(struct xj_texts *texts, const unsigned char sha512[64],
		  uint64_t page, struct xj_buf *text, struct xj_error *err);
int xj_texts_forget(struct xj_texts *texts, const unsigned char sha512[64],
		    struct xj_error *err);
/* All that `from` has kept. */
int xj_texts_keep_all(struct xj_texts *texts, struct xj_texts *from,
		      struct xj_error *err);
/* Another number whenever any text may be another one, as this handle sees it:
 * in the view that is being read, if there is one. */
int xj_texts_version(struct xj_texts *texts, uint64_t *version,
		     struct xj_error *err);
/* Bytes of the file, its log aside. */
int xj_texts_bytes(struct xj_texts *texts, uint64_t *stored,
		   struct xj_error *err);

/* Leave nothing of deleted rows on disk: the logs of both files are emptied.
 * XJ_EBUSY: somebody was reading them for 30 s; all is kept, try again. */
int xj_catalog_erase(struct xj_catalog *catalog, struct xj_texts *texts,
		     struct xj_error *err);

/* ---------------------------------------------------------- study records */

/*
 * Collections, lectures, seminars, papers: entities with a title, a unit, an
 * owner. Atoms say who sees one, as with documents; a reader's sight holds here
 * too. Days and texts that a record has not are "".
 */
struct xj_study_row {
	uint64_t id;
	const char *urn, *kind, *title;
	const char *unit, *owner;     /* code; URN of a member */
	const char *state, *day;
	unsigned version;
	bool removed;
};

/* One that it names, and as what. */
struct xj_study_document {
	const char *urn, *role;
};

/* Its entity is there; urn and version are not read. */
int xj_catalog_put_study(struct xj_catalog *catalog,
			 const struct xj_study_row *row, struct xj_error *err);
/* In place of what was known. */
int xj_catalog_link_study(struct xj_catalog *catalog, uint64_t study,
			  const struct xj_atom *atoms, size_t atom_count,
			  const struct xj_study_document *documents,
			  size_t document_count, struct xj_error *err);

/* 0 and NULL: whatever it is. */
/* The atoms of one. Memory is the arena's. */
int xj_catalog_study_atoms(struct xj_catalog *catalog, uint64_t study,
			   struct xj_arena *arena, struct xj_atom **atoms,
			   size_t *count, struct xj_error *err);

struct xj_study_query {
	uint64_t id;
	const char *kind, *unit, *owner, *state, *from, *until;
	const char *title;    /* has this text in it */
	const char *document; /* URN of one that it names */
	const char *member;   /* URN of one who sees it himself: whose it is, who
	                       * wrote it too, whom it is shared with */
	enum { XJ_STUDY_LIVE = 1, XJ_STUDY_REMOVED, XJ_STUDY_ANY } which;
};

typedef int (*xj_study_row_fn)(void *ctx, const struct xj_study_row *row);
/* In sight, latest day first. Lent. */
int xj_catalog_studies(struct xj_catalog *catalog,
		       const struct xj_study_query *query, xj_study_row_fn fn,
		       void *ctx, struct xj_error *err);

/* ----------------------------------------------------------------- drafts */

/*
 * Papers that nobody but their authors may read: they are in the catalog alone,
 * so that they can be erased. `state` is the JSON that the paper's object will
 * have, with all authors in it; `version` counts what was saved. The number is
 * that of the paper's entity, which has version 0 until it is handed in.
 */
struct xj_draft_row {
	uint64_t paper;
	const char *author;   /* URN of the member whose it is */
	int64_t updated;
	unsigned version;
	const char *state, *text;
};

typedef int (*xj_draft_fn)(void *ctx, const struct xj_draft_row *row);
/* Of one of its authors (URN; NULL: of anybody), newest first; paper 0: all. */
int xj_catalog_drafts(struct xj_catalog *catalog, const char *author,
		      uint64_t paper, xj_draft_fn fn, void *ctx,
		      struct xj_error *err);
/* `row->paper` 0: a new one, of the URN; its number is set. */
int xj_catalog_put_draft(struct xj_catalog *catalog, struct xj_draft_row *row,
			 const char *urn, struct xj_error *err);
/* With its saved texts and, if it was never handed in, its number. */
int xj_catalog_drop_draft(struct xj_catalog *catalog, uint64_t paper,
			  bool texts, struct xj_error *err);

/* What was saved of a text, by its version. */
struct xj_draft_text {
	unsigned version;
	int64_t at;
	const char *text;
};

typedef int (*xj_draft_text_fn)(void *ctx, const struct xj_draft_text *text);
int xj_catalog_draft_texts(struct xj_catalog *catalog, uint64_t paper,
			   xj_draft_text_fn fn, void *ctx,
			   struct xj_error *err);
/* Keeps the newest `keep`. `instead`: of that version, which goes; 0: none. */
int xj_catalog_put_draft_text(struct xj_catalog *catalog, uint64_t paper,
			      const struct xj_draft_text *text,
			      unsigned instead, unsigned keep,
			      struct xj_error *err);

#endif
