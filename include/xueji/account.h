/*
 * xueji/account.h - who somebody is that came over the network: a guest until
 * he has signed in.
 */
#ifndef XUEJI_ACCOUNT_H
#define XUEJI_ACCOUNT_H

#include <xueji/xueji.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Act as somebody who is nobody here: he sees what is public, and changes
 * nothing. Ends with xj_archive_set_reader().
 */
XJ_API int xj_archive_set_guest(struct xj_archive *archive,
				struct xj_error *err);

#ifdef __cplusplus
}
#endif
#endif
