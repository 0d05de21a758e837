/*
 * xueji/validity.h - whether what a document says still holds: a regulation is in
 * force, was revised or repealed, and another took its place.
 *
 * These are elements of metadata that people give (xj_edit()):
 *	status       "in-force", "revised", "repealed"; 现行, 修订, 废止 are taken too
 *	in-force     the day from which it holds
 *	repealed     the day from which it does not hold any more
 *	replaced-by  the document that took its place, as xj_document_open() takes it
 */
#ifndef XUEJI_VALIDITY_H
#define XUEJI_VALIDITY_H

#include <xueji/xueji.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xj_validity_document {
	uint64_t id;
	const char *title;
};

/* As of today. "" where nothing was given. Lent for the call. */
struct xj_validity {
	const char *status;      /* "in-force", "not-yet", "revised", "repealed" */
	const char *from, *until; /* days: in-force, repealed */
	/* the last of those that took its place one after the other, as far as the
	 * reader sees them; id 0: none */
	struct xj_validity_document replaced_by;
	/* whose place it took, and the reader sees; id 0 at the end */
	const struct xj_validity_document *replaces;
};

typedef int (*xj_validity_fn)(void *ctx, const struct xj_validity *validity);
/* XJ_ENOTFOUND: no such document, or not to be seen. */
XJ_API int xj_validity_tell(struct xj_archive *archive, uint64_t document,
			    xj_validity_fn fn, void *ctx,
			    struct xj_error *err);
/* "repealed" in the language of the process; "". */
XJ_API const char *xj_validity_shown(const char *status);
/* Whether its reader should be warned: it does not hold, or not any more. */
static inline bool
xj_validity_warns(const char *status)
{
	return *status && status[0] != 'i';
}

#ifdef __cplusplus
}
#endif

#endif
