/*
 * xueji/pages.h - what a server needs of the library besides: files that somebody
 * sent, and what a reader may do, so that a page offers nothing else.
 */
#ifndef XUEJI_PAGES_H
#define XUEJI_PAGES_H

#include <xueji/xueji.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Take in what lies in the folder `dir`, which a reader sent from a machine of
 * his own: names of documents, sources and the report are those that things have
 * inside of `dir`. What the same reader sent before by the same names is known
 * again, unchanged or as a new version, though the files here are others. As
 * xj_add(), but nothing is told to have vanished.
 */
XJ_API int xj_add_uploaded(struct xj_archive *archive, const char *dir,
			   const struct xj_add_options *options,
			   struct xj_add_result *result, struct xj_error *err);
/* Whether the options would be taken: rights, kind, topics. As xj_add(). */
XJ_API int xj_add_check(struct xj_archive *archive,
			const struct xj_add_options *options,
			struct xj_error *err);

/* Kinds of documents, from the most general; ends with NULL. */
XJ_API const char *const *xj_kinds(void);

/* A version that brought other bytes than the one before it. */
struct xj_bytes_version {
	unsigned version;            /* for xj_document_get() */
	int64_t at;
	const char *user;            /* who brought it; "" */
	uint64_t size;
	const char *sha512;
};
typedef int (*xj_bytes_version_fn)(void *ctx,
				   const struct xj_bytes_version *version);
/*
 * Which bytes a document has had, oldest first, for who may have those of now:
 * XJ_EPERM as xj_document_get(). What lies inside of another document has none of
 * its own, nor has what was purged.
 */
XJ_API int xj_document_versions(struct xj_document *document,
				xj_bytes_version_fn fn, void *ctx,
				struct xj_error *err);

/* Whether pages of it can be drawn: it is a PDF, and is there. */
XJ_API bool xj_page_can_draw(const struct xj_document *document);
/*
 * Draw a page, from 1, so many pixels wide, as a PNG to `fd`; `words` (ends with
 * NULL; or NULL) are marked. A confined program does it. XJ_ENOTFOUND: no such
 * page; XJ_ECORRUPT, XJ_ELIMIT: it cannot be drawn.
 */
XJ_API int xj_page_draw(struct xj_archive *archive,
			struct xj_document *document, unsigned page,
			unsigned width, const char *const *words, int fd,
			struct xj_error *err);

enum {
	XJ_MAY_EDIT = 1,
	XJ_MAY_REMOVE = 2, /* and bring back */
	XJ_MAY_SHARE = 4,  /* and set who sees it */
	XJ_MAY_CLEAR = 8,  /* put into quarantine, or take out */
	XJ_MAY_PURGE = 16,
};

/* What the reader may do with a document; 0 when it is not in his sight. */
XJ_API unsigned xj_may_do(struct xj_archive *archive, uint64_t id);
/* Whether he may add documents to a unit, by its number, or to none (0). */
XJ_API bool xj_may_add(struct xj_archive *archive, uint64_t unit);
/* Whether he looks after the machine: queues, failures, checks. */
XJ_API bool xj_may_operate(struct xj_archive *archive);

/* When somebody last looked after the archive. Times are 0 where nobody noted any. */
struct xj_upkeep {
	int64_t verified;        /* all of it, to the end */
	uint64_t errors;         /* that this found */
	int64_t backed_up;
	char folder[4096];       /* where to */
};

XJ_API void xj_upkeep_read(struct xj_archive *archive,
			   struct xj_upkeep *upkeep);

#ifdef __cplusplus
}
#endif

#endif
