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

/* Whether who acts changes units, members and roles, and makes links for members. */
XJ_API bool xj_may_manage(struct xj_archive *archive);

/* What units of an axis ("work", "party") are, from above to below; what members
 * are; the roles they have. Each list ends with NULL. */
XJ_API const char *const *xj_unit_kinds(const char *axis);
XJ_API const char *const *xj_member_kinds(void);
XJ_API const char *const *xj_member_statuses(void);
XJ_API const char *const *xj_roles(void);

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

/*
 * What a program of a member's shows in place of him: a token, made once and kept
 * as a digest. It reads what he sees; one that may write does what he may. It ends
 * with its last day, with his, and when it is revoked.
 */
#define XJ_TOKEN_NAME_MAX 100   /* bytes */

struct xj_token {
	uint64_t number;
	const char *login, *member_name; /* whose it is; "" of who was erased */
	const char *name;
	bool write;
	int64_t created;
	const char *until;           /* last day; "" */
	bool over;                   /* it is past, or he has left */
};

struct xj_token_given {
	const char *name;            /* needed: which program, on what */
	bool write;
	const char *until;           /* last day; NULL: as long as he is here */
};

/* For the member himself, or the archive's owner; `token` is what to show.
 * XJ_EINVAL; XJ_ELIMIT: he has 50. */
XJ_API int xj_token_add(struct xj_archive *archive, const char *member,
			const struct xj_token_given *given,
			char token[XJ_LINK_MAX], uint64_t *number,
			struct xj_error *err);
typedef int (*xj_token_fn)(void *ctx, const struct xj_token *token);
/* Of a member; NULL: of all, for who manages members, else his own. */
XJ_API int xj_tokens(struct xj_archive *archive, const char *member,
		     xj_token_fn fn, void *ctx, struct xj_error *err);
/* One's own, or, for who manages members, any. XJ_ENOTFOUND. */
XJ_API int xj_token_revoke(struct xj_archive *archive, uint64_t number,
			   struct xj_error *err);
/* Whose it is. XJ_EPERM, in the same words: there is no such; it is over. */
XJ_API int xj_token_check(struct xj_archive *archive, const char *token,
			  char login[XJ_LOGIN_MAX], bool *write,
			  struct xj_error *err);

/* The archive's own URN, which it keeps wherever it goes. */
#define XJ_ARCHIVE_URN_MAX 64
XJ_API int xj_archive_urn(struct xj_archive *archive,
			  char urn[XJ_ARCHIVE_URN_MAX], struct xj_error *err);

#ifdef __cplusplus
}
#endif
#endif
