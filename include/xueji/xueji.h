/*
 * xueji/xueji.h - the library: one archive, and everything done with it.
 *
 * Whoever uses the library includes this header, and <xueji/study.h> for
 * collections, lectures, seminars and papers.
 *
 * Functions that can fail return XJ_OK or a negative enum xj_status and put a
 * message into the caller's struct xj_error, which may be NULL and is read only
 * after a negative return. XJ_END is positive: no more, and no error. Strings
 * are UTF-8. What a getter lends lives until its object is freed. Options
 * structs have zero as their default; build them with designated initialisers.
 * An open archive may be used by one thread at a time; open it again for
 * another thread.
 */
#ifndef XUEJI_XUEJI_H
#define XUEJI_XUEJI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define XJ_API __attribute__((visibility("default")))
#else
#define XJ_API
#endif

enum xj_status {
	XJ_OK = 0,
	XJ_END = 1,         /* an iterator: no more */
	XJ_EINVAL = -1,     /* an argument or a text that makes no sense */
	XJ_ENOTFOUND = -2,  /* no such thing, or removed, or not to be seen */
	XJ_EEXIST = -3,     /* is there already */
	XJ_EBUSY = -4,      /* somebody else holds it, or changed it meanwhile */
	XJ_EPERM = -5,      /* not allowed */
	XJ_EIO = -6,        /* the disk or the system failed */
	XJ_ENOSPC = -7,     /* the disk is full */
	XJ_ENOMEM = -8,
	XJ_ECORRUPT = -9,   /* stored bytes are not what was stored */
	XJ_ELIMIT = -10,    /* over a configured limit */
	XJ_ECANCELLED = -11,
	XJ_EVERSION = -12,  /* made by a newer release */
	XJ_EINTERNAL = -13,
};

#define XJ_ERROR_MAX 1024

struct xj_error {
	int status;
	/* UTF-8, no newline at the end; in the language of the locale */
	char message[XJ_ERROR_MAX];
	char plain[XJ_ERROR_MAX];   /* the same in English, for records */
};

/* Free memory that a function below gave with "free with xj_free()". */
XJ_API void xj_free(void *memory);
XJ_API const char *xj_version(void); /* "0.1.0" */

/*
 * What is English everywhere, so that records and JSON are the same - a reason,
 * a finding of doctor, the help of a setting - in the language of the locale,
 * for people. Cut between characters when `out` is too small. Returns `out`.
 */
XJ_API const char *xj_in_words(const char *text, char *out, size_t size);

/* --------------------------------------------------------------- archives */

struct xj_archive;

/*
 * Make an archive in `dir`, which is made if missing. XJ_EEXIST when there is
 * something in it already; the message says whether it is an archive.
 */
XJ_API int xj_archive_init(const char *dir, struct xj_error *err);

enum {
	XJ_OPEN_READONLY = 1, /* for reading; works on a read-only disk */
};

/*
 * Open the archive in `dir`. Opening to write puts right what a crash left.
 * XJ_ENOTFOUND: not an archive; XJ_EVERSION: of a newer release, or to be
 * upgraded but read-only; XJ_ECORRUPT: the message names what to do.
 */
XJ_API int xj_archive_open(const char *dir, unsigned flags,
			   struct xj_archive **archive, struct xj_error *err);
XJ_API void xj_archive_close(struct xj_archive *archive);
XJ_API const char *xj_archive_dir(const struct xj_archive *archive);

/*
 * The archive that `from` or the nearest folder above it is. XJ_ENOTFOUND.
 * Free `*dir` with xj_free().
 */
XJ_API int xj_archive_find(const char *from, char **dir, struct xj_error *err);

/* Who acts: recorded in versions and history. Default: the system's user. */
XJ_API int xj_archive_set_user(struct xj_archive *archive, const char *name,
			       struct xj_error *err);

/*
 * Act as a member from now on: his login is recorded, and he sees what he may
 * see. NULL: the archive's owner again. XJ_ENOTFOUND: no such login; the message
 * names the nearest to the owner alone. XJ_EPERM: he has left.
 */
XJ_API int xj_archive_set_reader(struct xj_archive *archive,
				 const char *login, struct xj_error *err);

/* How far long work has come. `total` 0: not known yet. */
struct xj_progress {
	const char *stage;   /* "add", "index", "verify", "rebuild", "merge" */
	uint64_t done, total; /* documents or files */
	uint64_t bytes;
	const char *what;    /* the thing in hand, or NULL */
};

/*
 * What long work asks and tells. `progress` is called a few times a second. When
 * `*cancel` becomes true the work stops soon with XJ_ECANCELLED, and what was
 * done till then is kept.
 */
struct xj_watch {
	void (*progress)(void *ctx, const struct xj_progress *progress);
	void *ctx;
	const bool *cancel;
};

/* --------------------------------------------------------------- settings */

/* One setting of xueji.conf, e.g. "import.cpu_seconds". */
struct xj_setting {
	const char *key, *value, *standard; /* standard: the default */
	const char *help;
	bool is_standard;
};

typedef int (*xj_setting_fn)(void *ctx, const struct xj_setting *setting);
/* All settings in order. */
XJ_API int xj_settings(struct xj_archive *archive, xj_setting_fn fn, void *ctx,
		       struct xj_error *err);
/* A line of xueji.conf that is wrong. The standard holds instead, but what
 * needs a wrong value - adding, rebuilding - refuses to run. */
struct xj_setting_problem {
	unsigned line;          /* 0: the whole file */
	const char *key;        /* whose value is wrong; else NULL */
	const char *message, *advice;
};

typedef int (*xj_setting_problem_fn)(void *ctx,
				     const struct xj_setting_problem *problem);
XJ_API int xj_setting_problems(struct xj_archive *archive,
			       xj_setting_problem_fn fn, void *ctx);
/* XJ_ENOTFOUND: no such key; the message names the nearest. XJ_EINVAL: its
 * value in xueji.conf is wrong. */
XJ_API int xj_setting_get(struct xj_archive *archive, const char *key,
			  char **value, struct xj_error *err);
/* Writes xueji.conf, comments kept. XJ_EINVAL: not a value for this key. */
XJ_API int xj_setting_set(struct xj_archive *archive, const char *key,
			  const char *value, struct xj_error *err);

/* ----------------------------------------------------------------- adding */

/* Who is to see a document; see "rights" below. */
struct xj_scope_given {
	const char *scope;         /* NULL: as it is */
	const char *unit;          /* it belongs to; NULL: as it is */
	const char *owner;         /* member whose it is; NULL: as it is */
	const char *const *units;  /* of scope "units"; ends with NULL */
};

/* "title=卫生法规": element and value of the metadata given by a person. */
struct xj_given {
	const char *element, *value;
};

/* One line of the report: a file, or a member of one. Lent for the call. */
struct xj_outcome {
	const char *const *path; /* NULL-terminated, outermost first */
	/* "ok", "partial", "encrypted", "corrupt", "unsupported", "limit",
	 * "crashed", "duplicate"; "held": unchanged since it was added;
	 * "quarantined": marked secret, kept out of sight till a person decides;
	 * "refused": not taken (unreadable, gone); "skipped": not meant to be
	 * taken (hidden, excluded, a link, no file) */
	const char *outcome;
	const char *reason;      /* or NULL */
	uint64_t id;             /* 0: none */
	unsigned version;        /* of the document: above 1 it was changed */
	const char *importer;    /* or NULL */
	uint64_t bytes, cpu_ms;
	uint64_t memory;         /* bytes at most of the worker till then, which
	                          * small documents share; 0: none, not kept */
};

struct xj_add_options {
	const char *kind;             /* NULL: by name and format, "material" */
	struct xj_scope_given rights; /* of new documents; NULL: as the settings
	                               * rights.unit and rights.scope say */
	const struct xj_given *given; /* ends with element NULL; or NULL */
	const char *const *exclude;   /* globs on names or paths; NULL at end */
	bool hidden;                  /* take hidden files too */
	bool dry_run;                 /* say what would be done */
	unsigned jobs;                /* 0: one a core */
	const char *stdin_name;       /* the name of "-"; default "stdin" */
	int (*outcome)(void *ctx, const struct xj_outcome *outcome);
	void *ctx;
	struct xj_watch watch;
};

struct xj_add_result {
	uint64_t accession;    /* 0: nothing was taken */
	/* files and members; the sum of all is `seen` */
	uint64_t seen, taken, held, duplicate, partial, refused, failed,
		 skipped;
	uint64_t bytes;
	uint64_t vanished;     /* added before from here, no longer there: kept */
	uint64_t queued;       /* left to another indexer */
	uint64_t quarantined;  /* in `seen` too */
};

/*
 * Take files and folders in: store, import, index. `paths` ends with NULL; "-"
 * is standard input. A file that cannot be read is an outcome, not an error.
 * XJ_ENOTFOUND: a path given is not there (nothing is done). XJ_ENOSPC: what
 * was acknowledged till then is kept and searchable.
 */
XJ_API int xj_add(struct xj_archive *archive, const char *const *paths,
		  const struct xj_add_options *options,
		  struct xj_add_result *result, struct xj_error *err);

/* Index what waits in the queue. XJ_EBUSY: another process does already. */
XJ_API int xj_index_queue(struct xj_archive *archive,
			  const struct xj_watch *watch, uint64_t *indexed,
			  struct xj_error *err);

/* -------------------------------------------------------------------- OCR */

/* Pages that are pictures: their text is read behind everything else. */
struct xj_ocr_options {
	const uint64_t *ids;    /* these documents, ends with 0; NULL: all */
	bool again;             /* pages that were given up once more */
	unsigned jobs;          /* 0: one a core */
	struct xj_watch watch;
};

struct xj_ocr_result {
	uint64_t pages;         /* done: read, blank or given up */
	uint64_t read, blank, given_up;
	uint64_t waiting;       /* left */
};

/*
 * Read the pages that wait. What was read is kept whatever happens then.
 * XJ_ENOTFOUND: there is nothing that reads them; XJ_EBUSY: another process
 * does already. `result` is filled then too.
 */
XJ_API int xj_ocr(struct xj_archive *archive,
		  const struct xj_ocr_options *options,
		  struct xj_ocr_result *result, struct xj_error *err);

struct xj_ocr_page {
	uint64_t document, page;
	const char *state;      /* "waiting", "read", "blank", "given-up" */
	const char *note;       /* why it was given up; or NULL */
};

typedef int (*xj_ocr_page_fn)(void *ctx, const struct xj_ocr_page *page);
/* How it stands: the counts in `result` are of all pages there are. `fn`, which
 * may be NULL, is told of each page of a document, `id` 0: of all. */
XJ_API int xj_ocr_status(struct xj_archive *archive, uint64_t id,
			 struct xj_ocr_result *result, xj_ocr_page_fn fn,
			 void *ctx, struct xj_error *err);

/* -------------------------------------------------------------- documents */

enum xj_document_state { XJ_LIVE, XJ_REMOVED, XJ_PURGED, XJ_QUARANTINED };

/* What lists and hits show of a document. "" where there is nothing. */
struct xj_document_info {
	uint64_t id, parent;         /* parent 0: top level */
	const char *urn;
	const char *title, *kind, *type, *format, *date, *creators, *language;
	const char *name;            /* file name */
	const char *const *path;     /* NULL-terminated, outermost first */
	uint64_t size, text_bytes;
	const char *sha512;          /* hexadecimal */
	unsigned version;
	enum xj_document_state state;
	const char *outcome, *reason;
	const char *importer, *importer_version;
	uint64_t accession;
	int64_t created, updated;    /* seconds since 1970, UTC */
	uint32_t pages;
	bool queued;                 /* not searchable yet */
};

/* A value of metadata. */
struct xj_value {
	const char *element, *value, *lang, *source;
	bool given;                  /* by a person; hides what was extracted */
	bool effective;
};

struct xj_document;

/*
 * By local number ("42"), URN, or URN's UUID. Also a removed one; a purged one
 * too, of which only the tombstone is left. XJ_ENOTFOUND, also of one in
 * quarantine; XJ_EINVAL: not an id.
 */
XJ_API int xj_document_open(struct xj_archive *archive, const char *ref,
			    struct xj_document **document,
			    struct xj_error *err);
XJ_API void xj_document_free(struct xj_document *document);
XJ_API const struct xj_document_info *
xj_document_info(const struct xj_document *document);
XJ_API const struct xj_value *xj_document_values(
	const struct xj_document *document, size_t *count);

/* A block of extracted text. */
struct xj_text_part {
	const char *text;
	size_t len;
	const char *role;            /* "body", "heading", "list", ... */
	unsigned level;
	const char *where;           /* "line", "page", "msec", "part", "" */
	uint64_t at;
	const char *label;           /* or NULL */
	bool more;                   /* goes on where the part before ended */
};

typedef int (*xj_text_part_fn)(void *ctx, const struct xj_text_part *part);
XJ_API int xj_document_text(struct xj_document *document, xj_text_part_fn fn,
			    void *ctx, struct xj_error *err);

/*
 * Write the original bytes to `fd`, checked against their digest: XJ_ECORRUPT
 * names the damage (bytes were written by then). `version` 0 is the newest.
 * XJ_ENOTFOUND for a purged one; XJ_EPERM when something inside it is in
 * quarantine.
 */
XJ_API int xj_document_get(struct xj_document *document, unsigned version,
			   int fd, struct xj_error *err);

/*
 * What a document is inside of may be encrypted: its bytes are given with the
 * password of that. Lent until the document is freed; kept nowhere.
 */
XJ_API void xj_document_password(struct xj_document *document,
				 const char *password);

/*
 * Read a document with its password: it and what is inside it are imported and
 * indexed. The bytes stay as they are, and the password is not kept, so that
 * after a rebuild it is needed again. XJ_EPERM: the password is wrong, and
 * nothing has changed; XJ_EINVAL: no password is needed, or none helps.
 */
XJ_API int xj_unlock(struct xj_archive *archive, uint64_t id,
		     const char *password, struct xj_error *err);

/* ---------------------------------------------------------------- packets */

/* One document of a packet. */
struct xj_packet_item {
	const char *document;    /* as xj_document_open() takes it */
	unsigned version;        /* 0: the newest */
	uint32_t first, last;    /* pages of it; 0: from the first, to the last */
	const char *note;        /* for the readers; or NULL */
};

enum xj_packet_form {
	XJ_PACKET_FOLDER, /* the originals, and index.html with all text */
	XJ_PACKET_ZIP,    /* the same in one file */
	XJ_PACKET_BAG,    /* the same as a bag of BagIt 1.0 (RFC 8493) */
	XJ_PACKET_HTML,   /* index.html alone */
	XJ_PACKET_PDF,    /* cover, contents, page numbers; pages of PDF files as
	                   * they are, the text of everything else */
};

struct xj_packet {
	const char *title;       /* NULL: that of the only document, or a name */
	const char *subtitle;    /* or NULL */
	const char *const *lines; /* at the foot of the cover: who, when; ends
	                          * with NULL; or NULL */
	const struct xj_packet_item *items;
	size_t count;
};

/* What could not be put in as it should be: "the pages cannot be taken over". */
typedef void (*xj_packet_note_fn)(void *ctx, size_t item, const char *message);

struct xj_packet_options {
	enum xj_packet_form form;
	xj_packet_note_fn note;  /* or NULL */
	void *ctx;
	struct xj_watch watch;
};

/*
 * Write documents together to `path`, which appears whole or not at all.
 * XJ_EEXIST: it is there already. XJ_EINVAL: no documents, or pages that one
 * does not have. XJ_ENOTFOUND: a document, or a program that is needed for this
 * form; the message names it.
 */
XJ_API int xj_packet_write(struct xj_archive *archive,
			   const struct xj_packet *packet, const char *path,
			   const struct xj_packet_options *options,
			   struct xj_error *err);

struct xj_history_entry {
	uint64_t document;
	unsigned version;
	int64_t at;
	const char *user, *verb, *detail; /* detail: or NULL */
};

typedef int (*xj_history_fn)(void *ctx, const struct xj_history_entry *entry);
/* `document` NULL: of the whole archive, newest first, at most `limit`. */
XJ_API int xj_history(struct xj_archive *archive,
		      const struct xj_document *document, uint64_t limit,
		      xj_history_fn fn, void *ctx, struct xj_error *err);

struct xj_list_options {
	/* "kind:book year:2011 type:pdf is:partial creator:李 title:讲义
	 * in:42 same:42 (has the same bytes) accession:3 is:removed is:purged";
	 * NULL: all */
	const char *filter;
	const char *sort;            /* "id", "date", "title", "-date" ... */
	bool top_only;               /* without members */
	uint64_t offset, limit;      /* limit 0: all */
};

typedef int (*xj_document_fn)(void *ctx, const struct xj_document_info *info);
XJ_API int xj_list(struct xj_archive *archive,
		   const struct xj_list_options *options, uint64_t *total,
		   xj_document_fn fn, void *ctx, struct xj_error *err);

/*
 * Set elements: all values of an element are replaced by those given; an empty
 * value takes what was given away, so that what was extracted shows again.
 * `kind` is an element too. A new version of the object. `expected_version` 0:
 * whatever it is; else XJ_EBUSY when it is another by now. XJ_EINVAL names the
 * value at fault.
 */
XJ_API int xj_edit(struct xj_archive *archive, uint64_t id,
		   const struct xj_given *given, unsigned expected_version,
		   struct xj_error *err);
/* Leave a tombstone; members go with their container. */
XJ_API int xj_remove(struct xj_archive *archive, uint64_t id,
		     const char *reason, struct xj_error *err);
XJ_API int xj_undelete(struct xj_archive *archive, uint64_t id,
		       struct xj_error *err);
/* Erase bytes and text for good. Of a member: XJ_EINVAL, its container must be
 * purged. */
XJ_API int xj_purge(struct xj_archive *archive, uint64_t id,
		    const char *reason, struct xj_error *err);

/* ------------------------------------------------------------- quarantine */

/*
 * A document whose name or first page bears a mark of secrecy (秘密★10年) is
 * kept, and is in no list, count, search or history until a person has decided:
 * it is purged, or the mark is declared a false alarm. These functions alone
 * show it. What is inside it is in quarantine with it; the bytes of what it is
 * inside of are not given out meanwhile.
 */
XJ_API int xj_quarantine_list(struct xj_archive *archive, xj_document_fn fn,
			      void *ctx, struct xj_error *err);
/* As xj_document_open(), of one in quarantine. XJ_ENOTFOUND: it is not there. */
XJ_API int xj_quarantine_open(struct xj_archive *archive, const char *ref,
			      struct xj_document **document,
			      struct xj_error *err);
/* Put a document that is not marked there, with all inside it. XJ_EEXIST: it
 * is there. */
XJ_API int xj_quarantine_set(struct xj_archive *archive, uint64_t id,
			     const char *reason, struct xj_error *err);
/*
 * Declare a false alarm: it is imported and indexed again. Of what is inside
 * it, members with marks of their own stay. The reason is kept for good, and
 * holds for these bytes only. `password` opens what it is inside of, if that is
 * encrypted; or NULL. XJ_EINVAL: no reason, or its container is in quarantine;
 * XJ_ENOTFOUND: it is not there; XJ_EPERM: the password is wrong, or missing.
 */
XJ_API int xj_quarantine_clear(struct xj_archive *archive, uint64_t id,
			       const char *reason, const char *password,
			       struct xj_error *err);

/* ------------------------------------------------------------------ rights */

/*
 * Who may see a document, and what is inside it. It belongs to a unit and to a
 * member, and has a scope: "private" (whose it is), "unit" (members of the
 * unit), "below" (and of the units below it), "units" (of the units named),
 * "members" (every member), "public". Secretaries, librarians, reviewers and
 * leads of the unit, or of one above it, see all but what is private. Shares let
 * others in, from one day to another. What nobody gave rights is seen by the
 * archive's owner alone.
 *
 * While a member acts (xj_archive_set_reader()), what he may not see is not
 * there: for every function of this header it is XJ_ENOTFOUND, in the same
 * words. What he may not do with what he sees is XJ_EPERM.
 */
XJ_API int xj_scope_set(struct xj_archive *archive, uint64_t id,
			const struct xj_scope_given *given,
			struct xj_error *err);

struct xj_share_given {
	const char *to;     /* unit, unit/below, member, or "all" */
	const char *from, *until; /* days, NULL: from now on; without end */
	const char *right;  /* NULL or "read"; "download": the bytes too */
	const char *reason; /* or NULL */
};

/* XJ_EINVAL: to a closed unit, to oneself, until a day that is past. */
XJ_API int xj_share(struct xj_archive *archive, uint64_t id,
		    const struct xj_share_given *given, uint64_t *number,
		    struct xj_error *err);
/* By the number of a share, or with whom. XJ_ENOTFOUND: there is none. */
XJ_API int xj_unshare(struct xj_archive *archive, uint64_t id, const char *to,
		      struct xj_error *err);

/* "" where there is nothing. */
struct xj_rights_shown {
	uint64_t document;         /* the top-level one */
	const char *scope, *unit, *unit_name;
	const char *owner, *owner_name; /* login, name */
	const char *const *units;
	size_t unit_count;
};

struct xj_share_shown {
	uint64_t number;
	const char *to;            /* "unit", "below", "member", "all" */
	const char *who, *name;    /* code or login; name */
	const char *right, *from, *until, *by, *reason;
	int64_t at;
	bool over;                 /* its last day is past */
};

typedef int (*xj_rights_fn)(void *ctx, const struct xj_rights_shown *rights);
typedef int (*xj_share_fn)(void *ctx, const struct xj_share_shown *share);
/* Shares are told to those who may share it alone. Either may be NULL. */
XJ_API int xj_rights_tell(struct xj_archive *archive, uint64_t id,
			  xj_rights_fn fn, xj_share_fn share, void *ctx,
			  struct xj_error *err);

/* A reason for which somebody sees a document. */
struct xj_sight_reason {
	const char *login, *name;  /* of the member */
	const char *reason;        /* "owner", "member of unit", ...: see below */
	const char *unit;          /* code that it goes by; or "" */
	const char *role;          /* or "" */
	const char *until;         /* last day; or "" */
	bool download;
};

typedef int (*xj_sight_reason_fn)(void *ctx, const struct xj_sight_reason *reason);
/*
 * Every reason for which a member sees a document; none: he does not. Reasons:
 * "owner", "unit" (member of its unit, or of a unit named), "below", "members",
 * "public", "role"; of a share "share-unit", "share-below", "share-member",
 * "share-all".
 */
XJ_API int xj_why(struct xj_archive *archive, const char *member, uint64_t id,
		  xj_sight_reason_fn fn, void *ctx, struct xj_error *err);
/* The same of every member who sees it, one after the other. */
XJ_API int xj_who_can(struct xj_archive *archive, uint64_t id, xj_sight_reason_fn fn,
		      void *ctx, struct xj_error *err);

/*
 * A member who knows of a document by its title, or may only read it, asks for
 * it; who may share it grants that to him until a day, or declines with a word.
 */
struct xj_request_row {
	uint64_t number, document;
	const char *title;
	const char *login, *name;  /* who asks */
	const char *purpose;
	const char *state;         /* "open", "granted", "declined" */
	const char *by, *word;     /* who answered, and what; or "" */
	const char *until;         /* granted; or "" */
	int64_t asked, answered;
	bool mine;                 /* the reader's own */
};

typedef int (*xj_request_fn)(void *ctx, const struct xj_request_row *row);
/* XJ_EEXIST: it is his already, or he has asked. */
XJ_API int xj_request(struct xj_archive *archive, uint64_t id,
		      const char *purpose, uint64_t *number,
		      struct xj_error *err);
/* Those of the reader, and those that he may answer; `all`: answered too. */
XJ_API int xj_requests(struct xj_archive *archive, bool all, xj_request_fn fn,
		       void *ctx, struct xj_error *err);
/* `until` NULL: for 30 days. */
XJ_API int xj_request_grant(struct xj_archive *archive, uint64_t number,
			    const char *until, const char *right,
			    const char *word, struct xj_error *err);
XJ_API int xj_request_decline(struct xj_archive *archive, uint64_t number,
			      const char *word, struct xj_error *err);
/* Titles that units publish (setting rights.publish) of documents that the
 * reader does not see: number, title, date and unit, nothing else. */
typedef int (*xj_title_fn)(void *ctx, uint64_t id, const char *title,
			   const char *date, const char *unit);
XJ_API int xj_titles(struct xj_archive *archive, const char *contains,
		     xj_title_fn fn, void *ctx, struct xj_error *err);

/* ------------------------------------------------------------------- audit */

/*
 * What was done to people, rights and documents, and what the archive's owner
 * looked at that is private. Each entry has the digest of the one before it, so
 * that none can be changed or taken out unnoticed.
 */
struct xj_audit_entry {
	uint64_t number;
	int64_t at;
	const char *who, *verb;
	uint64_t document;         /* or 0 */
	const char *detail;        /* or "" */
	const char *hash;          /* hexadecimal */
};

typedef int (*xj_audit_fn)(void *ctx, const struct xj_audit_entry *entry);
/* Newest first, at most `limit` (0: all). A member is told of his own acts, and
 * of those on documents of his own. */
XJ_API int xj_audit_list(struct xj_archive *archive, uint64_t limit,
			 xj_audit_fn fn, void *ctx, struct xj_error *err);
/* XJ_ECORRUPT names the first entry that is not as it was written. */
XJ_API int xj_audit_verify(struct xj_archive *archive, uint64_t *entries,
			   struct xj_error *err);

/* ------------------------------------------------------------- accessions */

struct xj_accession {
	uint64_t number;
	const char *urn, *user, *what; /* what: the paths, '\n' between */
	int64_t started, finished;     /* finished 0: cut short */
	uint64_t taken, held, partial, refused, failed, bytes;
	int64_t undone;                /* 0: not */
	uint64_t quarantined;
};

typedef int (*xj_accession_list_fn)(void *ctx, const struct xj_accession *row);
/* Newest first. */
XJ_API int xj_accessions(struct xj_archive *archive, xj_accession_list_fn fn,
			 void *ctx, struct xj_error *err);
/* One, and its report line by line. XJ_ENOTFOUND. */
XJ_API int xj_accession_show(struct xj_archive *archive, uint64_t number,
			     xj_accession_list_fn fn,
			     int (*outcome)(void *ctx,
					    const struct xj_outcome *line),
			     void *ctx, struct xj_error *err);
/* Remove every document that it brought, and take back the versions that it
 * made. `*count` documents were changed; what a later accession changed stands.
 * XJ_EEXIST: undone already, or all of it stands, and nothing was done. */
XJ_API int xj_accession_undo(struct xj_archive *archive, uint64_t number,
			     const struct xj_watch *watch, uint64_t *count,
			     struct xj_error *err);

/* ----------------------------------------------------------------- search */

struct xj_search {
	const char *query;
	size_t offset, limit;        /* limit 0: 10 */
	const char *sort;            /* NULL or "relevance", "date", "title" */
	const char *facets;          /* "kind,year,creator,type"; NULL: none */
	unsigned passages;           /* of a document; 0: one */
	bool no_passages;            /* for runs: no marks either */
	bool explain;                /* why each hit stands where it does */
	bool here;                   /* this archive alone, no remotes */
};

struct xj_passage_shown {
	const char *text;
	const char *where;           /* "page", "line", "msec", "part", "" */
	uint64_t at;
	const char *label;           /* or NULL */
	bool ocr;                    /* was read from a picture */
	const uint32_t (*marks)[2];  /* start, length in code points */
	size_t mark_count;
};

/* A term of the query that a hit has, and what it adds to its score. */
struct xj_reason {
	const char *text;            /* as it stands in the query */
	const char *kind;            /* "word", "pair", "character", "form": a
	                              * date or a number in any writing,
	                              * "prefix": all words that begin so */
	uint64_t documents;          /* of the archive that have it; of a prefix
	                              * 0: not counted */
	double rarity;               /* logarithm of how few have it */
	double weight;
	bool synonym;                /* was not typed: it means the same */
	bool in_title, in_creator, in_subject;
};

/*
 * Why a hit stands where it does: its score is the sum of `terms` (which is
 * that of the weights of the reasons), `passage` and `whole`. When something
 * else orders the hits, or nothing in the query has a weight, there are none.
 */
struct xj_why {
	const char *order;           /* "relevance", "date", "title" */
	double terms, passage, whole;
	double scale;                /* by which all of these were multiplied, so
	                              * that it stands below those before it; 1:
	                              * it was not necessary */
	bool read;                   /* its text was looked at: only then */
	double passage_share;        /* how much of the query its best 100
	                              * characters have, 0 to 1 */
	const char *const *runs;     /* characters of the query that stand in it
	                              * just so; NULL at the end */
	const struct xj_reason *reasons; /* the weightiest first */
	size_t reason_count;
};

struct xj_hit {
	struct xj_document_info info;
	double score;
	const struct xj_why *why;    /* if it was asked for; else NULL */
	bool fresh;                  /* new in a saved search */
	bool related;                /* only shares characters with the query */
	const uint32_t (*title_marks)[2];
	size_t title_mark_count;
	const struct xj_passage_shown *passages;
	size_t passage_count;
	/* Of another archive, where it has the number `remote_id`; info.id is
	 * 0 then. Or NULL. */
	const char *remote;          /* the name that the archive has here */
	const char *remote_archive;  /* its URN */
	uint64_t remote_id;
};

struct xj_facet_count {
	const char *value;
	uint64_t count;
};

struct xj_hits;

/*
 * Never fails on syntax: a query is repaired, see xj_hits_repaired().
 * XJ_EINVAL: nothing to search for. XJ_ELIMIT: a query over 10,000 bytes.
 */
XJ_API int xj_search(struct xj_archive *archive, const struct xj_search *search,
		     struct xj_hits **hits, struct xj_error *err);
XJ_API void xj_hits_free(struct xj_hits *hits);
XJ_API size_t xj_hits_count(const struct xj_hits *hits);
XJ_API const struct xj_hit *xj_hits_at(const struct xj_hits *hits, size_t i);
/* Documents in which a word of the query matches; if there are none, those
 * that share characters with it. */
XJ_API uint64_t xj_hits_total(const struct xj_hits *hits);
XJ_API bool xj_hits_total_is_exact(const struct xj_hits *hits);
/* Documents beyond the total that only share characters; in a large archive an
 * estimate. */
XJ_API uint64_t xj_hits_related(const struct xj_hits *hits);
/* Documents of the archive that wait to be indexed: they cannot be found yet. */
XJ_API uint64_t xj_hits_queued(const struct xj_hits *hits);
XJ_API double xj_hits_took_ms(const struct xj_hits *hits);
/* The query as it was understood, when that is not what was written; or NULL. */
XJ_API const char *xj_hits_repaired(const struct xj_hits *hits);
/*
 * What was put right in the query, in the order in which it was read; lent
 * until the hits are freed.
 */
struct xj_repair {
	const char *code; /* "quote", "parenthesis": one without the other;
	                   * "empty-phrase"; "operator": OR or near: with
	                   * nothing to join; "and": left out; "empty-field";
	                   * "unknown-field", "bad-value": read as words;
	                   * "range": its ends changed places; "short-prefix":
	                   * read as a word; "depth": too many parentheses;
	                   * "prose": signs in a long text mean nothing */
	const char *part; /* of the query; "" for the whole */
};
XJ_API const struct xj_repair *xj_hits_repairs(const struct xj_hits *hits,
					       size_t *count);
/* When no document has a word of the query, lent until the hits are freed: the
 * parts of it that none has, with the words of the archive most like them; */
struct xj_missing {
	const char *text;
	const char *const *nearest; /* as documents write them */
	size_t nearest_count;
};
XJ_API const struct xj_missing *xj_hits_missing(const struct xj_hits *hits,
						size_t *count);
/* and how many documents there are without one of its conditions. */
struct xj_without {
	const char *part;
	uint64_t total;             /* an estimate beyond 10,000 */
};
XJ_API const struct xj_without *xj_hits_without(const struct xj_hits *hits,
						size_t *count);
/* Queries that may have been meant, when no document has a word of the one that
 * was asked, or it has letters or characters together that none has. The
 * likeliest first; lent until the hits are freed. */
struct xj_meant {
	const char *query;
	uint64_t total;             /* that it finds; an estimate beyond 10,000 */
};
XJ_API const struct xj_meant *xj_hits_meant(const struct xj_hits *hits,
					    size_t *count);
/* Values of a facet asked for, most frequent first; exact as the total is. */
XJ_API const struct xj_facet_count *xj_hits_facet(const struct xj_hits *hits,
						  const char *name,
						  size_t *count);

/* --------------------------------------------------- beyond one machine */

/*
 * Write the index of what others may find as one file, which xapian-tcpsrv
 * serves: of the documents that `query` finds by a word or by its conditions
 * (NULL: of all), their text and what a hit shows of them. The file is replaced
 * whole or not at all. XJ_EINVAL also when the query had to be put right: what
 * is let out is not called back. XJ_EEXIST: the file is something else.
 */
struct xj_publish_options {
	const char *query;
	const struct xj_watch *watch;
};

struct xj_published {
	uint64_t documents, bytes;
	uint64_t withheld; /* found, but not everybody may see them */
};

XJ_API int xj_index_publish(struct xj_archive *archive, const char *file,
			    const struct xj_publish_options *options,
			    struct xj_published *result, struct xj_error *err);

/*
 * Remotes: indexes that other archives publish, searched with this one, as one,
 * with one set of statistics. One that does not answer in time is left out, and
 * the answer says so.
 */
struct xj_index_remote {
	const char *name;         /* as it is called here */
	const char *host;
	unsigned port;
	const char *archive;      /* URN */
	const char *published;    /* RFC 3339; these when it answers, else "" */
	const char *query;        /* what it was chosen by; "": all */
	uint64_t documents;
	const char *state;        /* "fine", "unreachable", "silent", "gone",
	                           * "strange", "no-index", "other-version",
	                           * "other-archive" */
	const char *why;          /* a sentence; "" when it is fine */
};

typedef int (*xj_index_remote_fn)(void *ctx,
				  const struct xj_index_remote *remote);

/*
 * Let `address`, HOST:PORT, be searched too, under a name. It is asked first:
 * XJ_EINVAL says what is wrong with it. XJ_EEXIST: it is one already.
 * XJ_ELIMIT: there are 12.
 */
XJ_API int xj_index_add_remote(struct xj_archive *archive, const char *name,
			       const char *address, xj_index_remote_fn fn,
			       void *ctx, struct xj_error *err);
/* XJ_ENOTFOUND. `fn` hears what it was. */
XJ_API int xj_index_remove(struct xj_archive *archive, const char *name,
			   xj_index_remote_fn fn, void *ctx,
			   struct xj_error *err);
/* All of them, each asked how it is; `again`: also who did not answer a moment
 * ago. */
XJ_API int xj_index_remotes(struct xj_archive *archive, bool again,
			    xj_index_remote_fn fn, void *ctx,
			    struct xj_error *err);

/* A remote that a search left out. */
struct xj_left_out {
	const char *name, *address, *state, *why; /* as above */
};

XJ_API const struct xj_left_out *xj_hits_left_out(const struct xj_hits *hits,
						  size_t *count);

/* A form that was searched for beside one that was typed. */
struct xj_widened {
	const char *typed, *form;
};

XJ_API const struct xj_widened *xj_hits_widened(const struct xj_hits *hits,
						size_t *count);

/* What may be meant by what is being typed. Lent for the call. */
struct xj_suggestion {
	const char *text;
	const char *kind;    /* "title", "creator", "subject" */
	uint64_t id;         /* of the document with this title; else 0 */
	uint64_t documents;  /* that have this creator or subject; an estimate
	                      * above 1,000 */
	bool corrected;      /* nothing begins as was typed; this is like it */
};

typedef int (*xj_suggestion_fn)(void *ctx,
				const struct xj_suggestion *suggestion);
/*
 * Titles, creators and subjects by what they begin with or have in them, by
 * the syllables of pinyin (weishengfagui) or their initials (wsfg); the best
 * first, at most `limit` (0: 10). Only of documents that can be found.
 */
XJ_API int xj_suggest(struct xj_archive *archive, const char *typed,
		      size_t limit, xj_suggestion_fn fn, void *ctx,
		      struct xj_error *err);

/* --------------------------------------------------------- saved searches */

/* A search that whoever acts has saved. Hits are documents with a word of the
 * query; new is one that was no hit when they were last looked at. */
struct xj_saved_search {
	const char *name, *query;
	const char *sort;            /* or NULL */
	int64_t created, looked;     /* looked: when they were last seen */
	uint64_t total, fresh;
};

typedef int (*xj_saved_search_fn)(void *ctx,
				  const struct xj_saved_search *saved);
/* Save it; what there is now counts as seen. XJ_EEXIST: there is one of this
 * name. XJ_EINVAL: no name, or nothing to search for. */
XJ_API int xj_saved_search_add(struct xj_archive *archive, const char *name,
			       const char *query, const char *sort,
			       struct xj_error *err);
/* By name; nothing is marked. */
XJ_API int xj_saved_searches(struct xj_archive *archive, xj_saved_search_fn fn,
			     void *ctx, struct xj_error *err);
/*
 * Search as saved: `search` says what else is wanted, its query and order are
 * not looked at. New hits say so, and are seen then unless `peek`; `*saved` is
 * lent until the hits are freed. XJ_ENOTFOUND.
 */
XJ_API int xj_saved_search_run(struct xj_archive *archive, const char *name,
			       const struct xj_search *search, bool peek,
			       struct xj_hits **hits,
			       struct xj_saved_search *saved,
			       struct xj_error *err);
/* What was seen last is new again. XJ_EEXIST: nothing is to be taken back. */
XJ_API int xj_saved_search_undo(struct xj_archive *archive, const char *name,
				struct xj_error *err);
XJ_API int xj_saved_search_remove(struct xj_archive *archive, const char *name,
				  struct xj_error *err);
XJ_API int xj_saved_search_rename(struct xj_archive *archive, const char *name,
				  const char *to, struct xj_error *err);

/* ------------------------------------------------------- documents like one */

struct xj_similar_options {
	const char *filter;  /* a query: what they must have besides; or NULL */
	size_t limit;        /* 0: 10 */
	bool family;         /* also what it is inside of and what is inside it */
};

struct xj_alike {
	struct xj_document_info info;
	/* how much it has of what tells the document: to 1, by the weight of
	 * the words that both have. How often it has them orders it too */
	double score;
	/* the most telling of them; NULL at the end */
	const char *const *shared;
	/* documents with nearly the same text, not shown by themselves */
	const struct xj_document_info *copies;
	size_t copy_count;
};

struct xj_similar;

/*
 * Documents like one, by its rare words; nearly the same texts are put
 * together. XJ_ENOTFOUND: there is no such document, or it was removed.
 */
XJ_API int xj_similar(struct xj_archive *archive, uint64_t id,
		      const struct xj_similar_options *options,
		      struct xj_similar **similar, struct xj_error *err);
XJ_API void xj_similar_free(struct xj_similar *similar);
/* The document itself, the words that tell it, and its near copies. */
XJ_API const struct xj_alike *xj_similar_self(const struct xj_similar *similar);
XJ_API size_t xj_similar_count(const struct xj_similar *similar);
/* Best first; lent until `similar` is freed. */
XJ_API const struct xj_alike *xj_similar_at(const struct xj_similar *similar,
					    size_t i);

/* ------------------------------------------------------------- own words */

/*
 * Forms that mean the same (心梗, 心肌梗死): who searches for one finds the
 * others too, below it. An archive begins with a table of its own, and `forms`
 * ends with NULL. Words have two characters or more: else XJ_EINVAL.
 */
typedef int (*xj_synonym_fn)(void *ctx, const char *const *forms);
XJ_API int xj_synonyms(struct xj_archive *archive, xj_synonym_fn fn, void *ctx,
		       struct xj_error *err);
/* What any of the forms meant before, all of them mean then. XJ_EEXIST: they
 * mean the same already. */
XJ_API int xj_synonym_add(struct xj_archive *archive, const char *const *forms,
			  struct xj_error *err);
/* Each of them stands for itself then. XJ_ENOTFOUND: one has no synonyms, and
 * nothing was done. */
XJ_API int xj_synonym_remove(struct xj_archive *archive,
			     const char *const *forms, struct xj_error *err);

/*
 * Words that are cut wrong, as no dictionary has them (三会一课). Documents that
 * may have one are indexed again before the call returns: `*indexed` of them.
 * XJ_EEXIST, XJ_ENOTFOUND: nothing was done.
 */
typedef int (*xj_word_fn)(void *ctx, const char *word);
XJ_API int xj_dictionary(struct xj_archive *archive, xj_word_fn fn, void *ctx,
			 struct xj_error *err);
XJ_API int xj_dictionary_add(struct xj_archive *archive,
			     const char *const *words,
			     const struct xj_watch *watch, uint64_t *indexed,
			     struct xj_error *err);
XJ_API int xj_dictionary_remove(struct xj_archive *archive,
				const char *const *words,
				const struct xj_watch *watch,
				uint64_t *indexed, struct xj_error *err);

/* ---------------------------------------------------------------- keeping */

struct xj_archive_status {
	uint64_t documents, members, removed, purged, queued, accessions;
	uint64_t quarantined;
	uint64_t bytes, text_bytes;          /* of originals; of text */
	uint64_t disk_ocfl, disk_text, disk_catalog, disk_index;
	uint64_t segments, dead;
	uint64_t indexer;                    /* process that indexes; 0: none */
	unsigned analyzer;                   /* of the index; 0: none */
	bool reindex_due;
	bool seccomp, rlimits;
	int landlock_abi;
	const char *missing_confinement;     /* "" or why; lent by the archive */
};

XJ_API int xj_status(struct xj_archive *archive,
		     struct xj_archive_status *status,
		     struct xj_error *err);
typedef int (*xj_count_fn)(void *ctx, const char *key, uint64_t count);
/* Live documents by "outcome", "kind", "type" or "reason". */
XJ_API int xj_tally(struct xj_archive *archive, const char *by, xj_count_fn fn,
		    void *ctx, struct xj_error *err);

struct xj_problem {
	const char *severity;   /* "error", "warning", "info" */
	const char *code;       /* of the OCFL specification, or "" */
	uint64_t document;      /* 0: none known */
	const char *title;      /* of the document, or "" */
	const char *object;     /* its URN, or "" */
	const char *path;       /* of the file, below what was checked */
	const char *message;
};

typedef int (*xj_problem_fn)(void *ctx, const struct xj_problem *problem);

struct xj_check_result {
	uint64_t objects, files, bytes, errors, warnings;
};

/*
 * Fixity of stored bytes, validity of the OCFL root, and that catalog and root
 * name the same documents. `ids` ends with 0; NULL: everything. XJ_OK whatever
 * was found.
 */
XJ_API int xj_verify(struct xj_archive *archive, const uint64_t *ids,
		     xj_problem_fn fn, void *ctx, const struct xj_watch *watch,
		     struct xj_check_result *result, struct xj_error *err);

/* Validate any OCFL object or root; no archive is needed. */
XJ_API int xj_ocfl_check(const char *path, xj_problem_fn fn, void *ctx,
			 struct xj_check_result *result, struct xj_error *err);

struct xj_rebuild_result {
	uint64_t objects, documents, members, versions, accessions, failed;
	uint64_t locked; /* were read with a password, which is needed again */
	uint64_t people; /* units, and members of the organisation */
};

/*
 * Make catalog, stored text and index again from the OCFL root alone, in `dir`
 * (which needs no readable catalog). The old files are replaced at the end.
 * Objects that cannot be read go to `fn`; the rest goes on.
 */
XJ_API int xj_rebuild(const char *dir, xj_problem_fn fn, void *ctx,
		      const struct xj_watch *watch,
		      struct xj_rebuild_result *result, struct xj_error *err);
/* Which documents are to be read again: those that all of it fits. */
struct xj_reread_options {
	const char *kind, *type;
	const char *importer;     /* that read them */
	bool failed;              /* neither ok nor partial */
	bool outdated;            /* their importer has another version now */
	const uint64_t *ids;      /* these and no others; ends with 0 */
	/* every document that was imported; "refused": its bytes are damaged */
	int (*outcome)(void *ctx, const struct xj_outcome *outcome);
	void *ctx;
	struct xj_watch watch;
};

struct xj_reread_result {
	/* documents and members; the sum of the others is `seen` */
	uint64_t seen, ok, partial, failed, refused;
	uint64_t kept;    /* were read better before, and left as they were */
	uint64_t changed; /* of `seen`: they say something else now */
	uint64_t queued;  /* left to another indexer */
};

/*
 * Import stored originals once more with the importers of now. A document is
 * what it was until what was read is durable; where nothing is different there
 * is no new version, and text that cannot be read any more is kept.
 */
XJ_API int xj_reread(struct xj_archive *archive,
		     const struct xj_reread_options *options,
		     struct xj_reread_result *result, struct xj_error *err);

/* Documents that were read by another version of an importer that is here. */
struct xj_outdated {
	const char *importer, *was, *now;
	uint64_t documents;
};

typedef int (*xj_outdated_fn)(void *ctx, const struct xj_outdated *outdated);
XJ_API int xj_outdated(struct xj_archive *archive, xj_outdated_fn fn, void *ctx,
		       struct xj_error *err);

/* Make the index again from stored text. */
XJ_API int xj_reindex(struct xj_archive *archive, const struct xj_watch *watch,
		      uint64_t *indexed, struct xj_error *err);

/* ----------------------------------------------------------------- backups */

/*
 * A folder of backups holds an OCFL root with every object, shared by all
 * snapshots, and for each snapshot the catalog, the settings and, of the newest,
 * the stored text. The index is not kept: it is made again.
 */
struct xj_backup_options {
	bool no_text;            /* leave text.sqlite out: what was read from
	                          * pictures or with passwords is then lost */
	unsigned keep;           /* snapshots; 0: 7 */
	bool dry_run;            /* say what would be done */
	bool verify;             /* read all of it again in the end */
	xj_problem_fn problem;   /* told of what is damaged; or NULL */
	void *ctx;
	struct xj_watch watch;
};

struct xj_backup_result {
	char snapshot[32];       /* that was made; or the newest, if `same` */
	bool same;               /* nothing has changed since that one */
	uint64_t objects;        /* that the snapshot has */
	uint64_t fresh, changed; /* of these: not there before; more versions */
	uint64_t files, bytes;   /* of objects, copied; in a dry run, about */
	uint64_t parts;          /* bytes of catalog, text and settings copied */
	uint64_t erased;         /* purged documents taken out of snapshots */
	uint64_t dropped;        /* older snapshots, beyond those that are kept */
	uint64_t failed;         /* objects that are damaged in the archive */
	struct xj_check_result checked; /* with `verify` */
};

/*
 * Back the archive in `archive` up to `dir`, which is made if missing: what is
 * new since the last time, as it is at one moment while others go on working.
 * Whatever interrupts it, the snapshots before are whole, and the next run goes
 * on. Purged documents are taken out of older snapshots too. XJ_EEXIST: there
 * is something else in `dir`, or another history of an object; XJ_EBUSY: another
 * process is at work there, or rebuilds the archive; XJ_ENOSPC: before anything
 * is written, if that can be foreseen.
 */
XJ_API int xj_backup(const char *archive, const char *dir,
		     const struct xj_backup_options *options,
		     struct xj_backup_result *result, struct xj_error *err);

/* Lent for the call. */
struct xj_snapshot {
	const char *name;        /* "2026-11-23T030000Z" */
	int64_t taken;
	const char *release, *user;
	uint64_t documents, members, accessions, objects, bytes;
	uint64_t failed;         /* objects that were damaged */
	bool text;               /* the stored text is there */
};

typedef int (*xj_snapshot_fn)(void *ctx, const struct xj_snapshot *snapshot);
/* Newest first. XJ_ENOTFOUND: `dir` is no folder of backups. */
XJ_API int xj_backup_list(const char *dir, xj_snapshot_fn fn, void *ctx,
			  struct xj_error *err);
/* Read every byte and compare it with its digest. XJ_OK whatever was found. */
XJ_API int xj_backup_verify(const char *dir, xj_problem_fn fn, void *ctx,
			    const struct xj_watch *watch,
			    struct xj_check_result *result,
			    struct xj_error *err);

struct xj_restore_options {
	const char *at;          /* a snapshot's name, or its begin; NULL: the
	                          * newest */
	xj_problem_fn problem;   /* told of what is damaged; or NULL */
	void *ctx;
	struct xj_watch watch;
};

struct xj_restore_result {
	char snapshot[32];
	uint64_t objects, files, bytes;
	uint64_t damaged;        /* files of the backup; the rest is restored */
	uint64_t reread;         /* documents whose text was made again */
	uint64_t indexed;
};

/*
 * Make an archive of a snapshot in `archive`, a new or an empty folder, every
 * byte checked; indexed at the end. One that was interrupted goes on when it is
 * run again. XJ_EEXIST: there is something in it. The backup is not changed.
 */
XJ_API int xj_backup_restore(const char *dir, const char *archive,
			     const struct xj_restore_options *options,
			     struct xj_restore_result *result,
			     struct xj_error *err);

struct xj_repair_result {
	uint64_t objects;        /* looked at */
	uint64_t mended, lost;   /* files; those that the backup has not better */
};

/*
 * Mend damaged objects of the archive, by their URNs (NULL at the end), from a
 * folder of its backups. What cannot be mended goes to `fn`. XJ_EINVAL: they are
 * backups of another archive.
 */
XJ_API int xj_repair(struct xj_archive *archive, const char *dir,
		     const char *const *urns, xj_problem_fn fn, void *ctx,
		     struct xj_repair_result *result, struct xj_error *err);

/* ---------------------------------------------------------------- plugins */

struct xj_plugin {
	const char *name, *version, *license, *libraries, *file;
	const char *refused;          /* NULL, or why it was not loaded */
	unsigned abi_major, abi_minor;
	const char *const *formats;   /* MIME types, NULL-terminated */
	const char *const *extensions;
	const char *command;          /* of a program; NULL: a shared object */
};

typedef int (*xj_plugin_fn)(void *ctx, const struct xj_plugin *plugin);
/* `archive` may be NULL: then the standard directories. */
XJ_API int xj_plugins(struct xj_archive *archive, xj_plugin_fn fn, void *ctx,
		      struct xj_error *err);

enum {
	XJ_PLUGIN_SYSTEM = 1, /* for everybody, not for this user alone */
};

struct xj_plugin_installed {
	char name[64], version[32];
	char replaced[32];    /* the version that was there; "" */
	char file[4096];
};

/*
 * Load the importer in `file`, in a process of its own, and copy it to the
 * user's importers. One that was installed before is replaced. XJ_EINVAL: it
 * is none, and why; XJ_EEXIST: another importer has its name. `archive` may be
 * NULL: then only the standard directories are looked at for that.
 */
XJ_API int xj_plugin_install(struct xj_archive *archive, const char *file,
			     unsigned flags,
			     struct xj_plugin_installed *installed,
			     struct xj_error *err);
/* Delete an importer that was installed. XJ_ENOTFOUND; XJ_EPERM: it comes with
 * xueji. */
XJ_API int xj_plugin_remove(const char *name, unsigned flags,
			    struct xj_plugin_installed *removed,
			    struct xj_error *err);

/* One thing that an importer sent. NULL, 0 or "" where it says nothing. */
struct xj_sent {
	const char *what;     /* "text", "meta", "outline", "page", "child",
	                       * "warning" */
	const char *role;     /* of text: "body", "heading", ...; of a child:
	                       * "member", ...; of meta: the element */
	const char *text;     /* the text, value, title, name or message */
	size_t len;
	unsigned level;
	const char *where;    /* "line", "page", "msec", "part", "" */
	uint64_t at;
	const char *label;    /* of a child: why it is not whole */
	const char *fragment;
	unsigned row, column; /* of a cell, from 1 */
	uint64_t end_ms;
	const char *lang, *source, *mime;
	uint64_t size;        /* of a child that came whole: */
	bool has_size;
	const char *sha256;
	bool more;            /* goes on where the text before ended */
};

/* How the import of the sample ended. */
struct xj_trial {
	const char *outcome, *reason, *mime;
	int bid;
	uint64_t cpu_us, memory;
};

enum xj_fault_kind {
	XJ_FAULT_BROKEN,   /* it crashed, did not end, or broke a rule */
	XJ_FAULT_BID,      /* it does not bid for the sample */
	XJ_FAULT_SILENT,   /* it sent nothing and called that well */
	XJ_FAULT_STATE,    /* it depends on what the process read before */
	XJ_FAULT_UNSTEADY, /* another process sent something else */
};

/* What is wrong with an importer. */
struct xj_fault {
	enum xj_fault_kind kind;
	/* what was done to the sample: nothing, cut at `offset` of `size`, or
	 * the byte at `offset` changed in one bit */
	enum { XJ_CHANGE_NONE, XJ_CHANGE_CUT, XJ_CHANGE_BIT } change;
	uint64_t offset, size;
	unsigned char was, is;
	const char *reason;       /* how it ended; or NULL */
	const char *first, *then; /* STATE, UNSTEADY: where the two differ */
	const char *kept;         /* the file with the damaged copy; or NULL */
};

struct xj_trial_options {
	int (*sent)(void *ctx, const struct xj_sent *sent);
	int (*outcome)(void *ctx, const struct xj_trial *trial);
	int (*fault)(void *ctx, const struct xj_fault *fault);
	void *ctx;
	const char *password;
	uint64_t copies;          /* damaged ones to try; 0: 200 */
	bool no_copies;
	uint64_t seed;            /* chooses the damage; 0: a fixed one */
	const char *keep;         /* folder for copies that went wrong */
	struct xj_watch watch;
};

struct xj_trial_result {
	char importer[64], version[32];
	uint64_t copies;          /* tried; fewer when they took too long */
	unsigned faults;
};

/*
 * Try the importer in the file `file` on a sample of 64 MiB at most, in
 * confined processes: tell what it sends and how that ends, import again in
 * the same process and in another, then damaged copies. Bad outcomes of damaged
 * documents are no faults, but crashes, loops and broken rules are. XJ_EINVAL:
 * it is no importer, and why.
 */
XJ_API int xj_plugin_test(const char *file, const char *sample,
			  const struct xj_trial_options *options,
			  struct xj_trial_result *result,
			  struct xj_error *err);

/* One thing that doctor looked at. */
struct xj_finding_line {
	const char *what;      /* "worker", "importer pdf", "landlock", ... */
	enum { XJ_FINE, XJ_MISSING, XJ_BROKEN } state;
	const char *detail;    /* what was found */
	const char *advice;    /* what to do; "" when fine */
};

typedef int (*xj_doctor_fn)(void *ctx, const struct xj_finding_line *line);
/* `archive` may be NULL. */
XJ_API int xj_doctor(struct xj_archive *archive, xj_doctor_fn fn, void *ctx,
		     struct xj_error *err);

/* ------------------------------------------------------- units and members */

/*
 * An organisation: a tree of units on each of two axes, "work" (bureau,
 * institution, department, team) and "party" (committee, branch, group), and
 * members who belong to units from one day to another. Days are "2011-05-01";
 * what a person writes as a day is taken as he writes it (2011年5月1日). A span
 * ends with its last day; NULL is open. "Today" is the machine's, or what the
 * environment says in XUEJI_TODAY.
 *
 * Units are named by their code, or a name that only one has, or behind a unit
 * above them (县医院/内科); members by their login, or a name or staff number that only one has. Whoever is not the owner
 * needs the role of an operator to change any of it: XJ_EPERM.
 */
struct xj_change_options {
	const char *on;       /* the first day on which it holds; NULL: today */
	unsigned if_version;  /* XJ_EBUSY when it is another by now; 0: any */
	bool dry_run;         /* check everything, change nothing */
};

/* What a change came to. */
struct xj_changed {
	char name[64];        /* code or login */
	unsigned version;     /* that it has now */
	bool changed;         /* false: it was so already */
	uint64_t members;     /* whose membership changed with it */
	char day[11];         /* from which it holds */
};

struct xj_unit_given {
	const char *code;        /* a-z, 0-9 and "-", at most 32 */
	const char *name, *name_en;
	/* NULL: by the parent; Chinese words are taken, too */
	const char *kind, *axis;
	const char *parent;      /* NULL: on top */
	const char *institution; /* of a party unit: where it belongs to */
	const char *opened;      /* its first day; NULL: not known */
};

/* XJ_EINVAL, XJ_EEXIST (the code is or was another's), XJ_ENOTFOUND. */
XJ_API int xj_unit_add(struct xj_archive *archive,
		       const struct xj_unit_given *given,
		       const struct xj_change_options *options,
		       struct xj_changed *changed, struct xj_error *err);
/* Below `parent`, or on top (NULL), from a day on. XJ_EEXIST: moves on a later
 * day are known; `replace` forgets them. */
XJ_API int xj_unit_move(struct xj_archive *archive, const char *unit,
			const char *parent, bool replace,
			const struct xj_change_options *options,
			struct xj_changed *changed, struct xj_error *err);
/* Elements name, name_en, kind, institution, successor, opened; "" takes one
 * away. `reopen`: a closed one is open again, where it stood. */
XJ_API int xj_unit_edit(struct xj_archive *archive, const char *unit,
			const struct xj_given *given, bool reopen,
			const struct xj_change_options *options,
			struct xj_changed *changed, struct xj_error *err);
/* `options->on` is its last day. XJ_EEXIST: it has units below it, or members
 * and not `with_members`: these go to the successor or, if that is NULL, leave
 * the unit. */
XJ_API int xj_unit_close(struct xj_archive *archive, const char *unit,
			 const char *successor, bool with_members,
			 const struct xj_change_options *options,
			 struct xj_changed *changed, struct xj_error *err);

struct xj_unit {
	uint64_t id;
	const char *urn, *code, *axis, *kind, *name;
	const char *name_en, *parent, *institution, *successor; /* or NULL */
	const char *opened, *closed; /* days; or NULL */
	unsigned version;
	bool placed;          /* is in the tree on that day, */
	unsigned depth;       /* so deep: 1 is on top */
	uint64_t members;     /* that belong to it on that day; */
	uint64_t people;      /* with units below, each person once */
};

struct xj_units_options {
	const char *day;      /* NULL: today */
	const char *under;    /* this unit and those below; NULL: all */
	const char *axis;     /* NULL: both */
	bool only;            /* `under` alone */
	bool all;             /* those not in the tree too, at the end */
};

typedef int (*xj_unit_told_fn)(void *ctx, const struct xj_unit *unit);
/* From above to below, each before what is below it. */
XJ_API int xj_units(struct xj_archive *archive,
		    const struct xj_units_options *options, xj_unit_told_fn fn,
		    void *ctx, struct xj_error *err);

/* Where a unit stood. */
struct xj_place {
	const char *parent;   /* NULL: on top */
	const char *from, *until; /* or NULL */
};

typedef int (*xj_place_fn)(void *ctx, const struct xj_place *place);
XJ_API int xj_unit_places(struct xj_archive *archive, const char *unit,
			  xj_place_fn fn, void *ctx, struct xj_error *err);
/* Versions, oldest first; `document` is 0. */
XJ_API int xj_unit_history(struct xj_archive *archive, const char *unit,
			   xj_history_fn fn, void *ctx, struct xj_error *err);

struct xj_member_given {
	const char *login;
	const char *name;
	const char *pinyin;       /* NULL: made from the name */
	const char *kind;         /* staff, party-member, cadre, external */
	const char *status;       /* active, leave, seconded, retired */
	const char *staff_number, *language, *email, *phone;
	const char *unit, *party; /* his units on the two axes; or NULL */
};

/* Belongs to the units from options->on. */
XJ_API int xj_member_add(struct xj_archive *archive,
			 const struct xj_member_given *given,
			 const struct xj_change_options *options,
			 struct xj_changed *changed, struct xj_error *err);
/* Elements login, name, pinyin, kind, status, staff_number, language, email,
 * phone; "" takes one away. */
XJ_API int xj_member_edit(struct xj_archive *archive, const char *member,
			  const struct xj_given *given,
			  const struct xj_change_options *options,
			  struct xj_changed *changed, struct xj_error *err);

enum xj_move {
	XJ_MOVE,        /* instead of the unit that he belongs to on this axis */
	XJ_MOVE_ALSO,   /* beside it */
	XJ_MOVE_OUT,    /* out of the unit */
};

/* XJ_EEXIST: he moves again on a later day; `replace` forgets that. Whoever has
 * left is back. */
XJ_API int xj_member_move(struct xj_archive *archive, const char *member,
			  const char *unit, enum xj_move how, bool replace,
			  const struct xj_change_options *options,
			  struct xj_changed *changed, struct xj_error *err);
/*
 * Roles: secretary, librarian, reviewer, lead, operator, editor, inspector. Each
 * holds for a unit and those below it, or for the whole archive (NULL), until a
 * last day or for good.
 */
XJ_API int xj_role_grant(struct xj_archive *archive, const char *member,
			 const char *role, const char *unit, const char *until,
			 const struct xj_change_options *options,
			 struct xj_changed *changed, struct xj_error *err);
/* options->on is the first day without it. XJ_ENOTFOUND: he has no such. */
XJ_API int xj_role_revoke(struct xj_archive *archive, const char *member,
			  const char *role, const char *unit,
			  const struct xj_change_options *options,
			  struct xj_changed *changed, struct xj_error *err);
/* options->on is his last day. Memberships and roles end with it. */
XJ_API int xj_member_leave(struct xj_archive *archive, const char *member,
			   const struct xj_change_options *options,
			   struct xj_changed *changed, struct xj_error *err);

struct xj_membership {
	const char *unit, *unit_name, *axis;
	bool primary;
	const char *from, *until; /* or NULL */
};

struct xj_role {
	const char *member, *member_name;
	const char *role;
	const char *unit, *unit_name; /* NULL: the whole archive */
	const char *from, *until; /* or NULL */
};

struct xj_member {
	uint64_t id;
	const char *urn, *login, *name, *pinyin, *kind, *status;
	const char *staff_number, *language, *email, *phone, *left; /* or NULL */
	unsigned version;
	const struct xj_membership *memberships;
	size_t membership_count;
	const struct xj_role *roles;
	size_t role_count;
};

struct xj_members_options {
	const char *day;      /* NULL: today */
	const char *member;   /* this one; NULL: all */
	const char *unit;     /* who belong to it on that day; NULL: all */
	bool below;           /* or to a unit below it */
	bool all;             /* those who have left too */
	bool past;            /* memberships and roles of all days */
};

typedef int (*xj_member_told_fn)(void *ctx, const struct xj_member *member);
/* By pinyin. */
XJ_API int xj_members(struct xj_archive *archive,
		      const struct xj_members_options *options,
		      xj_member_told_fn fn, void *ctx, struct xj_error *err);
/* A row of a file that was imported. */
struct xj_import_row {
	uint64_t row;            /* as a spreadsheet counts: the headings are 1 */
	const char *login, *name; /* or NULL */
	/* "added", "changed", "unchanged", "refused" */
	const char *outcome;
	const char *reason;      /* refused: why; else NULL */
};

struct xj_member_import_options {
	const char *const *drop; /* headings of columns to leave out; or NULL */
	const char *encoding;    /* NULL: it is found */
	bool all_or_nothing;     /* one bad row, and none is taken */
	struct xj_change_options change; /* on: the day for rows without one */
	int (*row)(void *ctx, const struct xj_import_row *row); /* or NULL */
	void *ctx;
};

struct xj_member_import_result {
	uint64_t rows, added, changed, unchanged, refused;
	char encoding[64];
	char separator;
	bool kept;               /* false: nothing was written */
	char *rejected;          /* rows not taken, with the reason, as a CSV
	                          * file; NULL: all were. xj_free() */
	char *ignored;           /* headings that mean nothing here, or NULL */
};

/*
 * Members from a CSV file: a row of headings (姓名, 登录名, 单位, 党支部, 工号, or
 * login, name, unit, party ...), then one a row, by login or staff number. Who is
 * there already is changed where the row says something else; an empty cell says
 * nothing. Rows that cannot be taken do not keep others out. XJ_EINVAL: no such
 * file; XJ_EPERM: a column has numbers of identity cards, which the message names.
 */
XJ_API int xj_member_import(struct xj_archive *archive, const void *bytes,
			    size_t len,
			    const struct xj_member_import_options *options,
			    struct xj_member_import_result *result,
			    struct xj_error *err);
XJ_API int xj_member_history(struct xj_archive *archive, const char *member,
			     xj_history_fn fn, void *ctx,
			     struct xj_error *err);

#ifdef __cplusplus
}
#endif
#endif
