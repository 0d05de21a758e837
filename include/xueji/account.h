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

/* How members sign in, where the archive is served. Passwords are kept as
 * hashes (Argon2id), in the catalog and in backups, not in the OCFL root. */

#define XJ_LOGIN_MAX 128
#define XJ_LINK_MAX 65

/* Of a member's own, or, for who manages members, of any. XJ_EINVAL: it is too
 * short. Links that were made before are worth nothing then. */
XJ_API int xj_password_set(struct xj_archive *archive, const char *member,
			   const char *password, struct xj_error *err);
/* A token by which he chooses a password, once, within 7 days. For who manages
 * members. */
XJ_API int xj_account_link(struct xj_archive *archive, const char *member,
			   char token[XJ_LINK_MAX], struct xj_error *err);
/* XJ_EPERM: there is no such link, or no more; XJ_EINVAL: the password is too
 * short, and the link still holds. */
XJ_API int xj_account_link_use(struct xj_archive *archive, const char *token,
			       const char *password, char login[XJ_LOGIN_MAX],
			       struct xj_error *err);
/* Whose login and password these are. XJ_EPERM, as slowly and in the same words:
 * nobody's; he has left; he has no password. */
XJ_API int xj_password_check(struct xj_archive *archive, const char *login,
			     const char *password, char found[XJ_LOGIN_MAX],
			     struct xj_error *err);
/* When his password was last set; 0: never. */
XJ_API int xj_password_changed(struct xj_archive *archive, const char *login,
			       int64_t *at, struct xj_error *err);

#ifdef __cplusplus
}
#endif
#endif
