/*
 * serve/upload.h - what readers send to be kept.
 *
 * An upload is a folder of uploads/ in the archive: what arrived in files/, what
 * is known of it in upload.json, what became of it in report.jsonl. It arrives,
 * then waits, is taken in by one thread (intake.c), and is done. What was said to
 * have arrived is on the disk, so that a server that was killed goes on with it.
 * An upload that nobody goes on with is given up after a day.
 *
 * Bodies do not go through memory: http.c gives pieces of them to a worker, who
 * writes them (incoming.c).
 */
#ifndef XJ_SERVE_UPLOAD_H
#define XJ_SERVE_UPLOAD_H

#include "serve/serve.h"

#define XJ_UPLOAD_ID_MAX 33 /* hexadecimal, with NUL */
#define XJ_UPLOAD_PATH_MAX 1024

enum xj_upload_state {
	XJ_UPLOAD_ARRIVING, XJ_UPLOAD_WAITING, XJ_UPLOAD_TAKING,
	XJ_UPLOAD_DONE, XJ_UPLOAD_FAILED,
	XJ_UPLOAD_DROPPED, /* to be deleted */
};

/* ----------------------------------------------------------- uploads.c */

/* What the folder has is read; the thread that takes in is started. */
int xj_uploads_start(struct xj_error *err);
/* What is in hand goes on with the next start. */
void xj_uploads_end(void);

/*
 * Begin one for the reader of the request. `given`: unit, scope, kind, area,
 * topic, as texts. XJ_EPERM, XJ_EINVAL: so it would not be taken.
 */
int xj_upload_begin(struct xj_request *q, const json_t *given,
		    char id[XJ_UPLOAD_ID_MAX], struct xj_error *err);
/* For all below XJ_ENOTFOUND: there is none, or it is somebody else's.
 * XJ_EBUSY: it is not in a state for this. */
int xj_upload_finish(struct xj_request *q, const char *id,
		     struct xj_error *err);
int xj_upload_again(struct xj_request *q, const char *id,
		    struct xj_error *err);
int xj_upload_drop(struct xj_request *q, const char *id, struct xj_error *err);
/* Take everything back that it brought; `*count` documents. */
int xj_upload_undo(struct xj_request *q, const char *id, uint64_t *count,
		   struct xj_error *err);
/* How it stands: the keys of doc/json.md. */
int xj_upload_tell(struct xj_request *q, const char *id, json_t **model,
		   struct xj_error *err);
/* The newest first, those of the reader. */
json_t *xj_uploads_tell(struct xj_request *q);
/* What has arrived: [{"path", "size"}]. */
int xj_upload_files(struct xj_request *q, const char *id, json_t **list,
		    struct xj_error *err);
/* Lines of the report from `offset` on, at most `limit`; `*total` of all. */
int xj_upload_report(struct xj_request *q, const char *id, uint64_t offset,
		     uint64_t limit, json_t **lines, uint64_t *total,
		     struct xj_error *err);
struct xj_upload_counts {
	uint64_t arriving, waiting, taking, failed;
};
void xj_uploads_count(struct xj_upload_counts *counts);

/* ---------------------------------------------------------- for incoming.c */

/* A file is about to arrive: XJ_ELIMIT, XJ_ENOSPC. `*dir` is the upload's
 * folder, to be closed. Ended with xj_upload_arrived(). */
int xj_upload_expect(const struct xj_request *q, const char *id, uint64_t size,
		     int *dir, struct xj_error *err);
/* So many bytes more; XJ_ELIMIT. */
int xj_upload_grow(const char *id, uint64_t bytes, struct xj_error *err);
/* `files` 1: it is there; 0: it is not, `bytes` are to be forgotten. */
void xj_upload_arrived(const char *id, unsigned files, uint64_t bytes);
/* By nobody any more. */
void xj_upload_abandon(const char *id);

/* ------------------------------------------------------------ for intake.c */

struct xj_upload {
	char id[XJ_UPLOAD_ID_MAX];
	char login[XJ_LOGIN_MAX];      /* "": the archive's owner */
	enum xj_upload_state state;
	json_t *given;                 /* unit, scope, kind, area, topic */
	json_t *counts;                /* of the report, when it is done */
	json_t *accessions;            /* numbers */
	char wrong[XJ_ERROR_MAX];      /* why it failed */
	uint64_t files, bytes;         /* that arrived */
	int64_t begun, finished, taken, undone;
	uint64_t done, total;          /* while it is taken in */
	unsigned arriving;             /* files in hand */
	int64_t touched;
	struct xj_upload *next;
};

/* The one that waits longest, and is being taken now; NULL: the server ends.
 * While there is none, pages are read. */
struct xj_upload *xj_upload_next(void);
/* To end what is being done: the server ends; it does, or an upload is to be
 * taken in or deleted. */
extern bool xj_uploads_ending, xj_uploads_wanted;
void xj_upload_progress(struct xj_upload *u, uint64_t done, uint64_t total);
/* It is done or failed (`wrong`): written, and its files are deleted if it is
 * done. Takes the two, which are what it came to. */
void xj_upload_taken(struct xj_upload *u, const char *wrong, json_t *counts,
		     json_t *accessions);
/* "/.../uploads/ID/name" */
int xj_upload_path(const struct xj_upload *u, const char *name,
		   struct xj_buf *path, struct xj_error *err);
/* The thread's work. */
void xj_intake_run(struct xj_upload *u);
/* Read the pages that wait for OCR, where `add` would do so at its end. */
void xj_intake_pages(void);
/* Rights and metadata that `given` says, as the library wants them; memory is
 * the arena's. */
void xj_intake_options(struct xj_arena *arena, const json_t *given,
		       struct xj_add_options *options);

/* ------------------------------------------------------------ incoming.c */

struct xj_incoming;

/* One file of an upload, whose body is the file. */
int xj_incoming_file(struct xj_request *q, const char *id, const char *path,
		     int64_t modified, struct xj_error *err);
/* A form with fields and files, which make an upload: fields go to q->form. */
int xj_incoming_form(struct xj_request *q, struct xj_error *err);
/* The upload of a form; "" if no file came. */
const char *xj_incoming_upload(const struct xj_request *q);

/* --------------------------------------------------------- multipart.c */

struct xj_multipart;

/* What a body of multipart/form-data is made of (RFC 7578), as it comes. */
struct xj_multipart_events {
	int (*field)(void *ctx, const char *name, const char *value,
		     struct xj_error *err);
	/* file NULL never; "": none was chosen, and nothing follows */
	int (*file)(void *ctx, const char *name, const char *file,
		    struct xj_error *err);
	int (*data)(void *ctx, const char *bytes, size_t len,
		    struct xj_error *err);
	int (*end)(void *ctx, struct xj_error *err); /* of the file */
};

/* XJ_EINVAL: the type names no boundary. */
int xj_multipart_new(const char *type, const struct xj_multipart_events *events,
		     void *ctx, struct xj_multipart **m, struct xj_error *err);
void xj_multipart_free(struct xj_multipart *m);
int xj_multipart_put(struct xj_multipart *m, const char *bytes, size_t len,
		     struct xj_error *err);
/* XJ_EINVAL: it was not whole. */
int xj_multipart_end(struct xj_multipart *m, struct xj_error *err);

#endif
