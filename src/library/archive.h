/*
 * library/archive.h - what the files of this module share: the open archive
 * and the steps that several of them take. Internal to library.
 */
#ifndef XJ_ARCHIVE_H
#define XJ_ARCHIVE_H

#include <jansson.h>

#include "catalog/catalog.h"
#include "import/import.h"
#include "index/index.h"
#include "store/store.h"
#include "text/text.h"
#include "util/util.h"

/* ---------------------------------------------------------- config.c */

/* xueji.conf, read at open. Strings live in `memory`. */
struct xj_config {
	struct xj_arena *memory;
	struct xj_import_limits limits;
	const char *const *plugin_dirs; /* NULL-terminated, absolute */
	const char *const *plugin_order; /* or NULL */
	const char *encoding;           /* of undeclared text */
	unsigned depth;                 /* containers inside containers: 8 */
	unsigned jobs;                  /* 0: one a core */
};

int xj_config_read(const char *dir, struct xj_config *config,
		   struct xj_error *err);
void xj_config_release(struct xj_config *config);
/* The commented file that init writes. */
int xj_config_write_standard(int dirfd, struct xj_error *err);

/* --------------------------------------------------------- archive.c */

struct xj_archive {
	char *dir;                /* absolute */
	int fd;                   /* of it */
	char *index_dir;          /* DIR/index */
	bool readonly;
	char *user;
	char *user_address;       /* a URI for versions: acct:NAME@HOST, RFC 7565 */
	struct xj_config config;
	struct xj_store *store;
	struct xj_catalog *catalog;
	struct xj_texts *texts;
	struct xj_importers *importers; /* started when first needed */
	struct xj_analyzer *analyzer;   /* made when first needed */
	struct xj_searcher *searcher;   /* the open index; search.c owns it */
};

/* Start the zygote and load the plugins, once. */
int xj_archive_importers(struct xj_archive *a, struct xj_importers **importers,
			 struct xj_error *err);
int xj_archive_analyzer(struct xj_archive *a, struct xj_analyzer **an,
			struct xj_error *err);
/* XJ_EPERM with a message when the archive is open for reading only. */
int xj_archive_writable(const struct xj_archive *a, struct xj_error *err);
/* A second handle on the same archive, for another thread. */
int xj_archive_again(const struct xj_archive *a, unsigned flags,
		     struct xj_archive **again, struct xj_error *err);
/* The archive with catalog and text made anew in `apart`; for rebuild. */
int xj_archive_open_apart(const char *dir, const char *apart,
			  struct xj_archive **archive, struct xj_error *err);
/* search.c: forget the open index. NULL is nothing. */
void xj_searcher_free(struct xj_searcher *searcher);

/* --------------------------------------------------------- commit.c */

/*
 * A group of changes that becomes durable as one: objects in the store, rows
 * in the catalog, text. The order (design section 8): staging complete and
 * synced, text committed, catalog committed (this acknowledges), published.
 *
 *	xj_change_begin(a, &change, err);          catalog write lock is held
 *	xj_batch_put(change.batch, ...);  xj_catalog_...(a->catalog, ...);
 *	xj_change_commit(&change, err);            or xj_change_abandon(&change)
 */
struct xj_change {
	struct xj_archive *archive;
	struct xj_batch *batch;
	bool open;
};

int xj_change_begin(struct xj_archive *a, struct xj_change *change,
		    struct xj_error *err);
int xj_change_commit(struct xj_change *change, struct xj_error *err);
/* Take all of it back; harmless after a commit. For xj_auto. */
void xj_change_abandon(struct xj_change *change);

/* --------------------------------------------------------- record.c */

/*
 * What an object says of its document: `metadata.json`, and for containers
 * `members.jsonl`, one line a member at any depth. HACKING.md documents both.
 * Memory is the arena's.
 */
#define XJ_RECORD_FILE "metadata.json"
#define XJ_MEMBERS_FILE "members.jsonl"

struct xj_record {
	struct xj_doc doc;
	struct xj_meta_value *values; /* given and extracted */
	size_t value_count;
	const char *logical;          /* of the original: "original/讲义.pdf";
	                               * NULL when purged */
	const char *source;           /* path it was added under; or NULL */
	const char *accession_urn;    /* or NULL */
	struct xj_record *members;    /* of the whole tree, parents first;
	                               * doc.parent is the parent's number */
	size_t member_count;
};

/* The two files as text, for xj_batch_put(). */
int xj_record_write(const struct xj_record *record, struct xj_buf *metadata,
		    struct xj_buf *members, struct xj_error *err);
/* XJ_ECORRUPT when it is not what xj_record_write() makes. */
int xj_record_parse(struct xj_arena *arena, const char *metadata,
		    size_t metadata_len, const char *members,
		    size_t members_len, struct xj_record *record,
		    struct xj_error *err);
/* From an object's version (0: head), digests checked. */
int xj_record_read(struct xj_arena *arena, struct xj_object *object,
		   unsigned version, struct xj_record *record,
		   struct xj_error *err);
/* The record of a top-level document with its members, from the catalog. */
int xj_record_load(struct xj_archive *a, struct xj_arena *arena, uint64_t root,
		   struct xj_record *record, struct xj_error *err);
/*
 * Write the next version of an object whose original stays as it is: the record
 * is `record` (doc.version is raised here), in an open change. The catalog rows
 * are the caller's.
 */
int xj_record_put(struct xj_change *change, struct xj_record *record,
		  const char *message, struct xj_error *err);

/* ------------------------------------------------------- describe.c */

/*
 * Work out the effective columns of a document (title, title_key, creators,
 * date, language, kind, type) from its values; what nobody gave and no importer
 * found is derived: title from the file name, date from `mtime` (0: none), kind
 * "material", type from the format. Memory is the arena's.
 */
int xj_describe(struct xj_archive *a, struct xj_arena *arena,
		struct xj_doc *doc, const struct xj_meta_value *values,
		size_t count, int64_t mtime, struct xj_error *err);
/* The family of a MIME type: "pdf", "text", "web", ... "other". */
const char *xj_type_of(const char *mime);
/* Whether `kind` is one; the list for messages. */
bool xj_kind_valid(const char *kind);
const char *xj_kind_list(void); /* "material, lecture-note, ..." */
/* The element by its name or alias ("author"); NULL: no such element. */
const char *xj_element(const char *name);
/* Check and normalise a given value ("date=2011年2月16日"): XJ_EINVAL. */
int xj_given_check(struct xj_arena *arena, const struct xj_given *given,
		   struct xj_meta_value *value, struct xj_error *err);

/* --------------------------------------------------------- indexer.c */

/*
 * Index what is queued, in lanes. With `follow` non-NULL it goes on waiting
 * for more until *follow becomes false and the queue is empty. XJ_EBUSY: the
 * lock is another process's. Uses handles of its own.
 */
struct xj_indexer_options {
	unsigned lanes;          /* 0: cores */
	const bool *follow;
	bool merge_all;          /* leave one segment */
	const struct xj_watch *watch;
};

int xj_indexer_run(struct xj_archive *a,
		   const struct xj_indexer_options *options, uint64_t *indexed,
		   struct xj_error *err);
/* After a change: index what it queued, unless somebody else does already. */
int xj_indexer_catch_up(struct xj_archive *a, struct xj_error *err);
/* Version of the analyzer that made the index; 0: none yet. */
unsigned xj_indexed_analyzer(struct xj_archive *a);
/* The process that holds the lock; 0: none. */
uint64_t xj_indexer_holder(struct xj_archive *a);

/* ------------------------------------------------------------- take.c */

/*
 * Import one staged file and everything inside it, into an arena and a spool
 * of packed text. Used by add and rebuild.
 */
struct xj_spool;              /* packed chunks: memory, then a file */

struct xj_taken {
	struct xj_doc doc;            /* no number yet; parent unset */
	struct xj_meta_value *values; /* extracted */
	size_t value_count;
	const char *path_in_parent;   /* of a member; same as doc.name */
	int64_t mtime;                /* seconds; 0: none known */
	struct xj_taken *parent;
	struct xj_taken *next;        /* all of the tree, parents first */
	size_t place;                 /* in that order, from 0 */
	/* packed text: in memory, or in the spool's file when bytes is NULL */
	struct xj_packed {
		const char *bytes;
		uint64_t at;
		uint32_t len;
	} *chunks;
	size_t chunk_count;
};

int xj_spool_new(struct xj_archive *a, struct xj_spool **spool,
		 struct xj_error *err);
void xj_spool_free(struct xj_spool *spool);

/*
 * `fd`, `size`, `name` (file name, raw bytes), `mtime`: the document. The tree
 * is made in `arena`; the first is the document itself. Negative only for a
 * fault of this side.
 */
int xj_take(struct xj_archive *a, struct xj_importers *importers,
	    struct xj_spool *spool, struct xj_arena *arena, int fd,
	    uint64_t size, const char *name, size_t name_len, int64_t mtime,
	    const bool *cancel, struct xj_taken **taken, struct xj_error *err);
/* Store the packed text of one of the tree under its number, in place of what
 * is there. */
int xj_taken_put_text(struct xj_archive *a, struct xj_spool *spool,
		      const struct xj_taken *taken, uint64_t id,
		      struct xj_error *err);

/* ---------------------------------------------------------- restore.c */

/*
 * Put a document and its members back into the catalog as `record` (of the
 * object's version record->doc.version) says, with text: the original is
 * imported once more. `update`: the rows are there and are written over. In an
 * open transaction of catalog and texts; `change` needs no batch.
 */
int xj_restore(struct xj_change *change, struct xj_importers *importers,
	       struct xj_arena *arena, struct xj_object *object,
	       struct xj_record *record, bool update, struct xj_error *err);

/* ------------------------------------------------------------ accession.c */

#define XJ_ACCESSION_FILE "accession.json"
#define XJ_REPORT_FILE "report.jsonl"

/* Whether the object is an accession's, not a document's. */
bool xj_is_accession(const struct xj_object *object);
/*
 * Write the OCFL object of an accession (accession.json, report.jsonl) from the
 * catalog's rows, in an open change, and mark it finished.
 */
int xj_accession_close(struct xj_change *change, uint64_t number,
		       struct xj_error *err);
/*
 * An accession that goes on holds a lock, staging/accession-N, from its begin
 * to its close: `*lock` is the descriptor.
 */
int xj_accession_lock(struct xj_archive *a, uint64_t number, int *lock,
		      struct xj_error *err);
/* Close those that a crash cut short: unfinished, and nobody holds the lock. */
int xj_accessions_finish(struct xj_archive *a, struct xj_error *err);

/* ----------------------------------------------------------------- edit.c */

/* Each in an open change, and each a new version of the object. */
int xj_remove_in(struct xj_change *change, uint64_t id, const char *reason,
		 struct xj_error *err);
int xj_undelete_in(struct xj_change *change, uint64_t id,
		   struct xj_error *err);
/* The state before the first version that accession `number` made becomes the
 * newest version; a document that it brought is removed. */
int xj_take_back_in(struct xj_change *change, const struct xj_doc *doc,
		    uint64_t number, struct xj_error *err);

/* ------------------------------------------------------------- documents.c */

/* Fill the public struct from a row. Memory is the arena's. */
int xj_info_from_doc(struct xj_archive *a, struct xj_arena *arena,
		     const struct xj_doc *doc, struct xj_document_info *info,
		     struct xj_error *err);
/* XJ_PAGE ... as the public API spells it: "page"; "" for none. */
const char *xj_place_name(unsigned where);
/*
 * Open the original bytes of a document, also of a member (which is then taken
 * out of its container by a worker, into an unlinked file): a descriptor at
 * offset 0. `version` 0: newest. Not checked against the digest.
 */
int xj_bytes_open(struct xj_archive *a, const struct xj_doc *doc,
		  unsigned version, int *fd, uint64_t *size,
		  struct xj_error *err);

#endif
