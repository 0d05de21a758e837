/* token.c - what programs of members show in place of them. */
#include <sodium.h>
#include <string.h>
#include <xueji/account.h>

#include "library/rights.h"

#define TOKENS_MOST 50
#define DIGEST_HEX (2 * crypto_generichash_BYTES + 1)

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static void
digest_of(const char *token, char out[DIGEST_HEX])
{
	unsigned char d[crypto_generichash_BYTES];

	crypto_generichash(d, sizeof(d), (const unsigned char *)token,
			   strlen(token), NULL, 0);
	xj_hex(d, sizeof(d), out);
}

static bool
is_own(const struct xj_archive *a, uint64_t member)
{
	const struct xj_reader *reader = xj_archive_reader(a);

	return reader && reader->member && reader->member == member;
}

/* -------------------------------------------------------------------- make */

/* Nobody but him and the archive's owner: a token is as good as he is. */
static int
check_whose(struct xj_archive *a, uint64_t member, struct xj_error *err)
{
	return !xj_archive_reader(a) || is_own(a, member) ? XJ_OK :
	       xj_error_set(err, XJ_EPERM, "tokens are made by the member "
			    "himself");
}

static int
check_name(const char *name, struct xj_error *err)
{
	size_t len = name ? strlen(name) : 0;

	if (!len || len > XJ_TOKEN_NAME_MAX || strpbrk(name, "\r\n\t"))
		return xj_error_set(err, XJ_EINVAL, "a token has a name of at "
				    "most %d bytes on one line",
				    XJ_TOKEN_NAME_MAX);
	return XJ_OK;
}

static int
read_until(const char *until, char out[XJ_DAY_MAX], struct xj_error *err)
{
	char today[XJ_DAY_MAX];

	*out = '\0';
	if (!until || !*until)
		return XJ_OK;
	xj_today(today);
	if (xj_day_parse(until, out) < 0)
		return xj_error_set(err, XJ_EINVAL, "%s is not a day", until);
	return strcmp(out, today) >= 0 ? XJ_OK :
	       xj_error_set(err, XJ_EINVAL, "%s is past", out);
}

static int
check_count(struct xj_archive *a, struct xj_arena *arena, const char *urn,
	    struct xj_error *err)
{
	struct xj_token_row *rows;
	size_t count;
	int r = xj_catalog_tokens(a->catalog, urn, arena, &rows, &count, err);

	if (r == XJ_OK && count >= TOKENS_MOST)
		return xj_error_set(err, XJ_ELIMIT, "a member has at most %d "
				    "tokens: revoke one", TOKENS_MOST);
	return r;
}

static int
last_number(struct xj_archive *a, struct xj_arena *arena, const char *digest,
	    uint64_t *number, struct xj_error *err)
{
	struct xj_token_row *rows;
	size_t count;
	int r = xj_catalog_tokens(a->catalog, digest, arena, &rows, &count,
				  err);

	if (r == XJ_OK && count)
		*number = rows[0].number;
	return r;
}

/* `put` or drop in one change with what the record says of it. */
static int
save(struct xj_archive *a, const struct xj_token_row *row, bool put,
     const char *login, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf detail = XJ_BUF_INIT;
	int r = xj_archive_writable(a, err);

	xj_buf_addf(&detail, "%s: %s%s", login, row->name,
		    row->write ? " (write)" : "");
	if (r == XJ_OK)
		r = xj_catalog_begin(a->catalog, err);
	if (r < 0)
		return r;
	r = put ? xj_catalog_put_token(a->catalog, row, err)
		: xj_catalog_drop_token(a->catalog, row->number, err);
	if (r == XJ_OK)
		r = xj_audit(a, put ? "token add" : "token revoke", 0,
			     xj_buf_str(&detail), err);
	if (r == XJ_OK)
		return xj_catalog_commit(a->catalog, err);
	xj_catalog_rollback(a->catalog);
	return r;
}

static int
make(struct xj_archive *a, struct xj_arena *arena, struct xj_token_row *row,
     char token[XJ_LINK_MAX], uint64_t *number, struct xj_error *err)
{
	unsigned char bytes[(XJ_LINK_MAX - 1) / 2];
	struct xj_reader *reader = NULL;
	char digest[DIGEST_HEX];
	const char *login, *name;
	int r = xj_member_names(a, row->member, arena, &login, &name, err);

	if (r == XJ_OK) /* who has left needs none */
		r = xj_reader_of(a, login, NULL, &reader, err);
	xj_reader_free(reader);
	if (r < 0)
		return r;
	if (sodium_init() < 0)
		return no_memory(err);
	randombytes_buf(bytes, sizeof(bytes));
	xj_hex(bytes, sizeof(bytes), token);
	digest_of(token, digest);
	row->digest = digest;
	row->created = xj_now();
	r = save(a, row, true, login, err);
	return r < 0 ? r : last_number(a, arena, digest, number, err);
}

int
xj_token_add(struct xj_archive *a, const char *member,
	     const struct xj_token_given *given, char token[XJ_LINK_MAX],
	     uint64_t *number, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_token_row row = { .name = given->name,
				    .write = given->write };
	char until[XJ_DAY_MAX];
	uint64_t id;
	int r = check_name(given->name, err);

	if (r == XJ_OK)
		r = read_until(given->until, until, err);
	if (r == XJ_OK && xj_arena_new(&arena) < 0)
		return no_memory(err);
	if (r == XJ_OK)
		r = xj_member_find(a, member, &id, err);
	if (r == XJ_OK)
		r = check_whose(a, id, err);
	if (r == XJ_OK)
		r = xj_member_urn(a, id, arena, &row.member, err);
	if (r == XJ_OK)
		r = check_count(a, arena, row.member, err);
	row.until = until;
	return r < 0 ? r : make(a, arena, &row, token, number, err);
}

/* -------------------------------------------------------------- list, drop */

static bool
has_left(struct xj_archive *a, const char *login)
{
	struct xj_reader *reader = NULL;
	int r = *login ? xj_reader_of(a, login, NULL, &reader, NULL) : XJ_EPERM;

	xj_reader_free(reader);
	return r < 0;
}

static int
tell(struct xj_archive *a, struct xj_arena *arena,
     const struct xj_token_row *row, xj_token_fn fn, void *ctx,
     struct xj_error *err)
{
	struct xj_token t = { .number = row->number, .name = row->name,
			      .write = row->write, .created = row->created,
			      .until = row->until };
	char today[XJ_DAY_MAX];
	int r = xj_member_names(a, row->member, arena, &t.login,
				&t.member_name, err);

	if (r < 0)
		return r;
	xj_today(today);
	t.over = (*row->until && strcmp(row->until, today) < 0) ||
		 has_left(a, t.login);
	return fn(ctx, &t);
}

/* Whose tokens are asked for: his URN, or NULL for all. */
static int
find_whose(struct xj_archive *a, const char *member, struct xj_arena *arena,
	   const char **urn, struct xj_error *err)
{
	const struct xj_reader *reader = xj_archive_reader(a);
	uint64_t id = reader ? reader->member : 0;
	int r = XJ_OK;

	*urn = NULL;
	if (!member && xj_reader_may_manage(a, NULL) == XJ_OK)
		return XJ_OK;
	if (member)
		r = xj_member_find(a, member, &id, err);
	if (r == XJ_OK && !is_own(a, id))
		r = xj_reader_may_manage(a, err);
	return r < 0 ? r : xj_member_urn(a, id, arena, urn, err);
}

int
xj_tokens(struct xj_archive *a, const char *member, xj_token_fn fn, void *ctx,
	  struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_token_row *rows = NULL;
	size_t count = 0;
	const char *urn;
	int r;

	if (xj_arena_new(&arena) < 0)
		return no_memory(err);
	r = find_whose(a, member, arena, &urn, err);
	if (r == XJ_OK)
		r = xj_catalog_tokens(a->catalog, urn, arena, &rows, &count,
				      err);
	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = tell(a, arena, &rows[i], fn, ctx, err);
	return r;
}

static int
no_such(uint64_t number, struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOTFOUND, "there is no token %llu",
			    (unsigned long long)number);
}

int
xj_token_revoke(struct xj_archive *a, uint64_t number, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_token_row *rows;
	const char *urn, *login, *name;
	size_t count, i = 0;
	int r;

	if (xj_arena_new(&arena) < 0)
		return no_memory(err);
	if (find_whose(a, NULL, arena, &urn, NULL) < 0)
		return no_such(number, err);
	r = xj_catalog_tokens(a->catalog, urn, arena, &rows, &count, err);
	while (r == XJ_OK && i < count && rows[i].number != number)
		i++;
	if (r == XJ_OK && i == count)
		return no_such(number, err);
	if (r == XJ_OK)
		r = xj_member_names(a, rows[i].member, arena, &login, &name,
				    err);
	return r < 0 ? r : save(a, &rows[i], false, login, err);
}

int
xj_archive_urn(struct xj_archive *a, char urn[XJ_ARCHIVE_URN_MAX],
	       struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	int r = xj_catalog_fact(a->catalog, "urn", &b, err);

	if (r == XJ_OK)
		snprintf(urn, XJ_ARCHIVE_URN_MAX, "%s", xj_buf_str(&b));
	return r;
}

/* ------------------------------------------------------------------- check */

static int
wrong(struct xj_error *err)
{
	return xj_error_set(err, XJ_EPERM, "this token is not known, or is "
			    "over");
}

int
xj_token_check(struct xj_archive *a, const char *token,
	       char login[XJ_LOGIN_MAX], bool *write, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_token_row *rows;
	char digest[DIGEST_HEX], today[XJ_DAY_MAX];
	const char *found, *name;
	size_t count;
	int r;

	if (xj_arena_new(&arena) < 0 || sodium_init() < 0)
		return no_memory(err);
	digest_of(token, digest);
	r = xj_catalog_tokens(a->catalog, digest, arena, &rows, &count, err);
	if (r < 0)
		return r;
	xj_today(today);
	if (!count || (*rows[0].until && strcmp(rows[0].until, today) < 0))
		return wrong(err);
	r = xj_member_names(a, rows[0].member, arena, &found, &name, err);
	if (r < 0)
		return r;
	if (strlen(found) >= XJ_LOGIN_MAX || has_left(a, found))
		return wrong(err);
	strcpy(login, found);
	*write = rows[0].write;
	return XJ_OK;
}
