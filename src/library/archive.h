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
	unsigned ocr_seconds;     /* of processor time, a page */
	const char *const *plugin_dirs; /* NULL-terminated, absolute */
	const char *const *plugin_order; /* or NULL */
	const char *encoding;           /* of undeclared text */
	unsigned depth;                 /* containers inside containers: 8 */
	unsigned jobs;                  /* 0: one a core */
	unsigned remembered;            /* past queries of a reader */
	const struct xj_setting_problem *problems; /* wrong lines */
	size_t problem_count;
	const struct xj_setting_problem *wrong; /* a value, or NULL */
};

int xj_config_read(const char *dir, struct xj_config *config,
		   struct xj_error *err);
/* XJ_EINVAL when a value is wrong: for what needs the values, which is what
 * imports. The rest goes on with the standard. */
int xj_config_check(const struct xj_config *config, struct xj_error *err);
void xj_config_release(struct xj_config *config);
/* The commented file that init writes. */
int xj_config_write_standard(int dirfd, struct xj_error *err);

/* --------------------------------------------------------- plugins.c */

/*
 * Folders of importers, in the order in which they are searched: those that
 * come with xueji, the user's, then `further`, separated by colons.
 * NULL-terminated; NULL: no memory.
 */
const char *const *xj_plugin_dirs(struct xj_arena *arena, const char *further);
/* XJ_EINVAL and why the plugin was not loaded; `info` may be NULL. */
int xj_plugin_refused(const char *file, const struct xj_importer_info *info,
		      struct xj_error *err);

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
	struct xj_importers *readers;   /* the same of those that do OCR */
	struct xj_topics *topics;       /* topic-list.c owns it */
	struct xj_lexicon *lexicon;     /* lexicon.c owns it; */
	struct xj_analyzer *analyzer;   /* which knows its words */
	struct xj_searcher *searcher;   /* the open index; search.c owns it */
	struct xj_kept *kept;           /* texts; search-kept.c owns it */
	struct xj_reader *reader;       /* who acts; NULL: the owner */
	unsigned sight;                 /* counts how often one was set; 0: no
	                                 * reader, everything is seen */
	struct xj_remotes *remotes;     /* and those of others; remote.c */
};

/* Whether the work is to stop. `watch` may be NULL. */
bool xj_cancelled(const struct xj_watch *watch);
/* Start the zygote and load the plugins, once. */
int xj_archive_importers(struct xj_archive *a, struct xj_importers **importers,
			 struct xj_error *err);
/* The importers that read pages which are pictures: heavy, and started by who
 * needs them. XJ_ENOTFOUND: there are none. */
int xj_archive_readers(struct xj_archive *a, struct xj_importers **readers,
		       struct xj_error *err);
int xj_archive_analyzer(struct xj_archive *a, struct xj_analyzer **an,
			struct xj_error *err);
/* XJ_EPERM with a message when the archive is open for reading only. */
int xj_archive_writable(const struct xj_archive *a, struct xj_error *err);
int xj_archive_set_system_user(struct xj_archive *a, struct xj_error *err);
/* A second handle on the same archive and for the same user, for another
 * thread. */
int xj_archive_again(const struct xj_archive *a, unsigned flags,
		     struct xj_archive **again, struct xj_error *err);
/* The archive with catalog and text made anew in `apart`; for rebuild. */
int xj_archive_open_apart(const char *dir, const char *apart,
			  struct xj_archive **archive, struct xj_error *err);
/* search.c: forget the open index. NULL is nothing. */
void xj_searcher_free(struct xj_searcher *searcher);
void xj_kept_free(struct xj_kept *kept);

/* A flag of xj_archive_open(): the restoring itself. */
#define XJ_OPEN_RESTORING 256
/* What makes a folder one of backups, not an archive; and a folder that an
 * archive is being restored into (backup.h). */
#define XJ_BACKUP_FILE "xueji-backup.json"
#define XJ_RESTORE_FILE "xueji-restore.json"
/* XJ_ENOTFOUND, XJ_EBUSY: what to do with such a folder. */
int xj_archive_refuse(int dirfd, const char *dir, struct xj_error *err);
/* The part of `path` that is there, made absolute; free it. NULL: no memory. */
char *xj_path_there(const char *path);
/* XJ_EINVAL: `dir` is inside a folder of an archive that is the store's or the
 * index's alone. */
int xj_archive_require_outside(const char *dir, struct xj_error *err);

/* --------------------------------------------------------- commit.c */

/*
 * A group of changes that becomes durable as one: objects in the store, rows
 * in the catalog, text. The order (design section 8): staging complete and
 * synced, text committed, catalog committed (this acknowledges), published.
 *
 *	xj_change_begin(a, &change, err);          catalog write lock is held
 *	xj_change_put(&change, ...);  xj_catalog_...(a->catalog, ...);
 *	xj_change_commit(&change, err);            or xj_change_abandon(&change)
 *
 * Text and catalog are two files, so a crash may leave the text of a version
 * that never came. Whoever replaces the text of a document that is there says
 * so with xj_change_text(); the next change then makes it again.
 */
struct xj_change {
	struct xj_archive *archive;
	struct xj_batch *batch;
	bool open;
	bool committed;     /* it is durable, even if publishing failed */
	struct xj_buf put;  /* URNs of the objects in it, a line each */
	struct xj_buf text; /* numbers of documents whose text it replaces */
};

/* Also finishes what other processes left when they died. XJ_EBUSY: another
 * process has been writing for 30 s. */
int xj_change_begin(struct xj_archive *a, struct xj_change *change,
		    struct xj_error *err);
/* xj_batch_put(); waits for another process that publishes this object. On
 * failure nothing has changed. */
int xj_change_put(struct xj_change *change, const struct xj_object_version *v,
		  struct xj_error *err);
/* Before the text of a top-level document that is there, or of its members, is
 * replaced or dropped. */
void xj_change_text(struct xj_change *change, uint64_t root);
/* Make the text of a document again, as the catalog knows it: its original is
 * imported once more. XJ_ECORRUPT, XJ_ENOTFOUND: that cannot be read. */
int xj_change_text_again(struct xj_change *change, uint64_t id,
			 struct xj_error *err);
/* Whether this change has put the object: it is not in the root yet. */
bool xj_change_has(const struct xj_change *change, const char *urn);
int xj_change_commit(struct xj_change *change, struct xj_error *err);
/* Take all of it back; harmless after a commit. For xj_auto. */
void xj_change_abandon(struct xj_change *change);
/* What a crash left is finished. No failure keeps an archive from opening that
 * can be put right later: a full disk, another writer. */
int xj_put_right(struct xj_archive *a, struct xj_error *err);

/*
 * Open an object that has version `version`, as the catalog says; waits while
 * another process publishes. XJ_ECORRUPT: it is not there.
 */
int xj_object_at(struct xj_archive *a, const char *urn, unsigned version,
		 struct xj_object **object, struct xj_error *err);

/* --------------------------------------------------------- record.c */

/*
 * What an object says of its document: `metadata.json`, and for containers
 * `members.jsonl`, one line a member at any depth. HACKING.md documents both.
 * Memory is the arena's.
 */
#define XJ_RECORD_FILE "metadata.json"
#define XJ_MEMBERS_FILE "members.jsonl"

/* Who may see a top-level document; see rights.h. */
enum xj_scope {
	XJ_SCOPE_NONE,    /* nobody said: the archive's owner alone */
	XJ_SCOPE_PRIVATE, /* its own owner */
	XJ_SCOPE_UNIT,    /* members of its unit */
	XJ_SCOPE_BELOW,   /* of its unit and those below */
	XJ_SCOPE_UNITS,   /* of the units named */
	XJ_SCOPE_MEMBERS, /* every member */
	XJ_SCOPE_PUBLIC,
};

struct xj_share_entry {
	uint64_t number;          /* of the document's shares, from 1 */
	enum xj_atom_kind to;     /* UNIT, BELOW, MEMBER or MEMBERS */
	const char *who;          /* code of the unit, URN of the member, "" */
	bool download;
	const char *from, *until; /* days; until "": open */
	const char *by;           /* who shared it, as in versions */
	const char *reason;       /* "" */
	int64_t at;
};

struct xj_rights {
	enum xj_scope scope;
	const char *owner;        /* URN of the member whose it is; or NULL */
	const char **units;       /* codes, of XJ_SCOPE_UNITS */
	size_t unit_count;
	struct xj_share_entry *shares;
	size_t share_count;
	/* Of the text of a paper: URN of the paper; its authors besides the
	 * owner; roles (enum xj_role_bit) over its unit that read it. */
	const char *paper;
	const char **authors;
	size_t author_count;
	unsigned roles;
};

struct xj_record {
	struct xj_doc doc;
	struct xj_rights rights;      /* of the top; its unit is doc.owner */
	struct xj_meta_value *values; /* given and extracted */
	size_t value_count;
	const char *logical;          /* of the original: "original/讲义.pdf";
	                               * NULL when purged */
	unsigned removed;             /* the version that removed it; or 0 */
	const char *quarantine;       /* "name", "page", "container", "person":
	                               * what put it there; NULL: it is not */
	const char *quarantine_why;   /* a sentence; or NULL */
	bool unlocked;                /* was read with a password */
	const char *cleared;          /* why a mark is none, said by a person; */
	unsigned char cleared_sha512[64]; /* of these bytes. Or NULL */
	const char *source;           /* path it was added under; or NULL */
	const char *accession_urn;    /* or NULL */
	bool afresh;                  /* written without its older versions */
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
/* From an object's version (0: head), digests checked. XJ_ECORRUPT. */
int xj_record_read(struct xj_arena *arena, struct xj_object *object,
		   unsigned version, struct xj_record *record,
		   struct xj_error *err);
/* The same without the members. */
int xj_record_read_top(struct xj_arena *arena, struct xj_object *object,
		       unsigned version, struct xj_record *record,
		       struct xj_error *err);
/*
 * The record of a top-level document with its members, at the version that the
 * catalog has. In a change. XJ_EBUSY: this change has a newer one, not to be
 * read before it is committed. XJ_ECORRUPT: the object is missing or damaged.
 */
int xj_record_load(struct xj_change *change, struct xj_arena *arena,
		   uint64_t root, struct xj_record *record,
		   struct xj_error *err);
/*
 * Write version record->doc.version of an object, made at record->doc.updated.
 * `original` is moved into it; NULL: as in the version before. A purged record
 * begins a new history. The catalog rows are the caller's.
 */
int xj_record_put(struct xj_change *change, const struct xj_record *record,
		  const struct xj_staged *original, const char *message,
		  struct xj_error *err);

/* Write a record's values of all ranks. */
int xj_record_put_values(struct xj_archive *a, struct xj_arena *arena,
			 const struct xj_record *record, struct xj_error *err);
/*
 * What a version says it did: "edit", "remove #7: twice there". `member` 0: the
 * document itself; `detail`: or NULL. Memory is the arena's.
 */
const char *xj_message_write(struct xj_arena *arena, const char *verb,
			     uint64_t member, const char *detail);
/* The parts again, cut out of `message`; what is not of this form is a verb. */
void xj_message_read(char *message, const char **verb, uint64_t *member,
		     const char **detail);

/* -------------------------------------------------------- members.c */

/* Finds members of a record. A member that the newest version of its container
 * does not hold any more has ordinal 0 and is removed. */
struct xj_members;

int xj_members_new(struct xj_arena *arena, struct xj_record *record,
		   struct xj_members **members, struct xj_error *err);
/* By number; the record itself by its own; NULL: there is none. */
struct xj_record *xj_members_find(const struct xj_members *m, uint64_t id);
/* By parent and name. Several of one name are given in their order, one a
 * call; NULL: there is no more. */
struct xj_record *xj_members_take(struct xj_members *m, uint64_t parent,
				  const void *name_raw, size_t len);

/* ------------------------------------------------------- describe.c */

/* What the nearest folder of a path says of the kind of what is in it:
 * 学习心得/张三.txt is a reflection. NULL: nothing. */
const char *xj_kind_of_folder(struct xj_arena *arena, const char *path);
/*
 * Work out the effective columns of a document (title, title_key, creators,
 * date, language, kind, type) from its values; what nobody gave and no importer
 * found is derived: title from the file name, date from doc->created, kind
 * "material", type from the format. Memory is the arena's.
 */
int xj_describe(struct xj_archive *a, struct xj_arena *arena,
		struct xj_doc *doc, const struct xj_meta_value *values,
		size_t count, struct xj_error *err);
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
	bool afresh;             /* forget the segments: index everything */
	bool merge_all;          /* leave one segment */
	uint64_t erase;          /* a purged document: its words are to go */
	const struct xj_watch *watch;
};

int xj_indexer_run(struct xj_archive *a,
		   const struct xj_indexer_options *options, uint64_t *indexed,
		   struct xj_error *err);
/* Make the segments again that hold words of a purged document; waits some
 * seconds for another process that indexes, then XJ_EBUSY. */
int xj_indexer_erase(struct xj_archive *a, uint64_t root,
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
	uint64_t memory;              /* peak of the worker, bytes; 0: none */
	struct xj_meta_value *values; /* extracted; "modified" derived */
	size_t value_count;
	const char *mark;             /* of secrecy; or NULL */
	const char *mark_in;          /* "name" or "page" */
	bool keyless;                 /* a password is of no use for it */
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
	struct xj_ocr_row *pages;     /* that are pictures */
	size_t page_count;
	/* what is named inside it and was not taken, for the report */
	struct xj_left {
		struct xj_left *next;
		const char *name, *outcome, *why;
	} *left, **left_tail;
};

int xj_spool_new(struct xj_archive *a, struct xj_spool **spool,
		 struct xj_error *err);
void xj_spool_free(struct xj_spool *spool);

/* What is to be taken in. */
struct xj_take_source {
	int fd;
	uint64_t size;
	const char *name;     /* file name, raw bytes */
	size_t name_len;
	const char *shown;    /* the same as UTF-8; NULL: to be made of it */
	const char *password; /* for all of the tree; or NULL */
	const char *given;    /* the path it was added under; or NULL */
	int64_t mtime;        /* seconds; 0: none */
	uint64_t accession;   /* who shares a worker: see import/import.h */
	const bool *cancel;   /* or NULL */
};

/*
 * The tree is made in `arena`; the first is the document itself, its sha512
 * left to the caller. Negative only for a fault of this side.
 */
int xj_take(struct xj_archive *a, struct xj_importers *importers,
	    struct xj_spool *spool, struct xj_arena *arena,
	    const struct xj_take_source *source, struct xj_taken **taken,
	    struct xj_error *err);
/* Store the packed text of one of the tree as that of `doc`, in place of what
 * is there, and which of its pages are pictures; of one in quarantine none. */
int xj_taken_put_text(struct xj_archive *a, struct xj_spool *spool,
		      const struct xj_taken *taken, const struct xj_doc *doc,
		      struct xj_error *err);
/* Whether the stored text of `doc` is the same. */
int xj_taken_same_text(struct xj_archive *a, struct xj_spool *spool,
		       const struct xj_taken *taken, const struct xj_doc *doc,
		       bool *same, struct xj_error *err);

/* ------------------------------------------------------- quarantine.c */

/*
 * Decide whether a document that was imported is in quarantine, before it is
 * described: every import goes through here. It is when it bears a mark that
 * no person declared a false alarm for these bytes, when it was there before
 * (it leaves by a person's word or a purge only), and as long as its container
 * `up` is (NULL: top level). State, outcome and reason say so then, and what
 * was read of it is dropped; else it is what `up` is, live or removed.
 */
int xj_quarantine_decide(struct xj_arena *arena, struct xj_record *record,
			 const struct xj_taken *taken,
			 const struct xj_record *up, struct xj_error *err);
/* Put a document that is there, and all inside it, into quarantine, in an open
 * change: `by` is "name", "page" or "person", and `why` a sentence. XJ_END: a
 * mark was declared a false alarm. */
int xj_quarantine_in(struct xj_change *change, uint64_t id, const char *by,
		     const char *why, struct xj_error *err);
/* XJ_EPERM when something inside a document is in quarantine: its bytes hold
 * what must not be given out. */
int xj_quarantine_sealed(struct xj_archive *a, uint64_t id,
			 struct xj_error *err);
/* XJ_ENOTFOUND, for whoever asks for a document that is in quarantine. */
int xj_quarantine_hides(uint64_t id, struct xj_error *err);
/* "bears the mark 秘密★10年 in its name"; memory is the arena's. */
const char *xj_quarantine_why(struct xj_arena *arena, const char *mark,
			      const char *in);

/* ------------------------------------------------------------ again.c */

/* How one document of those imported once more came out. */
struct xj_again_line {
	const struct xj_doc *doc;
	const char *outcome, *reason; /* of now; reason: or NULL */
	bool changed, kept;           /* kept: was read better before */
};

/* Why a document that is there is imported once more. */
struct xj_again {
	const char *verb, *detail; /* for the history; detail: or NULL */
	const char *cleared;       /* a mark is a false alarm: why; or NULL */
	const char *password;      /* or NULL */
	bool unlock;               /* the password must open something */
	const bool *cancel;        /* or NULL */
	bool renew;                /* for xj_renew() */
	int (*tell)(void *ctx, const struct xj_again_line *line);
	int (*refused)(void *ctx, uint64_t id, const char *why);
	void *ctx;
};

/*
 * Import the newest bytes of a document and what is inside it once more, alone:
 * what it is inside of stays as it is. Members that were not known are new
 * documents. A new version of the object. XJ_EBUSY: it was changed meanwhile.
 */
int xj_take_again(struct xj_archive *a, uint64_t id,
		  const struct xj_again *how, struct xj_error *err);
/*
 * The same of several documents of different objects, in one change, when
 * nothing but the importers is new: what they read the same needs no new
 * version, and what they read worse stays as it was. `*done` of them were
 * looked at, which takes a second or one document. `tell` hears of every
 * document that was imported, after the commit; `refused` of those that could
 * not be. Indexing is the caller's.
 */
int xj_renew(struct xj_archive *a, const uint64_t *ids, size_t count,
	     const struct xj_again *how, size_t *done, struct xj_error *err);

/* ------------------------------------------------------------ pairs.c */

/* Recordings and the subtitles beside them; see there. */

/* After a document was taken once more: a recording's subtitles join its text,
 * a subtitle whose recording is there has none. */
int xj_pairs_take(struct xj_archive *a, struct xj_importers *importers,
		  struct xj_spool *spool, struct xj_arena *arena,
		  const struct xj_record *record, struct xj_taken *taken,
		  struct xj_error *err);
/* Find the pairs of which an accession brought one, and join them: those that
 * were not looked through yet, and `own` (0: there is none) in any case. */
int xj_pairs_make(struct xj_archive *a, uint64_t own,
		  struct xj_error *err);

/* The others of a document: look before a purge, make their text anew after
 * it. Memory is the arena's. */
struct xj_pairs {
	const char **urns;
	size_t count;
};

int xj_pairs_of(struct xj_archive *a, struct xj_arena *arena, uint64_t id,
		struct xj_pairs *pairs, struct xj_error *err);
int xj_pairs_refresh(struct xj_archive *a, const struct xj_pairs *pairs,
		     struct xj_error *err);
/* Both, after a document was removed or came back. */
int xj_pairs_follow(struct xj_archive *a, uint64_t id, struct xj_error *err);
/* After its rights were changed: text of one is read with the other as long as
 * the same people may see both. */
int xj_pairs_settle(struct xj_archive *a, uint64_t id,
		    struct xj_error *err);
/* ------------------------------------------------------------- found.c */

/*
 * What is worth keeping of a value that an importer found; `*value` moves to
 * its begin. 0: nothing, a program put it there ("无标题文档", "Administrator").
 */
size_t xj_found_value(const char *element, const char **value, size_t len);

/* ---------------------------------------------------------- restore.c */

/* What an import says anew: outcome and extracted values. The rest stays. */
int xj_record_refresh(struct xj_arena *arena, struct xj_record *record,
		      const struct xj_taken *taken, struct xj_error *err);
/*
 * After an import without the password that a document was read with before:
 * say so, of it (`taken` its import) or of a member that did not come out of
 * `up` any more (`taken` NULL).
 */
void xj_record_lock(struct xj_record *record, const struct xj_taken *taken,
		    const struct xj_record *up);

/*
 * Put a document and its members into the catalog as `record` says, with text:
 * the original in version `version` of the object is imported once more.
 * `update`: the rows are there and are written over; else XJ_EEXIST when a
 * number or URN is another document's. In an open transaction of catalog and
 * texts; `change` needs no batch.
 */
int xj_restore(struct xj_change *change, struct xj_importers *importers,
	       struct xj_arena *arena, struct xj_object *object,
	       unsigned version, struct xj_record *record, bool update,
	       struct xj_error *err);

/* ------------------------------------------------------------ accession.c */

#define XJ_ACCESSION_FILE "accession.json"
#define XJ_REPORT_FILE "report.jsonl"

/* Whether the object is an accession's, not a document's. */
bool xj_is_accession(const struct xj_object *object);
/* Take the names of a purged document out of the reports of all accessions that
 * name it; their objects begin anew. After its sources were dropped. */
int xj_accessions_redact(struct xj_change *change, uint64_t root,
			 struct xj_error *err);
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
/* Give it up, after the close or when nothing came of it. */
void xj_accession_unlock(struct xj_archive *a, uint64_t number, int *lock);
/* Close those that a crash cut short: unfinished, and nobody holds the lock. */
int xj_accessions_finish(struct xj_archive *a, struct xj_error *err);

/* ------------------------------------------------------- accession-read.c */

/* What the files of an accession's object say, into the catalog; inside its
 * transaction. XJ_ECORRUPT, XJ_EINVAL, XJ_EEXIST, XJ_ENOTFOUND: for what is wrong
 * with them. */
int xj_accession_put_head(struct xj_catalog *catalog, const char *head,
			  size_t len, uint64_t *accession,
			  struct xj_error *err);
int xj_accession_put_report(struct xj_catalog *catalog, uint64_t accession,
			    const char *report, size_t len,
			    struct xj_error *err);

/* ----------------------------------------------------------------- edit.c */

/* Each in an open change, and each a new version of the object. */
int xj_remove_in(struct xj_change *change, uint64_t id, const char *reason,
		 struct xj_error *err);
int xj_undelete_in(struct xj_change *change, uint64_t id,
		   struct xj_error *err);
/* The state before the first version that accession `number` made becomes the
 * newest version; a document that it brought, or took back, is removed. XJ_END:
 * a later accession changed it again, and it stays. */
int xj_take_back_in(struct xj_change *change, const struct xj_doc *doc,
		    uint64_t number, struct xj_error *err);

/* ---------------------------------------------------------------- upkeep.c */

/* Note that all was verified, or backed up to a folder. */
void xj_upkeep_verified(const struct xj_archive *a, uint64_t errors);
void xj_upkeep_backed_up(const struct xj_archive *a, const char *folder);

/* ------------------------------------------------------------- documents.c */

/* A descriptor of the newest bytes of a document or a member; of one inside an
 * encrypted document with the password. Not checked against their digest. */
int xj_original_open(struct xj_archive *a, const struct xj_doc *doc,
		     const char *password, int *fd, struct xj_error *err);

/* xj_document_get() for those who may only read it, to make text of. */
int xj_document_bytes(struct xj_document *document, unsigned version, int fd,
		      struct xj_error *err);

/* Fill the public struct from a row. Memory is the arena's. */
int xj_info_from_doc(struct xj_archive *a, struct xj_arena *arena,
		     const struct xj_doc *doc, struct xj_document_info *info,
		     struct xj_error *err);
/* xj_list() of a filter of the catalog. */
int xj_list_filtered(struct xj_archive *a, const struct xj_doc_filter *filter,
		     xj_document_fn fn, void *ctx, struct xj_error *err);
/* XJ_PAGE ... as the public API spells it: "page"; "" for none. */
const char *xj_place_name(unsigned where);
/* XJ_HEADING ...: "heading". */
const char *xj_role_name(unsigned role);

#endif
