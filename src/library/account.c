/* account.c - how members sign in: a password, or a link to choose one with. */
#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <xueji/account.h>

#include "library/rights.h"

#define PASSWORD_LEAST 8
#define PASSWORD_MOST 512
#define LINK_SECONDS (7 * 24 * 3600)
#define DIGEST_HEX (2 * crypto_generichash_BYTES + 1)

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* ----------------------------------------------------------------- digests */

static bool sodium_ready;
static char nobody[crypto_pwhash_STRBYTES];

/* What a password is compared with when there is no such member, so that it
 * takes as long. */
static void
prepare(void)
{
	char word[33];

	sodium_ready = sodium_init() >= 0;
	for (size_t i = 0; i + 1 < sizeof(word); i++)
		word[i] = (char)('a' + randombytes_uniform(26));
	word[sizeof(word) - 1] = '\0';
	if (crypto_pwhash_str(nobody, word, strlen(word),
			      crypto_pwhash_OPSLIMIT_INTERACTIVE,
			      crypto_pwhash_MEMLIMIT_INTERACTIVE) < 0)
		sodium_ready = false;
}

static int
ready(struct xj_error *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, prepare);
	return sodium_ready ? XJ_OK : no_memory(err);
}

static void
digest_of(const char *token, char out[DIGEST_HEX])
{
	unsigned char d[crypto_generichash_BYTES];

	crypto_generichash(d, sizeof(d), (const unsigned char *)token,
			   strlen(token), NULL, 0);
	xj_hex(d, sizeof(d), out);
}

static int
hash_password(const char *password, char out[crypto_pwhash_STRBYTES],
	      struct xj_error *err)
{
	size_t len = strlen(password);

	if (len > PASSWORD_MOST ||
	    xj_utf8_count(password, len) < PASSWORD_LEAST)
		return xj_error_set(err, XJ_EINVAL, "a password has at least "
				    "%d characters, and at most %d bytes",
				    PASSWORD_LEAST, PASSWORD_MOST);
	return crypto_pwhash_str(out, password, len,
				 crypto_pwhash_OPSLIMIT_INTERACTIVE,
				 crypto_pwhash_MEMLIMIT_INTERACTIVE) < 0 ?
	       no_memory(err) : XJ_OK;
}

/* -------------------------------------------------------------------- rows */

/* The account of a member, or of whoever has a link; an empty one if there is
 * none. */
static int
load(struct xj_archive *a, const char *which, struct xj_arena *arena,
     struct xj_account_row *row, struct xj_error *err)
{
	struct xj_account_row *rows;
	size_t count;
	int r = xj_catalog_accounts(a->catalog, which, arena, &rows, &count,
				    err);

	*row = r == XJ_OK && count ? rows[0] :
	       (struct xj_account_row){ .member = which };
	return r;
}

static int
save(struct xj_archive *a, const struct xj_account_row *row, const char *verb,
     const char *login, struct xj_error *err)
{
	int r = xj_archive_writable(a, err);

	if (r == XJ_OK)
		r = xj_catalog_begin(a->catalog, err);
	if (r < 0)
		return r;
	r = xj_catalog_put_account(a->catalog, row, err);
	if (r == XJ_OK)
		r = xj_audit(a, verb, 0, login, err);
	if (r == XJ_OK)
		return xj_catalog_commit(a->catalog, err);
	xj_catalog_rollback(a->catalog);
	return r;
}

/* Whose account it is: his own, or any for who manages members. */
static int
find(struct xj_archive *a, const char *member, struct xj_arena *arena,
     bool own, struct xj_account_row *row, const char **login,
     struct xj_error *err)
{
	const struct xj_reader *reader = xj_archive_reader(a);
	const char *urn, *name;
	uint64_t id;
	int r = xj_member_find(a, member, &id, err);

	if (r == XJ_OK && !(own && reader && reader->member == id))
		r = xj_reader_may_manage(a, err);
	if (r == XJ_OK)
		r = xj_member_urn(a, id, arena, &urn, err);
	if (r == XJ_OK)
		r = xj_member_names(a, urn, arena, login, &name, err);
	return r < 0 ? r : load(a, urn, arena, row, err);
}

static int
set_password(struct xj_archive *a, struct xj_account_row *row,
	     const char *login, const char *password, struct xj_error *err)
{
	char hash[crypto_pwhash_STRBYTES];
	int r = hash_password(password, hash, err);

	if (r < 0)
		return r;
	row->password = hash;
	row->changed = xj_now();
	row->link = NULL; /* an older link would undo it */
	row->link_until = 0;
	return save(a, row, "member password", login, err);
}

/* ------------------------------------------------------------------ public */

int
xj_password_set(struct xj_archive *a, const char *member,
		const char *password, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_account_row row;
	const char *login;
	int r = ready(err);

	if (r == XJ_OK && xj_arena_new(&arena) < 0)
		return no_memory(err);
	if (r == XJ_OK)
		r = find(a, member, arena, true, &row, &login, err);
	return r < 0 ? r : set_password(a, &row, login, password, err);
}

int
xj_account_link(struct xj_archive *a, const char *member,
		char token[XJ_LINK_MAX], struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	unsigned char bytes[(XJ_LINK_MAX - 1) / 2];
	struct xj_account_row row;
	char digest[DIGEST_HEX];
	const char *login;
	int r = ready(err);

	if (r == XJ_OK && xj_arena_new(&arena) < 0)
		return no_memory(err);
	if (r == XJ_OK)
		r = find(a, member, arena, false, &row, &login, err);
	if (r < 0)
		return r;
	randombytes_buf(bytes, sizeof(bytes));
	xj_hex(bytes, sizeof(bytes), token);
	digest_of(token, digest);
	row.link = digest;
	row.link_until = xj_now() + LINK_SECONDS;
	return save(a, &row, "member link", login, err);
}

static int
bad_link(struct xj_error *err)
{
	return xj_error_set(err, XJ_EPERM, "this link was used already, or "
			    "is too old");
}

int
xj_account_link_use(struct xj_archive *a, const char *token,
		    const char *password, char login[XJ_LOGIN_MAX],
		    struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_account_row row;
	char digest[DIGEST_HEX];
	const char *found, *name;
	int r = ready(err);

	if (r == XJ_OK && xj_arena_new(&arena) < 0)
		return no_memory(err);
	if (r < 0)
		return r;
	digest_of(token, digest);
	r = load(a, digest, arena, &row, err);
	if (r == XJ_OK && (!row.link || row.link_until < xj_now()))
		return bad_link(err);
	if (r == XJ_OK)
		r = xj_member_names(a, row.member, arena, &found, &name, err);
	if (r < 0)
		return r;
	if (!*found || strlen(found) >= XJ_LOGIN_MAX)
		return bad_link(err);
	strcpy(login, found);
	return set_password(a, &row, found, password, err);
}

int
xj_password_check(struct xj_archive *a, const char *login,
		  const char *password, char found[XJ_LOGIN_MAX],
		  struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_account_row row = { 0 };
	struct xj_reader *reader = NULL;
	size_t len = strlen(password);
	bool fits, is_there;
	int r = ready(err);

	if (r == XJ_OK && xj_arena_new(&arena) < 0)
		return no_memory(err);
	if (r == XJ_OK && xj_reader_of(a, login, NULL, &reader, NULL) == XJ_OK)
		r = load(a, reader->urn, arena, &row, err);
	is_there = row.password && strlen(reader->login) < XJ_LOGIN_MAX;
	if (r == XJ_OK) {
		fits = crypto_pwhash_str_verify(is_there ? row.password : nobody,
						password, len > PASSWORD_MOST ?
						0 : len) == 0;
		if (is_there && fits)
			strcpy(found, reader->login);
		else
			r = xj_error_set(err, XJ_EPERM, "login or password "
					 "is wrong");
	}
	xj_reader_free(reader);
	return r;
}

int
xj_password_changed(struct xj_archive *a, const char *login, int64_t *at,
		    struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_account_row row;
	struct xj_reader *reader;
	int r;

	if (xj_arena_new(&arena) < 0)
		return no_memory(err);
	r = xj_reader_of(a, login, NULL, &reader, err);
	if (r < 0)
		return r;
	r = load(a, reader->urn, arena, &row, err);
	*at = r == XJ_OK ? row.changed : 0;
	xj_reader_free(reader);
	return r;
}

bool
xj_may_manage(struct xj_archive *a)
{
	return xj_reader_may_manage(a, NULL) == XJ_OK;
}
