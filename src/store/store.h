/*
 * store/store.h - documents' bytes and metadata on disk: an OCFL 1.1 storage
 * root, digests, staging, fixity. Knows no SQL, no index, no formats.
 * Included by library alone.
 *
 * Source of the rules: OCFL 1.1 (https://ocfl.io/1.1/spec/), layout extension
 * 0003-hash-and-id-n-tuple-storage-layout (sha256, tuples of 2, 2 of them),
 * content digest sha512.
 *
 * How a write becomes durable. A writer makes a batch: a directory under
 * staging/ that it holds a lock on. Files are copied into it, whole objects
 * are made of them there, and xj_batch_sync() makes everything in it durable
 * with one syncfs. The caller then records the batch's name in its catalog
 * (that is the commit), and xj_batch_publish() moves the objects into the root
 * by rename: a new object with one rename of the highest folder that is not
 * there yet, so that no empty folder is ever seen; a new version of an object
 * by making the whole object anew beside it (older files hard-linked) and
 * exchanging the two with renameat2(RENAME_EXCHANGE), so that the root is valid
 * at every moment. Where the file system cannot exchange, the object is moved
 * aside and the new one put in its place; xj_store_recover() ends what was cut.
 * After a crash xj_store_recover() finishes the batches that the catalog names
 * and drops the others.
 */
#ifndef XJ_STORE_H
#define XJ_STORE_H

#include "util/util.h"

struct xj_store;
struct xj_batch;
struct xj_object;

/* ------------------------------------------------------------- the store */

/* Make ocfl/ (an empty valid root with its layout) and staging/ under `dir`. */
int xj_store_create(const char *dir, struct xj_error *err);

/*
 * Open the store under `dir`. Reads nothing but the root's declaration and
 * layout. XJ_ENOTFOUND: no OCFL root; XJ_EVERSION: a layout unknown here.
 */
int xj_store_open(const char *dir, struct xj_store **store,
		  struct xj_error *err);
/* After its batches have ended and its objects are freed. */
void xj_store_close(struct xj_store *store);

/*
 * Put right what a crash left. `batches` names the batches whose commit the
 * caller recorded: their objects are published and made durable. Every other
 * batch that no living process holds is removed. Idempotent; may run beside
 * writers. `*unfinished` counts objects that were moved; may be NULL.
 * XJ_EBUSY: a named batch is in the hands of a living process: the others are
 * settled, and the caller keeps the name.
 */
int xj_store_recover(struct xj_store *store, const char *const *batches,
		     size_t count, size_t *unfinished, struct xj_error *err);

/* Whether there is a batch that no living process holds: a crash left it. */
bool xj_store_unsettled(struct xj_store *store);

/* Make all that was published so far durable (one syncfs). */
int xj_store_sync(struct xj_store *store, struct xj_error *err);

/* -------------------------------------------------------------- writing */

int xj_batch_begin(struct xj_store *store, struct xj_batch **batch,
		   struct xj_error *err);
const char *xj_batch_name(const struct xj_batch *batch);
/* Drops what was not published, unless xj_batch_sync() ended well and the
 * caller says that it `committed` the batch's name (then recovery publishes). */
void xj_batch_end(struct xj_batch *batch, bool committed);
/* Whether a batch of this name is in the hands of a living process. */
bool xj_store_batch_held(struct xj_store *store, const char *name);

/* A file in staging, its bytes digested while they were copied. */
struct xj_staged {
	struct xj_batch *batch;     /* in which it lies: an object of another
	                             * batch may take it */
	char name[48];              /* below the batch; "" is none */
	int fd;                     /* read only, at offset 0; -1 is none */
	uint64_t size;              /* bytes */
	unsigned char sha512[64];
};

/*
 * Copy all of `fd`, from its current offset, into the batch. Safe to call from
 * several threads on one batch. XJ_ENOSPC names the path. Copy by
 * copy_file_range is not used: the digest needs the bytes anyway.
 */
int xj_batch_stage(struct xj_batch *batch, int fd, struct xj_staged *staged,
		   struct xj_error *err);
/* Forget a staged file that no object took (a duplicate); removes it. */
void xj_staged_drop(struct xj_batch *batch, struct xj_staged *staged);
/* Close the descriptor only (the object took the file). */
void xj_staged_close(struct xj_staged *staged);

/* One logical file of a version: exactly one of the three sources. */
struct xj_object_file {
	const char *logical;             /* path, UTF-8: "original/讲义.pdf" */
	const struct xj_staged *staged;  /* moved into the object */
	const char *bytes;               /* or these bytes ... */
	size_t len;
	bool keep;                       /* or: as in the version before */
};

struct xj_object_version {
	const char *id;          /* "urn:uuid:..." */
	unsigned number;         /* the version written: 1, or head + 1 */
	int64_t created;
	const char *message;     /* what was done */
	const char *user;        /* who, a name; may be NULL */
	const char *user_address; /* a URI; may be NULL */
	const struct xj_object_file *files; /* the whole state of the version */
	size_t file_count;
	bool replace;            /* purge: a new history that begins at 1, also
				    of an object that is damaged */
};

/*
 * Make the object, or its next version, in the batch. Safe from several
 * threads. A content file that is already in the object (same digest) is not
 * stored again. XJ_EBUSY: `number` is not head + 1 any more. XJ_ENOTFOUND: no
 * such object to make a version of. One version of one object a batch.
 */
int xj_batch_put(struct xj_batch *batch, const struct xj_object_version *v,
		 struct xj_error *err);
/* Take an object back out of the batch before it is synced. */
int xj_batch_unput(struct xj_batch *batch, const char *id,
		   struct xj_error *err);

/* Everything put so far is durable in staging when this returns XJ_OK. */
int xj_batch_sync(struct xj_batch *batch, struct xj_error *err);

/*
 * Move the objects into the root. Repeatable; see xj_store_recover(). One that
 * cannot be moved does not keep the others back. XJ_EEXIST: what lies in the
 * root is no longer what the object was made upon.
 */
int xj_batch_publish(struct xj_batch *batch, struct xj_error *err);

/* -------------------------------------------------------------- reading */

/* The object's inventory. XJ_ENOTFOUND, XJ_ECORRUPT. */
int xj_object_open(struct xj_store *store, const char *id,
		   struct xj_object **object, struct xj_error *err);
void xj_object_free(struct xj_object *object);
void xj_object_freep(struct xj_object **object);

const char *xj_object_id(const struct xj_object *object);
unsigned xj_object_head(const struct xj_object *object);
/* Where it lies, below the archive directory: "ocfl/ab/cd/urn%3auuid%3a...". */
const char *xj_object_path(const struct xj_object *object);

struct xj_version_info {
	unsigned number;
	int64_t created;
	const char *message, *user, *user_address; /* lent; "" when absent */
};

/* `number` 0 means the head. XJ_ENOTFOUND: no such version. */
int xj_object_version_info(const struct xj_object *object, unsigned number,
			   struct xj_version_info *info, struct xj_error *err);
/* The logical path of file `i` of a version; NULL past the last. */
const char *xj_object_file_at(const struct xj_object *object, unsigned number,
			      size_t i);
/* sha512 of a logical file. */
int xj_object_file_digest(const struct xj_object *object, unsigned number,
			  const char *logical, unsigned char sha512[64],
			  struct xj_error *err);
/* Open for reading; bytes are not checked. `*size` may be NULL. */
int xj_object_file_open(const struct xj_object *object, unsigned number,
			const char *logical, int *fd, uint64_t *size,
			struct xj_error *err);
/* The whole file, its digest checked: XJ_ECORRUPT. XJ_ELIMIT above `max`. */
int xj_object_file_read(const struct xj_object *object, unsigned number,
			const char *logical, size_t max, struct xj_buf *out,
			struct xj_error *err);
/* Check an open descriptor of a logical file against its digest. */
int xj_object_file_check(const struct xj_object *object, unsigned number,
			 const char *logical, int fd, struct xj_error *err);

/* Every object of the root, in the order of their paths; a negative return of
 * `fn` ends the walk. An object that cannot be read is given with `object`
 * NULL and the error; its path is in `path`. */
typedef int (*xj_object_fn)(void *ctx, const char *path,
			    struct xj_object *object,
			    const struct xj_error *problem);
int xj_store_each(struct xj_store *store, xj_object_fn fn, void *ctx,
		  struct xj_error *err);

/*
 * The same without opening them, by the names of their folders alone: ids that
 * are too long to be told from those are left out. What is in a place where no
 * object can be is left out too.
 */
typedef int (*xj_object_name_fn)(void *ctx, const char *id);
int xj_store_each_name(struct xj_store *store, xj_object_name_fn fn, void *ctx,
		       struct xj_error *err);

/* --------------------------------------------------------------- findings */

enum xj_severity { XJ_SEVERITY_INFO, XJ_SEVERITY_WARNING, XJ_SEVERITY_ERROR };

/* One finding: `code` as in the specification ("E092", "W004"), "" for one
 * that has none (the system failed). Strings are lent for the call. */
struct xj_finding {
	enum xj_severity severity;
	const char *code;
	const char *path;     /* of the object or file, below what was given */
	const char *object;   /* its id, or NULL */
	const char *message;
};

typedef int (*xj_finding_fn)(void *ctx, const struct xj_finding *finding);

/* -------------------------------------------------------- between two roots */

enum {
	XJ_COPY_DAMAGED = 1, /* also what is damaged, as far as it is there */
};

struct xj_copy {
	struct xj_store *from;
	const char *id;
	unsigned version;      /* the newest one to take; 0: the head */
	unsigned flags;
	xj_finding_fn problem; /* told of each file that is damaged; or NULL */
	void *ctx;
};

struct xj_copied {
	unsigned version;      /* that it has come to */
	int64_t created;       /* when that was made */
	bool is_new;           /* the object was not there in any version */
	uint64_t files, bytes; /* read and written */
	uint64_t damaged;      /* files */
};

/*
 * Take an object over as it is, into a batch of another root: bytes are checked
 * against their digests as they are copied, and what the root has of it already
 * is not copied again. XJ_END: the root has all of it. XJ_ENOTFOUND: no such
 * object or version; XJ_ECORRUPT: it is damaged, and nothing was taken, unless
 * XJ_COPY_DAMAGED; XJ_EEXIST: the root has another history of it, of which
 * neither continues the other.
 */
int xj_batch_copy(struct xj_batch *batch, const struct xj_copy *copy,
		  struct xj_copied *done, struct xj_error *err);

struct xj_mended {
	uint64_t mended, lost; /* files; those that cannot be mended */
};

/*
 * Read every file of an object, and put those that are missing or damaged back
 * from another root that has them: file by file, each whole or not at all. The
 * version is that which the object is to have, 0: what its inventory says. What
 * cannot be mended goes to `problem`. XJ_ENOTFOUND: neither root can say what
 * is to be there; XJ_EBUSY: another writer has it in hand.
 */
int xj_store_mend(struct xj_store *store, const struct xj_copy *copy,
		  struct xj_mended *done, struct xj_error *err);

/* ----------------------------------------------------------- validation */

struct xj_validation {
	uint64_t objects, files, bytes, errors, warnings;
};

enum {
	XJ_VALIDATE_NO_FIXITY = 1, /* structure only: read no content */
	XJ_VALIDATE_EACH = 2, /* of a root: after each object a finding without
	                       * a message, for progress */
};

/*
 * Validate any OCFL 1.0 or 1.1 object or storage root at `path`, written by
 * whatever tool. Findings go to `fn` (a negative return ends the run with it).
 * XJ_OK whether valid or not: look at `out`. XJ_ENOTFOUND: nothing at path.
 */
int xj_ocfl_validate(const char *path, unsigned flags, xj_finding_fn fn,
		     void *ctx, struct xj_validation *out,
		     struct xj_error *err);

/* The same for one object of the store, by id. */
int xj_store_validate(struct xj_store *store, const char *id, unsigned flags,
		      xj_finding_fn fn, void *ctx, struct xj_validation *out,
		      struct xj_error *err);

#endif
