/*
 * xueji/past.h - what a reader searched for before, which xj_suggest() offers
 * to him, and to nobody else, as kind "query".
 */
#ifndef XUEJI_PAST_H
#define XUEJI_PAST_H

#include <xueji/xueji.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Remember that whoever acts searched for this and found something. Of each
 * reader as many queries are kept as the setting search.remembered says, the
 * latest; none, if it is 0. For people's searches, not for those of programs: it
 * writes. XJ_EBUSY, XJ_EPERM, ...: it was not remembered.
 */
XJ_API int xj_query_remember(struct xj_archive *archive, const char *query,
			     struct xj_error *err);
/* Forget one, or all (NULL), of whoever acts. `*count`: how many. */
XJ_API int xj_query_forget(struct xj_archive *archive, const char *query,
			   uint64_t *count, struct xj_error *err);

#ifdef __cplusplus
}
#endif

#endif
